"""Models that think, drawn at random: stacks of diagonal layers over Z/m with all their tables drawn.

Each entry of a table is drawn from the seed and its place when it is first asked for, so that it is the same whenever
it is asked for again. Layers pass one of three letters on, whatever their widths: what the top knows of the layers
below is little. Draws whose thoughts never end are thrown away, and so are those that never think.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from itertools import count
from random import Random
from typing import NamedTuple, TypeVar

from exactssm.arithmetic import ResidueRing
from exactssm.errors import ThoughtsNeverEnd
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Output, State, Symbol
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think
from exactssm.models.model import Readout

__all__ = ["THOUGHTS", "Size", "random_offline", "random_online"]

THOUGHTS = ("hm", "aha", "well")
ANSWERS = 4
LETTERS = 3


class Size(NamedTuple):
    """L layers of width d over Z/m."""

    depth: int
    width: int
    modulus: int


class Passed(NamedTuple):
    """What a layer passes on."""

    thinking: bool  #: whether the top may think
    letter: int


T = TypeVar("T", OnlineCoT, OfflineCoT)


def random_online(seed: object, inputs: Sequence[Symbol], size: Size) -> OnlineCoT:
    """A model that thinks after about half of its symbols, and half of its thoughts.

    >>> from exactssm.machine import run
    >>> model = random_online(1, "ab", Size(2, 1, 3))
    >>> run(model, "abab").outputs == run(random_online(1, "ab", Size(2, 1, 3)), "abab").outputs
    True
    """
    return _drawn(lambda attempt: OnlineCoT(_stack(f"{seed}, {attempt}", inputs, size, lambda x: True), inputs))


def random_offline(seed: object, inputs: Sequence[Symbol], size: Size) -> OfflineCoT:
    """A model that thinks only after the last of ``inputs``, and half of its thoughts."""
    end = inputs[-1]

    def after_the_end(symbol: Symbol) -> bool:
        return symbol == end or symbol in THOUGHTS

    return _drawn(
        lambda attempt: OfflineCoT(_stack(f"{seed}, {attempt}", inputs, size, after_the_end), inputs, end=end)
    )


def _stack(seed: str, inputs: Sequence[Symbol], size: Size, may_think: Callable[[Symbol], bool]) -> Model:
    def drawn(*place: object) -> Random:
        return Random(f"{seed}: {place!r}")

    def vector(least: int, *place: object) -> Vector:
        source = drawn(*place)
        return tuple(source.randrange(least, size.modulus) for _ in range(size.width))

    def decay(*place: object) -> Vector:
        """Seldom zero: otherwise few states would be reached."""
        return vector(drawn(*place, "resets").random() > 0.2, *place)

    def thinking(letter: Symbol) -> bool:
        return letter.thinking if isinstance(letter, Passed) else may_think(letter)

    def layer(number: int) -> DiagonalLayer:
        return DiagonalLayer(
            ResidueRing(size.modulus),
            start=vector(0, "start", number),
            decay=lambda letter: decay("decay", number, letter),
            drive=lambda letter: vector(0, "drive", number, letter),
        )

    def passing(number: int) -> Readout:
        return cache(
            lambda state, letter: Passed(thinking(letter), drawn("letter", number, state, letter).randrange(LETTERS))
        )

    @cache
    def top(state: Vector, letter: Symbol) -> Output:
        source = drawn("output", state, letter)
        thought, answer = source.choice(THOUGHTS), source.randrange(ANSWERS)
        return Think(thought) if thinking(letter) and source.random() < 0.5 else answer

    readouts = [passing(number) for number in range(size.depth - 1)] + [top]
    return Model((*inputs, *THOUGHTS), [Block(layer(number), readout) for number, readout in enumerate(readouts)])


def _drawn(build: Callable[[int], T]) -> T:
    """The first that sometimes thinks, and always answers."""
    for attempt in count():
        try:
            if _thinks(model := build(attempt)):
                return model
        except ThoughtsNeverEnd:
            continue
    raise AssertionError("there is always another attempt")


def _thinks(model: OnlineCoT | OfflineCoT) -> bool:
    """Whether it ever thinks, offline at the first end. Raises ThoughtsNeverEnd, if it once never answers."""
    seen: dict[State, None] = {model.start: None}
    states = list(seen)
    thinks = False
    for state in states:  # which grows as it is read
        for symbol in model.alphabet:
            thinks |= bool(model.thoughts(state, symbol))
            after, _ = model.step(state, symbol)
            if after not in seen and not (isinstance(model, OfflineCoT) and symbol == model.end):
                seen[after] = None
                states.append(after)
    return thinks
