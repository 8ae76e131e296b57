"""Recurrences over Q-algebras as integer vectors with one common denominator.

An element a of a Q-algebra of dimension r, in a basis that begins with 1, acts on it by an r x r rational matrix; the
first column of that matrix is a itself. So h' = A h + b over the algebra, in width d, is an integer recurrence of width
r d over a common denominator:

    n' = A n + D c,    D' = q D,    where h = n / D and A and c have been scaled to integers by q.

Nothing is divided out but every `REDUCE_EVERY` steps, and by whoever turns (n, D) back into elements: reduction at
every operation is what makes recurrences on `Fraction` slow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import gcd, lcm
from typing import Final, NamedTuple, TypeAlias, TypeVar

from exactssm.arithmetic.scan import Word

E = TypeVar("E")
Represent: TypeAlias = Callable[[E], tuple[Sequence[Sequence[int]], int]]
"""The matrix by which an element acts, as integers and a positive common denominator."""
Rebuild: TypeAlias = Callable[[tuple[int, ...], int], E]
"""The element with these numerators over this positive denominator."""

REDUCE_EVERY: Final = 64


class AffineMap(NamedTuple):
    """n -> (rows n + D drive), over the denominator q D."""

    rows: tuple[tuple[tuple[int, int], ...], ...]  #: of each row its (column, entry) pairs, zeros left out
    drive: tuple[int, ...]
    denominator: int  #: q


def scan_dense(
    represent: Represent[E],
    rebuild: Rebuild[E],
    matrix: Sequence[Sequence[Sequence[E]]],
    drive: Sequence[Sequence[E]],
    start: Sequence[E],
    word: Word,
) -> list[tuple[E, ...]]:
    """All states of h' = A(x) h + b(x) over the algebra that ``represent`` and ``rebuild`` describe."""
    maps = [_affine_map(represent, rows, b) for rows, b in zip(matrix, drive, strict=True)]
    represented = [represent(h) for h in start]
    denominator = lcm(*(q for _, q in represented))
    numerators = [row[0] * (denominator // q) for block, q in represented for row in block]
    r = len(numerators) // len(start)
    rebuilt = lru_cache(maxsize=4096)(rebuild)  # a tracker comes back to few states many times
    return [
        tuple(rebuilt(tuple(n[i : i + r]), scale) for i in range(0, len(n), r))
        for n, scale in integer_states(maps, numerators, denominator, word)
    ]


def scan_diagonal(
    represent: Represent[E],
    rebuild: Rebuild[E],
    decay: Sequence[Sequence[E]],
    drive: Sequence[Sequence[E]],
    start: Sequence[E],
    word: Word,
) -> list[tuple[E, ...]]:
    """All states of h_i' = a_i(x) h_i + b_i(x), each coordinate with its own denominator."""
    coordinates = [
        scan_dense(represent, rebuild, [[[row[i]]] for row in decay], [[row[i]] for row in drive], [h], word)
        for i, h in enumerate(start)
    ]
    return [tuple(h for (h,) in parts) for parts in zip(*coordinates, strict=True)]


def integer_states(
    maps: Sequence[AffineMap], numerators: Sequence[int], denominator: int, word: Word
) -> Iterator[tuple[Sequence[int], int]]:
    """The len(word) + 1 states as numerators and denominator, not in lowest terms."""
    n = list(numerators)
    yield n, denominator
    for t, x in enumerate(word):
        rows, drive, q = maps[x]
        n = [sum([entry * n[j] for j, entry in row]) + denominator * c for row, c in zip(rows, drive, strict=True)]
        denominator *= q
        if t % REDUCE_EVERY == REDUCE_EVERY - 1 and (common := gcd(denominator, *n)) > 1:
            denominator //= common
            n = [value // common for value in n]
        yield n, denominator


def _affine_map(represent: Represent[E], matrix: Sequence[Sequence[E]], drive: Sequence[E]) -> AffineMap:
    blocks = [[represent(a) for a in row] for row in matrix]
    shifts = [represent(b) for b in drive]
    q = lcm(*(p for row in blocks for _, p in row), *(p for _, p in shifts))
    r = len(shifts[0][0])
    rows = []
    for block_row in blocks:
        for i in range(r):
            scaled = [entry * (q // p) for block, p in block_row for entry in block[i]]
            rows.append(tuple((j, entry) for j, entry in enumerate(scaled) if entry))
    return AffineMap(tuple(rows), tuple(row[0] * (q // p) for block, p in shifts for row in block), q)
