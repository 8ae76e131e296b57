"""One exact layer: the refuters of its theorems, by replay, by their length bounds, and against complete search."""

import random
from fractions import Fraction
from itertools import combinations, product
from math import gcd

import pytest

from constructions.claim import Confusion, Crowding, Escape
from constructions.groups.covering import cover
from constructions.groups.one_layer import CLAIMS, NON_ABELIAN, NOT_CYCLIC, Family, alphabets
from constructions.groups.one_layer_bounded import crowding, crowding_or_escape, escape
from constructions.groups.one_layer_finite import confusion, noncommuting_letters
from constructions.groups.one_layer_rank import confusion_by_rank, kernel_vector
from constructions.groups.random_layers import FINITE, INFINITE, Sort, random_layers
from constructions.groups.subnormal_tracker import cyclotomic_tracker
from exactssm.algebra import AbelianFactor, derived_series, group
from exactssm.arithmetic import (
    CyclotomicField,
    GaussianInteger,
    GaussianIntegers,
    Integers,
    Rationals,
    ResidueRing,
)
from exactssm.arithmetic.ordering import compare, modulus_squared
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.layers.motion import Motion, Reach, coordinate_maps, discrepancy, is_finite_state, motion, reaches
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from verify.refutation import replayed
from verify.runner import examine
from verify.search.readouts import find_readout
from verify.trace import Collision

S3 = WordProblem(group("S3"), group("S3").generators)
X, Y = S3.letters
B, EPS = Fraction(8), Fraction(1, 64)


def unread(state, letter):
    return None


def model(layer, task):
    return Model(task.letters, [Block(layer, unread)])


def draws(names, count, *, finite, **limits):
    """(task, layer with its sorts) for each group, on all elements and on its generators."""
    for name in names:
        structure = group(name)
        for alphabet, letters in alphabets(structure).items():
            task = WordProblem(structure, letters)
            for drawn in random_layers(f"tests {name} {alphabet}", structure, letters, count, finite=finite, **limits):
                yield task, drawn


# --- what is drawn ---------------------------------------------------------------------------------------------------

REACHED = {
    Sort.STILL: {Reach.CONSTANT},
    Sort.CHARACTER: {Reach.CONSTANT, Reach.FINITE},
    Sort.ROTATIONS: {Reach.CONSTANT, Reach.FINITE},
    Sort.RESETS: {Reach.CONSTANT, Reach.FINITE},
    Sort.CONTRACTIONS: {Reach.BOUNDED},
    Sort.TURNS: {Reach.BOUNDED},
    Sort.CENTRES: {Reach.BOUNDED, Reach.FINITE, Reach.UNBOUNDED},
    Sort.EXPANSIONS: {Reach.UNBOUNDED},
    Sort.DRIFTS: {Reach.UNBOUNDED},
}


def test_coordinates_reach_what_their_sorts_promise():
    seen = {sort: set() for sort in Sort}
    for finite in (True, False):
        for task, drawn in draws(("S3", "Q8"), 90, finite=finite):
            for sort, reached in zip(drawn.sorts, reaches(drawn.layer, task.letters), strict=True):
                seen[sort].add(reached)
            assert finite == is_finite_state(drawn.layer, task.letters) or Sort.CENTRES in drawn.sorts
    for sort, expected in REACHED.items():
        assert seen[sort] <= expected, sort
        assert expected - {Reach.CONSTANT} <= seen[sort] | {Reach.FINITE}, sort


def test_draws_depend_on_the_seed_alone():
    once, again, other = (
        list(random_layers(seed, S3.structure, S3.letters, 5, finite=False)) for seed in ("1", "1", "2")
    )
    assert once == again != other
    assert set(FINITE).isdisjoint(INFINITE)


# --- Theorem A -------------------------------------------------------------------------------------------------------


