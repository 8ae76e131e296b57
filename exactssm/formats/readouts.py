"""The readouts that a model file can hold: a table, the largest of linear scores, the state itself.

Each is a function F(state after the letter, letter), as `exactssm.models.Block` wants it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from exactssm.arithmetic.domain import Element
from exactssm.errors import DomainError
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol

__all__ = ["ArgmaxReadout", "Score", "StateReadout", "TableReadout", "Write", "state_text"]

Write: TypeAlias = Callable[[Element], str]


def state_text(state: Vector, write: tuple[Write, ...]) -> str:
    """The texts of the coordinates, separated by one space: ``0 1/2``. No number's text holds a space."""
    return " ".join(form(x) for form, x in zip(write, state, strict=True))


@dataclass(frozen=True)
class TableReadout:
    """The output that stands in a table.

    Raises: DomainError from the call, if there is no row for the state and the letter.
    """

    rows: Mapping[tuple[Vector, Symbol], Output]  #: (state after the letter, letter) -> output
    write: tuple[Write, ...]  #: how each coordinate is written
    where: str  #: the place in the file, for messages

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        try:
            return self.rows[state, letter]
        except KeyError:
            raise DomainError(
                f"{self.where}: no row for the state {state_text(state, self.write)!r} after the letter {letter!r}, "
                "which is reached"
            ) from None


@dataclass(frozen=True)
class Score:
    """A linear score: weights . state + bias, and a further bias for some letters."""

    output: Output
    weights: tuple[Fraction, ...]
    bias: Fraction
    letters: Mapping[Symbol, Fraction]

    def value(self, state: tuple[Fraction | int, ...], letter: Symbol) -> Fraction:
        """The score of the state after the letter."""
        total = self.bias + self.letters.get(letter, 0)
        for weight, h in zip(self.weights, state, strict=True):
            total += weight * h
        return total


@dataclass(frozen=True)
class ArgmaxReadout:
    """The output of the largest score. A coordinate is a rational number or an integer: of a residue, the one in
    ``range(modulus)``; of a number format, what its code stands for.

    Raises: DomainError from the call, on a tie where ``first_of_ties`` is False, and for an infinity or NaN.
    """

    scores: tuple[Score, ...]
    first_of_ties: bool  #: whether the first of several largest scores wins
    number: Callable[[Element], Fraction | int]  #: the number that a coordinate is
    write: tuple[Write, ...]
    where: str

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        try:
            numbers = tuple(map(self.number, state))
        except DomainError as error:
            raise DomainError(f"{self.where}: {error}, in the state {state_text(state, self.write)!r}") from error
        values = [score.value(numbers, letter) for score in self.scores]
        largest = max(values)
        if not self.first_of_ties and values.count(largest) > 1:
            tied = [score.output for score, value in zip(self.scores, values, strict=True) if value == largest]
            raise DomainError(
                f"{self.where}: the outputs {', '.join(map(repr, tied))} tie at the state "
                f"{state_text(state, self.write)!r} after the letter {letter!r}"
            )
        return self.scores[values.index(largest)].output


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
