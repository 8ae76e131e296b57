"""S5 as programs in Python that swap: one simultaneous swap a transposition, and what the released generator writes.

Four forms, of which the paper has ``list`` and the released generator the others:

    list     x = [0, 0, 1, 0, 0]        x[1], x[3] = x[3], x[1]
    tuple    x0 = False, five lines     x1, x3 = x3, x1
    z        the same                   z = x1; x1 = x3; x3 = z, three lines
    if       the same                   if x1 and not x3: x1, x3 = False, True
                                        elif not x1 and x3: x1, x3 = True, False

The form ``if`` is repaired twice. As released its first line reads `if x1 and not x3:, x1, x3 = False, True`, which is
no Python. Without that comma the second line is `if not x1 and x3: ...`, which finds what the first one has just made
and undoes it: every swap of a true x1 with a false x3 leaves them as they are. With `elif` it swaps.

What the lines mean is written here once, for these lines alone: an assignment reads all of its right side first and
assigns from left to right; `and` looks at its right side only if the left one is true; `elif` needs an `if` before it.
No text is ever run. A line that isn't one of these is no symbol.

Source: 2404.08819 Fig. 1 and its released generator (jopetty/word-problem, as of 2024); the repairs and the form in
which all values differ are ours.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations, product
from types import MappingProxyType
from typing import Final, NamedTuple

from constructions.claim import Case, Claim, Kind, Lemma
from constructions.disguises.homomorphism import PLACES, Disguise, decided, tracked
from exactssm.errors import CertificateError, ConstructionError, SymbolError
from exactssm.machine import Output, State, Symbol

__all__ = ["CLAIMS", "LINES", "MODES", "Memory", "NoPython", "SwapProgram", "published_if", "swap_disguise"]

NAMES: Final = (*(f"x{i}" for i in range(PLACES)), *(f"x[{i}]" for i in range(PLACES)), "z")
SLOT: Final = {name: k for k, name in enumerate(NAMES)}

Value = bool | int


class Line(NamedTuple):
    """``targets = sources`` under a condition; a source is a name or a value."""

    targets: tuple[str, ...]
    sources: tuple[str | Value, ...]
    keyword: str = ""  #: ``if`` or ``elif``, where there is a condition
    holds: str = ""  #: the condition: this is true
    fails: str = ""  #: and this is false
    negated_first: bool = False  #: the condition is written `not fails and holds`


def _known_lines() -> dict[str, Line]:
    """Every line that a program may have, and what it means."""
    lines: dict[str, Line] = {}
    cells = tuple(f"x[{i}]" for i in range(PLACES))
    for i in range(PLACES):
        marked = tuple(int(k == i) for k in range(PLACES))
        lines[f"x = {list(marked)}"] = Line(cells, marked)
        for value in (False, True, *range(PLACES)):
            lines[f"x{i} = {value}"] = Line((f"x{i}",), (value,))
        lines[f"z = x{i}"] = Line(("z",), (f"x{i}",))
        lines[f"x{i} = z"] = Line((f"x{i}",), ("z",))
    lines[f"x = {list(range(PLACES))}"] = Line(cells, tuple(range(PLACES)))
    for i, j in product(range(PLACES), repeat=2):
        for form in ("x{}", "x[{}]"):
            a, b = form.format(i), form.format(j)
            lines[f"{a}, {b} = {b}, {a}"] = Line((a, b), (b, a))
            lines[f"{a}, {b} = {a}, {b}"] = Line((a, b), (a, b))
        a, b = f"x{i}", f"x{j}"
        lines[f"{a} = {b}"] = Line((a,), (b,))
        lines[f"if {a} and not {b}: {a}, {b} = False, True"] = Line((a, b), (False, True), "if", a, b)
        for keyword in ("if", "elif"):
            lines[f"{keyword} not {a} and {b}: {a}, {b} = True, False"] = Line(
                (a, b), (True, False), keyword, b, a, negated_first=True
            )
    return lines


LINES: Final[Mapping[str, Line]] = MappingProxyType(_known_lines())
"""Every line that a program may have."""


class Memory(NamedTuple):
    """The state of a program between two lines."""

    values: tuple[Value | None, ...]  #: of x0 ... x4, x[0] ... x[4] and z; None, where there is none yet
    chosen: bool | None = None  #: after an `if` or `elif`: whether a branch has been taken; elsewhere None


@dataclass(frozen=True)
class SwapProgram:
    """Programs of swaps as a machine: its symbols are lines, its state is the `Memory`, or None after a line that fails
    there: a name that has no value, an `elif` without an `if`. A step puts out whether its line did not fail.

    >>> from exactssm.machine import run
    >>> program = ("x = [0, 0, 1, 0, 0]", "x[1], x[2] = x[2], x[1]")
    >>> SwapProgram().contents(run(SwapProgram(), program).states[-1])
    (0, 1, 0, 0, 0)
    """

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return tuple(LINES)

    @property
    def start(self) -> State:
        return Memory((None,) * len(NAMES))

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        if symbol not in LINES:
            raise SymbolError(f"a line must be one of those that swaps are written in; got {symbol!r:.80}")
        if state is None:
            return None, False
        assert isinstance(state, Memory)
        assert isinstance(symbol, str)
        after = _execute(state, LINES[symbol])
        return after, after is not None

    def contents(self, state: State) -> tuple[Hashable, ...] | None:
        """The values of x[0] to x[4], or of x0 to x4; None, unless these are all that there are, but for z."""
        if not isinstance(state, Memory):
            return None
        names, cells = state.values[:PLACES], state.values[PLACES : 2 * PLACES]
        found, other = (names, cells) if names[0] is not None else (cells, names)
        return None if None in found or set(other) != {None} else found


def _execute(memory: Memory, line: Line) -> Memory | None:
    values, chosen = memory
    if line.keyword:
        if line.keyword == "elif" and chosen is None:
            return None
        if line.keyword == "elif" and chosen:
            return memory
        first, wanted = (line.fails, False) if line.negated_first else (line.holds, True)
        second = line.holds if line.negated_first else line.fails
        if (value := values[SLOT[first]]) is None:
            return None
        met = bool(value) is wanted
        if met:
            if (value := values[SLOT[second]]) is None:
                return None
            met = bool(value) is not wanted
        if not met:
            return Memory(values, False)
    read = [values[SLOT[source]] if isinstance(source, str) else source for source in line.sources]
    if None in read:
        return None
    after = list(values)
    for target, value in zip(line.targets, read, strict=True):
        after[SLOT[target]] = value
    return Memory(tuple(after), True if line.keyword else None)


def _repaired_if(i: int, j: int) -> tuple[str, ...]:
    return (
        f"if x{i} and not x{j}: x{i}, x{j} = False, True",
        f"elif not x{i} and x{j}: x{i}, x{j} = True, False",
    )


def _without_comma(i: int, j: int) -> tuple[str, ...]:
    return tuple(line.replace("elif", "if") for line in _repaired_if(i, j))


def published_if(i: int, j: int) -> tuple[str, ...]:
    """What the released generator writes for a swap in the form ``if``.

    >>> published_if(0, 1)[0]
    'if x0 and not x1:, x0, x1 = False, True'
    """
    first, second = _without_comma(i, j)
    return first.replace(":", ":,"), second


class Mode(NamedTuple):
    """A form that swaps are written in."""

    swap: Callable[[int, int], tuple[str, ...]]
    idle: tuple[str, ...]


MODES: Final[Mapping[str, Mode]] = {
    "list": Mode(lambda i, j: (f"x[{i}], x[{j}] = x[{j}], x[{i}]",), ("x[0], x[1] = x[0], x[1]",)),
    "tuple": Mode(lambda i, j: (f"x{i}, x{j} = x{j}, x{i}",), ("x0, x1 = x0, x1",)),
    "z": Mode(lambda i, j: (f"z = x{i}", f"x{i} = x{j}", f"x{j} = z"), ("z = x0", "x0 = z", "x0 = z")),
    "if": Mode(_repaired_if, ("x0, x1 = x0, x1",) * 2),
}
"""The four forms; ``if`` is the repaired one."""


def _opening(mode: str, marked: int | None) -> tuple[str, ...]:
    if mode == "list":
        return (f"x = {[k if marked is None else int(k == marked) for k in range(PLACES)]}",)
    return tuple(f"x{k} = {k if marked is None else k == marked}" for k in range(PLACES))


def swap_disguise(
    mode: str = "tuple", marked: int | None = 2, *, factorisation: str = "cycles", padded: bool = False
) -> Disguise:
    """Words of permutations as programs in the form ``mode``: the value at the place ``marked`` is 1 or True, all
    others 0 or False; None for five different values, which ``if`` can't swap.

    >>> swap_disguise("list").text([(0, 3, 2, 1, 4)])
    ('x = [0, 0, 1, 0, 0]', 'x[1], x[3] = x[3], x[1]')

    Strings: at most 4 swaps a letter by cycles, at most 10 by neighbours, of 1, 1, 3 and 2 lines; padded, exactly.
    Raises: ConstructionError, for an unknown mode or factorisation, a place that isn't 0 to 4, and for ``if`` with five
    values.
    """
    if mode not in MODES:
        raise ConstructionError(f"the forms of swaps are {', '.join(MODES)}; got {mode!r:.40}")
    if marked is None and mode == "if":
        raise ConstructionError("the form `if` swaps True and False only: one place must be marked")
    if marked is not None and marked not in range(PLACES):
        raise ConstructionError(f"the marked place must be one of 0 to {PLACES - 1}, got {marked!r}")
    swap, idle = MODES[mode]
    return Disguise(SwapProgram(), _opening(mode, marked), swap, idle, factorisation, padded)


@dataclass(frozen=True)
class NoPython:
    """A program that Python's grammar refuses."""

    lines: tuple[str, ...]
    complaint: str

    @property
    def word(self) -> tuple[str, ...]:
        return self.lines

    def as_text(self) -> str:
        return f"{self.lines[0]!r} is no Python: {self.complaint}"

    def replay(self) -> None:
        if _complaint(self.lines) is None:
            raise CertificateError(f"{self.lines[0]!r} is Python")


