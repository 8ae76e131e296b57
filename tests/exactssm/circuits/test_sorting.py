"""Sorting networks, by the zero-one principle, and circuits expanded by them."""

from __future__ import annotations

from random import Random

import pytest

from exactssm.circuits import Circuit, CircuitBuilder, conjunctions_of
from exactssm.circuits.sorting import comparator_count, comparators
from exactssm.errors import BudgetExhausted
from tests.exactssm.circuits.drawn import assignments, drawn_circuit


def sorted_by(network, values):
    for i, j in network:
        values[i], values[j] = max(values[i], values[j]), min(values[i], values[j])
    return values


@pytest.mark.parametrize("width", range(11))
def test_networks_sort_every_row_of_bits(width):
    network = list(comparators(width))
    assert all(i < j for i, j in network)
    for row in assignments(width):
        assert sorted_by(network, row[:]) == sorted(row, reverse=True)
    if network:  # without its last comparator it sorts no more
        assert any(sorted_by(network[:-1], row[:]) != sorted(row, reverse=True) for row in assignments(width))


def test_numbers_of_comparators():
    """Knuth, 5.3.4: (k^2 - k + 4) 2^(k-2) - 1 for 2^k values."""
    for k in range(2, 20):
        assert comparator_count(2**k) == (k * k - k + 4) * 2 ** (k - 2) - 1
    for width in range(70):
        assert comparator_count(width) == len(list(comparators(width)))


@pytest.mark.parametrize("seed", range(12))
def test_expanded_circuits_compute_the_same(seed):
    circuit = drawn_circuit(Random(seed), 6, 12)
    expanded = conjunctions_of(circuit)
    assert set(expanded.thresholds.tolist()) <= {2}
    assert (expanded.offsets == range(0, 2 * expanded.gates + 1, 2)).all()
    assert (expanded.truth_table() == circuit.truth_table()).all()


def test_weights_cost_by_their_digits():
    """Sums of weighted bits against integers, at every threshold that is no constant; and how few gates they take."""
    for weights in ([1, 2, 4, 8], [3, 3, 3], [7, 1, 1, 1, 9], [2, 6, 11, 13, 1, 4]):
        inputs = [2 + 2 * i for i in range(len(weights))]
        copies = [x for x, weight in zip(inputs, weights, strict=True) for _ in range(weight)]
        size = len(copies)
        outputs = [2 * (1 + len(weights) + gate) for gate in range(size)]
        offsets = range(0, size * size + 1, size)
        circuit = Circuit(len(weights), offsets, copies * size, range(1, size + 1), outputs)
        rows = conjunctions_of(circuit).truth_table().tolist()
        for number, row in enumerate(rows):
            total = sum(weight for i, weight in enumerate(weights) if number >> i & 1)
            assert row == [int(total >= threshold) for threshold in range(1, size + 1)]
    weights = [1000 + 37 * i for i in range(12)]
    copies = [2 + 2 * i for i, weight in enumerate(weights) for _ in range(weight)]
    heavy = Circuit(12, [0, len(copies)], copies, [len(copies) // 2], [26])
    expanded = conjunctions_of(heavy, max_gates=2000)  # a network of all copies has 250 times as many
    assert (expanded.truth_table() == heavy.truth_table()).all()


def test_the_size_is_known_before():
    builder = CircuitBuilder(64)
    wires = range(2, 130, 2)
    circuit = builder.build([builder.at_least(wires, k) for k in (20, 30)])
    bound = 2 * comparator_count(64)  # one network for both
    assert conjunctions_of(circuit, max_gates=bound).gates <= bound
    with pytest.raises(
        BudgetExhausted, match=rf"2 gates with 128 wires become up to {bound} conjunctions .* {bound - 1}"
    ):
        conjunctions_of(circuit, max_gates=bound - 1)
