"""The fewest bits with which one layer applies one function, exactly, next to the count that bounds them from below.

Two functions must move states differently, so that a layer of width d over Z/2^p needs 2^((d^2 + d) p) >= N^N, which is
(d^2 + d) p >= N log2 N. (A little more is needed: a map with A = 0 is right for constant functions only, so the others,
N^N - N, need as many maps with A != 0.) And between entries a state must tell 2N - 1 labels apart, or N before the
first. What is enough is shown by a model, what isn't by a search of every model
(`constructions.composition.one_layer_search`).

With d = 1, bits p by the count, and the fewest:

- a whole function a token: 1 and 1 for N = 2; 3 and 3 for N = 3, the count is tight; 4 and 5 for N = 4, where 252
  functions aren't constant and only 240 maps over Z/16;
- entries in a fixed order: 1 and 2 for N = 2; 3 and 5 for N = 3: the count isn't tight;
- entries in any order: 1 and 2 for N = 2, by the model of the fixed order; for N = 3 at least 5 and at most 7.

A model over a ring is one over each ring that this is a quotient of: bits above the fewest are enough, too. And one for
N is one for N - 1: the entry of the last element, a fixed one, is left to the entry before.

N^(N+1) residues are enough for any order: h is x_0 + N (sum of f(i) N^i), written digit by digit.

Source: 2604.14501, the lower bound for K-function composition at L = K = 1; the exact numbers are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count
from typing import NamedTuple

from constructions.claim import Bounds, Case, Claim, Kind, Lemma
from constructions.composition.one_layer_models import (
    AffineMap,
    AffineSpace,
    FiniteRing,
    OneLayer,
    Reading,
    by_decode_table,
)
from constructions.composition.one_layer_search import backtrack, merged_search
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.errors import DomainError
from exactssm.tasks import FunctionComposition

__all__ = ["CLAIMS", "PRINTED", "Minimum", "count_suffices", "digit_by_digit", "minima", "minimum", "search"]


def reading(N: int, tokens: str = "entries", order: str = "fixed") -> Reading:
    """One function on N elements, presented so."""
    return Reading(FunctionComposition(N, 1, tokens=tokens, order=order))  # type: ignore[arg-type]


def by_numbers(space: AffineSpace, read: Reading, starts: list[int], maps: list[tuple[int, int]]) -> OneLayer:
    """The model of width 1 with these start states, and (a, b) for each token."""
    element = space.ring.element
    return OneLayer(
        space,
        read,
        tuple((element(h),) for h in starts),
        tuple(AffineMap(((element(a),),), (element(b),)) for a, b in maps),
    )


def digit_by_digit(N: int, order: str = "arbitrary") -> OneLayer:
    """The model over Z/2^p, the least 2^p that is at least N^(N+1), that writes down x_0 and every value.

    >>> digit_by_digit(2).answers()[(5,)]  # x_0 = 1, f(0) = 0, f(1) = 1
    1
    """
    read = reading(N, order=order)
    space = AffineSpace(ResidueRing(2 ** (N ** (N + 1) - 1).bit_length()))
    return by_numbers(space, read, list(range(N)), [(1, y * N ** (i + 1)) for _, i, y in read.tokens])


def by_table(*answers: int) -> OneLayer:
    """The model of whole functions that starts at x and reads these answers at the residues, modulo their number."""
    read = reading(max(answers) + 1, "functions")
    starts = tuple((x,) for x in range(read.N))
    return by_decode_table(
        AffineSpace(ResidueRing(len(answers))), read, starts, {(h,): answer for h, answer in enumerate(answers)}
    )


def two_elements(order: str) -> OneLayer:
    """h, 2 h + 3, h and 2 h over Z/4 for the entries (0, 0), (0, 1), (1, 0) and (1, 1)."""
    pairs = [(1, 0), (2, 3), (1, 0), (2, 0)]
    return by_numbers(AffineSpace(ResidueRing(4)), reading(2, order=order), [0, 1], pairs)


def three_elements(modulus: int) -> OneLayer:
    """Entries in a fixed order; found by simulated annealing over all numbers."""
    starts, decays, drives = THREE[modulus]
    pairs = list(zip(decays, drives, strict=True))
    return by_numbers(AffineSpace(ResidueRing(modulus)), reading(3), list(starts), pairs)


#: start states, decays and drives of `three_elements`, by the modulus
THREE = {
    21: ((17, 11, 18), (5, 11, 20, 17, 16, 16, 13, 20, 13), (3, 0, 6, 15, 19, 13, 5, 12, 18)),
    32: ((28, 0, 16), (21, 27, 31, 11, 29, 7, 3, 17, 1), (13, 13, 13, 12, 26, 11, 3, 8, 7)),
}
#: answers at the residues modulo 32, found by hill climbing
THIRTY_TWO = (2, 3, 1, 0, 0, 2, 3, 3, 2, 2, 1, 0, 0, 3, 2, 0, 0, 1, 2, 1, 2, 3, 3, 3, 0, 1, 3, 0, 1, 0, 1, 2)

PRINTED: dict[str, Callable[[], OneLayer]] = {
    "N=2, whole functions, Z/2": partial(by_table, 0, 1),
    "N=3, whole functions, Z/8": partial(by_table, 0, 0, 0, 1, 0, 1, 2, 2),
    "N=4, whole functions, Z/32": partial(by_table, *THIRTY_TWO),
    "N=2, entries, Z/4": partial(two_elements, "fixed"),
    "N=2, entries in any order, Z/4": partial(two_elements, "arbitrary"),
    "N=3, entries, Z/32": partial(three_elements, 32),
}
"""Models of width 1 over Z/2^p, each with the fewest bits for its presentation."""


def count_suffices(space: AffineSpace, read: Reading) -> bool:
    """Whether there are as many maps with A != 0 as functions that aren't constant: necessary for any model.

    >>> read = reading(4, "functions")
    >>> [count_suffices(AffineSpace(ResidueRing(m)), read) for m in (16, 17)]
    [False, True]
    """
    constant = int(space.ring.size**space.width)
    return bool(constant ** (space.width + 1) - constant >= read.N**read.N - read.N)


def search(space: AffineSpace, read: Reading) -> OneLayer | None:
    """A model that works, by going through all; None if there is none.

    What no fixed order allows no arbitrary order allows.

    Raises: DomainError, if the class is too large for the search; BudgetExhausted, if the search grows too large.
    """
    if read.task.order == "fixed":
        return merged_search(space, read).working_model()
    fixed = Reading(FunctionComposition(read.N, 1))
    if not merged_search(space, fixed).tally.working:
        return None
    if read.N > 2:
        raise DomainError(f"every order of the entries is searched for N = 2 only, not for N = {read.N}")
    return backtrack(space, read).example


class Minimum(NamedTuple):
    """How many bits one layer needs for one function, as far as it is decided."""

    N: int
    tokens: str
    order: str
    width: int
    counted: int  #: the least p with (d^2 + d) p >= N log2 N
    least: int  #: no fewer bits are enough
    most: int  #: so many are
    models: str  #: how many of the models with ``most`` bits work, "" where they aren't counted

    def as_row(self) -> str:
        """One line of a table in Markdown."""
        bits = str(self.least) if self.least == self.most else f"{self.least} to {self.most}"
        kind = "whole functions" if self.tokens == "functions" else f"entries, {self.order} order"
        return f"| {self.N} | {kind} | {self.width} | {self.counted} | {bits} | {self.models} |"


HEADER = "| N | tokens | d | p by the count | p | models that work at this p |\n|---|---|---|---|---|---|"


def counted_bits(N: int, width: int) -> int:
    """The least p with 2^((d^2 + d) p) >= N^N.

    >>> [counted_bits(N, 1) for N in range(2, 8)], counted_bits(25, 1)
    ([1, 3, 4, 6, 8, 10], 59)
    """
    return -(-int(N**N - 1).bit_length() // (width**2 + width))


def minimum(N: int, tokens: str = "entries", order: str = "fixed", width: int = 1) -> Minimum:
    """The fewest bits, by the printed models and by searches; what is too large to be searched stays between bounds.

    >>> minimum(3, "functions").as_row()
    '| 3 | whole functions | 1 | 3 | 3 | 51273035366400 of 8^3 64^27 |'
    """
    read = reading(N, tokens, order)
    known = [m.space for m in (build() for build in PRINTED.values()) if m.reading == read and m.space.width == width]
    if tokens == "entries" and width == 1:
        known.append(digit_by_digit(N, order).space)
    most = min((space.ring.size.bit_length() - 1 for space in known), default=None)
    least = 1
    for p in count(1):
        if p == most:
            break
        space = AffineSpace(ResidueRing(2**p), width)
        if count_suffices(space, read):
            try:
                found = search(space, read)
            except DomainError:  # too large; it and what is above stay open up to a model that is known
                if most is None:
                    raise
                break
            if found is not None:
                most = p
                break
        least = p + 1
    assert most is not None
    return Minimum(N, tokens, order, width, counted_bits(N, width), least, most, _models(most, width, read))


def _models(bits: int, width: int, read: Reading) -> str:
    space = AffineSpace(ResidueRing(2**bits), width)
    try:
        if read.task.order == "fixed":
            working = merged_search(space, read).tally.working
        elif read.N == 2:
            working = backtrack(space, read).tally.working
        else:
            return ""
    except DomainError:
        return ""
    return f"{working} of {len(space.states)}^{read.N} {len(space.maps)}^{len(read.tokens)}"


def minima(full: bool = False) -> Iterator[Minimum]:
    """The rows of the table. The full ones take a minute, those by default seconds.

    `as_row` gives each as a line, below `HEADER`.
    """
    for N in (2, 3, 4):
        yield minimum(N, "functions")
    yield minimum(3, "functions", width=2)
    yield minimum(2)
    yield minimum(2, order="arbitrary")
    yield minimum(2, width=2)
    if full:
        yield minimum(3)
        yield minimum(3, order="arbitrary")


class Class(NamedTuple):
    """All models over a ring, for a presentation."""

    ring: FiniteRing
    reading: Reading
    width: int = 1

    @property
    def space(self) -> AffineSpace:
        return AffineSpace(self.ring, self.width)


def _named(classes: list[Class]) -> dict[str, Class]:
    return {f"{name_of(c.reading)}, {c.space}": c for c in classes}


def name_of(read: Reading) -> str:
    """N and the presentation in a few words."""
    kind = "whole functions" if read.whole else "entries" if read.task.order == "fixed" else "entries in any order"
    return f"N={read.N}, {kind}"


def _case(model: OneLayer) -> Case:
    bits = (model.space.ring.size - 1).bit_length()
    bounds = Bounds(exactly={"depth": 1, "widths": (model.space.width,)}, at_most={"precision": bits})
    return Case(f"one layer over {model.space}", model.proved(), model.reading.task, bounds)


def _printed(build: Callable[[], OneLayer]) -> Iterator[Case]:
    yield _case(build())


def _some_work(instance: Class) -> Iterator[Case]:
    model = search(instance.space, instance.reading)
    if model is not None:  # without a case the claim doesn't hold
        yield _case(model)


def _none_works(instance: Class) -> Iterator[Lemma]:
    space, read = instance.space, instance.reading
    yield Lemma(f"{name_of(read)}, {space}", partial(search, space, read), space.size(read), "models")


Z = ResidueRing
WHOLE = {N: reading(N, "functions") for N in (2, 3, 4)}
FIXED = {N: reading(N) for N in (2, 3, 4)}
ANY = {N: reading(N, order="arbitrary") for N in (2, 3)}

SOURCE = "2604.14501, lower bound for K-function composition at L = K = 1 (exact numbers; ours)"
PROOF = "constructions.composition.exact_minima"
SEARCHED = "constructions.composition.one_layer_search"
CLAIMS = (
    Claim(
        name="exact-minima",
        source=SOURCE,
        statement="One layer with d = 1 applies every function on N elements over Z/2^p: p = 1, 3, 5 for N = 2, 3, 4 "
        "if a whole function is a token; p = 2 and 5 for N = 2 and 3, if its entries come in order; p = 2 for N = 2, "
        "if they come in any order.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_printed,
        instances={name: build for name, build in PRINTED.items() if not name.startswith("N=4")},
        full={name: build for name, build in PRINTED.items() if name.startswith("N=4")},
    ),
    Claim(
        name="exact-minima-fewer-bits",
        source=SOURCE,
        statement="With fewer bits none of all models works, whatever its start states, maps and readout: p = 2 is too "
        "little for three elements and whole functions, p = 1 for two elements and entries, p = 4 for three.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=SEARCHED,
        cases=_none_works,
        instances=_named(
            [
                *(Class(Z(m), WHOLE[3]) for m in (2, 4)),
                *(Class(Z(2), of[2]) for of in (FIXED, ANY)),
                *(Class(Z(m), FIXED[3]) for m in (2, 4, 8)),
                *(Class(Z(m), ANY[3]) for m in (4, 8)),
                Class(Z(8), FIXED[4]),
            ]
        ),
        full=_named([Class(Z(16), FIXED[3])]),
    ),
    Claim(
        name="exact-minima-digits",
        source=SOURCE,
        statement="Entries in any order: one layer with d = 1 that adds numbers over Z/2^p applies every function, if "
        "2^p is at least N^(N+1).",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_printed,
        instances={f"N={N}": partial(digit_by_digit, N) for N in (2, 3)},
    ),
    Claim(
        name="exact-minima-modulo-21",
        source=SOURCE,
        statement="Entries in order: one layer with d = 1 over Z/21 applies every function on three elements.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=PROOF,
        cases=_printed,
        instances={"N=3, entries, Z/21": partial(three_elements, 21)},
    ),
    Claim(
        name="exact-minima-other-rings",
        source=SOURCE,
        statement="Over other rings, and with d = 2, one layer applies every function: on two elements by entries from "
        "Z/4, Z/5 and GF(4) on, on three by whole functions from Z/6 on.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof=SEARCHED,
        cases=_some_work,
        instances=_named(
            [
                *(Class(ring, FIXED[2]) for ring in (Z(5), Z(6), Z(7), GaloisField(4))),
                *(Class(ring, WHOLE[3]) for ring in (Z(6), Z(7))),
                Class(Z(3), WHOLE[2]),
                Class(Z(2), FIXED[2], 2),
                Class(Z(2), WHOLE[3], 2),
            ]
        ),
        full=_named(
            [
                Class(GaloisField(8), WHOLE[3]),
                Class(Z(9), WHOLE[3]),
                Class(Z(3), FIXED[2], 2),
                *(Class(ring, ANY[2]) for ring in (Z(5), GaloisField(4))),
            ]
        ),
    ),
    Claim(
        name="exact-minima-too-small-rings",
        source=SOURCE,
        statement="None of all models works, whatever its readout: on two elements by entries over Z/3, on three by "
        "whole functions over Z/5, on three by entries with d = 1 over rings of 5 to 12 elements, and with d = 2 over "
        "Z/2.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=SEARCHED,
        cases=_none_works,
        instances=_named(
            [
                *(Class(Z(3), of[2]) for of in (FIXED, ANY)),
                *(Class(Z(m), WHOLE[3]) for m in (3, 5)),
                *(Class(Z(m), FIXED[3]) for m in (3, 5, 6, 7)),
                Class(Z(2), FIXED[3], 2),
                Class(Z(7), FIXED[4]),
            ]
        ),
        full=_named(
            [
                *(Class(ring, FIXED[3]) for ring in (GaloisField(8), GaloisField(9), Z(9), Z(10), Z(11), Z(12))),
                Class(Z(3), FIXED[3], 2),
            ]
        ),
    ),
)
