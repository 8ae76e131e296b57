"""What becomes of every layer of width 1 on two letters in a box: refuted, proved to track a group, or open.

A layer over Z[zeta_n], n = 1, 2, 3, 4, 6, is decided in turn by

- letters that commute: u v and v u lead to one state;
- a letter that resets: it alone and twice lead to one state;
- words that meet, breadth first (`constructions.boxes.meeting_words`), at their ends (`constructions.boxes.peeling`),
  or far away;
- a modulus m: the states modulo m, finitely many, determine the product, so that the states do;
- a closed set of relations: it shows that words that meet have equal products, or that none meet at all.

The last two prove that the layer tracks the group on words of every length; its states then have no end. What none of
these decides within the limits given is *open*. Where every decay is a root of unity, or all that are none are powers
of one number up to units, large enough limits leave nothing open: relations are finitely many if there is a non-unit
and no translation (`constructions.boxes.peeling`); and with translations, or units alone, the maps generate a group in
which every element is a quotient of words, so that if words that meet have equal products, G is a quotient of that
group in which what fixes the start is trivial, and some modulus shows it. Over Z with decays like 2 and 3 nothing is
promised.

It is shapes that are decided (`constructions.boxes.scalar_layers`), each counting for all layers that have it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from constructions.boxes.euclidean import ONE, ZERO, EuclideanRing, minus
from constructions.boxes.meeting_words import (
    far_confusion,
    least_moduli,
    least_modulus,
    nearest_confusion,
    nearest_confusions,
)
from constructions.boxes.peeling import Peeling, Tracked, peel
from constructions.boxes.scalar_layers import Box, ScalarMap, Shape
from constructions.claim import Confusion
from exactssm.algebra import Group, generated_subgroup

__all__ = [
    "REFUTED",
    "TRACKS",
    "Census",
    "Fate",
    "Limits",
    "Outcome",
    "census",
    "decide_shape",
    "generating_pairs",
    "is_finite_state",
    "refuting_words",
]


class Fate(Enum):
    """What becomes of a layer."""

    FINITE = "finitely many states, refuted"
    RESET = "endless with a reset, refuted"
    COMMUTING = "endless with letters that commute, refuted"
    MEETING = "endless, refuted by words that meet"
    QUOTIENT = "tracks, modulo an integer"
    PEELED = "tracks, by a closed set of relations"
    OPEN = "open"


REFUTED = (Fate.RESET, Fate.COMMUTING, Fate.MEETING)
TRACKS = (Fate.QUOTIENT, Fate.PEELED)


class Outcome(NamedTuple):
    """A fate with what shows it: two words, a modulus or a closed set."""

    fate: Fate
    witness: Confusion | int | Peeling | None


@dataclass(frozen=True)
class Limits:
    """How far to look before a layer is called open."""

    depth: int = 8  #: of the breadth-first search
    modulus: int = 128
    relations: int = 3000
    far: int = 0  #: how large states may be in words that meet far away, over Z


def generating_pairs(structure: Group) -> dict[str, tuple[int, int]]:
    """The pairs of different elements that generate the group, up to automorphisms and exchange, under names by their
    orders.

    Two pairs are equivalent iff numbering the elements breadth first from either gives one table.

    >>> from exactssm.algebra import group
    >>> generating_pairs(group("S3")), list(generating_pairs(group("Q8")))
    ({'orders 2 and 2': (1, 2), 'orders 2 and 3': (1, 3)}, ['orders 4 and 4'])
    """
    found: dict[str, tuple[int, int]] = {}
    tables: set[tuple[tuple[int, ...], ...]] = set()
    for x in range(structure.order):
        for y in range(structure.order):
            if x == y or len(generated_subgroup(structure, (x, y))) < structure.order:
                continue
            if (table := _breadth_first(structure, (x, y))) in tables:
                continue
            tables |= {table, _breadth_first(structure, (y, x))}
            first, second = sorted((x, y), key=structure.element_orders.__getitem__)
            name = f"orders {structure.element_orders[first]} and {structure.element_orders[second]}"
            others = sum(other.startswith(name) for other in found)
            found[name + f", {others + 1}" * (others > 0)] = first, second
    return found


def _breadth_first(structure: Group, letters: tuple[int, int]) -> tuple[tuple[int, ...], ...]:
    number, queue, rows = {0: 0}, [0], []
    for p in queue:  # which grows while it is read
        after = [structure.mul(p, letter) for letter in letters]
        for q in after:
            if q not in number:
                number[q] = len(number)
                queue.append(q)
        rows.append(tuple(number[q] for q in after))
    return tuple(rows)


def is_finite_state(ring: EuclideanRing, layer: Shape) -> bool:
    """Whether a layer that starts at zero has finitely many states: it never moves, or its letters are resets and
    rotations by roots of unity about one centre. `exactssm.layers.motion.reach` is the definition.

    >>> quarter = ScalarMap((0, 1), (1, 0))
    >>> [is_finite_state(EuclideanRing(4), Shape(quarter, other)) for other in (quarter, ScalarMap((1, 0), (1, 0)))]
    [True, False]
    """
    if layer.first.drive == layer.second.drive == ZERO:
        return True
    moving = [one for one in layer if one.decay != ZERO and one != ScalarMap(ONE, ZERO)]
    return all(one.decay in ring.units and one.decay != ONE for one in moving) and (
        len(moving) < 2 or _commute(ring, layer)
    )


def _commute(ring: EuclideanRing, layer: Shape) -> bool:
    """Whether (1 - a) d = (1 - c) b, for a h + b and c h + d."""
    (a, b), (c, d) = layer
    return ring.times(minus(ONE, a), d) == ring.times(minus(ONE, c), b)


def refuting_words(ring: EuclideanRing, layer: Shape, letters: tuple[int, int]) -> Confusion | None:
    """For a layer whose letters commute or one of which resets, the words that refute it for every non-Abelian group;
    None for others.

    u v u and v u u, if the letters commute; otherwise, where r resets, u v r and v u r if there are finitely many
    states, as in the theorem, and r and r r if not. A layer with finitely many states is of one of these kinds.
    """
    u, v = letters
    if _commute(ring, layer):
        return Confusion((u, v, u), (v, u, u))
    for letter, one in zip(letters, layer, strict=True):
        if one.decay == ZERO:
            if is_finite_state(ring, layer):
                return Confusion((u, v, letter), (v, u, letter))
            return Confusion((letter,), (letter, letter))
    return None


def decide_shape(ring: EuclideanRing, shape: Shape, tracked: Tracked, limits: Limits) -> Outcome:
    """What becomes of the layers of this shape: the definition of `census`, one by one and in plain Python.

    >>> from constructions.boxes.scalar_layers import ScalarLayer
    >>> from exactssm.algebra import group
    >>> s3 = group("S3")
    >>> tracked = Tracked(s3, generating_pairs(s3)["orders 2 and 3"])
    >>> layer = ScalarLayer(ScalarMap((-1, 0), (0, 0)), ScalarMap((1, 0), (3, 0)), (1, 0))
    >>> ring = EuclideanRing(1)
    >>> decide_shape(ring, layer.shape(ring), tracked, Limits())
    Outcome(fate=<Fate.QUOTIENT: 'tracks, modulo an integer'>, witness=9)
    """
    words = refuting_words(ring, shape, tracked.letters)
    if words is not None:
        finite, commuting = is_finite_state(ring, shape), _commute(ring, shape)
        return Outcome(Fate.FINITE if finite else Fate.COMMUTING if commuting else Fate.RESET, words)
    if (met := nearest_confusion(ring, shape, tracked, limits.depth)) is not None:
        return Outcome(Fate.MEETING, met[1])
    if (modulus := least_modulus(ring, shape, tracked, limits.modulus)) is not None:
        return Outcome(Fate.QUOTIENT, modulus)
    return _at_length(ring, shape, tracked, limits)


def _at_length(ring: EuclideanRing, shape: Shape, tracked: Tracked, limits: Limits) -> Outcome:
    """For those that neither short words nor small moduli decide."""
    found = peel(ring, shape, tracked, most=limits.relations)
    if isinstance(found, Peeling):
        return Outcome(Fate.PEELED, found)
    if found is None and limits.far and ring.is_rational and all(ring.norm(one.decay) > 1 for one in shape):
        found = far_confusion(shape, tracked, limits.far // 1000) or far_confusion(shape, tracked, limits.far)
    return Outcome(Fate.OPEN if found is None else Fate.MEETING, found)


@dataclass(frozen=True)
class Census:
    """What becomes of every layer of a box, by shapes; each shape stands for so many layers as ``box`` has of it."""

    box: Box
    tracked: Tracked
    fates: dict[Shape, Fate]
    moduli: dict[Shape, int]  #: of those that track modulo an integer: the least

    @property
    def counts(self) -> Counter[Fate]:
        """How many layers have each fate."""
        found: Counter[Fate] = Counter()
        for shape, fate in self.fates.items():
            found[fate] += self.box.shapes[shape]
        return found

    def shapes_of(self, *fates: Fate) -> list[Shape]:
        """The shapes with one of these fates."""
        return [shape for shape, fate in self.fates.items() if fate in fates]

    def count(self, *fates: Fate) -> int:
        """The number of layers with one of these fates."""
        return sum(self.counts[fate] for fate in fates)


@lru_cache(16)
def census(box: Box, tracked: Tracked, limits: Limits) -> Census:
    """What becomes of every layer of ``box``; `decide_shape` says what is meant, here short words and small moduli are
    tried compiled.

    Raises: DomainError, if the coefficients are too large for that.
    """
    ring, fates, moduli = box.ring, dict.fromkeys(box.shapes, Fate.OPEN), {}
    endless = []
    for shape in box.shapes:
        if refuting_words(ring, shape, tracked.letters) is None:
            endless.append(shape)
        elif is_finite_state(ring, shape):
            fates[shape] = Fate.FINITE
        else:
            fates[shape] = Fate.COMMUTING if _commute(ring, shape) else Fate.RESET
    lengths = nearest_confusions(ring, endless, tracked, limits.depth)
    fates |= {shape: Fate.MEETING for shape, length in zip(endless, lengths, strict=True) if length}
    left = [shape for shape, length in zip(endless, lengths, strict=True) if not length]
    for shape, modulus in zip(left, least_moduli(ring, left, tracked, limits.modulus), strict=True):
        if modulus:
            fates[shape], moduli[shape] = Fate.QUOTIENT, modulus
        else:
            fates[shape] = _at_length(ring, shape, tracked, limits).fate
    return Census(box, tracked, fates, moduli)
