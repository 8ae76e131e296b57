"""Parity by a layer whose eigenvalues are 0, 1/4 and 1, if it rounds at every step.

2411.12537 has it that a linear RNN of finite precision recognises parity only if some A(x) has an eigenvalue outside of
[0, oo). There, products of A's are exact and then cast once ("flattened"), so that A^n h_0 settles as real spectra make
it settle. If a step rounds, it need not:

    A(1) = [[-9/4, -3/2], [15/4, 5/2]],    A(0) = 1,    b = 0,    h_0 = (-e, e),

where e is the least positive number of a fixed-point format. A(1) has trace 1/4 and determinant 0, hence the
eigenvalues 0 and 1/4. It takes (-e, e) to (3/4, -5/4) e, whose nearest number in the format is (e, -e), and back
likewise: a limit cycle of period 2 without any input, which is parity for words of every length. There is no tie and no
overflow, so any way to round to nearest does. Exact and cast once, A(1)^2 h_0 = A(1) h_0 / 4 = (3/16, -5/16) e is cast
to 0, and all that comes after it: the second 1 is answered wrongly, and no readout tells 11 from 111.

*One symmetric factor can't.* Let A be symmetric and positive semidefinite, as 1 - b k k^T is for |k| = 1 and b from 0
to 1 (DeltaNet), c any vector, and u' the point nearest to A u + c in the format, by any of the five rules for ties.
Then u, u', u'', ... has no cycle but fixed points. For u' minimises |x|^2/2 - x (A u + c), and is the one minimiser if
a term d t(x) is added that is small enough and favours what the rule favours: t = the sum of x, of -x, of |x|, of
-|x|, or the number of odd coordinates. With it,

    E(u, u') = |u|^2/2 + |u'|^2/2 - u' A u - c (u + u') + d t(u) + d t(u')

never grows, because A is symmetric: E(u', u'') <= E(u', u) = E(u, u'), with equality only if u'' = u. So the period of
a cycle is 1 or 2. If u and v alternate, both E(u, u) >= E(u, v) and E(v, v) >= E(u, v), the sum of which says that
(u - v) A (u - v) <= 0; so A u = A v, and u = v. A box instead of all multiples of e, where what overflows saturates,
changes nothing: u' is the nearest point in the box. (Other tokens in between, with other A's, are another matter.)

*Two symmetric factors can* (`TWO_FACTORS`). A product of two isn't symmetric. In the class that was searched none has a
cycle, but with v = (1, 3) and w = (1, -6)

    A(1) = (1 - 3/32 v v^T) (1 - 3/128 w w^T) = [[3463, 342], [-1035, -62]] / 4096,    h_0 = (2, 0) e,

whose b are 15/16 and 111/128, takes (2, 0) to (1.69.., -0.505..) and (2, -1) to (1.60.., -0.490..): again a cycle of
period 2. A(1) lengthens no vector, and its eigenvalues, 0.01.. and 0.82.., lie in [0, 1]: DeltaProduct with two factors
a token and b in [0, 1] recognises parity, if it rounds at every step and only then.

Source: 2411.12537 Thm 1 (parity), App. B.1 (finite precision); the weights and the counts of the search are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial, reduce
from itertools import product
from math import lcm
from typing import NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind, Lemma
from exactssm.arithmetic import FixedPoint, Overflow, Rationals, Rounding, round_to_integer
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.evaluation import recast
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import parity

__all__ = ["CLAIMS", "NO_NORMAL", "TWO_FACTORS", "Factors", "LimitCycle", "Swapping", "limit_cycle", "rounding_parity"]

Matrix: TypeAlias = tuple[tuple[Fraction, Fraction], tuple[Fraction, Fraction]]
Point: TypeAlias = tuple[int, int]

MOST_STEPS = 10**4

ONE: Matrix = ((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))

NEAREST = tuple(rounding for rounding in Rounding if rounding.is_nearest)


def _factor(v: Point, c: Fraction) -> Matrix:
    """1 - c v v^T."""
    (x, y) = v
    return (1 - c * x * x, -c * x * y), (-c * x * y, 1 - c * y * y)


def _times(left: Matrix, right: Matrix) -> Matrix:
    (a, b), (c, d) = left
    (e, f), (g, h) = right
    return (a * e + b * g, a * f + b * h), (c * e + d * g, c * f + d * h)


class Swapping(NamedTuple):
    """A matrix that swaps two points if it is rounded."""

    matrix: Matrix
    even: Point  #: the first one, where the layer starts
    odd: Point


NO_NORMAL = Swapping(((Fraction(-9, 4), Fraction(-3, 2)), (Fraction(15, 4), Fraction(5, 2))), (-1, 1), (1, -1))
TWO_FACTORS = Swapping(_times(_factor((1, 3), Fraction(3, 32)), _factor((1, -6), Fraction(3, 128))), (2, 0), (2, -1))


def rounding_parity(swapping: Swapping, e: Fraction) -> Model:
    """The layer over Q, points being multiples of ``e``. It tells parity where that is the least positive number.

    >>> from exactssm.machine import run
    >>> eighths = FixedPoint(2, 3, Rounding.NEAREST_EVEN, Overflow.ERROR)
    >>> found = run(recast(rounding_parity(NO_NORMAL, Fraction(1, 8)), eighths, weights="held"), "1101")
    >>> [h for (h,) in found.states], found.outputs
    ([(-1, 1), (1, -1), (-1, 1), (-1, 1), (1, -1)], ('odd', 'even', 'even', 'odd'))
    """
    even, odd = (tuple(x * e for x in point) for point in (swapping.even, swapping.odd))
    answers: dict[Vector, str] = {even: "even", odd: "odd"}
    layer = DenseLayer(Rationals(), start=even, matrix={"0": ONE, "1": swapping.matrix})
    return Model("01", [Block(layer, lambda h, symbol: answers.get(h))])


def cast_once(model: Model, numbers: FixedPoint) -> Model:
    """``model``, a layer over Q, with its state cast to ``numbers`` where it is read out, and nowhere else."""
    ((layer, readout),) = model.blocks

    def cast(h: Vector, symbol: Symbol) -> object:
        return readout(tuple(numbers.decode(numbers.round(x)) for x in h), symbol)

    return Model(model.alphabet, [Block(layer, cast)])


def limit_cycle(matrix: Matrix, start: Point, rounding: Rounding) -> tuple[Point, ...]:
    """The cycle that u -> A u, rounded to integers coordinate by coordinate, comes to from ``start``.

    >>> [limit_cycle(NO_NORMAL.matrix, start, Rounding.NEAREST_EVEN) for start in ((-1, 1), (1, 1))]
    [((-1, 1), (1, -1)), ((0, 0),)]

    Raises: BudgetExhausted, if there is none within `MOST_STEPS` steps.
    """
    rows, denominator = _over_one_denominator(matrix)
    place: dict[Point, int] = {}
    u = start
    while u not in place:
        if len(place) == MOST_STEPS:
            raise BudgetExhausted(f"from {start} no point came again in {MOST_STEPS} steps")
        place[u] = len(place)
        u = _rounded(rows, denominator, u, rounding)
    return tuple(place)[place[u] :]


def _over_one_denominator(matrix: Matrix) -> tuple[tuple[Point, Point], int]:
    denominator = lcm(*(a.denominator for row in matrix for a in row))
    (a, b), (c, d) = (tuple(int(x * denominator) for x in row) for row in matrix)
    return ((a, b), (c, d)), denominator


def _rounded(rows: tuple[Point, Point], denominator: int, u: Point, rounding: Rounding) -> Point:
    (a, b), (c, d) = rows
    x, y = u
    images = a * x + b * y, c * x + d * y
    return round_to_integer(images[0], denominator, rounding), round_to_integer(images[1], denominator, rounding)


@dataclass(frozen=True)
class LimitCycle:
    """A start from which a matrix, rounding at every step, doesn't settle at a fixed point."""

    matrix: Matrix
    start: Point
    rounding: Rounding

    @property
    def word(self) -> tuple[str, ...]:
        return self.rounding.value, *(str(a) for row in self.matrix for a in row), *map(str, self.start)

    def as_text(self) -> str:
        (a, b), (c, d) = self.matrix
        cycle = limit_cycle(self.matrix, self.start, self.rounding)
        return f"[[{a}, {b}], [{c}, {d}]] from {self.start}, {self.rounding.value}: a cycle of period {len(cycle)}"

    def replay(self) -> None:
        """Raise CertificateError, if it settles."""
        if len(limit_cycle(self.matrix, self.start, self.rounding)) == 1:
            raise CertificateError(f"from {self.start} the matrix must not settle; it does")


