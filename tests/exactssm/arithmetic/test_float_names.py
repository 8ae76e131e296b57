"""Binary floats in writing, as names and in model files, and as the arithmetic of a layer."""

from __future__ import annotations

import json
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given

from exactssm.arithmetic import (
    FLOATS,
    Domain,
    FloatOverflow,
    MiniFloat,
    Moment,
    NaNCodes,
    Rounded,
    Rounding,
    describe,
    domain_from_description,
    domain_from_name,
)
from exactssm.arithmetic.domain import Rounds
from exactssm.errors import FormatError
from exactssm.layers import DenseLayer, DiagonalLayer
from tests.exactssm.arithmetic.float_oracle import formats

EVEN, INFINITY = Rounding.NEAREST_EVEN, FloatOverflow.INFINITY
WRITTEN = [
    (FLOATS["binary16"], "binary16"),
    (MiniFloat(5, 11, Rounding.FLOOR, INFINITY), "binary16:floor:infinity"),
    (
        MiniFloat(4, 4, EVEN, FloatOverflow.SATURATE, infinities=False, nan=NaNCodes.SINGLE),
        "e4m3fn:nearest-even:saturate",
    ),
    (MiniFloat(3, 3, EVEN, INFINITY), "float:e3m2:nearest-even:infinity"),
    (MiniFloat(5, 11, EVEN, INFINITY, subnormals=False), "float:e5m10:no-subnormals:nearest-even:infinity"),
    (
        MiniFloat(4, 4, EVEN, INFINITY, bias=8, nan=NaNCodes.NEGATIVE_ZERO),
        "float:e4m3:bias=8:nan=negative-zero:nearest-even:infinity",
    ),
    (
        MiniFloat(2, 3, Rounding.CEILING, FloatOverflow.ERROR, bias=-4, infinities=False, nan=NaNCodes.NONE),
        "float:e2m2:bias=-4:finite:nan=none:ceiling:error",
    ),
]


@pytest.mark.parametrize(("float_format", "name"), WRITTEN, ids=lambda value: value if isinstance(value, str) else "")
def test_names(float_format, name):
    assert str(float_format) == name
    assert domain_from_name(name) == float_format


@pytest.mark.parametrize("name", FLOATS)
def test_names_of_named_formats(name):
    assert str(FLOATS[name]) == name
    for rounding, overflow in product(("floor", "nearest-away"), ("saturate", "error")):
        spelt = domain_from_name(f"{name}:{rounding}:{overflow}")
        assert str(spelt) == f"{name}:{rounding}:{overflow}"
        assert (spelt.rounding.value, spelt.overflow.value) == (rounding, overflow)
        assert [spelt.bits, spelt.largest] == [FLOATS[name].bits, FLOATS[name].largest]


@given(formats())
def test_any_name_and_any_description_is_read_back(float_format):
    assert domain_from_name(str(float_format)) == float_format
    assert domain_from_description(json.loads(json.dumps(describe(float_format)))) == float_format


E5M2 = {
    "kind": "float",
    "exponent_bits": 5,
    "precision": 3,
    "bias": 15,
    "infinities": True,
    "nan": "ieee",
    "subnormals": True,
    "rounding": "nearest-even",
    "overflow": "infinity",
}


def test_a_description():
    assert describe(FLOATS["e5m2"]) == E5M2
    assert domain_from_description(E5M2) == FLOATS["e5m2"]


@pytest.mark.parametrize(
    "change",
    [
        {"exponent_bits": 0},
        {"exponent_bits": 5.0},
        {"exponent_bits": True},
        {"exponent_bits": 10**9},
        {"precision": "x"},
        {"precision": None},
        {"precision": "9" * 4000},
        {"bias": [15]},
        {"bias": 10**9},
        {"infinities": 1},
        {"infinities": False},
        {"nan": "none"},
        {"nan": "quiet"},
        {"nan": None},
        {"nan": ["ieee"]},
        {"subnormals": "yes"},
        {"rounding": "nearest"},
        {"rounding": None},
        {"overflow": "wrap"},
        {"overflow": {}},
        {"name": "e5m2"},
    ],
)
def test_descriptions_that_are_none(change):
    with pytest.raises(FormatError) as refusal:
        domain_from_description(E5M2 | change)
    assert len(str(refusal.value)) < 400


@pytest.mark.parametrize("key", [key for key in E5M2 if key != "kind"])
def test_every_key_must_be_there(key):
    with pytest.raises(FormatError, match="must have the keys"):
        domain_from_description({k: value for k, value in E5M2.items() if k != key})


@pytest.mark.parametrize(
    "name",
    [
        "e8m0fnu",
        "float16",
        "binary16:",
        "binary16:floor",
        "binary16:floor:wrap",
        "binary16:floor:infinity:",
        "e4m3fn:floor:infinity",
        "e2m1fn:floor:nan",
        "Binary16",
        "float:e3m2",
        "float:e3m2:floor",
        "float:e3m0:floor:infinity",
        "float:e0m3:floor:infinity",
        "float:e99m3:floor:infinity",
        "float:e3m2:finite:floor:saturate",
        "float:e3m2:nan=none:floor:infinity",
        "float:e3m2:nan=x:floor:infinity",
        "float:e3m2:bias=:floor:infinity",
        "float:e3m2:no-subnormals:finite:floor:infinity",
        "float:e3m2:bias=99999999:floor:infinity",
        "float:e" + "9" * 5000 + "m2:floor:infinity",
    ],
)
def test_names_that_are_none(name):
    with pytest.raises(FormatError) as refusal:
        domain_from_name(name)
    assert len(str(refusal.value)) < 400


def test_a_format_without_one_is_a_domain_that_rounds():
    tiny = MiniFloat(2, 2, EVEN, FloatOverflow.SATURATE, bias=10)
    assert isinstance(tiny, Domain)
    assert isinstance(tiny, Rounds)
    assert isinstance(FLOATS["bfloat16"], Rounds)


def test_layers_compute_in_it():
    """h' = h/2 + 1, by e4m3fn's 4 significant bits: 1, 3/2, 7/4, 15/8, then 31/16, a tie, goes to 2 and stays."""
    floats = FLOATS["e4m3fn"]
    one, half = floats.one, floats.parse("1/2")
    diagonal = DiagonalLayer(floats, (one,), {"x": (half,)}, {"x": (one,)})
    dense = DenseLayer(floats, (one,), {"x": ((half,),)}, {"x": (one,)})
    for layer in (diagonal, dense):
        values = [floats.decode(h) for (h,) in layer.run("xxxxx")]
        assert values == [1, Fraction(3, 2), Fraction(7, 4), Fraction(15, 8), 2, 2]


def test_moments_of_rounding():
    """(17/16)^2 = 289/256 is 9/8 in five bits: what that loses is all that is left once 9/8 is taken off."""
    floats = MiniFloat(4, 5, EVEN, INFINITY)
    a, shift = floats.parse("17/16"), floats.parse("-9/8")
    lost = Fraction(1, 256)
    values = {moment: floats.decode(Rounded(floats, moment).inner((a,), (a,), shift)) for moment in Moment}
    assert values == {Moment.ONCE: lost, Moment.EACH: 0, Moment.FUSED: lost}
