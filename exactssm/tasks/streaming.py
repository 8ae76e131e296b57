"""One-pass streaming algorithms with a stated memory: the reference class for models with chain of thought.

    m_0 in range(2^s),    m_t = update(m_{t-1}, x_t),    output_t = answer(m_t)

Deterministic, one pass, unlimited computation inside a step; only what is kept between symbols is counted. The s bits
of the memory are written as one int.

Source: 2604.14501, the equivalence of online chain of thought and streaming algorithms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from exactssm.errors import DomainError
from exactssm.machine import Output, State, Symbol
from exactssm.tasks._parameter import bounded, distinct

__all__ = ["MAX_MEMORY_BITS", "StreamingAlgorithm", "bits_for"]

MAX_MEMORY_BITS = 1_000_000


def bits_for(count: int) -> int:
    """ceil(log2(count)): the least number of bits that tell ``count`` >= 1 values apart.

    >>> [bits_for(n) for n in (1, 2, 3, 4, 5)]
    [0, 1, 2, 2, 3]
    """
    return (count - 1).bit_length()


@dataclass(frozen=True)
class StreamingAlgorithm:
    """A streaming algorithm with s = ``memory_bits`` bits, as a machine that answers after every symbol.

    ``update`` and ``answer`` are pure functions, which is the caller's promise; a task that asks only at some memories
    answers UNSPECIFIED at the others.

    >>> from exactssm.machine import run
    >>> ones = StreamingAlgorithm("01", memory_bits=2, start=0, update=lambda m, x: (m + int(x)) % 4, answer=str)
    >>> run(ones, "11011").outputs
    ('1', '2', '2', '3', '0')

    Raises: DomainError, if the start memory does not fit into ``memory_bits`` (at most `MAX_MEMORY_BITS`), and from
    `step`, if an updated one does not; SymbolError, for no or repeated symbols.
    """

    alphabet: tuple[Symbol, ...]
    memory_bits: int
    start: int
    update: Callable[[int, Symbol], int]
    answer: Callable[[int], Output]

    def __init__(
        self,
        alphabet: Iterable[Symbol],
        memory_bits: int,
        start: int,
        update: Callable[[int, Symbol], int],
        answer: Callable[[int], Output],
    ) -> None:
        object.__setattr__(self, "alphabet", distinct(alphabet, "the alphabet of a streaming algorithm"))
        bounded(memory_bits, "the memory in bits", 0, MAX_MEMORY_BITS)
        object.__setattr__(self, "memory_bits", memory_bits)
        if not self._fits(start):
            raise DomainError(f"the start memory must be an int of at most {memory_bits} bits, got {start!r}")
        object.__setattr__(self, "start", start)
        object.__setattr__(self, "update", update)
        object.__setattr__(self, "answer", answer)

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, int)
        memory = self.update(state, symbol)
        if not self._fits(memory):
            raise DomainError(
                f"the memory must be an int of at most {self.memory_bits} bits; "
                f"update made {memory!r} of memory {state} and symbol {symbol!r}"
            )
        return memory, self.answer(memory)

    def _fits(self, memory: object) -> bool:
        if isinstance(memory, bool) or not isinstance(memory, int):
            return False
        return memory >= 0 and memory.bit_length() <= self.memory_bits
