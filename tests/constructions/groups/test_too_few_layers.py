"""Candidates with too few layers: that they are what they are said to be, and that both ways refute each."""

from __future__ import annotations

import pytest

from constructions import claim_named
from constructions.groups.subnormal_tracker import cyclotomic_tracker, subnormal_tracker
from constructions.groups.too_few_layers import A5_SUBGROUPS, SECTIONS, section_tracker, without_layer
from exactssm.algebra import derived_length, derived_series, generated_subgroup, group, quotient
from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import run, words
from exactssm.models import Model
from exactssm.table import tabulate
from exactssm.tasks import WordProblem
from verify import LongCollision, decide, find_collision
from verify.runner import examine

CLAIMS = ["tracker-without-a-layer", "trackers-of-sections", "best-random-cascades"]
A5 = group("A5")


def subgroup(name):
    return generated_subgroup(A5, map(A5.element, A5_SUBGROUPS[name]))


@pytest.mark.parametrize("name", CLAIMS)
def test_each_candidate_is_refuted_both_ways(name):
    """The same candidates by the words of the proof and by a search; the search's words are never longer."""
    claim = claim_named(name)
    for instance in claim.instances:
        if instance.endswith(", by a search"):
            continue
        first = examine(claim, instance)
        second = examine(claim, f"{instance}, by a search")
        assert first.holds
        assert second.holds
        assert isinstance(first.example[1], LongCollision)
        assert len(second.example[1].second) <= first.example[1].longer.length
        assert [case.name for case in claim.cases(claim.instances[instance])] == [
            case.name for case in claim.cases(claim.instances[f"{instance}, by a search"])
        ]


def test_depths_are_those_of_the_instances():
    for name in CLAIMS:
        claim = claim_named(name)
        for instance, how in claim.all_instances(full=False).items():
            depth = int(instance.split("at depth ")[1].split(",")[0])
            assert {case.model.depth for case in claim.cases(how)} == {depth}


def test_a_layer_left_out():
    """Without its last layer the tracker of S4 puts out what it would with v = 1; without the first, A4 of the
    letters' parts; and every other layer does what it did as long as the missing digit is that of the identity."""
    s4 = group("S4")
    whole = subnormal_tracker(derived_series(s4))
    for layer in range(3):
        cut = without_layer(whole, layer)
        assert cut.depth == 2
        assert len(tabulate(cut).next) == 24 // (2, 3, 4)[layer]
        for x in range(24):  # one letter: nothing was lost before it
            assert run(cut, [x]).outputs == run(whole, [x]).outputs
    kept = without_layer(whole, 2)
    for word in words(range(0, 24, 5), 3, 1):
        assert run(kept, word).states[-1] == run(whole, word).states[-1][:2]


def test_what_can_be_left_out():
    one = subnormal_tracker(derived_series(group("Z3")))
    with pytest.raises(ConstructionError, match="one of several layers"):
        without_layer(one, 0)
    two = subnormal_tracker(derived_series(group("S3")))
    for wrong in (-1, 2):
        with pytest.raises(ConstructionError, match="there are 2"):
            without_layer(two, wrong)
    with pytest.raises(ConstructionError, match="not for a DiagonalLayer"):
        without_layer(cyclotomic_tracker(derived_series(group("S3"))), 0)


def test_subgroups_of_a5():
    orders = {name: len(subgroup(name)) for name in A5_SUBGROUPS}
    assert orders == {"1": 1, "C3": 3, "V4": 4, "C5": 5, "S3": 6, "D5": 10, "A4": 12}
    lengths = {name: derived_length(quotient(A5, (0,), subgroup(name))) for name in A5_SUBGROUPS}
    assert lengths == {"1": 0, "C3": 1, "V4": 1, "C5": 1, "S3": 2, "D5": 2, "A4": 2}
    for depth, pairs in SECTIONS.items():
        assert {lengths[q] + lengths[h] for q, h in pairs} == {depth}


@pytest.mark.parametrize("name", ["C3", "V4", "C5", "S3", "D5", "A4"])
def test_a_section_tracker_tracks_its_section(name):
    """On letters of H alone it is a tracker of H, whatever is guessed; on letters of Q alone it guesses right."""
    members = subgroup(name)
    for guessed in (("1",), ("C5",)):
        model = section_tracker(A5, subgroup(*guessed), members, members)
        assert find_collision(model, WordProblem(A5, members)) is None
    both = section_tracker(A5, members, subgroup("C5"), members)
    assert find_collision(both, WordProblem(A5, members)) is None


def test_the_exact_factorisation_of_a5():
    """A5 = A4 C5: a tracker with both has all 60 states, and one letter never leads it astray."""
    model = section_tracker(A5, subgroup("C5"), subgroup("A4"))
    assert len(tabulate(model).next) == 60
    assert len({run(model, [x]).states[-1] for x in range(60)}) == 60


def test_where_the_guess_is_a_homomorphism_the_section_tracker_is_right():
    """S3 with Q of order 2 and H of order 3 normal: the parts in Q multiply as the letters do modulo H."""
    s3 = group("S3")
    rotations, flip = generated_subgroup(s3, [s3.element("(1,2,3)")]), generated_subgroup(s3, [s3.element("(1,2)")])
    model = section_tracker(s3, flip, rotations)
    assert model.depth == 2
    assert find_collision(model, WordProblem(s3)) is None
    assert find_collision(section_tracker(s3, rotations, flip), WordProblem(s3)) is not None


def test_sections_must_be_solvable_subgroups():
    with pytest.raises(DomainError, match="not solvable"):
        section_tracker(A5, range(60), (0,))
    with pytest.raises(DomainError, match="must be a subgroup"):
        section_tracker(A5, (0, 1), (0,))


def test_the_whole_tracker_is_not_refuted():
    """A control: with all its layers the tracker of S4 is proved on the same letters."""
    s4 = group("S4")
    whole = subnormal_tracker(derived_series(s4), s4.generators)
    assert decide(whole, WordProblem(s4, s4.generators)).name == "proved"
    assert isinstance(whole, Model)
