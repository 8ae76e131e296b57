"""Which pairs of words meet in one state of a diagonal layer of width 1, found from their ends: a finite set of
relations proves that all pairs that meet have equal products.

Let the letters x act by h -> a_x h + b_x with a_x != 0 over a Euclidean ring, from h = 0. Two words w x and w' y meet
iff a_x h + b_x = a_y h' + b_y for the states h and h' after w and w'. So letters are *peeled* off the ends of two words
that meet, and what is left are words whose states satisfy a *relation*

    a h = b h' + c,     g,

where g in G is the product of what was peeled off the left word, times the inverse of what was peeled off the right
one. It begins with 1 h = 1 h' + 0 and g = 1. Peeling x off the left word replaces a by a a_x, c by c - a b_x and g by
x g; peeling y off the right one replaces b by b a_y, c by c + b b_y and g by g y^-1. A relation is divided by the
common divisor of a and b; if that doesn't divide c, no two states satisfy it, and it is dropped. Which word is peeled
is fixed: the left one where |a| <= |b|, else the right one. If that word is empty its state is 0, so that the other
state is known, c / a or -c / b if this is in the ring; then the other word is peeled alone, a state z becoming (z -
b_x) / a_x where that is in the ring. Where z = 0 that word may be empty too.

*A closed set is a proof.* Let a set of relations and known states hold the first relation and whatever follows from its
members, and let g = 1 wherever z = 0. Then any two words that meet have equal products, whatever their lengths: peel
them as told until both are empty, always within the set; the last is a z = 0, where g is the quotient of their products
up to conjugation. Conversely, if a z = 0 with g != 1 follows, what was peeled are two words that meet, with different
products. So if the set is finite, whether the layer tracks G is decided.

It is finite wherever both decays are non-units, and the powers of one number up to units; or one is, and the other a
root of unity but not 1: peeling a non-unit of modulus r divides by r what c is compared with, and of the rest there is
a finite group. Otherwise it may be endless, and a budget ends the search.

Source: ours.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from constructions.boxes.euclidean import ONE, ZERO, EuclideanRing, Pair, minus, plus
from constructions.boxes.scalar_layers import ScalarMap, Shape
from constructions.claim import Confusion
from exactssm.algebra import Group
from exactssm.errors import CertificateError

__all__ = ["Known", "Peeling", "Relation", "Tracked", "peel"]


class Tracked(NamedTuple):
    """What is to be tracked: the products of two letters of a group."""

    structure: Group
    letters: tuple[int, int]


class Relation(NamedTuple):
    """``left`` h = ``right`` h' + ``shift`` for the states of two words, and the quotient of what was peeled."""

    left: Pair
    right: Pair
    shift: Pair
    quotient: int


class Known(NamedTuple):
    """One word is empty; the other, the left one or not, must lead to ``state``."""

    of_left: bool
    state: Pair
    quotient: int


Node: TypeAlias = Relation | Known
Step: TypeAlias = tuple[Node, bool, int | None]
"""What follows, which word was peeled (the left one or not), and of which letter: 0, 1, or None if it was empty."""


FIRST = Relation(ONE, ONE, ZERO, 0)


@dataclass(frozen=True)
class Peeling:
    """A closed set of relations and known states: a proof that the words that meet have equal products."""

    nodes: frozenset[Node]

    def check(self, ring: EuclideanRing, shape: Shape, tracked: Tracked) -> None:
        """Raise CertificateError, unless the set is such a proof for the layer of this shape."""
        _check_decays(shape)
        peeler = _Peeler(ring, shape, tracked)
        if _normalised(ring, FIRST) not in self.nodes:
            raise CertificateError("the set must hold the relation h = h'; it doesn't")
        for node in self.nodes:
            if not isinstance(node, Relation | Known):
                raise CertificateError(f"the set must consist of relations and known states; {node!r} is neither")
            if peeler.confuses(node):
                raise CertificateError("two words that meet must have equal products; two have not")
            for after, _, _ in peeler.follow(node):
                if after not in self.nodes:
                    raise CertificateError(f"the set must be closed; {after} follows from {node}")


