"""What exact real layers can't tell apart: the lemmas on drawn stacks and stacks by hand, the words against machines by
brute force, and candidates to which the lemmas don't apply."""

import random
from fractions import Fraction
from itertools import product

import pytest

from constructions.automata.automaton_cascade import automaton_stack
from constructions.automata.delays import last_letters, rounded
from constructions.automata.repetition import Cycle, _scalar_stacks, cycle_words, find_cycle, stutter_words
from constructions.claim import Confusion
from constructions.groups.random_stacks import Draw, random_stack
from exactssm.arithmetic import Rationals
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.table import minimise, tabulate
from exactssm.tasks import all_dfas, delay, divisible_by, dyck, flip_flop, gridworld, mod_counter, parity, star
from verify.refutation import replayed

Q = Rationals()
SCALES = (Fraction(1), Fraction(2), Fraction(1, 3))
HALVES = (Fraction(2), Fraction(1, 2))


def drawn(seed, negative):
    source = random.Random(f"{seed}")
    widths = [source.randint(1, 2) for _ in range(1 + seed % 3)]
    return random_stack(Draw(Q, 2 if negative else 1, scales=SCALES, frozen=HALVES), "ab", widths, seed)


def state_after(model, word):
    return run(model, word).states[-1]


@pytest.mark.parametrize("seed", range(30))
def test_non_negative_stacks_stutter(seed):
    model = drawn(seed, negative=False)
    for word in words("ab", 5, 1):
        assert state_after(model, word) == state_after(model, (*word, word[-1]))


@pytest.mark.parametrize("seed", range(9))
@pytest.mark.parametrize("negative", [False, True])
def test_stacks_repeat_themselves(seed, negative):
    model = drawn(seed, negative)
    depth = model.depth
    period, first = (2**depth, 2**depth) if negative else (1, depth)
    for before, word in product(words("ab", 1), words("ab", 2, 1)):
        ends = [state_after(model, (*before, *word * n)) for n in range(first, first + period + 2)]
        assert ends[0] == ends[period]
        assert ends[1] == ends[period + 1]


def test_the_period_is_attained():
    """Counters modulo 2^L by L layers of 1 and -1: half of the period isn't enough."""
    for depth in (1, 2, 3):
        model = automaton_stack(mod_counter(2**depth), "real")
        assert model.depth == depth
        assert state_after(model, "1" * 2**depth) != state_after(model, "1" * (2**depth + 2 ** (depth - 1)))
        assert state_after(model, "1" * 2**depth) == state_after(model, "1" * (2 * 2**depth))


def pulsating(by):
    """Layer 1 changes its sign at every letter; layer 2 is multiplied by 2 where that is 1 now, else by ``by``: it
    expands, and its states are finitely many only because the layer below brings it back."""
    below = DiagonalLayer(Q, (Fraction(1),), lambda x: (Fraction(-1),))
    above = DiagonalLayer(Q, (Fraction(1),), lambda h: (Fraction(2) if h == 1 else by,))
    return Model("ab", [Block(below, lambda h, x: h[0]), Block(above, lambda h, x: h)])


def test_layers_that_expand_and_contract():
    for by, cycle in ((Fraction(1, 2), 2), (Fraction(-1, 2), 4)):
        model = pulsating(by)
        states = [state_after(model, "a" * n) for n in range(12)]
        assert len(set(states)) == cycle
        assert states[4] == states[8]
        words_ = cycle_words(star("aaa", "ab"), model.depth, negative=True)
        assert state_after(model, words_.first) == state_after(model, words_.second)


def test_negative_decays_are_needed_for_the_letter_before():
    """The clock tells ux from uxx; without finitely many states, or with rounding, it can be done as well."""
    stutters = stutter_words(delay(1, "ab", None))
    assert stutters is not None
    for blocks in (
        last_letters("ab", 2, "clock", "real", lambda window: window[0]),
        rounded("ab", 2, lambda window: window[0], None),
        rounded("ab", 2, lambda window: window[0]),
        last_letters("ab", 2, "shift", "real", lambda window: window[0]),
    ):
        model = Model("ab", blocks)
        assert state_after(model, stutters.first) != state_after(model, stutters.second)
        with pytest.raises(CertificateError):
            replayed(model, delay(1, "ab", None), stutters)


def stutters_by_words(machine, length):
    """Words ux v and uxx v with different outputs at the end, by trying all up to a length."""
    for u, x, v in product(words(machine.alphabet, length), machine.alphabet, words(machine.alphabet, length)):
        once, twice = (*u, x, *v), (*u, x, x, *v)
        if run(machine, once).outputs[-1] != run(machine, twice).outputs[-1]:
            return False
    return True


