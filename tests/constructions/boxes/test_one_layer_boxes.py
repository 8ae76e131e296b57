"""Boxes of layers of width 1: counts by hand, the table of the manual, and what a failing box would show."""

from itertools import product
from pathlib import Path

import pytest

from constructions.boxes.euclidean import ONE, ZERO, EuclideanRing
from constructions.boxes.layer_census import TRACKS, Fate, Limits, census, generating_pairs
from constructions.boxes.one_layer_boxes import (
    LARGE,
    SMALL,
    WITH_OPEN,
    Instance,
    Undecided,
    _endless,
    _finite_states,
    _first_unrefuted,
    all_tracked,
    census_table,
)
from constructions.boxes.peeling import Tracked
from constructions.boxes.scalar_layers import Box, ScalarLayer, ScalarMap, Shape
from constructions.claim import Confusion
from constructions.registry import claim_named
from exactssm.algebra import group
from exactssm.errors import CertificateError
from verify.runner import examine
from verify.search.quotient import find_modulus

FINDINGS = (Path(__file__).parents[3] / "docs" / "findings.md").read_text("utf-8")
TASKS = dict(all_tracked())


def test_dihedral_trackers_by_hand():
    """Over Z with coefficients to 1, on two involutions: two reflections -h + b and -h + d, b != d, act on the start
    with no fixed point iff no mirror b/2 + j (d - b)/2 is at the start. For d - b = +-1 each integer is on a mirror;
    for b = -d, d - b = +-2, none is: two pairs and three starts track S3 and D4, and nothing else does."""
    box = Box(1, 1, 1)
    tracking = {
        (first, second, start)
        for first, second, start in product([-1, 0, 1], repeat=3)
        if first != second and not any(2 * start == first + j * (second - first) for j in range(-9, 10))
    }
    assert len(tracking) == 6
    for name in ("S3, orders 2 and 2", "D4, orders 2 and 2"):
        found = census(box, TASKS[name], Limits())
        members = {
            (layer.first.drive[0], layer.second.drive[0], layer.start[0])
            for layer in box.layers()
            if found.fates[layer.shape(box.ring)] in TRACKS
        }
        assert members == tracking
        assert found.count(*TRACKS) == 6
    for name in ("S3, orders 2 and 3", "D4, orders 2 and 4", "Q8, orders 4 and 4"):
        assert census(box, TASKS[name], Limits()).count(*TRACKS) == 0


def test_units_alone_track_no_quaternions():
    """Over Z a group of maps h -> +-h + b is infinite dihedral or smaller, and Q8 is none of its quotients."""
    found = census(Box(1, 1, 4), TASKS["Q8, orders 4 and 4"], Limits())
    assert found.count(*TRACKS) == found.count(Fate.OPEN) == 0


def test_the_class_of_every_claim_is_the_whole_box():
    for name, tracked in all_tracked():
        finite = {lemma.name: lemma.size for lemma in _finite_states(SMALL)}
        endless = {lemma.name: lemma.size for lemma in _endless(SMALL)}
        assert finite[name] + endless[name] == SMALL.box.size == census(SMALL.box, tracked, SMALL.limits).counts.total()


@pytest.mark.parametrize("name", ["S3, modulo 9", "D4, modulo 12", "Q8, modulo 8"])
def test_the_moduli_of_the_named_layers_are_the_least(name):
    claim = claim_named("one-layer-over-integers")
    (case,) = claim.cases(claim.instances[name])
    assert find_modulus(case.model, case.task, range(2, 20)) == case.modulus


def rows_in_the_manual(instances):
    return [line for line in census_table(instances).splitlines() if line not in FINDINGS.splitlines()]


def test_the_table_in_the_manual():
    assert rows_in_the_manual([SMALL]) == []


@pytest.mark.full
@pytest.mark.parametrize("instance", [*LARGE[:2], WITH_OPEN], ids=lambda instance: str(instance.box))
def test_the_whole_table_in_the_manual(instance):
    assert rows_in_the_manual([instance]) == []


@pytest.mark.full
def test_the_boxes_of_n_3_and_n_6_have_one_table():
    three, six = (census_table([instance]) for instance in LARGE[1:])
    assert three.replace("zeta_3", "zeta_6") == six


def test_a_box_with_an_open_layer_is_shown():
    """With no time to look, a layer that tracks stays open, and the claim doesn't hold."""
    from dataclasses import replace

    claim = replace(
        claim_named("one-layer-boxes-endless"),
        instances={"poor": Instance(Box(1, 1, 1), Limits(depth=3, modulus=2, relations=5))},
        full={},
    )
    result = examine(claim, "poor")
    assert (result.verdict, result.holds) == ("refuted", False)
    assert "is open" in result.counterexample.as_text()


def test_a_layer_that_the_words_do_not_refute_is_shown():
    ring, s3 = EuclideanRing(1), group("S3")
    tracked = Tracked(s3, generating_pairs(s3)["orders 2 and 3"])
    endless = Shape(ScalarMap((-1, 0), ZERO), ScalarMap(ONE, (3, 0)))
    found = _first_unrefuted(ring, [endless], tracked)
    assert isinstance(found, Undecided)
    found.replay()
    assert found.as_text().endswith("isn't refuted by the words of the theorem")
    assert found.word == ("(-1, 0) h + (0, 0)", "(1, 0) h + (3, 0)")
    finite = Shape(ScalarMap((-1, 0), ZERO), ScalarMap((-1, 0), ZERO))
    assert _first_unrefuted(ring, [finite], tracked) is None
    u, v = tracked.letters
    forged = Undecided(ring, finite, tracked, "is said to be unrefuted", Confusion((u, v, u), (v, u, u)))
    with pytest.raises(CertificateError):
        forged.replay()
    for words in (Confusion((u, v), (v, u)), Confusion((u, v, u), (u, v, u))):
        Undecided(ring, finite, tracked, "isn't refuted by these", words).replay()


def test_the_layer_of_the_theory_is_a_case():
    """h -> -h and h -> h + 3 from 1 is, counted from 1, h -> -h - 2 and h -> h + 3."""
    ring = EuclideanRing(1)
    shape = ScalarLayer(ScalarMap((-1, 0), ZERO), ScalarMap(ONE, (3, 0)), ONE).shape(ring)
    assert shape in census(SMALL.box, TASKS["S3, orders 2 and 3"], SMALL.limits).moduli
    assert {shape.first.drive[0], shape.second.drive[0]} in ({-2, 3}, {2, -3})
