"""Finite machines as tables of ints: what any finite machine is tabulated into, and what kernels and files hold.

A table gives states the numbers 0 .. n-1 and outputs the numbers 0 .. m-1. Row q, column a of ``next`` is the state
after reading letter a in state q, and the same entry of ``out`` is the output of that step; -1 there is `UNSPECIFIED`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.errors import BudgetExhausted, ConstructionError, DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol

__all__ = ["Ints", "TableMachine", "live", "minimise", "tabulate"]

Ints: TypeAlias = npt.NDArray[np.int32]

MAX_ENTRY = 2**31 - 1


@dataclass(frozen=True, eq=False, repr=False)
class TableMachine:
    """A machine with n states and k symbols, held in two int32 arrays.

    >>> parity = TableMachine(("0", "1"), 0, [[0, 1], [1, 0]], [[0, 1], [1, 0]], ("even", "odd"))
    >>> parity.step(0, "1")
    (1, 'odd')

    Two tables are equal if all their fields are. The arrays are copies and can't be written to.

    Raises: SymbolError, if a symbol stands twice; ConstructionError, if an array doesn't have the shape and the integer
    type it must have, if an entry or the start is out of range, if an output stands twice or is `UNSPECIFIED`, or if
    there isn't one label for each state.
    """

    alphabet: tuple[Symbol, ...]
    start: int
    next: Ints  #: the state after each step; shape (n, k), entries in range(n)
    out: Ints  #: the output of each step; shape (n, k), indices into ``outputs``, or -1
    outputs: tuple[Output, ...]  #: each once
    labels: tuple[State, ...] | None = None  #: the states of the machine that was tabulated, one for each row
    _columns: dict[Symbol, int] = field(init=False)

    def __post_init__(self) -> None:
        columns = {symbol: column for column, symbol in enumerate(self.alphabet)}
        if len(columns) != len(self.alphabet):
            raise SymbolError(f"each symbol of an alphabet stands once, got {self.alphabet!r}")
        if len(set(self.outputs)) != len(self.outputs) or UNSPECIFIED in self.outputs:
            raise ConstructionError("each output stands once, and UNSPECIFIED is not one of them (it is the entry -1)")
        if any(output != output for output in self.outputs):  # a NaN: equal to nothing, so no task could demand it
            raise ConstructionError("each output equals itself; one of them doesn't")
        successors = _int_array("next", self.next)
        shape = (len(successors), len(self.alphabet))
        out = _int_array("out", self.out)
        for name, array in (("next", successors), ("out", out)):
            if array.shape != shape or len(array) == 0:
                raise ConstructionError(
                    f"next and out have the same rows, at least one, and a column for each of the {len(self.alphabet)} "
                    f"symbols; {name} has shape {array.shape}"
                )
        if len(successors) > MAX_ENTRY:
            raise ConstructionError(f"a table has at most 2^31 - 1 states, got {len(successors)}")
        if isinstance(self.start, bool) or not isinstance(self.start, int) or not 0 <= self.start < len(successors):
            raise ConstructionError(f"start must be an int in range({len(successors)}), got {self.start!r}")
        if self.labels is not None and len(self.labels) != len(successors):
            raise ConstructionError(f"{len(successors)} states need as many labels, got {len(self.labels)}")
        object.__setattr__(self, "next", self._in_range("next", successors, 0, len(successors)))
        object.__setattr__(self, "out", self._in_range("out", out, -1, len(self.outputs)))
        object.__setattr__(self, "_columns", columns)

    def _in_range(self, name: str, array: npt.NDArray[np.integer], low: int, high: int) -> Ints:
        """A read-only int32 copy of ``array``, whose entries must lie in range(low, high)."""
        if array.size and (array.min() < low or array.max() >= high):
            state, column = np.argwhere((array < low) | (array >= high))[0]
            raise ConstructionError(
                f"{name}[{state}, {column}] (state {state}, symbol {self.alphabet[column]!r}) must lie in "
                f"range({low}, {high}), got {array[state, column]}"
            )
        copy = np.array(array, np.int32, order="C")
        copy.setflags(write=False)
        return copy

    def step(self, state: State, symbol: Symbol) -> tuple[int, Output]:
        """The state after ``symbol``, and the output of this step.

        Raises: SymbolError, if the symbol is not in the alphabet; DomainError, if the state is not a row's number.
        """
        if not isinstance(state, int) or not 0 <= state < len(self.next):
            raise DomainError(f"a state of this table is an int in range({len(self.next)}), got {state!r}")
        column = self._columns.get(symbol)
        if column is None:
            raise SymbolError(f"{symbol!r} is not in the alphabet of this table")
        output = int(self.out[state, column])
        return int(self.next[state, column]), UNSPECIFIED if output < 0 else self.outputs[output]

    def label(self, state: int) -> State:
        """What ``state`` was called in the machine that was tabulated; its number if the table has no labels."""
        return state if self.labels is None else self.labels[state]

    @cached_property
    def _live(self) -> npt.NDArray[np.bool_]:
        return live(self)

    def is_dead(self, state: State) -> bool:
        """Whether no step with a specified output can be reached from ``state``: see `live`."""
        assert isinstance(state, int)
        return not self._live[state]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TableMachine):
            return NotImplemented
        return (
            (self.alphabet, self.start, self.outputs, self.labels)
            == (other.alphabet, other.start, other.outputs, other.labels)
            and np.array_equal(self.next, other.next)
            and np.array_equal(self.out, other.out)
        )

    def __hash__(self) -> int:
        return hash((self.alphabet, self.start, self.outputs, self.next.tobytes(), self.out.tobytes()))

    def __repr__(self) -> str:
        states, symbols = self.next.shape
        return f"<TableMachine: {states} states, {symbols} symbols, {len(self.outputs)} outputs>"


def _int_array(name: str, values: npt.ArrayLike) -> npt.NDArray[np.integer]:
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ConstructionError(f"the rows of {name} must be of one length") from error
    if array.dtype.kind not in "iu":
        raise ConstructionError(f"{name} must be an array of 64-bit integers at most, got {array.dtype}")
    return array


def tabulate(machine: Machine, *, max_states: int = 10**6) -> TableMachine:
    """The reachable states of ``machine`` as a table, numbered breadth-first, successors in alphabet order.

    >>> from exactssm.tasks import parity
    >>> table = tabulate(parity())
    >>> table.next.tolist(), table.outputs
    ([[0, 1], [1, 0]], ('even', 'odd'))

    The start is state 0, and outputs are numbered as the rows first show them. The labels are the machine's states; a
    table's rows keep the labels they have, or have none.

    Raises: BudgetExhausted, if more than ``max_states`` states are reachable.
    """
    if not isinstance(machine, TableMachine):
        return _tabulate_by_steps(machine, max_states)
    order, number = _reachable(machine, max_states)
    return _renumbered(machine, order, number)


def _tabulate_by_steps(machine: Machine, max_states: int) -> TableMachine:
    """The definition of `tabulate`, for every machine; the compiled path has to give the same table."""
    number: dict[State, int] = {machine.start: 0}
    output_number: dict[Output, int] = {}
    states: list[State] = [machine.start]
    successors: list[int] = []
    out: list[int] = []
    for state in states:  # which grows as it is read
        for symbol in machine.alphabet:
            successor, output = machine.step(state, symbol)
            if successor not in number:
                if len(states) >= max_states:
                    raise _exhausted(max_states)
                number[successor] = len(states)
                states.append(successor)
            successors.append(number[successor])
            out.append(-1 if output is UNSPECIFIED else output_number.setdefault(output, len(output_number)))
    shape = (len(states), len(machine.alphabet))
    return TableMachine(
        alphabet=tuple(machine.alphabet),
        start=0,
        next=np.array(successors, np.int32).reshape(shape),
        out=np.array(out, np.int32).reshape(shape),
        outputs=tuple(output_number),
        labels=tuple(states),
    )


def _reachable(table: TableMachine, max_states: int) -> tuple[Ints, Ints]:
    """The reachable states in breadth-first order, and for each state its place there, -1 if it has none."""
    from exactssm._table_kernels import number_states

    order = np.empty(max(1, min(len(table.next), max_states)), np.int32)
    number = np.full(len(table.next), -1, np.int32)
    count = number_states(table.next, table.start, order, number)
    if count < 0:
        raise _exhausted(max_states)
    return order[:count], number


def _exhausted(max_states: int) -> BudgetExhausted:
    return BudgetExhausted(f"reached {max(1, max_states)} states and more are reachable; raise max_states")


def _renumbered(table: TableMachine, order: Ints, number: Ints) -> TableMachine:
    """``table`` on the states of ``order``, a set that no step leaves and that the start is in."""
    from exactssm._table_kernels import write_rows

    shape = (len(order), len(table.alphabet))
    successors, out = np.empty(shape, np.int32), np.empty(shape, np.int32)
    output_order = np.empty(len(table.outputs), np.int32)
    output_number = np.full(len(table.outputs), -1, np.int32)
    count = write_rows(table.next, table.out, order, number, output_order, output_number, successors, out)
    return TableMachine(
        alphabet=table.alphabet,
        start=int(number[table.start]),
        next=successors,
        out=out,
        outputs=tuple(table.outputs[i] for i in output_order[:count]),
        labels=None if table.labels is None else tuple(table.labels[state] for state in order),
    )


def minimise(table: TableMachine) -> TableMachine:
    """The equivalent table with the least number of states, numbered as by `tabulate`, without labels.

    >>> twice = TableMachine(("a",), 0, [[1], [2], [3], [0]], [[0], [1], [0], [1]], ("x", "y"))
    >>> minimise(twice).next.tolist()
    [[1], [0]]

    Of tables over one alphabet, in one order, those that put out the same on every word have equal minimised tables:
    by the theorem of Nerode the states of the least machine are the classes of words after which all continuations put
    out the same, and the numbering depends on nothing else. Takes O(k n log n) steps (Hopcroft 1971).

    Raises: ConstructionError, if a reachable step has an unspecified output: there a least machine isn't unique.
    """
    from exactssm._table_kernels import refine

    order, number = _reachable(table, len(table.next))
    reached = _renumbered(table, order, number)
    if reached.out.size and reached.out.min() < 0:
        row, column = np.argwhere(reached.out < 0)[0]
        raise ConstructionError(
            "only a table with all outputs specified can be minimised; the output is unspecified in state "
            f"{table.label(int(order[row]))!r} on symbol {table.alphabet[column]!r}"
        )
    classes = np.zeros(len(reached.next), np.int64)  # states with the same row of outputs
    for column in reached.out.T:
        # both factors are below 2^31
        classes = np.unique(classes * len(reached.outputs) + column, return_inverse=True)[1].astype(np.int64)
    block = classes.astype(np.int32)
    count = refine(reached.next, block, int(classes.max()) + 1)
    representatives = np.unique(block, return_index=True)[1]
    quotient = TableMachine(
        alphabet=reached.alphabet,
        start=int(block[reached.start]),
        next=block[reached.next[representatives]],
        out=reached.out[representatives],
        outputs=reached.outputs,
    )
    return tabulate(quotient, max_states=count)


def live(table: TableMachine) -> npt.NDArray[np.bool_]:
    """For each state, whether a step with a specified output can be reached from it; shape (n,).

    >>> ends = TableMachine(("a", "b"), 0, [[0, 1], [1, 1]], [[0, -1], [-1, -1]], ("x",))
    >>> live(ends).tolist()
    [True, False]

    In a task's state that isn't live nothing is ever demanded again.
    """
    from exactssm._table_kernels import live_states

    alive: npt.NDArray[np.bool_] = live_states(table.next, table.out)
    return alive
