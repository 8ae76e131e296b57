"""Evaluation along a scan tree: the maps of letters are composed in the order of a tree, and rounded on the way.

A node composes the maps of its two sides, (A_1, b_1) first and then (A_2, b_2), to (A_2 A_1, A_2 b_1 + b_2). Every
entry of A_2 A_1 is an inner product without a shift, and every coordinate of A_2 b_1 + b_2 one with a shift; each is
rounded at the layer's own moment. Composition being associative, the tree makes no difference to exact arithmetic.
Rounded, it does: kernels that scan in parallel compute something else than the recurrence.

A tree is written as nested pairs: its leaves are the numbers 1 .. n of the letters, from left to right. The map of the
whole word is at last applied to h_0, rounding once more. A tree may also begin with the leaf 0, which is h_0 itself:
then the left side of a node above it is a state, to which the map of the right side is applied. So
``(((0, 1), 2), 3)`` is the recurrence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Any, Final, TypeAlias, TypeVar

from exactssm.errors import ConstructionError
from exactssm.evaluation.affine import AffineMap, affine_maps
from exactssm.layers import Layer
from exactssm.layers.layer import LETTERS_KEPT, Vector
from exactssm.machine import Symbol

__all__ = [
    "SHAPES",
    "AlongTree",
    "Chunked",
    "Shape",
    "Tree",
    "blelloch",
    "hillis_steele",
    "left_fold",
    "recurrence",
    "right_fold",
]

Tree: TypeAlias = Any
"""A number, or a pair of trees."""

Shape: TypeAlias = Callable[[int], Tree]
"""n -> the tree of a word of n letters, n >= 1."""

T = TypeVar("T")
_NODE: Final = object()


def fold(tree: Tree, leaf: Callable[[int], T], node: Callable[[T, T], T]) -> T:
    """The value of ``tree``, children before parents, left before right; as deep as memory allows.

    Raises: ConstructionError, if it isn't made of ints and pairs.
    """
    values: list[T] = []
    work: list[object] = [tree]
    while work:
        match work.pop():
            case (left, right):
                work += [_NODE, right, left]
            case int(number) if type(number) is int:
                values.append(leaf(number))
            case found if found is _NODE:
                right_value = values.pop()
                values.append(node(values.pop(), right_value))
            case found:
                kind = f"{type(found).__name__} of {len(found)}" if isinstance(found, tuple) else type(found).__name__
                raise ConstructionError(f"a scan tree must be made of ints and pairs, got a {kind}")
    return values.pop()


def _joined(blocks: Sequence[Tree]) -> Tree:
    """The tree that composes ``blocks`` from left to right."""
    tree, *rest = blocks
    for block in rest:
        tree = (tree, block)
    return tree


def _balanced(first: int, size: int) -> Tree:
    """The perfectly balanced tree of ``size`` letters, a power of two."""
    row: list[Tree] = list(range(first, first + size))
    while len(row) > 1:
        row = list(zip(row[::2], row[1::2], strict=True))
    return row[0]


def recurrence(n: int) -> Tree:
    """The recurrence itself: h_0 first, then letter by letter.

    >>> recurrence(4)
    ((((0, 1), 2), 3), 4)
    """
    return _joined(range(n + 1))


def left_fold(n: int) -> Tree:
    """Maps composed from left to right, and applied to h_0 at last.

    >>> left_fold(4)
    (((1, 2), 3), 4)
    """
    return _joined(range(1, n + 1))


def right_fold(n: int) -> Tree:
    """Maps composed from right to left, and applied to h_0 at last.

    >>> right_fold(4)
    (1, (2, (3, 4)))
    """
    tree: Tree = n
    for number in range(n - 1, 0, -1):
        tree = (number, tree)
    return tree


def blelloch(n: int) -> Tree:
    """The prefix of n letters in the work-efficient scan: perfectly balanced blocks, whose sizes are the powers of two
    that make up n, composed from left to right.

    Up-sweep and down-sweep give this to the place after the n-th letter, however long the array is. (Composing with the
    neutral map, as they do, is left out: it changes no value.)
    Source: Blelloch, Prefix sums and their applications (1990), §1.2; the same tree as in Brent and Kung's network.

    >>> blelloch(4), blelloch(7)
    (((1, 2), (3, 4)), ((((1, 2), (3, 4)), (5, 6)), 7))
    """
    sizes = [1 << bit for bit in reversed(range(n.bit_length())) if n >> bit & 1]
    firsts = accumulate(sizes[:-1], initial=1)
    return _joined([_balanced(first, size) for first, size in zip(firsts, sizes, strict=True)])


def hillis_steele(n: int) -> Tree:
    """The prefix of n letters in the scan of least depth: in round k each place takes in what stands 2^k places before
    it. The right side of the root has the largest power of two below n for its size, and the left one the rest.

    Source: Hillis and Steele, Data parallel algorithms, CACM 29 (1986).

    >>> hillis_steele(4), hillis_steele(7)
    (((1, 2), (3, 4)), ((1, (2, 3)), ((4, 5), (6, 7))))
    """
    blocks: list[Tree] = []
    while n > 1:
        size = 1 << (n - 1).bit_length() - 1
        n -= size
        blocks.append(_balanced(n + 1, size))
    tree: Tree = 1
    for block in reversed(blocks):
        tree = (tree, block)
    return tree


@dataclass(frozen=True)
class Chunked:
    """Words cut into chunks of ``length`` letters, the last one perhaps shorter. The maps of a chunk are composed as
    ``within`` says; then the state, from h_0 on, is carried through the chunks' maps.

    That is how kernels for selective scans are organised: a scan inside each chunk, a running state from one to the
    next. (Those that evaluate a chunk as a matrix product round otherwise.)

    >>> Chunked(3)(7), Chunked(4, blelloch)(4)
    ((((0, ((1, 2), 3)), ((4, 5), 6)), 7), (0, ((1, 2), (3, 4))))

    Raises: ConstructionError, if the length is not an int >= 1.
    """

    length: int
    within: Shape = left_fold

    def __post_init__(self) -> None:
        if type(self.length) is not int or self.length < 1:
            raise ConstructionError(f"the length of a chunk must be an int >= 1, got {self.length!r}")

    def __call__(self, n: int) -> Tree:
        chunks: list[Tree] = [0]
        for before in range(0, n, self.length):
            tree = self.within(min(self.length, n - before))
            chunks.append(fold(tree, lambda leaf, before=before: leaf + before, lambda *sides: sides))  # type: ignore[misc]
        return _joined(chunks)


SHAPES: Final[dict[str, Shape]] = {
    "recurrence": recurrence,
    "left-fold": left_fold,
    "right-fold": right_fold,
    "blelloch": blelloch,
    "hillis-steele": hillis_steele,
}
"""The shapes without a parameter, by name."""


@dataclass(frozen=True)
class AlongTree:
    """Mode S: the state after a word is the value of its tree, which ``shape`` gives for the word's length.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> from exactssm.layers import DiagonalLayer
    >>> halves = FixedPoint(3, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)
    >>> layer = DiagonalLayer(halves, (halves.parse("7"),), lambda x: (halves.parse("1/2"),))
    >>> [AlongTree(shape).on(layer)("xx") for shape in (recurrence, left_fold)]  # 7/2 -> 3/2; 1/2 * 1/2 = 0
    [(3,), (0,)]

    Raises: ConstructionError, when evaluated, if the tree is none for the length; or a layer's maps aren't affine.
    """

    shape: Shape

    def on(self, layer: Layer) -> Callable[[Sequence[Symbol]], Vector]:
        """The state of ``layer`` after a word."""
        maps = affine_maps(layer)
        letters = lru_cache(LETTERS_KEPT)(maps.on)

        def state(word: Sequence[Symbol]) -> Vector:
            if not word:
                return layer.start
            tree = self.shape(len(word))
            check_leaves(tree, len(word))

            def leaf(number: int) -> AffineMap | Vector:
                return letters(word[number - 1]) if number else layer.start

            def node(left: AffineMap | Vector, right: AffineMap | Vector) -> AffineMap | Vector:
                assert isinstance(right, AffineMap)  # leaf 0 stands first
                return maps.compose(left, right) if isinstance(left, AffineMap) else maps.apply(right, left)

            value = fold(tree, leaf, node)
            return maps.apply(value, layer.start) if isinstance(value, AffineMap) else value

        return state


def check_leaves(tree: Tree, n: int) -> None:
    """Raise ConstructionError, unless the leaves of ``tree`` are 1 .. n, or 0 .. n, from left to right."""
    due: int | None = None

    def leaf(number: int) -> None:
        nonlocal due
        if number > n or number != (due if due is not None else min(max(number, 0), 1)):
            expected = f"{due}" if due is not None and due <= n else "no more" if due is not None else "0 or 1"
            raise ConstructionError(
                f"the leaves of a scan tree for {n} letters must be 1 .. {n} from left to right, perhaps after a 0; "
                f"got {number} where {expected} was due"
            )
        due = number + 1

    fold(tree, leaf, lambda left, right: None)
    if due is None or due <= n or n == 0:
        raise ConstructionError(
            f"the leaves of a scan tree for {n} letters must end in {n}, got {due and due - 1} last"
        )
