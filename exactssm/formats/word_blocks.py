"""Word-problem files read fast, in blocks of many rows and constant memory; equal to `word_file.read_rows`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from exactssm.formats.reading import PathName
from exactssm.formats.word_file import (
    MAX_LINE,
    MAX_SEED_DIGITS,
    RowForm,
    WordRow,
    check_header,
    open_words,
    parse_row,
)

__all__ = ["WordBlock", "read_blocks"]

Ints: TypeAlias = npt.NDArray[np.int32]
Offsets: TypeAlias = npt.NDArray[np.int64]

CHUNK = 2**22  # bytes read at once


class WordBlock(NamedTuple):
    """Rows of a file that follow each other. Row i has ``lengths[i]`` elements; what stands beyond them is padding."""

    path: PathName
    line: int  #: of row 0, counted from 1
    form: RowForm
    inputs: Ints  #: the words; shape (rows, greatest length)
    targets: Ints  #: likewise
    lengths: Offsets
    data: npt.NDArray[np.uint8]  #: the bytes that the rows were read from
    offsets: Offsets  #: where each row begins in them, and where the last one ends

    def row(self, i: int) -> WordRow:
        """Row i, as the definition reads it."""
        data = self.data[self.offsets[i] : self.offsets[i + 1]].tobytes()
        return parse_row(self.path, self.line + i, data, self.form, None)


def read_blocks(path: PathName, order: int, *, tokens: bool = False, chunk: int = CHUNK) -> Iterator[WordBlock]:
    """The rows of a file, ``chunk`` bytes at a time.

    Raises: FormatError, as `word_file.read_rows` does, after the same rows.
    """
    form = RowForm(order, tokens)
    width: int | None = None
    with open_words(path) as file:
        check_header(path, file.readline(MAX_LINE + 1))
        line = 2
        pending = b""
        while data := file.read(chunk):
            pending += data
            end = pending.rfind(b"\n") + 1
            if not end and len(pending) <= MAX_LINE:
                continue
            if width is None:
                width = parse_row(path, line, _line(pending, 0), form, None).width
            block = _parse(path, line, form, width, pending, end)
            rows = len(block.inputs)
            if rows:
                yield block
            line += rows
            stopped = int(block.offsets[rows])
            if stopped < max(end, 1):
                parse_row(path, line, _line(pending, stopped), form, width)
                raise AssertionError(f"line {line}: the compiled reader stopped at a row that is as it must be")
            pending = pending[end:]
        if pending or width is None:  # a last line without its line feed, or no row at all
            parse_row(path, line, pending, form, width)
            raise AssertionError("a line without a line feed was read as a row")


def _line(data: bytes, start: int) -> bytes:
    """The line that begins at offset ``start``, or as much of it as shows that it is too long."""
    end = data.find(b"\n", start, start + MAX_LINE + 1) + 1
    return data[start : end or start + MAX_LINE + 1]


def _parse(path: PathName, line: int, form: RowForm, width: int, pending: bytes, end: int) -> WordBlock:
    from exactssm.formats._word_file_kernels import parse_rows

    data = np.array(memoryview(pending)[:end], np.uint8)  # a copy that can be written to, as the kernel declares it
    most = end // (4 * width) + 1  # a row takes a seed, 2 * width numbers, and a byte after each of them
    inputs, targets = np.empty((most, width), np.int32), np.empty((most, width), np.int32)
    lengths, offsets = np.empty(most, np.int64), np.zeros(most + 1, np.int64)
    rows = parse_rows(
        data, 0, end, form.order, form.tokens, MAX_SEED_DIGITS, MAX_LINE, inputs, targets, lengths, offsets
    )
    first = int(form.tokens)  # [BOS] is no element
    return WordBlock(
        path,
        line,
        form,
        inputs[:rows, first:],
        targets[:rows, first:],
        lengths[:rows],
        data,
        offsets[: rows + 1],
    )
