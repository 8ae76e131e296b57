"""The paper's own arithmetic: layers over log-precision floats, in flattened evaluation, as circuits of constant depth.

A layer's state after a word is what `exactssm.evaluation.Flattened` says: the convolutional form in exact numbers, with
the casts where `Casts` puts them. All floats of a format are integers times one power of two, so that, with 2^-k for
the decays' and 2^-l for the drives' and the start's,

    2^(k t + l) h_t = sum over j from 0 to t of  2^(k j) (2^k a_(j+1)) ... (2^k a_t) (2^l b_j),    b_0 = h_0,

is a sum of products of integers with O(t 2^exponent_bits) bits: poly(t) at logarithmic precision, as the range is. It
is taken exactly (`constructions.circuits.long_integers`: remainders modulo small primes, products as sums of
logarithms), and cast by comparing it with the least integer that each float is the cast of, which is right as every
cast is monotone. For a diagonal layer that is Thm 4.4. For a layer with one matrix A the factors A^(t-j) b(x) are
constants, one for each j and letter: Thm 4.2 with the powers hard-wired, so non-uniform as circuits.

Depth, at most, to the codes of the state: with one cast 28 for the sum of products, 3 for the cast and 1 for the codes,
in all 32; with a cast of each product and one of their sum, 10 and 3 more, in all 45, or 46 where products of A's are
cast, and multiplied by b then. A layer with one matrix takes 15.

What grows: with one format for all lengths, the primes are O(t) many, and the wires a polynomial in t; with a
`LogPrecision` schedule the format grows too, and the depth still doesn't. Each letter's decay and drive is looked up,
so that a letter may stand for any pair of floats; the alphabet is finite for each length.

Source: 2404.08819 Thms 4.2 and 4.4, Lemma A.5 (exponents scaled to integers, products of these), Defs A.1 to A.3. How
ties are cast, the paper leaves open: here it is the format's rounding. The circuits are ours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from typing import Any, Final

from constructions.circuits.cases import Cases, constant_case, from_bits, paired, to_bits
from constructions.circuits.compile import MAX_WIRES, CompiledLayer, LetterCodes
from constructions.circuits.constant_layers import HARD_WIRED, check_constant, known_entries
from constructions.circuits.local_rings import pack
from constructions.circuits.long_integers import Factor, LongInteger, exceeds, sum_of_cases, sum_of_products
from constructions.circuits.numbers import Number
from exactssm.arithmetic import LogPrecisionFloats, Rounded
from exactssm.circuits import FALSE, TRUE, Circuit, CircuitBuilder
from exactssm.errors import ConstructionError
from exactssm.evaluation.flattened import Casts
from exactssm.layers import ConstantLayer, DiagonalLayer, Layer
from exactssm.layers.layer import Vector
from exactssm.machine import Symbol

__all__ = ["FloatCircuit", "FloatLayers", "cast", "float_circuit"]

Values = Mapping[int, Fraction]
"""A number for each letter's code."""


@dataclass(frozen=True)
class FloatLayers:
    """Compiles layers over log-precision floats; a `constructions.circuits.compile.LayerCompiler`."""

    casts: Casts

    def hypotheses(self, layer: Layer, letters: LetterCodes) -> str:
        """The theorem, the arithmetic, and where it is cast.

        Raises: ConstructionError, unless the layer is diagonal, or has one matrix for all letters, over
        `LogPrecisionFloats`.
        """
        floats = _floats(layer)
        evaluation = f"flattened evaluation with {_CAST[self.casts]}"
        if isinstance(layer, DiagonalLayer):
            return f"2404.08819 Thm 4.4, {evaluation}: diagonal A over {floats}"
        check_constant(layer, letters)
        return f"2404.08819 Thm 4.2, {HARD_WIRED}, {evaluation}: A the same on every letter, over {floats}"

    def compile_layer(
        self, builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number]
    ) -> CompiledLayer:
        """The layer's state after each letter. The readout has to answer for every float that a coordinate may be cast
        to: which of them are reached, only all words could tell."""
        floats = _floats(layer)
        along = [_state(builder, layer, letters, word[: t + 1], self.casts) for t in range(len(word))]
        ranges = [
            range(min(x.values[0] for x in column), max(x.values[-1] for x in column) + 1)
            for column in zip(*along, strict=True)
        ]
        known = known_entries(layer, letters)
        reached = ((state, letter) for state in product(*ranges) for letter in known)
        width, lowest = _code_width(floats), floats.codes[0]

        def code(state: Vector) -> int:
            return pack((x - lowest, width) for x in state)

        return CompiledLayer(tuple(_bits(builder, state, floats) for state in along), code, reached, rounded=True)


_CAST: Final = {
    Casts.ONCE: "one cast",
    Casts.TERMS: "a cast of each product and one of their sum (Def. A.3)",
    Casts.TRANSITIONS: "a cast of each product of A's and one of the sum",
}


