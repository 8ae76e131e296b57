"""The algebra of tasks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from verify.commands import HOLDS
from verify.commands.arguments import GROUP_HELP, json_option, read_task
from verify.commands.printing import print_json, text_width

if TYPE_CHECKING:
    from exactssm.algebra import FiniteMonoid
    from exactssm.machine import Machine

__all__ = ["classify"]

DFA_HELP = "DFA: dfa:FILE, a task file, or a library task (parity, star:ab, dyck:1,3, ...)."
REGEX_HELP = (
    "REGEX: 'regex:(ab)*', in the syntax of Python's re without anchors, references and look-ahead; a symbol is one "
    "character."
)


@click.command(
    short_help="The algebra of a task, its complexity, and which models do it.",
    epilog=f"{DFA_HELP} {REGEX_HELP} {GROUP_HELP}",
)
@click.argument("task_name", metavar="DFA|REGEX|GROUP")
@click.option(
    "--alphabet",
    metavar="SYMBOLS",
    help="REGEX: the alphabet, as abc; by default the characters that it names.",
)
@click.option(
    "--architectures/--no-architectures",
    "build",
    default=True,
    show_default=True,
    help="Build and prove a model of each architecture that does the task, or refute it.",
)
@click.option(
    "--budget",
    metavar="N",
    type=click.IntRange(1, 10**6),
    default=10**5,
    show_default=True,
    help="States of the machine, and elements of its monoid, at most.",
)
@click.option(
    "--picture",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Draw the least machine and the eggboxes of its monoid to a png, svg or pdf file.",
)
@json_option
def classify(
    task_name: str, alphabet: str | None, build: bool, budget: int, picture: Path | None, as_json: bool
) -> int:
    """Find the transition monoid of a finite task, its Green's classes and its groups, and from them

    \b
      its circuit class: NC0, AC0, ACC0, or complete for NC1, and so beyond models
      of log precision unless TC0 = NC1;
      which architectures do it, and how deep and wide: IDS4, RNN-SSM, diagonal
      layers of complex, real and non-negative numbers, S4.

    Of a language it is the syntactic monoid. Of a GROUP it is the word problem, a letter for each element.

    \b
    Examples:
      exactssm classify 'regex:(ab)*'
      exactssm classify 'regex:.*ab' --alphabet abc
      exactssm classify A5 --no-architectures

    Exit codes: 0, whatever the classes are; 2, bad input; 3, a budget ran out.
    """
    from verify.algebra.classification import classify
    from verify.algebra.placement import place

    if picture is not None:
        from verify.drawing.pictures import check_picture

        check_picture(picture)
    if alphabet is not None and not task_name.startswith("regex:"):
        raise click.UsageError("--alphabet is for regular expressions, regex:EXPRESSION")
    task = read_task(task_name, alphabet=None if alphabet is None else "".join(alphabet.split()))
    found = classify(_subject(task), task_name, max_states=budget, max_elements=budget)
    placement = place(found)
    answers = None
    if build:
        from verify.algebra.architectures import architectures
        from verify.progress import Progress

        with Progress() as progress:
            answers = architectures(placement, task, progress=progress)
    if as_json:
        built = None if answers is None else [answer.as_json() for answer in answers]
        print_json(found.as_json() | {"placement": placement.as_json(), "architectures": built})
    else:
        from verify.algebra.classification_report import report
        from verify.algebra.placement_report import architecture_table, placement_paragraph

        width = min(text_width(), 80)
        first, _, rest = report(found, width).partition("\n\n")
        parts = [click.style(first, bold=True), placement_paragraph(placement, width)]
        if answers is not None:
            parts.append(architecture_table(answers, width))
        click.echo("\n\n".join([*parts, rest]))
    if picture is not None:
        from verify.drawing.classification_picture import draw_classification

        draw_classification(found, picture)
    return HOLDS


def _subject(task: Machine) -> Machine | FiniteMonoid:
    """The task; where it is the word problem of a group with all its elements for letters, the group."""
    from exactssm.machine import Relabelled, Renamed
    from exactssm.tasks import WordProblem

    inner = task
    while isinstance(inner, Relabelled | Renamed):  # by which a task is given its texts
        inner = inner.machine
    if isinstance(inner, WordProblem) and len(inner.letters) == inner.structure.order:
        return inner.structure
    return task
