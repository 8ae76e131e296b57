"""Spoilt models: one entry of one table changed. What a verifier must refuse, or prove to be harmless.

A stack is first written out as tables over the letters that it meets: for each layer its parameters by letter, and its
readout by state and letter. `spoilings` then gives every model that differs from it in a single entry.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from exactssm.arithmetic.domain import Element
from exactssm.errors import ConstructionError, DomainError, SymbolError, ThoughtLimitExceeded
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.layers.layer import Layer, Vector
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol
from exactssm.models import Block, Model, OnlineCoT

__all__ = ["LOST", "Partial", "Spoilt", "TableReadout", "spoilings", "written_out"]

LOST = "lost"
"""What a spoilt model puts out for good once it has left its tables; no task demands it."""

T = TypeVar("T")


@dataclass(frozen=True)
class TableReadout:
    """A readout by its rows: (state after the letter, letter) -> output. Raises DomainError where there is no row."""

    rows: Mapping[tuple[Vector, Symbol], Output]

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        try:
            return self.rows[state, letter]
        except KeyError:
            raise DomainError(f"the readout has no row for the state {state!r} and the letter {letter!r}") from None


@dataclass(frozen=True)
class Partial:
    """``machine``, but where it meets a state or a letter that its tables lack, or thinks beyond its limit, it puts out
    `LOST` for ever."""

    machine: Machine

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.machine.alphabet

    @property
    def start(self) -> State:
        return self.machine.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        if state == LOST:
            return LOST, LOST
        try:
            return self.machine.step(state, symbol)
        except (DomainError, SymbolError, ThoughtLimitExceeded):
            return LOST, LOST


@dataclass(frozen=True)
class Spoilt:
    """A model with one entry changed, and which."""

    what: str
    machine: Partial


def written_out(machine: Model | OnlineCoT, task: Machine) -> Model:
    """``machine``'s stack as explicit tables, over the states and letters that arise while ``task`` may still ask.

    Raises: ConstructionError, for a kind of layer that has no table form here.
    """
    model = machine.model if isinstance(machine, OnlineCoT) else machine
    met: list[dict[Symbol, None]] = [{} for _ in model.blocks]
    rows: list[dict[tuple[Vector, Symbol], Output]] = [{} for _ in model.blocks]
    for state, symbol in _reachable_steps(machine, task):
        states, letters = model.through(state, symbol)
        for i, after in enumerate(states):
            met[i][letters[i]] = None
            rows[i][after, letters[i]] = letters[i + 1]
    blocks = [
        Block(_tabulated(block.layer, letters), TableReadout(table))
        for block, letters, table in zip(model.blocks, met, rows, strict=True)
    ]
    return Model(model.alphabet, blocks)


def _reachable_steps(machine: Model | OnlineCoT, task: Machine) -> Iterator[tuple[State, Symbol]]:
    """Every (state of the stack, symbol or thought read there) that a word leads to while the task may still ask."""
    is_dead = getattr(task, "is_dead", lambda state: False)
    pairs = [(machine.start, task.start)]
    seen = set(pairs)
    for m, t in pairs:  # the list grows while it is walked
        for symbol in task.alphabet:
            t_next, demanded = task.step(t, symbol)
            if demanded is UNSPECIFIED and is_dead(t_next):
                continue
            yield m, symbol
            if isinstance(machine, OnlineCoT):
                inner, _ = machine.model.step(m, symbol)
                for thought in machine.thoughts(m, symbol):
                    yield inner, thought
                    inner, _ = machine.model.step(inner, thought)
            m_next, _ = machine.step(m, symbol)
            if (m_next, t_next) not in seen:
                seen.add((m_next, t_next))
                pairs.append((m_next, t_next))


def _tabulated(layer: Layer, letters: Iterable[Symbol]) -> Layer:
    """``layer`` with its parameters as mappings on ``letters``."""
    d = layer.width
    if isinstance(layer, RotationLayer):
        return RotationLayer(layer.orders, {x: layer.entries(x) for x in letters}, layer.start)  # type: ignore[misc]
    if isinstance(layer, DiagonalLayer):
        found = {x: layer.entries(x) for x in letters}
        return DiagonalLayer(
            layer.domain, layer.start, {x: e[:d] for x, e in found.items()}, {x: e[d:] for x, e in found.items()}
        )
    if isinstance(layer, DenseLayer):
        found = {x: layer.entries(x) for x in letters}
        matrix = {x: tuple(e[d * i : d * (i + 1)] for i in range(d)) for x, e in found.items()}
        return DenseLayer(layer.domain, layer.start, matrix, {x: e[d * d :] for x, e in found.items()})
    if isinstance(layer, SignLayer):
        return layer
    raise ConstructionError(f"spoiling knows rotation, diagonal, dense and sign layers, got {type(layer).__name__}")


def spoilings(machine: Model | OnlineCoT, task: Machine) -> Iterator[Spoilt]:
    """Every model that differs from ``machine``, written out, in one entry.

    A parameter becomes every other element of its domain, if these are at most 16, and otherwise every other value of
    -1, 0, 1 and of the entries in the same table; an angle becomes every other exponent; a weight of a sign layer becomes
    its negative and zero; a readout's row becomes every other output of the same readout.
    """
    tables = written_out(machine, task)
    for number, block in enumerate(tables.blocks):
        for what, layer in _spoilt_layers(block.layer):
            yield _with_block(machine, tables, number, Block(layer, block.readout), f"layer {number + 1}, {what}")
        assert isinstance(block.readout, TableReadout)
        rows = block.readout.rows
        for seen, output in rows.items():
            for other in dict.fromkeys(rows.values()):
                if other != output:
                    spoilt = Block(block.layer, TableReadout({**rows, seen: other}))
                    what = f"layer {number + 1}, readout of {seen!r}: {other!r} for {output!r}"
                    yield _with_block(machine, tables, number, spoilt, what)


def _with_block(machine: Model | OnlineCoT, tables: Model, number: int, block: Block, what: str) -> Spoilt:
    blocks = (*tables.blocks[:number], block, *tables.blocks[number + 1 :])
    model = Model(tables.alphabet, blocks)
    if isinstance(machine, OnlineCoT):
        return Spoilt(what, Partial(OnlineCoT(model, machine.alphabet, machine.limit)))
    return Spoilt(what, Partial(model))


def _spoilt_layers(layer: Layer) -> Iterator[tuple[str, Layer]]:
    """Every layer that differs from ``layer``, given by mappings, in one parameter."""
    if isinstance(layer, RotationLayer):
        assert isinstance(layer.angle, Mapping)
        for x, angle in layer.angle.items():
            for i, (turn, order) in enumerate(zip(angle, layer.orders, strict=True)):
                for other in range(order):
                    if other != turn:
                        angles = {**layer.angle, x: _replaced(angle, i, other)}
                        yield f"angle on {x!r}: {other} for {turn}", RotationLayer(layer.orders, angles, layer.start)
    elif isinstance(layer, DiagonalLayer):
        assert isinstance(layer.decay, Mapping)
        assert isinstance(layer.drive, Mapping)
        for what, decay in _spoilt_vectors(layer, "decay", layer.decay):
            yield what, DiagonalLayer(layer.domain, layer.start, decay, layer.drive)
        for what, drive in _spoilt_vectors(layer, "drive", layer.drive):
            yield what, DiagonalLayer(layer.domain, layer.start, layer.decay, drive)
    elif isinstance(layer, DenseLayer):
        assert isinstance(layer.matrix, Mapping)
        assert isinstance(layer.drive, Mapping)
        d = layer.width
        flat = {x: tuple(a for row in rows for a in row) for x, rows in layer.matrix.items()}
        for what, entries in _spoilt_vectors(layer, "matrix", flat):
            matrix = {x: tuple(e[d * i : d * (i + 1)] for i in range(d)) for x, e in entries.items()}
            yield what, DenseLayer(layer.domain, layer.start, matrix, layer.drive)
        for what, drive in _spoilt_vectors(layer, "drive", layer.drive):
            yield what, DenseLayer(layer.domain, layer.start, layer.matrix, drive)
    elif isinstance(layer, SignLayer):
        yield from _spoilt_signs(layer)


def _spoilt_vectors(
    layer: DiagonalLayer | DenseLayer, name: str, table: Mapping[Symbol, Vector]
) -> Iterator[tuple[str, dict[Symbol, Vector]]]:
    domain = layer.domain
    values: list[Element] = [domain.element(v) for v in (-1, 0, 1)]
    if domain.size is not None and domain.size <= 16:
        values += [domain.element(v) for v in range(domain.size)]
    values += [value for vector in table.values() for value in vector]
    for x, vector in table.items():
        for i, value in enumerate(vector):
            for other in dict.fromkeys(values):
                if other != value:
                    what = f"{name} on {x!r}, entry {i}: {domain.format(other)} for {domain.format(value)}"
                    yield what, {**table, x: _replaced(vector, i, other)}


def _spoilt_signs(layer: SignLayer) -> Iterator[tuple[str, SignLayer]]:
    assert isinstance(layer.drive, Mapping)
    for i, row in enumerate(layer.recurrent):
        for j, weight in enumerate(row):
            for other in {-weight, 0} - {weight}:
                recurrent = _replaced(layer.recurrent, i, _replaced(row, j, other))
                yield (
                    f"A[{i}][{j}]: {other} for {weight}",
                    SignLayer(layer.start, recurrent, layer.drive, sign_of_zero=layer.sign_of_zero),
                )
    for x, vector in layer.drive.items():
        for i, weight in enumerate(vector):
            for other in {-weight, 0} - {weight}:
                drive = {**layer.drive, x: _replaced(vector, i, other)}
                yield (
                    f"B on {x!r}, entry {i}: {other} for {weight}",
                    SignLayer(layer.start, layer.recurrent, drive, sign_of_zero=layer.sign_of_zero),
                )


def _replaced(values: tuple[T, ...], position: int, value: T) -> tuple[T, ...]:
    return (*values[:position], value, *values[position + 1 :])
