"""One-pass streaming algorithms with a stated memory: the reference class for models with chain of thought.

    m_0 in range(2^s),    m_t = update(m_{t-1}, x_t),    output_t = answer(m_t)    or    output(m_{t-1}, x_t)

Deterministic, one pass, unlimited computation inside a step; only what is kept between symbols is counted. The s bits
of the memory are written as one int. As for automata, what is put out is told by the memory after the symbol (Moore),
or by the memory before it and the symbol (Mealy), which is more where the memory forgets what the answer needs.

Source: 2604.14501, the equivalence of online chain of thought and streaming algorithms.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from exactssm.errors import ConstructionError, DomainError, ImpureFunction
from exactssm.machine import Output, State, Symbol
from exactssm.tasks._parameter import bounded, distinct

__all__ = ["MAX_MEMORY_BITS", "StreamingAlgorithm", "bits_for"]

MAX_MEMORY_BITS = 1_000_000

VALUES_KEPT: Final = 2**16
"""How many values of each function are remembered, the first ones met: fewer, where memories are long."""

BITS_KEPT: Final = 2**26


def bits_for(count: int) -> int:
    """ceil(log2(count)): the least number of bits that tell ``count`` >= 1 values apart.

    >>> [bits_for(n) for n in (1, 2, 3, 4, 5)]
    [0, 1, 2, 2, 3]
    """
    return (count - 1).bit_length()


@dataclass(frozen=True)
class _Watched:
    """A function that must be pure: whenever arguments come again, its value is compared with the one from before."""

    name: str
    function: Callable[..., Any]
    kept: int = field(compare=False)  #: how many values are remembered
    _values: dict[tuple[Any, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, *given: Any) -> Any:
        value = self.function(*given)
        try:
            hash(value)
        except TypeError:
            raise DomainError(f"{self.name} must make hashable values; of {_of(given)} it made {value!r}") from None
        if len(self._values) < self.kept:
            before = self._values.setdefault(given, value)
        else:
            before = self._values.get(given, value)
        if before is not value and before != value:
            raise ImpureFunction(
                f"{self.name} must be a function of what it is given; of {_of(given)} it made {before!r}, and now "
                f"{value!r}"
            )
        return value


def _of(given: tuple[Any, ...]) -> str:
    return f"memory {given[0]!r}" + "".join(f" and symbol {symbol!r}" for symbol in given[1:])


@dataclass(frozen=True)
class StreamingAlgorithm:
    """A streaming algorithm with s = ``memory_bits`` bits, as a machine that answers after every symbol.

    ``update`` and ``answer`` are pure functions, which is the caller's promise: their values are compared whenever
    arguments come again, of the first 2^16 that came (fewer, if they are long). A task that asks only at some memories
    answers UNSPECIFIED at the others.

    >>> from exactssm.machine import run
    >>> ones = StreamingAlgorithm("01", memory_bits=2, start=0, update=lambda m, x: (m + int(x)) % 4, answer=str)
    >>> run(ones, "11011").outputs
    ('1', '2', '2', '3', '0')

    Raises: DomainError, if the start memory does not fit into ``memory_bits`` (at most `MAX_MEMORY_BITS`), and from
    `step`, if an updated one does not, or an answer isn't hashable; ImpureFunction from `step`; SymbolError, for no or
    repeated symbols.
    """

    alphabet: tuple[Symbol, ...]
    memory_bits: int
    start: int
    update: Callable[[int, Symbol], int]
    answer: Callable[[int], Output]
    output: Callable[[int, Symbol], Output] | None = field(init=False, default=None)
    """Of a Mealy algorithm, which has no ``answer``."""

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
        object.__setattr__(self, "update", self._watched("update", update))
        object.__setattr__(self, "answer", self._watched("answer", answer))

    @classmethod
    def mealy(
        cls,
        alphabet: Iterable[Symbol],
        memory_bits: int,
        start: int,
        update: Callable[[int, Symbol], int],
        output: Callable[[int, Symbol], Output],
    ) -> StreamingAlgorithm:
        """A streaming algorithm that puts out ``output`` of the memory before the symbol and the symbol.

        >>> from exactssm.machine import run
        >>> changed = StreamingAlgorithm.mealy("01", 1, 0, lambda m, x: int(x), lambda m, x: m != int(x))
        >>> run(changed, "0110").outputs
        (False, True, False, True)

        Raises: as the class.
        """
        algorithm = cls(alphabet, memory_bits, start, update, _no_answer)
        object.__setattr__(algorithm, "output", algorithm._watched("output", output))
        return algorithm

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, int)
        memory = self.memory_after(state, symbol)
        return memory, self.answer(memory) if self.output is None else self.output(state, symbol)

    def memory_after(self, memory: int, symbol: Symbol) -> int:
        """The updated memory. Raises DomainError, if it does not fit into ``memory_bits``."""
        updated = self.update(memory, symbol)
        if not self._fits(updated):
            raise DomainError(
                f"the memory must be an int of at most {self.memory_bits} bits; "
                f"update made {updated!r} of memory {memory} and symbol {symbol!r}"
            )
        return updated

    def _watched(self, name: str, function: Callable[..., Any]) -> _Watched:
        return _Watched(name, function, min(VALUES_KEPT, BITS_KEPT // (self.memory_bits + 1)))

    def _fits(self, memory: object) -> bool:
        if isinstance(memory, bool) or not isinstance(memory, int):
            return False
        return memory >= 0 and memory.bit_length() <= self.memory_bits


def _no_answer(memory: int) -> Output:
    raise ConstructionError("the answers of a Mealy algorithm are told by the symbol, too, and not by the memory alone")
