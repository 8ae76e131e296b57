"""Monoids of transformations against the list of all their products, and shortest words against all words."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.algebra import FiniteMonoid, TransformationMonoid
from exactssm.algebra.cayley import closure
from exactssm.algebra.permutation import compose
from exactssm.errors import BudgetExhausted, DomainError, SymbolError
from exactssm.machine import words


@st.composite
def generators(draw, max_points=5, max_letters=3):
    points = draw(st.integers(1, max_points))
    row = st.tuples(*[st.integers(0, points - 1)] * points)
    return draw(st.lists(row, min_size=1, max_size=max_letters))


def image(maps, word, point):
    for letter in word:
        point = maps[letter][point]
    return point


@given(generators())
def test_elements_and_graphs_are_those_of_the_definition(maps):
    monoid = TransformationMonoid.from_transformations(maps)
    elements, graph = closure(maps, tuple(range(len(maps[0]))), compose, 10**4)
    assert monoid.elements.tolist() == [list(x) for x in elements]
    assert monoid.right.T.tolist() == graph
    assert monoid.left.T.tolist() == [[elements.index(compose(a, x)) for x in elements] for a in maps]


@given(generators(max_points=3, max_letters=2))
def test_words_are_the_first_of_the_shortest(maps):
    monoid = TransformationMonoid.from_transformations(maps)
    first = {}
    for word in words(range(len(maps)), max(len(monoid.word(x)) for x in range(monoid.order))):
        images = tuple(image(maps, word, point) for point in range(len(maps[0])))
        first.setdefault(images, word)
    assert {tuple(row): monoid.word(x) for x, row in enumerate(monoid.elements.tolist())} == first
    for x in range(monoid.order):
        assert monoid.product(monoid.word(x)) == x


@given(generators(max_points=4))
def test_products_are_those_of_the_table(maps):
    monoid = TransformationMonoid.from_transformations(maps)
    table = FiniteMonoid.from_transformations(maps).table
    assert np.array_equal(monoid.to_table().table, table)
    for p, q in list(product(range(monoid.order), repeat=2))[:200]:
        assert monoid.mul(p, q) == table[p, q]


def test_points_beyond_a_byte():
    """300 and 70000 points take two and four bytes each."""
    for n in (300, 70_000):
        cut = np.minimum(np.arange(n)[None] + 1, n - 1).astype(np.int32)
        monoid = TransformationMonoid.generated(cut, ("a",), "saturating", max_elements=10**6) if n == 300 else None
        if monoid is not None:
            assert monoid.order == n
            assert monoid.elements[5, :3].tolist() == [5, 6, 7]
        else:
            constants = np.zeros((1, n), np.int32)
            constants[0] = n - 1
            monoid = TransformationMonoid.generated(constants, ("a",), "constant")
            assert monoid.elements[1, 0] == n - 1


def test_letters_may_be_one_element_and_the_identity():
    monoid = TransformationMonoid.from_transformations([(0, 1), (1, 0), (1, 0)], letters="xyz")
    assert (monoid.order, monoid.right[0].tolist(), monoid.word(1)) == (2, [0, 1, 1], ("y",))


def test_budgets_name_what_was_reached():
    maps = [(1, 2, 3, 4, 0), (1, 0, 2, 3, 4), (0, 0, 2, 3, 4)]
    assert TransformationMonoid.from_transformations(maps, max_elements=3125).order == 3125
    with pytest.raises(BudgetExhausted, match=r"mine: 3124 transformations of 5 points found, and there are more"):
        TransformationMonoid.from_transformations(maps, name="mine", max_elements=3124)


def test_no_more_images_than_fit():
    n = 20_000
    counter = np.array([[*range(1, n), 0]], np.int32)
    with pytest.raises(BudgetExhausted, match="2500 transformations of 20000 points"):
        TransformationMonoid.generated(counter, ("a",), "counter")


def test_bad_input():
    make = TransformationMonoid.from_transformations
    for maps, message in (([], "at least one"), ([(0, 2)], "maps 1 to 2"), ([(0, 1), (0,)], "the same points")):
        with pytest.raises(DomainError, match=message):
            make(maps)
    with pytest.raises(DomainError, match="as many distinct letters"):
        make([(0, 1), (1, 0)], letters="aa")
    monoid = make([(1, 0)], letters="a")
    with pytest.raises(SymbolError, match="position 1"):
        monoid.product("ab")
    with pytest.raises(DomainError, match="elements of"):
        monoid.word(2)
    with pytest.raises(DomainError, match="elements of"):
        monoid.mul(0, -1)
    with pytest.raises(DomainError, match="is not in"):
        monoid.numbers_of(np.array([[0, 0]]))
    with pytest.raises(DomainError, match="at most 1"):
        monoid.to_table(max_order=1)
