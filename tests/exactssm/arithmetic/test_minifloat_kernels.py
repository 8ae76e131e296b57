"""Compiled binary floats: against NumPy and ml_dtypes at full size, against the definition everywhere.

The oracle that looks results up stands in for a fused multiply-add, which neither of the two has.
"""

from __future__ import annotations

from itertools import product
from operator import add, mul

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exactssm.arithmetic import FLOATS, FloatOverflow, MiniFloat, NaNCodes, Rounding
from exactssm.errors import DomainError, FormatOverflow
from tests.exactssm.arithmetic.float_oracle import SMALL, THEIRS, by_their_numbers, ours, theirs, with_rules

BINARY16 = FLOATS["binary16"]
EVEN = Rounding.NEAREST_EVEN


def as_codes(float_format, values):
    return np.array(values, np.uint64 if float_format.bits == 64 else np.int64)


def check_against_theirs(name, x, y):
    """Sums and products of two arrays of codes are NumPy's or ml_dtypes', to the sign of a zero."""
    float_format = FLOATS[name]
    with np.errstate(all="ignore"):
        a, b = theirs(name, x), theirs(name, y)
        sums, products = ours(name, add(a, b)), ours(name, mul(a, b))
    assert np.array_equal(float_format.add_arrays(x, y), sums)
    assert np.array_equal(float_format.mul_arrays(x, y), products)


def check_operation(compiled, definition, operands):
    """A compiled operation on arrays of codes; where overflow is an error, it is found at its first position."""
    expected, first = [], None
    for position, codes in enumerate(zip(*(operand.tolist() for operand in operands), strict=True)):
        try:
            expected.append(definition(*codes))
        except FormatOverflow:
            first = position if first is None else first
    if first is None:
        assert compiled(*operands).tolist() == expected
    else:
        with pytest.raises(FormatOverflow, match=rf"position {first}, in row order: a result must lie within"):
            compiled(*operands)


def check_against_definition(float_format, x, y, z):
    check_operation(float_format.add_arrays, float_format.add, (x, y))
    check_operation(float_format.mul_arrays, float_format.mul, (x, y))
    check_operation(float_format.fma_arrays, float_format.fma, (x, y, z))


def random_codes(name, seed, count):
    """Uniform codes, and codes near to each other in size, so that sums cancel and do not only keep the larger term."""
    float_format, rng = FLOATS[name], np.random.default_rng(seed)
    dtype = np.uint64 if float_format.bits == 64 else np.int64
    x, y, z = (rng.integers(0, 2**float_format.bits - 1, count, dtype, endpoint=True) for _ in range(3))
    near = rng.integers(0, 2, count).astype(np.bool_)
    low = dtype((1 << float_format.precision + 1) - 1)
    y = np.where(near, (x & ~low) | (y & low), y)
    y ^= dtype(float_format.sign_bit) * (rng.integers(0, 2, count).astype(dtype))
    return x, y, z


def boundary_codes(name):
    """Every exponent field with the fractions 0, 1, and all ones, with both signs: all kinds, and both ends of each."""
    float_format = FLOATS[name]
    fields = range(0, float_format.sign_bit, float_format.least_normal)
    if float_format.exponent_bits > 5:
        last, p = len(fields) - 1, float_format.precision
        kept = {0, 1, 2, 3, last, last - 1, last - 2}
        middle = (last - 1) // 2
        kept |= {middle + k for k in (-p - 1, -p, -p + 1, -2, -1, 0, 1, 2, p - 1, p, p + 1)}
        kept |= {(middle + k) // 2 for k in (-p, 0, p)}
        fields = [fields[k] for k in sorted(kept)]
    ends = [
        field + t for field in fields for t in (0, 1, float_format.least_normal // 2, float_format.least_normal - 1)
    ]
    return as_codes(float_format, sorted({*ends, *(end + float_format.sign_bit for end in ends)}))


# against others


@pytest.mark.parametrize("name", SMALL)
def test_every_sum_and_product_in_eight_bits(name):
    count = 2 ** FLOATS[name].bits
    x, y = np.divmod(np.arange(count * count), count)
    check_against_theirs(name, x, y)


@pytest.mark.parametrize("name", ["binary16", "bfloat16", "binary32", "binary64"])
def test_sums_and_products_at_all_boundaries(name):
    codes = boundary_codes(name)
    x, y = (grid.reshape(-1) for grid in np.meshgrid(codes, codes))
    check_against_theirs(name, x, y)


@pytest.mark.parametrize("name", ["binary16", "bfloat16", "binary32", "binary64"])
def test_random_sums_and_products(name):
    x, y, _ = random_codes(name, 1, 10**5)
    check_against_theirs(name, x, y)


@pytest.mark.full
@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("name", ["binary16", "bfloat16", "binary32", "binary64"])
def test_ten_million_random_sums_and_products(name, seed):
    x, y, _ = random_codes(name, 100 + seed, 10**6)
    check_against_theirs(name, x, y)


def check_fused_against_the_oracle(name, x, y, z):
    oracle = by_their_numbers(name)
    expected = list(map(oracle.fma, x.tolist(), y.tolist(), z.tolist()))
    assert FLOATS[name].fma_arrays(x, y, z).tolist() == expected


@pytest.mark.parametrize("name", SMALL)
def test_random_fused_operations_in_eight_bits(name):
    check_fused_against_the_oracle(name, *random_codes(name, 2, 5000))


@pytest.mark.parametrize("name", ["binary16", "bfloat16"])
def test_random_fused_operations_in_sixteen_bits(name):
    check_fused_against_the_oracle(name, *fused_codes(name, 3, 10**5))


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100))
@pytest.mark.parametrize("name", ["binary16", "bfloat16"])
def test_ten_million_fused_operations(name, seed):
    check_fused_against_the_oracle(name, *fused_codes(name, 1000 + seed, 10**5))


