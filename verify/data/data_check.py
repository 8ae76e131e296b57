"""Word-problem files against their group, and models against such files: row by row, in constant memory.

The definition is `check_row` and `machine.run`, on one row at a time; tables and compiled loops do the same for blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from exactssm.errors import ExactssmError, SymbolError
from exactssm.machine import Machine, Output, Relabelled, State, Symbol, run
from exactssm.table import TableMachine, tabulate

if TYPE_CHECKING:
    from exactssm.algebra.published import PublishedGroup
    from exactssm.formats.reading import PathName
    from exactssm.formats.word_blocks import WordBlock
    from exactssm.formats.word_file import WordRow

__all__ = ["Accuracy", "DataReport", "Reader", "WrongTarget", "check_data", "check_data_by_rows", "check_row", "reader"]

TABLE_STEPS = 500_000  # for the table of a model; one that takes more is run step by step


class WrongTarget(NamedTuple):
    """A target that is no prefix product."""

    row: int  #: counted from 1; the header is none
    line: int  #: counted from 1; the header is line 1
    column: int  #: where it begins in the line, counted from 1
    position: int  #: which of the targets it is, counted from 1
    found: int
    demanded: int

    def __str__(self) -> str:
        return (
            f"row {self.row} (line {self.line}, column {self.column}): target {self.position} must be {self.demanded}, "
            f"found {self.found}"
        )


@dataclass(frozen=True)
class Accuracy:
    """How often a model puts out the right product: counts, so that every fraction is exact."""

    right: tuple[int, ...]  #: for each position, the rows on which it is right there
    asked: tuple[int, ...]  #: for each position, the rows that have it
    whole: int  #: the rows on which it is right at all positions
    rows: int


@dataclass(frozen=True)
class DataReport:
    """What has been found in a file."""

    rows: int  #: read; not all of them, if a wrong one was found and the first was enough
    wrong_rows: int
    wrong_targets: int
    first: WrongTarget | None
    complete: bool  #: whether the file was read to its end
    accuracy: Accuracy | None


@dataclass(frozen=True)
class Reader:
    """A model that reads elements of a published group: what each is to it, and which of its outputs mean one."""

    model: Machine
    symbols: tuple[Symbol, ...]  #: what it reads for each element
    elements: dict[str, int]  #: the element that a text put out means

    def element(self, output: Output) -> int:
        """The element that an output means, or -1."""
        if isinstance(output, bool):
            return -1
        return self.elements.get(output if isinstance(output, str) else str(output), -1)

    def answers(self, word: Sequence[int]) -> tuple[int, ...]:
        """What the model says after each element of ``word``: an element, or -1."""
        return tuple(map(self.element, run(self.model, (self.symbols[x] for x in word)).outputs))


def reader(model: Machine, published: PublishedGroup, *, ours: bool = False) -> Reader:
    """``model`` as a reader of the data of a group. Its symbols are the numbers of elements, or their labels.

    With ``ours`` it takes pq to mean p first, as everything else here does; otherwise its product is the published one.
    The isomorphism between the two groups then translates what it reads and what it says.

    Raises: SymbolError, if its alphabet lacks an element.
    """
    numbers = [str(x) for x in range(published.order)]
    labels = published.group.labels
    named: dict[str, Symbol] = {str(symbol): symbol for symbol in model.alphabet}
    texts = next((names for names in (numbers, labels) if set(names) <= named.keys()), None)
    if texts is None:
        missing = [x for x in range(published.order) if numbers[x] not in named]
        raise SymbolError(
            f"the model must read all {published.order} elements of {published.name}, as their numbers or as their "
            f"labels; it reads no {numbers[missing[0]]!r}, and no {next(x for x in labels if x not in named)!r}"
        )
    theirs = published.ours if ours else tuple(range(published.order))
    other = labels if texts is numbers else numbers
    elements: dict[str, int] = {}
    for names in (other, texts):  # where a number is also the label of an element, what the model reads decides
        elements |= {names[theirs[x]]: x for x in range(published.order)}
    return Reader(model, tuple(named[texts[theirs[x]]] for x in range(published.order)), elements)


def check_row(published: PublishedGroup, row: WordRow, number: int) -> list[WrongTarget]:
    """The wrong targets of row ``number``: the definition."""
    wrong = []
    product = 0
    for position, (x, found, column) in enumerate(zip(row.word, row.targets, row.columns, strict=True), start=1):
        product = published.group.mul(product, x)
        if found != product:
            wrong.append(WrongTarget(number, row.line, column, position, found, product))
    return wrong


def check_data_by_rows(
    path: PathName,
    published: PublishedGroup,
    *,
    model: Reader | None = None,
    tokens: bool = False,
    every: bool = False,
) -> DataReport:
    """The definition of `check_data`, slowly."""
    from exactssm.formats.word_file import read_rows

    rows = wrong_rows = wrong_targets = 0
    first = None
    tally = None if model is None else _Tally(published, model)
    for rows, row in enumerate(read_rows(path, published.order, tokens=tokens), start=1):
        wrong = check_row(published, row, rows)
        wrong_rows += bool(wrong)
        wrong_targets += len(wrong)
        first = first or (wrong[0] if wrong else None)
        if first and not every:
            return DataReport(rows, 1, len(wrong), first, False, None)
        if tally is not None:
            tally.add_word(row.word)
    return DataReport(rows, wrong_rows, wrong_targets, first, True, None if tally is None else tally.accuracy())


def check_data(
    path: PathName,
    published: PublishedGroup,
    *,
    model: Reader | None = None,
    tokens: bool = False,
    every: bool = False,
    progress: Callable[[int, int], object] = lambda rows, size: None,
) -> DataReport:
    """Check every row of a word-problem file: that the targets are the prefix products of the input in the group.

    It stops at the first wrong row, unless ``every`` is set. A model's answers are compared with the products, whatever
    the targets say. Rows whose input or target is malformed are errors. ``progress`` is told rows and bytes read: none,
    while the model is tabulated.

    Raises: FormatError, naming line and column, if the file is malformed; what the model raises.
    """
    from exactssm.formats.word_blocks import read_blocks
    from verify.data._data_kernels import FIRST_POSITION, FIRST_ROW, WRONG_ROWS, WRONG_TARGETS, check_targets

    table = published.group.table
    scores = None if model is None else _scores(published, model, lambda: progress(0, 0))
    rows = size = 0
    counts = np.zeros(4, np.int64)
    first = None
    for block in read_blocks(path, published.order, tokens=tokens):
        check_targets(table, block.inputs, block.targets, block.lengths, counts)
        if first is None and counts[WRONG_TARGETS]:
            at = int(counts[FIRST_ROW])
            wrong = check_row(published, block.row(at), rows + at + 1)
            first = wrong[0]
            assert first.position == counts[FIRST_POSITION] + 1
            if not every:
                return DataReport(rows + at + 1, 1, len(wrong), first, False, None)
        if scores is not None:
            scores.add(block, lambda more, rows=rows, size=size: progress(rows + more, size))  # type: ignore[misc]
        rows += len(block.inputs)
        size += int(block.offsets[-1])
        progress(rows, size)
    accuracy = None if scores is None else scores.accuracy()
    return DataReport(rows, int(counts[WRONG_ROWS]), int(counts[WRONG_TARGETS]), first, True, accuracy)


class _Tally:
    """Right answers, counted row by row and step by step."""

    def __init__(self, published: PublishedGroup, model: Reader) -> None:
        self.published, self.model = published, model
        self.right: list[int] = []
        self.asked: list[int] = []
        self.whole = self.rows = 0

    def add(self, block: WordBlock, progress: Callable[[int], object]) -> None:
        for i in range(len(block.inputs)):
            self.add_word(block.inputs[i, : block.lengths[i]].tolist())
            progress(i)

    def add_word(self, word: Sequence[int]) -> None:
        if len(word) > len(self.asked):
            more = [0] * (len(word) - len(self.asked))
            self.right, self.asked = self.right + more, self.asked + more
        product = 0
        every = True
        for t, (x, answer) in enumerate(zip(word, self.model.answers(word), strict=True)):
            product = self.published.group.mul(product, x)
            self.asked[t] += 1
            self.right[t] += answer == product
            every = every and answer == product
        self.whole += every
        self.rows += 1

    def accuracy(self) -> Accuracy:
        return Accuracy(tuple(self.right), tuple(self.asked), self.whole, self.rows)


class _TableTally:
    """Right answers, counted by a model's table, a column for each element."""

    def __init__(self, published: PublishedGroup, model: Reader, table: TableMachine) -> None:
        meant = np.array([*map(model.element, table.outputs), -1], np.int32)  # -1, of no output, is the last one
        self.group, self.start = published.group.table, table.start
        self.successors, self.answers = table.next, np.ascontiguousarray(meant[table.out])
        self.right = self.asked = np.zeros(0, np.int64)
        self.whole = self.rows = 0

    def add(self, block: WordBlock, progress: Callable[[int], object]) -> None:
        from verify.data._data_kernels import score

        right, asked = np.zeros((2, block.inputs.shape[1]), np.int64)
        self.whole += score(
            self.group, self.successors, self.answers, self.start, block.inputs, block.lengths, right, asked
        )
        self.rows += len(block.inputs)
        if not self.right.size:  # all blocks of a file have the same width
            self.right, self.asked = np.zeros((2, right.size), np.int64)
        self.right += right
        self.asked += asked

    def accuracy(self) -> Accuracy:
        longest = int(np.count_nonzero(self.asked))  # positions beyond the longest word are padding
        right, asked = self.right[:longest].tolist(), self.asked[:longest].tolist()
        return Accuracy(tuple(right), tuple(asked), self.whole, self.rows)


@dataclass(frozen=True)
class _Told(Relabelled):
    """It tells of each step."""

    tell: Callable[[], object]

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        self.tell()
        return super().step(state, symbol)


def _scores(published: PublishedGroup, model: Reader, tell: Callable[[], object]) -> _Tally | _TableTally:
    """By table where the model has a small one. One that fails on some word may still read those of the file."""
    elements: dict[Symbol, Symbol] = dict(enumerate(model.symbols))
    try:
        table = tabulate(_Told(model.model, elements, tell), max_states=max(1, TABLE_STEPS // published.order))
    except ExactssmError:
        return _Tally(published, model)
    return _TableTally(published, model, table)
