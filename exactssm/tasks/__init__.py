"""Tasks: machines that say which output is right. A task may leave outputs open (`exactssm.machine.UNSPECIFIED`)."""

from __future__ import annotations

from exactssm.tasks.automaton import Automaton, StepTable, all_dfas
from exactssm.tasks.classics import (
    brackets,
    delay,
    divisible_by,
    dyck,
    ends_with_ab,
    flip_flop,
    gridworld,
    mod_counter,
    no_two_ones,
    parity,
    star,
)
from exactssm.tasks.composition import DEAD, EOS, SEP, FunctionComposition, Instance, compose
from exactssm.tasks.dead import KnowsDeadStates, dead_states
from exactssm.tasks.hard_instances import hidden_differences, pointer_chasing, uniform_instances
from exactssm.tasks.library import TASK_NAMES, task
from exactssm.tasks.published_words import all_words, sampled_words
from exactssm.tasks.regular_expression import regular_expression
from exactssm.tasks.residuals import LeastMemory, Residuals, least_memory
from exactssm.tasks.streaming import StreamingAlgorithm, bits_for
from exactssm.tasks.streaming_library import (
    NO_MAJORITY,
    OVERFLOW,
    bounded_dyck,
    distinct_count,
    majority,
    misra_gries,
    modular_counter,
    pattern_matching,
    running_maximum,
)
from exactssm.tasks.unbounded_composition import UnboundedComposition
from exactssm.tasks.word_problem import WordProblem

__all__ = [
    "DEAD",
    "EOS",
    "NO_MAJORITY",
    "OVERFLOW",
    "SEP",
    "TASK_NAMES",
    "Automaton",
    "FunctionComposition",
    "Instance",
    "KnowsDeadStates",
    "LeastMemory",
    "Residuals",
    "StepTable",
    "StreamingAlgorithm",
    "UnboundedComposition",
    "WordProblem",
    "all_dfas",
    "all_words",
    "bits_for",
    "bounded_dyck",
    "brackets",
    "compose",
    "dead_states",
    "delay",
    "distinct_count",
    "divisible_by",
    "dyck",
    "ends_with_ab",
    "flip_flop",
    "gridworld",
    "hidden_differences",
    "least_memory",
    "majority",
    "misra_gries",
    "mod_counter",
    "modular_counter",
    "no_two_ones",
    "parity",
    "pattern_matching",
    "pointer_chasing",
    "regular_expression",
    "running_maximum",
    "sampled_words",
    "star",
    "task",
    "uniform_instances",
]
