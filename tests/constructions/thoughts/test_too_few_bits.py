"""The pigeonhole: its streams are checked by the definition, and it refuses what has bits enough."""

from __future__ import annotations

from itertools import islice

import pytest

from constructions.claim import Confusion
from constructions.thoughts.composition_cot import composition_algorithm, composition_cot
from constructions.thoughts.random_thinkers import Size, random_online
from constructions.thoughts.streaming_cot import shapes, streaming_cot
from constructions.thoughts.streaming_from_cot import state_count
from constructions.thoughts.too_few_bits import CLAIMS, confusion_by_pigeonhole, forgetful
from exactssm.errors import CertificateError, ConstructionError
from exactssm.machine import run
from exactssm.tasks import FunctionComposition, compose
from exactssm.tasks.residuals import residuals
from verify import decide
from verify.refutation import replayed

LAST = FunctionComposition(3, 1, argument="last")


def check(model, task):
    """Both words are streams with different answers, and lead to the same states."""
    found = confusion_by_pigeonhole(model, task)
    instances = [task.read(word) for word in (found.first, found.second)]
    assert None not in instances
    answers = [compose(x0, functions) for x0, functions in instances]
    assert answers[0] != answers[1]
    states = [run(model, word).states[-1] for word in (found.first, found.second)]
    assert states[0] == states[1]
    outputs = [run(model, word).outputs[-1] for word in (found.first, found.second)]
    assert outputs != answers
    replayed(model, task, found)
    return found


(CLAIM,) = CLAIMS
CANDIDATES = [(name, case) for name, task in CLAIM.instances.items() for case in islice(CLAIM.cases(task), 0, None, 3)]


@pytest.mark.parametrize(
    ("instance", "case"), CANDIDATES, ids=lambda value: value if isinstance(value, str) else value.name
)
def test_candidates_of_the_claim(instance, case):
    assert state_count(case.model) < max(found.largest for found in residuals(case.task))
    check(case.model, case.task)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_what_is_forgotten_is_confused(kept):
    """Of f the first values are kept, so that the two functions agree on these, and x_0 is one of the others."""
    for L, d, p in shapes(forgetful(LAST, kept).memory_bits):
        found = check(streaming_cot(forgetful(LAST, kept), L, d, p), LAST)
        (x0, (f,)), (y0, (g,)) = (LAST.read(word) for word in (found.first, found.second))
        assert x0 == y0 >= kept
        assert f[:kept] == g[:kept]


@pytest.mark.parametrize("N", [2, 3])
def test_all_values_are_enough(N):
    """log2 N^N bits, rounded up, do one function with the argument last; the pigeonhole refuses such a model."""
    task = FunctionComposition(N, 1, argument="last")
    algorithm = forgetful(task, N)
    assert algorithm.memory_bits == (N**N - 1).bit_length()
    model = streaming_cot(algorithm, 1, 1, algorithm.memory_bits)
    assert decide(model, task).name == "proved"
    with pytest.raises(ConstructionError, match=f"fewer states than residuals; .* the task has {N**N} residuals"):
        confusion_by_pigeonhole(model, task)


def test_the_bound_is_that_of_the_residuals():
    """After all functions N^N; within a block of several functions more: for N = 2, K = 2 there are 1 + 2 + 2 + 1."""
    for task, needed in (
        (FunctionComposition(2, 1, argument="last"), 4),
        (FunctionComposition(3, 1, argument="last"), 27),
        (FunctionComposition(2, 2, argument="last"), 6),
        (FunctionComposition(3, 2), 5),
    ):
        for modulus in (needed - 1, needed):
            model = random_online("bound", task.alphabet, Size(1, 1, modulus))
            if modulus < needed:
                check(model, task)
            else:
                with pytest.raises(ConstructionError, match=f"{needed} states in .* the task has {needed} residuals"):
                    confusion_by_pigeonhole(model, task)


def test_more_thoughts_are_of_no_use():
    """A model with the flag and one without bits enough for the reversed stream."""
    first = FunctionComposition(3, 2)
    reversed_ = FunctionComposition(3, 2, argument="last")
    model = composition_cot(first)
    assert decide(model, first).name == "proved"
    check(model, reversed_)
    check(streaming_cot(composition_algorithm(first), 3, 1, 1), reversed_)


def test_forged_words_are_refused():
    """Words that confuse one model don't confuse another, and none confuse one that is right."""
    weak = streaming_cot(forgetful(LAST, 2), 1, 1, 4)
    other = streaming_cot(forgetful(LAST, 1), 1, 1, 2)
    right = streaming_cot(forgetful(LAST, 3), 1, 1, 5)
    found = check(other, LAST)
    replayed(other, LAST, found)
    for model, words in (
        (weak, found),
        (right, found),
        (right, check(weak, LAST)),
        (other, Confusion(found.first, found.first)),
        (other, Confusion(found.first[:-1], found.second[:-1])),
        (other, Confusion(found.first, found.second[:-1])),
    ):
        with pytest.raises(CertificateError):
            replayed(model, LAST, words)


def test_forgetting_is_checked():
    with pytest.raises(ConstructionError, match="from 0 to 3 values"):
        forgetful(LAST, 4)
    with pytest.raises(ConstructionError, match="numbered entries"):
        forgetful(FunctionComposition(3, 1, blocks="separated"), 1)


@pytest.mark.full
def test_many_drawn_models():
    for task in (LAST, FunctionComposition(2, 3, argument="last"), FunctionComposition(4, 2)):
        needed = max(found.largest for found in residuals(task))
        sizes = [Size(L, d, m) for L in (1, 2) for d in (1, 2) for m in range(2, 30) if m ** (L * d) < needed]
        for seed in range(150):
            check(random_online(f"many {seed}", task.alphabet, sizes[seed % len(sizes)]), task)
