"""Product reachability over tables of layers: equal to `verify.search.reachability.search`, far fewer steps of layers.

A stack is tabulated layer by layer (`exactssm.stack_table`), and the pairs of a stack's state and a task's are walked
through compiled, in the order of the definition. Whether the tables come to an end, and whether they are smaller than
the product, isn't known before: so a search by the definition and the tables advance in turns, each as far again as the
other has come, and the first to come to an end counts. Where a walk over tables meets an entry that isn't known, the
search goes on where it was left, and comes to the word that leads there by itself. Where a wide layer steps on all
letters at once, which the definition doesn't, the tables go first.

What the layers of a stack that thinks are given depends on all of them, as the top's output is the next letter. By
itself each would read every thought in every state, where the stack thinks it in few. So there is no table, but what
the layers do is noted on the way (`verify.search.noting`), so that no step is taken again to be measured.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol
from exactssm.models import Model, OfflineCoT, OnlineCoT
from exactssm.stack_table import StackTable, Tabulation
from exactssm.tasks.dead import dead_states
from verify.search.noting import Noting
from verify.search.reachability import LayerUse, Search, StackUse, Walk, exhausted
from verify.search.remembering import remembering

__all__ = ["search_by_tables", "walk_tables"]

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]
Progress: TypeAlias = Callable[[int], None]

FIRST_STEPS: Final = 2**11  # a search of so few steps ends before kernels are loaded
FEW_STEPS: Final = 2**7  # and one of so few, before tables are filled
KERNELS: Final = "verify.search._stack_kernels"
WIDE: Final = 32  # the width of a layer whose steps, one by one, take far longer than ``steps`` on all letters at once
PACE: Final = 8  # how many times as far the tables may come as the search has
LARGEST: Final = 2**62  # of numbers of pairs
FIRST_ROOM: Final = 2**11
STEPS_A_CALL: Final = 2**26  # of a kernel, between two signs of progress


def search_by_tables(model: Machine, task: Machine, *, max_pairs: int, progress: Progress | None = None) -> Search:
    """What `verify.search.reachability.search` finds, with the same pairs; of a proof over tables, also what the
    layers did.

    >>> from constructions.groups.subnormal_tracker import subnormal_tracker
    >>> from exactssm.algebra import derived_series, group
    >>> from exactssm.tasks import WordProblem
    >>> series = derived_series(group("S4xC5"))
    >>> found = search_by_tables(subnormal_tracker(series), WordProblem(series.group), max_pairs=10**6)
    >>> found.word, len(found.pairs), len(found.use.layers)
    (None, 120, 3)

    Raises: as `verify.search.reachability.search`.
    """
    if isinstance(model, OnlineCoT | OfflineCoT) and isinstance(model.model, Model):
        noting = Noting(model)
        noted = Walk(noting, remembering(task), max_pairs, progress).finish()
        return replace(noted, use=noting.use()) if noted.word is None else noted
    walk = Walk(remembering(model), remembering(task), max_pairs, progress)
    if type(model) is not Model:  # its table takes a step for each step of the search
        return walk.finish()
    letters = max(1, len(task.alphabet))
    tables_only = any(hasattr(layer, "steps") and layer.width >= WIDE for layer in model.layers())
    pairs = (FEW_STEPS if KERNELS in sys.modules else FIRST_STEPS) // letters
    if not tables_only and (found := walk.visit(pairs)) is not None:
        return found
    visited = max(1, pairs)
    tabulations = (
        Tabulation(task, task.alphabet, idle=dead_states(task)),
        Tabulation(model, task.alphabet),
    )
    while True:
        for tabulation in tabulations:
            tabulation.advance(PACE * visited * letters)
        of_task, of_model = (tabulation.table for tabulation in tabulations)
        if of_task is not None and of_model is not None:
            over_tables = walk_tables(of_model, of_task, dead_states(task), max_pairs=max_pairs, progress=progress)
            return walk.finish() if over_tables is None else over_tables
        if any(tabulation.given_up for tabulation in tabulations):
            return walk.finish()
        if tables_only:
            visited += max(1, pairs)
            if progress is not None:
                progress(PACE * visited)
            continue
        if (found := walk.visit((PACE - 1) * visited)) is not None:
            return found
        visited *= PACE


class _Flat(NamedTuple):
    """The tables of a stack as a kernel reads them."""

    next: Ints
    out: Ints
    shape: Longs
    final: Ints


def walk_tables(
    model: StackTable,
    task: StackTable,
    is_dead: Callable[[State], bool],
    *,
    max_pairs: int,
    progress: Progress | None = None,
) -> Search | None:
    """What `verify.search.reachability.search` finds; None, if it can't be told from the tables: the search comes to
    an entry that fails, or pairs have no numbers below 2^62.

    Raises: BudgetExhausted, if more than ``max_pairs`` pairs are reachable.
    """
    from verify.search import _stack_kernels as kernels

    if _size(model) * _size(task) > LARGEST:
        return None
    number: dict[Output, int] = {}
    tables = (*_flat(model, number), *_flat(task, number))
    letters = len(_alphabet(task))
    dead = np.zeros(0, np.bool_)
    if not task.layered:
        dead = np.array([is_dead(state) for state in task.stages[0].states], np.bool_)
    used = np.zeros(len(tables[0]), np.bool_)
    result = np.array([kernels.FULL, 1, 0, 0], np.int64)
    room = 1 << max(FIRST_ROOM.bit_length() - 1, letters.bit_length() + 1)
    queue, parents, read = np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(room, np.int32)
    slots = _slots(queue[:1], room)
    stride = max(1, STEPS_A_CALL // max(1, letters))
    while True:
        pause = int(result[kernels.PLACE]) + stride
        kernels.search(*tables, dead, letters, used, slots, queue, parents, read, max_pairs, pause, result)
        status, count, place, letter = result.tolist()
        if status == kernels.PAUSED and progress is not None:
            progress(place)
        if status == kernels.FULL:
            room *= 2
            queue, parents, read = (_longer(x, room) for x in (queue, parents, read))
            slots = _slots(queue[:count], room)
        elif status != kernels.PAUSED:
            break
    if status == kernels.FAILED:
        return None
    if status == kernels.EXHAUSTED:
        raise exhausted(count)
    m, t = np.divmod(queue[:count], _size(task))
    pairs = frozenset(zip(_states(model, m), _states(task, t), strict=True))
    if status == kernels.DIFFER:
        path = [letter]
        while place:
            path.append(int(read[place]))
            place = int(parents[place])
        alphabet = _alphabet(task)
        return Search(tuple(alphabet[a] for a in reversed(path)), pairs)
    return Search(None, pairs, StackUse(_uses(model, used)) if model.layered else None)


def _alphabet(stack: StackTable) -> tuple[Symbol, ...]:
    return stack.stages[0].letters if stack.stages else stack.outputs


def _size(stack: StackTable) -> int:
    """How many states the stages have together, reachable in the stack or not."""
    return prod(len(stage.states) for stage in stack.stages)


def _flat(stack: StackTable, number: dict[Output, int]) -> _Flat:
    """The tables one after the other; outputs get their numbers from ``number``, which grows."""
    shape = np.zeros((len(stack.stages), 3), np.int64)
    begin = 0
    for i, stage in enumerate(stack.stages):
        shape[i] = begin, len(stage.letters), len(stage.states)
        begin += stage.next.size
    final = [-1 if output is UNSPECIFIED else number.setdefault(output, len(number)) for output in stack.outputs]
    return _Flat(
        _joined([stage.next for stage in stack.stages]),
        _joined([stage.out for stage in stack.stages]),
        shape,
        np.array(final, np.int32),
    )


def _joined(tables: Sequence[Ints]) -> Ints:
    if len(tables) == 1:
        return tables[0].ravel()  # large ones of groups are not copied
    return np.concatenate([np.zeros(0, np.int32), *(table.ravel() for table in tables)])


def _slots(pairs: Longs, room: int) -> Longs:
    """The set of ``pairs``, with places for ``room`` and as many empty ones."""
    from verify.search import _stack_kernels as kernels

    slots = np.full(2 * room, -1, np.int64)
    kernels.insert_all(slots, pairs)
    return slots


def _longer(array: npt.NDArray[Any], room: int) -> npt.NDArray[Any]:
    longer = np.zeros(room, array.dtype)
    longer[: len(array)] = array
    return longer


def _states(stack: StackTable, numbers: Longs) -> list[State]:
    """The states with these numbers."""
    columns: list[list[State]] = []
    for stage in stack.stages:
        numbers, places = np.divmod(numbers, len(stage.states))
        columns.append([stage.states[i] for i in places.tolist()])
    if not stack.layered:
        return columns[0]
    return list(zip(*columns, strict=True)) if columns else [()] * len(numbers)


def _uses(stack: StackTable, used: npt.NDArray[np.bool_]) -> tuple[LayerUse, ...]:
    """What the stages did on the steps that are flagged in ``used``."""
    uses = []
    begin = 0
    for i, stage in enumerate(stack.stages, start=1):
        passed = stack.stages[i].letters if i < len(stack.stages) else stack.outputs
        taken = used[begin : begin + stage.next.size].reshape(stage.next.shape)
        begin += stage.next.size
        uses.append(
            LayerUse(
                frozenset(stage.states[i] for i in np.unique(stage.next[taken]).tolist()),
                frozenset(stage.letters[i] for i in np.flatnonzero(taken.any(axis=0)).tolist()),
                frozenset(passed[i] for i in np.unique(stage.out[taken]).tolist()),
            )
        )
    return tuple(uses)
