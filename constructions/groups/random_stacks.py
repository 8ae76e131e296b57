"""Stacks of diagonal layers with finitely many states, drawn at random: candidates for impossibility claims.

In a layer each coordinate has a centre c; a letter turns it, z -> a (z - c) + c with a root of unity a, or resets it,
z -> b with decay 0. So it has finitely many values. A coordinate that starts at its centre stays there whatever the
decay. Where no layer below resets, the letters of a layer tell the states below before and after; then its centre c and
its scale s, if these are drawn, may depend on the state below, with maps z -> s' a (z - c) / s + c'. The values are
c + s w for finitely many w still, although single maps expand, contract and translate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import NamedTuple, TypeAlias

from exactssm.arithmetic.domain import Element, Field, power
from exactssm.arithmetic.ordering import ComplexDomain, conjugate
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model

__all__ = ["Draw", "random_stack"]

Frame: TypeAlias = tuple[Element, Fraction]
"""A centre and a scale."""


class Draw(NamedTuple):
    """What stacks are drawn from."""

    domain: ComplexDomain
    order: int  #: decays that turn are roots of unity of orders dividing it
    resets: bool = True  #: whether letters may reset
    scales: tuple[Fraction, ...] = (Fraction(1),)
    frozen: tuple[Element, ...] = ()  #: decays of coordinates that stay at their centres
    constant: bool = False  #: whether each coordinate has the same decay on every letter


class Below(NamedTuple):
    """What a layer above the first reads."""

    letter: Symbol  #: what the layer below read
    before: Vector | None  #: that layer's state before the letter, where it can be told
    after: Vector


@dataclass(frozen=True)
class _Coordinate:
    """One coordinate: everything about it is drawn from a text, the same each time it is asked for."""

    draw: Draw
    seed: str
    resets: bool
    moving: bool
    frozen: bool

    def _source(self, about: object) -> Random:
        return Random(f"{self.seed}: {about!r}")

    def number(self, about: object) -> Element:
        domain, source = self.draw.domain, self._source(about)
        return domain.add(domain.element(source.randint(-3, 3)), _root(self.draw, source))

    def frame(self, below: Vector | None) -> Frame:
        if not self.moving or below is None:
            return self.number("centre"), Fraction(1)
        return self.number(("centre", below)), self._source(("scale", below)).choice(self.draw.scales)

    @property
    def begin(self) -> Element:
        """The start, where the states below are at their own."""
        return self.number("centre") if self.frozen else self.number("start")

    def map_on(self, letter: Symbol) -> tuple[Element, Element]:
        """Decay and drive."""
        domain, source = self.draw.domain, self._source("map" if self.draw.constant else ("map", letter))
        if self.resets and not self.frozen and source.random() < 0.25:
            return domain.zero, self.number(("value", self._source(letter).randrange(2)))
        before, after = (letter.before, letter.after) if isinstance(letter, Below) else (None, None)
        (c, s), (d, t) = self.frame(before), self.frame(after)
        if self.frozen:
            a = source.choice(self.draw.frozen)
        else:
            a = domain.mul(_root(self.draw, source), domain.element(t / s))
        return a, domain.add(d, domain.neg(domain.mul(a, c)))

    def undo(self, z: Element, letter: Symbol) -> Element:
        """Where ``letter`` led from, to ``z``, if it is no reset."""
        if self.frozen:
            return z
        domain = self.draw.domain
        a, b = self.map_on(letter)
        # in Z[i] the decays are units
        inverse = domain.inverse(a) if isinstance(domain, Field) else conjugate(domain, a)
        return domain.mul(inverse, domain.add(z, domain.neg(b)))


def random_stack(draw: Draw, letters: Sequence[Symbol], widths: Sequence[int], seed: object) -> Model:
    """A stack of as many layers as there are widths. Its output is the state of the last one."""
    source = Random(f"{seed}")
    resets = draw.resets and source.random() < 0.6
    blocks = []
    for depth, width in enumerate(widths):
        moving = depth > 0 and not resets
        coordinates = [
            _Coordinate(
                draw,
                f"{seed}, {depth}, {j}",
                resets=resets or (draw.resets and depth == len(widths) - 1 and source.random() < 0.5),
                moving=moving,
                frozen=bool(draw.frozen) and not moving and source.random() < 0.2,
            )
            for j in range(width)
        ]
        blocks.append(_block(draw.domain, coordinates, told=not resets, last=depth == len(widths) - 1))
    return Model(letters, blocks)


def _block(domain: ComplexDomain, coordinates: Sequence[_Coordinate], *, told: bool, last: bool) -> Block:
    def decay(letter: Symbol) -> Vector:
        return tuple(coordinate.map_on(letter)[0] for coordinate in coordinates)

    def drive(letter: Symbol) -> Vector:
        return tuple(coordinate.map_on(letter)[1] for coordinate in coordinates)

    layer = DiagonalLayer(domain, tuple(coordinate.begin for coordinate in coordinates), decay, drive)

    def readout(state: Vector, letter: Symbol) -> Symbol:
        return state if last else Below(letter, before(state, letter) if told else None, state)

    def before(state: Vector, letter: Symbol) -> Vector:
        return tuple(coordinate.undo(z, letter) for coordinate, z in zip(coordinates, state, strict=True))

    return Block(layer, readout)


def _root(draw: Draw, source: Random) -> Element:
    """One of the roots of unity of orders dividing ``draw.order``."""
    return power(draw.domain, draw.domain.root_of_unity(draw.order), source.randrange(draw.order))
