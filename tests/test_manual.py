"""The manual tells the truth: every console block in it is run, and prints what the page says."""

import doctest
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from constructions.registry import claim_named
from exactssm.errors import ConstructionError
from verify import claims_page
from verify.__main__ import COMMANDS, _run

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


def in_a_process(arguments: list[str]) -> str:
    """What `exactssm` prints, run from the root in a process of its own."""
    command = [sys.executable, "-m", "verify", *arguments]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert ran.returncode in (0, 1), ran.stderr
    return ran.stdout


@pytest.fixture
def called(capsys, monkeypatch):
    """What `exactssm` prints, run from the root in this process: no start of Python for each of the many commands."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("COLUMNS", "80")

    def call(arguments: list[str]) -> str:
        capsys.readouterr()
        code = _run(arguments)
        out, err = capsys.readouterr()
        assert code in (0, 1), err
        return out

    return call


def shown(line: str, expected: str, printed_by: Callable[[list[str]], str]) -> bool:
    """Whether ``line`` prints ``expected``."""
    program, *arguments = shlex.split(line)
    assert program == "exactssm", f"the manual runs exactssm only, not {program}"
    printed = "\n".join(line.rstrip() for line in printed_by(arguments).splitlines()) + "\n"
    return doctest.OutputChecker().check_output(expected, printed, doctest.ELLIPSIS)


@pytest.mark.parametrize(
    ("page", "command", "expected"),
    [
        pytest.param(page, *found, id=f"{page.name}: {found[0]}")
        for page in PAGES
        for found in commands(page.read_text("utf-8"))
    ],
)
def test_the_console_shows_what_the_page_says(called, page, command, expected):
    if expected:
        assert shown(command, expected, called)


def test_a_process_shows_what_the_readme_says():
    found = [block for block in commands(PAGES[0].read_text("utf-8")) if block[1]]
    assert shown(*found[0], in_a_process)


def test_a_false_page_is_noticed(called):
    page = "```console\n$ exactssm compare docs/examples/latch.json parity\nproved for words of every length\n```\n"
    assert [shown(*found, called) for found in commands(page)] == [False]


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


def test_the_page_of_claims_names_a_claim_of_no_known_paper(monkeypatch):
    monkeypatch.setattr(claims_page, "all_claims", lambda: (replace(claim_named("ids4"), source="ours"),))
    with pytest.raises(ConstructionError, match="ids4: its source, 'ours', must begin with"):
        claims_page.claims_page()


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
