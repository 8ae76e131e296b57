"""A search for the cascade that is hardest to refute: what a machine looks like that gets as far as few layers can.

A *counter cascade* keeps exponents: each layer a few counters e_j modulo n_j, each of which a letter turns by a number
or sets to one, as a function of the letter and of the counters of the layers below, after the letter. As a stack of
diagonal layers it has states zeta^e_j with zeta a root of unity of order n_j; a turn is a decay zeta^a, and a setting
the decay 0 and the drive zeta^a.

The search is hill climbing. What is maximised is how long it takes until two words with different products meet in one
state: the length of the longer word of a shortest such pair, and for equal lengths the number of states labelled with
their product before. A climb begins with a cascade drawn at random and then redraws one entry a step, keeping the
change unless that makes it worse.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from math import lcm, prod
from random import Random
from typing import NamedTuple, TypeAlias

from exactssm.algebra import Group, group
from exactssm.arithmetic import CyclotomicField
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model

__all__ = ["STEPS", "CounterCascade", "Found", "Score", "best_cascade", "random_cascade", "score"]

STEPS = 200
"""Cascades that a climb tries, the first one counted."""

MOST_STATES = 4
"""States of a cascade, as a multiple of the group's order, at most."""

Moves: TypeAlias = tuple[int, ...]
"""What is done to each counter of a layer: k < n turns it by k, n + k sets it to k."""


