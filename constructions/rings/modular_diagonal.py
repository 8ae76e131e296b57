"""Wrap-around arithmetic undoes the one-layer impossibility: non-Abelian groups by one diagonal layer over a finite
ring.

That one diagonal layer tracks Abelian groups only rests on a non-zero translation never having finite order. In Z/m it
has. The maps h -> a h + b with a unit a of a finite ring form a group that is non-Abelian as soon as there is a unit
other than one, and a layer of width d, started at d different points, keeps the images of these points. If that tuple
of images determines the product of the letters read, the product can be read out.

Source: our reply to 2603.01959, whose theorem is about numbers without wrap-around (docs/findings).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.rings.affine_actions import FiniteRing, affine_model
from exactssm.algebra import Group, group
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "affine_layer", "affine_tracker", "tracker_by"]


def affine_layer(
    domain: Domain, maps: Mapping[int, tuple[Element, Element]], starts: Sequence[Element]
) -> DiagonalLayer:
    """One coordinate for each start, all moved by the same map h -> a h + b; ``maps`` gives (a, b) for each letter."""
    decay: dict[Symbol, Vector] = {letter: (a,) * len(starts) for letter, (a, _) in maps.items()}
    drive: dict[Symbol, Vector] = {letter: (b,) * len(starts) for letter, (_, b) in maps.items()}
    return DiagonalLayer(domain, start=tuple(starts), decay=decay, drive=drive)


def affine_tracker(
    structure: Group, domain: Domain, maps: Mapping[int, tuple[Element, Element]], starts: Sequence[Element]
) -> Model:
    """Track the running product of the letters of ``maps`` in ``structure``, one affine map a letter.

    Raises: ConstructionError, naming the state, if words with different products lead to the same state.
    """
    return tracker_by(affine_layer(domain, maps, starts), structure, tuple(maps))


def tracker_by(layer: DiagonalLayer, structure: Group, letters: Sequence[int]) -> Model:
    """Track the running product of ``letters`` by ``layer``, whose readout sends a state to the one element whose words
    lead there.

    Raises: ConstructionError, naming the state, if words with different products lead to the same state.
    """
    element_at: dict[Vector, int] = {layer.start: 0}
    frontier = deque(element_at)
    while frontier:
        state = frontier.popleft()
        for letter in letters:
            after, element = layer.step(state, letter), structure.mul(element_at[state], letter)
            if after not in element_at:
                element_at[after] = element
                frontier.append(after)
            elif element_at[after] != element:
                raise ConstructionError(
                    f"the state {after!r} is reached by words with two products in {structure.name}"
                )
    return Model(letters, [Block(layer, lambda state, letter: element_at[state])])


def element_of_order(structure: Group, order: int, outside: Sequence[int] = ()) -> int:
    """The first element of that order, not among the powers of ``outside``.

    Raises: ConstructionError, if there is none.
    """
    excluded = {structure.power(g, n) for g in outside for n in range(structure.element_orders[g])}
    for g, found in enumerate(structure.element_orders):
        if found == order and g not in excluded:
            return g
    raise ConstructionError(f"{structure.name} has no element of order {order} that would do")


class Affine(NamedTuple):
    """One instance: a group on two generators, and the maps that stand for them."""

    group: str
    ring: FiniteRing
    orders: tuple[int, int]  #: of the two generators
    maps: tuple[tuple[object, object], tuple[object, object]]  #: (a, b) for each
    starts: tuple[object, ...] = (0, 1)


def _tracked(instance: Affine) -> Iterator[Case]:
    structure, ring = group(instance.group), instance.ring
    first = element_of_order(structure, instance.orders[0])
    second = element_of_order(structure, instance.orders[1], outside=[first])
    a, b = ((ring.element(x), ring.element(y)) for x, y in instance.maps)
    model = affine_tracker(structure, ring, {first: a, second: b}, [ring.element(h) for h in instance.starts])
    task = WordProblem(structure, letters=(first, second))
    yield Case("two generators", model, task, _bounds(ring, len(instance.starts)))


def _all_letters(instance: tuple[str, FiniteRing, int]) -> Iterator[Case]:
    name, ring, width = instance
    structure = group(name)
    yield Case("all elements", affine_model(structure, ring), WordProblem(structure), _bounds(ring, width))


def _bounds(ring: FiniteRing, width: int) -> Bounds:
    return Bounds(exactly={"depth": 1, "widths": (width,)}, at_most={"precision": (ring.size - 1).bit_length()})


def _every_scalar_layer(instance: tuple[str, int, int]) -> Iterator[Case]:
    """Every layer of width 1 over Z/m from each of the first starts, on an involution and a 3-cycle: m^4 from each.

    From 0 is enough: h -> h - h_0 takes a layer to one that starts from 0, one to one on its states.
    """
    name, modulus, starts = instance
    structure, ring = group(name), ResidueRing(modulus)
    r = element_of_order(structure, 3)
    s = element_of_order(structure, 2)
    task = WordProblem(structure, letters=(s, r))
    for a0, b0, a1, b1, h in product(*[range(modulus)] * 4, range(starts)):
        layer = affine_layer(ring, {s: (a0, b0), r: (a1, b1)}, (h,))
        yield Case(f"s: {a0}h+{b0}, r: {a1}h+{b1}, from {h}", Model((s, r), [Block(layer, lambda h, x: h)]), task)


F4 = GaloisField(4)


def _over(ring: FiniteRing, widths: dict[str, int]) -> dict[str, tuple[str, FiniteRing, int]]:
    """An instance for each group, with the width that it takes over ``ring``."""
    return {f"{name} over {ring}, d={width}": (name, ring, width) for name, width in widths.items()}


CLAIMS = (
    Claim(
        name="one-layer-wraps-around",
        source="2603.01959, one-layer theorem, in wrap-around arithmetic",
        statement="One diagonal layer over a finite ring tracks non-Abelian groups on two generators: the theorem "
        "needs numbers that don't wrap around.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rings.modular_diagonal",
        cases=_tracked,
        instances={
            "S3 over Z/3, d=2": Affine("S3", ResidueRing(3), (2, 3), ((2, 0), (1, 1))),
            "S3 over Z/6, d=1": Affine("S3", ResidueRing(6), (2, 3), ((5, 3), (1, 4)), (0,)),
            "D4 over Z/4, d=2": Affine("D4", ResidueRing(4), (4, 2), ((1, 1), (3, 0))),
            "Q8 over Z/8, d=2": Affine("Q8", ResidueRing(8), (4, 4), ((1, 2), (3, 1))),
            "D5 over Z/5, d=2": Affine("D5", ResidueRing(5), (2, 5), ((4, 0), (1, 1))),
            "AGL(1,5) over Z/5, d=2": Affine("AGL(1,5)", ResidueRing(5), (4, 5), ((2, 0), (1, 1))),
            "C7:C3 over Z/7, d=2": Affine("C7:C3", ResidueRing(7), (3, 7), ((2, 0), (1, 1))),
            "A4 over GF(4), d=2": Affine("A4", F4, (3, 2), ((F4.generator, 0), (1, 1))),
        },
    ),
    Claim(
        name="one-layer-wraps-around-all-letters",
        source="2603.01959, one-layer theorem, in wrap-around arithmetic",
        statement="One diagonal layer over a finite ring tracks non-Abelian groups with every element for a letter, as "
        "the theorem has it: S3 over Z/6, D4 and Q8 over Z/8 with a single coordinate.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rings.affine_actions",
        cases=_all_letters,
        instances=_over(ResidueRing(3), {"S3": 2})
        | _over(ResidueRing(4), {"D4": 2, "C4:C4": 2})
        | _over(ResidueRing(5), {"D5": 2, "AGL(1,5)": 2})
        | _over(ResidueRing(6), {"S3": 1})
        | _over(ResidueRing(7), {"C7:C3": 2})
        | _over(ResidueRing(8), {"D4": 1, "Q8": 1})
        | _over(F4, {"A4": 2}),
        full=_over(ResidueRing(3), {"D6": 3, "C3xS3": 3})
        | _over(ResidueRing(4), {"[16,3]": 3})
        | _over(ResidueRing(5), {"D10": 3, "[20,1]": 3})
        | _over(ResidueRing(6), {"D6": 2, "C3xS3": 2})
        | _over(ResidueRing(7), {"D7": 2})
        | _over(ResidueRing(8), {"[16,3]": 2, "[16,6]": 2, "[16,8]": 2, "C4:C4": 2, "D8": 2})
        | _over(ResidueRing(9), {"S3": 1, "D6": 2, "D9": 2, "C3xS3": 2})
        | _over(ResidueRing(12), {"D6": 1, "C3:C4": 1, "C4xS3": 2, "D12": 2, "[24,7]": 2, "[24,8]": 2, "C3xD4": 2})
        | _over(GaloisField(8), {"AGL(1,8)": 2})
        | _over(GaloisField(9), {"AGL(1,9)": 2})
        | _over(GaloisField(16), {"A4": 1, "AGL(1,16)": 2}),
    ),
    Claim(
        name="one-scalar-over-z3-fails",
        source="2603.01959, one-layer theorem, in wrap-around arithmetic",
        statement="No diagonal layer of width 1 over Z/3 tracks S3 on an involution and a 3-cycle, whatever its start "
        "and its readout: it has too few states.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rings.modular_diagonal",
        cases=_every_scalar_layer,
        instances={"S3, 243 layers": ("S3", 3, 3)},
        every_readout=True,
    ),
    Claim(
        name="one-scalar-over-z7-fails",
        source="2603.01959, one-layer theorem, in wrap-around arithmetic",
        statement="No diagonal layer of width 1 over Z/7 tracks S3 on an involution and a 3-cycle, whatever its start "
        "and its readout, although it has states enough.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rings.modular_diagonal",
        cases=_every_scalar_layer,
        instances={"S3, the 2401 layers from 0": ("S3", 7, 1)},
        full={"S3, 16807 layers": ("S3", 7, 7)},
        every_readout=True,
    ),
)
