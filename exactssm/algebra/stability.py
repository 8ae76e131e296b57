"""The stable semigroup of a monoid with letters: what words of one length s do, where s and 2s letters do the same.

Let A_n be the set of elements that words of n letters stand for. As A_{n+1} = A_n A_1, these sets repeat themselves
from some n on. The least s >= 1 with A_s = A_{2s} is the *stability index*, and S = A_s is a semigroup with S = S S:
each of its elements has words of length s, 2s, 3s, ... It tells what the letters compute apart from counting their
number modulo something: a group in M that isn't in S is one of lengths.

*Its groups.* A group in S around the idempotent e lies in the maximal subgroup G of M around e, and the largest one is
the intersection of S and G, which is closed and finite. In one D-class of M they are isomorphic: if e = ab and f = ba
are idempotents of S, where a and b stand for words of together n letters, then b x a = b x (ab)^(s-1) a is in S for x
in the first group, as it has a word of ks + sn letters.

*Bands.* As S = S S, an element of S is a product of as many elements of S as one likes. So S is *locally trivial*, exe
= e for all x and all idempotents e in it, iff it is a rectangular band, xyx = x: among so many factors some stretch of
them is an idempotent e, and with x = peq also xyx = peqypeq = peq = x. And S is *definite*, xe = e, iff it is a
right-zero band, xy = y. An idempotent semigroup inside one J-class of M is a rectangular band, and inside one R-class a
right-zero band.

Source: Barrington, Compton, Straubing and Therien, J. Comput. Syst. Sci. 44 (1992), where S decides which regular
languages are in AC0; Chaubard, Pin and Straubing, LICS 2006, for its name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from exactssm.algebra.cayley import IntArray
from exactssm.algebra.green import GreenRelations
from exactssm.algebra.maximal_subgroup import MaximalSubgroup, maximal_subgroup
from exactssm.algebra.operations import cayley_graphs
from exactssm.algebra.transformations import TransformationMonoid
from exactssm.errors import BudgetExhausted

__all__ = ["StableSemigroup", "stable_semigroup"]

MAX_INDEX = 100_000
KEPT = 50_000_000  # entries of the sets that are kept to spell words of length s

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class StableSemigroup:
    """The stable semigroup of a monoid, by `stable_semigroup`."""

    relations: GreenRelations = field(repr=False)
    index: int  #: s
    elements: IntArray = field(repr=False)  #: of the monoid, ascending

    @cached_property
    def _inside(self) -> Flags:
        inside = np.zeros(self.relations.monoid.order, bool)
        inside[self.elements] = True
        return inside

    @cached_property
    def groups(self) -> tuple[MaximalSubgroup, ...]:
        """The nontrivial groups that are largest, one for each D-class of the monoid that has them."""
        found = []
        for d in self.relations.classes:
            if not d.is_regular or d.h_size == 1:
                continue
            idempotents = d.idempotents[d.idempotents >= 0]
            inside = idempotents[self._inside[idempotents]]
            if not len(inside):
                continue
            identity = int(inside.min())
            row, column = np.argwhere(d.idempotents == identity)[0]
            cell = d.box[row, column]
            members = cell[self._inside[cell]]
            if len(members) > 1:
                found.append(maximal_subgroup(self.relations.monoid, identity, members))
        return tuple(found)

    @property
    def is_aperiodic(self) -> bool:
        """Whether it has no nontrivial group: then M with its letters is called *quasi-aperiodic*."""
        return not self.groups

    @cached_property
    def _is_band(self) -> bool:
        return bool(np.isin(self.elements, self.relations.idempotents).all())

    @property
    def is_locally_trivial(self) -> bool:
        """Whether exe = e for each idempotent e: whether it is a rectangular band."""
        return self._is_band and len(np.unique(self.relations.j[self.elements])) == 1

    @property
    def is_definite(self) -> bool:
        """Whether xe = e for each idempotent e: whether it is a right-zero band."""
        return self._is_band and len(np.unique(self.relations.r[self.elements])) == 1

    def letters(self, x: int) -> tuple[int, ...]:
        """A word of s letters for an element of S, by the numbers of the letters; those of a monoid given by its table
        are its elements.

        Raises: BudgetExhausted, where the sets that it is spelt by are too large to be kept.
        """
        monoid = self.relations.monoid
        if not isinstance(monoid, TransformationMonoid):
            return (x,)
        if self.index * monoid.order > KEPT:
            raise BudgetExhausted(f"words of {self.index} letters for {monoid.order} elements are too many to be kept")
        spelt: list[int] = []
        right = cayley_graphs(monoid).right
        for before in reversed(self._sets):
            rows, columns = np.nonzero((right == x) & before[:, None])
            spelt.append(int(columns[0]))
            x = int(rows[0])
        return tuple(reversed(spelt))

    @cached_property
    def _sets(self) -> list[Flags]:
        """A_0 .. A_{s-1}."""
        right = cayley_graphs(self.relations.monoid).right
        sets = [np.zeros(len(right), bool)]
        sets[0][0] = True
        while len(sets) < self.index:
            sets.append(_longer(right, sets[-1]))
        return sets


def stable_semigroup(relations: GreenRelations) -> StableSemigroup:
    """The stable semigroup of the monoid with its letters: a transition monoid's are its machine's symbols, and those
    of a monoid given by its table, whose word problem is meant, are all its elements.

    >>> from exactssm.algebra import green_relations, transition_monoid
    >>> from exactssm.tasks import mod_counter, parity
    >>> def stable(machine):
    ...     return stable_semigroup(green_relations(transition_monoid(machine)))
    >>> stable(parity()).is_aperiodic, stable(mod_counter(2, {"a": 1})).is_aperiodic
    (False, True)

    Raises: BudgetExhausted, if the sets don't come round within `MAX_INDEX` letters.
    """
    monoid = relations.monoid
    if not isinstance(monoid, TransformationMonoid):
        return StableSemigroup(relations, 1, np.arange(monoid.order, dtype=np.int32))
    # Brent's search for the first n and the period p with A_n = A_{n+p}, n >= 1
    right = cayley_graphs(monoid).right
    first = np.zeros(monoid.order, bool)
    first[right[0]] = True
    power = period = 1
    slow, fast = first, _longer(right, first)
    while not np.array_equal(slow, fast):
        if power == period:
            if power > MAX_INDEX:
                raise BudgetExhausted(f"what words of n letters do doesn't come round for n up to {2 * MAX_INDEX}")
            slow, power, period = fast, 2 * power, 0
        fast = _longer(right, fast)
        period += 1
    slow = fast = first
    for _ in range(period):
        fast = _longer(right, fast)
    entry = 1
    while not np.array_equal(slow, fast):
        slow, fast, entry = _longer(right, slow), _longer(right, fast), entry + 1
    index = -(-entry // period) * period
    for _ in range(index - entry):
        slow = _longer(right, slow)
    return StableSemigroup(relations, index, np.flatnonzero(slow).astype(np.int32))


def _longer(right: IntArray, elements: Flags) -> Flags:
    """A_{n+1} from A_n."""
    longer = np.zeros(len(elements), bool)
    longer[right[elements]] = True
    return longer
