"""The diagonal layer of modulus one, kept exactly as exponents: each coordinate stands for a power of a root of unity.

With h_i = zeta_i^{k_i}, where zeta_i is a primitive n_i-th root of unity,

    h_i' = zeta_i^{a_i(x)} h_i    is    k_i' = k_i + a_i(x) mod n_i.

Source: 2603.01959 (complex diagonal decays; AUSSM).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from math import lcm
from typing import NamedTuple

from exactssm.arithmetic import ResidueRing, scan_rotation
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.arithmetic.domain import Element, power
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers.diagonal import DiagonalLayer
from exactssm.layers.layer import (
    LETTERS_KEPT,
    LetterMap,
    Vector,
    check_coordinates,
    check_maps,
    check_tuple,
    look_up,
    numbered,
    states_by_step,
)
from exactssm.machine import Symbol

__all__ = ["CyclotomicTwin", "RotationLayer", "cyclotomic_twin"]


@dataclass(frozen=True)
class RotationLayer:
    """A layer that turns coordinate i by ``angle(x)_i`` times 1/n_i of a full turn, n_i = ``orders[i]``.

    Its state is the tuple of exponents, the i-th in ``range(orders[i])``.

    >>> clock = RotationLayer((12, 60), angle=lambda minutes: (minutes // 60 % 12, minutes % 60))
    >>> clock.run([45, 60, 70])
    [(0, 0), (0, 45), (1, 45), (2, 55)]

    Raises: ConstructionError, for wrong shapes; DomainError, for an order below 2 or an exponent out of range;
    SymbolError, for a letter without an entry. A mapping is checked when the layer is built, a function when a letter
    is first read.
    """

    orders: tuple[int, ...]  #: n_i, each at least 2
    angle: LetterMap[tuple[int, ...]]  #: letter -> exponents, the i-th in ``range(orders[i])``
    start: tuple[int, ...]  #: the exponents before the first letter; all 0 by default
    domain: tuple[ResidueRing, ...] = field(init=False, repr=False, compare=False)
    _on: Callable[[Symbol], tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __init__(
        self, orders: Sequence[int], angle: LetterMap[tuple[int, ...]], start: tuple[int, ...] | None = None
    ) -> None:
        object.__setattr__(self, "orders", tuple(orders))
        object.__setattr__(self, "angle", angle)
        if not self.orders:
            raise ConstructionError("a rotation layer must have at least one order, got none")
        for i, order in enumerate(self.orders):
            if type(order) is not int or order < 2:
                raise DomainError(f"order {i} must be an int of at least 2, got {order!r}")
        object.__setattr__(self, "domain", tuple(map(ResidueRing, self.orders)))
        object.__setattr__(self, "start", (0,) * self.width if start is None else start)
        check_coordinates(self.domain, self.start, "the start state")
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(self._read))
        for letter in check_maps(angle=angle):
            self._on(letter)

    def _read(self, letter: Symbol) -> tuple[int, ...]:
        angle = look_up(self.angle, letter, "angle")
        check_coordinates(self.domain, angle, f"angle on the letter {letter!r}")
        return angle

    @property
    def width(self) -> int:
        return len(self.orders)

    @property
    def real_width(self) -> int:
        """That of the rotations it stands for: two for each order above 2."""
        return sum(2 if order > 2 else 1 for order in self.orders)

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: the definition."""
        check_tuple(state, self.width, "the state")
        turns = zip(self.domain, state, self._on(letter), self.orders, strict=True)
        return tuple([(ring.check(k) + a) % n for ring, k, a, n in turns])

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``; compiled where the orders are small enough."""
        letters, numbers = numbered(word)
        if letters:
            angles = [self._on(letter) for letter in letters]
            with suppress(DomainError):  # too large for the compiled path
                return list(scan_rotation(angles, self.start, numbers, self.orders))
        return states_by_step(self, word)

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The exponents of the diagonal; there is no b."""
        return self._on(letter)


class CyclotomicTwin(NamedTuple):
    """The layer over a cyclotomic field that a rotation layer stands for."""

    layer: DiagonalLayer  #: decay zeta_i^{a_i(x)}, no drive
    embed: Callable[[Vector], Vector]  #: exponents k_i -> zeta_i^{k_i}: carries states to states, step by step


def cyclotomic_twin(layer: RotationLayer) -> CyclotomicTwin:
    """The diagonal layer over Q(zeta_n), n the least common multiple of the orders, that ``layer`` stands for.

    >>> turn = RotationLayer((4,), angle={"left": (1,), "right": (3,)})
    >>> twin, embed = cyclotomic_twin(turn)
    >>> twin.run(["left", "left", "right"]) == [embed(h) for h in turn.run(["left", "left", "right"])]
    True

    Raises: DomainError, where the field is too large for `CyclotomicField`.
    """
    field = CyclotomicField(lcm(*layer.orders))
    roots = [field.root_of_unity(order) for order in layer.orders]

    def embed(exponents: Vector) -> Vector:
        places = zip(layer.domain, roots, exponents, strict=True)
        return tuple(power(field, zeta, ring.check(k)) for ring, zeta, k in places)

    return CyclotomicTwin(DiagonalLayer(field, embed(layer.start), lambda letter: embed(layer.entries(letter))), embed)
