"""Codes of binary floats: what they stand for, in writing and out of it; constants, and what is refused."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import FLOATS, Domain, FloatOverflow, MiniFloat, NaNCodes, Rounding, domain_from_name
from exactssm.errors import DomainError, NoSuchElement
from tests.exactssm.arithmetic.float_oracle import SMALL, THEIRS, exact, formats, theirs

EVEN = Rounding.NEAREST_EVEN
BINARY16 = FLOATS["binary16"]


@pytest.mark.parametrize("name", [*SMALL, "binary16", "bfloat16"])
def test_every_code_stands_for_what_others_say(name):
    float_format = FLOATS[name]
    codes = np.arange(2**float_format.bits)
    assert float_format.size == codes.size == len(float_format.codes)
    numbers = theirs(name, codes)
    with np.errstate(invalid="ignore"):  # what a signalling NaN sets off
        nan, inf = np.isnan(numbers), np.isinf(numbers)
    for code, number in zip(codes.tolist(), numbers, strict=True):
        kind = float_format.classify(code)
        assert (kind == "nan", kind == "inf") == (nan[code], inf[code])
        if kind in ("nan", "inf"):
            with pytest.raises(DomainError, match="an infinity or NaN is no number, got"):
                float_format.decode(code)
        else:
            assert float_format.decode(code) == exact(number)
            assert (float_format.extended(code).negative) == bool(np.signbit(number))


@pytest.mark.parametrize("name", ["binary32", "binary64"])
def test_codes_of_long_floats(name):
    float_format, rng = FLOATS[name], np.random.default_rng(1)
    fields = [k << float_format.precision - 1 for k in (0, 1, 2, 100, (1 << float_format.exponent_bits) - 2)]
    codes = [field + t for field in fields for t in (0, 1, float_format.least_normal - 1)]
    codes += [code + float_format.sign_bit for code in codes]
    codes += (
        rng.integers(0, 2**float_format.bits, 2000, np.uint64, endpoint=False).tolist() if name == "binary32" else []
    )
    for code, number in zip(codes, theirs(name, np.array(codes, np.uint64)), strict=True):
        if np.isfinite(number):
            assert float_format.decode(code) == exact(number)


def test_limits_of_the_named_formats():
    """From IEEE 754-2019 table 3.5, the OFP8 and the MX specification: largest, least normal and least number."""
    limits = {
        "binary16": (65504, Fraction(2) ** -14, Fraction(2) ** -24),
        "bfloat16": (Fraction(2) ** 127 * Fraction(255, 128), Fraction(2) ** -126, Fraction(2) ** -133),
        "binary32": ((2 - Fraction(2) ** -23) * 2**127, Fraction(2) ** -126, Fraction(2) ** -149),
        "binary64": ((2 - Fraction(2) ** -52) * 2**1023, Fraction(2) ** -1022, Fraction(2) ** -1074),
        "e5m2": (57344, Fraction(2) ** -14, Fraction(2) ** -16),
        "e4m3fn": (448, Fraction(2) ** -6, Fraction(2) ** -9),
        "e2m1fn": (6, 1, Fraction(1, 2)),
        "e2m3fn": (Fraction(15, 2), 1, Fraction(1, 8)),
        "e3m2fn": (28, Fraction(1, 4), Fraction(1, 16)),
        "e4m3fnuz": (240, Fraction(2) ** -7, Fraction(2) ** -10),
        "e5m2fnuz": (57344, Fraction(2) ** -15, Fraction(2) ** -17),
    }
    for name, (largest, normal, least) in limits.items():
        float_format = FLOATS[name]
        assert float_format.decode(float_format.largest) == largest
        assert float_format.decode(float_format.least_normal) == normal == Fraction(2) ** float_format.min_exponent
        assert float_format.decode(1) == least == Fraction(2) ** float_format.least_power
        assert Fraction(2) ** float_format.max_exponent <= largest < Fraction(2) ** (float_format.max_exponent + 1)


@pytest.mark.parametrize("name", THEIRS)
def test_the_usual_nan_is_a_nan(name):
    float_format = FLOATS[name]
    nans = [code for code in float_format.codes if float_format.classify(code) == "nan"] if name in SMALL else None
    if float_format.nan_code is None:
        assert nans == []
    else:
        assert float_format.classify(float_format.nan_code) == "nan"
        assert nans is None or float_format.nan_code in nans


@given(formats())
def test_magnitudes_ascend_and_every_kind_is_where_it_should_be(float_format):
    numbers = [x for x in float_format.codes if x <= float_format.largest]
    decoded = [float_format.decode(x) for x in numbers]
    assert decoded == sorted(set(decoded))
    assert [float_format.classify(x) for x in numbers if x >= float_format.least_normal].count("normal") > 0
    beyond = [float_format.classify(x) for x in range(float_format.largest + 1, float_format.sign_bit)]
    assert beyond == ["inf"] * float_format.infinities + ["nan"] * (len(beyond) - float_format.infinities)
    assert len(list(float_format.codes)) == float_format.size
    at_minus_zero = "nan" if float_format.nan is NaNCodes.NEGATIVE_ZERO else "zero"
    assert float_format.classify(float_format.sign_bit) == at_minus_zero
    assert all(float_format.classify(x) != "subnormal" or float_format.subnormals for x in float_format.codes)


def test_codes_of_an_infinity_beside_a_nan_at_minus_zero():
    """The layout of the 8-bit formats of IEEE's working group P3109: 0x7f is infinity, 0x80 the only NaN."""
    float_format = MiniFloat(4, 4, EVEN, FloatOverflow.INFINITY, bias=8, nan=NaNCodes.NEGATIVE_ZERO)
    assert [float_format.text(x) for x in (0x7E, 0x7F, 0x80, 0xFF, 0x40)] == ["224", "inf", "nan", "-inf", "1"]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("e4m3fn", Fraction(1, 3), "e4m3fn does not hold 1/3: next to it are 5/16 below and 11/32 above"),
        ("e4m3fn", Fraction(-1, 3), "e4m3fn does not hold -1/3: next to it are -11/32 below and -5/16 above"),
        ("e4m3fn", 449, "e4m3fn does not hold 449: next to it are 448 below and none above"),
        ("e4m3fn", -449, "e4m3fn does not hold -449: next to it are none below and -448 above"),
        ("e5m2", 60000, "e5m2 does not hold 60000: next to it are 57344 below and an infinity above"),
        ("e5m2", -60000, "e5m2 does not hold -60000: next to it are an infinity below and -57344 above"),
        ("binary16", 2049, "binary16 does not hold 2049: next to it are 2048 below and 2050 above"),
        ("e2m1fn", Fraction(1, 100), "e2m1fn does not hold 1/100: next to it are 0 below and 1/2 above"),
        ("e2m1fn", 10**100, "does not hold an integer of 333 bits: next to it are 6 below and none above"),
        ("float:e2m2:no-subnormals:floor:infinity", Fraction(7, 8), "7/8: next to it are 0 below and 1 above"),
        ("binary32", Fraction(2) ** -150, r"does not hold 1 \* 2\^-150: next to it are 0 below and 1 \* 2\^-149 above"),
        ("binary64", Fraction(1, 10), "1/10: next to it are 3602879701896397/36028797018963968|.* below and"),
    ],
)
def test_constants_that_do_not_fit_name_their_neighbours(name, value, message):
    with pytest.raises(DomainError, match=message) as refusal:
        domain_from_name(name).element(value)
    assert len(str(refusal.value)) < 300


