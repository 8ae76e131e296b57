"""Words of the proof: laws tried in other groups, candidates also refuted by the complete search, and forgeries."""

import random
from fractions import Fraction
from itertools import product
from math import lcm

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructions.groups.random_stacks import Draw, random_stack
from constructions.groups.subnormal_tracker import cyclotomic_tracker, literal_tracker
from constructions.groups.verbal_laws import broken_law, merging_word, one_layer_words, roots_of_unity_of, stack_words
from constructions.rings.modular_diagonal import affine_tracker, element_of_order
from exactssm.algebra import derived_series, group, small_groups, verbal_series
from exactssm.arithmetic import CyclotomicField, GaussianIntegers, Integers, Rationals, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer, RotationLayer
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from verify import Refuted
from verify.decision import decide_every_readout
from verify.refutation import replayed

ONE = Fraction(1)


def length(structure, exponent):
    """The verbal length, None if the series gets stuck."""
    try:
        return verbal_series(structure, exponent).length
    except DomainError:
        return None


def powers_for(*groups):
    n = lcm(*(order for g in groups for order in g.element_orders))
    return lambda word: word * (n - 1)


@pytest.mark.parametrize(("exponent", "depth"), [(1, 1), (2, 1), (2, 2), (4, 1), (4, 2), (6, 1), (6, 2), (12, 2)])
def test_laws_hold_where_they_should_and_fail_where_they_should(exponent, depth):
    """Letters go to random elements of every small group that a stack of that depth may give."""
    small = [r.group() for r in small_groups(8)]
    obedient = [g for g in small if (known := length(g, exponent)) is not None and known <= depth]
    assert obedient
    source = random.Random(0)
    for structure in [*small, group("C16"), group("S4"), group("D8")]:
        known = length(structure, exponent)
        letters = range(structure.order)
        inverse = powers_for(structure, *obedient)
        if known is not None and known <= depth:
            with pytest.raises(ConstructionError, match="breaks no law"):
                broken_law(structure, letters, exponent, depth, inverse)
            continue
        first, second = broken_law(structure, letters, exponent, depth, inverse)
        assert structure.product(first) != structure.product(second)
        for other in obedient:
            for _ in range(20):
                images = [source.randrange(other.order) for _ in letters]
                assert other.product(images[x] for x in first) == other.product(images[x] for x in second)


def test_laws_in_generators():
    d4 = group("D4")
    r, s = d4.element("r"), d4.element("s")
    first, second = broken_law(d4, (r, s), 2, 1, lambda word: word)
    assert (first, second) == ((r, r), ())
    s3 = group("S3")
    swaps = (s3.element("(1,2)"), s3.element("(2,3)"))
    first, second = broken_law(s3, swaps, 2, 1, lambda word: word)
    assert first == second[::-1]
    assert set(first) == set(swaps)


@given(st.integers(1, 5), st.integers(1, 3), st.data())
def test_after_a_merging_word_nothing_merges(states, letters, data):
    """Against the least number of images of any word, by listing all sets of images."""
    table = np.array(
        data.draw(
            st.lists(
                st.lists(st.integers(0, states - 1), min_size=letters, max_size=letters),
                min_size=states,
                max_size=states,
            )
        )
    )
    sets = [frozenset(range(states))]
    for found in sets:  # which grows while it is read
        for a in range(letters):
            if (after := frozenset(table[list(found), a].tolist())) not in sets:
                sets.append(after)
    image = set(range(states))
    for a in merging_word(table):
        image = {int(table[q, a]) for q in image}
    assert len(image) == min(map(len, sets))


def test_counts_of_roots():
    assert [roots_of_unity_of(d) for d in (Rationals(), Integers(), GaussianIntegers())] == [2, 2, 4]
    for n in range(1, 13):
        field = CyclotomicField(n)
        known = roots_of_unity_of(field)
        field.root_of_unity(known)
        for multiple in (2, 3, 5):
            with pytest.raises(DomainError):
                field.root_of_unity(multiple * known)
    with pytest.raises(DomainError):
        roots_of_unity_of(ResidueRing(5))


REAL = Draw(Rationals(), 2, frozen=(Fraction(1, 2), Fraction(3)), scales=(ONE, Fraction(2)))
DYADIC = Draw(GaussianIntegers(), 4)
SIXTH = Draw(CyclotomicField(3), 6, scales=(ONE, Fraction(2), Fraction(1, 3)))


def check(structure, draw, widths, seed, exponent):
    """The words, replayed; and the complete search, which must come to the same end."""
    model, task = random_stack(draw, range(structure.order), widths, seed), WordProblem(structure)
    words = one_layer_words if len(widths) == 1 else stack_words
    found = words(model, structure, exponent)
    replayed(model, task, found)
    assert isinstance(decide_every_readout(model, task), Refuted)
    if len(widths) == 1:
        assert max(len(found.first), len(found.second)) <= max(exponent, 2) + max(1, min(widths[0], structure.order))


