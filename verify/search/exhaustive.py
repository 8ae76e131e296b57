"""Every word up to a length: the strongest check there is where a machine's states never end.

Words share prefixes: a step is evaluated once for all words that begin alike.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from exactssm.errors import DomainError, ThoughtLimitExceeded
from exactssm.machine import UNSPECIFIED, Machine, State, Symbol, Word, check_alphabets, name_word
from exactssm.tasks.dead import dead_states
from verify.search.remembering import remembering
from verify.trace import Trace
from verify.verdict import Checked, Refuted

if TYPE_CHECKING:
    from exactssm.table import TableMachine

__all__ = ["WordSearch", "check_words_up_to", "search_words", "word_count"]

MANY_WORDS: Final = 10**5
FEW_STATES: Final = 2**11


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

    Where words are many, machines with few states are tabulated and run compiled
    (`verify.search.products.check_words`), as tables are. The word found is the definition's; steps may be fewer, as a
    table knows all of its dead states.

    >>> from exactssm.tasks import parity
    >>> check_words_up_to(parity(), parity(), 3).words
    14

    Raises: SymbolError, unless both machines read the same alphabet; DomainError, for a length below 0;
    BudgetExhausted, if tables take more steps than `verify.search.products.check_words` may; what a machine raises,
    which then names the word.
    """
    if length < 0:
        raise DomainError(f"the length of words must be at least 0, got {length}")
    if (tables := _tables(model, task, length)) is not None:
        from verify.search.products import check_words

        found = check_words(*tables, length, progress=progress)
        method = "every word, prefixes shared, compiled"
        walk = WordSearch(found.word, found.steps, found.demands)
    else:
        method = "every word, prefixes shared"
        walk = search_words(model, task, length, progress=progress)
    if walk.word is not None:
        return Refuted(method, Trace.of_difference(model, task, walk.word), walk.steps)
    return Checked(length, word_count(len(task.alphabet), length), walk.steps, walk.demands, method)


def _tables(model: Machine, task: Machine, length: int) -> tuple[TableMachine, TableMachine] | None:
    """Both machines as tables, where they are some, or it pays to tabulate them and nothing is in the way: their states
    are few, and no step raises."""
    from exactssm.table import TableMachine, tabulate

    if isinstance(model, TableMachine) and isinstance(task, TableMachine):
        return model, task
    if word_count(len(task.alphabet), length) < MANY_WORDS:
        return None
    check_alphabets(model, task)
    try:
        return (
            tabulate(remembering(model), max_states=FEW_STATES),
            tabulate(task, max_states=FEW_STATES),
        )
    except Exception:  # of any kind: a machine that raises is walked by the definition, which names the word
        return None
