"""Rounding to an integer, against the definition of each rule by the distances to all integers nearby."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor, trunc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic.rounding import Rounding, round_to_integer
from exactssm.errors import DomainError

VALUES = [(n, d) for d in range(1, 9) for n in range(-40, 41)]

PREFERENCE = {
    Rounding.NEAREST_EVEN: lambda candidate: candidate % 2,
    Rounding.NEAREST_AWAY: lambda candidate: -abs(candidate),
    Rounding.NEAREST_TOWARD_ZERO: abs,
    Rounding.NEAREST_UP: lambda candidate: -candidate,
    Rounding.NEAREST_DOWN: lambda candidate: candidate,
}
"""Among the integers that are equally near, the one with the least key wins."""


@pytest.mark.parametrize("rounding", PREFERENCE)
def test_nearest_is_nearest_and_ties_go_where_the_rule_says(rounding):
    for numerator, denominator in VALUES:
        value = Fraction(numerator, denominator)
        near = range(floor(value) - 2, floor(value) + 4)
        expected = min(near, key=lambda integer: (abs(value - integer), PREFERENCE[rounding](integer)))
        assert round_to_integer(numerator, denominator, rounding) == expected, value


def test_directed_roundings():
    for numerator, denominator in VALUES:
        value = Fraction(numerator, denominator)
        assert round_to_integer(numerator, denominator, Rounding.FLOOR) == floor(value), value
        assert round_to_integer(numerator, denominator, Rounding.CEILING) == ceil(value), value
        assert round_to_integer(numerator, denominator, Rounding.TOWARD_ZERO) == trunc(value), value
        away = ceil(value) if value > 0 else floor(value)
        assert round_to_integer(numerator, denominator, Rounding.AWAY_FROM_ZERO) == away, value


def test_every_rounding_is_tested_above():
    directed = {Rounding.FLOOR, Rounding.CEILING, Rounding.TOWARD_ZERO, Rounding.AWAY_FROM_ZERO}
    assert set(Rounding) == directed | set(PREFERENCE)
    assert {rounding for rounding in Rounding if rounding.is_nearest} == set(PREFERENCE)


@given(st.fractions(), st.fractions(), st.sampled_from(Rounding))
def test_monotone_near_and_idempotent(x, y, rounding):
    low, high = sorted((x, y))
    below = round_to_integer(low.numerator, low.denominator, rounding)
    assert below <= round_to_integer(high.numerator, high.denominator, rounding)
    assert abs(below - low) < 1 if not rounding.is_nearest else abs(below - low) <= Fraction(1, 2)
    assert round_to_integer(below, 1, rounding) == below


@given(st.integers(), st.integers(1, 10**30), st.integers(1, 10**10), st.sampled_from(Rounding))
def test_lowest_terms_do_not_matter(numerator, denominator, factor, rounding):
    rounded = round_to_integer(numerator, denominator, rounding)
    assert round_to_integer(numerator * factor, denominator * factor, rounding) == rounded


@pytest.mark.parametrize("denominator", [0, -1])
def test_a_denominator_below_one(denominator):
    with pytest.raises(DomainError, match=f"a denominator must be at least 1, got {denominator}"):
        round_to_integer(1, denominator, Rounding.FLOOR)


def test_names():
    assert [Rounding.named(rounding.value) for rounding in Rounding] == list(Rounding)
    assert Rounding.named(Rounding.FLOOR) is Rounding.FLOOR
    for name in ("nearest", "Floor", 3, None, ["floor"]):
        with pytest.raises(DomainError, match=r"a rounding must be one of floor, .*; got"):
            Rounding.named(name)
