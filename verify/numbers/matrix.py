"""Theorems against arithmetics: every construction in every number format, each pair decided
(`verify.numbers.transfer`).

Where an instance has many cases, the worst verdict is the instance's, in the order not representable, refuted,
inconclusive, checked, proved. Among refuted cases a wrong answer comes before one that isn't defined, and then the
shortest word counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Final

from constructions.claim import Case, Claim, Kind
from exactssm.arithmetic import Rationals, domain_from_name
from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import Word
from exactssm.models import Reinterpreted
from exactssm.models.reinterpretation import check_target
from verify.numbers.transfer import DEFAULT_PAIRS, SEVERITY, Construction, Outcome, stack_of
from verify.trace import Trace

if TYPE_CHECKING:
    from exactssm import formats

__all__ = [
    "ALL",
    "ARITHMETICS",
    "OWN",
    "Cell",
    "arithmetic_names",
    "cells_of",
    "check_has_layers",
    "matrix",
    "matrix_instances",
]

OWN: Final = "own"
"""The name for a construction's own arithmetic."""

ALL: Final = "ALL"
"""The name for all of `ARITHMETICS`."""

_MOMENTS: Final = ("once", "each", "fused")
_ROUNDED: Final = (
    "fixed:s3.0:floor:saturate",
    "fixed:s3.4:floor:saturate",
    "fixed:s3.4:nearest-even:saturate",
    "fixed:s3.4:nearest-even:wrap",
    "e4m3fn",
    "e5m2",
    "binary16",
    "bfloat16",
    "binary32",
)

ARITHMETICS: Final = (
    OWN,
    "Q",
    "Q(zeta_4)",
    "Z/4",
    "Z/16",
    "int4",
    "int8",
    *(f"{name}:{moment}" for name in _ROUNDED for moment in _MOMENTS),
    "complex(fixed:s3.4:nearest-even:saturate):once:once",
    "complex(binary16):once:once",
    "complex(binary16):each:each",
    "complex(bfloat16):each:each",
)
"""What ``ALL`` stands for."""

_SMALL: Final[Mapping[str, tuple[str, ...]]] = {
    "subnormal-tracker": ("D4", "S3"),
    "subnormal-tracker-literal": ("C2xC4",),
    "one-layer-wraps-around": ("D4 over Z/4, d=2",),
    "one-layer-rounds-complex-numbers": ("S3, binary16, every operation rounded, d=2",),
    "composition": ("N=3 K=2", "N=3 K=2, separated"),
    "composition-every-instance": ("N=2 K=2",),
    "composition-by-integer-networks": ("N=3 K=2",),
    "composition-by-columns": ("N=3",),
    "composition-by-one-hot-pair": ("N=2, every K",),
    "composition-of-whole-functions": ("N=3",),
    "composition-by-online-cot": ("N=3 K=2", "N=2, every K"),
    "composition-in-every-shape": ("N=3 K=2",),
    "exact-minima": ("N=3, whole functions, Z/8",),
    "ticks-by-binomials": ("L=1 d=4 p=2",),
    "ticks-by-ripple-carry": ("L=3 d=1 p=1",),
    "ticks-in-every-shape": ("modulo 8",),
    "streaming-by-online-cot": ("count mod 5", "Dyck(2,2)"),
    "streaming-by-linear-scores": ("count mod 5",),
    "streaming-word-by-word": ("count mod 5",),
    "streaming-bit-by-bit": ("count mod 5",),
    "ids4": ("32 DFAs, |Q|=2, 2 symbols",),
    "ids4-without-start": ("32 DFAs, |Q|=2, 2 symbols",),
    "rnn-ssm": ("32 DFAs, |Q|=2, sgn(0)=0",),
}
"""The instances of a claim that are taken by default; of other claims it is the first one."""


def arithmetic_names(given: Sequence[str]) -> tuple[str, ...]:
    """The names in ``given``, each a name or several with commas between them, once each; ``ALL`` for `ARITHMETICS`.

    A set of numbers, ``nearest:-1,0,1``, has commas of its own and must be given alone.

    Raises: FormatError, for a name of no arithmetic; DomainError, for one without numbers.
    """
    names: dict[str, None] = {}
    for text in given:
        for name in [text] if text.startswith("nearest:") else text.split(","):
            names |= dict.fromkeys(ARITHMETICS if name == ALL else (name,))
    for name in names:
        if name != OWN:
            check_target(domain_from_name(name))
    return tuple(names)


@dataclass(frozen=True)
class Cell:
    """How one instance of a claim came out in one arithmetic."""

    claim: str
    instance: str
    source: str
    arithmetic: str
    verdict: str  #: one of `SEVERITY`
    method: str
    pairs: int | None
    length: int | None
    trace: Trace | None  #: of a shortest word that refutes a case, with that case
    case: str  #: the case that decided the verdict
    seconds: float
    expected: str  #: the claim's verdict in its own arithmetic
    lost: bool = False  #: where it is refuted, whether no answer is defined there, rather than a wrong one given

    @property
    def word(self) -> Word | None:
        """A shortest word that refutes a case."""
        return None if self.trace is None else self.trace.word

    @property
    def holds(self) -> bool:
        """Whether the construction does its task in this arithmetic."""
        return self.verdict == self.expected

    def record(self) -> formats.Result:
        """The cell as a results file has it. What isn't representable is refuted there, without a word, and its method
        begins with "not representable"."""
        from exactssm import formats
        from verify.trace import text

        place = "its own arithmetic" if self.arithmetic == OWN else self.arithmetic
        return formats.Result(
            claim=self.claim,
            instance=f"{self.instance} in {place}",
            source=self.source,
            verdict="refuted" if self.verdict == "not representable" else self.verdict,
            expected=self.expected,
            holds=self.holds,
            method=self.method,
            pairs=self.pairs,
            length=self.length,
            counterexample=None if self.word is None else tuple(map(text, self.word)),
            milliseconds=int(self.seconds * 1000),
        )