def _complaint(lines: tuple[str, ...]) -> str | None:
    """What Python's parser, which runs nothing, has against a program."""
    try:
        ast.parse("\n".join(lines))
    except SyntaxError as error:
        return error.msg
    return None


def _published_if() -> Iterator[Lemma]:
    pairs = list(permutations(range(PLACES), 2))

    def check() -> NoPython | None:
        for pair in pairs:
            if (complaint := _complaint(published_if(*pair))) is not None:
                return NoPython(published_if(*pair), complaint)
        return None

    yield Lemma("every pair of variables", check, len(pairs), "pairs of variables")


def _without_the_comma() -> Iterator[Case]:
    scene = SwapProgram()
    for marked in range(PLACES):
        disguise = Disguise(scene, _opening("if", marked), _without_comma, MODES["if"].idle)
        yield decided(f"x{marked} is true", disguise, marked)


def _decided(given: tuple[str, bool]) -> Iterator[Case]:
    mode, padded = given
    for marked in range(PLACES):
        yield decided(f"{mode}, place {marked + 1} marked", swap_disguise(mode, marked, padded=padded), marked)


def _told_apart(given: tuple[str, str]) -> Iterator[Case]:
    mode, letters = given
    yield tracked(f"{mode}, five values, {letters}", swap_disguise(mode, None), letters)


