"""Exact numbers as text: integers, fractions and coefficient lists, with bounds on what is read and written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Final

from exactssm.errors import DomainError

MAX_DIGITS: Final = 4300
"""The most decimal digits an integer in a file may have: the interpreter's own default bound, always in force here."""

TOO_LARGE: Final = 10**MAX_DIGITS  # computed once: it takes long

_INTEGER = re.compile(r"-?[0-9]+")


def excerpt(value: object) -> str:
    """``value`` as an error message shows it: cut off when long."""
    if type(value) is int and abs(value) >= 10**60:
        return f"an integer of {value.bit_length()} bits"
    try:
        shown = repr(value[:64] if isinstance(value, str) else value)
    except ValueError:  # the interpreter writes no integer of more than 4300 digits
        return f"a {type(value).__name__} of very many digits"
    return shown if len(shown) <= 64 else f"{shown[:60]}..."


def show_integer(value: int) -> str:
    """``value`` in decimal, as messages and names show it: by its size alone where the digits are too many."""
    return str(value) if abs(value) < TOO_LARGE else f"({excerpt(value)})"


def read_integer(text: object) -> int:
    """The integer written in decimal. Raises DomainError, naming the text."""
    if not isinstance(text, str):
        raise DomainError(f"a number must be written as a string, got {excerpt(text)}")
    if len(text) > MAX_DIGITS + 1:
        raise DomainError(f"an integer must have at most {MAX_DIGITS} digits, got {len(text)} characters")
    if not _INTEGER.fullmatch(text):
        raise DomainError(f"an integer must be decimal digits after an optional minus sign, got {excerpt(text)}")
    if len(text.lstrip("-")) > MAX_DIGITS:
        raise DomainError(f"an integer must have at most {MAX_DIGITS} digits, got {len(text)}")
    return int(text)


def write_integer(value: int) -> str:
    """``value`` in decimal. Raises DomainError, if it has more than `MAX_DIGITS` digits."""
    if abs(value) >= TOO_LARGE:
        raise DomainError(f"an integer must have at most {MAX_DIGITS} digits to be written, got {excerpt(value)}")
    return str(value)


def read_fraction(text: object) -> Fraction:
    """The rational number written as ``3`` or ``-3/4``; lowest terms are not demanded. Raises DomainError."""
    if not isinstance(text, str):
        raise DomainError(f"a number must be written as a string, got {excerpt(text)}")
    above, slash, below = text.partition("/")
    if not slash:
        return Fraction(read_integer(above))
    if below.startswith("-"):
        raise DomainError(f"the sign of a fraction must stand before its numerator, got {excerpt(text)}")
    denominator = read_integer(below)
    if denominator == 0:
        raise DomainError(f"a denominator must not be zero, got {excerpt(text)}")
    return Fraction(read_integer(above), denominator)


def write_fraction(value: Fraction) -> str:
    """``value`` as `read_fraction` reads it. Raises DomainError, if a part has more than `MAX_DIGITS` digits."""
    above = write_integer(value.numerator)
    return above if value.denominator == 1 else f"{above}/{write_integer(value.denominator)}"


def read_coefficients(text: object, dimension: int) -> list[Fraction]:
    """The ``dimension`` coefficients written as ``[c0,c1,...]``, missing ones zero; a bare number is ``[c0]``.

    Raises: DomainError, for anything else, an empty list and more than ``dimension`` coefficients among it.
    """
    if not isinstance(text, str):
        raise DomainError(f"a number must be written as a string, got {excerpt(text)}")
    if text.startswith("["):
        if not text.endswith("]"):
            raise DomainError(f"a coefficient list must end with ']', got {excerpt(text)}")
        if text.count(",") >= dimension:
            raise DomainError(f"at most {dimension} coefficients may stand here, got {text.count(',') + 1}")
        given = [read_fraction(part.strip(" ")) for part in text[1:-1].split(",")]
    else:
        given = [read_fraction(text)]
    return given + [Fraction(0)] * (dimension - len(given))


def write_coefficients(coefficients: Sequence[Fraction]) -> str:
    """``coefficients`` as `read_coefficients` reads them: a bare number if all but the first are zero."""
    length = max((i + 1 for i, c in enumerate(coefficients) if c), default=1)
    parts = [write_fraction(c) for c in coefficients[:length]]
    return parts[0] if length == 1 else f"[{','.join(parts)}]"


def polynomial_text(coefficients: Sequence[Fraction | int], root: str) -> str:
    """The sum of ``coefficients[k] root^k`` for people.

    >>> polynomial_text([Fraction(1, 2), -1, 0, 3], "zeta_8")
    '1/2-zeta_8+3zeta_8^3'
    """
    terms = []
    for exponent, c in enumerate(coefficients):
        power = "" if exponent == 0 else root if exponent == 1 else f"{root}^{exponent}"
        if c:
            terms.append(("-" if c < 0 else "+") + ("" if power and abs(c) == 1 else str(abs(c))) + power)
    return "".join(terms).removeprefix("+") or "0"
