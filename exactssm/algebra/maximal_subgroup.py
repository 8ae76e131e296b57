"""Maximal subgroups of a finite monoid: the H-classes of idempotents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from exactssm.algebra.cayley import MAX_ORDER, IntArray, multiplication_table
from exactssm.algebra.finite_group import Group
from exactssm.algebra.operations import Monoid, times
from exactssm.algebra.permutation import Permutation, format_cycles
from exactssm.algebra.permutation_group import PermutationGroup
from exactssm.algebra.recognition import GroupStructure, permutation_group_name, structure
from exactssm.algebra.transformations import TransformationMonoid
from exactssm.errors import DomainError

__all__ = ["MaximalSubgroup", "maximal_subgroup"]


@dataclass(frozen=True, eq=False)
class MaximalSubgroup:
    """The largest subgroup with a given idempotent for its identity."""

    monoid: Monoid = field(repr=False)
    elements: tuple[int, ...] = field(repr=False)  #: of the monoid, the identity first, the others ascending
    generators: tuple[int, ...]  #: elements of the monoid that generate it; each is no product of those before it
    columns: tuple[IntArray, ...] = field(repr=False)  #: for each generator, where in ``elements`` products with it are

    @property
    def identity(self) -> int:
        """The idempotent."""
        return self.elements[0]

    @property
    def order(self) -> int:
        """The number of elements."""
        return len(self.elements)

    @cached_property
    def points(self) -> tuple[int, ...]:
        """The points that the group permutes, the images of its identity; none, unless they are transformations."""
        if not isinstance(self.monoid, TransformationMonoid):
            return ()
        return tuple(np.unique(self.monoid.elements[self.identity]).tolist())

    def permutation(self, x: int) -> Permutation:
        """The permutation of ``points``, by their positions, that an element is.

        Raises: DomainError, if the monoid is not one of transformations.
        """
        if not isinstance(self.monoid, TransformationMonoid):
            raise DomainError("only transformations permute points")
        points = np.array(self.points)
        return tuple(np.searchsorted(points, self.monoid.elements[x][points]).tolist())

    @cached_property
    def group(self) -> Group:
        """The group with its table; its elements are numbered as ``elements``.

        Raises: DomainError, beyond `MAX_ORDER` elements.
        """
        if self.order > MAX_ORDER:
            raise DomainError(f"a group with a table has at most {MAX_ORDER} elements, this one has {self.order}")
        table = multiplication_table(self.order, [column.tolist() for column in self.columns])
        number = {x: i for i, x in enumerate(self.elements)}
        return Group("H", table, tuple(number[g] for g in self.generators), tuple(map(self._label, self.elements)))

    def _label(self, x: int) -> str:
        if isinstance(self.monoid, TransformationMonoid):
            return format_cycles(self.permutation(x))
        return self.monoid.labels[x]

    @cached_property
    def structure(self) -> GroupStructure:
        """What the group is; beyond `MAX_ORDER` elements, as far as its permutations tell without a table."""
        if self.order <= MAX_ORDER:
            return structure(self.group, len(self.points))
        orders = [self.order]
        if all(self._product(i, k) == self._product(k, i) for i in range(len(self.columns)) for k in range(i)):
            orders.append(1)
        else:
            term = PermutationGroup(len(self.points), map(self.permutation, self.generators)).derived_subgroup()
            while term.order < orders[-1]:
                orders.append(term.order)
                term = term.derived_subgroup()
        return GroupStructure(permutation_group_name(self.order, len(self.points)), self.order, tuple(orders), None)

    def _product(self, i: int, k: int) -> int:
        """The product of two generators."""
        return int(self.columns[k][self.columns[i][0]])


def maximal_subgroup(
    monoid: Monoid, identity: int, members: Sequence[int] | npt.NDArray[np.integer]
) -> MaximalSubgroup:
    """The maximal subgroup on ``members``, the H-class of the idempotent ``identity``."""
    elements = np.array([identity, *(x for x in sorted(map(int, members)) if x != identity)])
    position = np.full(monoid.order, -1, np.int32)
    position[elements] = np.arange(len(elements))
    generators: list[int] = []
    columns: list[IntArray] = []
    inside = np.zeros(len(elements), bool)
    inside[0] = True
    for i, x in enumerate(elements.tolist()):
        if not inside[i]:
            generators.append(x)
            columns.append(position[times(monoid, elements, x)])
            inside = _span(columns, len(elements))
    return MaximalSubgroup(monoid, tuple(elements.tolist()), tuple(generators), tuple(columns))


def _span(columns: Sequence[IntArray], order: int) -> npt.NDArray[np.bool_]:
    """Which positions products of the generators reach from the identity's."""
    inside = np.zeros(order, bool)
    inside[0] = True
    frontier = np.zeros(1, np.intp)
    while frontier.size:
        found = np.concatenate([column[frontier] for column in columns])
        frontier = np.unique(found[~inside[found]])
        inside[frontier] = True
    return inside
