"""Claims: what the papers say, as data that a verifier can decide.

A claim names its source, states itself in one sentence, and for each of its *instances* gives the *cases* to be
decided: a model against a task. What the verdicts on the cases have to be is the claim's kind:

- **possible**: a construction meets its task, within its bounds, in every case;
- **impossible**: a class of candidates, one a case, each of which fails; ``every_readout`` says that the candidates
  fail whatever they are read out by; a case with a ``refutation`` fails on the words that the theorem's proof gives for
  it, which are replayed; ``sampled`` says how candidates are drawn, and then nothing is proved, only checked, and how
  many candidates have each of their ``traits`` is counted;
- **as printed**: a published construction taken literally fails in every case, next to its repaired form, a claim of
  its own.

What is no model that meets a task, a property of an arithmetic for one, is a `Lemma`, the second form of a case: a
statement about every member of a finite class, decided by going through them. In an impossible claim it holds; in one
as printed a member violates it. The cases of an instance are all of one form.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Any, Protocol, TypeAlias

from exactssm.machine import Machine, Word
from exactssm.straight_line import Program

__all__ = [
    "Bounds",
    "Case",
    "Claim",
    "Confusion",
    "Crowding",
    "Escape",
    "Kind",
    "Lemma",
    "LongConfusion",
    "Refutation",
    "Violation",
]


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
class Confusion:
    """Two words that end in the same symbol and lead a model to the same state, though different answers are demanded:
    what an impossibility's proof promises, to be replayed before it counts."""

    first: Word
    second: Word


@dataclass(frozen=True)
class LongConfusion:
    """A `Confusion` of words that are too long to be written out."""

    first: Program
    second: Program


@dataclass(frozen=True)
class Crowding:
    """Two words that end in the same symbol and lead a model of layers over exact complex numbers to states less than
    ``margin`` apart in every coordinate, though different answers are demanded: no readout of that resolution tells
    them apart."""

    first: Word
    second: Word
    margin: Fraction


@dataclass(frozen=True)
class Escape:
    """A word that leads a model of layers over exact complex numbers to a state with a coordinate of modulus above
    ``bound``: it is none of those whose states stay within."""

    word: Word
    bound: Fraction


Refutation: TypeAlias = Confusion | LongConfusion | Crowding | Escape


@dataclass(frozen=True)
class Case:
    """A model and the task that it is held against."""

    name: str
    model: Machine
    task: Machine
    bounds: Bounds = Bounds()
    length: int | None = None  #: if given, every word up to it is read; otherwise words of every length are decided
    modulus: int | None = None  #: if given, the model may be endless, and *some* readout of it modulo this is decided
    refutation: Callable[[], Refutation] | None = None  #: an impossible claim only: what its proof says of this model
    traits: tuple[str, ...] = ()  #: of a drawn candidate, in a few words each


class Violation(Protocol):
    """A member of a class that violates a lemma."""

    @property
    def word(self) -> tuple[str, ...]:
        """Which member it is, in a few texts: it stands where a word stands that refutes a model."""
        ...

    def as_text(self) -> str:
        """The same in one sentence, with what is violated."""
        ...

    def replay(self) -> None:
        """Raise CertificateError, unless it violates the lemma by the definitions alone."""
        ...


@dataclass(frozen=True)
class Lemma:
    """A statement about every member of a finite class."""

    name: str
    check: Callable[[], Violation | None]  #: goes through the members and stops at one that violates the statement
    size: int  #: how many members it goes through
    members: str  #: what they are: "maps"; where they are drawn, how
    sampled: bool = False  #: they are drawn from the class: then nothing is proved, only checked


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
    cases: Callable[[Any], Iterable[Case | Lemma]]
    instances: Mapping[str, Any]  #: decided by default and in CI
    full: Mapping[str, Any] = field(default_factory=dict)  #: decided as well in the full run
    every_readout: bool = False  #: an impossible claim only: candidates fail whatever the readout
    sampled: str = ""  #: an impossible claim only: how candidates are drawn, if they don't exhaust a class
    harmless: bool = False  #: a class of spoilings only: a candidate may be proved right, its spoiling harmless

    def all_instances(self, full: bool) -> Mapping[str, Any]:
        """The instances of the default run, or those of the full run, which contains it."""
        return {**self.instances, **self.full} if full else self.instances
