"""Random machines of every kind: each verdict against all words, run one by one from their beginnings.

Tables, stacks over several arithmetics, chains of thought, renamed and relabelled machines; tasks that leave outputs
open, with and without known dead states.
"""

from __future__ import annotations

import random
from collections import Counter
from fractions import Fraction
from itertools import product

import pytest

from exactssm.arithmetic import GaloisField, Integers, PrimeField, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ThoughtLimitExceeded
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer
from exactssm.machine import UNSPECIFIED, Relabelled, Renamed, run, words
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.table import tabulate
from exactssm.tasks import Automaton, dead_states
from tests.support import fails
from verify import decide, decide_every_readout, find_readout
from verify.resources import measure
from verify.search.exhaustive import search_words
from verify.search.products import check_words, search_product
from verify.search.reachability import ClosedPairs, search
from verify.search.remembering import Remembering, remembering
from verify.trace import Collision

DOMAINS = [ResidueRing(2), ResidueRing(3), ResidueRing(4), PrimeField(3), GaloisField(4)]
OUTPUTS = [
    (0, 1),
    (0, 1, UNSPECIFIED),
    (0,) * 7 + (1, UNSPECIFIED),
    (1, True, Fraction(1)),  # all the same
    (1, True, 0, "1", UNSPECIFIED),
    (0, UNSPECIFIED, UNSPECIFIED, UNSPECIFIED),
]
LONGEST = {1: 10, 2: 6, 3: 4}  # by the size of the alphabet
BUDGET = 3000


def remembered(choose):
    """A function whose values are chosen when they are first asked for, and then kept."""
    kept = {}
    return lambda *at: kept[at] if at in kept else kept.setdefault(at, choose())


def automaton(rng, alphabet, emitted, states):
    keys = list(product(range(states), alphabet))
    delta = {key: rng.randrange(states) for key in keys}
    return Automaton(alphabet, range(states), 0, delta, {key: rng.choice(emitted) for key in keys})


def layer(rng):
    width = rng.randint(1, 2)
    if rng.random() < 0.3:
        orders = tuple(rng.choice((2, 3)) for _ in range(width))
        return RotationLayer(orders, remembered(lambda: tuple(map(rng.randrange, orders))))
    if rng.random() < 0.2:  # may have endlessly many states
        counter = remembered(lambda: (rng.choice((-1, 0, 1)),))
        return DiagonalLayer(Integers(), (1,), lambda x: counter("decay", x), lambda x: counter("drive", x))
    domain = rng.choice(DOMAINS)

    def vector():
        return tuple(rng.choice(domain.elements) for _ in range(width))

    if rng.random() < 0.5:
        return DiagonalLayer(domain, vector(), remembered(vector), remembered(vector))
    return DenseLayer(domain, vector(), remembered(lambda: tuple(vector() for _ in range(width))), remembered(vector))


def stack(rng, alphabet, emitted):
    depth = rng.randint(1, 3)
    letters = ["pqr"] * (depth - 1) + [emitted]
    return Model(alphabet, [Block(layer(rng), remembered(lambda z=z: rng.choice(z))) for z in letters])


def machine(rng, alphabet, emitted):
    kind = rng.randrange(5)
    if kind == 0:
        return automaton(rng, alphabet, emitted, rng.randint(1, 4))
    if kind == 1:
        thoughts = [Think("t"), Think("u"), Think(alphabet[0])]
        return OnlineCoT(stack(rng, (*alphabet, "t", "u"), [*emitted, *thoughts]), alphabet, rng.randint(0, 4))
    if kind == 2:
        return Renamed(automaton(rng, alphabet, (0, 1, 2), 3), remembered(lambda: rng.choice(emitted)))
    if kind == 3:
        return Relabelled(automaton(rng, "xyz", emitted, 3), {x: rng.choice("xyz") for x in alphabet})
    return stack(rng, alphabet, emitted)


def pair_of_machines(rng):
    alphabet = rng.choice(("a", "ab", "ab", "abc"))
    emitted = rng.choice(OUTPUTS)
    if rng.random() < 0.5:
        emitted = (emitted[0],) * 12 + emitted  # differences come late
    model = machine(rng, alphabet, emitted)
    task = automaton(rng, "".join(rng.sample(alphabet, len(alphabet))), emitted, rng.randint(1, 3))
    return model, tabulate(task) if rng.random() < 0.5 else task


def matters(task, word):
    """Whether a search reads ``word``: unless something is dead before its end, or its end is and nothing demanded."""
    is_dead = dead_states(task)
    states, emitted = run(task, word)
    dead_end = emitted[-1] is UNSPECIFIED and is_dead(states[-1])
    return not (dead_end or any(map(is_dead, states[:-1])))


