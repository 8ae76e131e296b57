"""One wide layer that composes functions: how wide, how near to the bound, and what a wrong entry does."""

from dataclasses import replace
from itertools import islice
from math import log2

import pytest

from constructions.composition.wide_composition import CLAIMS, by_columns, by_one_hot, by_one_hot_pair
from exactssm.errors import ConstructionError
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition, UnboundedComposition, compose
from exactssm.tasks.hard_instances import pointer_chasing, uniform_instances
from verify.decision import decide
from verify.runner import examine


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in list(claim.instances)[:3]:
        result = examine(claim, instance)
        assert result.holds, result


@pytest.mark.parametrize("N", [16, 25, 49])
def test_large_ones_on_hard_instances(N):
    task = FunctionComposition(N, 1)
    model = by_columns(task)
    for x0, functions in islice(pointer_chasing(task, N), 10):
        assert run(model, task.stream(x0, functions)).outputs[-1] == compose(x0, functions)


def test_any_number_of_functions_at_random():
    task = UnboundedComposition(8)
    model = by_one_hot_pair(task)
    for K in (1, 4, 9):
        for x0, functions in islice(uniform_instances(FunctionComposition(8, K), K), 5):
            assert run(model, task.stream(x0, functions)).outputs[-1] == compose(x0, functions)


@pytest.mark.parametrize("m", [2, 5, 8, 32, 1000])
def test_the_lower_bound_is_met_within_a_small_factor(m):
    """N log2 N <= (d^2 + d) p = (4 N + 6 sqrt N + 2) p, with p = ceil(log2 N)."""
    N = m * m
    d, p = 2 * m + 1, (N - 1).bit_length()
    assert (d * d + d) * p == (4 * N + 6 * m + 2) * p
    assert 2 ** ((d * d + d) * p) >= N**N if m < 100 else N * log2(N) <= (d * d + d) * p


def spoilt(model):
    """The same with a readout of the neighbouring row or value."""
    ((layer, readout),) = model.blocks
    return Model(model.alphabet, [Block(layer, lambda h, x: readout((*h[1:], h[0]), x))])


def test_another_readout_fails():
    for task, model in (
        (FunctionComposition(4, 1), by_columns(FunctionComposition(4, 1))),
        (UnboundedComposition(3), by_one_hot_pair(UnboundedComposition(3))),
    ):
        assert decide(model, task).name == "proved"
        assert decide(spoilt(model), task).name == "refuted"


def test_what_they_are_not_made_for():
    for presentation in ({"K": 2}, {"x0": "constant"}, {"blocks": "separated"}, {"argument": "last"}):
        with pytest.raises(ConstructionError, match="by columns"):
            by_columns(replace(FunctionComposition(4, 1), **presentation))
    for N, width in ((3, 1), (3, 4), (1, 1)):
        with pytest.raises(ConstructionError, match="width"):
            by_one_hot(N, width)
