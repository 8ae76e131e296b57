"""Chains of thought that note their steps: the same search, errors and figures as by the definition, in fewer calls."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructions.thoughts.serial_cot import bitwise_cot, wordwise_cot
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.arithmetic import ResidueRing
from exactssm.errors import BudgetExhausted, SymbolError, ThoughtLimitExceeded
from exactssm.layers import DiagonalLayer
from exactssm.machine import UNSPECIFIED, Renamed, run
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think
from exactssm.tasks import Automaton, StreamingAlgorithm
from tests.support import event_of
from verify.decision import decide
from verify.resources import measure
from verify.search import noting
from verify.search.noting import Noting
from verify.search.reachability import search
from verify.search.stack_products import search_by_tables

# --- random stacks that think

OUTPUTS = [*["a", "b", Think("a"), Think("t"), Think("u")] * 4, Think("foreign"), None]


@st.composite
def stacks(draw):
    """One or two layers over Z/3, over the symbols a, b and the thoughts a, t, u; a readout may have no answer."""
    depth = draw(st.integers(1, 2))
    blocks = []
    for place in range(depth):
        letters = "abtu" if place == 0 else "xy"
        decay = {x: (draw(st.integers(0, 2)),) for x in letters}
        drive = {x: (draw(st.integers(0, 2)),) for x in letters}
        outputs = OUTPUTS if place == depth - 1 else ["x", "y"]
        rows = {(h, x): draw(st.sampled_from(outputs)) for h in range(3) for x in letters}
        blocks.append(Block(DiagonalLayer(ResidueRing(3), (0,), decay, drive), Table(rows)))
    return Model("abtu", blocks)


class Table:
    def __init__(self, rows):
        self.rows = rows

    def __call__(self, h, x):
        if (output := self.rows[h[0], x]) is None:
            raise ZeroDivisionError("no answer")
        return output


@st.composite
def cases(draw):
    stack, limit = draw(stacks()), draw(st.sampled_from([None, 0, 1, 2, 5]))
    online = draw(st.booleans())
    model = OnlineCoT(stack, "ab", limit) if online else OfflineCoT(stack, "ab", "b", limit)
    delta = {(q, x): draw(st.integers(0, 2)) for q in range(3) for x in "ab"}
    asked = draw(st.sampled_from([[UNSPECIFIED], ["a", UNSPECIFIED], ["a", "b"]]))
    output = {entry: draw(st.sampled_from(asked)) for entry in delta}
    return model, draw(st.sampled_from([model, Automaton("ab", range(3), 0, delta, output)]))


SEEN = Counter()


@given(cases(), st.integers(1, 12))
@settings(max_examples=600, derandomize=True)
def search_as_defined(case, budget):
    model, task = case
    expected = event_of(lambda: search(model, task, max_pairs=budget))
    found = event_of(lambda: search_by_tables(model, task, max_pairs=budget))
    assert found == expected
    if isinstance(expected, tuple):
        SEEN[expected[0].__name__] += 1
    elif expected.word is not None:
        SEEN["refuted"] += 1
        assert found.use is None
    else:
        SEEN["proved"] += 1
        used = measure(model, expected.pairs, task)
        SEEN[f"{used.thoughts} thoughts"] += 1
        assert found.use is not None
        assert measure(model, (), task, found.use) == used


def test_random_models_are_searched_as_defined():
    SEEN.clear()
    search_as_defined()
    kinds = {"refuted", "proved", "ZeroDivisionError", "BudgetExhausted", "SymbolError", "ThoughtLimitExceeded"}
    kinds |= {"ThoughtsNeverEnd", "0 thoughts", "1 thoughts", "2 thoughts"}
    assert {name: SEEN[name] for name in kinds if SEEN[name] < 5} == {}


# --- what is special


def counter(m):
    """Thinks as often as the state is from 0 modulo m, once it has read a symbol, and then answers."""
    layer = DiagonalLayer(ResidueRing(m), (1,), lambda x: (1,), lambda x: (1,))
    return Model("xt", [Block(layer, lambda h, x: Think("t") if h[0] else "done")])


def test_long_chains_are_left_to_the_definition(monkeypatch):
    model = OnlineCoT(counter(40), "x", None)
    used = measure(model, search(model, model).pairs, model)
    assert used.thoughts == 39
    assert measure(model, (), model, search_by_tables(model, model, max_pairs=10).use) == used
    monkeypatch.setattr(noting, "FEW_THOUGHTS", 10)
    found = search_by_tables(model, model, max_pairs=10)
    assert (found, found.use) == (search(model, model), None)


@pytest.mark.parametrize(
    ("model", "kind"),
    [
        (OnlineCoT(counter(40), "x", 38), ThoughtLimitExceeded),
        (OnlineCoT(Model("xt", [Block(counter(3).blocks[0].layer, lambda h, x: Think("y"))]), "x", 5), SymbolError),
    ],
)
def test_errors_are_those_of_the_definition(model, kind):
    expected = event_of(lambda: search(model, model))
    assert expected[0] is kind
    assert event_of(lambda: search_by_tables(model, model, max_pairs=10)) == expected


def test_a_stack_of_depth_0():
    model = OnlineCoT(Model("ab", ()), "ab", 0)
    found = search_by_tables(model, model, max_pairs=10)
    assert found == search(model, model)
    assert found.use.layers == ()


def test_use_is_known_only_of_noted_steps():
    model = OnlineCoT(counter(4), "x", 5)
    unused = Noting(model)
    assert unused.use().layers[0].states == frozenset()
    assert run(unused, "xx").outputs == ("done", "done")
    assert unused.use().thoughts == 3
    assert unused.use().layers[0].states == {(0,), (1,), (2,), (3,)}


# --- calls, not seconds


def counted(bits, calls):
    """A walk through all 2^bits memories, on two symbols; ``calls`` counts those of its update."""

    def update(m, x):
        calls[m, x] += 1
        return (5 * m + (x == "b") + 1) % 2**bits

    return StreamingAlgorithm("ab", bits, 0, update, lambda m: m % 3)


@pytest.mark.parametrize(
    "build",
    [
        lambda a: streaming_cot(a, 1, 1, 10),
        lambda a: streaming_cot(a, 5, 2, 1),
        lambda a: wordwise_cot(a, 2, 5),
        bitwise_cot,
    ],
)
def test_a_proof_with_its_measurement_calls_the_update_twice_for_each_memory_and_symbol(build, monkeypatch):
    """Once for the task and once for the model, whatever its layers and thoughts; and a layer steps once a reading."""
    calls, steps = Counter(), Counter()
    algorithm = counted(10 if build is not bitwise_cot else 6, calls)
    model = build(algorithm)
    for layer in {type(block.layer) for block in model.model.blocks}:
        monkeypatch.setattr(layer, "step", counting(layer.step, steps))
    verdict = decide(model, algorithm)
    used = measure(model, verdict.certificate.pairs, algorithm, verdict.use)
    size = 2**algorithm.memory_bits
    assert (verdict.name, verdict.pairs) == ("proved", size)
    assert set(calls.values()) == {2}
    assert len(calls) == 2 * size
    assert steps["step"] <= used.depth * 2 * size * (1 + used.thoughts)
    monkeypatch.undo()
    assert used == measure(model, search(model, algorithm).pairs, algorithm)


def counting(step, steps):
    def counted_step(self, state, letter):
        steps["step"] += 1
        return step(self, state, letter)

    return counted_step


def test_verdicts_are_equal():
    algorithm = counted(6, Counter())
    for model in (streaming_cot(algorithm, 3, 1, 2), bitwise_cot(algorithm)):
        verdict = decide(model, algorithm)
        slow = search(model, algorithm)
        assert (verdict.pairs, verdict.certificate.pairs) == (len(slow.pairs), slow.pairs)
        verdict.certificate.check(model, algorithm)
        wrong = Renamed(algorithm, lambda answer: 7 if answer == 2 else answer)
        assert decide(model, wrong).trace.word == search(model, wrong).word
    with pytest.raises(BudgetExhausted):
        search_by_tables(model, algorithm, max_pairs=63)
