"""Composition of any number of functions by online chain of thought: one layer, ceil(log2 N) + 1 bits, K thoughts.

A one-pass algorithm keeps v, the value that the present function is to be applied to, and one bit, the flag: whether in
this block v has been replaced already. On the entry i, y with i = v the first time, v becomes y and the flag is set; at
the beginning of the next block it is cleared. That makes c + 1 bits, c = ceil(log2 N), the memory being v + 2^c flag,
and for N >= 2 no one-pass algorithm has fewer (`constructions.composition.streaming_memory`: 2 N - 1 > 2^c), unless
x_0 is constant and K = 1.

What begins a block depends on how the stream is written. *Separated*: the separator. *In order*, without block numbers:
the entry i = 0. With d = 1 either has A = 1 and B = 2^c, which clears the flag where it is set, as it is after a block;
before block 1, which no separator precedes, it is clear, or set, if its entry 0 is to clear it. With d = 2 the flag is
a coordinate of its own, which A = 0 clears, in any arithmetic. *Indexed*, entries in any order: no entry tells that a
block begins, but the flag need not be cleared: let it be the parity of the block in which v was replaced last, block 0
being that of x_0. In block k v has been replaced iff the flag is the parity of k.

By online chain of thought the layer reads an entry with A = 1 and B = 0 (but for what begins a block), and the readout,
which sees v, the flag and the entry, thinks (y, new flag) if the entry is to replace v; that thought has A = 0 and
writes both down. So thoughts are taken on hits only, one a block, K in all. With d = 1 the state is h = v + 2^c flag in
Z/2^(c+1); with d = 2 it is (v, flag).

Without the flag, a hit changes v to y, and the entry y of the same block, if it comes later, is a hit again: wrong for
every N >= 2 (`composition-by-online-cot-without-flag`). For N = 1 nothing needs to be remembered.

Source: 2604.14501, function composition with online chain of thought and O(log N) memory; the constructions are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind, Lemma
from constructions.composition.instances import compositions
from exactssm.arithmetic import ResidueRing
from exactssm.errors import CertificateError, ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import UNSPECIFIED, Output, State, Symbol, Word, run
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.tasks import SEP, FunctionComposition, StreamingAlgorithm, UnboundedComposition, bits_for

__all__ = [
    "CLAIMS",
    "Put",
    "Stray",
    "composition_algorithm",
    "composition_cot",
    "composition_without_flag",
    "find_stray_thought",
    "thoughts_on",
]

Task: TypeAlias = FunctionComposition | UnboundedComposition


class Put(NamedTuple):
    """The thought that v is ``value`` from now on, and what the flag is then."""

    value: int
    flag: int
    name: str = "put"  #: without it the thought would be equal to an entry


class Memory(NamedTuple):
    """What is remembered between symbols."""

    value: int  #: v
    flag: int


@dataclass(frozen=True)
class _Rules:
    """What each symbol of a stream does to the memory."""

    task: Task

    def __post_init__(self) -> None:
        task = self.task
        if isinstance(task, FunctionComposition) and (task.argument, task.tokens) != ("first", "entries"):
            raise ConstructionError(
                "functions must be written entry by entry, the argument first; got "
                f"argument={task.argument!r}, tokens={task.tokens!r}"
            )

    @property
    def parity(self) -> bool:
        """Whether the flag is the parity of a block, as entries tell the number of theirs."""
        return isinstance(self.task, FunctionComposition) and self.task.blocks == "indexed"

    @property
    def start(self) -> Memory:
        return self.begun(0)

    def begun(self, x0: int) -> Memory:
        """When x_0 is known."""
        return Memory(x0, int(isinstance(self.task, UnboundedComposition)))

    def begins_block(self, symbol: Any) -> bool:
        """Whether the flag is turned on ``symbol``."""
        return symbol == SEP or (isinstance(self.task, UnboundedComposition) and symbol[0] == 0)

    def hit(self, symbol: Any, memory: Memory) -> Put | None:
        """What is to be put, if ``symbol`` says what v is to be replaced by; the flag has been turned already."""
        if isinstance(symbol[0], str):
            return None
        i, y = symbol[-2:]
        done = symbol[0] % 2 if self.parity else 1
        return Put(y, done) if i == memory.value and memory.flag != done else None

    def answer(self, value: int) -> int:
        return self.task.answer(value) if isinstance(self.task, FunctionComposition) else value


def composition_algorithm(task: Task) -> StreamingAlgorithm:
    """The one-pass algorithm with ceil(log2 N) + 1 bits.

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(N=3, K=2, order="arbitrary")
    >>> algorithm = composition_algorithm(task)
    >>> algorithm.memory_bits, run(algorithm, task.stream(0, [(2, 0, 1), (1, 0, 0)])).outputs[-1]
    (3, 0)

    Raises: ConstructionError, unless the argument comes first and functions are written entry by entry.
    """
    rules = _Rules(task)
    c = bits_for(task.N)

    def pack(memory: Memory | Put) -> int:
        return memory.value + (memory.flag << c)

    def unpack(m: int) -> Memory:
        return Memory(m & ((1 << c) - 1), m >> c)

    def update(m: int, symbol: Any) -> int:
        if symbol[0] == "start":
            return pack(rules.begun(symbol[1]))
        memory = unpack(m)
        if rules.begins_block(symbol):
            memory = memory._replace(flag=1 - memory.flag)
        return pack(rules.hit(symbol, memory) or memory)

    def answer(m: int) -> int:
        return rules.answer(unpack(m).value)

    return StreamingAlgorithm(task.alphabet, c + 1, pack(rules.start), update, answer)


def composition_cot(task: Task, width: Literal[1, 2] = 1) -> OnlineCoT:
    """One layer of width 1 over Z/2^(c+1), or of width 2 over Z/2^c, c = ceil(log2 N), that thinks on hits only.

    >>> from exactssm.machine import run
    >>> task = UnboundedComposition(3)
    >>> model = composition_cot(task)
    >>> word = task.stream(0, [(1, 2, 0)] * 5)
    >>> run(model, word).outputs[-1], len(thoughts_on(model, word))
    (2, 5)

    Raises: ConstructionError, as `composition_algorithm`, and for another width.
    """
    rules = _Rules(task)
    c = bits_for(task.N)
    if width not in (1, 2):
        raise ConstructionError(f"the width must be 1 or 2, got {width!r}")
    ring = ResidueRing(2 ** (c + 1) if width == 1 else 2 ** max(1, c))

    def vector(memory: Memory | Put) -> Vector:
        return (memory.value + (memory.flag << c),) if width == 1 else (memory.value, memory.flag % ring.modulus)

    def memory(state: Any) -> Memory:
        return Memory(state[0] & ((1 << c) - 1), state[0] >> c) if width == 1 else Memory(*state)

    def written(symbol: Any) -> Memory | Put | None:
        if isinstance(symbol, Put):
            return symbol
        return rules.begun(symbol[1]) if symbol[0] == "start" else None

    def on(symbol: Symbol) -> tuple[Vector, Vector]:
        """A and B."""
        if (new := written(symbol)) is not None:
            return (0,) * width, vector(new)
        if not rules.begins_block(symbol):
            return (1,) * width, (0,) * width
        return ((1,), (2**c,)) if width == 1 else ((1, 0), (0, 0))

    def readout(state: Vector, symbol: Symbol) -> Output:
        now = memory(state)
        if not isinstance(symbol, Put) and (put := rules.hit(symbol, now)) is not None:
            return Think(put)
        return rules.answer(now.value)

    layer = DiagonalLayer(ring, vector(rules.start), lambda x: on(x)[0], lambda x: on(x)[1])
    thoughts = [Put(value, flag) for value in range(task.N) for flag in ((0, 1) if rules.parity else (1,))]
    return OnlineCoT(Model((*task.alphabet, *thoughts), [Block(layer, readout)]), inputs=task.alphabet, limit=1)


def composition_without_flag(task: Task) -> OnlineCoT:
    """The same with v alone, in Z/2^c: it replaces v on every entry that is a hit.

    Raises: ConstructionError, as `composition_algorithm`.
    """
    rules = _Rules(task)
    ring = ResidueRing(2 ** max(1, bits_for(task.N)))

    def on(symbol: Any) -> tuple[int, int]:
        if isinstance(symbol, Put):
            return 0, symbol.value
        return (0, symbol[1]) if symbol[0] == "start" else (1, 0)

    def readout(state: Any, symbol: Any) -> Output:
        (v,) = state
        if not isinstance(symbol, Put) and not isinstance(symbol[0], str) and symbol[-2] == v:
            return Think(Put(symbol[-1], 0))
        return rules.answer(v)

    layer = DiagonalLayer(ring, (0,), lambda x: on(x)[:1], lambda x: on(x)[1:])
    thoughts = [Put(value, 0) for value in range(task.N)]
    return OnlineCoT(Model((*task.alphabet, *thoughts), [Block(layer, readout)]), inputs=task.alphabet, limit=1)


def thoughts_on(model: OnlineCoT, word: Word) -> tuple[Symbol, ...]:
    """All thoughts that are taken while ``word`` is read."""
    states = run(model, word).states
    return tuple(t for state, symbol in zip(states, word, strict=False) for t in model.thoughts(state, symbol))


@dataclass(frozen=True)
class Stray:
    """A beginning of a well-formed stream whose last symbol takes other thoughts than its one hit, or none."""

    model: OnlineCoT
    task: Task
    stream: Word
    thoughts: int  #: on the last symbol
    hits: int  #: 1, if the last symbol says what v is replaced by, else 0

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(map(str, self.stream))

    def as_text(self) -> str:
        return f"the last symbol of {' '.join(self.word)} takes {self.thoughts} thoughts, where {self.hits} is due"

    def replay(self) -> None:
        """Raise CertificateError, unless it is so."""
        *begun, last = self.stream
        states = run(self.model, begun).states, run(self.task, begun).states
        thoughts = len(self.model.thoughts(states[0][-1], last))
        hits = _hits(states[1][-1], last)
        if (thoughts, hits) != (self.thoughts, self.hits) or thoughts == hits:
            raise CertificateError("the stream doesn't take the thoughts that are recorded")
        after, demanded = run(self.task, self.stream)
        if demanded[-1] is UNSPECIFIED and self.task.is_dead(after[-1]):
            raise CertificateError("the symbols must begin a well-formed stream")


def _hits(state: Any, symbol: Any) -> int:
    """Whether ``symbol`` says what v is replaced by, where the task is in ``state``: i = v. Each block has one such
    entry, as each i comes once."""
    if isinstance(symbol[0], str) or state is None:
        return 0
    return int(symbol[-2] == state[-2])


def _steps(model: OnlineCoT, task: Task) -> Iterator[tuple[State, State, Symbol, Word]]:
    """All steps of streams: the states of model and task before, the symbol, and the stream up to it."""
    begun: dict[tuple[State, State], Word] = {(model.start, task.start): ()}
    pairs = list(begun)
    for m, t in pairs:  # which grows as it is read
        for symbol in task.alphabet:
            t_next, demanded = task.step(t, symbol)
            if demanded is UNSPECIFIED and task.is_dead(t_next):
                continue
            word = (*begun[m, t], symbol)
            yield m, t, symbol, word
            after = model.step(m, symbol)[0], t_next
            if after not in begun and not task.is_dead(t_next):
                begun[after] = word
                pairs.append(after)


def find_stray_thought(model: OnlineCoT, task: Task) -> Stray | None:
    """A shortest beginning of a stream on whose last symbol ``model`` doesn't think just once, if that is a hit, and
    not at all otherwise; None, if it thinks K times on every stream of K functions, each time on a hit.

    The argument must come first, entry by entry.
    """
    for m, t, symbol, word in _steps(model, task):
        thoughts, hits = len(model.thoughts(m, symbol)), _hits(t, symbol)
        if thoughts != hits:
            return Stray(model, task, word, thoughts, hits)
    return None


def _cases(task: Task) -> Iterator[Case]:
    c = bits_for(task.N)
    common = {"memory_bits": c + 1, "thoughts": 1, "vocabulary": 2 * task.N}
    yield Case(
        "d = 1",
        composition_cot(task),
        task,
        Bounds(exactly={"depth": 1, "width": 1}, at_most={"precision": c + 1, **common}),
    )
    yield Case(
        "d = 2",
        composition_cot(task, 2),
        task,
        Bounds(exactly={"depth": 1, "width": 2}, at_most={"precision": max(1, c), **common}),
    )


def _thought_lemmas(task: Task) -> Iterator[Lemma]:
    for model, width in ((composition_cot(task), 1), (composition_cot(task, 2), 2)):
        steps = sum(1 for _ in _steps(model, task))
        yield Lemma(f"d = {width}", partial(find_stray_thought, model, task), steps, "steps of streams")


def _without_flag(task: Task) -> Iterator[Case]:
    yield Case("v alone", composition_without_flag(task), task)


def _every_number(sizes: Iterable[int]) -> dict[str, Task]:
    return {f"N={N}, every K": UnboundedComposition(N) for N in sizes}


SMALL: dict[str, Task] = {
    **_every_number((2, 1, 3, 4)),
    **compositions([(2, 3), (3, 2), (4, 3)]),
    **compositions([(2, 2), (3, 3)], order="arbitrary"),
    **compositions([(2, 3), (3, 2)], blocks="separated"),
    **compositions([(3, 2)], blocks="separated", order="arbitrary"),
    **compositions([(3, 2)], x0="constant"),
}
LARGE: dict[str, Task] = {
    **_every_number(range(5, 13)),
    **compositions([(N, K) for N in range(1, 6) for K in (1, 2, 3)] + [(8, 4)]),
    **compositions([(N, K) for N in range(1, 5) for K in (1, 2, 3)], order="arbitrary"),
    **compositions([(4, 3), (5, 4)], blocks="separated"),
    **compositions([(4, 3), (5, 2)], blocks="separated", order="arbitrary"),
}

SOURCE = "2604.14501, function composition with online chain of thought"

CLAIMS = (
    Claim(
        name="composition-by-online-cot",
        source=SOURCE,
        statement="One layer with online chain of thought and ceil(log2 N) + 1 bits in all, d = 1 or d = 2, composes "
        "any number of functions on N elements, entries being in any order where blocks are numbered or separated.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.composition_cot",
        cases=_cases,
        instances=SMALL,
        full=LARGE,
    ),
    Claim(
        name="composition-by-online-cot-thinks-on-hits",
        source=f"{SOURCE} (the count is ours)",
        statement="The model of `composition-by-online-cot` takes one thought in each block, on the entry i = v, and "
        "no other: K thoughts on every stream of K functions, whatever K.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.thoughts.composition_cot",
        cases=_thought_lemmas,
        instances=SMALL,
        full=LARGE,
    ),
    Claim(
        name="composition-by-online-cot-without-flag",
        source=f"{SOURCE} (a control of ours)",
        statement="Without the bit that tells whether v has been replaced in this block, the same model is wrong for "
        "every N of at least 2: an entry that comes after the hit may be hit by the new v.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.thoughts.composition_cot",
        cases=_without_flag,
        instances={name: task for name, task in SMALL.items() if task.N > 1},
        full={name: task for name, task in LARGE.items() if 1 < task.N < 9},
    ),
)
