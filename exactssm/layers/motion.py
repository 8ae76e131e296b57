"""How the coordinates of a diagonal layer over exact complex numbers move, read off their parameters.

On each letter a coordinate does one of seven things (`Motion`), by the a and b of its map h -> a h + b. What the whole
coordinate can reach from its start (`Reach`) follows from these, exactly and without search. Let H be the set of values
that it reaches, the start among them.

- H is a single value iff every letter fixes the start.
- Otherwise H is finite iff every letter is the identity, a reset, or a rotation by a root of unity, all rotations about
  one centre. If H is finite, a letter with a != 0 permutes it, being injective; so some power of it fixes two values,
  and an affine map that fixes two values is the identity: a is a root of unity, and a = 1 only for the identity. The
  letter also fixes the centre of gravity of H, which is therefore the one centre of all rotations. Conversely H then
  lies in the orbits of the start and of the values of the resets under the finite group of these rotations.
- Otherwise H is bounded iff no letter expands, none drifts, and those with |a| = 1, but for the identity, have one
  centre. An expansion drives away every value but its centre, and H has another one. If H is bounded, a letter with
  |a| = 1 maps the closure of H, a compact set, isometrically into itself, and hence onto itself, so that it fixes the
  centre of the smallest disc around that set, whichever letter it is. Conversely let c be that one centre (any point,
  if no letter turns): of the discs around c all that are large enough are mapped into themselves by every letter.

Two maps h -> a h + b and h -> c h + d commute iff their `discrepancy` (1 - a) d - (1 - c) b is zero; two that turn have
one centre iff they commute. No division is needed.

Source: 2603.01959, the one-layer theorem and its lemma on useless coordinates.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.ordering import ComplexDomain, check_complex, compare, modulus_squared, order_of_unity
from exactssm.errors import ConstructionError
from exactssm.layers.diagonal import DiagonalLayer
from exactssm.machine import Symbol

__all__ = [
    "Affine",
    "Motion",
    "Reach",
    "coordinate_maps",
    "discrepancy",
    "is_finite_state",
    "motion",
    "reach",
    "reaches",
]


class Motion(Enum):
    """What a map h -> a h + b does to the complex plane."""

    IDENTITY = "identity"  #: a = 1, b = 0
    RESET = "reset"  #: a = 0
    ROTATION = "rotation"  #: a is a root of unity other than 1
    TURN = "turn of infinite order"  #: |a| = 1, and a is no root of unity
    CONTRACTION = "contraction"  #: 0 < |a| < 1
    EXPANSION = "expansion"  #: |a| > 1
    DRIFT = "drift"  #: a = 1, b != 0


class Reach(Enum):
    """How many values a coordinate takes over all words."""

    CONSTANT = "constant"  #: one value
    FINITE = "finite"  #: finitely many, more than one
    BOUNDED = "bounded"  #: infinitely many, in a disc
    UNBOUNDED = "unbounded"  #: beyond every bound


class Affine(NamedTuple):
    """The map h -> decay h + drive."""

    decay: Element
    drive: Element

    def __call__(self, domain: ComplexDomain, h: Element) -> Element:
        """The image of ``h``."""
        return domain.add(domain.mul(self.decay, h), self.drive)


def motion(domain: ComplexDomain, map: Affine) -> Motion:
    """What ``map`` does.

    >>> from exactssm.arithmetic import CyclotomicField
    >>> field = CyclotomicField(4)
    >>> [motion(field, Affine(field.parse(a), field.one)).value for a in ("0", "1", "[0,1]", "[3/5,4/5]", "1/2", "2")]
    ['reset', 'drift', 'rotation', 'turn of infinite order', 'contraction', 'expansion']
    """
    kind = _kind(domain, map.decay)
    return Motion.DRIFT if kind is Motion.IDENTITY and map.drive != domain.zero else kind


@lru_cache(2**12, typed=True)
def _kind(domain: ComplexDomain, decay: Element) -> Motion:
    """The motion by the decay alone, without a drive."""
    if decay == domain.zero:
        return Motion.RESET
    if decay == domain.one:
        return Motion.IDENTITY
    against_one = compare(domain, modulus_squared(domain, decay), 1)
    if against_one:
        return Motion.EXPANSION if against_one > 0 else Motion.CONTRACTION
    return Motion.TURN if order_of_unity(domain, decay) is None else Motion.ROTATION


def discrepancy(domain: ComplexDomain, first: Affine, second: Affine) -> Element:
    """By how much "first, then second" ends above "second, then first", wherever both begin.

    >>> from exactssm.arithmetic import Integers
    >>> discrepancy(Integers(), Affine(2, 0), Affine(1, 3))  # 2 h + 3, and 2 (h + 3)
    -3
    """
    a, b = first
    c, d = second
    one_minus_a, one_minus_c = (domain.add(domain.one, domain.neg(x)) for x in (a, c))
    return domain.add(domain.mul(one_minus_a, d), domain.neg(domain.mul(one_minus_c, b)))


def reach(domain: ComplexDomain, start: Element, maps: Sequence[Affine]) -> Reach:
    """What a coordinate reaches from ``start`` by all words over letters that act as ``maps``; see the module for the
    proof.

    >>> from exactssm.arithmetic import Integers
    >>> ring = Integers()
    >>> [reach(ring, h, [Affine(0, 1), Affine(-1, 4)]).value for h in (2, 3)]
    ['finite', 'finite']
    >>> reach(ring, 1, [Affine(2, -1), Affine(0, 1)]).value  # it doubles the distance from 1, where it stays
    'constant'
    """
    if all(map(domain, start) == start for map in maps):
        return Reach.CONSTANT
    kinds = {motion(domain, map) for map in maps}
    turning = [map for map in maps if motion(domain, map) in (Motion.ROTATION, Motion.TURN)]
    one_centre = all(discrepancy(domain, turning[0], other) == domain.zero for other in turning[1:])
    if not one_centre or kinds & {Motion.EXPANSION, Motion.DRIFT}:
        return Reach.UNBOUNDED
    return Reach.BOUNDED if kinds & {Motion.TURN, Motion.CONTRACTION} else Reach.FINITE


def coordinate_maps(layer: DiagonalLayer, letters: Iterable[Symbol]) -> list[list[Affine]]:
    """For each coordinate of ``layer`` the maps of the letters, in their order.

    Raises: SymbolError, if the layer has no entry for a letter.
    """
    rows = [layer.entries(letter) for letter in letters]
    width = layer.width
    return [[Affine(row[j], row[width + j]) for row in rows] for j in range(width)]


def reaches(layer: DiagonalLayer, letters: Sequence[Symbol]) -> tuple[Reach, ...]:
    """What each coordinate of ``layer`` reaches by words over ``letters``.

    >>> from exactssm.arithmetic import Integers
    >>> layer = DiagonalLayer(Integers(), (1, 0), {"x": (-1, 1)}, {"x": (0, 2)})
    >>> [r.value for r in reaches(layer, "x")]
    ['finite', 'unbounded']

    Raises: DomainError, unless the layer is over exact complex numbers; ConstructionError, if there is no letter;
    SymbolError, as `coordinate_maps`.
    """
    domain = check_complex(layer.domain)
    if not letters:
        raise ConstructionError("what a layer reaches is asked for words over at least one letter; none is given")
    maps = coordinate_maps(layer, letters)
    return tuple(reach(domain, start, own) for start, own in zip(layer.start, maps, strict=True))


def is_finite_state(layer: DiagonalLayer, letters: Sequence[Symbol]) -> bool:
    """Whether ``layer`` reaches finitely many states. Raises as `reaches`."""
    return all(r in (Reach.CONSTANT, Reach.FINITE) for r in reaches(layer, letters))
