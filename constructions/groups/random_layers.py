"""Exact diagonal layers drawn at random, as candidates for what no layer does: every kind of motion, mixed.

A layer is over Q(zeta_n) for an n in `CONDUCTORS`, with 1 to 4 coordinates. Each coordinate is of a `Sort`, which says
how the maps of the letters are drawn: among rotations about one centre or several, resets, contractions, expansions,
drifts. Half of the coordinates that only turn follow a character of the group, as those of a layer that tracks an
Abelian group do. Draws depend on the seed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from fractions import Fraction
from functools import cache
from math import gcd
from random import Random
from typing import Final, NamedTuple, TypeAlias

from exactssm.algebra import AbelianFactor, Group, commutator_subgroup
from exactssm.arithmetic import CyclotomicField
from exactssm.arithmetic.domain import Element, powers
from exactssm.arithmetic.ordering import conjugate, order_of_unity
from exactssm.layers import DiagonalLayer
from exactssm.layers.motion import Affine

__all__ = ["CONDUCTORS", "FINITE", "INFINITE", "MAX_WIDTH", "Drawn", "Sort", "random_layers"]

CONDUCTORS: Final = (1, 3, 4, 5, 8, 12)
MAX_WIDTH: Final = 4


class Sort(Enum):
    """How the maps of a coordinate's letters are drawn."""

    STILL = "letters of all motions that fix the start"
    CHARACTER = "rotations by a character"
    ROTATIONS = "rotations about one centre"
    RESETS = "rotations and resets"
    CONTRACTIONS = "contractions"
    TURNS = "turns of infinite order"
    CENTRES = "rotations about several centres"
    EXPANSIONS = "expansions"
    DRIFTS = "drifts"


FINITE: Final = (Sort.STILL, Sort.CHARACTER, Sort.ROTATIONS, Sort.RESETS, Sort.RESETS)
INFINITE: Final = (Sort.CONTRACTIONS, Sort.CONTRACTIONS, Sort.TURNS, Sort.CENTRES, Sort.EXPANSIONS, Sort.DRIFTS)

Coordinate: TypeAlias = tuple[Element, list[Affine]]  # the start, and the map of each letter
Character: TypeAlias = Callable[[int], Element]


class Drawn(NamedTuple):
    """A layer with the sorts of its coordinates."""

    layer: DiagonalLayer
    sorts: tuple[Sort, ...]


def random_layers(
    seed: str, group: Group, letters: Sequence[int], count: int, *, finite: bool, max_width: int = MAX_WIDTH
) -> Iterator[Drawn]:
    """``count`` layers on ``letters``, elements of ``group``: with finitely many states, or with a coordinate that is
    drawn to take infinitely many values.

    >>> from exactssm.algebra import group
    >>> drawn = list(random_layers("seed", group("S3"), range(6), 5, finite=True))
    >>> len(drawn), {sort for layer in drawn for sort in layer.sorts} <= set(FINITE)
    (5, True)
    """
    draw = Random(seed)
    abelian = AbelianFactor(group, tuple(range(group.order)), commutator_subgroup(group, range(group.order)))
    for _ in range(count):
        field = CyclotomicField(draw.choice(CONDUCTORS))
        width = draw.randint(1, max_width)
        sorts = [draw.choice(FINITE if finite or draw.random() < 0.5 else INFINITE) for _ in range(width)]
        if not finite:
            sorts[draw.randrange(width)] = draw.choice(INFINITE)
        pools = _pools(field)
        coordinates = [_coordinate(draw, pools, sort, abelian, letters) for sort in sorts]
        layer = DiagonalLayer(
            field,
            tuple(start for start, _ in coordinates),
            decay={x: tuple(maps[i].decay for _, maps in coordinates) for i, x in enumerate(letters)},
            drive={x: tuple(maps[i].drive for _, maps in coordinates) for i, x in enumerate(letters)},
        )
        yield Drawn(layer, tuple(sorts))


class _Pools(NamedTuple):
    """The numbers of a field that are drawn."""

    field: CyclotomicField
    roots: tuple[Element, ...]  #: of unity: the powers of one
    turns: tuple[Element, ...]  #: of modulus 1, no roots of unity
    contractions: tuple[Element, ...]
    expansions: tuple[Element, ...]
    points: tuple[Element, ...]  #: starts, centres and values of resets


