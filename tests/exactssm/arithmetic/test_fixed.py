"""Fixed point against an oracle that knows only which numbers a format holds and what each rule says about them."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import Domain, FixedPoint, Overflow, RoundedArithmetic, Rounding, Scans
from exactssm.arithmetic.domain import Rounds, inner_product
from exactssm.errors import DomainError, FormatOverflow, NoSuchElement
from exactssm.layers import DenseLayer, DiagonalLayer

SHAPES = [
    (integer_bits, fraction_bits, signed)
    for signed in (True, False)
    for integer_bits in range(6)
    for fraction_bits in range(6)
    if 1 <= integer_bits + fraction_bits <= 5 - signed
]
RULES = list(product(Rounding, Overflow))
SMALL = [FixedPoint(i, f, *rules, signed) for i, f, signed in SHAPES for rules in RULES]
NEAREST_EVEN, SATURATE = Rounding.NEAREST_EVEN, Overflow.SATURATE


@lru_cache(None)
def on_the_grid(value, fraction_bits, rounding):
    """The multiple of 2^-f that ``value`` becomes: looked up among all multiples nearby."""
    step = Fraction(1, 2**fraction_bits)
    multiples = [k * step for k in range(int(value / step) - 2, int(value / step) + 3)]
    if value in multiples:
        return value
    lower, upper = max(m for m in multiples if m < value), min(m for m in multiples if m > value)
    name = rounding.value
    if name.startswith("nearest-"):
        if value - lower != upper - value:
            return lower if value - lower < upper - value else upper
        name = name.removeprefix("nearest-")
    nearer_zero, farther = sorted((lower, upper), key=abs)
    return {
        "floor": lower,
        "down": lower,
        "ceiling": upper,
        "up": upper,
        "toward-zero": nearer_zero,
        "away-from-zero": farther,
        "away": farther,
        "even": lower if (lower / step) % 2 == 0 else upper,
    }[name]


def by_the_rules(form, value):
    """The number that ``value`` becomes in ``form``; None for an overflow that is an error."""
    step, end = Fraction(1, 2**form.fraction_bits), Fraction(2**form.integer_bits)
    least, largest = (-end if form.signed else Fraction(0)), end - step
    rounded = on_the_grid(value, form.fraction_bits, form.rounding)
    if least <= rounded <= largest:
        return rounded
    if form.overflow is Overflow.ERROR:
        return None
    if form.overflow is Overflow.SATURATE:
        return least if rounded < least else largest
    turns = (rounded - least) // (2 * end if form.signed else end)
    return rounded - turns * (2 * end if form.signed else end)


def outcome(form, operation, *operands):
    """The number that an operation results in; None for an overflow that is an error."""
    try:
        return form.decode(operation(*operands))
    except FormatOverflow:
        assert form.overflow is Overflow.ERROR
        return None


@pytest.mark.parametrize("shape", SHAPES)
def test_which_numbers_a_format_holds(shape):
    integer_bits, fraction_bits, signed = shape
    form = FixedPoint(integer_bits, fraction_bits, NEAREST_EVEN, SATURATE, signed)
    step, end = Fraction(1, 2**fraction_bits), 2**integer_bits
    numbers = [k * step for k in range(-(10**3), 10**3) if (-end if signed else 0) <= k * step < end]
    assert list(form.values()) == numbers
    assert form.size == len(numbers) == len(form.codes) == 2 ** (integer_bits + fraction_bits + signed)
    assert [form.element(number) for number in numbers] == list(form.codes)
    for number in numbers:
        assert form.parse(form.format(form.element(number))) == form.element(number)
    for k in range(-4 * end * 2**fraction_bits, 4 * end * 2**fraction_bits):
        value = k * step / 2
        below, above = form.neighbours(value)
        assert below == max((n for n in numbers if n <= value), default=None)
        assert above == min((n for n in numbers if n >= value), default=None)


OVERFLOWED = 10**6


@pytest.mark.parametrize(
    ("shape", "rules"),
    [(shape, RULES[n % 3 :: 3] if sum(shape) < 5 else RULES[n % 8 :: 8]) for n, shape in enumerate(SHAPES)]
    + [pytest.param(shape, RULES, marks=pytest.mark.full) for shape in SHAPES],
)
def test_rules_on_all_triples(shape, rules):
    """For every x, y and z of every small format: the definition, and the kernels, are what the oracle says."""
    bits = shape[1]
    codes = np.array(FixedPoint(*shape[:2], NEAREST_EVEN, SATURATE, shape[2]).codes)
    x, y, z = (array.reshape(-1) for array in np.meshgrid(codes, codes, codes))
    cases = [("add", (x, y), (x + y) << bits), ("mul", (x, y), x * y), ("fma", (x, y, z), x * y + (z << bits))]
    exact = np.unique(np.concatenate([results for _, _, results in cases]))
    for rounding, overflow in rules:
        form = FixedPoint(*shape[:2], rounding, overflow, shape[2])
        values = [Fraction(k, 4**bits) for k in exact.tolist()]
        expected = [by_the_rules(form, value) for value in values]
        assert [outcome(form, form.round, value) for value in values] == expected
        rounded = np.array([OVERFLOWED if number is None else number * 2**bits for number in expected], np.int64)
        for name, operands, results in cases:
            compiled, answers = getattr(form, f"{name}_arrays"), rounded[np.searchsorted(exact, results)]
            fitting = answers != OVERFLOWED
            if not fitting.all():
                first = np.flatnonzero(~fitting)[0]
                with pytest.raises(FormatOverflow, match=rf"^position {first}, in row order: a result must lie within"):
                    compiled(*operands)
            assert np.array_equal(compiled(*(operand[fitting] for operand in operands)), answers[fitting])


@pytest.mark.parametrize(
    "form",
    [*SMALL[::29], *(pytest.param(form, marks=pytest.mark.full) for form in SMALL[::7])],  # 29: every pair of rules
    ids=str,
)
def test_operations_round_the_exact_result_once_on_every_pair(form):
    for (x, a), (y, b) in product(zip(form.codes, form.values(), strict=True), repeat=2):
        assert outcome(form, form.add, x, y) == by_the_rules(form, a + b)
        assert outcome(form, form.mul, x, y) == by_the_rules(form, a * b)
        assert outcome(form, form.fma, x, y, x) == by_the_rules(form, a * b + a)
        assert outcome(form, form.inner, (x, y), (y, y), x) == by_the_rules(form, a * b + b * b + a)
        assert outcome(form, form.sum, (x, y, y)) == by_the_rules(form, a + b + b)
        assert outcome(form, form.product, (x, y, y)) == by_the_rules(form, a * b * b)
        assert outcome(form, form.neg, x) == by_the_rules(form, -a)


def test_every_format_up_to_five_bits_is_monotone_and_idempotent_unless_it_wraps():
    for form in SMALL:
        assert [form.round(number) for number in form.values()] == list(form.codes)
        if form.overflow is Overflow.SATURATE:
            end = 2 ** (form.integer_bits + 1)
            step = Fraction(1, 2 ** (form.fraction_bits + 2))
            codes = [form.round(-end + k * step) for k in range(int(2 * end / step))]
            assert codes == sorted(codes)


shapes_at_full_size = st.builds(
    FixedPoint,
    st.integers(0, 40),
    st.integers(1, 40),
    st.sampled_from(Rounding),
    st.sampled_from(Overflow),
    st.booleans(),
)


def near(form):
    """Numbers within a few times the range of a format, on a finer grid, many of them ties or at the ends."""
    denominators = st.integers(0, 3).map(lambda extra: 2 ** (form.fraction_bits + extra))
    ends = st.sampled_from([form.codes.start, form.codes.stop, 0])
    close = st.builds(
        lambda end, k, d: Fraction(end, 2**form.fraction_bits) + Fraction(k, d),
        ends,
        st.integers(-20, 20),
        denominators,
    )
    return st.one_of(close, st.fractions(-3 * 2**form.integer_bits, 3 * 2**form.integer_bits))


@given(st.data(), shapes_at_full_size)
def test_round_at_full_size(data, form):
    value, other = data.draw(near(form)), data.draw(near(form))
    rounded = outcome(form, form.round, value)
    assert rounded == by_the_rules(form, value)
    if rounded is not None:
        assert form.decode(form.round(rounded)) == rounded
        if form.overflow is Overflow.SATURATE and other >= value:
            assert form.round(other) >= form.round(value)


@given(st.data(), shapes_at_full_size)
def test_operations_at_full_size(data, form):
    codes = st.one_of(
        st.integers(form.codes.start, form.codes.stop - 1), st.sampled_from([form.codes.start, form.codes.stop - 1, 0])
    )
    x, y, z = (data.draw(codes) for _ in range(3))
    a, b, c = map(form.decode, (x, y, z))
    assert outcome(form, form.add, x, y) == by_the_rules(form, a + b)
    assert outcome(form, form.mul, x, y) == by_the_rules(form, a * b)
    assert outcome(form, form.fma, x, y, z) == by_the_rules(form, a * b + c)


@st.composite
def compiled_formats(draw):
    signed, bits = draw(st.booleans()), draw(st.integers(2, 31))
    fraction_bits = draw(st.integers(0, bits - signed))
    rules = draw(st.sampled_from(Rounding)), draw(st.sampled_from(Overflow))
    return FixedPoint(bits - signed - fraction_bits, fraction_bits, *rules, signed)


@given(st.data(), compiled_formats())
def test_kernels_equal_the_definition_up_to_the_edge(data, form):
    assert form.fits_int64
    ends = st.sampled_from([form.codes.start, form.codes.stop - 1])
    codes = st.one_of(ends, st.integers(form.codes.start, form.codes.stop - 1))
    x, y, z = ([data.draw(codes) for _ in range(4)] for _ in range(3))
    check_compiled(form, form.add_arrays, (x, y), form.add, zip(x, y, strict=True))
    check_compiled(form, form.mul_arrays, (x, y), form.mul, zip(x, y, strict=True))
    check_compiled(form, form.fma_arrays, (x, y, z), form.fma, zip(x, y, z, strict=True))
    states, inners = [[z[0]], [z[1]]], [((x[i],), (z[n],), y[i]) for n in range(2) for i in range(2)]
    check_compiled(form, form.affine_arrays, ([[x[0]], [x[1]]], y[:2], states), form.inner, inners)


def check_compiled(form, compiled, arrays, operation, entries):
    expected = [outcome(form, operation, *entry) for entry in entries]
    arrays = [np.array(array, np.int64) for array in arrays]
    if None in expected:
        with pytest.raises(FormatOverflow, match=f"^position {expected.index(None)}, "):
            compiled(*arrays)
    else:
        assert [form.decode(code) for code in compiled(*arrays).reshape(-1).tolist()] == expected


def test_affine_maps_round_once_and_arrays_broadcast():
    form = FixedPoint(3, 2, Rounding.FLOOR, SATURATE)
    matrix, shift = np.array([[1, 1, 1], [2, -3, 5]]), np.array([0, -7])
    states = np.array([[1, 1, 1], [3, -2, 6], [-32, 31, 31]])
    expected = [
        [form.inner(row, h, b) for row, b in zip(matrix.tolist(), shift.tolist(), strict=True)] for h in states.tolist()
    ]
    assert form.affine_arrays(matrix, shift, states).tolist() == expected
    assert (
        expected[0][0] == 0 != form.affine_arrays(np.array([[1, 1, 1, 1]]), shift[:1], np.array([[1, 1, 1, 1]]))[0, 0]
    )
    assert form.mul_arrays(np.array([[4], [8]]), np.array([1, 2, 3])).tolist() == [[1, 2, 3], [2, 4, 6]]
    assert form.add_arrays(np.array(5), np.array([])[:0].astype(np.int64)).tolist() == []


def test_one_rounding_differs_from_two():
    form = FixedPoint(2, 1, Rounding.NEAREST_EVEN, SATURATE)
    half = form.parse("1/2")
    assert form.add(form.mul(half, half), half) == half != form.fma(half, half, half) == form.one
    assert form.inner((half, half), (half, half), form.zero) == half


def test_it_is_no_ring():
    form = FixedPoint(1, 1, Rounding.FLOOR, SATURATE)
    big, half = form.parse("3/2"), form.parse("1/2")
    assert form.add(form.add(big, big), form.neg(big)) != form.add(big, form.add(big, form.neg(big)))
    assert form.mul(form.add(half, half), half) != form.add(form.mul(half, half), form.mul(half, half))


def test_layers_compute_in_it():
    form = FixedPoint(3, 1, Rounding.FLOOR, SATURATE)
    parse = form.parse
    decay = DiagonalLayer(form, start=(parse("7"),), decay={"a": (parse("1/2"),)}, drive={"a": (parse("0"),)})
    assert [form.text(h) for (h,) in decay.run("aaaaaa")] == ["7", "7/2", "3/2", "1/2", "0", "0", "0"]
    counter = DenseLayer(form, (form.one, form.zero), {"a": ((form.one, form.zero), (form.one, form.one))})
    assert [form.text(h) for _, h in counter.run("a" * 9)] == ["0", "1", "2", "3", "4", "5", "6", "7", "15/2", "15/2"]


def test_constants_are_never_rounded_in_silence():
    form = FixedPoint(3, 3, NEAREST_EVEN, SATURATE)
    for value, message in (
        (Fraction(1, 3), "does not hold 1/3: next to it are 1/4 below and 3/8 above"),
        (8, "does not hold 8: next to it are 63/8 below and none above"),
        (Fraction(-17, 2), "does not hold -17/2: next to it are none below and -8 above"),
        (Fraction(1, 3**150), r"does not hold Fraction\(1, .*\.\.\.: next to it are 0 below and 1/8 above"),
    ):
        with pytest.raises(DomainError, match=message):
            form.element(value)
    with pytest.raises(DomainError, match="does not hold 200: next to it are 63/8 below and none above"):
        FixedPoint(3, 3, NEAREST_EVEN, Overflow.WRAP).parse("200")


def test_a_format_without_one_is_a_domain_that_rounds_all_the_same():
    q15 = FixedPoint(0, 15, NEAREST_EVEN, SATURATE)
    assert isinstance(q15, Domain)
    assert isinstance(q15, Rounds)
    assert not isinstance(q15, Scans)
    assert inner_product(q15) == q15.inner
    assert q15.zero == 0
    assert q15.root_of_unity(2) == q15.codes.start == q15.element(-1)
    assert not hasattr(q15, "one")
    with pytest.raises(NoSuchElement, match="does not hold 1: next to it are 32767/32768 below and none above"):
        _ = q15.one
    with pytest.raises(DomainError, match="does not hold 1"):
        q15.root_of_unity(1)


def test_minus_the_least_number():
    for overflow, expected in ((Overflow.WRAP, "-4"), (Overflow.SATURATE, "3")):
        form = FixedPoint(2, 0, NEAREST_EVEN, overflow)
        assert form.text(form.neg(form.parse("-4"))) == expected
    strict = FixedPoint(2, 0, NEAREST_EVEN, Overflow.ERROR)
    least = strict.parse("-4")
    with pytest.raises(
        FormatOverflow, match=r"a result must lie within -4 to 3 in fixed:s2\.0:nearest-even:error, got"
    ):
        strict.neg(least)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1, 3, NEAREST_EVEN, SATURATE), "an int >= 0 of integer bits, got -1"),
        ((3, -1, NEAREST_EVEN, SATURATE), "an int >= 0 of fraction bits, got -1"),
        ((True, 3, NEAREST_EVEN, SATURATE), "of integer bits, got True"),
        ((3, 1.0, NEAREST_EVEN, SATURATE), "of fraction bits, got 1.0"),
        ((3, "1", NEAREST_EVEN, SATURATE), "of fraction bits, got '1'"),
        ((3, None, NEAREST_EVEN, SATURATE), "of fraction bits, got None"),
        ((0, 0, NEAREST_EVEN, SATURATE), "1 to 4096 bits besides its sign, got 0 and 0"),
        ((4096, 1, NEAREST_EVEN, SATURATE), "1 to 4096 bits besides its sign, got 4096 and 1"),
        ((10**5000, 0, NEAREST_EVEN, SATURATE), "1 to 4096 bits besides its sign, got an integer of"),
        ((3, 3, "nearest-even", SATURATE), "must be a Rounding, got 'nearest-even'"),
        ((3, 3, None, SATURATE), "must be a Rounding, got None"),
        ((3, 3, NEAREST_EVEN, "wrap"), "must be an Overflow, got 'wrap'"),
        ((3, 3, NEAREST_EVEN, NEAREST_EVEN), "must be an Overflow, got <Rounding"),
        ((3, 3, NEAREST_EVEN, SATURATE, 1), "signed must be a bool, got 1"),
    ],
)
def test_formats_that_are_none(arguments, message):
    with pytest.raises(DomainError, match=message):
        FixedPoint(*arguments)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 8, -9, Fraction(1), 10**100], ids=repr)
def test_what_is_no_code_is_refused(value):
    form = FixedPoint(2, 1, NEAREST_EVEN, SATURATE)
    message = r"an element of fixed:s2.1:nearest-even:saturate must be a code, an int in range\(-8, 8\), got "
    for operation in (
        lambda: form.check(value),
        lambda: form.decode(value),
        lambda: form.format(value),
        lambda: form.neg(value),
        lambda: form.add(0, value),
        lambda: form.mul(value, 0),
        lambda: form.fma(0, 0, value),
        lambda: form.inner((0,), (value,), 0),
        lambda: form.sum([0, value]),
        lambda: form.product([value]),
    ):
        with pytest.raises(DomainError, match=message):
            operation()


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 1j], ids=repr)
def test_what_is_no_number_is_refused(value):
    form = FixedPoint(2, 1, NEAREST_EVEN, SATURATE)
    for operation in (form.round, form.element):
        with pytest.raises(DomainError, match=r"a number for fixed:.* must be an int or a Fraction, got"):
            operation(value)
    with pytest.raises(DomainError, match=r"the order of a root of unity in fixed:.* must be 1 or 2"):
        form.root_of_unity(value)


def test_arrays_that_are_refused():
    form = FixedPoint(2, 1, NEAREST_EVEN, SATURATE)
    one = np.array([2])
    for bad, message in (
        ([2], "codes must come as an array of int64, got list"),
        (np.array([2.0]), "an array of int64, got float64"),
        (np.array([True]), "an array of int64, got bool"),
        (np.array([2], np.int32), "an array of int64, got int32"),
        (np.array([2], np.uint64), "an array of int64, got uint64"),
        (np.array([2, 8]), r"an int in range\(-8, 8\), got 8"),
        (np.array([-9]), r"an int in range\(-8, 8\), got -9"),
    ):
        with pytest.raises(DomainError, match=message):
            form.add_arrays(one, bad)
        with pytest.raises(DomainError, match=message):
            form.fma_arrays(one, one, bad)
    with pytest.raises(DomainError, match=r"must broadcast together, got \(2,\), \(3,\)"):
        form.mul_arrays(np.zeros(2, np.int64), np.zeros(3, np.int64))
    square = np.zeros((2, 2), np.int64)
    for shapes in (
        (square, one, square),
        (square, square[0], square[:, :1]),
        (one, one, one),
        (square, square, square),
    ):
        with pytest.raises(
            DomainError, match=r"must have shapes \(height, width\), \(height,\) and \(number, width\); got"
        ):
            form.affine_arrays(*shapes)
    with pytest.raises(DomainError, match="row and column must be of one length, got 1 and 2"):
        form.inner((0,), (0, 0), 0)


def test_what_does_not_fit_in_int64_has_no_compiled_path():
    for form in (FixedPoint(16, 15, NEAREST_EVEN, SATURATE), FixedPoint(32, 0, NEAREST_EVEN, SATURATE, signed=False)):
        with pytest.raises(DomainError, match=r"no compiled path is exact for fixed:.*: it must have at most 31 bits"):
            form.add_arrays(np.array([1]), np.array([1]))
    widest = FixedPoint(0, 30, NEAREST_EVEN, SATURATE)
    least = np.full((1, 8), -(2**30))
    for width in range(1, 9):
        a, b = least[:, :width], np.array([widest.codes.stop - 1])
        exact = widest.inner(a[0].tolist(), a[0].tolist(), b[0].item())
        if width <= 6:
            assert widest.affine_arrays(a, b, a).tolist() == [[exact]]
        else:
            with pytest.raises(DomainError, match=r"no compiled path is exact for sums of [78] products"):
                widest.affine_arrays(a, b, a)
    largest = FixedPoint(0, 31, Rounding.CEILING, SATURATE, signed=False)
    top = np.array([2**31 - 1])
    assert largest.fma_arrays(top, top, top).tolist() == [largest.fma(*top.tolist() * 3)]


def test_values_are_listed_for_small_formats_only():
    with pytest.raises(DomainError, match="at most 65536 numbers are listed"):
        FixedPoint(8, 8, NEAREST_EVEN, SATURATE).values()
    assert len(FixedPoint(8, 7, NEAREST_EVEN, SATURATE).values()) == 65536
    assert FixedPoint(4000, 96, NEAREST_EVEN, SATURATE).size == 2**4097


def test_overflow_rules_by_name():
    assert [Overflow.named(overflow.value) for overflow in Overflow] == list(Overflow)
    for name in ("clamp", "Wrap", None, 0, {}):
        with pytest.raises(DomainError, match="an overflow rule must be one of wrap, saturate, error; got"):
            Overflow.named(name)


def test_formats_are_records():
    form = FixedPoint(2, 1, NEAREST_EVEN, SATURATE)
    assert (
        form == FixedPoint(2, 1, NEAREST_EVEN, SATURATE, signed=True) != FixedPoint(2, 1, NEAREST_EVEN, Overflow.WRAP)
    )
    assert len({form, FixedPoint(2, 1, NEAREST_EVEN, SATURATE)}) == 1
    assert isinstance(form, RoundedArithmetic)
