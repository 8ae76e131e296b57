"""Real diagonal layers stay weak whatever the rounding: one coordinate gives groups of at most two elements.

Theorem. Let one real coordinate be updated by h -> fl(a h + b) or h -> fl(fl(a h) + b), in a format whose rounding is
monotone and which saturates, overflows to infinity or to NaN, or never overflows. Then every group in the monoid of its
transitions has at most two elements, and one if all a >= 0. A layer of d coordinates gives elementary Abelian 2-groups,
and only the trivial group if all a >= 0.

*Lemma.* Each of these maps is monotone on values if a >= 0, antitone if a < 0, on the states that it doesn't send to
NaN. For h -> a h + b is, and so are rounding and saturating. Exhausted here for all a, b and h of a format.

*Proof.* Let a group of transitions permute the set S of states; its unit is the identity on S. If NaN is in S all of it
keep NaN, so that no other state of S goes there. The rest is a finite chain, which products of the maps permute
monotonically or antitonely: the identity or the reversal, and only the identity if all a >= 0. The coordinates of a
product of maps are products of maps of coordinates, and a group whose elements have order 2 is elementary Abelian.

*Signed zeros.* Values are not codes where a format has two zeros. Codes of one value are at most these two; a group
that permutes codes permutes values, and besides may swap the zeros. So it has exponent 2 still, at most four elements
a coordinate; but a >= 0 doesn't make it trivial: with a = -0 and b = -0 the two zeros change places.

*Wrapping around* is not monotone: h -> h + 1 has the order of the ring.

What is exhausted are formats of up to 8 bits. For larger ones the lemma is the sentence of its proof; there maps are
drawn, and what is drawn is called sampled.

Source: our reply to 2603.01959 and 2404.08819, whose theorems don't cover rounding at every step (docs/findings).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from constructions.claim import Claim, Kind, Lemma
from constructions.rounding.long_cycles import Format, Ints, Letter, LongCycle, find_long_cycle, transition
from exactssm.arithmetic import (
    FLOATS,
    FixedPoint,
    FloatOverflow,
    MiniFloat,
    Moment,
    NaNCodes,
    Overflow,
    Rounded,
    Rounding,
)
from exactssm.errors import CertificateError

__all__ = ["CLAIMS", "Disorder", "find_disorder"]

MOMENTS = (Moment.ONCE, Moment.EACH)  # with a single product, a fused one is rounded once

ZERO = (0, Fraction(0))

CHUNK = 2**20
"""Table entries computed together."""


def _key(numbers: Format, code: int) -> tuple[int, Fraction] | None:
    """By what the values of codes are ordered: infinities outside; None for NaN."""
    if isinstance(numbers, FixedPoint):
        return 0, numbers.decode(code)
    number = numbers.extended(code)
    if number is None:
        return None
    return (0, number.value) if number.magnitude is not None else (-1 if number.negative else 1, Fraction(0))


@dataclass(frozen=True)
class Disorder:
    """Two states in order that a map with a >= 0 turns round, or one with a < 0 doesn't."""

    numbers: Format
    moment: Moment
    a: int
    b: int
    low: int
    high: int

    @property
    def word(self) -> tuple[str, ...]:
        text = self.numbers.text
        return f"a={text(self.a)}", f"b={text(self.b)}", f"h={text(self.low)}", f"h={text(self.high)}"

    def as_text(self) -> str:
        text = self.numbers.text
        first, second = map(self._image, (self.low, self.high))
        return (
            f"in {self.numbers}, a = {text(self.a)} and b = {text(self.b)} take {text(self.low)} to {text(first)} and "
            f"{text(self.high)} to {text(second)}"
        )

    def _image(self, h: int) -> int:
        image: int = Rounded(self.numbers, self.moment).inner((self.a,), (h,), self.b)
        return image

    def replay(self) -> None:
        """Raise CertificateError, unless the slow definition gives it."""
        codes = self.a, self.low, self.high, self._image(self.low), self._image(self.high)
        keys = [key for code in codes if (key := _key(self.numbers, code)) is not None]
        if len(keys) < len(codes):
            raise CertificateError(f"a disorder must be one of numbers; it isn't: {self.as_text()}")
        a, below, above, first, second = keys
        ordered = first <= second if a >= ZERO else first >= second
        if below > above or (ordered and (below < above or first == second)):
            raise CertificateError(f"a disorder must have two states out of order; it hasn't: {self.as_text()}")


def _by_value(numbers: Format) -> list[int]:
    """The codes of numbers and infinities, ascending; -0 before +0."""
    keys = {code: key for code in numbers.codes if (key := _key(numbers, code)) is not None}
    return sorted(keys, key=lambda code: (keys[code], -code))


