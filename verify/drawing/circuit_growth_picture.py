"""A picture of how a model's circuits grow: depth, and gates and wires, against the length of the words.

It needs matplotlib, as `verify.drawing.pictures` does.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from exactssm.errors import DomainError
from verify.circuits.circuit_growth import Growth
from verify.drawing.pictures import check_picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_growth"]

DEPTH, GATES, WIRES, BOUND = "#1b3a5c", "#3f7d46", "#b5452c", "#9a9a9a"


def draw_growth(growth: Growth, path: Path, title: str = "") -> None:
    """Draw depth against length at the left, gates and wires at the right with logarithmic scales, to ``path``, whole
    or not at all, in the format of its suffix. A dashed line is the leading term of the formula that the wires
    follow, or the bound that is fitted if there is none.

    Raises: DomainError, for fewer than two lengths; as `verify.drawing.pictures.check_picture`; OSError, if the file
    can't be written.
    """
    if len(growth.sizes) < 2:
        raise DomainError("growth is drawn over at least two lengths, got one")
    check_picture(path)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm"}):
        figure = Figure(figsize=(9.6, 4.0), layout="constrained", facecolor="white")
        left, right = figure.subplots(1, 2)
        _draw_depth(left, growth)
        _draw_sizes(right, growth)
        for axes in (left, right):
            axes.set_xlabel("length n of the words")
            axes.grid(color="#dddddd", linewidth=0.6)
            axes.set_axisbelow(True)
        if title:
            figure.suptitle(title.replace("$", r"\$"), fontsize=11)
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(drawn, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    write_picture(path, drawn.getvalue())


def _draw_depth(axes: Axes, growth: Growth) -> None:
    lengths = [size.length for size in growth.sizes]
    depths = [size.depth for size in growth.sizes]
    axes.plot(lengths, depths, "o", color=DEPTH, markersize=4)
    axes.axhline(depths[-1], color=DEPTH, linewidth=0.8)
    axes.set_ylim(0, max(depths) * 5 / 4 + 1)
    axes.locator_params(axis="y", integer=True)
    axes.set_title(f"depth: {depths[-1]} from length {growth.settled} on", fontsize=10)


def _draw_sizes(axes: Axes, growth: Growth) -> None:
    sizes = [size for size in growth.sizes if size.gates]  # a logarithmic scale has no zero
    lengths = [size.length for size in sizes]
    axes.plot(lengths, [size.wires for size in sizes], "s", color=WIRES, markersize=4, label="wires")
    axes.plot(lengths, [size.gates for size in sizes], "o", color=GATES, markersize=4, label="gates")
    if (formula := growth.formula) is not None:
        degree, leading = formula.degree, growth.leading()
        shown = [n for n in lengths if leading * n**degree >= 1]
        term = [int(leading * n**degree) for n in shown]
        factor = "" if leading == 1 else f"{leading} "
        axes.plot(shown, term, "--", color=BOUND, linewidth=1.2, label=f"leading term, {factor}n^{degree}")
        axes.set_title(f"wires: exactly of degree {degree} from length {formula.since} on", fontsize=10)
    elif (fitted := growth.fitted) is not None:
        least = growth.factor(fitted)
        bound = [least * n**fitted for n in lengths]
        axes.plot(lengths, bound, "--", color=BOUND, linewidth=1.2, label=f"at most {least} n^{fitted}, fitted")
        axes.set_title(f"wires: at most {least} n^{fitted} (fitted, not exact)", fontsize=10)
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter("{x:g}")
    axes.set_yscale("log")
    axes.set_ylim(1, 2 * max([2, *(size.wires for size in sizes)]))
    axes.legend(frameon=False)
