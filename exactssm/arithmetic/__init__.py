"""Exact arithmetics: what numbers a layer computes with."""

from __future__ import annotations

from exactssm.arithmetic.domain import Domain, Element, Field
from exactssm.arithmetic.residue import PrimeField, ResidueRing, scan_rotation

__all__ = ["Domain", "Element", "Field", "PrimeField", "ResidueRing", "scan_rotation"]
