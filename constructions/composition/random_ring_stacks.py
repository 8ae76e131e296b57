"""Stacks of layers over finite rings, drawn at random: models to run protocols and refuters on.

On each letter a layer keeps its state, forgets it or moves it by any matrix, and then adds any vector. What a layer
passes on is drawn too: one of few letters by its state and letter, or both whole. The last one puts out both, so that
nothing of its state stays hidden. Draws depend on the seed alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random

from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.arithmetic.domain import Element
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model

__all__ = ["random_ring_stack"]

PASSED = 4  #: letters that a layer passes on, if it doesn't pass on all that it knows


def random_ring_stack(
    alphabet: Sequence[Symbol], ring: ResidueRing | GaloisField, widths: Sequence[int], *, diagonal: bool, seed: object
) -> Model:
    """A stack of as many layers as there are widths.

    >>> from exactssm.machine import run
    >>> model = random_ring_stack("ab", ResidueRing(4), [2, 1], diagonal=False, seed=0)
    >>> run(model, "abab") == run(random_ring_stack("ab", ResidueRing(4), [2, 1], diagonal=False, seed=0), "abab")
    True
    """
    last = len(widths) - 1
    return Model(
        alphabet, [_block(ring, d, diagonal, f"{seed}, {depth}", depth == last) for depth, d in enumerate(widths)]
    )


def _block(ring: ResidueRing | GaloisField, width: int, diagonal: bool, seed: str, last: bool) -> Block:
    elements = tuple(ring.elements)
    everything = last or Random(seed).random() < 0.3

    def drawn(about: object, count: int) -> tuple[Element, ...]:
        source = Random(f"{seed}: {about!r}")
        return tuple(source.choice(elements) for _ in range(count))

    def decay(letter: Symbol) -> Vector:
        kind = Random(f"{seed}: kind {letter!r}").randrange(4)
        kept = (ring.zero, ring.one)
        return (kept[kind],) * width if kind < 2 else drawn(("decay", letter), width)

    def matrix(letter: Symbol) -> Matrix:
        kind = Random(f"{seed}: kind {letter!r}").randrange(4)
        if kind < 2:
            return tuple(tuple(ring.one if kind and i == j else ring.zero for j in range(width)) for i in range(width))
        return tuple(drawn(("row", i, letter), width) for i in range(width))

    def drive(letter: Symbol) -> Vector:
        return drawn(("drive", letter), width)

    @cache
    def passed(state: Vector, letter: Symbol) -> Output:
        return (state, letter) if everything else Random(f"{seed}: {(state, letter)!r}").randrange(PASSED)

    start = drawn("start", width)
    if diagonal:
        return Block(DiagonalLayer(ring, start, decay, drive), passed)
    return Block(DenseLayer(ring, start, matrix, drive), passed)
