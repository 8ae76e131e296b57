"""Number formats in model files: when a step rounds, argmax over what codes stand for, and files written back."""

from __future__ import annotations

from fractions import Fraction

import pytest
from jsonschema import Draft202012Validator

from exactssm.arithmetic import ComplexOver, FixedPoint, Overflow, Rounded, Rounding, describe, domain_from_name
from exactssm.arithmetic.description import domain_from_description
from exactssm.errors import DomainError, FormatError, FormatOverflow
from exactssm.formats import dump_model, parse_model, schema
from exactssm.layers import DiagonalLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model

QUARTERS = {
    "kind": "fixed",
    "integer_bits": 1,
    "fraction_bits": 2,
    "rounding": "floor",
    "overflow": "saturate",
    "signed": True,
}
SCHEMA = Draft202012Validator(schema("exactssm-model/1"))


def document(rounding, arithmetic=QUARTERS, readout=None, **changes):
    layer = {
        "kind": "dense",
        "arithmetic": arithmetic,
        "rounding": rounding,
        "start": ["3/4", "-1/2"],
        "A": {"x": [["3/4", "1/2"], ["-1/4", "3/4"]], "y": [["1", "1/4"], ["3/4", "-3/4"]]},
        "b": {"x": ["1/4", "-1/4"], "y": ["1/2", "3/4"]},
        "readout": readout or {"kind": "state"},
    }
    return {"format": "exactssm-model/1", "alphabet": ["x", "y"], "layers": [layer | changes], "cot": None}


