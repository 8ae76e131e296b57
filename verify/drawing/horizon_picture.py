"""A picture of horizons: how long rotations in float formats count right, against the modulus.

It needs matplotlib, which is not among the dependencies: ``pip install "exactssm[plot]"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from constructions.rounding.float_rotations import Kept, RotationTracker
from exactssm.errors import DomainError
from verify.drawing.pictures import check_picture
from verify.numbers.float_horizons import Horizon

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_horizons"]

COLOURS: Final = ("#1b3a5c", "#b5452c", "#3f7d46", "#7a5195", "#c28a1c", "#4b9cb5")
MARKERS: Final = ("o", "s", "D", "v", "P", "X")
TITLES: Final = {Kept.ANGLE: "kept as an angle", Kept.COMPLEX: "kept as a complex number"}
SPREAD: Final = 12  # hundredths of a place between the marks of two formats


def draw_horizons(horizons: Mapping[RotationTracker, Horizon], path: Path, title: str = "") -> None:
    """Draw the first wrong length against m, a colour a format and a panel for each way to keep a rotation, to
    ``path``, in the format of its suffix.

    A filled mark is a first wrong length. A hollow mark with an arrow is a length up to which nothing was wrong, and
    what is proved for all lengths stands in the row above.

    Raises: DomainError, without horizons, with more than six formats, or without matplotlib; FormatError, for another
    suffix or a folder that doesn't exist; OSError, if the file can't be written.
    """
    formats = list(dict.fromkeys(tracker.number_format for tracker in horizons))
    if not 1 <= len(formats) <= len(COLOURS):
        raise DomainError(f"horizons of 1 to {len(COLOURS)} formats are drawn, got {len(formats)}")
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    panels = [kept for kept in Kept if any(tracker.kept is kept for tracker in horizons)]
    top = 100 * max(horizon.length for horizon in horizons.values())
    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm"}):
        figure = Figure(figsize=(6.4 * len(panels), 5.2), layout="constrained", facecolor="white")
        columns = figure.subplots(1, len(panels), sharey=True, squeeze=False)[0]
        for axes, kept in zip(columns, panels, strict=True):
            shown = {tracker: found for tracker, found in horizons.items() if tracker.kept is kept}
            _draw_panel(axes, shown, formats, top)
            axes.set_title(TITLES[kept], fontsize=11)
        columns[0].set_ylabel("first wrong length of the word 11...1")
        handles, labels = columns[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=len(formats), frameon=False)
        if title:
            figure.suptitle(title)
        figure.savefig(drawn, format=path.suffix.lower()[1:], dpi=150)
    path.write_bytes(drawn.getvalue())


def _draw_panel(axes: Axes, horizons: Mapping[RotationTracker, Horizon], formats: list[str], top: int) -> None:
    """``top`` is the height of the row of proofs."""
    from matplotlib.ticker import LogLocator, NullLocator

    orders = sorted({tracker.order for tracker in horizons})
    for i, name in enumerate(formats):
        axes.plot([], [], MARKERS[i], color=COLOURS[i], label=name)
    for tracker, horizon in horizons.items():
        i = formats.index(tracker.number_format)
        place = orders.index(tracker.order) + (2 * i - len(formats) + 1) * SPREAD / 200
        proved, refuted = horizon.verdict == "proved", horizon.verdict == "refuted"
        height = top if proved else horizon.length
        filling = "white" if horizon.verdict == "checked" else COLOURS[i]
        axes.plot(place, height, MARKERS[i], color=COLOURS[i], markerfacecolor=filling, markersize=6)
        if not proved and not refuted:
            arrow = {"arrowstyle": "->", "color": COLOURS[i]}
            axes.annotate("", (place, 8 * height), (place, height), arrowprops=arrow)
    axes.set_yscale("log")
    axes.set_ylim(1, 8 * top)
    locator = LogLocator(numticks=20)
    ticks = [tick for tick in locator.tick_values(1, top) if 1 <= tick < top / 8]
    axes.set_yticks([*ticks, top], [*(f"$10^{{{len(str(int(tick))) - 1}}}$" for tick in ticks), "proved"])
    axes.yaxis.set_minor_locator(NullLocator())
    axes.axhspan(top / 6, 8 * top, color="#eef2ee", zorder=0)
    axes.set_xticks(range(len(orders)), [str(order) for order in orders])
    axes.set_xlabel("modulus m")
    axes.grid(axis="y", color="#dddddd", linewidth=0.6)
