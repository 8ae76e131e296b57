"""Online chain of thought in every shape: against counting and composing whole streams, and with a bit less."""

import random

import pytest

from constructions.composition.unary_counters import counter_task
from constructions.thoughts.composition_cot import composition_algorithm
from constructions.thoughts.every_shape import CLAIMS, counting_stream
from constructions.thoughts.streaming_cot import shapes, streaming_cot
from exactssm.errors import ConstructionError
from exactssm.machine import run
from exactssm.tasks import FunctionComposition, StreamingAlgorithm, compose
from exactssm.tasks.residuals import residuals
from verify.decision import decide
from verify.runner import examine


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        result = examine(claim, instance)
        assert result.holds, result


@pytest.mark.full
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold_in_full(claim):
    for instance in claim.full:
        assert examine(claim, instance).holds, instance


def test_one_number_may_take_all_of_the_memory():
    for s in range(1, 7):
        assert {(1, 1, s), (1, s, 1), (s, 1, 1)} <= set(shapes(s))


@pytest.mark.parametrize(("L", "d", "p"), shapes(4))
def test_ticks_one_by_one(L, d, p):
    model = streaming_cot(counting_stream(4), L, d, p)
    assert list(run(model, "1" * 50).outputs) == [n % 16 for n in range(1, 51)]


@pytest.mark.parametrize(("N", "K"), [(3, 4), (5, 2), (8, 3)])
def test_composition_on_whole_streams(N, K):
    task = FunctionComposition(N, K)
    algorithm = composition_algorithm(task)
    draw = random.Random(N)
    for L, d, p in shapes(algorithm.memory_bits):
        model = streaming_cot(algorithm, L, d, p)
        for _ in range(5):
            functions = [[draw.randrange(N) for _ in range(N)] for _ in range(K)]
            x0 = draw.randrange(N)
            assert run(model, task.stream(x0, functions)).outputs[-1] == compose(x0, functions)


@pytest.mark.parametrize("N", [2, 3, 4, 5, 6, 8])
def test_the_memory_is_the_least(N):
    """ceil(log2 N) + 1 is ceil(log2) of the largest number of residuals of a length."""
    needed = max(position.largest for position in residuals(FunctionComposition(N, 1)))
    assert composition_algorithm(FunctionComposition(N, 1)).memory_bits == (needed - 1).bit_length()


def test_without_the_mark_an_entry_is_taken_twice():
    """(v, done) without done: f(0) = 1 and f(1) = 0 lead 0 to 1 and on to 0."""
    task = FunctionComposition(2, 1)
    forgetful = StreamingAlgorithm(task.alphabet, 1, 0, lambda m, x: step(m, x), lambda m: m)

    def step(m, x):
        return x[1] if x[0] == "start" else x[2] if len(x) == 3 and x[1] == m else m

    refuted = decide(streaming_cot(forgetful, 1, 1, 1), task)
    assert refuted.name == "refuted"
    assert refuted.trace.word == task.stream(0, [(1, 0)])
    assert decide(streaming_cot(composition_algorithm(task), 1, 1, 2), task).name == "proved"


def test_a_bit_less_is_refused():
    with pytest.raises(ConstructionError, match="at least the 4 bits"):
        streaming_cot(counting_stream(4), 1, 3, 1)
    assert decide(streaming_cot(counting_stream(3), 1, 3, 1), counter_task(4)).trace.word == tuple("1" * 8)
