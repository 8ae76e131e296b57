"""Words of permutations as texts: each letter becomes a string, and the strings are put one after another.

Let x_1 ... x_t be permutations of five places, multiplied with the first one first. Each is written as a product of
transpositions, each transposition as the string that swaps what lies at its two places, and x as the concatenation. A
text is read by a machine, the *scene*, whose symbols are moves, lines or sentences.

*Proof, for words of every length.* After the text of a word the thing that began at place k lies at place
(x_1 ... x_t)(k). It holds for the empty word. If it holds for w, the string of a transposition (i j) swaps what lies at
i and j in every arrangement that can arise, so that it holds for w (i j); that is the product reachability of the scene
against the word problem, over the transpositions as letters. As w -> text is a homomorphism of free monoids, it holds
for every letter that is a product of transpositions. The claims decide both: over transpositions and over all letters.

*Decision form.* The marked thing is back at its place k if and only if the product fixes k. The published data multiply
permutations with the last one first: there the letter p stands for our inverse of p, the product for the inverse of
ours, and a permutation fixes what its inverse fixes.

*In NC0.* A symbol of the text must depend on boundedly many letters, so that all strings need one length: else where
the string of x_t begins depends on all letters before it. *Padded* strings have it: each transposition that a letter
lacks is made up for by a string as long that changes nothing.

Source: 2404.08819 section 3.2 (decision form), Prop 3.3 and Fig. 1; padding and the form in which all things are told
apart are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import permutations
from typing import Final, Protocol, TypeAlias

from constructions.claim import Case, Claim, Kind
from exactssm.algebra import Group, group
from exactssm.algebra.permutation import Permutation, compose, cycles, inverse, parse_permutations
from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import Machine, Output, Relabelled, Renamed, State, Symbol
from exactssm.tasks import WordProblem

__all__ = [
    "CLAIMS",
    "FACTORISATIONS",
    "PLACES",
    "Disguise",
    "Expanded",
    "PlaceOf",
    "Scene",
    "by_cycles",
    "by_neighbours",
    "decided",
    "one_place",
    "ordered_pairs",
    "permutations_of",
    "tracked",
]

PLACES: Final = 5

Swap: TypeAlias = tuple[int, int]
Strings: TypeAlias = Mapping[Symbol, tuple[str, ...]]
Factorisation: TypeAlias = Callable[[Permutation], tuple[Swap, ...]]


def by_cycles(p: Permutation) -> tuple[Swap, ...]:
    """p as a shortest product of transpositions, the first one first: (c_0 c_1 ... c_m) = (c_0 c_1)(c_0 c_2) ...
    (c_0 c_m), cycle by cycle. At most n - 1 of them on n points.

    >>> by_cycles((1, 2, 0, 4, 3))
    ((0, 1), (0, 2), (3, 4))
    """
    return tuple((cycle[0], point) for cycle in cycles(p) for point in cycle[1:])


def by_neighbours(p: Permutation) -> tuple[Swap, ...]:
    """p as a product of transpositions of neighbours, as few as there are: one for each inversion, at most n(n - 1)/2.

    >>> by_neighbours((1, 2, 0, 4, 3))
    ((1, 2), (3, 4), (0, 1))
    """
    goals = list(p)
    swaps: list[Swap] = []
    for end in range(len(p), 1, -1):
        for i in range(end - 1):
            if goals[i] > goals[i + 1]:
                goals[i : i + 2] = goals[i + 1], goals[i]
                swaps.append((i, i + 1))
    return tuple(swaps)


FACTORISATIONS: Final[Mapping[str, tuple[Factorisation, int]]] = {
    "cycles": (by_cycles, PLACES - 1),
    "neighbours": (by_neighbours, PLACES * (PLACES - 1) // 2),
}
"""Ways to factorise permutations of five places, each with the most transpositions that it takes."""


class Scene(Machine, Protocol):
    """What reads a text: a machine whose symbols are moves, lines or sentences. A symbol that makes no sense leads to
    the state None, and so does every symbol from there."""

    def contents(self, state: State) -> tuple[Hashable, ...] | None:
        """What lies at each of the five places; None, unless one thing lies at each."""
        ...


@dataclass(frozen=True)
class Disguise:
    """A way to write words of permutations of five places as texts."""

    scene: Scene
    opening: tuple[str, ...]  #: how a text begins
    swap: Callable[[int, int], tuple[str, ...]]  #: swaps what lies at two different places
    idle: tuple[str, ...]  #: as long as a swap; changes nothing
    factorisation: str = "cycles"
    padded: bool = False
    start: tuple[Hashable, ...] = field(init=False)  #: what lies at each place after the opening

    def __post_init__(self) -> None:
        if self.factorisation not in FACTORISATIONS:
            raise ConstructionError(f"factorisations are {', '.join(FACTORISATIONS)}; got {self.factorisation!r:.40}")
        start = self.scene.contents(self.read(self.opening))
        if start is None:
            raise ConstructionError(f"after the opening {self.opening!r:.200} a thing must lie at each place")
        object.__setattr__(self, "start", start)

    def string(self, p: Permutation) -> tuple[str, ...]:
        """The string of a permutation of the five places."""
        factorise, most = FACTORISATIONS[self.factorisation]
        swaps = factorise(p)
        padding = self.idle * (most - len(swaps)) if self.padded else ()
        return (*(symbol for i, j in swaps for symbol in self.swap(i, j)), *padding)

    def text(self, word: Iterable[Permutation]) -> tuple[str, ...]:
        """The opening, and the strings of the letters."""
        return (*self.opening, *(symbol for p in word for symbol in self.string(p)))

    def read(self, text: Iterable[str]) -> State:
        """The scene's state after ``text``; None, if it makes no sense. Raises SymbolError, for what is no symbol."""
        state = self.scene.start
        for symbol in text:
            state, _ = self.scene.step(state, symbol)
        return state


