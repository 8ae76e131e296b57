"""Running products, against permutations and transformations multiplied by hand."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest

from exactssm.algebra import FiniteMonoid, group
from exactssm.errors import DomainError, SymbolError
from exactssm.machine import run, words
from exactssm.tasks import WordProblem

S3 = tuple(permutations(range(3)))  # lexicographic, so 0 is the identity
T2 = ((0, 1), (0, 0), (1, 0), (1, 1))  # all maps of {0, 1}, the identity first


def first_then(p, q):
    """The map that applies p first, then q."""
    return tuple(q[i] for i in p)


def monoid(maps):
    table = np.array([[maps.index(first_then(p, q)) for q in maps] for p in maps], np.int32)
    return FiniteMonoid("test", table, tuple(range(1, len(maps))), tuple(map(str, maps)))


@pytest.mark.parametrize("maps", [S3, T2], ids=["S3", "T2"])
def test_every_short_word_against_maps_applied_one_by_one(maps):
    forward, backward = WordProblem(monoid(maps)), WordProblem(monoid(maps), reversed=True)
    points = range(len(maps[0]))
    for word in words(range(len(maps)), 4, 1):
        after = [first_to_last(maps, word[: t + 1], points) for t in range(len(word))]
        assert run(forward, word).outputs == tuple(maps.index(image) for image in after)
        after = [first_to_last(maps, word[t::-1], points) for t in range(len(word))]
        assert run(backward, word).outputs == tuple(maps.index(image) for image in after)


def first_to_last(maps, word, points):
    """The map that applies the maps of ``word``, the first one first, point by point."""
    images = []
    for point in points:
        for x in word:
            point = maps[x][point]
        images.append(point)
    return tuple(images)


def test_order_matters_and_reversal_is_the_opposite_product():
    forward, backward = WordProblem(monoid(S3)), WordProblem(monoid(S3), reversed=True)
    differing = [(x, y) for x, y in product(range(6), repeat=2) if run(forward, (x, y)) != run(backward, (x, y))]
    assert len(differing) == 36 - 3 * 6  # as many pairs commute as classes times order
    for x, y, z in product(range(6), repeat=3):
        assert run(forward, (x, y, z)).outputs[-1] == run(backward, (z, y, x)).outputs[-1]


def test_outputs_and_states_are_python_ints():
    for value in (*run(WordProblem(group("S3")), (1, 2, 3)).states, *run(WordProblem(group("S3")), (4,)).outputs):
        assert type(value) is int


def test_letters_are_the_alphabet_in_their_order():
    task = WordProblem(group("Z5"), letters=[3, 1])
    assert task.alphabet == (3, 1)
    assert run(task, (3, 3, 1)).outputs == (3, 1, 2)
    with pytest.raises(SymbolError, match=r"position 1: 2 is not in the alphabet \(3, 1\)"):
        run(task, (1, 2))


def test_all_elements_by_default_and_generators_by_choice():
    g = group("A5")
    assert WordProblem(g).alphabet == tuple(range(60))
    assert WordProblem(g, g.generators).alphabet == g.generators


def test_tasks_on_one_group_are_equal():
    g = group("S3")
    assert WordProblem(g) == WordProblem(g, range(6))
    assert hash(WordProblem(g)) == hash(WordProblem(g, range(6)))
    assert WordProblem(g) != WordProblem(g, reversed=True)


@pytest.mark.parametrize(
    ("letters", "error", "message"),
    [
        ([0, 6], DomainError, "a letter must be an element of S3, an integer from 0 to 5, got 6"),
        ([-1], DomainError, "from 0 to 5, got -1"),
        ([True], DomainError, "from 0 to 5, got True"),
        (["1"], DomainError, "from 0 to 5, got '1'"),
        ([[1]], DomainError, r"from 0 to 5, got \[1\]"),
        ([1, 2, 1], SymbolError, "each symbol once; position 2 holds 1 again"),
        ([], SymbolError, "the letters of a word problem must hold at least one symbol, got none"),
    ],
)
def test_bad_letters(letters, error, message):
    with pytest.raises(error, match=message):
        WordProblem(group("S3"), letters)
