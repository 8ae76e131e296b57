"""Results have the keys that others rely on."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator, ValidationError

from exactssm.errors import DomainError, FormatError
from exactssm.formats import Result, results_document, schema, write_results

KEYS = [
    *("claim", "instance", "source", "verdict", "expected", "holds", "method", "pairs", "length", "counterexample"),
    *("resources", "bounds", "seconds"),
]
RESULT = Result(
    claim="ids4",
    instance="A5",
    source="2404.08819 Thm 4",
    verdict="refuted",
    expected="refuted",
    holds=True,
    method="product reachability",
    pairs=60,
    length=2,
    counterexample=((1, 0), 3, "x"),
    resources={"depth": 1, "precision": "1152921504606846976", "storage_bits": None},
    bounds={"depth": 1},
    milliseconds=1250,
)
VALIDATOR = Draft202012Validator(schema("exactssm-results/1"))


def test_the_file_holds_the_keys_of_the_contract(tmp_path):
    bare = Result(
        claim="c",
        instance="i",
        source="2603.01959",
        verdict="proved",
        expected="proved",
        holds=True,
        method="m",
        milliseconds=0,
    )
    write_results(tmp_path / "results.json", [RESULT, bare])
    document = json.loads((tmp_path / "results.json").read_text("utf-8"))
    VALIDATOR.validate(document)
    assert list(document) == ["format", "results"]
    assert [list(record) for record in document["results"]] == [KEYS, KEYS]
    record = document["results"][0]
    assert (record["counterexample"], record["seconds"]) == (["(1,0)", "3", "x"], 1.25)
    assert document["results"][1]["counterexample"] is None
    VALIDATOR.validate(results_document([]))


@pytest.mark.parametrize("key", KEYS)
def test_the_schema_wants_every_key_and_no_other(key):
    record = RESULT.record()
    document = {"format": "exactssm-results/1", "results": [record | {"more": 1}]}
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document)
    del record[key]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(document | {"results": [record]})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("verdict", "true"),
        ("holds", 1),
        ("source", "a paper"),
        ("counterexample", "01"),
        ("pairs", 0.5),
        ("bounds", []),
    ],
)
def test_the_schema_refuses_other_values(key, value):
    with pytest.raises(ValidationError):
        VALIDATOR.validate({"format": "exactssm-results/1", "results": [RESULT.record() | {key: value}]})


def test_what_is_no_result(tmp_path):
    with pytest.raises(
        FormatError, match="verdict: expected one of proved, checked, refuted, inconclusive; found 'no'"
    ):
        replace(RESULT, verdict="no")
    with pytest.raises(FormatError, match="expected: expected one of"):
        replace(RESULT, expected="unknown")
    with pytest.raises(FormatError, match="an integer of 61 bits must be written as a string"):
        write_results(tmp_path / "r.json", [replace(RESULT, resources={"states": 2**60})])
    with pytest.raises(DomainError, match="has a text form"):
        write_results(tmp_path / "r.json", [replace(RESULT, counterexample=(0.5,))])
    assert not (tmp_path / "r.json").exists()
