"""The readout of a linear SSM that sees the layer's own output y = C h + D x in place of the state.

Source: 2404.08819 Def. 2.1: y is what the next layer reads, after a projection and a non-linearity.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from exactssm.layers import LinearSSM
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol

if TYPE_CHECKING:
    from exactssm.models.model import Readout

__all__ = ["OutputReadout"]


@dataclass(frozen=True)
class OutputReadout:
    """What ``readout`` makes of the output after a letter, and of the letter; the layer beside it is ``ssm.layer``.

    >>> from exactssm.arithmetic import Integers
    >>> sums = LinearSSM(Integers(), 1, 1, {"a": (1,), "b": (2,)}, A=((1,),), B=((1,),), C=((10,),), D=((1,),))
    >>> OutputReadout(sums, lambda y, letter: f"{y[0]} after {letter}")((3,), "b")
    '32 after b'
    """

    ssm: LinearSSM
    readout: Readout

    def __call__(self, state: Vector, letter: Symbol) -> Output:
        return self.readout(self.ssm.output(state, letter), letter)
