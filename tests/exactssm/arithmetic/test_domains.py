"""What every domain promises: the laws of commutative rings and fields, canonical text, no foreign elements, and scans
that equal the definition."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import (
    Cyclotomic,
    CyclotomicField,
    Domain,
    Field,
    GaloisElement,
    GaloisField,
    GaussianInteger,
    GaussianIntegers,
    PrimeField,
    Rationals,
    ResidueRing,
    dense_by_steps,
    diagonal_by_steps,
)
from exactssm.errors import DomainError

RINGS = [ResidueRing(2), ResidueRing(6), ResidueRing(2**16), ResidueRing(10**40), GaussianIntegers()]
FIELDS = [
    Rationals(),
    PrimeField(2),
    PrimeField(7),
    PrimeField(2**31 - 1),
    GaloisField(4),
    GaloisField(8),
    GaloisField(9),
    GaloisField(7),
    GaloisField(625),
    *(CyclotomicField(n) for n in (1, 2, 3, 4, 5, 12, 15)),
]
DOMAINS = RINGS + FIELDS
SMALL = [ResidueRing(m) for m in (2, 3, 4, 6)] + [PrimeField(5)] + [GaloisField(q) for q in (2, 3, 4, 5, 8, 9)]

a_share = settings(max_examples=10)  # of each of many domains

integers = st.one_of(st.integers(-5, 5), st.integers(-(10**30), 10**30))
fractions = st.builds(Fraction, integers, integers.filter(bool))


def elements(domain):
    if isinstance(domain, Rationals):
        return fractions
    if isinstance(domain, GaussianIntegers):
        return st.builds(GaussianInteger, integers, integers)
    if isinstance(domain, GaloisField):
        return st.integers(0, domain.order - 1).map(lambda code: GaloisElement(domain.order, code))
    if isinstance(domain, CyclotomicField):
        lists = st.lists(fractions, min_size=domain.degree, max_size=domain.degree)
        return lists.map(lambda c: domain.parse("[" + ",".join(map(str, c)) + "]"))
    return st.integers(0, domain.modulus - 1)


def check_ring_laws(d, x, y, z):
    assert d.add(x, y) == d.add(y, x)
    assert d.mul(x, y) == d.mul(y, x)
    assert d.add(d.add(x, y), z) == d.add(x, d.add(y, z))
    assert d.mul(d.mul(x, y), z) == d.mul(x, d.mul(y, z))
    assert d.mul(x, d.add(y, z)) == d.add(d.mul(x, y), d.mul(x, z))
    assert d.add(x, d.zero) == x == d.mul(x, d.one)
    assert d.add(x, d.neg(x)) == d.zero != d.one
    for value in (d.add(x, y), d.mul(x, y), d.neg(x)):
        assert d.check(value) is value
        hash(value)


@pytest.mark.parametrize("domain", DOMAINS, ids=str)
@a_share
@given(st.data())
def test_ring_laws(domain, data):
    check_ring_laws(domain, *(data.draw(elements(domain)) for _ in range(3)))


@pytest.mark.parametrize("domain", SMALL, ids=repr)
def test_ring_laws_on_all_triples(domain):
    assert len(set(domain.elements)) == domain.size
    for x, y, z in product(domain.elements, repeat=3):
        check_ring_laws(domain, x, y, z)


@pytest.mark.parametrize("field", FIELDS, ids=repr)
@a_share
@given(st.data())
def test_inverses(field, data):
    x = data.draw(elements(field))
    if x == field.zero:
        with pytest.raises(DomainError, match="zero has no inverse"):
            field.inverse(x)
    else:
        assert field.mul(x, field.inverse(x)) == field.one


@pytest.mark.parametrize("field", [d for d in SMALL if isinstance(d, Field)], ids=repr)
def test_every_inverse_in_a_small_field(field):
    for x in set(field.elements) - {field.zero}:
        assert [y for y in field.elements if field.mul(x, y) == field.one] == [field.inverse(x)]


def test_which_domains_are_fields():
    assert all(isinstance(d, Domain) for d in DOMAINS)
    assert all(isinstance(d, Field) for d in FIELDS)
    assert not any(isinstance(d, Field) for d in RINGS)


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
@a_share
@given(st.data())
def test_text_is_read_back(domain, data):
    x = data.draw(elements(domain))
    assert domain.parse(domain.format(x)) == x


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
@a_share
@given(n=integers, m=integers)
def test_ints_map_homomorphically(domain, n, m):
    assert domain.add(domain.element(n), domain.element(m)) == domain.element(n + m)
    assert domain.mul(domain.element(n), domain.element(m)) == domain.element(n * m)
    assert domain.element(0) == domain.zero
    assert domain.element(1) == domain.one


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_fractions_stand_for_quotients_or_for_nothing(domain):
    for n, d in product(range(-4, 5), range(1, 7)):
        fraction = Fraction(n, d)
        try:
            x = domain.element(fraction)
        except DomainError:
            continue
        assert domain.mul(x, domain.element(fraction.denominator)) == domain.element(fraction.numerator)


FOREIGN = [True, 1.0, "1", None, b"1", (1,), complex(1), Ellipsis]


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
@pytest.mark.parametrize("value", FOREIGN, ids=repr)
def test_floats_bools_and_the_like_are_refused(domain, value):
    for accept in (domain.check, domain.element, domain.format, domain.neg):
        with pytest.raises(DomainError):
            accept(value)
    for operation in (domain.add, domain.mul):
        with pytest.raises(DomainError):
            operation(domain.one, value)
        with pytest.raises(DomainError):
            operation(value, domain.one)


def test_elements_of_other_domains_are_refused():
    one_each = [ResidueRing(6), Rationals(), GaussianIntegers(), GaloisField(4), GaloisField(8), CyclotomicField(3)]
    one_each += [CyclotomicField(4), CyclotomicField(6)]
    for home, away in product(one_each, repeat=2):
        if home is not away:
            with pytest.raises(DomainError):
                home.add(home.one, away.one)
            with pytest.raises(DomainError):
                home.mul(away.one, home.one)


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
@pytest.mark.parametrize(
    "text", ["", "x", "1.5", "1e3", "+1", " 1", "1/0", "0x1", "٣", "[", "[]", "[1", "1]", "[1,]", "1/-2", "--1"]
)
def test_texts_that_are_no_numbers_are_refused(domain, text):
    with pytest.raises(DomainError):
        domain.parse(text)


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_a_text_that_is_no_string_or_too_long_is_refused(domain):
    for text in (1, 1.5, None, b"1", "1" * 4301, "-" + "1" * 10**6, "[" + "0," * 10**6 + "0]"):
        with pytest.raises(DomainError) as refusal:
            domain.parse(text)
        assert len(str(refusal.value)) < 300


@pytest.mark.parametrize("domain", DOMAINS, ids=repr)
def test_roots_of_unity_have_their_order_or_raise(domain):
    found = []
    for order in range(1, 31):
        try:
            w = domain.root_of_unity(order)
        except DomainError:
            continue
        powers = [domain.one]
        for _ in range(order - 1):
            powers.append(domain.mul(powers[-1], w))
        assert len(set(powers)) == order
        assert domain.mul(powers[-1], w) == domain.one
        found.append(order)
    assert found[0] == 1
    for order in (0, -1, True, 1.0, "2", 10**9 + 6):
        if not (order == 10**9 + 6 and domain.size is not None and domain.size > 10**9):
            with pytest.raises(DomainError):
                domain.root_of_unity(order)


@pytest.mark.parametrize("domain", SMALL, ids=repr)
def test_roots_of_unity_exist_exactly_where_an_element_has_that_order(domain):
    def order_of(x):
        power = x
        for e in range(1, domain.size):
            if power == domain.one:
                return e
            power = domain.mul(power, x)
        return None

    orders = {order_of(x) for x in domain.elements}
    for order in range(1, domain.size + 1):
        if order in orders:
            assert order_of(domain.root_of_unity(order)) == order
        else:
            with pytest.raises(DomainError):
                domain.root_of_unity(order)


SCANNED = [d for d in DOMAINS if not (isinstance(d, ResidueRing) and not d.fits_int64)]


@st.composite
def recurrences(draw, domain, dense):
    entries = elements(domain)
    letters, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))

    def table(height):
        return [[draw(entries) for _ in range(width)] for _ in range(height)]

    first = [table(width) for _ in range(letters)] if dense else table(letters)
    word = draw(st.lists(st.integers(0, letters - 1), max_size=5))
    return first, table(letters), table(1)[0], word


@pytest.mark.parametrize("domain", SCANNED, ids=repr)
@a_share
@given(st.data())
def test_scan_diagonal_equals_the_definition(domain, data):
    recurrence = data.draw(recurrences(domain, dense=False))
    assert domain.scan_diagonal(*recurrence) == diagonal_by_steps(domain, *recurrence)


@pytest.mark.parametrize("domain", SCANNED, ids=repr)
@a_share
@given(st.data())
def test_scan_dense_equals_the_definition(domain, data):
    recurrence = data.draw(recurrences(domain, dense=True))
    assert domain.scan_dense(*recurrence) == dense_by_steps(domain, *recurrence)


@pytest.mark.parametrize("domain", SCANNED, ids=repr)
def test_scans_of_long_words_equal_the_definition(domain):
    """Long enough for the common denominators of the rational recurrences to be reduced several times."""
    half = Fraction(1, 2) if isinstance(domain, Field) and domain.size is None else 1
    a, b = domain.element(half), domain.neg(domain.one)
    word = [(t * t // 3) % 2 for t in range(200)]
    diagonal = [[a, b], [b, domain.one]], [[b, a], [a, domain.zero]], [domain.one, a], word
    assert domain.scan_diagonal(*diagonal) == diagonal_by_steps(domain, *diagonal)
    dense = [[[a, b], [b, a]], [[domain.zero, b], [a, b]]], [[b, a], [a, domain.zero]], [domain.one, a], word
    assert domain.scan_dense(*dense) == dense_by_steps(domain, *dense)


@pytest.mark.parametrize("domain", SCANNED, ids=repr)
def test_scans_refuse_wrong_shapes_letters_and_elements(domain):
    one = domain.one
    for scan, a in ((domain.scan_diagonal, [one]), (domain.scan_dense, [[one]])):
        assert scan([a], [[one]], [one], []) == [(one,)]
        for bad in (
            ([], [], [one], []),
            ([a], [[one]], [], []),
            ([a, a], [[one]], [one], []),
            ([a], [[one, one]], [one], []),
            ([a], [[one]], [one, one], []),
            ([a], [[one]], [one], [1]),
            ([a], [[one]], [one], [-1]),
            ([a], [[one]], [one], [0.0]),
            ([a], [[one]], [one], [False]),
            ([a], [[1.0]], [one], [0]),
            ([a], [[one]], [True], [0]),
        ):
            with pytest.raises(DomainError):
                scan(*bad)


def test_refusals_of_a_scan_say_where():
    ring = ResidueRing(6)
    with pytest.raises(DomainError, match=r"decay 1, coordinate 0: an element of Z/6 must be .* got 6"):
        ring.scan_diagonal([[1], [6]], [[0], [0]], [0], [])
    with pytest.raises(DomainError, match=r"matrix of letter 0, row 1, coordinate 0: .* got -1"):
        ring.scan_dense([[[1, 0], [-1, 1]]], [[0, 0]], [0, 0], [])
    with pytest.raises(DomainError, match=r"position 2: a letter must be an int in range\(1\), got 7"):
        ring.scan_diagonal([[1]], [[0]], [0], [0, 0, 7])


def test_noncanonical_elements_cannot_be_made():
    for spoil in (
        lambda: Cyclotomic(3, (2, 4), 2),
        lambda: Cyclotomic(3, (1, 0), -1),
        lambda: Cyclotomic(3, (1, 0), 0),
        lambda: Cyclotomic(3, (1, 0, 0)),
        lambda: Cyclotomic(3, [1, 0]),
        lambda: Cyclotomic(3, (1.0, 0)),
        lambda: Cyclotomic(3, (True, 0)),
        lambda: Cyclotomic(0, ()),
        lambda: Cyclotomic(True, (1,)),
        lambda: GaloisElement(4, 4),
        lambda: GaloisElement(4, -1),
        lambda: GaloisElement(4, True),
        lambda: GaussianInteger(1.0, 0),
        lambda: GaussianInteger(0, True),
    ):
        with pytest.raises(DomainError):
            spoil()
