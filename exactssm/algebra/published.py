"""Groups as the published word-problem data sets have them: their names, and their product of permutations.

`A4_x_Z5` is the direct product that `group` calls `A4xZ5`, and its elements have the same numbers. But where elements
are permutations the published product is op(p, q)(i) = p(q(i)): q acts first. Everywhere else in this project pq means
p first, then q. This module is where the one becomes the other.

Source: 2404.08819, its data sets; names other than S_n, A_n, Z_n and their products are our addition.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from exactssm.algebra.cayley import MAX_ORDER
from exactssm.algebra.finite_group import Group, direct_product
from exactssm.algebra.names import factors, group

__all__ = ["PublishedGroup", "published_group"]


@dataclass(frozen=True, eq=False)
class PublishedGroup:
    """A group with the published product, and how it is ours."""

    name: str  #: the published name, as in the names of files: ``A4_x_Z5``
    group: Group  #: pq is the published op(p, q): of permutations, q acts first
    ours: tuple[int, ...]  #: an isomorphism to the group that `group` gives, with its pq: a number for each number

    @property
    def order(self) -> int:
        return self.group.order


def published_group(text: str, max_order: int = MAX_ORDER) -> PublishedGroup:
    """The group that a published name, or any GROUP string, describes.

    Of each factor whose elements are permutations (S_n, A_n, AGL(1,q), those given by cycles or by a number in the
    small-groups library) the product is the opposite of ours, and p -> p^-1 is the isomorphism. All others, also those
    given by a table, are as they are.

    >>> a4z5 = published_group("A4xZ5")
    >>> a4z5.name, a4z5.group.labels[10]  # published as (1,4,2,3), the images of 1 2 3 4
    ('A4_x_Z5', '((2,4,3),0)')
    >>> [g.labels[g.product((1, 2))] for g in (group("S3"), published_group("S3").group)]  # (2,3), then (1,2)
    ['(1,2,3)', '(1,3,2)']

    Raises: as `group`.
    """
    text = text.strip()
    if text.startswith(("@", "(", "[")):
        name, given = text, [group(text, max_order)]
    else:
        recipes = factors(text.replace("_x_", "x"), max_order)
        name = "_x_".join(re.sub("^C(?=[0-9]+$)", "Z", recipe.name) for recipe in recipes)
        given = [recipe.build() for recipe in recipes]
    ours = np.zeros(1, np.int64)
    turned = []
    for factor in given:
        of_permutations = factor.labels[0] == "()"
        elements = np.array(factor.inverses if of_permutations else range(factor.order))
        ours = (ours[:, None] * factor.order + elements).ravel()
        turned.append(_opposite(factor) if of_permutations else factor)
    return PublishedGroup(name, direct_product(*turned, name=name, max_order=max_order), tuple(ours.tolist()))


def _opposite(factor: Group) -> Group:
    """The group with the same elements whose pq is the given group's qp."""
    return Group(factor.name, np.ascontiguousarray(factor.table.T), factor.generators, factor.labels)
