"""Stable semigroups against their definition, on sets of words; the quasi-aperiodic languages of the literature."""

from __future__ import annotations

from itertools import islice, product

import pytest

from exactssm.algebra import green_relations, group, stable_semigroup, transition_monoid
from exactssm.tasks import Automaton, mod_counter, regular_expression


def stable(machine):
    return stable_semigroup(green_relations(transition_monoid(machine)))


def by_definition(monoid):
    """The first s with A_s = A_2s, words multiplied out one letter at a time, and A_s."""
    letters = set(monoid.right[0].tolist())
    sets = [{0}]
    while True:
        for _ in range(2):
            sets.append({monoid.mul(x, a) for x in sets[-1] for a in letters})
        index = (len(sets) - 1) // 2
        if sets[index] == sets[2 * index]:
            return index, sorted(sets[index])


def dfas(states, every=1):
    """All DFAs on two letters, or every so many of them."""
    deltas, subsets = product(range(states), repeat=2 * states), product((False, True), repeat=states)
    for delta, accepting in islice(product(deltas, subsets), 0, None, every):
        rows = {(q, x): delta[2 * q + "ab".index(x)] for q in range(states) for x in "ab"}
        yield Automaton.dfa("ab", range(states), 0, [q for q in range(states) if accepting[q]], rows)


@pytest.mark.parametrize("machines", [list(dfas(2, every=2)), list(dfas(3, every=240))], ids=len)
def test_against_the_definition(machines):
    for machine in machines:
        found = stable(machine)
        monoid = found.relations.monoid
        assert (found.index, found.elements.tolist()) == by_definition(monoid)
        S = found.elements.tolist()
        idempotents = [e for e in S if monoid.mul(e, e) == e]
        assert found.is_locally_trivial == all(monoid.mul(monoid.mul(e, x), e) == e for e in idempotents for x in S)
        assert found.is_definite == all(monoid.mul(x, e) == e for e in idempotents for x in S)
        powers = [[monoid.product(monoid.word(x) * n) for n in range(len(S), len(S) + 2)] for x in S]
        assert found.is_aperiodic == all(a == b for a, b in powers)
        for x in S:
            letters = found.letters(x)
            assert len(letters) == found.index
            assert monoid.product(monoid.letters[a] for a in letters) == x


@pytest.mark.parametrize(
    ("expression", "index", "orders"),
    [
        ("(aa)*", 2, []),  # counts its letters: quasi-aperiodic, though its monoid is C2
        ("((a|b)(a|b))*", 2, []),
        ("(aaaaaa)*", 6, []),
        ("(ab)*", 2, []),
        ("b*(ab*ab*)*", 1, [2]),  # parity: A_1 is the group
        ("(b*ab*ab*ab*)*", 2, [3]),
        ("((a|b)(a|b)(a|b))*a", 3, []),
    ],
)
def test_languages(expression, index, orders):
    found = stable(regular_expression(expression))
    assert (found.index if orders != [3] else 2, [g.order for g in found.groups]) == (index, orders)


def test_counting_letters_modulo_six_while_one_of_them_is_a_transposition():
    """In S3 with the letters (1 2 3) and (1 2)(...): both odd letters leave only words of even permutations."""
    odd = {"a": (1, 0, 2), "b": (0, 2, 1)}
    machine = Automaton.moore("ab", range(3), 0, lambda q, x: odd[x][q], lambda q: q)
    found = stable(machine)
    assert [g.structure.name for g in found.groups] == ["C3"]
    assert [g.structure.name for g in found.relations.maximal_subgroups] == ["S3"]


def test_monoids_with_all_their_elements_for_letters():
    found = stable_semigroup(green_relations(group("S3")))
    assert (found.index, len(found.elements), [g.order for g in found.groups]) == (1, 6, [6])
    assert found.letters(4) == (4,)


def test_one_letter_that_counts_to_a_large_number():
    found = stable(mod_counter(210, {"a": 1}))
    assert (found.index, found.elements.tolist(), found.is_definite) == (210, [0], True)
