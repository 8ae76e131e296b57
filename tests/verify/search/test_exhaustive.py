"""The walk through all words against brute force, and its counts against arithmetic."""

import random
from dataclasses import dataclass

import pytest

from exactssm.errors import CertificateError, DomainError, SymbolError, ThoughtLimitExceeded
from exactssm.machine import UNSPECIFIED, Renamed
from exactssm.models import OnlineCoT, Think
from exactssm.table import tabulate
from exactssm.tasks import Automaton, FunctionComposition, mod_counter, parity
from tests.support import all_mealy, first_failing_word
from verify import Checked, Refuted, check_words_up_to, sample_words
from verify.search.exhaustive import search_words, word_count


def test_against_brute_force_on_small_machines():
    models = list(all_mealy(2, "ab", (0, 1)))
    tasks = list(all_mealy(2, "ab", (0, 1, UNSPECIFIED)))
    chosen = random.Random(2)
    for _ in range(500):
        model, task = chosen.choice(models), chosen.choice(tasks)
        for length in range(1, 5):
            assert search_words(model, task, length).word == first_failing_word(model, task, length)


def test_a_longer_failing_word_found_first_does_not_hide_a_shorter_one():
    late = Renamed(mod_counter(8), lambda n: n)
    task = mod_counter(8, {"0": 1, "1": 1})
    # 1111... agrees for ever; the walk meets 0 first, and the shortest failing word is 0 itself
    assert search_words(late, task, 6).word == ("0",) == first_failing_word(late, task, 6)


@pytest.mark.parametrize("length", [1, 2, 5])
def test_counts(length):
    found = check_words_up_to(parity(), parity(), length)
    assert isinstance(found, Checked)
    assert found.words == found.steps == found.demands == sum(2**n for n in range(1, length + 1))


@pytest.mark.parametrize("letters", range(4))
@pytest.mark.parametrize("length", range(5))
def test_word_count(letters, length):
    assert word_count(letters, length) == sum(letters**n for n in range(1, length + 1))


def test_words_too_many_to_count_in_decimals():
    found = Checked(10**5, word_count(2, 10**5), 7, 0)
    assert str(found) == "checked on every word up to length 100000 (at least 2^100000 words, 7 steps)"
    assert str(Checked(3, 14, 14, 14)) == "checked on every word up to length 3 (14 words, 14 steps)"


@pytest.mark.parametrize("machine", [parity(), tabulate(parity())], ids=["steps", "table"])
def test_lengths(machine):
    assert check_words_up_to(machine, machine, 0) == Checked(0, 0, 0, 0, check_words_up_to(machine, machine, 1).method)
    with pytest.raises(DomainError, match="at least 0, got -1"):
        check_words_up_to(machine, machine, -1)
    with pytest.raises(SymbolError):
        check_words_up_to(machine, mod_counter(2, {"a": 1}), 1)


class Musing:
    """Never answers after a word that ends in one of the given ones; wrong after those that end in a wrong one."""

    alphabet = ("0", "1", "hm")
    start = ""

    def __init__(self, endless, wrong):
        self.endless, self.wrong = endless, wrong

    def step(self, read, symbol):
        read = read if symbol == "hm" else read + symbol
        if symbol == "hm" or read in self.endless:
            return read, Think("hm")
        return read, "wrong" if read in self.wrong else read.count("1") % 2


@pytest.mark.parametrize(
    ("endless", "wrong", "first"),
    [
        ({"0000"}, {"1"}, "1"),  # the walk meets 0000 first, but 1 is shorter
        ({"00"}, {"10"}, None),
        ({"10"}, {"00"}, "00"),
        ({"0"}, {"0"}, None),
        ({"11"}, {"000", "001"}, None),
        ({"1111"}, set(), None),
        (set(), {"0101", "0110"}, "0101"),
    ],
)
def test_the_shortest_first_of_wrong_answers_and_overrun_limits_decides(endless, wrong, first):
    model = OnlineCoT(Musing(endless, wrong), "01", limit=3)
    if first is None:
        with pytest.raises(ThoughtLimitExceeded) as caught:
            search_words(model, mod_counter(2), 6)
        assert "".join(caught.value.word) == min(endless)
    else:
        assert "".join(search_words(model, mod_counter(2), 6).word) == first


