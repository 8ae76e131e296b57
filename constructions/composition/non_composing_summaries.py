"""What fails in the lower bound for function composition, where steps saturate or round: blocks aren't one step.

The lower bound of 2604.14501 sends, for each block of tokens, what the block does to a layer's state as one affine map.
`constructions.composition.saturating_composition` has three layers of width 4 that the bound excludes. On them that
fails twice.

*Two steps.* In the layer's arithmetic two steps aren't the step by their composed map: there are two entries of a
function, and a state before them, that show it (`Disagreement`). It takes saturation at both ends, or rounding.

*A whole block*, with numbers as large as one likes. Let s_v be the state before a block in which v is the value so far,
and f the block's function. The block leads s_v to s_f(v), whatever f. A step is cast(A h + b), an affine map followed
by a cast of each coordinate; saturating, rounding down, rounding to nearest and doing nothing are monotone. So where
s_v lies on the line from s_u to s_w between them, one step leads each coordinate of s_v between those of s_u and s_w.
In all three layers s_1, ..., s_(N-1) lie on a line in this order: the coordinates are v and constants. If f isn't
monotone on 1, ..., N - 1, its block is no step at all, of whatever A and b, and in particular no affine map. From N = 4
on there are such f.

*Counted.* The N^N blocks do N^N different things. Of these

    N^N for N <= 3,  N (N + 2) for N >= 4       are affine maps on the N states,
    N (2 C(2N - 2, N - 1) - N) at most          are one step.

For an affine map has to keep equal distances on the line. s_f(1), ..., s_f(N-1) do if f(1), ..., f(N - 1) is constant,
or 1, ..., N - 1 upwards or downwards (other progressions of N - 1 >= 3 terms hold 0, and s_0 is off the line); f(0) is
free, as s_0 is. And C(2N - 2, N - 1) sequences of N - 1 of N values ascend, as many descend, and N do both.

So it is the step from blocks to maps that isn't there. Affine maps of numbers of the format there are 2^((d^2 + d) p),
fewer than blocks from N = 29 on where the layer saturates, and from N = 47 on where it rounds; over a ring that can't
be, since two blocks of one map are one block to the layer (`constructions.composition.communication`).

Source: 2604.14501, lower bound for K-function composition; our reply, as in
`constructions.composition.saturating_composition`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, partial, reduce
from itertools import combinations, pairwise, product
from math import comb
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from constructions.claim import Claim, Kind, Lemma
from constructions.composition.saturating_composition import (
    rounding_format,
    rounding_model,
    saturating_format,
    saturating_model,
)
from exactssm.arithmetic import Rounding
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.evaluation import recast
from exactssm.evaluation.composing import Disagreement
from exactssm.layers import Layer
from exactssm.layers.layer import Vector
from exactssm.models import Model
from exactssm.tasks import UnboundedComposition
from exactssm.tasks.composition import Function

__all__ = [
    "CLAIMS",
    "Counts",
    "Line",
    "NotOneStep",
    "affine_dependencies",
    "block_maps",
    "composing_model",
    "count_blocks",
    "first_turning_back",
    "first_two_steps",
    "stated_counts",
]

Ending: TypeAlias = Literal["saturating", "floor", "nearest-even"]
ENDINGS: Final[tuple[Ending, ...]] = ("saturating", "floor", "nearest-even")

MAX_BLOCKS: Final = 10**6


def composing_model(N: int, ending: Ending) -> Model:
    """The layer of width 4 that composes every number of functions on N elements, in the arithmetic it is made for."""
    task = UnboundedComposition(N)
    if ending == "saturating":
        return recast(saturating_model(task), saturating_format(N), weights="held")
    rounding = Rounding(ending)
    return recast(rounding_model(task, rounding), rounding_format(N, rounding), weights="held")


def _layer(N: int, ending: Ending) -> Layer:
    (block,) = composing_model(N, ending).blocks
    return block.layer


def _before_block(layer: Layer, N: int) -> list[Vector]:
    """s_0, ..., s_(N-1)."""
    return [layer.step(layer.start, ("start", v)) for v in range(N)]


def block_maps(layer: Layer, N: int) -> Iterator[tuple[Function, tuple[Vector, ...]]]:
    """Each function f on N elements, in order, with the states to which its block leads s_0, ..., s_(N-1)."""

    step = cache(layer.step)  # few states are met, over and over

    def entries(f: Function, states: Sequence[Vector]) -> Iterator[tuple[Function, tuple[Vector, ...]]]:
        if (i := len(f)) == N:
            yield f, tuple(states)
            return
        for y in range(N):
            yield from entries((*f, y), [step(state, (i, y)) for state in states])

    return entries((), _before_block(layer, N))


def affine_dependencies(points: Sequence[Any]) -> list[list[Fraction]]:
    """A basis of the coefficients c with sum c_v = 0 and sum c_v points_v = 0, exactly those that an affine map keeps.

    >>> affine_dependencies([(0, 0), (1, 0), (0, 1)])
    []
    >>> [list(map(int, c)) for c in affine_dependencies([(0, 0), (1, 2), (2, 4)])]
    [[1, -2, 1]]
    """
    count = len(points)
    found: list[list[Fraction]] = []
    pivots: list[tuple[int, list[Fraction]]] = []
    for v, point in enumerate(points):
        row = [Fraction(x) for x in (*point, 1, *(int(v == w) for w in range(count)))]
        for place, pivot in pivots:
            factor = row[place] / pivot[place]
            row = [x - factor * y for x, y in zip(row, pivot, strict=True)]
        place = next(i for i, x in enumerate(row) if x)
        if place > len(point):
            found.append(row[-count:])
        else:
            pivots.append((place, row))
    return found


class Line(NamedTuple):
    """Values u < v < w with s_v on the line from s_u to s_w, between them."""

    u: int
    v: int
    w: int


def _lines(points: Sequence[Vector]) -> list[Line]:
    found = []
    for line in combinations(range(len(points)), 3):
        for first, _, last in affine_dependencies([points[i] for i in line]):
            if first * last > 0:  # the one in the middle is between
                found.append(Line(*line))
    return found


def _outside(images: Sequence[Any], line: Line) -> int | None:
    """A coordinate in which the image of the point in the middle isn't between those of the ends."""
    ends = zip(images[line.u], images[line.w], strict=True)
    between = (min(end) <= x <= max(end) for x, end in zip(images[line.v], ends, strict=True))
    return next((j for j, within in enumerate(between) if not within), None)


