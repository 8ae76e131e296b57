"""Cascades of permutation-reset automata: what a finite automaton is decomposed into.

A cascade has levels, each with points 0 .. n-1. A letter moves all levels at once, and what it does at a level depends
on the letter and on where the levels *above* stood *before* it: a permutation of the points, or a reset, which sends
all of them to one. A *code* is a point a level, the topmost first. The cascade emulates an automaton if a map from
codes to its states takes every step of the cascade to a step of the automaton. Here everything is tables, so that this
is checked code by code and letter by letter.

Source: K. Krohn and J. Rhodes, Trans. AMS 116 (1965); H. P. Zeiger, Information and Control 10 (1967); O. Maler, On the
Krohn-Rhodes cascaded decomposition theorem (2010).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from exactssm.algebra.finite_group import Group
from exactssm.algebra.permutation import Permutation
from exactssm.errors import CertificateError, DomainError

__all__ = ["Code", "PermutationResetCascade", "Transformation", "is_permutation", "is_reset"]

Code: TypeAlias = tuple[int, ...]
Transformation: TypeAlias = tuple[int, ...]  # the images of the points 0 .. n-1


def is_permutation(map: Transformation) -> bool:
    """Whether every point is an image.

    >>> is_permutation((1, 0, 2)), is_permutation((1, 1, 2))
    (True, False)
    """
    return len(set(map)) == len(map)


def is_reset(map: Transformation) -> bool:
    """Whether all points have one image. On a single point the identity is both."""
    return len(set(map)) == 1


@dataclass(frozen=True)
class PermutationResetCascade:
    """A cascade by its tables, over the codes that its letters lead to.

    >>> flip_flop = PermutationResetCascade(
    ...     maps=((0, 1), (1, 1)),
    ...     sizes=(2,),
    ...     actions={((), 0): (0, 1), ((), 1): (1, 1)},
    ...     states={(0,): 0, (1,): 1},
    ... )
    >>> flip_flop.check()
    >>> flip_flop.step((0,), 1)
    (1,)
    """

    maps: tuple[Transformation, ...]  #: for each letter, 0 .. k-1, what it does to the states of the automaton emulated
    sizes: tuple[int, ...]  #: the number of points of each level
    actions: Mapping[tuple[Code, int], Transformation]
    """(where the levels above stand before the letter, letter) -> what it does to the points of the level below."""
    states: Mapping[Code, int]  #: the codes, closed under all letters, and the state that each stands for

    def action(self, above: Code, letter: int) -> Transformation:
        """What ``letter`` does at the level below ``above``. Raises DomainError, if no code begins so."""
        try:
            return self.actions[above, letter]
        except KeyError:
            raise DomainError(f"no code of the cascade begins with {above!r} and reads letter {letter!r}") from None

    def step(self, code: Code, letter: int) -> Code:
        """The code after ``letter``, or of the levels above, if ``code`` is theirs. Raises DomainError, if it is no
        code."""
        after: list[int] = []
        for level, point in enumerate(code):
            action = self.action(code[:level], letter)
            if not 0 <= point < len(action):
                raise DomainError(f"level {level} has the points 0 .. {len(action) - 1}, got the code {code!r}")
            after.append(action[point])
        return tuple(after)

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """For each level the group that the permutations among its actions generate."""
        found: list[dict[Permutation, None]] = [{} for _ in self.sizes]
        for (above, _), action in self.actions.items():
            if is_permutation(action) and action != tuple(range(len(action))):
                found[len(above)][action] = None
        return tuple(Group.from_permutations(generators) for generators in found)

    def check(self) -> None:
        """Raise CertificateError, naming code and letter, unless the cascade emulates the automaton: every action is a
        permutation or a reset, and each step leads from a code to a code, as its state to its state."""
        if not self.states:
            raise CertificateError("a cascade must have a code; it has none")
        for code, state in self.states.items():
            if len(code) != len(self.sizes) or any(not 0 <= c < n for c, n in zip(code, self.sizes, strict=True)):
                raise CertificateError(f"a code must have a point of each level, of {self.sizes!r}; got {code!r}")
            for letter, map in enumerate(self.maps):
                self._check_step(code, state, letter, map)

    def _check_step(self, code: Code, state: int, letter: int, map: Transformation) -> None:
        after: list[int] = []
        for level, (point, size) in enumerate(zip(code, self.sizes, strict=True)):
            action = self.actions.get((code[:level], letter))
            if action is None or len(action) != size or not all(0 <= image < size for image in action):
                raise CertificateError(
                    f"letter {letter} must move the {size} points of level {level} below {code[:level]!r}; its action "
                    f"is {action!r}"
                )
            if not (is_permutation(action) or is_reset(action)):
                raise CertificateError(
                    f"an action must be a permutation or a reset; {action!r} at level {level} on letter {letter} isn't"
                )
            after.append(action[point])
        if tuple(after) not in self.states:
            raise CertificateError(f"the codes must be closed; {code!r} leaves them on letter {letter}")
        if not 0 <= state < len(map) or self.states[tuple(after)] != map[state]:
            raise CertificateError(
                f"the code {code!r} stands for state {state}, but letter {letter} leads to {tuple(after)!r}, which "
                f"stands for state {self.states[tuple(after)]}"
            )
