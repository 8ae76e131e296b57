"""A stack of layers as tables of ints, one a layer, each of them filled on its own.

Over all letters that the layers below can ever pass on, a layer by itself reaches every state that it reaches in the
stack. So n_i states and k_i letters of layer i take ``sum n_i k_i`` steps of layers in all, where a walk through the
states of the stack takes as many as there are reachable (n_1 ... n_L) k, each through every layer.

By itself a layer may reach more states than in the stack, even endlessly many, if a lower layer keeps it from drifting;
and it may be read out where the stack never comes, by a readout that has no answer there. So a table can be given up,
and an entry for which a layer or its readout raised an error is `FAILS`: it counts only if a walk comes to it.

A layer may have ``steps(state, letters)``, the list of what ``step`` gives on each letter: then a row is one call.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Output, State, Symbol
from exactssm.models import Block, Model
from exactssm.models.model import Readout
from exactssm.tasks import WordProblem

__all__ = ["FAILS", "MAX_STATES", "StackTable", "StageTable", "Tabulation"]

Ints: TypeAlias = npt.NDArray[np.int32]
Step: TypeAlias = Callable[[State, Symbol], tuple[State, Output]]

FAILS: Final = -1

MAX_STATES: Final = 2**13
"""States that a layer may reach by itself. More than the largest groups have elements; and few enough that the numbers
of a layer over Q, which may double at every step, stay within memory."""


@dataclass(frozen=True, eq=False)
class StageTable:
    """One layer: its states, the first of them the start, on all letters that it may be given."""

    states: tuple[State, ...]
    letters: tuple[Symbol, ...]
    next: Ints  #: the state after each step, or `FAILS`; shape (states, letters)
    out: Ints  #: what each step passes on: an index into the next stage's letters, or the stack's outputs


@dataclass(frozen=True, eq=False)
class StackTable:
    """A machine as a stack of stages. A stack of depth 0 puts out what it reads."""

    stages: tuple[StageTable, ...]
    outputs: tuple[Output, ...]  #: each once, UNSPECIFIED perhaps among them
    layered: bool  #: whether a state is the tuple of the stages' states; otherwise it is that of the only stage


class Tabulation:
    """The tables of a machine in the making, a few steps at a time.

    A `Model` has a stage for each of its layers; any other machine is one stage. Columns are in the order of
    ``alphabet``, the machine's own symbols. States that are ``idle`` are numbered, but their rows all fail.

    >>> from exactssm.layers import RotationLayer
    >>> three = Block(RotationLayer((3,), {"0": (0,), "1": (1,)}), lambda h, x: h[0])
    >>> five = Block(RotationLayer((5,), lambda x: (x,)), lambda h, x: h[0])
    >>> tabulation = Tabulation(Model("01", [three, five]), "01")
    >>> tabulation.advance(10**6)
    >>> [stage.next.tolist() for stage in tabulation.table.stages], tabulation.steps
    ([[[0, 1], [1, 2], [2, 0]], [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 0], [4, 0, 1]]], 21)
    """

    def __init__(
        self,
        machine: Machine,
        alphabet: Sequence[Symbol],
        *,
        max_states: int = MAX_STATES,
        idle: Callable[[State], bool] | None = None,
    ) -> None:
        self.steps = 0  #: taken so far
        self.table: StackTable | None = None  #: once it is complete
        self.given_up = False  #: because a stage has more than ``max_states`` states
        self._alphabet = tuple(alphabet)
        self._max_states = max_states
        self._idle = idle
        self._rows = self._fill(machine)

    def advance(self, steps: int) -> None:
        """Go on until ``steps`` have been taken since the beginning, or there is nothing left to do."""
        while self.table is None and not self.given_up and self.steps < steps:
            next(self._rows, None)

    def _fill(self, machine: Machine) -> Iterator[None]:
        """Fill the tables, a row at a time."""
        if type(machine) is WordProblem:
            self.table = _word_problem(machine, self._alphabet)
            return
        layered = type(machine) is Model
        starts = [block.layer.start for block in machine.blocks] if layered else [machine.start]  # type: ignore[attr-defined]
        steps = [_step(block) for block in machine.blocks] if layered else [machine.step]  # type: ignore[attr-defined]
        at_once = [_at_once(block) for block in machine.blocks] if layered else [None]  # type: ignore[attr-defined]
        letters = self._alphabet
        stages: list[StageTable] = []
        for start, step, together in zip(starts, steps, at_once, strict=True):
            states, passed = {start: 0}, dict[Symbol, int]()
            successors, out = array("i"), array("i")
            for state in _growing(states):
                if together is None or not self._add_at_once(together, state, letters, states, passed, successors, out):
                    self._add_row(step, state, letters, states, passed, successors, out)
                if len(states) > self._max_states:
                    self.given_up = True
                    return
                yield
            shape = (len(states), len(letters))
            arrays = (np.array(x, np.int32).reshape(shape) for x in (successors, out))
            stages.append(StageTable(tuple(states), letters, *arrays))
            letters = tuple(passed)
        self.table = StackTable(tuple(stages), letters, layered)

    def _add_row(
        self,
        step: Step,
        state: State,
        letters: tuple[Symbol, ...],
        states: dict[State, int],
        passed: dict[Symbol, int],
        successors: array[int],
        out: array[int],
    ) -> None:
        """Add the row of ``state``, and number what is new in it."""
        if self._idle is not None and self._idle(state):
            successors.extend([FAILS] * len(letters))
            out.extend([FAILS] * len(letters))
            return
        for letter in letters:
            try:
                after, output = step(state, letter)
                if output != output:  # equal to nothing, so that it can't be known by a number
                    raise ValueError
                place, number = states.setdefault(after, len(states)), passed.setdefault(output, len(passed))
            except Exception:  # whatever it is: if the stack comes here, the definition raises it again
                place = number = FAILS
            successors.append(place)
            out.append(number)
        self.steps += len(letters)

    def _add_at_once(
        self,
        layer: _AtOnce,
        state: State,
        letters: tuple[Symbol, ...],
        states: dict[State, int],
        passed: dict[Symbol, int],
        successors: array[int],
        out: array[int],
    ) -> bool:
        """Add the same row, from a layer that steps on all letters at once; False, if on one of them it doesn't.

        A state after a letter is read out once, wherever it was before.
        """
        try:
            after = layer.steps(state, letters)
        except Exception:
            return False
        for column, (letter, h) in enumerate(zip(letters, after, strict=True)):
            if (place := layer.places.get(id(h), FAILS)) == FAILS:
                place = states.get(h, len(states))
            number = layer.known.get((place, column), FAILS)
            if number == FAILS:
                try:
                    if (output := layer.readout(h, letter)) != output:
                        raise ValueError
                    number = passed.setdefault(output, len(passed))
                    if place == len(states):
                        states[h] = layer.places[id(h)] = place
                    layer.known[place, column] = number
                except Exception:
                    place = FAILS
            successors.append(place)
            out.append(number)
        self.steps += len(letters)
        return True


class _AtOnce(NamedTuple):
    """A layer that steps on many letters at once, and what it was read out as."""

    steps: Callable[[State, Sequence[Symbol]], list[Vector]]
    readout: Readout
    known: dict[tuple[int, int], int]  #: by the numbers of the state after the letter and of the letter
    places: dict[int, int]  #: the numbers of states by id: those in the table stay, and one object may come often


def _at_once(block: Block) -> _AtOnce | None:
    steps = getattr(block.layer, "steps", None)
    return None if steps is None else _AtOnce(steps, block.readout, {}, {})


def _growing(states: dict[State, int]) -> Iterator[State]:
    """The keys in order, those among them that are added meanwhile."""
    done = 0
    while done < len(states):
        known = list(states)
        yield from known[done:]
        done = len(known)


def _step(block: Block) -> Step:
    """One layer and its readout as the step of a machine."""
    step, readout = block.layer.step, block.readout

    def layer_step(state: State, letter: Symbol) -> tuple[State, Output]:
        after = step(state, letter)  # type: ignore[arg-type]
        return after, readout(after, letter)

    return layer_step


def _word_problem(task: WordProblem, alphabet: tuple[Symbol, ...]) -> StackTable:
    """Columns of the Cayley table."""
    own: dict[Symbol, int] = {letter: letter for letter in task.letters}  # an equal symbol need not be an int
    columns = [own[symbol] for symbol in alphabet]
    table = task.structure.table.T if task.reversed else task.structure.table
    if columns != list(range(task.structure.order)):
        table = table[:, columns]
    products = np.ascontiguousarray(table, np.int32)
    elements = tuple(range(task.structure.order))
    return StackTable((StageTable(elements, alphabet, products, products),), elements, layered=False)
