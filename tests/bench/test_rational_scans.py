"""Rational recurrences on integers with a common denominator, against the definition on fractions, side by side."""

from __future__ import annotations

import random
from fractions import Fraction
from time import perf_counter_ns

import pytest

from exactssm.arithmetic import CyclotomicField, Rationals, ResidueRing, dense_by_steps, diagonal_by_steps


def seconds_ratio(slow, fast, *case):
    """How many times longer ``slow`` takes than ``fast``, in whole percent; both must give the same states."""
    least = []
    results = []
    for run in (slow, fast):
        times = []
        for _ in range(3):
            begin = perf_counter_ns()
            result = run(*case)
            times.append(perf_counter_ns() - begin)
        least.append(min(times))
        results.append(result)
    assert results[0] == results[1]
    return 100 * least[0] // least[1]


def rational_case(kind, width, length):
    draw = random.Random(0)

    def entry():
        if kind == "generic":
            return Fraction(draw.randint(-9, 9), draw.randint(1, 9))
        return Fraction(draw.randint(-1, 1), draw.choice((1, 2)))

    def row():
        return [entry() for _ in range(width)]

    def permutation():
        order = draw.sample(range(width), width)
        return [[Fraction(int(j == k)) for j in range(width)] for k in order]

    matrix = [permutation() if kind == "bounded" else [row() for _ in range(width)] for _ in range(3)]
    drive = [[Fraction(0)] * width if kind == "bounded" else row() for _ in range(3)]
    return matrix, drive, row(), [draw.randrange(3) for _ in range(length)]


@pytest.mark.bench
@pytest.mark.parametrize(("kind", "at_least"), [("bounded", 500), ("dyadic", 200), ("generic", 200)])
def test_dense_rational_scans_are_faster_than_fractions(kind, at_least):
    field = Rationals()
    case = rational_case(kind, width=8, length=300)
    assert seconds_ratio(lambda *c: dense_by_steps(field, *c), field.scan_dense, *case) >= at_least


@pytest.mark.bench
def test_compiled_residues_are_faster_than_the_definition():
    ring = ResidueRing(2**16)
    case = [[3] * 4, [5] * 4], [[1] * 4, [2] * 4], [0] * 4, [0, 1] * 5000
    assert seconds_ratio(lambda *c: diagonal_by_steps(ring, *c), ring.scan_diagonal, *case) >= 300


@pytest.mark.bench
def test_cyclotomic_rotations_are_not_much_slower_than_the_definition():
    """By the definition a product of roots of unity is a sum of exponents; the scan multiplies matrices."""
    field = CyclotomicField(12)
    case = [[field.zeta(1)], [field.zeta(5)]], [[field.zero], [field.zero]], [field.one], [0, 1, 1] * 1000
    assert seconds_ratio(lambda *c: diagonal_by_steps(field, *c), field.scan_diagonal, *case) >= 30
