"""Recurrence and convolution are equal over every ring, commutative or not; the order of the product matters.

Theorem. Over any semiring, for all A_i, B_i, C_i, D_i and x_i and every n, the recurrent and the convolutional form of
a linear SSM have the same outputs. *Proof.* By induction: A_i (sum over j < i of (A_{i-1} ... A_{j+1}) B_j x_j) + B_i
x_i is the sum for i, by distributivity and associativity.

For given n, d and k it is also computed: both forms are run, as they are, over the free ring, whose elements are
polynomials with integer coefficients in variables that don't commute, one for each entry of each matrix and vector. An
identity there holds in every ring, as each ring is the image of it under a map that sends variables to entries; and no
difference is taken, so that it holds in every semiring.

*The order.* The product over k = j+1..i is printed without an order. Read in the order of its indices, A_{j+1} ... A_i,
the convolution is another function from three letters and two coordinates on: with fewer letters a product has one
factor at most, and with one coordinate and commuting numbers it has no order.

Source: 2404.08819 Def. 2.1; the computation and the counterexample are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any, NamedTuple

from constructions.claim import Claim, Kind, Lemma
from exactssm.arithmetic import Integers
from exactssm.errors import CertificateError, DomainError
from exactssm.evaluation.forms import convolutional_form, recurrent_form
from exactssm.layers import LinearSSM
from exactssm.layers.layer import Matrix, Vector

__all__ = ["CLAIMS", "FreeRing", "OrderMatters", "Shape", "find_difference", "find_order", "generic_ssm"]


class FreeRing:
    """Polynomials with integer coefficients in variables that don't commute, as expanded sympy expressions."""

    is_complex = False
    size = None

    def __init__(self) -> None:
        from sympy import Integer

        self.zero, self.one = Integer(0), Integer(1)

    def variable(self, name: str) -> Any:
        from sympy import Symbol

        return Symbol(name, commutative=False)

    def add(self, x: Any, y: Any) -> Any:
        return x + y

    def mul(self, x: Any, y: Any) -> Any:
        return (x * y).expand()

    def neg(self, x: Any) -> Any:
        return -x

    def check(self, x: object) -> Any:
        from sympy import Expr

        if isinstance(x, Expr):
            return x
        raise DomainError(f"an element of the free ring must be an expression, got {x!r:.60}")


class Shape(NamedTuple):
    """A word of n letters, states of d coordinates, inputs of k."""

    n: int
    d: int
    k: int


def generic_ssm(ring: FreeRing, shape: Shape) -> LinearSSM:
    """All weights of all letters 1 .. n are different variables."""
    _, d, k = shape

    def vector(name: str, size: int) -> Vector:
        return tuple(ring.variable(f"{name}_{i}") for i in range(1, size + 1))

    def matrix(name: str, height: int, width: int) -> Matrix:
        return tuple(vector(f"{name}_{i}", width) for i in range(1, height + 1))

    return LinearSSM(
        ring,  # type: ignore[arg-type]  # which has what layers use
        d,
        k,
        embedding=lambda t: vector(f"x{t}", k),
        A=lambda t: matrix(f"A{t}", d, d),
        B=lambda t: matrix(f"B{t}", d, k),
        C=lambda t: matrix(f"C{t}", k, d),
        D=lambda t: matrix(f"D{t}", k, k),
    )


@dataclass(frozen=True)
class Difference:
    """A coordinate of an output that is another polynomial in the two forms."""

    shape: Shape
    letter: int
    coordinate: int

    @property
    def word(self) -> tuple[str, ...]:
        return f"letter {self.letter}", f"coordinate {self.coordinate}"

    def as_text(self) -> str:
        return f"for n, d, k = {tuple(self.shape)} the forms differ in {', '.join(self.word)}"

    def replay(self) -> None:
        """Raise CertificateError, unless the polynomials differ."""
        if find_difference(self.shape) != self:
            raise CertificateError(f"two polynomials must differ; they don't: {self.as_text()}")


def find_difference(shape: Shape, *, newest_first: bool = True) -> Difference | None:
    """Where the forms of generic weights differ; None, if they are the same polynomials.

    >>> find_difference(Shape(3, 2, 1)) is None
    True
    >>> find_difference(Shape(3, 1, 1), newest_first=False)  # noncommuting entries: one coordinate is enough
    Difference(shape=Shape(n=3, d=1, k=1), letter=3, coordinate=1)
    """
    ssm, word = generic_ssm(FreeRing(), shape), range(1, shape.n + 1)
    pairs = zip(recurrent_form(ssm, word), convolutional_form(ssm, word, newest_first=newest_first), strict=True)
    for letter, (one, other) in enumerate(pairs, start=1):
        for coordinate, (p, q) in enumerate(zip(one, other, strict=True), start=1):
            if (p - q).expand() != 0:
                return Difference(shape, letter, coordinate)
    return None


