"""Transition monoids: syntactic monoids by their definition, and those of textbook languages."""

from itertools import product

import pytest

from exactssm.algebra import minimal_machine, transition_monoid
from exactssm.algebra.automaton_monoid import is_acceptor
from exactssm.algebra.green import green_relations
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.formats import as_text
from exactssm.machine import UNSPECIFIED, Renamed, run, words
from exactssm.table import tabulate
from exactssm.tasks import (
    Automaton,
    delay,
    divisible_by,
    dyck,
    ends_with_ab,
    flip_flop,
    mod_counter,
    no_two_ones,
    parity,
    star,
)


def acceptors(states):
    """Every DFA on the states 0 .. n-1 and two letters that starts at 0."""
    keys = list(product(range(states), "ab"))
    for successors in product(range(states), repeat=len(keys)):
        delta = dict(zip(keys, successors, strict=True))
        for accepting in product((False, True), repeat=states):
            yield Automaton.dfa("ab", range(states), 0, [q for q in range(states) if accepting[q]], delta)


def test_the_monoid_of_an_acceptor_is_syntactic():
    """All DFAs with two states: two words are one element of the monoid exactly if the language can't tell them apart;
    and the empty word is one element with another if the language, of non-empty words, can't tell it apart."""
    for machine in acceptors(2):
        monoid = transition_monoid(machine)
        accepts = {word: run(machine, word).outputs[-1] for word in words("ab", 9, 1)}
        around = list(words("ab", 2))
        for u, v in product(words("ab", 3), repeat=2):
            same = all(
                accepts[(*x, *u, *y)] == accepts[(*x, *v, *y)]
                for x in around
                for y in around
                if (x or u or y) and (x or v or y)
            )
            assert (monoid.product(u) == monoid.product(v)) == same, (machine.delta, u, v)


def test_acceptors_of_three_states_on_a_sample():
    for machine in list(acceptors(3))[::97]:
        least = minimal_machine(machine)
        assert all(
            run(least, word).outputs == run(machine, word).outputs for word in words("ab", 5)
        )  # the same language
        assert len(least.next) <= 3


def test_the_start_is_accepting_or_not_as_it_adds_no_state():
    """(aa)*: whether the empty word counts, its syntactic monoid is C2."""
    for accepting in ({"s", "even"}, {"even"}):
        even = Automaton.dfa(
            "a", ("s", "odd", "even"), "s", accepting, {("s", "a"): "odd", ("odd", "a"): "even", ("even", "a"): "odd"}
        )
        assert len(minimal_machine(even).next) == 2
        assert green_relations(transition_monoid(even)).is_group


@pytest.mark.parametrize(
    ("machine", "states", "order"),
    [
        (parity(), 2, 2),
        (flip_flop(), 2, 3),
        (star("ab"), 3, 6),  # B_2 with an identity: Pin, Varieties of formal languages
        (star("aa"), 2, 2),
        (star("aba"), 4, 12),  # 1, a, 0 and all nine i -> j on the positions
        (ends_with_ab(), 3, 5),
        (no_two_ones(), 3, 6),
        (mod_counter(7), 7, 7),
        (divisible_by(3), 3, 6),  # reading a bit is x -> 2x + b mod 3: all of S3
        (delay(1, before="0"), 2, 3),
    ],
)
def test_known_monoids(machine, states, order):
    assert len(minimal_machine(machine).next) == states
    assert transition_monoid(machine).order == order


def test_dyck_monoids():
    """Dyck(1, h): words act as partial shifts of the heights 0 .. h; a^i b^j with the interval that it is defined on.

    Its elements are 0 and, for each r <= h, the nonzero maps of rank h + 1 - r: an interval of that length and where it
    goes, (r + 1)^2 of them.
    """
    for h in range(1, 6):
        relations = green_relations(transition_monoid(dyck(1, h)))
        assert relations.monoid.order == 1 + sum((r + 1) ** 2 for r in range(h + 1))
        assert relations.is_aperiodic


def test_a_transducer_has_no_more_states_than_it_needs():
    """Without its answer on acceptance a machine that ends with ab needs the last letter only."""
    said = Renamed(ends_with_ab(), {True: "yes", False: "no"})
    assert (len(minimal_machine(said).next), transition_monoid(said).order) == (2, 3)


def test_acceptors_from_files_are_acceptors():
    text = as_text(ends_with_ab())
    assert transition_monoid(text).order == transition_monoid(ends_with_ab()).order == 5
    assert is_acceptor(tabulate(text))
    assert not is_acceptor(tabulate(parity()))


def test_a_constant_machine():
    for answer in (True, False, "x"):
        machine = Automaton.mealy("ab", (0, 1), 0, lambda q, x: 1 - q, lambda q, x, answer=answer: answer)
        assert transition_monoid(machine).order == 1


def test_letters_keep_their_order_and_outputs():
    least = minimal_machine(star("ab"))
    assert least.alphabet == ("a", "b")
    assert run(least, "abab").outputs == (False, True, False, True)


def test_unspecified_outputs_are_refused():
    with pytest.raises(ConstructionError, match="unspecified"):
        transition_monoid(delay(1))
    half = Automaton.mealy("a", (0,), 0, lambda q, x: 0, lambda q, x: UNSPECIFIED)
    with pytest.raises(ConstructionError, match="unspecified"):
        transition_monoid(half)


def test_budgets():
    with pytest.raises(BudgetExhausted, match="reached 5 states"):
        transition_monoid(mod_counter(7), max_states=5)
    with pytest.raises(BudgetExhausted, match="5 transformations of 7 points"):
        transition_monoid(mod_counter(7), max_elements=5)
