"""Compiled checks of word-problem rows. The caller has checked that every number of a word is an element.

Integers are signed throughout; elements and states are below 2^31.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["FIRST_POSITION", "FIRST_ROW", "WRONG_ROWS", "WRONG_TARGETS", "check_targets", "score"]

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]

_TABLE = types.Array(types.int32, 2, "C", readonly=True)
_ROWS = types.Array(types.int32, 2, "A", readonly=True)
_COUNTS = types.int64[::1]

WRONG_ROWS, WRONG_TARGETS, FIRST_ROW, FIRST_POSITION = range(4)


@njit(types.void(_TABLE, _ROWS, _ROWS, _COUNTS, _COUNTS), cache=True, nogil=True)
def check_targets(table: Ints, inputs: Ints, targets: Ints, lengths: Longs, found: Longs) -> None:
    """Count the rows and targets that are no prefix products, and note the first one."""
    for row in range(inputs.shape[0]):
        product = 0
        wrong = 0
        for t in range(lengths[row]):
            product = table[product, inputs[row, t]]
            if targets[row, t] != product:
                if found[WRONG_TARGETS] == 0:
                    found[FIRST_ROW] = row
                    found[FIRST_POSITION] = t
                found[WRONG_TARGETS] += 1
                wrong = 1
        found[WRONG_ROWS] += wrong


@njit(
    types.int64(_TABLE, _TABLE, _TABLE, types.int64, _ROWS, _COUNTS, _COUNTS, _COUNTS),
    cache=True,
    nogil=True,
)
def score(
    table: Ints, successors: Ints, answers: Ints, start: int, inputs: Ints, lengths: Longs, right: Longs, asked: Longs
) -> int:
    """Run a machine's table, a column for each element, along every word: how many it gets right as a whole.

    ``answers`` holds the element that each step puts out, or -1. Position by position, ``right`` gains the right
    answers and ``asked`` the answers.
    """
    whole = 0
    for row in range(inputs.shape[0]):
        product = 0
        state = start
        every = 1
        for t in range(lengths[row]):
            x = inputs[row, t]
            product = table[product, x]
            asked[t] += 1
            if answers[state, x] == product:
                right[t] += 1
            else:
                every = 0
            state = successors[state, x]
        whole += every
    return whole
