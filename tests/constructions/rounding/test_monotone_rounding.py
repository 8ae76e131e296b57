"""The lemma by hand, in Fractions, on every map of small formats; the searches against it; forged counterexamples."""

from dataclasses import replace
from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest

from constructions.registry import claim_named
from constructions.rounding.long_cycles import LongCycle, find_long_cycle, transition
from constructions.rounding.monotone_rounding import Disorder, Draw, _drawn, _fixed_formats, _floats, find_disorder
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
from exactssm.errors import CertificateError, DomainError
from verify.runner import examine

F = Fraction
SATURATE, WRAP = Overflow.SATURATE, Overflow.WRAP
WITH_NAN = [
    MiniFloat(2, 2, Rounding.NEAREST_EVEN, FloatOverflow.INFINITY),
    MiniFloat(2, 2, Rounding.FLOOR, FloatOverflow.NAN),
    MiniFloat(2, 2, Rounding.NEAREST_AWAY, FloatOverflow.NAN, infinities=False, nan=NaNCodes.SINGLE),
    MiniFloat(2, 2, Rounding.NEAREST_EVEN, FloatOverflow.NAN, infinities=False, nan=NaNCodes.NEGATIVE_ZERO),
]
FOUR_BITS = [f for f in _floats(4) if f.rounding in (Rounding.NEAREST_EVEN, Rounding.FLOOR)]
SMALL = [*_fixed_formats(2), *_fixed_formats(3), *_floats(3), *FOUR_BITS, *WITH_NAN]


