"""Stacks that remember the steps of their layers: a search meets few of them, in many combinations."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import TypeAlias

from exactssm.layers.layer import Vector
from exactssm.machine import Machine, State, Symbol
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT
from exactssm.models.model import StackStep

__all__ = ["Remembering", "block_steps", "remembering"]

STEPS_KEPT = 2**16
"""How many steps of each layer are remembered, the last ones used."""

BlockStep: TypeAlias = Callable[[Vector, Symbol], tuple[Vector, Symbol]]


class Remembering(Model):
    """The stack ``model``, faster: as layers and readouts are pure, a step taken once need not be taken again."""

    _steps: tuple[BlockStep, ...]

    def __init__(self, model: Model) -> None:
        super().__init__(model.alphabet, model.blocks)
        object.__setattr__(self, "_steps", block_steps(model))

    def through(self, state: State, symbol: Symbol) -> StackStep:
        assert isinstance(state, tuple)
        letter = symbol
        letters, after = [symbol], []
        for step, before in zip(self._steps, state, strict=True):
            h, letter = step(before, letter)
            after.append(h)
            letters.append(letter)
        return StackStep(tuple(after), tuple(letters))


def block_steps(model: Model) -> tuple[BlockStep, ...]:
    """The steps of each layer with its readout, remembered if there are several: a single one repeats next to none."""
    if isinstance(model, Remembering):
        return model._steps
    steps = [partial(_step, block) for block in model.blocks]
    return tuple(lru_cache(STEPS_KEPT)(step) for step in steps) if len(steps) > 1 else tuple(steps)


def _step(block: Block, before: Vector, letter: Symbol) -> tuple[Vector, Symbol]:
    h = block.layer.step(before, letter)
    return h, block.readout(h, letter)


def remembering(machine: Machine) -> Machine:
    """``machine``, its stack `Remembering` if that has more than one layer."""
    if isinstance(machine, OnlineCoT):
        return OnlineCoT(remembering(machine.model), machine.alphabet, machine.limit)
    if isinstance(machine, OfflineCoT):
        return OfflineCoT(remembering(machine.model), machine.alphabet, machine.end, machine.limit)
    return Remembering(machine) if type(machine) is Model and machine.depth > 1 else machine
