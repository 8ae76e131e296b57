"""Arithmetics at full size, and their elements."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import strategies as st

from exactssm.arithmetic import GaloisField, GaussianIntegers, Rationals, ResidueRing
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.arithmetic.integers import Integers

LARGEST_COMPILED = 3037000500  # (m - 1) m < 2**63 holds for this m, and for no larger one


def _moduli() -> st.SearchStrategy[int]:
    edge = st.integers(LARGEST_COMPILED - 3, LARGEST_COMPILED + 3)
    return st.integers(2, 40) | edge | st.integers(2**63 - 2, 2**63 + 2) | st.integers(2, 2**70)


@pytest.fixture(scope="session")
def domains() -> st.SearchStrategy[object]:
    """Domains of every kind: residues on both sides of the compiled path's edge, and one without a path of its own."""
    return st.one_of(
        _moduli().map(ResidueRing),
        st.sampled_from([1, 2, 3, 4, 5, 8, 12]).map(CyclotomicField),
        st.sampled_from([2, 4, 9, 27, 256]).map(GaloisField),
        st.sampled_from([Rationals(), GaussianIntegers(), Integers()]),
    )


@pytest.fixture(scope="session")
def elements():
    """elements(domain): a strategy of its elements, the largest ones among them."""

    def of(domain: object) -> st.SearchStrategy[object]:
        match domain:
            case ResidueRing(modulus=m):
                return st.integers(0, m - 1) | st.sampled_from([0, m - 1])
            case GaloisField():
                root = domain.root_of_unity(domain.size - 1)
                return st.integers(0, domain.size - 2).map(lambda k: power(domain, root, k)) | st.just(domain.zero)
            case CyclotomicField(conductor=n):
                terms = st.lists(st.tuples(st.fractions(-4, 4, max_denominator=5), st.integers(0, n - 1)), max_size=3)
                return terms.map(lambda given: combination(domain, given))
            case Rationals():
                return st.fractions(-20, 20, max_denominator=9) | st.just(Fraction(2**64 + 1, 3))
            case GaussianIntegers():
                return st.tuples(st.integers(-9, 9), st.integers(-9, 9)).map(
                    lambda ab: domain.add(
                        domain.element(ab[0]), domain.mul(domain.element(ab[1]), domain.root_of_unity(4))
                    )
                )
            case _:
                return st.integers(-(2**65), 2**65)

    return of


def power(domain, x, exponent):
    result = domain.one
    for _ in range(exponent):
        result = domain.mul(result, x)
    return result


def combination(field, terms):
    total, zeta = field.zero, field.root_of_unity(field.conductor)
    for c, exponent in terms:
        total = field.add(total, field.mul(field.element(c), power(field, zeta, exponent)))
    return total
