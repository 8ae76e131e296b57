"""The selective diagonal layer: h_i' = a_i(x) h_i + b_i(x), coordinate by coordinate.

Source: 2603.01959 (DCD layer); 2404.08819 §2 (S6, Mamba).
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
    Vector,
    check_maps,
    check_start,
    check_tuple,
    numbered,
    real_width,
    states_by_step,
    vector_on,
)
from exactssm.machine import Symbol

__all__ = ["DiagonalLayer"]


@dataclass(frozen=True)
class DiagonalLayer:
    """A layer in which each coordinate changes by itself: h_i' = decay(x)_i h_i + drive(x)_i.

    >>> from exactssm.arithmetic import ResidueRing
    >>> layer = DiagonalLayer(ResidueRing(6), start=(1,), decay=lambda x: (x,), drive={2: (1,), 5: (0,)})
    >>> layer.run([2, 2, 5])
    [(1,), (3,), (1,), (5,)]

    Raises: ConstructionError, for wrong shapes; DomainError, for what is no element; SymbolError, for a letter without
    an entry. Mappings are checked when the layer is built, functions when a letter is first read.
    """

    domain: Domain  #: the arithmetic of the state, the decay and the drive
    start: Vector  #: h_0; its length is the width
    decay: LetterMap[Vector]  #: letter -> the diagonal of A
    drive: LetterMap[Vector] | None = None  #: letter -> b; None stands for zero
    _inner: Inner = field(init=False, repr=False, compare=False)
    _on: Callable[[Symbol], tuple[Vector, Vector]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_start(self.start, self.domain)
        object.__setattr__(self, "_inner", inner_product(self.domain))
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(self._read))
        for letter in check_maps(decay=self.decay, drive={} if self.drive is None else self.drive):
            self._on(letter)

    def _read(self, letter: Symbol) -> tuple[Vector, Vector]:
        decay = vector_on(self.decay, letter, self.domain, self.width, "decay")
        return decay, vector_on(self.drive, letter, self.domain, self.width, "drive")

    @property
    def width(self) -> int:
        return len(self.start)

    @property
    def real_width(self) -> int:
        return real_width(self.domain, self.width)

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: the definition."""
        check_tuple(state, self.width, "the state")
        decay, drive = self._on(letter)
        inner = self._inner
        return tuple([inner((a,), (h,), b) for a, h, b in zip(decay, state, drive, strict=True)])

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``; compiled where the domain can."""
        letters, numbers = numbered(word)
        if letters and isinstance(self.domain, Scans):
            decay, drive = zip(*map(self._on, letters), strict=True)
            with suppress(DomainError):  # too large for the compiled path
                return list(self.domain.scan_diagonal(decay, drive, self.start, numbers))
        return states_by_step(self, word)

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The decay, then the drive."""
        decay, drive = self._on(letter)
        return decay + drive
