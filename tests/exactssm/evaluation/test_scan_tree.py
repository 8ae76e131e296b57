"""Shapes of trees against the parallel algorithms run on symbols, and their values by a recursion written anew."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import Rounded
from exactssm.arithmetic.domain import inner_product
from exactssm.errors import ConstructionError
from exactssm.evaluation import (
    AlongTree,
    Chunked,
    Recurrent,
    blelloch,
    hillis_steele,
    left_fold,
    recurrence,
    right_fold,
)
from exactssm.layers import DiagonalLayer, SignLayer
from exactssm.machine import words
from tests.exactssm.evaluation.small_layers import COMPLEX, EXACT, FORMATS, HALVES, WORDS, layers_over, rotation_layer

SHAPES = [recurrence, left_fold, right_fold, blelloch, hillis_steele, Chunked(1), Chunked(3, hillis_steele)]

# What stands at each of eight places after the scans of the literature's figures.
BLELLOCH = [
    1,
    (1, 2),
    ((1, 2), 3),
    ((1, 2), (3, 4)),
    (((1, 2), (3, 4)), 5),
    (((1, 2), (3, 4)), (5, 6)),
    ((((1, 2), (3, 4)), (5, 6)), 7),
    (((1, 2), (3, 4)), ((5, 6), (7, 8))),
]
HILLIS_STEELE = [
    1,
    (1, 2),
    (1, (2, 3)),
    ((1, 2), (3, 4)),
    (1, ((2, 3), (4, 5))),
    ((1, 2), ((3, 4), (5, 6))),
    ((1, (2, 3)), ((4, 5), (6, 7))),
    (((1, 2), (3, 4)), ((5, 6), (7, 8))),
]


def test_eight_places_by_hand():
    assert [blelloch(n) for n in range(1, 9)] == BLELLOCH
    assert [hillis_steele(n) for n in range(1, 9)] == HILLIS_STEELE
    assert Chunked(3)(8) == (((0, ((1, 2), 3)), ((4, 5), 6)), (7, 8))
    assert Chunked(4, blelloch)(8) == ((0, ((1, 2), (3, 4))), ((5, 6), (7, 8)))
    assert Chunked(100)(3) == (0, ((1, 2), 3))
    assert Chunked(1)(5) == recurrence(5)


def join(left, right):
    """Composition with the neutral map, None, left out."""
    return right if left is None else left if right is None else (left, right)


def sweep_up_and_down(size):
    """Blelloch's exclusive scan of the places 1 .. size, a power of two, in place."""
    places = list(range(1, size + 1))
    step = 1
    while step < size:
        for i in range(2 * step - 1, size, 2 * step):
            places[i] = join(places[i - step], places[i])
        step *= 2
    places[-1] = None
    while step > 1:
        step //= 2
        for i in range(2 * step - 1, size, 2 * step):
            places[i - step], places[i] = places[i], join(places[i], places[i - step])
    return places


@pytest.mark.parametrize("size", [2, 8, 64])
def test_blelloch_is_what_the_sweeps_leave(size):
    assert sweep_up_and_down(size) == [None, *map(blelloch, range(1, size))]


@pytest.mark.parametrize("size", [1, 7, 64, 100])
def test_hillis_steele_is_what_the_rounds_leave(size):
    places = list(range(1, size + 1))
    step = 1
    while step < size:
        places = [places[i] if i < step else (places[i - step], places[i]) for i in range(size)]
        step *= 2
    assert places == list(map(hillis_steele, range(1, size + 1)))


def value(tree, layer, word):
    """The value of a tree, by the formulas of `exactssm.evaluation.scan_tree`: a state, or a matrix and a shift."""
    d = layer.width
    inner = inner_product(layer.domain)
    diagonal = isinstance(layer, DiagonalLayer)

    def dot(row, column):
        if isinstance(layer.domain, Rounded):
            return layer.domain.dot(row, column)
        if hasattr(layer.domain, "fma"):
            return Rounded(layer.domain, "each" if layer.domain in COMPLEX else "once").dot(row, column)
        return inner(row, column, layer.domain.zero)

    def apply(A, b, h):
        if diagonal:
            return tuple(inner((A[i],), (h[i],), b[i]) for i in range(d))
        return tuple(inner(A[i], h, b[i]) for i in range(d))

    if tree == 0:
        return layer.start
    if isinstance(tree, int):
        entries = layer.entries(word[tree - 1])
        if diagonal:
            return entries[:d], entries[d:]
        return [list(entries[i * d : (i + 1) * d]) for i in range(d)], entries[d * d :]
    left, (A, b) = value(tree[0], layer, word), value(tree[1], layer, word)
    if leftmost(tree) == 0:
        return apply(A, b, left)
    B, c = left
    if diagonal:
        return tuple(layer.domain.mul(A[i], B[i]) for i in range(d)), apply(A, b, c)
    return [[dot(A[i], [B[k][j] for k in range(d)]) for j in range(d)] for i in range(d)], apply(A, b, c)


def leftmost(tree):
    while not isinstance(tree, int):
        tree = tree[0]
    return tree


def state_along(tree, layer, word):
    """The state after ``word``: h_0 first, or last."""
    if leftmost(tree) == 0:
        return value(tree, layer, word)
    both = value((0, tree), layer, word)  # a root above it whose left side is h_0 applies its map to h_0
    return both


