"""Any streaming algorithm by online chain of thought with a linear readout: scores of the state and argmax, no network.

The layer is that of `constructions.thoughts.streaming_cot` with L = 1: h holds the memory in d words of p bits. For
each memory w that is reached, as d words, and each symbol x there is the thought (w, x), with the score

    2 <h, w> - |w|^2 + [the letter is x]  =  |h|^2 - |h - w|^2 + [the letter is x].

After the symbol x' this is largest for w = h and x = x': a wrong symbol costs 1, a wrong w at least 1, as words are
integers. After a thought no bracket counts, so thoughts score at most |h|^2 <= d (2^p - 1)^2. An answer has the score
d (2^p - 1)^2 + 1 after the thoughts that lead to it, and 0 after all other letters, where the right thought has
|h|^2 + 1. So there are no ties, the winner is ahead by a margin of at least 1, and all scores lie between
-d (2^p - 1)^2 and d (2^p - 1)^2 + 1: integers of 2 p + ceil(log2 d) + 1 <= 2 p + log2 d + 2 bits, sign and all, as
d (2^p - 1)^2 + 2 <= d 2^(2 p).

What depends on the letter alone are the biases, a table like b: all that the readout multiplies are h and w.

Source: 2604.14501, online chain of thought and streaming algorithms; the linear readout is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial

from constructions.claim import Bounds, Case, Claim, Kind, Lemma
from constructions.thoughts.streaming_cot import ALGORITHMS, LARGER, Thought, streaming_cot
from exactssm.errors import CertificateError, ConstructionError
from exactssm.machine import Output, Symbol
from exactssm.models import ArgmaxReadout, Block, Model, OnlineCoT, Score, Think
from exactssm.tasks import StreamingAlgorithm, bits_for

__all__ = ["CLAIMS", "MAX_SCORES", "NarrowMargin", "argmax_cot", "find_narrow_margin", "reached_memories"]

MAX_SCORES = 2**12
"""Scores of one readout. Every score is worked out after every letter, and there are about as many letters."""


def reached_memories(algorithm: StreamingAlgorithm, at_most: int) -> tuple[int, ...]:
    """The memories that some stream leads to, in breadth-first order.

    Raises: ConstructionError, if there are more than ``at_most``.
    """
    met = {algorithm.start: None}
    memories = list(met)
    for memory in memories:  # which grows as it is read
        for symbol in algorithm.alphabet:
            after = algorithm.memory_after(memory, symbol)
            if after not in met:
                if len(memories) == at_most:
                    raise ConstructionError(f"linear scores are for at most {at_most} memories here, more are reached")
                met[after] = None
                memories.append(after)
    return tuple(memories)


def words_of(memory: int, width: int, precision: int) -> tuple[int, ...]:
    """The words of a memory, the lowest bits first."""
    return tuple(memory >> (precision * i) & (2**precision - 1) for i in range(width))


def argmax_cot(algorithm: StreamingAlgorithm, width: int, precision: int) -> OnlineCoT:
    """``algorithm`` as an online chain of thought of one layer over Z/2^p, read out by linear scores and argmax.

    >>> from exactssm.machine import run
    >>> from exactssm.tasks import modular_counter
    >>> run(argmax_cot(modular_counter("ab", "b", 3), width=2, precision=1), "babb").outputs
    (1, 1, 2, 0)

    Resources: depth 1, width d, precision p as given, one thought a symbol; scores of 2 p + ceil(log2 d) + 1 bits.

    Raises: as `constructions.thoughts.streaming_cot.streaming_cot`; ConstructionError also, for more than 4096
    thoughts.
    """
    thinking = streaming_cot(algorithm, 1, width, precision)
    symbols = algorithm.alphabet
    memories = reached_memories(algorithm, MAX_SCORES // len(symbols))
    thoughts = [Thought(memory, symbol) for memory in memories for symbol in symbols]
    answers: dict[Output, dict[Symbol, int]] = {}
    top = width * (2**precision - 1) ** 2 + 1
    for thought in thoughts:
        after = algorithm.memory_after(*thought)
        answer = algorithm.answer(after) if algorithm.output is None else algorithm.output(*thought)
        answers.setdefault(answer, {})[thought] = top
    words = {memory: words_of(memory, width, precision) for memory in memories}
    scores = [
        Score(Think(thought), tuple(2 * w for w in words[memory]), -sum(w * w for w in words[memory]), {symbol: 1})
        for thought in thoughts
        for memory, symbol in [thought]
    ]
    scores += [Score(answer, (0,) * width, 0, letters) for answer, letters in answers.items()]
    readout = ArgmaxReadout(tuple(scores), False, int, (str,) * width, "the readout by linear scores")
    assert isinstance(thinking.model, Model)
    layer = thinking.model.blocks[0].layer
    return OnlineCoT(Model((*symbols, *thoughts), [Block(layer, readout)]), inputs=symbols, limit=1)


@dataclass(frozen=True)
class NarrowMargin:
    """A state and a letter after which the scores break what is said of them."""

    readout: ArgmaxReadout
    state: tuple[int, ...]
    letter: Symbol
    bits: int  #: that every score must fit into

    @property
    def word(self) -> tuple[str, ...]:
        return " ".join(map(str, self.state)), str(self.letter)

    def as_text(self) -> str:
        return f"in the state {self.state} after {self.letter}: {self.fault()}"

    def fault(self) -> str | None:
        """What is wrong with the scores there, by going through all of them; None, if nothing is."""
        return self.fault_of([score.value(self.state, self.letter) for score in self.readout.scores])

    def fault_of(self, values: list[Fraction | int]) -> str | None:
        """What is wrong with these values of the scores; None, if nothing is."""
        largest = max(values)
        near = sum(value > largest - 1 for value in values)
        if near > 1:
            return f"{near} scores are less than 1 below the largest"
        if not -(2 ** (self.bits - 1)) <= min(values) <= largest < 2 ** (self.bits - 1):
            return f"a score has more than {self.bits} bits"
        winner = self.readout.scores[values.index(largest)].output
        if isinstance(self.letter, Thought) == isinstance(winner, Think):
            return "a thought must follow a symbol, and an answer a thought"
        return None

    def replay(self) -> None:
        """Raise CertificateError, unless there is such a fault."""
        if self.fault() is None:
            raise CertificateError(f"the scores in the state {self.state} after {self.letter} are as they must be")


def find_narrow_margin(algorithm: StreamingAlgorithm, width: int, precision: int) -> NarrowMargin | None:
    """A memory that is reached, as a state, and a letter, after which two scores are less than 1 apart at the top, or
    one has more than 2 p + ceil(log2 d) + 1 bits; None if there are none."""
    model = argmax_cot(algorithm, width, precision).model
    assert isinstance(model, Model)
    readout = model.blocks[0].readout
    assert isinstance(readout, ArgmaxReadout)
    bits = 2 * precision + bits_for(width) + 1
    favoured: dict[Symbol, list[int]] = {}  # the scores that are larger or smaller after the letter
    for index, score in enumerate(readout.scores):
        for letter in score.letters:
            favoured.setdefault(letter, []).append(index)
    apart_from_letters = [replace(score, letters={}) for score in readout.scores]
    for memory in reached_memories(algorithm, MAX_SCORES):
        state = words_of(memory, width, precision)
        common = [score.value(state, None) for score in apart_from_letters]
        for letter in model.alphabet:
            values = list(common)
            for index in favoured.get(letter, ()):
                values[index] += readout.scores[index].letters[letter]
            place = NarrowMargin(readout, state, letter, bits)
            if place.fault_of(values) is not None:
                return place
    return None


def _shapes(bits: int) -> list[tuple[int, int]]:
    """All (d, p) with d p = bits."""
    return [(d, bits // d) for d in range(1, bits + 1) if bits % d == 0]


def _cases(build: Callable[[], StreamingAlgorithm]) -> Iterator[Case]:
    algorithm = build()
    vocabulary = len(reached_memories(algorithm, MAX_SCORES)) * len(algorithm.alphabet)
    for d, p in _shapes(algorithm.memory_bits):
        bounds = Bounds(
            exactly={"depth": 1, "width": d, "thoughts": 1, "vocabulary": vocabulary},
            at_most={"precision": p, "memory_bits": d * p, "entry_bits": max(1, p)},
        )
        yield Case(f"d={d} p={p}", argmax_cot(algorithm, d, p), algorithm, bounds)


def _lemmas(build: Callable[[], StreamingAlgorithm]) -> Iterator[Lemma]:
    algorithm = build()
    memories = len(reached_memories(algorithm, MAX_SCORES))
    letters = (memories + 1) * len(algorithm.alphabet)
    for d, p in _shapes(algorithm.memory_bits):
        check = partial(find_narrow_margin, algorithm, d, p)
        yield Lemma(f"d={d} p={p}", check, memories * letters, "states and letters")


SOURCE = "2604.14501, online chain of thought and streaming algorithms (linear readout ours)"
PROOF = "constructions.thoughts.linear_scores"
SLOW = ("Misra-Gries, 2 counters to 2", "distinct of 4")

CLAIMS = (
    Claim(
        name="streaming-by-linear-scores",
        source=SOURCE,
        statement="A streaming algorithm with s bits is done by one diagonal layer with d p = s and online chain of "
        "thought, one thought a symbol, read out by argmax over linear scores: no network is needed.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_cases,
        instances=ALGORITHMS,
        full=LARGER,
    ),
    Claim(
        name="linear-scores-margin",
        source=SOURCE,
        statement="In no memory that is reached, and after no letter, is the largest of these scores ahead by less "
        "than 1, or is one of them an integer of more than 2p + ceil(log2 d) + 1 <= 2p + log2 d + 2 bits.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_lemmas,
        instances={name: build for name, build in ALGORITHMS.items() if name not in SLOW},
        full={name: ALGORITHMS[name] for name in SLOW}
        | {name: LARGER[name] for name in ("count mod 200", "Dyck(2,5)", "ends with abaababaab")},
    ),
)
