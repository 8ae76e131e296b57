"""Maps h -> a h + b of a format that rounds, compiled, and products of such maps with a cycle of too many states."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from exactssm.arithmetic import FixedPoint, MiniFloat, Moment, Rounded
from exactssm.errors import CertificateError

__all__ = ["Format", "Ints", "Letter", "LongCycle", "find_long_cycle", "transition"]

Ints = npt.NDArray[np.int64]
Format = FixedPoint | MiniFloat
Letter = tuple[int, int]
"""The codes of a and b."""


def transition(numbers: Format, moment: Moment, decay: Ints, state: Ints, drive: Ints) -> Ints:
    """The compiled step a h + b, rounded once or at each operation, on arrays of codes that are broadcast together."""
    one: Any = numbers  # the codes of either kind are int64, those of floats up to 63 bits
    each = moment is Moment.EACH
    codes: Ints = one.add_arrays(one.mul_arrays(decay, state), drive) if each else one.fma_arrays(decay, state, drive)
    return codes


@dataclass(frozen=True)
class LongCycle:
    """A state that comes back after more steps than ``most``, each step being the maps of ``letters`` in order."""

    numbers: Format
    moment: Moment
    letters: tuple[Letter, ...]
    state: int
    most: int

    @property
    def word(self) -> tuple[str, ...]:
        text = self.numbers.text
        return tuple(f"{text(a)} h + {text(b)}" for a, b in self.letters)

    def as_text(self) -> str:
        return f"in {self.numbers}, {', '.join(self.word)} have {self.numbers.text(self.state)} on too long a cycle"

    def replay(self) -> None:
        """Raise CertificateError, unless the slow definition gives it."""
        step = Rounded(self.numbers, self.moment).inner
        state, length = self.state, 0
        while length == 0 or (state != self.state and length <= self.numbers.size):
            for a, b in self.letters:
                state = step((a,), (state,), b)
            length += 1
        if state != self.state or length <= self.most:
            raise CertificateError(f"a cycle must be longer than {self.most}; it isn't: {self.as_text()}")


def find_long_cycle(
    numbers: Format, moment: Moment, letters: Sequence[Letter], most: int, *, products: int
) -> LongCycle | None:
    """A product of the maps, among the first ones in breadth-first order, with a cycle of more than ``most`` states, 1
    or 2, among all codes of the format; None, if those products have none."""
    codes = np.array(list(numbers.codes), np.int64)
    first = int(codes[0])  # codes are consecutive
    steps = [transition(numbers, moment, *np.atleast_1d(np.int64(a), codes, np.int64(b))) - first for a, b in letters]
    queue: list[tuple[Ints, tuple[Letter, ...]]] = [(np.arange(codes.size), ())]
    seen = {queue[0][0].tobytes()}
    for before, word in queue:  # which grows while it is read
        for step, letter in zip(steps, letters, strict=True):
            after = step[before]
            if (known := after.tobytes()) in seen:
                continue
            if len(seen) > products:
                return None
            seen.add(known)
            queue.append((after, (*word, letter)))
            late = after
            for _ in range(codes.size.bit_length()):
                late = late[late]  # in the end every state is on a cycle
            again = late
            for _ in range(most):
                again = after[again]
            if (strays := np.flatnonzero(again != late)).size:
                return LongCycle(numbers, moment, (*word, letter), int(codes[late[strays[0]]]), most)
    return None
