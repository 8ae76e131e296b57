"""Automata and monoids that a person names, by one layer that tracks state: built, proved for all lengths, measured.

What is named becomes marked points (`constructions.automata.marked_points`): the states of the least machine of a task,
with the start marked; the elements of a monoid by its table, multiplied from the right, with the identity marked; or
the points of the maps that generate a monoid, with all of them marked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from constructions.automata.ids4_points import ids4_of_points
from constructions.automata.marked_points import PLAIN, Conventions, MarkedPoints, Places, Read, held
from constructions.automata.sign_units import rnn_ssm_of_points, units_of
from exactssm.errors import DomainError, FormatError
from exactssm.layers import SignLayer
from exactssm.machine import Machine, Output, Renamed, Symbol, run
from exactssm.models import Model
from verify.decision import decide
from verify.resources import Resources, measure
from verify.search.reachability import DEFAULT_BUDGET, ClosedPairs
from verify.verdict import Proved, Verdict

__all__ = ["LAYERS", "Emulation", "Parameters", "Subject", "emulate", "parameters", "subject", "unseen_letter"]

LAYERS = ("ids4", "rnn-ssm")
MAX_WEIGHTS = {"ids4": 4_000_000, "rnn-ssm": 16_000_000}  #: numbers of a layer that is built; signs have equal rows
MAX_WRITTEN = 4_000_000  #: numbers of a layer that a file may hold
MAX_STATES = 10_000


@dataclass(frozen=True)
class Subject:
    """What is to be emulated."""

    name: str
    points: MarkedPoints
    read: Read  #: what the task puts out where the marks are there
    task: Machine


def subject(name: str, task: Callable[[str], Machine]) -> Subject:
    """What DFA, GROUP or MONOID means; ``task`` reads names of tasks, its symbols and outputs as texts.

    >>> from verify.commands.arguments import read_task
    >>> subject("star:ab", read_task).points.points
    3
    >>> found = subject("monoid:[1,0,2] [0,0,2]", read_task)
    >>> found.points.alphabet, found.points.marks
    (('[1,0,2]', '[0,0,2]'), (0, 1, 2))

    Raises: FormatError, for a malformed name; DomainError, where what it names is no monoid; BudgetExhausted, for more
    than `MAX_STATES` states.
    """
    if not name.startswith("monoid:"):
        return _of_machine(name, task(name))
    text = name.removeprefix("monoid:").strip()
    if text.startswith("@"):
        return _by_table(name, Path(text[1:]))
    return _by_maps(name, text)


def _by_table(name: str, path: Path) -> Subject:
    from exactssm.algebra import FiniteMonoid
    from exactssm.algebra.names import read_rows
    from exactssm.formats import as_text
    from exactssm.tasks import WordProblem

    monoid = FiniteMonoid.from_table(read_rows(path), name=f"@{path}")
    points = MarkedPoints.of_monoid(monoid, range(monoid.order))
    named = MarkedPoints({str(x): images for x, images in points.maps.items()}, points.marks)
    return Subject(name, named, _lookup(tuple(map(str, range(monoid.order)))), as_text(WordProblem(monoid)))


def _by_maps(name: str, text: str) -> Subject:
    from exactssm.algebra.permutation import check_transformations, format_cycles, parse_permutations

    label: Callable[[Places], str] = _images
    if text.startswith("("):
        maps, label = parse_permutations(text), format_cycles
    elif re.fullmatch(r"(\[\s*[0-9]{1,4}(\s*,\s*[0-9]{1,4})*\s*\][\s,]*)+", text):
        lists = re.findall(r"\[([^\]]*)\]", text)
        maps = check_transformations([map(int, images.split(",")) for images in lists], "maps")
    else:
        raise FormatError(
            "a monoid is written monoid:@FILE with a Cayley table, or by maps of points: "
            f"monoid:[1,0,2] [0,0,2], or monoid:(1 2), (1 2 3); got {text[:40]!r}"
        )
    if not maps:
        raise FormatError("a monoid needs at least one map of points")
    points = MarkedPoints({label(images): images for images in maps}, tuple(range(len(maps[0]))))

    def read(places: Places | None, symbol: Symbol) -> Output:
        return None if places is None else label(places)

    return Subject(name, points, read, Renamed(points, lambda places: label(places)))  # type: ignore[arg-type]


def _images(places: Places) -> str:
    return f"[{','.join(map(str, places))}]"


def _lookup(outputs: tuple[Output, ...]) -> Read:
    return lambda places, symbol: None if places is None else outputs[places[0]]


def _of_machine(name: str, task: Machine) -> Subject:
    """The least machine of the task, its states split by output where the state after a step and the symbol don't tell
    it; where nothing is demanded, an output is as good as another."""
    from exactssm.algebra import minimal_machine
    from exactssm.table import tabulate

    table = tabulate(task, max_states=MAX_STATES)
    if (table.out >= 0).all():
        table = minimal_machine(table, max_states=MAX_STATES)
    symbols = range(len(table.alphabet))
    answers = (*table.outputs, "-")
    step = {(q, a): (int(table.next[q, a]), int(table.out[q, a])) for q in range(len(table.next)) for a in symbols}
    told: dict[tuple[int, int], int] = {}
    if all(told.setdefault((after, a), out) == out for (_, a), (after, out) in step.items()):
        maps = {x: tuple(table.next[:, a].tolist()) for a, x in enumerate(table.alphabet)}
        number = {x: a for a, x in enumerate(table.alphabet)}

        def read(places: Places | None, symbol: Symbol) -> Output:
            return (
                None if places is None or symbol not in number else answers[told.get((places[0], number[symbol]), -1)]
            )

        return Subject(name, MarkedPoints(maps, (table.start,)), read, task)
    states = {(table.start, -1): 0}
    images: list[list[int]] = [[] for _ in symbols]
    queue = list(states)
    for q, _ in queue:  # which grows
        for a in symbols:
            after = step[q, a]
            if after not in states:
                states[after] = len(states)
                queue.append(after)
            images[a].append(states[after])
    points = MarkedPoints({x: tuple(images[a]) for a, x in enumerate(table.alphabet)}, (0,))
    return Subject(name, points, _lookup(tuple(answers[out] for _, out in states)), task)


@dataclass(frozen=True)
class Parameters:
    """The numbers of a layer, with one-hot letters: h' = A(x) h + B x + b, or sgn of A h + B x + b."""

    start: tuple[int, ...]
    A: Mapping[Symbol, tuple[tuple[int, ...], ...]]  #: one matrix, under the empty text, where it isn't selective
    B: Mapping[Symbol, tuple[int, ...]]  #: the column of each letter
    b: tuple[int, ...] | None  #: None without a bias

    def range(self) -> tuple[int, int]:
        """The least and the greatest entry of A, B and b."""
        lines = [*(row for rows in self.A.values() for row in rows), *self.B.values(), *([self.b] if self.b else [])]
        return min(map(min, lines)), max(map(max, lines))


