"""The holonomy decomposition: every finite automaton as a cascade of permutation-reset automata.

Let I hold the *images* Q w of the set Q of states under all words w, and the singletons. For P and R in I say P <= R
if P is in R w for some word w. Sets with P <= R <= P are of one class; the *height* of a class is the length of the
longest chain of classes from it down to the singletons, which have height 0. The *tiles* of P are the largest proper
subsets of P in I; as singletons are in I, they cover P. A chain from Q to {q}, each set a tile of the one before, names
the state q, and skips a height now and then.

A level of the cascade is a height h, the topmost first. Its points are the tiles of a representative R of each class
at h. A word takes R to P one to one, for each P of its class, and tiles to tiles, so that a tile of P is a point, too.
A letter s takes the chain in which P is the next set of height at most h to one in which P' is the next, and P s always
lies in P'. At level h,

- if P' is of less height, the point doesn't matter, and nothing moves;
- if P s = P', then P' <= P, so that both are of height h and of one class, and tiles go to tiles: a permutation;
- else P s lies in a tile of P', which is where the point is *reset*.

P and P' are determined by the points of the levels above before the letter. The permutations of a class come from words
that take R to R: its *holonomy group*, which divides the transition monoid. So they are trivial if the monoid is
aperiodic, 2-groups if all its subgroups are, and solvable if all its subgroups are. The converse is the theorem of
Krohn and Rhodes: what a cascade emulates has no simple groups that its levels lack.

Source: S. Eilenberg, Automata, Languages, and Machines, vol. B (1976), ch. II; A. Egri-Nagy and C. L. Nehaniv,
Computational holonomy decomposition (2015).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from exactssm.algebra.cascade_product import Code, PermutationResetCascade, Transformation
from exactssm.algebra.permutation import check_transformations
from exactssm.errors import BudgetExhausted, DomainError

__all__ = ["MAX_CODES", "MAX_SETS", "holonomy_cascade"]

States: TypeAlias = frozenset[int]

MAX_SETS: Final = 2048
"""The most images and singletons."""

MAX_CODES: Final = 100_000
"""The most codes."""


def holonomy_cascade(
    maps: Iterable[Iterable[int]],
    starts: Iterable[int] | None = None,
    *,
    max_sets: int = MAX_SETS,
    max_codes: int = MAX_CODES,
) -> PermutationResetCascade:
    """The cascade that emulates the automaton whose letters act on its states 0 .. n-1 by ``maps``, with codes for what
    can be reached from ``starts``, or for all states.

    >>> flip_flop = holonomy_cascade([(0, 1), (0, 0), (1, 1)])
    >>> flip_flop.sizes, [group.order for group in flip_flop.groups]
    ((2,), [1])
    >>> full = holonomy_cascade([(1, 2, 0), (1, 0, 2), (0, 0, 2)])  # all maps of three states
    >>> full.sizes, [group.order for group in full.groups]
    ((3, 2), [6, 2])

    Raises: DomainError, if the maps are none, or aren't maps of the same states; BudgetExhausted, beyond ``max_sets``
    images or ``max_codes`` codes.
    """
    checked = check_transformations(maps, "maps")
    if not checked or not checked[0]:
        raise DomainError("an automaton needs at least one letter and one state, got none")
    n = len(checked[0])
    begin = range(n) if starts is None else sorted(set(starts))
    for state in begin:
        if not 0 <= state < n:
            raise DomainError(f"the states are 0 .. {n - 1}, got the start {state!r}")
    return _Decomposition(checked, max_sets).cascade(begin, max_codes)


@dataclass(frozen=True)
class _Class:
    """Sets that words take to one another, and how the representative's tiles lie in each."""

    height: int
    offset: int  #: the number of the representative's first tile among the points of its level
    tiles: dict[States, tuple[States, ...]]  #: for each set its tiles, in the order of the representative's


