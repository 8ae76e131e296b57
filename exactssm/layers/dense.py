"""The selective dense layer: h' = A(x) h + b(x) with any matrices.

Source: 2404.08819 Def. 2.1 and §5.2 (IDS4); 2604.14501 (generalised SSM).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache

from exactssm.arithmetic.domain import Domain, Element, Inner, inner_product
from exactssm.arithmetic.scan import Scans
from exactssm.errors import DomainError
from exactssm.layers.layer import (
    LETTERS_KEPT,
    LetterMap,
    Matrix,
    Vector,
    check_maps,
    check_matrix,
    check_start,
    check_tuple,
    look_up,
    numbered,
    real_width,
    states_by_step,
    vector_on,
)
from exactssm.machine import Symbol

__all__ = ["DenseLayer"]


@dataclass(frozen=True)
class DenseLayer:
    """A layer with a matrix for each letter: h' = matrix(x) h + drive(x), where h is a column.

    >>> from exactssm.arithmetic import ResidueRing
    >>> fibonacci = DenseLayer(ResidueRing(10), start=(0, 1), matrix=lambda x: ((0, 1), (1, 1)))
    >>> [h for h, _ in fibonacci.run("-------")]
    [0, 1, 1, 2, 3, 5, 8, 3]

    Raises: ConstructionError, for wrong shapes; DomainError, for what is no element; SymbolError, for a letter without
    an entry. Mappings are checked when the layer is built, functions when a letter is first read.
    """

    domain: Domain  #: the arithmetic of the state, the matrix and the drive
    start: Vector  #: h_0; its length is the width d
    matrix: LetterMap[Matrix]  #: letter -> A, a tuple of d rows
    drive: LetterMap[Vector] | None = None  #: letter -> b; None stands for zero
    _inner: Inner = field(init=False, repr=False, compare=False)
    _on: Callable[[Symbol], tuple[Matrix, Vector]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_start(self.start, self.domain)
        object.__setattr__(self, "_inner", inner_product(self.domain))
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(self._read))
        for letter in check_maps(matrix=self.matrix, drive={} if self.drive is None else self.drive):
            self._on(letter)

    def _read(self, letter: Symbol) -> tuple[Matrix, Vector]:
        given = look_up(self.matrix, letter, "matrix")
        matrix = check_matrix(given, self.domain, self.width, f"matrix on the letter {letter!r}")
        return matrix, vector_on(self.drive, letter, self.domain, self.width, "drive")

    @property
    def width(self) -> int:
        return len(self.start)

    @property
    def real_width(self) -> int:
        return real_width(self.domain, self.width)

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: the definition."""
        check_tuple(state, self.width, "the state")
        matrix, drive = self._on(letter)
        return tuple(self._inner(row, state, b) for row, b in zip(matrix, drive, strict=True))

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``; compiled where the domain can."""
        letters, numbers = numbered(word)
        if letters and isinstance(self.domain, Scans):
            matrix, drive = zip(*map(self._on, letters), strict=True)
            with suppress(DomainError):  # too large for the compiled path
                return list(self.domain.scan_dense(matrix, drive, self.start, numbers))
        return states_by_step(self, word)

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The matrix row by row, then the drive."""
        matrix, drive = self._on(letter)
        return sum(matrix, ()) + drive
