"""Two tables against each other, compiled: their product for words of every length, and every word up to a length.

The definitions are `verify.search.reachability.search` and `verify.search.exhaustive.search_words`; what is found here
is equal to what they find. Outputs are compared as numbers: both tables' outputs are numbered in common, equal ones
alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.errors import BudgetExhausted, DomainError
from exactssm.machine import Word, check_alphabets
from exactssm.table import TableMachine, live
from verify.search.reachability import ClosedPairs
from verify.trace import Trace
from verify.verdict import Proved, Refuted

__all__ = ["DENSE_LIMIT", "ProductResult", "WordsResult", "check_words", "decide_tables", "search_product"]

Ints: TypeAlias = npt.NDArray[np.int32]
Longs: TypeAlias = npt.NDArray[np.int64]

DENSE_LIMIT = 2 * 10**9
"""Products with at most so many pairs of states, reachable or not, are searched with a bit for each."""

LONGEST_WORD = 10**6
CHUNK = 2**26
DENSE_ROOM = 2**22


@dataclass(frozen=True, eq=False)
class ProductResult:
    """What a search of the product of two tables found."""

    word: Word | None  #: a shortest word on which they differ, first in the task's alphabet order; None if none does
    pairs: Longs  #: the visited pairs of a model state and a task state, in the order of the visit; shape (count, 2)

    @property
    def count(self) -> int:
        """The number of pairs visited."""
        return len(self.pairs)


@dataclass(frozen=True)
class WordsResult:
    """What a walk through all words found."""

    word: Word | None  #: a shortest failing word, first in the task's alphabet order; None if there is none
    words: int  #: the words of 1 to ``length`` symbols
    steps: int  #: steps taken; words share prefixes, and without dead states a walk to the end takes one for each word
    demands: int  #: steps at which an output was demanded


class _Aligned(NamedTuple):
    """Two tables with their columns in the task's order and their outputs numbered in common."""

    model: Ints
    answers: Ints
    task: Ints
    demands: Ints
    live: npt.NDArray[np.bool_]


def _align(model: TableMachine, task: TableMachine, skip_dead: bool) -> _Aligned:
    check_alphabets(model, task)
    successors, answers = model.next, model.out
    if model.alphabet != task.alphabet:
        place = {symbol: column for column, symbol in enumerate(model.alphabet)}
        columns = [place[symbol] for symbol in task.alphabet]
        successors = np.ascontiguousarray(successors[:, columns])
        answers = np.ascontiguousarray(answers[:, columns])
    number = {output: i for i, output in enumerate(model.outputs)}
    # UNSPECIFIED is -1 on both sides, and -1 picks the last entry
    common = np.array([*(number.setdefault(output, len(number)) for output in task.outputs), -1], np.int32)
    alive = live(task) if skip_dead else np.ones(len(task.next), np.bool_)
    return _Aligned(successors, answers, task.next, common[task.out], alive)


def search_product(
    model: TableMachine,
    task: TableMachine,
    *,
    max_pairs: int = 10**8,
    skip_dead: bool = True,
    dense_limit: int = DENSE_LIMIT,
) -> ProductResult:
    """Visit every reachable pair of states, breadth-first; or stop at the first step that fails, with a shortest word.

    >>> task = TableMachine(("a",), 0, [[1], [2], [0]], [[0], [-1], [1]], ("x", "y"))
    >>> model = TableMachine(("a",), 0, [[1], [0]], [[0], [1]], ("x", "z"))
    >>> search_product(task, task).word is None
    True
    >>> search_product(model, task).word
    ('a', 'a', 'a')

    The word is the first of all failing words, by length and then in the task's alphabet order. For pairs are expanded
    in the order of the words that they were first met by, and letters are tried in order; so, by induction, the words
    u·a come in order too, and each pair is met first by its least word. Let w·a be the first failing word. Then w is
    the least word of its pair, because a smaller one, followed by a, would fail too; and no step that is tried before
    fails, because it ends a smaller word.

    With ``skip_dead``, steps without a demand into task states from which nothing is demanded any more (`live`) are
    left out: no failing word takes one. Up to ``dense_limit`` pairs of states, a search keeps a bit for each of them;
    above, it keeps the visited ones in a hashed set. Both visit the same pairs in the same order. A visited pair takes
    16 bytes, and 16 to 32 more in the set.

    Raises: SymbolError, unless both tables read the same alphabet; BudgetExhausted, if more than ``max_pairs`` pairs
    are reachable.
    """
    from verify.search import _product_kernels as kernels

    tables = _align(model, task, skip_dead)
    possible = len(model.next) * len(task.next)
    queue, parents, result = _search(tables, (model.start << 32) + task.start, max_pairs, possible <= dense_limit)
    status, count, place, letter = result.tolist()
    if status == kernels.EXHAUSTED:
        raise BudgetExhausted(f"visited {count} state pairs and more are reachable; raise the budget")
    pairs = np.empty((count, 2), np.int64)
    np.right_shift(queue[:count], 32, out=pairs[:, 0])
    np.bitwise_and(queue[:count], kernels.LOW, out=pairs[:, 1])
    if status == kernels.AGREE:
        return ProductResult(None, pairs)
    path = _path(tables, pairs, parents, place)
    return ProductResult(tuple(task.alphabet[a] for a in [*path, letter]), pairs)


