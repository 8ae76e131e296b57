"""What coordinates reach, decided statically, against reachability by search."""

import random
from itertools import product

import pytest

from exactssm.arithmetic import (
    CyclotomicField,
    GaussianInteger,
    GaussianIntegers,
    Integers,
    Rationals,
    ResidueRing,
)
from exactssm.arithmetic.ordering import compare, modulus_squared
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.layers import DiagonalLayer
from exactssm.layers.motion import (
    Affine,
    Motion,
    Reach,
    coordinate_maps,
    discrepancy,
    is_finite_state,
    motion,
    reach,
    reaches,
)

FINITE = (Reach.CONSTANT, Reach.FINITE)


def values(domain, start, maps, budget):
    """What is reached, by breadth-first search; None, if it is more than ``budget`` values."""
    seen, frontier = {start}, [start]
    while frontier:
        reached = {map(domain, h) for h in frontier for map in maps} - seen
        seen |= reached
        if len(seen) > budget:
            return None
        frontier = list(reached)
    return seen


def check(domain, start, maps):
    """The static answer, which search has to confirm: a finite one within a small budget, another at none."""
    found = reach(domain, start, maps)
    reached = next((r for budget in (10, 40, 120) if (r := values(domain, start, maps, budget)) is not None), None)
    assert (found in FINITE) == (reached is not None), (start, maps, found)
    assert (found is Reach.CONSTANT) == (reached == {start})
    return found


def test_all_small_layers_over_the_integers():
    ring, seen = Integers(), set()
    maps = [Affine(a, b) for a, b in product(range(-2, 3), range(-1, 2))]
    for start, first, second in product((0, 1), maps, maps):
        found = check(ring, start, [first, second])
        seen.add(found)
        farthest = max(map(abs, walk(ring, start, [first, second], 12)))
        if found is Reach.UNBOUNDED:
            assert farthest >= 6
    assert seen == {Reach.CONSTANT, Reach.FINITE, Reach.UNBOUNDED}  # no number of Z but 0 contracts


def walk(domain, start, maps, length):
    """All values after words of at most that length, as long as there are not too many."""
    seen = frontier = {start}
    for _ in range(length):
        frontier = {map(domain, h) for h in frontier for map in maps} - seen
        seen = seen | frontier
    return seen


def gaussian_maps():
    parts = product((-1, 0, 1), (-1, 0, 1), (0, 1), (0, 1))
    return [Affine(GaussianInteger(a, b), GaussianInteger(c, d)) for a, b, c, d in parts]


def test_some_layers_over_the_gaussian_integers():
    ring, maps, seen = GaussianIntegers(), gaussian_maps(), []
    for first, second in random.Random(6).sample(list(product(maps, maps)), 500):
        seen.append(check(ring, GaussianInteger(0, 0), [first, second]))
    assert all(seen.count(r) > 20 for r in (Reach.CONSTANT, Reach.FINITE, Reach.UNBOUNDED))


DECAYS = {
    3: ["0", "1", "-1", "[0,1]", "[-1,-1]", "[1,1]", "1/2", "[0,1/2]", "[1,-1]", "[3/7,8/7]"],
    4: ["0", "1", "-1", "[0,1]", "[0,-1]", "1/2", "[1/2,1/2]", "[1,1]", "[3/5,4/5]"],
    12: ["0", "1", "-1", "[0,1]", "[0,0,1]", "[0,0,0,1]", "[0,0,-1]", "1/2", "[1/2,1/2]", "[1,1]"],
}
DRIVES = ["0", "0", "0", "1", "-1", "[0,1]", "[1,-1]", "1/2"]


def random_coordinate(draw, field):
    letters = range(draw.randint(1, 4))
    decays = draw.sample(DECAYS[field.conductor], draw.randint(1, 4))
    centre = field.parse(draw.choice(["0", "1", "[0,1]"]))
    maps = []
    for _ in letters:
        a = field.parse(draw.choice(decays))
        about = field.add(centre, field.neg(field.mul(a, centre)))  # the drive that fixes the centre
        maps.append(Affine(a, about if draw.random() < 0.7 else field.parse(draw.choice(DRIVES))))
    start = centre if draw.random() < 0.3 else field.parse(draw.choice(["0", "1", "[1,1]"]))
    return start, maps


def random_coordinates(seed, count):
    draw = random.Random(seed)
    for _ in range(count):
        field = CyclotomicField(draw.choice(list(DECAYS)))
        yield field, *random_coordinate(draw, field)


