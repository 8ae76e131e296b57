"""Trackers against what is known of groups: derived lengths, Frattini lengths, affine groups over finite rings."""

from __future__ import annotations

from collections import Counter
from itertools import product
from math import gcd, lcm

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from constructions.groups.subnormal_tracker import series_over, subnormal_tracker
from constructions.rings.affine_actions import affine_model
from exactssm.algebra import derived_series, group, small_groups
from exactssm.arithmetic import GaloisField, PrimeField, Rationals, ResidueRing
from exactssm.errors import ConstructionError, DomainError, FormatError
from exactssm.machine import run
from exactssm.tasks import WordProblem
from verify.algebra.track import track
from verify.algebra.tracker_report import report
from verify.search.reachability import ClosedPairs

JSON_KEYS = ["group", "order", "derived_length", "verdict", "method", "resources", "reason"]
JSON_KEYS += ["arithmetic", "newest_first", "derived_series", "series", "factors"]


@pytest.mark.parametrize("arithmetic", ["cyclotomic", "exponent"])
@pytest.mark.parametrize(
    ("name", "widths"),
    [
        ("C1", ()),
        ("C6", (1,)),
        ("C2xC4", (2,)),
        ("S3", (1, 1)),
        ("A4", (1, 2)),
        ("S4", (1, 1, 2)),
        ("SL(2,3)", (1, 2, 1)),
        ("GL(2,3)", (1, 1, 2, 1)),
    ],
)
def test_layers_have_the_ranks_of_the_factors(name, widths, arithmetic):
    """The factors of S4 are 2, 3, 2x2, those of SL(2,3) 3, 2x2, 2, and those of GL(2,3) 2, 3, 2x2, 2 (by GAP)."""
    found = track(group(name), arithmetic)
    assert (found.verdict, found.derived_length) == ("proved", len(widths))
    assert found.resources.widths == widths


def prove(record):
    """The verdict on a group of the library is the one that GAP's derived length says, at that depth and one less."""
    structure = record.group()
    found = track(structure, "exponent")
    assert found.derived_length == record.derived_length
    if record.derived_length is None:
        assert (found.verdict, found.method, found.resources) == ("refuted", "not-solvable", None)
        return
    assert (found.verdict, found.resources.depth) == ("proved", record.derived_length)
    # each layer is as wide as its factor has powers of one prime among its primary invariants
    ranks = [max(sum(gcd(p, q) > 1 for q in powers) for p in powers) for powers in record.invariants]
    assert list(found.resources.widths) == ranks
    if record.derived_length:
        refused = track(structure, "exponent", depth=record.derived_length - 1)
        assert (refused.verdict, refused.method, refused.resources) == ("refuted", "depth", None)


def test_groups_of_order_up_to_16_take_as_many_layers_as_gap_says():
    for record in small_groups(16):
        prove(record)


@pytest.mark.full
def test_groups_of_order_up_to_60_take_as_many_layers_as_gap_says():
    for record in small_groups(60):
        prove(record)


FRATTINI = {1: (1,), 2: (0, 1), 4: (0, 1, 1), 8: (0, 1, 3, 1), 16: (0, 1, 7, 5, 1), 32: (0, 1, 23, 21, 5, 1)}
"""How many groups of each order take 0, 1, 2, ... layers of decays 1 and -1: iterated Frattini subgroups, by GAP."""


@pytest.mark.parametrize("order", [1, 2, 4, 8, 16, pytest.param(32, marks=pytest.mark.full)])
def test_real_layers_take_the_frattini_length(order):
    depths: Counter[int] = Counter()
    for record in small_groups(order):
        if record.order == order:
            found = track(record.group(), "real", generators=True)
            assert found.verdict == "proved"
            depths[found.resources.depth] += 1
            assert found.resources.precision <= 1
            if found.resources.depth:
                refused = track(record.group(), "real", depth=found.resources.depth - 1)
                assert (refused.verdict, refused.method) == ("refuted", "depth")
    assert tuple(depths[depth] for depth in range(len(FRATTINI[order]))) == FRATTINI[order]


def test_over_the_reals_no_other_group_is_tracked():
    for record in small_groups(30):
        if record.order & (record.order - 1):
            found = track(record.group(), "real")
            assert (found.verdict, found.method) == ("refuted", "roots-of-unity")
    assert track(group("A5"), "real").method == "not-solvable"


