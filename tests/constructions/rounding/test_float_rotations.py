"""Rotations in floats against steps in Fractions, and numpy's own floats; figures of the findings by hand."""

from fractions import Fraction
from itertools import product
from random import Random

import numpy as np
import pytest

from constructions.rounding.float_rotations import CLAIMS, FORMATS, ORDERS, FloatAngles, Kept, RotationTracker
from constructions.rounding.roots_of_unity import rounded_angle
from exactssm.arithmetic import FLOATS, ComplexNumber, FloatOverflow, MiniFloat, Rounding
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.machine import run
from exactssm.models import Block, Model
from tests.constructions.taylor import PI, cosine_and_sine
from verify import decide
from verify.verdict import Proved, Refuted

F = Fraction
NUMPY = {"binary16": np.float16, "binary32": np.float32, "binary64": np.float64}


@pytest.mark.parametrize("name", ["e4m3fn", "e5m2"])
def test_sums_of_two_angles(name):
    """One rounding, and then a subtraction that is exact."""
    parts, angles = FLOATS[name], FloatAngles(FLOATS[name])
    turn = parts.decode(angles.turn)
    for x, y in Random(3).sample(list(product(range(angles.turn), repeat=2)), 800):
        total = parts.decode(parts.round(parts.decode(x) + parts.decode(y)))
        assert parts.decode(angles.add(x, y)) == (total if total < turn else total - turn)
        assert 0 <= angles.add(x, y) < angles.turn


def test_the_arithmetic_of_angles():
    angles = FloatAngles(FLOATS["e5m2"])
    assert (angles.size, angles.zero, angles.is_complex) == (angles.turn, 0, False)
    assert angles.parts.decode(angles.turn) == 6
    assert angles.mul(angles.one, 5) == angles.mul(5, angles.one) == 5
    assert [angles.format(angles.neg(angles.parse(x))) for x in ("0", "2", "5")] == ["0", "4", "1"]
    assert angles.neg(1) == 0  # 6 - 2^-16 is rounded to 6
    assert angles.element(F(5, 2)) == angles.parse("5/2")
    with pytest.raises(DomainError, match="added, not multiplied"):
        angles.mul(5, 6)
    for wrong in (angles.turn, -1, True, "1"):
        with pytest.raises(DomainError, match="a code below"):
            angles.check(wrong)
    with pytest.raises(DomainError, match="does not hold"):
        angles.element(F(1, 3))
    with pytest.raises(DomainError, match="promises no root"):
        angles.root_of_unity(4)


def test_formats_that_hold_no_angles():
    with pytest.raises(DomainError, match="beyond 4 pi; the largest of e2m1fn is 6"):
        FloatAngles(FLOATS["e2m1fn"])
    with pytest.raises(DomainError, match="with subnormals"):
        FloatAngles(MiniFloat(5, 3, Rounding.NEAREST_EVEN, FloatOverflow.INFINITY, subnormals=False))
    with pytest.raises(DomainError, match="format must be one of"):
        RotationTracker("float32", 3, Kept.ANGLE)
    with pytest.raises(DomainError, match="order of a root of unity"):
        RotationTracker("binary32", 1, Kept.ANGLE)


def states(tracker, steps):
    """The exact values along the layer's own steps."""
    decode = tracker.parts.decode
    for (h,) in tracker.layer.run("1" * steps):
        yield (decode(h.real), decode(h.imaginary)) if isinstance(h, ComplexNumber) else decode(h)


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("order", ORDERS)
def test_angles_step_by_step(name, order):
    """In Fractions, rounding where the rule says."""

    def fl(value):
        return FLOATS[name].decode(FLOATS[name].round(value))

    theta, c, turn = F(0), fl(2 * PI / order), fl(2 * PI)
    for found in states(RotationTracker(name, order, Kept.ANGLE), 70):
        assert found == theta
        theta = fl(theta + c)
        if theta >= turn:
            theta -= turn


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("order", [3, 5, 60])
def test_complex_numbers_step_by_step(name, order):
    def fl(value):
        return FLOATS[name].decode(FLOATS[name].round(value))

    a, b = (
        (fl(F(round(4 * x), 4)) if order == 3 and abs(x + F(1, 2)) < F(1, 10) else fl(x))
        for x in cosine_and_sine(F(1, order))
    )
    x, y = F(1), F(0)
    for found in states(RotationTracker(name, order, Kept.COMPLEX), 25):
        assert found == (x, y)
        x, y = fl(fl(a * x) - fl(b * y)), fl(fl(b * x) + fl(a * y))


