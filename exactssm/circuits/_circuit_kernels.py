"""Compiled evaluation of threshold circuits, bit-sliced: one int64 word holds one variable on 64 assignments.

`LANES` words are carried along at a time, a cache line, so that the inner loops become vector instructions. The caller
has checked the circuit and the shapes. Words are signed and only ever go through bitwise operations.
"""

# mypy: allow-untyped-decorators

from __future__ import annotations

from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt
from numba import njit, types

__all__ = ["LANES", "evaluate_words", "levels_of", "mark_needed"]

Ints: TypeAlias = npt.NDArray[np.int64]
Bools: TypeAlias = npt.NDArray[np.bool_]

LANES: Final = 8
DIGITS: Final = 48  # of a count in binary: no gate has 2^47 wires

ROW = types.Array(types.int64, 1, "C", readonly=True)
READ = types.Array(types.int64, 2, "C", readonly=True)
WRITTEN = types.Array(types.int64, 2, "C")
FILLED = types.Array(types.int64, 1, "C")
MARKS = types.Array(types.boolean, 1, "C")
INT = types.int64


@njit(types.void(WRITTEN, ROW, INT, INT, INT), cache=True, nogil=True)
def conjunction(values: Ints, literals: Ints, begin: int, end: int, gate: int) -> None:
    """Row ``gate`` of ``values``: where all literals are true."""
    for lane in range(LANES):
        values[gate, lane] = -1
    for wire in range(begin, end):
        source = literals[wire] >> 1
        flip = -(literals[wire] & 1)
        left = 0
        for lane in range(LANES):
            values[gate, lane] &= values[source, lane] ^ flip
            left |= values[gate, lane]
        if left == 0:
            return


@njit(types.void(WRITTEN, ROW, INT, INT, INT), cache=True, nogil=True)
def disjunction(values: Ints, literals: Ints, begin: int, end: int, gate: int) -> None:
    """Row ``gate`` of ``values``: where any literal is true."""
    for lane in range(LANES):
        values[gate, lane] = 0
    for wire in range(begin, end):
        source = literals[wire] >> 1
        flip = -(literals[wire] & 1)
        left = -1
        for lane in range(LANES):
            values[gate, lane] |= values[source, lane] ^ flip
            left &= values[gate, lane]
        if left == -1:
            return


@njit(types.void(WRITTEN, ROW, INT, INT, INT, INT, WRITTEN, WRITTEN), cache=True, nogil=True)
def count_and_compare(
    values: Ints, literals: Ints, begin: int, end: int, threshold: int, gate: int, first: Ints, second: Ints
) -> None:
    """Row ``gate`` of ``values``: where at least ``threshold`` literals are true; 0 < threshold <= end - begin.

    The count is kept as two binary numbers, ``first`` + ``second``, digit by digit as words. A third word for a digit
    goes with the two there into a full adder, whose carry is a word for the next digit, so that k literals take fewer
    than k full adders. A run of w copies of a literal is a word for each digit of w.
    """
    held = np.zeros(DIGITS, np.int64)  # words at each digit: 0, 1 or 2
    carry = np.empty(LANES, np.int64)
    digits = 0
    wire = begin
    while wire < end:
        literal = literals[wire]
        weight = 0
        while wire < end and literals[wire] == literal:
            weight += 1
            wire += 1
        source = literal >> 1
        flip = -(literal & 1)
        digit = 0
        while weight > 0:
            if weight & 1:
                for lane in range(LANES):
                    carry[lane] = values[source, lane] ^ flip
                place = digit
                while held[place] == 2:
                    for lane in range(LANES):
                        half = first[place, lane] ^ second[place, lane]
                        over = (first[place, lane] & second[place, lane]) | (half & carry[lane])
                        first[place, lane] = half ^ carry[lane]
                        carry[lane] = over
                    held[place] = 1
                    place += 1
                if held[place] == 0:
                    for lane in range(LANES):
                        first[place, lane] = carry[lane]
                else:
                    for lane in range(LANES):
                        second[place, lane] = carry[lane]
                held[place] += 1
                digits = max(digits, place + 1)
            weight >>= 1
            digit += 1
    # the sum's digits come lowest first, and the highest digit where it differs from the threshold decides
    for lane in range(LANES):
        carry[lane] = 0
        values[gate, lane] = -1
    for place in range(digits + 1):
        wanted = threshold >> place & 1
        for lane in range(LANES):
            x = first[place, lane] if held[place] > 0 else 0
            y = second[place, lane] if held[place] > 1 else 0
            half = x ^ y
            digit_of_sum = half ^ carry[lane]
            carry[lane] = (x & y) | (half & carry[lane])
            if wanted:
                values[gate, lane] &= digit_of_sum
            else:
                values[gate, lane] |= digit_of_sum


