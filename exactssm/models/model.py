"""A model: a stack of layers, each read out by an arbitrary function of its state *after* the letter and the letter.

    h^l_t = A^l(z^{l-1}_t) h^l_{t-1} + b^l(z^{l-1}_t),    z^l_t = F^l(h^l_t, z^{l-1}_t),    z^0_t the symbol read.

Source: 2603.01959 (decoder ``dec(h_t, x_t)``), 2604.14501 (generalised SSM), 2404.08819 Def. 2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from exactssm.errors import ConstructionError
from exactssm.layers.layer import Layer, Vector
from exactssm.machine import Output, State, Symbol

__all__ = ["Block", "Model", "Readout", "StackStep"]

Readout: TypeAlias = Callable[[Vector, Any], Output]


class Block(NamedTuple):
    """A layer and its readout F(state after the letter, letter); the promise that F is pure is the caller's."""

    layer: Layer
    readout: Readout


class StackStep(NamedTuple):
    """One symbol's way through a stack of depth L."""

    states: tuple[Vector, ...]  #: the L states after the symbol
    letters: tuple[Symbol, ...]  #: L + 1 of them: what each layer read, and the output last


@dataclass(frozen=True)
class Model:
    """A stack of blocks as a machine: its state is the tuple of the layers' states.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.layers import DiagonalLayer
    >>> ring = ResidueRing(2)
    >>> layer = DiagonalLayer(ring, start=(0,), decay=lambda x: (1,), drive=lambda x: (int(x),))
    >>> model = Model("01", [Block(layer, lambda h, x: "odd" if h == (1,) else "even")])
    >>> from exactssm.machine import run
    >>> run(model, "011").outputs
    ('even', 'odd', 'even')

    A stack of depth 0 keeps nothing and puts out the symbol that it reads, as the trivial group's tracker does.

    Raises: ConstructionError, for a symbol that stands twice.
    """

    alphabet: tuple[Symbol, ...]
    blocks: tuple[Block, ...]

    def __init__(self, alphabet: Sequence[Symbol], blocks: Sequence[Block]) -> None:
        object.__setattr__(self, "alphabet", tuple(alphabet))
        object.__setattr__(self, "blocks", tuple(blocks))
        if len(set(self.alphabet)) != len(self.alphabet):
            raise ConstructionError(f"each symbol of an alphabet stands once, got {self.alphabet!r}")

    @property
    def depth(self) -> int:
        return len(self.blocks)

    @property
    def start(self) -> State:
        return tuple(block.layer.start for block in self.blocks)

    def through(self, state: State, symbol: Symbol) -> StackStep:
        """``symbol``'s way through the stack: the states after it and the letters between the layers."""
        assert isinstance(state, tuple)
        letter: Symbol = symbol
        letters: list[Symbol] = [symbol]
        after: list[Vector] = []
        for block, before in zip(self.blocks, state, strict=True):
            h = block.layer.step(before, letter)
            letter = block.readout(h, letter)
            after.append(h)
            letters.append(letter)
        return StackStep(tuple(after), tuple(letters))

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        states, letters = self.through(state, symbol)
        return states, letters[-1]

    def layers(self) -> Iterator[Layer]:
        """The layers, the one that reads the input first."""
        return (block.layer for block in self.blocks)
