"""The field Q, with `fractions.Fraction` for its elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactssm.arithmetic import _recurrence
from exactssm.arithmetic._text import excerpt, read_fraction, write_fraction
from exactssm.arithmetic.domain import Element, plus_or_minus_one
from exactssm.arithmetic.scan import Table, Tables, Word, checked_dense, checked_diagonal
from exactssm.errors import DomainError

__all__ = ["Rationals"]


@dataclass(frozen=True)
class Rationals:
    """The field of rational numbers. An element is a `fractions.Fraction`, and nothing else.

    >>> field = Rationals()
    >>> field.mul(Fraction(1, 2), field.element(3)), field.parse("-6/4")
    (Fraction(3, 2), Fraction(-3, 2))
    """

    def __str__(self) -> str:
        return "Q"

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> None:
        return None

    @property
    def zero(self) -> Fraction:
        return Fraction(0)

    @property
    def one(self) -> Fraction:
        return Fraction(1)

    def check(self, x: object) -> Fraction:
        if type(x) is Fraction:
            return x
        raise DomainError(f"an element of Q must be a Fraction, got {excerpt(x)}")

    def element(self, value: object) -> Fraction:
        return Fraction(value) if type(value) is int else self.check(value)

    def add(self, x: Element, y: Element) -> Fraction:
        return self.check(x) + self.check(y)

    def neg(self, x: Element) -> Fraction:
        return -self.check(x)

    def mul(self, x: Element, y: Element) -> Fraction:
        return self.check(x) * self.check(y)

    def inverse(self, x: Element) -> Fraction:
        if self.check(x) == 0:
            raise DomainError("zero has no inverse in Q")
        return 1 / self.check(x)

    def parse(self, text: str) -> Fraction:
        return read_fraction(text)

    def format(self, x: Element) -> str:
        return write_fraction(self.check(x))

    def root_of_unity(self, order: int) -> Fraction:
        """1 or -1. Raises DomainError for any order but 1 and 2."""
        return Fraction(plus_or_minus_one(self, order))

    def scan_diagonal(
        self, decay: Table, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[Fraction, ...]]:
        """All states of h_i' = a_i(x) h_i + b_i(x), on integers over common denominators; see
        `exactssm.arithmetic.scan.diagonal_by_steps`."""
        a, b, h = checked_diagonal(self.check, decay, drive, start, word)
        return _recurrence.scan_diagonal(_represent, _rebuild, a, b, h, word)

    def scan_dense(
        self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[Fraction, ...]]:
        """All states of h' = A(x) h + b(x), on integers over a common denominator; see
        `exactssm.arithmetic.scan.dense_by_steps`."""
        a, b, h = checked_dense(self.check, matrix, drive, start, word)
        return _recurrence.scan_dense(_represent, _rebuild, a, b, h, word)


def _represent(x: Fraction) -> tuple[list[list[int]], int]:
    return [[x.numerator]], x.denominator


def _rebuild(numerators: Sequence[int], denominator: int) -> Fraction:
    return Fraction(numerators[0], denominator)
