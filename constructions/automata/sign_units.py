"""One sign-activated layer knows where all marked points are: fewer units than pairs of states and symbols.

    h_t = sgn(A h_{t-1} + B x_t)

Each mark has units of its own, which see no others. A unit (s, c) says "the mark is at s, and the letter just read was
of class c": letters that move the points which the mark comes to alike are one class, and only an s to which c leads is
needed. So there are |image of c| units for class c, at most |Q| |alphabet| a mark, fewer where letters merge states.

Unit (s, c) has to be on, +1, when a letter of c has just been read and the mark was where c leads to s. Of the N units
exactly one is on. Let m of them be at points that c takes to s. Row (s, c) of A has (N - m) / g on these and -m / g on
the others, g the common divisor; it sums to zero, so that A h is twice the weight of the unit that is on, >= 2 on a hit
and <= -2 on a miss. B is so negative on the units of other classes that they are off.

*From the vector of the start*, one unit on, and *with a start symbol* $, whose unit says "the mark is where it was at
first", B is 1 on c. Then m > 0; if m = N the row is zero, and the unit is on.

*From h_0 = 0 without $*, A h_0 = 0, so that B decides the first step: 1 on (s, c) if c leads from the start to s, else
-1; it decides no later one. If m = 0 or, with B = -1, m = N, the row is 2 or -2 throughout, and A h = 2 (2 - N) or
2 (N - 2), of the right sign and above 1 in size for N >= 3. For N = 2 a unit that is always off makes it three; a
single unit is on at every step, as B is 1.

No sum is ever zero, so that sgn(0) is irrelevant. A bias b changes nothing, as B x + b = (B + b 1^T) x.

*One unit does every automaton of two states but parity.* Let the sign of h be the state. With A = 2 a letter that keeps
states has B = 1 or -1, with the sign of the start, so that h_0 = 0 goes there, and one that merges them 3 or -3. With
A = -2 a letter that exchanges states has B = 1 or -1, with the other sign. But h -> sgn(a h + b) is monotone for a >= 0
and antitone for a <= 0, and parity has a letter that keeps and one that exchanges. Only the signs of h and the order of
|a| and |b| count, so that a = 2 and b = -3 .. 3 are all layers with a > 0, likewise a < 0, and for a = 0 the sign of b
is all: finitely many layers, exhausted with every h_0 of -1, 0 and 1 and every sgn(0). After a first 0, which parity
passes over, any other h_0 has become one of these.

Source: 2404.08819 Thm 5.1, which gives no construction; this one is ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import product
from math import gcd
from typing import NamedTuple, TypeAlias

from constructions.automata.marked_points import (
    GROUPS,
    PLAIN,
    POINTS,
    START,
    Conventions,
    MarkedPoints,
    Places,
    Read,
    alone,
    board,
    even_permutations,
    every_convention,
    generators_of_all_maps,
    held,
    regular,
    told,
)
from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.errors import ConstructionError
from exactssm.layers import SignLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, all_dfas, parity

__all__ = ["CLAIMS", "Unit", "one_unit", "one_unit_layers", "rnn_ssm_of_points", "units_of"]

IDLE = -1  #: the point and the class of a unit that is always off
SINGLE = -2  #: the class of the start symbol, and of a start that no letter leads to


class Unit(NamedTuple):
    """What a unit says while it is on: where its mark is, and the class of the last letter."""

    point: int
    letters: int


Classes: TypeAlias = dict[Symbol, int]


def _reached(task: MarkedPoints, mark: int) -> list[int]:
    """The points that the mark comes to, the one where it is at first among them."""
    found = [task.marks[mark]]
    for p in found:  # which grows
        for images in task.maps.values():
            if images[p] not in found:
                found.append(images[p])
    return found


def _classes(task: MarkedPoints, reached: list[int]) -> Classes:
    """Letters that move these points alike have one number."""
    number: dict[Places, int] = {}
    return {x: number.setdefault(tuple(images[p] for p in reached), len(number)) for x, images in task.maps.items()}


def _preimages(images: Places) -> dict[int, Places]:
    """For each image the points that are taken there."""
    found: dict[int, list[int]] = {}
    for p, image in enumerate(images):
        found.setdefault(image, []).append(p)
    return {image: tuple(points) for image, points in found.items()}


class _Mark:
    """The units of one mark, with their rows and drives."""

    def __init__(self, task: MarkedPoints, mark: int, conventions: Conventions) -> None:
        self.first = task.marks[mark]
        reached = _reached(task, mark)
        self.classes = _classes(task, reached)
        self.map = {c: task.maps[x] for x, c in self.classes.items()}
        self.units = list(dict.fromkeys(Unit(images[p], c) for c, images in self.map.items() for p in reached))
        self.from_zero = conventions.zero_start and not conventions.start_symbol
        if conventions.start_symbol or not (self.from_zero or any(u.point == self.first for u in self.units)):
            self.units.append(Unit(self.first, SINGLE))
        self._units_at = Counter(unit.point for unit in self.units)
        self._preimages = {c: _preimages(images) for c, images in self.map.items()}
        self._rows: dict[tuple[tuple[int, ...], int], tuple[int, ...]] = {}
        if self.from_zero and len(self.units) == 2 and any(self._constant(unit) for unit in self.units):
            self.units.append(Unit(IDLE, IDLE))

    def _before(self, unit: Unit) -> tuple[int, ...]:
        """The points that a letter of the unit's class takes to its point."""
        return self._preimages[unit.letters].get(unit.point, ()) if unit.letters in self.map else ()

    def _hits(self, points: tuple[int, ...]) -> list[bool]:
        """Which units are at these points."""
        return [unit.point in points for unit in self.units]

    def _leads_there(self, unit: Unit) -> bool:
        """Whether the unit is on after a first letter of its class."""
        return unit.letters in self.map and self.map[unit.letters][self.first] == unit.point

    def _constant(self, unit: Unit) -> int:
        """2 or -2, where the row has to be that throughout; else 0."""
        m = sum(map(self._units_at.__getitem__, self._before(unit)))
        if not self.from_zero or unit.letters not in self.map:
            return 0
        if m == 0:
            return 2
        return -2 if m == len(self.units) and not self._leads_there(unit) else 0

    def row(self, unit: Unit) -> tuple[int, ...]:
        """The row of A: one object for all units that have it."""
        what = self._before(unit), self._constant(unit)
        if what not in self._rows:
            self._rows[what] = self._new_row(*what)
        return self._rows[what]

    def _new_row(self, points: tuple[int, ...], constant: int) -> tuple[int, ...]:
        hits = self._hits(points)
        m, N = sum(hits), len(hits)
        if constant or m in (0, N):
            return (constant,) * N
        g = gcd(m, N - m)
        return tuple((N - m) // g if hit else -(m // g) for hit in hits)

    def drive(self, x: Symbol) -> Iterator[int]:
        """B x on each unit."""
        beyond = 2 * len(self.units) + 2  # |A h| is less where one unit is on
        for unit in self.units:
            if x == START and x not in self.classes:
                yield beyond if unit.letters == SINGLE else -beyond
            elif unit.letters != self.classes[x]:
                yield -beyond
            else:
                yield -1 if self.from_zero and not self._leads_there(unit) else 1

    def on_at_first(self) -> Iterator[int]:
        """The vector of the start: one of the units that say it is on."""
        chosen = next((i for i, unit in enumerate(self.units) if unit.point == self.first), None)
        return (1 if i == chosen else -1 for i in range(len(self.units)))


def units_of(task: MarkedPoints, conventions: Conventions = PLAIN) -> list[list[Unit]]:
    """The units of each mark, in the order of the layer's coordinates; -1 stands for a unit that is always off, the
    class -2 for the start."""
    return [_Mark(task, mark, conventions).units for mark in range(len(task.marks))]


def rnn_ssm_of_points(
    task: MarkedPoints, sign_of_zero: int, conventions: Conventions = PLAIN, read: Read = told
) -> Model:
    """One sign layer that knows the places of all marks, and puts out what ``read`` makes of them.

    Resources: depth 1; width, for each mark the sum over classes of letters of their images, and at most one more;
    precision 2 from h_0 = 0, else 1.
    """
    marks = [_Mark(task, mark, conventions) for mark in range(len(task.marks))]
    units = [unit for mark in marks for unit in mark.units]
    rows: list[tuple[int, ...]] = []
    for mark in marks:
        before, after = (0,) * len(rows), (0,) * (len(units) - len(rows) - len(mark.units))
        own = [mark.row(unit) for unit in mark.units]
        whole = {id(row): before + row + after for row in own}  # equal rows stay one object
        rows += [whole[id(row)] for row in own]
    alphabet = (START, *task.alphabet) if conventions.start_symbol else task.alphabet
    layer = SignLayer(
        start=(0,) * len(units) if conventions.zero_start else tuple(h for mark in marks for h in mark.on_at_first()),
        recurrent=tuple(rows),
        drive={x: tuple(b for mark in marks for b in mark.drive(x)) for x in alphabet},
        sign_of_zero=sign_of_zero,
    )
    ends = [sum(len(mark.units) for mark in marks[: i + 1]) for i in range(len(marks))]

    def readout(h: Vector, x: Symbol) -> Output:
        places = []
        for mark, end in zip(marks, ends, strict=True):
            own = zip(mark.units, h[end - len(mark.units) : end], strict=True)
            on = [unit.point for unit, sign in own if sign == 1]
            if len(on) != 1:
                return read(None, x)
            places += on
        return read(tuple(places), x)

    return Model(alphabet, [Block(layer, readout)])


def one_unit(automaton: Automaton, sign_of_zero: int) -> Model:
    """One unit from h_0 = 0 that follows an automaton of two states, putting out its state.

    Raises: ConstructionError, unless there are two states, and no letter keeps both where another exchanges them.
    """
    states = automaton.states
    moves = {x: tuple(states.index(automaton.delta[q, x]) for q in states) for x in automaton.alphabet}
    if len(states) != 2 or {(0, 1), (1, 0)} <= set(moves.values()):
        raise ConstructionError("one unit needs two states, and no letter that keeps both where another exchanges them")
    a = -2 if (1, 0) in moves.values() else 2
    first = 2 * states.index(automaton.start) - 1

    def drive(images: Places) -> int:
        if images[0] == images[1]:
            return 3 * (2 * images[0] - 1)
        return first if a > 0 else -first

    layer = SignLayer((0,), ((a,),), {x: (drive(images),) for x, images in moves.items()}, sign_of_zero=sign_of_zero)
    return Model(automaton.alphabet, [Block(layer, lambda h, x: {(-1,): states[0], (1,): states[1]}.get(h))])


def one_unit_layers() -> Iterator[tuple[str, SignLayer]]:
    """Every layer of one unit on two letters, up to what no sign shows, with every h_0 and sgn(0)."""
    for a in (2, -2, 0):
        drives = range(-3, 4) if a else range(-1, 2)
        for b0, b1, h, zero in product(drives, drives, (-1, 0, 1), (-1, 0, 1)):
            layer = SignLayer((h,), ((a,),), {"0": (b0,), "1": (b1,)}, sign_of_zero=zero)
            yield f"A = {a}, B = {b0} {b1}, h_0 = {h}, sgn(0) = {zero}", layer


def _enough(sign_of_zero: int) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 1, "width": 1}, at_most={"precision": 2})
    for number, automaton in enumerate(all_dfas(2, "ab")):
        kept = [all(automaton.delta[q, x] == q for q in (0, 1)) for x in "ab"]
        exchanged = [all(automaton.delta[q, x] != q for q in (0, 1)) for x in "ab"]
        if not (any(kept) and any(exchanged)):
            yield Case(f"DFA {number}", one_unit(automaton, sign_of_zero), automaton, bounds)


