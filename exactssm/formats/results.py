"""Results in writing, ``exactssm-results/1``: what ``exactssm verify --json`` writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from exactssm.errors import FormatError
from exactssm.formats.reading import PathName
from exactssm.formats.text import text_of
from exactssm.formats.writing import write_json
from exactssm.machine import Symbol

__all__ = ["FORMAT", "VERDICTS", "Result", "results_document", "write_results"]

FORMAT: Final = "exactssm-results/1"
VERDICTS: Final = ("proved", "checked", "refuted", "inconclusive")


@dataclass(frozen=True, kw_only=True)
class Result:
    """How one instance of a claim came out.

    Raises: FormatError, for an unknown verdict.
    """

    claim: str
    instance: str
    source: str  #: begins with the arXiv number: "2603.01959 Thm 2"
    verdict: str  #: one of `VERDICTS`
    expected: str  #: likewise
    holds: bool  #: whether the claim came out as stated
    method: str
    pairs: int | None = None  #: reachable pairs of states, where they were counted
    length: int | None = None  #: the length up to which all words were checked, or of the counterexample
    counterexample: tuple[Symbol, ...] | None = None  #: symbols; the file has their texts
    resources: Mapping[str, int | str | None] | None = None  #: as measured; non-integers and large integers as strings
    bounds: Mapping[str, int | str | None] | None = None  #: as claimed
    milliseconds: int  #: the time it took

    def __post_init__(self) -> None:
        for name in ("verdict", "expected"):
            if getattr(self, name) not in VERDICTS:
                raise FormatError(f"{name}: expected one of {', '.join(VERDICTS)}; found {getattr(self, name)!r}")

    def record(self) -> dict[str, Any]:
        """The object that stands in the file. ``seconds``, a time and no part of a verdict, is its one decimal number.

        >>> Result(claim="c", instance="i", source="2603.01959 Thm 1", verdict="refuted", expected="refuted",
        ...        holds=True, method="exhaustive search", length=2, counterexample=(0, 1), milliseconds=250).record()
        {'claim': 'c', 'instance': 'i', ... 'counterexample': ['0', '1'], ... 'seconds': 0.25}
        """
        word = None if self.counterexample is None else [text_of(symbol) for symbol in self.counterexample]
        return {
            "claim": self.claim,
            "instance": self.instance,
            "source": self.source,
            "verdict": self.verdict,
            "expected": self.expected,
            "holds": self.holds,
            "method": self.method,
            "pairs": self.pairs,
            "length": self.length,
            "counterexample": word,
            "resources": None if self.resources is None else dict(self.resources),
            "bounds": None if self.bounds is None else dict(self.bounds),
            "seconds": self.milliseconds / 1000,
        }


def results_document(results: Iterable[Result]) -> dict[str, Any]:
    """The document that holds ``results``."""
    return {"format": FORMAT, "results": [result.record() for result in results]}


def write_results(path: PathName, results: Iterable[Result]) -> None:
    """Write ``results`` to ``path``, whole or not at all. Raises FormatError, if that can't be done."""
    write_json(path, results_document(results))
