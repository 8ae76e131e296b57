"""Small feed-forward networks over the integers: gates written out as weights, in place of arbitrary functions.

x -> W_k relu(... relu(W_1 x + b_1) ...) + b_k,    relu(t) = max(t, 0), coordinate by coordinate
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from exactssm.errors import ConstructionError

__all__ = ["ReluNetwork"]

Weights = tuple[tuple[int, ...], ...]


@dataclass(frozen=True)
class ReluNetwork:
    """A network with integer weights: for each of its layers a matrix and a shift; the last one has no relu after it.

    >>> absolute_value = ReluNetwork([((1,), (-1,)), ((1, 1),)], [(0, 0), (0,)])
    >>> absolute_value([-7]), absolute_value.widths
    ((7,), (1, 2, 1))

    Raises: ConstructionError, unless there is at least one layer, all entries are ints, and the shapes fit together.
    """

    matrices: tuple[Weights, ...]
    shifts: tuple[tuple[int, ...], ...]

    def __init__(self, matrices: Sequence[Sequence[Sequence[int]]], shifts: Sequence[Sequence[int]]) -> None:
        object.__setattr__(self, "matrices", tuple(tuple(map(tuple, matrix)) for matrix in matrices))
        object.__setattr__(self, "shifts", tuple(map(tuple, shifts)))
        if not self.matrices or len(self.matrices) != len(self.shifts) or not all(map(len, self.matrices)):
            raise ConstructionError(
                f"a network has a matrix and a shift for each layer, got {len(self.matrices)} and {len(self.shifts)}"
            )
        width = len(self.matrices[0][0])
        for number, (matrix, shift) in enumerate(zip(self.matrices, self.shifts, strict=True), start=1):
            if any(len(row) != width for row in matrix) or len(shift) != len(matrix):
                raise ConstructionError(
                    f"layer {number} of the network reads {width} numbers; its rows or shift don't fit"
                )
            if {type(x) for row in (*matrix, shift) for x in row} - {int}:
                raise ConstructionError(f"the weights of a network are ints; layer {number} has others")
            width = len(matrix)

    @property
    def widths(self) -> tuple[int, ...]:
        """The numbers read, those after each layer but the last, and those put out."""
        return len(self.matrices[0][0]), *map(len, self.matrices)

    def __call__(self, numbers: Sequence[int]) -> tuple[int, ...]:
        """What the network puts out on ``numbers``. Raises ConstructionError, unless they are as many as it reads."""
        if len(numbers) != self.widths[0]:
            raise ConstructionError(f"the network reads {self.widths[0]} numbers, got {len(numbers)}")
        for number, (matrix, shift) in enumerate(zip(self.matrices, self.shifts, strict=True), start=1):
            numbers = [
                sum(w * x for w, x in zip(row, numbers, strict=True)) + b for row, b in zip(matrix, shift, strict=True)
            ]
            if number < len(self.matrices):
                numbers = [max(x, 0) for x in numbers]
        return tuple(numbers)