@dataclass(frozen=True)
class Expanded:
    """``scene`` from the state ``start`` on, reading each letter as a string; after each the readout is put out."""

    scene: Machine
    strings: Strings
    start: State
    readout: Callable[[State], Output]

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return tuple(self.strings)

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        for part in self.strings[symbol]:
            state, _ = self.scene.step(state, part)
        return state, self.readout(state)


def permutations_of(structure: Group) -> tuple[Permutation, ...]:
    """The elements of a group of permutations of at most five points, from their labels, as permutations of five.

    >>> permutations_of(group("S3"))[:3]
    ((0, 1, 2, 3, 4), (0, 2, 1, 3, 4), (1, 0, 2, 3, 4))

    Raises: DomainError, for a group whose elements are no such permutations.
    """
    wanted = f"{structure.name}: a group to be disguised must be one of permutations of {PLACES} points, as S5 is"
    found: list[Permutation] = []
    for label in structure.labels:
        if not label.startswith("("):
            raise DomainError(f"{wanted}; one of its elements is {label[:40]!r}")
        (p,) = ((),) if "((" in label else parse_permutations(label)  # a pair is no permutation
        if "((" in label or len(p) > PLACES:
            raise DomainError(f"{wanted}; one of its elements is {label[:40]!r}")
        found.append((*p, *range(len(p), PLACES)))
    numbers = {p: x for x, p in enumerate(found)}
    for x in structure.generators:  # a product of groups has labels that look alike
        if any(numbers.get(compose(p, found[x])) != structure.mul(y, x) for y, p in enumerate(found)):
            raise DomainError(f"{wanted}, multiplied as such")
    return tuple(found)


@cache
def _s5() -> tuple[Group, tuple[Permutation, ...]]:
    structure = group(f"S{PLACES}")
    return structure, permutations_of(structure)


