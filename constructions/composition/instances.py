"""Instances of the claims on function composition, by their sizes and how the functions are presented."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from exactssm.tasks import FunctionComposition

__all__ = ["compositions"]


def compositions(sizes: Iterable[tuple[int, int]], **presentation: Any) -> dict[str, FunctionComposition]:
    """Composition of K functions on N elements for each (N, K) of ``sizes``, by name.

    >>> list(compositions([(2, 1), (3, 2)], order="arbitrary"))
    ['N=2 K=1, arbitrary', 'N=3 K=2, arbitrary']
    """
    note = "".join(f", {value}" for value in presentation.values())
    return {f"N={N} K={K}{note}": FunctionComposition(N, K, **presentation) for N, K in sizes}
