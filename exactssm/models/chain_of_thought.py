"""Chain of thought: a model that emits symbols, its thoughts, and reads them back before it answers.

Thoughts are fed back through the same stack: the states of all layers are carried on and never reset. Online, the model
thinks after each input symbol; offline, only after the symbol that ends the input.

Source: 2604.14501 §6: with online thoughts, models are as strong as one-pass streaming algorithms; offline thoughts do
not evade the lower bound for function composition.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from exactssm.errors import ConstructionError, SymbolError, ThoughtLimitExceeded
from exactssm.machine import Machine, Output, State, Symbol, check_symbol

__all__ = ["OfflineCoT", "OnlineCoT", "Think"]


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
    not one of the model's symbols; ConstructionError, for a limit below 0; ThoughtLimitExceeded from `step`.
    """

    model: Machine
    alphabet: tuple[Symbol, ...]  #: the input symbols, of the model's alphabet
    limit: int  #: the most thoughts that one input symbol may take
    _symbols: frozenset[Symbol] = field(init=False, repr=False, compare=False)

    def __init__(self, model: Machine, inputs: Sequence[Symbol], limit: int) -> None:
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
    limit: int  #: the most thoughts that ``end`` may take
    _symbols: frozenset[Symbol] = field(init=False, repr=False, compare=False)

    def __init__(self, model: Machine, inputs: Sequence[Symbol], end: Symbol, limit: int) -> None:
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


def think(model: Machine, symbols: frozenset[Symbol], state: State, symbol: Symbol, limit: int) -> Thinking:
    """Feed ``symbol``, then the model's thoughts one by one until it answers; ``symbols`` is the model's alphabet."""
    thoughts: list[Symbol] = []
    after, output = model.step(state, symbol)
    while isinstance(output, Think):
        if output.thought not in symbols:
            raise SymbolError(f"after {symbol!r} the model thinks {output.thought!r}, which is not in its alphabet")
        if len(thoughts) == limit:
            raise ThoughtLimitExceeded(
                f"after {symbol!r} from the state {state!r} the model thinks more than {limit} thoughts, the limit"
            )
        thoughts.append(output.thought)
        after, output = model.step(after, output.thought)
    return Thinking(after, output, tuple(thoughts))


def checked_symbols(model: Machine, inputs: tuple[Symbol, ...], limit: int) -> frozenset[Symbol]:
    """The model's alphabet as a set. Raises SymbolError unless ``inputs`` are some of it, each once, and
    ConstructionError unless ``limit`` is a count."""
    for position, symbol in enumerate(inputs):
        check_symbol(symbol, model.alphabet, position)
    if len(set(inputs)) != len(inputs):
        raise SymbolError(f"each input symbol stands once, got {inputs!r}")
    if type(limit) is not int or limit < 0:
        raise ConstructionError(f"the limit of thoughts an input symbol must be an int of at least 0, got {limit!r}")
    return frozenset(model.alphabet)
