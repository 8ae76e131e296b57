"""Linear SSMs from files are like any other model to modes of evaluation and to circuits."""

import pytest

from constructions.circuits.compile import compile_circuit
from exactssm.arithmetic import describe, domain_from_name
from exactssm.formats import parse_model
from exactssm.machine import run, words
from verify.numbers.comparison import compare_in_modes

ONE = [["1"]]
S4 = {
    "kind": "s4",
    "arithmetic": {"kind": "residue", "modulus": 3},
    "rounding": None,
    "embedding": {"a": ["0"], "b": ["1"]},
    **dict.fromkeys("ABC", ONE),
    "D": [["0"]],
    "readout": {"kind": "output"},
}
EIGENVALUES = {key: value for key, value in S4.items() if key != "A"} | {
    "kind": "diagonalizable",
    "arithmetic": {"kind": "prime-field", "modulus": 5},
    "W": [["2"]],
    "a": {"a": ["2"], "b": ["3"]},
}


def model(layer):
    return parse_model({"format": "exactssm-model/1", "alphabet": ["a", "b"], "layers": [layer], "cot": None})


def test_modes_move_the_output_too():
    """y = C h with C = h = 1/2, in halves: 1/4 is rounded to 0, but is more than 1/8 exactly."""
    scores = [{"output": "small", "weights": ["0"], "bias": "1/8"}, {"output": "large", "weights": ["1"], "bias": "0"}]
    halves = describe(domain_from_name("fixed:s1.1:floor:saturate"))
    halved = {"embedding": {"a": ["1"], "b": ["0"]}, "A": ["0"], "B": [["1/2"]], "C": [["1/2"]]}
    argmax = {"kind": "argmax", "scores": scores, "ties": "error"}
    given = model(S4 | {"arithmetic": halves, "rounding": "once", **halved, "readout": argmax})
    found = compare_in_modes(given, given, ("exact", "recurrent"), 2, max_pairs=100)
    difference = found.disagreements["exact", "recurrent"]
    assert (difference.word, [end[-1].output for end in (difference.first, difference.second)]) == (
        ("a",),
        ["large", "small"],
    )


@pytest.mark.parametrize(
    "layer", [S4, S4 | {"A": ["2"]}, S4 | {"kind": "linear-ssm", "A": {"a": ["2"], "b": ["1"]}}, EIGENVALUES]
)
def test_circuits(layer):
    read = model(layer)
    compiled = compile_circuit(read, 3)
    for word in words("ab", 3):
        if len(word) == 3:
            assert compiled.run(word) == run(read, word).outputs
