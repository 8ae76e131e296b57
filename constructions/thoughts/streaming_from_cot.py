"""Online chain of thought back to streaming: the memory is the states of all layers, L d p bits, and nothing else.

Between two symbols a model with online chain of thought keeps the states of its layers. The streaming algorithm keeps
them too, written one after the other, each coordinate in ceil(log2 q) bits for an arithmetic of q elements: p bits for
Z/2^p, so L d p in all. On a symbol it reads the states, steps all layers, feeds the thoughts back until the model
answers, and writes the states down again. Thoughts are worked out anew each time and never kept; what a step takes
meanwhile is not counted, and neither a position nor a number of thoughts has to be remembered.

What the model answers may depend on its last thought, of which its states need know nothing: so the algorithm's output
is one of memory and symbol (`StreamingAlgorithm.mealy`).

With `constructions.thoughts.streaming_cot` the circle closes: (L, d, p) -> L d p bits -> any (L', d', p') with L' d'
p' = L d p. With online chain of thought only the product counts. Without it that is not so: a counter modulo 2^p has
(1, 1, p), but not (1, p, 1) for p >= 3 (`constructions.composition.unary_counters`); here it has every shape.

Source: 2604.14501, online chain of thought equals one-pass streaming; the proof is reconstructed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial
from typing import Any, Final, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.thoughts.composition_cot import composition_cot
from constructions.thoughts.random_thinkers import Size, random_online
from constructions.thoughts.serial_cot import bitwise_cot, wordwise_cot
from constructions.thoughts.streaming_cot import ALGORITHMS, shapes, streaming_cot
from exactssm.arithmetic import GaloisField, ResidueRing, Rounded
from exactssm.arithmetic.domain import Element
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer, Layer, SignLayer
from exactssm.layers.layer import coordinate_domains
from exactssm.machine import Machine, Output, State, Symbol
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.tasks import FunctionComposition, StreamingAlgorithm, UnboundedComposition, bits_for

__all__ = ["CLAIMS", "StateCode", "state_code", "state_count", "streaming_from"]

MOST_LISTED: Final = 2**16
"""Elements of an arithmetic that are numbered by a list of all."""


class _Coordinate(NamedTuple):
    """How one coordinate is written."""

    size: int  #: how many values it may have
    number: Callable[[Element], int]
    element: Callable[[int], Element]


class StateCode(NamedTuple):
    """How the states of all layers are written as one int: `state_code` makes it."""

    bits: int
    encode: Callable[[State], int]
    decode: Callable[[int], State]


def streaming_from(model: OnlineCoT) -> StreamingAlgorithm:
    """The streaming algorithm that puts out what ``model`` does on every word. Its memory has as many bits as the
    states of all layers: L d p over Z/2^p.

    >>> from exactssm.machine import run
    >>> counter = DiagonalLayer(ResidueRing(8), start=(5,), decay=lambda x: (1,), drive=lambda x: (1,))
    >>> doubling = Model("ab", [Block(counter, lambda h, x: Think("b") if x == "a" else h[0])])
    >>> algorithm = streaming_from(OnlineCoT(doubling, inputs="a"))
    >>> algorithm.memory_bits, algorithm.start, run(algorithm, "aaa").outputs
    (3, 5, (7, 1, 3))

    Raises: ConstructionError, unless ``model`` is a stack of layers over finite arithmetics; from `step`, what thinking
    raises.
    """
    code = state_code(model)

    @lru_cache(maxsize=1)  # the memory and the output are told by one step
    def step(memory: int, symbol: Symbol) -> tuple[int, Output]:
        after, output = model.step(code.decode(memory), symbol)
        return code.encode(after), output

    return StreamingAlgorithm.mealy(
        model.alphabet,
        code.bits,
        code.encode(model.start),
        update=lambda memory, symbol: step(memory, symbol)[0],
        output=lambda memory, symbol: step(memory, symbol)[1],
    )


def state_code(model: Machine) -> StateCode:
    """The states of all layers as one int, the first coordinate of the first layer in the lowest bits.

    Raises: ConstructionError, as `streaming_from`.
    """
    layers = [tuple(_coordinate(domain) for domain in _domains(layer)) for layer in _stack(model).layers()]
    widths = [tuple(bits_for(coordinate.size) for coordinate in layer) for layer in layers]

    def encode(state: State) -> int:
        memory = place = 0
        for layer, bits, values in zip(layers, widths, state, strict=True):  # type: ignore[call-overload]
            for coordinate, width, value in zip(layer, bits, values, strict=True):
                memory |= coordinate.number(value) << place
                place += width
        return memory

    def decode(memory: int) -> State:
        states = []
        for layer, bits in zip(layers, widths, strict=True):
            state = []
            for coordinate, width in zip(layer, bits, strict=True):
                state.append(coordinate.element(memory & ((1 << width) - 1)))
                memory >>= width
            states.append(tuple(state))
        return tuple(states)

    return StateCode(sum(map(sum, widths)), encode, decode)


def state_count(model: Machine) -> int:
    """How many states the layers of ``model`` have together, reachable or not: 2^(L d p) over Z/2^p.

    Raises: ConstructionError, as `streaming_from`.
    """
    count = 1
    for layer in _stack(model).layers():
        for domain in _domains(layer):
            count *= _coordinate(domain).size
    return count


def _stack(model: Machine) -> Model:
    stack = model.model if isinstance(model, OnlineCoT) else model
    if not isinstance(stack, Model):
        raise ConstructionError(f"the model must be a stack of layers, got a {type(stack).__name__}")
    return stack


def _domains(layer: Layer) -> tuple[Any, ...]:
    """The arithmetic of each coordinate, or all its values."""
    if isinstance(layer, SignLayer):
        return ((-1, 0, 1),) * layer.width
    return coordinate_domains(layer)


@lru_cache(maxsize=64)
def _coordinate(domain: Any) -> _Coordinate:
    """How elements of an arithmetic, or of a tuple of all, are written."""
    if isinstance(domain, ResidueRing):
        return _Coordinate(domain.size, domain.check, domain.check)
    size = len(domain) if isinstance(domain, tuple) else domain.size
    values = domain if isinstance(domain, tuple) else _listed(domain)
    if size is None or values is None or size > MOST_LISTED:
        raise ConstructionError(
            f"states must be over Z/m, or another arithmetic of at most {MOST_LISTED} elements that can be listed, "
            f"to be written in so many bits; got {domain}"
        )
    elements = tuple(values)
    numbers = {element: number for number, element in enumerate(elements)}
    return _Coordinate(size, numbers.__getitem__, elements.__getitem__)


def _listed(domain: Any) -> Iterable[Element] | None:
    """All elements, where the arithmetic can list them."""
    numbers = domain.number_format if isinstance(domain, Rounded) else domain
    found: Iterable[Element] | None = getattr(numbers, "elements", None)
    return getattr(numbers, "codes", None) if found is None else found


def counter(precision: int) -> OnlineCoT:
    """Counts symbols modulo 2^p, without a thought: (L, d, p) = (1, 1, p)."""
    layer = DiagonalLayer(ResidueRing(2**precision), (0,), decay=lambda x: (1,), drive=lambda x: (1,))
    return OnlineCoT(Model("1", [Block(layer, lambda h, x: h[0])]), inputs="1", limit=0)


def over_gf4() -> OnlineCoT:
    """A layer over GF(4) that reads a and b as maps h -> w h and h -> h + 1, and after b squares what it was by a
    thought that tells it."""
    field = GaloisField(4)
    w = field.generator

    def decay(x: Any) -> tuple[Any]:
        return (w if x == "a" else field.one if x == "b" else field.zero,)

    def drive(x: Any) -> tuple[Any]:
        return (field.zero if x == "a" else field.one if x == "b" else field.elements[x],)

    def readout(h: Any, x: Any) -> Output:
        return Think(field.mul(h[0], h[0]).code) if x == "b" else h[0].code

    model = Model(("a", "b", 0, 1, 2, 3), [Block(DiagonalLayer(field, (field.one,), decay, drive), readout)])
    return OnlineCoT(model, inputs="ab")


class _Source(NamedTuple):
    """A model, built when its claim is decided, with its L, d and p."""

    build: Callable[[], OnlineCoT]
    depth: int
    width: int
    precision: int


def _of_size(seed: int, size: Size) -> _Source:
    return _Source(partial(random_online, seed, "ab", size), size.depth, size.width, bits_for(size.modulus))


def _shaped(name: str, depth: int, width: int, precision: int) -> _Source:
    return _Source(lambda: streaming_cot(ALGORITHMS[name](), depth, width, precision), depth, width, precision)


def _drawn(seeds: range) -> dict[str, _Source]:
    sizes = [Size(1, 1, 16), Size(2, 2, 2), Size(2, 1, 4), Size(1, 2, 4), Size(3, 1, 2), Size(1, 2, 3)]
    return {
        f"drawn, seed {seed}: L={size.depth} d={size.width} over Z/{size.modulus}": _of_size(seed, size)
        for seed in seeds
        for size in [sizes[seed % len(sizes)]]
    }


#: Of at most 6 bits: they have few shapes, and few thoughts in each.
SMALL: dict[str, _Source] = {
    "counter mod 8": _Source(partial(counter, 3), 1, 1, 3),
    "counter mod 16": _Source(partial(counter, 4), 1, 1, 4),
    "over GF(4)": _Source(over_gf4, 1, 1, 2),
    "composition, N=3, every K, d=1": _Source(lambda: composition_cot(UnboundedComposition(3)), 1, 1, 3),
    "composition, N=3, every K, d=2": _Source(lambda: composition_cot(UnboundedComposition(3), 2), 1, 2, 2),
    "composition, N=2 K=2, any order": _Source(
        lambda: composition_cot(FunctionComposition(2, 2, order="arbitrary")), 1, 1, 2
    ),
    "Dyck(1,3) with L=3 d=1 p=1": _shaped("Dyck(1,3)", 3, 1, 1),
    "ends with abab with L=1 d=2 p=2": _shaped("ends with abab", 1, 2, 2),
    "Misra-Gries with L=2 d=2 p=1": _shaped("Misra-Gries, 1 counter to 2", 2, 2, 1),
    **_drawn(range(6)),
}

#: Of more bits than have a thought for each memory.
WIDE: dict[str, _Source] = {
    "count mod 5, word by word": _Source(lambda: wordwise_cot(ALGORITHMS["count mod 5"](), 2, 2), 1, 5, 2),
    "Dyck(2,2), word by word": _Source(lambda: wordwise_cot(ALGORITHMS["Dyck(2,2)"](), 3, 1), 1, 8, 1),
    "count mod 5, bit by bit": _Source(lambda: bitwise_cot(ALGORITHMS["count mod 5"]()), 1, 11, 1),
    "composition, N=8, every K": _Source(lambda: composition_cot(UnboundedComposition(8)), 1, 1, 4),
}


def _back(source: _Source) -> Iterator[Case]:
    model = source.build()
    algorithm = streaming_from(model)
    L, d = source.depth, source.width
    per_number, rest = divmod(algorithm.memory_bits, L * d)
    bounds = Bounds(
        exactly={"depth": L, "width": d, "storage_bits": per_number if rest == 0 else None},
        at_most={"memory_bits": algorithm.memory_bits, "budget": L * d * source.precision},
    )
    yield Case(f"{algorithm.memory_bits} bits", model, algorithm, bounds)


def _round_trips(source: _Source) -> Iterator[Case]:
    model = source.build()
    bits = source.depth * source.width * source.precision
    algorithm = streaming_from(model)
    for L, d, p in shapes(bits):
        bounds = Bounds(
            exactly={"depth": L, "width": d},
            at_most={"precision": p, "memory_bits": bits, "thoughts": 1, "budget": bits},
        )
        yield Case(f"L={L} d={d} p={p}", streaming_cot(algorithm, L, d, p), model, bounds)


SOURCE = "2604.14501, online chain of thought and streaming algorithms"

CLAIMS = (
    Claim(
        name="online-cot-is-streaming",
        source=SOURCE,
        statement="What L layers of width d and precision p do with online chain of thought, however many thoughts "
        "they take, a streaming algorithm does with exactly L d p bits of memory.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.streaming_from_cot",
        cases=_back,
        instances=SMALL | WIDE,
        full=_drawn(range(6, 200)),
    ),
    Claim(
        name="online-cot-only-the-product-counts",
        source=f"{SOURCE} (clean equivalence of width and precision; its form is ours)",
        statement="With online chain of thought L layers of width d and precision p can be replaced by L', d' and p' "
        "with the same product, whatever these are, and one thought a symbol.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.streaming_from_cot",
        cases=_round_trips,
        instances=SMALL,
        full=_drawn(range(6, 100)) | {"counter mod 64": _Source(partial(counter, 6), 1, 1, 6)},
    ),
)
