"""Function composition by one wide layer: d^2 is tight for one function, and width composes any number of functions.

One function, d = 2 m + 1 with m = ceil(sqrt N). An element is a row and a column, r m + c. The layer keeps the column
of x_0 one-hot (e, m numbers), one value a row (acc, m numbers), and x_0's row. The entry f(r, c) = y adds y e_c to
acc_r: after all entries acc holds f's values in the column of x_0, and x_0's row tells which of them is asked for. For
large N (d^2 + d) p is about 4 N log2 N, where N log2 N is needed (two functions that do the same to every state can't
be told apart), though the state has only d p, about 2 sqrt(N) log2 N, bits. For small N the factor is larger: 910 bits
against 135 for N = 28.

Any number of functions, d = 2 N and p = 1. The layer keeps v one-hot, and w, which is zero at the start of a block. The
entry f(i) = y adds v_i to w_y, so that w is f(v) one-hot after the block, when it becomes the new v. If a function is a
single letter, d = N is enough: f moves v as the matrix of f does. And d = N - 1: the element 0 is then the zero vector,
and f affine.

Source: 2604.14501, the lower bound d^2 p = Omega(N / L^3), whose tightness in d at L = 1 this shows; the constructions
are ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from math import isqrt
from typing import Any

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import PrimeField, ResidueRing
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import EOS, Automaton, FunctionComposition, UnboundedComposition

__all__ = ["CLAIMS", "by_columns", "by_one_hot", "by_one_hot_pair", "functions", "pointer"]

F2 = PrimeField(2)


def by_columns(task: FunctionComposition) -> Model:
    """One layer of width 2 ceil(sqrt N) + 1 over Z/2^p, p = ceil(log2 N), that applies one function.

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(N=4, K=1)
    >>> run(by_columns(task), task.stream(2, [(3, 0, 1, 2)])).outputs[-1]
    1

    Raises: ConstructionError, unless ``task`` has K = 1, x_0 given and first, and entries numbered by block.
    """
    expected = FunctionComposition(task.N, 1, order=task.order)
    if task != expected:
        raise ConstructionError(f"one layer by columns does {expected}, not {task}")
    m = isqrt(task.N - 1) + 1
    d = 2 * m + 1
    ring = ResidueRing(2 ** max(1, (task.N - 1).bit_length()))
    keep = _identity(d)

    def matrix(letter: Any) -> Matrix:
        if letter[0] == "start":
            return ((0,) * d,) * d
        if letter == EOS:
            return keep
        _, i, y = letter
        row, column = divmod(i, m)
        return _with_entry(keep, m + row, column, y)

    def drive(letter: Any) -> Vector:
        if letter[0] != "start":
            return (0,) * d
        row, column = divmod(letter[1], m)
        return (*(int(c == column) for c in range(m)), *(0,) * m, row)

    def value(state: Vector, letter: Symbol) -> Output:
        *_, row = state
        assert isinstance(row, int)
        asked: Output = state[m + row]
        return asked

    return Model(task.alphabet, [Block(DenseLayer(ring, (0,) * d, matrix, drive), value)])


def by_one_hot_pair(task: UnboundedComposition) -> Model:
    """One layer of width 2 N over the field of two elements that composes any number of functions.

    >>> from exactssm.machine import run
    >>> task = UnboundedComposition(3)
    >>> run(by_one_hot_pair(task), task.stream(1, [(1, 2, 0)] * 5)).outputs[-1]
    0
    """
    N = task.N
    # what ends a block: v <- w, w <- 0
    shift = tuple(tuple(int(j == i + N) for j in range(2 * N)) for i in range(2 * N))

    def matrix(letter: Any) -> Matrix:
        if letter[0] == "start":
            return ((0,) * (2 * N),) * (2 * N)
        if letter == EOS:
            return _identity(2 * N)
        i, y = letter
        if i < N - 1:
            return _with_entry(_identity(2 * N), N + y, i, 1)
        return _with_entry(shift, y, i, 1)  # both at once: w_y + v_i goes straight to v_y

    def drive(letter: Any) -> Vector:
        return (*_one_hot(N, letter[1]), *(0,) * N) if letter[0] == "start" else (0,) * (2 * N)

    def value(state: Vector, letter: Symbol) -> Output:
        return pointer(state[:N])

    return Model(task.alphabet, [Block(DenseLayer(F2, (0,) * (2 * N), matrix, drive), value)])


def by_one_hot(N: int, width: int) -> Model:
    """One layer of width N, or N - 1, over the field of two elements: reads functions on range(N), each a letter, and
    puts out where they lead from 0.

    >>> from exactssm.machine import run
    >>> run(by_one_hot(3, 2), [(1, 2, 0), (1, 2, 0), (2, 2, 0)]).outputs
    (1, 2, 0)

    Raises: ConstructionError, for another width.
    """
    if width not in (N, N - 1) or N < 2:
        raise ConstructionError(f"the width must be N or N - 1, with N at least 2, got N = {N} and width {width}")
    low = N - width  # the least element that has a coordinate
    images = range(low, N)

    def matrix(f: Any) -> Matrix:
        if low == 0:
            return tuple(tuple(int(f[x] == y) for x in images) for y in images)
        # 0 is the zero vector: f(x) = f(0) + (f(x) - f(0)), where minus is plus
        return tuple(tuple(int(f[x] == y) ^ int(f[0] == y) for x in images) for y in images)

    def drive(f: Any) -> Vector:
        return tuple(int(low == 1 and f[0] == y) for y in images)

    def value(state: Vector, letter: Symbol) -> Output:
        return low + pointer(state) if any(state) else 0

    start = _one_hot(N, 0)[low:]
    return Model(functions(N), [Block(DenseLayer(F2, start, matrix, drive), value)])


def functions(N: int) -> tuple[tuple[int, ...], ...]:
    """The N^N functions on range(N), by their values."""
    return tuple(product(range(N), repeat=N))


def pointer(one_hot: Sequence[Any]) -> int:
    """Where the only 1 stands; 0, if there is none, as before the start of a stream."""
    return one_hot.index(1) if 1 in one_hot else 0


def _identity(d: int) -> Matrix:
    return tuple(_one_hot(d, i) for i in range(d))


def _one_hot(d: int, i: int) -> tuple[int, ...]:
    return tuple(int(j == i) for j in range(d))


def _with_entry(matrix: Matrix, row: int, column: int, value: int) -> Matrix:
    """``matrix`` with ``value`` in a place where it has a 0."""
    changed = (*matrix[row][:column], value, *matrix[row][column + 1 :])
    return (*matrix[:row], changed, *matrix[row + 1 :])


def _column_cases(task: FunctionComposition) -> Iterator[Case]:
    bits = (task.N - 1).bit_length()
    width = 2 * (isqrt(task.N - 1) + 1) + 1
    bounds = Bounds(exactly={"depth": 1, "width": width}, at_most={"precision": bits})
    yield Case("all functions at once", by_columns(task), task, bounds)


def _pair_cases(task: UnboundedComposition) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 1, "width": 2 * task.N}, at_most={"precision": 1})
    yield Case("any number of functions", by_one_hot_pair(task), task, bounds)


def _letter_cases(N: int) -> Iterator[Case]:
    letters = functions(N)
    task = Automaton.moore(letters, range(N), 0, {(v, f): f[v] for v in range(N) for f in letters}, lambda v: v)
    for width in (N, N - 1):
        bounds = Bounds(exactly={"depth": 1, "width": width}, at_most={"precision": 1})
        yield Case(f"d = {width}", by_one_hot(N, width), task, bounds)


SOURCE = "2604.14501, lower bound for K-function composition (tightness; ours)"

CLAIMS = (
    Claim(
        name="composition-by-columns",
        source=SOURCE,
        statement="One layer with d = 2 ceil(sqrt N) + 1 and p = ceil(log2 N) applies any function on N elements: its "
        "(d^2 + d) p is about 4 N log2 N, N log2 N being necessary (N at least 2).",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.wide_composition",
        cases=_column_cases,
        instances={f"N={N}": FunctionComposition(N, 1) for N in (2, 3, 4)},
        full={f"N={N}": FunctionComposition(N, 1) for N in (5, 6, 7, 8, 9)}
        | {f"N={N}, any order": FunctionComposition(N, 1, order="arbitrary") for N in (2, 3, 4, 5)},
    ),
    Claim(
        name="composition-by-one-hot-pair",
        source=SOURCE,
        statement="One layer with d = 2N and p = 1 composes every number of functions on N elements.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.wide_composition",
        cases=_pair_cases,
        instances={f"N={N}, every K": UnboundedComposition(N) for N in (1, 2, 3, 4)},
        full={f"N={N}, every K": UnboundedComposition(N) for N in range(5, 11)},
    ),
    Claim(
        name="composition-of-whole-functions",
        source=SOURCE,
        statement="Where a whole function is a letter, one layer with d = N, and even one with d = N - 1, and p = 1 "
        "composes every number of functions on N elements.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.wide_composition",
        cases=_letter_cases,
        instances={f"N={N}": N for N in (2, 3, 4)},
        full={"N=5": 5},
    ),
)
