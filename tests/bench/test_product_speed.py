"""Speed of table kernels, as ratios to plain Python in the same run; `pytest -m bench -s` prints the rates."""

from __future__ import annotations

from collections import deque
from time import perf_counter_ns

import numpy as np
import pytest

from exactssm.table import TableMachine, _tabulate_by_steps, minimise, tabulate
from verify.search.products import check_words, search_product

pytestmark = pytest.mark.bench


def counter(modulus, stride):
    """A counter that "a" moves by one and "b" by ``stride``."""
    states = np.arange(modulus)
    successors = np.stack([(states + 1) % modulus, (states + stride) % modulus], axis=1)
    return TableMachine(("a", "b"), 0, successors, np.zeros_like(successors), ("x",))


def in_plain_python(model, task):
    """Breadth-first search with a dictionary of parents, over lists: as fast as it is plainly written."""
    model_next, task_next = model.next.tolist(), task.next.tolist()
    answers, demands = model.out.tolist(), task.out.tolist()
    start = model.start, task.start
    parents = {start: None}
    queue = deque([start])
    while queue:
        m, t = pair = queue.popleft()
        for letter in range(2):
            assert demands[t][letter] == answers[m][letter]
            successor = model_next[m][letter], task_next[t][letter]
            if successor not in parents:
                parents[successor] = pair, letter
                queue.append(successor)
    return len(parents)


def picoseconds(count, work, *arguments, repeats=1, **keywords):
    """The least time that ``work`` took for each of ``count`` things."""
    times = []
    for _ in range(repeats):
        before = perf_counter_ns()
        work(*arguments, **keywords)
        times.append(perf_counter_ns() - before)
    return max(1, min(times) * 1000 // count)


def report(name, each, slowest):
    print(f"{name:36} {10**9 // each:7} thousand/s, {slowest // each:4} times plain Python")


def test_searching_products():
    """10^6 pairs of two counters, as in the measurements that the goal was taken from."""
    model, task = counter(1000, 3), counter(1001, 7)
    count = 1000 * 1001
    search_product(counter(2, 1), counter(3, 1))  # compiles, or loads what was compiled
    dense = picoseconds(count, search_product, model, task, repeats=5)
    hashed = picoseconds(count, search_product, model, task, repeats=5, dense_limit=0)
    python = picoseconds(count, in_plain_python, model, task)
    print()
    report("product, a bit for each pair", dense, python)
    report("product, hashed set of pairs", hashed, python)
    assert search_product(model, task).count == in_plain_python(model, task) == count
    assert dense * 30 <= python
    assert hashed * 4 <= python


def test_searching_products_against_automata_lib():
    dfa = pytest.importorskip("automata.fa.dfa").DFA

    def converted(modulus, stride):
        step = {q: {"a": (q + 1) % modulus, "b": (q + stride) % modulus} for q in range(modulus)}
        return dfa(
            states=set(step), input_symbols={"a", "b"}, transitions=step, initial_state=0, final_states={modulus - 1}
        )

    model, task = counter(300, 3), counter(301, 7)
    theirs = converted(300, 3), converted(301, 7)
    search_product(model, task)
    ours = picoseconds(300 * 301, search_product, model, task, repeats=5)
    peer = picoseconds(300 * 301, lambda: theirs[0].intersection(theirs[1], minify=False))
    print(f"\nautomata-lib, product of two automata: {peer // ours} times slower")
    assert ours * 50 <= peer


def test_tabulating_and_minimising():
    size = 10**6
    machine, small = counter(size, 7), counter(50_000, 7)
    minimise(small)
    fast = picoseconds(size, tabulate, machine, repeats=5)
    slow = picoseconds(50_000, _tabulate_by_steps, small, 50_000)
    print()
    report("states tabulated", fast, slow)
    random_out = np.random.default_rng(0).integers(0, 2, (size, 2))
    random = TableMachine(machine.alphabet, 0, machine.next, random_out, ("x", "y"))
    report("states minimised", picoseconds(size, minimise, random), slow)
    assert fast * 10 <= slow


def test_minimising_a_chain_is_not_quadratic():
    def chain(size):
        states = np.arange(size)
        out = (states == size - 1).astype(int)
        return TableMachine(("a",), 0, np.minimum(states + 1, size - 1)[:, None], out[:, None], (0, 1))

    minimise(chain(10))
    short = picoseconds(10**4, minimise, chain(10**4), repeats=5)
    long = picoseconds(10**6, minimise, chain(10**6), repeats=2)
    print(f"\na state of a chain of 10^6 takes {100 * long // short} % of the time of one of a chain of 10^4")
    assert long <= 25 * short  # 100 times if it were quadratic


def test_reading_every_word():
    model, task = counter(7, 2), counter(5, 3)
    check_words(model, task, 3)
    length = 20
    count = 2 ** (length + 1) - 2

    def in_python():
        stack = [(0, 0, 12)]
        steps = 0
        model_next, task_next, answers, demands = (x.tolist() for x in (model.next, task.next, model.out, task.out))
        while stack:
            m, t, left = stack.pop()
            for letter in range(2):
                steps += 1
                assert answers[m][letter] == demands[t][letter]
                if left > 1:
                    stack.append((model_next[m][letter], task_next[t][letter], left - 1))
        assert steps == 2**13 - 2

    fast = picoseconds(count, check_words, model, task, length, repeats=3)
    slow = picoseconds(2**13 - 2, in_python, repeats=3)
    print()
    report("steps of all words", fast, slow)
    assert fast * 15 <= slow
