"""Layers with one matrix and diagonalizable ones as circuits; what the theorems leave out is refused."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from constructions.circuits.cases import CaseRing, from_bits
from constructions.circuits.compile import compile_circuit
from constructions.circuits.constant_circuits import LETTERS, drawn_constant, first_other_answer
from constructions.circuits.diagonalizable_layers import diagonal_form
from constructions.circuits.matrix_inputs import compile_with_matrix
from constructions.circuits.matrix_powers import matrix_powers, monomials
from exactssm.arithmetic import GaloisField, PrimeField, ResidueRing
from exactssm.circuits import Circuit, CircuitBuilder
from exactssm.errors import CertificateError, ConstructionError
from exactssm.layers import ConstantLayer, DenseLayer
from exactssm.models import Block, Model


def test_powers_of_every_matrix_over_z4_are_products():
    ring, builder = CaseRing(ResidueRing(4)), CircuitBuilder()
    bits = builder.inputs(8)
    a, b, c, d = (from_bits(builder, bits[i : i + 2], ring.elements) for i in (0, 2, 4, 6))
    powers = matrix_powers(builder, ring, ((a, b), (c, d)), 5)
    circuit = builder.build([bit for row in powers[5] for x in row for bit in ring.bits(builder, x)])
    table = [[x >> i & 1 for x in entries for i in range(2)] for entries in product(range(4), repeat=4)]
    for (p, q, r, s), found in zip(product(range(4), repeat=4), circuit.evaluate_all(table).tolist(), strict=True):
        power = (1, 0, 0, 1)
        for _ in range(5):
            w, x, y, z = power
            power = ((w * p + x * r) % 4, (w * q + x * s) % 4, (y * p + z * r) % 4, (y * q + z * s) % 4)
        assert tuple(low + 2 * high for low, high in zip(found[::2], found[1::2], strict=True)) == power


def test_monomials_are_the_partitions_into_small_parts():
    # the numbers of partitions of n into parts of at most 3: OEIS A001399
    assert [sum(1 for _ in monomials(n, 3)) for n in range(12)] == [1, 1, 2, 3, 4, 5, 7, 8, 10, 12, 14, 16]


def test_a_dense_layer_with_one_matrix_is_recognised():
    swap = ((0, 1), (1, 0))
    layer = DenseLayer(ResidueRing(6), (1, 2), {"a": swap, "b": swap}, {"a": (1, 0), "b": (5, 3)})
    model = Model(LETTERS, [Block(layer, lambda h, x: h)])
    compiled = compile_circuit(model, 3)
    assert compiled.run("aba") == ((3, 1), (0, 0), (1, 0))  # by hand
    assert "Thm 4.2, ring analogue, non-uniform (powers of A hard-wired" in compiled.hypotheses[0]


def test_common_eigenvectors_diagonalise():
    field = GaloisField(4)
    x = field.generator
    matrix = ((field.zero, field.one), (x, field.add(x, field.one)))  # t^2 + (x + 1) t + x = (t + 1)(t + x)
    diagonal, _ = diagonal_form(DenseLayer(field, (field.one, x), {"a": matrix}), "a")
    assert {*diagonal.entries("a")[:2]} == {field.one, x}


def test_input_dependent_matrices_that_do_not_commute_are_refused_by_name():
    """S3 by permutation matrices: over GF(2) the word problem of a group that isn't Abelian."""
    swap, cycle = ((0, 1, 0), (1, 0, 0), (0, 0, 1)), ((0, 0, 1), (1, 0, 0), (0, 1, 0))
    layer = DenseLayer(PrimeField(7), (1, 2, 3), {"a": swap, "b": cycle})
    with pytest.raises(ConstructionError) as error:
        compile_circuit(Model(LETTERS, [Block(layer, lambda h, x: h)]), 3)
    for hypothesis in (
        "Thm 4.4 needs a diagonal A",
        "Thm 4.2 needs one matrix A for all letters",
        "Thm 4.6 needs one W",
    ):
        assert hypothesis in str(error.value)
    shear = DenseLayer(PrimeField(7), (1, 2), {"a": ((1, 1), (0, 1)), "b": ((1, 0), (0, 1))})
    with pytest.raises(ConstructionError, match="with the letter 'a' the matrices have no common basis"):
        diagonal_form(shear, LETTERS)
    with pytest.raises(ConstructionError, match="needs a field"):
        diagonal_form(DenseLayer(ResidueRing(6), (1,), {"a": ((1,),)}), "a")


