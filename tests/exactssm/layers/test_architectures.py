"""Which decays each architecture allows, against a table by hand."""

from fractions import Fraction

import pytest

from exactssm.arithmetic import CyclotomicField, GaussianInteger, GaussianIntegers, Integers, Rationals, ResidueRing
from exactssm.errors import DomainError
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer
from exactssm.layers.architectures import (
    ARCHITECTURES,
    AUSSM,
    DCD,
    MAMBA,
    MAMBA_UNDERFLOW,
    NEGATIVE_MAMBA,
    NEGATIVE_MAMBA_UNDERFLOW,
    S4D,
)

FIELD = CyclotomicField(8)
HALF_ROOT = FIELD.parse("[0,1/2,0,-1/2]")  # (zeta_8 + zeta_8^-1) / 2 = sqrt(2) / 2
VALUES = {
    "0": FIELD.zero,
    "1": FIELD.one,
    "1/2": FIELD.element(Fraction(1, 2)),
    "-1/2": FIELD.element(Fraction(-1, 2)),
    "-1": FIELD.element(-1),
    "2": FIELD.element(2),
    "sqrt(1/2)": HALF_ROOT,
    "-sqrt(1/2)": FIELD.neg(HALF_ROOT),
    "sqrt(2)": FIELD.add(HALF_ROOT, HALF_ROOT),
    "i": FIELD.zeta(2),
    "(3+4i)/5": FIELD.parse("[3/5,0,4/5]"),
    "i/2": FIELD.parse("[0,0,1/2]"),
}
POSITIVE = {"1", "1/2", "sqrt(1/2)"}
ABOVE_MINUS_ONE = POSITIVE | {"0", "-1/2", "-sqrt(1/2)"}
ALLOWED = {
    S4D.name: set(VALUES),
    MAMBA.name: POSITIVE,
    MAMBA_UNDERFLOW.name: POSITIVE | {"0"},
    NEGATIVE_MAMBA.name: ABOVE_MINUS_ONE,
    NEGATIVE_MAMBA_UNDERFLOW.name: ABOVE_MINUS_ONE | {"-1"},
    AUSSM.name: {"1", "-1", "i", "(3+4i)/5"},
    DCD.name: set(VALUES),
}


def allows(architecture, layer, letters=("x",)):
    try:
        architecture.check(layer, letters)
    except DomainError:
        return False
    return True


def scalar(domain, decays, drive=None):
    return DiagonalLayer(domain, (domain.one,), {x: (a,) for x, a in decays.items()}, drive)


@pytest.mark.parametrize("architecture", ARCHITECTURES, ids=lambda a: a.name)
def test_single_decays(architecture):
    found = {name for name, value in VALUES.items() if allows(architecture, scalar(FIELD, {"x": value}))}
    assert found == ALLOWED[architecture.name]


@pytest.mark.parametrize(
    ("domain", "values"),
    [
        (Rationals(), {"1": Fraction(1), "-1": Fraction(-1), "0": Fraction(0), "1/2": Fraction(1, 2)}),
        (Integers(), {"1": 1, "-1": -1, "0": 0, "2": 2}),
        (GaussianIntegers(), {"1": GaussianInteger(1), "-1": GaussianInteger(-1), "i": GaussianInteger(0, 1)}),
    ],
)
def test_other_domains_say_the_same(domain, values):
    for architecture in ARCHITECTURES:
        found = {name for name, value in values.items() if allows(architecture, scalar(domain, {"x": value}))}
        assert found == ALLOWED[architecture.name] & values.keys()


def test_constant_decays():
    one, half = Fraction(1), Fraction(1, 2)
    same = DiagonalLayer(Rationals(), (one, one), lambda x: (half, one))
    assert all(allows(a, same, "xyz") for a in (S4D, MAMBA, DCD))
    differ = DiagonalLayer(Rationals(), (one, one), {"x": (half, one), "y": (half, half)})
    assert allows(S4D, differ, "x")
    assert allows(S4D, differ, "y")
    assert allows(MAMBA, differ, "xy")
    with pytest.raises(
        DomainError,
        match=r"decays of S4D must be the same on every letter; .* 'y', coordinate 1, is 1/2, but 1 on 'x'",
    ):
        S4D.check(differ, "xy")


def test_only_letters_that_are_read_count():
    layer = scalar(Rationals(), {"x": Fraction(1), "y": Fraction(-3)})
    assert allows(MAMBA, layer, "x")
    assert not allows(MAMBA, layer, "xy")


def test_drives_are_free():
    layer = scalar(Rationals(), {"x": Fraction(1)}, {"x": (Fraction(17, 3),)})
    assert all(allows(architecture, layer) for architecture in ARCHITECTURES)


def test_errors_name_the_entry():
    layer = DiagonalLayer(Rationals(), (Fraction(1),) * 2, {"x": (Fraction(1), Fraction(-1, 3))})
    with pytest.raises(DomainError, match=r"Mamba must be real, in \(0, 1\]; that on .* 'x', coordinate 1, is -1/3"):
        MAMBA.check(layer, "x")


@pytest.mark.parametrize(
    "layer",
    [
        scalar(ResidueRing(5), {"x": 1}),
        RotationLayer((2,), {"x": (1,)}),
        DenseLayer(Rationals(), (Fraction(1),), {"x": ((Fraction(1),),)}),
    ],
)
def test_what_is_no_exact_diagonal_layer(layer):
    for architecture in ARCHITECTURES:
        assert not allows(architecture, layer)
