"""Progress on stderr for what takes longer than two seconds: one live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from time import monotonic
from types import TracebackType
from typing import Self

__all__ = ["Progress"]

PATIENCE = 2.0  # seconds before the first sign of life
LIVE_EVERY = 0.1  # seconds between two states of the live line
PLAIN_EVERY = 10.0  # seconds between plain lines, so that a log stays readable
CLEAR = "\r\x1b[2K"


class Progress:
    """A context that takes the latest news by `__call__` and shows nothing in the first two seconds.

    Results go to stdout, which may be the same terminal: `clear` takes the live line away before they are printed.
    """

    def __enter__(self) -> Self:
        self._live = sys.stderr.isatty()
        self._next = monotonic() + PATIENCE
        self._shown = False
        return self

    def __call__(self, news: str) -> None:
        """Show ``news``, unless it is too early."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + (LIVE_EVERY if self._live else PLAIN_EVERY)
        if self._live:
            width = get_terminal_size().columns - 5
            sys.stderr.write(f"{CLEAR}... {news[:width]}")
            self._shown = True
        else:
            sys.stderr.write(f"... {news}\n")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the live line away."""
        if self._shown:
            sys.stderr.write(CLEAR)
            sys.stderr.flush()
            self._shown = False

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()
