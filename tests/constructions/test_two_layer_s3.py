"""The four readings of the printed stack against permutations composed by hand."""

from itertools import product

import pytest

from constructions.two_layer_s3 import RIGHT, WRONG, two_layer_s3
from exactssm.algebra import group
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from tests.constructions.by_hand import cycles, products, then
from tests.support import first_failing_word
from verify import Collision, decide, find_collision

R, S = cycles("(123)", 3), cycles("(12)", 3)
S3 = group("S3")
NUMBER = {cycles(label, 3): x for x, label in enumerate(S3.labels)}


def element(*factors):
    return NUMBER[then(3, factors)]


def test_the_relations():
    assert element(S, R, S) == element(R, R)


def test_the_hand_check():
    """The word s, r, rs, r: layer 1 goes -, -, +, +, layer 2 0, 2, 1, 2, and the products are s, r^2 s, r, r^2."""
    found = run(two_layer_s3("r^b s^a", "before"), [element(S), element(R), element(R, S), element(R)])
    assert found.states == (((0,), (0,)), ((1,), (0,)), ((1,), (2,)), ((0,), (1,)), ((0,), (2,)))
    assert found.outputs == (element(S), element(R, R, S), element(R), element(R, R))


@pytest.mark.parametrize("reading", RIGHT.values(), ids=str)
def test_the_right_readings_on_every_short_word(reading):
    model = two_layer_s3(*reading)
    for word in words(range(6), 4, 4):
        assert list(run(model, word).outputs) == products(S3, word)


def test_both_right_readings_keep_the_normal_form():
    """Whatever a letter is written as, the states are the exponents of the product r^B s^A."""
    for reading, word in product(RIGHT.values(), words(range(6), 3)):
        found = run(two_layer_s3(*reading), word)
        for state, output in zip(found.states[1:], found.outputs, strict=True):
            (A,), (B,) = state
            assert output == element(*[R] * B, *[S] * A)


@pytest.mark.parametrize("reading", WRONG.values(), ids=str)
def test_the_wrong_readings(reading):
    model = two_layer_s3(*reading)
    word = first_failing_word(model, WordProblem(S3), 3)
    assert decide(model, WordProblem(S3)).trace.word == word
    assert word == (element(R, S),) or word == (element(R, R, S),)
    collision = find_collision(model, WordProblem(S3))
    assert isinstance(collision, Collision)
    demanded = [products(S3, word)[-1] for word in (collision.first, collision.second)]
    assert run(model, collision.first).states[-1] == run(model, collision.second).states[-1]
    assert collision.first[-1] == collision.second[-1]
    assert tuple(demanded) == collision.demanded
    assert demanded[0] != demanded[1]


@pytest.mark.parametrize("reading", WRONG.values(), ids=str)
def test_the_wrong_readings_are_right_for_the_newest_letter_on_the_left(reading):
    """Read out as s^A r^B they track x_t ... x_1."""
    model = two_layer_s3(*reading)

    def readout(state, letter):
        return element(*[S] * letter.after, *[R] * state[0])

    mirrored = Model(range(6), [model.blocks[0], Block(model.blocks[1].layer, readout)])
    for word in words(range(6), 4, 4):
        assert list(run(mirrored, word).outputs) == products(S3, word, newest_first=True)
