"""Tasks by name: every form has an example that is the right task, and bad names say what is wrong."""

from __future__ import annotations

import subprocess
import sys

import pytest

import exactssm.tasks
from exactssm.algebra import group
from exactssm.errors import FormatError
from exactssm.machine import UNSPECIFIED, run
from exactssm.tasks import TASK_NAMES, FunctionComposition, WordProblem, task

EXAMPLES = {
    "parity": ("parity", "101", ("odd", "odd", "even")),
    "flip-flop": ("flip-flop", ("set", "read", "reset"), (1, 1, 0)),
    "mod-counter:M": ("mod-counter:5", "111111", (1, 2, 3, 4, 0, 1)),
    "gridworld:W,H": ("gridworld:3,1", "LRRRL", (0, 1, 2, 2, 1)),
    "ends-with-ab": ("ends-with-ab", "abb", (False, True, False)),
    "no-two-ones": ("no-two-ones", "0110", (True, True, False, False)),
    "divisible:M,B": ("divisible:7,10", "49", (False, True)),
    "star:WORD": ("star:abab", "abab", (False, False, False, True)),
    "delay:N": ("delay:1", "01", (UNSPECIFIED, "0")),
    "composition:N,K": (
        "composition:2,1",
        (("start", 1), (1, 0, 0), (1, 1, 0), ("eos",)),
        (UNSPECIFIED, UNSPECIFIED, UNSPECIFIED, 0),
    ),
    "majority:SYMBOLS,C": ("majority:ab,3", "abb", ("a", "none", "b")),
    "misra-gries:SYMBOLS,K,C": ("misra-gries:abc,1,2", "ab", ((("a", 1),), ())),
    "maximum:N": ("maximum:4", (1, 3, 2), (1, 3, 3)),
    "distinct:N": ("distinct:3", (1, 1, 2), (1, 1, 2)),
    "dyck:K,H": ("dyck:1,1", "()((", (False, True, False, False)),
    "kmp:WORD": ("kmp:aba", "ababa", (False, False, True, False, True)),
    "regex:EXPRESSION": ("regex:a*(b,c)*", "aab,", (True, True, False, False)),
    "group:GROUP": ("group:Z4", (1, 2, 2), (1, 3, 1)),
    "group:GROUP:generators": ("group:Z4:generators", (1, 1, 1), (1, 2, 3)),
    "GROUP": ("Z4", (3, 3), (3, 2)),
}


def test_every_form_has_an_example_and_a_line_of_help():
    assert EXAMPLES.keys() == TASK_NAMES.keys()
    assert all(help and "\n" not in help for help in TASK_NAMES.values())


@pytest.mark.parametrize(("name", "word", "expected"), EXAMPLES.values(), ids=list(EXAMPLES))
def test_examples(name, word, expected):
    assert run(task(name), word).outputs == expected


def test_composition_is_the_default_presentation():
    assert task("composition:3,2") == FunctionComposition(3, 2)


def test_groups_by_name():
    s3 = task("group:S3")
    assert isinstance(s3, WordProblem)
    assert s3.alphabet == task("S3").alphabet == tuple(range(6))
    assert task("group:S3:generators").alphabet == group("S3").generators
    assert task("A4xZ5").alphabet == tuple(range(60))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("", "is none of parity, flip-flop, .*; and as a group: "),
        ("pairty", "task 'pairty' is none of parity, flip-flop, mod-counter:M, .* GROUP; and as a group: "),
        ("Parity", "is none of parity"),
        ("parity ", "is none of parity"),
        ("dfa:language.json", "task 'dfa:language.json' is none of parity"),
        ("group:", "and as a group: "),
        ("group:XYZ", "task 'group:XYZ' is none of .*; and as a group: "),
        ("group:S3:letters", "and as a group: "),
        ("S99", "and as a group: "),
        ("parity:", "the form is parity, got 0 parameters"),
        ("parity:2", "the form is parity, got 1 parameters"),
        ("mod-counter", "the form is mod-counter:M, got 0 parameters"),
        ("mod-counter:", "the form is mod-counter:M, got 0 parameters"),
        ("mod-counter:5,5", "the form is mod-counter:M, got 2 parameters"),
        ("mod-counter:five", "M must be a number of 1 to 9 decimal digits, got 'five'"),
        ("mod-counter:-5", "M must be a number of 1 to 9 decimal digits, got '-5'"),
        ("mod-counter: 5", "M must be a number of 1 to 9 decimal digits, got ' 5'"),
        ("mod-counter:5\n", "M must be a number of 1 to 9 decimal digits, got"),
        ("mod-counter:٥", "M must be a number of 1 to 9 decimal digits"),
        ("mod-counter:1e3", "M must be a number of 1 to 9 decimal digits, got '1e3'"),
        ("mod-counter:0", "task 'mod-counter:0': the modulus of a counter must be an integer from 1 to 100000, got 0"),
        ("mod-counter:999999999", "from 1 to 100000, got 999999999"),
        ("mod-counter:" + "9" * 5000, "M must be a number of 1 to 9 decimal digits"),
        ("composition:3", "the form is composition:N,K, got 1 parameters"),
        ("composition:3,2,1", "the form is composition:N,K, got 3 parameters"),
        ("composition:999999999,2", "N, the size of the domain, must be"),
        ("composition:5000,5", "the alphabet may have at most 1000000 symbols"),
        ("dyck:2,", "H must be a number of 1 to 9 decimal digits, got ''"),
        ("dyck:2,99999", "the height of nested brackets must be an integer from 1 to 1000"),
        ("kmp:", "the form is kmp:WORD, got 0 parameters"),
        ("majority:,3", "the alphabet of majority must hold at least one symbol, got none"),
        ("majority:aa,3", "position 1 holds 'a' again"),
        ("maximum:999999", "the number of values must be an integer from 1 to 10000"),
        ("delay:500", "a delay of 500 steps on 2 symbols needs more than 100000 states"),
        ("kmp:" + "a" * 10_000, "the name of a task may have at most 10000 characters, got 10004"),
    ],
)
def test_bad_names(name, message):
    with pytest.raises(FormatError, match=message):
        task(name)


def test_the_package_exports_what_it_says():
    assert all(hasattr(exactssm.tasks, name) for name in exactssm.tasks.__all__)


def test_tasks_by_name_come_without_numpy():
    code = (
        "import sys; from exactssm.tasks import task; task('parity'); task('dyck:2,3'); task('composition:3,2');"
        "print([m for m in ('numpy', 'numba', 'sympy', 'networkx', 'flint') if m in sys.modules])"
    )
    finished = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert finished.stdout.strip() == "[]"
