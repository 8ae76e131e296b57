"""The commands, one module each, under its name; each returns its exit code."""

from __future__ import annotations

from typing import Final

__all__ = ["BAD_INPUT", "FAILS", "HOLDS", "UNDECIDED"]

HOLDS: Final = 0  #: everything came out as stated
FAILS: Final = 1  #: something did not
BAD_INPUT: Final = 2
UNDECIDED: Final = 3
