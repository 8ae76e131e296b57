"""Stacks over tables of their layers: the same verdicts, words, pairs, errors and measurements as by the definition."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import partial
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructions.composition.function_composition import composition_stack
from constructions.groups.subnormal_tracker import cyclotomic_tracker, opposite, subnormal_tracker
from exactssm.algebra import derived_series, group
from exactssm.arithmetic import Rationals, ResidueRing
from exactssm.errors import BudgetExhausted
from exactssm.layers import DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import UNSPECIFIED, Renamed, Restricted
from exactssm.models import Block, Model
from exactssm.stack_table import FAILS, Tabulation
from exactssm.table import TableMachine
from exactssm.tasks import Automaton, FunctionComposition, WordProblem, parity
from exactssm.tasks.dead import dead_states
from tests.support import event_of
from verify.decision import decide
from verify.resources import measure
from verify.search import stack_products
from verify.search.reachability import search
from verify.search.stack_products import search_by_tables, walk_tables

S4, C12 = derived_series(group("S4")), derived_series(group("C12"))


def tabulated(machine, alphabet, **bounds):
    tabulation = Tabulation(machine, alphabet, **bounds)
    tabulation.advance(10**9)
    return tabulation.table


def over_tables(model, task, max_pairs=10**6, max_states=64):
    """The walk over tables alone; None where they don't tell."""
    stacks = [
        tabulated(model, task.alphabet, max_states=max_states),
        tabulated(task, task.alphabet, max_states=max_states, idle=dead_states(task)),
    ]
    return None if None in stacks else walk_tables(*stacks, dead_states(task), max_pairs=max_pairs)


# --- random stacks


class Gap(Exception):
    """What a readout raises where it has no answer."""


def table_readout(rows):
    """A readout by the place of the state's first coordinate and of the letter, which may be anything; None: no answer.

    It depends on nothing but their values, and not on the hashes of this process.
    """

    def readout(h, letter):
        place = (7 * sum(Fraction(x).numerator for x in h) + 3 * len(str(letter)) + sum(map(ord, str(letter)))) % len(
            rows
        )
        if rows[place] is None:
            raise Gap(place)
        return rows[place]

    return readout


def number_of(letter):
    return sum(map(ord, str(letter)))


@st.composite
def layers(draw):
    kind = draw(st.sampled_from(["residue", "rotation", "reset", "drift"]))
    numbers = draw(st.lists(st.integers(0, 5), min_size=4, max_size=4))
    m = draw(st.integers(2, 4))
    if kind == "rotation":
        return RotationLayer((m,), lambda letter: (numbers[number_of(letter) % 4] % m,))
    if kind == "drift":  # endless by itself, unless the letters that it meets happen to be 0
        return DiagonalLayer(Rationals(), (Fraction(0),), lambda letter: (Fraction(1),), drift)
    ring = ResidueRing(m)
    if kind == "reset":
        return DiagonalLayer(
            ring, (0,), lambda x: (number_of(x) % 2,), lambda x: (0 if number_of(x) % 2 else numbers[0] % m,)
        )
    return DiagonalLayer(
        ring, (1,), lambda x: (numbers[number_of(x) % 4] % m,), lambda x: (numbers[number_of(x) % 3] % m,)
    )


def drift(letter):
    return (Fraction({"up": 1, "down": -1}.get(letter, 0)),)


@st.composite
def stacks(draw, alphabet):
    blocks = []
    for depth in range(draw(st.integers(0, 3))):
        row = st.sampled_from(["0", "1", "x", "up", "down"] + [None] * draw(st.integers(0, 1)))
        blocks.append(Block(draw(layers()), table_readout(draw(st.lists(row, min_size=1, max_size=7)))))
        if depth == 0 and draw(st.booleans()):  # up and down in turns, so that a layer above can't drift
            turn = RotationLayer((2,), lambda letter: (1,))
            blocks.append(Block(turn, lambda h, letter: "up" if h[0] else "down"))
            blocks.append(Block(DiagonalLayer(Rationals(), (Fraction(0),), lambda x: (Fraction(1),), drift), show))
    return Model(alphabet, blocks)


def show(h, letter):
    return "0" if h[0] else "1"


@st.composite
def automata(draw, alphabet):
    size = draw(st.integers(1, 4))
    entries = [(q, a) for q in range(size) for a in alphabet]
    delta = {entry: draw(st.integers(0, size - 1)) for entry in entries}
    outputs = draw(st.sampled_from([["0"], ["0", UNSPECIFIED], ["0", "1", "x"], [UNSPECIFIED] * 9 + ["0"]]))
    return Automaton(alphabet, range(size), 0, delta, {entry: draw(st.sampled_from(outputs)) for entry in entries})


