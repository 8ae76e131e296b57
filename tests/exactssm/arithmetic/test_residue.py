from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import gcd

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import PrimeField, ResidueRing, dense_by_steps, diagonal_by_steps, scan_rotation
from exactssm.errors import DomainError

EDGE = 3037000500
"""The largest modulus m with m (m - 1) < 2**63."""


def test_the_edge_of_int64():
    assert EDGE * (EDGE - 1) < 2**63 <= (EDGE + 1) * EDGE
    assert ResidueRing(EDGE).fits_int64
    assert not ResidueRing(EDGE + 1).fits_int64


def test_every_scalar_recurrence_over_z3_on_every_short_word():
    ring = ResidueRing(3)
    words = list(product(range(2), repeat=4))
    for a0, a1, b0, b1, h in product(range(3), repeat=5):
        for word in words[:: 1 + (a0 + b0) % 2]:
            case = ((a0,), (a1,)), ((b0,), (b1,)), (h,), word
            states = diagonal_by_steps(ring, *case)
            assert ring.scan_diagonal(*case) == states
            assert ring.scan_dense((((a0,),), ((a1,),)), *case[1:]) == states


def test_definitions_against_plain_arithmetic():
    """A two-letter recurrence followed by hand in the integers, reduced at the end only."""
    for m in (2, 5, 12):
        x, y, states = 3, 4, []
        for letter in (0, 1, 1, 0):
            x, y = (x + 2 * y + 1, 3 * x + 5) if letter == 0 else (y, x - y)
            states.append((x % m, y % m))
        ring = ResidueRing(m)
        r = ring.element
        matrix = [[[r(1), r(2)], [r(3), r(0)]], [[r(0), r(1)], [r(1), r(-1)]]]
        drive = [[r(1), r(5)], [r(0), r(0)]]
        case = matrix, drive, [r(3), r(4)], [0, 1, 1, 0]
        assert dense_by_steps(ring, *case)[1:] == states
        assert ring.scan_dense(*case)[1:] == states


@st.composite
def edge_cases(draw):
    modulus = draw(st.one_of(st.integers(2, EDGE), st.integers(EDGE - 5, EDGE), st.integers(2**31 - 2, 2**31 + 2)))
    entry = st.one_of(st.integers(0, modulus - 1), st.just(modulus - 1))
    width = draw(st.integers(1, 4))
    row = st.lists(entry, min_size=width, max_size=width)
    square = st.lists(row, min_size=width, max_size=width)
    word = draw(st.lists(st.integers(0, 1), max_size=12))
    return ResidueRing(modulus), draw(row), draw(row), draw(square), draw(square), draw(row), draw(row), draw(row), word


@given(edge_cases())
def test_kernels_equal_the_definition_up_to_the_edge(case):
    ring, a0, a1, m0, m1, b0, b1, h, word = case
    assert ring.scan_diagonal([a0, a1], [b0, b1], h, word) == diagonal_by_steps(ring, [a0, a1], [b0, b1], h, word)
    assert ring.scan_dense([m0, m1], [b0, b1], h, word) == dense_by_steps(ring, [m0, m1], [b0, b1], h, word)


def test_the_largest_products_at_the_edge():
    """(-1)(-1) + (-1) = 0 and (-1) * 4 coordinates of -1, plus -1, is 3: every product is the largest there is."""
    ring, top = ResidueRing(EDGE), EDGE - 1
    assert ring.scan_diagonal([[top]], [[top]], [top], [0]) == [(top,), (0,)]
    assert ring.scan_dense([[[top] * 4] * 4], [[top] * 4], [top] * 4, [0]) == [(top,) * 4, (3,) * 4]


@pytest.mark.parametrize("modulus", [EDGE + 1, 2**32, 2**63, 2**64, 10**40])
def test_beyond_the_edge_there_is_no_compiled_path(modulus):
    ring = ResidueRing(modulus)
    for scan, a in ((ring.scan_diagonal, [1]), (ring.scan_dense, [[1]])):
        with pytest.raises(DomainError, match="no compiled path is exact"):
            scan([a], [[1]], [0], [0])
    assert diagonal_by_steps(ring, [[modulus - 1]], [[0]], [modulus - 1], [0])[-1] == (1,)


def test_minimal_standard_generator():
    """Park and Miller, CACM 31 (1988): from seed 1, value 10000 is 1043618065."""
    field = PrimeField(2**31 - 1)
    assert field.scan_diagonal([[16807]], [[0]], [1], [0] * 10_000)[-1] == (1043618065,)


