"""Cosets, and the abelian factors of a series with coordinates on them: what one rotation layer tracks.

For a series G = G_0 |> ... |> G_k = 1 with a representative r_i(c) of each coset of G_i in G_{i-1}, every element of G
is r_k(c_k) ... r_1(c_1) for exactly one choice of the c_i: a mixed-radix number with cosets for digits.

Source: the construction for 2603.01959, multi-layer theorem, "if".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

import numpy as np

from exactssm.algebra.cayley import IntArray
from exactssm.algebra.finite_group import Group
from exactssm.algebra.subgroup import Subgroup, check_normal, check_subgroup, generators_of
from exactssm.errors import DomainError

__all__ = ["AbelianFactor", "Coordinates", "Transversal", "primary_invariants", "quotient", "recompose"]

Coordinates = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Transversal:
    """The right cosets N r of a subgroup N = ``lower`` in a subgroup ``upper``, and the least element r of each.

    >>> from exactssm.algebra import group
    >>> s3 = group("S3")
    >>> Transversal(s3, (0, 1, 2, 3, 4, 5), (0, 3, 4)).representatives
    (0, 1)

    Raises: DomainError, unless both are subgroups, the lower one in the upper one.
    """

    group: Group
    upper: Subgroup
    lower: Subgroup
    representatives: tuple[int, ...] = field(init=False)  #: ascending, so the identity first
    numbers: IntArray = field(init=False, repr=False)  #: the coset of each element of the group; -1 outside ``upper``

    def __post_init__(self) -> None:
        upper = check_subgroup(self.group, self.upper, "the upper group")
        lower = check_subgroup(self.group, self.lower, "the lower group")
        if not set(lower) <= set(upper):
            raise DomainError("the lower group of a transversal must lie in the upper one")
        numbers = np.full(self.group.order, -1, np.int32)
        representatives: list[int] = []
        for x in upper:
            if numbers[x] < 0:
                numbers[self.group.table[list(lower), x]] = len(representatives)
                representatives.append(x)
        numbers.setflags(write=False)
        object.__setattr__(self, "upper", upper)
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "representatives", tuple(representatives))
        object.__setattr__(self, "numbers", numbers)


@dataclass(frozen=True, eq=False)
class AbelianFactor:
    """The factor G_{i-1}/G_i of a series, where i is ``position``, as a product of cyclic groups of the given
    ``orders``: its invariant factors, each of which divides the next.

    >>> from exactssm.algebra import group
    >>> g = group("C2xC6")
    >>> factor = AbelianFactor(g, tuple(range(12)), (0,))
    >>> factor.orders, factor.rank, factor.coordinates(0)
    ((2, 6), 2, (0, 0))
    >>> [factor.representative(factor.coordinates(x)) for x in range(12)] == list(range(12))
    True

    Raises: DomainError, unless ``upper`` and ``lower`` are subgroups, ``lower`` is normal in ``upper``, and the factor
    is abelian.
    """

    group: Group
    upper: Subgroup
    lower: Subgroup
    position: int = 1
    orders: Coordinates = field(init=False)
    coordinate_array: IntArray = field(init=False, repr=False)
    """`coordinates` of each element of the group; shape (group.order, rank), rows of -1 outside ``upper``."""
    _rows: tuple[Coordinates | None, ...] = field(init=False, repr=False)
    _representatives: dict[Coordinates, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        above, below = f"G_{self.position - 1}", f"G_{self.position}"
        upper = check_subgroup(self.group, self.upper, above)
        lower = check_subgroup(self.group, self.lower, below)
        check_normal(self.group, upper, lower, above, below)
        members = set(lower)
        generators = generators_of(self.group, upper)
        if not all(self.group.commutator(x, y) in members for x, y in product(generators, repeat=2)):
            raise DomainError(f"factors must be abelian; {above}/{below}, of order {len(upper) // len(lower)}, is not")
        transversal = Transversal(self.group, upper, lower)
        orders, by_coset = _decompose(transversal)
        rows = tuple(by_coset[coset] if coset >= 0 else None for coset in transversal.numbers.tolist())
        outside = (-1,) * len(orders)
        array = np.array([outside if row is None else row for row in rows], np.int32).reshape(len(rows), len(orders))
        array.setflags(write=False)
        object.__setattr__(self, "upper", upper)
        object.__setattr__(self, "lower", lower)
        object.__setattr__(self, "orders", orders)
        object.__setattr__(self, "coordinate_array", array)
        object.__setattr__(self, "_rows", rows)
        object.__setattr__(self, "_representatives", dict(zip(by_coset, transversal.representatives, strict=True)))

    @property
    def rank(self) -> int:
        """The number of invariant factors: the least number of generators."""
        return len(self.orders)

    @property
    def order(self) -> int:
        """The number of cosets."""
        return prod(self.orders)

    def coordinates(self, x: int) -> Coordinates:
        """The exponents, one a cyclic group, of the coset of x: a homomorphism from ``upper``, with ``lower`` as
        kernel.

        Raises: DomainError, unless x lies in ``upper``.
        """
        row = self._rows[x] if 0 <= x < len(self._rows) else None
        if row is None:
            raise DomainError(f"coordinates need an element of G_{self.position - 1}, got {x!r}")
        return row

    def representative(self, coordinates: Coordinates) -> int:
        """The least element of the coset with these coordinates; the identity where all are zero.

        Raises: DomainError, unless each coordinate is in range of its order.
        """
        if coordinates not in self._representatives:
            raise DomainError(f"coordinates must be residues mod {self.orders}, got {coordinates!r}")
        return self._representatives[coordinates]

    def carry(self, after: Coordinates, x: int) -> int:
        """What the next layer reads when this one, on the letter x, has come to ``after``: r(c) x r(after)^-1 in
        ``lower``, where c = after - coordinates(x) is where it came from and r is `representative`.

        Raises: DomainError, unless x lies in ``upper`` and ``after`` are coordinates.
        """
        end = self.representative(after)
        steps = zip(after, self.coordinates(x), self.orders, strict=True)
        begin = self._representatives[tuple([(c - d) % order for c, d, order in steps])]
        product = self.group.table.item  # all are elements, so that `Group.mul` would have nothing to refuse
        carry: int = product(product(begin, x), self.group.inverses[end])
        return carry


def _decompose(transversal: Transversal) -> tuple[Coordinates, list[Coordinates]]:
    """The invariant factors of an abelian factor, and the coordinates of each coset.

    A coset x of greatest order m relative to what the cosets b_j chosen so far generate has x^m = prod b_j^s_j, where m
    divides each s_j: the order of x relative to b_1 ... b_{j-1} divides the order m_j of b_j relative to them, which
    was the greatest and so the exponent; hence x^m_j lies in their span, and m_j divides s_j m_j / m. So x prod
    b_j^(-s_j/m) has order m, and spans a direct product with the b_j. The m come out in descending order, each dividing
    the one before.
    """
    group, numbers = transversal.group, transversal.numbers
    elements = np.array(transversal.representatives)
    basis: list[int] = []
    orders: list[int] = []
    reached: dict[int, Coordinates] = {0: ()}  # coset: coordinates; here too what was chosen last comes first
    while len(reached) < len(elements):
        inside = np.zeros(len(elements), bool)
        inside[list(reached)] = True
        relative = np.zeros(len(elements), np.int64)
        powers, exponent = elements, 1
        while not relative.all():
            relative[inside[numbers[powers]] & (relative == 0)] = exponent
            powers, exponent = group.table[powers, elements], exponent + 1
        x, m = int(elements[relative.argmax()]), int(relative.max())
        for b, s in zip(basis, reached[int(numbers[group.power(x, m)])], strict=True):
            assert s % m == 0
            x = group.mul(x, group.power(b, -s // m))
        multiples = [0]
        for _ in range(m - 1):
            multiples.append(group.mul(multiples[-1], x))
        reached = {
            int(numbers[group.mul(transversal.representatives[coset], y)]): (c, *coordinates)
            for coset, coordinates in reached.items()
            for c, y in enumerate(multiples)
        }
        basis.insert(0, x)
        orders.insert(0, m)
    return tuple(orders), [reached[coset] for coset in range(len(elements))]


def recompose(factors: Sequence[AbelianFactor], coordinates: Iterable[Coordinates]) -> int:
    """The element r_k(c_k) ... r_1(c_1) whose coordinates c_1, ..., c_k in the factors of a series are given.

    >>> from exactssm.algebra import derived_series, group
    >>> series = derived_series(group("S3"))
    >>> sorted(recompose(series.factors, [(a,), (b,)]) for a in range(2) for b in range(3))
    [0, 1, 2, 3, 4, 5]
    """
    element = 0
    for factor, c in zip(factors, coordinates, strict=True):
        element = factor.group.mul(factor.representative(c), element)
    return element


def quotient(group: Group, normal: Iterable[int], within: Iterable[int] | None = None) -> Group:
    """The group of the cosets of ``normal`` in the subgroup ``within``, or in the whole group, each labelled by its
    least element. With the trivial subgroup for ``normal`` this is the subgroup as a group of its own.

    >>> from exactssm.algebra import group, normal_closure
    >>> s4 = group("S4")
    >>> quotient(s4, normal_closure(s4, [s4.element("(1,2)(3,4)")])).order
    6

    Raises: DomainError, unless both are subgroups and ``normal`` is normal in the other.
    """
    cosets = Transversal(group, tuple(range(group.order) if within is None else within), tuple(normal))
    check_normal(group, cosets.upper, cosets.lower, "the upper group", "the lower group")
    table = cosets.numbers[group.table[np.ix_(cosets.representatives, cosets.representatives)]]
    generators = group.generators if within is None else generators_of(group, cosets.upper)
    return Group(
        name=f"quotient of {group.name}, of order {len(table)}",
        table=table,
        generators=tuple(dict.fromkeys(g for g in cosets.numbers[list(generators)].tolist() if g)),
        labels=tuple(group.labels[x] for x in cosets.representatives),
    )


def primary_invariants(orders: Iterable[int]) -> tuple[int, ...]:
    """The prime powers, ascending, that orders of cyclic groups split into.

    >>> primary_invariants((2, 12))
    (2, 3, 4)
    """
    from sympy import factorint

    return tuple(sorted(int(p) ** int(k) for order in orders for p, k in factorint(order).items()))
