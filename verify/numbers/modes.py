"""Modes of evaluation against a task, and against each other: every word up to a length, and never more.

What is flattened, scanned along a tree, or computed with a precision that grows with the word is no machine, so nothing
here is proved for all lengths. Words are tried one by one, shortest first and in alphabet order within a length.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias, cast

from exactssm.errors import CertificateError, DomainError, ExactssmError, SymbolError
from exactssm.evaluation import LayeredFunction, WordFunction
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol, Word, check_symbol, name_word, words
from exactssm.tasks.dead import dead_states
from verify.search.exhaustive import word_count
from verify.trace import Reading, Trace, TraceStep, plain_table, text
from verify.verdict import Checked, Refuted

__all__ = ["Disagreement", "WordTrace", "check_word_function", "first_disagreement"]

Progress: TypeAlias = Callable[[int], None]
METHOD = "every word, each evaluated whole"


@dataclass(frozen=True)
class WordTrace(Trace):
    """A `Trace` of a word function: each step is its answer to the prefix that ends there."""

    @classmethod
    def along(cls, model: Machine | WordFunction, task: Machine, word: Iterable[Symbol]) -> WordTrace:
        """What ``model``, a word function, answers each prefix of ``word``, and what ``task`` demands there.

        Raises: SymbolError, if a symbol is not in the task's alphabet; what the function raises.
        """
        word = tuple(word)
        steps, state = [], task.start
        for position, symbol in enumerate(word):
            check_symbol(symbol, task.alphabet, position)
            state, demanded = task.step(state, symbol)
            reading = _reading(_function(model), word[: position + 1])
            steps.append(TraceStep(symbol, (reading,), reading.output, demanded))
        return cls(word, tuple(steps))

    def replay(self, model: Machine | WordFunction, task: Machine) -> None:
        """Raise CertificateError, unless both do on each prefix as recorded, and differ at the end only."""
        try:
            again = WordTrace.along(model, task, self.word)
        except ExactssmError as error:
            raise CertificateError(f"the trace doesn't replay: {error}") from error
        if again != self:
            raise CertificateError(f"the trace doesn't replay on the word {text(self.word)}")
        self._check_difference()


def _function(model: Machine | WordFunction) -> WordFunction:
    if not hasattr(model, "output"):
        raise CertificateError("a trace of a function of words is replayed with that function, got a machine")
    return cast(WordFunction, model)


def _reading(function: WordFunction, word: Word) -> Reading:
    if isinstance(function, LayeredFunction):
        states, letters = function.through(word)
        return Reading(word[-1], states, letters[1:-1], letters[-1])
    return Reading(word[-1], (), (), function.output(word))


def check_word_function(
    function: WordFunction, task: Machine, length: int, *, progress: Progress | None = None
) -> Checked | Refuted:
    """Compare the outputs of ``function`` with ``task`` on every word of at most ``length`` symbols.

    A word is one check: what ``function`` puts out after its last symbol, where the task demands something there.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> from exactssm.evaluation import AlongTree, Evaluated, Recurrent, blelloch
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.models import Block, Model
    >>> from exactssm.tasks import parity
    >>> signs = FixedPoint(1, 0, Rounding.FLOOR, Overflow.WRAP)
    >>> layer = DiagonalLayer(signs, (1,), {"0": (1,), "1": (-1,)})
    >>> model = Model("01", [Block(layer, lambda h, x: "even" if h == (1,) else "odd")])
    >>> print(check_word_function(Evaluated(model, AlongTree(blelloch)), parity(), 8))
    checked on every word up to length 8 (510 words, 510 steps)

    Raises: SymbolError, unless both read the same alphabet; DomainError, for a length below 0; what the function or the
    task raises.
    """
    _check_same_alphabet("function", function.alphabet, "task", task.alphabet)
    _check_length(length)
    evaluated = 0
    for word, demanded in _demands(task, length):
        evaluated += 1
        if progress is not None and evaluated % 4096 == 0:
            progress(evaluated)
        if function.output(word) != demanded:
            trace = WordTrace.along(function, task, word)
            trace.replay(function, task)
            return Refuted(METHOD, trace, evaluated)
    return Checked(length, word_count(len(task.alphabet), length), evaluated, evaluated, METHOD)


def _demands(task: Machine, length: int) -> Iterator[tuple[Word, Output]]:
    """Every word at whose end ``task`` demands something, with what it demands, shortest first."""
    is_dead = dead_states(task)
    for end in range(1, length + 1):
        # each entry: the state after a prefix, with the letters still to be tried there
        path: list[tuple[State, int]] = [(task.start, 0)]
        prefix: list[Symbol] = []
        while path:
            state, position = path.pop()
            if position == len(task.alphabet) or len(prefix) == end:
                if prefix:
                    prefix.pop()
                continue
            path.append((state, position + 1))
            prefix.append(task.alphabet[position])
            word = tuple(prefix)
            try:
                after, demanded = task.step(state, word[-1])
            except Exception as error:
                name_word(error, word)
                raise
            if len(word) == end and demanded is not UNSPECIFIED:
                yield word, demanded
            if len(word) == end or (demanded is UNSPECIFIED and is_dead(after)):
                prefix.pop()
            else:
                path.append((after, 0))


@dataclass(frozen=True)
class Disagreement:
    """A shortest word on which two functions differ, with what each one makes of its prefixes."""

    word: Word
    first: tuple[Reading, ...]  #: one for each prefix
    second: tuple[Reading, ...]

    def replay(self, first: WordFunction, second: WordFunction) -> None:
        """Raise CertificateError, unless both functions do as recorded, and differ on the whole word."""
        try:
            again = _disagreement(first, second, self.word)
        except ExactssmError as error:
            raise CertificateError(f"the disagreement doesn't replay: {error}") from error
        if again != self:
            raise CertificateError(f"the disagreement doesn't replay on the word {text(self.word)}")
        if not self.word or not _differ(self.first[-1], self.second[-1], in_states=True):
            raise CertificateError(f"the functions must differ on the word {text(self.word)}; they don't")

    def as_text(self) -> str:
        """A table: the states and outputs of both after each prefix."""
        depth = max((len(reading.states) for reading in self.first + self.second), default=0)
        layers = ["state"] if depth == 1 else [f"layer {number}" for number in range(1, depth + 1)]
        header = [
            "step",
            "symbol",
            *(f"{name}, {which}" for which in ("first", "second") for name in [*layers, "output"]),
        ]
        rows = []
        for number, (symbol, *pair) in enumerate(zip(self.word, self.first, self.second, strict=True), start=1):
            row = [str(number), text(symbol)]
            for reading in pair:
                states = [text(state) for state in reading.states]
                row += [*states, *[""] * (depth - len(states)), text(reading.output)]
            rows.append([*row, "<- differs" if _differ(*pair, in_states=True) else ""])
        return plain_table([*header, ""], rows)


def first_disagreement(
    first: WordFunction,
    second: WordFunction,
    length: int,
    *,
    alphabet: Sequence[Symbol] | None = None,
    in_states: bool = False,
    progress: Progress | None = None,
) -> Disagreement | None:
    """The shortest word of at most ``length`` symbols, and first in alphabet order among these, on which two functions
    differ in output; with ``in_states``, in output or in the layers' states. None, if there is no such word.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> from exactssm.evaluation import Evaluated, Flattened, Recurrent
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.models import Block, Model
    >>> halves = FixedPoint(2, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)
    >>> layer = DiagonalLayer(halves, (halves.parse("1"),), {"*2": (halves.parse("2"),), "/2": (halves.parse("1/2"),)})
    >>> model = Model(["*2", "/2"], [Block(layer, lambda h, x: halves.text(h[0]))])
    >>> found = first_disagreement(Evaluated(model, Recurrent()), Evaluated(model, Flattened()), 5)
    >>> print(found.as_text())
    step  symbol  state, first  output, first  state, second  output, second
    1     *2      (4)           2              (4)            2
    2     *2      (7)           7/2            (7)            7/2
    3     /2      (3)           3/2            (4)            2               <- differs

    Raises: SymbolError, unless both read the same alphabet, and ``alphabet``, if given, is some of it; DomainError, for
    a length below 0, or if states are asked for and a function has none; what a function raises.
    """
    _check_same_alphabet("first function", first.alphabet, "second function", second.alphabet)
    symbols = first.alphabet if alphabet is None else tuple(alphabet)
    for position, symbol in enumerate(symbols):
        check_symbol(symbol, first.alphabet, position)
    _check_length(length)
    if in_states:
        for which, function in (("first", first), ("second", second)):
            if not isinstance(function, LayeredFunction):
                raise DomainError(f"states are compared of stacks of layers; the {which} function is none")
    for evaluated, word in enumerate(words(symbols, length, 1), start=1):
        if progress is not None and evaluated % 4096 == 0:
            progress(evaluated)
        if _differ(_reading(first, word), _reading(second, word), in_states=in_states):
            return _disagreement(first, second, word)
    return None


def _differ(first: Reading, second: Reading, *, in_states: bool) -> bool:
    return first.output != second.output or (in_states and first.states != second.states)


def _disagreement(first: WordFunction, second: WordFunction, word: Word) -> Disagreement:
    runs = [tuple(_reading(f, word[: t + 1]) for t in range(len(word))) for f in (first, second)]
    return Disagreement(word, *runs)


def _check_same_alphabet(one: str, ours: Sequence[Symbol], other: str, theirs: Sequence[Symbol]) -> None:
    for who, alphabet in ((one, ours), (other, theirs)):
        if len(set(alphabet)) != len(alphabet):
            raise SymbolError(f"each symbol of an alphabet stands once, got {alphabet!r} of the {who}")
    if set(ours) != set(theirs):
        raise SymbolError(f"{one} and {other} must read the same alphabet, got {ours!r:.80} and {theirs!r:.80}")


def _check_length(length: int) -> None:
    if type(length) is not int or length < 0:
        raise DomainError(f"the length of words must be an int >= 0, got {length!r}")
