from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import Cyclotomic, CyclotomicField, embed
from exactssm.arithmetic.cyclotomic import MAX_CONDUCTOR, cyclotomic_polynomial
from exactssm.errors import DomainError

a_share = settings(max_examples=10)  # of each of many conductors
CONDUCTORS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 20, 21]
small = st.builds(Fraction, st.integers(-50, 50), st.integers(1, 12))


def numbers(n):
    degree = int(sympy.totient(n))
    lists = st.lists(small, min_size=degree, max_size=degree)
    return lists.map(lambda c: CyclotomicField(n).parse("[" + ",".join(map(str, c)) + "]"))


def fractions_of(x):
    return [Fraction(c, x.denominator) for c in x.coefficients]


@pytest.mark.parametrize("n", [*range(1, 151), 210, 385, 1155, 2310])
def test_cyclotomic_polynomials_against_sympy(n):
    theirs = sympy.Poly(sympy.cyclotomic_poly(n, sympy.Symbol("x"))).all_coeffs()
    assert list(cyclotomic_polynomial(n)) == [int(c) for c in reversed(theirs)]


def test_the_first_cyclotomic_polynomial_with_a_two():
    """Migotti (1883): Phi_105 is the first with a coefficient that is not 0, 1 or -1; it has -2 at x^7 and x^41."""
    assert all(set(cyclotomic_polynomial(n)) <= {-1, 0, 1} for n in range(1, 105))
    assert [e for e, c in enumerate(cyclotomic_polynomial(105)) if c not in (-1, 0, 1)] == [7, 41]


@pytest.mark.parametrize("n", CONDUCTORS)
@a_share
@given(data=st.data())
def test_products_against_sympys_polynomial_remainders(n, data):
    field, t = CyclotomicField(n), sympy.Symbol("t")
    x, y = data.draw(numbers(n)), data.draw(numbers(n))

    def poly(z):
        given = [sympy.Rational(c.numerator, c.denominator) for c in reversed(fractions_of(z))]
        return sympy.Poly(given, t, domain="QQ")

    theirs = (poly(x) * poly(y)).rem(sympy.Poly(sympy.cyclotomic_poly(n, t), t, domain="QQ"))
    expected = [Fraction(int(c.p), int(c.q)) for c in reversed(theirs.all_coeffs())]
    expected += [Fraction(0)] * (field.degree - len(expected))
    assert fractions_of(field.mul(x, y)) == expected


def residue_of(x, w, p):
    """The value of ``x`` under zeta -> w: a ring homomorphism to Z/p, for w of order n modulo p."""
    total = sum(c * pow(w, e, p) for e, c in enumerate(x.coefficients))
    return total * pow(x.denominator, -1, p) % p


