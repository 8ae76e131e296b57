"""Layers with one matrix for all letters, h_t = A h_(t-1) + b(x_t), as threshold circuits of constant depth.

    h_t = A^(t-1) b(x_1) + ... + A b(x_(t-1)) + b(x_t) + A^t h_0

is a sum of terms that depend on a letter each, so one sum of t + 1 elements. Here the powers of A are *hard-wired*:
A^k b(x) is a constant for each k and x, and stands in the tables that the letters are looked up in. The circuits don't
compute these constants, so that they are called non-uniform. A program computes them in polynomial time, which makes
the family P-uniform; over a finite ring the powers of one matrix are periodic from some k on, so that the constants
could be had for less. `constructions.circuits.matrix_inputs` has circuits that read A and compute its powers.

All is over finite rings, Z/m and GF(q): the ring analogue of the theorem, which has floats of logarithmic precision
(for these, see `constructions.circuits.float_layers`). Where A depends on the letter, the products of matrices are no
powers of one: those layers are refused.

Source: 2404.08819 Thm 4.2, Lemma 4.1 (the convolutional form as a sum of products); rings in place of floats are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from constructions.circuits.cases import CaseRing, Cases, constant_case, from_bits
from constructions.circuits.compile import CompiledLayer, LetterCodes, reached_pairs
from constructions.circuits.local_rings import pack
from constructions.circuits.numbers import Number
from exactssm.circuits import CircuitBuilder
from exactssm.errors import ConstructionError
from exactssm.layers import ConstantLayer, DenseLayer, Layer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Symbol

__all__ = [
    "HARD_WIRED",
    "check_constant",
    "compile_layer",
    "constant_states",
    "hypotheses",
    "known_entries",
]

HARD_WIRED: Final = "non-uniform (powers of A hard-wired; that a program computes them is all its uniformity)"
"""What is said of a circuit that has the powers of A for constants."""


def hypotheses(layer: Layer, letters: LetterCodes) -> str:
    """Thm 4.2's hypotheses as they hold for ``layer``; see `constructions.circuits.compile.LayerCompiler`.

    Raises: ConstructionError, if A differs between letters, or the arithmetic is no finite ring.
    """
    ring = CaseRing(check_constant(layer, letters).domain)
    return f"2404.08819 Thm 4.2, ring analogue, {HARD_WIRED}: A the same on every letter, over {ring.domain}"


def compile_layer(builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number]) -> CompiledLayer:
    """A layer with one matrix in a circuit; see `constructions.circuits.compile.LayerCompiler`."""
    constant = check_constant(layer, letters)
    ring = CaseRing(constant.domain).code
    known = {letters[letter]: letter for letter in known_entries(layer, letters)}
    states = constant_states(builder, constant, [from_bits(builder, bits, known) for bits in word])

    def code(state: Vector) -> int:
        return pack((ring.code(x), ring.width) for x in state)

    return CompiledLayer(tuple(states[1:]), code, reached_pairs(constant, letters))


def check_constant(layer: Layer, letters: Iterable[Symbol]) -> ConstantLayer:
    """``layer`` as a `ConstantLayer`, if its matrix is the same on all of ``letters`` that it has entries for.

    Raises: ConstructionError, if it isn't, or if it has no matrix.
    """
    if isinstance(layer, ConstantLayer):
        return layer
    if not isinstance(layer, DenseLayer):
        raise ConstructionError(f"Thm 4.2 needs h' = A h + b(x) with one matrix A, got a {type(layer).__name__}")
    cells = layer.width**2
    entries = known_entries(layer, letters)
    matrix: Vector | None = None
    for letter, entry in entries.items():
        if matrix is None:
            first, matrix = letter, entry[:cells]
        elif entry[:cells] != matrix:
            raise ConstructionError(
                f"Thm 4.2 needs one matrix A for all letters, but on {letter!r:.40} it is another than on {first!r:.40}"
            )
    if matrix is None:
        raise ConstructionError("a layer must have entries for some letter to be compiled")
    rows = tuple(matrix[i : i + layer.width] for i in range(0, cells, layer.width))
    return ConstantLayer(layer.domain, layer.start, rows, {x: entry[cells:] for x, entry in entries.items()})


def known_entries(layer: Layer, letters: Iterable[Symbol]) -> dict[Symbol, Vector]:
    """The entries of A and b on those letters that the layer has any for: no word leads to the others."""
    found = {}
    for letter in letters:
        try:
            found[letter] = layer.entries(letter)
        except Exception:  # as in `constructions.circuits.compile.reached_pairs`
            continue
    return found


def constant_states(builder: CircuitBuilder, layer: ConstantLayer, letters: Sequence[Cases]) -> list[Number]:
    """The codes of all len(letters) + 1 states along a word of letters by cases, with the powers of A as constants.
    Depth 5 over the cases.

    >>> from exactssm.arithmetic import ResidueRing
    >>> fibonacci = ConstantLayer(ResidueRing(16), (0, 1), ((0, 1), (1, 1)), lambda x: (int(x), 0))
    >>> builder = CircuitBuilder()
    >>> letters = [from_bits(builder, [bit], {0: "0", 1: "1"}) for bit in builder.inputs(6)]
    >>> states = constant_states(builder, fibonacci, letters)
    >>> builder.build(states[6]).evaluate((0, 0, 0, 0, 0, 0))  # Fibonacci numbers: 8 and 13
    (0, 0, 0, 1, 1, 0, 1, 1)
    """
    ring = CaseRing(layer.domain)
    matrix, start = layer.matrix, layer.start
    after = [start]  # A^k h_0
    for _ in letters:
        after.append(_apply(ring, matrix, after[-1]))
    later: dict[Symbol, list[Vector]] = {}  # letter -> A^k b
    for letter in dict.fromkeys(letter for cases in letters for letter in cases.values):
        vectors = later[letter] = [layer.entries(letter)[-layer.width :]]
        for _ in letters[1:]:
            vectors.append(_apply(ring, matrix, vectors[-1]))

    def coordinate(t: int, i: int) -> Number:
        terms = [letter.map(lambda x, k=t - j: later[x][k][i]) for j, letter in enumerate(letters[:t], 1)]  # type: ignore[misc]
        return ring.sum_bits(builder, [*terms, constant_case(after[t][i])])

    return [[bit for i in range(layer.width) for bit in coordinate(t, i)] for t in range(len(letters) + 1)]


def _apply(ring: CaseRing, matrix: Matrix, vector: Vector) -> Vector:
    """A v."""
    domain, result = ring.domain, []
    for row in matrix:
        total = domain.zero
        for a, x in zip(row, vector, strict=True):
            total = domain.add(total, domain.mul(a, x))
        result.append(total)
    return tuple(result)
