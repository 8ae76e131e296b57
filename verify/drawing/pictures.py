"""Pictures of trackers: the series as a tower, a layer beside each factor; the Cayley graph of a small group; a run.

They need matplotlib, which is not among the dependencies: ``pip install "exactssm[plot]"``.
"""

from __future__ import annotations

import os
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exactssm.errors import DomainError, FormatError
from verify.algebra.track import Tracking
from verify.algebra.tracker_run import usual_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from exactssm.algebra import Group

__all__ = ["LARGEST_GRAPH", "PARTS", "check_parts", "check_picture", "draw_tracker", "plain_text", "write_picture"]

PARTS: Final = ("series", "cayley", "run")  #: of a picture of a tracker

SUFFIXES: Final = (".png", ".svg", ".pdf")
LARGEST_GRAPH: Final = 60  #: elements of a group whose Cayley graph is drawn
LABELLED: Final = 24  # elements up to which vertices carry labels
LABEL_LENGTH: Final = 12  # characters of a label that fits beside a vertex
STARTS: Final = 16  # layouts from which the best is taken
EDGES: Final = ("#1b3a5c", "#b5452c", "#3f7d46", "#7a5195", "#8a6d1d", "#4b6f80")


def plain_text(text: str, length: int) -> str:
    """``text``, cut off after ``length`` characters, as matplotlib writes it out: a $ begins no formula."""
    shown = text if len(text) <= length else text[: length - 3] + "..."
    return shown.replace("$", r"\$")


def check_picture(path: Path) -> None:
    """Refuse what can't be drawn before anything is built.

    Raises: FormatError, for an unknown suffix or a folder that doesn't exist; DomainError, without matplotlib.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise FormatError(f"the name of a picture must end in {', '.join(SUFFIXES)}, got {str(path)[-60:]!r}")
    if not path.parent.is_dir() or path.is_dir():
        raise FormatError(f"a picture must be a file in a folder that exists, got {str(path)[-60:]!r}")
    if find_spec("matplotlib") is None:
        raise DomainError('pictures need matplotlib: pip install "exactssm[plot]"')


def check_parts(parts: Sequence[str], structure: Group) -> None:
    """Refuse a part that a picture of this group's tracker doesn't have. Raises: DomainError."""
    for part in parts:
        if part not in PARTS:
            raise DomainError(f"the parts of a picture are {', '.join(PARTS)}, got {part[:40]!r}")
    if "cayley" in parts and structure.order > LARGEST_GRAPH:
        raise DomainError(
            f"Cayley graphs are drawn up to order {LARGEST_GRAPH}; {structure.name} has order {structure.order}"
        )


def draw_tracker(
    tracking: Tracking, path: Path, parts: Sequence[str] | None = None, word: Sequence[int] | None = None
) -> None:
    """Draw a tracker that was built to ``path``, whole or not at all, in the format of its suffix: those of `PARTS`
    that are named, or all that there is room for, with a run on ``word``.

    Raises: as `check_picture` and `check_parts`; OSError, if the file can't be written.
    """
    check_picture(path)
    check_parts(parts or (), tracking.group)
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    from verify.drawing.run_picture import draw_run, run_size

    word = usual_word(tracking) if word is None else word
    order = tracking.group.order
    drawn = [part for part in parts or PARTS if parts or part != "cayley" or 1 < order <= LARGEST_GRAPH]
    above = [part for part in ("series", "cayley") if part in drawn]
    with_run = "run" in drawn and (bool(word) or not above)
    run_width, run_height = run_size(tracking, word)
    widths = [{"series": 5.6, "cayley": 7.4}[part] for part in above]
    height = 0.0 if not above else max(3.0 + 1.05 * len(tracking.stages), 7.0 if "cayley" in above else 0.0)
    size = max(sum(widths), run_width if with_run else 0.0), height + (run_height if with_run else 0.0)
    rows = [part for part, there in (("above", bool(above)), ("run", with_run)) if there]
    file = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm", "pdf.compression": 9}):
        figure = Figure(figsize=size, layout="constrained", facecolor="white")
        heights = [height if row == "above" else run_height for row in rows]
        for row, part in zip(
            figure.subfigures(len(rows), 1, height_ratios=heights, squeeze=False).flat, rows, strict=True
        ):
            if part == "run":
                draw_run(row.subplots(), tracking, word)
                continue
            for axes, name in zip(
                row.subplots(1, len(above), width_ratios=widths, squeeze=False).flat, above, strict=True
            ):
                _tower(axes, tracking) if name == "series" else _cayley_graph(axes, tracking)
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(file, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    write_picture(path, file.getvalue())


def _tower(axes: Axes, tracking: Tracking) -> None:
    """The subgroups from the whole group down to 1, and between two of them the layer that tracks their factor."""
    group, stages = tracking.group, tracking.stages
    orders = [stage.upper for stage in stages] + [1]
    last = len(stages)
    axes.set_axis_off()
    axes.set_xlim(0, 10)
    axes.set_ylim(-last - 0.75, 0.75)
    for i, order in enumerate(orders):
        name = plain_text(group.name, 14) if i == 0 else "1" if i == last else f"$G_{{{i}}}$"
        text = name if i == last else f"{name}\norder {order}"
        box = {"boxstyle": "round,pad=0.45", "facecolor": "#eef2f6", "edgecolor": "#1b3a5c"}
        axes.text(1.5, -i, text, ha="center", va="center", fontsize=12, bbox=box)
    for i, stage in enumerate(stages):
        axes.annotate(
            "", (1.5, -i - 0.72), (1.5, -i - 0.28), arrowprops={"arrowstyle": "-|>", "color": "#1b3a5c", "lw": 1.4}
        )
        factor = f"{stage.cyclic}, of order {stage.upper // stage.lower}" if tracking.series else "affine maps"
        axes.text(3.3, -i - 0.41, f"layer {i + 1}: {factor}", va="center", fontsize=12, fontweight="bold")
        text = f"width {stage.width}; decays: {stage.decays}"
        axes.text(3.3, -i - 0.61, plain_text(text, 52), va="center", fontsize=10, color="#444444")
    length = tracking.derived_length
    axes.set_title(f"{plain_text(group.name, 40)}: order {group.order}, derived length {length}", fontsize=13, pad=12)


def _cayley_graph(axes: Axes, tracking: Tracking) -> None:
    """The graph with an edge x -> xg for each generator g, coloured by what layer 1 keeps of x."""
    from matplotlib import colormaps
    from matplotlib.lines import Line2D
    from matplotlib.patheffects import Normal, Stroke
    from networkx import DiGraph, draw_networkx_edges

    group = tracking.group
    generators = group.generators
    classes = _first_states(tracking)
    places = _layout(group)
    count = max(classes) + 1
    colours = (
        [colormaps["tab10"](i) for i in range(count)]
        if count <= 10
        else [colormaps["turbo"]((i + 0.5) / count) for i in range(count)]
    )
    axes.set_axis_off()
    axes.set_aspect("equal")
    labelled = group.order <= LABELLED and max(map(len, group.labels)) <= LABEL_LENGTH
    size = 240 if group.order <= LABELLED else 130
    legend = []
    for number, g in enumerate(generators):
        colour = EDGES[number % len(EDGES)]
        involution = group.mul(g, g) == 0
        graph = DiGraph((x, group.mul(x, g)) for x in range(group.order) if not involution or x < group.mul(x, g))
        draw_networkx_edges(
            graph,
            places,
            ax=axes,
            edge_color=colour,
            width=1.5,
            arrowstyle="-" if involution else "-|>",
            arrowsize=14 if group.order <= LABELLED else 9,
            node_size=size,
            nodelist=list(graph),
            connectionstyle="arc3,rad=0.0" if number % 2 == 0 or involution else "arc3,rad=0.08",
        )
        legend.append(Line2D([], [], color=colour, lw=2, label=f"times {plain_text(group.labels[g], 24)}"))
    xs, ys = zip(*(places[x] for x in range(group.order)), strict=True)
    outline = ["black" if x == 0 else "white" for x in range(group.order)]
    axes.scatter(xs, ys, s=size, c=[colours[c] for c in classes], edgecolors=outline, linewidths=2, zorder=3)
    if labelled:
        halo = [Stroke(linewidth=3, foreground="white"), Normal()]
        for x in range(group.order):
            length = (xs[x] ** 2 + ys[x] ** 2) ** 0.5 or 1
            shift = (15 * xs[x] / length, 15 * ys[x] / length)
            across = "left" if shift[0] > 8 else "right" if shift[0] < -8 else "center"
            upright = "bottom" if shift[1] > 8 else "top" if shift[1] < -8 else "center"
            axes.annotate(
                group.labels[x],
                places[x],
                shift,
                textcoords="offset points",
                ha=across,
                va=upright,
                fontsize=9,
                path_effects=halo,
                zorder=4,
            )
    axes.margins(0.12)
    axes.legend(handles=legend, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=min(3, len(legend)), frameon=False)
    what = "state of layer 1" if tracking.series else "first coordinate"
    axes.set_title(f"Cayley graph, coloured by the {what}; black ring: identity", fontsize=11, pad=12)


def _first_states(tracking: Tracking) -> list[int]:
    """For each element the number of the state in which layer 1, or an affine layer's first coordinate, is after it."""
    assert tracking.certificate is not None
    seen: dict[object, int] = {}
    kept: dict[int, object] = {}
    for state, x in tracking.certificate.pairs:
        kept[x] = state[0] if tracking.series else state[0][0]  # type: ignore[index]
    return [seen.setdefault(kept[x], len(seen)) for x in range(tracking.group.order)]


