"""Thoughts after the input's end add nothing: they are a decoding of the layers' final states, and any decoding is one.

*Thoughts are a decoding* (`decoding`). After the last symbol, END, what each layer passed on is told by the layers'
states: layer 1 read END, its readout made its letter of that and of its state, and so on upwards. So the states alone
tell the model's first output; and if that is a thought, everything that follows, as no more input comes.

*No thoughts* (`without_thoughts`). The same layers with skip connections: each passes on what it would have passed on
anyway, and with it the stack's symbol and the states of all layers up to it. The top then has the decoding for its
readout: same depth, width and precision. What grows is what passes between layers: a letter of layer l comes with
l states, so that there may be as many as there are (symbols, states of layers 1 to l).

*One thought* (`one_thought`). Conversely any decoding whatever of the final states is done with a single thought, and
readouts that tell nothing of lower layers but on that thought. Reading it, all layers stay as they are (A = 1, b = 0)
and pass their states up, and the top looks the answer up.

So offline chain of thought with any number of thoughts is a decoding of the final states, and no more: two words that
lead all layers to the same states, with different answers demanded, refute it as well.

Source: 2604.14501, thoughts after the input don't evade the lower bound; the constructions are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import partial
from random import Random
from typing import Any, Final, NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.thoughts.offline_examples import EXAMPLES
from constructions.thoughts.random_thinkers import Size, random_offline
from exactssm.errors import ConstructionError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, Layer, RotationLayer, SignLayer
from exactssm.layers.layer import Matrix, Vector, coordinate_domains
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol, check_symbol
from exactssm.models import Block, Model, OfflineCoT, Think
from exactssm.models.chain_of_thought import think_on
from exactssm.models.model import Readout
from exactssm.tasks import bits_for

__all__ = ["CLAIMS", "Decoded", "Expose", "UntilEnd", "decoding", "one_thought", "relettered", "without_thoughts"]

States: TypeAlias = tuple[Vector, ...]
Decode: TypeAlias = Callable[[States], Output]


class Stay(Enum):
    """The type of `STAY`."""

    STAY = "stay"


STAY: Final = Stay.STAY
"""What a layer takes a letter for that leaves it as it is."""


class Seen(NamedTuple):
    """What a layer with skip connections passes on."""

    letter: Symbol  #: what it passed on without them
    symbol: Symbol  #: what the stack reads
    states: States  #: of the layers so far


class Expose(NamedTuple):
    """The one thought: that all layers pass their states up."""

    name: str = "expose"


class Handed(NamedTuple):
    """What a layer passes on where one thought is all."""

    letter: Symbol  #: what it passed on before; None, if the thought is being read
    last: bool  #: whether the stack reads the end
    states: States  #: of the layers so far, if the thought is being read; otherwise none


@dataclass(frozen=True)
class UntilEnd:
    """What ``machine`` puts out is demanded up to the first ``end``, and nothing after that."""

    machine: Machine
    end: Symbol

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.machine.alphabet

    @property
    def start(self) -> State:
        return (self.machine.start,)

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        if state == ():
            return (), UNSPECIFIED
        assert isinstance(state, tuple)
        after, output = self.machine.step(state[0], symbol)
        return () if symbol == self.end else (after,), output

    def is_dead(self, state: State) -> bool:
        """Whether the end has been read."""
        return state == ()


@dataclass(frozen=True)
class Decoded:
    """``model``, but after ``end`` the answer is ``decode`` of the states of all layers: a task for `one_thought`."""

    model: Model
    end: Symbol
    decode: Decode

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.model.alphabet

    @property
    def start(self) -> State:
        return self.model.start

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        states, letters = self.model.through(state, symbol)
        return states, self.decode(states) if symbol == self.end else letters[-1]


def decoding(offline: OfflineCoT) -> Decode:
    """What ``offline`` answers in the end, as a function of the states of its layers when they have read the end.

    Raises: ConstructionError, unless its model is a stack of at least one layer; from the function, what thinking
    raises.
    """
    stack, symbols = _stack(offline.model), frozenset(offline.model.alphabet)

    def decode(states: States) -> Output:
        letter: Symbol = offline.end
        for block, state in zip(stack.blocks, states, strict=True):
            letter = block.readout(state, letter)
        return think_on(stack, symbols, states, letter, offline.limit).answer

    return decode


def without_thoughts(offline: OfflineCoT) -> Model:
    """The stack that puts out what ``offline`` does, up to its end and there, without thoughts.

    Resources: depth, widths and arithmetic as in ``offline``; letters between layers hold the states below.

    >>> from constructions.thoughts.offline_examples import parity_by_counting_down
    >>> from exactssm.machine import run
    >>> model = without_thoughts(parity_by_counting_down(8))
    >>> model.alphabet, run(model, "11111$").outputs[-1]
    (('1', '$'), 'odd')

    Raises: ConstructionError, unless the model of ``offline`` is a stack of at least one layer.
    """
    stack, decode = _stack(offline.model), decoding(offline)

    def seen(depth: int, state: Vector, letter: Any) -> Seen:
        below = Seen(letter, letter, ()) if depth == 0 else letter
        return Seen(stack.blocks[depth].readout(state, below.letter), below.symbol, (*below.states, state))

    def top(state: Vector, letter: Any) -> Output:
        output, symbol, states = seen(stack.depth - 1, state, letter)
        if symbol == offline.end:
            return decode(states)
        if isinstance(output, Think):
            raise ConstructionError(f"an offline model may think only after {offline.end!r}, not after {symbol!r}")
        return output

    first, *above = stack.layers()
    layers = [first, *(relettered(layer, lambda letter: letter.letter) for layer in above)]
    readouts: list[Readout] = [*(partial(seen, depth) for depth in range(stack.depth - 1)), top]
    blocks = [Block(layer, readout) for layer, readout in zip(layers, readouts, strict=True)]
    return Model(offline.alphabet, blocks)


def one_thought(model: Model, end: Symbol, decode: Decode) -> OfflineCoT:
    """``model``, but after ``end`` it takes one thought and then answers ``decode`` of the states of all its layers.

    Resources: depth, widths and arithmetic as in ``model``; one thought.

    Raises: ConstructionError, unless ``model`` is a stack of at least one layer, each of which can stay as it is
    whatever its state, and doesn't read the thought already; SymbolError, if ``end`` is not one of its symbols.
    """
    stack, expose = _stack(model), Expose()
    check_symbol(end, stack.alphabet, 0)
    for layer in stack.layers():
        if isinstance(layer, ConstantLayer | SignLayer):
            raise ConstructionError(
                f"on the thought layers must stay as they are; a {type(layer).__name__} has one A for all letters"
            )

    def readout(depth: int, state: Vector, letter: Any) -> Output:
        exposing = letter == expose if depth == 0 else bool(letter.states)
        below = Handed(letter, letter == end, ()) if depth == 0 else letter
        top = depth == stack.depth - 1
        if exposing:
            states = (*below.states, state)
            return decode(states) if top else Handed(None, False, states)
        if top and below.last:
            return Think(expose)
        passed = stack.blocks[depth].readout(state, below.letter)
        return passed if top else below._replace(letter=passed)

    first, *above = stack.layers()
    layers = [
        relettered(first, lambda symbol: STAY if symbol == expose else symbol),
        *(relettered(layer, lambda handed: STAY if handed.states else handed.letter) for layer in above),
    ]
    blocks = [Block(layer, partial(readout, depth)) for depth, layer in enumerate(layers)]
    return OfflineCoT(Model((*stack.alphabet, expose), blocks), inputs=stack.alphabet, end=end, limit=1)


def relettered(layer: Layer, read: Callable[[Any], Symbol]) -> Layer:
    """``layer`` on other letters: on z it does what it did on ``read(z)``; nothing, if that is `STAY`.

    >>> from exactssm.arithmetic import ResidueRing
    >>> count = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), lambda x: (x,))
    >>> relettered(count, lambda z: STAY if z == "-" else len(z)).run(["aa", "-", "bbb"])
    [(0,), (2,), (2,), (5,)]

    Raises: ConstructionError, for a layer of an unknown kind.
    """
    d = layer.width

    def drive(letter: Symbol) -> Any:
        z = read(letter)
        return (zero(),) * d if z is STAY else layer.entries(z)[-d:]

    def zero() -> Any:
        assert not isinstance(layer.domain, tuple)
        return layer.domain.zero

    if isinstance(layer, RotationLayer):
        orders, start = layer.orders, layer.start

        def angle(letter: Symbol) -> tuple[int, ...]:
            z = read(letter)
            return (0,) * d if z is STAY else layer.entries(z)

        return RotationLayer(orders, angle, start)
    if isinstance(layer, DiagonalLayer):
        domain = layer.domain

        def decay(letter: Symbol) -> Vector:
            z = read(letter)
            return (domain.one,) * d if z is STAY else layer.entries(z)[:d]

        return DiagonalLayer(domain, layer.start, decay, drive)
    if isinstance(layer, DenseLayer):
        domain = layer.domain

        def matrix(letter: Symbol) -> Matrix:
            z = read(letter)
            if z is STAY:
                return tuple(tuple(domain.one if i == j else domain.zero for j in range(d)) for i in range(d))
            entries = layer.entries(z)
            return tuple(entries[d * i : d * (i + 1)] for i in range(d))

        return DenseLayer(domain, layer.start, matrix, drive)
    if isinstance(layer, ConstantLayer):
        return ConstantLayer(layer.domain, layer.start, layer.matrix, drive)
    if isinstance(layer, SignLayer):
        return SignLayer(layer.start, layer.recurrent, drive, sign_of_zero=layer.sign_of_zero)
    raise ConstructionError(f"a layer of type {type(layer).__name__} can't be given other letters")


def _stack(model: Machine) -> Model:
    if not isinstance(model, Model) or model.depth == 0:
        what = "one of depth 0" if isinstance(model, Model) else f"a {type(model).__name__}"
        raise ConstructionError(f"the model must be a stack of at least one layer, got {what}")
    return model


def _bounds(offline: OfflineCoT, thoughts: int) -> Bounds:
    """The L, d and p of ``offline`` itself, and so many thoughts, all the same."""
    layers = tuple(_stack(offline.model).layers())
    domains = [domain for layer in layers for domain in coordinate_domains(layer)]
    sizes = [domain.size for domain in domains if domain.size is not None]
    bits = bits_for(max(sizes)) if len(sizes) == len(domains) else None
    return Bounds(
        exactly={
            "depth": len(layers),
            "widths": tuple(layer.width for layer in layers),
            "storage_bits": bits,
            "thoughts": thoughts,
            "vocabulary": thoughts,
        },
        at_most={} if bits is None else {"precision": bits},
    )


def _cases_without(build: Callable[[], OfflineCoT]) -> Iterator[Case]:
    offline = build()
    task = UntilEnd(offline, offline.end)
    yield Case("no thoughts", without_thoughts(offline), task, _bounds(offline, 0))


def _cases_of_one(build: Callable[[], OfflineCoT]) -> Iterator[Case]:
    offline = build()
    stack = _stack(offline.model)
    silent = Model(offline.alphabet, stack.blocks)
    equal = one_thought(silent, offline.end, decoding(offline))
    yield Case("one thought for all", equal, UntilEnd(offline, offline.end), _bounds(offline, 1))
    decode = _any_decoding(offline.alphabet)
    task = UntilEnd(Decoded(silent, offline.end, decode), offline.end)
    yield Case("a drawn decoding", one_thought(silent, offline.end, decode), task, _bounds(offline, 1))


def _any_decoding(seed: object) -> Decode:
    """A function on the states of all layers, drawn from all with six values."""
    return lambda states: Random(f"{seed}: {states!r}").randrange(6)


def _drawn(seeds: Sequence[int]) -> dict[str, Callable[[], OfflineCoT]]:
    sizes = [Size(1, 1, 8), Size(1, 2, 3), Size(2, 1, 4), Size(2, 2, 2), Size(3, 1, 3), Size(2, 2, 3)]
    return {
        f"drawn, seed {seed}: {size.depth} layers of {size.width} over Z/{size.modulus}": partial(
            random_offline, seed, "ab$", size
        )
        for seed in seeds
        for size in [sizes[seed % len(sizes)]]
    }


SOURCE = "2604.14501, thoughts after the input don't evade the lower bound (proof reconstructed)"

CLAIMS = (
    Claim(
        name="offline-thoughts-add-nothing",
        source=SOURCE,
        statement="What a stack of layers answers after any number of thoughts at the end of its input, a stack with "
        "the same layers answers without: same depth, widths and arithmetic, with readouts that pass states up.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.offline_cot",
        cases=_cases_without,
        instances=EXAMPLES | _drawn(range(6)),
        full=_drawn(range(6, 200)),
    ),
    Claim(
        name="one-offline-thought-is-enough",
        source=SOURCE,
        statement="Every function of the final states of all layers is answered after a single thought at the end of "
        "the input, whatever the layers pass on before it; and so is what any number of thoughts answers.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.thoughts.offline_cot",
        cases=_cases_of_one,
        instances=EXAMPLES | _drawn(range(6)),
        full=_drawn(range(6, 200)),
    ),
)
