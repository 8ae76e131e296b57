"""Complex numbers over formats: against exact formulas on all codes of tiny formats, and machines known to exist."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import (
    ComplexNumber,
    ComplexOver,
    FixedPoint,
    Moment,
    NearestOf,
    Overflow,
    Rationals,
    ResidueRing,
    Rounded,
    Rounding,
    domain_from_name,
)
from exactssm.errors import DomainError, FormatOverflow
from exactssm.layers import DiagonalLayer

HALVES = FixedPoint(1, 1, Rounding.FLOOR, Overflow.SATURATE)
UNSIGNED = FixedPoint(1, 1, Rounding.FLOOR, Overflow.SATURATE, signed=False)
UNEVEN = NearestOf.of(-2, Fraction(-1, 3), 0, Fraction(1, 2), 1)


def fl(parts, value):
    """The number that ``value`` becomes in ``parts``, found among all numbers."""
    values = [parts.decode(x) for x in parts.codes]
    if isinstance(parts, NearestOf):
        return min(values, key=lambda number: (abs(number - value), number))
    return max((number for number in values if number <= value), default=min(values))


def exactly(parts, a, b, x, y):
    return fl(parts, a * x - b * y), fl(parts, b * x + a * y)


def each(parts, a, b, x, y):
    return (
        fl(parts, fl(parts, a * x) - fl(parts, b * y)),
        fl(parts, fl(parts, b * x) + fl(parts, a * y)),
    )


@pytest.mark.parametrize("parts", [HALVES, UNSIGNED, UNEVEN], ids=str)
def test_products(parts):
    everything = list(product(parts.codes, repeat=4))
    for rule, formula in (("once", exactly), ("each", each)):
        numbers = ComplexOver(parts, rule)
        for codes in Random(7).sample(everything, min(len(everything), 600)):
            z, w = ComplexNumber(numbers, *codes[:2]), ComplexNumber(numbers, *codes[2:])
            found = numbers.mul(z, w)
            assert numbers.decode(found) == formula(parts, *map(parts.decode, codes))
            assert found.domain == numbers


def step_formula(parts, rule, moment, values):
    """fl(lambda z + b), fl(lambda z) + b with a rounded sum, or every operation rounded."""
    a, b, x, y, s, t = values
    if moment != "each":  # a chain of one fused multiply-add is the exact value rounded once
        return fl(parts, a * x - b * y + s), fl(parts, b * x + a * y + t)
    real, imaginary = (exactly if rule == "once" else each)(parts, a, b, x, y)
    return fl(parts, real + s), fl(parts, imaginary + t)


STEPS = [("once", "once"), ("once", "fused"), ("once", "each"), ("each", "each")]


@pytest.mark.parametrize(("rule", "moment"), STEPS)
@pytest.mark.parametrize("parts", [HALVES, UNSIGNED, UNEVEN], ids=str)
@settings(max_examples=15)
@given(st.data())
def test_steps(parts, rule, moment, data):
    numbers = ComplexOver(parts, rule)
    codes = [data.draw(st.sampled_from(parts.codes)) for _ in range(6)]
    a, h, b = (ComplexNumber(numbers, *codes[i : i + 2]) for i in (0, 2, 4))
    layer = DiagonalLayer(Rounded(numbers, moment), (h,), lambda x: (a,), lambda x: (b,))
    (after,) = layer.step((h,), "x")
    assert numbers.decode(after) == step_formula(parts, rule, moment, tuple(map(parts.decode, codes)))
    assert layer.real_width == 2


@pytest.mark.parametrize("rule", ["once", "each"])
@given(codes=st.lists(st.sampled_from(HALVES.codes), min_size=10, max_size=10))
def test_inner_products_of_two(rule, codes):
    """Over two coordinates: the exact sum rounded once, or fl(fl(z1 w1 + z2 w2) + s) with every operation rounded."""
    numbers = ComplexOver(HALVES, rule)
    z1, w1, z2, w2, s = (ComplexNumber(numbers, *codes[i : i + 2]) for i in range(0, 10, 2))
    found = numbers.decode(numbers.inner((z1, z2), (w1, w2), s))
    v = [HALVES.decode(x) for x in codes]
    if rule == "once":
        exact = [sum(part) for part in zip(*(cross(*v[i : i + 4]) for i in (0, 4)), v[8:], strict=True)]
        assert found == tuple(fl(HALVES, part) for part in exact)
    else:
        first, second = each(HALVES, *v[:4]), each(HALVES, *v[4:8])
        sums = [fl(HALVES, p + q) for p, q in zip(first, second, strict=True)]
        assert found == tuple(fl(HALVES, p + q) for p, q in zip(sums, v[8:], strict=True))


def cross(a, b, x, y):
    return a * x - b * y, b * x + a * y


def test_a_difference_needs_no_negative():
    """-(-2) isn't held, and neither is any negative number without a sign; differences are rounded from exact ones."""
    numbers = ComplexOver(FixedPoint(1, 1, Rounding.FLOOR, Overflow.ERROR), "each")
    z, w = numbers.number(0, 1), numbers.number(0, -2)
    with pytest.raises(FormatOverflow):
        numbers.neg(w)
    with pytest.raises(FormatOverflow, match="got Fraction\\(2, 1\\)"):
        numbers.mul(z, w)  # 0 - (-2) = 2
    assert numbers.decode(numbers.mul(z, numbers.number(1, -1))) == (1, 1)
    unsigned = ComplexOver(UNSIGNED, "each")
    assert unsigned.decode(unsigned.mul(unsigned.number(1, 1), unsigned.number(1, Fraction(1, 2)))) == (
        Fraction(1, 2),
        Fraction(3, 2),
    )


