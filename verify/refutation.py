"""Replays what the proof of an impossibility says of a candidate: nothing that a construction names is trusted."""

from __future__ import annotations

from constructions.claim import Crowding, Escape, LongConfusion, Refutation
from exactssm.machine import UNSPECIFIED, Machine, Output, Word, run
from verify.search.long_words import LongCollision
from verify.search.margins import Crowded, Escaped
from verify.trace import Collision, labels_of
from verify.verdict import Refuted

__all__ = ["WORDS_OF_THE_PROOF", "replayed"]

WORDS_OF_THE_PROOF = "the words of its proof"


def replayed(model: Machine, task: Machine, proposed: Refutation) -> Refuted:
    """The refutation of ``model`` that ``proposed`` names, once both machines were run along its words.

    >>> from constructions.claim import Confusion
    >>> from exactssm.tasks import mod_counter, parity
    >>> collision = replayed(parity(), mod_counter(3), Confusion(("1",), ("1", "1", "1"))).trace
    >>> collision.demanded
    (1, 0)

    Raises: CertificateError, unless the words refute every readout of the model's states, or every one of the given
    resolution, or lead beyond the given bound; SymbolError, if one holds a symbol that isn't read.
    """
    found = _evidence(model, task, proposed)
    found.replay(model, task)
    return Refuted(WORDS_OF_THE_PROOF, found, 0)


def _evidence(model: Machine, task: Machine, proposed: Refutation) -> Collision | LongCollision | Crowded | Escaped:
    labels = labels_of(task)
    if isinstance(proposed, Escape):
        return Escaped(proposed.word, proposed.bound, labels)
    if isinstance(proposed, LongConfusion):
        return LongCollision.between(model, task, proposed.first, proposed.second)
    demanded = _last(task, proposed.first), _last(task, proposed.second)
    if isinstance(proposed, Crowding):
        return Crowded(proposed.first, proposed.second, proposed.margin, demanded, labels)
    state = run(model, proposed.first).states[-1]
    return Collision(proposed.first, proposed.second, state, demanded, labels)


def _last(task: Machine, word: Word) -> Output:
    """What is demanded at the end of ``word``; nothing, of course, if nothing was read."""
    return run(task, word).outputs[-1] if word else UNSPECIFIED
