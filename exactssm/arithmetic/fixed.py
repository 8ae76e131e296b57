"""Fixed point: the multiples of 2^-f in an interval, as digital signal processors and quantised models keep them.

A number is an integer mantissa over 2^f for one f, the fraction bits; mantissas of p bits, signed (two's complement) or
unsigned. The code of an element *is* its mantissa, read with its sign: in ``range(-2**(p-1), 2**(p-1))`` if signed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING, Any, Final

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.named import Named
from exactssm.arithmetic.rounded import RoundedArithmetic
from exactssm.arithmetic.rounding import Rounding, round_to_integer
from exactssm.errors import DomainError, FormatOverflow

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Codes = npt.NDArray[np.int64]

__all__ = ["FixedPoint", "Overflow"]

_MAX_BITS: Final = 4096
_MAX_COMPILED_BITS: Final = 31


class Overflow(Named, what="an overflow rule"):
    """What becomes of a rounded result beyond the format's range."""

    WRAP = "wrap"  #: modulo 2^p, as registers do
    SATURATE = "saturate"  #: the nearest end of the range
    ERROR = "error"  #: FormatOverflow is raised


@dataclass(frozen=True)
class FixedPoint(RoundedArithmetic):
    """The multiples of 2^-fraction_bits from -2^integer_bits (0, if unsigned) up to, not including, 2^integer_bits.

    A sign takes one bit more than integer and fraction bits. A result is first rounded to a multiple of
    2^-fraction_bits, and then dealt with if it overflows. Not a ring, unless it wraps and has no fraction bits.

    >>> q = FixedPoint(2, 1, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    >>> str(q), q.codes, q.text(q.codes[0]), q.text(q.codes[-1])
    ('fixed:s2.1:nearest-even:saturate', range(-8, 8), '-4', '7/2')
    >>> half, three = q.parse("1/2"), q.parse("3")
    >>> [q.text(x) for x in (q.mul(half, half), q.mul(three, half), q.add(three, three))]
    ['0', '3/2', '7/2']

    Raises: DomainError, if a number of bits is negative, there are no bits but a sign, or more than 4096; or if the
    rules are not a `Rounding` and an `Overflow`.
    """

    integer_bits: int
    fraction_bits: int
    rounding: Rounding
    overflow: Overflow
    signed: bool = True

    def __post_init__(self) -> None:
        for name, bits in (("integer", self.integer_bits), ("fraction", self.fraction_bits)):
            if type(bits) is not int or bits < 0:
                raise DomainError(f"a fixed-point format must have an int >= 0 of {name} bits, got {excerpt(bits)}")
        if not 1 <= self.integer_bits + self.fraction_bits <= _MAX_BITS:
            raise DomainError(
                f"a fixed-point format must have 1 to {_MAX_BITS} bits besides its sign, "
                f"got {excerpt(self.integer_bits)} and {excerpt(self.fraction_bits)}"
            )
        if not isinstance(self.rounding, Rounding):
            raise DomainError(f"the rounding of a fixed-point format must be a Rounding, got {excerpt(self.rounding)}")
        if not isinstance(self.overflow, Overflow):
            raise DomainError(
                f"the overflow rule of a fixed-point format must be an Overflow, got {excerpt(self.overflow)}"
            )
        if type(self.signed) is not bool:
            raise DomainError(f"whether a fixed-point format is signed must be a bool, got {excerpt(self.signed)}")

    def __str__(self) -> str:
        sign = "s" if self.signed else "u"
        return f"fixed:{sign}{self.integer_bits}.{self.fraction_bits}:{self.rounding.value}:{self.overflow.value}"

    @property
    def codes(self) -> range:
        """All mantissas, ascending."""
        stop = 1 << self.integer_bits + self.fraction_bits
        return range(-stop if self.signed else 0, stop)

    def decode(self, x: Element) -> Fraction:
        return Fraction(self.check(x), 1 << self.fraction_bits)

    def _round(self, value: Fraction) -> int:
        code = round_to_integer(value.numerator << self.fraction_bits, value.denominator, self.rounding)
        low, stop = self.codes.start, self.codes.stop
        if low <= code < stop:
            return code
        match self.overflow:
            case Overflow.WRAP:
                return low + (code - low) % self.size
            case Overflow.SATURATE:
                return low if code < low else stop - 1
            case Overflow.ERROR:
                ends = f"{self.text(low)} to {self.text(stop - 1)}"
                raise FormatOverflow(f"a result must lie within {ends} in {self}, got {excerpt(value)}")

    def neighbours(self, value: Fraction) -> tuple[Fraction | None, Fraction | None]:
        scaled = value * (1 << self.fraction_bits)
        low, high = self.codes.start, self.codes.stop - 1
        below = None if scaled < low else self.decode(min(floor(scaled), high))
        above = None if scaled > high else self.decode(max(ceil(scaled), low))
        return below, above

    @property
    def fits_int64(self) -> bool:
        """Whether x y + z of any elements fits in int64 with all its fraction bits: 31 bits, a sign among them. With M
        for the largest magnitude of a mantissa and f <= 31, that is M^2 + M 2^f < 2^63."""
        return self.signed + self.integer_bits + self.fraction_bits <= _MAX_COMPILED_BITS

    def add_arrays(self, x: Codes, y: Codes) -> Codes:
        """`add`, compiled, for each pair of codes of two int64 arrays, which are broadcast together. Likewise
        `mul_arrays`, and `fma_arrays` of three.

        Raises: DomainError, unless `fits_int64` and all entries are codes; FormatOverflow where `add` does.
        """
        return self._compiled("add", x, y)

    def mul_arrays(self, x: Codes, y: Codes) -> Codes:
        """`mul`, compiled; see `add_arrays`."""
        return self._compiled("mul", x, y)

    def fma_arrays(self, x: Codes, y: Codes, z: Codes) -> Codes:
        """`fma`, compiled; see `add_arrays`."""
        return self._compiled("fma", x, y, z)

    def affine_arrays(self, matrix: Codes, shift: Codes, states: Codes) -> Codes:
        """A h + b for each state h, a row of ``states``; each coordinate is an `inner`, rounded once. Compiled.

        ``matrix`` has shape (height, width), ``shift`` (height,), ``states`` (number, width); the result has shape
        (number, height).

        Raises: DomainError, unless `fits_int64`, also for the sum of ``width`` products, shapes agree and all entries
        are codes; FormatOverflow where `inner` does.
        """
        a, b, h = (self._checked(array) for array in (matrix, shift, states))
        if a.ndim != 2 or h.ndim != 2 or b.shape != a.shape[:1] or h.shape[1] != a.shape[1]:
            raise DomainError(
                "a matrix, a shift and states must have shapes (height, width), (height,) and (number, width); "
                f"got {a.shape}, {b.shape} and {h.shape}"
            )
        largest = max(-self.codes.start, self.codes.stop - 1)
        if a.shape[1] * largest**2 + (largest << self.fraction_bits) >= 2**63:
            raise DomainError(f"no compiled path is exact for sums of {a.shape[1]} products in {self}: they pass 2**63")
        from exactssm.arithmetic import _fixed_kernels as kernels

        return self._settled(kernels.affine(a, b, h, *self._parameters()))

    def _compiled(self, kernel: str, *operands: Codes) -> Codes:
        import numpy as np

        arrays = [self._checked(operand) for operand in operands]
        try:
            together = np.broadcast_arrays(*arrays)
        except ValueError:
            shapes = ", ".join(str(array.shape) for array in arrays)
            raise DomainError(f"the shapes of arrays of codes must broadcast together, got {shapes}") from None
        from exactssm.arithmetic import _fixed_kernels as kernels

        compute: Callable[..., tuple[Any, int]] = getattr(kernels, kernel)
        flat = (np.ascontiguousarray(array).reshape(-1) for array in together)
        return self._settled(compute(*flat, *self._parameters())).reshape(together[0].shape)

    def _checked(self, values: Codes) -> Codes:
        import numpy as np

        if not self.fits_int64:
            raise DomainError(f"no compiled path is exact for {self}: it must have at most {_MAX_COMPILED_BITS} bits")
        if not isinstance(values, np.ndarray) or values.dtype != np.int64:
            found = values.dtype if isinstance(values, np.ndarray) else type(values).__name__
            raise DomainError(f"codes must come as an array of int64, got {found}")
        outside = (values < self.codes.start) | (values >= self.codes.stop)
        if outside.any():
            self.check(int(values[outside][0]))
        return np.ascontiguousarray(values)

    def _parameters(self) -> tuple[int, ...]:
        from exactssm.arithmetic._fixed_kernels import OVERFLOWS, ROUNDINGS

        rules = ROUNDINGS[self.rounding], OVERFLOWS[self.overflow]
        return self.fraction_bits, self.codes.start, self.codes.stop, *rules

    def _settled(self, outcome: tuple[Codes, int]) -> Codes:
        codes, overflowed = outcome
        if overflowed >= 0:
            raise FormatOverflow(
                f"position {overflowed}, in row order: a result must lie within {self.text(self.codes.start)} to "
                f"{self.text(self.codes.stop - 1)} in {self}"
            )
        return codes
