"""Modes by name, as the command line has them."""

from __future__ import annotations

import re

from exactssm.errors import FormatError
from exactssm.evaluation.flattened import Casts, Flattened
from exactssm.evaluation.scan_tree import SHAPES, AlongTree, Chunked
from exactssm.evaluation.word_function import Mode, Recurrent

__all__ = ["mode_from_name"]

_CHUNKED = re.compile(r"chunked:([1-9][0-9]{0,8})(?::([a-z-]+))?")


def mode_from_name(name: str) -> Mode:
    """The mode of this name.

    | name | mode |
    |---|---|
    | ``recurrent`` | E or R: step by step, as the arithmetic rounds |
    | ``flattened``, ``flattened:terms``, ``flattened:transitions`` | F, with these `Casts`; by default ``once`` |
    | ``left-fold``, ``right-fold``, ``blelloch``, ``hillis-steele`` | S, along this tree |
    | ``chunked:64``, ``chunked:64:blelloch`` | S, in chunks of 64 letters, each composed from left to right, or so |

    >>> mode_from_name("flattened:terms").casts, mode_from_name("chunked:2").shape(3)
    (<Casts.TERMS: 'terms'>, ((0, (1, 2)), 3))

    Raises: FormatError, for any other name.
    """
    shapes = {shape: tree for shape, tree in SHAPES.items() if shape != "recurrence"}
    if name == "recurrent":
        return Recurrent()
    if name == "flattened":
        return Flattened()
    for casts in Casts:
        if name == f"flattened:{casts.value}":
            return Flattened(casts)
    if name in shapes:
        return AlongTree(shapes[name])
    if (match := _CHUNKED.fullmatch(name)) and (match[2] or "left-fold") in shapes:
        return AlongTree(Chunked(int(match[1]), shapes[match[2] or "left-fold"]))
    raise FormatError(
        f"a mode must be recurrent, flattened, flattened:CASTS ({', '.join(casts.value for casts in Casts)}), "
        f"{', '.join(shapes)}, chunked:LENGTH or chunked:LENGTH:TREE; got {name!r:.80}"
    )
