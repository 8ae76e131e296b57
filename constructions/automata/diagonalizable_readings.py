"""Two formulas for A = W diag(a) W^-1 as the paper's appendix prints them, and as they have to be.

*Lemma C.5* prints the inverse as W^-1 diag(a)^-1 W; it is W diag(a)^-1 W^-1, as (X Y Z)^-1 = Z^-1 Y^-1 X^-1. The
printed one is right for one coordinate, where all commute.

*Prop. C.6* prints the decay exp(delta A) as W exp(diag(a)) W^-1; it is W exp(delta diag(a)) W^-1, with the step width
delta of the letter, without which a layer isn't selective. The printed one is right for delta = 1.

How they are decided. Numbers e^r for different rational r are linearly independent over Q (Lindemann, Weierstrass), so
that a sum of them is held as its coefficients. X(delta) = exp(delta A) is the one solution of X' = A X with X(0) = 1;
the repaired form is held against that, and against it the printed one. Matrices run through all with small integers, in
the order of the number of coordinates, then of the largest magnitude, then as rows of W and a are listed, 0, 1, -1, 2,
... With letters for numbers (d = 1, 2, 3) W^-1 is the adjugate over the determinant, and the repaired identities are
identities of polynomials.

Source: 2404.08819 Lemma C.5 and Prop. C.6; the counterexamples and the symbolic proofs are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, NamedTuple, TypeAlias

from constructions.claim import Claim, Kind, Lemma
from exactssm.errors import CertificateError

__all__ = [
    "CLAIMS",
    "Misprint",
    "Reading",
    "exponential_misprint",
    "inverse_misprint",
    "members",
    "symbolic_failure",
]

Rows: TypeAlias = tuple[tuple[Fraction, ...], ...]
Sum: TypeAlias = dict[Fraction, Fraction]
"""A sum of c e^r: c by r, without zeros."""

DELTAS = (Fraction(1), Fraction(2), Fraction(1, 2))
SMALL = ((1, 2), (2, 2))
"""Numbers of coordinates, with the largest magnitude of an entry of W and a."""


class Reading(NamedTuple):
    """A = W diag(a) W^-1, with a step width where that matters."""

    W: Rows
    a: tuple[Fraction, ...]
    delta: Fraction = Fraction(1)

    def __str__(self) -> str:
        rows = ", ".join(f"[{', '.join(map(str, row))}]" for row in self.W)
        delta = "" if self.delta == 1 else f", delta = {self.delta}"
        return f"W = [{rows}], a = ({', '.join(map(str, self.a))}){delta}"


def multiply(X: Rows, Y: Rows) -> Rows:
    """The product of two matrices."""
    columns = tuple(zip(*Y, strict=True))
    return tuple(tuple(sum((x * y for x, y in zip(row, c, strict=True)), Fraction(0)) for c in columns) for row in X)


def diagonal(a: Sequence[Fraction]) -> Rows:
    return tuple(tuple(x if i == j else Fraction(0) for j in range(len(a))) for i, x in enumerate(a))


def determinant(W: Any) -> Any:
    """By Laplace's expansion, so that it is exact for numbers and for polynomials."""
    if len(W) == 1:
        return W[0][0]
    return sum((-1) ** j * W[0][j] * determinant(_without(W, 0, j)) for j in range(len(W)))


def adjugate(W: Any) -> Any:
    """adj W, of which W adj W is det W times the identity."""
    n = len(W)
    if n == 1:
        return ((W[0][0] ** 0,),)
    return tuple(tuple((-1) ** (i + j) * determinant(_without(W, j, i)) for j in range(n)) for i in range(n))


def _without(W: Any, row: int, column: int) -> Any:
    return tuple(tuple(x for j, x in enumerate(line) if j != column) for i, line in enumerate(W) if i != row)


def inverse(W: Rows) -> Rows:
    """Of a matrix with a determinant other than 0."""
    det = determinant(W)
    return tuple(tuple(x / det for x in row) for row in adjugate(W))


def members(coordinates: int, largest: int, deltas: Sequence[Fraction] = DELTAS[:1]) -> Iterator[Reading]:
    """All invertible W and a without 0, of integers up to ``largest`` in magnitude, the smaller ones first, with each
    delta.

    >>> str(next(members(2, 1)))
    'W = [[0, 1], [1, 0]], a = (1, 1)'
    """
    for height in range(1, largest + 1):
        values = [Fraction(v) for k in range(height + 1) for v in dict.fromkeys((k, -k))]
        for flat in product(values, repeat=coordinates**2):
            W = tuple(flat[i : i + coordinates] for i in range(0, len(flat), coordinates))
            if determinant(W) == 0:
                continue
            for a in product([v for v in values if v], repeat=coordinates):
                if max(map(abs, (*flat, *a))) == height:
                    for delta in deltas:
                        yield Reading(W, a, delta)


