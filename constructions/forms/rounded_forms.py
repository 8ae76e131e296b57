"""With rounding the forms of one layer are different functions, and very short words show it.

The upper bounds of 2404.08819 are for the convolutional form; that the recurrence, which inference code runs, computes
nearly the same is assumed (footnote 3). In each of the 72 number formats of the full run this fails at once:

    recurrent      fl(a3 fl(a2 b1 + b2) + b3)
    flattened      fl(a3 a2 b1 + a3 b2 + b3)                    from three letters on, where a step rounds once
    right-fold     fl(fl(a3 a2) b1 + fl(a3 b2 + b3))            from three letters on
    blelloch       fl(fl(a4 a3) fl(a2 b1 + b2) + fl(a4 b3 + b4))    from four letters on

*Not shorter.* On fewer letters the formulas are one (`exactssm.evaluation.rounded_terms`), so that no weights of any
format without infinities tell the forms apart; with infinities the trees, which apply the composed map to h_0 = 0,
differ from two letters on: a product of two a's is infinite, and 0 times that is NaN. A fold from the
left is the recurrence.

*Not negligible.* The difference may be more than half of the larger result, and is often all of it: in floats 1 + u - 1
is 0 by recurrence and u at once, u being the least positive number; with a step that overflows it is NaN against a
number.

*More is merged, less is needed.* If B_i x_i is a product of two numbers of the format, flattened evaluation merges it
with the a's, and two letters are enough; if the output C_i h_i + D_i x_i is flattened too, one letter is.

Formats that wrap around without fraction bits are rings, unsigned ones that saturate are semirings:
there all forms agree.

Source: 2404.08819 Def. 2.1, Defs. A.1 to A.3, footnote 3; formulas, words and weights are ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import NamedTuple

from constructions.claim import Claim, Kind, Lemma
from constructions.forms.disagreement import Disagreement, find_disagreement
from constructions.forms.formulas import FORMS, Quantity, format_named, formula
from constructions.forms.number_order import numbers_in_order
from exactssm.arithmetic import LogPrecision, Moment, Rounded, Rounding
from exactssm.errors import CertificateError
from exactssm.evaluation.rounded_terms import text

__all__ = ["CLAIMS", "SHORTEST", "TwoFormulas", "find_two_formulas"]

SHORTEST = {
    "flattened": {Moment.ONCE: 3, Moment.EACH: 2},
    "flattened:terms": {Moment.ONCE: 2, Moment.EACH: 3},
    "flattened:transitions": {Moment.ONCE: 3, Moment.EACH: 2},
    "right-fold": {Moment.ONCE: 3, Moment.EACH: 3},
    "blelloch": {Moment.ONCE: 4, Moment.EACH: 4},
    "hillis-steele": {Moment.ONCE: 3, Moment.EACH: 3},
}
"""The least number of letters whose formulas differ from the recurrence's, in formats without infinities."""


@dataclass(frozen=True)
class TwoFormulas:
    """A length at which two forms have two formulas."""

    form: str
    moment: Moment
    n: int

    @property
    def word(self) -> tuple[str, ...]:
        return self.form, self.moment.value, f"n={self.n}"

    def _texts(self) -> tuple[str, str]:
        one, other = (text(formula(form, self.n, self.moment)) for form in ("recurrent", self.form))
        return one, other

    def as_text(self) -> str:
        one, other = self._texts()
        return f"{self.form} of {self.n} letters is {other}; the recurrence is {one}"

    def replay(self) -> None:
        """Raise CertificateError, unless the formulas differ."""
        one, other = self._texts()
        if one == other:
            raise CertificateError(f"two formulas must differ; they don't: {self.as_text()}")


