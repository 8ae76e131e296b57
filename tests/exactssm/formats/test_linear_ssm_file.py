"""Linear SSMs in model files: by hand, there and back, and what is wrong with a file."""

from __future__ import annotations

import copy
import json
from fractions import Fraction
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from exactssm.arithmetic import FLOATS, Rationals, ResidueRing, Rounded, describe, domain_from_name
from exactssm.errors import DomainError, FormatError
from exactssm.formats import dump_model, load_model, parse_model, schema
from exactssm.layers import ConstantLayer, CorrectlyRounded, DiagonalLayer, LinearSSM
from exactssm.machine import run, words
from exactssm.models import Block, Model, OutputReadout

EXAMPLES = Path(__file__).parents[3] / "docs" / "examples"
ONE = [["1"]]
S4 = {
    "kind": "s4",
    "arithmetic": {"kind": "residue", "modulus": 3},
    "rounding": None,
    "embedding": {"a": ["0"], "b": ["1"]},
    **dict.fromkeys("ABC", ONE),
    "D": [["0"]],
    "readout": {"kind": "output"},
}
PROJECTION = {"weight": ONE, "bias": ["0"]}
S6 = {
    "kind": "s6",
    "arithmetic": {"kind": "rational"},
    "rounding": None,
    "embedding": {"a": ["1"], "b": ["2"]},
    "a": ["-1"],
    "delta": "0",
    **dict.fromkeys(("pi_delta", "pi_b", "pi_c"), PROJECTION),
    "exp": {"kind": "table", "rows": [["-1", "1/3"], ["-2", "1/9"]]},
    "softplus": {"kind": "table", "rows": [["1", "1"], ["2", "2"]]},
    "readout": {"kind": "output"},
}
DIAGONALIZABLE = {key: S4[key] for key in ("rounding", "embedding", "B", "C", "D", "readout")} | {
    "kind": "diagonalizable",
    "arithmetic": {"kind": "rational"},
    "W": [["1"]],
    "a": {"a": ["1"], "b": ["1/2"]},
}
GONE = object()


def model(layer, **changes):
    layer = {key: value for key, value in (layer | changes).items() if value is not GONE}
    document = {"format": "exactssm-model/1", "alphabet": ["a", "b"], "layers": [layer], "cot": None}
    return copy.deepcopy(document)


def is_valid(document):
    return Draft202012Validator(schema("exactssm-model/1")).is_valid(document)


def layer_of(document):
    (block,) = parse_model(document).blocks
    return block.layer


def check_round_trip(first, length=4):
    document = json.loads(json.dumps(dump_model(first)))
    assert is_valid(document)
    again = parse_model(document)
    assert isinstance(again.blocks[0].readout, OutputReadout)
    for word in words(first.alphabet, length):
        assert run(again, word) == run(first, word)
    return document["layers"][0]


def test_s6_by_hand():
    """Abar = 3^-x, Bbar x = (1 - 3^-x) x x, and y = x h + x."""
    word = run(parse_model(model(S6)), "ab").outputs
    h_1 = Fraction(2, 3)
    h_2 = h_1 / 9 + Fraction(8, 9) * 4
    assert word == (str(h_1 + 1), str(2 * h_2 + 2))


def test_s6_in_a_number_format_rounds_each_parameter_once():
    """In quarters, toward zero, Abar(a) = 1/3 becomes 1/4, Bbar = 2/3 becomes 1/2, and each step rounds."""
    domain = Rounded(domain_from_name("fixed:s4.2:toward-zero:saturate"), "once")
    rounded = model(S6, arithmetic=describe(domain.number_format), rounding="once")
    layer = layer_of(rounded)
    assert [domain.text(x) for x in layer.entries("a")] == ["1/4", "1/2"]
    assert [domain.text(x) for x in layer.entries("b")] == ["0", "7/2"]  # 1/9; Bbar = 16/9 becomes 7/4, times 2
    assert run(parse_model(rounded), "aa").outputs == ("3/2", "3/2")  # 1/8 + 1/2 is rounded to 1/2
    rounded["layers"][0]["embedding"]["a"] = ["1/3"]
    rounded["layers"][0]["softplus"]["rows"].append(["1/3", "1"])
    with pytest.raises(FormatError, match=r"layers\[0\].embedding.a: .* does not hold 1/3"):
        parse_model(rounded)


def test_exp_and_softplus_correctly_rounded():
    numbers = FLOATS["e5m2"]
    given = {"kind": "rounded", "arithmetic": describe(numbers)}
    layer = layer_of(model(S6, exp=given, softplus=given))
    exp, softplus = CorrectlyRounded("exp", numbers), CorrectlyRounded("softplus", numbers)
    assert layer.entries("b")[0] == exp(-softplus(Fraction(2)))


