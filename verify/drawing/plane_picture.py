"""Pictures of planes of width and precision: without and with online chain of thought, side by side.

They need matplotlib, as `verify.drawing.pictures` does.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from verify.bounds.plane import Plane, State
from verify.drawing.pictures import check_picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_planes"]

COLOURS: Final = {State.SOLVABLE: "#2b6a99", State.IMPOSSIBLE: "#f0c9a8", State.OPEN: "#ffffff"}
"""Told apart by people who don't see red or green, and in grey."""
LINE: Final = "#b5452c"
MARKS: Final = {State.SOLVABLE: "", State.IMPOSSIBLE: "×", State.OPEN: "?"}
LABELS: Final = {
    State.SOLVABLE: "solvable: a model of this width and precision, proved right",
    State.IMPOSSIBLE: "impossible: by a count, by all models, or by a theorem",
    State.OPEN: "open",
}


def draw_planes(planes: Sequence[Plane], path: Path) -> None:
    """Draw planes to ``path``, whole or not at all, in the format of its suffix: two a row, so that a task's planes
    without and with online chain of thought stand side by side. A line divides what the least memory excludes from the
    rest.

    Raises: as `verify.drawing.pictures.check_picture`; OSError, if the file can't be written.
    """
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    rows = (len(planes) + 1) // 2
    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm"}):
        figure = Figure(figsize=(9.6, 3.2 * rows + 0.7), layout="constrained", facecolor="white")
        places = list(figure.subplots(rows, 2, squeeze=False).flat)
        for axes, plane in zip(places, planes, strict=False):
            _draw_plane(axes, plane)
        for axes in places[len(planes) :]:
            axes.set_axis_off()
        shown = {cell.state for plane in planes for cell in plane.cells}
        handles = [Patch(facecolor=COLOURS[s], edgecolor="#9a9a9a", label=LABELS[s]) for s in State if s in shown]
        line = Line2D(
            [], [], color=LINE, linewidth=1.8, label="fewer than the least d p bits of memory below and left of it"
        )
        figure.legend(handles=[*handles, line], loc="outside lower center", ncols=1, frameon=False, fontsize=9)
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(drawn, format=kind, dpi=100, metadata={"Date": None} if kind == "svg" else None)
    write_picture(path, drawn.getvalue())


def _draw_plane(axes: Axes, plane: Plane) -> None:
    from matplotlib.patches import Rectangle

    widths = sorted({cell.width for cell in plane.cells})
    precisions = sorted({cell.precision for cell in plane.cells})
    for cell in plane.cells:
        x, y = widths.index(cell.width), precisions.index(cell.precision)
        box = Rectangle(
            (x + 0.03, y + 0.03), 0.94, 0.94, facecolor=COLOURS[cell.state], edgecolor="#c8c8c8", linewidth=0.6
        )
        axes.add_patch(box)
        axes.text(x + 0.5, y + 0.48, MARKS[cell.state], ha="center", va="center", fontsize=9, color="#6b4a2f")
    for x, d in enumerate(widths):  # what d p < least memory excludes lies below and to the left
        height = sum(d * p < plane.least_memory for p in precisions)
        before = height if x == 0 else sum(widths[x - 1] * p < plane.least_memory for p in precisions)
        axes.plot([x, x, x + 1], [before, height, height], color=LINE, linewidth=1.8, solid_joinstyle="miter")
    axes.set_xlim(-0.05, len(widths) + 0.05)
    axes.set_ylim(-0.05, len(precisions) + 0.05)
    axes.set_aspect("equal")
    axes.set_xticks([x + 0.5 for x in range(len(widths))], [str(d) for d in widths])
    axes.set_yticks([y + 0.5 for y in range(len(precisions))], [str(p) for p in precisions])
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("width d")
    axes.set_ylabel("precision p")
    how = "with online chain of thought" if plane.online else "one layer"
    axes.set_title(f"{plane.task}, {how}", fontsize=10)
