"""The layer that isn't selective: h' = A h + b(x), the same A on every letter.

Source: 2404.08819 Def. 2.1 (non-gated), S4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from exactssm.arithmetic.domain import Domain, Element
from exactssm.layers.dense import DenseLayer
from exactssm.layers.layer import LetterMap, Matrix, Vector, check_matrix, check_start
from exactssm.machine import Symbol

__all__ = ["ConstantLayer"]


@dataclass(frozen=True)
class ConstantLayer:
    """A layer with one matrix for all letters: h' = matrix h + drive(x), where h is a column.

    >>> from exactssm.arithmetic import ResidueRing
    >>> delay = ConstantLayer(ResidueRing(2), (0, 0), matrix=((0, 0), (1, 0)), drive=lambda x: (x, 0))
    >>> delay.run([1, 0, 1, 1])
    [(0, 0), (1, 0), (0, 1), (1, 0), (1, 1)]

    Raises: like `DenseLayer`.
    """

    domain: Domain  #: the arithmetic of the state, the matrix and the drive
    start: Vector  #: h_0; its length is the width d
    matrix: Matrix  #: A, a tuple of d rows
    drive: LetterMap[Vector]  #: letter -> b
    _dense: DenseLayer = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_start(self.start, self.domain)
        matrix = check_matrix(self.matrix, self.domain, self.width, "matrix")
        object.__setattr__(self, "_dense", DenseLayer(self.domain, self.start, lambda letter: matrix, self.drive))

    @property
    def width(self) -> int:
        return len(self.start)

    @property
    def real_width(self) -> int:
        return self._dense.real_width

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: the definition."""
        return self._dense.step(state, letter)

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``; compiled where the domain can."""
        return self._dense.run(word)

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The matrix row by row, then the drive."""
        return self._dense.entries(letter)
