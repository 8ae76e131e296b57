"""Circuits on many assignments at once, side by side with the definition."""

from __future__ import annotations

from random import Random
from time import process_time_ns

import numpy as np
import pytest

from exactssm.circuits import CircuitBuilder

pytestmark = [pytest.mark.bench, pytest.mark.full]

INPUTS, SAMPLES, BY_DEFINITION = 200, 8192, 8


def counting():
    """Counts of all inputs, sums of drawn ones among them, and conjunctions of these: 250,000 wires in three levels."""
    random = Random(0)
    builder = CircuitBuilder(INPUTS)
    counts = [builder.at_least(range(2, 2 * INPUTS + 2, 2), t) for t in range(1, INPUTS + 1)]
    sums = [
        builder.at_least([c ^ random.randrange(2) for c in counts], random.randrange(2, INPUTS)) for _ in range(1000)
    ]
    return builder.build([builder.all_of(random.sample(sums, 5)) for _ in range(2000)])


def microseconds(work):
    begin = process_time_ns()
    found = work()
    return found, max(1, (process_time_ns() - begin) // 1000)


def test_many_assignments_at_once():
    circuit = counting()
    table = np.random.default_rng(0).integers(0, 2, (SAMPLES, INPUTS), np.uint8)
    circuit.evaluate_all(table[:1])  # compiles
    found, quick = microseconds(lambda: circuit.evaluate_all(table))
    rows = table[:BY_DEFINITION].tolist()
    expected, long = microseconds(lambda: [list(circuit.evaluate(row)) for row in rows])
    assert found[:BY_DEFINITION].tolist() == expected
    ratio = long * SAMPLES // (quick * BY_DEFINITION)
    print(f"\n{circuit}: {circuit.wires * SAMPLES // quick} wires a microsecond, {ratio} times the definition")
    assert ratio > 100
