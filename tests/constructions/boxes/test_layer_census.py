"""Layers of width 1: shapes, words that meet, relations and moduli, against brute force and against each other."""

import random
from collections import Counter
from functools import cache
from itertools import product

import pytest

from constructions.boxes.euclidean import ONE, ZERO, EuclideanRing, plus
from constructions.boxes.layer_census import (
    REFUTED,
    TRACKS,
    Fate,
    Limits,
    census,
    decide_shape,
    generating_pairs,
    is_finite_state,
    refuting_words,
)
from constructions.boxes.meeting_words import (
    far_confusion,
    least_moduli,
    least_modulus,
    nearest_confusion,
    nearest_confusions,
)
from constructions.boxes.peeling import Known, Peeling, Relation, Tracked, peel
from constructions.boxes.scalar_layers import Box, ScalarLayer, ScalarMap, Shape, scalar_model
from constructions.claim import Confusion
from exactssm.algebra import group
from exactssm.errors import CertificateError, DomainError
from exactssm.layers.motion import Affine, Reach, reach
from exactssm.machine import run, words
from exactssm.tasks import WordProblem
from verify.refutation import replayed
from verify.search.quotient import decide_modulo

RINGS = {n: EuclideanRing(n) for n in (1, 2, 3, 4, 6)}
Boxes = cache(Box)  # a box counts its shapes once
GROUPS = {name: group(name) for name in ("S3", "D4", "Q8", "S4", "C6")}


def tracked(name, pair=None):
    pairs = generating_pairs(GROUPS[name])
    return Tracked(GROUPS[name], pairs[pair or list(pairs)[-1]])


ALL = [tracked(name, pair) for name in ("S3", "D4", "Q8") for pair in generating_pairs(GROUPS[name])]
S3 = tracked("S3", "orders 2 and 3")
S4 = tracked("S4")


def test_generating_pairs():
    """S3 has 18 ordered pairs and 6 automorphisms, D4 24 and 8, Q8 24 and 24: 3, 3 and 1 classes, in which exchange
    joins two of the three."""
    assert {name: list(generating_pairs(GROUPS[name])) for name in ("S3", "D4", "Q8")} == {
        "S3": ["orders 2 and 2", "orders 2 and 3"],
        "D4": ["orders 2 and 4", "orders 2 and 2"],
        "Q8": ["orders 4 and 4"],
    }


@pytest.mark.parametrize("box", [Box(1, 1, 2), Box(4, 1, 0), Box(2, 2, 1)], ids=str)
def test_shapes_are_counted_right(box):
    assert box.shapes == Counter(layer.shape(box.ring) for layer in box.layers())
    assert box.shapes.total() == box.size == sum(1 for _ in box.layers())


@pytest.mark.parametrize(
    "box", [Boxes(n, 1, 1) for n in (1, 2, 3, 4, 6)] + [Boxes(1, 3, 3)], ids=lambda b: f"n={b.conductor} {b}"
)
def test_sums_over_shapes_are_the_whole_box(box):
    assert box.shapes.total() == box.size


def test_sizes():
    assert (Box(1, 3, 3).size, Box(4, 1, 1).size, Box(3, 1, 1).size, Box(1, 2, 3).size) == (7**5, 9**5, 9**5, 25 * 343)


def test_complex_conjugation_takes_zeta_3_to_minus_zeta_6():
    """a + b zeta_3 and a - b zeta_6 are conjugate, so that the boxes of n = 3 and n = 6 are images of each other."""

    def image(shape):
        maps = [ScalarMap(*((a, -b) for a, b in one)) for one in shape]
        return ScalarLayer(*maps, ZERO).shape(RINGS[6])

    found = Counter()
    for shape, count in Boxes(3, 1, 1).shapes.items():
        found[image(shape)] += count
    assert found == Boxes(6, 1, 1).shapes


def random_layer(source, ring, bound=2):
    numbers = ring.within(bound)
    return ScalarLayer(
        *(ScalarMap(source.choice(numbers), source.choice(numbers)) for _ in range(2)), source.choice(numbers)
    )


