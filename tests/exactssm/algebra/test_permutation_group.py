"""Stabiliser chains against sympy's permutation groups and against groups listed in full."""

from __future__ import annotations

import random
from itertools import permutations, product
from math import factorial

import pytest

from exactssm.algebra import Group, derived_length, group
from exactssm.algebra import permutation_group as module
from exactssm.algebra.permutation_group import PermutationGroup
from exactssm.errors import BudgetExhausted, DomainError


def wreath(a, b):
    """C_a wr C_b on a b points."""
    inner = tuple((i + 1) % a if i < a else i for i in range(a * b))
    return PermutationGroup(a * b, [inner, tuple((i + a) % (a * b) for i in range(a * b))])


def check_pairs_of_four_points(pairs):
    everything = list(permutations(range(4)))
    for p, q in pairs:
        found, listed = PermutationGroup(4, [p, q]), Group.from_permutations([p, q])
        assert found.order == listed.order
        assert found.derived_length == derived_length(listed)
        inside = {tuple(int(s) for s in row) for row in _rows(p, q)}
        assert {r for r in everything if r in found} == inside
        assert found.as_group().order == listed.order


def test_some_two_permutations_of_four_points():
    pairs = list(product(permutations(range(4)), repeat=2))
    check_pairs_of_four_points(random.Random(4).sample(pairs, 60))


@pytest.mark.full
def test_every_two_permutations_of_four_points():
    check_pairs_of_four_points(product(permutations(range(4)), repeat=2))


def _rows(p, q):
    """The group by products, as tuples."""
    elements = {(0, 1, 2, 3)}
    frontier = list(elements)
    for f in frontier:
        for g in (p, q):
            if (fg := tuple(g[x] for x in f)) not in elements:
                elements.add(fg)
                frontier.append(fg)
    return elements


def test_random_groups_as_sympy_has_them():
    from sympy.combinatorics import Permutation
    from sympy.combinatorics import PermutationGroup as SympyGroup

    rng = random.Random(0)
    for _ in range(25):
        n = rng.randint(1, 9)
        generators = [tuple(rng.sample(range(n), n)) for _ in range(rng.randint(1, 3))]
        ours, theirs = PermutationGroup(n, generators), SympyGroup([Permutation(list(p)) for p in generators])
        assert ours.order == theirs.order()
        series = [term.order() for term in theirs.derived_series()]
        solvable = series[-1] == 1
        assert ours.derived_length == (0 if series[0] == 1 else len(series) - 1 if solvable else None)
        assert ours.derived_subgroup().order == theirs.derived_subgroup().order()
        other = tuple(rng.sample(range(n), n))
        assert (other in ours) == theirs.contains(Permutation(list(other)))


@pytest.mark.parametrize("name", ["C6", "Q8", "S4", "GL(2,3)", "A5", "S5", "SL(2,3)", "[54,8]"])
def test_regular_representations(name):
    structure = group(name)
    rows = [tuple(structure.table[:, g].tolist()) for g in structure.generators]
    found = PermutationGroup(structure.order, rows)
    assert found.order == structure.order
    assert found.derived_length == derived_length(structure)


def test_large_groups():
    assert PermutationGroup(12, [(*range(1, 12), 0), (1, 0, *range(2, 12))]).order == factorial(12)
    found = wreath(6, 6)
    assert (found.order, found.derived_length) == (6**6 * 6, 2)
    assert found.derived_subgroup().order == 6**5  # those of product 1
    with pytest.raises(DomainError, match="a group of order 279936 is too large"):
        found.as_group()


def test_constituents_count_once_and_the_longest_decides():
    """S3 on three points, S4 on four others, and S3 again: a subdirect product."""
    p = (1, 0, 2, 4, 3, 5, 6, 8, 7, 9)
    q = (1, 2, 0, 4, 5, 6, 3, 8, 9, 7)
    found = PermutationGroup(10, [p, q])
    assert [c.degree for c in found.constituents()] == [3, 4]
    assert found.derived_length == 3
    assert list(found.orbits()) == [(0, 1, 2), (3, 4, 5, 6), (7, 8, 9)]


def test_trivial_groups():
    for found in (PermutationGroup(0, []), PermutationGroup(3, []), PermutationGroup(3, [(0, 1, 2)])):
        assert (found.order, found.derived_length, found.few_generators) == (1, 0, ())
        assert found.as_group().order == 1


def test_few_generators():
    s4 = PermutationGroup(4, permutations(range(4)))
    assert len(s4.few_generators) <= 4
    assert PermutationGroup(4, s4.few_generators).order == 24


def test_bad_groups(monkeypatch):
    for wrong in [(0, 0), (0, 1, 2), (1, 2)]:
        with pytest.raises(DomainError, match="permutations of range\\(2\\)"):
            PermutationGroup(2, [wrong])
    assert (1, 0) not in PermutationGroup(3, [(1, 0, 2)])
    monkeypatch.setattr(module, "MAX_ENTRIES", 100)
    with pytest.raises(BudgetExhausted, match="more than 100 entries"):
        _ = wreath(6, 6).order
