"""Composing any number of functions: one coordinate can't at any precision, N - 1 coordinates of one bit can.

The task is composition of any number of functions on N elements, written value by value or one a letter. What a
permutation f, written so, does to a layer of width 1 over Z/m is a map M_f: h -> a h + b. Z/m is a product of rings
Z/r^e with primes r, and M_f acts on each of these components: there a is a unit, or a^e = 0.

Theorem. One layer of width 1 over Z/m, with any maps and any readout, doesn't compose all permutations of N elements,
if N >= 4, or if N = 3 and m is a power of two.

*Proof, and algorithm.* Let P be some permutations. For f in P let E_f be a multiple of f's order such that (M_f)^E_f
does the same as its square: on a component it is then the identity, or constant. Let R be the word of all f^E_f, one
after the other. Its product is the identity. Let w be a word of permutations in P whose product moves x, but which acts
as the identity on the components on which all M_f are invertible. On the other components R is constant, on these it is
the identity; so w R and R lead to the same state, from any one, while the answer for x_0 = x has to be another. Such w
are

- c^n for the cycle c of 0, 1, 2, if on the components on which it is invertible M_c has order n, and 3 doesn't divide
  n: for m a power of two n is one, too, since there are 2^(2e-1) invertible maps of Z/2^e;
- [[f,g],[h,k]] for f, g, h, k = (0 1), (0 2), (0 1), (0 3), where f^(E_f - 1) stands for the inverse of f, and so on:
  invertible maps h -> a h + b are metabelian, as commutators are translations, and these commute. In S_4 it moves every
  point of 0, 1, 2, 3.

The words are long, as powers of 2^p are in them; they are kept as programs. For A_N with N >= 5, which is perfect, the
same holds of any number of layers of width 1, since it is no section of a solvable group; that isn't decided here.

Over F_2 a layer of width N - 1 is enough, if a whole function is a letter
(`constructions.composition.wide_composition`).

Source: 2604.14501, width and precision in the base model; its statement isn't known to us, and this one is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from math import gcd
from random import Random
from typing import Final, NamedTuple

from constructions.claim import Case, Claim, Kind, Lemma, LongConfusion
from constructions.composition.wide_composition import functions
from constructions.composition.width_against_precision import Affine, scalar_layer, scalar_maps
from exactssm.arithmetic import ResidueRing
from exactssm.errors import CertificateError, ConstructionError
from exactssm.machine import Symbol, Word
from exactssm.models import Model
from exactssm.straight_line import Program
from exactssm.tasks import EOS, Automaton, UnboundedComposition
from exactssm.tasks.composition import Function

__all__ = ["CLAIMS", "Presentation", "by_entries", "by_whole_functions", "composing_words"]

MAX_MODULUS: Final = 2**20
#: [[f,g],[h,k]] of these moves each of 0, 1, 2, 3
SWAPS: Final = ((1, 0, 2, 3), (2, 1, 0, 3), (1, 0, 2, 3), (3, 1, 2, 0))


@dataclass(frozen=True)
class Presentation:
    """How functions are written: the task, and what stands before, for and after them. It starts from x_0 = 0."""

    N: int
    task: UnboundedComposition | Automaton
    before: Word
    after: Word
    spell: Callable[[Function], Word]


def by_entries(N: int) -> Presentation:
    """Value by value, after x_0 and before EOS."""
    return Presentation(N, UnboundedComposition(N), (("start", 0),), (EOS,), lambda f: tuple(enumerate(f)))


def by_whole_functions(N: int) -> Presentation:
    """A letter a function; the answer, where all lead from 0, is asked for after each."""
    letters = functions(N)
    task = Automaton.moore(letters, range(N), 0, {(v, f): f[v] for v in range(N) for f in letters}, lambda v: v)
    return Presentation(N, task, (), (), lambda f: (f,))


def composing_words(model: Model, written: Presentation) -> LongConfusion:
    """Two streams that lead the model, one layer of width 1 over Z/m, to one state, with different answers.

    Raises: ConstructionError, for another model, for N = 2, and for N = 3 where M_c has an order that 3 divides.
    """
    modulus, on = scalar_maps(model)
    N = written.N
    if N < 3 or modulus > MAX_MODULUS:
        raise ConstructionError(f"words are known for N of at least 3 and m up to {MAX_MODULUS}; got {N} and {modulus}")

    def padded(f: Sequence[int]) -> Function:
        return (*f, *range(len(f), N))

    def acts(f: Function) -> Affine:
        a, b = 1, 0
        for letter in written.spell(f):
            decay, drive = on(letter)
            a, b = decay * a % modulus, (decay * b + drive) % modulus
        return a, b

    def spelt(f: Function) -> Program:
        return Program.of(written.spell(f))

    cycle = padded((1, 2, 0))
    if (order := _order_where_invertible(acts(cycle), modulus)) % 3:
        used, word = [cycle], spelt(cycle) * order
    elif N == 3:
        raise ConstructionError(f"over Z/{modulus} a cycle of three acts with the order {order}; no words are known")
    else:
        used = [padded(f) for f in SWAPS]
        inverse = {f: spelt(f) * (_idempotent_power(acts(f), 2, modulus) - 1) for f in used}
        f, g, h, k = ((spelt(f), inverse[f]) for f in used)
        word, _ = _commutator(_commutator(f, g), _commutator(h, k))
    orders = {f: 3 if f == cycle else 2 for f in used}
    reset = Program.concatenation(spelt(f) * _idempotent_power(acts(f), orders[f], modulus) for f in orders)
    before, after = Program.of(written.before), Program.of(written.after)
    return LongConfusion(before + word + reset + after, before + reset + after)


def _commutator(x: tuple[Program, Program], y: tuple[Program, Program]) -> tuple[Program, Program]:
    """x^-1 y^-1 x y and its inverse; words come with their inverses."""
    return x[1] + y[1] + x[0] + y[0], y[1] + x[1] + y[0] + x[0]


def _compose(f: Affine, g: Affine, modulus: int) -> Affine:
    """f first, then g."""
    return g[0] * f[0] % modulus, (g[0] * f[1] + g[1]) % modulus


def _power(f: Affine, exponent: int, modulus: int) -> Affine:
    found: Affine = (1, 0)
    while exponent:
        if exponent & 1:
            found = _compose(found, f, modulus)
        f, exponent = _compose(f, f, modulus), exponent >> 1
    return found


def _idempotent_power(f: Affine, multiple_of: int, modulus: int) -> int:
    """An E that ``multiple_of`` divides, such that f^E is its own square: the identity or constant on each
    component."""
    E = multiple_of * _order_where_invertible(f, modulus)
    while _power(f, 2 * E, modulus) != _power(f, E, modulus):
        E *= 2
    return E


def _order_where_invertible(f: Affine, modulus: int) -> int:
    """The order of f on the components of Z/m on which it is invertible."""
    part = modulus
    while (common := gcd(f[0], part)) > 1:
        part //= common
    f = (f[0] % part, f[1] % part)
    order, power = 1, f
    while power != (1 % part, 0):
        power, order = _compose(power, f, part), order + 1
    return order


@dataclass(frozen=True)
class NotMetabelian:
    """Four invertible maps of Z/m with a double commutator that isn't the identity."""

    modulus: int
    maps: tuple[Affine, Affine, Affine, Affine]

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(f"{a} h + {b}" for a, b in self.maps)

    def as_text(self) -> str:
        return f"over Z/{self.modulus} the double commutator of {', '.join(self.word)} isn't the identity"

    def replay(self) -> None:
        """[[f,g],[h,k]] point by point."""
        inverse: list[dict[int, int]] = []
        for a, b in self.maps:
            inverse.append({(a * h + b) % self.modulus: h for h in range(self.modulus)})
        values = [{h: (a * h + b) % self.modulus for h in range(self.modulus)} for a, b in self.maps]
        if any(len(back) < self.modulus for back in inverse):
            raise CertificateError("all four maps must be invertible")

        def read(h: int, word: Sequence[int]) -> int:
            for i in word:
                h = values[i][h] if i >= 0 else inverse[~i][h]
            return h

        inner, other = (~0, ~1, 0, 1), (~2, ~3, 2, 3)
        back = [tuple(~i for i in reversed(w)) for w in (inner, other)]
        if all(read(h, (*back[0], *back[1], *inner, *other)) == h for h in range(self.modulus)):
            raise CertificateError("the double commutator is the identity")


