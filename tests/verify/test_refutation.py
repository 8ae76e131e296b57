"""Words that a proof proposes count only once they are replayed."""

from fractions import Fraction

import pytest

from constructions.claim import Case, Claim, Confusion, Crowding, Escape, Kind, LongConfusion
from exactssm.algebra import group
from exactssm.arithmetic import Integers
from exactssm.errors import CertificateError, SymbolError
from exactssm.layers import DiagonalLayer
from exactssm.models import Block, Model
from exactssm.straight_line import Program
from exactssm.tasks import WordProblem, mod_counter, parity
from verify.decision import decide_every_readout
from verify.refutation import replayed
from verify.runner import examine

RIGHT = Confusion(("1",), ("1", "1", "1"))


def test_two_words_that_collide():
    refuted = replayed(parity(), mod_counter(3), RIGHT)
    assert refuted.name == "refuted"
    assert refuted.trace.state == "odd"
    assert refuted.trace.demanded == (1, 0)


@pytest.mark.parametrize(
    "forged",
    [
        Confusion(("1",), ("1", "1")),  # other state
        Confusion(("1",), ("1", "1", "1", "0")),  # other last symbol
        Confusion(("1",), ("0", "1")),  # same demand
        Confusion((), ("1", "1")),  # nothing read
        Confusion((), ()),
    ],
)
def test_words_that_refute_nothing_are_refused(forged):
    with pytest.raises(CertificateError):
        replayed(parity(), mod_counter(3), forged)


def test_words_over_another_alphabet_are_refused():
    with pytest.raises(SymbolError, match="not in the alphabet"):
        replayed(parity(), mod_counter(3), Confusion(("2",), ("1",)))


def claim(confusion, sampled=""):
    return Claim(
        name="parity-does-not-count-to-three",
        source="ours",
        statement="",
        kind=Kind.IMPOSSIBLE,
        expected="checked" if sampled else "proved",
        proof="",
        cases=lambda _: [Case("parity", parity(), mod_counter(3), refutation=lambda: confusion)],
        instances={"parity": None},
        sampled=sampled,
    )


def test_an_impossible_claim_by_the_words_of_its_proof():
    result = examine(claim(RIGHT), "parity")
    assert result.holds
    assert result.verdict == "proved"
    assert "the words of its proof" in result.method
    assert result.example is not None
    assert result.example[1].demanded == (1, 0)


def test_what_was_drawn_is_checked_not_proved():
    result = examine(claim(RIGHT, "seed 0"), "parity")
    assert result.holds
    assert result.verdict == "checked"
    assert "sampled: 1 candidates (seed 0)" in result.method


def test_a_proof_whose_words_fail_does_not_hold():
    result = examine(claim(Confusion(("1",), ("1", "1"))), "parity")
    assert not result.holds
    assert result.verdict == "inconclusive"
    assert "state recorded" in result.method


D4 = group("D4")
TURN, FLIP, ONE = (D4.labels.index(label) for label in ("r", "s*r^2", "e"))
ALIKE = Confusion((TURN, FLIP, ONE), (FLIP, TURN, ONE))
#: by hand: r s r^2 = s r^-1 r^2 = s r, and s r^2 r = s r^3
SENTENCE = "both lead to the state ((0)), but demand s*r and s*r^3: no readout gives both"


@pytest.mark.parametrize(
    ("proposed", "shown"),
    [
        (ALIKE, f"r s*r^2 e and s*r^2 r e {SENTENCE}"),
        (LongConfusion(Program.of(ALIKE.first), Program.of(ALIKE.second)), f"r (s*r^2) e and (s*r^2) r e {SENTENCE}"),
        (
            Crowding(ALIKE.first, ALIKE.second, Fraction(1)),
            "r s*r^2 e and s*r^2 r e lead to states less than 1 apart, but demand s*r and s*r^3: no readout of that "
            "resolution gives both",
        ),
    ],
)
def test_elements_are_shown_by_their_labels(proposed, shown):
    still = DiagonalLayer(Integers(), (0,), lambda x: (1,))
    found = replayed(Model(range(8), [Block(still, lambda h, x: x)]), WordProblem(D4), proposed)
    assert found.trace.as_text() == shown


def test_powers_of_elements_have_brackets():
    adding = DiagonalLayer(Integers(), (0,), lambda x: (1,), lambda x: (1,))
    model = Model(range(8), [Block(adding, lambda h, x: x)])
    assert replayed(model, WordProblem(D4), Escape((FLIP,) * 6, Fraction(5))).trace.as_text() == (
        "(s*r^2)^6 leads beyond 5"
    )


def test_a_search_shows_labels_and_other_tasks_have_none():
    still = DiagonalLayer(Integers(), (0,), lambda x: (1,))
    found = decide_every_readout(Model(range(8), [Block(still, lambda h, x: x)]), WordProblem(D4)).trace
    assert {"r", "e"} & set(found.as_text().split())
    assert replayed(parity(), mod_counter(3), RIGHT).trace.labels == ()
