"""What the objects of layers in a model file are made of: numbers, vectors and matrices, and those of each letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple, TypeAlias, TypeVar, cast

from exactssm.arithmetic import (
    CyclotomicField,
    Domain,
    Element,
    Integers,
    MachineInteger,
    Moment,
    PrimeField,
    Rationals,
    ResidueRing,
    Rounded,
    domain_from_description,
)
from exactssm.arithmetic.moment import NumberFormat, is_number_format
from exactssm.errors import DomainError
from exactssm.formats.limits import MAX_COEFFICIENTS, MAX_COORDINATES, MAX_LETTERS, MAX_NUMBER, MAX_PRODUCTS
from exactssm.formats.reading import Node
from exactssm.formats.readouts import Write
from exactssm.layers import Layer, LinearSSM
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Symbol

__all__ = [
    "Coordinates",
    "FileLayer",
    "Numbers",
    "Read",
    "by_letter",
    "coordinate_wise",
    "difference",
    "itself",
    "number_in",
    "read_arithmetic",
    "read_matrix",
    "read_number",
    "read_vector",
    "width_of",
]

T = TypeVar("T")
Read: TypeAlias = Callable[[str], Element]


class Numbers:
    """Reads numbers, and stops where short texts become too much memory or time: a cyclotomic number has many
    coefficients, and what a letter makes of its parameters takes many products."""

    def __init__(self) -> None:
        self._coefficients = MAX_COEFFICIENTS
        self._products = MAX_PRODUCTS

    def reader(self, domain: Domain) -> Read:
        """``domain.parse``, counted."""
        size = domain.degree if isinstance(domain, CyclotomicField) else 1

        def read(text: str) -> Element:
            self._coefficients -= size
            if self._coefficients < 0:
                raise DomainError(f"the numbers of a model must have at most {MAX_COEFFICIENTS} coefficients in all")
            return domain.parse(text)

        return read

    def count_products(self, count: int) -> None:
        """Raise DomainError, if so many more products are too many for one model."""
        self._products -= count
        if self._products < 0:
            raise DomainError(f"the linear SSMs of a model must take at most {MAX_PRODUCTS} products in all")


class Coordinates(NamedTuple):
    """What the numbers are that a layer's readout sees: how each is read, how it is written, and what scores weigh."""

    read: tuple[Read, ...]
    write: tuple[Write, ...]
    number: Callable[[Element], Fraction | int] | None  #: None where numbers have no order


class FileLayer(NamedTuple):
    """A layer as the file has it, before its readout is known."""

    layer: Layer
    letters: frozenset[Symbol]  #: what it reads
    seen: Coordinates  #: what the readout sees: the state, or the output of a linear SSM
    readout: Node
    ssm: LinearSSM | None = None  #: if it is read out by its output


def read_arithmetic(members: Mapping[str, Node]) -> Domain:
    """The arithmetic of a layer, with the moment at which it rounds."""
    domain = members["arithmetic"].given(lambda: domain_from_description(members["arithmetic"].value))
    rounding = members["rounding"]
    if is_number_format(domain):
        moment = rounding.choice([moment.value for moment in Moment])
        return rounding.given(lambda: Rounded(cast(NumberFormat, domain), Moment(moment)))
    rounding.null("rounding must be null (exact arithmetic)")
    return domain


def coordinate_wise(domain: Domain, width: int, numbers: Numbers) -> Coordinates:
    """``width`` numbers of ``domain``."""
    return Coordinates((numbers.reader(domain),) * width, (domain.format,) * width, number_in(domain))


def number_in(domain: Domain) -> Callable[[Element], Fraction | int] | None:
    """Which number an element of ``domain`` is to an argmax; None where numbers have no order."""
    if isinstance(domain, Integers | MachineInteger | Rationals | ResidueRing | PrimeField):
        return itself
    if isinstance(domain, Rounded) and not domain.is_complex:
        return domain.number_format.decode
    return None


def itself(x: Element) -> Fraction | int:
    return cast(Fraction | int, x)


def width_of(node: Node, what: str = "numbers") -> int:
    """How many ``what`` a list has, at least one."""
    return len(node.elements(MAX_COORDINATES, what))


def read_number(node: Node, read: Read) -> Element:
    text = node.text(MAX_NUMBER)
    return node.given(lambda: read(text))


def read_vector(node: Node, read: Sequence[Read]) -> Vector:
    """As many numbers as there are ``read``."""
    entries = node.elements(what="numbers", length=len(read))
    return tuple(read_number(entry, one) for entry, one in zip(entries, read, strict=True))


def read_matrix(node: Node, height: int, read: Sequence[Read]) -> Matrix:
    """So many rows, each a vector."""
    return tuple(read_vector(row, read) for row in node.elements(what="rows", length=height))


def by_letter(node: Node, read: Callable[[Node], T]) -> dict[Symbol, T]:
    return {letter: read(entry) for letter, entry in node.entries(MAX_LETTERS, "letters").items()}


def difference(found: frozenset[Symbol], wanted: frozenset[Symbol]) -> str:
    """A letter that is missing among ``found``, or one too many."""
    missing, extra = sorted(map(repr, wanted - found)), sorted(map(repr, found - wanted))
    return f"missing: {missing[0]:.80}" if missing else f"one too many: {extra[0]:.80}"
