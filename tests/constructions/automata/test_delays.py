"""Delays: windows against the words themselves, the arithmetic they need, and spoilt ones."""

import random
from dataclasses import replace
from fractions import Fraction
from itertools import groupby

import pytest

from constructions.automata.delays import DELAYS, clocked, delay_widths, last_letters, rounded, runs, token_shift
from exactssm.arithmetic import Rationals, Rounding
from exactssm.errors import ConstructionError
from exactssm.layers import ConstantLayer, DiagonalLayer
from exactssm.machine import outputs, run, words
from exactssm.models import Block, Model
from exactssm.tasks import delay
from verify import Proved, Refuted, decide


def same(window):
    return window


def windows(word, count):
    """The last letters at each position, padded in front."""
    padded = (None,) * (count - 1) + tuple(word)
    return [padded[t : t + count] for t in range(len(word))]


def run_windows(word, count):
    """The letters of the last runs at each position."""
    found = []
    for t in range(1, len(word) + 1):
        letters = [letter for letter, _ in groupby(word[:t])]
        found.append(((None,) * count + tuple(letters))[-count:])
    return found


@pytest.mark.parametrize("count", [2, 3, 4])
@pytest.mark.parametrize("numbers", ["real", "complex"])
@pytest.mark.parametrize("way", DELAYS)
def test_windows(way, numbers, count):
    expected = run_windows if way == "runs" else windows
    for alphabet in ("ab", ("x", 0, "0")):
        model = Model(alphabet, last_letters(alphabet, count, way, numbers, same))
        assert tuple(layer.width for layer in model.layers()) == delay_widths(len(alphabet), count, way, numbers)
        source = random.Random(0)
        for _ in range(10):
            word = [source.choice(alphabet) for _ in range(12)]
            assert list(outputs(model, word)) == expected(word, count)


def test_every_short_word():
    for way in DELAYS:
        model = Model("ab", last_letters("ab", 3, way, "real", same))
        for word in words("ab", 6, 6):
            assert list(outputs(model, word)) == (run_windows if way == "runs" else windows)(word, 3)


def test_only_the_shift_is_not_diagonal():
    for way in DELAYS:
        layers = [block.layer for block in last_letters("ab", 3, way, "real", same)]
        assert all(isinstance(layer, DiagonalLayer) for layer in layers) == (way != "shift")
    (shift,) = token_shift("ab", 3, same)
    assert isinstance(shift.layer, ConstantLayer)
    cubed = shift.layer.run("aaaa")
    assert cubed[1:] == [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 1, 1)]


def test_only_the_clock_has_negative_or_complex_numbers():
    for way in ("runs", "shift", "rounding"):
        for block in last_letters("ab", 2, way, "non-negative", same):
            for letter in "ab":
                entries = block.layer.entries(letter)
                assert all(x >= 0 for x in entries)
    clock, cells = clocked("ab", 2, "real", same)
    assert clock.layer.entries("a") == (-1, 0)
    assert cells.layer.entries((1, "b")) == (1, 0, 0, 2), "the cell of hour 1 is overwritten, the other kept"
    with pytest.raises(ConstructionError, match="non-negative layers have trivial groups only"):
        last_letters("ab", 2, "clock", "non-negative", same)


def test_rounding_by_hand():
    """B = 8 for two letters, one place after the point for the letter before: a = 1, b = 2."""
    for rounding in (Rounding.FLOOR, Rounding.TOWARD_ZERO, Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY):
        (block,) = rounded("ab", 2, same, rounding)
        decode = block.layer.domain.number_format.decode
        values = [decode(h) for (h,) in block.layer.run("abba")]
        assert values == [0, 1, 2 + Fraction(1, 8), 2 + Fraction(2, 8), 1 + Fraction(2, 8)]
        assert str(block.layer.domain.number_format).startswith("fixed:u2.3:")


def test_roundings_that_lose_the_letter():
    """Rounded up, the digit that should be cut off adds one to the next: after abb, 2 + 1/4 + 1/64 becomes 2 + 3/8."""
    for rounding in (Rounding.CEILING, Rounding.AWAY_FROM_ZERO):
        (block,) = rounded("ab", 2, same, rounding)
        decode = block.layer.domain.number_format.decode
        assert decode(block.layer.run("abb")[-1][0]) == 2 + Fraction(3, 8)


def test_without_rounding_the_states_are_endless():
    (block,) = rounded("ab", 2, same, None)
    assert block.layer.domain == Rationals()
    assert len({tuple(block.layer.run(word)[-1]) for word in words("ab", 8, 8)}) == 2**8
    model = Model("ab", [block])
    for word in words("ab", 8, 8):
        assert list(outputs(model, word)) == windows(word, 2)


def test_a_spoilt_shift_is_refuted():
    """Every entry of its matrix, drive and start changed; only where the first cell comes from may not matter."""
    (block,) = token_shift("ab", 2, lambda window: window[0])
    layer, task = block.layer, delay(1, "ab", None)
    assert isinstance(decide(Model("ab", [block]), task), Proved)

    def verdict(changed):
        def lenient(state, letter):
            return block.readout(state, letter) if all(h in (0, 1, 2) for h in state) else "lost"

        return decide(Model("ab", [Block(changed, lenient)]), task, max_pairs=1000)

    one, zero = Fraction(1), Fraction(0)
    for i, j in ((0, 0), (0, 1), (1, 0), (1, 1)):
        matrix = [list(row) for row in layer.matrix]
        matrix[i][j] = one - matrix[i][j]
        spoilt = verdict(replace(layer, matrix=tuple(map(tuple, matrix))))
        assert isinstance(spoilt, Refuted), (i, j)
    for drive in ({"a": (one, zero), "b": (one, zero)}, {"a": (Fraction(2), zero), "b": (one, zero)}):
        assert isinstance(verdict(replace(layer, drive=drive)), Refuted)
    assert isinstance(verdict(replace(layer, start=(one, zero))), Refuted)


def test_a_layer_of_runs_by_hand():
    (block,) = runs("abc", 2, same)
    states = block.layer.run("aabbca")
    # cell a is what was read when the letter wasn't a: 1 for a, 2 for b, 3 for c
    assert states == [(0, 0, 0), (0, 1, 1), (0, 1, 1), (2, 1, 2), (2, 1, 2), (3, 3, 2), (3, 1, 1)]
    assert list(outputs(Model("abc", [block]), "aabbca"))[-1] == ("c", "a")


@pytest.mark.parametrize(
    ("count", "way", "message"),
    [(1, "shift", "at least 2 letters, got 1"), (2, "memory", "one of runs, clock, shift, rounding; got 'memory'")],
)
def test_what_is_refused(count, way, message):
    with pytest.raises(ConstructionError, match=message):
        last_letters("ab", count, way, "real", same)


def test_letters_are_read_back_as_they_were():
    """Symbols that look like numbers or windows don't confuse."""
    alphabet = (0, (1,), "0")
    for way in DELAYS:
        model = Model(alphabet, last_letters(alphabet, 2, way, "complex", same))
        assert run(model, ((1,), 0, "0")).outputs == ((None, (1,)), ((1,), 0), (0, "0"))
