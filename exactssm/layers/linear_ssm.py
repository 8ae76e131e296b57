"""The generalised linear SSM: A, B, C and D, each constant or a function of the letter, over a declared arithmetic.

    h_i = A_i h_{i-1} + B_i x_i,    y_i = C_i h_i + D_i x_i,    h_0 = 0

The x_i are vectors, the letters' embeddings; the y_i, vectors too, are what the next layer reads.

Source: 2404.08819 Def. 2.1. That h_0 = 0 follows from its convolutional form, which has no term in h_0.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from exactssm.arithmetic.domain import Domain, Element, inner_product
from exactssm.errors import ConstructionError
from exactssm.layers.constant import ConstantLayer
from exactssm.layers.dense import DenseLayer
from exactssm.layers.diagonal import DiagonalLayer
from exactssm.layers.layer import LETTERS_KEPT, LetterMap, Matrix, Vector, check_tuple, check_vector, look_up
from exactssm.machine import Symbol

__all__ = ["LinearSSM", "Weights"]


class Weights(NamedTuple):
    """What a letter stands for: its embedding x, and the four matrices by rows; A of a diagonal layer is its diagonal,
    a vector."""

    x: Vector
    A: Matrix
    B: Matrix
    C: Matrix
    D: Matrix


@dataclass(frozen=True)
class LinearSSM:
    """A generalised linear SSM with states of ``width`` d and inputs of ``inputs`` k coordinates.

    A matrix is a tuple of rows where it is the same on every letter, and else a mapping or a pure function of the
    letter: A is d x d, or, if ``diagonal``, a vector of d; B is d x k, C is k x d, D is k x k. `layer` and `output` are
    a block of a model. In an arithmetic that rounds, a step adds the product B_i x_i, itself rounded, and an output is
    one inner product, of (C_i, D_i) with (h_i, x_i).

    >>> from exactssm.arithmetic import Integers
    >>> sums = LinearSSM(Integers(), 1, 1, {"a": (1,), "b": (2,)}, A=((1,),), B=((1,),), C=((10,),), D=((1,),))
    >>> [sums.output(h, x) for h, x in zip(sums.layer.run("aab")[1:], "aab")]
    [(11,), (21,), (42,)]

    Raises: ConstructionError, for wrong shapes; DomainError, for what is no element; SymbolError, for a letter without
    an entry: when the SSM is built, of a constant, and else when a letter is first read.
    """

    domain: Domain  #: the arithmetic of everything
    width: int  #: d
    inputs: int  #: k
    embedding: LetterMap[Vector]  #: letter -> x
    A: Matrix | LetterMap[Matrix]
    B: Matrix | LetterMap[Matrix]
    C: Matrix | LetterMap[Matrix]
    D: Matrix | LetterMap[Matrix]
    diagonal: bool = False
    layer: DiagonalLayer | ConstantLayer | DenseLayer = field(init=False, repr=False, compare=False)  #: of the states
    _on: Callable[[Symbol], Weights] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for what, number in (("width", self.width), ("number of inputs", self.inputs)):
            if type(number) is not int or number < 1:
                raise ConstructionError(f"the {what} of a linear SSM must be an int >= 1, got {number!r}")
        for name, table in (("A", self.A), ("B", self.B), ("C", self.C), ("D", self.D)):
            if isinstance(table, tuple):
                self._matrix(name, table, name)
        object.__setattr__(self, "_on", lru_cache(LETTERS_KEPT)(self._read))
        object.__setattr__(self, "layer", self._layer())

    def _layer(self) -> DiagonalLayer | ConstantLayer | DenseLayer:
        start = (self.domain.zero,) * self.width
        if self.diagonal:
            return DiagonalLayer(self.domain, start, lambda letter: self.on(letter).A, self.drive)
        if isinstance(self.A, tuple):
            return ConstantLayer(self.domain, start, self.A, self.drive)
        return DenseLayer(self.domain, start, lambda letter: self.on(letter).A, self.drive)

    def _read(self, letter: Symbol) -> Weights:
        x = check_vector(
            look_up(self.embedding, letter, "embedding"),
            self.domain,
            self.inputs,
            f"the embedding of the letter {letter!r}",
        )
        A, B, C, D = (
            self._matrix(
                name, table if isinstance(table, tuple) else look_up(table, letter, name), f"{name} on {letter!r}"
            )
            for name, table in (("A", self.A), ("B", self.B), ("C", self.C), ("D", self.D))
        )
        return Weights(x, A, B, C, D)

    def _matrix(self, name: str, value: object, what: str) -> Matrix:
        d, k = self.width, self.inputs
        if name == "A" and self.diagonal:
            return check_vector(value, self.domain, d, f"{what}, a diagonal")
        height, width = {"A": (d, d), "B": (d, k), "C": (k, d), "D": (k, k)}[name]
        rows = check_tuple(value, height, f"{what}, of {height} rows,")
        return tuple(check_vector(row, self.domain, width, f"{what}, row {i}") for i, row in enumerate(rows))

    def on(self, letter: Symbol) -> Weights:
        """The embedding and the matrices of a letter, checked. Raises as the class does."""
        return self._on(letter)

    def drive(self, letter: Symbol) -> Vector:
        """B_i x_i."""
        inner, zero, (x, _, B, _, _) = inner_product(self.domain), self.domain.zero, self.on(letter)
        return tuple(inner(row, x, zero) for row in B)

    def moved(self, domain: Domain, move: Callable[[Element], Element]) -> LinearSSM:
        """The same SSM over ``domain``, each entry of the embedding and of the matrices being what ``move`` gives for
        it.

        >>> from fractions import Fraction
        >>> from exactssm.arithmetic import Integers, Rationals
        >>> one = ((1,),)
        >>> sums = LinearSSM(Integers(), 1, 1, {"a": (1,)}, one, one, one, one)
        >>> sums.moved(Rationals(), Fraction).on("a").D
        ((Fraction(1, 1),),)

        Raises: as the class, and what ``move`` raises: at once for what is constant, else when a letter is read.
        """

        def vector(entries: Vector) -> Vector:
            return tuple(map(move, entries))

        def matrix(name: str) -> Any:
            given: Any = getattr(self, name)
            turned: Callable[[Any], Any] = (
                vector if name == "A" and self.diagonal else lambda rows: tuple(map(vector, rows))
            )
            return turned(given) if isinstance(given, tuple) else lambda letter: turned(getattr(self.on(letter), name))

        A, B, C, D = map(matrix, "ABCD")
        embedding = lambda letter: vector(self.on(letter).x)  # noqa: E731
        return LinearSSM(domain, self.width, self.inputs, embedding, A, B, C, D, diagonal=self.diagonal)

    def output(self, state: Vector, letter: Symbol) -> Vector:
        """y_i = C_i h_i + D_i x_i, from the state *after* the letter: the readout of a block."""
        inner, zero, (x, _, _, C, D) = inner_product(self.domain), self.domain.zero, self.on(letter)
        check_tuple(state, self.width, "the state")
        return tuple(inner((*c, *d), (*state, *x), zero) for c, d in zip(C, D, strict=True))