def test_roots_of_unity_that_a_field_has():
    assert track(group("C4"), "Z[i]").resources.depth == 1
    assert track(group("C4"), "Q").resources.depth == 2
    assert track(group("C4"), "Q(zeta_3)").resources.depth == 2
    assert track(group("C9"), "Q(zeta_3)").resources.depth == 2
    assert track(group("C3"), "Z[i]").method == "roots-of-unity"
    assert track(group("S3"), "Q(zeta_3)").verdict == "proved"
    assert track(group("C9"), "Q(zeta_3)", depth=1).method == "depth"


@pytest.mark.parametrize(
    ("name", "arithmetic", "depth"),
    [
        *(("S3", "Z/7", 2), ("C6", "Z/7", 1), ("C3", "GF(4)", 1), ("D4", "Z/4", 2), ("Q8", "Z/8", 2), ("C4", "Z/4", 2)),
        *(("S3", "Z/3", 1), ("A4", "GF(4)", 1), ("C7:C3", "Z/7", 1), ("C5:C4", "GF(5)", 1), ("C2", "Z/2", 1)),
    ],
)
def test_finite_rings(name, arithmetic, depth):
    """Rotations where the units allow them, else affine maps: theory and explicit maps known for each of these."""
    found = track(group(name), arithmetic)
    assert (found.verdict, found.resources.depth) == ("proved", depth)


@pytest.mark.parametrize(("name", "arithmetic"), [("D4", "Z/4"), ("Q8", "Z/8"), ("D4", "Z/8"), ("C4", "Z/4")])
def test_one_affine_layer_where_rotations_take_two(name, arithmetic):
    found = track(group(name), arithmetic, depth=1)
    assert (found.verdict, found.resources.depth, found.series) == ("proved", 1, None)


def test_what_is_open_over_finite_rings_stays_open_and_what_is_not_is_refuted():
    assert track(group("S4"), "Z/5").verdict == "inconclusive"
    assert track(group("S3"), "Z/4").verdict == "inconclusive"
    assert track(group("C17"), "Z/17").verdict == "inconclusive"  # one coordinate h + 1 does it, but the ring is large
    refused = track(group("S4"), "Z/5", depth=1)  # derived length 3, one layer makes 2 at most
    assert (refused.verdict, refused.method) == ("refuted", "depth")
    assert track(group("S4"), "Z/5", depth=2).verdict == "inconclusive"
    assert track(group("A5"), "GF(4)").method == "not-solvable"
    assert track(group("C2"), "Z/2", depth=0).method == "depth"


def separated_by_definition(structure, ring):
    """Whether affine maps tell all elements apart: all maps from the group to the affine maps, by the definition."""
    units = [a for a in ring.elements if any(ring.mul(a, c) == ring.one for c in ring.elements)]
    maps = list(product(units, ring.elements))
    then = {(f, g): (ring.mul(g[0], f[0]), ring.add(ring.mul(g[0], f[1]), g[1])) for f in maps for g in maps}
    pairs = list(product(range(structure.order), repeat=2))
    apart = set()
    for images in product(maps, repeat=structure.order):
        if all(images[structure.mul(x, y)] == then[images[x], images[y]] for x, y in pairs):
            for h in ring.elements:
                values = [ring.add(ring.mul(a, h), b) for a, b in images]
                apart |= {(x, y) for x, y in pairs if values[x] != values[y]}
    return all(x == y or (x, y) in apart for x, y in pairs)


@pytest.mark.parametrize(
    ("name", "ring"),
    [
        *product(("C2", "C4", "C2xC2"), (ResidueRing(2), ResidueRing(3))),
        *product(("C3", "C4"), (ResidueRing(4), GaloisField(4))),
        *(("C3", ResidueRing(3)), ("C5", ResidueRing(3)), ("C2xC2", GaloisField(4)), ("C4", PrimeField(5))),
    ],
)
def test_the_search_for_affine_actions_misses_none(name, ring):
    structure = group(name)
    try:
        affine_model(structure, ring)
    except ConstructionError:
        assert not separated_by_definition(structure, ring)
    else:
        assert separated_by_definition(structure, ring)