def test_constant_weights_make_constant_layers():
    assert isinstance(layer_of(model(S4)), ConstantLayer)
    assert isinstance(layer_of(model(S4, A=["1"])), DiagonalLayer)
    for kind in ("s4", "linear-ssm"):
        assert run(parse_model(model(S4, kind=kind, A=["2"])), "bbab").outputs == ("1", "0", "0", "1")


def test_there_and_back():
    """S6 with matrices that differ in size and in their entries, an argmax of its output; S4; one in a format."""
    mamba = load_model(EXAMPLES / "mamba.json")
    written = check_round_trip(mamba, 5)
    assert (written["kind"], written["readout"]["kind"]) == ("linear-ssm", "argmax")
    assert written["A"] == {"set": ["0"], "reset": ["0"], "read": ["1"]}
    assert written["D"] == [["1", "0"], ["0", "1"]]
    written = check_round_trip(load_model(EXAMPLES / "s4-delay.json"))
    assert written["A"] == [["0", "0", "0"], ["1", "0", "0"], ["0", "1", "0"]]
    table = written["readout"]["rows"]
    assert sorted(table) == [[["0"], "0", "0"], [["0"], "1", "0"], [["1"], "0", "1"], [["1"], "1", "1"]]
    quarters = {"arithmetic": describe(domain_from_name("fixed:s1.2:floor:saturate")), "rounding": "each"}
    linear = model(S4, kind="linear-ssm", **quarters, A={"a": ["1/4"], "b": ["1/2"]}, D={"a": ONE, "b": [["1/2"]]})
    assert check_round_trip(parse_model(linear))["rounding"] == "each"


def test_a_readout_of_another_layer_is_written_as_any_other():
    ring = ResidueRing(3)
    one = ((1,),)
    ssm = LinearSSM(ring, 1, 1, {"a": (1,)}, one, one, one, one)
    other = DiagonalLayer(ring, (2,), {"a": (2,)})
    document = dump_model(Model("a", [Block(other, OutputReadout(ssm, lambda y, letter: y[0]))]))
    assert document["layers"][0]["kind"] == "diagonal"
    assert run(parse_model(document), "aa").outputs == ("2", "0")


STRUCTURE = [
    (model(S4, A={"a": ["1"], "b": ["1"]}), "layers[0].A: in S4 each matrix is the same on every letter; one for"),
    (model(S4, start=["0"]), 'layers[0]: unknown key "start"; the keys are A, B, C, D, arithmetic, embedding, kind'),
    (model(S4, D=GONE), 'layers[0]: the key "D" is missing'),
    (model(S4, A=[]), "layers[0].A: expected 1 to 4096 rows, or numbers of a diagonal, found 0"),
    (model(S4, A="1"), 'layers[0].A: expected a list of rows, or numbers of a diagonal, found "1"'),
    (model(S4, A=[1]), "layers[0].A[0]: expected a list of numbers, found 1"),
    (model(S4, B=["1"]), 'layers[0].B[0]: expected a list of numbers, found "1"'),
    (model(S4, embedding={}), "layers[0].embedding: expected 1 to 65536 letters, found 0"),
    (model(S4, embedding=[["0"]]), "layers[0].embedding: expected an object, found a list"),
    (model(S4, readout={"kind": "state"}), 'layers[0].readout.kind: expected one of "table", "argmax", "output", '),
    (model(S6, pi_b=ONE), "layers[0].pi_b: expected an object, found a list"),
    (model(S6, delta=0), "layers[0].delta: expected a string, found 0"),
    (model(S6, exp={"kind": "taylor"}), 'layers[0].exp.kind: expected one of "table", "rounded"; found "taylor"'),
    (
        model(S6, exp={"kind": "table", "rows": [["0"]]}),
        "layers[0].exp.rows[0]: expected 2 numbers (argument, value), f",
    ),
    (model(DIAGONALIZABLE, W={"a": ONE, "b": ONE}), "layers[0].W: expected a list of rows, found an object"),
]
MEANING = [
    (
        model(S4, alphabet=GONE, embedding={"a": ["0"]}),
        "layers[0]: the first layer must read the alphabet; missing: 'b'",
    ),
    (model(S4, A=[["1", "1"]]), "layers[0].A[0]: expected 1 numbers, found 2"),
    (model(S4, C=[["1"], ["1"]]), "layers[0].C: expected 1 rows, found 2"),
    (model(S4, D=[["1/2"]]), "layers[0].D[0][0]: "),
    (model(S4, embedding={"a": ["0"], "b": []}), "layers[0].embedding.b: expected 1 numbers, found 0"),
    (model(S4, rounding="once"), 'layers[0].rounding: rounding must be null (exact arithmetic); found "once"'),
    (
        model(S4, kind="linear-ssm", B={"a": ONE}),
        "layers[0].B: must have the letters of the embedding; missing: 'b'",
    ),
    (
        model(S4, kind="linear-ssm", A={"a": ["1"], "b": ONE}),
        "layers[0].A.b[0]: expected a string, found a list",
    ),
    (
        model(S4, readout={"kind": "table", "rows": [[["0", "0"], "a", "x"]]}),
        "layers[0].readout.rows[0][0]: expected 1 numbers, found 2",
    ),
    (model(S6, arithmetic={"kind": "integer"}), "layers[0].arithmetic: S6 computes with rational numbers, or in a num"),
    (model(S6, a=["0"]), "layers[0].a: no entry of A may be zero in S6, which inverts A; entry 0 is"),
    (
        model(S6, softplus={"kind": "table", "rows": [["1", "1"]]}),
        "layers[0].embedding.b: softplus is declared at 1; no value is declared at 2",
    ),
    (
        model(S6, exp={"kind": "table", "rows": [["-1", "1/3"], ["-1", "1"]]}),
        "layers[0].exp.rows[1]: there is already a value at -1",
    ),
    (
        model(S6, softplus={"kind": "rounded", "arithmetic": {"kind": "rational"}}),
        "layers[0].softplus.arithmetic: values must be rounded to a format of real numbers, got",
    ),
    (model(S6, pi_c={"weight": ONE, "bias": []}), "layers[0].pi_c.bias: expected 1 numbers, found 0"),
    (model(DIAGONALIZABLE, W=[["0"]]), "layers[0].W: W must be invertible; its first 1 columns are linearly dependent"),
    (model(DIAGONALIZABLE, a={"a": ["1"]}), "layers[0].a: must have the letters of the embedding; missing: 'b'"),
    (
        model(DIAGONALIZABLE, arithmetic={"kind": "residue", "modulus": 4}),
        "layers[0].a.b[0]: ",
    ),
    (
        model(DIAGONALIZABLE, arithmetic={"kind": "residue", "modulus": 4}, a=["1"]),
        "layers[0].W: W is inverted over a field; Z/4 is none",
    ),
]


