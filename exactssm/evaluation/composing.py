"""Do the steps of a layer compose? In a semiring they do; elsewhere two steps are looked for that don't.

Two steps, on the letters x and y, compose if they lead every state h to where one step by the composed map leads it:

    A_y (A_x h + b_x) + b_y   =   (A_y A_x) h + (A_y b_x + b_y),    both sides in the layer's arithmetic.

Where that holds, a segment does to a state what its affine summary does, and lower bounds by communication apply. Once
results are rounded, or saturate at both ends, it fails, and there are two letters and a state that show it. Integers
from 0 up that saturate are a semiring, as n -> min(n, M) carries sums to sums and products to products.

Source: 2604.14501, lower bound, whose notion of finite precision isn't known to us.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, product
from random import Random
from typing import Any, Final

from exactssm.arithmetic import ComplexOver, Domain, Element, Rounded
from exactssm.errors import CertificateError, ConstructionError, DomainError
from exactssm.evaluation.affine import AffineMap, affine_maps
from exactssm.evaluation.summary import Summaries
from exactssm.layers import DiagonalLayer, Layer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Model

__all__ = ["Disagreement", "SummariesDontCompose", "disagreement_of_letters", "disagreement_of_numbers", "summaries_of"]

MAX_TRIES: Final = 8_000  #: of two letters and a state, for each layer
MAX_STATES: Final = 200  #: of the model that are looked at
MAX_LETTERS: Final = 48  #: of a layer that are looked at
SAMPLED: Final = 9  #: numbers of an arithmetic that are looked at


class SummariesDontCompose(ConstructionError):
    """A layer whose segments have no affine summaries; ``disagreement`` shows it, if one was found."""

    def __init__(self, message: str, disagreement: Disagreement | None) -> None:
        super().__init__(message)
        self.disagreement = disagreement


@dataclass(frozen=True)
class Disagreement:
    """Two steps of a layer that aren't one step by the composed map."""

    layer: Layer
    state: Vector  #: before the two steps
    first: Symbol
    second: Symbol
    by_steps: Vector  #: the state after them
    composed: Vector | None  #: the state after the composed map; None where the arithmetic has no such map

    @classmethod
    def between(cls, layer: Layer, state: Vector, first: Symbol, second: Symbol) -> Disagreement | None:
        """The disagreement of two letters at a state; None, if there is none, or no state after the two steps.

        >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
        >>> saturating = FixedPoint(2, 0, Rounding.FLOOR, Overflow.SATURATE)  # -4 .. 3
        >>> layer = DiagonalLayer(saturating, (0,), lambda x: (1,), {"up": (3,), "down": (-3,)})
        >>> Disagreement.between(layer, (1,), "up", "down")
        Disagreement(..., state=(1,), first='up', second='down', by_steps=(0,), composed=(1,))

        Raises: ConstructionError, if the layer's steps aren't affine.
        """
        return next(_disagreements(layer, [(state, first, second)]), None)

    @property
    def word(self) -> tuple[str, ...]:
        """The two letters."""
        return (str(self.first), str(self.second))

    def as_text(self) -> str:
        """One sentence, numbers as numbers."""
        show = _shower(self.layer.domain)
        reached = "has no map" if self.composed is None else f"leads to {show(self.composed)}"
        return (
            f"from the state {show(self.state)}, the steps on {self.first!r} and then {self.second!r} lead to "
            f"{show(self.by_steps)}, but their composition {reached}"
        )

    def replay(self) -> None:
        """Raise CertificateError, unless the layer's own steps and its composed map disagree as recorded."""
        if Disagreement.between(self.layer, self.state, self.first, self.second) != self:
            raise CertificateError("the two steps must disagree with the composed map as recorded; they don't")


