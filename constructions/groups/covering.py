"""Covering a set by few of the given ones, greedily."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from exactssm.errors import ConstructionError

__all__ = ["cover"]


def cover(sets: Mapping[int, set[int]], needed: Iterable[int]) -> dict[int, set[int]]:
    """Names whose ``sets`` together hold all that is ``needed``, each with what it is the first to hold: always the set
    that holds most of the rest, of equals the first one. There are no more than what is needed has members.

    >>> cover({7: {0}, 8: {0, 1}, 9: {1, 2}}, {0, 1, 2})
    {8: {0, 1}, 9: {2}}

    Raises: ConstructionError, naming what is in no set.
    """
    rest = set(needed)
    chosen: dict[int, set[int]] = {}
    while rest:
        best = max(sets, key=lambda x: len(sets[x] & rest), default=None)
        if best is None or not sets[best] & rest:
            raise ConstructionError(f"{sorted(rest)} must be covered, but are in none of the sets")
        chosen[best] = sets[best] & rest
        rest -= sets[best]
    return chosen
