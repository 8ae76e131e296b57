"""Searches through all subnormal series with abelian factors of a group: for the narrowest, or for each of them.

Below a term N such a series goes on with a proper subgroup of N that holds [N, N]; every such subgroup is normal in N
and has an abelian factor. So the next terms are the subgroups of the abelian group N/[N, N], and what follows depends
on the next term alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Final

import numpy as np

from exactssm.algebra.cayley import IntArray
from exactssm.algebra.coset import Transversal, quotient
from exactssm.algebra.finite_group import Group
from exactssm.algebra.series import SubnormalSeries, derived_series, verbal_series, verbal_subgroup
from exactssm.algebra.subgroup import Subgroup
from exactssm.arithmetic._primes import prime_divisors
from exactssm.errors import BudgetExhausted

__all__ = ["MAX_SERIES", "MAX_SUBGROUPS", "all_series", "count_series", "least_width_series"]

MAX_SUBGROUPS: Final = 5_000  #: subgroups that a search may meet
MAX_SERIES: Final = 10_000  #: series that `all_series` may make


def least_width_series(
    group: Group, exponent: int | None = None, *, max_subgroups: int = MAX_SUBGROUPS
) -> SubnormalSeries:
    """A series with abelian factors of the least total width, the sum of the factors' ranks, and among these of the
    least length; with ``exponent``, of those whose factors' exponents divide it.

    Without an exponent, the total width is the least length of a series with cyclic factors, as an abelian factor of
    rank r splits into r cyclic ones. The derived series may be wider:

    >>> from exactssm.algebra import derived_series, group
    >>> [[factor.orders for factor in find(group("D4")).factors] for find in (derived_series, least_width_series)]
    [[(2, 2), (2,)], [(2,), (4,)]]

    The search is exact: a next term is passed over only if the terms below it can't make up for it. A series with
    abelian factors below N has total width at least the rank of N's largest abelian factor group, for the coordinates
    generate it; and N of derived length l takes l factors.

    Raises: DomainError, if no series has such factors; BudgetExhausted, if more than ``max_subgroups`` subgroups were
    met.
    """
    search = _Search(group, exponent, max_subgroups)
    terms = [tuple(range(group.order))]
    if not search.has_series(terms[0]):
        derived_series(group) if exponent is None else verbal_series(group, exponent)  # raises, and says why
    while terms[-1] != (0,):
        terms.append(search.narrowest(terms[-1])[2])
    return SubnormalSeries(group, terms)


def count_series(group: Group, *, max_subgroups: int = MAX_SUBGROUPS) -> int:
    """How many subnormal series with abelian factors a group has, none of whose terms is repeated.

    >>> from exactssm.algebra import group
    >>> [count_series(group(name)) for name in ("C1", "C2", "C4", "S3", "C2^2", "A5")]
    [1, 1, 2, 1, 4, 0]

    Raises: BudgetExhausted, if more than ``max_subgroups`` subgroups were met.
    """
    return _Search(group, None, max_subgroups).count(tuple(range(group.order)))


def all_series(
    group: Group, *, max_series: int = MAX_SERIES, max_subgroups: int = MAX_SUBGROUPS
) -> Iterator[SubnormalSeries]:
    """Every subnormal series with abelian factors, each once, none of whose terms is repeated; none, if the group is
    not solvable.

    >>> from exactssm.algebra import group
    >>> [[len(term) for term in series.terms] for series in all_series(group("C6"))]
    [[6, 3, 1], [6, 2, 1], [6, 1]]

    Raises: BudgetExhausted, before the first, if there are more than ``max_series``, or if more than ``max_subgroups``
    subgroups were met.
    """
    search = _Search(group, None, max_subgroups)
    whole = tuple(range(group.order))
    if (number := search.count(whole)) > max_series:
        raise BudgetExhausted(
            f"{group.name} has {number} subnormal series with abelian factors, more than the {max_series} allowed here"
        )

    def below(terms: tuple[Subgroup, ...]) -> Iterator[SubnormalSeries]:
        if terms[-1] == (0,):
            yield SubnormalSeries(group, terms)
            return
        for term in search.next_terms(terms[-1]):
            if search.count(term):
                yield from below((*terms, term))

    return below((whole,))


class _Search:
    """What is known of the subgroups of a group that series have for terms."""

    def __init__(self, group: Group, exponent: int | None, max_subgroups: int) -> None:
        self.group = group
        self.exponent = group.order if exponent is None else exponent  # the order bounds nothing
        self.max_subgroups = max_subgroups
        self.met: set[Subgroup] = set()
        self.least = cache(self._least)
        self.count = cache(self._count)
        self.narrowest = cache(self._narrowest)
        self.next_terms = cache(self._next_terms)

    def _least(self, term: Subgroup) -> Subgroup:
        """The least subgroup that may be the next term."""
        return verbal_subgroup(self.group, term, self.exponent)

    def has_series(self, term: Subgroup) -> bool:
        while (lower := self.least(term)) != term:
            term = lower
        return term == (0,)

    def _count(self, term: Subgroup) -> int:
        return 1 if term == (0,) else sum(map(self.count, self.next_terms(term)))

    def _next_terms(self, term: Subgroup) -> tuple[Subgroup, ...]:
        """The proper subgroups of ``term`` that hold the least, from the largest on."""
        least = self.least(term)
        cosets = Transversal(self.group, term, least)
        factor = quotient(self.group, least, within=term)
        found = []
        for subgroup in _subgroups(factor, self.max_subgroups):
            if len(subgroup) < factor.order:
                found.append(tuple(np.flatnonzero(np.isin(cosets.numbers, subgroup)).tolist()))
        self.met.update(found)
        if len(self.met) > self.max_subgroups:
            raise _too_many(self.max_subgroups)
        return tuple(sorted(found, key=lambda subgroup: (-len(subgroup), subgroup)))

    def _narrowest(self, term: Subgroup) -> tuple[int, int, Subgroup]:
        """The least total width below ``term``, with it the least number of factors, and a next term for both."""
        least = self.least(term)
        if least == (0,):
            return self._rank(term, least), 1, least
        at_least = []
        for lower in self.next_terms(term):
            rank, (width, length) = self._rank(term, lower), self._at_least(lower)
            at_least.append((rank + width, 1 + length, rank, lower))
        best: tuple[int, int, Subgroup] | None = None
        for width, length, rank, lower in sorted(at_least):
            if best is not None and (width, length) >= best[:2]:
                break
            width, length, _ = self.narrowest(lower)
            if best is None or (rank + width, 1 + length) < best[:2]:
                best = rank + width, 1 + length, lower
        assert best is not None, "the group has a series"
        return best

    def _at_least(self, term: Subgroup) -> tuple[int, int]:
        """Bounds from below for the total width and the number of factors below ``term``."""
        if term == (0,):
            return 0, 0
        length, lower = 0, term
        while lower != (0,):
            length, lower = length + 1, self.least(lower)
        return max(length, self._rank(term, self.least(term))), length

    def _rank(self, upper: Subgroup, lower: Subgroup) -> int:
        """The rank of the abelian factor ``upper``/``lower``: the greatest over all primes p of its rank modulo p-th
        powers, which are a subgroup, as powers are homomorphic."""
        table, rank = self.group.table, 0
        for p in prime_divisors(len(upper) // len(lower)):
            powers = np.unique(_powers(self.group, p)[list(upper)])
            modulo = np.unique(table[np.ix_(np.array(lower), powers)]).size
            size, exponent = len(upper) // modulo, 0
            while size > 1:
                size, exponent = size // p, exponent + 1
            rank = max(rank, exponent)
        return rank


def _powers(group: Group, exponent: int) -> IntArray:
    """The power of each element to ``exponent`` >= 1."""
    elements = np.arange(group.order, dtype=np.int32)
    powers = elements
    for _ in range(exponent - 1):
        powers = group.table[powers, elements]
    return powers


def _subgroups(group: Group, most: int) -> list[Subgroup]:
    """All subgroups of an abelian group, ``most`` at most: each that isn't trivial is generated by one of prime index
    in it and one more element, whose power to that prime lies in the smaller one."""
    primes = prime_divisors(group.order)
    powers = [_powers(group, p) for p in primes]
    found: dict[Subgroup, None] = {(0,): None}
    growing: list[Subgroup] = [(0,)]
    for subgroup in growing:  # which grows while it is read
        inside = np.zeros(group.order, bool)
        inside[list(subgroup)] = True
        next_to = ~inside & np.array([inside[power] for power in powers]).any(axis=0)
        while next_to.any():
            x = y = int(next_to.argmax())
            joined = inside.copy()
            while not inside[y]:
                joined[group.table[list(subgroup), y]] = True
                y = group.mul(y, x)
            next_to &= ~joined
            larger = tuple(np.flatnonzero(joined).tolist())
            if larger not in found:
                found[larger] = None
                growing.append(larger)
        if len(found) > most:
            raise _too_many(most)
    return growing


def _too_many(most: int) -> BudgetExhausted:
    return BudgetExhausted(f"the search for series met more than {most} subgroups, the most allowed here")
