"""Linear SSMs in model files: by their matrices, as S4, with A = W diag(a) W^-1, and as S6 by its published parameters.

A readout sees the output y of such a layer. What a letter makes of the parameters is computed when the file is read, so
that what goes wrong there has a place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any, Final, Literal, TypeVar, cast

from exactssm.arithmetic import Rationals, Rounded, domain_from_description
from exactssm.arithmetic._text import read_fraction
from exactssm.formats.layer_parts import (
    FileLayer,
    Numbers,
    Read,
    by_letter,
    coordinate_wise,
    difference,
    read_arithmetic,
    read_matrix,
    read_number,
    read_vector,
    width_of,
)
from exactssm.formats.limits import MAX_LETTERS, MAX_ROWS
from exactssm.formats.reading import Node
from exactssm.layers import S6, CorrectlyRounded, FunctionTable, LinearSSM, Projection, diagonalizable
from exactssm.layers.elementary import RationalFunction
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol

__all__ = ["LINEAR_SSMS"]

EXP: Final = 64  #: products that a value of exp counts as
SOFTPLUS: Final = 512

T = TypeVar("T")


@dataclass(frozen=True)
class _Shape:
    """What the matrices of a layer are made of."""

    letters: frozenset[Symbol]
    d: int
    k: int
    read: Read

    def table(self, node: Node, read: Callable[[Node], T]) -> T | dict[Symbol, T]:
        """What is the same on every letter, or an object with one for each letter."""
        if not isinstance(node.value, dict):
            return read(node)
        table = by_letter(node, read)
        if table.keys() != self.letters:
            raise node.error(f"must have the letters of the embedding; {difference(frozenset(table), self.letters)}")
        return table

    def matrix(self, node: Node, height: int, width: int) -> Any:
        return self.table(node, lambda entry: read_matrix(entry, height, (self.read,) * width))

    def vectors(self, node: Node, width: int) -> Any:
        return self.table(node, lambda entry: read_vector(entry, (self.read,) * width))

    def matrices(self, members: Mapping[str, Node]) -> tuple[Any, Any, Any]:
        """B, C and D."""
        d, k = self.d, self.k
        sizes = {"B": (d, k), "C": (k, d), "D": (k, k)}
        B, C, D = (self.matrix(members[name], *size) for name, size in sizes.items())
        return B, C, D


def _embedding(node: Node, read: Read) -> tuple[dict[Symbol, Vector], int]:
    """Letter -> x, and k."""
    k = width_of(next(iter(node.entries(MAX_LETTERS, "letters").values())))
    return by_letter(node, lambda x: read_vector(x, (read,) * k)), k


def _first(node: Node) -> Node:
    """What is the same on every letter, or what stands there for the first one."""
    return next(iter(node.entries(MAX_LETTERS, "letters").values())) if isinstance(node.value, dict) else node


def _finished(ssm: LinearSSM, embedding: Node, members: Mapping[str, Node], numbers: Numbers) -> FileLayer:
    """Every letter's weights, computed once."""
    letters = embedding.entries(MAX_LETTERS, "letters")
    embedding.given(lambda: numbers.count_products(len(letters) * ssm.width * ssm.inputs))
    for letter, node in letters.items():
        node.given(partial(ssm.layer.entries, letter))
    return FileLayer(
        ssm.layer, frozenset(letters), coordinate_wise(ssm.domain, ssm.inputs, numbers), members["readout"], ssm
    )


def _linear_ssm(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "arithmetic", "rounding", "embedding", "A", "B", "C", "D", "readout"])
    domain = read_arithmetic(members)
    read = numbers.reader(domain)
    embedding, k = _embedding(members["embedding"], read)
    first = _first(members["A"])
    d = width_of(first, "rows, or numbers of a diagonal")
    shape = _Shape(frozenset(embedding), d, k, read)
    diagonal = isinstance(cast(list[object], first.value)[0], str)
    A = shape.vectors(members["A"], d) if diagonal else shape.matrix(members["A"], d, d)
    B, C, D = shape.matrices(members)
    ssm = node.given(lambda: LinearSSM(domain, d, k, embedding, A, B, C, D, diagonal=diagonal))
    return _finished(ssm, members["embedding"], members, numbers)


