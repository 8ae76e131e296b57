"""The plane of width and precision for a task: which (d, p) one layer can do it with, each cell with what shows it.

A cell is *solvable*, if a model of exactly that width over Z/2^p is proved right; *impossible*, if a count, an
exhausted class or a theorem excludes all of them; *open* otherwise. Without chain of thought models are wide or precise
in their own ways; with online chain of thought only d p counts.

Solvable cells are never inferred: a model for fewer coordinates or bits is padded, and decided again. Padding: a map
over Z/2^q is one over Z/2^p on the multiples of 2^(p-q), and further coordinates stay zero.

Source: 2604.14501, width and precision without and with online chain of thought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Final, NamedTuple

from constructions.composition.affine_periods import AffineMaps, periods, two_part
from constructions.composition.exact_minima import PRINTED, search
from constructions.composition.one_layer_models import AffineSpace, Reading
from constructions.composition.simplex_composition import by_simplex
from constructions.composition.three_bits import three_elements, three_elements_over_four, two_elements
from constructions.composition.unary_counters import Shape, counter_task, counts_bits, unary_counter
from constructions.composition.wide_composition import by_columns
from constructions.composition.width_against_precision import by_table
from constructions.thoughts.composition_cot import composition_algorithm
from constructions.thoughts.every_shape import counting_stream
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.arithmetic import ResidueRing
from exactssm.errors import CertificateError, ConstructionError
from exactssm.layers import DenseLayer
from exactssm.machine import Machine
from exactssm.models import Block, Model, OnlineCoT
from exactssm.tasks import FunctionComposition, StreamingAlgorithm, UnboundedComposition, bits_for
from verify.decision import decide
from verify.verdict import Proved

__all__ = ["Plane", "PlaneCell", "State", "function_plane", "padded", "ticks_plane"]

EXHAUSTED: Final = 2**12  # maps that are gone through for a cell
FEW_MAPS: Final = 64  # a token; models of more aren't searched
EXCLUDED: Final = {(3, 1, 4): "all models, searched in the full run of exact-minima-fewer-bits"}
"""Cells (N, d, p) of which a claim says so, as the search takes a minute."""


class State(Enum):
    """What is known of a cell."""

    SOLVABLE = "solvable"
    IMPOSSIBLE = "impossible"
    OPEN = "open"


@dataclass(frozen=True)
class PlaneCell:
    """One layer of this width and precision."""

    width: int
    precision: int
    state: State
    reason: str  #: what shows it, in a few words

    def as_json(self) -> dict[str, Any]:
        """The fields by name."""
        return {**asdict(self), "state": self.state.value}


@dataclass(frozen=True)
class Plane:
    """Cells by width and precision, for one task."""

    task: str
    online: bool  #: whether the model has online chain of thought, one thought a symbol
    least_memory: int  #: bits without which no machine does the task
    cells: tuple[PlaneCell, ...]

    def at(self, width: int, precision: int) -> PlaneCell:
        """The cell there. Raises KeyError, if it isn't in the plane."""
        return {(cell.width, cell.precision): cell for cell in self.cells}[width, precision]

    def as_json(self) -> dict[str, Any]:
        """The fields by name."""
        return {
            "task": self.task,
            "online": self.online,
            "least_memory": self.least_memory,
            "cells": [cell.as_json() for cell in self.cells],
        }


class _Found(NamedTuple):
    state: State
    reason: str


_Decide = Callable[[int, int], _Found]


