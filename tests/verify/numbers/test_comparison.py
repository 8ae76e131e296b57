"""``exactssm compare`` on trained weights, and in modes of evaluation."""

from __future__ import annotations

import json
import re
import struct
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from exactssm.formats import as_text, load_weights
from exactssm.machine import run
from exactssm.tasks import parity, task
from verify import Checked, Inconclusive, Refuted, decide_every_readout
from verify.__main__ import _run
from verify.numbers.comparison import SHORT, mode_names
from verify.trace import Collision


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    """Runs a command in an empty folder; returns the exit code, stdout and stderr."""
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        code = _run(list(map(str, arguments)))
        return code, *capsys.readouterr()

    return call


def write_bfloat16(name: str, **arrays: list) -> None:
    """A safetensors file of bfloat16, the upper halves of binary32, written by hand."""
    header, data = {}, b""
    for key, values in arrays.items():
        array = np.array(values, np.float32)
        codes = [struct.unpack("<I", struct.pack("<f", x))[0] for x in array.ravel().tolist()]
        assert not any(code & 0xFFFF for code in codes)
        begin = len(data)
        data += b"".join(struct.pack("<H", code >> 16) for code in codes)
        full = key if key.startswith("head") else f"layers.0.{key}"
        header[full] = {"dtype": "BF16", "shape": list(array.shape), "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    Path(name).write_bytes(len(text).to_bytes(8, "little") + text + data)


def test_parity_in_bfloat16_is_proved(exactssm):
    write_bfloat16("parity.safetensors", A=[[1], [-1]], start=[1])
    code, out, err = exactssm("compare", "parity.safetensors", "--task", "parity")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "one diagonal layer of width 1 over bfloat16",
        "rounding each: each product and each sum of a step is rounded",
        "output: any; every readout of the state is decided",
        "proved for words of every length (labelling of the reachable states, 2 pairs)",
    ]
    write_bfloat16("head.safetensors", A=[[1], [-1]], start=[1], **{"head.weight": [[1], [-1]], "head.bias": [0, 0]})
    code, out, _ = exactssm("compare", "head.safetensors", "parity", "--outputs", "even odd", "--json")
    assert (code, json.loads(out)["verdict"], json.loads(out)["readout"]) == (0, "proved", "head")
    code, out, _ = exactssm("compare", "head.safetensors", "parity", "--outputs", "odd even", "--json")
    assert (code, json.loads(out)["counterexample"]["word"]) == (1, ["0"])
    code, out, _ = exactssm(
        *("compare", "head.safetensors", "parity", "--outputs", "even odd", "--modes", "E,R,F,S", "--length", 6)
    )
    assert code == 0
    assert out.count("checked") == 3
    assert out.count("proved") == 1
    assert out.count("the same outputs on every word up to length 6") == 6


@pytest.mark.parametrize(("dtype", "precision"), [("bfloat16", 8), ("binary16", 11)])
def test_a_counter_fails_where_its_format_ends(exactssm, dtype, precision):
    """h' = h + x counts up to 2^p, where p is the precision: 2^p + 1 is a tie, and rounds back to the even 2^p."""
    last = 2**precision
    if dtype == "bfloat16":
        name = "counter.safetensors"
        write_bfloat16(name, A=[[1], [1]], b=[[0], [1]], start=[0])
    else:
        name = "counter.npz"
        arrays = {"A": [[1], [1]], "b": [[0], [1]], "start": [0]}
        np.savez(name, **{f"layers.0.{key}": np.array(values, np.float16) for key, values in arrays.items()})
    code, out, _ = exactssm("compare", name, "parity")
    assert code == 1
    assert f"by a word of length {last + 1}\n" in out
    assert f"this state is the codes of ({last})" in out


