"""Traces: a word with both runs along it, step by step, that anybody can replay.

A `Trace` shows where a model and a task part. A `Collision` shows more: two words after which a model is in the same
state with the same last symbol while different answers are demanded: *no* readout of state and symbol can be right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, TypeAlias

from exactssm.errors import CertificateError, ExactssmError
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol, Word, run
from exactssm.models.chain_of_thought import OfflineCoT, OnlineCoT
from exactssm.models.model import Model
from exactssm.straight_line import Program
from exactssm.tasks import WordProblem

__all__ = [
    "Collision",
    "Labels",
    "Reading",
    "Silent",
    "Trace",
    "TraceStep",
    "check_answers",
    "check_last_symbols",
    "collision_text",
    "factor",
    "labels_of",
    "named",
    "plain_table",
    "readings",
    "short_word",
    "text",
]


def text(value: object) -> str:
    """How traces and tables write a symbol, a letter, a state or an output: strings bare, tuples in round brackets."""
    if isinstance(value, str):
        return value
    if value is UNSPECIFIED:
        return "-"
    if type(value) is tuple:
        return "(" + ",".join(map(text, value)) + ")"
    return str(value)


Labels: TypeAlias = tuple[str, ...]
"""How people write the numbers that stand for elements, where symbols and answers are elements; else none."""


def labels_of(task: Machine) -> Labels:
    """The labels of the elements that a word problem is about; none for other tasks."""
    return tuple(task.structure.labels) if isinstance(task, WordProblem) else ()


def named(value: object, labels: Labels) -> str:
    """``value`` as `text`, but the number of an element by its label, if there are labels.

    >>> named(2, ("e", "r", "s")), named(2, ())
    ('s', '2')
    """
    return labels[value] if isinstance(value, int) and 0 <= value < len(labels) else text(value)


def factor(shown: str) -> str:
    """A symbol as it stands under a power: in brackets, where the power would seem to be of its last part only.

    >>> factor("r"), factor("s*r^2"), factor("-j")
    ('r', '(s*r^2)', '(-j)')
    """
    return f"({shown})" if any(mark in shown for mark in "^*-") and shown[0] not in "([" else shown


MOST_SHOWN = 40


def short_word(word: Word, labels: Labels = ()) -> str:
    """``word`` for people: a run of five or more of a symbol as a power, and the middle of a long word left out.

    >>> short_word(("a", "b", "b", "b", "b", "b", "b", "a"))
    'a b^6 a'
    """
    parts: list[str] = []
    for symbol, equal in groupby(named(symbol, labels) for symbol in word):
        times = sum(1 for _ in equal)
        parts += [f"{factor(symbol)}^{times}"] if times >= 5 else [symbol] * times
    if len(parts) > MOST_SHOWN:
        parts = [*parts[: MOST_SHOWN - 10], "...", *parts[-9:], f"({len(word)} symbols)"]
    return " ".join(parts)


@dataclass(frozen=True)
class Silent:
    """The task that demands nothing, for a trace of a model alone."""

    alphabet: tuple[Symbol, ...]
    start = "silent"

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        return state, UNSPECIFIED


@dataclass(frozen=True)
class Reading:
    """What a machine did on one symbol: its own input, or a thought that it read back."""

    symbol: Symbol
    states: tuple[State, ...]  #: the state after the symbol: of each layer for a stack of layers, else one
    letters: tuple[Symbol, ...]  #: for a stack of depth L, the L - 1 letters passed between its layers
    output: Output
    thought: bool = False


def readings(machine: Machine, state: State, symbol: Symbol) -> tuple[tuple[Reading, ...], State]:
    """What ``machine`` does on ``symbol`` in ``state``, layer by layer and thought by thought; and the state after."""
    if isinstance(machine, OnlineCoT | OfflineCoT):
        found: list[Reading] = []
        for position, read in enumerate((symbol, *machine.thoughts(state, symbol))):
            inner, state = readings(machine.model, state, read)
            found += [Reading(r.symbol, r.states, r.letters, r.output, position > 0) for r in inner]
        return tuple(found), state
    if isinstance(machine, Model):
        states, letters = machine.through(state, symbol)
        return (Reading(symbol, states, letters[1:-1], letters[-1]),), states
    after, output = machine.step(state, symbol)
    return (Reading(symbol, (after,), (), output),), after


@dataclass(frozen=True)
class TraceStep:
    """One input symbol: what the model did on it, what it put out and what the task demanded."""

    symbol: Symbol
    readings: tuple[Reading, ...]
    output: Output
    demanded: Output

    @property
    def differs(self) -> bool:
        return self.demanded is not UNSPECIFIED and self.output != self.demanded


@dataclass(frozen=True)
class Trace:
    """Both runs along ``word``.

    >>> from exactssm.tasks import parity
    >>> from exactssm.machine import Renamed
    >>> always_even = Renamed(parity(), lambda output: "even")
    >>> print(Trace.along(always_even, parity(), "01").as_text())
    step  symbol  state  output  demanded
    1     0       even   even    even
    2     1       odd    even    odd       <- differs
    """

    word: Word
    steps: tuple[TraceStep, ...]
    labels: Labels = field(default=(), compare=False, repr=False)  #: of elements, in a word problem

    @classmethod
    def along(cls, model: Machine, task: Machine, word: Iterable[Symbol]) -> Trace:
        """Run both machines along ``word``. Raises SymbolError, if a symbol is in neither's alphabet."""
        word = tuple(word)
        state, steps = model.start, []
        for symbol, demanded in zip(word, run(task, word).outputs, strict=True):
            _, output = model.step(state, symbol)
            read, state = readings(model, state, symbol)
            steps.append(TraceStep(symbol, read, output, demanded))
        return cls(word, tuple(steps), labels_of(task))

    @classmethod
    def of_difference(cls, model: Machine, task: Machine, word: Word) -> Trace:
        """`along` a word that a search found. Raises CertificateError, unless the two differ at its end only: then one
        of them is no pure function."""
        trace = cls.along(model, task, word)
        trace._check_difference()
        return trace

    def replay(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, unless both machines run along the word as recorded and differ at its end only."""
        try:
            again = Trace.along(model, task, self.word)
        except ExactssmError as error:
            raise CertificateError(f"the trace doesn't replay: {error}") from error
        if again != self:
            raise CertificateError(f"the trace doesn't replay on the word {text(self.word)}")
        self._check_difference()

    def _check_difference(self) -> None:
        if not self.steps or not self.steps[-1].differs or any(step.differs for step in self.steps[:-1]):
            raise CertificateError(
                f"a counterexample differs at its last step and at no other; {text(self.word)} doesn't"
            )

    def as_json(self) -> dict[str, Any]:
        """The trace with every value as text, for files."""
        return {
            "word": [text(symbol) for symbol in self.word],
            "steps": [
                {
                    "symbol": text(step.symbol),
                    "readings": [
                        {
                            "symbol": text(reading.symbol),
                            "thought": reading.thought,
                            "states": [text(state) for state in reading.states],
                            "letters": [text(letter) for letter in reading.letters],
                            "output": text(reading.output),
                        }
                        for reading in step.readings
                    ],
                    "output": text(step.output),
                    "demanded": None if step.demanded is UNSPECIFIED else text(step.demanded),
                }
                for step in self.steps
            ],
        }

    def rows(self) -> tuple[list[str], list[list[str]]]:
        """The header and the rows of the trace as a table; a thought has a row of its own."""
        depth = max((len(reading.states) for step in self.steps for reading in step.readings), default=1)
        header = ["step", "symbol"]
        for layer in range(depth):
            header += ["state" if depth == 1 else f"layer {layer + 1}"] + (["letter"] if layer < depth - 1 else [])
        header += ["output", "demanded", ""]
        rows = []
        for number, step in enumerate(self.steps, start=1):
            for reading in step.readings:
                last = reading is step.readings[-1]
                row = [
                    "" if reading.thought else str(number),
                    f"thinks {text(reading.symbol)}" if reading.thought else named(reading.symbol, self.labels),
                ]
                for layer, state in enumerate(reading.states):
                    row += [text(state)] + ([text(reading.letters[layer])] if layer < len(reading.letters) else [])
                row += [named(reading.output, self.labels), named(step.demanded, self.labels) if last else ""]
                rows.append([*row, "<- differs" if last and step.differs else ""])
        return header, rows

    def as_text(self) -> str:
        """The trace as a plain table."""
        return plain_table(*self.rows())


def plain_table(header: list[str], rows: list[list[str]]) -> str:
    """Columns as wide as they need to be, two blanks apart."""
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in [header, *rows]
    )


def check_last_symbols(first: Word | Program, second: Word | Program) -> None:
    """Raise CertificateError, unless both words end in one symbol."""
    if not first or not second or first[-1] != second[-1]:
        raise CertificateError("the two words must end in the same symbol; they don't")


def check_answers(recorded: tuple[Output, Output], demanded: tuple[Output, ...]) -> None:
    """Raise CertificateError, unless the answers demanded are those recorded, two different ones."""
    if demanded != recorded or UNSPECIFIED in demanded or demanded[0] == demanded[1]:
        raise CertificateError("the task must demand the two different answers recorded; it doesn't")


def collision_text(first: str, second: str, state: State, demanded: tuple[Output, Output], labels: Labels) -> str:
    """One sentence about two words that lead to one state, though two answers are demanded."""
    one, other = (named(answer, labels) for answer in demanded)
    return (
        f"{first} and {second} both lead to the state {text(state)}, but demand {one} and {other}: no readout gives "
        "both"
    )


@dataclass(frozen=True)
class Collision:
    """Two words that end in one symbol and leave a model in one state, while different answers are demanded."""

    first: Word
    second: Word
    state: State  #: the model's, after either word
    demanded: tuple[Output, Output]
    labels: Labels = field(default=(), compare=False, repr=False)  #: of elements, in a word problem

    @property
    def word(self) -> Word:
        """The longer word: whatever the readout, the model fails on it or on the other one."""
        return self.second

    def replay(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, unless the two words do to ``model`` and ``task`` what is recorded."""
        check_last_symbols(self.first, self.second)
        try:
            states = [run(model, word).states[-1] for word in (self.first, self.second)]
            demanded = tuple(run(task, word).outputs[-1] for word in (self.first, self.second))
        except ExactssmError as error:
            raise CertificateError(f"the collision doesn't replay: {error}") from error
        if states != [self.state, self.state]:
            raise CertificateError("both words must lead to the state recorded; they don't")
        check_answers(self.demanded, demanded)

    def as_json(self) -> dict[str, Any]:
        """Both words, the state and both answers, as text."""
        return {
            "words": [[text(symbol) for symbol in word] for word in (self.first, self.second)],
            "state": text(self.state),
            "demanded": [text(answer) for answer in self.demanded],
        }

    def as_text(self) -> str:
        """One sentence."""
        first, second = (short_word(word, self.labels) for word in (self.first, self.second))
        return collision_text(first, second, self.state, self.demanded, self.labels)
