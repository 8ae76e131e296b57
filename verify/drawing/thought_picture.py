"""A picture of a chain of thought: time from left to right, what is read above, the layers' words as cells below.

It needs matplotlib, which is not among the dependencies: ``pip install "exactssm[plot]"``.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from exactssm.errors import ConstructionError
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Model, OfflineCoT, OnlineCoT
from verify.drawing.pictures import check_picture, plain_text, write_picture
from verify.trace import Reading, Silent, Trace, text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LONGEST", "draw_thoughts", "thoughts_on"]

LONGEST: Final = 60  #: symbols and thoughts that fit into a picture
INK: Final = "#1b3a5c"
THOUGHT: Final = "#b5452c"
ANSWER: Final = "#3f7d46"
LABEL: Final = 14  # characters of what fits into a column


def draw_thoughts(model: OnlineCoT | OfflineCoT, word: Iterable[Symbol], path: Path) -> None:
    """Draw the run of ``model`` on ``word`` to ``path``, in the format of its suffix, whole or not at all.

    Raises: ConstructionError, unless the model is a stack of layers; as `thoughts_on`, and as
    `verify.drawing.pictures.check_picture`; OSError, if the file can't be written.
    """
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm"}):
        figure = Figure(layout="constrained", facecolor="white")
        axes = figure.subplots()
        figure.set_size_inches(*thoughts_on(axes, model, word))
        figure.savefig(drawn, format=path.suffix.lower()[1:], dpi=150)
    write_picture(path, drawn.getvalue())


def thoughts_on(axes: Axes, model: OnlineCoT | OfflineCoT, word: Iterable[Symbol]) -> tuple[float, float]:
    """Draw the run on ``axes``; the size in inches that suits it.

    Raises: ConstructionError, unless the model is a stack of layers, or if more than `LONGEST` symbols and thoughts
    are read; what the model raises.
    """
    if not isinstance(model.model, Model):
        raise ConstructionError(f"the layers of a stack are drawn, got a {type(model.model).__name__}")
    steps = Trace.along(model, Silent(model.alphabet), word).steps
    columns = [(reading, reading is step.readings[-1]) for step in steps for reading in step.readings]
    if not 1 <= len(columns) <= LONGEST:
        raise ConstructionError(f"1 to {LONGEST} symbols and thoughts can be drawn, got {len(columns)}")
    before = [layer.start for layer in model.model.layers()]
    rows = [(i, j) for i, start in enumerate(before) for j in range(len(start))]
    tops = {place: -2 - number - 0.4 * place[0] for number, place in enumerate(rows)}  # a gap between layers
    bottom = min(tops.values(), default=-2) - 1.2
    for place, top in tops.items():
        name = f"word {place[1] + 1}" if len(before) == 1 else f"layer {place[0] + 1}, word {place[1] + 1}"
        axes.text(-0.7, top, name, ha="right", va="center", fontsize=9, color=INK)
    for label, height, colour in (("reads", 0, INK), ("thinks", -1, THOUGHT), ("answers", bottom, ANSWER)):
        axes.text(-0.7, height, label, ha="right", va="center", fontsize=9, color=colour, style="italic")
    for t, (reading, last) in enumerate(columns):
        _read(axes, t, reading)
        if last:
            axes.text(
                t, bottom, plain_text(text(reading.output), LABEL), ha="center", va="center", fontsize=10, color=ANSWER
            )
            if t + 1 < len(columns):
                axes.axvline(t + 0.5, color="#cccccc", linewidth=0.8)
        else:
            shrink = 17 if reading.thought else 10
            style = {"arrowstyle": "-|>", "color": THOUGHT, "linewidth": 1.0, "shrinkA": shrink, "shrinkB": shrink}
            axes.annotate("", (t + 1, -1), (t, -int(reading.thought)), arrowprops=style)
        after = [h for h in reading.states if isinstance(h, tuple)]
        _cells(axes, t, after, before, tops)
        before = after
    axes.set(xlim=(-2.6, len(columns) - 0.4), ylim=(bottom - 0.7, 0.7))
    axes.set_axis_off()
    return 0.72 * (len(columns) + 2.2), 0.42 * (1.4 - bottom)


def _read(axes: Axes, t: int, reading: Reading) -> None:
    """The symbol or thought that is read, in a box."""
    colour = THOUGHT if reading.thought else INK
    box = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": colour, "linewidth": 1.0}
    shown = plain_text(text(tuple(reading.symbol) if isinstance(reading.symbol, tuple) else reading.symbol), LABEL)
    axes.text(t, -int(reading.thought), shown, ha="center", va="center", fontsize=9, color=colour, bbox=box)


def _cells(axes: Axes, t: int, after: list[Vector], before: list[Vector], tops: dict[tuple[int, int], float]) -> None:
    """The states after the reading; what has changed is filled."""
    from matplotlib.patches import Rectangle

    for (i, j), top in tops.items():
        changed = after[i][j] != before[i][j]
        fill = "#f3ddd7" if changed else "#eef2f6"
        axes.add_patch(Rectangle((t - 0.42, top - 0.42), 0.84, 0.84, facecolor=fill, edgecolor=INK, linewidth=0.6))
        weight = "bold" if changed else "normal"
        axes.text(t, top, plain_text(text(after[i][j]), LABEL), ha="center", va="center", fontsize=9, fontweight=weight)
