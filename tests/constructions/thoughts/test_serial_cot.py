"""Streaming algorithms by few thoughts: right for random algorithms, wrong when spoilt, refused when too small."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructions.thoughts.serial_cot import CLAIMS, END, Bit, Written, bitwise_cot, wordwise_cot
from constructions.thoughts.streaming_cot import Thought, streaming_cot
from exactssm.errors import ConstructionError
from exactssm.machine import run
from exactssm.tasks import StreamingAlgorithm
from exactssm.tasks.streaming_library import modular_counter
from verify.decision import decide
from verify.runner import examine


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        result = examine(claim, instance)
        assert result.holds, result


def random_algorithm(seed, bits, symbols):
    """An update and an answer drawn evenly from all."""
    random = Random(seed)
    alphabet = "abcdefgh"[:symbols]
    update = {(m, x): random.randrange(2**bits) for m in range(2**bits) for x in alphabet}
    answer = [random.randrange(3) for _ in range(2**bits)]
    return StreamingAlgorithm(alphabet, bits, random.randrange(2**bits), lambda m, x: update[m, x], answer.__getitem__)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 4), st.integers(1, 5), st.integers(1, 4))
def test_random_algorithms(seed, bits, symbols, p):
    algorithm = random_algorithm(seed, bits, symbols)
    assert decide(bitwise_cot(algorithm), algorithm).name == "proved"
    assert decide(wordwise_cot(algorithm, max(1, -(-bits // p)), p), algorithm).name == "proved"


@pytest.mark.full
def test_many_random_algorithms():
    for seed in range(200):
        algorithm = random_algorithm(seed, seed % 6, 1 + seed % 5)
        assert decide(bitwise_cot(algorithm), algorithm).name == "proved"
        p = 1 + seed % 3
        words = max(1, -(-algorithm.memory_bits // p))
        assert decide(wordwise_cot(algorithm, words, p), algorithm).name == "proved"


def test_thoughts_by_hand():
    """Counting mod 5 from 2 to 3 = 011 in binary, the lowest bit first."""
    counter = modular_counter("01", "1", 5)
    bits, words = bitwise_cot(counter), wordwise_cot(counter, 2, 2)
    state = run(bits, "11").states[-1]
    assert bits.thoughts(state, "1") == (Bit(1), Bit(1), Bit(0), END)
    state = run(words, "11").states[-1]
    assert words.thoughts(state, "1") == (Written(0, 3), Written(1, 0))


def test_a_new_word_does_not_disturb_the_old_memory_before_all_is_written():
    """Exchanging two halves of the memory reads both while one is written."""
    swap = StreamingAlgorithm("x", 4, 1, lambda m, x: (m >> 2) | ((m & 3) << 2), lambda m: m)
    for model in (bitwise_cot(swap), wordwise_cot(swap, 2, 2), wordwise_cot(swap, 4, 1)):
        assert run(model, "xxx").outputs == (4, 1, 4)


def test_another_algorithm_is_refuted():
    counter, other = modular_counter("01", "1", 5), modular_counter("01", "1", 6)
    for model in (bitwise_cot(counter), wordwise_cot(counter, 3, 1)):
        assert decide(model, other).name == "refuted"


@pytest.mark.parametrize(("words", "precision"), [(1, 2), (2, 1), (0, 3), (3, 0)])
def test_too_little_memory_is_refused(words, precision):
    with pytest.raises(ConstructionError, match="3 bits of memory"):
        wordwise_cot(modular_counter("01", "1", 5), words, precision)


def test_too_many_thoughts_are_refused():
    with pytest.raises(ConstructionError, match="vocabulary"):
        wordwise_cot(modular_counter("01", "1", 5), 1, 40)


def test_an_alphabet_that_holds_thoughts_is_refused():
    refusals = (
        (END, bitwise_cot),
        ((0,), bitwise_cot),  # equal to Bit(0)
        (Written(0, 1), lambda a: wordwise_cot(a, 1, 1)),
        (Thought(0, "a"), lambda a: streaming_cot(a, 1, 1, 1)),
    )
    for symbol, build in refusals:
        algorithm = StreamingAlgorithm(("a", symbol), 1, 0, lambda m, x: 1 - m, lambda m: m)
        with pytest.raises(ConstructionError, match="is a thought, too"):
            build(algorithm)
