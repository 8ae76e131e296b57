"""The rings Z[zeta_n] for n = 1, 2, 3, 4, 6 on pairs of ints, with remainders, divisors and units.

These are Z, Z[i] and the Eisenstein integers, the latter in two bases. In each the norm, the square of the complex
modulus, is a natural number, every non-zero element is a unit or has modulus at least sqrt 2, and rounding the
coefficients of a quotient leaves a remainder of norm at most 3/4 of the divisor's: the rings are Euclidean, greatest
common divisors exist, and what is a root of unity is seen at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from math import prod
from typing import TypeAlias

from exactssm.arithmetic import Cyclotomic
from exactssm.errors import DomainError

__all__ = ["ONE", "ZERO", "EuclideanRing", "Pair", "minus", "plus"]

Pair: TypeAlias = tuple[int, int]
"""a + b zeta as (a, b); b is 0 where zeta is rational."""

ZERO: Pair = (0, 0)
ONE: Pair = (1, 0)

TRACES = {1: 0, 2: 0, 3: -1, 4: 0, 6: 1}  # zeta^2 = trace zeta - 1; where zeta is rational, b is 0 throughout


def plus(x: Pair, y: Pair) -> Pair:
    return x[0] + y[0], x[1] + y[1]


def minus(x: Pair, y: Pair) -> Pair:
    return x[0] - y[0], x[1] - y[1]


@dataclass(frozen=True)
class EuclideanRing:
    """Z[zeta_n], elements being pairs (a, b) that stand for a + b zeta_n.

    >>> ring = EuclideanRing(4)
    >>> ring.times((1, 1), (2, -1)), ring.quotient((3, 1), (2, -1)), ring.quotient((3, 1), (2, 0))
    ((3, 1), (1, 1), None)
    >>> ring.normal((0, -2), (4, 0)), len(ring.units)
    (((1, 0), (0, 2)), 4)

    Raises: DomainError, if n is none of 1, 2, 3, 4, 6.
    """

    conductor: int

    def __post_init__(self) -> None:
        if type(self.conductor) is not int or self.conductor not in TRACES:
            raise DomainError(f"the conductor must be 1, 2, 3, 4 or 6, got {self.conductor!r}")

    def __str__(self) -> str:
        return {1: "Z", 2: "Z", 4: "Z[i]"}.get(self.conductor, f"Z[zeta_{self.conductor}]")

    @cached_property
    def trace(self) -> int:
        """The t in zeta^2 = t zeta - 1; 0 where zeta is rational and no product with it occurs."""
        return TRACES[self.conductor]

    @property
    def is_rational(self) -> bool:
        return self.conductor < 3

    @property
    def degree(self) -> int:
        return 1 if self.is_rational else 2

    @cached_property
    def units(self) -> tuple[Pair, ...]:
        """All roots of unity in the ring; they are all its units."""
        return tuple(x for x in self.within(1) if self.norm(x) == 1)

    def within(self, bound: int) -> tuple[Pair, ...]:
        """All elements with coefficients from -bound to bound."""
        span = range(-bound, bound + 1)
        return tuple(product(span, (0,) if self.is_rational else span))

    def times(self, x: Pair, y: Pair) -> Pair:
        a, b = x
        c, d = y
        return a * c - b * d, a * d + b * c + self.trace * b * d

    def norm(self, x: Pair) -> int:
        """|x|^2."""
        a, b = x
        return a * a + self.trace * a * b + b * b

    def quotient(self, x: Pair, y: Pair) -> Pair | None:
        """x / y, where y isn't zero; None, if it isn't in the ring."""
        q = self._nearest(x, y)
        return q if self.times(q, y) == x else None

    def _nearest(self, x: Pair, y: Pair) -> Pair:
        """x / y with coefficients rounded: x y* / |y|^2, where (c + d zeta)* = c + t d - d zeta."""
        c, d = y
        n = self.norm(y)
        a, b = self.times(x, (c + self.trace * d, -d))
        return (2 * a + n) // (2 * n), (2 * b + n) // (2 * n)

    def gcd(self, *elements: Pair) -> Pair:
        """A greatest common divisor; zero, if all are zero."""
        found = ZERO
        for y in elements:
            while y != ZERO:
                found, y = y, minus(found, self.times(self._nearest(found, y), y))
        return found

    def normal(self, *elements: Pair) -> tuple[Pair, ...]:
        """The elements over their greatest common divisor, times the unit that makes the tuple greatest: equal for two
        tuples exactly if these are proportional."""
        common = self.gcd(*elements)
        if common != ZERO:
            elements = tuple(q for x in elements if (q := self.quotient(x, common)) is not None)
        return max(tuple(self.times(unit, x) for x in elements) for unit in self.units)

    def cyclotomic(self, x: Pair) -> Cyclotomic:
        """The same number as an element of Q(zeta_n).

        >>> EuclideanRing(3).cyclotomic((1, 2))
        Cyclotomic(conductor=3, coefficients=(1, 2), denominator=1)
        """
        return Cyclotomic(self.conductor, x[: self.degree])

    def count_within(self, *bounds: int) -> int:
        """How many tuples there are whose elements lie within these bounds.

        >>> EuclideanRing(4).count_within(1, 1), EuclideanRing(1).count_within(3, 3, 3, 3, 3)
        (81, 16807)
        """
        return prod((2 * bound + 1) ** self.degree for bound in bounds)
