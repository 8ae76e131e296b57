"""Rounding undoes the one-layer impossibility for complex numbers: non-solvable groups by one complex diagonal layer.

That one diagonal layer tracks Abelian groups only rests on a map h -> lambda h + b being affine: one that permutes a
finite set fixes the centre of gravity of that set, so that two of them commute. The map h -> fl(lambda h + b), which
rounds, is not affine. Here two such maps of one complex coordinate permute a handful of points and generate a group
that need not be Abelian, or even solvable. Copies of the coordinate, started at different points, keep the images of
these points; where the images of a few of them determine the permutation, the product is read off.

What this shows, and what not. Letters are two *generators*: for an alphabet of all elements of a non-Abelian group,
which is the paper's task, no such layer is known, and none is excluded. Letters are read one by one, with a rounding
after each: a parallel scan composes maps first and rounds elsewhere. For real numbers rounding changes nothing: see
`constructions.rounding.monotone_rounding`.

Numbers are scaled so that parameters and states are of one format. In fixed point with f fraction bits a grid of
integers z, with integers b and lambda = l / 2^f, becomes h = z / 2^f with b / 2^f, as fl(lambda h) then is the rounding
of lambda z, over 2^f.

Source: our reply to 2603.01959, whose theorem is about exact numbers (docs/findings). Figures found by search.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache, cached_property
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.rings.modular_diagonal import affine_layer, affine_tracker
from exactssm.algebra import Group
from exactssm.algebra.permutation import Permutation
from exactssm.arithmetic import (
    FLOATS,
    ComplexNumber,
    ComplexOver,
    CyclotomicField,
    FixedPoint,
    Moment,
    Overflow,
    Rounded,
    Rounding,
    round_to_integer,
)
from exactssm.arithmetic.cyclotomic import Cyclotomic
from exactssm.arithmetic.domain import Domain, Element, Inner, Rounds, inner_product
from exactssm.errors import ConstructionError
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = [
    "CLAIMS",
    "GaussianGrid",
    "RememberingRounded",
    "RoundedCoordinate",
    "permutation_group",
    "rounded_tracker",
    "unrounded_tracker",
]

GAUSSIAN = CyclotomicField(4)


@dataclass(frozen=True)
class GaussianGrid(Rounds):
    """Q(i), with steps that end on Z[i]: parameters are exact, and lambda h + b becomes the nearest Gaussian integer.

    Real and imaginary part are rounded by themselves, ties to even. Sums and products alone are exact.

    >>> grid = GaussianGrid()
    >>> grid.format(grid.inner((grid.parse("[3/5,4/5]"),), (grid.parse("[2,1]"),), grid.zero))
    '[0,2]'
    """

    def __str__(self) -> str:
        return "Q(i) rounded to Z[i]"

    def round(self, value: tuple[Fraction, Fraction]) -> Cyclotomic:
        """The nearest Gaussian integer."""
        real, imaginary = (round_to_integer(*x.as_integer_ratio(), Rounding.NEAREST_EVEN) for x in value)
        return Cyclotomic(4, (real, imaginary), 1)

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> Cyclotomic:
        """row . column + shift, exact and then rounded once."""
        nearest: Cyclotomic = self._step(tuple(row), tuple(column), shift)
        return nearest

    @cached_property
    def _step(self) -> Inner:
        exact = inner_product(GAUSSIAN)
        return cache(lambda row, column, shift: self.round(_parts(exact(row, column, shift))))

    # The rest is the field's own.

    zero, one, is_complex, size = GAUSSIAN.zero, GAUSSIAN.one, True, None
    add, neg, mul, check = GAUSSIAN.add, GAUSSIAN.neg, GAUSSIAN.mul, GAUSSIAN.check
    element, parse, format, root_of_unity = GAUSSIAN.element, GAUSSIAN.parse, GAUSSIAN.format, GAUSSIAN.root_of_unity


def _parts(x: Cyclotomic) -> tuple[Fraction, Fraction]:
    real, imaginary = (Fraction(c, x.denominator) for c in x.coefficients)
    return real, imaginary


class RememberingRounded(Rounded):
    """`Rounded`, faster: few steps arise, in many combinations, and each is taken once."""

    @cached_property
    def _step(self) -> Inner:
        return cache(super().inner)

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> Element:
        return self._step(tuple(row), tuple(column), shift)


class RoundedCoordinate(NamedTuple):
    """One complex coordinate, the maps that are its letters, and the points that they permute."""

    domain: GaussianGrid | Rounded
    maps: tuple[tuple[str, str], ...]  #: (lambda, b) for each letter
    points: tuple[str, ...]
    copies: int  #: the images of so many points, the first ones, tell all permutations apart
    order: int  #: of the group that the maps generate

    def maps_in(self, domain: Domain) -> list[tuple[Element, Element]]:
        """The maps in ``domain``, which must hold their numbers exactly."""
        return [(domain.parse(decay), domain.parse(drive)) for decay, drive in self.maps]

    def points_in(self, domain: Domain) -> list[Element]:
        """The points in ``domain``, likewise."""
        return list(map(domain.parse, self.points))


def permutation_group(coordinate: RoundedCoordinate) -> Group:
    """What the maps generate on the points; the maps are its generators, in order.

    Raises: ConstructionError, if a map does not permute the points, or the order is another than stated.
    """
    domain = coordinate.domain
    points = coordinate.points_in(domain)
    layer = affine_layer(domain, dict(enumerate(coordinate.maps_in(domain))), points)
    permutations: list[Permutation] = []
    for letter, (decay, drive) in enumerate(coordinate.maps):
        images = layer.step(layer.start, letter)
        if set(images) != set(points):
            raise ConstructionError(f"the map {decay} h + {drive} must permute the points, in {domain}; it doesn't")
        permutations.append(tuple(map(points.index, images)))
    structure = Group.from_permutations(permutations)
    if structure.order != coordinate.order:
        raise ConstructionError(f"the maps must generate a group of order {coordinate.order}, not {structure.order}")
    return structure


def rounded_tracker(coordinate: RoundedCoordinate) -> tuple[Model, WordProblem]:
    """One layer of copies of the coordinate, started at the first points; and its task, the product of the permutations
    read. The readout sends a state to the one permutation that leads there.

    Resources: depth 1; width, the number of copies; precision, the bits that tell the points apart.

    Raises: ConstructionError, as `permutation_group`, and if two permutations lead to the same state.
    """
    structure, domain = permutation_group(coordinate), coordinate.domain
    maps = dict(zip(structure.generators, coordinate.maps_in(domain), strict=True))
    model = affine_tracker(structure, domain, maps, coordinate.points_in(domain)[: coordinate.copies])
    return model, WordProblem(structure, structure.generators)


def unrounded_tracker(coordinate: RoundedCoordinate) -> tuple[Model, WordProblem]:
    """The same layer without rounding, in exact arithmetic; it is only read out through the rounding. Where the tracker
    is never, it puts out None."""
    rounded, task = rounded_tracker(coordinate)
    (block,) = rounded.blocks
    maps = dict(zip(task.letters, coordinate.maps_in(GAUSSIAN), strict=True))
    layer = affine_layer(GAUSSIAN, maps, coordinate.points_in(GAUSSIAN)[: coordinate.copies])
    domain = coordinate.domain
    numbers = domain.number_format if isinstance(domain, Rounded) else domain

    def readout(state: Vector, letter: Symbol) -> Output:
        return _known(block, tuple(numbers.round(_parts(h)) for h in state), letter)

    return Model(task.letters, [Block(layer, readout)]), task


def neighbours(coordinate: RoundedCoordinate) -> Iterator[tuple[str, Model, WordProblem]]:
    """The tracker in a number format with one number changed, the real or imaginary part of a lambda or b, to the next
    one of the format above or below; and the task. Read out as the tracker is; where that is never, they put out None.
    """
    tracker, task = rounded_tracker(coordinate)
    (block,) = tracker.blocks
    domain = coordinate.domain
    maps = coordinate.maps_in(domain)

    def readout(state: Vector, letter: Symbol) -> Output:
        return _known(block, state, letter)

    for letter, (decay, drive) in enumerate(maps):
        changed = [(f"lambda = {domain.format(x)}", (x, drive)) for x in _next_to(decay)]
        changed += [(f"b = {domain.format(x)}", (decay, x)) for x in _next_to(drive)]
        for what, other in changed:
            spoilt = dict(zip(task.letters, [*maps[:letter], other, *maps[letter + 1 :]], strict=True))
            layer = affine_layer(domain, spoilt, block.layer.start)
            yield f"letter {letter + 1} with {what}", Model(task.letters, [Block(layer, readout)]), task


def _next_to(x: ComplexNumber) -> Iterator[ComplexNumber]:
    """The numbers one part of which has the next code."""
    for up in (-1, 1):
        yield replace(x, real=x.real + up)
        yield replace(x, imaginary=x.imaginary + up)


def _known(block: Block, state: Vector, letter: Symbol) -> Output:
    """What the tracker puts out in ``state``; None where it never is."""
    try:
        return block.readout(state, letter)
    except KeyError:
        return None


def _fixed(fraction_bits: int, product: Moment) -> Rounded:
    """Fractions of ``fraction_bits`` bits between -1 and 1, as complex numbers; b is added to a rounded product."""
    parts = FixedPoint(0, fraction_bits, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    return RememberingRounded(ComplexOver(parts, product), Moment.EACH)


def _over(denominator: int, *points: tuple[int, int]) -> tuple[str, ...]:
    return tuple(f"[{x}/{denominator},{y}/{denominator}]" for x, y in points)


COORDINATES = {
    "S7, |lambda|=1, rounded to Z[i], d=6": RoundedCoordinate(
        GaussianGrid(),
        (("[8/17,15/17]", "[3/34,-7/34]"), ("[-4/5,3/5]", "[3/5,-1/5]")),
        _over(1, (0, 0), (1, 0), (1, 1), (0, 1), (-1, 0), (0, -1), (1, -1)),
        copies=6,
        order=5040,
    ),
    "S7, 5-bit fixed point, d=6": RoundedCoordinate(
        _fixed(4, Moment.ONCE),
        (("[6/16,13/16]", "[8/16,-2/16]"), ("[-13/16,8/16]", "[14/16,6/16]")),
        _over(16, (5, 5), (6, 4), (6, 5), (6, 6), (7, 4), (7, 5), (7, 6)),
        copies=6,
        order=5040,
    ),
    "S5, 6-bit fixed point, each product rounded, d=4": RoundedCoordinate(
        _fixed(5, Moment.EACH),
        (("[-15/32,23/32]", "[26/32,10/32]"), ("[-21/32,18/32]", "[26/32,14/32]")),
        _over(32, (10, 12), (11, 13), (12, 11), (12, 12), (12, 14)),
        copies=4,
        order=120,
    ),
    "A4xC2, 8-bit fixed point, each product rounded, d=3": RoundedCoordinate(
        _fixed(7, Moment.EACH),
        (("[-60/128,89/128]", "[94/128,-15/128]"), ("[-74/128,80/128]", "[99/128,-9/128]")),
        _over(128, (54, 17), (57, 15), (57, 18), (55, 17), (56, 15), (58, 17)),
        copies=3,
        order=24,
    ),
    "S3, binary16, every operation rounded, d=2": RoundedCoordinate(
        RememberingRounded(ComplexOver(FLOATS["binary16"], Moment.EACH), Moment.EACH),
        (("[-651/1024,-327/512]", "[1455,3414]"), ("[-607/1024,-391/512]", "[1203,3534]")),
        _over(1, (1478, 1509), (1479, 1510), (1480, 1510)),
        copies=2,
        order=6,
    ),
}


CORRECTED = {
    "C3, all letters, rounded to Z[i], d=1": RoundedCoordinate(
        GaussianGrid(),
        (("1", "0"), ("[-2/5,3/5]", "[7/10,1/10]"), ("[-2/5,-3/5]", "[1/10,7/10]")),
        _over(1, (0, 0), (1, 0), (0, 1)),
        copies=1,
        order=3,
    ),
}

QUICK = [name for name, coordinate in COORDINATES.items() if coordinate.order < 1000]


def _tracked(coordinate: RoundedCoordinate) -> Iterator[Case]:
    model, task = rounded_tracker(coordinate)
    bounds = Bounds(
        exactly={"depth": 1, "widths": (coordinate.copies,)},
        at_most={"precision": (len(coordinate.points) - 1).bit_length()},
    )
    letters = "all elements" if len(task.letters) == task.structure.order else "two generators"
    yield Case(letters, model, task, bounds)


def _unrounded(coordinate: RoundedCoordinate) -> Iterator[Case]:
    model, task = unrounded_tracker(coordinate)
    yield Case("in exact arithmetic", model, task)


def _neighbouring(coordinate: RoundedCoordinate) -> Iterator[Case]:
    for what, model, task in neighbours(coordinate):
        yield Case(what, model, task)


CLAIMS = (
    Claim(
        name="one-layer-rounds-complex-numbers",
        source="2603.01959, one-layer theorem, with rounding after each step",
        statement="One complex diagonal layer that rounds tracks non-Abelian, even non-solvable groups on two "
        "generators, letter by letter: the theorem needs exact numbers. Whether any does with every element for a "
        "letter is open.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rounding.rounded_complex",
        cases=_tracked,
        instances=COORDINATES,
    ),
    Claim(
        name="one-layer-rounds-itself-right",
        source="2603.01959, one-layer theorem, with rounding after each step",
        statement="With rounding, contractions track: decays with |lambda| < 1, of which exact arithmetic keeps less "
        "and less, track C3 with every element for a letter.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rounding.rounded_complex",
        cases=_tracked,
        instances=CORRECTED,
    ),
    Claim(
        name="one-layer-without-its-rounding",
        source="2603.01959, one-layer theorem",
        statement="The same layers in exact arithmetic, rounded only where they are read out, fail.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rounding.rounded_complex",
        cases=_unrounded,
        instances={name: COORDINATES[name] for name in QUICK} | CORRECTED,
        full={name: c for name, c in COORDINATES.items() if name not in QUICK},
    ),
    Claim(
        name="one-layer-rounds-a-neighbour",
        source="2603.01959, one-layer theorem, with rounding after each step",
        statement="The layers in number formats hang on every number: one part of a lambda or b moved to the next "
        "number of its format, up or down, and the layer fails.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rounding.rounded_complex",
        cases=_neighbouring,
        instances={name: COORDINATES[name] for name in QUICK},
        full={name: c for name, c in COORDINATES.items() if name not in QUICK and isinstance(c.domain, Rounded)},
    ),
)