@st.composite
def cases(draw):
    alphabet = draw(st.sampled_from(["0", "01", "01x"]))
    model = draw(stacks(alphabet))
    kind = draw(st.sampled_from(["same", "stack", "automaton", "spoiled"]))
    if kind == "same":
        return model, model
    if kind == "stack":
        return model, draw(stacks(alphabet[::-1]))
    if kind == "spoiled":
        place = draw(st.integers(0, 6))
        return model, Renamed(model, lambda output: "spoiled" if number_of(output) % 7 == place else output)
    return model, draw(automata(alphabet))


SEEN = Counter()


@given(cases(), st.integers(1, 40))
@settings(max_examples=300, derandomize=True)
def search_as_defined(case, budget):
    import_module(stack_products.KERNELS)  # their steps count then
    model, task = case
    expected = event_of(lambda: search(model, task, max_pairs=budget))
    found = event_of(lambda: over_tables(model, task, budget))
    if found is None:
        SEEN["not known from tables"] += 1
    else:
        assert found == expected
        refuted = not isinstance(expected, tuple) and expected.word is not None
        SEEN["exhausted" if isinstance(expected, tuple) else "refuted" if refuted else "proved"] += 1
        if not isinstance(found, tuple) and found.use is not None:
            assert measure(model, (), task, found.use) == measure(model, expected.pairs, task)
    if isinstance(expected, tuple) and expected[0] is not BudgetExhausted:
        assert found is None
        SEEN["raised"] += 1
    for first, pace in ((1, 10**6), (1, 4), (7, 2)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stack_products, "FEW_STEPS", first)
            patch.setattr(stack_products, "PACE", pace)
            patch.setattr(stack_products, "Tabulation", partial(Tabulation, max_states=64))
            assert event_of(lambda: search_by_tables(model, task, max_pairs=budget)) == expected


def test_random_stacks_are_searched_as_defined():
    SEEN.clear()
    search_as_defined()
    assert {name for name, count in SEEN.items() if count >= 5} == {
        *("not known from tables", "exhausted", "refuted", "proved", "raised")
    }


class OneByOne:
    """A layer without what serves speed alone."""

    def __init__(self, layer):
        self.step, self.entries, self.start = layer.step, layer.entries, layer.start
        self.width, self.real_width, self.domain = layer.width, layer.real_width, layer.domain


@st.composite
def sign_stacks(draw):
    """One or two layers of signs with few distinct rows, and with readouts that may fail."""
    blocks = []
    for letters in [(0, 1), range(-1, 3)][: draw(st.integers(1, 2))]:
        vectors = st.tuples(*[st.integers(-2, 2)] * 3)
        rows = draw(st.lists(vectors, min_size=1, max_size=2))
        layer = SignLayer(
            draw(st.tuples(*[st.sampled_from((-1, 0, 1))] * 3)),
            tuple(draw(st.sampled_from(rows)) for _ in range(3)),
            {x: draw(vectors) for x in letters},
            sign_of_zero=draw(st.sampled_from((-1, 0, 1))),
        )
        weights = draw(vectors)
        allowed = draw(st.sampled_from([range(-9, 10), range(-1, 9)]))

        def readout(h, letter, weights=weights, allowed=allowed):
            total = sum(a * b for a, b in zip(weights, h, strict=True)) + letter
            if total not in allowed:
                raise ValueError(f"{total} is too low")
            return max(-1, min(total, 2))

        blocks.append(Block(layer, readout))
    return Model((0, 1), blocks)


@settings(deadline=None)
@given(sign_stacks(), sign_stacks())
def test_layers_that_step_on_all_letters_at_once_are_searched_as_defined(model, other):
    """Against itself, which proves it where no readout fails, and against another one, which mostly refutes it."""
    slow = Model(model.alphabet, [Block(OneByOne(layer), readout) for layer, readout in model.blocks])
    for one, two in zip(tabulated(model, (0, 1)).stages, tabulated(slow, (0, 1)).stages, strict=True):
        assert (one.states, one.letters) == (two.states, two.letters)
        assert (one.next.tolist(), one.out.tolist()) == (two.next.tolist(), two.out.tolist())
    for task in (slow, other):
        defined = event_of(lambda task=task: search(model, task))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(stack_products, "WIDE", 1)
            found = event_of(lambda task=task: search_by_tables(model, task, max_pairs=10**6))
        assert found == defined
        if getattr(found, "use", None) is not None:
            assert measure(model, found.pairs, task, found.use) == measure(slow, found.pairs, task)


