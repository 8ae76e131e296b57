"""Composition series, the narrowest series, all series, and series that somebody gives: against the definitions."""

import re
from itertools import pairwise
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.algebra import (
    AbelianFactor,
    SubnormalSeries,
    all_series,
    composition_series,
    count_series,
    derived_series,
    generated_subgroup,
    group,
    least_width_series,
    small_groups,
    verbal_series,
)
from exactssm.algebra.series_search import _Search, _subgroups
from exactssm.errors import BudgetExhausted, DomainError
from tests.exactssm.algebra.by_definition import abelian_factors, chains, is_normal, rank, subgroups

SOLVABLE = [record for record in small_groups() if record.derived_length is not None]
TO_32 = [record for record in SOLVABLE if record.order <= 32]
TO_24 = [record for record in SOLVABLE if record.order <= 24]
EXPONENTS = (None, 2, 4, 6)

#: all groups of order at most 24 in the full run; here those of at most 12, and some larger ones
SHARE = [
    record
    for record in TO_24
    if record.order <= 12 or (record.order, record.id) in {(16, 13), (24, 3), (24, 10), (24, 12)}
]


def number(record):
    return f"{record.order}-{record.id}"


def check_by_definition(record):
    """Every series, their number, and the narrowest, for groups small enough to try all chains of subgroups."""
    g = record.group()
    below = abelian_factors(g)
    every = chains(below, tuple(range(g.order)))
    found = [series.terms for series in all_series(g)]
    assert sorted(found) == sorted(every)
    assert len(set(found)) == len(found) == count_series(g)
    for exponent in EXPONENTS:
        allowed = {
            (upper, lower): (rank(g, upper, lower), 1)
            for upper in below
            for lower in below[upper]
            if exponent is None or all(g.power(x, exponent) in lower for x in upper)
        }
        widths = [
            (sum(allowed[pair][0] for pair in pairwise(chain)), len(chain) - 1)
            for chain in every
            if all(pair in allowed for pair in pairwise(chain))
        ]
        if not widths:
            with pytest.raises(DomainError, match="has no series with abelian factors of exponents dividing"):
                least_width_series(g, exponent)
            continue
        narrowest = least_width_series(g, exponent)
        assert (narrowest.total_width, narrowest.length) == min(widths)
        assert all(pair in allowed for pair in pairwise(narrowest.terms))


@pytest.mark.parametrize("record", SHARE, ids=number)
def test_series_of_some_small_groups_by_definition(record):
    check_by_definition(record)


@pytest.mark.full
@pytest.mark.parametrize("record", TO_24, ids=number)
def test_series_of_all_groups_of_order_up_to_24_by_definition(record):
    check_by_definition(record)


@pytest.mark.parametrize("name", ["C2^4", "C4xC2^2", "C4^2", "C9xC3", "C36", "C2xC6", "C1", "C5xC5"])
def test_all_subgroups_of_abelian_groups(name):
    g = group(name)
    found = _subgroups(g, 1000)
    assert len(set(found)) == len(found)
    assert set(found) == subgroups(g)


@pytest.mark.parametrize("name", ["C2xC6", "D4xC3", "C3xS3", "C6xC6", "Q8", "S4", "C4xC2", "C1"])
def test_ranks_of_abelian_factors(name):
    g = group(name)
    search = _Search(g, None, 1000)
    for upper, lowers in abelian_factors(g).items():
        for lower in lowers:
            assert search._rank(upper, lower) == rank(g, upper, lower) == AbelianFactor(g, upper, lower).rank


def test_normal_series_can_be_wider():
    """SL(2,3): four normal subgroups, 1, the centre, Q8 and itself, with ranks 1, 2, 1. Through a C4: 1, 1, 1."""
    g = group("SL(2,3)")
    whole = tuple(range(g.order))
    normal = [s for s in all_series(g) if all(is_normal(g, whole, term) for term in s.terms)]
    assert min(series.total_width for series in normal) == 4
    assert least_width_series(g).total_width == 3


def test_numbers_of_subgroups_that_are_known():
    """Gaussian binomials: C2^3 has 16 subgroups, C2^4 67, C2^5 374, C3^3 28."""
    assert [len(_subgroups(group(name), 1000)) for name in ("C2^3", "C2^4", "C2^5", "C3^3")] == [16, 67, 374, 28]


