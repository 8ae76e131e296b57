"""`exactssm disguise` on the command line: lines in the published shape, checked again; pictures; bad input."""

from __future__ import annotations

import json
from itertools import permutations

import pytest

from verify.__main__ import _run

S5 = list(permutations(range(5)))


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)

    def call(*arguments):
        capsys.readouterr()
        code = _run(["disguise", *map(str, arguments)])
        return code, *capsys.readouterr()

    return call


def test_the_published_shape(exactssm):
    code, out, err = exactssm("chess", "(1,3)")
    assert (code, err) == (0, "")
    assert json.loads(out) == {
        "history": ["a8a7", "a1b1", "c8c6", "b1a1", "a7c7", "a1b1", "c6a6", "b1a1", "c7c8", "a1b1", "a6a8", "b1a1"],
        "state": " ; ".join(["Q Q R Q Q . . .", *[". . . . . . . ."] * 5, "P P . . . . . .", "K . . . . . . K"]),
    }
    _, out, _ = exactssm("python", "(2,4)", "--mode", "list", "--extra", "--run")
    assert json.loads(out) == {
        "history": ["x = [0, 0, 1, 0, 0]", "x[1], x[3] = x[3], x[1]"],
        "state": {"x": [0, 0, 1, 0, 0]},
        "word": ["(2,4)"],
        "product": "(2,4)",
        "back": True,
    }
    _, out, _ = exactssm("story", "(1,3)", "--rook", "a")
    assert json.loads(out)["state"] == dict.fromkeys(("Alice", "Bob", "Dave", "Emma"), "dime") | {"Carl": "penny"}


def test_published_words_have_the_published_product(exactssm, tmp_path):
    """Here (pq)(i) = p(q(i)): the rook is on a8 if and only if p_1(p_2(p_3(1))) = 1."""
    rows, expected = ["seed,input,target"], []
    for word in [(1, 7, 30), (119, 40, 3), (25, 26, 0), (33, 44, 55), (2, 5, 3)]:
        products, running = [], tuple(range(5))
        for x in word:
            running = tuple(running[S5[x][i]] for i in range(5))
            products.append(S5.index(running))
        rows.append(f"9,{' '.join(map(str, word))},{' '.join(map(str, products))}")
        expected.append(running[0] == 0)
    assert len(set(expected)) == 2
    (tmp_path / "S5=3.csv").write_text("\n".join(rows) + "\n")
    code, out, err = exactssm("chess", "--words", "S5=3.csv", "--extra")
    lines = list(map(json.loads, out.splitlines()))
    assert (code, err) == (0, "")
    assert [line["back"] for line in lines] == expected == [line["state"].startswith("R") for line in lines]
    (tmp_path / "S5=3.csv").write_text(rows[0] + "\n9,1 1,1 1\n")
    code, _, err = exactssm("chess", "--words", "S5=3.csv")
    assert code == 2
    assert "line 2, column 9: a target must be 0, found 1" in err


@pytest.mark.parametrize(
    "options",
    [("chess", "--rook", "d", "--padded"), ("python", "--mode", "if"), ("story", "--group", "A5", "--told-apart")],
)
def test_what_is_written_is_found_right(exactssm, tmp_path, options):
    written = exactssm(*options, "--random", 5, "--length", 8, "--seed", 3, "--extra", "--output", "it.jsonl")
    assert written == (0, "", "")
    assert exactssm(*options, "--check", "it.jsonl") == (0, "it.jsonl: 5 lines, all as they must be\n", "")
    text = (tmp_path / "it.jsonl").read_text()
    assert exactssm(*options, "--random", 5, "--length", 8, "--seed", 3, "--extra")[1] == text
    assert exactssm(*options, "--random", 5, "--length", 8, "--seed", 4, "--extra")[1] != text


def spoilt(line):
    """Each with what is said of it."""
    history = line["history"]
    yield line | {"state": line["state"].replace("Q R", "R Q")}, 'state: the history leads to "'
    yield line | {"history": history[:-1]}, "state: the history leads to"
    yield line | {"history": history[1:]}, "history[0]: 'a1b1' can't come here"
    yield line | {"history": [*history, "a2a3"]}, "history[24]: 'a2a3' can't come here"
    yield line | {"history": [*history, "import os"]}, "history[24]: a move is two squares"
    yield line | {"word": ["(1,2)"]}, "word: its text, as it would be written here, is another history"
    yield line | {"product": "()"}, 'product: it is "'
    yield line | {"back": not line["back"]}, "back: it is "
    yield {name: line[name] for name in ("history", "state", "back")}, "back: it goes with a word"


