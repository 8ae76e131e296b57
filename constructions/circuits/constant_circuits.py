"""The circuits of layers with one matrix, of diagonalizable ones, and of layers over log-precision floats, decided.

Each circuit is held against what it is a circuit of, on all inputs. And circuits for all lengths from 2 up to a bound
are built: none is deeper than one stated depth, all from a stated length on have that depth, and their wires are at
most a stated multiple of n^3. The short ones are less deep only because gates whose inputs are constants are left out:
there are no high powers of A yet, or no sum of that many.

Source: 2404.08819 Thms 4.2, 4.4 and 4.6, Cor 4.3. Over finite rings the statements are our analogues, and where powers
of A are hard-wired the circuits are non-uniform; the figures are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from random import Random
from typing import Any, TypeAlias

from constructions.circuits.cases import CaseRing
from constructions.circuits.compile import compile_circuit
from constructions.circuits.diagonal_circuits import first_difference
from constructions.circuits.float_layers import float_circuit
from constructions.circuits.matrix_inputs import MatrixReader, compile_with_matrix
from constructions.claim import Claim, Kind, Lemma, Violation
from exactssm.arithmetic import GaloisField, LogPrecision, LogPrecisionFloats, PrimeField, ResidueRing, Rounding
from exactssm.arithmetic.domain import Domain
from exactssm.circuits import Circuit
from exactssm.errors import CertificateError
from exactssm.evaluation.flattened import Casts, Flattened
from exactssm.layers import ConstantLayer, DiagonalLayer, Layer
from exactssm.layers.layer import Matrix, Vector
from exactssm.layers.published_ssm import diagonalizable
from exactssm.machine import Word
from exactssm.models import Block, Model

__all__ = [
    "CLAIMS",
    "OtherFigures",
    "OtherState",
    "drawn_constant",
    "drawn_diagonalizable",
    "drawn_float_layer",
    "first_other_answer",
]

LETTERS = ("a", "b")
Figures: TypeAlias = tuple[Callable[[int], Circuit], range, int, int, int]
"""Circuits, the lengths; their depth, the length from which on they have it, and the factor of n^3 in their wires."""


@dataclass(frozen=True)
class OtherState:
    """An input on which a circuit computes another state than the layer's."""

    word: tuple[str, ...]
    found: Callable[[], object]  #: by the definition of a circuit
    expected: Callable[[], object]  #: by the layer's

    def as_text(self) -> str:
        return f"on {' '.join(self.word)} the circuit computes {self.found()}, the layer {self.expected()}"

    def replay(self) -> None:
        if self.found() == self.expected():
            raise CertificateError(f"the circuit and the layer agree on {' '.join(self.word)}")


@dataclass(frozen=True)
class OtherFigures:
    """A length for which a circuit has not the depth stated, or too many wires."""

    build: Callable[[int], Circuit]
    length: int
    depths: range  #: those that it may have
    wires: int  #: the most for this length

    @property
    def word(self) -> tuple[str, ...]:
        return (f"length {self.length}",)

    def as_stated(self, circuit: Circuit) -> bool:
        """Whether a circuit has such figures."""
        return circuit.depth in self.depths and circuit.wires <= self.wires

    def as_text(self) -> str:
        circuit = self.build(self.length)
        return (
            f"the circuit for length {self.length} has depth {circuit.depth} and {circuit.wires} wires; stated are a "
            f"depth of {' to '.join(map(str, dict.fromkeys((self.depths[0], self.depths[-1]))))} and at most "
            f"{self.wires} wires"
        )

    def replay(self) -> None:
        if self.as_stated(self.build(self.length)):
            raise CertificateError(f"the circuit for length {self.length} is as stated")


def drawn_constant(domain: Domain, width: int, seed: int = 0) -> ConstantLayer:
    """A layer on two letters with one matrix; everything in it is drawn evenly."""
    vector = _vectors(list(CaseRing(domain).elements.values()), width, f"{domain} {width} {seed}")
    rows = tuple(vector() for _ in range(width))
    return ConstantLayer(domain, vector(), rows, {x: vector() for x in LETTERS})


