"""The released IDS4 keeps a product of matrices with the newest factor on the right: it reads words backwards.

    M_t = M_{t-1} A(x_t),    M_0 = 1,    so M_t = A(x_1) ... A(x_t);    the recurrence of §5.2 has A(x_t) ... A(x_1)

*With the theorem's matrices*, A(x) e_q = e_{delta(q,x)}, column q0 of M_t is e_q for the state q that the reversed word
x_t ... x_1 leads to. For the word problem of a group that is the product in the opposite group, which is isomorphic to
it; but two words with one product there and one last letter may have different ones here, so that no readout of M gives
the demanded product, unless the group is Abelian. Column q0 is right for an automaton iff each state's language, of the
words that lead to it, is closed under reversal.

*Transposed*, the same weights are right: with A(x)^T, M_t is the transpose of A(x_t) ... A(x_1), and its row q0 is e_q
for the q that x_1 ... x_t leads to. So the released layer is no weaker; the matrices that it needs are others.

The state is M, row by row: a row m becomes m A(x), which is A(x)^T applied to it. From there on the released model
differs more: it puts GELU on the entries of A(x), which keeps 0 and takes some number to 1, has no B x
term, maps each row to one number, and adds C, D x, a residual and a LayerNorm. Of this, that each row becomes one
number is harmless: with M p for distinct p_q, row q0 gives p_q.

Source: 2404.08819 Thm 5.2 and its released code; what it computes is our reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from constructions.automata.marked_points import MarkedPoints, Places
from constructions.claim import Bounds, Case, Claim, Kind, Lemma
from exactssm.algebra import group
from exactssm.arithmetic import Integers
from exactssm.errors import CertificateError
from exactssm.layers import DenseLayer
from exactssm.layers.layer import Matrix, Vector
from exactssm.machine import Output, State, Symbol, Word, words
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, WordProblem, all_dfas

__all__ = ["CLAIMS", "Backwards", "Reversal", "first_reversal", "released_ids4"]


def released_ids4(points: MarkedPoints, transposed: bool = False) -> Model:
    """The layer M' = M A(x) from M = 1, with the theorem's matrices for the letters of ``points``, which puts out the
    point that column q0 of M stands for, q0 being the mark; if ``transposed``, with their transposes and row q0.

    Resources: depth 1, width n^2 for n points, precision 1.
    """
    n = points.points
    identity = tuple(int(i == j) for i in range(n) for j in range(n))
    matrices = {x: _on_each_row(images, transposed) for x, images in points.maps.items()}
    layer = DenseLayer(Integers(), identity, matrices)
    (q0,) = points.marks

    def readout(M: Vector, x: Symbol) -> Output:
        line = M[q0 * n : (q0 + 1) * n] if transposed else M[q0::n]
        return line.index(1) if sorted(line) == [0] * (n - 1) + [1] else None

    return Model(points.alphabet, [Block(layer, readout)])


def _on_each_row(images: Places, transposed: bool) -> Matrix:
    """1 (x) A^T, which takes M row by row to M A, for A e_p = e_(image of p), or for its transpose."""
    n = len(images)
    matrix = []
    for row in range(n):
        for to in range(n):
            line = [0] * n * n
            for source in range(n):
                if (images[source] == to) if transposed else (images[to] == source):
                    line[row * n + source] = 1
            matrix.append(tuple(line))
    return tuple(matrix)


@dataclass(frozen=True)
class Backwards:
    """The task of saying where the mark of ``points`` comes to by the word read so far, the newest letter first.

    The state holds for each point where the word, reversed, leads it.
    """

    points: MarkedPoints

    @property
    def alphabet(self) -> tuple[Symbol, ...]:
        return self.points.alphabet

    @property
    def start(self) -> State:
        return tuple(range(self.points.points))

    def step(self, state: State, symbol: Symbol) -> tuple[State, Output]:
        assert isinstance(state, tuple)
        after = tuple(state[image] for image in self.points.maps[symbol])
        return after, after[self.points.marks[0]]


@dataclass(frozen=True)
class Reversal:
    """An automaton and a word that leads elsewhere when it is reversed."""

    automaton: Automaton
    read: Word

    @property
    def word(self) -> tuple[str, ...]:
        return tuple(map(str, self.read))

    def _led(self, word: Iterable[Symbol]) -> State:
        q = self.automaton.start
        for x in word:
            q, _ = self.automaton.step(q, x)
        return q

    def as_text(self) -> str:
        moves = ", ".join(f"{q} {x} -> {p}" for (q, x), p in self.automaton.delta.items())
        forth, back = self._led(self.read), self._led(reversed(self.read))
        return f"with {moves}, {''.join(self.word)} leads from {self.automaton.start} to {forth}, reversed to {back}"

    def replay(self) -> None:
        """Raise CertificateError, unless the released layer, step by step, answers wrongly after the word."""
        model = released_ids4(MarkedPoints.of_automaton(self.automaton))
        state, answer = model.start, None
        for x in self.read:
            state, answer = model.step(state, x)
        if answer == self.automaton.states.index(self._led(self.read)):
            raise CertificateError(f"the released layer must be wrong after {self.read!r}; it isn't")


def first_reversal(max_states: int, max_length: int) -> Reversal | None:
    """The first in the order of states, then of lengths of words, then of automata (as `all_dfas` lists them), then of
    words; two letters.

    >>> print(first_reversal(3, 4).as_text())
    with 0 a -> 0, 0 b -> 1, 1 a -> 0, 1 b -> 0, ab leads from 0 to 1, reversed to 0
    """
    for states in range(1, max_states + 1):
        for length in range(1, max_length + 1):
            for automaton in all_dfas(states, "ab"):
                for word in words("ab", length, length):
                    found = Reversal(automaton, word)
                    if found._led(word) != found._led(reversed(word)):
                        return found
    return None


def _points(states: int) -> Iterator[tuple[str, Automaton, MarkedPoints]]:
    for number, automaton in enumerate(all_dfas(states, "ab")):
        yield f"DFA {number}", automaton, MarkedPoints.of_automaton(automaton)


def _bounds(points: MarkedPoints) -> Bounds:
    return Bounds(exactly={"depth": 1, "width": points.points**2}, at_most={"precision": 1})


def _backwards(states: int) -> Iterator[Case]:
    for name, _, points in _points(states):
        yield Case(name, released_ids4(points), Backwards(points), _bounds(points))


def _group(name: str) -> tuple[WordProblem, MarkedPoints]:
    structure = group(name)
    return WordProblem(structure), MarkedPoints.of_monoid(structure, range(structure.order))


def _opposite(name: str) -> Iterator[Case]:
    problem, points = _group(name)
    opposite = WordProblem(problem.structure, reversed=True)
    yield Case(f"{name}, opposite", released_ids4(points), opposite, _bounds(points))


def _transposed(value: int | str) -> Iterator[Case]:
    if isinstance(value, str):
        problem, points = _group(value)
        yield Case(value, released_ids4(points, transposed=True), problem, _bounds(points))
        return
    for name, automaton, points in _points(value):
        yield Case(name, released_ids4(points, transposed=True), automaton, _bounds(points))


def _any_readout(name: str) -> Iterator[Case]:
    problem, points = _group(name)
    yield Case(name, released_ids4(points), problem)


def _as_printed(name: str) -> Iterator[Case | Lemma]:
    if name in DFAS:
        yield Lemma(name, partial(first_reversal, 3, 4), 1 + 32 + 2187, "DFAs, each on words of up to 4 symbols")
        return
    yield from _any_readout(name)


DFAS = "every DFA, |Q|<=3, 2 symbols"

CLAIMS = (
    Claim(
        name="released-ids4-reads-backwards",
        source="2404.08819 Thm 5.2, its matrices in the released code",
        statement="With the theorem's matrices the released IDS4, M_t = M_{t-1} A(x_t), follows every complete DFA on "
        "the reversed word.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.released_ids4",
        cases=_backwards,
        instances={"32 DFAs, |Q|=2, 2 symbols": 2},
        full={"2187 DFAs, |Q|=3, 2 symbols": 3},
    ),
    Claim(
        name="released-ids4-opposite-groups",
        source="2404.08819 Thm 5.2, its matrices in the released code",
        statement="With the theorem's matrices the released IDS4 tracks the opposite group: G up to an "
        "anti-isomorphism, and G itself where it is Abelian.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.released_ids4",
        cases=_opposite,
        instances={name: name for name in ("S3", "Z6")},
        full={name: name for name in ("D4", "Q8", "A4")},
    ),
    Claim(
        name="released-ids4-as-printed",
        source="2404.08819 Thm 5.2, its matrices in the released code",
        statement="With the theorem's matrices the released IDS4 is wrong for S3, and for automata of two states "
        "already.",
        kind=Kind.AS_PRINTED,
        expected="refuted",
        proof="constructions.automata.released_ids4",
        cases=_as_printed,
        instances={name: name for name in ("S3", DFAS)},
    ),
    Claim(
        name="released-ids4-no-readout",
        source="2404.08819 Thm 5.2, its matrices in the released code",
        statement="With the theorem's matrices for a group that isn't Abelian, no readout of the released IDS4's whole "
        "matrix M and the last letter gives the product.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.released_ids4",
        cases=_any_readout,
        instances={"S3": "S3"},
        full={name: name for name in ("D4", "Q8", "A4")},
        every_readout=True,
    ),
    Claim(
        name="released-ids4-transposed",
        source="2404.08819 Thm 5.2, repaired for the released code",
        statement="With the transposes of the theorem's matrices the released IDS4 follows every complete DFA, and "
        "tracks every group.",
        kind=Kind.POSSIBLE,
        expected="proved",
        proof="constructions.automata.released_ids4",
        cases=_transposed,
        instances={"32 DFAs, |Q|=2, 2 symbols": 2, "S3": "S3"},
        full={"2187 DFAs, |Q|=3, 2 symbols": 3, "A4": "A4"},
    ),
)
