"""Threshold circuits, built gate by gate."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from exactssm.circuits.circuit import FALSE, TRUE, Circuit, Literal
from exactssm.errors import BudgetExhausted, ConstructionError

__all__ = ["MAX_WIRES", "CircuitBuilder"]

MAX_WIRES: Final = 5 * 10**7  #: of a circuit, unless more is asked for; a wire takes eight bytes


class CircuitBuilder:
    """Builds a `Circuit`: first the inputs, then the gates, each once however often it is asked for.

    >>> builder = CircuitBuilder()
    >>> x, y, z = builder.inputs(3)
    >>> carry = builder.at_least([x, y, z], 2)
    >>> total = builder.at_least([x, y, z, carry ^ 1, carry ^ 1], 3)
    >>> adder = builder.build([total, carry])
    >>> [adder.evaluate(bits) for bits in [(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)]]
    [(0, 0), (1, 0), (0, 1), (1, 1)]

    Raises: BudgetExhausted, from any gate that would be the first beyond ``max_wires``; ConstructionError, for a
    literal of a variable that there is not, and for an input after the first gate.
    """

    def __init__(self, inputs: int = 0, *, max_wires: int = MAX_WIRES) -> None:
        if inputs < 0:
            raise ConstructionError(f"a circuit needs at least 0 inputs, got {inputs}")
        self._inputs = inputs
        self._max_wires = max_wires
        self._offsets = array("q", [0])
        self._literals = array("q")
        self._thresholds = array("q")
        self._made: dict[tuple[int, bytes], Literal] = {}

    def input(self) -> Literal:
        """A new input."""
        if self._thresholds:
            raise ConstructionError("inputs come before gates, and there is a gate already")
        self._inputs += 1
        return 2 * self._inputs

    def inputs(self, count: int) -> list[Literal]:
        """So many new inputs."""
        return [self.input() for _ in range(count)]

    def at_least(self, literals: Iterable[Literal], threshold: int) -> Literal:
        """Whether at least ``threshold`` of ``literals`` are true, where one may stand several times.

        No gate is made if the answer is a constant or one of the literals. Constants are counted into the threshold, x
        beside its negation too, and copies of a literal beyond what can change the answer are left out.
        """
        wires = self._checked(literals)
        wires.sort()
        variables = {literal >> 1 for literal in wires}
        if len(variables) < len(wires) or 0 in variables:
            wires, threshold = _reduced(wires, threshold)
        if threshold <= 0:
            return TRUE
        if threshold > len(wires):
            return FALSE
        if wires[0] == wires[-1]:  # all of them, for they are sorted
            return wires[0]
        packed = array("q", wires)
        key = threshold, packed.tobytes()
        if (made := self._made.get(key)) is not None:
            return made
        if len(self._literals) + len(packed) > self._max_wires:
            raise BudgetExhausted(f"a circuit of more than {self._max_wires} wires is not built; raise max_wires")
        self._literals.extend(packed)
        self._offsets.append(len(self._literals))
        self._thresholds.append(threshold)
        literal = self._made[key] = 2 * (self._inputs + len(self._thresholds))
        return literal

    def all_of(self, literals: Iterable[Literal]) -> Literal:
        """The conjunction."""
        listed = list(literals)
        return self.at_least(listed, len(listed))

    def any_of(self, literals: Iterable[Literal]) -> Literal:
        """The disjunction."""
        return self.at_least(literals, 1)

    def not_(self, literal: Literal) -> Literal:
        """The negation, ``literal ^ 1``."""
        return literal ^ 1

    def exactly(self, literals: Iterable[Literal], count: int) -> Literal:
        """Whether exactly ``count`` of ``literals`` are true: at least so many, and not at least one more."""
        listed = list(literals)
        return self.all_of([self.at_least(listed, count), self.at_least(listed, count + 1) ^ 1])

    def table(self, bits: Sequence[Literal], values: Sequence[int], width: int) -> list[Literal]:
        """A function of a number given by ``bits``, least significant first, as its ``width`` output bits: a
        disjunction of minterms for each, depth 2.

        >>> builder = CircuitBuilder()
        >>> square = builder.table(builder.inputs(2), [0, 1, 4, 9], 4)
        >>> builder.build(square).evaluate((1, 1)) # 3 squared is 1001 in binary
        (1, 0, 0, 1)

        Raises: ConstructionError, unless there is one value in range(2^width) for each setting of the bits.
        """
        if len(values) != 1 << len(bits):
            raise ConstructionError(f"a table of {len(bits)} bits has {1 << len(bits)} values, got {len(values)}")
        for place, value in enumerate(values):
            if not 0 <= value < 1 << width:
                raise ConstructionError(f"value {place} must have {width} bits, got {value}")
        minterms = [
            self.all_of([bit ^ 1 ^ (number >> i & 1) for i, bit in enumerate(bits)]) if value else FALSE
            for number, value in enumerate(values)
        ]
        return [
            self.any_of([term for term, value in zip(minterms, values, strict=True) if value >> j & 1])
            for j in range(width)
        ]

    def build(self, outputs: Iterable[Literal]) -> Circuit:
        """The circuit with these outputs. Gates that none of them needs are left out, the others keep their order."""
        import numpy as np

        from exactssm.circuits._circuit_kernels import mark_needed

        wanted = self._checked(outputs)
        offsets, literals, thresholds = (
            np.array(part, np.int64) for part in (self._offsets, self._literals, self._thresholds)
        )
        first = 1 + self._inputs
        needed = np.zeros(first + thresholds.size, bool)
        needed[[literal >> 1 for literal in wanted]] = True
        mark_needed(self._inputs, offsets, literals, needed)
        needed[:first] = True
        number = np.cumsum(needed) - 1
        kept = needed[first:]
        fan_in = np.diff(offsets)
        literals = literals[np.repeat(kept, fan_in)]
        return Circuit(
            inputs=self._inputs,
            offsets=np.concatenate([[0], np.cumsum(fan_in[kept])]),
            literals=2 * number[literals >> 1] + (literals & 1),
            thresholds=thresholds[kept],
            outputs=np.array([2 * number[literal >> 1] + (literal & 1) for literal in wanted], np.int64),
        )

    def _checked(self, literals: Iterable[Literal]) -> list[Literal]:
        listed = list(literals)
        bound = 2 * (1 + self._inputs + len(self._thresholds))
        if not {*map(type, listed)} <= {int} or (listed and not 0 <= min(listed) <= max(listed) < bound):
            wrong = next(literal for literal in listed if type(literal) is not int or not 0 <= literal < bound)
            raise ConstructionError(f"literals here are integers from 0 to {bound - 1}, got {wrong!r:.40}")
        return listed


def _reduced(literals: Sequence[Literal], threshold: int) -> tuple[list[Literal], int]:
    """Literals and a threshold that say the same without constants, without x beside its negation, and without copies
    that can't matter."""
    weights = Counter(literals)
    threshold -= weights.pop(TRUE, 0)
    weights.pop(FALSE, 0)
    for literal in sorted(weights):
        if not literal & 1 and (paired := min(weights[literal], weights[literal ^ 1])):
            weights[literal] -= paired
            weights[literal ^ 1] -= paired
            threshold -= paired  # of x and its negation, one is true
    # t copies true make the gate true alone; of k wires, k - t + 1 false make it false
    slack = weights.total() - threshold
    changed = True
    while changed and threshold > 0 and slack >= 0:
        changed = False
        for literal, weight in weights.items():
            if weight > threshold:
                weights[literal] = threshold
                slack -= weight - threshold
                changed = True
        for literal, weight in weights.items():
            if weight > slack + 1:
                weights[literal] = slack + 1
                threshold -= weight - slack - 1
                changed = True
    return sorted(weights.elements()), threshold