def _metabelian(modulus: int) -> Iterator[Lemma]:
    units = [a for a in range(modulus) if gcd(a, modulus) == 1]
    maps = list(product(units, range(modulus)))

    def check() -> NotMetabelian | None:
        inverse = {f: _power(f, _order_where_invertible(f, modulus) - 1, modulus) for f in maps}

        def commutator(f: Affine, g: Affine) -> Affine:
            return _compose(_compose(inverse[f], inverse[g], modulus), _compose(f, g, modulus), modulus)

        # every commutator, with a pair that it is one of: all quadruples are pairs of these
        of = {commutator(f, g): (f, g) for f, g in product(maps, repeat=2)}
        for x, y in product(of, repeat=2):
            if commutator(x, y) != (1, 0):
                return NotMetabelian(modulus, (*of[x], *of[y]))
        return None

    yield Lemma(f"Z/{modulus}", check, len(maps) ** 4, "quadruples of maps")


class _Drawn(NamedTuple):
    """Layers of width 1 over Z/m, drawn."""

    N: int
    modulus: int
    whole: bool
    layers: int


def _cases(family: _Drawn) -> Iterator[Case]:
    written = by_whole_functions(family.N) if family.whole else by_entries(family.N)
    draw = Random(f"{family}")
    ring = ResidueRing(family.modulus)
    for number in range(family.layers):
        on = _maps(written, ring.modulus, draw, exact=number == 0)
        model = scalar_layer(written.task.alphabet, ring, on)
        yield Case(f"layer {number}", model, written.task, refutation=partial(composing_words, model, written))


