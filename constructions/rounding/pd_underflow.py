"""PD-SSM with decay: one-hot columns times 1 - eps, exact for ever over Q, and in a float format.

A PD-SSM layer has A(x) = P(x) D(x), where P(x) has a single one in each column and D(x) is diagonal; its construction
for automata takes P(x) e_q = e_delta(q,x), |D| = 1 and no input term, while its bound on states takes |D| <= 1 - eps.
With D = d = 1 - eps > 0 and h_0 = e_q0 the state after t letters is r_t e_q, where q is the automaton's state and r_t
depends on t alone: r_0 = 1, r_t = d r_(t-1). The automaton's state is read off as the arg-max.

*Over Q* r_t = d^t > 0, so the arg-max is q for ever. The states have no end, but A(x) (c h) = c A(x) h for every c > 0,
and the arg-max of c h is that of h: dividing each state by the sum of its coordinates commutes with the steps, up to
another division, and leaves the outputs as they are. So the layer over Q puts out on every word what its quotient does,
whose states are rays; of these finitely many are reachable, and `decide` proves it for all lengths. `Rays` is that
quotient.

*In a float format*, every operation rounded, sums with zeros are exact, and r_t = fl(d r_(t-1)). To nearest even, and
with subnormals, r_t is 0 at last only for eps >= 1/2. For eps < 1/2 it sticks at a subnormal k 2^-149 (in binary32),
from which fl(d k) = k, because k eps <= 1/2 up to ties: the layer is right for all lengths, by rounding. The
underflow that the exponents suggest, at t with (1 - eps)^t = 2^-149, comes about for eps = 1/2, and where results are
rounded towards zero; and, at 2^-126, where subnormals are flushed. And where the format rounds 1 - eps to 1, nothing
decays.

Source: 2509.22284 Props 1 and 2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from typing import Any, Final, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.rounding.rounded_complex import RememberingRounded
from exactssm.arithmetic import FLOATS, MiniFloat, Moment, Rationals, Rounded, Rounding
from exactssm.arithmetic.domain import Domain, Element
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector, states_by_step
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, all_dfas
from exactssm.tasks.classics import flip_flop, mod_counter, parity

__all__ = [
    "CLAIMS",
    "Decayed",
    "Rays",
    "arg_max",
    "decayed",
    "decaying_model",
    "flushed",
    "predicted_length",
    "quotient_model",
    "ray",
    "toward_zero",
]


@dataclass(frozen=True)
class Rays:
    """A dense layer over Q without a drive, on rays: each state is divided by the sum of its coordinates.

    >>> half = Fraction(1, 2)
    >>> layer = DenseLayer(Rationals(), (Fraction(1), Fraction(0)), {"x": ((half, 0 * half), (half, half))})
    >>> Rays(layer).run("x")[-1] == (half, half)
    True

    Raises: ConstructionError, for another layer, a start that is not one of rays; and, on a step, for a drive, a
    negative entry or a column of zeros, with any of which it would be no quotient.
    """

    layer: DenseLayer

    def __post_init__(self) -> None:
        if not isinstance(self.layer, DenseLayer) or not isinstance(self.layer.domain, Rationals):
            raise ConstructionError("only a dense layer over Q acts on rays here")
        if min(self.layer.start) < 0 or sum(self.layer.start) != 1:
            raise ConstructionError("the start must have coordinates >= 0 that sum to 1")

    @property
    def domain(self) -> Domain:
        return self.layer.domain

    @property
    def start(self) -> Vector:
        return self.layer.start

    @property
    def width(self) -> int:
        return self.layer.width

    @property
    def real_width(self) -> int:
        return self.layer.real_width

    def entries(self, letter: Symbol) -> tuple[Element, ...]:
        return self.layer.entries(letter)

    def step(self, state: Vector, letter: Symbol) -> Vector:
        """The ray of the layer's step."""
        _check_linear(self.layer, letter)
        return ray(self.layer.step(state, letter))

    def run(self, word: Sequence[Symbol]) -> list[Vector]:
        return states_by_step(self, word)


def _check_linear(layer: DenseLayer, letter: Symbol) -> None:
    """Raise ConstructionError, unless the layer sends rays of coordinates >= 0 to such rays."""
    entries, width = layer.entries(letter), layer.width
    matrix, drive = entries[: width * width], entries[width * width :]
    if any(drive):
        raise ConstructionError(f"a layer on rays must have no drive, got one on the letter {letter!r}")
    if min(matrix) < 0 or not all(map(any, (matrix[q::width] for q in range(width)))):
        raise ConstructionError(f"entries must be >= 0, and no column zero; that fails on the letter {letter!r}")


