"""A tracker at work: what its layers hold and pass on, letter by letter."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle, islice
from typing import NamedTuple

from constructions.groups.subnormal_tracker import Carry, subnormal_tracker
from exactssm.algebra import Group
from exactssm.errors import DomainError, SymbolError
from exactssm.layers.layer import Vector
from verify.algebra.track import Tracking

__all__ = ["Moment", "moments", "read_labels", "usual_word"]

USUAL_LENGTH = 6


class Moment(NamedTuple):
    """One letter read."""

    symbol: int
    states: tuple[Vector, ...]  #: after it, layer by layer: exponents of roots of unity, or what affine maps lead to
    carries: tuple[int, ...]  #: what each layer but the last passes on; empty where one affine layer does it all
    product: int


def usual_word(tracking: Tracking) -> tuple[int, ...]:
    """The generators in turn, the first of them twice, so that its powers show; the empty word for the trivial
    group."""
    generators = [x for x in tracking.group.generators if x in tracking.letters]
    return tuple(islice(cycle([generators[0], *generators]), USUAL_LENGTH)) if generators else ()


def read_labels(group: Group, letters: Sequence[int], labels: Sequence[str]) -> tuple[int, ...]:
    """The word of the elements with these labels.

    Raises: SymbolError, naming the position, if one is not among ``letters``.
    """
    word = []
    for position, label in enumerate(labels):
        try:
            x = group.element(label)
        except DomainError as error:
            raise SymbolError(f"position {position}: {error}") from None
        if x not in letters:
            shown = ", ".join(group.labels[x] for x in letters)
            raise SymbolError(f"position {position}: {label!r} is not among the generators, {shown}")
        word.append(x)
    return tuple(word)


def moments(tracking: Tracking, word: Sequence[int]) -> list[Moment]:
    """What a tracker that was built does on ``word``, a stack for a series in its exponents."""
    assert tracking.model is not None
    model = tracking.model if tracking.series is None else subnormal_tracker(tracking.series, tracking.letters)
    found, state = [], model.start
    for x in word:
        state, passed = model.through(state, x)
        carries = tuple(letter.residual for letter in passed[1:-1] if isinstance(letter, Carry))
        found.append(Moment(x, state, carries, passed[-1]))  # type: ignore[arg-type]  # the output is an element
    return found
