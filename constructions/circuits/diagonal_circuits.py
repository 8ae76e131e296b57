"""Diagonal layers over finite rings are in TC0: the circuits, held against their models, their depth and their size.

That depth doesn't depend on the length, and that size is polynomial in it, is how the circuits are built
(`constructions.circuits.diagonal_layers`). What is decided here is that the circuits are right, and that what is said
of them is so: on every word up to a length, or on drawn longer ones, a circuit puts out after each letter what its
model does; for each length from 2 or 3 up to a bound its depth is the same number, and for shorter words no greater;
and its number of wires is, exactly, a polynomial of degree 3 in the length, one for each residue of the length modulo a
period. The period comes from what is counted modulo an integer: a gate stands where a residue's bit changes. A
quasi-polynomial of degree d and period p is known by this: its differences at a distance of p, taken d + 1 times, are
zero.

Source: 2404.08819 Thm 4.4 and Cor 4.5 say it for log-precision floats; the analogue over finite rings, the circuits and
their figures are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from random import Random
from typing import TypeAlias

from constructions.circuits.compile import CompiledModel, compile_circuit
from constructions.claim import Claim, Kind, Lemma, Violation
from constructions.groups.subnormal_tracker import subnormal_tracker
from constructions.rings.affine_actions import FiniteRing, affine_model
from exactssm.algebra import derived_series, group
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.circuits import Circuit
from exactssm.errors import CertificateError
from exactssm.layers import DiagonalLayer
from exactssm.machine import Word, run
from exactssm.models import Block, Model

__all__ = ["CLAIMS", "OtherAnswer", "OtherGrowth", "counter", "differences", "drawn_layer", "first_difference"]

Build: TypeAlias = Callable[[], Model]

FROM = 8
"""The length from which on the numbers of wires follow their polynomials: shorter circuits lack some gates."""


@dataclass(frozen=True)
class OtherAnswer:
    """A word on which a circuit puts out something else than its model."""

    compiled: CompiledModel
    model: Model
    letters: Word

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(map(str, self.letters))

    def as_text(self) -> str:
        found, expected = self._outputs()
        return f"on the word {' '.join(self.word)} the circuit puts out {found}, the model {expected}"

    def replay(self) -> None:
        """By the definitions of a circuit and of a model."""
        found, expected = self._outputs()
        if found == expected:
            raise CertificateError(f"the circuit and its model agree on {' '.join(self.word)}")

    def _outputs(self) -> tuple[object, object]:
        bits = self.compiled.circuit.evaluate(self.compiled.encode(self.letters))
        return self.compiled.decode_or_none(bits), run(self.model, self.letters).outputs


@dataclass(frozen=True)
class Growth:
    """How a model's circuits grow, as claimed."""

    depth: int  #: for each length from ``since`` on, and for shorter ones at most
    period: int  #: of the quasi-polynomial of degree 3 that counts the wires for each length from `FROM` on
    until: int  #: the greatest length that is built
    since: int = 2

    def allows(self, circuit: Circuit, length: int) -> bool:
        """Whether the circuit for this length has a depth as claimed."""
        return circuit.depth == self.depth or (length < self.since and circuit.depth < self.depth)


@dataclass(frozen=True)
class OtherGrowth:
    """A length at which a circuit is deeper, or larger or smaller, than claimed."""

    model: Model
    claimed: Growth
    length: int

    @property
    def word(self) -> tuple[str, ...]:
        return (f"length {self.length}",)

    def as_text(self) -> str:
        return f"the circuit for length {self.length} has not the depth, or not the number of wires, of {self.claimed}"

    def replay(self) -> None:
        """From circuits built anew."""
        reach = 4 * self.claimed.period
        lengths = range(max(FROM, self.length - reach), self.length)
        last = compile_circuit(self.model, self.length).circuit
        wires = [*(compile_circuit(self.model, n).circuit.wires for n in lengths), last.wires]
        if self.claimed.allows(last, self.length) and not any(differences(wires, self.claimed.period, 4)):
            raise CertificateError(f"the circuit for length {self.length} is as claimed")


