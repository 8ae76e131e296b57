"""A model along a word."""

from __future__ import annotations

from pathlib import Path

import click

from verify.commands import HOLDS
from verify.commands.arguments import WORD_HELP, model_argument, read_model, read_task, read_word
from verify.commands.printing import terminal_width

__all__ = ["trace"]


@click.command(short_help="Run a model along a word, layer by layer.", epilog=WORD_HELP)
@model_argument
@click.argument("word_text", metavar="WORD")
@click.option("--task", "task_name", metavar="TASK", help="Show beside it what this task demands.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "latex", "html"]), default="text", show_default=True
)
def trace(model_file: Path, word_text: str, task_name: str | None, form: str) -> int:
    """Run the model in the file MODEL along WORD: states and letters, layer by layer, thought by thought.

    Example: `exactssm trace docs/examples/parity.json "1 0 1" --task parity`
    """
    from exactssm.machine import run
    from verify.render import render
    from verify.trace import Silent, Trace

    model = read_model(model_file)
    word = read_word(word_text)
    run(model, word)  # names the position of a symbol that is not in the alphabet
    task = Silent(model.alphabet) if task_name is None else read_task(task_name, model)
    click.echo(render(Trace.along(model, task, word), form, terminal_width()))
    return HOLDS
