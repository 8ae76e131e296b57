"""Product reachability against brute force over all words, and its proofs against forgeries."""

import random
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from constructions.composition.function_composition import composition_stack
from exactssm.arithmetic import Integers, Rationals, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, SymbolError, ThoughtLimitExceeded
from exactssm.machine import UNSPECIFIED, Relabelled, Renamed, Restricted, cascade
from exactssm.models import OnlineCoT, Think, WeightedAutomaton
from exactssm.table import tabulate
from exactssm.tasks import DEAD, Automaton, FunctionComposition, mod_counter, parity
from tests.support import all_mealy, first_failing_word
from verify import (
    Inconclusive,
    Proved,
    Refuted,
    check_words_up_to,
    decide,
    find_counterexample,
    find_readout,
    sample_words,
)
from verify.search import reachability
from verify.search.linear import Demanded
from verify.search.reachability import ClosedPairs, search

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


@pytest.mark.parametrize("budget", [0, 1])
def test_a_budget_without_room_for_a_second_pair(budget):
    assert search(mod_counter(1), mod_counter(1), max_pairs=budget).word is None
    for known in (mod_counter(2), tabulate(mod_counter(2))):
        verdict = decide(known, known, max_pairs=budget)
        assert isinstance(verdict, Inconclusive)
        assert "visited 1 state pairs" in verdict.reason


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


def test_an_overrun_is_no_verdict_whatever_the_length():
    model = OnlineCoT(Endless(), inputs="ab", limit=3)
    late = Automaton("ab", range(4), 0, lambda n, x: min(n + 1, 3), lambda n, x: "ok")
    assert isinstance(decide(model, late, length=5), Inconclusive)
    assert decide(model, late, length=0).name == "checked"


def test_words_after_which_nothing_is_demanded_are_not_thought_about():
    """Only a is asked about, and only once; the model thinks for ever on b."""

    class Once:
        alphabet = ("a", "b")
        start = "waiting"

        def step(self, state, symbol):
            asked = state == "waiting" and symbol == "a"
            return "done", "ok" if asked else UNSPECIFIED

        def is_dead(self, state):
            return state == "done"

    model = OnlineCoT(Endless(), inputs="ab", limit=3)
    for task in (
        Once(),
        Renamed(Once(), str),
        Restricted(Once(), ("b", "a")),
        Relabelled(Once(), {"a": "a", "b": "b"}),
    ):
        verdict = decide(model, task)
        assert isinstance(verdict, Proved)
        verdict.certificate.check(model, task)
        assert check_words_up_to(model, task, 5).demands == 1
        assert sample_words(model, task, length=3, words=20, seed=1).trace is None
    assert isinstance(decide(model, cascade(Once())), Inconclusive)  # its dead states aren't known


@pytest.mark.parametrize(
    "ask",
    [
        lambda model, task: search(model, task),
        lambda model, task: decide(model, task),
        lambda model, task: check_words_up_to(model, task, 2),
        lambda model, task: find_readout(model, task),
        lambda model, task: sample_words(model, task, length=2, words=50, seed=1),
    ],
    ids=["search", "decide", "check_words_up_to", "find_readout", "sample_words"],
)
def test_an_error_in_a_step_names_the_word(ask):
    right = Automaton("ab", range(3), 0, lambda n, x: min(n + (x == "b"), 2), lambda n, x: UNSPECIFIED)
    lacking = Renamed(Automaton("ab", range(3), 0, dict(right.delta), lambda n, x: n * (x == "b")), {0: 0})
    with pytest.raises(SymbolError, match=r"^on the word \('b', 'b'\): the renaming has no entry for the output 1$"):
        ask(lacking, right)
    broken = Renamed(lacking.machine, {0: 0}.__getitem__)
    with pytest.raises(KeyError) as caught:
        ask(broken, right)
    assert caught.value.__notes__ == ["on the word ('b', 'b')"]


def test_equal_outputs_are_the_same_whatever_their_types():
    """1 == True == Fraction(1), and none of them equals "1"."""
    for given in (1, True, Fraction(1)):
        model = Renamed(mod_counter(2), lambda n, given=given: given if n else 0)
        assert isinstance(decide(model, mod_counter(2)), Proved)
        assert isinstance(decide(tabulate(model), tabulate(mod_counter(2))), Proved)
    text = Renamed(mod_counter(2), str)
    assert find_counterexample(text, mod_counter(2)).word == ("0",)


class Forgetful:
    """No pure function: wrong the first time that it is asked after 1, and right from then on."""

    alphabet = ("0", "1")
    start = "even"

    def __init__(self):
        self.asked = False

    def step(self, state, symbol):
        after, output = parity().step(state, symbol)
        self.asked, wrong = self.asked or symbol == "1", symbol == "1" and not self.asked
        return after, "wrong" if wrong else output


def test_a_difference_that_is_gone_when_looked_at_again_is_no_counterexample():
    with pytest.raises(CertificateError, match="differs at its last step"):
        decide(Forgetful(), parity())
    with pytest.raises(CertificateError, match="differs at its last step"):
        find_counterexample(Forgetful(), parity())


def test_weighted_automata_that_linear_algebra_does_not_know_are_searched():
    ring = ResidueRing(4)
    counter = WeightedAutomaton.affine(ring, "a", (0,), {"a": ((1,),)}, {"a": (1,)}, (1,), 0)
    verdict = decide(counter, counter)
    assert (verdict.name, verdict.method, verdict.pairs) == ("proved", "product reachability", 4)
    number = Rationals().element
    one, same = number(1), {"a": ((number(1),),)}
    half = WeightedAutomaton(Rationals(), "a", (one,), same, (number(1) / 2,))
    assert decide(half, half).method == "linear algebra over a field"
    whole = WeightedAutomaton(Integers(), "a", (1,), {"a": ((1,),)}, (1,))
    assert isinstance(decide(half, whole), Refuted)
    assert isinstance(decide(WeightedAutomaton(Rationals(), "a", (one,), same, (one,)), whole), Proved)