def _letters(chosen: str) -> dict[Symbol, int]:
    """``all`` elements of S5 or its ``transpositions``, each for itself."""
    structure, images = _s5()
    swaps = [sum(i != k for k, i in enumerate(p)) == 2 for p in images]
    return {x: x for x in range(structure.order) if chosen == "all" or swaps[x]}


@dataclass(frozen=True)
class PlaceOf:
    """The task of saying whether the thing that began at ``place`` is back there: its place after x_1 ... x_t is the
    product's image of ``place``. The letters are the elements of S5."""

    place: int

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return tuple(range(len(_s5()[1])))

    @property
    def start(self) -> State:
        return self.place

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(symbol, int)
        assert isinstance(state, int)
        after = _s5()[1][symbol][state]
        return after, after == self.place


def one_place(place: int) -> Case:
    """`PlaceOf` against the word problem itself: whether the product fixes ``place``."""
    structure, images = _s5()
    fixes = Renamed(WordProblem(structure), {x: p[place] == place for x, p in enumerate(images)})
    return Case(f"place {place + 1}", PlaceOf(place), fixes)


def _case(name: str, disguise: Disguise, chosen: str, readout: Callable[[State], Output], task: Machine) -> Case:
    _, images = _s5()
    letters = _letters(chosen)
    strings = {x: disguise.string(images[y]) for x, y in letters.items()}
    start = disguise.read(disguise.opening)
    return Case(name, Expanded(disguise.scene, strings, start, readout), Relabelled(task, letters))


def tracked(name: str, disguise: Disguise, chosen: str = "all") -> Case:
    """All things told apart: where they lie is the product, an element of S5; over its letters, ``all`` or
    ``transpositions``."""
    structure, images = _s5()
    element = {p: x for x, p in enumerate(images)}
    label = {thing: k for k, thing in enumerate(disguise.start)}
    assert len(label) == PLACES, "all things must differ"

    def readout(state: State) -> Output:
        contents = disguise.scene.contents(state)
        return None if contents is None else element.get(inverse(tuple(label[thing] for thing in contents)))

    return _case(name, disguise, chosen, readout, WordProblem(structure))


def decided(name: str, disguise: Disguise, marked: int, chosen: str = "all", asked: int | None = None) -> Case:
    """One thing marked, the others alike: whether it is back at its place decides whether the product fixes that
    place. With ``asked`` the question is put of that place instead, as if the marked thing had begun there."""
    place = marked if asked is None else asked
    thing = disguise.start[marked]

    def readout(state: State) -> Output:
        contents = disguise.scene.contents(state)
        return None if contents is None else contents[place] == thing

    return _case(name, disguise, chosen, readout, PlaceOf(place))


def ordered_pairs(name: str, disguise: Disguise) -> Case:
    """As `tracked`, with the ordered pairs (i, j), i != j, for letters: (i, j) and (j, i) are different strings."""
    tracking = tracked(name, disguise)
    _, images = _s5()
    element = {p: x for x, p in enumerate(images)}
    pairs = list(permutations(range(PLACES), 2))
    swapped: dict[Symbol, Symbol] = {(i, j): element[_transposition(i, j)] for i, j in pairs}
    assert isinstance(tracking.model, Expanded)
    strings: dict[Symbol, tuple[str, ...]] = {(i, j): disguise.swap(i, j) for i, j in pairs}
    model = Expanded(disguise.scene, strings, tracking.model.start, tracking.model.readout)
    return Case(name, model, Relabelled(WordProblem(group(f"S{PLACES}")), swapped))


def _transposition(i: int, j: int) -> Permutation:
    return tuple({i: j, j: i}.get(k, k) for k in range(PLACES))


CLAIMS = (
    Claim(
        name="one-place-decides",
        source="2404.08819 section 3.2, the decision form",
        statement="Following the image of one place, letter by letter, decides whether the product in S5 fixes it.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=lambda _: map(one_place, range(PLACES)),
        instances={"S5": None},
    ),
)
