"""What a layer is: h' = A(x) h + b(x), or a sign of that, over a declared arithmetic.

The letters that a layer reads are arbitrary hashables; what it does on a letter is given by mappings or pure functions
of the letter, and what they give is checked to lie in the layer's domain before it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.machine import Symbol

__all__ = [
    "LETTERS_KEPT",
    "Layer",
    "LetterMap",
    "Matrix",
    "Vector",
    "check_coordinates",
    "check_maps",
    "check_matrix",
    "check_start",
    "check_tuple",
    "check_vector",
    "coordinate_domains",
    "look_up",
    "numbered",
    "real_width",
    "states_by_step",
    "vector_on",
]

Vector: TypeAlias = tuple[Element, ...]
Matrix: TypeAlias = tuple[Vector, ...]  # its rows
T = TypeVar("T")
LetterMap: TypeAlias = Mapping[Any, T] | Callable[[Any], T]  # Any: a mapping's type is invariant in its keys

LETTERS_KEPT: Final = 2**16
"""How many letters a layer remembers as checked: the letters of an endless word may be endlessly many."""


class Layer(Protocol):
    """A layer: a state of ``width`` coordinates, changed by each letter."""

    @property
    def domain(self) -> Domain | tuple[Domain, ...]:
        """The arithmetic of all coordinates, or of each."""
        ...

    @property
    def start(self) -> Vector: ...

    @property
    def width(self) -> int:
        """The number of coordinates; a complex one counts as one."""
        ...

    @property
    def real_width(self) -> int:
        """The number of real coordinates; a complex one counts as two."""
        ...

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The state after ``letter``: the definition, on exact elements. `run` must agree with it."""
        ...

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        """All len(word) + 1 states along ``word``, from ``start``; compiled where the arithmetic allows it, else by
        `step`."""
        ...

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        """The parameters that the layer uses on ``letter``, in an order of positions that is the same on every letter:
        the entries of A, then those of b. The measurement of precision collects them position by position."""
        ...


def coordinate_domains(layer: Layer) -> tuple[Domain, ...]:
    """The arithmetic of each coordinate of the state."""
    return layer.domain if isinstance(layer.domain, tuple) else (layer.domain,) * layer.width


def states_by_step(layer: Layer, word: Sequence[Symbol]) -> list[Vector]:
    """All states along ``word`` by `Layer.step` alone: what `Layer.run` means, and its way where nothing is faster."""
    states = [layer.start]
    for letter in word:
        states.append(layer.step(states[-1], letter))
    return states


def look_up(table: LetterMap[T], letter: Symbol, what: str) -> T:
    """The entry of ``table`` for ``letter``. Raises SymbolError, naming ``what`` and the letter, if there is none."""
    if not isinstance(table, Mapping):
        return table(letter)
    try:
        return table[letter]
    except KeyError:
        raise SymbolError(f"{what} has no entry for the letter {letter!r}") from None


def vector_on(table: LetterMap[Vector] | None, letter: Symbol, domain: Domain, width: int, what: str) -> Vector:
    """The checked vector that ``table`` has for ``letter``; zero, if there is no table."""
    if table is None:
        return (domain.zero,) * width
    vector = look_up(table, letter, what)
    try:
        return check_vector(vector, domain, width, what)
    except (ConstructionError, DomainError):  # only now is the letter written out, which takes long
        return check_vector(vector, domain, width, f"{what} on the letter {letter!r}")


def check_vector(value: object, domain: Domain, width: int, what: str) -> Vector:
    """``value``, if it is a tuple of ``width`` elements of ``domain``; ``what`` names it in errors.

    Raises: ConstructionError, unless it is a tuple of ``width``; DomainError, unless it is of elements.
    """
    check = domain.check
    try:
        return tuple([check(x) for x in check_tuple(value, width, what)])
    except DomainError:
        return check_coordinates((domain,) * width, value, what)  # which finds out where


def check_coordinates(domains: Sequence[Domain], value: object, what: str) -> Vector:
    """Like `check_vector`, with a domain for each coordinate."""
    checked: list[Element] = []
    for coordinate, (domain, x) in enumerate(zip(domains, check_tuple(value, len(domains), what), strict=True)):
        try:
            checked.append(domain.check(x))
        except DomainError as error:
            raise DomainError(f"{what}, coordinate {coordinate}: {error}") from error
    return tuple(checked)


def check_matrix(value: object, domain: Domain, width: int, what: str) -> Matrix:
    """``value``, if it is a tuple of ``width`` rows of ``width`` elements. Raises like `check_vector`."""
    rows = check_tuple(value, width, what)
    return tuple(check_vector(row, domain, width, f"{what}, row {i}") for i, row in enumerate(rows))


def check_tuple(value: object, width: int, what: str) -> tuple[object, ...]:
    """``value`` itself. Raises ConstructionError unless it is a tuple of ``width`` items."""
    if not isinstance(value, tuple) or len(value) != width:
        found = f"a tuple of {len(value)}" if isinstance(value, tuple) else f"an object of type {type(value).__name__}"
        raise ConstructionError(f"{what} must be a tuple of {width}, one a coordinate of the state, got {found}")
    return value


def check_start(start: object, domain: Domain) -> None:
    """Raise ConstructionError unless ``start`` is a tuple of at least one item, DomainError unless of elements."""
    if not isinstance(start, tuple) or not start:
        raise ConstructionError(f"the start state must be a tuple of at least one coordinate, got {start!r}")
    check_vector(start, domain, len(start), "the start state")


def check_maps(**tables: LetterMap[Any]) -> tuple[Symbol, ...]:
    """The letters that the mappings among ``tables`` list, each once. Raises ConstructionError, if something is neither
    a mapping nor callable."""
    letters: dict[Symbol, None] = {}
    for what, table in tables.items():
        if isinstance(table, Mapping):
            letters |= dict.fromkeys(table)
        elif not callable(table):
            raise ConstructionError(f"{what} must be a mapping or a function of the letter, got {table!r}")
    return tuple(letters)


def numbered(word: Sequence[Symbol]) -> tuple[list[Symbol], list[int]]:
    """The letters of ``word``, numbered as they first come, and ``word`` as their numbers."""
    number: dict[Symbol, int] = {}
    numbers = [number.setdefault(letter, len(number)) for letter in word]
    return list(number), numbers


def real_width(domain: Domain, width: int) -> int:
    """``width``, doubled where not all elements of ``domain`` are real numbers, residues or the like."""
    return 2 * width if domain.is_complex else width
