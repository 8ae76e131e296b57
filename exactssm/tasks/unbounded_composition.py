"""Composition of any number of functions: a stream writes x_0, then f_1, f_2, ... value by value; the answer is asked
whenever it ends.

K-function composition for every K at once, as one machine with finitely many states, so that a model of it can be
proved right for all K.

Source: 2604.14501, whose lower bounds are for K functions and a model made for K.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

from exactssm.machine import UNSPECIFIED, Output, State, Symbol, Word
from exactssm.tasks._parameter import bounded
from exactssm.tasks.composition import DEAD, EOS

__all__ = ["UnboundedComposition"]

_MAX_DOMAIN: Final = 999  #: N^2 + N + 1 symbols, at most `exactssm.tasks.composition.MAX_ALPHABET`


@dataclass(frozen=True)
class UnboundedComposition:
    """The task: f_K(... f_1(x_0)) at the end of every well-formed stream, whatever K >= 0, and nothing anywhere else.

    A well-formed stream is ("start", x_0); then for each function in order of application its entries (i, f(i)),
    i = 0, ..., N-1; then ("eos",). Blocks are told apart by i alone. With the block number k in front of every entry
    it is a stream of `FunctionComposition(N, K)`.

    A state is None before x_0, then (i, v, w): entry i of a block is due, v is the value that the block's function is
    to be applied to, and w the function's value there, or None before it is met. What can't continue a well-formed
    stream leads to DEAD for ever, and so does EOS.

    >>> from exactssm.machine import run
    >>> task = UnboundedComposition(2)
    >>> task.stream(1, [(0, 1), (1, 0)])
    (('start', 1), (0, 0), (1, 1), (0, 1), (1, 0), ('eos',))
    >>> [run(task, task.stream(1, [(1, 0)] * K)).outputs[-1] for K in range(5)]
    [1, 0, 1, 0, 1]

    Raises: DomainError, unless N is an int from 1 to 999.
    """

    N: int

    def __post_init__(self) -> None:
        bounded(self.N, "N, the size of the domain,", 1, _MAX_DOMAIN)

    @cached_property
    def alphabet(self) -> tuple[Symbol, ...]:
        """The starts, the entries by i and then by value, EOS."""
        domain = range(self.N)
        return (*(("start", x) for x in domain), *product(domain, repeat=2), EOS)

    @property
    def start(self) -> State:
        return None

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(symbol, tuple)
        if state == DEAD:
            return DEAD, UNSPECIFIED
        if state is None:
            return ((0, symbol[1], None) if symbol[0] == "start" else DEAD), UNSPECIFIED
        assert isinstance(state, tuple)
        due, v, w = state
        if symbol == EOS:
            return DEAD, (v if due == 0 else UNSPECIFIED)
        if symbol[0] != due:
            return DEAD, UNSPECIFIED
        if due == v:
            w = symbol[1]
        return ((0, w, None) if due == self.N - 1 else (due + 1, v, w)), UNSPECIFIED

    def is_dead(self, state: State) -> bool:
        """Whether nothing is demanded from ``state`` on. Exact: from every other state some word gets an answer."""
        return state == DEAD

    def stream(self, x0: int, functions: Sequence[Sequence[int]]) -> Word:
        """The well-formed stream of x_0 and any number of functions, each given by its N values.

        Raises: DomainError, if x_0 or a value is not in range(N), or a function has not N values.
        """
        word: list[Symbol] = [("start", bounded(x0, "x_0", 0, self.N - 1))]
        for k, f in enumerate(functions, start=1):
            bounded(len(f), f"the number of values of f_{k}", self.N, self.N)
            word += [(i, bounded(y, f"f_{k}({i})", 0, self.N - 1)) for i, y in enumerate(f)]
        return (*word, EOS)
