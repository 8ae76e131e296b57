"""The builder: what it leaves out doesn't matter, and what is equal is one gate."""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from exactssm.circuits import FALSE, TRUE, CircuitBuilder
from exactssm.errors import BudgetExhausted, ConstructionError
from tests.exactssm.circuits.drawn import assignments


def test_every_small_gate_means_what_was_asked_for():
    """All multisets of up to four literals of two inputs and the constants, and all thresholds."""
    for size in range(5):
        for wires in combinations_with_replacement(range(6), size):
            builder = CircuitBuilder(2)
            made = [builder.at_least(wires, threshold) for threshold in range(-1, size + 2)]
            circuit = builder.build(made)
            for x, y in assignments(2):
                count = sum((0, 1, x, 1 - x, y, 1 - y)[literal] for literal in wires)
                expected = tuple(int(count >= threshold) for threshold in range(-1, size + 2))
                assert circuit.evaluate((x, y)) == expected, wires


def test_trivial_gates_are_none():
    builder = CircuitBuilder()
    x, y = builder.inputs(2)
    assert builder.at_least([x, y], 0) == builder.all_of([]) == builder.any_of([x, x ^ 1]) == TRUE
    assert builder.at_least([x, y], 3) == builder.any_of([]) == builder.all_of([x, y, x ^ 1]) == FALSE
    assert builder.at_least([x, x, x], 2) == builder.at_least([TRUE, x, FALSE], 2) == x
    assert builder.not_(x) == x ^ 1
    assert builder.build([x]).gates == 0


def test_equal_gates_are_shared():
    builder = CircuitBuilder(3)
    gate = builder.at_least([2, 4, 6], 2)
    assert builder.at_least([6, 2, 4], 2) == gate
    assert builder.at_least([4, TRUE, 6, 2, FALSE], 3) == gate
    assert builder.all_of([2, 4, 2]) == builder.all_of([4, 2])
    assert builder.at_least([2, 4, 6], 1) != gate


def test_unread_gates_are_left_out():
    builder = CircuitBuilder(3)
    builder.any_of([2, 4])
    kept = builder.all_of([4, 6])
    circuit = builder.build([kept ^ 1, kept])
    assert (circuit.gates, circuit.wires, circuit.outputs.tolist()) == (1, 2, [9, 8])
    assert circuit.evaluate((0, 1, 1)) == (0, 1)
    assert (circuit.inputs, builder.build([kept]).gates) == (3, 1)


def test_exactly_and_tables():
    builder = CircuitBuilder(4)
    bits = [2, 4, 6, 8]
    counts = [builder.exactly(bits, k) for k in range(-1, 6)]
    cubes = builder.table(bits, [n**3 for n in range(16)], 12)
    circuit = builder.build([*counts, *cubes])
    assert circuit.depth == 2
    for n, row in enumerate(assignments(4)):
        expected = [int(sum(row) == k) for k in range(-1, 6)] + [n**3 >> j & 1 for j in range(12)]
        assert list(circuit.evaluate(row)) == expected
    assert builder.table([], [5], 3) == [TRUE, FALSE, TRUE]


def test_what_is_refused():
    builder = CircuitBuilder(2, max_wires=3)
    for wrong in (6, -1, True, "x"):
        with pytest.raises(ConstructionError, match=r"literals here are integers from 0 to 5"):
            builder.any_of([2, wrong])
    with pytest.raises(ConstructionError, match="4 values, got 3"):
        builder.table([2, 4], [0, 1, 0], 1)
    with pytest.raises(ConstructionError, match="value 1 must have 1 bits, got 2"):
        builder.table([2], [0, 2], 1)
    builder.any_of([2, 4])
    with pytest.raises(ConstructionError, match="inputs come before gates"):
        builder.input()
    with pytest.raises(BudgetExhausted, match="more than 3 wires"):
        builder.all_of([2, 4])
    assert builder.any_of([4, 2]) == 6  # which there is already
    with pytest.raises(ConstructionError, match="at least 0 inputs, got -1"):
        CircuitBuilder(-1)
