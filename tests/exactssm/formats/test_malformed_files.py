"""Malformed files: each gives one line that says what is wrong and where, and the schemas agree on the structure."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from exactssm.errors import ExactssmError, FormatError
from exactssm.formats import parse_model, parse_task, schema
from exactssm.machine import run

MODEL: dict[str, Any] = {
    "format": "exactssm-model/1",
    "alphabet": ["0", "1"],
    "layers": [
        {
            "kind": "diagonal",
            "arithmetic": {"kind": "residue", "modulus": 2},
            "rounding": None,
            "start": ["0"],
            "A": {"0": ["1"], "1": ["1"]},
            "b": {"0": ["0"], "1": ["1"]},
            "readout": {"kind": "table", "rows": [[["0"], "0", "a"], [["1"], "0", "b"], [["1"], "1", "b"]]},
        },
        {
            "kind": "dense",
            "arithmetic": {"kind": "rational"},
            "rounding": None,
            "start": ["1", "1/2"],
            "A": {"a": [["0", "1"], ["1", "0"]], "b": [["1", "0"], ["0", "1"]]},
            "readout": {
                "kind": "argmax",
                "scores": [{"output": "u", "weights": ["1", "0"], "bias": "0", "letters": {"a": "1"}}],
                "ties": "first",
            },
        },
    ],
    "cot": {"kind": "offline", "inputs": ["0", "1"], "end": "1", "limit": 1},
}
CONSTANT = {"kind": "constant", "A": [["1", "0"], ["0", "1"]], "b": {"a": ["0", "0"], "b": ["1", "1"]}}
ROTATION = {"kind": "rotation", "orders": [2], "start": ["0"], "angle": {"0": ["0"], "1": ["1"]}}
SIGN = {"kind": "sign", "sign_of_zero": 0, "start": ["1"], "A": [["1"]], "b": {"0": ["0"], "1": ["1"]}}
GONE = object()
LONG = "x" * 4097


def changed(document: Any, *changes: tuple[str, Any]) -> Any:
    """``document`` with the value at each path, its keys separated by spaces, replaced (or removed: GONE)."""
    document = copy.deepcopy(document)
    for path, value in changes:
        *way, last = [int(key) if key.isdigit() and key.isascii() else key for key in path.split()]
        inner = document
        for key in way:
            inner = inner[str(key) if isinstance(inner, dict) else key]
        last = str(last) if isinstance(inner, dict) else last
        if value is GONE:
            del inner[last]
        elif isinstance(inner, list) and last == len(inner):
            inner.append(copy.deepcopy(value))
        else:
            inner[last] = copy.deepcopy(value)
    return document


def layer(new: dict[str, Any], *changes: tuple[str, Any]) -> Any:
    """The model whose one layer is ``new``, read out as its state, then changed."""
    bare = MODEL | {"layers": [new | {"readout": {"kind": "state"}}], "cot": None}
    return changed(bare, *changes)


def constant(*changes: tuple[str, Any]) -> Any:
    second = {key: MODEL["layers"][1][key] for key in ("arithmetic", "rounding", "start", "readout")} | CONSTANT
    return changed(MODEL, ("layers 1", second), *changes)


# What is wrong with the shape of the document: the schema must refuse it too.
STRUCTURAL_MODELS = [
    ([], "top level: expected an object, found a list"),
    (None, "top level: expected an object, found null"),
    ({}, 'top level: the key "format" is missing; it must be "exactssm-model/1"'),
    (
        changed(MODEL, ("format", "exactssm-model/2")),
        'format: expected one of "exactssm-model/1"; found "exactssm-model/2"',
    ),
    (changed(MODEL, ("format", "exactssm-task/1")), 'found "exactssm-task/1"'),
    (changed(MODEL, ("format", 1)), "format: expected one of"),
    (changed(MODEL, ("alphabet", GONE)), 'top level: the key "alphabet" is missing'),
    (changed(MODEL, ("cot", GONE)), 'top level: the key "cot" is missing'),
    (changed(MODEL, ("note", "x")), 'top level: unknown key "note"; the keys are alphabet, cot, format, layers'),
    (changed(MODEL, ("alphabet", [])), "alphabet: expected 1 to 65536 symbols, found 0"),
    (changed(MODEL, ("alphabet", "01")), 'alphabet: expected a list of symbols, found "01"'),
    (changed(MODEL, ("alphabet 1", 1)), "alphabet[1]: expected a string, found 1"),
    (changed(MODEL, ("alphabet 1", "0")), 'alphabet[1]: each of the symbols stands once; "0" also stands at 0'),
    (changed(MODEL, ("alphabet 1", LONG)), "alphabet[1]: a string here has at most 4096 characters, found 4097"),
    (
        changed(MODEL, ("alphabet", [str(n) for n in range(65537)])),
        "alphabet: expected 1 to 65536 symbols, found 65537",
    ),
    (changed(MODEL, ("layers", {})), "layers: expected a list of layers, found an object"),
    (changed(MODEL, ("layers", [0] * 257)), "layers: expected 0 to 256 layers, found 257"),
    (changed(MODEL, ("layers 1", None)), "layers[1]: expected an object, found null"),
    (changed(MODEL, ("layers 0 kind", GONE)), 'layers[0]: the key "kind" is missing'),
    (changed(MODEL, ("layers 0 kind", "selective")), 'layers[0].kind: expected one of "diagonal", "dense"'),
    (changed(MODEL, ("layers 0 kind", ["dense"])), "found a list"),
    (changed(MODEL, ("layers 0 A", GONE)), 'layers[0]: the key "A" is missing'),
    (changed(MODEL, ("layers 0 c", {})), 'layers[0]: unknown key "c"'),
    (changed(MODEL, ("layers 0 rounding", GONE)), 'layers[0]: the key "rounding" is missing'),
    (
        changed(MODEL, ("layers 0 rounding", "floor")),
        'layers[0].rounding: rounding must be null (exact arithmetic); found "floor"',
    ),
    (changed(MODEL, ("layers 0 rounding", False)), "rounding must be null (exact arithmetic); found false"),
    (changed(MODEL, ("layers 0 arithmetic", "Z/2")), "layers[0].arithmetic: an arithmetic must be an object"),
    (changed(MODEL, ("layers 0 arithmetic", {})), "layers[0].arithmetic: the kind of an arithmetic must be one of"),
    (
        changed(MODEL, ("layers 0 arithmetic kind", "real")),
        "layers[0].arithmetic: the kind of an arithmetic must be one of",
    ),
    (
        changed(MODEL, ("layers 0 arithmetic kind", "rational")),
        "an arithmetic of kind rational must have the keys kind",
    ),
    (
        changed(MODEL, ("layers 0 arithmetic modulus", GONE)),
        "an arithmetic of kind residue must have the keys kind, modulus",
    ),
    (changed(MODEL, ("layers 0 arithmetic modulus", 0)), "layers[0].arithmetic: arithmetic residue: a modulus must be"),
    (changed(MODEL, ("layers 0 arithmetic modulus", "two")), "an integer must be decimal digits"),
    (changed(MODEL, ("layers 0 arithmetic modulus", True)), "a modulus must be an int of at least 2, got True"),
    (changed(MODEL, ("layers 0 arithmetic modulus", [2])), "a modulus must be an int of at least 2"),
    (changed(MODEL, ("layers 0 start", [])), "layers[0].start: expected 1 to 4096 numbers, found 0"),
    (changed(MODEL, ("layers 0 start", "0")), 'layers[0].start: expected a list of numbers, found "0"'),
    (changed(MODEL, ("layers 0 start 0", 0)), "layers[0].start[0]: expected a string, found 0"),
    (changed(MODEL, ("layers 0 start 0", 0.5)), "layers[0].start[0]: expected a string, found a value of type float"),
    (changed(MODEL, ("layers 0 start", ["0"] * 4097)), "layers[0].start: expected 1 to 4096 numbers, found 4097"),
    (
        changed(MODEL, ("layers 0 start 0", "1" * 65537)),
        "layers[0].start[0]: a string here has at most 65536 characters",
    ),
    (changed(MODEL, ("layers 0 A", {})), "layers[0].A: expected 1 to 65536 letters, found 0"),
    (changed(MODEL, ("layers 0 A", ["1"])), "layers[0].A: expected an object, found a list"),
    (changed(MODEL, ("layers 0 A 0", "1")), 'layers[0].A["0"]: expected a list of numbers, found "1"'),
    (changed(MODEL, ("layers 0 A 0 0", None)), 'layers[0].A["0"][0]: expected a string, found null'),
    (changed(MODEL, ("layers 0 b", None)), "layers[0].b: expected an object, found null"),
    (changed(MODEL, (f"layers 0 A {LONG}", ["1"])), "a string here has at most 4096 characters, found 4097"),
    (changed(MODEL, ("layers 1 A a 0", "01")), 'layers[1].A.a[0]: expected a list of numbers, found "01"'),
    (constant(("layers 1 b", GONE)), 'layers[1]: the key "b" is missing'),
    (constant(("layers 1 A", {"a": []})), "layers[1].A: expected a list of rows, found an object"),
    (layer(ROTATION, ("layers 0 orders", [])), "layers[0].orders: expected 1 to 4096 numbers, found 0"),
    (layer(ROTATION, ("layers 0 orders", 2)), "layers[0].orders: expected a list of numbers, found 2"),
    (layer(ROTATION, ("layers 0 orders 0", -1)), "layers[0].orders[0]: expected an integer from 2"),
    (layer(ROTATION, ("layers 0 orders 0", "2.0")), "layers[0].orders[0]: an integer must be decimal digits"),
    (layer(ROTATION, ("layers 0 arithmetic", {"kind": "rational"})), 'layers[0]: unknown key "arithmetic"'),
    (layer(SIGN, ("layers 0 sign_of_zero", GONE)), 'layers[0]: the key "sign_of_zero" is missing'),
    (layer(SIGN, ("layers 0 sign_of_zero", 2)), "layers[0].sign_of_zero: expected an integer from -1 to 1, found 2"),
    (layer(SIGN, ("layers 0 sign_of_zero", "0")), 'layers[0].sign_of_zero: expected an integer, found "0"'),
    (layer(SIGN, ("layers 0 sign_of_zero", False)), "layers[0].sign_of_zero: expected an integer, found false"),
    (changed(MODEL, ("layers 0 readout", "table")), 'layers[0].readout: expected an object, found "table"'),
    (changed(MODEL, ("layers 0 readout kind", "mlp")), "layers[0].readout.kind: expected one of"),
    (changed(MODEL, ("layers 0 readout rows", [])), "layers[0].readout.rows: expected 1 to 1048576 rows, found 0"),
    (
        changed(MODEL, ("layers 0 readout rows 1", [["1"], "0"])),
        "expected 3 entries (state after, letter, output), found 2",
    ),
    (
        changed(MODEL, ("layers 0 readout rows 1 0", "1")),
        'layers[0].readout.rows[1][0]: expected a list of numbers, found "1"',
    ),
    (changed(MODEL, ("layers 0 readout rows 1 1", 0)), "layers[0].readout.rows[1][1]: expected a string, found 0"),
    (
        changed(MODEL, ("layers 0 readout rows 1 2", None)),
        "layers[0].readout.rows[1][2]: expected a string, found null",
    ),
    (changed(MODEL, ("layers 0 readout extra", 1)), 'layers[0].readout: unknown key "extra"; the keys are kind, rows'),
    (changed(MODEL, ("layers 0 readout", {"kind": "state", "rows": []})), 'layers[0].readout: unknown key "rows"'),
    (changed(MODEL, ("layers 1 readout ties", GONE)), 'layers[1].readout: the key "ties" is missing'),
    (
        changed(MODEL, ("layers 1 readout ties", "last")),
        'layers[1].readout.ties: expected one of "first", "error"; found "last"',
    ),
    (changed(MODEL, ("layers 1 readout scores", [])), "layers[1].readout.scores: expected 1 to 65536 scores, found 0"),
    (
        changed(MODEL, ("layers 1 readout scores 0 bias", GONE)),
        'layers[1].readout.scores[0]: the key "bias" is missing',
    ),
    (
        changed(MODEL, ("layers 1 readout scores 0 bias", 0)),
        "layers[1].readout.scores[0].bias: expected a string, found 0",
    ),
    (
        changed(MODEL, ("layers 1 readout scores 0 letters", {})),
        "scores[0].letters: expected 1 to 65536 letters, found 0",
    ),
    (changed(MODEL, ("layers 1 readout scores 0 output", {"thing": "0"})), 'scores[0].output: unknown key "thing"'),
    (changed(MODEL, ("cot", True)), "cot: expected an object, found true"),
    (changed(MODEL, ("cot kind", "tree")), 'cot.kind: expected one of "online", "offline"; found "tree"'),
    (changed(MODEL, ("cot kind", "online")), 'cot: unknown key "end"; the keys are inputs, kind, limit'),
    (changed(MODEL, ("cot end", GONE)), 'cot: the key "end" is missing'),
    (changed(MODEL, ("cot inputs", [])), "cot.inputs: expected 1 to 65536 input symbols, found 0"),
    (changed(MODEL, ("cot inputs", ["0", "0"])), "cot.inputs[1]: each of the input symbols stands once"),
    (changed(MODEL, ("cot limit", "1")), 'cot.limit: expected an integer, found "1"'),
    (changed(MODEL, ("cot limit", -1)), "cot.limit: expected an integer from 0 to 1000000000, found -1"),
    (changed(MODEL, ("cot limit", 10**9 + 1)), "cot.limit: expected an integer from 0 to 1000000000"),
]

# What no schema can see: lengths that must agree, letters that must be read, numbers outside their arithmetic.
GALOIS = {"kind": "galois", "order": 4}
SEMANTIC_MODELS = [
    (changed(MODEL, ("layers 0 start", ["0", "0"])), 'layers[0].A["0"]: expected 2 numbers, found 1'),
    (changed(MODEL, ("layers 0 A 1", ["1", "1"])), 'layers[0].A["1"]: expected 1 numbers, found 2'),
    (changed(MODEL, ("layers 0 b 1", ["1", "1"])), 'layers[0].b["1"]: expected 1 numbers, found 2'),
    (changed(MODEL, ("layers 0 start 0", "2")), "layers[0].start[0]: "),
    (changed(MODEL, ("layers 0 A 0 0", "-1")), 'layers[0].A["0"][0]: '),
    (changed(MODEL, ("layers 0 A 0 0", "1/2")), 'layers[0].A["0"][0]: '),
    (changed(MODEL, ("layers 1 start 0", "1/0")), "layers[1].start[0]: a denominator must not be zero"),
    (changed(MODEL, ("layers 1 start 0", "0.5")), "layers[1].start[0]: an integer must be decimal digits"),
    (changed(MODEL, ("layers 1 start 0", "1e9999999999")), "layers[1].start[0]: an integer must be decimal digits"),
    (changed(MODEL, ("layers 1 start 0", "nan")), "layers[1].start[0]: an integer must be decimal digits"),
    (changed(MODEL, ("layers 1 start 0", "\u0661")), "layers[1].start[0]: an integer must be decimal digits"),
    (changed(MODEL, ("layers 1 start 0", "9" * 5000)), "layers[1].start[0]: an integer must have at most 4300 digits"),
    (
        changed(MODEL, ("layers 0 arithmetic modulus", 1)),
        "arithmetic residue: a modulus must be an int of at least 2, got 1",
    ),
    (
        changed(MODEL, ("layers 0 arithmetic", {"kind": "prime-field", "modulus": 4})),
        "layers[0].arithmetic: arithmetic prime-field",
    ),
    (
        changed(MODEL, ("layers 0 arithmetic", {"kind": "galois", "order": 6})),
        "layers[0].arithmetic: arithmetic galois",
    ),
    (
        changed(MODEL, ("layers 0 arithmetic", {"kind": "galois", "order": 2**40})),
        "layers[0].arithmetic: arithmetic galois",
    ),
    (
        changed(MODEL, ("layers 0 arithmetic", {"kind": "cyclotomic", "conductor": 10**12})),
        "arithmetic cyclotomic: a conductor",
    ),
    (changed(MODEL, ("layers 0 arithmetic", {"kind": "prime-field", "modulus": "9" * 4000})), "arithmetic prime-field"),
    (changed(MODEL, ("layers 0 A 0", GONE)), "layers[0].b: A and b must have the same letters; one too many: '0'"),
    (changed(MODEL, ("layers 0 b 0", GONE)), "layers[0].b: A and b must have the same letters; missing: '0'"),
    (changed(MODEL, ("layers 0 A 2", ["1"])), "layers[0].b: A and b must have the same letters; missing: '2'"),
    (changed(MODEL, ("alphabet 2", "2")), "layers[0]: the first layer must read the alphabet; missing: '2'"),
    (changed(MODEL, ("alphabet 1", GONE)), "layers[0]: the first layer must read the alphabet; one too many: '1'"),
    (changed(MODEL, ("layers 1 A a", [["0", "1"]])), "layers[1].A.a: expected 2 rows, found 1"),
    (changed(MODEL, ("layers 1 A a 1", ["0"])), "layers[1].A.a[1]: expected 2 numbers, found 1"),
    (constant(("layers 1 A", [["1", "0"]])), "layers[1].A: expected 2 rows, found 1"),
    (constant(("layers 1 b a", ["1"])), "layers[1].b.a: expected 2 numbers, found 1"),
    (layer(ROTATION, ("layers 0 orders 0", 1)), "layers[0].orders[0]: expected an integer from 2"),
    (layer(ROTATION, ("layers 0 orders 0", "1")), "layers[0].orders[0]: a modulus must be an int of at least 2"),
    (layer(ROTATION, ("layers 0 start", ["0", "0"])), "layers[0].start: expected 1 numbers, found 2"),
    (layer(ROTATION, ("layers 0 start 0", "2")), "layers[0].start[0]: "),
    (layer(ROTATION, ("layers 0 angle 1 0", "-1")), 'layers[0].angle["1"][0]: '),
    (
        layer(SIGN, ("layers 0 start 0", "2")),
        "layers[0]: the start state, coordinate 0: a sign must be -1, 0 or 1, got 2",
    ),
    (layer(SIGN, ("layers 0 A 0 0", "1/2")), "layers[0].A[0][0]: an integer must be decimal digits"),
    (changed(MODEL, ("layers 0 readout rows 1", [["0"], "0", "b"])), "rows[1]: there is already a row for this state"),
    (changed(MODEL, ("layers 0 readout rows 1", [["0", "0"], "0", "b"])), "rows[1][0]: expected 1 numbers, found 2"),
    (
        changed(MODEL, ("layers 0 readout rows 1 1", "2")),
        "rows[1][1]: the layer doesn't read the letter '2'; it reads '0', '1'",
    ),
    (
        changed(MODEL, ("layers 0 readout rows 1 2", "z")),
        "rows[1][2]: the next layer doesn't read \"z\"; it reads 'a', 'b'",
    ),
    (
        changed(MODEL, ("layers 0 readout rows 1 2", {"think": "0"})),
        "rows[1][2]: only the last layer of a model with a chain",
    ),
    (
        changed(MODEL, ("layers 1 readout scores 0 output", {"think": "2"})),
        'a thought must be in the alphabet; "2" is not',
    ),
    (
        changed(MODEL, ("cot", None), ("layers 1 readout scores 0 output", {"think": "0"})),
        "output: only the last layer of a model",
    ),
    (changed(MODEL, ("layers 1 readout scores 0 weights", ["1"])), "scores[0].weights: expected 2 numbers, found 1"),
    (changed(MODEL, ("layers 1 readout scores 0 bias", "x")), "scores[0].bias: an integer must be decimal digits"),
    (
        changed(MODEL, ("layers 1 readout scores 0 letters", {"c": "0"})),
        "the layer doesn't read the letter 'c'; it reads 'a', 'b'",
    ),
    (
        changed(MODEL, ("layers 1 readout scores 1", MODEL["layers"][1]["readout"]["scores"][0])),
        "scores[1]: each output has one score",
    ),
    (
        changed(MODEL, ("layers 1 arithmetic", {"kind": "gaussian"}), ("layers 1 start 1", "0")),
        "layers[1].readout: argmax needs numbers",
    ),
    (
        changed(MODEL, ("layers 1 arithmetic", GALOIS), ("layers 1 start 1", "[0,1]")),
        "layers[1].readout: argmax needs numbers in an order",
    ),
    (changed(MODEL, ("cot inputs", ["0", "1", "2"])), "cot: position 2: '2' is not in the alphabet"),
    (changed(MODEL, ("cot end", "2")), "cot: the end of input must be an input symbol, got '2'"),
]

AUTOMATON: dict[str, Any] = {
    "format": "exactssm-task/1",
    "kind": "dfa",
    "alphabet": ["a", "b"],
    "states": ["p", "q"],
    "start": "p",
    "accepting": ["q"],
    "transitions": {"p": {"a": "q", "b": "p"}, "q": {"a": "q", "b": "p"}},
}
MOORE = {key: value for key, value in AUTOMATON.items() if key != "accepting"} | {
    "kind": "moore",
    "outputs": {"p": "no", "q": None},
}
MEALY = {key: value for key, value in AUTOMATON.items() if key != "accepting"} | {
    "kind": "mealy",
    "transitions": {"p": {"a": ["q", "1"], "b": ["p", None]}, "q": {"a": ["q", "1"], "b": ["p", "0"]}},
}
STREAMING = {
    "format": "exactssm-task/1",
    "kind": "streaming",
    "alphabet": ["t"],
    "memory_bits": 1,
    "start": 0,
    "update": {"t": [1, 0]},
    "answer": ["zero", None],
}
GROUP = {"format": "exactssm-task/1", "kind": "group", "group": "S3", "letters": "all"}
LIBRARY = {"format": "exactssm-task/1", "kind": "library", "name": "parity"}

STRUCTURAL_TASKS = [
    ("parity", 'top level: expected an object, found "parity"'),
    (changed(AUTOMATON, ("format", GONE)), 'top level: the key "format" is missing; it must be "exactssm-task/1"'),
    (changed(AUTOMATON, ("kind", GONE)), 'top level: the key "kind" is missing'),
    (changed(AUTOMATON, ("kind", "nfa")), 'kind: expected one of "dfa", "moore", "mealy"'),
    (changed(AUTOMATON, ("kind", "moore")), 'top level: unknown key "accepting"'),
    (changed(AUTOMATON, ("accepting", GONE)), 'top level: the key "accepting" is missing'),
    (changed(AUTOMATON, ("accepting", ["q", "q"])), 'accepting[1]: each of the states stands once; "q" stands twice'),
    (changed(AUTOMATON, ("accepting", "q")), 'accepting: expected a list of states, found "q"'),
    (changed(AUTOMATON, ("alphabet", [])), "alphabet: expected 1 to 65536 symbols, found 0"),
    (changed(AUTOMATON, ("states", [])), "states: expected 1 to 1048576 states, found 0"),
    (changed(AUTOMATON, ("states 1", "p")), 'states[1]: each of the states stands once; "p" also stands at 0'),
    (changed(AUTOMATON, ("states 1", 1)), "states[1]: expected a string, found 1"),
    (changed(AUTOMATON, ("start", 0)), "start: expected a string, found 0"),
    (changed(AUTOMATON, ("transitions", [])), "transitions: expected an object, found a list"),
    (changed(AUTOMATON, ("transitions p a", None)), "transitions.p.a: expected a string, found null"),
    (changed(AUTOMATON, ("transitions p a", ["q", "1"])), "transitions.p.a: expected a string, found a list"),
    (changed(MOORE, ("outputs", ["no"])), "outputs: expected an object, found a list"),
    (changed(MOORE, ("outputs p", 0)), "outputs.p: expected a string, found 0"),
    (changed(MEALY, ("transitions p a", ["q"])), "transitions.p.a: expected 2 entries (state, output), found 1"),
    (changed(MEALY, ("transitions p a", "q")), "transitions.p.a: expected a list of entries (state, output), found"),
    (changed(MEALY, ("transitions p a 1", 1)), "transitions.p.a[1]: expected a string, found 1"),
    (changed(STREAMING, ("memory_bits", 21)), "memory_bits: expected an integer from 0 to 20, found 21"),
    (changed(STREAMING, ("start", -1)), "start: expected an integer from 0 to 1, found -1"),
    (changed(STREAMING, ("answer", [])), "answer: expected 1 to 2 answers, one a memory, found 0"),
    (changed(STREAMING, ("update t 0", "1")), 'update.t[0]: expected an integer, found "1"'),
    (changed(STREAMING, ("update t", 1)), "update.t: expected a list of memories, one after each, found 1"),
    (changed(GROUP, ("letters", GONE)), 'top level: the key "letters" is missing'),
    (changed(GROUP, ("letters", ["1"])), 'letters: expected one of "all", "generators"; found a list'),
    (changed(GROUP, ("group", 6)), "group: expected a string, found 6"),
    (changed(LIBRARY, ("name", None)), "name: expected a string, found null"),
    (changed(LIBRARY, ("n", 3)), 'top level: unknown key "n"'),
]
SEMANTIC_TASKS = [
    (changed(AUTOMATON, ("start", "r")), 'start: expected one of the states, found "r"'),
    (changed(AUTOMATON, ("accepting", ["r"])), 'accepting[0]: expected one of the states, found "r"'),
    (changed(AUTOMATON, ("transitions p a", "r")), 'transitions.p.a: expected one of the states, found "r"'),
    (
        changed(AUTOMATON, ("transitions p a", GONE)),
        "transitions.p: there must be an entry for each of the symbols; 'a' lacks one",
    ),
    (
        changed(AUTOMATON, ("transitions q", GONE)),
        "transitions: there must be an entry for each of the states; 'q' lacks one",
    ),
    (changed(AUTOMATON, ("transitions r", {})), "transitions: expected 1 to 2 states, found 3"),
    (changed(AUTOMATON, ("transitions p", {"a": "p", "c": "p"})), "transitions.p.c: expected one of the symbols"),
    (changed(AUTOMATON, ("states", [str(n) for n in range(500_001)])), "states times symbols must be at most 1000000"),
    (changed(MOORE, ("outputs p", GONE)), "outputs: there must be an entry for each of the states; 'p' lacks one"),
    (changed(MEALY, ("transitions p a 0", "r")), 'transitions.p.a[0]: expected one of the states, found "r"'),
    (changed(STREAMING, ("answer", ["0"] * 3)), "answer: expected 1 to 2 answers, one a memory, found 3"),
    (changed(STREAMING, ("update t", [1])), "update.t: expected 2 memories, one after each, found 1"),
    (changed(STREAMING, ("update t 0", 2)), "update.t[0]: expected an integer from 0 to 1, found 2"),
    (changed(STREAMING, ("update u", [0, 0])), "update: there must be an entry for each of the symbols, and no other"),
    (changed(GROUP, ("group", "no such group")), "group: "),
    (changed(LIBRARY, ("name", "no such task")), "name: "),
    (changed(LIBRARY, ("name", "mod-counter:0")), "name: task 'mod-counter:0'"),
]
STRUCTURAL = [(parse_model, *case) for case in STRUCTURAL_MODELS] + [(parse_task, *case) for case in STRUCTURAL_TASKS]
SEMANTIC = [(parse_model, *case) for case in SEMANTIC_MODELS] + [(parse_task, *case) for case in SEMANTIC_TASKS]
VALIDATOR = {
    parse_model: Draft202012Validator(schema("exactssm-model/1")),
    parse_task: Draft202012Validator(schema("exactssm-task/1")),
}


def numbered(cases):
    return [pytest.param(*case, id=f"{number}-{case[-1][:40]}") for number, case in enumerate(cases)]


@pytest.mark.parametrize(("parse", "document", "message"), numbered(STRUCTURAL + SEMANTIC))
def test_one_clear_line(parse, document, message):
    with pytest.raises(FormatError) as caught:
        parse(document)
    said = str(caught.value)
    assert message in said
    assert "\n" not in said
    assert len(said) < 600


@pytest.mark.parametrize(("parse", "document", "message"), numbered(STRUCTURAL))
def test_the_schema_refuses_what_is_malformed_in_structure(parse, document, message):
    assert not VALIDATOR[parse].is_valid(document)


@pytest.mark.parametrize("document", [MODEL, constant(), layer(ROTATION), layer(SIGN)])
def test_the_unspoiled_models_are_good(document):
    parse_model(document)
    assert VALIDATOR[parse_model].is_valid(document)


@pytest.mark.parametrize("document", [AUTOMATON, MOORE, MEALY, STREAMING, GROUP, LIBRARY])
def test_the_unspoiled_tasks_are_good(document):
    parse_task(document)
    assert VALIDATOR[parse_task].is_valid(document)


def test_the_schemas_are_schemas():
    for name in ("exactssm-model/1", "exactssm-task/1", "exactssm-results/1"):
        Draft202012Validator.check_schema(schema(name))
    with pytest.raises(FormatError, match="there are schemas for"):
        schema("../errors")


def test_a_short_file_cannot_become_much_memory(monkeypatch):
    """A text of one character may be a number of 2048 coefficients, so coefficients are counted and not texts."""
    monkeypatch.setattr("exactssm.formats.layer_parts.MAX_COEFFICIENTS", 100_000)
    arithmetic = {"kind": "cyclotomic", "conductor": 4096}
    wide = changed(MODEL, ("layers 0 arithmetic", arithmetic), ("layers 0 start", ["1"] * 100))
    with pytest.raises(
        FormatError, match=r"layers\[0\].start\[48\]: the numbers of a model must have at most 100000 coeff"
    ):
        parse_model(wide)


# Random mutations never raise anything but our own errors.
SEEDS = [
    (parse_model, MODEL),
    (parse_model, constant()),
    (parse_model, layer(ROTATION)),
    (parse_model, layer(SIGN)),
] + [(parse_task, document) for document in (AUTOMATON, MOORE, MEALY, STREAMING, GROUP, LIBRARY)]
ODD = [
    *(
        None,
        True,
        False,
        0,
        1,
        -1,
        2,
        2**53,
        10**30,
        0.5,
        "",
        "0",
        "1",
        "-1",
        "1/2",
        "1/0",
        "[0,1]",
        "[",
        "]",
        "a",
        "b",
        "think",
    ),
    *(
        "residue",
        "rational",
        "cyclotomic",
        "galois",
        "table",
        "argmax",
        "state",
        "dense",
        "sign",
        "rotation",
        "\ud800",
        "\n",
    ),
    *(
        [],
        {},
        ["0"],
        ["1", "1"],
        [[]],
        {"think": "0"},
        {"kind": "rational"},
        {"kind": "state"},
        {"0": ["0"]},
        LONG,
        [["1"]],
    ),
]


def places(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """All paths into a document, but that to the whole."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, child in inner for path in [(*way, key), *places(child, (*way, key))]]


