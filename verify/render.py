"""Traces for people: plain text, JSON, LaTeX and HTML."""

from __future__ import annotations

import json
from html import escape
from typing import Literal

from verify.trace import Trace

__all__ = ["render"]


def render(trace: Trace, form: Literal["text", "json", "latex", "html"] | str) -> str:
    """``trace`` in one of four forms; LaTeX is a tabular, HTML a table, each to be put into a document.

    Raises: ValueError, for another form.
    """
    if form == "text":
        return trace.as_text()
    if form == "json":
        return json.dumps(trace.as_json(), indent=2, ensure_ascii=False)
    if form == "latex":
        return _latex(*trace.rows())
    if form == "html":
        return _html(*trace.rows())
    raise ValueError(f"the form of a trace must be text, json, latex or html, got {form!r}")


def _latex(header: list[str], rows: list[list[str]]) -> str:
    lines = [r"\begin{tabular}{" + "l" * len(header) + "}", r"\hline"]
    for number, row in enumerate([header, *rows]):
        lines.append(" & ".join(map(_latex_escape, row)) + r" \\" + (r" \hline" if number == 0 else ""))
    return "\n".join([*lines, r"\hline", r"\end{tabular}"])


def _latex_escape(text: str) -> str:
    special = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "<": r"$<$", ">": r"$>$"}
    return "".join(special.get(c, "\\" + c if c in "&%$#_{}" else c) for c in text)


def _html(header: list[str], rows: list[list[str]]) -> str:
    def line(cells: list[str], tag: str) -> str:
        marked = ' class="differs"' if cells[-1] and tag == "td" else ""
        return f"  <tr{marked}>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    return "\n".join(['<table class="trace">', line(header, "th"), *(line(row, "td") for row in rows), "</table>"])
