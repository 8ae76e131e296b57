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

MAX_SAMPLED = 2**26  #: symbols of all words of a sample, which is held in memory; some 0.7 GB of them


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

    Raises: DomainError, if ``samples`` is not positive, or for more than `MAX_SAMPLED` symbols.
    """
    if samples < 1:
        raise DomainError(f"a sample has at least one word, got {samples}")
    samples = min(samples, order**length)
    if samples * length > MAX_SAMPLED:
        raise DomainError(
            f"a sample may have at most {MAX_SAMPLED} symbols, which are held in memory; {samples} words of length "
            f"{length} have {samples * length}"
        )
    choices = Random(seed).choices
    elements = range(order)
    drawn: set[IndexWord] = set()
    while len(drawn) < samples:
        drawn.add(tuple(choices(elements, k=length)))
        if len(drawn) & 0x3FFF == 0:
            progress(len(drawn))
    return list(drawn)
