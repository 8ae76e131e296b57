"""The least case in which precision can't replace width: one function on three elements, three bits against five.

One layer of width 3 over F_2 applies every function on three elements: its 3 bits are all used, as 5 prefixes have to
be told apart after the first entry (`constructions.composition.streaming_memory`). With d = 1, over Z/2^p, p = 5 is
needed and enough (`constructions.composition.exact_minima`, by a search of all models). On two elements there is no
such gap: d = 2 with one bit and d = 1 with two bits are enough, and fewer than two bits aren't.

Five states in F_2^3 are dependent, so that not every map of them is affine, as it would be in width 4
(`constructions.composition.simplex_composition`). The maps were found by a search. Between d = 1 and d = 3, the width
2 takes p = 2, the least that memory allows: so for three elements the whole plane of d and p is known
(`verify.bounds.plane`).

Source: 2604.14501, width and precision in the base model; the numbers are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from constructions.claim import Bounds, Case, Claim, Kind
from constructions.composition.one_layer_models import AffineMap, AffineSpace, OneLayer, Reading
from exactssm.arithmetic import ResidueRing
from exactssm.layers.layer import Vector
from exactssm.tasks import FunctionComposition

__all__ = ["CLAIMS", "three_elements", "three_elements_over_four", "two_elements"]


def _written(N: int, precision: int, starts: list[str], maps: list[str]) -> OneLayer:
    """The model over Z/2^p with these start states, and maps by the rows of their matrix and the shift, in digits."""

    def vector(digits: str) -> Vector:
        return tuple(map(int, digits))

    def affine(rows: str) -> AffineMap:
        *matrix, shift = map(vector, rows.split())
        return AffineMap(tuple(matrix), shift)

    space = AffineSpace(ResidueRing(2**precision), len(starts[0]))
    return OneLayer(space, Reading(FunctionComposition(N, 1)), tuple(map(vector, starts)), tuple(map(affine, maps)))


def two_elements() -> OneLayer:
    """Width 2: a corner of a triangle for the value 0, for the value 1, and for the argument 1 to be looked up.

    >>> two_elements().answers()
    {(0, 0): 0, (1, 0): 1}
    """
    return _written(
        2,
        1,
        ["00", "01"],
        ["10 01 00", "11 01 10", "10 00 00", "11 00 00"],
    )


def three_elements() -> OneLayer:
    """Width 3, found by `constructions.composition.exact_minima.search`."""
    return _written(
        3,
        1,
        ["010", "001", "000"],
        [
            *("000 001 010 000", "010 001 000 000", "010 001 010 000"),
            *("000 011 100 000", "000 001 110 000", "000 011 110 000"),
            *("000 001 010 000", "000 001 010 100", "001 011 011 011"),
        ],
    )


def three_elements_over_four() -> OneLayer:
    """Width 2 over Z/4, found by a SAT solver."""
    return _written(
        3,
        2,
        ["00", "01", "12"],
        [
            *("23 12 03", "23 30 01", "23 03 02"),
            *("11 10 00", "01 00 00", "31 00 00"),
            *("30 00 10", "33 33 11", "21 31 33"),
        ],
    )


def _cases(build: Callable[[], OneLayer]) -> Iterator[Case]:
    model = build()
    d, p = model.space.width, (model.space.ring.size - 1).bit_length()
    bounds = Bounds(exactly={"depth": 1, "width": d, "precision": p, "storage_bits": p}, at_most={"memory_bits": d * p})
    yield Case(f"d = {d}, p = {p}", model.proved(), model.reading.task, bounds)


CLAIMS = (
    Claim(
        name="one-function-in-least-memory",
        source="2604.14501, width and precision in the base model (the numbers are ours)",
        statement="One layer with d = 3 and p = 1 applies every function on three elements, where d = 1 takes p = 5; "
        "one with d = 2 and p = 1 every function on two. No machine has fewer bits.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.composition.three_bits",
        cases=_cases,
        instances={"N=2 d=2 p=1": two_elements, "N=3 d=3 p=1": three_elements, "N=3 d=2 p=2": three_elements_over_four},
    ),
)
