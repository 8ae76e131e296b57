"""Verdicts: what was decided, how strongly, and the evidence.

| verdict | means |
|---|---|
| `Proved` | equal on words of every length |
| `Checked` | equal on every word up to a length |
| `Refuted` | a word on which they differ, shortest, and first in alphabet order among the shortest |
| `Inconclusive` | a budget ran out; nothing is decided |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from verify.trace import Collision, Trace

if TYPE_CHECKING:
    from verify.search.linear import LinearCertificate
    from verify.search.long_words import LongCollision
    from verify.search.margins import Crowded, Escaped
    from verify.search.quotient import ReadModulo
    from verify.search.reachability import ClosedPairs, StackUse
    from verify.search.readouts import ClosedReadout

__all__ = ["Checked", "Inconclusive", "Proved", "Refuted", "Verdict"]


@dataclass(frozen=True)
class Proved:
    """Model and task agree on words of every length."""

    name: ClassVar[str] = "proved"
    method: str
    pairs: int  #: state pairs visited, or the dimension of the space closed under all letters
    certificate: ClosedPairs | ClosedReadout | LinearCertificate | ReadModulo  #: what closes the proof
    use: StackUse | None = field(default=None, compare=False, repr=False)
    """What the model did on the pairs, if that was noted; otherwise the pairs tell."""

    def __str__(self) -> str:
        from verify.search.linear import LinearCertificate

        what = "dimensions" if isinstance(self.certificate, LinearCertificate) else "pairs"
        return f"proved for words of every length ({self.method}, {self.pairs} {what})"


@dataclass(frozen=True)
class Checked:
    """Model and task agree on every word of at most ``length`` symbols; longer words are open."""

    name: ClassVar[str] = "checked"
    length: int
    words: int  #: words of 1 to ``length`` symbols: all of them
    steps: int  #: steps of the model; words share prefixes, and are left where nothing is demanded any more
    demands: int  #: steps among these at which an output was demanded
    method: str = "every word, prefixes shared"

    def __str__(self) -> str:
        words = self.words if self.words < 10**18 else f"at least 2^{self.words.bit_length() - 1}"
        return f"checked on every word up to length {self.length} ({words} words, {self.steps} steps)"


@dataclass(frozen=True)
class Refuted:
    """Model and task differ: a `Trace` of a shortest word, or a `Collision` that refutes every readout, a
    `LongCollision` where its words are too long to be written out; or the model leaves the class that a claim is about,
    or is too coarse in it (`Crowded`, `Escaped`)."""

    name: ClassVar[str] = "refuted"
    method: str
    trace: Trace | Collision | LongCollision | Crowded | Escaped
    pairs: int  #: state pairs visited, or steps of a walk through all words taken, until the difference was found

    def __str__(self) -> str:
        from exactssm.straight_line import count_text
        from verify.search.long_words import LongCollision

        if isinstance(self.trace, LongCollision):
            return f"refuted ({self.method}), by a word of length {count_text(self.trace.longer.length)}"
        return f"refuted ({self.method}), by a word of length {len(self.trace.word)}"


@dataclass(frozen=True)
class Inconclusive:
    """A budget ran out before anything was decided."""

    name: ClassVar[str] = "inconclusive"
    reason: str  #: which budget, and how far the search came

    def __str__(self) -> str:
        return f"inconclusive: {self.reason}"


Verdict: TypeAlias = Proved | Checked | Refuted | Inconclusive
