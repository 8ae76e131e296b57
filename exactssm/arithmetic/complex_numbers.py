"""Complex numbers over a number format: two codes, and two ways to round a product.

    once   (a + bi)(x + yi)  becomes  fl(ax - by) + fl(bx + ay) i: each part is exact, then rounded
    each   (a + bi)(x + yi)  becomes  fl(fl(ax) - fl(by)) + fl(fl(bx) + fl(ay)) i: every operation is rounded

With `Rounded` over it, these are the steps z' = lambda z + b of one complex coordinate:

    fl(lambda z + b)          Rounded(ComplexOver(format, "once"), "once")
    fl(lambda z) + b          Rounded(ComplexOver(format, "once"), "each"), where the sum is rounded as well
    every operation rounded   Rounded(ComplexOver(format, "each"), "each")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import chain

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.domain import Element, Rounds
from exactssm.arithmetic.moment import Moment, NumberFormat, Rounded, is_number_format
from exactssm.arithmetic.rounded import RoundedArithmetic
from exactssm.errors import DomainError

__all__ = ["ComplexNumber", "ComplexOver"]


@dataclass(frozen=True)
class ComplexOver(Rounds):
    """Complex numbers whose parts are elements of a number format. An element is a `ComplexNumber`.

    Its text is ``[re,im]`` with the parts as the format writes them, or the real part alone where the other is zero.
    Sums round each part.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> parts = FixedPoint(3, 1, Rounding.NEAREST_EVEN, Overflow.SATURATE)  # halves
    >>> for product in ("once", "each"):
    ...     numbers = ComplexOver(parts, product)
    ...     z = numbers.parse("[1/2,1/2]")
    ...     print(numbers, numbers.format(numbers.mul(z, z)), numbers.format(numbers.inner((z,), (z,), z)))
    complex(fixed:s3.1:nearest-even:saturate):once [0,1/2] [1/2,1]
    complex(fixed:s3.1:nearest-even:saturate):each 0 [1/2,1/2]

    ``product`` may be given by name. Raises: DomainError, unless the parts are of a real number format and products are
    rounded ``once`` or ``each``.
    """

    parts: NumberFormat  #: what the real and the imaginary part are
    product: Moment  #: when a product is rounded

    def __post_init__(self) -> None:
        object.__setattr__(self, "product", Moment.named(self.product))
        if self.product is Moment.FUSED:
            raise DomainError("a complex product must be rounded once or each, got 'fused'")
        if isinstance(self.parts, Rounded) or not is_number_format(self.parts) or self.parts.is_complex:
            raise DomainError(
                f"the parts of complex numbers must be of a real number format, without a moment of rounding, "
                f"got {excerpt(self.parts)}"
            )

    def __str__(self) -> str:
        return f"complex({self.parts}):{self.product.value}"

    @property
    def moments(self) -> Sequence[Moment]:
        """The moments that `Rounded` may round at: where products are rounded at each operation, so are sums."""
        return list(Moment) if self.product is Moment.ONCE else [Moment.EACH]

    @property
    def is_complex(self) -> bool:
        return True

    @property
    def size(self) -> int | None:
        return None if self.parts.size is None else self.parts.size**2

    @property
    def zero(self) -> ComplexNumber:
        return ComplexNumber(self, self.parts.zero, self.parts.zero)

    @property
    def one(self) -> ComplexNumber:
        return ComplexNumber(self, self.parts.one, self.parts.zero)

    def check(self, x: object) -> ComplexNumber:
        if type(x) is ComplexNumber and (x.domain is self or x.domain == self):
            return x
        raise DomainError(f"an element of {self} must be a ComplexNumber of this domain, got {excerpt(x)}")

    def element(self, value: object) -> ComplexNumber:
        """The real number that an int or a Fraction is, or an element itself.

        Raises: DomainError for anything else, and for a number that the format doesn't hold exactly.
        """
        if type(value) is ComplexNumber:
            return self.check(value)
        return ComplexNumber(self, self.parts.element(value), self.parts.zero)

    def number(self, real: Fraction | int, imaginary: Fraction | int) -> ComplexNumber:
        """real + imaginary i. Raises DomainError, unless the format holds both exactly."""
        return ComplexNumber(self, self.parts.element(real), self.parts.element(imaginary))

    def decode(self, x: Element) -> tuple[Fraction, Fraction]:
        """The real and the imaginary part, exactly. Raises DomainError, where a part is an infinity or NaN."""
        x = self.check(x)
        return self.parts.decode(x.real), self.parts.decode(x.imaginary)

    def round(self, value: tuple[Fraction, Fraction]) -> ComplexNumber:
        """The element that real and imaginary part become, each rounded by itself."""
        real, imaginary = value
        return ComplexNumber(self, self.parts.round(real), self.parts.round(imaginary))

    def add(self, x: Element, y: Element) -> ComplexNumber:
        """The sum, each part rounded."""
        x, y = self.check(x), self.check(y)
        return ComplexNumber(self, self.parts.add(x.real, y.real), self.parts.add(x.imaginary, y.imaginary))

    def neg(self, x: Element) -> ComplexNumber:
        """-x, each part rounded: a format need not hold it."""
        x = self.check(x)
        return ComplexNumber(self, self.parts.neg(x.real), self.parts.neg(x.imaginary))

    def mul(self, x: Element, y: Element) -> ComplexNumber:
        """The product, rounded as ``product`` says."""
        x, y = self.check(x), self.check(y)
        if self.product is Moment.ONCE:
            return self._sum([(x, y)], self.zero)
        mul = self.parts.mul
        return ComplexNumber(
            self,
            self._difference(mul(x.real, y.real), mul(x.imaginary, y.imaginary)),
            self.parts.add(mul(x.imaginary, y.real), mul(x.real, y.imaginary)),
        )

    def fma(self, x: Element, y: Element, z: Element) -> ComplexNumber:
        """x y + z, each part exact and then rounded, whatever ``product`` says."""
        return self._sum([(self.check(x), self.check(y))], self.check(z))

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> ComplexNumber:
        """The sum of all row[j] column[j], plus ``shift``: each part exact and then rounded, if products are rounded
        ``once``; else every operation rounded, in the order of `Rounded` with ``each``.

        Raises: DomainError, if the lengths differ or something is no element.
        """
        if self.product is Moment.EACH:
            return self.check(Rounded(self, Moment.EACH).inner(row, column, shift))
        if len(row) != len(column):
            raise DomainError(f"row and column must be of one length, got {len(row)} and {len(column)}")
        pairs = [(self.check(a), self.check(h)) for a, h in zip(row, column, strict=True)]
        return self._sum(pairs, self.check(shift))

    def _sum(self, pairs: Sequence[tuple[ComplexNumber, ComplexNumber]], shift: ComplexNumber) -> ComplexNumber:
        """The sum of products, plus ``shift``, each part exact and then rounded."""
        if not isinstance(self.parts, RoundedArithmetic):
            return self._sum_of_floats(pairs, shift)
        real, imaginary = self.decode(shift)
        for left, right in pairs:
            (a, b), (x, y) = self.decode(left), self.decode(right)
            real += a * x - b * y
            imaginary += b * x + a * y
        return self.round((real, imaginary))

    def _sum_of_floats(
        self, pairs: Sequence[tuple[ComplexNumber, ComplexNumber]], shift: ComplexNumber
    ) -> ComplexNumber:
        """Likewise where parts are floats: zeros have signs, infinities and NaN follow from the formulas as they stand,
        and no negative is beyond the format."""
        row = list(chain.from_iterable((left.real, self.parts.neg(left.imaginary)) for left, _ in pairs))
        crossed = list(chain.from_iterable((left.imaginary, left.real) for left, _ in pairs))
        column = list(chain.from_iterable((right.real, right.imaginary) for _, right in pairs))
        return ComplexNumber(
            self,
            self.parts.inner(row, column, shift.real),
            self.parts.inner(crossed, column, shift.imaginary),
        )

    def _difference(self, x: Element, y: Element) -> Element:
        """fl(x - y); -y itself may be beyond the format, so that it can't be rounded first."""
        if isinstance(self.parts, RoundedArithmetic):
            return self.parts.round(self.parts.decode(x) - self.parts.decode(y))
        return self.parts.add(x, self.parts.neg(y))

    def parse(self, text: str) -> ComplexNumber:
        if not isinstance(text, str) or not text.startswith("["):
            return ComplexNumber(self, self.parts.parse(text), self.parts.zero)
        given = text[1:-1].split(",")
        if not text.endswith("]") or len(given) != 2:
            raise DomainError(f"a complex number must be written as [re,im], got {excerpt(text)}")
        real, imaginary = (self.parts.parse(part.strip(" ")) for part in given)
        return ComplexNumber(self, real, imaginary)

    def format(self, x: Element) -> str:
        x = self.check(x)
        return _written(x, self.parts.format(x.real), self.parts.format(x.imaginary))

    def text(self, x: Element) -> str:
        """The number, for people to read."""
        x = self.check(x)
        return _written(x, self.parts.text(x.real), self.parts.text(x.imaginary))

    def root_of_unity(self, order: int) -> ComplexNumber:
        """1, -1 or i. Raises DomainError for any order but 1, 2 and 4, and if the format doesn't hold the number."""
        if type(order) is not int or order not in (1, 2, 4):
            raise DomainError(f"the order of a root of unity in {self} must be 1, 2 or 4, got {excerpt(order)}")
        return self.number(*{1: (1, 0), 2: (-1, 0), 4: (0, 1)}[order])


@dataclass(frozen=True, slots=True)
class ComplexNumber:
    """The number whose parts have these codes in ``domain.parts``. Raises DomainError, if one is no code."""

    domain: ComplexOver
    real: Element
    imaginary: Element

    def __post_init__(self) -> None:
        if type(self.domain) is not ComplexOver:
            raise DomainError(f"the domain of a complex number must be a ComplexOver, got {excerpt(self.domain)}")
        self.domain.parts.check(self.real)
        self.domain.parts.check(self.imaginary)

    def __hash__(self) -> int:
        return hash((self.real, self.imaginary))

    def __str__(self) -> str:
        return self.domain.text(self)


def _written(x: ComplexNumber, real: str, imaginary: str) -> str:
    return real if x.imaginary == x.domain.parts.zero else f"[{real},{imaginary}]"
