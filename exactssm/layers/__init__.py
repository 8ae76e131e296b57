"""Layers of state-space models: what one letter does to one state, exactly."""

from exactssm.layers.constant import ConstantLayer
from exactssm.layers.dense import DenseLayer
from exactssm.layers.diagonal import DiagonalLayer
from exactssm.layers.elementary import CorrectlyRounded, FunctionTable
from exactssm.layers.layer import Layer, LetterMap, Matrix, Vector
from exactssm.layers.linear_ssm import LinearSSM
from exactssm.layers.published_ssm import S6, Projection, diagonalizable, s4, s4_diagonal
from exactssm.layers.relu import ReluNetwork
from exactssm.layers.rotation import CyclotomicTwin, RotationLayer, cyclotomic_twin
from exactssm.layers.sign import SignLayer

__all__ = [
    "S6",
    "ConstantLayer",
    "CorrectlyRounded",
    "CyclotomicTwin",
    "DenseLayer",
    "DiagonalLayer",
    "FunctionTable",
    "Layer",
    "LetterMap",
    "LinearSSM",
    "Matrix",
    "Projection",
    "ReluNetwork",
    "RotationLayer",
    "SignLayer",
    "Vector",
    "cyclotomic_twin",
    "diagonalizable",
    "s4",
    "s4_diagonal",
]