@dataclass(frozen=True)
class Misprint:
    """A member for which a printed formula doesn't give what it should."""

    reading: Reading
    right: Callable[[Reading], bool]  #: whether the formula is right for it
    what: str

    @property
    def word(self) -> tuple[str, ...]:
        return (str(self.reading),)

    def as_text(self) -> str:
        return f"{self.what} for {self.reading}"

    def replay(self) -> None:
        """Raise CertificateError, if the formula is right for it."""
        if self.right(self.reading):
            raise CertificateError(f"the formula must be wrong, but is right: {self.as_text()}")


def _inverse_is_right(reading: Reading, printed: bool) -> bool:
    """Whether the formula for A^-1 times A is the identity."""
    W, back = reading.W, inverse(reading.W)
    A = multiply(multiply(W, diagonal(reading.a)), back)
    turned = diagonal([1 / x for x in reading.a])
    claimed = multiply(multiply(back, turned), W) if printed else multiply(multiply(W, turned), back)
    return multiply(A, claimed) == diagonal([Fraction(1)] * len(W))


def inverse_misprint(coordinates: int, largest: int, printed: bool = True) -> Misprint | None:
    """The first member for which the formula of Lemma C.5 isn't the inverse; repaired, unless ``printed``.

    >>> print(inverse_misprint(2, 2).as_text())
    A times the printed inverse isn't 1 for W = [[0, 1], [1, 1]], a = (1, -1)
    >>> inverse_misprint(1, 2) is None
    True
    """
    right = partial(_inverse_is_right, printed=printed)
    what = f"A times the {'printed' if printed else 'repaired'} inverse isn't 1"
    found = (member for member in members(coordinates, largest) if not right(member))
    return next((Misprint(member, right, what) for member in found), None)


def _sums(reading: Reading, exponents: Sequence[Fraction]) -> tuple[tuple[Sum, ...], ...]:
    """W diag(e^r) W^-1 for the given r, entry by entry."""
    W, back = reading.W, inverse(reading.W)
    entries = []
    for i in range(len(W)):
        line = []
        for j in range(len(W)):
            total: Sum = {}
            for k, r in enumerate(exponents):
                total[r] = total.get(r, Fraction(0)) + W[i][k] * back[k][j]
            line.append({r: c for r, c in total.items() if c})
        entries.append(tuple(line))
    return tuple(entries)


def _exponential_is_right(reading: Reading, printed: bool) -> bool:
    """Whether the formula for exp(delta A) is its value, the repaired one for every delta.

    The repaired form is X(delta), for X of exponents a_k delta; it is exp(delta A) if X' = A X, exponent by exponent,
    and X(0) = 1. Printed, W exp(diag(a)) W^-1 has to be the same sum of powers of e.
    """
    W, back = reading.W, inverse(reading.W)
    A = multiply(multiply(W, diagonal(reading.a)), back)
    for k, r in enumerate(reading.a):
        part = tuple(tuple(W[i][k] * back[k][j] for j in range(len(W))) for i in range(len(W)))  # of e^(r delta)
        if multiply(A, part) != tuple(tuple(r * x for x in row) for row in part):
            return False
    if multiply(W, back) != diagonal([Fraction(1)] * len(W)):
        return False
    return not printed or _sums(reading, reading.a) == _sums(reading, [reading.delta * r for r in reading.a])


def exponential_misprint(coordinates: int, largest: int, printed: bool = True) -> Misprint | None:
    """The first member for which the formula of Prop. C.6 isn't exp(delta A); repaired, unless ``printed``.

    >>> print(exponential_misprint(1, 1).as_text())
    the printed exp(delta A) is another number for W = [[1]], a = (1), delta = 2
    """
    right = partial(_exponential_is_right, printed=printed)
    what = f"the {'printed' if printed else 'repaired'} exp(delta A) is another number"
    found = (member for member in members(coordinates, largest, DELTAS if printed else DELTAS[:1]) if not right(member))
    return next((Misprint(member, right, what) for member in found), None)


@dataclass(frozen=True)
class SymbolicFailure:
    """An entry of a repaired identity between polynomials that doesn't vanish."""

    coordinates: int
    place: tuple[int, ...]

    @property
    def word(self) -> tuple[str, ...]:
        return (f"d={self.coordinates}", *map(str, self.place))

    def as_text(self) -> str:
        return f"with d = {self.coordinates} the difference at {self.place} is no zero polynomial"

    def replay(self) -> None:
        """Raise CertificateError, unless it is found again."""
        if symbolic_failure(self.coordinates) != self:
            raise CertificateError(f"{self.as_text()}: it isn't found again")


