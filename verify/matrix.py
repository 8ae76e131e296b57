"""Theorems against arithmetics: every construction in every number format, each pair decided.

A construction is a stack of layers that was written for one arithmetic. In another one it has the same constants and
readouts (`exactssm.models.reinterpret`), and is decided anew:

    proved               for words of every length
    checked              on every word up to a length
    refuted              by a shortest word
    not representable    a constant is no number of the arithmetic; which one is named
    inconclusive         a budget ran out

The constants that count are those that the construction uses in its own arithmetic: its start, and A and b on every
letter that a layer reads there. Where an instance has many cases, the worst verdict is the instance's, in the order not
representable, refuted, inconclusive, checked, proved, and the shortest word that refutes a case is taken.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any, Final

from constructions.claim import Case, Claim, Kind
from exactssm.arithmetic import ComplexOver, Domain, Rationals, Rounded, domain_from_name
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError, FormatError
from exactssm.layers import Layer
from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Symbol, Word
from exactssm.models import LOST, Block, Model, NotRepresentable, OfflineCoT, OnlineCoT, Reinterpreted, reinterpret
from exactssm.models.reinterpretation import check_target
from verify.decision import decide
from verify.exhaustive import check_words_up_to
from verify.trace import Trace, TraceStep
from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

__all__ = [
    "ALL",
    "ARITHMETICS",
    "OWN",
    "Cell",
    "Construction",
    "Outcome",
    "arithmetic_named",
    "arithmetic_names",
    "cells_of",
    "check_has_layers",
    "decide_in",
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
    "streaming-by-online-cot": ("count mod 5", "Dyck(2,2)"),
    "ids4": ("32 DFAs, |Q|=2, 2 symbols",),
    "ids4-without-start": ("32 DFAs, |Q|=2, 2 symbols",),
    "rnn-ssm": ("32 DFAs, |Q|=2, sgn(0)=0",),
}
"""The instances of a claim that are taken by default; of other claims it is the first one."""

SEVERITY: Final = ("not representable", "refuted", "inconclusive", "checked", "proved")

DEFAULT_PAIRS: Final = 20_000
"""State pairs that one cell's search may visit unless told otherwise."""


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
            check_target(arithmetic_named(name))
    return tuple(names)


def arithmetic_named(name: str) -> Domain:
    """The arithmetic of this name: as `domain_from_name` has it, a number format also with its moment of rounding, and
    complex numbers over a format with the moment at which products are rounded.

    >>> str(arithmetic_named("bfloat16:each")), str(arithmetic_named("complex(e5m2):once:fused"))
    ('bfloat16:each', 'complex(e5m2):once:fused')

    Raises: FormatError, for any other name.
    """
    moments = "|".join(_MOMENTS)
    if match := re.fullmatch(rf"complex\((.+)\):({moments})(?::({moments}))?", name):
        parts, product, moment = match.groups()
        return _checked(name, lambda: _at(ComplexOver(domain_from_name(parts), product), moment))  # type: ignore[arg-type]
    if match := re.fullmatch(rf"(.+):({moments})", name):
        numbers, moment = match.groups()
        return _checked(name, lambda: _at(domain_from_name(numbers), moment))
    return domain_from_name(name)


def _at(numbers: Any, moment: str | None) -> Domain:
    return numbers if moment is None else Rounded(numbers, moment)  # type: ignore[arg-type]


def _checked(name: str, build: Callable[[], Domain]) -> Domain:
    try:
        return build()
    except DomainError as error:
        raise FormatError(f"arithmetic {name[:60]!r}: {error}") from None


@dataclass(frozen=True)
class Outcome:
    """How one case came out in one arithmetic."""

    verdict: str  #: one of `SEVERITY`
    method: str
    pairs: int | None = None
    length: int | None = None  #: of the shortest failing word, or up to which every word was read
    trace: Trace | None = None  #: where it is refuted


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

    @property
    def word(self) -> Word | None:
        """A shortest word that refutes a case."""
        return None if self.trace is None else self.trace.word

    @property
    def holds(self) -> bool:
        """Whether the construction does its task in this arithmetic."""
        return self.verdict == self.expected


@dataclass(frozen=True)
class _Recorded:
    """A layer that notes which letters it reads."""

    layer: Layer
    letters: dict[Symbol, None]

    def step(self, state: Vector, letter: Symbol) -> Vector:
        self.letters[letter] = None
        return self.layer.step(state, letter)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.layer, name)


def _stack(machine: Machine) -> Model:
    """The stack of layers in ``machine``. Raises ConstructionError, if it has none."""
    inner = machine.model if isinstance(machine, OnlineCoT | OfflineCoT) else machine
    if not isinstance(inner, Model):
        raise ConstructionError(f"its model is a {type(inner).__name__}, no stack of layers")
    return inner


