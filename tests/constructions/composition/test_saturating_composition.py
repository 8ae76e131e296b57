"""Composition by one layer: the coordinates by what they mean, functions composed by hand; neighbours that fail."""

import random
from fractions import Fraction

import pytest

from constructions.composition.saturating_composition import (
    rounding_format,
    rounding_model,
    saturating_format,
    saturating_model,
)
from constructions.registry import claim_named
from exactssm.arithmetic import FixedPoint, Overflow, Rationals, Rounding
from exactssm.errors import ConstructionError, DomainError
from exactssm.evaluation import recast
from exactssm.layers import DenseLayer
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition, UnboundedComposition
from verify import decide

ROUNDINGS = [Rounding.FLOOR, Rounding.NEAREST_EVEN]


def saturating(task):
    return recast(saturating_model(task), saturating_format(task.N), weights="held")


def rounding(task, rule=Rounding.FLOOR):
    return recast(rounding_model(task, rule), rounding_format(task.N, rule), weights="held")


def drawn(N, K, seed):
    source = random.Random(seed)
    return source.randrange(N), [[source.randrange(N) for _ in range(N)] for _ in range(K)]


def values(x0, functions):
    """v, i and w (0 before it is met) before each entry, and at the end."""
    v, found = x0, []
    for f in functions:
        for i in range(len(f)):
            found.append((v, i, f[v] if i > v else 0))
        v = f[v]
    return [*found, (v, 0, 0)]


SIZES = [(2, 12), (3, 12), (4, 6), (5, 6), (7, 3), (8, 3), (9, 3), (16, 2), (33, 2)]


@pytest.mark.parametrize(("N", "K"), SIZES)
def test_saturating_states(N, K):
    """max(v - i + 1, 0), max(v - i, 0) and max(v - i - 1, 0), counted from the least number; and w - 1."""
    task = UnboundedComposition(N)
    low = next(-(2**p) for p in range(20) if 2**p >= 2 * N - 2)
    model = saturating(task)
    for seed in range(5):
        x0, functions = drawn(N, K, seed)
        found = run(model, task.stream(x0, functions))
        expected = [
            (max(v - i + 1, 0) + low, max(v - i, 0) + low, max(v - i - 1, 0) + low, w - 1)
            for v, i, w in values(x0, functions)
        ]
        assert [h for (h,) in found.states[1:-1]] == expected
        assert found.outputs[-1] == values(x0, functions)[-1][0]


@pytest.mark.parametrize("rule", ROUNDINGS)
@pytest.mark.parametrize(("N", "K"), SIZES)
def test_rounding_states(N, K, rule):
    """v - i - 2, -[v < i], -[v < i + 1] and w - 1; half the number of units less where the nearest is taken."""
    task = UnboundedComposition(N)
    half = 2 ** (N.bit_length() - 1) if rule is Rounding.NEAREST_EVEN else 0
    model = rounding(task, rule)
    for seed in range(5):
        x0, functions = drawn(N, K, seed)
        found = run(model, task.stream(x0, functions))
        expected = [(v - i - 2 - half, -(v < i), -(v < i + 1), w - 1 - half) for v, i, w in values(x0, functions)]
        assert [h for (h,) in found.states[1:-1]] == expected
        assert found.outputs[-1] == values(x0, functions)[-1][0]


@pytest.mark.full
@pytest.mark.parametrize("N", [17, 29, 32, 33])
def test_drawn_functions_up_to_33_elements(N):
    """Sampled: 12 functions, 20 times."""
    task = UnboundedComposition(N)
    for model in (saturating(task), rounding(task), rounding(task, Rounding.NEAREST_EVEN)):
        for seed in range(20):
            x0, functions = drawn(N, 12, seed)
            assert run(model, task.stream(x0, functions)).outputs[-1] == values(x0, functions)[-1][0]


def test_sizes_of_formats():
    """Bits with the sign, and fewer of them than the bound asks for: d^2 + d numbers, but N^N functions in a block."""
    for N in range(2, 200):
        bits = (saturating_format(N).size - 1).bit_length()
        assert 2 ** (bits - 1) >= 2 * N - 2 > 2 ** (bits - 2)
        numbers = rounding_format(N)
        assert 2**numbers.integer_bits >= N > 2 ** (numbers.integer_bits - 1)
        assert 2**numbers.fraction_bits >= N + 1 > 2 ** (numbers.fraction_bits - 1)
        assert (2 ** (20 * bits) < N**N) == (N >= 29)


