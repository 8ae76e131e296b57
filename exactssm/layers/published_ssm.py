"""Published layers as linear SSMs: S4 dense and diagonal, A = W diag(a) W^-1 with W fixed, and S6 (Mamba).

    S4              A, B, C, D the same on every letter
    diagonalizable  A_i = W diag(a_i) W^-1, W fixed and invertible
    S6              delta_i = softplus(delta + pi_delta(x_i)),  Abar_i = exp(delta_i A),  B_i = pi_b(x_i),
                    Bbar_i = (delta_i A)^-1 (Abar_i - I) delta_i B_i,  C_i = pi_c(x_i),  D_i = I,
                    A diagonal and fixed, no entry zero; the state is h_i = Abar_i h_{i-1} + Bbar_i x_i

Everything algebraic is exact; exp and softplus are what they are declared to be, see `exactssm.layers.elementary`. In
Bbar_i the two delta_i cancel as long as nothing rounds: Bbar_i = A^-1 (Abar_i - I) B_i.

Source: 2404.08819 §2 (S4, S6), App. B (the parametrisation of S6), Thm 4.6 and Def. C.1 (diagonalizable).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from exactssm.arithmetic import Rationals, Rounded
from exactssm.arithmetic.domain import Domain, Field, inner_product
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers.elementary import RationalFunction
from exactssm.layers.layer import LetterMap, Matrix, Vector, check_matrix, check_vector, look_up
from exactssm.layers.linear_ssm import LinearSSM
from exactssm.machine import Symbol

__all__ = ["S6", "Projection", "S6Step", "diagonalizable", "inverse_matrix", "matrix_product", "s4", "s4_diagonal"]


def s4(domain: Domain, embedding: LetterMap[Vector], A: Matrix, B: Matrix, C: Matrix, D: Matrix) -> LinearSSM:
    """S4 with a dense A: nothing but x depends on the letter. Raises as `LinearSSM`."""
    return LinearSSM(domain, len(A), _height(D, "D"), embedding, A, B, C, D)


def s4_diagonal(domain: Domain, embedding: LetterMap[Vector], a: Vector, B: Matrix, C: Matrix, D: Matrix) -> LinearSSM:
    """S4 with A = diag(a). Raises as `LinearSSM`."""
    return LinearSSM(domain, len(a), _height(D, "D"), embedding, a, B, C, D, diagonal=True)


def _height(rows: object, what: str) -> int:
    if not isinstance(rows, tuple) or not rows:
        raise ConstructionError(f"{what} must be a tuple of at least one row, got {rows!r:.80}")
    return len(rows)


def matrix_product(domain: Domain, left: Matrix, right: Matrix) -> Matrix:
    """The product, each entry an inner product of ``domain``."""
    inner, columns = inner_product(domain), list(zip(*right, strict=True))
    return tuple(tuple(inner(row, column, domain.zero) for column in columns) for row in left)


def inverse_matrix(domain: Domain, matrix: Matrix, what: str = "the matrix") -> Matrix:
    """The exact inverse of a square matrix over a field, by elimination.

    >>> inverse_matrix(Rationals(), ((Fraction(1), Fraction(1)), (Fraction(0), Fraction(2))))
    ((Fraction(1, 1), Fraction(-1, 2)), (Fraction(0, 1), Fraction(1, 2)))

    Raises: DomainError, naming ``what``, if it is singular, or the domain is no field; else as `check_matrix`.
    """
    if not isinstance(domain, Field):
        raise DomainError(f"{what} is inverted over a field; {domain} is none")
    d = _height(matrix, what)
    rows = check_matrix(matrix, domain, d, what)
    work: list[list[Any]] = [
        [*row, *(domain.one if i == j else domain.zero for j in range(d))] for i, row in enumerate(rows)
    ]
    for column in range(d):
        pivot = next((i for i in range(column, d) if work[i][column] != domain.zero), None)
        if pivot is None:
            raise DomainError(f"{what} must be invertible; its first {column + 1} columns are linearly dependent")
        work[column], work[pivot] = work[pivot], work[column]
        scale = domain.inverse(work[column][column])
        work[column] = [domain.mul(scale, x) for x in work[column]]
        for i in range(d):
            if i != column and (factor := domain.neg(work[i][column])) != domain.zero:
                work[i] = [domain.add(x, domain.mul(factor, y)) for x, y in zip(work[i], work[column], strict=True)]
    return tuple(tuple(row[d:]) for row in work)


def diagonalizable(
    domain: Domain,
    embedding: LetterMap[Vector],
    W: Matrix,
    a: Vector | LetterMap[Vector],
    B: Matrix | LetterMap[Matrix],
    C: Matrix | LetterMap[Matrix],
    D: Matrix | LetterMap[Matrix],
    *,
    inputs: int | None = None,
) -> LinearSSM:
    """A_i = W diag(a_i) W^-1 with W fixed, as a dense layer; ``a`` is one vector, or one for each letter. ``inputs`` is
    k, which may be left out where D is the same on every letter.

    >>> one, zero = Fraction(1), Fraction(0)
    >>> W = ((one, one), (zero, one))
    >>> column, row = ((one,), (one,)), ((one, one),)
    >>> ssm = diagonalizable(Rationals(), lambda x: (one,), W, (one, 2 * one), column, row, ((zero,),))
    >>> ssm.on("x").A
    ((Fraction(1, 1), Fraction(1, 1)), (Fraction(0, 1), Fraction(2, 1)))

    Raises: DomainError, if W is singular or the domain no field; else as `LinearSSM`.
    """
    inverse = inverse_matrix(domain, W, "W")
    d = len(inverse)

    def conjugated(eigenvalues: object, what: str) -> Matrix:
        diagonal = check_vector(eigenvalues, domain, d, what)
        scaled = tuple(tuple(domain.mul(x, e) for x, e in zip(row, diagonal, strict=True)) for row in W)
        return matrix_product(domain, scaled, inverse)

    def on(letter: Symbol) -> Matrix:
        assert not isinstance(a, tuple)
        return conjugated(look_up(a, letter, "a"), f"a on the letter {letter!r}")

    A = conjugated(a, "a") if isinstance(a, tuple) else on
    return LinearSSM(domain, d, _height(D, "D") if inputs is None else inputs, embedding, A, B, C, D)


@dataclass(frozen=True)
class Projection:
    """A linear map of the input and a constant, ``weight`` x + ``bias``, over the rationals.

    >>> Projection(((Fraction(2), Fraction(1)),), (Fraction(1, 2),))((Fraction(3), Fraction(4)))
    (Fraction(21, 2),)

    Raises: ConstructionError, DomainError, for wrong shapes and numbers.
    """

    weight: Matrix
    bias: Vector

    def __post_init__(self) -> None:
        height = _height(self.weight, "the weight of a projection")
        width = _height(self.weight[0], "a row of a projection's weight")
        for i, row in enumerate(self.weight):
            check_vector(row, Rationals(), width, f"the weight of a projection, row {i}")
        check_vector(self.bias, Rationals(), height, "the bias of a projection")

    def __call__(self, x: Vector) -> Vector:
        inner = inner_product(Rationals())
        return tuple(inner(row, x, b) for row, b in zip(self.weight, self.bias, strict=True))


@dataclass(frozen=True)
class S6Step:
    """The discretised parameters of one letter."""

    delta: Fraction  #: softplus(delta + pi_delta(x))
    Abar: Vector  #: exp(delta A), a diagonal
    Bbar: Matrix  #: (delta A)^-1 (Abar - I) delta B, d x k
    C: Matrix  #: k x d


@dataclass(frozen=True)
class S6:
    """S6 as published, over the rationals: `ssm` is the layer, `step` what a letter makes of its parameters.

    A = diag(``a``) with d entries; x has k, of which ``pi_delta`` gives one number, ``pi_b`` the d k entries of B by
    rows, ``pi_c`` the k d entries of C by rows.

    >>> exp = {Fraction(-1): Fraction(3, 8)}.__getitem__
    >>> linear = Projection(((Fraction(1),),), (Fraction(0),))
    >>> mamba = S6({"x": (Fraction(1),)}, (Fraction(-1),), Fraction(0), linear, linear, linear, exp, lambda x: x)
    >>> mamba.step("x").Bbar, [str(mamba.ssm.output(h, "x")[0]) for h in mamba.ssm.layer.run("xx")[1:]]
    (((Fraction(5, 8),),), ['13/8', '119/64'])

    Raises: DomainError, if an entry of A is zero, or, when a letter is read, softplus gives 0, as (delta A)^-1 is then
    undefined; ConstructionError, for shapes that don't fit; when a letter is read, what exp and softplus raise.
    """

    embedding: LetterMap[Vector]  #: letter -> x, of k rationals
    a: Vector  #: the diagonal of A
    delta: Fraction
    pi_delta: Projection
    pi_b: Projection
    pi_c: Projection
    exp: RationalFunction
    softplus: RationalFunction
    ssm: LinearSSM = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        d, k = _height(self.a, "the diagonal of A"), self.inputs
        check_vector(self.a, Rationals(), d, "the diagonal of A")
        if zeros := [i for i, x in enumerate(self.a) if x == 0]:
            raise DomainError(f"no entry of A may be zero in S6, which inverts A; entry {zeros[0]} is")
        Rationals().check(self.delta)
        projections = ("pi_delta", self.pi_delta, 1), ("pi_b", self.pi_b, d * k), ("pi_c", self.pi_c, k * d)
        for name, projection, height in projections:
            found = len(projection.weight), len(projection.weight[0])
            if found != (height, k):
                raise ConstructionError(
                    f"{name} must give {height} numbers from {k} inputs; it gives {found[0]} from {found[1]}"
                )
        identity = tuple(tuple(Fraction(i == j) for j in range(k)) for i in range(k))
        ssm = LinearSSM(
            Rationals(),
            d,
            k,
            self.embedding,
            A=lambda letter: self.step(letter).Abar,
            B=lambda letter: self.step(letter).Bbar,
            C=lambda letter: self.step(letter).C,
            D=identity,
            diagonal=True,
        )
        object.__setattr__(self, "ssm", ssm)

    @property
    def inputs(self) -> int:
        """k."""
        return len(self.pi_delta.weight[0])

    def rounded(self, domain: Rounded) -> LinearSSM:
        """The layer in a number format: what a letter makes of its parameters is computed exactly, as in `step`, and
        each entry of Abar, Bbar and C rounded once; all else is computed in the format.

        >>> from exactssm.arithmetic import domain_from_name
        >>> third = {Fraction(-1): Fraction(1, 3)}.__getitem__
        >>> linear = Projection(((Fraction(1),),), (Fraction(0),))
        >>> mamba = S6({"x": (Fraction(1),)}, (Fraction(-1),), Fraction(0), linear, linear, linear, third, lambda x: x)
        >>> eighths = Rounded(domain_from_name("fixed:s2.3:floor:saturate"), "once")
        >>> [eighths.text(a) for a in mamba.rounded(eighths).on("x").A]
        ['1/4']

        Raises: DomainError, for a format of complex numbers, or one without 0 or 1; when a letter is read, if the
        format doesn't hold x, and as the class does.
        """
        if domain.is_complex:
            raise DomainError(f"S6 computes with real numbers; those of {domain} are complex")
        numbers: Any = domain.number_format

        def fl(rows: Matrix) -> Matrix:
            return tuple(tuple(map(numbers.round, row)) for row in rows)

        def held(letter: Symbol) -> Vector:
            return tuple(map(numbers.element, self.ssm.on(letter).x))

        k = self.inputs
        return LinearSSM(
            domain,
            len(self.a),
            k,
            held,
            A=lambda letter: tuple(map(numbers.round, self.step(letter).Abar)),
            B=lambda letter: fl(self.step(letter).Bbar),
            C=lambda letter: fl(self.step(letter).C),
            D=tuple(tuple(domain.one if i == j else domain.zero for j in range(k)) for i in range(k)),
            diagonal=True,
        )

    def step(self, letter: Symbol) -> S6Step:
        """The discretised parameters of a letter, each by its printed formula. Raises as the class does."""
        d, k, a = len(self.a), self.inputs, self.a
        given = look_up(self.embedding, letter, "embedding")
        x = check_vector(given, Rationals(), k, f"the embedding of the letter {letter!r}")
        delta = self.softplus(self.delta + self.pi_delta(x)[0])
        if delta == 0:
            raise DomainError(f"the letter {letter!r}: softplus gave 0, so that (delta A)^-1 is undefined")
        Abar = tuple(self.exp(delta * entry) for entry in a)
        b, c = self.pi_b(x), self.pi_c(x)
        Bbar = tuple(
            tuple((delta * a[i]) ** -1 * (Abar[i] - 1) * delta * b[i * k + j] for j in range(k)) for i in range(d)
        )
        return S6Step(delta, Abar, Bbar, tuple(c[i * d : (i + 1) * d] for i in range(k)))
