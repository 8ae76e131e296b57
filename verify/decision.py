"""`decide`: does a model meet a task? The public entry point to all verifiers."""

from __future__ import annotations

from collections.abc import Callable

from exactssm.errors import BudgetExhausted, DomainError
from exactssm.machine import Machine
from verify.search.exhaustive import check_words_up_to, word_count
from verify.search.reachability import DEFAULT_BUDGET, ClosedPairs, search
from verify.search.readouts import ClosedReadout, ReadBy, label_states
from verify.search.stack_products import search_by_tables
from verify.trace import Collision, Trace
from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

__all__ = ["COLLISION", "decide", "decide_every_readout"]

REACHABILITY = "product reachability"
COLLISION = "collision of two words"


def decide(
    model: Machine,
    task: Machine,
    *,
    max_pairs: int = DEFAULT_BUDGET,
    length: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Decide whether ``model`` puts out what ``task`` demands.

    Two weighted automata over Q or over a prime field are decided for all lengths by linear algebra, also where the
    task is `verify.search.linear.Demanded` on some words only. Everything else is decided for all lengths by product
    reachability, if at most ``max_pairs`` pairs of states are reachable. If more are, and ``length`` is given, every
    word up to it is checked; otherwise nothing is decided, and the verdict says so.

    >>> from exactssm.tasks import parity
    >>> print(decide(parity(), parity()))
    proved for words of every length (product reachability, 2 pairs)

    Raises: SymbolError, unless both machines read the same alphabet; DomainError, for a length below 0;
    CertificateError, if a difference seen is gone when its word is run again, as a machine is no pure function; what a
    machine raises.
    """
    try:
        return _decide_every_length(model, task, max_pairs, progress)
    except BudgetExhausted as error:
        if length is None:
            return Inconclusive(str(error))
    try:
        return check_words_up_to(model, task, length, progress=progress)
    except BudgetExhausted as error:
        return Inconclusive(str(error))


def _decide_every_length(
    model: Machine, task: Machine, max_pairs: int, progress: Callable[[int], None] | None
) -> Proved | Refuted:
    from exactssm.models.weighted import WeightedAutomaton
    from exactssm.table import TableMachine
    from verify.search.linear import Demanded

    task_itself, where = (task.task, task.where) if isinstance(task, Demanded) else (task, None)
    if isinstance(model, WeightedAutomaton) and isinstance(task_itself, WeightedAutomaton):
        from exactssm.arithmetic import PrimeField, Rationals
        from verify.search.linear import decide_linear

        if isinstance(model.domain, Rationals | PrimeField) and model.domain == task_itself.domain:
            return decide_linear(model, task_itself, where)
    if isinstance(model, TableMachine) and isinstance(task, TableMachine):
        from verify.search.products import decide_tables

        return decide_tables(model, task, max_pairs=max_pairs)
    found = search_by_tables(model, task, max_pairs=max_pairs, progress=progress)
    if found.word is not None:
        return Refuted(REACHABILITY, Trace.of_difference(model, task, found.word), len(found.pairs))
    return Proved(REACHABILITY, len(found.pairs), ClosedPairs(found.pairs), found.use)


def decide_every_readout(
    model: Machine,
    task: Machine,
    *,
    max_pairs: int = DEFAULT_BUDGET,
    length: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Decide whether *some* readout of ``model``'s states, whatever the model puts out itself, meets ``task``.

    `Proved`: the demanded answers are such a readout, and the model read out by them is proved as any other one is.
    `Refuted`: a `Collision`, which no readout survives. `Checked`, if more than ``max_pairs`` pairs of states are
    reachable, but no more by words shorter than ``length``, and no two words up to that length collide.

    Raises: SymbolError, unless both machines read the same alphabet; DomainError, for a length below 0; what a machine
    raises.
    """
    try:
        labelling = label_states(model, task, max_pairs=max_pairs, progress=progress)
    except BudgetExhausted as error:
        return Inconclusive(str(error)) if length is None else _readout_up_to(model, task, max_pairs, length, progress)
    if isinstance(labelling.found, Collision):
        return Refuted(COLLISION, labelling.found, labelling.pairs)
    closed = search(ReadBy(model, labelling.found), task, max_pairs=max_pairs)
    assert closed.word is None, "the readout was made of the demands"
    certificate = ClosedReadout(labelling.found, ClosedPairs(closed.pairs))
    return Proved("labelling of the reachable states", labelling.pairs, certificate)


def _readout_up_to(
    model: Machine, task: Machine, max_pairs: int, length: int, progress: Callable[[int], None] | None
) -> Checked | Refuted | Inconclusive:
    """The verdict on words of at most ``length`` symbols: fewer pairs are needed for these than for all."""
    if length < 0:
        raise DomainError(f"the length of words must be at least 0, got {length}")
    try:
        found, _, steps, demands = label_states(model, task, max_pairs=max_pairs, length=length, progress=progress)
    except BudgetExhausted as error:
        return Inconclusive(str(error))
    if isinstance(found, Collision):
        return Refuted(COLLISION, found, steps)
    words = word_count(len(task.alphabet), length)
    return Checked(length, words, steps, demands, "labelling of the states that the words reach")
