"""Progress: nothing in the first two seconds, plain lines for logs, one live line for terminals, stdout left alone."""

from __future__ import annotations

import io
import sys

import pytest

from verify import progress
from verify.progress import Progress

ERASE_LINE = "\x1b[2K"


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress, "monotonic", lambda: now[0])
    return now


def test_a_log_gets_a_line_now_and_then(clock, capsys):
    with Progress() as show:
        for second in range(25):
            clock[0] = 100.0 + second
            show(f"after {second} s")
    out, err = capsys.readouterr()
    assert (out, err.splitlines()) == ("", ["... after 2 s", "... after 12 s", "... after 22 s"])


def test_a_terminal_gets_one_line_that_goes_away(clock, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    with Progress() as show:
        stdout = sys.stdout
        show("too early")
        assert sys.stderr.getvalue() == ""
        clock[0] += 3
        show("a [bold] line that would not fit into the width")
        assert sys.stdout is stdout
        show.clear()
        first = sys.stderr.getvalue()
        show.clear()
        assert sys.stderr.getvalue() == first
        clock[0] += 1
        show("later")
    written = sys.stderr.getvalue()
    assert "a [bold] line that would" in first
    assert "width" not in first
    assert "later" in written
    assert "too early" not in written
    assert written.endswith(ERASE_LINE)
    assert capsys.readouterr().out == ""
