"""Words of every length, by product reachability: breadth-first search over the pairs of states that a word can reach.

If both machines have finitely many reachable states, the set of reachable pairs is finite, and the machines agree on
every word iff they agree on every step out of a reachable pair. The search visits pairs in length-lexicographic order
of the least words that reach them, so the first difference is a shortest one, and the first in alphabet order among the
shortest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from exactssm.arithmetic.domain import Element
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.machine import UNSPECIFIED, Machine, State, Symbol, Word, check_alphabets, name_word
from exactssm.tasks.dead import dead_states
from verify.trace import Trace

__all__ = [
    "DEFAULT_BUDGET",
    "CameFrom",
    "ClosedPairs",
    "LayerUse",
    "Pair",
    "Search",
    "StackUse",
    "Walk",
    "exhausted",
    "find_counterexample",
    "search",
    "word_to",
]

DEFAULT_BUDGET = 10**6
"""State pairs that a search may visit unless told otherwise."""

Pair: TypeAlias = tuple[State, State]
CameFrom: TypeAlias = dict[
    Pair, tuple[Pair, Symbol] | None
]  # of each pair visited: from which, on which symbol; the start: None


@dataclass(frozen=True)
class ClosedPairs:
    """A proof by product reachability: a set of pairs that holds the start, is closed under every symbol, and out of
    which no step differs. Steps after which the task demands nothing any more may leave it.
    """

    pairs: frozenset[Pair]

    def __post_init__(self) -> None:
        object.__setattr__(self, "pairs", frozenset(self.pairs))

    def check(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, naming the pair, unless the set proves that ``model`` meets ``task``.

        What the task says of its dead states isn't trusted: those met are followed, and must demand nothing.

        Raises: SymbolError, unless both machines read the same alphabet; BudgetExhausted, if the dead states met lead
        to more than `DEFAULT_BUDGET` states.
        """
        check_alphabets(model, task)
        if (model.start, task.start) not in self.pairs:
            raise CertificateError("the set must hold the pair of start states; it doesn't")
        is_dead = dead_states(task)
        dead: set[State] = set()
        for pair in self.pairs:
            try:
                dead |= self._check_steps(model, task, pair, is_dead)
            except CertificateError:
                raise
            except Exception as error:  # the set may hold anything, on which a step may raise anything
                raise CertificateError(f"both machines must step from the pair {pair!r}: {error!r}") from error
        _check_dead(task, dead)

    def _check_steps(self, model: Machine, task: Machine, pair: Pair, is_dead: Callable[[State], bool]) -> set[State]:
        """Check the steps out of ``pair``; those states of the task that are left out as dead."""
        m, t = pair
        if is_dead(t):
            return {t}
        dead = set()
        for symbol in task.alphabet:
            t_next, demanded = task.step(t, symbol)
            if demanded is UNSPECIFIED and is_dead(t_next):
                dead.add(t_next)
                continue
            m_next, answer = model.step(m, symbol)
            if demanded is not UNSPECIFIED and answer != demanded:
                raise CertificateError(f"the outputs differ at the pair {pair!r} on {symbol!r}")
            if (m_next, t_next) not in self.pairs:
                raise CertificateError(f"the set must be closed; the pair {pair!r} leaves it on {symbol!r}")
        return dead


def _check_dead(task: Machine, dead: set[State]) -> None:
    """Raise CertificateError unless ``task`` demands nothing any more from the states in ``dead``."""
    states = list(dead)
    for state in states:  # which grows as it is read
        for symbol in task.alphabet:
            successor, demanded = task.step(state, symbol)
            if demanded is not UNSPECIFIED:
                raise CertificateError(
                    f"the task calls its state {state!r} dead, but demands {demanded!r} on {symbol!r}"
                )
            if successor not in dead:
                if len(dead) >= DEFAULT_BUDGET:
                    raise BudgetExhausted(f"the dead states of the task lead to more than {DEFAULT_BUDGET} states")
                dead.add(successor)
                states.append(successor)


