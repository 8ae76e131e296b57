"""A finite set D of numbers, and the nearest of them: "finite precision" in its plainest form.

Source: Grazzi et al., 2411.12537, App. B.1: after an exact computation, cast(x) is the smallest of the elements of D
that are nearest to x.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Final

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.rounded import RoundedArithmetic
from exactssm.errors import DomainError

__all__ = ["MAX_NUMBERS", "NearestOf"]

MAX_NUMBERS: Final = 2**16
"""The most numbers that a set may have."""

_MAX_IN_NAME: Final = 16


@dataclass(frozen=True)
class NearestOf(RoundedArithmetic):
    """Arithmetic in a finite set D of rationals: exact, then cast to the nearest element of D, the smallest of those.

    ``numbers`` are D in ascending order. The code of an element is its position there. D need not hold 0 or 1; then
    `zero` or `one` raise. Whatever lies beyond D's ends becomes that end.

    >>> d = NearestOf.of(-1, 0, Fraction(1, 3), 1)
    >>> d.text(d.round(Fraction(1, 6))), d.text(d.round(Fraction(2, 3))), d.text(d.round(7)), str(d)
    ('0', '1/3', '1', 'nearest:-1,0,1/3,1')

    Raises: DomainError, unless ``numbers`` is a tuple of 1 to 65536 Fractions that ascend strictly.
    """

    numbers: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        if type(self.numbers) is not tuple or not 1 <= len(self.numbers) <= MAX_NUMBERS:
            found = f"{len(self.numbers)} numbers" if type(self.numbers) is tuple else excerpt(self.numbers)
            raise DomainError(f"a finite set must be a tuple of 1 to {MAX_NUMBERS} numbers, got {found}")
        for i, number in enumerate(self.numbers):
            if type(number) is not Fraction:
                raise DomainError(f"number {i}: an element of a finite set must be a Fraction, got {excerpt(number)}")
        for i, (lower, upper) in enumerate(pairwise(self.numbers), start=1):
            if lower >= upper:
                raise DomainError(
                    f"number {i}: the numbers of a finite set must ascend, got {excerpt(upper)} after {excerpt(lower)}"
                )

    @classmethod
    def of(cls, *numbers: Fraction | int) -> NearestOf:
        """The set of ``numbers``, given in any order and any number of times. Raises DomainError for other types."""
        for i, number in enumerate(numbers):
            if type(number) not in (int, Fraction):
                raise DomainError(f"number {i}: a finite set must hold ints and Fractions, got {excerpt(number)}")
        return cls(tuple(sorted({Fraction(number) for number in numbers})))

    def __str__(self) -> str:
        if self.size > _MAX_IN_NAME:
            return f"nearest of {self.size} numbers"
        return f"nearest:{','.join(str(number) for number in self.numbers)}"

    @property
    def codes(self) -> range:
        """The positions of all numbers, ascending."""
        return range(len(self.numbers))

    def decode(self, x: Element) -> Fraction:
        return self.numbers[self.check(x)]

    def _round(self, value: Fraction) -> int:
        above = bisect_left(self.numbers, value)
        candidates = range(max(above - 1, 0), min(above + 1, self.size))
        return min(candidates, key=lambda x: abs(self.numbers[x] - value))  # the first, hence smallest, of the nearest

    def neighbours(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        i = bisect_left(self.numbers, value)
        above = self.numbers[i] if i < self.size else None
        if above == value:
            return above, above
        return self.numbers[i - 1] if i else None, above
