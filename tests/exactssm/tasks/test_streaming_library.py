"""The streaming algorithms against textbook definitions on whole words, and their memories against what is needed."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.errors import DomainError, SymbolError
from exactssm.machine import run, words
from exactssm.tasks import (
    NO_MAJORITY,
    OVERFLOW,
    bits_for,
    bounded_dyck,
    brackets,
    distinct_count,
    dyck,
    majority,
    misra_gries,
    modular_counter,
    pattern_matching,
    running_maximum,
)


def reachable(algorithm):
    """All memories, by walking."""
    seen, frontier = {algorithm.start}, [algorithm.start]
    while frontier:
        m = frontier.pop()
        for x in algorithm.alphabet:
            after, _ = algorithm.step(m, x)
            if after not in seen:
                seen.add(after)
                frontier.append(after)
    return seen


def told_apart(algorithm):
    """The number of classes of memories that their answer or some continuation's tells apart, by refining."""
    memories = sorted(reachable(algorithm))
    after = {m: [algorithm.step(m, x)[0] for x in algorithm.alphabet] for m in memories}
    classes = {m: algorithm.answer(m) for m in memories}
    count = len(set(classes.values()))
    while True:
        keys = {m: (classes[m], *(classes[n] for n in after[m])) for m in memories}
        numbers = {key: i for i, key in enumerate(dict.fromkeys(keys.values()))}
        if len(numbers) == count:
            return count
        classes, count = {m: numbers[key] for m, key in keys.items()}, len(numbers)


def check(algorithm, definition, length):
    """Every word of ``length``, each prefix against ``definition``."""
    for word in words(algorithm.alphabet, length, length):
        assert run(algorithm, word).outputs == tuple(definition(word[:t]) for t in range(1, length + 1)), word


# Majority


def vote(prefix):
    """The textbook's loop with unbounded counting: candidate, counter, and the largest counter on the way."""
    candidate, count, largest = None, 0, 0
    for x in prefix:
        if count == 0:
            candidate, count = x, 1
        elif x == candidate:
            count += 1
        else:
            count -= 1
        largest = max(largest, count)
    return candidate, count, largest


def voted(capacity):
    def definition(prefix):
        candidate, count, largest = vote(prefix)
        if largest > capacity:
            return OVERFLOW
        return candidate if count else NO_MAJORITY

    return definition


@pytest.mark.parametrize(("alphabet", "capacity"), [("ab", 1), ("ab", 3), ("abc", 2), ("abc", 9), ("a", 2)])
def test_majority_is_the_vote(alphabet, capacity):
    check(majority(alphabet, capacity), voted(capacity), 7)


def test_majority_finds_every_true_majority():
    algorithm, found = majority("abc", 8), 0
    for word in words("abc", 8, 1):
        (symbol, count), *_ = Counter(word).most_common(1)
        if 2 * count > len(word):
            assert run(algorithm, word).outputs[-1] == symbol
            found += 1
    assert found > 3000


def test_streams_within_capacity_never_overflow():
    for word in words("ab", 5, 5):
        assert OVERFLOW not in run(majority("ab", 5), word).outputs
        assert OVERFLOW not in run(misra_gries("ab", 1, 5), word).outputs


def test_overflow_is_for_ever():
    assert run(majority("ab", 2), "aaabbbbb").outputs[2:] == (OVERFLOW,) * 6
    assert run(misra_gries("ab", 1, 2), "aaabbbbb").outputs[2:] == (OVERFLOW,) * 6


# Heavy hitters


def textbook_misra_gries(prefix, k):
    """Misra and Gries with a dict, and the largest count on the way."""
    counts, largest = {}, 0
    for x in prefix:
        if x in counts:
            counts[x] += 1
        elif len(counts) < k:
            counts[x] = 1
        else:
            for y in list(counts):
                counts[y] -= 1
                if counts[y] == 0:
                    del counts[y]
        largest = max(largest, *counts.values(), 0)
    return counts, largest


@pytest.mark.parametrize(
    ("alphabet", "k", "capacity"), [("ab", 1, 3), ("abc", 1, 8), ("abc", 2, 2), ("abcd", 2, 9), ("abc", 5, 4)]
)
def test_misra_gries_is_the_textbooks(alphabet, k, capacity):
    def definition(prefix):
        counts, largest = textbook_misra_gries(prefix, k)
        return OVERFLOW if largest > capacity else tuple(sorted(counts.items()))

    check(misra_gries(alphabet, k, capacity), definition, 6)


