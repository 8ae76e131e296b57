"""The discretisation of S6: delta cancels in Bbar, until operations round.

Bbar = (delta A)^-1 (Abar - I) delta B is A^-1 (Abar - I) B, entry by entry

    (delta a)^-1 (e - 1) delta b  =  a^-1 (e - 1) b,     e = exp(delta a),

as rational functions in a, delta, e and b, whatever stands for the exponential. With rounding at each operation, and e
the correctly rounded exponential, it isn't.

Source: 2404.08819 App. B; the counterexamples are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any

from constructions.claim import Claim, Kind, Lemma
from constructions.forms.formulas import format_named
from constructions.forms.number_order import number_text, numbers_in_order
from exactssm.errors import CertificateError, DomainError
from exactssm.evaluation import exact_numbers
from exactssm.layers import CorrectlyRounded

__all__ = ["CLAIMS", "NotAsPrinted", "cancels", "find_uncancelled"]


@dataclass(frozen=True)
class NotAsPrinted:
    """Weights for which what is printed isn't what it should be."""

    what: str
    weights: tuple[tuple[str, Fraction], ...]
    printed: str
    right: str

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(f"{name}={number_text(value)}" for name, value in self.weights)

    def as_text(self) -> str:
        return f"{self.what} with {', '.join(self.word)} is {self.right}; as printed it comes out as {self.printed}"

    def replay(self) -> None:
        """Raise CertificateError, unless both, computed again, are two things."""
        again = _compare_bbar(self.what, dict(self.weights))
        if again != self:
            raise CertificateError(f"what is printed must be wrong there; it isn't: {self.as_text()}")


def cancels() -> NotAsPrinted | None:
    """None, if both formulas of an entry of Bbar are one rational function.

    >>> cancels() is None
    True
    """
    from sympy import cancel, symbols

    a, delta, e, b = symbols("a delta e b")
    difference = cancel((delta * a) ** -1 * (e - 1) * delta * b - a**-1 * (e - 1) * b)
    return None if difference == 0 else NotAsPrinted("Bbar", (), str(difference), "0")


def _compare_bbar(what: str, given: dict[str, Fraction]) -> NotAsPrinted | None:
    """(delta a)^-1 (e - 1) delta b against a^-1 (e - 1) b, from left to right, each operation rounded."""
    domain: Any = format_named(what.removeprefix("Bbar in "))
    exact, exp = exact_numbers(domain), CorrectlyRounded("exp", domain.number_format)
    delta, a, b = (given[name] for name in ("delta", "a", "b"))

    def fl(value: Fraction) -> Fraction:
        rounded: Fraction = exact.value(exact.cast(value))
        return rounded

    try:
        step = fl(delta * a)
        less = fl(exp(step) - 1)
        printed = fl(fl(fl(fl(1 / step) * less) * delta) * b)
        right = fl(fl(fl(1 / a) * less) * b)
    except (DomainError, ZeroDivisionError):  # an infinity, or delta a underflows
        return None
    if printed == right:
        return None
    return NotAsPrinted(what, tuple(given.items()), number_text(printed), number_text(right))


def find_uncancelled(name: str) -> NotAsPrinted | None:
    """The first delta > 0, a and b of a format for which delta doesn't cancel, in the order of `numbers_in_order`.

    >>> print(find_uncancelled("e2m1fn").as_text())
    Bbar in e2m1fn with delta=2, a=2, b=1 is 2; as printed it comes out as 0
    """
    numbers = [x for x in numbers_in_order(format_named(name))[0] if x]
    for last in range(len(numbers)):
        for places in product(range(last + 1), repeat=3):
            delta, a, b = (numbers[place] for place in places)
            if last not in places or delta < 0:
                continue
            if found := _compare_bbar(f"Bbar in {name}", {"delta": delta, "a": a, "b": b}):
                return found
    return None


def _one(name: str, check: Any, members: str) -> Iterator[Lemma]:
    yield Lemma(name, check, size=1, members=members)


CLAIMS = (
    Claim(
        name="s6-delta-cancels",
        source="2404.08819 App. B",
        statement="In Bbar = (delta A)^-1 (Abar - I) delta B, delta cancels, whatever stands for the exponential.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.forms.discretisation",
        cases=lambda _: _one("an entry of Bbar", cancels, "identities of rational functions"),
        instances={"as rational functions": None},
    ),
    Claim(
        name="s6-delta-cancels-rounded",
        source="2404.08819 App. B, ours for formats",
        statement="In a number format, too, Bbar as printed is A^-1 (Abar - I) B.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.forms.discretisation",
        cases=lambda name: _one(name, partial(find_uncancelled, name), "formats"),
        instances={name: name for name in ("e2m1fn", "bfloat16")},
        full={name: name for name in ("binary16", "binary32", "e4m3fn", "log-float:8+4:nearest-even")},
    ),
)