@dataclass(frozen=True)
class Emulation:
    """What came of emulating a subject by one layer."""

    subject: Subject
    by: str
    conventions: Conventions
    sign_of_zero: int
    model: Model
    verdict: Verdict
    resources: Resources | None  #: as measured on what the proof visited

    def as_json(self) -> dict[str, Any]:
        """The object that ``exactssm emulate --json`` writes, but for the parameters."""
        return {
            "task": self.subject.name,
            "by": self.by,
            "points": self.subject.points.points,
            "marks": len(self.subject.points.marks),
            "letters": len(self.subject.points.alphabet),
            "start": "zero" if self.conventions.zero_start else "vector",
            "start_symbol": self.conventions.start_symbol,
            "sign_of_zero": self.sign_of_zero if self.by == "rnn-ssm" else None,
            "verdict": self.verdict.name,
            "method": self.verdict.method if isinstance(self.verdict, Proved) else str(self.verdict),
            "pairs": self.verdict.pairs if isinstance(self.verdict, Proved) else None,
        }


def emulate(
    subject: Subject,
    by: str,
    conventions: Conventions = PLAIN,
    sign_of_zero: int = 0,
    *,
    to_write: bool = False,
    max_pairs: int = DEFAULT_BUDGET,
    progress: Callable[[int], None] | None = None,
) -> Emulation:
    """Build one layer, ``ids4`` or ``rnn-ssm``, that does what ``subject`` names, and prove it for words of every
    length.

    >>> from verify.commands.arguments import read_task
    >>> found = emulate(subject("star:ab", read_task), "rnn-ssm")
    >>> print(found.verdict, found.resources.width)
    proved for words of every length (product reachability, 5 pairs) 4

    Raises: DomainError, for a layer that isn't one of `LAYERS`, or would have more than `MAX_WEIGHTS` numbers; more
    than `MAX_WRITTEN`, if it is ``to_write``.
    """
    points = subject.points
    if by not in LAYERS:
        raise DomainError(f"the layer must be one of {', '.join(LAYERS)}, got {by!r}")
    letters, most = len(points.alphabet), MAX_WRITTEN if to_write else MAX_WEIGHTS[by]
    if letters * points.points * len(points.marks) > most:
        raise DomainError(f"{subject.name[:40]}: {letters} letters on {points.points} points are too many")
    width = points.points if by == "ids4" else sum(map(len, units_of(points, conventions)))
    numbers = width * width * (letters if by == "ids4" else 1) + width * letters
    if numbers > most:
        done = "written" if to_write else "built"
        raise DomainError(
            f"{subject.name[:40]} by {by} takes {numbers} numbers, at width {width} with {letters} letters; at most "
            f"{most} are {done}: give fewer letters (group:S3:generators), or maps of fewer points (monoid:...)"
        )
    if by == "ids4":
        model = ids4_of_points(points, conventions, subject.read)
    else:
        model = rnn_ssm_of_points(points, sign_of_zero, conventions, subject.read)
    task = held(subject.task, conventions)
    verdict = decide(model, task, max_pairs=max_pairs, progress=progress)
    used = None
    if isinstance(verdict, Proved) and isinstance(verdict.certificate, ClosedPairs):
        used = measure(model, verdict.certificate.pairs, task, verdict.use)
    return Emulation(subject, by, conventions, sign_of_zero, model, verdict, used)


