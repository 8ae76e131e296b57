"""Progress on stderr for anything that takes longer than two seconds: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.status import Status

__all__ = ["Progress"]

PATIENCE = 2.0  # seconds before the first sign of life
PLAIN_EVERY = 10.0  # seconds between plain lines, so that a log stays readable


class Progress:
    """A context in which `__call__` takes the latest news; it prints nothing in the first two seconds."""

    def __enter__(self) -> Self:
        self._began = monotonic()
        self._last_line = self._began
        self._status: Status | None = None
        return self

    def __call__(self, news: str) -> None:
        """Show ``news``, unless it is too early."""
        now = monotonic()
        if now - self._began < PATIENCE:
            return
        if not sys.stderr.isatty():
            if now - self._last_line >= PLAIN_EVERY or self._last_line == self._began:
                self._last_line = now
                print(f"... {news}", file=sys.stderr, flush=True)
            return
        if self._status is None:
            from rich.console import Console

            self._status = Console(stderr=True).status(news)
            self._status.start()
        self._status.update(news[:200])

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._status is not None:
            self._status.stop()
