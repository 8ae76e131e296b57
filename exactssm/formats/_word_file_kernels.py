"""Compiled reading of word-problem rows: whether each line is as it must be, and its numbers.

A kernel says where it stopped, never why; the definition, in `word_file`, reads that line again and says it. All
offsets are into ``data``, whose bytes up to ``end`` end in a line feed: nothing reads past it, as only digits, single
separators and the one line feed of a row are ever passed over.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = ["parse_rows"]

Bytes: TypeAlias = npt.NDArray[np.uint8]
Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]


@njit("int64(uint8[::1], int64, int64)", cache=True, nogil=True)
def skip_seed(data: Bytes, at: int, most: int) -> int:
    """The offset after an integer of at most ``most`` digits, or -1."""
    first = at
    while 48 <= data[at] <= 57:
        at += 1
    if at == first or at - first > most or (data[first] == 48 and at - first > 1):
        return -1
    return at


@njit("int64(uint8[::1], int64, int64, int32[::1], int64)", cache=True, nogil=True)
def parse_field(data: Bytes, at: int, limit: int, numbers: Ints, last: int) -> int:
    """As many integers below ``limit`` as ``numbers`` has room for, a space between two, and ``last`` after them: the
    offset after that, or -1. ``limit`` is below 2^31."""
    width = numbers.size
    for i in range(width):
        first = at
        number = 0
        while 48 <= data[at] <= 57:
            number = 10 * number + (data[at] - 48)
            if number >= limit:
                return -1
            at += 1
        if at == first or (data[first] == 48 and at - first > 1):
            return -1
        numbers[i] = number
        if data[at] != (last if i == width - 1 else 32):
            return -1
        at += 1
    return at


@njit("int64(int32[::1], int32[::1], int64)", cache=True, nogil=True)
def word_length(numbers: Ints, targets: Ints, order: int) -> int:
    """Of tokens: how many elements stand between [BOS] and the padding, the same in both; or -1."""
    width = numbers.size
    if width < 2 or numbers[0] != order + 1 or targets[0] != order + 1:
        return -1
    length = 0
    while length + 1 < width and numbers[length + 1] < order and targets[length + 1] < order:
        length += 1
    for i in range(length + 1, width):
        if numbers[i] != order or targets[i] != order:
            return -1
    return length if length > 0 else -1


@njit(
    "int64(uint8[::1], int64, int64, int64, boolean, int64, int64, int32[:, ::1], int32[:, ::1], int64[::1], "
    "int64[::1])",
    cache=True,
    nogil=True,
)
def parse_rows(
    data: Bytes,
    at: int,
    end: int,
    order: int,
    tokens: bool,
    most_digits: int,
    max_line: int,
    inputs: Ints,
    targets: Ints,
    lengths: Longs,
    offsets: Longs,
) -> int:
    """The rows from ``at`` on, until ``end`` or a line that isn't as it must be: how many.

    Row i begins at ``offsets[i]``, and ``offsets[rows]`` is where reading stopped.
    """
    width = inputs.shape[1]
    limit = order + 2 if tokens else order
    rows = 0
    while at < end:
        offsets[rows] = at
        after = skip_seed(data, at, most_digits)
        if after < 0 or data[after] != 44:
            return rows
        after = parse_field(data, after + 1, limit, inputs[rows], 44)
        if after < 0:
            return rows
        after = parse_field(data, after, limit, targets[rows], 10)
        if after < 0 or after - at > max_line:
            return rows
        length = word_length(inputs[rows], targets[rows], order) if tokens else width
        if length < 0:
            return rows
        lengths[rows] = length
        rows += 1
        at = after
    offsets[rows] = at
    return rows