def test_one_diagonal_layer_does_not_track_s3(exactssm):
    """Signs and resets in two coordinates: S3 isn't abelian, and the collision found is one of two real words."""
    rng = np.random.default_rng(3)
    arrays = {"A": rng.choice([-1, 1], (6, 2)), "b": rng.choice([-1, 0, 1], (6, 2)), "start": np.array([1, 0])}
    np.savez("s3.npz", **{f"layers.0.{key}": values.astype(np.float32) for key, values in arrays.items()})
    code, out, _ = exactssm("compare", "s3.npz", "--task", "group:S3", "--json")
    assert code == 1
    found = json.loads(out)
    assert (found["verdict"], found["arithmetic"], found["readout"]) == ("refuted", "binary32:each", "every")
    model, s3 = load_weights("s3.npz").model, as_text(task("group:S3"))
    first, second = found["counterexample"]["words"]
    assert first[-1] == second[-1]
    assert run(model, first).states[-1] == run(model, second).states[-1]
    assert run(s3, first).outputs[-1] != run(s3, second).outputs[-1]


def test_words_up_to_a_length_where_states_never_end(exactssm):
    """The binary64 counter reaches more states than the budget allows: checked up to a length that it suffices for."""
    np.savez("c.npz", **{"layers.0.A": np.ones((2, 1)), "layers.0.b": np.array([[0.0], [1]]), "layers.0.start": [0.0]})
    assert exactssm("compare", "c.npz", "parity", "--budget", 10)[0] == 3
    code, out, _ = exactssm("compare", "c.npz", "parity", "--budget", 10, "--length", 10, "--json")
    assert (code, json.loads(out)["verdict"], json.loads(out)["words"]) == (0, "checked", 2**11 - 2)
    assert exactssm("compare", "c.npz", "parity", "--budget", 10, "--length", 11)[0] == 3
    model = load_weights("c.npz").model
    verdicts = [decide_every_readout(model, parity(), max_pairs=10, length=n) for n in (0, 10, 11)]
    assert [type(verdict) for verdict in verdicts] == [Checked, Checked, Inconclusive]


def test_a_collision_at_the_last_length_is_found(tmp_path):
    """The state counts letters. So 00 and 10 collide, the first words that do, as the last letter is seen too."""
    path = tmp_path / "h.npz"
    np.savez(path, **{"layers.0.A": np.ones((2, 1)), "layers.0.b": np.ones((2, 1)), "layers.0.start": [0.0]})
    model = load_weights(path).model
    found = decide_every_readout(model, parity(), max_pairs=3, length=2)
    assert isinstance(found, Refuted)
    assert isinstance(found.trace, Collision)
    assert len(found.trace.word) == 2
    found.trace.replay(model, parity())
    assert isinstance(decide_every_readout(model, parity(), max_pairs=2, length=1), Checked)
    assert isinstance(decide_every_readout(model, parity(), max_pairs=2, length=2), Inconclusive)


def limit_cycle(ties="first", readout=None) -> dict:
    """2411.12537 Thm 1 rests on mode F: rounded to quarters after each step, these eigenvalues 0 and 1/4 do parity.

    A(1) takes (-1,1) to (3/4,-5/4), which rounds to (1,-1), in units of a quarter; and back. In mode F the state after
    n ones is (3/4,-5/4) / 4^(n-1), rounded: (0,0) from n = 2 on.
    """
    scores = [
        {"output": "even", "weights": ["-1", "0"], "bias": "0"},
        {"output": "odd", "weights": ["1", "0"], "bias": "0"},
    ]
    layer = {
        "kind": "dense",
        "arithmetic": {
            "kind": "fixed",
            "integer_bits": 3,
            "fraction_bits": 2,
            "rounding": "nearest-even",
            "overflow": "saturate",
            "signed": True,
        },
        "rounding": "once",
        "start": ["-1/4", "1/4"],
        "A": {"0": [["1", "0"], ["0", "1"]], "1": [["-9/4", "-3/2"], ["15/4", "5/2"]]},
        "readout": readout or {"kind": "argmax", "ties": ties, "scores": scores},
    }
    return {"format": "exactssm-model/1", "alphabet": ["0", "1"], "layers": [layer], "cot": None}


