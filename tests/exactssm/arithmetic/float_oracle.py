"""A second rounder for binary floats, which knows a format only by the list of its numbers, and other people's floats.

It looks its results up: the numbers of the format, as integers over one power of two, and one more number beyond the
largest, where the next one would stand if exponents were unbounded.
"""

from __future__ import annotations

from bisect import bisect_right
from fractions import Fraction
from functools import lru_cache

import ml_dtypes
import numpy as np
from hypothesis import assume
from hypothesis import strategies as st

from exactssm.arithmetic import FLOATS, FloatOverflow, MiniFloat, NaNCodes, Rounding
from exactssm.errors import DomainError

THEIRS = {
    "binary16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "binary32": np.float32,
    "binary64": np.float64,
    "e3m4": ml_dtypes.float8_e3m4,
    "e4m3": ml_dtypes.float8_e4m3,
    "e5m2": ml_dtypes.float8_e5m2,
    "e4m3fn": ml_dtypes.float8_e4m3fn,
    "e4m3fnuz": ml_dtypes.float8_e4m3fnuz,
    "e4m3b11fnuz": ml_dtypes.float8_e4m3b11fnuz,
    "e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
    "e2m1fn": ml_dtypes.float4_e2m1fn,
    "e2m3fn": ml_dtypes.float6_e2m3fn,
    "e3m2fn": ml_dtypes.float6_e3m2fn,
}
SMALL = [name for name, float_format in FLOATS.items() if float_format.bits <= 8]

_WORDS = {1: np.uint8, 2: np.uint16, 4: np.uint32, 8: np.uint64}


def theirs(name, codes):
    """``codes`` as an array of NumPy's or ml_dtypes' numbers."""
    dtype = np.dtype(THEIRS[name])
    return np.ascontiguousarray(codes).astype(_WORDS[dtype.itemsize]).view(dtype)


def ours(name, numbers):
    """The codes of an array of NumPy's or ml_dtypes' numbers, every NaN as the one that we write."""
    codes = numbers.view(_WORDS[numbers.dtype.itemsize])
    if codes.dtype != np.uint64:
        codes = codes.astype(np.int64)
    if FLOATS[name].nan_code is not None:
        codes = np.where(np.isnan(numbers), codes.dtype.type(FLOATS[name].nan_code), codes)
    return codes


def exact(number):
    """One of their finite numbers as a Fraction."""
    return Fraction.from_float(np.float64(number).item())


# whether a magnitude grows, given its sign, and at a tie also whether the one below it is odd
_SIDE = {
    Rounding.FLOOR: lambda negative: negative,
    Rounding.CEILING: lambda negative: not negative,
    Rounding.TOWARD_ZERO: lambda negative: False,
    Rounding.AWAY_FROM_ZERO: lambda negative: True,
}
_TIE = {
    Rounding.NEAREST_EVEN: lambda negative, odd: odd,
    Rounding.NEAREST_AWAY: lambda negative, odd: True,
    Rounding.NEAREST_TOWARD_ZERO: lambda negative, odd: False,
    Rounding.NEAREST_UP: lambda negative, odd: not negative,
    Rounding.NEAREST_DOWN: lambda negative, odd: negative,
}


