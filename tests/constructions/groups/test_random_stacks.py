"""Stacks drawn at random: finite, of the decays that they are drawn from, and the same each time."""

from fractions import Fraction

import pytest

from constructions.groups.architecture_classes import CLASSES, DRAWS, check_stack
from constructions.groups.random_stacks import Draw, random_stack
from exactssm.arithmetic import CyclotomicField, GaussianIntegers, Rationals
from exactssm.machine import run
from exactssm.table import tabulate

WORD = (0, 3, 1, 2, 2, 0, 1, 3, 3, 1) * 3
ONE = Fraction(1)


@pytest.mark.parametrize("name", DRAWS)
@pytest.mark.parametrize("widths", [(2,), (1, 1), (1, 1, 1)], ids=str)
def test_finite_and_of_their_architecture(name, widths):
    for seed in range(4 - len(widths)):
        model = random_stack(DRAWS[name], range(3), widths, seed)
        assert tuple(layer.width for layer in model.layers()) == widths
        assert len(tabulate(model, max_states=4096).next) >= 1
        check_stack(model, CLASSES[name].architecture)


def test_the_seed_decides():
    for name, draw in DRAWS.items():
        first, again, other = (run(random_stack(draw, range(4), (2, 1), seed), WORD) for seed in (5, 5, 6))
        assert first == again, name
        assert first != other, name


def test_states_before_a_letter_are_told_right():
    """Where no layer below resets, what a layer reads names the state below before the letter."""
    told = 0
    for draw in (DRAWS["AUSSM"], DRAWS["DCD"], Draw(GaussianIntegers(), 4), DRAWS["negative Mamba with underflow"]):
        for seed in range(8):
            model = random_stack(draw, range(4), (2, 1, 1), seed)
            state = model.start
            for x in WORD:
                after, letters = model.through(state, x)
                for depth in (0, 1):
                    read = letters[depth + 1]
                    assert read.after == after[depth]
                    assert read.letter == letters[depth]
                    assert read.before in (None, state[depth])
                    told += read.before is not None
                state = after
    assert told > 300


def test_frames_move():
    """Over one coordinate that only turns, the one above expands and contracts, and yet its values are few."""
    draw = Draw(Rationals(), 2, resets=False, scales=(ONE, Fraction(2), Fraction(1, 3)))
    ratios = set()
    for seed in range(30):
        model = random_stack(draw, range(4), (1, 1), seed)
        (_, second), state = model.layers(), model.start
        for x in WORD:
            state, letters = model.through(state, x)
            ratios.add(abs(second.entries(letters[1])[0]))
        assert len({h for _, h in tabulate(model).labels}) <= 4
    assert {ONE, Fraction(2), Fraction(1, 2), Fraction(6), Fraction(1, 6)} <= ratios


def test_frozen_coordinates_stay():
    draw = Draw(CyclotomicField(3), 6, frozen=(CyclotomicField(3).element(5),))
    frozen = 0
    for seed in range(30):
        (layer,) = random_stack(draw, range(4), (2,), seed).layers()
        for j in (0, 1):
            if any(layer.entries(x)[j] == CyclotomicField(3).element(5) for x in range(4)):
                assert len({state[j] for state in layer.run(WORD)}) == 1
                frozen += 1
    assert frozen > 3
