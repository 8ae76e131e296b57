"""Which diagonal stacks do a finite task, of any depth: read off the groups in its transition monoid.

Exact diagonal layers with finitely many states are meant, each read out after the letter, as 2603.01959 has them; and
any number of them. With M the transition monoid of the task's least machine,

    non-negative numbers  do it if and only if M is aperiodic, every group in it trivial, and reading a letter twice in
                          a row is reading it once; or M is aperiodic, and there is a *token shift*, a layer that puts
                          out the letter before the last
    real numbers          if and only if all groups in M are 2-groups
    complex numbers       if and only if all groups in M are solvable
    none                  otherwise

*Only if.* The states that a stack reaches are finitely many, and M is a quotient of the monoid T of what words do to
them. A group in M is the image of one in T, and that permutes states by maps that are affine on each coordinate as far
as the layers above are fixed. An affine permutation of finitely many numbers fixes their barycentre: it multiplies by a
root of unity around it, which is 1 for a non-negative factor and 1 or -1 for a real one. So a stack of k layers has
groups of derived length at most k, 2-groups or trivial ones. And non-negative layers can't see that a letter is
repeated (`constructions.automata.repetition`).

*If.* By Krohn and Rhodes the machine is a cascade of permutations, in groups that divide M, and resets; and that is a
stack (`constructions.automata.automaton_cascade`). Resets hide where a level stood before the letter, so that letters
have to be handed on later than they are read: by a token shift, by a clock of 1 and -1, or, where repetitions don't
matter, by non-negative layers that know the letters before without their repetitions
(`constructions.automata.delays`).

Source: 2603.01959 (groups; automata in words); K. Krohn and J. Rhodes, Trans. AMS 116 (1965); repeated letters: ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from exactssm.algebra import (
    FiniteMonoid,
    GreenRelations,
    MaximalSubgroup,
    TransformationMonoid,
    green_relations,
    minimal_machine,
    verbal_series,
)
from exactssm.algebra.automaton_monoid import MAX_STATES, is_acceptor
from exactssm.algebra.cayley import MAX_ORDER
from exactssm.algebra.operations import Monoid, first_of_odd_period, first_of_period
from exactssm.algebra.transformations import MAX_ELEMENTS
from exactssm.machine import Machine, Symbol, Word
from exactssm.table import TableMachine
from verify.trace import text

__all__ = ["NUMBERS", "Classification", "Repeated", "Turning", "classify"]

NUMBERS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "non-negative": "diagonal layers of non-negative real numbers",
        "real": "diagonal layers of real numbers, 1 and -1 among the decays",
        "complex": "diagonal layers of complex numbers, roots of unity among the decays",
        "none": "no diagonal layers, whatever their number",
    }
)
"""The verdicts, from the least that is needed to the most."""


class Turning(NamedTuple):
    """A word whose repetitions come round: its element of the monoid generates a group."""

    word: Word  #: a shortest one
    order: int  #: of the group
    cycle: tuple[int, ...]  #: states that the word takes each to the next, and the last to the first; none for a group


class Repeated(NamedTuple):
    """A letter that makes a difference when it is read twice in a row, after a word; both shortest."""

    before: Word
    letter: Symbol


@dataclass(frozen=True, eq=False)
class Classification:
    """The algebra of a finite task, and the verdict."""

    name: str
    monoid: Monoid
    relations: GreenRelations
    machine: TableMachine | None = field(repr=False)  #: the least machine; None for the word problem of a monoid

    @property
    def states(self) -> int:
        """The states of the least machine: in the word problem of a monoid, its elements."""
        return self.monoid.order if self.machine is None else len(self.machine.next)

    @property
    def letters(self) -> int:
        """The number of letters: in the word problem of a monoid, all its elements."""
        return self.monoid.order if self.machine is None else len(self.machine.alphabet)

    @property
    def is_acceptor(self) -> bool:
        """Whether the task is to recognise a language, so that the monoid is the language's syntactic monoid."""
        return self.machine is not None and is_acceptor(self.machine)

    @cached_property
    def groups(self) -> tuple[MaximalSubgroup, ...]:
        """The nontrivial maximal subgroups, one for each D-class that has them."""
        return tuple(group for group in self.relations.maximal_subgroups if group.order > 1)

    @cached_property
    def numbers(self) -> str:
        """What numbers diagonal layers need: one of `NUMBERS`."""
        structures = [group.structure for group in self.groups]
        if not structures:
            return "non-negative"
        if all(group.is_two_group for group in structures):
            return "real"
        return "complex" if all(group.is_solvable for group in structures) else "none"

    @property
    def needs_token_shift(self) -> bool:
        """Whether non-negative layers do it with a token shift only."""
        return self.numbers == "non-negative" and self.repeated is not None

    @cached_property
    def needs_no_layer(self) -> bool:
        """Whether the output depends on the last letter alone."""
        return self.states == 1 or (self.machine is not None and bool((self.machine.out == self.machine.out[0]).all()))

    @cached_property
    def least_depth(self) -> int | None:
        """Fewer layers than this don't do it, with the numbers that are needed; None where no number of layers does."""
        return None if self.numbers == "none" else self.depth_over(self.numbers)

    def depth_over(self, numbers: str) -> int:
        """Fewer layers with such numbers, of `NUMBERS`, don't do it.

        It is 1, or the length of a shortest series of one of the groups, with Abelian factors, or for real numbers with
        factors of exponent 2; and 0 if the output depends on the last letter alone. More may be needed.
        """
        lengths = [int(not self.needs_no_layer)]
        for group in self.groups:
            if numbers == "real" and group.order <= MAX_ORDER:
                lengths.append(verbal_series(group.group, 2).length)
            else:
                lengths.append(group.structure.derived_length or 0)
        return max(lengths)

    @cached_property
    def repeated(self) -> Repeated | None:
        """A letter that makes a difference when it is read twice in a row; None if there is none."""
        if self.machine is None:
            x = next((x for x in range(self.monoid.order) if self.monoid.mul(x, x) != x), None)
            return None if x is None else Repeated((), self._letter(x))
        after, out = self.machine.next, self.machine.out
        for state, row in enumerate(after.tolist()):
            for column, once in enumerate(row):
                if after[once, column] != once or out[once, column] != out[state, column]:
                    return Repeated(self.access[state], self.machine.alphabet[column])
        return None

    @cached_property
    def access(self) -> tuple[Word, ...]:
        """For each state of the least machine the first of the shortest words that lead to it."""
        assert self.machine is not None
        words: list[Word | None] = [None] * self.states
        words[self.machine.start] = ()
        frontier = [self.machine.start]
        for state in frontier:  # which grows while it is read
            for symbol, successor in zip(self.machine.alphabet, self.machine.next[state].tolist(), strict=True):
                if words[successor] is None:
                    words[successor] = (*(words[state] or ()), symbol)
                    frontier.append(successor)
        return tuple(word or () for word in words)

    @cached_property
    def turning(self) -> Turning | None:
        """A word that generates a nontrivial group; None if the monoid is aperiodic."""
        return self._turning(first_of_period(self.monoid))

    @cached_property
    def turning_oddly(self) -> Turning | None:
        """A word that generates a group whose order is no power of 2; None if all groups are 2-groups."""
        return self._turning(first_of_odd_period(self.monoid))

    @property
    def unsolvable(self) -> MaximalSubgroup | None:
        """A maximal subgroup that isn't solvable, of the least order; None if all are."""
        found = (group for group in self.groups if not group.structure.is_solvable)
        return min(found, key=lambda group: group.order, default=None)

    def word(self, x: int) -> Word:
        """A shortest word for an element; in the word problem of a monoid, its letter."""
        if isinstance(self.monoid, TransformationMonoid):
            return self.monoid.word(x)
        return (self._letter(x),) if x else ()

    def _letter(self, x: int) -> Symbol:
        assert isinstance(self.monoid, FiniteMonoid)
        return self.monoid.labels[x]

    def _turning(self, x: int | None) -> Turning | None:
        if x is None:
            return None
        powers, y = [x], self.monoid.mul(x, x)
        while y not in powers:
            powers.append(y)
            y = self.monoid.mul(y, x)
        cycle: tuple[int, ...] = ()
        if isinstance(self.monoid, TransformationMonoid):
            cycle = min(_cycles(self.monoid.elements[x].tolist()), key=lambda states: (-len(states), states))
        return Turning(self.word(x), len(powers) - powers.index(y), cycle)

    @property
    def properties(self) -> dict[str, bool]:
        """What the monoid is and isn't."""
        r = self.relations
        structures = [group.structure for group in self.groups]
        return {
            "aperiodic": r.is_aperiodic,
            "2-groups only": all(group.is_two_group for group in structures),
            "solvable": all(group.is_solvable for group in structures),
            "group": r.is_group,
            "permutations and resets": self._permutes_or_resets,
            "commutative": r.is_commutative,
            "idempotent": r.is_band,
            "R-trivial": r.is_r_trivial,
            "L-trivial": r.is_l_trivial,
            "J-trivial": r.is_j_trivial,
            "definite": r.is_definite,
            "reverse definite": r.is_reverse_definite,
        }

    @property
    def _permutes_or_resets(self) -> bool:
        """Whether each letter permutes the states or takes them all to one."""
        if not isinstance(self.monoid, TransformationMonoid):
            return self.relations.is_group
        letters = self.monoid.elements[self.monoid.right[0]].tolist()
        return all(len(set(images)) in (1, len(images)) for images in letters)

    def as_json(self) -> dict[str, Any]:
        """What ``exactssm classify --json`` writes."""
        turning = self.turning if self.numbers == "real" else self.turning_oddly
        repeated = self.repeated
        return {
            "task": self.name,
            "states": self.states,
            "letters": self.letters,
            "order": self.monoid.order,
            "numbers": self.numbers,
            "token_shift": self.needs_token_shift,
            "least_depth": self.least_depth,
            "properties": self.properties,
            "turning": None
            if turning is None
            else {"word": _texts(turning.word), "order": turning.order, "cycle": list(turning.cycle)},
            "repeated": None
            if repeated is None
            else {"before": _texts(repeated.before), "letter": text(repeated.letter)},
            "classes": [self._class_as_json(number) for number in range(len(self.relations.classes))],
        }

    def _class_as_json(self, number: int) -> dict[str, Any]:
        d = self.relations.classes[number]
        record: dict[str, Any] = {
            "depth": d.depth,
            "rows": d.rows,
            "columns": d.columns,
            "h_size": d.h_size,
            "idempotents": d.idempotent_count,
            "word": _texts(self.word(d.least)),
            "group": None,
        }
        if d.is_regular:
            found = self.relations.maximal_subgroup(number).structure
            record["group"] = {
                "name": found.name,
                "order": found.order,
                "library": None if found.library is None else list(found.library),
                "derived_orders": list(found.derived_orders),
                "derived_length": found.derived_length,
            }
        return record


