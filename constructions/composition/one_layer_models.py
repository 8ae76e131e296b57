"""All models of one layer of a given width over a finite ring that apply one function, whatever their readout.

Such a model writes a state s_x for each argument x, and then every token of the function moves the state by an affine
map h -> A h + b of its own. At the end a table of answers is read: it exists iff no two streams that demand different
answers end in one state, and it is then those answers. This is the most general layer for `FunctionComposition` with
K = 1: START may write any s_x, whatever h_0 is, and a map on EOS adds nothing that the table couldn't do.

*Labels.* After part of a stream all that matters is its *label*: the argument x, while f(x) is still to come, or the
value v = f(x) that has been read. Of two streams that have read the same indices, any two with different labels demand
different answers after some common rest (N >= 2). So their states must differ, as they must at the end: a model works
iff no state gets two labels at one place, where a *place* is the set of indices read.

Source: ours, on 2604.14501: how tight the count (d^2 + d) p >= N log2 N is for one layer and one function.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import permutations, product
from typing import Any, NamedTuple, TypeAlias

from exactssm.arithmetic import GaloisField, PrimeField, ResidueRing
from exactssm.arithmetic.domain import inner_product
from exactssm.errors import CertificateError, ConstructionError, DomainError
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, Symbol, Word, run
from exactssm.models import Block, Model
from exactssm.tasks import EOS, FunctionComposition

__all__ = ["AffineMap", "AffineSpace", "FiniteRing", "OneLayer", "Reading", "Tally", "by_decode_table"]

FiniteRing: TypeAlias = ResidueRing | PrimeField | GaloisField

MAX_TABLE = 10**7  #: maps times states


class AffineMap(NamedTuple):
    """h -> A h + b."""

    matrix: Matrix
    shift: Vector


@dataclass(frozen=True)
class AffineSpace:
    """The states of a layer, all vectors of ``width`` elements of ``ring``, and all affine maps of them.

    >>> space = AffineSpace(ResidueRing(4))
    >>> len(space.states), len(space.maps), space.table[space.maps.index((((3,),), (1,)))], len(space.symmetries)
    (4, 16, (1, 0, 3, 2), 8)

    Raises: DomainError, for a width below 1, or more than `MAX_TABLE` images of states.
    """

    ring: FiniteRing
    width: int = 1

    def __post_init__(self) -> None:
        if type(self.width) is not int or self.width < 1:
            raise DomainError(f"a width must be an int of at least 1, got {self.width!r}")
        # two bounds, so that no power grows large
        if self.width > 4 or self.ring.size ** (self.width**2 + 2 * self.width) > MAX_TABLE:
            raise DomainError(f"{self} has more than {MAX_TABLE} images of states under affine maps")

    def __str__(self) -> str:
        return str(self.ring) if self.width == 1 else f"({self.ring})^{self.width}"

    @cached_property
    def states(self) -> tuple[Vector, ...]:
        return tuple(product(self.ring.elements, repeat=self.width))

    @cached_property
    def maps(self) -> tuple[AffineMap, ...]:
        """All of them; different ones move some state differently."""
        rows = list(product(self.ring.elements, repeat=self.width))
        return tuple(AffineMap(matrix, b) for matrix in product(rows, repeat=self.width) for b in self.states)

    @cached_property
    def table(self) -> tuple[tuple[int, ...], ...]:
        """For each map where it takes each state, states being numbered."""
        inner, number = inner_product(self.ring), {state: h for h, state in enumerate(self.states)}
        return tuple(
            tuple(number[tuple(inner(row, h, b) for row, b in zip(matrix, shift, strict=True))] for h in self.states)
            for matrix, shift in self.maps
        )

    @cached_property
    def symmetries(self) -> tuple[tuple[int, ...], ...]:
        """The rows of `table` that are bijections: the affine changes of coordinate."""
        return tuple(images for images in self.table if len(set(images)) == len(images))

    def size(self, reading: Reading) -> int:
        """The number of models: |states|^N |maps|^tokens."""
        return int(len(self.states) ** reading.N * len(self.maps) ** len(reading.tokens))


@dataclass(frozen=True)
class Reading:
    """What tokens do to labels. Label x in range(N) asks for f(x); label N + v knows that the value is v.

    A place is a set of indices read, as a bit mask; a whole function leads from 0 to all. With the order fixed the
    indices are 0, 1, ..., N - 1.

    >>> reading = Reading(FunctionComposition(2, 1))
    >>> reading.tokens[1], list(reading.moves(1)), [reading.after(1, label) for label in range(4)]
    ((1, 0, 1), [(0, 1)], [3, 1, 2, 3])

    Raises: ConstructionError, unless the task has K = 1, N >= 2, and x_0 given and first.
    """

    task: FunctionComposition

    def __post_init__(self) -> None:
        task = self.task
        if task.N < 2 or task != FunctionComposition(task.N, 1, tokens=task.tokens, order=task.order):
            raise ConstructionError(f"one function on N >= 2 elements with x_0 given and first is expected, not {task}")

    @property
    def N(self) -> int:  # noqa: N802
        return self.task.N

    @property
    def whole(self) -> bool:
        """Whether a function is a single token."""
        return self.task.tokens == "functions"

    @cached_property
    def tokens(self) -> tuple[Any, ...]:
        """Those of the function, as `FunctionComposition.alphabet` has them."""
        return tuple(symbol for symbol in self.task.alphabet if isinstance(symbol, tuple) and symbol[0] == 1)

    @property
    def last_place(self) -> int:
        return (1 << self.N) - 1

    @cached_property
    def places(self) -> tuple[int, ...]:
        """All, ascending: no token leads back."""
        if self.whole:
            return (0, self.last_place)
        if self.task.order == "fixed":
            return tuple(2**i - 1 for i in range(self.N + 1))
        return tuple(range(2**self.N))

    def moves(self, token: int) -> Iterator[tuple[int, int]]:
        """The places at which the token numbered so may come, each with the place that it leads to."""
        if self.whole:
            yield 0, self.last_place
            return
        i = self.tokens[token][1]
        for place in self.places:
            if not place >> i & 1 and place | 1 << i in self.places:
                yield place, place | 1 << i

    def after(self, token: int, label: int) -> int:
        """The label after the token."""
        if label >= self.N:
            return label
        if self.whole:
            return self.N + int(self.tokens[token][1][label])
        _, i, y = self.tokens[token]
        return self.N + int(y) if i == label else label

    def streams(self) -> Iterator[tuple[Word, int]]:
        """Every well-formed stream, with the answer that it demands: by the task alone, not by labels."""
        fixed = self.task.order == "fixed"
        orders = [None] if fixed else [[order] for order in permutations(range(self.N))]
        for x0, functions in self.task.instances():
            for order in orders:
                yield self.task.stream(x0, functions, order), functions[0][x0]


class Tally(NamedTuple):
    """How many models of a class work, and how many don't."""

    working: int
    failing: int