def _one_unit(task: Callable[[], Machine]) -> Iterator[Case]:
    for name, layer in one_unit_layers():
        yield Case(name, Model("01", [Block(layer, lambda h, x: h)]), task())


def bounds(task: MarkedPoints, conventions: Conventions) -> Bounds:
    """At most |Q| |alphabet| units a mark, and one more for the start or to make three of two."""
    width = sum(max(task.points * len(task.maps) + (conventions != PLAIN), 3) for _ in task.marks)
    return Bounds(exactly={"depth": 1}, at_most={"width": width, "precision": 1 + conventions.zero_start})


def _group_cases(name: str) -> Iterator[Case]:
    problem, points = regular(name)
    yield Case(name, rnn_ssm_of_points(points, 0, read=alone), problem, bounds(points, PLAIN))


def _cases(build: Callable[[], MarkedPoints]) -> Iterator[Case]:
    task = build()
    yield Case("marked points", rnn_ssm_of_points(task, 0), task, bounds(task, PLAIN))


class _Family(NamedTuple):
    """All DFAs of a size under the given conventions."""

    conventions: Conventions
    states: int
    alphabet: str = "ab"


def _by_convention(family: _Family) -> Iterator[Case]:
    conventions = family.conventions
    for number, automaton in enumerate(all_dfas(family.states, family.alphabet)):
        task = MarkedPoints.of_automaton(automaton)
        for sign_of_zero in (-1, 0, 1):
            model = rnn_ssm_of_points(task, sign_of_zero, conventions)
            name = f"DFA {number}, sgn(0) = {sign_of_zero}"
            yield Case(name, model, held(task, conventions), bounds(task, conventions))


