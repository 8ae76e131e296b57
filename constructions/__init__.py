"""Constructions: one module a theorem, each ending in the claims that it makes good. `registry` lists them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactssm._lazy import lazily

if TYPE_CHECKING:
    from constructions.claim import Bounds, Case, Claim, Kind, Lemma, Violation
    from constructions.registry import all_claims, claim_named
    from constructions.spoiling import spoilings
    from constructions.stack_refuter import refute_stack

__all__ = [
    "Bounds",
    "Case",
    "Claim",
    "Kind",
    "Lemma",
    "Violation",
    "all_claims",
    "claim_named",
    "refute_stack",
    "spoilings",
]

__getattr__ = lazily(
    __name__,
    {
        "claim": ("Bounds", "Case", "Claim", "Kind", "Lemma", "Violation"),
        "registry": ("all_claims", "claim_named"),
        "spoiling": ("spoilings",),
        "stack_refuter": ("refute_stack",),
    },
)
