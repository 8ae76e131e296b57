from __future__ import annotations

import json
from fractions import Fraction

import pytest

from exactssm.arithmetic import (
    CyclotomicField,
    FixedPoint,
    GaloisField,
    GaussianIntegers,
    Integers,
    LogPrecisionFloats,
    MachineInteger,
    NearestOf,
    Overflow,
    PrimeField,
    Rationals,
    ResidueRing,
    Rounding,
    describe,
    domain_from_description,
    domain_from_name,
)
from exactssm.errors import DomainError, FormatError

WRITTEN = [
    (Rationals(), {"kind": "rational"}, "Q"),
    (ResidueRing(2), {"kind": "residue", "modulus": 2}, "Z/2"),
    (ResidueRing(2**53 - 1), {"kind": "residue", "modulus": 2**53 - 1}, "Z/9007199254740991"),
    (ResidueRing(2**53), {"kind": "residue", "modulus": "9007199254740992"}, "Z/9007199254740992"),
    (PrimeField(7), {"kind": "prime-field", "modulus": 7}, "GF(7)"),
    (PrimeField(2**61 - 1), {"kind": "prime-field", "modulus": "2305843009213693951"}, "GF(2305843009213693951)"),
    (GaloisField(4), {"kind": "galois", "order": 4}, "GF(4)"),
    (CyclotomicField(12), {"kind": "cyclotomic", "conductor": 12}, "Q(zeta_12)"),
    (GaussianIntegers(), {"kind": "gaussian"}, "Z[i]"),
    (Integers(), {"kind": "integer"}, "Z"),
    (MachineInteger(8), {"kind": "machine-integer", "bits": 8, "signed": True}, "int8"),
    (MachineInteger(64, signed=False), {"kind": "machine-integer", "bits": 64, "signed": False}, "uint64"),
    (
        FixedPoint(4, 3, Rounding.NEAREST_EVEN, Overflow.SATURATE),
        {
            "kind": "fixed",
            "integer_bits": 4,
            "fraction_bits": 3,
            "rounding": "nearest-even",
            "overflow": "saturate",
            "signed": True,
        },
        "fixed:s4.3:nearest-even:saturate",
    ),
    (
        FixedPoint(0, 8, Rounding.TOWARD_ZERO, Overflow.WRAP, signed=False),
        {
            "kind": "fixed",
            "integer_bits": 0,
            "fraction_bits": 8,
            "rounding": "toward-zero",
            "overflow": "wrap",
            "signed": False,
        },
        "fixed:u0.8:toward-zero:wrap",
    ),
    (
        NearestOf.of(-1, 0, Fraction(1, 2), 1),
        {"kind": "nearest", "numbers": ["-1", "0", "1/2", "1"]},
        "nearest:-1,0,1/2,1",
    ),
    (
        LogPrecisionFloats(6, 4, Rounding.NEAREST_DOWN),
        {"kind": "log-float", "mantissa_bits": 6, "exponent_bits": 4, "rounding": "nearest-down"},
        "log-float:6+4:nearest-down",
    ),
]


@pytest.mark.parametrize(("domain", "description", "name"), WRITTEN)
def test_descriptions_and_names(domain, description, name):
    assert describe(domain) == description
    assert domain_from_description(json.loads(json.dumps(description))) == domain
    assert str(domain) == name
    assert domain_from_name(name) == domain


def test_a_galois_field_of_prime_order_is_described_as_itself():
    assert domain_from_description(describe(GaloisField(7))) == GaloisField(7) != domain_from_name("GF(7)")


def test_small_parameters_may_be_strings():
    assert domain_from_description({"kind": "residue", "modulus": "6"}) == ResidueRing(6)


FIXED = {
    "kind": "fixed",
    "integer_bits": 4,
    "fraction_bits": 3,
    "rounding": "floor",
    "overflow": "wrap",
    "signed": True,
}


def test_the_description_that_is_spoiled_below():
    assert domain_from_description(FIXED) == FixedPoint(4, 3, Rounding.FLOOR, Overflow.WRAP)


