"""Affine summaries: what a segment of a word does to a layer's state, as one map in a fixed number of bits.

    h  ->  A h + b,    A = A_t ... A_2 A_1,    b = A_t ... A_2 b_1 + ... + A_t b_{t-1} + b_t

is what the letters 1 .. t of a layer do to its state, whatever it was before. Where sums and products are those of a
semiring, A and b are again d^2 + d numbers of the layer's arithmetic, and a summary takes

    (d^2 + d) p bits in general;    2 d p if A is diagonal;    d p for rotations, which add exponents (A = 1),

p being ceil(log2) of the number of the semiring's elements. Over endless ones it takes as many bits as its numbers
need. In an arithmetic that rounds there is no such map: see `exactssm.evaluation.composing`.

Source: 2604.14501, lower bound: the affine summaries that players send.
"""

from __future__ import annotations

from collections.abc import Iterable

from exactssm.arithmetic.bit_code import BitCode, bit_code
from exactssm.arithmetic.domain import Element
from exactssm.errors import FormatError
from exactssm.evaluation.affine import AffineMap, affine_maps
from exactssm.layers import DiagonalLayer, Layer, RotationLayer
from exactssm.layers.layer import Vector, coordinate_domains
from exactssm.machine import Symbol

__all__ = ["Summaries"]


class Summaries:
    """The summaries of one layer over an exact semiring: composed, applied, written as bits and read.

    >>> from exactssm.arithmetic import ResidueRing
    >>> layer = DiagonalLayer(ResidueRing(8), start=(1,), decay=lambda x: (3,), drive=lambda x: (x,))
    >>> summaries = Summaries(layer)
    >>> f = summaries.of([1, 2])  # 3 (3 h + 1) + 2
    >>> f, summaries.apply(f, (1,)) == layer.run([1, 2])[-1]
    (AffineMap(matrix=(1,), shift=(5,)), True)
    >>> summaries.bits, summaries.write(f), summaries.read("001101") == f
    (6, '001101', True)

    Raises: ConstructionError, if the layer's steps aren't affine; DomainError, if its arithmetic isn't known to be a
    semiring.
    """

    def __init__(self, layer: Layer) -> None:
        self.layer = layer
        self._maps = affine_maps(layer)
        domains = coordinate_domains(layer)
        self._codes = tuple(map(bit_code, domains))
        self._diagonal = isinstance(layer, DiagonalLayer | RotationLayer)
        self._turning = isinstance(layer, RotationLayer)
        self._zero, self._one = ([getattr(domain, name) for domain in domains] for name in ("zero", "one"))

    @property
    def numbers(self) -> int:
        """How many numbers a summary consists of."""
        d = self.layer.width
        return d if self._turning else 2 * d if self._diagonal else d * d + d

    @property
    def precision(self) -> int | None:
        """p, the bits of the largest number; None over an endless ring."""
        widths = [code.bits for code in self._codes if code.bits is not None]
        return max(widths) if len(widths) == len(self._codes) else None

    @property
    def bits(self) -> int | None:
        """The bits of each summary; None over an endless ring."""
        if self.precision is None:
            return None
        if not self._diagonal:
            return self.numbers * self.precision
        return self.numbers // len(self._codes) * sum(code.bits or 0 for code in self._codes)

    @property
    def identity(self) -> AffineMap:
        """The summary of no letters."""
        d = self.layer.width
        if self._diagonal:
            return AffineMap(tuple(self._one), tuple(self._zero))
        return AffineMap(
            tuple(tuple(self._one[j] if i == j else self._zero[j] for j in range(d)) for i in range(d)),
            tuple(self._zero),
        )

    def on(self, letter: Symbol) -> AffineMap:
        """The summary of one letter."""
        return self._maps.on(letter)

    def of(self, letters: Iterable[Symbol]) -> AffineMap:
        """The summary of ``letters``, which this layer reads."""
        summary = self.identity
        for letter in letters:
            summary = self.compose(summary, self.on(letter))
        return summary

    def compose(self, earlier: AffineMap, later: AffineMap) -> AffineMap:
        """The summary of two segments, ``earlier`` being read first."""
        return self._maps.compose(earlier, later)

    def apply(self, summary: AffineMap, state: Vector) -> Vector:
        """The state after a segment from the state before it."""
        return self._maps.apply(summary, state)

    def write(self, summary: AffineMap) -> str:
        """``summary`` as a string of the characters 0 and 1: A by rows, or its diagonal, and then b."""
        return "".join(code.write(x) for code, x in zip(self._order(), self._entries(summary), strict=True))

    def read(self, bits: str) -> AffineMap:
        """The summary that these bits write. Raises FormatError, if they write none, or more than one."""
        summary, end = self.read_at(bits, 0)
        if end != len(bits):
            raise FormatError(f"bit {end}: the summary ends here, but {len(bits)} bits are given")
        return summary

    def read_at(self, bits: str, at: int) -> tuple[AffineMap, int]:
        """The summary that begins at a position, and the position after it. Raises FormatError."""
        numbers: list[Element] = []
        for code in self._order():
            x, at = code.read(bits, at)
            numbers.append(x)
        d = self.layer.width
        shift = tuple(numbers[-d:])
        if self._turning:
            return AffineMap(tuple(self._one), shift), at
        if self._diagonal:
            return AffineMap(tuple(numbers[:d]), shift), at
        return AffineMap(tuple(tuple(numbers[i : i + d]) for i in range(0, d * d, d)), shift), at

    def _order(self) -> tuple[BitCode, ...]:
        """The code of each number of a summary."""
        return self._codes * (self.numbers // len(self._codes))

    def _entries(self, summary: AffineMap) -> tuple[Element, ...]:
        if self._turning:
            return summary.shift
        return (summary.matrix if self._diagonal else sum(summary.matrix, ())) + summary.shift
