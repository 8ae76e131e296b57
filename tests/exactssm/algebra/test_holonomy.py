"""Holonomy decompositions: emulation code by code, their groups against the subgroups of the monoid by brute force, and
cascades that are false."""

import random
from dataclasses import replace
from itertools import product

import pytest

from exactssm.algebra import FiniteMonoid, Group, derived_length
from exactssm.algebra.cascade_product import PermutationResetCascade, is_permutation, is_reset
from exactssm.algebra.holonomy import holonomy_cascade
from exactssm.errors import BudgetExhausted, CertificateError, DomainError


def all_maps(states):
    return list(product(range(states), repeat=states))


def drawn(seed, states, letters):
    source = random.Random(seed)
    return [tuple(source.randrange(states) for _ in range(states)) for _ in range(letters)]


def follow(cascade, code, word):
    for letter in word:
        code = cascade.step(code, letter)
    return code


def check_emulates(maps):
    """By words, and not by the cascade's own check: after each of them every code stands for the state it should."""
    cascade = holonomy_cascade(maps)
    cascade.check()
    assert set(cascade.states.values()) == set(range(len(maps[0])))
    for (above, letter), action in cascade.actions.items():
        assert is_permutation(action) or is_reset(action)
        assert len(action) == cascade.sizes[len(above)]
        assert letter < len(maps)
    for code, state in list(cascade.states.items())[:20]:
        for word in product(range(len(maps)), repeat=3):
            q = state
            for letter in word:
                q = maps[letter][q]
            assert cascade.states[follow(cascade, code, word)] == q
    return cascade


def subgroups(maps):
    """The groups of units of eMe for all idempotents e of the monoid M, as sets of maps under composition."""
    monoid = FiniteMonoid.from_transformations(maps)
    for e in range(monoid.order):
        if monoid.mul(e, e) != e:
            continue
        local = [x for x in range(monoid.order) if monoid.product((e, x, e)) == x]
        units = [x for x in local if any(monoid.mul(x, y) == e == monoid.mul(y, x) for y in local)]
        units.sort(key=lambda x: x != e)
        yield Group.from_table([[units.index(monoid.mul(x, y)) for y in units] for x in units])


def kinds(groups):
    """Whether all groups are solvable, and the primes that divide their orders."""
    groups = list(groups)
    orders = [g.order for g in groups]
    primes = {p for p in (2, 3, 5, 7) if any(order % p == 0 for order in orders)}
    return all(derived_length(g) is not None for g in groups), primes


def test_every_two_maps_of_two_states():
    for maps in product(all_maps(2), repeat=2):
        cascade = check_emulates(maps)
        assert kinds(cascade.groups) == kinds(subgroups(maps))


@pytest.mark.parametrize("seed", range(40))
def test_two_maps_of_three_states(seed):
    maps = drawn(seed, 3, 2)
    assert kinds(check_emulates(maps).groups) == kinds(subgroups(maps))


@pytest.mark.full
def test_every_two_maps_of_three_states():
    for maps in product(all_maps(3), repeat=2):
        assert kinds(check_emulates(maps).groups) == kinds(subgroups(maps))


@pytest.mark.parametrize(("states", "letters"), [(4, 1), (4, 2), (4, 3), (5, 2), (6, 2)])
@pytest.mark.parametrize("seed", range(3))
def test_more_states(states, letters, seed):
    maps = drawn(f"{states} {letters} {seed}", states, letters)
    cascade = check_emulates(maps)
    if states < 6:
        assert kinds(cascade.groups) == kinds(subgroups(maps))


@pytest.mark.full
@pytest.mark.parametrize("states", [4, 5])
def test_more_states_in_full(states):
    for seed in range(150):
        maps = drawn(f"{states} {seed}", states, 2)
        assert kinds(check_emulates(maps).groups) == kinds(subgroups(maps))


@pytest.mark.parametrize(
    ("maps", "sizes", "orders"),
    [
        ([(0, 0), (1, 1)], (2,), [1]),  # the flip-flop
        ([(1, 2, 3, 0)], (4,), [4]),  # a counter: one level of points
        ([(1, 2, 0), (1, 0, 2)], (3,), [6]),  # S3
        ([(1, 2, 0), (1, 0, 2), (0, 0, 2)], (3, 2), [6, 2]),  # all maps: S3 on the pairs, then C2 on the points of one
        ([(1, 2, 3, 0), (1, 0, 2, 3), (0, 0, 2, 3)], (4, 3, 2), [24, 6, 2]),
        ([(1, 2, 2), (0, 0, 1)], (2, 2), [1, 1]),  # a walk on three cells
        ([(0, 1, 2)], (3,), [1]),  # nothing moves
        ([(0,), (0,)], (), []),  # one state: nothing to know
    ],
)
def test_by_hand(maps, sizes, orders):
    cascade = check_emulates(maps)
    assert cascade.sizes == sizes
    assert [g.order for g in cascade.groups] == orders


