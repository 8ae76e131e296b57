"""Machine integers: the residues modulo 2^p, read with a sign or without, as registers of p bits compute.

Wrapping around is a homomorphism, so that this is the ring Z/2^p under another reading of its elements, and not a
rounded arithmetic: sums may be taken in any order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from exactssm.arithmetic._text import excerpt, read_integer, write_integer
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.residue import ResidueRing
from exactssm.arithmetic.scan import Table, Tables, Word, checked_dense, checked_diagonal
from exactssm.errors import DomainError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

__all__ = ["MachineInteger"]

_MAX_BITS: Final = 4096


@dataclass(frozen=True)
class MachineInteger:
    """The ring Z/2^bits. An element is the int between -2^(bits-1) and 2^(bits-1) - 1, or, if unsigned, from 0 up to
    2^bits - 1, that stands for its residue.

    >>> int8 = MachineInteger(8)
    >>> int8.add(100, 100), int8.mul(-128, -1), int8.neg(-128), str(int8)
    (-56, -128, -128, 'int8')
    >>> int8.element(200)
    Traceback (most recent call last):
        ...
    exactssm.errors.DomainError: an element of int8 must be an int in range(-128, 128), got 200

    Raises: DomainError, if the number of bits is not an int from 2 to 4096, or ``signed`` not a bool.
    """

    bits: int
    signed: bool = True

    def __post_init__(self) -> None:
        if type(self.bits) is not int or not 2 <= self.bits <= _MAX_BITS:
            raise DomainError(f"a machine integer must have 2 to {_MAX_BITS} bits, got {excerpt(self.bits)}")
        if type(self.signed) is not bool:
            raise DomainError(f"whether a machine integer is signed must be a bool, got {excerpt(self.signed)}")

    def __str__(self) -> str:
        return f"{'' if self.signed else 'u'}int{self.bits}"

    @property
    def ring(self) -> ResidueRing:
        """The ring of residues that the elements stand for."""
        return ResidueRing(1 << self.bits)

    @property
    def codes(self) -> range:
        """All elements, ascending."""
        low = -(1 << self.bits - 1) if self.signed else 0
        return range(low, low + (1 << self.bits))

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> int:
        return 1 << self.bits

    @property
    def zero(self) -> int:
        return 0

    @property
    def one(self) -> int:
        return 1

    def wrap(self, value: int) -> int:
        """The element that stands for the residue of ``value``."""
        return self.codes.start + (value - self.codes.start) % self.size

    def check(self, x: object) -> int:
        if type(x) is int and x in self.codes:
            return x
        raise DomainError(f"an element of {self} must be an int in {excerpt(self.codes)}, got {excerpt(x)}")

    def element(self, value: object) -> int:
        """The int that ``value`` is, or equals as a Fraction. Raises DomainError out of range: constants never wrap."""
        if isinstance(value, Fraction) and value.denominator == 1:
            return self.check(value.numerator)
        return self.check(value)

    def add(self, x: Element, y: Element) -> int:
        return self.wrap(self.check(x) + self.check(y))

    def neg(self, x: Element) -> int:
        return self.wrap(-self.check(x))

    def mul(self, x: Element, y: Element) -> int:
        return self.wrap(self.check(x) * self.check(y))

    def parse(self, text: str) -> int:
        return self.check(read_integer(text))

    def format(self, x: Element) -> str:
        return write_integer(self.check(x))

    def root_of_unity(self, order: int) -> int:
        """The element that stands for `ResidueRing.root_of_unity`. Raises DomainError where that does."""
        return self.wrap(self.ring.root_of_unity(order))

    def scan_diagonal(self, decay: Table, drive: Table, start: Sequence[Element], word: Word) -> list[tuple[int, ...]]:
        """All states of h_i' = a_i(x) h_i + b_i(x), compiled; see `exactssm.arithmetic.scan.diagonal_by_steps`.

        >>> MachineInteger(8).scan_diagonal(((3,),), ((1,),), (1,), [0] * 5)
        [(1,), (4,), (13,), (40,), (121,), (108,)]

        Raises: DomainError, for more than 64 bits.
        """
        self._check_compiled()
        a, b, h = map(_registers, checked_diagonal(self.check, decay, drive, start, word))
        from exactssm.arithmetic import _machine_integer_kernels as kernels

        return self._states(kernels.scan_diagonal(a, b, h, _registers(word)))

    def scan_dense(self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word) -> list[tuple[int, ...]]:
        """All states of h' = A(x) h + b(x), compiled; see `exactssm.arithmetic.scan.dense_by_steps`.

        Raises: DomainError, for more than 64 bits.
        """
        self._check_compiled()
        a, b, h = map(_registers, checked_dense(self.check, matrix, drive, start, word))
        from exactssm.arithmetic import _machine_integer_kernels as kernels

        return self._states(kernels.scan_dense(a, b, h, _registers(word)))

    def _check_compiled(self) -> None:
        if self.bits > 64:
            raise DomainError(f"no compiled path is exact for {self}: it must have at most 64 bits")

    def _states(self, registers: npt.NDArray[np.int64]) -> list[tuple[int, ...]]:
        rows: list[list[int]] = registers.tolist()
        return [tuple(map(self.wrap, row)) for row in rows]


def _registers(values: Any) -> npt.NDArray[np.int64]:
    """``values``, of at most 64 bits, as registers of 64 bits read with a sign."""
    import numpy as np

    exact = np.array(values, dtype=object)
    wrap = MachineInteger(64).wrap
    return np.array([wrap(value) for value in exact.flat], dtype=np.int64).reshape(exact.shape)