@dataclass
class _Decomposition:
    """The sets of an automaton, in classes."""

    maps: tuple[Transformation, ...]
    max_sets: int
    class_of: dict[States, _Class] = field(init=False)
    sizes: list[int] = field(init=False)  # points, the topmost level first

    def __post_init__(self) -> None:
        sets = self._images()
        largest_below = {P: _maximal([T for T in sets if T < P]) for P in sets}
        self.class_of = {}
        points: dict[int, int] = {}
        for members, height in self._classes(sets, largest_below):
            offset = points.get(height, 0)
            tiles = self._placed(members, largest_below[members[0]])
            points[height] = offset + len(tiles[members[0]])
            known = _Class(height, offset, tiles)
            self.class_of.update(dict.fromkeys(members, known))
        self.sizes = [points[height] for height in range(len(points) - 1, 0, -1)]

    def image(self, P: States, letter: int) -> States:
        map = self.maps[letter]
        return frozenset([map[q] for q in P])

    def _images(self) -> list[States]:
        """I, large sets first."""
        n = len(self.maps[0])
        found = {frozenset(range(n)): None} | {frozenset([q]): None for q in range(n)}
        frontier = list(found)
        for P in frontier:  # which grows while it is read
            for letter in range(len(self.maps)):
                image = self.image(P, letter)
                if image not in found:
                    if len(found) >= self.max_sets:
                        raise BudgetExhausted(f"the automaton has more than {self.max_sets} images; raise max_sets")
                    found[image] = None
                    frontier.append(image)
        return sorted(found, key=lambda P: (-len(P), sorted(P)))

    def _classes(
        self, sets: Sequence[States], largest_below: dict[States, list[States]]
    ) -> Iterable[tuple[list[States], int]]:
        """The classes with their heights, low ones first. A set of I can only become smaller: classes are the strongly
        connected components of the letters' graph."""
        from networkx import DiGraph, condensation, topological_sort

        graph = DiGraph()
        graph.add_nodes_from(sets)
        for P in sets:
            graph.add_edges_from((P, self.image(P, letter)) for letter in range(len(self.maps)))
            graph.add_edges_from((P, T) for T in largest_below[P])
        place = {P: i for i, P in enumerate(sets)}
        components = condensation(graph)
        height: dict[int, int] = {}
        for component in reversed(list(topological_sort(components))):
            members = sorted(components.nodes[component]["members"], key=place.__getitem__)
            below = [height[other] for other in components.successors(component)]
            height[component] = 1 + max(below) if len(members[0]) > 1 else 0
            yield members, height[component]

    def _placed(self, members: Sequence[States], tiles: Sequence[States]) -> dict[States, tuple[States, ...]]:
        """For each set of a class the images of the first one's tiles, under a word that leads there."""
        inside = set(members)
        placed = {members[0]: tuple(tiles)}
        frontier = [members[0]]
        for P in frontier:  # which grows while it is read
            for letter in range(len(self.maps)):
                image = self.image(P, letter)
                if image in inside and image not in placed:
                    placed[image] = tuple(self.image(T, letter) for T in placed[P])
                    frontier.append(image)
        return placed

    def cascade(self, starts: Iterable[int], max_codes: int) -> PermutationResetCascade:
        """The cascade on what can be reached from codes of ``starts``."""
        states = {self._code(q): q for q in starts}
        actions: dict[tuple[Code, int], Transformation] = {}
        frontier = list(states)
        for code in frontier:  # which grows while it is read
            for letter in range(len(self.maps)):
                after = self._step(code, letter, actions)
                if after not in states:
                    if len(states) >= max_codes:
                        raise BudgetExhausted(f"the cascade has more than {max_codes} codes; raise max_codes")
                    states[after] = self.maps[letter][states[code]]
                    frontier.append(after)
        return PermutationResetCascade(self.maps, tuple(self.sizes), actions, states)

    def _top(self) -> States:
        return frozenset(range(len(self.maps[0])))

    def _code(self, q: int) -> Code:
        """The code of ``q`` by first tiles; heights that its chain skips stand at point 0."""
        P, code = self._top(), []
        for level in range(len(self.sizes)):
            known = self.class_of[P]
            point = 0
            if known.height == len(self.sizes) - level:
                tile = next(i for i, T in enumerate(known.tiles[P]) if q in T)
                P, point = known.tiles[P][tile], known.offset + tile
            code.append(point)
        return tuple(code)

    def _step(self, code: Code, letter: int, actions: dict[tuple[Code, int], Transformation]) -> Code:
        """The code after ``letter``; the actions that lead there join ``actions``."""
        P = P_next = self._top()
        after = []
        for level, point in enumerate(code):
            if (code[:level], letter) not in actions:
                actions[code[:level], letter] = self._action(level, P, P_next, letter)
            image = actions[code[:level], letter][point]
            P, P_next = self._below(level, P, point), self._below(level, P_next, image)
            after.append(image)
        return tuple(after)

    def _below(self, level: int, P: States, point: int) -> States:
        """The next set of a chain: the tile of P at ``point``, if P is of this level's height."""
        known = self.class_of[P]
        return known.tiles[P][point - known.offset] if known.height == len(self.sizes) - level else P

    def _action(self, level: int, P: States, P_next: States, letter: int) -> Transformation:
        size, after = self.sizes[level], self.class_of[P_next]
        if after.height < len(self.sizes) - level:
            return tuple(range(size))
        image = self.image(P, letter)
        assert image <= P_next
        if image < P_next:
            tile = next(i for i, T in enumerate(after.tiles[P_next]) if image <= T)
            return (after.offset + tile,) * size
        number = {T: after.offset + i for i, T in enumerate(after.tiles[P_next])}
        action = list(range(size))
        for i, T in enumerate(after.tiles[P]):
            action[after.offset + i] = number[self.image(T, letter)]
        return tuple(action)


def _maximal(sets: Sequence[States]) -> list[States]:
    """The sets that lie in no other."""
    return [T for T in sets if not any(T < S for S in sets)]