def drawn_diagonalizable(field: PrimeField | GaloisField, width: int) -> Layer:
    """A dense layer with A(x) = W diag(a(x)) W^-1 on two letters, drawn; W is lower triangular with ones."""
    vector = _vectors(list(field.elements), width, f"{field} {width}")
    zero, one = field.zero, field.one
    W = tuple((*vector()[:i], one, *(zero,) * (width - i - 1)) for i in range(width))
    embedding = {"a": (one,), "b": (zero,)}
    a, column = {x: vector() for x in LETTERS}, tuple((x,) for x in vector())
    return diagonalizable(field, embedding, W, a, column, (vector(),), ((zero,),)).layer


def drawn_float_layer(floats: LogPrecisionFloats, width: int, *, constant: bool, seed: int = 0) -> Layer:
    """A diagonal layer, or one with one matrix, on two letters, drawn evenly from a format's numbers in [-1, 1]."""
    codes = [code for code in floats.codes if abs(floats.decode(code)) <= 1]
    vector = _vectors(codes, width, f"{floats} {width} {constant} {seed}")
    drive = {x: vector() for x in LETTERS}
    if constant:
        return ConstantLayer(floats, vector(), tuple(vector() for _ in range(width)), drive)
    return DiagonalLayer(floats, vector(), {x: vector() for x in LETTERS}, drive)


def _vectors(elements: Sequence[Any], width: int, seed: str) -> Callable[[], Vector]:
    source = Random(seed)
    return lambda: tuple(source.choice(elements) for _ in range(width))


def _every_word(instance: tuple[Callable[[], Layer], int]) -> Iterator[Lemma]:
    build, longest = instance
    model = _stateful(build())

    def check() -> Violation | None:
        for n in range(1, longest + 1):
            words = list(product(LETTERS, repeat=n))
            if (found := first_difference(compile_circuit(model, n), model, words)) is not None:
                return found
        return None

    yield Lemma(f"up to length {longest}", check, 2 ** (longest + 1) - 2, "words")


def _every_matrix(instance: tuple[Domain, int, int]) -> Iterator[Lemma]:
    domain, width, longest = instance
    model = _stateful(drawn_constant(domain, width))
    elements = CaseRing(domain).elements.values()
    matrices = [
        tuple(entries[i : i + width] for i in range(0, width * width, width))
        for entries in product(elements, repeat=width * width)
    ]

    def check() -> Violation | None:
        for n in range(1, longest + 1):
            pairs = list(product(matrices, product(LETTERS, repeat=n)))
            if (found := first_other_answer(compile_with_matrix(model, n), pairs)) is not None:
                return found
        return None

    yield Lemma(f"up to length {longest}", check, len(matrices) * (2 ** (longest + 1) - 2), "matrices and words")


def first_other_answer(reader: MatrixReader, pairs: Sequence[tuple[Matrix, Word]]) -> OtherState | None:
    """The first matrix and word on which a circuit that reads both doesn't put out what the model with that matrix
    does. Where that model has no answer, the circuit may say anything."""
    import numpy as np

    inputs = [reader.encode(matrix, word) for matrix, word in pairs]
    rows = reader.compiled.circuit.evaluate_all(np.array(inputs, np.uint8)).tolist()
    for (matrix, word), given, bits in zip(pairs, inputs, rows, strict=True):
        try:
            expected = reader.expected(matrix, word)
        except Exception:  # as in `constructions.circuits.compile.reached_pairs`
            continue
        if reader.compiled.decode_or_none(bits) != expected:
            names = (f"A = {matrix}", *map(str, word))
            return OtherState(names, partial(_answer, reader, given), partial(reader.expected, matrix, word))
    return None


def _answer(reader: MatrixReader, given: Sequence[int]) -> object:
    return reader.compiled.decode_or_none(reader.compiled.circuit.evaluate(given))


def _stateful(layer: Layer) -> Model:
    """The layer, read out whole."""
    return Model(LETTERS, [Block(layer, lambda h, x: h)])


def first_other_state(layer: Layer, alphabet: Sequence[Any], n: int, casts: Casts) -> OtherState | None:
    """The first word of length n on which the circuit isn't the flattened evaluation of ``layer``."""
    import numpy as np

    compiled, flattened = float_circuit(layer, alphabet, n, casts), Flattened(casts).on(layer)
    words = list(product(alphabet, repeat=n))
    outputs = compiled.circuit.evaluate_all(np.array([compiled.encode(word) for word in words], np.uint8)).tolist()
    for word, bits in zip(words, outputs, strict=True):
        if compiled.decode(bits) != flattened(word):
            return OtherState(tuple(map(str, word)), partial(compiled.run, word), partial(flattened, word))
    return None


