"""Compiled models: codes in and out, stacks, forgeries, and the models that have no circuit."""

from __future__ import annotations

from itertools import product

import pytest

from constructions.circuits.compile import MAX_LENGTH, compile_circuit
from constructions.circuits.diagonal_circuits import (
    Growth,
    OtherAnswer,
    OtherGrowth,
    counter,
    differences,
    drawn_layer,
    first_difference,
)
from exactssm.arithmetic import GaloisField, PrimeField, Rationals, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError, SymbolError
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.tasks import parity


def read_state(layer, alphabet="ab"):
    """The model of one layer whose output is its state."""
    return Model(alphabet, [Block(layer, lambda h, x: h)])


@pytest.mark.parametrize(
    "domain",
    [ResidueRing(4), ResidueRing(8), ResidueRing(9), ResidueRing(12), PrimeField(5), GaloisField(4), GaloisField(9)],
    ids=str,
)
def test_every_scalar_map_on_every_word(domain):
    """For each decay a two-letter layer, the second letter of another decay; valuations and units of all kinds."""
    elements = list(domain.elements)
    for i, a in enumerate(elements):
        b, c, h = (elements[(i * k + k) % len(elements)] for k in (3, 5, 7))
        model = read_state(DiagonalLayer(domain, (h,), {"a": (a,), "b": (b,)}, {"a": (c,), "b": (h,)}))
        for n in (1, 3):
            words = list(product("ab", repeat=n))
            assert first_difference(compile_circuit(model, n), model, words) is None


def test_letters_and_outputs_in_binary():
    compiled = compile_circuit(counter(3, reset=True), 4)
    assert compiled.encode("01r1") == (0, 0, 1, 0, 0, 1, 1, 0)
    assert compiled.encode_all(["01r1", "rrrr"]).tolist() == [[0, 0, 1, 0, 0, 1, 1, 0], [0, 1] * 4]
    assert compiled.run("11r1") == (1, 2, 0, 1)
    assert compiled.hypotheses[0] == "2404.08819 Thm 4.4, ring analogue: diagonal A over Z/3"
    assert compiled.hypotheses[-1].startswith("P-uniform")
    code = {output: place for place, output in enumerate(compiled.outputs)}
    assert compiled.decode([code[x] >> i & 1 for x in (1, 2, 0, 1) for i in range(2)]) == (1, 2, 0, 1)
    with pytest.raises(DomainError, match="output 3: there are 3 outputs, and none has code 3"):
        compiled.decode([0, 0, 0, 0, 0, 0, 1, 1])
    with pytest.raises(DomainError, match="4 outputs of 2 bits each must be given, got 3 bits"):
        compiled.decode([0, 0, 0])
    with pytest.raises(DomainError, match="words of length 4, got one of length 2"):
        compiled.encode("11")
    with pytest.raises(SymbolError, match="position 1: '2' is not in the alphabet"):
        compiled.encode("12rr")


def test_the_last_output_alone_is_the_last_of_all():
    model = drawn_layer(ResidueRing(8), 2, "last")
    every, last = compile_circuit(model, 5), compile_circuit(model, 5, every=False)
    assert last.circuit.wires < every.circuit.wires
    for word in ("abcab", "ccccc", "bacca"):
        assert last.run(word) == every.run(word)[-1:] == run(model, word).outputs[-1:]


def test_a_stack_adds_up_depths():
    """Whether an even number of prefixes had an odd number of ones; a readout may have no answer off the way."""
    above = DiagonalLayer(ResidueRing(2), (0,), lambda x: (1,), {0: (0,), 1: (1,)})
    one, two = counter(2), Model("01", [*counter(2).blocks, Block(above, lambda h, x: {0: "even", 1: "odd"}[h[0]])])
    depths = [compile_circuit(model, 9).circuit.depth for model in (one, two)]
    assert depths[0] < depths[1] <= 2 * depths[0] + 2
    assert first_difference(compile_circuit(two, 7), two, list(product("01", repeat=7))) is None
    assert compile_circuit(two, 3).run("101") == ("odd", "even", "even")
    assert compile_circuit(Model("ab", []), 3).run("abb") == ("a", "b", "b")  # nothing is kept, nothing is built


