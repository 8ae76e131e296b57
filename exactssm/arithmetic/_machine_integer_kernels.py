"""Compiled scans over machine integers. They check nothing: the caller has proved that letters have rows.

All is computed modulo 2^64, where int64 wraps around; since 2^p divides 2^64, the low p bits of each state are exact.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("int64[:,::1](int64[:,::1], int64[:,::1], int64[::1], int64[::1])", cache=True, nogil=True)
def scan_diagonal(decay: Any, drive: Any, start: Any, word: Any) -> Any:
    """h_i' = a_i(x) h_i + b_i(x) modulo 2^64."""
    states = np.empty((word.size + 1, start.size), np.int64)
    for i in range(start.size):
        states[0, i] = start[i]
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            states[t + 1, i] = decay[x, i] * states[t, i] + drive[x, i]
    return states


@njit("int64[:,::1](int64[:,:,::1], int64[:,::1], int64[::1], int64[::1])", cache=True, nogil=True)
def scan_dense(matrix: Any, drive: Any, start: Any, word: Any) -> Any:
    """h_i' = sum_j A_ij(x) h_j + b_i(x) modulo 2^64."""
    states = np.empty((word.size + 1, start.size), np.int64)
    for i in range(start.size):
        states[0, i] = start[i]
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            total = drive[x, i]
            for j in range(start.size):
                total += matrix[x, i, j] * states[t, j]
            states[t + 1, i] = total
    return states