class LayerUse(NamedTuple):
    """What a layer did on the steps out of the pairs that a search visited."""

    states: frozenset[State]  #: those that it came to
    read: frozenset[Symbol]  #: the letters that it was given
    passed: frozenset[Symbol]  #: what it was read out as
    entries: tuple[frozenset[Element], ...] | None = None  #: the values of each entry of A and b, if they were noted


class StackUse(NamedTuple):
    """What a model did on these steps."""

    layers: tuple[LayerUse, ...]  #: of its stack, the one that reads the input first
    thoughts: int = 0  #: the most on one symbol


@dataclass(frozen=True)
class Search:
    """What a product search found: a shortest word on which the machines differ, or None with all reachable pairs."""

    word: Word | None
    pairs: frozenset[Pair]
    use: StackUse | None = field(default=None, compare=False, repr=False)
    """What the model did; None where that wasn't noted, or isn't known as the search stopped."""


def search(
    model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET, progress: Callable[[int], None] | None = None
) -> Search:
    """Visit every reachable pair of states, or stop at the first difference.

    ``progress``, if given, is called now and then with the number of pairs visited.

    Raises: SymbolError, unless both machines read the same alphabet; BudgetExhausted, if more than ``max_pairs`` pairs
    are reachable; what a machine raises, which then names the word: ThoughtLimitExceeded, for one.
    """
    return Walk(model, task, max_pairs, progress).finish()


class Walk:
    """A search that can be left and gone on with; see `search`."""

    def __init__(
        self, model: Machine, task: Machine, max_pairs: int, progress: Callable[[int], None] | None = None
    ) -> None:
        check_alphabets(model, task)
        self._model, self._task, self._max_pairs, self._progress = model, task, max_pairs, progress
        start = model.start, task.start
        self._came_from: CameFrom = {start: None}
        self._frontier = deque([start])
        self._visited = 0

    def finish(self) -> Search:
        """Visit all pairs that are left."""
        while (found := self.visit(self._max_pairs)) is None:
            pass
        return found

    def visit(self, count: int) -> Search | None:
        """Visit up to ``count`` more pairs. What was found; None if there are more to visit."""
        model, task, came_from, frontier = self._model, self._task, self._came_from, self._frontier
        is_dead = dead_states(task)
        last = self._visited + max(1, count)
        while frontier:
            if self._visited == last:
                return None
            m, t = pair = frontier.popleft()
            self._visited += 1
            if self._progress is not None and self._visited % 4096 == 0:
                self._progress(self._visited)
            if is_dead(t):
                continue
            for symbol in task.alphabet:
                try:
                    t_next, demanded = task.step(t, symbol)
                    if demanded is UNSPECIFIED and is_dead(t_next):
                        continue  # whatever the model does from here on, nothing is demanded of it
                    m_next, answer = model.step(m, symbol)
                except Exception as error:
                    name_word(error, word_to(pair, symbol, came_from))
                    raise
                if demanded is not UNSPECIFIED and answer != demanded:
                    return Search(word_to(pair, symbol, came_from), frozenset(came_from))
                if (successor := (m_next, t_next)) not in came_from:
                    if len(came_from) >= self._max_pairs:
                        raise exhausted(len(came_from))
                    came_from[successor] = pair, symbol
                    frontier.append(successor)
        return Search(None, frozenset(came_from))


def exhausted(visited: int) -> BudgetExhausted:
    """The error of a search that may visit no more pairs."""
    return BudgetExhausted(f"visited {visited} state pairs and more are reachable; raise the budget")


def word_to(pair: Pair, symbol: Symbol, came_from: CameFrom) -> Word:
    """The least word that reaches ``pair``, read off the search tree backwards; and ``symbol`` after it."""
    symbols = [symbol]
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
    return None if found.word is None else Trace.of_difference(model, task, found.word)
