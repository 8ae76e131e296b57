"""Roots of unity against rational numbers, without an error: their parts rounded into a float format, and which of
them a number is nearest to.

Every decision compares an irrational number with a rational one. The irrational one is enclosed in an interval with
rational ends, and the interval shrinks until the comparison is the same for all of it: which happens, as the two can't
be equal. The cases in which they could be are known, and decided apart:

- cos(2 pi q) for a rational q is rational only if it is 0, 1/2 or 1 up to its sign (Niven, Irrational Numbers, Cor.
  3.12), and then q is a multiple of 1/4 or 1/6;
- the angle of x + iy, with rational x and y, is a rational multiple of pi only on the axes and the diagonals (the only
  rational tangents of such angles are 0, 1 and -1, ibid.).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from exactssm.errors import DomainError

if TYPE_CHECKING:
    from exactssm.arithmetic import MiniFloat

__all__ = [
    "check_order",
    "enclosures",
    "nearest_root",
    "nearest_root_of_angle",
    "rounded_angle",
    "rounded_cosine",
    "rounded_sine",
    "scaled_cosine",
]

MAX_ORDER: Final = 10**6
_FIRST_PRECISION: Final = 128
_HALF: Final = Fraction(1, 2)

Real: TypeAlias = Callable[[], Any]
"""A real number: an `arb` that holds it, of the precision that flint is set to."""

_RATIONAL_COSINES: Final = {
    Fraction(0): Fraction(1),
    Fraction(1, 6): Fraction(1, 2),
    Fraction(1, 4): Fraction(0),
    Fraction(1, 3): Fraction(-1, 2),
    Fraction(1, 2): Fraction(-1),
}
"""cos(2 pi q) for those q from 0 to 1/2 for which it is rational."""


def check_order(order: object) -> int:
    """``order``, if it is an int from 2 to 10^6. Raises DomainError otherwise."""
    if type(order) is not int or not 2 <= order <= MAX_ORDER:
        raise DomainError(f"the order of a root of unity must be an int from 2 to {MAX_ORDER}, got {order!r:.80}")
    return order


def enclosures(real: Real) -> Iterator[tuple[Fraction, Fraction]]:
    """Ever smaller intervals, from and to, that hold ``real``."""
    from flint import ctx

    precision = _FIRST_PRECISION
    while True:
        with ctx.workprec(precision):
            ball = real()
            ends = ball.lower(), ball.upper()
        yield _fraction(ends[0]), _fraction(ends[1])
        precision *= 2


def _fraction(exact: Any) -> Fraction:
    mantissa, exponent = exact.man_exp()
    return int(mantissa) * Fraction(2) ** int(exponent)


def _rounded(real: Real, rounding: Callable[[Fraction], int]) -> int:
    """What an irrational number becomes. Rounding is monotone: if both ends of an interval become one, so does what
    lies between."""
    for low, high in enclosures(real):
        if (nearest := rounding(low)) == rounding(high):
            return nearest
    raise AssertionError


def _cosine(turn: Fraction, rounding: Callable[[Fraction], int]) -> int:
    """cos(2 pi ``turn``), rounded by a monotone function."""
    from flint import arb, fmpq

    q = turn % 1
    rational = _RATIONAL_COSINES.get(min(q, 1 - q))
    if rational is not None:
        return rounding(rational)
    return _rounded(lambda: arb.cos_pi_fmpq(fmpq(2 * q.numerator, q.denominator)), rounding)


def scaled_cosine(turn: Fraction, bits: int) -> int:
    """The integer nearest to 2^bits cos(2 pi ``turn``).

    >>> scaled_cosine(Fraction(1, 8), 30), scaled_cosine(Fraction(1, 2), 30) == -(2**30)
    (759250125, True)
    """
    return _cosine(turn, lambda x: floor(x * 2**bits + _HALF))


def rounded_cosine(number_format: MiniFloat, turn: Fraction) -> int:
    """cos(2 pi ``turn``), correctly rounded.

    >>> from exactssm.arithmetic import FLOATS
    >>> e4m3fn = FLOATS["e4m3fn"]
    >>> e4m3fn.text(rounded_cosine(e4m3fn, Fraction(1, 5))), e4m3fn.text(rounded_cosine(e4m3fn, Fraction(1, 3)))
    ('5/16', '-1/2')
    """
    return _cosine(turn, number_format.round)


def rounded_sine(number_format: MiniFloat, turn: Fraction) -> int:
    """sin(2 pi ``turn``), correctly rounded."""
    return rounded_cosine(number_format, turn - Fraction(1, 4))


def rounded_angle(number_format: MiniFloat, turn: Fraction) -> int:
    """2 pi ``turn``, correctly rounded.

    >>> from exactssm.arithmetic import FLOATS
    >>> FLOATS["bfloat16"].text(rounded_angle(FLOATS["bfloat16"], Fraction(1)))
    '201/32'
    """
    from flint import arb, fmpq

    if turn == 0:
        return number_format.round(0)
    return _rounded(lambda: 2 * arb.pi() * fmpq(turn.numerator, turn.denominator), number_format.round)


def nearest_root(order: int, real: Fraction, imaginary: Fraction) -> int | None:
    """The k in range(``order``) with exp(2 pi i k / order) nearest to ``real`` + i ``imaginary``. None, if there is no
    one nearest: at zero, and halfway between two.

    >>> [nearest_root(3, Fraction(x), Fraction(y)) for x, y in ((5, 1), (-1, 1), (-1, -1), (-1, 0), (0, 0))]
    [0, 1, 2, None, None]

    Raises: DomainError, if ``order`` is no int from 2 to 10^6.
    """
    from flint import arb, fmpq

    check_order(order)
    if real == 0 or imaginary == 0 or abs(real) == abs(imaginary):
        return _nearest_on_axes(order, real, imaginary)
    x, y = (fmpq(part.numerator, part.denominator) for part in (real, imaginary))
    return _rounded(lambda: arb.atan2(arb(y), arb(x)) * order / (2 * arb.pi()), _nearest_integer) % order


def _nearest_on_axes(order: int, x: Fraction, y: Fraction) -> int | None:
    """`nearest_root` where the angle is a multiple of an eighth of a turn."""
    if x == y == 0:
        return None
    eighths = {(1, 0): 0, (1, 1): 1, (0, 1): 2, (-1, 1): 3, (-1, 0): 4, (-1, -1): 5, (0, -1): 6, (1, -1): 7}
    position = Fraction(order * eighths[_sign(x), _sign(y)], 8)
    return None if position % 1 == _HALF else _nearest_integer(position) % order


def _nearest_integer(x: Fraction) -> int:
    return floor(x + _HALF)


def _sign(x: Fraction) -> int:
    return (x > 0) - (x < 0)


def nearest_root_of_angle(order: int, angle: Fraction) -> int:
    """The k in range(``order``) with exp(2 pi i k / order) nearest to exp(i ``angle``). As a rational angle other than
    0 is no rational part of a turn, there is always one.

    >>> [nearest_root_of_angle(4, Fraction(angle)) for angle in (0, 1, 2, 3, 4, 5, 6)]
    [0, 1, 1, 2, 3, 3, 0]

    Raises: DomainError, if ``order`` is no int from 2 to 10^6.
    """
    from flint import arb, fmpq

    check_order(order)
    if angle == 0:
        return 0
    scaled = fmpq(order * angle.numerator, 2 * angle.denominator)
    return _rounded(lambda: scaled / arb.pi(), _nearest_integer) % order
