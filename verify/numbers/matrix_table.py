"""The matrix of theorems and arithmetics for a terminal: a line an arithmetic, a column a construction."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, islice
from textwrap import fill
from typing import Final

from verify.numbers.matrix import Cell
from verify.trace import plain_table, text

__all__ = ["VERDICTS", "cell_text", "columns_and_rows", "matrix_details", "matrix_table", "short_name"]

MOST_DETAILS: Final = 24  #: lines of reasons that are shown
MOST_SYMBOLS: Final = 12  #: of a word in such a line

VERDICTS: Final = {
    "P": "proved",
    "C": "checked",
    "R": "refuted",
    "L": "lost",
    "-": "not representable",
    "?": "inconclusive",
}
"""What the letters stand for."""

LEGEND: Final = (
    "P: proved for words of every length; C8: checked on every word up to length 8; R3: refuted, by a wrong answer "
    "after a shortest word of length 3; L3: likewise, by a state there that its readout doesn't know; -: not "
    "representable; ?: inconclusive. even, sat, zero: nearest-even, saturate, toward-zero. A last "
    "once, each or fused: when a step rounds; where there is none, it makes no difference here."
)


def cell_text(cell: Cell) -> str:
    """What stands for a cell's verdict."""
    shown = "lost" if cell.lost else cell.verdict
    letter = next(letter for letter, verdict in VERDICTS.items() if verdict == shown)
    return letter + (str(cell.length) if cell.verdict in ("checked", "refuted") else "")


def short_name(arithmetic: str) -> str:
    """The name of an arithmetic, abbreviated."""
    name = arithmetic.replace("fixed:", "").replace("nearest-even", "even").replace("toward-zero", "zero")
    return name.replace("saturate", "sat")


def matrix_table(cells: Sequence[Cell], width: int) -> str:
    """The matrix in lines of at most ``width`` characters where that can be, in several blocks if need be."""
    columns, rows = columns_and_rows(cells)
    letters = [_letters(i) for i in range(len(columns))]
    label = max(len(name) for name, _ in rows)
    widths = [max(len(row[i]) for _, row in [("", letters), *rows]) for i in range(len(columns))]
    blocks, first = [], 0
    while first < len(columns):
        last = first + 1
        while last < len(columns) and label + sum(w + 2 for w in widths[first : last + 1]) <= width:
            last += 1
        blocks.append(plain_table(["", *letters[first:last]], [[name, *row[first:last]] for name, row in rows]))
        first = last
    named = [f"{letter}  {claim}: {instance}" for letter, (claim, instance) in zip(letters, columns, strict=True)]
    legend = [fill(line, width, subsequent_indent="   ", break_on_hyphens=False) for line in named]
    return "\n\n".join([*blocks, "\n".join(legend), fill(LEGEND, width)])


def _letters(number: int) -> str:
    """A, ..., Z, AA, AB, ..."""
    return (_letters(number // 26 - 1) if number >= 26 else "") + chr(ord("A") + number % 26)


def columns_and_rows(cells: Sequence[Cell]) -> tuple[list[tuple[str, str]], list[tuple[str, list[str]]]]:
    """The constructions, by claim and instance; and for each arithmetic its short name and its cells' texts.

    Where the moment of rounding makes no difference, all moments of a format are one row.
    """
    columns = list(dict.fromkeys((cell.claim, cell.instance) for cell in cells))
    known = {(cell.arithmetic, cell.claim, cell.instance): cell_text(cell) for cell in cells}
    rows: list[tuple[str, list[str]]] = []
    for name, group in groupby(dict.fromkeys(cell.arithmetic for cell in cells), key=lambda name: _parts(name)[0]):
        alike: dict[tuple[str, ...], list[str]] = {}
        for arithmetic in group:
            texts = tuple(known[arithmetic, *column] for column in columns)
            alike.setdefault(texts, []).append(_parts(arithmetic)[1])
        for texts, moments in alike.items():
            named = len(alike) > 1 or len(moments) == 1
            rows.append((f"{short_name(name)} {','.join(moments) if named else ''}".rstrip(), list(texts)))
    return columns, rows


def _parts(arithmetic: str) -> tuple[str, str]:
    """The number format, and when it rounds."""
    match = re.fullmatch(r"(.+?)((?::(?:once|each|fused))+)", arithmetic)
    return (match[1], match[2].strip(":")) if match else (arithmetic, "")


def matrix_details(cells: Sequence[Cell], width: int) -> str:
    """Why constructions fail, a paragraph each: the words that refute, the constants that aren't representable."""
    failing = [cell for cell in cells if cell.verdict not in ("proved", "checked")]
    lines = []
    for cell in islice(failing, MOST_DETAILS):
        why = cell.method
        if cell.word is not None:
            shown = " ".join(map(text, cell.word[:MOST_SYMBOLS])) + (" ..." if len(cell.word) > MOST_SYMBOLS else "")
            why = f"{'lost after' if cell.lost else 'refuted by'} {shown}" + (
                f", {cell.case}" if ";" in cell.method else ""
            )
        line = f"{cell.claim}, {cell.instance}, in {short_name(cell.arithmetic)}: {why}"
        lines.append(fill(line, width, subsequent_indent="    ", break_on_hyphens=False))
    if len(failing) > MOST_DETAILS:
        lines.append(f"and {len(failing) - MOST_DETAILS} more, with their words in the file of --json")
    return "\n".join(lines)