def group_order(permutations):
    """The order of the group that permutations, tuples of images, generate: every product, one by one."""
    identity = tuple(range(len(permutations[0])))
    seen, frontier = {identity}, [identity]
    while frontier:
        grown = {tuple(p[i] for i in g) for g in frontier for p in permutations}
        frontier = list(grown - seen)
        seen |= grown
    return len(seen)


def permutations_of(domain, points, steps):
    """How each step z' = lambda z + b of one complex coordinate permutes ``points``, if it does."""
    layer = DiagonalLayer(
        domain, (points[0],), *({x: (step[part],) for x, step in enumerate(steps)} for part in (0, 1))
    )
    images = [[layer.step((z,), x)[0] for z in points] for x in range(len(steps))]
    assert all(set(image) == set(points) for image in images)
    return [tuple(map(points.index, image)) for image in images]


def test_a_symmetric_group_on_seven_points():
    """One complex coordinate rounded to integers tracks S_7, lambda with 4 fraction bits: fl(lambda z) + b.

    The format holds the integers that come up and lambda's parts, of magnitude below 1. Exact values here are no ties,
    and b is an integer: so rounding lambda z + b once is the same, which is the second machine.
    """
    parts = NearestOf.of(*range(-40, 41), Fraction(6, 16), Fraction(13, 16), Fraction(-13, 16), Fraction(8, 16))
    points = [(5, 5), (6, 4), (6, 5), (6, 6), (7, 4), (7, 5), (7, 6)]
    numbers = ComplexOver(parts, "once")
    steps = [
        (numbers.number(Fraction(6, 16), Fraction(13, 16)), numbers.number(8, -2)),
        (numbers.number(Fraction(-13, 16), Fraction(8, 16)), numbers.number(14, 6)),
    ]
    for moment in ("once", "each"):
        found = permutations_of(Rounded(numbers, moment), [numbers.number(*z) for z in points], steps)
        assert group_order(found) == 5040


def test_a_symmetric_group_on_five_points_with_every_product_rounded():
    """lambda with 5 fraction bits, integer states: S_5, with a (3)(2)-cycle and a 5-cycle."""
    parts_of_lambda = [Fraction(n, 32) for n in (-15, 23, -21, 18)]
    parts = NearestOf.of(*range(-60, 61), *parts_of_lambda)
    numbers = ComplexOver(parts, "each")
    points = [numbers.number(*z) for z in ((10, 12), (11, 13), (12, 11), (12, 12), (12, 14))]
    steps = [
        (numbers.number(*parts_of_lambda[:2]), numbers.number(26, 10)),
        (numbers.number(*parts_of_lambda[2:]), numbers.number(26, 14)),
    ]
    found = permutations_of(Rounded(numbers, "each"), points, steps)
    assert group_order(found) == 120
    assert [sorted(cycle_lengths(p)) for p in found] == [[2, 3], [5]]


def cycle_lengths(permutation):
    left = set(range(len(permutation)))
    while left:
        x, length = left.pop(), 1
        y = permutation[x]
        while y != x:
            left.remove(y)
            y, length = permutation[y], length + 1
        yield length


def test_the_symmetric_group_on_three_points_in_binary16():
    """Every operation rounded to nearest even as IEEE binary16 does: a transposition of the ends and a 3-cycle."""
    numbers = ComplexOver(domain_from_name("binary16"), "each")
    points = [numbers.number(*z) for z in ((1478, 1509), (1479, 1510), (1480, 1510))]
    steps = [
        (numbers.number(Fraction(-651, 1024), Fraction(-327, 512)), numbers.number(1455, 3414)),
        (numbers.number(Fraction(-607, 1024), Fraction(-391, 512)), numbers.number(1203, 3534)),
    ]
    assert permutations_of(Rounded(numbers, "each"), points, steps) == [(2, 1, 0), (1, 2, 0)]


