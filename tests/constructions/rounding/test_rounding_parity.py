"""Parity by rounding: the two cycles in Fractions by hand, flattened evaluation, and settling by another program."""

import random
from fractions import Fraction
from itertools import product
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructions.registry import claim_named
from constructions.rounding.rounding_parity import (
    NEAREST,
    NO_NORMAL,
    STARTS,
    TWO_FACTORS,
    Factors,
    LimitCycle,
    find_cycle,
    limit_cycle,
    rounding_parity,
)
from exactssm.arithmetic import FixedPoint, Overflow, Rounded, Rounding
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.evaluation import Casts, Evaluated, Flattened, recast
from exactssm.machine import run, words
from exactssm.tasks import parity
from verify import decide
from verify.numbers.modes import check_word_function

F = Fraction
BOTH = [(NO_NORMAL, (2, 2)), (TWO_FACTORS, (1, 12))]
both = pytest.mark.parametrize(("swapping", "sizes"), BOTH, ids=["eigenvalues 0 and 1/4", "two factors"])


def image(matrix, u):
    return tuple(sum(a * x for a, x in zip(row, u, strict=True)) for row in matrix)


def nearest(x, rounding):
    """By hand: the nearest integer, ties as the rule says."""
    below = floor(x)
    if x - below != F(1, 2):
        return floor(x + F(1, 2))
    up = {
        Rounding.NEAREST_UP: True,
        Rounding.NEAREST_DOWN: False,
        Rounding.NEAREST_AWAY: x > 0,
        Rounding.NEAREST_TOWARD_ZERO: x < 0,
        Rounding.NEAREST_EVEN: below % 2 == 1,
    }[rounding]
    return below + up


def settles(matrix, u, rounding, shift=(0, 0)):
    """Whether u, with each step rounded, ends at a fixed point."""
    seen = set()
    while u not in seen:
        seen.add(u)
        before = u
        u = tuple(nearest(x + c, rounding) for x, c in zip(image(matrix, u), shift, strict=True))
    return u == before


def test_eigenvalues():
    """By trace and determinant the roots of x^2 - x/4; and of x^2 - 3401/4096 x + 17/2048, which is > 0 at 0 and at 1,
    has its least value between, and is < 0 at 1/2."""
    (a, b), (c, d) = NO_NORMAL.matrix
    assert (a + d, a * d - b * c) == (F(1, 4), 0)
    (a, b), (c, d) = TWO_FACTORS.matrix
    trace, determinant = a + d, a * d - b * c
    assert (trace, determinant) == (F(3401, 4096), F(17, 2048))
    assert 0 < trace / 2 < 1
    assert F(1, 4) - trace / 2 + determinant < 0 < 1 - trace + determinant


def test_two_factors():
    """1 - b k k^T with b = 15/16 and 111/128; no vector is lengthened: 1 - A^T A has no negative eigenvalue."""
    first = ((1 - F(15, 160) * 1, -F(15, 160) * 3), (-F(15, 160) * 3, 1 - F(15, 160) * 9))
    second = ((1 - F(3, 128), F(3, 128) * 6), (F(3, 128) * 6, 1 - F(3, 128) * 36))
    columns = [image(first, column) for column in zip(*second, strict=True)]
    assert TWO_FACTORS.matrix == tuple(zip(*columns, strict=True))
    assert TWO_FACTORS.matrix == ((F(3463, 4096), F(342, 4096)), (F(-1035, 4096), F(-62, 4096)))
    (a, b), (c, d) = TWO_FACTORS.matrix
    gram = (1 - a * a - c * c, -(a * b + c * d), 1 - b * b - d * d)
    assert gram[0] > 0 < gram[0] * gram[2] - gram[1] ** 2


@both
def test_swaps_by_hand(swapping, sizes):
    """Nearest, and not by a tie."""
    for u, v in ((swapping.even, swapping.odd), (swapping.odd, swapping.even)):
        assert all(abs(x - y) < F(1, 2) for x, y in zip(image(swapping.matrix, u), v, strict=True))


@both
def test_every_short_word(swapping, sizes):
    for rounding in NEAREST:
        numbers = FixedPoint(*sizes, rounding, Overflow.ERROR)
        model = recast(rounding_parity(swapping, numbers.decode(1)), numbers, weights="held")
        for word in words("01", 6, 6):
            found = run(model, word)
            assert list(found.outputs) == ["odd" if word[: t + 1].count("1") % 2 else "even" for t in range(len(word))]
            assert {h for (h,) in found.states} <= {swapping.even, swapping.odd}


@both
@pytest.mark.parametrize("rounding", [Rounding.FLOOR, Rounding.CEILING, Rounding.TOWARD_ZERO])
def test_rounding_to_one_side_fails(swapping, sizes, rounding):
    numbers = FixedPoint(*sizes, rounding, Overflow.SATURATE)
    assert (
        decide(recast(rounding_parity(swapping, numbers.decode(1)), numbers, weights="held"), parity()).name
        == "refuted"
    )


@both
def test_neighbours_fail(swapping, sizes):
    """The same matrix from another start; and the exact layer."""
    numbers = FixedPoint(*sizes, Rounding.NEAREST_EVEN, Overflow.SATURATE)
    for even, odd in (((0, 0), swapping.odd), ((1, 0), swapping.odd), (swapping.even, (0, 1))):
        neighbour = rounding_parity(swapping._replace(even=even, odd=odd), numbers.decode(1))
        assert decide(recast(neighbour, numbers, weights="held"), parity()).name == "refuted"
    assert decide(rounding_parity(swapping, numbers.decode(1)), parity()).name == "refuted"


