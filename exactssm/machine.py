"""A machine: a deterministic letter-to-letter transducer, the one thing that everything here reads words with.

A layer with its readout, a stack of layers, a model with chain of thought, a streaming algorithm, the running product
of a group, a finite automaton, a table from a file: all are machines, so every verifier is written once, against two of
them: the *model* and the *task*. Outputs belong to steps, not to states, so the memory of a machine is its state alone.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from itertools import product
from typing import Final, NamedTuple, Protocol, TypeAlias

from exactssm.errors import ExactssmError, SymbolError, ThoughtLimitExceeded

__all__ = [
    "UNSPECIFIED",
    "Around",
    "Cascade",
    "Machine",
    "Output",
    "Relabelled",
    "Renamed",
    "Restricted",
    "Run",
    "State",
    "Symbol",
    "Word",
    "cascade",
    "check_alphabets",
    "check_symbol",
    "name_word",
    "outputs",
    "run",
    "words",
]

Symbol: TypeAlias = Hashable
State: TypeAlias = Hashable
Output: TypeAlias = Hashable
Word: TypeAlias = tuple[Symbol, ...]


class Unspecified(Enum):
    """The type of `UNSPECIFIED`."""

    UNSPECIFIED = "unspecified"

    def __repr__(self) -> str:
        return "UNSPECIFIED"


UNSPECIFIED: Final = Unspecified.UNSPECIFIED
"""The output of a task at a step where nothing is demanded; every output of a model meets it."""


class Machine(Protocol):
    """What reads words.

    Every verdict rests on two promises that can't be checked. `step` is a pure function: it remembers nothing and
    changes nothing that it is given. And it doesn't tell equal values apart: symbols, states and outputs are hashable,
    ``==`` is an equivalence on them, and equal ones are one. So the outputs 1, True and Fraction(1) are the same, and
    "1" is another.
    """

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        """The symbols, each once. Their order decides which of the shortest counterexamples comes first."""
        ...

    @property
    def start(self) -> State:
        """The state before the first symbol."""
        ...

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        """The state after ``symbol``, and the output of this step."""
        ...


class Run(NamedTuple):
    """A machine's run along a word of length n."""

    states: tuple[State, ...]  #: n + 1 of them, the start state first
    outputs: tuple[Output, ...]  #: n of them


def check_symbol(symbol: Symbol, alphabet: Sequence[Symbol], position: int) -> None:
    """Raise SymbolError unless ``symbol``, found at ``position`` (counted from 0), is in ``alphabet``."""
    if symbol not in alphabet:
        shown = ", ".join(map(repr, alphabet[:12])) + (", ..." if len(alphabet) > 12 else "")
        raise SymbolError(f"position {position}: {symbol!r} is not in the alphabet ({shown})")


def check_alphabets(model: Machine, task: Machine) -> None:
    """Raise SymbolError unless both machines read the same symbols, each once, in whatever order."""
    ours, theirs = set(model.alphabet), set(task.alphabet)
    for who, alphabet, symbols in (("model", model.alphabet, ours), ("task", task.alphabet, theirs)):
        if len(alphabet) != len(symbols):
            raise SymbolError(f"each symbol of an alphabet stands once, got {alphabet!r} of the {who}")
    if ours != theirs:
        missing = sorted(map(repr, theirs - ours))[:5]
        extra = sorted(map(repr, ours - theirs))[:5]
        raise SymbolError(
            f"model and task must read the same alphabet; only the task reads {', '.join(missing) or 'nothing'}; "
            f"only the model reads {', '.join(extra) or 'nothing'}"
        )


LONGEST_SHOWN = 64


def name_word(error: Exception, word: Word) -> None:
    """Make ``error``, which a step raised, name the word that was read, the step's own symbol last."""
    if len(word) <= LONGEST_SHOWN:
        place = f"on the word {word!r}"
    else:
        place = f"on a word of {len(word)} symbols, which ends in {word[-LONGEST_SHOWN:]!r}"
    if isinstance(error, ThoughtLimitExceeded):
        error.word = word
    if isinstance(error, ExactssmError):
        error.args = (f"{place}: {error}",)
    else:
        error.add_note(place)


def run(machine: Machine, word: Iterable[Symbol]) -> Run:
    """Run ``machine`` along ``word`` from its start state.

    >>> from exactssm.tasks import parity
    >>> run(parity(), "101").outputs
    ('odd', 'odd', 'even')

    Raises: SymbolError, if a symbol is not in the alphabet; what the machine raises, which then names the word.
    """
    steps = list(_steps(machine, word))
    return Run((machine.start, *(state for state, _ in steps)), tuple(output for _, output in steps))


