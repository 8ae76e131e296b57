"""Arithmetics in writing: as an object of a model file, and as a name on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from exactssm.arithmetic._text import excerpt, read_integer, write_integer
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.arithmetic.domain import Domain
from exactssm.arithmetic.finite_field import GaloisField
from exactssm.arithmetic.gaussian import GaussianIntegers
from exactssm.arithmetic.integers import Integers
from exactssm.arithmetic.rational import Rationals
from exactssm.arithmetic.residue import PrimeField, ResidueRing
from exactssm.errors import DomainError, FormatError

__all__ = ["describe", "domain_from_description", "domain_from_name"]

_WITHOUT_PARAMETER: Final[dict[str, Callable[[], Domain]]] = {
    "integer": Integers,
    "rational": Rationals,
    "gaussian": GaussianIntegers,
}
_WITH_PARAMETER: Final[dict[str, tuple[str, Callable[[int], Domain]]]] = {
    "residue": ("modulus", ResidueRing),
    "prime-field": ("modulus", PrimeField),
    "galois": ("order", GaloisField),
    "cyclotomic": ("conductor", CyclotomicField),
}

_LARGEST_NUMBER: Final = 2**53 - 1
"""The largest integer written as a JSON number: larger ones are not safe with every reader, and become strings."""


def describe(domain: object) -> dict[str, str | int]:
    """``domain`` as the object that stands for it in a model file.

    >>> describe(ResidueRing(2))
    {'kind': 'residue', 'modulus': 2}
    >>> describe(ResidueRing(2**64))
    {'kind': 'residue', 'modulus': '18446744073709551616'}

    Raises: DomainError, if it is not one of the arithmetics of this package.
    """
    for kind, build in _WITHOUT_PARAMETER.items():
        if type(domain) is build:
            return {"kind": kind}
    for kind, (parameter, construct) in _WITH_PARAMETER.items():
        if type(domain) is construct:
            value = getattr(domain, parameter)
            return {"kind": kind, parameter: value if value <= _LARGEST_NUMBER else write_integer(value)}
    raise DomainError(f"there is no description of the arithmetic {excerpt(domain)}")


def domain_from_description(description: object) -> Domain:
    """The domain that `describe` describes so. A parameter may be an int or a decimal string.

    >>> domain_from_description({"kind": "galois", "order": 4})
    GaloisField(order=4)

    Raises: FormatError, for an unknown kind, an unknown, missing or ill-typed key, and a parameter out of bounds.
    """
    if not isinstance(description, dict):
        raise FormatError(f"an arithmetic must be an object, got {excerpt(description)}")
    kind = description.get("kind")
    if not isinstance(kind, str) or (kind not in _WITHOUT_PARAMETER and kind not in _WITH_PARAMETER):
        kinds = ", ".join([*_WITHOUT_PARAMETER, *_WITH_PARAMETER])
        raise FormatError(f"the kind of an arithmetic must be one of {kinds}; got {excerpt(kind)}")
    if kind in _WITHOUT_PARAMETER:
        _check_keys(description, {"kind"}, kind)
        return _WITHOUT_PARAMETER[kind]()
    parameter, construct = _WITH_PARAMETER[kind]
    _check_keys(description, {"kind", parameter}, kind)
    value = description[parameter]
    try:
        return construct(read_integer(value) if isinstance(value, str) else value)
    except DomainError as error:
        raise FormatError(f"arithmetic {kind}: {error}") from None


def _check_keys(description: dict[object, object], keys: set[str], kind: str) -> None:
    if set(description) != keys:
        found = ", ".join(excerpt(key) for key in list(description)[:8])
        raise FormatError(f"an arithmetic of kind {kind} must have the keys {', '.join(sorted(keys))}; got {found}")


_NAMES: Final[tuple[tuple[re.Pattern[str], Callable[[int], Domain]], ...]] = (
    (re.compile(r"Z/([0-9]+)"), ResidueRing),
    (re.compile(r"Q\(zeta_([0-9]+)\)"), CyclotomicField),
    (re.compile(r"GF\(([0-9]+)\)"), lambda q: _galois_or_prime_field(q)),
)


def domain_from_name(name: str) -> Domain:
    """The domain of this name: ``Q``, ``Z``, ``Z/6``, ``GF(4)``, ``Q(zeta_12)`` or ``Z[i]``, as ``str`` gives it.

    ``GF(p)`` for a prime p is `PrimeField(p)`, with bare ints for elements.

    >>> domain_from_name("Z/6"), domain_from_name("GF(4)"), domain_from_name("GF(7)")
    (ResidueRing(modulus=6), GaloisField(order=4), PrimeField(modulus=7))

    Raises: FormatError, for any other name, or a parameter out of bounds.
    """
    if name == "Q":
        return Rationals()
    if name == "Z":
        return Integers()
    if name == "Z[i]":
        return GaussianIntegers()
    for pattern, construct in _NAMES:
        if match := pattern.fullmatch(name):
            try:
                return construct(read_integer(match[1]))
            except DomainError as error:
                raise FormatError(f"arithmetic {excerpt(name)}: {error}") from None
    raise FormatError(f"an arithmetic must be Q, Z, Z/m, GF(q), Q(zeta_n) or Z[i]; got {excerpt(name)}")


def _galois_or_prime_field(q: int) -> Domain:
    try:
        return PrimeField(q)
    except DomainError:
        return GaloisField(q)
