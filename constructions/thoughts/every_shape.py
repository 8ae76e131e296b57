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

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.composition.instances import compositions
from constructions.composition.unary_counters import TICK, counter_task
from constructions.thoughts.composition_cot import composition_algorithm
from constructions.thoughts.streaming_cot import shapes, streaming_cot
from exactssm.machine import Machine
from exactssm.tasks import FunctionComposition, StreamingAlgorithm

__all__ = ["CLAIMS", "counting_stream"]


def counting_stream(bits: int) -> StreamingAlgorithm:
    """The number of ticks modulo 2^bits, in as many bits."""
    return StreamingAlgorithm((TICK,), bits, 0, lambda m, x: (m + 1) % 2**bits, lambda m: m)


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
    return _in_every_shape(composition_algorithm(task), task, used=None)


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
        instances=compositions([(2, 1), (2, 3), (3, 1), (3, 2), (4, 1), (4, 3)]),
        full=compositions([(N, K) for N in range(2, 10) for K in (1, 2, 3)]),
    ),
)
