"""One exact layer with finitely many states tracks no non-Abelian group: two words that show it, for any such layer.

Theorem. A diagonal layer over complex numbers whose states are finitely many tracks the products of letters that
generate a group G, read out by whatever function of the state and the last letter, only if G is Abelian.

Proof, and algorithm. Let u and v be letters with uv != vu: they exist, as the letters generate G. After "u v" and after
"v u", wherever both began, coordinate j differs by the constant (1 - a_u) b_v - (1 - a_v) b_u
(`exactssm.layers.motion`). Where that is zero the coordinates are equal, and stay so whatever is read next. Where it
isn't, the coordinate takes several values, and as these are finitely many, every letter is the identity, a rotation
about one centre or a reset; the first two commute with each other, so u or v is a reset there. Let R be one letter that
resets all these coordinates, any letter if there are none; and "u v", if there is no such letter. After "u v R" and
"v u R" the states are equal, and so are the last letters, but the products are not: uvR = vuR would give uv = vu.

So the words have 3 letters, or 4 if at least two coordinates differ. For three coordinates 4 is best possible: let u
reset the first and turn the second, v turn the first and reset the second, and both turn the third, by other angles.

Source: 2603.01959, the "only if" half of the one-layer theorem; the proof is ours.
"""

from __future__ import annotations

from itertools import combinations

from constructions.claim import Confusion
from exactssm.algebra import Group
from exactssm.arithmetic.ordering import check_complex
from exactssm.errors import ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.layers.motion import Motion, Reach, coordinate_maps, discrepancy, motion, reaches
from exactssm.tasks import WordProblem

__all__ = ["check_finite_state", "confusion", "noncommuting_letters"]


def confusion(layer: DiagonalLayer, task: WordProblem, pair: tuple[int, int] | None = None) -> Confusion:
    """Two words that no readout of ``layer`` tells apart, though their products differ.

    They start with the letters ``pair`` in both orders; the first two letters that don't commute, if none are given.

    >>> from exactssm.algebra import group
    >>> from exactssm.arithmetic import Integers
    >>> s3 = group("S3")
    >>> signs = {x: (1 if s3.element_orders[x] % 2 else -1,) for x in range(6)}
    >>> confusion(DiagonalLayer(Integers(), (1,), signs), WordProblem(s3))
    Confusion(first=(1, 2, 0), second=(2, 1, 0))

    Raises: ConstructionError, if all letters commute, if ``pair`` does, or if ``layer`` reaches infinitely many states;
    DomainError, unless it is over exact complex numbers.
    """
    letters = task.letters
    u, v = noncommuting_letters(task, pair)
    check_finite_state(layer, letters)
    domain = check_complex(layer.domain)
    number = {letter: i for i, letter in enumerate(letters)}
    maps = coordinate_maps(layer, letters)
    apart = {j for j, own in enumerate(maps) if discrepancy(domain, own[number[u]], own[number[v]]) != domain.zero}
    resets = {x: {j for j in apart if motion(domain, maps[j][number[x]]) is Motion.RESET} for x in letters}
    ending = next(((x,) for x in letters if apart <= resets[x]), (u, v))
    assert len(ending) <= min(layer.width, 2), "the theorem's bound"
    return Confusion((u, v, *ending), (v, u, *ending))


def noncommuting_letters(task: WordProblem, pair: tuple[int, int] | None = None) -> tuple[int, int]:
    """The first two letters that don't commute, or ``pair``, if these are such letters.

    Raises: ConstructionError otherwise.
    """
    group = task.structure
    if not isinstance(group, Group):
        raise ConstructionError(f"the theorem is about groups, and {group.name} is none")
    candidates = combinations(task.letters, 2) if pair is None else [pair]
    for u, v in candidates:
        if u not in task.letters or v not in task.letters:
            raise ConstructionError(f"two letters of the alphabet are needed, got {u!r} and {v!r}")
        if group.mul(u, v) != group.mul(v, u):
            return u, v
    which = "all letters commute" if pair is None else f"{pair[0]} and {pair[1]} commute"
    raise ConstructionError(f"two letters of {group.name} with uv != vu are needed; {which}")


def check_finite_state(layer: DiagonalLayer, letters: tuple[int, ...]) -> None:
    """Raise ConstructionError, unless ``layer`` reaches finitely many states."""
    for j, reached in enumerate(reaches(layer, letters)):
        if reached in (Reach.BOUNDED, Reach.UNBOUNDED):
            raise ConstructionError(
                f"the layer must reach finitely many states; coordinate {j} takes infinitely many values "
                f"({reached.value})"
            )
