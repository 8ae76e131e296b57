"""Compiled walks over the Cayley graph of a monoid: strongly connected components, and how deep each lies.

Row x of ``successors`` holds the nodes that edges lead to from x, all of them in range. Integers are signed throughout.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["components", "depths"]

Ints: TypeAlias = npt.NDArray[np.int32]

TABLE = types.Array(types.int32, 2, "C", readonly=True)
ROW = types.Array(types.int32, 1, "C")
INT = types.int64


@njit(ROW(TABLE), cache=True, nogil=True)
def components(successors: Ints) -> Ints:
    """The strongly connected component of each node, numbered so that edges lead to the same or a lower number.

    Tarjan, Depth-first search and linear graph algorithms, 1972, with a stack in place of recursion.
    """
    size, edges = successors.shape
    component = np.full(size, -1, np.int32)
    low = np.full(size, -1, np.int32)  # -1: not met yet
    entered = np.empty(size, np.int32)
    tried = np.zeros(size, np.int32)  # how many edges out of the node were followed
    path = np.empty(size, np.int32)
    pending = np.empty(size, np.int32)  # met, but in no component yet
    waiting = 0
    clock = 0
    count = 0
    for root in range(size):
        if low[root] >= 0:
            continue
        path[0] = root
        height = 1
        while height > 0:
            node = path[height - 1]
            if low[node] < 0:
                low[node] = clock
                entered[node] = clock
                clock += 1
                pending[waiting] = node
                waiting += 1
            if tried[node] < edges:
                successor = successors[node, tried[node]]
                tried[node] += 1
                if low[successor] < 0:
                    path[height] = successor
                    height += 1
                elif component[successor] < 0 and entered[successor] < low[node]:
                    low[node] = entered[successor]
                continue
            height -= 1
            if height > 0 and low[node] < low[path[height - 1]]:
                low[path[height - 1]] = low[node]
            if low[node] == entered[node]:
                member = -1
                while member != node:
                    waiting -= 1
                    member = pending[waiting]
                    component[member] = count
                count += 1
    return component


@njit(ROW(TABLE, ROW, ROW, INT), cache=True, nogil=True)
def depths(successors: Ints, component: Ints, order: Ints, count: int) -> Ints:
    """For each component the most edges between components on a path that leads to it.

    ``order`` lists the nodes, those of higher components first.
    """
    depth = np.zeros(count, np.int32)
    for i in range(order.size):
        node = order[i]
        for edge in range(successors.shape[1]):
            here, there = component[node], component[successors[node, edge]]
            if here != there and depth[there] <= depth[here]:
                depth[there] = depth[here] + 1
    return depth
