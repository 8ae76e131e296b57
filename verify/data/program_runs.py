"""Programs of swaps, run by Python itself: only those that we wrote.

A program is run if and only if it is, line by line, the text of the word that comes with it, and each line is one of
`constructions.disguises.swap_programs`: that is checked first, and any other text is refused without being run. It runs
in a process of its own: isolated mode, no site packages, an empty environment, a time limit.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Sequence
from typing import Final

from constructions.disguises.swap_programs import LINES
from exactssm.errors import BudgetExhausted, CertificateError, FormatError
from exactssm.formats import Node, parse_json
from verify.data.disguised_lines import DisguisedWords

__all__ = ["SECONDS", "run_programs"]

SECONDS: Final = 20  #: that a run of programs may take

NAMES: Final = ("x", "x0", "x1", "x2", "x3", "x4")
REPORT: Final = (
    f"print(json.dumps({{name: globals()[name] for name in {NAMES!r} if name in globals()}}))\n"
    f"for name in {NAMES!r}: globals().pop(name, None)"
)


def run_programs(
    words: DisguisedWords, programs: Iterable[tuple[Sequence[int], Sequence[str]]], seconds: int = SECONDS
) -> list[object]:
    """The variables after each program, a (word, lines) each, as Python has them; all run one after another.

    Raises: FormatError, if the lines of a program aren't the text of its word as a program: then nothing is run;
    BudgetExhausted, after ``seconds``; CertificateError, if Python fails.
    """
    blocks = ["import json"]
    count = 0
    for number, (word, lines) in enumerate(programs):
        if tuple(lines) != words.text(word) or not LINES.keys() >= set(lines):
            raise FormatError(f"program {number} isn't the text of its word, and isn't run: nothing else is")
        blocks += ["\n".join(lines), REPORT]
        count += 1
    try:
        ran = subprocess.run(
            [sys.executable, "-I", "-S", "-B", "-"],
            input="\n".join(blocks),
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise BudgetExhausted(f"{count} programs took more than {seconds} seconds") from None
    if ran.returncode != 0:
        raise CertificateError(f"Python failed on a program: {ran.stderr.strip()[-200:]}")
    return [Node(parse_json(line)).value for line in ran.stdout.splitlines()]