def summaries_of(model: Model) -> tuple[Summaries, ...]:
    """The summaries of each layer of ``model``.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, ResidueRing, Rounding
    >>> from exactssm.models import Block
    >>> def counter(domain):
    ...     layer = DiagonalLayer(domain, (0,), lambda x: (1,), lambda x: (int(x),))
    ...     return Model("01", [Block(layer, lambda h, x: h)])
    >>> [summaries.bits for summaries in summaries_of(counter(ResidueRing(8)))]
    [6]
    >>> summaries_of(counter(FixedPoint(1, 0, Rounding.FLOOR, Overflow.SATURATE)))
    Traceback (most recent call last):
        ...
    exactssm.evaluation.composing.SummariesDontCompose: layer 1: segments have no affine summaries in \
fixed:s1.0:floor:saturate: from the state (-2), the steps on '1' and then '1' lead to (0), but their composition leads \
to (-1)

    Raises: SummariesDontCompose, naming two steps where they are found; ConstructionError, if a layer's steps aren't
    affine.
    """
    found = []
    for depth, block in enumerate(model.blocks):
        try:
            affine_maps(block.layer)
            found.append(Summaries(block.layer))
        except ConstructionError as error:
            raise ConstructionError(f"layer {depth + 1}: {error}") from error
        except DomainError:
            raise _refusal(model, depth) from None
    return tuple(found)


def _refusal(model: Model, depth: int) -> SummariesDontCompose:
    layer = model.blocks[depth].layer
    shown = disagreement_of_letters(model, depth)
    if shown is None and not isinstance(layer.domain, tuple):
        shown = disagreement_of_numbers(layer.domain)
    said = (
        "that its steps compose isn't known, though no two were found that don't" if shown is None else shown.as_text()
    )
    owner = "" if shown is None or shown.layer is layer else " (two steps of another layer over the same numbers)"
    return SummariesDontCompose(
        f"layer {depth + 1}: segments have no affine summaries in {layer.domain}: {said}{owner}", shown
    )


def disagreement_of_letters(model: Model, depth: int) -> Disagreement | None:
    """Two letters that layer ``depth`` of ``model``, counted from 0, reads, and a state, that don't compose; None, if
    none is among the first that a search meets. States that are reached come first, then those of a few numbers."""
    layer = model.blocks[depth].layer
    states, letters = _reached(model, depth)
    numbers = _sample(layer.domain) if not isinstance(layer.domain, tuple) else []
    tried: Iterator[tuple[Vector, Symbol, Symbol]] = iter(
        (state, first, second)
        for among in (states, product(numbers, repeat=layer.width))
        for state in islice(among, MAX_STATES)
        for first, second in product(letters, repeat=2)
    )
    return next(_disagreements(layer, islice(tried, MAX_TRIES)), None)


