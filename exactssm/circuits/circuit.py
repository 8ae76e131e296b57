"""Threshold circuits, the circuits of TC0: gates of any fan-in that compare the number of true literals with a bound.

Variables are numbered as in AIGER: 0 is the constant false, 1 .. I are the inputs, I+1 and on are the gates, each
reading earlier variables only. The literal ``2 v`` is variable v, the literal ``2 v + 1`` its negation; so `FALSE` is
0, `TRUE` is 1, and ``literal ^ 1`` negates. Negation costs no gate and no depth. A gate with literals l_1 .. l_k and
threshold t puts out

    1 if l_1 + ... + l_k >= t, else 0.

A literal may stand several times: that is a positive integer weight, and each copy is a wire. Conjunction is t = k,
disjunction t = 1, majority t = floor(k/2) + 1.

Source: Vollmer, Introduction to Circuit Complexity (1999), section 4.5, for circuits with majority gates; literals as
in Biere, Heljanko and Wieringa, AIGER 1.9 and beyond (2011).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.errors import BudgetExhausted, ConstructionError, DomainError

if TYPE_CHECKING:
    from networkx import MultiDiGraph

__all__ = ["FALSE", "MAX_GRAPH", "MAX_TABLE", "TRUE", "Circuit", "Literal"]

Literal: TypeAlias = int
Ints: TypeAlias = npt.NDArray[np.int64]
Bits: TypeAlias = npt.NDArray[np.uint8]

FALSE: Final[Literal] = 0
TRUE: Final[Literal] = 1

MAX_GRAPH: Final = 10_000  #: gates of a circuit that becomes a networkx graph
MAX_TABLE: Final = 2**27  #: entries of a truth table, a byte each


@dataclass(frozen=True, eq=False, repr=False)
class Circuit:
    """A threshold circuit, as flat arrays. `CircuitBuilder` makes one gate by gate.

    >>> majority = Circuit(3, offsets=[0, 3], literals=[2, 4, 6], thresholds=[2], outputs=[8, 9])
    >>> majority.evaluate((1, 0, 1)), majority.depth, majority.wires
    ((1, 0), 1, 3)

    Raises: ConstructionError, naming the gate, if it reads a variable that is no earlier one, or if its threshold is
    not from 0 to one more than its wires; or naming an output that is no literal.
    """

    inputs: int  #: I, their number
    offsets: Ints  #: gate g reads ``literals[offsets[g] : offsets[g + 1]]``; shape (gates + 1,)
    literals: Ints  #: what the gates read, one gate after the other; shape (wires,)
    thresholds: Ints  #: shape (gates,)
    outputs: Ints  #: literals

    def __post_init__(self) -> None:
        if type(self.inputs) is not int or not 0 <= self.inputs < 2**31:
            raise ConstructionError(f"inputs must be an integer from 0 to 2^31 - 1, got {self.inputs!r:.40}")
        for name in ("offsets", "literals", "thresholds", "outputs"):
            object.__setattr__(self, name, _frozen(name, getattr(self, name)))
        self._check_gates()
        variables = 1 + self.inputs + self.gates
        for place in np.flatnonzero((self.outputs < 0) | (self.outputs >= 2 * variables))[:1]:
            raise ConstructionError(
                f"output {place} must be a literal from 0 to {2 * variables - 1}, got {self.outputs[place]}"
            )

    def _check_gates(self) -> None:
        gates = self.thresholds.size
        if self.offsets.size != gates + 1 or self.offsets[0] != 0 or self.offsets[-1] != self.literals.size:
            raise ConstructionError(
                f"offsets of {gates} gates must be {gates + 1} numbers from 0 to {self.literals.size}, the number of "
                f"literals; got {self.offsets.size} numbers"
            )
        fan_in = np.diff(self.offsets)
        for gate in np.flatnonzero(fan_in < 0)[:1]:
            raise ConstructionError(f"gate {gate}: its wires must end after they begin, but its offsets decrease")
        for gate in np.flatnonzero((self.thresholds < 0) | (self.thresholds > fan_in + 1))[:1]:
            raise ConstructionError(
                f"gate {gate} has {fan_in[gate]} wires; its threshold must be from 0 to {fan_in[gate] + 1}, "
                f"got {self.thresholds[gate]}"
            )
        bound = 2 * (1 + self.inputs + np.repeat(np.arange(gates), fan_in))
        for wire in np.flatnonzero((self.literals < 0) | (self.literals >= bound))[:1]:
            gate = int(np.searchsorted(self.offsets, wire, side="right")) - 1
            raise ConstructionError(
                f"gate {gate} must read literals from 0 to {bound[wire] - 1}, those of earlier variables; "
                f"got {self.literals[wire]}"
            )

    @property
    def gates(self) -> int:
        """The number of gates."""
        return self.thresholds.size

    @property
    def wires(self) -> int:
        """The number of wires into gates; a literal of weight w has w of them."""
        return self.literals.size

    @cached_property
    def levels(self) -> Ints:
        """The length of the longest chain of gates that ends in each variable; shape (variables,). Constant and inputs
        are at level 0."""
        from exactssm.circuits._circuit_kernels import levels_of

        levels = np.zeros(1 + self.inputs + self.gates, np.int64)
        levels_of(self.inputs, self.offsets, self.literals, levels)
        levels.flags.writeable = False
        return levels

    @property
    def depth(self) -> int:
        """The length of the longest chain of gates that ends in an output."""
        return int(self.levels[self.outputs >> 1].max()) if self.outputs.size else 0

    def evaluate(self, assignment: Sequence[bool | int]) -> tuple[int, ...]:
        """The outputs, 0 or 1 each, on the inputs' values, in plain Python: the definition.

        Raises: DomainError, unless there is one value an input, each 0 or 1.
        """
        if len(assignment) != self.inputs:
            raise DomainError(f"the circuit has {self.inputs} inputs, got {len(assignment)} values")
        for place, bit in enumerate(assignment):
            if bit not in (0, 1):
                raise DomainError(f"input {place} must be 0 or 1, got {bit!r:.40}")
        values = [0, *map(int, assignment)]
        offsets, literals = self.offsets.tolist(), self.literals.tolist()
        for gate, threshold in enumerate(self.thresholds.tolist()):
            count = sum(values[literal >> 1] ^ literal & 1 for literal in literals[offsets[gate] : offsets[gate + 1]])
            values.append(int(count >= threshold))
        return tuple(values[literal >> 1] ^ literal & 1 for literal in self.outputs.tolist())

    def evaluate_all(self, table: npt.NDArray[Any]) -> Bits:
        """The outputs on each row of ``table``, shape (samples, inputs), compiled; shape (samples, outputs).

        Raises: DomainError, unless the table has a column an input, and integers 0 and 1 or truth values only.
        """
        rows = np.asarray(table)
        if rows.ndim != 2 or rows.shape[1] != self.inputs or rows.dtype.kind not in "iub":
            raise DomainError(
                f"a table must hold integers, a row a sample and {self.inputs} columns; got {rows.dtype} of shape "
                f"{rows.shape}"
            )
        for sample, place in np.argwhere((rows != 0) & (rows != 1))[:1]:
            raise DomainError(f"sample {sample}, input {place} must be 0 or 1, got {rows[sample, place]}")
        from exactssm.circuits._circuit_kernels import LANES

        samples, width = rows.shape
        blocks = -(-samples // (64 * LANES))
        packed = np.zeros((width, blocks * 8 * LANES), np.uint8)
        packed[:, : -(-samples // 8)] = np.packbits(rows.T.astype(np.uint8), axis=1, bitorder="little")
        words = packed.view("<i8").astype(np.int64).reshape(width, blocks, LANES)
        given = np.ascontiguousarray(words.transpose(1, 0, 2)).reshape(blocks, width * LANES)
        return self._outputs_on(given, samples, blocks)

    def truth_table(self) -> Bits:
        """The outputs on every assignment, compiled; shape (2^inputs, outputs). In row r, input i is bit i of r.

        >>> circuit = Circuit(2, offsets=[0, 2], literals=[2, 5], thresholds=[2], outputs=[6])
        >>> circuit.truth_table().ravel().tolist()  # the first input and not the second
        [0, 1, 0, 0]

        Raises: BudgetExhausted, for more than `MAX_TABLE` entries.
        """
        if max(1, self.outputs.size) > MAX_TABLE >> min(self.inputs, 63):
            raise BudgetExhausted(
                f"truth tables have at most {MAX_TABLE} entries; {self.inputs} inputs and {self.outputs.size} outputs "
                "make more"
            )
        from exactssm.circuits._circuit_kernels import LANES

        samples = 1 << self.inputs
        blocks = -(-samples // (64 * LANES))
        return self._outputs_on(np.empty((blocks, 0), np.int64), samples, blocks)

    def _outputs_on(self, given: Ints, samples: int, blocks: int) -> Bits:
        from exactssm.circuits._circuit_kernels import LANES, evaluate_words

        width = self.outputs.size
        found = np.empty((blocks, width * LANES), np.int64)
        evaluate_words(self.inputs, self.offsets, self.literals, self.thresholds, self.outputs, given, found)
        words = np.ascontiguousarray(found.reshape(blocks, width, LANES).transpose(1, 0, 2))
        packed = words.reshape(width, blocks * LANES).astype("<i8").view(np.uint8)
        unpacked = np.unpackbits(packed, axis=1, count=samples, bitorder="little")
        return np.ascontiguousarray(unpacked.T)

    def to_networkx(self) -> MultiDiGraph:
        """The circuit as a networkx graph. Its nodes are the variables, with attributes ``kind`` (``"constant"``,
        ``"input"``, ``"gate"``), ``level`` and, of gates, ``threshold``; and ``("output", i)`` of kind ``"output"``. An
        edge leads from each variable to each that reads it, with attributes ``negated`` and ``weight``, the number of
        copies; a gate that reads both a variable and its negation has both edges.

        Raises: ConstructionError, for more than `MAX_GRAPH` gates.
        """
        from collections import Counter

        from networkx import MultiDiGraph

        if self.gates > MAX_GRAPH:
            raise ConstructionError(f"networkx graphs are made up to {MAX_GRAPH} gates; the circuit has {self.gates}")
        graph = MultiDiGraph()
        offsets, literals, levels = self.offsets.tolist(), self.literals.tolist(), self.levels.tolist()
        for variable in range(1 + self.inputs):
            graph.add_node(variable, kind="input" if variable else "constant", level=0)
        for gate, threshold in enumerate(self.thresholds.tolist()):
            variable = 1 + self.inputs + gate
            graph.add_node(variable, kind="gate", level=levels[variable], threshold=threshold)
            for literal, weight in Counter(literals[offsets[gate] : offsets[gate + 1]]).items():
                graph.add_edge(literal >> 1, variable, negated=bool(literal & 1), weight=weight)
        for place, literal in enumerate(self.outputs.tolist()):
            graph.add_node(("output", place), kind="output", level=levels[literal >> 1] + 1)
            graph.add_edge(literal >> 1, ("output", place), negated=bool(literal & 1), weight=1)
        return graph

    def __eq__(self, other: object) -> bool:
        """Whether both are the same gate by gate, which says more than that they compute the same."""
        if not isinstance(other, Circuit):
            return NotImplemented
        return self.inputs == other.inputs and all(
            np.array_equal(mine, theirs) for mine, theirs in zip(self._arrays, other._arrays, strict=True)
        )

    def __hash__(self) -> int:
        return hash((self.inputs, *(array.tobytes() for array in self._arrays)))

    @property
    def _arrays(self) -> tuple[Ints, ...]:
        return self.offsets, self.literals, self.thresholds, self.outputs

    def __repr__(self) -> str:
        return (
            f"<Circuit of {self.gates} gates, {self.wires} wires and depth {self.depth}: "
            f"{self.inputs} inputs, {self.outputs.size} outputs>"
        )


def _frozen(name: str, values: object) -> Ints:
    """``values`` as an array of our own that nobody can change."""
    given = np.asarray(values)
    if given.ndim != 1 or (given.size and given.dtype.kind != "i"):
        raise ConstructionError(f"{name} must be a list of integers, got shape {given.shape} of {given.dtype}")
    array = given.astype(np.int64)
    array.flags.writeable = False
    return array
