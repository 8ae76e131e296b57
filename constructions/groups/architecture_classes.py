"""Which groups the published diagonal layers track, in exact arithmetic with finitely many states.

A layer is one of `exactssm.layers.architectures`; drives are free, and readouts are any functions of the state after
the letter and the letter. The letters are all elements of the group.

| layer                        | one layer                | k layers                                |
| S4D                          | the trivial group        | the trivial group                       |
| Mamba, (0, 1] or [0, 1]      | the trivial group        | the trivial group                       |
| negative Mamba, (-1, 1]      | the trivial group        | the trivial group                       |
| negative Mamba, [-1, 1]      | elementary Abelian 2     | 2-groups of Frattini length at most k   |
| AUSSM                        | Abelian                  | derived length at most k                |
| DCD                          | Abelian                  | derived length at most k                |

*Decays in (-1, 1], at any depth: x and xx lead to one state, from the start.* By induction let h and the layer's letter
u be the same after x and after xx, in every layer below. Let Z be the values of a coordinate of this layer, in all
states in which those below are as then. If its decay a on u is 0, both words leave it at b(u). If not, u maps Z into
itself, injectively, so that it permutes Z; a^n = 1 for some n > 0, and so a = 1, or there is but one point. As u fixes
the centre of gravity of Z, it fixes Z point by point. So every word is worth what it is without repetitions.

*Constant decays, at any depth: xz and yz lead to one state, whatever x and y.* By induction let a layer's letter after
t letters be a function of the last letter and of t mod n. A coordinate with decay 0 is so too. One with decay a != 0
takes finitely many values Z_i in states with t = i mod n. Each letter maps Z_i into Z_{i+1}, injectively, and once
around all of them have one size. So centres of gravity are mapped to each other, a c_i + b = c_{i+1}: b depends on i
alone, and the coordinate on t alone. It knows how many letters it read, but not which; with a single letter that tracks
a cyclic group (`s4d-counts`).

*[-1, 1], AUSSM and DCD:* `constructions.groups.real_layers` and `constructions.groups.verbal_laws`, with the trackers
of `constructions.groups.subnormal_tracker`, whose decays are on the unit circle and whose layers have no drive.

The last two track the same groups, and differ in what they remember. On the unit circle every letter is a bijection of
the states, so that no stack recalls the letter before the last: if x^n is the identity, then y x^n z and y z lead to
one state. Hence a layer has to get its letter and not only the state below: a skip connection.

Source: 2603.01959, comparison of architectures. In (-1, 1] strictly, real layers track the trivial group; with -1
itself, which floating point reaches when the exponential underflows, they track more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from math import lcm
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Confusion, Kind
from constructions.groups.random_stacks import Draw, random_stack
from constructions.groups.real_layers import layers_needed
from constructions.groups.subnormal_tracker import cyclotomic_tracker, literal_tracker
from constructions.groups.verbal_laws import one_layer_words, roots_of_unity_of, stack_words
from exactssm.algebra import Group, derived_length, derived_series, group, small_groups, verbal_series
from exactssm.arithmetic import CyclotomicField, Rationals
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.architectures import (
    AUSSM,
    DCD,
    MAMBA,
    MAMBA_UNDERFLOW,
    NEGATIVE_MAMBA,
    NEGATIVE_MAMBA_UNDERFLOW,
    S4D,
    Architecture,
)
from exactssm.machine import State, Symbol
from exactssm.models import Block, Model
from exactssm.table import tabulate
from exactssm.tasks import WordProblem, delay

__all__ = ["CLAIMS", "CLASSES", "GroupClass", "check_stack", "tracker"]

MAX_STATES = 4096


class GroupClass(NamedTuple):
    """The groups that an architecture tracks."""

    architecture: Architecture
    exponent: int | None  #: k layers: a series of length k, its factors Abelian of exponents dividing it; None: of any
    one_layer: str  #: in words
    layers: str  #: k layers, in words
    theorem: str

    def depth(self, structure: Group) -> int | None:
        """The least number of layers, at least one, that track ``structure``; None, if no number of layers does.

        >>> [CLASSES["AUSSM"].depth(group(name)) for name in ("C1", "C6", "S3", "S4", "A5")]
        [1, 1, 2, 3, None]
        >>> [CLASSES["negative Mamba with underflow"].depth(group(name)) for name in ("C2^2", "D4", "C8", "C3")]
        [1, 2, 3, None]
        """
        needed = derived_length(structure) if self.exponent is None else layers_needed(structure, self.exponent)
        return None if needed is None else max(1, needed)

    def contains(self, structure: Group, depth: int) -> bool:
        """Whether ``depth`` layers, at least one, track ``structure``."""
        needed = self.depth(structure)
        return needed is not None and needed <= depth


TRIVIAL = "the trivial group"
HERE = "constructions.groups.architecture_classes"

CLASSES = {
    found.architecture.name: found
    for found in (
        GroupClass(S4D, 1, TRIVIAL, TRIVIAL, HERE),
        GroupClass(MAMBA, 1, TRIVIAL, TRIVIAL, HERE),
        GroupClass(MAMBA_UNDERFLOW, 1, TRIVIAL, TRIVIAL, HERE),
        GroupClass(NEGATIVE_MAMBA, 1, TRIVIAL, TRIVIAL, HERE),
        GroupClass(
            NEGATIVE_MAMBA_UNDERFLOW,
            2,
            "elementary Abelian 2-groups",
            "2-groups of Frattini length at most k",
            "constructions.groups.real_layers",
        ),
        GroupClass(AUSSM, None, "Abelian groups", "derived length at most k", "constructions.groups.verbal_laws"),
        GroupClass(DCD, None, "Abelian groups", "derived length at most k", "constructions.groups.verbal_laws"),
    )
}


def check_stack(model: Model, architecture: Architecture, *, max_states: int = MAX_STATES) -> None:
    """Raise DomainError, naming the entry, unless every layer of ``model`` is one of ``architecture`` on all letters
    that come to it; BudgetExhausted, if more than ``max_states`` states are reachable."""
    met: list[dict[Symbol, None]] = [{} for _ in model.blocks]
    states: dict[State, None] = {model.start: None}
    waiting = [model.start]
    for state in waiting:  # which grows while it is read
        for symbol in model.alphabet:
            after, read = model.through(state, symbol)
            for known, letter in zip(met, read, strict=False):
                known[letter] = None
            if after not in states:
                if len(states) >= max_states:
                    raise BudgetExhausted(f"reached {max_states} states and more are reachable; raise max_states")
                states[after] = None
                waiting.append(after)
    for layer, letters in zip(model.layers(), met, strict=True):
        architecture.check(layer, letters)


def tracker(structure: Group, found: GroupClass) -> Model:
    """A stack of the architecture that tracks ``structure``, checked to be one.

    Raises: ConstructionError, if there is none.
    """
    if found.depth(structure) is None:
        raise ConstructionError(f"no stack of {found.architecture.name} tracks {structure.name} ({found.theorem})")
    if structure.order == 1:  # a layer that stands still
        still = DiagonalLayer(Rationals(), (Fraction(1),), {0: (Fraction(1),)})
        model = Model((0,), [Block(still, lambda state, letter: 0)])
    elif found.exponent is None:
        model = cyclotomic_tracker(derived_series(structure))
    else:
        model = literal_tracker(verbal_series(structure, found.exponent), Rationals())
    check_stack(model, found.architecture)
    return model


def _tracked(found: GroupClass, names: Sequence[str]) -> Iterator[Case]:
    for structure in map(group, names):
        depth = found.depth(structure)
        if depth is not None:
            bounds = Bounds(exactly={"depth": depth})
            yield Case(structure.name, tracker(structure, found), WordProblem(structure), bounds)


Q, GAUSSIAN, FIELD = Rationals(), CyclotomicField(4), CyclotomicField(12)
CENTRED = (Fraction(1, 2), Fraction(1, 3))

#: what candidates are drawn from: of each architecture as much as finitely many states leave
DRAWS = {
    S4D.name: Draw(GAUSSIAN, 4, frozen=(GAUSSIAN.element(2), GAUSSIAN.element(Fraction(1, 3))), constant=True),
    MAMBA.name: Draw(Q, 1, resets=False, frozen=CENTRED),
    MAMBA_UNDERFLOW.name: Draw(Q, 1, frozen=CENTRED),
    NEGATIVE_MAMBA.name: Draw(Q, 1, frozen=(*CENTRED, Fraction(-2, 3))),
    NEGATIVE_MAMBA_UNDERFLOW.name: Draw(Q, 2, frozen=(*CENTRED, Fraction(-2, 3))),
    AUSSM.name: Draw(FIELD, 6, resets=False, frozen=(FIELD.parse("[3/5,0,0,4/5]"),)),
    DCD.name: Draw(FIELD, 4, scales=(Fraction(1), Fraction(2), Fraction(1, 3)), frozen=(FIELD.element(3),)),
}

PER_GROUP = 2
"""Candidates drawn for each group and depth."""


def _not_tracked(found: GroupClass, names: Sequence[str]) -> Iterator[Case]:
    """The groups outside the class: at one layer less than needed, or else at depths 1 and 2."""
    for structure in map(group, names):
        needed = found.depth(structure)
        for depth in (1, 2) if needed is None else range(max(1, needed - 1), needed):
            for number in range(1, PER_GROUP + 1):
                yield _drawn(found, structure, depth, number)


def _drawn(found: GroupClass, structure: Group, depth: int, number: int) -> Case:
    draw, architecture = DRAWS[found.architecture.name], found.architecture
    widths = (1 + number % 3,) if depth == 1 else (1,) * depth
    seed = f"{architecture.name}, {structure.name}, {depth}, {number}"
    model = random_stack(draw, range(structure.order), widths, seed)
    check_stack(model, architecture)
    if architecture is S4D:
        refutation: Callable[[], Confusion] = partial(_which_letter, model)
    elif found.exponent == 1:
        refutation = partial(_how_often, model)
    else:
        words = one_layer_words if depth == 1 else stack_words
        refutation = partial(words, model, structure, roots_of_unity_of(draw.domain))
    name = f"{structure.name}, stack {number} of depth {depth}"
    return Case(name, model, WordProblem(structure), refutation=refutation)


def _which_letter(model: Model) -> Confusion:
    """xz and yz, for constant decays."""
    x, y, *_ = model.alphabet
    return Confusion((x, x), (y, x))


def _how_often(model: Model) -> Confusion:
    """x and xx, for decays in (-1, 1]; x is not the identity."""
    _, x, *_ = model.alphabet
    return Confusion((x,), (x, x))


def _counts(order: int) -> Iterator[Case]:
    """One coordinate of constant decay, on one letter."""
    field = CyclotomicField(order)
    layer = DiagonalLayer(field, (field.one,), {1: (field.root_of_unity(order),)})
    S4D.check(layer, (1,))
    exponent = {field.zeta(k): k for k in range(order)}
    model = Model((1,), [Block(layer, lambda state, letter: exponent[state[0]])])
    bounds = Bounds(exactly={"depth": 1, "widths": (1,)}, at_most={"precision": (order - 1).bit_length()})
    yield Case(f"C{order}", model, WordProblem(group(f"C{order}"), letters=(1,)), bounds)


def _forgets(letters: int) -> Iterator[Case]:
    """AUSSM stacks, asked for the letter before the last."""
    alphabet = tuple("xyzuvw"[:letters])
    for depth, number in product((1, 2), range(1, 6)):
        model = random_stack(DRAWS[AUSSM.name], alphabet, (1,) * depth, f"{letters}, {depth}, {number}")
        check_stack(model, AUSSM)
        yield Case(f"stack {number} of depth {depth}", model, delay(1, alphabet), refutation=partial(_forgotten, model))


def _forgotten(model: Model) -> Confusion:
    """y x^n z and y z, where x^n is the identity on the states, n > 0."""
    x, y, *_ = model.alphabet
    table = tabulate(model, max_states=MAX_STATES).next
    successors = table[:, 0].tolist()
    n, seen = 1, set()
    for state in range(len(successors)):
        length = 0
        while state not in seen:
            seen.add(state)
            state, length = successors[state], length + 1
        n = lcm(n, length or 1)
    return Confusion((y, *[x] * n, x), (y, x))


def _names(low: int, high: int) -> tuple[str, ...]:
    """All groups of these orders, by their numbers in GAP's library."""
    return tuple(f"[{r.order},{r.id}]" for r in small_groups(high) if r.order >= low)


