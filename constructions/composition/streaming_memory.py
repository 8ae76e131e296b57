"""What a one-pass algorithm must remember to compose functions: little with the argument first, much with it last.

Argument first: within block k, after j of its N entries, the residual of a prefix (`exactssm.tasks.residuals`) is
decided by v = v_{k-1} while entry v is still to come, and by w = f_k(v) once it has been read; the N - j values that v
may still have and the N that w may have make 2N - j residuals for 0 < j < N, and N for j = 0. The most are 2N - 1, so
that ceil(log2(2N - 1)) bits are needed and, where entries come in a fixed order and the position is known, enough:
ceil(log2 N) + 1 for N >= 2, unless x_0 is constant and K = 1. Where the position has to be remembered too, the
minimised complete machine of the task is enough (`exactssm.tasks.least_memory`).

Argument last: once all functions are read, the residual is their composition, and every function is one: N^N residuals,
N log2 N bits. Within block k < K there are more: the composition g of the functions read before, and g(f_k(i)) for the
j entries that were read, which lie in the image of g: the sum of |g(range(N))|^j over all g.

Source: 2604.14501 (streaming algorithms compose K functions in O(log N) bits); the exact numbers are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from constructions.claim import Claim, Kind, Lemma
from constructions.composition.instances import compositions
from exactssm.errors import CertificateError
from exactssm.tasks import FunctionComposition
from exactssm.tasks.residuals import Residuals, residuals

__all__ = ["CLAIMS", "OtherCount", "argument_first", "argument_last"]


@dataclass(frozen=True)
class OtherCount:
    """A position at which there are more or fewer residuals than stated, or, where entries come in order, at which they
    are defined on different words, so that as many states needn't be enough."""

    task: FunctionComposition
    found: Residuals
    stated: int

    @property
    def word(self) -> tuple[str, ...]:
        return (f"after {self.found.length} symbols",)

    def as_text(self) -> str:
        found, least, exactly = self.found, "at least ", "exactly "
        if found.exact:
            least = exactly = ""
        return f"after {found.length} symbols there are {least}{found.largest} residuals, not {exactly}{self.stated}"

    def replay(self) -> None:
        if residuals(self.task)[self.found.length] != self.found or _as_stated(self.task, self.found, self.stated):
            raise CertificateError(f"the count after {self.found.length} symbols is not as recorded")


def argument_first(task: FunctionComposition) -> list[int]:
    """The residuals of completions by the same words after 0, 1, 2, ... symbols, x_0 being given first and entries
    written one by one with their block numbers."""
    N = task.N
    block = [N, *(2 * N - j for j in range(1, N))]
    return [1, *block * task.K, N]


def argument_last(task: FunctionComposition) -> list[int]:
    """The same with x_0 given last. In the first block, that of f_K, the values read so far are all there is."""
    N, functions = task.N, list(product(range(task.N), repeat=task.N))
    images = [len(set(g)) for g in functions]
    later = [sum(image**j for image in images) for j in range(N)]
    return [*(N**j for j in range(N)), *later * (task.K - 1), N**N, N]


def _as_stated(task: FunctionComposition, found: Residuals, stated: int) -> bool:
    return found.largest == stated and (found.exact or task.order == "arbitrary")


def _lemma(task: FunctionComposition) -> Iterator[Lemma]:
    stated = (argument_first if task.argument == "first" else argument_last)(task)

    def check() -> OtherCount | None:
        found = residuals(task)
        assert len(found) == len(stated)
        pairs = zip(found, stated, strict=True)
        return next((OtherCount(task, f, s) for f, s in pairs if not _as_stated(task, f, s)), None)

    yield Lemma(f"N={task.N}, K={task.K}", check, len(stated), "positions")


ALL = [(N, K) for N in (1, 2, 3, 4) for K in (1, 2, 3)]
SOURCE = "2604.14501, streaming algorithms for function composition (the exact counts are ours)"

CLAIMS = (
    Claim(
        name="composition-memory-argument-first",
        source=SOURCE,
        statement="With the argument first, a one-pass algorithm that knows its position has to tell exactly 2N - j "
        "prefixes apart after 0 < j < N entries of a block, and N between blocks: ceil(log2(2N - 1)) bits are needed, "
        "and enough where entries come in order.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.streaming_memory",
        cases=_lemma,
        instances=compositions([(N, K) for N, K in ALL if N < 4]),
        full=compositions(ALL) | compositions(ALL, order="arbitrary"),
    ),
    Claim(
        name="composition-memory-argument-last",
        source=SOURCE,
        statement="With the functions in reverse order and the argument last, a one-pass algorithm has to tell N^N "
        "prefixes apart before the argument, which takes N log2 N bits, and within a block still more.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.streaming_memory",
        cases=_lemma,
        instances=compositions([(N, K) for N, K in ALL if N < 4 and K < 3], argument="last"),
        full=compositions(ALL, argument="last"),
    ),
)
