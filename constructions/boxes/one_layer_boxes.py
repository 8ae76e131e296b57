"""One diagonal layer of width 1 on two letters over Z[zeta_n], n = 1, 2, 3, 4, 6: all layers of a box, each decided.

*Finitely many states.* Such a layer tracks no non-Abelian group: the two letters in either order, and then a reset if
there is one, lead to one state. Every layer of the box that has finitely many states is refuted by these words.

*States without end.* Such a layer may track a group. Each of the box is refuted by two words that meet, or proved to
track the group on words of every length (`constructions.boxes.layer_census`), by a modulus or by a closed set of
relations. On words of T letters its states have O(log T) bits if both decays are roots of unity, and O(T) bits if not.
Decays of norm up to 2 over Z[i], up to 3 over the Eisenstein integers, and up to 2 in modulus over Z leave nothing
open.

*Letters.* Two letters that generate the group, up to automorphisms and up to their order: exchanging the letters maps
the box to itself. S3 and D4 have two such pairs, Q8 has one.

Source: ours, on 2603.01959, one-layer theorem: exact and finite-state, and with numbers that grow with the word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import NamedTuple

from constructions.boxes.euclidean import ZERO, EuclideanRing, Pair
from constructions.boxes.layer_census import (
    REFUTED,
    TRACKS,
    Census,
    Fate,
    Limits,
    census,
    generating_pairs,
    is_finite_state,
    refuting_words,
)
from constructions.boxes.peeling import Tracked
from constructions.boxes.scalar_layers import Box, ScalarLayer, ScalarMap, Shape, scalar_model
from constructions.claim import Case, Claim, Confusion, Kind, Lemma
from exactssm.algebra import Group, group
from exactssm.arithmetic import CyclotomicField
from exactssm.errors import CertificateError
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "LARGE", "SMALL", "WITH_OPEN", "Instance", "Undecided", "all_tracked", "census_table"]


@dataclass(frozen=True)
class Undecided:
    """A layer of which the claim says something that isn't shown."""

    ring: EuclideanRing
    shape: Shape
    tracked: Tracked
    what: str
    words: Confusion | None = None

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(f"{one.decay} h + {one.drive}" for one in self.shape)

    def as_text(self) -> str:
        return f"over {self.ring} {' and '.join(self.word)} from 0 {self.what}"

    def replay(self) -> None:
        """Raise CertificateError, if the words that should refute it do."""
        if self.words is not None and _refutes(self.ring, self.shape, self.tracked, self.words):
            raise CertificateError(f"the words refute it: {self.as_text()}")


def _refutes(ring: EuclideanRing, shape: Shape, tracked: Tracked, words: Confusion) -> bool:
    """Whether both words end alike and lead the layer to one state, though their products differ."""
    maps = dict(zip(tracked.letters, shape, strict=True))
    states, products = [], []
    for word in (words.first, words.second):
        h, product = ZERO, 0
        for letter in word:
            assert isinstance(letter, int)
            h, product = maps[letter].on(ring, h), tracked.structure.mul(product, letter)
        states.append(h)
        products.append(product)
    return words.first[-1] == words.second[-1] and states[0] == states[1] and products[0] != products[1]


class Instance(NamedTuple):
    """A box, and how far to look in it."""

    box: Box
    limits: Limits = Limits()


def all_tracked(names: Iterable[str] = ("S3", "D4", "Q8")) -> Iterator[tuple[str, Tracked]]:
    for name in names:
        structure = _group(name)
        for pair, letters in generating_pairs(structure).items():
            yield f"{name}, {pair}", Tracked(structure, letters)


@lru_cache
def _group(name: str) -> Group:
    """One object for each name, as a census is kept by its group."""
    return group(name)


def _finite_states(instance: Instance) -> Iterator[Lemma]:
    ring, shapes = instance.box.ring, instance.box.shapes
    finite = [shape for shape in shapes if is_finite_state(ring, shape)]
    for name, tracked in all_tracked():
        check = partial(_first_unrefuted, ring, finite, tracked)
        size = sum(shapes[shape] for shape in finite)
        yield Lemma(name, check, size, f"pairs of a task and a layer with finitely many states, of {instance.box.size}")


def _first_unrefuted(ring: EuclideanRing, shapes: Sequence[Shape], tracked: Tracked) -> Undecided | None:
    for shape in shapes:
        words = refuting_words(ring, shape, tracked.letters)
        if words is None or not _refutes(ring, shape, tracked, words):
            return Undecided(ring, shape, tracked, "isn't refuted by the words of the theorem", words)
    return None


def _endless(instance: Instance) -> Iterator[Lemma]:
    for name, tracked in all_tracked():
        found = census(instance.box, tracked, instance.limits)
        size = found.count(*REFUTED, *TRACKS, Fate.OPEN)
        yield Lemma(name, partial(_first_open, found), size, "pairs of a task and a layer with endlessly many states")


def _first_open(found: Census) -> Undecided | None:
    for shape in found.shapes_of(Fate.OPEN):
        return Undecided(found.box.ring, shape, found.tracked, "is open")
    return None


