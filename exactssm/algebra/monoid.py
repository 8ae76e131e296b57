"""Finite monoids by their tables: what word problems are posed in.

Source: the word problem of a finite monoid, 2404.08819 Def. 3.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self, TypeVar

import numpy as np
import numpy.typing as npt

from exactssm.algebra.cayley import (
    MAX_ORDER,
    IntArray,
    array_from_rows,
    closure,
    generating_set,
    identity_of,
    multiplication_table,
    nonassociative_triple,
    not_associative,
    right_graph,
)
from exactssm.algebra.permutation import check_transformations, compose
from exactssm.errors import DomainError

__all__ = ["FiniteMonoid"]

T = TypeVar("T")


@dataclass(frozen=True, eq=False, repr=False)
class FiniteMonoid:
    """A finite monoid. Its elements are the integers 0 .. order-1, and 0 is the identity.

    A word is read left to right, and pq means p first, then q. The constructor trusts its arguments; `from_table`
    checks them. Two monoids are equal only if they are the same object.

    >>> flip_flop = FiniteMonoid.from_transformations([(0, 0), (1, 1)])
    >>> flip_flop.labels, flip_flop.product([1, 2, 0])
    (('[0,1]', '[0,0]', '[1,1]'), 2)
    """

    name: str
    table: IntArray  #: entry [p, q] is pq; shape (order, order). int32 holds p * order + q for every order up to 46340
    generators: tuple[int, ...]  #: elements whose products give all others
    labels: tuple[str, ...]  #: one a element, without blanks

    def __post_init__(self) -> None:
        self.table.setflags(write=False)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} of order {self.order}>"

    @property
    def order(self) -> int:
        """The number of elements."""
        return len(self.labels)

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {label: x for x, label in enumerate(self.labels)}

    def element(self, label: str) -> int:
        """The element with the given label. Raises DomainError, if there is none."""
        if label not in self._numbers:
            shown = ", ".join(self.labels[:8]) + (", ..." if self.order > 8 else "")
            raise DomainError(f"{self.name} has no element {label!r}; its elements are {shown}")
        return self._numbers[label]

    def mul(self, p: int, q: int) -> int:
        """The product pq. Raises DomainError, unless both are elements."""
        order = len(self.labels)
        if not (0 <= p < order and 0 <= q < order):
            raise DomainError(f"the elements of {self.name} are 0 .. {order - 1}, got {p!r} and {q!r}")
        return self.table.item(p, q)

    def product(self, word: Iterable[int]) -> int:
        """The product of ``word``, left to right; the identity for the empty word."""
        running = 0
        for x in word:
            running = self.mul(running, x)
        return running

    def power(self, x: int, exponent: int) -> int:
        """x multiplied by itself ``exponent`` times. Raises DomainError for a negative exponent."""
        if exponent < 0:
            raise DomainError(f"powers in a monoid need an exponent of at least 0, got {exponent}")
        result, square = 0, x
        while exponent:
            if exponent % 2:
                result = self.mul(result, square)
            square, exponent = self.mul(square, square), exponent // 2
        return result

    @classmethod
    def generated(
        cls,
        name: str,
        generators: Iterable[T],
        identity: T,
        multiply: Callable[[T, T], T],
        label: Callable[[T], str],
        elements: Sequence[T] | None = None,
        max_order: int = MAX_ORDER,
    ) -> Self:
        """What ``generators`` generate under ``multiply``, whose associativity is the caller's promise: hashable
        values, numbered breadth-first, or in the order of ``elements``, all of them, the identity first, where that is
        given.

        >>> FiniteMonoid.generated("max", [1, 2], 0, max, str).table.tolist()
        [[0, 1, 2], [1, 1, 2], [2, 2, 2]]

        Raises: DomainError, beyond ``max_order`` elements.
        """
        distinct = list(dict.fromkeys(generators))
        if elements is None:
            listed, graph = closure(distinct, identity, multiply, max_order)
        else:
            listed, graph = list(elements), right_graph(elements, distinct, multiply)
        numbers = tuple(edges[0] for edges in graph)
        return cls(name, multiplication_table(len(listed), graph), numbers, tuple(map(label, listed)))

    @classmethod
    def from_transformations(
        cls, transformations: Iterable[Iterable[int]], name: str = "", max_order: int = MAX_ORDER
    ) -> Self:
        """What transformations of range(n) generate, fg meaning f first. Elements are numbered breadth-first and
        labelled by their images.

        Raises: DomainError, if there is none, if one is no transformation of the same points, or beyond ``max_order``.
        """
        checked = check_transformations(transformations, "transformations")
        if not checked:
            raise DomainError("at least one transformation must be given, or the points are not known")
        identity = tuple(range(len(checked[0])))
        name = name or " ".join(map(_images, checked[:4])) + (" ..." if len(checked) > 4 else "")
        return cls.generated(name, checked, identity, compose, _images, max_order=max_order)

    @classmethod
    def from_table(
        cls,
        rows: Sequence[Sequence[int]] | npt.NDArray[Any],
        name: str = "table",
        labels: Sequence[str] | None = None,
        max_order: int = MAX_ORDER,
    ) -> Self:
        """The monoid with the given Cayley table, row p and column q holding pq, checked in full.

        If the identity is not element 0 it is moved there, and the others keep their order. ``labels`` go with the rows
        as given; without them an element is labelled by its row. The generators are the first elements that generate.

        >>> FiniteMonoid.from_table([[0, 0], [0, 1]]).labels
        ('1', '0')

        Raises: DomainError, naming rows and columns as given, unless the rows form a square, with entries in range and
        an identity, and the operation is associative.
        """
        given = array_from_rows(rows, max_order)
        if labels is None:
            labels = [str(x) for x in range(len(given))]
        if len(labels) != len(given) or len(set(labels)) != len(labels):
            raise DomainError(f"labels must be {len(given)} different strings, got {list(labels)!r:.200}")
        identity = identity_of(given)
        cls._check_operation(given, identity)
        old = np.array([identity, *(x for x in range(len(given)) if x != identity)])
        new = np.argsort(old).astype(np.int32)
        table = new[given[np.ix_(old, old)]]
        return cls(name, table, generating_set(table, range(len(table))), tuple(labels[x] for x in old))

    @classmethod
    def _check_operation(cls, table: IntArray, identity: int) -> None:
        """Raise DomainError, unless the operation is associative."""
        triple = nonassociative_triple(table, generating_set(table, range(len(table))))
        if triple is not None:
            raise not_associative(table, triple)


def _images(transformation: tuple[int, ...]) -> str:
    return "[" + ",".join(map(str, transformation)) + "]"
