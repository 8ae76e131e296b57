"""Every word up to a length through two tables, compiled: depth first, words sharing their prefixes."""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["BOUND", "DEMANDS", "DEPTH", "FOUND", "STEPS", "read_words"]

Ints: TypeAlias = npt.NDArray[np.int32]
Bools: TypeAlias = npt.NDArray[np.bool_]
Longs: TypeAlias = npt.NDArray[np.int64]

#: Where the counters stand: letters read of the current word (-1 at the end), length bound, steps, steps with a demand,
#: length of the failing word found (0 if none).
DEPTH, BOUND, STEPS, DEMANDS, FOUND = range(5)

TABLE = types.Array(types.int32, 2, "C", readonly=True)
FLAGS = types.Array(types.boolean, 1, "C", readonly=True)
INTS = types.Array(types.int32, 1, "C")
LONGS = types.Array(types.int64, 1, "C")


@njit(types.void(TABLE, TABLE, TABLE, TABLE, INTS, INTS, INTS, FLAGS, INTS, LONGS, types.int64), cache=True, nogil=True)
def read_words(
    model: Ints,
    answers: Ints,
    task: Ints,
    demands: Ints,
    letters: Ints,
    model_states: Ints,
    task_states: Ints,
    live: Bools,
    failing: Ints,
    counters: Longs,
    stop: int,
) -> None:
    """Go on with the enumeration until ``stop`` steps have been taken or more, by less than one for each symbol.

    ``letters[d]`` is the next letter to read after d letters, in the states ``model_states[d]`` and ``task_states[d]``.
    Where a word of length d fails, it is kept in ``failing`` and the bound falls to d - 1: the words of length d that
    are still to come are later in alphabet order. So the last word kept is the shortest, and the first of its length.
    A step after which no task state is ``live`` any more, and that has no demand itself, isn't taken.
    """
    size = task.shape[1]
    depth = counters[DEPTH]
    bound = counters[BOUND]
    steps = counters[STEPS]
    demanded = counters[DEMANDS]
    while depth >= 0 and steps < stop:
        if depth >= bound or letters[depth] == size:
            depth -= 1
            continue
        m = model_states[depth]
        t = task_states[depth]
        # nothing comes after the last letter of a longest word, so that all of them are read in one go
        last = depth + 1 == bound
        first = letters[depth]
        end = size if last else first + 1
        letters[depth] = end
        for letter in range(first, end):
            demand = demands[t, letter]
            if demand < 0 and not live[task[t, letter]]:
                continue
            steps += 1
            if demand >= 0:
                demanded += 1
                if demand != answers[m, letter]:
                    bound = depth
                    counters[FOUND] = depth + 1
                    for i in range(depth):
                        failing[i] = letters[i] - 1
                    failing[depth] = letter
                    break
            if not last:
                model_states[depth + 1] = model[m, letter]
                task_states[depth + 1] = task[t, letter]
                letters[depth + 1] = 0
                depth += 1
    counters[DEPTH] = depth
    counters[BOUND] = bound
    counters[STEPS] = steps
    counters[DEMANDS] = demanded
