"""Endless layers read modulo an integer: proved, refuted or left open; forged certificates are refused."""

import random
from dataclasses import replace
from fractions import Fraction

import pytest

from exactssm.algebra import group
from exactssm.arithmetic import (
    CyclotomicField,
    CyclotomicResidues,
    GaussianInteger,
    GaussianIntegers,
    Integers,
    MachineInteger,
    Rationals,
    ResidueRing,
)
from exactssm.errors import CertificateError, ConstructionError, DomainError, SymbolError
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from verify import decide_every_readout
from verify.search.quotient import decide_modulo, find_modulus, reduced, reduction
from verify.search.readouts import ReadBy


def layer_model(domain, start, maps):
    """A layer of width 1, read out as its state; ``maps`` gives (a, b) for each letter."""
    decay = {x: (domain.element(a),) for x, (a, _) in maps.items()}
    drive = {x: (domain.element(b),) for x, (_, b) in maps.items()}
    layer = DiagonalLayer(domain, (domain.element(start),), decay, drive)
    return Model(tuple(maps), [Block(layer, lambda h, x: h)])


def generators(name, *orders):
    """The first elements of these orders that generate the group."""
    from itertools import product

    from exactssm.algebra import generated_subgroup

    g = group(name)
    for letters in product(range(g.order), repeat=len(orders)):
        if (
            tuple(g.element_orders[x] for x in letters) == orders
            and len(generated_subgroup(g, letters)) == g.order
            and len(set(letters)) == len(letters)
        ):
            return g, letters
    raise AssertionError


S3, (S, R) = generators("S3", 2, 3)
TASK = WordProblem(S3, (S, R))
DIHEDRAL = layer_model(Integers(), 1, {S: (-1, 0), R: (1, 3)})


def test_the_layer_of_the_manual_tracks_s3():
    """h -> -h and h -> h + 3 from 1, modulo 9: six states, one an element."""
    verdict = decide_modulo(DIHEDRAL, TASK, 9)
    assert (verdict.name, verdict.method, verdict.pairs) == ("proved", "quotient modulo 9", 6)
    verdict.certificate.check(DIHEDRAL, TASK)
    # the readout that it promises, on the endless layer itself
    readout = verdict.certificate.closed.readout
    for word in words((S, R), 9, 1):
        (((h,),),) = run(DIHEDRAL, word).states[-1:]
        assert readout[((h % 9,),), word[-1]] == run(TASK, word).outputs[-1]
    assert decide_every_readout(DIHEDRAL, TASK, max_pairs=1000).name == "inconclusive", "its states have no end"


@pytest.mark.parametrize(
    ("name", "orders", "start", "maps", "modulus"),
    [
        ("D4", (2, 4), 1, ((-1, 0), (1, 4)), 16),
        ("Q8", (4, 4), 0, ((1, 2), (3, 1)), 8),  # theory: h + 2 and 3 h + 1 over Z/8
        ("S3", (2, 3), 0, ((5, 3), (1, 4)), 6),  # and 5 h + 3, h + 4 over Z/6
        ("D5", (2, 5), 1, ((-1, 0), (1, 4)), 20),
    ],
)
def test_known_layers_over_residues_track_over_z(name, orders, start, maps, modulus):
    g, letters = generators(name, *orders)
    model = layer_model(Integers(), start, dict(zip(letters, maps, strict=True)))
    assert decide_modulo(model, WordProblem(g, letters), modulus).name == "proved"
    over_q = layer_model(Rationals(), start, dict(zip(letters, maps, strict=True)))
    assert decide_modulo(over_q, WordProblem(g, letters), modulus).name == "proved"


def test_gaussian_and_cyclotomic_integers_are_reduced_alike():
    """C4 by i over Z[i] and over Z[zeta_4]: -i is no unit modulo 2, where all powers of i meet in two classes."""
    g, (x,) = generators("C4", 4)
    task = WordProblem(g, (x,))
    for domain, i in ((GaussianIntegers(), GaussianInteger(0, 1)), (CyclotomicField(4), CyclotomicField(4).zeta(1))):
        model = layer_model(domain, 1, {x: (i, 0)})
        assert [decide_modulo(model, task, m).name for m in (2, 3, 5)] == ["inconclusive", "proved", "proved"]
        assert find_modulus(model, task, range(2, 9)) == 3