class Oracle:
    """What a format's operations give, from ``numbers``: those of its positive magnitudes and 0, ascending.

    A format without subnormals gets another binade below, so that results are rounded there before they are flushed.
    """

    def __init__(self, float_format: MiniFloat, numbers: list[Fraction]) -> None:
        self.format = float_format
        self.least_normal = 2 ** (float_format.precision - 1)
        spacing = Fraction(2) ** (float_format.max_exponent - float_format.precision + 1)
        table = [*numbers, numbers[-1] + spacing]
        self.flushes = not float_format.subnormals
        if self.flushes:
            table[1:1] = [
                numbers[1] * Fraction(self.least_normal + t, 2 * self.least_normal) for t in range(self.least_normal)
            ]
        self.root = max(number.denominator for number in table)
        self.unit = self.root * self.root  # so that products are integers too
        self.scaled = [int(number * self.unit) for number in table]
        self.parts = lru_cache(2**17)(self._parts)

    def magnitude(self, index: int) -> int:
        if self.flushes:
            return index - 1 if index - 1 >= self.least_normal else 0
        return index

    def rounded(self, value: int) -> int:
        """The code of ``value``, which is in units of 1/self.unit and not 0."""
        rounding, negative, size = self.format.rounding, value < 0, abs(value)
        below = bisect_right(self.scaled, size) - 1
        last = len(self.scaled) - 1
        if below == last:
            index = last
        elif self.scaled[below] == size:
            index = below
        else:
            low, high = self.scaled[below], self.scaled[below + 1]
            away = _SIDE[rounding](negative) if rounding in _SIDE else None
            if away is None and size - low != high - size:
                away = size - low > high - size
            if away is None:
                away = _TIE[rounding](negative, (below - self.flushes) % 2 == 1)
            index = below + away
        if index < last:
            return self.signed(negative, self.magnitude(index))
        inwards = rounding in _SIDE and not _SIDE[rounding](negative)
        rule = self.format.overflow.value
        if rule == "error":
            raise OverflowError
        if rule == "saturate" or inwards:
            return self.signed(negative, self.magnitude(last - 1))
        return self.signed(negative, self.format.infinity) if rule == "infinity" else self.format.nan_code

    def signed(self, negative: bool, magnitude: int) -> int:
        if magnitude == 0 and self.format.nan.value == "negative-zero":
            return 0
        return magnitude + (negative << self.format.bits - 1)

    def _parts(self, code: int):
        """Sign and value in units of 1/self.root; "inf", or "nan", for the value of those that are none."""
        sign, magnitude = divmod(code, 1 << self.format.bits - 1)
        kind = self.format.classify(code)
        if kind in ("inf", "nan"):
            return sign, kind
        size = self.scaled[magnitude + (self.flushes and magnitude > 0)] // self.root
        return sign, -size if sign else size

    def product(self, x, y):
        (s, a), (t, b) = x, y
        if "nan" in (a, b) or ("inf" in (a, b) and 0 in (a, b)):
            return s ^ t, "nan"
        return s ^ t, "inf" if "inf" in (a, b) else a * b

    def sum(self, x, y):
        """The code of the sum of two values in units of 1/self.unit."""
        (s, a), (t, b) = x, y
        if "nan" in (a, b) or (a == b == "inf" and s != t):
            return self.format.nan_code
        if "inf" in (a, b):
            return self.signed(bool(s if a == "inf" else t), self.format.infinity)
        if a + b:
            return self.rounded(a + b)
        if a == 0 and s == t:
            return self.signed(bool(s), 0)
        return self.signed(self.format.rounding is Rounding.FLOOR, 0)

    def _wide(self, x):
        return (x[0], x[1] if isinstance(x[1], str) else x[1] * self.root)

    def add(self, x: int, y: int) -> int:
        return self.sum(self._wide(self.parts(x)), self._wide(self.parts(y)))

    def fma(self, x: int, y: int, z: int) -> int:
        return self.sum(self.product(self.parts(x), self.parts(y)), self._wide(self.parts(z)))

    def mul(self, x: int, y: int) -> int:
        s, value = self.product(self.parts(x), self.parts(y))
        if value == "nan":
            return self.format.nan_code
        if value == "inf":
            return self.signed(bool(s), self.format.infinity)
        return self.rounded(value) if value else self.signed(bool(s), 0)


def by_their_numbers(name: str, float_format: MiniFloat | None = None) -> Oracle:
    """The oracle for a named format, or for one with the same numbers and other rules, from their list of numbers."""
    named = FLOATS[name]
    magnitudes = theirs(name, np.arange(named.largest + 1))
    return Oracle(float_format or named, [exact(number) for number in magnitudes])


def with_rules(float_format, rounding=Rounding.NEAREST_EVEN, overflow=FloatOverflow.SATURATE):
    parameters = {key: getattr(float_format, key) for key in ("bias", "infinities", "nan", "subnormals")}
    return MiniFloat(float_format.exponent_bits, float_format.precision, rounding, overflow, **parameters)


@st.composite
def formats(draw):
    """Any format of at most 10 bits."""
    p, e = draw(st.integers(2, 6)), draw(st.integers(1, 4))
    infinities, nan = draw(st.booleans()), draw(st.sampled_from(NaNCodes))
    bias = draw(st.one_of(st.none(), st.integers(-8, 2**e + 8)))
    rules = draw(st.sampled_from(Rounding)), draw(st.sampled_from(FloatOverflow))
    try:
        return MiniFloat(e, p, *rules, bias=bias, infinities=infinities, nan=nan, subnormals=draw(st.booleans()))
    except DomainError:
        assume(False)


def oracle_of(float_format):
    return Oracle(float_format, [value for value in float_format.values() if value >= 0])