def _flattened(instance: tuple[Callable[[int], LogPrecisionFloats], bool, Iterable[int]]) -> Iterator[Lemma]:
    formats, constant, lengths = instance
    for n, casts in product(lengths, Casts):
        layer = drawn_float_layer(formats(n), 1 + constant, constant=constant, seed=n)
        check = partial(first_other_state, layer, LETTERS, n, casts)
        yield Lemma(f"n={n}, cast {casts.value}", check, len(LETTERS) ** n, "words")


def _every_float(instance: tuple[LogPrecisionFloats, int]) -> Iterator[Lemma]:
    floats, n = instance
    alphabet = list(product(floats.codes, repeat=2))
    for start, casts in product(floats.codes, Casts):
        layer = DiagonalLayer(floats, (start,), lambda x: (x[0],), lambda x: (x[1],))
        check = partial(first_other_state, layer, alphabet, n, casts)
        name = f"n={n}, from {floats.text(start)}, cast {casts.value}"
        yield Lemma(name, check, len(alphabet) ** n, "words of decays and drives")


def _figures(instance: Figures) -> Iterator[Lemma]:
    build, lengths, depth, since, factor = instance

    def check() -> Violation | None:
        for n in lengths:
            found = OtherFigures(build, n, range(depth if n >= since else 0, depth + 1), factor * n**3)
            if not found.as_stated(build(n)):
                return found
        return None

    yield Lemma(f"depth {depth} from {since} on, at most {factor} n^3 wires", check, len(lengths), "lengths")


def _wired(domain: Domain, width: int) -> Callable[[int], Circuit]:
    def build(n: int) -> Circuit:
        return compile_circuit(_stateful(drawn_constant(domain, width, seed=1)), n).circuit

    return build


def _powered(domain: Domain, width: int) -> Callable[[int], Circuit]:
    return lambda n: compile_with_matrix(_stateful(drawn_constant(domain, width)), n).compiled.circuit


def _floats(constant: bool, casts: Casts = Casts.TERMS) -> Callable[[int], Circuit]:
    layer = drawn_float_layer(SMALL, 1 + constant, constant=constant, seed=1)
    return lambda n: float_circuit(layer, LETTERS, n, casts).circuit


SMALL = LogPrecisionFloats(3, 2, Rounding.NEAREST_EVEN)
SCHEDULE = LogPrecision(1, 1, Rounding.NEAREST_EVEN)
SIGNS_AND_HALVES = LogPrecisionFloats(2, 1, Rounding.NEAREST_EVEN)
THREE, FOUR, SIX = ResidueRing(3), GaloisField(4), ResidueRing(6)

