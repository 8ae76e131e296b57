"""Recognising groups: every group of the library, in disguise."""

from itertools import combinations, pairwise
from random import Random

import numpy as np
import pytest

from exactssm.algebra import Group, group, small_groups
from exactssm.algebra.recognition import are_isomorphic, library_number, structure


def disguised(original, seed):
    """The same group with its elements in another order, and other generators."""
    order = list(range(1, original.order))
    Random(seed).shuffle(order)
    old = np.array([0, *order])
    new = np.argsort(old)
    return Group.from_table(new[original.table[np.ix_(old, old)]])


def check(records):
    for record in records:
        assert library_number(disguised(record.group(), record.id)) == record.id, record


@pytest.mark.full
def test_every_group_of_the_library_is_recognised():
    check(small_groups())


def test_small_groups_are_recognised():
    check(small_groups(12))


def test_some_larger_groups_are_recognised():
    check(Random(3).sample([record for record in small_groups() if record.order > 12], 6))


@pytest.mark.parametrize("order", [8, 12])
def test_groups_of_the_library_differ(order):
    groups = [record.group() for record in small_groups(order) if record.order == order]
    assert not any(are_isomorphic(g, h) for g, h in combinations(groups, 2))
    assert all(are_isomorphic(g, disguised(g, 1)) for g in groups)


@pytest.mark.parametrize(
    ("name", "degree", "expected"),
    [
        ("C1", 1, "1"),
        ("C6", 0, "C6"),
        ("S3", 3, "S3"),
        ("A5", 5, "A5"),
        ("S5", 5, "S5"),
        ("S5", 0, "order 120"),
        ("SL(2,5)", 24, "order 120"),
        ("C2^6", 0, "C2 x C2 x C2 x C2 x C2 x C2"),
        ("C90", 90, "C90"),
    ],
)
def test_names(name, degree, expected):
    assert structure(group(name), degree).name == expected


@pytest.mark.parametrize(
    ("name", "orders", "solvable", "two", "abelian"),
    [
        ("C1", (1,), True, True, True),
        ("C6", (6, 1), True, False, True),
        ("D4", (8, 2, 1), True, True, False),
        ("S4", (24, 12, 4, 1), True, False, False),
        ("S5", (120, 60), False, False, False),
        ("A5", (60,), False, False, False),
    ],
)
def test_derived_series(name, orders, solvable, two, abelian):
    found = structure(group(name))
    assert found.derived_orders == orders
    assert (found.is_solvable, found.is_two_group, found.is_abelian) == (solvable, two, abelian)
    assert found.core_order == (1 if solvable else orders[-1])
    assert found.derived_length == (len(orders) - 1 if solvable else None)
    assert [int(np.prod(factor)) for factor in found.derived_factors] == [
        upper // lower for upper, lower in pairwise(orders)
    ]
