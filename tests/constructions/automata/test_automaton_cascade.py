"""Whole automata as stacks: all small ones, their numbers against groups found by brute force, and forgeries."""

import random
from fractions import Fraction
from itertools import product

import pytest

from constructions.automata.automaton_cascade import automaton_stack, layer_widths, stack_of
from constructions.automata.cascade_parts import AutomatonCascade
from constructions.automata.delays import DELAYS, last_letters
from constructions.automata.permutation_reset import NUMBERS
from constructions.automata.repetition import find_cycle, stutter_words
from exactssm.algebra import FiniteMonoid, group
from exactssm.arithmetic import Rationals
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError
from exactssm.layers import ConstantLayer, DiagonalLayer
from exactssm.machine import UNSPECIFIED, Renamed, run, words
from exactssm.models import Model
from exactssm.table import minimise, tabulate
from exactssm.tasks import (
    Automaton,
    WordProblem,
    all_dfas,
    delay,
    dyck,
    flip_flop,
    gridworld,
    mod_counter,
    parity,
    star,
)
from tests.support import all_mealy, first_failing_word
from verify import Proved, Refuted, decide
from verify.search.reachability import search


def orders_of_groups(machine):
    """The orders of the elements of groups in the transition monoid of the least machine, by brute force: the
    lengths of the cycles into which the powers of an element run."""
    monoid = FiniteMonoid.from_transformations(minimise(tabulate(machine)).next.T.tolist())
    found = set()
    for x in range(monoid.order):
        powers = [x]
        while (further := monoid.mul(powers[-1], x)) not in powers:
            powers.append(further)
        found.add(len(powers) - powers.index(further))
    return found


def fewest(machine):
    """For at most four states, whose groups are solvable all."""
    orders = orders_of_groups(machine)
    if orders == {1}:
        return "non-negative"
    return "real" if all(n & (n - 1) == 0 for n in orders) else "complex"


def check_built(machine):
    """The stack with the fewest numbers is proved, and its numbers are what they should be."""
    cascade = AutomatonCascade(machine)
    assert cascade.numbers == fewest(machine)
    model = stack_of(cascade, cascade.numbers, None)
    assert isinstance(decide(model, machine), Proved)
    assert tuple(layer.width for layer in model.layers()) == layer_widths(cascade, cascade.numbers, None)
    check_numbers(model, machine, cascade.numbers)
    for numbers in NUMBERS[: NUMBERS.index(cascade.numbers)]:
        with pytest.raises(ConstructionError):
            stack_of(cascade, numbers, None)
    # what can be had without a shift, and what can't
    diagonal = all(isinstance(layer, DiagonalLayer) for layer in model.layers())
    if cascade.numbers == "non-negative":
        assert diagonal == (stutter_words(machine) is None) == cascade.is_stutter_invariant
        assert cascade.delays == 0 or isinstance(model.blocks[0].layer, ConstantLayer) == (
            not cascade.is_stutter_invariant
        )
    else:
        assert diagonal
    assert (find_cycle(machine, odd=False) is None) == (cascade.numbers == "non-negative")
    assert (find_cycle(machine, odd=True) is None) == (cascade.numbers != "complex")
    return cascade


def check_numbers(model, machine, numbers):
    """Every entry that is ever used, and every state: the definition of the class, on the reachable pairs."""
    if numbers == "complex":
        return
    for state, _ in search(model, machine).pairs:
        for symbol in machine.alphabet:
            states, letters = model.through(state, symbol)
            for block, after, letter in zip(model.blocks, states, letters, strict=False):
                assert block.layer.domain == Rationals()
                if numbers == "non-negative":
                    assert all(x >= 0 for x in (*block.layer.entries(letter), *after))
                if isinstance(block.layer, DiagonalLayer):
                    assert set(block.layer.entries(letter)[: block.layer.width]) <= {0, 1, -1}


@pytest.mark.parametrize("states", [1, 2])
def test_every_dfa_of_two_states(states):
    for dfa in all_dfas(states, "ab"):
        check_built(dfa)


@pytest.mark.parametrize("seed", range(4))
def test_some_dfas_of_three_states(seed):
    for dfa in random.Random(seed).sample(list(all_dfas(3, "ab")), 15):
        check_built(dfa)


@pytest.mark.full
def test_every_dfa_of_three_states():
    seen = {}
    for dfa in all_dfas(3, "ab"):
        cascade = check_built(dfa)
        key = cascade.numbers, cascade.is_stutter_invariant
        seen[key] = seen.get(key, 0) + 1
    assert sum(seen.values()) == 3**7


def test_every_mealy_machine_of_two_states_and_outputs():
    for number, machine in enumerate(all_mealy(2, "ab", (0, 1))):
        if number % 8 == 0:
            check_built(machine)


