"""`exactssm compare --any-readout`: whether the states can do it, whatever the model makes of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from exactssm.formats import load_model, schema
from exactssm.machine import run
from exactssm.tasks import mod_counter
from verify.__main__ import _run


def counter(modulus, readout):
    """Adds its letters mod ``modulus``."""
    return {
        "format": "exactssm-model/1",
        "alphabet": ["0", "1"],
        "layers": [
            {
                "kind": "diagonal",
                "arithmetic": {"kind": "residue", "modulus": modulus},
                "rounding": None,
                "start": ["0"],
                "A": {"0": ["1"], "1": ["1"]},
                "b": {"0": ["0"], "1": ["1"]},
                "readout": readout,
            }
        ],
        "cot": None,
    }


CONSTANT = {"kind": "argmax", "ties": "first", "scores": [{"output": "even", "weights": ["0"], "bias": "0"}]}
GAPS = {"kind": "table", "rows": [[["0"], "0", "even"]]}
HARD = counter(6, CONSTANT)


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    models = {
        "six": counter(6, CONSTANT),
        "gaps": counter(6, GAPS),
        "three": counter(3, CONSTANT),
        "two": HARD | {"layers": [HARD["layers"][0], _second()]},
    }
    for name, document in models.items():
        Draft202012Validator(schema("exactssm-model/1")).validate(document)
        Path(f"{name}.json").write_text(json.dumps(document))

    def call(*arguments):
        capsys.readouterr()
        code = _run(list(map(str, arguments)))
        return code, *capsys.readouterr()

    return call


def _second():
    """A layer that reads the first one's constant output and does nothing."""
    return counter(2, CONSTANT)["layers"][0] | {"A": {"even": ["1"]}, "b": {"even": ["0"]}}


@pytest.mark.parametrize("name", ["six", "gaps", "two"])
@pytest.mark.parametrize("task", ["parity", "mod-counter:2", "mod-counter:3", "mod-counter:6"])
def test_states_that_suffice(exactssm, name, task):
    """The count mod 6 tells the count mod every divisor of 6, though the readouts here tell nothing of it."""
    code, out, err = exactssm("compare", f"{name}.json", task, "--any-readout")
    assert (code, err) == (0, "")
    assert out.startswith("proved for words of every length")
    record = json.loads(exactssm("compare", f"{name}.json", task, "--any-readout", "--json")[1])
    assert (record["verdict"], record["readout"]) == ("proved", "every")


@pytest.mark.parametrize("modulus", [4, 12])
def test_states_that_do_not(exactssm, modulus):
    name, task = f"mod-counter:{modulus}", mod_counter(modulus)
    code, out, err = exactssm("compare", "six.json", name, "--any-readout", "--json")
    record = json.loads(out)
    assert (code, err, record["verdict"]) == (1, "", "refuted")
    first, second = record["counterexample"]["words"]
    model = load_model("six.json")
    assert first[-1] == second[-1]
    assert run(model, first).states[-1] == run(model, second).states[-1]
    assert run(task, first).outputs[-1] != run(task, second).outputs[-1]
    code, out, _ = exactssm("compare", "six.json", name, "--any-readout")
    assert code == 1
    assert "both lead to the state" in " ".join(out.split())
    assert "no readout gives both" in " ".join(out.split())


def test_without_the_option_the_models_own_readout_counts(exactssm):
    assert exactssm("compare", "six.json", "parity")[0] == 1
    assert exactssm("compare", "gaps.json", "parity")[0] == 2
    assert exactssm("compare", "three.json", "parity", "--any-readout")[0] == 1


def test_budgets_and_lengths(exactssm):
    code, out, _ = exactssm("compare", "six.json", "mod-counter:12", "--any-readout", "--budget", 3)
    assert (code, out.startswith("inconclusive")) == (3, True)
    code, out, _ = exactssm("compare", "six.json", "mod-counter:12", "--any-readout", "--budget", 4, "--length", 3)
    assert (code, out.startswith("checked on every word up to length 3")) == (0, True)


def test_modes_compare_outputs(exactssm):
    code, out, err = exactssm("compare", "six.json", "parity", "--any-readout", "--modes", "E,R", "--length", 3)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "--any-readout" in err


def test_a_group_is_read_by_its_labels_if_the_model_reads_them(exactssm):
    """On s r s and r s s, s = (1,2), r = (1,2,3): the first is r^-1, the second r."""
    model = Path(__file__).parents[2] / "docs" / "examples" / "s3-one-layer.json"
    code, out, _ = exactssm("compare", str(model), "group:S3:generators", "--any-readout", "--json")
    record = json.loads(out)
    assert (code, record["verdict"]) == (1, "refuted")
    assert "(1,2) (1,2,3) (1,2)" in " ".join(record["counterexample"]["words"][0])
    assert record["counterexample"]["demanded"] == ["(1,3,2)", "(1,2,3)"]


def test_labels_of_another_group_are_no_symbols(exactssm):
    model = Path(__file__).parents[2] / "docs" / "examples" / "s3-one-layer.json"
    code, _, err = exactssm("compare", str(model), "group:D4:generators", "--any-readout")
    assert code == 2
    assert "same alphabet" in err
