"""Signs, moduli and orders of roots of unity, against quadratic surds, bisection of minimal polynomials, and tables."""

import random
from fractions import Fraction
from math import gcd, isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import CyclotomicField, GaussianInteger, GaussianIntegers, Integers, Rationals, ResidueRing
from exactssm.arithmetic.ordering import check_complex, compare, conjugate, modulus_squared, order_of_unity, sign
from exactssm.errors import DomainError

RATIONAL = st.fractions(-50, 50, max_denominator=40)


def surd(field, d):
    """The square root of 2, 3 or 5, from a table of Gauss sums."""
    n = field.conductor
    if d == 2:
        return field.add(field.zeta(n // 8), field.zeta(-n // 8))
    if d == 3:
        return field.add(field.zeta(n // 12), field.zeta(-n // 12))
    return field.add(field.one, field.mul(field.element(2), field.add(field.zeta(n // 5), field.zeta(-n // 5))))


def sign_of_surd(a, b, d):
    """The sign of a + b sqrt(d), by squaring."""
    s, t = (a > 0) - (a < 0), (b > 0) - (b < 0)
    if s * t >= 0:
        return s or t
    return s * ((a * a > d * b * b) - (a * a < d * b * b))


SURDS = [(8, 2), (24, 2), (12, 3), (24, 3), (5, 5), (15, 5), (40, 5)]


@pytest.mark.parametrize(("n", "d"), SURDS)
@given(a=RATIONAL, b=RATIONAL)
def test_signs_of_surds(n, d, a, b):
    field = CyclotomicField(n)
    x = field.add(field.element(a), field.mul(field.element(b), surd(field, d)))
    assert sign(field, x) == sign_of_surd(a, b, d)
    assert compare(field, field.mul(field.element(b), surd(field, d)), -a) == sign_of_surd(a, b, d)


@pytest.mark.parametrize(("n", "d"), SURDS)
@pytest.mark.parametrize("digits", [1, 10, 100, 1000])
def test_numbers_as_near_to_a_surd_as_the_digits_go(n, d, digits):
    """The integer below 10^k sqrt(d) and the one above it, which no fixed precision tells from it."""
    field, scale = CyclotomicField(n), 10**digits
    below = isqrt(d * scale * scale)
    root = surd(field, d)
    assert compare(field, root, Fraction(below, scale)) == 1
    assert compare(field, root, Fraction(below + 1, scale)) == -1
    assert compare(field, root, root) == 0


#: the minimal polynomial of 2 cos(2 pi / n), the constant term first, and rational bounds of that root (its largest)
LARGEST_ROOT = {7: ((-1, -2, 1, 1), (1, 2)), 9: ((1, -3, 0, 1), (1, 2)), 11: ((1, 3, -3, -4, 1, 1), (1, 2))}


def value(polynomial, x):
    total = Fraction(0)
    for c in reversed(polynomial):
        total = total * x + c
    return total


@pytest.mark.parametrize("n", LARGEST_ROOT)
def test_signs_by_bisection(n):
    """(2 cos(2 pi / n))^k for k = 1, 2, 3 against rational bounds of them, at 200 bits."""
    polynomial, (low, high) = LARGEST_ROOT[n]
    low, high = Fraction(low), Fraction(high)
    assert value(polynomial, low) * value(polynomial, high) < 0
    for _ in range(200):
        middle = (low + high) / 2
        same = value(polynomial, middle) * value(polynomial, low) > 0
        low, high = (middle, high) if same else (low, middle)
    field = CyclotomicField(n)
    root = field.add(field.zeta(1), field.zeta(-1))
    power = field.one
    for k in range(1, 4):
        power = field.mul(power, root)
        assert compare(field, power, low**k) == 1
        assert compare(field, power, high**k) == -1


def test_rationals_in_every_domain():
    for domain in (Rationals(), Integers(), GaussianIntegers(), CyclotomicField(1), CyclotomicField(7)):
        for x in range(-3, 4):
            assert sign(domain, domain.element(x)) == (x > 0) - (x < 0)
            for y in (Fraction(k, 4) for k in range(-14, 15)):
                assert compare(domain, domain.element(x), y) == (x > y) - (x < y)


def test_what_is_not_real_has_no_sign():
    for domain in (GaussianIntegers(), CyclotomicField(3), CyclotomicField(8)):
        order = 3 if domain == CyclotomicField(3) else 4
        with pytest.raises(DomainError, match="not real"):
            sign(domain, domain.root_of_unity(order))
    with pytest.raises(DomainError, match="Fraction"):
        sign(Rationals(), 1)


@pytest.mark.parametrize("domain", [ResidueRing(5)])
def test_domains_without_order_are_refused(domain):
    with pytest.raises(DomainError, match="exact complex numbers"):
        check_complex(domain)


def test_moduli():
    gaussian = CyclotomicField(4)
    for a in range(-4, 5):
        for b in range(-4, 5):
            in_ring, in_field = GaussianInteger(a, b), gaussian.parse(f"[{a},{b}]")
            assert modulus_squared(GaussianIntegers(), in_ring) == GaussianInteger(a * a + b * b)
            assert modulus_squared(gaussian, in_field) == gaussian.element(a * a + b * b)
            assert conjugate(gaussian, in_field) == gaussian.parse(f"[{a},{-b}]")
    eisenstein = CyclotomicField(3)  # |a + b w|^2 = a^2 - a b + b^2
    for a in range(-4, 5):
        for b in range(-4, 5):
            expected = eisenstein.element(a * a - a * b + b * b)
            assert modulus_squared(eisenstein, eisenstein.parse(f"[{a},{b}]")) == expected


@pytest.mark.parametrize("n", [*range(1, 31), 60])
def test_orders_of_powers_of_zeta(n):
    """zeta^k has order n / gcd(n, k); its negative, for odd n, twice that."""
    field = CyclotomicField(n)
    for k in range(n):
        order = n // gcd(n, k)
        assert order_of_unity(field, field.zeta(k)) == order
        if n % 2:
            assert order_of_unity(field, field.neg(field.zeta(k))) == 2 * order


def test_orders_elsewhere():
    assert [order_of_unity(Integers(), x) for x in range(-2, 3)] == [None, 2, None, 1, None]
    assert order_of_unity(Rationals(), Fraction(-1)) == 2
    assert order_of_unity(GaussianIntegers(), GaussianInteger(0, -1)) == 4


@pytest.mark.parametrize("n", [3, 4, 5, 8, 12])
def test_modulus_one_is_a_root_of_unity_iff_it_is_an_algebraic_integer(n):
    """Kronecker's theorem; x / conjugate(x) runs through numbers of modulus 1."""
    field, draw = CyclotomicField(n), random.Random(n)
    seen = set()
    for _ in range(300):
        coefficients = ",".join(str(draw.randint(-3, 3)) for _ in range(field.degree))
        x = field.parse(f"[{coefficients}]")
        if x == field.zero:
            continue
        turn = field.mul(x, field.inverse(conjugate(field, x)))
        assert modulus_squared(field, turn) == field.one
        assert (order_of_unity(field, turn) is None) == (turn.denominator > 1)
        seen.add(turn.denominator > 1)
    assert seen == {True, False}
