"""The word problem of a finite group or monoid: the product of what has been read, after every symbol.

Source: 2404.08819, Def. 3.1; 2603.01959, where tracking a group is this task with one symbol for each element.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exactssm.errors import DomainError
from exactssm.machine import Output, State, Symbol
from exactssm.tasks._parameter import distinct

if TYPE_CHECKING:
    from exactssm.algebra import FiniteMonoid  # only the type: importing it brings numpy

__all__ = ["WordProblem"]


@dataclass(frozen=True)
class WordProblem:
    """The running product: after x_1 ... x_t, the index of the element x_1 x_2 ... x_t of a `Group` or `FiniteMonoid`.

    The symbols are indices of elements: all of them, or the given ``letters`` in their order. Words are read left to
    right, as in the published word-problem data; with ``reversed`` the product is x_t ... x_1 instead, which is the
    same task in the opposite monoid. The state is the product so far; the start state is 0, the identity.

    >>> from exactssm.algebra import group
    >>> from exactssm.machine import run
    >>> run(WordProblem(group("Z5")), (2, 2, 2)).outputs
    (2, 4, 1)

    Raises: DomainError, if a letter is not an element; SymbolError, if letters are given and there is none, or one
    stands twice.
    """

    structure: FiniteMonoid
    letters: tuple[int, ...]
    reversed: bool

    def __init__(self, structure: FiniteMonoid, letters: Iterable[int] | None = None, reversed: bool = False) -> None:
        elements = range(structure.order)
        chosen = tuple(elements) if letters is None else tuple(letters)
        for letter in chosen:
            if isinstance(letter, bool) or not isinstance(letter, int) or letter not in elements:
                raise DomainError(
                    f"a letter must be an element of {structure.name}, an integer from 0 to {structure.order - 1}, "
                    f"got {letter!r}"
                )
        distinct(chosen, "the letters of a word problem")
        object.__setattr__(self, "structure", structure)
        object.__setattr__(self, "letters", chosen)
        object.__setattr__(self, "reversed", reversed)

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.letters

    @property
    def start(self) -> State:
        return 0

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        p, q = (symbol, state) if self.reversed else (state, symbol)
        after: int = self.structure.table.item(p, q)  # type: ignore[arg-type]  # both are elements
        return after, after
