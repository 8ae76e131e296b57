"""Chains of thought that note what their layers do as they step: on which letters, to which states, read out as what.

A step is that of `exactssm.models.chain_of_thought`, in one loop; what isn't a plain answer after a few thoughts is
left to the definition, and then nothing is said of what was done.
"""

from __future__ import annotations

from typing import Final

from exactssm.arithmetic.domain import Element
from exactssm.layers import Layer
from exactssm.machine import Output, State, Symbol
from exactssm.models import Model, OfflineCoT, OnlineCoT, Think
from verify.search.reachability import LayerUse, StackUse
from verify.search.remembering import block_steps

__all__ = ["Noting"]

FEW_THOUGHTS: Final = 2**10
"""On one symbol; beyond it, where no limit is given, the definition looks whether they repeat."""


class Noting:
    """``machine``, whose model is a stack of layers, noting the steps it takes.

    >>> from constructions.thoughts.streaming_cot import streaming_cot
    >>> from exactssm.machine import run
    >>> from exactssm.tasks import modular_counter
    >>> noting = Noting(streaming_cot(modular_counter("ab", "b", 3), 1, 2, 1))
    >>> run(noting, "ab").outputs, noting.use().thoughts, sorted(noting.use().layers[0].states)
    ((0, 1), 1, [(0, 0), (1, 0)])
    """

    def __init__(self, machine: OnlineCoT | OfflineCoT) -> None:
        assert isinstance(machine.model, Model)
        self._machine = machine
        self._symbols = frozenset(machine.model.alphabet)
        self._limit = FEW_THOUGHTS if machine.limit is None else min(machine.limit, FEW_THOUGHTS)
        self._thinks_after = frozenset([machine.end] if isinstance(machine, OfflineCoT) else machine.alphabet)
        self._notes = tuple(_Notes(layer) for layer in machine.model.layers())
        self._layers = tuple(zip(block_steps(machine.model), self._notes, strict=True))
        self._outputs: set[Output] = set()
        self._thoughts = 0
        self._all_noted = True
        self.alphabet = machine.alphabet
        self.start: State = machine.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        begin, letter, thoughts = state, symbol, 0
        while True:
            after = []
            for (step, notes), before in zip(self._layers, state, strict=True):  # type: ignore[call-overload]
                h, passed = step(before, letter)
                if letter not in notes.read:
                    notes.note(letter)
                notes.states.add(h)
                after.append(h)
                letter = passed
            self._outputs.add(letter)
            state = tuple(after)
            if not isinstance(letter, Think):
                self._thoughts = max(self._thoughts, thoughts)
                return state, letter
            letter = letter.thought
            thoughts += 1
            if thoughts > self._limit or letter not in self._symbols or symbol not in self._thinks_after:
                self._all_noted = False
                return self._machine.step(begin, symbol)

    def use(self) -> StackUse | None:
        """What was noted so far; None, if not all was."""
        if not self._all_noted:
            return None
        passed = [notes.read for notes in self._notes[1:]] + [self._outputs] * bool(self._notes)
        layers = [notes.use(out) for notes, out in zip(self._notes, passed, strict=True)]
        return StackUse(tuple(layers), self._thoughts)


class _Notes:
    """What one layer did; what it passed on is what the next one read."""

    def __init__(self, layer: Layer) -> None:
        self._layer = layer
        self.states: set[State] = set()
        self.read: set[Symbol] = set()
        self._entries: list[set[Element]] = []

    def note(self, letter: Symbol) -> None:
        """A letter that was read for the first time, just now: its entries are still at hand."""
        self.read.add(letter)
        entries = self._layer.entries(letter)
        self._entries = self._entries or [set() for _ in entries]
        for values, entry in zip(self._entries, entries, strict=True):
            values.add(entry)

    def use(self, passed: set[Output]) -> LayerUse:
        entries = tuple(map(frozenset, self._entries))
        return LayerUse(frozenset(self.states), frozenset(self.read), frozenset(passed), entries)
