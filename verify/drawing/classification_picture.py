"""A classification as a picture: the least machine's transitions, and beside them the eggboxes of its monoid.

It needs matplotlib, as `verify.drawing.pictures` does.
"""

from __future__ import annotations

from collections import defaultdict
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from exactssm.errors import DomainError
from verify.algebra.classification import Classification
from verify.algebra.classification_report import spelt
from verify.drawing.pictures import check_picture, plain_text, write_picture
from verify.trace import text

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from exactssm.algebra import DClass

__all__ = ["draw_classification"]

LARGEST_MACHINE: Final = 40  #: states of a machine that is drawn
LARGEST_BOX: Final = 40  #: rows or columns of an eggbox that is drawn cell by cell
SPELT: Final = 6  # elements of a cell that are spelt out, of a monoid small enough
SMALL: Final = 60  # elements of a monoid whose cells are filled with words
EDGES: Final = ("#1b3a5c", "#b5452c", "#3f7d46", "#7a5195", "#8a6d1d", "#4b6f80")
TRIVIAL, GROUP, PLAIN = "#cfe0ee", "#f0b27a", "#ffffff"


def draw_classification(found: Classification, path: Path) -> None:
    """Draw to ``path``, whole or not at all, in the format of its suffix: transitions of up to 40 states; the D-classes
    from the units down, a cell for each H-class, blue where it is a trivial group and orange where it is a larger one.

    Raises: as `verify.drawing.pictures.check_picture`; DomainError, if there are more than 200 D-classes; OSError, if
    the file can't be written.
    """
    check_picture(path)
    if len(found.relations.classes) > 200:
        raise DomainError(f"at most 200 D-classes are drawn, the monoid has {len(found.relations.classes)}")
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with_machine = found.machine is not None and 1 < found.states <= LARGEST_MACHINE
    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm", "pdf.compression": 9}):
        figure = Figure(figsize=(14.0 if with_machine else 8.0, 7.0), layout="constrained", facecolor="white")
        axes = figure.subplots(1, 2) if with_machine else [figure.subplots()]
        if with_machine:
            _machine(axes[0], found)
        _eggboxes(axes[-1], found)
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(drawn, format=kind, dpi=130, metadata={"Date": None} if kind == "svg" else None)
    write_picture(path, drawn.getvalue())


def _machine(axes: Axes, found: Classification) -> None:
    """A vertex for each state, named by a shortest word that leads to it, and an edge for each step to another."""
    from matplotlib.lines import Line2D
    from networkx import (
        DiGraph,
        Graph,
        circular_layout,
        draw_networkx_edges,
        draw_networkx_labels,
        draw_networkx_nodes,
        spring_layout,
    )

    machine = found.machine
    assert machine is not None
    states = range(found.states)
    steps = Graph()
    steps.add_nodes_from(states)
    steps.add_edges_from((q, q_next) for q in states for q_next in machine.next[q].tolist() if q != q_next)
    places: dict[int, Any] = spring_layout(steps, pos=circular_layout(steps), iterations=400, seed=0)
    axes.set_axis_off()
    axes.set_aspect("equal")
    axes.margins(0.18)
    legend = []
    size = 900 if found.states <= 12 else 300
    for column, symbol in enumerate(machine.alphabet[: len(EDGES)]):
        graph = DiGraph((q, int(machine.next[q, column])) for q in states)
        graph.remove_edges_from([(q, q) for q in states])  # a letter that changes nothing is left out
        draw_networkx_edges(
            graph,
            places,
            ax=axes,
            edge_color=EDGES[column],
            width=1.5,
            node_size=size,
            nodelist=list(graph),
            connectionstyle=f"arc3,rad={0.08 + 0.07 * column}",
        )
        legend.append(Line2D([], [], color=EDGES[column], lw=2, label=plain_text(text(symbol), 16)))
    accepting = _accepting(found)
    colours = ["#f2d95c" if q in accepting else "#eef2f6" for q in states]
    rings = ["black" if q == machine.start else "#8fa3b5" for q in states]
    draw_networkx_nodes(
        DiGraph(), places, nodelist=list(states), ax=axes, node_size=size, node_color=colours, edgecolors=rings
    )
    if found.states <= 24:
        names = {q: plain_text(spelt(word), 8) if word else "start" for q, word in enumerate(found.access)}
        draw_networkx_labels(DiGraph([(q, q) for q in states]), places, names, ax=axes, font_size=8)
    axes.legend(handles=legend, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=min(6, len(legend)), frameon=False)
    more = f" (of {len(machine.alphabet)} letters the first {len(EDGES)})" if len(machine.alphabet) > len(EDGES) else ""
    yellow = "; yellow: accepting" if accepting else ""
    axes.set_title(f"{plain_text(found.name, 40)}: {found.states} states{more}{yellow}", fontsize=12)


