"""Searches for two words that meet in one state of a layer of width 1 though their products differ; and for a modulus
that proves that none do.

Each search is written twice: in plain Python, and compiled for many layers at once. `nearest_confusions` and
`least_moduli` equal `nearest_confusion` and `least_modulus` row by row.

*Modulo m.* If words whose states agree modulo m have equal products, then so have words whose states are equal. Modulo
m there are finitely many states, and each is labelled with the product of a word that leads to it, breadth first.

*Far away.* If both letters expand, |a| >= 2 over Z, then from some |h| on states only grow, so that the words whose
states are all within a bound are finitely many, and words that meet, meet within their own bound. Random words meet
there rather than among all words up to a length, whose states are thinly spread.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from constructions.boxes.euclidean import ZERO, EuclideanRing, Pair
from constructions.boxes.peeling import Tracked
from constructions.boxes.scalar_layers import ScalarMap, Shape
from constructions.claim import Confusion
from exactssm.errors import DomainError
from exactssm.machine import Word

__all__ = [
    "FARTHEST",
    "far_confusion",
    "least_moduli",
    "least_modulus",
    "nearest_confusion",
    "nearest_confusions",
]

Ints = npt.NDArray[np.int64]

FARTHEST = 2**34  #: beyond, states take more than some GB
LONGEST = 2**7
DEEPEST = 16  #: 2^17 states
LARGEST_MODULUS = 2**10


def ending_alike(left: Word, right: Word, letters: Sequence[int]) -> Confusion:
    """Both words; with one letter more, which leads both on, unless they end in the same."""
    if not left or not right or left[-1] != right[-1]:
        return Confusion((*left, letters[0]), (*right, letters[0]))
    return Confusion(left, right)


def nearest_confusion(ring: EuclideanRing, shape: Shape, tracked: Tracked, depth: int) -> tuple[int, Confusion] | None:
    """The least length at which a word meets a word that is no longer and has another product, and the two with a last
    letter in common; None, if there are none up to ``depth``. The definition.

    >>> from exactssm.algebra import group
    >>> shape = Shape(ScalarMap((2, 0), (1, 0)), ScalarMap((1, 0), (3, 0)))
    >>> nearest_confusion(EuclideanRing(1), shape, Tracked(group("S3"), (1, 3)), 5)
    (2, Confusion(first=(3, 1), second=(1, 1, 1)))
    """
    structure, letters = tracked
    known: dict[Pair, tuple[int, Word]] = {ZERO: (0, ())}
    level = [ZERO]
    for length in range(1, depth + 1):
        level, before = [], level
        for h in before:
            product, word = known[h]
            for letter, one in zip(letters, (shape.first, shape.second), strict=True):
                state, after = one.on(ring, h), structure.mul(product, letter)
                if state not in known:
                    known[state] = after, (*word, letter)
                    level.append(state)
                elif known[state][0] != after:
                    return length, ending_alike(known[state][1], (*word, letter), letters)
    return None


def least_modulus(ring: EuclideanRing, shape: Shape, tracked: Tracked, most: int) -> int | None:
    """The least m from 2 to ``most`` such that words whose states agree modulo m have equal products; None, if there is
    none. The definition."""
    structure, letters = tracked
    for modulus in range(2, most + 1):
        product_at = {ZERO: 0}
        queue, good = [ZERO], True
        for h in queue:  # which grows while it is read
            for letter, one in zip(letters, (shape.first, shape.second), strict=True):
                a, b = one.on(ring, h)
                state, after = (a % modulus, b % modulus), structure.mul(product_at[h], letter)
                if state not in product_at:
                    product_at[state] = after
                    queue.append(state)
                good = good and product_at[state] == after
            if not good:
                break
        if good:
            return modulus
    return None


def nearest_confusions(ring: EuclideanRing, shapes: Sequence[Shape], tracked: Tracked, depth: int) -> list[int]:
    """For each shape the length that `nearest_confusion` finds, 0 for None; compiled.

    Raises: DomainError, if a state within ``depth`` may not fit in 64 bits, or ``depth`` is not from 1 to 16.
    """
    if not 1 <= depth <= DEEPEST:
        raise DomainError(f"a depth must be from 1 to {DEEPEST}, got {depth}")
    rows = _rows(shapes)
    a, b = (max((abs(x) for one in _maps(shapes) for x in part(one)), default=0) for part in (_decay, _drive))
    reached = 0  # a bound on the coefficients of states; that of a product is within a x + b y + b y
    for _ in range(depth):
        reached = (1 if ring.is_rational else 3) * a * reached + b
    if reached >= 2**61:
        raise DomainError(f"states of words of up to {depth} letters may not fit in 64 bits")
    from constructions.boxes import _scalar_kernels as kernels

    found: list[int] = kernels.confused_at(rows, ring.trace, _after(tracked), depth).tolist()
    return found


def least_moduli(ring: EuclideanRing, shapes: Sequence[Shape], tracked: Tracked, most: int) -> list[int]:
    """For each shape the modulus that `least_modulus` finds, 0 for None; compiled.

    Raises: DomainError, if ``most`` is not from 2 to 1024, or coefficients are not below 2^40.
    """
    rows = _rows(shapes)
    if not 2 <= most <= LARGEST_MODULUS or np.abs(rows).max(initial=0) >= 2**40:
        raise DomainError(f"moduli must be from 2 to {LARGEST_MODULUS}, and coefficients below 2^40")
    from constructions.boxes import _scalar_kernels as kernels

    found: list[int] = kernels.least_moduli(rows, ring.trace, _after(tracked), 2, most).tolist()
    return found


def _maps(shapes: Sequence[Shape]) -> list[ScalarMap]:
    return [one for shape in shapes for one in shape]


def _decay(one: ScalarMap) -> Pair:
    return one.decay


def _drive(one: ScalarMap) -> Pair:
    return one.drive


def _rows(shapes: Sequence[Shape]) -> Ints:
    rows = [[*shape.first.decay, *shape.first.drive, *shape.second.decay, *shape.second.drive] for shape in shapes]
    return np.array(rows, np.int64).reshape(len(shapes), 8)


def _after(tracked: Tracked) -> Ints:
    return np.ascontiguousarray(tracked.structure.table[:, list(tracked.letters)], np.int64)


def far_confusion(shape: Shape, tracked: Tracked, bound: int) -> Confusion | None:
    """Two words with different products that meet, among all words over Z whose states are within ``bound`` throughout.

    Those are finitely many, but for such as come round to a state, which are followed up to `LONGEST` letters.

    >>> from exactssm.algebra import group
    >>> shape = Shape(ScalarMap((3, 0), (1, 0)), ScalarMap((2, 0), (3, 0)))
    >>> far_confusion(shape, Tracked(group("S3"), (1, 3)), 10**4) is None
    False

    Raises: DomainError, unless both letters expand over Z, and ``bound`` is below `FARTHEST`.
    """
    (a, x), (c, y) = ((one.decay, one.drive) for one in shape)
    if any(part for _, part in (a, x, c, y)) or min(abs(a[0]), abs(c[0])) < 2:
        raise DomainError("both letters must be h -> a h + b over Z with |a| at least 2")
    if not 0 <= bound < FARTHEST or max(abs(part) for part, _ in (a, x, c, y)) >= 2**24:
        raise DomainError("the bound must be below 2^34, and decays and drives below 2^24")
    after, order = _after(tracked), tracked.structure.order
    level = np.zeros(1, np.int64)  # state times order plus product
    levels = [level]
    while level.size and len(levels) <= LONGEST:  # words that come round never leave
        states, products = np.divmod(level, order)
        moved = np.concatenate([a[0] * states + x[0], c[0] * states + y[0]])
        keys = moved * order + np.concatenate([after[products, 0], after[products, 1]])
        level = np.unique(keys[np.abs(moved) <= bound])
        levels.append(level)
    states = np.unique(np.concatenate(levels)) // order
    meet = states[1:][states[1:] == states[:-1]]
    if not meet.size:
        return None
    return ending_alike(*_words_to(int(meet[np.argmin(np.abs(meet))]), shape, tracked), tracked.letters)


def _words_to(state: int, shape: Shape, tracked: Tracked) -> tuple[Word, Word]:
    """Two words with different products that lead to ``state``, found backwards; the shorter first."""
    structure, letters = tracked
    found: dict[int, Word] = {}
    queue: list[tuple[int, tuple[int, ...]]] = [(state, ())]
    for h, word in queue:  # which grows while it is read
        if h == 0:
            found.setdefault(structure.product(word), word)
            if len(found) == 2:
                break
        for letter, one in zip(letters, shape, strict=True):
            before, rest = divmod(h - one.drive[0], one.decay[0])
            if not rest:
                queue.append((before, (letter, *word)))
    first, second = found.values()
    return first, second
