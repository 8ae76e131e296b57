"""Layers with A(x) = W diag(a(x)) W^-1 for one W, as threshold circuits: diagonal ones, in another basis.

With g = W^-1 h the recurrence h' = A(x) h + b(x) becomes g' = diag(a(x)) g + W^-1 b(x): the inner products W^-1 W
cancel, which takes exact arithmetic (in floats, the flattened evaluation). So the circuit is that of a diagonal layer,
`constructions.circuits.diagonal_layers`, and h = W g, d sums of d products, is left to the table of the readout, which
is asked about g.

W is found here: over a finite field the matrices A(x) have such a W if and only if the space is a sum of joint
eigenspaces. *Proof.* If there is a W, then for each set of eigenvalues the columns of W that belong to it span a joint
eigenspace, those together span everything, and each matrix keeps every joint eigenspace of some others and is diagonal
on it in the basis of its columns. So splitting the space by the eigenspaces of one matrix after the other never loses a
dimension; and where it loses none, bases of the parts are the columns of a W. QED.

Source: 2404.08819 Thm 4.6; over finite fields it is our analogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain
from typing import Any

from constructions.circuits import diagonal_layers
from constructions.circuits.compile import CompiledLayer, LetterCodes, reached_pairs
from constructions.circuits.constant_layers import known_entries
from constructions.circuits.numbers import Number
from exactssm.arithmetic import GaloisField, PrimeField, ResidueRing
from exactssm.arithmetic.domain import inner_product
from exactssm.circuits import CircuitBuilder
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer
from exactssm.layers.layer import Matrix, Vector
from exactssm.layers.published_ssm import inverse_matrix

__all__ = ["common_eigenvectors", "compile_layer", "diagonal_form", "hypotheses"]

FiniteField = PrimeField | GaloisField


def hypotheses(layer: Layer, letters: LetterCodes) -> str:
    """Thm 4.6's hypotheses as they hold for ``layer``; see `constructions.circuits.compile.LayerCompiler`.

    Raises: ConstructionError, if there is no W, or the arithmetic is no finite field.
    """
    diagonal_form(layer, letters)
    return f"2404.08819 Thm 4.6, ring analogue: A = W diag(a) W^-1 with W fixed, over {layer.domain}"


def compile_layer(builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number]) -> CompiledLayer:
    """A diagonalizable layer in a circuit; see `constructions.circuits.compile.LayerCompiler`. The code of a state h is
    that of W^-1 h."""
    diagonal, basis = diagonal_form(layer, letters)
    compiled = diagonal_layers.compile_layer(builder, diagonal, letters, word)
    field, inverse = diagonal.domain, _inverse(diagonal.domain, basis)

    def code(state: Vector) -> int:
        return compiled.code(_apply(field, inverse, state))

    return CompiledLayer(compiled.states, code, reached_pairs(layer, letters))


def diagonal_form(layer: Layer, letters: Iterable[Any]) -> tuple[DiagonalLayer, Matrix]:
    """The diagonal layer of g = W^-1 h, and W.

    >>> field = PrimeField(5)
    >>> swap = DenseLayer(field, (1, 3), {"s": ((0, 1), (1, 0)), "d": ((2, 0), (0, 2))})
    >>> diagonal, W = diagonal_form(swap, "sd")
    >>> W, diagonal.start, diagonal.entries("s"), diagonal.entries("d")
    (((1, 4), (1, 1)), (2, 1), (1, 4, 0, 0), (2, 2, 0, 0))

    Raises: ConstructionError, as `hypotheses`.
    """
    if not isinstance(layer, DenseLayer | ConstantLayer):
        raise ConstructionError(f"Thm 4.6 needs h' = A(x) h + b(x) with matrices A(x), got a {type(layer).__name__}")
    field, width = _finite_field(layer.domain), layer.width
    cells = width * width
    entries = known_entries(layer, letters)
    matrices = {x: tuple(e[i : i + width] for i in range(0, cells, width)) for x, e in entries.items()}
    vectors = common_eigenvectors(field, width, matrices)
    basis: Matrix = tuple(zip(*vectors, strict=True))
    inverse = _inverse(field, basis)
    decay = {}
    for x, matrix in matrices.items():
        images = (_apply(field, inverse, _apply(field, matrix, v)) for v in vectors)
        decay[x] = tuple(image[i] for i, image in enumerate(images))
    drive = {x: _apply(field, inverse, e[cells:]) for x, e in entries.items()}
    return DiagonalLayer(field, _apply(field, inverse, layer.start), decay, drive), basis


def common_eigenvectors(field: FiniteField, width: int, matrices: dict[Any, Matrix]) -> list[Vector]:
    """A basis of vectors that are eigenvectors of all of ``matrices``, of this width, named by letters.

    Raises: ConstructionError, naming the letter at which the space is no longer a sum of eigenspaces.
    """
    parts = [[tuple(field.one if i == j else field.zero for j in range(width)) for i in range(width)]]
    for letter, matrix in matrices.items():
        parts = list(chain.from_iterable(_eigenspaces(field, matrix, part) for part in parts))
        if sum(map(len, parts)) < width:
            raise ConstructionError(
                f"Thm 4.6 needs one W with A(x) = W diag(a(x)) W^-1 for all letters; with the letter {letter!r:.40} "
                f"the matrices have no common basis of eigenvectors over {field}"
            )
    return list(chain.from_iterable(parts))


def _eigenspaces(field: FiniteField, matrix: Matrix, part: Sequence[Vector]) -> list[list[Vector]]:
    """The eigenspaces of ``matrix`` in the span of ``part``, a basis each."""
    images = [_apply(field, matrix, v) for v in part]
    found, left = [], len(part)
    for eigenvalue in field.elements:
        if left == 0:
            break
        minus = field.neg(eigenvalue)
        columns = [
            [field.add(y, field.mul(minus, x)) for x, y in zip(v, image, strict=True)]
            for v, image in zip(part, images, strict=True)
        ]
        kernel = _kernel(field, columns)
        if kernel:
            found.append([_combination(field, coefficients, part) for coefficients in kernel])
            left -= len(kernel)
    return found


def _kernel(field: FiniteField, columns: Sequence[Sequence[Any]]) -> list[Vector]:
    """A basis of the coefficients that combine ``columns`` to zero: each column is reduced by the earlier ones, with
    what it is a combination of written beside it."""
    count = len(columns)
    reduced: list[tuple[int, list[Any]]] = []
    kernel = []
    for number, column in enumerate(columns):
        work = [*column, *(field.one if i == number else field.zero for i in range(count))]
        for pivot, row in reduced:
            factor = field.neg(work[pivot])
            work = [field.add(x, field.mul(factor, y)) for x, y in zip(work, row, strict=True)]
        place = next((i for i in range(len(column)) if work[i] != field.zero), None)
        if place is None:
            kernel.append(tuple(work[len(column) :]))
        else:
            scale = field.inverse(work[place])
            reduced.append((place, [field.mul(scale, x) for x in work]))
    return kernel


def _combination(field: FiniteField, coefficients: Vector, vectors: Sequence[Vector]) -> Vector:
    return _apply(field, tuple(zip(*vectors, strict=True)), coefficients)


def _apply(field: Any, matrix: Matrix, vector: Vector) -> Vector:
    inner = inner_product(field)
    return tuple(inner(row, vector, field.zero) for row in matrix)


def _inverse(field: Any, matrix: Matrix) -> Matrix:
    return inverse_matrix(field, matrix, "W")


def _finite_field(domain: object) -> FiniteField:
    """``domain`` as a field. Raises ConstructionError, unless it is a finite one."""
    if isinstance(domain, FiniteField):
        return domain
    if isinstance(domain, ResidueRing):
        try:
            return PrimeField(domain.modulus)
        except DomainError:
            pass
    raise ConstructionError(f"Thm 4.6 needs a field, here a finite one, to invert W in; {domain} is none")
