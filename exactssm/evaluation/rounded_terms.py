"""What a mode of evaluation computes, as a formula: sums of products of weights, with fl( ) wherever it rounds.

    recurrent     fl(a3 fl(a2 b1 + b2) + b3)
    flattened     fl(a2 a3 b1 + a3 b2 + b3)
    right-fold    fl(fl(a2 a3) b1 + fl(a3 b2 + b3))

The modes themselves are run, over a number format whose numbers are such formulas. Two modes with one formula compute
the same in every format, whatever the weights; that needs no search. Inside fl( ) everything is exact; so sums and
products commute there, and fl(w) is w for a weight, which the format holds, and for what has been rounded.

Nothing times zero is dropped if it is finite: weights are. What has been rounded may be infinite where a format has
infinities, and then 0 fl( ) stays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import prod
from typing import TypeAlias

from exactssm.errors import DomainError

__all__ = [
    "Cast",
    "FinerNumbers",
    "Formulas",
    "Sum",
    "cast",
    "compiled_difference",
    "evaluate",
    "plus",
    "text",
    "times",
    "weight",
    "weights_of",
]


@dataclass(frozen=True)
class Cast:
    """fl(of): a sum, rounded once."""

    of: Sum

    @cached_property
    def text(self) -> str:
        return f"fl({text(self.of)})"


Atom: TypeAlias = str | Cast
Sum: TypeAlias = tuple[tuple[Atom, ...], ...]
"""A sum of products: sorted, and with repetitions where a term comes more than once."""

ZERO_START = "0"


def weight(name: str) -> Sum:
    """A weight, as a formula."""
    return ((name,),)


def _key(atom: Atom) -> str:
    return atom if isinstance(atom, str) else atom.text


def _sorted(terms: Sequence[tuple[Atom, ...]]) -> Sum:
    kept = [term for term in terms if ZERO_START not in term or any(isinstance(atom, Cast) for atom in term)]
    return tuple(sorted(kept, key=lambda term: [_key(atom) for atom in term]))


def plus(*sums: Sum) -> Sum:
    """The exact sum."""
    return _sorted([term for one in sums for term in one])


def times(*sums: Sum) -> Sum:
    """The exact product.

    >>> text(times(plus(weight("a"), weight("b")), weight("a")))
    'a a + a b'
    """
    terms: list[tuple[Atom, ...]] = [()]
    for one in sums:
        terms = [(*term, *other) for term in terms for other in one]
    return _sorted([tuple(sorted(term, key=_key)) for term in terms])


def cast(of: Sum) -> Sum:
    """The sum, rounded: a single number of the format, and an empty sum, stay as they are."""
    return of if not of or (len(of) == 1 and len(of[0]) == 1) else ((Cast(of),),)


def text(of: Sum) -> str:
    """The formula for people."""
    return " + ".join(" ".join(map(_key, term)) or "1" for term in of) or "0"


def weights_of(of: Sum) -> frozenset[str]:
    """The names of the weights in a formula."""
    found: set[str] = set()
    for term in of:
        for atom in term:
            found |= weights_of(atom.of) if isinstance(atom, Cast) else {atom}
    return frozenset(found - {ZERO_START})


def evaluate(of: Sum, values: Mapping[str, Fraction], fl: Callable[[Fraction], Fraction]) -> Fraction:
    """The formula's value for these weights. ``fl`` rounds, and may raise where that gives no number; what it raises is
    passed on.

    >>> a_plus_b = cast(plus(weight("a"), weight("b")))
    >>> evaluate(a_plus_b, {"a": Fraction(1, 2), "b": Fraction(1)}, lambda x: Fraction(x.numerator // x.denominator))
    Fraction(1, 1)
    """
    total = Fraction(0)
    for term in of:
        total += prod(
            (
                fl(evaluate(atom.of, values, fl))
                if isinstance(atom, Cast)
                else values[atom]
                if atom != ZERO_START
                else Fraction(0)
                for atom in term
            ),
            start=Fraction(1),
        )
    return total


class _Roundings(dict[int, int]):
    """numerator over one power of a denominator -> the numerator over that denominator of what it rounds to."""

    def __init__(self, fl: Callable[[Fraction], Fraction], degree: int, denominator: int) -> None:
        self._fl, self._power, self._denominator = fl, denominator**degree, denominator

    def __missing__(self, numerator: int) -> int:
        rounded = self._fl(Fraction(numerator, self._power))
        if self._denominator % rounded.denominator:
            raise FinerNumbers(rounded.denominator)
        self[numerator] = result = int(rounded * self._denominator)
        return result


class FinerNumbers(Exception):
    """A result isn't a multiple of 1/denominator; ``args`` has its own denominator."""


def compiled_difference(
    one: Sum, other: Sum, names: Sequence[str], fl: Callable[[Fraction], Fraction], denominator: int
) -> Callable[..., bool]:
    """Whether two formulas differ in value, as a function of the weights in the order of ``names``, each given by its
    numerator over ``denominator``. It equals what `evaluate` says.

    >>> differ = compiled_difference(weight("a"), cast(plus(weight("a"), weight("b"))), ["a", "b"], lambda x: x, 2)
    >>> differ(1, 0), differ(1, 3)
    (False, True)

    When called, raises FinerNumbers, if a rounded result is no multiple of 1/denominator, and what ``fl`` raises.
    """
    roundings: dict[str, object] = {}

    def code(of: Sum, degree: int) -> str:
        """The numerator over denominator ** degree, as an expression."""
        terms = []
        for term in of:
            atoms = [_code(atom) for atom in term]
            atoms += [str(denominator ** (degree - len(term)))] if degree > len(term) else []
            terms.append("*".join(atoms) or "1")
        return "+".join(terms) or "0"

    def _code(atom: Atom) -> str:
        if isinstance(atom, str):
            return atom if atom != ZERO_START else "0"
        degree = _degree(atom.of)
        roundings.setdefault(f"fl{degree}", _Roundings(fl, degree, denominator))
        return f"fl{degree}[{code(atom.of, degree)}]"

    degree = max(_degree(one), _degree(other))
    source = f"lambda {','.join(names)}: {code(one, degree)} != {code(other, degree)}"
    compiled: Callable[..., bool] = eval(source, roundings)
    return compiled


def _degree(of: Sum) -> int:
    return max(map(len, of), default=0)


@dataclass(frozen=True)
class Formulas:
    """The number format of formulas, for layers of symbolic weights; ``finite``: without infinities and NaN.

    >>> from exactssm.arithmetic import Rounded
    >>> step = Rounded(Formulas(), "each").inner((weight("a"),), (weight("h"),), weight("b"))
    >>> text(step)
    'fl(b + fl(a h))'
    """

    finite: bool = True

    @property
    def zero(self) -> Sum:
        return () if self.finite else ((ZERO_START,),)

    @property
    def one(self) -> Sum:
        return ((),)

    @property
    def is_complex(self) -> bool:
        return False

    @property
    def size(self) -> None:
        return None

    def check(self, x: object) -> Sum:
        if isinstance(x, tuple) and all(isinstance(term, tuple) for term in x):
            return x
        raise DomainError(f"a formula must be a sum of products, got {x!r:.60}")

    def add(self, x: Sum, y: Sum) -> Sum:
        return cast(plus(x, y))

    def mul(self, x: Sum, y: Sum) -> Sum:
        return cast(times(x, y))

    def fma(self, x: Sum, y: Sum, z: Sum) -> Sum:
        return cast(plus(times(x, y), z))

    def inner(self, row: Sequence[Sum], column: Sequence[Sum], shift: Sum) -> Sum:
        return cast(plus(*(times(a, h) for a, h in zip(row, column, strict=True)), shift))
