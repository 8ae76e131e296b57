"""Progress on stderr for what takes longer than two seconds: a live line on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from time import monotonic
from types import TracebackType
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

__all__ = ["Progress"]

PATIENCE = 2.0  # seconds before the first sign of life
LIVE_EVERY = 0.1  # seconds between two states of the live line
PLAIN_EVERY = 10.0  # seconds between plain lines, so that a log stays readable


class Progress:
    """A context that takes the latest news by `__call__` and shows nothing in the first two seconds.

    Results go to stdout, which may be the same terminal: `clear` takes the live line away before they are printed.
    """

    def __enter__(self) -> Self:
        self._live = sys.stderr.isatty()
        self._next = monotonic() + PATIENCE
        self._bar: Bar | None = None
        self._line: TaskID | None = None
        return self

    def __call__(self, news: str) -> None:
        """Show ``news``, unless it is too early."""
        now = monotonic()
        if now < self._next:
            return
        self._next = now + (LIVE_EVERY if self._live else PLAIN_EVERY)
        if not self._live:
            print(f"... {news}", file=sys.stderr, flush=True)
            return
        if self._bar is None or self._line is None:
            self._bar = _bar()
            self._line = self._bar.add_task("", total=None)
            self._bar.start()
        self._bar.update(self._line, description=" ".join(news.split()))

    def clear(self) -> None:
        """Take the live line away."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.clear()


def _bar() -> Bar:
    """A spinner, the news on one line, and the time; stdout is left as it is."""
    from rich.console import Console
    from rich.progress import Progress as Bar
    from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    return Bar(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False, table_column=Column(no_wrap=True, overflow="ellipsis")),
        TimeElapsedColumn(),
        console=Console(file=sys.stderr),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
