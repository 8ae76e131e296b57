"""Evaluation modes: what the same weights compute when rounding is put off, or follows a scan tree.

E and R, exact or rounding at every step, are machines: a `Model` over an exact arithmetic, or over a number format. The
modes here are functions of whole words: F, flattened, and S, along a tree; and precision that depends on the length.
"""

from __future__ import annotations

from exactssm.evaluation.composing import (
    Disagreement,
    SummariesDontCompose,
    disagreement_of_numbers,
    summaries_of,
)
from exactssm.evaluation.exact import Exact, exact_layer, exact_numbers, recast
from exactssm.evaluation.flattened import Casts, Flattened
from exactssm.evaluation.names import mode_from_name
from exactssm.evaluation.scan_tree import (
    AlongTree,
    Chunked,
    Shape,
    Tree,
    blelloch,
    hillis_steele,
    left_fold,
    recurrence,
    right_fold,
)
from exactssm.evaluation.summary import Summaries
from exactssm.evaluation.word_function import (
    Evaluated,
    LayeredFunction,
    Mode,
    Recurrent,
    Scheduled,
    StateAfter,
    WordFunction,
    outputs_on,
)

__all__ = [
    "AlongTree",
    "Casts",
    "Chunked",
    "Disagreement",
    "Evaluated",
    "Exact",
    "Flattened",
    "LayeredFunction",
    "Mode",
    "Recurrent",
    "Scheduled",
    "Shape",
    "StateAfter",
    "Summaries",
    "SummariesDontCompose",
    "Tree",
    "WordFunction",
    "blelloch",
    "disagreement_of_numbers",
    "exact_layer",
    "exact_numbers",
    "hillis_steele",
    "left_fold",
    "mode_from_name",
    "outputs_on",
    "recast",
    "recurrence",
    "right_fold",
    "summaries_of",
]
