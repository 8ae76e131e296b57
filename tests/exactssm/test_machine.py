"""What reads words: runs against stepping by hand, wrappers against their definitions on every short word."""

from __future__ import annotations

import copy
import pickle
from fractions import Fraction
from itertools import count, islice, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.errors import SymbolError, ThoughtLimitExceeded
from exactssm.machine import (
    UNSPECIFIED,
    Relabelled,
    Renamed,
    Restricted,
    cascade,
    check_alphabets,
    name_word,
    outputs,
    run,
    words,
)
from exactssm.tasks import Automaton, FunctionComposition, KnowsDeadStates, dead_states, mod_counter, parity
from tests.support import all_mealy


class Machine:
    """A machine by its function, which counts how often it is asked."""

    def __init__(self, alphabet, start, step):
        self.alphabet, self.start, self._step, self.asked = alphabet, start, step, 0

    def step(self, state, symbol):
        self.asked += 1
        return self._step(state, symbol)


RECORDER = Machine("ab", (), lambda read, x: ((*read, x), "".join((*read, x))))


def automata(symbols, emitted, states=4):
    """Mealy machines over ``symbols``, each with all its tables drawn."""

    def build(n, draw):
        keys = list(product(range(n), symbols))
        successors, out = draw
        return Automaton(
            symbols, range(n), 0, dict(zip(keys, successors, strict=True)), dict(zip(keys, out, strict=True))
        )

    def of_size(n):
        size = n * len(symbols)
        return st.tuples(
            st.lists(st.integers(0, n - 1), min_size=size, max_size=size),
            st.lists(st.sampled_from(emitted), min_size=size, max_size=size),
        ).map(lambda draw: build(n, draw))

    return st.integers(1, states).flatmap(of_size)


# words


@pytest.mark.parametrize(("letters", "longest"), [("", 3), ("a", 4), ("ab", 5), ("cab", 3)])
def test_words_are_all_words_in_order(letters, longest):
    found = list(words(letters, longest))
    place = {letter: i for i, letter in enumerate(letters)}
    assert found == sorted(set(found), key=lambda w: (len(w), [place[x] for x in w]))
    assert len(found) == sum(len(letters) ** n for n in range(longest + 1))
    assert all(set(word) <= set(letters) for word in found)


