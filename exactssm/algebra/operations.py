"""Operations on arrays of elements, alike for monoids with a table and for monoids of transformations."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.algebra.cayley import IntArray
from exactssm.algebra.monoid import FiniteMonoid
from exactssm.algebra.transformations import TransformationMonoid

__all__ = ["CayleyGraphs", "Monoid", "cayley_graphs", "first_of_odd_period", "first_of_period", "idempotents", "times"]

Monoid: TypeAlias = FiniteMonoid | TransformationMonoid

CHUNK = 8192  # elements whose powers are taken at a time, to keep temporaries small


class CayleyGraphs(NamedTuple):
    """The right and the left Cayley graph of a monoid."""

    generators: IntArray  #: elements, perhaps more than once
    right: IntArray  #: entry [x, i] is x times generator i; shape (order, generators)
    left: IntArray  #: entry [x, i] is generator i times x


def cayley_graphs(monoid: Monoid) -> CayleyGraphs:
    """The Cayley graphs with the monoid's own generators."""
    if isinstance(monoid, TransformationMonoid):
        return CayleyGraphs(monoid.right[0], monoid.right, monoid.left)
    generators = np.array(monoid.generators, np.int32)
    right = np.ascontiguousarray(monoid.table[:, generators])
    return CayleyGraphs(generators, right, np.ascontiguousarray(monoid.table[generators].T))


def times(monoid: Monoid, elements: npt.NDArray[np.integer], factor: int) -> IntArray:
    """Each of ``elements`` times ``factor``."""
    if isinstance(monoid, TransformationMonoid):
        return monoid.numbers_of(monoid.elements[factor][monoid.elements[elements]])
    products: IntArray = monoid.table[elements, factor]
    return products


def idempotents(monoid: Monoid) -> IntArray:
    """The elements e with ee = e, ascending."""
    rows = _values(monoid)
    return np.flatnonzero((_compose(monoid, rows, rows) == rows).all(axis=1)).astype(np.int32)


def first_of_period(monoid: Monoid) -> int | None:
    """The least element that generates a nontrivial group, as its powers come round to more than one; None if the
    monoid is aperiodic.

    >>> from exactssm.algebra import group
    >>> first_of_period(group("C4")), first_of_odd_period(group("C4")), first_of_odd_period(group("S3"))
    (1, None, 3)
    """
    return _first(monoid, odd=False)


def first_of_odd_period(monoid: Monoid) -> int | None:
    """The least element that generates a group whose order is no power of 2; None if all subgroups are 2-groups."""
    return _first(monoid, odd=True)


def _first(monoid: Monoid, odd: bool) -> int | None:
    """With N a power of 2 and at least as large as any index, and as any power of 2 that divides a period: y = x^N lies
    in the group that x generates; yx = y if that is trivial, and yy = y if its order is a power of 2."""
    size = monoid.points if isinstance(monoid, TransformationMonoid) else monoid.order
    values = _values(monoid)
    for low in range(0, monoid.order, CHUNK):
        x = values[low : low + CHUNK]
        y = x
        for _ in range(size.bit_length()):
            y = _compose(monoid, y, y)
        differ = (_compose(monoid, y, y if odd else x) != y).any(axis=1)
        if differ.any():
            return low + int(differ.argmax())
    return None


def _values(monoid: Monoid) -> IntArray:
    """A row for each element: its images, or its number."""
    if isinstance(monoid, TransformationMonoid):
        return monoid.elements
    return np.arange(monoid.order, dtype=np.int32)[:, None]


def _compose(monoid: Monoid, first: IntArray, second: IntArray) -> IntArray:
    """The products row by row, of rows as in `_values`."""
    if isinstance(monoid, TransformationMonoid):
        return np.take_along_axis(second, first, axis=1)
    return monoid.table[first, second]
