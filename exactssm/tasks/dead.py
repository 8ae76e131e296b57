"""Dead states: where a task demands nothing any more, a verifier need not search on.

A task may say which of its states are dead by a method ``is_dead``. It is optional, and its absence says nothing. A
machine that wraps a task does not pass the method on.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from exactssm.machine import Machine, State

__all__ = ["KnowsDeadStates", "is_dead"]


@runtime_checkable
class KnowsDeadStates(Protocol):
    """A task that can tell its dead states."""

    def is_dead(self, state: State) -> bool:
        """True only if the task's output is UNSPECIFIED at every step of every word read from ``state``."""
        ...


def is_dead(task: Machine, state: State) -> bool:
    """Whether ``task`` is known to demand nothing from ``state`` on; False where it doesn't say.

    >>> from exactssm.tasks import FunctionComposition, parity
    >>> task = FunctionComposition(N=2, K=1)
    >>> after_end, _ = task.step(task.start, ("eos",))
    >>> is_dead(task, after_end), is_dead(task, task.start), is_dead(parity(), "even")
    (True, False, False)
    """
    return isinstance(task, KnowsDeadStates) and task.is_dead(state)