def prime_and_root(n):
    """A prime p = 1 mod n beyond all denominators here, and an element of order n modulo p."""
    p = next(p for p in range(10**6 * n + 1, 10**9 * n, n) if sympy.isprime(p))
    g = int(sympy.primitive_root(p))
    return p, pow(g, (p - 1) // n, p)


PRIMES = {n: prime_and_root(n) for n in {*CONDUCTORS, 24, 60}}


@pytest.mark.parametrize("n", CONDUCTORS)
@a_share
@given(data=st.data())
def test_operations_commute_with_reduction_modulo_a_prime(n, data):
    field, (p, w) = CyclotomicField(n), PRIMES[n]
    x, y = data.draw(numbers(n)), data.draw(numbers(n))
    rx, ry = residue_of(x, w, p), residue_of(y, w, p)
    assert residue_of(field.add(x, y), w, p) == (rx + ry) % p
    assert residue_of(field.mul(x, y), w, p) == rx * ry % p
    assert residue_of(field.neg(x), w, p) == -rx % p
    assert residue_of(field.conjugate(x), w, p) == residue_of(x, pow(w, -1, p), p)
    for e in (-1, 0, 1, 5, n, 7 * n + 3):
        assert residue_of(field.zeta(e), w, p) == pow(w, e, p)


@pytest.mark.parametrize("n", CONDUCTORS)
@a_share
@given(data=st.data())
def test_conjugation_and_absolute_values(n, data):
    field = CyclotomicField(n)
    x, y = data.draw(numbers(n)), data.draw(numbers(n))
    bar = field.conjugate
    assert bar(bar(x)) == x
    assert bar(field.mul(x, y)) == field.mul(bar(x), bar(y))
    assert bar(field.abs_squared(x)) == field.abs_squared(x)
    assert field.abs_squared(field.zeta(5)) == field.one
    if n in (1, 2, 3, 4, 6):  # the only real numbers of these fields are rational
        assert field.is_rational(field.abs_squared(x))


def test_known_numbers():
    """(1 + i)^2 = 2i; sqrt 5 = 1 + 2 (zeta_5 + zeta_5^4); sqrt -3 = 1 + 2 zeta_3; sqrt 2 = zeta_8 + zeta_8^7."""
    four, five, three, eight = map(CyclotomicField, (4, 5, 3, 8))
    x = four.parse("[1,1]")
    assert four.format(four.mul(x, x)) == "[0,2]"
    assert four.abs_squared(x) == four.element(2)
    root = five.add(five.one, five.mul(five.element(2), five.add(five.zeta(1), five.zeta(4))))
    assert five.mul(root, root) == five.element(5)
    root = three.parse("[1,2]")
    assert three.mul(root, root) == three.element(-3)
    root = eight.add(eight.zeta(1), eight.zeta(7))
    assert eight.mul(root, root) == eight.element(2)
    assert not eight.is_rational(root)
    assert eight.is_rational(eight.mul(root, root))


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 6, 9, 12, 15, 30])
def test_roots_of_unity_agree_as_complex_numbers(n):
    """exp(2 pi i / ab)^b = exp(2 pi i / a), for all orders that the field has: those of its roots of unity."""
    field = CyclotomicField(n)
    orders = [m for m in range(1, 2 * n + 1) if (n if n % 2 == 0 else 2 * n) % m == 0]
    for m in range(1, 2 * n + 2):
        if m not in orders:
            with pytest.raises(DomainError, match="must divide"):
                field.root_of_unity(m)
            continue
        power = field.one
        for b in range(1, m + 1):
            power = field.mul(power, field.root_of_unity(m))
            if m % b == 0:
                assert power == field.root_of_unity(m // b)
    if n % 2 == 0:
        assert field.root_of_unity(2) == field.element(-1)


@pytest.mark.parametrize(("n", "m"), [(3, 12), (4, 12), (6, 3), (6, 15), (1, 5), (2, 7), (5, 20), (12, 24), (15, 60)])
@a_share
@given(data=st.data())
def test_embeddings_are_homomorphisms_and_keep_complex_values(n, m, data):
    small_field, large = CyclotomicField(n), CyclotomicField(m)
    x, y = data.draw(numbers(n)), data.draw(numbers(n))
    assert embed(small_field.add(x, y), large) == large.add(embed(x, large), embed(y, large))
    assert embed(small_field.mul(x, y), large) == large.mul(embed(x, large), embed(y, large))
    assert embed(small_field.root_of_unity(n), large) == large.root_of_unity(n)
    if m % n == 0 and m in PRIMES:
        p, w = PRIMES[m]
        assert residue_of(embed(x, large), w, p) == residue_of(x, pow(w, m // n, p), p)


def test_there_is_no_embedding_into_a_field_that_is_not_larger():
    for n, m in ((4, 3), (12, 4), (3, 4), (4, 6)):
        with pytest.raises(DomainError):
            embed(CyclotomicField(n).zeta(1), CyclotomicField(m))


@given(numbers(12), numbers(12))
def test_equal_numbers_are_equal_and_hash_alike(x, y):
    field = CyclotomicField(12)
    again = field.add(field.add(x, y), field.neg(y))
    assert again == x
    assert hash(again) == hash(x)


@pytest.mark.parametrize("n", [0, -1, MAX_CONDUCTOR + 1, True, 3.0, "3"])
def test_conductors_that_are_none(n):
    with pytest.raises(DomainError, match="a conductor must be an int"):
        CyclotomicField(n)


def test_text():
    field = CyclotomicField(3)
    assert field.parse("[0,1/2]") == Cyclotomic(3, (0, 1), 2)
    assert field.parse("[0, -1/2]") == Cyclotomic(3, (0, -1), 2)
    assert field.parse("2/4") == field.parse("[1/2]") == Cyclotomic(3, (1, 0), 2)
    assert field.format(Cyclotomic(3, (3, 2), 6)) == "[1/2,1/3]"
    assert field.format(field.zero) == "0"
    with pytest.raises(DomainError, match="at most 2 coefficients"):
        field.parse("[0,0,1]")


def test_numbers_for_people():
    f8, f4 = CyclotomicField(8), CyclotomicField(4)
    assert [str(f8.parse(t)) for t in ("0", "1", "-1/2", "[1/2,-1,0,3]", "[0,1]", "[0,-2/3,-1]")] == [
        "0",
        "1",
        "-1/2",
        "1/2-zeta_8+3zeta_8^3",
        "zeta_8",
        "-2/3zeta_8-zeta_8^2",
    ]
    assert str(f4.parse("[1,-1]")) == "1-i"
