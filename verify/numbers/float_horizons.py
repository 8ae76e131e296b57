"""How far a rotation in floating point counts right, on the word 11...1.

The slow definition takes the layer's own steps and reads each state off exactly; compiled, the same is done on codes,
and what a kernel can't tell is left to the definition. For the recurrence (mode R) three things can come out:

- a first wrong length;
- a state that comes back at the same count, with nothing wrong up to there: right for all lengths;
- neither within so many steps: checked up to there, and open beyond.

Along a scan tree (mode S) there is no state that could come back: the last is out.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

from constructions.rounding.float_rotations import FloatAngles, Kept, RotationTracker
from constructions.rounding.roots_of_unity import rounded_angle, scaled_cosine
from exactssm.arithmetic import ComplexNumber, FloatOverflow, NaNCodes, Rounding
from exactssm.errors import DomainError

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from exactssm.arithmetic.minifloat import Codes
    from exactssm.layers.layer import Vector

    Array = npt.NDArray[np.int64]

__all__ = ["Horizon", "find_horizon", "find_horizon_by_steps", "find_scan_horizon", "scan_states"]

MAX_STEPS: Final = 2**62
MAX_SCANNED: Final = 2**24
TREES: Final = ("blelloch", "hillis-steele")
COSINE_BITS: Final = 30  #: as the kernels have it


@dataclass(frozen=True)
class Horizon:
    """What is known of the words 1^t."""

    verdict: str  #: proved, checked or refuted
    length: int  #: refuted: the first wrong t; checked: the largest t; proved: where a state has come back
    period: int | None = None  #: proved: after how many steps it comes back

    def __str__(self) -> str:
        match self.verdict:
            case "proved":
                return f"proved for all lengths: period {self.period}, by step {self.length}"
            case "refuted":
                return f"refuted at length {self.length}"
        return f"checked up to length {self.length}"


def find_horizon_by_steps(tracker: RotationTracker, steps: int) -> Horizon:
    """Mode R by the layer's own steps: the definition.

    A state comes back, if it is that of the last power of two of steps, at the same count (Brent).

    >>> print(find_horizon_by_steps(RotationTracker("e5m2", 7, Kept.ANGLE), 100))
    refuted at length 5

    Raises: DomainError, unless ``steps`` is an int from 1 to 2^62.
    """
    _check_length(steps, "the number of steps", MAX_STEPS)
    layer, (letter,) = tracker.layer, tracker.model.alphabet
    state = kept = layer.start
    kept_at = 0
    for t in range(1, steps + 1):
        state = layer.step(state, letter)
        if tracker.decode(state) != t % tracker.order:
            return Horizon("refuted", t)
        if state == kept and (t - kept_at) % tracker.order == 0:
            return Horizon("proved", t, t - kept_at)
        if t & (t - 1) == 0:
            kept, kept_at = state, t
    return Horizon("checked", steps)


def find_horizon(tracker: RotationTracker, steps: int) -> Horizon:
    """Mode R, compiled; equal to `find_horizon_by_steps`.

    Raises: DomainError, likewise, and for a format without a compiled path.
    """
    from verify.numbers._horizon_kernels import CLOSED, UNSURE

    _check_length(steps, "the number of steps", MAX_STEPS)
    rotation = _compiled(tracker)
    w = len(rotation.leaf)
    at = rotation.begin()  # state, steps taken, state kept, its steps, why it stopped
    while at[w] < steps:
        at = rotation.advance(at, steps)
        t, since, why = int(at[w]), int(at[w] - at[2 * w + 1]), at[-1]
        if why == UNSURE:  # what the kernel would have done next, after judging the state
            if tracker.decode(rotation.vector(at[:w])) != t % tracker.order:
                return Horizon("refuted", t)
            if since % tracker.order == 0 and (at[:w] == at[w + 1 : 2 * w + 1]).all():
                why = CLOSED
            elif t & (t - 1) == 0:
                at[w + 1 : 2 * w + 1], at[2 * w + 1] = at[:w], t
        if why == CLOSED:
            return Horizon("proved", t, since)
    return Horizon("checked", steps)


def find_scan_horizon(tracker: RotationTracker, length: int, tree: str) -> Horizon:
    """Mode S: each prefix of 1^length along its tree, ``blelloch`` or ``hillis-steele``; compiled.

    Raises: DomainError, for another tree, a length that is not an int from 1 to 2^24, or a format without a compiled
    path.
    """
    rotation = _compiled(tracker)
    states = rotation.scanned(length, tree)
    for n in rotation.doubtful(states):
        if tracker.decode(rotation.vector(states[:, n])) != n % tracker.order:
            return Horizon("refuted", n)
    return Horizon("checked", length)


def scan_states(tracker: RotationTracker, length: int, tree: str) -> list[Vector]:
    """The states after 1, 11, ... that `find_scan_horizon` reads off. Raises likewise."""
    rotation = _compiled(tracker)
    states = rotation.scanned(length, tree)
    return [rotation.vector(states[:, n]) for n in range(1, length + 1)]


def _check_length(length: object, what: str, most: int) -> None:
    if type(length) is not int or not 1 <= length <= most:
        raise DomainError(f"{what} must be an int from 1 to {most}, got {length!r:.80}")


class _Rotation(ABC):
    """A tracker on codes: a state is a column of one or two."""

    def __init__(self, tracker: RotationTracker, leaf: tuple[int, ...], start: tuple[int, ...]) -> None:
        self.tracker = tracker
        self.parts = tracker.parts
        self.layout = tracker.parts._layout()
        self.leaf = leaf  #: what a letter turns by
        self.start = start

    def begin(self) -> Array:
        """What a kernel starts from."""
        import numpy as np

        return np.array([*self.start, 0, *self.start, 0, 0], np.int64)

    @abstractmethod
    def advance(self, at: Array, steps: int) -> Array:
        """Steps by the kernel."""

    @abstractmethod
    def vector(self, codes: Array) -> Vector:
        """A state, as the layer has it."""

    @abstractmethod
    def compose(self, earlier: Array, later: Array) -> Array:
        """The composed turns of two arrays, whose columns are turns."""

    @abstractmethod
    def doubtful(self, states: Array) -> list[int]:
        """The n from 1 on for which ``states[:, n]`` may be read off as another root than the n-th."""

    def scanned(self, length: int, tree: str) -> Array:
        """The composed turns of each prefix; column 0 is empty. As all letters are the same, so are all balanced trees
        of one size. Applied to the start, a turn is the state: 1 h and 0 + h are exact, but for a zero's sign."""
        import numpy as np

        _check_length(length, "the length of a word", MAX_SCANNED)
        if tree not in TREES:
            raise DomainError(f"the tree must be one of {', '.join(TREES)}; got {tree!r:.80}")
        blocks = [np.array(self.leaf, np.int64)[:, None]]  # of 1, 2, 4, ... letters
        while 1 << len(blocks) <= length:
            blocks.append(self.compose(blocks[-1], blocks[-1]))
        turns = np.zeros((len(self.leaf), length + 1), np.int64)
        for k, block in reversed(list(enumerate(blocks))) if tree == "blelloch" else enumerate(blocks):
            # blelloch: the last block is as large as divides the length; else as large as is less than the length
            places = np.arange(1 << k, length + 1, 2 << k) if tree == "blelloch" else np.arange(1, 2**k + 1) + 2**k
            if tree == "blelloch" or k == 0:
                turns[:, 1 << k] = block[:, 0]
            places = places[(places > 1 << k) & (places <= length)]
            turns[:, places] = self.compose(turns[:, places - (1 << k)], block)
        return turns

    def add(self, x: Array, y: Array) -> Array:
        return self._view(self.parts.add_arrays, x, y)

    def mul(self, x: Array, y: Array) -> Array:
        return self._view(self.parts.mul_arrays, x, y)

    def _view(self, operation: Callable[[Codes, Codes], Codes], x: Array, y: Array) -> Array:
        import numpy as np

        dtype: Any = np.uint64 if self.parts.bits == 64 else np.int64
        return operation(np.ascontiguousarray(x).view(dtype), np.ascontiguousarray(y).view(dtype)).view(np.int64)

    @property
    def minus(self) -> int:
        """The sign bit, as an int64."""
        return self.parts.sign_bit - (self.parts.sign_bit >> 63 << 64)


