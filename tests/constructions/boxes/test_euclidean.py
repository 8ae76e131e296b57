"""Z[zeta_n] on pairs of ints against the exact cyclotomic numbers, and division with remainder."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructions.boxes.euclidean import ONE, ZERO, EuclideanRing, minus, plus
from exactssm.arithmetic import CyclotomicField
from exactssm.arithmetic.ordering import modulus_squared
from exactssm.errors import DomainError

RINGS = [EuclideanRing(n) for n in (1, 2, 3, 4, 6)]
large = st.integers(-(10**12), 10**12)


def pairs(ring):
    return st.tuples(large, st.just(0) if ring.is_rational else large)


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: f"n={ring.conductor}")
@given(st.data())
def test_arithmetic_is_that_of_cyclotomic_numbers(ring, data):
    x, y = data.draw(pairs(ring)), data.draw(pairs(ring))
    field, number = CyclotomicField(ring.conductor), ring.cyclotomic
    assert number(ring.times(x, y)) == field.mul(number(x), number(y))
    assert number(plus(x, y)) == field.add(number(x), number(y))
    assert number(minus(x, y)) == field.add(number(x), field.neg(number(y)))
    assert field.element(ring.norm(x)) == modulus_squared(field, number(x))


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: f"n={ring.conductor}")
@given(st.data())
def test_division(ring, data):
    x, y, z = (data.draw(pairs(ring)) for _ in range(3))
    if y != ZERO:
        assert ring.quotient(ring.times(x, y), y) == x
        field = CyclotomicField(ring.conductor)
        exact = field.mul(ring.cyclotomic(x), field.inverse(ring.cyclotomic(y)))
        assert (ring.quotient(x, y) is None) == (exact.denominator > 1)
        remainder = minus(x, ring.times(ring._nearest(x, y), y))
        assert 4 * ring.norm(remainder) <= 3 * ring.norm(y)
    common = ring.gcd(ring.times(x, z), ring.times(y, z))
    if common == ZERO:
        assert z == ZERO or x == y == ZERO
    else:
        assert all(ring.quotient(ring.times(w, z), common) is not None for w in (x, y))
        assert ring.quotient(common, z) is not None


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: f"n={ring.conductor}")
def test_gcd_by_brute_force(ring):
    """Of small elements: the common divisors are the divisors of the greatest one."""
    small = ring.within(3)
    for x, y in product(small, repeat=2):
        common = ring.gcd(x, y)
        if common != ZERO:
            both = {d for d in small if d != ZERO and None not in (ring.quotient(x, d), ring.quotient(y, d))}
            assert both == {d for d in small if d != ZERO and ring.quotient(common, d) is not None}


@pytest.mark.parametrize(("ring", "count"), list(zip(RINGS, (2, 2, 6, 4, 6), strict=True)))
def test_units(ring, count):
    assert len(ring.units) == count
    assert all(any(ring.times(x, y) == ONE for y in ring.units) for x in ring.units)
    assert {ring.norm(x) for x in ring.within(4)} & {0, 1} == {0, 1}


@pytest.mark.parametrize("ring", RINGS, ids=lambda ring: f"n={ring.conductor}")
@given(st.data())
def test_normal_forms_tell_proportions_apart(ring, data):
    x, y, s, t = (data.draw(pairs(ring)) for _ in range(4))
    if s != ZERO:
        assert ring.normal(ring.times(s, x), ring.times(s, y)) == ring.normal(x, y)
    proportional = ring.times(x, t) == ring.times(y, s) and (x, y) != (ZERO, ZERO) != (s, t)
    assert proportional == (ring.normal(x, y) == ring.normal(s, t) != (ZERO, ZERO))


@pytest.mark.parametrize("bad", [0, 5, 8, True, "3"])
def test_other_rings(bad):
    with pytest.raises(DomainError):
        EuclideanRing(bad)
