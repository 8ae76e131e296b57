"""Checks of the parameters that the tasks share; each error names the parameter."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

from exactssm.errors import DomainError, ExactssmError, SymbolError


def bounded(value: object, what: str, least: int, most: int) -> int:
    """``value``, an int in [least, most]. Raises DomainError, naming ``what``; a bool is no int here."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise DomainError(f"{what} must be an integer from {least} to {most}, got {value!r}")
    return value


def distinct(
    items: Iterable[Hashable], what: str, each: str = "symbol", error: type[ExactssmError] = SymbolError
) -> tuple[Hashable, ...]:
    """``items`` as a tuple. Raises ``error``, naming ``what``, if there is none or one stands twice."""
    listed = tuple(items)
    seen: set[Hashable] = set()
    for position, item in enumerate(listed):
        try:
            repeated = item in seen
        except TypeError:
            raise error(f"{what} must hold hashable {each}s; position {position} holds {item!r}") from None
        if repeated:
            raise error(f"{what} must hold each {each} once; position {position} holds {item!r} again")
        seen.add(item)
    if not listed:
        raise error(f"{what} must hold at least one {each}, got none")
    return listed
