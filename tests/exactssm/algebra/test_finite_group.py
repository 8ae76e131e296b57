"""Groups: tables against composition and against sympy, and tables that are none of a group."""

from itertools import permutations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.combinatorics import Permutation, PermutationGroup

from exactssm.algebra import Group, direct_product, group
from exactssm.algebra.permutation import compose, parse_permutations
from exactssm.errors import DomainError

#: a loop, that is, a Latin square with identity, of order 5 with x x = 0 throughout: no group of order 5 has that
LOOP = [[0, 1, 2, 3, 4], [1, 0, 3, 4, 2], [2, 4, 0, 1, 3], [3, 2, 4, 0, 1], [4, 3, 1, 2, 0]]


@pytest.mark.parametrize("name", ["S1", "S2", "S3", "A3", "S4", "A4", "A5", "AGL(1,5)", "(1 2 3)(4 5), (1 2)"])
def test_tables_of_permutation_groups_are_composition(name):
    g = group(name)
    elements = [parse_permutations(f"{label}, (5)")[0] for label in g.labels]  # all on five points
    assert len(set(elements)) == g.order
    number = {p: x for x, p in enumerate(elements)}
    for p, q in product(range(g.order), repeat=2):
        assert g.mul(p, q) == number[compose(elements[p], elements[q])]


@pytest.mark.parametrize(
    "generators", ["(1 2 3 4 5), (1 2 3)", "(1 2)(3 4), (1 3)(2 4), (1 5)", "(1 2 3 4)(5 6), (1 3)"]
)
def test_tables_equal_those_of_sympy(generators):
    parsed = parse_permutations(generators)
    g = Group.from_permutations(parsed)
    oracle = PermutationGroup([Permutation(list(p)) for p in parsed])
    assert g.order == oracle.order()
    of_word = {0: Permutation(len(parsed[0]) - 1)}  # each element as a product of generators, multiplied by sympy
    frontier = [0]
    for x in frontier:
        for number, p in zip(g.generators, parsed, strict=True):
            if (y := g.mul(x, number)) not in of_word:
                of_word[y] = of_word[x] * Permutation(list(p))
                frontier.append(y)
    numbers = {tuple(p.array_form): x for x, p in of_word.items()}
    assert len(numbers) == g.order
    for x, y in product(range(0, g.order, 3), range(g.order)):
        assert g.mul(x, y) == numbers[tuple((of_word[x] * of_word[y]).array_form)]
    assert g.element_orders == tuple(of_word[x].order() for x in range(g.order))


def test_s7_obeys_the_laws_on_a_share_of_it():
    g = group("S7")
    assert g.table.shape == (5040, 5040)
    images = list(permutations(range(7)))
    for x in range(0, 5040, 97):
        for y in range(0, 5040, 89):
            assert images[g.mul(x, y)] == compose(images[x], images[y])
    assert g.mul(5039, g.inverses[5039]) == 0


@pytest.mark.parametrize("name", ["C1", "C7", "V4", "S3", "D6", "Q16", "SL(2,3)", "C7:C3", "A4xZ5"])
def test_inverses_powers_conjugates_commutators(name):
    g = group(name)
    for x in range(g.order):
        assert g.mul(x, g.inverses[x]) == g.mul(g.inverses[x], x) == 0
        assert g.power(x, -3) == g.inverses[g.product([x] * 3)]
        assert g.power(x, 7) == g.product([x] * 7)
        order = g.element_orders[x]
        assert g.power(x, order) == 0
        assert all(g.power(x, k) != 0 for k in range(1, order))
        for y in range(0, g.order, 5):
            assert g.mul(y, g.conjugate(x, y)) == g.mul(x, y)
            assert g.product([y, x, g.commutator(x, y)]) == g.mul(x, y)
    assert g.is_abelian == all(g.mul(p, q) == g.mul(q, p) for p in range(g.order) for q in range(g.order))
    for call in (lambda: g.power(g.order, -1), lambda: g.conjugate(0, -1), lambda: g.commutator(g.order, 0)):
        with pytest.raises(DomainError):
            call()


def test_words_are_read_left_to_right():
    """The running products of the worked example for S4, products left factor first."""
    g = group("S4")
    running, products = 0, []
    for label in ("(1,2)", "(1,2,3,4)", "(2,4,3)", "(1,4)"):
        running = g.mul(running, g.element(label))
        products.append(g.labels[running])
    assert products == ["(1,2)", "(1,3,4)", "(1,2,4)", "(1,2)"]
    assert running == g.product(map(g.element, ("(1,2)", "(1,2,3,4)", "(2,4,3)", "(1,4)")))


def test_generators_given_twice_count_once_and_the_identity_stays():
    g = Group.from_permutations([(1, 0), (0, 1), (1, 0)])
    assert g.generators == (1, 0)
    assert Group.from_permutations([]).order == 1


