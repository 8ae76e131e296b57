from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.errors import BudgetExhausted, ConstructionError, DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, outputs, words
from exactssm.table import TableMachine, _tabulate_by_steps, live, minimise, tabulate
from exactssm.tasks import parity

LETTERS = tuple("abcdefgh")


def table(start, successors, out, labels=None):
    """A table whose outputs are called "x0", "x1", ..."""
    used = max(max(row) for row in out) + 1
    return TableMachine(LETTERS[: len(out[0])], start, successors, out, tuple(f"x{i}" for i in range(used)), labels)


def small_tables(states, letters, entries):
    """Every table with so many states and letters whose outputs come from ``entries``, and every start."""
    cells = states * letters
    rows = range(0, cells, letters)
    for flat in product(range(states), repeat=cells):
        successors = [list(flat[i : i + letters]) for i in rows]
        for flat_out in product(entries, repeat=cells):
            out = [list(flat_out[i : i + letters]) for i in rows]
            for start in range(states):
                yield table(start, successors, out)


def random_table(rng, states, letters, entries, labels=None):
    def rows(choices):
        return [rng.choices(choices, k=letters) for _ in range(states)]

    return table(rng.randrange(states), rows(range(states)), rows(entries), labels)


@st.composite
def tables(draw, entries=(-1, 0, 1, 2)):
    rng = random.Random(draw(st.integers(0, 2**32)))
    states = draw(st.integers(1, 60))
    labels = draw(st.sampled_from([None, tuple(f"q{i}" for i in range(states))]))
    return random_table(rng, states, draw(st.integers(1, 4)), entries, labels)


def tabulated_by_definition(machine):
    """`_tabulate_by_steps`, with the table's own labels instead of the numbers of its rows."""
    slow = _tabulate_by_steps(machine, 10**6)
    labels = None if machine.labels is None else tuple(machine.labels[state] for state in slow.labels)
    return TableMachine(slow.alphabet, slow.start, slow.next, slow.out, slow.outputs, labels)


def behaviour(machine, length):
    return [tuple(outputs(machine, word)) for word in words(machine.alphabet, length)]


def from_state(machine, state):
    return TableMachine(machine.alphabet, state, machine.next, machine.out, machine.outputs)


def least_number_of_states(machine):
    """By Nerode: states reached by words, told apart by words; n - 1 symbols are enough for either with n states."""
    length = len(machine.next)
    reached = set()
    for word in words(machine.alphabet, length - 1):
        state = machine.start
        for symbol in word:
            state, _ = machine.step(state, symbol)
        reached.add(state)
    return len({tuple(behaviour(from_state(machine, state), length)) for state in reached})


# --- the table itself


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"alphabet": ("a", "a")}, SymbolError, "stands once"),
        ({"alphabet": ("a",)}, ConstructionError, "1 symbols; next has shape"),
        ({"alphabet": ("a", "b", "c")}, ConstructionError, r"3 symbols; next has shape \(2, 2\)"),
        ({"next": [[0, 1], [1, 2]]}, ConstructionError, r"next\[1, 1\] \(state 1, symbol 'b'\) .* got 2"),
        ({"next": [[0, -1], [1, 0]]}, ConstructionError, r"next\[0, 1\] .* got -1"),
        ({"next": [[0, 1], [1]]}, ConstructionError, "one length"),
        ({"next": [[0, 1]]}, ConstructionError, "shape"),
        ({"next": [[0.0, 1.0], [1.0, 0.0]]}, ConstructionError, "integers"),
        ({"next": [[False, True], [True, False]]}, ConstructionError, "integers"),
        ({"next": [[0, 1], [1, 2**70]]}, ConstructionError, "integers"),
        ({"next": [[0, 1], [1, 2**32]]}, ConstructionError, "4294967296"),
        ({"next": np.zeros((0, 2), np.int32), "out": np.zeros((0, 2), np.int32)}, ConstructionError, "at least one"),
        ({"next": [0, 1]}, ConstructionError, "shape"),
        ({"out": [[0, 1], [1, 2]]}, ConstructionError, r"out\[1, 1\] .* range\(-1, 2\), got 2"),
        ({"out": [[0, 1], [1, -2]]}, ConstructionError, "got -2"),
        ({"out": [[0, 1], [1, 0], [0, 0]]}, ConstructionError, r"out has shape \(3, 2\)"),
        ({"outputs": ("x", "x")}, ConstructionError, "once"),
        ({"outputs": ("x", UNSPECIFIED)}, ConstructionError, "UNSPECIFIED"),
        ({"start": 2}, ConstructionError, r"range\(2\), got 2"),
        ({"start": -1}, ConstructionError, "got -1"),
        ({"start": True}, ConstructionError, "got True"),
        ({"labels": ("p",)}, ConstructionError, "2 states need as many labels, got 1"),
    ],
)
def test_what_is_no_table_is_refused(change, error, message):
    good = {
        "alphabet": ("a", "b"),
        "start": 0,
        "next": [[0, 1], [1, 0]],
        "out": [[0, 1], [1, 0]],
        "outputs": ("x", "y"),
    }
    TableMachine(**good)
    with pytest.raises(error, match=message):
        TableMachine(**good | change)


