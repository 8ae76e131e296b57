"""Formulas of the appendix: the counterexample of theory, small matrices by hand, and forgeries."""

from dataclasses import replace
from fractions import Fraction
from itertools import islice

import pytest

from constructions.automata import diagonalizable_readings as readings
from constructions.automata.diagonalizable_readings import (
    Misprint,
    Reading,
    adjugate,
    determinant,
    exponential_misprint,
    inverse,
    inverse_misprint,
    members,
    multiply,
    symbolic_failure,
)
from exactssm.errors import CertificateError


def rows(*lines):
    return tuple(tuple(map(Fraction, line)) for line in lines)


SHEAR = Reading(rows((1, 1), (0, 1)), (Fraction(1), Fraction(2)))


def test_the_known_counterexample():
    """W = [[1,1],[0,1]], a = (1,2): A = [[1,1],[0,2]], its inverse [[1,-1/2],[0,1/2]], printed [[1,1/2],[0,1/2]]."""
    assert not readings._inverse_is_right(SHEAR, printed=True)
    assert readings._inverse_is_right(SHEAR, printed=False)
    half = Fraction(1, 2)
    A = multiply(multiply(SHEAR.W, rows((1, 0), (0, 2))), inverse(SHEAR.W))
    assert rows((1, 1), (0, 2)) == A
    assert multiply(A, rows((1, -half), (0, half))) == rows((1, 0), (0, 1))
    assert multiply(A, rows((1, half), (0, half))) == rows((1, 1), (0, 1))


def test_the_first_ones():
    """In their order: with all of magnitude 1, a must not be scalar, and W no monomial matrix."""
    found = inverse_misprint(2, 1)
    assert found.reading == Reading(rows((0, 1), (1, 1)), (Fraction(1), Fraction(-1)))
    before = [r for r in members(2, 1) if not readings._inverse_is_right(r, True)]
    assert before[0] == found.reading
    assert inverse_misprint(1, 4) is None
    assert inverse_misprint(2, 1, printed=False) is None
    assert exponential_misprint(1, 1).reading == Reading(rows((1,)), (Fraction(1),), Fraction(2))


def test_the_step_width_counts_only_where_it_is_not_one():
    for reading in (*members(1, 2, readings.DELTAS), *islice(members(2, 1, readings.DELTAS), 60)):
        assert readings._exponential_is_right(reading, printed=True) == (reading.delta == 1)


def test_members_are_invertible_and_smaller_ones_come_first():
    found = list(members(2, 1))
    assert len(found) == len(set(found)) == 48 * 4  # of 81 matrices with entries 0, 1, -1 there are 33 singular ones
    assert all(determinant(reading.W) for reading in found)
    assert len(list(members(1, 3))) == 6 * 6
    assert [max(abs(r.W[0][0]), abs(r.a[0])) for r in members(1, 2)] == [1] * 4 + [2] * 12


def test_adjugates():
    W = rows((2, 0, 1), (1, 1, 0), (3, 5, 7))
    assert determinant(W) == 2 * 7 + 1 * 2
    assert multiply(W, adjugate(W)) == rows((16, 0, 0), (0, 16, 0), (0, 0, 16))


def test_identities_of_polynomials(monkeypatch):
    assert [symbolic_failure(d) for d in (1, 2)] == [None] * 2
    monkeypatch.setattr(readings, "adjugate", lambda W: W)  # no inverse: both identities break
    failure = symbolic_failure(2)
    assert failure.place == (0, 0)
    failure.replay()
    monkeypatch.undo()
    with pytest.raises(CertificateError, match="found again"):
        failure.replay()


def test_forged_misprints():
    found = inverse_misprint(2, 1)
    found.replay()
    harmless = replace(found, reading=Reading(rows((1, 0), (0, 1)), (Fraction(1), Fraction(1))))
    with pytest.raises(CertificateError, match="but is right"):
        harmless.replay()
    assert isinstance(harmless, Misprint)
