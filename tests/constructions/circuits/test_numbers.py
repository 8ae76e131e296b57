"""Numbers in circuits against plain arithmetic: every input where that is few, and depths that don't grow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from itertools import product
from math import prod
from random import Random

import numpy as np
import pytest

from constructions.circuits.local_rings import MAX_SIZE, ring_code
from constructions.circuits.numbers import (
    constant,
    look_up,
    of_total,
    product_in_field,
    product_mod,
    sum_in_field,
    sum_mod,
    sum_mod_power,
)
from exactssm.arithmetic import GaloisField, PrimeField, ResidueRing
from exactssm.circuits import Circuit, CircuitBuilder, Literal
from exactssm.errors import ConstructionError

Numbers = list[list[Literal]]


def built(make: Callable[[CircuitBuilder, Numbers], list[Literal]], count: int, width: int) -> Circuit:
    """The circuit that ``make`` builds of so many numbers of so many bits."""
    builder = CircuitBuilder()
    numbers = [builder.inputs(width) for _ in range(count)]
    return builder.build(make(builder, numbers))


def values(circuit: Circuit, rows: Sequence[Sequence[int]], width: int) -> list[int]:
    """What the circuit makes of each row of numbers."""
    table = [[number >> i & 1 for number in numbers for i in range(width)] for numbers in rows]
    return [sum(bit << i for i, bit in enumerate(bits)) for bits in circuit.evaluate_all(np.array(table)).tolist()]


@pytest.mark.parametrize("modulus", [1, 2, 3, 4, 5, 6, 7, 8, 12])
def test_sums_of_three_numbers_modulo_anything(modulus):
    circuit = built(lambda b, s: sum_mod(b, s, modulus), 3, 3)
    rows = list(product(range(8), repeat=3))
    assert values(circuit, rows, 3) == [sum(numbers) % modulus for numbers in rows]


def test_sums_of_numbers_of_different_widths_with_constants():
    builder = CircuitBuilder()
    wide, narrow = builder.inputs(4), builder.inputs(1)
    circuit = builder.build(sum_mod_power(builder, [narrow, constant(5, 3), wide, wide], 4))
    for x, y in product(range(16), range(2)):
        bits = circuit.evaluate([*(x >> i & 1 for i in range(4)), y])
        assert sum(bit << i for i, bit in enumerate(bits)) == (y + 5 + 2 * x) % 16
    assert builder.build(sum_mod(builder, [], 5)).evaluate([0] * 5) == (0, 0, 0)


@pytest.mark.parametrize("modulus", [2, 3, 4, 5, 6, 7, 8, 9, 12, 16])
def test_products_of_three_residues(modulus):
    width = (modulus - 1).bit_length()
    circuit = built(lambda b, s: product_mod(b, s, modulus), 3, width)
    rows = list(product(range(modulus), repeat=3))
    assert values(circuit, rows, width) == [prod(numbers) % modulus for numbers in rows]


@pytest.mark.parametrize("field", [PrimeField(2), PrimeField(5), GaloisField(4), GaloisField(9)], ids=str)
def test_sums_and_products_in_a_field(field):
    code = ring_code(field)
    sums = built(lambda b, s: sum_in_field(b, s, field), 3, code.width)
    products = built(lambda b, s: product_in_field(b, s, field), 3, code.width)
    triples = list(product(field.elements, repeat=3))
    rows = [[code.code(x) for x in triple] for triple in triples]
    assert values(sums, rows, code.width) == [code.code(reduce(field.add, triple)) for triple in triples]
    assert values(products, rows, code.width) == [code.code(reduce(field.mul, triple)) for triple in triples]


@pytest.mark.parametrize(
    ("make", "width", "fold", "modulus"),
    [(sum_mod, 3, sum, 6), (sum_mod, 4, sum, 16), (product_mod, 3, prod, 8), (product_mod, 4, prod, 15)],
    ids=["sum modulo 6", "sum modulo 16", "product modulo 8", "product modulo 15"],
)
def test_many_numbers_at_the_same_depth(make, width, fold, modulus):
    random = Random(24040)
    depths = set()
    for count in (4, 9, 20):
        circuit = built(lambda b, s: make(b, s, modulus), count, width)
        depths.add(circuit.depth)
        # units most of the time, for a product of anything else is soon zero
        rows = [[random.choice([1, modulus - 1, random.randrange(modulus)]) for _ in range(count)] for _ in range(100)]
        assert values(circuit, rows, width) == [fold(numbers) % modulus for numbers in rows]
    assert len(depths) == 1


def test_a_function_of_the_number_of_true_literals_takes_two_levels():
    squares = built(lambda b, s: of_total(b, [x for number in s for x in number], lambda t: t * t, 6), 7, 1)
    assert squares.depth == 2
    rows = list(product(range(2), repeat=7))
    assert values(squares, rows, 1) == [sum(bits) ** 2 for bits in rows]


def test_local_rings_are_their_own_multiplication_tables():
    for domain in (ResidueRing(27), ResidueRing(32), GaloisField(8), GaloisField(25)):
        code = ring_code(domain)
        (part,) = code.parts
        for x, y in product(domain.elements, repeat=2):
            a, b = code.code(x), code.code(y)
            v = min(part.nilpotency, part.valuation[a] + part.valuation[b])
            logs = tuple((k + m) % n for k, m, n in zip(part.logs[a], part.logs[b], part.orders, strict=True))
            assert part.value[v, logs] == code.code(domain.mul(x, y))


def test_what_is_refused():
    builder = CircuitBuilder()
    bits = builder.inputs(2)
    with pytest.raises(ConstructionError, match="modulus must be at least 1, got 0"):
        sum_mod(builder, [bits], 0)
    with pytest.raises(ConstructionError, match="a constant must have 2 bits, got 4"):
        constant(4, 2)
    with pytest.raises(ConstructionError, match="from 2 bits to 1 can't have 2 under 0"):
        look_up(builder, bits, {0: 2}, 1)
    with pytest.raises(ConstructionError, match=f"at most {MAX_SIZE} elements"):
        product_mod(builder, [bits], MAX_SIZE + 1)
    with pytest.raises(ConstructionError, match="finite field"):
        product_in_field(builder, [bits], ResidueRing(4))
