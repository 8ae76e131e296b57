"""How commands print: text to the width of the terminal, records as JSON."""

from __future__ import annotations

import json
import sys
from shutil import get_terminal_size
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from exactssm import formats
    from exactssm.machine import Word
    from verify.runner import Result

__all__ = ["figure", "figures", "indented", "print_json", "result_record", "terminal_width", "text_width"]


def result_record(result: Result) -> formats.Result:
    """The result as the results file has it."""
    from exactssm import formats

    return formats.Result(
        claim=result.claim,
        instance=result.instance,
        source=result.source,
        verdict=result.verdict,
        expected=result.expected,
        holds=result.holds,
        method=result.method,
        pairs=result.pairs,
        length=result.length,
        counterexample=None if result.counterexample is None else _texts(result.counterexample.word),
        resources=None if result.resources is None else figures(result.resources.as_json()),
        bounds=figures(result.bounds.as_json()),
        milliseconds=int(result.seconds * 1000),
    )


def _texts(word: Word) -> tuple[str, ...]:
    from verify.trace import text

    return tuple(map(text, word))


def figures(values: Mapping[str, Any]) -> dict[str, Any]:
    """Resources or bounds as the results file has them: integers and strings."""
    return {name: figure(value) if isinstance(value, tuple) else value for name, value in values.items()}


def figure(values: tuple[int, ...]) -> str:
    """One number a layer: ``1+1+2``."""
    return "+".join(map(str, values))


def print_json(record: object) -> None:
    click.echo(json.dumps(record, indent=2, ensure_ascii=False))


def text_width() -> int:
    """Characters in a line of text."""
    return max(40, min(get_terminal_size((100, 24)).columns, 100))


def terminal_width() -> int | None:
    """Characters in a line of a trace, which is only broken up where it would not fit a terminal."""
    return get_terminal_size().columns if sys.stdout.isatty() else None


def indented(text: str, by: int) -> str:
    return fill(text, text_width(), initial_indent=" " * by, subsequent_indent=" " * by, break_on_hyphens=False)