@given(formats(), st.fractions(-40, 40))
def test_neighbours_are_the_nearest_numbers_on_both_sides(float_format, value):
    numbers = float_format.values()
    below = max((number for number in numbers if number <= value), default=None)
    above = min((number for number in numbers if number >= value), default=None)
    assert float_format.neighbours(value) == (below, above)
    if below == above:
        assert float_format.decode(float_format.element(value)) == value
    else:
        with pytest.raises(DomainError, match="next to it are"):
            float_format.element(value)


@settings(max_examples=30)
@given(formats())
def test_text_is_read_back(float_format):
    for x in float_format.codes:
        assert float_format.parse(float_format.format(x)) == x
        assert float_format.text(x)


def test_how_numbers_are_written():
    halves = BINARY16
    assert [halves.format(x) for x in (0, 0x8000, 0x3C00, 0xBA00, 0x7C00, 0xFC00)] == [
        "0",
        "-0",
        "1",
        "-3/4",
        "inf",
        "-inf",
    ]
    assert [halves.format(x) for x in (0x7E00, 0xFE00)] == ["nan", "nan:0xfe00"]
    assert halves.parse("-0/5") == 0x8000
    assert halves.parse("2/4") == halves.parse("1/2")
    doubles = FLOATS["binary64"]
    assert (doubles.text(1), doubles.text(0x3FF8000000000000)) == ("1 * 2^-1074", "3/2")
    assert doubles.parse(doubles.format(1)) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("e4m3fn", "inf"),
        ("e4m3fn", "1/3"),
        ("e2m1fn", "nan"),
        ("e4m3fnuz", "-0"),
        ("e4m3fnuz", "-0/7"),
        ("binary16", "nan:0x7e00"),
        ("binary16", "nan:0x3c00"),
        ("binary16", "nan:0x7c00"),
        ("binary16", "nan:0xfe000"),
        ("binary16", "nan:0x0fe00"),
        ("binary16", "nan:0xFE00"),
        ("binary16", "nan:0x" + "f" * 5000),
        ("binary16", "0x3c00"),
        ("binary16", "0.5"),
        ("binary16", "1e3"),
        ("binary16", "Inf"),
        ("binary16", "+inf"),
        ("binary16", "-nan"),
        ("binary16", ""),
        ("binary16", " 1"),
        ("binary16", "1/0"),
        ("binary16", None),
        ("binary16", 1),
        ("binary16", b"1"),
        ("binary16", "1" * 5000),
        ("float:e2m2:no-subnormals:floor:infinity", "nan:0x1"),
    ],
)
def test_texts_that_are_no_elements(name, text):
    with pytest.raises(DomainError) as refusal:
        domain_from_name(name).parse(text)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("value", [-1, 2**16, True, 1.0, "1", None, Fraction(1), 10**100], ids=repr)