def _maps(written: Presentation, modulus: int, draw: Random, exact: bool) -> dict[Symbol, Affine]:
    """A map for each letter; if ``exact``, whole functions that are affine modulo N are these maps."""
    sort = draw.randrange(3)
    on: dict[Symbol, Affine] = {}
    for letter in written.task.alphabet:
        assert isinstance(letter, tuple)
        a, b = draw.randrange(modulus), draw.randrange(modulus)
        if letter[0] == "start":
            a = 0
        elif letter == EOS:
            a, b = 1, 0
        elif sort == 0:
            a = draw.choice([a for a in range(modulus) if gcd(a, modulus) == 1])
        elif sort == 1 and draw.random() < 0.8:
            a = 1
        if exact and len(letter) == written.N == modulus:
            slope = (letter[1] - letter[0]) % modulus
            if all((slope * x + letter[0]) % modulus == y for x, y in enumerate(letter)):
                a, b = slope, letter[0]
        on[letter] = a, b
    return on


def _families(sizes: list[tuple[int, int]], whole: bool, layers: int) -> dict[str, _Drawn]:
    how = "whole" if whole else "by entries"
    return {f"N={N} {how}, Z/{m}, {layers} layers": _Drawn(N, m, whole, layers) for N, m in sizes}


SOURCE = "2604.14501, width and precision in the base model (the obstruction is ours)"

CLAIMS = (
    Claim(
        name="one-coordinate-is-metabelian",
        source=SOURCE,
        statement="Double commutators of invertible maps h -> a h + b over Z/2^p are the identity.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.composition.one_coordinate",
        cases=_metabelian,
        instances={f"p={p}": 2**p for p in (1, 2, 3, 4)},
        full={f"Z/{m}": m for m in (3, 5, 6, 7, 9, 12, 15)},
    ),
    Claim(
        name="one-coordinate-composes-no-functions",
        source=SOURCE,
        statement="One layer with d = 1 over Z/2^p doesn't compose every number of functions on N >= 3 elements, at "
        "any p and whatever the readout; nor does one over any Z/m, if N >= 4.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.composition.one_coordinate",
        cases=_cases,
        instances=_families([(3, 8)], True, 10)
        | _families([(4, 4)], True, 2)
        | _families([(3, 4), (4, 16), (4, 15), (5, 32)], False, 4),
        full=_families([(3, 2**p) for p in range(1, 9)] + [(4, m) for m in (4, 5, 6, 9, 12, 15)], True, 50)
        | _families([(N, 2**p) for N in (3, 4, 5) for p in range(1, 8)], False, 50)
        | _families([(N, m) for N in (4, 5) for m in (3, 5, 6, 9, 15, 21, 35, 36, 105)], False, 50),
        every_readout=True,
        sampled="seeded layers: any maps, invertible ones, mostly translations, and those functions that are affine "
        "done exactly",
    ),
)
