"""`decide`: does a model meet a task? The public entry point to all verifiers."""

from __future__ import annotations

from collections.abc import Callable

from exactssm.errors import BudgetExhausted
from exactssm.machine import Machine
from verify.exhaustive import check_words_up_to
from verify.reachability import DEFAULT_BUDGET, ClosedPairs, search
from verify.readouts import find_readout
from verify.trace import Collision, Trace
from verify.verdict import Inconclusive, Proved, Refuted, Verdict

__all__ = ["decide", "decide_every_readout"]

REACHABILITY = "product reachability"


def decide(
    model: Machine,
    task: Machine,
    *,
    max_pairs: int = DEFAULT_BUDGET,
    length: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Verdict:
    """Decide whether ``model`` puts out what ``task`` demands.

    Two weighted automata over a field are decided for all lengths by linear algebra. Everything else is decided for all
    lengths by product reachability, if at most ``max_pairs`` pairs of states are reachable. If more are, and ``length`` is
    given, every word up to it is checked; otherwise nothing is decided, and the verdict says so.

    >>> from exactssm.tasks import parity
    >>> print(decide(parity(), parity()))
    proved for words of every length (product reachability, 2 pairs)

    Raises: SymbolError, unless both machines read the same alphabet.
    """
    from exactssm.models.weighted import WeightedAutomaton
    from exactssm.table import TableMachine

    try:
        if isinstance(model, WeightedAutomaton) and isinstance(task, WeightedAutomaton):
            from verify.linear import decide_linear

            return decide_linear(model, task)
        if isinstance(model, TableMachine) and isinstance(task, TableMachine):
            from verify.products import decide_tables

            return decide_tables(model, task, max_pairs=max_pairs)
        found = search(model, task, max_pairs=max_pairs, progress=progress)
    except BudgetExhausted as error:
        if length is None:
            return Inconclusive(str(error))
        return check_words_up_to(model, task, length, progress=progress)
    if found.word is not None:
        return Refuted(REACHABILITY, Trace.along(model, task, found.word), len(found.pairs))
    return Proved(REACHABILITY, len(found.pairs), ClosedPairs(found.pairs))


def decide_every_readout(model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET) -> Verdict:
    """Decide whether *some* readout of ``model``'s states, whatever the model puts out itself, meets ``task``.

    `Proved`: the demanded answers are such a readout. `Refuted`: a `Collision`, which no readout survives.

    Raises: SymbolError, unless both machines read the same alphabet.
    """
    try:
        found = find_readout(model, task, max_pairs=max_pairs)
    except BudgetExhausted as error:
        return Inconclusive(str(error))
    if isinstance(found, Collision):
        return Refuted("collision of two words", found, len(found.second))
    return Proved("labelling of the reachable states", len(found))