class Factors(NamedTuple):
    """The products of ``number`` matrices 1 - b v v^T / |v|^2: v an integer vector with coordinates up to ``reach`` in
    magnitude, one of v and -v, and b = 0, 1/q, 2/q, ..., 1."""

    number: int
    reach: int
    q: int

    @property
    def single(self) -> int:
        """The number of factors."""
        return ((2 * self.reach + 1) ** 2 - 1) // 2 * (self.q + 1)

    @property
    def size(self) -> int:
        """The number of products."""
        return int(self.single**self.number)

    def products(self) -> Iterator[Matrix]:
        coordinates = range(-self.reach, self.reach + 1)
        vectors = [v for v in product(coordinates, repeat=2) if v > (0, 0)]
        steps = range(self.q + 1)
        single = [_factor((x, y), Fraction(j, self.q * (x * x + y * y))) for x, y in vectors for j in steps]
        for factors in product(single, repeat=self.number):
            yield reduce(_times, factors)


STARTS: tuple[Point, ...] = tuple((x, y) for x in range(-4, 5) for y in range(-4, 5))


def find_cycle(factors: Factors, rounding: Rounding) -> LimitCycle | None:
    """A product of these factors that doesn't settle from a start of `STARTS`; None if there is none."""
    for matrix in factors.products():
        settled: set[Point] = set()  # what leads to a fixed point
        rows, denominator = _over_one_denominator(matrix)
        for start in STARTS:
            way, u = set(), start
            while u not in settled and u not in way:
                way.add(u)
                before, u = u, _rounded(rows, denominator, u, rounding)
            if u in way and u != before:
                return LimitCycle(matrix, start, rounding)
            settled |= way
    return None


