"""Which stack of diagonal layers tracks a group as asked, or why there is none.

Which stacks can exist, for k layers with finitely many states:

- where no multiple of a non-zero number is zero (Q, Q(zeta_n), the complex numbers), exactly those for groups with a
  subnormal series of length k whose factors are Abelian, of exponents that are orders of roots of unity. With all roots
  of unity that means derived length at most k (2603.01959); with 1 and -1 alone, 2-groups.
- over a finite ring one layer's maps form a metabelian group, so that the derived length is at most 2k. Which groups
  below that bound can be tracked depends on the ring: what is not built here is left open.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final, NamedTuple

from constructions.groups.subnormal_tracker import (
    cyclotomic_tracker,
    literal_tracker,
    subnormal_tracker,
    usable_exponent,
)
from constructions.rings.affine_actions import affine_model
from exactssm.algebra import (
    Group,
    SubnormalSeries,
    composition_series,
    derived_series,
    least_width_series,
    verbal_series,
)
from exactssm.algebra.subgroup import Subgroup, generators_of
from exactssm.arithmetic import (
    CyclotomicField,
    GaloisField,
    GaussianIntegers,
    Integers,
    PrimeField,
    Rationals,
    ResidueRing,
    domain_from_name,
)
from exactssm.arithmetic.domain import Domain
from exactssm.errors import ConstructionError, DomainError, FormatError
from exactssm.models import Model

__all__ = ["COMPOSITION", "DERIVED", "LEAST_WIDTH", "Plan", "Refusal", "Request", "Stage", "layer_domain", "plan"]

CYCLOTOMIC, EXPONENT, REAL = "cyclotomic", "exponent", "real"
RINGS: Final = (Rationals, Integers, GaussianIntegers, CyclotomicField, ResidueRing, PrimeField, GaloisField)
"""None of them rounds."""

DERIVED, COMPOSITION, LEAST_WIDTH = "derived", "composition", "least-width"
SHOWN = 6  # generators of a subgroup that a reason names


class Stage(NamedTuple):
    """One layer of a tracker, in words."""

    upper: int  #: the order of the subgroup whose elements it reads
    lower: int  #: the order of the subgroup whose elements it passes on
    cyclic: str  #: the factor as a product of cyclic groups: "C2^2xC4"
    width: int
    decays: str


@dataclass(frozen=True)
class Request:
    """What is to be tracked, and how."""

    group: Group  #: whose products are tracked; the opposite group, where the newest letter comes first
    letters: Sequence[int]
    derived: tuple[Subgroup, ...]  #: its derived subgroups
    arithmetic: str
    series: str | SubnormalSeries  #: "derived", "composition", "least-width", or one of the group's
    depth: int | None  #: at most so many layers


class Plan(NamedTuple):
    """A model to be proved."""

    model: Model
    stages: tuple[Stage, ...]
    series: SubnormalSeries | None
    reason: str


class Refusal(NamedTuple):
    """Why there is nothing to be proved."""

    verdict: str
    method: str
    reason: str


def layer_domain(arithmetic: str) -> Domain | None:
    """The domain of this name; None for the two that have every root of unity.

    Raises: FormatError, for an arithmetic that trackers don't compute with.
    """
    if arithmetic in (CYCLOTOMIC, EXPONENT):
        return None
    if arithmetic == REAL:
        return Rationals()
    try:
        domain = domain_from_name(arithmetic)
        if not isinstance(domain, RINGS):
            raise FormatError(f"{domain} rounds")
        domain.root_of_unity(1)  # fails for a modulus that can't be factored
    except (DomainError, FormatError) as error:
        raise FormatError(
            f"trackers compute with cyclotomic, exponent, real, Z/m, GF(q) or Q(zeta_n), not with {arithmetic[:40]!r}: "
            f"{error}"
        ) from None
    return domain


def plan(request: Request) -> Plan | Refusal:
    """The stack that a request asks for, or why there is none.

    Raises: FormatError, for an unknown arithmetic; DomainError, where the arithmetic doesn't go as far as the group, or
    lacks a root of unity that the series given needs.
    """
    domain = layer_domain(request.arithmetic)
    if request.derived[-1] != (0,):
        return Refusal("refuted", "not-solvable", _not_solvable(request, domain))
    if domain is not None:
        return _plan_over(request, domain)
    name, length, depth = request.group.name, len(request.derived) - 1, request.depth
    if depth is not None and length > depth:
        why = (
            f"{name} has derived length {length}, its derived series the orders {_orders(request.derived)}, so that it "
            f"takes {_layers(length)}; stacks of at most {_layers(depth)} track exactly the groups of derived length "
            f"at most {depth} (2603.01959)"
        )
        return Refusal("refuted", "depth", why)
    return _stack(request, _series(request, None), None)


def _plan_over(request: Request, domain: Domain) -> Plan | Refusal:
    """The same over a domain that may lack roots of unity."""
    structure, depth, length = request.group, request.depth, len(request.derived) - 1
    name = "the real numbers" if request.arithmetic == REAL else str(domain)
    exponent = usable_exponent(structure, domain)
    shortest: SubnormalSeries | None = None
    try:
        shortest = verbal_series(structure, exponent)
    except DomainError as error:
        missing = str(error)
    else:
        if depth is None or shortest.length <= depth:
            series = shortest if request.series == DERIVED else _series(request, exponent)
            _check_roots(series, domain, name)
            return _stack(request, series, domain)
        missing = (
            f"a shortest series of {structure.name} with Abelian factors of the exponents that this allows has length "
            f"{shortest.length}"
        )
    if domain.size is None:
        why = f"diagonal layers over {name} with finitely many states turn by its roots of unity alone, and {missing}"
        return Refusal("refuted", "roots-of-unity" if shortest is None else "depth", why)
    if depth is not None and length > 2 * depth:
        why = (
            f"{structure.name} has derived length {length}, and {_layers(depth)} over a finite ring get no further "
            f"than {2 * depth}, because the maps of each form a metabelian group"
        )
        return Refusal("refuted", "depth", why)
    unknown = f"no tracker over {name} is known here, though there may be one: rotations don't do it, as {missing}"
    if request.series != DERIVED:
        why = f"{unknown}; affine layers, which may do it, follow no series, and are tried only where none is asked for"
        return Refusal("inconclusive", "no construction", why)
    try:
        model = affine_model(structure, domain, request.letters)  # type: ignore[arg-type]  # its rings are the finite ones
    except ConstructionError as error:
        return Refusal("inconclusive", "no construction", f"{unknown}; nor does one affine layer, as {error}")
    stage = Stage(structure.order, 1, "(affine)", next(model.layers()).width, "a, in h -> a h + b")
    return Plan(model, (stage,), None, f"one layer of affine maps h -> a h + b over {name}, where sums wrap around")


def _series(request: Request, exponent: int | None) -> SubnormalSeries:
    """The series asked for; one that is searched for has factors whose exponents divide ``exponent``."""
    if isinstance(request.series, SubnormalSeries):
        return request.series
    if request.series == COMPOSITION:
        return composition_series(request.group)
    if request.series == LEAST_WIDTH:
        return least_width_series(request.group, exponent)
    return derived_series(request.group)


def _check_roots(series: SubnormalSeries, domain: Domain, name: str) -> None:
    """Refuse a series with a factor that the roots of unity don't turn by."""
    for position, factor in enumerate(series.factors, start=1):
        for order in factor.orders:
            try:
                domain.root_of_unity(order)
            except DomainError as error:
                if order > 1:
                    raise DomainError(
                        f"the factor G_{position - 1}/G_{position} of the series is {_cyclic(factor.orders)}, and a "
                        f"layer over {name} can't turn by it: {error}"
                    ) from None


