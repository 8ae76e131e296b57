"""Arithmetics in writing: as an object of a model file, and as a name on the command line."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final, TypeAlias, cast

from exactssm.arithmetic._text import excerpt, read_fraction, read_integer, write_fraction, write_integer
from exactssm.arithmetic.complex_numbers import ComplexOver
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.arithmetic.domain import Domain
from exactssm.arithmetic.finite_field import GaloisField
from exactssm.arithmetic.finite_set import MAX_NUMBERS, NearestOf
from exactssm.arithmetic.fixed import FixedPoint, Overflow
from exactssm.arithmetic.float_encoding import NaNCodes
from exactssm.arithmetic.float_names import FLOAT_NAMES
from exactssm.arithmetic.gaussian import GaussianIntegers
from exactssm.arithmetic.integers import Integers
from exactssm.arithmetic.log_precision import LogPrecisionFloats
from exactssm.arithmetic.machine_integer import MachineInteger
from exactssm.arithmetic.minifloat import FloatOverflow, MiniFloat
from exactssm.arithmetic.moment import Moment, NumberFormat, Rounded
from exactssm.arithmetic.rational import Rationals
from exactssm.arithmetic.residue import PrimeField, ResidueRing
from exactssm.arithmetic.rounding import Rounding
from exactssm.errors import DomainError, FormatError

__all__ = ["describe", "domain_from_description", "domain_from_name"]

_LARGEST_NUMBER: Final = 2**53 - 1
"""The largest integer written as a JSON number: larger ones are not safe with every reader, and become strings."""


def _write_number(value: int) -> int | str:
    return value if value <= _LARGEST_NUMBER else write_integer(value)


def _read_number(value: object) -> object:
    return read_integer(value) if isinstance(value, str) else value


def _write_fractions(values: tuple[Fraction, ...]) -> list[str]:
    return list(map(write_fraction, values))


def _read_fractions(values: object) -> tuple[Fraction, ...]:
    if not isinstance(values, list) or len(values) > MAX_NUMBERS:
        found = f"{len(values)} of them" if isinstance(values, list) else excerpt(values)
        raise DomainError(f"numbers must come as a list of at most {MAX_NUMBERS}, got {found}")
    return tuple(map(read_fraction, values))


_Parameter: TypeAlias = tuple[Callable[[Any], object], Callable[[object], object]]
"""How a parameter is written and read."""

_NUMBER: Final[_Parameter] = (_write_number, _read_number)
_NUMBERS: Final[_Parameter] = (_write_fractions, _read_fractions)
_FLAG: Final[_Parameter] = (lambda flag: flag, lambda flag: flag)
_ROUNDING: Final[_Parameter] = (lambda rule: rule.value, Rounding.named)
_OVERFLOW: Final[_Parameter] = (lambda rule: rule.value, Overflow.named)
_FLOAT_OVERFLOW: Final[_Parameter] = (lambda rule: rule.value, FloatOverflow.named)
_NAN_CODES: Final[_Parameter] = (lambda codes: codes.value, NaNCodes.named)
_MOMENT: Final[_Parameter] = (lambda moment: moment.value, Moment.named)
_FORMAT: Final[_Parameter] = (lambda parts: describe(parts), lambda parts: domain_from_description(parts))

_KINDS: Final[dict[str, tuple[Callable[..., Domain], dict[str, _Parameter]]]] = {
    "integer": (Integers, {}),
    "rational": (Rationals, {}),
    "gaussian": (GaussianIntegers, {}),
    "residue": (ResidueRing, {"modulus": _NUMBER}),
    "prime-field": (PrimeField, {"modulus": _NUMBER}),
    "galois": (GaloisField, {"order": _NUMBER}),
    "cyclotomic": (CyclotomicField, {"conductor": _NUMBER}),
    "machine-integer": (MachineInteger, {"bits": _NUMBER, "signed": _FLAG}),
    "fixed": (
        FixedPoint,
        {
            "integer_bits": _NUMBER,
            "fraction_bits": _NUMBER,
            "rounding": _ROUNDING,
            "overflow": _OVERFLOW,
            "signed": _FLAG,
        },
    ),
    "float": (
        MiniFloat,
        {
            "exponent_bits": _NUMBER,
            "precision": _NUMBER,
            "bias": _NUMBER,
            "infinities": _FLAG,
            "nan": _NAN_CODES,
            "subnormals": _FLAG,
            "rounding": _ROUNDING,
            "overflow": _FLOAT_OVERFLOW,
        },
    ),
    "nearest": (NearestOf, {"numbers": _NUMBERS}),
    "log-float": (
        LogPrecisionFloats,
        {"mantissa_bits": _NUMBER, "exponent_bits": _NUMBER, "rounding": _ROUNDING},
    ),
    "complex": (ComplexOver, {"parts": _FORMAT, "product": _MOMENT}),
}
"""For each kind, what it builds, and its parameters: keys of a description and attributes alike."""


def describe(domain: object) -> dict[str, Any]:
    """``domain`` as the object that stands for it in a model file.

    >>> describe(ResidueRing(2))
    {'kind': 'residue', 'modulus': 2}
    >>> describe(ResidueRing(2**64))
    {'kind': 'residue', 'modulus': '18446744073709551616'}

    Raises: DomainError, if it is not one of the arithmetics of this package.
    """
    for kind, (construct, parameters) in _KINDS.items():
        if type(domain) is construct:
            return {"kind": kind} | {key: write(getattr(domain, key)) for key, (write, _) in parameters.items()}
    raise DomainError(f"there is no description of the arithmetic {excerpt(domain)}")


def domain_from_description(description: object) -> Domain:
    """The domain that `describe` describes so. A number among its parameters may be an int or a decimal string.

    >>> domain_from_description({"kind": "galois", "order": 4})
    GaloisField(order=4)

    Raises: FormatError, for an unknown kind, an unknown, missing or ill-typed key, and a parameter out of bounds.
    """
    if not isinstance(description, dict):
        raise FormatError(f"an arithmetic must be an object, got {excerpt(description)}")
    kind = description.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise FormatError(f"the kind of an arithmetic must be one of {', '.join(_KINDS)}; got {excerpt(kind)}")
    construct, parameters = _KINDS[kind]
    _check_keys(description, {"kind", *parameters}, kind)
    try:
        return construct(**{key: read(description[key]) for key, (_, read) in parameters.items()})
    except DomainError as error:
        raise FormatError(f"arithmetic {kind}: {error}") from None


def _check_keys(description: dict[object, object], keys: set[str], kind: str) -> None:
    if set(description) != keys:
        found = ", ".join(excerpt(key) for key in list(description)[:8])
        raise FormatError(f"an arithmetic of kind {kind} must have the keys {', '.join(sorted(keys))}; got {found}")


_NAMES: Final[tuple[tuple[re.Pattern[str], Callable[..., Domain]], ...]] = (
    (re.compile(r"Q"), Rationals),
    (re.compile(r"Z"), Integers),
    (re.compile(r"Z\[i\]"), GaussianIntegers),
    (re.compile(r"Z/([0-9]+)"), lambda m: ResidueRing(read_integer(m))),
    (re.compile(r"Q\(zeta_([0-9]+)\)"), lambda n: CyclotomicField(read_integer(n))),
    (re.compile(r"GF\(([0-9]+)\)"), lambda q: _galois_or_prime_field(read_integer(q))),
    (re.compile(r"(u?)int([0-9]+)"), lambda unsigned, p: MachineInteger(read_integer(p), signed=not unsigned)),
    (
        re.compile(r"fixed:([su])([0-9]+)\.([0-9]+):([a-z-]+):([a-z]+)"),
        lambda sign, i, f, rounding, overflow: FixedPoint(
            read_integer(i), read_integer(f), Rounding.named(rounding), Overflow.named(overflow), signed=sign == "s"
        ),
    ),
    *FLOAT_NAMES,
    (re.compile(r"nearest:([0-9/,-]+)"), lambda numbers: NearestOf(_read_fractions(numbers.split(",")))),
    (
        re.compile(r"log-float:([0-9]+)\+([0-9]+):([a-z-]+)"),
        lambda m, e, rounding: LogPrecisionFloats(read_integer(m), read_integer(e), Rounding.named(rounding)),
    ),
    (
        re.compile(r"complex\(([^()]+)\):(once|each)"),
        lambda parts, product: ComplexOver(cast(NumberFormat, domain_from_name(parts)), product),
    ),
    (
        re.compile(r"(complex\([^()]+\):(?:once|each)|[^()]+(?<!:once)(?<!:each)(?<!:fused)):(once|each|fused)"),
        lambda numbers, moment: Rounded(cast(NumberFormat, domain_from_name(numbers)), moment),
    ),
)


def domain_from_name(name: str) -> Domain:
    """The domain of this name, as ``str`` gives it: ``Q``, ``Z``, ``Z/6``, ``GF(4)``, ``Q(zeta_12)``, ``Z[i]``, or a
    number format: ``int8``, ``uint16``, ``fixed:s4.3:nearest-even:saturate`` (signed, with 4 integer and 3 fraction
    bits), ``bfloat16`` and the other names in `FLOATS`, with other rules ``e4m3fn:floor:saturate``, any float
    ``float:e3m2:floor:saturate`` (3 exponent and 2 fraction bits), ``nearest:-1,0,1/2,1``,
    ``log-float:6+4:nearest-even`` (6 bits for m, 4 for e), or ``complex(bfloat16):each``, complex numbers whose
    products are rounded once or at each operation. A last ``:once``, ``:each`` or ``:fused`` says when a step rounds.

    ``GF(p)`` for a prime p is `PrimeField(p)`, with bare ints for elements.

    >>> domain_from_name("Z/6"), domain_from_name("GF(4)"), domain_from_name("GF(7)")
    (ResidueRing(modulus=6), GaloisField(order=4), PrimeField(modulus=7))
    >>> domain_from_name("uint16")
    MachineInteger(bits=16, signed=False)
    >>> str(domain_from_name("complex(e4m3fn):once:fused"))
    'complex(e4m3fn):once:fused'

    Raises: FormatError, for any other name, or a parameter out of bounds.
    """
    for pattern, construct in _NAMES:
        if match := pattern.fullmatch(name):
            try:
                return construct(*match.groups())
            except DomainError as error:
                raise FormatError(f"arithmetic {excerpt(name)}: {error}") from None
    raise FormatError(
        "an arithmetic must be Q, Z, Z/m, GF(q), Q(zeta_n), Z[i], or a number format: intP, uintP, "
        "fixed:sI.F:ROUNDING:OVERFLOW, a float such as binary16, float:eEmM:ROUNDING:OVERFLOW, nearest:LIST, "
        f"log-float:M+E:ROUNDING or complex(FORMAT):PRODUCT, with a moment if need be; got {excerpt(name)}"
    )


def _galois_or_prime_field(q: int) -> Domain:
    try:
        return PrimeField(q)
    except DomainError:
        return GaloisField(q)
