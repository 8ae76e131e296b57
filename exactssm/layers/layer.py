"""What a layer is: h' = A(x) h + b(x), or a sign of that, over a declared arithmetic.

The letters that a layer reads are arbitrary hashables; what it does on a letter is given by mappings or pure functions of
the letter, and what they give is checked to lie in the layer's domain before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias, TypeVar

from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import SymbolError
from exactssm.machine import Symbol

__all__ = ["Layer", "LetterMap", "Vector", "look_up"]

Vector: TypeAlias = tuple[Element, ...]
T = TypeVar("T")
LetterMap: TypeAlias = Mapping[Symbol, T] | Callable[[Symbol], T]


def look_up(table: LetterMap[T], letter: Symbol, what: str) -> T:
    """The entry of ``table`` for ``letter``. Raises SymbolError, naming ``what`` and the letter, if there is none."""
    if not isinstance(table, Mapping):
        return table(letter)
    try:
        return table[letter]
    except KeyError:
        raise SymbolError(f"{what} has no entry for the letter {letter!r}") from None


class Layer(Protocol):
    """A layer: a state of ``width`` coordinates, changed by each letter."""

    @property
    def domain(self) -> Domain | tuple[Domain, ...]:
        """The arithmetic of all coordinates, or of each."""
        ...

    @property
    def start(self) -> Vector: ...

    @property
    def width(self) -> int: ...

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: the definition, on exact elements. `run` must agree with it."""
        ...

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``, from ``start``; compiled where the arithmetic allows it, else by
        `step`."""
        ...

    def entries(self, letter: Symbol) -> tuple[tuple[Element, ...], ...]:
        """What the layer reads from its parameters on ``letter``: one tuple a parameter position (an entry of A or of
        b), for the measurement of precision."""
        ...