@pytest.mark.parametrize("name", NUMPY)
@pytest.mark.parametrize("order", ORDERS)
def test_the_same_states_as_the_machine_has(name, order):
    """The hardware's floats, from the same parameters."""
    kind = NUMPY[name]
    unsigned = np.dtype(f"u{kind(0).itemsize}")

    def hard(code):
        return np.array(code, unsigned).view(kind)[()]

    def code_of(x):
        return int(np.array(x, kind).view(unsigned)[()])

    angles = RotationTracker(name, order, Kept.ANGLE).layer
    _, c = angles.entries("1")
    turn, theta = hard(angles.domain.turn), kind(0)
    for (h,) in angles.run("1" * 100):
        assert h == code_of(theta)
        theta = theta + hard(c)
        if theta >= turn:
            theta = theta - turn
    numbers = RotationTracker(name, order, Kept.COMPLEX).layer
    factor = numbers.entries("1")[0]
    a, b = hard(factor.real), hard(factor.imaginary)
    x, y = kind(1), kind(0)
    for (h,) in numbers.run("1" * 100):
        assert (h.real, h.imaginary) == (code_of(x), code_of(y))
        x, y = a * x - b * y + kind(0), b * x + a * y + kind(0)  # the drive is +0


def test_seven_in_e5m2_by_hand():
    """c = 7/8, then 7/4, 5/2 (for 21/8, a tie), 7/2 (for 27/8), 4 (for 35/8), where root 4 is nearest, and not 5."""
    tracker = RotationTracker("e5m2", 7, Kept.ANGLE)
    assert list(states(tracker, 5)) == [0, F(7, 8), F(7, 4), F(5, 2), F(7, 2), 4]
    assert run(tracker.model, "11111").outputs == (1, 2, 3, 4, 4)
    assert isinstance(verdict := decide(tracker.model, tracker.task), Refuted)
    assert verdict.trace.word == ("1",) * 5


def test_sixty_in_8_bits_stands_still():
    """fl(2 pi / 60) is less than half a unit from 2 (e4m3fn) or 1 (e5m2) on."""
    for name in ("e4m3fn", "e5m2"):
        layer = RotationTracker(name, 60, Kept.ANGLE).layer
        *_, before, last = layer.run("1" * 30)
        assert before == last != layer.start


def test_lambda_has_modulus_one_for_m_equal_to_2_alone():
    for name, order in product(FORMATS, ORDERS):
        parts = FLOATS[name]
        factor = RotationTracker(name, order, Kept.COMPLEX).layer.entries("1")[0]
        modulus = parts.decode(factor.real) ** 2 + parts.decode(factor.imaginary) ** 2
        assert (modulus == 1) == (order == 2)


NEIGHBOURS = {  # codes away from fl(2 pi / m): None where it is right for ever, else the first wrong length
    ("e5m2", 3): {-1: 3, 0: None, 1: 3},
    ("e4m3fn", 7): {-1: 5, 0: None, 1: None, 2: 5},
    ("bfloat16", 3): {-1: 52, 0: None, 1: 53},
}


@pytest.mark.parametrize(("name", "order"), NEIGHBOURS)
def test_neighbouring_angles(name, order):
    """Most numbers next to fl(2 pi / m) fail; not all."""
    tracker = RotationTracker(name, order, Kept.ANGLE)
    angles = tracker.layer.domain
    for change, length in NEIGHBOURS[name, order].items():
        angle = rounded_angle(tracker.parts, F(1, order)) + change
        layer = DiagonalLayer(angles, (0,), {"1": (angles.one,)}, {"1": (angle,)})
        model = Model(("1",), [Block(layer, lambda state, letter, decode=tracker.decode: decode(state))])
        verdict = decide(model, tracker.task)
        assert isinstance(verdict, Proved if length is None else Refuted)
        assert length is None or len(verdict.trace.word) == length


def test_a_decay_other_than_one_is_refused():
    angles = FloatAngles(FLOATS["e5m2"])
    layer = DiagonalLayer(angles, (0,), {"1": (angles.parse("2"),)})
    with pytest.raises((DomainError, ConstructionError), match="added, not multiplied"):
        layer.step((0,), "1")


def test_what_is_no_number_has_no_nearest_root():
    tracker = RotationTracker("e5m2", 5, Kept.COMPLEX)
    parts, ((one,)) = tracker.parts, tracker.layer.start
    for text in ("inf", "-inf", "nan"):
        assert tracker.decode((ComplexNumber(one.domain, parts.parse(text), parts.zero),)) is None
        assert tracker.decode((ComplexNumber(one.domain, parts.zero, parts.parse(text)),)) is None
    assert tracker.decode((one.domain.zero,)) is None


def test_the_claims_divide_the_trackers():
    """No tracker is in two claims, and those in none are the seven that take too long."""
    found = [str(tracker) for claim in CLAIMS for tracker in claim.all_instances(full=True).values()]
    everything = {str(RotationTracker(*case)) for case in product(FORMATS, ORDERS, Kept)}
    assert len(found) == len(set(found))
    assert everything - set(found) == {
        *(f"m={m}, binary32, angle" for m in (7, 12, 60)),
        *(f"m={m}, binary64, angle" for m in (3, 12, 60)),
        "m=60, binary64, complex",
    }
