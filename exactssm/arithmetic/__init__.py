"""Exact arithmetics: what numbers a layer computes with."""

from __future__ import annotations

from exactssm.arithmetic.complex_numbers import ComplexNumber, ComplexOver
from exactssm.arithmetic.cyclotomic import Cyclotomic, CyclotomicField, embed
from exactssm.arithmetic.cyclotomic_residue import CyclotomicResidue, CyclotomicResidues
from exactssm.arithmetic.description import describe, domain_from_description, domain_from_name
from exactssm.arithmetic.domain import Domain, Element, Field
from exactssm.arithmetic.finite_field import GaloisElement, GaloisField
from exactssm.arithmetic.finite_set import NearestOf
from exactssm.arithmetic.fixed import FixedPoint, Overflow
from exactssm.arithmetic.float_encoding import NaNCodes
from exactssm.arithmetic.float_names import FLOATS
from exactssm.arithmetic.gaussian import GaussianInteger, GaussianIntegers
from exactssm.arithmetic.integers import Integers
from exactssm.arithmetic.log_precision import LogPrecision, LogPrecisionFloats, PrecisionSchedule
from exactssm.arithmetic.machine_integer import MachineInteger
from exactssm.arithmetic.minifloat import FloatOverflow, MiniFloat
from exactssm.arithmetic.moment import Moment, Rounded
from exactssm.arithmetic.rational import Rationals
from exactssm.arithmetic.residue import PrimeField, ResidueRing, scan_rotation
from exactssm.arithmetic.rounded import RoundedArithmetic
from exactssm.arithmetic.rounding import Rounding, round_to_integer
from exactssm.arithmetic.scan import Scans, dense_by_steps, diagonal_by_steps

__all__ = [
    "FLOATS",
    "ComplexNumber",
    "ComplexOver",
    "Cyclotomic",
    "CyclotomicField",
    "CyclotomicResidue",
    "CyclotomicResidues",
    "Domain",
    "Element",
    "Field",
    "FixedPoint",
    "FloatOverflow",
    "GaloisElement",
    "GaloisField",
    "GaussianInteger",
    "GaussianIntegers",
    "Integers",
    "LogPrecision",
    "LogPrecisionFloats",
    "MachineInteger",
    "MiniFloat",
    "Moment",
    "NaNCodes",
    "NearestOf",
    "Overflow",
    "PrecisionSchedule",
    "PrimeField",
    "Rationals",
    "ResidueRing",
    "Rounded",
    "RoundedArithmetic",
    "Rounding",
    "Scans",
    "dense_by_steps",
    "describe",
    "diagonal_by_steps",
    "domain_from_description",
    "domain_from_name",
    "embed",
    "round_to_integer",
    "scan_rotation",
]
