"""Options that commands share, and how what they are given is read."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from exactssm.errors import FormatError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from exactssm.machine import Machine, Symbol
    from exactssm.tasks import WordProblem

__all__ = [
    "GROUP_HELP",
    "TASK_HELP",
    "WORD_HELP",
    "budget_option",
    "json_option",
    "model_argument",
    "read_model",
    "read_task",
    "read_word",
]

TASK_HELP = (
    "TASK: group:S3, group:S3:generators, parity, dfa:FILE, regex:(ab)*, composition:3,2, another library task "
    "(docs/concepts.md lists them), a task file, or a bare GROUP. Symbols and outputs of a group are numbers of "
    "elements; their labels, if MODEL reads labels."
)
WORD_HELP = "WORD: symbols separated by white space, or a JSON list of them."
GROUP_HELP = (
    "GROUP: a name (S3, A5, C6, D4 of order 8, Q8, SL(2,3), AGL(1,5), C2^3), a direct product (A4xZ5), a number in the "
    'small-groups library ([48,29]), permutations ("(1 2 3)(4 5), (1 2)"), or @FILE with a Cayley table.'
)

budget_option = click.option(
    "--budget",
    metavar="STATES",
    type=click.IntRange(1),
    default=10**6,
    show_default=True,
    help="State pairs per proof, at most.",
)
json_option = click.option("--json", "as_json", is_flag=True, help="Write JSON to stdout.")
model_argument = click.argument("model_file", metavar="MODEL", type=click.Path(path_type=Path))


def read_model(path: Path) -> Machine:
    from exactssm.formats import load_model

    return load_model(path)


def read_task(name: str, model: Machine | None = None, alphabet: Iterable[str] | None = None) -> Machine:
    """The task that TASK means, its symbols and outputs as strings. Elements of a group are its numbers for them; its
    labels, if ``model`` reads those. A regular expression is about ``alphabet``, or about the one that ``model`` reads,
    or about the symbols that it names."""
    from exactssm.formats import as_text, load_automaton, load_task
    from exactssm.tasks import WordProblem, regular_expression, task

    if name.startswith("dfa:"):
        return load_automaton(name.removeprefix("dfa:"))
    if name.startswith("regex:"):
        if alphabet is None and model is not None:
            alphabet = [str(symbol) for symbol in model.alphabet]
        return as_text(regular_expression(name.removeprefix("regex:"), alphabet))
    table = name.removeprefix("group:").startswith("@")  # a group, by a file with its Cayley table
    if not table and (name.endswith(".json") or os.path.isfile(name)):
        return load_task(name)
    try:
        found = task(name)
        if model is not None and isinstance(found, WordProblem) and (labelled := _labelled(found, model)) is not None:
            return labelled
        return as_text(found)
    except FormatError:
        from difflib import get_close_matches

        from exactssm.tasks import TASK_NAMES

        heads = {known.partition(":")[0]: known for known in TASK_NAMES}
        head = name.partition(":")[0]
        if head not in heads and (near := get_close_matches(head, heads, n=2)):
            meant = " or ".join(heads[head] for head in near)
            raise FormatError(f"no task is named {name[:60]!r}; perhaps {meant}?") from None
        raise


def _labelled(problem: WordProblem, model: Machine) -> Machine | None:
    """``problem`` with labels for elements, if ``model`` reads labels that aren't numbers."""
    from exactssm.machine import Relabelled, Renamed

    labels: dict[Symbol, Symbol] = dict(enumerate(problem.structure.labels))
    read = set(model.alphabet)
    if not read <= set(labels.values()) or read <= {str(x) for x in labels}:
        return None
    return Renamed(Relabelled(problem, {labels[x]: x for x in problem.letters}), labels)


def read_word(text: str) -> tuple[str, ...]:
    """Symbols separated by white space, or a JSON list of strings."""
    if not text.lstrip().startswith("["):
        return tuple(text.split())
    try:
        symbols = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise FormatError(f"the word begins like a JSON list, but isn't one: {error}") from None
    if not isinstance(symbols, list) or not all(isinstance(s, str) for s in symbols):
        raise FormatError("a word given as JSON must be a list of strings")
    return tuple(symbols)
