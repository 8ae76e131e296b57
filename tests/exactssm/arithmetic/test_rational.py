from __future__ import annotations

from fractions import Fraction

import pytest

from exactssm.arithmetic import Rationals, dense_by_steps
from exactssm.errors import DomainError


def test_text():
    field = Rationals()
    assert field.parse("-6/4") == Fraction(-3, 2)
    assert field.format(Fraction(-3, 2)) == "-3/2"
    assert field.format(Fraction(4, 2)) == "2"
    assert field.parse("9" * 4300 + "/" + "7" * 4300) == Fraction(int("9" * 4300), int("7" * 4300))
    with pytest.raises(DomainError, match="at most 4300 digits"):
        field.format(Fraction(10**4300))
    with pytest.raises(DomainError, match="a denominator must not be zero, got '1/0'"):
        field.parse("1/0")


def test_a_refusal_can_show_a_number_that_cannot_be_printed():
    with pytest.raises(DomainError, match="very many digits"):
        Rationals().parse(Fraction(10**5000))  # type: ignore[arg-type]


def test_fibonacci_numbers():
    """F_100 = 354224848179261915075, by a matrix of order 2."""
    field = Rationals()
    one, zero = field.one, field.zero
    case = [[[zero, one], [one, one]]], [[zero, zero]], [zero, one], [0] * 100
    last = field.scan_dense(*case)[-1]
    assert last[0] == 354224848179261915075
    assert last == dense_by_steps(field, *case)[-1]


def test_a_geometric_series_reaches_its_closed_form():
    """h' = h/3 + 1 from 0 is (1 - 3^-t) 3/2, through several reductions of the common denominator."""
    states = Rationals().scan_diagonal([[Fraction(1, 3)]], [[Fraction(1)]], [Fraction(0)], [0] * 200)
    assert states == [((1 - Fraction(1, 3) ** t) * Fraction(3, 2),) for t in range(201)]


def test_denominators_that_cancel_stay_small():
    """h' = 2h after h' = h/2, again and again: what is kept between reductions grows, the states don't."""
    half, two, zero = Fraction(1, 2), Fraction(2), Fraction(0)
    states = Rationals().scan_diagonal([[half], [two]], [[zero], [zero]], [Fraction(5)], [0, 1] * 500)
    assert set(states) == {(Fraction(5),), (Fraction(5, 2),)}
