"""AIGER files: circuits as and-inverter graphs, for model checkers, SAT solvers and synthesis tools.

Threshold gates are expanded into conjunctions of two literals (`exactssm.circuits.sorting`). A name that ends in
``.aag`` asks for the ASCII form, one in ``.aig`` for the binary one. Inputs are named x0, x1, ... and outputs y0, y1,
.... Only combinational circuits are read, those without latches, and of the properties of AIGER 1.9 none; in the ASCII
form, gates stand below those that they read. Names and comments after the gates are passed over.

Source: Biere, The AIGER and-inverter graph format, version 20071012; Biere, Heljanko and Wieringa, AIGER 1.9 and beyond
(2011).
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable
from os import fspath
from typing import Final

import numpy as np

from exactssm.circuits import Circuit
from exactssm.circuits.sorting import MAX_CONJUNCTIONS, conjunctions_of
from exactssm.errors import FormatError
from exactssm.formats.limits import MAX_BYTES
from exactssm.formats.netlist import MAX_INPUTS
from exactssm.formats.reading import PathName
from exactssm.formats.writing import write_bytes

__all__ = ["aiger_bytes", "parse_aiger", "read_aiger", "write_aiger"]

_NUMBER: Final = re.compile(rb"0|[1-9][0-9]{0,9}")


def aiger_bytes(circuit: Circuit, *, binary: bool = False, max_gates: int = MAX_CONJUNCTIONS) -> bytes:
    """The AIGER file of a circuit.

    >>> majority = Circuit(3, offsets=[0, 3], literals=[2, 4, 6], thresholds=[2], outputs=[9])
    >>> print(aiger_bytes(majority).decode(), end="")
    aag 7 3 0 1 4
    2
    4
    6
    14
    8 7 3
    10 6 2
    12 9 4
    14 13 11
    i0 x0
    i1 x1
    i2 x2
    o0 y0

    Raises: BudgetExhausted, as `conjunctions_of`.
    """
    expanded = conjunctions_of(circuit, max_gates=max_gates)
    inputs, gates = expanded.inputs, expanded.gates
    outputs = expanded.outputs.tolist()
    first = 2 * (1 + inputs)
    pairs = [(max(pair), min(pair)) for pair in expanded.literals.reshape(gates, 2).tolist()]
    header = f"{'aig' if binary else 'aag'} {inputs + gates} {inputs} 0 {len(outputs)} {gates}"
    names = [*(f"i{i} x{i}" for i in range(inputs)), *(f"o{i} y{i}" for i in range(len(outputs)))]
    if not binary:
        numbers = [*range(2, first, 2), *outputs]
        lines = [header, *map(str, numbers), *(f"{first + 2 * g} {x} {y}" for g, (x, y) in enumerate(pairs))]
        return _encoded([*lines, *names])
    written = bytearray(_encoded([header, *map(str, outputs)]))
    for g, (x, y) in enumerate(pairs):
        for delta in (first + 2 * g - x, x - y):
            while delta > 127:
                written.append(delta & 127 | 128)
                delta >>= 7
            written.append(delta)
    return bytes(written + _encoded(names))


def _encoded(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("ascii")


def write_aiger(circuit: Circuit, path: PathName, *, max_gates: int = MAX_CONJUNCTIONS) -> None:
    """Write a circuit to ``path``, whole or not at all, in the form that its suffix names.

    Raises: FormatError, for another suffix than ``.aag`` and ``.aig``, or if the file can't be written;
    BudgetExhausted, as `conjunctions_of`.
    """
    name = fspath(path)
    if not name.lower().endswith((".aag", ".aig")):
        raise FormatError(f"the name of an AIGER file must end in .aag or .aig, got {name[-60:]!r}")
    write_bytes(path, aiger_bytes(circuit, binary=name.lower().endswith(".aig"), max_gates=max_gates))


def read_aiger(path: PathName) -> Circuit:
    """The circuit in an AIGER file of either form. Raises: FormatError, naming the file and the place in it."""
    name = fspath(path)
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise FormatError(f"{name!r} can't be read: {error}") from None
    if len(data) > MAX_BYTES:
        raise FormatError(f"{name!r} must have at most {MAX_BYTES} bytes, and has more")
    try:
        return parse_aiger(data)
    except FormatError as error:
        raise FormatError(f"{name!r}: {error}") from None


def parse_aiger(data: bytes) -> Circuit:
    r"""The circuit of an AIGER file, each gate a conjunction of two literals.

    >>> parse_aiger(b"aag 3 2 0 1 1\n2\n4\n7\n6 5 3\n").evaluate((0, 0))  # x or y
    (0,)

    Raises: FormatError, naming the line, or in the binary part the gate.
    """
    return _Reader(data).circuit()


class _Reader:
    """Reads a file once from its beginning; ``place`` is the next byte."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.place = 0
        self.line = 0

    def circuit(self) -> Circuit:
        words = self.words()
        if not words or words[0] not in (b"aag", b"aig"):
            raise self.error("an AIGER file must begin with aag or aig")
        if not 6 <= len(words) <= 10:
            raise self.error(f"expected aag or aig and 5 to 9 numbers, found {len(words) - 1}")
        largest, inputs, latches, outputs, gates, *properties = map(self.number, words[1:])
        if latches or any(properties):
            raise self.error("only circuits without latches and properties are read")
        if inputs > MAX_INPUTS or max(outputs, gates) > len(self.data):
            raise self.error(f"more than {MAX_INPUTS} inputs, or more outputs and gates than the file has bytes")
        if largest < inputs + gates or (words[0] == b"aig" and largest != inputs + gates):
            raise self.error(f"{inputs} inputs and {gates} gates don't fit {largest} as the largest variable")
        variable = {0: 0}  # the file's numbers to the circuit's
        if words[0] == b"aig":
            variable = {v: v for v in range(1 + inputs + gates)}
        for i in range(inputs if words[0] == b"aag" else 0):
            self.define(variable, self.numbers(1)[0], 1 + i, largest)
        results = [(self.numbers(1)[0], self.line) for _ in range(outputs)]
        read = self.ascii_gates if words[0] == b"aag" else self.binary_gates
        literals = read(variable, inputs, gates, largest)
        renamed = array("q")
        for literal, self.line in results:
            renamed.append(self.renamed(variable, literal))
        return Circuit(
            inputs,
            offsets=np.arange(0, 2 * gates + 1, 2),
            literals=np.array(literals, np.int64),
            thresholds=np.full(gates, 2),
            outputs=np.array(renamed, np.int64),
        )

    def ascii_gates(self, variable: dict[int, int], inputs: int, gates: int, largest: int) -> array[int]:
        literals = array("q")
        for gate in range(gates):
            left, *right = self.numbers(3)
            literals.extend(self.renamed(variable, literal) for literal in right)
            self.define(variable, left, 1 + inputs + gate, largest)
        return literals

    def binary_gates(self, variable: dict[int, int], inputs: int, gates: int, largest: int) -> array[int]:
        literals = array("q")
        for gate in range(gates):
            left = 2 * (1 + inputs + gate)
            first = left - self.delta(gate)
            second = first - self.delta(gate)
            if not 0 <= second <= first < left:
                raise FormatError(f"gate {gate}: literals must decrease from {left}, got {first} and {second}")
            literals.extend((first, second))
        return literals

    def delta(self, gate: int) -> int:
        value = 0
        for shift in range(0, 35, 7):
            if self.place == len(self.data):
                break
            byte = self.data[self.place]
            self.place += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
        raise FormatError(f"gate {gate}: expected a number of at most 5 bytes of 7 bits, found none that ends")

    def define(self, variable: dict[int, int], literal: int, number: int, largest: int) -> None:
        if literal & 1 or not 2 <= literal <= 2 * largest or literal >> 1 in variable:
            raise self.error(
                f"expected an even literal from 2 to {2 * largest} that isn't defined yet, found {literal}"
            )
        variable[literal >> 1] = number

    def renamed(self, variable: dict[int, int], literal: int) -> int:
        if literal >> 1 not in variable:
            raise self.error(f"the literal {literal} isn't defined above")
        return 2 * variable[literal >> 1] + (literal & 1)

    def numbers(self, count: int) -> list[int]:
        words = self.words()
        if len(words) != count:
            raise self.error(f"expected {count} numbers, found {len(words)}")
        return [self.number(word) for word in words]

    def words(self) -> list[bytes]:
        """Those of the next line."""
        end = self.data.find(b"\n", self.place)
        end = len(self.data) if end < 0 else end
        words = self.data[self.place : end].split()
        self.place = min(end + 1, len(self.data))
        self.line += 1
        return words

    def number(self, word: bytes) -> int:
        if not _NUMBER.fullmatch(word):
            raise self.error(f"expected a number of at most 10 digits, found {word[:60]!r}")
        return int(word)

    def error(self, message: str) -> FormatError:
        return FormatError(f"line {self.line}: {message}")