def test_a_difference_that_is_gone_when_looked_at_again_is_no_counterexample():
    class Fickle:
        """Wrong the third time that it is asked, whatever it is asked."""

        alphabet = ("0", "1")
        start = 0
        asked = 0

        def step(self, state, symbol):
            self.asked += 1
            after, output = mod_counter(2).step(state, symbol)
            return after, "wrong" if self.asked == 3 else output

    with pytest.raises(CertificateError, match="differs at its last step"):
        check_words_up_to(Fickle(), mod_counter(2), 3)


def test_progress_is_told():
    told = []
    search_words(parity(), parity(), 16, progress=told.append)
    assert told == [65536]
    told.clear()
    check_words_up_to(tabulate(parity()), tabulate(parity()), 16, progress=told.append)
    assert told[-1] == word_count(2, 16)


def test_tables_run_compiled_and_agree():
    for model in (mod_counter(5), Renamed(mod_counter(5), lambda n: 0 if n == 4 else n)):
        slow = check_words_up_to(model, mod_counter(5), 7)
        fast = check_words_up_to(tabulate(model, max_states=10), tabulate(mod_counter(5), max_states=10), 7)
        assert "compiled" in fast.method
        assert type(slow) is type(fast)
        if isinstance(slow, Checked):
            assert (slow.words, slow.steps, slow.demands) == (fast.words, fast.steps, fast.demands)
        else:
            assert slow.trace.word == fast.trace.word


def test_every_instance_is_asked_exactly_once():
    task = FunctionComposition(N=2, K=2)
    found = check_words_up_to(task, task, 2 * 2 + 2)
    assert found.demands == sum(1 for _ in task.instances()) == 2 * 4**2


def test_samples_are_evidence_only():
    wrong = Renamed(mod_counter(50), lambda n: 0 if n == 49 else n)
    unlucky = sample_words(wrong, mod_counter(50), length=40, words=20, seed=3)
    assert unlucky.trace is None
    assert "evidence, not proof" in str(unlucky)
    found = sample_words(wrong, mod_counter(50), length=200, words=20, seed=3)
    assert found.trace.steps[-1].differs
    assert isinstance(check_words_up_to(Renamed(parity(), lambda o: "even"), parity(), 1), Refuted)


@dataclass(frozen=True)
class Trap:
    """The parity task, but its step raises once ``ones`` ones have been read."""

    ones: int
    alphabet = ("0", "1")
    start = 0

    def step(self, state, symbol):
        state += symbol == "1"
        if state == self.ones:
            raise DomainError("a trap")
        return state, "odd" if state % 2 else "even"


def late_parity(position):
    """Parity that is wrong on every word of ``position`` symbols and more that has a one at ``position`` exactly."""

    def step(state, symbol):
        place, odd, wrong = state
        odd ^= symbol == "1"
        place = min(place + 1, position + 1)
        wrong |= place == position and symbol == "1"
        return (place, odd, wrong)

    states = [(p, o, w) for p in range(position + 2) for o in (False, True) for w in (False, True)]
    return Automaton.moore("01", states, (0, False, False), step, lambda q: "odd" if q[1] ^ q[2] else "even")


@pytest.mark.parametrize("position", [1, 5, 16, 17, 18])
def test_many_words_of_few_states_are_read_compiled(position):
    """From 10^5 words on, and with the definition's word."""
    model, task = late_parity(position), parity()
    found, slow = check_words_up_to(model, task, 17), search_words(model, task, min(position, 17))
    assert found.method.endswith("compiled")
    if position > 17:
        assert (found.name, found.words) == ("checked", 2**18 - 2)
    else:
        assert found.trace.word == slow.word == ("0",) * (position - 1) + ("1",)


def test_what_raises_is_walked_by_the_definition():
    """The trap is met on the first word in the definition's order that has so many ones."""
    with pytest.raises(DomainError, match=r"\('1', '1', '1'\).*a trap|'0', '1', '1', '1'\).*a trap"):
        check_words_up_to(Trap(3), parity(), 17)
    quiet = check_words_up_to(Trap(30), parity(), 16)
    assert (quiet.name, quiet.words) == ("checked", 2**17 - 2)
