"""The ring Z of integers: the arithmetic of 0/1 matrices, and of the weights of a sign layer."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from exactssm.arithmetic._text import excerpt, read_integer, write_integer
from exactssm.arithmetic.domain import Element, plus_or_minus_one
from exactssm.errors import DomainError

__all__ = ["Integers"]


@dataclass(frozen=True)
class Integers:
    """The ring Z. An element is a bare int.

    >>> ring = Integers()
    >>> ring.mul(-3, 5), ring.parse("-12"), str(ring)
    (-15, -12, 'Z')
    """

    def __str__(self) -> str:
        return "Z"

    @property
    def zero(self) -> int:
        return 0

    @property
    def one(self) -> int:
        return 1

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> None:
        return None

    def check(self, x: object) -> int:
        if type(x) is int:
            return x
        raise DomainError(f"an element of Z must be an int, got {excerpt(x)}")

    def element(self, value: object) -> int:
        """The int that ``value`` is, or that it equals as a Fraction."""
        if isinstance(value, Fraction) and value.denominator == 1:
            return value.numerator
        return self.check(value)

    def add(self, x: Element, y: Element) -> int:
        return self.check(x) + self.check(y)

    def neg(self, x: Element) -> int:
        return -self.check(x)

    def mul(self, x: Element, y: Element) -> int:
        return self.check(x) * self.check(y)

    def parse(self, text: str) -> int:
        return read_integer(text)

    def format(self, x: Element) -> str:
        return write_integer(self.check(x))

    def root_of_unity(self, order: int) -> int:
        """1 or -1, for the orders 1 and 2. Raises DomainError for others."""
        return plus_or_minus_one(self, order)
