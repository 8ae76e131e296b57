"""Small groups by stacks written out by hand: S3, D4 in two ways, Q8, A4 and S4.

Products are read left to right. Each layer keeps exponents; h_t is its state after letter t, and "before" is h_{t-1}.

*S3 and D4 (a).* With r^n = s^2 = 1 and s r s = r^-1 let x = r^b s^a. Layer 1 turns by (-1)^a, layer 2 by w^(h b), where
w has order n and h = (-1)^A is layer 1's state before the letter: r^B s^A r^b s^a = r^(B + h b) s^(A + a).

*D4 (b), through the centre.* Layer 1 keeps (b', a') = (B mod 2, A), turning by ((-1)^b, (-1)^a). Layer 2 turns by
(-1)^e, 2 e = b'_before + (-1)^a'_before b - b'_after, and its state z stands for r^(2z): the product is
r^(2z + b') s^a'.

*Q8.* Let x = eps u, with a sign eps and u one of 1, i, j, k. Layer 1 keeps u in V4, by two signs; layer 2 turns by eps
c(u_before, u), the sign of the product of these two units. The product is z u.

*A4.* With c = (123) and V4 = {e, a, b, ab}, a = (12)(34), b = (13)(24), layer 1 keeps p, where V4 c^p is the coset of
the product. Layer 2 reads c^p_before x c^-p_after, an element of V4, and keeps a product v of these: v c^p.

*S4.* Layer 1 keeps q in {0, 1}, the parity, and passes on tau_before x tau_after^-1, tau = (12)^q, an element of A4, to
layers 2 and 3, which are those of A4: v c^p tau.

All are stacks of `constructions.groups.subnormal_tracker` with other representatives. D4 (b) and Q8 take the decays 1
and -1 alone and are real.

Source: 2603.01959, multi-layer theorem, worked examples; but for S3, ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import lcm
from typing import Any, NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.groups.architecture_classes import check_stack
from exactssm.algebra import Group, group
from exactssm.arithmetic import CyclotomicField, Rationals
from exactssm.arithmetic.domain import Domain, Element, power, powers
from exactssm.layers import DiagonalLayer, RotationLayer
from exactssm.layers.architectures import AUSSM, NEGATIVE_MAMBA_UNDERFLOW
from exactssm.layers.layer import Vector
from exactssm.machine import Output, Symbol
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem

__all__ = ["CLAIMS", "EXAMPLES", "Example", "Flip", "Half", "Residual", "Signed", "worked_example"]

Exponents = tuple[int, ...]


class Stage(NamedTuple):
    """One layer, in exponents."""

    orders: Exponents
    angle: Callable[[Any], Exponents]  #: letter -> exponents, of whatever size
    carry: Callable[[Exponents, Any], Output]  #: (state after the letter, letter) -> the next layer's letter


@dataclass(frozen=True)
class Example:
    """A group and the layers that track it."""

    structure: Group
    stages: tuple[Stage, ...]

    @property
    def real(self) -> bool:
        """Whether 1 and -1 are the only decays."""
        return all(set(stage.orders) == {2} for stage in self.stages)

    def in_exponents(self) -> Model:
        """The stack, each state kept as exponents of roots of unity."""

        def block(stage: Stage) -> Block:
            return Block(RotationLayer(stage.orders, lambda letter: _reduced(stage, letter)), stage.carry)

        return Model(range(self.structure.order), [block(stage) for stage in self.stages])

    def in_numbers(self) -> Model:
        """The stack in exact numbers: rational ones, where 1 and -1 are enough, and cyclotomic ones otherwise."""
        orders = lcm(*(order for stage in self.stages for order in stage.orders))
        domain = Rationals() if self.real else CyclotomicField(orders)
        return Model(range(self.structure.order), [_numbers(stage, domain) for stage in self.stages])


def _reduced(stage: Stage, letter: Symbol) -> Exponents:
    return tuple(exponent % order for exponent, order in zip(stage.angle(letter), stage.orders, strict=True))


def _numbers(stage: Stage, domain: Domain) -> Block:
    roots = [domain.root_of_unity(order) for order in stage.orders]
    exponent_of: list[dict[Element, int]] = [
        {w: k for k, w in enumerate(powers(domain, root, order))}
        for root, order in zip(roots, stage.orders, strict=True)
    ]

    def decay(letter: Symbol) -> Vector:
        return tuple(power(domain, root, k) for root, k in zip(roots, _reduced(stage, letter), strict=True))

    def readout(state: Vector, letter: Symbol) -> Output:
        return stage.carry(tuple(known[h] for known, h in zip(exponent_of, state, strict=True)), letter)

    return Block(DiagonalLayer(domain, (domain.one,) * len(roots), decay), readout)


class Flip(NamedTuple):
    """What layer 2 of S3 and D4 (a) reads."""

    turn: int  #: h b
    parity: int  #: layer 1's state


def dihedral(structure: Group, r: int, s: int, n: int) -> Example:
    """Layers C2 and C_n for r^n = s^2 = 1, s r s = r^-1."""
    exponents = {structure.product([r] * b + [s] * a): (b, a) for b, a in product(range(n), range(2))}

    def first(state: Exponents, x: int) -> Flip:
        b, a = exponents[x]
        before = (state[0] - a) % 2
        return Flip((-1) ** before * b, state[0])

    def last(state: Exponents, letter: Flip) -> int:
        return structure.product([r] * state[0] + [s] * letter.parity)

    stages = Stage((2,), lambda x: exponents[x][1:], first), Stage((n,), lambda letter: (letter.turn,), last)
    return Example(structure, stages)


class Half(NamedTuple):
    """What layer 2 of D4 (b) reads."""

    e: int
    digits: Exponents  #: b' and a', layer 1's state


def through_the_centre(structure: Group, r: int, s: int) -> Example:
    """D4 by layers C2 x C2 and C2."""
    exponents = {structure.product([r] * b + [s] * a): (b, a) for b, a in product(range(4), range(2))}

    def first(state: Exponents, x: int) -> Half:
        b, a = exponents[x]
        before = (state[0] - b) % 2, (state[1] - a) % 2
        twice = before[0] + (-1) ** before[1] * b - state[0]
        assert twice % 2 == 0
        return Half(twice // 2, state)

    def last(state: Exponents, letter: Half) -> int:
        b, a = letter.digits
        return structure.product([r] * (2 * state[0] + b) + [s] * a)

    return Example(structure, (Stage((2, 2), lambda x: exponents[x], first), Stage((2,), lambda half: (half.e,), last)))


class Signed(NamedTuple):
    """What layer 2 of Q8 reads."""

    sign: int  #: eps c(u_before, u)
    unit: Exponents  #: layer 1's state


UNITS: Mapping[Exponents, str] = {(0, 0): "1", (1, 0): "i", (0, 1): "j", (1, 1): "k"}


def quaternions() -> Example:
    """Q8 by layers C2 x C2 and C2."""
    q8 = group("Q8")
    signed = {q8.element(("-" if eps < 0 else "") + UNITS[u]): (eps, u) for eps in (1, -1) for u in UNITS}
    element = {known: x for x, known in signed.items()}

    def c(u: Exponents, v: Exponents) -> int:
        """The sign of the product of two units."""
        if (0, 0) in (u, v):
            return 1
        if u == v:
            return -1
        return 1 if UNITS[u] + UNITS[v] in ("ij", "jk", "ki") else -1

    def first(state: Exponents, x: int) -> Signed:
        eps, u = signed[x]
        before = (state[0] - u[0]) % 2, (state[1] - u[1]) % 2
        return Signed(eps * c(before, u), state)

    def last(state: Exponents, letter: Signed) -> int:
        return element[(-1) ** state[0], letter.unit]

    turn = Stage((2,), lambda letter: (0 if letter.sign == 1 else 1,), last)
    return Example(q8, (Stage((2, 2), lambda x: signed[x][1], first), turn))


class Residual(NamedTuple):
    """What layers 2 and 3 of A4 and S4 read."""

    element: int
    tail: int  #: the representatives decoded so far


Transversal = Mapping[Exponents, int]
"""Coordinates of cosets -> their representatives."""


def by_transversals(structure: Group, transversals: Sequence[tuple[Exponents, Transversal]]) -> Example:
    """One layer for each transversal, with the orders of its coordinates; the top factor first."""
    stages: list[Stage] = []
    lower = {0}
    for depth, (orders, tau) in reversed(list(enumerate(transversals, start=1))):
        coordinates = {structure.mul(m, t): q for q, t in tau.items() for m in lower}
        stages.insert(0, _transversal_stage(structure, orders, tau, coordinates, depth == len(transversals)))
        lower = set(coordinates)
    return Example(structure, tuple(stages))


def _transversal_stage(
    structure: Group, orders: Exponents, tau: Transversal, coordinates: Mapping[int, Exponents], last: bool
) -> Stage:
    def read(letter: Symbol) -> Residual:
        return letter if isinstance(letter, Residual) else Residual(letter, 0)  # type: ignore[arg-type]

    def angle(letter: Symbol) -> Exponents:
        return coordinates[read(letter).element]

    def carry(after: Exponents, letter: Symbol) -> Output:
        x, tail = read(letter)
        before = tuple((q - d) % n for q, d, n in zip(after, coordinates[x], orders, strict=True))
        tail = structure.mul(tau[after], tail)
        return tail if last else Residual(structure.product((tau[before], x, structure.inverses[tau[after]])), tail)

    return Stage(orders, angle, carry)


def _permutations(name: str) -> Example:
    """A4 and S4."""
    structure = group(name)
    e, c, a, b = (structure.element(label) for label in ("()", "(1,2,3)", "(1,2)(3,4)", "(1,3)(2,4)"))
    v4: Transversal = {(0, 0): e, (1, 0): a, (0, 1): b, (1, 1): structure.mul(a, b)}
    alternating: list[tuple[Exponents, Transversal]] = [
        ((3,), {(p,): structure.power(c, p) for p in range(3)}),
        ((2, 2), v4),
    ]
    if name == "A4":
        return by_transversals(structure, alternating)
    return by_transversals(structure, [((2,), {(0,): e, (1,): structure.element("(1,2)")}), *alternating])


def worked_example(name: str) -> Example:
    """The example of that name, one of `EXAMPLES`."""
    return EXAMPLES[name]()


def _s3() -> Example:
    s3 = group("S3")
    return dihedral(s3, s3.element("(1,2,3)"), s3.element("(1,2)"), 3)


def _d4(through_centre: bool) -> Example:
    d4 = group("D4")
    r, s = d4.element("r"), d4.element("s")
    return through_the_centre(d4, r, s) if through_centre else dihedral(d4, r, s, 4)


EXAMPLES: Mapping[str, Callable[[], Example]] = {
    "S3": _s3,
    "D4 (a)": lambda: _d4(False),
    "D4 (b)": lambda: _d4(True),
    "Q8": quaternions,
    "A4": lambda: _permutations("A4"),
    "S4": lambda: _permutations("S4"),
}


def _cases(name: str) -> Iterator[Case]:
    example = worked_example(name)
    task = WordProblem(example.structure)
    widths = tuple(len(stage.orders) for stage in example.stages)
    bounds = Bounds(exactly={"depth": len(widths), "widths": widths}, at_most={"precision": 2})
    yield Case("exponents", example.in_exponents(), task, bounds)
    numbers = example.in_numbers()
    check_stack(numbers, NEGATIVE_MAMBA_UNDERFLOW if example.real else AUSSM)
    yield Case("numbers", numbers, task, bounds)


CLAIMS = (
    Claim(
        name="worked-examples",
        source="2603.01959, multi-layer theorem, worked examples",
        statement="S3 and D4 by layers C2 and C3 or C4, D4 and Q8 by real layers C2xC2 and C2, A4 by C3 and C2xC2, S4 "
        "by C2, C3 and C2xC2, with the representatives of the hand-written traces, are tracked in exponents and in "
        "exact numbers.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.groups.worked_examples",
        cases=_cases,
        instances={name: name for name in EXAMPLES},
    ),
)
