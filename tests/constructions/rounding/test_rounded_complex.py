"""The printed machines by hand: each map in Fractions and ints alone, each figure of the findings recomputed."""

import random
from fractions import Fraction
from itertools import combinations, permutations

import pytest

from constructions.registry import claim_named
from constructions.rounding.rounded_complex import (
    COORDINATES,
    CORRECTED,
    GaussianGrid,
    neighbours,
    permutation_group,
    rounded_tracker,
    unrounded_tracker,
)
from exactssm.algebra import Group, derived_series, group
from exactssm.arithmetic import Moment
from exactssm.errors import ConstructionError
from exactssm.machine import run
from tests.support import fails, first_failing_word
from verify import decide

F = Fraction
HALF = F(1, 2)


def nearest(x):
    """The nearest integer, and how far from a tie x was."""
    below = x.numerator // x.denominator
    rest = x - below
    assert rest != HALF
    return below + (rest > HALF), abs(rest - HALF)


def once(decay, drive, z):
    """round(lambda z + b), part by part, and the least distance from a tie."""
    (a, c), (x, y) = decay, z
    (u, margin), (v, other) = nearest(a * x - c * y + drive[0]), nearest(c * x + a * y + drive[1])
    return (u, v), min(margin, other)


def each(decay, drive, z):
    """Every real product rounded by itself."""
    (a, c), (x, y) = decay, z
    (ax, cy, cx, ay), margins = zip(*map(nearest, (a * x, c * y, c * x, a * y)), strict=True)
    return (ax - cy + drive[0], cx + ay + drive[1]), min(margins)


def to_binary16(x):
    """The nearest number of IEEE binary16, ties to even; x is neither too large nor subnormal."""
    if x == 0:
        return F(0)
    unit = F(1, 2**14)
    while abs(x) >= unit * 2:
        unit *= 2
    assert abs(x) >= unit
    assert unit <= 2**15
    ulp = unit / 2**10
    n = x / ulp
    below = n.numerator // n.denominator
    rest = n - below
    return ulp * (below + (rest > HALF or (rest == HALF and below % 2 == 1)))


def binary16(decay, drive, z):
    fl, (a, b), (x, y) = to_binary16, decay, z
    real = fl(fl(fl(a * x) - fl(b * y)) + drive[0])
    imaginary = fl(fl(fl(b * x) + fl(a * y)) + drive[1])
    return (real, imaginary), None


# As printed: on integers, the decays as fractions; (step, maps, points, unit of the format)
PRINTED = {
    "S7, |lambda|=1, rounded to Z[i], d=6": (
        once,
        [((F(8, 17), F(15, 17)), (F(3, 34), F(-7, 34))), ((F(-4, 5), F(3, 5)), (F(3, 5), F(-1, 5)))],
        [(0, 0), (1, 0), (1, 1), (0, 1), (-1, 0), (0, -1), (1, -1)],
        1,
    ),
    "S7, 5-bit fixed point, d=6": (
        once,
        [((F(6, 16), F(13, 16)), (8, -2)), ((F(-13, 16), F(8, 16)), (14, 6))],
        [(5, 5), (6, 4), (6, 5), (6, 6), (7, 4), (7, 5), (7, 6)],
        16,
    ),
    "S5, 6-bit fixed point, each product rounded, d=4": (
        each,
        [((F(-15, 32), F(23, 32)), (26, 10)), ((F(-21, 32), F(18, 32)), (26, 14))],
        [(10, 12), (11, 13), (12, 11), (12, 12), (12, 14)],
        32,
    ),
    "A4xC2, 8-bit fixed point, each product rounded, d=3": (
        each,
        [((F(-60, 128), F(89, 128)), (94, -15)), ((F(-74, 128), F(80, 128)), (99, -9))],
        [(54, 17), (57, 15), (57, 18), (55, 17), (56, 15), (58, 17)],
        128,
    ),
    "S3, binary16, every operation rounded, d=2": (
        binary16,
        [((F(-651, 1024), F(-327, 512)), (1455, 3414)), ((F(-607, 1024), F(-391, 512)), (1203, 3534))],
        [(1478, 1509), (1479, 1510), (1480, 1510)],
        1,
    ),
    "C3, all letters, rounded to Z[i], d=1": (
        once,
        [
            ((1, 0), (0, 0)),
            ((F(-2, 5), F(3, 5)), (F(7, 10), F(1, 10))),
            ((F(-2, 5), F(-3, 5)), (F(1, 10), F(7, 10))),
        ],
        [(0, 0), (1, 0), (0, 1)],
        1,
    ),
}
ALL = COORDINATES | CORRECTED
SMALL = [name for name, coordinate in COORDINATES.items() if coordinate.order < 1000]


def images(name):
    """For each map, where it takes each point, by hand."""
    step, maps, points, _ = PRINTED[name]
    return [{z: step(decay, drive, z)[0] for z in points} for decay, drive in maps]


def cycle_through(z, image):
    cycle = [z]
    while (z := image[cycle[-1]]) != cycle[0]:
        cycle.append(z)
    return cycle