def find_two_formulas(form: str, moment: Moment, lengths: int) -> TwoFormulas | None:
    """The least length up to ``lengths`` at which ``form`` isn't the recurrence's formula.

    >>> print(find_two_formulas("right-fold", Moment.ONCE, 5).as_text())
    right-fold of 3 letters is fl(b1 fl(a2 a3) + fl(a3 b2 + b3)); the recurrence is fl(a3 fl(a2 b1 + b2) + b3)
    >>> find_two_formulas("left-fold", Moment.EACH, 5)
    """
    for n in range(1, lengths + 1):
        if formula("recurrent", n, moment) != formula(form, n, moment):
            return TwoFormulas(form, moment, n)
    return None


def _not_shorter(moment: Moment) -> Iterator[Lemma]:
    for form, least in SHORTEST.items():
        n = least[moment] - 1
        yield Lemma(form, partial(find_two_formulas, form, moment, n), size=n, members="pairs of formulas")


def _left_fold(length: int) -> Iterator[Lemma]:
    for moment in Moment:
        yield Lemma(
            moment.value,
            partial(find_two_formulas, "left-fold", moment, length),
            size=length,
            members="pairs of formulas",
        )


HALF = Fraction(1, 2)


class Search(NamedTuple):
    """A format, and what is compared in it."""

    name: str
    quantity: Quantity = "drive"
    constant: bool = False
    forms: tuple[str, ...] = tuple(SHORTEST)
    apart: Fraction = Fraction(0)  #: the forms' results must differ by more than this share of the larger one


def _check(search: Search, form: str, tries: int) -> Disagreement | None:
    domain = _format(search.name)
    found = find_disagreement(
        domain, form, quantity=search.quantity, constant=search.constant, max_tried=tries, apart=search.apart
    )
    return found if isinstance(found, Disagreement) else None


def _format(name: str) -> Rounded:
    """The format of this name; ``log-precision:2+1`` is that for words of 3 letters, by a schedule."""
    if name.startswith("log-precision:"):
        mantissa, exponent = map(int, name.removeprefix("log-precision:").split("+"))
        return Rounded(LogPrecision(mantissa, exponent, Rounding.NEAREST_EVEN)(3), Moment.ONCE)
    domain = format_named(name)
    assert isinstance(domain, Rounded)
    return domain


def _agreeing(search: Search) -> Iterator[Lemma]:
    for form in search.forms:
        yield Lemma(
            f"{form} against the recurrence in {search.name}",
            partial(_check, search, form, 3_000_000),
            size=1,
            members="formats",
        )


def _semiring(instance: tuple[str, int]) -> Iterator[Lemma]:
    """All weights of a small semiring, on words up to a length."""
    name, length = instance
    domain = _format(name)

    def check(form: str) -> Disagreement | None:
        found = find_disagreement(domain, form, max_length=length, try_semirings=True)
        return found if isinstance(found, Disagreement) else None

    for form in FORMS[1:]:
        yield Lemma(
            form,
            partial(check, form),
            size=len(numbers_in_order(domain)[0]) ** (2 * length - 1),
            members="tuples of weights",
        )


ROUNDINGS = tuple(rule.value for rule in Rounding)

FIXED = tuple(
    f"fixed:s{i}.{f}:{rule}:{overflow}"
    for i, f in ((1, 1), (2, 2))
    for rule in ROUNDINGS
    for overflow in ("saturate", "wrap")
)

FLOATS = (
    *("binary16", "bfloat16", "binary32", "binary64", "e3m4", "e4m3", "e5m2"),
    *("e4m3fn", "e4m3fnuz", "e4m3b11fnuz", "e5m2fnuz", "e2m1fn", "e2m3fn", "e3m2fn"),
    *(f"e2m1fn:{rule}:saturate" for rule in ROUNDINGS),
)

OTHERS = (
    *(f"log-float:4+3:{rule}" for rule in ROUNDINGS),
    "log-float:8+4:nearest-even",
    "log-precision:2+1",
    "nearest:-1,0,1/2,1",
    "fixed:s2.0:floor:saturate",
)


