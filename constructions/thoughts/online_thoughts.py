"""One streaming algorithm by each kind of online chain of thought, with its bounds, to be held side by side.

| | depth | width | precision | thoughts a symbol | to choose from |
|---|---|---|---|---|---|
| one thought | L | d | p, with L d p >= s | 1 | 2^s |Sigma| |
| linear scores | 1 | d | p, with d p >= s | 1 | 2^s |Sigma| |
| word by word | 1 | 2 d + ceil(ceil(log2 |Sigma|) / p) | p, with d p >= s | d | d 2^p |
| bit by bit | 1 | 3 s + 1 + ceil(log2 |Sigma|) | 1 | s + 1 | 3 |

Source: 2604.14501, online chain of thought and streaming algorithms; all but the first are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from constructions.claim import Bounds, Case
from constructions.thoughts.linear_scores import MAX_SCORES, argmax_cot
from constructions.thoughts.serial_cot import bitwise_cot, wordwise_cot
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.errors import ConstructionError
from exactssm.tasks import StreamingAlgorithm, bits_for

__all__ = ["emulations"]


def emulations(algorithm: StreamingAlgorithm, depth: int = 1, width: int = 1) -> Iterator[Case]:
    """``algorithm`` by the four constructions: the first with ``depth`` layers, all but the last in ``width`` words of
    memory a layer, with the least precision. Linear scores are left out where they would be too many.

    >>> from exactssm.tasks import modular_counter
    >>> [case.name for case in emulations(modular_counter("ab", "b", 5), width=3)]
    ['one thought', 'linear scores', 'word by word', 'bit by bit']

    Raises: ConstructionError, for a depth or width below 1, and as the constructions.
    """
    if depth < 1 or width < 1:
        raise ConstructionError(f"depth and width must be at least 1, got {depth} and {width}")
    s, symbols = algorithm.memory_bits, len(algorithm.alphabet)
    L, d = depth, width
    p, deep = max(1, ceil(s / d)), max(1, ceil(s / (L * d)))
    all_thoughts = 2**s * symbols
    yield Case(
        "one thought",
        streaming_cot(algorithm, L, d, deep),
        algorithm,
        Bounds({"depth": L, "width": d}, {"precision": deep, "thoughts": 1, "vocabulary": all_thoughts}),
    )
    if all_thoughts <= MAX_SCORES:
        yield Case(
            "linear scores",
            argmax_cot(algorithm, d, p),
            algorithm,
            Bounds({"depth": 1, "width": d}, {"precision": p, "thoughts": 1, "vocabulary": all_thoughts}),
        )
    yield Case(
        "word by word",
        wordwise_cot(algorithm, d, p),
        algorithm,
        Bounds(
            {"depth": 1, "width": 2 * d + ceil(bits_for(symbols) / p)},
            {"precision": p, "thoughts": d, "vocabulary": d * 2**p},
        ),
    )
    yield Case(
        "bit by bit",
        bitwise_cot(algorithm),
        algorithm,
        Bounds(
            {"depth": 1, "width": 3 * s + 1 + bits_for(symbols)}, {"precision": 1, "thoughts": s + 1, "vocabulary": 3}
        ),
    )
