"""One exact layer that keeps within a range, and tells states apart at a resolution, tracks no non-Abelian group.

Theorem. Take any diagonal layer over complex numbers, a bound B, a margin eps > 0, and letters that generate a
non-Abelian group. Either a word leads some coordinate beyond B, or two words that end in one letter lead to states less
than eps apart in every coordinate, though their products differ. So no layer tracks the group with states that keep
within B and are told apart at eps. Finitely many states are not assumed.

Proof, and algorithm. `exactssm.layers.motion` says which coordinates are bounded.

*All are.* Let uv != vu. After "u v" and after "v u" coordinate j differs by a constant D_j, whatever came before, and
each letter x that follows multiplies the difference by a_j(x). A coordinate of one value has D_j = 0. Elsewhere no
letter expands and none drifts; those with |a| = 1 are the identity or have one centre, and commute. So where D_j != 0,
u or v contracts (a reset does so at once). Choose contracting letters for all coordinates with |D_j| >= eps, greedily,
and repeat each until its coordinates differ by less than eps; at no step does any difference grow. The words "u v z"
and "v u z" have at most 2 + max(1, r N) letters, where r <= min(d, k) letters are chosen, and N is the least number
with D p^N < eps, for the largest difference D and the worst factor p with which a chosen letter contracts.

*One is not.* It takes several values, and one of these holds.
 - A letter x expands or drifts. If x fixes the start, another letter doesn't, and x doesn't fix where that one leads,
   having one fixed point at most. From there x, repeated, leaves every bound.
 - Two letters u and v with |a| = 1, neither the identity, have different centres c_u and c_v, at a distance d. The
   points u^k(h), k = 0, 1, ..., lie on the circle around c_u through h, and their centre of gravity is c_u, over a full
   cycle if a_u is a root of unity, and in the limit otherwise. So the mean of |u^k(h) - c_v|^2 is |h - c_u|^2 + d^2,
   and some k has |u^k(h) - c_v|^2 >= |h - c_u|^2 + d^2 / 2. Then v takes its turn about c_v, and so on: with every turn
   the squared distance from the centre grows by d^2 / 2 at least. Where the next step goes still farther, it is taken.
Centres need no division: |1 - a_v| |h - c_v| = |h - v(h)|, and |1 - a_u| |1 - a_v| d is the modulus of the constant D
of u and v.

Source: 2603.01959, the one-layer theorem and its lemmas on useless coordinates and on conjugate rotations; the proof is
ours.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

from constructions.claim import Crowding, Escape
from constructions.groups.covering import cover
from constructions.groups.one_layer_finite import noncommuting_letters
from exactssm.arithmetic.domain import Element
from exactssm.arithmetic.ordering import ComplexDomain, check_complex, compare, modulus_squared
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.motion import Affine, Motion, Reach, coordinate_maps, discrepancy, motion, reaches
from exactssm.machine import Symbol
from exactssm.tasks import WordProblem

__all__ = ["MAX_LENGTH", "crowding", "crowding_or_escape", "escape"]

MAX_LENGTH: Final = 10**5
"""The longest word that is built: a letter that hardly contracts, expands or drifts takes ever longer ones."""


def crowding_or_escape(
    layer: DiagonalLayer,
    task: WordProblem,
    bound: Fraction,
    margin: Fraction,
    pair: tuple[int, int] | None = None,
    max_length: int = MAX_LENGTH,
) -> Crowding | Escape:
    """Words on which ``layer`` leaves the range |h_j| <= ``bound``, or is too coarse for ``margin``.

    >>> from exactssm.algebra import group
    >>> from exactssm.arithmetic import Integers
    >>> s3 = group("S3")
    >>> x, y = s3.generators
    >>> flips = DiagonalLayer(Integers(), (0,), {x: (-1,), y: (-1,)}, {x: (0,), y: (2,)})  # about 0, and about 1
    >>> crowding_or_escape(flips, WordProblem(s3, (x, y)), Fraction(5), Fraction(1)).word == (y, x, y, x, y)
    True

    Raises: ConstructionError, unless bound and margin are positive Fractions, and if all letters commute, or ``pair``
    does; DomainError, unless the layer is over exact complex numbers; BudgetExhausted, beyond ``max_length`` letters.
    """
    for what, value in (("bound", bound), ("margin", margin)):
        if type(value) is not Fraction or value <= 0:
            raise ConstructionError(f"the {what} must be a positive Fraction, got {value!r}")
    found = escape(layer, task.letters, bound, max_length)
    return crowding(layer, task, margin, pair, max_length) if found is None else found


def crowding(
    layer: DiagonalLayer,
    task: WordProblem,
    margin: Fraction,
    pair: tuple[int, int] | None = None,
    max_length: int = MAX_LENGTH,
) -> Crowding:
    """The first case of the proof: two words that start with a pair of letters in both orders.

    Raises: as `crowding_or_escape`; ConstructionError, if a coordinate is unbounded.
    """
    letters = task.letters
    u, v = noncommuting_letters(task, pair)
    if Reach.UNBOUNDED in (reached := reaches(layer, letters)):
        raise ConstructionError(f"all coordinates must be bounded; {reached.index(Reach.UNBOUNDED)} is not")
    domain = check_complex(layer.domain)
    maps = coordinate_maps(layer, letters)
    at = {letter: i for i, letter in enumerate(letters)}
    apart = [modulus_squared(domain, discrepancy(domain, own[at[u]], own[at[v]])) for own in maps]

    def too_far(j: int) -> bool:
        return compare(domain, apart[j], margin**2) >= 0

    needed = {j for j in range(layer.width) if too_far(j)}
    contracts = (Motion.RESET, Motion.CONTRACTION)
    shrunk_by = {x: {j for j in needed if motion(domain, maps[j][at[x]]) in contracts} for x in letters}
    ending: list[int] = []
    for x, own in cover(shrunk_by, needed).items():
        factors = [modulus_squared(domain, row[at[x]].decay) for row in maps]
        while any(map(too_far, own)):
            _append(ending, x, max_length)
            apart = [domain.mul(factor, gap) for factor, gap in zip(factors, apart, strict=True)]
    ending = ending or list(letters[:1])
    return Crowding((u, v, *ending), (v, u, *ending), margin)


def escape(
    layer: DiagonalLayer, letters: Sequence[Symbol], bound: Fraction, max_length: int = MAX_LENGTH
) -> Escape | None:
    """The second case of the proof: a word that leads beyond ``bound``; None, if all coordinates are bounded.

    Of several unbounded coordinates one with an expansion is preferred, then one with a drift.

    Raises: DomainError and BudgetExhausted, as `crowding_or_escape`.
    """
    domain = check_complex(layer.domain)
    unbounded = [j for j, reached in enumerate(reaches(layer, letters)) if reached is Reach.UNBOUNDED]
    if not unbounded:
        return None
    maps = coordinate_maps(layer, letters)
    for kind in (Motion.EXPANSION, Motion.DRIFT):
        for j in unbounded:
            for x, map in enumerate(maps[j]):
                if motion(domain, map) is kind:
                    path = _Path(domain, layer.start[j], maps[j], bound, max_length)
                    return Escape(tuple(letters[i] for i in _repeating(path, x)), bound)
    path = _Path(domain, layer.start[unbounded[0]], maps[unbounded[0]], bound, max_length)
    return Escape(tuple(letters[i] for i in _turning(path)), bound)


class _Path:
    """A walk of one coordinate, letter by letter, until it is beyond a bound."""

    def __init__(
        self, domain: ComplexDomain, start: Element, maps: Sequence[Affine], bound: Fraction, max_length: int
    ) -> None:
        self.domain, self.maps, self.value = domain, maps, start
        self.word: list[int] = []
        self._limit, self._max_length = bound**2, max_length

    def read(self, x: int) -> None:
        _append(self.word, x, self._max_length)
        self.value = self.maps[x](self.domain, self.value)

    @property
    def is_beyond(self) -> bool:
        return compare(self.domain, modulus_squared(self.domain, self.value), self._limit) > 0

    def fixed_by(self, x: int) -> bool:
        return bool(self.maps[x](self.domain, self.value) == self.value)


def _append(word: list[int], x: int, max_length: int) -> None:
    if len(word) >= max_length:
        raise BudgetExhausted(f"the word has {max_length} letters and needs more; raise max_length")
    word.append(x)


def _repeating(path: _Path, x: int) -> list[int]:
    """x, which expands or drifts, over and over, from a value that it moves."""
    if path.fixed_by(x):
        path.read(next(y for y in range(len(path.maps)) if not path.fixed_by(y)))
    path.read(x)
    while not path.is_beyond:
        path.read(x)
    return path.word


def _turning(path: _Path) -> list[int]:
    """Two rotations about different centres, each until the other centre is far."""
    domain, maps = path.domain, path.maps
    turning = [x for x, map in enumerate(maps) if motion(domain, map) in (Motion.ROTATION, Motion.TURN)]
    u = turning[0]
    v = next(x for x in turning if discrepancy(domain, maps[u], maps[x]) != domain.zero)
    gap = modulus_squared(domain, discrepancy(domain, maps[u], maps[v]))  # |1 - a_u|^2 |1 - a_v|^2 d^2
    while True:
        far = _far_from(domain, maps[v], maps[u])  # |1 - a_u|^2 |1 - a_v|^2 |h - c_v|^2
        near = _far_from(domain, maps[u], maps[v])(path.value)
        enough = domain.add(domain.add(near, near), gap)  # twice what has to be reached
        here = far(path.value)
        while True:
            there = far(maps[u](domain, path.value))
            if compare(domain, domain.add(here, here), enough) >= 0 and compare(domain, there, here) <= 0:
                break
            path.read(u)
            here = there
            if path.is_beyond:
                return path.word
        u, v = v, u


def _far_from(domain: ComplexDomain, centred: Affine, other: Affine) -> Callable[[Element], Element]:
    """The squared distance of a value from the centre of one rotation, times |1 - a|^2 of both."""
    one = domain.one
    scale = modulus_squared(domain, domain.add(one, domain.neg(other.decay)))

    def far(h: Element) -> Element:
        moved = domain.add(h, domain.neg(centred(domain, h)))
        return domain.mul(scale, modulus_squared(domain, moved))

    return far
