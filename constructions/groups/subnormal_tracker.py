"""Solvable groups by a stack of diagonal layers, one for each factor of a subnormal series.

A mixed-radix counter with cosets for digits. Let G = N_0 |> N_1 |> ... |> N_k = 1 with Abelian factors, and let tau_i
pick an element of each coset of N_i in N_{i-1}. Every prefix product is uniquely ``tau_k(q_k) ... tau_1(q_1)``, and
layer i keeps q_i. Reading an element x of N_{i-1} it moves from q to q' = q [x]; its carry ``tau_i(q) x tau_i(q')^-1``
lies in N_i and is what layer i + 1 reads. For if P = m tau_i(q), then P x = m (tau_i(q) x tau_i(q')^-1) tau_i(q'): m,
too, is multiplied on the right by a known element. Only the state after the letter is needed, as q = q' [x]^-1. Each
N_i need only be normal in N_{i-1}.

Source: 2603.01959, the "if" half of the multi-layer theorem.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from math import lcm
from typing import NamedTuple

import numpy as np

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.algebra import (
    AbelianFactor,
    Group,
    SubnormalSeries,
    all_series,
    composition_series,
    derived_series,
    group,
    least_width_series,
    small_groups,
    verbal_series,
)
from exactssm.arithmetic import CyclotomicField
from exactssm.arithmetic.domain import Domain, powers
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import DiagonalLayer, RotationLayer
from exactssm.layers.layer import Layer, Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = [
    "CLAIMS",
    "Carry",
    "cyclotomic_tracker",
    "literal_tracker",
    "opposite",
    "series_over",
    "subnormal_tracker",
    "usable_exponent",
]


class Carry(NamedTuple):
    """What one layer of a tracker passes to the next."""

    residual: int  #: the element of N_i by which layer i + 1 multiplies
    tail: int  #: tau_i(q_i) ... tau_1(q_1), the digits decoded so far


def _read(letter: Symbol) -> Carry:
    """The first layer reads bare group elements, which carry no digits."""
    return letter if isinstance(letter, Carry) else Carry(letter, 0)  # type: ignore[arg-type]


def _carry(factor: AbelianFactor, exponents: tuple[int, ...], letter: Symbol) -> Carry:
    """The carry out of a layer whose digit, *after* ``letter``, is ``exponents``."""
    x, tail = _read(letter)
    return Carry(factor.carry(exponents, x), factor.group.mul(factor.representative(exponents), tail))


def subnormal_tracker(series: SubnormalSeries, letters: Sequence[int] | None = None) -> Model:
    """Track the running product of ``letters`` (all elements by default) with one rotation layer a factor.

    Resources: depth, the length of the series; width of layer i, the rank of factor i; precision, the bits of the
    largest of the factors' exponents.
    Raises: ConstructionError, if a term of the series is repeated.

    >>> from exactssm.machine import run
    >>> run(subnormal_tracker(derived_series(group("Z3"))), (1, 1, 2)).outputs
    (1, 2, 1)
    """
    return _stack(series, letters, RotationLayer, lambda factor, state: state)


def literal_tracker(series: SubnormalSeries, domain: Domain, letters: Sequence[int] | None = None) -> Model:
    """The same stack in ``domain``'s own numbers: each decay a root of unity, no drive, every state started at one.

    Raises: DomainError, if ``domain`` lacks a root of unity of an order that a factor needs.
    """

    def layer(orders: tuple[int, ...], angle: object) -> Layer:
        roots = [powers(domain, domain.root_of_unity(order), order) for order in orders]

        def decay(letter: Symbol) -> Vector:
            return tuple(of_root[c] for of_root, c in zip(roots, angle(letter), strict=True))  # type: ignore[operator]

        still = (domain.zero,) * len(orders)
        return DiagonalLayer(domain, start=(domain.one,) * len(orders), decay=decay, drive=lambda letter: still)

    exponent_of = {
        order: {w: e for e, w in enumerate(powers(domain, domain.root_of_unity(order), order))}
        for f in series.factors
        for order in f.orders
    }

    def exponents(factor: AbelianFactor, state: Vector) -> tuple[int, ...]:
        return tuple(exponent_of[order][w] for order, w in zip(factor.orders, state, strict=True))

    return _stack(series, letters, layer, exponents)


def cyclotomic_tracker(series: SubnormalSeries, letters: Sequence[int] | None = None) -> Model:
    """The stack in complex numbers: `literal_tracker` over the least cyclotomic field that has the roots of unity.

    >>> from exactssm.machine import run
    >>> run(cyclotomic_tracker(derived_series(group("S3"))), (1, 3, 1)).outputs
    (1, 2, 4)

    Raises: DomainError, if that field is larger than the arithmetic goes.
    """
    orders = (order for factor in series.factors for order in factor.orders)
    return literal_tracker(series, CyclotomicField(lcm(*orders)), letters)


def series_over(structure: Group, domain: Domain) -> SubnormalSeries:
    """A shortest series for a `literal_tracker` over ``domain``: its factors' exponents are orders of roots of unity.

    >>> from exactssm.arithmetic import Rationals, ResidueRing
    >>> [factor.orders for factor in series_over(group("Q8"), Rationals()).factors]
    [(2, 2), (2,)]
    >>> [factor.orders for factor in series_over(group("S3"), ResidueRing(7)).factors]
    [(2,), (3,)]

    Raises: DomainError, if no series has such factors.
    """
    return verbal_series(structure, usable_exponent(structure, domain))


def usable_exponent(structure: Group, domain: Domain) -> int:
    """The greatest divisor of the group's exponent that is the order of a root of unity in ``domain``: what the
    exponents of a tracker's factors have to divide, as the orders of roots are closed under least common multiples."""
    exponent = lcm(*structure.element_orders)  # it divides the order, so that trying its divisors is quick
    return next(n for n in range(exponent, 0, -1) if exponent % n == 0 and _has_root(domain, n))


