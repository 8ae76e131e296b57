"""One layer over a small ring: the maps applied by hand, the products composed as permutations."""

import random
from itertools import product

import pytest

from constructions.registry import claim_named
from constructions.rings.affine_actions import affine_model
from constructions.rings.modular_diagonal import affine_layer, affine_tracker, element_of_order
from exactssm.algebra import group
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.errors import ConstructionError
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from tests.constructions.by_hand import products, realised
from verify import decide_every_readout

TRACKED = claim_named("one-layer-wraps-around").instances
ALL_LETTERS = claim_named("one-layer-wraps-around-all-letters").instances


def step_mod(m):
    return lambda a, h, b: (a * h + b) % m


def step_in_gf4(a, h, b):
    """a h + b on codes c0 + 2 c1, with x^2 = x + 1."""
    times = {(2, 2): 3, (2, 3): 1, (3, 2): 1, (3, 3): 2}
    return (0 if 0 in (a, h) else a if h == 1 else h if a == 1 else times[a, h]) ^ b


def test_gf4_by_hand():
    field = GaloisField(4)
    for a, h, b in product(field.elements, repeat=3):
        assert field.add(field.mul(a, h), b).code == step_in_gf4(a.code, h.code, b.code)


BY_HAND = {
    "S3 over Z/3, d=2": (step_mod(3), {2: (2, 0), 3: (1, 1)}),
    "S3 over Z/6, d=1": (step_mod(6), {2: (5, 3), 3: (1, 4)}),
    "D4 over Z/4, d=2": (step_mod(4), {4: (1, 1), 2: (3, 0)}),
    "D5 over Z/5, d=2": (step_mod(5), {2: (4, 0), 5: (1, 1)}),
    "AGL(1,5) over Z/5, d=2": (step_mod(5), {4: (2, 0), 5: (1, 1)}),
    "C7:C3 over Z/7, d=2": (step_mod(7), {3: (2, 0), 7: (1, 1)}),
    "A4 over GF(4), d=2": (step_in_gf4, {3: (2, 0), 2: (1, 1)}),
    "Q8 over Z/8, d=2": (step_mod(8), {"first": (1, 2), "second": (3, 1)}),
}


@pytest.mark.parametrize("name", TRACKED)
def test_maps_applied_by_hand(name):
    """The state is the maps of the letters, one after the other, applied to the starts; the output is the product."""
    step, maps = BY_HAND[name]
    (case,) = claim_named("one-layer-wraps-around").cases(TRACKED[name])
    structure = case.task.structure
    first, second = case.model.alphabet
    orders = [order_of(structure, x) for x in (first, second)]
    keys = ["first", "second"] if "first" in maps else orders
    of_letter = dict(zip((first, second), (maps[key] for key in keys), strict=True))
    starts = (0,) if name.endswith("d=1") else (0, 1)
    for word in words((first, second), 10, 10):
        found = run(case.model, word)
        assert list(found.outputs) == products(structure, word)
        state = starts
        for letter, (values,) in zip(word, found.states[1:], strict=True):
            a, b = of_letter[letter]
            state = tuple(step(a, h, b) for h in state)
            assert tuple(getattr(value, "code", value) for value in values) == state


def order_of(structure, x):
    image = realised(structure)[x]
    power, n = image, 1
    while power != tuple(range(len(image))):
        power, n = tuple(image[i] for i in power), n + 1
    return n


@pytest.mark.parametrize("name", [name for name in ALL_LETTERS if not name.startswith("C4:C4")])
def test_every_element_is_a_letter(name):
    (case,) = claim_named("one-layer-wraps-around-all-letters").cases(ALL_LETTERS[name])
    structure = case.task.structure
    assert case.model.alphabet == tuple(range(structure.order))
    (layer,) = case.model.layers()
    assert layer.width == ALL_LETTERS[name][2]
    seen = set()
    for seed in range(30):
        word = random.Random(seed).choices(case.model.alphabet, k=30)
        found = run(case.model, word)
        assert list(found.outputs) == products(structure, word)
        seen |= set(found.states)
    assert len(seen) <= structure.order


@pytest.mark.parametrize(
    ("name", "ring"), [("A4", 4), ("A4", 8), ("A4", 12), ("S4", 12), ("Q8", 4), ("S3", 5), ("S3", 7)]
)
def test_groups_without_affine_actions(name, ring):
    """A4 is in no Z/m, S4 is not metabelian, S3 needs translations of order 3."""
    with pytest.raises(ConstructionError, match="tell the elements"):
        affine_model(group(name), ResidueRing(ring))


def test_maps_that_are_no_action_are_refused():
    s3 = group("S3")
    s, r = element_of_order(s3, 2), element_of_order(s3, 3)
    with pytest.raises(ConstructionError, match="two products in S3"):
        affine_tracker(s3, ResidueRing(4), {s: (3, 0), r: (1, 1)}, (0, 1))
    with pytest.raises(ConstructionError, match="two products in S3"):
        affine_tracker(s3, ResidueRing(3), {s: (2, 0), r: (1, 1)}, (0,))  # one point does not tell the maps apart


def test_elements_of_an_order():
    d4 = group("D4")
    r = element_of_order(d4, 4)
    involution = element_of_order(d4, 2, outside=[r])
    assert d4.labels[r] == "r"
    assert involution not in {d4.element("e"), d4.element("r^2")}
    assert order_of(d4, involution) == 2
    with pytest.raises(ConstructionError, match="no element of order 3"):
        element_of_order(d4, 3)


@pytest.mark.parametrize("modulus", [3, 7])
def test_single_coordinates_that_fail(modulus):
    """Each candidate's collision by hand: the same state, the same last letter, different products."""
    s3, ring = group("S3"), ResidueRing(modulus)
    s, r = element_of_order(s3, 2), element_of_order(s3, 3)
    *_, instance = claim_named(f"one-scalar-over-z{modulus}-fails").all_instances(full=True).values()
    cases = list(claim_named(f"one-scalar-over-z{modulus}-fails").cases(instance))
    assert len({case.name for case in cases}) == len(cases) == modulus**5
    every = list(product(range(modulus), repeat=5))
    for a0, b0, a1, b1, h0 in random.Random(modulus).sample(every, 30):
        layer = affine_layer(ring, {s: (a0, b0), r: (a1, b1)}, (h0,))
        found = decide_every_readout(Model((s, r), [Block(layer, lambda h, x: h)]), WordProblem(s3, (s, r))).trace
        ends = []
        for word in (found.first, found.second):
            h = h0
            for letter in word:
                h = (a0 * h + b0 if letter == s else a1 * h + b1) % modulus
            ends.append((h, word[-1]))
        assert ends[0] == ends[1]
        assert products(s3, found.first)[-1] != products(s3, found.second)[-1]