SOURCE = "2603.01959, comparison of architectures"


def _claims(found: GroupClass) -> tuple[Claim, ...]:
    architecture = found.architecture
    slug = architecture.name.lower().replace(" ", "-")
    trivial = found.exponent == 1
    small = {"orders 1 to 8": _names(1, 8)}
    large = {f"orders {low} to {high}": _names(low, high) for low, high in ((9, 15), (16, 23), (24, 31))}
    large["order 32"] = _names(32, 32)
    tracked = {} if trivial else large if found.exponent is None else {"orders 9 to 32": _names(9, 32)}
    many = TRIVIAL if trivial else f"the groups with {found.layers}"
    return (
        Claim(
            name=f"{slug}-tracks",
            source=SOURCE,
            statement=f"k layers of {architecture.name}, whose decays are {architecture.decays}, track {many}.",
            kind=Kind.POSSIBLE,
            expected="proved",
            proof=found.theorem,
            cases=partial(_tracked, found),
            instances=small,
            full=tracked,
        ),
        Claim(
            name=f"{slug}-tracks-no-more",
            source=SOURCE,
            statement=f"k layers of {architecture.name} with finitely many states track no other groups, whatever the "
            "readout.",
            kind=Kind.IMPOSSIBLE,
            expected="checked",
            proof=found.theorem,
            cases=partial(_not_tracked, found),
            instances=small,
            full=large,
            sampled=f"{PER_GROUP} for each group and depth, seeded by their names",
        ),
    )


CLAIMS = (
    *(claim for found in CLASSES.values() for claim in _claims(found)),
    Claim(
        name="s4d-counts",
        source=SOURCE,
        statement="One coordinate with the same decay on every letter tracks a cyclic group on a single generator: it "
        "knows how many letters it read, though not which.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=HERE,
        cases=_counts,
        instances={f"C{n}": n for n in (2, 3, 5, 12)},
    ),
    Claim(
        name="unit-circle-forgets-letters",
        source=SOURCE,
        statement="No stack of AUSSM layers with finitely many states recalls the letter before the last, whatever the "
        "readout.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof=HERE,
        cases=_forgets,
        instances={"2 letters": 2, "3 letters": 3},
        full={"6 letters": 6},
        sampled="5 for each of two depths, seeded by number",
    ),
)
