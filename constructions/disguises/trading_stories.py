"""S5 as stories: five people with a coin each, who trade.

    Alice, Bob, Carl, Dave, and Emma each have a coin. All coins are dimes except Carl's, which is a penny.
    Alice and Carl trade coins. Bob and Emma trade coins.

A transposition is one sentence: two people trade. The odd coin is back with its owner if and only if the product fixes
that place. It matters that a trade names people and not coins: in *Alice gives the penny to Bob* the sentence itself
says where the penny is.

Source: 2404.08819 Fig. 1, where the coin that is no dime has no name; the story with five different coins is ours.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import permutations
from types import MappingProxyType
from typing import Final

from constructions.claim import Case, Claim, Kind
from constructions.disguises.homomorphism import PLACES, Disguise, decided, tracked
from exactssm.errors import ConstructionError, SymbolError
from exactssm.machine import Output, State, Symbol

__all__ = ["CLAIMS", "COINS", "PEOPLE", "SENTENCES", "TradingStory", "story_disguise"]

PEOPLE: Final = ("Alice", "Bob", "Carl", "Dave", "Emma")
COINS: Final = ("penny", "nickel", "dime", "quarter", "half dollar")

EVERYBODY: Final = f"{', '.join(PEOPLE[:-1])}, and {PEOPLE[-1]} each have a coin."
FIVE_COINS: Final = ", ".join(
    f"{'and ' if person == PEOPLE[-1] else ''}{person}'s is a {coin}"
    for person, coin in zip(PEOPLE, COINS, strict=True)
)
BEGIN, COUNTED = "begin", "counted"


def _odd(person: int) -> str:
    return f"All coins are dimes except {PEOPLE[person]}'s, which is a penny."


def _trade(i: int, j: int) -> tuple[str, ...]:
    return (f"{PEOPLE[i]} and {PEOPLE[j]} trade coins.",)


IDLE: Final = f"{PEOPLE[0]} and {PEOPLE[1]} keep their coins."
COINS_AT_FIRST: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        f"{FIVE_COINS}.": COINS,
        **{_odd(k): tuple("penny" if person == k else "dime" for person in range(PLACES)) for k in range(PLACES)},
    }
)
TRADES: Final = MappingProxyType({_trade(i, j)[0]: (i, j) for i, j in permutations(range(PLACES), 2)})
SENTENCES: Final = (EVERYBODY, *COINS_AT_FIRST, *TRADES, IDLE)
"""Every sentence that a story may have."""


@dataclass(frozen=True)
class TradingStory:
    """Stories of trades as a machine: its symbols are sentences, its state is who has which coin, a tuple of coins by
    person; None after a sentence that makes no sense there. A step puts out whether its sentence made sense.

    A story says that everybody has a coin, then which, then who trades.
    """

    alphabet = SENTENCES
    start = BEGIN

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        after = self._after(state, symbol)
        return after, after is not None

    def _after(self, state: State, sentence: Symbol) -> State:
        if sentence not in SENTENCES:
            raise SymbolError(f"a sentence must be one of those that trades are told in; got {sentence!r:.80}")
        assert isinstance(sentence, str)
        if sentence == EVERYBODY:
            return COUNTED if state == BEGIN else None
        if sentence in COINS_AT_FIRST:
            return COINS_AT_FIRST[sentence] if state == COUNTED else None
        if not isinstance(state, tuple):
            return None
        coins = list(state)
        if sentence in TRADES:
            i, j = TRADES[sentence]
            coins[i], coins[j] = coins[j], coins[i]
        return tuple(coins)

    def contents(self, state: State) -> tuple[Hashable, ...] | None:
        """The coins of the five people; None before they are known."""
        return state if isinstance(state, tuple) else None


def story_disguise(marked: int | None = 2, *, factorisation: str = "cycles", padded: bool = False) -> Disguise:
    """Words of permutations as stories; the person with the odd coin is number ``marked``; None for five different
    coins.

    >>> story_disguise().text([(2, 1, 0, 3, 4)])[1:]
    ("All coins are dimes except Carl's, which is a penny.", 'Alice and Carl trade coins.')

    Strings: at most 4 sentences a letter by cycles, at most 10 by neighbours; padded, exactly as many.
    Raises: ConstructionError, for an unknown factorisation or a number that isn't 0 to 4.
    """
    if marked is not None and marked not in range(PLACES):
        raise ConstructionError(f"the person with the odd coin must be one of 0 to {PLACES - 1}, got {marked!r}")
    coins = f"{FIVE_COINS}." if marked is None else _odd(marked)
    return Disguise(TradingStory(), (EVERYBODY, coins), _trade, (IDLE,), factorisation, padded)


def _decided(given: tuple[str, bool]) -> Iterator[Case]:
    factorisation, padded = given
    for marked in range(PLACES):
        disguise = story_disguise(marked, factorisation=factorisation, padded=padded)
        yield decided(f"{PEOPLE[marked]}'s coin is odd", disguise, marked)


def _told_apart(letters: str) -> Iterator[Case]:
    yield tracked(f"five coins, {letters}", story_disguise(None), letters)


CLAIMS = (
    Claim(
        name="story-word-problem",
        source="2404.08819 Fig. 1 (padding is ours)",
        statement="A word of S5 becomes a story of trades, letter by letter, after which the odd coin is back with its "
        "owner if and only if the product fixes the owner's place.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=_decided,
        instances={"by cycles": ("cycles", False), "by cycles, padded": ("cycles", True)},
        full={"by neighbours": ("neighbours", False), "by neighbours, padded": ("neighbours", True)},
    ),
    Claim(
        name="story-word-problem-told-apart",
        source="2404.08819 Fig. 1, with five different coins (ours)",
        statement="With five different coins the end of the story of a word shows the product in S5.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.disguises.homomorphism",
        cases=_told_apart,
        instances={"transpositions": "transpositions"},
        full={"all letters": "all"},
    ),
)
