"""Permutation-reset automata by a stack of diagonal layers.

Points 0 .. n-1 are moved by the permutations of a solvable group G, and by resets to single points. The point at any
time is the image of the *origin*, where the last reset led, under the product g of the permutations since then. The
origin is one coordinate, kept by permutations (decay 1, drive 0) and overwritten by resets (decay 0, drive the new
point). The product is kept as in `constructions.groups.subnormal_tracker`: with a subnormal series G = N_0 |> ... |>
N_k = 1 with Abelian factors, layer i keeps the digit of g in N_{i-1}/N_i by roots of unity. Permutations rotate it,
and resets put it to one (decay 0, drive 1). A reset is known for one to every layer, and so no layer needs to know
another one's state before the letter: where a permutation was read, it follows from the state after it.

So k layers are enough, or one if G is trivial. What numbers they need depends on G: complex ones for any solvable G; 1
and -1 for a 2-group, with a series whose factors have exponent 2; and for a trivial G no negative decay and drive.

Source: 2603.01959 (Krohn-Rhodes, in words); a permutation-reset automaton as a group and resets: K. Krohn and
J. Rhodes, Trans. AMS 116 (1965).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import lcm
from typing import Final, NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.algebra import AbelianFactor, Group, SubnormalSeries, derived_series, verbal_series
from exactssm.algebra.cascade_product import Transformation, is_permutation, is_reset
from exactssm.algebra.cayley import closure
from exactssm.algebra.permutation import Permutation, compose, format_cycles, parse_permutations
from exactssm.arithmetic import CyclotomicField, Rationals
from exactssm.arithmetic.domain import Domain, Element, powers
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import LETTERS_KEPT, Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import Automaton

__all__ = ["CLAIMS", "NUMBERS", "PermutationReset", "check_numbers", "permutation_reset_stack"]

NUMBERS: Final = ("non-negative", "real", "complex")
"""What the decays and drives of a stack of diagonal layers may be, from the fewest numbers to the most."""

Act: TypeAlias = Callable[[Symbol], Transformation]
Emit: TypeAlias = Callable[[int, Symbol], Symbol]


def check_numbers(numbers: str) -> str:
    """``numbers``, if it is one of `NUMBERS`. Raises ConstructionError otherwise."""
    if numbers not in NUMBERS:
        raise ConstructionError(f"the numbers of a stack must be one of {', '.join(NUMBERS)}; got {numbers!r:.80}")
    return numbers


@dataclass(frozen=True, eq=False)
class PermutationReset:
    """Points 0 .. n-1 that letters permute or reset, and the series by which they are tracked.

    >>> toggle = PermutationReset([(1, 0), (0, 0)], start=0, numbers="real")
    >>> toggle.group.order, toggle.has_resets, toggle.widths
    (2, True, (2,))
    >>> PermutationReset([(1, 0), (0, 0)], start=0, numbers="non-negative")
    Traceback (most recent call last):
    exactssm.errors.ConstructionError: non-negative layers have trivial groups only; (1,2) generates one of order 2

    Raises: ConstructionError, if an action is neither a permutation nor a reset, if the start is no point, or if the
    group, which is named, isn't trivial, a 2-group or solvable, as ``numbers`` need it.
    """

    actions: tuple[Transformation, ...]  #: what the letters do, each once
    start: int
    numbers: str  #: one of `NUMBERS`
    group: Group = field(init=False)  #: what the permutations generate
    permutations: tuple[Permutation, ...] = field(init=False)  #: what each element of the group does
    series: SubnormalSeries = field(init=False)

    def __init__(self, actions: Iterable[Transformation], start: int, numbers: str) -> None:
        distinct = tuple(dict.fromkeys(actions))
        for action in distinct:
            if not (is_permutation(action) or is_reset(action)):
                raise ConstructionError(f"an action must be a permutation or a reset, got {action!r}")
        if not distinct or start not in range(len(distinct[0])):
            raise ConstructionError(f"the start must be one of the points, got {start!r}")
        identity = tuple(range(len(distinct[0])))
        generators = [action for action in distinct if is_permutation(action) and action != identity]
        elements, _ = closure(generators, identity, compose)
        name = ", ".join(map(format_cycles, generators)) or "()"
        structure = Group.generated(name, generators, identity, compose, format_cycles, elements)
        object.__setattr__(self, "actions", distinct)
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "numbers", check_numbers(numbers))
        object.__setattr__(self, "group", structure)
        object.__setattr__(self, "permutations", tuple(elements))
        object.__setattr__(self, "series", _series(structure, numbers))

    @cached_property
    def elements(self) -> dict[Permutation, int]:
        """The element of the group that each permutation is."""
        return {permutation: x for x, permutation in enumerate(self.permutations)}

    @property
    def has_resets(self) -> bool:
        return any(not is_permutation(action) for action in self.actions)

    @property
    def widths(self) -> tuple[int, ...]:
        """The widths of the layers; none, if nothing ever moves."""
        ranks = [factor.rank for factor in self.series.factors] or [0]
        ranks[0] += self.has_resets
        return tuple(filter(None, ranks))

    @property
    def domain(self) -> Domain:
        """The least field with the roots of unity that the series needs."""
        n = lcm(*(order for factor in self.series.factors for order in factor.orders))
        return CyclotomicField(n) if n > 2 else Rationals()

    def blocks(self, act: Act, emit: Emit) -> list[Block]:
        """The layers. ``act`` says what the letter read does, and ``emit(point after it, letter)`` what comes out."""
        layers = [_Layer(self, depth, act, emit) for depth in range(len(self.widths))]
        return [Block(layer.diagonal(), layer.readout) for layer in layers]


def _series(structure: Group, numbers: str) -> SubnormalSeries:
    refused = f"{structure.name} generates one of order {structure.order}"
    if numbers == "non-negative" and structure.order > 1:
        raise ConstructionError(f"non-negative layers have trivial groups only; {refused}")
    if numbers == "real" and structure.order & (structure.order - 1):
        raise ConstructionError(f"real layers have 2-groups only; {refused}")
    if numbers == "real":
        return verbal_series(structure, 2)
    try:
        return derived_series(structure)
    except DomainError:
        raise ConstructionError(f"complex layers have solvable groups only; {refused}, which isn't solvable") from None


class _Turn(NamedTuple):
    """What one layer passes to the next."""

    letter: Symbol  #: what the first layer read
    origin: int
    residual: int | None  #: the element of N_i by which layer i + 1 multiplies; None on a reset
    tail: int  #: the digits decoded so far, an element of G


class _Layer:
    """One layer: a digit of the product, and in the first layer the origin before it, if there are resets."""

    def __init__(self, automaton: PermutationReset, depth: int, act: Act, emit: Emit) -> None:
        factors = automaton.series.factors
        self.automaton, self.depth, self.act, self.emit = automaton, depth, act, emit
        self.factor: AbelianFactor | None = factors[depth] if factors else None
        self.keeps_origin = depth == 0 and automaton.has_resets
        self.domain = automaton.domain
        self.points = {self.domain.element(point): point for point in range(len(automaton.permutations[0]))}
        domain, orders = self.domain, self.factor.orders if self.factor else ()
        self.roots = [powers(domain, domain.root_of_unity(order), order) for order in orders]
        self.exponents = [{root: e for e, root in enumerate(of_root)} for of_root in self.roots]

    def diagonal(self) -> DiagonalLayer:
        on = lru_cache(LETTERS_KEPT)(self._on)
        start = self._with_origin(self.automaton.start, self.domain.one)
        return DiagonalLayer(self.domain, start, decay=lambda x: on(x)[0], drive=lambda x: on(x)[1])

    def _with_origin(self, origin: Element, digit: Element) -> Vector:
        first = (self.domain.element(origin),) if self.keeps_origin else ()
        return (*first, *(digit for _ in self.roots))

    def _turn(self, letter: Symbol) -> _Turn:
        """The letter, as the first layer understands it, and the others are told."""
        if isinstance(letter, _Turn):
            return letter
        action = self.act(letter)
        if is_permutation(action):
            return _Turn(letter, self.automaton.start, self.automaton.elements[action], 0)
        return _Turn(letter, action[0], None, 0)

    def _on(self, letter: Symbol) -> tuple[Vector, Vector]:
        """Decay and drive."""
        turn, zero, one = self._turn(letter), self.domain.zero, self.domain.one
        if turn.residual is None:
            return self._with_origin(0, zero), self._with_origin(turn.origin, one)
        exponents = self.factor.coordinates(turn.residual) if self.factor else ()
        digits = tuple(of_root[e] for of_root, e in zip(self.roots, exponents, strict=True))
        return (*((one,) if self.keeps_origin else ()), *digits), self._with_origin(0, zero)

    def readout(self, state: Vector, letter: Symbol) -> Symbol:
        turn = self._turn(letter)
        origin, residual, tail = turn.origin, turn.residual, turn.tail
        if self.keeps_origin:
            origin, state = self.points[state[0]], state[1:]
        if self.factor is not None:
            exponents = tuple(known[root] for known, root in zip(self.exponents, state, strict=True))
            if residual is not None:
                residual = self.factor.carry(exponents, residual)
            tail = self.automaton.group.mul(self.factor.representative(exponents), tail)
        if self.depth < len(self.automaton.widths) - 1:
            return _Turn(turn.letter, origin, residual, tail)
        return self.emit(self.automaton.permutations[tail][origin], turn.letter)


def permutation_reset_stack(automaton: Automaton, numbers: str) -> Model:
    """The stack that puts out the state of an automaton each of whose letters permutes the states or resets them.

    >>> from exactssm.machine import run
    >>> from exactssm.tasks import flip_flop
    >>> run(permutation_reset_stack(flip_flop(), "non-negative"), ("read", "set", "read", "reset")).outputs
    (0, 1, 1, 0)

    Raises: ConstructionError as `PermutationReset`, or if nothing ever moves; DomainError, for a group of more than
    5040 elements.
    """
    number = {state: point for point, state in enumerate(automaton.states)}
    action = {x: tuple(number[automaton.delta[q, x]] for q in automaton.states) for x in automaton.alphabet}
    moved = PermutationReset(action.values(), number[automaton.start], numbers)
    if not moved.widths:
        raise ConstructionError("a stack keeps what moves; no letter of this automaton moves a state")
    return Model(automaton.alphabet, moved.blocks(lambda x: action[x], lambda point, x: automaton.states[point]))


class _Moved(NamedTuple):
    """One instance: the permutations among the letters, in cycle notation; and every point has its reset."""

    points: int
    permutations: str
    numbers: str


def _automaton(instance: _Moved) -> Automaton:
    """Reads its permutations, named g0, g1 and so on, and resets, named by their points."""
    points = range(instance.points)
    action: dict[Symbol, Transformation] = {point: (point,) * instance.points for point in points}
    if instance.permutations:
        for number, p in enumerate(parse_permutations(instance.permutations)):
            action[f"g{number}"] = p + tuple(range(len(p), instance.points))
    return Automaton.moore(action, points, 0, lambda q, x: action[x][q], lambda q: q)  # type: ignore[call-overload]


def _cases(instance: _Moved) -> Iterator[Case]:
    automaton = _automaton(instance)
    actions = [tuple(automaton.delta[q, x] for q in automaton.states) for x in automaton.alphabet]
    moved = PermutationReset(actions, 0, instance.numbers)  # type: ignore[arg-type]
    orders = [order for factor in moved.series.factors for order in factor.orders]
    bounds = Bounds(
        exactly={"depth": max(1, moved.series.length), "widths": moved.widths},
        at_most={"precision": max((n - 1).bit_length() for n in (instance.points, *orders))},
    )
    model = permutation_reset_stack(automaton, instance.numbers)
    yield Case("permutations and every reset", model, automaton, bounds)


CLAIMS = (
    Claim(
        name="permutation-reset",
        source="2603.01959, Krohn-Rhodes for diagonal layers",
        statement="An automaton whose letters permute its states or reset them all to one is a stack of max(1, k) "
        "diagonal layers, where k is the length of a series of its group: with complex numbers if the group is "
        "solvable, with 1, -1 and the points for numbers if it is a 2-group, and with nothing negative if it is "
        "trivial.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.permutation_reset",
        cases=_cases,
        instances={
            "resets of 5 points, non-negative": _Moved(5, "", "non-negative"),
            "C2 on 2 points, real": _Moved(2, "(1 2)", "real"),
            "C4 on 4 points, real": _Moved(4, "(1 2 3 4)", "real"),
            "D4 on 4 points, real": _Moved(4, "(1 2 3 4), (1 3)", "real"),
            "C4 on 4 points, complex": _Moved(4, "(1 2 3 4)", "complex"),
            "S3 on 3 points, complex": _Moved(3, "(1 2 3), (1 2)", "complex"),
            "C6 on 5 points, complex": _Moved(5, "(1 2)(3 4 5)", "complex"),
            "A4 on 4 points, complex": _Moved(4, "(1 2 3), (1 2)(3 4)", "complex"),
        },
        full={
            "S4 on 4 points, complex": _Moved(4, "(1 2 3 4), (1 2)", "complex"),
            "AGL(1,5) on 5 points, complex": _Moved(5, "(1 2 3 4 5), (2 3 5 4)", "complex"),
            "C2 wr C4 on 8 points, real": _Moved(8, "(1 2), (1 3 5 7)(2 4 6 8)", "real"),
        },
    ),
)