@dataclass(frozen=True)
class CounterCascade:
    """A cascade of counters; its state is the tuple of all counters, and what it puts out.

    >>> two = CounterCascade(2, ((2,), (3,)), (((1,), (0,)), ((1,), (2,), (0,), (0,))))
    >>> two.step((0, 0), 0), two.step((1, 0), 0)
    (((1, 2), (1, 2)), ((0, 1), (0, 1)))
    """

    letters: int  #: the letters are 0, 1, ...
    orders: tuple[tuple[int, ...], ...]  #: those of the counters, layer by layer
    moves: tuple[tuple[Moves, ...], ...]
    """For each layer what it does on (letter, counters below), numbered as digits: the letter counts most."""

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return tuple(range(self.letters))

    @property
    def start(self) -> tuple[int, ...]:
        return (0,) * sum(map(len, self.orders))

    def step(self, state: tuple[int, ...], letter: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
        after: list[int] = []
        number = letter
        for orders, moves in zip(self.orders, self.moves, strict=True):
            for order, move in zip(orders, moves[number], strict=True):
                after.append(move - order if move >= order else (state[len(after)] + move) % order)
            number = self.below(number, orders, after[-len(orders) :])
        return tuple(after), tuple(after)

    @staticmethod
    def below(number: int, orders: tuple[int, ...], counters: list[int]) -> int:
        """The number under which the next layer finds its moves."""
        for order, counter in zip(orders, counters, strict=True):
            number = number * order + counter
        return number

    def stack(self, symbols: tuple[Symbol, ...]) -> Model:
        """The same cascade as diagonal layers over a cyclotomic field, reading ``symbols`` for 0, 1, ..."""
        field = CyclotomicField(lcm(*(order for orders in self.orders for order in orders)))
        blocks = [
            _block(field, orders, moves, symbols if depth == 0 else None)
            for depth, (orders, moves) in enumerate(zip(self.orders, self.moves, strict=True))
        ]
        return Model(symbols, blocks)


def _block(
    field: CyclotomicField, orders: tuple[int, ...], moves: tuple[Moves, ...], symbols: tuple[Symbol, ...] | None
) -> Block:
    """A layer of counters; the letters are numbers, but ``symbols`` for the first one."""
    roots = [[field.zeta(e * (field.conductor // order)) for e in range(order)] for order in orders]
    exponents = [{root: e for e, root in enumerate(powers)} for powers in roots]
    number: dict[Symbol, int] = {symbol: i for i, symbol in enumerate(symbols or range(len(moves)))}

    def entries(letter: Symbol, *, turns: bool) -> Vector:
        found = zip(orders, roots, moves[number[letter]], strict=True)
        return tuple(powers[move % order] if (move < order) == turns else field.zero for order, powers, move in found)

    def readout(state: Vector, letter: Symbol) -> int:
        counters = [exponent[z] for exponent, z in zip(exponents, state, strict=True)]
        return CounterCascade.below(number[letter], orders, counters)

    layer = DiagonalLayer(
        field,
        (field.one,) * len(orders),
        decay=lambda letter: entries(letter, turns=True),
        drive=lambda letter: entries(letter, turns=False),
    )
    return Block(layer, readout)


class Score(NamedTuple):
    """How far a cascade gets; more is better."""

    length: int  #: of the longer of two shortest words with different products that lead to one state
    labelled: int  #: states that shorter words lead to, all with one product


def score(cascade: CounterCascade, structure: Group, letters: tuple[int, ...]) -> Score:
    """How far ``cascade`` gets at telling products of ``letters`` apart.

    Raises: ConstructionError, if it tells all of them apart for ever.
    """
    label = {cascade.start: 0}
    level, length = [cascade.start], 0
    while level:
        before, level, length = level, [], length + 1
        for state in before:
            for number, letter in enumerate(letters):
                after, _ = cascade.step(state, number)
                product = structure.table.item(label[state], letter)
                known = label.get(after)
                if known is None:
                    label[after] = product
                    level.append(after)
                elif known != product:
                    return Score(length, len(label))
    raise ConstructionError(f"a cascade must fail to track {structure.name}; this one tracks it")


def random_cascade(source: Random, letters: int, shape: tuple[tuple[int, ...], ...]) -> CounterCascade:
    """A cascade whose moves are drawn; one entry in eight sets a counter."""
    moves, size = [], letters
    for orders in shape:
        moves.append(tuple(tuple(_move(source, order) for order in orders) for _ in range(size)))
        size *= prod(orders)
    return CounterCascade(letters, shape, tuple(moves))


def _move(source: Random, order: int) -> int:
    return source.randrange(order) + (order if source.random() < 0.125 else 0)


def _shape(source: Random, depth: int, size: int) -> tuple[tuple[int, ...], ...]:
    """Orders of counters, one to three a layer, for at least ``size`` states, and not many more."""
    while True:
        widths = [source.choice((1, 1, 2, 3)) for _ in range(depth)]
        shape = tuple(tuple(source.choice((2, 3, 4, 5, 6)) for _ in range(width)) for width in widths)
        if size <= prod(map(prod, shape)) <= MOST_STATES * size:
            return shape


def _redrawn(source: Random, cascade: CounterCascade) -> CounterCascade:
    """One entry drawn anew."""
    layer = source.randrange(len(cascade.orders))
    rows = list(cascade.moves[layer])
    place = source.randrange(len(rows))
    counter = source.randrange(len(cascade.orders[layer]))
    row = list(rows[place])
    row[counter] = _move(source, cascade.orders[layer][counter])
    rows[place] = tuple(row)
    return replace(cascade, moves=(*cascade.moves[:layer], tuple(rows), *cascade.moves[layer + 1 :]))


class Found(NamedTuple):
    """What a search came to."""

    cascade: CounterCascade
    score: Score
    tried: int


@cache
def best_cascade(name: str, depth: int, climbs: int) -> Found:
    """The best of ``climbs`` climbs of `STEPS` steps each, for the word problem of a group's generators; of equals the
    first. The climbs depend on the group's name, the depth and their numbers alone.

    >>> best_cascade("S3", 1, 1).score.length
    2
    """
    structure = group(name)
    best: Found | None = None
    for climb in range(climbs):
        source = Random(f"{name}, depth {depth}, climb {climb}")
        cascade = random_cascade(source, len(structure.generators), _shape(source, depth, structure.order))
        reached = score(cascade, structure, structure.generators)
        for _ in range(STEPS - 1):
            changed = _redrawn(source, cascade)
            if (then := score(changed, structure, structure.generators)) >= reached:
                cascade, reached = changed, then
        if best is None or reached > best.score:
            best = Found(cascade, reached, climbs * STEPS)
    if best is None:
        raise ConstructionError(f"a search takes at least one climb, got {climbs}")
    return best
