"""Long integers in circuits, and layers over log-precision floats as circuits."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from constructions.circuits.compile import compile_circuit
from constructions.circuits.constant_circuits import first_other_state
from constructions.circuits.float_layers import float_circuit
from constructions.circuits.long_integers import Factor, exceeds, sum_of_numbers, sum_of_products
from exactssm.arithmetic import LogPrecisionFloats, ResidueRing, Rounding
from exactssm.circuits import CircuitBuilder
from exactssm.errors import ConstructionError
from exactssm.evaluation import Casts, Evaluated, Flattened, outputs_on
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer
from exactssm.models import Block, Model

FLOATS = LogPrecisionFloats(3, 2, Rounding.NEAREST_EVEN)


@pytest.mark.parametrize(("count", "width"), [(1, 3), (3, 5), (20, 9)])
def test_sums_of_numbers(count, width):
    builder = CircuitBuilder()
    total = sum_of_numbers(builder, [builder.inputs(width) for _ in range(count)], width + 5)
    circuit = builder.build(total)
    assert circuit.depth <= 9
    source = Random(f"{count} {width}")
    for largest in (1 << width, 2):
        numbers = [(1 << width) - 1 - source.randrange(largest) for _ in range(count)]
        bits = circuit.evaluate([x >> i & 1 for x in numbers for i in range(width)])
        assert sum(bit << i for i, bit in enumerate(bits)) == sum(numbers)


def test_comparisons():
    for bound in range(-1, 17):
        builder = CircuitBuilder()
        circuit = builder.build([exceeds(builder, builder.inputs(4), bound)])
        for number in range(16):
            assert circuit.evaluate([number >> i & 1 for i in range(4)]) == (number > bound,)


def test_sums_of_products():
    builder = CircuitBuilder()
    bits = [builder.inputs(2) for _ in range(4)]
    tables = ({0: 3, 1: -5, 2: 0, 3: 12}, {0: 1, 1: 7, 2: -2, 3: 0})
    a, b = ([Factor(letter, table) for letter in bits] for table in tables)
    total = sum_of_products(builder, [[b[j], *a[j + 1 :]] for j in range(4)])
    circuit = builder.build(total.bits)
    assert circuit.depth <= 28
    inputs = [[x >> i & 1 for x in word for i in range(2)] for word in product(range(4), repeat=4)]
    for word, found in zip(product(range(4), repeat=4), circuit.evaluate_all(inputs).tolist(), strict=True):
        h = 0
        for x in word:
            h = tables[0][x] * h + tables[1][x]
        assert total.low + sum(bit << i for i, bit in enumerate(found)) == h


def test_ties_and_casts_by_hand():
    """3/4 + 3/8 = 9/8, half way between 1 and 5/4 in steps of 1/4; with two digits it lies between 1 and 3/2."""
    for rounding, expected in ((Rounding.FLOOR, "1"), (Rounding.CEILING, "3/2"), (Rounding.NEAREST_EVEN, "1")):
        floats = LogPrecisionFloats(3, 2, rounding)
        half, one = floats.parse("1/2"), floats.parse("3/4")
        layer = DiagonalLayer(floats, (one,), {"x": (half,)}, {"x": (one,)})
        assert floats.text(float_circuit(layer, "x", 1).run("x")[0]) == expected


def test_no_letters_matter_where_all_is_zero():
    layer = DiagonalLayer(FLOATS, (0,), {"x": (3,)}, {"x": (0,)})
    for casts in Casts:
        assert float_circuit(layer, "x", 3, casts).run("xxx") == (0,)


def test_casts_are_told_apart():
    """On this layer the three flattened evaluations differ, and so do their circuits."""
    source = Random(3)
    for _ in range(50):
        codes = [source.choice(FLOATS.codes) for _ in range(5)]
        layer = DiagonalLayer(FLOATS, (codes[0],), {x: (a,) for x, a in zip("ab", codes[1:3], strict=True)},
                              {x: (b,) for x, b in zip("ab", codes[3:], strict=True)})  # fmt: skip
        if len({Flattened(casts).on(layer)("aba") for casts in Casts}) == 3:
            break
    circuits = [float_circuit(layer, "ab", 3, casts) for casts in (Casts.ONCE, Casts.TERMS, Casts.TRANSITIONS)]
    assert len({circuit.run("aba") for circuit in circuits}) == 3
    assert all(circuit.circuit.depth <= most for circuit, most in zip(circuits, (32, 45, 46), strict=True))
    assert first_other_state(layer, "ab", 2, Casts.TERMS) is None


@pytest.mark.parametrize("casts", Casts)
def test_a_stack_of_floats_through_the_compiler(casts):
    """Two layers, with a readout of the state and the letter between them: the flattened model, after each letter."""
    half, one, two = map(FLOATS.parse, ("1/2", "1", "2"))
    first = DiagonalLayer(FLOATS, (one,), {"a": (half,), "b": (-two,)}, {"a": (half,), "b": (one,)})
    second = DenseLayer(
        FLOATS, (0, one), dict.fromkeys("+-", ((half, one), (0, -half))), {"+": (one, 0), "-": (0, half)}
    )
    model = Model(
        "ab", [Block(first, lambda h, x: "-" if h[0] < 0 or x == "b" else "+"), Block(second, lambda h, x: h)]
    )
    compiled = compile_circuit(model, 3, casts=casts)
    evaluated = Evaluated(model, Flattened(casts))
    words = list(product("ab", repeat=3))
    for word, bits in zip(words, compiled.circuit.evaluate_all(compiled.encode_all(words)).tolist(), strict=True):
        assert compiled.decode(bits) == tuple(outputs_on(evaluated, word)) == compiled.expected(model, word)
    assert ["Thm 4.4, flattened" in compiled.hypotheses[0], "Thm 4.2, non-uniform" in compiled.hypotheses[1]] == [
        True
    ] * 2


def test_zeros_signs_and_saturation():
    """Products of greatest and least floats, with either sign, beside zeros."""
    greatest, least = FLOATS.codes[-1], 1
    alphabet = list(product([0, greatest, -greatest, -least], repeat=2))
    layer = DiagonalLayer(FLOATS, (-greatest,), lambda x: (x[0],), lambda x: (x[1],))
    for casts in Casts:
        assert first_other_state(layer, alphabet, 2, casts) is None
    last = ((greatest, greatest), (greatest, -least))
    assert float_circuit(layer, alphabet, 2).run(last) == (-greatest,)
    assert float_circuit(layer, alphabet, 1).run([(0, 0)]) == (0,)


def test_what_no_theorem_is_about_is_refused():
    dense = DenseLayer(FLOATS, (0,), {"a": ((1,),), "b": ((2,),)})
    with pytest.raises(ConstructionError, match="one matrix A for all letters, but on 'b' it is another"):
        float_circuit(dense, "ab", 2)
    with pytest.raises(ConstructionError, match=r"no circuit here: .*floats of log precision.* but on 'b'"):
        compile_circuit(Model("ab", [Block(dense, lambda h, x: h)]), 2)
    wide = LogPrecisionFloats(3, 12, Rounding.FLOOR)
    with pytest.raises(ConstructionError, match="exact integers in circuits have at most 4096 bits, and here"):
        float_circuit(DiagonalLayer(wide, (1,), {"a": (1,), "b": (wide.codes[-1],)}), "ab", 2)
    with pytest.raises(ConstructionError, match="log-precision floats"):
        float_circuit(ConstantLayer(ResidueRing(2), (0,), ((1,),), {"a": (1,)}), "a", 2)
    with pytest.raises(ConstructionError, match="length 1 or more"):
        float_circuit(DiagonalLayer(FLOATS, (0,), {"a": (1,)}), "a", 0)
