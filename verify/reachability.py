"""Words of every length, by product reachability: breadth-first search over the pairs of states that a word can reach.

If both machines have finitely many reachable states, the set of reachable pairs is finite, and the machines agree on every
word iff they agree on every step out of a reachable pair. The search visits pairs in length-lexicographic order of the least
words that reach them, so the first difference is a shortest one, and the first in alphabet order among the shortest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from exactssm.errors import BudgetExhausted, CertificateError, ThoughtLimitExceeded
from exactssm.machine import UNSPECIFIED, Machine, State, Symbol, Word, check_alphabets
from verify.trace import Trace

__all__ = ["DEFAULT_BUDGET", "ClosedPairs", "Pair", "Search", "dead_states", "find_counterexample", "search"]

DEFAULT_BUDGET = 10**6
"""State pairs that a search may visit unless told otherwise."""

Pair: TypeAlias = tuple[State, State]


@dataclass(frozen=True)
class ClosedPairs:
    """A proof by product reachability: a set of pairs that holds the start, is closed under every symbol (but for steps after
    which the task demands nothing any more), and out of which no step differs. Whoever checks it needs no search, only `check`."""

    pairs: frozenset[Pair]

    def check(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, naming the pair, unless the set proves that ``model`` meets ``task``."""
        check_alphabets(model, task)
        if (model.start, task.start) not in self.pairs:
            raise CertificateError("the set must hold the pair of start states; it doesn't")
        is_dead = dead_states(task)
        for m, t in self.pairs:
            if is_dead(t):
                continue
            for symbol in task.alphabet:
                t_next, demanded = task.step(t, symbol)
                if demanded is UNSPECIFIED and is_dead(t_next):
                    continue
                m_next, answer = model.step(m, symbol)
                if demanded is not UNSPECIFIED and answer != demanded:
                    raise CertificateError(f"the outputs differ at the pair {(m, t)!r} on {symbol!r}")
                if (m_next, t_next) not in self.pairs:
                    raise CertificateError(f"the set must be closed; the pair {(m, t)!r} leaves it on {symbol!r}")


@dataclass(frozen=True)
class Search:
    """What a product search found: a shortest word on which the machines differ, or None with all reachable pairs."""

    word: Word | None
    pairs: frozenset[Pair]


def dead_states(task: Machine) -> Callable[[State], bool]:
    """Which states of ``task`` demand nothing ever again, so that a search may stop there; by default, none is known to."""
    return getattr(task, "is_dead", lambda state: False)


def search(
    model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET, progress: Callable[[int], None] | None = None
) -> Search:
    """Visit every reachable pair of states, or stop at the first difference.

    ``progress``, if given, is called now and then with the number of pairs visited.

    Raises: SymbolError, unless both machines read the same alphabet; BudgetExhausted, if more than ``max_pairs`` pairs
    are reachable; ThoughtLimitExceeded, with the word, from a chain of thought.
    """
    check_alphabets(model, task)
    start = model.start, task.start
    came_from: dict[Pair, tuple[Pair, Symbol] | None] = {start: None}
    frontier = deque([start])
    is_dead = dead_states(task)
    visited = 0
    while frontier:
        m, t = pair = frontier.popleft()
        visited += 1
        if progress is not None and visited % 4096 == 0:
            progress(visited)
        if is_dead(t):
            continue
        for symbol in task.alphabet:
            t_next, demanded = task.step(t, symbol)
            if demanded is UNSPECIFIED and is_dead(t_next):
                continue  # whatever the model does from here on, nothing is demanded of it
            try:
                m_next, answer = model.step(m, symbol)
            except ThoughtLimitExceeded as error:
                word = (*_word_to(pair, came_from), symbol)
                raise ThoughtLimitExceeded(f"on the word {word!r}: {error}", word) from error
            if demanded is not UNSPECIFIED and answer != demanded:
                return Search((*_word_to(pair, came_from), symbol), frozenset(came_from))
            if (successor := (m_next, t_next)) not in came_from:
                if len(came_from) == max_pairs:
                    raise BudgetExhausted(f"visited {max_pairs} state pairs and more are reachable; raise the budget")
                came_from[successor] = pair, symbol
                frontier.append(successor)
    return Search(None, frozenset(came_from))


def _word_to(pair: Pair, came_from: dict[Pair, tuple[Pair, Symbol] | None]) -> Word:
    """The least word that reaches ``pair``, read off the search tree backwards."""
    symbols: list[Symbol] = []
    while (step := came_from[pair]) is not None:
        pair, symbol = step
        symbols.append(symbol)
    return tuple(reversed(symbols))


def find_counterexample(model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET) -> Trace | None:
    """A shortest word on which the outputs differ, with both runs; None if they agree on words of every length.

    >>> from exactssm.tasks import parity
    >>> from exactssm.machine import Renamed
    >>> find_counterexample(parity(), parity()) is None
    True
    >>> find_counterexample(Renamed(parity(), lambda output: "even"), parity()).word
    ('1',)

    Raises: as `search`.
    """
    found = search(model, task, max_pairs=max_pairs)
    return None if found.word is None else Trace.along(model, task, found.word)