def _search(tables: _Aligned, start: int, max_pairs: int, dense: bool) -> tuple[Longs, Longs, Longs]:
    """The queue, the parents and the results, as the kernels leave them."""
    from verify.search import _product_kernels as kernels

    slack = kernels.BATCH + tables.task.shape[1]  # a batch's successors, at most
    result = np.array([kernels.FULL, 1, 0, 0], np.int64)
    if dense:
        size = len(tables.task)
        possible = len(tables.model) * size
        first = (start >> 32) * size + (start & kernels.LOW)
        seen = np.zeros(possible // 32 + 1, np.int32)
        seen[first // 32] = np.array(1 << first % 32, np.int64).astype(np.int32)
        # pages of memory that nothing is written to are not taken
        room = min(possible, max(1, max_pairs), DENSE_ROOM) + slack
    else:
        room = 1 << max(11, slack.bit_length())
    queue, parents = np.empty(room, np.int64), np.empty(room, np.int64)
    queue[0], parents[0] = start, -1
    while True:
        if dense:
            kernels.search_dense(*tables, seen, queue, parents, max_pairs, result)
        else:
            slots = np.full(2 * room, -1, np.int64)
            kernels.insert_all(slots, queue[: result[kernels.COUNT]])
            kernels.search_hashed(*tables, slots, queue, parents, max_pairs, result)
        if result[kernels.STATUS] != kernels.FULL:
            return queue, parents, result
        room *= 2
        queue, parents = _longer(queue, room), _longer(parents, room)


def _longer(array: Longs, room: int) -> Longs:
    longer = np.empty(room, np.int64)
    longer[: len(array)] = array
    return longer


def _path(tables: _Aligned, pairs: Longs, parents: Longs, place: int) -> list[int]:
    """The letters that led to the pair with this place in the queue: from each parent, the first that leads to it."""
    places = [place]
    while places[-1] > 0:
        places.append(int(parents[places[-1]]))
    m, t = pairs[places[::-1]].T
    arrives = (tables.model[m[:-1]] == m[1:, None]) & (tables.task[t[:-1]] == t[1:, None])
    path: list[int] = np.argmax(arrives, axis=1).tolist()
    return path


def decide_tables(model: TableMachine, task: TableMachine, *, max_pairs: int) -> Proved | Refuted:
    """The verdict of `search_product`, with the visited pairs as its certificate.

    Raises: as `search_product`.
    """
    found = search_product(model, task, max_pairs=max_pairs)
    method = "product reachability, compiled"
    if found.word is not None:
        return Refuted(method, Trace.along(model, task, found.word), found.count)
    return Proved(method, found.count, ClosedPairs(frozenset(zip(*found.pairs.T.tolist(), strict=True))))


def check_words(
    model: TableMachine,
    task: TableMachine,
    length: int,
    *,
    max_steps: int = 10**12,
    skip_dead: bool = True,
    progress: Callable[[int], None] | None = None,
) -> WordsResult:
    """Compare the outputs on every word of at most ``length`` symbols, one by one.

    >>> table = TableMachine(("a", "b"), 0, [[0, 1], [1, 0]], [[0, 1], [1, 0]], ("even", "odd"))
    >>> check_words(table, table, 10)
    WordsResult(word=None, words=2046, steps=2046, demands=2046)

    This enumerates, where `search_product` decides; it is there to check that one, and takes as many steps as there
    are words. With ``skip_dead``, words are left out after which nothing is demanded any more. ``progress`` is called
    now and then with the number of steps taken.

    Raises: SymbolError, unless both tables read the same alphabet; DomainError, unless ``length`` is in
    range(10^6 + 1); BudgetExhausted, if the walk takes more than ``max_steps`` steps.
    """
    from verify.search import _word_kernels as kernels

    tables = _align(model, task, skip_dead)
    if not 0 <= length <= LONGEST_WORD:
        raise DomainError(f"length must be in range({LONGEST_WORD + 1}), got {length}")
    # the counters are int64, and a kernel may overshoot its stop by the size of the alphabet
    max_steps = min(max_steps, 2**62)
    k = len(task.alphabet)
    words = length * k if k <= 1 else (k ** (length + 1) - k) // (k - 1)
    if words > max_steps and tables.live.all():
        raise BudgetExhausted(f"there are more than {max_steps} words of at most {length} symbols; raise max_steps")
    letters, model_states, task_states = np.zeros((3, length + 1), np.int32)
    model_states[0], task_states[0] = model.start, task.start
    failing = np.empty(length, np.int32)
    counters = np.zeros(5, np.int64)
    counters[kernels.BOUND] = length
    while counters[kernels.DEPTH] >= 0:
        stop = min(int(counters[kernels.STEPS]) + CHUNK, max_steps + 1)
        kernels.read_words(*tables[:4], letters, model_states, task_states, tables.live, failing, counters, stop)
        steps, demands, found = (int(counters[i]) for i in (kernels.STEPS, kernels.DEMANDS, kernels.FOUND))
        if steps > max_steps:
            raise BudgetExhausted(f"took {max_steps} steps and there are more to take; raise max_steps")
        if progress is not None:
            progress(steps)
    word = tuple(task.alphabet[a] for a in failing[:found]) if found else None
    return WordsResult(word, words, steps, demands)
