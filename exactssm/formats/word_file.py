"""The word-problem CSV, byte for byte as it is published, and its tokenised form.

    seed,input,target
    946607,7 31,7 18

A row is a word x_1 ... x_k, as numbers of group elements, and its k prefix products, with the seed that the words were
drawn from. A line ends in a line feed, nothing is quoted, and all rows are of one length. In the tokenised form a token
is the number of its element; [BOS] begins both input and target, and [PAD] fills both up on the right.

Source: 2404.08819, its data sets. `read_rows` is the definition of what a file says; `word_blocks` reads fast.
"""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike, fspath
from typing import IO, TYPE_CHECKING, Final, NamedTuple, NoReturn

from exactssm.errors import DomainError, FormatError
from exactssm.formats.reading import PathName
from exactssm.formats.writing import write_chunks

if TYPE_CHECKING:
    from exactssm.algebra import Group

__all__ = [
    "HEADER",
    "MAX_LINE",
    "MAX_SEED_DIGITS",
    "MAX_WORD",
    "SPECIAL_TOKENS",
    "RowForm",
    "WordRow",
    "Written",
    "check_header",
    "open_words",
    "parse_row",
    "read_rows",
    "row_bytes",
    "write_words",
]

HEADER: Final = b"seed,input,target\n"
SPECIAL_TOKENS: Final = ("[PAD]", "[BOS]", "[UNK]", "[EOS]", "[SEP]", "[CLS]", "[MASK]")  #: ids |G|, |G| + 1, ...
MAX_LINE: Final = 2**20  #: bytes of a line
MAX_WORD: Final = 10**5  #: numbers in an input or target; two of them, of 4 digits each, fit a line
MAX_SEED_DIGITS: Final = 20

_CHUNK = 2**16  # bytes, about, that are handed on at once
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class RowForm:
    """What the numbers of a row may be: elements of a group of the given order; or its tokens, up to ``width`` in an
    input or target."""

    order: int
    tokens: bool = False

    @property
    def pad(self) -> int:
        """The id of [PAD]."""
        return self.order

    @property
    def bos(self) -> int:
        """The id of [BOS]."""
        return self.order + 1

    def numbers(self, elements: Sequence[int], width: int = 0) -> tuple[int, ...]:
        """What stands in the file for a word or its products; tokens are padded to ``width``.

        >>> RowForm(60).numbers((7, 31)), RowForm(60, tokens=True).numbers((7, 31), width=5)
        ((7, 31), (61, 7, 31, 60, 60))
        """
        if not self.tokens:
            return tuple(elements)
        return self.bos, *elements, *(self.pad,) * (width - 1 - len(elements))


class WordRow(NamedTuple):
    """A row of a file."""

    line: int  #: counted from 1; the header is line 1
    seed: int
    word: tuple[int, ...]
    targets: tuple[int, ...]  #: as many
    columns: tuple[int, ...]  #: where each target begins in its line, counted from 1
    width: int  #: numbers in the input, and in the target; of tokens, one more than the word has, and the padding


class Written(NamedTuple):
    """What has been written."""

    rows: int
    size: int  #: in bytes
    sha256: str  #: of the file


class _Malformed(Exception):
    """Becomes a FormatError, once the line is known."""

    def __init__(self, at: int, message: str) -> None:
        self.at = at
        self.message = message


def row_bytes(seed: int, numbers: Sequence[int], targets: Sequence[int]) -> bytes:
    """A line of the file.

    >>> row_bytes(946607, (7, 31), (7, 18))
    b'946607,7 31,7 18\\n'
    """
    return f"{seed},{' '.join(map(str, numbers))},{' '.join(map(str, targets))}\n".encode("ascii")