def _searches(names: tuple[str, ...]) -> dict[str, Search]:
    return {name: Search(name) for name in names}


SEMIRINGS = ("fixed:s1.0:floor:wrap", "fixed:u2.0:floor:saturate")

SOURCE = "2404.08819 Def. 2.1 and footnote 3, which assumes that rounding makes no difference that matters"

CLAIMS = (
    Claim(
        name="rounded-forms-agree",
        source=SOURCE,
        statement="In a number format, convolution and scan trees compute what the recurrence computes.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.forms.rounded_forms",
        cases=_agreeing,
        instances=_searches(("e2m1fn", "log-float:4+3:nearest-even", "log-precision:2+1")),
        full=_searches((*FIXED, *FLOATS, *OTHERS, "bfloat16:each", "e4m3fn:each", "fixed:s2.2:floor:saturate:each")),
    ),
    Claim(
        name="rounded-forms-differ-negligibly",
        source=f"{SOURCE}; that half a result matters is ours",
        statement="The results of convolution and scan trees differ from the recurrence's by at most half of the "
        "larger one.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.forms.rounded_forms",
        cases=_agreeing,
        instances={name: Search(name, apart=HALF) for name in ("e2m1fn", "log-float:4+3:nearest-even")},
        full={name: Search(name, apart=HALF) for name in (*FIXED, *FLOATS, *OTHERS)},
    ),
    Claim(
        name="rounded-forms-agree-s4",
        source=SOURCE,
        statement="Likewise if A is the same on every letter.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.forms.rounded_forms",
        cases=_agreeing,
        instances={name: Search(name, constant=True) for name in ("fixed:s2.2:nearest-even:saturate", "e5m2")},
        full={name: Search(name, constant=True) for name in FLOATS},
    ),
    Claim(
        name="rounded-forms-agree-on-few-letters",
        source=f"{SOURCE}, with Def. A.3 for B_i x_i, or also for C_i h_i + D_i x_i",
        statement="Flattened together with the products B_i x_i, or with the output, the convolution is still the "
        "recurrence on words of two letters, or of one.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.forms.rounded_forms",
        cases=_agreeing,
        instances={
            f"{quantity}, {name}": Search(name, quantity, forms=("flattened",))
            for name in ("e2m1fn", "fixed:s2.2:nearest-even:saturate")
            for quantity in ("input", "output")
        },
        full={
            f"{quantity}, {name}": Search(name, quantity, forms=("flattened",))
            for name in (*FLOATS, *FIXED)
            for quantity in ("input", "output")
        },
    ),
    Claim(
        name="rounded-forms-no-shorter-word",
        source="2404.08819 Def. 2.1, Defs. A.1 to A.3, ours",
        statement="In formats without infinities no weights tell a form from the recurrence on shorter words than "
        "those in `SHORTEST`: the formulas are one.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.forms.rounded_forms",
        cases=_not_shorter,
        instances={"rounded once a step": Moment.ONCE, "at each operation": Moment.EACH},
    ),
    Claim(
        name="left-fold-is-the-recurrence",
        source="2404.08819 Def. 2.1, ours",
        statement="Without infinities, maps composed from left to right and applied to h_0 = 0 give the recurrence, "
        "however a format rounds.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.forms.rounded_forms",
        cases=_left_fold,
        instances={"up to 8 letters": 8},
        full={"up to 16 letters": 16},
    ),
    Claim(
        name="forms-agree-in-semirings",
        source="2404.08819 Def. 2.1, any distributive datatype",
        statement="Integers that wrap around, and unsigned ones that saturate, are semirings: on short words all forms "
        "agree, whatever the weights.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.forms.rounded_forms",
        cases=_semiring,
        instances={f"{name}, 3 letters": (name, 3) for name in SEMIRINGS},
        full={f"{name}, 4 letters": (name, 4) for name in SEMIRINGS},
    ),
)
