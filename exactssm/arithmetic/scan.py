"""Scans: all states of a recurrence h' = A(x) h + b(x) along a word, strictly from left to right.

Here they are by definition, on any domain, together with the checks that every faster path makes before it starts.
Each domain has methods ``scan_diagonal`` and ``scan_dense`` of the same meaning, by the fastest path that is exact.
Letters are ints: letter ``x`` uses row ``x`` of the tables.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, TypeAlias, TypeVar, runtime_checkable

from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import DomainError

__all__ = [
    "Scans",
    "Table",
    "Tables",
    "Word",
    "check_letters",
    "checked_dense",
    "checked_diagonal",
    "checked_row",
    "dense_by_steps",
    "diagonal_by_steps",
]

E = TypeVar("E")
Check: TypeAlias = Callable[[object], E]
Word: TypeAlias = Sequence[int]
Table: TypeAlias = Sequence[Sequence[Element]]  #: one row of coordinates a letter
Tables: TypeAlias = Sequence[Table]  #: one square matrix a letter


@runtime_checkable
class Scans(Domain, Protocol):
    """A domain with scans of its own."""

    def scan_diagonal(
        self, decay: Table, drive: Table, start: Sequence[Element], word: Word
    ) -> Sequence[tuple[Element, ...]]:
        """The len(word) + 1 states of h_i' = a_i(x) h_i + b_i(x) along ``word``, ``start`` first.

        Raises: DomainError, where `diagonal_by_steps` does, or if no compiled path is exact.
        """
        ...

    def scan_dense(
        self, matrix: Tables, drive: Table, start: Sequence[Element], word: Word
    ) -> Sequence[tuple[Element, ...]]:
        """The len(word) + 1 states of h' = A(x) h + b(x) along ``word``, ``start`` first; h is a column.

        Raises: DomainError, where `dense_by_steps` does, or if no compiled path is exact.
        """
        ...


def diagonal_by_steps(
    domain: Domain, decay: Table, drive: Table, start: Sequence[Element], word: Word
) -> list[tuple[Element, ...]]:
    """The len(word) + 1 states of h_i' = a_i(x) h_i + b_i(x): the definition.

    ``decay`` and ``drive`` have shape (letters, width), ``start`` has shape (width,).

    >>> from exactssm.arithmetic import ResidueRing
    >>> diagonal_by_steps(ResidueRing(10), ((2,), (1,)), ((0,), (3,)), (1,), [0, 1, 0])
    [(1,), (2,), (5,), (0,)]

    Raises: DomainError, if shapes disagree, a letter has no row, or an entry is not an element of ``domain``.
    """
    decay, drive, start = checked_diagonal(domain.check, decay, drive, start, word)
    h = tuple(start)
    states = [h]
    for x in word:
        h = tuple(domain.add(domain.mul(a, h_i), b) for a, h_i, b in zip(decay[x], h, drive[x], strict=True))
        states.append(h)
    return states


def dense_by_steps(
    domain: Domain, matrix: Tables, drive: Table, start: Sequence[Element], word: Word
) -> list[tuple[Element, ...]]:
    """The len(word) + 1 states of h' = A(x) h + b(x): the definition.

    ``matrix`` has shape (letters, width, width), ``drive`` (letters, width), ``start`` (width,); h is a column, so
    coordinate i of A h is the sum over j of ``A[i][j] h[j]``.

    >>> from exactssm.arithmetic import ResidueRing
    >>> fibonacci = ((0, 1), (1, 1))
    >>> dense_by_steps(ResidueRing(10), (fibonacci,), ((0, 0),), (5, 8), [0, 0])
    [(5, 8), (8, 3), (3, 1)]

    Raises: DomainError, if shapes disagree, a letter has no row, or an entry is not an element of ``domain``.
    """
    matrix, drive, start = checked_dense(domain.check, matrix, drive, start, word)
    h = tuple(start)
    states = [h]
    for x in word:
        after = []
        for row, b in zip(matrix[x], drive[x], strict=True):
            total = domain.zero
            for a, h_j in zip(row, h, strict=True):
                total = domain.add(total, domain.mul(a, h_j))
            after.append(domain.add(total, b))
        h = tuple(after)
        states.append(h)
    return states


def checked_diagonal(
    check: Check[E], decay: Table, drive: Table, start: Sequence[Element], word: Word
) -> tuple[list[list[E]], list[list[E]], list[E]]:
    """``decay``, ``drive`` and ``start`` with every entry checked. Raises DomainError, saying where."""
    check_letters(word, len(decay))
    width = _check_width(start)
    return (
        _checked_table(check, decay, len(decay), width, "decay"),
        _checked_table(check, drive, len(decay), width, "drive"),
        checked_row(check, start, width, "start"),
    )


def checked_dense(
    check: Check[E], matrix: Tables, drive: Table, start: Sequence[Element], word: Word
) -> tuple[list[list[list[E]]], list[list[E]], list[E]]:
    """``matrix``, ``drive`` and ``start`` with every entry checked. Raises DomainError, saying where."""
    check_letters(word, len(matrix))
    width = _check_width(start)
    return (
        [_checked_table(check, rows, width, width, f"matrix of letter {x}, row") for x, rows in enumerate(matrix)],
        _checked_table(check, drive, len(matrix), width, "drive"),
        checked_row(check, start, width, "start"),
    )


def check_letters(word: Word, letters: int) -> None:
    """Raise DomainError, unless there are letters and all of ``word`` are ints in ``range(letters)``."""
    if letters < 1:
        raise DomainError("the tables of a recurrence must have a row for at least one letter, got none")
    if set(map(type, word)) <= {int} and (not word or (min(word) >= 0 and max(word) < letters)):
        return
    for position, x in enumerate(word):
        if type(x) is not int or not 0 <= x < letters:
            raise DomainError(f"position {position}: a letter must be an int in range({letters}), got {x!r}")


def checked_row(check: Check[E], row: Sequence[Element], width: int, what: str) -> list[E]:
    """The entries of ``row``, checked. Raises DomainError, naming ``what`` and the coordinate."""
    if len(row) != width:
        raise DomainError(f"{what} must have {width} coordinates, got {len(row)}")
    try:
        return [check(entry) for entry in row]
    except DomainError:
        for i, entry in enumerate(row):
            try:
                check(entry)
            except DomainError as error:
                raise DomainError(f"{what}, coordinate {i}: {error}") from None
        raise


def _checked_table(check: Check[E], rows: Table, height: int, width: int, what: str) -> list[list[E]]:
    if len(rows) != height:
        raise DomainError(f"{what} must have {height} rows, got {len(rows)}")
    return [checked_row(check, row, width, f"{what} {x}") for x, row in enumerate(rows)]


def _check_width(start: Sequence[Element]) -> int:
    if not start:
        raise DomainError("a state must have at least one coordinate, got none")
    return len(start)