def write_words(
    path: PathName | IO[bytes],
    group: Group,
    words: Iterable[Sequence[int]],
    seed: int,
    *,
    tokens: bool = False,
    width: int = 0,
    progress: Callable[[int], object] = lambda rows: None,
) -> Written:
    """Write the words with their prefix products in ``group``, in constant memory: to a file, whole or not at all, or
    to a stream.

    ``group`` is taken as it is: `algebra.published_group` has the published product. ``seed`` fills the first column.
    Tokens are padded to ``width``. ``progress`` is told the rows written so far.

    Raises: FormatError, if the file can't be written; DomainError, for a seed that is negative or has more than 20
    digits.
    """
    if not 0 <= seed < 10**MAX_SEED_DIGITS:
        raise DomainError(f"a seed has 1 to {MAX_SEED_DIGITS} digits, got {seed}")
    digest = hashlib.sha256()
    rows = size = 0
    form = RowForm(group.order, tokens)
    table = group.table.tolist()
    names = [str(number) for number in range(form.bos + 1)]

    def lines() -> Iterator[bytes]:
        yield HEADER
        for word in words:
            product = 0
            products = [product := table[product][x] for x in word]
            fields = (" ".join([names[x] for x in form.numbers(each, width)]) for each in (word, products))
            yield f"{seed},{','.join(fields)}\n".encode("ascii")

    def chunks() -> Iterator[bytes]:
        nonlocal rows, size
        rows = -1  # the header is none
        pending = bytearray()
        for line in lines():
            rows += 1
            pending += line
            if len(pending) >= _CHUNK:
                yield sent(pending)
                pending.clear()
                progress(rows)
        yield sent(pending)

    def sent(pending: bytearray) -> bytes:
        nonlocal size
        digest.update(pending)
        size += len(pending)
        return bytes(pending)

    if isinstance(path, str | PathLike):
        write_chunks(path, chunks())
    else:
        path.writelines(chunks())
    return Written(rows, size, digest.hexdigest())


@contextmanager
def open_words(path: PathName) -> Iterator[IO[bytes]]:
    """The bytes of a file, unpacked if it is gzipped.

    Raises: FormatError, in its body too, if the file can't be read or unpacked.
    """
    name = fspath(path)
    try:
        with open(path, "rb") as file:
            if file.peek(2)[:2] != _GZIP:
                yield file
            else:
                with gzip.open(file, "rb") as unpacked:
                    yield unpacked  # type: ignore[misc]  # reads as a file of bytes does
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FormatError(f"{name!r} can't be unpacked: {error}") from None
    except OSError as error:
        raise FormatError(f"{name!r} can't be read: {error.strerror or error}") from None
    except ValueError as error:
        if isinstance(error, FormatError):
            raise
        raise FormatError(f"{name!r} can't be read: {error}") from None  # a null character in the name


def read_rows(path: PathName, order: int, *, tokens: bool = False) -> Iterator[WordRow]:
    """The rows of a file, one by one: the definition. A file has at least one row.

    Raises: FormatError, naming line and column, at the first line that is not as it must be; the rows before it have
    been given.
    """
    form = RowForm(order, tokens)
    width: int | None = None
    with open_words(path) as file:
        check_header(path, file.readline(MAX_LINE + 1))
        line = 2
        while (data := file.readline(MAX_LINE + 1)) or width is None:
            row = parse_row(path, line, data, form, width)
            width = row.width
            yield row
            line += 1


def check_header(path: PathName, data: bytes) -> None:
    """Raise FormatError, naming the first column that differs, unless ``data`` is the header line."""
    if data == HEADER:
        return
    if data.startswith(b"version https://git-lfs"):
        raise FormatError(f"{fspath(path)!r} is a pointer of Git LFS, which stands for a file, and not the file itself")
    at = next(i for i in range(len(HEADER)) if data[i : i + 1] != HEADER[i : i + 1])
    shown = data[:40].decode("utf-8", "backslashreplace").rstrip("\n")
    raise FormatError(
        f"{fspath(path)!r}, line 1, column {at + 1}: the header must be 'seed,input,target', found {shown!r}"
    )


def parse_row(path: PathName, line: int, data: bytes, form: RowForm, width: int | None) -> WordRow:
    """The row that ``data`` is, with its line feed: the bytes of line number ``line``.

    Its input and its target have ``width`` numbers each; None, for the first row, leaves that to the input.

    Raises: FormatError, naming line and column.
    """
    try:
        return _parse(line, data, form, width)
    except _Malformed as flaw:
        raise FormatError(f"{fspath(path)!r}, line {line}, column {flaw.at + 1}: {flaw.message}") from None