def classify(
    task: Machine | FiniteMonoid, name: str = "", *, max_states: int = MAX_STATES, max_elements: int = MAX_ELEMENTS
) -> Classification:
    """The algebra of a task that finitely many states do, and which diagonal stacks do it.

    Of a group or monoid it is that of its word problem, with a letter for each element.

    >>> from exactssm.tasks import parity, star
    >>> classify(star("ab")).numbers, classify(parity()).numbers
    ('non-negative', 'real')
    >>> from exactssm.algebra import group
    >>> classify(group("S4")).least_depth, classify(group("A5")).numbers
    (3, 'none')

    Raises: BudgetExhausted, if the task has more than ``max_states`` states, or its monoid more than ``max_elements``
    elements; ConstructionError, if the task leaves an output open.
    """
    if isinstance(task, FiniteMonoid):
        return Classification(name or task.name, task, green_relations(task), None)
    least = minimal_machine(task, max_states=max_states)
    shown = name or "the task"
    monoid = TransformationMonoid.generated(least.next.T, least.alphabet, shown, max_elements)
    return Classification(shown, monoid, green_relations(monoid), least)


def _cycles(images: list[int]) -> list[tuple[int, ...]]:
    """The cycles of a transformation, each from its least point."""
    found = []
    met = [False] * len(images)
    for point in range(len(images)):
        path: list[int] = []
        while not met[point]:
            met[point] = True
            path.append(point)
            point = images[point]
        if point in path:
            cycle = path[path.index(point) :]
            turn = cycle.index(min(cycle))
            found.append(tuple(cycle[turn:] + cycle[:turn]))
    return found


def _texts(word: Word) -> list[str]:
    return [text(symbol) for symbol in word]
