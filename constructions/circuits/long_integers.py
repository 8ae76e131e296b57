"""Integers of many bits in threshold circuits: sums, comparisons, and sums of products by Chinese remainders.

*A sum of n numbers of w bits*, in depth 9. The ones in each column of bits are counted, in depth 2: that leaves
L = log n numbers. Blocks of l = log L columns are counted likewise, each bit by its weight: L numbers of l bits have a
sum of at most 2 l bits, of which the upper l overlap with the next block, so that two numbers are left. These are added
with all carries at once: there is one into place i if some place below generates it, and all between pass it on.

*A sum of products* s of integers, s = y_1 + ... + y_n with y_j = x_(j,1) x_(j,2) ..., where each factor is one of few,
is found modulo small primes p, a product as a sum of logarithms. If low <= s <= high, and the product P of the primes
exceeds high - low, then with e_p = 1 modulo p and 0 modulo the others

    s - low = S - floor(S / P) P    for    S = sum over p and j of (e_p (y_j mod p) mod P) + (-low mod P),

and the quotient is less than the number of summands: it is found by comparing S with each multiple of P. This is Lemma
4.1 with no intermediate result but S: the sum needs no sum modulo p.

With n summands, w bits and primes of O(log w) bits, everything is polynomial in n and w, and no depth depends on them.

Source: Hesse, Allender and Barrington, JCSS 65 (2002), for products by remainders and for reconstruction; Chandra,
Stockmeyer and Vishkin, SIAM J. Comput. 13 (1984), for sums.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from itertools import count
from math import prod
from typing import Final, NamedTuple

from constructions.circuits.cases import Cases, to_bits
from constructions.circuits.local_rings import LocalRing, pack, ring_code
from constructions.circuits.numbers import Number, constant, factor, look_up, multiply, of_total
from exactssm.arithmetic import PrimeField
from exactssm.arithmetic._primes import is_prime, prime_divisors
from exactssm.circuits import FALSE, TRUE, CircuitBuilder, Literal
from exactssm.errors import ConstructionError

__all__ = ["MAX_BITS", "Factor", "LongInteger", "exceeds", "sum_of_cases", "sum_of_numbers", "sum_of_products"]

MAX_BITS: Final = 4096  #: of an integer, so that the primes that it is taken by have tables


class LongInteger(NamedTuple):
    """An integer in a circuit: ``low`` and the number ``bits``."""

    bits: Number
    low: int


class Factor(NamedTuple):
    """An integer that is looked up: under the number that ``bits`` are, in ``values``."""

    bits: Number
    values: Mapping[int, int]


def sum_of_numbers(builder: CircuitBuilder, numbers: Sequence[Number], width: int) -> Number:
    """The sum of any number of numbers, modulo 2^width. Depth at most 9.

    >>> builder = CircuitBuilder()
    >>> total = sum_of_numbers(builder, [builder.inputs(2) for _ in range(4)], 4)
    >>> builder.build(total).evaluate((1, 1) + (1, 0) + (1, 1) + (0, 1)) # 3 + 1 + 3 + 2
    (1, 0, 0, 1)
    """
    digits = len(numbers).bit_length()
    counted = [[FALSE] * width for _ in range(digits)]
    for place in range(width):
        column = [number[place] for number in numbers if place < len(number)]
        for i, bit in enumerate(of_total(builder, column, lambda total: total, digits)):
            if place + i < width:
                counted[i][place + i] = bit
    block = max((digits - 1).bit_length(), 1)  # digits <= 2^block, so digits (2^block - 1) has 2 block bits
    two = [[FALSE] * (width + 2 * block) for _ in range(2)]
    for start in range(0, width, block):
        weighted = [
            bit for number in counted for i, bit in enumerate(number[start : start + block]) for _ in range(1 << i)
        ]
        for i, bit in enumerate(of_total(builder, weighted, lambda total: total, 2 * block)):
            two[i >= block][start + i] = bit
    return _sum_of_two(builder, two[0][:width], two[1][:width])


def _sum_of_two(builder: CircuitBuilder, x: Number, y: Number) -> Number:
    """x + y without the last carry. Depth 5."""
    passes = [builder.any_of(pair) for pair in zip(x, y, strict=True)]
    total = []
    for i in range(len(x)):
        carry = builder.any_of([builder.all_of([x[j], y[j], *passes[j + 1 : i]]) for j in range(i)])
        total += of_total(builder, [x[i], y[i], carry], lambda ones: ones % 2, 1)
    return total


def exceeds(builder: CircuitBuilder, number: Number, bound: int) -> Literal:
    """Whether the number is greater than the constant ``bound``. Depth 2.

    It is if some bit is 1 where that of ``bound`` is 0, and above it no bit is 0 where that of ``bound`` is 1.
    """
    if bound < 0:
        return TRUE
    if bound >= 1 << len(number):
        return FALSE
    ones = [bit for place, bit in enumerate(number) if bound >> place & 1]
    chains = []
    for place, bit in enumerate(number):
        if bound >> place & 1:
            ones = ones[1:]
        else:
            chains.append(builder.all_of([bit, *ones]))
    return builder.any_of(chains)


def sum_of_cases(builder: CircuitBuilder, summands: Iterable[Cases]) -> LongInteger:
    """The sum of any number of integers given by cases. Depth at most 10.

    Raises: ConstructionError, if it may have more than `MAX_BITS` bits.
    """
    listed = list(summands)
    lows = [min(cases.values) for cases in listed]
    highs = [max(cases.values) for cases in listed]
    width = _checked_width(sum(highs) - sum(lows))
    numbers = [
        to_bits(builder, cases, lambda value, low=low: value - low, (high - low).bit_length())  # type: ignore[misc]
        for cases, low, high in zip(listed, lows, highs, strict=True)
    ]
    return LongInteger(sum_of_numbers(builder, numbers, width), sum(lows))


def sum_of_products(builder: CircuitBuilder, terms: Sequence[Sequence[Factor]]) -> LongInteger:
    """The sum of any number of products of any number of factors. Depth at most 28.

    >>> builder = CircuitBuilder()
    >>> x, y = (Factor(builder.inputs(1), {0: 3, 1: -5}) for _ in range(2))
    >>> total = sum_of_products(builder, [[x, y], [y]])
    >>> circuit = builder.build(total.bits)
    >>> [total.low + sum(bit << i for i, bit in enumerate(circuit.evaluate(bits))) for bits in ((0, 1), (1, 1))]
    [-20, 20]

    Raises: ConstructionError, if it may have more than `MAX_BITS` bits.
    """
    low = high = 0
    for term in terms:
        bound = prod(max(map(abs, f.values.values())) for f in term)
        low, high = low - bound, high + bound
    _checked_width(high - low)
    primes = _primes(high - low + 1)
    modulus = prod(primes)
    width = (modulus * (len(primes) * len(terms) + 1)).bit_length()
    summands = [constant(-low % modulus, width)]
    for p in primes:
        ring = _split_prime_field(p)
        unit = modulus // p * pow(modulus // p, -1, p)  # e_p
        factored = {
            id(f): factor(builder, ring, f.bits, {code: value % p for code, value in f.values.items()})
            for term in terms
            for f in term
        }
        for term in terms:
            value = multiply(builder, ring, [factored[id(f)] for f in term])
            parts = [value.valuation, *value.logs]
            entries = {
                pack(zip((v, *logs), map(len, parts), strict=True)): unit * residue % modulus
                for (v, logs), residue in ring.value.items()
                if residue
            }
            bits = [bit for part in parts for bit in part]
            summands.append(look_up(builder, bits, entries, modulus.bit_length()))
    return LongInteger(_reduced(builder, sum_of_numbers(builder, summands, width), modulus, len(summands)), low)


def _reduced(builder: CircuitBuilder, number: Number, modulus: int, bound: int) -> Number:
    """The number modulo ``modulus``, if it is less than ``bound`` times that. Depth 8."""
    reaches = [TRUE, *(exceeds(builder, number, q * modulus - 1) for q in range(1, bound))]
    quotient = Cases(
        tuple(builder.all_of([at, after ^ 1]) for at, after in zip(reaches, [*reaches[1:], FALSE], strict=True)),
        tuple(range(bound)),
    )
    width = len(number)
    negative = to_bits(builder, quotient, lambda q: -q * modulus % (1 << width), width)
    return _sum_of_two(builder, number, negative)[: modulus.bit_length()]


def _checked_width(largest: int) -> int:
    """The bits of numbers up to ``largest``."""
    if (width := largest.bit_length()) > MAX_BITS:
        raise ConstructionError(f"exact integers in circuits have at most {MAX_BITS} bits, and here {width}")
    return width


def _primes(at_least: int) -> list[int]:
    """The first primes, with a product of this at least."""
    primes: list[int] = []
    candidates = filter(is_prime, count(2))
    product = 1
    while product < at_least:
        primes.append(next(candidates))
        product *= primes[-1]
    return primes


@cache
def _split_prime_field(p: int) -> LocalRing:
    """Z/p with a logarithm modulo each prime power of p - 1, as sums modulo these are smaller circuits."""
    (ring,) = ring_code(PrimeField(p)).parts
    if not ring.orders:
        return ring
    (order,) = ring.orders
    orders = tuple(_largest_power(q, order) for q in prime_divisors(order))

    def split(logs: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(logs[0] % q for q in orders)

    return replace(
        ring,
        orders=orders,
        logs={code: split(logs) for code, logs in ring.logs.items()},
        value={(v, split(logs)): code for (v, logs), code in ring.value.items()},
    )


def _largest_power(q: int, n: int) -> int:
    """The largest power of ``q`` that divides ``n``."""
    power = q
    while n % (power * q) == 0:
        power *= q
    return power