@pytest.mark.parametrize("record", TO_32, ids=number)
def test_what_holds_of_every_group_of_order_up_to_32(record):
    g = record.group()
    derived, composed, narrowest = derived_series(g), composition_series(g), least_width_series(g)
    orders = [factor.orders for factor in composed.factors]
    assert all(len(factor) == 1 and all(factor[0] % p for p in range(2, factor[0])) for factor in orders)
    assert prod(order for (order,) in orders) == g.order
    assert narrowest.total_width <= min(derived.total_width, composed.total_width)
    assert narrowest.length >= derived.length == record.derived_length
    assert (narrowest.total_width, narrowest.length) <= (derived.total_width, derived.length)
    assert narrowest.total_width >= max((factor.rank for factor in derived.factors), default=0)


@pytest.mark.full
def test_how_many_groups_save_coordinates():
    """The figures of the findings: of the solvable groups of order at most 60."""
    pairs = [(derived_series(g), least_width_series(g)) for g in (record.group() for record in SOLVABLE)]
    saving = [(derived, least) for derived, least in pairs if least.total_width < derived.total_width]
    assert (len(pairs), len(saving)) == (311, 119)
    assert sum(least.length > derived.length for derived, least in saving) == 6


@pytest.mark.full
def test_composition_series_of_all_solvable_groups_of_order_up_to_60():
    for record in SOLVABLE:
        series = composition_series(record.group())
        assert [len(factor.orders) for factor in series.factors] == [1] * series.length
        assert all(all(factor.order % p for p in range(2, factor.order)) for factor in series.factors)


@pytest.mark.parametrize(
    ("name", "orders"),
    [
        *((f"D{n}", [(2,), (n,)]) for n in (3, 4, 5, 8, 16)),
        *(("Q8", [(2,), (4,)]), ("Q16", [(2,), (8,)]), ("C7:C3", [(3,), (7,)]), ("C12", [(12,)]), ("C1", [])),
        *(("C2^3", [(2, 2, 2)]), ("S4", [(2,), (3,), (2, 2)]), ("A4", [(3,), (2, 2)]), ("C4:C4", [(4,), (4,)])),
    ],
)
def test_narrowest_series_of_named_groups(name, orders):
    """Metacyclic groups take one coordinate for the factor and one for the cyclic normal subgroup; S4 and A4 have no
    cyclic normal subgroup but the trivial one, so that V4, which every series of theirs meets, takes two."""
    series = least_width_series(group(name))
    assert sorted(factor.orders for factor in series.factors) == sorted(orders)


def test_less_width_can_take_more_depth():
    """S3^2 has derived length 2 and needs 2 + 2 coordinates there; C2, then C2xC3, then C3 are 3."""
    s3s3 = group("S3xS3")
    derived, narrowest = derived_series(s3s3), least_width_series(s3s3)
    assert (derived.total_width, derived.length) == (4, 2)
    assert (narrowest.total_width, narrowest.length) == (3, 3)


def test_terms_of_a_series_need_not_be_normal_in_the_group():
    for name, count in (("D4", 4), ("A4", 3), ("S4", 3), ("Q8", 0)):
        g = group(name)
        terms = {term for series in all_series(g) for term in series.terms}
        assert sum(not is_normal(g, range(g.order), term) for term in terms) == count


@settings(max_examples=30, deadline=None)
@given(st.sampled_from(["D4", "S4", "SL(2,3)", "C2xC4", "D6", "C3:C4", "A4", "C5:C4"]), st.data())
def test_a_series_given_by_generators_is_the_one_of_the_subgroups(name, data):
    g = group(name)
    series = data.draw(st.sampled_from(list(all_series(g))))
    given_terms = [data.draw(st.permutations(term)) for term in series.terms]
    written = [[data.draw(st.sampled_from([x, g.labels[x]])) for x in term] for term in given_terms]
    assert SubnormalSeries.generated(g, written).terms == series.terms
    assert SubnormalSeries.generated(g, written[1:-1]).terms == series.terms


