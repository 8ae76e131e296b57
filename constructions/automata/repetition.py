"""What exact diagonal layers of real numbers can't tell apart: a letter, a word or many words read once more.

Let a stack of L diagonal layers over exact real numbers reach finitely many states, each readout seeing the state after
the letter. Write uw for the state after the word u w.

*Stuttering.* If no decay is negative, then ux and uxx are one state, for every word u and letter x.

*Proof*, by induction over the layers. The layers below are in the same state after ux and uxx, so that this layer
reads one letter z for the last x in both, and for every further x. Its coordinates go through h, f(h), f(f(h)), ... by
one map f(h) = a h + b with a >= 0. If a = 0, then f(h) = f(f(h)). If a > 0, f is one to one, so that among finitely
many values h comes back; f keeps the order, and so f(h) = h.

*Cycles.* uw^n is one state with uw^(n+p) for all n >= m, where p = m = 2^L; if no decay is negative, p = 1 and m = L.

*Proof*, by induction over the layers. Suppose that what a layer reads along w w w ... repeats itself every p words,
from the t-th one on. From the end of word t - 1 its coordinates go through h, f(h), f(f(h)), ... every p words, by one
map f(h) = a h + b. If a = 0, then f(h) = f(f(h)); if not, then f(f(h)) = h as before, since f o f keeps the order, and
where no decay is negative f(h) = h. So from the end of word t - 1 + p on its states repeat themselves every 2p words,
or every p; and so does what it puts out, from word t + p on. Beginning with p = t = 1, after L layers p = t = 2^L, or
p = 1 and t = L + 1.

So a machine with a word that leads round a cycle of states is no stack of non-negative layers, nor of real layers
if the length of the cycle is no power of two. And a machine that isn't *stutter-invariant*, in that it tells ux from
uxx by its output there or later on, is no stack of non-negative layers. The words that show it are given here, for any
stack. Conversely, a machine without such words is such a stack (`constructions.automata.automaton_cascade`): exact
non-negative stacks are the aperiodic stutter-invariant machines, and exact real stacks those whose groups are
2-groups.

Source: ours, on 2603.01959. Stutter-invariant star-free languages are those of linear temporal logic without
"next" (D. Peled and T. Wilke, Inf. Process. Lett. 63 (1997)).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import partial
from itertools import product
from random import Random
from typing import Final, NamedTuple, TypeAlias

from constructions.claim import Case, Claim, Confusion, Kind
from constructions.groups.random_stacks import Draw, random_stack
from exactssm.arithmetic import Rationals
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.layers import DiagonalLayer
from exactssm.machine import Machine, Word
from exactssm.models import Block, Model
from exactssm.table import TableMachine, minimise, tabulate
from exactssm.tasks import Automaton, delay, divisible_by, dyck, ends_with_ab, gridworld, mod_counter, parity, star

__all__ = ["CLAIMS", "Cycle", "cycle_words", "find_cycle", "stutter_words"]

MAX_MAPS: Final = 20_000
"""The most maps of states that are looked at for a cycle."""


class Cycle(NamedTuple):
    """After ``before``, each ``word`` leads one state on, round a cycle of ``length`` states."""

    before: Word
    word: Word
    length: int


def stutter_words(machine: Machine) -> Confusion | None:
    """Words u x v and u x x v after which ``machine`` puts out different things; None, if it is
    stutter-invariant.

    >>> from exactssm.tasks import flip_flop
    >>> stutter_words(star("ab"))
    Confusion(first=('a', 'b'), second=('a', 'a', 'b'))
    >>> stutter_words(flip_flop()) is None
    True

    Raises: ConstructionError, if an output is unspecified; BudgetExhausted as `exactssm.table.tabulate`.
    """
    table = minimise(tabulate(machine))
    for state, before in _shortest_words(table).items():
        for letter, symbol in enumerate(table.alphabet):
            once = int(table.next[state, letter])
            twice = int(table.next[once, letter])
            if table.out[state, letter] != table.out[once, letter]:
                return Confusion((*before, symbol), (*before, symbol, symbol))
            if once != twice:
                rest = _telling_apart(table, once, twice)
                return Confusion((*before, symbol, *rest), (*before, symbol, symbol, *rest))
    return None


def find_cycle(machine: Machine, *, odd: bool) -> Cycle | None:
    """A cycle of two states or more, or, if ``odd``, one whose length has an odd factor; None, if there is none.

    >>> find_cycle(mod_counter(6), odd=True)
    Cycle(before=(), word=('1',), length=6)
    >>> find_cycle(star("ab"), odd=False) is None
    True

    Raises: as `stutter_words`; BudgetExhausted, if `MAX_MAPS` words with different effects have no such cycle, and
    there are more.
    """
    table = minimise(tabulate(machine))
    before = _shortest_words(table)
    columns = dict(zip(table.alphabet, map(tuple, table.next.T.tolist()), strict=True))
    words: dict[tuple[int, ...], Word] = {tuple(range(len(table.next))): ()}
    frontier = list(words)
    for map_ in frontier:  # which grows while it is read
        for symbol, column in columns.items():
            longer = tuple([column[q] for q in map_])
            if longer in words:
                continue
            if len(words) >= MAX_MAPS:
                raise BudgetExhausted(f"{MAX_MAPS} words with different effects have no cycle, and there are more")
            words[longer] = (*words[map_], symbol)
            frontier.append(longer)
            for state, prefix in before.items():
                length = _cycle_length(longer, state)
                if length > 1 and not (odd and length & (length - 1) == 0):
                    return Cycle(prefix, words[longer], length)
    return None


def cycle_words(machine: Machine, depth: int, *, negative: bool) -> Confusion | None:
    """Words u w^n v and u w^(n+p) v, after which ``machine`` puts out different things, and which lead every stack of
    ``depth`` layers with real decays to one state, negative ones among them or not; None, if there are none.

    >>> words = cycle_words(mod_counter(3), 2, negative=True)
    >>> len(words.first), len(words.second)
    (5, 9)

    Raises: as `find_cycle`.
    """
    if (cycle := find_cycle(machine, odd=negative)) is None:
        return None
    period = 1 << depth if negative else 1
    first = max(period if negative else depth, 1)
    table = minimise(tabulate(machine))
    ends = [_state_after(table, (*cycle.before, *cycle.word * n)) for n in (first, first + period)]
    rest = _telling_apart(table, *ends)
    words = [(*cycle.before, *cycle.word * n, *rest) for n in (first, first + period)]
    return Confusion(*words)


def _shortest_words(table: TableMachine) -> dict[int, Word]:
    """For each state a shortest word that leads there."""
    words: dict[int, Word] = {table.start: ()}
    frontier = [table.start]
    for state in frontier:  # which grows while it is read
        for successor, symbol in zip(table.next[state].tolist(), table.alphabet, strict=True):
            if successor not in words:
                words[successor] = (*words[state], symbol)
                frontier.append(successor)
    return words


def _state_after(table: TableMachine, word: Word) -> int:
    state = table.start
    for symbol in word:
        state, _ = table.step(state, symbol)
    return state


def _telling_apart(table: TableMachine, one: int, other: int) -> Word:
    """A shortest word whose last symbol has different outputs, read from two states of a least table."""
    words: dict[tuple[int, int], Word] = {(one, other): ()}
    frontier = list(words)
    for p, q in frontier:  # which grows while it is read
        for letter, symbol in enumerate(table.alphabet):
            word = (*words[p, q], symbol)
            if table.out[p, letter] != table.out[q, letter]:
                return word
            pair = int(table.next[p, letter]), int(table.next[q, letter])
            if pair not in words:
                words[pair] = word
                frontier.append(pair)
    raise AssertionError("two states of a least table are told apart by some word")


def _cycle_length(map_: tuple[int, ...], state: int) -> int:
    """After how many steps ``state`` comes back; 0, if it never does."""
    after = map_[state]
    for length in range(1, len(map_) + 1):
        if after == state:
            return length
        after = map_[after]
    return 0


class _Act(NamedTuple):
    """What a coordinate does on a letter: h -> decay h + drive."""

    decay: int
    drive: int


_KEEP, _NEGATE = _Act(1, 0), _Act(-1, 0)


def _scalar_layers(letters: int, negative: bool) -> Iterator[tuple[int, tuple[_Act, ...]]]:
    """Every layer of width 1 on so many letters, with two states: its start, and what it does on each letter."""
    values = (-1, 1) if negative else (0, 1)
    acts = (_KEEP, *([_NEGATE] if negative else []), *(_Act(0, value) for value in values))
    return product(values, product(acts, repeat=letters))


def _scalar_stacks(alphabet: Word, negative: bool, depth: int) -> Iterator[Model]:
    """Every stack of ``depth`` layers of width 1 with two states, each of which reads all there is to know: the symbol
    and the states below after it. 0 and 1 are the states, or -1 and 1."""
    if depth == 0:
        yield Model(alphabet, ())
        return
    values = (-1, 1) if negative else (0, 1)
    letters = list(product(alphabet, *[values] * (depth - 1)))
    for lower in _scalar_stacks(alphabet, negative, depth - 1):
        for start, acts in _scalar_layers(len(letters), negative):
            yield Model(alphabet, (*lower.blocks, _scalar_block(start, dict(zip(letters, acts, strict=True)))))


def _scalar_block(start: int, acts: dict[Word, _Act]) -> Block:
    """A letter is a symbol, with the states below if there are any."""
    field = Rationals()

    def read(letter: object) -> Word:
        return letter if isinstance(letter, tuple) else (letter,)

    layer = DiagonalLayer(
        field,
        (field.element(start),),
        decay=lambda letter: (field.element(acts[read(letter)].decay),),
        drive=lambda letter: (field.element(acts[read(letter)].drive),),
    )
    return Block(layer, lambda state, letter: (*read(letter), int(state[0])))


class _Scalars(NamedTuple):
    """One instance: every stack of at most so many layers of width 1 with two states."""

    task: Machine
    depth: int


class _Drawn(NamedTuple):
    """One instance: so many stacks of one to three layers of one to three coordinates."""

    task: Machine
    stacks: int
    seed: int = 0


Words: TypeAlias = Callable[[Machine, int], Confusion | None]


def _exhausted(words: Words, negative: bool, instance: _Scalars) -> Iterator[Case]:
    for depth in range(1, instance.depth + 1):
        refuted = _refutation(words, instance.task, depth)
        for number, model in enumerate(_scalar_stacks(instance.task.alphabet, negative, depth)):
            yield Case(f"stack {number} of depth {depth}", model, instance.task, refutation=refuted)


def _drawn(words: Words, negative: bool, instance: _Drawn) -> Iterator[Case]:
    field = Rationals()
    draw = Draw(
        field,
        order=2 if negative else 1,
        scales=(Fraction(1), Fraction(2), Fraction(1, 3)),
        frozen=(field.element(2), field.element(Fraction(1, 2))),
    )
    refuted = {depth: _refutation(words, instance.task, depth) for depth in (1, 2, 3)}
    for number in range(instance.stacks):
        seed = f"{instance.seed}, {number}"
        widths = [Random(f"{seed}, {layer}").randint(1, 3) for layer in range(1 + number % 3)]
        model = random_stack(draw, instance.task.alphabet, widths, seed)
        yield Case(f"stack {number}, widths {widths}", model, instance.task, refutation=refuted[len(widths)])


def _refutation(words: Words, task: Machine, depth: int) -> Callable[[], Confusion]:
    found = words(task, depth)
    if found is None:
        raise ConstructionError("a task must be one that repetition shows to be beyond these stacks; this one isn't")
    return lambda: found


def _stutter(task: Machine, depth: int) -> Confusion | None:
    return stutter_words(task)


_SOURCE: Final = "2603.01959, exact real layers with finitely many states"
_DRAWN: Final = "depth 1 to 3, widths 1 to 3, by seed"
_CYCLE, _ODD_CYCLE = partial(cycle_words, negative=False), partial(cycle_words, negative=True)


def _at_most_one() -> Automaton:
    """On the one letter a: the count, up to two."""
    return Automaton.moore("a", range(3), 0, {(0, "a"): 1, (1, "a"): 2, (2, "a"): 2}, lambda q: q)


def _tasks(depth: int) -> dict[str, _Scalars]:
    """What isn't stutter-invariant, though it is aperiodic."""
    found = {
        "the letter before": delay(1, "01", None),
        "(ab)*": star("ab"),
        "(a|b)*ab": ends_with_ab(),
        "Dyck(1,1)": dyck(1, 1),
        "walk on 3 cells": gridworld(3),
    }
    return {f"{name}, depth {depth}": _Scalars(task, depth) for name, task in found.items()}