def _has_root(domain: Domain, order: int) -> bool:
    try:
        domain.root_of_unity(order)
    except DomainError:
        return order == 1
    return True


def _stack(series: SubnormalSeries, letters: Sequence[int] | None, layer: object, exponents: object) -> Model:
    """One block a factor: ``layer(orders, angle)`` builds its layer, ``exponents(factor, state)`` reads the state."""
    for i, factor in enumerate(series.factors, start=1):
        if not factor.orders:
            raise ConstructionError(
                f"each layer keeps a factor that isn't trivial; G_{i - 1} and G_{i} are equal, so leave one of them out"
            )

    def angle(factor: AbelianFactor, letter: Symbol) -> tuple[int, ...]:
        return factor.coordinates(_read(letter).residual)

    def readout(factor: AbelianFactor, last: bool, state: Vector, letter: Symbol) -> Symbol:
        carry = _carry(factor, exponents(factor, state), letter)  # type: ignore[operator]
        return carry.tail if last else carry

    blocks = [
        Block(
            layer(factor.orders, partial(angle, factor)),  # type: ignore[operator]
            partial(readout, factor, depth == series.length),
        )
        for depth, factor in enumerate(series.factors, start=1)
    ]
    return Model(range(series.group.order) if letters is None else letters, blocks)


def _bounds(series: SubnormalSeries) -> Bounds:
    ranks = tuple(factor.rank for factor in series.factors)
    precision = max(((order - 1).bit_length() for factor in series.factors for order in factor.orders), default=0)
    return Bounds(exactly={"depth": series.length, "widths": ranks}, at_most={"precision": precision})


def _case(name: str, series: SubnormalSeries) -> Case:
    return Case(name, subnormal_tracker(series), WordProblem(series.group), _bounds(series))


def _exponent_cases(name: str) -> Iterator[Case]:
    yield _case("all elements", derived_series(group(name)))


def _composition_cases(name: str) -> Iterator[Case]:
    from sympy import factorint

    series = composition_series(group(name))
    primes = factorint(series.group.order)
    count = sum(primes.values())
    bounds = Bounds(
        exactly={"depth": count, "widths": (1,) * count},
        at_most={"precision": max(((int(p) - 1).bit_length() for p in primes), default=0)},
    )
    yield Case("all elements", subnormal_tracker(series), WordProblem(series.group), bounds)


def _least_width_cases(name: str) -> Iterator[Case]:
    yield _case("all elements", least_width_series(group(name)))


