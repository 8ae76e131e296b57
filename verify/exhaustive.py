"""Every word up to a length: the strongest check there is where a machine's states never end.

Words share prefixes: a step is evaluated once for all words that begin alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exactssm.errors import DomainError, ThoughtLimitExceeded
from exactssm.machine import UNSPECIFIED, Machine, State, Symbol, Word, check_alphabets, name_word
from exactssm.tasks.dead import dead_states
from verify.trace import Trace
from verify.verdict import Checked, Refuted

__all__ = ["WordSearch", "check_words_up_to", "search_words", "word_count"]


def word_count(letters: int, length: int) -> int:
    """The number of words of 1 to ``length`` symbols over an alphabet of ``letters``."""
    return letters * length if letters <= 1 else (letters ** (length + 1) - letters) // (letters - 1)


@dataclass(frozen=True)
class WordSearch:
    """What a walk through all words found."""

    word: Word | None  #: the shortest failing word, first in alphabet order among the shortest
    steps: int
    demands: int


def search_words(
    model: Machine, task: Machine, length: int, *, progress: Callable[[int], None] | None = None
) -> WordSearch:
    """Walk through all words of at most ``length`` symbols, depth first: the definition.

    A failing word of n symbols bounds the rest of the walk to words of fewer than n, so the last one found is a
    shortest one, and the first in alphabet order among these. A chain of thought that outruns its limit counts as a
    failure here, and is raised if it comes first in that order.

    Raises: SymbolError, unless both machines read the same alphabet; what a machine raises, which then names the word.
    """
    check_alphabets(model, task)
    is_dead = dead_states(task)
    best: Word | ThoughtLimitExceeded | None = None
    limit, steps, demands = length, 0, 0
    prefix: list[Symbol] = []
    # Each entry is a state pair with the letters still to be tried there.
    path: list[tuple[State, State, int]] = [(model.start, task.start, 0)]
    alphabet = task.alphabet
    while path:
        m, t, position = path.pop()
        if position == len(alphabet) or len(prefix) >= limit:
            if prefix:
                prefix.pop()
            continue
        path.append((m, t, position + 1))
        symbol = alphabet[position]
        try:
            t_next, demanded = task.step(t, symbol)
            if demanded is UNSPECIFIED and is_dead(t_next):
                continue  # whatever the model does from here on, nothing is demanded of it
            m_next, answer = model.step(m, symbol)
        except Exception as error:
            name_word(error, (*prefix, symbol))
            if not isinstance(error, ThoughtLimitExceeded):
                raise
            best, limit = error, len(prefix)
            continue
        steps += 1
        if progress is not None and steps % 65536 == 0:
            progress(steps)
        if demanded is not UNSPECIFIED:
            demands += 1
            if answer != demanded:
                best, limit = (*prefix, symbol), len(prefix)
                continue
        prefix.append(symbol)
        path.append((m_next, t_next, 0))
    if isinstance(best, ThoughtLimitExceeded):
        raise best
    return WordSearch(best, steps, demands)


def check_words_up_to(
    model: Machine, task: Machine, length: int, *, progress: Callable[[int], None] | None = None
) -> Checked | Refuted:
    """Compare the outputs on every word of at most ``length`` symbols.

    Machines given as tables run compiled (`verify.products.check_words`), and are equal to this definition.

    >>> from exactssm.tasks import parity
    >>> check_words_up_to(parity(), parity(), 3).words
    14

    Raises: SymbolError, unless both machines read the same alphabet; DomainError, for a length below 0;
    BudgetExhausted, if tables take more steps than `verify.products.check_words` may; what a machine raises, which then
    names the word.
    """
    if length < 0:
        raise DomainError(f"the length of words must be at least 0, got {length}")
    from exactssm.table import TableMachine

    if isinstance(model, TableMachine) and isinstance(task, TableMachine):
        from verify.products import check_words

        found = check_words(model, task, length, progress=progress)
        method = "every word, prefixes shared, compiled"
        walk = WordSearch(found.word, found.steps, found.demands)
    else:
        method = "every word, prefixes shared"
        walk = search_words(model, task, length, progress=progress)
    if walk.word is not None:
        return Refuted(method, Trace.of_difference(model, task, walk.word), walk.steps)
    return Checked(length, word_count(len(task.alphabet), length), walk.steps, walk.demands, method)
