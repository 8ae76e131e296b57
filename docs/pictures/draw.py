"""The pictures of the manual, drawn from what exactssm computes: ``python docs/pictures/draw.py [FOLDER]``.

Needs matplotlib (``pip install '.[plot]'``). Numbers become floats in one place, `_at`, where they become positions on
paper.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from constructions.circuits.compile import compile_circuit
from constructions.disguises.chess_moves import chess_disguise
from constructions.groups.subnormal_tracker import subnormal_tracker
from constructions.rounding.float_rotations import Kept, RotationTracker
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.algebra import derived_series, group
from exactssm.arithmetic import (
    FLOATS,
    ComplexNumber,
    ComplexOver,
    CyclotomicField,
    FixedPoint,
    LogPrecision,
    MachineInteger,
    Moment,
    NearestOf,
    Overflow,
    Rationals,
    ResidueRing,
    Rounded,
    Rounding,
    domain_from_name,
)
from exactssm.errors import FormatOverflow
from exactssm.evaluation import AlongTree, Chunked, Shape, Tree, blelloch, hillis_steele, left_fold, recast, recurrence
from exactssm.formats import load_model
from exactssm.layers import DiagonalLayer
from exactssm.models import Block, Model
from exactssm.tasks import StreamingAlgorithm
from verify.algebra.track import track
from verify.bounds.plane import function_plane, ticks_plane
from verify.circuits.circuit_growth import measure_growth
from verify.drawing.board_picture import board_on
from verify.drawing.circuit_growth_picture import draw_growth
from verify.drawing.circuit_picture import draw_circuit
from verify.drawing.horizon_picture import draw_horizons
from verify.drawing.pictures import draw_tracker
from verify.drawing.plane_picture import draw_planes
from verify.drawing.thought_picture import thoughts_on
from verify.numbers.float_horizons import find_horizon

__all__ = ["PICTURES", "draw"]

BLUE: Final = "#1b3a5c"
RED: Final = "#b5452c"
GREEN: Final = "#3f7d46"
GREY: Final = "#9a9a9a"
PALE: Final = "#e8eef4"

SMALL_S4: Final = Path(__file__).parent.parent / "examples" / "s4.json"


def _at(value: Any) -> float:
    """Where a number, an int or a Fraction, lies on paper."""
    return float(value)


def _steps(start: int, stop: int, per_unit: int) -> list[Fraction]:
    return [Fraction(i, per_unit) for i in range(start * per_unit, stop * per_unit + 1)]


def _bare(axes: Axes, *, equal: bool = True) -> None:
    axes.set_axis_off()
    if equal:
        axes.set_aspect("equal")


def _staircase(axes: Axes, points: Sequence[Fraction], value: Callable[[Fraction], Fraction]) -> None:
    """The graph of a function that is constant between ``points`` and perhaps something else on them."""
    for low, high in pairwise(points):
        height = _at(value((low + high) / 2))
        axes.plot([_at(low), _at(high)], [height, height], color=BLUE, linewidth=1.6, solid_capstyle="butt")


def _on_circle(n: int, k: int, radius: Fraction = Fraction(1)) -> tuple[float, float]:
    """The k-th of n places, clockwise from the top."""
    from math import cos, pi, sin

    angle = 2 * pi * k / n
    return _at(radius) * sin(angle), _at(radius) * cos(angle)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str, shrink: int = 8) -> None:
    style = {"arrowstyle": "-|>", "color": color, "linewidth": 1.1, "shrinkA": shrink, "shrinkB": shrink}
    axes.annotate("", end, start, arrowprops=style)


def exact_domains(figure: Figure) -> None:
    """A ring that wraps around, roots of unity, and the rationals beside a format."""
    figure.set_size_inches(12, 4.2)
    ring, roots, line = figure.subplots(1, 3, width_ratios=(1, 1, 1.35))

    twelve = ResidueRing(12)
    for k in range(12):
        ring.text(*_on_circle(12, k), str(k), ha="center", va="center", fontsize=11, color=BLUE)
        _arrow(ring, _on_circle(12, k), _on_circle(12, twelve.add(k, 5)), RED, 11)
    ring.set_title("Z/12: h' = h + 5 visits every residue")
    ring.set(xlim=(-1.25, 1.25), ylim=(-1.25, 1.25))
    _bare(ring)

    field = CyclotomicField(12)
    zeta, h = field.root_of_unity(12), field.one
    for k in range(12):
        # counter-clockwise from the right, as powers of zeta lie in the plane
        y, x = _on_circle(12, k)
        roots.plot(x, y, "o", color=BLUE, markersize=5)
        roots.text(1.45 * x, 1.18 * y, field.format(h), ha="center", va="center", fontsize=8)
        h = field.mul(h, zeta)
    assert h == field.one
    roots.set_title("Q(ζ12): h' = ζ12 h returns to 1 exactly")
    roots.set(xlim=(-1.9, 1.9), ylim=(-1.4, 1.4))
    _bare(roots)

    eighths = FixedPoint(1, 3, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    exact, code, half = [Fraction(1)], [eighths.one], eighths.parse("1/2")
    for _ in range(7):
        exact.append(exact[-1] / 2)
        code.append(eighths.mul(half, code[-1]))
    line.plot(range(8), [_at(h) for h in exact], "o-", color=BLUE, label="Q", markersize=5, linewidth=1)
    line.plot(range(8), [_at(eighths.decode(h)) for h in code], "s--", color=RED, label=str(eighths), markersize=4)
    line.set_yscale("symlog", base=2, linthresh=1 / 128)
    line.set_yticks([0, *(1 / 2**k for k in range(8))], ["0", "1", *(f"1/{2**k}" for k in range(1, 8))])
    line.set_ylim(-0.003, 1.4)
    line.set_xlabel("letters read")
    line.set_title("h' = h/2: always another state in Q")
    line.legend(frameon=False, fontsize=9)


def fixed_rounding(figure: Figure) -> None:
    """round(a h + b), for every rule."""
    figure.set_size_inches(10, 9.6)
    axes = figure.subplots(3, 3, sharex=True, sharey=True)
    a, b = Fraction(1, 2), Fraction(1, 2)
    for place, rounding in zip(axes.flat, Rounding, strict=True):
        halves = FixedPoint(2, 1, rounding, Overflow.SATURATE)

        def image(h: Fraction, halves: FixedPoint = halves) -> Fraction:
            return halves.decode(halves.round(a * h + b))

        ends = _steps(-3, 3, 2)
        place.plot([-3, 3], [_at(a * h + b) for h in (-3, 3)], color=GREY, linewidth=0.9)
        _staircase(place, ends, image)
        place.plot([_at(h) for h in ends], [_at(image(h)) for h in ends], "o", color=RED, markersize=4.5)
        place.set_title(rounding.value, fontsize=11)
        place.set_xticks(range(-3, 4))
        place.set_yticks([-1, 0, 1, 2])
        place.grid(color="#dddddd", linewidth=0.5)
    figure.supxlabel("h")
    figure.supylabel("h/2 + 1/2, rounded to halves")


def fixed_overflow(figure: Figure) -> None:
    """What lies beyond the range, by the three rules."""
    figure.set_size_inches(11, 3.9)
    for place, overflow in zip(figure.subplots(1, 3, sharey=True), Overflow, strict=True):
        quarters = FixedPoint(1, 2, Rounding.FLOOR, overflow)
        for low, high in pairwise(_steps(-6, 6, 4)):
            try:
                height = _at(quarters.decode(quarters.round((low + high) / 2)))
            except FormatOverflow:
                place.axvspan(_at(low), _at(high), color="#f3ddd7", linewidth=0)
            else:
                place.plot([_at(low), _at(high)], [height, height], color=BLUE, linewidth=2, solid_capstyle="butt")
        if overflow is Overflow.ERROR:
            for x in (-4, 4):
                place.text(x, 0, "Format\nOverflow", ha="center", va="center", color=RED, fontsize=10)
        place.axvline(-2, color=GREY, linewidth=0.8, linestyle=":")
        place.axvline(2, color=GREY, linewidth=0.8, linestyle=":")
        place.set_xlim(-6, 6)
        place.set_title(overflow.value)
        place.set_xlabel("exact result")
        place.set_yticks([-2, -1, 0, 1, 2])
    figure.supylabel("rounded down to quarters")


def _number_line(axes: Axes, height: int, values: Sequence[Fraction], color: str, label: str = "") -> None:
    axes.plot([_at(x) for x in values], [height] * len(values), "|", color=color, markersize=15, label=label or None)


def floats(figure: Figure) -> None:
    """The numbers of a format of 6 bits, with subnormals and without, beside fixed point of 6 bits."""
    figure.set_size_inches(11, 4.6)
    with_subnormals = FLOATS["e3m2fn"]
    without = domain_from_name("float:e3m2:finite:nan=none:no-subnormals:nearest-even:saturate")
    fixed = FixedPoint(3, 2, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    rows = [str(with_subnormals), "without subnormals", "fixed:s3.2"]
    formats: list[Any] = [with_subnormals, without, fixed]
    for axes, end, ticks in zip(figure.subplots(2, 1), (30, 1), (range(0, 30, 4), _steps(0, 1, 8)), strict=True):
        for height, numbers in enumerate(reversed(formats)):
            kinds: dict[str, list[Fraction]] = {"zero": [], "subnormal": [], "normal": []}
            for code in numbers.codes:
                if numbers is not fixed and numbers.classify(code) not in kinds:
                    continue
                value = numbers.decode(code)
                if 0 <= value <= end:
                    kinds["normal" if numbers is fixed else numbers.classify(code)].append(value)
            axes.axhline(height, color="#cccccc", linewidth=0.8, zorder=0)
            _number_line(axes, height, kinds["normal"], BLUE, "normal" if height == 2 else "")
            _number_line(axes, height, kinds["subnormal"], RED, "subnormal" if height == 2 else "")
            _number_line(axes, height, kinds["zero"], GREEN, "zero" if height == 2 else "")
        axes.set_yticks([0, 1, 2], list(reversed(rows)))
        axes.set_ylim(-0.6, 2.6)
        axes.set_xlim(_at(Fraction(-end, 60)), _at(Fraction(61 * end, 60)))
        axes.set_xticks([_at(x) for x in ticks], [str(x) for x in ticks])
        axes.spines[["top", "right", "left"]].set_visible(False)
        axes.tick_params(axis="y", length=0)
    top, below = figure.axes
    top.set_title("numbers from 0 up to the largest", loc="left", fontsize=10)
    below.set_title("from 0 to 1", loc="left", fontsize=10)
    top.legend(frameon=False, fontsize=9, ncols=3, loc="lower right", bbox_to_anchor=(1, 1))


def log_precision(figure: Figure) -> None:
    """The floats that a word of n letters is computed with."""
    figure.set_size_inches(11, 3.4)
    axes = figure.subplots()
    precision = LogPrecision(2, 1, Rounding.NEAREST_EVEN)
    lengths = [1, 2, 4, 8]
    labels = []
    for height, n in enumerate(reversed(lengths)):
        numbers = precision(n)
        axes.axhline(height, color="#cccccc", linewidth=0.8, zorder=0)
        _number_line(axes, height, [x for x in numbers.values() if 0 <= x <= 4], BLUE)
        labels.append(f"n = {n}   m: {numbers.mantissa_bits} bits, e: {numbers.exponent_bits}")
    axes.set_yticks(range(len(lengths)), labels)
    axes.set_ylim(-0.6, len(lengths) - 0.4)
    axes.set_xlim(-0.06, 4.06)
    axes.set_xticks(range(5))
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(axis="y", length=0)
    axes.set_title("numbers from 0 to 4 in LogPrecision(2, 1), by the length n of the word", loc="left", fontsize=10)


def nearest(figure: Figure) -> None:
    """The cast to a finite set."""
    figure.set_size_inches(7.5, 4.2)
    axes = figure.subplots()
    numbers = NearestOf.of(-1, 0, Fraction(1, 3), 1)

    def image(x: Fraction) -> Fraction:
        return numbers.decode(numbers.round(x))

    ties = [(low + high) / 2 for low, high in pairwise(numbers.numbers)]
    end = Fraction(3, 2)
    axes.plot([-2, 2], [-2, 2], color=GREY, linewidth=0.9)
    _staircase(axes, [-end, *ties, end], image)
    axes.plot([_at(x) for x in ties], [_at(image(x)) for x in ties], "o", color=RED, label="ties")
    axes.plot([_at(x) for x in numbers.numbers], [_at(x) for x in numbers.numbers], "s", color=BLUE, label="D")
    marks = sorted([*numbers.numbers, *ties])
    axes.set_xticks([_at(x) for x in marks], [str(x) for x in marks])
    axes.set_yticks([_at(x) for x in numbers.numbers], [str(x) for x in numbers.numbers])
    axes.set(xlim=(-1.55, 1.55), ylim=(-1.4, 1.4))
    axes.set_xlabel("exact result")
    axes.set_ylabel("its cast")
    axes.legend(frameon=False)
    axes.set_title(str(numbers), fontsize=11)


def complex_rotation(figure: Figure) -> None:
    """A rotation on a grid, its products rounded once or at each operation."""
    figure.set_size_inches(11, 5.7)
    eighths = FixedPoint(1, 3, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    for axes, moment in zip(figure.subplots(1, 2), (Moment.ONCE, Moment.EACH), strict=True):
        plane = ComplexOver(eighths, moment)
        turn, z = plane.number(Fraction(7, 8), Fraction(1, 2)), plane.one
        orbit = [z]
        while (z := plane.mul(turn, z)) not in orbit:
            orbit.append(z)
        grid = [_at(Fraction(i, 8)) for i in range(-10, 11)]
        axes.plot([x for x in grid for _ in grid], [y for _ in grid for y in grid], ".", color="#c8c8c8", markersize=3)
        c, s = plane.decode(turn)
        for before, after in pairwise([*orbit, z]):
            x, y = plane.decode(before)
            exact = _at(c * x - s * y), _at(s * x + c * y)
            _arrow(axes, _place(plane, before), exact, GREY, 3)
            axes.plot(
                [exact[0], _place(plane, after)[0]], [exact[1], _place(plane, after)[1]], color=RED, linewidth=1.3
            )
        points = [_place(plane, w) for w in orbit]
        axes.plot([x for x, _ in points], [y for _, y in points], "o", color=BLUE, markersize=5)
        axes.plot(*_place(plane, z), "o", markerfacecolor="none", markeredgecolor=GREEN, markersize=12)
        axes.set_aspect("equal")
        ticks = _steps(-1, 1, 2)
        axes.set_xticks([_at(x) for x in ticks], [str(x) for x in ticks])
        axes.set_yticks([_at(x) for x in ticks], [str(x) for x in ticks])
        axes.set_xlim(-1.3, 1.3)
        axes.set_ylim(-1.3, 1.3)
        entry = orbit.index(z)
        when = "once" if moment is Moment.ONCE else "at each operation"
        axes.set_title(
            f"products rounded {when}: {len(orbit)} states,\n"
            f"after {entry} steps a cycle of {len(orbit) - entry} (it begins in the green ring)",
            fontsize=10,
        )


def _place(plane: ComplexOver, z: ComplexNumber) -> tuple[float, float]:
    x, y = plane.decode(z)
    return _at(x), _at(y)


def machine_integers(figure: Figure) -> None:
    """One ring with two readings."""
    figure.set_size_inches(5.6, 5.6)
    axes = figure.subplots()
    signed, unsigned = MachineInteger(4), MachineInteger(4, signed=False)
    for k in unsigned.codes:
        (same,) = [x for x in signed.codes if signed.ring.element(x % 16) == k]
        axes.text(*_on_circle(16, k), str(same), ha="center", va="center", color=RED, fontsize=12)
        axes.text(*_on_circle(16, k, Fraction(5, 4)), str(k), ha="center", va="center", color=BLUE, fontsize=12)
    x = 5
    _arrow(axes, _on_circle(16, x, Fraction(9, 10)), _on_circle(16, signed.add(x, 6) % 16, Fraction(9, 10)), GREY)
    axes.text(0, 0.05, f"5 + 6 = {signed.add(5, 6)} in int4", ha="center", color=RED, fontsize=12)
    axes.text(0, -0.12, f"5 + 6 = {unsigned.add(5, 6)} in uint4", ha="center", color=BLUE, fontsize=12)
    axes.set(xlim=(-1.4, 1.4), ylim=(-1.4, 1.4))
    _bare(axes)


def _draw_tree(
    axes: Axes, tree: Tree, label: Callable[[Tree], str], leaf: Callable[[int], str], *, size: int = 9
) -> None:
    """A binary tree, its leaves in one row at the bottom; where something is rounded it is red."""
    count = 0

    def place(node: Tree) -> tuple[float, int]:
        nonlocal count
        if not isinstance(node, tuple):
            spot: tuple[float, int] = (count, 0)
            count += 1
            text = leaf(node)
        else:
            left, right = place(node[0]), place(node[1])
            spot = (left[0] + right[0]) / 2, 1 + max(left[1], right[1])
            for child in (left, right):
                axes.plot([child[0], spot[0]], [child[1], spot[1]], color=GREY, linewidth=1, zorder=0)
            text = label(node)
        color = RED if text.startswith(("fl(", "∘")) else BLUE
        box = {"boxstyle": "round,pad=0.25", "facecolor": "white", "edgecolor": color, "linewidth": 0.9}
        axes.text(*spot, text, ha="center", va="center", fontsize=size, color=color, bbox=box)
        return spot

    _, height = place(tree)
    axes.set(xlim=(-0.7, count - 0.3), ylim=(-0.6, height + 0.6))
    _bare(axes, equal=False)


def moments(figure: Figure) -> None:
    """3 * 4 + (-2) * 4 + 1 in the integers from -8 to 7."""
    figure.set_size_inches(11.5, 3.4)
    integers = FixedPoint(3, 0, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    row, column, shift = (3, -2), (4, 4), 1
    products = [a * h for a, h in zip(row, column, strict=True)]
    first, second = map(integers.mul, row, column)
    partial, chain = integers.add(first, second), integers.fma(row[0], column[0], shift)
    exact = {k: f"{row[k - 1]} · {column[k - 1]} = {products[k - 1]}" for k in (1, 2)} | {3: f"{shift}"}
    rounded = {1: f"fl({products[0]}) = {first}", 2: f"fl({products[1]}) = {second}", 3: f"{shift}"}
    drawn: list[tuple[Moment, Tree, dict[Any, str], str, str]] = [
        (Moment.ONCE, ((1, 2), 3), exact, f"{sum(products)}", f"fl({sum(products)} + {shift})"),
        (Moment.EACH, ((1, 2), 3), rounded, f"fl({first} + {second}) = {partial}", f"fl({partial} + {shift})"),
        (Moment.FUSED, ((3, 1), 2), exact, f"fl({shift} + {products[0]}) = {chain}", f"fl({chain} + {products[1]})"),
    ]
    for axes, (moment, tree, leaves, inside, root) in zip(figure.subplots(1, 3), drawn, strict=True):
        result = Rounded(integers, moment).inner(row, column, shift)
        texts = leaves | {tree[0]: inside, tree: f"{root} = {result}"}
        texts = {node: text.replace("+ -", "− ").replace("-", "−") for node, text in texts.items()}
        _draw_tree(axes, tree, texts.__getitem__, texts.__getitem__, size=10)
        axes.set_title(f"{moment.value}: {result}".replace("-", "−"), fontsize=12)


SHAPES: Final[tuple[tuple[str, Shape], ...]] = (
    ("recurrence", recurrence),
    ("left fold", left_fold),
    ("Blelloch (balanced)", blelloch),
    ("Hillis–Steele", hillis_steele),
    ("chunks of 3", Chunked(3)),
)


def scan_trees(figure: Figure) -> None:
    """Shapes for seven letters, and what one layer computes along each."""
    figure.set_size_inches(12, 7)
    quarters = FixedPoint(2, 2, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    decay, drive, start = (quarters.parse(text) for text in ("3/4", "1/4", "3"))
    layer = DiagonalLayer(Rounded(quarters, Moment.ONCE), (start,), lambda x: (decay,), lambda x: (drive,))
    places = figure.subplots(2, 3).flat
    for axes, (name, shape) in zip(places, SHAPES, strict=False):
        (h,) = AlongTree(shape).on(layer)("x" * 7)
        _draw_tree(axes, shape(7), lambda node: "∘", lambda k: "h₀" if k == 0 else str(k))
        axes.set_title(f"{name}: h₇ = {quarters.text(h)}", fontsize=11)
    exact = Fraction(3)
    for _ in range(7):
        exact = exact * Fraction(3, 4) + Fraction(1, 4)
    last = places[-1] if isinstance(places, list) else figure.axes[-1]
    last.text(
        0.5,
        0.5,
        f"h' = 3/4 h + 1/4 from h₀ = 3\nin quarters, nearest-even\n\nexact: h₇ = {exact}",
        ha="center",
        va="center",
        fontsize=11,
        transform=last.transAxes,
    )
    _bare(last, equal=False)


def schedule(figure: Figure) -> None:
    """The state after t letters of a word of n: it depends on n."""
    figure.set_size_inches(9, 4.6)
    axes = figure.subplots()
    third = DiagonalLayer(Rationals(), (Fraction(1),), lambda x: (Fraction(1, 3),))
    model = Model("x", [Block(third, lambda h, x: h[0])])
    precision = LogPrecision(2, 2, Rounding.NEAREST_EVEN)
    longest = 8
    above: list[str] = []
    for n in range(1, longest + 1):
        numbers = precision(n)
        (moved,) = recast(model, Rounded(numbers, Moment.ONCE), weights="rounded").layers()
        row = [numbers.text(h) for (h,) in moved.run("x" * n)[-n:]]
        for t, text in enumerate(row, start=1):
            new = t <= len(above) and above[t - 1] != text
            axes.add_patch(_cell(t, n, "#f3ddd7" if new else PALE))
            axes.text(t, n, text, ha="center", va="center", fontsize=9)
        above = row
    axes.set(xlim=(0.4, longest + 0.6), ylim=(longest + 0.6, 0.4))
    axes.set_xticks(range(1, longest + 1))
    axes.set_yticks(range(1, longest + 1))
    axes.set_xlabel("letters read, t")
    axes.set_ylabel("length of the word, n")
    axes.set_title(
        "h' = h/3 in LogPrecision(2, 2); red: another state than in the word one letter shorter", fontsize=10
    )
    axes.spines[:].set_visible(False)


def _cell(x: int, y: int, color: str) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x - 0.47, y - 0.44), 0.94, 0.88, facecolor=color, linewidth=0)


def thoughts(figure: Figure) -> None:
    """The longest run of 1s, by one thought a symbol: the page on chain of thought has the same algorithm."""

    def update(memory: int, symbol: Any) -> int:
        best, run = divmod(memory, 4)
        run = min(run + 1, 3) if symbol == "1" else 0
        return 4 * max(best, run) + run

    longest_run = StreamingAlgorithm("01", 4, 0, update, lambda memory: memory // 4)
    model = streaming_cot(longest_run, depth=1, width=2, precision=2)
    figure.set_size_inches(*thoughts_on(figure.subplots(), model, "110111"))


def board(figure: Figure) -> None:
    """The transposition of the first and the third place, as twelve half-moves of chess."""
    figure.set_size_inches(9.6, 5.1)
    board_on(figure, chess_disguise(), [(2, 1, 0, 3, 4)])


PICTURES: Final[dict[str, Callable[[Figure], None]]] = {
    "exact-domains.png": exact_domains,
    "fixed-rounding.png": fixed_rounding,
    "fixed-overflow.png": fixed_overflow,
    "floats.png": floats,
    "log-precision.png": log_precision,
    "nearest.png": nearest,
    "complex-rotation.png": complex_rotation,
    "machine-integers.png": machine_integers,
    "moments.png": moments,
    "scan-trees.png": scan_trees,
    "schedule.png": schedule,
    "thoughts.png": thoughts,
    "board.png": board,
}
"""File -> what draws it."""


def draw(folder: Path) -> None:
    """Draw all pictures into ``folder``."""
    for name, picture in PICTURES.items():
        with rc_context({"font.family": "DejaVu Sans", "font.size": 10}):
            figure = Figure(layout="constrained", facecolor="white")
            picture(figure)
            figure.savefig(folder / name, dpi=100, metadata={"Software": None})
    horizons(folder / "horizons.png")
    width_precision(folder / "width-precision.png")
    circuit(folder / "circuit.png")
    circuit_growth(folder / "circuit-growth.png")
    tracker("S3", ("(1,2,3)", "(1,2)", "(1,2,3)", "(2,3)", "(1,3,2)", "(1,2)"), folder / "tracker-s3.png")
    tracker("S4", ("(1,2)", "(1,2,3,4)", "(2,4,3)", "(1,4)", "(1,2,3)", "(1,3)(2,4)"), folder / "tracker-s4.png")


def tracker(name: str, word: Sequence[str], path: Path) -> None:
    """The states of the tracker of a group along a word, layer by layer."""
    structure = group(name)
    draw_tracker(track(structure, "exponent"), path, parts=["run"], word=[structure.element(x) for x in word])


def circuit(path: Path) -> None:
    """The last output of the small S4 among the examples on words of four letters, in few colours: a small file."""
    from PIL import Image  # which matplotlib needs, too

    compiled = compile_circuit(load_model(SMALL_S4), 4, every=False)
    draw_circuit(compiled.circuit, path, [f"x{i}" for i in range(1, 5)], ["y4"])
    with Image.open(path) as picture:
        few = picture.convert("RGB").quantize(64)
    few.save(path, optimize=True)


def circuit_growth(path: Path) -> None:
    """Depth and size of the tracker of S3 against the length of words."""
    draw_growth(measure_growth(subnormal_tracker(derived_series(group("S3"))), 24), path)


def horizons(path: Path) -> None:
    """How long rotations in float formats count right, to ten million letters."""
    formats = ("binary64", "binary32", "bfloat16", "binary16", "e4m3fn", "e5m2")
    trackers = [RotationTracker(name, m, kept) for kept in Kept for name in formats for m in (2, 3, 5, 7, 12, 60)]
    draw_horizons({tracker: find_horizon(tracker, 10**7) for tracker in trackers}, path)


def width_precision(path: Path) -> None:
    """Which widths and precisions one layer can do a task with, without and with online chain of thought."""
    planes = [ticks_plane(4, range(1, 10), range(1, 6), online=online) for online in (False, True)]
    planes += [function_plane(3, range(1, 7), range(1, 7), online=online) for online in (False, True)]
    draw_planes(planes, path)


if __name__ == "__main__":
    draw(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
