"""Product reachability against brute force over all words, and its proofs against forgeries."""

import random
from dataclasses import dataclass, replace

import pytest

from constructions.function_composition import composition_stack
from exactssm.errors import BudgetExhausted, CertificateError, SymbolError, ThoughtLimitExceeded
from exactssm.machine import UNSPECIFIED, Renamed
from exactssm.models import OnlineCoT, Think
from exactssm.tasks import Automaton, FunctionComposition, mod_counter, parity
from tests.support import all_mealy, first_failing_word
from verify import Inconclusive, Proved, Refuted, decide, find_counterexample
from verify.reachability import ClosedPairs, search

LONGEST = 4  # two machines of 2 states each differ within 2 * 2 symbols or never


def test_every_pair_of_two_state_machines_on_one_letter():
    machines = list(all_mealy(2, "a", (0, 1)))
    for model in machines:
        for task in machines:
            assert search(model, task).word == first_failing_word(model, task, LONGEST)


def test_a_share_of_the_pairs_of_two_state_machines_on_two_letters():
    models = list(all_mealy(2, "ab", (0, 1)))
    tasks = list(all_mealy(2, "ab", (0, 1, UNSPECIFIED)))
    chosen = random.Random(1)
    verdicts = set()
    for _ in range(2000):
        model, task = chosen.choice(models), chosen.choice(tasks)
        word = search(model, task).word
        assert word == first_failing_word(model, task, LONGEST)
        verdicts.add(word is None)
    assert verdicts == {True, False}


@pytest.mark.full
def test_every_pair_of_two_state_machines_on_two_letters():
    models = list(all_mealy(2, "ab", (0, 1)))
    for model in models:
        for task in models:
            assert search(model, task).word == first_failing_word(model, task, LONGEST)


def test_the_alphabet_order_of_the_task_decides_among_shortest_words():
    model = Renamed(parity(), lambda output: "neither")
    assert find_counterexample(model, parity()).word == ("0",)
    turned = Automaton("10", (0,), 0, lambda q, x: 0, lambda q, x: "even")
    assert find_counterexample(model, turned).word == ("1",)


def test_alphabets_must_agree():
    with pytest.raises(SymbolError, match="only the task reads"):
        search(parity(), mod_counter(2, {"0": 0, "1": 1, "2": 2}))


def test_budget():
    counter = mod_counter(10)
    assert len(search(counter, counter, max_pairs=10).pairs) == 10
    with pytest.raises(BudgetExhausted, match="visited 9 state pairs"):
        search(counter, counter, max_pairs=9)
    verdict = decide(counter, counter, max_pairs=9)
    assert isinstance(verdict, Inconclusive)
    assert "visited 9" in verdict.reason


@dataclass(frozen=True)
class Hiding:
    """A task whose dead states aren't known."""

    task: FunctionComposition

    @property
    def alphabet(self):
        return self.task.alphabet

    @property
    def start(self):
        return self.task.start

    def step(self, state, symbol):
        return self.task.step(state, symbol)


def test_leaving_out_dead_states_changes_no_verdict():
    task = FunctionComposition(N=2, K=2)
    for model in (task, Renamed(task, lambda v: 1 - v), composition_stack(task)):
        known, unknown = search(model, task), search(model, Hiding(task))
        assert known.word == unknown.word
        assert known.pairs <= unknown.pairs


class Endless:
    """Thinks for ever once it has read b."""

    alphabet = ("a", "b", "hm")
    start = 0

    def step(self, state, symbol):
        return state, Think("hm") if symbol != "a" else "ok"


def test_an_overrun_thought_limit_names_the_word():
    model = OnlineCoT(Endless(), inputs="ab", limit=3)
    task = Automaton("ab", (0,), 0, lambda q, x: 0, lambda q, x: "ok")
    with pytest.raises(ThoughtLimitExceeded) as caught:
        search(model, task)
    assert caught.value.word == ("b",)
    verdict = decide(model, task)
    assert isinstance(verdict, Inconclusive)
    assert "('b',)" in verdict.reason


def test_a_proof_checks_and_its_forgeries_do_not():
    model, task = mod_counter(6), Renamed(mod_counter(12), lambda n: n % 6)
    verdict = decide(model, task)
    assert isinstance(verdict, Proved)
    proof = verdict.certificate
    proof.check(model, task)
    for pair in proof.pairs:
        with pytest.raises(CertificateError):
            ClosedPairs(proof.pairs - {pair}).check(model, task)
    with pytest.raises(CertificateError, match="outputs differ"):
        proof.check(Renamed(model, lambda n: 0 if n == 5 else n), task)
    with pytest.raises(CertificateError, match="closed"):
        proof.check(model, replace_one_move(task))
    with pytest.raises(CertificateError, match="start"):
        ClosedPairs(frozenset()).check(model, task)


def replace_one_move(task):
    counter = task.machine
    delta = dict(counter.delta)
    delta[3, "1"] = 7
    return Renamed(replace_delta(counter, delta), task.rename)


def replace_delta(automaton, delta):
    return Automaton(automaton.alphabet, automaton.states, automaton.start, delta, dict(automaton.output))


def test_decide_checks_words_where_the_budget_ends_and_a_length_is_given():
    counter = mod_counter(1000)
    verdict = decide(counter, counter, max_pairs=5, length=4)
    assert (verdict.name, verdict.length, verdict.words) == ("checked", 4, 2 + 4 + 8 + 16)
    wrong = Renamed(counter, lambda n: min(n, 3))
    assert isinstance(decide(wrong, counter, max_pairs=3, length=4), Refuted)


def test_replacing_a_trace_word_is_noticed():
    wrong = Renamed(parity(), lambda output: "even")
    trace = find_counterexample(wrong, parity())
    trace.replay(wrong, parity())
    with pytest.raises(CertificateError):
        replace(trace, word=("0",)).replay(wrong, parity())
    with pytest.raises(CertificateError):
        trace.replay(parity(), parity())
