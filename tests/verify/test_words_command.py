"""`exactssm words` and `exactssm check-data` on the command line."""

from __future__ import annotations

import hashlib
import json
import os

import pytest

from verify.__main__ import _run

A5 = "5fa1b247ecf078d027a71fff7c486d6e4f12df4d0f8ff4526bc91cf759bbf307"  # of the published A5=2.csv


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        code = _run([*map(str, arguments)])
        return code, *capsys.readouterr()

    return call


def test_the_published_file(exactssm, tmp_path):
    code, out, err = exactssm("words", "A5", 2, "--seed", 946607)
    assert (code, err) == (0, "")
    assert out == f"A5=2.csv: 3600 rows, 66018 bytes\nSHA-256 {A5}\n"
    assert hashlib.sha256((tmp_path / "A5=2.csv").read_bytes()).hexdigest() == A5
    code, out, _ = exactssm("check-data", "A5=2.csv", "--group", "A5")
    assert (code, out) == (0, "right: 3600 rows, each target the product in A5\n")
    code, out, _ = exactssm("check-data", "A5=2.csv", "--group", "A4_x_Z5")
    assert code == 1
    assert out.startswith("wrong: row ")


def test_samples_tokens_and_json(exactssm, tmp_path):
    code, out, _ = exactssm("words", "A4xZ5", 4, "--samples", 50, "--seed", 3, "--tokens", "--pad-to", 6, "--json")
    assert code == 0
    record = json.loads(out)
    data = (tmp_path / "A4_x_Z5=4.tokens.csv").read_bytes()
    assert (record["rows"], record["bytes"], record["sha256"]) == (50, len(data), hashlib.sha256(data).hexdigest())
    assert {line.split(",")[1].split()[0] for line in data.decode().splitlines()[1:]} == {"61"}
    code, out, _ = exactssm("check-data", "A4_x_Z5=4.tokens.csv", "--group", "A4_x_Z5", "--tokens", "--json")
    assert (code, json.loads(out)["verdict"]) == (0, "right")
    assert exactssm("check-data", "A4_x_Z5=4.tokens.csv", "--group", "A4_x_Z5")[0] == 2
    code, out, _ = exactssm("words", "Z2", 2, "--samples", 9, "--output", "z.csv")
    assert "there are no more than 4 words" in out


def test_stdout(exactssm, tmp_path):
    code, out, err = exactssm("words", "Z2", 1, "--output", "-")
    assert (code, out) == (0, "seed,input,target\n0,0,0\n0,1,1\n")
    assert err.startswith("-: 2 rows, 30 bytes\nSHA-256 ")
    assert os.listdir(tmp_path) == []


def test_a_model(exactssm, tmp_path):
    """The parity model of Z2, which says "even" and "odd", means no element; one that says 0 and 1 is right."""
    layer = {"kind": "diagonal", "arithmetic": {"kind": "residue", "modulus": 2}, "rounding": None, "start": ["0"]}
    layer |= {"A": {"0": ["1"], "1": ["1"]}, "b": {"0": ["0"], "1": ["1"]}}
    model = {"format": "exactssm-model/1", "alphabet": ["0", "1"], "cot": None}
    for name, says in (("right", "01"), ("wrong", ("even", "odd"))):
        rows = [[[str(h)], x, says[h]] for h in (0, 1) for x in "01"]
        document = model | {"layers": [layer | {"readout": {"kind": "table", "rows": rows}}]}
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    exactssm("words", "Z2", 3)
    code, out, _ = exactssm("check-data", "Z2=3.csv", "--group", "Z2", "--model", "right.json")
    assert code == 0
    assert [line.split() for line in out.splitlines()[3:]] == [
        [place, "8/8", "100.00", "%"] for place in ("1", "2", "3", "all")
    ]
    code, out, _ = exactssm("check-data", "Z2=3.csv", "--group", "Z2", "--model", "wrong.json", "--json")
    assert (code, json.loads(out)["accuracy"]["whole"]) == (0, {"right": 0, "rows": 8})


def test_a_wrong_row(exactssm, tmp_path):
    (tmp_path / "a.csv").write_text("seed,input,target\n1,1 1,1 0\n1,1 1,1 1\n1,0 1,0 0\n")
    wrong = "wrong: row 2 (line 3, column 9): target 2 must be 0, found 1\n"
    code, out, _ = exactssm("check-data", "a.csv", "--group", "Z2")
    assert (code, out) == (1, wrong + "nothing after this row was read; --all reads on, and counts\n")
    code, out, _ = exactssm("check-data", "a.csv", "--group", "Z2", "--all")
    assert (code, out) == (1, wrong + "2 of 3 rows are wrong, in 2 targets\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("words", "A5", 7), "there are 60^7; draw some with --samples"),
        (("words", "A5", 10**5), "there are 60^100000"),
        (("words", "T5", 2), "expected the name of a group"),
        (("words", "A5", 2, "--pad-to", 5), "--pad-to goes with --tokens"),
        (("words", "A5", 2, "--tokens", "--pad-to", 2), "--pad-to must be more than 2"),
        (("words", "A5", 2, "--output", "-", "--json"), "--json describes the file on stdout"),
        (("words", "A5", 2, "--output", "absent/a.csv"), "'absent/a.csv' can't be written: No such file or directory"),
        (("check-data", "absent.csv", "--group", "A5"), "'absent.csv' can't be read: No such file or directory"),
        (("check-data", "absent.csv"), "Missing option '--group'"),
    ],
)
def test_bad_input(exactssm, tmp_path, arguments, message):
    code, out, err = exactssm(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
    assert os.listdir(tmp_path) == []
