"""Subgroups, as sorted tuples of elements of their group, and what is computed from a few generators of them."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.algebra.finite_group import Group
from exactssm.errors import DomainError

__all__ = [
    "Subgroup",
    "check_normal",
    "check_subgroup",
    "commutator_subgroup",
    "generated_subgroup",
    "generators_of",
    "normal_closure",
]

Subgroup: TypeAlias = tuple[int, ...]


def generated_subgroup(group: Group, elements: Iterable[int]) -> Subgroup:
    """The subgroup that ``elements`` generate.

    >>> from exactssm.algebra import group
    >>> generated_subgroup(group("C12"), [8, 6])
    (0, 2, 4, 6, 8, 10)

    Raises: DomainError, if one is no element of the group.
    """
    return _sorted(_span(group, generators_of(group, elements)))


def generators_of(group: Group, elements: Iterable[int]) -> tuple[int, ...]:
    """A few of ``elements``, at most log2 of the group's order, that generate the same subgroup: each is the first that
    those before it don't.

    Raises: DomainError, if one is no element of the group.
    """
    chosen: list[int] = []
    inside = _span(group, ())
    for x in elements:
        group.mul(x, 0)  # refuses what is no element
        if not inside[x]:
            chosen.append(x)
            inside = _span(group, chosen)
    return tuple(chosen)


def normal_closure(group: Group, elements: Iterable[int], within: Iterable[int] | None = None) -> Subgroup:
    """The least subgroup that holds ``elements`` and is mapped into itself by conjugation with the elements of the
    subgroup ``within``, or of the whole group.

    >>> from exactssm.algebra import group
    >>> s4 = group("S4")
    >>> len(normal_closure(s4, [s4.element("(1,2)(3,4)")]))
    4

    Raises: DomainError, if one is no element of the group.
    """
    conjugators = group.generators if within is None else generators_of(group, within)
    generators = list(generators_of(group, elements))
    inside = _span(group, generators)
    for x in generators:  # which grows while it is read
        for g in conjugators:
            conjugate = group.conjugate(x, g)
            if not inside[conjugate]:
                generators.append(conjugate)
                inside = _span(group, generators)
    return _sorted(inside)


def commutator_subgroup(group: Group, subgroup: Iterable[int] | None = None) -> Subgroup:
    """[H, H], for a subgroup H or for the whole group: the normal closure in H of the commutators of its generators.

    >>> from exactssm.algebra import group
    >>> s3 = group("S3")
    >>> [s3.labels[x] for x in commutator_subgroup(s3)]
    ['()', '(1,2,3)', '(1,3,2)']

    Raises: DomainError, if an element of ``subgroup`` is none of the group.
    """
    generators = group.generators if subgroup is None else generators_of(group, subgroup)
    return normal_closure(group, (group.commutator(x, y) for x, y in product(generators, repeat=2)), generators)


def check_subgroup(group: Group, elements: Iterable[int], name: str) -> Subgroup:
    """``elements`` as a sorted tuple, once they are known to be a subgroup; ``name`` is what errors call it.

    Raises: DomainError, naming an element or a product that is missing, or what is no element of the group.
    """
    generators = generators_of(group, elements := tuple(elements))
    subgroup = tuple(sorted(set(elements)))
    if 0 not in subgroup:
        raise DomainError(f"{name} must be a subgroup of {group.name}, but lacks the identity")
    inside = np.zeros(group.order, bool)
    inside[list(subgroup)] = True
    for g in generators:
        products = group.table[list(subgroup), g]
        if not inside[products].all():
            x = subgroup[int(np.flatnonzero(~inside[products])[0])]
            shown = f"{group.labels[x]} times {group.labels[g]} is {group.labels[group.mul(x, g)]}"
            raise DomainError(f"{name} must be a subgroup of {group.name}, but {shown}, which is not in it")
    return subgroup


def check_normal(group: Group, upper: Subgroup, lower: Subgroup, upper_name: str, lower_name: str) -> None:
    """Raise DomainError, naming an element or a conjugate, unless the subgroup ``lower`` is a normal subgroup of the
    subgroup ``upper``."""
    missing = sorted(set(lower) - set(upper))
    if missing:
        raise DomainError(f"{lower_name} must lie in {upper_name}, but holds {group.labels[missing[0]]}")
    members = set(lower)
    for y, x in product(generators_of(group, upper), generators_of(group, lower)):
        conjugate = group.conjugate(x, y)
        if conjugate not in members:
            shown = f"y^-1 x y = {group.labels[conjugate]} for x = {group.labels[x]}, y = {group.labels[y]}"
            raise DomainError(f"{lower_name} must be normal in {upper_name}; {shown} is not in {lower_name}")


def _span(group: Group, generators: Iterable[int]) -> npt.NDArray[np.bool_]:
    """Which elements the generators generate. In a finite group products are enough: inverses are powers."""
    inside = np.zeros(group.order, bool)
    inside[0] = True
    columns = group.table[:, list(generators)]
    frontier = np.zeros(1, np.intp)
    while frontier.size:
        found = columns[frontier].ravel()
        frontier = np.unique(found[~inside[found]])
        inside[frontier] = True
    return inside


def _sorted(inside: npt.NDArray[np.bool_]) -> Subgroup:
    return tuple(np.flatnonzero(inside).tolist())