@pytest.mark.parametrize(("seed", "count"), [(1, 500), pytest.param(2, 20_000, marks=pytest.mark.full, id="many")])
def test_finite_or_not_by_search(seed, count):
    seen = [check(*given) for given in random_coordinates(seed, count)]
    assert all(seen.count(r) > count // 30 for r in Reach), {r: seen.count(r) for r in Reach}


def test_a_bounded_coordinate_stays_in_its_disc():
    """Around the common centre c: beyond |start - c| and |f(c) - c| / (1 - |a|), where every |a| < 1 is below 29/30."""
    checked = 0
    for field, start, maps in random_coordinates(3, 600):
        if reach(field, start, maps) is not Reach.BOUNDED:
            continue
        turning = [f for f in maps if motion(field, f) in (Motion.ROTATION, Motion.TURN)]
        centre = field.zero
        if turning:
            a, b = turning[0]
            centre = field.mul(b, field.inverse(field.add(field.one, field.neg(a))))

        def away(h, field=field, centre=centre):
            return modulus_squared(field, field.add(h, field.neg(centre)))

        limits = [away(start), *(field.mul(field.element(900), away(f(field, centre))) for f in maps)]
        draw, h = random.Random(str(maps)), start
        for _ in range(40):
            h = max((f(field, h) for f in draw.sample(maps, min(2, len(maps)))), key=str)
            assert any(compare(field, away(h), limit) <= 0 for limit in limits)
        checked += 1
    assert checked > 50


def test_motions():
    field = CyclotomicField(12)
    expected = {
        ("0", "5"): Motion.RESET,
        ("1", "0"): Motion.IDENTITY,
        ("1", "1/7"): Motion.DRIFT,
        ("-1", "3"): Motion.ROTATION,
        ("[0,1]", "1"): Motion.ROTATION,
        ("[3/5,0,0,4/5]", "0"): Motion.TURN,
        ("[0,1/2]", "0"): Motion.CONTRACTION,
        ("[1,1]", "0"): Motion.EXPANSION,  # |1 + zeta_12| = 2 cos(pi / 12)
        ("[-1,1]", "0"): Motion.CONTRACTION,  # |zeta_12 - 1| = 2 sin(pi / 12)
        ("[1,0,0,0]", "[0,1]"): Motion.DRIFT,
    }
    for (a, b), kind in expected.items():
        assert motion(field, Affine(field.parse(a), field.parse(b))) is kind


def test_discrepancies_by_composition():
    """f g and g f from some values: the difference is the same from each."""
    draw = random.Random(4)
    for field, start, maps in random_coordinates(5, 200):
        first, second = draw.choice(maps), draw.choice(maps)
        expected = discrepancy(field, first, second)
        for h in (start, field.zero, field.element(7)):
            there, back = second(field, first(field, h)), first(field, second(field, h))
            assert field.add(there, field.neg(back)) == expected


def test_whole_layers():
    field = CyclotomicField(4)
    i, one, zero = field.zeta(1), field.one, field.zero
    layer = DiagonalLayer(field, (one, one), {"x": (i, zero), "y": (one, i)}, {"x": (zero, one), "y": (zero, zero)})
    assert coordinate_maps(layer, "xy")[1] == [Affine(zero, one), Affine(i, zero)]
    assert reaches(layer, "xy") == (Reach.FINITE, Reach.FINITE)
    assert reaches(layer, "x") == (Reach.FINITE, Reach.CONSTANT)
    assert is_finite_state(layer, "xy")
    drifting = DiagonalLayer(field, (one, one), layer.decay, {"x": (one, one), "y": (one, zero)})
    assert reaches(drifting, "xy") == (Reach.UNBOUNDED, Reach.FINITE)
    assert not is_finite_state(drifting, "xy")


def test_what_is_refused():
    ring = Integers()
    layer = DiagonalLayer(ring, (1,), {"x": (0,)})
    with pytest.raises(ConstructionError, match="none is given"):
        reaches(layer, "")
    with pytest.raises(SymbolError, match="no entry"):
        reaches(layer, "xy")
    with pytest.raises(DomainError, match="exact complex numbers"):
        reaches(DiagonalLayer(ResidueRing(3), (1,), {"x": (0,)}), "x")
    assert reaches(DiagonalLayer(Rationals(), (Rationals().one,), {"x": (Rationals().one,)}), "x") == (Reach.CONSTANT,)
