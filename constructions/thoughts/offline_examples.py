"""Offline chain of thought at work: few layers, many thoughts, answers that one step could hardly give.

Each thinks only once its input has ended, until its states tell the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from exactssm.arithmetic import PrimeField, ResidueRing
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model, OfflineCoT, Think

__all__ = ["EXAMPLES", "discrete_logarithm", "euclid", "full_circle", "parity_by_counting_down"]

READ = "..."
"""What these models put out before the end."""


def parity_by_counting_down(modulus: int) -> OfflineCoT:
    """Counts symbols modulo ``modulus``, which is even, and then takes two away with each thought.

    >>> from exactssm.machine import run
    >>> run(parity_by_counting_down(8), "11111$").outputs[-1]
    'odd'
    """
    layer = DiagonalLayer(
        ResidueRing(modulus), (0,), decay=lambda x: (1,), drive={"1": (1,), "$": (0,), "-": (modulus - 2,)}
    )

    def readout(state: Any, letter: Symbol) -> Output:
        (h,) = state
        if letter == "1":
            return READ
        return Think("-") if h > 1 else ("even", "odd")[h]

    return OfflineCoT(Model("1$-", [Block(layer, readout)]), inputs="1$", end="$")


class Found(NamedTuple):
    """What the first layer of `discrete_logarithm` passes on."""

    symbol: Symbol
    one: bool


def discrete_logarithm(p: int, base: int) -> OfflineCoT:
    """To which power of ``base``, a primitive root modulo the prime p, the numbers read multiply: 2 and 3, modulo p.

    The first layer holds the product, and each thought divides it by the base, until it is 1; the second counts.

    >>> from exactssm.machine import run
    >>> run(discrete_logarithm(17, 3), (2, 2, 3, "$")).outputs[-1]  # 3^13 = 12
    13
    """
    field = PrimeField(p)
    by = {2: 2 % p, 3: 3 % p, "$": 1, "/": pow(base, -1, p)}
    holds = DiagonalLayer(field, (1,), {symbol: (value,) for symbol, value in by.items()})
    counts = RotationLayer((p - 1,), lambda found: (int(found.symbol == "/"),))

    def readout(state: Any, found: Any) -> Output:
        if found.symbol not in ("$", "/"):
            return READ
        return state[0] if found.one else Think("/")

    blocks = [Block(holds, lambda h, symbol: Found(symbol, h == (1,))), Block(counts, readout)]
    return OfflineCoT(Model(tuple(by), blocks), inputs=(2, 3, "$"), end="$")


def euclid(precision: int) -> OfflineCoT:
    """The greatest common divisor of the numbers of a and of b, both modulo 2^p.

    The state is (x, y); the thought q is that y goes q times into x, and leads to (y, x - q y).

    >>> from exactssm.machine import run
    >>> run(euclid(4), "aabbbbabbba" + "aa" + "$").outputs[-1]  # 6 of a, 7 of b
    1
    """
    ring = ResidueRing(2**precision)

    def matrix(letter: Symbol) -> Matrix:
        return ((0, 1), (1, -letter % ring.modulus)) if isinstance(letter, int) else ((1, 0), (0, 1))

    def drive(letter: Symbol) -> Vector:
        return int(letter == "a"), int(letter == "b")

    def readout(state: Any, letter: Symbol) -> Output:
        x, y = state
        if letter in ("a", "b"):
            return READ
        return Think(x // y) if y else x

    model = Model((*"ab$", *range(ring.modulus)), [Block(DenseLayer(ring, (0, 0), matrix, drive), readout)])
    return OfflineCoT(model, inputs="ab$", end="$")


def full_circle(precision: int) -> OfflineCoT:
    """How many steps of h -> 5 h + 3 lead from the number of symbols to 0, modulo 2^p, where that is a single cycle.

    >>> from exactssm.machine import run
    >>> run(full_circle(4), "1$").outputs[-1]  # 1, 8, 11, 10, 5, 12, 15, 14, 9, 0
    9
    """
    ring = ResidueRing(2**precision)
    layer = DiagonalLayer(
        ring,
        (0, 0),
        decay={"1": (1, 1), "$": (1, 1), ".": (5 % ring.modulus, 1)},
        drive={"1": (1, 0), "$": (0, 0), ".": (3, 1)},
    )

    def readout(state: Any, letter: Symbol) -> Output:
        h, count = state
        if letter == "1":
            return READ
        return Think(".") if h else count

    return OfflineCoT(Model("1$.", [Block(layer, readout)]), inputs="1$", end="$")


#: Each is built when its claim is decided.
EXAMPLES: dict[str, Callable[[], OfflineCoT]] = {
    "parity of a count mod 8": partial(parity_by_counting_down, 8),
    "discrete logarithm mod 17": partial(discrete_logarithm, 17, 3),
    "greatest common divisor mod 8": partial(euclid, 3),
    "steps round a cycle of 16": partial(full_circle, 4),
}