def _s4(node: Node, numbers: Numbers) -> FileLayer:
    for name in "ABCD":
        table = cast(dict[str, object], node.value).get(name)
        if isinstance(table, dict):
            raise Node(table, node, name).error(
                "in S4 each matrix is the same on every letter; one for each letter makes the layer a linear-ssm"
            )
    return _linear_ssm(node, numbers)


def _diagonalizable(node: Node, numbers: Numbers) -> FileLayer:
    members = node.members(["kind", "arithmetic", "rounding", "embedding", "W", "a", "B", "C", "D", "readout"])
    domain = read_arithmetic(members)
    read = numbers.reader(domain)
    embedding, k = _embedding(members["embedding"], read)
    d = width_of(members["W"], "rows")
    matrices = len(embedding) if isinstance(members["a"].value, dict) else 1
    members["W"].given(lambda: numbers.count_products(d**4 + matrices * d**3))  # the inverse, of long numbers, and A's
    shape = _Shape(frozenset(embedding), d, k, read)
    W = read_matrix(members["W"], d, (read,) * d)
    a = shape.vectors(members["a"], d)
    B, C, D = shape.matrices(members)
    ssm = members["W"].given(lambda: diagonalizable(domain, embedding, W, a, B, C, D, inputs=k))
    return _finished(ssm, members["embedding"], members, numbers)


def _s6(node: Node, numbers: Numbers) -> FileLayer:
    parameters = ["a", "delta", "pi_delta", "pi_b", "pi_c", "exp", "softplus"]
    members = node.members(["kind", "arithmetic", "rounding", "embedding", *parameters, "readout"])
    domain = read_arithmetic(members)
    if not isinstance(domain, Rationals | Rounded) or domain.is_complex:
        raise members["arithmetic"].error("S6 computes with rational numbers, or in a number format of real numbers")
    read = numbers.reader(Rationals())
    embedding, k = _embedding(members["embedding"], read)
    d = width_of(members["a"])
    products = len(embedding) * (d * (2 * k * k + EXP) + SOFTPLUS)
    members["embedding"].given(lambda: numbers.count_products(products))
    a = read_vector(members["a"], (read,) * d)
    delta = cast(Fraction, read_number(members["delta"], read))
    heights = {"pi_delta": 1, "pi_b": d * k, "pi_c": k * d}
    pi_delta, pi_b, pi_c = (_projection(members[name], height, k, read) for name, height in heights.items())
    exp, softplus = _function("exp", members["exp"]), _function("softplus", members["softplus"])
    mamba = members["a"].given(lambda: S6(embedding, a, delta, pi_delta, pi_b, pi_c, exp, softplus))
    ssm = mamba.ssm if isinstance(domain, Rationals) else members["arithmetic"].given(lambda: mamba.rounded(domain))
    return _finished(ssm, members["embedding"], members, numbers)


def _projection(node: Node, height: int, width: int, read: Read) -> Projection:
    members = node.members(["weight", "bias"])
    weight = read_matrix(members["weight"], height, (read,) * width)
    return Projection(weight, read_vector(members["bias"], (read,) * height))


def _function(name: Literal["exp", "softplus"], node: Node) -> RationalFunction:
    if node.kind(["table", "rounded"]) == "rounded":
        members = node.members(["kind", "arithmetic"])
        arithmetic = members["arithmetic"]
        numbers: Any = arithmetic.given(lambda: domain_from_description(arithmetic.value))
        return arithmetic.given(lambda: CorrectlyRounded(name, numbers))
    entries: dict[Fraction, Fraction] = {}
    for row in node.members(["kind", "rows"])["rows"].elements(MAX_ROWS, "rows"):
        pair = row.elements(what="numbers (argument, value)", length=2)
        x, y = (cast(Fraction, read_number(entry, read_fraction)) for entry in pair)
        if x in entries:
            raise row.error(f"there is already a value at {x}")
        entries[x] = y
    return FunctionTable(name, entries)


LINEAR_SSMS: dict[str, Callable[[Node, Numbers], FileLayer]] = {
    "linear-ssm": _linear_ssm,
    "s4": _s4,
    "diagonalizable": _diagonalizable,
    "s6": _s6,
}
