"""Pictures of small threshold circuits: inputs at the left, each gate as far to the right as its level, then outputs.

A gate shows what it asks of its wires: all of them, any of them, or how many. A red line that ends in a ring is
negated, a number beside its end is a weight. They need matplotlib, as `verify.drawing.pictures` does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from exactssm.circuits import Circuit
from exactssm.errors import DomainError
from verify.drawing.pictures import check_picture, write_picture

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["LARGEST_CIRCUIT", "LARGEST_WIRING", "draw_circuit"]

LARGEST_CIRCUIT: Final = 150  #: gates, inputs and outputs of a circuit that is drawn
LARGEST_WIRING: Final = 1000  #: lines between them
COLUMN: Final = 1.7  # inches from one level to the next
ROW: Final = 0.62  # and from one place to the next
SWEEPS: Final = 12  # over the levels, to cross fewer lines
LONGEST_NAME: Final = 10
INK, FAINT, NEGATED = "#1b3a5c", "#8fa3b5", "#b5452c"
FILLS: Final = {"all": "#dcebdd", "any": "#f6e3c5", "count": "#dde8f3"}

Node: TypeAlias = Hashable  # a variable; ("output", i); ("passing", variable, level) where a line passes a level
Places: TypeAlias = dict[Node, tuple[float, float]]


class _Wire(NamedTuple):
    source: int
    target: Node
    negated: bool
    weight: int


def draw_circuit(
    circuit: Circuit, path: Path, input_names: Sequence[str] | None = None, output_names: Sequence[str] | None = None
) -> None:
    """Draw a circuit to ``path``, whole or not at all, in the format of its suffix; inputs are x0, x1, ... and outputs
    y0, y1, ... unless names are given.

    Raises: DomainError, for a circuit of more than `LARGEST_CIRCUIT` gates, inputs and outputs or `LARGEST_WIRING`
    lines, or if there are not as many names; as `verify.drawing.pictures.check_picture`; OSError, if the file can't be
    written.
    """
    check_picture(path)
    left_names = _named("inputs", circuit.inputs, input_names, "x")
    right_names = _named("outputs", circuit.outputs.size, output_names, "y")
    size = circuit.inputs + circuit.gates + circuit.outputs.size
    if size > LARGEST_CIRCUIT:
        raise DomainError(
            f"circuits are drawn up to {LARGEST_CIRCUIT} gates, inputs and outputs together; this one has {size}"
        )
    wires = _wires(circuit)
    if len(wires) > LARGEST_WIRING:
        raise DomainError(f"circuits are drawn up to {LARGEST_WIRING} lines; this one has {len(wires)}")
    levels = _levels(circuit, wires)
    columns, paths = _columns(wires, levels)
    _order(columns, paths)
    places = _places(columns)

    from matplotlib import rc_context
    from matplotlib.figure import Figure

    height = max(1, *map(len, columns))
    drawn = BytesIO()
    with rc_context({"font.family": "DejaVu Sans", "svg.hashsalt": "exactssm", "pdf.compression": 9}):
        width, room = COLUMN * (len(columns) - 1) + 1.6, ROW * height + 0.2  # inches, without the title's 0.4
        figure = Figure(figsize=(max(4.0, width), room + 0.4), facecolor="white")
        axes = figure.add_axes((0, 0, 1, room / (room + 0.4)))
        axes.set_axis_off()
        axes.set_aspect("equal")
        axes.set_xlim(-0.8, width - 0.8)
        axes.set_ylim(-room / 2, room / 2)
        ends = _ends(paths, places)
        for wire in wires:
            _draw_wire(axes, wire, [*(places[node] for node in paths[wire][:-1]), ends[wire]])
        _draw_nodes(axes, circuit, places, left_names, right_names)
        depth = circuit.depth
        axes.set_title(f"{circuit.gates} gates, {circuit.wires} wires, depth {depth}", fontsize=11)
        kind = path.suffix.lower().removeprefix(".")
        figure.savefig(drawn, format=kind, dpi=150, metadata={"Date": None} if kind == "svg" else None)
    write_picture(path, drawn.getvalue())


def _named(what: str, count: int, names: Sequence[str] | None, letter: str) -> list[str]:
    if names is not None and len(names) != count:
        raise DomainError(f"the circuit has {count} {what}, got {len(names)} names")
    chosen = [f"{letter}{i}" for i in range(count)] if names is None else names
    short = (name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…" for name in chosen)
    return [name.replace("$", r"\$") for name in short]


def _wires(circuit: Circuit) -> list[_Wire]:
    """The lines of the picture: copies of a literal into a gate are one."""
    found = []
    for gate in range(circuit.gates):
        read = circuit.literals[circuit.offsets[gate] : circuit.offsets[gate + 1]].tolist()
        for literal, weight in Counter(read).items():
            found.append(_Wire(literal >> 1, 1 + circuit.inputs + gate, bool(literal & 1), weight))
    for place, literal in enumerate(circuit.outputs.tolist()):
        found.append(_Wire(literal >> 1, ("output", place), bool(literal & 1), 1))
    return found


def _levels(circuit: Circuit, wires: Iterable[_Wire]) -> dict[Node, int]:
    """The column of every node; the constant has one only if something reads it."""
    levels = circuit.levels.tolist()
    column: dict[Node, int] = {variable: levels[variable] for variable in range(1, len(levels))}
    if any(wire.source == 0 for wire in wires):
        column[0] = 0
    last = 1 + max(column.values(), default=0)
    return column | {("output", place): last for place in range(circuit.outputs.size)}


def _columns(wires: Iterable[_Wire], levels: dict[Node, int]) -> tuple[list[list[Node]], dict[_Wire, list[Node]]]:
    """The nodes of each column, and for each wire the nodes that its line goes through.

    Lines from one variable pass a level at one place, so that they part as late as they can.
    """
    columns: list[list[Node]] = [[] for _ in range(1 + max(levels.values(), default=0))]
    for node, level in levels.items():
        columns[level].append(node)
    paths: dict[_Wire, list[Node]] = {}
    passing: dict[Node, None] = {}
    for wire in wires:
        between = [("passing", wire.source, c) for c in range(levels[wire.source] + 1, levels[wire.target])]
        for node in between:
            if node not in passing:
                passing[node] = None
                columns[node[2]].append(node)
        paths[wire] = [wire.source, *between, wire.target]
    return columns, paths


def _order(columns: list[list[Node]], paths: dict[_Wire, list[Node]]) -> None:
    """Sort each column by the mean place of its neighbours in the column before, then back from the right, several
    times: the barycentre heuristic of Sugiyama, Tagawa and Toda (1981)."""
    before: defaultdict[Node, set[Node]] = defaultdict(set)
    after: defaultdict[Node, set[Node]] = defaultdict(set)
    for nodes in paths.values():
        for left, right in pairwise(nodes):
            before[right].add(left)
            after[left].add(right)
    for sweep in range(SWEEPS):
        forwards = sweep % 2 == 0
        neighbours = before if forwards else after
        for c in range(1, len(columns)) if forwards else range(len(columns) - 2, -1, -1):
            height = {node: y for node, (_, y) in _places(columns).items()}
            own = {node: y for node, y in height.items() if node in set(columns[c])}
            means = {
                node: sum(height[other] for other in neighbours[node]) / len(neighbours[node])
                if neighbours[node]
                else own[node]
                for node in columns[c]
            }
            columns[c].sort(key=lambda node: -means[node])


def _places(columns: Sequence[Sequence[Node]]) -> Places:
    """Each column in the middle, the first node above."""
    tallest = max(map(len, columns))
    places: Places = {}
    for c, nodes in enumerate(columns):
        gap = ROW * tallest / max(1, len(nodes))
        for i, node in enumerate(nodes):
            places[node] = COLUMN * c, gap * ((len(nodes) - 1) / 2 - i)
    return places


def _ends(paths: dict[_Wire, list[Node]], places: Places) -> dict[_Wire, tuple[float, float]]:
    """Where each line ends: lines into one gate side by side, in the order in which they come."""
    entering: defaultdict[Node, list[_Wire]] = defaultdict(list)
    for wire, nodes in paths.items():
        entering[nodes[-1]].append(wire)
    ends = {}
    for target, wires in entering.items():
        x, y = places[target]
        wires.sort(key=lambda wire: places[paths[wire][-2]][1])
        gap = min(0.06, 0.18 / len(wires))  # within the height of a box
        for i, wire in enumerate(wires):
            ends[wire] = x, y + gap * (i - (len(wires) - 1) / 2)
    return ends


def _draw_wire(axes: Axes, wire: _Wire, places: Sequence[tuple[float, float]]) -> None:
    """A curve that leaves and enters every place level, with its negation and weight before the end."""
    from matplotlib.patches import Circle, PathPatch
    from matplotlib.path import Path as Curve

    points, codes = [places[0]], [Curve.MOVETO]
    for (x0, y0), (x1, y1) in pairwise(places):
        bend = (x1 - x0) / 2
        points += [(x0 + bend, y0), (x1 - bend, y1), (x1, y1)]
        codes += [Curve.CURVE4] * 3
    colour = NEGATED if wire.negated else FAINT
    axes.add_patch(PathPatch(Curve(points, codes), fill=False, edgecolor=colour, linewidth=1.0, zorder=1))
    x, y = places[-1]
    # where the last curve is 0.36 inches before its end
    (_, y0), t = places[-2], _parameter(1 - 0.36 / COLUMN)
    at = x - 0.36, y0 * ((1 - t) ** 3 + 3 * (1 - t) ** 2 * t) + y * (3 * (1 - t) * t**2 + t**3)
    if wire.negated:
        axes.add_patch(Circle(at, 0.04, facecolor="white", edgecolor=NEGATED, linewidth=1.1, zorder=2))
    if wire.weight > 1:
        box = {"boxstyle": "round,pad=0.1", "facecolor": "white", "edgecolor": "none"}
        axes.text(at[0] - 0.2, at[1], f"×{wire.weight}", ha="center", va="center", fontsize=8, color=INK, bbox=box)


def _parameter(x: float) -> float:
    """The t at which a curve with control points at 0, 1/2, 1/2 and 1 has abscissa ``x``."""
    low, high = 0.0, 1.0
    for _ in range(30):
        t = (low + high) / 2
        low, high = (t, high) if 1.5 * t * (1 - t) + t**3 < x else (low, t)
    return low


def _draw_nodes(
    axes: Axes, circuit: Circuit, places: Places, input_names: Sequence[str], output_names: Sequence[str]
) -> None:
    plain = {"boxstyle": "round,pad=0.3", "facecolor": "white", "edgecolor": INK, "linewidth": 1.1}
    for variable, name in enumerate(["0", *input_names]):
        if variable in places:
            axes.text(*places[variable], name, ha="center", va="center", fontsize=10, bbox=plain, zorder=3)
    for place, name in enumerate(output_names):
        tinted = {**plain, "facecolor": "#eef2f6"}
        axes.text(*places["output", place], name, ha="center", va="center", fontsize=10, bbox=tinted, zorder=3)
    fan_in = (circuit.offsets[1:] - circuit.offsets[:-1]).tolist()
    for gate, threshold in enumerate(circuit.thresholds.tolist()):
        wires = fan_in[gate]
        kind = "all" if threshold == wires else "any" if threshold == 1 else "count"
        text = {"all": "all", "any": "any", "count": f"≥ {threshold} of {wires}"}[kind]
        box = {**plain, "boxstyle": "round,pad=0.35,rounding_size=0.6", "facecolor": FILLS[kind]}
        at = places[1 + circuit.inputs + gate]
        axes.text(*at, text, ha="center", va="center", fontsize=9, color=INK, bbox=box, zorder=3)
