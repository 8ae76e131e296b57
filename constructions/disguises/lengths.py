"""How long the strings of letters are: a constant, so that each symbol of a text depends on one letter.

A product of at most k transpositions has a string of at most k times the length of a transposition's. Padded, each has
exactly that: symbol number n of a text, counted from 0 after the opening, is symbol n mod c of the string of letter
n div c, which is a function in NC0. Without padding the strings have different lengths, and where one begins depends on
all letters before.

Source: 2404.08819 Prop 3.3 (the reduction is in NC0); padding is ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Final

from constructions.claim import Claim, Kind, Lemma
from constructions.disguises.chess_moves import chess_disguise
from constructions.disguises.homomorphism import FACTORISATIONS, PLACES, Disguise, permutations_of
from constructions.disguises.swap_programs import MODES, swap_disguise
from constructions.disguises.trading_stories import story_disguise
from exactssm.algebra import group
from exactssm.algebra.permutation import Permutation
from exactssm.errors import CertificateError

__all__ = ["CLAIMS", "SYMBOLS_OF_A_SWAP", "LongString", "length_lemma"]

SYMBOLS_OF_A_SWAP: Final[Mapping[str, int]] = {"chess": 12, "list": 1, "tuple": 1, "z": 3, "if": 2, "story": 1}
"""The length of a transposition's string, by disguise: half-moves, lines, sentences."""


@dataclass(frozen=True)
class LongString:
    """A letter whose string hasn't the length that is claimed."""

    letter: str
    length: int
    claimed: str
    disguise: Disguise
    image: Permutation
    allowed: range

    @property
    def word(self) -> tuple[str, ...]:
        return (self.letter,)

    def as_text(self) -> str:
        return f"the string of {self.letter} has {self.length} symbols; {self.claimed}"

    def replay(self) -> None:
        if len(self.disguise.string(self.image)) in self.allowed:
            raise CertificateError(f"the string of {self.letter} has an allowed length")


def length_lemma(name: str, disguise: Disguise, most: int) -> Lemma:
    """Every letter of S5 has a string of at most ``most`` symbols; if the disguise is padded, of exactly as many."""
    structure = group(f"S{PLACES}")
    allowed = range(most if disguise.padded else 0, most + 1)
    claimed = f"{'exactly' if disguise.padded else 'at most'} {most} are allowed"

    def check() -> LongString | None:
        for label, p in zip(structure.labels, permutations_of(structure), strict=True):
            if (length := len(disguise.string(p))) not in allowed:
                return LongString(label, length, claimed, disguise, p, allowed)
        return None

    return Lemma(name, check, structure.order, "letters")


def _disguise(name: str, factorisation: str, padded: bool) -> Disguise:
    if name == "chess":
        return chess_disguise(factorisation=factorisation, padded=padded)
    if name in MODES:
        return swap_disguise(name, factorisation=factorisation, padded=padded)
    return story_disguise(factorisation=factorisation, padded=padded)


def _lengths(name: str) -> Iterator[Lemma]:
    for factorisation, padded in product(FACTORISATIONS, (False, True)):
        most = FACTORISATIONS[factorisation][1] * SYMBOLS_OF_A_SWAP[name]
        yield length_lemma(f"{name}, by {factorisation}", _disguise(name, factorisation, padded), most)


CLAIMS = (
    Claim(
        name="disguises-in-constant-length",
        source="2404.08819 Prop 3.3, the reduction is in NC0 (lengths and padding are ours)",
        statement="No letter of S5 takes more than 48 half-moves, or 4, 4, 12 and 8 lines, or 4 sentences, by cycles; "
        "2.5 times that by neighbours; and padded strings all have exactly that length.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.disguises.lengths",
        cases=_lengths,
        instances={name: name for name in SYMBOLS_OF_A_SWAP},
    ),
)