@dataclass(frozen=True)
class OneLayer:
    """One model of the class: what START writes, and what every token does."""

    space: AffineSpace
    reading: Reading
    starts: tuple[Vector, ...]  #: s_x for each x
    maps: tuple[AffineMap, ...]  #: for each token, in the order of `Reading.tokens`

    def machine(self, answers: dict[Vector, int] | None = None) -> Model:
        """The model, read out at EOS by ``answers``; without them it puts out the state that it reaches."""
        ring, width = self.space.ring, self.space.width
        zero: Vector = (ring.zero,) * width
        identity = tuple(tuple(ring.one if i == j else ring.zero for j in range(width)) for i in range(width))
        on: dict[Symbol, AffineMap] = {EOS: AffineMap(identity, zero)}
        on |= {("start", x): AffineMap((zero,) * width, state) for x, state in enumerate(self.starts)}
        on |= dict(zip(self.reading.tokens, self.maps, strict=True))
        matrix, drive = ({token: affine[part] for token, affine in on.items()} for part in (0, 1))
        layer: DiagonalLayer | DenseLayer
        if width == 1:
            layer = DiagonalLayer(ring, zero, {token: rows[0] for token, rows in matrix.items()}, drive)
        else:
            layer = DenseLayer(ring, zero, matrix, drive)

        def answer(h: Vector, letter: Symbol) -> Output:
            return h if answers is None else answers.get(h, 0) if letter == EOS else 0

        return Model(self.reading.task.alphabet, [Block(layer, answer)])

    def answers(self) -> dict[Vector, int] | None:
        """The answer to be read at each state in which a stream ends; None, if a state would need two. By running every
        stream: the definition of a model that works."""
        machine = self.machine()
        found: dict[Vector, int] = {}
        for word, answer in self.reading.streams():
            state: Any = run(machine, word).outputs[-1]
            if found.setdefault(state, answer) != answer:
                return None
        return found

    @property
    def word(self) -> tuple[str, ...]:
        """The model, as the violation of a claim that none works."""
        show = self.space.ring.format

        def vector(h: Vector) -> str:
            return show(h[0]) if self.space.width == 1 else "(" + ", ".join(map(show, h)) + ")"

        starts = (f"{x}: {vector(state)}" for x, state in enumerate(self.starts))
        maps = (
            f"{''.join(str(token[1:]).split())}: {' '.join(map(vector, matrix))} h + {vector(shift)}"
            for token, (matrix, shift) in zip(self.reading.tokens, self.maps, strict=True)
        )
        return (*starts, *maps)

    def as_text(self) -> str:
        return f"over {self.space} this model applies every function: {'; '.join(self.word)}"

    def replay(self) -> None:
        """Raise CertificateError, unless some readout gives the right answer on every stream."""
        if self.answers() is None:
            raise CertificateError("two streams that demand different answers end in one state of the model")

    def proved(self) -> Model:
        """The model with its readout. Raises CertificateError, if there is none."""
        if (answers := self.answers()) is None:
            raise CertificateError("two streams that demand different answers end in one state of the model")
        return self.machine(answers)