def test_terms_by_a_few_generators():
    g = group("S4")
    series = SubnormalSeries.generated(
        g, [["(1,2,3,4)", "(1,2)"], ["(1,2,3)", "(2,3,4)"], ["(1,2)(3,4)", "(1,3)(2,4)"]]
    )
    assert series.terms == derived_series(g).terms
    assert SubnormalSeries.generated(group("C4"), []).terms == ((0, 1, 2, 3), (0,))
    assert SubnormalSeries.generated(group("C1"), []).length == 0
    assert SubnormalSeries.generated(group("C1"), [[]]).length == 0


@pytest.mark.parametrize(
    ("name", "terms", "message"),
    [
        ("S4", [["(1,2,3)"], []], r"G_1 must be normal in G_0; y\^-1 x y = .* is not in G_1"),
        ("S4", [["(1,2)(3,4)", "(1,3)(2,4)"]], "factors must be abelian; G_0/G_1, of order 6, is not"),
        ("S4", [["(1,2,3)", "(2,3,4)"]], "factors must be abelian; G_1/G_2, of order 12, is not"),
        ("S4", [["(1,2,3)", "(2,3,4)"], ["(1,2)"]], r"G_2 must lie in G_1, but holds \(1,2\)"),
        ("S4", [["(1,2,3)", "(2,3,4)"], ["(1 2)"]], r"term 2: S4 has no element '\(1 2\)'"),
        ("S4", [[24]], "term 1: elements of S4|term 1: the elements of S4 are 0 .. 23"),
        ("S4", [[-1]], "term 1: .* 0 .. 23"),
        ("S4", [[1.5]], "term 1: "),
        ("S4", [[None]], "term 1: "),
        ("A5", [], "factors must be abelian; G_0/G_1, of order 60, is not"),
        ("SL(2,5)", [], "of order 120, is not"),
    ],
)
def test_series_that_are_refused(name, terms, message):
    with pytest.raises(DomainError, match=message):
        SubnormalSeries.generated(group(name), terms)


def test_the_conjugate_that_an_error_names_lies_outside():
    g = group("S4")
    with pytest.raises(DomainError, match=r"must be normal") as caught:
        SubnormalSeries.generated(g, [["(1,2,3)"]])
    named = re.fullmatch(r".*; y\^-1 x y = (\S+) for x = (\S+), y = (\S+) is not in G_1", str(caught.value))
    conjugate, x, y = map(g.element, named.groups())
    assert g.product((g.inverses[y], x, y)) == conjugate
    three = generated_subgroup(g, [g.element("(1,2,3)")])
    assert x in three
    assert conjugate not in three


def test_groups_that_are_not_solvable():
    for find in (composition_series, least_width_series):
        with pytest.raises(DomainError, match=r"A5xC2 is not solvable.* perfect one, of order 60"):
            find(group("A5xC2"))
    assert count_series(group("A5xC2")) == 0
    assert list(all_series(group("A5"))) == []


def test_searches_are_bounded():
    with pytest.raises(BudgetExhausted, match="more than 100 subgroups"):
        least_width_series(group("D4xC2^4"), max_subgroups=100)
    with pytest.raises(BudgetExhausted, match="more than 50 subgroups"):
        count_series(group("C2^4"), max_subgroups=50)
    assert count_series(group("C2^4"), max_subgroups=67) == 696
    with pytest.raises(BudgetExhausted, match=r"C2\^4 has 696 subnormal series .* more than the 695"):
        all_series(group("C2^4"), max_series=695)
    assert least_width_series(group("C2^10")).total_width == 10  # without a search
    with pytest.raises(BudgetExhausted, match="5000 subgroups"):
        least_width_series(group("D4xC2^8"))


def test_with_an_exponent_the_narrowest_is_at_most_as_wide_as_the_shortest():
    for record in small_groups(16):
        if record.order & (record.order - 1) == 0:
            g = record.group()
            shortest, narrowest = verbal_series(g, 2), least_width_series(g, 2)
            assert narrowest.total_width <= shortest.total_width
            assert narrowest.length >= shortest.length
            # with signs alone a coordinate holds one bit, so that nothing is gained
            assert narrowest.total_width == g.order.bit_length() - 1
            assert narrowest.length == shortest.length
