"""Cascades cut into parts, each of which is moved by what a stack of layers knows.

What a letter does at a level of a cascade (`exactssm.algebra.cascade_product`) depends on where the levels above stood
*before* it, and a readout sees them *after* it. The two differ on resets only, for a permutation can be undone. So the
levels are cut into *parts*. A part is as many levels as can be moved by what is known there:

- the letter,
- where the levels of the parts above stood before it,
- where the levels of this part stand after it, down to the one to be moved.

A cut costs a delay. With n cuts the last n + 1 letters are kept (`constructions.automata.delays`), and part i = 0 .. n
reads the letter of n - i steps ago: then the parts above have read later letters, and where they stood before this one
is known. The output is found as if it were one level more. Each cut is made as late as possible, so that they are few:
a later cut leaves more known to the levels after it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, TypeAlias, TypeVar

from constructions.automata.permutation_reset import NUMBERS, PermutationReset
from exactssm.algebra.cascade_product import Code, PermutationResetCascade, Transformation
from exactssm.algebra.holonomy import holonomy_cascade
from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import UNSPECIFIED, Machine, Output
from exactssm.table import TableMachine, minimise, tabulate

__all__ = ["AutomatonCascade", "Known"]

T = TypeVar("T")


class Known(NamedTuple):
    """What is passed from layer to layer."""

    letters: tuple[int | None, ...]  #: those that the parts from here on read, the next one first; None before the word
    before: Code  #: where the levels of the parts above stood before the next letter
    after: Code  #: where the levels of this part stand after it, as far as they have read it


_Seen: TypeAlias = tuple[int | None, Code, Code]
"""What decides an action or an output: the letter, and what is known of the levels before and after it."""


@dataclass(frozen=True, eq=False)
class AutomatonCascade:
    """A finite machine as a cascade, cut into parts.

    >>> from exactssm.tasks import star
    >>> found = AutomatonCascade(star("ab"))
    >>> found.cascade.sizes, found.cuts, found.delays, found.is_stutter_invariant, found.numbers
    ((2, 2), (0, 1), 1, False, 'non-negative')

    Raises: BudgetExhausted, if the machine has more than 1000 states, or its cascade too many sets or codes;
    DomainError, for more than 256 letters.
    """

    machine: Machine
    table: TableMachine = field(init=False)  #: the least table, if all outputs are specified; else the reachable states
    cascade: PermutationResetCascade = field(init=False)
    start: Code = field(init=False)
    cuts: tuple[int, ...] = field(init=False)  #: the first level of each part; the last part may have no level
    _acts: tuple[dict[_Seen, Transformation], ...] = field(init=False)  # for each level
    _outputs: dict[_Seen, Output] = field(init=False)

    def __post_init__(self) -> None:
        table = tabulate(self.machine, max_states=1000)
        if table.out.min() >= 0:
            table = minimise(table)
        cascade = holonomy_cascade(table.next.T.tolist(), [table.start])
        object.__setattr__(self, "table", table)
        object.__setattr__(self, "cascade", cascade)
        object.__setattr__(self, "start", next(iter(cascade.states)))
        self._cut()

    @property
    def delays(self) -> int:
        """How many letters before the last one have to be kept."""
        return len(self.cuts) - 1

    @cached_property
    def is_stutter_invariant(self) -> bool:
        """Whether reading a letter again changes neither the state nor the output."""
        successor, out = self.table.next, self.table.out
        return all(
            successor[successor[q, x], x] == successor[q, x] and out[successor[q, x], x] == out[q, x]
            for q in range(len(successor))
            for x in range(successor.shape[1])
        )

    @cached_property
    def numbers(self) -> str | None:
        """The fewest of `NUMBERS` that a stack can have; None, if there is no stack. Raises DomainError as `levels`."""
        for numbers in NUMBERS:
            try:
                self.levels(numbers)
            except ConstructionError:
                continue
            return numbers
        return None

    def levels(self, numbers: str) -> tuple[PermutationReset, ...]:
        """The automaton of each level, with its series. Raises ConstructionError, naming the group, where there is
        none; DomainError, for a group of more than 5040 elements."""
        actions: list[dict[Transformation, None]] = [{} for _ in self.cascade.sizes]
        for acts, found in zip(self._acts, actions, strict=True):
            found.update(dict.fromkeys(acts.values()))
        try:
            return tuple(PermutationReset(a, point, numbers) for a, point in zip(actions, self.start, strict=True))
        except ConstructionError as error:
            raise ConstructionError(f"{error}; a level of the automaton's cascade has that group") from None

    def _cut(self) -> None:
        """Cut as late as possible; for each level what it does, by what is seen there, and likewise the output."""
        steps = [
            (code, letter, self.cascade.step(code, letter))
            for code in self.cascade.states
            for letter in range(len(self.table.alphabet))
        ]
        cuts, acts = [0], []
        for level in range(len(self.cascade.sizes)):
            if (found := self._acts_at(level, cuts[-1], steps)) is None:
                cuts.append(level)
                found = self._acts_at(level, level, steps)
                assert found is not None, "where the levels above stood before a letter decides what it does"
            acts.append(found)
        if (outputs := self._outputs_after(cuts[-1], steps)) is None:
            cuts.append(len(self.cascade.sizes))
            outputs = self._outputs_after(cuts[-1], steps)
            assert outputs is not None
        object.__setattr__(self, "cuts", tuple(cuts))
        object.__setattr__(self, "_acts", tuple(acts))
        object.__setattr__(self, "_outputs", outputs)

    def _acts_at(
        self, level: int, cut: int, steps: Iterable[tuple[Code, int, Code]]
    ) -> dict[_Seen, Transformation] | None:
        """For all that is seen at ``level``, in a part that begins at ``cut``, an action of the cascade that takes
        every point where it has to go; None, if there isn't always one."""
        moves: defaultdict[_Seen, dict[int, int]] = defaultdict(dict)
        actions: defaultdict[_Seen, dict[Transformation, None]] = defaultdict(dict)
        for code, letter, after in steps:
            seen: _Seen = letter, code[:cut], after[cut:level]
            if moves[seen].setdefault(code[level], after[level]) != after[level]:
                return None
            actions[seen][self.cascade.action(code[:level], letter)] = None
        found: dict[_Seen, Transformation] = {}
        for seen, moved in moves.items():
            fitting = [a for a in actions[seen] if all(a[point] == image for point, image in moved.items())]
            if not fitting:
                return None
            found[seen] = fitting[0]
        return found

    def _outputs_after(self, cut: int, steps: Iterable[tuple[Code, int, Code]]) -> dict[_Seen, Output] | None:
        """For all that is seen after the last level the output; None, if there isn't always one."""
        found: dict[_Seen, Output] = {}
        for code, letter, after in steps:
            _, output = self.table.step(self.cascade.states[code], self.table.alphabet[letter])
            seen = letter, code[:cut], after[cut:]
            if (known := found.get(seen, UNSPECIFIED)) is UNSPECIFIED:
                found[seen] = output
            elif output not in (known, UNSPECIFIED):
                return None
        return found

    def act(self, level: int, known: Known) -> Transformation:
        """What the next letter does at ``level``. Raises DomainError where nothing leads there."""
        if known.letters[0] is None:
            return tuple(range(self.cascade.sizes[level]))
        return _look_up(self._acts[level], known)

    def output(self, known: Known) -> Output:
        """Raises DomainError where nothing leads there."""
        return _look_up(self._outputs, known)

    def next_part(self, known: Known) -> Known:
        """What the next part knows, when this one has read its letter."""
        letter, *rest = known.letters
        above = known.before if letter is None else self.cascade.step(known.before, letter)
        return Known(tuple(rest), above + known.after, ())


def _look_up(table: dict[_Seen, T], known: Known) -> T:
    try:
        return table[known.letters[0], known.before, known.after]
    except KeyError:
        raise DomainError(f"no word leads a cascade to where its levels stand as in {known!r}") from None
