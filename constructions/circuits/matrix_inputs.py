"""Layers with one matrix as threshold circuits that read the matrix: A is an input beside the word.

    h_t = A^t h_0 + A^(t-1) b(x_1) + ... + A b(x_(t-1)) + b(x_t)

is what a layer with the matrix A does. A circuit here doesn't know A: it computes all powers up to A^n
(`constructions.circuits.matrix_powers`), and each position takes one sum. What is hard-wired is the rest of the layer,
h_0 and the drive b, and the readout. For d <= 8 the depth is at most 6 d + 37, whatever the ring, the layer and the
length: the entries by cases 1, the coefficients c_s 3 (d - 1) + 6, the sums of monomials as much, remainders of x^k 9,
powers 9, states 9 and their codes 1, the readout's table 2. (A product by cases takes 3 a factor after the first, a sum
6.) For larger d the low powers, 9 (d - 1), may take longer than c_s and the remainders.

The readout is a table over all states of the ring, size^d of them, as another A may lead to any of them. On a state and
a letter that it has no answer for, the circuit may say anything.

Source: 2404.08819 Thm 4.2 and Lemma A.8; over finite rings it is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from operator import itemgetter
from typing import TypeAlias

from constructions.circuits.cases import CaseRing, Cases, constant_case, from_bits
from constructions.circuits.compile import (
    MAX_PAIRS,
    MAX_WIRES,
    CompiledLayer,
    CompiledModel,
    LetterCodes,
    assemble,
)
from constructions.circuits.constant_layers import check_constant, known_entries
from constructions.circuits.local_rings import pack
from constructions.circuits.matrix_powers import CaseMatrix, matrix_powers
from constructions.circuits.numbers import Number
from exactssm.circuits import CircuitBuilder
from exactssm.errors import ConstructionError
from exactssm.layers import ConstantLayer, Layer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model

__all__ = ["CaseVector", "MatrixReader", "compile_with_matrix", "powered_states"]

CaseVector: TypeAlias = tuple[Cases, ...]
"""A state, each coordinate an element by cases."""


@dataclass(frozen=True)
class MatrixReader:
    """A model of one layer on words of one length, as a circuit that reads its matrix A too.

    The inputs are the codes of A's entries, row by row, and then those that ``compiled`` says. On a code that no
    element has, the circuit may say anything.
    """

    compiled: CompiledModel  #: its circuit has A's inputs before those of the word
    model: Model  #: of one `ConstantLayer`, whose own matrix doesn't matter

    @property
    def layer(self) -> ConstantLayer:
        """The layer, with the matrix that it was given."""
        layer = self.model.blocks[0].layer
        assert isinstance(layer, ConstantLayer)
        return layer

    @property
    def ring(self) -> CaseRing:
        """What the entries are elements of."""
        return CaseRing(self.layer.domain)

    def encode(self, matrix: Matrix, word: Sequence[Symbol]) -> tuple[int, ...]:
        """The inputs for a matrix and a word. Raises as `CompiledModel.encode`."""
        code = self.ring.code
        bits = (code.code(x) >> i & 1 for row in matrix for x in row for i in range(code.width))
        return (*bits, *self.compiled.encode(word))

    def run(self, matrix: Matrix, word: Sequence[Symbol]) -> tuple[Output, ...]:
        """The outputs, by the definition of a circuit."""
        return self.compiled.decode(self.compiled.circuit.evaluate(self.encode(matrix, word)))

    def expected(self, matrix: Matrix, word: Sequence[Symbol]) -> tuple[Output, ...]:
        """What they should be: those of the model with ``matrix`` in its layer."""
        layer, (block,) = self.layer, self.model.blocks
        other = ConstantLayer(layer.domain, layer.start, matrix, layer.drive)
        return self.compiled.expected(Model(self.model.alphabet, [Block(other, block.readout)]), word)


def compile_with_matrix(
    model: Model, length: int, *, every: bool = True, max_wires: int = MAX_WIRES, max_pairs: int = MAX_PAIRS
) -> MatrixReader:
    """The circuit for words of ``length`` of all models that differ from ``model`` in their layer's matrix A only.

    >>> from exactssm.arithmetic import ResidueRing
    >>> fibonacci = ConstantLayer(ResidueRing(3), (0, 1), ((0, 1), (1, 1)), lambda x: (int(x), 0))
    >>> reader = compile_with_matrix(Model("01", [Block(fibonacci, lambda h, x: h)]), 3)
    >>> reader.run(((0, 1), (1, 1)), "000"), reader.run(((2, 0), (0, 1)), "101")
    (((1, 1), (1, 2), (2, 0)), ((1, 1), (2, 1), (2, 1)))

    Raises: ConstructionError, unless the model is one layer with one matrix for all letters, over Z/m or GF(q);
    otherwise as `constructions.circuits.compile.compile_circuit`.
    """
    if not isinstance(model, Model) or model.depth != 1:
        raise ConstructionError("a matrix is an input to the circuits of models of one layer, and to no others")
    (block,) = model.blocks
    layer = check_constant(block.layer, model.alphabet)
    ring, width = CaseRing(layer.domain), layer.width
    builder = CircuitBuilder(max_wires=max_wires)
    rows = [[builder.inputs(ring.code.width) for _ in range(width)] for _ in range(width)]
    compiler = _PowersOf(rows)
    compiled = assemble(
        builder,
        model,
        length,
        lambda layer, letters, place: (compiler, compiler.hypotheses(layer, letters)),
        every=every,
        max_pairs=max_pairs,
    )
    return MatrixReader(compiled, Model(model.alphabet, [Block(layer, block.readout)]))


@dataclass(frozen=True)
class _PowersOf:
    """Compiles a layer with the matrix that stands in these inputs in place of its own."""

    rows: list[list[Number]]

    def hypotheses(self, layer: Layer, letters: LetterCodes) -> str:
        ring = CaseRing(check_constant(layer, letters).domain)
        size = f"{layer.width}x{layer.width}"
        return f"2404.08819 Thm 4.2, ring analogue: A, {size} over {ring.domain}, is an input, and its powers computed"

    def compile_layer(
        self, builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number]
    ) -> CompiledLayer:
        layer = check_constant(layer, letters)
        ring, width = CaseRing(layer.domain), layer.width
        known = {letters[x]: entry[-width:] for x, entry in known_entries(layer, letters).items()}
        matrix = tuple(tuple(from_bits(builder, bits, ring.elements) for bits in row) for row in self.rows)
        drives = [from_bits(builder, bits, known) for bits in word]
        states = powered_states(builder, ring, matrix, tuple(map(constant_case, layer.start)), drives)
        vectors = product(ring.elements.values(), repeat=width)
        reached = ((state, letter) for state in vectors for letter in letters)

        def code(state: Vector) -> int:
            return pack((ring.code.code(x), ring.code.width) for x in state)

        return CompiledLayer(tuple([bit for x in h for bit in ring.bits(builder, x)] for h in states), code, reached)


def powered_states(
    builder: CircuitBuilder, ring: CaseRing, matrix: CaseMatrix, start: CaseVector, drives: Sequence[Cases]
) -> list[CaseVector]:
    """The states after each letter, where ``drives`` are the vectors b of the letters, by cases. Over the cases, the
    depth is what `constructions.circuits.matrix_powers` takes, and 9 more: a product (3 with its cases joined), and a
    sum.
    """
    width = len(matrix)
    powers = matrix_powers(builder, ring, matrix, len(drives))
    split = [tuple(b.map(itemgetter(i)) for i in range(width)) for b in drives]

    def coordinate(t: int, i: int) -> Cases:
        pairs = [*zip(powers[t][i], start, strict=True)]
        for j, b in enumerate(split[:t], 1):
            pairs += zip(powers[t - j][i], b, strict=True)
        return ring.sum(builder, [ring.product(builder, pair) for pair in pairs])

    return [tuple(coordinate(t, i) for i in range(width)) for t in range(1, len(drives) + 1)]
