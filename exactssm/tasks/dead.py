"""Dead states: where a task demands nothing any more, a verifier need not search on."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from exactssm.machine import State

__all__ = ["KnowsDeadStates"]


@runtime_checkable
class KnowsDeadStates(Protocol):
    """A task that can tell its dead states. Optional: of a task without the method nothing is known.

    A machine that wraps a task need not pass the method on.

    >>> from exactssm.tasks import FunctionComposition, parity
    >>> isinstance(FunctionComposition(2, 1), KnowsDeadStates), isinstance(parity(), KnowsDeadStates)
    (True, False)
    """

    def is_dead(self, state: State) -> bool:
        """True only if the task's output is UNSPECIFIED at every step of every word read from ``state``."""
        ...