def first_event(model, task, length):
    """The first word that fails or on which the model thinks too long, and which of both; all words, one by one."""
    for word in words(task.alphabet, length, 1):
        if matters(task, word):
            try:
                run(model, word)
                if fails(model, task, word):
                    return word, "fails"
            except ThoughtLimitExceeded:
                return word, "overruns"
    return None


def event_of(search_for, *given, **options):
    """What a search came to, in the form of `first_event`, and what it returned."""
    try:
        found = search_for(*given, **options)
    except ThoughtLimitExceeded as error:
        return (error.word, "overruns"), None
    return None if found.word is None else (found.word, "fails"), found


def check_search(model, task, expected, length):
    try:
        event, found = event_of(search, model, task, max_pairs=BUDGET)
    except BudgetExhausted:
        assert expected is None  # whatever fails early is found early: all short words fit into the budget
        return "budget"
    assert event == expected or (expected is None and len(event[0]) > length)
    if found is None:
        return "overruns"
    assert event_of(search, remembering(model), remembering(task), max_pairs=BUDGET) == (event, found)
    if event is None:
        ClosedPairs(found.pairs).check(model, task)
        for pair in sorted(found.pairs, key=repr)[:3]:
            with pytest.raises(CertificateError):
                ClosedPairs(found.pairs - {pair}).check(model, task)
        measure(model, found.pairs, task)
    return "fails" if event else "agrees"


def check_tables(model, task, length):
    """The compiled searches against the definitions, which are run on the very same tables."""
    try:
        model, task = (tabulate(each, max_states=BUDGET) for each in (model, task))
    except BudgetExhausted:
        return
    found, fast = search(model, task), search_product(model, task)
    assert (fast.word, set(map(tuple, fast.pairs.tolist()))) == (found.word, found.pairs)
    walk, fast = search_words(model, task, length), check_words(model, task, length)
    assert (fast.word, fast.steps, fast.demands) == (walk.word, walk.steps, walk.demands)


def check_readout(model, task, length):
    try:
        found = find_readout(model, task, max_pairs=BUDGET)
    except BudgetExhausted:
        return "budget"
    shown, collides = {}, None
    for word in words(task.alphabet, length, 1):
        demanded = run(task, word).outputs[-1]
        if demanded is UNSPECIFIED:
            continue
        if shown.setdefault((run(model, word).states[-1], word[-1]), demanded) != demanded:
            collides = word
            break
    verdict = decide_every_readout(model, task, max_pairs=BUDGET)
    if isinstance(found, Collision):
        found.replay(model, task)
        assert verdict.trace == found
        assert len(found.second) == (len(collides) if collides else max(len(found.second), length + 1))
        return "collision"
    assert collides is None
    verdict.certificate.check(model, task)
    return "readout"


def check_verdict(rng, model, task, expected, length):
    verdict = decide(model, task, max_pairs=rng.choice((1, 5, BUDGET)), length=rng.choice((None, 2, length)))
    if verdict.name == "refuted":
        verdict.trace.replay(model, task)
        assert expected == (verdict.trace.word, "fails") or (expected is None and len(verdict.trace.word) > length)
    elif verdict.name == "checked":
        assert expected is None or len(expected[0]) > verdict.length
    elif verdict.name == "proved":
        assert expected is None
        verdict.certificate.check(model, task)
    return verdict.name


def check_random_machines(seed, cases):
    rng, seen = random.Random(seed), Counter()
    for _ in range(cases):
        model, task = pair_of_machines(rng)
        length = LONGEST[len(task.alphabet)]
        expected = first_event(model, task, length)
        for shorter in (0, 1, rng.randint(0, length)):
            event, _ = event_of(search_words, model, task, shorter)
            assert event == (expected if expected and len(expected[0]) <= shorter else None)
        came_to = check_search(model, task, expected, length)
        seen[came_to] += 1
        seen[check_verdict(rng, model, task, expected, length)] += 1
        if came_to != "overruns":
            check_tables(model, task, length)
            if not isinstance(model, OnlineCoT):
                seen[check_readout(model, task, length)] += 1
        seen["remembering"] += isinstance(remembering(model), Remembering)
    return seen


EVERYTHING = {"agrees", "fails", "overruns", "budget", "proved", "refuted", "checked", "inconclusive"}
EVERYTHING |= {"readout", "collision", "remembering"}


@pytest.mark.parametrize("seed", range(2))
def test_random_machines(seed):
    assert set(check_random_machines(seed, 120)) == EVERYTHING


@pytest.mark.full
@pytest.mark.parametrize("seed", range(100, 120))
def test_many_random_machines(seed):
    assert set(check_random_machines(seed, 1000)) == EVERYTHING
