"""The manual tells the truth: every console block in it is run, and prints what the page says."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from verify.__main__ import COMMANDS

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.M | re.S)


def commands(text: str) -> list[tuple[str, str]]:
    """Each command of the console blocks with the output that the page shows, in which ``...`` stands for anything."""
    found = []
    for block in CONSOLE.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = part.partition("\n")
            found.append((command, output))
    return found


def shown(line: str, expected: str) -> bool:
    """Whether ``line``, run from the root, prints ``expected``."""
    program, *arguments = shlex.split(line)
    assert program == "exactssm", f"the manual runs exactssm only, not {program}"
    ran = subprocess.run(
        [sys.executable, "-m", "verify", *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode in (0, 1), ran.stderr
    printed = "\n".join(line.rstrip() for line in ran.stdout.splitlines()) + "\n"
    return doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)


@pytest.mark.parametrize(
    ("page", "command", "expected"),
    [
        pytest.param(page, *found, id=f"{page.name}: {found[0]}")
        for page in PAGES
        for found in commands(page.read_text("utf-8"))
    ],
)
def test_the_console_shows_what_the_page_says(page, command, expected):
    if expected:
        assert shown(command, expected)


def test_a_false_page_is_noticed():
    page = "```console\n$ exactssm compare docs/examples/latch.json parity\nproved for words of every length\n```\n"
    assert [shown(*found) for found in commands(page)] == [False]


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_the_quickstart_shows_every_command():
    table = (ROOT / "docs" / "quickstart.md").read_text("utf-8").partition("## 6. Every command")[2]
    assert set(re.findall(r"\| `exactssm ([\w-]+)", table)) == set(COMMANDS)


def test_the_index_leads_to_every_page():
    index = (ROOT / "docs" / "index.md").read_text("utf-8")
    pages = {page.stem for page in PAGES if page.parent.name == "docs"} - {"index"}
    described = re.findall(r"^- \[.*\]\((.*)\.md\)", index, re.M)
    assert set(described) == pages
    assert described == index.partition(":hidden:")[2].partition("```")[0].split()


def test_the_shell_completes_commands():
    completed = subprocess.run(
        [sys.executable, "-c", "from verify.__main__ import main; main()"],
        env=os.environ | {"_EXACTSSM_COMPLETE": "bash_complete", "COMP_WORDS": "exactssm em", "COMP_CWORD": "1"},
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (completed.returncode, completed.stdout, completed.stderr) == (0, "plain,emulate\n", "")
