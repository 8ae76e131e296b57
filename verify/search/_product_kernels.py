"""Breadth-first search of the product of two tables, compiled: with a bit for each pair, or with a hashed set.

Both visit the same pairs in the same order and stop at the same place. ``answers`` and ``demands`` number outputs in
common, a demand of -1 is met by everything, and the columns of all four tables are in one order. The queue holds a
pair (m, t) as m * 2^32 + t; the pair with the place i there was first met from the pair with the place ``parents[i]``,
on the first letter that leads there. From a task state that isn't ``live`` on nothing is demanded: a pair with such a
state isn't expanded, and only a step with a demand visits it.

Whoever calls puts the start into the queue and into the set, and gives a longer queue when the search stops because a
batch might not fit into the one it has.

Pairs are expanded in batches. First all of a batch's successors are looked up without a branch, so that the processor
waits for many places in memory at once instead of one after the other; then they are taken in order. A pair that was
seen at the first look stays seen; one that wasn't is looked up again.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["AGREE", "BATCH", "DIFFER", "EXHAUSTED", "FULL", "insert_all", "search_dense", "search_hashed"]

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

#: How a search ended; after FULL it goes on once there is more room.
AGREE, DIFFER, EXHAUSTED, FULL = range(4)
#: Where the results stand: how it ended, pairs visited, place in the queue that was reached, letter that differs there.
STATUS, COUNT, PLACE, LETTER = range(4)
#: Successors in a batch, unless one pair alone has more.
BATCH = 256
LOW = 2**32 - 1

TABLE = types.Array(types.int32, 2, "C", readonly=True)
FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
INTS = types.Array(types.int32, 1, "C")
LONGS = types.Array(types.int64, 1, "C")
INT = types.int64


@njit(types.void(TABLE, TABLE, TABLE, TABLE, FLAGS, INTS, LONGS, LONGS, INT, LONGS), cache=True, nogil=True)
def search_dense(
    model: Ints,
    answers: Ints,
    task: Ints,
    demands: Ints,
    live: Bools,
    seen: Ints,
    queue: Longs,
    parents: Longs,
    max_pairs: int,
    result: Longs,
) -> None:
    """Search with a bit for each pair: m * n_t + t has bit ``% 32`` of ``seen[.. // 32]``.

    Bits are read and set in int64, so that the sign of an entry of ``seen``, its last bit, is a bit like the others.
    """
    letters = task.shape[1]
    task_size = np.int64(task.shape[0])
    width = max(1, BATCH // max(1, letters))
    keys = np.empty(width * letters, np.int64)
    hints = np.empty(width * letters, np.int64)
    count = result[COUNT]
    done = result[PLACE]
    while done < count:
        end = min(done + width, count)
        if count + (end - done) * letters > queue.size:
            result[STATUS], result[COUNT], result[PLACE] = FULL, count, done
            return
        i = 0
        for place in range(done, end):
            m = queue[place] >> 32
            t = queue[place] & LOW
            for letter in range(letters):
                keys[i] = model[m, letter] * task_size + task[t, letter]
                hints[i] = np.int64(seen[keys[i] >> 5]) >> (keys[i] & 31)
                i += 1
        i = -1
        for place in range(done, end):
            m = queue[place] >> 32
            t = queue[place] & LOW
            if not live[t]:
                i += letters
                continue
            for letter in range(letters):
                i += 1
                demand = demands[t, letter]
                if demand >= 0 and demand != answers[m, letter]:
                    result[STATUS], result[COUNT], result[PLACE], result[LETTER] = DIFFER, count, place, letter
                    return
                if hints[i] & 1 or (demand < 0 and not live[task[t, letter]]):
                    continue
                word = np.int64(seen[keys[i] >> 5])
                bit = np.int64(1) << (keys[i] & 31)
                if word & bit:
                    continue
                if count >= max_pairs:
                    result[STATUS], result[COUNT] = EXHAUSTED, count
                    return
                seen[keys[i] >> 5] = word | bit
                queue[count] = (np.int64(model[m, letter]) << 32) + task[t, letter]
                parents[count] = place
                count += 1
        done = end
    result[STATUS], result[COUNT] = AGREE, count


@njit(INT(INT, INT), cache=True, nogil=True)
def slot_of(pair: int, mask: int) -> int:
    """Where to look first for a pair. All factors are below 2^31, so that no product or sum reaches 2^63."""
    mixed = (pair >> 32) * 1640531527 + (pair & LOW) * 1977326743
    mixed = ((mixed ^ (mixed >> 31)) & 0x7FFFFFFF) * 1597334677
    return (mixed ^ (mixed >> 30)) & mask


@njit(types.void(LONGS, LONGS), cache=True, nogil=True)
def insert_all(slots: Longs, pairs: Longs) -> None:
    """Put different pairs into an empty set, which has more slots, a power of two, each -1 where it is empty."""
    mask = slots.size - 1
    for i in range(pairs.size):
        slot = slot_of(pairs[i], mask)
        while slots[slot] >= 0:
            slot = (slot + 1) & mask
        slots[slot] = pairs[i]


@njit(types.void(TABLE, TABLE, TABLE, TABLE, FLAGS, LONGS, LONGS, LONGS, INT, LONGS), cache=True, nogil=True)
def search_hashed(
    model: Ints,
    answers: Ints,
    task: Ints,
    demands: Ints,
    live: Bools,
    slots: Longs,
    queue: Longs,
    parents: Longs,
    max_pairs: int,
    result: Longs,
) -> None:
    """As `search_dense`, with the pairs of the queue in a set (`insert_all`).

    Open addressing with linear probing, over whole pairs: no pair is ever taken for another one. The set has more slots
    than the queue has places.
    """
    letters = task.shape[1]
    width = max(1, BATCH // max(1, letters))
    successors = np.empty(width * letters, np.int64)
    hints = np.empty(width * letters, np.int64)
    mask = slots.size - 1
    count = result[COUNT]
    done = result[PLACE]
    while done < count:
        end = min(done + width, count)
        if count + (end - done) * letters > queue.size:
            result[STATUS], result[COUNT], result[PLACE] = FULL, count, done
            return
        i = 0
        for place in range(done, end):
            m = queue[place] >> 32
            t = queue[place] & LOW
            for letter in range(letters):
                successors[i] = (np.int64(model[m, letter]) << 32) + task[t, letter]
                hints[i] = slots[slot_of(successors[i], mask)]
                i += 1
        i = -1
        for place in range(done, end):
            m = queue[place] >> 32
            t = queue[place] & LOW
            if not live[t]:
                i += letters
                continue
            for letter in range(letters):
                i += 1
                demand = demands[t, letter]
                if demand >= 0 and demand != answers[m, letter]:
                    result[STATUS], result[COUNT], result[PLACE], result[LETTER] = DIFFER, count, place, letter
                    return
                pair = successors[i]
                if hints[i] == pair or (demand < 0 and not live[task[t, letter]]):
                    continue
                slot = slot_of(pair, mask)
                while slots[slot] >= 0 and slots[slot] != pair:
                    slot = (slot + 1) & mask
                if slots[slot] == pair:
                    continue
                if count >= max_pairs:
                    result[STATUS], result[COUNT] = EXHAUSTED, count
                    return
                slots[slot] = pair
                queue[count] = pair
                parents[count] = place
                count += 1
        done = end
    result[STATUS], result[COUNT] = AGREE, count