def check_confusion(task, layer, found):
    """By the words alone: same last letter, same state by slow steps, different products; both orders, and short."""
    assert isinstance(found, Confusion)
    assert isinstance(replayed(model(layer, task), task, found).trace, Collision)
    states = [run(model(layer, task), word).states[-1] for word in (found.first, found.second)]
    assert states[0] == states[1]
    assert found.first[-1] == found.second[-1]
    assert task.structure.product(found.first) != task.structure.product(found.second)


GROUPS = ("S3", "D4", "Q8", "A4")


@pytest.mark.parametrize(
    ("names", "count"), [(GROUPS, 12), pytest.param(NON_ABELIAN, 100, marks=pytest.mark.full, id="all to order 24")]
)
def test_any_pair_confuses_a_layer_of_finitely_many_states(names, count):
    draw = random.Random(7)
    for task, drawn in draws(names, count, finite=True):
        g = task.structure
        pair = draw.choice([(u, v) for u, v in combinations(task.letters, 2) if g.mul(u, v) != g.mul(v, u)])
        for given in (None, pair, pair[::-1]):
            found = confusion(drawn.layer, task, given)
            check_confusion(task, drawn.layer, found)
            assert len(found.first) == len(found.second) <= 2 + min(drawn.layer.width, 2)
            assert found.first[:2] == found.second[1::-1]
            assert found.first[2:] == found.second[2:]
            assert given is None or found.first[:2] == given


@pytest.mark.parametrize(
    ("names", "count"), [(("S3", "Q8"), 10), pytest.param(GROUPS, 300, marks=pytest.mark.full, id="many")]
)
def test_complete_search_agrees(names, count):
    """Theorem A's words exist iff no readout does: the decision procedure finds a collision, too, and no longer one
    than the theorem's bound would let it."""
    for task, drawn in draws(names, count, finite=True, max_width=2):
        found = find_readout(model(drawn.layer, task), task)
        assert isinstance(found, Collision)
        assert len(found.second) <= len(confusion(drawn.layer, task).first)


def check_best_possible(layer, found):
    """No two shorter words on the same letters refute every readout."""
    g = S3.structure
    short = [w for n in range(1, len(found.first)) for w in product(S3.letters, repeat=n)]
    for first, second in combinations(short, 2):
        if first[-1] == second[-1] and g.product(first) != g.product(second):
            with pytest.raises(CertificateError, match="state"):
                replayed(model(layer, S3), S3, Confusion(first, second))


def test_three_letters_are_best_possible():
    """Even for rotations alone: the state after two letters, and the last of them, tell the first."""
    field = CyclotomicField(5)
    layer = DiagonalLayer(field, (field.one,), {X: (field.zeta(1),), Y: (field.zeta(2),)})
    found = confusion(layer, S3)
    assert found == Confusion((X, Y, X), (Y, X, X))
    check_best_possible(layer, found)


def test_four_letters_are_best_possible():
    """The example of the module: u resets one coordinate, v another, and both turn the third."""
    field = CyclotomicField(7)
    zero, one, two, w = field.zero, field.one, field.element(2), field.zeta(1)
    layer = DiagonalLayer(
        field,
        (two, two, one),
        {X: (zero, w, w), Y: (w, zero, field.zeta(3))},
        {X: (one, zero, zero), Y: (zero, one, zero)},
    )
    found = confusion(layer, S3)
    assert found == Confusion((X, Y, X, Y), (Y, X, X, Y))
    check_confusion(S3, layer, found)
    check_best_possible(layer, found)


def test_a_third_letter_that_resets_all_saves_one():
    ring, task = Integers(), WordProblem(group("S3"))
    assert noncommuting_letters(task) == (1, 2)
    decay = dict.fromkeys(range(6), (1, 1)) | {1: (0, 1), 2: (1, 0), 4: (0, 0)}
    drive = dict.fromkeys(range(6), (0, 0)) | {1: (1, 0), 2: (0, 1), 4: (5, 5)}
    decay[1], drive[1] = (0, -1), (1, 0)
    decay[2], drive[2] = (-1, 0), (0, 1)
    layer = DiagonalLayer(ring, (0, 0), decay, drive)
    found = confusion(layer, task)
    assert found == Confusion((1, 2, 4), (2, 1, 4))
    check_confusion(task, layer, found)


