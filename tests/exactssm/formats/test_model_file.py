"""Model files against the definitions of the layers, and the errors of a model that leaves its tables."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.errors import DomainError, FormatError, ThoughtLimitExceeded
from exactssm.formats import load_model, parse_model
from exactssm.machine import run, words
from exactssm.models import Model, OnlineCoT, Think
from exactssm.tasks import mod_counter, parity

STATE = {"kind": "state"}
RATIONAL = {"arithmetic": {"kind": "rational"}, "rounding": None}
PARITY = """
    {"format": "exactssm-model/1", "alphabet": ["0", "1"],
     "layers": [{"kind": "diagonal", "arithmetic": {"kind": "residue", "modulus": 2}, "rounding": null, "start": ["0"],
                 "A": {"0": ["1"], "1": ["1"]}, "b": {"0": ["0"], "1": ["1"]},
                 "readout": {"kind": "table", "rows": [[["0"], "0", "even"], [["1"], "0", "odd"], [["1"], "1", "odd"],
                                                       [["0"], "1", "even"]]}}],
     "cot": null}"""


def model(*layers, alphabet=("x", "y"), cot=None):
    return parse_model({"format": "exactssm-model/1", "alphabet": list(alphabet), "layers": list(layers), "cot": cot})


def test_parity_from_a_file_is_parity(tmp_path: Path):
    path = tmp_path / "parity.json"
    path.write_text(PARITY, "utf-8")
    machine = load_model(path)
    assert isinstance(machine, Model)
    assert machine.alphabet == parity().alphabet
    for word in words(machine.alphabet, 8):
        assert run(machine, word).outputs == run(parity(), word).outputs


def test_an_error_names_the_file_and_the_place(tmp_path: Path):
    path = tmp_path / "spoiled.json"
    path.write_text(PARITY.replace('"start": ["0"]', '"start": [0]'), "utf-8")
    with pytest.raises(FormatError, match=r"spoiled.json': layers\[0\].start\[0\]: expected a string, found 0"):
        load_model(path)


def test_without_layers_the_output_is_the_symbol():
    assert run(model(), "xyx").outputs == ("x", "y", "x")


SMALL = st.integers(-3, 3).flatmap(lambda p: st.integers(1, 3).map(lambda q: Fraction(p, q)))
VECTOR = st.tuples(SMALL, SMALL)
MATRIX = st.tuples(VECTOR, VECTOR)


def strings(value):
    return [strings(entry) for entry in value] if isinstance(value, tuple) else str(value)


def by_hand(start, word, step):
    """The states after each letter, in Fractions and with nothing of ours."""
    states = []
    for x in word:
        start = step(start, x)
        states.append(" ".join(map(str, start)))
    return tuple(states)


def affine(A, h, b):
    return tuple(sum((a * k for a, k in zip(row, h, strict=True)), c) for row, c in zip(A, b, strict=True))


WORD = st.text("xy", max_size=6)


@given(
    WORD, VECTOR, st.fixed_dictionaries({"x": VECTOR, "y": VECTOR}), st.fixed_dictionaries({"x": VECTOR, "y": VECTOR})
)
def test_diagonal_layers(word, start, A, b):
    layer = {"kind": "diagonal", **RATIONAL, "start": strings(start), "readout": STATE}
    tables = {"A": {x: strings(a) for x, a in A.items()}, "b": {x: strings(a) for x, a in b.items()}}
    step = lambda h, x: tuple(a * k + c for a, k, c in zip(A[x], h, b[x], strict=True))  # noqa: E731
    assert run(model(layer | tables), word).outputs == by_hand(start, word, step)
    del tables["b"]
    step = lambda h, x: tuple(a * k for a, k in zip(A[x], h, strict=True))  # noqa: E731
    assert run(model(layer | tables), word).outputs == by_hand(start, word, step)


@given(
    WORD, VECTOR, st.fixed_dictionaries({"x": MATRIX, "y": MATRIX}), st.fixed_dictionaries({"x": VECTOR, "y": VECTOR})
)
def test_dense_and_constant_layers(word, start, A, b):
    layer = {**RATIONAL, "start": strings(start), "readout": STATE, "b": {x: strings(a) for x, a in b.items()}}
    dense = layer | {"kind": "dense", "A": {x: strings(a) for x, a in A.items()}}
    assert run(model(dense), word).outputs == by_hand(start, word, lambda h, x: affine(A[x], h, b[x]))
    constant = layer | {"kind": "constant", "A": strings(A["x"])}
    assert run(model(constant), word).outputs == by_hand(start, word, lambda h, x: affine(A["x"], h, b[x]))


INTEGERS = st.tuples(st.integers(-2, 2), st.integers(-2, 2))


@given(WORD, st.tuples(INTEGERS, INTEGERS), st.fixed_dictionaries({"x": INTEGERS, "y": INTEGERS}), st.integers(-1, 1))
def test_sign_layers(word, A, b, zero):
    layer = {"kind": "sign", "sign_of_zero": zero, "start": ["1", "-1"], "A": strings(A), "readout": STATE}
    step = lambda h, x: tuple((s > 0) - (s < 0) if s else zero for s in affine(A, h, b[x]))  # noqa: E731
    file = model(layer | {"b": {x: strings(a) for x, a in b.items()}})
    assert run(file, word).outputs == by_hand((1, -1), word, step)


@given(WORD, st.integers(0, 4), st.integers(0, 2**80 - 1))
def test_rotation_layers(word, small, large):
    layer = {"kind": "rotation", "orders": [5, str(2**80)], "start": ["4", "0"], "readout": STATE}
    file = model(layer | {"angle": {"x": [str(small), str(large)], "y": ["1", "1"]}})
    angle = {"x": (small, large), "y": (1, 1)}
    step = lambda h, x: ((h[0] + angle[x][0]) % 5, (h[1] + angle[x][1]) % 2**80)  # noqa: E731
    assert run(file, word).outputs == by_hand((4, 0), word, step)


def test_every_arithmetic_computes():
    """A square of the same generator in each: zeta_3^2 = -1 - zeta_3, x^2 = 1 + x in GF(4), i^2 = -1, 3^2 = 2 mod 7."""
    squares = [
        ({"kind": "cyclotomic", "conductor": 3}, "[0,1]", "[-1,-1]"),
        ({"kind": "galois", "order": 4}, "[0,1]", "[1,1]"),
        ({"kind": "gaussian"}, "[0,1]", "-1"),
        ({"kind": "prime-field", "modulus": 7}, "3", "2"),
        ({"kind": "residue", "modulus": str(2**70)}, str(2**35 + 1), str((2**35 + 1) ** 2 % 2**70)),
        ({"kind": "rational"}, "-3/2", "9/4"),
    ]
    for arithmetic, x, square in squares:
        layer = {"kind": "diagonal", "arithmetic": arithmetic, "rounding": None, "start": [x], "readout": STATE}
        assert run(model(layer | {"A": {"x": [x]}}, alphabet="x"), "x").outputs == (square,)


def counter(readout, modulus=3):
    arithmetic = {"arithmetic": {"kind": "residue", "modulus": modulus}, "rounding": None}
    tables = {"start": ["0"], "A": {"x": ["1"], "y": ["1"]}, "b": {"x": ["1"], "y": ["0"]}}
    return {"kind": "diagonal", **arithmetic, **tables, "readout": readout}


def test_a_missing_row_is_an_error_when_it_is_reached():
    rows = [[["1"], "x", "a"], [["1"], "y", "b"], [["2"], "x", "c"]]
    file = model(counter({"kind": "table", "rows": rows}))
    assert run(file, "xyx").outputs == ("a", "b", "c")
    with pytest.raises(DomainError, match=r"layers\[0\].readout: no row for the state '2' after the letter 'y'"):
        run(file, "xxy")


def score(output, weight, bias, **letters):
    return {"output": output, "weights": [weight], "bias": bias} | ({"letters": letters} if letters else {})


def test_argmax_against_the_formula():
    """Scores h, 1 and 3/2 + [x] - h/2 on h in 0 .. 4."""
    scores = [score("a", "1", "0"), score("b", "0", "1"), score("c", "-1/2", "3/2", x="1")]
    file = model(counter({"kind": "argmax", "ties": "first", "scores": scores}, modulus=5))
    h = 0
    word = "yxxyxyxyxxy"
    for x, found in zip(word, run(file, word).outputs, strict=True):
        h = (h + (x == "x")) % 5
        values = {"a": Fraction(h), "b": Fraction(1), "c": Fraction(3, 2) + (x == "x") - Fraction(h, 2)}
        assert found == max(values, key=values.__getitem__)


def test_ties_are_as_the_file_says():
    scores = [score("a", "1", "0"), score("b", "0", "1")]
    assert run(model(counter({"kind": "argmax", "ties": "first", "scores": scores})), "yxx").outputs == ("b", "a", "a")
    assert run(model(counter({"kind": "argmax", "ties": "first", "scores": scores[::-1]})), "x").outputs == ("b",)
    strict = model(counter({"kind": "argmax", "ties": "error", "scores": scores}))
    assert run(strict, "y").outputs == ("b",)
    with pytest.raises(
        DomainError, match=r"layers\[0\].readout: the outputs 'a', 'b' tie at the state '1' after .* 'x'"
    ):
        run(strict, "x")


def second(letters):
    tables = {"start": ["0"], "A": {letter: ["1"] for letter in letters}, "b": {letter: ["1"] for letter in letters}}
    return {
        "kind": "diagonal",
        "arithmetic": {"kind": "residue", "modulus": 9},
        "rounding": None,
        "readout": STATE,
    } | tables


def test_a_state_that_the_next_layer_does_not_read():
    file = model(counter(STATE), second(["0", "1"]))
    assert run(file, "yx").outputs == ("1", "2")
    with pytest.raises(DomainError, match=r"layers\[0\].readout: the next layer doesn't read '2', which is reached"):
        run(file, "xx")
    file = model(counter({"kind": "state-and-letter"}), second(["1 | x", "1 | y"]))
    assert run(file, "xy").outputs == ("1", "2")
    with pytest.raises(DomainError, match=r"doesn't read '2 \| x'"):
        run(file, "xx")


@given(st.lists(st.text(max_size=3), min_size=2, max_size=3, unique=True), st.data())
def test_state_and_letter_is_injective(alphabet, data):
    tables = {"start": ["0", "0"], "A": {x: ["1", "1"] for x in alphabet}, "b": {x: ["1", "1/2"] for x in alphabet}}
    file = model({"kind": "diagonal", **RATIONAL, "readout": {"kind": "state-and-letter"}, **tables}, alphabet=alphabet)
    word = data.draw(st.lists(st.sampled_from(alphabet), max_size=5))
    steps = run(file, word)
    pairs = list(zip(steps.states[1:], word, strict=True))
    assert len(set(steps.outputs)) == len(set(pairs))


def test_thoughts():
    rows = [[["1"], "x", {"think": "y"}], [["1"], "y", {"think": "x"}], [["2"], "x", "two"], [["0"], "x", "none"]]
    cot = {"kind": "online", "inputs": ["x"], "limit": 2}
    file = model(counter({"kind": "table", "rows": rows}), cot=cot)
    assert isinstance(file, OnlineCoT)
    assert file.alphabet == ("x",)
    assert run(file, "xx").outputs == ("two", "none")
    assert run(file.model, "x").outputs == (Think("y"),)
    with pytest.raises(ThoughtLimitExceeded):
        run(model(counter({"kind": "table", "rows": rows}), cot=cot | {"limit": 1}), "x")


def test_deep_stacks_run_to_the_last_layer():
    """Each of 200 layers passes its letter on, and the last one counts."""
    passing = {"kind": "table", "rows": [[[str(h)], x, x] for h in range(3) for x in "xy"]}
    file = model(*[counter(passing)] * 200, counter(STATE))
    assert run(file, "xyxx").outputs == tuple(str(n) for n in run(mod_counter(3, {"x": 1, "y": 0}), "xyxx").outputs)


def test_documents_are_left_as_they_are():
    document = json.loads(PARITY)
    parse_model(document)
    assert document == json.loads(PARITY)
