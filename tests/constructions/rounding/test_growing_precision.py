"""Dihedral groups by one coordinate: states as integers by hand, products as permutations; how long p bits last."""

import random

import pytest

from constructions.rounding.growing_precision import UpTo, dihedral, dihedral_model, fixed_integers, tracking_table
from exactssm.arithmetic import Integers, MachineInteger, Overflow, ResidueRing
from exactssm.errors import ConstructionError, DomainError
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.table import tabulate
from exactssm.tasks import WordProblem, parity
from tests.constructions.by_hand import products, realised, then
from verify import decide, decide_every_readout
from verify.search.products import search_product

BOTH = (Overflow.SATURATE, Overflow.WRAP)


def by_hand(d, word):
    """h after each letter, in plain integers."""
    h, found = 1, []
    for x in word:
        a, b = d.exponents[x]
        h = (h + 4 * b) * (-1) ** a
        found.append(h)
    return found


@pytest.mark.parametrize("name", ["S3", "D4", "D5"])
def test_states_and_products(name):
    """Also: over Z/4n the states are those over Z, reduced; and after T letters |h| <= 4 (n - 1) T + 1."""
    d = dihedral(name)
    letters = tuple(d.exponents)
    over_z = dihedral_model(d, Integers(), letters)
    modulo = dihedral_model(d, ResidueRing(4 * d.n), letters)
    for seed in range(20):
        word = random.Random(seed).choices(letters, k=60)
        found, reduced = run(over_z, word), run(modulo, word)
        states = [h for ((h,),) in found.states[1:]]
        assert states == by_hand(d, word)
        assert [h for ((h,),) in reduced.states[1:]] == [h % (4 * d.n) for h in states]
        assert list(found.outputs) == list(reduced.outputs) == products(d.structure, word)
        assert all(abs(h) <= 4 * (d.n - 1) * T + 1 for T, h in enumerate(states, start=1))


@pytest.mark.parametrize("name", ["S3", "D4", "D5"])
def test_elements_are_powers_by_permutations(name):
    d = dihedral(name)
    images = realised(d.structure)
    degree = len(images[0])
    for x, (a, b) in d.exponents.items():
        assert images[x] == then(degree, [images[d.r]] * b + [images[d.s]] * a)
    assert sorted(d.exponents.values()) == [(a, b) for a in (0, 1) for b in range(d.n)]


@pytest.mark.parametrize("name", ["Q8", "A4", "Z6", "Z5", "C2xC4"])
def test_groups_that_are_not_dihedral(name):
    with pytest.raises(ConstructionError):
        dihedral(name)


@pytest.mark.parametrize("overflow", BOTH)
@pytest.mark.parametrize("p", range(4, 9))
def test_the_table_is_the_model(p, overflow):
    for name in ("S3", "D4", "D5"):
        d = dihedral(name)
        numbers = fixed_integers(p, overflow)
        slow = tabulate(dihedral_model(d, numbers, d.generators))
        fast = tabulate(tracking_table(d, numbers))
        assert (fast.alphabet, fast.start, fast.outputs) == (slow.alphabet, slow.start, slow.outputs)
        assert fast.next.tolist() == slow.next.tolist()
        assert fast.out.tolist() == slow.out.tolist()


def first_failure(name, p, overflow):
    d = dihedral(name)
    task = tabulate(WordProblem(d.structure, d.generators))
    return d, search_product(tracking_table(d, fixed_integers(p, overflow)), task).word


@pytest.mark.parametrize("overflow", BOTH)
@pytest.mark.parametrize("name", ["S3", "D5", "D6"])
@pytest.mark.parametrize("p", [*range(4, 13), *(pytest.param(p, marks=pytest.mark.full) for p in range(13, 25))])
def test_p_bits_last_an_eighth_of_their_range(name, p, overflow):
    """The shortest failing word, found for each p: r, 2^p/8 times."""
    d, word = first_failure(name, p, overflow)
    assert word == (d.r,) * (2**p // 8)


def test_where_four_n_divides_the_range_wrapping_never_fails():
    """D4 = D_(2^(p-2)) for p = 4, and less than that for more bits."""
    for p in range(4, 9):
        d, word = first_failure("D4", p, Overflow.WRAP)
        assert word is None
        assert decide(
            dihedral_model(d, MachineInteger(p), d.generators), WordProblem(d.structure, d.generators)
        ).name == ("proved")
        _, word = first_failure("D4", p, Overflow.SATURATE)
        assert len(word) == 2**p // 8


def test_one_letter_more_fails_the_slow_way():
    """Without tables: right on all shorter words, wrong on this one."""
    for p in (4, 5, 6):
        d = dihedral("S3")
        task = WordProblem(d.structure, d.generators)
        for numbers in (*(fixed_integers(p, overflow) for overflow in BOTH), MachineInteger(p)):
            model = dihedral_model(d, numbers, d.generators)
            assert decide(model, UpTo(task, 2**p // 8 - 1)).name == "proved"
            assert decide(model, UpTo(task, 2**p // 8)).trace.word == (d.r,) * (2**p // 8)


@pytest.mark.parametrize("p", range(4, 9))
def test_collisions(p):
    """Whatever the readout: saturated, r^k and r^(k+1) come together; wrapped, two ways round to one number."""
    d = dihedral("S3")
    task = WordProblem(d.structure, d.generators)
    found = decide_every_readout(dihedral_model(d, fixed_integers(p, Overflow.SATURATE), d.generators), task).trace
    assert {len(found.first), len(found.second)} == {2**p // 8, 2**p // 8 + 1}
    found = decide_every_readout(dihedral_model(d, fixed_integers(p, Overflow.WRAP), d.generators), task).trace
    assert len(found.first) == len(found.second) == 2**p // 8 + 2
    first, second = (by_hand(d, word)[-1] for word in (found.first, found.second))
    assert (first - second) % 2**p == 0 != (first - second) % 12
    assert products(d.structure, found.first)[-1] != products(d.structure, found.second)[-1]


def test_four_bits_by_hand():
    """-8 .. 7: 1, 5, then 9 becomes 7, or -7; r^2 sends 1 to 9, and neither 7 nor -7 is 9 mod 12."""
    d = dihedral("S3")
    for overflow, last in ((Overflow.SATURATE, 7), (Overflow.WRAP, -7)):
        found = run(dihedral_model(d, fixed_integers(4, overflow), d.generators), (d.r, d.r))
        assert found.states == (((1,),), ((5,),), ((last,),))
        assert found.outputs[1] != products(d.structure, (d.r, d.r))[1]


def test_three_bits_do_not_hold_four():
    d = dihedral("S3")
    with pytest.raises(DomainError, match="does not hold 4"):
        dihedral_model(d, fixed_integers(3, Overflow.WRAP), d.generators)


def test_up_to():
    task = UpTo(parity(), 3)
    for word in words("01", 5, 5):
        found = run(task, word)
        assert found.outputs == (*run(parity(), word[:3]).outputs, UNSPECIFIED, UNSPECIFIED)
        assert [task.is_dead(state) for state in found.states] == [False] * 3 + [True] * 3
