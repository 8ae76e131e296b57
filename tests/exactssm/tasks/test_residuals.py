"""Residuals, counted from streams written out; and the memory that they take."""

from itertools import permutations, product

import pytest

from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.tasks import FunctionComposition, parity
from exactssm.tasks.residuals import least_memory, residuals
from exactssm.tasks.unbounded_composition import UnboundedComposition

PRESENTATIONS = [
    {},
    {"order": "arbitrary"},
    {"blocks": "separated"},
    {"x0": "constant"},
    {"tokens": "functions"},
    {"argument": "last"},
    {"argument": "last", "order": "arbitrary"},
    {"argument": "last", "x0": "constant", "blocks": "separated"},
    {"answer_bit": 0},
]


def streams(task):
    """Every well-formed stream with its answer, by the definition of the task's values."""
    orders = list(permutations(range(task.N))) if task.order == "arbitrary" else [tuple(range(task.N))]
    for x0, functions in task.instances():
        answer = x0
        for f in functions:
            answer = f[answer]
        for listed in product(orders, repeat=task.K):
            word = task.stream(x0, functions, listed if task.order == "arbitrary" else None)
            yield word, answer if task.answer_bit is None else answer >> task.answer_bit & 1


def by_hand(task):
    """For each length, how many residuals there are, and the most that share their completions."""
    residual = {}
    for word, answer in streams(task):
        for t in range(len(word)):
            residual.setdefault(word[:t], {})[word[t:]] = answer
    counts = []
    for t in range(task.length):
        different = {frozenset(r.items()) for prefix, r in residual.items() if len(prefix) == t}
        sharing = [frozenset(word for word, _ in r) for r in different]
        counts.append((len(different), max(map(sharing.count, sharing)), len(set(sharing)) == 1))
    return counts


@pytest.mark.parametrize("presentation", PRESENTATIONS, ids=str)
@pytest.mark.parametrize(("N", "K"), [(1, 2), (2, 1), (2, 2), (3, 1)])
def test_against_all_streams(N, K, presentation):
    task = FunctionComposition(N, K, **presentation)
    assert [(r.different, r.largest, r.exact) for r in residuals(task)] == by_hand(task)


def test_reverse_order_takes_a_whole_function():
    """N log2 N bits before the argument: for N = 4, 8 bits; with the argument first, 3."""
    last = residuals(FunctionComposition(4, 1, argument="last"))
    assert last[4].largest == 4**4
    assert last[4].bits == 8
    assert max(r.bits for r in residuals(FunctionComposition(4, 3))) == 3


def test_the_minimised_machine_is_never_smaller():
    for presentation in PRESENTATIONS:
        for N, K in ((2, 1), (2, 2), (3, 1)):
            memory = least_memory(FunctionComposition(N, K, **presentation))
            assert 1 <= memory.known_position <= memory.remembered
            assert memory.bits[0] <= memory.bits[1]


def test_streams_of_any_length_are_refused():
    for task in (parity(), UnboundedComposition(2)):
        with pytest.raises(ConstructionError, match="bounded length"):
            residuals(task)


def test_the_budget():
    with pytest.raises(BudgetExhausted, match="raise the budget"):
        residuals(FunctionComposition(3, 2), max_steps=100)
