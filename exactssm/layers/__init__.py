"""Layers of state-space models: what one letter does to one state, exactly."""

from exactssm.layers.constant import ConstantLayer
from exactssm.layers.dense import DenseLayer
from exactssm.layers.diagonal import DiagonalLayer
from exactssm.layers.layer import Layer, LetterMap, Matrix, Vector
from exactssm.layers.relu import ReluNetwork
from exactssm.layers.rotation import CyclotomicTwin, RotationLayer, cyclotomic_twin
from exactssm.layers.sign import SignLayer

__all__ = [
    "ConstantLayer",
    "CyclotomicTwin",
    "DenseLayer",
    "DiagonalLayer",
    "Layer",
    "LetterMap",
    "Matrix",
    "ReluNetwork",
    "RotationLayer",
    "SignLayer",
    "Vector",
    "cyclotomic_twin",
]
