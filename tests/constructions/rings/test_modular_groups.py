"""Groups over Z/m: maps and words in plain integers, products by permutations, the table from the theory."""

import random
from itertools import product
from math import gcd

import numpy as np
import pytest

from constructions.registry import claim_named
from constructions.rings.modular_groups import (
    TABLE,
    ProductsOf,
    modular_tracker,
    refuting_words,
    two_generated,
    universal_layer,
)
from constructions.rings.modular_laws import Law, _Relations, loops, separating_coordinates, unit_exponent
from exactssm.algebra import AbelianFactor, derived_length, generated_subgroup, group, small_group, small_groups
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.errors import CertificateError, ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from tests.constructions.by_hand import products
from verify import Proved, Refuted, decide, decide_every_readout
from verify.runner import examine

#: by name, as the theory lists them; a row for 8 holds for 16 as well
BY_NAME = {
    3: "S3 D6 C3xS3",
    4: "D4 Q8 [16,3] C4:C4",
    5: "D5 D10 [20,1] AGL(1,5)",
    6: "S3 D6 C3xS3",
    7: "D7 C7:C3",
    8: "D4 Q8 [16,3] C4:C4 C8:5:C2 D8 C8:3:C2 Q16",
    9: "S3 D6 D9 C3xS3",
    12: "S3 D6 C3xS3 D4 Q8 [16,3] C4:C4 Dic3 Dic6 Z4xS3 D12 C2xDic3 [24,8] C3xD4 C3xQ8",
    16: "D4 Q8 [16,3] C4:C4 C8:5:C2 D8 C8:3:C2 Q16",
}
#: by their numbers, which the names have to agree with
BY_NUMBER = {
    3: {(6, 1), (12, 4), (18, 3)},
    4: {(8, 3), (8, 4), (16, 3), (16, 4)},
    5: {(10, 1), (20, 4), (20, 1), (20, 3)},
    6: {(6, 1), (12, 4), (18, 3)},
    7: {(14, 1), (21, 1)},
    8: {(8, 3), (8, 4), (16, 3), (16, 4), (16, 6), (16, 7), (16, 8), (16, 9)},
    9: {(6, 1), (12, 4), (18, 1), (18, 3)},
    12: {(6, 1), (12, 4), (18, 3), (8, 3), (8, 4), (16, 3), (16, 4), (12, 1)}
    | {(24, 4), (24, 5), (24, 6), (24, 7), (24, 8), (24, 10), (24, 11)},
    16: {(8, 3), (8, 4), (16, 3), (16, 4), (16, 6), (16, 7), (16, 8), (16, 9)},
}


def fingerprint(structure):
    """What tells the groups of order up to 24 with two generators apart: how many elements have which order, how many
    commute with how many, and how many are squares."""
    table = structure.table
    centralisers = (table == table.T).sum(axis=1)
    squares = len(set(np.diagonal(table).tolist()))
    return structure.order, sorted(zip(structure.element_orders, centralisers.tolist(), strict=True)), squares


@pytest.mark.parametrize("modulus", BY_NAME)
def test_names_and_numbers_of_the_table_agree(modulus):
    named = [fingerprint(group(name)) for name in BY_NAME[modulus].split()]
    numbered = [fingerprint(small_group(*number)) for number in BY_NUMBER[modulus]]
    assert sorted(named, key=str) == sorted(numbered, key=str)


def test_the_fingerprint_tells_them_apart():
    groups = two_generated(24)
    prints = [str(fingerprint(g.structure)) for g in groups]
    assert len(set(prints)) == len(groups) == 32


#: rows that the theory leaves out: Z/2 adds C2 only, over Z/11 there is D11 alone, over Z/13 the least has order 26
FURTHER = {10: BY_NUMBER[5], 11: {(22, 1)}, 13: set(), 14: BY_NUMBER[7]}


@pytest.mark.parametrize("modulus", FURTHER)
def test_further_rows_of_the_table(modulus):
    assert set(TABLE[modulus]) == FURTHER[modulus]


def test_the_row_of_15():
    """Those of 3 and 5; and of C4 from Z/5 and S3 from Z/3 the groups C4xS3, C3:C4 inside it, and C2x(C3:C4)."""
    assert set(TABLE[15]) == BY_NUMBER[3] | BY_NUMBER[5] | {(12, 1), (24, 5), (24, 7)}
    c4_and_s3 = group("C4xS3")
    subgroups = {generated_subgroup(c4_and_s3, pair) for pair in product(range(24), repeat=2)}
    assert any(
        len(s) == 12 and sorted(c4_and_s3.element_orders[x] for x in s) == sorted(group("Dic3").element_orders)
        for s in subgroups
    )


