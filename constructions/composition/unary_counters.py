"""Counting ticks modulo 2^k: width stands for precision only by its logarithm, and layers stand for it in full.

The task is the counter modulo 2^k on the alphabet of one letter. A model is L layers of width d over Z/2^p, with any
A, b, start and readouts; its memory is L d p bits.

Theorem. Such a model counts modulo 2^k iff L (p + floor(log2 d)) >= k.

*If.* One layer keeps binomial coefficients: by Pascal's rule, h_j <- h_j + h_{j-1} with h_0 = 1 leads from zero to h_j
= C(n, j) after n ticks, j = 1, ..., d. All of these are zero modulo 2^p iff (1 + x)^n = 1 modulo 2^p and x^(d+1). As
C(2^m, j) holds the factor 2 exactly m - v(j) times, v(j) being how often j does, that is first so at n = 2^m with m = p
+ max v(j) = p + floor(log2 d). So the layer counts modulo 2^m. With d = 1 it is h <- h + 1. Where its count comes back
to zero it passes on a carry, the tick of the layer above: ripple carry. L = k layers with d = p = 1 are a binary
counter.

*Only if.* With the coordinate 1 beside the state, the map of a layer is a matrix T of d + 1 rows over Z/2^p. Let T
first be invertible. Modulo 2 its order is an odd number times at most 2^c, c = ceil(log2(d + 1)), since a unipotent
matrix U of d + 1 rows over the field of two elements has U^(2^c) - 1 = (U - 1)^(2^c) = 0. And if S = 1 modulo 2, then
S^(2^(p-1)) = 1. So the order of T divides an odd number times 2^(c + p - 1), where c - 1 = floor(log2 d). If T isn't
invertible, it is so on a direct summand, and nilpotent on another (Fitting): its powers come back after as many steps,
once they have left the latter. So a layer's state comes back after such a period P_1, and the layer above, over one
period, does some affine map, whose powers come back after P_2. The state of all L layers comes back after P_1 ... P_L
ticks, an odd number times at most 2^(L (p + floor(log2 d))). If that is less than 2^k times, two counts that differ
modulo 2^k are one state, whatever the readout.

So with online chain of thought, where L d p bits count modulo 2^(L d p) (`constructions.thoughts.every_shape`), width
is worth as much as precision; without it, d p bits in one layer of precision 1 count modulo 2 d at most.

Source: 2604.14501, width and precision in the base model; its statement isn't known to us, and this one is ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from random import Random
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import ResidueRing
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, mod_counter

__all__ = [
    "CLAIMS",
    "TICK",
    "Carried",
    "Shape",
    "affine_layers",
    "counter_task",
    "counts_bits",
    "random_stack",
    "unary_counter",
]

TICK = "1"
MAX_BITS = 20
MAX_WIDTH = 2**10
MAX_STATES = 2**12  # of layers that are gone through, all of them


class Shape(NamedTuple):
    """L layers of width d over Z/2^p."""

    depth: int
    width: int
    precision: int


class Carried(NamedTuple):
    """What a layer reads: whether it ticks, and the count of the layers below it."""

    tick: bool
    below: int


def counts_bits(shape: Shape) -> int:
    """L (p + floor(log2 d)): the largest k such that a model of this shape counts ticks modulo 2^k.

    >>> [counts_bits(Shape(1, d, 1)) for d in (1, 2, 3, 4, 8)], counts_bits(Shape(3, 1, 2))
    ([1, 2, 2, 3, 4], 6)
    """
    return shape.depth * (shape.precision + shape.width.bit_length() - 1)


def counter_task(bits: int) -> Automaton:
    """The count of ticks modulo 2^bits, after each."""
    return mod_counter(2**bits, {TICK: 1})


def unary_counter(shape: Shape) -> Model:
    """L layers that keep binomial coefficients and hand on carries: they count modulo 2^(L (p + floor(log2 d))).

    Resources: exactly as ``shape`` says; a coordinate takes all its 2^p values, where d is a power of two.

    >>> from exactssm.machine import run
    >>> run(unary_counter(Shape(1, 2, 1)), "111111").outputs, run(unary_counter(Shape(2, 1, 1)), "111111").outputs
    ((1, 2, 3, 0, 1, 2), (1, 2, 3, 0, 1, 2))

    Raises: ConstructionError, unless depth, width and precision are at least 1, the width is at most `MAX_WIDTH`, and
    the model counts to at most 2^MAX_BITS.
    """
    if min(shape) < 1 or shape.width > MAX_WIDTH or counts_bits(shape) > MAX_BITS:
        raise ConstructionError(
            f"depth, width and precision must be at least 1, the width at most {MAX_WIDTH}, for at most {MAX_BITS} "
            f"bits; got {shape}"
        )
    ring = ResidueRing(2**shape.precision)
    own = 2 ** (shape.precision + shape.width.bit_length() - 1)  # what one layer counts to
    pascal = tuple(tuple(int(j in (i - 1, i)) for j in range(shape.width)) for i in range(shape.width))
    identity = tuple(tuple(int(j == i) for j in range(shape.width)) for i in range(shape.width))
    first: Vector = (1, *(0,) * (shape.width - 1))

    def read(letter: Symbol) -> Carried:
        return letter if isinstance(letter, Carried) else Carried(True, 0)

    def matrix(letter: Symbol) -> Matrix:
        return pascal if read(letter).tick else identity

    def drive(letter: Symbol) -> Vector:
        return first if read(letter).tick else (0,) * shape.width

    layer = DenseLayer(ring, (0,) * shape.width, matrix, drive)
    digit_at: dict[Vector, int] = {}
    state = layer.start
    for n in range(own):
        assert state not in digit_at, "binomial coefficients come back no earlier"
        digit_at[state] = n
        state = layer.step(state, TICK)

    def hand_on(number: int, state: Vector, letter: Symbol) -> Carried:
        tick, below = read(letter)
        digit = digit_at[state]
        return Carried(tick and digit == 0, below + digit * own**number)

    def block(number: int) -> Block:
        if number == shape.depth - 1:
            return Block(layer, lambda state, letter: hand_on(number, state, letter).below)
        return Block(layer, lambda state, letter: hand_on(number, state, letter))

    return Model((TICK,), [block(number) for number in range(shape.depth)])


def affine_layers(width: int, precision: int, starts: str = "zero") -> Iterator[Model]:
    """Every layer of that width over Z/2^p on ticks, from zero, or from every start. Its readout says nothing.

    Moving the origin to the start makes any layer one that starts at zero, with another b: from zero all are there.

    Raises: ConstructionError, for a choice of starts other than "zero" and "every", or unless width and precision are
    at least 1, for at most `MAX_STATES` states.
    """
    if min(width, precision) < 1 or width * precision >= MAX_STATES.bit_length():
        raise ConstructionError(
            f"width and precision must be at least 1, for at most {MAX_STATES} states; got {width} and {precision}"
        )
    if starts not in ("zero", "every"):
        raise ConstructionError(f"starts must be 'zero' or 'every', got {starts!r}")
    ring = ResidueRing(2**precision)
    vectors = list(product(range(ring.modulus), repeat=width))
    for start in vectors if starts == "every" else [(0,) * width]:
        for rows in product(vectors, repeat=width):
            for b in vectors:
                yield Model((TICK,), [Block(DenseLayer(ring, start, {TICK: rows}, {TICK: b}), _nothing)])


def random_stack(shape: Shape, draw: Random) -> Model:
    """A stack of that shape. Each layer's map is drawn for each letter it may read, 0 and 1, and so is which letter a
    state passes on; or it is one of the counter's, and the carry is the counter's too."""
    ring = ResidueRing(2**shape.precision)
    counter = unary_counter(shape)
    blocks = []
    for block in counter.blocks:
        if draw.random() < 0.5:
            blocks.append(block)
            continue
        matrices = {tick: _drawn_matrix(ring, shape.width, draw) for tick in (False, True)}
        drives = {tick: tuple(draw.randrange(ring.modulus) for _ in range(shape.width)) for tick in (False, True)}
        start = tuple(draw.randrange(ring.modulus) for _ in range(shape.width))
        passed = {h: draw.random() < 0.5 for h in product(range(ring.modulus), repeat=shape.width)}
        blocks.append(_on_ticks(ring, start, matrices, drives, passed))
    return Model((TICK,), blocks)


def _on_ticks(
    ring: ResidueRing,
    start: Vector,
    matrices: dict[bool, Matrix],
    drives: dict[bool, Vector],
    passed: dict[tuple[int, ...], bool],
) -> Block:
    def ticks(letter: Symbol) -> bool:
        return letter.tick if isinstance(letter, Carried) else True

    layer = DenseLayer(ring, start, lambda x: matrices[ticks(x)], lambda x: drives[ticks(x)])
    return Block(layer, lambda state, letter: Carried(passed[state], 0))


def _drawn_matrix(ring: ResidueRing, width: int, draw: Random) -> Matrix:
    """Any matrix, or one that is 1 on and 0 above the diagonal, as those with the longest periods are."""
    unipotent = draw.random() < 0.5
    return tuple(
        tuple(int(i == j) if unipotent and j >= i else draw.randrange(ring.modulus) for j in range(width))
        for i in range(width)
    )


def _nothing(state: Vector, letter: Symbol) -> None:
    """The readout of a layer whose states alone matter."""


def _counters(shape: Shape) -> Iterator[Case]:
    bits = counts_bits(shape)
    exactly: dict[str, object] = {"depth": shape.depth, "width": shape.width, "precision": shape.precision}
    if shape.width == 1:
        exactly["memory_bits"] = bits
    yield Case("ticks", unary_counter(shape), counter_task(bits), Bounds(exactly))


class _All(NamedTuple):
    """All layers of one width and precision against the counter modulo 2^bits."""

    width: int
    precision: int
    bits: int
    starts: str = "zero"


def _all_layers(size: _All) -> Iterator[Case]:
    task = counter_task(size.bits)
    for number, model in enumerate(affine_layers(size.width, size.precision, size.starts)):
        yield Case(f"map {number}", model, task)


class _Drawn(NamedTuple):
    """Stacks drawn at random."""

    shape: Shape
    stacks: int


def _drawn(family: _Drawn) -> Iterator[Case]:
    draw = Random(f"{family.shape}")
    task = counter_task(counts_bits(family.shape) + 1)
    yield Case("the counter of one bit less", unary_counter(family.shape), task)
    for number in range(1, family.stacks):
        yield Case(f"stack {number}", random_stack(family.shape, draw), task)


def _shapes(shapes: list[tuple[int, int, int]]) -> dict[str, Shape]:
    return {f"L={L} d={d} p={p}": Shape(L, d, p) for L, d, p in shapes}


def _below(shapes: list[tuple[int, int, int]], count: int) -> dict[str, _Drawn]:
    return {f"{name}, {count} stacks": _Drawn(shape, count) for name, shape in _shapes(shapes).items()}


def _alone(width: int, bits: int) -> tuple[int, int, int]:
    """The least shape of one layer of that width that counts so many bits."""
    return 1, width, bits - (width.bit_length() - 1)


SOURCE = "2604.14501, width and precision in the base model (the theorem is ours)"
WIDE = [_alone(d, k) for k in (3, 4, 5) for d in (1, 2, 4, 8, 16) if k >= d.bit_length()]
STACKS = [(2, 2, 1), (2, 3, 1), (3, 2, 2), (2, 4, 2)]
MORE = [(L, d, p) for L in (1, 2, 3) for d in (1, 2, 3, 4, 5, 7, 8) for p in (1, 2, 3)]

CLAIMS = (
    Claim(
        name="ticks-by-binomials",
        source=SOURCE,
        statement="L layers of width d over Z/2^p count ticks modulo 2^k for k = L (p + floor(log2 d)): one of them "
        "keeps the binomial coefficients C(n, 1), ..., C(n, d) of its count n.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.unary_counters",
        cases=_counters,
        instances=_shapes(WIDE + STACKS),
        full=_shapes([s for s in MORE if counts_bits(Shape(*s)) <= 12] + [_alone(d, 10) for d in (16, 64, 256)]),
    ),
    Claim(
        name="ticks-by-ripple-carry",
        source=SOURCE,
        statement="p layers with d = 1 and one bit of precision count ticks modulo 2^p, as one layer with d = 1 and p "
        "bits does: depth stands for precision.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.unary_counters",
        cases=_counters,
        instances=_shapes([(p, 1, 1) for p in range(1, 9)]),
        full=_shapes([(p, 1, 1) for p in range(9, 13)]),
    ),
    Claim(
        name="width-is-no-precision",
        source=SOURCE,
        statement="No layer with d = 3, p = 1 counts ticks modulo 2^3, and none with d = 2, p = 2 modulo 2^4, though "
        "its memory has d p bits, and one with d = 1 and d p bits does it: all maps fail, whatever the readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.unary_counters",
        cases=_all_layers,
        instances={
            "modulo 8 by d=3 p=1, all 4096 maps": _All(3, 1, 3),
        },
        full={
            "modulo 16 by d=2 p=2, all 4096 maps": _All(2, 2, 4),
            "modulo 8 by d=3 p=1, all maps from all starts": _All(3, 1, 3, "every"),
            "modulo 16 by d=2 p=2, all maps from all starts": _All(2, 2, 4, "every"),
        },
        every_readout=True,
    ),
    Claim(
        name="ticks-beyond-the-bound",
        source=SOURCE,
        statement="No L layers of width d over Z/2^p count ticks modulo 2^k, if k is greater than L (p + floor(log2 "
        "d)), whatever the readout.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.composition.unary_counters",
        cases=_drawn,
        instances=_below([(1, 7, 1), (1, 3, 2), (2, 1, 2), (2, 2, 1), (3, 1, 1), (2, 3, 1)], 30),
        full=_below([s for s in MORE if counts_bits(Shape(*s)) <= 9 and s[1] * s[2] <= 12], 300),
        every_readout=True,
        sampled="the counter of one bit less, and seeded stacks in which half of the layers are the counter's",
    ),
)
