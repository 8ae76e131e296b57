"""Wrap-around arithmetic undoes the one-layer impossibility: non-Abelian groups by one diagonal layer over a finite ring.

The theorem that one diagonal layer tracks Abelian groups only needs that a non-zero translation never has finite order. In
Z/m it has. The maps h -> a h + b over a finite ring R form a group that is non-Abelian as soon as R has a unit other than
one, and a layer of width d, started at d different points, keeps the images of these points. If that tuple of images
determines the product of the letters read, the product can be read out.

Source: our reply to 2603.01959, whose theorem is about numbers without wrap-around (docs/findings).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.algebra import Group, group
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "affine_layer", "affine_tracker"]


def affine_layer(
    domain: Domain, maps: Mapping[int, tuple[Element, Element]], starts: Sequence[Element]
) -> DiagonalLayer:
    """One coordinate for each start, all moved by the same map h -> a h + b; ``maps`` gives (a, b) for each letter."""
    decay = {letter: (a,) * len(starts) for letter, (a, _) in maps.items()}
    drive = {letter: (b,) * len(starts) for letter, (_, b) in maps.items()}
    return DiagonalLayer(domain, start=tuple(starts), decay=decay, drive=drive)


def affine_tracker(
    structure: Group, domain: Domain, maps: Mapping[int, tuple[Element, Element]], starts: Sequence[Element]
) -> Model:
    """Track the running product of the letters of ``maps`` in ``structure``, one affine map a letter.

    The readout sends a state to the one element whose words lead there.

    Raises: ConstructionError, naming the state, if words with different products lead to the same state.
    """
    layer = affine_layer(domain, maps, starts)
    element_at: dict[Vector, int] = {layer.start: 0}
    frontier = deque(element_at)
    while frontier:
        state = frontier.popleft()
        for letter in maps:
            after, element = layer.step(state, letter), structure.mul(element_at[state], letter)
            if after not in element_at:
                element_at[after] = element
                frontier.append(after)
            elif element_at[after] != element:
                raise ConstructionError(
                    f"the state {after!r} is reached by words with two products in {structure.name}"
                )
    return Model(tuple(maps), [Block(layer, lambda state, letter: element_at[state])])


def element_of_order(structure: Group, order: int, outside: Sequence[int] = ()) -> int:
    """The first element of that order, not among the powers of ``outside``.

    Raises: ConstructionError, if there is none.
    """
    excluded = {structure.product([g] * n) for g in outside for n in range(structure.order)}
    for g in range(structure.order):
        if g not in excluded and _order(structure, g) == order:
            return g
    raise ConstructionError(f"{structure.name} has no element of order {order} that would do")


def _order(structure: Group, g: int) -> int:
    power, n = g, 1
    while power:
        power, n = structure.mul(power, g), n + 1
    return n


class Affine(NamedTuple):
    """One instance: a group on two generators, and the maps that stand for them."""

    group: str
    domain: Domain
    orders: tuple[int, int]  #: of the two generators
    maps: tuple[tuple[object, object], tuple[object, object]]  #: (a, b) for each
    starts: tuple[object, ...]


def _tracked(instance: Affine) -> Iterator[Case]:
    structure, domain = group(instance.group), instance.domain
    first = element_of_order(structure, instance.orders[0])
    second = element_of_order(structure, instance.orders[1], outside=[first])
    a, b = ((domain.element(x), domain.element(y)) for x, y in instance.maps)
    model = affine_tracker(structure, domain, {first: a, second: b}, [domain.element(h) for h in instance.starts])
    task = WordProblem(structure, letters=(first, second))
    yield Case("two generators", model, task, Bounds(exactly={"depth": 1, "widths": (len(instance.starts),)}))


def _every_scalar_layer(instance: tuple[str, int]) -> Iterator[Case]:
    """Every layer of width 1 over Z/m with every start, on two generators."""
    name, modulus = instance
    structure, ring = group(name), ResidueRing(modulus)
    r = element_of_order(structure, 3)
    s = element_of_order(structure, 2)
    task = WordProblem(structure, letters=(s, r))
    for a0, b0, a1, b1, h in product(range(modulus), repeat=5):
        layer = affine_layer(ring, {s: (a0, b0), r: (a1, b1)}, (h,))
        yield Case(f"s: {a0}h+{b0}, r: {a1}h+{b1}, from {h}", Model((s, r), [Block(layer, lambda h, x: h)]), task)


CLAIMS = (
    Claim(
        name="one-layer-wraps-around",
        source="2603.01959, one-layer theorem, in wrap-around arithmetic",
        statement="One diagonal layer over a finite ring tracks non-Abelian groups on two generators: the theorem needs numbers "
        "that don't wrap around.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.modular_diagonal",
        cases=_tracked,
        instances={
            "S3 over Z/3, d=2": Affine("S3", ResidueRing(3), (2, 3), ((2, 0), (1, 1)), (0, 1)),
            "S3 over Z/6, d=1": Affine("S3", ResidueRing(6), (2, 3), ((5, 3), (1, 4)), (0,)),
            "D4 over Z/4, d=2": Affine("D4", ResidueRing(4), (4, 2), ((1, 1), (3, 0)), (0, 1)),
            "Q8 over Z/8, d=2": Affine("Q8", ResidueRing(8), (4, 4), ((1, 2), (3, 1)), (0, 1)),
        },
    ),
    Claim(
        name="one-scalar-over-z3-fails",
        source="2603.01959, one-layer theorem, in wrap-around arithmetic",
        statement="No diagonal layer of width 1 over Z/3 tracks S3 on two generators, whatever its start and its readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.modular_diagonal",
        cases=_every_scalar_layer,
        instances={"S3, 243 layers": ("S3", 3)},
        every_readout=True,
    ),
)