def margin(name, letter):
    step, maps, points, _ = PRINTED[name]
    decay, drive = maps[letter]
    return min(step(decay, drive, z)[1] for z in points)


def value_of(h):
    """A coordinate of a state as a pair of Fractions."""
    if hasattr(h, "coefficients"):
        return tuple(F(c, h.denominator) for c in h.coefficients)
    return h.domain.decode(h)


@pytest.mark.parametrize("name", ALL)
def test_the_machine_is_the_printed_one(name):
    _, maps, points, unit = PRINTED[name]
    coordinate = ALL[name]
    found = coordinate.maps_in(coordinate.domain)
    for (decay, drive), (a, b) in zip(maps, found, strict=True):
        assert value_of(a) == decay
        assert value_of(b) == tuple(F(x) / unit for x in drive)
    assert [value_of(z) for z in coordinate.points_in(coordinate.domain)] == [
        (F(x, unit), F(y, unit)) for x, y in points
    ]


def test_cycles_margins_and_moduli():
    """The figures by hand, as they are printed in the findings."""
    unit, fixed, products, t_h, half, c3 = PRINTED
    first, second = images(unit)
    assert first[0, 0] == (0, 0)
    assert cycle_through((1, 0), first) == [(1, 0), (1, 1), (0, 1), (-1, 0), (0, -1), (1, -1)]
    assert cycle_through((0, 0), second) == [(0, 0), (1, 0)]
    assert cycle_through((-1, 0), second) == [(-1, 0), (1, -1), (0, 1), (0, -1), (1, 1)]
    assert (margin(unit, 0), margin(unit, 1)) == (F(1, 17), F(1, 10))
    first, second = images(fixed)
    assert (len(cycle_through((5, 5), first)), first[6, 5]) == (6, (6, 5))
    assert sorted(len(cycle_through(z, second)) for z in second) == [2, 2, 5, 5, 5, 5, 5]
    assert margin(fixed, 0) == margin(fixed, 1) == F(1, 16)
    first, second = images(products)
    assert sorted(len(cycle_through(z, first)) for z in first) == [2, 2, 3, 3, 3]
    assert len(cycle_through((10, 12), second)) == 5
    assert (margin(products, 0), margin(products, 1)) == (F(1, 16), F(1, 32))
    first, second = images(t_h)
    assert {len(cycle_through(z, first)) for z in first} == {3}
    assert {len(cycle_through(z, second)) for z in second} == {6}
    one, two, three = PRINTED[half][2]
    assert images(half) == [{one: three, two: two, three: one}, {one: two, two: three, three: one}]
    turned, back = images(c3)[1:]
    assert cycle_through((0, 0), turned) == [(0, 0), (1, 0), (0, 1)]
    assert cycle_through((0, 0), back) == [(0, 0), (0, 1), (1, 0)]
    moduli = {name: [a * a + c * c for (a, c), _ in PRINTED[name][1]] for name in PRINTED}
    assert moduli[unit] == [1, 1]
    assert moduli[fixed] == [F(205, 256), F(233, 256)]
    assert all(0 < square < 1 for name in (fixed, products, t_h, half) for square in moduli[name])


@pytest.mark.parametrize("name", ALL)
def test_words_by_hand(name):
    """States by the printed maps on integers, outputs by composing what they do to all the points."""
    step, maps, points, unit = PRINTED[name]
    coordinate = ALL[name]
    model, task = rounded_tracker(coordinate)
    structure = task.structure
    here = images(name)
    permuted = {0: tuple(points)}  # of each element, where it takes the points
    frontier = [0]
    for g in frontier:
        for letter, image in zip(task.letters, here, strict=True):
            after = structure.mul(g, letter)
            moved = tuple(image[z] for z in permuted[g])
            if after not in permuted:
                permuted[after] = moved
                frontier.append(after)
            assert permuted[after] == moved
    assert len(set(permuted.values())) == structure.order == coordinate.order
    for seed in range(5):
        letters = random.Random(seed).choices(range(len(maps)), k=40)
        found = run(model, [task.letters[i] for i in letters])
        state = points[: coordinate.copies]
        for i, (values,), output in zip(letters, found.states[1:], found.outputs, strict=True):
            state = [step(*maps[i], z)[0] for z in state]
            assert [value_of(h) for h in values] == [(F(x) / unit, F(y) / unit) for x, y in state]
            assert permuted[output][: coordinate.copies] == tuple(state)


@pytest.mark.parametrize("name", ALL)
def test_fewer_points_do_not_tell_permutations_apart(name):
    """Whichever points the copies start at."""
    structure, points = permutation_group(ALL[name]), PRINTED[name][2]
    here = [tuple(points.index(image[z]) for z in points) for image in images(name)]
    elements = {tuple(range(len(points)))}
    frontier = list(elements)
    for p in frontier:
        for q in here:
            after = tuple(q[i] for i in p)
            if after not in elements:
                elements.add(after)
                frontier.append(after)
    assert len(elements) == structure.order
    for starts in combinations(range(len(points)), ALL[name].copies - 1):
        assert len({tuple(p[i] for i in starts) for p in elements}) < len(elements)