def test_a_layer_that_tracks_an_abelian_group_has_no_confusion():
    for name in ("Z6", "C2xC4", "C3^2"):
        structure = group(name)
        tracker = cyclotomic_tracker(derived_series(structure))
        task = WordProblem(structure)
        with pytest.raises(ConstructionError, match="all letters commute"):
            confusion(next(tracker.layers()), task)
        assert isinstance(find_readout(tracker, task), dict)


def test_confusion_refuses():
    ring = Integers()
    drifting = DiagonalLayer(ring, (0, 0), {X: (1, 1), Y: (1, 1)}, {X: (0, 0), Y: (0, 1)})
    with pytest.raises(ConstructionError, match=r"coordinate 1 takes infinitely many values \(unbounded\)"):
        confusion(drifting, S3)
    with pytest.raises(ConstructionError, match="bounded"):
        confusion(DiagonalLayer(Rationals(), (Fraction(0),), lambda x: (Fraction(1, 2),), lambda x: (Fraction(1),)), S3)
    still = DiagonalLayer(ring, (0,), dict.fromkeys(S3.letters, (1,)))
    with pytest.raises(ConstructionError, match="commute"):
        confusion(still, S3, (X, X))
    with pytest.raises(ConstructionError, match="two letters of the alphabet"):
        confusion(still, S3, (0, X))
    with pytest.raises(DomainError, match="exact complex numbers"):
        confusion(DiagonalLayer(ResidueRing(3), (0,), dict.fromkeys(S3.letters, (1,))), S3)


def test_cover():
    assert cover({}, ()) == {}
    assert cover({1: {0}, 2: {0, 1}, 3: {1, 2}, 4: {2}}, {0, 1, 2}) == {2: {0, 1}, 3: {2}}
    for sets in ({1: {0, 1}}, {}):
        with pytest.raises(ConstructionError, match=r"2\] must be covered"):
            cover(sets, {0, 1, 2})


# --- Theorem B -------------------------------------------------------------------------------------------------------


def suffix_bound(task, layer, found):
    """2 + max(1, r N) of the theorem, from the suffix that was chosen, multiplied out step by step."""
    domain = layer.domain
    at = {x: i for i, x in enumerate(task.letters)}
    maps = coordinate_maps(layer, task.letters)
    u, v = found.first[:2]
    apart = [modulus_squared(domain, discrepancy(domain, row[at[u]], row[at[v]])) for row in maps]
    needed = [j for j, gap in enumerate(apart) if compare(domain, gap, found.margin**2) >= 0]
    if not needed:
        return 3
    chosen = set(found.first[2:])
    factors = [modulus_squared(domain, maps[j][at[x]].decay) for j in needed for x in chosen]
    contracting = [a for a in factors if compare(domain, a, 1) < 0]
    times = 0
    for j, a in product(needed, contracting):
        gap, n = apart[j], 0
        while compare(domain, gap, found.margin**2) >= 0:
            gap, n = domain.mul(gap, a), n + 1
        times = max(times, n)
    return 2 + max(1, len(chosen) * times)


@pytest.mark.parametrize(
    ("names", "count"), [(GROUPS, 10), pytest.param(NON_ABELIAN, 60, marks=pytest.mark.full, id="all to order 24")]
)
@pytest.mark.parametrize("finite", [True, False])
def test_a_layer_crowds_or_escapes(names, count, finite):
    seen = {Crowding: 0, Escape: 0}
    for task, drawn in draws(names, count, finite=finite):
        layer = drawn.layer
        found = crowding_or_escape(layer, task, B, EPS)
        seen[type(found)] += 1
        replayed(model(layer, task), task, found)
        if isinstance(found, Escape):
            assert Reach.UNBOUNDED in reaches(layer, task.letters)
            (state,) = run(model(layer, task), found.word).states[-1]
            assert any(compare(layer.domain, modulus_squared(layer.domain, h), B**2) > 0 for h in state)
        else:
            assert Reach.UNBOUNDED not in reaches(layer, task.letters)
            assert found.first[2:] == found.second[2:]
            assert len(found.first) <= suffix_bound(task, layer, found)
            assert len(set(found.first[2:])) <= min(layer.width, len(task.letters))
    assert seen[Crowding] > count
    assert (seen[Escape] > count) == (not finite)