def test_floats_follow_the_formulas_in_infinities_and_signed_zeros():
    numbers = ComplexOver(domain_from_name("binary16"), "each")
    once = ComplexOver(numbers.parts, "once")
    infinite, one = numbers.parse("[inf,0]"), numbers.one
    assert numbers.format(numbers.mul(infinite, one)) == "[inf,nan]"  # 0 * 1 + inf * 0
    assert once.format(once.mul(once.parse("[inf,0]"), once.one)) == "[inf,nan]"
    zero = numbers.parse("[-0,0]")
    assert numbers.format(numbers.mul(zero, one)) == "-0"  # -0 * 1 - 0 * 0 = -0 - 0 = -0, and 0 * 1 + -0 * 0 = 0
    assert numbers.format(numbers.parse("[0,-0]")) == "[0,-0]"
    huge = numbers.number(65504, 65504)
    assert numbers.format(numbers.mul(huge, huge)) == "[nan,inf]"  # inf - inf
    assert once.format(once.mul(*[once.number(65504, 65504)] * 2)) == "[0,inf]"  # exactly 0, and overflow


def test_text():
    numbers = ComplexOver(HALVES, "once")
    for re, im in product(HALVES.codes, repeat=2):
        z = ComplexNumber(numbers, re, im)
        assert numbers.parse(numbers.format(z)) == z
        assert str(z) == numbers.text(z) == numbers.format(z)
    assert numbers.format(numbers.number(Fraction(-1, 2), 1)) == "[-1/2,1]"
    assert numbers.format(numbers.one) == "1"
    assert numbers.parse("[1, -1/2]") == numbers.number(1, Fraction(-1, 2))
    for text in ("[1]", "[1,1", "[1,1,1]", "[,]", "[1/3,0]", "x", 3):
        with pytest.raises(DomainError):
            numbers.parse(text)


def test_the_domain():
    numbers = ComplexOver(HALVES, "once")
    assert (numbers.size, numbers.is_complex) == (64, True)
    assert numbers == ComplexOver(HALVES, Moment.ONCE) != ComplexOver(HALVES, "each")
    assert numbers.element(1) == numbers.one == numbers.root_of_unity(1)
    i = numbers.root_of_unity(4)
    assert numbers.mul(i, i) == numbers.root_of_unity(2) == numbers.neg(numbers.one)
    assert numbers.add(i, numbers.neg(i)) == numbers.zero
    assert len({i, numbers.root_of_unity(4), numbers.one}) == 2
    assert numbers.round((Fraction(1, 3), Fraction(-1, 3))) == numbers.number(0, Fraction(-1, 2))
    with pytest.raises(DomainError, match="does not hold 1/3: next to it are 0 below and 1/2 above"):
        numbers.element(Fraction(1, 3))
    with pytest.raises(DomainError, match="must be 1, 2 or 4, got 3"):
        numbers.root_of_unity(3)


def test_elements_of_other_domains_are_refused():
    numbers, other = ComplexOver(HALVES, "once"), ComplexOver(HALVES, "each")
    for foreign in (other.one, 1, Fraction(1), (2, 0), True):
        for operation in (numbers.add, numbers.mul):
            with pytest.raises(DomainError, match="must be a ComplexNumber of this domain"):
                operation(numbers.one, foreign)
        with pytest.raises(DomainError, match="must be a ComplexNumber of this domain"):
            numbers.inner((numbers.one,), (foreign,), numbers.one)
        with pytest.raises(DomainError, match="must be a ComplexNumber of this domain"):
            numbers.inner((numbers.one,), (numbers.one,), foreign)
    assert numbers.one != other.one
    with pytest.raises(DomainError, match="must be a code"):
        ComplexNumber(numbers, 0, 4)
    with pytest.raises(DomainError, match="must be a ComplexOver"):
        ComplexNumber(HALVES, 0, 0)
    with pytest.raises(DomainError, match="one length, got 1 and 2"):
        numbers.inner((numbers.one,), (numbers.one,) * 2, numbers.one)


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: ComplexOver(Rationals(), "once"), "must be of a real number format, .* got Rationals"),
        (lambda: ComplexOver(ResidueRing(2), "once"), "must be of a real number format"),
        (lambda: ComplexOver(Rounded(HALVES, "once"), "once"), "without a moment of rounding, got Rounded"),
        (lambda: ComplexOver(ComplexOver(HALVES, "once"), "once"), "must be of a real number format"),
        (lambda: ComplexOver(HALVES, "fused"), "must be rounded once or each, got 'fused'"),
        (lambda: ComplexOver(HALVES, "never"), "must be one of once, each, fused; got 'never'"),
        (lambda: Rounded(ComplexOver(HALVES, "each"), "once"), "must be one of each; got 'once'"),
        (lambda: Rounded(ComplexOver(HALVES, "each"), "fused"), "must be one of each; got 'fused'"),
    ],
)
def test_nonsense_is_refused(build, message):
    with pytest.raises(DomainError, match=message):
        build()