def test_which_groups():
    groups = [permutation_group(coordinate) for coordinate in COORDINATES.values()]
    assert [g.order for g in groups] == [5040, 5040, 120, 24, 6]  # all permutations of 7, 7, 5 and 3 points
    t_h, a4xc2 = groups[3], group("A4xC2")
    assert sorted(t_h.element_orders) == sorted(a4xc2.element_orders)
    assert isomorphic(t_h, a4xc2)
    assert not isomorphic(t_h, group("S4"))
    assert [len(term) for term in derived_series(t_h).terms] == [24, 4, 1]
    assert not any(g.is_abelian for g in groups)


def isomorphic(first: Group, second: Group) -> bool:
    """Whether some choice of images for the generators of ``first`` extends to all of it, one to one."""
    for chosen in permutations(range(second.order), len(first.generators)):
        to, frontier = {0: 0}, [0]
        consistent = True
        for x in frontier:
            for g, image in zip(first.generators, chosen, strict=True):
                y, z = first.mul(x, g), second.mul(to[x], image)
                if y not in to:
                    to[y] = z
                    frontier.append(y)
                consistent &= to[y] == z
        if consistent and len(set(to.values())) == second.order == first.order:
            return True
    return False


@pytest.mark.parametrize("name", [*SMALL, *CORRECTED])
def test_in_exact_arithmetic_they_fail(name):
    coordinate = ALL[name]
    model, task = unrounded_tracker(coordinate)
    word = decide(model, task).trace.word
    assert word == first_failing_word(model, task, len(word))
    _, maps, points, unit = PRINTED[name]
    state = [(F(x), F(y)) for x, y in points[: coordinate.copies]]
    for letter, (values,) in zip(word, run(model, word).states[1:], strict=True):
        (a, c), b = maps[task.letters.index(letter)]
        state = [(a * x - c * y + b[0], c * x + a * y + b[1]) for x, y in state]
        assert [value_of(h) for h in values] == [(x / unit, y / unit) for x, y in state]


@pytest.mark.parametrize("name", [*SMALL, "S7, 5-bit fixed point, d=6"])
def test_in_exact_arithmetic_no_readout_of_the_rounded_state_is_right(name):
    """Two words of one last letter, with different products, whose exact states round to the same."""
    _, maps, points, _ = PRINTED[name]
    here = images(name)
    copies = ALL[name].copies
    source = random.Random(0)
    seen = {}
    for _ in range(20000):
        word = source.choices((0, 1), k=30)
        exact, right = list(points[:copies]), tuple(points)
        for letter in word:
            (a, c), b = maps[letter]
            exact = [(a * x - c * y + b[0], c * x + a * y + b[1]) for x, y in exact]
            right = tuple(here[letter][z] for z in right)
        cell = tuple((round_half_even(x), round_half_even(y)) for x, y in exact)
        if seen.setdefault((cell, word[-1]), right) != right:
            return
    pytest.fail("no two words found")


def round_half_even(x):
    below = x.__floor__()
    return below + (x - below > HALF or (x - below == HALF and below % 2))


@pytest.mark.parametrize("name", SMALL)
def test_neighbours_fail(name):
    seen = 0
    for _, model, task in neighbours(COORDINATES[name]):
        word = decide(model, task).trace.word
        assert fails(model, task, word)
        assert word == first_failing_word(model, task, len(word))
        seen += 1
    assert seen == 16


def test_what_is_no_permutation_is_refused():
    coordinate = COORDINATES["S5, 6-bit fixed point, each product rounded, d=4"]
    (_, drive), other = coordinate.maps
    with pytest.raises(ConstructionError, match="must permute the points"):
        rounded_tracker(coordinate._replace(maps=(("[-15/32,24/32]", drive), other)))
    with pytest.raises(ConstructionError, match="order 60, not 120"):
        rounded_tracker(coordinate._replace(order=60))
    with pytest.raises(ConstructionError, match="two products"):
        rounded_tracker(coordinate._replace(copies=3))
    once_rounded = type(coordinate.domain)(
        type(coordinate.domain.number_format)(coordinate.domain.number_format.parts, Moment.ONCE), Moment.EACH
    )
    with pytest.raises(ConstructionError, match="must permute the points"):  # the moment matters
        rounded_tracker(coordinate._replace(domain=once_rounded))


def test_the_gaussian_grid():
    """Ties go to even, parts are rounded apart, and sums alone are exact."""
    grid = GaussianGrid()
    for re, im in [(HALF, F(3, 2)), (F(-1, 2), F(-3, 2)), (F(5, 17), F(-12, 17)), (F(7, 3), F(-7, 3))]:
        expected = tuple(round_half_even(x) for x in (re, im))
        assert value_of(grid.inner((grid.one,), (grid.parse(f"[{re},{im}]"),), grid.zero)) == expected
    half = grid.parse("1/2")
    assert grid.format(grid.add(half, half)) == "1"
    assert grid.format(grid.mul(half, half)) == "1/4"


def test_claims_name_what_is_open():
    statement = claim_named("one-layer-rounds-complex-numbers").statement
    assert "open" in statement
    assert "generators" in statement