@pytest.mark.parametrize("modulus", BY_NUMBER)
def test_the_table_is_that_of_the_theory(modulus):
    assert set(TABLE[modulus]) == BY_NUMBER[modulus]
    assert len(set(TABLE[modulus])) == len(TABLE[modulus])


def trackable(modulus, max_order):
    return {
        (order, number)
        for order, number, structure, letters in two_generated(max_order)
        if not isinstance(separating_coordinates(structure, letters, modulus), Law)
    }


@pytest.mark.parametrize("modulus", range(3, 9))
def test_the_decision_gives_the_table(modulus):
    assert trackable(modulus, 12) == {number for number in TABLE[modulus] if number[0] <= 12}


@pytest.mark.full
@pytest.mark.parametrize("modulus", range(3, 17))
def test_the_decision_gives_the_whole_table(modulus):
    assert trackable(modulus, 24) == set(TABLE[modulus])


def test_groups_with_two_generators():
    """The others, five non-Abelian groups of order at most 24, need three."""
    numbers = {(order, number) for order, number, _, _ in two_generated(24)}
    missing = {(r.order, r.id) for r in small_groups(24) if not r.group().is_abelian} - numbers
    # C2xD4, C2xQ8, the central product of C4 and D4, (C3xC3):C2, C2^2xS3
    assert missing == {(16, 11), (16, 12), (16, 13), (18, 4), (24, 14)}
    for _, _, structure, letters in two_generated(24):
        assert generated_subgroup(structure, letters) == tuple(range(structure.order))


def test_tracked_groups_are_metabelian():
    for modulus, row in TABLE.items():
        assert all(derived_length(small_group(*number)) == 2 for number in row), modulus
    tracked = set().union(*TABLE.values())
    assert not tracked & {(24, 3), (24, 12)}  # SL(2,3) and S4, of derived length 3
    assert {derived_length(small_group(*number)) for number in ((24, 3), (24, 12))} == {3}
    assert not tracked & {(12, 3), (24, 13)}  # A4 and C2 x A4 are metabelian all the same


def apply(word, maps, h, modulus):
    for x in word:
        a, b = maps[x]
        h = (a * h + b) % modulus
    return h


def units(modulus):
    return [a for a in range(modulus) if gcd(a, modulus) == 1]


def is_law(law, modulus):
    """Tried on all pairs of maps with unit decays, at 0 and 1, which determine a map."""
    maps = list(product(units(modulus), range(modulus)))
    return all(
        apply(law.left, pair, h, modulus) == apply(law.right, pair, h, modulus)
        for pair in product(maps, repeat=2)
        for h in (0, 1)
    )


@pytest.mark.parametrize("modulus", [3, 4, 5, 6, 8])
def test_laws_hold_for_all_maps_and_break_in_the_group(modulus):
    laws = {}
    for _, _, structure, letters in two_generated(24):
        found = separating_coordinates(structure, letters, modulus)
        if isinstance(found, Law):
            laws[found] = None
            ends = [structure.product(letters[x] for x in side) for side in (found.left, found.right)]
            assert ends[0] != ends[1]
    assert all(is_law(law, modulus) for law in laws)
    assert not is_law(Law((0,) * unit_exponent(modulus), ()), modulus)
    assert not is_law(Law((0, 1), (1, 0)), modulus)


def test_laws_by_hand():
    """x^4 = 1 in AGL(1,Z/4), where squares are translations by 0 or 2; and no word of fewer letters is a law there that
    A4 breaks."""
    a4 = group("A4")
    law = separating_coordinates(a4, a4.generators, 4)
    assert str(law) == "x^4 = 1"
    assert refuting_words(law, 4) == ((0, 0, 0, 0, 0, 1, 0, 1), (0, 1, 0, 1))
    assert not any(
        is_law(Law(left, right), 4)
        for length in range(4)
        for left in product((0, 1), repeat=length)
        for n in range(4 - length)
        for right in product((0, 1), repeat=n)
        if left != right
    )


@pytest.mark.parametrize("exponent", [2, 4, 6])
def test_loops_generate_the_kernel(exponent):
    """In a free group, with letters and their inverses, each of Schreier's generators is a quotient of loops; here in
    the free metabelian quotient: their derivatives over Z[(Z/n)^2] generate all (f, g) with (x-1) f + (y-1) g = 0, a
    lattice of rank n^2 + 1."""
    rows = []
    for word in loops(exponent):
        row = np.zeros((2, exponent, exponent), np.int64)
        for t, letter in enumerate(word):  # a letter's contribution is moved by what is read after it
            after = word[t + 1 :]
            row[letter, after.count(0) % exponent, after.count(1) % exponent] += 1
        balance = np.roll(row[0], 1, axis=0) - row[0] + np.roll(row[1], 1, axis=1) - row[1]
        assert not balance.any()
        assert word.count(0) % exponent == word.count(1) % exponent == 0
        rows.append(row.ravel().tolist())
    import flint

    form = flint.fmpz_mat(rows).snf()
    diagonal = [int(form[i, i]) for i in range(min(form.nrows(), form.ncols()))]
    assert [abs(d) for d in diagonal if d] == [1] * (exponent**2 + 1)  # full rank, and no multiple is missing


