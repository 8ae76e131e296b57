"""Compiled rotations in floating point, in integers only. They check nothing: the caller has proved that entries are
codes, and that tables fit.

A kernel takes steps until it can't tell any more that the count is read off right; then it hands the state back, before
it is judged. What it lets pass is proved right: angles are compared with thresholds, code by code; for complex numbers
see `inside`. It also looks for a state that comes back at the same count, as Brent does: one state is kept, and
replaced by a later one when the number of steps reaches a power of two.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numba import njit, types

from exactssm.arithmetic._minifloat_kernels import Layout, multiplied, packed, rounded, summed, unpacked

_types: Any = types  # whose functions have no types
_I: Final = types.int64
_ARRAY: Final = types.int64[::1]
_TWO: Final[types.Type] = _types.UniTuple(_I, 2)
_LAYOUT: Final[types.Type] = _types.NamedUniTuple(_I, len(Layout._fields), Layout)

_KIND_NUMBER: Final = 1  # as in the kernels of the format
_KIND_ZERO: Final = 0
_KIND_INFINITE: Final = 2

_BITS: Final = 30
_MARGIN: Final = 2**33

UNSURE: Final = 0  #: the count may be read off wrong
LIMIT: Final = 1  #: all steps are taken
CLOSED: Final = 2  #: the state kept has come back at the same count


@njit(_I(_I, _I, _LAYOUT), cache=True, nogil=True)
def sum_of(x: Any, y: Any, f: Any) -> Any:
    """fl(x + y), in a format without an error for overflow."""
    kind, s, significand, e = unpacked(x, f)
    kind2, s2, significand2, e2 = unpacked(y, f)
    nothing = np.int64(0)
    return summed(kind, s, nothing, significand, e, kind2, s2, nothing, significand2, e2, f)[0]


@njit(_I(_I, _I, _LAYOUT), cache=True, nogil=True)
def product_of(x: Any, y: Any, f: Any) -> Any:
    """fl(x y), likewise."""
    kind, s, high, low, e = multiplied(x, y, f)
    if kind == _KIND_NUMBER:
        return rounded(s, high, low, e, f)[0]
    if kind == _KIND_ZERO:
        return packed(s, np.int64(0), f)
    return packed(s, f.infinity, f) if kind == _KIND_INFINITE else f.nan


@njit(_ARRAY(_ARRAY, _I, _I, _I, _ARRAY, _LAYOUT), cache=True, nogil=True)
def turn_angle(at: Any, limit: Any, angle: Any, turn: Any, thresholds: Any, f: Any) -> Any:
    """Angles, ``at`` being [state, steps taken, state kept, its steps, why it stopped].

    ``thresholds[j]`` is the first code beyond (2 j + 1) pi / m; the last one is beyond all angles or leads to root 0
    again.
    """
    theta, t, kept, kept_at = at[0], at[1], at[2], at[3]
    order = np.int64(thresholds.size)
    minus_turn = turn | (np.int64(1) << f.sign_shift)
    count = t % order
    why = np.int64(LIMIT)
    while t < limit:
        theta = sum_of(theta, angle, f)
        if theta >= turn:
            theta = sum_of(theta, minus_turn, f)
        t += 1
        count += 1
        if count == order:
            count = np.int64(0)
        if count == 0:
            right = theta < thresholds[0] or theta >= thresholds[order - 1]
        else:
            right = thresholds[count - 1] <= theta < thresholds[count]
        if not right:
            why = np.int64(UNSURE)
            break
        if theta == kept and (t - kept_at) % order == 0:
            why = np.int64(CLOSED)
            break
        if t & (t - 1) == 0:
            kept, kept_at = theta, t
    return np.array([theta, t, kept, kept_at, why], np.int64)


@njit(_I(_I, _I, _I, _I), cache=True, nogil=True)
def scaled(sign: Any, significand: Any, precision: Any, drop: Any) -> Any:
    """A significand cut off to `_BITS` bits, less ``drop``, with its sign."""
    shift = precision - _BITS + drop
    magnitude = np.int64(0)
    if shift <= 0:
        magnitude = significand << -shift
    elif shift < 62:
        magnitude = significand >> shift
    return -magnitude if sign else magnitude


@njit(_I(_I, _I, _I, _ARRAY, _ARRAY, _LAYOUT), cache=True, nogil=True)
def inside(x: Any, y: Any, count: Any, cosines: Any, sines: Any, f: Any) -> Any:
    """1, if x + iy certainly lies strictly between the angles (2 k - 1) pi / m and (2 k + 1) pi / m, k = ``count``.

    With X and Y, the parts over a common power of two, cut off to 30 bits, and C and S, the cosine and sine of a bound
    phi times 2^30, rounded: each is off by less than 1, or at most that. So Y C - X S differs from its exact value, of
    which y cos phi - x sin phi is a positive multiple, by less than 4 (2^30 + 2) < 2^33.
    """
    kind, s, significand, e = unpacked(x, f)
    kind2, s2, significand2, e2 = unpacked(y, f)
    if kind > _KIND_NUMBER or kind2 > _KIND_NUMBER or kind + kind2 == _KIND_ZERO:
        return np.int64(0)
    if kind == _KIND_ZERO:
        e = e2
    elif kind2 == _KIND_ZERO:
        e2 = e
    top = max(e, e2)
    real = scaled(s, significand, f.precision, top - e)
    imaginary = scaled(s2, significand2, f.precision, top - e2)
    before = count - 1 if count else np.int64(cosines.size) - 1
    ahead = imaginary * cosines[count] - real * sines[count]
    behind = imaginary * cosines[before] - real * sines[before]
    return np.int64(ahead <= -_MARGIN and behind >= _MARGIN)


@njit(_ARRAY(_ARRAY, _I, _I, _I, _ARRAY, _ARRAY, _LAYOUT), cache=True, nogil=True)
def turn_complex(at: Any, limit: Any, a: Any, b: Any, cosines: Any, sines: Any, f: Any) -> Any:
    """Complex numbers times a + ib, ``at`` being [real, imaginary, steps taken, real and imaginary part kept, its
    steps, why it stopped]. The drive of the layer, +0, is added too: it makes -0 a +0."""
    x, y, t, kept_x, kept_y, kept_at = at[0], at[1], at[2], at[3], at[4], at[5]
    order = np.int64(cosines.size)
    sign = np.int64(1) << f.sign_shift
    count = t % order
    why = np.int64(LIMIT)
    while t < limit:
        ax, by, bx, ay = product_of(a, x, f), product_of(b, y, f), product_of(b, x, f), product_of(a, y, f)
        x, y = sum_of(ax, by ^ sign, f), sum_of(bx, ay, f)
        if x == sign:
            x = np.int64(0)
        if y == sign:
            y = np.int64(0)
        t += 1
        count += 1
        if count == order:
            count = np.int64(0)
        if not inside(x, y, count, cosines, sines, f):
            why = np.int64(UNSURE)
            break
        if x == kept_x and y == kept_y and (t - kept_at) % order == 0:
            why = np.int64(CLOSED)
            break
        if t & (t - 1) == 0:
            kept_x, kept_y, kept_at = x, y, t
    return np.array([x, y, t, kept_x, kept_y, kept_at, why], np.int64)


@njit(_ARRAY(_ARRAY, _ARRAY, _ARRAY, _ARRAY, _LAYOUT), cache=True, nogil=True)
def doubts(x: Any, y: Any, cosines: Any, sines: Any, f: Any) -> Any:
    """1 for each n from 1 on, unless the n-th number is certainly nearest to the n-th root."""
    order = np.int64(cosines.size)
    found = np.zeros(x.size, np.int64)
    for n in range(1, x.size):
        if not inside(x[n], y[n], np.int64(n) % order, cosines, sines, f):
            found[n] = 1
    return found
