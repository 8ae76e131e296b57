"""Constructions: one module a theorem, each ending in the claims that it makes good. `registry` lists them all.

A folder holds the theorems of one subject, with the searches and helpers that only they need; its docstring says what
belongs there. What a claim is says `claim`; `spoiling` changes one entry of a model, which no verifier may overlook.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactssm._lazy import lazily

if TYPE_CHECKING:
    from constructions.claim import Bounds, Case, Claim, Kind, Lemma, Violation
    from constructions.groups.stack_refuter import refute_stack
    from constructions.registry import all_claims, claim_named
    from constructions.spoiling import spoilings
    from constructions.thoughts.linear_scores import argmax_cot
    from constructions.thoughts.online_thoughts import emulations
    from constructions.thoughts.serial_cot import bitwise_cot, wordwise_cot

__all__ = [
    "Bounds",
    "Case",
    "Claim",
    "Kind",
    "Lemma",
    "Violation",
    "all_claims",
    "argmax_cot",
    "bitwise_cot",
    "claim_named",
    "emulations",
    "refute_stack",
    "spoilings",
    "wordwise_cot",
]

__getattr__ = lazily(
    __name__,
    {
        "claim": ("Bounds", "Case", "Claim", "Kind", "Lemma", "Violation"),
        "thoughts.linear_scores": ("argmax_cot",),
        "thoughts.online_thoughts": ("emulations",),
        "registry": ("all_claims", "claim_named"),
        "thoughts.serial_cot": ("bitwise_cot", "wordwise_cot"),
        "spoiling": ("spoilings",),
        "groups.stack_refuter": ("refute_stack",),
    },
)
