"""Compiled walks over the rows of a table. The caller has checked every entry, so nothing is checked here.

Integers are signed throughout; a state is below 2^31, and so is every position in a list of states.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["live_states", "number_states", "refine", "write_rows"]

Ints: TypeAlias = npt.NDArray[np.int32]
Bools: TypeAlias = npt.NDArray[np.bool_]

TABLE = types.Array(types.int32, 2, "C", readonly=True)
WRITTEN = types.Array(types.int32, 2, "C")
ROW = types.Array(types.int32, 1, "C")
BOOLS = types.Array(types.boolean, 1, "C")
INT = types.int64


@njit(INT(TABLE, INT, ROW, ROW), cache=True, nogil=True)
def number_states(successors: Ints, start: int, order: Ints, number: Ints) -> int:
    """Number the reachable states breadth-first, and return how many there are; -1 if ``order`` is too short for them.

    ``number``, filled with -1 before, becomes the number of each state, and ``order`` the state with each number.
    """
    order[0] = start
    number[start] = 0
    count = 1
    done = 0
    while done < count:
        state = order[done]
        done += 1
        for letter in range(successors.shape[1]):
            successor = successors[state, letter]
            if number[successor] < 0:
                if count == order.size:
                    return -1
                number[successor] = count
                order[count] = successor
                count += 1
    return count


@njit(INT(TABLE, TABLE, ROW, ROW, ROW, ROW, WRITTEN, WRITTEN), cache=True, nogil=True)
def write_rows(
    successors: Ints,
    out: Ints,
    order: Ints,
    number: Ints,
    output_order: Ints,
    output_number: Ints,
    new_successors: Ints,
    new_out: Ints,
) -> int:
    """Write the rows of the states in ``order`` with their new numbers, and return how many outputs they have.

    Outputs are numbered as they are met: ``output_number`` and ``output_order`` as in `number_states`.
    """
    count = 0
    for row in range(order.size):
        state = order[row]
        for letter in range(successors.shape[1]):
            new_successors[row, letter] = number[successors[state, letter]]
            output = out[state, letter]
            if output < 0:
                new_out[row, letter] = -1
                continue
            if output_number[output] < 0:
                output_number[output] = count
                output_order[count] = output
                count += 1
            new_out[row, letter] = output_number[output]
    return count


@njit(types.void(TABLE, WRITTEN, WRITTEN), cache=True, nogil=True)
def fill_predecessors(successors: Ints, heads: Ints, sources: Ints) -> None:
    """The transitions backwards: letter a leads to q from each of ``sources[a, heads[a, q] : heads[a, q + 1]]``.

    Shapes: ``heads`` (k, n + 1), zeros before; ``sources`` (k, n).
    """
    size, letters = successors.shape
    for state in range(size):
        for letter in range(letters):
            heads[letter, successors[state, letter] + 1] += 1
    for letter in range(letters):
        for state in range(size):
            heads[letter, state + 1] += heads[letter, state]
    # counting down fills each segment from its end, and leaves in heads[a, q + 1] the beginning of q's segment
    for state in range(size - 1, -1, -1):
        for letter in range(letters):
            target = successors[state, letter] + 1
            heads[letter, target] -= 1
            sources[letter, heads[letter, target]] = state
    for letter in range(letters):
        for state in range(size):
            heads[letter, state] = heads[letter, state + 1]
        heads[letter, size] = size


@njit(BOOLS(TABLE, TABLE), cache=True, nogil=True)
def live_states(successors: Ints, out: Ints) -> Bools:
    """The states from which a specified output can still be reached: a search backwards from those that have one."""
    size, letters = successors.shape
    heads = np.zeros((letters, size + 1), np.int32)
    sources = np.empty((letters, size), np.int32)
    fill_predecessors(successors, heads, sources)
    live = np.zeros(size, np.bool_)
    stack = np.empty(size, np.int32)
    height = 0
    for state in range(size):
        for letter in range(letters):
            if out[state, letter] >= 0 and not live[state]:
                live[state] = True
                stack[height] = state
                height += 1
    while height > 0:
        height -= 1
        state = stack[height]
        for letter in range(letters):
            for i in range(heads[letter, state], heads[letter, state + 1]):
                source = sources[letter, i]
                if not live[source]:
                    live[source] = True
                    stack[height] = source
                    height += 1
    return live


@njit(INT(TABLE, ROW, INT), cache=True, nogil=True)
def refine(successors: Ints, block: Ints, count: int) -> int:
    """Refine a partition of the states until each letter leads from a block into one block; return their number.

    ``block`` holds each state's block, of ``count``, and is refined in place to the coarsest such partition. This is
    Hopcroft's algorithm ("An n log n algorithm for minimizing states in a finite automaton", 1971), with blocks
    instead of pairs of a block and a letter on the work list. A block that splits leaves its smaller part on the list
    under a new number, so that each state is in a splitter at most log2(n) times; the larger part keeps its number,
    and with it its place on the list if it had one.
    """
    size, letters = successors.shape
    heads = np.zeros((letters, size + 1), np.int32)
    sources = np.empty((letters, size), np.int32)
    fill_predecessors(successors, heads, sources)
    # block b is elements[begin[b] : end[b]], its marked states in front; state q is elements[place[q]]
    begin = np.zeros(size + 1, np.int32)
    end = np.zeros(size, np.int32)
    marked = np.zeros(size, np.int32)
    elements = np.empty(size, np.int32)
    place = np.empty(size, np.int32)
    for state in range(size):
        begin[block[state] + 1] += 1
    for b in range(count):
        begin[b + 1] += begin[b]
        end[b] = begin[b]
    for state in range(size):
        b = block[state]
        elements[end[b]] = state
        place[state] = end[b]
        end[b] += 1

    work = np.empty(size, np.int32)
    splitter = np.empty(size, np.int32)
    touched = np.empty(size, np.int32)
    for b in range(count):
        work[b] = b
    height = count
    while height > 0:
        height -= 1
        b = work[height]
        # the block as it is now: it may split itself below, and all letters have to see the same states
        width = end[b] - begin[b]
        for i in range(width):
            splitter[i] = elements[begin[b] + i]
        for letter in range(letters):
            hits = 0
            for i in range(width):
                for j in range(heads[letter, splitter[i]], heads[letter, splitter[i] + 1]):
                    source = sources[letter, j]
                    c = block[source]
                    if marked[c] == 0:
                        touched[hits] = c
                        hits += 1
                    # each state has one successor under the letter, so that none is marked twice
                    there = begin[c] + marked[c]
                    here = place[source]
                    other = elements[there]
                    elements[there] = source
                    place[source] = there
                    elements[here] = other
                    place[other] = here
                    marked[c] += 1
            for i in range(hits):
                c = touched[i]
                front = marked[c]
                marked[c] = 0
                back = end[c] - begin[c] - front
                if back == 0:
                    continue
                if front <= back:
                    begin[count] = begin[c]
                    end[count] = begin[c] + front
                    begin[c] += front
                else:
                    begin[count] = begin[c] + front
                    end[count] = end[c]
                    end[c] = begin[count]
                for j in range(begin[count], end[count]):
                    block[elements[j]] = count
                work[height] = count
                height += 1
                count += 1
    return count
