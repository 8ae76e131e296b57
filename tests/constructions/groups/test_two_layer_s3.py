"""The four readings of the printed stack against permutations composed by hand."""

from itertools import product

import pytest

from constructions.groups.architecture_classes import check_stack
from constructions.groups.two_layer_s3 import RIGHT, WRONG, two_layer_s3, unit_circle_s3
from exactssm.algebra import group
from exactssm.arithmetic import CyclotomicField
from exactssm.errors import DomainError
from exactssm.layers.architectures import ARCHITECTURES, AUSSM
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


FIELD = CyclotomicField(6)
MINUS, W = FIELD.root_of_unity(2), FIELD.root_of_unity(3)
READINGS = [*RIGHT.values(), *WRONG.values()]


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_the_printed_angles(reading):
    """0 and pi; 2 pi/3 b and -2 pi/3 b: 1 and -1; the powers of omega, with the sign of the state that is read."""
    model = unit_circle_s3(*reading)
    first, second = model.layers()
    for A, x in product(range(2), range(6)):
        state = ((FIELD.one if A == 0 else MINUS,), (FIELD.one,))
        (letter,) = model.through(state, x).letters[1:2]
        assert first.entries(x) == ((MINUS, FIELD.one)[letter.a == 0], FIELD.zero)
        assert (letter.before, letter.after) == ((-1) ** A, (-1) ** (A + letter.a))
        h = letter.before if reading[1] == "before" else letter.after
        assert second.entries(letter) == ((FIELD.one, W, FIELD.mul(W, W))[h * letter.b % 3], FIELD.zero)
        AUSSM.check(first, [x])
        AUSSM.check(second, [letter])
    for architecture in ARCHITECTURES:
        if architecture.name not in ("AUSSM", "DCD"):
            with pytest.raises(DomainError):
                check_stack(model, architecture)


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_numbers_and_exponents_put_out_the_same(reading):
    models = unit_circle_s3(*reading), two_layer_s3(*reading)
    for word in words(range(6), 3, 3):
        numbers, exponents = (run(model, word) for model in models)
        assert numbers.outputs == exponents.outputs
    assert [h for (h,), _ in numbers.states] == [(FIELD.one, MINUS)[A] for (A,), _ in exponents.states]


@pytest.mark.parametrize("reading", RIGHT.values(), ids=str)
def test_the_right_readings_on_the_unit_circle(reading):
    model = unit_circle_s3(*reading)
    for word in words(range(6), 3, 3):
        assert list(run(model, word).outputs) == products(S3, word)
