"""A readout by linear scores: the output whose score of the state, plus a bias for the letter, is the largest."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from exactssm.arithmetic.domain import Element
from exactssm.errors import DomainError
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol

__all__ = ["ArgmaxReadout", "Score", "Write", "state_text"]

Write: TypeAlias = Callable[[Element], str]


def state_text(state: Vector, write: tuple[Write, ...]) -> str:
    """The texts of the coordinates, separated by one space: ``0 1/2``. No number's text holds a space."""
    return " ".join(form(x) for form, x in zip(write, state, strict=True))


@dataclass(frozen=True)
class Score:
    """A linear score: weights . state + bias, and a further bias for some letters."""

    output: Output
    weights: tuple[Fraction | int, ...]
    bias: Fraction | int
    letters: Mapping[Symbol, Fraction | int]

    def value(self, state: tuple[Fraction | int, ...], letter: Symbol) -> Fraction | int:
        """The score of the state after the letter."""
        total = self.bias + self.letters.get(letter, 0)
        for weight, h in zip(self.weights, state, strict=True):
            total += weight * h
        return total


@dataclass(frozen=True)
class ArgmaxReadout:
    """The output of the largest score. A coordinate is a rational number or an integer: of a residue, the one in
    ``range(modulus)``; of a number format, what its code stands for.

    >>> scores = Score("low", (0,), 2, {}), Score("high", (1,), 0, {"louder": 2})
    >>> loudness = ArgmaxReadout(scores, first_of_ties=True, number=int, write=(str,), where="a readout")
    >>> loudness((1,), "as it is"), loudness((1,), "louder"), loudness((2,), "as it is")
    ('low', 'high', 'low')

    Raises: DomainError from the call, on a tie where ``first_of_ties`` is False, and for an infinity or NaN.
    """

    scores: tuple[Score, ...]
    first_of_ties: bool  #: whether the first of several largest scores wins
    number: Callable[[Element], Fraction | int]  #: the number that a coordinate is
    write: tuple[Write, ...]  #: how each coordinate is written, for messages
    where: str  #: whose readout it is, for messages: its place in a file
    seen: str = "state"  #: what is read out, for messages: the state, or the output of a linear SSM

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        try:
            numbers = tuple(map(self.number, state))
        except DomainError as error:
            raise DomainError(f"{self.where}: {error}, in the {self.seen} {state_text(state, self.write)!r}") from error
        values = [score.value(numbers, letter) for score in self.scores]
        largest = max(values)
        if not self.first_of_ties and values.count(largest) > 1:
            tied = [score.output for score, value in zip(self.scores, values, strict=True) if value == largest]
            raise DomainError(
                f"{self.where}: the outputs {', '.join(map(repr, tied))} tie at the {self.seen} "
                f"{state_text(state, self.write)!r} after the letter {letter!r}"
            )
        return self.scores[values.index(largest)].output
