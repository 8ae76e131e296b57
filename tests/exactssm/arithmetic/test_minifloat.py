"""Operations of binary floats by definition: against NumPy, ml_dtypes, and a rounder that looks its results up."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice, pairwise, product
from operator import add, mul

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exactssm.arithmetic import FLOATS, FloatOverflow, MiniFloat, NaNCodes, Rounding
from exactssm.arithmetic.domain import inner_product
from exactssm.errors import DomainError, FormatOverflow
from tests.exactssm.arithmetic.float_oracle import by_their_numbers, formats, oracle_of, ours, theirs, with_rules

EVEN = Rounding.NEAREST_EVEN
BINARY16 = FLOATS["binary16"]


def held(float_format, value):
    return float_format.element(Fraction(value))


@pytest.mark.parametrize("rounding", Rounding)
@pytest.mark.parametrize("name", ["e2m1fn", "e3m2fn", "e2m3fn", "e4m3fnuz", "e5m2"])
def test_rounding_at_between_and_beyond_all_numbers(name, rounding):
    """At each number, the midpoint to the next, and on both sides of it, from below the least to beyond the largest."""
    float_format = with_rules(FLOATS[name], rounding)
    oracle = by_their_numbers(name, float_format)
    points = {1, 2 * oracle.scaled[-1], 100 * oracle.scaled[-1]}
    for value, after in pairwise(oracle.scaled):
        points |= {value + k * (after - value) // 8 for k in range(8)}
    for point in sorted(points - {0}):
        for value in (point, -point):
            assert float_format.round(Fraction(value, oracle.unit)) == oracle.rounded(value)
    assert float_format.round(0) == 0


@given(formats(), st.data())
def test_rounding_in_any_format(float_format, data):
    oracle = oracle_of(float_format)
    numbers = oracle.scaled
    anywhere, low = st.integers(0, 2 * numbers[-1]), st.integers(0, 4 * numbers[1])
    point = data.draw(st.one_of(anywhere, st.sampled_from(numbers), low))
    value = (point + data.draw(st.integers(-1, 1))) * data.draw(st.sampled_from((1, -1)))
    assume(value)
    try:
        expected = oracle.rounded(value)
    except OverflowError:
        with pytest.raises(FormatOverflow, match="a result must lie within"):
            float_format.round(Fraction(value, oracle.unit))
    else:
        assert float_format.round(Fraction(value, oracle.unit)) == expected


@given(st.sampled_from(["e4m3", "binary16", "bfloat16", "binary64"]), st.fractions(), st.integers(-30, 30))
def test_directed_roundings_bracket_the_exact_value(name, value, power):
    value *= Fraction(2) ** power
    float_format = with_rules(FLOATS[name])
    below, above = float_format.neighbours(value)
    assume(below is not None and above is not None)
    down, up, inwards, outwards = (
        float_format.decode(with_rules(float_format, rounding).round(value))
        for rounding in (Rounding.FLOOR, Rounding.CEILING, Rounding.TOWARD_ZERO, Rounding.AWAY_FROM_ZERO)
    )
    assert (down, up) == (below, above)
    assert down <= value <= up
    assert (inwards, outwards) == ((down, up) if value >= 0 else (up, down))
    nearest = float_format.decode(float_format.round(value))
    assert abs(nearest - value) == min(value - down, up - value)
    if value - down == up - value and down != up:
        assert float_format.round(value) % 2 == 0


@given(formats(), st.data())
def test_rounding_is_monotone_and_keeps_what_is_held(float_format, data):
    assume(float_format.overflow not in (FloatOverflow.ERROR, FloatOverflow.NAN))
    numbers = float_format.values()
    near = st.one_of(st.sampled_from(numbers), st.fractions(-2 * numbers[-1], 2 * numbers[-1]))
    x, y = sorted((data.draw(near), data.draw(near)))

    def place(value):
        code = float_format.round(value)
        if float_format.classify(code) == "inf":
            return 2 * numbers[-1] * (1 if value > 0 else -1)
        return float_format.decode(code)

    assert place(x) <= place(y)
    for value in numbers:
        assert float_format.decode(float_format.round(value)) == value


OVERFLOWING = {
    Rounding.NEAREST_EVEN: ("inf", "-inf"),
    Rounding.NEAREST_AWAY: ("inf", "-inf"),
    Rounding.TOWARD_ZERO: ("65504", "-65504"),
    Rounding.FLOOR: ("65504", "-inf"),
    Rounding.CEILING: ("inf", "-65504"),
    Rounding.AWAY_FROM_ZERO: ("inf", "-inf"),
}


@pytest.mark.parametrize("rounding", OVERFLOWING)
def test_overflow_in_each_direction(rounding):
    """IEEE 754-2019 §7.4."""
    halves = with_rules(BINARY16, rounding, FloatOverflow.INFINITY)
    largest = halves.largest
    results = halves.text(halves.add(largest, largest)), halves.text(halves.mul(largest, halves.neg(largest)))
    assert results == OVERFLOWING[rounding]
    as_nan = with_rules(BINARY16, rounding, FloatOverflow.NAN)
    found = as_nan.text(as_nan.add(largest, largest)), as_nan.text(as_nan.mul(largest, as_nan.neg(largest)))
    assert found == tuple("nan" if "inf" in text else text for text in OVERFLOWING[rounding])
    saturating = with_rules(BINARY16, rounding)
    assert saturating.text(saturating.add(largest, largest)) == "65504"
    raising = with_rules(BINARY16, rounding, FloatOverflow.ERROR)
    with pytest.raises(FormatOverflow, match=r"a result must lie within -65504 to 65504 in binary16:.*, got .*131008"):
        raising.add(largest, largest)


def test_where_overflow_begins():
    """To nearest even, at half a unit beyond the largest number, where the tie is between 2047 and 2048 units."""
    for value, text in ((65519, "65504"), (65520, "inf"), (Fraction(131039, 2), "65504")):
        assert BINARY16.text(BINARY16.round(value)) == text
    toward = with_rules(BINARY16, Rounding.NEAREST_TOWARD_ZERO, FloatOverflow.INFINITY)
    assert toward.text(toward.round(65520)) == "65504"
    up = with_rules(BINARY16, Rounding.CEILING, FloatOverflow.INFINITY)
    assert up.text(up.round(65505)) == "inf"
    error = with_rules(BINARY16, Rounding.TOWARD_ZERO, FloatOverflow.ERROR)
    assert error.text(error.round(65535)) == "65504"
    with pytest.raises(FormatOverflow):
        error.round(65536)
    e4m3fn = FLOATS["e4m3fn"]  # the largest number, 448, is even, so that the tie with 480 goes back to it
    assert [e4m3fn.text(e4m3fn.round(value)) for value in (463, 464, 465, 10**9)] == ["448", "448", "nan", "nan"]


@pytest.mark.parametrize("overflow", FloatOverflow)
def test_an_infinity_from_an_operand_is_no_overflow(overflow):
    halves = with_rules(BINARY16, EVEN, overflow)
    infinity, one = halves.parse("inf"), halves.one
    assert halves.add(infinity, one) == halves.mul(infinity, one) == halves.fma(one, one, infinity) == infinity


def test_gradual_underflow_and_flushing():
    least, half = Fraction(2) ** -24, BINARY16.element(Fraction(1, 2))
    assert BINARY16.text(BINARY16.mul(held(BINARY16, 3 * least), half)) == BINARY16.text(held(BINARY16, 2 * least))
    assert BINARY16.mul(held(BINARY16, least), half) == 0
    assert BINARY16.mul(held(BINARY16, -least), half) == BINARY16.parse("-0")
    for rounding in Rounding:
        flushing = MiniFloat(5, 11, rounding, FloatOverflow.INFINITY, subnormals=False)
        normal = flushing.element(Fraction(2) ** -14)
        assert flushing.mul(normal, half) == 0
        assert flushing.mul(flushing.neg(normal), half) == flushing.parse("-0")
        tiny = flushing.add(flushing.element(Fraction(1025, 1024) * Fraction(2) ** -14), flushing.neg(normal))
        assert flushing.text(tiny) == "0"
    flushing = MiniFloat(5, 11, EVEN, FloatOverflow.INFINITY, subnormals=False)
    assert flushing.decode(flushing.round(Fraction(2) ** -14 * Fraction(4095, 4096))) == Fraction(2) ** -14
    assert flushing.round(Fraction(2) ** -14 * Fraction(2047, 2048)) == 0
    assert flushing.size == 2**16 - 2 * 1023
    for code in (1, 1023, 0x8001):
        with pytest.raises(DomainError, match=r"must not be subnormal, got the code \d+"):
            flushing.check(code)


# operations


def test_signed_zeros():
    """IEEE 754-2019 §6.3."""
    for rounding, cancelled in [*((r, "0") for r in Rounding if r is not Rounding.FLOOR), (Rounding.FLOOR, "-0")]:
        halves = with_rules(BINARY16, rounding, FloatOverflow.INFINITY)
        plus, minus, one, other = (halves.parse(text) for text in ("0", "-0", "1", "-1"))
        text = halves.text
        assert (
            text(halves.add(one, other)) == text(halves.add(plus, minus)) == text(halves.add(minus, plus)) == cancelled
        )
        assert (text(halves.add(plus, plus)), text(halves.add(minus, minus))) == ("0", "-0")
        assert [text(halves.mul(x, y)) for x in (plus, minus) for y in (one, other)] == ["0", "-0", "-0", "0"]
        assert text(halves.fma(minus, one, minus)) == "-0"
        assert text(halves.fma(minus, one, plus)) == text(halves.fma(one, one, other)) == cancelled
        assert text(halves.inner((minus, one), (one, minus), minus)) == "-0"
        assert text(halves.inner((one, one), (one, other), minus)) == cancelled
        assert (text(halves.neg(plus)), text(halves.neg(minus))) == ("-0", "0")
        assert (text(halves.sum([])), text(halves.sum([minus])), text(halves.product([]))) == ("0", "-0", "1")


def test_one_zero():
    float_format = FLOATS["e4m3fnuz"]
    least = 1
    assert float_format.neg(0) == 0
    assert float_format.mul(float_format.neg(least), least) == 0
    assert float_format.add(least, float_format.neg(least)) == 0
    assert with_rules(float_format, Rounding.FLOOR).add(least, 0x81) == 0
    assert float_format.neg(0x80) == 0x80 == float_format.nan_code


def test_invalid_operations_and_nan():
    """IEEE 754-2019 §6.1, §6.2 and §7.2, and every NaN comes out as one code."""
    halves = BINARY16
    inf, minus_inf, nan, one, zero = (halves.parse(text) for text in ("inf", "-inf", "nan", "1", "0"))
    assert nan == 0x7E00
    for code in (
        halves.add(inf, minus_inf),
        halves.mul(zero, inf),
        halves.mul(minus_inf, zero),
        halves.fma(inf, zero, one),
    ):
        assert code == nan
    assert halves.fma(inf, one, minus_inf) == halves.inner((inf, one), (one, minus_inf), zero) == nan
    assert halves.fma(inf, one, inf) == halves.mul(minus_inf, minus_inf) == halves.sum([one, inf, inf]) == inf
    assert halves.mul(inf, halves.parse("-1")) == halves.neg(inf) == minus_inf
    for other in (0x7C01, 0xFE00, 0xFFFF):
        assert halves.classify(other) == "nan"
        assert (
            halves.add(other, one)
            == halves.mul(one, other)
            == halves.neg(other)
            == halves.fma(zero, zero, other)
            == nan
        )
        assert halves.product([other]) == halves.sum([other]) == halves.inner((), (), other) == nan


@pytest.mark.parametrize(
    ("step", "rounding"),
    [(7, rounding) for rounding in Rounding]
    + [pytest.param(1, rounding, marks=pytest.mark.full) for rounding in Rounding],
)
def test_fused_operations_in_four_bits(step, rounding):
    """Every seventh triple of codes of each format, beginning elsewhere in each; and all of them."""
    for n, (name, float_format) in enumerate(
        (
            ("e2m1fn", with_rules(FLOATS["e2m1fn"], rounding)),
            (None, MiniFloat(2, 2, rounding, FloatOverflow.INFINITY)),
            (None, MiniFloat(2, 2, rounding, FloatOverflow.NAN, infinities=False, nan=NaNCodes.NEGATIVE_ZERO)),
            (None, MiniFloat(2, 2, rounding, FloatOverflow.SATURATE, nan=NaNCodes.SINGLE, bias=2, subnormals=False)),
        )
    ):
        oracle = by_their_numbers(name, float_format) if name else oracle_of(float_format)
        for triple in islice(product(float_format.codes, repeat=3), n % step, None, step):
            assert float_format.fma(*triple) == oracle.fma(*triple)


@pytest.mark.parametrize("name", ["e2m1fn", "e2m3fn", "e3m2fn"])
def test_every_sum_and_product_in_six_bits(name):
    float_format = FLOATS[name]
    x, y = np.divmod(np.arange(4**float_format.bits), 2**float_format.bits)
    a, b = theirs(name, x), theirs(name, y)
    for operation, numbers in ((float_format.add, add(a, b)), (float_format.mul, mul(a, b))):
        assert list(map(operation, x.tolist(), y.tolist())) == ours(name, numbers).tolist()


def check_operation(operation, expected, operands):
    try:
        code = expected(*operands)
    except OverflowError:
        with pytest.raises(FormatOverflow):
            operation(*operands)
    else:
        assert operation(*operands) == code


@given(formats(), st.data())
def test_operations_in_any_format(float_format, data):
    oracle, codes = oracle_of(float_format), list(float_format.codes)
    code = st.one_of(st.sampled_from(codes), st.sampled_from([x for x in codes if abs(x - float_format.largest) < 4]))
    for _ in range(8):
        x, y, z = (data.draw(code) for _ in range(3))
        check_operation(float_format.add, oracle.add, (x, y))
        check_operation(float_format.mul, oracle.mul, (x, y))
        check_operation(float_format.fma, oracle.fma, (x, y, z))


@given(formats(), st.data())
def test_long_sums_and_products_are_rounded_once(float_format, data):
    assume(float_format.overflow is not FloatOverflow.ERROR)
    numbers = [x for x in float_format.codes if float_format.classify(x) not in ("nan", "inf")]
    row, column = (data.draw(st.lists(st.sampled_from(numbers), min_size=3, max_size=3)) for _ in range(2))
    shift = data.draw(st.sampled_from(numbers))
    decode = float_format.decode
    total = sum((decode(a) * decode(h) for a, h in zip(row, column, strict=True)), decode(shift))
    if total:
        assert float_format.inner(row, column, shift) == float_format.round(total)
    if sum(map(decode, row)):
        assert float_format.sum(row) == float_format.round(sum(map(decode, row)))
    if all(map(decode, row)):
        assert float_format.product(row) == float_format.round(decode(row[0]) * decode(row[1]) * decode(row[2]))
    assert float_format.inner((row[0],), (column[0],), shift) == float_format.fma(row[0], column[0], shift)
    assert inner_product(float_format)(row, column, shift) == float_format.inner(row, column, shift)


def test_vectors_from_elsewhere():
    """0.1 + 0.2 is the double after 0.3; and a fused operation finds the error of a product, as in Dekker's."""
    doubles = FLOATS["binary64"]
    tenth, fifth = 0x3FB999999999999A, 0x3FC999999999999A
    assert doubles.round(Fraction(1, 10)) == tenth
    assert doubles.round(Fraction(1, 5)) == fifth
    assert doubles.add(tenth, fifth) == 0x3FD3333333333334 == doubles.round(Fraction(3, 10)) + 1
    near_one = doubles.element(1 + Fraction(2) ** -52)
    square = doubles.mul(near_one, near_one)
    error = doubles.fma(near_one, near_one, doubles.neg(square))
    assert doubles.decode(error) == Fraction(2) ** -104


def test_sums_are_not_associative():
    """A bfloat16 state of 4096 takes up no 2, which is a quarter of its spacing at most."""
    floats = FLOATS["bfloat16"]
    large, two = floats.element(4096), floats.element(2)
    assert floats.add(floats.add(large, two), floats.neg(large)) == 0
    assert floats.add(floats.add(large, floats.neg(large)), two) == two
