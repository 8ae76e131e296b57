"""Exhaustive searches of all one-layer models that apply one function (`constructions.composition.one_layer_models`).

Both go through the tokens one by one and give each of them every map, with the labels that states get at each place. A
map that gives some state two labels is left out, and with it all that could follow. Every branch left out counts as
many models as it has completions, so that the models that work and those that fail add up to the whole class.

`MergedSearch` is for entries in a fixed order and for whole functions, where a token comes at one place only. Then only
the labels matter at the places between which maps are being chosen, not the maps that led there: branches with the same
labels are searched once. Moreover a change of coordinate at one place, which changes the maps that lead there and those
that lead away, changes no count, and likewise another naming of the values: so labellings are taken up to both. Each
branch is weighted by the choices that it stands for. That the counts add up is asserted at every labelling.

`backtrack` is for every order, in plain Python: it keeps the maps chosen, as a token may come at several places, and
only start states are taken up to symmetry. Each orbit is searched once, from its least member, and counted with its
size.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import permutations, product
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from constructions.composition.one_layer_models import AffineSpace, OneLayer, Reading, Tally
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError

__all__ = ["Backtracking", "MergedSearch", "backtrack", "merged_search"]

Ints: TypeAlias = npt.NDArray[np.int64]


class _Layer(NamedTuple):
    """Labellings after some tokens of a place, each with the number of choices of maps that lead to it."""

    labellings: Ints
    weights: npt.NDArray[np.object_]


@lru_cache(64)
def merged_search(space: AffineSpace, reading: Reading) -> MergedSearch:
    """One search for each class, as it remembers what it has found."""
    return MergedSearch(space, reading)


class MergedSearch:
    """The search that merges equal labellings; entries in a fixed order, or whole functions.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.tasks import FunctionComposition
    >>> found = MergedSearch(AffineSpace(ResidueRing(4)), Reading(FunctionComposition(2, 1)))
    >>> found.tally, sum(found.tally) == 4**2 * 16**4
    (Tally(working=3072, failing=1045504), True)

    Raises: ConstructionError, for an arbitrary order; DomainError, if labellings take more than 62 bits;
    BudgetExhausted while searching, if there are more than ``most`` labellings.
    """

    def __init__(self, space: AffineSpace, reading: Reading, most: int = 10**6) -> None:
        if reading.task.order != "fixed":
            raise ConstructionError("a search that merges branches needs the order of entries to be fixed")
        self.space, self.reading, self.most = space, reading, most
        self.bits = (2 * reading.N).bit_length()
        if self.bits * len(space.states) > 62:
            raise DomainError(f"labels of {len(space.states)} states, {self.bits} bits each, must fit in 62 bits")
        self._known: dict[tuple[int, int], Tally] = {}
        N, whole = reading.N, reading.whole
        every = range(len(reading.tokens))
        #: the tokens that lead from each place to the next
        self.groups: list[list[int]] = [list(every)] if whole else [list(every)[N * i : N * (i + 1)] for i in range(N)]

    @cached_property
    def _table(self) -> Ints:
        return np.array(self.space.table, np.int64)

    @cached_property
    def _symmetries(self) -> Ints:
        return np.array(self.space.symmetries, np.int64)

    @cached_property
    def _renamings(self) -> Ints:
        """Of codes: the identity first, then the others that permute values."""
        N = self.reading.N
        rows = [[0, *range(1, N + 1), *(N + 1 + v for v in values)] for values in permutations(range(N))]
        return np.array([row + [0] * (2**self.bits - len(row)) for row in rows], np.int64)

    @cached_property
    def tally(self) -> Tally:
        """How many models of the whole class work."""
        tally = self._sum(0, *self._after_starts())
        assert sum(tally) == self.space.size(self.reading), "not every model is counted once"
        return tally

    @property
    def labellings(self) -> int:
        """How many labellings, up to symmetry, have been completed in every way."""
        return len(self._known)

    def _models_from(self, place: int) -> int:
        """The choices of maps for all tokens from the group numbered ``place`` on."""
        return int(len(self.space.maps) ** sum(map(len, self.groups[place:])))

    def _after_starts(self) -> tuple[_Layer, int]:
        """The labellings of start states; and the number of models whose start states aren't all different."""
        N, states, failing = self.reading.N, len(self.space.states), 0
        layer = _Layer(np.zeros(1, np.int64), np.array([1], object))
        for x in range(N):
            placed, weights = [], []
            for labelling, weight in zip(layer.labellings.tolist(), layer.weights, strict=True):
                for h in range(states):
                    if self._code(labelling, h):
                        failing += weight * states ** (N - x - 1) * self._models_from(0)
                    else:
                        placed.append(labelling | (x + 1) << (h * self.bits))
                        weights.append(weight)
            layer = self._merged(np.array(placed, np.int64), np.array(weights, object), renamed=False)
        return layer, failing

    def _code(self, labelling: int, h: int) -> int:
        return labelling >> (h * self.bits) & (1 << self.bits) - 1

    def _sum(self, place: int, layer: _Layer, failing: int) -> Tally:
        """The tally of all that follows ``layer``, together with what has failed before."""
        working = 0
        for labelling, weight in zip(layer.labellings.tolist(), layer.weights, strict=True):
            tally = self._completions(place, labelling)
            working += weight * tally.working
            failing += weight * tally.failing
        return Tally(working, failing)

    def _completions(self, place: int, labelling: int) -> Tally:
        """The tally of all choices of maps for the groups from ``place`` on, from a canonical labelling."""
        if place == len(self.groups):
            return Tally(1, 0)
        if (known := self._known.get((place, labelling))) is not None:
            return known
        if len(self._known) >= self.most:
            raise BudgetExhausted(f"completed {self.most} labellings, and there are more; raise the budget")
        *_, (layer, failing) = self._layers(place, labelling)
        tally = self._sum(place + 1, layer, failing)
        assert sum(tally) == self._models_from(place), "not every completion is counted once"
        self._known[place, labelling] = tally
        return tally

    def _layers(self, place: int, labelling: int) -> Iterator[tuple[_Layer, int]]:
        """The labellings of the next place after none, one, two, ... of the tokens that lead there, and the number of
        models that have failed so far. At the end values are renamed, and after the last place all labellings are one.
        """
        group, failing = self.groups[place], 0
        layer = _Layer(np.zeros(1, np.int64), np.array([1], object))
        yield layer, failing
        for number, token in enumerate(group, start=1):
            found = self._extended(layer.labellings, labelling, token)
            good = found >= 0
            choices = good.sum(axis=1).tolist()
            rest = len(self.space.maps) ** (len(group) - number) * self._models_from(place + 1)
            pairs = list(zip(layer.weights, choices, strict=True))
            failing += sum(weight * (len(self.space.maps) - n) for weight, n in pairs) * rest
            if number == len(group) and place + 1 == len(self.groups):
                working = sum(weight * n for weight, n in pairs)
                layer = _Layer(np.zeros(1, np.int64), np.array([working], object))
            else:
                layer = self._merged(found[good], np.repeat(layer.weights, choices), renamed=number == len(group))
            yield layer, failing

    def _extended(self, labellings: Ints, before: int, token: int) -> Ints:
        """``labellings`` of the next place with what ``token`` adds by each map, where this place has ``before``."""
        from constructions.composition._labelling_kernels import extended

        labels = {h: code - 1 for h in range(len(self.space.states)) if (code := self._code(before, h))}
        codes = [self.reading.after(token, label) + 1 for label in labels.values()]
        found: Ints = extended(
            labellings, np.array(list(labels), np.int64), np.array(codes, np.int64), self._table, self.bits
        )
        return found

    def _canonical(self, labellings: Ints, renamed: bool) -> Ints:
        from constructions.composition._labelling_kernels import canonical

        renamings = self._renamings if renamed else self._renamings[:1]
        found: Ints = canonical(labellings, self._symmetries, renamings, self.bits)
        return found

    def _merged(self, labellings: Ints, weights: npt.NDArray[np.object_], renamed: bool) -> _Layer:
        """The same up to symmetry, each labelling once."""
        different, which = np.unique(labellings, return_inverse=True)
        least = self._canonical(different, renamed)[which]
        order = np.argsort(least, kind="stable")
        least, weights = least[order], weights[order]
        first = np.flatnonzero(np.diff(least, prepend=-1))
        return _Layer(least[first], np.add.reduceat(weights, first) if first.size else weights)

    def working_model(self) -> OneLayer | None:
        """A model that works; None if there is none."""
        if not self.tally.working:
            return None
        labelling, starts = self._start_states()
        maps: list[int] = []
        for place in range(len(self.groups)):
            chosen, labelling = self._through(place, labelling)
            maps += chosen
        space = self.space
        return OneLayer(space, self.reading, tuple(space.states[h] for h in starts), tuple(space.maps[g] for g in maps))

    def _start_states(self) -> tuple[int, list[int]]:
        """A labelling of start states from which some model works, and the states."""
        layer, _ = self._after_starts()
        labelling = next(one for one in layer.labellings.tolist() if self._completions(0, one).working)
        codes = [self._code(labelling, h) for h in range(len(self.space.states))]
        return labelling, [codes.index(x + 1) for x in range(self.reading.N)]

    def _through(self, place: int, before: int) -> tuple[list[int], int]:
        """Maps for the tokens of a group that can be completed, and the labelling that they lead to; ``before`` is any
        labelling that can."""
        last = place + 1 == len(self.groups)
        layers = [layer.labellings for layer, _ in self._layers(place, before)]
        alive: Ints = layers[-1]
        if not last:
            alive = np.array([q for q in alive.tolist() if self._completions(place + 1, q).working], np.int64)
        targets = [alive]
        for number in range(len(layers) - 2, 0, -1):
            found = self._extended(layers[number], before, self.groups[place][number])
            reaches = self._lead_to(found, targets[0], last, number + 1 == len(self.groups[place]))
            targets.insert(0, layers[number][reaches.any(axis=1)])
        labelling, chosen = 0, []
        for number, (token, target) in enumerate(zip(self.groups[place], targets, strict=True), start=1):
            found = self._extended(np.array([labelling], np.int64), before, token)
            reaches = self._lead_to(found, target, last, number == len(self.groups[place]))
            chosen.append(int(reaches[0].argmax()))
            labelling = int(found[0, chosen[-1]])
        return chosen, labelling

    def _lead_to(self, found: Ints, target: Ints, last_place: bool, last_token: bool) -> npt.NDArray[np.bool_]:
        """Which of the labellings are in ``target`` up to symmetry; after the last token of all, which are any."""
        good: npt.NDArray[np.bool_] = found >= 0
        if not (last_place and last_token):
            good[good] = np.isin(self._canonical(found[good], renamed=last_token), target)
        return good