#: groups that keep all laws on commuting loops and powers of two of them, over Z/m with a factor 2: exponents divide m
HIDDEN = [((16, 6), 4), ((16, 7), 4), ((16, 9), 4), ((8, 3), 6), ((8, 4), 10), ((12, 3), 14), ((24, 1), 12)]


@pytest.mark.parametrize(("number", "modulus"), HIDDEN)
def test_linear_algebra_finds_a_law_by_itself(number, modulus):
    structure = small_group(*number)
    letters = next(g.letters for g in two_generated(24) if (g.order, g.id) == number)
    values = [structure.product(letters[x] for x in word) for word in loops(unit_exponent(modulus))]
    factor = AbelianFactor(structure, generated_subgroup(structure, values), (0,))
    scale = np.array([modulus // order for order in factor.orders])
    assert all(modulus % order == 0 for order in factor.orders)
    law = _Relations(modulus, factor.coordinate_array[values] * scale).broken_law()
    ends = [structure.product(letters[x] for x in side) for side in (law.left, law.right)]
    assert ends[0] != ends[1]
    generator = random.Random(modulus)
    for _ in range(300):
        maps = [(generator.choice(units(modulus)), generator.randrange(modulus)) for _ in range(2)]
        assert all(apply(law.left, maps, h, modulus) == apply(law.right, maps, h, modulus) for h in (0, 1))


@pytest.mark.parametrize(("name", "modulus"), [("Q8", 4), ("D4", 4), ("S3", 15), ("Dic3", 12), ("Q16", 8), ("D5", 10)])
def test_trackers_on_words(name, modulus):
    structure = group(name)
    letters = structure.generators
    model = modular_tracker(structure, letters, modulus)
    (layer,) = model.layers()
    assert isinstance(layer, DiagonalLayer)
    assert layer.domain == ResidueRing(modulus)
    assert isinstance(decide(model, WordProblem(structure, letters)), Proved)
    if name in ("Q8", "D4", "D5"):
        for word in words(letters, 8, 8):
            assert list(run(model, word).outputs) == products(structure, word)
    for word in ([letters[0]] * 9, [*letters] * 8):
        maps = [[(layer.decay[x][i], layer.drive[x][i]) for x in letters] for i in range(layer.width)]
        ends = run(model, word).states[-1][0]
        numbers = [letters.index(x) for x in word]
        assert ends == tuple(apply(numbers, pair, h, modulus) for pair, h in zip(maps, layer.start, strict=True))


def test_trackers_that_are_spoilt_fail():
    """D4 over Z/4 by s: 3h and r: h + 1 from 0 and 1; with r: h + 2, or from 0 twice, no readout does."""
    d4 = group("D4")
    r, s = d4.generators
    assert d4.labels[r] == "r"

    def fails(shift, starts):
        decay = {r: (1, 1), s: (3, 3)}
        layer = DiagonalLayer(ResidueRing(4), starts, decay, {r: (shift, shift), s: (0, 0)})
        model = Model((r, s), [Block(layer, lambda state, letter: None)])
        return isinstance(decide_every_readout(model, WordProblem(d4, (r, s))), Refuted)

    assert not fails(1, (0, 1))
    assert not fails(3, (0, 1))
    assert fails(2, (0, 1))
    assert fails(0, (0, 1))
    assert fails(1, (0, 0))
    assert fails(1, (0, 2))


def test_no_tracker_names_the_law():
    s4 = group("S4")
    with pytest.raises(ConstructionError, match=r"Z/8 tracks S4: it breaks the law"):
        modular_tracker(s4, s4.generators, 8)
    with pytest.raises(ConstructionError, match="must generate S4"):
        modular_tracker(s4, (0, 1), 8)
    with pytest.raises(ConstructionError, match="from 3 to 16, got 17"):
        modular_tracker(s4, s4.generators, 17)
    with pytest.raises(ConstructionError, match="from 3 to 16, got 2"):
        modular_tracker(s4, s4.generators, 2)


@pytest.mark.parametrize("modulus", [3, 4, 6, 9])
def test_every_layer_is_a_function_of_the_universal_one(modulus):
    """h_0 p + b q + d r, with any maps, invertible or not."""
    universal = universal_layer((0, 1), modulus)
    place = {decay: 3 * i for i, decay in enumerate(product(range(modulus), repeat=2))}
    generator = random.Random(modulus)
    for _ in range(60):
        maps = [(generator.randrange(modulus), generator.randrange(modulus)) for _ in range(2)]
        word = generator.choices((0, 1), k=generator.randrange(20))
        state = universal.start
        for letter in word:
            state = universal.step(state, letter)
        ((a, b), (c, d)), h = maps, generator.randrange(modulus)
        p, q, r = state[place[a, c] : place[a, c] + 3]
        assert (h * p + b * q + d * r) % modulus == apply(word, maps, h, modulus)


@pytest.mark.parametrize("modulus", [4, 6])
def test_refuting_words_on_maps_that_are_not_invertible(modulus):
    """Of the two words every layer forgets the difference; without their common end it needn't."""
    a4 = group("A4")
    law = separating_coordinates(a4, a4.generators, modulus)
    left, right = refuting_words(law, modulus)
    maps = list(product(range(modulus), repeat=2))
    forgotten = [
        (
            apply(left, pair, h, modulus) == apply(right, pair, h, modulus),
            apply(law.left, pair, h, modulus) == apply(law.right, pair, h, modulus),
        )
        for pair in product(maps, repeat=2)
        for h in (0, 1)
    ]
    assert all(padded for padded, _ in forgotten)
    assert not all(bare for _, bare in forgotten)


def test_words_that_are_no_law_refute_nothing():
    """The universal layer tells x^2 and 1 apart, over Z/4; and a collision with other words doesn't replay."""
    a4 = group("A4")
    letters = a4.generators
    problem = WordProblem(a4, letters)
    model = Model(letters, [Block(universal_layer(letters, 4), lambda state, letter: None)])
    task = ProductsOf(problem, ((letters[0], letters[0], letters[1]), (letters[1],)))
    assert isinstance(decide_every_readout(model, task), Proved)
    (case,) = (
        case for case in claim_named("modular-groups-no-others").cases((4, 12)) if case.name.startswith("[12,3]")
    )
    collision = decide_every_readout(case.model, case.task).trace
    collision.replay(case.model, case.task)
    with pytest.raises(CertificateError):
        collision.replay(case.model, task)
    s, t = case.task.alphabet
    assert {collision.first, collision.second} == {(s,) * 4 + (s, t) * 2, (s, t) * 2}
    assert len({products(case.task.problem.structure, word)[-1] for word in (collision.first, collision.second)}) == 2


def test_products_of_a_few_words():
    s3 = group("S3")
    task = ProductsOf(WordProblem(s3, (1, 2)), ((1, 2), (1, 2, 2)))
    assert run(task, (1, 2, 2)).outputs == (UNSPECIFIED, s3.mul(1, 2), 1)
    assert run(task, (2, 1, 2)).outputs == (UNSPECIFIED,) * 3
    assert task.is_dead(run(task, (2,)).states[-1])
    assert not task.is_dead(run(task, (1, 2)).states[-1])
    assert task.is_dead(run(task, (1, 2, 2, 1)).states[-1])


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9, 11, 13, 16])
def test_affine_groups(order):
    """One letter is multiplication by a generator of the units, the other adds one; the group has q (q-1) states."""
    (case,) = claim_named("affine-groups-over-fields").cases(order)
    (layer,) = case.model.layers()
    field = GaloisField(order)
    scale, shift = case.model.alphabet
    g = layer.entries(scale)[0]
    powers = {field.one}
    power = g
    while power not in powers:
        powers.add(power)
        power = field.mul(power, g)
    assert len(powers) == order - 1
    assert layer.entries(shift) == (field.one,) * 4
    assert decide(case.model, case.task).pairs == order * (order - 1)
    assert derived_length(case.task.structure) <= 2


def test_a4_is_agl_1_4():
    assert fingerprint(group("AGL(1,4)")) == fingerprint(group("A4"))


def test_instances_of_the_claims():
    tracked, others = claim_named("modular-groups"), claim_named("modular-groups-no-others")
    assert "Z/7, orders <= 12" not in tracked.instances
    assert "Z/13, orders <= 24" not in tracked.full
    assert set(others.full) == {f"Z/{m}, orders <= 24" for m in range(3, 17)}
    for name, part in others.instances.items():
        counted = sum(1 for _ in tracked.cases(part)) + sum(1 for _ in others.cases(part))
        assert counted == len(two_generated(12)) == 7, name


def test_a_false_table_is_noticed(monkeypatch):
    """A4 said to be tracked over Z/4, Q8 said not to be."""
    monkeypatch.setitem(TABLE, 4, ((8, 3), (12, 3)))
    with pytest.raises(ConstructionError, match="breaks the law"):
        examine(claim_named("modular-groups"), "Z/4, orders <= 12")
    with pytest.raises(ConstructionError, match="breaks no law"):
        examine(claim_named("modular-groups-no-others"), "Z/4, orders <= 12")
