"""The nearest of a finite set, against a search through the whole set."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import FixedPoint, NearestOf, Overflow, Rounding
from exactssm.arithmetic.domain import Rounds
from exactssm.errors import DomainError, NoSuchElement


def cast(numbers, value):
    """The smallest of the elements of D that are nearest to the value, word for word as 2411.12537 App. B.1 has it."""
    least_distance = min(abs(d - value) for d in numbers)
    return min(d for d in numbers if abs(d - value) == least_distance)


GRID = [Fraction(n, 12) for n in range(-40, 41)]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_small_set_on_a_grid(size):
    candidates = [Fraction(n, 6) for n in (-9, -6, -2, 0, 1, 2, 3, 6, 12)]
    for numbers in combinations(candidates, size):
        form = NearestOf.of(*reversed(numbers))
        assert form.values() == numbers == form.numbers
        assert [form.decode(form.round(value)) for value in GRID] == [cast(numbers, value) for value in GRID]
        for value in GRID:
            below, above = form.neighbours(value)
            assert below == max((d for d in numbers if d <= value), default=None)
            assert above == min((d for d in numbers if d >= value), default=None)
        for x, y in product(form.codes, repeat=2):
            a, b = form.decode(x), form.decode(y)
            assert form.decode(form.add(x, y)) == cast(numbers, a + b)
            assert form.decode(form.mul(x, y)) == cast(numbers, a * b)
            assert form.decode(form.fma(x, y, y)) == cast(numbers, a * b + b)
            assert form.decode(form.inner((x, y), (x, x), y)) == cast(numbers, a * a + b * a + b)
            assert form.decode(form.neg(x)) == cast(numbers, -a)
            assert form.decode(form.sum([x, x, y])) == cast(numbers, a + a + b)
            assert form.decode(form.product([x, x, y])) == cast(numbers, a * a * b)


fractions = st.fractions(max_denominator=10**6)


@given(st.sets(fractions, min_size=1, max_size=40), fractions, fractions)
def test_any_set(numbers, value, other):
    form = NearestOf.of(*numbers)
    assert form.decode(form.round(value)) == cast(numbers, value)
    assert [form.round(d) for d in form.values()] == list(form.codes)
    low, high = sorted((value, other))
    assert form.round(low) <= form.round(high)
    middle = (form.numbers[0] + form.numbers[min(1, form.size - 1)]) / 2
    assert form.round(middle) == 0
    for x in form.codes:
        assert form.parse(form.format(x)) == form.element(form.decode(x)) == x


def test_a_fixed_point_format_is_a_finite_set_with_ties_down():
    fixed = FixedPoint(1, 3, Rounding.NEAREST_DOWN, Overflow.SATURATE)
    form = NearestOf(fixed.values())
    for value in GRID:
        assert form.decode(form.round(value)) == fixed.decode(fixed.round(value))


def test_a_set_without_0_and_1_rounds_all_the_same():
    form = NearestOf.of(Fraction(-1, 2), 2)
    assert isinstance(form, Rounds)
    for constant, name in ((0, "zero"), (1, "one")):
        assert not hasattr(form, name)
        with pytest.raises(NoSuchElement, match=f"does not hold {constant}: next to it are -1/2 below and 2 above"):
            getattr(form, name)
    with pytest.raises(DomainError, match="does not hold -1: next to it are none below and -1/2 above"):
        form.root_of_unity(2)
    assert NearestOf.of(-1, 0, 1).root_of_unity(2) == 0
    assert (NearestOf.of(-1, 0, 1).zero, NearestOf.of(-1, 0, 1).one) == (1, 2)


def test_names_of_large_sets_say_their_size():
    assert str(NearestOf.of(*range(16))) == "nearest:" + ",".join(map(str, range(16)))
    assert str(NearestOf.of(*range(17))) == "nearest of 17 numbers"


HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((), "a tuple of 1 to 65536 numbers, got 0 numbers"),
        ((HALF,) * 65537, "a tuple of 1 to 65536 numbers, got 65537 numbers"),
        ([HALF], r"a tuple of 1 to 65536 numbers, got \[Fraction"),
        (HALF, "a tuple of 1 to 65536 numbers, got Fraction"),
        (None, "a tuple of 1 to 65536 numbers, got None"),
        ((HALF, 1), "number 1: an element of a finite set must be a Fraction, got 1"),
        ((0.5,), "number 0: an element of a finite set must be a Fraction, got 0.5"),
        ((True,), "number 0: an element of a finite set must be a Fraction, got True"),
        ((HALF, HALF), r"number 1: the numbers .* must ascend, got Fraction\(1, 2\) after Fraction\(1, 2\)"),
        ((HALF, -HALF), r"number 1: the numbers .* must ascend, got Fraction\(-1, 2\) after Fraction\(1, 2\)"),
    ],
)
def test_sets_that_are_none(numbers, message):
    with pytest.raises(DomainError, match=message):
        NearestOf(numbers)


@pytest.mark.parametrize("number", [True, 0.5, "1/2", None], ids=repr)
def test_sets_of_what_are_no_numbers(number):
    with pytest.raises(DomainError, match="number 1: a finite set must hold ints and Fractions, got"):
        NearestOf.of(0, number)
    with pytest.raises(DomainError, match=r"an element of nearest:0,1 must be a code, an int in range\(0, 2\), got"):
        NearestOf.of(0, 1).add(0, number)