@dataclass(frozen=True)
class NotOneStep:
    """A block that isn't one step, by three states on a line that it leads to none in between."""

    N: int
    ending: Ending
    function: Function
    line: Line
    coordinate: int  #: in which the block doesn't lead s_v between s_u and s_w

    @property
    def word(self) -> tuple[str, ...]:
        """The entries of the block."""
        return tuple(map(str, self._block))

    @property
    def _block(self) -> tuple[tuple[int, int], ...]:
        return tuple(enumerate(self.function))

    def _runs(self) -> list[tuple[Vector, Vector]]:
        """The states before and after the block, by the definition."""
        layer = _layer(self.N, self.ending)
        before = _before_block(layer, self.N)
        return [(before[v], reduce(layer.step, self._block, before[v])) for v in self.line]

    def as_text(self) -> str:
        """One sentence, with the states in units of the format's least positive number."""
        (u, v, w), j = self.line, self.coordinate
        runs = self._runs()
        before, after = ("; ".join(str(states[k]) for states in runs) for k in (0, 1))
        return (
            f"the block of f = {self.function} leads the states of {u}, {v} and {w}, on a line in this order, "
            f"{before}, to {after}, where coordinate {j + 1} of the second isn't between those of the others"
        )

    def replay(self) -> None:
        """Raise CertificateError, unless the states before the block are on a line, those after it aren't between."""
        before, after = zip(*self._runs(), strict=True)
        three = Line(0, 1, 2)
        turned = [not min(a, c) <= b <= max(a, c) for a, b, c in zip(*after, strict=True)]
        if _lines(before) != [three] or not turned[self.coordinate]:
            raise CertificateError(f"the block of {self.function} must turn back on a line; it doesn't")


def first_turning_back(N: int, ending: Ending) -> NotOneStep | None:
    """The first function whose block is no step.

    >>> first_turning_back(4, "saturating").function
    (0, 0, 1, 0)
    >>> first_turning_back(3, "saturating")
    """
    layer = _layer(N, ending)
    lines = _lines(_before_block(layer, N))
    for f, images in block_maps(layer, N):
        for line in lines:
            if (j := _outside(images, line)) is not None:
                return NotOneStep(N, ending, f, line, j)
    return None


class Counts(NamedTuple):
    """How many blocks there are of a kind."""

    different: int  #: different maps of the N states
    affine: int  #: affine maps of the N states
    monotone: int  #: that keep between what is between on a line: one step is