def saturated_floor(x, bits, fraction_bits):
    """By hand: the multiple of 2^-f below, brought into the range of a signed format."""
    scaled = x * 2**fraction_bits
    return F(
        min(max(scaled.numerator // scaled.denominator, -(2 ** (bits - 1))), 2 ** (bits - 1) - 1), 2**fraction_bits
    )


def value(numbers, code):
    """What codes are compared by; None for NaN."""
    if numbers.text(code).startswith("nan"):
        return None
    if numbers.text(code).endswith("inf"):
        return F(-(10**9) if numbers.text(code).startswith("-") else 10**9)
    return numbers.decode(code)


def out_of_order(numbers, moment, some=1):
    """Whether the lemma fails somewhere, by its definition: all pairs of states, slow arithmetic; or only under every
    ``some``-th of the maps."""
    step = Rounded(numbers, moment).inner
    values = {code: value(numbers, code) for code in numbers.codes}
    held = [code for code, v in values.items() if v is not None]
    for a, b in list(product(held, repeat=2))[::some]:
        after = {h: values[step((a,), (h,), b)] for h in held}
        seen = sorted((values[h], after[h]) for h in held if after[h] is not None)
        for (x, y), (u, v) in pairwise(seen):  # a chain: neighbours are enough
            if x == u and y != v:
                return True
            if (y > v) if values[a] >= 0 else (y < v and x < u):
                return True
    return False


@pytest.mark.parametrize("some", [7, pytest.param(1, marks=pytest.mark.full)])
@pytest.mark.parametrize("moment", [Moment.ONCE, Moment.EACH])
@pytest.mark.parametrize("numbers", SMALL, ids=str)
def test_the_lemma_by_its_definition(numbers, moment, some):
    assert not out_of_order(numbers, moment, some)
    assert find_disorder(numbers, moment) is None


@pytest.mark.parametrize("moment", [Moment.ONCE, Moment.EACH])
def test_wrapping_breaks_it(moment):
    for saturating in [*_fixed_formats(2), *_fixed_formats(3)]:
        numbers = replace(saturating, overflow=WRAP)
        found = find_disorder(numbers, moment)
        assert out_of_order(numbers, moment) == (found is not None)
        if found is not None:
            found.replay()


def test_the_floor_by_hand():
    """All maps of a signed format of 4 bits in Fractions alone, without its own arithmetic."""
    values = [F(n, 4) for n in range(-8, 8)]
    numbers = FixedPoint(1, 2, Rounding.FLOOR, SATURATE)
    for a, b in product(values, repeat=2):
        images = [saturated_floor(a * h + b, 4, 2) for h in values]
        assert images == sorted(images, reverse=a < 0)
        codes = np.array([int(4 * h) for h in values])
        found = transition(numbers, Moment.ONCE, np.atleast_1d(np.int64(4 * a)), codes, np.atleast_1d(np.int64(4 * b)))
        assert [F(int(code), 4) for code in found] == images


@pytest.mark.parametrize("moment", [Moment.ONCE, Moment.EACH])
@pytest.mark.parametrize("numbers", [FixedPoint(2, 1, Rounding.NEAREST_EVEN, SATURATE), *WITH_NAN], ids=str)
def test_compiled_steps_are_the_definition(numbers, moment):
    codes = np.array(list(numbers.codes), np.int64)
    found = transition(numbers, moment, codes[:, None, None], codes[:, None], codes)
    step = Rounded(numbers, moment).inner
    for (i, a), (j, h), (k, b) in product(enumerate(codes.tolist()), repeat=3):
        assert found[i, j, k] == step((a,), (h,), b)


def test_a_planted_disorder_is_found(monkeypatch):
    """One image of one map changed: of h = 3/4 under a = 1, b = 0, say, to 0."""
    import constructions.rounding.monotone_rounding as module

    numbers = FixedPoint(1, 2, Rounding.FLOOR, SATURATE)
    true = module._transitions

    def spoilt(numbers, moment, decays, states):
        images = true(numbers, moment, decays, states)
        (a,), (h,), (b,) = (np.flatnonzero(states == code) for code in (4, 3, 0))
        images[a, h, b] = 0
        return images

    monkeypatch.setattr(module, "_transitions", spoilt)
    found = find_disorder(numbers, Moment.ONCE)
    assert (found.a, found.b, found.low, found.high) == (4, 0, 2, 3)
    with pytest.raises(CertificateError, match="out of order"):  # by the definition it is in order
        found.replay()


def test_disorders_that_are_none_are_refused():
    numbers = FixedPoint(2, 0, Rounding.FLOOR, WRAP)
    true = Disorder(numbers, Moment.ONCE, a=1, b=1, low=2, high=3)
    true.replay()
    assert true.word == ("a=1", "b=1", "h=2", "h=3")
    assert true.as_text() == "in fixed:s2.0:floor:wrap, a = 1 and b = 1 take 2 to 3 and 3 to -4"
    for forged in (
        replace(true, b=0),
        replace(true, low=1, high=2),
        replace(true, low=3, high=2),
        replace(true, low=3),
        replace(true, a=-1),
        replace(true, numbers=replace(numbers, overflow=SATURATE)),
    ):
        with pytest.raises(CertificateError, match="out of order"):
            forged.replay()
    e4m3fn = FLOATS["e4m3fn"]
    with pytest.raises(CertificateError, match="of numbers"):
        Disorder(e4m3fn, Moment.ONCE, e4m3fn.nan_code, 0, 0, 1).replay()
    with pytest.raises(DomainError):
        replace(true, high=4).replay()


def cycles_by_hand(numbers, moment, letters, most, longest):
    """Whether a product of at most ``longest`` maps has a cycle of more than ``most`` codes."""
    step = Rounded(numbers, moment).inner
    codes = list(numbers.codes)
    maps = [{h: step((a,), (h,), b) for h in codes} for a, b in letters]
    for length in range(1, longest + 1):
        for word in product(maps, repeat=length):
            image = {h: h for h in codes}
            for f in word:
                image = {h: f[g] for h, g in image.items()}
            for h in codes:
                for _ in codes:
                    h = image[h]
                start, n = h, 1
                while (h := image[h]) != start:
                    n += 1
                if n > most:
                    return True
    return False


@pytest.mark.parametrize("overflow", [SATURATE, WRAP])
def test_long_cycles_by_hand(overflow):
    """A third of the maps of a 3-bit format alone, and pairs of some of them."""
    numbers = FixedPoint(1, 1, Rounding.NEAREST_EVEN, overflow)
    maps = list(product(numbers.codes, repeat=2))
    found = 0
    for letters in [[letter] for letter in maps[::3]] + [[maps[i], maps[-7 * i]] for i in range(1, 8)]:
        for most in (1, 2):
            cycle = find_long_cycle(numbers, Moment.EACH, letters, most, products=100)
            if cycle is not None:
                cycle.replay()
                assert cycles_by_hand(numbers, Moment.EACH, letters, most, len(cycle.letters))
                found += most == 2
            else:
                assert not cycles_by_hand(numbers, Moment.EACH, letters, most, 3)
    assert (found > 0) == (overflow is WRAP)


def test_long_cycles_that_are_none_are_refused():
    numbers = FixedPoint(2, 0, Rounding.FLOOR, WRAP)
    true = LongCycle(numbers, Moment.ONCE, ((1, 1),), state=-4, most=2)
    true.replay()
    for forged in (
        replace(true, most=8),
        replace(true, letters=((1, 0),)),
        replace(true, letters=((-1, 0),)),
        replace(true, letters=((0, 1),)),
        replace(true, numbers=replace(numbers, overflow=SATURATE)),
    ):
        with pytest.raises(CertificateError, match="longer than"):
            forged.replay()


@pytest.mark.parametrize("rounding", list(Rounding))
def test_signed_zeros_change_places(rounding):
    """By hand: (-0)(-0) = +0 and (-0)(+0) = -0. To that -0 is added; or +0, where sums of both zeros are -0."""
    numbers = replace(FLOATS["e2m1fn"], rounding=rounding)
    minus, plus = numbers.sign_bit, 0
    b = plus if rounding is Rounding.FLOOR else minus
    step = Rounded(numbers, Moment.EACH).inner
    assert step((minus,), (minus,), b) == plus
    assert step((minus,), (plus,), b) == minus
    LongCycle(numbers, Moment.EACH, ((minus, b),), minus, most=1).replay()
    assert find_disorder(numbers, Moment.EACH) is None  # values stay in order


def test_the_formats_are_all_there():
    for bits in (2, 3, 4):
        fixed = list(_fixed_formats(bits))
        assert len(set(fixed)) == len(fixed) == 9 * (bits + bits + 1)
        assert {numbers.size for numbers in fixed} == {2**bits}
        assert {numbers.overflow for numbers in fixed} == {SATURATE}
    floats = list(_floats(6))
    assert {(f.exponent_bits, f.precision) for f in floats} == {(1, 5), (2, 4), (3, 3), (4, 2)}
    assert {f.rounding for f in floats} == set(Rounding)
    assert all(f.nan is NaNCodes.NONE and f.size == 64 for f in floats)
    assert {f.bits for f in _floats(8)} == {8}


def test_draws_are_the_seed_s():
    draw = Draw(FixedPoint(2, 2, Rounding.NEAREST_EVEN, SATURATE), 6, letters=2, products=5, seed=3)
    first, again = ([lemma.check.args for lemma in _drawn(draw)] for _ in range(2))
    other = [lemma.check.args for lemma in _drawn(draw._replace(seed=4))]
    assert first == again != other
    assert all(lemma.sampled for lemma in _drawn(draw))
    for number, (_, _, letters, most) in enumerate(first):
        if most == 1:
            assert number // 2 % 2 == 1
            assert all(a >= 0 for a, _ in letters)


def test_sampled_maps_that_wrap_are_caught():
    """The same draws in a format that breaks the lemma."""
    numbers = FixedPoint(2, 2, Rounding.NEAREST_EVEN, WRAP)
    draw = Draw(numbers, 10, letters=2, products=50, seed=0)
    found = [violation for lemma in _drawn(draw) if (violation := lemma.check()) is not None]
    assert found
    for violation in found:
        violation.replay()


def test_verdicts_say_how_strong_they_are():
    proved = examine(claim_named("real-fixed-point-is-monotone"), "3 bits")
    assert (proved.verdict, proved.method) == ("proved", f"exhaustion: {2 * 9 * 7 * 8**2} maps, each on every state")
    checked = examine(claim_named("real-rounding-sampled"), "e2m3fn, 20 sets of 3")
    assert checked.verdict == "checked"
    assert checked.method.startswith("sampled: ")
    refuted = examine(claim_named("signed-zeros-change-places"), "4 bits")
    assert refuted.counterexample.word == ("-0 h + 0",)  # the first case rounds down