def test_a_narrower_format_does_not_hold_the_weights():
    for N in (3, 4, 5, 9):
        task, numbers = UnboundedComposition(N), saturating_format(N)
        narrower = FixedPoint(numbers.integer_bits - 1, 0, Rounding.FLOOR, Overflow.SATURATE)
        with pytest.raises(DomainError, match="does not hold"):
            recast(saturating_model(task), narrower, weights="held")
        numbers = rounding_format(N)
        narrower = FixedPoint(numbers.integer_bits, numbers.fraction_bits - 1, Rounding.FLOOR, Overflow.ERROR)
        with pytest.raises(DomainError, match="does not hold"):
            run(recast(rounding_model(task), narrower, weights="held"), task.stream(0, [range(N)]))


def test_wider_formats_fail():
    """The end of the range, and the last bit, are what computes."""
    task = UnboundedComposition(3)
    numbers = saturating_format(3)
    wider = FixedPoint(numbers.integer_bits + 1, 0, Rounding.FLOOR, Overflow.SATURATE)
    assert decide(recast(saturating_model(task), wider, weights="held"), task).name == "refuted"
    for rule in ROUNDINGS:
        numbers = rounding_format(3, rule)
        finer = FixedPoint(numbers.integer_bits, numbers.fraction_bits + 1, rule, Overflow.ERROR)
        assert decide(recast(rounding_model(task, rule), finer, weights="held"), task).name == "refuted"


def test_exact_arithmetic_by_hand():
    """From x_0 = 0 the first three coordinates are 1, 0, 0 above -E, and after one entry 0, -1, -1: their second
    difference is 1 again, so that f(1) is added to w, too."""
    task = UnboundedComposition(2)
    found = decide(saturating_model(task), task).trace
    assert found.word == (("start", 0), (0, 0), (1, 1), ("eos",))
    assert (found.steps[-1].output, found.steps[-1].demanded) == (1, 0)


def changed(model, domain, letter, row, column, value):
    """``model`` with one entry of A changed on one letter."""
    ((layer, readout),) = model.blocks

    def entries(symbol):
        found = layer.entries(symbol)
        return [list(found[4 * i : 4 * i + 4]) for i in range(4)], found[16:]

    def matrix(symbol):
        rows, _ = entries(symbol)
        if symbol == letter:
            assert rows[row][column] != value
            rows[row][column] = domain.element(value)
        return tuple(map(tuple, rows))

    return Model(
        model.alphabet,
        [Block(DenseLayer(domain, layer.start, matrix, lambda symbol: entries(symbol)[1]), readout)],
    )


@pytest.mark.parametrize(
    ("letter", "row", "column", "value"),
    [((0, 1), 3, 1, -1), ((0, 1), 3, 3, 0), ((0, 0), 0, 0, 0), ((1, 1), 0, 3, 0), ((1, 0), 1, 0, 1)],
)
def test_saturating_neighbours_fail(letter, row, column, value):
    task = UnboundedComposition(2)
    spoilt = changed(saturating(task), saturating_format(2), letter, row, column, value)
    assert decide(spoilt, task).name == "refuted"


def test_it_does_the_task_for_one_number_of_functions():
    """Block numbers and separators are passed over; the verdict is for all streams."""
    for blocks in ("indexed", "separated"):
        task = FunctionComposition(3, 2, blocks=blocks)
        for model in (saturating(task), rounding(task), rounding(task, Rounding.NEAREST_EVEN)):
            assert decide(model, task).name == "proved"


def test_what_it_cannot_do():
    for presentation in (
        {"order": "arbitrary"},
        {"x0": "constant"},
        {"tokens": "functions"},
        {"answer_bit": 0},
        {"argument": "last"},
    ):
        for build in (saturating_model, rounding_model):
            with pytest.raises(ConstructionError, match="the task must give x_0"):
                build(FunctionComposition(2, 2, **presentation))
    for build in (saturating_model, rounding_model):
        with pytest.raises(ConstructionError, match="at least 2 elements, got 1"):
            build(UnboundedComposition(1))
    with pytest.raises(ConstructionError, match="floor or nearest-even, got ceiling"):
        rounding_model(UnboundedComposition(2), Rounding.CEILING)


def test_weights_are_the_same_in_all_controls():
    """The candidates that fail have the very entries of those that do the task."""
    task = UnboundedComposition(3)
    cases = {case.name: case.model for case in claim_named("composition-without-saturation").cases(task)}
    assert len(cases) == 6
    for name, right, numbers in (
        ("saturating weights, exact", saturating(task), saturating_format(3)),
        ("floor weights, exact", rounding(task), rounding_format(3)),
    ):
        (exact,), (layer,) = cases[name].layers(), right.layers()
        assert exact.domain == Rationals()
        for symbol in task.alphabet:
            assert exact.entries(symbol) == tuple(numbers.decode(x) for x in layer.entries(symbol))
            assert all(type(x) is Fraction for x in exact.entries(symbol))
