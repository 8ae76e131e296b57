"""What an exact arithmetic is: a set of elements, closed under sums and products that are computed without error.

A domain is a frozen record of parameters. Its elements are immutable, hashable and in canonical form, so that ``==``
is equality of numbers and a set of states is finite when the states are. Nothing enters a domain in silence: constants
come in through `Domain.element` or `Domain.parse`, and `Domain.check` refuses whatever is not an element of this very
domain.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeAlias, runtime_checkable

from exactssm.arithmetic._text import excerpt
from exactssm.errors import DomainError

__all__ = ["Domain", "Element", "Field", "Inner", "Rounds", "inner_product", "plus_or_minus_one", "power", "powers"]

Element: TypeAlias = Any
"""An element of a domain: hashable; which type it has depends on the domain, which static types don't know."""


@runtime_checkable
class Domain(Protocol):
    """A commutative ring with exact arithmetic."""

    @property
    def zero(self) -> Element: ...

    @property
    def one(self) -> Element: ...

    def add(self, x: Element, y: Element) -> Element:
        """The sum. Raises DomainError, unless both are elements."""
        ...

    def neg(self, x: Element) -> Element: ...

    def mul(self, x: Element, y: Element) -> Element: ...

    def check(self, x: object) -> Element:
        """``x`` itself, if it is an element of this domain. Raises DomainError otherwise: ints in range for residues,
        `fractions.Fraction` for rationals, and for the rest elements that carry their own domain."""
        ...

    def element(self, value: object) -> Element:
        """The element that an int, a Fraction or an element stands for. Raises DomainError where there is none (a half
        in Z/6), or where the value belongs to another domain; floats and bools are always refused."""
        ...

    def parse(self, text: str) -> Element:
        """The element written as ``text`` in a model file. Raises DomainError, naming the text."""
        ...

    def format(self, x: Element) -> str:
        """The text that `parse` reads back as ``x``."""
        ...

    def root_of_unity(self, order: int) -> Element:
        """An element w whose powers w^0 .. w^(order-1) are distinct, with w^order = 1. Raises DomainError where there
        is none."""
        ...

    @property
    def is_complex(self) -> bool:
        """Whether an element is a complex number, two real coordinates of a state."""
        ...

    @property
    def size(self) -> int | None:
        """The number of elements; None if there are infinitely many."""
        ...


@runtime_checkable
class Field(Domain, Protocol):
    """A domain in which every element but zero has an inverse."""

    def inverse(self, x: Element) -> Element:
        """1/x. Raises DomainError for zero."""
        ...


Inner: TypeAlias = Callable[[Sequence[Element], Sequence[Element], Element], Element]


@runtime_checkable
class Rounds(Domain, Protocol):
    """A domain that rounds sums and products. It is no ring: what an inner product is depends on when it rounds."""

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> Element:
        """row . column + shift, by the domain's own rule."""
        ...


def inner_product(domain: Domain) -> Inner:
    """(row, column, shift) -> row . column + shift in ``domain``: one coordinate of A h + b.

    >>> from exactssm.arithmetic import ResidueRing
    >>> inner_product(ResidueRing(10))((2, 3), (4, 5), 6)
    9
    """
    own: Inner | None = getattr(domain, "inner", None)
    if own is not None:
        return own
    zero, add, mul = domain.zero, domain.add, domain.mul

    def inner(row: Sequence[Element], column: Sequence[Element], shift: Element) -> Element:
        total = shift
        for a, h in zip(row, column, strict=True):
            if a != zero:  # in a ring, 0 h adds nothing
                total = add(total, mul(a, h))
        return total

    return inner


def plus_or_minus_one(domain: Domain, order: object) -> int:
    """1 or -1, the only roots of unity of ``domain``: those of the orders 1 and 2. Raises DomainError for others."""
    if type(order) is not int or order not in (1, 2):
        raise DomainError(f"the order of a root of unity in {domain} must be 1 or 2, got {excerpt(order)}")
    return 1 if order == 1 else -1


def power(domain: Domain, x: Element, exponent: int) -> Element:
    """x to the power of a non-negative exponent, by repeated squaring."""
    result = domain.one
    while exponent:
        if exponent & 1:
            result = domain.mul(result, x)
        x = domain.mul(x, x)
        exponent >>= 1
    return result


def powers(domain: Domain, x: Element, count: int) -> list[Element]:
    """x^0 ... x^(count - 1).

    >>> from exactssm.arithmetic import ResidueRing
    >>> powers(ResidueRing(7), 3, 6)
    [1, 3, 2, 6, 4, 5]
    """
    found = [domain.one]
    while len(found) < count:
        found.append(domain.mul(found[-1], x))
    return found
