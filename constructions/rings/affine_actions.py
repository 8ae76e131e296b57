"""One diagonal layer over a small finite ring for a given group, found by search among the group's affine actions.

A homomorphism f from G to the maps h -> a h + b with a unit a takes a coordinate that starts at h_0 to f(P)(h_0), where
P is the product read. If a few such coordinates together take another value at each element of G, one layer with these
coordinates tracks G, every element being a letter.

The search is complete for such homomorphisms. A group without them may still be tracked over the ring in another way:
by more layers, or on generators alone.

Source: our reply to 2603.01959, as in `constructions.rings.modular_diagonal`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product
from math import prod
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from exactssm.algebra import Group
from exactssm.arithmetic import GaloisField, PrimeField, ResidueRing
from exactssm.arithmetic.domain import Element
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.models import Block, Model

__all__ = ["MAX_CANDIDATES", "MAX_RING", "FiniteRing", "affine_model"]

FiniteRing = ResidueRing | PrimeField | GaloisField
Ints = npt.NDArray[np.int64]

MAX_RING = 16  #: elements of the ring; there are at most 240 maps then
MAX_CANDIDATES = 2**20  #: choices of a map for each generator


class _Coordinate(NamedTuple):
    """A coordinate of the layer: a homomorphism to the affine maps, and where it starts."""

    maps: tuple[tuple[Element, Element], ...]  #: (a, b) for each element of the group
    start: Element


def affine_model(structure: Group, ring: FiniteRing, letters: Sequence[int] | None = None) -> Model:
    """One diagonal layer over ``ring`` that tracks the running product of ``letters`` (all elements by default).

    >>> from exactssm.algebra import group
    >>> from exactssm.machine import run
    >>> model = affine_model(group("S3"), ResidueRing(3))
    >>> [layer.width for layer in model.layers()], run(model, (1, 3, 1)).outputs
    ([2], (1, 2, 4))

    Raises: ConstructionError, if the ring is larger than `MAX_RING`, if there are too many choices to search, or if no
    affine actions tell the elements of the group apart.
    """
    if ring.size > MAX_RING:
        raise ConstructionError(
            f"affine actions are searched over rings of at most {MAX_RING} elements, not over {ring}"
        )
    chosen = _separating_coordinates(structure, ring)
    alphabet = tuple(range(structure.order) if letters is None else letters)
    if not chosen:  # the trivial group
        return Model(alphabet, [])

    def decay(x: int) -> Vector:
        return tuple(c.maps[x][0] for c in chosen)

    def drive(x: int) -> Vector:
        return tuple(c.maps[x][1] for c in chosen)

    layer = DiagonalLayer(
        ring, tuple(c.start for c in chosen), {x: decay(x) for x in alphabet}, {x: drive(x) for x in alphabet}
    )
    everything = DiagonalLayer(ring, layer.start, decay, drive)
    element_at = {everything.step(layer.start, x): x for x in range(structure.order)}
    return Model(alphabet, [Block(layer, lambda state, letter: element_at[state])])


def _separating_coordinates(structure: Group, ring: FiniteRing) -> list[_Coordinate]:
    """Coordinates that together take another tuple of values at each element; those of many values are tried first.

    Raises: ConstructionError, if there are none.
    """
    elements = list(ring.elements)
    number = {h: i for i, h in enumerate(elements)}
    units = [a for a in elements if any(ring.mul(a, c) == ring.one for c in elements)]
    maps = list(product(units, elements))
    moved = np.array([[number[ring.add(ring.mul(a, h), b)] for h in elements] for a, b in maps], np.int64)
    place = {tuple(row): f for f, row in enumerate(moved.tolist())}  # a map is known by its values: b first, then a
    then = np.array([[place[tuple(row)] for row in moved[:, image].tolist()] for image in moved]).reshape(
        2 * [len(maps)]
    )
    homomorphisms = _homomorphisms(structure, then, place[tuple(range(len(elements)))])
    distinct = [1 + (np.diff(np.sort(moved[homomorphisms, h], axis=1)) != 0).sum(axis=1) for h in range(len(elements))]
    chosen: list[_Coordinate] = []
    classes, count = np.zeros(structure.order, np.int64), 1
    for place_in_order in np.argsort(-np.concatenate(distinct), kind="stable"):
        if count == structure.order:
            break
        h, row = divmod(int(place_in_order), len(homomorphisms))
        image = homomorphisms[row]
        _, finer = np.unique(classes * len(elements) + moved[image, h], return_inverse=True)
        if (refined := int(finer.max()) + 1) > count:
            chosen.append(_Coordinate(tuple(maps[f] for f in image), elements[h]))
            classes, count = finer, refined
    if count < structure.order:
        raise ConstructionError(f"no affine actions on {ring} tell the elements of {structure.name} apart")
    return chosen


def _homomorphisms(structure: Group, then: Ints, identity: int) -> Ints:
    """All homomorphisms from the group to the group with the table ``then``; shape (homomorphisms, order).

    A choice of images for the generators extends to a homomorphism iff all edges x -> xg of the Cayley graph agree.
    """
    candidates = []
    for g in structure.generators:
        power = np.full(len(then), identity)
        for _ in range(structure.element_orders[g]):
            power = then[power, np.arange(len(then))]
        candidates.append(np.flatnonzero(power == identity))
    if prod(map(len, candidates)) > MAX_CANDIDATES:
        raise ConstructionError(f"there are more than {MAX_CANDIDATES} choices of affine maps for the generators")
    chosen = [axis.ravel() for axis in np.meshgrid(*candidates, indexing="ij")]
    count = len(chosen[0]) if chosen else 1
    images: dict[int, Ints] = {0: np.full(count, identity)}
    frontier = [0]
    for x in frontier:  # which grows while it is read
        for g, image in enumerate(chosen):
            xg = structure.mul(x, structure.generators[g])
            reached = then[images[x], chosen[g]]
            if xg not in images:
                images[xg] = reached
                frontier.append(xg)
            elif not (agree := images[xg] == reached).all():
                images = {y: row[agree] for y, row in images.items()}
                chosen = [image[agree] for image in chosen]
    return np.stack([images[x] for x in range(structure.order)], axis=1)
