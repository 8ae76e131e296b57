"""Is there *any* readout with which a model meets a task? Decided for finite systems of any depth and arithmetic.

A readout sees the state after the symbol and the symbol. One exists iff no two words that end in the same symbol and
lead to the same state demand different answers; then the demanded answers themselves are it.

Source: 2603.01959, the universal decoder ``dec(h_t, x_t)``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from exactssm.errors import BudgetExhausted
from exactssm.machine import UNSPECIFIED, Around, Machine, Output, State, Symbol, check_alphabets, name_word
from exactssm.models import Block, Model
from exactssm.tasks.dead import dead_states
from verify.search.reachability import DEFAULT_BUDGET, CameFrom, ClosedPairs, Pair, word_to
from verify.trace import Collision, labels_of

__all__ = ["ClosedReadout", "Labelling", "ReadBy", "Seen", "find_collision", "find_readout", "label_states", "unread"]

Seen = tuple[State, Symbol]


@dataclass(frozen=True)
class ReadBy(Around):
    """``machine``, read out by ``readout`` instead: a table of outputs by the state after a symbol and the symbol.

    Where the table has no entry, the output is UNSPECIFIED, which meets no demand.
    """

    readout: Mapping[Seen, Output]

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        after, _ = self.machine.step(state, symbol)
        return after, self.readout.get((after, symbol), UNSPECIFIED)


def unread(machine: Machine) -> Machine:
    """A stack of layers without its last readout, which may have gaps; any other machine as it is."""
    if not isinstance(machine, Model) or not machine.blocks:
        return machine
    *blocks, last = machine.blocks
    return Model(machine.alphabet, [*blocks, Block(last.layer, lambda state, letter: UNSPECIFIED)])


@dataclass(frozen=True)
class ClosedReadout:
    """A proof that a model meets a task by some readout: that readout, and the closed pairs of the model read by it."""

    readout: Mapping[Seen, Output]
    pairs: ClosedPairs

    def check(self, model: Machine, task: Machine) -> None:
        """`ClosedPairs.check` of ``model``, read out by ``readout``."""
        self.pairs.check(ReadBy(model, self.readout), task)


class Labelling(NamedTuple):
    """What came of labelling a model's states with the demands."""

    found: dict[Seen, Output] | Collision
    pairs: int  #: state pairs visited
    steps: int  #: steps of the model taken
    demands: int  #: steps among these at which an output was demanded


def find_readout(model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET) -> dict[Seen, Output] | Collision:
    """The readout with which ``model``, whatever it puts out itself, meets ``task``; or the collision that forbids any.

    The search is breadth first, so the longer word of a collision is as short as can be.

    Raises: SymbolError, unless both machines read the same alphabet; BudgetExhausted, if more than ``max_pairs`` pairs
    of states are reachable; what a machine raises, which then names the word.
    """
    return label_states(model, task, max_pairs=max_pairs).found


def label_states(
    model: Machine,
    task: Machine,
    *,
    max_pairs: int = DEFAULT_BUDGET,
    length: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Labelling:
    """`find_readout`, with the work that it took; with ``length``, on words of at most so many symbols only.

    Pairs that no shorter words reach are then not kept, and not counted. ``progress``, if given, is called now and then
    with the number of steps taken.
    """
    check_alphabets(model, task)
    start = model.start, task.start
    came_from: CameFrom = {start: None}
    answers: dict[Seen, tuple[Output, Pair]] = {}  # what is demanded there, and the pair that showed it first
    is_dead = dead_states(task)
    level, read, steps, demands = [start], 0, 0, 0
    while level and read != length:
        level, before, read = [], level, read + 1
        for m, t in before:
            if is_dead(t):
                continue
            for symbol in task.alphabet:
                try:
                    t_next, demanded = task.step(t, symbol)
                    if demanded is UNSPECIFIED and is_dead(t_next):
                        continue
                    m_next, _ = model.step(m, symbol)
                except Exception as error:
                    name_word(error, word_to((m, t), symbol, came_from))
                    raise
                steps += 1
                if progress is not None and steps % 4096 == 0:
                    progress(steps)
                if demanded is not UNSPECIFIED:
                    demands += 1
                    known, earlier = answers.setdefault((m_next, symbol), (demanded, (m, t)))
                    if known != demanded:
                        first, second = (word_to(pair, symbol, came_from) for pair in (earlier, (m, t)))
                        collision = Collision(first, second, m_next, (known, demanded), labels_of(task))
                        return Labelling(collision, len(came_from), steps, demands)
                if (successor := (m_next, t_next)) not in came_from and read != length:
                    if len(came_from) >= max_pairs:
                        raise BudgetExhausted(
                            f"visited {len(came_from)} state pairs, of words up to length {read}, and more are "
                            "reachable; raise the budget"
                        )
                    came_from[successor] = (m, t), symbol
                    level.append(successor)
    return Labelling({seen: answer for seen, (answer, _) in answers.items()}, len(came_from), steps, demands)


def find_collision(model: Machine, task: Machine, *, max_pairs: int = DEFAULT_BUDGET) -> Collision | None:
    """Two words that refute every readout of ``model``'s states; None if some readout is right on all words.

    Raises: as `find_readout`.
    """
    found = find_readout(model, task, max_pairs=max_pairs)
    return found if isinstance(found, Collision) else None
