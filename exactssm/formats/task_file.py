"""Task files, ``exactssm-task/1``: automata and streaming algorithms by their tables, groups and library tasks by name.

A task from a file has strings for symbols and strings (or `UNSPECIFIED`, null in the file) for outputs, as a model from
a file has. A DFA says ``true`` or ``false`` after every symbol: whether the prefix that ends there is accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from os import fspath
from typing import TypeVar

from exactssm.errors import FormatError
from exactssm.formats.limits import MAX_LETTERS, MAX_MEMORY_BITS, MAX_STATES, MAX_TABLE
from exactssm.formats.reading import Node, PathName, read_json
from exactssm.formats.text import as_text, text_of
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol
from exactssm.tasks import Automaton, StreamingAlgorithm, WordProblem
from exactssm.tasks.library import task

__all__ = ["FORMAT", "load_automaton", "load_task", "parse_automaton", "parse_task"]

T = TypeVar("T")

FORMAT = "exactssm-task/1"


def load_task(path: PathName) -> Machine:
    """The task in a file.

    Raises: FormatError, naming the file and the place in it.
    """
    return _load(path, parse_task)


def load_automaton(path: PathName) -> Automaton:
    """The automaton in a task file: what ``dfa:FILE`` means.

    Raises: like `load_task`; FormatError also for tasks of other kinds.
    """
    return _load(path, parse_automaton)


def parse_task(document: object) -> Machine:
    """The task that a JSON document describes.

    >>> from exactssm.machine import run
    >>> task = parse_task({"format": "exactssm-task/1", "kind": "library", "name": "parity"})
    >>> run(task, "0110").outputs
    ('even', 'odd', 'even', 'even')

    Raises: FormatError, naming the place.
    """
    node = Node(document)
    node.version(FORMAT)
    return _KINDS[node.kind(_KINDS)](node)


def parse_automaton(document: object) -> Automaton:
    """The automaton that a JSON document describes.

    Raises: like `parse_task`; FormatError also for tasks of other kinds.
    """
    node = Node(document)
    node.version(FORMAT)
    return _AUTOMATA[node.kind(_AUTOMATA)](node)


def _load(path: PathName, parse: Callable[[object], T]) -> T:
    document = read_json(path)
    try:
        return parse(document)
    except FormatError as error:
        raise FormatError(f"{fspath(path)!r}: {error}") from error


# Automata


class _Frame:
    """What all automata have: symbols, states and a transition for each pair of them."""

    def __init__(self, node: Node, *keys: str) -> None:
        self.node = node
        self.members = node.members(["format", "kind", "alphabet", "states", "start", "transitions", *keys])
        self.alphabet = self.members["alphabet"].distinct(MAX_LETTERS, "symbols")
        self.states = self.members["states"].distinct(MAX_STATES, "states")
        if len(self.alphabet) * len(self.states) > MAX_TABLE:
            raise node.error(
                f"states times symbols must be at most {MAX_TABLE}, found {len(self.states)} * {len(self.alphabet)}"
            )
        self._known = frozenset(self.states)
        self.start = self.state(self.members["start"])

    def state(self, node: Node) -> str:
        """One of the states."""
        if node.text() not in self._known:
            raise node.error(f"expected one of the states, found {node.found()}")
        return node.text()

    def table(self, node: Node, keys: tuple[str, ...], what: str) -> dict[str, Node]:
        """An object with exactly these keys."""
        entries = node.entries(len(keys), what)
        for key in entries.keys() - set(keys):
            raise entries[key].error(f"expected one of the {what}")
        for key in keys:
            if key not in entries:
                raise node.error(f"there must be an entry for each of the {what}; {key!r:.80} lacks one")
        return entries

    def transitions(self) -> dict[tuple[State, Symbol], Node]:
        """What stands in the file for each state and symbol."""
        rows = self.table(self.members["transitions"], self.states, "states")
        return {
            (state, symbol): entry
            for state in self.states
            for symbol, entry in self.table(rows[state], self.alphabet, "symbols").items()
        }


def _dfa(node: Node) -> Automaton:
    frame = _Frame(node, "accepting")
    delta = {at: frame.state(entry) for at, entry in frame.transitions().items()}
    accepting: set[State] = set()
    for state in frame.members["accepting"].elements(what="states"):
        if state.text() in accepting:
            raise state.error(f"each of the states stands once; {state.found()} stands twice")
        accepting.add(frame.state(state))
    outputs: dict[State, Output] = {q: text_of(q in accepting) for q in frame.states}
    return node.given(lambda: Automaton.moore(frame.alphabet, frame.states, frame.start, delta, outputs))


def _moore(node: Node) -> Automaton:
    frame = _Frame(node, "outputs")
    delta = {at: frame.state(entry) for at, entry in frame.transitions().items()}
    entries = frame.table(frame.members["outputs"], frame.states, "states")
    outputs: dict[State, Output] = {state: _output(entry) for state, entry in entries.items()}
    return node.given(lambda: Automaton.moore(frame.alphabet, frame.states, frame.start, delta, outputs))


def _mealy(node: Node) -> Automaton:
    frame = _Frame(node)
    delta: dict[tuple[State, Symbol], State] = {}
    outputs: dict[tuple[State, Symbol], Output] = {}
    for at, entry in frame.transitions().items():
        successor, output = entry.elements(what="entries (state, output)", length=2)
        delta[at], outputs[at] = frame.state(successor), _output(output)
    return node.given(lambda: Automaton.mealy(frame.alphabet, frame.states, frame.start, delta, outputs))


def _output(node: Node) -> Output:
    return UNSPECIFIED if node.value is None else node.text()


_AUTOMATA: dict[str, Callable[[Node], Automaton]] = {"dfa": _dfa, "moore": _moore, "mealy": _mealy}


# Other tasks


def _streaming(node: Node) -> StreamingAlgorithm:
    members = node.members(["format", "kind", "alphabet", "memory_bits", "start", "update", "answer"])
    alphabet = members["alphabet"].distinct(MAX_LETTERS, "symbols")
    bits = members["memory_bits"].integer(0, MAX_MEMORY_BITS)
    answers = [_output(entry) for entry in members["answer"].elements(2**bits, "answers, one a memory")]
    size = len(answers)
    start = members["start"].integer(0, size - 1)
    rows = members["update"].entries(MAX_LETTERS, "symbols")
    if rows.keys() != set(alphabet):
        raise members["update"].error("there must be an entry for each of the symbols, and no other")
    update: dict[Symbol, list[int]] = {
        symbol: [entry.integer(0, size - 1) for entry in row.elements(what="memories, one after each", length=size)]
        for symbol, row in rows.items()
    }
    return StreamingAlgorithm(alphabet, bits, start, lambda m, x: update[x][m], answers.__getitem__)


def _group(node: Node) -> Machine:
    from exactssm.algebra import group  # here, as a group brings numpy

    members = node.members(["format", "kind", "group", "letters"])
    structure = members["group"].given(lambda: group(members["group"].text()))
    chosen = members["letters"].choice(["all", "generators"])
    return as_text(node.given(lambda: WordProblem(structure, structure.generators if chosen == "generators" else None)))


def _library(node: Node) -> Machine:
    name = node.members(["format", "kind", "name"])["name"]
    return name.given(lambda: as_text(task(name.text())))


_KINDS: dict[str, Callable[[Node], Machine]] = {
    **_AUTOMATA,
    "streaming": _streaming,
    "group": _group,
    "library": _library,
}