def ray(state: Vector) -> Vector:
    """``state``, divided by the sum of its coordinates, which is positive."""
    total = sum(state)
    return tuple(h / total for h in state)


def arg_max(values: Sequence[Fraction]) -> int | None:
    """The place of the one largest value; None, if there are several."""
    largest = max(values)
    return values.index(largest) if values.count(largest) == 1 else None


def decaying_layer(automaton: Automaton, eps: Fraction, arithmetic: Rationals | MiniFloat) -> DenseLayer:
    """PD-SSM's layer for ``automaton``, with D = 1 - ``eps``, rounded if the format doesn't hold it; in a format, every
    operation is rounded.

    Raises: ConstructionError, unless 0 < eps < 1.
    """
    if not 0 < eps < 1:
        raise ConstructionError(f"eps must lie between 0 and 1, got {eps}")
    domain: Domain = _rounding_each(arithmetic) if isinstance(arithmetic, MiniFloat) else arithmetic
    d = arithmetic.round(1 - eps) if isinstance(arithmetic, MiniFloat) else 1 - eps
    states, delta = automaton.states, automaton.delta
    matrix: dict[Symbol, Matrix] = {
        x: tuple(tuple(d if delta[q, x] == p else domain.zero for q in states) for p in states)
        for x in automaton.alphabet
    }
    start = tuple(domain.one if q == automaton.start else domain.zero for q in states)
    return DenseLayer(domain, start, matrix)


@cache
def _rounding_each(number_format: MiniFloat) -> Rounded:
    return RememberingRounded(number_format, Moment.EACH)


def decaying_model(automaton: Automaton, eps: Fraction, arithmetic: Rationals | MiniFloat) -> Model:
    """`decaying_layer`, read out by the state at the arg-max.

    >>> from exactssm.machine import run
    >>> from exactssm.tasks import parity
    >>> found = run(decaying_model(parity(), Fraction(1, 4), Rationals()), "011")
    >>> found.outputs, [str(h) for h in found.states[-1][0]]
    (('even', 'odd', 'even'), ['27/64', '0'])

    Resources: depth 1; width, the number of states.
    Raises: ConstructionError, unless 0 < eps < 1.
    """
    layer = decaying_layer(automaton, eps, arithmetic)
    decode: Callable[[Any], Fraction] = Fraction
    if isinstance(arithmetic, MiniFloat):
        decode = cache(arithmetic.decode)

    def readout(state: Vector, letter: Symbol) -> Output:
        place = arg_max(list(map(decode, state)))
        return None if place is None else automaton.states[place]

    return Model(automaton.alphabet, [Block(layer, readout)])


def quotient_model(automaton: Automaton, eps: Fraction) -> Model:
    """The layer over Q on rays, with the same readout: a finite machine with the outputs of `decaying_model` over Q."""
    (block,) = decaying_model(automaton, eps, Rationals()).blocks
    assert isinstance(block.layer, DenseLayer)
    return Model(automaton.alphabet, [Block(Rays(block.layer), block.readout)])


class Decayed(NamedTuple):
    """What becomes of r_t in a format."""

    value: Fraction  #: where r_t stays at last
    since: int  #: the first t with that value; if it is 0, the first wrong length of an automaton of two states or more


def decayed(number_format: MiniFloat, eps: Fraction) -> Decayed:
    """Where r_t = fl(d r_(t-1)) ends. It does not ascend, as d <= 1, so that it ends where it first stays.

    >>> for eps in (Fraction(1, 2), Fraction(1, 4)):
    ...     print(*decayed(FLOATS["binary16"], eps), *decayed(flushed(FLOATS["binary16"]), eps))
    0 25 0 15
    1/8388608 55 0 34
    """
    d = number_format.round(1 - eps)
    r, t = number_format.one, 0
    while (after := number_format.mul(d, r)) != r:
        r, t = after, t + 1
    return Decayed(number_format.decode(r), t)


def predicted_length(eps: Fraction, power: int) -> int:
    """The least t with (1 - eps)^t <= 2^-power: power ln 2 / -ln(1 - eps), rounded up.

    >>> [predicted_length(Fraction(1, n), 149) for n in (2, 4, 16)]
    [149, 360, 1601]
    """
    p, q = (1 - eps).as_integer_ratio()
    low, high = 0, 1
    while (p**high) << power > q**high:
        low, high = high, 2 * high
    while high - low > 1:
        t = (low + high) // 2
        low, high = (t, high) if (p**t) << power > q**t else (low, t)
    return high


def flushed(number_format: MiniFloat) -> MiniFloat:
    """The format with subnormal results flushed to zero."""
    return replace(number_format, subnormals=False)


