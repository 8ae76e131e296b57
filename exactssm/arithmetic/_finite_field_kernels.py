"""Compiled scans over GF(q), on codes of elements, with tables of logarithms and Zech's logarithms.

They check nothing: the caller has proved that letters have rows and codes lie in range(q).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("int64(int64, int64, int64[::1], int64[::1])", cache=True, nogil=True)
def mul(x: Any, y: Any, exp: Any, log: Any) -> Any:
    """x y, as exp(log x + log y)."""
    if x == 0 or y == 0:
        return 0
    return exp[(log[x] + log[y]) % exp.size]


@njit("int64(int64, int64, int64[::1], int64[::1], int64[::1])", cache=True, nogil=True)
def add(x: Any, y: Any, exp: Any, log: Any, zech: Any) -> Any:
    """x + y, as x (1 + y/x)."""
    if x == 0:
        return y
    if y == 0:
        return x
    z = zech[(log[y] - log[x]) % exp.size]
    if z < 0:
        return 0
    return exp[(log[x] + z) % exp.size]


@njit(
    "int64[:,::1](int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[::1])",
    cache=True,
    nogil=True,
)
def scan_diagonal(decay: Any, drive: Any, start: Any, word: Any, exp: Any, log: Any, zech: Any) -> Any:
    """h_i' = a_i(x) h_i + b_i(x)."""
    states = np.empty((word.size + 1, start.size), np.int64)
    states[0] = start
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            states[t + 1, i] = add(mul(decay[x, i], states[t, i], exp, log), drive[x, i], exp, log, zech)
    return states


@njit(
    "int64[:,::1](int64[:,:,::1], int64[:,::1], int64[::1], int64[::1], int64[::1], int64[::1], int64[::1])",
    cache=True,
    nogil=True,
)
def scan_dense(matrix: Any, drive: Any, start: Any, word: Any, exp: Any, log: Any, zech: Any) -> Any:
    """h_i' = sum_j A_ij(x) h_j + b_i(x)."""
    states = np.empty((word.size + 1, start.size), np.int64)
    states[0] = start
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            total = drive[x, i]
            for j in range(start.size):
                total = add(total, mul(matrix[x, i, j], states[t, j], exp, log), exp, log, zech)
            states[t + 1, i] = total
    return states
