"""Permutation groups by stabiliser chains: orders, membership and derived lengths without a list of elements.

A chain holds, for points b_1, b_2, ..., the orbit of b_i under the group G_i of what fixes b_1 ... b_{i-1}, with an
element of G_i that leads to each point of the orbit. Every element of G is a product of these in one way, so that the
order is the product of the orbits' sizes, and membership is decided by dividing, point after point.

Source: Sims 1970; the chain is closed as by Knuth, Efficient representation of perm groups, Combinatorica 11 (1991).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import combinations
from math import prod

from exactssm.algebra.finite_group import Group
from exactssm.algebra.permutation import Permutation, compose, inverse
from exactssm.errors import BudgetExhausted, DomainError

__all__ = ["MAX_ENTRIES", "PermutationGroup"]

MAX_ENTRIES = 10_000_000
"""Points times elements that a chain holds."""


class _Level:
    """One point of a chain, its orbit, and the elements that lead to the points of the orbit."""

    def __init__(self, point: int, identity: Permutation) -> None:
        self.point = point
        self.generators: list[Permutation] = []
        self.to: dict[int, Permutation] = {point: identity}
        self.back: dict[int, Permutation] = {point: identity}  # their inverses


class PermutationGroup:
    """The group that permutations of range(degree) generate; its elements are never listed.

    >>> s8 = PermutationGroup(8, [(1, 2, 3, 4, 5, 6, 7, 0), (1, 0, 2, 3, 4, 5, 6, 7)])
    >>> s8.order, (1, 2, 0, 3, 4, 5, 6, 7) in s8.derived_subgroup(), s8.derived_length
    (40320, True, None)

    Raises: DomainError, unless all are permutations of these points; BudgetExhausted, from what needs a chain, if it
    takes more than `MAX_ENTRIES`.
    """

    def __init__(self, degree: int, generators: Iterable[Sequence[int]]) -> None:
        identity = tuple(range(degree))
        self.degree = degree
        self.generators: tuple[Permutation, ...] = tuple(dict.fromkeys(map(tuple, generators)))
        for p in self.generators:
            if tuple(sorted(p)) != identity:
                raise DomainError(f"generators must be permutations of range({degree}), got {p!r:.100}")
        self._identity = identity

    def __repr__(self) -> str:
        return f"<PermutationGroup of degree {self.degree} by {len(self.generators)} generators>"

    @cached_property
    def _chain(self) -> _Chain:
        chain = _Chain(self._identity)
        for p in self.generators:
            chain.add(p)
        return chain

    @property
    def order(self) -> int:
        """The number of elements."""
        return prod(len(level.to) for level in self._chain.levels)

    def __contains__(self, p: Permutation) -> bool:
        return len(p) == self.degree and self._chain.quotient(p) == self._identity

    @cached_property
    def few_generators(self) -> tuple[Permutation, ...]:
        """Those of the generators that those before them don't generate: at most log2 of the order."""
        chain, few = _Chain(self._identity), []
        for p in self.generators:
            if chain.add(p):
                few.append(p)
        return tuple(few)

    def orbits(self) -> Iterator[tuple[int, ...]]:
        """The orbits, each sorted, by their least points; those of one point too."""
        seen = [False] * self.degree
        for point in range(self.degree):
            if seen[point]:
                continue
            orbit = [point]
            seen[point] = True
            for x in orbit:  # which grows while it is read
                for p in self.generators:
                    if not seen[p[x]]:
                        seen[p[x]] = True
                        orbit.append(p[x])
            yield tuple(sorted(orbit))

    def constituents(self) -> tuple[PermutationGroup, ...]:
        """What the group does on each of its orbits of more than one point, each action once.

        >>> twice = PermutationGroup(7, [(1, 2, 0, 4, 5, 3, 6)])
        >>> [c.generators for c in twice.constituents()]
        [((1, 2, 0),)]
        """
        actions: dict[tuple[Permutation, ...], None] = {}
        for orbit in self.orbits():
            place = {point: i for i, point in enumerate(orbit)}
            actions[tuple(tuple(place[p[point]] for point in orbit) for p in self.generators)] = None
        return tuple(PermutationGroup(len(action[0]), action) for action in actions if action and len(action[0]) > 1)

    def derived_subgroup(self) -> PermutationGroup:
        """[G, G]: the normal closure of the commutators of generators."""
        generators = self.few_generators
        inverses = [inverse(p) for p in generators]
        chain = _Chain(self._identity)
        found: list[Permutation] = []
        waiting = [
            compose(compose(compose(inverses[i], inverses[j]), generators[i]), generators[j])
            for i, j in combinations(range(len(generators)), 2)
        ]
        while waiting:
            p = waiting.pop()
            if chain.add(p):
                found.append(p)
                waiting += (compose(compose(q, p), r) for q, r in zip(inverses, generators, strict=True))
        derived = PermutationGroup(self.degree, found)
        derived.__dict__.update(_chain=chain, few_generators=tuple(found))
        return derived

    @cached_property
    def derived_length(self) -> int | None:
        """The length of the derived series; None if the group is not solvable.

        The group lies in the product of its constituents and leads onto each: the longest of their series counts.
        """
        lengths = [constituent._derived_length_whole() for constituent in self.constituents()]
        known = [length for length in lengths if length is not None]
        return max(known, default=0) if len(known) == len(lengths) else None

    def _derived_length_whole(self) -> int | None:
        steps, term = 0, self
        while not term.is_abelian:
            steps, term, before = steps + 1, term.derived_subgroup(), term
            if term.order == before.order:
                return None
        return steps + any(p != self._identity for p in term.generators)

    @property
    def is_abelian(self) -> bool:
        """Whether pq = qp for all p and q; it is enough to try generators."""
        return all(compose(p, q) == compose(q, p) for p, q in combinations(self.generators, 2))

    def as_group(self, name: str = "", max_order: int = 5040) -> Group:
        """The group by its table. Raises DomainError, beyond ``max_order`` elements, before anything is built."""
        if self.order > max_order:
            raise DomainError(f"a group of order {self.order} is too large for a table; {max_order} elements are not")
        return Group.from_permutations(self.few_generators, name, max_order)


