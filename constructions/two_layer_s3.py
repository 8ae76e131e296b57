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
from typing import Literal, NamedTuple, TypeAlias

from constructions.claim import Bounds, Case, Claim, Kind
from exactssm.algebra import group
from exactssm.layers import RotationLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "two_layer_s3"]


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
    """The two layers under one reading; the readout decodes r^B s^A from the states."""
    s3 = group("S3")
    r, s = s3.element("(1,2,3)"), s3.element("(1,2)")
    exponents: dict[Symbol, tuple[int, int]] = {}
    for a in range(2):
        for b in range(3):
            powers = [r] * b + [s] * a if normal_form == "r^b s^a" else [s] * a + [r] * b
            exponents[s3.product(powers)] = a, b

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


def _case(reading: Reading) -> Iterator[Case]:
    bounds = Bounds(exactly={"depth": 2, "widths": (1, 1)}, at_most={"precision": 2})
    name = f"x = {reading[0]}, sign {reading[1]} the letter"
    yield Case(name, two_layer_s3(*reading), WordProblem(group("S3")), bounds)


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
        proof="constructions.two_layer_s3",
        cases=_case,
        instances=RIGHT,
    ),
    Claim(
        name="two-layer-s3-misread",
        source=SOURCE,
        statement="Under the other two readings the printed decays don't track S3.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.two_layer_s3",
        cases=_case,
        instances=WRONG,
    ),
    Claim(
        name="two-layer-s3-misread-no-readout",
        source=SOURCE,
        statement="Under the other two readings no readout is right, even one that sees the states of both layers.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.two_layer_s3",
        cases=_case,
        instances=WRONG,
        every_readout=True,
    ),
)
