"""All powers of a d x d matrix over a finite commutative ring, in constant depth for fixed d: the matrix is an input.

Let det(x - A) = x^d - c_1 x^(d-1) - ... - c_d, so that (-1)^(s+1) c_s is the sum of the principal minors of size s. By
Cayley and Hamilton A^k = r_(k,0) + r_(k,1) A + ... + r_(k,d-1) A^(d-1), with the coefficients of the remainder of x^k,
over any commutative ring. For k < d that is x^k itself, and for k >= d

    r_(k,i) = sum over s = 0 .. i of c_(d-i+s) H_(k-d-s),
    H_j     = sum over i_1 + 2 i_2 + ... + d i_d = j of (i_1 + ... + i_d)! / (i_1! ... i_d!) c_1^i_1 ... c_d^i_d.

*Proof.* H_j is the coefficient of z^j in 1 + u + u^2 + ... for u = c_1 z + ... + c_d z^d, by the multinomial theorem,
that is in 1/(1 - u); so H_0 = 1, and H_j = c_1 H_(j-1) + ... + c_d H_(j-d), with H_j = 0 for j < 0. Multiplying a
remainder by x gives r_(k+1,i) = r_(k,i-1) + c_(d-i) r_(k,d-1). At i = d-1 that makes r_(k,d-1) = H_(k-d+1), by
induction on k with both recurrences: both sides are 0 up to k = d-2, and 1 at k = d-1. Going down i from d-1, or
unrolling i + 1 times, r_(k,i) = c_(d-i) H_(k-d) + c_(d-i+1) H_(k-d-1) + ... + c_d H_(k-d-i). QED.

H_j has at most (j+1)^(d-1) terms. Each is a constant times a product of d powers, a power is a function of one
element, and the terms are added at once. So the depth depends on d alone, and the size is a polynomial in k and the
size of the ring, of which no table here holds more than the square.

Where the ring has poly(n) elements, as at logarithmic precision, d^2 entries have O(log n) bits, and a table of all
matrices with their powers would be polynomial too, of depth 2 and of degree d^2 in the ring's size. The way through the
characteristic polynomial makes the degree small, and works modulo each of many small primes where entries are long.

Source: 2404.08819 Lemma A.8, which rests on Mereghetti and Palano, RAIRO Theor. Inform. Appl. 34 (2000), and on
division of polynomials; the sum over monomials in place of the division is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import combinations, permutations
from math import factorial, prod
from typing import TypeAlias

from constructions.circuits.cases import CaseRing, Cases, constant_case
from exactssm.arithmetic.domain import power
from exactssm.circuits import CircuitBuilder

__all__ = ["CaseMatrix", "characteristic_coefficients", "matrix_powers", "monomials"]

CaseMatrix: TypeAlias = tuple[tuple[Cases, ...], ...]
"""A matrix by rows, each entry an element by cases."""


def monomials(total: int, largest: int) -> Iterator[tuple[int, ...]]:
    """All (i_1, ..., i_largest) with i_1 + 2 i_2 + ... + largest i_largest = total.

    >>> list(monomials(4, 2))
    [(4, 0), (2, 1), (0, 2)]
    """
    if largest == 1:
        yield (total,)
        return
    for last in range(total // largest + 1):
        yield from ((*rest, last) for rest in monomials(total - largest * last, largest - 1))


def characteristic_coefficients(builder: CircuitBuilder, ring: CaseRing, matrix: CaseMatrix) -> tuple[Cases, ...]:
    """c_1, ..., c_d of the module's docstring, by Leibniz' formula for each principal minor."""
    d = len(matrix)
    coefficients = []
    for size in range(1, d + 1):
        terms = []
        for rows in combinations(range(d), size):
            for columns in permutations(rows):
                term = ring.product(builder, [matrix[i][j] for i, j in zip(rows, columns, strict=True)])
                terms.append(term if _is_odd(columns) == (size % 2 == 0) else term.map(ring.domain.neg))
        coefficients.append(ring.sum(builder, terms))
    return tuple(coefficients)


def matrix_powers(builder: CircuitBuilder, ring: CaseRing, matrix: CaseMatrix, largest: int) -> list[CaseMatrix]:
    """A^0, ..., A^largest, entry by entry.

    >>> from constructions.circuits.cases import from_bits
    >>> from exactssm.arithmetic import ResidueRing
    >>> ring, builder = CaseRing(ResidueRing(5)), CircuitBuilder()
    >>> bits = builder.inputs(6)
    >>> a, b = (from_bits(builder, bits[i : i + 3], ring.elements) for i in (0, 3))
    >>> zero, one = constant_case(0), constant_case(1)
    >>> power = matrix_powers(builder, ring, ((a, b), (one, zero)), 7)[7]
    >>> circuit = builder.build(ring.bits(builder, power[0][1]))
    >>> circuit.evaluate((1, 0, 0) + (1, 0, 0))  # the 7th Fibonacci number is 13, and 3 modulo 5
    (1, 1, 0)
    """
    d = len(matrix)
    low = _low_powers(builder, ring, matrix, largest)
    if largest < d:
        return low
    c = characteristic_coefficients(builder, ring, matrix)
    sums = [_sum_of_monomials(builder, ring, c, j) for j in range(largest - d + 1)]

    def coefficient(k: int, i: int) -> Cases:
        """r_(k,i)."""
        shifts = range(min(i, k - d) + 1)
        return ring.sum(builder, [ring.product(builder, [c[d - i + s - 1], sums[k - d - s]]) for s in shifts])

    high = (_combination(builder, ring, [coefficient(k, i) for i in range(d)], low) for k in range(d, largest + 1))
    return [*low, *high]


def _combination(
    builder: CircuitBuilder, ring: CaseRing, scalars: Sequence[Cases], matrices: Sequence[CaseMatrix]
) -> CaseMatrix:
    """The sum of scalars times matrices of one shape."""

    def entry(parts: Sequence[Cases]) -> Cases:
        return ring.sum(builder, [ring.product(builder, pair) for pair in zip(scalars, parts, strict=True)])

    return tuple(tuple(map(entry, zip(*rows, strict=True))) for rows in zip(*matrices, strict=True))


def _low_powers(builder: CircuitBuilder, ring: CaseRing, matrix: CaseMatrix, largest: int) -> list[CaseMatrix]:
    """A^0, ..., A^(d-1), or as many of them as are asked for."""
    places = range(len(matrix))
    one, zero = constant_case(ring.domain.one), constant_case(ring.domain.zero)
    powers: list[CaseMatrix] = [tuple(tuple(one if i == j else zero for j in places) for i in places)]
    for _ in range(min(len(matrix) - 1, largest)):
        rows = (_combination(builder, ring, row, [(below,) for below in matrix]) for row in powers[-1])
        powers.append(tuple(row for (row,) in rows))
    return powers


def _sum_of_monomials(builder: CircuitBuilder, ring: CaseRing, c: Sequence[Cases], total: int) -> Cases:
    """H_total."""
    domain = ring.domain

    def term(exponents: Sequence[int]) -> Cases:
        multinomial = domain.element(factorial(sum(exponents)) // prod(map(factorial, exponents)))
        powers = [x.map(partial(power, domain, exponent=i)) for x, i in zip(c, exponents, strict=True) if i]
        return ring.product(builder, powers).map(partial(domain.mul, multinomial))

    return ring.sum(builder, map(term, monomials(total, len(c))))


def _is_odd(permutation: Sequence[int]) -> bool:
    """Whether the number of inversions is odd."""
    return sum(a > b for a, b in combinations(permutation, 2)) % 2 == 1
