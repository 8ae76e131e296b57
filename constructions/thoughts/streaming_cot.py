"""Any one-pass streaming algorithm as a model with online chain of thought: one thought per input symbol.

The s bits of memory are cut into L d words of p bits, d for each of L layers. An input symbol x leaves all states alone
(A = I, B = 0); the layers' words are passed upwards, and the top emits the thought (m, x). The thought resets every
layer (A = 0) to its words of the updated memory delta(m, x), and the top reads the answer out. The states are carried,
so that online chain of thought with L layers, width d and precision p can do whatever L d p bits of memory can, and no
more between symbols, as its states are L d p bits themselves: only the product counts.

Source: 2604.14501, online chain of thought and streaming algorithms (the transition put into B of the thought).
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from functools import lru_cache, partial
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import ResidueRing
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.tasks import StreamingAlgorithm
from exactssm.tasks.streaming_library import (
    bounded_dyck,
    distinct_count,
    majority,
    misra_gries,
    modular_counter,
    pattern_matching,
    running_maximum,
)

__all__ = ["CLAIMS", "MAX_VOCABULARY", "Gathered", "Thought", "check_apart", "streaming_cot"]

MAX_VOCABULARY = 2**20
MAX_BITS = 2**16


class Thought(NamedTuple):
    """The memory before ``symbol``, and ``symbol``: all that the update needs."""

    memory: int
    symbol: Symbol


class Gathered(NamedTuple):
    """What a layer passes upwards: the token read, and the words of memory of the layers so far."""

    token: Symbol
    words: tuple[int, ...]


def check_apart(algorithm: StreamingAlgorithm, thoughts: Container[Symbol]) -> None:
    """Raise ConstructionError, if a symbol is equal to a thought: the model could not tell which of them it reads."""
    for symbol in algorithm.alphabet:
        if symbol in thoughts:
            raise ConstructionError(f"symbols must differ from the thoughts; the symbol {symbol!r} is a thought, too")


def streaming_cot(algorithm: StreamingAlgorithm, depth: int, width: int, precision: int) -> OnlineCoT:
    """``algorithm`` as an online chain of thought over Z/2^p, one thought per input symbol.

    Resources: depth L, width d, precision p as given; memory L d p bits; at most 2^s |alphabet| different thoughts.

    Raises: ConstructionError, unless L, d and p are positive integers; if L d p is less than the algorithm's memory in
    bits or more than MAX_BITS, the vocabulary is too large, or a symbol is a thought.
    """
    shape = (depth, width, precision)
    if any(type(n) is not int for n in shape) or min(shape) < 1 or depth * width * precision > MAX_BITS:
        raise ConstructionError(
            f"L, d and p must be positive integers, with L d p at most {MAX_BITS}; got {depth}, {width} and {precision}"
        )
    if depth * width * precision < algorithm.memory_bits:
        raise ConstructionError(
            f"L d p must be at least the {algorithm.memory_bits} bits of memory, got {depth} * {width} * {precision}"
        )
    if (vocabulary := 2**algorithm.memory_bits * len(algorithm.alphabet)) > MAX_VOCABULARY:
        raise ConstructionError(f"the vocabulary may have at most {MAX_VOCABULARY} thoughts, this needs {vocabulary}")
    ring = ResidueRing(2**precision)

    memory_after = lru_cache(maxsize=1)(algorithm.memory_after)  # each layer asks for the same one

    def cut(memory: int, number: int) -> tuple[int, ...]:
        """The words of a layer, the lowest bits in the first word of the first layer."""
        places = range(width * number, width * (number + 1))
        return tuple([memory >> (precision * i) & (ring.modulus - 1) for i in places])

    def join(words: tuple[int, ...]) -> int:
        memory = 0
        for word in reversed(words):
            memory = memory << precision | word
        return memory

    def read(letter: Symbol) -> tuple[Symbol, tuple[int, ...]]:
        return letter if isinstance(letter, Gathered) else (letter, ())

    def layer(number: int) -> DiagonalLayer:
        def decay(letter: Symbol) -> Vector:
            token, _ = read(letter)
            return (0 if isinstance(token, Thought) else 1,) * width

        def drive(letter: Symbol) -> Vector:
            token, _ = read(letter)
            if not isinstance(token, Thought):
                return (0,) * width
            return cut(memory_after(token.memory, token.symbol), number)

        return DiagonalLayer(ring, start=cut(algorithm.start, number), decay=decay, drive=drive)

    def gather(state: Vector, letter: Symbol) -> Gathered:
        token, words = read(letter)
        return Gathered(token, (*words, *state))

    def top(state: Vector, letter: Symbol) -> Symbol:
        token, words = read(letter)
        memory = join((*words, *state))
        if not isinstance(token, Thought):
            return Think(Thought(memory, token))
        return algorithm.answer(memory) if algorithm.output is None else algorithm.output(*token)

    readouts = [gather] * (depth - 1) + [top]
    blocks = [Block(layer(i), readout) for i, readout in enumerate(readouts)]
    thoughts = dict.fromkeys(Thought(m, x) for m in range(2**algorithm.memory_bits) for x in algorithm.alphabet)
    check_apart(algorithm, thoughts)
    return OnlineCoT(Model((*algorithm.alphabet, *thoughts), blocks), inputs=algorithm.alphabet, limit=1)


def shapes(bits: int) -> list[tuple[int, int, int]]:
    """All (L, d, p) with L d p = bits."""
    return [(L, d, bits // (L * d)) for L in range(1, bits + 1) for d in range(1, bits // L + 1) if bits % (L * d) == 0]


def _cases(build: Callable[[], StreamingAlgorithm]) -> Iterator[Case]:
    algorithm = build()
    bits = max(4, algorithm.memory_bits)  # so that there are several shapes
    vocabulary = 2**algorithm.memory_bits * len(algorithm.alphabet)
    for L, d, p in shapes(bits):
        bounds = Bounds(
            exactly={"depth": L, "width": d},
            at_most={"precision": p, "memory_bits": bits, "thoughts": 1, "budget": bits, "vocabulary": vocabulary},
        )
        yield Case(f"L={L} d={d} p={p}", streaming_cot(algorithm, L, d, p), algorithm, bounds)


#: The streaming algorithms at small sizes; each is built when its claim is decided.
ALGORITHMS: dict[str, Callable[[], StreamingAlgorithm]] = {
    "majority of a, b, to 1": partial(majority, "ab", 1),
    "majority of a, b, to 2": partial(majority, "ab", 2),
    "majority of a, b, c, to 2": partial(majority, "abc", 2),
    "maximum below 4": partial(running_maximum, 4),
    "count mod 5": partial(modular_counter, "01", "1", 5),
    "Misra-Gries, 1 counter to 2": partial(misra_gries, "abc", 1, 2),
    "Misra-Gries, 2 counters to 2": partial(misra_gries, "abc", 2, 2),
    "Dyck(1,3)": partial(bounded_dyck, 1, 3),
    "Dyck(2,2)": partial(bounded_dyck, 2, 2),
    "ends with abab": partial(pattern_matching, "abab"),
    "distinct of 4": partial(distinct_count, 4),
}

LARGER: dict[str, Callable[[], StreamingAlgorithm]] = {
    "majority of a, b, c, d, to 15": partial(majority, "abcd", 15),
    "maximum below 64": partial(running_maximum, 64),
    "count mod 200": partial(modular_counter, "01", "1", 200),
    "Misra-Gries, 2 counters to 4": partial(misra_gries, "abcd", 2, 4),
    "Dyck(2,5)": partial(bounded_dyck, 2, 5),
    "Dyck(3,3)": partial(bounded_dyck, 3, 3),
    "ends with abaababaab": partial(pattern_matching, "abaababaab"),
    "distinct of 8": partial(distinct_count, 8),
}

CLAIMS = (
    Claim(
        name="streaming-by-online-cot",
        source="2604.14501, online chain of thought and streaming algorithms",
        statement="A streaming algorithm with s bits is done by diagonal layers with online chain of thought, one "
        "thought a symbol, for every L d p = s (4, if s is less): depth, width and precision are interchangeable.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.streaming_cot",
        cases=_cases,
        instances=ALGORITHMS,
        full=LARGER,
    ),
)
