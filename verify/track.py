"""Trackers for a group, as a person asks for them: the arithmetic chosen, the stack built, proved and measured.

Which stacks can exist, for k layers with finitely many states:

- where no multiple of a non-zero number is zero (Q, Q(zeta_n), the complex numbers), exactly those for groups with a
  subnormal series of length k whose factors are Abelian, of exponents that are orders of roots of unity. With all roots
  of unity that means derived length at most k (2603.01959); with 1 and -1 alone, 2-groups.
- over a finite ring one layer's maps form a metabelian group, so that the derived length is at most 2k. Which groups
  below that bound can be tracked depends on the ring: what is not built here is left open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from constructions.affine_actions import affine_model
from constructions.subnormal_tracker import cyclotomic_tracker, literal_tracker, series_over, subnormal_tracker
from exactssm.algebra import Group, SubnormalSeries, derived_series, derived_subgroups
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
from exactssm.tasks import WordProblem
from verify.decision import decide
from verify.reachability import DEFAULT_BUDGET, ClosedPairs
from verify.resources import Resources, measure
from verify.verdict import Inconclusive, Proved

__all__ = ["Stage", "Tracking", "track"]

CYCLOTOMIC, EXPONENT, REAL = "cyclotomic", "exponent", "real"
RINGS = (Rationals, Integers, GaussianIntegers, CyclotomicField, ResidueRing, PrimeField, GaloisField)  # none rounds


class Stage(NamedTuple):
    """One layer of a tracker, in words."""

    upper: int  #: the order of the subgroup whose elements it reads
    lower: int  #: the order of the subgroup whose elements it passes on
    cyclic: str  #: the factor as a product of cyclic groups: "C2^2xC4"
    width: int
    decays: str


@dataclass(frozen=True)
class Tracking:
    """What came of building a tracker for a group."""

    group: Group
    letters: tuple[int, ...]
    derived_length: int | None  #: None where the group is not solvable
    verdict: str  #: proved, refuted or inconclusive
    method: str
    reason: str
    resources: Resources | None = None
    arithmetic: str = CYCLOTOMIC  #: as it was asked for
    stages: tuple[Stage, ...] = ()
    series: SubnormalSeries | None = None  #: one factor for each layer, unless one affine layer does it all
    model: Model | None = None
    certificate: ClosedPairs | None = None  #: pairs of a state of the model and the product read

    def as_json(self) -> dict[str, Any]:
        """The object that ``exactssm track --json`` writes."""
        return {
            "group": self.group.name,
            "order": self.group.order,
            "derived_length": self.derived_length,
            "verdict": self.verdict,
            "method": self.method,
            "resources": None if self.resources is None else self.resources.as_json(),
            "reason": self.reason,
        }


class _Plan(NamedTuple):
    """A model to be proved."""

    model: Model
    stages: tuple[Stage, ...]
    series: SubnormalSeries | None
    reason: str


class _Refusal(NamedTuple):
    """Why there is nothing to be proved."""

    verdict: str
    method: str
    reason: str


def track(
    structure: Group,
    arithmetic: str = CYCLOTOMIC,
    *,
    depth: int | None = None,
    generators: bool = False,
    max_pairs: int = DEFAULT_BUDGET,
    progress: Callable[[int], None] | None = None,
) -> Tracking:
    """Build a stack of at most ``depth`` diagonal layers that tracks ``structure``; prove it for words of every length.

    ``arithmetic`` is cyclotomic, exponent, real, or the name of a domain (`exactssm.arithmetic.domain_from_name`). The
    letters are all elements, or the generators alone (the identity, where there are none).

    >>> from exactssm.algebra import group
    >>> track(group("S4")).resources.widths
    (1, 1, 2)
    >>> track(group("A5")).method, track(group("S4"), depth=2).method, track(group("S3"), "real").method
    ('not-solvable', 'depth', 'roots-of-unity')

    Raises: FormatError, for an unknown arithmetic; DomainError, where the arithmetic doesn't go as far as the group.
    """
    letters = (structure.generators or (0,)) if generators else tuple(range(structure.order))
    terms = derived_subgroups(structure)
    solvable = terms[-1] == (0,)
    length = len(terms) - 1 if solvable else None
    domain = _domain(arithmetic)
    if length is None:
        found: _Plan | _Refusal = _Refusal("refuted", "not-solvable", _not_solvable(structure, len(terms[-1]), domain))
    else:
        found = _plan(structure, arithmetic, domain, length, depth, letters)
    if isinstance(found, _Refusal):
        return Tracking(structure, letters, length, *found, arithmetic=arithmetic)
    task = WordProblem(structure, letters)
    verdict = decide(found.model, task, max_pairs=max_pairs, progress=progress)
    if isinstance(verdict, Inconclusive):
        return Tracking(
            structure, letters, length, verdict.name, "product reachability", verdict.reason, arithmetic=arithmetic
        )
    assert isinstance(verdict, Proved), verdict
    assert isinstance(verdict.certificate, ClosedPairs)
    return Tracking(
        group=structure,
        letters=letters,
        derived_length=length,
        verdict=verdict.name,
        method=verdict.method,
        reason=found.reason,
        resources=measure(found.model, verdict.certificate.pairs, task, verdict.uses),
        arithmetic=arithmetic,
        stages=found.stages,
        series=found.series,
        model=found.model,
        certificate=verdict.certificate,
    )


def _domain(arithmetic: str) -> Domain | None:
    """The domain of this name; None for the two that have every root of unity."""
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


def _plan(
    structure: Group, arithmetic: str, domain: Domain | None, length: int, depth: int | None, letters: Sequence[int]
) -> _Plan | _Refusal:
    """How to track a solvable group of derived length ``length``, or why not."""
    if domain is not None:
        name = "the real numbers" if arithmetic == REAL else str(domain)
        return _plan_over(structure, domain, name, length, depth, letters)
    if depth is not None and length > depth:
        why = (
            f"{structure.name} has derived length {length}, so that it takes {_layers(length)}; stacks of at most "
            f"{_layers(depth)} track exactly the groups of derived length at most {depth} (2603.01959)"
        )
        return _Refusal("refuted", "depth", why)
    series = derived_series(structure)
    if arithmetic == EXPONENT:
        model = subnormal_tracker(series, letters)
    else:
        try:
            model = cyclotomic_tracker(series, letters)
        except DomainError as error:
            raise DomainError(
                f"{structure.name} needs larger cyclotomic fields ({error}); exponents go further"
            ) from None
    return _Plan(model, _stages(series, None), series, _reason(series))


def _plan_over(
    structure: Group, domain: Domain, name: str, length: int, depth: int | None, letters: Sequence[int]
) -> _Plan | _Refusal:
    """The same over a domain that may lack roots of unity."""
    series: SubnormalSeries | None = None
    try:
        series = series_over(structure, domain)
    except DomainError as error:
        missing = str(error)
    else:
        if depth is None or series.length <= depth:
            return _Plan(literal_tracker(series, domain, letters), _stages(series, domain), series, _reason(series))
        missing = (
            f"a shortest series of {structure.name} with Abelian factors of the exponents that this allows has length "
            f"{series.length}"
        )
    if domain.size is None:
        why = f"diagonal layers over {name} with finitely many states turn by its roots of unity alone, and {missing}"
        return _Refusal("refuted", "roots-of-unity" if series is None else "depth", why)
    if depth is not None and length > 2 * depth:
        why = (
            f"{structure.name} has derived length {length}, and {_layers(depth)} over a finite ring get no further "
            f"than {2 * depth}, because the maps of each form a metabelian group"
        )
        return _Refusal("refuted", "depth", why)
    try:
        model = affine_model(structure, domain, letters)  # type: ignore[arg-type]  # the finite domains are its rings
    except ConstructionError as error:
        why = (
            f"no tracker over {name} is known here, though there may be one: rotations don't do it, as {missing}; nor "
            f"does one affine layer, as {error}"
        )
        return _Refusal("inconclusive", "no construction", why)
    stage = Stage(structure.order, 1, "(affine)", next(model.layers()).width, "a, in h -> a h + b")
    return _Plan(model, (stage,), None, f"one layer of affine maps h -> a h + b over {name}, where sums wrap around")


def _stages(series: SubnormalSeries, domain: Domain | None) -> tuple[Stage, ...]:
    orders = [len(term) for term in series.terms]
    return tuple(
        Stage(upper, lower, _cyclic(factor.orders), factor.rank, _decays(factor.orders, domain))
        for factor, upper, lower in zip(series.factors, orders, orders[1:], strict=False)
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


def _reason(series: SubnormalSeries) -> str:
    if not series.length:
        return "the trivial group takes no layer"
    factors = ", ".join(_cyclic(factor.orders) for factor in series.factors)
    return f"one layer for each factor of a subnormal series: {factors}"


def _not_solvable(structure: Group, core: int, domain: Domain | None) -> str:
    if domain is None or domain.size is None:
        why = "with finitely many states tracks it, whatever its depth (2603.01959)"
    else:
        why = f"over {domain} tracks it, whatever its depth: the maps of one layer form a metabelian group"
    known = f"{structure.name} is not solvable: its perfect core, where its derived series ends, has order {core}"
    return f"{known}; no stack of diagonal layers {why}"