VALUED = [mode for mode in MODES if mode != "if"]

CLAIMS = (
    Claim(
        name="python-word-problem",
        source="2404.08819 Fig. 1, and its released generator with the mode `if` repaired (padding is ours)",
        statement="A word of S5 becomes a program of swaps, letter by letter, after which the marked value is back at "
        "its place if and only if the product fixes that place.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=_decided,
        instances={mode: (mode, False) for mode in MODES},
        full={f"{mode}, padded": (mode, True) for mode in MODES},
    ),
    Claim(
        name="python-word-problem-told-apart",
        source="2404.08819 Fig. 1, with five different values (ours)",
        statement="With five different values the memory after the program of a word shows the product in S5.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=_told_apart,
        instances={f"{mode}, transpositions": (mode, "transpositions") for mode in VALUED},
        full={f"{mode}, all letters": (mode, "all") for mode in VALUED},
    ),
    Claim(
        name="python-if-as-published",
        source="2404.08819, the released generator of programs, mode `if`",
        statement="What the released generator writes for a swap in the mode `if` is Python.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.disguises.swap_programs",
        cases=lambda _: _published_if(),
        instances={"all pairs": None},
    ),
    Claim(
        name="python-if-without-comma",
        source="2404.08819, the released generator of programs, mode `if`, without the comma that makes it no Python",
        statement="Without the comma, the two lines of the mode `if` swap: the marked value is back at its place if "
        "and only if the product fixes that place.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.disguises.swap_programs",
        cases=lambda _: _without_the_comma(),
        instances={"each place marked": None},
    ),
)
