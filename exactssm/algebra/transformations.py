"""Monoids of transformations of a finite set of points, given by generators: what the letters of an automaton generate.

An element is a row of images; fg means f first. Elements are listed breadth-first, so that the path by which one was
first met spells the shortest word for it, and of the shortest the first in the order of the letters. No table of all
products is kept, only the two Cayley graphs, from which Green's relations are read off; so there may be many more
elements here than in a `FiniteMonoid`. The left graph costs no composition: where y = xb is met from x by b, the
element ay = (ax)b stands in the right graph already (Froidure and Pin, Algorithms for computing finite semigroups,
1997).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from exactssm.algebra.cayley import MAX_ORDER, IntArray, multiplication_table
from exactssm.algebra.monoid import FiniteMonoid
from exactssm.algebra.permutation import check_transformations
from exactssm.errors import BudgetExhausted, DomainError
from exactssm.machine import Symbol, Word, check_symbol

__all__ = ["MAX_ELEMENTS", "TransformationMonoid"]

MAX_ELEMENTS = 100_000  #: elements that are listed, unless the caller asks for more
MAX_IMAGES = 50_000_000  #: elements times points: 200 MB

CHUNK = 8_000_000  # images computed at a time, to keep temporaries small


@dataclass(frozen=True, eq=False, repr=False)
class TransformationMonoid:
    """What transformations of the points 0 .. n-1, one a letter, generate. Its elements are the integers
    0 .. order-1, and 0 is the identity.

    The constructor trusts its arguments; `from_transformations` checks them. Two monoids are equal only if they are the
    same object.

    >>> maps = [(0, 1), (0, 0), (1, 1)]
    >>> flip_flop = TransformationMonoid.from_transformations(maps, letters=("read", "reset", "set"))
    >>> flip_flop.order, flip_flop.elements.tolist(), flip_flop.word(2)
    (3, [[0, 1], [0, 0], [1, 1]], ('set',))
    >>> flip_flop.product(["set", "read", "reset"])
    1
    """

    name: str
    letters: tuple[Symbol, ...]  #: names of the generators, each once; two may be one element
    elements: IntArray  #: row x holds the images of the points under x; shape (order, points)
    right: IntArray  #: entry [x, a] is the element x a, for letter number a; shape (order, letters)
    left: IntArray  #: entry [x, a] is the element a x
    met_from: (
        IntArray  #: the element by which x was first met, and by which letter; -1 for the identity; shape (order,)
    )
    met_by: IntArray

    def __post_init__(self) -> None:
        for array in (self.elements, self.right, self.left, self.met_from, self.met_by):
            array.setflags(write=False)

    def __repr__(self) -> str:
        return f"<TransformationMonoid {self.name!r} of order {self.order} on {self.points} points>"

    @property
    def order(self) -> int:
        """The number of elements."""
        return len(self.elements)

    @property
    def points(self) -> int:
        """The number of points."""
        return int(self.elements.shape[1])

    @classmethod
    def from_transformations(
        cls,
        transformations: Iterable[Iterable[int]],
        letters: Sequence[Symbol] | None = None,
        name: str = "",
        max_elements: int = MAX_ELEMENTS,
    ) -> TransformationMonoid:
        """What ``transformations`` generate; ``letters`` names them, by default 0, 1, 2, ...

        Raises: DomainError, if there is none, if one is no transformation of the same points, or if the names aren't
        as many and distinct; BudgetExhausted, beyond ``max_elements`` or `MAX_IMAGES`.
        """
        checked = check_transformations(transformations, "transformations")
        if not checked:
            raise DomainError("at least one transformation must be given, or the points are not known")
        names = tuple(range(len(checked))) if letters is None else tuple(letters)
        if len(names) != len(checked) or len(set(names)) != len(names):
            raise DomainError(f"{len(checked)} transformations need as many distinct letters, got {names!r:.200}")
        return cls.generated(np.array(checked, np.int32), names, name or "transformations", max_elements)

    @classmethod
    def generated(
        cls, images: IntArray, letters: tuple[Symbol, ...], name: str, max_elements: int = MAX_ELEMENTS
    ) -> TransformationMonoid:
        """The same for transformations that are known to be such: ``images`` has a row for each letter.

        Raises: BudgetExhausted, beyond ``max_elements`` or `MAX_IMAGES`.
        """
        count, points = images.shape
        compact = np.uint8 if points <= 2**8 else np.uint16 if points <= 2**16 else np.int32
        bound = max(1, min(max_elements, MAX_IMAGES // max(points, 1)))
        steps = images.astype(compact)
        width = points * steps.itemsize
        identity = np.arange(points, dtype=compact).tobytes()
        rows = [identity]
        number = {identity: 0}
        met_from, met_by = [-1], [-1]
        right: list[int] = []
        together = max(1, CHUNK // max(1, points * count))
        done = 0
        while done < len(rows):
            chunk = rows[done : done + together]
            before = np.frombuffer(b"".join(chunk), compact).reshape(len(chunk), points)
            after = np.ascontiguousarray(steps[:, before].swapaxes(0, 1)).tobytes()
            for position in range(len(chunk) * count):
                row = after[position * width : (position + 1) * width]
                found = number.setdefault(row, len(rows))
                if found == len(rows):
                    if found == bound:
                        raise _exhausted(name, points, bound, max_elements, len(met_from))
                    rows.append(row)
                    met_from.append(done + position // count)
                    met_by.append(position % count)
                right.append(found)
            done += len(chunk)
        order = len(rows)
        elements = np.frombuffer(b"".join(rows), compact).reshape(order, points).astype(np.int32)
        graph = np.array(right, np.int32).reshape(order, count)
        sources, labels = np.array(met_from, np.int32), np.array(met_by, np.int32)
        left = np.empty((order, count), np.int32)
        left[0] = graph[0]
        for x in range(1, order):
            left[x] = graph[left[sources[x]], labels[x]]
        return cls(name, letters, elements, graph, left, sources, labels)

    def word(self, x: int) -> Word:
        """The first of the shortest words for x; the empty word for the identity. Raises DomainError for no element."""
        if not 0 <= x < self.order:
            raise DomainError(f"the elements of {self.name} are 0 .. {self.order - 1}, got {x!r}")
        letters: list[Symbol] = []
        while x:
            letters.append(self.letters[self.met_by[x]])
            x = int(self.met_from[x])
        return tuple(reversed(letters))

    def product(self, word: Iterable[Symbol]) -> int:
        """The element that a word of letters stands for. Raises SymbolError for what is no letter."""
        x = 0
        for position, letter in enumerate(word):
            check_symbol(letter, self.letters, position)
            x = int(self.right[x, self.letters.index(letter)])
        return x

    def mul(self, p: int, q: int) -> int:
        """The product pq: p first, then q."""
        for x in (p, q):
            if not 0 <= x < self.order:
                raise DomainError(f"the elements of {self.name} are 0 .. {self.order - 1}, got {x!r}")
        return int(self.numbers_of(self.elements[q][self.elements[p]][None])[0])

    @cached_property
    def _number(self) -> dict[bytes, int]:
        return {row.tobytes(): x for x, row in enumerate(self.elements)}

    def numbers_of(self, rows: npt.NDArray[np.integer]) -> IntArray:
        """The elements whose images the rows hold; shape (rows, points) to (rows,).

        Raises: DomainError, for a row that is no element.
        """
        number = self._number
        try:
            return np.array([number[row.tobytes()] for row in np.ascontiguousarray(rows, np.int32)], np.int32)
        except KeyError:
            raise DomainError(f"a transformation is not in {self.name}") from None

    def to_table(self, max_order: int = MAX_ORDER) -> FiniteMonoid:
        """The same monoid, element by element, with the table of all products.

        >>> TransformationMonoid.from_transformations([(0, 0), (1, 1)]).to_table().table.tolist()
        [[0, 1, 2], [1, 1, 2], [2, 1, 2]]

        Raises: DomainError, beyond ``max_order`` elements.
        """
        if self.order > max_order:
            raise DomainError(f"{self.name} has {self.order} elements, a table at most {max_order}")
        labels = tuple("[" + ",".join(map(str, row)) + "]" for row in self.elements.tolist())
        table = multiplication_table(self.order, self.right.T.tolist())
        return FiniteMonoid(self.name, table, tuple(dict.fromkeys(self.right[0].tolist())), labels)


def _exhausted(name: str, points: int, bound: int, max_elements: int, reached: int) -> BudgetExhausted:
    how = "raise max_elements" if bound == max_elements else f"elements times points are at most {MAX_IMAGES}"
    return BudgetExhausted(f"{name}: {reached} transformations of {points} points found, and there are more; {how}")
