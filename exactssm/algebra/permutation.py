"""Permutations of the points 0 .. n-1 as tuples of images, written in cycle notation with points counted from 1.

The product pq means p first, then q, here and everywhere: (pq)(i) = q(p(i)).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain
from typing import TypeAlias

from exactssm.errors import DomainError, FormatError

__all__ = [
    "MAX_DEGREE",
    "MAX_GENERATORS",
    "MAX_TEXT",
    "MAX_WRITTEN",
    "Permutation",
    "check_transformations",
    "compose",
    "cycles",
    "format_cycles",
    "inverse",
    "is_even",
    "parse_permutations",
    "place",
]

Permutation: TypeAlias = tuple[int, ...]

MAX_TEXT = 20_000  #: characters in a string that describes a group
MAX_DEGREE = 1000  #: points that a permutation or transformation may act on
MAX_GENERATORS = 256  #: permutations or transformations that may generate a group or monoid
MAX_WRITTEN = 32  #: permutations that a string may hold

TOKEN = re.compile(r"[ \t\r\n]+|[0-9]+|.", re.DOTALL)


def compose(p: Permutation, q: Permutation) -> Permutation:
    """The product pq: p first, then q. Transformations, which need not be invertible, compose the same way.

    >>> compose((1, 0, 2), (0, 2, 1))  # (1 2), then (2 3)
    (2, 0, 1)
    """
    return tuple(map(q.__getitem__, p))


def inverse(p: Permutation) -> Permutation:
    """The permutation that undoes p.

    >>> inverse((1, 2, 0))
    (2, 0, 1)
    """
    undone = [0] * len(p)
    for point, image in enumerate(p):
        undone[image] = point
    return tuple(undone)


def cycles(p: Permutation) -> tuple[tuple[int, ...], ...]:
    """The cycles of p of length at least 2, on points counted from 0, each from its least point.

    >>> cycles((1, 0, 2, 4, 3))
    ((0, 1), (3, 4))
    """
    found: list[tuple[int, ...]] = []
    seen = [False] * len(p)
    for point in range(len(p)):
        cycle: list[int] = []
        while not seen[point]:
            seen[point] = True
            cycle.append(point)
            point = p[point]
        if len(cycle) > 1:
            found.append(tuple(cycle))
    return tuple(found)


def is_even(p: Permutation) -> bool:
    """Whether p is a product of an even number of transpositions.

    >>> is_even((1, 2, 0)), is_even((1, 0, 2))
    (True, False)
    """
    return sum(len(cycle) - 1 for cycle in cycles(p)) % 2 == 0


def format_cycles(p: Permutation) -> str:
    """p in cycle notation, points counted from 1 and separated by commas: without blanks, so that words of labels can
    be split at white space.

    >>> format_cycles((1, 2, 0, 4, 3)), format_cycles((0, 1))
    ('(1,2,3)(4,5)', '()')
    """
    return "".join("(" + ",".join(str(point + 1) for point in cycle) + ")" for cycle in cycles(p)) or "()"


def check_transformations(transformations: Iterable[Iterable[int]], what: str) -> tuple[tuple[int, ...], ...]:
    """The transformations as tuples, all of one degree. ``what`` names them in errors.

    Raises: DomainError, for more than `MAX_GENERATORS` of them, for a degree above `MAX_DEGREE`, for degrees that
    differ and for an image that is no point.
    """
    checked: list[tuple[int, ...]] = []
    for number, images in enumerate(transformations):
        if number == MAX_GENERATORS:
            raise DomainError(f"at most {MAX_GENERATORS} {what} may be given")
        f = tuple(images)
        if len(f) > MAX_DEGREE:
            raise DomainError(f"{what} may act on at most {MAX_DEGREE} points; number {number} acts on {len(f)}")
        if checked and len(f) != len(checked[0]):
            raise DomainError(
                f"{what} must act on the same points; number 0 acts on {len(checked[0])}, number {number} on {len(f)}"
            )
        for point, image in enumerate(f):
            if type(image) is not int or not 0 <= image < len(f):
                raise DomainError(
                    f"{what} must map range({len(f)}) into itself; number {number} maps {point} to {image!r}"
                )
        checked.append(f)
    return tuple(checked)


def place(text: str, position: int) -> str:
    """Where in ``text``, for an error: the character, counted from 1, and what surrounds it."""
    low, high = max(0, position - 20), position + 20
    shown = ("..." if low else "") + text[low:high] + ("..." if high < len(text) else "")
    return f"character {position + 1} of {shown!r}"


def parse_permutations(text: str) -> tuple[Permutation, ...]:
    """The permutations written in ``text``, all of one degree: cycles side by side make one permutation, commas between
    cycles separate permutations, and points in a cycle, counted from 1, are separated by blanks or by commas.

    >>> parse_permutations("(1 2 3)(4 5), (1,2)")
    ((1, 2, 0, 4, 3), (1, 0, 2, 3, 4))
    >>> parse_permutations("(1 2)(2 3)")
    Traceback (most recent call last):
    exactssm.errors.FormatError: character 7 of '(1 2)(2 3)': the cycles of a permutation must be disjoint; ...

    Raises: FormatError, naming the character, for anything malformed; DomainError beyond the bounds `MAX_TEXT`,
    `MAX_DEGREE` and `MAX_WRITTEN`.
    """
    if len(text) > MAX_TEXT:
        raise DomainError(f"permutations may take at most {MAX_TEXT} characters, got {len(text)}")
    permutations: list[list[list[int]]] = [[]]
    used: set[int] = set()
    inside = False
    separated = True  # whether a point may come next: after "(", a blank or a comma
    comma = -1  # where a comma stands that nothing has followed yet
    end = 0
    for token in TOKEN.finditer(text):
        symbol, position = token.group(), token.start()
        end = token.end()
        if symbol.isspace():
            separated = True
        elif symbol == "(" and not inside:
            inside, separated, comma = True, True, -1
            permutations[-1].append([])
        elif symbol == ")" and inside and comma < 0:
            inside = False
        elif symbol == "," and comma < 0 and permutations[-1] and (not inside or permutations[-1][-1]):
            separated, comma = True, position
            if not inside:
                permutations.append([])
                used = set()
        elif symbol.isascii() and symbol.isdecimal() and inside and separated:
            permutations[-1][-1].append(_point(text, position, symbol, used))
            separated, comma = False, -1
        else:
            expected = "a point, a comma or ')'" if inside else "'(' or a comma between permutations"
            raise FormatError(f"{place(text, position)}: expected {expected}, got {symbol[:12]!r}")
    if inside:
        raise FormatError(f"{place(text, end)}: a cycle is not closed; expected ')'")
    if not permutations[-1]:
        raise FormatError(f"{place(text, end)}: expected a permutation in cycle notation, such as (1 2 3)(4 5)")
    if len(permutations) > MAX_WRITTEN:
        raise DomainError(f"at most {MAX_WRITTEN} permutations may be given, got {len(permutations)}")
    degree = 1 + max(chain([0], *chain.from_iterable(permutations)))
    return tuple(_from_cycles(permutation, degree) for permutation in permutations)


def _point(text: str, position: int, symbol: str, used: set[int]) -> int:
    """The point, counted from 0, that ``symbol`` names; it joins those already ``used`` in its permutation."""
    if symbol[0] == "0":
        raise FormatError(f"{place(text, position)}: points are counted from 1 and written without leading zeros")
    if len(symbol) > len(str(MAX_DEGREE)) or int(symbol) > MAX_DEGREE:
        raise DomainError(f"{place(text, position)}: points are at most {MAX_DEGREE}, got {symbol[:12]}")
    point = int(symbol) - 1
    if point in used:
        raise FormatError(
            f"{place(text, position)}: the cycles of a permutation must be disjoint; {symbol} stands twice"
        )
    used.add(point)
    return point


def _from_cycles(disjoint: list[list[int]], degree: int) -> Permutation:
    images = list(range(degree))
    for cycle in disjoint:
        for here, there in zip(cycle, cycle[1:] + cycle[:1], strict=True):
            images[here] = there
    return tuple(images)
