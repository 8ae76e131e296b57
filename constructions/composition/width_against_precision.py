"""Applying one function with one layer: precision can't replace width, though width costs less memory.

The task is `FunctionComposition` with K = 1: x_0, then the N values of f one by one; the answer is f(x_0).

*Counting.* What a block of tokens does to the state of one layer of width d over Z/2^p is one affine map, of which
there are 2^((d^2 + d) p). If two functions f and g do the same, some x has f(x) != g(x), and the streams of x and f and
of x and g lead to one state: no readout is right. So N^N <= 2^((d^2 + d) p). With d = 1 that is 2 p >= N log2 N.

*Against it*, d = 2 ceil(sqrt N) + 1 and p = ceil(log2 N) are enough (`constructions.composition.wide_composition`).
For N = 25, the first square where this is less, 55 bits of memory suffice in a wide layer, and a layer of width 1
needs 59. (Of all N, 24 is the first, with 55 bits against 56; 26 and 27 aren't among them, all from 28 on are.)

*As an algorithm.* Given any layer, functions are gone through, those first that differ from f = 0 at few places, until
two of them do the same: among any 2^((d^2 + d) p) + 1 there are such two. For N = 25 and p = 58 these would be 2^116
functions: then the search may give up, and what is left is the count. A layer that keeps too little of a function, in
whatever way, is met soon.

That the wide layer is right on all 25^25 functions is decided in `constructions.composition.composition_rows`.

Source: 2604.14501, width and precision in the base model; its statement isn't known to us, and this one is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, islice, product
from math import isqrt
from random import Random
from typing import Any, Final, NamedTuple

from constructions.claim import Case, Claim, Confusion, Kind, Lemma
from exactssm.arithmetic import ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import EOS, FunctionComposition
from exactssm.tasks.composition import Function

__all__ = [
    "CLAIMS",
    "Affine",
    "OtherMemory",
    "by_table",
    "functions_apart",
    "memory_by_columns",
    "same_block_map",
    "scalar_layer",
    "scalar_maps",
]

MAX_PRECISION: Final = 2**16  # of a layer that writes a function down
MAX_FUNCTIONS: Final = 2**23
MAX_DRAWN: Final = 2**11  # modulus up to which layers are drawn that keep all values of f somehow
Affine = tuple[int, int]  # (a, b) for the map h -> a h + b


def memory_by_columns(N: int) -> int:
    """d p for `by_columns`: (2 ceil(sqrt N) + 1) ceil(log2 N)."""
    return (2 * (isqrt(N - 1) + 1) + 1) * (N - 1).bit_length()


def by_table(N: int, precision: int) -> Model:
    """One layer of width 1 that writes f down value by value, as long as there is room: h <- h + y N^(i+1).

    It is right if 2^precision >= N^(N+1); else the values for which there is no room are taken to be 0.

    >>> from exactssm.machine import run
    >>> task = FunctionComposition(3, 1)
    >>> run(by_table(3, 7), task.stream(1, [(0, 2, 1)])).outputs[-1]
    2

    Raises: ConstructionError, if there is no room for x_0 either, or more than MAX_PRECISION bits.
    """
    if not (N - 1).bit_length() <= precision <= MAX_PRECISION:
        raise ConstructionError(
            f"x_0 takes {(N - 1).bit_length()} bits of precision for N = {N}, and {MAX_PRECISION} are allowed; "
            f"got {precision}"
        )
    ring = ResidueRing(2**precision)
    written = [i for i in range(N) if N ** (i + 2) <= ring.modulus]

    def drive(letter: Any) -> Vector:
        if letter[0] == "start":
            return (letter[1],)
        if letter == EOS or letter[1] not in written:
            return (0,)
        _, i, y = letter
        return (y * N ** (i + 1),)

    def value(state: Vector, letter: Symbol) -> Output:
        (h,) = state
        x0 = h % N
        return int(h // N ** (x0 + 1) % N) if x0 in written else 0

    layer = DiagonalLayer(ring, (0,), decay=lambda letter: (int(letter[0] != "start"),), drive=drive)
    return Model(FunctionComposition(N, 1).alphabet, [Block(layer, value)])


def functions_apart(N: int) -> Iterator[Function]:
    """All functions on range(N), in the order of the number of places at which they aren't 0.

    >>> list(functions_apart(2))
    [(0, 0), (1, 0), (0, 1), (1, 1)]
    """
    for places in range(N + 1):
        for chosen in combinations(range(N), places):
            for values in product(range(1, N), repeat=places):
                f = [0] * N
                for i, y in zip(chosen, values, strict=True):
                    f[i] = y
                yield tuple(f)


def same_block_map(model: Model, task: FunctionComposition, *, max_functions: int = MAX_FUNCTIONS) -> Confusion:
    """Two streams that lead the model, one layer of width 1 over Z/m, to one state, with different answers: of an x_0
    and two functions whose blocks do the same.

    Raises: ConstructionError, unless the model is such a layer for ``task``, which is composition with K = 1 in the
    default presentation, or if no two functions do the same; BudgetExhausted, if none do among ``max_functions``.
    """
    if task != FunctionComposition(task.N, 1):
        raise ConstructionError(f"two functions are sought for {FunctionComposition(task.N, 1)}, not for {task}")
    modulus, on = scalar_maps(model)
    letters = [[on((1, i, y)) for y in range(task.N)] for i in range(task.N)]
    seen: dict[Affine, Function] = {}
    for f in islice(functions_apart(task.N), max_functions):
        a, b = 1, 0
        for own, y in zip(letters, f, strict=True):
            decay, drive = own[y]
            a, b = decay * a % modulus, (decay * b + drive) % modulus
        g = seen.setdefault((a, b), f)
        if g != f:
            x = next(x for x in range(task.N) if f[x] != g[x])
            return Confusion(task.stream(x, [g]), task.stream(x, [f]))
    if len(seen) < max_functions:
        raise ConstructionError(f"the blocks of all {task.N}^{task.N} functions do different things")
    raise BudgetExhausted(f"the blocks of the first {max_functions} functions do different things; raise max_functions")


def scalar_maps(model: Model) -> tuple[int, Callable[[Symbol], Affine]]:
    """The modulus of a layer of width 1, and its maps letter by letter. Raises ConstructionError for another model."""
    layers = list(model.layers())
    if len(layers) != 1 or not isinstance(layers[0], DiagonalLayer | DenseLayer) or layers[0].width != 1:
        raise ConstructionError("the model must be one diagonal or dense layer of width 1")
    (layer,) = layers
    if not isinstance(layer.domain, ResidueRing):
        raise ConstructionError(f"the layer must be over a ring Z/m, got {layer.domain}")

    def on(letter: Symbol) -> Affine:
        a, b = layer.entries(letter)
        return int(a), int(b)

    return layer.domain.modulus, on


@dataclass(frozen=True)
class Miscounted:
    """A precision at which the count is not as stated."""

    N: int
    precision: int
    stated: int

    @property
    def word(self) -> tuple[str, ...]:
        return (f"p = {self.precision}",)

    def as_text(self) -> str:
        return f"at p = {self.precision} the maps of a scalar layer are not as many as {self.stated} implies"

    def replay(self) -> None:
        enough = 4**self.precision >= self.N**self.N
        if enough == (self.precision >= self.stated):
            raise CertificateError(f"2^(2 {self.precision}) and {self.N}^{self.N} compare as stated")


@dataclass(frozen=True)
class OtherMemory:
    """A number of elements for which the wide layer has not the stated memory."""

    N: int
    stated: int

    @property
    def word(self) -> tuple[str, ...]:
        return (f"N = {self.N}",)

    def as_text(self) -> str:
        return f"the wide layer for N = {self.N} has not {self.stated} bits, but {memory_by_columns(self.N)}"

    def replay(self) -> None:
        if memory_by_columns(self.N) == self.stated:
            raise CertificateError(f"the wide layer for N = {self.N} has {self.stated} bits, as stated")


class _Stated(NamedTuple):
    """What is to be counted: a layer of width 1 needs so many bits, `by_columns` has so many."""

    N: int
    narrow: int
    wide: int


def _count(stated: _Stated) -> Iterator[Lemma]:
    def check() -> Miscounted | OtherMemory | None:
        N, narrow, wide = stated
        if memory_by_columns(N) != wide:
            return OtherMemory(N, wide)
        return next(
            (Miscounted(N, p, narrow) for p in range(1, narrow + 1) if (4**p >= N**N) != (p >= narrow)),
            None,
        )

    yield Lemma(f"N={stated.N}", check, stated.narrow, "precisions")


class _Narrow(NamedTuple):
    """Layers of width 1 for N elements, below the bound on precision."""

    N: int
    precision: int
    layers: int


def _families(sizes: list[tuple[int, int]], number: int = 10) -> dict[str, _Narrow]:
    return {f"N={N} p={p}, {number} layers": _Narrow(N, p, number) for N, p in sizes}


def _narrow(family: _Narrow) -> Iterator[Case]:
    N, p, number = family
    task = FunctionComposition(N, 1)
    models = [by_table(N, p)] if 2**p >= N else []
    draw = Random(f"{family}")
    models += [_drawn(task, ResidueRing(2**p), draw) for _ in range(number - len(models))]
    for i, model in enumerate(models):
        yield Case(f"layer {i}", model, task, refutation=partial(same_block_map, model, task))


def _drawn(task: FunctionComposition, ring: ResidueRing, draw: Random) -> Model:
    """A layer of width 1 whose maps are drawn: on entries invertible ones, or any, or nearly those of a table.

    With many bits of precision one value of f is left out, as the search would find nothing else.
    """
    sort, modulus = draw.randrange(3), ring.modulus
    left_out = draw.randrange(task.N) if modulus > MAX_DRAWN else None
    on: dict[Symbol, Affine] = {}
    for letter in task.alphabet:
        assert isinstance(letter, tuple)
        a, b = draw.randrange(modulus), draw.randrange(modulus)
        if letter[0] == "start":
            a = 0
        elif letter == EOS or letter[1] == left_out:
            a, b = 1, 0
        elif sort == 0:
            a |= 1
        elif sort == 1:
            _, i, y = letter
            a, b = (1 + 2 * y * draw.randrange(2)) % modulus, y * task.N**i % modulus
        on[letter] = a, b
    return scalar_layer(task.alphabet, ring, on)


def scalar_layer(alphabet: Sequence[Symbol], ring: ResidueRing, on: Mapping[Symbol, Affine]) -> Model:
    """One layer of width 1 from zero, with the map a h + b for each letter. Its readout says nothing."""
    decay: dict[Symbol, Vector] = {letter: (a,) for letter, (a, _) in on.items()}
    drive: dict[Symbol, Vector] = {letter: (b,) for letter, (_, b) in on.items()}
    return Model(alphabet, [Block(DiagonalLayer(ring, (0,), decay, drive), _nothing)])


def _nothing(state: Vector, letter: Symbol) -> None:
    """The readout of a layer whose states alone matter."""


SOURCE = "2604.14501, width and precision in the base model (the bound by counting; the argument is ours)"

CLAIMS = (
    Claim(
        name="one-function-by-counting",
        source=SOURCE,
        statement="One layer with d = 1 over Z/2^p applies every function on N elements only if 2 p >= N log2 N: p >= "
        "59 for N = 25, where d = 11 and p = 5 do with 55 bits; p >= 192 for N = 64, where 102 bits do.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.width_against_precision",
        cases=_count,
        instances={
            "N=24, 56 against 55": _Stated(24, 56, 55),
            "N=25, 59 against 55": _Stated(25, 59, 55),
            "N=64, 192 against 102": _Stated(64, 192, 102),
            "N=256, 1024 against 264": _Stated(256, 1024, 264),
        },
    ),
    Claim(
        name="one-coordinate-applies-no-function",
        source=SOURCE,
        statement="A layer with d = 1 over Z/2^p, 2 p < N log2 N, doesn't apply every function on N elements, "
        "whatever the readout: the blocks of two functions do the same to its state.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.composition.width_against_precision",
        cases=_narrow,
        instances=_families([(3, 2), (4, 3), (5, 5), (6, 7), (25, 6), (25, 30), (25, 58)]),
        full=_families([(3, 1), (3, 2), (4, 2), (4, 3), (5, 5), (6, 7), (7, 9), (25, 7), (25, 40), (64, 6)], 200)
        | _families([(8, 11)], 3),
        every_readout=True,
        sampled="a table of f that is cut off, and seeded layers, of which those beyond p = 11 leave out some value "
        "of f",
    ),
)
