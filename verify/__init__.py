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
    from verify.algebra.classification import Classification, classify
    from verify.bounds.protocol import MeteredRun, meter
    from verify.bounds.side_by_side import proof_table
    from verify.decision import decide, decide_every_readout
    from verify.refutation import replayed
    from verify.resources import Resources, measure
    from verify.runner import Result, examine, run_claims
    from verify.search.exhaustive import check_words_up_to
    from verify.search.final_states import CollidingInstances, DecoderTable, composition_certificate
    from verify.search.linear import separating_word
    from verify.search.long_words import LongCollision
    from verify.search.reachability import find_counterexample
    from verify.search.readouts import find_collision, find_readout
    from verify.search.sampled import sample_words
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
        "algebra.classification": ("Classification", "classify"),
        "decision": ("decide", "decide_every_readout"),
        "search.exhaustive": ("check_words_up_to",),
        "search.final_states": ("CollidingInstances", "DecoderTable", "composition_certificate"),
        "search.linear": ("separating_word",),
        "search.long_words": ("LongCollision",),
        "bounds.protocol": ("MeteredRun", "meter"),
        "search.reachability": ("find_counterexample",),
        "search.readouts": ("find_collision", "find_readout"),
        "refutation": ("replayed",),
        "resources": ("Resources", "measure"),
        "runner": ("Result", "examine", "run_claims"),
        "search.sampled": ("sample_words",),
        "bounds.side_by_side": ("proof_table",),
        "trace": ("Collision", "Trace"),
        "verdict": ("Checked", "Inconclusive", "Proved", "Refuted", "Verdict"),
    },
)