def test_smaller_margins_and_larger_bounds_take_longer_words():
    half = Rationals().element
    contracting = DiagonalLayer(
        Rationals(),
        (half(0),),
        {X: (Fraction(1, 2),), Y: (Fraction(1, 2),)},
        {X: (Fraction(0),), Y: (Fraction(1),)},
    )
    # x y ends 1/2 above y x; each letter halves: n letters until 2^-(n + 1) < 2^-k, so n = k
    for k in range(1, 30):
        found = crowding_or_escape(contracting, S3, B, Fraction(1, 2**k))
        assert len(found.first) == 2 + k
    drifting = DiagonalLayer(Integers(), (0,), {X: (1,), Y: (1,)}, {X: (0,), Y: (-3,)})
    for bound in range(1, 40):
        found = crowding_or_escape(drifting, S3, Fraction(bound), EPS)
        assert found == Escape((Y,) * (bound // 3 + 1), Fraction(bound))
    doubling = DiagonalLayer(Integers(), (1,), {X: (2,), Y: (0,)}, {X: (-1,), Y: (2,)})  # 1 is fixed by x, not by y
    for k in range(1, 20):
        found = crowding_or_escape(doubling, S3, Fraction(2**k), EPS)
        assert found == Escape((Y,) + (X,) * k, Fraction(2**k))  # 2^n + 1 after y x^n


TURN = "[3/5,4/5]"


@pytest.mark.parametrize("second", ["-1", "[0,1]", TURN])
@pytest.mark.parametrize("first", ["-1", "[0,-1]", TURN, "[-7/25,24/25]"])
@pytest.mark.parametrize("start", ["0", "1", "[1/2,0]", "[0,9]"])
def test_rotations_about_two_centres_leave_every_bound(first, second, start):
    """About 0 and about 1, also by turns of infinite order; the start may be a centre, or half way."""
    field = CyclotomicField(4)
    a, b = field.parse(first), field.parse(second)
    layer = DiagonalLayer(
        field,
        (field.parse(start),),
        {X: (a,), Y: (b,)},
        {X: (field.zero,), Y: (field.add(field.one, field.neg(b)),)},
    )
    for bound in (Fraction(1, 2), Fraction(10)):
        found = escape(layer, S3.letters, bound)
        replayed(model(layer, S3), S3, found)
        # each turn adds 1/2 to the squared distance from a centre; a turn takes less than 12 letters here
        assert len(found.word) <= 12 * 2 * (bound + 1) ** 2 + 12


def test_rotations_about_two_centres_in_other_fields():
    """Every pair of roots of unity of Q(zeta_12), about 0 and about zeta: the words stay short."""
    field = CyclotomicField(12)
    roots = [field.zeta(k) for k in range(1, 12)]
    for a, b in product(roots, roots):
        centre = field.zeta(1)
        drive = field.add(centre, field.neg(field.mul(b, centre)))
        layer = DiagonalLayer(field, (field.zero,), {X: (a,), Y: (b,)}, {X: (field.zero,), Y: (drive,)})
        found = escape(layer, S3.letters, B)
        replayed(model(layer, S3), S3, found)
        assert len(found.word) <= 12 * 2 * (B + 1) ** 2


def test_gaussian_integers_need_no_division():
    ring = GaussianIntegers()
    i = GaussianInteger(0, 1)
    layer = DiagonalLayer(
        ring,
        (ring.zero,),
        {X: (i,), Y: (i,)},
        {X: (ring.zero,), Y: (ring.one,)},  # its centre is (1 + i) / 2
    )
    found = crowding_or_escape(layer, S3, B, EPS)
    assert isinstance(found, Escape)
    replayed(model(layer, S3), S3, found)


def test_forgeries_are_refused():
    seen = 0
    for task, drawn in draws(("S3", "Q8"), 12, finite=False):
        machine = model(drawn.layer, task)
        found = crowding_or_escape(drawn.layer, task, B, EPS)
        if isinstance(found, Escape):
            forged = [Escape(found.word[:-1], B), Escape(found.word, 10**9 * B), Escape((), B)]
        else:
            first, second = found.first, found.second
            forged = [
                Crowding(first, first, EPS),
                Crowding(first, (*second[:-1], next(x for x in task.letters if x != second[-1])), EPS),
                Crowding((), (), EPS),
                Crowding(first, (), EPS),
            ]
            if len(first) > 3:
                forged.append(Crowding(first[:2] + first[-1:], second[:2] + second[-1:], EPS / 64))
        for claimed in forged:
            if isinstance(claimed, Crowding) and near(machine, claimed) and len(claimed.first) == 3:
                continue
            with pytest.raises(CertificateError):
                replayed(machine, task, claimed)
            seen += 1
    assert seen > 80


def near(machine, claimed):
    """Whether the shortened words happen to be near enough all the same: by another way than the replay's."""
    (first,), (second,) = (run(machine, word).states[-1] for word in (claimed.first, claimed.second))
    (layer,) = machine.layers()
    gaps = [layer.domain.add(x, layer.domain.neg(y)) for x, y in zip(first, second, strict=True)]
    return all(compare(layer.domain, modulus_squared(layer.domain, gap), claimed.margin**2) < 0 for gap in gaps)


def test_crowding_or_escape_refuses():
    still = DiagonalLayer(Integers(), (0,), dict.fromkeys(S3.letters, (1,)))
    for bound, margin in ((Fraction(0), EPS), (B, Fraction(0)), (B, 1), (8.0, EPS)):
        with pytest.raises(ConstructionError, match="positive Fraction"):
            crowding_or_escape(still, S3, bound, margin)
    z3 = group("Z3")
    with pytest.raises(ConstructionError, match="all letters commute"):
        crowding_or_escape(DiagonalLayer(Integers(), (0,), lambda x: (1,)), WordProblem(z3), B, EPS)
    drifting = DiagonalLayer(Integers(), (0,), {X: (1,), Y: (1,)}, {X: (0,), Y: (1,)})
    with pytest.raises(BudgetExhausted, match="50 letters"):
        crowding_or_escape(drifting, S3, Fraction(100), EPS, max_length=50)
    with pytest.raises(ConstructionError, match="0 is not"):
        crowding(drifting, S3, EPS)
    assert escape(still, S3.letters, B) is None


# --- width -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("names", "count"),
    [(("C2^2", "C2xC4", "C3^2", "C2^3"), 15), pytest.param(NOT_CYCLIC, 200, marks=pytest.mark.full, id="all to 32")],
)
def test_narrower_layers_confuse_words(names, count):
    for name in names:
        factor = AbelianFactor(group(name), tuple(range(group(name).order)), (0,))
        for task, drawn in draws((name,), count, finite=True, max_width=factor.rank - 1):
            check_confusion(task, drawn.layer, confusion_by_rank(drawn.layer, task))


def test_complete_search_agrees_on_narrow_layers():
    for name in ("C2^2", "C2xC4", "C2^3"):
        rank = AbelianFactor(group(name), tuple(range(group(name).order)), (0,)).rank
        for task, drawn in draws((name,), 10, finite=True, max_width=min(2, rank - 1)):
            assert isinstance(find_readout(model(drawn.layer, task), task), Collision)


def test_all_layers_of_characters_that_are_one_too_narrow():
    """For C2^2, C3^2 and C2xC4 every choice of values among roots of unity, one coordinate, start 1, generators."""
    field = CyclotomicField(12)
    for name in ("C2^2", "C3^2", "C2xC4"):
        structure = group(name)
        task = WordProblem(structure, structure.generators)
        for values in product([field.zeta(k) for k in range(12)], repeat=2):
            decay = {x: (a,) for x, a in zip(task.letters, values, strict=True)}
            layer = DiagonalLayer(field, (field.one,), decay)
            check_confusion(task, layer, confusion_by_rank(layer, task))


def test_rank_refuses():
    ring, v4 = Integers(), WordProblem(group("C2^2"))
    with pytest.raises(ConstructionError, match="rank 2, the layer has width 2"):
        confusion_by_rank(DiagonalLayer(ring, (1, 1), lambda x: (1, 1)), v4)
    with pytest.raises(ConstructionError, match="is none"):
        confusion_by_rank(DiagonalLayer(ring, (1,), lambda x: (1,)), S3)
    with pytest.raises(ConstructionError, match="rank 1, not 2"):
        confusion_by_rank(DiagonalLayer(ring, (1,), lambda x: (1,)), WordProblem(group("C2^2"), (1,)))
    with pytest.raises(ConstructionError, match="infinitely many values"):
        confusion_by_rank(DiagonalLayer(ring, (1,), lambda x: (2,)), v4)


@pytest.mark.parametrize(("p", "k"), [(2, 1), (2, 3), (3, 2), (5, 1), (2, 0)])
def test_kernel_vectors(p, k):
    draw, modulus = random.Random(f"{p} {k}"), p**k
    for _ in range(200):
        rows = draw.randint(0, 3)
        columns = rows + draw.randint(1, 2)
        matrix = [[draw.choice((0, draw.randrange(modulus))) for _ in range(columns)] for _ in range(rows)]
        c = kernel_vector(matrix, p, modulus, columns)
        assert len(c) == columns
        assert gcd(p, *c) == 1
        for row in matrix:
            assert sum(m * x for m, x in zip(row, c, strict=True)) % modulus == 0


# --- claims ----------------------------------------------------------------------------------------------------------


def test_counts():
    """37 non-Abelian groups of order at most 24, with 3000 layers each; 54 Abelian ones of order 2 to 32."""
    abelian, finite, margin, narrow = CLAIMS
    assert len(finite.full) == len(margin.full) == len(NON_ABELIAN) == 37
    assert len(abelian.full) == 54
    for number in NON_ABELIAN:
        sizes = [family.size for claim in (finite, margin) for family in claim.full.values() if family.group == number]
        assert sum(sizes) >= 2750
    cyclic = sum(1 for name in abelian.full if max(group(name).element_orders) == group(name).order)
    assert len(narrow.full) == len(NOT_CYCLIC) == 54 - cyclic == 54 - 31
    assert all(group(name).is_abelian for name in abelian.full)
    assert not any(group(name).is_abelian for name in NON_ABELIAN)


def test_the_method_counts_what_was_drawn():
    claim = next(claim for claim in CLAIMS if claim.name == "one-layer-with-margin-only-abelian")
    family = Family("S3", 20)
    result = examine(claim, "S3, 20 layers")
    assert result.verdict == "checked"
    assert result.method.startswith("sampled: 20 candidates (seeded")
    bounded = sum("all coordinates bounded" in case.traits for case in claim.cases(family))
    assert f"{bounded} with all coordinates bounded" in result.method
    assert f"{20 - bounded} with a coordinate beyond every bound" in result.method
    drifts = sum("drifts" in case.traits for case in claim.cases(family))
    assert f"{drifts} with drifts" in result.method


def test_motions_of_all_kinds_are_drawn():
    seen = set()
    for finite in (True, False):
        for task, drawn in draws(("S3",), 40, finite=finite):
            for own in coordinate_maps(drawn.layer, task.letters):
                seen |= {motion(drawn.layer.domain, map) for map in own}
    assert seen == set(Motion)
