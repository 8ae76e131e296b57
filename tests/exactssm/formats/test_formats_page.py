"""Every example of docs/formats.md is loaded, validated against its schema and run."""

from __future__ import annotations

import json
import re
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from exactssm.arithmetic import domain_from_description
from exactssm.errors import FormatError
from exactssm.formats import limits, parse_automaton, parse_json, parse_model, parse_task, schema
from exactssm.formats.netlist import MAX_INPUTS, MAX_WIRES, parse_netlist
from exactssm.machine import UNSPECIFIED, run

PAGE = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")
EXAMPLE = re.compile(r"```json\n(.*?)```\n+(?:On `([^`]*)` it puts out `([^`]*)`\.)?", re.DOTALL)
EXAMPLES = [
    (parse_json(text) if "seconds" not in text else json.loads(text), *rest) for text, *rest in EXAMPLE.findall(PAGE)
]
RUNNING = [example for example in EXAMPLES if example[0]["format"] != "exactssm-results/1"]


def kinds(document: dict[str, Any]) -> set[str]:
    """What a document is an example of."""
    if document["format"] != "exactssm-model/1":
        return {document.get("kind", "results")}
    found = {entry["kind"] for layer in document["layers"] for entry in (layer, layer["readout"])}
    return found | ({document["cot"]["kind"]} if document["cot"] else set())


def test_each_kind_has_an_example():
    models = {"diagonal", "dense", "constant", "rotation", "sign", "table", "argmax", "state", "state-and-letter"}
    models |= {"linear-ssm", "s4", "diagonalizable", "s6", "output", "output-and-letter"}
    cot = {"online", "offline"}
    tasks = {"dfa", "moore", "mealy", "streaming", "group", "library"}
    assert set().union(*(kinds(document) for document, _, _ in EXAMPLES)) == models | cot | tasks | {"results"}


@pytest.mark.parametrize("document", [document for document, _, _ in EXAMPLES])
def test_examples_meet_their_schema(document):
    Draft202012Validator(schema(document["format"])).validate(document)


@pytest.mark.parametrize(("document", "word", "answers"), RUNNING)
def test_examples_run_as_the_page_says(document, word, answers):
    assert word, "each example says what it does"
    expected = tuple(json.loads(answers) if answers.startswith("[") else answers.split())
    machine = parse_model(document) if document["format"] == "exactssm-model/1" else parse_task(document)
    found = run(machine, word.split()).outputs
    assert tuple("null" if output is UNSPECIFIED else output for output in found) == expected


def test_automata_are_those_of_the_page():
    for document, _, _ in EXAMPLES:
        if kinds(document) & {"dfa", "moore", "mealy"}:
            assert parse_automaton(document).alphabet == tuple(document["alphabet"])


ARITHMETIC = re.findall(r"^\| `(\{[^`]*\})` \| [^|]* \| (.*) \|$", PAGE, re.MULTILINE)


def test_arithmetics_of_the_page_write_numbers_as_it_says():
    assert len(ARITHMETIC) == 13
    for description, written in ARITHMETIC:
        domain = domain_from_description(json.loads(description))
        for text in re.findall(r'`"([^"]*)"`', written):
            assert domain.format(domain.parse(text)) == text


def test_the_schema_knows_the_same_arithmetics():
    known = schema("exactssm-model/1")["$defs"]["arithmetic"]["oneOf"]
    kinds = [entry["properties"]["kind"] for entry in known]
    listed = {kind for entry in kinds for kind in entry.get("enum", [entry.get("const")])}
    assert listed == {json.loads(description)["kind"] for description, _ in ARITHMETIC}
    with pytest.raises(FormatError) as caught:  # the message lists what there is
        domain_from_description({"kind": "?"})
    assert listed == set(re.findall(r"[a-z-]+(?=[,;])", str(caught.value).partition("one of")[2]))


def test_bounds_of_the_page_are_those_in_force():
    numbers = {int(number) for number in re.findall(r"\b\d+\b", PAGE)}
    for name in limits.__all__:
        bound = getattr(limits, name)
        if name == "MAX_BYTES":
            bound //= 2**20
        if name not in ("MAX_INTEGER", "MAX_THOUGHTS"):
            assert bound in numbers, name
    assert limits.MAX_INTEGER == 2**53 - 1
    assert limits.MAX_THOUGHTS == 10**9


def test_the_netlist_of_the_page_does_what_its_comments_say():
    (text,) = re.findall(r"```text\n(exactssm-netlist/1\n.*?)```", PAGE, re.DOTALL)
    circuit = parse_netlist(text)
    for bits in product((0, 1), repeat=3):
        assert circuit.evaluate(bits) == (sum(bits) % 2, int(sum(bits) >= 2))
    assert f"at most {MAX_INPUTS}:" in PAGE
    assert f"{MAX_WIRES} wires" in PAGE
