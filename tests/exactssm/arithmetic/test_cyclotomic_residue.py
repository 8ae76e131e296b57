"""Z[zeta_n]/(m): a homomorphic image of Z[zeta_n], and the rings that it is known to be."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import (
    Cyclotomic,
    CyclotomicField,
    CyclotomicResidue,
    CyclotomicResidues,
    GaloisField,
    ResidueRing,
)
from exactssm.arithmetic.domain import Domain
from exactssm.errors import DomainError

RINGS = [CyclotomicResidues(n, m) for n in (1, 2, 3, 4, 5, 6, 8, 12) for m in (2, 3, 9, 10)]


def integers_of(field):
    return st.tuples(*[st.integers(-(10**20), 10**20)] * field.degree).map(lambda c: Cyclotomic(field.conductor, c))


@pytest.mark.parametrize("ring", RINGS, ids=str)
@settings(max_examples=15)
@given(st.data())
def test_reduction_is_a_homomorphism(ring, data):
    field = CyclotomicField(ring.conductor)
    x, y = data.draw(integers_of(field)), data.draw(integers_of(field))
    assert ring.reduce(field.add(x, y)) == ring.add(ring.reduce(x), ring.reduce(y))
    assert ring.reduce(field.mul(x, y)) == ring.mul(ring.reduce(x), ring.reduce(y))
    assert ring.reduce(field.neg(x)) == ring.neg(ring.reduce(x))
    # it kills what m divides, and nothing else
    assert ring.reduce(field.mul(x, field.element(ring.modulus))) == ring.zero
    assert (ring.reduce(x) == ring.reduce(y)) == all(
        (a - b) % ring.modulus == 0 for a, b in zip(x.coefficients, y.coefficients, strict=True)
    )


def all_elements(ring):
    return [
        CyclotomicResidue(ring.conductor, ring.modulus, c) for c in product(range(ring.modulus), repeat=ring.degree)
    ]


@pytest.mark.parametrize("n", [1, 2])
def test_where_zeta_is_rational_these_are_the_residues(n):
    ring, residues = CyclotomicResidues(n, 12), ResidueRing(12)
    for x, y in product(range(12), repeat=2):
        assert ring.mul(ring.element(x), ring.element(y)) == ring.element(residues.mul(x, y))
        assert ring.add(ring.element(x), ring.element(y)) == ring.element(residues.add(x, y))
    assert ring.reduce(CyclotomicField(n).root_of_unity(2)) == ring.element(-1)


@pytest.mark.parametrize(
    ("n", "m", "units"),
    [
        (3, 2, 3),  # 2 is inert: GF(4)
        (4, 3, 8),  # 3 is inert: GF(9)
        (4, 5, 16),  # 5 splits: GF(5)^2
        (4, 2, 2),  # 2 ramifies: GF(2)[e]
        (3, 3, 6),  # 3 ramifies
        (3, 7, 36),  # 7 splits
        (5, 2, 15),  # GF(16)
        (8, 3, 64),  # GF(9)^2
    ],
)
def test_units(n, m, units):
    """The number of units, from how m factors in Z[zeta_n]."""
    ring = CyclotomicResidues(n, m)
    elements = all_elements(ring)
    assert len(elements) == ring.size
    assert sum(any(ring.mul(x, y) == ring.one for y in elements) for x in elements) == units


def test_gf4_is_z_zeta_3_modulo_2():
    """The class of zeta_3 and the generator of GF(4) both satisfy x^2 + x + 1."""
    ring, field = CyclotomicResidues(3, 2), GaloisField(4)

    def image(x):
        a, b = x.coefficients
        return field.add(field.element(a), field.mul(field.element(b), field.generator))

    for x, y in product(all_elements(ring), repeat=2):
        assert image(ring.mul(x, y)) == field.mul(image(x), image(y))
        assert image(ring.add(x, y)) == field.add(image(x), image(y))


@pytest.mark.parametrize("ring", RINGS, ids=str)
@settings(max_examples=15)
@given(st.data())
def test_promises_of_a_domain(ring, data):
    assert isinstance(ring, Domain)
    field = CyclotomicField(ring.conductor)
    x = ring.reduce(data.draw(integers_of(field)))
    assert ring.check(x) is x
    assert ring.parse(ring.format(x)) == x
    assert ring.add(x, ring.neg(x)) == ring.zero != ring.one == ring.element(1)
    assert ring.mul(x, ring.one) == x == ring.element(x)
    for other in (1, True, Fraction(1), CyclotomicField(ring.conductor).one, CyclotomicResidues(7, 2).one):
        with pytest.raises(DomainError):
            ring.check(other)


def test_fractions_and_roots():
    ring = CyclotomicResidues(3, 10)
    assert ring.mul(ring.element(Fraction(2, 3)), ring.element(3)) == ring.element(2)
    with pytest.raises(DomainError, match="invertible"):
        ring.element(Fraction(1, 2))
    w = ring.root_of_unity(6)
    powers = [ring.one]
    for _ in range(5):
        powers.append(ring.mul(powers[-1], w))
    assert len(set(powers)) == 6
    assert ring.mul(powers[-1], w) == ring.one
    with pytest.raises(DomainError):
        ring.root_of_unity(4)
    with pytest.raises(DomainError, match="has order 1, not 2"):
        CyclotomicResidues(4, 2).root_of_unity(2)


@pytest.mark.parametrize("bad", [(3, 1), (3, 0), (3, True), (0, 5), (3, "7")])
def test_bad_parameters(bad):
    with pytest.raises(DomainError):
        CyclotomicResidues(*bad)


@pytest.mark.parametrize("coefficients", [(0,), (0, 0, 0), (0, 5), (-1, 0), [0, 0], (0, True), (0, 1.0)])
def test_bad_elements(coefficients):
    with pytest.raises(DomainError):
        CyclotomicResidue(3, 5, coefficients)


def test_what_is_not_integral_is_not_reduced():
    ring = CyclotomicResidues(4, 5)
    with pytest.raises(DomainError, match="must be in Z"):
        ring.reduce(CyclotomicField(4).parse("1/3"))
    with pytest.raises(DomainError):
        ring.reduce(CyclotomicField(3).one)
    for text in ("5", "-1", "1/2", "[1,2,3]", "x"):
        with pytest.raises(DomainError):
            ring.parse(text)