@st.composite
def spoiled(draw: st.DrawFn) -> tuple[Any, Any]:
    parse, document = draw(st.sampled_from(SEEDS))
    document = copy.deepcopy(document)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from(places(document) or [("x",)]))
        inner = document
        for key in way:
            inner = inner[key]
        odd = copy.deepcopy(draw(st.sampled_from(ODD) | st.text(max_size=5)))
        match draw(st.sampled_from(["replace", "remove", "add"])):
            case "remove" if last in inner or isinstance(inner, list):
                del inner[last]
            case "add" if isinstance(inner, list):
                inner.append(odd)
            case "add":
                inner[draw(st.sampled_from([key for key in ODD if isinstance(key, str)]))] = odd
            case _:
                inner[last] = odd
    return parse, document


def survives(case: tuple[Any, Any]) -> None:
    parse, document = case
    try:
        machine = parse(document)
        run(machine, machine.alphabet[:3] * 2)
    except ExactssmError as error:
        assert "\n" not in str(error)  # noqa: PT017
        str(error).encode("utf-8")


@given(spoiled())
def test_random_mutations_raise_our_errors_alone(case):
    survives(case)


@pytest.mark.full
@settings(max_examples=20_000, deadline=None)
@given(spoiled())
def test_many_random_mutations_raise_our_errors_alone(case):
    survives(case)


@given(spoiled())
def test_what_is_loaded_meets_the_schema(case):
    """The converse of the refusals: a document that our loader takes is valid."""
    parse, document = case
    try:
        parse(document)
    except ExactssmError:
        return
    assert VALIDATOR[parse].is_valid(json.loads(json.dumps(document)))
