"""Diagonal layers over finite rings in constant depth: the ring analogue of 2404.08819 Thm 4.4.

A coordinate h' = a(x) h + b(x) over a finite local ring (`constructions.circuits.local_rings`; every finite ring here
is a product of those) is computed by its convolutional form. Each a_k is p^(v_k) u_k with a unit u_k; with
U_i = u_1 ... u_i and V_ij = v_(j+1) + ... + v_i,

    h_i = U_i (sum over j from 0 to i of p^(V_ij) c_j),    c_0 = h_0,  c_j = U_j^-1 b_j,

for units can be divided out. So the n products U_i of up to n factors are sums of logarithms; what the valuations do is
one threshold for each j < i and each power of p; and each position takes one sum of n numbers. Depth, at most: letters'
tables 2, logarithms 4, their inverse 2, c_j 6, powers of p 4, the sum 4, U_i times it 8, in all 30, and the readout's
table 2; layers of counters, where all a are one, take 2 + 4 of it. For one coordinate O(n^3) wires, and tables of
O(s log s) wires at each position, where s is the size of the ring.

A rotation layer keeps logarithms itself: its coordinates are sums of angles, in depth 6.

Source: 2404.08819 Thm 4.4 and Lemma A.5, whose arithmetic is floats of log precision; over finite rings it is ours. It
isn't what the theorem says, but rests on the same Lemma 4.1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from constructions.circuits.compile import CompiledLayer, LetterCodes, reached_pairs
from constructions.circuits.local_rings import LocalRing, pack, ring_code
from constructions.circuits.numbers import (
    Factored,
    Number,
    constant,
    expand,
    factor,
    look_up,
    multiply,
    sum_in,
    sum_mod,
)
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.arithmetic.domain import Element
from exactssm.circuits import FALSE, TRUE, CircuitBuilder
from exactssm.errors import ConstructionError, ExactssmError
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer
from exactssm.layers.layer import Layer, Vector
from exactssm.machine import Symbol

__all__ = ["compile_layer", "hypotheses"]


def hypotheses(layer: Layer, letters: LetterCodes) -> str:
    """Thm 4.4's hypotheses as they hold for ``layer``; see `constructions.circuits.compile.LayerCompiler`.

    Raises: ConstructionError, if A isn't diagonal on some letter, or the arithmetic no finite ring.
    """
    if isinstance(layer, RotationLayer):
        return f"2404.08819 Thm 4.4, ring analogue: diagonal A of roots of unity, by exponents mod {layer.orders}"
    diagonal = _diagonal(layer, letters)
    domain = diagonal.domain
    if not isinstance(domain, ResidueRing | GaloisField):
        raise ConstructionError(
            f"Thm 4.4 needs numbers of so few bits that sums and products of n of them are in TC0: floats of log "
            f"precision, or here a finite ring, Z/m or GF(q); {domain} is neither"
        )
    ring_code(domain)
    return f"2404.08819 Thm 4.4, ring analogue: diagonal A over {domain}"


def compile_layer(builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number]) -> CompiledLayer:
    """A diagonal or a rotation layer in a circuit; see `constructions.circuits.compile.LayerCompiler`."""
    if isinstance(layer, RotationLayer):
        return _rotations(builder, layer, letters, word)
    diagonal = _diagonal(layer, letters)
    assert isinstance(diagonal.domain, ResidueRing | GaloisField)
    ring = ring_code(diagonal.domain)
    entries = _entries(diagonal, letters)
    states: list[Number] = [[] for _ in word]
    for i in range(diagonal.width):
        for place, part in enumerate(ring.parts):
            decay = {code: ring.codes[entry[i]][place] for code, entry in entries.items()}
            drive = {code: ring.codes[entry[diagonal.width + i]][place] for code, entry in entries.items()}
            start = ring.codes[diagonal.start[i]][place]
            for state, bits in zip(states, _coordinate(builder, part, decay, drive, start, word), strict=True):
                state += bits

    def code(state: Vector) -> int:
        return pack((ring.code(x), ring.width) for x in state)

    return CompiledLayer(tuple(states), code, reached_pairs(diagonal, letters))


def _coordinate(
    builder: CircuitBuilder,
    ring: LocalRing,
    decay: Mapping[int, int],
    drive: Mapping[int, int],
    start: int,
    word: Sequence[Number],
) -> list[Number]:
    """The codes of h_1 .. h_n for one coordinate over a local ring; a, b and h_0 are given as codes."""
    units = {x: ring.value[0, ring.logs[a]] for x, a in decay.items()}
    read = [factor(builder, ring, letter, units) for letter in word]
    products = [multiply(builder, ring, read[:i]) for i in range(len(word) + 1)]  # U_0 .. U_n
    valuations = [
        look_up(builder, letter, {x: ring.valuation[a] for x, a in decay.items()}, ring.nilpotency.bit_length())
        for letter in word
    ]
    summands = [constant(start, ring.width)]
    for letter, upto in zip(word, products[1:], strict=True):
        b = look_up(builder, letter, drive, ring.width)
        summands.append(_times(builder, ring, _inverse(builder, ring, upto), b))
    states = []
    for i in range(1, len(word) + 1):
        terms = [_lowered(builder, ring, valuations[j:i], summands[j]) for j in range(i + 1)]
        states.append(_times(builder, ring, products[i], sum_in(builder, ring, terms)))
    return states


def _inverse(builder: CircuitBuilder, ring: LocalRing, unit: Factored) -> Factored:
    """The inverse of a unit: its logarithms negated, by tables. Depth 2."""
    negated = (
        look_up(builder, log, {k: -k % order for k in range(order)}, len(log))
        for log, order in zip(unit.logs, ring.orders, strict=True)
    )
    return Factored(unit.valuation, tuple(negated))


def _times(builder: CircuitBuilder, ring: LocalRing, unit: Factored, code: Number) -> Number:
    """A unit times an element. Depth 8, and 0 where the unit is one whatever the word."""
    if all(bit == FALSE for log in unit.logs for bit in log):
        return code
    return expand(builder, ring, multiply(builder, ring, [unit, factor(builder, ring, code)]))


def _lowered(builder: CircuitBuilder, ring: LocalRing, valuations: Sequence[Number], code: Number) -> Number:
    """An element times p^V, where V is the sum of the valuations: for each power of p below the one that is zero, the
    multiple, if V is this. Depth 4."""
    weighted = [bit for valuation in valuations for i, bit in enumerate(valuation) for _ in range(1 << i)]
    at_least = [TRUE, *(builder.at_least(weighted, v) for v in range(1, ring.nilpotency + 1))]
    cases = []
    for v, multiples in enumerate(ring.uniformizer):
        if at_least[v] == FALSE:
            break
        multiple = code if v == 0 else look_up(builder, code, multiples, ring.width)
        cases.append([builder.all_of([at_least[v], at_least[v + 1] ^ 1, bit]) for bit in multiple])
    return [builder.any_of(bits) for bits in zip(*cases, strict=True)]


def _rotations(
    builder: CircuitBuilder, layer: RotationLayer, letters: LetterCodes, word: Sequence[Number]
) -> CompiledLayer:
    widths = [(order - 1).bit_length() for order in layer.orders]
    entries = _entries(layer, letters)
    states: list[Number] = [[] for _ in word]
    for i, (order, width) in enumerate(zip(layer.orders, widths, strict=True)):
        angle = {code: entry[i] for code, entry in entries.items()}
        angles = [look_up(builder, letter, angle, width) for letter in word]
        for position, state in enumerate(states, start=1):
            state += sum_mod(builder, [constant(layer.start[i], width), *angles[:position]], order)

    def code(state: Vector) -> int:
        return pack(zip(state, widths, strict=True))

    return CompiledLayer(tuple(states), code, reached_pairs(layer, letters))


def _entries(layer: Layer, letters: LetterCodes) -> dict[int, tuple[Element, ...]]:
    """The entries of A and b by the letter's code, for those letters that have any: no word leads to the others."""
    found = {}
    for letter, code in letters.items():
        try:
            found[code] = layer.entries(letter)
        except Exception:  # as in `reached_pairs`
            continue
    return found


def _diagonal(layer: Layer, letters: LetterCodes) -> DiagonalLayer:
    """``layer`` as a diagonal layer, if it is one in other clothes. Raises ConstructionError otherwise."""
    if isinstance(layer, DiagonalLayer):
        return layer
    if not isinstance(layer, DenseLayer):
        raise ConstructionError(f"Thm 4.4 needs h' = A(x) h + b(x) with a diagonal A, got a {type(layer).__name__}")
    width = layer.width
    entries: dict[Symbol, Vector] = {}
    for letter in letters:
        try:
            entries[letter] = layer.entries(letter)
        except ExactssmError:
            continue
        for row, column in ((r, c) for r in range(width) for c in range(width) if r != c):
            if entries[letter][row * width + column] != layer.domain.zero:
                raise ConstructionError(
                    f"Thm 4.4 needs a diagonal A(x), but on the letter {letter!r:.40} the entry in row {row}, column "
                    f"{column} isn't zero"
                )
    return DiagonalLayer(
        layer.domain,
        layer.start,
        decay={x: tuple(entry[i * (width + 1)] for i in range(width)) for x, entry in entries.items()},
        drive={x: entry[width * width :] for x, entry in entries.items()},
    )
