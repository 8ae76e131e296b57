"""Elements as bits: each one and back, no code begins another, and the number of bits."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import (
    CyclotomicField,
    CyclotomicResidues,
    GaloisField,
    GaussianInteger,
    GaussianIntegers,
    Integers,
    MachineInteger,
    PrimeField,
    Rationals,
    ResidueRing,
    domain_from_name,
)
from exactssm.arithmetic.bit_code import bit_code
from exactssm.errors import DomainError, FormatError

FINITE = [
    *map(ResidueRing, range(2, 18)),
    PrimeField(7),
    *map(GaloisField, (4, 8, 9)),
    MachineInteger(3),
    MachineInteger(4, signed=False),
    CyclotomicResidues(3, 2),
    CyclotomicResidues(4, 3),
    domain_from_name("fixed:s2.0:floor:wrap"),
    domain_from_name("fixed:u2.0:floor:saturate"),
    domain_from_name("fixed:u3.0:nearest-even:wrap:each"),
]


def elements(domain):
    """All elements, by sums of the powers of a generator or of one."""
    if isinstance(domain, CyclotomicResidues):
        zeta = domain.reduce(domain.field.zeta(1))
        known = {domain.zero}
        while True:
            more = known | {domain.add(x, y) for x in known for y in (domain.one, zeta)}
            if more == known:
                return list(known)
            known = more
    inner = getattr(domain, "number_format", domain)
    return list(inner.elements if hasattr(inner, "elements") else inner.codes)


@pytest.mark.parametrize("domain", FINITE, ids=str)
def test_finite_rings(domain):
    everything = elements(domain)
    assert len(everything) == domain.size
    code = bit_code(domain)
    assert code.bits == ceil(log2(domain.size))
    written = [code.write(x) for x in everything]
    assert {len(bits) for bits in written} == {code.bits}
    assert len(set(written)) == len(everything)
    assert all(set(bits) <= {"0", "1"} for bits in written)
    for x, bits in zip(everything, written, strict=True):
        assert code.read("10" + bits + "1", 2) == (x, 2 + code.bits)


@pytest.mark.parametrize("domain", [ResidueRing(6), GaloisField(9), CyclotomicResidues(4, 3)], ids=str)
def test_numbers_beyond_the_last_element_are_noticed(domain):
    code = bit_code(domain)
    with pytest.raises(FormatError, match=f"no element of number {2**code.bits - 1}"):
        code.read("1" * code.bits, 0)
    with pytest.raises(FormatError, match="ends at"):
        code.read("0" * (code.bits - 1), 0)


def test_integers_by_hand():
    """Elias' gamma code of 1, 2, 3, 4, 5, ..., which stand for 0, 1, -1, 2, -2, ..."""
    write = bit_code(Integers()).write
    assert [write(n) for n in (0, 1, -1, 2, -2, 3)] == ["1", "010", "011", "00100", "00101", "00110"]


fractions = st.fractions(max_denominator=10**6)
cyclotomic = st.builds(
    lambda a, b: CyclotomicField(3).add(
        CyclotomicField(3).element(a), CyclotomicField(3).mul(CyclotomicField(3).element(b), CyclotomicField(3).zeta(1))
    ),
    fractions,
    fractions,
)
ENDLESS = [
    (Integers(), st.integers()),
    (Rationals(), fractions),
    (GaussianIntegers(), st.builds(GaussianInteger, st.integers(), st.integers())),
    (CyclotomicField(3), cyclotomic),
]


@pytest.mark.parametrize(("domain", "numbers"), ENDLESS, ids=lambda one: str(one)[:12])
@given(st.data())
def test_endless_rings(domain, numbers, data):
    code = bit_code(domain)
    assert code.bits is None
    x, y = data.draw(numbers), data.draw(numbers)
    one, other = code.write(x), code.write(y)
    both = one + other
    assert code.read(both, 0) == (x, len(one))
    assert code.read(both, len(one)) == (y, len(both))
    assert x == y or not other.startswith(one)
    with pytest.raises(FormatError):
        code.read(one[:-1], 0)


def test_fractions_that_are_not_in_lowest_terms():
    """2/2 is no fraction's code, nor is (2 + 2 zeta)/2."""
    with pytest.raises(FormatError, match="lowest terms"):
        bit_code(Rationals()).read("00100" + "010", 0)
    with pytest.raises(FormatError, match="lowest terms"):
        bit_code(CyclotomicField(3)).read("00100" * 2 + "010", 0)
    assert bit_code(Rationals()).read("00100" + "011", 0)[0] == Fraction(2, 3)


@pytest.mark.parametrize(
    "name",
    ["fixed:s2.1:floor:wrap", "fixed:s2.0:floor:saturate", "fixed:s2.0:floor:error", "e4m3fn", "nearest:-1,0,1",
     "log-float:6+4:nearest-even", "complex(binary16):each:each"],
)  # fmt: skip
def test_what_is_no_ring(name):
    with pytest.raises(DomainError, match="isn't known to be one"):
        bit_code(domain_from_name(name))


def test_foreign_elements_are_refused():
    for domain in (ResidueRing(4), GaloisField(4), Integers(), GaussianIntegers(), CyclotomicField(3)):
        with pytest.raises(DomainError):
            bit_code(domain).write(7 if isinstance(domain, ResidueRing) else "1")


@pytest.mark.parametrize("bits", [1, 2, 3])
def test_unsigned_integers_that_saturate_are_a_semiring(bits):
    """All laws, on all elements; signed ones break one."""
    numbers = domain_from_name(f"fixed:u{bits}.0:floor:saturate")
    add, mul = numbers.add, numbers.mul
    for x, y, z in product(numbers.codes, repeat=3):
        assert add(add(x, y), z) == add(x, add(y, z))
        assert mul(mul(x, y), z) == mul(x, mul(y, z))
        assert mul(x, add(y, z)) == add(mul(x, y), mul(x, z))
        assert (add(x, y), mul(x, y)) == (add(y, x), mul(y, x))
        assert numbers.inner((x, y), (y, z), z) == add(add(mul(x, y), mul(y, z)), z)
    signed = domain_from_name("fixed:s2.0:floor:saturate")
    assert signed.add(signed.add(3, 1), -1) != signed.add(3, signed.add(1, -1))
