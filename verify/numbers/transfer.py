"""One construction in another arithmetic: its constants and readouts there (`exactssm.models.reinterpret`), decided.

    proved               for words of every length
    checked              on every word up to a length
    refuted              by a shortest word, on which the answer is wrong, or not defined
    not representable    a constant is no number of the arithmetic; which one is named
    inconclusive         a budget ran out

The constants that count are those that the construction uses in its own arithmetic: its start, and A and b on every
letter that a layer reads there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

from constructions.claim import Case
from exactssm.arithmetic import Domain
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError
from exactssm.layers import Layer
from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Symbol
from exactssm.models import LOST, Block, Model, NotRepresentable, OfflineCoT, OnlineCoT, Reinterpreted, reinterpret
from exactssm.models.reinterpretation import check_target
from verify.decision import decide
from verify.search.exhaustive import check_words_up_to
from verify.trace import Trace, TraceStep
from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

__all__ = ["DEFAULT_PAIRS", "SEVERITY", "Construction", "Outcome", "decide_in", "stack_of"]

SEVERITY: Final = ("not representable", "refuted", "inconclusive", "checked", "proved")
"""The verdicts, the worst first."""

DEFAULT_PAIRS: Final = 20_000
"""State pairs that one search may visit unless told otherwise."""


@dataclass(frozen=True)
class Outcome:
    """How one case came out in one arithmetic."""

    verdict: str  #: one of `SEVERITY`
    method: str
    pairs: int | None = None
    length: int | None = None  #: of the shortest failing word, or up to which every word was read
    trace: Trace | None = None  #: where it is refuted
    lost: bool = False  #: where it is refuted, whether no answer is defined there, rather than a wrong one given


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


def stack_of(machine: Machine) -> Model:
    """The stack of layers in ``machine``. Raises ConstructionError, if it has none."""
    inner = machine.model if isinstance(machine, OnlineCoT | OfflineCoT) else machine
    if not isinstance(inner, Model):
        raise ConstructionError(f"its model is a {type(inner).__name__}, no stack of layers")
    return inner


def _withstack_of(machine: Machine, stack: Model) -> Machine:
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
        stack = stack_of(case.model)
        recorded = [Block(_Recorded(block.layer, {}), block.readout) for block in stack.blocks]
        self.own = self._decided(_withstack_of(case.model, Model(stack.alphabet, recorded)))
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
            for layer, letters in zip(stack_of(moved).layers(), self.letters, strict=True):
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
                lost = trace.steps[-1].output is LOST
                method += ", to a state or letter that the construction doesn't define" if lost else ""
                return Outcome("refuted", method, pairs, len(trace.word), _readable(trace, model), lost)
            case Inconclusive(reason=reason):
                return Outcome("inconclusive", reason)
        raise AssertionError(f"a stack of layers can't come out {verdict}")


def _readable(trace: Trace, model: Machine) -> Trace:
    """``trace`` with the states of layers in their arithmetic's writing, instead of codes."""
    layers = tuple(stack_of(model).layers())

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
    >>> from exactssm.arithmetic import domain_from_name
    >>> (case,) = claim_named("subnormal-tracker").cases("S3")
    >>> decide_in(case, domain_from_name("bfloat16")).method
    'zeta_3^2, in A on the letter Carry(residual=4, tail=1) in layer 2'

    Raises: ConstructionError, if its model has no layers; DomainError, if ``domain`` holds no numbers.
    """
    return Construction(case, max_pairs=max_pairs).within(domain)