@pytest.mark.parametrize(
    ("draw", "exponent", "names"),
    [
        (REAL, 2, ("C3", "C4", "S3", "Q8", "C2xC4", "D5")),
        (DYADIC, 4, ("C3", "S3", "Q8", "C8", "D4")),
        (SIXTH, 6, ("S3", "D4", "A4", "C4", "C5")),
    ],
)
def test_one_layer(draw, exponent, names):
    for name, seed in product(names, range(6)):
        check(group(name), draw, (1 + seed % 3,), seed, exponent)


@pytest.mark.parametrize(
    ("draw", "exponent", "names"),
    [(REAL, 2, ("C8", "D8", "S3")), (DYADIC, 4, ("D16", "S3")), (SIXTH, 6, ("S4", "C8"))],
)
def test_two_layers(draw, exponent, names):
    for name, seed in product(names, range(2)):
        check(group(name), draw, (1, 1), seed, exponent)


def test_no_and_three_layers():
    check(group("C2"), REAL, (), 0, 2)
    check(group("C16"), REAL, (1, 1, 1), 1, 2)


@pytest.mark.parametrize("name", ["C4", "D4", "C2xC4", "D8", "[16,3]", "C16"])
def test_trackers_without_their_last_layers(name):
    """The very model that tracks a group, cut off: the words refute it at every depth."""
    structure = group(name)
    series = verbal_series(structure, 2)
    model = literal_tracker(series, Rationals())
    for depth in range(series.length):
        cut = Model(model.alphabet, model.blocks[:depth])
        replayed(cut, WordProblem(structure), stack_words(cut, structure, 2))
    with pytest.raises(ConstructionError, match="breaks no law"):
        stack_words(model, structure, 2)


def test_what_can_be_tracked_breaks_no_law():
    structure = group("C2^2")
    model = literal_tracker(verbal_series(structure, 2), Rationals())
    with pytest.raises(ConstructionError, match="breaks no law"):
        one_layer_words(model, structure, 2)


def test_layers_that_the_theorem_does_not_cover():
    s3 = group("S3")
    drifting = DiagonalLayer(Rationals(), (ONE,), lambda x: (ONE,), lambda x: (ONE,))
    with pytest.raises(ConstructionError, match="finitely many"):
        one_layer_words(Model(range(6), [Block(drifting, lambda h, x: h)]), s3, 2)
    with pytest.raises(BudgetExhausted):
        stack_words(Model(range(6), [Block(drifting, lambda h, x: h)]), s3, 2, max_states=100)
    rotation = RotationLayer((2,), lambda x: (1,))
    with pytest.raises(ConstructionError, match="diagonal layer"):
        one_layer_words(Model(range(6), [Block(rotation, lambda h, x: h)]), s3, 2)
    with pytest.raises(ConstructionError, match="one layer"):
        one_layer_words(cyclotomic_tracker(derived_series(s3)), s3, 6)


def test_words_of_the_wrong_theorem_are_refused():
    """S3 by one layer over Z/6 works, so that no words refute it; nor do those for too few roots of unity."""
    s3 = group("S3")
    s, r = element_of_order(s3, 2), element_of_order(s3, 3)
    model = affine_tracker(s3, ResidueRing(6), {s: (5, 3), r: (1, 4)}, (0,))
    with pytest.raises(CertificateError):
        replayed(model, WordProblem(s3, (s, r)), stack_words(model, s3, 6))
    with pytest.raises(DomainError):
        one_layer_words(model, s3, 6)
    c4 = group("C4")
    turning = literal_tracker(derived_series(c4), GaussianIntegers())
    with pytest.raises(CertificateError):
        replayed(turning, WordProblem(c4), one_layer_words(turning, c4, 2))


def test_without_resets_any_letter_ends_the_words():
    model = random_stack(REAL._replace(resets=False, frozen=()), range(8), (3,), 0)
    found = one_layer_words(model, group("Q8"), 2)
    assert (len(found.first), len(found.second)) in {(3, 1), (3, 3)}


def test_resets_of_each_letter_are_covered():
    """Coordinate x is reset by letter x alone: all of them are needed, and then the bound is met."""
    c3 = group("C3")
    zero = Fraction(0)
    layer = DiagonalLayer(
        Rationals(),
        (ONE,) * 3,
        lambda x: tuple(zero if j == x else -ONE for j in range(3)),
        lambda x: tuple(Fraction(2) if j == x else zero for j in range(3)),
    )
    model = Model(range(3), [Block(layer, lambda h, x: h)])
    found = one_layer_words(model, c3, 2)
    assert (len(found.first), len(found.second)) == (2 + 3, 3)
    replayed(model, WordProblem(c3), found)


@pytest.mark.parametrize("alphabet", [("a",), (0, 6), (True,), ()])
@pytest.mark.parametrize("words", [one_layer_words, stack_words])
def test_letters_must_be_elements(words, alphabet):
    model = random_stack(REAL, alphabet or (0,), (1,), 0)
    if not alphabet:
        model = Model((), model.blocks)
    with pytest.raises(ConstructionError, match="alphabet must"):
        words(model, group("S3"), 2)
