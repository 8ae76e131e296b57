"""Subgroups, series, factors and summaries: against GAP's figures, sympy, theory and the definitions."""

from collections import Counter
from itertools import combinations, pairwise, product
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sympy.combinatorics import Permutation, PermutationGroup

from exactssm.algebra import (
    AbelianFactor,
    SubnormalSeries,
    Transversal,
    commutator_subgroup,
    conjugacy_classes,
    derived_length,
    derived_series,
    derived_subgroups,
    generated_subgroup,
    group,
    normal_closure,
    primary_invariants,
    quotient,
    recompose,
    small_group,
    small_groups,
    summary,
    verbal_series,
)
from exactssm.algebra.permutation import parse_permutations
from exactssm.errors import DomainError
from tests.exactssm.algebra.by_definition import has_abelian_factor, is_normal, subgroups

SMALL = [record for record in small_groups() if record.order <= 24]


def check_against_gap(records):
    for record in records:
        g = record.group()
        assert g.order == record.order
        figures = summary(g)
        assert figures.derived_length == record.derived_length
        assert figures.derived_factors == record.invariants


def test_groups_of_the_library_have_the_orders_and_derived_series_that_gap_found():
    records = list(small_groups())
    assert len(records) == 312
    large = [record for record in records if record.order > 12]
    check_against_gap([record for record in records if record.order <= 12] + Random(2).sample(large, 24))


@pytest.mark.full
def test_all_groups_of_the_library_have_the_orders_and_derived_series_that_gap_found():
    check_against_gap(small_groups())


def test_counts_by_order_and_derived_length():
    """The table of the theory: groups of order at most 32, by the derived lengths 1, 2, 3; and what lies beyond."""
    counts = Counter((record.order, derived_length(record.group())) for record in small_groups(32))
    table = {
        6: (1, 1), 8: (3, 2), 10: (1, 1), 12: (2, 3), 14: (1, 1), 16: (5, 9), 18: (2, 3), 20: (2, 3), 21: (1, 1),
        22: (1, 1),
        24: (3, 10, 2), 26: (1, 1), 27: (3, 2), 28: (2, 2), 30: (1, 3), 32: (7, 44), 4: (2,), 9: (2,), 25: (2,),
    }  # fmt: skip
    expected = Counter({(1, 0): 1})
    for order in range(2, 33):
        for length, count in enumerate(table.get(order, (1,)), start=1):
            expected[order, length] = count
    assert counts == expected
    assert Counter(length for _, length in counts.elements()) == {0: 1, 1: 54, 2: 87, 3: 2}
    assert derived_length(small_group(24, 3)) == derived_length(small_group(24, 12)) == 3
    beyond = {(r.order, r.id): derived_length(r.group()) for r in small_groups() if r.order > 32}
    assert sorted(number for number, length in beyond.items() if length == 4) == [(48, 28), (48, 29)]
    assert Counter(number[0] for number, length in beyond.items() if length == 3) == {48: 4, 54: 1}
    assert beyond[54, 8] == 3
    assert [number for number, length in beyond.items() if length is None] == [(60, 5)]


@pytest.mark.parametrize(
    ("name", "orders"),
    [
        ("C6", [(6,)]),
        ("C2xC4", [(2, 4)]),
        ("S4", [(2,), (3,), (2, 2)]),
        ("SL(2,3)", [(3,), (2, 2), (2,)]),
        ("GL(2,3)", [(2,), (3,), (2, 2), (2,)]),
        ("A4xZ5", [(15,), (2, 2)]),
        ("C6xC10xC15", [(30, 30)]),
        ("C1", []),
    ],
)
def test_factors_of_named_groups(name, orders):
    series = derived_series(group(name))
    assert [factor.orders for factor in series.factors] == orders
    assert series.length == len(orders)


@pytest.mark.parametrize(
    ("name", "perfect"), [("A5", 60), ("S5", 60), ("SL(2,5)", 120), ("A5xC4", 60), ("GL(2,5)", 120)]
)
def test_what_is_not_solvable_has_no_series(name, perfect):
    g = group(name)
    assert derived_length(g) is None
    assert len(derived_subgroups(g)[-1]) == perfect
    with pytest.raises(DomainError, match=f"not solvable.* of order {perfect}"):
        derived_series(g)
    with pytest.raises(DomainError, match="no series"):
        verbal_series(g, 60)