def _with_stack(machine: Machine, stack: Model) -> Machine:
    if isinstance(machine, OnlineCoT):
        return OnlineCoT(stack, machine.alphabet, machine.limit)
    if isinstance(machine, OfflineCoT):
        return OfflineCoT(stack, machine.alphabet, machine.end, machine.limit)
    return stack


class Construction:
    """A case, decided in its own arithmetic, with the letters that its layers read there.

    Raises: ConstructionError, if its model has no layers.
    """

    def __init__(self, case: Case, *, max_pairs: int = DEFAULT_PAIRS) -> None:
        self.case = case
        self.max_pairs = max_pairs
        stack = _stack(case.model)
        recorded = [Block(_Recorded(block.layer, {}), block.readout) for block in stack.blocks]
        self.own = self._decided(_with_stack(case.model, Model(stack.alphabet, recorded)))
        self.letters = [tuple(block.layer.letters) for block in recorded]  # type: ignore[attr-defined]

    def within(self, domain: Domain) -> Outcome:
        """The verdict on the case in ``domain``; every counterexample is replayed."""
        check_target(domain)
        try:
            moved = reinterpret(self.case.model, domain)
        except NotRepresentable as error:
            return Outcome("not representable", error.constant)
        except DomainError as error:  # the construction's own arithmetic has no numbers to move
            return Outcome("not representable", str(error))
        try:
            for layer, letters in zip(_stack(moved).layers(), self.letters, strict=True):
                for letter in letters:
                    layer.entries(letter)
            return self._decided(moved)
        except NotRepresentable as error:
            return Outcome("not representable", error.constant)

    def _decided(self, model: Machine) -> Outcome:
        task = self.case.task
        verdict: Verdict
        try:
            if self.case.length is None:
                verdict = decide(model, task, max_pairs=self.max_pairs)
            else:
                verdict = check_words_up_to(model, task, self.case.length)
        except BudgetExhausted as error:
            verdict = Inconclusive(str(error))
        match verdict:
            case Proved(pairs=pairs, method=method):
                return Outcome("proved", method, pairs)
            case Checked(length=length, method=method):
                return Outcome("checked", method, length=length)
            case Refuted(trace=Trace() as trace, method=method, pairs=pairs):
                trace.replay(model, task)
                return Outcome("refuted", method, pairs, len(trace.word), _readable(trace, model))
            case Inconclusive(reason=reason):
                return Outcome("inconclusive", reason)
        raise AssertionError(f"a stack of layers can't come out {verdict}")


def _readable(trace: Trace, model: Machine) -> Trace:
    """``trace`` with the states of layers in their arithmetic's writing, instead of codes."""
    layers = tuple(_stack(model).layers())

    def shown(layer: Layer, state: Any) -> Any:
        if not isinstance(layer, Reinterpreted):
            return state
        domain: Any = layer.domain
        write = getattr(domain, "text", domain.format)
        return tuple(str(h) if h is LOST else write(h) for h in state)

    def readable(step: TraceStep) -> TraceStep:
        readings = (replace(reading, states=tuple(map(shown, layers, reading.states))) for reading in step.readings)
        return replace(step, readings=tuple(readings))

    return Trace(trace.word, tuple(map(readable, trace.steps)))


def decide_in(case: Case, domain: Domain, *, max_pairs: int = DEFAULT_PAIRS) -> Outcome:
    """How ``case`` comes out in ``domain``.

    >>> from constructions import claim_named
    >>> (case,) = claim_named("subnormal-tracker").cases("S3")
    >>> decide_in(case, arithmetic_named("bfloat16")).method
    'zeta_3^2, in A on the letter Carry(residual=4, tail=1) in layer 2'

    Raises: ConstructionError, if its model has no layers; DomainError, if ``domain`` holds no numbers.
    """
    return Construction(case, max_pairs=max_pairs).within(domain)


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
        for layer in _stack(case.model).layers():
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
            domain = arithmetic_named(name)
            outcomes = [construction.within(domain) for construction in constructions]
        case_names = [construction.case.name for construction in constructions]
        yield _folded(claim, instance, name, case_names, outcomes, perf_counter() - began)


def _folded(
    claim: Claim, instance: str, arithmetic: str, cases: Sequence[str], outcomes: Sequence[Outcome], seconds: float
) -> Cell:
    """The worst outcome; of refuted cases the one with the shortest word, of checked ones the one with the least N."""
    worst = min(range(len(outcomes)), key=lambda i: (SEVERITY.index(outcomes[i].verdict), outcomes[i].length or 0, i))
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
    )
