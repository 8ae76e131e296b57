"""Moments of rounding against their formulas, by Fractions and a search through the format's numbers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import FixedPoint, Moment, NearestOf, Overflow, Rationals, ResidueRing, Rounded, Rounding
from exactssm.errors import DomainError, FormatOverflow
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer

QUARTERS = FixedPoint(0, 2, Rounding.FLOOR, Overflow.SATURATE, signed=False)
HALVES = FixedPoint(1, 1, Rounding.FLOOR, Overflow.SATURATE)
UNEVEN = NearestOf.of(-2, -1, Fraction(-1, 3), 0, Fraction(1, 2), 1, 3)


def cast(numbers, value):
    """What ``value`` becomes in ``numbers``: a code, found among all numbers."""
    if isinstance(numbers, NearestOf):
        return min(numbers.codes, key=lambda x: (abs(numbers.decode(x) - value), numbers.decode(x)))
    return max((x for x in numbers.codes if numbers.decode(x) <= value), default=numbers.codes[0])


def formula(numbers, moment, a1, a2, h1, h2, b):
    def fl(value):
        return numbers.decode(cast(numbers, value))

    if moment == "once":
        return fl(a1 * h1 + a2 * h2 + b)
    if moment == "each":
        return fl(fl(fl(a1 * h1) + fl(a2 * h2)) + b)
    return fl(a2 * h2 + fl(a1 * h1 + b))


def dot_formula(numbers, moment, a1, a2, h1, h2):
    def fl(value):
        return numbers.decode(cast(numbers, value))

    if moment == "once":
        return fl(a1 * h1 + a2 * h2)
    if moment == "each":
        return fl(fl(a1 * h1) + fl(a2 * h2))
    return fl(a2 * h2 + fl(a1 * h1))


def check(numbers, codes):
    a1, a2, h1, h2, b = codes
    values = tuple(map(numbers.decode, codes))
    for moment in ("once", "each", "fused"):
        rounded = Rounded(numbers, moment)
        found = rounded.inner((a1, a2), (h1, h2), b)
        assert numbers.decode(found) == formula(numbers, moment, *values)
        assert numbers.decode(rounded.dot((a1, a2), (h1, h2))) == dot_formula(numbers, moment, *values[:4])


def test_all_quarters():
    for codes in product(QUARTERS.codes, repeat=5):
        check(QUARTERS, codes)


@pytest.mark.parametrize("numbers", [HALVES, UNEVEN], ids=str)
@given(st.data())
def test_other_formats(numbers, data):
    check(numbers, tuple(data.draw(st.sampled_from(numbers.codes)) for _ in range(5)))


def test_the_moments_differ():
    """3/4 * 3/4 + 3/4 * 3/4 + 0 in quarters, rounded down: 9/8 saturates; products are 1/2."""
    x = QUARTERS.parse("3/4")
    found = [QUARTERS.text(Rounded(QUARTERS, moment).inner((x, 1), (x, x), 0)) for moment in Moment]
    assert found == ["3/4", "1/2", "1/2"]  # 9/16 + 3/16 = 3/4; 1/2 + 0; 1/2 + 3/16
    assert [Rounded(QUARTERS, moment).inner((x, x), (x, x), 0) for moment in Moment] == [x, x, x]


def test_width_one_and_three():
    one = HALVES.parse("1/2")
    for moment in Moment:
        assert Rounded(HALVES, moment).dot((one,), (one,)) == HALVES.parse("0")
    # 9/4 saturates to 3/2 and -9/4 to -2: 1 exactly; 3/2 - 2 + 1; 3/2, then 3/2 - 9/4 = -3/4 down to -1, then 0
    a, h = tuple(map(HALVES.parse, ("3/2", "-3/2", "1"))), tuple(map(HALVES.parse, ("3/2", "3/2", "1")))
    assert [HALVES.text(Rounded(HALVES, moment).inner(a, h, 0)) for moment in Moment] == ["1", "1/2", "0"]


class Logged:
    """A format whose every operation is written down."""

    is_complex, size, zero, one = False, None, "0", "1"

    def mul(self, x, y):
        return f"fl({x}{y})"

    def add(self, x, y):
        return f"fl({x}+{y})"

    def fma(self, x, y, z):
        return f"fl({x}{y}+{z})"

    def inner(self, row, column, shift):
        return "fl(" + "+".join([a + h for a, h in zip(row, column, strict=True)] + [shift]) + ")"

    def check(self, x):
        return x


def test_the_order_of_operations():
    row, column = ("a", "b", "c"), ("x", "y", "z")
    inner = [Rounded(Logged(), moment).inner(row, column, "s") for moment in Moment]
    assert inner == ["fl(ax+by+cz+s)", "fl(fl(fl(fl(ax)+fl(by))+fl(cz))+s)", "fl(cz+fl(by+fl(ax+s)))"]
    dot = [Rounded(Logged(), moment).dot(row, column) for moment in Moment]
    assert dot == ["fl(ax+by+cz+0)", "fl(fl(fl(ax)+fl(by))+fl(cz))", "fl(cz+fl(by+fl(ax)))"]
    assert {Rounded(Logged(), moment).dot(("a",), ("x",)) for moment in Moment} == {"fl(ax)"}


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("numbers", [HALVES, UNEVEN], ids=str)
def test_layers_round_as_their_arithmetic_says(numbers, moment):
    domain = Rounded(numbers, moment)
    codes = list(numbers.codes)
    matrix = ((codes[3], codes[-1]), (codes[1], codes[2]))
    drive = (codes[-2], codes[0])
    layers = [
        DenseLayer(domain, drive, lambda x: matrix, lambda x: drive),
        ConstantLayer(domain, drive, matrix, lambda x: drive),
    ]
    diagonal = DiagonalLayer(domain, drive, lambda x: matrix[0], lambda x: matrix[1])
    for h in product(codes, repeat=2):
        after = tuple(domain.inner(row, h, b) for row, b in zip(matrix, drive, strict=True))
        assert [layer.step(h, "x") for layer in layers] == [after, after]
        assert diagonal.step(h, "x") == tuple(
            domain.inner((a,), (k,), b) for a, k, b in zip(matrix[0], h, matrix[1], strict=True)
        )


def test_a_format_without_one_rounds_in_layers_too():
    """fl(3/4 * 1/2 + 1/4 * 1/2 + 0) = 1/2, and each product rounded down is 1/4 and 0."""
    assert not hasattr(QUARTERS, "one")
    row, h = (3, 1), (2, 2)
    found = {
        moment: DenseLayer(Rounded(QUARTERS, moment), h, lambda x: (row, row), lambda x: (0, 0)).step(h, "x")
        for moment in Moment
    }
    assert found == {Moment.ONCE: (2, 2), Moment.EACH: (1, 1), Moment.FUSED: (1, 1)}


def test_the_rest_is_the_formats_own():
    domain = Rounded(HALVES, "each")
    assert domain == Rounded(HALVES, Moment.EACH) != Rounded(HALVES, Moment.ONCE)
    assert (domain.zero, domain.one, domain.size, domain.is_complex) == (0, 2, 8, False)
    assert (domain.add(1, 2), domain.mul(3, 3), domain.neg(3)) == (3, HALVES.mul(3, 3), -3)
    assert (domain.parse("3/2"), domain.format(3), domain.text(3), domain.element(1)) == (3, "3/2", "3/2", 2)
    assert domain.root_of_unity(2) == -2
    assert domain.check(-4) == -4
    with pytest.raises(DomainError, match="must be a code"):
        domain.check(4)
    strict = Rounded(FixedPoint(1, 1, Rounding.FLOOR, Overflow.ERROR), Moment.EACH)
    with pytest.raises(FormatOverflow, match="a result must lie within"):
        strict.inner((3,), (3,), -4)
    assert Rounded(strict.number_format, Moment.ONCE).inner((3,), (3,), -4) == 0  # 9/4 - 2 = 1/4


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: Rounded(ResidueRing(6), "once"), "only a number format has a moment of rounding, got ResidueRing"),
        (lambda: Rounded(Rationals(), "once"), "only a number format has a moment"),
        (lambda: Rounded(Rounded(HALVES, "once"), "once"), "only a number format has a moment"),
        (lambda: Rounded(HALVES, "twice"), "must be one of once, each, fused; got 'twice'"),
        (lambda: Rounded(HALVES, None), "must be one of once, each, fused; got None"),
    ],
)
def test_nonsense_is_refused(build, message):
    with pytest.raises(DomainError, match=message):
        build()


@pytest.mark.parametrize("moment", Moment)
def test_lengths_and_elements_are_checked(moment):
    domain = Rounded(HALVES, moment)
    with pytest.raises(DomainError, match="row and column must be of one length, got 2 and 1"):
        domain.inner((1, 1), (1,), 0)
    with pytest.raises(DomainError, match="row and column must be of one length, got 1 and 2"):
        domain.dot((1,), (1, 1))
    for row, shift in (((9,), 0), ((True,), 0), ((1,), 9)):
        with pytest.raises(DomainError, match="must be a code"):
            domain.inner(row, (1,), shift)
    assert domain.inner((), (), 3) == 3
