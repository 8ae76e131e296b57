"""Streaming algorithms by online chain of thought: proof and measurement, side by side with the definition."""

from __future__ import annotations

from time import process_time_ns

import pytest

from constructions.thoughts.linear_scores import argmax_cot
from constructions.thoughts.serial_cot import bitwise_cot, wordwise_cot
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.tasks import StreamingAlgorithm
from verify.decision import decide
from verify.resources import measure
from verify.search.reachability import search

pytestmark = [pytest.mark.bench, pytest.mark.full]


def register(bits):
    """A counter of ``bits`` bits on two symbols, which goes through all its memories."""
    return StreamingAlgorithm("ab", bits, 0, lambda m, x: (5 * m + (x == "b") + 1) % 2**bits, lambda m: m % 3)


def milliseconds(work):
    """What came of it, and the time that the processor spent on it."""
    begin = process_time_ns()
    found = work()
    return found, max(1, (process_time_ns() - begin) // 10**6)


def fast(model, task):
    verdict = decide(model, task)
    return verdict.certificate.pairs, measure(model, verdict.certificate.pairs, task, verdict.use)


def slow(model, task):
    found = search(model, task)
    return found.pairs, measure(model, found.pairs, task)


BUILDS = {
    "one thought, L=1 d=1 p=16": (16, lambda a: streaming_cot(a, 1, 1, 16)),
    "one thought, L=1 d=16 p=1": (16, lambda a: streaming_cot(a, 1, 16, 1)),
    "one thought, L=4 d=2 p=2": (16, lambda a: streaming_cot(a, 4, 2, 2)),
    "two words of 8 bits": (16, lambda a: wordwise_cot(a, 2, 8)),
    "three thoughts": (10, bitwise_cot),
    "linear scores, d=2 p=4": (8, lambda a: argmax_cot(a, 2, 4)),
}


@pytest.mark.parametrize("name", BUILDS)
def test_a_large_memory_is_proved_in_seconds(name):
    bits, build = BUILDS[name]
    fast(build(register(4)), register(4))  # compiles
    ours, quick = milliseconds(lambda: fast(build(register(bits)), register(bits)))
    definition, long = milliseconds(lambda: slow(build(register(bits)), register(bits)))
    assert ours == definition
    assert len(ours[0]) == 2**bits
    print(f"\n{name}, 2^{bits} memories: {quick} ms, by the definition {long} ms: {10 * long // quick} tenths")
    assert 3 * quick <= 2 * long
    assert quick <= 90_000
