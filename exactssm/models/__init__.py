"""Models: layers stacked and read out, with or without chain of thought, and weighted automata."""

from exactssm.models.argmax import ArgmaxReadout, Score
from exactssm.models.chain_of_thought import OfflineCoT, OnlineCoT, Think
from exactssm.models.model import Block, Model, Readout, StackStep
from exactssm.models.output_readout import OutputReadout
from exactssm.models.reinterpretation import LOST, NotRepresentable, Reinterpreted, reinterpret
from exactssm.models.weighted import WeightedAutomaton, weighted_automaton

__all__ = [
    "LOST",
    "ArgmaxReadout",
    "Block",
    "Model",
    "NotRepresentable",
    "OfflineCoT",
    "OnlineCoT",
    "OutputReadout",
    "Readout",
    "Reinterpreted",
    "Score",
    "StackStep",
    "Think",
    "WeightedAutomaton",
    "reinterpret",
    "weighted_automaton",
]