@given(st.integers(1, 4), st.lists(st.sampled_from("abcdef"), min_size=1, max_size=60))
def test_misra_gries_guarantee(k, word):
    """f - n/(k+1) <= count <= f, in integers."""
    counts = dict(run(misra_gries("abcdef", k, 60), word).outputs[-1])
    assert len(counts) <= k
    for symbol in "abcdef":
        f, count = word.count(symbol), counts.get(symbol, 0)
        assert count <= f
        assert (f - count) * (k + 1) <= len(word)
        if f * (k + 1) > len(word):
            assert symbol in counts


# The others


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_running_maximum(n):
    check(running_maximum(n), max, 4)


@pytest.mark.parametrize("n", [1, 2, 3, 5])
def test_distinct_count(n):
    check(distinct_count(n), lambda prefix: len(set(prefix)), 4)


@pytest.mark.parametrize(("counted", "modulus"), [("a", 2), ("ab", 3), ("abc", 5), ("c", 1)])
def test_modular_counter(counted, modulus):
    check(modular_counter("abc", counted, modulus), lambda prefix: sum(x in counted for x in prefix) % modulus, 6)


def stack_balanced(kinds, height):
    closing = dict(brackets(kinds))

    def definition(prefix):
        stack = []
        for x in prefix:
            if x in closing:
                stack.append(closing[x])
                if len(stack) > height:
                    return False
            elif not stack or stack.pop() != x:
                return False
        return not stack

    return definition


@pytest.mark.parametrize(
    ("k", "h", "length"), [(1, 1, 8), (1, 3, 10), (2, 1, 6), (2, 2, 7), (2, 3, 7), (3, 2, 5), (5, 1, 3)]
)
def test_bounded_dyck(k, h, length):
    check(bounded_dyck(k, h), stack_balanced(k, h), length)


@given(st.integers(1, 6), st.integers(1, 6), st.data())
def test_bounded_dyck_on_words_that_are_mostly_balanced(k, h, data):
    pairs = brackets(k)
    balanced = st.recursive(
        st.just(()),
        lambda inner: st.tuples(inner, st.sampled_from(pairs), inner).map(lambda t: (*t[0], t[1][0], *t[2], t[1][1])),
        max_leaves=12,
    )
    word = list(data.draw(balanced))
    if word and data.draw(st.booleans()):
        word[data.draw(st.integers(0, len(word) - 1))] = data.draw(st.sampled_from([x for pair in pairs for x in pair]))
    definition = stack_balanced(k, h)
    assert run(bounded_dyck(k, h), word).outputs == tuple(definition(word[: t + 1]) for t in range(len(word)))


@pytest.mark.parametrize(("k", "h"), [(1, 4), (2, 3), (3, 2), (5, 1)])
def test_both_dycks_agree_on_words_of_every_length(k, h):
    """All pairs of states that are reached together, walked until no new one turns up."""
    stream, automaton = bounded_dyck(k, h), dyck(k, h)
    assert stream.alphabet == automaton.alphabet
    seen, frontier = set(), [(stream.start, automaton.start)]
    while frontier:
        pair = frontier.pop()
        if pair in seen:
            continue
        seen.add(pair)
        for x in stream.alphabet:
            (m, one), (q, other) = stream.step(pair[0], x), automaton.step(pair[1], x)
            assert one == other
            frontier.append((m, q))
    assert len(seen) == len(automaton.states)


def test_every_short_pattern_on_every_short_text():
    for pattern in words("ab", 4, 1):
        check(pattern_matching(pattern, "ab"), lambda prefix, p=pattern: prefix[-len(p) :] == p, 7)


@given(st.text("abc", min_size=1, max_size=12), st.text("abc", max_size=60))
def test_pattern_matching_is_endswith(pattern, text):
    text = text + pattern + pattern[1:]
    answers = run(pattern_matching(pattern, "abc"), text).outputs
    assert answers == tuple(text[: t + 1].endswith(pattern) for t in range(len(text)))
    assert True in answers


def test_pattern_memory_is_the_longest_prefix_that_the_text_ends_with():
    for pattern in ("aabaa", "abab", "aaaa"):
        algorithm = pattern_matching(pattern, "ab")
        for text in map("".join, words("ab", 7)):
            longest = max(m for m in range(len(pattern) + 1) if text.endswith(pattern[:m]))
            assert run(algorithm, text).states[-1] == longest


# Memory


