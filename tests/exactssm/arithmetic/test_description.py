from __future__ import annotations

import json

import pytest

from exactssm.arithmetic import (
    CyclotomicField,
    GaloisField,
    GaussianIntegers,
    Integers,
    PrimeField,
    Rationals,
    ResidueRing,
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
    ],
)
def test_descriptions_that_are_none(description):
    with pytest.raises(FormatError) as refusal:
        domain_from_description(description)
    assert len(str(refusal.value)) < 300


@pytest.mark.parametrize(
    "name", ["", "R", "ZZ", "Z/", "Z/1", "Z/-2", "Z/6 ", "z/6", "GF(6)", "GF(4", "Q(zeta_0)", "Q(zeta_3)x", "Z/٣"]
)
def test_names_that_are_none(name):
    with pytest.raises(FormatError):
        domain_from_name(name)


def test_what_is_no_domain_has_no_description():
    for value in (None, 2, ResidueRing):
        with pytest.raises(DomainError):
            describe(value)