@dataclass(frozen=True)
class FloatCircuit:
    """The flattened state of a layer after words of one length, as a circuit.

    Inputs: the letters' places in the alphabet, least significant bit first. Outputs: for each coordinate its float's
    place among the format's codes, likewise.
    """

    circuit: Circuit
    alphabet: tuple[Symbol, ...]
    floats: LogPrecisionFloats

    def encode(self, word: Sequence[Symbol]) -> list[int]:
        """The inputs for a word."""
        return [self.alphabet.index(x) >> i & 1 for x in word for i in range(_letter_bits(self.alphabet))]

    def decode(self, bits: Sequence[int]) -> Vector:
        """The state from the outputs."""
        width = _code_width(self.floats)
        places = (bits[i : i + width] for i in range(0, len(bits), width))
        return tuple(self.floats.codes[sum(bit << i for i, bit in enumerate(place))] for place in places)

    def run(self, word: Sequence[Symbol]) -> Vector:
        """The state after ``word``, by the definition of a circuit."""
        return self.decode(self.circuit.evaluate(self.encode(word)))


def float_circuit(
    layer: Layer, alphabet: Sequence[Symbol], length: int, casts: Casts = Casts.ONCE, *, max_wires: int = MAX_WIRES
) -> FloatCircuit:
    """The circuit for the flattened state of ``layer`` after ``length`` letters.

    >>> from exactssm.arithmetic import Rounding
    >>> from exactssm.evaluation.flattened import Flattened
    >>> floats = LogPrecisionFloats(4, 2, Rounding.NEAREST_EVEN)
    >>> half, one, two = map(floats.parse, ("1/2", "1", "2"))
    >>> layer = DiagonalLayer(floats, (one,), {"a": (half,), "b": (two,)}, {"a": (half,), "b": (-one,)})
    >>> compiled = float_circuit(layer, "ab", 3)
    >>> floats.text(compiled.run("aba")[0]), compiled.run("aba") == Flattened().on(layer)("aba")
    ('1', True)

    Raises: ConstructionError, as `FloatLayers.hypotheses`, for a length below 1, and where the exact integers have more
    than `constructions.circuits.long_integers.MAX_BITS` bits; BudgetExhausted, beyond ``max_wires``.
    """
    if type(length) is not int or length < 1:
        raise ConstructionError(f"a circuit reads words of length 1 or more, got {length!r:.40}")
    letters = {letter: code for code, letter in enumerate(alphabet)}
    FloatLayers(casts).hypotheses(layer, letters)
    floats = _floats(layer)
    builder = CircuitBuilder(max_wires=max_wires)
    word = [builder.inputs(_letter_bits(alphabet)) for _ in range(length)]
    state = _state(builder, layer, letters, word, casts)
    return FloatCircuit(builder.build(_bits(builder, state, floats)), tuple(alphabet), floats)


def cast(builder: CircuitBuilder, value: LongInteger, unit: Fraction, floats: LogPrecisionFloats) -> Cases:
    """The code of the float that ``value`` times ``unit`` is cast to. Depth 3.

    For each code the least integer that is cast to it or a greater one is found by bisection, as casts are monotone.
    """
    highest = value.low + (1 << len(value.bits)) - 1
    first, last = floats.round(value.low * unit), floats.round(highest * unit)
    reaches = [TRUE]
    for code in range(first + 1, last + 1):
        below, above = value.low, highest  # cast(below) < code <= cast(above)
        while above - below > 1:
            middle = (below + above) // 2
            if floats.round(middle * unit) < code:
                below = middle
            else:
                above = middle
        reaches.append(exceeds(builder, value.bits, above - 1 - value.low))
    following = [*reaches[1:], FALSE]
    literals = (builder.all_of([at, after ^ 1]) for at, after in zip(reaches, following, strict=True))
    return Cases(tuple(literals), tuple(range(first, last + 1)))


def _floats(layer: Layer) -> LogPrecisionFloats:
    """The layer's format; when its operations round makes no difference to flattened evaluation."""
    domain = layer.domain.number_format if isinstance(layer.domain, Rounded) else layer.domain
    if not isinstance(domain, LogPrecisionFloats):
        raise ConstructionError(f"over number formats Thms 4.2 and 4.4 are about log-precision floats, got {domain}")
    return domain


def _state(
    builder: CircuitBuilder, layer: Layer, letters: LetterCodes, word: Sequence[Number], casts: Casts
) -> list[Cases]:
    """The codes of the coordinates of the layer's state after ``word``."""
    floats = _floats(layer)
    if isinstance(layer, DiagonalLayer):
        return _diagonal(builder, layer, floats, letters, word, casts)
    return _constant(builder, check_constant(layer, letters), floats, letters, word, casts)


def _bits(builder: CircuitBuilder, state: Sequence[Cases], floats: LogPrecisionFloats) -> Number:
    """The places of the coordinates' codes among all codes."""
    width, lowest = _code_width(floats), floats.codes[0]
    return [bit for x in state for bit in to_bits(builder, x, lambda code: code - lowest, width)]


