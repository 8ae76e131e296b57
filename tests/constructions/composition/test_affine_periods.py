"""Periods of affine maps: groups known from elsewhere, brute force, and forged violations."""

from collections import Counter
from itertools import product

import pytest

from constructions.composition.affine_periods import CLAIMS, AffineMaps, LongPeriod, periods, two_part
from exactssm.errors import CertificateError, ConstructionError
from verify.runner import examine


@pytest.mark.parametrize("instance", CLAIMS[0].instances)
def test_the_claim_holds(instance):
    assert examine(CLAIMS[0], instance).holds


@pytest.mark.full
@pytest.mark.parametrize("instance", CLAIMS[0].full)
def test_the_claim_holds_in_full(instance):
    assert examine(CLAIMS[0], instance).holds


def by_hand(d, p):
    """Periods of all maps, as functions on the points."""
    modulus, points = 2**p, list(product(range(2**p), repeat=d))
    every, invertible = Counter(), Counter()
    for rows in product(points, repeat=d):
        for b in points:
            image = [
                points.index(
                    tuple(
                        (sum(x * y for x, y in zip(row, h, strict=True)) + c) % modulus
                        for row, c in zip(rows, b, strict=True)
                    )
                )
                for h in points
            ]
            power, at = tuple(image), {}
            while power not in at:
                at[power] = len(at)
                power = tuple(image[i] for i in power)
            period = len(at) - at[power]
            every[period] += 1
            if len(set(image)) == len(points):
                invertible[period] += 1
    return every, invertible


@pytest.mark.parametrize(("d", "p"), [(1, 1), (1, 2), (1, 3), (2, 1)])
def test_against_functions_on_points(d, p):
    found = periods(AffineMaps(d, p))
    assert (found.all, found.invertible) == by_hand(d, p)


def test_known_groups():
    """AGL(1, Z/4) = D4; AGL(2,2) = S4; AGL(3,2) of order 8 * 168, whose element orders are 1, 2, 3, 4, 6, 7."""
    assert periods(AffineMaps(1, 2)).invertible == {1: 1, 2: 5, 4: 2}
    assert periods(AffineMaps(2, 1)).invertible == {1: 1, 2: 9, 3: 8, 4: 6}
    agl = periods(AffineMaps(3, 1)).invertible
    assert (sum(agl.values()), sorted(agl)) == (1344, [1, 2, 3, 4, 6, 7])


@pytest.mark.full
def test_agl_4_2():
    """322560 elements, 16 * 20160; a 2-part of 8, but not of 16."""
    agl = periods(AffineMaps(4, 1)).invertible
    assert (sum(agl.values()), max(map(two_part, agl))) == (322560, 8)


def test_the_bound_is_met():
    for d, p in ((1, 3), (2, 1), (2, 2), (3, 1)):
        space = AffineMaps(d, p)
        assert max(map(two_part, periods(space).all)) == space.bound


def test_forged_violations_are_refused():
    space = AffineMaps(1, 2)
    with pytest.raises(CertificateError, match="no longer than the lemma says"):
        LongPeriod(space, ((1, 1), (0, 1)), 4).replay()
    with pytest.raises(CertificateError, match="no longer"):
        LongPeriod(space, ((1, 1), (0, 1)), 8).replay()
    with pytest.raises(CertificateError, match="affine"):
        LongPeriod(space, ((1, 1), (1, 1)), 8).replay()
    # a map of Z/8 passed off as one of Z/4 x ... is long for a smaller bound
    assert LongPeriod(AffineMaps(1, 3), ((1, 1), (0, 1)), 8).space.bound == 8


def test_bad_input():
    for d, p in ((0, 1), (1, 0), (5, 1), (2, 5), (10**9, 1), (1, 10**9)):
        with pytest.raises(ConstructionError, match="at most"):
            AffineMaps(d, p)
