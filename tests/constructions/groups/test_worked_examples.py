"""The hand-written traces, cell by cell; and the stacks against permutations composed by hand."""

from itertools import product
from pathlib import Path

import pytest

from constructions.groups.worked_examples import EXAMPLES, worked_example
from exactssm.arithmetic import Rationals
from exactssm.machine import run, words
from exactssm.tasks import WordProblem
from tests.constructions.by_hand import cycles, products, quaternion, realised, then
from verify import Proved, Refuted, decide

FILE = Path(__file__).parents[2] / "reference" / "worked-examples.txt"


def tables():
    """Name of an example -> its rows, as dictionaries by column."""
    found = {}
    for section in FILE.read_text("utf-8").split("\n[")[1:]:
        name, header, *rows = section.strip().splitlines()
        columns = header.split(";")
        found[name.removesuffix("]")] = [dict(zip(columns, row.split(";"), strict=True)) for row in rows]
    return found


TABLES = tables()


def permutation(name, text):
    """What ``text`` in a table stands for, by hand."""
    if name == "Q8":
        return quaternion(text)
    if name in ("A4", "S4"):
        return cycles(text.replace("e", "()"), 4)
    points, r, s = (3, "(123)", "(12)") if name == "S3" else (4, "(1234)", "(24)")
    letters = {"r": cycles(r, points), "s": cycles(s, points)}
    factors = []
    for power in text.split("*"):
        base, _, exponent = power.partition("^")
        factors += [letters[base]] * int(exponent or 1)
    return then(points, factors)


def test_the_file_has_every_example():
    assert TABLES.keys() == EXAMPLES.keys()
    assert [len(rows) for rows in TABLES.values()] == [4, 4, 2, 2, 3, 4]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_products_in_the_file(name):
    """The last column, by permutations and without any of our groups."""
    letters = [permutation(name, row["x"]) for row in TABLES[name]]
    for t, row in enumerate(TABLES[name], start=1):
        assert permutation(name, row["product"]) == then(len(letters[0]), letters[:t])


SIGN = {0: "+", 1: "-"}
UNIT = {(0, 0): "1", (1, 0): "i", (0, 1): "j", (1, 1): "k"}
V4 = {(0, 0): "e", (1, 0): "a", (0, 1): "b", (1, 1): "ab"}

#: for each column but the first and the last, what it says, from the states and the letters, exponents throughout
COLUMNS = {
    "S3": {
        "h": lambda states, letters: SIGN[states[0][0]],
        "turn": lambda states, letters: str(letters[1].turn),
        "exponent": lambda states, letters: str(states[1][0]),
    },
    "D4 (b)": {
        "q": lambda states, letters: "({},{})".format(*states[0]),
        "e": lambda states, letters: str(letters[1].e),
        "z": lambda states, letters: str(states[1][0]),
    },
    "Q8": {
        "u": lambda states, letters: UNIT[states[0]],
        "c": lambda states, letters: SIGN[int(letters[1].sign == -1)],
        "z": lambda states, letters: SIGN[states[1][0]],
    },
    "A4": {
        "p": lambda states, letters: str(states[0][0]),
        "x2": lambda states, letters: letters[1].element,
        "v": lambda states, letters: V4[states[1]],
    },
    "S4": {
        "q1": lambda states, letters: str(states[0][0]),
        "x2": lambda states, letters: letters[1].element,
        "q2": lambda states, letters: str(states[1][0]),
        "x3": lambda states, letters: letters[2].element,
        "v": lambda states, letters: V4[states[2]],
    },
}
COLUMNS["D4 (a)"] = COLUMNS["S3"]


def element(structure, name, text):
    """The number of what ``text`` in a table stands for."""
    return realised(structure).index(permutation(name, text))


def check_trace(name, model, exponents):
    """Every cell of the table, as ``model`` has it; ``exponents(states)`` are its states as exponents."""
    structure = worked_example(name).structure
    state = model.start
    for row in TABLES[name]:
        state, letters = model.through(state, element(structure, name, row["x"]))
        assert letters[-1] == element(structure, name, row["product"]), row
        assert set(COLUMNS[name]) == row.keys() - {"x", "product"}
        for column, cell in COLUMNS[name].items():
            found = cell(exponents(state), letters)
            expected = element(structure, name, row[column]) if isinstance(found, int) else row[column]
            assert found == expected, (column, row)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_traces(name):
    check_trace(name, worked_example(name).in_exponents(), lambda states: states)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_traces_in_numbers(name):
    """Each state is the power of a root of unity that its exponent says: those of the stack in exponents."""
    example = worked_example(name)
    numbers = example.in_numbers()
    domain = next(numbers.layers()).domain

    def exponents(states):
        found = []
        for stage, vector in zip(example.stages, states, strict=True):
            powers = []
            for order, h in zip(stage.orders, vector, strict=True):
                root, w, k = domain.root_of_unity(order), domain.one, 0
                while w != h:
                    w, k = domain.mul(w, root), k + 1
                    assert k < order
                powers.append(k)
            found.append(tuple(powers))
        return tuple(found)

    check_trace(name, numbers, exponents)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_wrong_cell_is_noticed(name, monkeypatch):
    """Each cell replaced by each other entry of its column."""
    rows = TABLES[name]
    forgeries = 0
    for number, column in product(range(len(rows)), rows[0]):
        for other in {row[column] for row in rows} - {rows[number][column]}:
            forged = [dict(row) for row in rows]
            forged[number][column] = other
            monkeypatch.setitem(TABLES, name, forged)
            with pytest.raises(AssertionError):
                test_the_traces(name)
            forgeries += 1
    assert forgeries >= 8


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_short_word(name):
    example = worked_example(name)
    length = 3 if example.structure.order <= 8 else 2
    for word in words(range(example.structure.order), length, length):
        assert list(run(example.in_exponents(), word).outputs) == products(example.structure, word)
        if length == 2:
            assert list(run(example.in_numbers(), word).outputs) == products(example.structure, word)


@pytest.mark.parametrize(
    ("name", "widths", "real"),
    [
        ("S3", (1, 1), False),
        ("D4 (a)", (1, 1), False),
        ("D4 (b)", (2, 1), True),
        ("Q8", (2, 1), True),
        ("A4", (1, 2), False),
        ("S4", (1, 1, 2), False),
    ],
)
def test_sizes(name, widths, real):
    example = worked_example(name)
    assert tuple(len(stage.orders) for stage in example.stages) == widths
    layers = list(example.in_numbers().layers())
    assert all((layer.domain == Rationals()) == real for layer in layers)
    assert isinstance(decide(example.in_numbers(), WordProblem(example.structure)), Proved)


def test_the_other_sign_fails():
    """Layer 2 of S3, were it to turn by the state after the letter, is refuted."""
    example = worked_example("S3")
    first, second = example.stages
    forged = type(example)(
        example.structure,
        (first, second._replace(angle=lambda letter: ((-1) ** letter.parity * abs(letter.turn),))),
    )
    assert isinstance(decide(forged.in_exponents(), WordProblem(example.structure)), Refuted)
