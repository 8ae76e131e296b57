"""Which arithmetics are refused, and that the two steps named really don't compose."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from constructions.composition.saturating_composition import (
    rounding_format,
    rounding_model,
    saturating_format,
    saturating_model,
)
from exactssm.arithmetic import FixedPoint, Overflow, Rationals, ResidueRing, Rounded, Rounding, domain_from_name
from exactssm.errors import CertificateError, ConstructionError
from exactssm.evaluation import recast
from exactssm.evaluation.composing import (
    Disagreement,
    SummariesDontCompose,
    disagreement_of_letters,
    disagreement_of_numbers,
    summaries_of,
)
from exactssm.layers import DenseLayer, DiagonalLayer, SignLayer
from exactssm.models import Block, Model
from exactssm.tasks import UnboundedComposition

ROUNDING = [
    "fixed:s3.0:floor:saturate",
    "fixed:u2.1:nearest-even:saturate",
    "fixed:s3.4:floor:wrap:once",
    "fixed:s2.2:nearest-away:error",
    "fixed:s2.0:floor:error",
    *("e4m3fn", "e5m2:once", "binary16:each", "bfloat16:fused", "binary32:each", "float:e3m2:floor:saturate"),
    "nearest:-1,0,1",
    "nearest:-1,0,1/3,1",
    "log-float:6+4:nearest-even",
    "complex(fixed:s3.4:nearest-even:saturate):once:once",
    "complex(binary16):each:each",
]
RINGS = [
    "Z/4",
    "Z/6",
    "GF(4)",
    "int4",
    "Z",
    "Q",
    "Z[i]",
    "Q(zeta_3)",
    "fixed:s2.0:floor:wrap",
    "fixed:u3.0:floor:wrap:each",
    "fixed:u2.0:floor:saturate",
    "fixed:u3.0:nearest-even:saturate:fused",
]


def one_layer(domain, decay=1, drive=1):
    """A letter that adds, and one that does nothing."""
    add, stay = (tuple(map(domain.element, one)) for one in ((decay, drive), (1, 0)))
    layer = DiagonalLayer(domain, (domain.element(0),), {"1": add[:1], "0": stay[:1]}, {"1": add[1:], "0": stay[1:]})
    return Model("01", [Block(layer, lambda h, x: h)])


def by_definition(found):
    """Both sides of the law, written out for a layer of width 1: A_y (A_x h + b_x) + b_y, and (A_y A_x) h + (A_y b_x +
    b_y)."""
    layer, domain = found.layer, found.layer.domain
    inner = domain.inner if hasattr(domain, "inner") else None

    def step(a, h, b):
        return inner((a,), (h,), b) if inner else domain.add(domain.mul(a, h), b)

    (a, b), (c, d) = (layer.entries(letter) for letter in (found.first, found.second))
    (h,) = found.state
    return step(c, step(a, h, b), d), step(domain.mul(c, a), h, step(c, b, d))


@pytest.mark.parametrize("name", ROUNDING)
def test_numbers_that_do_not_compose(name):
    found = disagreement_of_numbers(domain_from_name(name))
    assert found is not None
    found.replay()
    if found.composed is not None:
        steps, composed = by_definition(found)
        assert ((steps,), (composed,)) == (found.by_steps, found.composed)
        assert steps != composed


@pytest.mark.parametrize("name", RINGS)
def test_rings_are_not_refused(name):
    domain = domain_from_name(name)
    assert disagreement_of_numbers(domain) is None
    assert len(summaries_of(one_layer(domain))) == 1


@pytest.mark.parametrize(
    "name", [name for name in ROUNDING if not name.startswith(("nearest:-1,0,1/3", "complex(binary16)"))]
)
def test_models_over_them_are_refused(name):
    with pytest.raises(
        SummariesDontCompose, match=r"layer 1: segments have no affine summaries in .*the steps on"
    ) as e:
        summaries_of(one_layer(domain_from_name(name)))
    e.value.disagreement.replay()


def test_forged_witnesses_do_not_replay():
    saturating = FixedPoint(2, 0, Rounding.FLOOR, Overflow.SATURATE)  # -4 .. 3
    layer = DiagonalLayer(saturating, (0,), lambda x: (1,), {"up": (3,), "down": (-3,)})
    found = Disagreement.between(layer, (1,), "up", "down")
    found.replay()
    for forged in (
        replace(found, by_steps=found.composed),
        replace(found, composed=found.by_steps),
        replace(found, composed=None),
        replace(found, state=(0,)),  # 3 - 3 = 0
        replace(found, second="up"),  # 3 + 3 saturates either way
    ):
        with pytest.raises(CertificateError):
            forged.replay()
    ring = DiagonalLayer(ResidueRing(4), (0,), lambda x: (3,), lambda x: (1,))
    with pytest.raises(CertificateError):
        Disagreement(ring, (0,), "x", "y", (0,), (1,)).replay()


@pytest.mark.parametrize("N", [2, pytest.param(3, marks=pytest.mark.full)])
def test_the_models_own_letters_come_first(N):
    """Layers that compose any number of functions, which the lower bound excludes: their own letters break it."""
    task = UnboundedComposition(N)
    for weights, numbers in (
        (saturating_model(task), saturating_format(N)),
        (rounding_model(task), rounding_format(N)),
        (rounding_model(task, Rounding.NEAREST_EVEN), rounding_format(N, Rounding.NEAREST_EVEN)),
    ):
        model = recast(weights, numbers, weights="held")
        with pytest.raises(SummariesDontCompose) as error:
            summaries_of(model)
        found = error.value.disagreement
        found.replay()
        assert found.layer is model.blocks[0].layer
        assert {found.first, found.second} <= set(task.alphabet)


def test_letters_that_compose_in_an_arithmetic_that_does_not():
    """Maps that only reset and keep compose anywhere: then the numbers themselves are looked at, and it is said so."""
    saturating = FixedPoint(2, 0, Rounding.FLOOR, Overflow.SATURATE)
    layer = DiagonalLayer(saturating, (0,), {"0": (1,), "1": (0,)}, {"0": (0,), "1": (3,)})
    model = Model("01", [Block(layer, lambda h, x: h)])
    assert disagreement_of_letters(model, 0) is None
    with pytest.raises(SummariesDontCompose, match="two steps of another layer over the same numbers") as error:
        summaries_of(model)
    error.value.disagreement.replay()
    assert error.value.disagreement.layer is not layer


def test_where_nothing_is_found_nothing_is_claimed():
    """D = {0} computes as the zero ring does; we don't know that it composes, and don't say that it doesn't."""
    zero = domain_from_name("nearest:0")
    layer = DiagonalLayer(zero, (0,), lambda x: (0,), lambda x: (0,))
    with pytest.raises(SummariesDontCompose, match="that its steps compose isn't known, though no two were found") as e:
        summaries_of(Model("01", [Block(layer, lambda h, x: h)]))
    assert e.value.disagreement is None