def _formats(sizes: tuple[tuple[int, int], ...]) -> Iterator[FixedPoint]:
    for integer_bits, fraction_bits in sizes:
        for rounding in NEAREST:
            yield FixedPoint(integer_bits, fraction_bits, rounding, Overflow.ERROR)


def _stepwise(instance: tuple[Swapping, tuple[tuple[int, int], ...]]) -> Iterator[Case]:
    swapping, sizes = instance
    for numbers in _formats(sizes):
        model = recast(rounding_parity(swapping, numbers.decode(1)), numbers, weights="held")
        bounds = Bounds(exactly={"depth": 1, "width": 2}, at_most={"precision": 1})
        yield Case(str(numbers), model, parity(), bounds)


def _flattened(instance: tuple[Swapping, tuple[tuple[int, int], ...]]) -> Iterator[Case]:
    swapping, sizes = instance
    for numbers in _formats(sizes):
        yield Case(str(numbers), cast_once(rounding_parity(swapping, numbers.decode(1)), numbers), parity())


def _settling(factors: Factors) -> Iterator[Lemma]:
    for rounding in NEAREST:
        size = factors.size * len(STARTS)
        yield Lemma(rounding.value, partial(find_cycle, factors, rounding), size, "starts")


def _searched(*classes: Factors) -> dict[str, Factors]:
    return {f"{f.number} of {f.single} factors, {f.size * len(STARTS)} starts": f for f in classes}


SOURCE = "2411.12537 Thm 1"
PROOF = "constructions.rounding.rounding_parity"
SIZES = ((2, 2), (2, 3), (3, 6))

CLAIMS = (
    Claim(
        name="parity-by-rounding",
        source=f"{SOURCE}, with rounding at every step",
        statement="One layer whose matrices have the eigenvalues 0, 1/4 and 1 recognises parity, if every step rounds "
        "to nearest: the theorem needs products that are cast once.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_stepwise,
        instances={"eigenvalues 0 and 1/4": (NO_NORMAL, SIZES)},
    ),
    Claim(
        name="parity-by-two-factors",
        source=f"{SOURCE}, with rounding at every step",
        statement="One layer whose matrices are 1 and a product of two matrices 1 - b k k^T, |k| = 1 and b in [0, 1], "
        "recognises parity, if every step rounds to nearest: no vector needs to be lengthened.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_stepwise,
        instances={"b = 15/16 and 111/128": (TWO_FACTORS, ((1, 12), (2, 14)))},
    ),
    Claim(
        name="parity-by-rounding-flattened",
        source=SOURCE,
        statement="The same layers don't recognise parity if the state is computed exactly and cast once.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_flattened,
        instances={
            "eigenvalues 0 and 1/4": (NO_NORMAL, SIZES),
            "b = 15/16 and 111/128": (TWO_FACTORS, ((1, 12), (2, 14))),
        },
    ),
    Claim(
        name="one-symmetric-factor-settles",
        source=f"{SOURCE}, with rounding at every step",
        statement="A matrix 1 - b k k^T, |k| = 1 and b in [0, 1], has no limit cycle but fixed points if every step "
        "rounds to nearest: proved for all in the docstring, searched in a class of starts and matrices.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_settling,
        instances=_searched(Factors(1, 2, 16)),
        full=_searched(Factors(1, 3, 64)),
    ),
    Claim(
        name="two-symmetric-factors-searched",
        source=f"{SOURCE}, with rounding at every step",
        statement="In a class of starts and products of two such matrices none has a limit cycle but fixed points; "
        "`parity-by-two-factors` has one outside of it.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_settling,
        instances=_searched(Factors(2, 1, 4)),
        full=_searched(Factors(2, 2, 4)),
    ),
)