def test_arrays_are_copies_that_cannot_be_written_to():
    successors = np.array([[0, 1], [1, 0]], np.int32)
    machine = TableMachine(("a", "b"), 0, successors, successors, ("x", "y"))
    successors[0, 0] = 1
    assert machine.next.dtype == machine.out.dtype == np.int32
    assert machine.step(0, "a") == (0, "x")
    with pytest.raises(ValueError, match="read-only"):
        machine.next[0, 0] = 1


def test_step_looks_up_and_refuses_what_has_no_entry():
    machine = table(0, [[1, 0], [1, 1]], [[0, -1], [1, 0]])
    assert machine.step(0, "a") == (1, "x0")
    assert machine.step(0, "b") == (0, UNSPECIFIED)
    assert all(type(machine.step(q, a)[0]) is int for q in range(2) for a in "ab")
    with pytest.raises(SymbolError, match="'c'"):
        machine.step(0, "c")
    for state in (2, -1, "0"):
        with pytest.raises(DomainError, match="range"):
            machine.step(state, "a")


def test_equality_is_of_all_fields():
    fields = {"alphabet": ("a",), "start": 0, "next": [[1], [0]], "out": [[0], [1]], "outputs": ("x", "y")}
    same = TableMachine(**fields)
    assert TableMachine(**fields) == same
    assert hash(TableMachine(**fields)) == hash(same)
    assert same != "table"
    for change in (
        {"alphabet": ("b",)},
        {"start": 1},
        {"next": [[1], [1]]},
        {"out": [[0], [-1]]},
        {"outputs": ("x", "z")},
        {"labels": ("p", "q")},
    ):
        assert TableMachine(**fields | change) != same


# --- tabulate


def test_tabulating_parity():
    assert tabulate(parity()) == TableMachine(
        ("0", "1"), 0, [[0, 1], [1, 0]], [[0, 1], [1, 0]], ("even", "odd"), tabulate(parity()).labels
    )


class Triangle:
    """Counts modulo 3 on "+", back on "-", and says nothing when it passes zero on "+"."""

    alphabet = ("+", "-")
    start = "zero"

    def step(self, state, symbol):
        names = ["zero", "one", "two"]
        new = (names.index(state) + (1 if symbol == "+" else 2)) % 3
        return names[new], UNSPECIFIED if symbol == "+" and new == 0 else new


def test_states_are_numbered_breadth_first_and_keep_their_names():
    assert tabulate(Triangle()) == TableMachine(
        alphabet=("+", "-"),
        start=0,
        next=[[1, 2], [2, 0], [0, 1]],
        out=[[0, 1], [1, 2], [-1, 0]],
        outputs=(1, 2, 0),
        labels=("zero", "one", "two"),
    )


def test_compiled_tabulation_is_the_definition_on_every_small_table():
    for machine in small_tables(2, 2, (-1, 0, 1)):
        assert tabulate(machine) == tabulated_by_definition(machine)
    for machine in small_tables(3, 1, (-1, 0, 1)):
        assert tabulate(machine) == tabulated_by_definition(machine)


@given(tables())
@settings(deadline=None)
def test_compiled_tabulation_is_the_definition(machine):
    assert tabulate(machine) == tabulated_by_definition(machine)


@given(tables())
@settings(deadline=None, max_examples=30)
def test_a_tabulated_machine_reads_words_as_before(machine):
    rng = random.Random(1)
    fast = tabulate(machine)
    for _ in range(10):
        word = rng.choices(machine.alphabet, k=30)
        assert list(outputs(fast, word)) == list(outputs(machine, word))


@pytest.mark.parametrize("make", [Triangle, lambda: tabulate(Triangle())])
def test_the_bound_on_states_is_exact(make):
    assert len(tabulate(make(), max_states=3).next) == 3
    for bound in (2, 1):
        with pytest.raises(BudgetExhausted, match=f"reached {bound} states"):
            tabulate(make(), max_states=bound)
    with pytest.raises(BudgetExhausted, match="reached 1 states"):
        tabulate(make(), max_states=0)


def test_an_endless_machine_runs_into_the_bound():
    class Counter:
        alphabet = ("a",)
        start = 0

        def step(self, state, symbol):
            return state + 1, None

    with pytest.raises(BudgetExhausted, match="reached 1000 states"):
        tabulate(Counter(), max_states=1000)


def test_no_letters_and_many_letters():
    empty = np.zeros((2, 0), np.int32)
    silent = TableMachine((), 1, empty, empty, ())
    assert tabulate(silent) == minimise(silent) == TableMachine((), 0, empty[:1], empty[:1], ())
    wide = TableMachine(tuple(range(300)), 0, [list(range(300))] * 300, [[0] * 300] * 300, ("x",))
    assert tabulate(wide) == tabulated_by_definition(wide)
    assert len(minimise(wide).next) == 1


# --- minimise