# --- what is special


def test_a_layer_that_drifts_by_itself_is_searched_in_the_stack():
    turn = Block(RotationLayer((2,), lambda letter: (1,)), lambda h, letter: "up" if h[0] else "down")
    held = Block(DiagonalLayer(Rationals(), (Fraction(0),), lambda x: (Fraction(1),), drift), show)
    model = Model(range(3000), [turn, held])
    assert tabulated(model, model.alphabet) is None
    task = Automaton(
        range(3000), range(2), 0, {(q, a): 1 - q for q in (0, 1) for a in range(3000)}, lambda q, a: str(q)
    )
    found = search_by_tables(model, task, max_pairs=10)
    assert found == search(model, task)
    assert (found.word, len(found.pairs), found.use) == (None, 2, None)


def test_a_readout_without_an_answer_counts_only_where_the_stack_comes():
    """The upper layer passes through 0 and 1 alone, but by itself also meets 2, on which it isn't read out."""

    def partial(h, letter):
        return {0: "even", 1: "odd"}[h[0]]

    lower = Block(RotationLayer((2,), lambda letter: (letter % 2,)), lambda h, letter: (h[0] - letter) % 2 - h[0])
    upper = Block(DiagonalLayer(ResidueRing(4), (0,), lambda x: (1,), lambda x: (-x % 4,)), partial)
    model = Model(range(2), [lower, upper])
    table = tabulated(model, model.alphabet)
    assert (table.stages[1].out == FAILS).any()
    expected = event_of(lambda: search(model, WordProblem(group("C2"))))
    assert event_of(lambda: over_tables(model, WordProblem(group("C2")))) in (None, expected)
    narrow = Model(
        range(2), [Block(RotationLayer((2,), lambda x: (x,)), lambda h, x: h[0]), Block(lower.layer, partial)]
    )
    assert over_tables(narrow, narrow) == search(narrow, narrow)


def test_an_error_names_the_word_that_leads_to_it():
    def readout(h, letter):
        return 1 // (11 - h[0])

    layer = RotationLayer((12,), lambda x: (int(x == 499),))
    task = Model(range(500), [Block(RotationLayer((2,), lambda x: (0,)), lambda h, letter: 0)])
    late = Model(range(500), [Block(layer, lambda h, letter: 0 * readout(h, letter))])
    expected = event_of(lambda: search(late, task))
    assert expected[0] is ZeroDivisionError
    assert str((499,) * 11) in str(expected)
    assert event_of(lambda: search_by_tables(late, task, max_pairs=10**6)) == expected


@pytest.mark.parametrize("build", [subnormal_tracker, cyclotomic_tracker])
@pytest.mark.parametrize("name", ["S4xC5", "SL(2,3)xC5", "AGL(1,11)"])
def test_trackers_of_groups_of_more_than_a_hundred_elements(build, name):
    series = derived_series(group(name))
    model, task = build(series), WordProblem(series.group)
    found, slow = search_by_tables(model, task, max_pairs=10**6), search(model, task)
    assert found == slow
    assert found.use is not None
    assert measure(model, (), task, found.use) == measure(model, slow.pairs, task)


def test_a_spoiled_tracker_is_refuted_by_the_same_word():
    series = derived_series(group("S4xC5"))
    tracker, task = subnormal_tracker(series), WordProblem(series.group)
    *lower, (layer, readout) = tracker.blocks
    spoiled = Model(tracker.alphabet, [*lower, Block(layer, lambda h, x: 0 if readout(h, x) == 77 else readout(h, x))])
    found = search_by_tables(spoiled, task, max_pairs=10**6)
    assert found.word == (77,)
    assert found == search(spoiled, task)
    generators = Restricted(task, task.structure.generators)
    longer = Model(generators.alphabet, spoiled.blocks)
    assert over_tables(longer, generators, max_states=200) == search(longer, generators)
    assert len(search(longer, generators).word) > 1


def test_products_read_from_the_other_end():
    structure = group("SL(2,3)")
    series = derived_series(opposite(structure))
    model, task = subnormal_tracker(series), WordProblem(structure, reversed=True)
    assert over_tables(model, task, max_states=64) == search(model, task)
    few = WordProblem(structure, letters=(5, 3, 1), reversed=True)
    model = subnormal_tracker(series, (1, 3, 5))
    assert over_tables(model, few) == search(model, few)
    assert over_tables(model, WordProblem(structure, letters=(5, 3, 1))) == search(
        model, WordProblem(structure, letters=(5, 3, 1))
    )


