"""Threshold circuits: gates that count their true inputs, and what is built of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactssm._lazy import lazily

if TYPE_CHECKING:
    from exactssm.circuits.builder import CircuitBuilder
    from exactssm.circuits.circuit import FALSE, TRUE, Circuit, Literal
    from exactssm.circuits.sorting import conjunctions_of

__all__ = ["FALSE", "TRUE", "Circuit", "CircuitBuilder", "Literal", "conjunctions_of"]

__getattr__ = lazily(
    __name__,
    {
        "builder": ("CircuitBuilder",),
        "circuit": ("FALSE", "TRUE", "Circuit", "Literal"),
        "sorting": ("conjunctions_of",),
    },
)