def toward_zero(number_format: MiniFloat) -> MiniFloat:
    """The format with results rounded towards zero."""
    return replace(number_format, rounding=Rounding.TOWARD_ZERO)


def _over_q(automata_and_eps: tuple[Callable[[], Iterable[Automaton]], Fraction]) -> Iterator[Case]:
    automata, eps = automata_and_eps
    for automaton in automata():
        yield Case(f"{automaton!r:.120}", quotient_model(automaton, eps), automaton, _bounds(automaton))


def _in_format(instance: tuple[Callable[[], Iterable[Automaton]], Fraction, MiniFloat]) -> Iterator[Case]:
    automata, eps, number_format = instance
    for automaton in automata():
        model = decaying_model(automaton, eps, number_format)
        yield Case(f"{automaton!r:.120}", model, automaton, _bounds(automaton))


def _bounds(automaton: Automaton) -> Bounds:
    return Bounds(exactly={"depth": 1, "widths": (len(automaton.states),)})


def _one(automaton: Callable[[], Automaton]) -> Callable[[], Iterable[Automaton]]:
    return lambda: (automaton(),)


def _dfas(states: int) -> Callable[[], Iterable[Automaton]]:
    return lambda: all_dfas(states, "ab")


NAMED: Final = {
    "parity": _one(parity),
    "flip-flop": _one(flip_flop),
    "counter modulo 5": _one(lambda: mod_counter(5)),
    "1 DFAs, |Q|=1, 2 symbols": _dfas(1),
    "32 DFAs, |Q|=2, 2 symbols": _dfas(2),
}
"""Automata that put out their state, one or all of a size."""


def _floats(name: str, denominators: Iterable[int], how: str = "") -> dict[str, tuple[Any, Fraction, MiniFloat]]:
    """A clock of two states on a single letter, in a format, with eps = 1/n for each n."""
    number_format = {"": FLOATS[name], "toward zero": toward_zero(FLOATS[name]), "flushed": flushed(FLOATS[name])}[how]
    said = f"{name}, {how}" if how else name
    return {
        f"clock, {said}, eps=1/{n}": (_one(lambda: mod_counter(2, {"1": 1})), Fraction(1, n), number_format)
        for n in denominators
    }


CLAIMS = (
    Claim(
        name="pd-decay-over-q",
        source="2509.22284 Props 1 and 2",
        statement="With B = 0 and |D| = 1 - eps a PD-SSM layer over Q, read out by the arg-max, still follows its "
        "automaton on words of every length: decided on the finite quotient by positive factors.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rounding.pd_underflow",
        cases=_over_q,
        instances={
            f"{name}, eps=1/{n}": (automata, Fraction(1, n)) for name, automata in NAMED.items() for n in (2, 1024)
        },
    ),
    Claim(
        name="pd-decay-sticks",
        source="2509.22284 Props 1 and 2, in floating point",
        statement="In a float format with subnormals, every operation rounded to nearest even, the layer with "
        "eps < 1/2 does not underflow: it sticks at a subnormal number, or at 1 where 1 - eps is rounded to 1, and "
        "follows its automaton on words of every length.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rounding.pd_underflow",
        cases=_in_format,
        instances=_floats("binary32", (4,))
        | _floats("bfloat16", (1024,))
        | _floats("binary16", (4, 16))
        | {
            "32 DFAs, |Q|=2, 2 symbols, e4m3fn, eps=1/4": (
                NAMED["32 DFAs, |Q|=2, 2 symbols"],
                Fraction(1, 4),
                FLOATS["e4m3fn"],
            )
        },
        full=_floats("binary64", (4,))
        | _floats("binary32", (8, 16, 64))
        | _floats("bfloat16", (4, 8, 16, 64))
        | _floats("binary16", (8, 64, 1024)),
    ),
    Claim(
        name="pd-decay-underflows",
        source="2509.22284 Props 1 and 2, in floating point",
        statement="In a float format the layer loses its state when the decay underflows: to nearest even with "
        "eps = 1/2, and with every eps here if results are rounded towards zero, or subnormals flushed to zero.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.rounding.pd_underflow",
        cases=_in_format,
        instances=_floats("binary32", (2,))
        | _floats("bfloat16", (2,))
        | _floats("binary16", (2,))
        | _floats("binary16", (4, 16), "toward zero")
        | _floats("binary16", (4, 16), "flushed"),
        full=_floats("binary64", (2,))
        | _floats("binary32", (4, 8, 16), "toward zero")
        | _floats("binary32", (4, 8, 16), "flushed"),
    ),
)
