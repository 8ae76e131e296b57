"""Words in the published order."""

from __future__ import annotations

import random
import tracemalloc

import pytest

from exactssm.errors import DomainError
from exactssm.tasks.published_words import MAX_SAMPLED, OVERHEAD, all_words, sampled_words


def generator(order, length, samples, seed):
    """The published generator's own lines (2404.08819's code), in our words: the module's generator, a set, a list."""
    random.seed(seed)
    drawn = set()
    while len(drawn) < samples:
        drawn.add(tuple(random.choices(range(order), k=length)))
    return list(drawn)


@pytest.mark.parametrize(("order", "length", "samples", "seed"), [(60, 4, 2000, 946607), (6, 3, 216, 1), (2, 1, 1, 0)])
def test_a_sample_is_that_of_the_published_generator(order, length, samples, seed):
    drawn = sampled_words(order, length, samples, seed)
    assert drawn == generator(order, length, samples, seed)
    assert len(set(drawn)) == samples
    assert drawn != sampled_words(order, length, samples, seed + 1) or samples == 1


def test_no_more_words_than_there_are():
    assert sorted(sampled_words(2, 3, 100, 5)) == list(all_words(2, 3))


def test_a_sample_is_bounded_before_it_is_drawn():
    """A gigabyte, of words that are long or short."""
    for length, most in ((100, MAX_SAMPLED // 116), (3, MAX_SAMPLED // 19)):
        with pytest.raises(DomainError, match=f"at most {most} words of length {length} can be drawn, got {most + 1}"):
            sampled_words(5040, length, most + 1, 0)


def test_the_memory_of_a_sample():
    """At most twice the 8 bytes of each place that the bound counts, also where Python keeps no numbers ready."""
    tracemalloc.start()
    try:
        words = sampled_words(1000, 40, 1000, 0)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(words) == 1000
    assert peak < 2 * 8 * 1000 * (40 + OVERHEAD)


def test_a_sample_has_at_least_one_word():
    with pytest.raises(DomainError, match="at least one word, got 0"):
        sampled_words(60, 3, 0, 0)