def test_all_maps_of_n_states_have_the_symmetric_groups():
    """The full transformation monoid: S_n, S_(n-1) ... S_2 on tiles that are all sets of one state less."""
    n = 5
    maps = [(*range(1, n), 0), (1, 0, *range(2, n)), (0, 0, *range(2, n))]
    cascade = holonomy_cascade(maps)
    cascade.check()
    assert cascade.sizes == (5, 4, 3, 2)
    assert [g.order for g in cascade.groups] == [120, 24, 6, 2]
    assert kinds(cascade.groups)[0] is False


def test_codes_from_one_start():
    whole = holonomy_cascade([(1, 1, 2), (2, 1, 2)])
    reached = holonomy_cascade([(1, 1, 2), (2, 1, 2)], [1])
    reached.check()
    assert set(reached.states.values()) == {1}
    assert set(reached.states) <= set(whole.states)


FULL3 = holonomy_cascade([(1, 2, 0), (1, 0, 2), (0, 0, 2)])


def test_a_wrong_state_map_is_refused():
    for code, state in FULL3.states.items():
        for other in range(4):
            if other != state:
                with pytest.raises(CertificateError):
                    replace(FULL3, states={**FULL3.states, code: other}).check()


def test_a_wrong_action_is_refused():
    refused = 0
    for key, action in FULL3.actions.items():
        for i, image in product(range(len(action)), range(len(action))):
            if image != action[i]:
                with pytest.raises(CertificateError):
                    replace(FULL3, actions={**FULL3.actions, key: (*action[:i], image, *action[i + 1 :])}).check()
                refused += 1
    assert (
        refused == 3 * 3 * 2 + 3 * 3 * 2 * 1
    )  # letters, points, other images; on the second level for each point above


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"states": {}}, "must have a code"),
        ({"states": {(0, 0): 0}}, "must be closed"),
        ({"states": {**FULL3.states, (0,): 0}}, "a point of each level"),
        ({"states": {**FULL3.states, (0, 7): 0}}, "a point of each level"),
        ({"actions": {}}, "its action is None"),
        ({"actions": {**FULL3.actions, ((), 0): (1, 2)}}, "must move the 3 points"),
        ({"actions": {**FULL3.actions, ((), 0): (1, 2, 3)}}, "must move the 3 points"),
        ({"actions": {**FULL3.actions, ((), 0): (1, 1, 0)}}, "must be a permutation or a reset"),
        ({"maps": ((1, 0, 2), (1, 0, 2), (0, 0, 2))}, "stands for state"),
    ],
)
def test_what_is_no_cascade_is_refused(change, message):
    with pytest.raises(CertificateError, match=message):
        replace(FULL3, **change).check()


def test_a_cascade_by_hand_that_counts_modulo_four():
    """Two bits: the carry into the second depends on the first one before the letter."""
    swap, keep = (1, 0), (0, 1)
    counter = PermutationResetCascade(
        maps=((1, 2, 3, 0),),
        sizes=(2, 2),
        actions={((), 0): swap, ((0,), 0): keep, ((1,), 0): swap},
        states={(bit, carry): bit + 2 * carry for bit in (0, 1) for carry in (0, 1)},
    )
    counter.check()
    assert [g.order for g in counter.groups] == [2, 2]
    with pytest.raises(DomainError, match="no code of the cascade begins with"):
        counter.step((0, 0, 0), 0)
    with pytest.raises(DomainError, match=r"level 1 has the points 0 \.\. 1"):
        counter.step((0, 5), 0)
    with pytest.raises(CertificateError, match="stands for state"):
        replace(counter, actions={**counter.actions, ((0,), 0): swap, ((1,), 0): keep}).check()


@pytest.mark.parametrize("maps", [[], [()], [(0, 1), (0,)], [(0, 2)], [(-1, 0)]])
def test_what_are_no_maps(maps):
    with pytest.raises(DomainError):
        holonomy_cascade(maps)


def test_bounds():
    with pytest.raises(DomainError, match="the start 3"):
        holonomy_cascade([(0, 1, 2)], [3])
    with pytest.raises(BudgetExhausted, match="more than 5 images"):
        holonomy_cascade([(1, 2, 3, 0), (1, 0, 2, 3), (0, 0, 2, 3)], max_sets=5)
    with pytest.raises(BudgetExhausted, match="more than 3 codes"):
        holonomy_cascade([(1, 2, 3, 0), (0, 0, 1, 2)], max_codes=3)