def census_table(instances: Iterable[Instance]) -> str:
    """How many layers have which fate, a row for each box and task, in Markdown.

    >>> print(census_table([Instance(Box(1, 1, 1))]).splitlines()[2])
    | Z, coefficients to 1 | S3, orders 2 and 2 | 243 | 129 | 108 | 6, m = 6 | 0 | 0 |
    """
    heads = ("box", "letters", "layers", "finite", "endless, refuted", "modulo m", "by relations", "open")
    rows = [heads, ("---",) * len(heads)]
    for box, limits in instances:
        for name, tracked in all_tracked():
            found = census(box, tracked, limits)
            moduli = ", ".join(map(str, sorted(set(found.moduli.values()))))
            by_modulus = found.count(Fate.QUOTIENT)
            counts = [box.size, found.count(Fate.FINITE), found.count(*REFUTED)]
            last = [found.count(Fate.PEELED), found.count(Fate.OPEN)]
            rows.append(
                (
                    str(box),
                    name,
                    *map(str, counts),
                    f"{by_modulus}, m = {moduli}" if by_modulus else "0",
                    *map(str, last),
                )
            )
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _quotients(instance: Instance) -> Iterator[Case]:
    """A layer of each shape that tracks modulo an integer."""
    for name, tracked in all_tracked():
        for shape, modulus in census(instance.box, tracked, instance.limits).moduli.items():
            yield _case(name, instance.box.ring, ScalarLayer(*shape, ZERO), tracked, modulus)


class Known(NamedTuple):
    """A layer that tracks a group, modulo an integer."""

    conductor: int
    group: str
    pair: str
    maps: tuple[tuple[Pair, Pair], tuple[Pair, Pair]]
    start: Pair
    modulus: int


def _known(known: Known) -> Iterator[Case]:
    structure = _group(known.group)
    tracked = Tracked(structure, generating_pairs(structure)[known.pair])
    first, second = (ScalarMap(*one) for one in known.maps)
    ring = EuclideanRing(known.conductor)
    yield _case(known.group, ring, ScalarLayer(first, second, known.start), tracked, known.modulus)


def _case(name: str, ring: EuclideanRing, layer: ScalarLayer, tracked: Tracked, modulus: int) -> Case:
    field = CyclotomicField(ring.conductor)
    maps = [[field.format(ring.cyclotomic(x)) for x in one] for one in layer[:2]]
    written = ", ".join(f"{a} h + {b}" for a, b in maps)
    task = WordProblem(tracked.structure, tracked.letters)
    return Case(f"{name}: {written}", scalar_model(ring, layer, tracked.letters), task, modulus=modulus)


SMALL = Instance(Box(1, 2, 3))
LARGE = tuple(Instance(Box(n, 1, 1)) for n in (4, 3, 6))
WITH_OPEN = Instance(Box(1, 3, 3), Limits(relations=300, far=10**7))  #: decays 2 and 3 aren't powers of one number
FINITE = (Instance(Box(1, 3, 3)), *LARGE)  # the ring of n = 2 is that of n = 1

SOURCE = "2603.01959, one-layer theorem"
PROOF = "constructions.boxes.one_layer_boxes"


def _named(instances: Iterable[Instance]) -> dict[str, Instance]:
    return {str(instance.box): instance for instance in instances}


CLAIMS = (
    Claim(
        name="one-layer-boxes-finite",
        source=f"{SOURCE}, exhaustively",
        statement="Of all diagonal layers of width 1 over Z[zeta_n] with coefficients in a box, none that has finitely "
        "many states tracks S3, D4 or Q8 on two generators, whatever its readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_finite_states,
        instances=_named(FINITE[:1]),
        full=_named(FINITE[1:]),
    ),
    Claim(
        name="one-layer-boxes-endless",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="Of all these layers each that has endlessly many states is refuted by two words that lead to one "
        "state, or proved to track the group on words of every length; none is left open.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.boxes.layer_census",
        cases=_endless,
        instances=_named([SMALL]),
        full=_named(LARGE),
    ),
    Claim(
        name="one-layer-boxes-trackers",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="One diagonal layer of width 1 tracks S3 and D4 on two generators, if its states may grow: all those "
        "layers of the box that a modulus proves, up to their shape.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_quotients,
        instances=_named([SMALL]),
        full=_named(LARGE[:1]),
    ),
    Claim(
        name="one-layer-over-integers",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="With states that grow, one layer of width 1 tracks S3 by h -> -h and h -> h + 3 from 1, read modulo "
        "9, D4 and Q8, on words of every length.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_known,
        instances={
            "S3, modulo 9": Known(1, "S3", "orders 2 and 3", (((-1, 0), (0, 0)), ((1, 0), (3, 0))), (1, 0), 9),
            "D4, modulo 12": Known(1, "D4", "orders 2 and 4", (((-1, 0), (0, 0)), ((1, 0), (3, 0))), (1, 0), 12),
            "Q8, modulo 8": Known(1, "Q8", "orders 4 and 4", (((1, 0), (2, 0)), ((3, 0), (1, 0))), (0, 0), 8),
        },
    ),
)
