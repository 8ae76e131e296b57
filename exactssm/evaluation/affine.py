"""The maps h -> A h + b of a layer, composed as its arithmetic rounds: what scans are made of."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from exactssm.arithmetic import Domain, Element, Rounded
from exactssm.arithmetic.domain import inner_product
from exactssm.arithmetic.moment import with_moment
from exactssm.errors import ConstructionError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer, RotationLayer
from exactssm.layers.layer import Vector, coordinate_domains
from exactssm.machine import Symbol

__all__ = ["AffineMap", "AffineMaps", "DenseMaps", "DiagonalMaps", "affine_maps"]

Dot: TypeAlias = Callable[[Sequence[Element], Sequence[Element]], Element]


class AffineMap(NamedTuple):
    """h -> A h + b."""

    matrix: Any  #: A by rows, or its diagonal
    shift: Vector  #: b


class AffineMaps(ABC):
    """The affine maps of one layer."""

    @abstractmethod
    def on(self, letter: Symbol) -> AffineMap:
        """The map of one letter."""

    @abstractmethod
    def apply(self, f: AffineMap, h: Vector) -> Vector:
        """A h + b; each coordinate is an inner product, rounded as the arithmetic says."""

    @abstractmethod
    def product(self, later: Any, earlier: Any) -> Any:
        """The product of two matrices; each entry is an inner product without a shift, rounded likewise."""

    def compose(self, earlier: AffineMap, later: AffineMap) -> AffineMap:
        """``earlier`` first, then ``later``: (A_2 A_1, A_2 b_1 + b_2)."""
        return AffineMap(self.product(later.matrix, earlier.matrix), self.apply(later, earlier.shift))


class DiagonalMaps(AffineMaps):
    """Maps of a diagonal or a rotation layer: coordinate by coordinate, each in its own arithmetic."""

    def __init__(self, layer: DiagonalLayer | RotationLayer) -> None:
        self._layer = layer
        domains = coordinate_domains(layer)
        self._inner = tuple(map(inner_product, domains))
        self._mul = tuple(domain.mul for domain in domains)

    def on(self, letter: Symbol) -> AffineMap:
        entries, width = self._layer.entries(letter), self._layer.width
        if isinstance(self._layer, RotationLayer):  # exponents are added
            return AffineMap((1,) * width, entries)
        return AffineMap(entries[:width], entries[width:])

    def apply(self, f: AffineMap, h: Vector) -> Vector:
        rows = zip(self._inner, f.matrix, h, f.shift, strict=True)
        return tuple(inner((a,), (x,), b) for inner, a, x, b in rows)

    def product(self, later: Vector, earlier: Vector) -> Vector:
        return tuple(mul(a, b) for mul, a, b in zip(self._mul, later, earlier, strict=True))


class DenseMaps(AffineMaps):
    """Maps with any matrices."""

    def __init__(self, layer: DenseLayer | ConstantLayer) -> None:
        self._layer = layer
        self._inner, self._dot = inner_product(layer.domain), _dot_product(layer.domain)

    def on(self, letter: Symbol) -> AffineMap:
        entries, width = self._layer.entries(letter), self._layer.width
        rows = tuple(entries[i : i + width] for i in range(0, width * width, width))
        return AffineMap(rows, entries[width * width :])

    def apply(self, f: AffineMap, h: Vector) -> Vector:
        return tuple(self._inner(row, h, b) for row, b in zip(f.matrix, f.shift, strict=True))

    def product(self, later: Any, earlier: Any) -> Any:
        columns = list(zip(*earlier, strict=True))
        return tuple(tuple(self._dot(row, column) for column in columns) for row in later)


def affine_maps(layer: Layer) -> AffineMaps:
    """The maps of ``layer``. Raises ConstructionError, if it is of no kind whose maps compose."""
    if isinstance(layer, DiagonalLayer | RotationLayer):
        return DiagonalMaps(layer)
    if isinstance(layer, DenseLayer | ConstantLayer):
        return DenseMaps(layer)
    raise ConstructionError(
        f"the maps of a layer must be affine to be composed; those of a {type(layer).__name__} aren't"
    )


def _dot_product(domain: Domain) -> Dot:
    """(row, column) -> row . column in ``domain``, see `Rounded.dot`; a format alone rounds when its ``inner`` does."""
    domain = with_moment(domain)
    if isinstance(domain, Rounded):
        return domain.dot
    inner, zero = inner_product(domain), domain.zero
    return lambda row, column: inner(row, column, zero)
