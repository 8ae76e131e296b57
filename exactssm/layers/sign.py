"""The sign-activated recurrent layer over the integers: h' = sgn(A h + b(x)).

Source: 2404.08819 Thm 5.1 (RNN-SSM), which names neither h_0 nor sgn(0): both are stated here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property, lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeAlias

from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.integers import Integers
from exactssm.errors import DomainError
from exactssm.layers.layer import (
    LETTERS_KEPT,
    LetterMap,
    check_maps,
    check_start,
    check_tuple,
    check_vector,
    look_up,
    numbered,
    states_by_step,
)
from exactssm.machine import Symbol

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Longs: TypeAlias = npt.NDArray[np.int64]

__all__ = ["SignLayer"]

SIGNS: Final = (-1, 0, 1)
STATES_KEPT: Final = 2**13
"""How many states `SignLayer.steps` keeps, so that equal ones are one tuple."""


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
    _on_all: Callable[[tuple[Symbol, ...]], Longs | None] = field(init=False, repr=False, compare=False)
    _of_bytes: Callable[[bytes], tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        check_start(self.start, self.domain)
        self._check_signs(self.start, "the start state")
        if not is_sign(self.sign_of_zero):
            raise DomainError(f"the sign of zero must be -1, 0 or 1, got {self.sign_of_zero!r}")
        check_tuple(self.recurrent, self.width, "recurrent")
        shared: set[int] = set()
        for i, row in enumerate(self.recurrent):
            if id(row) not in shared:
                check_vector(row, self.domain, self.width, f"recurrent, row {i}")
                shared.add(id(row))
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(self._read))
        object.__setattr__(self, "_on_all", lru_cache(1)(self._read_all))
        object.__setattr__(self, "_of_bytes", lru_cache(STATES_KEPT)(_signs))
        for letter in check_maps(drive=self.drive):
            self._on(letter)

    def _read(self, letter: Symbol) -> tuple[int, ...]:
        drive = look_up(self.drive, letter, "drive")
        check_vector(drive, self.domain, self.width, f"drive on the letter {letter!r}")
        return drive

    def _read_all(self, letters: tuple[Symbol, ...]) -> Longs | None:
        """-b on each of ``letters``, which A h is compared with; None, if a sum may leave int64 on one of them."""
        drive = [self._on(letter) for letter in letters]
        if not self._fits_int64(drive):
            return None
        import numpy as np

        return -np.array(drive, np.int64)

    def _check_signs(self, state: object, what: str) -> None:
        signs = check_tuple(state, self.width, what)
        if set(map(type, signs)) == {int} and set(signs) <= set(SIGNS):
            return
        for coordinate, h in enumerate(signs):  # which finds out where
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

    def steps(self, state: tuple[Element, ...], letters: Sequence[Symbol]) -> list[tuple[int, ...]]:
        """The states after each of ``letters``, all of them one step after ``state``.

        Equal to `step` on each letter, and fast for many units: A h is summed once, and once for all rows that are
        equal, in int64 where no sum can leave it.

        >>> latch = SignLayer((-1,), ((1,),), {"set": (2,), "reset": (-2,), "-": (0,)}, sign_of_zero=0)
        >>> latch.steps((1,), ["set", "reset", "-"])
        [(1,), (-1,), (1,)]

        Raises: as `step`.
        """
        self._check_signs(state, "the state")
        if not letters:
            return []
        if (against := self._on_all(tuple(letters))) is None:
            return [self.step(state, letter) for letter in letters]
        import numpy as np

        A, place = self._arrays
        sums = (A @ np.array(state, np.int64))[place]
        signs = (sums > against).view(np.int8) - (sums < against).view(np.int8)
        if self.sign_of_zero:
            signs[signs == 0] = self.sign_of_zero
        return [self._of_bytes(row.tobytes()) for row in signs]

    def run(self, word: Sequence[Symbol]) -> list[tuple[Element, ...]]:
        """All len(word) + 1 states along ``word``; compiled where no sum can leave int64."""
        letters, numbers = numbered(word)
        drive = [self._on(letter) for letter in letters]
        if not letters or not self._fits_int64(drive):
            return states_by_step(self, word)
        import numpy as np

        from exactssm.layers import _sign_kernels as kernels

        rows, place = self._arrays
        b, h, letters_read = (np.array(v, np.int64) for v in (drive, self.start, numbers))
        return [tuple(row) for row in kernels.scan_sign(rows[place], b, h, letters_read, self.sign_of_zero).tolist()]

    def _fits_int64(self, drive: Sequence[tuple[int, ...]]) -> bool:
        """Whether |b_i| + sum_j |A_ij|, which bounds every partial sum since the state is signs, stays below 2^63."""
        rows, place = self._distinct_rows
        sizes = [sum(map(abs, row)) for row in rows]
        return all(sizes[p] + max(abs(b[i]) for b in drive) < 2**63 for i, p in enumerate(place))

    @cached_property
    def _distinct_rows(self) -> tuple[list[tuple[int, ...]], list[int]]:
        """The rows of A, each once, and for each coordinate the place of its row among them."""
        number: dict[tuple[int, ...], int] = {}
        by_identity: dict[int, int] = {}  # the same row again and again is hashed once
        for row in self.recurrent:
            if id(row) not in by_identity:
                by_identity[id(row)] = number.setdefault(row, len(number))
        return list(number), [by_identity[id(row)] for row in self.recurrent]

    @cached_property
    def _arrays(self) -> tuple[Longs, npt.NDArray[np.intp]]:
        """The same in int64, where `_fits_int64`."""
        import numpy as np

        rows, place = self._distinct_rows
        return np.array(rows, np.int64), np.array(place, np.intp)

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The recurrent matrix row by row, then the drive."""
        return (*chain.from_iterable(self.recurrent), *self._on(letter))

    def varying_entries(self, letter: Symbol) -> tuple[int, ...]:
        """Those of the `entries` that letters change: the drive."""
        return self._on(letter)


def _signs(row: bytes) -> tuple[int, ...]:
    """The state whose signs are these bytes."""
    import numpy as np

    return tuple(np.frombuffer(row, np.int8).tolist())


def is_sign(x: object) -> bool:
    return type(x) is int and x in SIGNS
