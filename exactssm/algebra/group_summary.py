"""Figures that isomorphic groups share: for reports, and to tell groups apart at a glance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import lcm
from typing import TypeAlias

from exactssm.algebra.coset import AbelianFactor, primary_invariants
from exactssm.algebra.finite_group import Group
from exactssm.algebra.series import derived_subgroups

__all__ = ["GroupSummary", "conjugacy_classes", "summary"]

Counts: TypeAlias = tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class GroupSummary:
    """What isomorphic groups have in common; groups with equal summaries need not be isomorphic."""

    order: int
    exponent: int  #: the least common multiple of the orders of the elements
    element_orders: Counts  #: (order, number of elements of that order), ascending
    class_sizes: Counts  #: (size, number of conjugacy classes of that size), ascending
    centre_order: int
    derived_length: int | None  #: None where the group is not solvable
    derived_factors: tuple[tuple[int, ...], ...]
    """For each factor of the derived series the orders, prime powers, of cyclic groups of which it is the product."""


def conjugacy_classes(group: Group) -> tuple[tuple[int, ...], ...]:
    """The conjugacy classes, each sorted, by their least elements.

    >>> from exactssm.algebra import group
    >>> conjugacy_classes(group("S3"))
    ((0,), (1, 2, 5), (3, 4))
    """
    classes: list[tuple[int, ...]] = []
    seen: set[int] = set()
    for x in range(group.order):
        if x in seen:
            continue
        orbit = [x]
        seen.add(x)
        for y in orbit:  # which grows while it is read
            for conjugate in (group.conjugate(y, g) for g in group.generators):
                if conjugate not in seen:
                    seen.add(conjugate)
                    orbit.append(conjugate)
        classes.append(tuple(sorted(orbit)))
    return tuple(classes)


def summary(group: Group) -> GroupSummary:
    """The figures of a group.

    >>> from exactssm.algebra import group
    >>> summary(group("S4")).derived_factors, summary(group("Q8")).element_orders
    (((2,), (3,), (2, 2)), ((1, 1), (2, 1), (4, 6)))
    """
    sizes = [len(members) for members in conjugacy_classes(group)]
    terms = derived_subgroups(group)
    factors = (AbelianFactor(group, upper, lower) for upper, lower in pairwise(terms))
    return GroupSummary(
        order=group.order,
        exponent=lcm(*group.element_orders),
        element_orders=_counts(group.element_orders),
        class_sizes=_counts(sizes),
        centre_order=sizes.count(1),
        derived_length=len(terms) - 1 if terms[-1] == (0,) else None,
        derived_factors=tuple(primary_invariants(factor.orders) for factor in factors),
    )


def _counts(values: Iterable[int]) -> Counts:
    return tuple(sorted(Counter(values).items()))