def _every_series_cases(name: str) -> Iterator[Case]:
    for series in all_series(group(name)):
        yield _case(" > ".join(str(len(term)) for term in series.terms), series)


def _literal_cases(name: str) -> Iterator[Case]:
    series = derived_series(group(name))
    yield Case("all elements", cyclotomic_tracker(series), WordProblem(series.group), _bounds(series))


def _equal_cases(name: str) -> Iterator[Case]:
    series = derived_series(group(name))
    yield Case("exponents against numbers", subnormal_tracker(series), cyclotomic_tracker(series))


def _opposite_cases(name: str) -> Iterator[Case]:
    structure = group(name)
    series = derived_series(opposite(structure))
    yield Case("all elements", subnormal_tracker(series), WordProblem(structure, reversed=True), _bounds(series))


def opposite(structure: Group) -> Group:
    """The group with the same elements in which pq is what qp is in ``structure``."""
    table = np.ascontiguousarray(structure.table.T)
    return Group(f"{structure.name} opposite", table, structure.generators, structure.labels)


GROUPS = {name: name for name in ("S3", "D4", "Q8", "A4", "S4", "A4xZ5", "C2xC4", "SL(2,3)", "GL(2,3)")}

SMALL = {name: name for name in ("S3", "D4", "Q8", "A4", "D6", "C3:C4", "C7:C3", "C5:C4", "C2xC4")}
LARGER = {name: name for name in ("S4", "SL(2,3)", "D8", "C2^4")}

#: all solvable groups of order at most 60, by their numbers in GAP's library
SOLVABLE = {
    number: number for number in (f"[{r.order},{r.id}]" for r in small_groups() if r.derived_length is not None)
}

CLAIMS = (
    Claim(
        name="subnormal-tracker",
        source="2603.01959, multi-layer theorem, if",
        statement="k rotation layers, kept as exponents, track every group with a subnormal series of length k with "
        "Abelian factors: with the derived series, as many layers as the derived length, each as wide as the rank of "
        "its factor.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_exponent_cases,
        instances=GROUPS,
        full=SOLVABLE,
    ),
    Claim(
        name="subnormal-tracker-composition",
        source="2603.01959, multi-layer theorem, if",
        statement="A composition series makes a stack of rotation layers of width one and prime order, one for each "
        "prime factor of the group's order.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_composition_cases,
        instances=GROUPS,
        full=SOLVABLE,
    ),
    Claim(
        name="subnormal-tracker-least-width",
        source="2603.01959, multi-layer theorem, if",
        statement="The series with Abelian factors of the least total rank makes a stack of no more coordinates than "
        "the derived series, and sometimes of fewer: D4 takes 1+1 instead of 2+1, S3xS3 1+1+1 instead of 2+2.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_least_width_cases,
        instances={**GROUPS, "S3xS3": "S3xS3"},
        full=SOLVABLE,
    ),
    Claim(
        name="subnormal-tracker-every-series",
        source="2603.01959, multi-layer theorem, if",
        statement="Every subnormal series with Abelian factors makes a tracker, also where terms are not normal in the "
        "group.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_every_series_cases,
        instances=SMALL,
        full=LARGER,
    ),
    Claim(
        name="subnormal-tracker-literal",
        source="2603.01959, multi-layer theorem, if",
        statement="The same stack with literal complex decays, roots of unity in exact cyclotomic arithmetic, tracks "
        "the same groups.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_literal_cases,
        instances=GROUPS,
        full=SOLVABLE,
    ),
    Claim(
        name="exponents-are-rotations",
        source="2603.01959, multi-layer theorem, if",
        statement="The tracker in exponents and the tracker in cyclotomic numbers put out the same on every word.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_equal_cases,
        instances=GROUPS,
        full=SOLVABLE,
    ),
    Claim(
        name="subnormal-tracker-newest-first",
        source="2603.01959, multi-layer theorem, if",
        statement="Products with the newest letter on the left, x_t ... x_1, are tracked by as many layers of the same "
        "widths: those of the opposite group.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.subnormal_tracker",
        cases=_opposite_cases,
        instances=GROUPS,
        full=SOLVABLE,
    ),
)
