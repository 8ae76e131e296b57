"""exp and softplus: enclosures against another library's, rounding in every direction, and what is refused."""

from fractions import Fraction
from random import Random

import flint
import pytest

from exactssm.arithmetic import CyclotomicField, FixedPoint, Overflow, Rounding, domain_from_name
from exactssm.errors import DomainError, FormatOverflow
from exactssm.layers import CorrectlyRounded, FunctionTable
from exactssm.layers.elementary import exp_enclosure, softplus_enclosure

BALLS = {exp_enclosure: lambda x: x.exp(), softplus_enclosure: lambda x: (x.exp() + 1).log()}


def ball(x):
    return flint.arb(flint.fmpq(x.numerator, x.denominator))


@pytest.mark.parametrize("enclosure", BALLS)
def test_enclosures_hold_what_ball_arithmetic_computes(enclosure):
    source = Random(1)
    for _ in range(60):
        x = Fraction(source.randint(-700, 700), source.choice([1, 3, 7, 64, 1000]))
        low, high = enclosure(x, 96)
        with flint.ctx.workprec(1200):
            value = BALLS[enclosure](ball(x))
            assert ball(low) <= value <= ball(high)
            assert ball(high) - ball(low) < value * ball(Fraction(1, 2**40)) or value < ball(Fraction(1, 2**40))


def test_values_rounded_down_and_up_are_neighbours_around_the_value():
    down, up = (
        CorrectlyRounded("softplus", domain_from_name(f"fixed:s4.6:{rule}:error")) for rule in ("floor", "ceiling")
    )
    for n in range(-30, 31):
        low, high = down(Fraction(n, 4)), up(Fraction(n, 4))
        assert high - low == Fraction(1, 64)  # never on the grid
        with flint.ctx.workprec(200):
            assert ball(low) < (ball(Fraction(n, 4)).exp() + 1).log() < ball(high)


def test_known_values():
    binary64 = domain_from_name("binary64")
    e = Fraction(2718281828459045, 10**15)  # 2.718281828459045, the double next to e
    assert abs(CorrectlyRounded("exp", binary64)(Fraction(1)) - e) < Fraction(1, 10**15)
    assert CorrectlyRounded("exp", binary64)(Fraction(0)) == 1
    assert CorrectlyRounded("exp", domain_from_name("fixed:s2.2:ceiling:saturate"))(Fraction(-1000)) == Fraction(1, 4)
    assert CorrectlyRounded("exp", domain_from_name("nearest:-1,0,1/2,1"))(Fraction(-2, 3)) == Fraction(1, 2)


def test_overflow_is_the_formats():
    with pytest.raises(FormatOverflow):
        CorrectlyRounded("exp", domain_from_name("fixed:s2.2:floor:error"))(Fraction(2))
    # exp(69/50) is 3.97...: it lies below 4, where the format ends
    assert CorrectlyRounded("exp", domain_from_name("fixed:s2.2:floor:error"))(Fraction(69, 50)) == Fraction(15, 4)
    with pytest.raises(DomainError, match=r"exp\(100\) is no number of e5m2"):
        CorrectlyRounded("exp", domain_from_name("e5m2"))(Fraction(100))


@pytest.mark.parametrize(
    ("name", "numbers", "message"),
    [
        ("sin", domain_from_name("binary16"), "must be one of exp, softplus; got 'sin'"),
        ("exp", CyclotomicField(4), "rounded to a format of real numbers"),
        ("exp", domain_from_name("complex(binary16):once"), "rounded to a format of real numbers"),
        ("exp", FixedPoint(2, 2, Rounding.FLOOR, Overflow.WRAP), "doesn't wrap around"),
    ],
)
def test_what_is_no_function_or_format_is_refused(name, numbers, message):
    with pytest.raises(DomainError, match=message):
        CorrectlyRounded(name, numbers)


@pytest.mark.parametrize("x", [Fraction(4097), Fraction(1, 2**9000), 1, 0.5])
def test_arguments_out_of_bounds_are_refused(x):
    with pytest.raises(DomainError, match="the argument of exp must"):
        CorrectlyRounded("exp", domain_from_name("binary16"))(x)


def test_tables_hold_fractions_only():
    with pytest.raises(DomainError, match="the value of exp must be a Fraction, got 1"):
        FunctionTable("exp", {Fraction(0): 1})
