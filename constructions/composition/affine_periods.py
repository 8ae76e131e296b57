"""How long powers of an affine map over Z/2^p take to come back: all maps of a small width, one by one.

Lemma. Let T: h -> A h + b be any affine map of (Z/2^p)^d. The period of its powers T, T^2, T^3, ... is an odd number
times at most 2^(p + floor(log2 d)). The proof is in `constructions.composition.unary_counters`; here small cases are
gone through. The period of an invertible map is its order: in AGL(3,2), with 1344 elements, orders are 1, 2, 3, 4, 6
and 7; there is no 8.

Source: 2604.14501, width and precision in the base model; the lemma is ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

import numpy as np
import numpy.typing as npt

from constructions.claim import Claim, Kind, Lemma
from exactssm.errors import CertificateError, ConstructionError

__all__ = ["CLAIMS", "AffineMaps", "LongPeriod", "Periods", "periods", "two_part"]

Ints = npt.NDArray[np.int64]

MAX_BITS = 24
CHUNK = 2**14


@dataclass(frozen=True)
class AffineMaps:
    """All affine maps of (Z/2^p)^d, numbered.

    Raises: ConstructionError, unless width and precision are at least 1, with at most 2^MAX_BITS affine maps.
    """

    width: int
    precision: int

    def __post_init__(self) -> None:
        d, p = self.width, self.precision
        if min(d, p) < 1 or (d * d + d) * p > MAX_BITS:
            raise ConstructionError(
                f"width and precision must be at least 1, with at most 2^{MAX_BITS} maps; got {self}"
            )

    @property
    def maps(self) -> int:
        """The number of affine maps, 2^((d^2 + d) p)."""
        return 1 << (self.width**2 + self.width) * self.precision

    @property
    def bound(self) -> int:
        """What the 2-part of a period is at most, by the lemma."""
        return 1 << self.precision + self.width.bit_length() - 1

    def matrices(self, first: int, last: int) -> Ints:
        """Maps number first to last - 1 as matrices of d + 1 rows, the last of which keeps the coordinate 1."""
        d, p = self.width, self.precision
        numbers = np.arange(first, last, dtype=np.int64)
        found = np.zeros((last - first, d + 1, d + 1), np.int64)
        for place in range(d * (d + 1)):
            found[:, place // (d + 1), place % (d + 1)] = numbers >> (p * place) & ((1 << p) - 1)
        found[:, d, d] = 1
        return found


@dataclass(frozen=True)
class LongPeriod:
    """A map whose powers come back later than the lemma says."""

    space: AffineMaps
    matrix: tuple[tuple[int, ...], ...]  #: d + 1 rows
    period: int

    @property
    def word(self) -> tuple[str, ...]:
        return (str(self.matrix),)

    def as_text(self) -> str:
        return f"the powers of {self.matrix} come back after {self.period}"

    def replay(self) -> None:
        """Its powers in plain Python, until one comes twice."""
        modulus, rows = 2**self.space.precision, self.matrix
        if rows[-1] != (*(0,) * self.space.width, 1):
            raise CertificateError(f"{rows} must be an affine map; it isn't")
        power, at = rows, dict[tuple[tuple[int, ...], ...], int]()
        while power not in at:
            at[power] = len(at)
            columns = list(zip(*power, strict=True))
            power = tuple(
                tuple(sum(x * y for x, y in zip(row, column, strict=True)) % modulus for column in columns)
                for row in rows
            )
        found = len(at) - at[power]
        if found != self.period or two_part(found) <= self.space.bound:
            raise CertificateError(f"the powers come back after {found}, which is no longer than the lemma says")


def two_part(number: int) -> int:
    """The highest power of two that divides it."""
    return gcd(number, 1 << number.bit_length())


@dataclass(frozen=True)
class Periods:
    """How many of the affine maps have each period."""

    all: Counter[int]
    invertible: Counter[int]  #: of those that are invertible, where it is the order


def periods(space: AffineMaps) -> Periods:
    """The periods of all affine maps.

    >>> sorted(periods(AffineMaps(2, 1)).invertible.items())  # AGL(2,2) is S4
    [(1, 1), (2, 9), (3, 8), (4, 6)]
    """
    every: Counter[int] = Counter()
    invertible: Counter[int] = Counter()
    for _, known, is_order in _chunks(space):
        every.update(known.tolist())
        invertible.update(known[is_order].tolist())
    return Periods(every, invertible)


def _chunks(space: AffineMaps) -> Iterator[tuple[Ints, Ints, npt.NDArray[np.bool_]]]:
    """Maps, their periods, and whether they are invertible, some at a time."""
    mask = (1 << space.precision) - 1
    identity = np.eye(space.width + 1, dtype=np.int64)
    for first in range(0, space.maps, CHUNK):
        maps = space.matrices(first, min(first + CHUNK, space.maps))
        late = maps  # a power from which on they are periodic: what is nilpotent is zero after d p steps
        for _ in range(space.width * space.precision):
            late = late @ maps & mask
        found = np.zeros(len(maps), np.int64)
        invertible = np.zeros(len(maps), np.bool_)
        left, power, later, steps = np.arange(len(maps)), maps, late @ maps & mask, 1
        while len(left):
            back = (later == late[left]).all(axis=(1, 2))
            found[left[back]] = steps
            invertible[left[back]] = (power[back] == identity).all(axis=(1, 2))
            left, power, later = left[~back], power[~back], later[~back]
            power, later, steps = power @ maps[left] & mask, later @ maps[left] & mask, steps + 1
        yield maps, found, invertible


def _lemma(space: AffineMaps) -> Iterator[Lemma]:
    def check() -> LongPeriod | None:
        for maps, known, _ in _chunks(space):
            for i in np.flatnonzero(known & (2 * space.bound - 1) == 0):
                matrix = tuple(tuple(row) for row in maps[i].tolist())
                return LongPeriod(space, matrix, int(known[i]))
        return None

    yield Lemma(f"d={space.width} p={space.precision}", check, space.maps, "maps")


def _spaces(sizes: list[tuple[int, int]]) -> dict[str, AffineMaps]:
    return {f"d={d} p={p}": AffineMaps(d, p) for d, p in sizes}


CLAIMS = (
    Claim(
        name="periods-of-affine-maps",
        source="2604.14501, width and precision in the base model (the lemma is ours)",
        statement="The powers of an affine map of (Z/2^p)^d come back after an odd number times at most 2^(p + "
        "floor(log2 d)) steps: over the field of two elements, for d = 3, there is no map of order 8.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.unary_counters",
        cases=_lemma,
        instances=_spaces([*((1, p) for p in range(1, 6)), (2, 1), (2, 2), (3, 1)]),
        full=_spaces([(1, 8), (2, 3), (4, 1)]),
    ),
)
