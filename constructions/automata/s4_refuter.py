"""Words that refute layers with one A for all letters, built from the proof of what they can't do.

The proof is in `constructions.automata.s4_windows`. Let S be the stable semigroup of a task. If xe isn't e, for an
idempotent e and an x in S, then no single layer does the task; if exe isn't e, no stack does. The words a and b have
one length, a does what e does and b what xe does; u leads to a state that shows it, and z from there to an output.

Source: ours, on the non-gated SSM of 2404.08819 Def. 2.1.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import product
from random import Random
from typing import Final, NamedTuple

import numpy as np

from constructions.automata.s4_windows import least_table
from constructions.claim import Case, Claim, Confusion, Kind
from exactssm.algebra import TransformationMonoid, green_relations, stable_semigroup
from exactssm.arithmetic import Rationals
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.layers import ConstantLayer
from exactssm.layers.layer import Vector
from exactssm.machine import Machine, Symbol, Word
from exactssm.models import Block, Model
from exactssm.table import TableMachine, tabulate
from exactssm.tasks import parity, regular_expression, star

__all__ = ["CLAIMS", "Witness", "drawn_stack", "s4_witness"]

MAX_WORD: Final = 1_000_000
"""The most letters of a word that is written out."""


class Witness(NamedTuple):
    """Words u, a, b, z, with a and b of one length, such that u b a^r z and u a a^r z, or u a^r b a^r z and
    u a^r a a^r z, have different outputs for every r."""

    before: Word
    same: Word  #: a
    other: Word  #: b
    rest: Word  #: z

    def for_one_layer(self, width: int) -> Confusion:
        """Words that lead every single layer of that width to one state."""
        r = -(-width // len(self.same))
        return self._confusion(self.other + self.same * r, self.same * (r + 1))

    def for_stack(self, model: Machine) -> Confusion:
        """Words that lead a stack to one state. Raises BudgetExhausted, if they are too long to be written out."""
        table = tabulate(model)
        columns = [table.next[:, table.alphabet.index(letter)] for letter in self.same]
        once = np.arange(len(table.next), dtype=np.int32)
        for column in columns:
            once = column[once]
        r, several = 1, once
        while not np.array_equal(several[several], several):
            r, several = r + 1, once[several]
            if 3 * r * len(self.same) > MAX_WORD:
                raise BudgetExhausted(f"the words that refute the stack have more than {MAX_WORD} letters")
        return self._confusion(self.same * r + self.other + self.same * (2 * r - 1), self.same * 3 * r)

    def _confusion(self, first: Word, second: Word) -> Confusion:
        return Confusion(self.before + first + self.rest, self.before + second + self.rest)


def s4_witness(machine: Machine, *, stacks: bool) -> Witness | None:
    """Words that refute every single layer with one A for all letters, or all ``stacks`` of them; None, if there are
    such that do what ``machine`` does.

    >>> s4_witness(parity(), stacks=True)
    Witness(before=(), same=('0', '0'), other=('1', '0'), rest=('0',))

    Raises: as `constructions.automata.s4_windows.ends_of`; BudgetExhausted, if the transition monoid has too many
    elements.
    """
    table = least_table(machine)
    monoid = TransformationMonoid.generated(np.ascontiguousarray(table.next.T), table.alphabet, "the transition monoid")
    S = stable_semigroup(green_relations(monoid))
    if S.is_locally_trivial if stacks else S.is_definite:
        return None
    maps = monoid.elements[S.elements]
    for e in np.intersect1d(S.elements, S.relations.idempotents).tolist():
        image = monoid.elements[e]
        products = image[maps]  # xe, for each x
        if stacks:
            products = products[:, image]
        differ = products != image
        if differ.any():
            break
    row, state = (int(i) for i in np.argwhere(differ)[0])
    x = int(S.elements[row])
    a, b = S.letters(e) * 2, S.letters(x) + S.letters(e)
    ends = int(products[row, state]), int(image[state])
    return Witness(
        before=_path(table, table.start, state),
        same=tuple(table.alphabet[i] for i in a),
        other=tuple(table.alphabet[i] for i in b),
        rest=_apart(table, ends),
    )


def _path(table: TableMachine, start: int, end: int) -> Word:
    words: dict[int, Word] = {start: ()}
    for state in (frontier := [start]):  # which grows while it is read
        for after, symbol in zip(table.next[state].tolist(), table.alphabet, strict=True):
            if after not in words:
                words[after] = (*words[state], symbol)
                frontier.append(after)
    return words[end]


def _apart(table: TableMachine, pair: tuple[int, int]) -> Word:
    """A shortest word with different outputs at its end, read from two states of a least table."""
    words: dict[tuple[int, int], Word] = {pair: ()}
    for p, q in (frontier := [pair]):  # which grows while it is read
        for letter, symbol in enumerate(table.alphabet):
            if table.out[p, letter] != table.out[q, letter]:
                return (*words[p, q], symbol)
            after = int(table.next[p, letter]), int(table.next[q, letter])
            if after not in words:
                words[after] = (*words[p, q], symbol)
                frontier.append(after)
    raise AssertionError("two states of a least table are told apart by some word")


def _scalars(task: Machine) -> Iterator[Case]:
    """Every layer of one coordinate with entries -1, 0, 1 on two letters that has finitely many states: if A is 1 or
    -1, its drive is the same on both, and if A is 1, zero."""
    witness = s4_witness(task, stacks=False)
    if witness is None:
        raise ConstructionError("a task must be one that no single layer does; this one isn't")
    confusion = witness.for_one_layer(1)
    field = Rationals()
    one = field.one
    for start, a, *drives in product((-1, 0, 1), repeat=4):
        if (a and drives[0] != drives[1]) or (a == 1 and drives[0]):
            continue
        drive = {x: (field.mul(one, field.element(b)),) for x, b in zip(task.alphabet, drives, strict=True)}
        layer = ConstantLayer(field, (field.element(start),), ((field.element(a),),), drive)
        model = Model(task.alphabet, [Block(layer, lambda h, x: h)])
        yield Case(f"start {start}, A = {a}, b = {drives}", model, task, refutation=lambda: confusion)


class _Drawn(NamedTuple):
    """So many stacks of that depth."""

    expression: str
    depth: int
    stacks: int


def _drawn(drawn: _Drawn) -> Iterator[Case]:
    task = regular_expression(drawn.expression)
    witness = s4_witness(task, stacks=drawn.depth > 1)
    if witness is None:
        raise ConstructionError("a task must be one that no such stack does; this one isn't")
    for number in range(drawn.stacks):
        model = drawn_stack(task.alphabet, drawn.depth, number)
        widths = [layer.width for layer in model.layers()]
        if drawn.depth == 1:
            refutation = partial(witness.for_one_layer, widths[0])
        else:
            refutation = partial(witness.for_stack, model)
        yield Case(f"stack {number}, widths {widths}", model, task, refutation=refutation)


def drawn_stack(alphabet: Sequence[Symbol], depth: int, number: int) -> Model:
    """A stack of layers over Q, each with one A for all letters: the one of that number that has at most 200 states.

    A is a nilpotent shift of up to 3 cells beside a permutation of up to 3, with signs, in another basis. What is added
    to the cells is drawn for each letter; to the others, for all letters at once, or above the first layer, half of the
    time, for each letter, where it comes out finite all the same.
    """
    source = Random(f"depth {depth}, number {number}")
    while True:
        seed = source.getrandbits(64)
        blocks = [_drawn_block(f"{seed}, {level}", free=bool(level)) for level in range(depth)]
        model = Model(alphabet, blocks)
        try:
            tabulate(model, max_states=200)
        except BudgetExhausted:
            continue
        return model


def _drawn_block(seed: str, *, free: bool) -> Block:
    source, field = Random(seed), Rationals()
    cells, turning = source.randint(0, 3), source.randint(0, 3)
    width = max(cells + turning, 1)
    order = source.sample(range(cells, cells + turning), turning)
    A = [[0] * width for _ in range(width)]
    for i in range(1, cells):
        A[i][i - 1] = 1
    for i, j in enumerate(order, start=cells):
        A[i][j] = source.choice((-1, 1))
    free = free and source.random() < 0.5
    to, back = _bases(width, source)
    matrix = _times(_times(to, A), back)

    def drive(letter: Symbol) -> Vector:
        own, same = Random(f"{seed}, {letter!r}"), Random(f"{seed}, every letter")
        column = [[(own if i < cells or free else same).randint(-1, 1)] for i in range(width)]
        return tuple(field.element(x) for (x,) in _times(to, column))

    layer = ConstantLayer(
        field,
        tuple(field.element(source.randint(-1, 1)) for _ in range(width)),
        tuple(tuple(map(field.element, row)) for row in matrix),
        drive,
    )
    return Block(layer, lambda state, letter: (state, letter))


def _bases(width: int, source: Random) -> tuple[list[list[int]], list[list[int]]]:
    """An integer matrix of determinant 1 and its inverse, by a few additions of rows."""
    to, back = ([[int(i == j) for j in range(width)] for i in range(width)] for _ in range(2))
    for _ in range(2 * width if width > 1 else 0):
        i, j = source.sample(range(width), 2)
        to[i] = [x + y for x, y in zip(to[i], to[j], strict=True)]
        for row in back:
            row[j] -= row[i]
    return to, back


def _times(left: list[list[int]], right: list[list[int]]) -> list[list[int]]:
    return [[sum(map(lambda x, y: x * y, row, column)) for column in zip(*right, strict=True)] for row in left]


_SOURCE: Final = "2404.08819 Def. 2.1, A the same on every letter; ours"
_PROOF: Final = "constructions.automata.s4_windows"
_PARITY: Final = "b*(ab*ab*)*"

CLAIMS = (
    Claim(
        name="s4-one-coordinate-fails",
        source=_SOURCE,
        statement="One layer of one coordinate with one A for all letters, entries -1, 0, 1 and finitely many "
        "states doesn't tell parity, nor (ab)*, whatever the readout.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof=_PROOF,
        cases=_scalars,
        instances={"parity": parity(), "(ab)*": star("ab")},
    ),
    Claim(
        name="s4-fails-drawn",
        source=_SOURCE,
        statement="Drawn stacks of layers with one A for all letters and finitely many states don't do what isn't told "
        "by the ends of a word and its length: parity, (ab)*; nor one layer what is told by the first letter.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof=_PROOF,
        cases=_drawn,
        instances={
            "parity, 5 layers": _Drawn(_PARITY, 1, 5),
            "a(a|b)*, 5 layers": _Drawn("a(a|b)*", 1, 5),
            "(ab)*, 3 stacks of 2": _Drawn("(ab)*", 2, 3),
        },
        full={
            "a(a|b)*, 1000 layers": _Drawn("a(a|b)*", 1, 1000),
            "parity, 100 stacks of 2": _Drawn(_PARITY, 2, 100),
            "(ab)*, 20 stacks of 3": _Drawn("(ab)*", 3, 20),
        },
        sampled="nilpotent cells beside signed permutations, in another basis, by seed",
    ),
)