@cache
def _pools(field: CyclotomicField) -> _Pools:
    n = field.conductor
    order = n * (1 + n % 2)
    w = field.root_of_unity(order)
    roots = powers(field, w, order)
    zeta = field.zeta(1)

    def plus(k: int) -> Element:
        return field.add(field.element(k), zeta)

    def times(q: Fraction, x: Element) -> Element:
        return field.mul(field.element(q), x)

    turn = field.mul(plus(3), field.inverse(conjugate(field, plus(3))))
    shrink, grow = (Fraction(1, 2), Fraction(-1, 3), Fraction(2, 3)), (Fraction(2), Fraction(-3, 2))
    return _Pools(
        field,
        tuple(roots),
        () if order_of_unity(field, turn) else (turn, conjugate(field, turn), field.mul(turn, w)),
        (
            *(times(q, x) for q in shrink for x in roots),
            times(Fraction(1, 3), plus(1)),
            times(Fraction(1, 4), plus(2)),
        ),
        (*(times(q, x) for q in grow for x in roots), plus(3), times(Fraction(3), plus(2))),
        (field.zero, field.one, field.element(-1), zeta, plus(1), plus(-2), field.element(Fraction(1, 2))),
    )


def _coordinate(draw: Random, pools: _Pools, sort: Sort, abelian: AbelianFactor, letters: Sequence[int]) -> Coordinate:
    """A coordinate of that sort; one letter at least makes it what its sort says."""
    field = pools.field
    start = draw.choice(pools.points)
    centre = draw.choice([c for c in pools.points if c != start])
    makes_it_so = draw.randrange(len(letters))
    character = _character(draw, pools, abelian)
    maps: list[Affine] = []
    for i, x in enumerate(letters):
        if sort is Sort.CHARACTER:
            maps.append(_about(field, character(x), centre))
        elif sort is Sort.STILL:
            decays = (pools.roots, pools.turns or pools.roots, pools.contractions, pools.expansions, (field.zero,))
            maps.append(_about(field, draw.choice(draw.choice(decays)), start))
        elif i == makes_it_so:
            maps.append(_typical(draw, pools, sort, start, centre))
        else:
            maps.append(_usual(draw, pools, sort, centre))
    return start, maps


def _typical(draw: Random, pools: _Pools, sort: Sort, start: Element, centre: Element) -> Affine:
    """A map without which a coordinate wouldn't be of its sort; the last ones fix neither start nor centre."""
    field = pools.field
    elsewhere = draw.choice([c for c in pools.points if c not in (start, centre)])
    match sort:
        case Sort.RESETS:
            return Affine(field.zero, draw.choice(pools.points))
        case Sort.TURNS if pools.turns:
            return _about(field, draw.choice(pools.turns), centre)
        case Sort.CONTRACTIONS | Sort.TURNS:
            return _about(field, draw.choice(pools.contractions), elsewhere)
        case Sort.CENTRES:
            return _about(field, draw.choice(pools.roots[1:] + pools.turns), elsewhere)
        case Sort.EXPANSIONS:
            return _about(field, draw.choice(pools.expansions), elsewhere)
        case Sort.DRIFTS:
            return Affine(field.one, draw.choice([b for b in pools.points if b != field.zero]))
        case _:
            return _about(field, draw.choice(pools.roots), centre)


def _usual(draw: Random, pools: _Pools, sort: Sort, centre: Element) -> Affine:
    """A map that a coordinate of that sort may have on any letter."""
    field, points = pools.field, pools.points
    chance = draw.random()
    rotation = _about(field, draw.choice(pools.roots), centre)
    if chance < 0.5 or sort is Sort.ROTATIONS:
        return rotation
    if (chance < 0.65 and sort is not Sort.CENTRES) or sort is Sort.RESETS:
        return Affine(field.zero, draw.choice(points))
    if sort is Sort.CENTRES:
        return _about(field, draw.choice(pools.roots[1:]), draw.choice(points))
    if sort is Sort.TURNS and pools.turns and chance < 0.9:
        return _about(field, draw.choice(pools.turns), centre)
    return _about(field, draw.choice(pools.contractions), draw.choice(points))


def _about(field: CyclotomicField, decay: Element, centre: Element) -> Affine:
    """The map h -> decay (h - centre) + centre."""
    return Affine(decay, field.add(centre, field.neg(field.mul(decay, centre))))


def _character(draw: Random, pools: _Pools, abelian: AbelianFactor) -> Character:
    """A character of the group with values among the roots of unity of the field."""
    order = len(pools.roots)
    turns = [draw.randrange(n) * (order // gcd(n, order)) for n in abelian.orders]

    def character(x: int) -> Element:
        exponent = sum(t * c for t, c in zip(turns, abelian.coordinates(x), strict=True))
        return pools.roots[exponent % order]

    return character