def test_words_between_two_lengths():
    assert list(words("ab", 2, 2)) == [("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]
    assert list(words("ab", 1, 2)) == []


# runs


@given(st.text("ab", max_size=8))
def test_a_run_shows_every_prefix(word):
    states, emitted = run(RECORDER, word)
    assert states == tuple(tuple(word[:n]) for n in range(len(word) + 1))
    assert emitted == tuple(word[:n] for n in range(1, len(word) + 1))
    assert list(outputs(RECORDER, word)) == list(emitted)


def test_every_machine_of_two_states_on_every_short_word():
    for machine in all_mealy(2, "a", (0, 1, UNSPECIFIED)):
        for word in words("a", 5):
            state, states, emitted = machine.start, [machine.start], []
            for symbol in word:
                state, output = machine.delta[state, symbol], machine.output[state, symbol]
                states.append(state)
                emitted.append(output)
            assert run(machine, word) == (tuple(states), tuple(emitted))
            assert tuple(outputs(machine, word)) == tuple(emitted)


def test_the_empty_word_takes_no_step():
    assert run(RECORDER, ()) == (((),), ())
    assert list(outputs(RECORDER, "")) == []


def test_outputs_read_an_endless_word_one_symbol_at_a_time():
    machine = Machine((0,), 0, lambda n, x: (n + 1, n))
    assert list(islice(outputs(machine, (0 for _ in count())), 1000)) == list(range(1000))
    assert machine.asked == 1000


@pytest.mark.parametrize("reader", [run, lambda *given: list(outputs(*given))])
def test_a_foreign_symbol_is_named_with_its_place(reader):
    with pytest.raises(SymbolError, match=r"position 2: 'c' is not in the alphabet \('a', 'b'\)"):
        reader(RECORDER, "abc")
    many = mod_counter(100, {str(n): 1 for n in range(50)})
    with pytest.raises(SymbolError, match=r"'11', \.\.\.\)"):
        reader(many, ["x"])


def thinks_too_long(state, symbol):
    if symbol == "b":
        raise ThoughtLimitExceeded("too many thoughts")
    return state, None


@pytest.mark.parametrize("reader", [run, lambda *given: list(outputs(*given))])
def test_an_error_names_the_word_on_which_it_happened(reader):
    with pytest.raises(ThoughtLimitExceeded, match=r"on the word \('a', 'a', 'b'\): too many thoughts") as caught:
        reader(Machine("ab", 0, thinks_too_long), "aaba")
    assert caught.value.word == ("a", "a", "b")
    with pytest.raises(ZeroDivisionError) as caught:
        reader(Machine("ab", 1, lambda n, x: (n - 1, 1 // n)), "aba")
    assert caught.value.__notes__ == ["on the word ('a', 'b')"]


def test_a_long_word_is_named_by_its_end():
    error = ThoughtLimitExceeded("too many thoughts")
    name_word(error, tuple(range(1000)))
    assert "a word of 1000 symbols, which ends in (936, 937," in str(error)
    assert error.word == tuple(range(1000))


# alphabets


def test_alphabets_may_differ_in_order_only():
    check_alphabets(Machine("ab", 0, None), Machine(["b", "a"], 0, None))
    with pytest.raises(SymbolError, match="only the task reads 'c'; only the model reads 'a'"):
        check_alphabets(Machine("ab", 0, None), Machine("cb", 0, None))


@pytest.mark.parametrize(("model", "task", "whose"), [("aab", "ab", "model"), ("ab", "aba", "task")])
def test_a_symbol_that_stands_twice_is_refused(model, task, whose):
    with pytest.raises(SymbolError, match=f"stands once, got '.*' of the {whose}"):
        check_alphabets(Machine(model, 0, None), Machine(task, 0, None))


def test_equal_symbols_are_one_symbol():
    """1 == True, so both in one alphabet would stand there twice, and each stands for the other."""
    with pytest.raises(SymbolError, match="stands once"):
        check_alphabets(Machine((1, True), 0, None), Machine((1,), 0, None))
    check_alphabets(Machine((1, 2), 0, None), Machine((True, Fraction(2)), 0, None))


# UNSPECIFIED


def test_unspecified_is_one_object():
    assert copy.deepcopy(UNSPECIFIED) is UNSPECIFIED
    assert pickle.loads(pickle.dumps(UNSPECIFIED)) is UNSPECIFIED
    assert repr(UNSPECIFIED) == "UNSPECIFIED"
    assert UNSPECIFIED not in ("unspecified", None, 0, "UNSPECIFIED")


# cascades


@given(automata("ab", "xyz"), automata("xyz", "01"), st.text("ab", max_size=8))
def test_a_cascade_reads_what_the_machine_before_puts_out(first, second, word):
    both = cascade(first, second)
    between = run(first, word)
    after = run(second, between.outputs)
    assert run(both, word).outputs == after.outputs
    assert run(both, word).states == tuple(zip(between.states, after.states, strict=True))


@given(automata("ab", "ab"), automata("ab", "ab"), automata("ab", "01"), st.text("ab", max_size=8))
def test_cascades_nest(first, second, third, word):
    expected = run(cascade(first, second, third), word).outputs
    assert run(cascade(cascade(first, second), third), word).outputs == expected
    assert run(cascade(first, cascade(second, third)), word).outputs == expected


def test_a_cascade_of_one_machine():
    assert run(cascade(parity()), "101").outputs == run(parity(), "101").outputs


def test_a_letter_that_the_next_machine_does_not_read():
    with pytest.raises(SymbolError, match="at least one machine"):
        cascade()
    with pytest.raises(SymbolError, match=r"on the word \('1',\): machine 1 of the cascade reads .* given 'odd'"):
        run(cascade(parity(), parity()), "1")
    unspecific = Automaton("a", (0,), 0, lambda q, x: 0, lambda q, x: UNSPECIFIED)
    with pytest.raises(SymbolError, match="is given UNSPECIFIED"):
        run(cascade(unspecific, parity()), "a")


# the same machine on other symbols, with other outputs


@given(automata("abc", "01"), st.permutations("abc"), st.integers(1, 3), st.data())
def test_restricted(machine, order, size, data):
    symbols = tuple(order[:size])
    fewer = Restricted(machine, symbols)
    word = data.draw(st.lists(st.sampled_from(symbols), max_size=8))
    assert fewer.alphabet == symbols
    assert run(fewer, word) == run(machine, word)
    for left_out in order[size:]:
        with pytest.raises(SymbolError, match="position 0"):
            run(fewer, left_out)


def test_a_restriction_to_symbols_that_are_none():
    with pytest.raises(SymbolError, match="position 1: '2'"):
        Restricted(parity(), ("0", "2"))
    with pytest.raises(SymbolError, match="stands once"):
        Restricted(parity(), ("0", "0"))
    assert Restricted(parity(), "10").alphabet == ("1", "0")
    with pytest.raises(SymbolError, match="position 0: '10'"):
        run(Restricted(parity(), "10"), ["10"])  # part of a string, but no symbol


@given(automata("ab", (0, 1, 2, UNSPECIFIED)), st.text("ab", max_size=8))
def test_renamed(machine, word):
    names = {0: "zero", 1: "some", 2: "some"}
    expected = tuple(z if z is UNSPECIFIED else names[z] for z in run(machine, word).outputs)
    for rename in (names, names.__getitem__):
        renamed = Renamed(machine, rename)
        assert renamed.alphabet == machine.alphabet
        assert run(renamed, word) == (run(machine, word).states, expected)


def test_an_output_without_a_name():
    with pytest.raises(SymbolError, match="no entry for the output 'odd'"):
        run(Renamed(parity(), {"even": 0}), "1")


@given(automata("ab", "01"), st.dictionaries(st.integers(0, 5), st.sampled_from("ab"), min_size=1), st.data())
def test_relabelled(machine, symbols, data):
    relabelled = Relabelled(machine, symbols)
    word = data.draw(st.lists(st.sampled_from(sorted(symbols)), max_size=8))
    assert relabelled.alphabet == tuple(symbols)
    assert run(relabelled, word) == run(machine, [symbols[x] for x in word])


def test_a_label_for_a_symbol_that_is_none():
    with pytest.raises(SymbolError, match="position 1: '2'"):
        Relabelled(parity(), {"a": "0", "b": "2"})


# dead states


def test_dead_states_are_seen_through_wrappers():
    task = FunctionComposition(2, 1)
    kept = task.alphabet[:3]
    wrapped = Renamed(Restricted(Relabelled(task, {x: x for x in task.alphabet}), kept), str)
    for word in words(kept, 3):
        state = run(wrapped, word).states[-1]
        assert dead_states(wrapped)(state) == task.is_dead(state)
    assert not isinstance(wrapped, KnowsDeadStates)


def test_of_other_tasks_no_dead_state_is_known():
    task = FunctionComposition(2, 1)
    assert not dead_states(parity())(parity().start)
    assert not dead_states(cascade(task))((("dead",),))
