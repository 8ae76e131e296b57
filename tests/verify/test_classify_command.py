"""`exactssm classify` on the command line: reports, JSON, pictures, exit codes and bad input."""

from __future__ import annotations

import json

import pytest

from verify.__main__ import _run

EVEN = {
    "format": "exactssm-task/1",
    "kind": "dfa",
    "alphabet": ["a", "b"],
    "states": ["even", "odd"],
    "start": "even",
    "accepting": ["even"],
    "transitions": {"even": {"a": "odd", "b": "even"}, "odd": {"a": "even", "b": "odd"}},
}


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)

    def call(*arguments, build=False):
        capsys.readouterr()
        code = _run(["classify", *map(str, arguments), *([] if build else ["--no-architectures"])])
        return code, *capsys.readouterr()

    return call


@pytest.mark.parametrize(
    ("name", "first", "said"),
    [
        ("star:ab", "star:ab: 3 states, 2 letters, a syntactic monoid of 6 elements", "token shift"),
        ("parity", "parity: 2 states, 2 letters, a transition monoid of 2 elements", "real numbers do it"),
        ("S4", "S4: 24 states, 24 letters, a transition monoid of 24 elements", "at least 3 of them"),
        ("group:A5", "group:A5: 60 states, 60 letters, a transition monoid of 60 elements", "A5 is not solvable"),
        ("group:S3:generators", "group:S3:generators: 6 states, 2 letters, ", "complex numbers do it"),
        ("[21,1]", "[21,1]: 21 states, 21 letters", "complex numbers do it, at least 2"),
        ("(1 2 3)(4 5), (1 2)", "(1 2 3)(4 5), (1 2): 12 states, 12 letters", "complex numbers do it, at least 2"),
    ],
)
def test_reports(exactssm, name, first, said):
    code, out, err = exactssm(name)
    assert (code, err) == (0, "")
    assert out.startswith(first)
    assert said in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 80


def test_architectures(exactssm):
    code, out, _ = exactssm("regex:a(a|b)*b", build=True)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    said = " ".join(out.split())
    assert "In NC0: the first letter and the last one tell the output" in said
    assert "S4 yes 2 2+1 2 the first letter and the last one tell it" in said
    record = json.loads(exactssm("regex:.*b", "--alphabet", "a b c", "--json", build=True)[1])
    assert record["letters"] == 3
    assert record["placement"]["class"] == "NC0"
    built = {answer["architecture"]: answer for answer in record["architectures"]}
    assert built["IDS4"]["resources"]["width"] == 2
    assert built["S4"]["proved"]
    assert record["least_depth"] == 0
    assert {answer["least_depth"] for answer in record["architectures"]} == {0}
    assert json.loads(exactssm("parity", "--json")[1])["architectures"] is None


def test_files(exactssm, tmp_path):
    (tmp_path / "even.json").write_text(json.dumps(EVEN))
    for name in ("even.json", "dfa:even.json"):
        code, out, _ = exactssm(name)
        assert code == 0
        assert "a syntactic monoid of 2 elements" in out
        assert "the word a, round the states 0 1, generates a group of order 2" in " ".join(out.split())
    (tmp_path / "v4.txt").write_text("0 1 2 3\n1 0 3 2\n2 3 0 1\n3 2 1 0\n")
    code, out, _ = exactssm("@v4.txt")
    assert code == 0
    assert "Diagonal layers of real numbers do it, at least 1 of them" in " ".join(out.split())


def test_json(exactssm):
    code, out, _ = exactssm("star:abab", "--json")
    record = json.loads(out)
    assert code == 0
    assert {key: record[key] for key in ("task", "states", "letters", "order", "numbers", "least_depth")} == {
        "task": "star:abab",
        "states": 5,
        "letters": 2,
        "order": 10,
        "numbers": "real",
        "least_depth": 1,
    }
    assert record["turning"] == {"word": ["a", "b"], "order": 2, "cycle": [0, 3]}
    assert [d["rows"] * d["columns"] * d["h_size"] for d in record["classes"]] == [1, 8, 1]
    assert record["classes"][1]["group"]["library"] == [2, 1]
    nilpotent = json.loads(exactssm("kmp:aba", "--json")[1])
    assert [d["group"] is None for d in nilpotent["classes"]] == [False, True, True, True, False]
    assert json.loads(exactssm("A5", "--json")[1])["least_depth"] is None


@pytest.mark.parametrize(
    ("name", "suffix", "begins"),
    [("star:ab", "svg", b"<?xml"), ("mod-counter:1", "svg", b"<?xml"), ("S4", "png", b"\x89PNG")],
)
def test_pictures(exactssm, tmp_path, name, suffix, begins):
    pytest.importorskip("matplotlib")
    code, _, err = exactssm(name, "--picture", f"it.{suffix}")
    assert (code, err) == (0, "")
    assert (tmp_path / f"it.{suffix}").read_bytes().startswith(begins)


def test_a_picture_of_too_many_classes_is_refused(exactssm, tmp_path):
    pytest.importorskip("matplotlib")
    code, _, err = exactssm("distinct:8", "--picture", "it.svg")
    assert code == 2
    assert "at most 200 D-classes are drawn, the monoid has 256" in err
    assert not (tmp_path / "it.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["pairty"], 2, "no task is named 'pairty'; perhaps parity"),
        (["dfa:none.json"], 2, "none.json"),
        (["S3xT4"], 2, "S3xT4"),
        (["regex:a(b"], 2, "regular expression 'a(b', column 2: missing )"),
        (["regex:"], 2, "it names no symbol"),
        (["regex:abc", "--alphabet", "ab"], 2, "column 3: 'c' is not in the alphabet"),
        (["parity", "--alphabet", "ab"], 2, "--alphabet is for regular expressions"),
        (["regex:(a|b)*a(a|b){14}"], 3, "more than 10000 states"),
        (["delay:1"], 2, "unspecified"),
        (["star:ab", "--picture", "it.gif"], 2, "must end in .png, .svg, .pdf"),
        (["star:ab", "--budget", "0"], 2, "budget"),
        (["mod-counter:9", "--budget", "8"], 3, "reached 8 states"),
        (["gridworld:9,1", "--budget", "20"], 3, "gridworld:9,1: 20 transformations of 9 points found"),
    ],
)
def test_bad_input_and_budgets(exactssm, arguments, code, message):
    found, out, err = exactssm(*arguments)
    assert (found, out) == (code, "")
    assert message in err
    assert len(err.splitlines()) == 1
