"""Floats of logarithmic precision, the datatype of 2404.08819 App. A, and precision that depends on the word's length.

A float is a pair <m, e> of signed integers that take c log n bits together, for words of length n; it stands for
m 2^(e - |m| + 1), where |m| is the bit length of m. So there are no infinities and no subnormals. Sums and products of
any number of floats are done exactly and then cast, once (Defs. A.1, A.2: `LogPrecisionFloats.sum` and
`LogPrecisionFloats.product`).

The paper leaves open how the bits are shared out between m and e, and how ties are cast: here both are parameters.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Final

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.domain import Domain, Element
from exactssm.arithmetic.rounded import RoundedArithmetic
from exactssm.arithmetic.rounding import Rounding, round_to_integer
from exactssm.errors import DomainError

__all__ = ["LogPrecision", "LogPrecisionFloats", "PrecisionSchedule"]

_MAX_MANTISSA_BITS: Final = 4096
_MAX_EXPONENT_BITS: Final = 16


@dataclass(frozen=True)
class LogPrecisionFloats(RoundedArithmetic):
    """All numbers m 2^(e - |m| + 1) with |m| < mantissa_bits and -2^(exponent_bits-1) <= e < 2^(exponent_bits-1).

    Both counts of bits include a sign. The magnitudes are 0 and, for each e, the 2^(mantissa_bits-2) numbers evenly
    spaced from 2^e to 2^(e+1). Codes number them: the least positive number has code 1, and -x stands for the negative
    of x. A number has many pairs; `pair` gives the one whose m is odd (or both 0). In two's complement m can also be
    -2^(mantissa_bits-1), which adds no number.

    A magnitude below 2^e for the least e is rounded to a multiple of that power, so to 0 or the least; one beyond the
    largest becomes the largest, whatever the rounding. "Even" means even as a multiple of the spacing just below.

    >>> floats = LogPrecisionFloats(4, 3, Rounding.NEAREST_EVEN)
    >>> str(floats), [floats.text(x) for x in floats.codes if x > 0][:6], floats.text(floats.codes[-1])
    ('log-float:4+3:nearest-even', ['1/16', '5/64', '3/32', '7/64', '1/8', '5/32'], '14')
    >>> floats.pair(floats.parse("5/32")), floats.from_pair(-3, 1) == floats.parse("-3")
    ((5, -3), True)
    >>> tiny, two = floats.parse("1/16"), floats.parse("2")
    >>> floats.text(floats.add(floats.add(two, tiny), floats.neg(two))), floats.text(floats.sum([two, tiny, -two]))
    ('0', '1/16')

    Raises: DomainError, unless there are 2 to 4096 mantissa bits and 1 to 16 exponent bits, and a `Rounding`.
    """

    mantissa_bits: int
    exponent_bits: int
    rounding: Rounding

    def __post_init__(self) -> None:
        if type(self.mantissa_bits) is not int or not 2 <= self.mantissa_bits <= _MAX_MANTISSA_BITS:
            raise DomainError(
                f"a mantissa must have 2 to {_MAX_MANTISSA_BITS} bits, its sign included, "
                f"got {excerpt(self.mantissa_bits)}"
            )
        if type(self.exponent_bits) is not int or not 1 <= self.exponent_bits <= _MAX_EXPONENT_BITS:
            raise DomainError(
                f"an exponent must have 1 to {_MAX_EXPONENT_BITS} bits, its sign included, "
                f"got {excerpt(self.exponent_bits)}"
            )
        if not isinstance(self.rounding, Rounding):
            raise DomainError(f"the rounding of floats must be a Rounding, got {excerpt(self.rounding)}")

    def __str__(self) -> str:
        return f"log-float:{self.mantissa_bits}+{self.exponent_bits}:{self.rounding.value}"

    @property
    def least_exponent(self) -> int:
        return -(1 << self.exponent_bits - 1)

    @property
    def codes(self) -> range:
        """All codes; as many below 0 as above."""
        largest = 1 << self._digits + self.exponent_bits
        return range(-largest, largest + 1)

    @property
    def _digits(self) -> int:
        """How many binary digits follow the leading one."""
        return self.mantissa_bits - 2

    def decode(self, x: Element) -> Fraction:
        code = self.check(x)
        if code == 0:
            return Fraction(0)
        binade, position = divmod(abs(code) - 1, 1 << self._digits)
        significand = (1 << self._digits) + position
        return (significand if code > 0 else -significand) * _power(self.least_exponent + binade - self._digits)

    def _round(self, value: Fraction) -> int:
        exponent = max(_exponent(value), self.least_exponent) if value else self.least_exponent
        digits = self._digits if abs(value) >= _power(self.least_exponent) else 0
        scaled = value / _power(exponent - digits)
        significand = round_to_integer(scaled.numerator, scaled.denominator, self.rounding)
        if significand == 0:
            return 0
        position = (exponent - self.least_exponent << digits) + abs(significand) - (1 << digits)
        code = min(position + 1, self.codes.stop - 1)
        return code if value > 0 else -code

    def neighbours(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        below = self.decode(replace(self, rounding=Rounding.FLOOR).round(value))
        above = self.decode(replace(self, rounding=Rounding.CEILING).round(value))
        return below if below <= value else None, above if above >= value else None

    def pair(self, x: Element) -> tuple[int, int]:
        """The pair <m, e> of ``x`` with m odd; <0, 0> for zero."""
        value = self.decode(x)
        if value == 0:
            return 0, 0
        m = value.numerator
        while m % 2 == 0:
            m //= 2
        return m, _exponent(value)

    def from_pair(self, m: int, e: int) -> int:
        """The code of <m, e>. Raises DomainError, if m or e don't fit in their bits."""
        for name, part, bits in (("m", m, self.mantissa_bits), ("e", e, self.exponent_bits)):
            if type(part) is not int or not -(1 << bits - 1) <= part < 1 << bits - 1:
                raise DomainError(f"{name} must be an int of {bits} bits with its sign, got {excerpt(part)}")
        return self.element(m * _power(e - m.bit_length() + 1))


