"""Collisions of words that are too long to be written out: straight-line programs, replayed by composing maps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from exactssm.errors import CertificateError, ExactssmError
from exactssm.machine import Machine, Output, State, Symbol, Word, run
from exactssm.straight_line import Program
from verify.trace import Labels, check_answers, check_last_symbols, collision_text, factor, labels_of, named, text

__all__ = ["WRITTEN_OUT", "End", "LongCollision", "ends_of"]

WRITTEN_OUT = 1000
"""Words of at most so many letters are read letter by letter as well."""

MAX_STATES = 10**6


class End(NamedTuple):
    """Where a word leads a machine, and what the machine puts out there."""

    state: State
    output: Output


def ends_of(machine: Machine, words: Sequence[Program], *, max_states: int = MAX_STATES) -> tuple[End, ...]:
    """What `exactssm.run` would find at the end of each word, without writing it out.

    The machine is tabulated; what each letter does to its states is a map, and the maps are composed along the nodes of
    the program. The last letter is read by the machine itself.

    >>> from exactssm.tasks import mod_counter
    >>> ends_of(mod_counter(7), [Program.of("10") * 10**30])[0].output == 10**30 % 7
    True

    Raises: CertificateError, if a word is empty or holds what is no letter, or if it is short enough to be written out,
    and leads elsewhere letter by letter; BudgetExhausted, if more than ``max_states`` states are reachable.
    """
    for word in words:
        if strange := sorted(map(repr, word.letters - set(machine.alphabet))):
            raise CertificateError(f"the words must be over the machine's alphabet; {strange[0]} isn't in it")
        if not word:
            raise CertificateError("the words must have at least one symbol; one has none")
    ends = _composed(machine, words, max_states)
    for word, end in zip(words, ends, strict=True):
        if word.length <= WRITTEN_OUT:
            walk = run(machine, word)
            if end != (walk.states[-1], walk.outputs[-1]):
                shown = word.as_text(100)
                raise CertificateError(f"read letter by letter, {shown} must lead to the same state; it doesn't")
    return ends


def _composed(machine: Machine, words: Sequence[Program], max_states: int) -> tuple[End, ...]:
    import numpy as np

    from exactssm.algebra.least_rank import letter_maps
    from exactssm.table import tabulate

    table = tabulate(machine, max_states=max_states)
    maps, identity = letter_maps(table), np.arange(len(table.next), dtype=np.int32)

    def end(word: Program) -> End:
        before = int(word.without_last().evaluate(maps.__getitem__, lambda f, g: g[f], identity)[table.start])
        return End(*machine.step(table.label(before), word[-1]))

    return tuple(map(end, words))


@dataclass(frozen=True)
class LongCollision:
    """Two words that end in one symbol and leave a model in one state, while different answers are demanded."""

    first: Program
    second: Program
    state: State  #: the model's, after either word
    demanded: tuple[Output, Output]
    labels: Labels = field(default=(), compare=False, repr=False)  #: of elements, in a word problem

    @classmethod
    def between(cls, model: Machine, task: Machine, first: Program, second: Program) -> LongCollision:
        """What the two words do; `replay` says whether it is a collision. Raises CertificateError, as `ends_of`."""
        one, other = ends_of(task, (first, second))
        (end,) = ends_of(model, (first,))
        return cls(first, second, end.state, (one.output, other.output), labels_of(task))

    @property
    def word(self) -> Word:
        """The longer word, in one text."""
        return (self.longer.as_text(),)

    @property
    def longer(self) -> Program:
        return max(self.first, self.second, key=lambda word: word.length)

    def replay(self, model: Machine, task: Machine) -> None:
        """Raise CertificateError, unless the two words do to ``model`` and ``task`` what is recorded."""
        words = self.first, self.second
        try:
            states = [end.state for end in ends_of(model, words)]
            demanded = tuple(end.output for end in ends_of(task, words))
        except CertificateError:
            raise
        except ExactssmError as error:
            raise CertificateError(f"the collision doesn't replay: {error}") from error
        check_last_symbols(self.first, self.second)
        if states != [self.state, self.state]:
            raise CertificateError("both words must lead to the state recorded; they don't")
        check_answers(self.demanded, demanded)

    def as_json(self) -> dict[str, Any]:
        """Both words as programs, the state and both answers as text."""
        return {
            "programs": [word.as_json(text) for word in (self.first, self.second)],
            "state": text(self.state),
            "demanded": [text(answer) for answer in self.demanded],
        }

    def as_text(self) -> str:
        """One sentence."""

        def letter(symbol: Symbol) -> str:
            return factor(named(symbol, self.labels))

        first, second = (word.as_text(120, letter) for word in (self.first, self.second))
        return collision_text(first, second, self.state, self.demanded, self.labels)
