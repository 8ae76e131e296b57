"""Stacks with too few layers, each of which fails whatever its readout: S4 at depth 2, GL(2,3) at depth 3, A5 at any.

That they fail is the theorem of `constructions.groups.cascade_groups`; on which words, that of
`constructions.groups.stack_refuter`. The candidates are those that one would try.

*A layer left out.* The tracker of a group (`constructions.groups.subnormal_tracker`) keeps one digit of the product a
layer. Without layer i the digit is taken to be that of the identity before each letter; the carry to the layer above
is what it would be then. So the layers above still read elements of the subgroup that they are made for.

*Solvable sections.* A5 isn't solvable; but let Q and H be solvable subgroups. Each letter is x = t q with q in Q, where
t is the least element of x Q in H, or else of all. A tracker of Q multiplies the q, and so guesses the product. If r(g)
is the least element of the coset H g, then g x = h r(g x) for an element g = r(g), with an h in H: the product moves
from the coset of g to that of g x, and h is what a tracker of H has to multiply by. It is given the h for the guess. So
with Q = 1 it reads the part in H of each letter. With H = A4, which fixes a point, and Q = C5, which leads that point
to each other one, every product is h q in one way: that the guess is wrong is all that goes wrong.

*Random cascades*: `constructions.groups.cascade_search`.

All candidates read generators of the group only. Each is refuted twice: by the words of the proof, and by a shortest
collision, which a search finds.

Source: 2603.01959, multi-layer theorem, "only if".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from constructions.claim import Case, Claim, Kind
from constructions.groups.cascade_search import STEPS, best_cascade
from constructions.groups.stack_refuter import refute_stack
from constructions.groups.subnormal_tracker import subnormal_tracker
from exactssm.algebra import Group, Transversal, derived_series, generated_subgroup, group, quotient
from exactssm.algebra.subgroup import Subgroup
from exactssm.errors import ConstructionError
from exactssm.layers import RotationLayer
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "reading", "section_tracker", "without_layer"]


def without_layer(model: Model, left_out: int) -> Model:
    """``model`` without the layer of that number, counted from 0: for its state the one at the start is taken always.

    >>> from exactssm.algebra import derived_series, group
    >>> without_layer(subnormal_tracker(derived_series(group("S4"))), 1).depth
    2

    Raises: ConstructionError, if there is no such layer, or if it is not one of several, rotations all of them.
    """
    blocks = list(model.blocks)
    if not 0 <= left_out < len(blocks) or len(blocks) < 2:
        raise ConstructionError(f"one of several layers can be left out; there are {len(blocks)}, numbered from 0")
    gone = blocks.pop(left_out)

    def passed(letter: Symbol) -> Symbol:
        return gone.readout(gone.layer.step(gone.layer.start, letter), letter)

    if left_out == len(blocks):
        last = blocks[-1]
        blocks[-1] = Block(last.layer, lambda state, letter: passed(last.readout(state, letter)))
    else:
        blocks[left_out] = reading(passed, blocks[left_out])
    return Model(model.alphabet, blocks)


def reading(through: Callable[[Symbol], Symbol], block: Block) -> Block:
    """``block``, a rotation layer, which reads each letter after ``through`` has changed it."""
    layer, readout = block
    if not isinstance(layer, RotationLayer):
        raise ConstructionError(f"letters are changed for rotation layers here, not for a {type(layer).__name__}")
    angle = layer.entries
    changed = RotationLayer(layer.orders, lambda letter: angle(through(letter)), layer.start)
    return Block(changed, lambda state, letter: readout(state, through(letter)))


class _Guess(NamedTuple):
    """What is passed on in and above a tracker of Q: its own letter or product, and the letter of the model."""

    inner: Symbol
    letter: int


def section_tracker(
    structure: Group, guessed: Subgroup, tracked: Subgroup, letters: Sequence[int] | None = None
) -> Model:
    """Track products of ``letters`` (all elements by default) as well as Q = ``guessed`` and H = ``tracked`` can.

    >>> a5 = group("A5")
    >>> five = generated_subgroup(a5, [a5.element("(1,2,3,4,5)")])
    >>> section_tracker(a5, (0,), five).depth, section_tracker(a5, five, five).depth
    (1, 2)

    Raises: DomainError, if one is no subgroup or not solvable.
    """
    mul, inverses = structure.mul, structure.inverses
    below, above = (_tracker(structure, subgroup) for subgroup in (guessed, tracked))
    q_elements, h_elements = sorted(set(guessed)), sorted(set(tracked))
    q_part = {x: _part(structure, x, q_elements, h_elements) for x in range(structure.order)}
    cosets = Transversal(structure, tuple(range(structure.order)), tuple(h_elements))

    def least(g: int) -> int:
        return cosets.representatives[int(cosets.numbers[g])]

    def guess(letter: Symbol) -> _Guess:
        if isinstance(letter, _Guess):
            return letter
        assert isinstance(letter, int)
        return _Guess(q_elements.index(q_part[letter]), letter)

    def residual(letter: Symbol) -> int:
        """The factor in H; above a tracker of Q, for its guess before the letter."""
        if isinstance(letter, _Guess):
            assert isinstance(letter.inner, int)
            x, before = letter.letter, mul(q_elements[letter.inner], inverses[q_part[letter.letter]])
        else:
            assert isinstance(letter, int)
            x, before = letter, 0
        moved = mul(least(before), x)
        return h_elements.index(mul(moved, inverses[least(moved)]))

    def beside(block: Block) -> Block:
        """A block of the tracker of Q, which hands the letter on."""
        readout = reading(lambda letter: guess(letter).inner, block).readout
        layer = reading(lambda letter: guess(letter).inner, block).layer
        return Block(layer, lambda state, letter: _Guess(readout(state, letter), guess(letter).letter))

    first, *rest = above.blocks
    chosen = range(structure.order) if letters is None else letters
    return Model(chosen, [*map(beside, below.blocks), reading(residual, first), *rest])


def _tracker(structure: Group, subgroup: Subgroup) -> Model:
    """A tracker of a subgroup, whose elements are numbered in ascending order."""
    return subnormal_tracker(derived_series(quotient(structure, (0,), subgroup)))


def _part(structure: Group, x: int, q_elements: Sequence[int], h_elements: Sequence[int]) -> int:
    """The q of x = t q."""
    coset = {structure.mul(x, structure.inverses[q]): q for q in q_elements}
    return coset[min(coset.keys() & set(h_elements), default=min(coset))]


class Refuted(NamedTuple):
    """Candidates, and how they are refuted."""

    candidates: Any  #: a group's name, a depth or a search: what they are built from
    by_search: bool = False  #: rather than by the words of the proof


def _case(name: str, model: Model, structure: Group, how: Refuted) -> Case:
    task = WordProblem(structure, structure.generators)
    words = None if how.by_search else partial(refute_stack, model, structure, depth=model.depth)
    return Case(name, model, task, refutation=words)


def _left_out(how: Refuted) -> Iterator[Case]:
    structure = group(how.candidates)
    whole = subnormal_tracker(derived_series(structure), structure.generators)
    for layer in range(whole.depth):
        yield _case(f"without layer {layer + 1}", without_layer(whole, layer), structure, how)


A5_SUBGROUPS = {
    "1": (),
    "C3": ("(1,2,3)",),
    "V4": ("(1,2)(3,4)", "(1,3)(2,4)"),
    "C5": ("(1,2,3,4,5)",),
    "S3": ("(1,2,3)", "(1,2)(4,5)"),
    "D5": ("(1,2,3,4,5)", "(2,5)(3,4)"),
    "A4": ("(1,2,3)", "(1,2)(3,4)"),
}
"""Solvable subgroups of A5, one of each kind but C2, by generators."""

SECTIONS = {
    1: (("1", "C3"), ("1", "V4"), ("1", "C5")),
    2: (("1", "S3"), ("1", "D5"), ("1", "A4"), ("C5", "V4")),
    3: (("C5", "A4"), ("A4", "C5"), ("C3", "D5")),
    4: (("A4", "A4"), ("A4", "D5"), ("D5", "A4"), ("S3", "D5")),
}
"""For each depth the pairs Q, H whose trackers have that many layers together."""


def _sections(how: Refuted) -> Iterator[Case]:
    a5 = group("A5")
    for names in SECTIONS[how.candidates]:
        guessed, tracked = (generated_subgroup(a5, map(a5.element, A5_SUBGROUPS[name])) for name in names)
        model = section_tracker(a5, guessed, tracked, a5.generators)
        yield _case(f"Q = {names[0]}, H = {names[1]}", model, a5, how)


class Search(NamedTuple):
    """A search for the cascade that is hardest to refute."""

    group: str
    depth: int
    climbs: int


def _searched(how: Refuted) -> Iterator[Case]:
    structure = group(how.candidates.group)
    found = best_cascade(*how.candidates)
    name = f"the best, which tells {found.score.labelled} states apart"
    yield _case(name, found.cascade.stack(structure.generators), structure, how)


def _instances(candidates: Mapping[str, object]) -> dict[str, Refuted]:
    return {
        name: how
        for given, value in candidates.items()
        for name, how in ((given, Refuted(value)), (f"{given}, by a search", Refuted(value, True)))
    }


def _searches(climbs: int) -> dict[str, Refuted]:
    wanted = [("S4", 2), ("GL(2,3)", 3), *(("A5", depth) for depth in SECTIONS)]
    return _instances({f"{g} at depth {k}, {climbs * STEPS} cascades": Search(g, k, climbs) for g, k in wanted})


SOURCE = "2603.01959, multi-layer theorem, only if"

CLAIMS = (
    Claim(
        name="tracker-without-a-layer",
        source=SOURCE,
        statement="Without any one of its layers the tracker of S4 or of GL(2,3) fails on generators of the group, "
        "whatever the readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.groups.stack_refuter",
        cases=_left_out,
        instances=_instances({"S4 at depth 2": "S4", "GL(2,3) at depth 3": "GL(2,3)"}),
        every_readout=True,
    ),
    Claim(
        name="trackers-of-sections",
        source=SOURCE,
        statement="Stacks of up to four layers that track solvable sections of A5, as well as they can, fail on its "
        "generators, whatever the readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.groups.stack_refuter",
        cases=_sections,
        instances=_instances({f"A5 at depth {depth}": depth for depth in SECTIONS}),
        every_readout=True,
    ),
    Claim(
        name="best-random-cascades",
        source=SOURCE,
        statement="No stack of exact diagonal layers tracks S4 at depth 2, GL(2,3) at depth 3 or A5 at depths up to "
        "4, whatever the readout: not the best of many random ones either.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.groups.stack_refuter",
        cases=_searched,
        instances=_searches(1),
        full=_searches(50),
        every_readout=True,
        sampled="the best that a seeded hill climbing tries",
    ),
)
