"""Layers of 1 and -1, and of the powers of i, against counts from the theory and subgroups found by brute force."""

from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import product

import pytest

from constructions.groups import real_layers
from constructions.groups.real_layers import DYADIC, PER_GROUP, REAL, tracker_case
from constructions.registry import claim_named
from exactssm.algebra import derived_length, group, small_groups, verbal_series
from exactssm.arithmetic import GaussianInteger, GaussianIntegers, Rationals
from exactssm.errors import DomainError
from exactssm.layers.architectures import AUSSM, NEGATIVE_MAMBA_UNDERFLOW
from exactssm.machine import run
from tests.constructions.by_hand import products
from verify.runner import examine

layers_needed = cache(real_layers.layers_needed)  # a group is hashed as an object
GROUPS = {f"[{r.order},{r.id}]": r.group() for r in small_groups(32)}
TWO_GROUPS = {name: g for name, g in GROUPS.items() if g.order in (1, 2, 4, 8, 16, 32)}


def counts(exponent, order):
    """How many groups of the order need 1, 2, ... layers."""
    needed = Counter(layers_needed(g, exponent) for g in TWO_GROUPS.values() if g.order == order)
    return [needed[depth] for depth in range(1, max(needed) + 1)]


@pytest.mark.parametrize(("order", "expected"), [(8, [1, 3, 1]), (16, [1, 7, 5, 1]), (32, [1, 23, 21, 5, 1])])
def test_groups_by_their_real_depth(order, expected):
    assert counts(2, order) == expected


def test_groups_by_their_dyadic_depth():
    """At order 2^n those of depth 1 are the products of C2s and C4s: as many as n has parts of at most 2. At order 32
    depth 3 is that of C32 (32 = 4 * 4 * 2) and of the groups of maximal class, whose derived subgroup is C8."""
    assert [counts(4, 2**n) for n in (1, 2)] == [[1], [2]]
    assert [counts(4, 2**n)[0] for n in (3, 4, 5)] == [2, 3, 3]
    deep = {name for name, g in TWO_GROUPS.items() if layers_needed(g, 4) == 3}
    assert deep == {"[32,1]", "[32,18]", "[32,19]", "[32,20]"}
    assert counts(4, 32) == [3, 44, 4]


def maximal_subgroups(structure, members):
    """The kernels of the maps of the 2-group ``members`` onto C2: every subset of half the size closed under products,
    found by extending signs of generators."""
    generators, spanned = [], {0}
    for x in members:
        if x not in spanned:
            generators.append(x)
            spanned = closure(structure, generators)
    found = set()
    for signs in product((0, 1), repeat=len(generators)):
        sign, waiting, consistent = {0: 0}, [0], True
        for y in waiting:
            for g, s in zip(generators, signs, strict=True):
                z, value = structure.mul(y, g), sign[y] ^ s
                if z not in sign:
                    sign[z] = value
                    waiting.append(z)
                consistent &= sign[z] == value
        if consistent and any(signs):
            found.add(frozenset(y for y in sign if sign[y] == 0))
    return found


def closure(structure, generators):
    found = [0]
    for y in found:
        found += [z for g in generators if (z := structure.mul(y, g)) not in found]
    return set(found)


@pytest.mark.parametrize("name", [name for name, g in TWO_GROUPS.items() if g.order in (4, 8, 16)] + ["[32,6]"])
def test_real_depth_is_frattini_length(name):
    """The Frattini subgroup is where the maximal subgroups, of index 2 in a 2-group, meet."""
    structure = TWO_GROUPS[name]
    members, length = set(range(structure.order)), 0
    while len(members) > 1:
        members, length = set.intersection(*map(set, maximal_subgroups(structure, sorted(members)))), length + 1
    assert layers_needed(structure, 2) == length


def test_how_the_depths_compare():
    for structure in TWO_GROUPS.values():
        dyadic, frattini = layers_needed(structure, 4), layers_needed(structure, 2)
        assert derived_length(structure) <= dyadic <= frattini <= 2 * dyadic


def test_which_groups_are_left_out():
    for name, structure in GROUPS.items():
        for exponent in (2, 4):
            assert (layers_needed(structure, exponent) is not None) == (name in TWO_GROUPS)


