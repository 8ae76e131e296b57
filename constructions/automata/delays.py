"""The letters read last, as layers may know them: by a token shift, a clock, rounding, or run by run.

A readout sees the state *after* the letter. What it can't see is where the state came from, once the letter was a
reset. Here are four ways to keep the last n letters, each read out by whatever needs them.

- *shift*: one layer whose A is the same on every letter, the nilpotent shift of n cells. It isn't diagonal; it is what
  a short convolution provides.
- *clock*: diagonal layers that count letters modulo m >= n, then one of m cells, which writes the letter (decay 0) into
  the cell whose turn it is and keeps the others (decay 1). The clock takes one layer with an n-th root of unity, or
  log2 m layers of 1 and -1.
- *rounding*: one diagonal layer of one cell, h -> h / B + code(x) in fixed point, where the last of n digits in base B
  is rounded off. Nothing is negative. In exact arithmetic the digits are never lost, and the states are endless; a
  readout that looks at the first n digits only is right all the same.
- *runs*: n - 1 exact diagonal layers without anything negative, which know the letters of the last n *runs*, the runs
  of "aabbba" being aa, bbb and a. Layer 1 has a cell for each letter, which that letter keeps (decay 1) and every other
  one overwrites (decay 0). When the letter is a, cell a holds the last letter that wasn't a: the one of the run before.
  Layer 2 likewise holds what layer 1 knew then, and so on.

Exact layers without anything negative, with finitely many states, know no more than the runs
(`constructions.automata.repetition`).

Source: ours, on 2603.01959, whose readout ``dec(h_t, x_t)`` sees the state after the letter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise, product
from typing import Final, NamedTuple, TypeAlias

from constructions.automata.permutation_reset import PermutationReset
from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.arithmetic import FixedPoint, Moment, Overflow, Rationals, Rounded, Rounding
from exactssm.arithmetic.domain import Domain
from exactssm.errors import ConstructionError
from exactssm.layers import ConstantLayer, DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.machine import State, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, delay

__all__ = [
    "CLAIMS",
    "DELAYS",
    "Window",
    "check_delay",
    "clocked",
    "delay_widths",
    "last_letters",
    "rounded",
    "runs",
    "token_shift",
]

DELAYS: Final = ("runs", "clock", "shift", "rounding")
"""The ways of keeping letters."""

Window: TypeAlias = tuple[Symbol | None, ...]
"""The letters read last, the oldest first; None where nothing had been read yet."""

Emit: TypeAlias = Callable[[Window], Symbol]


def last_letters(alphabet: Sequence[Symbol], count: int, way: str, numbers: str, emit: Emit) -> list[Block]:
    """Layers that keep the last ``count`` letters, or those of so many runs, in one of the ways of `DELAYS`; ``emit``
    says what is read out.

    Raises: ConstructionError, for another way, for fewer than 2 letters, and for a clock without negative numbers.
    """
    check_delay(way)
    if count < 2:
        raise ConstructionError(f"a delay keeps at least 2 letters, got {count!r}")
    if way == "clock":
        return clocked(alphabet, count, numbers, emit)
    return {"runs": runs, "shift": token_shift, "rounding": rounded}[way](alphabet, count, emit)


def check_delay(way: str) -> str:
    """``way``, if it is one of `DELAYS`. Raises ConstructionError otherwise."""
    if way not in DELAYS:
        raise ConstructionError(f"a delay must be one of {', '.join(DELAYS)}; got {way!r:.80}")
    return way


def delay_widths(letters: int, count: int, way: str, numbers: str) -> tuple[int, ...]:
    """The widths of the layers of `last_letters` on so many letters.

    >>> [delay_widths(2, 3, way, "real") for way in DELAYS], delay_widths(2, 3, "clock", "complex")
    ([(2, 2), (1, 1, 4), (3,), (1,)], (1, 3))
    """
    if way == "runs":
        return (letters,) * (count - 1)
    if way == "clock":
        ticks = (count - 1).bit_length()
        return (*(1,) * ticks, 1 << ticks) if numbers == "real" else (1, count)
    return (count,) if way == "shift" else (1,)


def _codes(alphabet: Sequence[Symbol]) -> dict[Symbol, int]:
    """A number for each letter; 0 stands for none."""
    return {letter: code for code, letter in enumerate(alphabet, start=1)}


def token_shift(alphabet: Sequence[Symbol], count: int, emit: Emit) -> list[Block]:
    """One layer that isn't diagonal: h' = S h + code(x) e_1 with the shift S of ``count`` cells."""
    field, codes = Rationals(), _codes(alphabet)
    letters = (None, *alphabet)
    zero, one = field.zero, field.one

    def drive(letter: Symbol) -> Vector:
        return (field.element(codes[letter]), *[zero] * (count - 1))

    def readout(state: Vector, letter: Symbol) -> Symbol:
        return emit(tuple(letters[int(cell)] for cell in reversed(state)))

    matrix = tuple(tuple(one if i == j + 1 else zero for j in range(count)) for i in range(count))
    return [Block(ConstantLayer(field, (zero,) * count, matrix, drive), readout)]


def clocked(alphabet: Sequence[Symbol], count: int, numbers: str, emit: Emit) -> list[Block]:
    """A clock, and a layer of cells that are written in turn.

    Raises: ConstructionError, if numbers are not to be negative.
    """
    hours = 1 << (count - 1).bit_length() if numbers == "real" else count
    tick = (*range(1, hours), 0)
    clock = PermutationReset([tick], 0, numbers)
    field, codes = Rationals(), _codes(alphabet)
    letters = (None, *alphabet)

    def one_hot(hour: int, inside: int, outside: int) -> Vector:
        return tuple(field.element(inside if cell == hour else outside) for cell in range(hours))

    def readout(state: Vector, letter: tuple[int, Symbol]) -> Symbol:
        hour, _ = letter
        return emit(tuple(letters[int(state[(hour - age) % hours])] for age in reversed(range(count))))

    cells = DiagonalLayer(
        field,
        start=(field.zero,) * hours,
        decay=lambda letter: one_hot(letter[0], 0, 1),
        drive=lambda letter: one_hot(letter[0], codes[letter[1]], 0),
    )
    return [*clock.blocks(lambda letter: tick, lambda hour, letter: (hour, letter)), Block(cells, readout)]


def rounded(
    alphabet: Sequence[Symbol], count: int, emit: Emit, rounding: Rounding | None = Rounding.NEAREST_EVEN
) -> list[Block]:
    """One coordinate in fixed point, h -> h / B + code(x), rounded down, toward zero or to nearest; or exactly, for no
    rounding.

    B is a power of two that is more than twice the number of letters. The state is the sum of code(x_{t-i}) B^-i for i
    below ``count``. After the division the digit that doesn't fit is less than half of the last place: all of these
    roundings cut it off.
    """
    bits = (2 * len(alphabet)).bit_length()
    places = bits * (count - 1)
    domain: Domain = Rationals()
    if rounding is not None:
        domain = Rounded(FixedPoint(bits - 1, places, rounding, Overflow.ERROR, signed=False), Moment.ONCE)
    codes, letters = _codes(alphabet), (None, *alphabet)
    shrink = domain.element(Fraction(1, 1 << bits))

    def readout(state: Vector, letter: Symbol) -> Symbol:
        value = state[0] if rounding is None else domain.number_format.decode(state[0])  # type: ignore[attr-defined]
        digits = int(value * (1 << places))
        return emit(tuple(letters[digits >> bits * place & (1 << bits) - 1] for place in range(count)))

    layer = DiagonalLayer(
        domain,
        start=(domain.zero,),
        decay=lambda letter: (shrink,),
        drive=lambda letter: (domain.element(codes[letter]),),
    )
    return [Block(layer, readout)]


class _Runs(NamedTuple):
    """What is passed from layer to layer: the letters of the last runs."""

    window: Window


def runs(alphabet: Sequence[Symbol], count: int, emit: Emit) -> list[Block]:
    """Layer i, for i below ``count``, has a cell for each letter, with the letters of the last i runs as they were when
    another letter was read."""
    return [_one_run_more(alphabet, known, emit if known == count - 1 else _Runs) for known in range(1, count)]


def _one_run_more(alphabet: Sequence[Symbol], known: int, emit: Emit) -> Block:
    """The layer that adds a run to the ``known`` ones. A cell holds the number whose digits are these letters."""
    field, codes, letters = Rationals(), _codes(alphabet), (None, *alphabet)
    base = len(letters)

    def window(letter: Symbol) -> Window:
        return letter.window if isinstance(letter, _Runs) else (letter,)

    def decay(letter: Symbol) -> Vector:
        return tuple(field.element(int(x == window(letter)[-1])) for x in alphabet)

    def drive(letter: Symbol) -> Vector:
        now = window(letter)
        number = sum((codes[x] if x is not None else 0) * base**place for place, x in enumerate(now))
        return tuple(field.element(0 if x == now[-1] else number) for x in alphabet)

    def readout(state: Vector, letter: Symbol) -> Symbol:
        now = window(letter)
        number = int(state[codes[now[-1]] - 1])
        return emit((*(letters[number // base**place % base] for place in range(known)), now[-1]))

    return Block(DiagonalLayer(field, (field.zero,) * len(alphabet), decay, drive), readout)


def _delay_stack(alphabet: Sequence[Symbol], steps: int, way: str, numbers: str) -> Model:
    """Puts out the letter of so many steps, or runs, ago."""
    return Model(alphabet, last_letters(alphabet, steps + 1, way, numbers, lambda window: window[0]))


class _Delay(NamedTuple):
    """One instance."""

    alphabet: str
    steps: int
    numbers: str


def _bounds(instance: _Delay, way: str) -> Bounds:
    widths = delay_widths(len(instance.alphabet), instance.steps + 1, way, instance.numbers)
    return Bounds(exactly={"depth": len(widths), "widths": widths})


def _cases(way: str, instance: _Delay) -> Iterator[Case]:
    model = _delay_stack(instance.alphabet, instance.steps, way, instance.numbers)
    yield Case("every letter", model, delay(instance.steps, instance.alphabet, None), _bounds(instance, way))


def _rounded_cases(instance: _Delay) -> Iterator[Case]:
    alphabet, task = instance.alphabet, delay(instance.steps, instance.alphabet, None)
    for rounding in (Rounding.FLOOR, Rounding.TOWARD_ZERO, Rounding.NEAREST_EVEN, Rounding.NEAREST_AWAY):
        model = Model(alphabet, rounded(alphabet, instance.steps + 1, lambda window: window[0], rounding))
        yield Case(rounding.value, model, task, _bounds(instance, "rounding"))


def _unrounded_cases(instance: _Delay) -> Iterator[Case]:
    model = Model(instance.alphabet, rounded(instance.alphabet, instance.steps + 1, lambda window: window[0], None))
    yield Case("every letter", model, delay(instance.steps, instance.alphabet, None), length=12)


def _earlier_run(alphabet: str, runs_ago: int) -> Automaton:
    """The letter of so many runs ago; None, where there was no such run."""
    shapes = (w for n in range(runs_ago + 2) for w in product(alphabet, repeat=n))
    states = [w for w in shapes if all(x != y for x, y in pairwise(w))]

    def delta(q: State, x: Symbol) -> State:
        assert isinstance(q, tuple)
        return q if q[-1:] == (x,) else (*q, x)[-runs_ago - 1 :]

    return Automaton.moore(alphabet, states, (), delta, lambda q: q[0] if len(q) == runs_ago + 1 else None)  # type: ignore[arg-type, index]


def _run_cases(instance: _Delay) -> Iterator[Case]:
    model = _delay_stack(instance.alphabet, instance.steps, "runs", instance.numbers)
    yield Case("every letter", model, _earlier_run(instance.alphabet, instance.steps), _bounds(instance, "runs"))


_SOURCE: Final = "2603.01959, readout after the letter"

_SMALL: Final = {
    f"{steps} of {len(letters)} letters": _Delay(letters, steps, "non-negative")
    for letters, steps in (("ab", 1), ("ab", 3), ("abc", 2))
}

CLAIMS = (
    Claim(
        name="delay-by-token-shift",
        source=_SOURCE,
        statement="One layer with the same nilpotent A on every letter, which isn't diagonal, keeps the last n letters "
        "in n cells.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.delays",
        cases=partial(_cases, "shift"),
        instances=_SMALL,
    ),
    Claim(
        name="delay-by-clock",
        source=_SOURCE,
        statement="Diagonal layers keep the last n letters: one with an n-th root of unity, or log2 n with 1 and -1, "
        "count the letters, and one with decays 0 and 1 writes them into its cells in turn.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.delays",
        cases=partial(_cases, "clock"),
        instances={
            f"{steps} of {len(letters)} letters, {numbers}": _Delay(letters, steps, numbers)
            for letters, steps in (("ab", 1), ("ab", 2), ("abc", 2))
            for numbers in ("real", "complex")
        },
    ),
    Claim(
        name="delay-by-rounding",
        source=_SOURCE,
        statement="In fixed point one diagonal layer of width 1, whose numbers are never negative, keeps the last n "
        "letters, rounded down, toward zero or to nearest.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.delays",
        cases=_rounded_cases,
        instances=_SMALL,
    ),
    Claim(
        name="delay-by-contraction",
        source=_SOURCE,
        statement="In exact arithmetic the same layer has endlessly many states; read out by the first n digits, it "
        "keeps the last n letters.",
        kind=Kind.POSSIBLE,
        expected="checked",
        proof="constructions.automata.delays",
        cases=_unrounded_cases,
        instances={"1 of 2 letters": _Delay("ab", 1, "non-negative")},
    ),
    Claim(
        name="last-runs",
        source=_SOURCE,
        statement="n - 1 exact diagonal layers with decays 0 and 1 and nothing negative, each with a cell for each "
        "letter, keep the letters of the last n runs of equal letters.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.delays",
        cases=_run_cases,
        instances=_SMALL,
    ),
)
