"""Spoilt models: one entry of one table changed. What a verifier must refuse, or prove to be harmless.

A stack is first written out as tables over the letters that it meets: for each layer its start state, its parameters by
letter, and its readout by state and letter. `spoilings` then gives every model that differs from it in a single entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias, TypeVar

from constructions.rings.affine_actions import FiniteRing
from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import ConstructionError, DomainError, SymbolError, ThoughtLimitExceeded
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.layers.layer import Layer, Matrix, Vector
from exactssm.machine import UNSPECIFIED, Around, Machine, Output, State, Symbol
from exactssm.models import Block, Model, OnlineCoT, WeightedAutomaton
from exactssm.tasks.dead import dead_states

__all__ = ["LOST", "Partial", "Spoilt", "TableReadout", "spoilings", "written_out"]

LOST = "lost"
"""What a spoilt model puts out for good once it has left its tables; no task demands it."""

SMALL = 16
"""A parameter in a ring with at most so many elements becomes each of them."""

T = TypeVar("T")
Values: TypeAlias = Callable[[Vector], Sequence[Iterable[Element]]]
"""For each entry of a vector, the values that it may become."""


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
class Partial(Around):
    """``machine``, but where it meets a state or a letter that its tables lack, or thinks beyond its limit, it puts out
    `LOST` for ever."""

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
    machine: Machine


def written_out(machine: Model | OnlineCoT, task: Machine) -> Model:
    """``machine``'s stack as explicit tables, over the states and letters that arise while ``task`` may still ask.

    Raises: ConstructionError, for a kind of layer that has no table form here.
    """
    model = machine.model if isinstance(machine, OnlineCoT) else machine
    assert isinstance(model, Model)
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
    is_dead = dead_states(task)
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
        return replace(layer, angle={x: layer.entries(x) for x in letters})
    if isinstance(layer, DiagonalLayer):
        found = {x: layer.entries(x) for x in letters}
        return replace(layer, decay={x: e[:d] for x, e in found.items()}, drive={x: e[d:] for x, e in found.items()})
    if isinstance(layer, DenseLayer):
        found = {x: layer.entries(x) for x in letters}
        matrix = {x: _rows(e[: d * d], d) for x, e in found.items()}
        return replace(layer, matrix=matrix, drive={x: e[d * d :] for x, e in found.items()})
    if isinstance(layer, SignLayer):
        return replace(layer, drive={x: layer.entries(x)[d * d :] for x in letters})
    raise ConstructionError(f"spoiling knows rotation, diagonal, dense and sign layers, got {type(layer).__name__}")


def spoilings(machine: Model | OnlineCoT | WeightedAutomaton, task: Machine) -> Iterator[Spoilt]:
    """Every model that differs from ``machine``, written out, in one entry.

    An entry of a start state or a parameter becomes every other element of its domain, if these are at most `SMALL`,
    and otherwise every other value of -1, 0, 1 and of the entries in the same table; an angle becomes every other
    exponent; a weight of a sign layer becomes its negative and zero, an entry of its start every other sign; a row of a
    readout becomes every other output of the same readout. A weighted automaton is its own table, on all words.
    """
    if isinstance(machine, WeightedAutomaton):
        yield from _spoilt_weights(machine)
        return
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
    """Every layer that differs from ``layer``, given by mappings, in one entry."""
    if isinstance(layer, RotationLayer):
        orders = layer.orders

        def exponents(vector: Vector) -> Sequence[Iterable[Element]]:
            return [range(order) for order in orders]

        for what, start in _in_one_entry(layer.start, exponents, str):
            yield f"start, {what}", replace(layer, start=start)
        for what, angle in _in_one_row("angle on", layer.angle, exponents, str):
            yield what, replace(layer, angle=angle)
    elif isinstance(layer, DiagonalLayer):
        for what, start in _in_one_entry(layer.start, _values(layer.domain, [layer.start]), layer.domain.format):
            yield f"start, {what}", replace(layer, start=start)
        for what, decay in _in_one_number("decay on", layer.decay, layer.domain):
            yield what, replace(layer, decay=decay)
        for what, drive in _in_one_number("drive on", layer.drive, layer.domain):
            yield what, replace(layer, drive=drive)
    elif isinstance(layer, DenseLayer):
        for what, start in _in_one_entry(layer.start, _values(layer.domain, [layer.start]), layer.domain.format):
            yield f"start, {what}", replace(layer, start=start)
        for what, matrix in _in_one_matrix(layer.matrix, layer.domain):
            yield what, replace(layer, matrix=matrix)
        for what, drive in _in_one_number("drive on", layer.drive, layer.domain):
            yield what, replace(layer, drive=drive)
    elif isinstance(layer, SignLayer):
        for what, start in _in_one_entry(layer.start, lambda h: [(-1, 0, 1)] * len(h), str):
            yield f"start, {what}", replace(layer, start=start)
        for what, rows in _in_one_row("A, row", dict(enumerate(layer.recurrent)), _turned, str):
            yield what, replace(layer, recurrent=tuple(rows.values()))
        for what, drive in _in_one_row("B on", layer.drive, _turned, str):
            yield what, replace(layer, drive=drive)


def _spoilt_weights(automaton: WeightedAutomaton) -> Iterator[Spoilt]:
    domain = automaton.domain
    for what, start in _in_one_entry(automaton.start, _values(domain, [automaton.start]), domain.format):
        yield Spoilt(f"start, {what}", replace(automaton, start=start))
    for what, matrices in _in_one_matrix(automaton.matrices, domain):
        yield Spoilt(what, replace(automaton, matrices=matrices))
    for what, readout in _in_one_entry(automaton.readout, _values(domain, [automaton.readout]), domain.format):
        yield Spoilt(f"readout, {what}", replace(automaton, readout=readout))


def _values(domain: Domain, vectors: Iterable[Vector]) -> Values:
    """What entries of a table with these rows may become: the same values for each."""
    if isinstance(domain, FiniteRing) and domain.size <= SMALL:
        values: Iterable[Element] = domain.elements
    else:
        values = [domain.element(v) for v in (-1, 0, 1)] + [value for vector in vectors for value in vector]
    return lambda vector: [values] * len(vector)


def _turned(weights: Vector) -> Sequence[Iterable[Element]]:
    return [(-weight, 0) for weight in weights]


def _in_one_entry(vector: Vector, values: Values, text: Callable[[Element], str]) -> Iterator[tuple[str, Vector]]:
    """Every vector that differs from ``vector`` in one entry."""
    for i, (value, others) in enumerate(zip(vector, values(vector), strict=True)):
        for other in dict.fromkeys(others):
            if other != value:
                yield f"entry {i}: {text(other)} for {text(value)}", (*vector[:i], other, *vector[i + 1 :])


def _in_one_row(
    name: str, table: object, values: Values, text: Callable[[Element], str]
) -> Iterator[tuple[str, dict[Symbol, Vector]]]:
    """Every table that differs from ``table``, a mapping, in one entry of one row."""
    assert isinstance(table, Mapping)
    for x, vector in table.items():
        for what, spoilt in _in_one_entry(vector, values, text):
            yield f"{name} {x!r}, {what}", {**table, x: spoilt}


def _in_one_number(name: str, table: object, domain: Domain) -> Iterator[tuple[str, dict[Symbol, Vector]]]:
    """The same with elements of ``domain``."""
    assert isinstance(table, Mapping)
    return _in_one_row(name, table, _values(domain, table.values()), domain.format)


def _in_one_matrix(table: object, domain: Domain) -> Iterator[tuple[str, dict[Symbol, Matrix]]]:
    """The same with square matrices for rows; entries are counted row by row."""
    assert isinstance(table, Mapping)
    flat = {x: tuple(a for row in matrix for a in row) for x, matrix in table.items()}
    for what, spoilt in _in_one_number("matrix on", flat, domain):
        yield what, {x: _rows(entries, len(table[x])) for x, entries in spoilt.items()}


def _rows(entries: Vector, width: int) -> Matrix:
    return tuple(entries[i : i + width] for i in range(0, len(entries), width))
