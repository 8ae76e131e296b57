"""The matrix of theorems and arithmetics as a picture, one cell a verdict.

It needs matplotlib, as `verify.drawing.pictures` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import Final

from verify.drawing.pictures import check_picture, plain_text, write_picture
from verify.numbers.matrix import Cell
from verify.numbers.matrix_table import VERDICTS, columns_and_rows

__all__ = ["draw_matrix"]

COLOURS: Final = {
    "proved": "#2b6a99",
    "checked": "#8fbfdc",
    "refuted": "#d9762b",
    "lost": "#f3c79b",
    "not representable": "#e4e4e4",
    "inconclusive": "#f2d95c",
}
"""Told apart by people who don't see red or green, and in grey."""

LABELS: Final = {
    "proved": "proved, all lengths",
    "checked": "checked up to the length shown",
    "refuted": "refuted by a wrong answer, shortest length shown",
    "lost": "a state its readout doesn't know, shortest length shown",
    "not representable": "a constant is not representable",
    "inconclusive": "inconclusive",
}
LONGEST_NAME: Final = 46


def draw_matrix(cells: Sequence[Cell], path: Path) -> None:
    """Draw the matrix to ``path``, whole or not at all, in the format of its suffix.

    Raises: as `verify.drawing.pictures.check_picture`; OSError, if the file can't be written.
    """
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch, Rectangle

    columns, rows = columns_and_rows(cells)
    size = 0.34  # of a cell, in inches
    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm", "pdf.compression": 9}):
        width = max(size * len(columns) + 5.5, 8.0)
        figure = Figure(figsize=(width, size * len(rows) + 4.6), layout="constrained", facecolor="white")
        axes = figure.subplots()
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(rows), 0)
        axes.set_aspect("equal")
        for y, (_, texts) in enumerate(rows):
            for x, text in enumerate(texts):
                colour = COLOURS[VERDICTS[text[0]]]
                axes.add_patch(Rectangle((x + 0.03, y + 0.03), 0.94, 0.94, facecolor=colour, linewidth=0))
                axes.text(x + 0.5, y + 0.53, text[1:], ha="center", va="center", fontsize=8.5, color="black")
        axes.set_yticks([y + 0.5 for y in range(len(rows))], [name for name, _ in rows], fontsize=8.5)
        names = [plain_text(f"{claim}: {instance}", LONGEST_NAME) for claim, instance in columns]
        axes.xaxis.tick_top()
        axes.set_xticks(
            [x + 0.5 for x in range(len(columns))], names, rotation=55, ha="left", va="bottom", fontsize=8.5
        )
        axes.tick_params(length=0, pad=2)
        for spine in axes.spines.values():
            spine.set_visible(False)
        shown = {VERDICTS[text[0]] for _, texts in rows for text in texts}
        present = [verdict for verdict in COLOURS if verdict in shown]
        handles = [Patch(facecolor=COLOURS[verdict], label=LABELS[verdict]) for verdict in present]
        figure.legend(handles=handles, loc="outside lower center", ncols=2, frameon=False, fontsize=9)
        kind = path.suffix.lower().removeprefix(".")
        metadata = {"Date": None} if kind == "svg" else None
        figure.savefig(drawn, format=kind, dpi=150, metadata=metadata, bbox_inches="tight", pad_inches=0.15)
    write_picture(path, drawn.getvalue())
