"""Models proved and measured side by side: for each its verdict, and what it uses of what its bounds allow."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from constructions.claim import Bounds, Case
from verify.decision import decide
from verify.resources import Resources, measure
from verify.search.reachability import ClosedPairs
from verify.trace import plain_table
from verify.verdict import Proved

__all__ = ["proof_table"]

FIGURES = ("depth", "width", "precision", "memory_bits", "thoughts", "vocabulary")


def proof_table(cases: Iterable[Case], figures: Sequence[str] = FIGURES) -> str:
    """A row a case: the verdict, and if it is proved, each figure as measured; ``5 of 8`` where the bound is 8 and less
    is used, ``9, not 8`` where a bound doesn't hold.

    >>> from constructions import emulations
    >>> from exactssm.tasks import modular_counter
    >>> print(proof_table(emulations(modular_counter("ab", "b", 5)), ["width", "precision", "thoughts", "vocabulary"]))
                   verdict  width  precision  thoughts  vocabulary
    one thought    proved   1      3          1         10 of 16
    linear scores  proved   1      3          1         10 of 16
    word by word   proved   3      3          1         5 of 8
    bit by bit     proved   11     1          4         3

    Raises: as `verify.decide`; AttributeError, for a figure that `Resources` doesn't have.
    """
    rows = []
    for case in cases:
        verdict = decide(case.model, case.task)
        cells = [""] * len(figures)
        if isinstance(verdict, Proved) and isinstance(verdict.certificate, ClosedPairs):
            used = measure(case.model, verdict.certificate.pairs, case.task, verdict.use)
            cells = [_figure(used, name, case.bounds) for name in figures] if used is not None else cells
        rows.append([case.name, verdict.name, *cells])
    return plain_table(["", "verdict", *figures], rows)


def _figure(used: Resources, name: str, bounds: Bounds) -> str:
    found = getattr(used, name)
    exact, limit = bounds.exactly.get(name, found), bounds.at_most.get(name, found)
    if found != exact:
        return f"{found}, not {exact}"
    if found > limit:
        return f"{found}, not {limit}"
    return str(found) if found == limit else f"{found} of {limit}"