@pytest.mark.parametrize("n", RINGS)
def test_a_shape_confuses_the_same_words(n):
    """On all words up to length 5: two states are equal in the layer exactly if they are in its shape."""
    ring, source = RINGS[n], random.Random(n)
    for _ in range(10):
        layer = random_layer(source, ring)
        model = scalar_model(ring, layer, (0, 1))
        in_shape, in_layer = {}, {}
        for word in words((0, 1), 5):
            h = ZERO
            for letter in word:
                h = layer.shape(ring)[letter].on(ring, h)
            in_shape.setdefault(h, []).append(word)
            in_layer.setdefault(run(model, word).states[-1], []).append(word)
        assert sorted(in_shape.values()) == sorted(in_layer.values())


@pytest.mark.parametrize("box", [Boxes(1, 3, 3), Boxes(4, 1, 1), Boxes(3, 1, 1), Boxes(6, 1, 1)], ids=str)
def test_the_static_test_is_that_of_motion(box):
    ring = box.ring
    shapes = list(box.shapes)
    if len(shapes) > 3000:
        shapes = random.Random(1).sample(shapes, 400)
    from exactssm.arithmetic import CyclotomicField

    field = CyclotomicField(box.conductor)
    for shape in shapes:
        maps = [Affine(*map(ring.cyclotomic, one)) for one in shape]
        assert is_finite_state(ring, shape) == (reach(field, field.zero, maps) in (Reach.CONSTANT, Reach.FINITE))


@pytest.mark.full
@pytest.mark.parametrize("box", [Box(4, 1, 1), Box(3, 1, 1), Box(6, 1, 1)], ids=str)
def test_the_static_test_is_that_of_motion_on_every_shape(box):
    from exactssm.arithmetic import CyclotomicField

    field, ring = CyclotomicField(box.conductor), box.ring
    for shape in box.shapes:
        maps = [Affine(*map(ring.cyclotomic, one)) for one in shape]
        assert is_finite_state(ring, shape) == (reach(field, field.zero, maps) in (Reach.CONSTANT, Reach.FINITE))


def test_finite_states_are_finite_by_brute_force():
    """Over Z with coefficients to 2 a layer has finitely many states iff it never leaves -40 .. 40: what is finite has
    at most |start| + 2 |centre| + the resets for bound, and what grows does so by at least 1 in four steps."""
    box = Box(1, 2, 2)
    for shape in box.shapes:
        level = {0}
        for _ in range(400):
            after = {one.decay[0] * h + one.drive[0] for h in level for one in shape} | level
            if after == level or max(map(abs, after)) > 90:
                break
            level = after
        assert is_finite_state(box.ring, shape) == (max(map(abs, after)) <= 90), shape


@pytest.mark.parametrize(("n", "most"), [(1, None), (4, 150), pytest.param(4, None, marks=pytest.mark.full)])
def test_every_finite_layer_is_refuted(n, most):
    box = Boxes(n, 1, 1)
    finite = [shape for shape in box.shapes if is_finite_state(box.ring, shape)]
    for shape in random.Random(n).sample(finite, most or len(finite)):
        for task in ALL:
            words_ = refuting_words(box.ring, shape, task.letters)
            assert words_ is not None
            states, products = [], []
            for word in (words_.first, words_.second):
                h, p = ZERO, 0
                for x in word:
                    h = plus(box.ring.times(shape[task.letters.index(x)].decay, h), shape[task.letters.index(x)].drive)
                    p = task.structure.mul(p, x)
                states.append(h)
                products.append(p)
            assert len(set(states)) == 1
            assert len(set(products)) == 2
            assert words_.first[-1] == words_.second[-1]


def brute_force_meeting(ring, shape, task, depth):
    """The least length of a word that meets one no longer of another product."""
    structure, letters = task
    known, best = {}, None
    for word in words((0, 1), depth):
        h, p = ZERO, 0
        for letter in word:
            h, p = shape[letter].on(ring, h), structure.mul(p, letters[letter])
        if known.setdefault(h, p) != p:
            best = len(word)
            break
    return best


@pytest.mark.parametrize("n", RINGS)
def test_words_that_meet_by_brute_force(n):
    ring, source = RINGS[n], random.Random(n)
    for _ in range(60):
        shape, task = random_layer(source, ring).shape(ring), source.choice(ALL)
        found = nearest_confusion(ring, shape, task, 6)
        assert (found and found[0]) == brute_force_meeting(ring, shape, task, 6)
        if found is not None:
            model = scalar_model(ring, ScalarLayer(*shape, ZERO), task.letters)
            replayed(model, WordProblem(task.structure, task.letters), found[1])


