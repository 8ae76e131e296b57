"""With online chain of thought every shape of a memory is as good as another: the tasks that tell width from precision.

Without chain of thought, one layer of width d over Z/2^p counts ticks modulo 2^k iff p + floor(log2 d) >= k
(`constructions.composition.unary_counters`), and one of width 1 needs 59 bits to apply a function on 25 elements, for
which 55 are enough in a wide one (`constructions.composition.width_against_precision`). With one thought a symbol
(`constructions.thoughts.streaming_cot`) both are done by any L layers of width d over Z/2^p with L d p >= s bits, and
by none with fewer:

- ticks modulo 2^k take s = k bits: 2^k prefixes have to be told apart;
- K functions on N elements take s = ceil(log2 N) + 1 bits: the value v, and whether the entry for it has been read in
  this block. In each block 2N - 1 prefixes of a length have to be told apart
  (`constructions.composition.streaming_memory`), which takes ceil(log2(2N - 1)) bits, for N >= 2 the same number.

All shapes with L d p = s are built, (1, 1, s), (1, s, 1) and (s, 1, 1) among them, and proved right for all lengths.

Source: 2604.14501, width and precision with online chain of thought: a single total-memory budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.composition.unary_counters import TICK, counter_task
from constructions.thoughts.streaming_cot import shapes, streaming_cot
from exactssm.errors import ConstructionError
from exactssm.machine import Machine, Symbol
from exactssm.tasks import EOS, FunctionComposition, StreamingAlgorithm, bits_for

__all__ = ["CLAIMS", "composing_stream", "counting_stream"]


def counting_stream(bits: int) -> StreamingAlgorithm:
    """The number of ticks modulo 2^bits, in as many bits."""
    return StreamingAlgorithm((TICK,), bits, 0, lambda m, x: (m + 1) % 2**bits, lambda m: m)


def composing_stream(task: FunctionComposition) -> StreamingAlgorithm:
    """The composition of K functions in ceil(log2 N) + 1 bits: v, and above it whether its entry was read in this
    block.

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(3, 2)
    >>> run(composing_stream(task), task.stream(1, [(0, 2, 2), (1, 2, 0)])).outputs
    (1, 1, 2, 2, 2, 2, 0, 0)

    Raises: ConstructionError, unless blocks are numbered, their entries in order, and x_0 is given and first.
    """
    if task != FunctionComposition(task.N, task.K):
        raise ConstructionError(f"entries must come in order, after x_0, with their block's number; not so in {task}")
    done = 2 ** bits_for(task.N)

    def update(m: int, symbol: Symbol) -> int:
        entry: Any = symbol
        if symbol == EOS:
            return m
        if entry[0] == "start":
            return int(entry[1])
        _, i, y = entry
        if i == m:  # so it wasn't read before in this block
            m = int(y) + done
        return m % done if i == task.N - 1 else m

    return StreamingAlgorithm(task.alphabet, bits_for(task.N) + 1, 0, update, lambda m: m % done)


def _in_every_shape(algorithm: StreamingAlgorithm, task: Machine, used: int | None) -> Iterator[Case]:
    s = algorithm.memory_bits
    for L, d, p in shapes(s):
        exactly: dict[str, object] = {"depth": L, "width": d, "storage_bits": p, "thoughts": 1}
        at_most = {"precision": p, "memory_bits": s, "vocabulary": 2**s * len(task.alphabet)}
        if used is not None:
            exactly |= {"precision": p, "memory_bits": used}
        yield Case(f"L={L} d={d} p={p}", streaming_cot(algorithm, L, d, p), task, Bounds(exactly, at_most))


def _ticks(bits: int) -> Iterator[Case]:
    return _in_every_shape(counting_stream(bits), counter_task(bits), used=bits)


def _composition(task: FunctionComposition) -> Iterator[Case]:
    return _in_every_shape(composing_stream(task), task, used=None)


def _sized(sizes: list[tuple[int, int]]) -> dict[str, FunctionComposition]:
    return {f"N={N} K={K}": FunctionComposition(N, K) for N, K in sizes}


SOURCE = "2604.14501, width and precision with online chain of thought (form and constructions ours)"

CLAIMS = (
    Claim(
        name="ticks-in-every-shape",
        source=SOURCE,
        statement="With online chain of thought and one thought a symbol, any L layers of width d over Z/2^p with L d "
        "p = k count ticks modulo 2^k: all their k bits are used.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.every_shape",
        cases=_ticks,
        instances={f"modulo {2**k}": k for k in range(1, 7)},
        full={f"modulo {2**k}": k for k in range(7, 12)},
    ),
    Claim(
        name="composition-in-every-shape",
        source=SOURCE,
        statement="With online chain of thought and one thought a symbol, any L layers of width d over Z/2^p with L d "
        "p = ceil(log2 N) + 1 compose any K functions on N elements.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.every_shape",
        cases=_composition,
        instances=_sized([(2, 1), (2, 3), (3, 1), (3, 2), (4, 1), (4, 3)]),
        full=_sized([(N, K) for N in range(2, 10) for K in (1, 2, 3)]),
    ),
)