def test_the_layers_themselves_are_right():
    for layer in (S4, S6, DIAGONALIZABLE):
        assert is_valid(model(layer))
        parse_model(model(layer))


@pytest.mark.parametrize(("document", "message"), [*STRUCTURE, *MEANING])
def test_errors_name_the_place(document, message):
    with pytest.raises(FormatError) as caught:
        parse_model(document)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_the_schema_refuses_wrong_structure():
    assert [message for document, message in STRUCTURE if is_valid(document)] == []


def test_unreached_rows_and_ties_speak_of_the_output():
    rows = {"kind": "table", "rows": [[["0"], "a", "zero"]]}
    with pytest.raises(DomainError, match="no row for the output '1' after the letter 'b'"):
        run(parse_model(model(S4, readout=rows)), "b")
    scores = [{"output": name, "weights": ["1"], "bias": "0"} for name in "xy"]
    with pytest.raises(DomainError, match="tie at the output '0' after the letter 'a'"):
        run(parse_model(model(S4, readout={"kind": "argmax", "scores": scores, "ties": "error"})), "a")


def test_a_short_file_cannot_become_much_time(monkeypatch):
    monkeypatch.setattr("exactssm.formats.layer_parts.MAX_PRODUCTS", 1300)
    identity = [["1" if i == j else "0" for j in range(6)] for i in range(6)]  # 6^4 + 6^3 products
    six = {"W": identity, "a": ["1"] * 6, "B": ONE * 6, "C": [["1"] * 6]}
    with pytest.raises(
        FormatError, match=r"^layers\[0\].W: the linear SSMs of a model must take at most 1300 products"
    ):
        parse_model(model(DIAGONALIZABLE, **six))
    with pytest.raises(FormatError, match=r"^layers\[0\].embedding: .* at most 1300 products"):
        parse_model(model(S6, embedding={"a": ["1"], "b": ["1"], "c": ["1"]}))
    with pytest.raises(FormatError, match=r"^layers\[0\].embedding: .* at most 1300 products"):
        parse_model(model(S4, A=["1"] * 700, B=ONE * 700, C=[["1"] * 700]))


def test_rationals_are_the_fields_numbers():
    assert layer_of(model(DIAGONALIZABLE, W=[["3"]])).entries("b") == (Fraction(1, 2), Rationals().one)
