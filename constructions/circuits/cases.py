"""Values that a circuit knows by cases: literals of which exactly one is true, and the value in each.

Letters are known so, and elements of finite rings. A function of such a value costs nothing, a pair of two a gate for
each pair of cases; sums of any number of ring elements go through their codes, in depth 6.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from constructions.circuits.local_rings import FiniteRing, RingCode, ring_code
from constructions.circuits.numbers import Number, sum_in
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.arithmetic.domain import Domain, Element
from exactssm.circuits import FALSE, TRUE, CircuitBuilder, Literal
from exactssm.errors import ConstructionError

__all__ = ["CaseRing", "Cases", "constant_case", "from_bits", "joined", "paired", "to_bits"]


@dataclass(frozen=True)
class Cases:
    """A value of a circuit, by cases: exactly one literal is true, and the value is the one beside it.

    Values may stand several times; `joined` leaves each once.
    """

    literals: tuple[Literal, ...]
    values: tuple[Any, ...]

    def map(self, function: Callable[[Any], Any]) -> Cases:
        """A function of the value, at no cost."""
        return Cases(self.literals, tuple(map(function, self.values)))


def constant_case(value: Any) -> Cases:
    """A value that doesn't depend on the inputs."""
    return Cases((TRUE,), (value,))


def from_bits(builder: CircuitBuilder, bits: Sequence[Literal], values: Mapping[int, Any]) -> Cases:
    """The value under the number that ``bits`` are, least significant first; for other numbers no case. Depth 1.

    >>> builder = CircuitBuilder()
    >>> letter = from_bits(builder, builder.inputs(2), {0: "a", 1: "b", 2: "c"})
    >>> builder.build(letter.literals).evaluate((0, 1))
    (0, 0, 1)

    Raises: ConstructionError, for a number of more bits.
    """
    for number in values:
        if not 0 <= number < 1 << len(bits):
            raise ConstructionError(f"{len(bits)} bits are no number {number}")
    literals = (builder.all_of([bit ^ 1 ^ (number >> i & 1) for i, bit in enumerate(bits)]) for number in values)
    return Cases(tuple(literals), tuple(values.values()))


def to_bits(builder: CircuitBuilder, cases: Cases, code: Callable[[Any], int], width: int) -> Number:
    """The code of the value, a number of ``width`` bits. Depth 1."""
    codes = [code(value) for value in cases.values]
    return [
        builder.any_of([literal for literal, c in zip(cases.literals, codes, strict=True) if c >> i & 1])
        for i in range(width)
    ]


def joined(builder: CircuitBuilder, cases: Cases) -> Cases:
    """The same value, with one case for each that can be. Depth 1."""
    literals: dict[Any, list[Literal]] = {}
    for literal, value in zip(cases.literals, cases.values, strict=True):
        if literal != FALSE:
            literals.setdefault(value, []).append(literal)
    return Cases(tuple(map(builder.any_of, literals.values())), tuple(literals))


def paired(builder: CircuitBuilder, *several: Cases) -> Cases:
    """The tuple of several values, a case for each choice of theirs. Depth 1."""
    literals = [builder.all_of(choice) for choice in product(*(cases.literals for cases in several))]
    return Cases(tuple(literals), tuple(product(*(cases.values for cases in several))))


@dataclass(frozen=True)
class CaseRing:
    """Sums and products, by cases, of elements of Z/m or GF(q).

    >>> from exactssm.arithmetic import GaloisField
    >>> ring, builder = CaseRing(GaloisField(4)), CircuitBuilder()
    >>> x = from_bits(builder, builder.inputs(2), ring.elements)
    >>> cube = ring.product(builder, [x, x, x])
    >>> builder.build(ring.bits(builder, cube)).evaluate((0, 1))
    (1, 0)

    Raises: ConstructionError, for another domain, or for more elements than `local_rings.MAX_SIZE`.
    """

    domain: Domain

    def __post_init__(self) -> None:
        if not isinstance(self.domain, ResidueRing | GaloisField):
            raise ConstructionError(f"circuits by cases need Z/m or GF(q), got {self.domain}")
        assert self.code

    @property
    def _finite(self) -> FiniteRing:
        assert isinstance(self.domain, ResidueRing | GaloisField)
        return self.domain

    @property
    def code(self) -> RingCode:
        """How elements are written in bits."""
        return ring_code(self._finite)

    @cached_property
    def elements(self) -> dict[int, Element]:
        """Code -> element."""
        return {self.code.code(x): x for x in self._finite.elements}

    def bits(self, builder: CircuitBuilder, x: Cases) -> Number:
        """The code of ``x``. Depth 1."""
        return to_bits(builder, x, self.code.code, self.code.width)

    def sum_bits(self, builder: CircuitBuilder, summands: Iterable[Cases]) -> Number:
        """The code of the sum of any number of elements. Depth at most 5: their codes, and `sum_in`."""
        numbers = [self.bits(builder, x) for x in summands]
        total: Number = []
        for part in self.code.parts:
            place = len(total)
            total += sum_in(builder, part, [bits[place : place + part.width] for bits in numbers])
        return total

    def sum(self, builder: CircuitBuilder, summands: Iterable[Cases]) -> Cases:
        """The sum of any number of elements, with one case for each. Depth at most 6."""
        return from_bits(builder, self.sum_bits(builder, summands), self.elements)

    def product(self, builder: CircuitBuilder, factors: Sequence[Cases]) -> Cases:
        """The product of a fixed number of elements, pair by pair: each pair in depth 2, and a gate for each pair of
        elements. One factor is itself, at no cost."""
        if not factors:
            return constant_case(self.domain.one)
        total, *rest = factors
        for factor in rest:
            pair = paired(builder, joined(builder, total), joined(builder, factor))
            total = joined(builder, pair.map(lambda xy: self.domain.mul(*xy)))
        return total