def peel(ring: EuclideanRing, shape: Shape, tracked: Tracked, *, most: int = 3000) -> Peeling | Confusion | None:
    """Whether the layer of this shape tracks the group: the closed set, or two words that end in one letter, meet, and
    have different products; None, if more than ``most`` relations follow.

    >>> from exactssm.algebra import group
    >>> s3, ring = group("S3"), EuclideanRing(1)
    >>> tracked = Tracked(s3, (1, 3))
    >>> binary = Shape(ScalarMap((2, 0), (1, 0)), ScalarMap((2, 0), (2, 0)))  # writes numbers with the digits 1 and 2
    >>> peel(ring, binary, tracked).check(ring, binary, tracked)
    >>> found = peel(ring, Shape(ScalarMap((2, 0), (-1, 0)), ScalarMap((2, 0), (2, 0))), tracked)
    >>> sorted([found.first, found.second])
    [(1,), (1, 3, 1)]

    Raises: CertificateError, if a decay is zero.
    """
    _check_decays(shape)
    peeler = _Peeler(ring, shape, tracked)
    first = _normalised(ring, FIRST)
    assert first is not None
    came_from: dict[Node, tuple[Node, bool, int | None] | None] = {first: None}
    frontier: deque[Node] = deque(came_from)
    while frontier:
        node = frontier.popleft()
        if peeler.confuses(node):
            return _words(node, came_from, tracked)
        for after, of_left, letter in peeler.follow(node):
            if after not in came_from:
                if len(came_from) >= most:
                    return None
                came_from[after] = node, of_left, letter
                frontier.append(after)
    return Peeling(frozenset(came_from))


def _check_decays(shape: Shape) -> None:
    if ZERO in (shape.first.decay, shape.second.decay):
        raise CertificateError("peeling takes letters whose decay isn't zero, so that states have one predecessor")


def _words(node: Node, came_from: dict[Node, tuple[Node, bool, int | None] | None], tracked: Tracked) -> Confusion:
    """The two words that were peeled on the way to ``node``: the letter peeled last is the first."""
    words: dict[bool, tuple[int, ...]] = {True: (), False: ()}
    while (step := came_from[node]) is not None:
        node, of_left, letter = step
        if letter is not None:
            words[of_left] = (*words[of_left], tracked.letters[letter])
    left, right = words[True], words[False]
    if not left or not right or left[-1] != right[-1]:  # one letter more leads both on
        left, right = (*left, tracked.letters[0]), (*right, tracked.letters[0])
    return Confusion(left, right)


def _normalised(ring: EuclideanRing, relation: Relation) -> Relation | None:
    """In lowest terms, and one for all that differ by a unit; None, if no elements of the ring satisfy it."""
    common = ring.gcd(relation.left, relation.right)
    if ring.quotient(relation.shift, common) is None:
        return None
    left, right, shift = ring.normal(relation.left, relation.right, relation.shift)
    return Relation(left, right, shift, relation.quotient)


class _Peeler:
    """What follows from relations and known states, for one layer and group."""

    def __init__(self, ring: EuclideanRing, shape: Shape, tracked: Tracked) -> None:
        self.ring, self.maps = ring, (shape.first, shape.second)
        self.structure, self.letters = tracked

    def confuses(self, node: Node) -> bool:
        """Whether both words may be empty though the quotient isn't the identity."""
        return isinstance(node, Known) and node.state == ZERO and node.quotient != 0

    def follow(self, node: Node) -> Iterator[Step]:
        """What follows by peeling one letter, or none if the word to be peeled is empty."""
        if isinstance(node, Known):
            for number, one in enumerate(self.maps):
                before = self.ring.quotient(minus(node.state, one.drive), one.decay)
                if before is not None:
                    yield Known(node.of_left, before, self._quotient(node, node.of_left, number)), node.of_left, number
            return
        ring, (a, b, c, g) = self.ring, node
        of_left = ring.norm(a) <= ring.norm(b)
        state = ring.quotient(minus(ZERO, c), b) if of_left else ring.quotient(c, a)
        if state is not None:  # the word to be peeled is empty: 0 = b h' + c, or a h = c
            yield Known(not of_left, state, g), of_left, None
        for number, one in enumerate(self.maps):
            after = self._peeled(node, of_left, one, self._quotient(node, of_left, number))
            if after is not None:
                yield after, of_left, number

    def _peeled(self, relation: Relation, of_left: bool, one: ScalarMap, quotient: int) -> Relation | None:
        ring, (a, b, c, _) = self.ring, relation
        if of_left:
            peeled = Relation(ring.times(a, one.decay), b, minus(c, ring.times(a, one.drive)), quotient)
        else:
            peeled = Relation(a, ring.times(b, one.decay), plus(c, ring.times(b, one.drive)), quotient)
        return _normalised(ring, peeled)

    def _quotient(self, node: Node, of_left: bool, number: int) -> int:
        letter = self.letters[number]
        if of_left:
            return self.structure.mul(letter, node.quotient)
        return self.structure.mul(node.quotient, self.structure.inverses[letter])
