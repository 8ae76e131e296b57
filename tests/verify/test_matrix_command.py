"""`exactssm verify --arithmetic` and `exactssm precision` on the command line: exit codes, files, bad input."""

from __future__ import annotations

import json

import pytest
from jsonschema import Draft202012Validator

from exactssm.formats import schema
from verify.__main__ import _run
from verify.numbers.matrix import ARITHMETICS

SHORT = ["composition", "subnormal-tracker"]


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        code = _run(list(map(str, arguments)))
        return code, *capsys.readouterr()

    return call


def test_a_construction_that_holds_elsewhere(exactssm):
    code, out, _ = exactssm("verify", "composition", "--arithmetic", "int4,bfloat16:each", "--arithmetic", "own")
    assert code == 0
    assert out.splitlines()[:4] == [
        "               A  B",
        "int4           P  P",
        "bfloat16 each  P  P",
        "own            P  P",
    ]
    assert out.endswith("constructions: 2; arithmetics: 3; 6 of 6 hold\n")


def test_one_that_does_not_is_explained(exactssm):
    code, out, _ = exactssm("verify", *SHORT, "--arithmetic", "int8")
    assert code == 1
    assert "subnormal-tracker, S3, in int8: not representable: zeta_3" in " ".join(out.split())
    assert "constructions: 4; arithmetics: 1; 3 of 4 hold" in out


def test_of_all_arithmetics_nothing_is_expected(exactssm, tmp_path):
    code, out, _ = exactssm("verify", "subnormal-tracker", "--arithmetic", "ALL", "--json", "all.json", "--jobs", 2)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    document = json.loads((tmp_path / "all.json").read_text())
    Draft202012Validator(schema("exactssm-results/1")).validate(document)
    assert len(document["results"]) == 2 * len(ARITHMETICS)
    assert document["results"][0]["instance"] == "D4 in its own arithmetic"
    refuted = [record for record in document["results"] if not record["holds"]]
    assert refuted
    assert all(record["counterexample"] or record["method"].startswith("not representable") for record in refuted)


def test_words_are_in_the_file(exactssm, tmp_path):
    code, _, _ = exactssm("verify", "one-layer-wraps-around", "--arithmetic", "Q", "--json", "q.json")
    assert code == 1
    (record,) = json.loads((tmp_path / "q.json").read_text())["results"]
    assert (record["verdict"], record["length"], len(record["counterexample"])) == ("refuted", 2, 2)


def test_a_budget(exactssm):
    code, out, _ = exactssm("verify", "composition", "--arithmetic", "int8", "--budget", 3)
    assert code == 3
    assert out.splitlines()[1] == "int8  ?  ?"


def test_full_takes_all_instances_of_the_default_run(exactssm):
    code, out, _ = exactssm("verify", "two-layer-s3", "--arithmetic", "own", "--full")
    assert code == 0
    assert "constructions: 2; arithmetics: 1;" in out


@pytest.mark.parametrize("suffix", [".png", ".svg", ".pdf"])
def test_a_picture(exactssm, tmp_path, suffix):
    pytest.importorskip("matplotlib")
    code, _, _ = exactssm("verify", "composition", "--arithmetic", "int8,Z/2", "--picture", f"matrix{suffix}")
    assert code == 1
    drawn = (tmp_path / f"matrix{suffix}").read_bytes()
    assert drawn.startswith({".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}[suffix])
    if suffix == ".svg":
        exactssm("verify", "composition", "--arithmetic", "int8,Z/2", "--picture", "again.svg")
        assert (tmp_path / "again.svg").read_bytes() == drawn


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["verify", "composition", "--arithmetic", "int"], "an arithmetic must be Q, Z, Z/m"),
        (["verify", "composition", "--arithmetic", ""], "an arithmetic must be Q, Z, Z/m"),
        (["verify", "composition", "--arithmetic", "fixed:s3.4:up:wrap"], "rounding must be one of"),
        (["verify", "composition", "--arithmetic", "int8:each"], "only a number format has a moment"),
        (["verify", "composition", "--arithmetic", "complex(Q):each"], "real number format"),
        (["verify", "composition", "--arithmetic", "GF(4)"], "stand for no numbers"),
        (["verify", "composition", "--arithmetic", "Q(zeta_12)"], "only Q(zeta_4)"),
        (["verify", "ids4-linear-readout", "--arithmetic", "int8"], "WeightedAutomaton, no stack of layers"),
        (["verify", "two-layer-s3-misread", "--arithmetic", "int8"], "is as printed"),
        (["verify", "no-such-claim", "--arithmetic", "int8"], "no claim is named"),
        (["verify", "composition", "--picture", "m.png"], "--picture needs --arithmetic"),
        (["verify", "composition", "--arithmetic", "Q", "--picture", "m.txt"], "must end in .png"),
        (["verify", "composition", "--arithmetic", "Q", "--json", "none/m.json"], "doesn't exist"),
        (["precision", "no-such-claim"], "no claim is named"),
        (["precision", "ids4-linear-readout"], "no stack of layers"),
        (["precision", "composition", "--instance", "N=3"], "no instance 'N=3'; it has N=2 K=1; "),
        (["precision", "composition", "--parameter", "bits"], "modulus-bits, signed-bits"),
        (["precision", "composition", "--parameter", "float{p}"], "an arithmetic must be"),
        (["precision"], "Missing argument 'CLAIM'"),
    ],
)
def test_bad_input(exactssm, arguments, complaint):
    code, out, err = exactssm(*arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1


def test_precision(exactssm):
    code, out, _ = exactssm("precision", "composition", "--instance", "N=3 K=1")
    assert code == 0
    lines = out.splitlines()
    assert lines[:2] == ["composition, N=3 K=1; p is modulus-bits: Z/2^p, read as 0 to 2^p - 1", ""]
    assert lines[3].startswith("1   Z/2         not representable: 2, in b on the letter")
    assert "2   Z/4         proved  <- least" in lines
    assert lines[-1] == "the least p is 2; at p = 3 to 10 it holds as well"


def test_precision_as_json(exactssm):
    code, out, _ = exactssm("precision", "one-layer-wraps-around", "--instance", "D4 over Z/4, d=2", "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["claim"], found["least"], found["larger_fail"]) == ("one-layer-wraps-around", 2, list(range(3, 11)))
    first, second, third, *_ = found["values"]
    assert (first["value"], first["arithmetic"], first["verdict"]) == (1, "Z/2", "not representable")
    assert (second["verdict"], second["holds"], second["counterexample"]) == ("proved", True, None)
    assert len(third["counterexample"]["word"]) == 2


def test_precision_that_is_never_enough(exactssm):
    code, out, _ = exactssm("precision", "subnormal-tracker", "--instance", "S3", "--parameter", "integer-bits")
    assert code == 1
    assert out.endswith("it holds at no p up to 32\n")
    code, out, _ = exactssm("precision", "composition", "--budget", 3)
    assert code == 3
