"""The binary floats that have names, and a name for every other one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Final

from exactssm.arithmetic._text import read_integer
from exactssm.arithmetic.float_encoding import FloatEncoding, NaNCodes
from exactssm.arithmetic.minifloat import FloatOverflow, MiniFloat
from exactssm.arithmetic.rounding import Rounding

__all__ = ["FLOATS", "FLOAT_NAMES", "name_of"]


def _ieee(exponent_bits: int, precision: int) -> MiniFloat:
    return MiniFloat(exponent_bits, precision, Rounding.NEAREST_EVEN, FloatOverflow.INFINITY)


def _finite(exponent_bits: int, precision: int, nan: NaNCodes, bias: int | None = None) -> MiniFloat:
    overflow = FloatOverflow.SATURATE if nan is NaNCodes.NONE else FloatOverflow.NAN
    return MiniFloat(exponent_bits, precision, Rounding.NEAREST_EVEN, overflow, bias=bias, infinities=False, nan=nan)


FLOATS: Final[Mapping[str, MiniFloat]] = MappingProxyType(
    {
        "binary16": _ieee(5, 11),
        "bfloat16": _ieee(8, 8),
        "binary32": _ieee(8, 24),
        "binary64": _ieee(11, 53),
        "e3m4": _ieee(3, 5),
        "e4m3": _ieee(4, 4),
        "e5m2": _ieee(5, 3),
        "e4m3fn": _finite(4, 4, NaNCodes.SINGLE),
        "e4m3fnuz": _finite(4, 4, NaNCodes.NEGATIVE_ZERO, bias=8),
        "e4m3b11fnuz": _finite(4, 4, NaNCodes.NEGATIVE_ZERO, bias=11),
        "e5m2fnuz": _finite(5, 3, NaNCodes.NEGATIVE_ZERO, bias=16),
        "e2m1fn": _finite(2, 2, NaNCodes.NONE),
        "e2m3fn": _finite(2, 4, NaNCodes.NONE),
        "e3m2fn": _finite(3, 3, NaNCodes.NONE),
    }
)
"""Formats by name, rounded to nearest even, with the overflow of ml_dtypes' types: infinity where there is one, else
NaN where there is one, else the largest number.

OCP's E4M3 is ``e4m3fn`` and its E5M2 is ``e5m2``; ``e4m3`` and ``e3m4`` have infinities and NaN as IEEE's formats do.
The letters: e and m, bits of exponent field and fraction; fn, no infinities; uz, one zero, unsigned; b, a bias. The
format e8m0fnu of scales is not among them: it has no sign and no zero.
"""

_ENCODING: Final = tuple(field.name for field in fields(FloatEncoding))


def _encoding(arithmetic: MiniFloat) -> tuple[object, ...]:
    return tuple(getattr(arithmetic, name) for name in _ENCODING)


_NAMES: Final = {_encoding(arithmetic): name for name, arithmetic in FLOATS.items()}


def _rules(arithmetic: MiniFloat) -> str:
    return f"{arithmetic.rounding.value}:{arithmetic.overflow.value}"


def name_of(arithmetic: MiniFloat) -> str:
    """The name of any format: ``e4m3fn`` for what is in `FLOATS`, ``e4m3fn:floor:saturate`` with other rules. Others
    are spelt out: exponent and fraction bits, what is not as in IEEE's formats, and the rules.

    >>> name_of(MiniFloat(3, 3, Rounding.FLOOR, FloatOverflow.ERROR, bias=1, subnormals=False))
    'float:e3m2:bias=1:no-subnormals:floor:error'
    """
    rules = _rules(arithmetic)
    name = _NAMES.get(_encoding(arithmetic))
    if name is not None:
        return name if rules == _rules(FLOATS[name]) else f"{name}:{rules}"
    parts = [f"float:e{arithmetic.exponent_bits}m{arithmetic.precision - 1}"]
    if arithmetic.bias != (1 << arithmetic.exponent_bits - 1) - 1:
        parts.append(f"bias={arithmetic.bias}")
    if not arithmetic.infinities:
        parts.append("finite")
    if arithmetic.nan is not NaNCodes.IEEE:
        parts.append(f"nan={arithmetic.nan.value}")
    if not arithmetic.subnormals:
        parts.append("no-subnormals")
    return ":".join([*parts, rules])


def _of_name(name: str, rounding: str | None, overflow: str | None) -> MiniFloat:
    if rounding is None or overflow is None:
        return FLOATS[name]
    return replace(FLOATS[name], rounding=Rounding.named(rounding), overflow=FloatOverflow.named(overflow))


def _spelt_out(
    exponent_bits: str,
    fraction_bits: str,
    bias: str | None,
    finite: str | None,
    nan: str | None,
    no_subnormals: str | None,
    rounding: str,
    overflow: str,
) -> MiniFloat:
    return MiniFloat(
        read_integer(exponent_bits),
        read_integer(fraction_bits) + 1,
        Rounding.named(rounding),
        FloatOverflow.named(overflow),
        bias=None if bias is None else read_integer(bias),
        infinities=finite is None,
        nan=NaNCodes.IEEE if nan is None else NaNCodes.named(nan),
        subnormals=no_subnormals is None,
    )


FLOAT_NAMES: Final[tuple[tuple[re.Pattern[str], Callable[..., MiniFloat]], ...]] = (
    (re.compile(rf"({'|'.join(FLOATS)})(?::([a-z-]+):([a-z]+))?"), _of_name),
    (
        re.compile(
            r"float:e([0-9]+)m([0-9]+)(?::bias=(-?[0-9]+))?(:finite)?(?::nan=([a-z-]+))?(:no-subnormals)?"
            r":([a-z-]+):([a-z]+)"
        ),
        _spelt_out,
    ),
)
"""The forms of names, and what makes a format of the parts of each."""
