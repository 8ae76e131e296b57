"""exp and softplus where only rationals are exact: a declared table, or values rounded correctly to a number format.

    softplus(x) = log(1 + exp(x))

Parametrisations of published layers use both, and neither gives a rational at a rational x, but for exp(0) = 1. (By
Lindemann and Weierstrass: powers of e with different algebraic exponents are linearly independent over the algebraic
numbers.) So what a layer computes depends on what is put in their place, and that is declared:

    a table             the rationals that stand for the values, argument by argument; another argument is an error
    correctly rounded   the number of a format that the true value rounds to, by the format's own rule

The second is decided by enclosing the true value between two rationals, in integers, ever more narrowly, until both
ends round to one number. Rounding is monotone, so that the value between them does, too; and the search ends, as an
irrational value is neither a number of the format nor half-way between two.

Source: 2404.08819 App. B (the parametrisation of S6) and App. D (exp and softplus by Taylor series).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final, Literal, Protocol

from exactssm.arithmetic import ComplexOver, FixedPoint, Overflow
from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.moment import NumberFormat, is_number_format
from exactssm.errors import DomainError, FormatOverflow

__all__ = ["CorrectlyRounded", "FunctionTable", "RationalFunction"]

MAX_ARGUMENT: Final = 2**12
"""Beyond it, in magnitude, no exponential is enclosed: exp(4096) has 5910 bits before the point."""

MAX_DENOMINATOR_BITS: Final = 2**13

Enclosure = tuple[Fraction, Fraction]


class RationalFunction(Protocol):
    """A function from rationals to rationals. Raises DomainError, where it has no value."""

    def __call__(self, x: Fraction) -> Fraction: ...


@dataclass(frozen=True)
class FunctionTable:
    """The values of a function at the arguments that are needed, as declared.

    >>> exp = FunctionTable("exp", {Fraction(0): Fraction(1), Fraction(-1): Fraction(3, 8)})
    >>> exp(Fraction(-1))
    Fraction(3, 8)
    >>> exp(Fraction(1, 2))
    Traceback (most recent call last):
        ...
    exactssm.errors.DomainError: exp is declared at -1, 0; no value is declared at 1/2

    Raises: DomainError, if an argument or a value is no Fraction.
    """

    name: str
    entries: Mapping[Fraction, Fraction]

    def __post_init__(self) -> None:
        for x, y in self.entries.items():
            for what, number in (("argument", x), ("value", y)):
                if type(number) is not Fraction:
                    raise DomainError(f"the {what} of {self.name} must be a Fraction, got {excerpt(number)}")

    def __call__(self, x: Fraction) -> Fraction:
        """The declared value. Raises DomainError, if there is none."""
        if x in self.entries:
            return self.entries[x]
        known = sorted(self.entries)
        shown = ", ".join(map(str, known[:8])) + (", ..." if len(known) > 8 else "")
        raise DomainError(f"{self.name} is declared at {shown or 'no argument'}; no value is declared at {x}")


@dataclass(frozen=True)
class CorrectlyRounded:
    """exp or softplus, each value rounded once to a number format by the format's own rule.

    >>> from exactssm.arithmetic import FLOATS
    >>> exp = CorrectlyRounded("exp", FLOATS["e4m3fn"])
    >>> [str(exp(Fraction(x))) for x in (-100, -1, 0, 1)]
    ['0', '3/8', '1', '11/4']
    >>> CorrectlyRounded("softplus", FLOATS["binary16"])(Fraction(0))  # log 2
    Fraction(355, 512)

    Raises: DomainError, for another function, or what is no format of real numbers, or one that wraps around, which
    rounds no value to the numbers next to it. When called: DomainError, for an argument beyond 4096 in magnitude or of
    a denominator of more than 8192 bits, or where the rounded value is no number; FormatOverflow where the format does.
    """

    name: Literal["exp", "softplus"]
    number_format: NumberFormat

    def __post_init__(self) -> None:
        if self.name not in _ENCLOSED:
            raise DomainError(f"the function must be one of {', '.join(_ENCLOSED)}; got {excerpt(self.name)}")
        numbers: Any = self.number_format
        if not is_number_format(numbers) or isinstance(numbers, ComplexOver):
            raise DomainError(f"values must be rounded to a format of real numbers, got {excerpt(numbers)}")
        if isinstance(numbers, FixedPoint) and numbers.overflow is Overflow.WRAP:
            raise DomainError(f"values must be rounded to a format that doesn't wrap around, got {numbers}")

    def __call__(self, x: Fraction) -> Fraction:
        """The rounded value at ``x``."""
        if type(x) is not Fraction:
            raise DomainError(f"the argument of {self.name} must be a Fraction, got {excerpt(x)}")
        if abs(x) > MAX_ARGUMENT or x.denominator.bit_length() > MAX_DENOMINATOR_BITS:
            raise DomainError(
                f"the argument of {self.name} must lie within -{MAX_ARGUMENT} to {MAX_ARGUMENT}, with a denominator of "
                f"at most {MAX_DENOMINATOR_BITS} bits; got {excerpt(x)}"
            )
        numbers: Any = self.number_format
        code = numbers.round(Fraction(1)) if self.name == "exp" and x == 0 else self._decided(x)
        try:
            value: Fraction = numbers.decode(code)
        except DomainError as error:
            raise DomainError(f"{self.name}({x}) is no number of {numbers}: {error}") from None
        return value

    def _decided(self, x: Fraction) -> Any:
        numbers: Any = self.number_format
        bits = 64
        while True:
            low, high = _ENCLOSED[self.name](x, bits)
            bits *= 2
            code = numbers.round(low)  # if this overflows, so does the value
            try:
                if numbers.round(high) == code:
                    return code
            except FormatOverflow:  # the value may lie below
                continue


def exp_enclosure(x: Fraction, bits: int) -> Enclosure:
    """Two rationals between which exp(x) lies; the more bits, the closer.

    >>> low, high = exp_enclosure(Fraction(1), 64)
    >>> low < Fraction(2718281828459045236, 10**18), high > Fraction(2718281828459045235, 10**18)
    (True, True)
    """
    if x < 0:
        low, high = exp_enclosure(-x, bits)
        return 1 / high, 1 / low
    halvings = max((2 * x.numerator // x.denominator).bit_length(), 0)
    p = bits + 2 * halvings + 16
    scaled = x * (1 << p) / (1 << halvings)  # at most half of 2^p
    below = _exp_series(scaled.numerator // scaled.denominator, p)[0]
    above = _exp_series(_up(scaled.numerator, scaled.denominator), p)[1]
    for _ in range(halvings):
        below, above = below * below >> p, _up(above * above, 1 << p)
    return Fraction(below, 1 << p), Fraction(above, 1 << p)


def _up(numerator: int, denominator: int) -> int:
    """The quotient, rounded up."""
    return -(-numerator // denominator)


def _exp_series(y: int, p: int) -> tuple[int, int]:
    """Bounds of 2^p exp(y / 2^p), for 0 <= y <= 2^p / 2, by the series."""
    low, high = 1 << p, 1 << p
    down, up, k = low, high, 0
    while up > 1:
        k += 1
        down, up = (down * y >> p) // k, _up(up * y, k << p)
        low, high = low + down, high + up
        if y == 0:
            break
    return low, high + up  # each term left out is at most half of the one before


def log_enclosure(v: Fraction, bits: int) -> Enclosure:
    """Two rationals between which log(v) lies, for v >= 1.

    log(2^e m) = e log 2 + log m, and log m = 2 artanh((m - 1) / (m + 1)), with 1 <= m < 2.
    """
    e = v.numerator.bit_length() - v.denominator.bit_length()
    e -= v < (1 << e)
    m = v / (1 << e)
    two, rest = _artanh(Fraction(1, 3), bits), _artanh((m - 1) / (m + 1), bits)
    return 2 * (e * two[0] + rest[0]), 2 * (e * two[1] + rest[1])


def _artanh(z: Fraction, bits: int) -> Enclosure:
    """Bounds of z + z^3/3 + z^5/5 + ..., for 0 <= z <= 1/3."""
    p = bits + 16
    scaled = z * (1 << p)
    z_low, z_high = scaled.numerator // scaled.denominator, _up(scaled.numerator, scaled.denominator)
    low = high = 0
    down, up, k = z_low, z_high, 1
    while True:
        low, high = low + down // k, high + _up(up, k)
        if up <= 1:
            break
        down, up, k = down * z_low**2 >> 2 * p, _up(up * z_high**2, 1 << 2 * p), k + 2
    return Fraction(low, 1 << p), Fraction(high + up, 1 << p)  # what is left out is less than the last power


def softplus_enclosure(x: Fraction, bits: int) -> Enclosure:
    """Two rationals between which log(1 + exp(x)) lies."""
    low, high = exp_enclosure(x, bits)
    return log_enclosure(1 + low, bits)[0], log_enclosure(1 + high, bits)[1]


_ENCLOSED: Final = {"exp": exp_enclosure, "softplus": softplus_enclosure}