def disagreement_of_numbers(domain: Domain) -> Disagreement | None:
    """Two steps of a layer of width 1 over ``domain`` that don't compose; None, if none is among a few.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, ResidueRing, Rounding
    >>> print(disagreement_of_numbers(FixedPoint(1, 1, Rounding.FLOOR, Overflow.SATURATE)).as_text())
    from the state (1/2), the steps on '1 h - 2' and then '1 h - 2' lead to (-2), but their composition leads to (-3/2)
    >>> disagreement_of_numbers(ResidueRing(4))
    """
    numbers = _sample(domain)
    if not numbers:
        return None
    show = _shower(domain)
    names = {
        (a, b): f"{show((a,))[1:-1]} h + {show((b,))[1:-1]}".replace("+ -", "- ") for a, b in product(numbers, repeat=2)
    }
    maps = {name: ab for ab, name in names.items()}
    decay, drive = {x: (a,) for x, (a, _) in maps.items()}, {x: (b,) for x, (_, b) in maps.items()}
    layer = DiagonalLayer(domain, (numbers[0],), decay, drive)
    shifts = [names[a, b] for a, b in maps.values() if a == getattr(domain, "one", None)]
    draw, everything = Random(0), list(maps)
    tried = chain(
        ((h, x, y) for x, y in product(shifts, repeat=2) for h in numbers),
        ((draw.choice(numbers), draw.choice(everything), draw.choice(everything)) for _ in range(MAX_TRIES // 2)),
    )
    return next(_disagreements(layer, (((h,), x, y) for h, x, y in tried)), None)


def _disagreements(layer: Layer, tried: Iterable[tuple[Vector, Symbol, Symbol]]) -> Iterator[Disagreement]:
    """Those among the states and letters that are tried."""
    maps = affine_maps(layer)

    @cache
    def composed(first: Symbol, second: Symbol) -> AffineMap | None:
        with suppress(DomainError):  # an overflow that is an error
            return maps.compose(maps.on(first), maps.on(second))
        return None

    for state, first, second in tried:
        try:
            by_steps = layer.step(layer.step(state, first), second)
        except DomainError:  # there is no state after the two steps
            continue
        after = None
        with suppress(DomainError):
            after = None if (f := composed(first, second)) is None else maps.apply(f, state)
        if after is None or _values(layer.domain, after) != _values(layer.domain, by_steps):
            yield Disagreement(layer, state, first, second, by_steps, after)


def _reached(model: Model, depth: int) -> tuple[Sequence[Vector], Sequence[Symbol]]:
    """States and letters of a layer, breadth first."""
    seen: dict[Any, None] = {model.start: None}
    letters: dict[Symbol, None] = {}
    for state in _growing(seen):
        for symbol in model.alphabet[:MAX_LETTERS]:
            try:
                states, passed = model.through(state, symbol)
            except DomainError:  # an overflow that is an error, or a readout with gaps: no step
                continue
            if len(letters) < MAX_LETTERS:
                letters.setdefault(passed[depth])
            if len(seen) < MAX_STATES:
                seen.setdefault(states)
    return list(dict.fromkeys(state[depth] for state in seen)), list(letters)


def _growing(seen: dict[Any, None]) -> Iterator[Any]:
    """The keys of a dictionary that grows while they are read."""
    done = 0
    while done < len(seen):
        batch = list(islice(seen, done, None))
        done += len(batch)
        yield from batch


def _sample(domain: Domain) -> list[Element]:
    """Some numbers of ``domain``: all of few, else 0, 1, -1, the ends, and neighbours, the least positive one first."""
    numbers: Any = domain.number_format if isinstance(domain, Rounded) else domain
    if isinstance(numbers, ComplexOver):
        parts = _sample(numbers.parts)[:5]
        return [type(numbers.zero)(numbers, re, im) for re, im in product(parts, repeat=2)]
    codes = getattr(numbers, "codes", None)
    size = domain.size
    if codes is not None and size is not None and size <= SAMPLED:
        return list(codes)
    found: list[Element] = []
    for value in (0, 1, -1):
        with suppress(DomainError):  # a format that doesn't hold it
            found.append(numbers.element(value))
    if isinstance(codes, range):
        near = [x + step for step in (1, -1) for x in found]
        found += [x for x in (*near[:1], codes[-1], codes[0], *near[1:]) if x in codes]
    return list(dict.fromkeys(found))[:SAMPLED]


def _values(domain: Any, state: Vector) -> Sequence[object]:
    """The numbers that the coordinates stand for: two zeros of different signs are one."""
    numbers = domain.number_format if isinstance(domain, Rounded) else domain
    decode = getattr(numbers, "decode", None)
    return state if decode is None else [_value(decode, x) for x in state]


def _value(decode: Callable[[Element], object], x: Element) -> object:
    try:
        return decode(x)
    except DomainError:  # an infinity or NaN
        return x


def _shower(domain: Any) -> Any:
    """How states are shown: numbers for codes."""
    numbers = domain.number_format if isinstance(domain, Rounded) else domain
    text = getattr(numbers, "text", None) or (str if isinstance(domain, tuple) else numbers.format)
    return lambda state: "(" + ", ".join(map(text, state)) + ")"
