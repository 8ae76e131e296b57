"""Metabelian groups by one layer with roots of unity: states by the group ring, proofs by moduli, what must fail."""

import random
from collections import Counter
from dataclasses import replace
from math import gcd, lcm

import pytest

from constructions.boxes.magnus import (
    Dependence,
    beyond_metabelian,
    find_dependence,
    least_generators,
    magnus_layer,
    magnus_model,
    schreier_loops,
)
from exactssm.algebra import AbelianFactor, derived_subgroups, group, small_groups
from exactssm.arithmetic import CyclotomicField, GaussianInteger, GaussianIntegers, Integers, Rationals
from exactssm.errors import CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from verify.refutation import replayed
from verify.search.quotient import decide_modulo

NAMES = ["S3", "D4", "Q8", "A4", "D5", "C7:C3", "AGL(1,5)", "C3xS3"]


def by_the_group_ring(structure, letters, word):
    """q as an element of G, up to G', and v in Z[Q]^letters as a multiset of (coset, letter): v' = q(x)^-1 (v + e)."""
    commutators = derived_subgroups(structure)[1]

    def coset(x):
        return min(structure.mul(x, c) for c in commutators)

    q, v = 0, Counter()
    for x in word:
        v[0, x] += 1
        inverse = structure.inverses[x]
        v = Counter({(coset(structure.mul(inverse, p)), y): n for (p, y), n in v.items()})
        q = coset(structure.mul(q, x))
    return q, frozenset(v.items())


@pytest.mark.parametrize("name", NAMES)
def test_states_are_those_of_the_group_ring(name):
    """Words lead to one state exactly if they have one q and one v: characters lose nothing."""
    structure = group(name)
    letters = least_generators(structure)
    model, source = magnus_model(structure, letters), random.Random(1)
    some = list(words(letters, 6)) + [tuple(source.choices(letters, k=12)) for _ in range(60)]
    by_state, by_ring = {}, {}
    for word in some:
        by_state.setdefault(run(model, word).states[-1], []).append(word)
        by_ring.setdefault(by_the_group_ring(structure, letters, word), []).append(word)
    assert sorted(by_state.values()) == sorted(by_ring.values())
    for meeting in by_state.values():
        assert len({structure.product(word) for word in meeting}) == 1


@pytest.mark.parametrize("name", NAMES)
def test_numbers_grow_no_faster_than_the_word(name):
    """v has non-negative coefficients that add up to T, so that characters are at most T."""
    from exactssm.arithmetic.ordering import compare, modulus_squared

    structure = group(name)
    letters = least_generators(structure)
    layer, source = magnus_layer(structure, letters), random.Random(2)
    word = source.choices(letters, k=40)
    for T, state in enumerate(layer.run(word)):
        for h in state:
            assert compare(layer.domain, modulus_squared(layer.domain, h), max(T, 1) ** 2) <= 0
    for x in letters:
        for a in layer.entries(x)[: layer.width]:
            assert modulus_squared(layer.domain, a) == layer.domain.one


def test_free_generators_of_kernels():
    """Nielsen and Schreier: a subgroup of index n in a free group of rank r has rank n (r - 1) + 1; loops end at 1."""
    for rank, orders in [(1, (5,)), (2, (2,)), (2, (2, 2)), (2, (6,)), (3, (2, 2, 2)), (3, (3,))]:
        place = {x: tuple(int(i == x % len(orders)) for i in range(len(orders))) for x in range(rank)}
        index = 1
        for order in orders:
            index *= order
        loops = schreier_loops(range(rank), place, orders)
        assert len(loops) == index * (rank - 1) + 1
        for loop in loops:
            for word in loop:
                total = [sum(place[x][i] for x in word) % order for i, order in enumerate(orders)]
                assert not any(total)


@pytest.mark.parametrize(("name", "modulus"), [("S3", 3), ("A4", 2), ("D5", 5)])
def test_how_many_states_there_are_modulo_the_exponent(name, modulus):
    """If m = exp(G') is prime to |Q|, states modulo m are Q and K/[K,K] modulo m: |Q| m^(|Q| + 1) for two letters."""
    structure = group(name)
    letters = least_generators(structure)
    order = structure.order // len(derived_subgroups(structure)[1])
    verdict = decide_modulo(magnus_model(structure, letters), WordProblem(structure, letters), modulus)
    assert (verdict.name, verdict.pairs) == ("proved", order * modulus ** (order + 1))


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4"])
def test_the_modulus_of_the_theory_works(name):
    """e |Q| for e = exp(G'); D4 and Q8 need but half of it."""
    structure = group(name)
    letters = least_generators(structure)
    commutators = derived_subgroups(structure)[1]
    exponent = lcm(*(structure.element_orders[x] for x in commutators))
    quotient = structure.order // len(commutators)
    modulus = exponent * quotient if gcd(exponent, quotient) == 1 else exponent * quotient // 2
    model, task = magnus_model(structure, letters), WordProblem(structure, letters)
    assert decide_modulo(model, task, modulus).name == "proved"


