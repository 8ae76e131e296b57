"""Which number an element stands for, so that constants can move from one arithmetic to another.

A number is a Fraction, or, where it is not rational, a `Cyclotomic`: of conductor 4 if it is Gaussian. The elements of
number formats, of Z, Q, Z[i] and of the cyclotomic fields are numbers already. Residues are none until they are read as
some: an element of Z/m as the integer from 0 to m - 1, that of a signed machine integer as the one with its sign. Of
the elements of GF(p^k), k > 1, there is no such reading.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Any, NamedTuple, TypeAlias

from exactssm.arithmetic.complex_numbers import ComplexOver
from exactssm.arithmetic.cyclotomic import Cyclotomic, CyclotomicField
from exactssm.arithmetic.domain import Domain, Element
from exactssm.arithmetic.finite_field import GaloisField
from exactssm.arithmetic.gaussian import GaussianInteger, GaussianIntegers
from exactssm.arithmetic.moment import Rounded, is_number_format
from exactssm.arithmetic.residue import ResidueRing
from exactssm.errors import DomainError

__all__ = ["Number", "Reading", "number_text", "reading"]

Number: TypeAlias = Fraction | Cyclotomic

NUMBERS_KEPT = 2**12
"""How many elements and numbers a reading remembers, the last ones used."""

GAUSSIAN = CyclotomicField(4)


class Reading(NamedTuple):
    """How the elements of an arithmetic stand for numbers; each way, DomainError where there is nothing."""

    value: Callable[[Element], Number]  #: the number that an element stands for; infinities and NaN stand for none
    held: Callable[[Number], Element]  #: the element that stands for exactly this number


def reading(domain: Domain) -> Reading:
    """How the elements of ``domain`` stand for numbers.

    >>> from exactssm.arithmetic import FLOATS, MachineInteger
    >>> hex(reading(FLOATS["binary16"]).held(Fraction(3, 2))), reading(MachineInteger(8)).value(-3)
    ('0x3e00', Fraction(-3, 1))
    >>> reading(ResidueRing(8)).held(Fraction(-1))
    Traceback (most recent call last):
        ...
    exactssm.errors.DomainError: -1 is no number of Z/8

    Raises: DomainError, if they stand for none.
    """
    value, held = _reading(domain)

    def refusing(number: Number) -> Element:
        try:
            return held(number)
        except DomainError:
            raise DomainError(f"{number_text(number)} is no number of {domain}") from None

    return Reading(lru_cache(NUMBERS_KEPT)(value), lru_cache(NUMBERS_KEPT)(refusing))


def _reading(domain: Domain) -> Reading:
    numbers: Any = domain.number_format if isinstance(domain, Rounded) else domain
    if isinstance(numbers, ComplexOver):
        return Reading(lambda z: _gaussian(*numbers.decode(z)), lambda number: numbers.number(*_parts(number)))
    if isinstance(numbers, GaussianIntegers):
        return Reading(lambda z: _gaussian(z.real, z.imaginary), _gaussian_integer)
    if isinstance(numbers, GaloisField) and numbers.degree > 1:
        raise DomainError(f"the elements of {numbers} stand for no numbers")
    if isinstance(numbers, GaloisField):
        return Reading(lambda x: Fraction(numbers.check(x).code), lambda number: _galois(numbers, number))
    if isinstance(numbers, ResidueRing):
        return Reading(lambda x: Fraction(numbers.check(x)), lambda number: numbers.check(_integer(number)))
    if is_number_format(numbers):
        return Reading(numbers.decode, numbers.element)
    if isinstance(numbers.zero, Cyclotomic):
        return Reading(_least, lambda number: _cyclotomic(numbers.zero.conductor, number))
    return Reading(lambda x: Fraction(numbers.check(x)), numbers.element)


def _integer(number: Number) -> int:
    if isinstance(number, Fraction) and number.denominator == 1:
        return number.numerator
    raise DomainError(f"{number_text(number)} is no integer")


def _galois(field: GaloisField, number: Number) -> Element:
    code = _integer(number)
    if not 0 <= code < field.order:
        raise DomainError(f"{code} is not in range({field.order})")
    return field.element(code)


def _gaussian(real: Fraction | int, imaginary: Fraction | int) -> Number:
    """In lowest terms: a prime power of the denominator's comes whole from one of the two fractions."""
    if imaginary == 0:
        return Fraction(real)
    d = lcm(real.denominator, imaginary.denominator)
    return Cyclotomic(4, tuple(x.numerator * (d // x.denominator) for x in (real, imaginary)), d)


def _parts(number: Number) -> tuple[Fraction, Fraction]:
    if isinstance(number, Fraction):
        return number, Fraction(0)
    real, imaginary = (Fraction(c, number.denominator) for c in GAUSSIAN.check(number).coefficients)
    return real, imaginary


def _gaussian_integer(number: Number) -> GaussianInteger:
    return GaussianInteger(*(_integer(part) for part in _parts(number)))


def _least(x: Cyclotomic) -> Number:
    """``x`` as a Fraction if it is rational, with conductor 4 if it is Gaussian, and else as it is."""
    field = CyclotomicField(x.conductor)
    if field.is_rational(x):
        return Fraction(x.coefficients[0], x.denominator)
    if x.conductor % 4 == 0:
        mirrored, minus_i = field.conjugate(x), field.root_of_unity(4)
        minus_i = field.neg(minus_i)
        twice = field.add(x, mirrored), field.mul(minus_i, field.add(x, field.neg(mirrored)))
        if all(map(field.is_rational, twice)):
            real, imaginary = (Fraction(part.coefficients[0], 2 * part.denominator) for part in twice)
            return _gaussian(real, imaginary)
    return x


def _cyclotomic(conductor: int, number: Number) -> Cyclotomic:
    field = CyclotomicField(conductor)
    if isinstance(number, Cyclotomic) and number.conductor == 4 and conductor % 4 == 0:
        real, imaginary = map(field.element, _parts(number))
        return field.add(real, field.mul(imaginary, field.root_of_unity(4)))
    return field.element(number)


def number_text(number: Number) -> str:
    """A number for people to read: ``3/4``, ``1/2+3i``, ``zeta_3^2``; else its coefficients of the powers of zeta_n.

    >>> number_text(CyclotomicField(12).zeta(8)), number_text(CyclotomicField(4).parse("[1/2,-1]"))
    ('zeta_3^2', '1/2-i')
    """
    if isinstance(number, Fraction):
        return str(number)
    n, field = number.conductor, CyclotomicField(number.conductor)
    if n == 4:
        real, imaginary = _parts(number)
        factor = "" if imaginary == 1 else "-" if imaginary == -1 else str(imaginary)
        return f"{real or ''}{'+' if real and imaginary > 0 else ''}{factor}i"
    for e in range(1, n):
        if number == field.zeta(e):
            order = n // gcd(e, n)
            power = e // gcd(e, n)
            return f"zeta_{order}" + (f"^{power}" if power > 1 else "")
    return f"{field.format(number)} in {field}"