def test_steps_of_the_image_are_images_of_steps():
    field = CyclotomicField(5)
    source = random.Random(3)

    def number():
        return field.parse("[" + ",".join(str(source.randint(-9, 9)) for _ in range(4)) + "]")

    for modulus in (2, 6, 7):
        model = layer_model(field, number(), {x: (number(), number()) for x in "ab"})
        image, ring = reduced(model, modulus), CyclotomicResidues(5, modulus)
        word = source.choices("ab", k=12)
        over_z = [ring.reduce(h) for ((h,),) in run(model, word).states]
        assert [h for ((h,),) in run(image, word).states] == over_z


def test_a_real_collision_refutes():
    """h -> 2 h and h -> h + 1 from 1: both lead to 2."""
    model = layer_model(Integers(), 1, {S: (2, 0), R: (1, 1)})
    verdict = decide_modulo(model, TASK, 9)
    assert verdict.name == "refuted"
    verdict.trace.replay(model, TASK)
    assert find_modulus(model, TASK, range(2, 50)) is None


def test_a_collision_of_the_image_alone_decides_nothing():
    for modulus in range(2, 9):
        assert decide_modulo(DIHEDRAL, TASK, modulus).name == "inconclusive"
    assert find_modulus(DIHEDRAL, TASK, range(2, 50)) == 9
    assert find_modulus(DIHEDRAL, TASK, (2, 3, 4)) is None
    assert decide_modulo(DIHEDRAL, TASK, 9, max_pairs=3).name == "inconclusive"


def test_forgeries():
    certificate = decide_modulo(DIHEDRAL, TASK, 9).certificate
    certificate.check(DIHEDRAL, TASK)
    closed = certificate.closed
    readout = dict(closed.readout)
    seen, answer = next(iter(readout.items()))
    swapped = replace(closed, readout={**readout, seen: (answer + 1) % 6})
    lost = replace(closed, readout={key: value for key, value in readout.items() if key != seen})
    fewer = replace(closed, pairs=replace(closed.pairs, pairs=frozenset(list(closed.pairs.pairs)[1:])))
    other = layer_model(Integers(), 1, {S: (-1, 0), R: (1, 2)})
    for forged, model in [
        (replace(certificate, closed=swapped), DIHEDRAL),
        (replace(certificate, closed=lost), DIHEDRAL),
        (replace(certificate, closed=fewer), DIHEDRAL),
        (replace(certificate, modulus=10), DIHEDRAL),
        (replace(certificate, modulus=3), DIHEDRAL),
        (replace(certificate, modulus=1), DIHEDRAL),
        (certificate, other),
        (certificate, Model((S, R), DIHEDRAL.blocks * 2)),
        (certificate, layer_model(Rationals(), 1, {S: (-1, 0), R: (1, Fraction(1, 3))})),
    ]:
        with pytest.raises(CertificateError):
            forged.check(model, TASK)
    with pytest.raises(SymbolError):
        certificate.check(DIHEDRAL, WordProblem(S3))


def test_what_can_not_be_reduced():
    with pytest.raises(ConstructionError):
        reduced(TASK, 5)
    with pytest.raises(ConstructionError):
        reduced(Model("a", [Block(DenseLayer(Integers(), (1,), {"a": ((2,),)}), lambda h, x: h)]), 5)
    with pytest.raises(ConstructionError):
        reduced(Model("a", []), 5)
    with pytest.raises(DomainError):
        reduced(layer_model(MachineInteger(4), 1, {"a": (1, 0)}), 5)
    with pytest.raises(DomainError):
        reduced(layer_model(Rationals(), 1, {"a": (Fraction(1, 5), 0)}), 5)
    with pytest.raises(DomainError):
        reduced(layer_model(CyclotomicField(3), 1, {"a": (Fraction(1, 2), 0)}), 2)
    for modulus in (1, 0, -3, True, "9"):
        with pytest.raises(DomainError):
            reduction(Integers(), modulus)


def test_halves_are_reduced_modulo_odd_numbers():
    """Over Q, 1/2 is 5 modulo 9."""
    model = layer_model(Rationals(), 1, {"a": (Fraction(1, 2), 0)})
    assert reduced(model, 9).blocks[0].layer.entries("a") == (5, 0)
    assert reduction(Rationals(), 9)[0] == ResidueRing(9)


def test_read_by_the_certificate_the_image_is_proved():
    from verify import decide

    closed = decide_modulo(DIHEDRAL, TASK, 9).certificate.closed
    assert decide(ReadBy(reduced(DIHEDRAL, 9), closed.readout), TASK).name == "proved"
