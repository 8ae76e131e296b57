"""Any number of functions by one layer of 2 N - 2 coordinates of one bit: as many as the prefixes to be told apart,
less 1.

Between the entries of a block the value v is known, or its entry is still to come: after entry 0 these are N and N - 1
cases, 2 N - 1 in all, and fewer later. Let each be a corner of a simplex, zero or a unit vector: an affine map may lead
these d + 1 points of F_2^d anywhere. So every token can do what it has to do.
`constructions.composition.wide_composition` needs two coordinates more, and for whole functions as letters N - 1, the
same way.

In general any machine of at most d + 1 states is one layer of width d over any ring, and so is one of more states, if
they can share d + 1 corners so that each symbol has one map of the corners. With fewer coordinates the points are
dependent, and maps are bound by that.

Source: 2604.14501, width and precision in the base model; the construction is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import ResidueRing
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import EOS, UnboundedComposition

__all__ = ["CLAIMS", "by_simplex"]

F2 = ResidueRing(2)


def by_simplex(task: UnboundedComposition) -> Model:
    """One layer of width 2 N - 2 over F_2 that composes any number of functions.

    Corner y < N stands for the value y that is known, corner N - 1 + v for the value v whose entry is still to come.

    >>> from exactssm.machine import run
    >>> task = UnboundedComposition(3)
    >>> run(by_simplex(task), task.stream(1, [(1, 2, 0)] * 5)).outputs[-1]
    0

    Raises: ConstructionError, for a single element, which needs no layer.
    """
    if (N := task.N) < 2:
        raise ConstructionError(f"N must be at least 2, got {N}")
    d = 2 * N - 2
    keep = tuple(range(d + 1))

    def corners(letter: Any) -> Sequence[int]:
        """Where each corner is led."""
        if letter == EOS:
            return keep
        if letter[0] == "start":
            return (letter[1],) * (d + 1)
        i, y = letter
        if i == 0:  # value v is taken for the argument v, of which 0 is met at once
            return (y, *(N - 1 + v for v in range(1, N)), *keep[N:])
        return tuple(y if corner == N - 1 + i else corner for corner in keep)

    def matrix(letter: Symbol) -> Matrix:
        origin, *others = map(_corner, corners(letter))
        return tuple(tuple(point[row] ^ origin[row] for point in others) for row in range(d))

    def drive(letter: Symbol) -> Vector:
        return _corner(corners(letter)[0])

    def _corner(number: int) -> tuple[int, ...]:
        return tuple(int(number == i + 1) for i in range(d))

    def value(state: Vector, letter: Symbol) -> Output:
        return state.index(1) + 1 if 1 in state else 0

    return Model(task.alphabet, [Block(DenseLayer(F2, (0,) * d, matrix, drive), value)])


def _cases(task: UnboundedComposition) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 1, "width": 2 * task.N - 2, "storage_bits": 1})
    yield Case("any number of functions", by_simplex(task), task, bounds)


CLAIMS = (
    Claim(
        name="composition-by-simplex",
        source="2604.14501, width and precision in the base model (the construction is ours)",
        statement="One layer with d = 2N - 2 and p = 1 composes every number of functions on N elements.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.simplex_composition",
        cases=_cases,
        instances={f"N={N}, every K": UnboundedComposition(N) for N in (2, 3, 4)},
        full={f"N={N}, every K": UnboundedComposition(N) for N in range(5, 11)},
    ),
)
