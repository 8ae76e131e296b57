"""Groups with the published product, against tuples that are composed as the published generator composes them."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from exactssm.algebra import group
from exactssm.algebra.published import published_group
from exactssm.errors import DomainError, FormatError


def even(p):
    return sum(p[i] > p[j] for i in range(len(p)) for j in range(i, len(p))) % 2 == 0


def test_the_product_of_permutations_lets_the_right_factor_act_first():
    """One-line tuples in lexicographic order, op(p, q)(i) = p(q(i)); the pair (i, j) is number i |H| + j."""
    a4 = [p for p in permutations(range(1, 5)) if even(p)]
    assert [a4[i] for i in (1, 2, 11)] == [(1, 3, 4, 2), (1, 4, 2, 3), (4, 3, 2, 1)]  # as published
    pairs = list(product(a4, range(5)))
    table = published_group("A4_x_Z5").group.table
    for (x, (p, i)), (y, (q, j)) in product(enumerate(pairs), repeat=2):
        composed = tuple(p[k - 1] for k in q)
        assert table[x, y] == pairs.index((composed, (i + j) % 5))


@pytest.mark.parametrize("text", ["A4xZ5", "S3^2", "Q8xS3", "D4", "AGL(1,5)", "[24,3]", "(1 2 3)(4 5), (1 2)", "Dic3"])
def test_the_isomorphism(text):
    published, ours = published_group(text), group(text)
    number = np.array(published.ours)
    assert sorted(published.ours) == list(range(ours.order))
    assert (number[published.group.table] == ours.table[np.ix_(number, number)]).all()
    assert published.group.labels == ours.labels


def test_only_permutations_are_turned_round():
    assert (published_group("D4").group.table == group("D4").table).all()
    assert (published_group("S3").group.table == group("S3").table.T).all()
    assert not (group("S3").table == group("S3").table.T).all()


def test_names():
    names = {"A4xZ5": "A4_x_Z5", "A4_x_C5": "A4_x_Z5", "C6": "Z6", "Z2^2": "Z2_x_Z2", "S5": "S5", "[6,1]": "[6,1]"}
    assert {text: published_group(text).name for text in names} == names


@pytest.mark.parametrize("text", ["A4_x_", "", "T4", "_x_A4"])
def test_what_is_no_name(text):
    with pytest.raises(FormatError, match="expected the name of a group"):
        published_group(text)


def test_an_order_is_bounded_before_anything_is_built():
    with pytest.raises(DomainError, match="more than 5040 elements"):
        published_group("S12_x_S12")
