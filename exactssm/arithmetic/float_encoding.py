"""The codes of binary floats: what a row of bits stands for, by the parameters of a format.

A code is, from its top bit: a sign s, an exponent field k, and a fraction t of p - 1 bits, p being the precision. It
stands for

    (-1)^s 2^(k - bias) (1 + t 2^(1-p))   if k > 0,     (-1)^s 2^(1 - bias) t 2^(1-p)   if k = 0: zero and subnormals,

except for the codes that are taken out for infinities and NaN. A code without its sign is here called a *magnitude*, an
int; magnitudes ascend with the numbers that they stand for, up to the largest, then the infinity, then NaNs.

Sources: IEEE 754-2019 §3.4; the Open Compute Project's OFP8 and MX specifications; with one zero, 2206.02915.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import Final, NamedTuple

from exactssm.arithmetic._text import excerpt, read_fraction, write_fraction
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.named import Named
from exactssm.arithmetic.rounding import Rounding, round_to_integer
from exactssm.errors import DomainError

__all__ = ["Extended", "FloatEncoding", "NaNCodes", "shown"]

_MAX_EXPONENT_BITS: Final = 15
_MAX_POWER: Final = 2**13
"""Numbers lie within 2^±8192, and a precision has at most so many bits, so that every number can be written out."""
_MAX_LISTED: Final = 2**16
_NAN_TEXT: Final = re.compile(r"nan:(0x[0-9a-f]{1,4096})")


class NaNCodes(Named, what="the NaN codes of a float"):
    """Which codes stand for NaN."""

    IEEE = "ieee"  #: those with the largest exponent field, except the infinity, whose fraction is 0
    SINGLE = "single"  #: the largest magnitude, with either sign
    NEGATIVE_ZERO = "negative-zero"  #: the code that would be -0, so that there is one zero
    NONE = "none"


class Extended(NamedTuple):
    """What a code that is no NaN stands for: a number, whose zero has a sign, or an infinity."""

    negative: bool
    magnitude: Fraction | None  #: None for an infinity

    @property
    def value(self) -> Fraction:
        """The number. It must not be an infinity."""
        assert self.magnitude is not None
        return -self.magnitude if self.negative else self.magnitude


@dataclass(frozen=True)
class FloatEncoding:
    """Which numbers, infinities and NaNs the codes of a binary float stand for.

    Raises: DomainError, if the parameters make no sense, or no normal number, or numbers beyond 2^±8192.
    """

    exponent_bits: int
    precision: int  #: bits of a significand, the leading one included
    bias: int | None = field(default=None, kw_only=True)  #: by default IEEE's, 2^(exponent_bits-1) - 1
    infinities: bool = field(default=True, kw_only=True)
    nan: NaNCodes = field(default=NaNCodes.IEEE, kw_only=True)
    subnormals: bool = field(default=True, kw_only=True)  #: if not, their codes are refused

    def __post_init__(self) -> None:
        for what, bits, least, most in (
            ("an exponent field", self.exponent_bits, 1, _MAX_EXPONENT_BITS),
            ("a significand, its leading bit included,", self.precision, 2, _MAX_POWER),
        ):
            if type(bits) is not int or not least <= bits <= most:
                raise DomainError(f"{what} must have {least} to {most} bits, an int, got {excerpt(bits)}")
        for what, flag in (("infinities", self.infinities), ("subnormals", self.subnormals)):
            if type(flag) is not bool:
                raise DomainError(f"whether a float has {what} must be a bool, got {excerpt(flag)}")
        if not isinstance(self.nan, NaNCodes):
            raise DomainError(f"the NaN codes of a float must be a NaNCodes, got {excerpt(self.nan)}")
        if self.bias is None:
            object.__setattr__(self, "bias", (1 << self.exponent_bits - 1) - 1)
        if type(self.bias) is not int:
            raise DomainError(f"a bias must be an int, got {excerpt(self.bias)}")
        if self.infinities and self.nan is NaNCodes.NONE:
            raise DomainError("a float with infinities must have a NaN, for inf - inf; the NaN codes are none")
        if not self.infinities and self.nan is NaNCodes.IEEE:
            raise DomainError("a float without infinities must have other NaN codes than ieee, which sets one aside")
        if self.largest < self.least_normal:
            raise DomainError(
                f"a float must have a normal number: {self.exponent_bits} exponent bits and {self.precision - 1} "
                f"fraction bits leave none beside infinities ({self.infinities}) and NaN codes ({self.nan.value})"
            )
        if self.max_exponent >= _MAX_POWER or self.least_power < -_MAX_POWER:
            raise DomainError(
                f"a float must have numbers from 2^-{_MAX_POWER} up to 2^{_MAX_POWER}, got numbers from "
                f"2^{excerpt(self.least_power)} up to 2^{excerpt(self.max_exponent + 1)}"
            )

    @property
    def bits(self) -> int:
        """The length of a code."""
        return self.exponent_bits + self.precision

    @property
    def min_exponent(self) -> int:
        """The exponent of the least normal number, 2^min_exponent."""
        assert self.bias is not None
        return 1 - self.bias

    @property
    def max_exponent(self) -> int:
        """The exponent of the largest number, which lies from 2^max_exponent up to twice as much."""
        return (self.largest >> self.precision - 1) - 1 + self.min_exponent

    @property
    def least_power(self) -> int:
        """The exponent of the spacing of subnormals, 2^least_power."""
        return self.min_exponent - self.precision + 1

    @property
    def sign_bit(self) -> int:
        """What a minus sign adds to a magnitude."""
        return 1 << self.bits - 1

    @property
    def least_normal(self) -> int:
        """The magnitude of the least normal number."""
        return 1 << self.precision - 1

    @cached_property
    def infinity(self) -> int | None:
        """The magnitude of the infinities, if there are any."""
        if not self.infinities:
            return None
        match self.nan:
            case NaNCodes.IEEE:
                return self.sign_bit - self.least_normal
            case NaNCodes.SINGLE:
                return self.sign_bit - 2
            case _:
                return self.sign_bit - 1

    @cached_property
    def largest(self) -> int:
        """The magnitude of the largest number."""
        if self.infinity is not None:
            return self.infinity - 1
        return self.sign_bit - (2 if self.nan is NaNCodes.SINGLE else 1)

    @property
    def nan_code(self) -> int | None:
        """The one NaN that results are; positive and quiet, where there is a choice. None, if there is no NaN."""
        match self.nan:
            case NaNCodes.IEEE:
                return self.sign_bit - self.least_normal + (self.least_normal >> 1)
            case NaNCodes.SINGLE:
                return self.sign_bit - 1
            case NaNCodes.NEGATIVE_ZERO:
                return self.sign_bit
            case NaNCodes.NONE:
                return None

    @property
    def size(self) -> int:
        """The number of codes, those of infinities and NaNs included."""
        return (1 << self.bits) - (0 if self.subnormals else 2 * (self.least_normal - 1))

    @property
    def codes(self) -> Iterable[int]:
        """All elements: a range, if there are subnormals. Positive numbers come first and ascend, negative descend."""
        everything = range(1 << self.bits)
        return everything if self.subnormals else filter(self._holds, everything)

    def values(self) -> tuple[Fraction, ...]:
        """All numbers of the format, ascending. Raises DomainError, if there are more than 65536 codes."""
        if self.size > _MAX_LISTED:
            raise DomainError(f"the numbers of at most {_MAX_LISTED} codes are listed, {self} has {excerpt(self.size)}")
        held = map(self.extended, self.codes)
        return tuple(sorted({number.value for number in held if number and number.magnitude is not None}))

    def _holds(self, x: int) -> bool:
        """Whether ``x``, which is long enough for a code, is not that of a missing subnormal."""
        return self.subnormals or not 0 < x % self.sign_bit < self.least_normal

    def check(self, x: object) -> int:
        if type(x) is not int or not 0 <= x < 1 << self.bits:
            raise DomainError(f"an element of {self} must be a code, an int in range(2**{self.bits}), got {excerpt(x)}")
        if not self._holds(x):
            raise DomainError(f"an element of {self} must not be subnormal, got the code {excerpt(x)}")
        return x

    def classify(self, x: Element) -> str:
        """``zero``, ``subnormal``, ``normal``, ``inf`` or ``nan``. Raises DomainError, if ``x`` is no code."""
        number = self.extended(x)
        if number is None:
            return "nan"
        if number.magnitude is None:
            return "inf"
        if number.magnitude == 0:
            return "zero"
        return "normal" if x % self.sign_bit >= self.least_normal else "subnormal"

    def decode(self, x: Element) -> Fraction:
        """The number that the code ``x`` stands for. Raises DomainError, if it stands for none."""
        number = self.extended(x)
        if number is None or number.magnitude is None:
            raise DomainError(f"an infinity or NaN is no number, got {self.text(x)}, a code of {self}")
        return number.value

    def extended(self, x: Element) -> Extended | None:
        """What the code ``x`` stands for; None for NaN. Raises DomainError, if ``x`` is no code."""
        sign, magnitude = divmod(self.check(x), self.sign_bit)
        if magnitude == self.infinity:
            return Extended(sign == 1, None)
        if magnitude > self.largest or (x == self.sign_bit and self.nan is NaNCodes.NEGATIVE_ZERO):
            return None
        return Extended(sign == 1, self._number(magnitude))

    def _number(self, magnitude: int) -> Fraction:
        k, t = divmod(magnitude, self.least_normal)
        significand = t if k == 0 else t + self.least_normal
        return Fraction(*_over_power(significand, 1, 1 - max(k, 1) - self.least_power))

    def code(self, negative: bool, magnitude: int) -> int:
        """``magnitude`` with its sign; zero has none, if the code of -0 is that of NaN."""
        if magnitude == 0 and self.nan is NaNCodes.NEGATIVE_ZERO:
            return 0
        return magnitude + (self.sign_bit if negative else 0)

    def nearby(self, value: Fraction, rounding: Rounding) -> int:
        """The magnitude of ``value``, which is not 0, rounded as if exponents were unbounded: above, and, if there are
        no subnormals, also below, with a magnitude less than `least_normal`.

        For a value from 2^e up to 2^(e+1) the unit is 2^(e-p+1), and a significand m, in units, is the magnitude
        (e - min_exponent) 2^(p-1) + m: for subnormals too, and for m = 2^p, with which the next binade begins.
        """
        numerator, denominator = value.as_integer_ratio()
        exponent = numerator.bit_length() - denominator.bit_length()
        above, below = _over_power(abs(numerator), denominator, exponent)
        if above < below:
            exponent -= 1
        if self.subnormals:
            exponent = max(exponent, self.min_exponent)
        scaled = _over_power(numerator, denominator, exponent - self.precision + 1)
        significand = abs(round_to_integer(*scaled, rounding))
        return ((exponent - self.min_exponent) << self.precision - 1) + significand

    def neighbours(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        """The largest number of the format that is at most ``value``, and the least that is at least ``value``; None
        for what there is not."""
        if value == 0:
            return Fraction(0), Fraction(0)
        inner = self.nearby(value, Rounding.TOWARD_ZERO)
        outer = inner + 1
        if not self.subnormals and inner < self.least_normal:
            inner, outer = 0, self.least_normal
        low = self._number(min(inner, self.largest))
        high = low if low == abs(value) else self._number(outer) if outer <= self.largest else None
        if value > 0:
            return low, high
        return None if high is None else -high, -low

    def element(self, value: object) -> int:
        """The code of a number, an int or a Fraction, that the format holds exactly: constants are never rounded in
        silence. 0 is +0.

        Raises: DomainError for any other value, with the numbers next to it.
        """
        exact = self._rational(value)
        below, above = self.neighbours(exact)
        if below == above == exact:
            return self.code(exact < 0, self.nearby(exact, Rounding.TOWARD_ZERO)) if exact else 0
        beyond = "an infinity" if self.infinities else "none"
        next_to_it = [beyond if number is None else shown(number) for number in (below, above)]
        raise DomainError(
            f"{self} does not hold {shown(exact)}: next to it are {next_to_it[0]} below and {next_to_it[1]} above"
        )

    def _rational(self, value: object) -> Fraction:
        if type(value) is int or type(value) is Fraction:
            return Fraction(value)
        raise DomainError(f"a number for {self} must be an int or a Fraction, got {excerpt(value)}")

    def parse(self, text: str) -> int:
        """The element written as a fraction that the format holds, ``-3/4``, or ``inf``, ``-inf``, ``nan``; a zero with
        a minus sign is -0. A NaN other than `nan_code` is written with its code: ``nan:0xff``.

        Raises: DomainError, naming the text.
        """
        if text in ("inf", "-inf") and self.infinity is not None:
            return self.code(text == "-inf", self.infinity)
        if text == "nan" and self.nan_code is not None:
            return self.nan_code
        if isinstance(text, str) and (match := _NAN_TEXT.fullmatch(text)):
            x = int(match[1], 16)
            if x < 1 << self.bits and self._holds(x) and self.format(x) == text:
                return x
            raise DomainError(f"a NaN of {self} other than the usual one must be written as its code, got {text!r}")
        value = read_fraction(text)
        if value == 0 and text.startswith("-"):
            if self.nan is NaNCodes.NEGATIVE_ZERO:
                raise DomainError(f"a zero of {self} has no sign, got {excerpt(text)}")
            return self.sign_bit
        return self.element(value)

    def format(self, x: Element) -> str:
        return self._written(x, write_fraction)

    def text(self, x: Element) -> str:
        """The element for people to read: very large and small numbers as an integer times a power of two."""
        return self._written(x, shown)

    def _written(self, x: Element, write: Callable[[Fraction], str]) -> str:
        number = self.extended(x)
        if number is None:
            return "nan" if x == self.nan_code else f"nan:{x:#x}"
        sign = "-" if number.negative else ""
        return sign + ("inf" if number.magnitude is None else write(number.magnitude))


def _over_power(numerator: int, denominator: int, power: int) -> tuple[int, int]:
    """``numerator / denominator`` over 2^power, as a quotient of integers."""
    return numerator << max(-power, 0), denominator << max(power, 0)


def shown(value: Fraction) -> str:
    """``value``, which need not be a number of the format, for people to read."""
    above, below = value.numerator, value.denominator
    if max(abs(above), below) < 10**12:
        return str(value)
    power = (above & -above).bit_length() - below.bit_length()
    odd = value / Fraction(2) ** power
    if odd.denominator == 1 and abs(odd) < 10**40:
        return f"{odd.numerator} * 2^{power}"
    return excerpt(above if below == 1 else value)
