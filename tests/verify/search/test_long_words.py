"""Words that are too long to be written out: replayed by composing maps, as if read letter by letter; forgeries."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructions.claim import Case, Claim, Kind, LongConfusion
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.machine import UNSPECIFIED, run
from exactssm.straight_line import Program
from exactssm.tasks import Automaton, mod_counter, parity
from verify import replayed
from verify.runner import examine
from verify.search import long_words
from verify.search.long_words import LongCollision, ends_of
from verify.verdict import Refuted

one, zero = Program.letter("1"), Program.letter("0")
HUGE = 6 * 10**50
RIGHT = LongConfusion(one * (HUGE + 1) + zero, one * (HUGE + 3) + zero)  # equal modulo 2, not modulo 3


@given(st.lists(st.tuples(st.sampled_from("01"), st.integers(1, 9)), min_size=1, max_size=8), st.integers(2, 9))
def test_the_end_is_that_of_a_run(powers, modulus):
    word = Program.concatenation(Program.letter(x) * n for x, n in powers)
    counter = mod_counter(modulus)
    walk = run(counter, word.expand())
    assert ends_of(counter, [word])[0] == (walk.states[-1], walk.outputs[-1])


def test_outputs_that_depend_on_the_step():
    """A Mealy machine: what it says depends on the state before the letter, and the last letter is read as such."""
    delta = {(0, "a"): 1, (1, "a"): 0, (0, "b"): 0, (1, "b"): 1}
    says = {(0, "a"): "w", (1, "a"): "x", (0, "b"): "y", (1, "b"): "z"}
    machine = Automaton("ab", [0, 1], 0, delta, says)
    a, b = Program.letter("a"), Program.letter("b")
    assert ends_of(machine, [a * 10**30])[0] == (0, "x")
    assert ends_of(machine, [a * (10**30 + 1)])[0] == (1, "w")
    assert ends_of(machine, [a * (10**30 + 1) + b * 3])[0] == (1, "z")


def test_two_long_words_that_collide():
    refuted = replayed(parity(), mod_counter(3), RIGHT)
    assert isinstance(refuted, Refuted)
    found = refuted.trace
    assert isinstance(found, LongCollision)
    assert (found.state, found.demanded) == ("odd", (1, 0))
    assert str(refuted) == "refuted (the words of its proof), by a word of length at least 2^168"
    assert found.word == (f"1^{HUGE + 3} 0",)
    assert "both lead to the state odd, but demand 1 and 0" in found.as_text()
    record = found.as_json()
    assert [Program.from_json(p, {"0": "0", "1": "1"}) for p in record["programs"]] == [RIGHT.first, RIGHT.second]
    assert record["demanded"] == ["1", "0"]


@pytest.mark.parametrize(
    ("forged", "message"),
    [
        (LongConfusion(one * (HUGE + 1) + zero, one * (HUGE + 2) + zero), "lead to the state"),
        (LongConfusion(one * (HUGE + 1) + zero, one * (HUGE + 3)), "end in the same symbol"),
        (LongConfusion(one * (HUGE + 1) + zero, one * (HUGE + 7) + zero), "two different answers"),
        (LongConfusion(Program.of(()), one * HUGE), "at least one symbol"),
        (LongConfusion(Program.letter("2") * HUGE + one, one), "'2' isn't in it"),
    ],
)
def test_programs_that_refute_nothing_are_refused(forged, message):
    with pytest.raises(CertificateError, match=message):
        replayed(parity(), mod_counter(3), forged)


def test_forged_records_are_refused():
    found = replayed(parity(), mod_counter(3), RIGHT).trace
    for wrong in (
        replace(found, state="even"),
        replace(found, demanded=(0, 1)),
        replace(found, demanded=(1, 1)),
        replace(found, second=found.first),
        replace(found, first=one * (HUGE + 1)),
    ):
        with pytest.raises(CertificateError):
            wrong.replay(parity(), mod_counter(3))


class Silent:
    """Demands an answer on 1 only."""

    alphabet, start = ("0", "1"), 0

    def step(self, state, symbol):
        return (state + int(symbol)) % 3, UNSPECIFIED if symbol == "0" else state


def test_where_nothing_is_demanded_nothing_is_refuted():
    with pytest.raises(CertificateError, match="two different answers"):
        replayed(parity(), Silent(), RIGHT)


def test_short_programs_are_read_letter_by_letter_too(monkeypatch):
    """A composition that goes wrong is found out where the words can be written out."""
    short = LongConfusion(one, one * 3)
    replayed(parity(), mod_counter(3), short)
    composed = long_words._composed
    monkeypatch.setattr(
        long_words, "_composed", lambda *given: tuple(end._replace(state="even") for end in composed(*given))
    )
    with pytest.raises(CertificateError, match="letter by letter"):
        replayed(parity(), mod_counter(3), short)
    replayed_anyway = LongCollision(one * HUGE, one * HUGE, "even", (0, 1))
    with pytest.raises(CertificateError):
        replayed_anyway.replay(parity(), mod_counter(3))


class Endless:
    alphabet, start = ("0", "1"), 0

    def step(self, state, symbol):
        return state + 1, state


def test_infinite_machines_are_not_tabulated_for_ever():
    with pytest.raises(BudgetExhausted, match="reached 100 states"):
        ends_of(Endless(), [one], max_states=100)


def claim(confusion):
    return Claim(
        name="parity-does-not-count-to-three",
        source="ours",
        statement="",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="",
        cases=lambda _: [Case("parity", parity(), mod_counter(3), refutation=lambda: confusion)],
        instances={"parity": None},
    )


def test_a_claim_by_long_words():
    result = examine(claim(RIGHT), "parity")
    assert result.holds
    assert result.verdict == "proved"
    assert isinstance(result.example[1], LongCollision)
    wrong = examine(claim(LongConfusion(one, one * 2)), "parity")
    assert (wrong.holds, wrong.verdict) == (False, "inconclusive")