def test_what_is_no_code_is_refused(value):
    one = BINARY16.one
    for accept in (BINARY16.check, BINARY16.decode, BINARY16.classify, BINARY16.text, BINARY16.format, BINARY16.neg):
        with pytest.raises(
            DomainError, match=r"an element of binary16 must be a code, an int in range\(2\*\*16\), got"
        ):
            accept(value)
    for operation in (BINARY16.add, BINARY16.mul):
        for pair in ((one, value), (value, one)):
            with pytest.raises(DomainError):
                operation(*pair)
    for where in range(3):
        with pytest.raises(DomainError):
            BINARY16.fma(*(value if i == where else one for i in range(3)))
    with pytest.raises(DomainError):
        BINARY16.inner((one,), (one,), value)
    with pytest.raises(DomainError, match="row and column must be of one length, got 1 and 2"):
        BINARY16.inner((one,), (one, one), one)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, (1,)], ids=repr)
def test_what_is_no_number_is_refused(value):
    for accept in (BINARY16.element, BINARY16.round):
        with pytest.raises(DomainError, match="a number for binary16 must be an int or a Fraction, got"):
            accept(value)


def test_constants_and_roots_of_unity():
    assert isinstance(BINARY16, Domain)
    assert (BINARY16.zero, BINARY16.one, BINARY16.is_complex, BINARY16.size) == (0, 0x3C00, False, 2**16)
    assert (BINARY16.root_of_unity(1), BINARY16.root_of_unity(2)) == (0x3C00, 0xBC00)
    for order in (0, 3, -1, True, "2"):
        with pytest.raises(DomainError, match="the order of a root of unity in binary16 must be 1 or 2"):
            BINARY16.root_of_unity(order)
    tiny = MiniFloat(2, 2, EVEN, FloatOverflow.SATURATE, bias=10)
    with pytest.raises(NoSuchElement, match="does not hold 1: next to it are"):
        tiny.one  # noqa: B018
    assert FLOATS["e2m1fn"].values() == tuple(
        Fraction(n, 2) for n in (-12, -8, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 8, 12)
    )
    with pytest.raises(DomainError, match="at most 65536 codes are listed, binary32 has 4294967296"):
        FLOATS["binary32"].values()


