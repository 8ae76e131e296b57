"""`exactssm forms`: tables of 80 columns, JSON, and exit codes."""

import json

from click.testing import CliRunner

from verify.__main__ import _run
from verify.commands.forms import forms


def test_a_table_and_json_say_the_same(capsys):
    assert _run(["forms", "--format", "e2m1fn", "--format", "uint8", "--tree", "flattened", "--tree", "left-fold"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "(b=1/2) (a=1/2, b=0) (a=1, b=1/2)" in out
    assert "agree: a semiring" in out
    assert _run(["forms", "--format", "e2m1fn", "--tree", "flattened", "--tree", "left-fold", "--json"]) == 0
    differ, agree = json.loads(capsys.readouterr().out)["rows"]
    assert (differ["verdict"], differ["length"]) == ("differ", 3)
    assert differ["values"] == {"recurrent": "1/2", "flattened": "1"}
    assert differ["formulas"]["recurrent"] == "fl(a3 fl(a2 b1 + b2) + b3)"
    assert (agree["verdict"], agree["reason"]) == ("agree", "one formula")


def test_long_numbers_leave_lines_of_80_columns(capsys):
    assert _run(["forms", "--format", "binary64", "--tree", "flattened:terms", "--tree", "blelloch", "--constant"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 80
    assert "2^-52+2^-104" in out
    assert "a=2^1024-2^971" in out


def test_exit_codes(capsys):
    assert _run(["forms", "--format", "e2m1fn", "--tree", "flattened", "--budget", "10"]) == 3
    assert "budget ran out: 10 tuples" in capsys.readouterr().out
    for wrong in (["--format", "e9"], ["--tree", "spruce"], ["--format", "Q(zeta_4)"], ["--length", "9"]):
        assert _run(["forms", "--format", "e2m1fn", "--tree", "flattened", *wrong]) == 2
        out, err = capsys.readouterr()
        assert (out, len(err.splitlines())) == ("", 1)


def test_help_teaches():
    shown = CliRunner().invoke(forms, ["--help"]).output
    assert "exactssm forms --format bfloat16" in shown
    assert "budget ran out" in shown