def test_a_table_read_back():
    for name in ("C1", "S3", "Q8", "A4", "A4xZ5", "GL(2,3)"):
        g = group(name)
        h = Group.from_table(g.table, labels=g.labels)
        assert (h.table == g.table).all()
        assert h.labels == g.labels
        assert h.inverses == g.inverses


@settings(deadline=None)
@given(st.permutations(range(12)))
def test_an_identity_elsewhere_is_moved_to_the_front(new):
    g = group("A4")
    rows = [[0] * 12 for _ in range(12)]
    for p, q in product(range(12), repeat=2):
        rows[new[p]][new[q]] = new[g.mul(p, q)]
    h = Group.from_table(rows)
    old = [int(label) for label in h.labels]
    assert old == [new[0], *(x for x in range(12) if x != new[0])]
    assert all(old[h.mul(p, q)] == rows[old[p]][old[q]] for p in range(12) for q in range(12))


def test_a_monoid_is_no_group():
    with pytest.raises(DomainError, match=r"inverse; 0 has none \(the identity is 1\)"):
        Group.from_table([[0, 0], [0, 1]])
    with pytest.raises(DomainError, match=r"inverse; \[0,0\] has none"):
        Group.from_transformations([(0, 0)])
    with pytest.raises(DomainError, match="takes a value twice"):
        Group.from_permutations([(0, 0)])


def named_triple(message):
    left = message.split("(")[1]
    x, y = left.split(")")[0].split()
    return int(x), int(y), int(left.split(")")[1].split("=")[0])


@pytest.mark.parametrize(
    "rows",
    [
        LOOP,
        [[0, 1, 2], [1, 0, 0], [2, 0, 0]],  # inverses, but rows that take a value twice
        [[0, 1, 2], [1, 0, 1], [2, 2, 0]],
        [[0, 1, 2], [1, 0, 2], [2, 1, 0]],  # a row, and not the columns of the same number
    ],
)
def test_a_triple_that_is_not_associative_is_named(rows):
    with pytest.raises(DomainError, match="must be associative") as caught:
        Group.from_table(rows)
    x, y, z = named_triple(str(caught.value))
    assert rows[rows[x][y]][z] != rows[x][rows[y][z]]


def test_the_triple_of_the_loop():
    """By hand: 1 1 = 0 and 1 2 = 3, so (1 1) 2 = 2, but 1 (1 2) = 1 3 = 4."""
    with pytest.raises(DomainError, match=r"\(1 1\) 2 = 2, but 1 \(1 2\) = 4"):
        Group.from_table(LOOP)


def test_every_change_of_one_entry_of_a_group_table_is_refused():
    for name in ("C4", "V4", "S3"):
        rows = group(name).table.tolist()
        for p, q, value in product(range(len(rows)), repeat=3):
            spoiled = [list(row) for row in rows]
            spoiled[p][q] = value
            if spoiled != rows:
                with pytest.raises(DomainError):
                    Group.from_table(spoiled)


def test_an_exchanged_square_in_a_larger_table_is_refused():
    """Four entries a b / b a of a Latin square become b a / a b: rows, columns and inverses stay in order."""
    g = group("D4")
    rows = g.table.tolist()
    spoiled = 0
    for p, q, r, s in product(range(1, 8), repeat=4):
        if p < q and r < s and rows[p][r] == rows[q][s] != 0 and rows[p][s] == rows[q][r] != 0:
            table = [list(row) for row in rows]
            table[p][r], table[p][s], table[q][r], table[q][s] = rows[p][s], rows[p][r], rows[q][s], rows[q][r]
            spoiled += 1
            with pytest.raises(DomainError, match="must be associative") as caught:
                Group.from_table(table)
            x, y, z = named_triple(str(caught.value))
            assert table[table[x][y]][z] != table[x][table[y][z]]
    assert spoiled > 10


def test_direct_products_are_numbered_row_by_row():
    g, h, k = group("S3"), group("C4"), group("C2")
    gh = direct_product(g, h)
    for (i, j), (m, n) in product(product(range(6), range(4)), repeat=2):
        assert gh.mul(i * 4 + j, m * 4 + n) == g.mul(i, m) * 4 + h.mul(j, n)
    assert gh.labels[2 * 4 + 3] == f"({g.labels[2]},{h.labels[3]})"
    assert (direct_product(g, h, k).table == direct_product(gh, k).table).all()
    assert direct_product(g).labels == g.labels
    with pytest.raises(DomainError, match="more than 20"):
        direct_product(g, h, max_order=20)
    with pytest.raises(DomainError, match="at least one factor"):
        direct_product()


@pytest.mark.full
def test_the_table_of_s7_is_checked_in_full():
    g = group("S7")
    assert (Group.from_table(g.table).table == g.table).all()
    spoiled = g.table.copy()
    spoiled[4001, [17, 2900]] = spoiled[4001, [2900, 17]]
    with pytest.raises(DomainError, match="must be associative") as caught:
        Group.from_table(spoiled)
    x, y, z = named_triple(str(caught.value))
    assert spoiled[spoiled[x, y], z] != spoiled[x, spoiled[y, z]]