def test_dense_layers_that_are_diagonal_after_all_and_rotations():
    matrices = {"a": ((2, 0), (0, 3)), "b": ((1, 0), (0, 4))}
    dense = read_state(DenseLayer(ResidueRing(5), (1, 1), matrices, {"a": (1, 0), "b": (0, 2)}))
    turns = read_state(RotationLayer((4, 6), {"a": (1, 5), "b": (3, 2)}, start=(2, 1)))
    for model in (dense, turns):
        assert first_difference(compile_circuit(model, 6), model, list(product("ab", repeat=6))) is None


def refusal(model):
    with pytest.raises(ConstructionError) as caught:
        compile_circuit(model, 3)
    return str(caught.value)


def test_models_without_a_circuit():
    swap, cycle = ((0, 1, 0), (1, 0, 0), (0, 0, 1)), ((0, 0, 1), (1, 0, 0), (0, 1, 0))
    gated = read_state(DenseLayer(ResidueRing(2), (1, 0, 0), {"a": swap, "b": cycle}))
    assert "layer 0, a DenseLayer, has no circuit" in refusal(gated)
    assert "Thm 4.4 needs a diagonal A(x), but on the letter 'a' the entry in row 0, column 1" in refusal(gated)
    assert "don't commute" in refusal(gated)
    rational = read_state(DiagonalLayer(Rationals(), (Rationals().one,), lambda x: (Rationals().one,)))
    assert "Z/m or GF(q)" in refusal(rational)
    signs = read_state(SignLayer((1,), ((1,),), {"a": (1,), "b": (-1,)}, sign_of_zero=1))
    assert "got a SignLayer" in refusal(signs)
    large = read_state(DiagonalLayer(ResidueRing(2**13), (1,), lambda x: (1,)))
    assert "at most 4096 elements" in refusal(large)
    assert "only a stack of layers" in refusal(parity())
    with pytest.raises(ConstructionError, match=f"words of length 1 to {MAX_LENGTH}, got 0"):
        compile_circuit(counter(2), 0)
    with pytest.raises(BudgetExhausted, match="raise max_wires"):
        compile_circuit(counter(2), 30, max_wires=1000)
    with pytest.raises(BudgetExhausted, match="raise max_pairs"):
        compile_circuit(counter(60), 2, max_pairs=100)


def test_a_circuit_that_is_another_models_is_refuted():
    model, other = counter(3), Model("01", counter(3, reset=True).blocks)
    swapped = Model("10", counter(3).blocks)
    words = list(product("01", repeat=3))
    assert first_difference(compile_circuit(other, 3), model, words) is None  # no r is read: the same
    compiled = compile_circuit(counter(4), 3)
    found = first_difference(compiled, model, words)
    assert found is not None
    assert found.word == ("1", "1", "1")  # the first count to three
    found.replay()
    assert found.as_text() == "on the word 1 1 1 the circuit puts out (1, 2, 3), the model (1, 2, 0)"
    assert compile_circuit(swapped, 3).run("100") == run(swapped, "100").outputs
    with pytest.raises(CertificateError, match="agree on 1 1 0"):
        OtherAnswer(compiled, model, ("1", "1", "0")).replay()


def test_figures_that_are_not_so_are_refuted():
    assert differences([n**2 for n in range(6)], 1, 3) == [0, 0, 0]
    assert any(differences([n**3 for n in range(6)], 1, 3))
    OtherGrowth(counter(3), Growth(depth=5, period=3, until=9), 9).replay()  # the depth is 6
    OtherGrowth(counter(3), Growth(depth=6, period=1, until=13), 13).replay()  # the period is 3
    with pytest.raises(CertificateError, match="length 9 is as claimed"):
        OtherGrowth(counter(3), Growth(depth=6, period=3, until=9), 9).replay()
    resets = counter(3, reset=True)  # depth 9 from 3 on, 8 at 2
    OtherGrowth(resets, Growth(depth=9, period=3, until=2), 2).replay()
    OtherGrowth(resets, Growth(depth=7, period=3, until=2, since=3), 2).replay()
    with pytest.raises(CertificateError, match="length 2 is as claimed"):
        OtherGrowth(resets, Growth(depth=9, period=3, until=2, since=3), 2).replay()
