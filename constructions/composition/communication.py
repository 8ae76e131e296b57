"""Lower bounds by communication: what the affine summaries of segments prove, and where they prove it.

*Segments are affine.* Over a finite semiring, a segment does to a layer's state what its affine summary does, d^2 + d
numbers of p bits. Rings are semirings, and so are unsigned integers that saturate. Where signed ones saturate, or
results are rounded, two steps show that it doesn't.

*One layer* (`equal_blocks`). On the letters of a block, a layer does what the block's summary does; there are |R|^n
summaries, of n numbers each (n = d^2 + d, or 2 d if A is diagonal), and N^N functions. So if |R|^n < N^N, two functions
f and g have blocks of one summary. Take an x_0 with f(x_0) != g(x_0): the streams "x_0 f" and "x_0 g", further
functions being the identity, lead to one state, and different answers are demanded. Hence one layer that composes
functions on N elements, however many, has (d^2 + d) p >= N log2 N. The refuter runs the N^N blocks and finds f and g.

*L layers.* The protocols of `constructions.composition.protocols` find the output of an L-layer model in L messages of
at most L (K + 1) (d^2 + d) p bits in all. The lemma here runs them, on every instance of small sizes and on drawn
models. Pointer chasing says how many bits are needed:

- As the paper probably does: k-step pointer chasing in k - 1 rounds takes Omega(N / k + k) bits (Mao, Yang and Zhang,
  2411.10996). L rounds in which all speak at once are L + 1 messages of two parties, and the answer is one more: k - 1
  = L + 2 and k = L + 3, so that d^2 p = Omega(N / L^3). These are the paper's numbers; the way to them is our guess.
- A sharper form, *conditional* on Viola's bound as his first page states it (2507.08919): deterministic pointer chasing
  with k + 1 look-ups in k rounds, the owner of the second array first, takes at least N / 8 bits. *If so*: set x_0 =
  a[0], f_odd = b (of the first party) and f_even = a (of the second one), K = L. Then L messages, the first party
  first, do what takes N / 8 bits, and L (L + 1) (d^2 + d) p >= N / 8 for every L-layer model that composes L functions.
  With the K + 1 layers of `constructions.composition.function_composition`, K + 1 layers would be exactly what is
  needed and enough as long as d^2 p = o(N / K^2). We have not checked Viola's proof, and no claim here rests on it.

*Thoughts.* Whoever knows the states of all layers at the input's end can think alone: offline thoughts change no bound.
Online thoughts do, and the protocols refuse models that have them.

Source: 2604.14501, lower bound for (L + 3)-function composition; the exact form is reconstructed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice, product
from random import Random
from typing import Any

from constructions.claim import Case, Claim, Confusion, Kind, Lemma, Violation
from constructions.composition.checked_protocols import OtherAnswer, block_cuts, check_protocols, drawn_run
from constructions.composition.function_composition import composition_stack
from constructions.composition.gated_composition import bitwise_stack
from constructions.composition.random_ring_stacks import random_ring_stack
from constructions.composition.saturating_composition import saturating_format, saturating_model
from constructions.composition.wide_composition import by_columns
from exactssm.arithmetic import Element, GaloisField, ResidueRing, Rounded, domain_from_name
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.evaluation import recast
from exactssm.evaluation.composing import Disagreement, disagreement_of_letters, disagreement_of_numbers, summaries_of
from exactssm.layers import DenseLayer
from exactssm.machine import Word
from exactssm.models import Model
from exactssm.tasks import FunctionComposition, UnboundedComposition
from exactssm.tasks.composition import Function, compose

__all__ = ["CLAIMS", "equal_blocks"]

MAX_BLOCKS = 2 * 10**6


def equal_blocks(model: Model, task: FunctionComposition) -> Confusion:
    """Two streams that lead a model of one layer to one state, though different answers are demanded, if its summaries
    are too few for the functions on N elements: see the module.

    >>> from itertools import islice
    >>> task = FunctionComposition(N=3, K=1)
    >>> model = random_ring_stack(task.alphabet, ResidueRing(4), [1], diagonal=True, seed=1)
    >>> one, other = (task.read(word) for word in vars(equal_blocks(model, task)).values())
    >>> one.x0 == other.x0, one.functions == other.functions
    (True, False)

    Raises: ConstructionError, unless the model has one layer, and x_0 is given and comes first; or if all functions
    have different summaries; BudgetExhausted, if there are too many functions; as `summaries_of`.
    """
    if model.depth != 1 or task.argument != "first" or task.x0 != "given":
        raise ConstructionError(f"blocks are counted for one layer and x_0 given first, got {model.depth} and {task}")
    N = task.N
    if N > 8 or N**N > MAX_BLOCKS:
        raise BudgetExhausted(f"{N}^{N} blocks are more than {MAX_BLOCKS}")
    (summaries,) = summaries_of(model)
    size = 1 if task.tokens == "functions" else N
    identity: Function = tuple(range(N))

    def streamed(x0: int, f: Function) -> Word:
        return task.stream(x0, [f] + [identity] * (task.K - 1))

    known: dict[Any, Function] = {}
    for f in product(range(N), repeat=N):
        earlier = known.setdefault(summaries.of(streamed(0, f)[1 : 1 + size]), f)
        for x0 in range(N):
            if compose(x0, [earlier]) != compose(x0, [f]):
                return Confusion(streamed(x0, earlier), streamed(x0, f))
    raise ConstructionError(f"the {N}^{N} functions have different summaries")


@dataclass(frozen=True)
class _Candidates:
    """One-layer models drawn for `equal_blocks`."""

    task: FunctionComposition
    ring: ResidueRing | GaloisField
    width: int
    count: int
    diagonal: bool = False

    def __str__(self) -> str:
        task = f"N={self.task.N} K={self.task.K}"
        return (
            f"{task}, {self.count} {'diagonal' if self.diagonal else 'dense'} layers over {self.ring}, d={self.width}"
        )

    @property
    def summaries(self) -> int:
        """|R|^n."""
        d = self.width
        return int(self.ring.size ** (2 * d if self.diagonal else d * d + d))

    def cases(self) -> Iterator[Case]:
        N = self.task.N
        if self.summaries >= N**N:
            raise ConstructionError(f"{self.summaries} summaries must be fewer than {N}^{N} functions")
        for number in range(self.count):
            model = random_ring_stack(
                self.task.alphabet, self.ring, [self.width], diagonal=self.diagonal, seed=f"{self}, {number}"
            )
            yield Case(f"layer {number}", model, self.task, refutation=partial(equal_blocks, model, self.task))


@dataclass(frozen=True)
class _Protocols:
    """A stack on all instances of a task."""

    build: Callable[[FunctionComposition], Model]
    task: FunctionComposition

    def lemmas(self) -> Iterator[Lemma]:
        task, model = self.task, self.build(self.task)

        def check() -> Violation | None:
            words = (task.stream(*instance) for instance in task.instances())
            return _first(check_protocols(model, word, block_cuts(task)) for word in words)

        count = task.N ** (task.N * task.K) * (task.N if task.x0 == "given" else 1)
        yield Lemma(f"N={task.N}, K={task.K}", check, count, "instances")


@dataclass(frozen=True)
class _Drawn:
    """Drawn models, each with a few drawn words and cuts."""

    count: int
    words: int = 4

    def lemmas(self) -> Iterator[Lemma]:
        def check() -> Violation | None:
            return _first(
                check_protocols(*drawn_run(Random(f"{number}, {trial}"), number))
                for number in range(self.count)
                for trial in range(self.words)
            )

        how = (
            "runs of models with L <= 4, d <= 3 and p <= 3, words and cuts into up to L + 4 segments, all drawn evenly"
        )
        yield Lemma(f"{self.count} models", check, self.count * self.words, how, sampled=True)


def _first(found: Iterator[OtherAnswer | None]) -> OtherAnswer | None:
    return next((failure for failure in found if failure is not None), None)


def _semiring_lemmas(arithmetic: tuple[str, int]) -> Iterator[Lemma]:
    """Every two affine maps, at every state."""
    ring, d = domain_from_name(arithmetic[0]), arithmetic[1]
    numbers: Any = ring.number_format if isinstance(ring, Rounded) else ring
    elements: tuple[Element, ...] = tuple(numbers.codes if hasattr(numbers, "codes") else numbers.elements)
    letters = range(len(elements) ** (d * d + d))

    def entries_of(letter: Any) -> tuple[Any, ...]:
        return next(islice(product(elements, repeat=d * d + d), letter, None))

    def matrix(letter: Any) -> Any:
        entries = entries_of(letter)
        return tuple(entries[i : i + d] for i in range(0, d * d, d))

    layer = DenseLayer(ring, (ring.zero,) * d, matrix, lambda letter: entries_of(letter)[d * d :])

    def check() -> Disagreement | None:
        tried = product(product(elements, repeat=d), letters, letters)
        return next((found for one in tried if (found := Disagreement.between(layer, *one)) is not None), None)

    yield Lemma(f"{ring}, d={d}", check, len(letters) ** 2 * len(elements) ** d, "pairs of maps with a state")


def _rounding_lemmas(names: tuple[str, ...]) -> Iterator[Lemma]:
    for name in names:
        yield Lemma(name, partial(disagreement_of_numbers, domain_from_name(name)), 1, "arithmetics")


def _saturating_lemmas(N: int) -> Iterator[Lemma]:
    model = recast(saturating_model(UnboundedComposition(N)), saturating_format(N), weights="held")
    yield Lemma("its own letters", partial(disagreement_of_letters, model, 0), 1, "layers")


def _named(*candidates: _Candidates) -> dict[str, _Candidates]:
    return {str(one): one for one in candidates}


def _tasks(*sizes: tuple[int, int]) -> Iterator[FunctionComposition]:
    return (FunctionComposition(N, K) for N, K in sizes)


def _on_instances(**stacks: Any) -> dict[str, _Protocols]:
    return {
        f"{name.replace('_', ' ')}, N={task.N} K={task.K}": _Protocols(build, task)
        for name, (build, sizes) in stacks.items()
        for task in _tasks(*sizes)
    }


ONE, TWO = FunctionComposition(3, 1), FunctionComposition(3, 2)
FOUR, FIVE, SIX = (FunctionComposition(N, 1) for N in (4, 5, 6))
ROUNDED = {
    "fixed point": ("fixed:s3.0:floor:saturate", "fixed:s3.2:floor:wrap", "fixed:s3.2:nearest-even:error"),
    "floats": ("e4m3fn:once", "e5m2:each", "bfloat16:fused", "log-float:6+4:nearest-even"),
    "nearest of a set": ("nearest:-1,0,1",),
}
SOURCE = "2604.14501, lower bound for K-function composition"

CLAIMS = (
    Claim(
        name="segments-are-affine",
        source=f"{SOURCE}, affine summaries (reconstructed)",
        statement="In a finite semiring, a ring or unsigned integers that saturate, two steps of a layer do to every "
        "state what their composed map does, so that a segment's summary is d^2 + d numbers of p bits.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="exactssm.evaluation.composing",
        cases=_semiring_lemmas,
        instances={f"{name}, d=1": (name, 1) for name in ("Z/2", "Z/3", "Z/4", "GF(4)", "fixed:u2.0:floor:saturate")},
        full={f"{name}, d=1": (name, 1) for name in ("Z/5", "Z/6", "Z/8", "fixed:u2.0:floor:saturate:each")}
        | {"Z/2, d=2": ("Z/2", 2), "fixed:u1.0:floor:saturate, d=2": ("fixed:u1.0:floor:saturate", 2)},
    ),
    Claim(
        name="segments-are-not-affine-when-rounding",
        source=f"{SOURCE}, affine summaries, if finite precision rounds or saturates",
        statement="A segment does to a state what one affine map of numbers of the same arithmetic does: in each of "
        "these arithmetics two steps violate this.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="exactssm.evaluation.composing",
        cases=_rounding_lemmas,
        instances=ROUNDED,
    ),
    Claim(
        name="saturating-segments-are-not-affine",
        source=f"{SOURCE}, affine summaries, on the layer that composes by saturation",
        statement="A segment does to a state what one affine map does: on the saturating layer that composes every "
        "number of functions with d = 4, two letters of its own violate this.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="exactssm.evaluation.composing",
        cases=_saturating_lemmas,
        instances={f"N={N}": N for N in (2, 3)},
        full={f"N={N}": N for N in (4, 5)},
    ),
    Claim(
        name="one-layer-counting",
        source=f"{SOURCE}, one layer (elementary, ours)",
        statement="One layer over a ring R whose summaries are fewer than the N^N functions on N elements (dense "
        "layers: |R|^(d^2 + d), diagonal ones |R|^(2d)) doesn't compose functions on N elements, however many.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.composition.communication",
        cases=_Candidates.cases,
        instances=_named(
            _Candidates(ONE, ResidueRing(4), 1, 20),
            _Candidates(ONE, ResidueRing(5), 1, 20),
            _Candidates(TWO, GaloisField(4), 1, 20),
            _Candidates(ONE, ResidueRing(2), 2, 10, diagonal=True),
            _Candidates(FOUR, ResidueRing(8), 1, 5),
            _Candidates(FOUR, ResidueRing(2), 2, 5),
        ),
        full=_named(
            _Candidates(ONE, ResidueRing(4), 1, 1000),
            _Candidates(FunctionComposition(3, 3), ResidueRing(2), 1, 300),
            _Candidates(FOUR, ResidueRing(15), 1, 100),
            _Candidates(FOUR, ResidueRing(2), 3, 100, diagonal=True),
            _Candidates(FIVE, ResidueRing(55), 1, 20),
            _Candidates(FIVE, ResidueRing(3), 2, 20),
            _Candidates(SIX, ResidueRing(2), 3, 10),
            _Candidates(FunctionComposition(4, 1, tokens="functions"), ResidueRing(8), 1, 100),
        ),
        sampled="maps of letters that keep, forget or move the state, drawn evenly in the ring",
    ),
    Claim(
        name="protocols-answer",
        source=f"{SOURCE}, forward communication and its two parties (reconstructed)",
        statement="Cut into x_0 and the functions, both protocols answer what the stack puts out, in L rounds or "
        "messages and at most L (K + 1) (d^2 + d) p bits, whichever party starts, on every instance.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.protocols",
        cases=_Protocols.lemmas,
        instances=_on_instances(
            K_plus_1_layers=(composition_stack, [(2, 1), (2, 2), (3, 1)]),
            on_bits=(bitwise_stack, [(2, 2), (3, 1)]),
            one_layer_by_columns=(by_columns, [(2, 1), (3, 1)]),
        ),
        full=_on_instances(
            K_plus_1_layers=(composition_stack, [(2, 3), (3, 2), (4, 1)]),
            on_bits=(bitwise_stack, [(2, 3), (3, 2), (4, 1)]),
            one_layer_by_columns=(by_columns, [(4, 1)]),
        ),
    ),
    Claim(
        name="protocols-answer-drawn",
        source=f"{SOURCE}, forward communication and its two parties (reconstructed)",
        statement="On drawn models over finite rings, with up to 4 layers of width up to 3 and 3 bits, and drawn words "
        "and cuts, both protocols answer what the model puts out within their bits.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.composition.protocols",
        cases=_Drawn.lemmas,
        instances={"25 models": _Drawn(25)},
        full={"1000 models": _Drawn(1000)},
    ),
)