def counter(modulus: int, *, reset: bool = False) -> Model:
    """Count the letters 1 modulo an integer; ``r``, if there is one, sets the count to 0."""
    ring = ResidueRing(modulus)
    decay = {"0": (1,), "1": (1,), "r": (0,)}
    drive = {"0": (0,), "1": (1,), "r": (0,)}
    letters = "01r" if reset else "01"
    return Model(letters, [Block(DiagonalLayer(ring, (0,), decay, drive), lambda h, x: h[0])])


def drawn_layer(domain: FiniteRing, width: int, seed: str) -> Model:
    """A diagonal layer on three letters, its entries drawn evenly from a ring, whose state is its output."""
    source = Random(seed)
    elements = tuple(domain.elements)

    def vector() -> tuple[object, ...]:
        return tuple(source.choice(elements) for _ in range(width))

    layer = DiagonalLayer(domain, vector(), {x: vector() for x in "abc"}, {x: vector() for x in "abc"})
    return Model("abc", [Block(layer, lambda h, x: h)])


def first_difference(compiled: CompiledModel, model: Model, words: Sequence[Word]) -> OtherAnswer | None:
    """The first of ``words``, all of the circuit's length, on which it differs from ``model``."""
    rows = compiled.circuit.evaluate_all(compiled.encode_all(words)).tolist()
    for word, bits in zip(words, rows, strict=True):
        if compiled.decode_or_none(bits) != run(model, word).outputs:
            return OtherAnswer(compiled, model, word)
    return None


def differences(values: Sequence[int], distance: int, times: int) -> list[int]:
    """The differences of numbers that stand ``distance`` apart, taken ``times`` times.

    >>> differences([n**3 // 2 for n in range(10)], 2, 4)
    [0, 0]
    """
    taken = list(values)
    for _ in range(times):
        taken = [after - before for before, after in zip(taken, taken[distance:], strict=False)]
    return taken


def _every_word(instance: tuple[Build, int]) -> Iterator[Lemma]:
    build, longest = instance
    model = build()

    def check() -> Violation | None:
        for length in range(1, longest + 1):
            words = list(product(model.alphabet, repeat=length))
            if (found := first_difference(compile_circuit(model, length), model, words)) is not None:
                return found
        return None

    size = sum(len(model.alphabet) ** n for n in range(1, longest + 1))
    yield Lemma(f"up to length {longest}", check, size, "words")


def _drawn_words(instance: tuple[Build, int, int]) -> Iterator[Lemma]:
    build, length, count = instance
    model = build()

    def check() -> Violation | None:
        source = Random(f"{length} {count}")
        words = [tuple(source.choices(model.alphabet, k=length)) for _ in range(count)]
        return first_difference(compile_circuit(model, length), model, words)

    yield Lemma(f"length {length}", check, count, f"words of length {length}, drawn evenly", sampled=True)


def _growth(instance: tuple[Build, Growth]) -> Iterator[Lemma]:
    build, claimed = instance
    model = build()

    def check() -> Violation | None:
        wires: list[int] = []
        for length in range(1, claimed.until + 1):
            circuit = compile_circuit(model, length).circuit
            if length >= FROM:
                wires.append(circuit.wires)
            recent = wires[-1 - 4 * claimed.period :]
            if not claimed.allows(circuit, length) or any(differences(recent, claimed.period, 4)):
                return OtherGrowth(model, claimed, length)
        return None

    yield Lemma(f"depth {claimed.depth} from {claimed.since} on", check, claimed.until, "lengths")


def _affine(name: str, domain: FiniteRing) -> Build:
    return lambda: affine_model(group(name), domain)


def _stack(name: str) -> Build:
    return lambda: subnormal_tracker(derived_series(group(name)))


def _drawn(domain: FiniteRing, width: int) -> Build:
    return lambda: drawn_layer(domain, width, f"{domain} {width}")


SOURCE = "2404.08819 Thm 4.4, ring analogue"
PROOF = "constructions.circuits.diagonal_layers"
FIGURES = "constructions.circuits.diagonal_circuits"
PARITY, RESETS = partial(counter, 2), partial(counter, 3, reset=True)
S3, D4, A4 = _affine("S3", ResidueRing(6)), _affine("D4", ResidueRing(8)), _affine("A4", GaloisField(4))
Z8, Z9, F9 = _drawn(ResidueRing(8), 2), _drawn(ResidueRing(9), 1), _drawn(GaloisField(9), 1)

