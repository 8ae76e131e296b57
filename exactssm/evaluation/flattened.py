"""Flattened evaluation: a layer unrolled into its convolutional form, with exact sums and products, and few casts.

    h_t = sum over j of (A_t ... A_{j+1}) b_j  +  (A_t ... A_1) h_0

Adjacent sums are merged into one, and adjacent products too (2404.08819 Def. A.3). Where a value is cast to the format
is a choice:

    once          cast of the whole: h_t = cast(exact h_t)
    terms         each product of the unrolled sum is a node that is cast, then their sum:
                  h_t = cast(sum_j cast((A_t ... A_{j+1}) b_j) + cast((A_t ... A_1) h_0))
    transitions   products of A's are exact and cast once, then the sum is exact and cast once (2411.12537 App. B.1):
                  h_t = cast(sum_j cast(A_t ... A_{j+1}) b_j + cast(A_t ... A_1) h_0)

In each, a cast of b_t alone does nothing: the format holds it. In exact arithmetic the three are the recurrence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exactssm.arithmetic.named import Named
from exactssm.evaluation.affine import AffineMap, affine_maps
from exactssm.evaluation.exact import exact_layer, exact_numbers
from exactssm.layers import Layer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol

__all__ = ["Casts", "Flattened"]


class Casts(Named, what="the casts of a flattened layer"):
    """Where a flattened layer is cast to its format."""

    ONCE = "once"
    TERMS = "terms"
    TRANSITIONS = "transitions"


@dataclass(frozen=True)
class Flattened:
    """Mode F: the state after a word is the cast of the exact convolutional form.

    ``casts`` may be given by name. Weights and states are elements of the layer's format, as in the recurrence; sign
    layers, which aren't affine, raise ConstructionError.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> from exactssm.layers import DiagonalLayer
    >>> halves = FixedPoint(3, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)
    >>> half, one, seven = map(halves.parse, ("1/2", "1", "7"))
    >>> layer = DiagonalLayer(halves, (seven,), lambda x: (half,), lambda x: (half,))
    >>> layer.run("xx")[-1]  # 7 -> 4 -> 5/2
    (5,)
    >>> [Flattened(casts).on(layer)("xx") for casts in Casts]  # 7/4 + 1/4 + 1/2; 3/2 + 0 + 1/2; 0 + 1/4 + 1/2
    [(5,), (4,), (1,)]
    """

    casts: Casts = Casts.ONCE

    def __post_init__(self) -> None:
        object.__setattr__(self, "casts", Casts.named(self.casts))

    def on(self, layer: Layer) -> Callable[[Sequence[Symbol]], Vector]:
        """The state of ``layer`` after a word."""
        twin = exact_layer(layer)
        maps = affine_maps(twin)
        if isinstance(layer.domain, tuple):  # a rotation layer: residues are never cast
            return lambda word: layer.run(word)[-1]
        exact = exact_numbers(layer.domain)
        if self.casts is Casts.ONCE:
            return lambda word: tuple(map(exact.cast, twin.run(word)[-1]))
        field, by_terms = exact.domain, self.casts is Casts.TERMS

        def cast(x: Any) -> Any:
            return tuple(map(cast, x)) if isinstance(x, tuple) else exact.value(exact.cast(x))

        def term(product: Any, vector: Vector) -> Vector:
            nothing = (field.zero,) * layer.width
            if by_terms:
                return tuple(map(cast, maps.apply(AffineMap(product, nothing), vector)))
            return maps.apply(AffineMap(cast(product), nothing), vector)

        def state(word: Sequence[Symbol]) -> Vector:
            if not word:
                return layer.start
            *earlier, last = map(maps.on, word)
            total, product = last.shift, last.matrix
            for f in reversed(earlier):
                total = tuple(map(field.add, total, term(product, f.shift)))
                product = maps.product(product, f.matrix)
            return tuple(map(exact.cast, map(field.add, total, term(product, twin.start))))

        return state
