from __future__ import annotations

import random
from collections import deque
from functools import cache
from itertools import islice, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.errors import BudgetExhausted, CertificateError, DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, outputs, words
from exactssm.table import TableMachine
from verify.search import products
from verify.search.exhaustive import search_words
from verify.search.products import check_words, decide_tables, search_product
from verify.search.reachability import ClosedPairs, search
from verify.verdict import Proved, Refuted

DENSE, HASHED = {"dense_limit": 2**60}, {"dense_limit": 0}
METHODS = [pytest.param(DENSE, id="dense"), pytest.param(HASHED, id="hashed")]
LETTERS = tuple("abcdefgh")


def table(start, successors, out, names=("x", "y", "z")):
    return TableMachine(LETTERS[: len(out[0])], start, successors, out, names)


def breadth_first(model, task, skip_dead=True):
    """The definition, once more: the first failing word, or None, and the pairs in the order of the visit."""
    words_to = {(model.start, task.start): ()}
    queue = deque(words_to)
    while queue:
        m, t = pair = queue.popleft()
        for symbol in task.alphabet:
            (m_next, answer), (t_next, demand) = model.step(m, symbol), task.step(t, symbol)
            if demand is not UNSPECIFIED and answer != demand:
                return (*words_to[pair], symbol), list(words_to)
            if skip_dead and demand is UNSPECIFIED and nothing_follows(task, t_next):
                continue
            if (m_next, t_next) not in words_to:
                words_to[m_next, t_next] = (*words_to[pair], symbol)
                queue.append((m_next, t_next))
    return None, list(words_to)


@cache
def nothing_follows(task, state):
    reached, stack = {state}, [state]
    while stack:
        q = stack.pop()
        for symbol in task.alphabet:
            after, output = task.step(q, symbol)
            if output is not UNSPECIFIED:
                return False
            if after not in reached:
                reached.add(after)
                stack.append(after)
    return True


def fails(model, task, word):
    *_, (answer, demand) = zip(outputs(model, word), outputs(task, word), strict=True)
    return demand is not UNSPECIFIED and answer != demand


def visited(result):
    return list(map(tuple, result.pairs.tolist()))


def counter(modulus, *strides, out=None):
    states = np.arange(modulus)
    successors = np.stack([(states + stride) % modulus for stride in strides], axis=1)
    return table(0, successors, np.zeros_like(successors) if out is None else out)


@st.composite
def tables(draw, letters, entries, names=("x", "y", "z"), may_die=False):
    """Random tables; those that may die have states, the last ones, that nothing specified is reached from."""
    rng = random.Random(draw(st.integers(0, 2**32)))
    states = draw(st.integers(1, 40))
    dead = draw(st.integers(0, states - 1)) if may_die else 0
    alive = states - dead
    successors = [rng.choices(range(0 if q < alive else alive, states), k=letters) for q in range(states)]
    out = [rng.choices(entries if q < alive else (-1,), k=letters) for q in range(states)]
    alphabet = draw(st.permutations(LETTERS[:letters]))
    return TableMachine(tuple(alphabet), rng.randrange(states), successors, out, names)


@st.composite
def models_and_tasks(draw):
    """Pairs that fail at once, late or never: the answers may differ from what is demanded in a few places only."""
    letters = draw(st.integers(1, 4))
    model = draw(tables(letters, draw(st.sampled_from([(0,), (0,) * 50 + (1,), (0, 1, 2, -1)]))))
    entries = draw(st.sampled_from([(2,), (2,) * 50 + (1,), (2, -1), (-1,) * 20 + (2,), (0, 1, 2, -1)]))
    task = draw(tables(letters, entries, names=("z", "y", "x"), may_die=draw(st.booleans())))
    return model, task


# --- every small machine


def two_state_machines(entries):
    for flat, out in product(product(range(2), repeat=4), product(entries, repeat=4)):
        yield table(0, [flat[:2], flat[2:]], [out[:2], out[2:]])


