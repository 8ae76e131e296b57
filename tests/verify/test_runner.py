"""Claims that are false in one way or another must not hold."""

from dataclasses import replace

import pytest

from constructions.claim import Bounds, Case, Claim, Kind, Lemma
from constructions.registry import claim_named
from exactssm.errors import CertificateError
from exactssm.machine import Renamed
from exactssm.tasks import mod_counter, parity
from verify.runner import examine, run_claims

RIGHT = Case("right", parity(), parity())
WRONG = Case("wrong", Renamed(parity(), lambda output: "even"), parity())
HUGE = Case("huge", mod_counter(100), mod_counter(100))


class Odd:
    """The violation that a number is odd."""

    def __init__(self, number):
        self.number = number
        self.word = (str(number),)

    def as_text(self):
        return f"{self.number} is odd"

    def replay(self):
        if self.number % 2 == 0:
            raise CertificateError(f"{self.number} is even")


HOLDS = Lemma("even", lambda: None, size=5, members="numbers")
DRAWN = Lemma("even", lambda: None, size=2, members="draws", sampled=True)
VIOLATED = Lemma("even", lambda: Odd(3), size=5, members="numbers")
FORGED = Lemma("even", lambda: Odd(4), size=5, members="numbers")


def claim(*cases, kind=Kind.POSSIBLE, expected="proved", **more):
    return Claim("toy", "0000.00000", "A toy.", kind, expected, "tests", lambda _: iter(cases), {"only": None}, **more)


@pytest.mark.parametrize(
    ("stated", "verdict", "holds"),
    [
        (claim(RIGHT), "proved", True),
        (claim(RIGHT, WRONG, RIGHT), "refuted", False),
        (claim(RIGHT, expected="checked"), "proved", False),
        (claim(replace(RIGHT, length=3)), "checked", False),
        (claim(replace(RIGHT, length=3), expected="checked"), "checked", True),
        (claim(replace(WRONG, length=3), expected="checked"), "refuted", False),
        (claim(RIGHT, HUGE), "inconclusive", False),
        (claim(), "inconclusive", False),
        (claim(WRONG, kind=Kind.AS_PRINTED, expected="refuted"), "refuted", True),
        (claim(WRONG, RIGHT, kind=Kind.AS_PRINTED, expected="refuted"), "proved", False),
        (claim(WRONG, WRONG, kind=Kind.IMPOSSIBLE), "proved", True),
        (claim(WRONG, RIGHT, kind=Kind.IMPOSSIBLE), "proved", False),
        (claim(WRONG, RIGHT, kind=Kind.IMPOSSIBLE, harmless=True), "proved", True),
        (claim(WRONG, HUGE, kind=Kind.IMPOSSIBLE, harmless=True), "inconclusive", False),
        # with another readout it would be right, so the candidate survives
        (claim(WRONG, kind=Kind.IMPOSSIBLE, every_readout=True), "proved", False),
    ],
)
def test_what_holds_and_what_does_not(stated, verdict, holds):
    result = examine(stated, "only", budget=50)
    assert (result.verdict, result.holds) == (verdict, holds)


def test_a_surviving_candidate_is_named():
    result = examine(claim(WRONG, RIGHT, kind=Kind.IMPOSSIBLE), "only")
    assert result.case == "right"
    assert "excludes" in result.faults[0]


def test_a_construction_beyond_its_bounds_does_not_hold():
    true = claim_named("subnormal-tracker")
    assert examine(true, "S3").holds

    def tighter(value):
        for case in true.cases(value):
            yield replace(case, bounds=Bounds(exactly={"depth": 1}, at_most={"precision": 1}))

    result = examine(replace(true, cases=tighter), "S3")
    assert (result.verdict, result.holds) == ("proved", False)
    assert len(result.faults) == 2


def test_a_construction_for_another_group_does_not_hold():
    true = claim_named("subnormal-tracker")
    other = {case.name: case for case in true.cases("D4")}["all elements"]
    for case in true.cases("Q8"):
        result = examine(claim(replace(case, model=other.model)), "only")
        assert (result.verdict, result.holds) == ("refuted", False)
        assert result.counterexample.steps[-1].differs


def test_processes_decide_what_one_process_decides():
    work = [
        (claim_named(name), instance)
        for name in ("two-layer-s3", "one-layer-wraps-around")
        for instance in claim_named(name).instances
    ]
    alone = {(r.claim, r.instance, r.verdict, r.pairs) for r in run_claims(work)}
    assert alone == {(r.claim, r.instance, r.verdict, r.pairs) for r in run_claims(work, jobs=2)}


def test_bounds_that_nothing_was_measured_for_do_not_hold():
    result = examine(claim(replace(RIGHT, bounds=Bounds(at_most={"depth": 7}))), "only")
    assert (result.verdict, result.holds) == ("proved", False)
    assert "nothing was measured" in result.faults[0]


def test_what_is_only_checked_is_not_harmless():
    checked = replace(RIGHT, length=3)
    result = examine(claim(WRONG, checked, kind=Kind.IMPOSSIBLE, harmless=True), "only")
    assert (result.verdict, result.holds) == ("inconclusive", False)


@pytest.mark.parametrize(
    ("stated", "verdict", "holds", "method"),
    [
        (claim(HOLDS, HOLDS, kind=Kind.IMPOSSIBLE), "proved", True, "exhaustion: 10 numbers"),
        (claim(HOLDS, VIOLATED, HOLDS, kind=Kind.IMPOSSIBLE), "refuted", False, "by one of the numbers"),
        (claim(HOLDS, DRAWN, kind=Kind.IMPOSSIBLE), "checked", False, "sampled: 7 numbers"),
        (claim(DRAWN, kind=Kind.IMPOSSIBLE, expected="checked"), "checked", True, "sampled: 2 draws"),
        (claim(HOLDS, kind=Kind.IMPOSSIBLE, expected="checked"), "proved", False, "exhaustion: 5 numbers"),
        (claim(VIOLATED, VIOLATED, kind=Kind.AS_PRINTED, expected="refuted"), "refuted", True, "by a member, 2 cases"),
        (claim(VIOLATED, HOLDS, kind=Kind.AS_PRINTED, expected="refuted"), "proved", False, "exhaustion: 5 numbers"),
        (claim(DRAWN, kind=Kind.AS_PRINTED, expected="refuted"), "checked", False, "sampled: 2 draws"),
    ],
)
def test_lemmas(stated, verdict, holds, method):
    result = examine(stated, "only")
    assert (result.verdict, result.holds, result.method) == (verdict, holds, method)
    assert (result.counterexample is None) == (verdict != "refuted")
    assert result.pairs is None
    assert result.resources is None


def test_a_violation_is_replayed_before_it_counts():
    with pytest.raises(CertificateError, match="4 is even"):
        examine(claim(FORGED, kind=Kind.IMPOSSIBLE), "only")
