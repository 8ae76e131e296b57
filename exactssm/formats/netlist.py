"""Netlists: threshold circuits as plain text, a gate a line.

    exactssm-netlist/1
    inputs 3
    g0 = 2 of x0 x1 x2
    g1 = 3 of x0 x1 x2 2*!g0
    outputs g1 g0

The first line names the format, the second one the number of inputs; they are ``x0``, ``x1``, .... The gates ``g0``,
``g1``, ... follow in order, each with its threshold and what it reads: inputs, earlier gates and the constants ``0``
and ``1``; ``!`` negates, and ``w*`` stands for w copies. The outputs come last. Words are separated by white space,
``#`` begins a comment that ends with its line, and empty lines count for nothing.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import groupby
from os import fspath
from typing import Final, NoReturn

import numpy as np

from exactssm.circuits import Circuit, Literal
from exactssm.circuits.builder import MAX_WIRES
from exactssm.errors import FormatError
from exactssm.formats.reading import PathName, read_text
from exactssm.formats.writing import write_text

__all__ = ["MAX_INPUTS", "netlist_text", "parse_netlist", "read_netlist", "write_netlist"]

HEADER: Final = "exactssm-netlist/1"
MAX_INPUTS: Final = 10**6  #: of a circuit from a file
_WIRE: Final = re.compile(r"(?:([1-9]\d{0,9})\*)?(!?)(?:([xg])(0|[1-9]\d{0,9})|([01]))", re.ASCII)
_NUMBER: Final = re.compile(r"0|[1-9]\d{0,9}", re.ASCII)
_WORD: Final = re.compile(r"\S+")


def netlist_text(circuit: Circuit) -> str:
    """The netlist of a circuit.

    >>> majority = Circuit(3, offsets=[0, 3], literals=[2, 4, 7], thresholds=[2], outputs=[8, 1])
    >>> print(netlist_text(majority), end="")
    exactssm-netlist/1
    inputs 3
    g0 = 2 of x0 x1 !x2
    outputs g0 1
    """
    return "".join(f"{line}\n" for line in _lines(circuit))


def write_netlist(circuit: Circuit, path: PathName) -> None:
    """Write a circuit's netlist to ``path``, whole or not at all. Raises: FormatError, if it can't be written."""
    write_text(path, netlist_text(circuit))


def _lines(circuit: Circuit) -> Iterator[str]:
    first = 1 + circuit.inputs

    def name(literal: Literal) -> str:
        variable, negated = divmod(literal, 2)
        if variable == 0:
            return str(negated)
        return f"{'!' * negated}{f'x{variable - 1}' if variable < first else f'g{variable - first}'}"

    yield HEADER
    yield f"inputs {circuit.inputs}"
    offsets, literals = circuit.offsets.tolist(), circuit.literals.tolist()
    for gate, threshold in enumerate(circuit.thresholds.tolist()):
        runs = groupby(literals[offsets[gate] : offsets[gate + 1]])
        weighted = [(name(literal), len(list(copies))) for literal, copies in runs]
        yield " ".join([f"g{gate} = {threshold} of", *(n if w == 1 else f"{w}*{n}" for n, w in weighted)])
    yield " ".join(["outputs", *map(name, circuit.outputs.tolist())])


def read_netlist(path: PathName) -> Circuit:
    """The circuit in a netlist file. Raises: FormatError, naming the file, and line and column in it."""
    text = read_text(path)
    try:
        return parse_netlist(text)
    except FormatError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from None


def parse_netlist(text: str) -> Circuit:
    r"""The circuit of a netlist.

    >>> parse_netlist("exactssm-netlist/1\ninputs 2\ng0 = 1 of x0 g0\noutputs g0")
    Traceback (most recent call last):
    ...
    exactssm.errors.FormatError: line 3, column 14: g0 isn't defined above; 0 gates are

    Raises: FormatError, naming line and column.
    """
    return _Reader(text).circuit()


class _Reader:
    """Reads line by line; ``words`` are those of the line being read."""

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.line = 0
        self.words: list[str] = []
        self.inputs = 0
        self.gates = 0

    def circuit(self) -> Circuit:
        self.advance(f"expected {HEADER!r}")
        self.expect(0, HEADER)
        self.end(1)
        self.advance("expected the number of inputs")
        self.expect(0, "inputs")
        self.inputs = self.number(1, MAX_INPUTS)
        self.end(2)
        offsets, literals, thresholds = array("q", [0]), array("q"), array("q")
        while self.advance("expected a gate or the outputs") and self.words[0] != "outputs":
            if self.words[0] != f"g{self.gates}":
                self.fail(0, f"expected 'g{self.gates}', the next gate, or 'outputs', found {self.word(0)}")
            self.expect(1, "=")
            self.expect(3, "of")
            wires = self.wires(4, MAX_WIRES - len(literals))
            thresholds.append(self.number(2, len(wires) + 1))
            literals.extend(wires)
            offsets.append(len(literals))
            self.gates += 1
        outputs = self.wires(1, MAX_WIRES)
        while self.line < len(self.lines):
            if self.read_line():
                self.fail(0, f"the outputs come last, but {self.word(0)} follows")
        return Circuit(self.inputs, *(np.array(part, np.int64) for part in (offsets, literals, thresholds, outputs)))

    def advance(self, what: str) -> bool:
        """Go to the next line that is not empty."""
        while self.line < len(self.lines):
            if self.read_line():
                return True
        raise FormatError(f"line {self.line}, column 1: {what}, found the end")

    def read_line(self) -> bool:
        self.words = self.lines[self.line].partition("#")[0].split()
        self.line += 1
        return bool(self.words)

    def wires(self, start: int, room: int) -> array[int]:
        """The literals from word ``start`` on, with their copies."""
        found = array("q")
        for place in range(start, len(self.words)):
            match = _WIRE.fullmatch(self.words[place])
            if match is None:
                self.fail(place, f"expected a literal such as x0, !g1, 3*x2 or 1, found {self.word(place)}")
            weight, negation, kind, number, constant = match.groups()
            copies = int(weight or 1)
            if len(found) + copies > room:
                self.fail(place, f"a circuit may have {MAX_WIRES} wires, and here it has more")
            literal = int(constant or 0)
            if kind is not None:
                count, what = (self.inputs, "inputs") if kind == "x" else (self.gates, "gates")
                if int(number) >= count:
                    self.fail(place, f"{kind}{number} isn't defined above; {count} {what} are")
                literal = 2 * (1 + int(number) + (self.inputs if kind == "g" else 0))
            found.extend([literal ^ len(negation)] * copies)
        return found

    def number(self, place: int, most: int) -> int:
        if place >= len(self.words) or not _NUMBER.fullmatch(self.words[place]) or int(self.words[place]) > most:
            self.fail(place, f"expected a number from 0 to {most}, found {self.word(place)}")
        return int(self.words[place])

    def expect(self, place: int, word: str) -> None:
        if place >= len(self.words) or self.words[place] != word:
            self.fail(place, f"expected {word!r}, found {self.word(place)}")

    def end(self, place: int) -> None:
        if place < len(self.words):
            self.fail(place, f"expected the end of the line, found {self.word(place)}")

    def word(self, place: int) -> str:
        return f"{self.words[place][:60]!r}" if place < len(self.words) else "the end of the line"

    def fail(self, place: int, message: str) -> NoReturn:
        line = self.lines[self.line - 1].partition("#")[0]
        columns = [match.start() for match in _WORD.finditer(line)]
        column = columns[place] if place < len(columns) else len(line.rstrip())
        raise FormatError(f"line {self.line}, column {column + 1}: {message}")