@pytest.mark.parametrize("box", [Boxes(1, 2, 2), Boxes(4, 1, 1), Boxes(3, 1, 1)], ids=str)
@pytest.mark.parametrize("task", ALL, ids=lambda t: t.structure.name)
def test_compiled_searches_equal_the_plain_ones(box, task):
    shapes = random.Random(5).sample(list(box.shapes), 60)
    ring = box.ring
    plain = [nearest_confusion(ring, shape, task, 7) for shape in shapes]
    assert nearest_confusions(ring, shapes, task, 7) == [found[0] if found else 0 for found in plain]
    some = shapes[:20]
    assert least_moduli(ring, some, task, 9) == [least_modulus(ring, shape, task, 9) or 0 for shape in some]


@pytest.mark.full
@pytest.mark.parametrize("box", [Box(1, 2, 3), Box(4, 1, 1), Box(3, 1, 1)], ids=str)
@pytest.mark.parametrize("task", ALL, ids=lambda t: t.structure.name)
def test_compiled_searches_equal_the_plain_ones_on_every_shape(box, task):
    shapes, ring = list(box.shapes), box.ring
    plain = [nearest_confusion(ring, shape, task, 7) for shape in shapes]
    assert nearest_confusions(ring, shapes, task, 7) == [found[0] if found else 0 for found in plain]
    assert least_moduli(ring, shapes, task, 9) == [least_modulus(ring, shape, task, 9) or 0 for shape in shapes]


def test_searches_refuse_what_they_can_not_do_exactly():
    shape = Shape(ScalarMap((1000, 0), (1, 0)), ScalarMap((2, 0), (1, 0)))
    ring = RINGS[1]
    with pytest.raises(DomainError, match="64 bits"):
        nearest_confusions(ring, [shape], S3, 8)
    assert nearest_confusions(ring, [shape], S3, 4) == [(nearest_confusion(ring, shape, S3, 4) or [0])[0]]
    for depth in (0, 17):
        with pytest.raises(DomainError):
            nearest_confusions(ring, [shape], S3, depth)
    for most in (1, 2000):
        with pytest.raises(DomainError):
            least_moduli(ring, [shape], S3, most)
    assert nearest_confusions(ring, [], S3, 4) == least_moduli(ring, [], S3, 4) == []


@pytest.mark.parametrize("n", [1, 2, 4, *(pytest.param(n, marks=pytest.mark.full) for n in (3, 6))])
def test_what_a_modulus_proves_is_proved_by_the_verifier(n):
    box = Boxes(n, 1, 2 if n < 3 else 1)
    seen = 0
    for task in ALL[1:3]:
        found = census(box, task, Limits(modulus=16, relations=1))
        for shape, modulus in list(found.moduli.items())[:4]:
            model = scalar_model(box.ring, ScalarLayer(*shape, ZERO), task.letters)
            problem = WordProblem(task.structure, task.letters)
            assert decide_modulo(model, problem, modulus).name == "proved"
            assert all(decide_modulo(model, problem, m).name == "inconclusive" for m in range(2, modulus))
            seen += 1
    assert seen == 8


# relations


def check_by_words(ring, shape, task, depth):
    """Whether all words up to a length that meet have equal products."""
    return brute_force_meeting(ring, shape, task, depth) is None


@pytest.mark.parametrize("n", RINGS)
def test_peeling_is_right_on_short_words(n):
    """Random layers: what is closed has no words that meet with different products, and what isn't has."""
    ring, source = RINGS[n], random.Random(10 * n)
    decided = Counter()
    for _ in range(40):
        shape, task = random_layer(source, ring, 3).shape(ring), source.choice([*ALL, S4])
        if ZERO in (shape.first.decay, shape.second.decay):
            continue
        found = peel(ring, shape, task, most=150)
        decided[type(found).__name__] += 1
        if isinstance(found, Peeling):
            found.check(ring, shape, task)
            assert check_by_words(ring, shape, task, 7)
        elif isinstance(found, Confusion):
            model = scalar_model(ring, ScalarLayer(*shape, ZERO), task.letters)
            replayed(model, WordProblem(task.structure, task.letters), found)
    assert decided["Peeling"] > 3
    assert decided["Confusion"] > 2


