"""Which architectures do a finite task, each answer with its evidence: a model built and proved, or words that refute.

All of them compute exactly and reach finitely many states, and readouts see the state after the letter:

    IDS4               one layer, h' = A(x) h + B x: every automaton (2404.08819 Thm 5.2)
    RNN-SSM            one layer, h' = sgn(A h + B x): every automaton (Thm 5.1)
    diagonal           h' = a(x) * h + b(x), a complex, real or not negative: as `verify.algebra.classification` says
    S4                 h' = A h + b(x), A the same on every letter: as `constructions.automata.s4_windows` says

*Yes* says whether a model was built and proved for words of every length, with its measured resources, or only that a
theorem promises one. *No* comes with words of the proof, for a stack of one layer, or with the group that decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from constructions.automata.automaton_cascade import stack_of
from constructions.automata.cascade_parts import AutomatonCascade
from constructions.automata.ids4 import ids4_without_start
from constructions.automata.repetition import cycle_words, stutter_words
from constructions.automata.rnn_ssm import rnn_ssm
from constructions.automata.s4_refuter import s4_witness
from constructions.automata.s4_windows import ends_of, s4_stack
from constructions.claim import Confusion
from exactssm.algebra import Group
from exactssm.errors import BudgetExhausted, ConstructionError, DomainError
from exactssm.machine import Machine, Output, State, Symbol, Word
from exactssm.models import Block, Model
from exactssm.table import TableMachine, minimise, tabulate
from exactssm.tasks import Automaton
from verify.algebra.classification import NUMBERS, Classification
from verify.algebra.placement import Placement
from verify.algebra.track import track
from verify.decision import decide
from verify.resources import Resources, measure
from verify.search.reachability import ClosedPairs
from verify.trace import text
from verify.verdict import Proved

__all__ = ["Answer", "architectures"]

MAX_IDS4: Final = 500_000  #: entries of all matrices
MAX_UNITS: Final = 3_600  #: of a sign layer: a group of 60 elements, all of them for letters
MAX_SUMS: Final = 1_600_000_000  #: of a proof of one: units^2 (states + letters), a quarter of a minute
MAX_PAIRS: Final = 20_000  #: of a proof
ALWAYS: Final = 1000  #: pairs that are gone through at any rate
MAX_UPDATES: Final = 250_000  #: of coordinates, by more pairs: a few seconds


@dataclass(frozen=True)
class Answer:
    """Whether an architecture does a task."""

    architecture: str
    does: bool
    reason: str  #: how it is known
    least_depth: int | None = None  #: fewer layers don't do it
    resources: Resources | None = None  #: of the model that was built and proved
    method: str = ""  #: of the proof
    words: Confusion | None = None  #: two words that one layer takes for one, though other outputs are demanded

    def as_json(self) -> dict[str, Any]:
        """What ``exactssm classify --json`` writes for each architecture."""
        return {
            "architecture": self.architecture,
            "does": self.does,
            "reason": self.reason,
            "proved": self.resources is not None,
            "method": self.method or None,
            "least_depth": self.least_depth,
            "resources": None if self.resources is None else self.resources.as_json(),
            "words": None if self.words is None else [_texts(self.words.first), _texts(self.words.second)],
        }


def _texts(word: Word) -> list[str]:
    return [text(symbol) for symbol in word]


def architectures(
    placement: Placement, task: Machine, *, progress: Callable[[str], None] | None = None
) -> tuple[Answer, ...]:
    """The answer for each architecture; ``task`` is what was classified, the word problem itself where it is a group's.

    >>> from exactssm.tasks import star
    >>> from verify.algebra.classification import classify
    >>> from verify.algebra.placement import place
    >>> task = star("ab")
    >>> [(a.architecture, a.does) for a in architectures(place(classify(task)), task)][-3:]
    [('non-negative diagonal', False), ('the same, token shift', True), ('S4', False)]
    """
    return tuple(_Answers(placement, task, progress or (lambda news: None)).all())


@dataclass(frozen=True, eq=False)
class _Answers:
    placement: Placement
    task: Machine
    progress: Callable[[str], None]

    @property
    def found(self) -> Classification:
        return self.placement.found

    def all(self) -> Iterator[Answer]:
        one = int(not self.found.needs_no_layer)
        yield self.built("IDS4", "a matrix for each letter (2404.08819)", self.ids4, one)
        reason = "a unit for each state and letter (2404.08819)"
        yield self.built("RNN-SSM", reason, self.rnn, one, always=2 * MAX_UNITS)
        for numbers in ("complex", "real", "non-negative"):
            yield self.diagonal(numbers)
        if self.found.needs_token_shift:
            yield self.built(
                "the same, token shift",
                "aperiodic",
                lambda: self.stack("non-negative", "shift"),
                one,
            )
        yield self.s4()

    # models

    def built(
        self,
        architecture: str,
        reason: str,
        build: Callable[[], Model],
        least_depth: int | None = None,
        always: int = ALWAYS,
    ) -> Answer:
        """The architecture does it; so a model is built and proved, if it isn't too large."""
        self.progress(f"{self.found.name}: {architecture}")
        try:
            model = build()
            once = len(model.alphabet) * sum(layer.width for layer in model.layers())
            pairs = min(MAX_PAIRS, max(always, MAX_UPDATES // once))
            verdict = decide(model, self.task, max_pairs=pairs)
        except (BudgetExhausted, ConstructionError, DomainError) as error:
            return Answer(architecture, True, f"{reason}; not built: {error}", least_depth)
        if not isinstance(verdict, Proved):
            assert verdict.name == "inconclusive", verdict
            return Answer(architecture, True, f"{reason}; built, but not proved with {pairs} state pairs", least_depth)
        assert isinstance(verdict.certificate, ClosedPairs)
        resources = measure(model, verdict.certificate.pairs, self.task, verdict.use)
        return Answer(architecture, True, reason, least_depth, resources, verdict.method)

    @cached_property
    def table(self) -> TableMachine:
        if self.found.machine is not None:
            return self.found.machine
        return minimise(tabulate(self.task))

    @cached_property
    def automaton(self) -> tuple[Automaton, dict[State, Output]]:
        """The least machine with its last output in its state, which it puts out; and what each state puts out."""
        table = self.table
        after, out = table.next.tolist(), table.out.tolist()
        ends = {(q, o) for row, outputs in zip(after, out, strict=True) for q, o in zip(row, outputs, strict=True)}
        start = min((end for end in ends if end[0] == table.start), default=(table.start, -1))
        moves: dict[Any, Any] = {}
        states, known = [start], {start}
        for state in states:  # which grows while it is read
            q, _ = state
            for i, symbol in enumerate(table.alphabet):
                end = after[q][i], out[q][i]
                moves[state, symbol] = end
                if end not in known:
                    known.add(end)
                    states.append(end)
        said: dict[State, Output] = {state: table.outputs[state[1]] if state[1] >= 0 else None for state in states}
        return Automaton.moore(table.alphabet, states, start, moves, lambda state: state), said

    def ids4(self) -> Model:
        states, letters = self.found.states, self.found.letters
        if states * states * letters > MAX_IDS4:
            raise BudgetExhausted(f"{letters} matrices of {states} by {states} have more than {MAX_IDS4} entries")
        automaton, said = self.automaton
        return _saying(ids4_without_start(automaton), said)

    def rnn(self) -> Model:
        letters = self.found.letters
        _bound_units(self.found.states, letters)
        automaton, said = self.automaton
        _bound_units(len(automaton.states), letters)
        try:
            return _saying(rnn_ssm(automaton, 0), said)
        except ConstructionError:  # two states and one letter: each of them twice, in turn
            twice = Automaton.moore(
                automaton.alphabet,
                [(q, turn) for q in automaton.states for turn in (0, 1)],
                (automaton.start, 0),
                lambda q, x: (automaton.delta[q[0], x], 1 - q[1]),  # type: ignore[index]
                lambda q: q,
            )
            return _saying(rnn_ssm(twice, 0), {q: said[q[0]] for q in twice.states})  # type: ignore[index]

    @cached_property
    def cascade(self) -> AutomatonCascade:
        return AutomatonCascade(self.task)

    def stack(self, numbers: str, delay: str | None = None) -> Model:
        return stack_of(self.cascade, numbers, delay)

    def windows(self) -> Model:
        ends = ends_of(self.task)
        assert ends is not None
        cells = ends.first + ends.last
        if cells and len(self.task.alphabet) ** (cells + 1) > MAX_PAIRS:
            raise BudgetExhausted(f"a window of {cells + 1} letters has more than {MAX_PAIRS} states")
        return s4_stack(self.task)

    # diagonal layers

    def diagonal(self, numbers: str) -> Answer:
        name = f"{numbers} diagonal"
        kinds = list(NUMBERS)
        if kinds.index(self.found.numbers) > kinds.index(numbers) or (
            numbers == "non-negative" and self.found.needs_token_shift
        ):
            return self.refused(name, numbers)
        least = self.found.depth_over(numbers)
        why = {
            "complex": "solvable groups",
            "real": "2-groups",
            "non-negative": "aperiodic, and repetitions don't count",
        }
        structure = self.found.monoid
        if isinstance(structure, Group):
            self.progress(f"{self.found.name}: {name}")
            tracked = track(structure, "real" if numbers == "real" else "cyclotomic", max_pairs=MAX_PAIRS)
            if tracked.verdict == "proved" and numbers != "non-negative":
                return Answer(name, True, why[numbers], least, tracked.resources, tracked.method)
        return self.built(name, why[numbers], lambda: self.stack(numbers), least)

    def refused(self, name: str, numbers: str) -> Answer:
        if numbers == "complex":
            group = self.found.unsolvable
            assert group is not None
            return Answer(name, False, f"{group.structure.name} is not solvable (2603.01959)")
        if self.found.numbers == "non-negative":
            return Answer(
                name, False, "a letter read twice looks like one", words=self.words(lambda: stutter_words(self.task))
            )
        odd = numbers == "real"
        turning = self.found.turning_oddly if odd else self.found.turning
        assert turning is not None
        why = f"a word of order {turning.order}" + (", no power of 2" if odd else "")
        return Answer(name, False, why, words=self.words(lambda: cycle_words(self.task, 1, negative=odd)))

    def words(self, find: Callable[[], Confusion | None]) -> Confusion | None:
        """Words for one layer, if they can be found."""
        if self.found.states > 100:
            return None
        try:
            return find()
        except BudgetExhausted:
            return None

    # S4

    def s4(self) -> Answer:
        stable = self.placement.stable
        if stable.is_locally_trivial:
            least = int(not self.found.needs_no_layer) + int(not stable.is_definite)
            return self.built("S4", f"{self.placement.ends_tell} it", self.windows, least)

        def one_coordinate() -> Confusion | None:
            witness = s4_witness(self.task, stacks=False)
            return None if witness is None else witness.for_one_layer(1)

        return Answer("S4", False, "letters in the middle count: exe isn't e", words=self.words(one_coordinate))


def _bound_units(states: int, letters: int) -> None:
    units = states * letters
    if units > MAX_UNITS:
        raise BudgetExhausted(f"{units} units are more than {MAX_UNITS}")
    if (sums := units**2 * (states + letters)) > MAX_SUMS:
        raise BudgetExhausted(f"{units} units of {states} states take {sums} sums, more than {MAX_SUMS}")


def _saying(model: Model, said: Mapping[State, Output]) -> Model:
    """``model``, which puts out a state, with that state's output instead."""
    (block,) = model.blocks

    def readout(state: Any, letter: Symbol) -> Output:
        return said[block.readout(state, letter)]

    return Model(model.alphabet, [Block(block.layer, readout)])