NONSENSE = [
    ({"exponent_bits": 0}, "an exponent field must have 1 to 15 bits, an int, got 0"),
    ({"exponent_bits": -3}, "an exponent field must have 1 to 15 bits, an int, got -3"),
    ({"exponent_bits": 16}, "an exponent field must have 1 to 15 bits, an int, got 16"),
    ({"exponent_bits": 10**1000}, "an exponent field must have 1 to 15 bits, an int, got an integer of"),
    ({"exponent_bits": True}, "an exponent field must have 1 to 15 bits, an int, got True"),
    ({"exponent_bits": "5"}, "an exponent field must have 1 to 15 bits, an int, got '5'"),
    ({"exponent_bits": None}, "an exponent field must have 1 to 15 bits, an int, got None"),
    ({"precision": 1}, "a significand, its leading bit included, must have 2 to 8192 bits, an int, got 1"),
    ({"precision": 0}, "a significand, its leading bit included, must have 2 to 8192 bits, an int, got 0"),
    ({"precision": -1}, "a significand, .* got -1"),
    ({"precision": 2**13 + 1}, "a significand, .* got 8193"),
    ({"precision": Fraction(4)}, "a significand, .* got Fraction"),
    ({"precision": False}, "a significand, .* got False"),
    ({"bias": "7"}, "a bias must be an int, got '7'"),
    ({"bias": True}, "a bias must be an int, got True"),
    ({"bias": Fraction(1)}, "a bias must be an int, got Fraction"),
    (
        {"bias": 8192},
        r"a float must have numbers from 2\^-8192 up to 2\^8192, got numbers from 2\^-8194 up to 2\^-8161",
    ),
    ({"bias": -8162}, r"a float must have numbers from .* got numbers from 2\^8160 up to 2\^8193"),
    ({"bias": -(10**100)}, r"a float must have numbers from .* got numbers from 2\^an integer of 333 bits up to"),
    ({"exponent_bits": 15}, r"a float must have numbers from .* got numbers from 2\^-16385 up to 2\^16384"),
    ({"precision": 8192}, r"a float must have numbers from .* got numbers from 2\^-8205 up to 2\^16"),
    ({"infinities": 1}, "whether a float has infinities must be a bool, got 1"),
    ({"infinities": None}, "whether a float has infinities must be a bool, got None"),
    ({"subnormals": "yes"}, "whether a float has subnormals must be a bool, got 'yes'"),
    ({"nan": "ieee"}, "the NaN codes of a float must be a NaNCodes, got 'ieee'"),
    ({"nan": True}, "the NaN codes of a float must be a NaNCodes, got True"),
    ({"nan": NaNCodes.NONE}, "a float with infinities must have a NaN, for inf - inf"),
    ({"infinities": False}, "a float without infinities must have other NaN codes than ieee"),
    ({"exponent_bits": 1}, r"a float must have a normal number: 1 exponent bits and 3 fraction bits leave none"),
    (
        {"exponent_bits": 1, "precision": 2, "nan": NaNCodes.SINGLE},
        r"a float must have a normal number: .* leave none beside infinities \(True\) and NaN codes \(single\)",
    ),
    ({"rounding": "nearest-even"}, "the rounding of a float must be a Rounding, got 'nearest-even'"),
    ({"rounding": None}, "the rounding of a float must be a Rounding, got None"),
    ({"overflow": "infinity"}, "the overflow rule of a float must be a FloatOverflow, got 'infinity'"),
    ({"overflow": Rounding.FLOOR}, "the overflow rule of a float must be a FloatOverflow, got <Rounding.FLOOR"),
    (
        {"infinities": False, "nan": NaNCodes.SINGLE},
        "a float whose overflow is infinity must have infinities",
    ),
    (
        {"infinities": False, "nan": NaNCodes.NONE, "overflow": FloatOverflow.NAN},
        "a float whose overflow is nan must have a NaN",
    ),
]


@pytest.mark.parametrize(("change", "message"), NONSENSE, ids=lambda value: str(value)[:40])
def test_formats_that_make_no_sense(change, message):
    sound = {"exponent_bits": 5, "precision": 4, "rounding": EVEN, "overflow": FloatOverflow.INFINITY}
    MiniFloat(**sound)
    with pytest.raises(DomainError, match=message) as refusal:
        MiniFloat(**(sound | change))
    assert len(str(refusal.value)) < 300


def test_limits_that_are_just_kept():
    assert MiniFloat(5, 4, EVEN, FloatOverflow.INFINITY, bias=8190).least_power == -8192
    assert MiniFloat(5, 4, EVEN, FloatOverflow.INFINITY, bias=-8161).max_exponent == 8191
    widest = MiniFloat(13, 4098, EVEN, FloatOverflow.INFINITY)
    assert len(widest.format(widest.largest)) <= 4300
    assert widest.parse(widest.format(1)) == 1
