"""The forms of a layer that have names, and the formulas of what they compute on words of n letters.

Source: 2404.08819 Def. 2.1, Defs. A.1 to A.3.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, Final, Literal, TypeAlias

from exactssm.arithmetic import Domain, Moment, Rounded, domain_from_name
from exactssm.arithmetic.bit_code import bit_code
from exactssm.arithmetic.moment import with_moment
from exactssm.errors import DomainError, FormatError
from exactssm.evaluation import Flattened, mode_from_name
from exactssm.evaluation.rounded_terms import Formulas, Sum, cast, plus, times, weight
from exactssm.layers import DiagonalLayer

__all__ = ["FORMS", "Quantity", "format_named", "formula", "is_finite", "is_semiring", "weight_name"]

Quantity: TypeAlias = Literal["drive", "input", "output"]

FORMS: Final = (
    "recurrent",
    "flattened",
    "flattened:terms",
    "flattened:transitions",
    "left-fold",
    "right-fold",
    "blelloch",
    "hillis-steele",
)
"""The forms that have names here: the recurrence, the convolution with its casts, and scan trees. Others are the modes
of `exactssm.evaluation.mode_from_name`, such as ``chunked:2``."""


def format_named(name: str) -> Domain:
    """The arithmetic of this name, with the moment at which its own inner products round where none is named.

    Raises: FormatError, if there is none, or it isn't an arithmetic of real numbers whose sums are exact or rounded.
    """
    domain = with_moment(domain_from_name(name))
    if domain.is_complex:
        raise FormatError(f"forms are compared over real numbers; {name} is complex")
    return domain


def is_semiring(domain: Domain) -> bool:
    """Whether sums and products are known to be associative and distributive: then all forms agree on every word."""
    with suppress(DomainError):
        bit_code(domain.number_format if isinstance(domain, Rounded) else domain)
        return True
    return not isinstance(domain, Rounded)


def is_finite(domain: Rounded) -> bool:
    """Whether the format has neither infinities nor NaN."""
    return getattr(domain.number_format, "nan_code", None) is None


def weight_name(letter: str, i: int, constant: bool, varies: str) -> str:
    """What a formula calls a weight of the i-th letter; in a constant layer only ``varies`` has its own for each."""
    return f"{letter}{i}" if not constant or letter in varies else letter


@lru_cache(512)
def formula(
    form: str, n: int, moment: Moment, *, quantity: Quantity = "drive", constant: bool = False, finite: bool = True
) -> Sum:
    """What ``form`` computes on a word of n letters.

    >>> from exactssm.evaluation.rounded_terms import text
    >>> print(text(formula("flattened", 3, Moment.ONCE)), text(formula("recurrent", 3, Moment.ONCE)), sep="; ")
    fl(a2 a3 b1 + a3 b2 + b3); fl(a3 fl(a2 b1 + b2) + b3)
    >>> print(text(formula("flattened", 1, Moment.ONCE, quantity="output")))
    fl(B1 C1 x1 + D1 x1)

    Raises: FormatError, for a form without a name, or ``flattened:terms`` and ``flattened:transitions`` of anything but
    a drive.
    """
    numbers: Any = Rounded(Formulas(finite), moment)  # type: ignore[arg-type]  # which has what layers use
    varies = "b" if quantity == "drive" else "x"

    def named(letter: str, i: int) -> Sum:
        return weight(weight_name(letter, i, constant, varies))

    if form.startswith("flattened"):
        return _flattened(form, n, quantity, named)
    if quantity == "drive":
        drives = {i: named("b", i) for i in range(1, n + 1)}
    else:
        drives = {i: numbers.inner((named("B", i),), (named("x", i),), numbers.zero) for i in range(1, n + 1)}
    decays = {i: (named("a", i),) for i in drives}
    layer = DiagonalLayer(numbers, (numbers.zero,), decays, {i: (b,) for i, b in drives.items()})
    (h,) = mode_from_name(form).on(layer)(range(1, n + 1))
    if quantity != "output":
        return h  # type: ignore[no-any-return]
    return numbers.inner((named("C", n), named("D", n)), (h, named("x", n)), numbers.zero)  # type: ignore[no-any-return]


def _flattened(form: str, n: int, quantity: Quantity, named: Callable[[str, int], Sum]) -> Sum:
    mode = mode_from_name(form)
    assert isinstance(mode, Flattened)
    casts = mode.casts.value
    if quantity != "drive" and casts != "once":
        raise FormatError(f"of the {quantity}, the flattened form is cast once; {form} is for a drive")
    terms = []
    for j in range(1, n + 1):
        transition = times(*(named("a", k) for k in range(j + 1, n + 1)))
        driven = named("b", j) if quantity == "drive" else times(named("B", j), named("x", j))
        if casts == "transitions" and j < n:
            transition = cast(transition)
        term = times(transition, driven) if j < n else driven
        terms.append(cast(term) if casts == "terms" else term)
    if quantity == "output":
        terms = [*(times(named("C", n), term) for term in terms), times(named("D", n), named("x", n))]
    return cast(plus(*terms))
