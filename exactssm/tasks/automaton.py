"""Finite automata by tables: complete, deterministic, with an output on every step (a Mealy machine).

    q_t = delta(q_{t-1}, x_t),    output_t = lambda(q_{t-1}, x_t)

A Moore machine is the case where the output depends on q_t alone, and a DFA the Moore machine that says after every
symbol whether the prefix read so far is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, TypeAlias, TypeVar

from exactssm.errors import DomainError, SymbolError
from exactssm.machine import Output, State, Symbol, check_symbol
from exactssm.tasks._parameter import bounded, distinct

__all__ = ["MAX_ENTRIES", "Automaton", "StepTable", "all_dfas"]

MAX_ENTRIES = 1_000_000  #: the most entries, states times symbols, that an automaton's table may have

T = TypeVar("T")
# Any: a Mapping is invariant in its keys, and states and symbols of any types must do
StepTable: TypeAlias = Mapping[Any, T] | Callable[[State, Symbol], T]


@dataclass(frozen=True)
class Automaton:
    """A complete deterministic Mealy machine, given by its tables.

    ``delta`` and ``output`` are mappings with a key (state, symbol) for every state and symbol, or functions of both,
    which are tabulated here. An output may be UNSPECIFIED. States that can't be reached are allowed.

    >>> from exactssm.machine import run
    >>> toggle = Automaton("t", states="ab", start="a", delta={("a", "t"): "b", ("b", "t"): "a"}, output=lambda q, x: q)
    >>> run(toggle, "ttt").outputs
    ('a', 'b', 'a')

    Raises: SymbolError, for symbols that are none, repeated or not in the alphabet; DomainError, for states that are
    none, repeated or unknown, for a missing entry, and for a table of more than `MAX_ENTRIES` entries.
    """

    alphabet: tuple[Symbol, ...]
    states: tuple[State, ...]
    start: State
    delta: Mapping[tuple[State, Symbol], State] = field(repr=False)
    output: Mapping[tuple[State, Symbol], Output] = field(repr=False)

    def __init__(
        self,
        alphabet: Iterable[Symbol],
        states: Sequence[State],
        start: State,
        delta: StepTable[State],
        output: StepTable[Output],
    ) -> None:
        symbols = distinct(alphabet, "the alphabet of an automaton")
        if len(states) * len(symbols) > MAX_ENTRIES:
            raise DomainError(
                f"an automaton may have at most {MAX_ENTRIES} entries, states times symbols; "
                f"got {len(states)} states and {len(symbols)} symbols"
            )
        nodes = _distinct_states(states)
        object.__setattr__(self, "alphabet", symbols)
        object.__setattr__(self, "states", nodes)
        object.__setattr__(self, "start", start)
        known = frozenset(nodes)
        _check_state(start, known, "the start state")
        object.__setattr__(self, "delta", self._tabulated(delta, known, "delta"))
        object.__setattr__(self, "output", self._tabulated(output, known, "output"))
        for (state, symbol), successor in self.delta.items():
            _check_state(successor, known, f"delta({state!r}, {symbol!r})")
        for (state, symbol), emitted in self.output.items():
            if not _hashable(emitted):
                raise DomainError(f"output({state!r}, {symbol!r}) must be hashable, got {emitted!r}")

    def _tabulated(self, table: StepTable[T], known: frozenset[State], what: str) -> dict[tuple[State, Symbol], T]:
        """``table`` as a dict with exactly one key for each state and symbol, in their order."""
        keys = product(self.states, self.alphabet)
        if not isinstance(table, Mapping):
            return {(state, symbol): table(state, symbol) for state, symbol in keys}
        entries: dict[tuple[State, Symbol], T] = {}
        for state, symbol in keys:
            if (state, symbol) not in table:
                raise DomainError(
                    f"{what} must be defined for every state and symbol; state {state!r} lacks symbol {symbol!r}"
                )
            entries[state, symbol] = table[state, symbol]
        if len(table) != len(entries):
            self._refuse_key(next(key for key in table if key not in entries), known, what)
        return entries

    def _refuse_key(self, key: object, known: frozenset[State], what: str) -> None:
        if not (isinstance(key, tuple) and len(key) == 2):
            raise DomainError(f"a key of {what} must be a pair (state, symbol), got {key!r}")
        state, symbol = key
        _check_state(state, known, f"the state of {what}'s key {key!r}")
        raise SymbolError(
            f"{what} has an entry for state {state!r} and symbol {symbol!r}, which is not in the alphabet"
        )

    @classmethod
    def mealy(
        cls,
        alphabet: Iterable[Symbol],
        states: Sequence[State],
        start: State,
        delta: StepTable[State],
        output: StepTable[Output],
    ) -> Automaton:
        """The automaton whose output is a function of the state before the symbol and the symbol: the general form."""
        return cls(alphabet, states, start, delta, output)

    @classmethod
    def moore(
        cls,
        alphabet: Iterable[Symbol],
        states: Sequence[State],
        start: State,
        delta: StepTable[State],
        output: Mapping[State, Output] | Callable[[State], Output],
    ) -> Automaton:
        """The automaton whose output is a function of the state *after* the symbol.

        >>> from exactssm.machine import run
        >>> latch = Automaton.moore("sr", (0, 1), 0, lambda q, x: int(x == "s"), {0: "off", 1: "on"})
        >>> run(latch, "ssr").outputs
        ('on', 'on', 'off')

        Raises: as the class; DomainError, if a mapping ``output`` lacks a state or has an unknown one.
        """
        # The tables come first, so that a bad successor is reported as such and not as a missing output.
        bare = cls(alphabet, states, start, delta, lambda state, symbol: None)
        if isinstance(output, Mapping):
            known = frozenset(bare.states)
            for state in output:
                _check_state(state, known, "a state that output is given for")
            for state in bare.states:
                if state not in output:
                    raise DomainError(f"output must be given for every state; state {state!r} lacks it")
            of_state = output.__getitem__
        else:
            of_state = output
        return cls(bare.alphabet, bare.states, start, bare.delta, {at: of_state(q) for at, q in bare.delta.items()})

    @classmethod
    def dfa(
        cls,
        alphabet: Iterable[Symbol],
        states: Sequence[State],
        start: State,
        accepting: Iterable[State],
        delta: StepTable[State],
    ) -> Automaton:
        """The acceptor of a language: after each symbol, True if the prefix that ends there is in it, else False.

        The empty prefix has no step, so whether it is accepted can't be seen.

        >>> from exactssm.machine import run
        >>> run(Automaton.dfa("ab", (0, 1), 0, {1}, lambda q, x: int(x == "b")), "abb").outputs
        (False, True, True)

        Raises: as the class; DomainError, if an accepting state is unknown.
        """
        final = tuple(accepting)
        known = frozenset(_distinct_states(states))
        for state in final:
            _check_state(state, known, "an accepting state")
        return cls.moore(alphabet, states, start, delta, frozenset(final).__contains__)

    def __hash__(self) -> int:
        return hash((self.alphabet, self.states, self.start))

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        try:
            return self.delta[state, symbol], self.output[state, symbol]
        except KeyError:
            check_symbol(symbol, self.alphabet, 0)
            raise DomainError(f"the automaton has no state {state!r}") from None


def all_dfas(n_states: int, alphabet: Iterable[Symbol]) -> Iterator[Automaton]:
    """Every complete transition map on the states 0 .. n-1, with every start state; the output is the state.

    With n states and k symbols there are n^(nk) * n of them: transition maps in lexicographic order, and for each the
    start states in order. An acceptor is one of these with its output renamed, so what holds of the state here holds of
    every DFA of that size.

    >>> sum(1 for _ in all_dfas(2, "ab"))
    32

    Raises: DomainError, unless 1 <= n_states <= 100; SymbolError, for no or repeated symbols.
    """
    size = bounded(n_states, "the number of states", 1, 100)
    symbols = distinct(alphabet, "the alphabet of an automaton")
    return _all_dfas(tuple(range(size)), symbols)


def _all_dfas(states: tuple[int, ...], symbols: tuple[Symbol, ...]) -> Iterator[Automaton]:
    keys = tuple(product(states, symbols))
    for successors in product(states, repeat=len(keys)):
        delta = dict(zip(keys, successors, strict=True))
        for start in states:
            yield Automaton(symbols, states, start, delta, delta)


def _distinct_states(states: Sequence[State]) -> tuple[State, ...]:
    return distinct(states, "the states of an automaton", "state", DomainError)


def _check_state(state: object, known: frozenset[State], what: str) -> None:
    if not _hashable(state) or state not in known:
        raise DomainError(f"{what} must be one of the automaton's states, got {state!r}")


def _hashable(value: object) -> bool:
    try:
        hash(value)
    except TypeError:
        return False
    return True