def fused_codes(name, seed, count):
    """Codes of which a third has z near to -x y, so that the sum cancels."""
    x, y, z = random_codes(name, seed, count)
    near = FLOATS[name].mul_arrays(x, y) ^ FLOATS[name].sign_bit
    shake = np.random.default_rng(seed + 1).integers(-2, 2, count, endpoint=True)
    near = np.clip(near + shake, 0, 2 ** FLOATS[name].bits - 1)
    return x, y, np.where(np.arange(count) % 3 == 0, near, z)


# against the definition


VARIANTS = [
    MiniFloat(2, 2, EVEN, FloatOverflow.INFINITY),
    MiniFloat(2, 2, EVEN, FloatOverflow.NAN, bias=-3),
    MiniFloat(2, 2, EVEN, FloatOverflow.SATURATE, infinities=False, nan=NaNCodes.NONE),
    MiniFloat(1, 3, EVEN, FloatOverflow.NAN, infinities=False, nan=NaNCodes.NEGATIVE_ZERO),
    MiniFloat(2, 2, EVEN, FloatOverflow.NAN, infinities=False, nan=NaNCodes.SINGLE, subnormals=False),
    MiniFloat(2, 2, EVEN, FloatOverflow.INFINITY, nan=NaNCodes.NEGATIVE_ZERO, subnormals=False),
    MiniFloat(2, 2, EVEN, FloatOverflow.SATURATE, bias=3, nan=NaNCodes.SINGLE, subnormals=False),
]


SHARE = [(VARIANTS[(2 * n + k) % 7], rounding) for n, rounding in enumerate(Rounding) for k in (0, 1)]


@pytest.mark.parametrize(
    ("variant", "rounding"),
    [*SHARE, *(pytest.param(*rules, marks=pytest.mark.full) for rules in product(VARIANTS, Rounding))],
    ids=str,
)
def test_every_operation_on_four_bits_equals_the_definition(variant, rounding):
    float_format = with_rules(variant, rounding, variant.overflow)
    codes = np.array(list(float_format.codes), np.int64)
    x, y, z = np.meshgrid(codes, codes, codes)
    check_operation(float_format.fma_arrays, float_format.fma, (x.reshape(-1), y.reshape(-1), z.reshape(-1)))
    pairs = x[:, :, 0].reshape(-1), y[:, :, 0].reshape(-1)
    check_operation(float_format.add_arrays, float_format.add, pairs)
    check_operation(float_format.mul_arrays, float_format.mul, pairs)


@pytest.mark.parametrize("name", ["binary16", "bfloat16", "binary32", "binary64"])
@pytest.mark.parametrize("rounding", [EVEN, Rounding.NEAREST_AWAY, Rounding.FLOOR, Rounding.TOWARD_ZERO])
def test_random_operations_equal_the_definition(name, rounding):
    float_format = with_rules(FLOATS[name], rounding, FloatOverflow.INFINITY)
    x, y, z = random_codes(name, 4, 300)
    x, y, z = (np.concatenate([a, b]) for a, b in zip((x, y, z), random_boundaries(name, 5, 300), strict=True))
    check_against_definition(float_format, x, y, z)


def random_boundaries(name, seed, count):
    rng, codes = np.random.default_rng(seed), boundary_codes(name)
    return (rng.choice(codes, count) for _ in range(3))