@pytest.mark.parametrize(
    ("name", "real", "dyadic"),
    [("C2xC4", 2, 1), ("C4", 2, 1), ("D4", 2, 2), ("Q8", 2, 2), ("C8", 3, 2), ("C2^4", 1, 1), ("C32", 5, 3)],
)
def test_by_hand(name, real, dyadic):
    structure = group(name)
    assert (layers_needed(structure, 2), layers_needed(structure, 4)) == (real, dyadic)
    for domain, exponent, depth in ((Rationals(), 2, real), (GaussianIntegers(), 4, dyadic)):
        case = tracker_case(structure, domain, exponent)
        assert case.model.depth == depth == case.bounds.exactly["depth"]
        word = [1, 1, structure.order - 1, 2 % structure.order, 1, 3 % structure.order] * 5
        expected = [0]
        for x in word:
            expected.append(structure.mul(expected[-1], x))
        assert list(run(case.model, word).outputs) == expected[1:]


def test_d4_against_permutations():
    d4 = group("D4")
    word = [1, 2, 3, 4, 5, 6, 7, 0, 7, 6, 3, 1] * 3
    for domain, exponent in ((Rationals(), 2), (GaussianIntegers(), 4)):
        assert list(run(tracker_case(d4, domain, exponent).model, word).outputs) == products(d4, word)


def test_decays():
    """C2xC4 in two layers of 1 and -1, no drive; the same in one layer of powers of i."""
    real = tracker_case(group("C2xC4"), Rationals(), 2).model
    first, second = real.layers()
    assert {first.entries(x) for x in range(8)} == {
        (Fraction(a), Fraction(b), Fraction(0), Fraction(0)) for a in (1, -1) for b in (1, -1)
    }
    state = real.start
    for x in (1, 1, 3, 5):
        state, letters = real.through(state, x)
        NEGATIVE_MAMBA_UNDERFLOW.check(second, letters[1:2])
        assert second.entries(letters[1])[1] == 0
    (layer,) = tracker_case(group("C2xC4"), GaussianIntegers(), 4).model.layers()
    AUSSM.check(layer, range(8))
    units = {GaussianInteger(1), GaussianInteger(-1), GaussianInteger(0, 1), GaussianInteger(0, -1)}
    assert {layer.entries(x)[1] for x in range(8)} == units


@pytest.mark.parametrize("exponent", [2, 4])
def test_no_series_for_other_groups(exponent):
    for name in ("C3", "S3", "A4"):
        assert layers_needed(group(name), exponent) is None
        with pytest.raises(DomainError):
            verbal_series(group(name), exponent)


def test_how_many_candidates():
    """Four for each group; eight, at two depths, for those that no number of layers tracks."""
    for numbers in (REAL, DYADIC):
        claim = claim_named(f"{numbers.name}-layers-one-less")
        cases = list(claim.cases(claim.instances["groups of order 6"]))
        assert len(cases) == 2 * 2 * PER_GROUP
        cases = list(claim.cases(claim.instances["groups of order 8"]))
        assert len(cases) == 5 * PER_GROUP
        assert {case.model.depth for case in cases} == ({0, 1, 2} if numbers is REAL else {0, 1})


def test_every_group_of_order_up_to_32_is_in_some_instance():
    for name in ("real", "dyadic"):
        claim = claim_named(f"{name}-layers-one-less")
        assert {g for names in claim.all_instances(full=True).values() for g in names} == GROUPS.keys() - {"[1,1]"}
        for claim in (claim_named(f"{name}-layers"), claim_named(f"{name}-layers-left-out")):
            covered = {g for names in claim.all_instances(full=True).values() for g in names}
            assert TWO_GROUPS.keys() - {"[1,1]"} <= covered


def test_the_right_number_of_layers_is_not_refused():
    """Were the claim that C2xC4 takes three real layers: the examination finds that two do."""
    claim = claim_named("real-layers-left-out")
    forged = replace(claim, cases=lambda names: [tracker_case(group(n), Rationals(), 2) for n in names])
    result = examine(forged, "C2xC4")
    assert not result.holds
    assert "meets the task" in result.faults[0]
