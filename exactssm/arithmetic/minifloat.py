"""Binary floats by their parameters, bit for bit: IEEE 754's formats, bfloat16, and the formats of 8 bits and fewer.

What a code stands for is in `exactssm.arithmetic.float_encoding`; here is what operations give: the exact result, in
the rationals with signed zeros and infinities, rounded once.

Sources: IEEE 754-2019 §4.3 (rounding), §6.1 to §6.3 (infinities, NaN, the sign of zero), §7.4 (overflow).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.domain import Element, Rounds, plus_or_minus_one
from exactssm.arithmetic.float_encoding import Extended, FloatEncoding, NaNCodes, shown
from exactssm.arithmetic.named import Named
from exactssm.arithmetic.rounding import Rounding
from exactssm.errors import DomainError, FormatOverflow, NoSuchElement

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from exactssm.arithmetic._minifloat_kernels import Layout

    Codes = npt.NDArray[np.int64] | npt.NDArray[np.uint64]

__all__ = ["FloatOverflow", "MiniFloat"]

_MAX_COMPILED_BITS: Final = 64
_MAX_COMPILED_PRECISION: Final = 60


class FloatOverflow(Named, what="the overflow rule of a float"):
    """What becomes of a result that, rounded as if exponents were unbounded, lies beyond the largest finite number.

    As in IEEE 754, a rounding that does not lead away from zero gives the largest finite number under every rule but
    `ERROR`. An infinity that comes from an operand is exact, and no overflow.
    """

    INFINITY = "infinity"  #: the infinity of its sign
    SATURATE = "saturate"  #: the largest finite number of its sign
    NAN = "nan"
    ERROR = "error"  #: FormatOverflow is raised


@dataclass(frozen=True)
class MiniFloat(FloatEncoding, Rounds):
    """A binary floating-point format, with its rounding and its rule for overflow. An element is a code, a bare int.

    Signed zeros, infinities and NaN are as in IEEE 754. It is no ring: sums and products commute, but they are not
    associative or distributive, and x + 0 is not x where x is -0. A result that is NaN is always the one code
    `nan_code`, that of `neg` too: no payload or sign of an operand's NaN goes on.

    With ``subnormals=False`` a result, rounded as if exponents were unbounded, becomes a zero of its sign if its
    magnitude is then below the least normal number, whatever the rounding.

    >>> rules = Rounding.NEAREST_EVEN, FloatOverflow.NAN
    >>> e4m3fn = MiniFloat(4, 4, *rules, infinities=False, nan=NaNCodes.SINGLE)
    >>> x, y = e4m3fn.parse("448"), e4m3fn.parse("1/512")
    >>> hex(x), hex(y), e4m3fn.classify(y), e4m3fn.text(e4m3fn.add(x, y)), e4m3fn.text(e4m3fn.mul(x, x))
    ('0x7e', '0x1', 'subnormal', '448', 'nan')
    >>> str(e4m3fn), hex(e4m3fn.neg(e4m3fn.zero))
    ('e4m3fn', '0x80')

    Raises: DomainError, if the parameters make no sense, or no normal number, or numbers beyond 2^±8192.
    """

    rounding: Rounding
    overflow: FloatOverflow

    def __post_init__(self) -> None:
        super().__post_init__()
        if not isinstance(self.rounding, Rounding):
            raise DomainError(f"the rounding of a float must be a Rounding, got {excerpt(self.rounding)}")
        if not isinstance(self.overflow, FloatOverflow):
            raise DomainError(f"the overflow rule of a float must be a FloatOverflow, got {excerpt(self.overflow)}")
        if self.overflow is FloatOverflow.INFINITY and not self.infinities:
            raise DomainError("a float whose overflow is infinity must have infinities")
        if self.overflow is FloatOverflow.NAN and self.nan is NaNCodes.NONE:
            raise DomainError("a float whose overflow is nan must have a NaN; the NaN codes are none")

    def __str__(self) -> str:
        from exactssm.arithmetic.float_names import name_of  # its table is made of these formats

        return name_of(self)

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def zero(self) -> int:
        """The code of +0."""
        return 0

    @property
    def one(self) -> int:
        """The code of 1. Raises NoSuchElement, a DomainError, if the format does not hold it."""
        try:
            return self.element(1)
        except DomainError as error:
            raise NoSuchElement(str(error)) from None

    def round(self, value: Fraction | int) -> int:
        """The element that ``value`` becomes, by the format's rules for rounding and overflow; 0 becomes +0.

        Raises: DomainError, if ``value`` is not a Fraction or an int; FormatOverflow, if overflow is an error.
        """
        return self._round(self._rational(value))

    def _round(self, value: Fraction) -> int:
        if value == 0:
            return 0
        negative, magnitude = value < 0, self.nearby(value, self.rounding)
        if not self.subnormals and magnitude < self.least_normal:
            magnitude = 0
        if magnitude <= self.largest:
            return self.code(negative, magnitude)
        match self.overflow:
            case FloatOverflow.ERROR:
                raise FormatOverflow(f"a result must lie within {self._range()}, got {shown(value)}")
            case FloatOverflow.NAN if self._leads_away(negative):
                return self._nan()
            case FloatOverflow.INFINITY if self._leads_away(negative):
                return self._infinite(negative)
        return self.code(negative, self.largest)

    def _leads_away(self, negative: bool) -> bool:
        """Whether the rounding leads from beyond the largest finite number of this sign to infinity."""
        match self.rounding:
            case Rounding.TOWARD_ZERO:
                return False
            case Rounding.FLOOR:
                return negative
            case Rounding.CEILING:
                return not negative
            case _:
                return True

    def _range(self) -> str:
        largest = self.text(self.largest)
        return f"-{largest} to {largest} in {self}"

    def _infinite(self, negative: bool) -> int:
        assert self.infinity is not None
        return self.code(negative, self.infinity)

    def _nan(self) -> int:
        assert self.nan_code is not None  # a format without NaN has no infinities: nothing in it is invalid
        return self.nan_code

    def add(self, x: Element, y: Element) -> int:
        """The sum, rounded. A zero sum of unlike terms is +0, or -0 if the rounding is floor."""
        return self._sum((self.extended(x), self.extended(y)))

    def neg(self, x: Element) -> int:
        """-x: the other sign."""
        number = self.extended(x)
        return self._nan() if number is None else self.code(not number.negative, x % self.sign_bit)

    def mul(self, x: Element, y: Element) -> int:
        """The product, rounded. A zero or infinite product has its factors' signs multiplied; 0 times inf is NaN."""
        return self._finish(_product(self.extended(x), self.extended(y)))

    def fma(self, x: Element, y: Element, z: Element) -> int:
        """x y + z, rounded once."""
        return self._sum((_product(self.extended(x), self.extended(y)), self.extended(z)))

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> int:
        """The sum of all row[j] column[j], plus ``shift``, rounded once; what is no number, and signs, as for `sum`.

        Raises: DomainError, if the lengths differ or an entry is no code.
        """
        if len(row) != len(column):
            raise DomainError(f"row and column must be of one length, got {len(row)} and {len(column)}")
        pairs = zip(row, column, strict=True)
        products = [_product(self.extended(a), self.extended(h)) for a, h in pairs]
        return self._sum([*products, self.extended(shift)])

    def sum(self, elements: Iterable[Element]) -> int:
        """The exact sum of all, rounded once.

        NaN, if one of them is, or if there are infinities of both signs. A zero sum is -0, if all terms are -0, or if
        the rounding is floor and not all are +0; else +0.
        """
        return self._sum([self.extended(x) for x in elements])

    def product(self, elements: Iterable[Element]) -> int:
        """The exact product of all, rounded once."""
        total: Extended | None = Extended(False, Fraction(1))
        for x in elements:
            total = _product(total, self.extended(x))
        return self._finish(total)

    def _sum(self, terms: Sequence[Extended | None]) -> int:
        numbers = [term for term in terms if term is not None]
        infinite = {number.negative for number in numbers if number.magnitude is None}
        if len(numbers) < len(terms) or len(infinite) == 2:
            return self._nan()
        if infinite:
            return self._infinite(infinite == {True})
        total = sum((number.value for number in numbers), start=Fraction(0))
        signs = {number.negative for number in numbers}  # one sign and sum zero: all are zeros
        return self._finish(Extended(total < 0, abs(total)) if total else self._zero_sum(signs))

    def _zero_sum(self, signs: set[bool]) -> Extended:
        return Extended(signs == {True} or (len(signs) == 2 and self.rounding is Rounding.FLOOR), Fraction(0))

    def _finish(self, number: Extended | None) -> int:
        """The code that an exact result becomes."""
        if number is None:
            return self._nan()
        if number.magnitude is None:
            return self._infinite(number.negative)
        return self._round(number.value) if number.magnitude else self.code(number.negative, 0)

    def root_of_unity(self, order: int) -> int:
        """1 or -1. Raises DomainError for any order but 1 and 2, and if the format does not hold the number."""
        return self.element(plus_or_minus_one(self, order))

    @property
    def fits_int64(self) -> bool:
        """Whether there is a compiled path: codes fit in 64 bits, significands in 60, and two words hold a product."""
        return self.bits <= _MAX_COMPILED_BITS and self.precision <= _MAX_COMPILED_PRECISION

    def add_arrays(self, x: Codes, y: Codes) -> Codes:
        """`add`, compiled, for each pair of codes of two arrays, which are broadcast together. Likewise `mul_arrays`,
        and `fma_arrays` of three.

        Arrays are of int64; those of 64-bit formats are of uint64.

        Raises: DomainError, unless `fits_int64` and all entries are codes; FormatOverflow where `add` does.
        """
        return self._compiled("add", x, y)

    def mul_arrays(self, x: Codes, y: Codes) -> Codes:
        """`mul`, compiled; see `add_arrays`."""
        return self._compiled("mul", x, y)

    def fma_arrays(self, x: Codes, y: Codes, z: Codes) -> Codes:
        """`fma`, compiled; see `add_arrays`."""
        return self._compiled("fma", x, y, z)

    def _compiled(self, kernel: str, *operands: Codes) -> Codes:
        import numpy as np

        for operand in operands:
            self._check_array(operand)
        try:
            together = np.broadcast_arrays(*operands)
        except ValueError:
            shapes = ", ".join(str(operand.shape) for operand in operands)
            raise DomainError(f"the shapes of arrays of codes must broadcast together, got {shapes}") from None
        from exactssm.arithmetic import _minifloat_kernels as kernels

        flat = (np.ascontiguousarray(array).reshape(-1).view(np.int64) for array in together)
        compute: Any = getattr(kernels, kernel)
        codes, overflowed = compute(*flat, self._layout())
        if overflowed >= 0:
            raise FormatOverflow(f"position {overflowed}, in row order: a result must lie within {self._range()}")
        result: Codes = codes.view(operands[0].dtype).reshape(together[0].shape)
        return result

    def _check_array(self, codes: Codes) -> None:
        import numpy as np

        if not self.fits_int64:
            raise DomainError(
                f"no compiled path is exact for {self}: it must have at most {_MAX_COMPILED_BITS} bits, with a "
                f"precision of at most {_MAX_COMPILED_PRECISION}"
            )
        dtype = np.dtype(np.uint64 if self.bits == 64 else np.int64)
        if not isinstance(codes, np.ndarray) or codes.dtype != dtype:
            found = codes.dtype if isinstance(codes, np.ndarray) else type(codes).__name__
            raise DomainError(f"codes of {self} must come as an array of {dtype}, got {found}")
        wrong = codes >= 1 << self.bits if self.bits < 63 else np.zeros(codes.shape, np.bool_)
        if self.bits < 64:
            wrong |= codes < 0
        if not self.subnormals:
            magnitudes = codes & dtype.type(self.sign_bit - 1)
            wrong |= (magnitudes > 0) & (magnitudes < self.least_normal)
        if wrong.any():
            self.check(int(codes[wrong][0]))

    def _layout(self) -> Layout:
        from exactssm.arithmetic._minifloat_kernels import OVERFLOWS, Layout, rule

        return Layout(
            sign_shift=self.bits - 1,
            precision=self.precision,
            min_exponent=self.min_exponent,
            max_exponent=self.max_exponent,
            largest=self.largest,
            infinity=-1 if self.infinity is None else self.infinity,
            nan=0 if self.nan_code is None else self.nan_code - (self.nan_code >> 63 << 64),
            one_zero=int(self.nan is NaNCodes.NEGATIVE_ZERO),
            subnormals=int(self.subnormals),
            positive_rule=rule(self.rounding, 1),
            negative_rule=rule(self.rounding, -1),
            cancelled_sign=int(self.rounding is Rounding.FLOOR),
            overflow=OVERFLOWS[self.overflow],
        )


def _product(x: Extended | None, y: Extended | None) -> Extended | None:
    """The exact product; None for NaN."""
    if x is None or y is None:
        return None
    negative = x.negative != y.negative
    if x.magnitude is None or y.magnitude is None:
        return None if 0 in (x.magnitude, y.magnitude) else Extended(negative, None)
    return Extended(negative, x.magnitude * y.magnitude)
