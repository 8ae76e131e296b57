"""Rounding to an integer: the one place where an exact quotient loses something, and by which rule.

Every number format rounds through `round_to_integer`, on a grid that it scales to the integers itself. All rules are
monotone, and leave an integer as it is.
"""

from __future__ import annotations

from typing import Final

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.named import Named
from exactssm.errors import DomainError

__all__ = ["Rounding", "round_to_integer"]


class Rounding(Named, what="a rounding"):
    """Which of its two neighbours a value strictly between them becomes: one side always, or the nearest, with a rule
    for ties. "Up" and "down" are towards plus and minus infinity. The values are the names used in writing.

    >>> Rounding("nearest-even").is_nearest, Rounding("floor").is_nearest
    (True, False)
    """

    FLOOR = "floor"
    CEILING = "ceiling"
    TOWARD_ZERO = "toward-zero"
    AWAY_FROM_ZERO = "away-from-zero"
    NEAREST_EVEN = "nearest-even"
    NEAREST_AWAY = "nearest-away"
    NEAREST_UP = "nearest-up"
    NEAREST_DOWN = "nearest-down"
    NEAREST_TOWARD_ZERO = "nearest-toward-zero"

    @property
    def is_nearest(self) -> bool:
        """Whether only ties are decided by the rule's direction."""
        return self.value.startswith("nearest-")


_DIRECTION: Final = {
    Rounding.NEAREST_AWAY: Rounding.AWAY_FROM_ZERO,
    Rounding.NEAREST_UP: Rounding.CEILING,
    Rounding.NEAREST_DOWN: Rounding.FLOOR,
    Rounding.NEAREST_TOWARD_ZERO: Rounding.TOWARD_ZERO,
}
"""The side to which a tie goes. Ties to even have no fixed side."""


def round_to_integer(numerator: int, denominator: int, rounding: Rounding) -> int:
    """The integer that ``numerator/denominator`` becomes; ``denominator`` is at least 1, in lowest terms or not.

    >>> [round_to_integer(n, 2, Rounding.NEAREST_EVEN) for n in (-5, -3, -1, 1, 3, 5)]
    [-2, -2, 0, 0, 2, 2]
    >>> [round_to_integer(-7, 4, rounding) for rounding in (Rounding.FLOOR, Rounding.TOWARD_ZERO)]
    [-2, -1]

    Raises: DomainError, if the denominator is below 1.
    """
    if denominator < 1:
        raise DomainError(f"a denominator must be at least 1, got {excerpt(denominator)}")
    below, rest = divmod(numerator, denominator)
    if rest == 0:
        return below
    if rounding.is_nearest and 2 * rest != denominator:
        return below + (2 * rest > denominator)
    match _DIRECTION.get(rounding, rounding):
        case Rounding.FLOOR:
            return below
        case Rounding.CEILING:
            return below + 1
        case Rounding.TOWARD_ZERO:
            return below + (numerator < 0)
        case Rounding.AWAY_FROM_ZERO:
            return below + (numerator > 0)
        case _:  # a tie between two integers, to the even one
            return below + below % 2
