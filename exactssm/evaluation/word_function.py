"""Functions of words that are no machines: what they put out depends on the whole word read, not on a state after it.

A model whose layers are flattened, or scanned along a tree, is one, and so is whatever computes with a precision that
grows with the length of its input. They can be compared on every word up to a length, and no further.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, TypeAlias, runtime_checkable

from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import Layer
from exactssm.layers.layer import Vector
from exactssm.machine import Output, State, Symbol, Word, check_symbol, name_word
from exactssm.models import Model
from exactssm.models.model import StackStep

__all__ = ["Evaluated", "LayeredFunction", "Mode", "Recurrent", "Scheduled", "StateAfter", "WordFunction", "outputs_on"]

StateAfter: TypeAlias = Callable[[Sequence[Symbol]], Vector]
"""A word of letters -> a layer's state after it."""


class WordFunction(Protocol):
    """What answers words, each for itself. The two promises of `exactssm.machine.Machine.step` hold for `output`."""

    @property
    def alphabet(self) -> tuple[Symbol, ...]: ...

    def output(self, word: Word) -> Output:
        """The output after the last symbol of ``word``. Raises DomainError, if there is none."""
        ...


@runtime_checkable
class LayeredFunction(WordFunction, Protocol):
    """A word function that comes from a stack of layers."""

    def through(self, word: Word) -> StackStep:
        """The layers' states after ``word``, and the letters that its last symbol became on its way through them."""
        ...


def outputs_on(function: WordFunction, word: Sequence[Symbol]) -> Iterator[Output]:
    """The outputs after each prefix of ``word`` but the empty one, each prefix taken as a word of its own."""
    return (function.output(tuple(word[: t + 1])) for t in range(len(word)))


class Mode(Protocol):
    """A way to evaluate a layer on a whole word."""

    def on(self, layer: Layer) -> StateAfter:
        """The state of ``layer`` after a word, as this mode has it. Raises ConstructionError, if it has none."""
        ...


@dataclass(frozen=True)
class Recurrent:
    """Modes E and R: step by step in the layer's own arithmetic, exact or rounding. This one is a machine as well."""

    def on(self, layer: Layer) -> StateAfter:
        return lambda word: layer.run(word)[-1]


class _Path:
    """The word evaluated last, with what each of its symbols became: the next word mostly begins like it."""

    def __init__(self, depth: int) -> None:
        self.word: list[Symbol] = []
        self.letters: list[list[Symbol]] = [[] for _ in range(depth)]  #: what each layer read
        self.steps: list[StackStep] = []

    def cut(self, word: Word) -> None:
        """Keep what ``word`` begins with."""
        kept = 0
        while kept < min(len(word), len(self.word)) and self.word[kept] == word[kept]:
            kept += 1
        del self.word[kept:], self.steps[kept:]
        for row in self.letters:
            del row[kept:]


@dataclass(frozen=True)
class Evaluated:
    """``model`` with every layer evaluated in ``mode``: after each prefix, on the letters that came to it so far.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> from exactssm.evaluation import AlongTree, Flattened, blelloch
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.models import Block
    >>> halves = FixedPoint(3, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)
    >>> layer = DiagonalLayer(halves, (halves.parse("7"),), lambda x: (halves.parse("1/2"),))
    >>> model = Model("x", [Block(layer, lambda h, x: halves.text(h[0]))])
    >>> for mode in (Recurrent(), Flattened(), AlongTree(blelloch)):
    ...     print(*outputs_on(Evaluated(model, mode), "xxx"))
    7/2 3/2 1/2
    7/2 3/2 1/2
    7/2 0 0

    Raises: ConstructionError, if ``model`` is no stack of layers, or the mode can't evaluate one of them.
    """

    model: Model
    mode: Mode
    _after: tuple[StateAfter, ...] = field(init=False, repr=False, compare=False)
    _path: _Path = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.model, Model):
            raise ConstructionError(
                f"only a stack of layers is evaluated on whole words, got a {type(self.model).__name__}"
            )
        object.__setattr__(self, "_after", tuple(self.mode.on(layer) for layer in self.model.layers()))
        object.__setattr__(self, "_path", _Path(self.model.depth))

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.model.alphabet

    def output(self, word: Word) -> Output:
        """The output after the last symbol. Raises as `through`."""
        return self.through(word).letters[-1]

    def state(self, word: Word) -> State:
        """The layers' states after ``word``; the start state, if it is empty."""
        return self.through(word).states if word else self.model.start

    def through(self, word: Word) -> StackStep:
        """The layers' states after ``word``, and the letters that its last symbol became.

        Raises: DomainError, for the empty word; SymbolError, for a symbol that isn't in the alphabet; what a layer or a
        readout raises, which then names the word.
        """
        if not word:
            raise DomainError("an output belongs to a symbol; the empty word has none")
        path = self._path
        path.cut(word)
        for position in range(len(path.word), len(word)):
            check_symbol(word[position], self.alphabet, position)
            try:
                step = self._step(word[position])
            except Exception as error:
                name_word(error, tuple(word[: position + 1]))
                raise
            path.word.append(word[position])
            path.steps.append(step)
            for row, letter in zip(path.letters, step.letters, strict=False):  # all letters but the output
                row.append(letter)
        return path.steps[-1]

    def _step(self, symbol: Symbol) -> StackStep:
        states: list[Vector] = []
        letters: list[Symbol] = [symbol]
        for block, after, read in zip(self.model.blocks, self._after, self._path.letters, strict=True):
            h = after((*read, letters[-1]))
            states.append(h)
            letters.append(block.readout(h, letters[-1]))
        return StackStep(tuple(states), tuple(letters))


@dataclass(frozen=True)
class Scheduled:
    """A function for each length of words, such as a model whose arithmetic is more precise on longer ones.

    On a word of n symbols *everything* is computed by ``at(n)``, also what earlier symbols become: so there is no
    state after a prefix that the rest of the word could be read from.

    >>> from fractions import Fraction
    >>> from exactssm.arithmetic import LogPrecision, Rationals, Rounded, Rounding
    >>> from exactssm.evaluation import recast
    >>> from exactssm.layers import DiagonalLayer
    >>> from exactssm.models import Block
    >>> third = DiagonalLayer(Rationals(), (Fraction(1),), lambda x: (Fraction(1, 3),))
    >>> model = Model("x", [Block(third, lambda h, x: h[0])])
    >>> precision = LogPrecision(2, 2, Rounding.NEAREST_EVEN)
    >>> growing = Scheduled("x", lambda n: Evaluated(
    ...     recast(model, Rounded(precision(n), "once"), weights="rounded"), Recurrent()))
    >>> [str(growing.output(("x",) * n)) for n in (1, 2, 3, 4)]  # with 1, 3, 3 and 5 significant bits
    ['1/4', '3/32', '1/32', '3/256']

    Raises: what ``at`` raises, when a word is read.
    """

    alphabet: tuple[Symbol, ...]
    at: Callable[[int], WordFunction]  #: length -> function over ``alphabet``; pure
    _at: Callable[[int], WordFunction] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "alphabet", tuple(self.alphabet))
        object.__setattr__(self, "_at", lru_cache(64)(self.at))

    def output(self, word: Word) -> Output:
        """The output of ``at(len(word))`` on ``word``."""
        return self._at(len(word)).output(word)

    def through(self, word: Word) -> StackStep:
        """Likewise. Raises ConstructionError, if that function comes from no stack of layers."""
        function = self._at(len(word))
        if not isinstance(function, LayeredFunction):
            raise ConstructionError(f"the function for words of {len(word)} symbols has no layers")
        return function.through(word)