def outputs(machine: Machine, word: Iterable[Symbol]) -> Iterator[Output]:
    """The outputs along ``word``, one by one, as it is read; the word may be endless.

    >>> from exactssm.tasks import parity
    >>> list(outputs(parity(), "11"))
    ['odd', 'even']

    Raises: as `run`.
    """
    return (output for _, output in _steps(machine, word))


def _steps(machine: Machine, word: Iterable[Symbol]) -> Iterator[tuple[State, Output]]:
    """The state after each symbol of ``word``, with the output there."""
    alphabet = frozenset(machine.alphabet)
    state = machine.start
    read: list[Symbol] = []
    for position, symbol in enumerate(word):
        if symbol not in alphabet:
            check_symbol(symbol, machine.alphabet, position)
        read.append(symbol)
        try:
            state, output = machine.step(state, symbol)
        except Exception as error:
            name_word(error, tuple(read))
            raise
        yield state, output


def words(alphabet: Sequence[Symbol], max_length: int, min_length: int = 0) -> Iterator[Word]:
    """All words of the given lengths, shorter ones first and in alphabet order within a length.

    >>> ["".join(word) for word in words("ab", 2)]
    ['', 'a', 'b', 'aa', 'ab', 'ba', 'bb']
    """
    for length in range(min_length, max_length + 1):
        yield from product(alphabet, repeat=length)


@dataclass(frozen=True)
class Cascade:
    """Machines in series: each one reads what the one before it puts out, and the last one's output is the output.

    Raises: SymbolError from `step`, if a machine puts out what the next one doesn't read.
    """

    machines: tuple[Machine, ...]

    @cached_property
    def _alphabets(self) -> tuple[frozenset[Symbol], ...]:
        return tuple(frozenset(machine.alphabet) for machine in self.machines)

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.machines[0].alphabet

    @property
    def start(self) -> State:
        return tuple(machine.start for machine in self.machines)

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, tuple)
        after: list[State] = []
        letter: Output = symbol
        for depth, (machine, inner) in enumerate(zip(self.machines, state, strict=True)):
            if letter not in self._alphabets[depth]:
                raise SymbolError(f"machine {depth} of the cascade reads {machine.alphabet!r}, but is given {letter!r}")
            inner, letter = machine.step(inner, letter)
            after.append(inner)
        return tuple(after), letter


def cascade(*machines: Machine) -> Cascade:
    """The `Cascade` of the given machines, the one that reads the input first.

    >>> from exactssm.tasks import parity
    >>> flip = Relabelled(parity(), {"odd": "1", "even": "0"})
    >>> run(cascade(parity(), flip), "110").outputs
    ('odd', 'odd', 'odd')
    """
    if not machines:
        raise SymbolError("a cascade needs at least one machine, got none")
    return Cascade(machines)


@dataclass(frozen=True)
class Restricted:
    """``machine`` on fewer symbols, in the order given here.

    Raises: SymbolError, if a symbol is not one of the machine's, or stands twice.
    """

    machine: Machine
    alphabet: tuple[Symbol, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "alphabet", tuple(self.alphabet))
        for position, symbol in enumerate(self.alphabet):
            check_symbol(symbol, self.machine.alphabet, position)
        if len(set(self.alphabet)) != len(self.alphabet):
            raise SymbolError(f"each symbol of an alphabet stands once, got {self.alphabet!r}")

    @property
    def start(self) -> State:
        return self.machine.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        return self.machine.step(state, symbol)


@dataclass(frozen=True)
class Around:
    """The base of a machine that is built around another one: same symbols, same start, and a step of its own."""

    machine: Machine

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.machine.alphabet

    @property
    def start(self) -> State:
        return self.machine.start


@dataclass(frozen=True)
class Renamed(Around):
    """``machine`` with each specified output passed through ``rename``, a mapping or a pure function.

    Raises: SymbolError from `step`, if a mapping lacks an output.
    """

    rename: Mapping[Output, Output] | Callable[[Output], Output]

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        state, output = self.machine.step(state, symbol)
        if output is UNSPECIFIED:
            return state, output
        if not isinstance(self.rename, Mapping):
            return state, self.rename(output)
        if output not in self.rename:
            raise SymbolError(f"the renaming has no entry for the output {output!r}")
        return state, self.rename[output]


@dataclass(frozen=True)
class Relabelled:
    """``machine`` reading new symbols: ``symbols`` maps each new symbol to the old one that it stands for.

    Raises: SymbolError, if an old symbol is not one of the machine's.
    """

    machine: Machine
    symbols: Mapping[Symbol, Symbol]

    def __post_init__(self) -> None:
        for position, old in enumerate(self.symbols.values()):
            check_symbol(old, self.machine.alphabet, position)

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return tuple(self.symbols)

    @property
    def start(self) -> State:
        return self.machine.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        return self.machine.step(state, self.symbols[symbol])