def check_two_state_machines(share):
    """The product has 4 pairs, so that the shortest failing word has at most 4 letters: the oracle tries them all."""
    short = list(words(("a", "b"), 4, 1))

    def last_outputs(machine):
        return [list(outputs(machine, word))[-1] for word in short]

    models = [(machine, last_outputs(machine)) for machine in two_state_machines((0, 1))]
    tasks = [(machine, last_outputs(machine)) for machine in two_state_machines((-1, 0, 1))]
    lengths = set()
    for (model, answers), (task, demands) in share(product(models, tasks)):
        failing = (w for w, a, d in zip(short, answers, demands, strict=True) if d is not UNSPECIFIED and a != d)
        expected = next(failing, None)
        for method in (DENSE, HASHED):
            assert search_product(model, task, **method).word == expected
        assert check_words(model, task, 4).word == expected
        lengths.add(len(expected or ()))
    assert {0, 1, 2, 3} <= lengths <= {0, 1, 2, 3, 4}


def test_a_share_of_all_two_state_machines_against_all_tasks_of_two_states():
    rng = random.Random(3)
    check_two_state_machines(lambda cases: rng.sample(list(cases), 3000))


@pytest.mark.full
def test_all_two_state_machines_against_all_tasks_of_two_states():
    check_two_state_machines(lambda cases: cases)


def test_all_machines_with_one_letter():
    for flat, out in product(product(range(2), repeat=2), product((-1, 0, 1), repeat=2)):
        task = table(0, [[q] for q in flat], [[o] for o in out])
        for flat_m, out_m in product(product(range(3), repeat=3), product((0, 1), repeat=3)):
            model = table(0, [[q] for q in flat_m], [[o] for o in out_m])
            word, pairs = breadth_first(model, task)
            for method in (DENSE, HASHED):
                result = search_product(model, task, **method)
                assert (result.word, visited(result)) == (word, pairs)


# --- larger ones


@pytest.mark.parametrize("method", METHODS)
@given(models_and_tasks(), st.booleans())
@settings(deadline=None)
def test_the_product_is_searched_as_defined(method, case, skip_dead):
    result = search_product(*case, skip_dead=skip_dead, **method)
    assert (result.word, visited(result)) == breadth_first(*case, skip_dead)


@pytest.mark.parametrize("method", METHODS)
@given(models_and_tasks())
def test_the_product_is_searched_as_in_plain_python(method, case):
    slow, fast = search(*case), search_product(*case, **method)
    assert fast.word == slow.word
    assert set(visited(fast)) == slow.pairs


@given(models_and_tasks())
def test_leaving_out_dead_states_changes_no_verdict(case):
    pruned, whole = search_product(*case), search_product(*case, skip_dead=False)
    assert pruned.word == whole.word
    assert set(visited(pruned)) <= set(visited(whole))


def test_nothing_is_searched_after_the_last_demand():
    once = table(0, [[1], [1]], [[0], [-1]])
    late = table(0, [[0]], [[0]])
    assert visited(search_product(counter(1000, 1), once)) == [(0, 0), (1, 1)]
    assert len(search_product(counter(1000, 1), once, skip_dead=False).pairs) == 1001
    unasked = table(0, [[0, 1], [1, 1]], [[0, -1], [-1, -1]])
    assert len(search_product(counter(1000, 1, 0), unasked).pairs) == 1000
    never = table(0, [[0]], [[-1]])
    assert visited(search_product(counter(1000, 1), never)) == [(0, 0)]
    assert len(search_product(counter(1000, 1), late).pairs) == 1000


@pytest.mark.parametrize("method", METHODS)
def test_a_model_that_says_nothing_where_something_is_demanded_fails(method):
    task = table(0, [[0]], [[0]])
    silent = table(0, [[1], [1]], [[0], [-1]])
    assert search_product(silent, task, **method).word == ("a", "a")
    assert search_product(task, silent, **method).word is None


