"""Words that lead too near or too far: what counts as evidence, and what is refused."""

from fractions import Fraction

import pytest

from constructions.claim import Crowding, Escape
from exactssm.algebra import group
from exactssm.arithmetic import CyclotomicField, Integers, Rationals, ResidueRing
from exactssm.errors import CertificateError, ExactssmError
from exactssm.layers import DiagonalLayer
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem
from verify.refutation import replayed
from verify.search.margins import Crowded, Escaped

S3 = WordProblem(group("S3"), group("S3").generators)
X, Y = S3.letters

#: x halves, y halves and adds 1: x y ends 1/2 above y x, and every letter more halves that
HALVING = DiagonalLayer(
    Rationals(),
    (Fraction(0),),
    {X: (Fraction(1, 2),), Y: (Fraction(1, 2),)},
    {X: (Fraction(0),), Y: (Fraction(1),)},
)
COUNTING = DiagonalLayer(Integers(), (0,), {X: (1,), Y: (1,)}, {X: (1,), Y: (0,)})


def model(*layers):
    """A stack that passes on the letter that it reads."""
    return Model(S3.letters, [Block(layer, lambda state, letter: letter) for layer in layers])


def test_a_margin_is_strict():
    words = (X, Y, X), (Y, X, X)
    near = replayed(model(HALVING), S3, Crowding(*words, Fraction(1, 3))).trace
    assert near == Crowded(*words, Fraction(1, 3), tuple(map(S3.structure.product, words)))
    with pytest.raises(CertificateError, match="less than 1/4 apart; coordinate 0 is not"):
        replayed(model(HALVING), S3, Crowding(*words, Fraction(1, 4)))


def test_a_bound_is_strict():
    assert replayed(model(COUNTING), S3, Escape((X,) * 3, Fraction(2))).trace == Escaped((X,) * 3, Fraction(2))
    with pytest.raises(CertificateError, match="above 3"):
        replayed(model(COUNTING), S3, Escape((X,) * 3, Fraction(3)))


def test_every_coordinate_of_every_layer_counts():
    """Near is near in all of them; beyond is beyond in one."""
    words = (X, Y, X), (Y, X, X)
    apart = DiagonalLayer(Integers(), (0,), {X: (0,), Y: (2,)}, {X: (3,), Y: (1,)})
    assert replayed(model(HALVING, apart), S3, Crowding(*words, Fraction(1)))  # x, the last letter, resets it
    kept = DiagonalLayer(Integers(), (0,), {X: (1,), Y: (2,)}, {X: (3,), Y: (1,)})  # 10 after x y x, 7 after y x x
    assert replayed(model(HALVING, kept), S3, Crowding(*words, Fraction(4)))
    with pytest.raises(CertificateError, match="coordinate 1 is not"):
        replayed(model(HALVING, kept), S3, Crowding(*words, Fraction(3)))
    assert replayed(model(HALVING, COUNTING), S3, Escape((X,) * 3, Fraction(2)))
    assert replayed(model(COUNTING, HALVING), S3, Escape((X,) * 3, Fraction(2)))


def test_moduli_of_complex_numbers():
    field = CyclotomicField(8)
    zeta = field.zeta(1)
    steps = DiagonalLayer(field, (field.zero,), dict.fromkeys(S3.letters, (field.one,)), {X: (field.one,), Y: (zeta,)})
    # |1 + zeta_8|^2 = 2 + sqrt(2): between 1847/1000 and 1848/1000, squared
    assert replayed(model(steps), S3, Escape((X, Y), Fraction(1847, 1000)))
    with pytest.raises(CertificateError, match="above 231/125"):
        replayed(model(steps), S3, Escape((X, Y), Fraction(1848, 1000)))


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        (Crowding((X, Y, X), (Y, X, Y), Fraction(9)), "same symbol"),
        (Crowding((), (Y, X), Fraction(9)), "same symbol"),
        (Crowding((), (), Fraction(9)), "same symbol"),
        (Crowding((X, Y, X), (X, Y, X), Fraction(9)), "different answers"),
        (Crowding((X, Y), (X, 5, Y), Fraction(9)), "alphabet"),
        (Escape((), Fraction(1)), "above 1"),
        (Escape((X, 5), Fraction(1)), "alphabet"),
    ],
)
def test_forgeries(forged, why):
    with pytest.raises(ExactssmError, match=why):
        replayed(model(HALVING), S3, forged)


def test_demands_that_are_made_up():
    words = (X, Y, X), (Y, X, X)
    for demanded in ((0, 1), (0, 0)):
        with pytest.raises(CertificateError, match="different answers"):
            Crowded(*words, Fraction(9), demanded).replay(model(HALVING), S3)


def test_only_exact_complex_numbers_have_distances():
    ring = ResidueRing(5)
    layer = DiagonalLayer(ring, (0,), lambda x: (1,), lambda x: (1,))
    for claimed in (Escape((X,), Fraction(1)), Crowding((X, Y, X), (Y, X, X), Fraction(9))):
        with pytest.raises(CertificateError, match="exact complex numbers"):
            replayed(model(layer), S3, claimed)
    with pytest.raises(CertificateError, match="model of layers"):
        replayed(S3, S3, Escape((X,), Fraction(1)))


def test_as_text():
    near = replayed(model(HALVING), S3, Crowding((X, Y, X), (Y, X, X), Fraction(1, 3))).trace
    assert near.word == (Y, X, X)
    x, y = str(X), str(Y)
    demanded = [str(S3.structure.product(word)) for word in (near.first, near.second)]
    assert near.as_json() == {"words": [[x, y, x], [y, x, x]], "margin": "1/3", "demanded": demanded}
    a, b = (S3.structure.labels[z] for z in (X, Y))
    assert near.as_text().startswith(f"{a} {b} {a} and {b} {a} {a} lead to states less than 1/3 apart, but demand")
    far = Escaped((X,) * 9, Fraction(8))
    assert far.as_json() == {"words": [[x] * 9], "bound": "8"}
    assert far.as_text() == f"{x}^9 leads beyond 8"
