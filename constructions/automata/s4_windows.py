"""What layers with one A for all letters (S4) do: the last letters, the first ones, and the number of letters modulo p.

Let h_t = A h_{t-1} + b(x_t), over exact numbers without torsion (Q, the complex numbers), reach finitely many states,
and let the readout be any function of the state after the letter and the letter. Call S the stable semigroup of the
task's transition monoid (`exactssm.algebra.stability`).

*Theorem.* One such layer does a task iff S is definite, xe = e for each x and each idempotent e in it: iff the output
is a function of the last k letters and of the number of letters modulo p, for some k and p. A stack of them, of any
depth, does it iff S is locally trivial, exe = e: iff the output is a function of the first m letters, of the last k,
and of their number modulo p; and then two layers do it.

*One layer, only if.* Split the space into a part on which A is nilpotent and one on which it is invertible (Fitting).
In the first the state is a function of the last letters, as many as the width at most. In the second each letter
permutes the finitely many reachable values, as h -> A h + b(x) is one to one. For letters x and y, doing x and undoing
y is a translation of a finite set, so that it is trivial: b(x) = b(y). So there the state is a function of the number
of letters alone. Hence words u b a^r and u a a^r, a and b of one length, lead to one state, if a^r is as long as the
layer is wide. Let a do what e does, and b what xe does.

*Stacks, only if.* Let T be the transition monoid of a stack. Claim: if a word e acts as an idempotent, and the word s
is as long as it, then ese = e in T. By induction, it is so of the layers below the last one. Take the states q = qe
where these layers are in some fixed states c. By the claim they are in c again after se, and the last layer has moved
by h -> A^n h + v, with n the length of se; and by ee, of the same length n, it has moved by h -> A^n h + w, which is
the identity here. So se translates a finite set by v - w, which is 0. Now take e = a^r and s = b a^(r-1), with r such
that a^r is idempotent in T.

*If.* A cyclic shift of roots of unity, or one of them, counts letters modulo p, and a nilpotent shift keeps the last
ones. It also knows how many letters there have been, up to the size of its window; so a second layer, A = 1, can add
the number of the state after m letters just then, and keeps it for ever.

*What it amounts to.* These stacks do exactly the regular tasks in NC0. If exe = e fails, write a word of length n as
blocks that act as e, with x in place of one: a function of c letters can't see all the places where x may stand.

Source: ours, on the non-gated SSM of 2404.08819 Def. 2.1 and Thm 4.2; stable semigroups: J. Comput. Syst. Sci. 44
(1992).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import product
from math import lcm
from typing import Final, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import CyclotomicField, Rationals
from exactssm.arithmetic.domain import powers
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.layers import ConstantLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Machine, Symbol
from exactssm.models import Block, Model
from exactssm.table import TableMachine, minimise, tabulate
from exactssm.tasks import all_dfas, delay, ends_with_ab, regular_expression, star

__all__ = ["CLAIMS", "MAX_STATES", "Ends", "ends_of", "least_table", "s4_stack"]

MAX_STATES: Final = 200
"""States of a machine that is built or refuted here: pairs of them are gone through."""

MAX_PERIOD: Final = 1000


class Ends(NamedTuple):
    """How an output can be told: from the state after the first letters, the last ones, and the number of letters."""

    first: int  #: m
    last: int  #: k, of the letters before the one just read
    period: int  #: p
    sources: dict[tuple[int, int], int]
    """By the state of the least table after m letters and by i modulo p: one from which the last k letters lead where
    m + i + k do."""


def ends_of(machine: Machine) -> Ends | None:
    """What of a word tells the state of a finite machine after it; None, if words must be read in full.

    >>> from exactssm.tasks import delay
    >>> [ends_of(task)[:3] for task in (ends_with_ab(), star("aa"), regular_expression("a(a|b)*b"))]
    [(0, 1, 1), (0, 0, 2), (1, 0, 1)]
    >>> from exactssm.tasks import parity
    >>> ends_of(parity()) is None
    True

    Raises: ConstructionError, if an output is unspecified; BudgetExhausted, beyond `MAX_STATES` states.
    """
    return _ends(least_table(machine))


def least_table(machine: Machine) -> TableMachine:
    """The least table of a finite machine. Raises as `ends_of`."""
    return minimise(tabulate(machine, max_states=MAX_STATES))


def _ends(table: TableMachine) -> Ends | None:
    rows: list[list[int]] = table.next.tolist()
    known: dict[int, int | None] = {}
    level = frozenset([table.start])
    met: list[frozenset[int]] = []
    while level not in met:  # the states after m letters
        met.append(level)
        periods = [known.setdefault(q, _period(rows, q)) if q not in known else known[q] for q in sorted(level)]
        if None not in periods:
            period = lcm(*(p for p in periods if p is not None))
            classes = {q: _classes(rows, q, period) for q in level}
            last = max(_height(rows, found) or 0 for found in classes.values())
            sources = {(q, i): min(members) for q, found in classes.items() for i, members in enumerate(found)}
            return Ends(len(met) - 1, last, period, sources)
        level = frozenset(after for q in level for after in rows[q])
    return None


def _period(rows: list[list[int]], start: int) -> int | None:
    """The least p such that the last letters and the number of letters modulo p tell the state, read from ``start``;
    None, if there is none."""
    level = frozenset([start])
    met: dict[frozenset[int], int] = {}
    while level not in met:
        if len(met) > MAX_PERIOD:
            raise BudgetExhausted(f"the sets of states after n letters don't come round within {MAX_PERIOD} letters")
        met[level] = len(met)
        level = frozenset(after for q in level for after in rows[q])
    round_ = len(met) - met[level]
    divisors = (p for p in range(1, round_ + 1) if round_ % p == 0)
    return next((p for p in divisors if _height(rows, _classes(rows, start, p)) is not None), None)


def _classes(rows: list[list[int]], start: int, period: int) -> list[set[int]]:
    """For each r the states after words of r letters modulo ``period``."""
    reached: list[set[int]] = [set() for _ in range(period)]
    reached[0].add(start)
    frontier = [(start, 0)]
    for q, residue in frontier:  # which grows while it is read
        residue = (residue + 1) % period
        for after in rows[q]:
            if after not in reached[residue]:
                reached[residue].add(after)
                frontier.append((after, residue))
    return reached


def _height(rows: list[list[int]], classes: list[set[int]]) -> int | None:
    """How many letters take any two states of one class to one state; None, if some words never do."""
    height: dict[tuple[int, int], int | None] = {}
    for members in classes:
        for pair in product(sorted(members), repeat=2):
            stack = [pair] if pair[0] < pair[1] else []
            while stack:
                p, q = stack[-1]
                after = {(min(ends), max(ends)) for ends in zip(rows[p], rows[q], strict=True) if ends[0] != ends[1]}
                if (p, q) not in height:
                    height[p, q] = None  # on the path
                    if any(pair in height and height[pair] is None for pair in after):
                        return None
                    stack += [pair for pair in sorted(after) if pair not in height]
                    continue
                if height[p, q] is None:
                    heights = [height.get(pair) for pair in after]
                    if None in heights:
                        return None
                    height[p, q] = 1 + max((h for h in heights if h is not None), default=0)
                stack.pop()
    return max((h for h in height.values() if h is not None), default=0)


class _Seen(NamedTuple):
    """What the first layer knows."""

    window: tuple[Symbol | None, ...]  #: the last letters, the oldest first; None where nothing had been read yet
    clock: int  #: the number of letters, modulo the period


def s4_stack(machine: Machine) -> Model:
    """One layer with the same A on every letter that puts out what ``machine`` does; or two, where it takes two.

    Resources: with m, k, p of `ends_of`: depth 1 if m = 0, else 2. Width of the first layer m + k + 1 cells, none if m
    + k = 0, and one for the clock if p > 1; of the second, 1.

    >>> from exactssm.machine import run
    >>> model = s4_stack(ends_with_ab())
    >>> [layer.width for layer in model.layers()], run(model, "aabb").outputs
    ([2], (False, False, True, False))

    Raises: ConstructionError, if no stack does it; as `ends_of`; DomainError, for a period beyond cyclotomic fields.
    """
    table = least_table(machine)
    ends = _ends(table)
    if ends is None:
        raise ConstructionError(
            "the output must be a function of the first letters, the last ones and their number modulo something; it "
            "isn't, and no stack of layers with one A for all letters does it"
        )
    return _Builder(table, ends).model


class _Builder:
    def __init__(self, table: TableMachine, ends: Ends) -> None:
        self.table, self.ends = table, ends
        self.cells = ends.first + ends.last + 1 if ends.first + ends.last else 0
        self.letters = (None, *table.alphabet)
        self.code = {letter: code for code, letter in enumerate(table.alphabet, start=1)}

    @cached_property
    def model(self) -> Model:
        ends, cells = self.ends, self.cells
        field = Rationals() if ends.period <= 2 else CyclotomicField(ends.period)
        zero, one = field.zero, field.one
        clocks = int(ends.period > 1 or not cells)  # a layer has a coordinate, be it one that never moves
        root = field.root_of_unity(ends.period)
        hours = {w: hour for hour, w in enumerate(powers(field, root, ends.period))}
        width = cells + clocks

        def entry(i: int, j: int) -> object:
            if i == j == cells:
                return root
            return one if i < cells and i == j + 1 else zero

        matrix: Matrix = tuple(tuple(entry(i, j) for j in range(width)) for i in range(width))
        codes = {letter: field.element(code) for letter, code in self.code.items()}
        of_code = {field.element(code): letter for code, letter in enumerate(self.letters)}

        def drive(letter: Symbol) -> Vector:
            return tuple(codes[letter] if cells and i == 0 else zero for i in range(width))

        def seen(state: Vector, letter: Symbol) -> _Seen:
            window = tuple(of_code[cell] for cell in reversed(state[:cells])) or (letter,)
            return _Seen(window, hours[state[cells]] if clocks else 0)

        start = (zero,) * cells + (one,) * clocks
        layer = ConstantLayer(field, start, matrix, drive)
        if not ends.first:
            return Model(self.table.alphabet, [Block(layer, lambda h, x: self.output(seen(h, x), self.table.start))])
        rational = Rationals()
        keep = ConstantLayer(
            rational, (rational.zero,), ((rational.one,),), lambda z: (rational.element(self.state_to_keep(z)),)
        )
        return Model(self.table.alphabet, [Block(layer, seen), Block(keep, lambda h, z: self.output(z, int(h[0])))])

    def state_to_keep(self, seen: _Seen) -> int:
        """The state after the first m letters, when just these have been read; else 0."""
        prefix = [x for x in seen.window if x is not None]
        return self.run(self.table.start, prefix) if len(prefix) == self.ends.first else 0

    def run(self, state: int, word: Sequence[Symbol]) -> int:
        for letter in word:
            state, _ = self.table.step(state, letter)
        return state

    def output(self, seen: _Seen, after_first: int) -> object:
        *before, letter = seen.window
        first, last, period, sources = self.ends
        if self.cells and before[0] is None:
            state = self.run(self.table.start, [x for x in before if x is not None])
        else:
            source = sources[after_first, (seen.clock - 1 - last - first) % period]
            state = self.run(source, before[len(before) - last :])
        return self.table.step(state, letter)[1]


def _case(name: str, machine: Machine) -> Case:
    table = least_table(machine)
    ends = _ends(table)
    assert ends is not None
    first = _Builder(table, ends).cells + (ends.period > 1) or 1
    bounds = Bounds(exactly={"depth": 2, "widths": (first, 1)} if ends.first else {"depth": 1, "widths": (first,)})
    return Case(name, s4_stack(machine), machine, bounds)


def _every_dfa(states: int, first: bool = False) -> Iterator[Case]:
    """Those that are told without their first letters, or only with them."""
    for number, dfa in enumerate(all_dfas(states, "ab")):
        if (ends := ends_of(dfa)) is not None and bool(ends.first) == first:
            yield _case(f"automaton {number}", dfa)


def _deep(instance: str | int) -> Iterator[Case]:
    return _every_dfa(instance, first=True) if isinstance(instance, int) else _named(instance)


def _named(task: Machine | str) -> Iterator[Case]:
    yield _case("every word", regular_expression(task) if isinstance(task, str) else task)


_SOURCE: Final = "2404.08819 Def. 2.1, A the same on every letter; ours"
_PROOF: Final = "constructions.automata.s4_windows"

CLAIMS = (
    Claim(
        name="s4-one-layer",
        source=_SOURCE,
        statement="One layer with one A for all letters does every task whose output is a function of the last letters "
        "and of the number of letters modulo p.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=_PROOF,
        cases=_every_dfa,
        instances={"|Q|=2, 2 symbols": 2},
        full={"|Q|=3, 2 symbols": 3},
    ),
    Claim(
        name="s4-two-layers",
        source=_SOURCE,
        statement="Two layers, each with one A for all letters, also know the first letters.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=_PROOF,
        cases=_deep,
        instances={"a(a|b)*b": "a(a|b)*b", "(a|b)a(a|b)*": "(a|b)a(a|b)*"},
        full={"((a|b)(a|b))*b|aab(a|b)*b": "((a|b)(a|b))*b|aab(a|b)*b", "12 DFAs, |Q|=3, 2 symbols": 3},
    ),
    Claim(
        name="s4-named",
        source=_SOURCE,
        statement="The same for languages by their names.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=_PROOF,
        cases=_named,
        instances={
            "(aa)*": star("aa"),
            "(aaa)*": star("aaa"),
            "(a|b)*ab": ends_with_ab(),
            "the letter of two before": delay(2, "ab", None),
            "((a|b)(a|b)(a|b))*a": "((a|b)(a|b)(a|b))*a",
        },
    ),
)