@pytest.mark.parametrize(("states", "alphabet"), [(3, "abc"), (4, "ab"), (4, "a")])
def test_drawn_automata(states, alphabet):
    source = random.Random(f"{states} {alphabet}")
    for _ in range(3):
        delta = {(q, x): source.randrange(states) for q in range(states) for x in alphabet}
        outputs = {at: source.choice("uvw") for at in delta}
        check_built(Automaton(alphabet, range(states), 0, delta, outputs))


# By hand: what is known of the language, not of the construction.
@pytest.mark.parametrize(
    ("machine", "numbers", "delays"),
    [
        (flip_flop(), "non-negative", 0),
        (star("aa"), "real", 0),
        (star("ab"), "non-negative", 1),
        (star("abab"), "real", 1),
        (parity(), "real", 0),
        (mod_counter(8), "real", 0),
        (mod_counter(3), "complex", 0),
        (mod_counter(12), "complex", 0),
        (gridworld(2), "non-negative", 0),
        (gridworld(3), "non-negative", 1),
        (gridworld(5), "non-negative", 3),
        (dyck(1, 1), "non-negative", 1),
        (dyck(1, 3), "non-negative", 3),
        (delay(1), "non-negative", 1),
        (delay(2), "non-negative", 2),
    ],
)
def test_named(machine, numbers, delays):
    cascade = AutomatonCascade(machine)
    assert (cascade.numbers, cascade.delays) == (numbers, delays)
    for delay_ in DELAYS:
        if (delay_ == "runs" and delays) or (delay_ == "clock" and numbers == "non-negative"):
            continue
        model = automaton_stack(machine, numbers, delay_)
        assert isinstance(decide(model, machine), Proved)
        assert first_failing_word(model, machine, 4) is None


def test_more_numbers_do_as_well():
    for numbers in NUMBERS:
        assert isinstance(decide(automaton_stack(star("ab"), numbers), star("ab")), Proved)
    for numbers in ("real", "complex"):
        model = automaton_stack(star("ab"), numbers)
        assert all(isinstance(layer, DiagonalLayer) for layer in model.layers()), "a clock is diagonal"
        assert any(-1 in layer.entries("a") for layer in list(model.layers())[:1])


def test_a_counter_is_one_layer():
    """No reset, so that no origin is kept: exactly the rotation by a root of unity."""
    for m, widths in ((2, [1]), (5, [1]), (6, [1])):
        model = automaton_stack(mod_counter(m), "complex")
        assert [layer.width for layer in model.layers()] == widths
        assert model.blocks[0].layer.entries("0")[0] == model.blocks[0].layer.domain.one


def test_groups_are_tracked_as_the_tracker_does():
    task = WordProblem(group("S3"))
    model = automaton_stack(task, "complex")
    assert isinstance(decide(model, task), Proved)
    assert len(list(model.layers())) == 2


def test_stutter_invariant_by_runs():
    """Which runs have been seen last: without a delay by letters, and with as many layers as runs."""
    automaton = Automaton.dfa(
        "abc", range(4), 0, {3}, lambda q, x: 3 if q == 3 else {"a": 1, "b": 2 * (q in (1, 2)), "c": 3 * (q == 2)}[x]
    )
    cascade = AutomatonCascade(automaton)  # runs of a, b and c came one after the other at some time
    assert (cascade.numbers, cascade.is_stutter_invariant, stutter_words(automaton)) == ("non-negative", True, None)
    model = automaton_stack(automaton, "non-negative", "runs")
    assert isinstance(decide(model, automaton), Proved)
    check_numbers(model, automaton, "non-negative")
    assert all(isinstance(layer, DiagonalLayer) for layer in model.layers())


def test_some_stutter_invariant_automata_need_runs():
    """Of three states and two letters 18 have a cut: they are stacks by runs, and of no fewer layers than levels."""
    found = 0
    for dfa in all_dfas(3, "ab"):
        if dfa.delta[0, "a"] == 0 or dfa.start != 0:
            continue
        cascade = AutomatonCascade(dfa)
        if cascade.is_stutter_invariant and cascade.delays and cascade.numbers == "non-negative":
            found += 1
            model = stack_of(cascade, "non-negative", None)
            assert all(isinstance(layer, DiagonalLayer) for layer in model.layers())
            assert isinstance(decide(model, dfa), Proved)
    assert found


def test_unreachable_and_equivalent_states_cost_nothing():
    """A5 on five states that no word leads to, and a counter modulo 3 of which only "some or none" is read."""
    cycle, three = (1, 2, 3, 4, 0), (1, 2, 0, 3, 4)
    hidden = {(q, x): p[q] for q in range(5) for x, p in (("a", cycle), ("b", three))}
    hidden |= {(5, "a"): 5, (5, "b"): 5}
    automaton = Automaton("ab", range(6), 5, hidden, lambda q, x: 0)
    assert AutomatonCascade(automaton).numbers == "non-negative"
    assert isinstance(decide(automaton_stack(automaton, "non-negative"), automaton), Proved)
    blind = Renamed(mod_counter(3), lambda output: "some")
    assert isinstance(decide(automaton_stack(blind, "non-negative"), blind), Proved)