def test_relations_of_meeting_words_are_in_the_set():
    """2 h + 1 and 2 h + 3 from 0: whatever two words meet, peeling them stays in the closed set."""
    ring = RINGS[1]
    shape = Shape(ScalarMap((2, 0), (3, 0)), ScalarMap((-2, 0), (2, 0)))
    c6 = Tracked(GROUPS["C6"], (2, 3))
    found = peel(ring, shape, c6)
    states = {}
    for word in words((0, 1), 9):
        h = 0
        for letter in word:
            h = shape[letter].decay[0] * h + shape[letter].drive[0]
        states.setdefault(h, []).append(word)
    meeting = [pair for pair in states.values() if len(pair) > 1]
    if isinstance(found, Confusion):
        assert meeting or len(found.second) > 9
    else:
        for left, right, *_ in meeting:
            assert c6.structure.product(c6.letters[x] for x in left) == c6.structure.product(
                c6.letters[x] for x in right
            )


def test_digits_make_every_word_differ():
    """2 h + 1 and 2 h + 2 write numbers in base 2 with the digits 1 and 2: no two words meet."""
    ring = RINGS[1]
    shape = Shape(ScalarMap((2, 0), (1, 0)), ScalarMap((2, 0), (2, 0)))
    for task in (*ALL, S4):
        found = peel(ring, shape, task)
        assert isinstance(found, Peeling)
        found.check(ring, shape, task)
    assert len({h for (h,) in _states(shape, 12)}) == 2**13 - 1
    assert least_modulus(ring, shape, S4, 30) is None, "S4 isn't metabelian"


def _states(shape, depth):
    level = [0]
    yield from zip(level)
    for _ in range(depth):
        level = [one.decay[0] * h + one.drive[0] for h in level for one in shape]
        yield from zip(level)


def test_forged_relations():
    ring = RINGS[1]
    shapes = census(Box(1, 2, 3), S3, Limits()).shapes_of(Fate.PEELED)
    refuted = 0
    for shape in random.Random(2).sample(shapes, 25):
        good = peel(ring, shape, S3)
        good.check(ring, shape, S3)
        for node in list(good.nodes)[:12]:
            with pytest.raises(CertificateError):
                Peeling(good.nodes - {node}).check(ring, shape, S3)
        wrong = Known(True, ZERO, 1)
        with pytest.raises(CertificateError, match="equal products"):
            Peeling(good.nodes | {wrong}).check(ring, shape, S3)
        with pytest.raises(CertificateError):
            Peeling(good.nodes | {Relation(ONE, ONE, ZERO, 3)}).check(ring, shape, S3)
        with pytest.raises(CertificateError, match="neither"):
            Peeling(good.nodes | {"h = h'"}).check(ring, shape, S3)
        other = replace_drive(shape)
        try:
            good.check(ring, other, S3)
        except CertificateError:
            refuted += 1
    assert refuted > 10
    reset = Shape(ScalarMap(ZERO, ONE), ScalarMap((2, 0), ONE))
    for of_reset in (lambda: peel(ring, reset, S3), lambda: Peeling(frozenset()).check(ring, reset, S3)):
        with pytest.raises(CertificateError, match="isn't zero"):
            of_reset()
    with pytest.raises(CertificateError, match="must hold the relation"):
        Peeling(frozenset()).check(ring, shapes[0], S3)


def replace_drive(shape):
    return Shape(shape.first, ScalarMap(shape.second.decay, plus(shape.second.drive, ONE)))


def test_a_budget_of_relations():
    shape = Shape(ScalarMap((1, 0), (1, 0)), ScalarMap((-1, 0), (3, 0)))
    assert peel(RINGS[1], shape, tracked("D4", "orders 2 and 4"), most=20) is None


# far away


def test_words_that_meet_far_away():
    """-3 h + 10 and -2 h + 7: no two words of up to 14 letters meet; some whose states are within 10^7 do."""
    ring = RINGS[1]
    shape = Shape(ScalarMap((-3, 0), (10, 0)), ScalarMap((-2, 0), (7, 0)))
    assert nearest_confusions(ring, [shape], S3, 14) == [0]
    assert far_confusion(shape, S3, 10**5) is None
    found = far_confusion(shape, S3, 10**7)
    replayed(scalar_model(ring, ScalarLayer(*shape, ZERO), S3.letters), WordProblem(S3.structure, S3.letters), found)