def test_outputs_are_compared_as_objects_and_symbols_by_name():
    model = TableMachine(("a", "b"), 0, [[0, 1], [1, 0]], [[0, 1], [1, 0]], ("even", "odd"))
    task = TableMachine(("b", "a"), 0, [[1, 0], [0, 1]], [[2, 0], [0, 2]], ("even", "other", "odd"))
    assert search_product(model, task).word is None
    spoiled = TableMachine(("b", "a"), 0, [[1, 0], [0, 1]], [[2, 0], [0, 2]], ("even", "odd", "other"))
    assert search_product(model, spoiled).word == ("b",)
    # of two shortest words the one that comes first in the task's order
    other = TableMachine(("a", "b"), 0, [[0, 1], [1, 0]], [[1, 0], [0, 1]], ("even", "odd"))
    assert search_product(other, task).word == ("b",)
    assert search_product(task, other).word == ("a",)
    with pytest.raises(SymbolError, match="same alphabet"):
        search_product(model, counter(2, 1))
    with pytest.raises(SymbolError, match="same alphabet"):
        check_words(model, counter(2, 1), 3)


@pytest.mark.parametrize("method", METHODS)
def test_growing(method, monkeypatch):
    """More pairs than the first queue and the first set hold, more than once."""
    monkeypatch.setattr(products, "DENSE_ROOM", 10)
    model, task = counter(97, 1, 5), counter(101, 1, 7)
    result = search_product(model, task, **method)
    assert result.word is None
    assert visited(result) == breadth_first(model, task)[1]
    assert result.count == 97 * 101


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("letters", [0, 1, 256, 257, 3000])
def test_few_and_many_letters(method, letters):
    rng = random.Random(letters)

    def machine(states):
        successors = [[rng.randrange(states) for _ in range(letters)] for _ in range(states)]
        shape = (states, letters)
        return TableMachine(
            tuple(range(letters)), 0, np.array(successors, int).reshape(shape), np.zeros(shape, int), ("x",)
        )

    model, task = machine(7), machine(5)
    result = search_product(model, task, **method)
    assert (result.word, visited(result)) == breadth_first(model, task)


# --- forgeries


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("seed", range(10))
def test_one_spoiled_entry_is_found_by_a_shortest_word(method, seed):
    rng = np.random.default_rng(seed)
    size = 300
    successors = np.stack([rng.permutation(size), rng.permutation(size)], axis=1)
    truth = table(0, successors, rng.integers(0, 3, (size, 2)))
    assert search_product(truth, truth, **method).word is None
    reached = {t for _, t in breadth_first(truth, truth)[1]}
    state, letter = rng.choice(sorted(reached)), rng.integers(2)
    for field in ("next", "out"):
        arrays = {"next": truth.next.copy(), "out": truth.out.copy()}
        arrays[field][state, letter] = (arrays[field][state, letter] + 1) % (size if field == "next" else 3)
        forged = table(0, arrays["next"], arrays["out"])
        word = search_product(forged, truth, **method).word
        assert word == breadth_first(forged, truth)[0]
        assert fails(forged, truth, word)
        assert all(not fails(forged, truth, word[:n]) for n in range(1, len(word)))


@pytest.mark.parametrize("method", METHODS)
def test_a_word_that_leads_through_a_whole_chain(method):
    size = 5000
    out = np.zeros((size, 2), int)
    out[-1] = 1
    chain = np.stack([np.zeros(size, int), np.minimum(np.arange(size) + 1, size - 1)], axis=1)
    word = search_product(table(0, chain, out), counter(1, 0, 0), **method).word
    assert word == ("b",) * (size - 1) + ("a",)


# --- verdicts


def test_verdicts_on_tables_carry_their_evidence():
    model, task = counter(6, 1), counter(4, 1)
    verdict = decide_tables(model, task, max_pairs=12)
    assert isinstance(verdict, Proved)
    assert verdict.pairs == 12
    verdict.certificate.check(model, task)
    with pytest.raises(CertificateError):
        ClosedPairs(frozenset(islice(verdict.certificate.pairs, 11))).check(model, task)
    wrong = counter(4, 1, out=[[0], [0], [0], [1]])
    refuted = decide_tables(model, wrong, max_pairs=12)
    assert isinstance(refuted, Refuted)
    assert refuted.trace.word == ("a",) * 4
    with pytest.raises(BudgetExhausted):
        decide_tables(model, task, max_pairs=11)


@pytest.mark.parametrize("method", METHODS)
def test_the_bound_on_pairs_is_exact(method):
    model, task = counter(50, 1, 3), counter(49, 1, 2)
    assert search_product(model, task, max_pairs=50 * 49, **method).count == 50 * 49
    for bound in (50 * 49 - 1, 17, 1):
        with pytest.raises(BudgetExhausted, match=f"visited {bound} state pairs"):
            search_product(model, task, max_pairs=bound, **method)
    with pytest.raises(BudgetExhausted, match="visited 1 state pairs"):
        search_product(model, task, max_pairs=0, **method)


