"""The K + 1 layers that compose K functions, with their gates as small integer networks, or on single bits.

`constructions.composition.function_composition` lets the gates of a layer be any functions: reset to y, or stay. As
letters are a few small integers, each gate is one network of three layers. A token is the block b that it belongs to
(0 for the one that names x_0, K + 1 for the end), and i and y; with v, what the layer below holds, layer k + 1 has to
reset to y if b = k and i = v. For integers s and t

    [s = t]  =  relu(s - t + 1) - 2 relu(s - t) + relu(s - t - 1),

the two tests are added, e + c is 2 just if both hold, and then

    A = 1 - relu(e + c - 1),    B = relu(y + N (e + c - 2))

as 0 <= y < N. Layer 1 resets on b = 0 alone. All weights are integers of at most max(2 N, K + 1), and each layer passes
on (b, i, y, h): d = 1, p = ceil(log2 N), as before. With bits, d = ceil(log2 N) and p = 1: A is 0 or 1 for all of them,
B the bits of y.

Source: 2604.14501, upper bound for K-function composition; the networks are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.composition.function_composition import words_for
from constructions.composition.instances import compositions
from exactssm.arithmetic import PrimeField
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer, ReluNetwork
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import EOS, FunctionComposition

__all__ = ["CLAIMS", "bitwise_stack", "gate", "gated_stack"]

BLOCK, INDEX, VALUE, BELOW = range(4)  # what a layer reads: b, i, y, v


def gate(k: int, N: int) -> ReluNetwork:
    """(b, i, y, v) -> (A, B) of layer k + 1: (0, y) if b = k and i = v (for k = 0, if b = 0), else (1, 0).

    >>> [gate(2, 5)(letter) for letter in ((2, 3, 4, 3), (2, 3, 4, 1), (1, 3, 4, 3))]
    [(0, 4), (1, 0), (1, 0)]
    """
    block = _unit(BLOCK, 1)
    rows, shifts = [block] * 3, [1 - k, -k, -1 - k]
    tests = [1, -2, 1]
    if k:  # i = v is tested too
        difference = [0, 1, 0, -1]
        rows, shifts = [*rows, *[difference] * 3], [*shifts, 1, 0, -1]
        tests = [*tests, 1, -2, 1]
    both = 2 if k else 1  # what the tests add up to, if the layer is to reset
    hidden = [*tests, 0]
    return ReluNetwork(
        [
            [*rows, _unit(VALUE, 1)],
            [hidden, [N * t for t in tests] + [1]],
            [[-1, 0], [0, 1]],
        ],
        [[*shifts, 0], [1 - both, -N * both], [1, 0]],
    )


def _unit(place: int, value: int) -> list[int]:
    return [value if j == place else 0 for j in range(4)]


def gated_stack(task: FunctionComposition) -> Model:
    """K + 1 layers of width 1 over Z/2^p, whose gates are networks.

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(N=3, K=2)
    >>> run(gated_stack(task), task.stream(1, [(1, 2, 0), (2, 2, 0)])).outputs[-1]
    0

    Raises: ConstructionError, unless ``task`` has x_0 given and first, and entries numbered by block.
    """
    ring = words_for(task.N)

    def layer(gate: ReluNetwork) -> DiagonalLayer:
        def on(letter: Symbol) -> tuple[int, int]:
            A, B = gate(_read(task, letter))
            return A, B

        return DiagonalLayer(ring, (0,), lambda letter: on(letter)[:1], lambda letter: on(letter)[1:])

    return _stack(task, layer, lambda h: h[0])


def bitwise_stack(task: FunctionComposition) -> Model:
    """The same with d = ceil(log2 N) bits, which are all reset or all kept.

    Raises: as `gated_stack`.
    """
    d = max(1, (task.N - 1).bit_length())

    def layer(gate: ReluNetwork) -> DiagonalLayer:
        def decay(letter: Symbol) -> Vector:
            return (gate(_read(task, letter))[0],) * d

        def drive(letter: Symbol) -> Vector:
            B = gate(_read(task, letter))[1]
            return tuple(B >> j & 1 for j in range(d))

        return DiagonalLayer(PrimeField(2), (0,) * d, decay, drive)

    return _stack(task, layer, lambda h: sum(bit << j for j, bit in enumerate(h)))


def _stack(
    task: FunctionComposition, layer: Callable[[ReluNetwork], DiagonalLayer], value: Callable[[Any], int]
) -> Model:
    """A layer for x_0 and one for each function; each passes on what it reads, with what it holds for v."""
    expected = FunctionComposition(task.N, task.K, order=task.order)
    if task != expected:
        raise ConstructionError(f"gates are written for {expected}, not for {task}")

    def hold(h: Vector, letter: Symbol) -> Output:
        b, i, y, _ = _read(task, letter)
        return b, i, y, value(h)

    def answer(h: Vector, letter: Symbol) -> Output:
        return value(h)

    blocks = [Block(layer(gate(k, task.N)), answer if k == task.K else hold) for k in range(task.K + 1)]
    return Model(task.alphabet, blocks)


def _read(task: FunctionComposition, letter: Any) -> tuple[int, int, int, int]:
    """A letter as integers: a token of the stream, or what a layer passed on."""
    if letter == EOS:
        return task.K + 1, 0, 0, 0
    if letter[0] == "start":
        return 0, 0, letter[1], 0
    if len(letter) == 3:
        return (*letter, 0)
    b, i, y, v = letter
    return b, i, y, v


def _cases(task: FunctionComposition) -> Iterator[Case]:
    bits = (task.N - 1).bit_length()
    yield Case(
        "integer networks",
        gated_stack(task),
        task,
        Bounds(exactly={"depth": task.K + 1, "width": 1}, at_most={"precision": bits}),
    )
    yield Case(
        "bits",
        bitwise_stack(task),
        task,
        Bounds(exactly={"depth": task.K + 1, "width": bits}, at_most={"precision": 1}),
    )


CLAIMS = (
    Claim(
        name="composition-by-integer-networks",
        source="2604.14501, upper bound for K-function composition (the networks are ours)",
        statement="K + 1 layers compose K functions on N >= 2 elements with gates that are networks of three layers "
        "and integer weights of at most max(2N, K + 1), for d = 1 and p = ceil(log2 N) as for d = ceil(log2 N) and "
        "p = 1.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.gated_composition",
        cases=_cases,
        instances=compositions([(N, K) for N in (2, 3) for K in (1, 2, 3)]),
        full=compositions([(N, K) for N in (4, 5, 6) for K in (1, 2, 3, 4)])
        | compositions([(N, K) for N in (2, 3, 4) for K in (1, 2)], order="arbitrary"),
    ),
)