def test_the_layer_at_fault_is_named():
    """Above an exact layer; its letters are what the layer below passes on."""
    ring = DiagonalLayer(ResidueRing(2), (0,), lambda x: (1,), lambda x: (int(x),))
    saturating = FixedPoint(1, 0, Rounding.FLOOR, Overflow.SATURATE)  # -2 .. 1
    above = DiagonalLayer(saturating, (0,), lambda x: (1,), lambda x: (1 if x == "odd" else -1,))
    model = Model("01", [Block(ring, lambda h, x: "odd" if h[0] else "even"), Block(above, lambda h, x: h)])
    with pytest.raises(SummariesDontCompose, match=r"^layer 2: ") as error:
        summaries_of(model)
    assert {error.value.disagreement.first, error.value.disagreement.second} <= {"odd", "even"}
    assert error.value.disagreement.layer is above
    signs = Model("01", [Block(SignLayer((1,), ((1,),), lambda x: (0,), sign_of_zero=1), lambda h, x: h)])
    with pytest.raises(ConstructionError, match=r"layer 1: .* SignLayer"):
        summaries_of(signs)


def test_zeros_of_two_signs_are_one_number():
    """-1 * 0 is -0 by one step after another, and 0 composed: no disagreement of numbers."""
    floats = Rounded(domain_from_name("binary16"), "each")
    zero, one, minus = floats.zero, floats.one, floats.element(-1)
    layer = DiagonalLayer(floats, (zero,), {"n": (minus,), "p": (one,)}, {"n": (zero,), "p": (zero,)})
    assert Disagreement.between(layer, (zero,), "n", "n") is None
    assert floats.neg(zero) != zero


def test_a_dense_layer_by_hand():
    """With one fraction bit, rounded down: h = (1/2, 1/2); twice (1/2, 0; 0, 1/2) gives 0, and 1/4 rounds to 0 too; but
    (h1 + h2) / 2 = 1/2 and then / 2 = 0, where the composed row (1/4, 1/4) rounds to (0, 0), as well. With 3/2 for a
    factor: 3/2 * 1/2 = 3/4 -> 1/2, again 1/2; composed 9/4 -> 2, 2 * 1/2 = 1."""
    halves = FixedPoint(2, 1, Rounding.FLOOR, Overflow.SATURATE)
    code = {q: halves.element(Fraction(q)) for q in ("0", "1/2", "3/2", "1")}
    grow = ((code["3/2"], code["0"]), (code["0"], code["3/2"]))
    layer = DenseLayer(halves, (code["1/2"],) * 2, lambda x: grow)
    found = Disagreement.between(layer, layer.start, "x", "x")
    assert (found.by_steps, found.composed) == ((code["1/2"],) * 2, (code["1"],) * 2)
    exact = DenseLayer(Rationals(), (Fraction(1, 2),) * 2, lambda x: ((Fraction(3, 2), Fraction(0)),) * 2)
    assert Disagreement.between(exact, exact.start, "x", "x") is None
