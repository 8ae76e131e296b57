"""Rotations in floating point: a counter modulo m, kept as the m-th root of unity omega^t, on the word 11...1.

Exactly, one complex coordinate that turns by omega = exp(2 pi i / m) on each letter counts modulo m for ever, and the
count is read off as the root nearest to the state. Two ways to keep the state in a float format:

- *as an angle*, as rotary implementations do: theta starts at 0, and a letter makes it fl(theta + c) with c =
  fl(2 pi / m); if that is at least P = fl(2 pi), P is subtracted. That subtraction is exact: P <= s < 2 P for what it
  is done to (Sterbenz), so a step rounds once, and 0 <= theta < P throughout. The root is read off at the angle theta
  on the true circle, of 2 pi and not P.
- *as a complex number*: h starts at 1, and a letter makes it lambda h, where lambda has the correctly rounded parts of
  omega, and each of the six operations of a complex product is rounded: (fl(fl(a x) - fl(b y)), fl(fl(b x) + fl(a y))).

What is decided is the word 1^t alone. A model on one letter runs through one sequence of states; where it returns to a
state at the same count, and all states up to there were read off right, it is right for ever. Rounding is what makes it
return: the powers of an exact lambda that is no root of unity never do. Where it drifts instead, the first wrong length
is its horizon. Halfway between two roots, at zero and beyond the numbers there is no nearest root, and the readout puts
out None, which is wrong.

Source: 2603.15569 (rotations kept as angles, summed modulo 2 pi in float32); 2603.01959 for the complex coordinate. The
rule for angles above is what we model; what an implementation does may differ in the reduction modulo 2 pi.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from functools import cached_property, lru_cache, reduce
from itertools import starmap
from typing import Final

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.rounding.roots_of_unity import (
    check_order,
    nearest_root,
    nearest_root_of_angle,
    rounded_angle,
    rounded_cosine,
    rounded_sine,
)
from exactssm.arithmetic import FLOATS, ComplexNumber, ComplexOver, MiniFloat, Moment, Rounded
from exactssm.arithmetic.domain import Element, Rounds
from exactssm.errors import DomainError
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import Vector
from exactssm.models import Block, Model
from exactssm.tasks import Automaton
from exactssm.tasks.classics import mod_counter

__all__ = ["CLAIMS", "FORMATS", "ORDERS", "FloatAngles", "Kept", "RotationTracker"]

ORDERS: Final = (2, 3, 5, 7, 12, 60)
FORMATS: Final = ("binary64", "binary32", "bfloat16", "binary16", "e4m3fn", "e5m2")
LETTER: Final = "1"


@dataclass(frozen=True)
class FloatAngles(Rounds):
    """Angles from 0 to 2 pi in a float format, added modulo fl(2 pi). An element is a code of the format.

    It is no ring, and nothing is multiplied: a layer's decay is one, its drive an angle.

    >>> angles = FloatAngles(FLOATS["e4m3fn"])
    >>> third = angles.rounded(Fraction(1, 3))
    >>> angles.parts.text(angles.turn), [angles.format(angles.add(third, angles.parse(x))) for x in ("0", "2", "5")]
    ('13/2', ['2', '4', '1/2'])

    Raises: DomainError, unless the format holds 4 pi and subnormal numbers.
    """

    parts: MiniFloat

    def __post_init__(self) -> None:
        if not isinstance(self.parts, MiniFloat) or not self.parts.subnormals:
            raise DomainError(f"angles must be of a binary float with subnormals, got {self.parts!s:.80}")
        largest = self.parts.decode(self.parts.largest)
        if largest < 13:
            raise DomainError(
                f"a format of angles must have numbers beyond 4 pi; the largest of {self.parts} is {largest}"
            )

    def __str__(self) -> str:
        return f"angles({self.parts})"

    @cached_property
    def turn(self) -> int:
        """fl(2 pi)."""
        return rounded_angle(self.parts, Fraction(1))

    def rounded(self, turn: Fraction) -> int:
        """fl(2 pi ``turn``). Raises DomainError, if it is no angle from 0 to fl(2 pi)."""
        return self.check(rounded_angle(self.parts, turn))

    def check(self, x: object) -> int:
        if type(x) is not int or not 0 <= x < self.turn:  # positive codes ascend as their numbers
            raise DomainError(f"an element of {self} must be a code below {self.turn}, that of fl(2 pi), got {x!r:.80}")
        return x

    def add(self, x: Element, y: Element) -> int:
        """fl(x + y), less fl(2 pi) if it is at least that."""
        total = self.parts.add(self.check(x), self.check(y))
        return total if total < self.turn else self.parts.add(total, self.parts.neg(self.turn))

    def mul(self, x: Element, y: Element) -> int:
        """One times an angle. Raises DomainError, unless a factor is `one`."""
        x, y = self.check(x), self.check(y)
        if self.one not in (x, y):
            raise DomainError("angles are added, not multiplied: a decay must be one")
        factor: int = y if x == self.one else x
        return factor

    def inner(self, row: Sequence[Element], column: Sequence[Element], shift: Element) -> int:
        """The sum of angles, one by one; ``row`` holds ones."""
        total: int = reduce(self.add, [*starmap(self.mul, zip(row, column, strict=True)), self.check(shift)])
        return total

    def neg(self, x: Element) -> int:
        """fl(fl(2 pi) - x), or 0 where that is fl(2 pi)."""
        return self.parts.add(self.turn, self.parts.neg(self.check(x))) % self.turn

    @property
    def zero(self) -> int:
        return self.parts.zero

    @property
    def one(self) -> int:
        return self.parts.one

    @property
    def size(self) -> int:
        return self.turn

    @property
    def is_complex(self) -> bool:
        return False

    def element(self, value: object) -> int:
        return self.check(self.parts.element(value))

    def parse(self, text: str) -> int:
        return self.check(self.parts.parse(text))

    def format(self, x: Element) -> str:
        return self.parts.format(self.check(x))

    def root_of_unity(self, order: int) -> int:
        """Raises DomainError: whether rounded angles come back to 0 is the question here, not a promise."""
        raise DomainError(f"{self} promises no root of unity, got order {order!r:.80}")


class Kept(Enum):
    """How a rotation is kept."""

    ANGLE = "angle"
    COMPLEX = "complex"


@dataclass(frozen=True)
class RotationTracker:
    """One coordinate that turns by 2 pi / ``order`` on every letter, in a float format.

    >>> from exactssm.machine import run
    >>> run(RotationTracker("e4m3fn", 3, Kept.ANGLE).model, "1111").outputs
    (1, 2, 0, 1)

    Raises: DomainError, for an unknown format, an order that isn't from 2 to 10^6, and as `FloatAngles`.
    """

    number_format: str  #: a name in `FLOATS`
    order: int
    kept: Kept

    def __post_init__(self) -> None:
        check_order(self.order)
        if self.number_format not in FLOATS:
            raise DomainError(f"the format must be one of {', '.join(FLOATS)}; got {self.number_format!r:.80}")

    @property
    def parts(self) -> MiniFloat:
        """The format."""
        return FLOATS[self.number_format]

    @cached_property
    def layer(self) -> DiagonalLayer:
        """The rotation: of width one, with one letter."""
        turn = Fraction(1, self.order)
        if self.kept is Kept.ANGLE:
            angles = FloatAngles(self.parts)
            return DiagonalLayer(angles, (angles.zero,), {LETTER: (angles.one,)}, {LETTER: (angles.rounded(turn),)})
        numbers = ComplexOver(self.parts, Moment.EACH)
        factor = ComplexNumber(numbers, rounded_cosine(self.parts, turn), rounded_sine(self.parts, turn))
        return DiagonalLayer(Rounded(numbers, Moment.EACH), (numbers.one,), {LETTER: (factor,)})

    @cached_property
    def model(self) -> Model:
        """The layer, read out by the nearest root."""
        decode = lru_cache(4096)(self.decode)
        return Model((LETTER,), [Block(self.layer, lambda state, letter: decode(state))])

    @cached_property
    def task(self) -> Automaton:
        """The number of letters modulo ``order``."""
        return mod_counter(self.order, {LETTER: 1})

    def decode(self, state: Vector) -> int | None:
        """The exponent of the root nearest to the state's exact value; None, if there is no one nearest."""
        (h,) = state
        if self.kept is Kept.ANGLE:
            return nearest_root_of_angle(self.order, self.parts.decode(h))
        if any(self.parts.classify(part) in ("inf", "nan") for part in (h.real, h.imaginary)):
            return None
        return nearest_root(self.order, self.parts.decode(h.real), self.parts.decode(h.imaginary))

    def __str__(self) -> str:
        return f"m={self.order}, {self.number_format}, {self.kept.value}"