@pytest.mark.parametrize(
    "description",
    [
        None,
        [],
        "rational",
        {},
        {"kind": None},
        {"kind": ["residue"]},
        {"kind": "real"},
        {"modulus": 2},
        {"kind": "rational", "modulus": 2},
        {"kind": "residue"},
        {"kind": "residue", "order": 2},
        {"kind": "residue", "modulus": 2, "order": 2},
        {"kind": "residue", "modulus": 1},
        {"kind": "residue", "modulus": 2.0},
        {"kind": "residue", "modulus": True},
        {"kind": "residue", "modulus": None},
        {"kind": "residue", "modulus": [2]},
        {"kind": "residue", "modulus": "two"},
        {"kind": "residue", "modulus": "1" * 10**6},
        {"kind": "prime-field", "modulus": 6},
        {"kind": "galois", "order": 6},
        {"kind": "galois", "order": 2**40},
        {"kind": "cyclotomic", "conductor": 0},
        {"kind": "cyclotomic", "conductor": 10**9},
        {"kind": "gaussian", 3: 4},
        {"kind": "machine-integer", "bits": 1, "signed": True},
        {"kind": "machine-integer", "bits": 8, "signed": 1},
        {"kind": "machine-integer", "bits": 8},
        {"kind": "fixed", "integer_bits": 4, "fraction_bits": 3},
        {**FIXED, "rounding": "nearest"},
        {**FIXED, "rounding": ["floor"]},
        {**FIXED, "overflow": "clamp"},
        {**FIXED, "overflow": None},
        {**FIXED, "signed": "true"},
        {**FIXED, "integer_bits": -1},
        {**FIXED, "integer_bits": 10**9},
        {**FIXED, "fraction_bits": "1" * 10**6},
        {**FIXED, "fraction_bits": 0.5},
        {**FIXED, "saturate": True},
        {"kind": "nearest", "numbers": "0,1"},
        {"kind": "nearest", "numbers": []},
        {"kind": "nearest", "numbers": [0, 1]},
        {"kind": "nearest", "numbers": ["1", "0"]},
        {"kind": "nearest", "numbers": ["0", "0/1"]},
        {"kind": "nearest", "numbers": ["0", "1/0"]},
        {"kind": "nearest", "numbers": ["0"] * 10**6},
        {"kind": "log-float", "mantissa_bits": 1, "exponent_bits": 4, "rounding": "floor"},
        {"kind": "log-float", "mantissa_bits": 6, "exponent_bits": 40, "rounding": "floor"},
        {"kind": "log-float", "mantissa_bits": 6, "exponent_bits": 4, "rounding": "down"},
    ],
)
def test_descriptions_that_are_none(description):
    with pytest.raises(FormatError) as refusal:
        domain_from_description(description)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "name",
    [
        *("", "R", "ZZ", "Z/", "Z/1", "Z/-2", "Z/6 ", "z/6", "GF(6)", "GF(4", "Q(zeta_0)", "Q(zeta_3)x", "Z/٣"),
        *("int", "int1", "int-8", "Int8", "sint8", "int8 ", "int4097", "int" + "1" * 5000),
        *("fixed:4.3:floor:wrap", "fixed:s4.3:floor", "fixed:s4.3:down:wrap", "fixed:s4.3:floor:clamp"),
        *(
            "fixed:s0.0:floor:wrap",
            "fixed:s4:floor:wrap",
            "fixed:s4.-3:floor:wrap",
            f"fixed:s{'9' * 5000}.0:floor:wrap",
        ),
        *("nearest:", "nearest:1,0", "nearest:0,0", "nearest:0,,1", "nearest:0,1/0", "nearest:0.5"),
        *("nearest of 17 numbers", "nearest:" + "0," * 10**6 + "0"),
        *("log-float:6:floor", "log-float:1+4:floor", "log-float:6+99:floor", "log-float:6+4:up"),
    ],
)
def test_names_that_are_none(name):
    with pytest.raises(FormatError):
        domain_from_name(name)


def test_what_is_no_domain_has_no_description():
    for value in (None, 2, ResidueRing):
        with pytest.raises(DomainError):
            describe(value)
