"""When a step rounds. A number format says how one result is rounded; an inner product has many.

    once    h' = fl(a_1 h_1 + ... + a_d h_d + b): the exact value, rounded once
    each    h' = fl(... fl(fl(a_1 h_1) + fl(a_2 h_2)) ... + b): products are rounded, and added from left to right with
            every sum rounded, the shift b last
    fused   h' = fl(a_d h_d + ... fl(a_2 h_2 + fl(a_1 h_1 + b))): a chain of fused multiply-adds, which starts from b

They differ, and theorems differ with them. Exact arithmetics have no such moment: there all three are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import starmap
from typing import Any, Protocol, cast

from exactssm.arithmetic._text import excerpt
from exactssm.arithmetic.domain import Domain, Element, Rounds
from exactssm.arithmetic.named import Named
from exactssm.errors import DomainError

__all__ = ["Moment", "NumberFormat", "Rounded", "is_number_format", "with_moment"]


class Moment(Named, what="the moment of rounding"):
    """When an inner product with a shift is rounded."""

    ONCE = "once"
    EACH = "each"
    FUSED = "fused"


class NumberFormat(Rounds, Protocol):
    """A domain whose operations are exact and then rounded, and which leaves open when a step rounds."""

    def decode(self, x: Element) -> Any:
        """The exact value: a Fraction, or a pair of them for a complex number. Raises DomainError, if it is none."""
        ...

    def round(self, value: Any) -> Element:
        """The element that an exact value becomes."""
        ...

    def fma(self, x: Element, y: Element, z: Element) -> Element:
        """x y + z, rounded once."""
        ...

    def text(self, x: Element) -> str:
        """The element, for people to read."""
        ...


@dataclass(frozen=True)
class Rounded(Rounds):
    """A number format together with the moment at which inner products are rounded. Elements are the format's.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> integers = FixedPoint(3, 0, Rounding.NEAREST_EVEN, Overflow.SATURATE)  # -8 .. 7
    >>> [Rounded(integers, moment).inner((3, -2), (4, 4), 1) for moment in Moment]
    [5, 0, -1]
    >>> str(Rounded(integers, Moment.EACH))
    'fixed:s3.0:nearest-even:saturate:each'

    ``moment`` may be given by name. Raises: DomainError, if the arithmetic doesn't round, or has no such moment.
    """

    number_format: NumberFormat
    moment: Moment

    def __post_init__(self) -> None:
        object.__setattr__(self, "moment", Moment.named(self.moment))
        if not is_number_format(self.number_format):
            raise DomainError(f"only a number format has a moment of rounding, got {excerpt(self.number_format)}")
        moments = getattr(self.number_format, "moments", Moment)
        if self.moment not in moments:
            names = ", ".join(moment.value for moment in moments)
            raise DomainError(
                f"the moment of rounding in {self.number_format} must be one of {names}; got {self.moment.value!r}"
            )

    def __str__(self) -> str:
        return f"{self.number_format}:{self.moment.value}"

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> Element:
        """row . column + shift, rounded when ``moment`` says.

        Raises: DomainError, if the lengths differ or something is no element; FormatOverflow where the format does.
        """
        numbers = self.number_format
        if self.moment is Moment.ONCE:
            return numbers.inner(row, column, shift)
        pairs = _pairs(row, column)
        if self.moment is Moment.EACH:
            return reduce(numbers.add, [*starmap(numbers.mul, pairs), numbers.check(shift)])
        return self._chain(pairs, numbers.check(shift))

    def dot(self, row: Sequence[Element], column: Sequence[Element]) -> Element:
        """row . column, at least one product, without a shift: an entry of a product of matrices.

        One product alone is `mul`. Of several, ``once`` rounds their exact sum, ``each`` rounds as `inner` does before
        it adds the shift, and ``fused`` starts its chain from the first product, rounded.
        """
        numbers = self.number_format
        first, *rest = pairs = _pairs(row, column)
        if not rest:
            return numbers.mul(*first)
        match self.moment:
            case Moment.ONCE:
                return numbers.inner(row, column, numbers.zero)
            case Moment.EACH:
                return reduce(numbers.add, starmap(numbers.mul, pairs))
            case Moment.FUSED:
                return self._chain(rest, numbers.mul(*first))

    def _chain(self, pairs: list[tuple[Element, Element]], total: Element) -> Element:
        for a, h in pairs:
            total = self.number_format.fma(a, h, total)
        return total

    # The rest is the format's own.

    @property
    def zero(self) -> Element:
        return self.number_format.zero

    @property
    def one(self) -> Element:
        return self.number_format.one

    @property
    def is_complex(self) -> bool:
        return self.number_format.is_complex

    @property
    def size(self) -> int | None:
        return self.number_format.size

    def add(self, x: Element, y: Element) -> Element:
        return self.number_format.add(x, y)

    def neg(self, x: Element) -> Element:
        return self.number_format.neg(x)

    def mul(self, x: Element, y: Element) -> Element:
        return self.number_format.mul(x, y)

    def check(self, x: object) -> Element:
        return self.number_format.check(x)

    def element(self, value: object) -> Element:
        return self.number_format.element(value)

    def parse(self, text: str) -> Element:
        return self.number_format.parse(text)

    def format(self, x: Element) -> str:
        return self.number_format.format(x)

    def text(self, x: Element) -> str:
        return self.number_format.text(x)

    def root_of_unity(self, order: int) -> Element:
        return self.number_format.root_of_unity(order)


def is_number_format(domain: Domain) -> bool:
    """Whether ``domain`` rounds, and leaves open when."""
    return callable(getattr(type(domain), "inner", None)) and callable(getattr(type(domain), "fma", None))


def with_moment(domain: Domain) -> Domain:
    """A number format with the moment at which its own ``inner`` rounds; any other domain as it is.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, ResidueRing, Rounding
    >>> str(with_moment(FixedPoint(3, 0, Rounding.FLOOR, Overflow.WRAP))), str(with_moment(ResidueRing(2)))
    ('fixed:s3.0:floor:wrap:once', 'Z/2')
    """
    if not is_number_format(domain):
        return domain
    numbers = cast(NumberFormat, domain)
    return Rounded(numbers, next(iter(getattr(numbers, "moments", Moment))))


def _pairs(row: Sequence[Element], column: Sequence[Element]) -> list[tuple[Element, Element]]:
    if len(row) != len(column):
        raise DomainError(f"row and column must be of one length, got {len(row)} and {len(column)}")
    return list(zip(row, column, strict=True))