def test_tasks_that_end():
    task = FunctionComposition(N=3, K=2)
    model = composition_stack(task)
    assert over_tables(model, task, max_states=2000) == search(model, task)
    found = over_tables(model, task, max_states=2000)
    assert measure(model, (), task, found.use) == measure(model, found.pairs, task)


def test_stacks_of_depth_0_and_tables():
    trivial = Model((0,), ())
    task = WordProblem(group("C1"))
    assert over_tables(trivial, task) == search(trivial, task)
    identity = Model("01", ())
    assert over_tables(identity, identity) == search(identity, identity)
    assert over_tables(identity, parity()) == search(identity, parity())
    table = TableMachine(("1", "0"), 1, [[0, 1], [1, 0]], [[0, 1], [1, -1]], ("0", "1"))
    assert over_tables(identity, table) == search(identity, table)
    assert over_tables(table, identity) == search(table, identity)


def test_queues_and_sets_grow(monkeypatch):
    monkeypatch.setattr(stack_products, "FIRST_ROOM", 2)
    monkeypatch.setattr(stack_products, "STEPS_A_CALL", 7)
    one = Block(RotationLayer((97,), lambda x: (x,)), lambda h, x: h[0] % 3)
    two = Block(RotationLayer((101,), lambda x: (x,)), lambda h, x: h[0])
    model = Model(range(2), [one, two])
    heard = []
    tables = [tabulated(model, (0, 1), max_states=200)] * 2
    found = walk_tables(*tables, lambda state: False, max_pairs=10**5, progress=heard.append)
    assert found == search(model, model)
    assert len(found.pairs) == 97 * 101
    assert heard == sorted(heard)
    assert len(heard) > 1000
    with pytest.raises(BudgetExhausted, match="visited 9796 state pairs and more"):
        walk_tables(*tables, lambda state: False, max_pairs=97 * 101 - 1)


def test_too_many_states_to_number():
    deep = Model(range(2), [Block(RotationLayer((1000,), lambda x: (x,)), lambda h, x: h[0] % 2)] * 7)
    assert over_tables(deep, deep, max_states=2000) is None


def test_verdicts_are_equal():
    model, task = subnormal_tracker(S4), WordProblem(S4.group)
    fast = decide(model, task)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack_products, "FEW_STEPS", 10**9)
        patch.setattr(stack_products, "FIRST_STEPS", 10**9)
        slow = decide(model, task)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack_products, "FEW_STEPS", 1)
        patch.setattr(stack_products, "FIRST_STEPS", 1)
        forced = decide(model, task)
    assert fast == slow == forced
    assert forced.use is not None
    forced.certificate.check(model, task)


# --- steps, not seconds


def counted(model):
    """The same stack; and a list with one number, the steps that its layers have taken."""
    taken = [0]

    class Counting:
        def __init__(self, layer):
            self._layer = layer
            self.start, self.width, self.real_width = layer.start, layer.width, layer.real_width
            self.domain, self.entries = layer.domain, layer.entries

        def step(self, state, letter):
            taken[0] += 1
            return self._layer.step(state, letter)

    return Model(model.alphabet, [Block(Counting(layer), readout) for layer, readout in model.blocks]), taken


@pytest.mark.parametrize("name", ["S4xC5", "SL(2,3)xC5", "D60", "D120", "S4xS3", "C7:C3xS3", "C96", "GL(2,3)xC5"])
def test_a_tracker_of_order_n_takes_n_steps_for_each_state_of_each_layer(name):
    """Each layer of a tracker meets at most n letters: n_i ... n_k residuals with n_1 ... n_(i-1) tails, in all n."""
    series = derived_series(group(name))
    model, taken = counted(subnormal_tracker(series))
    n = series.group.order
    verdict = decide(model, WordProblem(series.group))
    used = measure(model, verdict.certificate.pairs, WordProblem(series.group), verdict.use)
    table = sum(factor.order for factor in series.factors) * n
    # the search that goes along takes no more than the tables do, and what it takes before they begin
    assert taken[0] <= 2 * table + stack_products.FIRST_STEPS * series.length
    assert taken[0] < n * n * series.length or series.length == 1
    assert used.memory_bits == measure(model, verdict.certificate.pairs, WordProblem(series.group)).memory_bits