def _layout(group: Group) -> dict[int, tuple[Any, Any]]:
    """Places of the elements in the plane, at about the distances that they have in the Cayley graph.

    Stress majorisation (Gansner, Koren and North 2004) from several starts; the layout of least stress is taken.
    """
    import numpy as np

    order = group.order
    distance = np.full((order, order), order)
    for g in group.generators:
        x = np.arange(order)
        distance[x, group.table[x, g]] = distance[group.table[x, g], x] = 1
    for k in range(order):
        distance = np.minimum(distance, distance[:, k : k + 1] + distance[k])
    weight = 1 / distance**2
    np.fill_diagonal(weight, 0)
    solve = np.linalg.pinv(np.diag(weight.sum(axis=1)) - weight)
    random = np.random.default_rng(0)
    best, least = None, np.inf
    for _ in range(STARTS):
        places = random.normal(size=(order, 2)) * order
        for _ in range(200):
            gaps = np.linalg.norm(places[:, None] - places[None], axis=2)
            pull = -weight * distance / np.maximum(gaps, 1e-9)
            np.fill_diagonal(pull, -pull.sum(axis=1))
            places = solve @ (pull @ places)
        stress = (weight * (gaps - distance) ** 2).sum()
        if stress < least * (1 - 1e-9):
            best, least = places, stress
    assert best is not None
    return {x: (best[x, 0], best[x, 1]) for x in range(order)}


def write_picture(path: Path, data: bytes) -> None:
    """Write a picture to ``path``, whole or not at all. Raises OSError, if that can't be done."""
    draft = path.with_name(f".{path.name[:100]}.{os.urandom(8).hex()}.part")
    try:
        draft.write_bytes(data)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