def test_stutter_words_of_every_dfa_of_two_states():
    for dfa in all_dfas(2, "ab"):
        found = stutter_words(dfa)
        assert (found is None) == stutters_by_words(dfa, 2)
        if found is not None:
            check_confuses(dfa, found)


@pytest.mark.parametrize("seed", range(25))
def test_stutter_words_of_some_dfas_of_three_states(seed):
    dfa = random.Random(seed).choice(list(all_dfas(3, "ab")))
    found = stutter_words(dfa)
    assert (found is None) == stutters_by_words(dfa, 3)
    if found is not None:
        check_confuses(dfa, found)


def check_confuses(machine, found):
    assert found.first[-1] == found.second[-1]
    assert run(machine, found.first).outputs[-1] != run(machine, found.second).outputs[-1]


def cycles_by_matrices(machine):
    """The lengths of cycles into which words lead reachable states, by going on until a state comes back."""
    table = minimise(tabulate(machine))
    size = len(table.next)
    lengths = set()
    for length in range(1, 5):
        for word in product(range(len(table.alphabet)), repeat=length):
            for state in range(size):
                path = [state]
                for _ in range(2 * size):
                    q = path[-1]
                    for letter in word:
                        q = int(table.next[q, letter])
                    path.append(q)
                tail = path[size:]
                lengths.add(tail[1:].index(tail[0]) + 1)
    return lengths


@pytest.mark.parametrize("seed", range(25))
def test_cycles_of_some_dfas(seed):
    dfa = random.Random(seed).choice(list(all_dfas(3, "ab")))
    lengths = cycles_by_matrices(dfa)
    for odd in (False, True):
        found = find_cycle(dfa, odd=odd)
        assert (found is not None) == any(n > 1 and not (odd and n in (2, 4, 8)) for n in lengths)
        if found is not None:
            check_cycle(dfa, found)
            for depth in (1, 2, 3):
                check_confuses(dfa, cycle_words(dfa, depth, negative=odd))


def check_cycle(machine, found):
    table = minimise(tabulate(machine))
    ends = []
    for n in range(found.length + 1):
        state = table.start
        for symbol in (*found.before, *found.word * n):
            state, _ = table.step(state, symbol)
        ends.append(state)
    assert ends[0] == ends[-1]
    assert len(set(ends)) == found.length


def test_by_hand():
    assert find_cycle(mod_counter(6), odd=True) == Cycle((), ("1",), 6)
    assert find_cycle(mod_counter(4), odd=True) is None
    assert find_cycle(dyck(2, 2), odd=False) is None
    assert find_cycle(divisible_by(7), odd=True).length == 3  # 2^3 = 1 modulo 7
    assert stutter_words(flip_flop()) is None
    assert stutter_words(gridworld(2)) is None
    assert stutter_words(delay(1, "ab", None)) == Confusion(("a",), ("a", "a"))
    assert cycle_words(parity(), 3, negative=True) is None
    assert cycle_words(parity(), 3, negative=False) == Confusion(("1",) * 3 + ("0",), ("1",) * 4 + ("0",))


def test_scalar_stacks_are_all_different_and_as_many_as_they_should_be():
    """Layer 1 has 2 starts and 3 or 4 acts on each of 2 letters; layer 2 the same on 4 letters."""
    for negative, acts in ((False, 3), (True, 4)):
        first = list(_scalar_stacks("ab", negative, 1))
        assert len(first) == 2 * acts**2
        assert len({(m.start, *(tuple(m.blocks[0].layer.entries(x)) for x in "ab")) for m in first}) == 2 * acts**2
    assert sum(1 for _ in _scalar_stacks("ab", False, 2)) == 2 * 3**2 * 2 * 3**4
    values = {state for model in _scalar_stacks("a", True, 2) for state in run(model, "aaaa").states[-1]}
    assert values == {(-1,), (1,)}


def test_forged_words_are_refused():
    """One letter fewer or more, and words of another depth, don't confuse a counter modulo 2^L that is a real stack."""
    model, task = automaton_stack(mod_counter(4), "real"), mod_counter(3)
    good = cycle_words(task, 2, negative=True)
    assert replayed(model, task, good).trace.demanded
    for forged in (
        Confusion(good.first[1:], good.second),
        Confusion(good.first, ("1", *good.second)),
        cycle_words(task, 1, negative=True),
        cycle_words(parity(), 2, negative=False),
    ):
        with pytest.raises(CertificateError):
            replayed(model, task, forged)


def test_what_is_refused(monkeypatch):
    with pytest.raises(ConstructionError, match="unspecified"):
        stutter_words(delay(1))
    monkeypatch.setattr("constructions.automata.repetition.MAX_MAPS", 10)
    with pytest.raises(BudgetExhausted, match="10 words with different effects have no cycle"):
        find_cycle(dyck(1, 3), odd=False)
