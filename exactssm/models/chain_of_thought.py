"""Chain of thought: a model that emits symbols, its thoughts, and reads them back before it answers.

Thoughts are fed back through the same stack: the states of all layers are carried on and never reset. Online, the model
thinks after each input symbol; offline, only after the symbol that ends the input.

A model that thinks the same thought in the same state again thinks for ever: that is noticed (`ThoughtsNeverEnd`), with
or without a limit. One with endlessly many states may never come back; without a limit it is stopped after
`MOST_THOUGHTS`, and in longer chains only loops that begin before so many are noticed.

Source: 2604.14501 §6: with online thoughts, models are as strong as one-pass streaming algorithms; offline thoughts do
not evade the lower bound for function composition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from exactssm.errors import ConstructionError, SymbolError, ThoughtLimitExceeded, ThoughtsNeverEnd
from exactssm.machine import Machine, Output, State, Symbol, check_symbol

__all__ = ["MOST_THOUGHTS", "OfflineCoT", "OnlineCoT", "Think", "Thinking", "think_on"]

MOST_THOUGHTS: Final = 10**5
"""How many thoughts one input symbol may take where no limit is given."""


@dataclass(frozen=True, slots=True)
class Think:
    """The output of a model that emits ``thought`` and reads it as its next symbol."""

    thought: Symbol


class Thinking(NamedTuple):
    """How a model thought after one input symbol."""

    state: State
    answer: Output  #: the first output that is no thought
    thoughts: tuple[Symbol, ...]  #: those before it, in order


@dataclass(frozen=True)
class OnlineCoT:
    """``model`` thinking after each input symbol, as a machine over the input symbols alone.

    A step feeds the symbol, then each thought while the model puts out `Think`; its output is the model's first output
    that is no thought.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.machine import run
    >>> from exactssm.models import Block, Model
    >>> counter = DiagonalLayer(ResidueRing(8), start=(0,), decay=lambda x: (1,), drive=lambda x: (1,))
    >>> model = Model("ab", [Block(counter, lambda h, x: Think("b") if h[0] % 3 else h[0])])
    >>> online = OnlineCoT(model, inputs="a", limit=2)
    >>> run(online, "aa").outputs, online.thoughts(online.start, "a")
    ((3, 6), ('b', 'b'))

    Raises: SymbolError, if an input symbol is not one of the model's, or stands twice, and from `step`, if a thought is
    not one of the model's symbols; ConstructionError, for a limit below 0; from `step`, ThoughtLimitExceeded, and
    ThoughtsNeverEnd, which is one.
    """

    model: Machine
    alphabet: tuple[Symbol, ...]  #: the input symbols, of the model's alphabet
    limit: int | None  #: the most thoughts that one input symbol may take; None: however many, if they end
    _symbols: frozenset[Symbol] = field(init=False, repr=False, compare=False)

    def __init__(self, model: Machine, inputs: Sequence[Symbol], limit: int | None = None) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "alphabet", tuple(inputs))
        object.__setattr__(self, "limit", limit)
        object.__setattr__(self, "_symbols", checked_symbols(model, self.alphabet, limit))

    @property
    def start(self) -> State:
        return self.model.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        after = think(self.model, self._symbols, state, symbol, self.limit)
        return after.state, after.answer

    def thoughts(self, state: State, symbol: Symbol) -> tuple[Symbol, ...]:
        """The thoughts emitted on ``symbol`` from ``state``, in order. Raises what `step` raises."""
        return think(self.model, self._symbols, state, symbol, self.limit).thoughts


@dataclass(frozen=True)
class OfflineCoT:
    """``model`` thinking only after the input symbol ``end``; other symbols' outputs are passed on as they are.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.machine import run
    >>> from exactssm.models import Block, Model
    >>> layer = DiagonalLayer(ResidueRing(8), (0,), decay=lambda x: (1,), drive={"1": (1,), "$": (0,), "-": (6,)})
    >>> countdown = lambda h, x: "..." if x == "1" else Think("-") if h[0] > 1 else "odd" if h[0] else "even"
    >>> offline = OfflineCoT(Model("1$-", [Block(layer, countdown)]), inputs="1$", end="$", limit=3)
    >>> run(offline, "11111$").outputs
    ('...', '...', '...', '...', '...', 'odd')

    Raises: like `OnlineCoT`; SymbolError also, if ``end`` is not an input symbol; ConstructionError from `step`, if the
    model thinks after another symbol.
    """

    model: Machine
    alphabet: tuple[Symbol, ...]  #: the input symbols, of the model's alphabet; ``end`` is one of them
    end: Symbol
    limit: int | None  #: the most thoughts that ``end`` may take; None: however many, if they end
    _symbols: frozenset[Symbol] = field(init=False, repr=False, compare=False)

    def __init__(self, model: Machine, inputs: Sequence[Symbol], end: Symbol, limit: int | None = None) -> None:
        object.__setattr__(self, "model", model)
        object.__setattr__(self, "alphabet", tuple(inputs))
        object.__setattr__(self, "end", end)
        object.__setattr__(self, "limit", limit)
        object.__setattr__(self, "_symbols", checked_symbols(model, self.alphabet, limit))
        if end not in self.alphabet:
            raise SymbolError(f"the end of input must be an input symbol, got {end!r}")

    @property
    def start(self) -> State:
        return self.model.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        after = self._think(state, symbol)
        return after.state, after.answer

    def thoughts(self, state: State, symbol: Symbol) -> tuple[Symbol, ...]:
        """The thoughts emitted on ``symbol`` from ``state``, none unless it is ``end``. Raises what `step` raises."""
        return self._think(state, symbol).thoughts

    def _think(self, state: State, symbol: Symbol) -> Thinking:
        if symbol == self.end:
            return think(self.model, self._symbols, state, symbol, self.limit)
        after, output = self.model.step(state, symbol)
        if isinstance(output, Think):
            raise ConstructionError(
                f"an offline model may think only after {self.end!r}, but it thinks {output.thought!r} after {symbol!r}"
            )
        return Thinking(after, output, ())


def think(model: Machine, symbols: frozenset[Symbol], state: State, symbol: Symbol, limit: int | None) -> Thinking:
    """Feed ``symbol``, then the model's thoughts one by one until it answers; ``symbols`` is the model's alphabet."""
    after, output = model.step(state, symbol)
    if not isinstance(output, Think):
        return Thinking(after, output, ())
    try:
        return think_on(model, symbols, after, output, limit)
    except SymbolError as error:
        error.args = (f"after {symbol!r} {error}",)
        raise
    except ThoughtLimitExceeded as error:
        error.args = (f"after {symbol!r} from the state {state!r} {error}",)
        raise


def think_on(
    model: Machine, symbols: frozenset[Symbol], state: State, output: Output, limit: int | None = None
) -> Thinking:
    """Feed ``output`` back, while it is a thought, and so on until the model answers.

    From a state and a thought everything else follows, so if both come again, they do so for ever.

    Raises: SymbolError, if a thought is not in ``symbols``; ThoughtsNeverEnd, if they repeat; ThoughtLimitExceeded.
    """
    most, whose = (MOST_THOUGHTS, "as many as without a limit") if limit is None else (limit, "the limit")
    thoughts: list[Symbol] = []
    met: dict[tuple[State, Symbol], int] = {}  # how many thoughts came before
    while isinstance(output, Think):
        thought, count = output.thought, len(thoughts)
        if thought not in symbols:
            raise SymbolError(f"the model thinks {thought!r}, which is not in its alphabet")
        if (entry := met.get((state, thought))) is not None:
            raise ThoughtsNeverEnd(
                f"the model never answers: {entry} thoughts on, it begins to think the same {count - entry} for ever",
                entry,
                count - entry,
            )
        if count == most:
            raise ThoughtLimitExceeded(f"the model thinks more than {most} thoughts, {whose}")
        if count < MOST_THOUGHTS:
            met[state, thought] = count
        thoughts.append(thought)
        state, output = model.step(state, thought)
    return Thinking(state, output, tuple(thoughts))


def checked_symbols(model: Machine, inputs: tuple[Symbol, ...], limit: int | None) -> frozenset[Symbol]:
    """The model's alphabet as a set. Raises SymbolError unless ``inputs`` are some of it, each once, and
    ConstructionError unless ``limit`` is a count or None."""
    for position, symbol in enumerate(inputs):
        check_symbol(symbol, model.alphabet, position)
    if len(set(inputs)) != len(inputs):
        raise SymbolError(f"each input symbol stands once, got {inputs!r}")
    if limit is not None and (type(limit) is not int or limit < 0):
        raise ConstructionError(
            f"the limit of thoughts an input symbol must be None or an int of at least 0, got {limit!r}"
        )
    return frozenset(model.alphabet)