def _stack(request: Request, series: SubnormalSeries, domain: Domain | None) -> Plan | Refusal:
    """The rotation layers of a series, if they are not too many."""
    name, depth = request.group.name, request.depth
    if depth is not None and series.length > depth:
        what = "the series given" if isinstance(request.series, SubnormalSeries) else f"the {request.series} series"
        why = (
            f"{what} of {name} has length {series.length}, a layer for each factor, and at most {_layers(depth)} may "
            "be used; another series takes fewer"
        )
        return Refusal("refuted", "depth", why)
    if domain is not None:
        model = literal_tracker(series, domain, request.letters)
    elif request.arithmetic == EXPONENT:
        model = subnormal_tracker(series, request.letters)
    else:
        try:
            model = cyclotomic_tracker(series, request.letters)
        except DomainError as error:
            raise DomainError(f"{name} needs larger cyclotomic fields ({error}); exponents go further") from None
    return Plan(model, _stages(series, domain), series, _reason(series))


def _stages(series: SubnormalSeries, domain: Domain | None) -> tuple[Stage, ...]:
    orders = pairwise(len(term) for term in series.terms)
    return tuple(
        Stage(upper, lower, _cyclic(factor.orders), factor.rank, _decays(factor.orders, domain))
        for factor, (upper, lower) in zip(series.factors, orders, strict=True)
    )


def _cyclic(orders: Sequence[int]) -> str:
    """The product of cyclic groups of these orders: (2, 2, 4) is C2^2xC4."""
    counted = [(order, len(list(equal))) for order, equal in groupby(orders)]
    return "x".join(f"C{order}" + (f"^{count}" if count > 1 else "") for order, count in counted) or "1"


def _decays(orders: Sequence[int], domain: Domain | None) -> str:
    """The roots of unity that a layer multiplies by."""

    def powers(order: int) -> str:
        if domain is not None and domain.size is not None:
            return f"powers of {domain.format(domain.root_of_unity(order))}"
        return "1, -1" if order == 2 else "powers of i" if order == 4 else f"powers of zeta_{order}"

    return "; ".join(powers(order) for order in dict.fromkeys(orders))


def _layers(count: int) -> str:
    return f"{count} layer" if count == 1 else f"{count} layers"


def _orders(terms: Sequence[Subgroup]) -> str:
    return " > ".join(str(len(term)) for term in terms)


def _reason(series: SubnormalSeries) -> str:
    if not series.length:
        return "the trivial group takes no layer"
    factors = ", ".join(_cyclic(factor.orders) for factor in series.factors)
    return f"one layer for each factor of a subnormal series: {factors}"


def _not_solvable(request: Request, domain: Domain | None) -> str:
    structure, core = request.group, request.derived[-1]
    if domain is None or domain.size is None:
        why = "with finitely many states tracks it, whatever its depth (2603.01959)"
    else:
        why = f"over {domain} tracks it, whatever its depth: the maps of one layer form a metabelian group"
    generators = generators_of(structure, core)
    shown = ", ".join(structure.labels[x][:40] for x in generators[:SHOWN]) + (
        ", ..." if len(generators) > SHOWN else ""
    )
    known = (
        f"{structure.name} is not solvable: its perfect core, where its derived series ends, has order {len(core)} and "
        f"is generated by {shown}"
    )
    return f"{known}; no stack of diagonal layers {why}"
