"""Models: layers stacked and read out, with or without chain of thought."""

from exactssm.models.chain_of_thought import OfflineCoT, OnlineCoT, Think
from exactssm.models.model import Block, Model, Readout, StackStep

__all__ = ["Block", "Model", "OfflineCoT", "OnlineCoT", "Readout", "StackStep", "Think"]