def fl(value):
    """Down to a quarter, between -2 and 7/4."""
    return max(Fraction(-2), min(Fraction(7, 4), Fraction(value * 4 // 1, 4)))


STEPS = {
    "once": lambda a, h, b: fl(a[0] * h[0] + a[1] * h[1] + b),
    "each": lambda a, h, b: fl(fl(fl(a[0] * h[0]) + fl(a[1] * h[1])) + b),
    "fused": lambda a, h, b: fl(a[1] * h[1] + fl(a[0] * h[0] + b)),
}


@pytest.mark.parametrize("rounding", STEPS)
def test_a_file_rounds_when_it_says(rounding):
    file = document(rounding)
    SCHEMA.validate(file)
    model = parse_model(file)
    (layer,) = file["layers"]
    for word in words("xy", 5):
        h, expected = tuple(map(Fraction, layer["start"])), []
        for x in word:
            rows = zip(layer["A"][x], layer["b"][x], strict=True)
            h = tuple(STEPS[rounding](tuple(map(Fraction, row)), h, Fraction(b)) for row, b in rows)
            expected.append(" ".join(map(str, h)))
        assert list(run(model, word).outputs) == expected


def test_the_three_roundings_are_three_machines():
    models = [parse_model(document(rounding)) for rounding in STEPS]
    answers = {tuple(run(model, word).outputs for word in words("xy", 5)) for model in models}
    assert len(answers) == 3


COMPLEX = {"kind": "complex", "parts": QUARTERS, "product": "each"}


@pytest.mark.parametrize(
    ("file", "message"),
    [
        (document(None), r'layers\[0\].rounding: expected one of "once", "each", "fused"; found null'),
        (document("floor"), r'layers\[0\].rounding: expected one of "once", "each", "fused"; found "floor"'),
        (document(True), r"layers\[0\].rounding: expected one of .*; found true"),
        (document("once", {"kind": "rational"}), r"rounding must be null \(exact arithmetic\); found \"once\""),
        (
            document("once", {"kind": "machine-integer", "bits": 8, "signed": True}),
            r"rounding must be null \(exact arithmetic\); found \"once\"",
        ),
        (document("once", COMPLEX), r"layers\[0\].rounding: the moment of rounding in complex.* must be one of each"),
        (document("each", COMPLEX | {"product": "fused"}), "must be rounded once or each, got 'fused'"),
        (document("each", COMPLEX | {"product": None}), "must be one of once, each, fused; got None"),
        (
            document("each", COMPLEX | {"parts": COMPLEX}),
            "the parts of complex numbers must be of a real number format",
        ),
        (document("each", COMPLEX | {"parts": {"kind": "rational"}}), "the parts of complex numbers must be of a real"),
        (document("each", COMPLEX | {"parts": "e4m3fn"}), "an arithmetic must be an object, got 'e4m3fn'"),
        (
            document("each", start=["1/3", "0"]),
            r"layers\[0\].start\[0\]: fixed.* does not hold 1/3: next to it are 1/4",
        ),
        (document("each", QUARTERS | {"rounding": "once"}), "a rounding must be one of floor"),
        (document("each", QUARTERS | {"fraction_bits": -1}), "an int >= 0 of fraction bits, got -1"),
    ],
)
def test_what_is_refused(file, message):
    with pytest.raises(FormatError, match=message):
        parse_model(file)


@pytest.mark.parametrize("rounding", ["nearest", 1, ["once"], "Once"])
def test_the_schema_refuses_other_moments(rounding):
    assert not SCHEMA.is_valid(document(rounding))


def test_argmax_weighs_what_codes_stand_for():
    scores = [
        {"output": "first", "weights": ["1", "0"], "bias": "0"},
        {"output": "second", "weights": ["0", "1"], "bias": "1/2"},
    ]
    file = document("once", readout={"kind": "argmax", "ties": "first", "scores": scores})
    states = run(parse_model(document("once")), "xyxyxxyy").outputs
    answers = run(parse_model(file), "xyxyxxyy").outputs
    for state, answer in zip(states, answers, strict=True):
        h1, h2 = map(Fraction, state.split())
        assert answer == ("first" if h1 >= h2 + Fraction(1, 2) else "second")
    assert set(answers) == {"first", "second"}
    with pytest.raises(FormatError, match=r"argmax needs numbers in an order: .* a real number format"):
        parse_model(document("each", COMPLEX, readout={"kind": "argmax", "ties": "first", "scores": scores}))


def test_argmax_has_no_answer_for_infinities():
    binary16 = describe(domain_from_name("binary16"))
    scores = [{"output": "a", "weights": ["1"], "bias": "0"}]
    file = document(
        "once",
        binary16,
        {"kind": "argmax", "ties": "first", "scores": scores},
        start=["60000"],
        A={"x": [["2"]], "y": [["1"]]},
        b={"x": ["0"], "y": ["0"]},
    )
    SCHEMA.validate(file)
    model = parse_model(file)
    assert run(model, "y").outputs == ("a",)
    with pytest.raises(DomainError, match=r"layers\[0\].readout: .*, in the state 'inf'"):
        run(model, "x")


def test_overflow_is_an_error_when_the_file_says_so():
    model = parse_model(document("each", QUARTERS | {"overflow": "error"}, start=["7/4", "7/4"]))
    with pytest.raises(FormatOverflow, match=r"on the word \('x',\): a result must lie within -2 to 7/4"):
        run(model, "x")


FORMATS = [
    "fixed:u1.2:nearest-even:wrap",
    "e4m3fn",
    "nearest:-1,0,1/3,1",
    "log-float:4+3:nearest-even",
    "complex(fixed:s1.1:floor:saturate):once",
    "complex(bfloat16):each",
]


@pytest.mark.parametrize("name", FORMATS)
def test_models_are_written_with_their_rounding(name):
    numbers = domain_from_name(name)
    one, zero = numbers.one, numbers.zero
    for moment in getattr(numbers, "moments", ["once", "each", "fused"]):
        domain = Rounded(numbers, moment)
        layer = DiagonalLayer(domain, (one,), {"x": (one,), "y": (zero,)}, {"x": (zero,), "y": (one,)})
        model = Model("xy", [Block(layer, lambda h, x, write=domain.format: write(h[0]))])
        file = dump_model(model)
        SCHEMA.validate(file)
        assert file["layers"][0]["rounding"] == domain.moment.value
        loaded = parse_model(file)
        assert loaded.blocks[0].layer.domain == domain
        for word in words("xy", 4):
            assert run(loaded, word).outputs == run(model, word).outputs
        assert domain_from_name(str(domain)) == domain


def test_a_format_alone_is_written_with_its_own_moment():
    for numbers, moment in ((domain_from_name("e4m3fn"), "once"), (domain_from_name("complex(e4m3fn):each"), "each")):
        layer = DiagonalLayer(numbers, (numbers.one,), {"x": (numbers.one,)})
        (written,) = dump_model(Model("x", [Block(layer, lambda h, x: "out")]))["layers"]
        assert (written["rounding"], written["arithmetic"]) == (moment, describe(numbers))


def test_names_of_moments_and_complex_numbers():
    halves = FixedPoint(1, 1, Rounding.FLOOR, Overflow.SATURATE)
    assert domain_from_name(f"{halves}:fused") == Rounded(halves, "fused")
    assert domain_from_name(f"complex({halves}):once") == ComplexOver(halves, "once")
    assert domain_from_name(f"complex({halves}):each:each") == Rounded(ComplexOver(halves, "each"), "each")
    assert domain_from_description(describe(ComplexOver(halves, "each"))) == ComplexOver(halves, "each")
    for name in (
        "Z/6:once",
        "e4m3fn:once:each",
        "e4m3fn" + ":once" * 5000,
        "complex(Q):once",
        "complex(e4m3fn):fused",
        "complex(e4m3fn)",
        "complex(complex(e4m3fn):once):once",
        "complex(e4m3fn):each:once",
        "complex(e4m3fn:once):once",
        ":once",
        "int8:each",
    ):
        with pytest.raises(FormatError, match="arithmetic"):
            domain_from_name(name)
    with pytest.raises(DomainError, match="there is no description of the arithmetic Rounded"):
        describe(Rounded(halves, "once"))
