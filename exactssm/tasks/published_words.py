"""The words of the published word-problem data sets, in their order: all of a length, or a drawn sample.

Source: 2404.08819, the generator of its data sets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import TypeAlias

from exactssm.errors import DomainError

__all__ = ["MAX_SAMPLED", "all_words", "sampled_words"]

IndexWord: TypeAlias = tuple[int, ...]

MAX_SAMPLED = (
    2**27
)  #: places of 8 bytes that a sample may take in memory, about; a word of k symbols takes k + `OVERHEAD`
OVERHEAD = 16  # a tuple's head, and its places in the set and in the list


def all_words(order: int, length: int) -> Iterator[IndexWord]:
    """All words of a length over the elements 0 .. order-1, in lexicographic order.

    >>> list(all_words(2, 2))
    [(0, 0), (0, 1), (1, 0), (1, 1)]
    """
    return product(range(order), repeat=length)


def sampled_words(
    order: int, length: int, samples: int, seed: int, progress: Callable[[int], object] = lambda drawn: None
) -> list[IndexWord]:
    """``samples`` different words of a length, drawn evenly, in the published order; all words, if there are no more.

    The generator of `random`, seeded, draws words into a set until there are enough, and the order is that in which the
    set then gives them. So it rests on how the interpreter hashes tuples and keeps sets: the rows are those of CPython
    3.8 and later on 64-bit machines (tested on 3.11). Another interpreter may order the same words differently.

    >>> sorted(sampled_words(60, 3, 2, seed=0))
    [(15, 30, 24), (50, 45, 25)]

    Raises: DomainError, if ``samples`` is not positive, or if they would take more memory than `MAX_SAMPLED` says.
    """
    if samples < 1:
        raise DomainError(f"a sample has at least one word, got {samples}")
    samples = min(samples, order**length)
    if samples > (most := MAX_SAMPLED // (length + OVERHEAD)):
        raise DomainError(
            f"a sample is held in memory: at most {most} words of length {length} can be drawn, got {samples}"
        )
    choices = Random(seed).choices
    elements = list(range(order))  # all words share these numbers
    drawn: set[IndexWord] = set()
    while len(drawn) < samples:
        drawn.add(tuple(choices(elements, k=length)))
        if len(drawn) & 0x3FFF == 0:
            progress(len(drawn))
    return list(drawn)
