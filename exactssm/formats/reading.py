"""Strict JSON: what a stranger's file says, or one line on where it is malformed.

`read_json` bounds the file before it parses it and refuses what JSON leaves open: a key that stands twice, floats, NaN,
integers that some readers round. `Node` then walks the document; every error names the place, ``layers[0].A.x``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from os import PathLike, fspath
from typing import NamedTuple, TypeAlias, TypeVar

from exactssm.errors import ExactssmError, FormatError
from exactssm.formats.limits import MAX_BYTES, MAX_DEPTH, MAX_INTEGER, MAX_TEXT

__all__ = ["Node", "PathName", "parse_json", "read_json", "read_text"]

PathName: TypeAlias = str | PathLike[str]
T = TypeVar("T")

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
_SHOWN = 60  # characters of a value that a message shows


class _Flaw(NamedTuple):
    """Stands in the parsed document where something is refused, until its place is known."""

    message: str


def read_text(path: PathName, limit: int = MAX_BYTES) -> str:
    """The UTF-8 text of a file of at most ``limit`` bytes; no more than that is ever read.

    Raises: FormatError, if the file can't be read, is larger, or is not UTF-8.
    """
    try:
        with open(path, "rb") as file:
            data = file.read(limit + 1)
    except OSError as error:
        raise FormatError(f"{fspath(path)!r} can't be read: {error.strerror or error}") from None
    except ValueError as error:  # a null character in the name
        raise FormatError(f"{fspath(path)!r} can't be read: {error}") from None
    if len(data) > limit:
        raise FormatError(f"{fspath(path)!r} must have at most {limit} bytes, and has more")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise FormatError(f"{fspath(path)!r} must be UTF-8; byte {error.start} is not") from None


def read_json(path: PathName, limit: int = MAX_BYTES) -> object:
    """The JSON document in a file, read strictly.

    Raises: FormatError, naming the file and the place in it.
    """
    text = read_text(path, limit)
    try:
        return parse_json(text)
    except FormatError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from None


def parse_json(text: str) -> object:
    """The JSON document that ``text`` is, read strictly.

    >>> parse_json('{"width": 2, "start": ["1/2", "0"]}')
    {'width': 2, 'start': ['1/2', '0']}
    >>> parse_json('{"start": ["1", 0.5]}')
    Traceback (most recent call last):
    ...
    exactssm.errors.FormatError: start[1]: exact numbers are strings, such as "3/4"; found the float 0.5

    Raises: FormatError, for what is not JSON, is nested deeper than `MAX_DEPTH`, or holds a key twice in one object, a
    float, NaN, Infinity, or an integer beyond `MAX_INTEGER`.
    """
    flawed = False

    def flaw(message: str) -> _Flaw:
        nonlocal flawed
        flawed = True
        return _Flaw(message)

    def integer(digits: str) -> int | _Flaw:
        if len(digits) <= 17 and abs(int(digits)) <= MAX_INTEGER:
            return int(digits)
        return flaw(f"an integer must lie within +-{MAX_INTEGER} (larger ones are strings); found {_cut(digits)}")

    def unique(pairs: list[tuple[str, object]]) -> dict[str, object] | _Flaw:
        members = dict(pairs)
        if len(members) < len(pairs):
            seen: set[str] = set()
            twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
            return flaw(f"each key stands once in an object; {_quote(twice)} stands twice")
        return members

    try:
        document: object = json.loads(
            text,
            parse_float=lambda digits: flaw(
                f'exact numbers are strings, such as "3/4"; found the float {_cut(digits)}',
            ),
            parse_constant=lambda name: flaw(f"exact numbers are finite; found {name}"),
            parse_int=integer,
            object_pairs_hook=unique,
        )
    except RecursionError:
        raise FormatError(f"JSON must be nested at most {MAX_DEPTH} deep, and is deeper") from None
    except json.JSONDecodeError as error:
        raise FormatError(f"not JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    _check_depth(document)
    if flawed:
        place, message = next(_flaws(Node(document)))
        raise place.error(message)
    return document


def _check_depth(document: object) -> None:
    level, depth = [document], 0
    while level := [node for node in level if isinstance(node, dict | list)]:
        depth += 1
        if depth > MAX_DEPTH:
            raise FormatError(f"JSON must be nested at most {MAX_DEPTH} deep, and is deeper")
        level = [child for node in level for child in (node.values() if isinstance(node, dict) else node)]


def _flaws(node: Node) -> Iterator[tuple[Node, str]]:
    if isinstance(node.value, _Flaw):
        yield node, node.value.message
    elif isinstance(node.value, dict):
        for key, child in node.value.items():
            yield from _flaws(Node(child, node, key))
    elif isinstance(node.value, list):
        for position, child in enumerate(node.value):
            yield from _flaws(Node(child, node, position))


class Node:
    """A value of a JSON document and where it stands. Each method reads it as one kind of thing, or raises FormatError.

    >>> node = Node({"start": ["0", 1]})
    >>> node.members(["start"])["start"].elements(length=2)[1].text()
    Traceback (most recent call last):
    ...
    exactssm.errors.FormatError: start[1]: expected a string, found 1
    """

    __slots__ = ("_key", "_parent", "value")

    def __init__(self, value: object, parent: Node | None = None, key: str | int | None = None) -> None:
        self.value = value
        self._parent = parent
        self._key = key

    @property
    def place(self) -> str:
        """The path from the top of the document: ``layers[0].A.x``."""
        parts: list[str] = []
        node = self
        while node._parent is not None:
            key = node._key
            if isinstance(key, str):
                parts.append(f".{key}" if _PLAIN_KEY.fullmatch(key) and len(key) <= _SHOWN else f"[{_quote(key)}]")
            else:
                parts.append(f"[{key}]")
            node = node._parent
        return "".join(reversed(parts)).removeprefix(".") or "top level"

    def error(self, message: str) -> FormatError:
        """The error that says ``message`` of this place."""
        return FormatError(f"{self.place}: {message}")

    def found(self) -> str:
        """What stands here, in a few words."""
        value = self.value
        if isinstance(value, str):
            return _quote(value)
        if isinstance(value, bool) or value is None:
            return {True: "true", False: "false", None: "null"}[value]
        if isinstance(value, int):
            return str(value) if abs(value) <= MAX_INTEGER else "an integer of more than 53 bits"
        if isinstance(value, dict):
            return "an object"
        return "a list" if isinstance(value, list) else f"a value of type {type(value).__name__}"

    def members(self, required: Iterable[str], optional: Iterable[str] = ()) -> dict[str, Node]:
        """The members of an object with exactly these keys, the optional ones where they stand."""
        value = self._object()
        required = tuple(required)
        known = {*required, *optional}
        for key in value:
            if key not in known:
                raise self.error(f"unknown key {_quote(key)}; the keys are {', '.join(sorted(known))}")
        for key in required:
            if key not in value:
                raise self.error(f"the key {_quote(key)} is missing")
        return {key: Node(child, self, key) for key, child in value.items()}

    def version(self, name: str) -> None:
        """Raise FormatError, unless this is an object whose member ``format`` is ``name``."""
        value = self._object()
        if "format" not in value:
            raise self.error(f'the key "format" is missing; it must be {_quote(name)}')
        Node(value["format"], self, "format").choice([name])

    def kind(self, kinds: Iterable[str]) -> str:
        """The member ``kind`` of an object, one of ``kinds``."""
        value = self._object()
        if "kind" not in value:
            raise self.error('the key "kind" is missing')
        return Node(value["kind"], self, "kind").choice(kinds)

    def entries(self, limit: int, what: str) -> dict[str, Node]:
        """The members of an object whose keys are free texts: ``what`` (a plural), at least one, at most ``limit``."""
        value = self._object()
        self._count(len(value), limit, what)
        for key in value:
            Node(key, self, key).text()
        return {key: Node(child, self, key) for key, child in value.items()}

    def elements(
        self, limit: int | None = None, what: str = "elements", length: int | None = None, least: int = 1
    ) -> list[Node]:
        """The elements of a list: exactly ``length`` of them, or at least ``least`` and at most ``limit``."""
        value = self.value
        if not isinstance(value, list):
            raise self.error(f"expected a list of {what}, found {self.found()}")
        if length is not None and len(value) != length:
            raise self.error(f"expected {length} {what}, found {len(value)}")
        if limit is not None:
            self._count(len(value), limit, what, least)
        return [Node(child, self, position) for position, child in enumerate(value)]

    def text(self, limit: int = MAX_TEXT) -> str:
        """A string of at most ``limit`` characters."""
        value = self.value
        if not isinstance(value, str):
            raise self.error(f"expected a string, found {self.found()}")
        if len(value) > limit:
            raise self.error(f"a string here has at most {limit} characters, found {len(value)}")
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            raise self.error("a string must be Unicode; found half of a surrogate pair")
        return value

    def choice(self, options: Iterable[str]) -> str:
        """One of the given strings."""
        options = tuple(options)
        if not isinstance(self.value, str) or self.value not in options:
            raise self.error(f"expected one of {', '.join(map(_quote, options))}; found {self.found()}")
        return self.value

    def integer(self, low: int, high: int) -> int:
        """A JSON integer in low..high."""
        value = self.value
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.error(f"expected an integer, found {self.found()}")
        if not low <= value <= high:
            raise self.error(f"expected an integer from {low} to {high}, found {self.found()}")
        return value

    def null(self, why: str) -> None:
        """Raise FormatError, saying ``why``, unless null stands here."""
        if self.value is not None:
            raise self.error(f"{why}; found {self.found()}")

    def distinct(self, limit: int, what: str) -> tuple[str, ...]:
        """A list of at least one and at most ``limit`` strings, each once."""
        texts: dict[str, int] = {}
        for position, child in enumerate(self.elements(limit, what)):
            if (text := child.text()) in texts:
                raise child.error(f"each of the {what} stands once; {_quote(text)} also stands at {texts[text]}")
            texts[text] = position
        return tuple(texts)

    def given(self, build: Callable[[], T]) -> T:
        """What ``build`` gives; whatever it refuses is an error of this place."""
        try:
            return build()
        except ExactssmError as error:
            raise self.error(str(error)) from error

    def _object(self) -> dict[str, object]:
        if not isinstance(self.value, dict):
            raise self.error(f"expected an object, found {self.found()}")
        for key in self.value:
            if not isinstance(key, str):
                raise self.error(f"the keys of an object are strings, found {key!r:.60}")
        return self.value

    def _count(self, count: int, limit: int, what: str, least: int = 1) -> None:
        if not least <= count <= limit:
            raise self.error(f"expected {least} to {limit} {what}, found {count}")


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}... ({len(text)} characters)"


def _quote(text: str) -> str:
    return json.dumps(text) if len(text) <= _SHOWN else f"{json.dumps(text[:_SHOWN])}... ({len(text)} characters)"