@st.composite
def cases(draw):
    """Any format with a compiled path, and codes that often are next to each other, or at an end of a binade."""
    exponent_bits = draw(st.integers(1, 13))
    precision = (
        draw(st.one_of(st.integers(2, 60), st.sampled_from((58, 59, 60))))
        if exponent_bits < 5
        else draw(st.integers(2, 64 - exponent_bits))
    )
    bias = draw(st.one_of(st.none(), st.integers(-200, 4000), st.integers(-2, 70).map(lambda k: k + precision)))
    try:
        float_format = MiniFloat(
            exponent_bits,
            precision,
            draw(st.sampled_from(Rounding)),
            draw(st.sampled_from(FloatOverflow)),
            bias=bias,
            infinities=draw(st.booleans()),
            nan=draw(st.sampled_from(NaNCodes)),
            subnormals=draw(st.booleans()),
        )
    except DomainError:
        assume(False)
    field = st.integers(0, 2**exponent_bits - 1)
    p = precision - 1
    fraction = st.one_of(
        st.sampled_from((0, 1, 2**p - 1, 2 ** (p - 1))),
        st.integers(0, 2**p - 1),
        st.integers(0, p - 1).map(lambda k: 1 << k),
    )
    anchor = draw(field)
    near = st.integers(-3, 3).map(lambda k: min(max(anchor + k, 0), 2**exponent_bits - 1))
    code = st.builds(
        lambda s, k, t: s * float_format.sign_bit + (k << p) + t, st.integers(0, 1), st.one_of(field, near), fraction
    )
    code = code.filter(float_format._holds)
    length = draw(st.integers(1, 4))
    return float_format, *(
        as_codes(float_format, draw(st.lists(code, min_size=length, max_size=length))) for _ in range(3)
    )


@given(cases())
def test_operations_of_any_format_equal_the_definition(case):
    check_against_definition(*case)


@given(cases())
def test_a_sum_that_nearly_cancels_a_product(case):
    """z = -x y, rounded: what is left of x y + z is exact or tiny."""
    float_format, x, y, _ = case
    assume(float_format.overflow is not FloatOverflow.ERROR)
    z = as_codes(float_format, [float_format.neg(code) for code in float_format.mul_arrays(x, y).tolist()])
    check_against_definition(float_format, x, y, z)


# arrays


def test_arrays_are_broadcast_and_keep_their_shapes():
    one, two = BINARY16.one, BINARY16.element(2)
    grid = BINARY16.add_arrays(np.array([[one], [two]]), np.array([one, two, 0]))
    assert [[BINARY16.text(code) for code in row] for row in grid.tolist()] == [["2", "3", "1"], ["3", "4", "2"]]
    assert BINARY16.mul_arrays(np.array(two), np.array(two)).tolist() == BINARY16.element(4)
    assert (
        BINARY16.fma_arrays(np.array([two, two, two])[::2], np.array(two), np.array(one)).tolist()
        == [BINARY16.element(5)] * 2
    )
    assert BINARY16.add_arrays(np.zeros((0, 3), np.int64), np.zeros(3, np.int64)).shape == (0, 3)


@pytest.mark.parametrize(
    ("float_format", "codes", "message"),
    [
        (
            BINARY16,
            np.array([0, 2**16]),
            r"an element of binary16 must be a code, an int in range\(2\*\*16\), got 65536",
        ),
        (BINARY16, np.array([0, -1]), r"an element of binary16 must be a code, an int in range\(2\*\*16\), got -1"),
        (BINARY16, np.array([0.5]), "codes of binary16 must come as an array of int64, got float64"),
        (BINARY16, np.array([0], np.uint64), "codes of binary16 must come as an array of int64, got uint64"),
        (BINARY16, np.array([True]), "codes of binary16 must come as an array of int64, got bool"),
        (BINARY16, [0], "codes of binary16 must come as an array of int64, got list"),
        (FLOATS["binary64"], np.array([0]), "codes of binary64 must come as an array of uint64, got int64"),
        (
            MiniFloat(2, 3, EVEN, FloatOverflow.INFINITY, subnormals=False),
            np.array([0, 19]),
            "must not be subnormal, got the code 19",
        ),
        (
            MiniFloat(3, 61, EVEN, FloatOverflow.INFINITY),
            np.array([0], np.uint64),
            "no compiled path is exact for .*: it must have at most 64 bits, with a precision of at most 60",
        ),
        (MiniFloat(13, 52, EVEN, FloatOverflow.INFINITY), np.array([0], np.uint64), "no compiled path is exact"),
        (MiniFloat(3, 60, EVEN, FloatOverflow.INFINITY), np.array([-1]), r"an int in range\(2\*\*63\), got -1"),
    ],
)
def test_arrays_that_are_no_codes(float_format, codes, message):
    with pytest.raises(DomainError, match=message):
        float_format.add_arrays(codes, codes)
    with pytest.raises(DomainError, match=message):
        float_format.fma_arrays(codes, codes, codes)


def test_shapes_that_do_not_agree():
    with pytest.raises(DomainError, match=r"must broadcast together, got \(2,\), \(3,\)"):
        BINARY16.mul_arrays(np.zeros(2, np.int64), np.zeros(3, np.int64))


def test_a_spoiled_result_would_be_noticed():
    """The comparison with others sees one unit in the last place, the sign of a zero, and a number in place of NaN."""
    x = as_codes(BINARY16, [0x3C00, 0x0000, 0x7C00])
    y = as_codes(BINARY16, [0x1400, 0x8000, 0xFC00])
    check_against_theirs("binary16", x, y)
    for spoiled in (0x3C02, 0x8000, 0x7BFF):
        assert spoiled not in BINARY16.add_arrays(x, y).tolist()
    assert set(THEIRS) == set(FLOATS)
