"""Small layers of every kind, over exact arithmetics and number formats."""

from __future__ import annotations

from fractions import Fraction

from exactssm.arithmetic import (
    ComplexOver,
    CyclotomicField,
    FixedPoint,
    GaloisField,
    GaussianIntegers,
    Integers,
    NearestOf,
    Overflow,
    PrimeField,
    Rationals,
    ResidueRing,
    Rounded,
    Rounding,
    domain_from_name,
)
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer
from exactssm.machine import words

HALVES = FixedPoint(2, 1, Rounding.TOWARD_ZERO, Overflow.SATURATE)
FORMATS = [
    *(Rounded(HALVES, moment) for moment in ("once", "each", "fused")),
    HALVES,
    Rounded(FixedPoint(1, 2, Rounding.NEAREST_EVEN, Overflow.WRAP), "each"),
    Rounded(NearestOf.of(-2, -1, Fraction(-1, 3), 0, Fraction(1, 2), 1, 3), "once"),
    Rounded(domain_from_name("e4m3fn"), "each"),
]
COMPLEX = [Rounded(ComplexOver(HALVES, "once"), "fused"), ComplexOver(HALVES, "each")]
EXACT = [
    Rationals(),
    Integers(),
    ResidueRing(6),
    PrimeField(5),
    GaloisField(4),
    GaussianIntegers(),
    CyclotomicField(3),
]
WORDS = ["".join(word) for word in words("xy", 3)] + ["xyyxy", "yxxyxyxy"]


def some_elements(domain, count):
    """Elements that lie about, the same on each call."""
    if isinstance(domain, (GaussianIntegers, CyclotomicField, GaloisField)):
        texts = ["[1,1]", "0", "[0,1]", "1", "[1,1]", "[0,1]", "1", "1"]
    elif isinstance(domain, (ResidueRing, PrimeField)):
        texts = ["2", "3", "1", "0", "4", "2", "1", "3"]
    elif isinstance(domain, Integers):
        texts = ["2", "-3", "1", "0", "-1", "2", "1", "3"]
    elif domain.is_complex:
        texts = ["[1/2,-1]", "[1,1/2]", "1/2", "[0,1]", "[-1/2,1/2]", "[3/2,0]", "1", "[-1,1]"]
    elif str(domain).startswith("nearest:"):
        texts = ["1/2", "-1/3", "1", "3", "-2", "1/2", "-1", "-1/3"]
    else:
        texts = ["1/2", "-3/2", "1", "1/2", "-1/2", "3/2", "0", "-1"]
    return tuple(domain.parse(texts[i * 3 % 8]) for i in range(count))


def layers_over(domain):
    """A diagonal layer, a dense and a constant one, on the letters x and y."""
    e = some_elements(domain, 16)
    yield DiagonalLayer(domain, e[:2], {"x": e[1:3], "y": e[3:5]}, {"x": e[5:7], "y": e[6:8]})
    matrices = {"x": (e[2:4], e[4:6]), "y": (e[5:7], e[1:3])}
    yield DenseLayer(domain, e[1:3], matrices, {"x": e[0:2], "y": e[3:5]})
    yield ConstantLayer(domain, e[1:3], matrices["x"], {"x": e[4:6], "y": e[7:9]})


def rotation_layer():
    return RotationLayer((3, 4), {"x": (1, 3), "y": (2, 2)}, start=(0, 1))
