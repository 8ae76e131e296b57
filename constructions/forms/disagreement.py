"""The shortest word, and the first weights, on which two forms of one layer differ in a number format.

A layer of one coordinate, from h_0 = 0, of which one of three quantities is looked at:

    drive     the state h_n,  h_i = a_i h_{i-1} + b_i,      b_i a number of the format
    input     the state h_n,  h_i = a_i h_{i-1} + B_i x_i,  B_i and x_i numbers of the format
    output    y_n = C_n h_n + D_n x_n of the latter

A *selective* layer has weights of its own for each letter, so that a word of n different letters is the most general;
in a *constant* one (S4) only b_i, or x_i, depends on the letter.

*Words* are tried by length. First both forms are written out as formulas (`exactssm.evaluation.rounded_terms`). If they
are one, no weights of any format tell the forms apart on words of that length. Else weights are tried in order: tuples
of numbers of the format, of the weights letter by letter and then by name; by the last number in them, then
lexicographically, numbers in the order of `numbers_in_order`. What no formula contains is the first number. All finite
numbers of a format of at most 64 are tried; of a larger format those listed there, so that then the *length* is least
among all weights only because formulas of shorter words are one, or, where they aren't, among weights of that list.

Two values are equal if they are the same number, or the same infinity, or both NaN; zeros have no sign. Weights for
which a form has no value are passed over: an overflow that is an error, or an infinity among what ``flattened:terms``
and ``flattened:transitions`` add up. A tree's map is at last applied to h_0 = 0, as
`exactssm.evaluation.AlongTree` has it: where a product of a's overflows to infinity, that gives NaN.

Source: 2404.08819 Def. 2.1, Defs. A.1 to A.3, footnote 3; the search is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import product
from math import lcm
from typing import Any, Final, get_args

from constructions.forms.formulas import Quantity, formula, is_finite, is_semiring, weight_name
from constructions.forms.number_order import number_text, numbers_in_order
from exactssm.arithmetic import Domain, Rationals, Rounded
from exactssm.errors import BudgetExhausted, CertificateError, DomainError, FormatError
from exactssm.evaluation import exact_numbers, mode_from_name
from exactssm.evaluation.rounded_terms import (
    FinerNumbers,
    Sum,
    compiled_difference,
    text,
    weights_of,
)
from exactssm.layers import DiagonalLayer, LinearSSM

__all__ = [
    "Agreement",
    "Disagreement",
    "find_disagreement",
]

MAX_TRIED: Final = 400_000
MAX_LENGTH: Final = 5


@dataclass(frozen=True)
class Disagreement:
    """Weights for a word of n letters on which two forms differ."""

    domain: Rounded
    form: str
    against: str
    quantity: Quantity
    constant: bool
    n: int
    values: tuple[tuple[str, Fraction], ...]  #: of the weights that one of the formulas contains, by name
    tried: int = 0  #: so many tuples of weights of this length were tried
    apart: Fraction = Fraction(0)  #: the results differ by more than this share of the larger one

    @property
    def word(self) -> tuple[str, ...]:
        """The letters, each by the weights that are its own."""
        shared = ", ".join(f"{name}={number_text(x)}" for name, x in self.values if not name[-1].isdigit())
        letters = []
        for i in range(1, self.n + 1):
            own = ", ".join(
                f"{name.rstrip('0123456789')}={number_text(x)}" for name, x in self.values if _index(name) == i
            )
            letters.append(own or "any")
        return (*letters[:-1], letters[-1] + (f"; {shared}" if shared else ""))

    def by_definition(self, form: str) -> Fraction | str:
        """What a form makes of the word, by the modes' own definitions, in the format, letter by letter: a number, or
        the text of an infinity or NaN.

        Raises: DomainError, if that is nothing.
        """
        numbers, given = self.domain, dict(self.values)
        first = numbers_in_order(numbers)[0][0]
        varies = "b" if self.quantity == "drive" else "x"

        def held(letter: str, i: int) -> Any:
            return numbers.element(given.get(weight_name(letter, i, self.constant, varies), first))

        word = range(1, self.n + 1)
        if self.quantity == "drive":
            decay, drive = ({i: (held(letter, i),) for i in word} for letter in "ab")
            layer = DiagonalLayer(numbers, (numbers.zero,), decay, drive)
            return self._shown(mode_from_name(form).on(layer)(word)[0])
        exact = exact_numbers(numbers)
        flattened = form.startswith("flattened")
        arithmetic = Rationals() if flattened else numbers

        def on(letter: str, i: int) -> tuple[Any, ...]:
            return (exact.value(held(letter, i)) if flattened else held(letter, i),)

        ssm = LinearSSM(
            arithmetic,
            1,
            1,
            embedding=lambda i: on("x", i),
            A=lambda i: on("a", i),
            B=lambda i: (on("B", i),),
            C=lambda i: (on("C", i),),
            D=lambda i: (on("D", i),),
            diagonal=True,
        )
        h = ssm.layer.run(word)[-1] if flattened else mode_from_name(form).on(ssm.layer)(word)
        (value,) = ssm.output(h, self.n) if self.quantity == "output" else h
        return self._shown(exact.cast(value) if flattened else value)

    def _shown(self, code: Any) -> Fraction | str:
        try:
            value: Fraction = exact_numbers(self.domain).value(code)  # 0 for both zeros
        except DomainError:
            return self.domain.text(code)
        return value

    @cached_property
    def values_of_forms(self) -> tuple[Fraction | str, Fraction | str]:
        """What `against` and `form` make of the word."""
        return self.by_definition(self.against), self.by_definition(self.form)

    @property
    def results(self) -> tuple[str, str]:
        """`values_of_forms` as texts."""
        one, other = (x if isinstance(x, str) else number_text(x) for x in self.values_of_forms)
        return one, other

    @property
    def differs(self) -> bool:
        """Whether the two results differ, by more than `apart`; an infinity or NaN does from all else."""
        one, other = self.values_of_forms
        if isinstance(one, str) or isinstance(other, str):
            return one != other
        return abs(one - other) > self.apart * max(abs(one), abs(other))

    def formulas(self) -> tuple[str, str]:
        """The formulas of `against` and `form`."""
        one, other = (
            formula(
                form,
                self.n,
                self.domain.moment,
                quantity=self.quantity,
                constant=self.constant,
                finite=is_finite(self.domain),
            )
            for form in (self.against, self.form)
        )
        return text(one), text(other)

    def as_text(self) -> str:
        first, second = self.results
        return (
            f"in {self.domain}, the word ({') ('.join(self.word)}) leads to {first} by the form {self.against}, and to "
            f"{second} by {self.form}"
        )

    def replay(self) -> None:
        """Raise CertificateError, unless the definitions of the two forms give two values."""
        for name, value in self.values:
            try:
                self.domain.element(value)
            except DomainError as error:
                raise CertificateError(f"{name} must be a number of the format: {error}") from None
        try:
            differs = self.differs
        except DomainError as error:
            raise CertificateError(f"both forms must have a value on {self.word}: {error}") from None
        if not differs:
            share = f" by more than {self.apart} of the larger result" if self.apart else ""
            raise CertificateError(f"two forms must differ{share}; they don't: {self.as_text()}")


def _index(name: str) -> int | None:
    return int(name.lstrip("abBCDx")) if name[-1].isdigit() else None


@dataclass(frozen=True)
class Agreement:
    """That no word up to a length, with the weights of a class, tells two forms apart."""

    length: int | None  #: None: every length
    reason: str
    tried: int = 0


def _shells(size: int, arity: int) -> Iterator[tuple[int, ...]]:
    """Tuples of numbers below ``size``: by their largest, then lexicographically."""
    for last in range(size):
        for places in product(range(last + 1), repeat=arity):
            if last in places:
                yield places


def find_disagreement(
    domain: Domain,
    form: str,
    against: str = "recurrent",
    *,
    quantity: Quantity = "drive",
    constant: bool = False,
    max_length: int = MAX_LENGTH,
    max_tried: int = MAX_TRIED,
    try_semirings: bool = False,
    apart: Fraction = Fraction(0),
    progress: Callable[[int], None] | None = None,
) -> Disagreement | Agreement:
    """The shortest word, and the first weights, on which ``form`` differs from ``against``; or that none is found up
    to ``max_length`` letters, with the weights that are tried.

    >>> from constructions.forms.formulas import format_named
    >>> found = find_disagreement(format_named("e2m1fn"), "flattened")
    >>> print(found.as_text())
    in e2m1fn:once, the word (b=1/2) (a=1/2, b=0) (a=1, b=1/2) leads to 1/2 by the form recurrent, and to 1 by flattened
    >>> find_disagreement(format_named("uint8"), "blelloch").reason
    'a semiring'

    ``apart``: the results must differ by more than this share of the larger one. ``try_semirings``: try weights in a
    number format also where it is known that sums and products are associative.

    Raises: FormatError, for a form without a name; DomainError, for a format without 0; BudgetExhausted, if
    ``max_tried`` tuples of weights were tried and more are left.
    """
    if quantity not in get_args(Quantity):
        raise FormatError(f"the quantity must be one of {', '.join(get_args(Quantity))}; got {quantity!r}")
    for name in (form, against):
        mode_from_name(name)
    if form == against:
        return Agreement(None, "one form")
    if is_semiring(domain) and not try_semirings:
        return Agreement(None, "a semiring")
    assert isinstance(domain, Rounded)
    domain.element(0)
    numbers, whole = numbers_in_order(domain)
    fl, tried = _rounding(domain), 0
    for n in range(1, max_length + 1):
        pair = [
            formula(f, n, domain.moment, quantity=quantity, constant=constant, finite=is_finite(domain))
            for f in (against, form)
        ]
        if pair[0] == pair[1]:
            continue
        names = sorted(weights_of(pair[0]) | weights_of(pair[1]), key=lambda name: (_index(name) or 0, name))
        for number, values in enumerate(_differing(pair, names, numbers, fl), start=1):
            if values is not None:
                found = Disagreement(domain, form, against, quantity, constant, n, values, number, apart)
                with suppress(DomainError):  # a form without a value
                    if found.differs:
                        return found
            tried += 1
            if tried == max_tried:
                raise BudgetExhausted(
                    f"{form} against {against} in {domain}: {tried} tuples of weights were tried, of words of up to "
                    f"{n} letters, and more are left"
                )
            if progress is not None and tried % 4096 == 0:
                progress(tried)
    reason = "one formula" if not tried else "all weights" if whole else "the listed weights"
    return Agreement(max_length, reason, tried)


def _differing(
    pair: Sequence[Sum], names: Sequence[str], numbers: Sequence[Fraction], fl: Callable[[Fraction], Fraction]
) -> Iterator[tuple[tuple[str, Fraction], ...] | None]:
    """One item for each tuple of weights in order: the weights, if the formulas differ there, or one of them has no
    value that is a number; else None."""
    denominator = lcm(*(x.denominator for x in numbers))
    differ = None
    for places in _shells(len(numbers), len(names)):
        while True:
            if differ is None:
                differ = compiled_difference(pair[0], pair[1], names, fl, denominator)
                scaled = [int(x * denominator) for x in numbers]
            try:
                different = differ(*(scaled[place] for place in places))
                break
            except FinerNumbers as error:
                denominator, differ = lcm(denominator, error.args[0]), None
            except DomainError:  # an infinity, NaN or overflow: the definitions know
                different = True
                break
        yield tuple((name, numbers[place]) for name, place in zip(names, places, strict=True)) if different else None


def _rounding(domain: Rounded) -> Callable[[Fraction], Fraction]:
    """fl: a rational to the number it rounds to. DomainError, where that is none."""
    exact = exact_numbers(domain)

    @lru_cache(2**16)
    def fl(value: Fraction) -> Fraction:
        rounded: Fraction = exact.value(exact.cast(value))
        return rounded

    return fl
