"""The numbers of a format in an order in which simple ones come first, and long ones written for people."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction
from typing import Any, Final

from exactssm.arithmetic import Domain, Rounded
from exactssm.errors import DomainError
from exactssm.evaluation import exact_numbers

__all__ = ["number_text", "numbers_in_order"]

MAX_WHOLE: Final = 64


def numbers_in_order(domain: Domain) -> tuple[tuple[Fraction, ...], bool]:
    """The finite numbers of a format that are tried as weights, in order, and whether these are all.

    Of a format of at most 64 codes all: by height, the larger of numerator and denominator, then by magnitude, the
    positive one first. Of a larger one 0, 1, the least positive number, the largest, the numbers next to 1, 2, 1/2 and
    3, each followed by its negative, where the format holds them.

    >>> from exactssm.arithmetic import FLOATS
    >>> print(*numbers_in_order(FLOATS["e2m1fn"])[0])
    0 1 -1 1/2 -1/2 2 -2 3/2 -3/2 3 -3 4 -4 6 -6
    >>> print(*numbers_in_order(FLOATS["e4m3fn"])[0])
    0 1 -1 1/512 -1/512 448 -448 9/8 -9/8 15/16 -15/16 2 -2 1/2 -1/2 3 -3
    """
    numbers: Any = domain.number_format if isinstance(domain, Rounded) else domain
    if numbers.size is not None and numbers.size <= MAX_WHOLE:
        values = set()
        for code in numbers.codes:
            with suppress(DomainError):  # infinities and NaN
                values.add(numbers.decode(code))
        return tuple(sorted(values, key=lambda x: (max(abs(x.numerator), x.denominator), abs(x), x < 0))), True
    return _landmarks(numbers), False


def _landmarks(numbers: Any) -> tuple[Fraction, ...]:
    exact = exact_numbers(numbers)

    def finite(code: Any) -> Fraction | None:
        with suppress(DomainError):
            value: Fraction = exact.value(code)
            return value
        return None

    def next_after(value: Fraction) -> Fraction | None:
        """Codes of positive numbers ascend with them."""
        return finite(numbers.element(value) + 1)

    one = Fraction(1)
    above = next_after(one)
    below = finite(numbers.element(one) - 1)
    positive = [one, _least(numbers), _largest(numbers), above, below, 2 * one, one / 2, 3 * one]
    found = [Fraction(0)]
    for value in positive:
        for signed in () if value is None else (value, -value):
            with suppress(DomainError):
                numbers.element(signed)
                found.append(signed)
    return tuple(dict.fromkeys(found))


def _least(numbers: Any) -> Fraction:
    """The least positive number."""
    code = numbers.element(Fraction(0))
    while (value := numbers.decode(code := code + 1)) == 0:
        pass
    assert value > 0
    return value  # type: ignore[no-any-return]


def _largest(numbers: Any) -> Fraction:
    """The largest number: codes of positive numbers are consecutive, and ascend."""
    codes = getattr(numbers, "largest", None)
    return numbers.decode(numbers.codes[-1] if codes is None else codes)  # type: ignore[no-any-return]


def number_text(x: Fraction) -> str:
    """A number for people: long ones by their powers of two.

    >>> [number_text(x) for x in (Fraction(3, 4), Fraction(-3, 2**40), Fraction(2**128 - 2**104))]
    ['3/4', '-3*2^-40', '2^128-2^104']
    >>> number_text(Fraction(-(2**52) - 1, 2**52))
    '-1-2^-52'
    """
    if max(abs(x.numerator), x.denominator) < 10**6:
        return str(x)
    twos = (x.numerator & -x.numerator).bit_length() - x.denominator.bit_length()
    odd = x / Fraction(2) ** twos
    if odd.denominator != 1:
        return str(x)
    sign, size = "-" * (x < 0), abs(odd.numerator)
    if size == 1:
        return f"{sign}2^{twos}"
    for step in (1, -1):  # next to a power of two
        power = size - step
        if power >= 2**10 and power & (power - 1) == 0:
            first = number_text(Fraction(2) ** (twos + power.bit_length() - 1))
            return f"{sign}{first}{'-' if (step < 0) != (x < 0) else '+'}{number_text(Fraction(2) ** twos)}"
    return f"{odd}*2^{twos}"
