"""The finite fields GF(q), q = p^k, as polynomials over Z/p modulo a fixed polynomial.

The polynomial is found by rule: among the monic polynomials f = x^k + c_{k-1} x^{k-1} + ... + c_0 over Z/p modulo
which x has the multiplicative order q - 1, the one with the least code c_0 + c_1 p + ... + c_{k-1} p^{k-1}. If x has
that order, its powers are all the q - 1 nonzero residues, so each of these is invertible, the quotient is a field and f
irreducible. (Conway's polynomials obey a further condition and another order; for GF(9) this rule gives x^2 + x + 2,
Conway's is x^2 + 2x + 2.) Source: Lidl and Niederreiter, Finite Fields, chapters 2 and 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from exactssm.arithmetic._primes import prime_divisors
from exactssm.arithmetic._text import excerpt, read_coefficients, write_coefficients
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.scan import Table, Tables, Word, checked_dense, checked_diagonal
from exactssm.errors import DomainError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MAX_ORDER", "GaloisElement", "GaloisField", "multiply_modulo"]

MAX_ORDER: Final = 2**16


@dataclass(frozen=True, slots=True)
class GaloisElement:
    """The element of GF(order) with coefficients c_0, c_1, ..., packed as ``code`` = c_0 + c_1 p + c_2 p^2 + ...

    Raises: DomainError, if the code is not an int in range(order).
    """

    order: int
    code: int

    def __post_init__(self) -> None:
        if type(self.order) is not int or type(self.code) is not int or not 0 <= self.code < self.order:
            raise DomainError(
                f"the code of an element must be an int in range({self.order!r}), got {excerpt(self.code)}"
            )


@dataclass(frozen=True)
class GaloisField:
    """The field with q = p^k elements, q up to `MAX_ORDER`. An element is a `GaloisElement` of this order.

    The text of an element is an integer in range(p), or the list ``[c0,c1,...]`` of such coefficients of 1, x, x^2, ...

    >>> field = GaloisField(4)
    >>> field.modulus  # 1 + x + x^2
    (1, 1, 1)
    >>> field.format(field.mul(field.generator, field.generator))  # x^2 = 1 + x
    '[1,1]'

    For k = 1 it is `PrimeField(p)` with elements of this class for bare ints; the code is the residue. The two are
    different domains all the same.

    Raises: DomainError, if the order is not a prime power from 2 to `MAX_ORDER`.
    """

    order: int

    def __post_init__(self) -> None:
        if type(self.order) is not int or not 2 <= self.order <= MAX_ORDER or len(prime_divisors(self.order)) != 1:
            raise DomainError(
                f"the order of a finite field must be a prime power from 2 to {MAX_ORDER}, got {excerpt(self.order)}"
            )

    def __str__(self) -> str:
        return f"GF({self.order})"

    @property
    def characteristic(self) -> int:
        """The prime p."""
        return prime_divisors(self.order)[0]

    @property
    def degree(self) -> int:
        """The exponent k."""
        return len(self.modulus) - 1

    @property
    def modulus(self) -> tuple[int, ...]:
        """The coefficients of the polynomial that elements are reduced by, the constant one first, k + 1 of them."""
        return _tables(self.order).modulus

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> int:
        return self.order

    @property
    def zero(self) -> GaloisElement:
        return GaloisElement(self.order, 0)

    @property
    def one(self) -> GaloisElement:
        return GaloisElement(self.order, 1)

    @property
    def generator(self) -> GaloisElement:
        """The class of x, whose powers are all elements but zero."""
        return self._power(1)

    @property
    def elements(self) -> tuple[GaloisElement, ...]:
        """All elements, by ascending code."""
        return tuple(GaloisElement(self.order, code) for code in range(self.order))

    def check(self, x: object) -> GaloisElement:
        if type(x) is GaloisElement and x.order == self.order:
            return x
        raise DomainError(f"an element of {self} must be a GaloisElement of order {self.order}, got {excerpt(x)}")

    def element(self, value: object) -> GaloisElement:
        """An int's multiple of one (so ``element(p)`` is zero), or the quotient that a Fraction stands for."""
        if type(value) is int:
            return GaloisElement(self.order, value % self.characteristic)
        if type(value) is Fraction:
            if value.denominator % self.characteristic == 0:
                raise DomainError(f"a denominator must be invertible in {self}, got {excerpt(value)}")
            return self.element(value.numerator * pow(value.denominator, -1, self.characteristic))
        return self.check(value)

    def coefficients(self, x: Element) -> tuple[int, ...]:
        """The k coefficients of 1, x, x^2, ..., each in range(p)."""
        return _digits(self.check(x).code, self.characteristic, self.degree)

    def add(self, x: Element, y: Element) -> GaloisElement:
        p = self.characteristic
        sums = [(a + b) % p for a, b in zip(self.coefficients(x), self.coefficients(y), strict=True)]
        return GaloisElement(self.order, _code(sums, p))

    def neg(self, x: Element) -> GaloisElement:
        p = self.characteristic
        return GaloisElement(self.order, _code([-a % p for a in self.coefficients(x)], p))

    def mul(self, x: Element, y: Element) -> GaloisElement:
        """The product of polynomials modulo `modulus`, found by logarithms to the base x."""
        x, y = self.check(x), self.check(y)
        if x.code == 0 or y.code == 0:
            return self.zero
        log = _tables(self.order).log
        return self._power(log[x.code] + log[y.code])

    def inverse(self, x: Element) -> GaloisElement:
        x = self.check(x)
        if x.code == 0:
            raise DomainError(f"zero has no inverse in {self}")
        return self._power(-_tables(self.order).log[x.code])

    def _power(self, exponent: int) -> GaloisElement:
        return GaloisElement(self.order, _tables(self.order).exp[exponent % (self.order - 1)])

    def root_of_unity(self, order: int) -> GaloisElement:
        """The generator's power of multiplicative order ``order``. Raises DomainError, unless it divides q - 1."""
        if type(order) is not int or order < 1 or (self.order - 1) % order:
            raise DomainError(
                f"the order of a root of unity in {self} must divide {self.order - 1}, got {excerpt(order)}"
            )
        return self._power((self.order - 1) // order)

    def parse(self, text: str) -> GaloisElement:
        given = read_coefficients(text, self.degree)
        p = self.characteristic
        for c in given:
            if c.denominator != 1 or not 0 <= c < p:
                raise DomainError(
                    f"the coefficients of an element of {self} must be in range({p}), got {excerpt(text)}"
                )
        return GaloisElement(self.order, _code([c.numerator for c in given], p))

    def format(self, x: Element) -> str:
        return write_coefficients([Fraction(c) for c in self.coefficients(x)])

    def scan_diagonal(
        self, decay: Table, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[GaloisElement, ...]]:
        """All states of h_i' = a_i(x) h_i + b_i(x), compiled; see `exactssm.arithmetic.scan.diagonal_by_steps`."""
        a, b, h = checked_diagonal(self._code_of, decay, drive, start, word)
        import numpy as np

        from exactssm.arithmetic import _finite_field_kernels as kernels

        arrays = (np.array(v, np.int64) for v in (a, b, h, word))
        return self._states(kernels.scan_diagonal(*arrays, *_arrays(self.order)))

    def scan_dense(
        self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word
    ) -> list[tuple[GaloisElement, ...]]:
        """All states of h' = A(x) h + b(x), compiled; see `exactssm.arithmetic.scan.dense_by_steps`."""
        a, b, h = checked_dense(self._code_of, matrix, drive, start, word)
        import numpy as np

        from exactssm.arithmetic import _finite_field_kernels as kernels

        arrays = (np.array(v, np.int64) for v in (a, b, h, word))
        return self._states(kernels.scan_dense(*arrays, *_arrays(self.order)))

    def _code_of(self, x: object) -> int:
        return self.check(x).code

    def _states(self, codes: npt.NDArray[np.int64]) -> list[tuple[GaloisElement, ...]]:
        element = {code: GaloisElement(self.order, code) for code in set(codes.ravel().tolist())}
        return [tuple(element[code] for code in row) for row in codes.tolist()]


def multiply_modulo(x: Sequence[int], y: Sequence[int], modulus: Sequence[int], p: int) -> tuple[int, ...]:
    """The product of two polynomials over Z/p, of k coefficients each, modulo a monic one of degree k: the definition
    of multiplication in GF(p^k).

    >>> multiply_modulo((0, 1), (0, 1), (1, 1, 1), 2)
    (1, 1)
    """
    k = len(modulus) - 1
    product = [0] * (2 * k - 1)
    for i, a in enumerate(x):
        if a:
            for j, b in enumerate(y, i):
                product[j] += a * b
    for top in range(2 * k - 2, k - 1, -1):
        if product[top]:
            for i, c in enumerate(modulus[:-1], top - k):
                product[i] -= product[top] * c
    return tuple(c % p for c in product[:k])


@dataclass(frozen=True)
class LogTables:
    """A finite field's arithmetic to the base x: powers, logarithms and Zech's logarithms, by code."""

    modulus: tuple[int, ...]
    exp: tuple[int, ...]  #: exp[e] is the code of x^e, for e in range(q - 1)
    log: tuple[int, ...]  #: log[c] is the e with exp[e] = c; -1 for zero
    zech: tuple[int, ...]  #: zech[e] is log(1 + x^e)


@lru_cache(maxsize=16)
def _tables(order: int) -> LogTables:
    p = prime_divisors(order)[0]
    k = next(k for k in range(1, 17) if p**k == order)
    modulus = next(f for f in ((*_digits(c, p, k), 1) for c in range(order)) if _is_primitive(f, p, order))
    exp = []
    power = _digits(1, p, k)
    for _ in range(order - 1):
        exp.append(_code(power, p))
        power = multiply_modulo(_x(modulus, p), power, modulus, p)
    log = [-1] * order
    for e, code in enumerate(exp):
        log[code] = e
    one_more = [code + 1 if code % p < p - 1 else code + 1 - p for code in exp]
    return LogTables(modulus, tuple(exp), tuple(log), tuple(log[code] for code in one_more))


def _x(modulus: tuple[int, ...], p: int) -> tuple[int, ...]:
    """The polynomial x, reduced."""
    k = len(modulus) - 1
    return (-modulus[0] % p,) if k == 1 else (0, 1) + (0,) * (k - 2)


def _is_primitive(modulus: tuple[int, ...], p: int, order: int) -> bool:
    """Whether x has the multiplicative order ``order - 1`` modulo ``modulus``."""
    one = _digits(1, p, len(modulus) - 1)

    def power_is_one(exponent: int) -> bool:
        power, square = one, _x(modulus, p)
        while exponent:
            if exponent % 2:
                power = multiply_modulo(power, square, modulus, p)
            square = multiply_modulo(square, square, modulus, p)
            exponent //= 2
        return power == one

    group_order = order - 1
    return power_is_one(group_order) and not any(power_is_one(group_order // r) for r in prime_divisors(group_order))


def _digits(code: int, p: int, k: int) -> tuple[int, ...]:
    digits = []
    for _ in range(k):
        code, digit = divmod(code, p)
        digits.append(digit)
    return tuple(digits)


def _code(digits: Sequence[int], p: int) -> int:
    code = 0
    for digit in reversed(digits):
        code = code * p + digit
    return code


@lru_cache(maxsize=4)
def _arrays(order: int) -> tuple[npt.NDArray[np.int64], ...]:
    import numpy as np

    tables = _tables(order)
    return tuple(np.array(table, np.int64) for table in (tables.exp, tables.log, tables.zech))