def find_disorder(numbers: Format, moment: Moment) -> Disorder | None:
    """A map and two states that break the lemma; None, if it holds for all a, b and h of the format.

    >>> from exactssm.arithmetic import FixedPoint, Overflow, Rounding
    >>> find_disorder(FixedPoint(1, 1, Rounding.FLOOR, Overflow.SATURATE), Moment.ONCE) is None
    True
    >>> print(find_disorder(FixedPoint(1, 0, Rounding.FLOOR, Overflow.WRAP), Moment.ONCE).as_text())
    in fixed:s1.0:floor:wrap, a = -2 and b = -2 take -2 to -2 and -1 to 0
    """
    from constructions.rounding._monotone_kernels import first_disorder

    ascending = _by_value(numbers)
    values = [_key(numbers, code) for code in ascending]
    rank_of = {value: rank for rank, value in enumerate(dict.fromkeys(values))}
    states, keys = np.array(ascending, np.int64), np.array([rank_of[value] for value in values], np.int64)
    rank = np.full(max(numbers.codes) - min(numbers.codes) + 1, -1, np.int64)
    rank[states] = keys  # a negative code counts from the end
    signs = np.where(keys >= rank_of[ZERO], 1, -1)
    step = max(1, CHUNK // states.size**2)
    for begin in range(0, states.size, step):
        images = _transitions(numbers, moment, states[begin : begin + step], states)
        a, b, low, high = first_disorder(rank[images], keys, signs[begin : begin + step])
        if a >= 0:
            found = (int(states[place]) for place in (begin + a, b, low, high))
            return Disorder(numbers, moment, *found)
    return None


def _transitions(numbers: Format, moment: Moment, decays: Ints, states: Ints) -> Ints:
    """`transition` for all decays, states and drives, these being all states; shape (decays, states, states)."""
    if moment is Moment.ONCE:
        return transition(numbers, moment, decays[:, None, None], states[:, None], states)
    codes = np.array(list(numbers.codes), np.int64)
    row = np.empty(codes.max() - codes.min() + 1, np.int64)
    row[codes] = np.arange(codes.size)  # a negative code counts from the end
    one: Any = numbers  # as in `transition`
    images: Ints = one.add_arrays(codes[:, None], states)[row[one.mul_arrays(decays[:, None], states)]]
    return images


def _fixed_formats(bits: int) -> Iterator[FixedPoint]:
    """All fixed-point formats of so many bits that saturate, signed and unsigned, under every rounding."""
    for signed in (True, False):
        for fraction_bits in range(bits - signed + 1):
            for rounding in Rounding:
                yield FixedPoint(bits - signed - fraction_bits, fraction_bits, rounding, Overflow.SATURATE, signed)


def _floats(bits: int) -> Iterator[MiniFloat]:
    """All binary floats of so many bits without NaN and infinities, under every rounding."""
    for exponent_bits in range(1, min(bits - 1, 7)):
        for rounding in Rounding:
            yield MiniFloat(
                exponent_bits,
                bits - exponent_bits,
                rounding,
                FloatOverflow.SATURATE,
                infinities=False,
                nan=NaNCodes.NONE,
            )


def _monotone(formats: Iterable[Format]) -> Iterator[Lemma]:
    for numbers in formats:
        for moment in MOMENTS:
            yield Lemma(
                f"{numbers}, rounded {moment.value}",
                partial(find_disorder, numbers, moment),
                size=len(_by_value(numbers)) ** 2,
                members="maps, each on every state",
            )


class Draw(NamedTuple):
    """What is drawn: sets of so many letters, maps of a format."""

    numbers: Format
    sets: int
    letters: int
    products: int  #: of each set so many products are looked at
    seed: int


def _drawn(draw: Draw) -> Iterator[Lemma]:
    """Every other set has no a < 0; half of the decays are about 1 in magnitude, where long cycles would be."""
    numbers, source = draw.numbers, random.Random(draw.seed)
    codes = list(numbers.codes)
    one_zero = numbers.neg(numbers.zero) == numbers.zero

    def number(positive: bool = False, near: bool = False) -> int:
        while True:
            key = _key(numbers, code := source.choice(codes))
            if key is None or (positive and key < ZERO):
                continue
            if not near or (key[0] == 0 and Fraction(1, 2) <= abs(key[1]) <= 2):
                return code

    for drawn in range(1, draw.sets + 1):
        positive = drawn % 2 == 0
        letters = [(number(positive, source.choice((False, True))), number()) for _ in range(draw.letters)]
        for moment in MOMENTS:
            yield Lemma(
                f"{numbers}, rounded {moment.value}, set {drawn}",
                partial(
                    find_long_cycle, numbers, moment, letters, 1 if positive and one_zero else 2, products=draw.products
                ),
                size=1,
                members=f"draws of {draw.letters} maps and a moment, seed {draw.seed}, {draw.products} products each",
                sampled=True,
            )


def _fixed(bits: int) -> Iterator[Lemma]:
    return _monotone(_fixed_formats(bits))


def _without_nan(bits: int) -> Iterator[Lemma]:
    return _monotone(_floats(bits))


def _trivial_on_codes(bits: int) -> Iterator[Lemma]:
    """For each float that no single map with a >= 0 has a cycle of two codes."""
    for numbers in _floats(bits):
        ascending = _by_value(numbers)
        maps = [(a, b) for a in ascending if (_key(numbers, a) or ZERO) >= ZERO for b in ascending]
        for moment in MOMENTS:
            yield Lemma(
                f"{numbers}, rounded {moment.value}",
                partial(_first_long_cycle, numbers, moment, maps),
                size=len(maps),
                members="maps with a >= 0, each on every code",
            )


def _first_long_cycle(numbers: Format, moment: Moment, maps: Sequence[Letter]) -> LongCycle | None:
    found = (find_long_cycle(numbers, moment, [letter], 1, products=1) for letter in maps)
    return next((cycle for cycle in found if cycle is not None), None)


def _wrapping(bits: int) -> Iterator[Lemma]:
    """For each format the lemma; and, where 1 is in it, that h -> h + u has cycles of at most two, for its unit u."""
    for saturating in _fixed_formats(bits):
        numbers = replace(saturating, overflow=Overflow.WRAP)
        yield from _monotone([numbers])
        if 1 << numbers.fraction_bits in numbers.codes and numbers.size > 2:
            successor = [(numbers.one, 1)]
            yield Lemma(
                f"{numbers}, h + {numbers.text(1)}",
                partial(find_long_cycle, numbers, Moment.ONCE, successor, 2, products=1),
                size=1,
                members="maps",
            )


def _bits(*numbers: int) -> dict[str, int]:
    return {f"{bits} bits": bits for bits in numbers}


_SMALL = FixedPoint(2, 2, Rounding.NEAREST_EVEN, Overflow.SATURATE)

SOURCE = "2603.01959, one-layer theorem, with rounding after each step"

CLAIMS = (
    Claim(
        name="real-fixed-point-is-monotone",
        source=SOURCE,
        statement="In fixed point that saturates, h -> a h + b is monotone for a >= 0 and antitone for a < 0, under "
        "every rounding, once a step or at each operation; so a real diagonal layer has elementary Abelian 2-groups "
        "only, and none but the trivial one if all a >= 0.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rounding.monotone_rounding",
        cases=_fixed,
        instances=_bits(2, 3, 4),
        full=_bits(5, 6),
    ),
    Claim(
        name="real-floats-are-monotone",
        source=SOURCE,
        statement="In binary floats without NaN, h -> a h + b is monotone on values for a >= 0 and antitone for a < 0, "
        "under every rounding, once a step or at each operation: on values, real diagonal layers have groups as in "
        "fixed point.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rounding.monotone_rounding",
        cases=_without_nan,
        instances=_bits(3, 4, 5),
        full=_bits(6, 7, 8),
    ),
    Claim(
        name="real-floats-with-nan-are-monotone",
        source=SOURCE,
        statement="With infinities or NaN, h -> a h + b is monotone or antitone on the states that it doesn't send to "
        "NaN, which is enough.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.rounding.monotone_rounding",
        cases=lambda numbers: _monotone([numbers]),
        instances={"e2m2, with infinities": MiniFloat(2, 3, Rounding.NEAREST_EVEN, FloatOverflow.INFINITY)},
        full={name: FLOATS[name] for name in ("e3m4", "e4m3", "e5m2", "e4m3fn", "e4m3fnuz", "e5m2fnuz")},
    ),
    Claim(
        name="signed-zeros-change-places",
        source=SOURCE,
        statement="With a >= 0 a real diagonal layer in floats has trivial groups only, also where -0 and +0 are "
        "different states.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.rounding.monotone_rounding",
        cases=_trivial_on_codes,
        instances=_bits(3, 4, 5),
        full=_bits(6),
    ),
    Claim(
        name="wrapping-around-is-not-monotone",
        source=SOURCE,
        statement="In fixed point that wraps around, too, h -> a h + b is monotone or antitone, and real diagonal "
        "layers have cycles of at most two states.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.rounding.monotone_rounding",
        cases=_wrapping,
        instances=_bits(2, 3, 4),
    ),
    Claim(
        name="real-rounding-sampled",
        source=SOURCE,
        statement="In sampled sets of maps no product has a cycle of more than two states, or, in fixed point with all "
        "a >= 0, of more than one: among them single maps on all 65536 codes of binary16.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.rounding.monotone_rounding",
        cases=_drawn,
        instances={
            "fixed:s2.2, 20 sets of 3": Draw(_SMALL, 20, letters=3, products=200, seed=0),
            "e2m3fn, 20 sets of 3": Draw(FLOATS["e2m3fn"], 20, letters=3, products=200, seed=0),
            "binary16, 4 maps": Draw(FLOATS["binary16"], 4, letters=1, products=1, seed=0),
        },
        full={"binary16, 400 maps": Draw(FLOATS["binary16"], 400, letters=1, products=1, seed=1)},
    ),
)
