"""The rings Z[zeta_n]/(m): what is left of the integers of a cyclotomic field modulo an integer.

They are finite, and reduction Z[zeta_n] -> Z[zeta_n]/(m) is a homomorphism of rings, so that an endless machine over
Z[zeta_n] whose every step is made of sums and products has a finite image over Z[zeta_n]/(m).
Source: Washington, Introduction to Cyclotomic Fields, Thm 2.6: 1, zeta, ..., zeta^(phi(n)-1) is a basis of the integers
of Q(zeta_n).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

from exactssm.arithmetic._text import excerpt, read_coefficients, write_coefficients
from exactssm.arithmetic.cyclotomic import Cyclotomic, CyclotomicField
from exactssm.arithmetic.domain import Element
from exactssm.errors import DomainError

__all__ = ["CyclotomicResidue", "CyclotomicResidues"]


@dataclass(frozen=True, slots=True)
class CyclotomicResidue:
    """The class of the sum of ``coefficients[i] * zeta^i`` modulo ``modulus``, each coefficient in range(modulus).

    Raises: DomainError, if it is not in this form.
    """

    conductor: int
    modulus: int
    coefficients: tuple[int, ...]

    def __post_init__(self) -> None:
        degree = CyclotomicResidues(self.conductor, self.modulus).degree
        c = self.coefficients
        if type(c) is not tuple or len(c) != degree or not all(type(x) is int and 0 <= x < self.modulus for x in c):
            raise DomainError(
                f"an element of Z[zeta_{self.conductor}]/({self.modulus}) must have a tuple of {degree} ints in "
                f"range({self.modulus}), got {excerpt(c)}"
            )


@dataclass(frozen=True)
class CyclotomicResidues:
    """The ring Z[zeta_n]/(m), n the conductor, m the modulus. An element is a `CyclotomicResidue` of both.

    Its text is an integer in range(m), or the list ``[c0,c1,...]`` of such coefficients of 1, zeta, zeta^2, ...

    >>> ring = CyclotomicResidues(3, 2)  # the field of four elements
    >>> w = ring.root_of_unity(3)
    >>> ring.format(ring.mul(w, w)), ring.size, str(ring)
    ('[1,1]', 4, 'Z[zeta_3]/(2)')

    Raises: DomainError, if the modulus is not an int of at least 2, or the conductor is none of a `CyclotomicField`.
    """

    conductor: int
    modulus: int

    def __post_init__(self) -> None:
        CyclotomicField(self.conductor)
        if type(self.modulus) is not int or self.modulus < 2:
            raise DomainError(f"a modulus must be an int of at least 2, got {excerpt(self.modulus)}")

    def __str__(self) -> str:
        return f"Z[zeta_{self.conductor}]/({self.modulus})"

    @property
    def field(self) -> CyclotomicField:
        """The field whose integers are reduced."""
        return CyclotomicField(self.conductor)

    @property
    def degree(self) -> int:
        """The number of coefficients, Euler's phi of the conductor."""
        return self.field.degree

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> int:
        size: int = self.modulus**self.degree
        return size

    @property
    def zero(self) -> CyclotomicResidue:
        return self.reduce(self.field.zero)

    @property
    def one(self) -> CyclotomicResidue:
        return self.reduce(self.field.one)

    def reduce(self, x: Cyclotomic) -> CyclotomicResidue:
        """The class of an integer of Q(zeta_n): the homomorphism of rings that this ring is the image of.

        >>> CyclotomicResidues(4, 3).reduce(CyclotomicField(4).parse("[5,-1]")).coefficients
        (2, 2)

        Raises: DomainError, unless ``x`` is in Z[zeta_n].
        """
        x = self.field.check(x)
        if x.denominator != 1:
            raise DomainError(f"what is reduced to {self} must be in Z[zeta_{self.conductor}]; {excerpt(x)} isn't")
        return CyclotomicResidue(self.conductor, self.modulus, tuple(c % self.modulus for c in x.coefficients))

    def _lift(self, x: Element) -> Cyclotomic:
        return Cyclotomic(self.conductor, self.check(x).coefficients)

    def check(self, x: object) -> CyclotomicResidue:
        if type(x) is CyclotomicResidue and (x.conductor, x.modulus) == (self.conductor, self.modulus):
            return x
        raise DomainError(f"an element of {self} must be a CyclotomicResidue of it, got {excerpt(x)}")

    def element(self, value: object) -> CyclotomicResidue:
        """The class of an int, or of a Fraction whose denominator is invertible."""
        if type(value) is int:
            return self.reduce(self.field.element(value))
        if isinstance(value, Fraction):
            if gcd(value.denominator, self.modulus) != 1:
                raise DomainError(f"a denominator must be invertible in {self}, got {excerpt(value)}")
            return self.element(value.numerator * pow(value.denominator, -1, self.modulus))
        return self.check(value)

    def add(self, x: Element, y: Element) -> CyclotomicResidue:
        return self.reduce(self.field.add(self._lift(x), self._lift(y)))

    def neg(self, x: Element) -> CyclotomicResidue:
        return self.reduce(self.field.neg(self._lift(x)))

    def mul(self, x: Element, y: Element) -> CyclotomicResidue:
        return self.reduce(self.field.mul(self._lift(x), self._lift(y)))

    def parse(self, text: str) -> CyclotomicResidue:
        given = read_coefficients(text, self.degree)
        if any(c.denominator != 1 or not 0 <= c < self.modulus for c in given):
            raise DomainError(
                f"the coefficients of an element of {self} must be in range({self.modulus}), got {excerpt(text)}"
            )
        return CyclotomicResidue(self.conductor, self.modulus, tuple(c.numerator for c in given))

    def format(self, x: Element) -> str:
        return write_coefficients([Fraction(c) for c in self.check(x).coefficients])

    def root_of_unity(self, order: int) -> CyclotomicResidue:
        """The class of exp(2 pi i / order), if its powers up to that order are distinct here.

        Raises: DomainError, if it isn't in Q(zeta_n), or if its powers fall together, as those of -1 do modulo 2;
        another element may still have that order.
        """
        w = self.reduce(self.field.root_of_unity(order))
        power = w
        for exponent in range(1, order):
            if power == self.one:
                raise DomainError(f"in {self} exp(2 pi i / {order}) has order {exponent}, not {order}")
            power = self.mul(power, w)
        return w
