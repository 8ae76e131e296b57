"""Automata by tables: what they mean, and every way in which tables can be wrong."""

from __future__ import annotations

from itertools import product

import pytest

from exactssm.errors import DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import Automaton, all_dfas
from exactssm.tasks.automaton import MAX_ENTRIES

DELTA = {("p", "a"): "q", ("p", "b"): "p", ("q", "a"): "p", ("q", "b"): "q"}


def test_mealy_output_sees_the_state_before_the_symbol():
    output = {(q, x): q + x for q, x in DELTA}
    assert run(Automaton.mealy("ab", "pq", "p", DELTA, output), "aab").outputs == ("pa", "qa", "pb")


def test_moore_output_sees_the_state_after_the_symbol():
    for output in ({"p": 0, "q": UNSPECIFIED}, lambda q: 0 if q == "p" else UNSPECIFIED):
        machine = Automaton.moore("ab", "pq", "p", DELTA, output)
        assert run(machine, "aab").outputs == (UNSPECIFIED, 0, 0)


def test_dfa_says_of_every_prefix_whether_it_is_accepted():
    machine = Automaton.dfa("ab", "pq", "p", ["q"], DELTA)
    for word in words("ab", 7):
        expected = tuple(word[: t + 1].count("a") % 2 == 1 for t in range(len(word)))
        assert run(machine, word).outputs == expected
        assert run(machine, word).states[-1] == ("q" if word.count("a") % 2 else "p")


def test_a_function_is_tabulated_once():
    calls = []

    def delta(q, x):
        calls.append((q, x))
        return DELTA[q, x]

    machine = Automaton.dfa("ab", "pq", "p", "q", delta)
    assert calls == [("p", "a"), ("p", "b"), ("q", "a"), ("q", "b")]
    run(machine, "abab")
    assert len(calls) == 4
    assert machine == Automaton.dfa("ab", "pq", "p", "q", DELTA)


def test_equality_and_hash():
    one, other = (Automaton.dfa("ab", "pq", "p", accepting, DELTA) for accepting in ("p", "q"))
    again = Automaton.dfa("ab", "pq", "p", "p", dict(reversed(DELTA.items())))
    assert one == again
    assert hash(one) == hash(again)
    assert one != other


def test_the_callers_table_is_copied():
    delta = dict(DELTA)
    machine = Automaton.dfa("ab", "pq", "p", "p", delta)
    delta["p", "a"] = "nonsense"
    assert run(machine, "a").states == ("p", "q")


def without(key):
    return {k: v for k, v in DELTA.items() if k != key}


