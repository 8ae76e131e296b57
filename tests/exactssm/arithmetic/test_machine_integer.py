"""Machine integers against numpy's registers, and against the residue rings that they read."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import MachineInteger, ResidueRing, Scans, dense_by_steps, diagonal_by_steps
from exactssm.errors import DomainError

FORMS = [MachineInteger(bits, signed) for bits in (8, 16, 32, 64) for signed in (True, False)]


def elements(form):
    low, high = form.codes.start, form.codes.stop - 1
    return st.one_of(st.sampled_from([low, low + 1, -form.signed, 0, 1, high]), st.integers(low, high))


@pytest.mark.parametrize("form", FORMS[:2], ids=str)
def test_all_pairs_of_bytes_are_as_numpy_has_them(form):
    codes = np.array(form.codes, np.dtype(str(form)))
    x, y = np.meshgrid(codes, codes)
    pairs = zip(x.flat, y.flat, (x + y).flat, (x * y).flat, strict=True)
    for a, b, total, result in pairs:
        assert form.add(int(a), int(b)) == total
        assert form.mul(int(a), int(b)) == result
    assert [form.neg(int(a)) for a in codes] == (-codes).tolist()


@pytest.mark.parametrize("form", FORMS, ids=str)
@settings(max_examples=15)
@given(st.data())
def test_registers_of_any_size_are_as_numpy_has_them(form, data):
    x, y = data.draw(elements(form)), data.draw(elements(form))
    a, b = np.array([x], np.dtype(str(form))), np.array([y], np.dtype(str(form)))
    assert [form.add(x, y), form.mul(x, y), form.neg(x)] == [(a + b).item(), (a * b).item(), (-a).item()]
    assert form.parse(form.format(x)) == x


@pytest.mark.parametrize(
    "form", [MachineInteger(bits, signed) for bits in (2, 3, 4) for signed in (True, False)], ids=str
)
def test_wrap_is_an_isomorphism_from_the_residue_ring(form):
    ring = ResidueRing(2**form.bits)
    assert form.ring == ring
    assert sorted(map(form.wrap, ring.elements)) == list(form.codes)
    assert len(form.codes) == form.size
    for r, s in product(ring.elements, repeat=2):
        assert form.wrap(ring.add(r, s)) == form.add(form.wrap(r), form.wrap(s))
        assert form.wrap(ring.mul(r, s)) == form.mul(form.wrap(r), form.wrap(s))
    assert (form.wrap(ring.zero), form.wrap(ring.one)) == (form.zero, form.one) == (0, 1)
    for order in range(1, 9):
        try:
            root = ring.root_of_unity(order)
        except DomainError:
            with pytest.raises(DomainError):
                form.root_of_unity(order)
        else:
            assert form.root_of_unity(order) == form.wrap(root)


@st.composite
def recurrences(draw, dense):
    form = MachineInteger(draw(st.sampled_from([2, 8, 31, 32, 33, 63, 64])), draw(st.booleans()))
    letters, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def table(height):
        return [[draw(elements(form)) for _ in range(width)] for _ in range(height)]

    first = [table(width) for _ in range(letters)] if dense else table(letters)
    word = draw(st.lists(st.integers(0, letters - 1), max_size=5))
    return form, first, table(letters), table(1)[0], word


@given(recurrences(dense=False))
def test_scan_diagonal_equals_the_definition(case):
    form, *recurrence = case
    assert form.scan_diagonal(*recurrence) == diagonal_by_steps(form, *recurrence)


@given(recurrences(dense=True))
def test_scan_dense_equals_the_definition(case):
    form, *recurrence = case
    assert form.scan_dense(*recurrence) == dense_by_steps(form, *recurrence)


def test_the_random_number_generator_of_mmix():
    """Knuth: x' = 6364136223846793005 x + 1442695040888963407 mod 2^64, all along computed in exact integers."""
    a, c = 6364136223846793005, 1442695040888963407
    unsigned, signed = MachineInteger(64, signed=False), MachineInteger(64)
    x, expected = 1, [(1,)]
    for _ in range(1000):
        x = (a * x + c) % 2**64
        expected.append((x,))
    assert unsigned.scan_diagonal([[a]], [[c]], [1], [0] * 1000) == expected
    wrapped = signed.scan_diagonal([[signed.wrap(a)]], [[c]], [1], [0] * 1000)
    assert [state % 2**64 for (state,) in wrapped] == [state for (state,) in expected]
    assert min(wrapped) < (0,)


def test_it_is_a_ring_with_scans_whose_bound_is_64_bits():
    assert isinstance(MachineInteger(8), Scans)
    wide = MachineInteger(65)
    assert wide.mul(2**63, 2) == -(2**64)
    for scan, table in ((wide.scan_diagonal, [[1]]), (wide.scan_dense, [[[1]]])):
        with pytest.raises(DomainError, match="no compiled path is exact for int65: it must have at most 64 bits"):
            scan(table, [[1]], [1], [0])


def test_constants_never_wrap():
    int8 = MachineInteger(8)
    assert int8.element(Fraction(-128)) == int8.element(-128) == int8.parse("-128") == -128
    for refuse, value in (
        (int8.element, 128),
        (int8.element, -129),
        (int8.element, Fraction(1, 2)),
        (int8.element, Fraction(200)),
        (int8.parse, "128"),
        (MachineInteger(8, signed=False).element, -1),
        (MachineInteger(8, signed=False).parse, "256"),
    ):
        with pytest.raises(DomainError, match=r"an element of u?int8 must be an int in range\(.*\), got"):
            refuse(value)


@pytest.mark.parametrize("value", [True, 1.0, "1", None, 128, Fraction(1), np.int8(1)], ids=repr)
def test_what_is_no_element_is_refused(value):
    int8 = MachineInteger(8)
    for operation in (
        lambda: int8.check(value),
        lambda: int8.neg(value),
        lambda: int8.format(value),
        lambda: int8.add(0, value),
        lambda: int8.mul(value, 0),
        lambda: int8.scan_diagonal([[value]], [[0]], [0], []),
    ):
        with pytest.raises(DomainError, match=r"an element of int8 must be an int in range\(-128, 128\), got"):
            operation()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((1,), "2 to 4096 bits, got 1"),
        ((0,), "2 to 4096 bits, got 0"),
        ((-8,), "2 to 4096 bits, got -8"),
        ((4097,), "2 to 4096 bits, got 4097"),
        ((8.0,), "2 to 4096 bits, got 8.0"),
        ((True,), "2 to 4096 bits, got True"),
        (("8",), "2 to 4096 bits, got '8'"),
        ((8, "signed"), "signed must be a bool, got 'signed'"),
        ((8, 0), "signed must be a bool, got 0"),
    ],
)
def test_machine_integers_that_are_none(arguments, message):
    with pytest.raises(DomainError, match=message):
        MachineInteger(*arguments)
