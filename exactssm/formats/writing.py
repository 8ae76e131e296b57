"""Files written whole or not at all."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from os import fspath

from exactssm.errors import ExactssmError, FormatError
from exactssm.formats.limits import MAX_INTEGER
from exactssm.formats.reading import PathName

__all__ = ["write_bytes", "write_chunks", "write_json", "write_text"]


def write_json(path: PathName, document: object) -> None:
    """Write ``document`` as JSON to ``path``; whoever reads it finds the old file or the whole new one.

    Raises: FormatError, if an integer lies beyond what every reader of JSON keeps (`MAX_INTEGER`: then it is a string),
    if something is not JSON, or if the file can't be written.
    """
    _check_integers(document)
    try:
        text = json.dumps(document, ensure_ascii=False, allow_nan=False, indent=1)
    except (TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"{fspath(path)!r} can't be written as JSON: {error}") from None
    write_text(path, text + "\n")


def write_text(path: PathName, text: str) -> None:
    """Write ``text`` in UTF-8 to ``path``, as `write_bytes` does.

    Raises: FormatError, if the file can't be written.
    """
    try:
        data = text.encode("utf-8")
    except ValueError as error:  # half of a surrogate pair
        raise FormatError(f"{fspath(path)!r} can't be written: {error}") from None
    write_bytes(path, data)


def write_bytes(path: PathName, data: bytes) -> None:
    """Write ``data`` to ``path``, whole or not at all.

    Raises: FormatError, if the file can't be written.
    """
    write_chunks(path, [data])


def write_chunks(path: PathName, chunks: Iterable[bytes]) -> None:
    """Write bytes to ``path`` as they come, whole or not at all, through a file beside it that takes its name: if
    ``chunks`` raises, the old file stays.

    What is no regular file (a pipe, a terminal) is written to directly.

    Raises: FormatError, if the file can't be written; what ``chunks`` raises.
    """
    try:
        target = os.path.realpath(fspath(path))
        if os.path.exists(path) and not os.path.isfile(path):
            with open(path, "wb") as stream:
                stream.writelines(chunks)
            return
        _replace(target, chunks)
    except ExactssmError:
        raise
    except OSError as error:
        raise FormatError(f"{fspath(path)!r} can't be written: {error.strerror or error}") from None
    except ValueError as error:  # a null character in the name
        raise FormatError(f"{fspath(path)!r} can't be written: {error}") from None


def _replace(target: str, chunks: Iterable[bytes]) -> None:
    folder, name = os.path.split(target)
    draft = os.path.join(folder, f".{name[:100]}.{os.urandom(8).hex()}.part")
    with open(draft, "xb") as file:
        try:
            file.writelines(chunks)
            file.flush()
            os.fsync(file.fileno())
            os.replace(draft, target)
        except BaseException:
            os.unlink(draft)
            raise


def _check_integers(document: object) -> None:
    pending = [document]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            pending.extend(value.values())
        elif isinstance(value, list | tuple):
            pending.extend(value)
        elif isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise FormatError(f"an integer of {value.bit_length()} bits must be written as a string")
