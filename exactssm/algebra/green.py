"""Green's relations of a finite monoid M: the geometry of its one-sided and two-sided ideals.

    x R y  if xM = yM        x L y  if Mx = My        H = R and L        x J y  if MxM = MyM

In a finite monoid J is D, the join of R and L. The classes of R are the strongly connected components of the right
Cayley graph, with an edge from x to xa for each generator a; those of L of the left one; those of J of both together. A
D-class is drawn as an *eggbox*: a row for each of its R-classes, a column for each L-class, and in each cell an
H-class, all of one size. An H-class with an idempotent is a group, the largest with that identity; the D-class is
called regular then, and all the groups in it are isomorphic.

Source: Green, On the structure of semigroups, 1951; Clifford and Preston, The algebraic theory of semigroups I, 1961.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np

from exactssm.algebra.cayley import IntArray
from exactssm.algebra.maximal_subgroup import MaximalSubgroup, maximal_subgroup
from exactssm.algebra.monoid import FiniteMonoid
from exactssm.algebra.operations import Monoid, cayley_graphs, idempotents
from exactssm.errors import DomainError

__all__ = ["DClass", "GreenRelations", "classes_by_ideals", "green_relations"]


def classes_by_ideals(monoid: FiniteMonoid, relation: Literal["R", "L", "H", "J"]) -> tuple[int, ...]:
    """The definition: for each element the number of its class, by the ideal that it generates. Classes are numbered by
    their least elements.

    >>> flip_flop = FiniteMonoid.from_transformations([(0, 0), (1, 1)])
    >>> [classes_by_ideals(flip_flop, relation) for relation in "RLHJ"]
    [(0, 1, 1), (0, 1, 2), (0, 1, 2), (0, 1, 1)]
    """
    elements = range(monoid.order)

    def ideal(x: int) -> Hashable:
        right = frozenset(monoid.mul(x, y) for y in elements)
        left = frozenset(monoid.mul(y, x) for y in elements)
        both = frozenset(monoid.mul(y, z) for y in left for z in elements) if relation == "J" else None
        ideals: dict[str, Hashable] = {"R": right, "L": left, "H": (right, left), "J": both}
        return ideals[relation]

    number: dict[Hashable, int] = {}
    return tuple(number.setdefault(ideal(x), len(number)) for x in elements)


@dataclass(frozen=True, eq=False)
class DClass:
    """A D-class as an eggbox."""

    number: int  #: among the D-classes, which are sorted by depth, then by their least elements
    depth: int  #: the most classes above this one, in a chain; the units have 0
    box: IntArray = field(repr=False)  #: entry [i, j] lists the H-class of row i, column j; shape (rows, columns, size)
    idempotents: IntArray = field(repr=False)  #: entry [i, j] is the idempotent in that cell, or -1

    @property
    def rows(self) -> int:
        """The number of R-classes."""
        return len(self.box)

    @property
    def columns(self) -> int:
        """The number of L-classes."""
        return int(self.box.shape[1])

    @property
    def h_size(self) -> int:
        """The number of elements of each H-class."""
        return int(self.box.shape[2])

    @property
    def size(self) -> int:
        """The number of elements."""
        return int(self.box.size)

    @property
    def least(self) -> int:
        """The least element: of a transition monoid, one that a shortest word stands for."""
        return int(self.box.min())

    @property
    def is_regular(self) -> bool:
        """Whether it has an idempotent."""
        return bool((self.idempotents >= 0).any())

    @property
    def idempotent_count(self) -> int:
        """The number of idempotents: cells that are groups."""
        return int((self.idempotents >= 0).sum())


@dataclass(frozen=True, eq=False)
class GreenRelations:
    """Green's relations of a monoid, by `green_relations`."""

    monoid: Monoid
    r: IntArray = field(repr=False)  #: for each element the number of its R-class, by least elements; likewise
    l: IntArray = field(repr=False)  # noqa: E741 - the field's letter
    j: IntArray = field(repr=False)
    classes: tuple[DClass, ...]  #: above before below; the last is the minimal ideal
    idempotents: IntArray = field(repr=False)

    @property
    def h(self) -> IntArray:
        """For each element the number of its H-class, by least elements."""
        return _by_least(self.r.astype(np.int64) * len(self.r) + self.l)

    @cached_property
    def _subgroups(self) -> dict[int, MaximalSubgroup]:
        return {}

    def maximal_subgroup(self, number: int) -> MaximalSubgroup:
        """The maximal subgroup around the least idempotent of a regular D-class; any other there is isomorphic.

        Raises: DomainError, if there is no such D-class, or it isn't regular.
        """
        if not 0 <= number < len(self.classes):
            raise DomainError(f"there are {len(self.classes)} D-classes, numbered from 0; got {number!r}")
        if number not in self._subgroups:
            d = self.classes[number]
            if not d.is_regular:
                raise DomainError(f"D-class {number} is not regular: it has no idempotent, and so no subgroup")
            identity = int(d.idempotents[d.idempotents >= 0].min())
            row, column = np.argwhere(d.idempotents == identity)[0]
            self._subgroups[number] = maximal_subgroup(self.monoid, identity, d.box[row, column])
        return self._subgroups[number]

    @property
    def maximal_subgroups(self) -> tuple[MaximalSubgroup, ...]:
        """One for each regular D-class, in their order."""
        return tuple(self.maximal_subgroup(d.number) for d in self.classes if d.is_regular)

    @property
    def is_r_trivial(self) -> bool:
        """Whether every R-class has one element."""
        return all(d.columns * d.h_size == 1 for d in self.classes)

    @property
    def is_l_trivial(self) -> bool:
        """Whether every L-class has one element."""
        return all(d.rows * d.h_size == 1 for d in self.classes)

    @property
    def is_j_trivial(self) -> bool:
        """Whether every J-class has one element."""
        return all(d.size == 1 for d in self.classes)

    @property
    def is_aperiodic(self) -> bool:
        """Whether every subgroup is trivial. In a finite monoid it is the same that H is equality."""
        return all(d.h_size == 1 for d in self.classes if d.is_regular)

    @property
    def is_group(self) -> bool:
        """Whether every element has an inverse: whether there is one D-class, and it is one H-class."""
        return len(self.classes) == 1 and self.classes[0].size == self.classes[0].h_size

    @cached_property
    def is_commutative(self) -> bool:
        """Whether pq = qp for all p and q; it is enough to try generators."""
        generators, right, left = cayley_graphs(self.monoid)
        return bool((right[generators] == left[generators]).all())

    @property
    def is_band(self) -> bool:
        """Whether every element is idempotent."""
        return len(self.idempotents) == self.monoid.order

    @cached_property
    def is_definite(self) -> bool:
        """Whether se = e for every product s of letters and every idempotent e that is one too: the state is determined
        by the last k letters, for some k."""
        return self._absorbs(1)

    @cached_property
    def is_reverse_definite(self) -> bool:
        """Whether es = e for such s and e: after the first k letters, for some k, no letter moves anything."""
        return self._absorbs(0)

    def _absorbs(self, side: int) -> bool:
        graphs = cayley_graphs(self.monoid)
        products = np.union1d(graphs.right, graphs.left)  # of one letter or more: the identity may not be one
        chosen = np.intersect1d(self.idempotents, products)
        edges = (graphs.right, graphs.left)[side][chosen]
        return bool((edges == chosen[:, None]).all())