@pytest.mark.parametrize("modulus", [1, 0, -3, True, 2.0, "2", None])
def test_moduli_that_are_none(modulus):
    for ring in (ResidueRing, PrimeField):
        with pytest.raises(DomainError, match="modulus must be an int of at least 2"):
            ring(modulus)


@pytest.mark.parametrize("modulus", [4, 561, 2**31, 3215031751])
def test_composite_moduli_are_no_prime_fields(modulus):
    with pytest.raises(DomainError, match="must be a prime"):
        PrimeField(modulus)


def test_out_of_range_is_refused_and_element_reduces():
    ring = ResidueRing(6)
    for x in (-1, 6, 10**30):
        with pytest.raises(DomainError, match=r"range\(6\)"):
            ring.check(x)
        with pytest.raises(DomainError, match=r"range\(6\)"):
            ring.parse(str(x))
        assert ring.element(x) == x % 6
    assert ring.element(Fraction(1, 5)) == 5
    with pytest.raises(DomainError, match="denominator must be invertible"):
        ring.element(Fraction(1, 2))


def test_a_modulus_too_long_to_write_still_computes_and_still_gives_its_refusals():
    ring = ResidueRing(10**5000)
    assert ring.mul(10**2600, 10**2600) == 10**200 * 10**5000 % ring.modulus == 0
    with pytest.raises(DomainError, match=r"16610 bits"):
        ring.check(-1)
    with pytest.raises(DomainError, match="at most 4300 digits"):
        ring.format(10**4999)


@pytest.mark.parametrize("modulus", range(2, 65))
def test_roots_of_unity_exist_exactly_where_a_unit_has_that_order(modulus):
    ring = ResidueRing(modulus)

    def order_of(x):
        return next(e for e in range(1, modulus + 1) if pow(x, e, modulus) == 1 % modulus)

    orders = {order_of(x) for x in range(modulus) if gcd(x, modulus) == 1}
    for order in range(1, modulus + 1):
        if order in orders:
            assert order_of(ring.root_of_unity(order)) == order
        else:
            with pytest.raises(DomainError):
                ring.root_of_unity(order)


def test_roots_of_unity_modulo_a_large_prime():
    p = 2**127 - 1
    for order in (2, 3, 7, 9, 27, 73):
        assert (p - 1) % order == 0
        w = PrimeField(p).root_of_unity(order)
        assert pow(w, order, p) == 1
        assert all(pow(w, e, p) != 1 for e in range(1, order))


def rotation_by_steps(angle, start, word, orders):
    states = [tuple(start)]
    for x in word:
        states.append(tuple((e + k) % n for e, k, n in zip(states[-1], angle[x], orders, strict=True)))
    return states


@st.composite
def rotations(draw):
    orders = draw(st.lists(st.one_of(st.integers(1, 6), st.integers(2**62 - 2, 2**62)), min_size=1, max_size=4))
    rows = st.tuples(*(st.one_of(st.integers(0, n - 1), st.just(n - 1)) for n in orders))
    return draw(st.lists(rows, min_size=2, max_size=2)), draw(rows), draw(st.lists(st.integers(0, 1))), orders


@given(rotations())
def test_rotations_equal_their_definition(case):
    assert scan_rotation(*case) == rotation_by_steps(*case)


def test_every_small_rotation():
    for n in range(1, 5):
        for a0, a1, e in product(range(n), repeat=3):
            for word in product(range(2), repeat=3):
                case = [[a0], [a1]], [e], word, [n]
                assert scan_rotation(*case) == rotation_by_steps(*case)


@pytest.mark.parametrize(
    "case",
    [
        ([[2]], [0], [0], [2]),
        ([[-1]], [0], [0], [2]),
        ([[1]], [2], [0], [2]),
        ([[True]], [0], [0], [2]),
        ([[1.0]], [0], [0], [2]),
        ([[1]], [0], [1], [2]),
        ([[1]], [0], [0], [2**62 + 1]),
        ([[0]], [0], [0], [0]),
        ([[0]], [0], [0], [True]),
        ([[1, 1]], [0], [0], [2]),
        ([], [0], [], [2]),
        ([[]], [], [], []),
    ],
)
def test_rotations_that_are_none(case):
    with pytest.raises(DomainError):
        scan_rotation(*case)