def parameters(emulation: Emulation, bias: bool) -> Parameters:
    """The numbers of the layer. With a bias, B x + b is what B x is without one: for IDS4 b = -v_0, for RNN-SSM the
    least entries of B, so that no entry of B is negative then."""
    (layer,) = emulation.model.layers()
    d = layer.width
    drive: dict[Symbol, tuple[int, ...]]
    matrices: dict[Symbol, tuple[tuple[int, ...], ...]]
    if isinstance(layer, SignLayer):
        drive = {x: layer.varying_entries(x) for x in emulation.model.alphabet}
        matrices = {"": layer.recurrent}
    else:
        entries: dict[Symbol, tuple[Any, ...]] = {x: layer.entries(x) for x in emulation.model.alphabet}
        drive = {x: found[d * d :] for x, found in entries.items()}
        matrices = {x: tuple(found[i * d : (i + 1) * d] for i in range(d)) for x, found in entries.items()}
    start: Any = layer.start
    if not bias:
        return Parameters(start, matrices, drive, None)
    points = emulation.subject.points
    b = tuple(map(min, *drive.values())) if len(drive) > 1 else next(iter(drive.values()))
    if emulation.by == "ids4":
        b = tuple(-v for v in points.vector(points.marks))
    columns = {x: tuple(v - c for v, c in zip(found, b, strict=True)) for x, found in drive.items()}
    return Parameters(start, matrices, columns, b)


def unseen_letter(subject: Subject) -> tuple[Symbol, Symbol, Symbol] | None:
    """Letters x, y and z such that the task answers xz and yz differently: without B no layer does it from h_0 = 0,
    whatever its A, bias and readout, since it comes to one state after x and y. None, if there are none.

    >>> from verify.commands.arguments import read_task
    >>> unseen_letter(subject("parity", read_task)), unseen_letter(subject("mod-counter:1", read_task))
    (('0', '1', '0'), None)
    """
    alphabet = subject.task.alphabet
    for z in alphabet:
        first = run(subject.task, (alphabet[0], z)).outputs[-1]
        for y in alphabet[1:]:
            if run(subject.task, (y, z)).outputs[-1] != first:
                return alphabet[0], y, z
    return None
