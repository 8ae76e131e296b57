"""Runs claims: decides every case of an instance, folds the verdicts into one by the claim's kind, and judges it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from time import perf_counter

from constructions.claim import Bounds, Case, Claim, Kind, Lemma, Violation
from exactssm.errors import BudgetExhausted, CertificateError
from verify.decision import decide, decide_every_readout
from verify.refutation import WORDS_OF_THE_PROOF, replayed
from verify.resources import Resources, exceeded, largest, measure
from verify.search.exhaustive import check_words_up_to
from verify.search.long_words import LongCollision
from verify.search.margins import Crowded, Escaped
from verify.search.reachability import DEFAULT_BUDGET, ClosedPairs
from verify.trace import Collision, Trace
from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

__all__ = ["Counterexample", "Result", "examine", "run_claims"]

Progress = Callable[[str], None]
Counterexample = Trace | Collision | LongCollision | Crowded | Escaped | Violation


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
    case: str  #: the case that decided the verdict
    counterexample: Counterexample | None  #: of that case, where the verdict is "refuted"
    example: tuple[str, Counterexample] | None  #: the first refuted candidate of a class, and what refutes it
    faults: tuple[str, ...]  #: bounds that don't hold, and what else keeps the claim from holding
    resources: Resources | None  #: as measured; for many cases of one shape, the largest of each
    bounds: Bounds
    seconds: float


@dataclass
class _Examination:
    """An instance under examination: what its cases add up to so far."""

    claim: Claim
    instance: str
    began: float = field(default_factory=perf_counter)
    case: Case | Lemma | None = None
    pairs: int = 0
    length: int | None = None  # the least one that a case was checked up to
    demands: int = 0
    refuted: int = 0
    proved: int = 0
    traits: Counter[str] = field(default_factory=Counter)
    lemmas: list[Lemma] = field(default_factory=list)  # those that held
    example: tuple[str, Counterexample] | None = None
    resources: Resources | None = None
    same_shape: bool = True

    def note_refuted(self, case: Case, verdict: Refuted) -> None:
        verdict.trace.replay(case.model, case.task)
        self.refuted += 1
        self.traits.update(case.traits)
        self.example = self.example or (case.name, verdict.trace)

    def note_violated(self, lemma: Lemma, violation: Violation) -> None:
        violation.replay()
        self.refuted += 1
        self.example = self.example or (lemma.name, violation)

    def note_met(self, verdict: Proved | Checked) -> None:
        self.proved += 1
        if isinstance(verdict, Checked):
            self.length = verdict.length if self.length is None else min(self.length, verdict.length)
            self.demands += verdict.demands
        else:
            self.pairs += verdict.pairs

    def note_used(self, used: Resources) -> None:
        known = self.resources
        self.same_shape &= known is None or (known.depth, known.widths) == (used.depth, used.widths)
        self.resources = used if known is None else largest(known, used)

    def result(self, verdict: str, method: str, *, faults: tuple[str, ...] = (), holds: bool = False) -> Result:
        return Result(
            claim=self.claim.name,
            instance=self.instance,
            source=self.claim.source,
            verdict=verdict,
            expected=self.claim.expected,
            holds=holds,
            method=method,
            pairs=self.pairs or None,
            length=self.length,
            case="" if self.case is None else self.case.name,
            counterexample=self.example[1] if self.example is not None and verdict == "refuted" else None,
            example=self.example if self.claim.kind is Kind.IMPOSSIBLE else None,
            faults=faults,
            resources=self.resources if self.same_shape else None,
            bounds=self.case.bounds if isinstance(self.case, Case) and self.same_shape else Bounds(),
            seconds=perf_counter() - self.began,
        )


def examine(claim: Claim, instance: str, *, budget: int = DEFAULT_BUDGET, progress: Progress | None = None) -> Result:
    """Decide every case of ``claim`` under ``instance``.

    A case that comes out otherwise than the claim's kind says decides the verdict, and the rest is left. Every
    counterexample is replayed before it counts.

    Raises: KeyError, if there is no such instance.
    """
    so_far = _Examination(claim, instance)
    possible = claim.kind is Kind.POSSIBLE
    for number, case in enumerate(claim.cases(claim.all_instances(full=True)[instance]), start=1):
        so_far.case = case
        if progress is not None:
            progress(f"{claim.name} {instance}: {case.name}" + (f" ({number})" if number > 1 else ""))
        if isinstance(case, Lemma):
            if (ended := _examine_lemma(so_far, case)) is not None:
                return ended
            continue
        verdict = _decide_case(claim, case, budget)
        if isinstance(verdict, Inconclusive):
            return so_far.result("inconclusive", verdict.reason)
        if isinstance(verdict, Refuted):
            so_far.note_refuted(case, verdict)
            if possible:
                return so_far.result("refuted", verdict.method)
            continue
        so_far.note_met(verdict)
        if claim.harmless and isinstance(verdict, Checked):
            return so_far.result("inconclusive", f"{case.name} is only {verdict}")
        if not possible and not claim.harmless:
            excluded = f"{case.name} meets the task, which the claim excludes"
            return so_far.result(verdict.name, verdict.method, faults=(excluded,))
        if possible and (faults := _beyond_bounds(so_far, case, verdict)):
            return so_far.result(verdict.name, verdict.method, faults=faults)
    if so_far.case is None:
        return so_far.result("inconclusive", "no cases", faults=("an instance needs at least one case",))
    name, method = _fold(so_far)
    return so_far.result(name, method, holds=name == claim.expected)


def _examine_lemma(so_far: _Examination, lemma: Lemma) -> Result | None:
    """The result, if the lemma came out otherwise than the claim's kind says."""
    as_printed = so_far.claim.kind is Kind.AS_PRINTED
    violation = lemma.check()
    if violation is not None:
        so_far.note_violated(lemma, violation)
        return None if as_printed else so_far.result("refuted", f"by one of the {lemma.members}")
    so_far.lemmas.append(lemma)
    if not as_printed:
        return None
    return so_far.result(*_fold_lemmas(so_far), faults=(f"{lemma.name} holds, which the claim excludes",))