def test_far_is_near_where_words_meet_soon():
    """Wherever short words meet within the bound, the search finds words too, and they replay."""
    ring, source, seen = RINGS[1], random.Random(4), 0
    for _ in range(60):
        shape = random_layer(source, ring, 4).shape(ring)
        if min(abs(one.decay[0]) for one in shape) < 2:
            continue
        near, far = nearest_confusion(ring, shape, S3, 5), far_confusion(shape, S3, 10**4)
        assert near is None or far is not None
        if far is not None:
            model = scalar_model(ring, ScalarLayer(*shape, ZERO), S3.letters)
            replayed(model, WordProblem(S3.structure, S3.letters), far)
            seen += 1
    assert seen > 5


def test_what_far_refuses():
    expanding, drifting = ScalarMap((2, 0), (1, 0)), ScalarMap((1, 0), (1, 0))
    for shape, bound in [
        (Shape(expanding, drifting), 100),
        (Shape(expanding, ScalarMap((2, 1), (1, 0))), 100),
        (Shape(expanding, expanding), -1),
        (Shape(expanding, expanding), 2**34),
    ]:
        with pytest.raises(DomainError):
            far_confusion(shape, S3, bound)


# the census


@pytest.mark.parametrize(
    ("box", "limits"),
    [(Box(1, 2, 1), Limits(modulus=20)), (Box(1, 3, 1), Limits(modulus=20, relations=300, far=10**4))],
    ids=str,
)
@pytest.mark.parametrize("task", [ALL[0], ALL[2], ALL[-1]], ids=lambda t: t.structure.name)
def test_the_census_is_the_definition(box, limits, task):
    found = census(box, task, limits)
    for shape, fate in found.fates.items():
        outcome = decide_shape(box.ring, shape, task, limits)
        assert outcome.fate is fate, shape
        if fate is Fate.QUOTIENT:
            assert outcome.witness == found.moduli[shape]
        if fate is Fate.FINITE or fate in REFUTED:
            model = scalar_model(box.ring, ScalarLayer(*shape, ZERO), task.letters)
            replayed(model, WordProblem(task.structure, task.letters), outcome.witness)
    assert found.counts.total() == box.size


def test_limits_only_leave_more_open():
    box = Box(1, 2, 2)
    for task in ALL[:2]:
        full, poor = (census(box, task, limits) for limits in (Limits(), Limits(depth=2, modulus=2, relations=10)))
        assert poor.counts[Fate.OPEN] > full.counts[Fate.OPEN] == 0
        for shape, fate in poor.fates.items():
            if fate is not Fate.OPEN:
                assert (fate in TRACKS) == (full.fates[shape] in TRACKS)


def test_exchanging_the_letters_changes_nothing():
    """The box and these tasks are as they were when the letters are exchanged; so are the counts."""
    box = Box(1, 2, 2)
    for task in ALL:
        exchanged = replace_letters(task)
        assert census(box, task, Limits()).counts == census(box, exchanged, Limits()).counts


def replace_letters(task):
    return Tracked(task.structure, task.letters[::-1])


def test_automorphisms_change_nothing():
    """S3 on any two letters of orders 2 and 3."""
    box, s3 = Box(1, 1, 2), GROUPS["S3"]
    orders = s3.element_orders
    counts = {
        tuple(sorted((f.name, n) for f, n in census(box, Tracked(s3, (x, y)), Limits()).counts.items()))
        for x, y in product(range(6), repeat=2)
        if (orders[x], orders[y]) == (2, 3)
    }
    assert len(counts) == 1


def test_the_layer_that_the_theory_names_is_among_the_trackers():
    """h -> -h, h -> h + 3 from 1, modulo 9 (and by none less), tracks S3."""
    box = Box(1, 2, 3)
    layer = ScalarLayer(ScalarMap((-1, 0), ZERO), ScalarMap(ONE, (3, 0)), ONE)
    assert layer in set(box.layers())
    found = census(box, S3, Limits())
    assert found.fates[layer.shape(box.ring)] is Fate.QUOTIENT
    assert found.moduli[layer.shape(box.ring)] == 9
