"""K-function composition by K + 1 layers of width 1.

The stream names x_0, then f_1 value by value, then f_2, and so on. Layer 1 resets to x_0 and keeps it. Layer k + 1
reads what layer k holds, v: on the token that says f_k(v) = y it resets to y, on every other it stays. From block k on,
layer k holds v_{k-1} = f_{k-1}(... f_1(x_0)), so layer k + 1 resets exactly once in block k, to v_k. At the end layer
K + 1 holds v_K. As A is 0 or 1, the construction is the same in every arithmetic that has N different numbers. Where
blocks aren't numbered in their tokens, one more layer in front counts the separators.

Source: 2604.14501, upper bound of the depth hierarchy: K + 1 layers, d = 1, p = Theta(log N).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.composition.instances import compositions
from exactssm.arithmetic import ResidueRing
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition

__all__ = ["CLAIMS", "Passed", "composition_stack", "words_for"]


class Passed(NamedTuple):
    """What a layer passes on."""

    token: tuple[Any, ...]
    block: int  #: the block that the token belongs to; 0 outside of all
    value: int  #: what the layer holds


Reset: TypeAlias = Callable[[Passed], int | None]
"""The value that a layer resets to on a letter; None where it stays."""


def composition_stack(task: FunctionComposition) -> Model:
    """The stack of K + 1 diagonal layers of width 1 that does ``task``; with separators for block numbers, K + 2.

    Resources: depth K + 1 (or K + 2); width 1; precision ceil(log2 N), in Z/2^p; that of the counter, ceil(log2 K).

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(N=3, K=1)
    >>> run(composition_stack(task), task.stream(2, [(1, 2, 0)])).outputs[-1]
    0

    Raises: ConstructionError, unless the argument comes first.
    """
    if task.argument != "first":
        raise ConstructionError(f"the argument must come before the functions; not so in {task}")
    numbered = task.blocks == "indexed"

    def read(letter: Symbol) -> Passed:
        if isinstance(letter, Passed):
            return letter
        assert isinstance(letter, tuple)
        return Passed(letter, letter[0] if isinstance(letter[0], int) else 0, 0)

    def count(h: Vector, letter: Symbol) -> Passed:
        return read(letter)._replace(block=1 + _integer(h))

    def hold(h: Vector, letter: Symbol) -> Passed:
        return read(letter)._replace(value=_integer(h))

    def answer(h: Vector, letter: Symbol) -> int:
        return task.answer(_integer(h))

    def starts(letter: Passed) -> int | None:
        return letter.token[1] if letter.token[0] == "start" else None

    def applies(k: int, letter: Passed) -> int | None:
        """f_k(v), if this token says so, v being the value passed with it."""
        entry = letter.token[1:] if numbered else letter.token
        if letter.block != k or not entry or isinstance(entry[0], str):
            return None
        if task.tokens == "functions":
            (values,) = entry
            return int(values[letter.value])
        i, y = entry
        return int(y) if i == letter.value else None

    ring = words_for(task.N)

    def resetting(reset: Reset) -> DiagonalLayer:
        """h' = y where ``reset`` gives a value y for the letter, h' = h where it gives none."""

        def decay(letter: Symbol) -> Vector:
            return (int(reset(read(letter)) is None),)

        def drive(letter: Symbol) -> Vector:
            return (reset(read(letter)) or 0,)

        return DiagonalLayer(ring, start=(0,), decay=decay, drive=drive)

    counting = [] if numbered else [Block(_counter(task.K), count)]
    layers = [resetting(starts), *(resetting(partial(applies, k)) for k in range(1, task.K + 1))]
    holding = [Block(layer, hold) for layer in layers[:-1]]
    return Model(task.alphabet, [*counting, *holding, Block(layers[-1], answer)])


def _integer(h: Vector) -> int:
    """The only coordinate of a state."""
    (value,) = h
    assert isinstance(value, int)
    return value


def words_for(values: int) -> ResidueRing:
    """Z/2^p with at least that many elements, p >= 1."""
    return ResidueRing(2 ** max(1, (values - 1).bit_length()))


def _counter(K: int) -> DiagonalLayer:
    """Counts separators, of which a well-formed stream has K - 1."""

    def drive(token: Symbol) -> Vector:
        return (int(token == ("sep",)),)

    return DiagonalLayer(words_for(K), start=(0,), decay=lambda token: (1,), drive=drive)


def _cases(task: FunctionComposition) -> Iterator[Case]:
    extra = task.blocks == "separated"
    precision = max((task.N - 1).bit_length(), (task.K - 1).bit_length() if extra else 0)
    bounds = Bounds(exactly={"depth": task.K + 1 + extra, "width": 1}, at_most={"precision": precision})
    yield Case("all functions at once", composition_stack(task), task, bounds)


def _streams(task: FunctionComposition) -> Iterator[Case]:
    yield Case("every stream", composition_stack(task), task, length=task.length)


#: (N, K) with N >= 2 and at most 300,000 instances, N (N^N)^K
EXHAUSTED = [(2, K) for K in range(1, 9)] + [(3, 1), (3, 2), (3, 3), (4, 1), (4, 2), (5, 1), (6, 1)]

CLAIMS = (
    Claim(
        name="composition",
        source="2604.14501, upper bound for K-function composition",
        statement="K + 1 layers with d = 1 and p = ceil(log2 N) compose any K functions on N elements: the answer is "
        "right at the end of every well-formed stream. With separators for block numbers there is one layer more.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.function_composition",
        cases=_cases,
        instances=compositions([(N, K) for N in (2, 3) for K in (1, 2, 3)])
        | compositions([(2, 2), (3, 2)], order="arbitrary")
        | compositions([(3, 2)], x0="constant")
        | compositions([(2, 2)], tokens="functions")
        | compositions([(3, 2)], blocks="separated"),
        full=compositions([(N, K) for N in range(2, 7) for K in range(1, 5)])
        | compositions([(N, K) for N in range(2, 6) for K in (1, 2, 3)], order="arbitrary")
        | compositions([(N, K) for N in range(2, 5) for K in (1, 2, 3)], blocks="separated")
        | compositions([(2, 3), (3, 2), (4, 1)], tokens="functions"),
    ),
    Claim(
        name="composition-every-instance",
        source="2604.14501, upper bound for K-function composition",
        statement="The same stack gives the right answer on each of the N (N^N)^K streams of an x_0 and K functions, "
        "all of which are read.",
        kind=Kind.POSSIBLE,
        expected="checked",
        proof="constructions.composition.function_composition",
        cases=_streams,
        instances=compositions([(2, 1), (2, 2), (2, 3), (2, 4), (3, 1), (3, 2), (4, 1)]),
        full=compositions(EXHAUSTED),
    ),
)
