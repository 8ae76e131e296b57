"""Evidence against layers that are to keep within a range and to tell states apart at a resolution: exact distances.

A state is what all layers of a model hold. Distances and moduli are taken in each coordinate by itself: two states are
nearer than a margin if they are in every coordinate, and a state is beyond a bound if it is in some coordinate.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.ordering import ComplexDomain, check_complex, compare, modulus_squared
from exactssm.errors import CertificateError, DomainError, ExactssmError
from exactssm.layers.layer import coordinate_domains
from exactssm.machine import Machine, Output, Word, run
from exactssm.models import Model
from verify.trace import Labels, check_answers, check_last_symbols, named, short_word, text

__all__ = ["Crowded", "Escaped"]


@dataclass(frozen=True)
class Crowded:
    """Two words that end in one symbol and leave a model in states less than ``margin`` apart, while different answers
    are demanded."""

    first: Word
    second: Word
    margin: Fraction
    demanded: tuple[Output, Output]
    labels: Labels = field(default=(), compare=False, repr=False)  #: of elements, in a word problem

    @property
    def word(self) -> Word:
        """The second word: no readout of that resolution is right on both."""
        return self.second

    def replay(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, unless the two words do to ``model`` and ``task`` what is recorded."""
        check_last_symbols(self.first, self.second)
        try:
            states = [list(_coordinates(model, word)) for word in (self.first, self.second)]
            demanded = tuple(run(task, word).outputs[-1] for word in (self.first, self.second))
        except ExactssmError as error:
            raise CertificateError(f"the two words don't replay: {error}") from error
        for number, ((domain, x), (_, y)) in enumerate(zip(*states, strict=True)):
            if compare(domain, modulus_squared(domain, domain.add(x, domain.neg(y))), self.margin**2) >= 0:
                raise CertificateError(f"the states must be less than {self.margin} apart; coordinate {number} is not")
        check_answers(self.demanded, demanded)

    def as_json(self) -> dict[str, Any]:
        """Both words, the margin and both answers, as text."""
        return {
            "words": [[text(symbol) for symbol in word] for word in (self.first, self.second)],
            "margin": text(self.margin),
            "demanded": [text(answer) for answer in self.demanded],
        }

    def as_text(self) -> str:
        """One sentence."""
        first, second = (short_word(word, self.labels) for word in (self.first, self.second))
        one, other = (named(answer, self.labels) for answer in self.demanded)
        return (
            f"{first} and {second} lead to states less than {self.margin} apart, but demand {one} and {other}: no "
            "readout of that resolution gives both"
        )


@dataclass(frozen=True)
class Escaped:
    """A word that leads a model beyond ``bound``."""

    word: Word
    bound: Fraction
    labels: Labels = field(default=(), compare=False, repr=False)  #: of elements, in a word problem

    def replay(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, unless the word leads ``model`` beyond the bound; ``task`` has no part in it."""
        try:
            reached = list(_coordinates(model, self.word))
        except ExactssmError as error:
            raise CertificateError(f"the word doesn't replay: {error}") from error
        if all(compare(domain, modulus_squared(domain, x), self.bound**2) <= 0 for domain, x in reached):
            raise CertificateError(f"a coordinate must have a modulus above {self.bound}; none has")

    def as_json(self) -> dict[str, Any]:
        """The word and the bound, as text."""
        return {"words": [[text(symbol) for symbol in self.word]], "bound": text(self.bound)}

    def as_text(self) -> str:
        """One sentence."""
        return f"{short_word(self.word, self.labels)} leads beyond {self.bound}"


def _coordinates(model: Machine, word: Word) -> Iterator[tuple[ComplexDomain, Element]]:
    """The coordinates of the state after ``word``, by the definition of a step, each with its domain."""
    if not isinstance(model, Model):
        raise DomainError(f"distances need a model of layers, got a {type(model).__name__}")
    after = run(model, word).states[-1]
    assert isinstance(after, tuple)
    for layer, state in zip(model.layers(), after, strict=True):
        for domain, x in zip(coordinate_domains(layer), state, strict=True):
            yield check_complex(domain), x
