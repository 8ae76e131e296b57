from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import GaloisElement, GaloisField, PrimeField, dense_by_steps, diagonal_by_steps
from exactssm.arithmetic.finite_field import multiply_modulo
from exactssm.errors import DomainError


def test_polynomials_found_by_the_rule():
    """x^2 + x + 1, x^3 + x + 1, x^2 + x + 2, x^4 + x + 1, x^5 + x^2 + 1: the first primitive ones in tables of
    primitive polynomials (Lidl and Niederreiter, Finite Fields, Table D)."""
    assert GaloisField(4).modulus == (1, 1, 1)
    assert GaloisField(8).modulus == (1, 1, 0, 1)
    assert GaloisField(9).modulus == (2, 1, 1)
    assert GaloisField(16).modulus == (1, 1, 0, 0, 1)
    assert GaloisField(32).modulus == (1, 0, 1, 0, 0, 1)


def test_gf4_by_its_published_tables():
    """0, 1, w, w+1: w^2 = w + 1, characteristic 2."""
    field = GaloisField(4)
    zero, one, w, w1 = field.elements
    assert [field.add(w, x) for x in field.elements] == [w, w1, zero, one]
    assert [field.mul(w, x) for x in field.elements] == [zero, w, w1, one]
    assert [field.mul(w1, x) for x in field.elements] == [zero, w1, one, w]


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9, 16, 25, 27])
def test_products_equal_the_polynomial_definition(order):
    field = GaloisField(order)
    for x, y in product(field.elements, repeat=2):
        found = field.coefficients(field.mul(x, y))
        assert found == multiply_modulo(
            field.coefficients(x), field.coefficients(y), field.modulus, field.characteristic
        )


@pytest.mark.parametrize("order", [2**16, 3**10, 5**6, 65521])
@given(data=st.data())
def test_products_in_large_fields_equal_the_polynomial_definition(order, data):
    field = GaloisField(order)
    x, y = (GaloisElement(order, data.draw(st.integers(0, order - 1))) for _ in range(2))
    found = field.coefficients(field.mul(x, y))
    assert found == multiply_modulo(field.coefficients(x), field.coefficients(y), field.modulus, field.characteristic)


@pytest.mark.parametrize("order", [4, 8, 9, 16, 27])
def test_the_modulus_has_no_proper_divisor(order):
    """Irreducible by search: no monic polynomial of lower positive degree divides it."""
    field = GaloisField(order)
    p, k = field.characteristic, field.degree
    for degree in range(1, k):
        for divisor in product(range(p), repeat=degree):
            rest = list(field.modulus)
            for top in range(k, degree - 1, -1):
                for i, c in enumerate((*divisor, 1), top - degree):
                    if i != top:
                        rest[i] = (rest[i] - rest[top] * c) % p
            assert any(rest[:degree])


@pytest.mark.parametrize("order", [2, 3, 4, 7, 8, 9, 25])
def test_the_generator_generates_and_frobenius_is_additive(order):
    field = GaloisField(order)
    powers = {field.one}
    x = field.generator
    while x not in powers:
        powers.add(x)
        x = field.mul(x, field.generator)
    assert powers == set(field.elements) - {field.zero}

    def frobenius(y):
        result = field.one
        for _ in range(field.characteristic):
            result = field.mul(result, y)
        return result

    for x, y in product(field.elements, repeat=2):
        assert frobenius(field.add(x, y)) == field.add(frobenius(x), frobenius(y))


@pytest.mark.parametrize("p", [2, 3, 7])
def test_of_prime_order_it_is_the_prime_field_by_codes(p):
    field, residues = GaloisField(p), PrimeField(p)
    assert field.degree == 1
    for x, y in product(range(p), repeat=2):
        a, b = GaloisElement(p, x), GaloisElement(p, y)
        assert field.add(a, b).code == residues.add(x, y)
        assert field.mul(a, b).code == residues.mul(x, y)
        assert field.element(x) == a


@pytest.mark.parametrize("order", [2, 3, 4, 8, 9])
def test_kernels_on_every_scalar_step(order):
    field = GaloisField(order)
    for a, b, h in product(field.elements, repeat=3):
        case = [[b]], [h], [0, 0]
        states = diagonal_by_steps(field, [[a]], *case)
        assert field.scan_diagonal([[a]], *case) == states
        assert field.scan_dense([[[a]]], *case) == states


@pytest.mark.parametrize("order", [2**16, 3**10])
@settings(max_examples=30)
@given(data=st.data())
def test_kernels_in_large_fields(order, data):
    field = GaloisField(order)
    entry = st.integers(0, order - 1).map(lambda code: GaloisElement(order, code))
    row = st.tuples(entry, entry)
    case = [data.draw(row)], data.draw(row), [0] * 4
    matrix = [(data.draw(row), data.draw(row))]
    assert field.scan_dense(matrix, *case) == dense_by_steps(field, matrix, *case)


@pytest.mark.parametrize("order", [0, 1, 6, 12, 100, 2**16 + 1, 2**17, -4, True, 4.0, "4"])
def test_orders_that_are_none(order):
    with pytest.raises(DomainError, match="prime power from 2 to 65536"):
        GaloisField(order)


def test_text_and_constants():
    field = GaloisField(9)
    assert field.format(GaloisElement(9, 5)) == "[2,1]"
    assert field.format(GaloisElement(9, 2)) == "2"
    assert field.parse("[2, 1]") == GaloisElement(9, 5)
    assert field.parse("[2]") == GaloisElement(9, 2)
    for text in ("3", "-1", "1/2", "[0,3]", "[1,1,1]"):
        with pytest.raises(DomainError):
            field.parse(text)
    assert field.element(-1) == GaloisElement(9, 2)
    assert field.element(3) == field.zero