def test_affine_actions_are_searched_over_small_rings_only():
    with pytest.raises(ConstructionError, match="at most 16 elements"):
        affine_model(group("S3"), ResidueRing(17))
    with pytest.raises(ConstructionError, match="choices of affine maps"):
        affine_model(group("C2^8"), ResidueRing(16))


def test_series_over_a_domain_have_factors_that_it_can_turn_by():
    for record in small_groups(16):
        structure = record.group()
        for domain in (Rationals(), ResidueRing(7), GaloisField(16)):
            try:
                series = series_over(structure, domain)
            except DomainError:
                continue
            for factor in series.factors:
                domain.root_of_unity(lcm(*factor.orders))


@settings(max_examples=20)
@given(st.sampled_from(["S4", "D6", "C2xC4", "SL(2,3)"]), st.sampled_from(["cyclotomic", "exponent"]), st.data())
def test_trackers_multiply(name, arithmetic, data):
    structure = group(name)
    model = track(structure, arithmetic, generators=True).model
    word = data.draw(st.lists(st.sampled_from(model.alphabet), max_size=12))
    prefixes = [structure.product(word[: t + 1]) for t in range(len(word))]
    assert list(run(model, word).outputs) == prefixes


def test_generators_are_letters_on_demand():
    structure = group("D1000")
    found = track(structure, "exponent", generators=True)
    assert found.letters == structure.generators
    assert len(found.certificate.pairs) == 2000
    assert track(group("C1"), generators=True).resources.depth == 0


def test_the_certificate_checks_and_a_spoiled_one_doesnt():
    found = track(group("S3"))
    task = WordProblem(found.group)
    found.certificate.check(found.model, task)
    fewer = ClosedPairs(frozenset(list(found.certificate.pairs)[1:]))
    with pytest.raises(Exception, match="the set must"):
        fewer.check(found.model, task)


def test_a_construction_that_is_wrong_is_not_reported_as_proved(monkeypatch):
    other = subnormal_tracker(derived_series(group("C6")))
    monkeypatch.setattr("verify.algebra.tracker_plan.subnormal_tracker", lambda series, letters: other)
    with pytest.raises(AssertionError, match=r"(?i)refuted"):
        track(group("S3"), "exponent")


def test_a_budget_that_runs_out_decides_nothing():
    found = track(group("S4"), max_pairs=23)
    assert (found.verdict, found.resources) == ("inconclusive", None)
    assert "23" in found.reason
    assert track(group("S4"), max_pairs=24).verdict == "proved"


def test_the_keys_of_the_record():
    for found in (track(group("S3")), track(group("A5")), track(group("S4"), depth=1), track(group("S3"), "Z/4")):
        assert list(found.as_json()) == JSON_KEYS
    assert track(group("A5")).as_json()["derived_length"] is None


def test_reasons_name_what_is_in_the_way():
    reason = track(group("S5")).reason
    assert "perfect core" in reason
    assert "order 60" in reason
    assert "derived length 3" in track(group("S4"), depth=2).reason


@pytest.mark.parametrize("arithmetic", ["", "bf16", "Z/1", "Z/x", "GF(6)", "complex", "Q(zeta_0)", "cyclotomic "])
def test_an_arithmetic_that_there_is_none(arithmetic):
    with pytest.raises(FormatError, match="trackers compute with"):
        track(group("S3"), arithmetic)


def test_a_group_beyond_the_cyclotomic_fields():
    with pytest.raises(DomainError, match="C5003 needs larger cyclotomic fields"):
        track(group("C5003"), generators=True)


def test_a_report_tells_the_whole_story():
    text = report(track(group("S4")))
    for part in ("24 > 12 > 4 > 1", "powers of zeta_3", "C2^2", "Depth L = 3", "precision p = 2 bits", "(1,2,3,4)"):
        assert part in text
    assert "G0/G1" not in report(track(group("A4"), "GF(4)"))
    for name, arithmetic in product(("S4", "A5", "C1", "C2^5", "D8", "A4"), ("cyclotomic", "real", "GF(4)")):
        lines = report(track(group(name), arithmetic), 80).splitlines()
        assert max(map(len, lines)) <= 80, (name, arithmetic)