class _Chain:
    """A stabiliser chain that grows."""

    def __init__(self, identity: Permutation) -> None:
        self.identity = identity
        self.levels: list[_Level] = []

    def quotient(self, p: Permutation, begin: int = 0) -> Permutation:
        """What is left of p after dividing, from level ``begin`` on: the identity exactly if the chain holds p."""
        for level in self.levels[begin:]:
            back = level.back.get(p[level.point])
            if back is None:
                return p
            p = compose(p, back)
        return p

    def add(self, p: Permutation) -> bool:
        """Make the chain that of the group which p and its elements generate; whether p was new."""
        if self.quotient(p) == self.identity:
            return False
        work: list[tuple[int, Permutation]] = []
        self._generator(0, p, work)
        entries = 0
        while work:
            depth, product = work.pop()
            level = self.levels[depth]
            image = product[level.point]
            if image not in level.to:
                level.to[image], level.back[image] = product, inverse(product)
                entries += len(product)
                if entries > MAX_ENTRIES:
                    raise BudgetExhausted(f"a chain of more than {MAX_ENTRIES} entries; the group has too many points")
                work += ((depth, compose(product, q)) for q in level.generators)
            elif (rest := self.quotient(compose(product, level.back[image]), depth + 1)) != self.identity:
                self._generator(depth + 1, rest, work)
        return True

    def _generator(self, depth: int, p: Permutation, work: list[tuple[int, Permutation]]) -> None:
        """Give level ``depth`` the generator p, which fixes the points above and isn't the identity."""
        if depth == len(self.levels):
            point = next(x for x, image in enumerate(p) if x != image)
            self.levels.append(_Level(point, self.identity))
        level = self.levels[depth]
        level.generators.append(p)
        work += ((depth, compose(to, p)) for to in level.to.values())
