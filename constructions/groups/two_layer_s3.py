"""S3 by two layers of width 1, as printed and as it has to be read.

With r^3 = s^2 = 1, the printed decays are -1 to the power a in layer 1, and omega to the power (h^1 b) in layer 2,
h^1 = +-1 being the state of layer 1. They leave two things open: whether (a, b) stands for r^b s^a or for s^a r^b, and
whether h^1 is the state before or after the letter. Of the four readings two track S3 and two don't.

As s r = r^-1 s, the product r^B s^A . r^b s^a is r^(B +- b) s^(A + a), where the sign is that of s^A, the state
*before* the letter; and r^B s^A . s^a r^b is r^(B +- b) s^(A + a), where it is that of s^(A + a), the state *after* it.
Either way the states A and B are those of the product r^B s^A, which the readout decodes. In the other two readings
words of different products meet in one state, so that no readout is right.

Source: 2603.01959, the worked example of S3 by two AUSSM layers (known to us from notes on the paper, not from its
text).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.groups.architecture_classes import check_stack
from exactssm.algebra import Group, group
from exactssm.arithmetic import CyclotomicField
from exactssm.arithmetic.domain import Element
from exactssm.layers import DiagonalLayer, RotationLayer
from exactssm.layers.architectures import AUSSM
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "two_layer_s3", "unit_circle_s3"]


class Letter(NamedTuple):
    """What layer 2 reads: the exponents of the token, and layer 1's exponent before and after it."""

    a: int
    b: int
    before: int
    after: int


NormalForm: TypeAlias = Literal["r^b s^a", "s^a r^b"]
Sign: TypeAlias = Literal["before", "after"]
Reading: TypeAlias = tuple[NormalForm, Sign]


def two_layer_s3(normal_form: NormalForm, sign: Sign) -> Model:
    """The two layers under one reading, in exponents; the readout decodes r^B s^A from the states."""
    s3 = group("S3")
    r, s = s3.element("(1,2,3)"), s3.element("(1,2)")
    exponents = _exponents(s3, normal_form)

    def first(state: Vector, x: Symbol) -> Letter:
        a, b = exponents[x]
        (after,) = state
        assert isinstance(after, int)
        return Letter(a, b, (after - a) % 2, after)

    def turn(letter: Symbol) -> tuple[int, ...]:
        assert isinstance(letter, Letter)
        h = -1 if (letter.before if sign == "before" else letter.after) else 1
        return (h * letter.b % 3,)

    def decode(state: Vector, letter: Symbol) -> int:
        assert isinstance(letter, Letter)
        (B,) = state
        assert isinstance(B, int)
        return s3.product([r] * B + [s] * letter.after)

    layers = RotationLayer((2,), lambda x: exponents[x][:1]), RotationLayer((3,), turn)
    return Model(range(6), [Block(layers[0], first), Block(layers[1], decode)])


def _exponents(s3: Group, normal_form: NormalForm) -> dict[Symbol, tuple[int, int]]:
    """(a, b) for each element."""
    r, s = s3.element("(1,2,3)"), s3.element("(1,2)")
    found: dict[Symbol, tuple[int, int]] = {}
    for a in range(2):
        for b in range(3):
            powers = [r] * b + [s] * a if normal_form == "r^b s^a" else [s] * a + [r] * b
            found[s3.product(powers)] = a, b
    return found


class Signed(NamedTuple):
    """What layer 2 reads, as printed: layer 1's state, here before and after the letter, and the exponents."""

    before: int
    after: int
    a: int
    b: int


