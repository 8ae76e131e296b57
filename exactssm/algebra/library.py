"""All groups of order 1 to 60, by their numbers in GAP's small-groups library; see data/README.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from exactssm.algebra.finite_group import Group
from exactssm.algebra.permutation import Permutation, parse_permutations
from exactssm.errors import DomainError

__all__ = ["MAX_SMALL_ORDER", "SmallGroup", "small_group", "small_groups"]

MAX_SMALL_ORDER = 60


class SmallGroup(NamedTuple):
    """A record of the library."""

    order: int
    id: int  #: its number among the groups of its order, counted from 1
    structure: str  #: what GAP calls it; for reading only, no unique name, and never parsed
    derived_length: int | None  #: None where the group is not solvable
    invariants: tuple[tuple[int, ...], ...]  #: of the factors of the derived series; primary (prime powers), ascending
    generators: tuple[Permutation, ...]

    def group(self) -> Group:
        """The group itself."""
        return Group.from_permutations(self.generators, name=f"[{self.order},{self.id}]")


@cache
def _records() -> tuple[SmallGroup, ...]:
    text = (files("exactssm.algebra") / "data" / "small-groups.csv").read_text(encoding="ascii")
    records = []
    for line in text.splitlines()[1:]:
        order, number, structure, length, invariants, generators = line.split(";")
        written = generators.removeprefix("[").removesuffix("]").strip()
        records.append(
            SmallGroup(
                order=int(order),
                id=int(number),
                structure=structure,
                derived_length=int(length) if int(length) >= 0 else None,
                invariants=tuple(
                    tuple(sorted(map(int, factor.split(","))))
                    for factor in re.findall(r"\[([0-9 ,]+)\]", invariants)
                    if factor.strip()
                ),
                generators=parse_permutations(written) if written else (),
            )
        )
    return tuple(records)


def small_groups(max_order: int = MAX_SMALL_ORDER) -> Iterator[SmallGroup]:
    """The records of all groups of order at most ``max_order``, by order and number.

    >>> [record.structure for record in small_groups(6)]
    ['1', 'C2', 'C3', 'C4', 'C2 x C2', 'C5', 'S3', 'C6']

    Raises: DomainError, beyond order 60.
    """
    if max_order > MAX_SMALL_ORDER:
        raise DomainError(f"the library goes up to order {MAX_SMALL_ORDER}, not to {max_order}")
    return (record for record in _records() if record.order <= max_order)


def small_group(order: int, id: int) -> Group:
    """The group with the given number.

    >>> small_group(48, 29)
    <Group '[48,29]' of order 48>

    Raises: DomainError, if there is none.
    """
    if not 1 <= order <= MAX_SMALL_ORDER:
        raise DomainError(f"the small-groups library here has orders 1 to {MAX_SMALL_ORDER}, got {order}")
    numbers = [record for record in _records() if record.order == order]
    if not 1 <= id <= len(numbers):
        raise DomainError(f"there are {len(numbers)} groups of order {order}, numbered from 1; got {id}")
    return numbers[id - 1].group()
