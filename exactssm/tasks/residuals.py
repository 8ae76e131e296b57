"""What a stream's reader must remember: how many answers-to-be the prefixes of each length leave open.

After a prefix, what is still to be said is its *residual*: the function from the words that complete it to a
well-formed stream to the answer that is then demanded. A streaming algorithm must tell two prefixes of one length apart
if their residuals differ on a word that completes both. So, with s bits and the position known for free,

    2^s  >=  the number of different residuals of prefixes of one length that are completed by the same words,

for every length and every set of words. Where all prefixes of a length are completed by the same words, the number of
residuals is exact: an algorithm that keeps the number of the residual has no more states there.

Source: 2604.14501, streaming algorithms for function composition; the argument is that of Myhill and Nerode.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.machine import UNSPECIFIED, Machine, State
from exactssm.tasks.dead import dead_states

__all__ = ["LeastMemory", "Residuals", "least_memory", "residuals"]

MAX_STEPS = 10**8
NOTHING = ("nothing is demanded",)
"""What a complete machine says where its task demands nothing."""


@dataclass(frozen=True)
class Residuals:
    """The residuals of the prefixes of one length."""

    length: int
    prefixes: int  #: the states of the task that some prefix leads to
    different: int  #: different residuals
    largest: int  #: the most of them that are defined on the same words
    exact: (
        bool  #: whether all of them are defined on the same words, so that ``different`` states are needed and enough
    )

    @property
    def bits(self) -> int:
        """The bits that are needed at least, once this many symbols are read: ceil(log2 of ``largest``)."""
        return (self.largest - 1).bit_length()


def residuals(task: Machine, *, max_steps: int = MAX_STEPS) -> list[Residuals]:
    """The residuals after 0, 1, 2, ... symbols of a task whose streams are of bounded length.

    >>> from exactssm.tasks import FunctionComposition
    >>> [r.largest for r in residuals(FunctionComposition(N=3, K=1))]  # x_0, then f_1(0), f_1(1), f_1(2)
    [1, 3, 5, 4, 3]
    >>> [r.largest for r in residuals(FunctionComposition(N=3, K=1, argument="last"))]
    [1, 3, 9, 27, 3]

    Raises: ConstructionError, if streams may be of any length, or the task doesn't know its dead states;
    BudgetExhausted, after ``max_steps`` steps of the task.
    """
    levels = _levels(task, max_steps)
    found: list[Residuals] = []
    numbers: dict[State, tuple[int, int]] = {}  # of the states one symbol further: the words that complete, the answers
    for length in range(len(levels) - 1, -1, -1):
        completions: dict[Hashable, int] = {}
        answers: dict[Hashable, int] = {}
        known = {}
        for state, steps in levels[length].items():
            words = tuple((a, output is not UNSPECIFIED, numbers.get(after, (-1,))[0]) for a, after, output in steps)
            said = tuple((a, output, numbers.get(after)) for a, after, output in steps)
            known[state] = (
                completions.setdefault(words, len(completions)),
                answers.setdefault(said, len(answers)),
            )
        numbers = known
        by_words = groupby(sorted(set(numbers.values())), key=itemgetter(0))
        sizes = [len(list(same)) for _, same in by_words]
        found.append(Residuals(length, len(numbers), sum(sizes), max(sizes), len(sizes) == 1))
    return found[::-1]


@dataclass(frozen=True)
class LeastMemory:
    """The memory of a one-pass algorithm, in states; in bits, their logarithms rounded up."""

    known_position: int  #: the least, where the position is known for free; only a lower bound unless ``exact``
    exact: bool
    remembered: int  #: enough, where the position has to be remembered: the states of the minimised complete machine

    @property
    def bits(self) -> tuple[int, int]:
        """The bits needed at least, and enough whether or not the position is known."""
        return (self.known_position - 1).bit_length(), (self.remembered - 1).bit_length()


def least_memory(task: Machine, *, max_steps: int = MAX_STEPS) -> LeastMemory:
    """What a one-pass algorithm for ``task`` must remember, and what is enough.

    >>> from exactssm.tasks import FunctionComposition
    >>> least_memory(FunctionComposition(N=3, K=2)).bits, least_memory(FunctionComposition(3, 2, argument="last")).bits
    ((3, 5), (8, 9))

    Raises: as `residuals`.
    """
    import numpy as np

    from exactssm.table import TableMachine, minimise, tabulate

    by_length = residuals(task, max_steps=max_steps)
    table = tabulate(task)
    out = np.where(table.out < 0, len(table.outputs), table.out)
    complete = TableMachine(table.alphabet, table.start, table.next, out, (*table.outputs, NOTHING))
    return LeastMemory(
        known_position=max(r.largest for r in by_length),
        exact=all(r.exact for r in by_length),
        remembered=len(minimise(complete).next),
    )


def _levels(task: Machine, max_steps: int) -> list[dict[State, list[tuple[int, State, Hashable]]]]:
    """For each length, the states of prefixes that can still be completed or are, with the steps on from there that
    demand something or can be completed: the letter's number, the state after it, and the output."""
    is_dead = dead_states(task)
    levels: list[dict[State, list[tuple[int, State, Hashable]]]] = []
    frontier = {task.start} if not is_dead(task.start) else set()
    steps = 0
    seen: set[State] = set()
    while frontier:
        if frontier & seen:
            raise ConstructionError(
                "residuals by position need streams of bounded length; here prefixes of different lengths lead to one "
                "state that isn't known to be dead"
            )
        seen |= frontier
        level: dict[State, list[tuple[int, State, Hashable]]] = {}
        for state in frontier:
            level[state] = []
            for a, symbol in enumerate(task.alphabet):
                after, output = task.step(state, symbol)
                if output is not UNSPECIFIED or not is_dead(after):
                    level[state].append((a, after, output))
            steps += len(task.alphabet)
            if steps > max_steps:
                raise BudgetExhausted(
                    f"took {steps} steps, prefixes of length {len(levels)} being read; raise the budget"
                )
        levels.append(level)
        frontier = {after for steps_on in level.values() for _, after, _ in steps_on if not is_dead(after)}
    return levels
