"""exactssm: what state-space models mean, exactly.

Machines, arithmetics, groups, layers, models and tasks. The packages beside it state theorems (`constructions`) and
decide them (`verify`).

>>> import exactssm
>>> task = exactssm.task("group:S3")
>>> exactssm.run(task, [1, 3, 1]).outputs
(1, 2, 4)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactssm._lazy import lazily

if TYPE_CHECKING:
    from exactssm.algebra import Group, SubnormalSeries, derived_length, derived_series, group
    from exactssm.arithmetic import (
        CyclotomicField,
        GaloisField,
        GaussianIntegers,
        Integers,
        PrimeField,
        Rationals,
        ResidueRing,
    )
    from exactssm.errors import (
        BudgetExhausted,
        CertificateError,
        ConstructionError,
        DomainError,
        ExactssmError,
        FormatError,
        ImpureFunction,
        SymbolError,
        ThoughtLimitExceeded,
        ThoughtsNeverEnd,
    )
    from exactssm.formats import load_model, load_task, save_model
    from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
    from exactssm.machine import UNSPECIFIED, Machine, Renamed, Restricted, Run, cascade, outputs, run, words
    from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think, WeightedAutomaton
    from exactssm.table import TableMachine, minimise, tabulate
    from exactssm.tasks import Automaton, FunctionComposition, StreamingAlgorithm, WordProblem, task

__version__ = "0.1.0"

__all__ = [
    "UNSPECIFIED",
    "Automaton",
    "Block",
    "BudgetExhausted",
    "CertificateError",
    "ConstantLayer",
    "ConstructionError",
    "CyclotomicField",
    "DenseLayer",
    "DiagonalLayer",
    "DomainError",
    "ExactssmError",
    "FormatError",
    "FunctionComposition",
    "GaloisField",
    "GaussianIntegers",
    "Group",
    "ImpureFunction",
    "Integers",
    "Machine",
    "Model",
    "OfflineCoT",
    "OnlineCoT",
    "PrimeField",
    "Rationals",
    "Renamed",
    "ResidueRing",
    "Restricted",
    "RotationLayer",
    "Run",
    "SignLayer",
    "StreamingAlgorithm",
    "SubnormalSeries",
    "SymbolError",
    "TableMachine",
    "Think",
    "ThoughtLimitExceeded",
    "ThoughtsNeverEnd",
    "WeightedAutomaton",
    "WordProblem",
    "cascade",
    "derived_length",
    "derived_series",
    "group",
    "load_model",
    "load_task",
    "minimise",
    "outputs",
    "run",
    "save_model",
    "tabulate",
    "task",
    "words",
]

__getattr__ = lazily(
    __name__,
    {
        "algebra": ("Group", "SubnormalSeries", "derived_length", "derived_series", "group"),
        "arithmetic": (
            "CyclotomicField",
            "GaloisField",
            "GaussianIntegers",
            "Integers",
            "PrimeField",
            "Rationals",
            "ResidueRing",
        ),
        "errors": (
            "BudgetExhausted",
            "CertificateError",
            "ConstructionError",
            "DomainError",
            "ExactssmError",
            "FormatError",
            "ImpureFunction",
            "SymbolError",
            "ThoughtLimitExceeded",
            "ThoughtsNeverEnd",
        ),
        "formats": ("load_model", "load_task", "save_model"),
        "layers": ("ConstantLayer", "DenseLayer", "DiagonalLayer", "RotationLayer", "SignLayer"),
        "machine": ("UNSPECIFIED", "Machine", "Renamed", "Restricted", "Run", "cascade", "outputs", "run", "words"),
        "models": ("Block", "Model", "OfflineCoT", "OnlineCoT", "Think", "WeightedAutomaton"),
        "table": ("TableMachine", "minimise", "tabulate"),
        "tasks": ("Automaton", "FunctionComposition", "StreamingAlgorithm", "WordProblem", "task"),
    },
)
