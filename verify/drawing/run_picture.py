"""A picture of a tracker at work: its layers' states after each letter of a word, on their circles.

A coordinate of order n is a point on the unit circle, at one of the n-th roots of unity; an arrow leads there from
where it was. Beneath each layer stands what it passes on. States of affine maps are coloured cells instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any, Final

from exactssm.layers.layer import Vector
from verify.algebra.track import Tracking
from verify.algebra.tracker_report import shown_state
from verify.algebra.tracker_run import moments
from verify.drawing.pictures import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LONGEST_RUN", "draw_run", "run_size"]

LONGEST_RUN: Final = 16  #: letters of a word that fit
CIRCLES: Final = 4  # coordinates of a layer that are drawn as circles
DOTS: Final = 24  # roots of unity up to which all of them are marked
LABEL_LENGTH: Final = 13
INK, FAINT = "#1b3a5c", "#c9d3dd"
UNIT: Final = 1.25  # inches from one letter to the next
ROW: Final = 1.0  # from one layer to the next
LEFT: Final = 1.9  # for the names of the rows


def run_size(tracking: Tracking, word: Sequence[int]) -> tuple[float, float]:
    """Width and height that the picture of a run takes, in inches."""
    return UNIT * (LEFT + min(len(word), LONGEST_RUN) + 0.55), UNIT * (ROW * len(tracking.stages) + 1.1)


def draw_run(axes: Axes, tracking: Tracking, word: Sequence[int]) -> None:
    """Draw what a tracker does on ``word``, or on the first `LONGEST_RUN` letters of it."""
    assert tracking.model is not None
    shown = word[:LONGEST_RUN]
    found = moments(tracking, shown)
    depth = len(tracking.stages)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.set_xlim(-LEFT, len(shown) + 0.55)
    axes.set_ylim(-ROW * depth - 0.5, 0.3)
    _row(axes, 0.12, "letter", ["", *(tracking.group.labels[moment.symbol] for moment in found)], bold=True)
    layers = list(tracking.model.layers())
    for i, (stage, layer) in enumerate(zip(tracking.stages, layers, strict=True)):
        y = -ROW * i - 0.5
        factor = stage.cyclic if tracking.series else "affine maps"
        axes.text(-LEFT, y + 0.07, f"layer {i + 1}", va="center", fontsize=11, fontweight="bold", color=INK)
        axes.text(-LEFT, y - 0.15, plain_text(factor, LABEL_LENGTH), va="center", fontsize=10, color="#444444")
        states = [layer.start if tracking.series is None else (0,) * stage.width, *(m.states[i] for m in found)]
        for t, state in enumerate(states):
            if tracking.series is not None and stage.width <= CIRCLES:
                _circles(axes, (t, y), tracking.series.factors[i].orders, state, states[max(t - 1, 0)])
            else:
                text = shown_state(layer, state) if tracking.series is None else " ".join(map(str, state))
                _cell(axes, (t, y), state, text, states)
        if i < depth - 1:
            _row(axes, y - ROW / 2, "passes on", ["", *(tracking.group.labels[m.carries[i]] for m in found)])
    products = [tracking.group.labels[0], *(tracking.group.labels[moment.product] for moment in found)]
    _row(axes, -ROW * depth - 0.1, "product", products, bold=True)
    cut = f", first {len(shown)} letters" if len(shown) < len(word) else ""
    axes.set_title(f"A run{cut}: each layer's state after each letter", fontsize=12, pad=8)


def _row(axes: Axes, y: float, name: str, labels: Sequence[str], bold: bool = False) -> None:
    colour = INK if bold else "#8a5a00"
    axes.text(-LEFT, y, name, va="center", fontsize=10, color=colour, style="normal" if bold else "italic")
    for t, label in enumerate(labels):
        weight = "bold" if bold else "normal"
        axes.text(
            t, y, plain_text(label, LABEL_LENGTH), ha="center", va="center", fontsize=9, color=colour, fontweight=weight
        )


def _circles(axes: Axes, centre: tuple[float, float], orders: Sequence[int], state: Vector, before: Vector) -> None:
    """One circle a coordinate, side by side."""
    from matplotlib.colors import hsv_to_rgb
    from matplotlib.patches import Circle

    room = 0.92 / len(orders)
    radius = min(0.25, 0.38 * room)
    for j, order in enumerate(orders):
        middle = centre[0] - 0.46 + (j + 0.5) * room, centre[1]
        axes.add_patch(Circle(middle, radius, fill=False, edgecolor=FAINT, lw=1.2))
        if order <= DOTS:
            roots = [_point(middle, radius, order, k) for k in range(order)]
            axes.plot([x for x, _ in roots], [y for _, y in roots], "o", color=FAINT, ms=3.5)
        here: Any = state[j]
        point = _point(middle, radius, order, here)
        if before[j] != here:
            arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.1, "shrinkA": 2, "shrinkB": 4, "alpha": 0.75}
            axes.annotate("", point, _point(middle, radius, order, before[j]), arrowprops=arrow)
        axes.plot([point[0]], [point[1]], "o", color=hsv_to_rgb((here / order, 0.65, 0.9)), ms=8, mec=INK, mew=0.9)


def _point(middle: tuple[float, float], radius: float, order: int, exponent: Any) -> tuple[float, float]:
    angle = 2 * pi * exponent / order
    return middle[0] + radius * cos(angle), middle[1] + radius * sin(angle)


def _cell(axes: Axes, centre: tuple[float, float], state: Vector, text: str, states: Sequence[Vector]) -> None:
    """A cell coloured by the state, each of those in the run its own colour."""
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    distinct = list(dict.fromkeys(states))
    colour = colormaps["tab20"](distinct.index(state) % 20)
    x, y = centre
    axes.add_patch(Rectangle((x - 0.44, y - 0.28), 0.88, 0.56, facecolor=colour, edgecolor=INK, alpha=0.55, lw=0.8))
    axes.text(x, y, plain_text(text, LABEL_LENGTH), ha="center", va="center", fontsize=9)
