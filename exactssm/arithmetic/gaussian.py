"""The ring of Gaussian integers, Z[i]."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from exactssm.arithmetic import _recurrence
from exactssm.arithmetic._text import excerpt, polynomial_text, read_coefficients, write_coefficients
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.scan import Table, Tables, Word, checked_dense, checked_diagonal
from exactssm.errors import DomainError

__all__ = ["GaussianInteger", "GaussianIntegers"]


@dataclass(frozen=True, slots=True)
class GaussianInteger:
    """The number ``real + imaginary i``. Raises DomainError, if one of them is not an int."""

    real: int
    imaginary: int = 0

    def __post_init__(self) -> None:
        if type(self.real) is not int or type(self.imaginary) is not int:
            raise DomainError(
                f"the parts of a Gaussian integer must be ints, got {excerpt(self.real)} and {excerpt(self.imaginary)}"
            )

    def __str__(self) -> str:
        """For people: ``2-i``. Files hold what `GaussianIntegers.format` writes."""
        return polynomial_text((self.real, self.imaginary), "i")


@dataclass(frozen=True)
class GaussianIntegers:
    """The ring Z[i]. An element is a `GaussianInteger`; its text is an integer, or ``[a,b]`` for a + b i.

    >>> ring = GaussianIntegers()
    >>> i = ring.root_of_unity(4)
    >>> ring.mul(i, i), ring.format(i), ring.parse("[2,-1]")
    (GaussianInteger(real=-1, imaginary=0), '[0,1]', GaussianInteger(real=2, imaginary=-1))
    """

    def __str__(self) -> str:
        return "Z[i]"

    @property
    def is_complex(self) -> bool:
        return True

    @property
    def size(self) -> None:
        return None

    @property
    def zero(self) -> GaussianInteger:
        return GaussianInteger(0)

    @property
    def one(self) -> GaussianInteger:
        return GaussianInteger(1)

    def check(self, x: object) -> GaussianInteger:
        if type(x) is GaussianInteger:
            return x
        raise DomainError(f"an element of Z[i] must be a GaussianInteger, got {excerpt(x)}")

    def element(self, value: object) -> GaussianInteger:
        if type(value) is int:
            return GaussianInteger(value)
        if type(value) is Fraction and value.denominator == 1:
            return GaussianInteger(value.numerator)
        return self.check(value)

    def add(self, x: Element, y: Element) -> GaussianInteger:
        x, y = self.check(x), self.check(y)
        return GaussianInteger(x.real + y.real, x.imaginary + y.imaginary)

    def neg(self, x: Element) -> GaussianInteger:
        x = self.check(x)
        return GaussianInteger(-x.real, -x.imaginary)

    def mul(self, x: Element, y: Element) -> GaussianInteger:
        x, y = self.check(x), self.check(y)
        return GaussianInteger(x.real * y.real - x.imaginary * y.imaginary, x.real * y.imaginary + x.imaginary * y.real)

    def conjugate(self, x: Element) -> GaussianInteger:
        x = self.check(x)
        return GaussianInteger(x.real, -x.imaginary)

    def norm(self, x: Element) -> int:
        """a^2 + b^2 for a + b i."""
        checked = self.check(x)
        return checked.real**2 + checked.imaginary**2

    def parse(self, text: str) -> GaussianInteger:
        real, imaginary = read_coefficients(text, 2)
        if real.denominator != 1 or imaginary.denominator != 1:
            raise DomainError(f"the parts of a Gaussian integer must be integers, got {excerpt(text)}")
        return GaussianInteger(real.numerator, imaginary.numerator)

    def format(self, x: Element) -> str:
        x = self.check(x)
        return write_coefficients([Fraction(x.real), Fraction(x.imaginary)])

    def root_of_unity(self, order: int) -> GaussianInteger:
        """1, -1 or i. Raises DomainError for any order but 1, 2 and 4."""
        if type(order) is not int or order not in (1, 2, 4):
            raise DomainError(f"the order of a root of unity in Z[i] must be 1, 2 or 4, got {excerpt(order)}")
        return {1: GaussianInteger(1), 2: GaussianInteger(-1), 4: GaussianInteger(0, 1)}[order]

    def scan_diagonal(
        self, decay: Table, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[GaussianInteger, ...]]:
        """All states of h_i' = a_i(x) h_i + b_i(x); see `exactssm.arithmetic.scan.diagonal_by_steps`."""
        a, b, h = checked_diagonal(self.check, decay, drive, start, word)
        return _recurrence.scan_diagonal(_represent, _rebuild, a, b, h, word)

    def scan_dense(
        self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[GaussianInteger, ...]]:
        """All states of h' = A(x) h + b(x); see `exactssm.arithmetic.scan.dense_by_steps`."""
        a, b, h = checked_dense(self.check, matrix, drive, start, word)
        return _recurrence.scan_dense(_represent, _rebuild, a, b, h, word)


def _represent(x: GaussianInteger) -> tuple[list[list[int]], int]:
    return [[x.real, -x.imaginary], [x.imaginary, x.real]], 1


def _rebuild(numerators: Sequence[int], denominator: int) -> GaussianInteger:
    assert denominator == 1
    return GaussianInteger(*numerators)