CLAIMS = (
    Claim(
        name="non-negative-layers-stutter",
        source=_SOURCE,
        statement="Exact diagonal layers without negative decays, any number of them with finitely many states, can't "
        "tell ux from uxx, whatever the readouts after a letter: so they don't recognise (ab)*, which is star-free, "
        "nor delay by a letter. Every stack of layers of one coordinate with two values is refuted.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.repetition",
        cases=partial(_exhausted, _stutter, False),
        instances=_tasks(1) | {"at most one a, depth 2": _Scalars(_at_most_one(), 2)},
        full=_tasks(2),
    ),
    Claim(
        name="non-negative-layers-stutter-drawn",
        source=_SOURCE,
        statement="The same for drawn stacks, some of whose layers expand and contract as those below tell them.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.automata.repetition",
        cases=partial(_drawn, _stutter, False),
        instances={"(ab)*, 30 stacks": _Drawn(star("ab"), 30), "Dyck(1,1), 30 stacks": _Drawn(dyck(1, 1), 30)},
        full={"(ab)*, 1000 stacks": _Drawn(star("ab"), 1000, 1)},
        sampled=_DRAWN,
    ),
    Claim(
        name="non-negative-layers-have-no-cycles",
        source=_SOURCE,
        statement="Exact diagonal layers without negative decays, any number of them with finitely many states, are in "
        "one state after w^L and after w^(L+1), L being their number: no machine with a cycle is such a stack. Every "
        "stack of layers of one coordinate with two values is refuted.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.repetition",
        cases=partial(_exhausted, _CYCLE, False),
        instances={
            "parity, depth 1": _Scalars(parity(), 1),
            "(aa)*, depth 2": _Scalars(star("aa"), 2),
            "count mod 3, depth 1": _Scalars(mod_counter(3), 1),
            "(abab)*, depth 1": _Scalars(star("abab"), 1),
        },
        full={
            "parity, depth 2": _Scalars(parity(), 2),
            "(abab)*, depth 2": _Scalars(star("abab"), 2),
            "(aa)*, depth 3": _Scalars(star("aa"), 3),
        },
    ),
    Claim(
        name="real-layers-have-cycles-of-two-powers",
        source=_SOURCE,
        statement="Exact real diagonal layers, any number L of them with finitely many states, are in one state after "
        "w^(2^L) and after w^(2^(L+1)): no machine with a cycle whose length has an odd factor is such a stack. Every "
        "stack of layers of one coordinate with two values is refuted.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.automata.repetition",
        cases=partial(_exhausted, _ODD_CYCLE, True),
        instances={
            "count mod 3, depth 1": _Scalars(mod_counter(3), 1),
            "(aaa)*, depth 2": _Scalars(star("aaa"), 2),
            "divisible by 7, in binary, depth 1": _Scalars(divisible_by(7), 1),
        },
        full={"count mod 6, depth 2": _Scalars(mod_counter(6), 2)},
    ),
    Claim(
        name="layers-repeat-themselves-drawn",
        source=_SOURCE,
        statement="The same for drawn stacks of real layers, some of which expand and contract as those below tell "
        "them.",
        kind=Kind.IMPOSSIBLE,
        expected="checked",
        proof="constructions.automata.repetition",
        cases=partial(_drawn, _ODD_CYCLE, True),
        instances={
            "count mod 3, 30 stacks": _Drawn(mod_counter(3), 30),
            "divisible by 7, 30 stacks": _Drawn(divisible_by(7), 30),
        },
        full={"count mod 3, 1000 stacks": _Drawn(mod_counter(3), 1000, 1)},
        sampled=_DRAWN,
    ),
)
