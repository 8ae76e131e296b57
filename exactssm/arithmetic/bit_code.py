"""Elements of rings and semirings as bits: what a message that holds numbers is made of.

Sums and products must be associative, commutative and distributive, so that affine maps compose. Residues, finite
fields and integers that wrap around are rings. Integers 0 .. M that saturate are a semiring: n -> min(n, M) carries
sums to sums and products to products. Signed ones aren't: with M = 3, (3 + 1) - 1 = 2 and 3 + (1 - 1) = 3.

The elements of a finite one of q are numbered, and each takes ceil(log2 q) bits. There are endlessly many in Z, Q or
Q(zeta_n), so that a number takes as many bits as it needs: an integer n >= 1 is written as Elias' gamma code has it,
one zero less than it has digits and then the digits; other integers are numbered 0, 1, -1, 2, -2, ... first; fractions
have their denominator last. No element's bits begin another's.

Source: Elias, Universal codeword sets, IEEE Trans. Inf. Theory 21 (1975).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from exactssm.arithmetic.cyclotomic import Cyclotomic, CyclotomicField
from exactssm.arithmetic.cyclotomic_residue import CyclotomicResidue, CyclotomicResidues
from exactssm.arithmetic.domain import Domain, Element
from exactssm.arithmetic.finite_field import GaloisElement, GaloisField
from exactssm.arithmetic.fixed import FixedPoint, Overflow
from exactssm.arithmetic.gaussian import GaussianInteger, GaussianIntegers
from exactssm.arithmetic.integers import Integers
from exactssm.arithmetic.machine_integer import MachineInteger
from exactssm.arithmetic.moment import Rounded
from exactssm.arithmetic.rational import Rationals
from exactssm.arithmetic.residue import ResidueRing
from exactssm.errors import DomainError, FormatError

__all__ = ["BitCode", "bit_code"]

Read: TypeAlias = tuple[Any, int]
"""What was read, and the position after it."""


class _Numbered(NamedTuple):
    """The elements of a finite semiring, numbered from 0."""

    number: Callable[[Any], int]
    element: Callable[[int], Element]


@dataclass(frozen=True)
class BitCode:
    """How the elements of one semiring are written: `bit_code` makes it."""

    bits: int | None  #: that each element takes; None where they differ
    write: Callable[[Element], str]
    read: Callable[[str, int], Read]  #: the element at a position, and the position after it


def bit_code(domain: Domain) -> BitCode:
    """How the elements of ``domain``, an exact semiring, are written as bits.

    >>> from exactssm.arithmetic import GaloisField, Rationals, ResidueRing
    >>> code = bit_code(ResidueRing(6))
    >>> code.bits, code.write(5), code.read("0101", 1)
    (3, '101', (5, 4))
    >>> code = bit_code(Rationals())
    >>> code.bits, code.write(Fraction(-1, 2)), code.read("011010", 0)
    (None, '011010', (Fraction(-1, 2), 6))

    Reading raises FormatError, where the bits end too early or are those of no element.
    Raises: DomainError, if ``domain`` isn't known to be a semiring.
    """
    if (numbered := _numbered(domain)) is not None:
        assert domain.size is not None
        width = (domain.size - 1).bit_length()
        return BitCode(width, partial(_write_number, numbered, width), partial(_read_number, domain, numbered, width))
    if isinstance(domain, Integers):
        return BitCode(None, lambda x: _write_integer(domain.check(x)), _read_integer)
    if isinstance(domain, Rationals):
        return BitCode(None, lambda x: _write_over((x.numerator,), domain.check(x).denominator), _read_rational)
    if isinstance(domain, GaussianIntegers):
        return BitCode(
            None, lambda x: _write_integer(domain.check(x).real) + _write_integer(x.imaginary), _read_gaussian
        )
    if isinstance(domain, CyclotomicField):
        return BitCode(
            None, lambda x: _write_over(domain.check(x).coefficients, x.denominator), partial(_read_cyclotomic, domain)
        )
    raise DomainError(f"only elements of an exact semiring are written as bits; {domain} isn't known to be one")


def _numbered(domain: Domain) -> _Numbered | None:
    """The numbers of a finite semiring's elements; None, if it isn't one that is known."""
    if isinstance(domain, ResidueRing):
        return _Numbered(domain.check, domain.check)
    if isinstance(domain, GaloisField):
        return _Numbered(lambda x: domain.check(x).code, lambda code: GaloisElement(domain.order, code))
    if isinstance(domain, CyclotomicResidues):
        return _Numbered(lambda x: _digits_value(domain, x), lambda value: _from_digits(domain, value))
    if isinstance(domain, MachineInteger):
        return _from_least(domain, domain.codes.start)
    numbers = domain.number_format if isinstance(domain, Rounded) else domain
    if isinstance(numbers, FixedPoint) and numbers.fraction_bits == 0:  # integers, which are never rounded
        saturating = numbers.overflow is Overflow.SATURATE and not numbers.signed
        if numbers.overflow is Overflow.WRAP or saturating:
            return _from_least(numbers, numbers.codes.start)
    return None


def _from_least(domain: Domain, least: int) -> _Numbered:
    return _Numbered(lambda x: domain.check(x) - least, lambda n: n + least)


def _digits_value(domain: CyclotomicResidues, x: CyclotomicResidue) -> int:
    value = 0
    for digit in reversed(domain.check(x).coefficients):
        value = value * domain.modulus + digit
    return value


def _from_digits(domain: CyclotomicResidues, value: int) -> CyclotomicResidue:
    digits = []
    for _ in range(domain.degree):
        value, digit = divmod(value, domain.modulus)
        digits.append(digit)
    return CyclotomicResidue(domain.conductor, domain.modulus, tuple(digits))


def _write_number(numbered: _Numbered, width: int, x: Element) -> str:
    return format(numbered.number(x), f"0{width}b")


def _read_number(domain: Domain, numbered: _Numbered, width: int, bits: str, at: int) -> Read:
    value = int(_taken(bits, at, width), 2)
    if value >= (domain.size or 0):
        raise FormatError(f"bit {at}: {domain} has no element of number {value}, only {domain.size} elements")
    return numbered.element(value), at + width


def _taken(bits: str, at: int, count: int) -> str:
    if at + count > len(bits):
        raise FormatError(f"bit {at}: {count} bits are due, but the message ends at {len(bits)}")
    return bits[at : at + count]


def _write_positive(n: int) -> str:
    digits = format(n, "b")
    return "0" * (len(digits) - 1) + digits


def _read_positive(bits: str, at: int) -> tuple[int, int]:
    first = bits.find("1", at)
    if first < 0:
        raise FormatError(f"bit {at}: an integer is due, but the message ends at {len(bits)}")
    width = first - at + 1
    return int(_taken(bits, first, width), 2), first + width


def _write_integer(n: int) -> str:
    return _write_positive(2 * n if n > 0 else 1 - 2 * n)


def _read_integer(bits: str, at: int) -> tuple[int, int]:
    n, at = _read_positive(bits, at)
    return (n // 2 if n % 2 == 0 else -(n // 2)), at


def _write_over(numerators: tuple[int, ...], denominator: int) -> str:
    return "".join(map(_write_integer, numerators)) + _write_positive(denominator)


def _read_rational(bits: str, at: int) -> Read:
    numerator, end = _read_integer(bits, at)
    denominator, end = _read_positive(bits, end)
    value = Fraction(numerator, denominator)
    if value.denominator != denominator:
        raise FormatError(f"bit {at}: a fraction must be in lowest terms, got {numerator}/{denominator}")
    return value, end


def _read_gaussian(bits: str, at: int) -> Read:
    real, at = _read_integer(bits, at)
    imaginary, at = _read_integer(bits, at)
    return GaussianInteger(real, imaginary), at


def _read_cyclotomic(field: CyclotomicField, bits: str, at: int) -> Read:
    coefficients, end = [], at
    for _ in range(field.degree):
        c, end = _read_integer(bits, end)
        coefficients.append(c)
    denominator, end = _read_positive(bits, end)
    try:
        return Cyclotomic(field.conductor, tuple(coefficients), denominator), end
    except DomainError as error:
        raise FormatError(f"bit {at}: {error}") from None