@pytest.mark.parametrize(
    "name",
    ["S4", "S5", "AGL(1,8)", "(1 2 3 4 5), (2 5)(3 4)", "(1 2 3 4)(5 6), (1 3)", "(1 2 3), (3 4 5 6)", "[54,8]", "S6"],
)
def test_derived_subgroups_equal_those_of_sympy(name):
    g = group(name)
    forms = [parse_permutations(f"{label}, (9)")[0] for label in g.labels]  # all on nine points
    oracle = PermutationGroup([Permutation(list(forms[x])) for x in g.generators]).derived_series()
    expected = [{tuple(p.array_form) for p in term.elements} for term in oracle]
    assert [{forms[x] for x in term} for term in derived_subgroups(g)] == expected


@pytest.mark.parametrize("record", SMALL, ids=lambda r: f"{r.order}-{r.id}")
def test_subgroups_by_their_definitions(record):
    g = record.group()
    everything = tuple(range(g.order))
    known = sorted(subgroups(g), key=len)
    for h in known:
        assert generated_subgroup(g, h) == h
        assert normal_closure(g, h) == next(n for n in known if set(h) <= set(n) and is_normal(g, everything, n))
        commutators = {g.commutator(x, y) for x in h for y in h}
        assert commutator_subgroup(g, h) == next(n for n in known if commutators <= set(n))
    assert commutator_subgroup(g) == commutator_subgroup(g, everything)


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4", "D6", "C3:C4", "C7:C3"])
def test_every_pair_of_subgroups_makes_a_factor_exactly_if_normal_and_abelian(name):
    g = group(name)
    for upper, lower in product(subgroups(g), repeat=2):
        if is_normal(g, upper, lower) and has_abelian_factor(g, upper, lower):
            check_factor(AbelianFactor(g, upper, lower))
        else:
            with pytest.raises(DomainError):
                AbelianFactor(g, upper, lower)


def check_factor(factor):
    """Coordinates are a homomorphism with the right kernel onto the right group; representatives undo them."""
    g, orders = factor.group, factor.orders
    assert all(order > 1 for order in orders)
    assert all(b % a == 0 for a, b in pairwise(orders))
    assert factor.rank == len(orders)
    assert factor.order * len(factor.lower) == len(factor.upper)
    assert {x for x in factor.upper if not any(factor.coordinates(x))} == set(factor.lower)
    for x, y in product(factor.upper, repeat=2):
        total = zip(factor.coordinates(x), factor.coordinates(y), orders, strict=True)
        assert factor.coordinates(g.mul(x, y)) == tuple((a + b) % n for a, b, n in total)
    boxes = list(product(*map(range, orders)))
    assert factor.representative(boxes[0]) == 0
    for c in boxes:
        assert factor.coordinates(factor.representative(c)) == c
    for x in range(g.order):
        inside = x in factor.upper
        row = tuple(factor.coordinate_array[x].tolist())
        assert row == (factor.coordinates(x) if inside else (-1,) * factor.rank)
    for x in factor.upper:
        for after in boxes:
            carried = factor.carry(after, x)
            before = tuple((a - b) % n for a, b, n in zip(after, factor.coordinates(x), orders, strict=True))
            assert carried in factor.lower
            assert g.mul(carried, factor.representative(after)) == g.mul(factor.representative(before), x)


