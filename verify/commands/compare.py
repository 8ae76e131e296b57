"""Models against tasks."""

from __future__ import annotations

from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import (
    TASK_HELP,
    budget_option,
    json_option,
    model_argument,
    read_model,
    read_task,
    read_word,
)
from verify.commands.printing import print_json, terminal_width, text_width

if TYPE_CHECKING:
    from exactssm import formats
    from exactssm.machine import Machine

__all__ = ["compare"]


@click.command(short_help="Decide a model of your own against a task.", epilog=TASK_HELP)
@model_argument
@click.argument("task_name", metavar="[TASK]", required=False)
@click.option("--task", "task_option", metavar="TASK", help="The task, if not given as the second argument.")
@click.option(
    "--length",
    metavar="N",
    type=click.IntRange(1, 10**6),
    help="Where no proof is found within the budget, read every word up to this length.",
)
@budget_option
@click.option(
    "--any-readout",
    is_flag=True,
    help="Decide whether any readout of the model's states does TASK, whatever it puts out itself.",
)
@click.option(
    "--modes",
    metavar="M,M,...",
    help="Compare these modes of evaluation of the same weights, up to --length: E (exact), R (recurrent), "
    "F (flattened), S (blelloch), flattened:CASTS, left-fold, right-fold, hillis-steele, chunked:N.",
)
@click.option("--alphabet", metavar="WORD", help="Weights: the letters of A, in order; by default 0 1 2 ...")
@click.option("--outputs", metavar="WORD", help="Weights: the outputs of the head, in order; by default 0 1 2 ...")
@click.option(
    "--rounding", type=click.Choice(["once", "each", "fused"]), help="Weights: when a step rounds; by default each."
)
@click.option(
    "--ties", type=click.Choice(["error", "first"]), help="Weights: which of equal scores wins; by default an error."
)
@json_option
def compare(
    model_file: Path,
    task_name: str | None,
    task_option: str | None,
    length: int | None,
    budget: int,
    any_readout: bool,
    modes: str | None,
    alphabet: str | None,
    outputs: str | None,
    rounding: str | None,
    ties: str | None,
    as_json: bool,
) -> int:
    """Decide whether the model in the file MODEL does TASK.

    If it reaches finitely many states, this is proved for words of every length or refuted by a shortest word.

    A MODEL that ends in .npz or .safetensors holds trained weights, read exactly. Without a head every readout of the
    state is decided.

    Example: `exactssm compare docs/examples/latch.json parity`

    Exit codes: 0, proved, or right up to --length; 1, refuted; 2, bad input; 3, a budget ran out.
    """
    from verify.decision import decide, decide_every_readout
    from verify.numbers.comparison import verdict_record, weights_lines, weights_state
    from verify.progress import Progress
    from verify.search.readouts import unread
    from verify.trace import Collision, Trace
    from verify.verdict import Refuted

    if (task_name is None) == (task_option is None):
        raise click.UsageError("give one task, as the second argument or with --task")
    if modes is not None and length is None:
        raise click.UsageError("--modes needs --length: most modes are no machines, and are compared up to a length")
    if modes is not None and any_readout:
        raise click.UsageError("--modes compares outputs, so that --any-readout doesn't go with it")
    name = task_name or task_option or ""
    weights = _weights(model_file, alphabet, outputs, rounding, ties)
    model = read_model(model_file) if weights is None else weights.model
    task = read_task(name, model)
    every = any_readout or (weights is not None and not weights.has_head)
    record: dict[str, Any] = {"model": str(model_file), "task": name}
    if weights is not None:
        record |= {"arithmetic": str(weights.arithmetic)}
    if every or weights is not None:
        record |= {"readout": "every" if every else "head"}
    read = "" if weights is None else weights_lines(weights, ties or "error", every) + "\n"
    if modes is not None and length is not None:
        if every:
            raise click.UsageError("--modes compares outputs, and a file without head.weight has none")
        return _compare_modes(model, task, modes, length, budget, record if as_json else read)
    with Progress() as progress:
        verdict = (decide_every_readout if every else decide)(
            unread(model) if every else model,
            task,
            max_pairs=budget,
            length=length,
            progress=lambda n: progress(f"{n} steps of the search"),
        )
    if as_json:
        print_json(record | verdict_record(verdict))
    else:
        colour = {"refuted": "red", "inconclusive": "yellow"}.get(verdict.name, "green")
        click.echo(
            read + click.style(verdict.name, fg=colour) + fill(str(verdict), text_width()).removeprefix(verdict.name)
        )
        if isinstance(verdict, Refuted):
            from verify.render import render

            shown = verdict.trace
            wide = terminal_width()
            click.echo(render(shown, "text", wide) if isinstance(shown, Trace) else fill(shown.as_text(), text_width()))
            if weights is not None and isinstance(shown, Collision):
                click.echo(weights_state(weights, shown))
    return {"proved": HOLDS, "checked": HOLDS, "refuted": FAILS, "inconclusive": UNDECIDED}[verdict.name]


def _compare_modes(
    model: Machine, task: Machine, modes: str, length: int, budget: int, head: dict[str, Any] | str
) -> int:
    """Each mode against the task, and against each other one: as JSON, if ``head``, which begins it, is a record."""
    from verify.numbers.comparison import compare_in_modes, mode_names, modes_record, modes_text
    from verify.progress import Progress

    names = mode_names(modes)
    with Progress() as progress:
        found = compare_in_modes(
            model, task, names, length, max_pairs=budget, progress=lambda n: progress(f"{n} words or steps")
        )
    if isinstance(head, str):
        click.echo(head + modes_text(found, length, text_width()))
    else:
        print_json(head | {"length": length} | modes_record(found))
    reached = {verdict.name for verdict in found.verdicts.values()}
    return FAILS if "refuted" in reached else UNDECIDED if "inconclusive" in reached else HOLDS


def _weights(
    path: Path, alphabet: str | None, outputs: str | None, rounding: str | None, ties: str | None
) -> formats.Weights | None:
    """The weights in a file, if its name says that it holds any."""
    from exactssm.formats import WEIGHTS_SUFFIXES, load_weights

    if path.suffix in WEIGHTS_SUFFIXES:
        return load_weights(
            path,
            alphabet=None if alphabet is None else read_word(alphabet),
            outputs=None if outputs is None else read_word(outputs),
            moment=rounding or "each",
            ties=ties or "error",
        )
    for option, given in (("alphabet", alphabet), ("outputs", outputs), ("rounding", rounding), ("ties", ties)):
        if given is not None:
            raise click.UsageError(f"--{option} is for files with weights, {' or '.join(WEIGHTS_SUFFIXES)}")
    return None
