"""The transition monoid of a machine: what words do to the states of its least automaton.

For an acceptor, a machine that says after each symbol whether the prefix is in a language L, the least automaton is
the minimal DFA of L, and its transition monoid is the syntactic monoid of L: u and v are one element if xuy and xvy
are both in L or both not, whatever x and y. For any other transducer it is the least Mealy machine.

Outputs belong to steps, so that whether the empty word is in L can't be seen: L is a set of non-empty words here, and
the start state is one of the states after a word wherever it can be.

Source: Eilenberg, Automata, Languages, and Machines B (1976); Pin, Varieties of formal languages (1986).
"""

from __future__ import annotations

import numpy as np

from exactssm.algebra.transformations import MAX_ELEMENTS, TransformationMonoid
from exactssm.machine import Machine
from exactssm.table import TableMachine, minimise, tabulate

__all__ = ["MAX_STATES", "is_acceptor", "minimal_machine", "transition_monoid"]

MAX_STATES = 100_000


def is_acceptor(table: TableMachine) -> bool:
    """Whether a machine says at each step whether the prefix is in a language: by True or False, in files as text."""
    return all(type(output) is bool for output in table.outputs) or {"true", "false"}.issuperset(table.outputs)


def minimal_machine(machine: Machine, *, max_states: int = MAX_STATES) -> TableMachine:
    """The minimal DFA of an acceptor's language, as the machine that answers after each symbol; of other machines the
    least Mealy machine.

    >>> from exactssm.tasks import ends_with_ab
    >>> minimal_machine(ends_with_ab()), minimise(tabulate(ends_with_ab()))
    (<TableMachine: 3 states, 2 symbols, 2 outputs>, <TableMachine: 2 states, 2 symbols, 2 outputs>)

    Raises: BudgetExhausted, if more than ``max_states`` states are reachable; ConstructionError, if an output is
    unspecified, as no machine is the least then.
    """
    least = minimise(tabulate(machine, max_states=max_states))
    if not is_acceptor(least):
        return least
    # State 2q + i is q after a step with output i. One more letter stays there and puts i out, and so tells apart
    # states that differ in their answer alone. The start may be either of two states: the one that adds none is taken.
    size, answers = len(least.next), max(2, len(least.outputs))
    rows = np.repeat(np.arange(size), 2)
    last = np.tile(np.arange(2), size)
    stay = np.arange(2 * size)[:, None]
    split = (
        TableMachine(
            alphabet=(*range(len(least.alphabet) + 1),),
            start=2 * least.start + answer,
            next=np.hstack([2 * least.next[rows] + least.out[rows], stay]),
            out=np.hstack([least.out[rows], last[:, None]]),
            outputs=(*range(answers),),
        )
        for answer in range(len(least.outputs))
    )
    smallest = min(map(minimise, split), key=lambda table: len(table.next))
    outputs = tuple(least.outputs[number] for number in smallest.outputs)  # type: ignore[call-overload]
    return tabulate(TableMachine(least.alphabet, smallest.start, smallest.next[:, :-1], smallest.out[:, :-1], outputs))


def transition_monoid(
    machine: Machine, *, name: str = "", max_states: int = MAX_STATES, max_elements: int = MAX_ELEMENTS
) -> TransformationMonoid:
    """What words do to the states of `minimal_machine`, a letter for each symbol; its points are the states there, and
    point 0 is the start.

    >>> from exactssm.tasks import parity, star
    >>> transition_monoid(parity()).order, transition_monoid(star("ab")).order
    (2, 6)

    Raises: as `minimal_machine`; BudgetExhausted also for more than ``max_elements`` elements.
    """
    least = minimal_machine(machine, max_states=max_states)
    images = np.ascontiguousarray(least.next.T)
    return TransformationMonoid.generated(images, least.alphabet, name or "the transition monoid", max_elements)