def _cases(tracker: RotationTracker) -> Iterator[Case]:
    yield Case("the word 11...1", tracker.model, tracker.task, Bounds(exactly={"depth": 1, "widths": (1,)}))


def _trackers(kept: Kept, orders: dict[str, tuple[int, ...]]) -> dict[str, RotationTracker]:
    found = [RotationTracker(name, m, kept) for name, chosen in orders.items() for m in chosen]
    return {str(tracker): tracker for tracker in found}


CLAIMS = (
    Claim(
        name="float-angle-returns",
        source="2603.15569, angles summed modulo 2 pi",
        statement="An angle kept in a float format, with fl(2 pi / m) added on each letter and fl(2 pi) subtracted, "
        "counts letters modulo m on words 11...1 of every length: for these m the sums come back to where they were.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rounding.float_rotations",
        cases=_cases,
        instances=_trackers(
            Kept.ANGLE,
            {
                "binary64": (2, 5, 7),
                "binary32": (2, 3, 5),
                "bfloat16": (2, 3, 5),
                "binary16": (2, 3, 12),
                "e4m3fn": (2, 7),
                "e5m2": (2, 3, 5),
            },
        ),
    ),
    Claim(
        name="float-angle-drifts",
        source="2603.15569, angles summed modulo 2 pi",
        statement="For other m the angle drifts, or stands still where fl(2 pi / m) is below half a unit, and the "
        "count modulo m is read off wrong from some word 11...1 on.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.rounding.float_rotations",
        cases=_cases,
        instances=_trackers(
            Kept.ANGLE,
            {"bfloat16": (12, 60), "e4m3fn": (3, 5, 12, 60), "e5m2": (7, 12, 60)},
        ),
        full=_trackers(Kept.ANGLE, {"bfloat16": (7,), "binary16": (5, 7, 60)}),
    ),
    Claim(
        name="float-rotation-returns",
        source="2603.01959, one complex coordinate, with every operation rounded",
        statement="A complex coordinate in a float format, multiplied by the rounded root of unity on each letter, "
        "counts letters modulo m on words 11...1 of every length: rounding makes it "
        "return, although |lambda| is 1 for m = 2 only.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.rounding.float_rotations",
        cases=_cases,
        instances=_trackers(
            Kept.COMPLEX,
            {
                "binary64": (2, 3),
                "binary32": (2, 3, 5, 12),
                "bfloat16": (2, 3, 12),
                "binary16": (2, 3, 5, 12),
                "e4m3fn": (2, 3, 12),
                "e5m2": (2, 3, 12),
            },
        ),
        full=_trackers(
            Kept.COMPLEX, {"binary64": (5, 7, 12), "binary32": (7, 60), "bfloat16": (5, 7, 60), "binary16": (7, 60)}
        ),
    ),
    Claim(
        name="float-rotation-fails-in-8-bits",
        source="2603.01959, one complex coordinate, with every operation rounded",
        statement="In the formats of 8 bits the complex coordinate counts modulo 5, 7 and 60 for a few letters only.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.rounding.float_rotations",
        cases=_cases,
        instances=_trackers(Kept.COMPLEX, {"e4m3fn": (5, 7, 60), "e5m2": (5, 7, 60)}),
    ),
)
