"""Residue rings Z/m and prime fields, the exact arithmetic of counters and cyclic trackers.

Z/2^p is p-bit modular arithmetic: what registers of p bits compute when they wrap. An element is a bare int in
``range(m)``. The definition takes any modulus; the compiled scans take those whose products fit in 64 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import count
from math import gcd, lcm
from typing import TYPE_CHECKING, Any

from exactssm.arithmetic._primes import is_prime, prime_divisors
from exactssm.arithmetic._text import excerpt, read_integer, show_integer, write_integer
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.scan import Table, Tables, Word, check_letters, checked_dense, checked_diagonal, checked_row
from exactssm.errors import DomainError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["PrimeField", "ResidueRing", "scan_rotation"]


@dataclass(frozen=True)
class ResidueRing:
    """The ring Z/m for any modulus m >= 2. An element is an int in ``range(modulus)``.

    >>> ring = ResidueRing(6)
    >>> ring.mul(4, 5), ring.element(-1), str(ring)
    (2, 5, 'Z/6')

    Raises: DomainError, if the modulus is not an int of at least 2.
    """

    modulus: int

    def __post_init__(self) -> None:
        if type(self.modulus) is not int or self.modulus < 2:
            raise DomainError(f"a modulus must be an int of at least 2, got {excerpt(self.modulus)}")

    def __str__(self) -> str:
        return f"Z/{show_integer(self.modulus)}"

    @property
    def fits_int64(self) -> bool:
        """Whether the product of two elements, plus one more, fits in int64: the compiled path's precondition."""
        return (self.modulus - 1) * self.modulus < 2**63

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> int:
        return self.modulus

    @property
    def zero(self) -> int:
        return 0

    @property
    def one(self) -> int:
        return 1

    @property
    def elements(self) -> range:
        """All elements, ascending."""
        return range(self.modulus)

    def check(self, x: object) -> int:
        if type(x) is int and 0 <= x < self.modulus:
            return x
        raise DomainError(
            f"an element of {self} must be an int in range({show_integer(self.modulus)}), got {excerpt(x)}"
        )

    def element(self, value: object) -> int:
        """The residue of an int, or of a Fraction whose denominator is invertible."""
        if type(value) is int:
            return value % self.modulus
        if isinstance(value, Fraction):
            if gcd(value.denominator, self.modulus) != 1:
                raise DomainError(f"a denominator must be invertible in {self}, got {excerpt(value)}")
            return value.numerator * pow(value.denominator, -1, self.modulus) % self.modulus
        raise DomainError(f"an element of {self} must come from an int or a Fraction, got {excerpt(value)}")

    def add(self, x: Element, y: Element) -> int:
        return (self.check(x) + self.check(y)) % self.modulus

    def neg(self, x: Element) -> int:
        return -self.check(x) % self.modulus

    def mul(self, x: Element, y: Element) -> int:
        return (self.check(x) * self.check(y)) % self.modulus

    def parse(self, text: str) -> int:
        return self.check(read_integer(text))

    def format(self, x: Element) -> str:
        return write_integer(self.check(x))

    def root_of_unity(self, order: int) -> int:
        """An element of multiplicative order ``order``: the first of 1^e, 2^e, 3^e, ... that is one, where ``e`` is the
        exponent of the unit group, divided by ``order``.

        >>> ResidueRing(7).root_of_unity(3), ResidueRing(8).root_of_unity(2)
        (4, 3)

        Raises: DomainError, if ``order`` doesn't divide the exponent of the unit group, or the modulus has composite
        factors too large to be factored.
        """
        return _element_of_order(self, order, self._unit_exponent())

    def _unit_exponent(self) -> int:
        """Carmichael's function: the least e >= 1 with x^e = 1 for every unit x."""
        exponent = 1
        for p in prime_divisors(self.modulus):
            power = p
            while self.modulus % (power * p) == 0:
                power *= p
            exponent = lcm(exponent, power // 4 if p == 2 and power >= 8 else power // p * (p - 1))
        return exponent

    def scan_diagonal(self, decay: Table, drive: Table, start: Sequence[Element], word: Word) -> list[tuple[int, ...]]:
        """All states of h_i' = a_i(x) h_i + b_i(x), compiled; see `exactssm.arithmetic.scan.diagonal_by_steps`.

        >>> ResidueRing(10).scan_diagonal(((2,), (1,)), ((0,), (3,)), (1,), [0, 1, 0])
        [(1,), (2,), (5,), (0,)]

        Raises: DomainError, unless `fits_int64`.
        """
        self._check_compiled()
        a, b, h = checked_diagonal(self.check, decay, drive, start, word)
        from exactssm.arithmetic import _residue_kernels as kernels

        return _states(kernels.scan_diagonal(_int64(a), _int64(b), _int64(h), _int64(word), self.modulus))

    def scan_dense(self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word) -> list[tuple[int, ...]]:
        """All states of h' = A(x) h + b(x), compiled; see `exactssm.arithmetic.scan.dense_by_steps`.

        Raises: DomainError, unless `fits_int64`.
        """
        self._check_compiled()
        a, b, h = checked_dense(self.check, matrix, drive, start, word)
        from exactssm.arithmetic import _residue_kernels as kernels

        return _states(kernels.scan_dense(_int64(a), _int64(b), _int64(h), _int64(word), self.modulus))

    def _check_compiled(self) -> None:
        if not self.fits_int64:
            raise DomainError(
                f"no compiled path is exact for {self}: (m-1)*m must be below 2**63 for a modulus m, "
                f"got m of {self.modulus.bit_length()} bits"
            )


@dataclass(frozen=True)
class PrimeField(ResidueRing):
    """The field Z/p for a prime p. An element is an int in ``range(modulus)``.

    >>> PrimeField(7).inverse(3)
    5

    Raises: DomainError, if the modulus is not a prime, or too large for a proof of primality.
    """

    def __post_init__(self) -> None:
        super().__post_init__()
        if not is_prime(self.modulus):
            raise DomainError(f"the modulus of a prime field must be a prime, got {excerpt(self.modulus)}")

    def __str__(self) -> str:
        return f"GF({show_integer(self.modulus)})"

    def inverse(self, x: Element) -> int:
        if self.check(x) == 0:
            raise DomainError(f"zero has no inverse in {self}")
        return pow(self.check(x), -1, self.modulus)

    def _unit_exponent(self) -> int:
        return self.modulus - 1


def _element_of_order(ring: ResidueRing, order: int, exponent: int) -> int:
    if type(order) is not int or order < 1 or exponent % order:
        raise DomainError(
            f"the order of a root of unity in {ring} must divide {show_integer(exponent)}, "
            f"the exponent of its unit group, got {excerpt(order)}"
        )
    primes = prime_divisors(order)
    for c in count(1):  # ends: some unit has order ``exponent``
        if gcd(c, ring.modulus) == 1:
            w = pow(c, exponent // order, ring.modulus)
            if all(pow(w, order // p, ring.modulus) != 1 for p in primes):
                return w
    raise AssertionError("unreachable")


def scan_rotation(
    angle: Sequence[Sequence[int]], start: Sequence[int], word: Word, orders: Sequence[int]
) -> list[tuple[int, ...]]:
    """All len(word) + 1 states of the rotation e_i' = e_i + angle_i(x) mod orders_i, compiled.

    The state is kept as exponents: coordinate i stands for the root of unity w_i^(e_i), where w_i has order
    ``orders[i]``. ``angle`` has shape (letters, width), ``start`` and ``orders`` have shape (width,).

    >>> scan_rotation(((1, 0), (0, 2)), (0, 0), [0, 0, 1], (2, 3))
    [(0, 0), (1, 0), (0, 0), (0, 2)]

    Raises: DomainError, if shapes disagree, a letter has no row, an exponent is not in range(order), or an order is
    below 1 or above 2**62.
    """
    for i, order in enumerate(orders):
        if type(order) is not int or not 1 <= order <= 2**62:
            raise DomainError(f"coordinate {i}: an order must be an int from 1 to 2**62, got {excerpt(order)}")
    check_letters(word, len(angle))
    if not orders:
        raise DomainError("a state must have at least one coordinate, got none")
    rows = [_exponents(row, orders, f"angle of letter {x}") for x, row in enumerate(angle)]
    exponents = _exponents(start, orders, "start")
    from exactssm.arithmetic import _residue_kernels as kernels

    return _states(kernels.scan_rotation(_int64(rows), _int64(exponents), _int64(word), _int64(orders)))


def _exponents(row: Sequence[int], orders: Sequence[int], what: str) -> list[int]:
    exponents = checked_row(lambda e: e, row, len(orders), what)
    for i, (e, order) in enumerate(zip(exponents, orders, strict=True)):
        if type(e) is not int or not 0 <= e < order:
            raise DomainError(f"{what}, coordinate {i}: an exponent must be an int in range({order}), got {excerpt(e)}")
    return list(row)


def _int64(values: Sequence[Any]) -> npt.NDArray[np.int64]:
    """``values``, which have been checked to be ints within int64, as a contiguous array."""
    import numpy as np

    return np.array(values, dtype=np.int64)


def _states(array: npt.NDArray[np.int64]) -> list[tuple[int, ...]]:
    return [tuple(row) for row in array.tolist()]
