"""Compiled binary floats on codes, in integers only. They check nothing: the caller has proved that entries are codes.

Codes have at most 64 bits, as int64 with the top bit for a sign, and significands at most 60. An exact result takes two
words of 62 bits, ``high`` 2^62 + ``low``, where bits that are too far down to matter are kept as one *sticky* bit: the
last bit is 1 if it or any bit lost below it was. That changes no rounding, as at least two more bits lie between it
and the last bit of a rounded significand; and nothing is lost where a sum cancels, because then the terms are close.

Each kernel returns codes, and the position of the first overflow where that is an error, or -1.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numba import njit, types

from exactssm.arithmetic.minifloat import FloatOverflow
from exactssm.arithmetic.rounding import Rounding, round_to_integer

_WORD: Final = 62
_MASK: Final = 2**62 - 1
_TOP: Final = 122
"""The bits of two words, less one for the carry of a sum and one for good measure."""

_INFINITY: Final = 0
_SATURATE: Final = 1
_NAN: Final = 2
_ERROR: Final = 3
OVERFLOWS: Final = {
    FloatOverflow.INFINITY: _INFINITY,
    FloatOverflow.SATURATE: _SATURATE,
    FloatOverflow.NAN: _NAN,
    FloatOverflow.ERROR: _ERROR,
}

_KIND_ZERO: Final = 0
_KIND_NUMBER: Final = 1
_KIND_INFINITE: Final = 2
_KIND_NAN: Final = 3

_TIE: Final = 1
_BEYOND_TIE: Final = 3


class Layout(NamedTuple):
    """A format, for kernels."""

    sign_shift: int  #: the bits of a code without its sign
    precision: int
    min_exponent: int
    max_exponent: int
    largest: int  #: the largest number's magnitude
    infinity: int  #: the infinities' magnitude; -1, if there are none
    nan: int  #: the code of NaN, if there is one
    one_zero: int  #: 1, if the code of -0 is NaN
    subnormals: int
    positive_rule: int
    negative_rule: int
    cancelled_sign: int  #: the sign of x + (-x)
    overflow: int


def rule(rounding: Rounding, sign: int) -> int:
    """How magnitudes of one sign, 1 or -1, are rounded: bit i is 1 if a significand grows by one where what lies below
    it is less than half (i = 0), half and it is even (1), half and it is odd (2), more than half (3)."""
    cases = ((1, 4), (1, 2), (3, 2), (3, 4))  # all are rounded from 0, but for 3/2, from 1
    grown = [abs(round_to_integer(sign * n, d, rounding)) > n // d for n, d in cases]
    return sum(1 << i for i, grows in enumerate(grown) if grows)


_types: Any = types  # whose functions have no types
_I: Final = types.int64
_ARRAY: Final = types.int64[::1]
_TWO: Final[types.Type] = _types.UniTuple(_I, 2)
_FOUR: Final[types.Type] = _types.UniTuple(_I, 4)
_FIVE: Final[types.Type] = _types.UniTuple(_I, 5)
_OUTCOME: Final[types.Type] = _types.Tuple((_ARRAY, _I))
_LAYOUT: Final[types.Type] = _types.NamedUniTuple(_I, len(Layout._fields), Layout)


@njit(_I(_I), cache=True, nogil=True)
def bit_length(value: Any) -> Any:
    """The length of an int of at most 62 bits."""
    length = np.int64(0)
    for step in (32, 16, 8, 4, 2, 1):
        if value >> step:
            value >>= step
            length += step
    return length + value


@njit(_I(_I, _I), cache=True, nogil=True)
def length_of(high: Any, low: Any) -> Any:
    return _WORD + bit_length(high) if high else bit_length(low)


@njit(_TWO(_I, _I, _I), cache=True, nogil=True)
def shifted(high: Any, low: Any, shift: Any) -> Any:
    """Two words times 2^shift. Upwards the result must fit; downwards, bits lost are kept in the sticky bit."""
    if shift >= _WORD:
        return low << (shift - _WORD), np.int64(0)
    if shift >= 0:
        return (high << shift) | (low >> (_WORD - shift)), (low & (_MASK >> shift)) << shift
    down = -shift
    if down >= 2 * _WORD:
        return np.int64(0), np.int64((high | low) != 0)
    if down >= _WORD:
        kept = high >> (down - _WORD)
        lost = low | (high & ((np.int64(1) << (down - _WORD)) - 1))
        return np.int64(0), kept | np.int64(lost != 0)
    below = (np.int64(1) << down) - 1
    return high >> down, (low >> down) | ((high & below) << (_WORD - down)) | np.int64((low & below) != 0)


@njit(_TWO(_I, _I), cache=True, nogil=True)
def product(a: Any, b: Any) -> Any:
    """a b in two words; both have at most 60 bits."""
    a1, a0, b1, b0 = a >> 31, a & 0x7FFFFFFF, b >> 31, b & 0x7FFFFFFF
    middle = a1 * b0 + a0 * b1  # < 2^61
    low = a0 * b0 + ((middle & 0x7FFFFFFF) << 31)  # < 2^63
    return a1 * b1 + (middle >> 31) + (low >> _WORD), low & _MASK


@njit(_FOUR(_I, _LAYOUT), cache=True, nogil=True)
def unpacked(code: Any, f: Any) -> Any:
    """Kind, sign, significand of exactly ``precision`` bits, and the exponent of its last bit."""
    sign = (code >> f.sign_shift) & 1
    magnitude = code & ((np.int64(1) << f.sign_shift) - 1)
    zero = np.int64(0)
    if magnitude > f.largest:
        return (_KIND_INFINITE if magnitude == f.infinity else _KIND_NAN), sign, zero, zero
    if magnitude == 0:
        return (_KIND_NAN if sign and f.one_zero else _KIND_ZERO), sign, zero, zero
    field = magnitude >> (f.precision - 1)
    significand = magnitude & ((np.int64(1) << (f.precision - 1)) - 1)
    exponent = f.min_exponent - f.precision + 1
    if field:
        return _KIND_NUMBER, sign, significand | (np.int64(1) << (f.precision - 1)), exponent + field - 1
    missing = f.precision - bit_length(significand)
    return _KIND_NUMBER, sign, significand << missing, exponent - missing


@njit(_I(_I, _I, _LAYOUT), cache=True, nogil=True)
def packed(sign: Any, magnitude: Any, f: Any) -> Any:
    if magnitude == 0 and f.one_zero:
        return np.int64(0)
    return (sign << f.sign_shift) | magnitude


@njit(_TWO(_I, _I, _I, _I, _LAYOUT), cache=True, nogil=True)
def rounded(sign: Any, high: Any, low: Any, exponent: Any, f: Any) -> Any:
    """The code of a nonzero number in two words, the last bit standing for 2^exponent; and whether overflow is an error
    that occurred. A last bit that is sticky must be at least the third below a significand's last bit."""
    length = length_of(high, low)
    if length > _WORD:
        high, low = shifted(high, low, _WORD - length)
        exponent += length - _WORD
        length = np.int64(_WORD)
    binade = exponent + length - 1
    if f.subnormals and binade < f.min_exponent:
        binade = f.min_exponent
    drop = binade - f.precision + 1 - exponent
    rule = f.negative_rule if sign else f.positive_rule
    if drop <= 0:
        significand = low << -drop
    elif drop > _WORD:
        significand = rule & 1  # less than half of the least subnormal
    else:
        significand = low >> drop
        rest, half = low & ((np.int64(1) << drop) - 1), np.int64(1) << (drop - 1)
        if rest:
            case = np.int64(0)
            if rest > half:
                case = np.int64(_BEYOND_TIE)
            elif rest == half:
                case = _TIE + (significand & 1)
            significand += (rule >> case) & 1
    carried = np.int64(1) << f.precision
    if binade < f.min_exponent:  # there are no subnormals
        rises = binade == f.min_exponent - 1 and significand == carried
        return packed(sign, carried >> 1 if rises else np.int64(0), f), np.int64(0)
    if binade > f.max_exponent or (
        binade == f.max_exponent and significand > f.largest - ((binade - f.min_exponent) << (f.precision - 1))
    ):
        if f.overflow == _ERROR:
            return np.int64(0), np.int64(1)
        if f.overflow == _SATURATE or not (rule >> _BEYOND_TIE) & 1:
            return packed(sign, f.largest, f), np.int64(0)
        return (packed(sign, f.infinity, f) if f.overflow == _INFINITY else f.nan), np.int64(0)
    return packed(sign, ((binade - f.min_exponent) << (f.precision - 1)) + significand, f), np.int64(0)


