"""Trackers for a group, as a person asks for them: the stack planned, built, proved and measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from constructions.groups.subnormal_tracker import opposite
from exactssm.algebra import Group, SubnormalSeries, derived_subgroups
from exactssm.algebra.subgroup import Subgroup, generators_of
from exactssm.errors import DomainError
from exactssm.models import Model
from exactssm.tasks import WordProblem
from verify.algebra.tracker_plan import COMPOSITION, DERIVED, LEAST_WIDTH, Plan, Request, Stage, plan
from verify.decision import decide
from verify.resources import Resources, measure
from verify.search.reachability import DEFAULT_BUDGET, ClosedPairs
from verify.verdict import Inconclusive, Proved

__all__ = ["SERIES", "Tracking", "track"]

SERIES = (DERIVED, COMPOSITION, LEAST_WIDTH)  #: the series that have names


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
    arithmetic: str = "cyclotomic"  #: as it was asked for
    newest_first: bool = False  #: whether products are x_t ... x_1
    derived: tuple[Subgroup, ...] = ()  #: the derived subgroups, down to the trivial or to a perfect one
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
            "arithmetic": self.arithmetic,
            "newest_first": self.newest_first,
            "derived_series": [self._subgroup(term) for term in self.derived],
            "series": None if self.series is None else [self._subgroup(term) for term in self.series.terms],
            "factors": None if self.series is None else [list(factor.orders) for factor in self.series.factors],
        }

    def _subgroup(self, term: Subgroup) -> dict[str, Any]:
        generators = [self.group.labels[x] for x in generators_of(self.group, term)]
        return {"order": len(term), "generators": generators}


def track(
    structure: Group,
    arithmetic: str = "cyclotomic",
    *,
    series: str | SubnormalSeries = DERIVED,
    newest_first: bool = False,
    depth: int | None = None,
    generators: bool = False,
    max_pairs: int = DEFAULT_BUDGET,
    progress: Callable[[int], None] | None = None,
) -> Tracking:
    """Build a stack of at most ``depth`` diagonal layers that tracks ``structure``; prove it for words of every length.

    ``arithmetic`` is cyclotomic, exponent, real, or the name of a domain (`exactssm.arithmetic.domain_from_name`).
    ``series`` is one of `SERIES` or a series of the group; where the arithmetic lacks roots of unity, "derived" means
    the shortest series that it can turn by, or one affine layer. The products are x_1 ... x_t, or with ``newest_first``
    x_t ... x_1. The letters are all elements, or the generators alone (the identity, where there are none).

    >>> from exactssm.algebra import group
    >>> track(group("S4")).resources.widths, track(group("S4"), series="composition").resources.widths
    ((1, 1, 2), (1, 1, 1, 1))
    >>> track(group("A5")).method, track(group("S4"), depth=2).method, track(group("S3"), "real").method
    ('not-solvable', 'depth', 'roots-of-unity')

    Raises: FormatError, for an unknown arithmetic; DomainError, for an unknown series or one of another group, and
    where the arithmetic doesn't go as far as the group or series; BudgetExhausted, if too many subgroups would have to
    be searched for the least width.
    """
    if isinstance(series, SubnormalSeries):
        if series.group is not structure:
            raise DomainError(f"a series must be one of the group to be tracked; it is one of {series.group.name}")
    elif series not in SERIES:
        raise DomainError(f"a series must be one of {', '.join(SERIES)}, or given by its terms; got {series[:40]!r}")
    letters = (structure.generators or (0,)) if generators else tuple(range(structure.order))
    derived = derived_subgroups(structure)
    followed = structure
    if newest_first:  # its subgroups, and which of them are normal with Abelian factors, are the same
        followed = replace(opposite(structure), name=structure.name)
        if isinstance(series, SubnormalSeries):
            series = SubnormalSeries(followed, series.terms)
    found = plan(Request(followed, letters, derived, arithmetic, series, depth))
    tracking = Tracking(
        group=structure,
        letters=letters,
        derived_length=len(derived) - 1 if derived[-1] == (0,) else None,
        verdict="inconclusive",
        method="product reachability",
        reason=found.reason,
        arithmetic=arithmetic,
        newest_first=newest_first,
        derived=derived,
    )
    if not isinstance(found, Plan):
        return replace(tracking, verdict=found.verdict, method=found.method)
    task = WordProblem(structure, letters, reversed=newest_first)
    verdict = decide(found.model, task, max_pairs=max_pairs, progress=progress)
    if isinstance(verdict, Inconclusive):
        return replace(tracking, reason=verdict.reason)
    assert isinstance(verdict, Proved), verdict
    assert isinstance(verdict.certificate, ClosedPairs)
    return replace(
        tracking,
        verdict=verdict.name,
        method=verdict.method,
        resources=measure(found.model, verdict.certificate.pairs, task, verdict.use),
        stages=found.stages,
        series=found.series,
        model=found.model,
        certificate=verdict.certificate,
    )
