"""Streaming algorithms: the memory is checked at every step."""

from __future__ import annotations

import pytest

from exactssm.errors import DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import StreamingAlgorithm, bits_for


def counter(bits, modulus, start=0):
    return StreamingAlgorithm("ab", bits, start, lambda m, x: (m + (x == "a")) % modulus, lambda m: m)


def test_answers_see_the_memory_after_the_symbol():
    for word in words("ab", 6):
        assert run(counter(2, 4), word).outputs == tuple(word[: t + 1].count("a") % 4 for t in range(len(word)))


def test_no_memory_at_all():
    assert run(StreamingAlgorithm("a", 0, 0, lambda m, x: m, lambda m: UNSPECIFIED), "aa").outputs == (UNSPECIFIED,) * 2


def test_memory_that_outgrows_its_bits_is_an_error():
    assert run(counter(2, 4), "aaaa").outputs[-1] == 0
    with pytest.raises(DomainError, match="at most 2 bits; update made 4 of memory 3 and symbol 'a'"):
        run(counter(2, 5), "aaaa")


@pytest.mark.parametrize("memory", [-1, True, "1", None, 2])
def test_memory_that_is_no_number_of_one_bit(memory):
    with pytest.raises(DomainError, match=f"at most 1 bits; update made {memory!r} of memory 0"):
        StreamingAlgorithm("a", 1, 0, lambda m, x: memory, lambda m: m).step(0, "a")


@pytest.mark.parametrize(
    ("alphabet", "bits", "start", "error", "message"),
    [
        ("a", -1, 0, DomainError, "the memory in bits must be an integer from 0 to 1000000, got -1"),
        ("a", True, 0, DomainError, "the memory in bits .* got True"),
        ("a", 10**9, 0, DomainError, "the memory in bits .* got 1000000000"),
        ("a", 2, 4, DomainError, "the start memory must be an int of at most 2 bits, got 4"),
        ("a", 2, -1, DomainError, "the start memory .* got -1"),
        ("a", 2, False, DomainError, "the start memory .* got False"),
        ("aa", 2, 0, SymbolError, "position 1 holds 'a' again"),
        ("", 2, 0, SymbolError, "the alphabet of a streaming algorithm must hold at least one symbol"),
    ],
)
def test_bad_algorithms(alphabet, bits, start, error, message):
    with pytest.raises(error, match=message):
        StreamingAlgorithm(alphabet, bits, start, lambda m, x: m, lambda m: m)


def test_bits_for_is_the_ceiling_of_the_logarithm():
    for n in range(1, 300):
        bits = bits_for(n)
        assert 2**bits >= n
        assert bits == 0 or 2 ** (bits - 1) < n