@both
@pytest.mark.parametrize("casts", Casts)
def test_flattened(swapping, sizes, casts):
    """Mode F, wherever it casts: a shortest failing word. And no readout would do: the state stays from some 1 on."""
    for rounding in NEAREST:
        numbers = FixedPoint(*sizes, rounding, Overflow.ERROR)
        model = recast(rounding_parity(swapping, numbers.decode(1)), numbers, weights="held")
        flattened = Evaluated(model, Flattened(casts))
        found = check_word_function(flattened, parity(), 3)
        assert found.name == "refuted"
        assert set(found.trace.word) == {"1"}
        late = [flattened.state(("1",) * n) for n in (24, 25, 26)]
        assert late[0] == late[1] == late[2]


def test_flattened_is_the_claim():
    """The readout of the exact state, cast, is what casting once gives."""
    for swapping, sizes in BOTH:
        value = (swapping, (sizes,))
        for case in claim_named("parity-by-rounding-flattened").cases(value):
            numbers = FixedPoint(*sizes, Rounding(case.name.split(":")[2]), Overflow.ERROR)
            model = recast(rounding_parity(swapping, numbers.decode(1)), numbers, weights="held")
            once = Evaluated(model, Flattened(Casts.ONCE))
            for word in words("01", 5, 1):
                assert run(case.model, word).outputs[-1] == once.output(word)


def test_moments_of_rounding():
    """Products rounded one by one, of which 3/2 and 5/2 are ties: by whatever rule, one of the two steps goes wrong."""
    (a, b), (c, d) = NO_NORMAL.matrix
    for rounding in NEAREST:
        numbers = FixedPoint(2, 2, rounding, Overflow.ERROR)
        model = rounding_parity(NO_NORMAL, F(1, 4))
        assert decide(recast(model, Rounded(numbers, "once"), weights="held"), parity()).name == "proved"
        each = recast(model, Rounded(numbers, "each"), weights="held")
        assert decide(each, parity()).name == "refuted"
        expected = tuple(nearest(-x, rounding) + nearest(y, rounding) for x, y in ((a, b), (c, d)))
        assert run(each, "1").states[1] == (expected,)


def test_counts_of_the_search():
    """24 vectors, 65 b and 81 starts; (12 vectors with 5 b)^2 and 81 starts."""
    assert Factors(1, 3, 64).size * len(STARTS) == 24 * 65 * 81 == 126_360
    assert Factors(2, 2, 4).size * len(STARTS) == (12 * 5) ** 2 * 81 == 291_600
    for factors in (Factors(1, 2, 4), Factors(2, 1, 2)):
        assert len(list(factors.products())) == factors.size
    claims = [claim_named(name) for name in ("one-symmetric-factor-settles", "two-symmetric-factors-searched")]
    full = [value for claim in claims for value in claim.full.values()]
    assert full == [Factors(1, 3, 64), Factors(2, 2, 4)]


@pytest.mark.parametrize("factors", [Factors(1, 2, 4), Factors(2, 1, 2)])
def test_settling_by_another_program(factors):
    for matrix in random.Random(1).sample(list(factors.products()), 8):
        for rounding in NEAREST:
            for start in STARTS:
                assert settles(matrix, start, rounding)
                assert len(limit_cycle(matrix, start, rounding)) == 1


class Given:
    """A class of one matrix."""

    def __init__(self, matrix):
        self.matrix = matrix

    def products(self):
        yield ((F(0), F(0)), (F(0), F(0)))
        yield self.matrix


QUARTER_TURN = ((F(0), F(-1)), (F(1), F(0)))


@pytest.mark.parametrize("matrix", [NO_NORMAL.matrix, TWO_FACTORS.matrix, QUARTER_TURN, ((F(-1), F(0)), (F(0), F(1)))])
def test_cycles_are_found(matrix):
    for rounding in NEAREST:
        found = find_cycle(Given(matrix), rounding)
        assert found.matrix == matrix
        assert not settles(matrix, found.start, rounding)
        found.replay()
        assert found.word[0] == rounding.value
        assert len(found.word) == 7
        assert found.as_text().endswith("of period 2") or matrix == QUARTER_TURN


def test_forged_cycles():
    with pytest.raises(CertificateError, match="must not settle"):
        LimitCycle(NO_NORMAL.matrix, (0, 0), Rounding.NEAREST_EVEN).replay()
    with pytest.raises(BudgetExhausted, match="no point came again"):
        limit_cycle(((F(2), F(0)), (F(0), F(1))), (1, 0), Rounding.NEAREST_EVEN)


small = st.integers(-6, 6)


@given(st.tuples(small, small, small, small), st.integers(0, 20), st.tuples(small, small), st.tuples(small, small))
def test_symmetric_positive_matrices_settle(m, margin, start, shift):
    """The theorem of the docstring: A = M^T M, shrunk to norm below 1, and any shift, here in sixteenths."""
    a, b, c, d = m
    size = a * a + b * b + c * c + d * d + 1 + margin
    matrix = ((F(a * a + c * c, size), F(a * b + c * d, size)), (F(a * b + c * d, size), F(b * b + d * d, size)))
    for rounding in NEAREST:
        assert settles(matrix, start, rounding, tuple(F(x, 16) for x in shift))


def test_symmetric_matrices_with_a_negative_eigenvalue_need_not():
    for u in product(range(1, 3), repeat=2):
        assert not settles(((F(-1), F(0)), (F(0), F(-1))), u, Rounding.NEAREST_EVEN)
