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


@click.command(short_help="The algebra of a task, and which layers do it.", epilog=f"{DFA_HELP} {GROUP_HELP}")
@click.argument("task_name", metavar="DFA|GROUP")
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
def classify(task_name: str, budget: int, picture: Path | None, as_json: bool) -> int:
    """Find the transition monoid of a finite task, its Green's classes and its groups, and from them what numbers
    stacks of diagonal layers need to do it: non-negative ones, real ones, complex ones, or none that do.

    Of a language it is the syntactic monoid. Of a GROUP it is the word problem, a letter for each element.
    """
    from verify.classification import classify

    if picture is not None:
        from verify.pictures import check_picture

        check_picture(picture)
    found = classify(_subject(task_name), task_name, max_states=budget, max_elements=budget)
    if as_json:
        print_json(found.as_json())
    else:
        from verify.classification_report import report

        first, _, rest = report(found, min(text_width(), 80)).partition("\n\n")
        click.echo(click.style(first, bold=True) + "\n\n" + rest)
    if picture is not None:
        from verify.classification_picture import draw_classification

        draw_classification(found, picture)
    return HOLDS


def _subject(name: str) -> Machine | FiniteMonoid:
    """The task; where it is the word problem of a group with all its elements for letters, the group."""
    from exactssm.machine import Relabelled, Renamed
    from exactssm.tasks import WordProblem

    task = inner = read_task(name)
    while isinstance(inner, Relabelled | Renamed):  # by which a task is given its texts
        inner = inner.machine
    if isinstance(inner, WordProblem) and len(inner.letters) == inner.structure.order:
        return inner.structure
    return task
