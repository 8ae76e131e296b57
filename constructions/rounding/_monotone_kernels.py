"""The compiled search for a map that is not monotone, over tables of ranks. It checks nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("UniTuple(int64, 4)(int64[:,:,::1], int64[::1], int64[::1])", cache=True, nogil=True)
def first_disorder(ranks: Any, keys: Any, directions: Any) -> Any:
    """The first (a, b, i, j) with states i and j out of order under the map of a and b; -1 four times, if none are.

    ``ranks[a, i, b]`` is the rank of the value at state i, or negative where there is none. States ascend by their
    ``keys``, and those with one key must have one rank. ``directions[a]`` is 1 where ranks must ascend, -1 where they
    must descend.
    """
    for a in range(ranks.shape[0]):
        for b in range(ranks.shape[2]):
            before = np.int64(-1)
            for i in range(ranks.shape[1]):
                rank = ranks[a, i, b]
                if rank < 0:
                    continue
                if before >= 0:
                    rise = (rank - ranks[a, before, b]) * directions[a]
                    if rise < 0 or (rise > 0 and keys[i] == keys[before]):
                        return np.int64(a), np.int64(b), before, np.int64(i)
                before = np.int64(i)
    none = np.int64(-1)
    return none, none, none, none