class Backtracking(NamedTuple):
    """What `backtrack` found."""

    tally: Tally
    example: OneLayer | None  #: the first model that works
    orbits: tuple[int, ...]  #: the sizes of the orbits of start states that were searched


def backtrack(space: AffineSpace, reading: Reading) -> Backtracking:
    """The search that keeps every map chosen, in plain Python; any order of entries.

    >>> from exactssm.arithmetic import ResidueRing
    >>> from exactssm.tasks import FunctionComposition
    >>> reading = Reading(FunctionComposition(2, 1, order="arbitrary"))
    >>> backtrack(AffineSpace(ResidueRing(3)), reading).tally
    Tally(working=0, failing=59049)
    """
    working, failing, example, orbits = 0, 0, None, _start_orbits(space, reading)
    for starts, size in orbits.items():
        labels = {(0, h): x for x, h in enumerate(starts)}
        if len(labels) < reading.N:
            failing += size * len(space.maps) ** len(reading.tokens)
            continue
        (found, lost), first = _complete(space.table, reading, labels, ())
        working, failing = working + size * found, failing + size * lost
        if example is None and first is not None:
            example = OneLayer(
                space, reading, tuple(space.states[h] for h in starts), tuple(space.maps[g] for g in first)
            )
    assert working + failing == space.size(reading), "not every model is counted once"
    return Backtracking(Tally(working, failing), example, tuple(orbits.values()))


