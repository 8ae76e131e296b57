"""Which group it is: its number in the small-groups library, or a name for it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import factorial

import numpy as np

from exactssm.algebra.coset import AbelianFactor, primary_invariants
from exactssm.algebra.finite_group import Group
from exactssm.algebra.group_summary import GroupSummary, summary
from exactssm.algebra.library import MAX_SMALL_ORDER, SmallGroup, small_groups
from exactssm.algebra.series import derived_subgroups
from exactssm.algebra.subgroup import generators_of

__all__ = ["GroupStructure", "are_isomorphic", "library_number", "permutation_group_name", "structure"]


@dataclass(frozen=True)
class GroupStructure:
    """What a group is, up to isomorphism, as far as it was found out.

    >>> from exactssm.algebra import group
    >>> structure(group("D4")).name, structure(group("D4")).library, structure(group("S5")).core_order
    ('D8', (8, 3), 60)
    """

    name: str  #: GAP's where the library has the group; for reading only
    order: int
    derived_orders: tuple[int, ...]  #: of the derived subgroups, the whole group first, as long as they shrink
    derived_factors: tuple[tuple[int, ...], ...] | None
    """For each factor of the derived series the orders, prime powers, of cyclic groups of which it is the product; None
    where the group was too large for it."""
    library: tuple[int, int] | None = None  #: (order, number) in the small-groups library, up to order 60

    @property
    def is_trivial(self) -> bool:
        return self.order == 1

    @property
    def is_abelian(self) -> bool:
        return len(self.derived_orders) <= 2 and self.is_solvable

    @property
    def is_solvable(self) -> bool:
        return self.derived_orders[-1] == 1

    @property
    def is_two_group(self) -> bool:
        """Whether the order is a power of 2; the trivial group's is."""
        return self.order & (self.order - 1) == 0

    @property
    def derived_length(self) -> int | None:
        """The length of the derived series; None where the group is not solvable."""
        return len(self.derived_orders) - 1 if self.is_solvable else None

    @property
    def core_order(self) -> int:
        """The order of the perfect core, where the derived series ends: 1 where the group is solvable."""
        return self.derived_orders[-1]


def structure(group: Group, degree: int = 0) -> GroupStructure:
    """What a group is. If it is one of permutations of ``degree`` points, S_n and A_n are recognised by their orders,
    n!/2 of which no other subgroup of S_n has.

    >>> from exactssm.algebra import group
    >>> structure(group("C6xC4xC5")).name, structure(group("A6"), 6).name, structure(group("AGL(1,9)")).name
    ('C60 x C2', 'A6', 'order 72')
    """
    terms = derived_subgroups(group)
    factors = [AbelianFactor(group, upper, lower) for upper, lower in pairwise(terms)]
    number = library_number(group)
    record = None if number is None else _records(group.order)[number - 1]
    orders = tuple(map(len, terms))
    if record is not None:
        name = record.structure
    elif orders[1:] == (1,):
        name = " x ".join(f"C{order}" for order in reversed(factors[0].orders))
    else:
        name = permutation_group_name(group.order, degree)
    invariants = tuple(primary_invariants(factor.orders) for factor in factors)
    return GroupStructure(name, group.order, orders, invariants, None if number is None else (group.order, number))


def permutation_group_name(order: int, degree: int) -> str:
    """The name of a subgroup of S_n by its order alone: n! is that of S_n, n!/2 of A_n, others are no names."""
    if 1 < degree <= 20:  # 21! is beyond every order here
        if order == factorial(degree):
            return f"S{degree}"
        if 2 * order == factorial(degree):
            return f"A{degree}"
    return f"order {order}"


def library_number(group: Group) -> int | None:
    """The group's number among those of its order in the small-groups library; None beyond order 60.

    >>> from exactssm.algebra import group
    >>> library_number(group("SL(2,3)")), library_number(group("S5"))
    (3, None)
    """
    if group.order > MAX_SMALL_ORDER:
        return None
    # The library has every group of the order once, so that the last that is left needs no test.
    candidates = _by_summary(group.order)[summary(group)]
    for record in candidates[:-1]:
        if are_isomorphic(record.group(), group):
            return record.id
    return candidates[-1].id


@cache
def _records(order: int) -> tuple[SmallGroup, ...]:
    return tuple(record for record in small_groups(order) if record.order == order)


@cache
def _by_summary(order: int) -> dict[GroupSummary, list[SmallGroup]]:
    alike = defaultdict(list)
    for record in _records(order):
        alike[summary(record.group())].append(record)
    return dict(alike)


def are_isomorphic(first: Group, second: Group) -> bool:
    """Whether two groups are isomorphic: by images for generators of ``first``, tried one after the other, elements of
    the same order, as long as what they generate so far is mapped one to one.

    >>> from exactssm.algebra import group
    >>> are_isomorphic(group("D6"), group("S3xC2")), are_isomorphic(group("D4"), group("Q8"))
    (True, False)
    """
    if first.order != second.order or sorted(first.element_orders) != sorted(second.element_orders):
        return False
    longest_first = np.argsort(-np.array(first.element_orders), kind="stable").tolist()
    generators = generators_of(first, longest_first)

    def extends(images: tuple[int, ...]) -> bool:
        if len(images) == len(generators):
            return True
        order = first.element_orders[generators[len(images)]]
        return any(
            _is_injective(first, second, generators, (*images, y)) and extends((*images, y))
            for y in range(second.order)
            if second.element_orders[y] == order
        )

    return extends(())


def _is_injective(first: Group, second: Group, generators: tuple[int, ...], images: tuple[int, ...]) -> bool:
    """Whether taking generators to ``images``, as many as there are, extends to an injective homomorphism."""
    image = {0: 0}
    frontier = [0]
    for x in frontier:  # which grows while it is read
        for g, h in zip(generators, images, strict=False):
            xg, expected = first.mul(x, g), second.mul(image[x], h)
            if xg not in image:
                image[xg] = expected
                frontier.append(xg)
            elif image[xg] != expected:
                return False
    return len(set(image.values())) == len(image)
