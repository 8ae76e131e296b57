"""How much precision a construction needs: the least value of one parameter of an arithmetic at which it holds.

Nothing says that more is enough once some is: larger values are decided as well, and where one of them fails that is
reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import fill
from typing import Any, Final

from constructions.claim import Claim
from exactssm.arithmetic import domain_from_name
from exactssm.errors import FormatError
from verify.numbers.matrix import Cell, cells_of, check_has_layers
from verify.numbers.matrix_table import short_name
from verify.numbers.transfer import DEFAULT_PAIRS
from verify.render import fitted_table, render

__all__ = ["BEYOND", "LARGEST", "PARAMETERS", "Precision", "arithmetic_by_parameter", "least_precision", "report"]

BEYOND: Final = 8
"""How many values beyond the least one are decided."""

LARGEST: Final = 32
"""The largest value at which the least one is sought."""

PARAMETERS: Final = {
    "modulus-bits": "Z/2^p, read as 0 to 2^p - 1",
    "signed-bits": "intp, from -2^(p-1) to 2^(p-1) - 1, wrapping around",
    "integer-bits": "fixed:sp.0:nearest-even:saturate",
    "fraction-bits": "fixed:s8.p:nearest-even:saturate",
    "mantissa-bits": "float:e8mp:nearest-even:infinity",
}
"""The named parameters p, and the arithmetics that they stand for."""

_NAMES: Final[dict[str, Callable[[int], str]]] = {
    "modulus-bits": lambda p: f"Z/{2**p}",
    "signed-bits": lambda p: f"int{p}",
    "integer-bits": lambda p: f"fixed:s{p}.0:nearest-even:saturate",
    "fraction-bits": lambda p: f"fixed:s8.{p}:nearest-even:saturate",
    "mantissa-bits": lambda p: f"float:e8m{p}:nearest-even:infinity",
}


def arithmetic_by_parameter(parameter: str) -> Callable[[int], str]:
    """p -> the name of an arithmetic. ``parameter`` is one of `PARAMETERS`, or an arithmetic's name with ``{p}`` in it.

    >>> arithmetic_by_parameter("modulus-bits")(3), arithmetic_by_parameter("fixed:s3.{p}:floor:wrap")(5)
    ('Z/8', 'fixed:s3.5:floor:wrap')

    Raises: FormatError, for anything else.
    """
    if "{p}" in parameter:
        return lambda p: parameter.replace("{p}", str(p))
    if parameter not in _NAMES:
        raise FormatError(
            f"a parameter must be one of {', '.join(_NAMES)}, or the name of an arithmetic with {{p}} in it; "
            f"got {parameter[:60]!r}"
        )
    return _NAMES[parameter]


@dataclass(frozen=True)
class Precision:
    """What came out at each value of a parameter, ascending."""

    claim: str
    instance: str
    parameter: str
    cells: tuple[tuple[int, Cell], ...]
    least: int | None  #: the least value at which the construction holds; None, if it does at none of `cells`

    @property
    def larger_fail(self) -> tuple[int, ...]:
        """The values beyond the least one at which it doesn't hold: if there are any, more precision isn't better."""
        return tuple(p for p, cell in self.cells if self.least is not None and p > self.least and not cell.holds)

    @property
    def undecided(self) -> bool:
        """Whether a value up to the least one is inconclusive, so that a smaller one might be."""
        return any(cell.verdict == "inconclusive" for p, cell in self.cells if self.least is None or p < self.least)

    def as_json(self) -> dict[str, Any]:
        """The figures and the traces, for files."""
        return {
            "claim": self.claim,
            "instance": self.instance,
            "parameter": self.parameter,
            "least": self.least,
            "larger_fail": list(self.larger_fail),
            "values": [
                {
                    "value": p,
                    "arithmetic": cell.arithmetic,
                    "verdict": cell.verdict,
                    "holds": cell.holds,
                    "method": cell.method,
                    "case": cell.case,
                    "counterexample": None if cell.trace is None else cell.trace.as_json(),
                }
                for p, cell in self.cells
            ],
        }


def report(found: Precision, width: int, width_of_trace: int | None) -> str:
    """What was found, for people: a line a value, traces, and what it adds up to. Traces of what fails below the least
    value, and at the first one above it."""
    meaning = PARAMETERS.get(found.parameter, found.parameter)
    opening = f"{found.claim}, {found.instance}; p is {found.parameter}: {meaning}"
    rows = [
        [str(p), short_name(cell.arithmetic), _outcome(cell) + ("  <- least" if p == found.least else "")]
        for p, cell in found.cells
    ]
    parts = [fill(opening, width), fitted_table(["p", "arithmetic", "verdict"], rows, width)]
    for p, cell in found.cells:
        if cell.trace is not None and p not in found.larger_fail[1:]:
            parts.append(f"p = {p}, {cell.case}:\n" + render(cell.trace, "text", width_of_trace))
    parts.append(fill(_conclusion(found), width))
    return "\n\n".join(parts)


def _outcome(cell: Cell) -> str:
    if cell.verdict == "refuted":
        return f"{'lost' if cell.lost else 'refuted'}, by a word of length {cell.length}"
    return cell.method if cell.verdict == "not representable" else cell.verdict


def _conclusion(found: Precision) -> str:
    if found.least is None:
        return f"it holds at no p up to {found.cells[-1][0]}"
    last = found.cells[-1][0]
    beyond = f"p = {found.least + 1} to {last}"
    if not found.larger_fail:
        return f"the least p is {found.least}; at {beyond} it holds as well"
    if len(found.larger_fail) == last - found.least:
        return f"the least p is {found.least}, but more is not better: at {beyond} it does not hold"
    fails = ", ".join(map(str, found.larger_fail))
    return f"the least p is {found.least}, but more is not always better: of {beyond} it does not hold at {fails}"


def least_precision(
    claim: Claim,
    instance: str,
    parameter: str = "modulus-bits",
    *,
    beyond: int = BEYOND,
    largest: int = LARGEST,
    max_pairs: int = DEFAULT_PAIRS,
    progress: Callable[[str], None] | None = None,
) -> Precision:
    """Decide one instance of ``claim`` at p = 0, 1, 2, ... up to the least p at which it holds, and ``beyond`` more.

    Values at the beginning for which there is no arithmetic, Z/1 for one, are left out.

    >>> from constructions import claim_named
    >>> least_precision(claim_named("composition"), "N=3 K=1").least  # 0, 1 and 2 take two bits
    2

    Raises: ConstructionError, for a claim without layers; FormatError, for an unknown parameter, or one of no
    arithmetic at all; KeyError, for an unknown instance.
    """
    check_has_layers(claim)
    name = arithmetic_by_parameter(parameter)
    first = _first(name, largest)
    least: int | None = None

    def names() -> Iterator[str]:
        p = first
        while p <= (largest if least is None else least + beyond):
            yield name(p)
            p += 1

    found: list[tuple[int, Cell]] = []
    for p, cell in enumerate(cells_of(claim, instance, names(), max_pairs, progress), start=first):
        found.append((p, cell))
        if least is None and cell.holds:
            least = p
    return Precision(claim.name, instance, parameter, tuple(found), least)


def _first(name: Callable[[int], str], largest: int) -> int:
    """The least value for which there is an arithmetic. Raises FormatError, if there is none."""
    refusal: FormatError | None = None
    for p in range(largest + 1):
        try:
            domain_from_name(name(p))
        except FormatError as error:
            refusal = refusal or error
        else:
            return p
    assert refusal is not None
    raise refusal
