"""One IDS4 layer knows where all marked points are: automata, and monoids of maps, in the width of their points.

    h_t = A(x_t) h_{t-1} + B x_t + b,    A(x) e_p = e_x(p),    x one-hot

With a weight c_m for each mark m, such that sums of different marks differ, v = sum of c_m e_(place of m) tells all
places, and A(x) v is the next one. So width n is enough for all maps of n points, n^n of them. Where letters are
permutations no two marks meet, and c_m = m + 1 does; otherwise c_m = 2^m. What the theorem leaves open:

*A bias b* changes nothing: B x + b = (B + b 1^T) x, as the entries of x add up to one. With b = -v_0 the drive that
fails without it, B x = A(x) v_0, is right.

*h_0 and the start symbol $*. From h_0 = v_0, B = 0. From h_0 = 0 with $: B$ = v_0, B x = 0. From h_0 = 0 without it:
B x = A(x) v_0 - v_0, and h = v - v_0.

*From h_0 = 0 with B = 0* no layer, whatever A(x) and b, tells its first symbol from another, as h_1 = A(x_1) 0 + b = b:
words ay and by lead to one state, and no readout of it and y is right for parity.

Source: 2404.08819 Thm 5.2, which has $ and no bias, and starts at 0 as Def. 2.1 does; the rest is ours, as is the width
of the points.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from constructions.automata.marked_points import (
    GROUPS,
    LARGE_GROUPS,
    PLAIN,
    POINTS,
    START,
    Conventions,
    MarkedPoints,
    Places,
    Read,
    all_maps,
    alone,
    board,
    even_permutations,
    every_convention,
    held,
    regular,
    told,
)
from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import Integers, ResidueRing
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import all_dfas, bits_for, parity

__all__ = ["CLAIMS", "ids4_of_points"]


def ids4_of_points(task: MarkedPoints, conventions: Conventions = PLAIN, read: Read = told) -> Model:
    """One IDS4 layer over the integers that knows the places of all marks, and puts out what ``read`` makes of them.

    Resources: depth 1, width n, the number of points; precision 1 for one mark.
    """
    v0 = task.vector(task.marks)
    nothing = (0,) * task.points
    matrices: dict[Symbol, Matrix] = {x: _matrix(images) for x, images in task.maps.items()}
    drive: dict[Symbol, Vector] = dict.fromkeys(task.alphabet, nothing)
    offset = nothing
    if conventions.start_symbol:
        matrices = {START: _matrix(tuple(range(task.points))), **matrices}
        drive = {START: v0 if conventions.zero_start else nothing, **drive}
    elif conventions.zero_start:
        offset = v0
        for x, images in task.maps.items():
            moved = task.vector(tuple(map(images.__getitem__, task.marks)))
            drive[x] = tuple(a - b for a, b in zip(moved, v0, strict=True))
    layer = DenseLayer(Integers(), nothing if conventions.zero_start else v0, matrices, drive)

    def readout(h: Vector, x: Symbol) -> Output:
        return read(task.places([a + b for a, b in zip(h, offset, strict=True)]), x)

    return Model(tuple(matrices), [Block(layer, readout)])


def _matrix(images: Places) -> Matrix:
    """A(x): column p is e_x(p)."""
    rows = [[0] * len(images) for _ in images]
    for place, image in enumerate(images):
        rows[image][place] = 1
    return tuple(map(tuple, rows))


def bounds(task: MarkedPoints) -> Bounds:
    marks = len(task.marks)
    values = marks + (marks < task.points) if task.marks_never_meet else 2**marks
    return Bounds(exactly={"depth": 1, "width": task.points}, at_most={"precision": bits_for(values)})


def _group_cases(name: str) -> Iterator[Case]:
    problem, points = regular(name)
    yield Case(name, ids4_of_points(points, read=alone), problem, bounds(points))


def _cases(build: Callable[[], MarkedPoints]) -> Iterator[Case]:
    task = build()
    yield Case("marked points", ids4_of_points(task), task, bounds(task))


def _by_convention(instance: tuple[Conventions, int]) -> Iterator[Case]:
    conventions, states = instance
    for number, automaton in enumerate(all_dfas(states, "ab")):
        task = MarkedPoints.of_automaton(automaton)
        model = ids4_of_points(task, conventions)
        yield Case(f"DFA {number}", model, held(task, conventions), bounds(task))


def _without_b(modulus: int) -> Iterator[Case]:
    """All layers h' = a(x) h + b over Z/m from 0, which see no x but through a."""
    ring = ResidueRing(modulus)
    for a0, a1, b in product(range(modulus), repeat=3):
        layer = DenseLayer(ring, (0,), {"0": ((a0,),), "1": ((a1,),)}, {"0": (b,), "1": (b,)})
        yield Case(f"a = {a0}, {a1} and b = {b}", Model("01", [Block(layer, lambda h, x: h)]), parity())


CONVENTIONS = {str(c): c for c in every_convention()}

CLAIMS = (
    Claim(
        name="ids4-groups",
        source="2404.08819 Thm 5.2 and Cor 5.3, strengthened",
        statement="One IDS4 layer of width |G|, without start symbol, tracks G: non-solvable (A5, S5), "
        "solvable (A4xZ5) and Abelian (Z60) alike.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4_points",
        cases=_group_cases,
        instances={name: name for name in GROUPS},
        full={name: name for name in LARGE_GROUPS},
    ),
    Claim(
        name="ids4-points",
        source="2404.08819 Thm 5.2, strengthened",
        statement="One IDS4 layer of width n, without start symbol, tracks the running product of any maps of n "
        "points, and with it the board that the paper's chess moves stand for.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4_points",
        cases=_cases,
        instances=POINTS
        | {
            "all 27 maps of 3 points": lambda: all_maps(3),
            "A5 on 5 points": lambda: even_permutations(5),
            "a board of 5 squares, S5": board,
        },
        full={"all 256 maps of 4 points": lambda: all_maps(4), "A6 on 6 points": lambda: even_permutations(6)},
    ),
    Claim(
        name="ids4-conventions",
        source="2404.08819 Thm 5.2, with what it leaves open",
        statement="One IDS4 layer follows every complete DFA from h_0 = 0 or from another vector, with or without a "
        "start symbol.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4_points",
        cases=_by_convention,
        instances={f"{name}, |Q|=2": (c, 2) for name, c in CONVENTIONS.items()},
        full={f"{name}, |Q|=3": (c, 3) for name, c in CONVENTIONS.items()},
    ),
    Claim(
        name="ids4-without-input-term",
        source="2404.08819 Thm 5.2, B dropped",
        statement="From h_0 = 0 and with B = 0 no IDS4 layer does parity, whatever A(x), the bias and the readout: it "
        "doesn't see the first symbol.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.ids4_points",
        cases=_without_b,
        instances={f"width 1 over Z/{m}, {m**3} layers": m for m in (2, 3, 4)},
        full={"width 1 over Z/7, 343 layers": 7},
        every_readout=True,
    ),
)
