"""Runs claims: every case of an instance decided, the verdicts folded into one by the claim's kind, and held against it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, fields
from time import perf_counter
from typing import Any

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.errors import BudgetExhausted
from verify.decision import decide, decide_every_readout
from verify.exhaustive import check_words_up_to
from verify.reachability import DEFAULT_BUDGET, ClosedPairs
from verify.resources import Resources, exceeded, measure
from verify.trace import Collision, Trace, text
from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

__all__ = ["Result", "examine", "run_claims"]

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Result:
    """What came out for one instance of a claim."""

    claim: str
    instance: str
    source: str
    verdict: str
    expected: str
    holds: bool
    method: str
    pairs: int | None
    length: int | None
    counterexample: Trace | Collision | None
    case: str  #: the case that the counterexample refutes, or that decided the verdict
    faults: tuple[str, ...]  #: bounds that don't hold, and what else keeps the claim from holding
    resources: Resources | None
    bounds: Bounds
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The record of ``exactssm-results/1``."""
        return {
            "claim": self.claim,
            "instance": self.instance,
            "source": self.source,
            "verdict": self.verdict,
            "expected": self.expected,
            "holds": self.holds,
            "method": self.method,
            "pairs": self.pairs,
            "length": self.length,
            "counterexample": None if self.counterexample is None else [text(s) for s in self.counterexample.word],
            "resources": None if self.resources is None else self.resources.as_json(),
            "bounds": self.bounds.as_json(),
            "seconds": round(self.seconds, 3),
        }


@dataclass
class _Tally:
    """What the cases decided so far add up to."""

    pairs: int = 0
    length: int | None = None  # the least one that a case was checked up to
    demands: int = 0
    refuted: int = 0
    proved: int = 0
    first_trace: Trace | Collision | None = None
    resources: Resources | None = None


def examine(claim: Claim, instance: str, *, budget: int = DEFAULT_BUDGET, progress: Progress | None = None) -> Result:
    """Decide every case of ``claim`` under ``instance``.

    A case that comes out otherwise than the claim's kind says decides the verdict, and the rest is left. Every
    counterexample is replayed before it counts.

    Raises: KeyError, if there is no such instance.
    """
    began = perf_counter()
    value = claim.all_instances(full=True)[instance]
    tally, bounds, case = _Tally(), Bounds(), None
    wants_refutation = claim.kind is not Kind.POSSIBLE
    for number, case in enumerate(claim.cases(value), start=1):
        if progress is not None:
            progress(f"{claim.name} {instance}: {case.name}" + (f" ({number})" if number > 1 else ""))
        verdict = _decide_case(claim, case, budget)
        bounds = case.bounds
        if isinstance(verdict, Inconclusive):
            return _result(claim, instance, "inconclusive", verdict.reason, tally, case, (), bounds, began, holds=False)
        if isinstance(verdict, Refuted):
            verdict.trace.replay(case.model, case.task)
            tally.refuted += 1
            tally.first_trace = tally.first_trace or verdict.trace
            if not wants_refutation:
                return _result(claim, instance, "refuted", verdict.method, tally, case, (), bounds, began, holds=False)
            continue
        tally.proved += 1
        if isinstance(verdict, Checked):
            tally.length = verdict.length if tally.length is None else min(tally.length, verdict.length)
            tally.demands += verdict.demands
        else:
            tally.pairs += verdict.pairs
        if wants_refutation and not claim.harmless:
            fault = (f"{case.name} meets the task, which the claim excludes",)
            return _result(
                claim, instance, verdict.name, verdict.method, tally, case, fault, bounds, began, holds=False
            )
        if not wants_refutation and isinstance(verdict, Proved) and isinstance(verdict.certificate, ClosedPairs):
            used = measure(case.model, verdict.certificate.pairs, case.task)
            tally.resources = _largest(tally.resources, used)
            if used is not None and (faults := tuple(exceeded(used, bounds))):
                return _result(
                    claim, instance, "proved", verdict.method, tally, case, faults, bounds, began, holds=False
                )
    if case is None:
        return _result(
            claim, instance, "inconclusive", "no cases", tally, None, ("no cases",), bounds, began, holds=False
        )
    name, method = _fold(claim, tally)
    return _result(claim, instance, name, method, tally, case, (), bounds, began, holds=name == claim.expected)


def _decide_case(claim: Claim, case: Case, budget: int) -> Verdict:
    if claim.every_readout:
        return decide_every_readout(case.model, case.task, max_pairs=budget)
    if case.length is None:
        return decide(case.model, case.task, max_pairs=budget)
    try:
        return check_words_up_to(case.model, case.task, case.length)
    except BudgetExhausted as error:
        return Inconclusive(str(error))


def _fold(claim: Claim, tally: _Tally) -> tuple[str, str]:
    """The verdict on an instance all of whose cases came out as the kind says, and how it was reached."""
    cases = tally.proved + tally.refuted
    many = f", {cases} cases" if cases > 1 else ""
    if claim.kind is Kind.POSSIBLE:
        if tally.length is not None:
            return "checked", f"{tally.demands} demands on all words of up to {tally.length} symbols{many}"
        return "proved", f"closed under every letter{many}"
    if claim.kind is Kind.AS_PRINTED:
        return "refuted", f"shortest counterexample{many}"
    how = "whatever the readout" if claim.every_readout else "by a shortest word"
    spared = f", {tally.proved} proved harmless" if claim.harmless else ""
    return "proved", f"exhaustion: {tally.refuted} of {cases} candidates refuted {how}{spared}"


def _result(
    claim: Claim,
    instance: str,
    verdict: str,
    method: str,
    tally: _Tally,
    case: Case | None,
    faults: tuple[str, ...],
    bounds: Bounds,
    began: float,
    *,
    holds: bool,
) -> Result:
    return Result(
        claim=claim.name,
        instance=instance,
        source=claim.source,
        verdict=verdict,
        expected=claim.expected,
        holds=holds,
        method=method,
        pairs=tally.pairs or None,
        length=tally.length,
        counterexample=tally.first_trace,
        case="" if case is None else case.name,
        faults=faults,
        resources=tally.resources,
        bounds=bounds,
        seconds=perf_counter() - began,
    )


def _largest(known: Resources | None, more: Resources | None) -> Resources | None:
    """Field by field the larger of two measurements, for an instance with many cases."""
    if known is None or more is None:
        return known or more
    larger = {}
    for field in fields(Resources):
        a, b = getattr(known, field.name), getattr(more, field.name)
        if isinstance(a, tuple):
            length = max(len(a), len(b))
            padded = (values + (0,) * (length - len(values)) for values in (a, b))
            larger[field.name] = tuple(map(max, *padded))
        else:
            larger[field.name] = None if a is None or b is None else max(a, b)
    return Resources(**larger)


def run_claims(
    work: Iterable[tuple[Claim, str]],
    *,
    budget: int = DEFAULT_BUDGET,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Examine each (claim, instance) of ``work``: in order with one job, as they finish with more, each in a process that is
    told names only."""
    if jobs <= 1:
        for claim, instance in work:
            yield examine(claim, instance, budget=budget, progress=progress)
        return
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_examine_by_name, claim.name, instance, budget) for claim, instance in work]
        try:
            for done in as_completed(waiting):
                result = done.result()
                if progress is not None:
                    progress(f"{result.claim} {result.instance}: {result.verdict}")
                yield result
        finally:  # after an interrupt, what has not begun is left
            pool.shutdown(cancel_futures=True)


def _examine_by_name(claim: str, instance: str, budget: int) -> Result:
    from constructions.registry import claim_named

    return examine(claim_named(claim), instance, budget=budget)
