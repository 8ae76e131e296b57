"""Weighted automata: what the definition computes, against formulas and against the layers they come from."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import CyclotomicField, GaloisField, PrimeField, Rationals, ResidueRing
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer
from exactssm.machine import run, words
from exactssm.models.weighted import WeightedAutomaton, weighted_automaton

Q = Rationals()
GF5 = PrimeField(5)


def rational(*numbers):
    return tuple(map(Fraction, numbers))


def fibonacci():
    return WeightedAutomaton(Q, "a", rational(0, 1), {"a": (rational(0, 1), rational(1, 1))}, rational(1, 0))


def test_fibonacci_numbers():
    assert run(fibonacci(), "a" * 10).outputs == rational(1, 1, 2, 3, 5, 8, 13, 21, 34, 55)


def test_it_reads_out_the_state_after_the_letter():
    """The start is never put out: an output belongs to a step."""
    automaton = WeightedAutomaton(GF5, "ab", (4,), {"a": ((0,),), "b": ((2,),)}, (1,))
    assert run(automaton, "ba").outputs == (3, 0)


def test_matrices_act_on_columns():
    automaton = WeightedAutomaton(GF5, "x", (1, 0), {"x": ((0, 2), (3, 0))}, (1, 1))
    assert automaton.step((1, 0), "x") == ((0, 3), 3)


def test_the_value_of_a_binary_number_and_of_its_double():
    for word in words("01", 6, min_length=1):
        value = int("".join(word), 2)
        step = {"0": (rational(2),), "1": (rational(2),)}
        drive = {"0": rational(0), "1": rational(1)}
        automaton = WeightedAutomaton.affine(Q, "01", rational(0), step, drive, rational(Fraction(2)), Fraction(7))
        assert run(automaton, word).outputs[-1] == 2 * value + 7


@pytest.mark.parametrize("domain", [CyclotomicField(3), GaloisField(4)])
def test_other_fields_count_turns(domain):
    w = domain.root_of_unity(3)
    automaton = WeightedAutomaton(domain, "ab", (domain.one,), {"a": ((w,),), "b": ((domain.one,),)}, (domain.one,))
    assert run(automaton, "abaa").outputs == (w, w, domain.mul(w, w), domain.one)


residues = st.integers(0, 4)


@settings(deadline=None)  # the first example compiles
@given(st.data(), st.integers(1, 3))
def test_a_layer_with_a_linear_readout_is_a_weighted_automaton(data, width):
    def vectors(*shape):
        inner = residues
        for size in reversed(shape):
            inner = st.tuples(*[inner] * size)
        return data.draw(inner)

    start, c, d = vectors(width), vectors(width), vectors()
    drive = {x: vectors(width) for x in "ab"}
    matrix = {x: vectors(width, width) for x in "ab"}
    layers = [
        DenseLayer(GF5, start, matrix, drive),
        DenseLayer(GF5, start, lambda x: matrix[x]),
        ConstantLayer(GF5, start, matrix["a"], drive),
        DiagonalLayer(GF5, start, {x: rows[0] for x, rows in matrix.items()}, drive),
    ]
    word = data.draw(st.lists(st.sampled_from("ab"), max_size=8))
    for layer in layers:
        automaton = weighted_automaton(layer, "ab", c, d)
        expected = [(sum(a * h for a, h in zip(c, state, strict=True)) + d) % 5 for state in layer.run(word)[1:]]
        assert list(run(automaton, word).outputs) == expected
        assert automaton.dimension == width + 1


def test_every_scalar_affine_automaton_over_gf3():
    field = PrimeField(3)
    for a, b, h, c, d in product(range(3), repeat=5):
        automaton = WeightedAutomaton.affine(field, "x", (h,), {"x": ((a,),)}, {"x": (b,)}, (c,), d)
        after = (a * h + b) % 3
        assert run(automaton, "xx").outputs == ((c * after + d) % 3, (c * (a * after + b) + d) % 3)


def test_it_is_hashable_and_compared_by_value():
    assert fibonacci() == fibonacci()
    assert hash(fibonacci()) == hash(fibonacci())


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ((GF5, "aa", (1,), {"a": ((1,),)}, (1,)), SymbolError, "stands once"),
        ((GF5, "ab", (1,), {"a": ((1,),)}, (1,)), SymbolError, "'b'"),
        ((GF5, "a", (1,), {"a": ((1,),), "b": ((1,),)}, (1,)), SymbolError, "'b'"),
        ((GF5, "a", (), {"a": ()}, ()), ConstructionError, "start"),
        ((GF5, "a", (1,), {"a": ((1, 0),)}, (1,)), ConstructionError, "matrix on 'a', row 0"),
        ((GF5, "a", (1,), {"a": ((1,), (1,))}, (1,)), ConstructionError, "matrix on 'a'"),
        ((GF5, "a", (1,), {"a": ((1,),)}, (1, 1)), ConstructionError, "readout"),
        ((GF5, "a", (5,), {"a": ((1,),)}, (1,)), DomainError, r"range\(5\)"),
        ((GF5, "a", (1,), {"a": ((Fraction(1),),)}, (1,)), DomainError, "matrix on 'a'"),
        ((Q, "a", rational(1), {"a": (rational(1),)}, (1.0,)), DomainError, "readout"),
        ((Q, "a", rational(1), {"a": ((True,),)}, rational(1)), DomainError, "matrix on 'a'"),
    ],
)
def test_bad_automata_are_refused(arguments, error, message):
    with pytest.raises(error, match=message):
        WeightedAutomaton(*arguments)


def test_bad_layers_are_refused():
    with pytest.raises(DomainError, match="RotationLayer"):
        weighted_automaton(RotationLayer((3,), {"a": (1,)}), "a", (1,))
    layer = DiagonalLayer(ResidueRing(6), (1,), {"a": (1,)})
    with pytest.raises(ConstructionError, match="readout"):
        weighted_automaton(layer, "a", (1, 1))
    with pytest.raises(SymbolError, match="'b'"):
        weighted_automaton(layer, "ab", (1,))
    with pytest.raises(DomainError, match="readout"):
        weighted_automaton(layer, "a", (6,))


def test_a_foreign_symbol_is_refused():
    with pytest.raises(SymbolError, match="'b'"):
        fibonacci().step(rational(0, 1), "b")
