"""Replays what the proof of an impossibility says of a candidate: nothing that a construction names is trusted."""

from __future__ import annotations

from constructions.claim import Confusion
from exactssm.machine import Machine, run
from verify.trace import Collision
from verify.verdict import Refuted

__all__ = ["WORDS_OF_THE_PROOF", "replayed"]

WORDS_OF_THE_PROOF = "the words of its proof"


def replayed(model: Machine, task: Machine, proposed: Confusion) -> Refuted:
    """The refutation of ``model`` that ``proposed`` names, once both machines were run along its words.

    >>> from exactssm.machine import Renamed
    >>> from exactssm.tasks import mod_counter, parity
    >>> collision = replayed(parity(), mod_counter(3), Confusion(("1",), ("1", "1", "1"))).trace
    >>> collision.demanded
    (1, 0)

    Raises: CertificateError, unless the words refute every readout of the model's states; SymbolError, if one holds a
    symbol that isn't read.
    """
    state = run(model, proposed.first).states[-1]
    first, second = (run(task, word).outputs[-1:] for word in (proposed.first, proposed.second))
    collision = Collision(proposed.first, proposed.second, state, (first + second)[:2])  # type: ignore[arg-type]
    collision.replay(model, task)
    return Refuted(WORDS_OF_THE_PROOF, collision, 0)
