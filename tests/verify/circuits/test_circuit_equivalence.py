"""Equivalence of circuits: every verdict against truth tables, spoilt circuits told apart, budgets kept."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

import verify.circuits.circuit_equivalence as equivalence
from constructions.circuits.compile import compile_circuit
from constructions.groups.subnormal_tracker import subnormal_tracker
from constructions.rings.affine_actions import affine_model
from exactssm.algebra import derived_series, group
from exactssm.arithmetic import ResidueRing
from exactssm.circuits import Circuit, CircuitBuilder
from exactssm.errors import CertificateError, ConstructionError, DomainError
from exactssm.models import Model
from tests.exactssm.circuits.drawn import drawn_circuit
from verify.circuits.circuit_equivalence import CircuitsDiffer, CircuitsEqual, decide_equivalence

pytest.importorskip("pysat")


def by_table(circuit):
    """The same function as a disjunction of minterms: another circuit."""
    builder = CircuitBuilder(circuit.inputs)
    bits = [2 + 2 * i for i in range(circuit.inputs)]
    values = circuit.truth_table() @ (1 << np.arange(circuit.outputs.size))
    return builder.build(builder.table(bits, values.tolist(), circuit.outputs.size))


@pytest.mark.parametrize("seed", range(12))
def test_verdicts_against_truth_tables(seed):
    random = Random(seed)
    circuit = drawn_circuit(random, 5, 10)
    verdict = decide_equivalence(circuit, by_table(circuit))
    assert isinstance(verdict, CircuitsEqual)
    assert verdict.outputs == 4
    gate = random.randrange(circuit.gates)
    thresholds = circuit.thresholds.copy()
    thresholds[gate] += 1 if thresholds[gate] == 0 else -1
    spoilt = Circuit(5, circuit.offsets, circuit.literals, thresholds, circuit.outputs)
    verdict = decide_equivalence(spoilt, by_table(circuit))
    if (spoilt.truth_table() == circuit.truth_table()).all():
        assert isinstance(verdict, CircuitsEqual)
    else:
        assert isinstance(verdict, CircuitsDiffer)
        assert verdict.first == spoilt.evaluate(verdict.assignment)
        assert verdict.second == circuit.evaluate(verdict.assignment)
        assert verdict.first[verdict.output] != verdict.second[verdict.output]


def counting(width, direct):
    """Whether half of the inputs are true: a gate, or that at most the others are not, by halves."""
    builder = CircuitBuilder(width)
    bits = [2 + 2 * i for i in range(width)]
    if direct:
        return builder.build([builder.at_least(bits, width // 2)])
    left, right = bits[::2], bits[1::2]
    ways = [
        builder.all_of([builder.at_least(left, i), builder.at_least(right, width // 2 - i)])
        for i in range(width // 2 + 1)
    ]
    return builder.build([builder.any_of(ways)])


def test_more_inputs_than_a_table_has():
    first, second = counting(40, True), counting(40, False)
    spoilt = Circuit(40, first.offsets, first.literals, first.thresholds + 1, first.outputs)
    verdict = decide_equivalence(spoilt, second)
    assert isinstance(verdict, CircuitsDiffer)
    assert sum(verdict.assignment) == 20
    assert (verdict.first, verdict.second, verdict.output) == ((0,), (1,), 0)


def test_where_not_every_assignment_counts():
    """x or y and x xor y differ on 11 alone."""
    builder = CircuitBuilder(2)
    either, both = builder.any_of([2, 4]), builder.all_of([2, 4])
    xor = builder.all_of([either, both ^ 1])
    first, second = builder.build([either]), builder.build([xor])
    assert decide_equivalence(first, second).assignment == (1, 1)
    verdict = decide_equivalence(first, second, where=builder.build([both ^ 1]))
    assert str(verdict).startswith("equal on every assignment that counts")
    assert decide_equivalence(first, second, where=builder.build([either])).assignment == (1, 1)
    nowhere = Circuit(2, [0], [], [], [0])
    assert decide_equivalence(first, second, where=nowhere).name == "proved"


@pytest.mark.parametrize("n", [1, 2, 3, *(pytest.param(n, marks=pytest.mark.full) for n in (4, 5, 6))])
def test_two_models_of_one_group(n):
    """S3 by one coordinate over Z/6 and by two layers of rotations: on all 6^n words; not if two letters are
    exchanged."""
    models = affine_model(group("S3"), ResidueRing(6)), subnormal_tracker(derived_series(group("S3")))
    one, other = (compile_circuit(model, n, outputs=range(6)) for model in models)
    where = one.words_circuit()
    verdict = decide_equivalence(one.circuit, other.circuit, where=where)
    assert isinstance(verdict, CircuitsEqual)
    assert verdict.alike < verdict.outputs  # not by their shape alone
    exchanged = compile_circuit(Model((0, 1, 2, 3, 5, 4), models[1].blocks), n, outputs=range(6))
    verdict = decide_equivalence(one.circuit, exchanged.circuit, where=where)
    assert isinstance(verdict, CircuitsDiffer)
    assert {4, 5} & set(one.word(verdict.assignment))


def test_a_budget_of_conflicts():
    first, second = counting(14, True), counting(14, False)
    assert decide_equivalence(first, second).name == "proved"
    verdict = decide_equivalence(first, second, max_conflicts=3)
    assert (verdict.name, "3 conflicts with 0 of 1 pairs" in str(verdict)) == ("inconclusive", True)
    verdict = decide_equivalence(first, second, max_gates=10)
    assert (verdict.name, "10 are allowed" in str(verdict)) == ("inconclusive", True)


def test_what_is_written_alike_needs_no_solver():
    circuit = drawn_circuit(Random(1), 30, 20)
    verdict = decide_equivalence(circuit, circuit)
    assert verdict == CircuitsEqual(outputs=4, alike=4, clauses=0, conflicts=0)
    constants = Circuit(0, [0, 0], [], [0], [2])
    assert decide_equivalence(constants, Circuit(0, [0], [], [], [1])).name == "proved"
    assert decide_equivalence(constants, Circuit(0, [0], [], [], [0])).name == "refuted"


def test_what_is_refused(monkeypatch):
    one, other = Circuit(1, [0], [], [], [2]), Circuit(2, [0], [], [], [2])
    with pytest.raises(ConstructionError, match="as many inputs, but here 1 and 2"):
        decide_equivalence(one, other)
    with pytest.raises(ConstructionError, match="as many outputs, but here 1 and 2"):
        decide_equivalence(one, Circuit(1, [0], [], [], [2, 2]))
    with pytest.raises(DomainError, match="budget of conflicts"):
        decide_equivalence(one, one, max_conflicts=0)
    with pytest.raises(CertificateError, match="there they agree"):
        equivalence._replayed(one, one, None, (1,))
    with pytest.raises(CertificateError, match="isn't one that counts"):
        equivalence._replayed(one, one, one, (0,))
    with pytest.raises(ConstructionError, match="1 inputs and one output"):
        decide_equivalence(one, one, where=other)
    monkeypatch.setattr(equivalence, "find_spec", lambda name: None)
    with pytest.raises(DomainError, match=r'pip install "exactssm\[sat\]"'):
        decide_equivalence(one, one)
