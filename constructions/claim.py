"""Claims: what the papers say, as data that a verifier can decide.

A claim names its source, states itself in one sentence, and for each of its *instances* gives the *cases* to be
decided: a model against a task. What the verdicts on the cases have to be is the claim's kind:

- **possible**: a construction meets its task, within its bounds, in every case;
- **impossible**: a class of candidates, one a case, each of which fails; ``every_readout`` says that the candidates
  fail whatever they are read out by;
- **as printed**: a published construction taken literally fails in every case, next to its repaired form, a claim of
  its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from exactssm.machine import Machine

__all__ = ["Bounds", "Case", "Claim", "Kind"]


class Kind(Enum):
    """The three kinds of claims."""

    POSSIBLE = "possible"
    IMPOSSIBLE = "impossible"
    AS_PRINTED = "as printed"


@dataclass(frozen=True)
class Bounds:
    """What a claim says of its construction's resources, by the names of `verify.resources.Resources`."""

    exactly: Mapping[str, object] = field(default_factory=dict)
    at_most: Mapping[str, int] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """One entry a resource: the value for an exact bound, ``"<= value"`` for an upper one."""
        return {**self.exactly, **{name: f"<= {value}" for name, value in self.at_most.items()}}


@dataclass(frozen=True)
class Case:
    """A model and the task that it is held against."""

    name: str
    model: Machine
    task: Machine
    bounds: Bounds = Bounds()
    length: int | None = None  #: if given, every word up to it is read; otherwise words of every length are decided


@dataclass(frozen=True)
class Claim:
    """A statement of a paper, or of ours, with the instances on which it is decided.

    An instance is known by its name, and ``cases`` builds what is to be decided from the value under that name, so that
    the registry costs nothing to import.
    """

    name: str
    source: str  #: begins with the arXiv number: "2603.01959 Thm 2"
    statement: str
    kind: Kind
    expected: str  #: the verdict on each instance: "proved", "checked" or "refuted"
    proof: str  #: where the idea of the proof stands: a dotted name
    cases: Callable[[Any], Iterable[Case]]
    instances: Mapping[str, Any]  #: decided by default and in CI
    full: Mapping[str, Any] = field(default_factory=dict)  #: decided as well in the full run
    every_readout: bool = False  #: an impossible claim only: candidates fail whatever the readout
    harmless: bool = False  #: a class of spoilings only: a candidate may be proved right, its spoiling harmless

    def all_instances(self, full: bool) -> Mapping[str, Any]:
        """The instances of the default run, or those of the full run, which contains it."""
        return {**self.instances, **self.full} if full else self.instances
