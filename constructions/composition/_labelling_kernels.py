"""Compiled steps of the search for one-layer models, on labellings of states packed into one integer. They check
nothing: the caller has made sure that a labelling takes less than 63 bits.

State h has the ``bits`` bits from h * bits on: 0 where it has no label, else the label and one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("int64[:,::1](int64[::1], int64[::1], int64[::1], int64[:,::1], int64)", cache=True, nogil=True)
def extended(labellings: Any, states: Any, codes: Any, table: Any, bits: Any) -> Any:
    """Every labelling by every map, which gives the image of ``states[k]`` the code ``codes[k]``; -1 where a state
    would get a second one."""
    found = np.empty((labellings.size, table.shape[0]), np.int64)
    mask = (np.int64(1) << bits) - 1
    for i in range(labellings.size):
        for g in range(table.shape[0]):
            labelling = labellings[i]
            for k in range(states.size):
                place = table[g, states[k]] * bits
                code = (labelling >> place) & mask
                if code == 0:
                    labelling |= codes[k] << place
                elif code != codes[k]:
                    labelling = np.int64(-1)
                    break
            found[i, g] = labelling
    return found


@njit("int64[::1](int64[::1], int64[:,::1], int64[:,::1], int64)", cache=True, nogil=True)
def canonical(labellings: Any, symmetries: Any, renamings: Any, bits: Any) -> Any:
    """The least of all labellings that each becomes by a permutation of the states and a renaming of the codes."""
    found = np.empty(labellings.size, np.int64)
    mask = (np.int64(1) << bits) - 1
    for i in range(labellings.size):
        least = np.int64(1) << 62
        for r in range(renamings.shape[0]):
            for g in range(symmetries.shape[0]):
                labelling = np.int64(0)
                for h in range(symmetries.shape[1]):
                    code = (labellings[i] >> (h * bits)) & mask
                    labelling |= renamings[r, code] << (symmetries[g, h] * bits)
                if labelling < least:
                    least = labelling
        found[i] = least
    return found
