"""Symbols and outputs as text: what a file, a command line and a machine in memory call the same thing.

Files hold strings. Tasks in memory may read and put out numbers, truth values and tuples; `as_text` renames them, so
that a model from a file and any task can be compared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fractions import Fraction
from typing import cast

from exactssm.arithmetic._text import write_fraction, write_integer
from exactssm.errors import DomainError, SymbolError
from exactssm.machine import Machine, Output, Relabelled, Renamed, Symbol

__all__ = ["as_text", "distinct_texts", "text_of"]

_WORD = re.compile(r"[A-Za-z_#$*+.@^~][A-Za-z0-9_#$*+.@^~-]*", re.ASCII)  # begins unlike a number
_RESERVED = {"true", "false", "none"}


def text_of(value: object) -> str:
    """The text that stands for ``value``.

    A string is itself. An integer or fraction is written in decimal, truth values ``true`` and ``false``, None as
    ``none``, a tuple ``(a,b)``, a frozenset ``{a,b}`` with its texts sorted. In tuples and sets a string that isn't a
    plain word is quoted as in JSON. So two values have the same text only if they are equal, or one is a string.

    >>> [text_of(value) for value in ("even", 0, True, Fraction(1, 2), ("eos",), ("f", 1, (2, "a b")))]
    ['even', '0', 'true', '1/2', '(eos)', '(f,1,(2,"a b"))']

    Raises: DomainError, for any other value.
    """
    return value if isinstance(value, str) else _text(value)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value if _WORD.fullmatch(value) and value not in _RESERVED else json.dumps(value)
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "none"}[value]
    if isinstance(value, int):
        return write_integer(int(value))
    if isinstance(value, Fraction):
        return write_fraction(value)
    if isinstance(value, tuple):
        return f"({','.join(map(_text, value))})"
    if isinstance(value, frozenset):
        return "{" + ",".join(sorted(map(_text, value))) + "}"
    raise DomainError(
        "what has a text form is made of strings, integers, fractions, truth values, None, tuples and frozensets; "
        f"found {value!r:.80}, of type {type(value).__name__}"
    )


def distinct_texts(values: Iterable[Symbol], what: str) -> dict[str, Symbol]:
    """Each of ``values`` by its text, in their order.

    Raises: DomainError, if a value has no text form; SymbolError, naming ``what``, if two have the same.
    """
    named: dict[str, Symbol] = {}
    for value in values:
        text = text_of(value)
        if text in named:
            raise SymbolError(f"{what} must have distinct texts; {named[text]!r} and {value!r} are both {text!r}")
        named[text] = value
    return named


class _OutputText:
    """`text_of`, which refuses two unequal outputs of the same text."""

    def __init__(self) -> None:
        self._seen: dict[str, Output] = {}

    def __call__(self, output: Output) -> str:
        text = text_of(output)
        before = self._seen.setdefault(text, output)
        if before != output:
            raise SymbolError(f"outputs must have distinct texts; {before!r} and {output!r} are both {text!r}")
        return text


def as_text(machine: Machine) -> Machine:
    """``machine`` with its symbols and its specified outputs renamed to their texts (`text_of`).

    >>> from exactssm.machine import run
    >>> from exactssm.tasks import mod_counter
    >>> counter = as_text(mod_counter(3, {0: 0, 1: 1}))
    >>> counter.alphabet, run(counter, ("1", "1", "0")).outputs
    (('0', '1'), ('1', '2', '2'))

    Raises: DomainError, if a symbol (or from `step` an output) has no text form; SymbolError, if two have the same.
    """
    symbols = cast(dict[Symbol, Symbol], distinct_texts(machine.alphabet, "symbols"))
    return Renamed(Relabelled(machine, symbols), _OutputText())
