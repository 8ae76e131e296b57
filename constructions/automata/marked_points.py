"""Points moved by letters, some of them marked; and what a recurrent layer may be given besides its weights.

Letters are maps of the points 0 .. n-1. One marked point is an automaton's state; all points marked are the running
product in the monoid that the letters generate. What says where each mark is follows any automaton and any monoid that
a person names, a monoid by its table (its elements are the points, moved by multiplication from the right, and the
identity is marked) or by the maps that generate it.

Source: 2404.08819, §3 (word problems; chess) and §5 (automata), whose theorems name neither h_0 nor sgn(0).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations, product
from typing import TypeAlias

from exactssm.algebra import FiniteMonoid, group
from exactssm.errors import DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol
from exactssm.tasks import Automaton, WordProblem, dead_states

__all__ = [
    "GROUPS",
    "LARGE_GROUPS",
    "PLAIN",
    "POINTS",
    "START",
    "Announced",
    "Conventions",
    "MarkedPoints",
    "Places",
    "Read",
    "all_maps",
    "alone",
    "board",
    "even_permutations",
    "every_convention",
    "generators_of_all_maps",
    "held",
    "one_piece",
    "regular",
    "told",
]

START = "$"

Places: TypeAlias = tuple[int, ...]
Read: TypeAlias = Callable[[Places | None, Symbol], Output]
"""What is put out where the marks are at these places, after this symbol; None for a state that says no places."""


@dataclass(frozen=True)
class MarkedPoints:
    """The task of saying, after each letter, at which points the marks are.

    >>> from exactssm.machine import run
    >>> run(MarkedPoints({"swap": (1, 0, 2), "turn": (1, 2, 0)}, marks=(0, 2)), ["swap", "turn"]).outputs
    ((1, 2), (2, 0))

    Raises: DomainError, unless there is a letter, all maps are of the same points, and marks are points.
    """

    maps: Mapping[Symbol, Places]  #: for each letter the images of the points 0 .. n-1
    marks: Places  #: where the marks are at first; different marks may be at one point

    def __post_init__(self) -> None:
        sizes = {len(images) for images in self.maps.values()}
        if len(sizes) != 1:
            raise DomainError(f"letters must be maps of the same points, and at least one; got sizes {sorted(sizes)}")
        for x, images in self.maps.items():
            self._check(images, f"the images under {x!r}")
        self._check(self.marks, "the marks")

    def _check(self, places: Places, what: str) -> None:
        if not places or not all(p in range(self.points) for p in places):
            raise DomainError(f"{what} must be points, 0 to {self.points - 1}, at least one; got {places!r:.80}")

    @classmethod
    def of_automaton(cls, automaton: Automaton) -> MarkedPoints:
        """The states of an automaton for points, in their order, with the start marked."""
        number = {q: place for place, q in enumerate(automaton.states)}
        maps = {x: tuple(number[automaton.delta[q, x]] for q in automaton.states) for x in automaton.alphabet}
        return cls(maps, (number[automaton.start],))

    @classmethod
    def of_monoid(cls, structure: FiniteMonoid, letters: Iterable[int]) -> MarkedPoints:
        """The elements for points, moved by multiplication from the right, with the identity marked."""
        return cls({x: tuple(structure.table[:, x].tolist()) for x in letters}, (0,))

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return tuple(self.maps)

    @property
    def start(self) -> State:
        return self.marks

    @cached_property
    def points(self) -> int:
        """The number of points."""
        return len(next(iter(self.maps.values())))

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, tuple)
        if symbol not in self.maps:
            raise SymbolError(f"{symbol!r} is not a letter of these points")
        after = tuple(map(self.maps[symbol].__getitem__, state))
        return after, after

    def __hash__(self) -> int:
        return hash((tuple(self.maps.items()), self.marks))

    @cached_property
    def marks_never_meet(self) -> bool:
        """Whether all letters are permutations and the marks are at different points."""
        return all(len(set(images)) == self.points for images in (*self.maps.values(),)) and len(
            set(self.marks)
        ) == len(self.marks)

    def vector(self, places: Places) -> tuple[int, ...]:
        """v: at each point the sum of the weights of the marks there."""
        v = [0] * self.points
        for mark, place in enumerate(places):
            v[place] += mark + 1 if self.marks_never_meet else 1 << mark
        return tuple(v)

    def places(self, v: Sequence[int]) -> Places | None:
        """The places of the marks by the vector of them; None, if no places have it."""
        found: dict[int, int] = {}
        for place, total in enumerate(v):
            if total < 0:
                return None
            for mark in [total - 1] if self.marks_never_meet and total else _bits(total):
                if found.setdefault(mark, place) != place:
                    return None
        return tuple(found[mark] for mark in sorted(found)) if set(found) == set(range(len(self.marks))) else None


def _bits(number: int) -> Iterator[int]:
    return (place for place in range(number.bit_length()) if number >> place & 1)


@dataclass(frozen=True)
class Conventions:
    """What Thms 5.1 and 5.2 leave open, but for sgn(0)."""

    zero_start: bool = True  #: h_0 = 0; otherwise the layer starts at the vector that stands for the start
    start_symbol: bool = False  #: $ is read first

    def __str__(self) -> str:
        return f"h_0 {'=' if self.zero_start else '!='} 0, {'with' if self.start_symbol else 'no'} $"


PLAIN = Conventions()


def every_convention() -> Iterator[Conventions]:
    """All four."""
    return (Conventions(zero, symbol) for zero, symbol in product((True, False), repeat=2))


@dataclass(frozen=True)
class Announced:
    """``task`` after one start symbol $, which comes first and never again; on $ itself ``at_start`` is demanded.

    Raises: SymbolError, if the task reads $ itself.
    """

    task: Machine
    at_start: Output = UNSPECIFIED

    start = ("waiting",)
    _dead = ("dead",)

    def __post_init__(self) -> None:
        if START in self.task.alphabet:
            raise SymbolError(f"the start symbol {START!r} must not be one of the task's, {self.task.alphabet!r:.80}")

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return (START, *self.task.alphabet)

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        if state == self._dead or (symbol == START) != (state == self.start):
            return self._dead, UNSPECIFIED
        if symbol == START:
            return ("reading", self.task.start), self.at_start
        assert isinstance(state, tuple)
        after, output = self.task.step(state[1], symbol)
        return ("reading", after), output

    def is_dead(self, state: State) -> bool:
        if state in (self.start, self._dead):
            return state == self._dead
        assert isinstance(state, tuple)
        return dead_states(self.task)(state[1])


def held(task: Machine, conventions: Conventions) -> Machine:
    """What a model under these conventions is held against."""
    return Announced(task) if conventions.start_symbol else task


def alone(places: Places | None, symbol: Symbol) -> Output:
    """The place of the only mark, put out."""
    return None if places is None else places[0]


def told(places: Places | None, symbol: Symbol) -> Output:
    """The places themselves, put out."""
    return places


def one_piece(squares: int = 5) -> MarkedPoints:
    """The square of one marked piece, first on square 0, as the pieces on two squares are exchanged: the rook of
    2404.08819 Prop 3.3, where an exchange is 12 half-moves of chess, and the marked cell of its Python programs."""
    return MarkedPoints(_exchanges(squares), (0,))


def board(squares: int = 5, neighbours: bool = False) -> MarkedPoints:
    """The squares of all pieces: the running product in S_n, with transpositions for letters, or with those of
    neighbours only."""
    exchanges = _exchanges(squares)
    if neighbours:
        exchanges = {(i, i + 1): exchanges[i, i + 1] for i in range(squares - 1)}
    return MarkedPoints(exchanges, tuple(range(squares)))


def _exchanges(squares: int) -> dict[Symbol, Places]:
    return {
        (i, j): tuple(j if p == i else i if p == j else p for p in range(squares))
        for i, j in combinations(range(squares), 2)
    }


def all_maps(n: int) -> MarkedPoints:
    """The monoid of all maps of n points, a letter for each."""
    return MarkedPoints({images: images for images in product(range(n), repeat=n)}, tuple(range(n)))


def generators_of_all_maps(n: int) -> MarkedPoints:
    """The same monoid by a turn, an exchange and a map that merges two points, for n >= 2."""
    turn = tuple((p + 1) % n for p in range(n))
    exchange, merge = (1, 0, *range(2, n)), (0, 0, *range(2, n))
    return MarkedPoints({"turn": turn, "exchange": exchange, "merge": merge}, tuple(range(n)))


def even_permutations(n: int) -> MarkedPoints:
    """A_n on its n points, generated by the 3-cycles (0 1 i)."""
    maps: dict[Symbol, Places] = {}
    for i in range(2, n):
        cycle = {0: 1, 1: i, i: 0}
        maps[i] = tuple(cycle.get(p, p) for p in range(n))
    return MarkedPoints(maps, tuple(range(n)))


def regular(name: str) -> tuple[WordProblem, MarkedPoints]:
    """The word problem that ``A5`` or ``A5:generators`` names, with all elements or generators for letters, and the
    group as points."""
    structure = group(name.removesuffix(":generators"))
    letters = structure.generators if name.endswith(":generators") else None
    problem = WordProblem(structure, letters)
    return problem, MarkedPoints.of_monoid(structure, problem.letters)


POINTS: dict[str, Callable[[], MarkedPoints]] = {
    "all maps of 3 points, 3 generators": lambda: generators_of_all_maps(3),
    "a piece on 5 squares": one_piece,
}

GROUPS = ("Z60:generators", "A5:generators", "A4xZ5:generators")
LARGE_GROUPS = ("S5:generators", "A5", "A4xZ5", "Z60", "S5")
