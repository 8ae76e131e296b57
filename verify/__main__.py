"""The command line. Results go to stdout, progress and errors to stderr.

Exit codes: 0, everything came out as stated; 1, something did not; 2, bad input or usage; 3, inconclusive.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import click

from exactssm.errors import BudgetExhausted, ExactssmError
from verify.commands import BAD_INPUT, HOLDS, UNDECIDED

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["main"]

COMMANDS = (
    "check-data",
    "circuit",
    "claims",
    "classify",
    "compare",
    "disguise",
    "emulate",
    "forms",
    "precision",
    "protocol",
    "show",
    "trace",
    "track",
    "verify",
    "words",
)
INTERRUPTED, PIPE_CLOSED = 130, 141  # what a shell reports for the signals SIGINT and SIGPIPE


class Commands(click.Group):
    """The commands, each imported from its module when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        for name in [cmd_name] if cmd_name in COMMANDS else COMMANDS:  # all, for click to find one of a similar name
            if name not in self.commands:
                module = name.replace("-", "_")
                self.add_command(getattr(import_module(f"verify.commands.{module}"), module))
        return self.commands.get(cmd_name)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="exactssm")
def cli() -> None:
    """Decide, exactly, what state-space models can and cannot compute.

    A claim of a paper is proved for words of every length, checked up to a length, or refuted by a shortest
    counterexample; so is a model of your own that you bring in a file.

    \b
    Start here:
      exactssm verify                    decide every claim that ships with it
      exactssm show ids4                 what one claim says, and its construction
      exactssm track S4                  build a tracker for a group and prove it
      exactssm classify star:ab          its algebra, and which layers do it
      exactssm compare MODEL parity      decide your own model against a task
      exactssm trace MODEL "1 0 1"       watch it run, layer by layer
      exactssm emulate star:ab           one layer of IDS4 or RNN-SSM, proved
      exactssm circuit MODEL --length 6  compile it into threshold gates
      exactssm words A5 2                word-problem data, as published

    Exit codes: 0 as stated, 1 not as stated (compare: refuted; track: can't be tracked), 2 bad input, 3 inconclusive.
    """


def main(arguments: Iterable[str] | None = None) -> None:
    """The console script: runs a command and leaves with its exit code."""
    code = _run(list(sys.argv[1:] if arguments is None else arguments))
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        code = PIPE_CLOSED
    if code == PIPE_CLOSED:  # whoever read the output has had enough; the interpreter must not flush what is left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    try:
        code = cli.main(args=arguments, prog_name="exactssm", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message())
        return HOLDS
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "exactssm"
        _complain(f"{command}: {error.format_message()} (see `{command} --help`)")
        return BAD_INPUT
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except click.exceptions.Exit as error:
        return error.exit_code
    except SystemExit as error:  # of click's own: 0 after a shell's completion, and 1 if the pipe was closed
        return PIPE_CLOSED if error.code else HOLDS
    except BudgetExhausted as error:
        _complain(f"exactssm: {error}")
        return UNDECIDED
    except (ExactssmError, OSError) as error:
        _complain(f"exactssm: {error}")
        return BAD_INPUT
    return code if isinstance(code, int) else HOLDS


def _complain(message: str) -> None:
    """One line on stderr, whatever the message holds."""
    click.echo(" ".join(message.split()), err=True)


if __name__ == "__main__":
    main()
