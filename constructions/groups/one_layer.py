"""One exact diagonal layer: it tracks a group iff the group is Abelian, and is as wide as the group's rank.

Over the complex numbers with finitely many states, a layer of width d tracks G iff G is Abelian of rank at most d.

If: split G into r cyclic groups of orders n_1, ..., n_r, its invariant factors, and start coordinate j at 1; on each
letter multiply it by the letter's value under the character exp(2 pi i / n_j) of factor j. The state is the product.

Only if, by algorithms that give two words for any layer: `constructions.groups.one_layer_finite`, if G is not Abelian,
and `constructions.groups.one_layer_rank`, if its rank is greater than d. That the states are finitely many isn't
needed, if they stay within a bound and are told apart at a margin: `constructions.groups.one_layer_bounded`.

These run on layers drawn at random (`constructions.groups.random_layers`), and their words are replayed.

Source: 2603.01959, the one-layer theorem. By "finite precision" we understand exact arithmetic with either finitely
many states or a bound and a margin, as the paper's own definition isn't known to us.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import partial
from itertools import combinations
from math import gcd
from typing import Final, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.groups.one_layer_bounded import crowding_or_escape
from constructions.groups.one_layer_finite import confusion
from constructions.groups.one_layer_rank import confusion_by_rank
from constructions.groups.random_layers import CONDUCTORS, MAX_WIDTH, Drawn, random_layers
from constructions.groups.subnormal_tracker import cyclotomic_tracker
from exactssm.algebra import AbelianFactor, Group, SmallGroup, derived_series, group, small_groups
from exactssm.layers.layer import Vector
from exactssm.layers.motion import Reach, reaches
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["BOUND", "CLAIMS", "MARGIN", "NON_ABELIAN", "NOT_CYCLIC", "Family", "alphabets"]

BOUND: Final = Fraction(8)
MARGIN: Final = Fraction(1, 64)


class Family(NamedTuple):
    """Layers for one group: half of them on all its elements, half on its generators."""

    group: str
    size: int


def alphabets(structure: Group) -> dict[str, tuple[int, ...]]:
    """All elements, and the generators alone."""
    return {"all elements": tuple(range(structure.order)), "generators": structure.generators}


def _drawn(
    family: Family, claim: str, *, finite: bool, max_width: int = MAX_WIDTH
) -> Iterator[tuple[str, WordProblem, Drawn]]:
    """The layers of a family, with a name and a task for each."""
    structure = group(family.group)
    for name, letters in alphabets(structure).items():
        task = WordProblem(structure, letters)
        seed, count = f"{claim} {family.group} {name}", family.size // 2
        layers = random_layers(seed, structure, letters, count, finite=finite, max_width=max_width)
        for number, layer in enumerate(layers, start=1):
            yield f"layer {number} on {name}", task, layer


def _model(drawn: Drawn, task: WordProblem) -> Model:
    return Model(task.letters, [Block(drawn.layer, unread)])


def unread(state: Vector, letter: Symbol) -> None:
    """The readout of a layer whose states alone matter."""


def _traits(drawn: Drawn) -> tuple[str, ...]:
    return tuple({sort.value: None for sort in drawn.sorts})


def _finite(family: Family) -> Iterator[Case]:
    for name, task, drawn in _drawn(family, "finite", finite=True):
        proof = partial(confusion, drawn.layer, task)
        yield Case(name, _model(drawn, task), task, refutation=proof, traits=_traits(drawn))


def _with_margin(family: Family) -> Iterator[Case]:
    for name, task, drawn in _drawn(family, "margin", finite=False):
        proof = partial(crowding_or_escape, drawn.layer, task, BOUND, MARGIN)
        unbounded = Reach.UNBOUNDED in reaches(drawn.layer, task.letters)
        way = "a coordinate beyond every bound" if unbounded else "all coordinates bounded"
        yield Case(name, _model(drawn, task), task, refutation=proof, traits=(way, *_traits(drawn)))


def _narrower(family: Family) -> Iterator[Case]:
    rank = _rank(group(family.group))
    for name, task, drawn in _drawn(family, "narrow", finite=True, max_width=rank - 1):
        proof = partial(confusion_by_rank, drawn.layer, task)
        yield Case(name, _model(drawn, task), task, refutation=proof, traits=_traits(drawn))


def _abelian(name: str) -> Iterator[Case]:
    structure = group(name)
    series = derived_series(structure)
    (factor,) = series.factors
    bounds = Bounds(
        exactly={"depth": 1, "widths": (_rank(structure),)},
        at_most={"precision": (factor.orders[-1] - 1).bit_length()},
    )
    for alphabet, letters in alphabets(structure).items():
        yield Case(alphabet, cyclotomic_tracker(series, letters), WordProblem(structure, letters), bounds)


def _rank(structure: Group) -> int:
    return AbelianFactor(structure, tuple(range(structure.order)), (0,)).rank


def _families(groups: Iterable[str], count: int) -> dict[str, Family]:
    return {f"{name}, {count} layers": Family(name, count) for name in groups}


def _number(record: SmallGroup) -> str:
    """The group by its number in GAP's library."""
    return f"[{record.order},{record.id}]"


