"""The released IDS4 against products of matrices multiplied out, and words read backwards."""

import random
from dataclasses import replace
from itertools import product

import pytest

from constructions.automata.marked_points import MarkedPoints
from constructions.automata.released_ids4 import Backwards, Reversal, first_reversal, released_ids4
from exactssm.algebra import group
from exactssm.errors import CertificateError
from exactssm.machine import run, words
from exactssm.tasks import all_dfas
from verify import Proved, decide


def matrix(images, transposed):
    """A e_p = e_(image of p), or its transpose, as rows."""
    n = len(images)
    rows = [[int(images[p] == q) for p in range(n)] for q in range(n)]
    return [list(column) for column in zip(*rows, strict=True)] if transposed else rows


def multiplied(X, Y):
    return [[sum(x * y for x, y in zip(row, column, strict=True)) for column in zip(*Y, strict=True)] for row in X]


@pytest.mark.parametrize("transposed", [False, True])
def test_the_state_is_the_product(transposed):
    for automaton in random.Random(6).sample(list(all_dfas(3, "ab")), 20):
        points = MarkedPoints.of_automaton(automaton)
        word = random.Random(7).choices("ab", k=6)
        M = [[int(i == j) for j in range(3)] for i in range(3)]
        for x, (h,) in zip(word, run(released_ids4(points, transposed), word).states[1:], strict=True):
            M = multiplied(M, matrix(points.maps[x], transposed))
            assert h == tuple(v for row in M for v in row)


def test_backwards():
    for automaton in random.Random(8).sample(list(all_dfas(3, "ab")), 20):
        task = Backwards(MarkedPoints.of_automaton(automaton))
        for word in words("ab", 5, 5):
            q = automaton.start
            for x in reversed(word):
                q = automaton.delta[q, x]
            assert run(task, word).outputs[-1] == q


def test_right_where_languages_of_states_are_closed_under_reversal():
    """By words up to length 6, against the proof: of 32 automata with two states."""
    right = 0
    for automaton in all_dfas(2, "ab"):
        closed = all(
            Reversal(automaton, word)._led(word) == Reversal(automaton, word)._led(reversed(word))
            for word in words("ab", 6)
        )
        assert isinstance(decide(released_ids4(MarkedPoints.of_automaton(automaton)), automaton), Proved) == closed
        right += closed
    assert 0 < right < 32


def test_the_first_reversal_is_the_first():
    found = first_reversal(3, 4)
    earlier = []
    for automaton, length in product([*all_dfas(1, "ab"), *all_dfas(2, "ab")], (1, 2)):
        earlier += [Reversal(automaton, word) for word in words("ab", length, length)]
    wrong = [r for r in earlier if r._led(r.read) != r._led(reversed(r.read))]
    assert found == wrong[0]
    found.replay()
    with pytest.raises(CertificateError, match="it isn't"):
        replace(found, read=("a", "a")).replay()


def test_s3_by_hand():
    """(2,3) then (1,2): the product and the one of the other order."""
    s3 = group("S3")
    x, y = s3.element("(2,3)"), s3.element("(1,2)")
    points = MarkedPoints.of_monoid(s3, range(6))
    assert run(released_ids4(points), (x, y)).outputs == (x, s3.mul(y, x))
    assert run(released_ids4(points, transposed=True), (x, y)).outputs == (x, s3.mul(x, y))
