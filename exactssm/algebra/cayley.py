"""Cayley graphs and Cayley tables: how a finite monoid is listed, multiplied out, and checked.

A monoid is listed breadth-first from its generators; each element then is a word in them, and along these words the
full table takes one array look-up a row: the row of xg is that of x, read at the row of g, for (xg)y = x(gy).
sympy's permutation groups list and multiply elements one by one, 15 to 160 times slower than this, so they serve as
an oracle in the tests only.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt

from exactssm.errors import DomainError

__all__ = [
    "MAX_ORDER",
    "IntArray",
    "array_from_rows",
    "closure",
    "generating_set",
    "identity_of",
    "multiplication_table",
    "nonassociative_triple",
    "not_associative",
    "right_graph",
]

T = TypeVar("T", bound=Hashable)
IntArray: TypeAlias = npt.NDArray[np.int32]
Graph: TypeAlias = Sequence[Sequence[int]]

MAX_ORDER = 5040  #: elements in a table, unless the caller asks for more; S_7 has as many

CHUNK = 256  # rows compared at a time, to keep temporaries small


def closure(
    generators: Sequence[T], identity: T, multiply: Callable[[T, T], T], max_order: int = MAX_ORDER
) -> tuple[list[T], list[list[int]]]:
    """All products of ``generators``, breadth-first from ``identity``, and their right Cayley graph: entry [g][x] is
    the number of the element that x, multiplied by generator g on the right, gives.

    >>> closure([2, 3], 0, lambda x, y: (x + y) % 6)
    ([0, 2, 3, 4, 5, 1], [[1, 3, 4, 0, 5, 2], [2, 4, 0, 5, 1, 3]])

    Raises: DomainError, as soon as there are more than ``max_order`` elements.
    """
    elements = [identity]
    number = {identity: 0}
    graph: list[list[int]] = [[] for _ in generators]
    for x in elements:  # which grows while it is read
        for g, edges in zip(generators, graph, strict=True):
            xg = multiply(x, g)
            if xg not in number:
                if len(elements) == max_order:
                    raise DomainError(f"the generators make more than {max_order} elements, the most allowed here")
                number[xg] = len(elements)
                elements.append(xg)
            edges.append(number[xg])
    return elements, graph


def right_graph(elements: Sequence[T], generators: Iterable[T], multiply: Callable[[T, T], T]) -> list[list[int]]:
    """The right Cayley graph, as `closure` gives it, for elements that are listed already, in whatever order."""
    number = {x: i for i, x in enumerate(elements)}
    return [[number[multiply(x, g)] for x in elements] for g in generators]


def multiplication_table(order: int, graph: Graph) -> IntArray:
    """The table of the monoid with the given right Cayley graph; entry [p, q] is pq, and element 0 is the identity.

    >>> multiplication_table(3, [[1, 2, 0]]).tolist()
    [[0, 1, 2], [1, 2, 0], [2, 0, 1]]
    """
    tree: list[tuple[int, int, int]] = []  # edges (x, g, xg) by which a breadth-first search first meets xg
    met = bytearray(order)
    met[0] = True
    frontier = [0]
    for x in frontier:  # which grows while it is read
        for g, edges in enumerate(graph):
            if not met[edges[x]]:
                met[edges[x]] = True
                frontier.append(edges[x])
                tree.append((x, g, edges[x]))
    assert len(frontier) == order, "the graph's generators must reach every element"
    left = np.empty((len(graph), order), np.intp)  # left[g, y] = gy, for g(yh) = (gy)h
    for g, edges in enumerate(graph):
        row = [edges[0]] * order
        for y, h, yh in tree:
            row[yh] = graph[h][row[y]]
        left[g] = row
    table = np.empty((order, order), np.int32)
    table[0] = np.arange(order)
    for x, g, xg in tree:
        table[xg] = table[x][left[g]]
    return table


def array_from_rows(rows: Sequence[Sequence[int]] | npt.NDArray[Any], max_order: int = MAX_ORDER) -> IntArray:
    """``rows`` as an array, once it is known to be the table of an operation on range(len(rows)).

    Raises: DomainError, naming row and column, unless the rows form a square and every entry is in range.
    """
    order = len(rows)
    if not 1 <= order <= max_order:
        raise DomainError(f"a table must have between 1 and {max_order} rows, got {order}")
    table = np.empty((order, order), np.int32)
    for p, given in enumerate(rows):
        row = given.tolist() if isinstance(given, np.ndarray) else list(given)
        if len(row) != order:
            raise DomainError(f"a table must be square; it has {order} rows, and row {p} has {len(row)} entries")
        if set(map(type, row)) != {int} or min(row) < 0 or max(row) >= order:
            q = next(q for q, entry in enumerate(row) if type(entry) is not int or not 0 <= entry < order)
            raise DomainError(f"row {p}, column {q}: entries must be integers in range({order}), got {row[q]!r:.40}")
        table[p] = row
    return table


def identity_of(table: IntArray) -> int:
    """The number of the identity element.

    Raises: DomainError, if there is none.
    """
    numbers = np.arange(len(table))
    for e in np.flatnonzero(table[:, 0] == 0):  # e 0 = 0 is necessary, and quick to look up
        if (table[e] == numbers).all() and (table[:, e] == numbers).all():
            return int(e)
    raise DomainError("the table has no identity: no row and column of the same number both repeat 0, 1, 2, ...")


def generating_set(table: IntArray, candidates: Iterable[int]) -> tuple[int, ...]:
    """Elements whose products, in any order and bracketing, give every candidate: each is the first candidate that
    those before it don't give. In a group, or any table whose rows and columns are permutations and which has an
    identity, they are at most log2(order), because each at least doubles what is reached.

    >>> generating_set(multiplication_table(4, [[1, 2, 3, 0]]), range(4))
    (1,)
    """
    reached = np.zeros(len(table), bool)
    reached[identity_of(table)] = True
    chosen: list[int] = []
    for candidate in candidates:
        if reached[candidate]:
            continue
        chosen.append(candidate)
        new = np.array([candidate])
        while new.size:
            reached[new] = True
            inside = np.flatnonzero(reached)
            found = np.zeros(len(table), bool)
            found[table[np.ix_(inside, new)]] = True
            found[table[np.ix_(new, inside)]] = True
            new = np.flatnonzero(found & ~reached)
    return tuple(chosen)


def nonassociative_triple(table: IntArray, generators: Iterable[int]) -> tuple[int, int, int] | None:
    """Elements x, g, y with (xg)y != x(gy), or None if the operation is associative: Light's test.

    The elements g for which (xg)y = x(gy) for all x and y are closed under products, so it is enough to try generators.
    """
    for g in generators:
        for low in range(0, len(table), CHUNK):
            differ = table[table[low : low + CHUNK, g]] != table[low : low + CHUNK, table[g]]
            if differ.any():
                x, y = np.argwhere(differ)[0]
                return low + int(x), int(g), int(y)
    return None


def not_associative(table: IntArray, triple: tuple[int, int, int]) -> DomainError:
    """The error that names a triple which is not associative."""
    x, y, z = triple
    left, right = table[table[x, y], z], table[x, table[y, z]]
    return DomainError(f"the table must be associative; ({x} {y}) {z} = {left}, but {x} ({y} {z}) = {right}")
