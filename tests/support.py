"""What the tests share: all small machines, and the slowest possible way to compare two of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product

from exactssm.machine import UNSPECIFIED, Machine, Word, run, words
from exactssm.tasks import Automaton


def all_mealy(states: int, alphabet: str, outputs: tuple[object, ...]) -> Iterator[Automaton]:
    """Every Mealy machine on the states 0 .. n-1 that starts at 0."""
    keys = list(product(range(states), alphabet))
    for successors in product(range(states), repeat=len(keys)):
        for emitted in product(outputs, repeat=len(keys)):
            delta, output = dict(zip(keys, successors, strict=True)), dict(zip(keys, emitted, strict=True))
            yield Automaton(alphabet, range(states), 0, delta, output)


def fails(model: Machine, task: Machine, word: Word) -> bool:
    """Whether the last output of ``model`` on ``word`` is not what ``task`` demands there."""
    demanded = run(task, word).outputs[-1]
    return demanded is not UNSPECIFIED and run(model, word).outputs[-1] != demanded


def first_failing_word(model: Machine, task: Machine, length: int) -> Word | None:
    """The first word, in length-lexicographic order, on which they differ, each word run from its beginning."""
    return next((word for word in words(task.alphabet, length, 1) if fails(model, task, word)), None)


def event_of(work: Callable[[], object]) -> object:
    """What came of ``work``: its result, or the error with all that it says."""
    try:
        return work()
    except Exception as error:
        return type(error), error.args, getattr(error, "__notes__", ())