CLAIMS = (
    Claim(
        name="diagonal-layers-as-circuits",
        source=SOURCE,
        statement="A stack of diagonal layers over Z/m and GF(q), or of rotations, is a threshold circuit of a depth "
        "that doesn't depend on the length: after each letter of every word the circuit puts out what the model does.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_every_word,
        instances={
            "parity, to 8": (PARITY, 8),
            "modulo 3 with resets, to 5": (RESETS, 5),
            "S3 over Z/6, to 3": (S3, 3),
            "S4 by three layers of rotations, to 2": (_stack("S4"), 2),
            "drawn over Z/8, d=2, to 4": (Z8, 4),
            "drawn over GF(9), to 3": (F9, 3),
        },
        full={
            "parity, to 14": (PARITY, 14),
            "modulo 3 with resets, to 9": (RESETS, 9),
            "S3 over Z/6, to 5": (S3, 5),
            "D4 over Z/8, to 4": (D4, 4),
            "A4 over GF(4), to 4": (A4, 4),
            "S4 by three layers of rotations, to 3": (_stack("S4"), 3),
            "drawn over Z/8, d=2, to 8": (Z8, 8),
            "drawn over Z/9, to 8": (Z9, 8),
            "drawn over GF(9), to 8": (F9, 8),
            "drawn over Z/60, to 7": (_drawn(ResidueRing(60), 1), 7),
        },
    ),
    Claim(
        name="diagonal-layers-as-circuits-drawn",
        source=SOURCE,
        statement="The same on drawn words that are longer.",
        kind=Kind.POSSIBLE,
        expected="checked",
        proof=PROOF,
        cases=_drawn_words,
        instances={"parity, n=32": (PARITY, 32, 200), "S3 over Z/6, n=12": (S3, 12, 100)},
        full={
            "parity, n=64": (PARITY, 64, 2000),
            "modulo 3 with resets, n=64": (RESETS, 64, 1000),
            "S3 over Z/6, n=64": (S3, 64, 1000),
            "D4 over Z/8, n=64": (D4, 64, 1000),
            "A4 over GF(4), n=64": (A4, 64, 1000),
            "S4 by three layers of rotations, n=64": (_stack("S4"), 64, 1000),
            "drawn over Z/8, d=2, n=64": (Z8, 64, 1000),
            "drawn over Z/9, n=32": (Z9, 32, 1000),
        },
    ),
    Claim(
        name="diagonal-circuits-growth",
        source=SOURCE,
        statement="As far as they are built, the circuits of a stack of diagonal layers all have the same depth from "
        f"length 2 or 3 on, and their number of wires is a quasi-polynomial of degree 3 in the length from {FROM} on.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=FIGURES,
        cases=_growth,
        instances={
            "parity, depth 4, to 24": (PARITY, Growth(4, 1, 24)),
            "modulo 3, depth 6, to 20": (partial(counter, 3), Growth(6, 3, 20)),
        },
        full={
            "parity, depth 4, to 64": (PARITY, Growth(4, 1, 64)),
            "modulo 3, depth 6, to 64": (partial(counter, 3), Growth(6, 3, 64)),
            "modulo 3 with resets, depth 9, to 64": (RESETS, Growth(9, 3, 64, since=3)),
            "S3 over Z/6, depth 17, to 64": (S3, Growth(17, 3, 64)),
            "D4 over Z/8, depth 20, to 64": (D4, Growth(20, 4, 64)),
            "A4 over GF(4), depth 24, to 64": (A4, Growth(24, 3, 64)),
            "drawn over Z/8, d=2, depth 20, to 64": (Z8, Growth(20, 4, 64)),
            "S3 by two layers of rotations, depth 14, to 64": (_stack("S3"), Growth(14, 3, 64)),
            "S4 by three layers of rotations, depth 20, to 64": (_stack("S4"), Growth(20, 3, 64)),
        },
    ),
)
