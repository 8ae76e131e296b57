"""Compiled fixed point on mantissas. They check nothing: the caller has proved that entries are codes and sums fit.

The parameters of a format come as ``bits``, its fraction bits; ``low`` and ``stop``, the ends of its codes; and the
numbers of its rules in `ROUNDINGS` and `OVERFLOWS`. Each kernel returns codes, and the position of the first overflow
where that is an error, or -1.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit

from exactssm.arithmetic.fixed import Overflow
from exactssm.arithmetic.rounding import Rounding

# written out here, because a cached kernel notices changes of its own file only
_FLOOR: Final = 0
_CEILING: Final = 1
_TOWARD_ZERO: Final = 2
_AWAY_FROM_ZERO: Final = 3
_EVEN: Final = 4
_NEAREST: Final = 8
"""Added to the direction in which a tie goes."""

ROUNDINGS: Final = {
    Rounding.FLOOR: _FLOOR,
    Rounding.CEILING: _CEILING,
    Rounding.TOWARD_ZERO: _TOWARD_ZERO,
    Rounding.AWAY_FROM_ZERO: _AWAY_FROM_ZERO,
    Rounding.NEAREST_EVEN: _NEAREST + _EVEN,
    Rounding.NEAREST_AWAY: _NEAREST + _AWAY_FROM_ZERO,
    Rounding.NEAREST_UP: _NEAREST + _CEILING,
    Rounding.NEAREST_DOWN: _NEAREST + _FLOOR,
    Rounding.NEAREST_TOWARD_ZERO: _NEAREST + _TOWARD_ZERO,
}

_WRAP: Final = 0
_SATURATE: Final = 1
_ERROR: Final = 2
OVERFLOWS: Final = {Overflow.WRAP: _WRAP, Overflow.SATURATE: _SATURATE, Overflow.ERROR: _ERROR}


@njit("int64(int64, int64, int64)", cache=True, nogil=True)
def shift_rounded(value: Any, bits: Any, rounding: Any) -> Any:
    """``value`` / 2^bits, rounded to an integer; bits <= 31."""
    below = value >> bits
    rest = value - (below << bits)
    if rest == 0:
        return below
    if rounding & _NEAREST:
        half = np.int64(1) << (bits - 1)
        if rest != half:
            return below + np.int64(rest > half)
    direction = rounding & ~_NEAREST
    if direction == _EVEN:
        return below + (below & 1)
    if direction == _FLOOR:
        return below
    if direction == _CEILING:
        return below + 1
    if direction == _TOWARD_ZERO:
        return below + np.int64(value < 0)
    return below + np.int64(value > 0)  # away from zero


@njit("int64(int64, int64, int64, int64)", cache=True, nogil=True)
def fitted(code: Any, low: Any, stop: Any, overflow: Any) -> Any:
    """``code``, brought into range(low, stop), whose length is a power of two; unchanged where overflow is an error."""
    if low <= code < stop:
        return code
    if overflow == _WRAP:
        return low + ((code - low) & (stop - low - 1))
    if overflow == _SATURATE:
        return low if code < low else stop - 1
    return code


@njit("Tuple((int64[::1], int64))(int64[::1], int64[::1], int64, int64, int64, int64, int64)", cache=True, nogil=True)
def add(x: Any, y: Any, bits: Any, low: Any, stop: Any, rounding: Any, overflow: Any) -> Any:
    """x + y, which needs no rounding."""
    codes = np.empty(x.size, np.int64)
    overflowed = np.int64(-1)
    for i in range(x.size):
        codes[i] = fitted(x[i] + y[i], low, stop, overflow)
        if overflowed < 0 and not low <= codes[i] < stop:
            overflowed = np.int64(i)
    return codes, overflowed


@njit("Tuple((int64[::1], int64))(int64[::1], int64[::1], int64, int64, int64, int64, int64)", cache=True, nogil=True)
def mul(x: Any, y: Any, bits: Any, low: Any, stop: Any, rounding: Any, overflow: Any) -> Any:
    """x y."""
    codes = np.empty(x.size, np.int64)
    overflowed = np.int64(-1)
    for i in range(x.size):
        codes[i] = fitted(shift_rounded(x[i] * y[i], bits, rounding), low, stop, overflow)
        if overflowed < 0 and not low <= codes[i] < stop:
            overflowed = np.int64(i)
    return codes, overflowed


@njit(
    "Tuple((int64[::1], int64))(int64[::1], int64[::1], int64[::1], int64, int64, int64, int64, int64)",
    cache=True,
    nogil=True,
)
def fma(x: Any, y: Any, z: Any, bits: Any, low: Any, stop: Any, rounding: Any, overflow: Any) -> Any:
    """x y + z, rounded once."""
    codes = np.empty(x.size, np.int64)
    overflowed = np.int64(-1)
    for i in range(x.size):
        total = x[i] * y[i] + (z[i] << bits)
        codes[i] = fitted(shift_rounded(total, bits, rounding), low, stop, overflow)
        if overflowed < 0 and not low <= codes[i] < stop:
            overflowed = np.int64(i)
    return codes, overflowed


@njit(
    "Tuple((int64[:,::1], int64))(int64[:,::1], int64[::1], int64[:,::1], int64, int64, int64, int64, int64)",
    cache=True,
    nogil=True,
)
def affine(matrix: Any, shift: Any, states: Any, bits: Any, low: Any, stop: Any, rounding: Any, overflow: Any) -> Any:
    """A h + b for each row h of ``states``, each coordinate rounded once."""
    number, height = states.shape[0], matrix.shape[0]
    codes = np.empty((number, height), np.int64)
    overflowed = np.int64(-1)
    for n in range(number):
        for i in range(height):
            total = shift[i] << bits
            for j in range(matrix.shape[1]):
                total += matrix[i, j] * states[n, j]
            codes[n, i] = fitted(shift_rounded(total, bits, rounding), low, stop, overflow)
            if overflowed < 0 and not low <= codes[n, i] < stop:
                overflowed = np.int64(n * height + i)
    return codes, overflowed