GOOD = {"alphabet": "ab", "states": "pq", "start": "p", "accepting": "q", "delta": DELTA}


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"delta": without(("q", "b"))}, DomainError, "delta must be defined .*; state 'q' lacks symbol 'b'"),
        ({"delta": {}}, DomainError, "state 'p' lacks symbol 'a'"),
        ({"delta": DELTA | {("p", "b"): "r"}}, DomainError, r"delta\('p', 'b'\) must be one of .* got 'r'"),
        ({"delta": DELTA | {("p", "b"): ["p"]}}, DomainError, r"delta\('p', 'b'\) must be one of .* got \['p'\]"),
        ({"delta": lambda q, x: "r"}, DomainError, r"delta\('p', 'a'\) must be one of .* got 'r'"),
        ({"delta": DELTA | {("r", "a"): "p"}}, DomainError, r"the state of delta's key \('r', 'a'\) .* got 'r'"),
        ({"delta": DELTA | {("p", "c"): "p"}}, SymbolError, "state 'p' and symbol 'c', which is not in the alphabet"),
        ({"delta": DELTA | {"pa": "p"}}, DomainError, r"a key of delta must be a pair \(state, symbol\), got 'pa'"),
        ({"start": "r"}, DomainError, "the start state must be one of the automaton's states, got 'r'"),
        ({"start": ["p"]}, DomainError, r"the start state must be one of .* got \['p'\]"),
        ({"accepting": "qr"}, DomainError, "an accepting state must be one of the automaton's states, got 'r'"),
        ({"accepting": [["q"]]}, DomainError, r"an accepting state must be one of .* got \['q'\]"),
        ({"alphabet": "aba"}, SymbolError, "alphabet .* each symbol once; position 2 holds 'a' again"),
        ({"alphabet": ""}, SymbolError, "the alphabet of an automaton must hold at least one symbol, got none"),
        ({"alphabet": ["a", ["b"]]}, SymbolError, r"hashable symbols; position 1 holds \['b'\]"),
        ({"alphabet": "abc"}, DomainError, "state 'p' lacks symbol 'c'"),
        ({"states": "pqq"}, DomainError, "states .* each state once; position 2 holds 'q' again"),
        ({"states": ""}, DomainError, "the states of an automaton must hold at least one state, got none"),
        ({"states": ["p", {}]}, DomainError, "must hold hashable states; position 1 holds {}"),
    ],
)
def test_bad_dfas(change, error, message):
    Automaton.dfa(**GOOD)
    with pytest.raises(error, match=message):
        Automaton.dfa(**GOOD | change)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        ({"p": 0}, "output must be given for every state; state 'q' lacks it"),
        ({"p": 0, "q": 0, "r": 0}, "a state that output is given for must be one of .* got 'r'"),
        ({"p": 0, "q": []}, r"output\('p', 'a'\) must be hashable, got \[\]"),
    ],
)
def test_bad_moore_outputs(output, message):
    with pytest.raises(DomainError, match=message):
        Automaton.moore("ab", "pq", "p", DELTA, output)


def test_a_missing_mealy_output():
    with pytest.raises(
        DomainError, match="output must be defined for every state and symbol; state 'p' lacks symbol 'b'"
    ):
        Automaton.mealy("ab", "pq", "p", DELTA, {("p", "a"): 0})


def test_the_size_is_bounded_before_the_table_is_built():
    def delta(q, x):
        raise AssertionError("the table is being built")

    with pytest.raises(DomainError, match=f"at most {MAX_ENTRIES} entries, .* got 500001 states and 2 symbols"):
        Automaton.dfa("ab", range(500_001), 0, {0}, delta)


def test_step_refuses_what_it_does_not_know():
    machine = Automaton.dfa(**GOOD)
    with pytest.raises(SymbolError, match="'c' is not in the alphabet"):
        machine.step("p", "c")
    with pytest.raises(DomainError, match="the automaton has no state 'r'"):
        machine.step("r", "a")


def test_all_dfas_are_as_many_as_there_are_and_all_different():
    """2308 and 2219: the counts of the audits of 2404.08819, Thm 5.2 and Thm 5.1, over these sizes."""

    def found(n, alphabet):
        machines = set()
        for machine in all_dfas(n, alphabet):
            assert machine.output == machine.delta
            machines.add((machine.start, tuple(machine.delta.items())))
        return len(machines)

    sizes = {(n, k): found(n, "ab"[:k]) for n, k in product((1, 2, 3), (1, 2))}
    assert sizes == {(n, k): n ** (n * k) * n for n, k in sizes}
    assert sum(count for (n, _), count in sizes.items() if n > 1) == 2308
    assert sizes[2, 2] + sizes[3, 2] == 2219


def test_all_dfas_run_as_their_tables_say():
    for machine in all_dfas(2, "ab"):
        for word in words("ab", 4):
            q, visited = machine.start, []
            for x in word:
                q = machine.delta[q, x]
                visited.append(q)
            assert run(machine, word).outputs == tuple(visited)


@pytest.mark.parametrize(
    ("n", "alphabet", "error"),
    [(0, "a", DomainError), (101, "a", DomainError), (True, "a", DomainError), (2, "", SymbolError)],
)
def test_bad_sizes_of_all_dfas_are_refused_at_the_call(n, alphabet, error):
    with pytest.raises(error):
        all_dfas(n, alphabet)