@njit(_TWO(_I, _I, _I, _I, _I, _I, _I, _I, _I, _I, _LAYOUT), cache=True, nogil=True)
def summed(
    kind: Any, s: Any, high: Any, low: Any, e: Any, kind2: Any, s2: Any, high2: Any, low2: Any, e2: Any, f: Any
) -> Any:
    """The rounded sum of two terms, each a kind, a sign, two words, and the exponent of the last bit."""
    fine = np.int64(0)
    if kind == _KIND_NAN or kind2 == _KIND_NAN or (kind == _KIND_INFINITE == kind2 and s != s2):
        return f.nan, fine
    if kind == _KIND_INFINITE or kind2 == _KIND_INFINITE:
        return packed(s if kind == _KIND_INFINITE else s2, f.infinity, f), fine
    if kind == _KIND_ZERO and kind2 == _KIND_ZERO:
        return packed(s if s == s2 else f.cancelled_sign, fine, f), fine
    if kind == _KIND_ZERO:
        return rounded(s2, high2, low2, e2, f)
    if kind2 == _KIND_ZERO:
        return rounded(s, high, low, e, f)
    base = max(e + length_of(high, low), e2 + length_of(high2, low2)) - _TOP
    high, low = shifted(high, low, e - base)
    high2, low2 = shifted(high2, low2, e2 - base)
    if s == s2:
        low += low2
        return rounded(s, high + high2 + (low >> _WORD), low & _MASK, base, f)
    if high == high2 and low == low2:
        return packed(f.cancelled_sign, fine, f), fine
    if high < high2:  # where they are equal, both terms fill the high word, and then the second one has no low word
        s, high, low, high2, low2 = s2, high2, low2, high, low
    low -= low2
    return rounded(s, high - high2 + (low >> _WORD), low & _MASK, base, f)


