"""Streaming algorithms: the memory is checked at every step."""

from __future__ import annotations

import random
from itertools import count

import pytest

from exactssm.errors import ConstructionError, DomainError, ImpureFunction, SymbolError
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import StreamingAlgorithm, bits_for, streaming


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


def test_a_mealy_algorithm_answers_what_its_memory_forgets():
    """Only the parity of the last symbol's number is kept; the whole symbol is put out."""
    changed = StreamingAlgorithm.mealy("abc", 1, 0, lambda m, x: ord(x) % 2, lambda m, x: (m, x))
    for word in words("abc", 5, 1):
        parities = [0, *(ord(x) % 2 for x in word)]
        assert run(changed, word).outputs == tuple(zip(parities, word, strict=False))
    with pytest.raises(ConstructionError, match="told by the symbol, too"):
        changed.answer(0)
    with pytest.raises(DomainError, match="at most 1 bits; update made 2"):
        run(StreamingAlgorithm.mealy("a", 1, 0, lambda m, x: 2, lambda m, x: m), "a")


def counting(start=0):
    """A function that counts its calls, whatever it is given."""
    calls = count(start)
    return lambda *given: next(calls)


def test_an_update_that_counts_its_calls_is_noticed_when_a_pair_comes_again():
    """0 and a lead to 0; the second time, to 1."""
    impure = StreamingAlgorithm("ab", 4, 0, counting(), lambda m: m)
    with pytest.raises(ImpureFunction) as caught:
        run(impure, "aa")
    assert str(caught.value) == (
        "on the word ('a', 'a'): update must be a function of what it is given; "
        "of memory 0 and symbol 'a' it made 0, and now 1"
    )


def test_answers_and_outputs_that_count_their_calls():
    for build, what in (
        (lambda f: StreamingAlgorithm("ab", 1, 0, lambda m, x: 0, f), "answer .* of memory 0 it made 7, and now 8"),
        (
            lambda f: StreamingAlgorithm.mealy("ab", 1, 0, lambda m, x: 0, f),
            "output .* of memory 0 and symbol 'b' it made 8, and now 9",
        ),
    ):
        with pytest.raises(ImpureFunction, match=what):
            run(build(counting(7)), "abb")


def test_answers_that_cannot_be_compared():
    listing = StreamingAlgorithm("ab", 1, 0, lambda m, x: m, lambda m: [m])
    with pytest.raises(DomainError, match=r"answer must make hashable values; of memory 0 it made \[0\]"):
        listing.step(0, "a")


def test_a_random_update_is_noticed():
    chosen = random.Random(1)
    impure = StreamingAlgorithm("a", 3, 0, lambda m, x: chosen.randrange(8), lambda m: m)
    with pytest.raises(ImpureFunction, match=r"memory . and symbol 'a'"):
        run(impure, "a" * 200)


def test_a_pure_function_is_never_suspected_whatever_it_is_equal_to():
    equal = StreamingAlgorithm("ab", 1, 0, lambda m, x: 1 - m, lambda m: (m, 1))  # a new tuple each time
    assert run(equal, "ab" * 50).outputs[-1] == (0, 1)


def test_only_the_first_values_are_remembered(monkeypatch):
    """What came when all places were taken isn't compared, what came before is."""
    monkeypatch.setattr(streaming, "VALUES_KEPT", 4)
    memories = iter([1, 2, 3, 4, 5, 4, 9])

    def update(m, x):
        return next(memories)

    late = StreamingAlgorithm("a", 4, 0, update, lambda m: None)
    assert run(late, "a" * 6).states == (0, 1, 2, 3, 4, 5, 4)  # 4 and a is met twice: 5, then 9
    assert late.step(4, "a")[0] == 9
    memories = iter([7])
    with pytest.raises(ImpureFunction, match="of memory 2 and symbol 'a' it made 3, and now 7"):
        late.step(2, "a")
    assert StreamingAlgorithm("a", 10**6, 0, update, int).update.kept < 100


def test_equal_algorithms_stay_equal():
    def update(m, x):
        return m

    one, other = (StreamingAlgorithm("a", 1, 0, update, int) for _ in range(2))
    one.step(0, "a")
    assert one == other
    assert hash(one) == hash(other)
    assert one != StreamingAlgorithm("a", 1, 0, lambda m, x: m, int)