def _start_orbits(space: AffineSpace, reading: Reading) -> dict[tuple[int, ...], int]:
    """The least member of each orbit of start states under changes of coordinate and, where the tokens allow it, under
    permutations of the elements of the domain; with its size."""
    fixed = not reading.whole and reading.task.order == "fixed"
    renamings = [tuple(range(reading.N))] if fixed else list(permutations(range(reading.N)))
    found: dict[tuple[int, ...], int] = {}
    seen: set[tuple[int, ...]] = set()
    for starts in product(range(len(space.states)), repeat=reading.N):
        if starts not in seen:
            orbit = {tuple(g[starts[x]] for x in renaming) for g in space.symmetries for renaming in renamings}
            seen |= orbit
            found[starts] = len(orbit)
    return found


Labels: TypeAlias = dict[tuple[int, int], int]
"""(place, state) -> label"""


def _complete(
    table: tuple[tuple[int, ...], ...], reading: Reading, labels: Labels, chosen: tuple[int, ...]
) -> tuple[Tally, tuple[int, ...] | None]:
    """The tally of all ways to go on, and the first of them that works."""
    left = len(reading.tokens) - len(chosen)
    if not left:
        return Tally(1, 0), chosen
    working, failing, example = 0, 0, None
    for g in range(len(table)):
        if (after := _labels_with(table, reading, labels, (*chosen, g))) is None:
            failing += len(table) ** (left - 1)
            continue
        (found, lost), first = _complete(table, reading, after, (*chosen, g))
        working, failing, example = working + found, failing + lost, example or first
    return Tally(working, failing), example


def _labels_with(
    table: tuple[tuple[int, ...], ...], reading: Reading, labels: Labels, chosen: tuple[int, ...]
) -> Labels | None:
    """``labels`` with those that the last map of ``chosen`` adds, directly and through the others; None if a state
    would get two."""
    after = dict(labels)
    todo = [(at, len(chosen) - 1) for at in labels]
    while todo:
        (place, h), token = todo.pop()
        for begin, end in reading.moves(token):
            if begin != place:
                continue
            image, label = (end, table[chosen[token]][h]), reading.after(token, after[place, h])
            if image not in after:
                after[image] = label
                todo += [(image, other) for other in range(len(chosen))]
            elif after[image] != label:
                return None
    return after