def test_weighted_automata_with_demands_on_some_words_are_decided_by_linear_algebra():
    """Over Q: 2^n against 2^n + n mod 2, demanded after words of even length, or of odd length."""
    one, zero = Rationals().one, Rationals().zero
    two = one + one
    powers = WeightedAutomaton(Rationals(), "a", (one,), {"a": ((two,),)}, (one,))
    swap = ((two, zero, zero), (zero, zero, one), (zero, one, zero))
    bumpy = WeightedAutomaton(Rationals(), "a", (one, zero, one), {"a": swap}, (one, one, zero))
    even = Automaton("a", (0, 1), 0, lambda n, x: 1 - n, lambda n, x: n == 1)
    odd = Automaton("a", (0, 1), 0, lambda n, x: 1 - n, lambda n, x: n == 0)
    assert isinstance(decide(bumpy, Demanded(powers, even)), Proved)
    refuted = decide(bumpy, Demanded(powers, odd))
    assert isinstance(refuted, Refuted)
    assert refuted.trace.word == ("a",)


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
    with pytest.raises(SymbolError):
        proof.check(model, mod_counter(12, {"a": 1}))


@pytest.mark.parametrize(
    ("nonsense", "message"),
    [
        ((99, 99), "both machines must step from the pair .99, 99.: DomainError"),
        ((0, "no state"), "DomainError"),
        ((0, 1), "the outputs differ"),
        (0, "TypeError"),
        ((0, 0, 0), "ValueError"),
        ("", "ValueError"),
        (None, "TypeError"),
    ],
)
def test_a_proof_with_more_in_it_than_pairs_that_agree(nonsense, message):
    counter = mod_counter(3)
    proof = decide(counter, counter).certificate
    with pytest.raises(CertificateError, match=message):
        ClosedPairs(proof.pairs | {nonsense}).check(counter, counter)


def test_a_proof_with_pairs_that_no_word_reaches_is_a_proof():
    """Two halves that never meet; the set is closed, holds the start, and agrees everywhere."""
    halves = Automaton("a", range(4), 0, lambda n, x: n ^ 1, lambda n, x: n % 2)
    proof = decide(halves, halves).certificate
    assert proof.pairs == {(0, 0), (1, 1)}
    ClosedPairs(proof.pairs | {(2, 2), (3, 3)}).check(halves, halves)
    with pytest.raises(CertificateError, match="closed"):
        ClosedPairs(proof.pairs | {(2, 2)}).check(halves, halves)


def test_a_set_that_only_says_that_it_holds_everything():
    class Everything(frozenset):
        def __contains__(self, pair):
            return True

    with pytest.raises(CertificateError, match="start"):
        ClosedPairs(Everything()).check(parity(), parity())
    with pytest.raises(CertificateError, match="closed"):
        ClosedPairs(Everything({("even", "even")})).check(parity(), parity())


@dataclass(frozen=True)
class Calling(Hiding):
    """A task that calls the given states dead, rightly or wrongly."""

    dead: frozenset[object]

    def is_dead(self, state):
        return state in self.dead


def test_a_task_that_calls_states_dead_that_are_not():
    task = FunctionComposition(N=2, K=1)
    alive = {m for m, _ in search(task, task).pairs if not task.is_dead(m)}
    wrong = Renamed(task, lambda v: 1 - v)
    right = Calling(task, frozenset({DEAD}))
    search_says, proof = search(task, right).word, decide(task, right).certificate
    assert search_says is None
    proof.check(task, right)
    for state in alive:
        lying = Calling(task, frozenset({DEAD, state}))
        trusting = decide(wrong, lying)
        if isinstance(trusting, Proved):  # the promise was broken; the check doesn't rest on it
            with pytest.raises(CertificateError, match=r"calls its state .* dead, but demands"):
                trusting.certificate.check(wrong, lying)
        with pytest.raises(CertificateError):
            proof.check(task, lying)
    assert isinstance(decide(wrong, Calling(task, frozenset({task.start}))), Proved)


@dataclass(frozen=True)
class Counting(Hiding):
    """A task as a model that also counts its steps, up to 9."""

    @property
    def start(self):
        return self.task.start, 0

    def step(self, state, symbol):
        after, output = self.task.step(state[0], symbol)
        return (after, min(state[1] + 1, 9)), output


def test_pairs_may_be_missing_only_behind_dead_states():
    task = FunctionComposition(N=2, K=1)
    model = Counting(task)
    proof = decide(model, task).certificate
    proof.check(model, task)
    with pytest.raises(CertificateError, match="closed"):
        proof.check(model, Hiding(task))
    assert any(task.is_dead(t) for _, t in proof.pairs)  # after the answer
    for pair in proof.pairs:
        with pytest.raises(CertificateError):
            ClosedPairs(proof.pairs - {pair}).check(model, task)


def test_dead_states_without_end_exhaust_the_check(monkeypatch):
    class Restless:
        alphabet = ("a",)
        start = 0

        def step(self, state, symbol):
            return state + 1, UNSPECIFIED

        def is_dead(self, state):
            return state > 0

    monkeypatch.setattr(reachability, "DEFAULT_BUDGET", 1000)
    proof = decide(mod_counter(1, {"a": 0}), Restless()).certificate
    with pytest.raises(BudgetExhausted, match="more than 1000 states"):
        proof.check(mod_counter(1, {"a": 0}), Restless())


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
