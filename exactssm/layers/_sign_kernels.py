"""The compiled recurrence of the sign layer."""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("int64[:,::1](int64[:,::1], int64[:,::1], int64[::1], int64[::1], int64)", cache=True, nogil=True)
def scan_sign(recurrent: Any, drive: Any, start: Any, word: Any, sign_of_zero: Any) -> Any:
    """All states along ``word``. The caller has proved that no sum leaves int64."""
    states = np.empty((word.size + 1, start.size), np.int64)
    states[0] = start
    for t in range(word.size):
        for i in range(start.size):
            total = drive[word[t], i]
            for j in range(start.size):
                total += recurrent[i, j] * states[t, j]
            if total > 0:
                states[t + 1, i] = 1
            elif total < 0:
                states[t + 1, i] = -1
            else:
                states[t + 1, i] = sign_of_zero
    return states
