"""Resources, measured, against figures worked out by hand."""

import pytest

from constructions.claim import Bounds
from constructions.composition.function_composition import composition_stack
from constructions.groups.subnormal_tracker import literal_tracker, subnormal_tracker
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.algebra import derived_series, group
from exactssm.arithmetic import CyclotomicField, ResidueRing
from exactssm.layers import DiagonalLayer
from exactssm.machine import UNSPECIFIED, Renamed
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition, WordProblem, bits_for, distinct_count, parity
from verify.resources import exceeded, measure
from verify.search.reachability import search


def measured(model, task):
    return measure(model, search(model, task).pairs, task)


def test_bits():
    assert [bits_for(n) for n in (1, 2, 3, 4, 5, 8, 9)] == [0, 1, 2, 2, 3, 3, 4]


def test_a_counter_that_is_wider_than_it_needs_to_be():
    """Z/16 declares 4 bits, but h -> -h on {1, 15} needs 1; A takes the values 1 and 15, b only 0."""
    layer = DiagonalLayer(ResidueRing(16), (1, 7), {"0": (1, 1), "1": (15, 1)}, {"0": (0, 0), "1": (0, 0)})
    model = Model("01", [Block(layer, lambda h, x: "even" if h[0] == 1 else "odd")])
    used = measured(model, parity())
    assert (used.depth, used.widths, used.width) == (1, (2,), 2)
    assert (used.precision, used.storage_bits, used.memory_bits, used.budget) == (1, 4, 1, 2)
    assert (used.entry_bits, used.entry_storage_bits) == (1, 4)
    assert (used.letters, used.thoughts, used.vocabulary) == ((), 0, 0)


def test_the_s4_tracker():
    """Factors C2, C3, C2xC2: widths 1, 1, 2; the most bits are for three cosets; 1 + 2 + 1 + 1 bits in all."""
    series = derived_series(group("S4"))
    task = WordProblem(series.group)
    used = measured(subnormal_tracker(series), task)
    assert (used.depth, used.widths, used.precision, used.memory_bits) == (3, (1, 1, 2), 2, 5)
    # layer 1 passes 12 residuals with 2 tails, layer 2 passes 4 with 6
    assert used.letters == (12 * 2, 4 * 6)
    literal = measured(literal_tracker(series, CyclotomicField(6)), task)
    assert (literal.depth, literal.widths, literal.precision) == (3, (1, 1, 2), 2)
    assert literal.storage_bits is None
    assert literal.real_width == 4  # two complex coordinates


def test_composition():
    """N = 4: K + 1 layers, each holding one of 4 values."""
    task = FunctionComposition(N=4, K=2)
    used = measured(composition_stack(task), task)
    assert (used.depth, used.width, used.precision, used.memory_bits) == (3, 1, 2, 6)
    assert used.entry_bits == 2  # b takes the values 0 .. 3


def test_chain_of_thought():
    """One thought a symbol; the 2^3 memories of distinct-of-3, each with one of 3 symbols."""
    used = measured(streaming_cot(distinct_count(3), 1, 3, 1), distinct_count(3))
    assert (used.thoughts, used.vocabulary) == (1, 8 * 3)
    assert (used.width, used.precision, used.memory_bits) == (3, 1, 3)


def test_steps_after_which_nothing_is_demanded_do_not_count():
    """The counter goes on for ever, but only its first symbol is asked about: 0 or 1, read with the start 0."""

    class First:
        alphabet = ("0", "1")
        start = "first"

        def step(self, state, symbol):
            return "done", int(symbol) if state == "first" else UNSPECIFIED

    class KnownFirst(First):
        def is_dead(self, state):
            return state == "done"

    layer = DiagonalLayer(ResidueRing(16), (0,), {"0": (1,), "1": (1,)}, {"0": (0,), "1": (1,)})
    model = Model("01", [Block(layer, lambda h, x: h[0])])
    assert (measured(model, KnownFirst()).precision, measured(model, First()).precision) == (1, 4)
    assert measured(model, Renamed(KnownFirst(), lambda n: n)).precision == 1


def test_a_machine_without_layers_has_none():
    assert measured(parity(), parity()) is None


@pytest.mark.parametrize(
    ("bounds", "faults"),
    [
        (Bounds(exactly={"depth": 3, "widths": (1, 1, 2)}, at_most={"precision": 2}), 0),
        (Bounds(exactly={"depth": 2}), 1),
        (Bounds(exactly={"widths": (1, 2, 1)}, at_most={"precision": 1, "memory_bits": 4}), 3),
        (Bounds(at_most={"storage_bits": 2}), 0),
        (Bounds(at_most={"storage_bits": 1}), 1),
    ],
)
def test_bounds(bounds, faults):
    series = derived_series(group("S4"))
    used = measured(subnormal_tracker(series), WordProblem(series.group))
    assert len(exceeded(used, bounds)) == faults


def test_no_number_of_bits_bounds_an_infinite_format():
    series = derived_series(group("S3"))
    used = measured(literal_tracker(series, CyclotomicField(6)), WordProblem(series.group))
    assert exceeded(used, Bounds(at_most={"storage_bits": 10**9})) == [
        "storage_bits must be at most 1000000000, measured None"
    ]
