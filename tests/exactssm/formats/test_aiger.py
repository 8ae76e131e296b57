"""AIGER files: read back by us and by py-aiger, and what is malformed named by its line."""

from __future__ import annotations

from random import Random

import pytest

from exactssm.circuits import Circuit, CircuitBuilder
from exactssm.errors import BudgetExhausted, FormatError
from exactssm.formats.aiger import aiger_bytes, parse_aiger, read_aiger, write_aiger
from tests.exactssm.circuits.drawn import assignments, drawn_circuit

HALF_ADDER = b"""\
aag 7 2 0 2 3
2
4
6
12
6 13 15
12 2 4
14 3 5
i0 x
i1 y
o0 s
o1 c
c
half adder
"""
"""The half adder of the format's description, in the order that it doesn't have to have."""


@pytest.mark.parametrize("suffix", [".aag", ".aig"])
@pytest.mark.parametrize("seed", range(4))
def test_there_and_back(seed, suffix, tmp_path):
    circuit = drawn_circuit(Random(seed), 5, 12)
    write_aiger(circuit, tmp_path / f"circuit{suffix}")
    read = read_aiger(tmp_path / f"circuit{suffix}")
    assert set(read.thresholds.tolist()) <= {2}
    assert (read.truth_table() == circuit.truth_table()).all()


@pytest.mark.parametrize("binary", [False, True])
def test_another_reader_agrees(binary):
    """On all inputs. py-aiger numbers and evaluates gates by itself, and knows inputs and outputs by their names."""
    parser = pytest.importorskip("aiger.parser")
    circuit = drawn_circuit(Random(5), 4, 12, outputs=6)
    read = parser.parse(aiger_bytes(circuit, binary=binary))
    assert read.inputs == {"x0", "x1", "x2", "x3"}
    for row in assignments(4):
        found, _ = read({f"x{i}": bool(bit) for i, bit in enumerate(row)})
        assert tuple(int(found[f"y{i}"]) for i in range(6)) == circuit.evaluate(row)


def test_long_numbers_in_the_binary_form():
    """Differences of one, two and three bytes."""
    first, last = 2, 2 * 20_000
    builder = CircuitBuilder(20_000)
    circuit = builder.build([builder.all_of([first, last]), builder.all_of([last - 100, last])])
    read = parse_aiger(aiger_bytes(circuit, binary=True))
    assert sorted(map(sorted, read.literals.reshape(2, 2).tolist())) == [[first, last], [last - 100, last]]


def test_a_file_of_another_hand():
    """Gates stand above what they read there, which is named; in the other order it is read."""
    with pytest.raises(FormatError, match="line 6: the literal 13 isn't defined above"):
        parse_aiger(HALF_ADDER)
    lines = HALF_ADDER.splitlines()
    circuit = parse_aiger(b"\n".join([*lines[:5], lines[6], lines[7], lines[5], *lines[8:]]))
    assert [circuit.evaluate((x, y)) for x in (0, 1) for y in (0, 1)] == [(0, 0), (1, 0), (1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "line 1: an AIGER file must begin with aag or aig"),
        (b"aag 1 1 0\n", "line 1: expected aag or aig and 5 to 9 numbers, found 3"),
        (b"aag 1 1 0 0 x\n", "line 1: expected a number of at most 10 digits"),
        (b"aag 2 1 1 0 0\n2\n4 2\n", "line 1: only circuits without latches"),
        (b"aag 1 1 0 0 1\n2\n", "line 1: 1 inputs and 1 gates don't fit 1 as the largest variable"),
        (b"aag 9999999999 9999999999 0 0 0\n", "line 1: more than 1000000 inputs"),
        (b"aag 1 1 0 0 0\n3\n", "line 2: expected an even literal from 2 to 2 .* found 3"),
        (b"aag 2 2 0 0 0\n2\n2\n", "line 3: expected an even literal .* found 2"),
        (b"aag 2 1 0 1 1\n2\n4\n4 2\n", "line 4: expected 3 numbers, found 2"),
        (b"aag 1 1 0 1 0\n2\n8\n", "line 3: the literal 8 isn't defined above"),
        (b"aig 2 1 0 1 1\n4\n\x00\x00", "gate 0: literals must decrease from 4, got 4 and 4"),
        (b"aig 2 1 0 1 1\n4\n\x02", "gate 0: expected a number of at most 5 bytes"),
        (b"aig 2 1 0 1 1\n4\n\xff\xff\xff\xff\xff\x01", "gate 0: expected a number of at most 5 bytes"),
    ],
)
def test_malformed(data, message):
    with pytest.raises(FormatError, match=message):
        parse_aiger(data)


def test_what_is_not_written(tmp_path):
    circuit = Circuit(3, [0, 3], [2, 4, 6], [2], [8])
    with pytest.raises(FormatError, match=r"must end in \.aag or \.aig"):
        write_aiger(circuit, tmp_path / "circuit.txt")
    with pytest.raises(BudgetExhausted, match="1 gates with 3 wires become up to 6 conjunctions"):
        write_aiger(circuit, tmp_path / "circuit.aig", max_gates=5)
    with pytest.raises(FormatError, match="can't be read"):
        read_aiger(tmp_path / "circuit.aig")
