"""Floats of logarithmic precision, against the set of all pairs <m, e> of 2404.08819 App. A."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import LogPrecision, LogPrecisionFloats, PrecisionSchedule, ResidueRing, Rounding
from exactssm.arithmetic.domain import Rounds
from exactssm.errors import DomainError
from exactssm.layers import DiagonalLayer

SHAPES = [(mantissa, exponent) for mantissa in (2, 3, 4, 5) for exponent in (1, 2, 3)]
EVEN = Rounding.NEAREST_EVEN


def signed_integers(bits):
    return range(-(2 ** (bits - 1)), 2 ** (bits - 1))


def number(m, e):
    """m 2^(e - |m| + 1), with |m| the bit length of m."""
    length = len(bin(abs(m))) - 2 if m else 0
    return m * Fraction(2) ** (e - length + 1)


def cast(numbers, value, rounding):
    """What ``value`` becomes among the sorted ``numbers``; beyond the ends, the end."""
    if value in numbers:
        return value
    if value < numbers[0]:
        return numbers[0]
    if value > numbers[-1]:
        return numbers[-1]
    lower, upper = max(d for d in numbers if d < value), min(d for d in numbers if d > value)
    name = rounding.value
    if name.startswith("nearest-"):
        if value - lower != upper - value:
            return lower if value - lower < upper - value else upper
        name = name.removeprefix("nearest-")
    nearer_zero, farther = sorted((lower, upper), key=abs)
    return {
        "floor": lower,
        "down": lower,
        "ceiling": upper,
        "up": upper,
        "toward-zero": nearer_zero,
        "away-from-zero": farther,
        "away": farther,
        "even": nearer_zero if nearer_zero / (upper - lower) % 2 == 0 else farther,
    }[name]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_numbers_are_those_of_the_pairs(shape):
    form = LogPrecisionFloats(*shape, EVEN)
    pairs = list(product(signed_integers(shape[0]), signed_integers(shape[1])))
    assert list(form.values()) == sorted({number(m, e) for m, e in pairs})
    for m, e in pairs:
        x = form.from_pair(m, e)
        assert form.decode(x) == number(m, e) == number(*form.pair(x))
        odd, exponent = form.pair(x)
        assert (odd % 2 == 1 and exponent == e) if m else (odd, exponent) == (0, 0)
    assert (form.zero, form.decode(form.one)) == (0, 1)


@pytest.mark.parametrize("shape", SHAPES)
def test_every_value_on_a_grid_is_cast_by_the_rules(shape):
    numbers = LogPrecisionFloats(*shape, EVEN).values()
    between = [(a + b) / 2 for a, b in pairwise(numbers)]
    third = [(2 * a + b) / 3 for a, b in pairwise(numbers)]
    values = sorted({*numbers, *between, *third, numbers[0] * 2, numbers[-1] * 2, numbers[-1] + Fraction(1, 100)})
    for rounding in Rounding:
        form = LogPrecisionFloats(*shape, rounding)
        codes = [form.round(value) for value in values]
        assert list(map(form.decode, codes)) == [cast(numbers, value, rounding) for value in values]
        assert codes == sorted(codes)
        assert [form.round(value) for value in numbers] == list(form.codes)
        for value in values:
            below, above = form.neighbours(value)
            assert below == max((d for d in numbers if d <= value), default=None)
            assert above == min((d for d in numbers if d >= value), default=None)


@pytest.mark.parametrize("shape", [(2, 1), (2, 2), (3, 2), (4, 1)])
def test_operations_are_exact_and_then_cast(shape):
    for rounding in Rounding:
        form = LogPrecisionFloats(*shape, rounding)
        numbers = form.values()
        for (x, a), (y, b) in product(zip(form.codes, numbers, strict=True), repeat=2):
            assert form.decode(form.add(x, y)) == cast(numbers, a + b, rounding)
            assert form.decode(form.mul(x, y)) == cast(numbers, a * b, rounding)
            assert form.decode(form.fma(x, y, x)) == cast(numbers, a * b + a, rounding)
            assert form.decode(form.sum([x, y, y])) == cast(numbers, a + b + b, rounding)
            assert form.decode(form.product([x, y, y])) == cast(numbers, a * b * b, rounding)


formats = st.builds(LogPrecisionFloats, st.integers(2, 30), st.integers(1, 8), st.sampled_from(Rounding))


@given(st.data(), formats)
def test_any_value_in_a_large_format(data, form):
    """The cast is checked by what it must be between its neighbours, which are checked to have nothing between them."""
    exponent = data.draw(st.integers(form.least_exponent - 3, -form.least_exponent + 3))
    value = data.draw(st.fractions(-2, 2, max_denominator=10**12)) * Fraction(2) ** exponent
    below, above = form.neighbours(value)
    if below is None or above is None:
        ends = form.decode(form.codes.start), form.decode(form.codes.stop - 1)
        assert form.decode(form.round(value)) == (ends[0] if below is None else ends[1])
        assert value < ends[0] if below is None else value > ends[1]
    else:
        assert below <= value <= above
        assert form.element(above) - form.element(below) == (above != below)
        assert form.decode(form.round(value)) == cast([below, above], value, form.rounding)


@given(st.data(), formats)
def test_codes_ascend_and_are_read_back(data, form):
    x = data.draw(st.integers(form.codes.start, form.codes.stop - 2))
    assert form.decode(x) < form.decode(x + 1)
    assert form.round(form.decode(x)) == form.parse(form.format(x)) == form.from_pair(*form.pair(x)) == x
    assert form.decode(form.neg(x)) == -form.decode(x)


def test_an_iterated_sum_is_cast_once():
    """2404.08819 Def. A.1: not what adding one by one gives."""
    form = LogPrecisionFloats(3, 4, EVEN)
    two, quarter = form.parse("2"), form.parse("1/4")
    one_by_one = two
    for _ in range(8):
        one_by_one = form.add(one_by_one, quarter)
    assert form.text(one_by_one) == "2"
    assert form.text(form.sum([two] + [quarter] * 8)) == "4"
    large, small = form.parse("128"), form.parse("1/128")
    assert form.text(form.product([large, large, small, small])) == "1"
    assert form.text(form.mul(form.mul(large, large), form.mul(small, small))) == "0"  # 2^-14 is lost
    assert form.sum([]) == form.zero
    assert form.product([]) == form.one


def test_a_layer_computes_in_them():
    form = LogPrecisionFloats(4, 3, Rounding.TOWARD_ZERO)
    assert isinstance(form, Rounds)
    layer = DiagonalLayer(form, start=(form.one,), decay=lambda x: (form.parse("3/4"),))
    assert [form.text(h) for (h,) in layer.run("a" * 5)] == ["1", "3/4", "1/2", "3/8", "1/4", "3/16"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1, 3, EVEN), "a mantissa must have 2 to 4096 bits, its sign included, got 1"),
        ((4097, 3, EVEN), "a mantissa must have 2 to 4096 bits, its sign included, got 4097"),
        ((True, 3, EVEN), "its sign included, got True"),
        ((4.0, 3, EVEN), "its sign included, got 4.0"),
        ((4, 0, EVEN), "an exponent must have 1 to 16 bits, its sign included, got 0"),
        ((4, 17, EVEN), "an exponent must have 1 to 16 bits, its sign included, got 17"),
        ((4, "3", EVEN), "an exponent must have 1 to 16 bits, its sign included, got '3'"),
        ((4, 3, "nearest-even"), "the rounding of floats must be a Rounding, got 'nearest-even'"),
        ((4, 3, None), "the rounding of floats must be a Rounding, got None"),
    ],
)
def test_floats_that_are_none(arguments, message):
    with pytest.raises(DomainError, match=message):
        LogPrecisionFloats(*arguments)


def test_what_the_floats_refuse():
    form = LogPrecisionFloats(4, 3, EVEN)
    for m, e, message in (
        (8, 0, "m must be an int of 4 bits with its sign, got 8"),
        (-9, 0, "m must be an int of 4 bits with its sign, got -9"),
        (True, 0, "m must be an int of 4 bits with its sign, got True"),
        (1, 4, "e must be an int of 3 bits with its sign, got 4"),
        (0, -5, "e must be an int of 3 bits with its sign, got -5"),
        (1, 0.0, r"e must be an int of 3 bits with its sign, got 0\.0"),
    ):
        with pytest.raises(DomainError, match=message):
            form.from_pair(m, e)
    for value, message in (
        (15, "does not hold 15: next to it are 14 below and none above"),
        (Fraction(9, 8), "does not hold 9/8: next to it are 1 below and 5/4 above"),
        (Fraction(1, 17), "does not hold 1/17: next to it are 0 below and 1/16 above"),
        (-100, "does not hold -100: next to it are none below and -14 above"),
    ):
        with pytest.raises(DomainError, match=message):
            form.element(value)
    for value in (True, 1.0, form.codes.stop, form.codes.start - 1, None):
        with pytest.raises(
            DomainError, match=r"an element of log-float:.* must be a code, an int in range\(-32, 33\), got"
        ):
            form.mul(value, 0)


def test_log_precision_grows_with_the_bit_length():
    rule = LogPrecision(3, 1, EVEN)
    for length, log in ((0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (100, 7), (2**15, 16)):
        assert rule(length) == LogPrecisionFloats(3 * log, log, EVEN)
    assert LogPrecision(1, 1, EVEN)(1) == LogPrecisionFloats(2, 1, EVEN)
    with pytest.raises(DomainError, match="an exponent must have 1 to 16 bits, its sign included, got 17"):
        rule(2**16)


def test_a_schedule_gives_an_arithmetic_for_each_length():
    schedule = PrecisionSchedule(LogPrecision(2, 1, EVEN))
    assert (
        schedule == PrecisionSchedule(LogPrecision(2, 1, EVEN)) != PrecisionSchedule(LogPrecision(2, 1, Rounding.FLOOR))
    )
    assert schedule.at(8) == LogPrecisionFloats(8, 4, EVEN)
    assert PrecisionSchedule(lambda n: ResidueRing(n + 2)).at(5) == ResidueRing(7)
    for name in ("alphabet", "start", "step"):  # what a machine has
        assert not hasattr(schedule, name)


@pytest.mark.parametrize(
    ("refused", "message"),
    [
        (lambda: PrecisionSchedule(None), "the rule of a precision schedule must map lengths, got None"),
        (lambda: PrecisionSchedule(8), "the rule of a precision schedule must map lengths, got 8"),
        (lambda: PrecisionSchedule(lambda n: n).at(3), "length 3: a precision schedule must give a domain, got 3"),
        (lambda: PrecisionSchedule(lambda n: ResidueRing).at(-1), "length of a word must be an int >= 0, got -1"),
        (
            lambda: PrecisionSchedule(LogPrecision(2, 1, EVEN)).at(True),
            "length of a word must be an int >= 0, got True",
        ),
        (lambda: PrecisionSchedule(LogPrecision(2, 1, EVEN)).at(2.0), "length of a word must be an int >= 0, got 2.0"),
        (lambda: LogPrecision(0, 1, EVEN), "the factor of log n for the mantissa must be an int >= 1, got 0"),
        (lambda: LogPrecision(2, -1, EVEN), "the factor of log n for the exponent must be an int >= 1, got -1"),
        (lambda: LogPrecision(2, True, EVEN), "the factor of log n for the exponent must be an int >= 1, got True"),
        (lambda: LogPrecision(2, 1, "floor"), "the rounding of floats must be a Rounding, got 'floor'"),
        (lambda: LogPrecision(2, 17, EVEN), "an exponent must have 1 to 16 bits, its sign included, got 17"),
    ],
)
def test_schedules_that_are_refused(refused, message):
    with pytest.raises(DomainError, match=message):
        refused()
