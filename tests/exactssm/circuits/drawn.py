"""Circuits drawn at random, for several tests: weights, constants, trivial gates and gates that nothing reads."""

from __future__ import annotations

from random import Random

from exactssm.circuits import Circuit


def drawn_circuit(random: Random, inputs: int, gates: int, fan_in: int = 7, outputs: int = 4) -> Circuit:
    offsets, literals, thresholds = [0], [], []
    for gate in range(gates):
        wires = []
        for _ in range(random.randrange(fan_in + 1)):
            wires += [random.randrange(2 * (1 + inputs + gate))] * random.choice([1, 1, 1, 2, 5])
        literals += wires
        offsets.append(len(literals))
        thresholds.append(random.randrange(len(wires) + 2))
    return Circuit(
        inputs, offsets, literals, thresholds, [random.randrange(2 * (1 + inputs + gates)) for _ in range(outputs)]
    )


def assignments(inputs: int) -> list[list[int]]:
    """All of them; in row r, input i is bit i of r."""
    return [[row >> i & 1 for i in range(inputs)] for row in range(2**inputs)]