def test_the_first_wrong_line_is_named(exactssm, tmp_path):
    _, out, _ = exactssm("chess", "(1,2) (2,5)", "--extra")
    line = json.loads(out)
    for wrong, said in spoilt(line):
        (tmp_path / "it.jsonl").write_text(out + json.dumps(wrong) + "\nno json\n")
        code, found, err = exactssm("chess", "--check", "it.jsonl")
        assert (code, err) == (1, "")
        assert found.startswith(f"it.jsonl, line 2: {said}")
    code, found, _ = exactssm("chess", "--check", "it.jsonl", "--json")
    assert (code, json.loads(found)["holds"], json.loads(found)["lines"]) == (1, False, 2)
    (tmp_path / "it.jsonl").write_text('{"history": ["x0 = True"], "state": {"x0": 1}}\n')
    assert exactssm("python", "--check", "it.jsonl")[0] == 1, "1 is not true"


def test_programs_of_strangers_are_read_and_never_run(exactssm, tmp_path):
    """As the published generator writes them: any values, pairs of equal places."""
    right = [
        "x0 = True",
        "x1 = True",
        "x2 = False",
        "x3 = False",
        "x4 = True",
        "z = x1",
        "x1 = x1",
        "x1 = z",
        "x2, x0 = x0, x2",
    ]
    state = {"x0": False, "x1": True, "x2": True, "x3": False, "x4": True}
    (tmp_path / "it.jsonl").write_text(json.dumps({"history": right, "state": state}))
    assert exactssm("python", "--check", "it.jsonl")[0] == 0
    hostile = f"open({str(tmp_path / 'mark')!r}, 'w')"
    (tmp_path / "it.jsonl").write_text(json.dumps({"history": [*right, hostile], "state": state}))
    code, out, _ = exactssm("python", "--check", "it.jsonl")
    assert code == 1
    assert "history[9]: a line must be one of those that swaps are written in" in out
    assert not (tmp_path / "mark").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "must have at least one line, and is empty"),
        ("{", "line 1: not JSON at column 2: "),
        ("\n", "line 1: not JSON at column 1: "),
        ('{"history": []}', 'line 1: top level: the key "state" is missing'),
        ('{"history": [], "state": "", "seed": 1}', 'unknown key "seed"'),
        ('{"history": "a8a7", "state": ""}', "line 1: history: expected a list of moves, lines or sentences"),
        ('{"history": [7], "state": ""}', "history[0]: expected a string, found 7"),
        ('{"ä": "\udcff', "line 1: not UTF-8 at column 8: the byte 0xff"),
    ],
)
def test_malformed_files(exactssm, tmp_path, text, message):
    (tmp_path / "it.jsonl").write_bytes(text.encode("utf-8", "surrogateescape"))
    code, out, err = exactssm("chess", "--check", "it.jsonl")
    assert (code, out) == (2, "")
    assert message in err


def test_pictures(exactssm, tmp_path):
    pytest.importorskip("matplotlib")
    code, out, _ = exactssm("chess", "(1,2,3) (4,5)", "--picture", "it.svg")
    assert (code, out.count("\n")) == (0, 1)
    assert (tmp_path / "it.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["chess"], "given is none"),
        (["chess", "(1,2)", "--check", "f"], "given is WORD and --check"),
        (["chess", "--random", "3"], "go together"),
        (["chess", "(1,2)", "--mode", "z"], "--mode is the form of Python programs"),
        (["chess", "(1,2)", "--run"], "--run is for Python programs"),
        (["python", "--check", "f", "--run"], "those of a file are never run"),
        (["story", "--picture", "it.png"], "goes with chess"),
        (["chess", "(1,2)", "--json"], "--json goes with --check"),
        (["chess", "(1,2)", "--rook", "f"], "one of the files a, b, c, d, e; got 'f'"),
        (["chess", "(1,2)", "--told-apart"], "can't be told apart on a board"),
        (["python", "(1,2)", "--told-apart", "--mode", "if"], "True and False only"),
        (["chess", "(1,2) (1,6)"], "position 1: S5 has no element '(1,6)'"),
        (["chess", "120"], "position 0: S5 has the elements 0 to 119, got 120"),
        (["chess", "1", "--group", "Q8"], "must be one of permutations of 5 points"),
        (["chess", "--random", "1000000", "--length", "1000"], "at most 1000000 letters are drawn"),
        (["chess", "--check", "none.jsonl"], "can't be read"),
        (["chess", "--words", "none.csv"], "can't be read"),
        (["chess", "--picture", "it.gif"], "must end in .png"),
    ],
)
def test_bad_input(exactssm, arguments, message):
    code, out, err = exactssm(*arguments)
    assert (code, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1