@dataclass(frozen=True)
class OrderMatters:
    """A word on which the convolution in the order of indices isn't the recurrence, over the integers."""

    matrices: tuple[Matrix, ...]  #: A of each letter, with entries 0 and 1
    drives: tuple[Vector, ...]  #: B x of each letter, with entries 0 and 1

    @property
    def ssm(self) -> LinearSSM:
        """Whose output is the first coordinate."""
        d = len(self.drives[0])
        return LinearSSM(
            Integers(),
            d,
            1,
            embedding=lambda t: (1,),
            A=lambda t: self.matrices[t],
            B=lambda t: tuple((b,) for b in self.drives[t]),
            C=(tuple(int(i == 0) for i in range(d)),),
            D=((0,),),
        )

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(f"A={A}, Bx={b}" for A, b in zip(self.matrices, self.drives, strict=True))

    def as_text(self) -> str:
        ssm, word = self.ssm, range(len(self.drives))
        right, read = recurrent_form(ssm, word)[-1][0], convolutional_form(ssm, word, newest_first=False)[-1][0]
        return f"on ({') ('.join(self.word)}) the first coordinate is {right}, and {read} in the order of indices"

    def replay(self) -> None:
        """Raise CertificateError, unless the two differ, and the other order is the recurrence."""
        ssm, word = self.ssm, range(len(self.drives))
        right = recurrent_form(ssm, word)
        if right != convolutional_form(ssm, word) or right == convolutional_form(ssm, word, newest_first=False):
            raise CertificateError(f"the order must matter; it doesn't: {self.as_text()}")


def find_order(n: int, d: int) -> OrderMatters | None:
    """The first word of n letters, with weights 0 and 1, on which the order of the product matters; None, if there
    is none. The first letter's A and the last one's drive, which are in no product of two A's, are 0.

    >>> find_order(3, 1), find_order(2, 2)
    (None, None)
    >>> print(find_order(3, 2).as_text())
    on (A=((0, 0), (0, 0)), Bx=(0, 1)) (A=((0, 0), (0, 1)), Bx=(0, 0)) (A=((0, 1), (0, 0)), Bx=(0, 0)) the first \
coordinate is 1, and 0 in the order of indices
    """
    numbers = range(2)
    vectors = list(product(numbers, repeat=d))
    matrices = list(product(vectors, repeat=d))
    for later in product(matrices, repeat=n - 1):
        for earlier in product(vectors, repeat=n - 1):
            found = OrderMatters((matrices[0], *later), (*earlier, vectors[0]))
            ssm, word = found.ssm, range(n)
            if recurrent_form(ssm, word)[-1] != convolutional_form(ssm, word, newest_first=False)[-1]:
                return found
    return None


def _symbolic(shapes: tuple[Shape, ...]) -> Iterator[Lemma]:
    for shape in shapes:
        name = f"n={shape.n}, d={shape.d}, k={shape.k}"
        yield Lemma(name, partial(find_difference, shape), size=shape.n * shape.k, members="polynomials")


def _order(n: int) -> Iterator[Lemma]:
    yield Lemma(f"{n} letters, d=2", partial(find_order, n, 2), size=1, members="weights")


def _no_order(shape: tuple[int, int]) -> Iterator[Lemma]:
    n, d = shape
    size = 2 ** (d * d * (n - 1)) * 2 ** (d * (n - 1))
    yield Lemma(f"{n} letters, d={d}", partial(find_order, n, d), size=size, members="weights")


SOURCE = "2404.08819 Def. 2.1, recurrent and convolutional form"

CLAIMS = (
    Claim(
        name="forms-agree-over-every-ring",
        source=SOURCE,
        statement="Recurrence and convolution are the same polynomials in noncommuting weights, and so equal over "
        "every ring.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.forms.every_ring",
        cases=_symbolic,
        instances={"n, d, k = 1, 2, 2; 2, 2, 2; 3, 2, 1": (Shape(1, 2, 2), Shape(2, 2, 2), Shape(3, 2, 1))},
        full={"n, d, k = 3, 2, 2; 3, 3, 1; 4, 2, 1": (Shape(3, 2, 2), Shape(3, 3, 1), Shape(4, 2, 1))},
    ),
    Claim(
        name="convolution-in-index-order",
        source=f"{SOURCE}, the product's order, which isn't printed",
        statement="With the product of the A_k in the order of its indices, the convolution is the recurrence.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.forms.every_ring",
        cases=_order,
        instances={"3 letters": 3},
    ),
    Claim(
        name="convolution-order-shortest",
        source=f"{SOURCE}, ours",
        statement="No word of two letters, and no layer of one coordinate, shows the order of the product, with "
        "weights 0 and 1.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.forms.every_ring",
        cases=_no_order,
        instances={"2 letters, d=2": (2, 2), "3 letters, d=1": (3, 1), "4 letters, d=1": (4, 1)},
    ),
)
