"""Arithmetic in a number format: each operation is done exactly, in the rationals, and its result rounded once.

This is what "finite precision" means here. It is no ring: sums and products are commutative, but not associative or
distributive, so that the order in which a sum is written matters. `RoundedArithmetic.fma` and
`RoundedArithmetic.inner` round once where a chain of `add` and `mul` rounds at every link; iterated sums and products
that are exact until one last cast are 2404.08819 Defs. A.1 and A.2.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod
from typing import Final

from exactssm.arithmetic._text import excerpt, read_fraction, write_fraction
from exactssm.arithmetic.domain import Element, Rounds, plus_or_minus_one
from exactssm.errors import DomainError, NoSuchElement

__all__ = ["RoundedArithmetic"]

_MAX_LISTED: Final = 2**16


class RoundedArithmetic(Rounds):
    """A number format: finitely many rational numbers, each with one code, a bare int, for its element.

    Codes ascend with the numbers that they stand for. Numbers are written as exact fractions: `parse` reads ``-3/4``.
    A format need not hold 0 or 1; it is a domain all the same.
    """

    @property
    @abstractmethod
    def codes(self) -> range:
        """All elements, from the least number to the largest."""

    @abstractmethod
    def decode(self, x: Element) -> Fraction:
        """The number that the code ``x`` stands for. Raises DomainError, if it is no code."""

    @abstractmethod
    def _round(self, value: Fraction) -> int: ...

    @abstractmethod
    def neighbours(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """The largest number of the format that is at most ``value``, and the least that is at least ``value``; None
        for what there is not."""

    def round(self, value: Fraction | int) -> int:
        """The element that ``value`` becomes, by the format's rules for rounding and overflow.

        Raises: DomainError, if ``value`` is not a Fraction or an int, or the rule for overflow is to raise.
        """
        return self._round(_rational(value, self))

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> int:
        return self.codes.stop - self.codes.start

    def values(self) -> tuple[Fraction, ...]:
        """All numbers of the format, ascending. Raises DomainError, if there are more than 65536."""
        if self.size > _MAX_LISTED:
            raise DomainError(f"at most {_MAX_LISTED} numbers are listed, {self} has {excerpt(self.size)}")
        return tuple(map(self.decode, self.codes))

    @property
    def zero(self) -> int:
        """The code of 0. Raises NoSuchElement, a DomainError, if the format does not hold it."""
        return self._constant(0)

    @property
    def one(self) -> int:
        """The code of 1. Raises NoSuchElement, a DomainError, if the format does not hold it."""
        return self._constant(1)

    def _constant(self, value: int) -> int:
        try:
            return self.element(value)
        except DomainError as error:
            raise NoSuchElement(str(error)) from None

    def check(self, x: object) -> int:
        if type(x) is int and x in self.codes:
            return x
        raise DomainError(f"an element of {self} must be a code, an int in {excerpt(self.codes)}, got {excerpt(x)}")

    def element(self, value: object) -> int:
        """The code of a number that the format holds exactly: constants are never rounded in silence.

        Raises: DomainError for any other value, with the numbers next to it.
        """
        exact = _rational(value, self)
        below, above = self.neighbours(exact)
        if below == exact:
            return self._round(exact)
        raise DomainError(
            f"{self} does not hold {_shown(exact)}: next to it are {_shown(below)} below and {_shown(above)} above"
        )

    def add(self, x: Element, y: Element) -> int:
        """The sum, rounded."""
        return self._round(self.decode(x) + self.decode(y))

    def neg(self, x: Element) -> int:
        """-x, rounded: a format need not hold it."""
        return self._round(-self.decode(x))

    def mul(self, x: Element, y: Element) -> int:
        """The product, rounded."""
        return self._round(self.decode(x) * self.decode(y))

    def fma(self, x: Element, y: Element, z: Element) -> int:
        """x y + z, rounded once."""
        return self._round(self.decode(x) * self.decode(y) + self.decode(z))

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> int:
        """The sum of all row[j] column[j], plus ``shift``, rounded once.

        Raises: DomainError, if the lengths differ or an entry is no code.
        """
        if len(row) != len(column):
            raise DomainError(f"row and column must be of one length, got {len(row)} and {len(column)}")
        pairs = zip(row, column, strict=True)
        return self._round(sum((self.decode(a) * self.decode(h) for a, h in pairs), start=self.decode(shift)))

    def sum(self, elements: Iterable[Element]) -> int:
        """The exact sum of all, rounded once: 2404.08819 Def. A.1."""
        return self._round(sum(map(self.decode, elements), start=Fraction(0)))

    def product(self, elements: Iterable[Element]) -> int:
        """The exact product of all, rounded once: 2404.08819 Def. A.2, for numbers."""
        return self._round(prod(map(self.decode, elements), start=Fraction(1)))

    def parse(self, text: str) -> int:
        return self.element(read_fraction(text))

    def format(self, x: Element) -> str:
        return write_fraction(self.decode(x))

    def text(self, x: Element) -> str:
        """The number, for people to read."""
        return _shown(self.decode(x))

    def root_of_unity(self, order: int) -> int:
        """1 or -1. Raises DomainError for any order but 1 and 2, and if the format does not hold the number."""
        return self.element(plus_or_minus_one(self, order))


def _rational(value: object, arithmetic: object) -> Fraction:
    if type(value) is int or type(value) is Fraction:
        return Fraction(value)
    raise DomainError(f"a number for {arithmetic} must be an int or a Fraction, got {excerpt(value)}")


def _shown(value: Fraction | None) -> str:
    if value is None:
        return "none"
    long = max(abs(value.numerator), value.denominator) >= 10**30
    return excerpt(value) if long else str(value)
