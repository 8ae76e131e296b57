"""Streaming algorithms by online chain of thought with few thoughts to choose from: word by word, and bit by bit.

`constructions.thoughts.streaming_cot` needs a thought for each memory and symbol. Here one layer of d coordinates
writes the new memory piece by piece, from the old one and the symbol, which it keeps meanwhile.

Word by word: the state is (m, x, buf), of d words of p bits, the digits of x, and d words. The symbol x is written
down. The thought (j, w) writes w into buf_j, and the last one, j = d - 1, copies buf and its own w to m. As m and x
stay until then, the readout finds word j + 1 of delta(m, x) after the thought (j, w). So d thoughts a symbol, d 2^p of
them to choose from, and width 2 d + ceil(ceil(log2 |Sigma|) / p).

Bit by bit: three thoughts, 0, 1 and END, whatever the algorithm; p = 1. The state is (m, x, buf, ring), of s bits,
ceil(log2 |Sigma|) bits, s bits, and s + 1 bits of which at most one is set. The symbol x is written down and the ring
set to its first place. The thought b moves buf one place down, writes b into its last, and moves the ring one place
up; in place c it says that bit c of delta(m, x) is due, in the last that END is, which copies buf to m and clears the
rest. So s + 1 thoughts a symbol and width 3 s + 1 + ceil(log2 |Sigma|).

The entries of A are 0 and 1, each row of it has at most one 1, and no b is added to a coordinate that A keeps: the same
in every arithmetic.

Source: 2604.14501, online chain of thought and streaming algorithms; these constructions are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from math import ceil
from typing import Any, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.thoughts.streaming_cot import ALGORITHMS, LARGER, MAX_VOCABULARY, check_apart
from exactssm.arithmetic import ResidueRing
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.tasks import StreamingAlgorithm, bits_for

__all__ = ["CLAIMS", "END", "Bit", "End", "Written", "bitwise_cot", "wordwise_cot"]


class Written(NamedTuple):
    """The thought that word ``place`` of the new memory is ``word``."""

    place: int
    word: int


class Bit(NamedTuple):
    """The thought that the next bit of the new memory is ``bit``."""

    bit: int


class End(NamedTuple):
    """The thought that the new memory is complete."""

    name: str = "end"


END = End()


class _Rows:
    """A matrix and a drive, put together by rows: each keeps one coordinate of the state before, or a constant."""

    def __init__(self, width: int) -> None:
        self.kept: list[int | None] = [None] * width
        self.drive = [0] * width

    def keep(self, places: range, source: range | None = None) -> None:
        """Row by row, ``places`` take the values of ``source``: by default their own."""
        for place, kept in zip(places, places if source is None else source, strict=True):
            self.kept[place] = kept

    def write(self, places: range, values: list[int]) -> None:
        for place, value in zip(places, values, strict=True):
            self.kept[place], self.drive[place] = None, value

    def matrix(self) -> Matrix:
        columns = range(len(self.kept))
        return tuple(tuple(int(column == kept) for column in columns) for kept in self.kept)


def _check_moore(algorithm: StreamingAlgorithm) -> None:
    """Raise ConstructionError unless the updated memory tells the answer: nothing else is left then."""
    if algorithm.output is not None:
        raise ConstructionError("the answer must be told by the memory after the symbol; this is a Mealy algorithm")


def _layer(ring: ResidueRing, start: list[int], rows: Mapping[Symbol, _Rows]) -> DenseLayer:
    matrices = {letter: on.matrix() for letter, on in rows.items()}
    drives: dict[Symbol, Vector] = {letter: tuple(on.drive) for letter, on in rows.items()}
    return DenseLayer(ring, tuple(start), matrices, drives)


def _digits(number: int, count: int, p: int) -> list[int]:
    """``count`` digits of p bits, the lowest first."""
    return [number >> (p * j) & (2**p - 1) for j in range(count)]


def _number(digits: Vector, p: int) -> int:
    return sum(digit << (p * j) for j, digit in enumerate(digits))


def wordwise_cot(algorithm: StreamingAlgorithm, words: int, precision: int) -> OnlineCoT:
    """``algorithm`` by d = ``words`` thoughts a symbol, each of which names a place and a word of p bits.

    Resources: depth 1; width 2 d + ceil(ceil(log2 |Sigma|) / p); precision p; d 2^p thoughts to choose from.

    Raises: ConstructionError, unless d is positive and d p at least the algorithm's memory in bits, or if there are too
    many thoughts to choose from, a symbol is one, or the algorithm is Mealy's.
    """
    d, p, symbols = words, precision, algorithm.alphabet
    _check_moore(algorithm)
    if type(d) is not int or type(p) is not int or min(d, p) < 1 or d * p < algorithm.memory_bits:
        raise ConstructionError(
            f"d p must be at least the {algorithm.memory_bits} bits of memory, with integers d, p >= 1; got {d} * {p}"
        )
    if p >= MAX_VOCABULARY.bit_length() or d * 2**p > MAX_VOCABULARY:
        raise ConstructionError(f"the vocabulary may have at most {MAX_VOCABULARY} thoughts, this needs {d} * 2^{p}")
    thoughts = [Written(place, word) for place in range(d) for word in range(2**p)]
    check_apart(algorithm, set(thoughts))
    digits = ceil(bits_for(len(symbols)) / p)
    m, x, buf = range(d), range(d, d + digits), range(d + digits, 2 * d + digits)
    width = 2 * d + digits
    rows: dict[Symbol, _Rows] = {}
    for number, symbol in enumerate(symbols):
        rows[symbol] = on = _Rows(width)
        on.keep(m)
        on.write(x, _digits(number, digits, p))
    for thought in thoughts:
        rows[thought] = on = _Rows(width)
        if thought.place < d - 1:
            on.keep(range(width))
            on.write(buf[thought.place : thought.place + 1], [thought.word])
        else:
            on.keep(m[:-1], buf[:-1])
            on.write(m[-1:], [thought.word])

    memory_after = lru_cache(maxsize=1)(algorithm.memory_after)  # all thoughts on a symbol ask for the same one

    def due(state: Vector, place: int) -> Think:
        after = memory_after(_number(state[:d], p), symbols[_number(state[d : d + digits], p)])
        return Think(Written(place, after >> (p * place) & (2**p - 1)))

    def readout(state: Vector, letter: Symbol) -> Output:
        if not isinstance(letter, Written):
            return due(state, 0)
        if letter.place < d - 1:
            return due(state, letter.place + 1)
        return algorithm.answer(_number(state[:d], p))

    start = [*_digits(algorithm.start, d, p), *[0] * (width - d)]
    return _thinking(algorithm, rows, ResidueRing(2**p), start, readout, d)


def bitwise_cot(algorithm: StreamingAlgorithm) -> OnlineCoT:
    """``algorithm`` by s + 1 thoughts a symbol, each of which is 0, 1 or END.

    Resources: depth 1; width 3 s + 1 + ceil(log2 |Sigma|); precision 1; 3 thoughts to choose from.

    Raises: ConstructionError, if a symbol is a thought, or the algorithm is Mealy's.
    """
    s, symbols = algorithm.memory_bits, algorithm.alphabet
    _check_moore(algorithm)
    check_apart(algorithm, {Bit(0), Bit(1), END})
    digits = bits_for(len(symbols))
    m, x = range(s), range(s, s + digits)
    buf, ring = range(s + digits, 2 * s + digits), range(2 * s + digits, 3 * s + digits + 1)
    width = ring.stop
    rows: dict[Symbol, _Rows] = {}
    for number, symbol in enumerate(symbols):
        rows[symbol] = on = _Rows(width)
        on.keep(m)
        on.write(x, _digits(number, digits, 1))
        on.write(ring, [1] + [0] * s)
    for bit in range(2):
        rows[Bit(bit)] = on = _Rows(width)
        on.keep(m)
        on.keep(x)
        on.keep(buf[:-1], buf[1:])
        on.write(buf[-1:], [bit] if s else [])
        on.keep(ring[1:], ring[:-1])
    rows[END] = on = _Rows(width)
    on.keep(m, buf)

    memory_after = lru_cache(maxsize=1)(algorithm.memory_after)  # all thoughts on a symbol ask for the same one

    def readout(state: Vector, letter: Symbol) -> Output:
        place = state[ring.start :]
        if 1 not in place:
            return algorithm.answer(_number(state[:s], 1))
        if place[s] == 1:
            return Think(END)
        after = memory_after(_number(state[:s], 1), symbols[_number(state[s : s + digits], 1)])
        return Think(Bit(after >> place.index(1) & 1))

    start = [*_digits(algorithm.start, s, 1), *[0] * (width - s)]
    return _thinking(algorithm, rows, ResidueRing(2), start, readout, s + 1)


def _thinking(
    algorithm: StreamingAlgorithm,
    rows: Mapping[Symbol, _Rows],
    ring: ResidueRing,
    start: list[int],
    readout: Callable[[Vector, Any], Output],
    limit: int,
) -> OnlineCoT:
    model = Model(tuple(rows), [Block(_layer(ring, start, rows), readout)])
    return OnlineCoT(model, inputs=algorithm.alphabet, limit=limit)


def _word_cases(build: Callable[[], StreamingAlgorithm]) -> Iterator[Case]:
    algorithm = build()
    s, symbols = algorithm.memory_bits, bits_for(len(algorithm.alphabet))
    for p in range(1, s + 1):
        d = ceil(s / p)
        bounds = Bounds(
            exactly={"depth": 1, "width": 2 * d + ceil(symbols / p)},
            at_most={"precision": p, "thoughts": d, "vocabulary": d * 2**p},
        )
        yield Case(f"{d} words of {p} bits", wordwise_cot(algorithm, d, p), algorithm, bounds)


def _bit_cases(build: Callable[[], StreamingAlgorithm]) -> Iterator[Case]:
    algorithm = build()
    s = algorithm.memory_bits
    bounds = Bounds(
        exactly={"depth": 1, "width": 3 * s + 1 + bits_for(len(algorithm.alphabet))},
        at_most={"precision": 1, "thoughts": s + 1, "vocabulary": 3},
    )
    yield Case("three thoughts", bitwise_cot(algorithm), algorithm, bounds)


SOURCE = "2604.14501, online chain of thought and streaming algorithms (construction ours)"

CLAIMS = (
    Claim(
        name="streaming-word-by-word",
        source=SOURCE,
        statement="A streaming algorithm with s bits on the alphabet Sigma is done by one layer with online chain of "
        "thought that writes d >= s / p words of p bits, one a thought: width 2d + ceil(log2 |Sigma| / p), d thoughts "
        "a symbol, d 2^p to choose from.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.serial_cot",
        cases=_word_cases,
        instances=ALGORITHMS,
        full=LARGER,
    ),
    Claim(
        name="streaming-bit-by-bit",
        source=SOURCE,
        statement="Three thoughts are enough for every streaming algorithm: 0, 1 and END, s + 1 of them a symbol, in "
        "one layer of width 3s + 1 + ceil(log2 |Sigma|) with p = 1.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.serial_cot",
        cases=_bit_cases,
        instances=ALGORITHMS,
        full=LARGER,
    ),
)