def test_minimised_small_tables_have_as_many_states_as_nerode_has_classes():
    rng = random.Random(2)
    several = list(small_tables(2, 2, (0, 1))) + list(small_tables(3, 1, (0, 1)))
    several += [random_table(rng, 3, 2, (0, 1)) for _ in range(300)]
    several += [random_table(rng, 5, 1, (0, 1)) for _ in range(100)]
    for machine in several:
        least = minimise(machine)
        assert len(least.next) == least_number_of_states(machine)
        assert behaviour(least, 5) == behaviour(machine, 5)


def moore(machine):
    """The number of classes by Moore's refinement, round by round, on the reachable states."""
    reached = _tabulate_by_steps(machine, 10**6)
    successors, out = reached.next.tolist(), reached.out.tolist()
    block = [0] * len(out)
    while True:
        signatures = [(block[q], *out[q], *(block[r] for r in successors[q])) for q in range(len(out))]
        number = {signature: i for i, signature in enumerate(dict.fromkeys(signatures))}
        if len(number) == len(set(block)):
            return len(number)
        block = [number[signature] for signature in signatures]


def scrambled_double(machine, rng):
    """An equivalent table with each state twice, in another order, with other numbers of outputs and a dead one."""
    size = len(machine.next)
    place = list(range(2 * size))
    rng.shuffle(place)
    names = [*machine.outputs, "never"]
    rng.shuffle(names)
    successors, out = [None] * (2 * size), [None] * (2 * size)
    for copy, state in product(range(2), range(size)):
        row = place[copy * size + state]
        successors[row] = [place[rng.randrange(2) * size + q] for q in machine.next[state].tolist()]
        out[row] = [names.index(machine.outputs[o]) for o in machine.out[state]]
    return TableMachine(machine.alphabet, place[machine.start], successors, out, tuple(names))


@given(tables(entries=(0, 0, 0, 0, 1)), st.integers(0, 2**32))
@settings(deadline=None)
def test_equivalent_tables_minimise_to_equal_ones(machine, seed):
    least = minimise(machine)
    assert minimise(scrambled_double(machine, random.Random(seed))) == least
    assert minimise(least) == least
    assert len(least.next) == moore(machine)


@given(tables(entries=(0, 1)), st.data())
@settings(deadline=None)
def test_a_spoiled_output_is_never_minimised_away(machine, data):
    machine = tabulate(machine)
    state = data.draw(st.integers(0, len(machine.next) - 1))
    out = machine.out.copy()
    out[state, 0] = len(machine.outputs)
    spoiled = TableMachine(machine.alphabet, 0, machine.next, out, (*machine.outputs, "forged"))
    assert minimise(spoiled) != minimise(machine)


def test_long_chains_and_rings():
    """A chain is the worst case of refinement by rounds: each one would split off a single state."""
    size = 10**5
    chain = TableMachine(
        alphabet=("a", "b"),
        start=0,
        next=np.stack([np.minimum(np.arange(size) + 1, size - 1), np.zeros(size, int)], axis=1),
        out=np.stack([np.arange(size) == size - 1, np.zeros(size, bool)], axis=1).astype(int),
        outputs=(False, True),
    )
    assert minimise(chain) == tabulate(chain)
    ring = TableMachine(
        ("a",), 7, (np.arange(size)[:, None] + 1) % size, np.arange(size)[:, None] % 1000 // 999, ("no", "yes")
    )
    assert len(minimise(ring).next) == 1000


def test_only_specified_tables_are_minimised():
    labels = ("p", "q", "r")
    with pytest.raises(ConstructionError, match="state 'q' on symbol 'b'"):
        minimise(table(0, [[1, 1], [0, 0], [0, 0]], [[0, 1], [1, -1], [0, 0]], labels))
    with pytest.raises(ConstructionError, match="state 2 on symbol 'a'"):
        minimise(table(0, [[2, 2], [0, 0], [0, 0]], [[0, 1], [1, 1], [-1, 0]]))
    unreachable = table(0, [[0, 0], [0, 0]], [[0, 1], [1, -1]], ("p", "q"))
    assert minimise(unreachable) == table(0, [[0, 0]], [[0, 1]])


# --- live


def live_by_search(machine):
    answer = []
    for start in range(len(machine.next)):
        reached = tabulated_by_definition(from_state(machine, start))
        answer.append(bool((reached.out >= 0).any()))
    return answer


def test_live_is_what_a_search_from_each_state_finds_on_every_small_table():
    for machine in small_tables(3, 1, (-1, 0)):
        assert live(machine).tolist() == live_by_search(machine)


@given(tables(entries=(-1,) * 40 + (0,)))
@settings(deadline=None)
def test_live_is_what_a_search_from_each_state_finds(machine):
    assert live(machine).tolist() == live_by_search(machine)
    assert [not machine.is_dead(state) for state in range(len(machine.next))] == live_by_search(machine)


def test_an_output_that_does_not_equal_itself_is_refused():
    with pytest.raises(ConstructionError, match="equals itself"):
        TableMachine(("a",), 0, [[0]], [[0]], (float("nan"),))
