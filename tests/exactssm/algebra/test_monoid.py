"""Finite monoids: tables against composition of maps, and tables that are none of a monoid."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.algebra import FiniteMonoid, Group
from exactssm.algebra.cayley import generating_set, nonassociative_triple
from exactssm.errors import DomainError


def by_definition(table):
    """The first triple, in lexicographic order, that is not associative."""
    numbers = range(len(table))
    triples = product(numbers, repeat=3)
    return next(((x, y, z) for x, y, z in triples if table[table[x][y]][z] != table[x][table[y][z]]), None)


def check_triple(table, triple):
    x, y, z = triple
    assert table[table[x][y]][z] != table[x][table[y][z]]


def test_every_pair_of_transformations_of_three_points():
    maps = list(product(range(3), repeat=3))
    for f, g in product(maps[::2], maps[1::3]):
        monoid = FiniteMonoid.from_transformations([f, g])
        images = [tuple(map(int, label[1:-1].split(","))) for label in monoid.labels]
        assert images[0] == (0, 1, 2)
        assert {f, g} <= set(images)
        assert len(set(images)) == monoid.order
        for p, q in product(range(monoid.order), repeat=2):
            assert images[monoid.mul(p, q)] == tuple(images[q][images[p][i]] for i in range(3))
        assert [images[x] for x in monoid.generators] == list(dict.fromkeys([f, g]))


def test_full_transformation_monoids_have_order_n_to_the_n():
    for n in range(1, 5):
        swap = (1, 0, *range(2, n)) if n > 1 else (0,)
        cycle = (*range(1, n), 0)
        collapse = (0, 0, *range(2, n)) if n > 1 else (0,)
        assert FiniteMonoid.from_transformations([swap, cycle, collapse]).order == n**n


def test_elements_come_breadth_first():
    monoid = FiniteMonoid.from_transformations([(1, 2, 3, 3), (0, 0, 1, 2)])
    words = [next(w for n in range(9) for w in product(monoid.generators, repeat=n) if monoid.product(w) == x)
             for x in range(monoid.order)]  # fmt: skip
    assert words == sorted(words, key=lambda w: (len(w), [monoid.generators.index(x) for x in w]))


def test_powers_and_products():
    monoid = FiniteMonoid.from_transformations([(1, 2, 2)])
    assert monoid.product([]) == 0
    assert [monoid.power(1, k) for k in range(5)] == [0, 1, 2, 2, 2]
    with pytest.raises(DomainError, match="at least 0"):
        monoid.power(1, -1)
    for p, q in [(-1, 0), (0, 3), (3, 0)]:
        with pytest.raises(DomainError, match=r"0 \.\. 2"):
            monoid.mul(p, q)
    with pytest.raises(DomainError, match="no element"):
        monoid.element("[9,9,9]")


def test_a_table_cannot_be_written_to():
    with pytest.raises(ValueError, match="read-only"):
        FiniteMonoid.from_transformations([(0, 0)]).table[0, 0] = 1


def test_every_table_of_order_two_and_a_share_of_order_three():
    """There are 2 monoids of order 2 up to isomorphism, so 4 tables; 33 labelled tables of order 3 are monoids (OEIS
    A058153 counts 1, 4, 33, 624)."""
    for order, expected in ((1, 1), (2, 4), (3, 33)):
        found = 0
        for entries in product(range(order), repeat=order * order):
            table = [list(entries[i * order : (i + 1) * order]) for i in range(order)]
            identities = [e for e in range(order) if all(table[e][x] == table[x][e] == x for x in range(order))]
            if not identities:
                if found < 3:
                    with pytest.raises(DomainError, match="no identity"):
                        FiniteMonoid.from_table(table)
                continue
            if by_definition(table) is None:
                monoid = FiniteMonoid.from_table(table)
                old = [int(label) for label in monoid.labels]
                assert old[0] == identities[0]
                assert all(old[monoid.mul(p, q)] == table[old[p]][old[q]] for p in range(order) for q in range(order))
                assert generating_set(monoid.table, monoid.generators) == monoid.generators
                found += 1
            else:
                with pytest.raises(DomainError, match="associative"):
                    FiniteMonoid.from_table(table)
        assert found == expected


@settings(deadline=None)
@given(
    st.integers(1, 6).flatmap(
        lambda n: st.lists(st.lists(st.integers(0, n), min_size=n, max_size=n), min_size=n, max_size=n)
    )
)
def test_the_fast_associativity_test_equals_the_definition(inner):
    n = len(inner)
    table = np.array([range(n + 1), *([x + 1, *row] for x, row in enumerate(inner))], np.int32)
    triple = nonassociative_triple(table, generating_set(table, range(n + 1)))
    if by_definition(table.tolist()) is None:
        assert triple is None
    else:
        check_triple(table.tolist(), triple)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "between 1 and"),
        ([[0, 1], [1]], "row 1 has 1 entries"),
        ([[0, 1], [1, 0], [0, 1]], "3 rows, and row 0 has 2"),
        ([[0, 1], [1, 2]], "row 1, column 1: .* got 2"),
        ([[0, 1], [-1, 0]], "row 1, column 0: .* got -1"),
        ([[0, 1], [1, 0.0]], "row 1, column 1: .* got 0.0"),
        ([[0, 1], [True, 0]], "row 1, column 0: .* got True"),
        ([[0, 1], ["1", 0]], "row 1, column 0"),
        ([[0, 1], [10**50, 0]], "row 1, column 0"),
        (np.array([[0, 1], [1, 0.5]]), "row 0, column 0: .* got 0.0"),
        ([[0, 0], [1, 1]], "no identity"),
        ([[1, 1], [1, 1]], "no identity"),
    ],
)
@pytest.mark.parametrize("kind", [FiniteMonoid, Group])
def test_tables_that_are_none(kind, rows, message):
    with pytest.raises(DomainError, match=message):
        kind.from_table(rows)


def test_labels_must_be_different():
    for labels in (["a"], ["a", "a"], ["a", "b", "c"]):
        with pytest.raises(DomainError, match="2 different strings"):
            FiniteMonoid.from_table([[0, 1], [1, 1]], labels=labels)
    assert FiniteMonoid.from_table([[0, 0], [0, 1]], labels=["zero", "one"]).labels == ("one", "zero")


def test_sizes_are_bounded():
    with pytest.raises(DomainError, match="more than 100"):
        FiniteMonoid.from_transformations([(1, 0, 2, 3), (1, 2, 3, 0), (0, 0, 2, 3)], max_order=100)
    with pytest.raises(DomainError, match="between 1 and 3 rows"):
        FiniteMonoid.from_table([[0] * 4] * 4, max_order=3)
    with pytest.raises(DomainError, match="at least one"):
        FiniteMonoid.from_transformations([])