@example([8, 4, 6])  # where the second and third cyclic groups have to be told apart
@given(st.lists(st.sampled_from([2, 3, 4, 5, 6, 8, 9]), min_size=1, max_size=3))
def test_invariant_factors_of_direct_products(sizes):
    """The primary decomposition is unique, and so are invariant factors, each of which divides the next."""
    g = group("x".join(f"C{n}" for n in sizes))
    factor = AbelianFactor(g, range(g.order), (0,))
    assert primary_invariants(factor.orders) == primary_invariants(sizes)
    assert all(b % a == 0 for a, b in pairwise(factor.orders))
    for x, y in combinations(range(0, g.order, max(1, g.order // 20)), 2):
        total = zip(factor.coordinates(x), factor.coordinates(y), factor.orders, strict=True)
        assert factor.coordinates(g.mul(x, y)) == tuple((a + b) % n for a, b, n in total)
    assert len({factor.coordinates(x) for x in range(g.order)}) == g.order


def test_factors_refuse_what_lies_outside():
    g = group("S3")
    factor = derived_series(g).factors[1]
    assert factor.upper == (0, 3, 4)
    for x in (1, -1, 6):
        with pytest.raises(DomainError, match="element of G_1"):
            factor.coordinates(x)
    for coordinates in ((), (3,), (-1,), (0, 0)):
        with pytest.raises(DomainError, match="residues"):
            factor.representative(coordinates)
    with pytest.raises(DomainError):
        factor.carry((0,), 1)


@pytest.mark.parametrize("name", ["S4", "GL(2,3)", "A4xZ5", "Q16", "C7:C3", "C1", "[54,8]"])
def test_every_element_has_one_decomposition(name):
    g = group(name)
    series = derived_series(g)
    digits = product(*(product(*map(range, factor.orders)) for factor in series.factors))
    assert sorted(recompose(series.factors, c) for c in digits) == list(range(g.order))


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4", "C3:C4", "S4", "SL(2,3)", "AGL(1,5)"])
def test_carries_track_the_running_product(name):
    """The theory's construction, step by step, on every pair of a joint state and a letter."""
    g = group(name)
    series = derived_series(g)
    for state in product(*(product(*map(range, factor.orders)) for factor in series.factors)):
        for letter in range(g.order):
            x, after = letter, []
            for factor, c in zip(series.factors, state, strict=True):
                turned = zip(c, factor.coordinates(x), factor.orders, strict=True)
                after.append(tuple((a + b) % n for a, b, n in turned))
                x = factor.carry(after[-1], x)
            assert x == 0
            assert recompose(series.factors, after) == g.mul(recompose(series.factors, state), letter)


def test_transversals_split_the_group_into_right_cosets():
    for name in ("S3", "D4", "A4", "AGL(1,5)"):
        g = group(name)
        known = subgroups(g)
        for upper, lower in product(known, repeat=2):
            if not set(lower) <= set(upper):
                with pytest.raises(DomainError, match="must lie in"):
                    Transversal(g, upper, lower)
                continue
            cosets = Transversal(g, upper, lower)
            assert len(cosets.representatives) * len(lower) == len(upper)
            for number, r in enumerate(cosets.representatives):
                coset = {g.mul(m, r) for m in lower}
                assert r == min(coset)
                assert coset == {x for x in range(g.order) if cosets.numbers[x] == number}
            assert {x for x in range(g.order) if cosets.numbers[x] < 0} == set(range(g.order)) - set(upper)


def test_quotients():
    s4 = group("S4")
    v = derived_subgroups(s4)[2]
    assert summary(quotient(s4, v)) == summary(group("S3"))
    a4 = derived_subgroups(s4)[1]
    assert summary(quotient(s4, [0], within=a4)) == summary(group("A4"))
    assert summary(quotient(s4, v, within=a4)) == summary(group("C3"))
    assert quotient(s4, range(24)).order == 1
    g = group("GL(2,3)")
    centre = [c[0] for c in conjugacy_classes(g) if len(c) == 1]
    assert summary(quotient(g, centre)) == summary(s4)
    with pytest.raises(DomainError, match="must be normal"):
        quotient(s4, [0, 1])


def test_every_series_with_abelian_factors_is_accepted_also_where_terms_are_not_normal_in_the_group():
    for name in ("S3", "D4", "A4"):
        g = group(name)
        known = subgroups(g)
        accepted = not_normal = 0
        chains = [[tuple(range(g.order))]]
        while chains:
            chain = chains.pop()
            if chain[-1] == (0,):
                series = SubnormalSeries(g, chain)
                assert series.length == len(chain) - 1 >= derived_length(g)
                assert series.terms == tuple(chain)
                accepted += 1
                not_normal += not all(is_normal(g, range(g.order), term) for term in chain)
            for h in known:
                if set(h) < set(chain[-1]) and is_normal(g, chain[-1], h) and has_abelian_factor(g, chain[-1], h):
                    chains.append([*chain, h])
        assert accepted > 0
        assert not_normal > 0 or name == "S3"


def test_a_repeated_term_has_a_trivial_factor():
    g = group("C4")
    series = SubnormalSeries(g, [range(4), [2, 0], [0, 2], [0]])
    assert [factor.orders for factor in series.factors] == [(2,), (), (2,)]
    assert series.factors[1].coordinates(2) == ()
    assert series.factors[1].representative(()) == 0


S4_TERMS = [range(24), *derived_subgroups(group("S4"))[1:]]


@pytest.mark.parametrize(
    ("name", "terms", "message"),
    [
        ("S3", [], "must start with the whole group, of order 6; G_0 has 0"),
        ("S3", [[0, 3, 4], [0]], "must start with the whole group, of order 6; G_0 has 3"),
        ("S3", [range(6), [0, 3, 4]], r"must end with the trivial subgroup, \(0,\); G_1 has 3"),
        ("S3", [range(6), [0, 3, 4], []], "must end with the trivial"),
        ("S3", [range(6), [0, 3], [0]], r"G_1 must be a subgroup of S3, but \(1,2,3\) times \(1,2,3\) is \(1,3,2\)"),
        ("S3", [range(6), [3, 4], [0]], "G_1 must be a subgroup of S3, but lacks the identity"),
        (
            "S3",
            [range(6), [0, 1], [0]],
            r"G_1 must be normal in G_0; y\^-1 x y = .* for x = \(2,3\), y = .* is not in G_1",
        ),
        ("S3", [range(6), [0]], "factors must be abelian; G_0/G_1, of order 6, is not"),
        ("S4", [S4_TERMS[0], S4_TERMS[1], [0]], "factors must be abelian; G_1/G_2, of order 12, is not"),
        ("S4", [S4_TERMS[0], S4_TERMS[2], S4_TERMS[1], [0]], "factors must be abelian; G_0/G_1, of order 6"),
        ("S4", [S4_TERMS[0], S4_TERMS[1], S4_TERMS[2], S4_TERMS[1], [0]], "G_3 must lie in G_2, but holds"),
        ("A5", [range(60), [0]], "factors must be abelian; G_0/G_1, of order 60, is not"),
        (
            "S5",
            [range(120), derived_subgroups(group("S5"))[1], [0]],
            "factors must be abelian; G_1/G_2, of order 60, is not",
        ),
        ("C4", [range(4), [0, 2, 7], [0]], "elements of C4 are 0 .. 3, got 7"),
        ("C4", [range(4), [0, 2, -2], [0]], "elements of C4 are 0 .. 3, got -2"),
    ],
)
def test_false_series_are_refused(name, terms, message):
    with pytest.raises(DomainError, match=message):
        SubnormalSeries(group(name), terms)


def test_layers_needed_with_signs_only():
    """The theory: numbers of 2-groups by the length of their series with elementary abelian factors of exponent 2."""
    counts = Counter((r.order, verbal_series(r.group(), 2).length) for r in small_groups(32) if r.order in (8, 16, 32))
    expected = {8: (1, 3, 1), 16: (1, 7, 5, 1), 32: (1, 23, 21, 5, 1)}
    assert counts == {(order, n): c for order, row in expected.items() for n, c in enumerate(row, start=1)}
    assert verbal_series(group("D4"), 2).length == verbal_series(group("Q8"), 2).length == 2
    assert verbal_series(group("C2xC4"), 2).length == 2
    assert verbal_series(group("C2xC4"), 4).length == 1
    assert verbal_series(group("C1"), 1).length == 0


def test_verbal_series_stay_within_their_exponent_and_are_the_derived_series_for_a_multiple_of_the_groups_exponent():
    for record in SMALL:
        g = record.group()
        exponent = summary(g).exponent
        assert verbal_series(g, exponent).terms == derived_subgroups(g)
        for e in (2, 3, 4, 6):
            powers_reach_it = all(
                p in primary_invariants([e]) or e % p == 0 for p in (2, 3, 5, 7, 11, 13, 17, 19, 23) if g.order % p == 0
            )
            if powers_reach_it:
                assert all(e % n == 0 for factor in verbal_series(g, e).factors for n in factor.orders)
            else:
                with pytest.raises(DomainError, match="no series"):
                    verbal_series(g, e)
    with pytest.raises(DomainError, match="at least 1"):
        verbal_series(group("C2"), 0)


def test_summaries_by_their_definitions():
    for record in SMALL:
        g = record.group()
        figures = summary(g)
        elements = range(g.order)
        classes = {frozenset(g.conjugate(x, y) for y in elements) for x in elements}
        assert {frozenset(c) for c in conjugacy_classes(g)} == classes
        assert figures.class_sizes == tuple(sorted(Counter(map(len, classes)).items()))
        assert figures.centre_order == sum(all(g.mul(x, y) == g.mul(y, x) for y in elements) for x in elements)
        assert figures.exponent == next(n for n in range(1, 1000) if all(g.power(x, n) == 0 for x in elements))
        assert figures.element_orders == tuple(sorted(Counter(g.element_orders).items()))


def test_summaries_tell_groups_apart_and_do_not_depend_on_the_presentation():
    assert summary(group("D4")) != summary(group("Q8"))
    assert summary(group("(1 2 3 4), (1 3)")) == summary(group("D4")) == summary(group("[8,3]"))
    a5 = summary(group("A5"))
    assert a5.class_sizes == ((1, 1), (12, 2), (15, 1), (20, 1))
    assert (a5.derived_length, a5.derived_factors, a5.exponent) == (None, (), 30)


def test_the_library_is_bounded():
    assert [r.id for r in small_groups(8) if r.order == 8] == [1, 2, 3, 4, 5]
    with pytest.raises(DomainError, match="order 60"):
        small_groups(61)