def symbolic_failure(coordinates: int) -> SymbolicFailure | None:
    """The first entry where a repaired identity fails as one of polynomials in the entries of W and a; None, if both
    hold for all numbers for which det W and all a_k are other than 0.

    The inverse: W diag(a) adj(W) W diag(a') adj(W) = det(W)^2 p 1, where p is the product of all a_k, a'_k = p / a_k.
    The exponential, part by part: W diag(a) adj(W) w = a_k det(W) w for column w = W e_k, and W adj(W) = det(W) 1.

    >>> symbolic_failure(2) is None
    True
    """
    from sympy import ZZ, ring

    n = coordinates
    names = [f"w{i}{j}" for i in range(n) for j in range(n)] + [f"a{k}" for k in range(n)]
    R, *letters = ring(names, ZZ)
    W = [letters[i * n : (i + 1) * n] for i in range(n)]
    a = letters[n * n :]
    adj, det = adjugate(W), determinant(W)
    rest = [R.one] * n
    for k in range(n):
        for other in range(n):
            rest[k] = rest[k] * a[other] if other != k else rest[k]
    p = a[0] * rest[0]

    def between(middle: Sequence[Any]) -> list[list[Any]]:
        return [[sum(W[i][k] * middle[k] * adj[k][j] for k in range(n)) for j in range(n)] for i in range(n)]

    A, back, unit = between(a), between(rest), between([R.one] * n)
    for i, j in product(range(n), repeat=2):
        same = R.one if i == j else R.zero
        inverted = sum(A[i][k] * back[k][j] for k in range(n)) - det**2 * p * same
        solved = sum(A[i][k] * W[k][j] for k in range(n)) - a[j] * det * W[i][j]
        if inverted or solved or unit[i][j] - det * same:
            return SymbolicFailure(n, (i, j))
    return None


def _lemmas(
    find: Callable[[int, int], Misprint | None], deltas: int, sizes: Sequence[tuple[int, int]]
) -> Iterator[Lemma]:
    for d, largest in sizes:
        count = deltas * sum(1 for _ in members(d, largest))
        yield Lemma(f"d={d}, integers up to {largest}", partial(find, d, largest), count, "matrices")


def _symbolic(sizes: Sequence[int]) -> Iterator[Lemma]:
    for d in sizes:
        yield Lemma(f"d={d}", partial(symbolic_failure, d), d * d, "entries, as polynomials")


C5, C6 = "2404.08819 Lemma C.5", "2404.08819 Prop. C.6"
PROOF = "constructions.automata.diagonalizable_readings"

CLAIMS = (
    Claim(
        name="diagonalizable-inverse-as-printed",
        source=C5,
        statement="The inverse of A = W diag(a) W^-1 is W^-1 diag(a)^-1 W.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof=PROOF,
        cases=partial(_lemmas, inverse_misprint, 1),
        instances={"d=2": ((2, 1),)},
    ),
    Claim(
        name="diagonalizable-inverse",
        source=f"{C5}, repaired",
        statement="The inverse of A = W diag(a) W^-1 is W diag(a)^-1 W^-1.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=partial(_lemmas, partial(inverse_misprint, printed=False), 1),
        instances={"d=1, 2": ((1, 3), (2, 1))},
        full={"d=2, integers up to 2": ((2, 2),)},
    ),
    Claim(
        name="diagonalizable-exponential-as-printed",
        source=C6,
        statement="For A = W diag(a) W^-1 the decay exp(delta A) is W exp(diag(a)) W^-1.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof=PROOF,
        cases=partial(_lemmas, exponential_misprint, len(DELTAS)),
        instances={"d=1, 2": ((1, 1), (2, 1))},
    ),
    Claim(
        name="diagonalizable-exponential",
        source=f"{C6}, repaired",
        statement="For A = W diag(a) W^-1 the decay exp(delta A) is W exp(delta diag(a)) W^-1.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=partial(_lemmas, partial(exponential_misprint, printed=False), 1),
        instances={"d=1, 2": ((1, 3), (2, 1))},
        full={"d=2, integers up to 2": ((2, 2),)},
    ),
    Claim(
        name="diagonalizable-for-all-numbers",
        source=f"{C5} and Prop. C.6, repaired",
        statement="Both repaired formulas hold for d <= 3 coordinates and all numbers, as identities of polynomials in "
        "the entries of W and a.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_symbolic,
        instances={"d=1, 2, 3": (1, 2, 3)},
        full={"d=4": (4,)},
    ),
)