def _diagonal(
    builder: CircuitBuilder,
    layer: DiagonalLayer,
    floats: LogPrecisionFloats,
    letters: LetterCodes,
    word: Sequence[Number],
    casts: Casts,
) -> list[Cases]:
    """The codes of the coordinates of a diagonal layer's state."""
    entries = {letters[x]: tuple(map(floats.decode, e)) for x, e in known_entries(layer, letters).items()}
    start, length = tuple(map(floats.decode, layer.start)), len(word)

    def coordinate(i: int) -> Cases:
        decay = {code: entry[i] for code, entry in entries.items()}
        drive = {code: entry[layer.width + i] for code, entry in entries.items()}
        a, b = _unit(decay.values()), _unit([start[i], *drive.values()])
        decays = [Factor(bits, _in_units(decay, a)) for bits in word]
        drives = [Factor([], {0: int(start[i] / b)}), *(Factor(bits, _in_units(drive, b)) for bits in word)]
        if casts is Casts.ONCE:  # a's unit once for each of the letters that a term doesn't have
            scaled = [Factor(f.bits, _times(f.values, a.denominator**j)) for j, f in enumerate(drives)]
            terms = [[f, *decays[j:]] for j, f in enumerate(scaled)]
            return cast(builder, sum_of_products(builder, terms), a**length * b, floats)
        summands = []
        for j, f in enumerate(drives):
            factors = [f, *decays[j:]] if casts is Casts.TERMS else decays[j:]
            unit = a ** (length - j) * (b if casts is Casts.TERMS else 1)
            image = cast(builder, sum_of_products(builder, [factors]), unit, floats) if factors else constant_case(None)
            value = image.map(lambda code: Fraction(1) if code is None else floats.decode(code))
            if casts is Casts.TRANSITIONS:
                letter = from_bits(builder, f.bits, {code: number * b for code, number in f.values.items()})
                value = paired(builder, value, letter).map(lambda xy: xy[0] * xy[1])
            summands.append(value)
        return _cast_sum(builder, summands, floats)

    return list(map(coordinate, range(layer.width)))


def _constant(
    builder: CircuitBuilder,
    layer: ConstantLayer,
    floats: LogPrecisionFloats,
    letters: LetterCodes,
    word: Sequence[Number],
    casts: Casts,
) -> list[Cases]:
    """The codes of the coordinates of the state of a layer with one matrix. Its powers are constants."""
    width = layer.width
    matrix = tuple(tuple(map(floats.decode, row)) for row in layer.matrix)
    entries = known_entries(layer, letters)
    vectors = {letters[x]: tuple(map(floats.decode, entry[-width:])) for x, entry in entries.items()}
    start = tuple(map(floats.decode, layer.start))
    power: tuple[tuple[Fraction, ...], ...] = tuple(tuple(Fraction(i == j) for j in range(width)) for i in range(width))

    def rounded(value: Fraction) -> Fraction:
        return floats.decode(floats.round(value))

    def term(vector: Sequence[Fraction]) -> tuple[Fraction, ...]:
        rows = [tuple(map(rounded, row)) for row in power] if casts is Casts.TRANSITIONS else power
        image = tuple(sum((x * y for x, y in zip(row, vector, strict=True)), Fraction(0)) for row in rows)
        return tuple(map(rounded, image)) if casts is Casts.TERMS else image

    terms = []
    for bits in reversed(word):
        terms.append(from_bits(builder, bits, {code: term(vector) for code, vector in vectors.items()}))
        columns = tuple(zip(*matrix, strict=True))
        power = tuple(
            tuple(sum((x * y for x, y in zip(row, column, strict=True)), Fraction(0)) for column in columns)
            for row in power
        )
    terms.append(constant_case(term(start)))
    return [_cast_sum(builder, [t.map(lambda h, i=i: h[i]) for t in terms], floats) for i in range(width)]  # type: ignore[misc]


def _cast_sum(builder: CircuitBuilder, summands: Sequence[Cases], floats: LogPrecisionFloats) -> Cases:
    """The cast of a sum of numbers by cases."""
    unit = _unit([value for cases in summands for value in cases.values])
    return cast(
        builder, sum_of_cases(builder, [x.map(lambda value: int(value / unit)) for x in summands]), unit, floats
    )


def _unit(values: Any) -> Fraction:
    """The largest power of two from 1 down of which all values are multiples."""
    return Fraction(1, max(value.denominator for value in values))


def _in_units(values: Values, unit: Fraction) -> dict[int, int]:
    return {place: int(value / unit) for place, value in values.items()}


def _times(values: Mapping[int, int], scale: int) -> dict[int, int]:
    return {place: value * scale for place, value in values.items()}


def _code_width(floats: LogPrecisionFloats) -> int:
    """The bits that a place among all codes takes."""
    return (len(floats.codes) - 1).bit_length()


def _letter_bits(alphabet: Sequence[Symbol]) -> int:
    return (len(alphabet) - 1).bit_length()
