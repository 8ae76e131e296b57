"""The walk through all words against brute force, and its counts against arithmetic."""

import random

import pytest

from exactssm.machine import UNSPECIFIED, Renamed
from exactssm.table import tabulate
from exactssm.tasks import FunctionComposition, mod_counter, parity
from tests.support import all_mealy, first_failing_word
from verify import Checked, Refuted, check_words_up_to, sample_words
from verify.exhaustive import search_words


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
