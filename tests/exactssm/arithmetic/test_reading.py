"""Which number an element stands for: there and back, and what stands for none."""

from __future__ import annotations

from fractions import Fraction

import pytest

from exactssm.arithmetic import (
    FLOATS,
    CyclotomicField,
    FixedPoint,
    GaloisField,
    GaussianIntegers,
    Integers,
    MachineInteger,
    NearestOf,
    Overflow,
    PrimeField,
    Rationals,
    ResidueRing,
    Rounded,
    Rounding,
    domain_from_name,
)
from exactssm.arithmetic.reading import number_text, reading
from exactssm.errors import DomainError

EIGHTHS = FixedPoint(2, 3, Rounding.FLOOR, Overflow.SATURATE)
IMAGINARY = CyclotomicField(4).root_of_unity(4)


@pytest.mark.parametrize(
    "domain",
    [
        ResidueRing(12),
        PrimeField(7),
        MachineInteger(5),
        MachineInteger(4, signed=False),
        EIGHTHS,
        Rounded(EIGHTHS, "each"),
    ],
    ids=str,
)
def test_every_element_there_and_back(domain):
    read = reading(domain)
    elements = domain.number_format.codes if isinstance(domain, Rounded) else getattr(domain, "codes", None)
    values = [read.value(x) for x in elements or domain.elements]
    assert len(set(values)) == domain.size
    assert [read.held(value) for value in values] == list(elements or domain.elements)


def test_every_finite_float_there_and_back():
    e5m2 = FLOATS["e5m2"]
    read = reading(e5m2)
    for code in range(256):
        if e5m2.classify(code) in ("inf", "nan"):
            with pytest.raises(DomainError):
                read.value(code)
        elif code != 0x80:
            assert read.held(read.value(code)) == code
    assert read.value(0x80) == 0, "a zero has no sign here"


def test_residues_are_read_as_said():
    assert reading(ResidueRing(8)).value(7) == 7
    assert reading(MachineInteger(3)).value(-1) == -1
    for domain, number in [
        (ResidueRing(8), -1),
        (ResidueRing(8), 8),
        (PrimeField(7), Fraction(1, 2)),
        (MachineInteger(3), 4),
    ]:
        with pytest.raises(DomainError, match=f"{number} is no number of"):
            reading(domain).held(Fraction(number))


def test_one_number_has_one_form_in_all_fields():
    for n in (4, 12, 20):
        field = CyclotomicField(n)
        assert reading(field).value(field.root_of_unity(4)) == IMAGINARY
        assert reading(field).value(field.element(Fraction(-3, 5))) == Fraction(-3, 5)
        assert reading(field).held(IMAGINARY) == field.root_of_unity(4)
    assert reading(CyclotomicField(12)).value(CyclotomicField(12).zeta(4)) != IMAGINARY


def test_gaussian_numbers_are_the_same_in_formats_and_fields():
    for domain in (domain_from_name("complex(bfloat16):once"), GaussianIntegers(), CyclotomicField(4)):
        for number in (Fraction(3), IMAGINARY, CyclotomicField(4).parse("[2,-5]")):
            assert reading(domain).value(reading(domain).held(number)) == number
    assert reading(GaussianIntegers()).held(IMAGINARY) == GaussianIntegers().root_of_unity(4)
    with pytest.raises(DomainError, match="1/2-i is no number of"):
        reading(GaussianIntegers()).held(CyclotomicField(4).parse("[1/2,-1]"))


def test_what_a_real_arithmetic_does_not_hold():
    zeta = CyclotomicField(3).root_of_unity(3)
    for domain in (
        Rationals(),
        Integers(),
        FLOATS["binary32"],
        EIGHTHS,
        MachineInteger(8),
        ResidueRing(7),
        NearestOf.of(0, 1),
    ):
        with pytest.raises(DomainError, match="zeta_3 is no number of"):
            reading(domain).held(zeta)
        with pytest.raises(DomainError, match="i is no number of"):
            reading(domain).held(IMAGINARY)


def test_elements_of_a_proper_extension_stand_for_nothing():
    with pytest.raises(DomainError, match=r"GF\(4\) stand for no numbers"):
        reading(GaloisField(4))
    two = reading(GaloisField(5)).held(Fraction(2))
    assert reading(GaloisField(5)).value(two) == 2
    with pytest.raises(DomainError):
        reading(GaloisField(5)).held(Fraction(5))


def test_texts():
    twelve = CyclotomicField(12)
    assert [number_text(reading(twelve).value(twelve.zeta(e))) for e in (0, 1, 2, 3, 6, 9, 10)] == [
        *("1", "zeta_12", "zeta_6", "i", "-1", "-i", "zeta_6^5"),
    ]
    assert number_text(twelve.parse("[0,2]")) == "[0,2] in Q(zeta_12)"
