"""Applying one function of 25^25 with one wide layer, proved row by row.

That the layer of `constructions.composition.wide_composition` is right on all 25^25 functions can't be seen from its
reachable states, which are too many. But the coordinates that row r of it needs, the columns' marks, the row's value
and the number of the row asked for, don't depend on the others: they are a layer of their own, with few states. This
is decided for each row, on all streams whose x_0 lies in it; the rows together are all streams.

Source: 2604.14501, width and precision in the base model; the construction and this way to prove it are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isqrt

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.composition.wide_composition import by_columns
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import UNSPECIFIED, Output, State, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import DEAD, FunctionComposition

__all__ = ["CLAIMS", "InRow", "row_of_columns"]


def row_of_columns(task: FunctionComposition, row: int) -> Model:
    """The coordinates of `by_columns` that one row needs, as a layer of their own; right where x_0 lies in that row.

    Resources: depth 1; width ceil(sqrt N) + 2; precision ceil(log2 N).

    Raises: ConstructionError, as `by_columns`; also, when a letter is read, if the coordinates depend on others.
    """
    whole = by_columns(task)
    (block,) = whole.blocks
    layer = block.layer
    assert isinstance(layer, DenseLayer)
    m = isqrt(task.N - 1) + 1
    kept = (*range(m), m + row, 2 * m)

    def restricted(letter: Symbol) -> tuple[Matrix, Vector]:
        entries, d = layer.entries(letter), layer.width
        rows = [entries[d * i : d * (i + 1)] for i in kept]
        for i, entry in zip(kept, rows, strict=True):
            if any(a != 0 for j, a in enumerate(entry) if j not in kept):
                raise ConstructionError(f"on {letter!r} coordinate {i} depends on one that isn't kept")
        return tuple(tuple(entry[j] for j in kept) for entry in rows), tuple(entries[d * d + i] for i in kept)

    own = DenseLayer(
        layer.domain,
        tuple(layer.start[i] for i in kept),
        lambda letter: restricted(letter)[0],
        lambda letter: restricted(letter)[1],
    )

    def value(state: Vector, letter: Symbol) -> Output:
        *_, value, asked = state
        return value if asked == row else UNSPECIFIED  # another row's coordinate isn't here

    return Model(task.alphabet, [Block(own, value)])


@dataclass(frozen=True)
class InRow:
    """Composition where an answer is demanded only if x_0 lies in row ``row``: between row m and row m + m - 1."""

    task: FunctionComposition
    row: int

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.task.alphabet

    @property
    def start(self) -> State:
        return self.task.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(symbol, tuple)
        m = isqrt(self.task.N - 1) + 1
        if symbol[0] == "start" and symbol[1] // m != self.row:
            return DEAD, UNSPECIFIED
        return self.task.step(state, symbol)

    def is_dead(self, state: State) -> bool:
        """Whether nothing is demanded from ``state`` on."""
        return self.task.is_dead(state)


def _rows(N: int) -> Iterator[Case]:
    task = FunctionComposition(N, 1)
    bounds = Bounds(
        exactly={"depth": 1, "width": isqrt(N - 1) + 3, "storage_bits": (N - 1).bit_length()},
        at_most={"precision": (N - 1).bit_length()},
    )
    for row in range(isqrt(N - 1) + 1):
        if row * (isqrt(N - 1) + 1) >= N:
            break  # N is no square, and the last row is empty
        yield Case(f"row {row}", row_of_columns(task, row), InRow(task, row), bounds)


CLAIMS = (
    Claim(
        name="composition-by-columns-row-by-row",
        source="2604.14501, width and precision in the base model (the construction is ours)",
        statement="One layer with d = 2 ceil(sqrt N) + 1 and p = ceil(log2 N) applies every function on N elements, d "
        "= 11 and p = 5 for N = 25: the coordinates that a row needs are a layer of their own, which is right "
        "wherever x_0 lies in that row.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.composition_rows",
        cases=_rows,
        instances={f"N={N}": N for N in (4, 6)},
        full={f"N={N}": N for N in (9, 16, 24, 25)},
    ),
)
