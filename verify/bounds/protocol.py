"""The lower bound's protocols on one word, with every bit counted, next to what the bounds say.

`meter` runs forward communication and the two-party simulation, either party first, and compares what each answers with
the model's own output. The bounds are

- for each summary (d^2 + d) p bits, and L (K + 1) (d^2 + d) p in all, which the protocols never pass;
- N / 8, what pointer chasing on N elements takes (`constructions.composition.communication`: conditional);
- N log2 N, the bits of a function on N elements, what one message of one layer must hold.

A model whose bits are fewer than a problem needs can't solve it; a run whose bits are more proves nothing.

Source: 2604.14501, lower bound for K-function composition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from constructions.composition.protocols import (
    Message,
    Subject,
    Transcript,
    cut,
    forward_communication,
    stack_of,
    two_party_simulation,
)
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.machine import Output, Symbol, Word, run
from verify.render import fitted_table
from verify.trace import plain_table, text

__all__ = ["MeteredRun", "function_bits", "meter"]

MAX_ELEMENTS = 10_000
MAX_WORK = 10**6
"""Segments squared times layers, at most: each party carries each layer's state through all segments before its own."""


@dataclass(frozen=True)
class MeteredRun:
    """Both protocols on one word.

    >>> from constructions.composition.function_composition import composition_stack
    >>> from exactssm.tasks import FunctionComposition
    >>> task = FunctionComposition(N=4, K=1)
    >>> print(meter(composition_stack(task), task.stream(2, [(1, 2, 3, 0)]), [1], elements=4).as_text())
    2 layers, d = 1, p = 2; 2 segments, of 1+5 symbols
    a summary takes at most (d^2 + d) p = 4 bits, all L (K + 1) of them 16
    N = 4: one function takes N log2 N = 8 bits
    pointer chasing takes N / 8 = 1/2 bits (2507.08919; not checked here)
    <BLANKLINE>
    protocol                 turn  sender    bits  summaries
    forward                  1     player 0  4     1:0
                             2     player 0  4     2:0
    two parties, odd first   1     odd       4     1:1
                             2     even      8     1:0 2:0
    two parties, even first  1     even      4     1:0
                             2     odd       8     1:1 2:1
    <BLANKLINE>
    protocol                 messages  bits  of  answered by  output
    forward                  2         8     16  player 1     3
    two parties, odd first   2         12    16  odd          3
    two parties, even first  2         12    16  even         3
    direct run                                                3
    """

    word: Word
    cuts: tuple[int, ...]
    depth: int  #: L
    width: int  #: d, of the widest layer
    precision: int | None  #: p, of the largest ring; None, if one is endless
    runs: tuple[Transcript, ...]
    direct: Output  #: what the model puts out last
    elements: int | None = None  #: N, if known

    @property
    def segments(self) -> tuple[int, ...]:
        """The lengths of the segments."""
        ends = (0, *self.cuts, len(self.word))
        return tuple(after - before for before, after in pairwise(ends))

    @property
    def summary_bits(self) -> int | None:
        """(d^2 + d) p."""
        return None if self.precision is None else (self.width**2 + self.width) * self.precision

    @property
    def bound(self) -> int | None:
        """L (K + 1) (d^2 + d) p."""
        return None if self.summary_bits is None else self.depth * len(self.segments) * self.summary_bits

    @property
    def equal(self) -> bool:
        """Whether every protocol answers what the model puts out."""
        return all(ran.answer == self.direct for ran in self.runs)

    @property
    def pointer_chasing(self) -> Fraction | None:
        """N / 8."""
        return None if self.elements is None else Fraction(self.elements, 8)

    def replay(self, machine: Subject) -> None:
        """Raise CertificateError, unless ``machine`` and its protocols run as recorded, bit by bit, and agree."""
        if meter(machine, self.word, self.cuts, elements=self.elements) != self:
            raise CertificateError("the model and its protocols must run as recorded; they don't")
        if not self.equal:
            raise CertificateError(f"every protocol must answer {self.direct!r}, as the model does; one doesn't")

    def as_json(self) -> dict[str, Any]:
        """All figures by name; ``bits`` of a message are the characters 0 and 1 themselves."""
        return {
            "word": [text(symbol) for symbol in self.word],
            "cuts": list(self.cuts),
            "segments": list(self.segments),
            "depth": self.depth,
            "width": self.width,
            "precision": self.precision,
            "summary_bits": self.summary_bits,
            "bound": self.bound,
            "elements": self.elements,
            "pointer_chasing_bits": None if self.pointer_chasing is None else str(self.pointer_chasing),
            "function_bits": None if self.elements is None else function_bits(self.elements),
            "output": text(self.direct),
            "equal": self.equal,
            "runs": [_run_json(ran, self.direct) for ran in self.runs],
        }

    def as_text(self, width: int = 80) -> str:
        """The bounds, each message with its bits (a summary is its layer and its segment), and the totals."""
        return "\n\n".join(["\n".join(self._bounds()), self._messages(width), self._totals()])

    def _bounds(self) -> list[str]:
        lengths = "+".join(map(str, self.segments))
        if len(lengths) > 24:
            lengths = f"{min(self.segments)} to {max(self.segments)}"
        p = "unbounded" if self.precision is None else self.precision
        lines = [
            f"{_count(self.depth, 'layer')}, d = {self.width}, p = {p}; "
            f"{_count(len(self.segments), 'segment')}, of {lengths} symbols"
        ]
        if self.precision is None:
            lines.append("over an endless ring numbers, and so summaries, take as many bits as they need")
        else:
            lines.append(
                f"a summary takes at most (d^2 + d) p = {self.summary_bits} bits, all L (K + 1) of them {self.bound}"
            )
        if self.elements is not None:
            lines.append(f"N = {self.elements}: one function takes N log2 N = {function_bits(self.elements)} bits")
            lines.append(f"pointer chasing takes N / 8 = {self.pointer_chasing} bits (2507.08919; not checked here)")
        return lines

    def _messages(self, width: int) -> str:
        rows = []
        for ran in self.runs:
            for number, message in enumerate(ran.messages):
                sums = " ".join(f"{layer}:{segment}" for layer, segment in message.parts)
                name = "" if number else ran.name
                rows.append([name, str(message.turn), message.sender, str(len(message.bits)), sums])
        return fitted_table(["protocol", "turn", "sender", "bits", "summaries"], rows, width)

    def _totals(self) -> str:
        of = "-" if self.bound is None else str(self.bound)
        rows = [
            [ran.name, str(len(ran.messages)), str(ran.bits), of, ran.answered_by, text(ran.answer)]
            + ([] if ran.answer == self.direct else ["<- differs"])
            for ran in self.runs
        ]
        rows.append(["direct run", "", "", "", "", text(self.direct)])
        header = ["protocol", "messages", "bits", "of", "answered by", "output"]
        most = max(map(len, rows))
        return plain_table(header + [""] * (most - 6), [row + [""] * (most - len(row)) for row in rows])


