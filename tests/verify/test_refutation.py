"""Words that a proof proposes count only once they are replayed."""

import pytest

from constructions.claim import Case, Claim, Confusion, Kind
from exactssm.errors import CertificateError, SymbolError
from exactssm.tasks import mod_counter, parity
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
