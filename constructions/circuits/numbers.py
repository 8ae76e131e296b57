"""Numbers in threshold circuits: sums and products of any number of numbers, each in constant depth.

A number is a list of literals, least significant bit first. Everything rests on one circuit (`of_total`): any function
f of the number T of true literals among W takes depth 2. The first level has a gate "T >= t" for each t at which a bit
of f changes; a bit of f is its value at 0, plus the gates at which it rises, minus those at which it falls, and as this
is 0 or 1, one gate reads it off. A weight is a literal that stands several times.

- A **sum modulo m** (`sum_mod`) first counts the ones in each column of bits, modulo m, in depth 2; what is left is a
  weighted sum of a number of bits that depends on m only, in depth 2 again.
- A **product** is one of logarithms (`constructions.circuits.local_rings`): valuations and logarithms are summed and
  looked up again; modulo a composite number by Chinese remainders.

With m fixed, or polynomial in the number n of summands, sizes are polynomial in n, and no depth depends on n.

Source: Muroga, Threshold Logic (1971), for symmetric functions in depth 2; Chandra, Stockmeyer and Vishkin, Constant
depth reducibility (SIAM J. Comput. 13, 1984), for sums; Hesse, Allender and Barrington, Uniform constant-depth
threshold circuits for division and iterated multiplication (JCSS 65, 2002), for products by logarithms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from constructions.circuits.local_rings import FiniteRing, LocalRing, pack, ring_code
from exactssm.arithmetic import GaloisField, PrimeField, ResidueRing
from exactssm.circuits import FALSE, TRUE, CircuitBuilder, Literal
from exactssm.errors import ConstructionError

__all__ = [
    "Factored",
    "Number",
    "constant",
    "expand",
    "factor",
    "look_up",
    "multiply",
    "of_total",
    "product_in_field",
    "product_mod",
    "sum_in",
    "sum_in_field",
    "sum_mod",
    "sum_mod_power",
]

Number = list[Literal]


def constant(value: int, width: int) -> Number:
    """A number of ``width`` bits that is always ``value``.

    >>> constant(6, 4)
    [0, 1, 1, 0]

    Raises: ConstructionError, unless it has at most that many bits.
    """
    if not 0 <= value < 1 << width:
        raise ConstructionError(f"a constant must have {width} bits, got {value}")
    return [TRUE if value >> place & 1 else FALSE for place in range(width)]


def look_up(builder: CircuitBuilder, bits: Sequence[Literal], entries: Mapping[int, int], width: int) -> Number:
    """The entry, of ``width`` bits, under the number that ``bits`` are; where there is no entry, 0.

    Depth 2; at most a gate an entry and one a bit of the result, so at most (len(bits) + width) wires an entry.

    >>> builder = CircuitBuilder()
    >>> root = look_up(builder, builder.inputs(4), {0: 0, 1: 1, 4: 2, 9: 3}, 2)
    >>> builder.build(root).evaluate((1, 0, 0, 1))
    (1, 1)

    Raises: ConstructionError, for a number or an entry of more bits.
    """
    minterms: dict[int, Literal] = {}
    for number, entry in entries.items():
        if not (0 <= number < 1 << len(bits) and 0 <= entry < 1 << width):
            raise ConstructionError(f"a table from {len(bits)} bits to {width} can't have {entry} under {number}")
        if entry:
            minterms[number] = builder.all_of([bit ^ 1 ^ (number >> place & 1) for place, bit in enumerate(bits)])
    return [
        builder.any_of([term for number, term in minterms.items() if entries[number] >> place & 1])
        for place in range(width)
    ]


def of_total(builder: CircuitBuilder, literals: Sequence[Literal], f: Callable[[int], int], width: int) -> Number:
    """``f(T)``, of ``width`` bits, where T is how many of ``literals`` are true; one that stands w times counts w.

    Depth 2; at most W + width gates and W (W + width) wires, where W = len(literals).

    >>> builder = CircuitBuilder()
    >>> third = of_total(builder, builder.inputs(7), lambda total: total // 3, 2)
    >>> circuit = builder.build(third)
    >>> circuit.evaluate((1, 1, 0, 1, 1, 1, 1)), circuit.depth
    ((0, 1), 2)
    """
    sure = sum(literal == TRUE for literal in literals)
    open_ones = [literal for literal in literals if literal not in (FALSE, TRUE)]
    values = [f(sure + total) for total in range(len(open_ones) + 1)]
    result = []
    for place in range(width):
        bits = [value >> place & 1 for value in values]
        changes = [total for total in range(1, len(bits)) if bits[total] != bits[total - 1]]
        gates = [builder.at_least(open_ones, total) ^ bits[total] ^ 1 for total in changes]  # a fall counts as not yet
        falls = sum(bits[total] == 0 for total in changes)
        result.append(builder.at_least(gates, 1 + falls - bits[0]))
    return result


def sum_mod(builder: CircuitBuilder, summands: Sequence[Sequence[Literal]], modulus: int) -> Number:
    """The sum of any number of numbers, of any widths, modulo ``modulus``, with as many bits as modulus - 1 has.

    Depth 4, and 2 where only one column of bits counts (numbers of one bit, or a modulus of 2). For n summands of w
    bits, at most w (n + log m) gates and w n (n + log m) wires for the columns, and O(w log m m) gates of that many
    wires for the weighted sum, which doesn't grow with n; if m is a power of two, it is O(w log m) gates for each bit.

    >>> builder = CircuitBuilder()
    >>> total = sum_mod(builder, [builder.inputs(3) for _ in range(3)], 5)
    >>> builder.build(total).evaluate((1, 1, 1) + (0, 1, 1) + (0, 0, 1)) # 7 + 6 + 4 = 17
    (0, 1, 0)

    Raises: ConstructionError, for a modulus below 1.
    """
    if modulus < 1:
        raise ConstructionError(f"a modulus must be at least 1, got {modulus}")
    width = (modulus - 1).bit_length()
    weighted: list[tuple[Literal, int]] = []
    columns = 0
    for place in range(max(map(len, summands), default=0)):
        column = [number[place] for number in summands if place < len(number)]
        weight = pow(2, place, modulus)
        count_modulo = next(k for k in _divisors_by_two(modulus) if weight * k % modulus == 0)
        if count_modulo == 1:
            continue
        columns += 1
        counts = of_total(builder, column, _residue(count_modulo), (count_modulo - 1).bit_length())
        weighted += [(bit, weight << i) for i, bit in enumerate(counts)]
        single = counts + [FALSE] * (width - len(counts))
    if columns == 0:
        return [FALSE] * width
    if columns == 1 and weighted[0][1] == 1:
        return single
    result = []
    for place in range(width):
        m = 2 << place if modulus % (2 << place) == 0 else modulus  # the sum modulo m has the same bit there
        literals = [literal for literal, weight in weighted for _ in range(weight % m)]
        result += of_total(builder, literals, _residue(m, place), 1)
    return result


def _residue(modulus: int, place: int | None = None) -> Callable[[int], int]:
    """The residue of a total, or the one bit of it at ``place``."""
    if place is None:
        return lambda total: total % modulus
    return lambda total: total % modulus >> place & 1


def _divisors_by_two(modulus: int) -> list[int]:
    """The divisors modulus / 2^i, ascending."""
    found = [modulus]
    while found[-1] % 2 == 0:
        found.append(found[-1] // 2)
    return found[::-1]


def sum_mod_power(builder: CircuitBuilder, summands: Sequence[Sequence[Literal]], bits: int) -> Number:
    """The sum of any number of numbers modulo 2^bits: `sum_mod`. Depth 4, for one bit 2.

    For n summands, bits n (n + bits) wires for the columns and O(bits^2 2^bits) more: polynomial in n where bits is
    O(log n). Beyond that, `constructions.circuits.long_integers` adds.
    """
    return sum_mod(builder, summands, 1 << bits)


class Factored(NamedTuple):
    """An element p^v u of a local ring in a circuit."""

    valuation: Number  #: v
    logs: tuple[Number, ...]  #: of u, one for each cyclic group


def factor(
    builder: CircuitBuilder, ring: LocalRing, bits: Sequence[Literal], codes: Mapping[int, int] | None = None
) -> Factored:
    """The element under the number that ``bits`` are, where ``codes`` maps numbers to codes of elements; by default,
    the element of that code. Depth 2, by tables."""
    codes = {code: code for code in ring.valuation} if codes is None else codes
    valuation = {n: ring.valuation[code] for n, code in codes.items()}
    logs = [{n: ring.logs[code][i] for n, code in codes.items()} for i in range(len(ring.orders))]
    return Factored(
        look_up(builder, bits, valuation, ring.nilpotency.bit_length()),
        tuple(
            look_up(builder, bits, log, (order - 1).bit_length()) for log, order in zip(logs, ring.orders, strict=True)
        ),
    )


def multiply(builder: CircuitBuilder, ring: LocalRing, factors: Sequence[Factored]) -> Factored:
    """The product of any number of elements. Depth at most 4, by sums of logarithms."""
    e = ring.nilpotency
    weighted = [bit for f in factors for i, bit in enumerate(f.valuation) for _ in range(1 << i)]
    return Factored(
        of_total(builder, weighted, lambda total: min(total, e), e.bit_length()),
        tuple(sum_mod(builder, [f.logs[i] for f in factors], order) for i, order in enumerate(ring.orders)),
    )


def expand(builder: CircuitBuilder, ring: LocalRing, element: Factored) -> Number:
    """The code of an element. Depth 2, by a table of e + 1 times as many entries as there are units."""
    widths = [len(element.valuation), *map(len, element.logs)]
    entries = {pack(zip((v, *logs), widths, strict=True)): code for (v, logs), code in ring.value.items()}
    bits = [*element.valuation, *(bit for log in element.logs for bit in log)]
    return look_up(builder, bits, entries, ring.width)


def product_mod(builder: CircuitBuilder, factors: Sequence[Sequence[Literal]], modulus: int) -> Number:
    """The product of any number of residues modulo ``modulus``, with as many bits as modulus - 1 has. A factor is a
    number below the modulus; what comes out for others is not said.

    Depth 8 for a prime power, 10 otherwise (tables of logarithms, their sums, the table back, Chinese remainders). For
    n factors O(n^2) wires for each bit of a logarithm, and tables of O(modulus log(modulus)) wires for each factor.

    >>> builder = CircuitBuilder()
    >>> out = product_mod(builder, [builder.inputs(4) for _ in range(3)], 12)
    >>> builder.build(out).evaluate((1, 1, 1, 0) + (0, 1, 0, 1) + (1, 0, 1, 0)) # 7 * 10 * 5 = 350
    (0, 1, 0, 0)

    Raises: ConstructionError, unless the modulus is from 2 to `local_rings.MAX_SIZE`; DomainError, if it is below 2.
    """
    code = ring_code(ResidueRing(modulus))
    width = (modulus - 1).bit_length()
    images = []
    for i, part in enumerate(code.parts):
        residues = {x: codes[i] for x, codes in code.codes.items()}
        factored = [factor(builder, part, _padded(bits, width), residues) for bits in factors]
        images += expand(builder, part, multiply(builder, part, factored))
    if len(code.parts) == 1:
        return images
    return look_up(builder, images, {code.code(x): x for x in range(modulus)}, width)


def product_in_field(builder: CircuitBuilder, factors: Sequence[Sequence[Literal]], field: FiniteRing) -> Number:
    """The product of any number of elements of a finite field, by their codes (`local_rings`): logarithms to a
    generator, with zero apart. Depth 8; sizes as `product_mod`.

    Raises: ConstructionError, unless it is a `PrimeField` or a `GaloisField` of at most `local_rings.MAX_SIZE`
    elements.
    """
    (part,) = ring_code(_checked_field(field)).parts
    factored = [factor(builder, part, _padded(bits, part.width)) for bits in factors]
    return expand(builder, part, multiply(builder, part, factored))


def sum_in(builder: CircuitBuilder, ring: LocalRing, summands: Sequence[Sequence[Literal]]) -> Number:
    """The sum of any number of elements of a local ring, by their codes: coordinate by coordinate. Depth as `sum_mod`,
    of which it takes one a coordinate."""
    result, place = Number(), 0
    for modulus, width in zip(ring.moduli, ring.widths, strict=True):
        result += sum_mod(builder, [bits[place : place + width] for bits in summands], modulus)
        place += width
    return result


def sum_in_field(builder: CircuitBuilder, summands: Sequence[Sequence[Literal]], field: FiniteRing) -> Number:
    """The sum of any number of elements of a finite field, by their codes. Depth at most 4. Raises as
    `product_in_field`."""
    (part,) = ring_code(_checked_field(field)).parts
    return sum_in(builder, part, summands)


def _checked_field(field: FiniteRing) -> FiniteRing:
    if not isinstance(field, PrimeField | GaloisField):
        raise ConstructionError(f"a finite field must be given, a PrimeField or a GaloisField, got {field}")
    return field


def _padded(bits: Sequence[Literal], width: int) -> Number:
    if len(bits) > width:
        raise ConstructionError(f"a number here must have at most {width} bits, got {len(bits)}")
    return [*bits, *[FALSE] * (width - len(bits))]