def trees(low, high):
    """Every shape of tree on the leaves low .. high."""
    if low == high:
        return st.just(low)
    return st.integers(low, high - 1).flatmap(lambda cut: st.tuples(trees(low, cut), trees(cut + 1, high)))


@pytest.mark.parametrize("domain", [*FORMATS, *COMPLEX, *EXACT], ids=str)
def test_values_of_named_shapes(domain):
    for layer in layers_over(domain):
        for word in WORDS[::2]:
            for shape in SHAPES:
                found = AlongTree(shape).on(layer)(word)
                assert found == (state_along(shape(len(word)), layer, word) if word else layer.start)


@pytest.mark.parametrize("domain", [FORMATS[1], FORMATS[4], COMPLEX[0]], ids=str)
@settings(max_examples=25)
@given(word=st.text("xy", min_size=1, max_size=8), data=st.data())
def test_values_of_any_tree(domain, word, data):
    tree = data.draw(trees(data.draw(st.integers(0, 1)), len(word)))
    for layer in layers_over(domain):
        assert AlongTree(lambda n: tree).on(layer)(word) == state_along(tree, layer, word)


@pytest.mark.parametrize("domain", [*FORMATS, *COMPLEX], ids=str)
def test_the_tree_that_begins_with_the_state_is_the_recurrence(domain):
    for layer in layers_over(domain):
        for word in WORDS:
            assert AlongTree(recurrence).on(layer)(word) == Recurrent().on(layer)(word) == layer.run(word)[-1]
            assert AlongTree(Chunked(1, blelloch)).on(layer)(word) == layer.run(word)[-1]


@pytest.mark.parametrize("domain", [domain for domain in FORMATS if "e4m3" not in str(domain)], ids=str)
def test_the_left_fold_from_zero_is_the_recurrence(domain):
    """With h_0 = 0 the shifts of the left fold are the recurrence's states, and applying it adds nothing."""
    for layer in layers_over(domain):
        zero = (domain.zero,) * 2
        if isinstance(layer, DiagonalLayer):
            layer = DiagonalLayer(domain, zero, layer.decay, layer.drive)
        else:
            layer = type(layer)(domain, zero, layer.matrix, layer.drive)
        for word in WORDS:
            assert AlongTree(left_fold).on(layer)(word) == layer.run(word)[-1]


@pytest.mark.parametrize("domain", EXACT, ids=str)
def test_all_trees_agree_in_exact_arithmetic(domain):
    for layer in [*layers_over(domain), rotation_layer()]:
        for word in words("xy", 4):
            expected = layer.run(word)[-1]
            for shape in SHAPES:
                assert AlongTree(shape).on(layer)(word) == expected


def test_trees_differ_where_arithmetic_rounds():
    """7/2 * 1/2 * 1/2 in halves: 3/2, then 1/2; but 1/2 * 1/2 is 0."""
    half, start = HALVES.parse("1/2"), HALVES.parse("7/2")
    layer = DiagonalLayer(HALVES, (start,), {"x": (half,)})
    found = [AlongTree(shape).on(layer)("xx") for shape in (recurrence, left_fold, Chunked(2))]
    assert [HALVES.text(h) for (h,) in found] == ["1/2", "0", "0"]


def test_long_words_do_not_exhaust_the_stack():
    layer = next(layers_over(FORMATS[0]))
    word = "xy" * 1500
    assert AlongTree(recurrence).on(layer)(word) == layer.run(word)[-1]
    assert len(AlongTree(left_fold).on(layer)(word)) == 2


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ((1, 2), "must be 1 .. 3 from left to right, perhaps after a 0; got 2 last|must end in 3, got 2 last"),
        (((1, 3), 2), "got 3 where 2 was due"),
        (((0, 2), 3), "got 2 where 1 was due"),
        ((2, 3), "got 2 where 0 or 1 was due"),
        ((-1, (1, 2)), "got -1 where 0 or 1 was due"),
        ((((1, 2), 3), 4), "got 4 where no more was due"),
        (((1, 2), (3, 1)), "got 1 where no more was due"),
        ((0, 0), "got 0 where 1 was due"),
        (0, "must end in 3, got 0 last"),
        ((1, 2, 3), "must be made of ints and pairs, got a tuple of 3"),
        (((True, 2), 3), "must be made of ints and pairs, got a bool"),
        ("123", "must be made of ints and pairs, got a str"),
        (None, "must be made of ints and pairs, got a NoneType"),
    ],
)
def test_what_is_no_tree_for_three_letters(tree, message):
    layer = next(layers_over(FORMATS[0]))
    with pytest.raises(ConstructionError, match=message):
        AlongTree(lambda n: tree).on(layer)("xyx")


def test_bad_chunks_and_layers():
    for length in (0, -1, True, "3"):
        with pytest.raises(ConstructionError, match="the length of a chunk must be an int >= 1"):
            Chunked(length)
    layer = next(layers_over(FORMATS[0]))
    with pytest.raises(ConstructionError, match="got 0 where 1 was due"):
        AlongTree(Chunked(2, recurrence)).on(layer)("xyxy")
    with pytest.raises(ConstructionError, match="must be affine to be composed; those of a SignLayer aren't"):
        AlongTree(blelloch).on(SignLayer((1,), ((1,),), {"x": (1,)}, sign_of_zero=0))