@njit(_FIVE(_I, _I, _LAYOUT), cache=True, nogil=True)
def multiplied(x: Any, y: Any, f: Any) -> Any:
    """The exact product of two codes: a kind, a sign, two words, and the exponent of the last bit."""
    kind, s, significand, e = unpacked(x, f)
    kind2, s2, significand2, e2 = unpacked(y, f)
    high, low = product(significand, significand2)
    if kind == _KIND_NAN or kind2 == _KIND_NAN or (kind != kind2 and kind + kind2 == _KIND_ZERO + _KIND_INFINITE):
        kind = _KIND_NAN
    elif kind == _KIND_INFINITE or kind2 == _KIND_INFINITE:
        kind = _KIND_INFINITE
    elif kind == _KIND_ZERO or kind2 == _KIND_ZERO:
        kind = _KIND_ZERO
    return kind, s ^ s2, high, low, e + e2


@njit(_OUTCOME(_ARRAY, _ARRAY, _LAYOUT), cache=True, nogil=True)
def add(x: Any, y: Any, f: Any) -> Any:
    """x + y."""
    codes = np.empty(x.size, np.int64)
    overflowed = np.int64(-1)
    nothing = np.int64(0)
    for i in range(x.size):
        kind, s, significand, e = unpacked(x[i], f)
        kind2, s2, significand2, e2 = unpacked(y[i], f)
        codes[i], over = summed(kind, s, nothing, significand, e, kind2, s2, nothing, significand2, e2, f)
        if over and overflowed < 0:
            overflowed = np.int64(i)
    return codes, overflowed


@njit(_OUTCOME(_ARRAY, _ARRAY, _LAYOUT), cache=True, nogil=True)
def mul(x: Any, y: Any, f: Any) -> Any:
    """x y."""
    codes = np.empty(x.size, np.int64)
    overflowed = np.int64(-1)
    for i in range(x.size):
        kind, s, high, low, e = multiplied(x[i], y[i], f)
        over = np.int64(0)
        if kind == _KIND_NUMBER:
            codes[i], over = rounded(s, high, low, e, f)
        elif kind == _KIND_NAN:
            codes[i] = f.nan
        else:
            codes[i] = packed(s, f.infinity if kind == _KIND_INFINITE else np.int64(0), f)
        if over and overflowed < 0:
            overflowed = np.int64(i)
    return codes, overflowed


@njit(_OUTCOME(_ARRAY, _ARRAY, _ARRAY, _LAYOUT), cache=True, nogil=True)
def fma(x: Any, y: Any, z: Any, f: Any) -> Any:
    """x y + z, rounded once."""
    codes = np.empty(x.size, np.int64)
    overflowed = np.int64(-1)
    nothing = np.int64(0)
    for i in range(x.size):
        kind, s, high, low, e = multiplied(x[i], y[i], f)
        kind2, s2, significand2, e2 = unpacked(z[i], f)
        codes[i], over = summed(kind, s, high, low, e, kind2, s2, nothing, significand2, e2, f)
        if over and overflowed < 0:
            overflowed = np.int64(i)
    return codes, overflowed
