"""Tasks by name, as the command line writes them: ``parity``, ``mod-counter:5``, ``composition:3,2``, ``group:S3``.

Names come from outside, so parameters are read and bounded before anything is built. Names that mean a file are not
known here: who reads files asks here last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from exactssm.errors import ExactssmError, FormatError
from exactssm.machine import Machine
from exactssm.tasks import classics, streaming_library
from exactssm.tasks.composition import FunctionComposition
from exactssm.tasks.regular_expression import regular_expression
from exactssm.tasks.word_problem import WordProblem

__all__ = ["TASK_NAMES", "task"]

MAX_NAME = 10_000  #: the most characters of a name


class _Entry(NamedTuple):
    parameters: str  # capital letters are numbers, WORD and SYMBOLS text
    help: str
    build: Callable[..., Machine]


_ENTRIES: dict[str, _Entry] = {
    "parity": _Entry("", "parity of the number of 1s", classics.parity),
    "flip-flop": _Entry("", "one bit, by set, reset and read", classics.flip_flop),
    "mod-counter": _Entry("M", "the number of 1s modulo M", classics.mod_counter),
    "gridworld": _Entry("W,H", "the cell of a walker on W by H cells with walls", classics.gridworld),
    "ends-with-ab": _Entry("", "does the prefix end with ab", classics.ends_with_ab),
    "no-two-ones": _Entry("", "are there no two 1s in a row", classics.no_two_ones),
    "divisible": _Entry("M,B", "is the prefix, a number in base B, divisible by M", classics.divisible_by),
    "star": _Entry("WORD", "is the prefix a repetition of WORD", classics.star),
    "delay": _Entry("N", "the bit read N symbols ago", classics.delay),
    "composition": _Entry("N,K", "K functions on N elements, composed; asked at the end", FunctionComposition),
    "majority": _Entry("SYMBOLS,C", "Boyer-Moore majority, counting to C", streaming_library.majority),
    "misra-gries": _Entry("SYMBOLS,K,C", "heavy hitters by K counters to C", streaming_library.misra_gries),
    "maximum": _Entry("N", "the largest so far of the numbers below N", streaming_library.running_maximum),
    "distinct": _Entry("N", "how many different numbers below N so far", streaming_library.distinct_count),
    "dyck": _Entry("K,H", "balanced brackets of K kinds, nested at most H deep", streaming_library.bounded_dyck),
    "kmp": _Entry("WORD", "does the text end with WORD", streaming_library.pattern_matching),
}

TASK_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {f"{head}:{entry.parameters}".rstrip(":"): entry.help for head, entry in _ENTRIES.items()}
    | {
        "regex:EXPRESSION": "does the prefix match a regular expression",
        "group:GROUP": "the running product in a group, a symbol for each element",
        "group:GROUP:generators": "the same, a symbol for each generator",
        "GROUP": "the same as group:GROUP",
    }
)
"""The forms of the names of tasks, each with a line of help."""


def task(name: str) -> Machine:
    """The task that ``name`` means; a name of none of the forms in `TASK_NAMES` is taken for that of a group.

    >>> from exactssm.machine import run
    >>> run(task("mod-counter:3"), "1111").outputs
    (1, 2, 0, 1)
    >>> task("composition:3,2")
    FunctionComposition(N=3, K=2, ...)

    Raises: FormatError, if there is no such task, or its parameters are malformed or out of bounds; BudgetExhausted,
    for a regular expression that is too large written out.
    """
    if len(name) > MAX_NAME:
        raise FormatError(f"the name of a task may have at most {MAX_NAME} characters, got {len(name)}")
    head, _, rest = name.partition(":")
    if head == "group":
        group, generators = rest.removesuffix(":generators"), rest.endswith(":generators")
        return _word_problem(name, group, generators)
    if head == "regex":
        return regular_expression(rest)
    if head not in _ENTRIES:
        return _word_problem(name, name, generators=False)
    entry = _ENTRIES[head]
    wanted = entry.parameters.split(",") if entry.parameters else []
    given = rest.split(",") if rest else []
    if len(given) != len(wanted) or (":" in name and not wanted):
        form = f"{head}:{entry.parameters}".rstrip(":")
        raise FormatError(f"task {name!r}: the form is {form}, got {len(given)} parameters")
    arguments = [_parameter(name, what, text) for what, text in zip(wanted, given, strict=True)]
    try:
        return entry.build(*arguments)
    except ExactssmError as error:
        raise FormatError(f"task {name!r}: {error}") from error


def _parameter(name: str, what: str, text: str) -> int | str:
    if what in ("WORD", "SYMBOLS"):
        return text
    if not re.fullmatch("[0-9]{1,9}", text):
        raise FormatError(f"task {name!r}: {what} must be a number of 1 to 9 decimal digits, got {text!r}")
    return int(text)


def _word_problem(name: str, description: str, generators: bool) -> WordProblem:
    from exactssm.algebra import group  # here, as a group brings numpy

    try:
        structure = group(description)
        return WordProblem(structure, structure.generators if generators else None)
    except ExactssmError as error:
        known = ", ".join(TASK_NAMES)
        raise FormatError(f"task {name!r} is none of {known}; and as a group: {error}") from error
