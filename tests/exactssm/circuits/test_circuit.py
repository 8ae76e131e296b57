"""Circuits: the compiled evaluation against the definition, sums against integers, and what is refused."""

from __future__ import annotations

from random import Random

import networkx
import numpy as np
import pytest

from exactssm.circuits import Circuit, CircuitBuilder
from exactssm.circuits.circuit import MAX_GRAPH
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError
from tests.exactssm.circuits.drawn import assignments, drawn_circuit


def test_a_gate_counts_its_literals_with_their_copies():
    """2 x + 3 (1 - y) >= 3, at every x and y."""
    circuit = Circuit(2, [0, 5], [2, 2, 5, 5, 5], [3], [6, 7, 1, 2])
    for x, y in assignments(2):
        truth = int(2 * x + 3 * (1 - y) >= 3)
        assert circuit.evaluate((x, y)) == (truth, 1 - truth, 1, x)


@pytest.mark.parametrize("seed", range(40))
def test_compiled_evaluation_equals_the_definition(seed):
    random = Random(seed)
    circuit = drawn_circuit(random, seed % 8, random.randrange(14))
    rows = assignments(circuit.inputs)
    expected = [list(circuit.evaluate(row)) for row in rows]
    assert circuit.truth_table().tolist() == expected
    assert circuit.evaluate_all(np.array(rows, bool).reshape(len(rows), circuit.inputs)).tolist() == expected


def test_weighted_sums_against_integers():
    """More samples than a block holds, and weights up to 1000: the count has many digits."""
    random = np.random.default_rng(7)
    weights = random.integers(1, 1000, 30)
    bounds = random.integers(1, weights.sum(), 20).tolist()
    builder = CircuitBuilder(30)
    wires = [2 + 2 * i for i in range(30) for _ in range(weights[i])]
    circuit = builder.build([builder.at_least(wires, bound) for bound in bounds])
    table = random.integers(0, 2, (1500, 30))
    assert (circuit.evaluate_all(table) == ((table @ weights)[:, None] >= bounds)).all()


def test_a_truth_table_of_many_words_lists_assignments_in_order():
    """Thirteen inputs: 8192 rows, so that inputs change within words, between words and between blocks."""
    circuit = Circuit(13, [0], [], [], range(2, 28, 2))
    table = circuit.truth_table()
    assert (table @ (1 << np.arange(13)) == np.arange(2**13)).all()


def test_levels_are_longest_chains():
    circuit = drawn_circuit(Random(3), 3, 40)
    graph = circuit.to_networkx()
    graph.remove_node(0)
    for variable in range(1 + circuit.inputs, 1 + circuit.inputs + circuit.gates):
        below = graph.subgraph([*networkx.ancestors(graph, variable), variable])
        gates = [node for node in below if node > circuit.inputs]
        assert circuit.levels[variable] == 1 + networkx.dag_longest_path_length(graph.subgraph(gates), weight=None)


def test_depth_counts_what_outputs_need():
    chain = Circuit(1, [0, 1, 2, 3], [2, 4, 6], [1, 1, 1], [5, 1, 2])
    assert (chain.depth, Circuit(1, [0], [], [], [2]).depth, Circuit(0, [0], [], [], []).depth) == (1, 0, 0)


def test_the_graph_shows_weights_and_negations():
    graph = Circuit(2, [0, 4], [2, 2, 3, 5], [2], [7]).to_networkx()
    edges = {(u, v, data["negated"], data["weight"]) for u, v, data in graph.edges(data=True)}
    assert edges == {(1, 3, False, 2), (1, 3, True, 1), (2, 3, True, 1), (3, ("output", 0), True, 1)}
    assert graph.nodes[3] == {"kind": "gate", "level": 1, "threshold": 2}
    gates = MAX_GRAPH + 1
    with pytest.raises(ConstructionError, match=r"up to 10000 gates; the circuit has 10001"):
        Circuit(0, [0] * (gates + 1), [], [0] * gates, []).to_networkx()


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        ((-1, [0], [], [], []), "inputs must be an integer"),
        ((1, [0, 1], [4], [1], []), "gate 0 must read literals from 0 to 3, those of earlier variables; got 4"),
        ((1, [0, 1, 3], [2, 4, -1], [1, 1], []), "gate 1 must read literals from 0 to 5.*got -1"),
        ((1, [0, 1], [2], [3], []), "gate 0 has 1 wires; its threshold must be from 0 to 2, got 3"),
        ((1, [0, 2, 1, 2], [2, 2], [1, 1, 1], []), "gate 1: .* offsets decrease"),
        ((1, [0, 1], [2, 2], [1], []), "offsets of 1 gates must be 2 numbers from 0 to 2"),
        ((1, [0], [], [], [2, 4]), "output 1 must be a literal from 0 to 3, got 4"),
        ((1, [0, 1], [0.5], [1], []), "literals must be a list of integers"),
    ],
)
def test_what_is_no_circuit(parts, message):
    with pytest.raises(ConstructionError, match=message):
        Circuit(*parts)


def test_what_is_no_assignment():
    circuit = Circuit(2, [0], [], [], [2])
    with pytest.raises(DomainError, match="has 2 inputs, got 1 values"):
        circuit.evaluate([1])
    with pytest.raises(DomainError, match="input 1 must be 0 or 1, got 2"):
        circuit.evaluate([1, 2])
    with pytest.raises(DomainError, match="sample 1, input 0 must be 0 or 1, got 256"):
        circuit.evaluate_all(np.array([[0, 1], [256, 0]]))
    for table in (np.zeros((3, 1), np.uint8), np.zeros((3, 2)), np.zeros(2, np.uint8)):
        with pytest.raises(DomainError, match="a row a sample and 2 columns"):
            circuit.evaluate_all(table)
    with pytest.raises(BudgetExhausted, match="at most 134217728 entries; 40 inputs"):
        Circuit(40, [0], [], [], [2]).truth_table()


def test_nobody_changes_a_circuit():
    given = np.array([2, 4])
    circuit = Circuit(2, [0, 2], given, [1], [6])
    given[0] = 5
    assert circuit.evaluate((1, 0)) == (1,)
    with pytest.raises(ValueError, match="read-only"):
        circuit.literals[0] = 3
    same, other = Circuit(2, [0, 2], [2, 4], [1], [6]), Circuit(2, [0, 2], [2, 4], [2], [6])
    assert circuit == same
    assert hash(circuit) == hash(same)
    assert circuit != other
