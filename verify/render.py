"""Traces and tables for people: plain text that fits a terminal, JSON, LaTeX and HTML."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from textwrap import wrap
from typing import Literal

from verify.trace import Trace, plain_table

__all__ = ["fitted_table", "render"]

NARROWEST = 10  # a column is not wrapped below so many characters


def render(trace: Trace, form: Literal["text", "json", "latex", "html"] | str, width: int | None = None) -> str:
    """``trace`` in one of four forms; LaTeX is a tabular, HTML a table, each to be put into a document. A text that is
    wider than ``width`` becomes a list, a line for each layer.

    Raises: ValueError, for another form.
    """
    if form == "text":
        table = trace.as_text()
        fits = width is None or max(map(len, table.splitlines())) <= width
        return table if fits else _listed(*trace.rows())
    if form == "json":
        return json.dumps(trace.as_json(), indent=2, ensure_ascii=False)
    if form == "latex":
        return _latex(*trace.rows())
    if form == "html":
        return _html(*trace.rows())
    raise ValueError(f"the form of a trace must be text, json, latex or html, got {form!r}")


def fitted_table(header: Sequence[str], rows: Sequence[Sequence[str]], width: int) -> str:
    """A plain table whose last column is wrapped, so that lines have at most ``width`` characters where that can be.

    >>> print(fitted_table(["name", "bounds"], [["S3", "depth 2, precision at most 2"]], 22))
    name  bounds
    S3    depth 2,
          precision at
          most 2
    """
    room = width - sum(max(len(row[i]) for row in [header, *rows]) + 2 for i in range(len(header) - 1))
    blank = [""] * (len(header) - 1)
    lines: list[list[str]] = []
    for row in rows:
        first, *rest = wrap(row[-1], max(room, NARROWEST), break_long_words=False) or [""]
        lines += [[*row[:-1], first], *([*blank, part] for part in rest)]
    return plain_table(list(header), lines)


def _listed(header: list[str], rows: list[list[str]]) -> str:
    names = max(map(len, header))
    blocks = []
    for step, symbol, *cells in rows:
        lines = [f"{'step ' + step if step else '      '}  {symbol}".rstrip()]
        lines += [f"  {name:<{names}}  {cell}".rstrip() for name, cell in zip(header[2:], cells, strict=True) if cell]
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def _latex(header: list[str], rows: list[list[str]]) -> str:
    lines = [r"\begin{tabular}{" + "l" * len(header) + "}", r"\hline"]
    for number, row in enumerate([header, *rows]):
        lines.append(" & ".join(map(_latex_escape, row)) + r" \\" + (r" \hline" if number == 0 else ""))
    return "\n".join([*lines, r"\hline", r"\end{tabular}"])


def _latex_escape(text: str) -> str:
    special = {
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"$<$",
        ">": r"$>$",
    }
    return "".join(special.get(c, "\\" + c if c in "&%$#_{}" else c) for c in text)


def _html(header: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        marked = ' class="differs"' if cells[-1] and tag == "td" else ""
        return f"  <tr{marked}>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "\n".join(['<table class="trace">', line(header, "th"), *(line(row, "td") for row in rows), "</table>"])
