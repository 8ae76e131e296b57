"""Task files against the tasks in memory that they describe."""

from __future__ import annotations

import json
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.algebra import group
from exactssm.errors import FormatError
from exactssm.formats import as_text, load_automaton, load_task, parse_automaton, parse_task
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import WordProblem, ends_with_ab, mod_counter, parity
from exactssm.tasks.library import task

FORMAT = {"format": "exactssm-task/1"}


def agree(one, other, length=5):
    assert one.alphabet == other.alphabet
    for word in words(one.alphabet, length):
        assert run(one, word).outputs == run(other, word).outputs


def file_of(automaton, kind, **extra):
    """An automaton in memory as a document, states by their texts."""
    transitions = {str(q): {x: str(automaton.delta[q, x]) for x in automaton.alphabet} for q in automaton.states}
    common = {
        "alphabet": list(automaton.alphabet),
        "states": [str(q) for q in automaton.states],
        "start": str(automaton.start),
    }
    return FORMAT | {"kind": kind, "transitions": transitions} | common | extra


def test_dfa(tmp_path):
    document = file_of(ends_with_ab(), "dfa", accepting=["ab"])
    agree(parse_task(document), as_text(ends_with_ab()))
    assert set(run(parse_task(document), "ab").outputs) == {"true", "false"}
    path = tmp_path / "dfa.json"
    path.write_text(json.dumps(document), "utf-8")
    agree(load_automaton(path), load_task(path))
    empty = parse_task(file_of(ends_with_ab(), "dfa", accepting=[]))
    assert set(run(empty, "abab").outputs) == {"false"}


def test_moore():
    agree(parse_task(file_of(parity(), "moore", outputs={"even": "even", "odd": "odd"})), parity())
    counter = mod_counter(4)
    half = parse_task(file_of(counter, "moore", outputs={"0": "0", "1": None, "2": "2", "3": None}))
    for word in words("01", 6):
        full = run(counter, word).outputs
        assert run(half, word).outputs == tuple(UNSPECIFIED if n % 2 else str(n) for n in full)


@given(st.data())
def test_mealy_machines_against_their_tables(data):
    cells = list(product(["p", "q", "r"], "ab"))
    table = {cell: [data.draw(st.sampled_from("pqr")), data.draw(st.sampled_from(["0", "1", None]))] for cell in cells}
    transitions = {q: {x: table[q, x] for x in "ab"} for q in "pqr"}
    document = FORMAT | {"kind": "mealy", "alphabet": ["a", "b"], "states": ["p", "q", "r"], "start": "q"}
    machine = parse_automaton(document | {"transitions": transitions})
    state = "q"
    word = data.draw(st.text("ab", max_size=8))
    for x, output in zip(word, run(machine, word).outputs, strict=True):
        state, wanted = table[state, x]
        assert output == (UNSPECIFIED if wanted is None else wanted)


def test_groups():
    s3 = group("S3")
    agree(parse_task(FORMAT | {"kind": "group", "group": "S3", "letters": "all"}), as_text(WordProblem(s3)), length=3)
    generators = parse_task(FORMAT | {"kind": "group", "group": "S3", "letters": "generators"})
    agree(generators, as_text(WordProblem(s3, s3.generators)), length=6)
    assert len(generators.alphabet) < 6


@pytest.mark.parametrize("name", ["parity", "mod-counter:3", "ends-with-ab", "composition:2,1", "maximum:3", "Z4"])
def test_library_tasks(name):
    agree(parse_task(FORMAT | {"kind": "library", "name": name}), as_text(task(name)), length=3)


def test_streaming():
    document = {"alphabet": ["+", "0"], "memory_bits": 2, "start": 1, "answer": ["a", None, "c", "d"]}
    machine = parse_task(FORMAT | {"kind": "streaming", "update": {"+": [1, 2, 3, 0], "0": [0, 0, 0, 0]}} | document)
    assert machine.memory_bits == 2
    assert run(machine, "++++0+").outputs == ("c", "d", "a", UNSPECIFIED, "a", UNSPECIFIED)


def test_an_automaton_is_wanted():
    with pytest.raises(FormatError, match='kind: expected one of "dfa", "moore", "mealy"; found "library"'):
        parse_automaton(FORMAT | {"kind": "library", "name": "parity"})


def test_an_error_names_the_file(tmp_path):
    path = tmp_path / "spoiled.json"
    path.write_text(json.dumps(FORMAT | {"kind": "library"}), "utf-8")
    with pytest.raises(FormatError, match=r"""spoiled.json': top level: the key "name" is missing"""):
        load_task(path)
