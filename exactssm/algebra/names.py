"""Groups by name: what the command line and the formats call a GROUP.

    GROUP    a name, a direct product of names, [ORDER,ID], permutations in cycle notation, or @FILE
    product  S4   A4xZ5   C2^3xS3
    name     S_n  A_n  C_n = Z_n  D_n (of order 2n)  Q8 Q16 ...  Dic_n (of order 4n)  V4
             SL(2,q)  GL(2,q)  AGL(1,q)  C_n:C_m  C_n:r:C_m
    power    a name, but for the semidirect products, with ^k

`C7:C3` is the semidirect product in which the generator b of C_m takes the generator a of C_n to b^-1 a b = a^r, where
r has the greatest multiplicative order mod n that divides m (of several such r, the least); `C8:5:C2` names r itself.
This syntax is our own: the structure strings that GAP prints look alike, mean other things, and are never parsed.
`[48,29]` is a number in GAP's small-groups library, of order at most 60. A file holds a Cayley table of 0 .. n-1, a row
a line, its entries separated by white space or commas.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from exactssm.algebra import families
from exactssm.algebra.cayley import MAX_ORDER
from exactssm.algebra.families import Recipe
from exactssm.algebra.finite_group import Group, direct_product
from exactssm.algebra.library import small_group
from exactssm.algebra.permutation import MAX_TEXT, parse_permutations, place
from exactssm.errors import DomainError, FormatError

__all__ = ["MAX_FILE_BYTES", "factors", "group", "read_rows", "read_table"]

MAX_FILE_BYTES = 2**24  #: size of a file with a Cayley table
MAX_FACTORS = 12  #: 2^13 exceeds `MAX_ORDER`

NUMBER = "([0-9]{1,9})(?![0-9])"
FAMILIES: tuple[tuple[re.Pattern[str], Callable[..., Recipe]], ...] = tuple(
    (re.compile(pattern.replace("n", NUMBER)), family)
    for pattern, family in (
        ("[CZ]n:n:[CZ]n", lambda n, r, m: families.semidirect(n, m, r)),
        ("[CZ]n:[CZ]n", families.semidirect),
        (r"SL\(2,n\)", families.special_linear),
        (r"GL\(2,n\)", families.general_linear),
        (r"AGL\(1,n\)", families.affine),
        ("V4(?![0-9])", families.klein_four),
        ("Dicn", families.dicyclic),
        ("Dn", families.dihedral),
        ("Qn", families.quaternion),
        ("Sn", families.symmetric),
        ("An", families.alternating),
        ("[CZ]n", families.cyclic),
    )
)
POWER = re.compile(r"\^" + NUMBER)
LIBRARY = re.compile(rf"\[\s*{NUMBER}\s*,\s*{NUMBER}\s*\]")


def group(text: str, max_order: int = MAX_ORDER) -> Group:
    """The group that a GROUP string describes; see the module. Its name is the string.

    >>> group("S3").labels
    ('()', '(2,3)', '(1,2)', '(1,2,3)', '(1,3,2)', '(1,3)')
    >>> group("A4xZ5").order, group("[48,29]").order, group("(1 2 3)(4 5), (1 2)").order
    (60, 48, 12)
    >>> group("S3xT4")
    Traceback (most recent call last):
    exactssm.errors.FormatError: character 4 of 'S3xT4': expected the name of a group, such as S3, ...

    Raises: FormatError, naming the character, for a malformed string; DomainError, where what it describes is no group
    or has more than ``max_order`` elements, which is known before a table is built.
    """
    text = text.strip()
    if len(text) > MAX_TEXT:
        raise DomainError(f"a group may take at most {MAX_TEXT} characters, got {len(text)}")
    if text.startswith("@"):
        return read_table(Path(text[1:]), max_order)
    if text.startswith("("):
        return Group.from_permutations(parse_permutations(text), name=text, max_order=max_order)
    if text.startswith("["):
        number = LIBRARY.fullmatch(text)
        if number is None:
            raise FormatError(f"a number in the small-groups library looks like [48,29], got {text[:40]!r}")
        if int(number[1]) > max_order:
            raise DomainError(f"{text} has more than {max_order} elements, the most allowed here")
        return small_group(int(number[1]), int(number[2]))
    recipes = factors(text, max_order)
    return direct_product(*(recipe.build() for recipe in recipes), name=text, max_order=max_order)


def factors(text: str, max_order: int = MAX_ORDER) -> list[Recipe]:
    """The factors of the direct product of names that ``text`` writes, none of them built yet.

    >>> [factor.name for factor in factors("A4xZ5")]
    ['A4', 'C5']

    Raises: as `group`.
    """
    recipes = _factors(text)
    order = 1
    for recipe in recipes:
        order *= recipe.order
        if order > max_order:
            raise DomainError(f"{text[:40]} has more than {max_order} elements, the most allowed here")
    return recipes


def _factors(text: str) -> list[Recipe]:
    factors: list[Recipe] = []
    position = 0
    while True:
        matches = ((pattern.match(text, position), family) for pattern, family in FAMILIES)
        found, family = next((match for match in matches if match[0]), (None, None))
        if found is None or family is None:
            raise FormatError(
                f"{place(text, position)}: expected the name of a group, such as S3, A5, C6, D4, Q8, Dic3, V4, "
                "SL(2,3), AGL(1,5), C7:C3, with numbers of at most 9 digits"
            )
        start, position = position, found.end()
        recipe = family(*map(int, found.groups()))
        copies = 1
        if ":" not in found[0] and (power := POWER.match(text, position)):
            copies, position = int(power[1]), power.end()
        if not 1 <= copies <= MAX_FACTORS - len(factors):
            raise DomainError(f"{place(text, start)}: a direct product has between 1 and {MAX_FACTORS} factors")
        factors += [recipe] * copies
        if position == len(text):
            return factors
        if text[position] != "x":
            raise FormatError(
                f"{place(text, position)}: expected 'x' and another factor, or the end, got {text[position]!r}"
            )
        position += 1


def read_table(path: Path, max_order: int = MAX_ORDER) -> Group:
    """The group whose Cayley table a file holds: row p and column q hold pq. It is checked in full; see
    `Group.from_table`, which says what becomes of an identity that isn't element 0.

    Raises: as `read_rows`; DomainError, if the table is not that of a group.
    """
    return Group.from_table(read_rows(path, max_order), name=f"@{path}", max_order=max_order)


def read_rows(path: Path, max_order: int = MAX_ORDER) -> list[list[int]]:
    """The rows of a file with a Cayley table, unchecked as yet.

    Raises: FormatError, naming the line, if the file can't be read, takes more than `MAX_FILE_BYTES`, or holds anything
    but integers; DomainError, if it has more than ``max_order`` rows.
    """
    try:
        if not path.is_file():
            raise FormatError(f"{path}: there is no such file")
        if (size := path.stat().st_size) > MAX_FILE_BYTES:
            raise FormatError(f"{path}: a table may take at most {MAX_FILE_BYTES} bytes, got {size}")
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{path}: can't be read as text: {error}") from error
    rows: list[list[int]] = []
    for number, line in enumerate(lines, start=1):
        entries = re.split(r"\s*,\s*|\s+", line.strip())
        if entries == [""]:
            continue
        for entry in entries:
            if re.fullmatch("[0-9]{1,9}", entry) is None:
                raise FormatError(
                    f"{path}, line {number}: entries must be integers such as 0, 1, 2, got {entry[:20]!r}"
                )
        rows.append(list(map(int, entries)))
        if len(rows) > max_order:
            raise DomainError(f"{path}: a table may have at most {max_order} rows")
    return rows