CLAIMS = (
    Claim(
        name="rnn-ssm-groups",
        source="2404.08819 Thm 5.1 and Cor 5.3, strengthened",
        statement="One sign-activated layer with |G| units a letter, from h_0 = 0, without start symbol or bias, "
        "tracks G by generators or by all its elements: non-solvable (A5, S5), solvable (A4xZ5) and Abelian (Z60) "
        "alike.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.sign_units",
        cases=_group_cases,
        instances={name: name for name in ("Z60:generators", "S3")},
        full={name: name for name in (*GROUPS, "S5:generators", "S4", "A5", "A4xZ5", "Z60")},
    ),
    Claim(
        name="rnn-ssm-points",
        source="2404.08819 Thm 5.1, strengthened",
        statement="One sign-activated layer, from h_0 = 0, without start symbol or bias, tracks the running product of "
        "any k maps of n points with at most k n^2 units, and with it the board that the paper's chess moves "
        "stand for.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.sign_units",
        cases=_cases,
        instances=POINTS,
        full={
            "A5 on 5 points": lambda: even_permutations(5),
            "all 256 maps of 4 points, 3 generators": lambda: generators_of_all_maps(4),
            "a board of 5 squares, S5, neighbours exchanged": lambda: board(neighbours=True),
        },
    ),
    Claim(
        name="rnn-ssm-conventions",
        source="2404.08819 Thm 5.1, with what it leaves open",
        statement="One sign-activated layer follows every complete DFA, from h_0 = 0 or from another vector, with or "
        "without a start symbol, whatever sgn(0) is.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.sign_units",
        cases=_by_convention,
        instances={f"{c}, |Q|=2, 2 symbols": _Family(c, 2) for c in every_convention()}
        | {"h_0 = 0, no $, |Q|=2, 1 symbol": _Family(PLAIN, 2, "a")},
        full={f"{c}, |Q|=3, 2 symbols": _Family(c, 3) for c in every_convention()}
        | {f"{c}, |Q|={n}, 1 symbol": _Family(c, n, "a") for c in every_convention() for n in (1, 2, 3, 4)},
    ),
    Claim(
        name="rnn-ssm-one-unit-suffices",
        source="2404.08819 Thm 5.1, the least width",
        statement="One sign unit, from h_0 = 0 without start symbol or bias, whatever sgn(0) is, follows every DFA of "
        "two states on two letters, unless one letter keeps both states and the other exchanges them.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.sign_units",
        cases=_enough,
        instances={f"28 DFAs, sgn(0)={sign}": sign for sign in (0, -1, 1)},
    ),
    Claim(
        name="rnn-ssm-one-unit",
        source="2404.08819 Thm 5.1, the least width",
        statement="One sign unit doesn't do parity, whatever its weights, h_0, sgn(0) and readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.sign_units",
        cases=_one_unit,
        instances={"963 layers": parity},
        every_readout=True,
    ),
)