def _power(exponent: int) -> Fraction:
    return Fraction(1 << exponent) if exponent >= 0 else Fraction(1, 1 << -exponent)


def _exponent(value: Fraction) -> int:
    """The e with 2^e <= |value| < 2^(e+1)."""
    e = abs(value.numerator).bit_length() - value.denominator.bit_length()
    return e if abs(value) >= _power(e) else e - 1


@dataclass(frozen=True)
class LogPrecision:
    """The rule n -> floats with c log n bits, ``mantissa`` log n for m and ``exponent`` log n for e, where log n is the
    bit length of n; at least the two bits and the one that any float needs.

    >>> LogPrecision(3, 1, Rounding.NEAREST_EVEN)(100)
    LogPrecisionFloats(mantissa_bits=21, exponent_bits=7, rounding=<Rounding.NEAREST_EVEN: 'nearest-even'>)

    Raises: DomainError, if a factor is not an int >= 1; when called, if the length calls for too many bits.
    """

    mantissa: int
    exponent: int
    rounding: Rounding

    def __post_init__(self) -> None:
        for name, factor in (("mantissa", self.mantissa), ("exponent", self.exponent)):
            if type(factor) is not int or factor < 1:
                raise DomainError(f"the factor of log n for the {name} must be an int >= 1, got {excerpt(factor)}")
        self(1)

    def __call__(self, length: int) -> LogPrecisionFloats:
        log = max(length, 1).bit_length()
        return LogPrecisionFloats(max(self.mantissa * log, 2), self.exponent * log, self.rounding)


@dataclass(frozen=True)
class PrecisionSchedule:
    """An arithmetic for each length of words: precision that grows as words do.

    There is no machine behind it: the state after a prefix depends on how long the whole word is going to be. So each
    length is evaluated apart, and what is found holds up to the lengths that were looked at.

    >>> PrecisionSchedule(LogPrecision(2, 1, Rounding.FLOOR)).at(5).codes
    range(-128, 129)

    Raises: DomainError, if the rule can't be called.
    """

    rule: Callable[[int], Domain]  #: length -> arithmetic; equal lengths must give equal ones

    def __post_init__(self) -> None:
        if not callable(self.rule):
            raise DomainError(f"the rule of a precision schedule must map lengths, got {excerpt(self.rule)}")

    def at(self, length: int) -> Domain:
        """The arithmetic for words of this length.

        Raises: DomainError, if ``length`` is not an int >= 0, or the rule gives no domain there.
        """
        if type(length) is not int or length < 0:
            raise DomainError(f"the length of a word must be an int >= 0, got {excerpt(length)}")
        domain = self.rule(length)
        if not isinstance(domain, Domain):
            raise DomainError(f"length {length}: a precision schedule must give a domain, got {excerpt(domain)}")
        return domain
