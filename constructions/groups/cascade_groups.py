"""k layers: what moves the states of a stack of k exact layers for ever has derived length k at most.

Call a machine a cascade of height k if its states are k vectors, and each letter changes coordinate j of vector i by an
affine map z -> a z + b, with a and b a function of the letter and of the vectors before i. A stack of k diagonal layers
is one, whatever is passed on between the layers: its readouts see states after the letter, which are functions of the
states before it and of the letter.

*Theorem.* Let a cascade of height k over a commutative ring without torsion (no multiple n z, n > 0, of a z other than
0 is 0: Q, Q(zeta_n), the complex numbers) have finitely many reachable states. Then the group K of the minimal ideal of
its transition monoid has derived length k at most. If it tracks a group G, so has G.

*Lemma.* Let X be a finite set of states, and K a group of permutations of X, each of which is what a cascade of height
k does. Then K^(k) = 1. *Proof*, by induction on k; for k = 0 there is one state. K permutes the first vectors of states
in X, and each coordinate of these by affine maps. An affine map that permutes finitely many points fixes their centre
of gravity c (in R tensor Q, which contains R, as there is no torsion). So it is z -> a (z - c) + c, and all these maps
commute: K acts on first vectors as an Abelian group, and K' fixes them. On the states with a given first vector K' acts
as a group of cascades of height k - 1, so that K^(k) = K'^(k-1) is trivial on these, for each first vector.

*Proof of the theorem.* K = sTs, for an idempotent s of least rank, permutes the image X of s, and its elements are what
words do: the lemma applies. Let the machine track G; a word that does s, and isn't empty, has a power that does s and
has product 1: let s be that. If s w s and s v s do the same on X, both lead from the start to the same state; they end
in the same letter; so w and v have the same product. Hence s w s -> product of w is a homomorphism of K onto G.

Nothing is assumed of single layers: they may expand, contract and translate, as long as the whole stays finite. That
there be no torsion is needed: over Z/3 one layer tracks S3 (`constructions.rings.modular_diagonal`).

Source: 2603.01959, multi-layer theorem, "only if"; this proof is ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from random import Random
from typing import NamedTuple

from constructions.claim import Claim, Kind, Lemma
from constructions.groups.random_stacks import Draw, random_stack
from exactssm.algebra import MinimalIdeal, letter_maps, minimal_ideal
from exactssm.arithmetic import CyclotomicField
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.machine import Machine
from exactssm.models import Model
from exactssm.table import tabulate

__all__ = ["CLAIMS", "Deeper", "drawn_stack", "find_deeper", "ideal_of"]

MAX_STATES = 64
"""States of a stack that is drawn; one with more is drawn anew."""

SCALES = Fraction(1), Fraction(2), Fraction(1, 2), Fraction(-1)


def ideal_of(model: Machine, *, max_states: int = 10**6) -> MinimalIdeal:
    """The minimal ideal of the transition monoid of ``model``, with its group.

    >>> from exactssm.tasks import mod_counter
    >>> ideal_of(mod_counter(6)).group.order
    6

    Raises: BudgetExhausted, if more than ``max_states`` states are reachable, or too many images.
    """
    return minimal_ideal(letter_maps(tabulate(model, max_states=max_states)))


@dataclass(frozen=True)
class Deeper:
    """A cascade of height ``height`` whose group K has a greater derived length, or isn't solvable."""

    name: str
    model: Machine
    height: int

    @property
    def word(self) -> tuple[str, ...]:
        return (self.name,)

    def as_text(self) -> str:
        length = ideal_of(self.model).group.derived_length
        how = "isn't solvable" if length is None else f"has derived length {length}"
        return f"the group of {self.name}, of height {self.height}, {how}"

    def replay(self) -> None:
        """Raise CertificateError, unless the elements of K, listed one by one, show it."""
        ideal = ideal_of(self.model)
        term = set(_products(ideal.rank, ideal.permutations))
        for _ in range(self.height):
            inverse = {p: tuple(sorted(range(len(p)), key=p.__getitem__)) for p in term}
            term = set(_products(ideal.rank, {_times(inverse[p], inverse[q], p, q) for p in term for q in term}))
        if len(term) == 1:
            raise CertificateError(f"the group must have a derived length above its height; it hasn't: {self.name}")


def _times(*permutations: tuple[int, ...]) -> tuple[int, ...]:
    points = tuple(range(len(permutations[0])))
    for p in permutations:
        points = tuple(p[x] for x in points)
    return points


def _products(degree: int, generators: Iterable[tuple[int, ...]]) -> Iterator[tuple[int, ...]]:
    """Every product, the empty one too."""
    one = tuple(range(degree))
    seen, frontier, generators = {one}, [one], list(generators)
    for p in frontier:  # which grows while it is read
        yield p
        for g in generators:
            if (pg := _times(p, g)) not in seen:
                seen.add(pg)
                frontier.append(pg)


def find_deeper(candidates: Iterable[tuple[str, Machine]], height: int) -> Deeper | None:
    """The first cascade of that height whose group is deeper; None, if none is.

    Raises: BudgetExhausted, if one has too many states or images.
    """
    for name, model in candidates:
        length = ideal_of(model).group.derived_length
        if length is None or length > height:
            return Deeper(name, model, height)
    return None


class Drawn(NamedTuple):
    """How many stacks of a height."""

    height: int
    stacks: int


def drawn_stack(height: int, number: int) -> Model:
    """A random stack of diagonal layers over Q(zeta_n), n = 2, 3, 4 or 6: the one of that number.

    Layers have 1 or 2 coordinates; letters turn them by n-th roots of unity about centres, and, in half of the stacks,
    set them to values now and then; in the others the centres above the first layer move and their circles grow and
    shrink with the states below.

    >>> tabulate(drawn_stack(2, 0)) == tabulate(drawn_stack(2, 0))
    True
    """
    source = Random(f"height {height}, number {number}")
    orders, widths, letters = ((2, 3, 4, 6), (1, 1, 2), (2, 3)) if height < 3 else ((2, 2, 3, 4), (1, 1, 1, 2), (2,))
    while True:
        order = source.choice(orders)
        draw = Draw(CyclotomicField(order), order, resets=source.random() < 0.5, scales=SCALES)
        shape = [source.choice(widths) for _ in range(height)]
        model = random_stack(draw, range(source.choice(letters)), shape, source.getrandbits(64))
        try:
            tabulate(model, max_states=MAX_STATES)
        except BudgetExhausted:
            continue
        return model


def _drawn(drawn: Drawn) -> Iterator[Lemma]:
    stacks = ((f"stack {n}", drawn_stack(drawn.height, n)) for n in range(drawn.stacks))
    yield Lemma(
        name=f"height {drawn.height}",
        check=partial(find_deeper, stacks, drawn.height),
        size=drawn.stacks,
        members=f"random stacks of {drawn.height} layers over cyclotomic fields, of at most {MAX_STATES} states",
        sampled=True,
    )


CLAIMS = (
    Claim(
        name="k-layers-derived-length",
        source="2603.01959, multi-layer theorem, only if",
        statement="The group of the minimal ideal of a stack of k exact diagonal layers with finitely many states has "
        "derived length at most k.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.groups.cascade_groups",
        cases=_drawn,
        instances={"k=1, 40 stacks": Drawn(1, 40), "k=2, 6 stacks": Drawn(2, 6), "k=3, 2 stacks": Drawn(3, 2)},
        full={f"k={k}, 3400 stacks": Drawn(k, 3400) for k in (1, 2, 3)},
    ),
)