def test_a_circuit_that_reads_its_matrix():
    """Fibonacci numbers modulo 4 after each letter, and what a nilpotent matrix leaves of the same word, by hand."""
    one = DenseLayer(ResidueRing(4), (1, 0), dict.fromkeys(LETTERS, ((1, 1), (1, 0))), {"a": (0, 0), "b": (1, 2)})
    reader = compile_with_matrix(Model(LETTERS, [Block(one, lambda h, x: (x, *h))]), 5)
    assert reader.run(((1, 1), (1, 0)), "aaaaa") == tuple(
        ("a", x % 4, y % 4) for x, y in ((1, 1), (2, 1), (3, 2), (5, 3), (8, 5))
    )
    assert reader.run(((2, 0), (0, 0)), "abaab") == (("a", 2, 0), ("b", 1, 2), ("a", 2, 0), ("a", 0, 0), ("b", 1, 2))
    assert "A, 2x2 over Z/4, is an input" in reader.compiled.hypotheses[0]
    two = Model(LETTERS, [Block(one, lambda h, x: x), Block(one, lambda h, x: h)])
    with pytest.raises(ConstructionError, match="models of one layer"):
        compile_with_matrix(two, 3)


def test_where_no_state_is_answered_nothing_is_claimed():
    """The readout has no answer on 2: an A that leads there isn't looked at, all others are."""
    layer = ConstantLayer(ResidueRing(3), (1,), ((1,),), {"a": (0,)})
    reader = compile_with_matrix(Model("a", [Block(layer, lambda h, x: {0: "zero", 1: "one"}[h[0]])]), 2)
    assert [reader.run(((a,),), "aa") for a in (0, 1)] == [("zero", "zero"), ("one", "one")]
    assert first_other_answer(reader, [(((a,),), "aa") for a in range(3)]) is None


def test_a_spoilt_circuit_is_found():
    model = Model(LETTERS, [Block(drawn_constant(ResidueRing(3), 2), lambda h, x: h)])
    reader = compile_with_matrix(model, 2)
    circuit = reader.compiled.circuit
    outputs = [*circuit.outputs]
    outputs[0] ^= 1
    spoilt = Circuit(circuit.inputs, circuit.offsets, circuit.literals, circuit.thresholds, outputs)
    pairs = [(((1, 2), (0, 1)), ("a", "b"))]
    found = first_other_answer(replace(reader, compiled=replace(reader.compiled, circuit=spoilt)), pairs)
    assert found is not None
    assert "A = ((1, 2), (0, 1))" in found.as_text()
    found.replay()
    with pytest.raises(CertificateError, match="agree"):
        type(found)(found.word, found.expected, found.expected).replay()
    assert first_other_answer(reader, pairs) is None


def test_depth_by_construction_whatever_the_ring():
    for domain, width, length in (
        (ResidueRing(4), 2, 7),
        (ResidueRing(6), 2, 3),
        (GaloisField(4), 2, 4),
        (ResidueRing(2), 3, 6),
    ):
        model = Model(LETTERS, [Block(drawn_constant(domain, width, seed=3), lambda h, x: h)])
        reader = compile_with_matrix(model, length)
        assert reader.compiled.circuit.depth <= 6 * width + 37
        source = Random(f"{domain} {width}")
        elements = list(CaseRing(domain).elements.values())
        matrices = (tuple(tuple(source.choices(elements, k=width)) for _ in range(width)) for _ in range(20))
        assert first_other_answer(reader, [(matrix, source.choices(LETTERS, k=length)) for matrix in matrices]) is None