def padded(model: Model, width: int, precision: int) -> Model:
    """The same with more coordinates and bits: one layer over Z/2^q, as one of ``width`` over Z/2^precision.

    Raises: ConstructionError, unless the model is one layer over Z/2^q with q at most ``precision``, and at most so
    wide.
    """
    if len(model.blocks) != 1 or not isinstance(ring := model.blocks[0].layer.domain, ResidueRing):
        raise ConstructionError("one layer over a ring Z/2^q is padded, and no other model")
    ((layer, readout),) = model.blocks
    d, scale = layer.width, 2**precision // ring.modulus
    if scale * ring.modulus != 2**precision or d > width:
        raise ConstructionError(f"a layer of width {d} over {ring} doesn't fit into width {width} over Z/2^{precision}")
    idle = (0,) * (width - d)

    def enlarged(h: Sequence[int]) -> tuple[int, ...]:
        return (*(scale * x for x in h), *idle)

    def matrix(letter: Any) -> tuple[tuple[int, ...], ...]:
        entries = layer.entries(letter)
        if len(entries) == 2 * d:  # a diagonal layer
            rows = tuple(tuple(entries[i] if i == j else 0 for j in range(d)) for i in range(d))
        else:
            rows = tuple(entries[d * i : d * (i + 1)] for i in range(d))
        return (*((*row, *idle) for row in rows), *((0,) * width for _ in idle))

    def drive(letter: Any) -> tuple[int, ...]:
        return enlarged(layer.entries(letter)[-d:])

    dense = DenseLayer(ResidueRing(2**precision), enlarged(layer.start), matrix, drive)
    return Model(model.alphabet, [Block(dense, lambda h, x: readout(tuple(y // scale for y in h[:d]), x))])


def ticks_plane(bits: int, widths: Iterable[int], precisions: Iterable[int], *, online: bool = False) -> Plane:
    """The plane for counting ticks modulo 2^bits. Without chain of thought every cell is decided, by a model or by the
    theorem of `constructions.composition.unary_counters`, and where there are few maps by all of them, too.

    >>> plane = ticks_plane(3, range(1, 5), (1,))
    >>> [cell.state.value for cell in plane.cells]
    ['impossible', 'impossible', 'impossible', 'solvable']
    """
    task = counter_task(bits)

    def found(d: int, p: int) -> _Found:
        if d * p < bits:
            return _Found(State.IMPOSSIBLE, f"{2**bits} counts, {2 ** (d * p)} states")
        if online:
            return _streaming(counting_stream(bits), task, d, p)
        if counts_bits(Shape(1, d, p)) >= bits:
            least = next(q for q in range(1, p + 1) if counts_bits(Shape(1, d, q)) >= bits)
            model = unary_counter(Shape(1, d, least))
            if counts_bits(Shape(1, d, least)) > bits:  # d alone is enough, and more
                model = unary_counter(Shape(1, 2 ** (bits - 1), 1))
            return _proved(padded(model, d, p), task, d, p, "binomial coefficients")
        space = AffineMaps(d, p) if (d * d + d) * p < EXHAUSTED.bit_length() else None
        if space is None:
            return _Found(State.IMPOSSIBLE, "theorem: periods of affine maps")
        assert all(two_part(period) < 2**bits for period in periods(space).all)
        return _Found(State.IMPOSSIBLE, f"all {space.maps} maps")

    return _plane(f"ticks modulo {2**bits}", online, bits, widths, precisions, found)


def function_plane(N: int, widths: Iterable[int], precisions: Iterable[int], *, online: bool = False) -> Plane:
    """The plane for applying one function on N elements, `FunctionComposition(N, 1)`.

    >>> [cell.state.value for cell in function_plane(2, (1, 2), (1, 2)).cells]
    ['impossible', 'solvable', 'solvable', 'solvable']
    """
    task = FunctionComposition(N, 1)
    reading = Reading(task)
    memory = bits_for(2 * N - 1)
    known = list(_known_models(task))

    def found(d: int, p: int) -> _Found:
        if d * p < memory:
            return _Found(State.IMPOSSIBLE, f"{2 * N - 1} prefixes, {2 ** (d * p)} states")
        if online:
            return _streaming(composition_algorithm(task), task, d, p)
        for name, model in known:
            with_width, ring = model.blocks[0].layer.width, model.blocks[0].layer.domain
            assert isinstance(ring, ResidueRing)
            if with_width <= d and ring.modulus <= 2**p:
                return _proved(padded(model, d, p), task, d, p, name)
        if 2 ** ((d * d + d) * p) - 2 ** (d * p) < N**N - N:  # with A = 0 only constant functions are right
            return _Found(State.IMPOSSIBLE, f"fewer maps than functions, {N}^{N}")
        if (N, d, p) in EXCLUDED:
            return _Found(State.IMPOSSIBLE, EXCLUDED[N, d, p])
        if N > 3 or 2 ** ((d * d + d) * p) > FEW_MAPS:
            return _Found(State.OPEN, "")
        searched = search(AffineSpace(ResidueRing(2**p), d), reading)
        if searched is None:
            return _Found(State.IMPOSSIBLE, f"all models, {2 ** ((d * d + d) * p)} maps a token")
        return _proved(searched.proved(), task, d, p, "found by a search")

    return _plane(f"a function on {N} elements", online, memory, widths, precisions, found)


def _known_models(task: FunctionComposition) -> Iterator[tuple[str, Model]]:
    N = task.N
    for name, build in PRINTED.items():
        model = build()
        if model.reading.task == task:
            yield name, model.proved()
    yield "a table, digit by digit", by_table(N, (N ** (N + 1) - 1).bit_length())
    for found in (two_elements, three_elements, three_elements_over_four):
        if (small := found()).reading.task == task:
            yield "little memory", small.proved()
    yield "a simplex", _numbered(by_simplex(UnboundedComposition(N)), task)
    yield "by columns", by_columns(task)


def _numbered(model: Model, task: FunctionComposition) -> Model:
    """A model of any number of functions, read with block numbers before its entries."""
    ((layer, readout),) = model.blocks

    def unnumbered(letter: Any) -> Any:
        return letter[1:] if letter[0] == 1 else letter

    d = layer.width
    assert isinstance(layer.domain, ResidueRing)
    dense = DenseLayer(
        layer.domain,
        layer.start,
        lambda x: tuple(layer.entries(unnumbered(x))[d * i : d * (i + 1)] for i in range(d)),
        lambda x: layer.entries(unnumbered(x))[d * d :],
    )
    return Model(task.alphabet, [Block(dense, lambda h, x: readout(h, unnumbered(x)))])


def _streaming(algorithm: StreamingAlgorithm, task: Machine, d: int, p: int) -> _Found:
    return _proved(streaming_cot(algorithm, 1, d, p), task, d, p, "one thought a symbol")


def _proved(model: Model | OnlineCoT, task: Machine, d: int, p: int, how: str) -> _Found:
    """Solvable, if the model has that shape and is proved right."""
    stack = model.model if isinstance(model, OnlineCoT) else model
    assert isinstance(stack, Model)
    (layer,) = stack.layers()
    assert (layer.width, layer.domain) == (d, ResidueRing(2**p))
    verdict = decide(model, task)
    if not isinstance(verdict, Proved):
        raise CertificateError(f"{how} must do the task with d = {d} and p = {p}; it is {verdict}")
    return _Found(State.SOLVABLE, how)


def _plane(
    task: str, online: bool, memory: int, widths: Iterable[int], precisions: Iterable[int], found: _Decide
) -> Plane:
    columns = list(widths)
    cells = [PlaneCell(d, p, *found(d, p)) for p in precisions for d in columns]
    return Plane(task, online, memory, tuple(cells))
