"""Diagonal layers of width 1 on two letters over Z[zeta_n], and when two of them confuse the same words.

A layer is two maps h -> a h + b and a start. *Shape.* Counting h from the start, and in units of a common divisor of
both drives then, changes no equality between states: with h = h_0 + c k the map becomes k -> a k + b'/c, where b' =
(a - 1) h_0 + b. So whether two words meet in one state depends on the two decays and on the proportion of the two b'
alone. A box of layers has far fewer shapes than layers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import NamedTuple

from constructions.boxes.euclidean import ONE, EuclideanRing, Pair, minus, plus
from exactssm.arithmetic import CyclotomicField
from exactssm.layers import DiagonalLayer
from exactssm.models import Block, Model

__all__ = ["Box", "ScalarLayer", "ScalarMap", "Shape", "scalar_model"]


class ScalarMap(NamedTuple):
    """h -> decay h + drive."""

    decay: Pair
    drive: Pair

    def on(self, ring: EuclideanRing, h: Pair) -> Pair:
        """The image of ``h``."""
        return plus(ring.times(self.decay, h), self.drive)


class Shape(NamedTuple):
    """A layer that starts at zero, whose drives have no common divisor but units."""

    first: ScalarMap
    second: ScalarMap


class ScalarLayer(NamedTuple):
    """A layer of width 1 on two letters."""

    first: ScalarMap
    second: ScalarMap
    start: Pair

    def shape(self, ring: EuclideanRing) -> Shape:
        """What it is when counted from its start.

        >>> layer = ScalarLayer(ScalarMap((-1, 0), (0, 0)), ScalarMap((1, 0), (4, 0)), (2, 0))
        >>> layer.shape(EuclideanRing(1))
        Shape(first=ScalarMap(decay=(-1, 0), drive=(1, 0)), second=ScalarMap(decay=(1, 0), drive=(-1, 0)))
        """
        moved = (minus(one.on(ring, self.start), self.start) for one in (self.first, self.second))
        b, d = ring.normal(*moved)
        return Shape(ScalarMap(self.first.decay, b), ScalarMap(self.second.decay, d))


def scalar_model(ring: EuclideanRing, layer: ScalarLayer, letters: tuple[int, int]) -> Model:
    """The layer over Q(zeta_n) as a machine that puts out its state."""
    maps = dict(zip(letters, (layer.first, layer.second), strict=True))
    exact = DiagonalLayer(
        CyclotomicField(ring.conductor),
        (ring.cyclotomic(layer.start),),
        {x: (ring.cyclotomic(one.decay),) for x, one in maps.items()},
        {x: (ring.cyclotomic(one.drive),) for x, one in maps.items()},
    )
    return Model(letters, [Block(exact, lambda h, x: h)])


@dataclass(frozen=True)
class Box:
    """All layers of width 1 on two letters over Z[zeta_n] whose decays have coefficients within ``decays``, and whose
    drives and start have some within ``others``, with respect to 1 and zeta_n.

    >>> box = Box(1, 1, 2)
    >>> box.size == sum(box.shapes.values()) == 3**2 * 5**3
    True
    """

    conductor: int
    decays: int
    others: int

    def __str__(self) -> str:
        if self.decays == self.others:
            return f"{self.ring}, coefficients to {self.others}"
        return f"{self.ring}, coefficients to {self.others}, of decays to {self.decays}"

    @property
    def ring(self) -> EuclideanRing:
        return EuclideanRing(self.conductor)

    @property
    def size(self) -> int:
        """The number of layers."""
        return self.ring.count_within(self.decays, self.decays, self.others, self.others, self.others)

    def layers(self) -> Iterator[ScalarLayer]:
        """Each layer once."""
        decays, others = self.ring.within(self.decays), self.ring.within(self.others)
        for a, c, b, d, h in product(decays, decays, others, others, others):
            yield ScalarLayer(ScalarMap(a, b), ScalarMap(c, d), h)

    @cached_property
    def shapes(self) -> Counter[Shape]:
        """How many layers have each shape.

        This is the count of `ScalarLayer.shape` over `layers`, done once for all layers whose letters move the start by
        the same two steps.
        """
        ring, decays, others = self.ring, self.ring.within(self.decays), self.ring.within(self.others)
        found: Counter[Shape] = Counter()
        for a, c in product(decays, repeat=2):
            moved: Counter[tuple[Pair, Pair]] = Counter()
            for h in others:
                by_a, by_c = (ring.times(minus(decay, ONE), h) for decay in (a, c))
                moved.update((plus(by_a, b), plus(by_c, d)) for b in others for d in others)
            for steps, count in moved.items():
                b, d = ring.normal(*steps)
                found[Shape(ScalarMap(a, b), ScalarMap(c, d))] += count
        return found