@pytest.mark.parametrize("method", METHODS)
@given(models_and_tasks(), st.integers(1, 60))
def test_a_budget_ends_the_search_or_changes_nothing(method, case, bound):
    word, pairs = breadth_first(*case)
    if len(pairs) <= bound:
        assert search_product(*case, max_pairs=bound, **method).word == word
    else:
        with pytest.raises(BudgetExhausted):
            search_product(*case, max_pairs=bound, **method)


# --- every word


@given(models_and_tasks(), st.integers(0, 5))
@settings(deadline=None)
def test_words_are_checked_as_defined(case, length):
    model, task = case
    slow, fast = search_words(model, task, length), check_words(model, task, length)
    assert (fast.word, fast.steps, fast.demands) == (slow.word, slow.steps, slow.demands)


@given(models_and_tasks(), st.integers(0, 5))
def test_words_are_checked_one_by_one(case, length):
    model, task = case
    every = list(words(task.alphabet, length, 1))
    found = check_words(model, task, length, skip_dead=False)
    assert found.words == len(every)
    assert found.word == next((word for word in every if fails(model, task, word)), None)
    if found.word is None:
        assert found.steps == len(every)
        assert found.demands == sum(list(outputs(task, word))[-1] is not UNSPECIFIED for word in every)
    assert check_words(model, task, length).word == found.word


@given(models_and_tasks())
def test_enumeration_and_product_agree(case):
    """As long a word as the product's shortest one is enough, and one letter less isn't."""
    word = search_product(*case).word
    if word is None:
        assert check_words(*case, 5).word is None
    elif len(word) <= 8:
        assert check_words(*case, len(word)).word == word
        assert check_words(*case, 8).word == word
        assert check_words(*case, len(word) - 1).word is None


def test_the_enumeration_goes_on_where_it_paused(monkeypatch):
    model, task = counter(6, 1, 2), counter(4, 1, 3)
    whole = check_words(model, task, 9)
    assert whole.steps == whole.words == whole.demands == 2**10 - 2
    for chunk in (1, 2, 7):
        monkeypatch.setattr(products, "CHUNK", chunk)
        heard = []
        assert check_words(model, task, 9, progress=heard.append) == whole
        assert heard == sorted(heard)
        assert heard[-1] == whole.steps
        assert len(heard) >= whole.steps // (chunk + 1)


def test_words_beyond_the_counters_are_refused_before_the_walk():
    machine = counter(6, *range(6))
    for length in (25, 10**6):  # 6^25 > 2^63
        with pytest.raises(BudgetExhausted, match=f"more than {2**62} words"):
            check_words(machine, machine, length, max_steps=2**100)
    with pytest.raises(BudgetExhausted, match="more than 41 words"):
        check_words(machine, machine, 2, max_steps=41)
    assert check_words(machine, machine, 2, max_steps=42).steps == 42
    for length in (-1, 10**6 + 1):
        with pytest.raises(DomainError, match="length"):
            check_words(machine, machine, length)


def test_steps_are_bounded_where_words_end_early():
    """Of some 2^81 words only those are read that the task still demands something of."""
    path = table(0, [[1, 2], [1, 2], [2, 2]], [[0, -1], [0, -1], [-1, -1]])
    model = table(0, [[0, 0]], [[0, 0]])
    found = check_words(model, path, 80)
    assert (found.word, found.words, found.steps, found.demands) == (None, 2**81 - 2, 80, 80)
    assert check_words(model, path, 80, max_steps=80) == found
    with pytest.raises(BudgetExhausted, match="took 79 steps"):
        check_words(model, path, 80, max_steps=79)


def test_long_words_over_one_letter():
    model, task = counter(7, 1), counter(5, 1)
    assert check_words(model, task, 10**5).steps == 10**5
    late = counter(99991, 1, out=(np.arange(99991) == 99990).astype(int)[:, None])
    assert check_words(late, task, 10**6).word == ("a",) * 99991
