"""Arrays of floats as files hold them: rows of bits, each the code of an element of a known format.

Nothing here goes through a float of the machine: the bits of a number, read as an unsigned integer, are its code in
`MiniFloat`; NaNs, infinities and -0 included.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from itertools import product
from math import prod
from os import PathLike
from typing import Final, NamedTuple

from exactssm.arithmetic import FLOATS, MiniFloat
from exactssm.errors import FormatError
from exactssm.formats.limits import MAX_ARRAYS, MAX_BYTES, MAX_COORDINATES, MAX_LETTERS, MAX_WEIGHTS

__all__ = ["ArrayFile", "FloatArray", "Layout", "check_layouts", "read_bytes"]

_UNSIGNED: Final = {1: "B", 2: "H", 4: "I", 8: "Q"}
_MAX_RANK: Final = 3
_LONGEST: Final = max(MAX_LETTERS, MAX_COORDINATES)


class Layout(NamedTuple):
    """What a header says of an array."""

    number_format: str  #: a name in `FLOATS`
    shape: tuple[int, ...]
    big_endian: bool = False
    by_columns: bool = False  #: whether the first index runs fastest, as in Fortran

    @property
    def size(self) -> int:
        """The number of entries."""
        return prod(self.shape)

    @property
    def bytes(self) -> int:
        """The length of the data."""
        return self.size * (FLOATS[self.number_format].bits // 8)


class FloatArray(NamedTuple):
    """An array: its layout, and its data as they are in the file."""

    layout: Layout
    data: bytes

    @property
    def shape(self) -> tuple[int, ...]:
        return self.layout.shape

    @property
    def domain(self) -> MiniFloat:
        """The format whose codes the entries are."""
        return FLOATS[self.layout.number_format]

    def codes(self) -> tuple[int, ...]:
        """The entries, the last index running fastest.

        >>> FloatArray(Layout("binary16", (2, 1), by_columns=True), bytes.fromhex("003c 0080")).codes()
        (15360, 32768)
        """
        order = ">" if self.layout.big_endian else "<"
        kind = _UNSIGNED[self.domain.bits // 8]
        codes: tuple[int, ...] = struct.unpack(f"{order}{self.layout.size}{kind}", self.data)
        if not self.layout.by_columns:
            return codes
        strides = [prod(self.shape[:axis]) for axis in range(len(self.shape))]
        places = product(*map(range, self.shape))
        return tuple(codes[sum(i * stride for i, stride in zip(place, strides, strict=True))] for place in places)


class ArrayFile(NamedTuple):
    """The arrays of a file by name, and what else it says."""

    arrays: Mapping[str, FloatArray]
    metadata: Mapping[str, str]


def check_layouts(layouts: Mapping[str, Layout]) -> None:
    """Raise FormatError, if the arrays are too many or too large to be weights: nothing of their size is built before.

    An array has at most 3 indices, none of them empty.
    """
    if len(layouts) > MAX_ARRAYS:
        raise FormatError(f"a file with weights must have at most {MAX_ARRAYS} arrays, and has {len(layouts)}")
    total = 0
    for name, layout in layouts.items():
        if len(layout.shape) > _MAX_RANK:
            raise FormatError(f"{name:.80}: an array must have at most {_MAX_RANK} indices, got {len(layout.shape)}")
        for length in layout.shape:
            if not 1 <= length <= _LONGEST:
                found = f"the shape {layout.shape!r:.80}"
                raise FormatError(f"{name:.80}: each index must run through 1 to {_LONGEST} places, got {found}")
        total += layout.size
        if total > MAX_WEIGHTS:
            raise FormatError(f"{name:.80}: the arrays of a file must have at most {MAX_WEIGHTS} entries in all")


def read_bytes(path: str | PathLike[str]) -> bytes:
    """A file of at most `MAX_BYTES`. Raises FormatError, if it can't be read or is larger."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise FormatError(f"can't be read: {error.strerror or error}") from None
    except ValueError as error:  # a null character in the name
        raise FormatError(f"can't be read: {error}") from None
    if len(data) > MAX_BYTES:
        raise FormatError(f"must have at most {MAX_BYTES} bytes, and has more")
    return data