@pytest.mark.parametrize(
    ("algorithm", "codes"),
    [
        (majority("ab", 3), 2 * 3 + 2),
        (majority("abc", 5), 3 * 5 + 2),
        (majority("a", 1), 3),
        (running_maximum(6), 6),
        (modular_counter("ab", "a", 7), 7),
        (bounded_dyck(1, 4), 5 + 1),
        (bounded_dyck(2, 3), 15 + 1),
        (bounded_dyck(3, 2), 13 + 1),
        (pattern_matching("aabaa"), 6),
        (pattern_matching("abc"), 4),
        (distinct_count(2), 2**2),
        (distinct_count(5), 2**5),
    ],
)
def test_every_code_is_used_and_told_apart_and_the_bits_are_their_logarithm(algorithm, codes):
    assert reachable(algorithm) == set(range(codes))
    assert algorithm.memory_bits == bits_for(codes)
    assert told_apart(algorithm) == codes


@pytest.mark.parametrize(("alphabet", "k", "capacity"), [("ab", 1, 3), ("abc", 2, 3), ("abcd", 3, 2)])
def test_misra_gries_memory(alphabet, k, capacity):
    algorithm = misra_gries(alphabet, k, capacity)
    codes = (1 + len(alphabet) * capacity) ** k + 1
    assert algorithm.memory_bits == bits_for(codes)
    assert max(reachable(algorithm)) == codes - 1  # the overflow
    counters = sum(1 for c in product(range(capacity + 1), repeat=len(alphabet)) if sum(map(bool, c)) <= k)
    assert len(reachable(algorithm)) == told_apart(algorithm) == counters + 1


def test_large_parameters_are_only_numbers():
    assert bounded_dyck(1000, 1000).memory_bits > 9000
    assert majority("ab", 10**9).memory_bits == 31
    word = ["(1", "(2", ")2", ")1"]
    assert run(bounded_dyck(1000, 1000), word).outputs == (False, False, False, True)
    memories = run(bounded_dyck(1000, 1000), ["(1000"] * 1001 + [")1000"]).states
    assert len(set(memories[:-1])) == 1002
    assert memories[-1] == memories[-2]  # the error


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (
            lambda: majority("ab", 0),
            DomainError,
            "the capacity of the counter must be an integer from 1 to 1000000000, got 0",
        ),
        (lambda: majority("ab", 10**10), DomainError, "the capacity of the counter .* got 10000000000"),
        (lambda: majority("", 1), SymbolError, "the alphabet of majority must hold at least one symbol"),
        (lambda: majority("aa", 1), SymbolError, "position 1 holds 'a' again"),
        (lambda: majority(["a", "none"], 1), SymbolError, "must not hold 'none', which is an answer of its own"),
        (lambda: majority(["a", "overflow"], 1), SymbolError, "must not hold 'overflow'"),
        (
            lambda: misra_gries("ab", 0, 1),
            DomainError,
            "the number of counters must be an integer from 1 to 100, got 0",
        ),
        (lambda: misra_gries("ab", 1, 0), DomainError, "the capacity of the counters .* got 0"),
        (lambda: misra_gries(["overflow"], 1, 1), SymbolError, "must not hold 'overflow'"),
        (lambda: running_maximum(0), DomainError, "the number of values must be an integer from 1 to 10000, got 0"),
        (lambda: distinct_count(10**5), DomainError, "the number of values .* got 100000"),
        (lambda: modular_counter("ab", "c", 2), SymbolError, "the counted symbol 'c' is not in the alphabet"),
        (lambda: modular_counter("ab", "", 2), SymbolError, "the counted symbols must hold at least one symbol"),
        (lambda: modular_counter("ab", "a", 0), DomainError, "the modulus of a counter must be .* got 0"),
        (lambda: bounded_dyck(0, 1), DomainError, "the number of kinds of brackets .* got 0"),
        (lambda: bounded_dyck(1, 1001), DomainError, "the height of nested brackets .* got 1001"),
        (
            lambda: pattern_matching(""),
            DomainError,
            "the length of the pattern must be an integer from 1 to 10000, got 0",
        ),
        (lambda: pattern_matching("abc", "ab"), SymbolError, "position 2 of the pattern: 'c' is not in the alphabet"),
        (lambda: pattern_matching("a" * 10_000, range(2000)), DomainError, "the size of the pattern's automaton"),
    ],
)
def test_bad_parameters(build, error, message):
    with pytest.raises(error, match=message):
        build()


def test_counters_move_by_one():
    """Between two prefixes the majority's counter changes by exactly one, until it overflows."""
    for word in words("ab", 8, 8):
        counts = [0 if m == 0 else (m - 1) % 8 + 1 for m in run(majority("ab", 8), word).states]
        assert all(abs(after - before) == 1 for before, after in pairwise(counts))