class _Angles(_Rotation):
    """Angles. What has the count k lies between two thresholds, the first codes beyond odd multiples of pi / m."""

    def __init__(self, tracker: RotationTracker) -> None:
        import numpy as np

        angles = FloatAngles(tracker.parts)
        m = tracker.order
        super().__init__(tracker, (angles.rounded(Fraction(1, m)),), (angles.zero,))
        self.turn = angles.turn
        beyond = replace(tracker.parts, rounding=Rounding.CEILING)
        self.thresholds = np.array([rounded_angle(beyond, Fraction(2 * j + 1, 2 * m)) for j in range(m)], np.int64)

    def advance(self, at: Array, steps: int) -> Array:
        from verify.numbers import _horizon_kernels

        turn_angle: Any = _horizon_kernels.turn_angle
        after: Array = turn_angle(at, steps, *self.leaf, self.turn, self.thresholds, self.layout)
        return after

    def vector(self, codes: Array) -> Vector:
        return (int(codes[0]),)

    def compose(self, earlier: Array, later: Array) -> Array:
        import numpy as np

        total = self.add(earlier, later)
        turn = np.full_like(total, self.turn | self.minus)
        return np.where(total < self.turn, total, self.add(total, turn))

    def doubtful(self, states: Array) -> list[int]:
        import numpy as np

        m = self.tracker.order
        found = np.searchsorted(self.thresholds, states[0], side="right") % m
        wrong = np.flatnonzero(found != np.arange(states.shape[1]) % m)
        return [int(n) for n in wrong if n]