def test_modes_that_disagree(exactssm):
    Path("cycle.json").write_text(json.dumps(limit_cycle()), "utf-8")
    code, out, err = exactssm("compare", "cycle.json", "parity", "--modes", "R,F,E", "--length", 8, "--json")
    assert (code, err) == (1, "")
    found = json.loads(out)
    modes = found["modes"]
    assert found["length"] == 8
    assert list(modes) == ["recurrent", "flattened", "exact"]
    assert (modes["recurrent"]["verdict"], modes["recurrent"]["pairs"]) == ("proved", 2)
    # (0,0) ties, and the first output wins: right on two ones, wrong on three
    assert (modes["flattened"]["verdict"], modes["flattened"]["counterexample"]["word"]) == ("refuted", list("111"))
    # never (0,0): the first coordinate is 3/16 after two ones
    assert (modes["exact"]["verdict"], modes["exact"]["counterexample"]["word"]) == ("refuted", list("11"))
    assert found["disagreements"] == [
        {"modes": ["recurrent", "flattened"], "word": list("111"), "outputs": ["odd", "even"]},
        {"modes": ["recurrent", "exact"], "word": list("11"), "outputs": ["even", "odd"]},
        {"modes": ["flattened", "exact"], "word": list("11"), "outputs": ["even", "odd"]},
    ]
    code, out, _ = exactssm("compare", "cycle.json", "parity", "--modes", "recurrent,flattened", "--length", 8)
    assert code == 1
    assert "recurrent: proved for words of every length" in out
    assert "recurrent (first) and flattened (second) differ on a word of length 3" in out
    assert "<- differs" in out.splitlines()[-1]


SIGN = {
    "kind": "sign",
    "sign_of_zero": 1,
    "start": ["1"],
    "A": [["1"]],
    "b": {"0": ["0"], "1": ["-2"]},
    "readout": {"kind": "state"},
}


def test_where_modes_do_not_apply(exactssm):
    Path("cycle.json").write_text(json.dumps(limit_cycle()), "utf-8")
    Path("ties.json").write_text(json.dumps(limit_cycle("error")), "utf-8")
    rows = [[["-1/4", "1/4"], "0", "even"], [["1/4", "-1/4"], "1", "odd"]]
    table = {"kind": "table", "rows": rows}
    Path("table.json").write_text(json.dumps(limit_cycle(readout=table)), "utf-8")
    Path("sign.json").write_text(json.dumps(limit_cycle() | {"layers": [SIGN]}), "utf-8")
    write_bfloat16("parity.safetensors", A=[[1], [-1]], start=[1])
    both = ("parity", "--modes", "R,F")
    for arguments, message in [
        (("cycle.json", *both), "--modes needs --length"),
        (("cycle.json", "parity", "--modes", "X", "--length", 3), "a mode must be .* or a letter: E"),
        (("cycle.json", "parity", "--modes", "", "--length", 3), "a mode must be"),
        (("cycle.json", "parity", "--modes", "R,recurrent", "--length", 3), "recurrent stands twice"),
        (("ties.json", *both, "--length", 3), "'1', '1'.*tie at the state '0 0'"),
        (("table.json", "parity", "--modes", "E", "--length", 3), "'1'.* does not hold 3/16"),
        (("sign.json", *both, "--length", 3), "SignLayer"),
        (("parity.safetensors", *both, "--length", 3), "without head.weight"),
        (("cycle.json", "parity", "--alphabet", "0 1"), "--alphabet is for files with weights"),
        (("cycle.json", "parity", "--ties", "first"), "--ties is for files with weights"),
        (("parity.safetensors", "parity", "--alphabet", "0 1 2"), "must have a name each, got 3"),
        (("parity.safetensors", "parity", "--outputs", "0 1"), "head.weight is missing"),
        (("parity.safetensors", "parity", "--rounding", "twice"), "once"),
        (("parity.safetensors", "group:S3"), "same alphabet"),
        (("parity.pt", "parity"), "can't be read"),
        (("missing.npz", "parity"), "can't be read"),
    ]:
        code, out, err = exactssm("compare", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1), arguments
        assert re.search(message, err), err


def test_names_of_modes():
    assert mode_names("E,R,F,S") == tuple(SHORT.values())
    assert mode_names("flattened:terms, chunked:4:blelloch") == ("flattened:terms", "chunked:4:blelloch")


def test_the_limit_cycle_has_the_eigenvalues_that_the_theorem_forbids():
    (a, b), (c, d) = (map(Fraction, row) for row in limit_cycle()["layers"][0]["A"]["1"])
    assert (a + d, a * d - b * c) == (Fraction(1, 4), 0)  # so they are 1/4 and 0
