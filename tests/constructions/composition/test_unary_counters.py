"""Counting ticks: binomial coefficients, the bound against brute force, and stacks that fail."""

from itertools import product
from math import comb, log2
from random import Random

import pytest

from constructions.composition.unary_counters import (
    CLAIMS,
    TICK,
    Carried,
    Shape,
    affine_layers,
    counter_task,
    counts_bits,
    random_stack,
    unary_counter,
)
from exactssm.errors import ConstructionError
from exactssm.machine import run
from exactssm.models import Block, Model
from verify.decision import decide, decide_every_readout
from verify.runner import examine


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in list(claim.instances)[:4]:
        result = examine(claim, instance)
        assert result.holds, result


@pytest.mark.full
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold_in_full(claim):
    for instance in claim.full:
        assert examine(claim, instance).holds, instance


@pytest.mark.parametrize(("d", "p"), list(product((1, 2, 3, 4, 5), (1, 2, 3))))
def test_a_layer_holds_binomial_coefficients(d, p):
    words = [TICK] * 40
    states = run(unary_counter(Shape(1, d, p)), words).states
    for n, (state,) in enumerate(states):
        assert state == tuple(comb(n, j) % 2**p for j in range(1, d + 1))


@pytest.mark.parametrize(("d", "p"), [(d, p) for d in range(1, 18) for p in (1, 2, 3)])
def test_binomial_coefficients_come_back_when_stated(d, p):
    """The least n > 0 with C(n, j) = 0 modulo 2^p for j = 1, ..., d, by trial."""
    period = next(n for n in range(1, 2000) if all(comb(n, j) % 2**p == 0 for j in range(1, d + 1)))
    assert period == 2 ** counts_bits(Shape(1, d, p)) == 2 ** (p + int(log2(d)))


def best_by_brute_force(d, p):
    """The largest k such that some layer from zero counts modulo 2^k, by running all of them."""
    models = list(affine_layers(d, p))
    best = 0
    while any(decide_every_readout(model, counter_task(best + 1)).name == "proved" for model in models):
        best += 1
    return best


@pytest.mark.parametrize(("d", "p"), [(1, 1), (1, 2), (1, 3), (2, 1)])
def test_the_bound_is_met_and_kept_by_all_layers(d, p):
    assert best_by_brute_force(d, p) == counts_bits(Shape(1, d, p))


@pytest.mark.parametrize(("d", "p", "starts", "count"), [(1, 2, "zero", 16), (1, 2, "every", 64), (2, 1, "every", 256)])
def test_all_layers_are_there_once(d, p, starts, count):
    found = {(layer.start, layer.entries(TICK)) for model in affine_layers(d, p, starts) for layer in model.layers()}
    assert (
        len(found)
        == len(list(affine_layers(d, p, starts)))
        == count
        == 2 ** ((d * d + d + (d if starts == "every" else 0)) * p)
    )


def test_every_start_is_like_zero():
    """Moving the origin: what all starts allow, zero allows."""
    for task in (counter_task(1), counter_task(2)):
        by_start = {}
        for model in affine_layers(1, 2, "every"):
            (layer,) = model.layers()
            by_start.setdefault(layer.start, []).append(decide_every_readout(model, task).name)
        assert len({tuple(sorted(names)) for names in by_start.values()}) == 1


def test_ripple_carry_is_binary():
    model = unary_counter(Shape(5, 1, 1))
    for n, state in enumerate(run(model, [TICK] * 70).states):
        assert [bit for (bit,) in state] == [n >> i & 1 for i in range(5)]


def test_a_counter_without_its_carries_fails():
    """The second layer that ticks on every letter, and one bit less or more asked for."""
    first, second = unary_counter(Shape(2, 1, 1)).blocks
    always = Model(TICK, [Block(first.layer, lambda h, x: Carried(True, h[0])), second])
    assert decide(always, counter_task(2)).name == "refuted"
    assert decide(unary_counter(Shape(2, 1, 1)), counter_task(2)).name == "proved"
    assert decide(unary_counter(Shape(2, 1, 1)), counter_task(3)).trace.word == (TICK,) * 4


def test_random_stacks_are_various_and_obey_the_bound():
    draw = Random(5)
    shape = Shape(2, 2, 1)
    verdicts = [decide_every_readout(random_stack(shape, draw), counter_task(2)).name for _ in range(60)]
    assert {"proved", "refuted"} == set(verdicts), "some still count modulo 4"
    assert {decide_every_readout(random_stack(shape, draw), counter_task(5)).name for _ in range(30)} == {"refuted"}


def test_bad_input():
    for shape in (Shape(0, 1, 1), Shape(1, 0, 1), Shape(1, 1, 0), Shape(21, 1, 1), Shape(1, 2**18, 1)):
        with pytest.raises(ConstructionError, match="at least 1"):
            unary_counter(shape)
    with pytest.raises(ConstructionError, match="starts"):
        list(affine_layers(1, 1, "some"))
    for width, precision in ((0, 1), (1, 0), (7, 2), (10**9, 1)):
        with pytest.raises(ConstructionError, match="at most 4096 states"):
            next(affine_layers(width, precision))