class _Complex(_Rotation):
    """Complex numbers, with the cosines and sines of odd multiples of pi / m, which bound what is nearest to a root."""

    def __init__(self, tracker: RotationTracker) -> None:
        import numpy as np

        (factor,) = tracker.layer.entries(*tracker.model.alphabet)[:1]
        (one,) = tracker.layer.start
        bits = tracker.parts.bits
        leaf = tuple(code - (code >> 63 << 64) if bits == 64 else code for code in (factor.real, factor.imaginary))
        super().__init__(tracker, leaf, (one.real, one.imaginary))
        self.domain = one.domain
        m = tracker.order
        turns = [Fraction(2 * j + 1, 2 * m) for j in range(m)]
        self.cosines = np.array([scaled_cosine(turn, COSINE_BITS) for turn in turns], np.int64)
        self.sines = np.array([scaled_cosine(turn - Fraction(1, 4), COSINE_BITS) for turn in turns], np.int64)

    def advance(self, at: Array, steps: int) -> Array:
        from verify.numbers import _horizon_kernels

        turn_complex: Any = _horizon_kernels.turn_complex
        after: Array = turn_complex(at, steps, *self.leaf, self.cosines, self.sines, self.layout)
        return after

    def vector(self, codes: Array) -> Vector:
        real, imaginary = (int(code) % (1 << self.parts.bits) for code in codes)
        return (ComplexNumber(self.domain, real, imaginary),)

    def compose(self, earlier: Array, later: Array) -> Array:
        import numpy as np

        (x, y), (a, b) = earlier, later
        real = self.add(self.mul(a, x), self.mul(b, y) ^ self.minus)
        turns = np.stack([real, self.add(self.mul(b, x), self.mul(a, y))])
        return np.where(turns == self.minus, 0, turns)

    def doubtful(self, states: Array) -> list[int]:
        import numpy as np

        from verify.numbers import _horizon_kernels

        doubts: Any = _horizon_kernels.doubts
        found = doubts(*map(np.ascontiguousarray, states), self.cosines, self.sines, self.layout)
        return [int(n) for n in np.flatnonzero(found)]


def _compiled(tracker: RotationTracker) -> _Rotation:
    """Raises DomainError for a format in which kernels, which flip signs and never stop, would not be right."""
    parts = tracker.parts
    if not parts.fits_int64 or parts.nan is NaNCodes.NEGATIVE_ZERO or parts.overflow is FloatOverflow.ERROR:
        raise DomainError(f"no compiled rotation is exact for {parts}: it must have a -0 and fit in 64 bits")
    return _Angles(tracker) if tracker.kept is Kept.ANGLE else _Complex(tracker)