@njit(types.void(INT, ROW, ROW, ROW, ROW, READ, WRITTEN), cache=True, nogil=True)
def evaluate_words(
    inputs: int, offsets: Ints, literals: Ints, thresholds: Ints, outputs: Ints, given: Ints, found: Ints
) -> None:
    """Write the outputs' words to ``found``, shape (blocks, outputs * LANES), on the inputs' words ``given``, shape
    (blocks, inputs * LANES); without columns in ``given``, the truth table's rows in order instead.
    """
    gates = thresholds.size
    values = np.zeros((1 + inputs + gates, LANES), np.int64)
    first = np.empty((DIGITS, LANES), np.int64)
    second = np.empty((DIGITS, LANES), np.int64)
    # the words of the six inputs that change within a word of the truth table: 0101..., 0011..., 00001111..., ...
    within = np.zeros(6, np.int64)
    for i in range(6):
        for bit in range(64):
            within[i] |= (bit >> i & 1) << bit
    for block in range(found.shape[0]):
        for i in range(inputs):
            for lane in range(LANES):
                if given.shape[1] > 0:
                    values[1 + i, lane] = given[block, i * LANES + lane]
                elif i < 6:
                    values[1 + i, lane] = within[i]
                else:
                    values[1 + i, lane] = -((block * LANES + lane) >> (i - 6) & 1)
        for gate in range(gates):
            begin = offsets[gate]
            end = offsets[gate + 1]
            threshold = thresholds[gate]
            row = 1 + inputs + gate
            if threshold == end - begin:  # also 0 of 0, which is true
                conjunction(values, literals, begin, end, row)
            elif threshold == 1:  # also 1 of 0, which is false
                disjunction(values, literals, begin, end, row)
            elif threshold == 0 or threshold > end - begin:
                for lane in range(LANES):
                    values[row, lane] = -1 if threshold == 0 else 0
            else:
                count_and_compare(values, literals, begin, end, threshold, row, first, second)
        for i in range(outputs.size):
            source = outputs[i] >> 1
            flip = -(outputs[i] & 1)
            for lane in range(LANES):
                found[block, i * LANES + lane] = values[source, lane] ^ flip


@njit(types.void(INT, ROW, ROW, FILLED), cache=True, nogil=True)
def levels_of(inputs: int, offsets: Ints, literals: Ints, levels: Ints) -> None:
    """Fill in the level of each variable; ``levels`` holds zeros before."""
    for gate in range(offsets.size - 1):
        highest = 0
        for wire in range(offsets[gate], offsets[gate + 1]):
            highest = max(highest, levels[literals[wire] >> 1])
        levels[1 + inputs + gate] = highest + 1


@njit(types.void(INT, ROW, ROW, MARKS), cache=True, nogil=True)
def mark_needed(inputs: int, offsets: Ints, literals: Ints, needed: Bools) -> None:
    """Mark every variable that a marked one reads, directly or not."""
    for gate in range(offsets.size - 2, -1, -1):
        if needed[1 + inputs + gate]:
            for wire in range(offsets[gate], offsets[gate + 1]):
                needed[literals[wire] >> 1] = True