def _beyond_bounds(so_far: _Examination, case: Case, verdict: Proved | Checked) -> tuple[str, ...]:
    """What of the case's bounds doesn't hold, after measuring what the proof visited."""
    used = None
    if isinstance(verdict, Proved) and isinstance(verdict.certificate, ClosedPairs):
        used = measure(case.model, verdict.certificate.pairs, case.task, verdict.use)
    if used is None:
        return ("bounds are stated, but nothing was measured",) if case.bounds != Bounds() else ()
    so_far.note_used(used)
    return tuple(exceeded(used, case.bounds))


def _decide_case(claim: Claim, case: Case, budget: int) -> Verdict:
    if case.refutation is not None:
        try:
            return replayed(case.model, case.task, case.refutation())
        except CertificateError as error:
            return Inconclusive(f"{WORDS_OF_THE_PROOF} don't refute {case.name}: {error}")
    if claim.every_readout:
        return decide_every_readout(case.model, case.task, max_pairs=budget)
    if case.modulus is not None:
        from verify.search.quotient import decide_modulo

        return decide_modulo(case.model, case.task, case.modulus, max_pairs=budget)
    if case.length is None:
        return decide(case.model, case.task, max_pairs=budget)
    try:
        return check_words_up_to(case.model, case.task, case.length)
    except BudgetExhausted as error:
        return Inconclusive(str(error))


def _fold(done: _Examination) -> tuple[str, str]:
    """The verdict on an instance all of whose cases came out as the kind says, and how it was reached."""
    claim, cases = done.claim, done.proved + done.refuted
    if done.lemmas:
        return _fold_lemmas(done)
    many = f", {cases} cases" if cases > 1 else ""
    if claim.kind is Kind.POSSIBLE:
        if done.length is not None:
            return "checked", f"{done.demands} demands on all words of up to {done.length} symbols{many}"
        within = "" if done.same_shape else ", each within its bounds"
        modulo = ", states modulo an integer" if isinstance(done.case, Case) and done.case.modulus is not None else ""
        return "proved", f"closed under every letter{modulo}{many}{within}"
    if claim.kind is Kind.AS_PRINTED:
        by = "a member" if isinstance(done.case, Lemma) else "a shortest word"
        return "refuted", f"by {by}{many}"
    if isinstance(done.case, Case) and done.case.refutation is not None:
        how = f"by {WORDS_OF_THE_PROOF}"
    else:
        how = "whatever the readout" if claim.every_readout else "by a shortest word"
    if claim.sampled:
        traits = "".join(f", {count} with {trait}" for trait, count in sorted(done.traits.items()))
        return "checked", f"sampled: {done.refuted} candidates ({claim.sampled}){traits}; each refuted {how}"
    spared = f", {done.proved} proved harmless" if claim.harmless else ""
    return "proved", f"exhaustion: {done.refuted} of {cases} candidates refuted {how}{spared}"


def _fold_lemmas(done: _Examination) -> tuple[str, str]:
    members = f"{sum(lemma.size for lemma in done.lemmas)} {done.lemmas[0].members}"
    if any(lemma.sampled for lemma in done.lemmas):
        return "checked", f"sampled: {members}"
    return "proved", f"exhaustion: {members}"


def run_claims(
    work: Iterable[tuple[Claim, str]],
    *,
    budget: int = DEFAULT_BUDGET,
    jobs: int = 1,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """Examine each (claim, instance) of ``work``: in order with one job, as they finish with more, each in a process
    that is told names only."""
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
