"""The sign-activated layer against runs of automata by their tables: which unit is on, and how clearly."""

import random
from itertools import product

import pytest

from constructions.automata.rnn_ssm import rnn_ssm
from exactssm.errors import ConstructionError
from exactssm.machine import run, words
from exactssm.tasks import Automaton, all_dfas

SHARE = [*all_dfas(1, "ab"), *all_dfas(2, "ab"), *random.Random(4).sample(list(all_dfas(3, "ab")), 60)]
ALL = [*all_dfas(1, "ab"), *all_dfas(2, "ab"), *all_dfas(3, "ab")]


def check(automaton, word, sign_of_zero):
    """The unit (state before the symbol, symbol) is +1 and all others are -1, and no sum on the way is zero."""
    model = rnn_ssm(automaton, sign_of_zero)
    (layer,) = model.layers()
    units = list(product(automaton.states, automaton.alphabet))
    assert layer.start == (0,) * len(units)
    found = run(model, word)
    q, h = automaton.start, layer.start
    for x, output, (state,) in zip(word, found.outputs, found.states[1:], strict=True):
        drive = layer.entries(x)[len(units) ** 2 :]
        sums = [
            sum(a * v for a, v in zip(row, h, strict=True)) + b for row, b in zip(layer.recurrent, drive, strict=True)
        ]
        assert 0 not in sums
        h = tuple(1 if total > 0 else -1 for total in sums)
        assert state == h == tuple(1 if unit == (q, x) else -1 for unit in units)
        q = automaton.delta[q, x]
        assert output == q


@pytest.mark.parametrize("automata", [SHARE, pytest.param(ALL, marks=pytest.mark.full)], ids=len)
def test_one_unit_is_on(automata):
    for automaton in automata:
        for number, word in enumerate(words("ab", 5, 5)):
            check(automaton, word, number % 3 - 1)


def test_the_sign_of_zero_is_irrelevant():
    for automaton in SHARE[:40]:
        for word in words("ab", 4, 4):
            found = [run(rnn_ssm(automaton, sign), word) for sign in (-1, 0, 1)]
            assert found[0] == found[1] == found[2]


def test_other_alphabets():
    """One symbol with at least three states or a single one, and three symbols."""
    chosen = random.Random(7)
    sizes = [("a", 1), ("a", 3), ("a", 5), ("abc", 1), ("abc", 2), ("abc", 4)]
    for (alphabet, size), seed in product(sizes, range(12)):
        delta = {(q, x): chosen.randrange(size) for q in range(size) for x in alphabet}
        automaton = Automaton(alphabet, range(size), chosen.randrange(size), delta, delta)
        check(automaton, chosen.choices(alphabet, k=25), seed % 3 - 1)


def test_rows_have_zero_sum_unless_constant():
    for automaton in SHARE:
        (layer,) = rnn_ssm(automaton, 0).layers()
        for row in layer.recurrent:
            assert sum(row) == 0 or set(row) in ({2}, {-2})


def test_two_states_and_one_symbol_are_refused():
    for automaton in all_dfas(2, "a"):
        with pytest.raises(ConstructionError, match="two states and one symbol"):
            rnn_ssm(automaton, 0)
