"""Netlists: written and read back gate by gate, and every malformed word named by its line and column."""

from __future__ import annotations

from random import Random

import pytest

from exactssm.circuits import Circuit
from exactssm.errors import FormatError
from exactssm.formats.netlist import netlist_text, parse_netlist, read_netlist, write_netlist
from tests.exactssm.circuits.drawn import drawn_circuit

ADDER = """\
exactssm-netlist/1   # a full adder

inputs 3
g0 = 2 of x0 x1 x2
  g1 = 3 of\tx0 x1 2*!g0 x2 # the sum
outputs g1 !g0 1 !1
"""


def test_a_netlist_by_hand():
    circuit = parse_netlist(ADDER)
    assert circuit == Circuit(3, [0, 3, 8], [2, 4, 6, 2, 4, 9, 9, 6], [2, 3], [10, 9, 1, 0])
    assert [circuit.evaluate(bits)[:2] for bits in ((1, 0, 0), (1, 0, 1))] == [(1, 1), (0, 0)]


@pytest.mark.parametrize("seed", range(10))
def test_there_and_back(seed, tmp_path):
    circuit = drawn_circuit(Random(seed), seed % 5, seed)
    write_netlist(circuit, tmp_path / "circuit.txt")
    assert read_netlist(tmp_path / "circuit.txt") == circuit
    assert parse_netlist(netlist_text(circuit).replace("\n", "\r\n\n")) == circuit


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("netlist/1", "netlist/2", "line 1, column 1: expected 'exactssm-netlist/1', found 'exactssm-netlist/2'"),
        ("inputs 3", "inputs three", "line 3, column 8: expected a number from 0 to 1000000, found 'three'"),
        ("inputs 3", "inputs 3 4", "line 3, column 10: expected the end of the line, found '4'"),
        ("g0 = 2", "g1 = 2", "line 4, column 1: expected 'g0', the next gate, or 'outputs', found 'g1'"),
        ("g0 = 2", "g0 : 2", "line 4, column 4: expected '=', found ':'"),
        ("g0 = 2 of", "g0 = 5 of", "line 4, column 6: expected a number from 0 to 4, found '5'"),
        ("g0 = 2 of x0 x1 x2", "g0 = 2", "line 4, column 7: expected 'of', found the end of the line"),
        ("x0 x1 2*!g0", "x0 x1 2*!g1", r"line 5, column 19: g1 isn't defined above; 1 gates are"),
        ("x0 x1 x2", "x0 x3 x2", r"line 4, column 14: x3 isn't defined above; 3 inputs are"),
        ("x0 x1 x2", "x0 -x1 x2", r"line 4, column 14: expected a literal such as .*, found '-x1'"),
        ("2*!g0", "0*!g0", "line 5, column 19: expected a literal such as"),
        ("2*!g0", "9999999999*!g0", "line 5, column 19: a circuit may have 50000000 wires"),
        ("outputs g1 !g0 1 !1\n", "", "line 6, column 1: expected a gate or the outputs, found the end"),
        ("!1\n", "!1\ng2 = 0 of\n", "line 7, column 1: the outputs come last, but 'g2' follows"),
    ],
)
def test_malformed(old, new, message):
    assert ADDER.count(old) == 1
    with pytest.raises(FormatError, match=message):
        parse_netlist(ADDER.replace(old, new))


def test_the_file_is_named(tmp_path):
    path = tmp_path / "bad.txt"
    path.write_text("")
    with pytest.raises(FormatError, match=r"bad\.txt': line 1, column 1: expected 'exactssm-netlist/1', found the end"):
        read_netlist(path)
