"""Breadth-first search of the product of two stacks of tables, compiled.

A stack's state is the number ``sum q_i n_0 ... n_(i-1)`` of its stages' states q_i in range(n_i), and a pair (m, t) is
the number m * T + t below 2^62, where T is how many numbers the task has. Row i of a ``shape`` tells of stage i where
its table begins, its letters and its states. A stack's last letter is looked up in its ``final``: outputs are numbered
in common there, and -1 is UNSPECIFIED.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["AGREE", "DIFFER", "EXHAUSTED", "FAILED", "FULL", "PAUSED", "insert_all", "search"]

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

#: How a search ended. After PAUSED it goes on as it is, after FULL once there is more room.
AGREE, DIFFER, EXHAUSTED, FAILED, FULL, PAUSED = range(6)
#: Where the results stand: how it ended, pairs visited, place in the queue that was reached, letter that differs there.
STATUS, COUNT, PLACE, LETTER = range(4)
#: The columns of a shape.
BEGIN, LETTERS, STATES = range(3)
LOW = 2**31 - 1

FLAT = types.Array(types.int32, 1, "C", readonly=True)
FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
SHAPE = types.Array(types.int64, 2, "C", readonly=True)
BOOLS = types.Array(types.boolean, 1, "C")
LONGS = types.Array(types.int64, 1, "C")
CONST_LONGS = types.Array(types.int64, 1, "C", readonly=True)
INTS = types.Array(types.int32, 1, "C")
INT = types.int64


@njit(INT(CONST_LONGS, INT), cache=True, nogil=True)
def slot_of(slots: Longs, pair: np.int64) -> np.int64:
    """Where ``pair`` stands in the set, or the empty slot for it: linear probing, over whole numbers.

    Both halves of a pair and all factors are below 2^31, so that no product or sum reaches 2^63.
    """
    mask = slots.size - 1
    mixed = (pair >> 31) * 1640531527 + (pair & LOW) * 1977326743
    mixed = ((mixed ^ (mixed >> 31)) & LOW) * 1597334677
    slot = (mixed ^ (mixed >> 30)) & mask
    while slots[slot] >= 0 and slots[slot] != pair:
        slot = (slot + 1) & mask
    return slot


@njit(types.void(LONGS, CONST_LONGS), cache=True, nogil=True)
def insert_all(slots: Longs, pairs: Longs) -> None:
    """Put different pairs into an empty set, which has more slots, a power of two, each -1 where it is empty."""
    for i in range(pairs.size):
        slots[slot_of(slots, pairs[i])] = pairs[i]


@njit(types.void(INT, SHAPE, LONGS), cache=True, nogil=True)
def find_rows(state: np.int64, shape: Longs, rows: Longs) -> None:
    """Where the row of each stage's state begins."""
    for i in range(rows.size):
        rows[i] = shape[i, BEGIN] + state % shape[i, STATES] * shape[i, LETTERS]
        state //= shape[i, STATES]


@njit(
    types.void(
        *(FLAT, FLAT, SHAPE, FLAT),
        *(FLAT, FLAT, SHAPE, FLAT),
        *(FLAGS, INT, BOOLS, LONGS, LONGS, LONGS, INTS, INT, INT, LONGS),
    ),
    cache=True,
    nogil=True,
)
def search(
    model: Ints,
    model_out: Ints,
    model_shape: Longs,
    model_final: Ints,
    task: Ints,
    task_out: Ints,
    task_shape: Longs,
    task_final: Ints,
    dead: Bools,
    letters: int,
    used: Bools,
    slots: Longs,
    queue: Longs,
    parents: Longs,
    read: Ints,
    max_pairs: int,
    pause: int,
    result: Longs,
) -> None:
    """Visit pairs in the order of `verify.search.reachability.search`, and end where it ends; or at an entry that
    fails.

    The pair in place i of the queue was first met from that in place ``parents[i]``, on the letter ``read[i]``.
    ``dead`` tells the task's dead states, and is empty if none is known. Entries of the model's tables that a step
    takes, are flagged in ``used``. Pairs beyond place ``pause`` are left for another call.
    """
    task_size = np.int64(1)
    for j in range(task_shape.shape[0]):
        task_size *= task_shape[j, STATES]
    model_rows = np.empty(model_shape.shape[0], np.int64)
    task_rows = np.empty(task_shape.shape[0], np.int64)
    count = result[COUNT]
    done = result[PLACE]
    while done < count:
        result[COUNT], result[PLACE] = count, done
        if done >= pause:
            result[STATUS] = PAUSED
            return
        if count + letters > queue.size:
            result[STATUS] = FULL
            return
        m = queue[done] // task_size
        t = queue[done] % task_size
        if dead.size > 0 and dead[t]:
            done += 1
            continue
        find_rows(m, model_shape, model_rows)
        find_rows(t, task_shape, task_rows)
        for first in range(letters):
            letter = np.int64(first)
            t_next = np.int64(0)
            unit = np.int64(1)
            for j in range(task_rows.size):
                entry = task_rows[j] + letter
                if task[entry] < 0:
                    result[STATUS] = FAILED
                    return
                t_next += task[entry] * unit
                unit *= task_shape[j, STATES]
                letter = np.int64(task_out[entry])
            demand = task_final[letter]
            if demand < 0 and dead.size > 0 and dead[t_next]:
                continue
            letter = np.int64(first)
            m_next = np.int64(0)
            unit = np.int64(1)
            for i in range(model_rows.size):
                entry = model_rows[i] + letter
                if model[entry] < 0:
                    result[STATUS] = FAILED
                    return
                used[entry] = True
                m_next += model[entry] * unit
                unit *= model_shape[i, STATES]
                letter = np.int64(model_out[entry])
            if demand >= 0 and demand != model_final[letter]:
                result[STATUS], result[COUNT], result[LETTER] = DIFFER, count, first
                return
            pair = m_next * task_size + t_next
            slot = slot_of(slots, pair)
            if slots[slot] == pair:
                continue
            if count >= max_pairs:
                result[STATUS], result[COUNT] = EXHAUSTED, count
                return
            slots[slot] = pair
            queue[count] = pair
            parents[count] = done
            read[count] = first
            count += 1
        done += 1
    result[STATUS], result[COUNT] = AGREE, count
