"""Words in disguise as JSON lines, in the shape that was published with 2404.08819: written, and checked again.

    {"history": ["a8a7", "a1b1", ...], "state": "R Q Q Q Q . . . ; ..."}

A line is one word. ``history`` is its text: half-moves in UCI notation, lines of a program, sentences. ``state`` is
what holds after it: the board, ranks from 8 to 1 and a letter for each piece; the variables; who has which coin. On
request a line also says its ``word`` in labels of the group, the ``product``, and whether the marked thing is ``back``.

A history is read by the machines of `constructions.disguises`, never run: what they don't know is refused.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from os import fspath
from typing import Final, TypeAlias

from constructions.disguises.chess_board import FILES, Position
from constructions.disguises.chess_moves import chess_disguise, rows_of
from constructions.disguises.homomorphism import PLACES, Disguise, permutations_of
from constructions.disguises.swap_programs import Memory, swap_disguise
from constructions.disguises.trading_stories import PEOPLE, story_disguise
from exactssm.algebra import Group
from exactssm.errors import DomainError, FormatError, SymbolError
from exactssm.formats import Node, parse_json
from exactssm.formats.reading import PathName
from exactssm.machine import State

__all__ = [
    "KINDS",
    "MAX_LETTERS",
    "MAX_LINE",
    "DisguisedWords",
    "check_lines",
    "disguised_words",
    "file_number",
    "shown_state",
]

KINDS: Final = ("chess", "python", "story")
MAX_LETTERS: Final = 10_000  #: of a word
MAX_LINE: Final = 2**24  #: bytes of a line; the longest text of so many letters takes less
MAX_SYMBOLS: Final = 2**21  # of a history

Shown: TypeAlias = "str | dict[str, object] | None"


def shown_state(state: State) -> Shown:
    """The state as a line of the file has it; None, if the text before it makes no sense."""
    if isinstance(state, Position):
        return rows_of(state)
    if isinstance(state, Memory):
        names, cells = state.values[:PLACES], state.values[PLACES : 2 * PLACES]
        variables: dict[str, object] = {f"x{i}": value for i, value in enumerate(names) if value is not None}
        return variables | ({} if None in cells else {"x": list(cells)})
    return dict(zip(PEOPLE, state, strict=True)) if isinstance(state, tuple) else None


@dataclass(frozen=True)
class DisguisedWords:
    """Words over the elements of a group of permutations, in one disguise."""

    structure: Group
    disguise: Disguise
    marked: int | None  #: the place of the marked thing; None, where all things differ

    @cached_property
    def images(self) -> tuple[tuple[int, ...], ...]:
        """Each element as a permutation of the five places."""
        return permutations_of(self.structure)

    @cached_property
    def _strings(self) -> tuple[tuple[str, ...], ...]:
        return tuple(map(self.disguise.string, self.images))

    def text(self, word: Iterable[int]) -> tuple[str, ...]:
        """The text of a word of elements. Raises DomainError, if it has more than `MAX_LETTERS` letters."""
        letters = tuple(word)
        if len(letters) > MAX_LETTERS:
            raise DomainError(f"a word to disguise has at most {MAX_LETTERS} letters, got {len(letters)}")
        return (*self.disguise.opening, *(symbol for x in letters for symbol in self._strings[x]))

    def line(self, word: Sequence[int], extra: bool = False) -> dict[str, object]:
        """The line of a word, as it is written."""
        text = self.text(word)
        found: dict[str, object] = {"history": list(text), "state": shown_state(self.disguise.read(text))}
        return found | (self._extra(word) if extra else {})

    def _extra(self, word: Sequence[int]) -> dict[str, object]:
        labels, product = self.structure.labels, self.structure.product(word)
        back = {} if self.marked is None else {"back": self.images[product][self.marked] == self.marked}
        return {"word": [labels[x] for x in word], "product": labels[product], **back}

    def fault(self, line: Node) -> str | None:
        """What is wrong with a line that was read; None, if it is right.

        Raises: FormatError, for what isn't in the shape of a line, and for a word of other labels.
        """
        members = line.members(["history", "state"], ["word", "product", "back"])
        given = members["history"].elements(MAX_SYMBOLS, "moves, lines or sentences", least=0)
        history = [symbol.text() for symbol in given]
        state = self.disguise.scene.start
        for number, symbol in enumerate(history):
            try:
                state, _ = self.disguise.scene.step(state, symbol)
            except SymbolError as error:
                return f"history[{number}]: {error}"
            if state is None:
                return f"history[{number}]: {symbol!r} can't come here"
        if (shown := _canonical(shown_state(state))) != _canonical(members["state"].value):
            return f"state: the history leads to {shown}"
        return self._extra_fault(members, history)

    def _extra_fault(self, members: dict[str, Node], history: list[str]) -> str | None:
        if "word" not in members:
            beyond = [name for name in ("product", "back") if name in members]
            return f"{beyond[0]}: it goes with a word, and there is none" if beyond else None
        given = members["word"].elements(MAX_LETTERS, "elements", least=0)
        word = [label.given(lambda label=label: self.structure.element(label.text())) for label in given]  # type: ignore[misc]
        if list(self.text(word)) != history:
            return "word: its text, as it would be written here, is another history"
        for name, value in self._extra(word).items():
            if name in members and _canonical(members[name].value) != _canonical(value):
                return f"{name}: it is {_canonical(value)}"
        return None


def disguised_words(
    kind: str,
    structure: Group,
    marked: int | None = None,
    *,
    mode: str = "tuple",
    told_apart: bool = False,
    factorisation: str = "cycles",
    padded: bool = False,
) -> DisguisedWords:
    """Words of ``structure`` as ``kind``, one of `KINDS`; by default the rook stands on a8, and the third variable or
    person is the marked one. ``mode`` is the form of programs. With ``told_apart`` all five values or coins differ.

    >>> from exactssm.algebra import group
    >>> disguised_words("story", group("S5")).line([])["state"]["Carl"]
    'penny'

    Raises: DomainError, for a group of no permutations of five points; ConstructionError, as the disguises;
    FormatError, for another kind, and where the queens of chess would have to differ.
    """
    if kind not in KINDS:
        raise FormatError(f"words are disguised as {', '.join(KINDS)}; got {kind!r:.40}")
    permutations_of(structure)
    if kind == "chess":
        if told_apart:
            raise FormatError("four of the five pieces are queens, which can't be told apart on a board")
        rook = 0 if marked is None else marked
        return DisguisedWords(structure, chess_disguise(rook, factorisation=factorisation, padded=padded), rook)
    place = None if told_apart else 2 if marked is None else marked
    if kind == "python":
        disguise = swap_disguise(mode, place, factorisation=factorisation, padded=padded)
    else:
        disguise = story_disguise(place, factorisation=factorisation, padded=padded)
    return DisguisedWords(structure, disguise, place)


def check_lines(path: PathName, words: DisguisedWords) -> Iterator[tuple[int, str | None]]:
    """The number of each line of a file, counted from 1, with what is wrong with it.

    Raises: FormatError, naming the line, for what is no line of such a file; if the file can't be read or is empty.
    """
    number = 0
    try:
        with open(path, "rb") as file:
            while data := file.readline(MAX_LINE + 1):
                number += 1
                try:
                    yield number, words.fault(Node(parse_json(_decoded(data))))
                except FormatError as error:
                    flaw = str(error).replace("not JSON at line 1, ", "not JSON at ")  # of one line alone
                    raise FormatError(f"{fspath(path)!r}, line {number}: {flaw}") from None
    except OSError as error:
        raise FormatError(f"{fspath(path)!r} can't be read: {error.strerror or error}") from None
    if not number:
        raise FormatError(f"{fspath(path)!r} must have at least one line, and is empty")


def _canonical(value: object) -> str:
    """JSON values as texts: in Python 1 and True are equal."""
    return json.dumps(value, sort_keys=True)


def _decoded(data: bytes) -> str:
    if len(data) > MAX_LINE:
        raise FormatError(f"a line has at most {MAX_LINE} bytes")
    try:
        return data.decode("utf-8").rstrip("\n")
    except UnicodeDecodeError as error:
        column = len(data[: error.start].decode("utf-8")) + 1
        raise FormatError(f"not UTF-8 at column {column}: the byte 0x{data[error.start]:02x}") from None


def file_number(letter: str) -> int:
    """The number of a file of the board, a to e, counted from 0.

    Raises: FormatError, for any other text.
    """
    if letter not in tuple(FILES[:PLACES]):
        raise FormatError(f"the marked place is one of the files {', '.join(FILES[:PLACES])}; got {letter[:40]!r}")
    return FILES.index(letter)