def test_outputs_that_are_not_demanded():
    task = delay(1)
    assert run(task, "0").outputs == (UNSPECIFIED,)
    for numbers in NUMBERS:
        assert isinstance(decide(automaton_stack(task, numbers), task), Proved)


A5 = {(q, x): p[q] for q in range(5) for x, p in (("a", (1, 2, 3, 4, 0)), ("b", (1, 2, 0, 3, 4)))}
S5_AND_A_RESET = {
    (q, x): p[q] for q in range(5) for x, p in (("a", (1, 2, 3, 4, 0)), ("b", (1, 0, 2, 3, 4)), ("c", (0, 0, 2, 3, 4)))
}


@pytest.mark.parametrize(("delta", "order"), [(A5, 60), (S5_AND_A_RESET, 120)])
def test_groups_that_are_not_solvable_are_refused(delta, order):
    automaton = Automaton(sorted({x for _, x in delta}), range(5), 0, delta, delta)
    assert AutomatonCascade(automaton).numbers is None
    with pytest.raises(ConstructionError, match=rf"of order {order}, which isn't solvable; a level of the automaton's"):
        automaton_stack(automaton, "complex")


@pytest.mark.parametrize(
    ("machine", "numbers", "delay_", "message"),
    [
        (parity(), "non-negative", None, r"trivial groups only; \(1,2\)"),
        (mod_counter(3), "real", None, r"2-groups only; \(1,2,3\)"),
        (parity(), "octonions", None, "must be one of non-negative, real, complex"),
        (star("ab"), "non-negative", "memory", "must be one of runs, clock, shift, rounding"),
        (star("ab"), "non-negative", "clock", "non-negative layers have trivial groups only"),
        (star("ab"), "non-negative", "runs", "only in non-negative stacks, for stutter-invariant machines"),
        (star("ab"), "real", "runs", "only in non-negative stacks, for stutter-invariant machines"),
    ],
)
def test_what_is_refused(machine, numbers, delay_, message):
    with pytest.raises(ConstructionError, match=message):
        automaton_stack(machine, numbers, delay_)


def test_bounds():
    with pytest.raises(BudgetExhausted):
        automaton_stack(mod_counter(1001), "complex")
    with pytest.raises(DomainError):
        automaton_stack(mod_counter(2, dict.fromkeys(range(257), 1)), "real")


def test_wrong_tables_are_found():
    """Each action at each level, and each output, changed to another one that occurs: refuted, or of no consequence."""
    machine = star("ab")
    refuted = 0
    for level, which in ((0, "_acts"), (1, "_acts"), (0, "_outputs")):
        table = getattr(AutomatonCascade(machine), which)
        rows = table[level] if which == "_acts" else table
        for seen, other in product(rows, set(rows.values())):
            if other == rows[seen]:
                continue
            forged = AutomatonCascade(machine)
            changed = {**rows, seen: other}
            if which == "_acts":
                changed = tuple(changed if i == level else acts for i, acts in enumerate(table))
            object.__setattr__(forged, which, changed)
            model = stack_of(forged, "real", "shift")
            try:
                verdict = decide(model, machine)
            except DomainError:  # a word leads where the tables know nothing
                refuted += 1
                continue
            failing = first_failing_word(model, machine, 6) if isinstance(verdict, Refuted) else None
            assert (failing is not None) == isinstance(verdict, Refuted)
            refuted += isinstance(verdict, Refuted)
    assert refuted >= 8


def test_too_late_a_cut_is_found():
    """Without its cut (ab)* is refused by the cascade itself: what is seen doesn't decide what to do."""
    cascade = AutomatonCascade(star("ab"))
    steps = [(c, x, cascade.cascade.step(c, x)) for c in cascade.cascade.states for x in range(2)]
    assert cascade._acts_at(1, 0, steps) is None
    assert cascade._acts_at(1, 1, steps) is not None


def test_runs_would_be_wrong_where_letters_repeat():
    """A stack by runs, built in spite of the refusal, fails on a word with a letter twice."""
    model = Model("01", last_letters("01", 2, "runs", "non-negative", lambda window: window[0]))
    task = delay(1, "01", None)
    verdict = decide(model, task)
    assert isinstance(verdict, Refuted)
    assert verdict.trace.word == ("0", "0")


def test_by_words():
    """Against the automaton's own steps, on all words up to a length, for machines of each kind."""
    for machine in (star("ab"), dyck(1, 2), gridworld(4), mod_counter(6), flip_flop()):
        model = automaton_stack(machine, AutomatonCascade(machine).numbers)
        for word in words(machine.alphabet, 6, 6):
            assert run(model, word).outputs == run(machine, word).outputs


def test_fractions_are_exact():
    model = automaton_stack(star("ab"), "non-negative", "rounding")
    (first, *_) = model.layers()
    assert first.domain.number_format.decode(first.run("ab")[-1][0]) == 2 + Fraction(1, 8)