def by_decode_table(
    space: AffineSpace, reading: Reading, starts: tuple[Vector, ...], table: dict[Vector, int]
) -> OneLayer:
    """For whole functions, the model whose map for f is the first one that takes s_x to a state with the answer f(x).

    Raises: ConstructionError, if a function has none, or functions aren't whole.
    """
    if not reading.whole:
        raise ConstructionError("a table of answers gives the maps of whole functions, not of entries")
    number = {state: h for h, state in enumerate(space.states)}
    first: dict[tuple[int, ...], AffineMap] = {}
    for affine, images in zip(space.maps, space.table, strict=True):
        first.setdefault(tuple(table[space.states[images[number[s]]]] for s in starts), affine)
    missing = [token[1] for token in reading.tokens if token[1] not in first]
    if missing:
        raise ConstructionError(f"{len(missing)} functions have no map with this table, the first {missing[0]}")
    return OneLayer(space, reading, starts, tuple(first[token[1]] for token in reading.tokens))


def brute_force(space: AffineSpace, reading: Reading) -> Tally:
    """The tally by looking at every model and every stream, without labels, symmetries or pruning.

    >>> brute_force(AffineSpace(ResidueRing(2)), Reading(FunctionComposition(2, 1, tokens="functions")))
    Tally(working=4, failing=1020)
    """
    streams = [
        (word[0][1], [reading.tokens.index(token) for token in word[1:-1]], answer)  # type: ignore[index]
        for word, answer in reading.streams()
    ]
    working = 0
    for maps in product(space.table, repeat=len(reading.tokens)):
        for starts in product(range(len(space.states)), repeat=reading.N):
            working += _works(maps, starts, streams)
    return Tally(working, space.size(reading) - working)


def _works(
    maps: tuple[tuple[int, ...], ...], starts: tuple[int, ...], streams: list[tuple[Any, list[int], int]]
) -> bool:
    found: dict[int, int] = {}
    for x, tokens, answer in streams:
        h = starts[x]
        for token in tokens:
            h = maps[token][h]
        if found.setdefault(h, answer) != answer:
            return False
    return True
