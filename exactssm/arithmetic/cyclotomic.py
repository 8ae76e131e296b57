"""The cyclotomic fields Q(zeta_n): exact complex decays, zeta_n = exp(2 pi i / n) and its powers among them.

A number is kept as integer coefficients of 1, zeta, ..., zeta^(phi(n)-1) over one positive denominator, in lowest
terms. They are those of the remainder modulo the n-th cyclotomic polynomial, so that each number has one form.
Source: Washington, Introduction to Cyclotomic Fields, chapter 2.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from math import gcd, lcm
from typing import Final, TypeAlias

from exactssm.arithmetic import _recurrence
from exactssm.arithmetic._primes import prime_divisors
from exactssm.arithmetic._text import excerpt, polynomial_text, read_coefficients, write_coefficients
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.scan import Table, Tables, Word, checked_dense, checked_diagonal
from exactssm.errors import DomainError

__all__ = ["MAX_CONDUCTOR", "Cyclotomic", "CyclotomicField", "cyclotomic_polynomial", "embed"]

MAX_CONDUCTOR: Final = 4096
MAX_KEPT: Final = 2**20  # coefficients of all roots of unity of a conductor
Sparse: TypeAlias = tuple[tuple[int, int], ...]  #: (exponent of zeta, coefficient) pairs


@dataclass(frozen=True, slots=True)
class Cyclotomic:
    """A number of Q(zeta_n): the sum of ``coefficients[i] / denominator * zeta^i``, in lowest terms.

    Raises: DomainError, if it is not in the canonical form.
    """

    conductor: int
    coefficients: tuple[int, ...]
    denominator: int = 1

    def __post_init__(self) -> None:
        powers = zeta_powers(self.conductor)
        c, d = self.coefficients, self.denominator
        if type(c) is not tuple or len(c) != powers.degree or set(map(type, c)) != {int} or type(d) is not int:
            raise DomainError(
                f"a number of Q(zeta_{self.conductor}) must have a tuple of {powers.degree} ints for coefficients "
                f"and an int for denominator, got {excerpt(c)} over {excerpt(d)}"
            )
        if d < 1 or (d > 1 and gcd(d, *c) != 1):
            raise DomainError(
                f"coefficients must be in lowest terms over a positive denominator, got {excerpt(c)} over {d}"
            )

    def __str__(self) -> str:
        """For people: ``1/2-zeta_8+3zeta_8^2``. Files hold what `CyclotomicField.format` writes."""
        numbers = [Fraction(c, self.denominator) for c in self.coefficients]
        return polynomial_text(numbers, "i" if self.conductor == 4 else f"zeta_{self.conductor}")


@dataclass(frozen=True)
class CyclotomicField:
    """The field Q(zeta_n), n up to `MAX_CONDUCTOR`. An element is a `Cyclotomic` of this conductor.

    >>> field = CyclotomicField(3)
    >>> w = field.root_of_unity(3)
    >>> field.mul(w, w)
    Cyclotomic(conductor=3, coefficients=(-1, -1), denominator=1)
    >>> field.format(field.inverse(field.add(w, field.element(2)))), field.parse("1/3")
    ('[1/3,-1/3]', Cyclotomic(conductor=3, coefficients=(1, 0), denominator=3))

    Fields of different conductors are different domains, even where one contains the other: see `embed`.

    Raises: DomainError, if the conductor is not an int from 1 to `MAX_CONDUCTOR`.
    """

    conductor: int

    def __post_init__(self) -> None:
        zeta_powers(self.conductor)

    def __str__(self) -> str:
        return f"Q(zeta_{self.conductor})"

    @property
    def degree(self) -> int:
        """The dimension over Q, Euler's phi of the conductor."""
        return zeta_powers(self.conductor).degree

    @property
    def is_complex(self) -> bool:
        return self.conductor > 2

    @property
    def size(self) -> None:
        return None

    @property
    def zero(self) -> Cyclotomic:
        return self._lowest([0] * self.degree, 1)

    @property
    def one(self) -> Cyclotomic:
        return self.zeta(0)

    def check(self, x: object) -> Cyclotomic:
        if type(x) is Cyclotomic and x.conductor == self.conductor:
            return x
        raise DomainError(f"an element of {self} must be a Cyclotomic of conductor {self.conductor}, got {excerpt(x)}")

    def element(self, value: object) -> Cyclotomic:
        if type(value) is int or type(value) is Fraction:
            return self._lowest([value.numerator, *[0] * (self.degree - 1)], value.denominator)
        return self.check(value)

    def zeta(self, exponent: int) -> Cyclotomic:
        """zeta_n to the power ``exponent``, any int."""
        return self._combine({exponent % self.conductor: 1}, 1)

    def root_of_unity(self, order: int) -> Cyclotomic:
        """exp(2 pi i / order), where zeta_n is exp(2 pi i / n).

        Raises: DomainError, unless ``order`` divides n, or 2n where n is odd.
        """
        n = self.conductor
        if type(order) is int and order >= 1:
            if n % order == 0:
                return self.zeta(n // order)
            if n % 2 and 2 * n % order == 0:  # exp(2 pi i / 2m) = -exp(2 pi i (m+1)/2 / m) for odd m
                m = order // 2
                return self.neg(self.zeta(n // m * ((m + 1) // 2)))
        orders = f"divide {n}" if n % 2 == 0 else f"divide {2 * n}"
        raise DomainError(f"the order of a root of unity in {self} must {orders}, got {excerpt(order)}")

    def add(self, x: Element, y: Element) -> Cyclotomic:
        first, second = self.check(x), self.check(y)
        a, b, p, q = first.coefficients, second.coefficients, first.denominator, second.denominator
        if not any(a):
            return second
        if not any(b):
            return first
        if p == q:
            return self._lowest(list(map(operator.add, a, b)), p)
        return self._lowest([s * q + t * p for s, t in zip(a, b, strict=True)], p * q)

    def neg(self, x: Element) -> Cyclotomic:
        x = self.check(x)
        return Cyclotomic(self.conductor, tuple(-a for a in x.coefficients), x.denominator)

    def mul(self, x: Element, y: Element) -> Cyclotomic:
        x, y = self.check(x), self.check(y)
        exponents, powers = roots_of_unity(self.conductor)
        i, j = exponents.get(x), exponents.get(y)
        if i is not None and j is not None:
            return powers[(i + j) % self.conductor]
        products = [0] * (2 * len(x.coefficients) - 1)
        terms = [(j, b) for j, b in enumerate(y.coefficients) if b]
        for i, a in enumerate(x.coefficients):
            if a:
                for j, b in terms:
                    products[i + j] += a * b
        return self._combine(dict(enumerate(products)), x.denominator * y.denominator)

    def inverse(self, x: Element) -> Cyclotomic:
        """1/x, by the extended Euclidean algorithm with the cyclotomic polynomial."""
        x = self.check(x)
        if not any(x.coefficients):
            raise DomainError(f"zero has no inverse in {self}")
        from flint import fmpq_poly

        modulus = fmpq_poly(list(cyclotomic_polynomial(self.conductor)))
        _, cofactor, _ = fmpq_poly(list(x.coefficients), x.denominator).xgcd(modulus)
        given = [int(c) for c in cofactor.numer()]
        return self._lowest(given + [0] * (self.degree - len(given)), int(cofactor.denom()))

    def conjugate(self, x: Element) -> Cyclotomic:
        """The complex conjugate."""
        x = self.check(x)
        return self._combine({-e % self.conductor: c for e, c in enumerate(x.coefficients)}, x.denominator)

    def abs_squared(self, x: Element) -> Cyclotomic:
        """|x|^2, the product of x and its complex conjugate: a real number of this field."""
        return self.mul(x, self.conjugate(x))

    def is_rational(self, x: Element) -> bool:
        return not any(self.check(x).coefficients[1:])

    def parse(self, text: str) -> Cyclotomic:
        """A rational number, or the list ``[c0,c1,...]`` of at most phi(n) coefficients of 1, zeta, zeta^2, ..."""
        given = read_coefficients(text, self.degree)
        denominator = lcm(*(c.denominator for c in given))
        return self._lowest([c.numerator * (denominator // c.denominator) for c in given], denominator)

    def format(self, x: Element) -> str:
        x = self.check(x)
        return write_coefficients([Fraction(c, x.denominator) for c in x.coefficients])

    def scan_diagonal(
        self, decay: Table, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[Cyclotomic, ...]]:
        """All states of h_i' = a_i(x) h_i + b_i(x), on integer vectors; see
        `exactssm.arithmetic.scan.diagonal_by_steps`."""
        a, b, h = checked_diagonal(self.check, decay, drive, start, word)
        return _recurrence.scan_diagonal(self._represent, self._lowest, a, b, h, word)

    def scan_dense(
        self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[Cyclotomic, ...]]:
        """All states of h' = A(x) h + b(x), on integer vectors; see `exactssm.arithmetic.scan.dense_by_steps`."""
        a, b, h = checked_dense(self.check, matrix, drive, start, word)
        return _recurrence.scan_dense(self._represent, self._lowest, a, b, h, word)

    def _represent(self, x: Cyclotomic) -> tuple[list[list[int]], int]:
        """The matrix by which x acts: column j holds the coefficients of x zeta^j."""
        shifts = [self._coefficients({e + j: c for e, c in enumerate(x.coefficients)}) for j in range(self.degree)]
        return [list(row) for row in zip(*shifts, strict=True)], x.denominator

    def _combine(self, terms: dict[int, int], denominator: int) -> Cyclotomic:
        return self._lowest(self._coefficients(terms), denominator)

    def _coefficients(self, terms: dict[int, int]) -> list[int]:
        """The canonical coefficients of the sum of ``c zeta^e`` over the items (e, c), 0 <= e < 2 n."""
        powers = zeta_powers(self.conductor)
        reduced = [0] * powers.degree
        for e, c in terms.items():
            if c:
                for i, k in powers.rows[e % self.conductor]:
                    reduced[i] += c * k
        return reduced

    def _lowest(self, coefficients: Sequence[int], denominator: int) -> Cyclotomic:
        common = gcd(denominator, *coefficients) if denominator > 1 else 1
        if common > 1:
            coefficients, denominator = [c // common for c in coefficients], denominator // common
        return Cyclotomic(self.conductor, tuple(coefficients), denominator)


def embed(x: Cyclotomic, into: CyclotomicField) -> Cyclotomic:
    """The number ``x`` as an element of a larger cyclotomic field, by zeta_n = exp(2 pi i / n).

    >>> embed(CyclotomicField(3).root_of_unity(3), CyclotomicField(12))
    Cyclotomic(conductor=12, coefficients=(-1, 0, 1, 0), denominator=1)

    Raises: DomainError, if ``into`` does not contain Q(zeta_n).
    """
    x = CyclotomicField(x.conductor).check(x)
    zeta, power, total = into.root_of_unity(x.conductor), into.one, into.zero
    for c in x.coefficients:
        total = into.add(total, into.mul(into.element(Fraction(c, x.denominator)), power))
        power = into.mul(power, zeta)
    return total


def cyclotomic_polynomial(n: int) -> tuple[int, ...]:
    """The coefficients of Phi_n, the constant one first.

    By Phi_mp(x) = Phi_m(x^p) / Phi_m(x) for a prime p that doesn't divide m, and Phi_n(x) = Phi_r(x^(n/r)) for the
    product r of the primes that divide n.

    >>> cyclotomic_polynomial(12)
    (1, 0, -1, 0, 1)
    """
    phi, radical = [-1, 1], 1
    for p in prime_divisors(n):
        phi, radical = _exact_quotient(_spread(phi, p), phi), radical * p
    return tuple(_spread(phi, n // radical))


def _spread(polynomial: list[int], k: int) -> list[int]:
    """The polynomial in x^k."""
    spread = [0] * ((len(polynomial) - 1) * k + 1)
    spread[::k] = polynomial
    return spread


def _exact_quotient(dividend: list[int], divisor: list[int]) -> list[int]:
    """The quotient by a monic divisor that leaves no remainder."""
    rest, shift = list(dividend), len(divisor) - 1
    for top in range(len(rest) - 1, shift - 1, -1):
        for i, c in enumerate(divisor[:-1], top - shift):
            rest[i] -= rest[top] * c
    assert not any(rest[:shift])
    return rest[shift:]


@dataclass(frozen=True)
class ZetaPowers:
    """The powers of zeta_n in the basis 1, ..., zeta^(degree-1)."""

    degree: int
    rows: tuple[Sparse, ...]  #: row e holds zeta^e, for e in range(n)


@lru_cache(maxsize=64, typed=True)  # typed: True is not the conductor 1
def zeta_powers(conductor: int) -> ZetaPowers:
    """The multiplication table of a conductor. Raises DomainError, unless it is an int from 1 to `MAX_CONDUCTOR`."""
    if type(conductor) is not int or not 1 <= conductor <= MAX_CONDUCTOR:
        raise DomainError(f"a conductor must be an int from 1 to {MAX_CONDUCTOR}, got {excerpt(conductor)}")
    phi = cyclotomic_polynomial(conductor)
    row = [1] + [0] * (len(phi) - 2)
    rows = []
    for _ in range(conductor):
        rows.append(tuple((i, c) for i, c in enumerate(row) if c))
        top = row[-1]
        row = [low - top * c for low, c in zip([0, *row[:-1]], phi[:-1], strict=True)]
    return ZetaPowers(len(phi) - 1, tuple(rows))


@lru_cache(maxsize=16)
def roots_of_unity(conductor: int) -> tuple[dict[Cyclotomic, int], tuple[Cyclotomic, ...]]:
    """The exponents of the powers of zeta_n, and the powers: their products are sums of exponents.

    Empty for a field whose powers take more than `MAX_KEPT` coefficients.
    """
    field = CyclotomicField(conductor)
    if conductor * field.degree > MAX_KEPT:
        return {}, ()
    powers = tuple(map(field.zeta, range(conductor)))
    return {power: exponent for exponent, power in enumerate(powers)}, powers
