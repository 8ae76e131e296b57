"""Finite groups by their tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from exactssm.algebra.cayley import MAX_ORDER, IntArray, not_associative
from exactssm.algebra.monoid import FiniteMonoid
from exactssm.algebra.permutation import Permutation, check_transformations, compose, format_cycles
from exactssm.errors import DomainError

__all__ = ["Group", "direct_product"]


@dataclass(frozen=True, eq=False, repr=False)
class Group(FiniteMonoid):
    """A finite group. Its elements are the integers 0 .. order-1, and 0 is the identity; pq means p first, then q.

    >>> g = Group.from_permutations([(1, 2, 0), (1, 0, 2)])
    >>> g.labels
    ('()', '(1,2,3)', '(1,2)', '(1,3,2)', '(2,3)', '(1,3)')
    >>> g.labels[g.mul(g.element("(1,2)"), g.element("(2,3)"))]
    '(1,3,2)'

    Raises: DomainError, if an element has no inverse. Otherwise the constructor trusts its arguments; `from_table`
    checks them.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        assert len(self.inverses) == self.order

    @cached_property
    def inverses(self) -> tuple[int, ...]:
        """The inverse of each element."""
        inverses = np.argmax(self.table == 0, axis=1)
        numbers = np.arange(self.order)
        lacking = np.flatnonzero((self.table[numbers, inverses] != 0) | (self.table[inverses, numbers] != 0))
        if lacking.size:
            raise DomainError(f"in a group every element has an inverse; {self.labels[lacking[0]]} has none")
        return tuple(inverses.tolist())

    def power(self, x: int, exponent: int) -> int:
        """x to the power ``exponent``, which may be negative.

        >>> Group.from_permutations([(1, 2, 0)]).power(1, -4)
        2
        """
        if exponent < 0:
            self.mul(x, 0)  # refuses what is no element
            return super().power(self.inverses[x], -exponent)
        return super().power(x, exponent)

    def conjugate(self, x: int, y: int) -> int:
        """y^-1 x y."""
        self.mul(x, y)
        return self.product((self.inverses[y], x, y))

    def commutator(self, x: int, y: int) -> int:
        """x^-1 y^-1 x y."""
        self.mul(x, y)
        return self.product((self.inverses[x], self.inverses[y], x, y))

    @cached_property
    def element_orders(self) -> tuple[int, ...]:
        """For each element the least positive exponent at which its power is the identity.

        >>> Group.from_permutations([(1, 2, 0), (1, 0, 2)]).element_orders
        (1, 3, 2, 3, 2, 2)
        """
        orders = np.zeros(self.order, np.int64)
        numbers = np.arange(self.order, dtype=np.int32)
        powers = numbers
        exponent = 1
        while True:
            orders[(powers == 0) & (orders == 0)] = exponent
            if orders.all():
                return tuple(orders.tolist())
            powers = self.table[powers, numbers]
            exponent += 1

    @property
    def is_abelian(self) -> bool:
        """Whether pq = qp for all p and q; it is enough to try generators."""
        return all(self.mul(p, q) == self.mul(q, p) for p in self.generators for q in self.generators)

    @classmethod
    def from_permutations(cls, generators: Iterable[Permutation], name: str = "", max_order: int = MAX_ORDER) -> Self:
        """The group that permutations of range(n) generate. Elements are numbered breadth-first and labelled in cycle
        notation, points counted from 1. No generators give the trivial group.

        Raises: DomainError, unless all are permutations of the same points, and beyond ``max_order`` elements.
        """
        checked = check_transformations(generators, "permutations")
        for number, p in enumerate(checked):
            if len(set(p)) != len(p):
                raise DomainError(f"generators must be permutations; number {number}, {p!r:.100}, takes a value twice")
        identity = tuple(range(len(checked[0]) if checked else 0))
        name = name or ", ".join(map(format_cycles, checked)) or "()"
        return cls.generated(name, checked, identity, compose, format_cycles, max_order=max_order)

    @classmethod
    def _check_operation(cls, table: IntArray, identity: int) -> None:
        """Raise DomainError, unless the operation, which has the given identity, is that of a group."""
        order = len(table)
        two_sided = (table == identity) & (table == identity).T
        if not two_sided.any(axis=1).all():
            lacking = int(np.flatnonzero(~two_sided.any(axis=1))[0])
            raise DomainError(
                f"in a group every element has an inverse; {lacking} has none (the identity is {identity})"
            )
        inverses = two_sided.argmax(axis=1)
        taken = np.zeros((order, order), bool)
        taken[np.arange(order)[:, None], table] = True
        if not taken.all():
            p = int(np.flatnonzero(~taken.all(axis=1))[0])
            raise not_associative(table, _triple_at_repeat(table, p, int(inverses[p])))
        taken[:] = False
        taken[np.arange(order)[:, None], table.T] = True
        if not taken.all():
            p = int(np.flatnonzero(~taken.all(axis=1))[0])
            z, y, x = _triple_at_repeat(table.T, p, int(inverses[p]))
            raise not_associative(table, (x, y, z))
        # Rows and columns are permutations now, so that the generators are few.
        super()._check_operation(table, identity)


def _triple_at_repeat(table: IntArray, p: int, inverse: int) -> tuple[int, int, int]:
    """A triple that is not associative, where row p, of an element with an inverse, takes a value twice: with pq = pr,
    associativity would give q = p^-1 (pq) = p^-1 (pr) = r."""
    first: dict[int, int] = {}
    for r, value in enumerate(table[p].tolist()):
        if value in first:
            q = first[value]
            return inverse, p, q if table[inverse, value] != q else r
        first[value] = r
    raise AssertionError("the row takes no value twice")


def direct_product(*factors: Group, name: str = "", max_order: int = MAX_ORDER) -> Group:
    """The direct product. Element (i, j) of G x H is number i * |H| + j, and so on for more factors.

    >>> c2 = Group.from_permutations([(1, 0)], name="C2")
    >>> v = direct_product(c2, c2)
    >>> v.name, v.labels
    ('C2xC2', ('((),())', '((),(1,2))', '((1,2),())', '((1,2),(1,2))'))

    Raises: DomainError, for no factors, and beyond ``max_order`` elements, before anything is built.
    """
    if not factors:
        raise DomainError("a direct product needs at least one factor")
    name = name or "x".join(factor.name for factor in factors)
    order = 1
    for factor in factors:
        order *= factor.order
        if order > max_order:
            raise DomainError(f"{name} has more than {max_order} elements, the most allowed here")
    table = np.zeros((1, 1), np.int32)
    labels: list[tuple[str, ...]] = [()]
    generators: list[int] = []
    for factor in factors:
        size, n = len(table), factor.order
        pairs = table[:, None, :, None] * np.int32(n) + factor.table[None, :, None, :]
        table = pairs.reshape(size * n, size * n)
        labels = [(*label, last) for label in labels for last in factor.labels]
        generators = [g * n for g in generators] + list(factor.generators)
    if len(factors) == 1:
        return Group(name, table, tuple(generators), factors[0].labels)
    return Group(name, table, tuple(generators), tuple("(" + ",".join(label) + ")" for label in labels))