def green_relations(monoid: Monoid) -> GreenRelations:
    """Green's relations of a monoid, in time proportional to its order times the number of generators.

    >>> from exactssm.algebra import transition_monoid
    >>> from exactssm.tasks import star
    >>> relations = green_relations(transition_monoid(star("ab")))
    >>> [(d.rows, d.columns, d.h_size, d.idempotent_count) for d in relations.classes]
    [(1, 1, 1, 1), (2, 2, 1, 2), (1, 1, 1, 1)]
    >>> relations.is_aperiodic, relations.is_r_trivial
    (True, False)
    """
    from exactssm.algebra._green_kernels import components, depths

    _, right, left = cayley_graphs(monoid)
    both = np.ascontiguousarray(np.hstack([right, left]))
    r, l = (_by_least(components(graph)) for graph in (right, left))  # noqa: E741
    component = components(both)
    count = int(component.max()) + 1
    depth = depths(both, component, np.argsort(-component, kind="stable").astype(np.int32), count)
    units = idempotents(monoid)
    is_idempotent = np.zeros(monoid.order, bool)
    is_idempotent[units] = True

    # elements by J-class; there by R-class, then by L-class: a stretch for each eggbox
    listed = np.lexsort((l, r, component))
    bounds = np.concatenate([[0], np.cumsum(np.bincount(component, minlength=count))])
    found = []
    for number in range(count):
        members = listed[bounds[number] : bounds[number + 1]]
        rows, columns = len(np.unique(r[members])), len(np.unique(l[members]))
        box = members.astype(np.int32).reshape(rows, columns, -1)
        marked = np.where(is_idempotent[box], box, -1).max(axis=2)
        found.append((int(depth[number]), int(members.min()), box, marked))
    found.sort(key=lambda entry: entry[:2])
    classes = tuple(DClass(i, level, box, marked) for i, (level, _, box, marked) in enumerate(found))
    return GreenRelations(monoid, r, l, _by_least(component), classes, units)


def _by_least(numbers: IntArray) -> IntArray:
    """The same classes, numbered by their least members."""
    _, least, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    order = np.empty(len(least), np.int32)
    order[np.argsort(least)] = np.arange(len(least), dtype=np.int32)
    return order[inverse.reshape(-1)]
