"""Numbers that grow with the word: one diagonal layer over Z tracks every dihedral group, and p bits last 2^p/8
letters.

One coordinate, whose decay is 1 or -1, tracks D_n = <r, s | r^n = s^2 = 1, s r s = r^-1>, S_3 = D_3 among them:

    r^b s^a :  h -> (-1)^a (h + 4 b),    h_0 = 1,    the element is read off h mod 4 n

*Over Z/4n* this is a machine of 2 n states. The map of s^2 and that of r^n are the identity, that of s r s is h - 4: so
the group acts, a word's product sends 1 to h, and these images tell the elements apart: r^b sends 1 to 1 + 4 b, and
r^b s to -1 - 4 b, the one 1 and the other 3 mod 4.

*Over Z* the states have no end, |h| <= 4 (n - 1) T + 1 after T letters, so that no search of states proves anything.
But reduction Z -> Z/4n is a homomorphism of rings, so it takes the layer over Z to the layer over Z/4n step by step,
and the readout depends on h mod 4n alone: on every word both put out the same. What a verifier has to say is therefore:
proved over Z/4n, and over Z checked on every word up to a length; that the two agree for ever is this paragraph.

Bounded numbers that don't wrap around track no non-Abelian group with one diagonal layer, by the one-layer theorem.
Here O(log T) bits on words of T letters do. *With p bits* and a sign among them the first sum beyond the largest
number, 2^(p-1) - 1, is 1 + 4 * 2^(p-3): on the letters r and s every word of fewer than 2^(p-3) = 2^p/8 letters is
tracked, and r^(2^p/8) is the first that is not, both if sums saturate and if they wrap around, unless 4 n divides 2^p.
If it does, wrapping around is the reduction Z -> Z/2^p, so that p bits track D_(2^(p-2)) on words of every length.

Source: 2603.01959, one-layer theorem, where the precision may grow; ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.rings.modular_diagonal import affine_layer, element_of_order
from exactssm.algebra import Group, group
from exactssm.arithmetic import FixedPoint, Integers, MachineInteger, Overflow, ResidueRing, Rounding
from exactssm.arithmetic.domain import Domain
from exactssm.errors import ConstructionError
from exactssm.layers.layer import Vector
from exactssm.machine import UNSPECIFIED, Machine, Output, State, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

if TYPE_CHECKING:
    from exactssm.table import TableMachine

__all__ = ["CLAIMS", "UpTo", "dihedral", "dihedral_model", "fixed_integers", "tracking_table"]


class Dihedral(NamedTuple):
    """D_n with its elements written as r^b s^a."""

    structure: Group
    r: int
    s: int
    exponents: dict[int, tuple[int, int]]  #: element -> (a, b)

    @property
    def n(self) -> int:
        return self.structure.order // 2

    @property
    def generators(self) -> tuple[int, int]:
        return self.r, self.s


def dihedral(name: str) -> Dihedral:
    """The dihedral group of that name.

    >>> d = dihedral("D4")
    >>> [d.structure.labels[x] for x in (d.r, d.s)], len(d.exponents)
    (['r', 's'], 8)

    Raises: ConstructionError, unless it is a D_n, by this or another name.
    """
    structure = group(name)
    n = structure.order // 2
    r = element_of_order(structure, n)
    s = element_of_order(structure, 2, outside=[r])
    exponents = {}
    for b in range(n):
        exponents[structure.power(r, b)] = (0, b)
        exponents[structure.mul(structure.power(r, b), s)] = (1, b)
    if len(exponents) != structure.order or structure.product((s, r, s, r)) != 0:
        raise ConstructionError(f"the group must be dihedral; {name} is not")
    return Dihedral(structure, r, s, exponents)


def dihedral_model(d: Dihedral, domain: Domain, letters: Iterable[int]) -> Model:
    """The layer of width 1 over ``domain``, whose elements are ints, read out mod 4 n.

    A state that no element sends 1 to is read out as None.

    >>> from exactssm.machine import run
    >>> d = dihedral("S3")
    >>> found = run(dihedral_model(d, Integers(), d.generators), (d.r, d.r, d.s, d.r, d.r))
    >>> [h for ((h,),) in found.states]
    [1, 5, 9, -9, -5, -1]
    >>> [d.structure.labels[x] for x in found.outputs][-1] == d.structure.labels[d.s]
    True

    Raises: DomainError, if ``domain`` doesn't hold 4 (n - 1).
    """
    letters = tuple(letters)
    maps = {x: _map(d, x, domain) for x in letters}
    answers = _answers(d)
    layer = affine_layer(domain, maps, (domain.one,))

    def element(h: Vector, letter: Symbol) -> int | None:
        return answers.get(h[0] % (4 * d.n))

    return Model(letters, [Block(layer, element)])


def _map(d: Dihedral, x: int, domain: Domain) -> tuple[Any, Any]:
    """h -> (-1)^a h + (-1)^a 4 b."""
    a, b = d.exponents[x]
    unit = domain.one if a == 0 else domain.neg(domain.one)
    shift = domain.element(4 * b)
    return unit, domain.mul(unit, shift)


def _answers(d: Dihedral) -> dict[int, int]:
    """The element that sends 1 to h, for h mod 4 n."""
    return {(-1 - 4 * b if a else 1 + 4 * b) % (4 * d.n): x for x, (a, b) in d.exponents.items()}


def fixed_integers(p: int, overflow: Overflow) -> FixedPoint:
    """The integers of p bits, a sign among them."""
    return FixedPoint(p - 1, 0, Rounding.FLOOR, overflow)


def tracking_table(d: Dihedral, numbers: FixedPoint) -> TableMachine:
    """``dihedral_model(d, numbers, d.generators)`` with a row for every number, -2^(p-1) the first: compiled, and for
    numbers of up to 31 bits. `exactssm.table.tabulate` gives the reachable part of it, the slow way."""
    import numpy as np

    from exactssm.table import TableMachine

    low, codes = numbers.codes.start, np.arange(numbers.codes.start, numbers.codes.stop)
    maps = [_map(d, x, numbers) for x in d.generators]
    successors = np.empty((len(codes), len(maps)), np.int32)
    for column, (unit, shift) in enumerate(maps):
        matrix, drive = np.array([[unit]]), np.array([shift])
        successors[:, column] = numbers.affine_arrays(matrix, drive, codes[:, None])[:, 0] - low
    answers = np.full(4 * d.n, d.structure.order, np.int32)  # the last output: None
    for residue, x in _answers(d).items():
        answers[residue] = x
    out = answers[(successors.astype(np.int64) + low) % (4 * d.n)]
    outputs = (*range(d.structure.order), None)
    return TableMachine(d.generators, numbers.one - low, successors, out, outputs)


@dataclass(frozen=True)
class UpTo:
    """``task`` on words of at most ``length`` symbols; longer ones may be answered as one likes."""

    task: Machine
    length: int

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.task.alphabet

    @property
    def start(self) -> State:
        return self.task.start, self.length

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, tuple)
        inner, left = state
        if left == 0:
            return state, UNSPECIFIED
        inner, output = self.task.step(inner, symbol)
        return (inner, left - 1), output

    def is_dead(self, state: State) -> bool:
        """Whether the length is reached."""
        assert isinstance(state, tuple)
        _, left = state
        return not left


def _residues(name: str) -> Iterator[Case]:
    d = dihedral(name)
    bounds = Bounds(exactly={"depth": 1, "width": 1}, at_most={"precision": (2 * d.n - 1).bit_length()})
    model = dihedral_model(d, ResidueRing(4 * d.n), d.exponents)
    yield Case("modulo 4n", model, WordProblem(d.structure, tuple(d.exponents)), bounds)


def _integers(instance: tuple[str, int]) -> Iterator[Case]:
    name, length = instance
    d = dihedral(name)
    model = dihedral_model(d, Integers(), d.generators)
    yield Case("generators", model, WordProblem(d.structure, d.generators), length=length)


OVERFLOWS = (Overflow.SATURATE, Overflow.WRAP)


def _long_enough(instance: tuple[str, int]) -> Iterator[Case]:
    name, p = instance
    d = dihedral(name)
    bounds = Bounds(exactly={"depth": 1, "width": 1, "storage_bits": p})
    task = UpTo(WordProblem(d.structure, d.generators), 2 ** (p - 3) - 1)
    for overflow in OVERFLOWS:
        yield Case(overflow.value, dihedral_model(d, fixed_integers(p, overflow), d.generators), task, bounds)


def _no_longer(instance: tuple[str, int]) -> Iterator[Case]:
    from exactssm.table import tabulate

    name, p = instance
    d = dihedral(name)
    task = tabulate(WordProblem(d.structure, d.generators))
    for overflow in OVERFLOWS:
        yield Case(overflow.value, tracking_table(d, fixed_integers(p, overflow)), task)


def _whatever_the_readout(instance: tuple[str, int]) -> Iterator[Case]:
    name, p = instance
    d = dihedral(name)
    for overflow in OVERFLOWS:
        model = dihedral_model(d, fixed_integers(p, overflow), d.generators)
        yield Case(overflow.value, model, WordProblem(d.structure, d.generators))


def _wrapping(p: int) -> Iterator[Case]:
    d = dihedral(f"D{2 ** (p - 2)}")
    bounds = Bounds(exactly={"depth": 1, "width": 1, "storage_bits": p, "precision": p - 1})
    model = dihedral_model(d, MachineInteger(p, signed=False), d.exponents)
    yield Case("wrapping around", model, WordProblem(d.structure, tuple(d.exponents)), bounds)


def _bits(names: Iterable[str], precisions: Iterable[int]) -> dict[str, tuple[str, int]]:
    return {f"{name}, p={p}": (name, p) for name in names for p in precisions}


SOURCE = "2603.01959, one-layer theorem"
PROOF = "constructions.rounding.growing_precision"

CLAIMS = (
    Claim(
        name="dihedral-by-residues",
        source=f"{SOURCE}, in wrap-around arithmetic",
        statement="One diagonal layer of width 1 over Z/4n, with decays 1 and -1, tracks the dihedral group D_n, with "
        "every element for a letter.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_residues,
        instances={name: name for name in ("S3", *(f"D{n}" for n in range(4, 9)))},
        full={f"D{n}": f"D{n}" for n in range(9, 31)},
    ),
    Claim(
        name="dihedral-by-integers",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="The same layer over Z, read out modulo 4n, gives every product of the generators of D_n: what all "
        "words show up to a length, and for all words follows from `dihedral-by-residues`, as reducing modulo 4n "
        "commutes with every step.",
        kind=Kind.POSSIBLE,
        expected="checked",
        proof=PROOF,
        cases=_integers,
        instances={f"{name}, words up to 10": (name, 10) for name in ("S3", "D4", "D5")},
        full={f"{name}, words up to 16": (name, 16) for name in ("S3", "D4", "D5", "D30")},
    ),
    Claim(
        name="growing-precision",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="With p bits, saturating or wrapping around, the same layer is right on all words of fewer than "
        "2^p/8 generators: O(log T) bits are enough for a non-Abelian group on words of length T.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_long_enough,
        instances=_bits(["S3"], range(4, 9)) | _bits(["D5"], [4, 6]),
        full=_bits(["S3"], [9, 10]) | _bits(["D5"], [8]),
    ),
    Claim(
        name="growing-precision-runs-out",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="With p bits, saturating or wrapping around, the same layer fails to track D_n, n no power of 2, on "
        "a shortest word of 2^p/8 letters.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_no_longer,
        instances=_bits(["S3"], range(4, 13)),
        full=_bits(["S3"], range(13, 21)) | _bits(["D5"], range(5, 17)),
    ),
    Claim(
        name="growing-precision-runs-out-of-states",
        source=f"{SOURCE}, with numbers that grow with the word",
        statement="With p bits, saturating or wrapping around, no readout lets the same layer track D_n, n no power "
        "of 2.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_whatever_the_readout,
        instances=_bits(["S3"], range(4, 9)),
        full=_bits(["S3"], range(9, 13)) | _bits(["D5", "D6"], range(5, 11)),
        every_readout=True,
    ),
    Claim(
        name="dihedral-by-wrapping",
        source=f"{SOURCE}, in wrap-around arithmetic",
        statement="Integers of p bits that wrap around track the dihedral group of order 2^(p-1) by the same layer, "
        "on words of every length.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_wrapping,
        instances={f"D{2 ** (p - 2)}, p={p}": p for p in (4, 5, 6)},
        full={f"D{2 ** (p - 2)}, p={p}": p for p in (7, 8)},
    ),
)
