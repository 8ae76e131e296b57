"""The judges: a model against a task, decided; claims run; traces; the command line.

>>> from exactssm import task
>>> from verify import decide
>>> print(decide(task("parity"), task("mod-counter:2")))
refuted (product reachability), by a word of length 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactssm._lazy import lazily

if TYPE_CHECKING:
    from verify.classification import Classification, classify
    from verify.decision import decide, decide_every_readout
    from verify.exhaustive import check_words_up_to
    from verify.final_states import CollidingInstances, DecoderTable, composition_certificate
    from verify.linear import separating_word
    from verify.long_words import LongCollision
    from verify.protocol import MeteredRun, meter
    from verify.reachability import find_counterexample
    from verify.readouts import find_collision, find_readout
    from verify.refutation import replayed
    from verify.resources import Resources, measure
    from verify.runner import Result, examine, run_claims
    from verify.sampled import sample_words
    from verify.side_by_side import proof_table
    from verify.trace import Collision, Trace
    from verify.verdict import Checked, Inconclusive, Proved, Refuted, Verdict

__all__ = [
    "Checked",
    "Classification",
    "CollidingInstances",
    "Collision",
    "DecoderTable",
    "Inconclusive",
    "LongCollision",
    "MeteredRun",
    "Proved",
    "Refuted",
    "Resources",
    "Result",
    "Trace",
    "Verdict",
    "check_words_up_to",
    "classify",
    "composition_certificate",
    "decide",
    "decide_every_readout",
    "examine",
    "find_collision",
    "find_counterexample",
    "find_readout",
    "measure",
    "meter",
    "proof_table",
    "replayed",
    "run_claims",
    "sample_words",
    "separating_word",
]

__getattr__ = lazily(
    __name__,
    {
        "classification": ("Classification", "classify"),
        "decision": ("decide", "decide_every_readout"),
        "exhaustive": ("check_words_up_to",),
        "final_states": ("CollidingInstances", "DecoderTable", "composition_certificate"),
        "linear": ("separating_word",),
        "long_words": ("LongCollision",),
        "protocol": ("MeteredRun", "meter"),
        "reachability": ("find_counterexample",),
        "readouts": ("find_collision", "find_readout"),
        "refutation": ("replayed",),
        "resources": ("Resources", "measure"),
        "runner": ("Result", "examine", "run_claims"),
        "sampled": ("sample_words",),
        "side_by_side": ("proof_table",),
        "trace": ("Collision", "Trace"),
        "verdict": ("Checked", "Inconclusive", "Proved", "Refuted", "Verdict"),
    },
)