def stated_counts(N: int) -> Counts:
    """The counts that the module states.

    >>> [stated_counts(N) for N in (3, 4)]
    [Counts(different=27, affine=27, monotone=27), Counts(different=256, affine=24, monotone=144)]
    """
    affine = N**N if N < 4 else N * (N + 2)
    return Counts(N**N, affine, N * (2 * comb(2 * N - 2, N - 1) - N))


def count_blocks(N: int, ending: Ending) -> Counts:
    """The same by running all N^N blocks. Raises BudgetExhausted, if they are more than a million."""
    if N**N > MAX_BLOCKS:
        raise BudgetExhausted(f"{N}^{N} blocks are more than {MAX_BLOCKS}")
    layer = _layer(N, ending)
    points = _before_block(layer, N)
    dependencies, lines = affine_dependencies(points), _lines(points)
    different, affine, monotone = set(), 0, 0
    for _, images in block_maps(layer, N):
        different.add(images)
        affine += all(_keeps(dependency, images) for dependency in dependencies)
        monotone += all(_outside(images, line) is None for line in lines)
    return Counts(len(different), affine, monotone)


def _keeps(dependency: Sequence[Fraction], images: Any) -> bool:
    return not any(sum(c * x for c, x in zip(dependency, column, strict=True)) for column in zip(*images, strict=True))


@dataclass(frozen=True)
class OtherCounts:
    """Counts that aren't those stated."""

    N: int
    ending: Ending
    found: Counts
    stated: Counts

    @property
    def word(self) -> tuple[str, ...]:
        return (self.ending,)

    def as_text(self) -> str:
        return f"N = {self.N}, {self.ending}: {self.found} where {self.stated} are stated"

    def replay(self) -> None:
        if count_blocks(self.N, self.ending) != self.found or self.found == self.stated:
            raise CertificateError("the counts are not as recorded")


def first_two_steps(N: int, ending: Ending) -> Disagreement | None:
    """Two entries that follow one another in a block, and a state before them, that don't compose."""
    layer = _layer(N, ending)
    states: dict[Vector, None] = dict.fromkeys(_before_block(layer, N))
    for i, j in pairwise(range(N)):
        for state, y, z in product(states, range(N), range(N)):
            if (found := Disagreement.between(layer, state, (i, y), (j, z))) is not None:
                return found
        states = dict.fromkeys(layer.step(state, (i, y)) for state in states for y in range(N))
    return None


def _blocks(N: int) -> Iterator[Lemma]:
    for ending in ENDINGS:
        yield Lemma(ending, partial(first_turning_back, N, ending), N**N, "functions")


def _counts(N: int) -> Iterator[Lemma]:
    def check(ending: Ending) -> OtherCounts | None:
        found, stated = count_blocks(N, ending), stated_counts(N)
        return None if found == stated else OtherCounts(N, ending, found, stated)

    for ending in ENDINGS:
        yield Lemma(ending, partial(check, ending), N**N, "functions")


def _steps(N: int) -> Iterator[Lemma]:
    for ending in ENDINGS[1:]:
        yield Lemma(ending, partial(first_two_steps, N, ending), 1, "layers")


SOURCE = "2604.14501, lower bound for K-function composition, affine summaries"
CLAIMS = (
    Claim(
        name="composing-blocks-are-not-one-step",
        source=f"{SOURCE}, on the layers that compose by saturation and by rounding",
        statement="What a block does to a layer's state is one step, cast(A h + b), of some numbers A and b, however "
        "many bits they have: on the layers of width 4 that compose every number of functions, a block of N = 4 values "
        "violates this.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.composition.non_composing_summaries",
        cases=_blocks,
        instances={f"N={N}": N for N in (4, 5)},
        full={f"N={N}": N for N in (6, 7, 8, 9)},
    ),
    Claim(
        name="composing-blocks-counted",
        source=f"{SOURCE}, on the layers that compose by saturation and by rounding (counts; ours)",
        statement="The N^N blocks of these layers do N^N different things to the states in which a block begins, of "
        "which N (N + 2) are affine maps, if N is at least 4, and N (2 C(2N - 2, N - 1) - N) may be one step.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.non_composing_summaries",
        cases=_counts,
        instances={f"N={N}": N for N in (2, 3, 4)},
        full={f"N={N}": N for N in (5, 6)},
    ),
    Claim(
        name="rounding-segments-are-not-affine",
        source=f"{SOURCE}, on the layers that compose by rounding",
        statement="Two steps are one step by their composed map: on the layers that compose by rounding down and to "
        "nearest, two entries of a function that follow one another violate this.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.composition.non_composing_summaries",
        cases=_steps,
        instances={f"N={N}": N for N in (2, 3)},
        full={f"N={N}": N for N in (4, 5)},
    ),
)
