"""Stacks that remember their layers' steps are equal to those that don't, and take each step once."""

import pytest

from constructions.composition.function_composition import composition_stack
from constructions.groups.subnormal_tracker import cyclotomic_tracker, subnormal_tracker
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.algebra import derived_series, group
from exactssm.arithmetic import ResidueRing
from exactssm.layers import DiagonalLayer
from exactssm.machine import Renamed
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think
from exactssm.tasks import FunctionComposition, WordProblem, parity, running_maximum
from verify.resources import measure
from verify.search.reachability import search
from verify.search.remembering import Remembering, remembering

S4 = derived_series(group("S4"))
COMPOSITION = FunctionComposition(N=2, K=2)


@pytest.mark.parametrize(
    ("model", "task"),
    [
        (subnormal_tracker(S4), WordProblem(S4.group)),
        (cyclotomic_tracker(S4), WordProblem(S4.group)),
        (subnormal_tracker(S4), Renamed(WordProblem(S4.group), lambda g: 0 if g == 17 else g)),
        (composition_stack(COMPOSITION), COMPOSITION),
    ],
)
def test_every_reachable_step_is_the_same(model, task):
    fast = remembering(model)
    assert isinstance(fast, Remembering)
    found = search(model, task)
    assert search(fast, task) == found
    for m, _ in found.pairs:
        for symbol in model.alphabet:
            for _ in range(2):  # the second time from memory
                assert fast.through(m, symbol) == model.through(m, symbol)
                assert fast.step(m, symbol) == model.step(m, symbol)
    assert measure(fast, found.pairs, task) == measure(model, found.pairs, task)


def counting_stack(asked):
    """Two layers; the second one's readout notes what it is asked."""

    def readout(h, letter):
        asked.append((h, letter))
        return h

    layer = DiagonalLayer(ResidueRing(3), (0,), lambda x: (1,), lambda x: (x % 3,))
    return Model(range(3), [Block(layer, lambda h, x: h[0]), Block(layer, readout)])


def test_a_step_of_a_layer_is_taken_once():
    asked = []
    slow = counting_stack(asked)
    pairs = search(slow, slow).pairs
    assert len(pairs) == 9
    assert len(asked) == 2 * 9 * 3
    asked.clear()
    fast = remembering(slow)
    assert search(fast, fast).pairs == pairs
    assert len(asked) == len(set(asked)) == 9  # 3 states, 3 letters


def test_errors_are_raised_every_time():
    layer = DiagonalLayer(ResidueRing(3), (0,), lambda x: (1,), lambda x: (x,))
    fast = remembering(Model(range(3), [Block(layer, lambda h, x: h[0]), Block(layer, lambda h, x: 1 // x)]))
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fast.step(fast.start, 0)


def test_which_machines_remember():
    tracker = subnormal_tracker(S4)
    online = remembering(OnlineCoT(tracker, range(3), 4))
    assert (type(online), type(online.model)) == (OnlineCoT, Remembering)
    assert (online.alphabet, online.limit) == ((0, 1, 2), 4)
    offline = remembering(OfflineCoT(tracker, range(3), 2, 4))
    assert (type(offline), type(offline.model)) == (OfflineCoT, Remembering)
    assert (offline.alphabet, offline.end, offline.limit) == ((0, 1, 2), 2, 4)
    for as_it_is in (parity(), streaming_cot(running_maximum(4), 1, 2, 1), counting_stack([]).blocks[0]):
        if isinstance(as_it_is, OnlineCoT):
            assert remembering(as_it_is).model is as_it_is.model  # one layer
        else:
            assert remembering(as_it_is) is as_it_is


def test_thoughts_are_remembered_too():
    layer = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), lambda x: (1,))
    first = Block(layer, lambda h, x: h[0])
    model = Model("ab", [first, Block(layer, lambda h, z: Think("b") if z % 3 else h)])
    online = OnlineCoT(model, inputs="a", limit=2)
    fast = remembering(online)
    found = search(online, fast)
    assert found.word is None
    for state, _ in found.pairs:
        assert fast.thoughts(state, "a") == online.thoughts(state, "a")
