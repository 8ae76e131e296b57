"""IDS4 layers against runs of automata by their tables: the states that the theory predicts, step by step."""

import random
from fractions import Fraction
from itertools import permutations, product

import pytest

from constructions.automata.ids4 import (
    acceptors,
    ids4_with_start,
    ids4_without_start,
    naive_ids4,
    permutation_ids4,
)
from constructions.automata.marked_points import START, Announced
from exactssm.algebra import group
from exactssm.arithmetic import PrimeField, Rationals
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import Automaton, all_dfas
from tests.constructions.by_hand import products
from tests.support import first_failing_word

SMALL = [*all_dfas(1, "ab"), *all_dfas(2, "ab")]
SHARE = [*SMALL, *random.Random(4).sample(list(all_dfas(3, "ab")), 60)]


def visited(automaton, word):
    """The states from the start on, by the transition table."""
    q, states = automaton.start, []
    for x in word:
        q = automaton.delta[q, x]
        states.append(q)
    return states


def basis(automaton, q):
    return tuple(int(p == q) for p in automaton.states)


def minus(x, y):
    return tuple(a - b for a, b in zip(x, y, strict=True))


@pytest.mark.parametrize("automata", [SHARE, pytest.param(list(all_dfas(3, "ab")), marks=pytest.mark.full)], ids=len)
def test_states_with_and_without_start(automata):
    """e_q after a start symbol; e_q - e_q0 without one."""
    for automaton in automata:
        with_start, without = ids4_with_start(automaton), ids4_without_start(automaton)
        origin = basis(automaton, automaton.start)
        for word in words("ab", 5, 5):
            states = visited(automaton, word)
            found = run(with_start, (START, *word))
            assert found.outputs == (automaton.start, *states)
            assert found.states[0] == ((0,) * len(origin),)
            assert found.states[1:] == tuple((basis(automaton, q),) for q in (automaton.start, *states))
            found = run(without, word)
            assert found.outputs == tuple(states)
            assert found.states[0] == ((0,) * len(origin),)
            assert found.states[1:] == tuple((minus(basis(automaton, q), origin),) for q in states)


@pytest.mark.parametrize("automata", [SHARE, pytest.param(list(all_dfas(3, "ab")), marks=pytest.mark.full)], ids=len)
def test_the_naive_form_counts_symbols(automata):
    """It is right after one symbol; after t symbols its coordinates sum to t, so that it is no basis vector again."""
    for automaton in automata:
        model = naive_ids4(automaton)
        for word in words("ab", 4, 4):
            found = run(model, word)
            assert found.outputs[0] == visited(automaton, word)[0]
            assert found.outputs[1:] == (None,) * 3
            assert [sum(h) for (h,) in found.states] == [0, 1, 2, 3, 4]
        assert first_failing_word(model, automaton, 2) == ("a", "a")


def test_other_alphabets():
    """One symbol, and three; states that can't be reached."""
    chosen = random.Random(9)
    for alphabet in ("a", "abc"):
        for size in range(1, 6):
            states = [f"q{i}" for i in range(size)]
            delta = {(q, x): chosen.choice(states) for q in states for x in alphabet}
            automaton = Automaton(alphabet, states, chosen.choice(states), delta, delta)
            for _ in range(20):
                word = chosen.choices(alphabet, k=20)
                assert list(run(ids4_without_start(automaton), word).outputs) == visited(automaton, word)
                found = run(ids4_with_start(automaton), [START, *word])
                assert list(found.outputs[1:]) == visited(automaton, word)


def test_other_numbers():
    """The form without start only needs 0, 1 and -1."""
    for automaton in SMALL:
        for domain in (Rationals(), PrimeField(2), PrimeField(5)):
            model = ids4_without_start(automaton, domain)
            for word in words("ab", 4, 4):
                assert list(run(model, word).outputs) == visited(automaton, word)


def test_the_task_with_a_start_symbol():
    """Asked on $ and what follows it; a missing or a second $ ends the demands."""
    automaton = next(all_dfas(2, "ab"))
    task = Announced(automaton, automaton.start)
    assert task.alphabet == (START, "a", "b")
    for word in words(task.alphabet, 4, 1):
        proper = word[0] == START and START not in word[1:]
        read = word[1:]
        demanded = (visited(automaton, read) or [automaton.start])[-1] if proper else UNSPECIFIED
        found = run(task, word)
        assert found.outputs[-1] == demanded
        assert task.is_dead(found.states[-1]) == (not proper)


def test_linear_readouts_are_characteristic():
    """For each set of accepting states, the layer and the automaton's own matrices put out 1 in it and 0 outside."""
    for automaton in SMALL:
        sets = list(product((0, 1), repeat=len(automaton.states)))
        pairs = list(acceptors(automaton))
        assert len(pairs) == len(sets)
        for accepting, (layer, own) in zip(sets, pairs, strict=True):
            assert (layer.dimension, own.dimension) == (len(automaton.states) + 1, len(automaton.states))
            for word in words("ab", 3, 3):
                expected = tuple(Fraction(accepting[automaton.states.index(q)]) for q in visited(automaton, word))
                assert run(layer, word).outputs == run(own, word).outputs == expected


@pytest.mark.parametrize(("n", "length"), [(2, 6), (3, 4), (4, 2)])
def test_permutations_on_every_short_word(n, length):
    structure = group(f"S{n}")
    model = permutation_ids4(n)
    for word in words(model.alphabet, length, length):
        assert list(run(model, word).outputs) == products(structure, word)


def test_permutation_states():
    """Coordinate j is i - j, where the product sends i to j."""
    images = list(permutations(range(5)))
    model = permutation_ids4(5)
    for seed in range(30):
        word = random.Random(seed).choices(model.alphabet, k=20)
        product = tuple(range(5))
        for letter, (h,) in zip(word, run(model, word).states[1:], strict=True):
            product = tuple(images[letter][i] for i in product)
            assert h == tuple(product.index(j) - j for j in range(5))
        assert run(model, word).outputs[-1] == images.index(product) == products(group("S5"), word)[-1]