def matrix_instances(claim: Claim, *, full: bool = False) -> tuple[str, ...]:
    """The instances of ``claim`` that the matrix takes: one or two small ones, or all those of the default run."""
    return tuple(claim.instances) if full else _SMALL.get(claim.name) or tuple(claim.instances)[:1]


def check_has_layers(claim: Claim) -> None:
    """Raise ConstructionError unless ``claim`` has a construction that can be moved to another arithmetic."""
    if claim.kind is not Kind.POSSIBLE:
        raise ConstructionError(
            f"{claim.name} is {claim.kind.value}: only a possible claim has a construction to move to other arithmetics"
        )
    case = next(iter(claim.cases(next(iter(claim.instances.values())))))
    try:
        if not isinstance(case, Case):
            raise ConstructionError("it has no model")
        if case.modulus is not None:
            raise ConstructionError("its states have no end, and it is proved modulo an integer")
        for layer in stack_of(case.model).layers():
            with suppress(DomainError):  # that is about the constants
                Reinterpreted(layer, Rationals())
    except ConstructionError as error:
        raise ConstructionError(f"{claim.name} can't be moved to another arithmetic: {error}") from None


def matrix(
    work: Iterable[tuple[Claim, str]],
    arithmetics: Sequence[str] = ARITHMETICS,
    *,
    max_pairs: int = DEFAULT_PAIRS,
    jobs: int = 1,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Cell]:
    """One cell for each (claim, instance) of ``work`` and each arithmetic, by name; row by row, in order with one job.

    Raises: ConstructionError, for a claim without layers; FormatError, for an unknown arithmetic; DomainError, for one
    without numbers.
    """
    names = arithmetic_names(arithmetics)
    if jobs <= 1:
        for claim, instance in work:
            yield from cells_of(claim, instance, names, max_pairs, progress)
        return
    with ProcessPoolExecutor(jobs) as pool:
        waiting = [pool.submit(_cells_by_name, c.name, instance, names, max_pairs) for c, instance in work]
        try:
            for done in as_completed(waiting):
                cells = done.result()
                if progress is not None:
                    progress(f"{cells[0].claim} {cells[0].instance}")
                yield from cells
        finally:  # after an interrupt, what has not begun is left
            pool.shutdown(cancel_futures=True)


def _cells_by_name(claim: str, instance: str, names: tuple[str, ...], max_pairs: int) -> list[Cell]:
    from constructions.registry import claim_named

    return list(cells_of(claim_named(claim), instance, names, max_pairs, None))


def cells_of(
    claim: Claim,
    instance: str,
    names: Iterable[str],
    max_pairs: int = DEFAULT_PAIRS,
    progress: Callable[[str], None] | None = None,
) -> Iterator[Cell]:
    """The cells of one instance, a name at a time: ``names`` may depend on what came out before.

    Raises: as `matrix`.
    """
    constructions: list[Construction] = []
    for case in claim.cases(claim.all_instances(full=True)[instance]):
        if not isinstance(case, Case):
            raise ConstructionError(f"{claim.name} has no model to move to another arithmetic")
        constructions.append(Construction(case, max_pairs=max_pairs))
        if progress is not None:
            progress(f"{claim.name} {instance}: {case.name}")
    for name in names:
        if progress is not None:
            progress(f"{claim.name} {instance} in {name}")
        began = perf_counter()
        if name == OWN:
            outcomes = [construction.own for construction in constructions]
        else:
            domain = domain_from_name(name)
            outcomes = [construction.within(domain) for construction in constructions]
        case_names = [construction.case.name for construction in constructions]
        yield _folded(claim, instance, name, case_names, outcomes, perf_counter() - began)


def _folded(
    claim: Claim, instance: str, arithmetic: str, cases: Sequence[str], outcomes: Sequence[Outcome], seconds: float
) -> Cell:
    """The worst outcome. Of refuted cases that is one with a wrong answer, if there is any, and the shortest word; of
    checked ones the one with the least N."""

    def badness(i: int) -> tuple[int, bool, int, int]:
        return SEVERITY.index(outcomes[i].verdict), outcomes[i].lost, outcomes[i].length or 0, i

    worst = min(range(len(outcomes)), key=badness)
    outcome = outcomes[worst]
    alike = sum(other.verdict == outcome.verdict for other in outcomes)
    method = outcome.method
    if outcome.verdict == "not representable":
        method = f"not representable: {method}"
    if len(outcomes) > 1:
        method += f"; {alike} of {len(outcomes)} cases"
    pairs = [other.pairs for other in outcomes if other.pairs is not None]
    return Cell(
        claim=claim.name,
        instance=instance,
        source=claim.source,
        arithmetic=arithmetic,
        verdict=outcome.verdict,
        method=method,
        pairs=sum(pairs) if pairs and outcome.verdict == "proved" else outcome.pairs,
        length=outcome.length,
        trace=outcome.trace,
        case=cases[worst],
        seconds=seconds,
        expected=claim.expected,
        lost=outcome.lost,
    )
