"""Layers with one A for all letters: three ways to tell what they do agree; what is built is right, what is spoilt not;
words that refute, on layers by hand."""

from __future__ import annotations

from itertools import islice, product
from random import Random

import pytest

from constructions.automata.s4_refuter import drawn_stack, s4_witness
from constructions.automata.s4_windows import ends_of, s4_stack
from exactssm.algebra import green_relations, stable_semigroup, transition_monoid
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.layers import ConstantLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, delay, mod_counter, parity, regular_expression, star
from verify import Proved, Refuted, decide


def dfas(states, every=1):
    """All DFAs on two letters, or every so many of them."""
    deltas, subsets = product(range(states), repeat=2 * states), product((False, True), repeat=states)
    for delta, accepting in islice(product(deltas, subsets), 0, None, every):
        rows = {(q, x): delta[2 * q + "ab".index(x)] for q in range(states) for x in "ab"}
        yield Automaton.dfa("ab", range(states), 0, [q for q in range(states) if accepting[q]], rows)


def told_by(machine, first, last, period, length):
    """Whether on words up to a length the output is a function of the ends of the word and its length."""
    known = {}
    for word in words("ab", length, first + last):
        seen = word[:first], word[len(word) - last :], len(word) % period
        if known.setdefault(seen, run(machine, word).outputs[-1]) != run(machine, word).outputs[-1]:
            return False
    return True


def check(machine):
    stable = stable_semigroup(green_relations(transition_monoid(machine)))
    ends = ends_of(machine)
    assert (ends is not None) == stable.is_locally_trivial
    assert (ends is not None and ends.first == 0) == stable.is_definite
    assert (s4_witness(machine, stacks=True) is None) == stable.is_locally_trivial
    assert (s4_witness(machine, stacks=False) is None) == stable.is_definite
    if ends is None:
        assert not any(told_by(machine, m, k, p, 7) for m, k, p in ((0, 1, 1), (0, 2, 2), (1, 1, 3), (2, 2, 1)))
        return
    assert told_by(machine, ends.first, ends.last + 1, ends.period, 7)
    assert isinstance(decide(s4_stack(machine), machine), Proved)


@pytest.mark.parametrize("machines", [list(dfas(2, every=5)), Random(2).sample(list(dfas(3)), 15)], ids=len)
def test_three_ways_to_tell(machines):
    for machine in machines:
        check(machine)


@pytest.mark.full
def test_three_ways_to_tell_for_all():
    for machine in (*dfas(2), *dfas(3)):
        check(machine)


@pytest.mark.parametrize(
    ("machine", "ends"),
    [
        (regular_expression("(aaaa)*"), (0, 0, 4)),
        (delay(2, "ab", None), (0, 2, 1)),
        (regular_expression("aab(a|b)*"), (3, 0, 1)),
        (regular_expression("a(a|b)*b"), (1, 0, 1)),
        (regular_expression("((a|b)(a|b)(a|b))*ab"), (0, 1, 3)),
        (parity(), None),
        (star("ab"), None),  # every letter counts
        (mod_counter(3), None),
    ],
)
def test_languages(machine, ends):
    found = ends_of(machine)
    assert (found and found[:3]) == ends
    if ends is None:
        with pytest.raises(ConstructionError, match="must be a function of the first letters"):
            s4_stack(machine)


def test_long_windows_are_not_written_out():
    """2^25 windows, of which none is looked at but those that are read."""
    machine = regular_expression(".*a{25}", "ab")
    assert ends_of(machine)[:3] == (0, 24, 1)
    word = "b" + "a" * 26 + "b"
    assert run(s4_stack(machine), word).outputs == run(machine, word).outputs


def test_spoilt_layers_are_refuted():
    machine = regular_expression("(a|b)*aab")
    (block,) = s4_stack(machine).blocks
    layer = block.layer
    for i, j in product(range(layer.width), repeat=2):
        rows = [list(row) for row in layer.matrix]
        rows[i][j] = layer.domain.add(rows[i][j], layer.domain.one)
        spoilt = ConstantLayer(layer.domain, layer.start, tuple(map(tuple, rows)), layer.drive)

        def readout(h, x, known=block.readout):
            try:
                return known(h, x)
            except KeyError:
                return None

        found = decide(Model(machine.alphabet, [Block(spoilt, readout)]), machine, length=6)
        assert isinstance(found, Refuted), (i, j)


def test_words_refute_layers_and_stacks():
    """Both words of a pair lead to one state, and end in the same letter, yet different outputs are demanded."""
    first_letter = regular_expression("a(a|b)*")
    alone = s4_witness(first_letter, stacks=False)
    for number in (0, 4):
        model = drawn_stack("ab", 1, number)
        check_confusion(model, first_letter, alone.for_one_layer(next(model.layers()).width))
    for machine in (star("ab"), regular_expression("b*(ab*ab*)*")):
        witness = s4_witness(machine, stacks=True)
        for depth, number in ((1, 3), (2, 1)):
            model = drawn_stack("ab", depth, number)
            check_confusion(model, machine, witness.for_stack(model))


def check_confusion(model, machine, confusion):
    one, other = confusion.first, confusion.second
    assert one[-1] == other[-1]
    assert run(model, one).states[-1] == run(model, other).states[-1]
    assert run(machine, one).outputs[-1] != run(machine, other).outputs[-1]


def test_two_layers_do_what_no_single_one_does():
    """So the words against single layers don't refute the stack of two."""
    machine = regular_expression("a(a|b)*")
    model = s4_stack(machine)
    assert [layer.width for layer in model.layers()] == [2, 1]
    confusion = s4_witness(machine, stacks=False).for_one_layer(2)
    assert run(model, confusion.first).states[-1] != run(model, confusion.second).states[-1]


def test_words_for_states_that_come_round_late_are_bounded(monkeypatch):
    monkeypatch.setattr("constructions.automata.s4_refuter.MAX_WORD", 100)
    machine = Automaton.moore("01", range(50), 0, lambda q, x: (q + 1) % 50, lambda q: 0)
    with pytest.raises(BudgetExhausted, match="more than 100 letters"):
        s4_witness(parity(), stacks=True).for_stack(machine)