def _parse(line: int, data: bytes, form: RowForm, width: int | None) -> WordRow:
    if len(data) > MAX_LINE:
        raise _Malformed(MAX_LINE, f"a line may take at most {MAX_LINE} bytes")
    seed, at = _integer(data, 0, "a seed", MAX_SEED_DIGITS)
    at = _expect(data, at, b",", "a comma after the seed")
    numbers, _, at = _numbers(data, at, form, width, None)
    at = _expect(data, at, b",", f"a comma after the {len(numbers)} numbers of the input")
    targets, starts, at = _numbers(data, at, form, len(numbers), numbers)
    _expect(data, at, b"\n", f"the end of the line after the {len(targets)} numbers of the target")
    if not form.tokens:
        return WordRow(line, seed, numbers, targets, tuple(start + 1 for start in starts), len(numbers))
    end = numbers.index(form.pad) if form.pad in numbers else len(numbers)
    columns = tuple(start + 1 for start in starts[1:end])
    return WordRow(line, seed, numbers[1:end], targets[1:end], columns, len(numbers))


def _numbers(
    data: bytes, at: int, form: RowForm, width: int | None, like: tuple[int, ...] | None
) -> tuple[tuple[int, ...], list[int], int]:
    """The numbers of a field, where each begins, and where the field ends. ``like`` is the input of a target."""
    found: list[int] = []
    starts: list[int] = []
    while True:
        number, end = _integer(data, at, "a number", 9)
        _check_number(number, at, found, form, like)
        found.append(number)
        starts.append(at)
        at = end
        if len(found) == width:
            break
        if data[at : at + 1] != b" ":
            if width is not None:
                _fail(data, at, f"a space and number {len(found) + 1} of {width}")
            break
        if len(found) == MAX_WORD:
            raise _Malformed(at, f"an input may have at most {MAX_WORD} numbers")
        at += 1
    if form.tokens and len(found) == 1:
        _fail(data, at, "a space and an element after [BOS]")
    return tuple(found), starts, at


def _check_number(number: int, at: int, before: list[int], form: RowForm, like: tuple[int, ...] | None) -> None:
    """Whether ``number`` may stand where it does, at offset ``at``, after the numbers ``before`` it."""
    elements = f"an element, 0 to {form.order - 1}"
    if not form.tokens:
        if number >= form.order:
            raise _Malformed(at, f"expected {elements}, found {number}")
        return
    padding = number == form.pad
    if not before:
        if number != form.bos:
            raise _Malformed(at, f"expected [BOS], which is {form.bos}, found {number}")
    elif like is not None and (like[len(before)] == form.pad) != padding:
        expected = elements if padding else f"[PAD], which is {form.pad}, as in the input"
        raise _Malformed(at, f"expected {expected}, found {number}")
    elif before[-1] == form.pad:
        if not padding:
            raise _Malformed(at, f"expected [PAD], which is {form.pad}, after [PAD], found {number}")
    elif number > form.pad or (padding and len(before) == 1):
        may_be_padding = "" if len(before) == 1 else f" or [PAD], which is {form.pad}"
        raise _Malformed(at, f"expected {elements}{may_be_padding}, found {number}")


def _integer(data: bytes, at: int, what: str, digits: int) -> tuple[int, int]:
    """The integer that begins at offset ``at``, without zeros in front, and where it ends."""
    end = at
    while end - at <= digits and 48 <= (data[end] if end < len(data) else 0) <= 57:
        end += 1
    if end == at:
        _fail(data, at, what)
    if end - at > digits:
        raise _Malformed(at, f"{what} has at most {digits} digits")
    if data[at] == 48 and end - at > 1:
        raise _Malformed(at, f"{what} has no zeros in front, found {data[at:end].decode('ascii')}")
    return int(data[at:end]), end


def _expect(data: bytes, at: int, byte: bytes, what: str) -> int:
    if data[at : at + 1] != byte:
        _fail(data, at, what)
    return at + 1


def _fail(data: bytes, at: int, expected: str) -> NoReturn:
    """All bytes before ``at`` are ASCII, so that columns are characters."""
    if at >= len(data):
        found = "the end of the file: the last line is cut off" if data else "the end of the file"
    elif data[at : at + 1] in (b"\n", b"\r"):
        found = "the end of the line" if data[at] == 10 else "a carriage return"
    else:
        found = _character(data[at : at + 4])
    raise _Malformed(at, f"expected {expected}, found {found}")


def _character(data: bytes) -> str:
    """The UTF-8 character that ``data`` begins with."""
    for size in range(1, len(data) + 1):
        try:
            return repr(data[:size].decode("utf-8"))
        except UnicodeDecodeError:
            continue
    return f"the byte 0x{data[0]:02x}, which is not UTF-8"
