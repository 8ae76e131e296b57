"""Compiled searches for words that meet, over many layers of width 1. They check nothing: the caller has proved that
no state within the depth leaves int64.

A row of ``shapes`` is (a, b, c, d) for two letters, elements of Z[zeta] by two coefficients each, zeta^2 = trace zeta -
1. ``after[g, x]`` is the element g times letter x.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit("int64[::1](int64[:,::1], int64, int64[:,::1], int64)", cache=True, nogil=True)
def confused_at(shapes: Any, trace: Any, after: Any, depth: Any) -> Any:
    """For each shape the least length, up to ``depth``, at which a word leads to a state that a word no longer than it
    leads to as well, with another product; 0, if there is none."""
    found = np.zeros(shapes.shape[0], np.int64)
    size = np.int64(1) << (depth + 2)  # at most 2^(depth + 1) states, so that half of the places stay free
    place_of_real = np.empty(size, np.int64)
    place_of_other = np.empty(size, np.int64)
    place_product = np.empty(size, np.int64)
    queue_real = np.empty(size // 2, np.int64)
    queue_other = np.empty(size // 2, np.int64)
    queue_product = np.empty(size // 2, np.int64)
    for row in range(shapes.shape[0]):
        place_product[:] = -1
        queue_real[0] = 0
        queue_other[0] = 0
        queue_product[0] = 0
        place_of_real[0] = 0
        place_of_other[0] = 0
        place_product[0] = 0
        begin = np.int64(0)
        end = np.int64(1)
        for length in range(1, depth + 1):
            last = end
            for i in range(begin, last):
                x = queue_real[i]
                y = queue_other[i]
                for letter in range(2):
                    a = shapes[row, 4 * letter]
                    b = shapes[row, 4 * letter + 1]
                    real = a * x - b * y + shapes[row, 4 * letter + 2]
                    other = a * y + b * x + trace * b * y + shapes[row, 4 * letter + 3]
                    product = after[queue_product[i], letter]
                    place = ((real & 0xFFFFF) * 40503 + (other & 0xFFFFF) * 30011) & (size - 1)
                    while place_product[place] >= 0 and (
                        place_of_real[place] != real or place_of_other[place] != other
                    ):
                        place = (place + 1) & (size - 1)
                    if place_product[place] < 0:
                        place_of_real[place] = real
                        place_of_other[place] = other
                        place_product[place] = product
                        queue_real[end] = real
                        queue_other[end] = other
                        queue_product[end] = product
                        end += 1
                    elif place_product[place] != product:
                        found[row] = length
                        break
                if found[row] > 0:
                    break
            if found[row] > 0 or end == last:
                break
            begin = last
    return found


@njit("int64[::1](int64[:,::1], int64, int64[:,::1], int64, int64)", cache=True, nogil=True)
def least_moduli(shapes: Any, trace: Any, after: Any, least: Any, most: Any) -> Any:
    """For each shape the least modulus m, from ``least`` to ``most``, such that no two words with different products
    lead to states that agree modulo m; 0, if there is none."""
    found = np.zeros(shapes.shape[0], np.int64)
    seen = np.zeros(most * most, np.int64)
    product_at = np.zeros(most * most, np.int64)
    queue = np.empty(most * most, np.int64)
    search = np.int64(0)
    for row in range(shapes.shape[0]):
        for modulus in range(least, most + 1):
            search += 1
            queue[0] = 0
            seen[0] = search
            product_at[0] = 0
            begin = np.int64(0)
            end = np.int64(1)
            good = True
            while good and begin < end:
                x = queue[begin] // modulus
                y = queue[begin] % modulus
                product = product_at[queue[begin]]
                begin += 1
                for letter in range(2):
                    a = shapes[row, 4 * letter]
                    b = shapes[row, 4 * letter + 1]
                    real = (a * x - b * y + shapes[row, 4 * letter + 2]) % modulus
                    other = (a * y + b * x + trace * b * y + shapes[row, 4 * letter + 3]) % modulus
                    place = real * modulus + other
                    if seen[place] != search:
                        seen[place] = search
                        product_at[place] = after[product, letter]
                        queue[end] = place
                        end += 1
                    elif product_at[place] != after[product, letter]:
                        good = False
                        break
            if good:
                found[row] = modulus
                break
    return found