def unit_circle_s3(normal_form: NormalForm, sign: Sign) -> Model:
    """The printed layers as they stand, AUSSM layers with decays exp(i Lambda) in exact numbers of Q(zeta_6):

        Lambda^1(0, b) = 0,  Lambda^1(1, b) = pi;   Lambda^2(1, a, b) = 2 pi/3 b,  Lambda^2(-1, a, b) = -2 pi/3 b.

    No drive; both states begin at 1. Layer 2's state is omega^B, layer 1's (-1)^A.
    """
    s3, field = group("S3"), CyclotomicField(6)
    r, s = s3.element("(1,2,3)"), s3.element("(1,2)")
    exponents = _exponents(s3, normal_form)
    minus_one, omega = field.root_of_unity(2), field.root_of_unity(3)
    exponent_of = {field.one: 0, omega: 1, field.mul(omega, omega): 2}

    def turn(angle: Fraction) -> Element:
        """exp(i pi angle), for a multiple of 1/3; zeta_6 is exp(i pi / 3)."""
        assert (3 * angle).denominator == 1
        return field.zeta(int(3 * angle))

    def first_angle(x: Symbol) -> Fraction:
        a, _ = exponents[x]
        return Fraction(a)

    def second_angle(letter: Symbol) -> Fraction:
        assert isinstance(letter, Signed)
        h = letter.before if sign == "before" else letter.after
        return Fraction(2, 3) * h * letter.b

    def first(state: Vector, x: Symbol) -> Signed:
        a, b = exponents[x]
        after = -1 if state == (minus_one,) else 1
        return Signed(after * (-1) ** a, after, a, b)

    def decode(state: Vector, letter: Symbol) -> int:
        assert isinstance(letter, Signed)
        A = (1 - letter.after) // 2
        return s3.product([r] * exponent_of[state[0]] + [s] * A)

    start = (field.one,)
    layers = (
        DiagonalLayer(field, start, lambda x: (turn(first_angle(x)),)),
        DiagonalLayer(field, start, lambda letter: (turn(second_angle(letter)),)),
    )
    model = Model(range(6), [Block(layers[0], first), Block(layers[1], decode)])
    check_stack(model, AUSSM)
    return model


def _case(reading: Reading) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 2, "widths": (1, 1)}, at_most={"precision": 2})
    name = f"x = {reading[0]}, sign {reading[1]} the letter"
    yield Case(name, two_layer_s3(*reading), WordProblem(group("S3")), bounds)


def _literal_case(reading: Reading) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 2, "widths": (1, 1)}, at_most={"precision": 2})
    name = f"x = {reading[0]}, sign {reading[1]} the letter, on the unit circle"
    yield Case(name, unit_circle_s3(*reading), WordProblem(group("S3")), bounds)


SOURCE = "2603.01959, worked example of S3 by two layers"

RIGHT: dict[str, Reading] = {"r^b s^a, before": ("r^b s^a", "before"), "s^a r^b, after": ("s^a r^b", "after")}
WRONG: dict[str, Reading] = {"r^b s^a, after": ("r^b s^a", "after"), "s^a r^b, before": ("s^a r^b", "before")}

CLAIMS = (
    Claim(
        name="two-layer-s3",
        source=SOURCE,
        statement="Read with x = r^b s^a and layer 1's state before the letter, or with x = s^a r^b and its state "
        "after the letter, the printed decays track S3.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.two_layer_s3",
        cases=_case,
        instances=RIGHT,
    ),
    Claim(
        name="two-layer-s3-misread",
        source=SOURCE,
        statement="Under the other two readings the printed decays don't track S3.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.groups.two_layer_s3",
        cases=_case,
        instances=WRONG,
    ),
    Claim(
        name="two-layer-s3-misread-no-readout",
        source=SOURCE,
        statement="Under the other two readings no readout is right, even one that sees the states of both layers.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.groups.two_layer_s3",
        cases=_case,
        instances=WRONG,
        every_readout=True,
    ),
    Claim(
        name="two-layer-s3-on-the-unit-circle",
        source=SOURCE,
        statement="The printed angles, 0 and pi in layer 1, 2 pi/3 b and -2 pi/3 b in layer 2, in AUSSM layers over "
        "exact numbers, track S3 under the two readings that are right.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.two_layer_s3",
        cases=_literal_case,
        instances=RIGHT,
    ),
    Claim(
        name="two-layer-s3-on-the-unit-circle-misread",
        source=SOURCE,
        statement="Under the other two readings the printed angles don't track S3.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.groups.two_layer_s3",
        cases=_literal_case,
        instances=WRONG,
    ),
)