NON_ABELIAN: Final = [_number(record) for record in small_groups(24) if record.derived_length not in (0, 1)]
ABELIAN: Final = [record for record in small_groups(32) if record.derived_length == 1]
NOT_CYCLIC: Final = [
    _number(record) for record in ABELIAN if any(gcd(m, n) > 1 for m, n in combinations(record.invariants[0], 2))
]

DRAWN: Final = f"seeded, over Q(zeta_n) for n in {CONDUCTORS}"
SOURCE: Final = "2603.01959, one-layer theorem"

CLAIMS = (
    Claim(
        name="abelian-by-one-layer",
        source=f"{SOURCE}, if",
        statement="One diagonal layer with roots of unity for decays tracks every finite Abelian group, on all "
        "elements or on generators; it is as wide as the group's rank, its number of invariant factors.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.one_layer",
        cases=_abelian,
        instances={name: name for name in ("C2xC4", "C2^2", "C3^2", "Z6")},
        full={_number(record): _number(record) for record in ABELIAN},
    ),
    Claim(
        name="one-layer-only-abelian",
        source=f"{SOURCE}, only if",
        statement="No diagonal layer over the complex numbers with finitely many states tracks a non-Abelian group, "
        "whatever its width, its maps and its readout: the theorem's proof names two words for each, of at most four "
        "letters, three if it has one coordinate.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.groups.one_layer_finite",
        cases=_finite,
        instances=_families(("S3", "D4", "Q8"), 20),
        full=_families(NON_ABELIAN, 1500),
        every_readout=True,
        sampled=DRAWN,
    ),
    Claim(
        name="one-layer-with-margin-only-abelian",
        source=f"{SOURCE}, only if",
        statement="No diagonal layer over the complex numbers tracks a non-Abelian group with coordinates of modulus "
        f"at most {BOUND} and states at least {MARGIN} apart for different products, even with infinitely many states: "
        "the theorem's proof names for each a word that leads beyond, or two words that lead nearer.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.groups.one_layer_bounded",
        cases=_with_margin,
        instances=_families(("S3", "D4", "Q8"), 20),
        full=_families(NON_ABELIAN, 1500),
        sampled=DRAWN,
    ),
    Claim(
        name="one-layer-no-narrower",
        source=f"{SOURCE}, if",
        statement="No diagonal layer over the complex numbers with finitely many states, and fewer coordinates than "
        "the rank of an Abelian group, tracks it, whatever its maps and its readout: the proof names two words for "
        "each.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.groups.one_layer_rank",
        cases=_narrower,
        instances=_families(("C2^2", "C2xC4", "C3^2", "C2^3"), 20),
        full=_families(NOT_CYCLIC, 500),
        every_readout=True,
        sampled=DRAWN,
    ),
)