def meter(machine: object, word: Sequence[Symbol], cuts: Sequence[int], *, elements: int | None = None) -> MeteredRun:
    """Run both protocols on ``word``, cut at the positions in ``cuts`` (counted from 0) at which segments begin.

    ``elements``, N, is the size of the problem's domain, if there is one.

    Raises: ConstructionError, unless the model is a stack of layers (that may think offline) and the cuts ascend and
    lie within the word; SummariesDontCompose, if its arithmetic rounds; SymbolError, if it doesn't read a symbol;
    BudgetExhausted, if there are too many segments.
    """
    if elements is not None and (type(elements) is not int or not 1 <= elements <= MAX_ELEMENTS):
        raise ConstructionError(f"N must be an int from 1 to {MAX_ELEMENTS}, got {elements!r}")
    stack = stack_of(machine)
    segments = cut(stack.machine, word, cuts)
    if stack.depth * len(segments) ** 2 > MAX_WORK:
        raise BudgetExhausted(
            f"layers times segments squared must be at most {MAX_WORK}, got {stack.depth} and {len(segments)}"
        )
    runs = (
        forward_communication(stack, segments),
        two_party_simulation(stack, segments, "odd"),
        two_party_simulation(stack, segments, "even"),
    )
    direct = run(stack.machine, word).outputs[-1]
    return MeteredRun(tuple(word), tuple(cuts), stack.depth, stack.width, stack.precision, runs, direct, elements)


def function_bits(elements: int) -> int:
    """N log2 N, rounded up: the bits that number the N^N functions on N elements.

    >>> [function_bits(N) for N in (1, 2, 3, 4, 8)]
    [0, 2, 5, 8, 24]
    """
    bits: int = (elements**elements - 1).bit_length()
    return bits


def _run_json(ran: Transcript, direct: Output) -> dict[str, Any]:
    return {
        "protocol": ran.protocol,
        "starter": ran.starter,
        "messages": [_message_json(message) for message in ran.messages],
        "bits": ran.bits,
        "answered_by": ran.answered_by,
        "output": text(ran.answer),
        "equal": ran.answer == direct,
    }


def _message_json(message: Message) -> dict[str, Any]:
    return {
        "turn": message.turn,
        "sender": message.sender,
        "summaries": [{"layer": layer, "segment": segment} for layer, segment in message.parts],
        "bits": message.bits,
    }


def _count(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")
