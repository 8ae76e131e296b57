"""Dead states: where a task demands nothing any more, a verifier need not search on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from exactssm.machine import Machine, Relabelled, Renamed, Restricted, State

__all__ = ["KnowsDeadStates", "dead_states"]


@runtime_checkable
class KnowsDeadStates(Protocol):
    """A task that can tell its dead states. Optional: of a task without the method nothing is known.

    A machine that wraps a task need not pass the method on; `dead_states` looks through those of `exactssm.machine`.

    >>> from exactssm.tasks import FunctionComposition, parity
    >>> isinstance(FunctionComposition(2, 1), KnowsDeadStates), isinstance(parity(), KnowsDeadStates)
    (True, False)
    """

    def is_dead(self, state: State) -> bool:
        """True only if the task's output is UNSPECIFIED at every step of every word read from ``state``.

        A search takes this on trust; the check of what it proved (`verify.search.reachability.ClosedPairs`) doesn't.
        """
        ...


def dead_states(task: Machine) -> Callable[[State], bool]:
    """Which states of ``task`` are dead, as far as it tells: `KnowsDeadStates.is_dead`, or none.

    >>> from exactssm.tasks import DEAD, FunctionComposition
    >>> dead_states(Renamed(FunctionComposition(2, 1), str))(DEAD)
    True
    """
    while isinstance(task, Renamed | Restricted | Relabelled):
        task = task.machine  # their states are its states, and what it leaves open they leave open
    return task.is_dead if isinstance(task, KnowsDeadStates) else _none_is_known


def _none_is_known(state: State) -> bool:
    return False