CLAIMS = (
    Claim(
        name="constant-layers-as-circuits",
        source="2404.08819 Thm 4.2 and Cor 4.3, ring analogue, non-uniform",
        statement="A layer with one matrix A over Z/m or GF(q) is a circuit of constant depth, with the powers of A "
        "hard-wired, so non-uniform: after each letter of every word the circuit gives the layer's state.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.circuits.constant_layers",
        cases=_every_word,
        instances={
            "Z/6, d=2, to 4": (partial(drawn_constant, SIX, 2), 4),
            "GF(4), d=3, to 4": (partial(drawn_constant, FOUR, 3), 4),
        },
        full={"Z/6, d=2, to 12": (partial(drawn_constant, SIX, 2), 12)},
    ),
    Claim(
        name="matrix-powers-in-circuits",
        source="2404.08819 Thm 4.2 and Lemma A.8, ring analogue; the sum over monomials is ours",
        statement="One circuit of constant depth reads a matrix A and a word, and gives the last state of the layer "
        "with the matrix A, for every A and every word.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.circuits.matrix_powers",
        cases=_every_matrix,
        instances={"Z/2, d=2, to 4": (ResidueRing(2), 2, 4), "Z/3, d=2, to 3": (THREE, 2, 3)},
        full={
            "Z/2, d=3, to 7": (ResidueRing(2), 3, 7),
            "Z/3, d=2, to 7": (THREE, 2, 7),
            "GF(4), d=2, to 5": (FOUR, 2, 5),
            "Z/4, d=2, to 5": (ResidueRing(4), 2, 5),
        },
    ),
    Claim(
        name="diagonalizable-layers-as-circuits",
        source="2404.08819 Thm 4.6, ring analogue",
        statement="A layer with A(x) = W diag(a(x)) W^-1 over a finite field is a circuit of constant depth, that of a "
        "diagonal layer: after each letter of every word the circuit gives the layer's state.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.circuits.diagonalizable_layers",
        cases=_every_word,
        instances={"GF(5), d=2, to 4": (partial(drawn_diagonalizable, PrimeField(5), 2), 4)},
        full={"GF(4), d=3, to 6": (partial(drawn_diagonalizable, FOUR, 3), 6)},
    ),
    Claim(
        name="log-precision-circuits",
        source="2404.08819 Thms 4.2 and 4.4, over log-precision floats; powers of a matrix hard-wired, so non-uniform",
        statement="The flattened evaluation of a layer over log-precision floats, diagonal or with one matrix, is a "
        "circuit of constant depth, bit for bit, wherever its casts are put.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.circuits.float_layers",
        cases=_flattened,
        instances={
            "diagonal, to n=3": (lambda n: SMALL, False, range(1, 4)),
            "one matrix, to n=5": (lambda n: SMALL, True, range(1, 6)),
        },
        full={
            "diagonal, to n=8": (lambda n: SMALL, False, range(1, 9)),
            "one matrix, to n=8": (lambda n: SMALL, True, range(1, 9)),
            "diagonal, log precision, to n=5": (SCHEDULE, False, range(1, 6)),
            "one matrix, log precision, to n=8": (SCHEDULE, True, range(1, 9)),
        },
    ),
    Claim(
        name="log-precision-circuits-every-float",
        source="2404.08819 Thm 4.4, over log-precision floats",
        statement="The same for a diagonal layer on all decays, drives and starts of a format.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.circuits.float_layers",
        cases=_every_float,
        instances={"five floats, n=1": (SIGNS_AND_HALVES, 1)},
        full={"five floats, n=2": (SIGNS_AND_HALVES, 2), "17 floats, n=1": (SMALL, 1)},
    ),
    Claim(
        name="constant-circuits-growth",
        source="2404.08819 Thms 4.2 and 4.4, rings and floats; the figures are ours",
        statement="For all lengths given, the circuits of one layer, its matrix hard-wired or an input, have at most "
        "the depth stated, and exactly that depth from a stated length on, as shorter ones lack some gates; and at "
        "most a constant times n^3 wires.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.circuits.constant_circuits",
        cases=_figures,
        instances={
            "Z/3, d=2, hard-wired, 2 to 12": (_wired(THREE, 2), range(2, 13), 6, 2, 10),
            "Z/2, d=2, A an input, 2 to 8": (_powered(ResidueRing(2), 2), range(2, 9), 17, 7, 5),
            "diagonal floats, 2 to 3": (_floats(False), range(2, 4), 41, 3, 281),
        },
        full={
            "Z/3, d=2, hard-wired, 2 to 64": (_wired(THREE, 2), range(2, 65), 6, 2, 10),
            "GF(4), d=3, hard-wired, 2 to 64": (_wired(FOUR, 3), range(2, 65), 4, 2, 4),
            "Z/2, d=2, A an input, 2 to 64": (_powered(ResidueRing(2), 2), range(2, 65), 17, 7, 5),
            "Z/3, d=2, A an input, 2 to 64": (_powered(THREE, 2), range(2, 65), 38, 6, 47),
            "diagonal floats, 2 to 8": (_floats(False), range(2, 9), 41, 3, 281),
            "diagonal floats, cast once, 2 to 8": (_floats(False, Casts.ONCE), range(2, 9), 28, 2, 617),
            "diagonal floats, transitions cast, 2 to 8": (_floats(False, Casts.TRANSITIONS), range(2, 9), 42, 3, 154),
            "floats, one matrix, 2 to 8": (_floats(True), range(2, 9), 9, 6, 2),
            "floats, one matrix, cast once, 2 to 24": (_floats(True, Casts.ONCE), range(2, 25), 13, 4, 13),
            "floats, one matrix, transitions cast, 2 to 8": (_floats(True, Casts.TRANSITIONS), range(2, 9), 13, 6, 9),
        },
    ),
)