@pytest.mark.parametrize("name", ["S4", "SL(2,3)", "A5", "GL(2,3)"])
def test_what_is_not_metabelian(name):
    structure = group(name)
    letters = least_generators(structure)
    model, task = magnus_model(structure, letters), WordProblem(structure, letters)
    found = find_dependence(structure, letters)
    assert found.rank == found.loops
    assert not found.commute
    found.replay()
    assert "don't commute" in found.as_text()
    for forged in (replace(found, rank=1), replace(found, commute=True), replace(found, structure=group("S3"))):
        with pytest.raises(CertificateError):
            forged.replay()
    words_ = beyond_metabelian(magnus_layer(structure, letters), task)
    replayed(model, task, words_)
    for modulus in (2, 3, 4):
        assert decide_modulo(model, task, modulus, max_pairs=3000).name in ("refuted", "inconclusive")


def test_a_layer_with_fewer_coordinates_is_not_enough():
    """With the trivial character alone v counts letters, so that their order is lost."""
    s3 = group("S3")
    letters = x, y = least_generators(s3)
    layer = magnus_layer(s3, letters)
    cut = DiagonalLayer(
        layer.domain,
        layer.start[:3],
        {x: layer.entries(x)[:3] for x in letters},
        {x: layer.entries(x)[layer.width : layer.width + 3] for x in letters},
    )
    model, task = Model(letters, [Block(cut, lambda h, x: h)]), WordProblem(s3, letters)
    assert run(model, (x, y)).states[-1] == run(model, (y, x)).states[-1]
    assert decide_modulo(model, task, 9).name == "refuted"
    assert decide_modulo(magnus_model(s3, letters), task, 9).name == "proved"


def random_layer(source, field, letters, width):
    """Roots of unity for decays, and any drives."""
    n = field.conductor

    def number():
        return field.parse("[" + ",".join(str(source.randint(-5, 5)) for _ in range(field.degree)) + "]")

    return DiagonalLayer(
        field,
        tuple(number() for _ in range(width)),
        {x: tuple(field.zeta(source.randrange(n)) for _ in range(width)) for x in letters},
        {x: tuple(number() for _ in range(width)) for x in letters},
    )


@pytest.mark.parametrize("name", ["S4", "SL(2,3)", "A5"])
def test_any_layer_with_roots_of_unity_is_refuted(name):
    structure = group(name)
    letters, source = least_generators(structure), random.Random(5)
    task = WordProblem(structure, letters)
    for conductor in (1, 2, 3, 4, 6):
        for _ in range(4):
            layer = random_layer(source, CyclotomicField(conductor), letters, 3)
            model = Model(letters, [Block(layer, lambda h, x: h)])
            replayed(model, task, beyond_metabelian(layer, task))
    over_z = DiagonalLayer(Integers(), (1,), dict.fromkeys(letters, (-1,)), {x: (x,) for x in letters})
    replayed(Model(letters, [Block(over_z, lambda h, x: h)]), task, beyond_metabelian(over_z, task))
    i = GaussianInteger(0, 1)
    over_i = DiagonalLayer(GaussianIntegers(), (i,), dict.fromkeys(letters, (i,)), dict.fromkeys(letters, (i,)))
    replayed(Model(letters, [Block(over_i, lambda h, x: h)]), task, beyond_metabelian(over_i, task))


def test_what_the_refuter_refuses():
    s4, s3 = group("S4"), group("S3")
    letters = least_generators(s4)
    for decay in (0, 2):
        layer = DiagonalLayer(Rationals(), (Rationals().one,), {x: (Rationals().element(decay),) for x in letters})
        with pytest.raises(ConstructionError, match="root of unity"):
            beyond_metabelian(layer, WordProblem(s4, letters))
    own = least_generators(s3)
    with pytest.raises(ConstructionError, match="metabelian"):
        beyond_metabelian(magnus_layer(s3, own), WordProblem(s3, own))
    from exactssm.arithmetic import ResidueRing

    modular = DiagonalLayer(ResidueRing(5), (1,), dict.fromkeys(letters, (1,)))
    with pytest.raises(DomainError):
        beyond_metabelian(modular, WordProblem(s4, letters))


@pytest.mark.parametrize("name", ["C6", "C2^2", "Z5"])
def test_abelian_groups_need_no_more_than_q(name):
    structure = group(name)
    letters = least_generators(structure)
    assert find_dependence(structure, letters) is None
    factor = AbelianFactor(structure, tuple(range(structure.order)), (0,))
    assert (
        magnus_layer(structure, letters).start[: factor.rank] == (CyclotomicField(factor.orders[-1]).one,) * factor.rank
    )


@pytest.mark.full
@pytest.mark.parametrize(
    "record",
    [r for r in small_groups(60) if r.derived_length is None or r.derived_length > 1],
    ids=lambda r: f"{r.order},{r.id}",
)
def test_the_loops_decide_metabelian(record):
    """Derived lengths are those of the library, made by other software."""
    structure = record.group()
    found = find_dependence(structure, least_generators(structure))
    assert (found is None) == (record.derived_length == 2)
    assert found is None or (found.rank == found.loops and isinstance(found, Dependence))
