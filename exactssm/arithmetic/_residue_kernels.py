"""Compiled scans over residues. They check nothing: the caller has proved that letters have rows and products fit."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("int64[:,::1](int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64)", cache=True, nogil=True)
def scan_diagonal(decay: Any, drive: Any, start: Any, word: Any, modulus: Any) -> Any:
    """h_i' = (a_i(x) h_i + b_i(x)) mod m; exact for m (m-1) < 2**63."""
    states = np.empty((word.size + 1, start.size), np.int64)
    states[0] = start
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            states[t + 1, i] = (decay[x, i] * states[t, i] + drive[x, i]) % modulus
    return states


@njit("int64[:,::1](int64[:,:,::1], int64[:,::1], int64[::1], int64[::1], int64)", cache=True, nogil=True)
def scan_dense(matrix: Any, drive: Any, start: Any, word: Any, modulus: Any) -> Any:
    """h_i' = (sum_j A_ij(x) h_j + b_i(x)) mod m, reduced after each product; exact for m (m-1) < 2**63."""
    states = np.empty((word.size + 1, start.size), np.int64)
    states[0] = start
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            total = drive[x, i]
            for j in range(start.size):
                total = (total + matrix[x, i, j] * states[t, j]) % modulus
            states[t + 1, i] = total
    return states


@njit("int64[:,::1](int64[:,::1], int64[::1], int64[::1], int64[::1])", cache=True, nogil=True)
def scan_rotation(angle: Any, start: Any, word: Any, orders: Any) -> Any:
    """e_i' = (e_i + angle_i(x)) mod n_i; exact for n_i <= 2**62."""
    states = np.empty((word.size + 1, start.size), np.int64)
    states[0] = start
    for t in range(word.size):
        x = word[t]
        for i in range(start.size):
            states[t + 1, i] = (states[t, i] + angle[x, i]) % orders[i]
    return states
