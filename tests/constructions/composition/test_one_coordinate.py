"""One coordinate composes no functions: the words by brute force, models that nearly do it, forged violations."""

from itertools import permutations, product

import pytest

from constructions.composition.one_coordinate import (
    CLAIMS,
    SWAPS,
    NotMetabelian,
    by_entries,
    by_whole_functions,
    composing_words,
)
from constructions.composition.wide_composition import by_one_hot, by_one_hot_pair
from constructions.composition.width_against_precision import scalar_layer
from exactssm.algebra import derived_length, group
from exactssm.arithmetic import ResidueRing
from exactssm.errors import CertificateError, ConstructionError
from exactssm.tasks import EOS
from exactssm.tasks.composition import compose
from verify.decision import decide
from verify.refutation import replayed
from verify.runner import examine


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        result = examine(claim, instance)
        assert result.holds, result


@pytest.mark.full
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold_in_full(claim):
    for instance in claim.full:
        assert examine(claim, instance).holds, instance


def inverse(f):
    return tuple(f.index(x) for x in range(len(f)))


def commutator(f, g):
    """f^-1 g^-1 f g, f^-1 first."""
    return tuple(compose(x, (inverse(f), inverse(g), f, g)) for x in range(len(f)))


def test_the_double_commutator_moves_every_point():
    f, g, h, k = SWAPS
    moved = commutator(commutator(f, g), commutator(h, k))
    assert all(y != x for x, y in enumerate(moved))


def test_derived_lengths():
    """S4 isn't metabelian, S5 isn't solvable, S3 is metabelian: why N = 3 needs another argument."""
    assert [derived_length(group(name)) for name in ("S3", "S4", "S5")] == [2, 3, None]


def test_metabelian_by_brute_force():
    """All quadruples of invertible maps of Z/3, as permutations of its points."""
    maps = [tuple((a * h + b) % 3 for h in range(3)) for a in (1, 2) for b in range(3)]
    for f, g, h, k in product(maps, repeat=4):
        assert commutator(commutator(f, g), commutator(h, k)) == (0, 1, 2)
    s4 = list(permutations(range(4)))
    assert any(commutator(commutator(s4[1], g), commutator(s4[2], k)) != (0, 1, 2, 3) for g in s4 for k in s4)


def test_forged_violations_are_refused():
    with pytest.raises(CertificateError, match="is the identity"):
        NotMetabelian(5, ((2, 0), (1, 1), (3, 1), (1, 2))).replay()
    with pytest.raises(CertificateError, match="invertible"):
        NotMetabelian(4, ((2, 0), (1, 1), (3, 1), (1, 2))).replay()


def whole(N, modulus, on):
    written = by_whole_functions(N)
    maps = {f: on(f) for f in written.task.alphabet}
    return scalar_layer(written.task.alphabet, ResidueRing(modulus), maps), written


@pytest.mark.parametrize(("N", "modulus"), [(3, 2), (3, 4), (3, 16), (4, 4), (4, 5), (4, 12), (4, 30)])
def test_every_function_the_same_map(N, modulus):
    """All identities, all constant, all ticks, all doublings: each refuted, by words that replay."""
    for a, b in ((1, 0), (0, 1), (1, 1), (2, 0), (2, 1), (modulus - 1, 1)):
        model, written = whole(N, modulus, lambda f, a=a, b=b: (a % modulus, b))
        replayed(model, written.task, composing_words(model, written))


def test_permutations_of_z3_done_exactly():
    """S3 is AGL(1, Z/3): every permutation is right, and no words are known for N = 3; other functions are wrong."""

    def affine(f):
        return ((f[1] - f[0]) % 3, f[0])

    model, written = whole(3, 3, affine)
    with pytest.raises(ConstructionError, match="no words are known"):
        composing_words(model, written)
    assert decide(scalar_layer(model.alphabet, ResidueRing(3), {f: affine(f) for f in model.alphabet}), written.task)


def test_the_dihedral_group_done_exactly():
    """AGL(1, Z/4) = D4 acts on four elements as it should, and all other functions as the identity."""

    def affine(f):
        slope = (f[1] - f[0]) % 4
        return (slope, f[0]) if all((slope * x + f[0]) % 4 == y for x, y in enumerate(f)) else (1, 0)

    model, written = whole(4, 4, affine)
    assert sum(affine(f) != (1, 0) for f in model.alphabet) == 15
    replayed(model, written.task, composing_words(model, written))


def test_long_words_are_programs():
    """Over Z/2^16 a tick has the order 65536."""
    written = by_entries(3)
    chosen = {x: (1, int(x == (0, 1))) for x in written.task.alphabet}
    chosen |= {("start", x): (0, x) for x in range(3)} | {EOS: (1, 0)}
    model = scalar_layer(written.task.alphabet, ResidueRing(2**16), chosen)
    words = composing_words(model, written)
    assert words.first.length > 3 * 65536
    assert words.first[-1] == words.second[-1] == EOS


def test_two_elements_and_more_coordinates():
    """What isn't excluded: one coordinate for two elements, N - 1 for N."""
    written = by_whole_functions(2)
    model = by_one_hot(2, 1)
    assert decide(model, written.task).name == "proved"
    with pytest.raises(ConstructionError, match="at least 3"):
        composing_words(model, written)
    for N in (3, 4):
        with pytest.raises(ConstructionError, match="width 1"):
            composing_words(by_one_hot(N, N - 1), by_whole_functions(N))
    with pytest.raises(ConstructionError, match="width 1"):
        composing_words(by_one_hot_pair(by_entries(3).task), by_entries(3))
