"""The readouts that a model file can hold: a table, the largest of linear scores, the state itself.

Each is a function F(state after the letter, letter), as `exactssm.models.Block` wants it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exactssm.errors import DomainError
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol
from exactssm.models.argmax import ArgmaxReadout, Score, Write, state_text

__all__ = ["ArgmaxReadout", "Score", "StateReadout", "TableReadout", "Write", "state_text"]


@dataclass(frozen=True)
class TableReadout:
    """The output that stands in a table.

    Raises: DomainError from the call, if there is no row for the state and the letter.
    """

    rows: Mapping[tuple[Vector, Symbol], Output]  #: (state after the letter, letter) -> output
    write: tuple[Write, ...]  #: how each coordinate is written
    where: str  #: the place in the file, for messages
    seen: str = "state"  #: what is read out, for messages: the state, or the output of a linear SSM

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        try:
            return self.rows[state, letter]
        except KeyError:
            raise DomainError(
                f"{self.where}: no row for the {self.seen} {state_text(state, self.write)!r} after the letter "
                f"{letter!r}, which is reached"
            ) from None


@dataclass(frozen=True)
class StateReadout:
    """The state as text, coordinates separated by one space; with the letter, ``state | letter``.

    Raises: DomainError from the call, if the next layer doesn't read that letter.
    """

    with_letter: bool
    next_letters: frozenset[Symbol] | None  #: what the next layer reads; None after the last layer
    write: tuple[Write, ...]
    where: str

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        text = state_text(state, self.write)
        if self.with_letter:
            text = f"{text} | {letter}"
        if self.next_letters is not None and text not in self.next_letters:
            raise DomainError(f"{self.where}: the next layer doesn't read {text!r}, which is reached")
        return text