def _accepting(found: Classification) -> set[int]:
    """The states of an acceptor that a step with the answer yes leads to."""
    machine = found.machine
    if machine is None or not found.is_acceptor:
        return set()
    yes = [i for i, output in enumerate(machine.outputs) if output in (True, "true")]
    return {int(q) for i in yes for q in machine.next[machine.out == i]}


def _eggboxes(axes: Axes, found: Classification) -> None:
    """The D-classes, a line for each depth, every class as wide and high as its numbers of columns and rows."""
    axes.set_axis_off()
    axes.set_aspect("equal")
    levels: dict[int, list[DClass]] = defaultdict(list)
    for d in found.relations.classes:
        levels[d.depth].append(d)
    unit = _unit(found)
    top = 0.0
    for depth in sorted(levels):
        widths = [_side(d.columns) * unit[0] for d in levels[depth]]
        left = -(sum(widths) + 1.5 * (len(widths) - 1)) / 2
        for d, width in zip(levels[depth], widths, strict=True):
            _eggbox(axes, found, d, left, top, unit)
            left += width + 1.5
        top -= max(_side(d.rows) for d in levels[depth]) * unit[1] + 1.4
    axes.autoscale_view()
    low, high = axes.get_xlim()
    if (missing := 8 - (high - low)) > 0:  # a single cell stays small
        axes.set_xlim(low - missing / 2, high + missing / 2)
    monoid = f"monoid of {found.monoid.order} elements; * idempotent; {found.numbers}"
    axes.set_title(f"{monoid}{' with a token shift' if found.needs_token_shift else ''}", fontsize=12)


def _unit(found: Classification) -> tuple[float, float]:
    """Width and height of a cell: wide enough for the words in it."""
    if found.monoid.order > SMALL:
        return 1.0, 1.0
    sizes = [d.h_size for d in found.relations.classes]
    longest = max(len(spelt(found.word(x))) for x in range(found.monoid.order))
    return max(1.0, 0.42 * min(longest, 9)), max(1.0, 0.62 * min(max(sizes), SPELT))


def _side(count: int) -> int:
    return min(count, LARGEST_BOX)


def _eggbox(axes: Axes, found: Classification, d: DClass, left: float, top: float, unit: tuple[float, float]) -> None:
    from matplotlib.patches import Rectangle

    rows, columns = _side(d.rows), _side(d.columns)
    for i in range(rows):
        for k in range(columns):
            marked = int(d.idempotents[i, k])
            colour = PLAIN if marked < 0 else TRIVIAL if d.h_size == 1 else GROUP
            x, y = left + k * unit[0], top - (i + 1) * unit[1]
            axes.add_patch(Rectangle((x, y), *unit, facecolor=colour, edgecolor="#1b3a5c", linewidth=0.8))
            if found.monoid.order > SMALL:
                words = ["*"] if marked >= 0 and max(rows, columns) <= 12 else []
            else:
                cell = d.box[i, k].tolist()
                words = [plain_text(spelt(found.word(z)), 9) + "*" * (z == marked) for z in cell[:SPELT]]
                words += ["..."] if len(cell) > SPELT else []
            middle = (x + unit[0] / 2, y + unit[1] / 2)
            axes.text(*middle, "\n".join(words).replace("(empty)", "1"), ha="center", va="center", fontsize=8)
    if d.is_regular and d.h_size > 1:
        group = found.relations.maximal_subgroup(d.number).structure.name
        axes.text(left, top + 0.15, group, ha="left", va="bottom", fontsize=9, color="#b5452c")
    if rows < d.rows or columns < d.columns:
        note = f"{d.rows} x {d.columns} cells"
        axes.text(left, top - rows * unit[1] - 0.15, note, ha="left", va="top", fontsize=8, color="#444444")
