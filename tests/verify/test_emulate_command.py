"""`exactssm emulate` on the command line: what is named, what is given, what is written, and bad input."""

from __future__ import annotations

import json

import pytest

from exactssm.formats import load_model
from exactssm.machine import run
from verify import Proved, decide
from verify.__main__ import _run
from verify.algebra.emulation import emulate, parameters, subject, unseen_letter
from verify.commands.arguments import read_task

FLIP_FLOP = "0 1 2\n1 1 2\n2 1 2\n"  # identity, reset, set: pq is q, unless q is the identity


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "flip.txt").write_text(FLIP_FLOP)

    def call(*arguments):
        capsys.readouterr()
        code = _run(["emulate", *map(str, arguments)])
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize(
    ("name", "by", "points", "width"),
    [
        ("star:ab", "ids4", 3, 3),
        ("star:ab", "rnn-ssm", 3, 4),  # each letter leads to two of the three states
        ("group:S3:generators", "rnn-ssm", 6, 12),
        ("monoid:(1 2), (2 3)", "ids4", 3, 3),
        ("monoid:[1,2,0] [0,0,2]", "rnn-ssm", 3, 15),  # three marks, images of 3 and of 2
        ("monoid:@flip.txt", "ids4", 3, 3),
        ("delay:1", "ids4", 7, 7),  # the start, 2 states after one symbol, 4 after the last two
    ],
)
def test_json(exactssm, name, by, points, width):
    code, out, err = exactssm(name, "--by", by, "--json")
    record = json.loads(out)
    assert (code, err) == (0, "")
    assert (record["verdict"], record["resources"]["width"], record["resources"]["depth"]) == ("proved", width, 1)
    assert (record["start"], record["start_symbol"], record["bias"]) == ("zero", False, False)
    assert set(record["parameters"]["h_0"]) == {"0"}
    assert record["points"] == points


def test_what_is_written_does_the_task(exactssm, tmp_path):
    for name, word, answer in (
        ("monoid:(1 2), (2 3)", ["(1,2)", "(2,3)"], "(1,3,2)"),
        ("monoid:@flip.txt", ["2", "0", "1", "0"], "1"),
        ("parity", ["1", "0"], "odd"),
    ):
        for by in ("ids4", "rnn-ssm"):
            code, _, err = exactssm(name, "--by", by, "--start", "vector", "--write", "it.json")
            assert (code, err) == (0, "")
            model = load_model(tmp_path / "it.json")
            assert run(model, word).outputs[-1] == answer
            assert isinstance(decide(model, subject(name, read_task).task), Proved)


def test_text(exactssm):
    code, out, _ = exactssm("parity", "--bias")
    assert code == 0
    assert "Given: h_0 = 0, no $, with a bias." in out
    assert "entries of A, B and b from -1 to 1" in " ".join(out.split())
    for line in ("A(1)       0 1", "B 0        1 0", "B 1        0 1", "b          -1 0"):
        assert line in out.splitlines()
    code, out, _ = exactssm("parity", "--by", "rnn-ssm", "--every")
    table = [line.split() for line in out.splitlines()[1:14]]
    assert code == 0
    assert sum(row[-1] == "proved" for row in table) == 12
    assert "impossible: 0 0 and 1 0 lead to one state" in out
    record = json.loads(exactssm("parity", "--by", "rnn-ssm", "--every", "--json")[1])
    assert [(r["verdict"], r["width"]) for r in record["conventions"]].count(("proved", 4)) == 6  # five with $
    assert record["without_B"] == ["0", "1", "0"]
    assert "no construction of ours" in exactssm("mod-counter:1", "--every")[1]
    assert max(map(len, exactssm("monoid:(1 2), (2 3)")[1].splitlines())) <= 80


def test_a_bias_changes_nothing():
    for by in ("ids4", "rnn-ssm"):
        found = emulate(subject("star:ab", read_task), by)
        without, with_bias = parameters(found, False), parameters(found, True)
        assert without.b is None
        assert (without.A, without.start) == (with_bias.A, with_bias.start)
        for x, column in with_bias.B.items():
            assert tuple(v + b for v, b in zip(column, with_bias.b, strict=True)) == without.B[x]


def test_letters_that_a_layer_without_b_misses():
    task = subject("star:ab", read_task)
    x, y, z = unseen_letter(task)
    assert run(task.task, (x, z)).outputs[-1] != run(task.task, (y, z)).outputs[-1]


def test_a_budget_that_runs_out(exactssm, tmp_path):
    code, out, _ = exactssm("parity", "--budget", 1, "--write", "it.json")
    assert code == 3
    assert "inconclusive" in out
    assert not (tmp_path / "it.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["pairty"], 2, "no task is named 'pairty'"),
        (["monoid:x"], 2, "a monoid is written monoid:@FILE"),
        (["monoid:[1,2] [0,0]"], 2, "maps must map range(2) into itself"),
        (["monoid:[1,0] [0]"], 2, "maps must act on the same points"),
        (["monoid:@none.txt"], 2, "there is no such file"),
        (["S5", "--by", "rnn-ssm"], 2, "takes 209088000 numbers, at width 14400 with 120 letters"),
        (["A5", "--by", "rnn-ssm", "--write", "it.json"], 2, "with 60 letters; at most 4000000 are written"),
        (["parity", "--by", "s6"], 2, "'s6' is not one of"),
        (["parity", "--sign-of-zero", "1"], 2, "ids4 takes no signs"),
        (["parity", "--every", "--write", "it.json"], 2, "--write is about one layer"),
    ],
)
def test_bad_input(exactssm, arguments, code, message):
    found, out, err = exactssm(*arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert len(err.splitlines()) == 1
