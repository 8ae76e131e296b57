"""The sign-activated recurrent layer over the integers: h' = sgn(A h + b(x)).

Source: 2404.08819 Thm 5.1 (RNN-SSM), which names neither h_0 nor sgn(0): both are stated here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import lru_cache
from typing import Final

from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.integers import Integers
from exactssm.errors import DomainError
from exactssm.layers.layer import (
    LETTERS_KEPT,
    LetterMap,
    check_maps,
    check_matrix,
    check_start,
    check_tuple,
    check_vector,
    look_up,
    numbered,
    states_by_step,
)
from exactssm.machine import Symbol

__all__ = ["SignLayer"]

SIGNS: Final = (-1, 0, 1)


@dataclass(frozen=True)
class SignLayer:
    """A layer of signs: h' = sgn(recurrent h + drive(x)), coordinate by coordinate, with integers for weights.

    >>> latch = SignLayer((-1,), ((1,),), {"set": (2,), "reset": (-2,), "-": (0,)}, sign_of_zero=0)
    >>> latch.run(["-", "set", "-", "reset"])
    [(-1,), (-1,), (1,), (1,), (-1,)]

    Raises: ConstructionError, for wrong shapes; DomainError, for a weight that is no int, or a sign that is none of -1,
    0 and 1; SymbolError, for a letter without an entry. A mapping is checked when the layer is built, a function when
    a letter is first read.
    """

    start: tuple[int, ...]  #: h_0, of -1, 0 and 1; its length is the width d
    recurrent: tuple[tuple[int, ...], ...]  #: A, a tuple of d rows
    drive: LetterMap[tuple[int, ...]]  #: letter -> b
    _: KW_ONLY
    sign_of_zero: int  #: -1, 0 or 1
    _on: Callable[[Symbol], tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_start(self.start, self.domain)
        self._check_signs(self.start, "the start state")
        if not is_sign(self.sign_of_zero):
            raise DomainError(f"the sign of zero must be -1, 0 or 1, got {self.sign_of_zero!r}")
        check_matrix(self.recurrent, self.domain, self.width, "recurrent")
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(self._read))
        for letter in check_maps(drive=self.drive):
            self._on(letter)

    def _read(self, letter: Symbol) -> tuple[int, ...]:
        drive = look_up(self.drive, letter, "drive")
        check_vector(drive, self.domain, self.width, f"drive on the letter {letter!r}")
        return drive

    def _check_signs(self, state: object, what: str) -> None:
        for coordinate, h in enumerate(check_tuple(state, self.width, what)):
            if not is_sign(h):
                raise DomainError(f"{what}, coordinate {coordinate}: a sign must be -1, 0 or 1, got {h!r}")

    @property
    def domain(self) -> Integers:
        """The arithmetic of the weights and the sums; the state takes only the values -1, 0 and 1."""
        return Integers()

    @property
    def width(self) -> int:
        return len(self.start)

    @property
    def real_width(self) -> int:
        return self.width

    def step(self, state: tuple[Element, ...], letter: Symbol) -> tuple[int, ...]:
        """The state after ``letter``: the definition. Raises DomainError, if ``state`` is not of signs."""
        self._check_signs(state, "the state")
        after = []
        for row, total in zip(self.recurrent, self._on(letter), strict=True):
            for a, h in zip(row, state, strict=True):
                assert isinstance(h, int)
                total += a * h
            after.append(1 if total > 0 else -1 if total < 0 else self.sign_of_zero)
        return tuple(after)

    def run(self, word: Sequence[Symbol]) -> list[tuple[Element, ...]]:
        """All len(word) + 1 states along ``word``; compiled where no sum can leave int64."""
        letters, numbers = numbered(word)
        drive = [self._on(letter) for letter in letters]
        if not letters or not self._fits_int64(drive):
            return states_by_step(self, word)
        import numpy as np

        from exactssm.layers import _sign_kernels as kernels

        A, b, h, letters_read = (np.array(v, np.int64) for v in (self.recurrent, drive, self.start, numbers))
        return [tuple(row) for row in kernels.scan_sign(A, b, h, letters_read, self.sign_of_zero).tolist()]

    def _fits_int64(self, drive: Sequence[tuple[int, ...]]) -> bool:
        """Whether |b_i| + sum_j |A_ij|, which bounds every partial sum since the state is signs, stays below 2^63."""
        return all(sum(map(abs, row)) + max(abs(b[i]) for b in drive) < 2**63 for i, row in enumerate(self.recurrent))

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The recurrent matrix row by row, then the drive."""
        return sum(self.recurrent, ()) + self._on(letter)


def is_sign(x: object) -> bool:
    return type(x) is int and x in SIGNS
