"""Writing a model down and loading it again gives the same machine, whatever its layers, letters and outputs are."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from exactssm.arithmetic import (
    CyclotomicField,
    GaloisField,
    GaussianIntegers,
    Integers,
    PrimeField,
    Rationals,
    ResidueRing,
)
from exactssm.errors import BudgetExhausted, DomainError, FormatError, SymbolError, ThoughtLimitExceeded
from exactssm.formats import dump_model, load_model, parse_json, parse_model, save_model, schema
from exactssm.formats.text import text_of
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think


def check(model, length=5):
    """Write, load, and compare on all words up to ``length``."""
    document = json.loads(json.dumps(dump_model(model)))
    Draft202012Validator(schema("exactssm-model/1")).validate(document)
    loaded = parse_model(document)
    texts = {symbol: text_of(symbol) for symbol in model.alphabet}
    assert loaded.alphabet == tuple(texts.values())
    for word in words(model.alphabet, length):
        found = run(loaded, [texts[symbol] for symbol in word])
        wanted = run(model, word)
        assert found.outputs == tuple(map(text_of, wanted.outputs))
        assert found.states == wanted.states
    return document


def both(h, x):
    return (h, x)


def test_every_arithmetic():
    cyclotomic, galois, gaussian = CyclotomicField(12), GaloisField(4), GaussianIntegers()
    omega, alpha, i = cyclotomic.root_of_unity(3), galois.generator, gaussian.parse("[0,1]")
    for domain, start, decay, drive in [
        (ResidueRing(6), 1, 5, 2),
        (ResidueRing(2**64), 2**63, 2**64 - 1, 2**63),
        (PrimeField(5), 2, 3, 1),
        (Integers(), 0, -1, 3),
        (Rationals(), Fraction(1, 2), Fraction(-1), Fraction(1, 3)),
        (cyclotomic, omega, omega, cyclotomic.zero),
        (galois, alpha, alpha, galois.one),
        (gaussian, i, i, gaussian.zero),
    ]:
        layer = DiagonalLayer(domain, (start,), lambda x, a=decay: (a,), lambda x, b=drive: (b,))
        check(Model("ab", [Block(layer, lambda h, x, write=domain.format: (write(h[0]), x))]))


def test_every_layer():
    ring = ResidueRing(3)
    drive = {0: (1, 0), 1: (0, 2)}
    for layer in [
        DenseLayer(ring, (0, 1), {0: ((0, 1), (1, 1)), 1: ((2, 0), (0, 1))}, drive),
        DenseLayer(ring, (0, 1), lambda x: ((0, 1), (1, x))),
        ConstantLayer(ring, (0, 1), ((0, 1), (1, 1)), drive),
        DiagonalLayer(ring, (0, 1), lambda x: (1, 2)),
        RotationLayer((2, 3), lambda x: (x, 1), (1, 2)),
        RotationLayer((2**60,), {0: (0,), 1: (2**59,)}),
        SignLayer((1, -1), ((-1, 2), (0, 1)), {0: (0, -1), 1: (1, 2)}, sign_of_zero=-1),
    ]:
        document = check(Model((0, 1), [Block(layer, both)]))
        assert document["layers"][0]["readout"]["kind"] == "table"


CELL = st.integers(0, 2)


@given(st.data())
def test_random_stacks(data):
    """Two layers over Z/3 with random tables between them."""
    table = st.fixed_dictionaries({(h, x): st.sampled_from("pqr") for h in range(3) for x in "ab"})
    vector = st.tuples(CELL)
    first = DiagonalLayer(
        ResidueRing(3),
        data.draw(vector),
        *data.draw(st.tuples(*[st.fixed_dictionaries({"a": vector, "b": vector})] * 2)),
    )
    per_letter = st.fixed_dictionaries({"p": vector, "q": vector, "r": vector})
    second = DiagonalLayer(ResidueRing(3), data.draw(vector), data.draw(per_letter), data.draw(per_letter))
    read = data.draw(table)
    check(Model("ab", [Block(first, lambda h, x: read[h[0], x]), Block(second, both)]), length=6)


def test_letters_between_layers_may_be_anything():
    first = RotationLayer((2,), lambda x: (int(x),))
    second = RotationLayer((4,), lambda z: (len(z),) if isinstance(z, frozenset | str) else (1,))
    for letters in ([frozenset(), "x"], ["0", 0], [object, print], [(1, "a"), (1, ("a",))]):
        document = check(Model("01", [Block(first, lambda h, x, z=letters: z[h[0]]), Block(second, lambda h, x: h[0])]))
        read = list(document["layers"][1]["A" if "A" in document["layers"][1] else "angle"])
        assert read == (["#0", "#1"] if letters in (["0", 0], [object, print]) else [text_of(z) for z in letters])


def test_chains_of_thought():
    counter = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), lambda x: (1,))
    model = Model("abc", [Block(counter, lambda h, x: Think("b") if h[0] % 3 else h[0])])
    document = check(OnlineCoT(model, inputs="a", limit=2))
    assert document["alphabet"] == ["a", "b"]  # c is never read
    layer = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), {"1": (1,), "$": (0,), "-": (6,)})

    def countdown(h, x):
        return "..." if x == "1" else Think("-") if h[0] > 1 else "odd" if h[0] else "even"

    check(OfflineCoT(Model("1$-", [Block(layer, countdown)]), inputs="1$", end="$", limit=3), length=7)
    endless = check(OfflineCoT(Model("1$-", [Block(layer, countdown)]), inputs="1$", end="$"), length=7)
    assert endless["cot"]["limit"] is None
    with pytest.raises(ThoughtLimitExceeded):
        dump_model(OnlineCoT(model, inputs="a", limit=1))


def test_a_stack_of_no_layers():
    assert check(Model((0, 1), []))["layers"] == []


def test_files_load_to_what_was_saved(tmp_path):
    layer = RotationLayer((3,), {"+": (1,), "-": (2,)})
    model = Model("+-", [Block(layer, lambda h, x: h[0])])
    save_model(tmp_path / "model.json", model)
    assert run(load_model(tmp_path / "model.json"), "++-").outputs == ("1", "2", "1")
    written = parse_json((tmp_path / "model.json").read_text("utf-8"))
    assert written == dump_model(model)
    assert dump_model(load_model(tmp_path / "model.json")) == written  # what is written once is written so again


def test_what_cannot_be_written():
    endless = DiagonalLayer(Rationals(), (Fraction(0),), lambda x: (Fraction(1),), lambda x: (Fraction(1),))
    with pytest.raises(BudgetExhausted, match="visited 50 states and more are reachable; raise max_rows"):
        dump_model(Model("a", [Block(endless, lambda h, x: "out")]), max_rows=50)
    with pytest.raises(BudgetExhausted, match="a readout needs more than 5 rows; raise max_rows"):
        dump_model(Model("abc", [Block(RotationLayer((2,), lambda x: (1,)), both)]), max_rows=5)
    toggle = RotationLayer((2,), lambda x: (1,))
    with pytest.raises(SymbolError, match="outputs must have distinct texts; '0' and 0 are both '0'"):
        dump_model(Model("a", [Block(toggle, lambda h, x: "0" if h[0] else 0)]))
    with pytest.raises(SymbolError, match="symbols must have distinct texts"):
        dump_model(Model((1, "1"), [Block(toggle, both)]))
    with pytest.raises(DomainError, match="has a text form"):
        dump_model(Model("a", [Block(toggle, lambda h, x: print)]))

    class Own:
        domain, start, width, real_width = ResidueRing(2), (0,), 1, 1
        step = staticmethod(lambda state, letter: state)
        run = entries = None

    with pytest.raises(FormatError, match="holds no layer of type Own"):
        dump_model(Model("a", [Block(Own(), lambda h, x: x)]))
    with pytest.raises(FormatError, match="only a stack of layers can be written, got a OnlineCoT"):
        dump_model(OnlineCoT(OnlineCoT(Model("a", []), "a", 0), "a", 0))
