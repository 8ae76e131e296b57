"""Random words: evidence, never a proof. What is found is a counterexample; what is not found means nothing."""

from __future__ import annotations

import random
from dataclasses import dataclass

from exactssm.machine import UNSPECIFIED, Machine, check_alphabets, name_word
from exactssm.tasks.dead import dead_states
from verify.trace import Trace

__all__ = ["Sampled", "sample_words"]


@dataclass(frozen=True)
class Sampled:
    """What random words showed; not a verdict."""

    words: int
    length: int
    seed: int
    trace: Trace | None  #: the first failing word, cut after its first wrong output; not a shortest one

    def __str__(self) -> str:
        seen = f"{self.words} random words of length {self.length} (seed {self.seed})"
        return (
            f"differs on one of {seen}" if self.trace else f"no difference seen on {seen}; this is evidence, not proof"
        )


def sample_words(model: Machine, task: Machine, *, length: int, words: int, seed: int) -> Sampled:
    """Compare the outputs on ``words`` uniformly random words of ``length`` symbols, until they differ.

    >>> from exactssm.tasks import parity
    >>> print(sample_words(parity(), parity(), length=20, words=10, seed=1))
    no difference seen on 10 random words of length 20 (seed 1); this is evidence, not proof

    A word is left where nothing is demanded any more.

    Raises: SymbolError, unless both machines read the same alphabet; what a machine raises, which then names the word.
    """
    check_alphabets(model, task)
    is_dead = dead_states(task)
    source = random.Random(seed)
    for number in range(1, words + 1):
        word = tuple(source.choices(task.alphabet, k=length))
        m, t = model.start, task.start
        for position, symbol in enumerate(word, start=1):
            try:
                t, demanded = task.step(t, symbol)
                if demanded is UNSPECIFIED and is_dead(t):
                    break
                m, answer = model.step(m, symbol)
            except Exception as error:
                name_word(error, word[:position])
                raise
            if demanded is not UNSPECIFIED and answer != demanded:
                return Sampled(number, length, seed, Trace.of_difference(model, task, word[:position]))
    return Sampled(words, length, seed, None)
