"""Pictures of circuits: what stands in them, and what is not drawn."""

from __future__ import annotations

from random import Random

import pytest

from exactssm.circuits import Circuit, CircuitBuilder
from exactssm.errors import DomainError, FormatError
from tests.exactssm.circuits.drawn import drawn_circuit
from verify.drawing.circuit_picture import _columns, _levels, _wires, draw_circuit

pytest.importorskip("matplotlib")


def adder():
    builder = CircuitBuilder(3)
    carry = builder.at_least([2, 4, 6], 2)
    return builder.build([builder.at_least([2, 4, 6, carry ^ 1, carry ^ 1], 3), carry])


def test_a_picture(tmp_path):
    draw_circuit(adder(), tmp_path / "adder.png", ["x", "y", "$z$"], ["sum", "a name that is too long"])
    assert (tmp_path / "adder.png").read_bytes().startswith(b"\x89PNG")
    assert [path.name for path in tmp_path.iterdir()] == ["adder.png"]


@pytest.mark.parametrize("seed", range(5))
def test_lines_go_from_column_to_column(seed):
    circuit = drawn_circuit(Random(seed), 4, 9)
    wires = _wires(circuit)
    columns, paths = _columns(wires, _levels(circuit, wires))
    column = {node: c for c, nodes in enumerate(columns) for node in nodes}
    assert len(column) == sum(map(len, columns))
    for wire, nodes in paths.items():
        assert (nodes[0], nodes[-1]) == (wire.source, wire.target)
        assert [column[node] for node in nodes] == list(range(column[nodes[0]], column[nodes[-1]] + 1))
    assert sum(wire.weight for wire in wires) == circuit.wires + 4


def test_what_is_not_drawn(tmp_path):
    with pytest.raises(FormatError, match=r"must end in \.png, \.svg, \.pdf"):
        draw_circuit(adder(), tmp_path / "adder.txt")
    with pytest.raises(DomainError, match="has 3 inputs, got 1 names"):
        draw_circuit(adder(), tmp_path / "adder.png", ["x"])
    with pytest.raises(DomainError, match="up to 150 gates, inputs and outputs together; this one has 151"):
        draw_circuit(Circuit(150, [0], [], [], [2]), tmp_path / "large.png")
    wide = Circuit(60, [60 * g for g in range(31)], [2 + 2 * i for i in range(60)] * 30, [7] * 30, [])
    with pytest.raises(DomainError, match="up to 1000 lines; this one has 1800"):
        draw_circuit(wide, tmp_path / "wide.png")
    assert list(tmp_path.iterdir()) == []
