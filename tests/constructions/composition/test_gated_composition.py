"""The gates as networks: equal to what they stand for on every letter; what they aren't written for is refused."""

from dataclasses import replace
from itertools import product

import pytest

from constructions.composition import gated_composition
from constructions.composition.gated_composition import CLAIMS, bitwise_stack, gate, gated_stack
from exactssm.errors import ConstructionError
from exactssm.layers import ReluNetwork
from exactssm.tasks import FunctionComposition
from verify.decision import decide
from verify.runner import examine


@pytest.mark.parametrize("N", [1, 2, 3, 5])
def test_gates_on_every_letter(N):
    K = 3
    for k in range(K + 1):
        for b, i, y, v in product(range(K + 2), range(N), range(N), range(N)):
            resets = b == k and (k == 0 or i == v)
            assert gate(k, N)((b, i, y, v)) == ((0, y) if resets else (1, 0))


def test_weights_are_small():
    for N, k in product((2, 3, 8), (0, 1, 5)):
        weights = [
            abs(w) for part in (gate(k, N).matrices, [gate(k, N).shifts]) for rows in part for row in rows for w in row
        ]
        assert max(weights) <= max(2 * N, k + 1)


def test_claims_hold():
    for instance in CLAIMS[0].instances:
        result = examine(CLAIMS[0], instance)
        assert result.holds, result


def test_a_gate_off_by_one_is_refuted(monkeypatch):
    task = FunctionComposition(3, 1)
    right = gate

    def wrong(k, N):
        network = right(k, N)
        (first, *others) = network.shifts
        moved = [b + (3 <= j < 6) for j, b in enumerate(first)] if k else first  # i = v - 1 in place of i = v
        return ReluNetwork(network.matrices, [moved, *others])

    monkeypatch.setattr(gated_composition, "gate", wrong)
    for build in (gated_stack, bitwise_stack):
        assert decide(build(task), task).name == "refuted"


@pytest.mark.parametrize(
    "presentation", [{"blocks": "separated"}, {"x0": "constant"}, {"tokens": "functions"}, {"argument": "last"}]
)
def test_other_presentations_are_refused(presentation):
    task = replace(FunctionComposition(2, 2), **presentation)
    for build in (gated_stack, bitwise_stack):
        with pytest.raises(ConstructionError, match="gates are written for"):
            build(task)
