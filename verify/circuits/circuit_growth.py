"""How the circuits of a model grow with the length of the words: depth, gates and wires, and what formula they follow.

A number of wires that is a polynomial of degree d in n, one for each residue of n modulo p, is a *quasi-polynomial* of
degree d and period p. Its differences at a distance of p, taken d + 1 times, are zero, and only then. So a formula is
not fitted by least squares but found or not: on the lengths that were measured it holds exactly. What it says of other
lengths is no more than a guess.

Some circuits follow none: where coefficients are multinomial, some vanish modulo p, at places with no period. For these
a bound c n^d is *fitted*: of the least degree d with which the c found on the first half of the lengths still holds on
the second half.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import factorial
from typing import Any, Final, NamedTuple

from constructions.circuits.compile import MAX_WIRES, compile_circuit
from constructions.circuits.diagonal_circuits import differences
from exactssm.circuits import Circuit
from exactssm.errors import DomainError
from exactssm.machine import Machine

__all__ = ["CircuitSize", "Formula", "Growth", "find_formula", "growth_of", "growth_table", "measure_growth"]

MAX_DEGREE: Final = 6
MAX_PERIOD: Final = 12
ROWS: Final = 16  #: of a table, at most


class CircuitSize(NamedTuple):
    """The figures of the circuit for one length."""

    length: int
    depth: int
    gates: int
    wires: int


class Formula(NamedTuple):
    """What a number follows exactly, from one of the measured lengths to the greatest."""

    degree: int
    period: int
    since: int  #: the first length


@dataclass(frozen=True)
class Growth:
    """The figures for the lengths 1, 2, ..., N."""

    sizes: tuple[CircuitSize, ...]

    @property
    def settled(self) -> int:
        """The length from which on all depths are the same; N, if the last two differ."""
        return next(a.length for a in self.sizes if all(b.depth == a.depth for b in self.sizes[a.length - 1 :]))

    @property
    def formula(self) -> Formula | None:
        """The quasi-polynomial that the wires follow."""
        return find_formula([size.wires for size in self.sizes])

    def factor(self, degree: int) -> int:
        """The least integer c with wires <= c n^degree for every length measured."""
        found: int = max(-(-size.wires // size.length**degree) for size in self.sizes)
        return found

    @property
    def fitted(self) -> int | None:
        """The least degree d for which wires <= c n^d holds on all lengths, with the least rational c that makes it
        hold on the first half of them; None for fewer than eight lengths, or if it is more than `MAX_DEGREE`."""
        half = len(self.sizes) // 2
        if half < 4:
            return None
        for degree in range(MAX_DEGREE + 1):
            ratios = [Fraction(size.wires, size.length**degree) for size in self.sizes]
            if max(ratios[:half]) >= max(ratios[half:]):
                return degree
        return None

    def leading(self) -> Fraction:
        """The leading coefficient of the formula; the largest, if it is another for another residue. Raises
        DomainError, if there is no formula."""
        if (formula := self.formula) is None:
            raise DomainError("no formula was found, so there is no leading coefficient")
        degree, period, since = formula
        values = [size.wires for size in self.sizes[since - 1 :]]
        return Fraction(max(differences(values, period, degree)), factorial(degree) * period**degree)

    def as_json(self) -> dict[str, Any]:
        """The figures and the formula, for ``--json``."""
        formula = self.formula
        record: dict[str, Any] = {
            "sizes": [size._asdict() for size in self.sizes],
            "depth": self.sizes[-1].depth,
            "settled": self.settled,
            "formula": None,
            "fitted": None,
        }
        if formula is not None:
            record["formula"] = formula._asdict() | {
                "leading": str(self.leading()),
                "factor": self.factor(formula.degree),
            }
        elif (degree := self.fitted) is not None:
            record["fitted"] = {"degree": degree, "factor": self.factor(degree)}
        return record


def measure_growth(
    model: Machine,
    until: int,
    *,
    every: bool = True,
    max_wires: int = MAX_WIRES,
    progress: Callable[[int], None] | None = None,
) -> Growth:
    """Build the circuits for all lengths to ``until``, and measure them.

    Raises: DomainError, for a length below 1; as `compile_circuit`.
    """
    return growth_of(
        lambda n: compile_circuit(model, n, every=every, max_wires=max_wires).circuit, until, progress=progress
    )


def growth_of(build: Callable[[int], Circuit], until: int, *, progress: Callable[[int], None] | None = None) -> Growth:
    """Build circuits for all lengths to ``until``, whatever they are circuits of, and measure them.

    Raises: DomainError, for a length below 1; as ``build``.
    """
    if until < 1:
        raise DomainError(f"circuits are measured up to a length of at least 1, got {until}")
    sizes = []
    for length in range(1, until + 1):
        if progress is not None:
            progress(length)
        circuit = build(length)
        sizes.append(CircuitSize(length, circuit.depth, circuit.gates, circuit.wires))
    return Growth(tuple(sizes))


def find_formula(values: Sequence[int]) -> Formula | None:
    """The quasi-polynomial that the values for the lengths 1, 2, ... follow from some length on: of those that leave
    out at most a third of the lengths, and of whose vanishing differences there are at least as many as its period,
    the one of least degree, and then of least period.

    >>> find_formula([n**3 // 2 for n in range(1, 14)])
    Formula(degree=3, period=2, since=1)
    >>> find_formula([2**n for n in range(1, 40)]) is None
    True
    """
    for degree in range(MAX_DEGREE + 1):
        for period in range(1, MAX_PERIOD + 1):
            remaining = differences(values, period, degree + 1)
            since = max((place + 2 for place, left in enumerate(remaining) if left), default=1)
            if 3 * (since - 1) <= len(values) and len(remaining) - since + 1 >= max(period, 2):
                return Formula(degree, period, since)
    return None


def growth_table(growth: Growth) -> str:
    """The figures as a table of at most `ROWS` lines and two sentences, within 80 columns."""
    from verify.trace import plain_table

    sizes = growth.sizes
    step = -(-len(sizes) // ROWS)
    shown = [size for size in sizes if size.length % step == 0 or size.length in (1, len(sizes))]
    table = plain_table(["length", "depth", "gates", "wires"], [[str(x) for x in size] for size in shown])
    last, settled = sizes[-1], growth.settled
    said = f"depth {last.depth} for every length from {settled} to {last.length}"
    if (formula := growth.formula) is not None:
        degree, period, since = formula
        apart = "" if period == 1 else f", one for each residue of n modulo {period}"
        said += (
            f"\nwires from length {since} on: exactly a polynomial {growth.leading()} n^{degree} + ...{apart};\n"
            f"wires <= {growth.factor(degree)} n^{degree} for every length"
        )
    elif (fitted := growth.fitted) is not None:
        said += (
            f"\nno exact formula for the wires; fitted: at most {growth.factor(fitted)} n^{fitted}, "
            f"where a factor\nfound on the first half of the lengths holds on all, and for no lower degree"
        )
    return f"{table}\n\n{said}"
