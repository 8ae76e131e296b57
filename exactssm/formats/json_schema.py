"""The JSON Schemas of the formats, as package data: for editors and other programs. The loaders need none of them."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any, Final

from exactssm.errors import FormatError

__all__ = ["SCHEMAS", "schema"]

SCHEMAS: Final = ("exactssm-model/1", "exactssm-results/1", "exactssm-task/1")


def schema(name: str) -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a format, by the name that stands under ``format`` in its files.

    What it accepts may still be refused by the loader, for what a schema can't say: that widths agree, that a letter is
    read, that a number lies in its arithmetic.

    >>> schema("exactssm-model/1")["required"]
    ['format', 'alphabet', 'layers', 'cot']

    Raises: FormatError, for a name that is none of `SCHEMAS`.
    """
    if name not in SCHEMAS:
        raise FormatError(f"there are schemas for {', '.join(SCHEMAS)}; found {name!r}")
    parsed: dict[str, Any] = json.loads(_text(name))
    return parsed


@cache
def _text(name: str) -> str:
    return (files(__package__) / "schemas" / f"{name.replace('/', '-')}.json").read_text("utf-8")
