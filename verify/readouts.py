"""Is there *any* readout with which a model meets a task? Decided for finite systems of any depth and arithmetic.

A readout sees the state after the symbol and the symbol. One exists iff no two words that end in the same symbol and lead to
the same state demand different answers; then the demanded answers themselves are it.

Source: 2603.01959, the universal decoder ``dec(h_t, x_t)``.
"""

from __future__ import annotations

from collections import deque

from exactssm.errors import BudgetExhausted
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol, Word, check_alphabets
from verify.reachability import DEFAULT_BUDGET, Pair, dead_states
from verify.trace import Collision

__all__ = ["find_collision", "find_readout"]

Seen = tuple[State, Symbol]


def find_readout(
    model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET
) -> dict[Seen, Output] | Collision:
    """The readout with which ``model``, whatever it puts out itself, meets ``task``; or the collision that forbids any.

    The search is breadth first, so the longer word of a collision is as short as can be.

    Raises: SymbolError, unless both machines read the same alphabet; BudgetExhausted, if more than ``max_pairs`` pairs of
    states are reachable.
    """
    check_alphabets(model, task)
    start = model.start, task.start
    word_to: dict[Pair, Word] = {start: ()}
    answers: dict[Seen, tuple[Output, Word]] = {}
    is_dead = dead_states(task)
    frontier = deque([start])
    while frontier:
        m, t = pair = frontier.popleft()
        if is_dead(t):
            continue
        for symbol in task.alphabet:
            t_next, demanded = task.step(t, symbol)
            if demanded is UNSPECIFIED and is_dead(t_next):
                continue
            m_next, _ = model.step(m, symbol)
            word = (*word_to[pair], symbol)
            if demanded is not UNSPECIFIED:
                known, earlier = answers.setdefault((m_next, symbol), (demanded, word))
                if known != demanded:
                    return Collision(earlier, word, m_next, (known, demanded))
            if (successor := (m_next, t_next)) not in word_to:
                if len(word_to) == max_pairs:
                    raise BudgetExhausted(f"visited {max_pairs} state pairs and more are reachable; raise the budget")
                word_to[successor] = word
                frontier.append(successor)
    return {seen: answer for seen, (answer, _) in answers.items()}


def find_collision(model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET) -> Collision | None:
    """Two words that refute every readout of ``model``'s states; None if some readout is right on words of every length.

    Raises: as `find_readout`.
    """
    found = find_readout(model, task, max_pairs=max_pairs)
    return found if isinstance(found, Collision) else None
