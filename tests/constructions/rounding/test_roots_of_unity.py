"""Roots of unity against series in integers: constants, and the nearest root by distances."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructions.rounding.roots_of_unity import (
    enclosures,
    nearest_root,
    nearest_root_of_angle,
    rounded_angle,
    rounded_cosine,
    rounded_sine,
    scaled_cosine,
)
from exactssm.arithmetic import FLOATS
from exactssm.errors import DomainError
from tests.constructions.taylor import ERROR, PI, cosine_and_sine

F = Fraction
HALF = F(1, 2)
ORDERS = (2, 3, 4, 5, 7, 8, 12, 60)


def certainly(rounding, value):
    """What all numbers within ERROR of ``value`` become."""
    low, high = rounding(value - ERROR), rounding(value + ERROR)
    assert low == high
    return low


@pytest.mark.parametrize("name", ["binary64", "binary32", "bfloat16", "binary16", "e4m3fn", "e5m2"])
def test_constants(name):
    parts = FLOATS[name]
    for m in ORDERS:
        for j in range(m):
            cosine, sine = cosine_and_sine(F(j, m))
            for exact, found in ((cosine, rounded_cosine(parts, F(j, m))), (sine, rounded_sine(parts, F(j, m)))):
                doubled = round(2 * exact)
                if abs(2 * exact - doubled) < ERROR * 4:  # 0, 1/2 or 1, and a rational is rounded itself
                    assert parts.decode(found) == F(doubled, 2)
                    assert found != parts.sign_bit  # not -0
                else:
                    assert found == certainly(parts.round, exact)
        assert rounded_angle(parts, F(1, m)) == certainly(parts.round, 2 * PI / m)
    assert rounded_angle(parts, F(0)) == 0


def test_two_pi_in_each_format():
    """The familiar figures: 0x40490fdb is the float32 next to pi, 0x400921fb54442d18 the double."""
    assert rounded_angle(FLOATS["binary32"], HALF) == 0x40490FDB
    assert rounded_angle(FLOATS["binary64"], HALF) == 0x400921FB54442D18
    assert [FLOATS[name].decode(rounded_angle(FLOATS[name], F(1))) for name in ("e4m3fn", "e5m2")] == [F(13, 2), 6]


def test_scaled_cosines():
    for m in ORDERS:
        for j in range(m):
            exact = cosine_and_sine(F(j, m))[0] * 2**30
            assert abs(exact - scaled_cosine(F(j, m), 30)) <= HALF + ERROR * 2**30


def test_enclosures_shrink_onto_the_number():
    from flint import arb

    found = enclosures(arb.pi)
    before = None
    for _ in range(4):
        low, high = next(found)
        assert low - ERROR <= PI <= high + ERROR
        assert before is None or high - low < before / 2**60
        before = high - low


def by_distance(order, x, y):
    """The root with the least squared distance, which is x^2 + y^2 + 1 less twice x cos + y sin; None for a tie."""
    roots = [cosine_and_sine(F(k, order)) for k in range(order)]
    products = sorted(((x * c + y * s, k) for k, (c, s) in enumerate(roots)), reverse=True)
    gap = products[0][0] - products[1][0]
    return None if gap <= 8 * ERROR * (abs(x) + abs(y) + 1) else products[0][1]


numbers = st.builds(lambda n, e: F(n) * F(2) ** e, st.integers(-(2**24), 2**24), st.integers(-40, 20))


@given(st.sampled_from(ORDERS), numbers, numbers)
def test_nearest_root_is_the_one_at_the_least_distance(order, x, y):
    assert nearest_root(order, x, y) == by_distance(order, x, y)


@given(st.sampled_from((2, 3, 4, 5, 6, 8, 12, 60)), numbers.filter(bool))
def test_nearest_root_on_axes_and_diagonals(order, x):
    for point in ((x, x), (x, -x), (x, F(0)), (F(0), x)):
        assert nearest_root(order, *point) == by_distance(order, *point)


@pytest.mark.parametrize("bits", [40, 300, 900])
def test_points_next_to_a_bound(bits):
    """Halfway between roots 1 and 2 of five, a point is decided even 2^-900 beside the bound."""
    cosine, sine = cosine_and_sine(F(3, 10))
    x, y = (F(int(part * 2**bits), 2**bits) for part in (cosine, sine))
    step = F(4, 2**bits)
    assert nearest_root(5, x + step, y) == by_distance(5, x + step, y) == 1
    assert nearest_root(5, x - step, y) == by_distance(5, x - step, y) == 2


@given(st.sampled_from(ORDERS), numbers.map(abs))
def test_nearest_root_of_an_angle(order, angle):
    found = nearest_root_of_angle(order, angle)
    turns = angle * order / (2 * PI) - found
    assert abs(turns - round(turns / order) * order) < HALF


def test_nearest_root_of_an_angle_next_to_a_bound():
    for bits in (60, 500, 1000):
        below = F(int(3 * PI / 5 * 2**bits), 2**bits)  # the bound between roots 1 and 2 of five
        assert nearest_root_of_angle(5, below - F(1, 2**bits)) == 1
        assert nearest_root_of_angle(5, below + F(2, 2**bits)) == 2


@pytest.mark.parametrize("order", [1, 0, True, 10**6 + 1, "3"])
def test_orders_refused(order):
    with pytest.raises(DomainError, match="order of a root of unity must be an int from 2"):
        nearest_root(order, F(1), F(1))
    with pytest.raises(DomainError, match="order of a root of unity must be an int from 2"):
        nearest_root_of_angle(order, F(1))
