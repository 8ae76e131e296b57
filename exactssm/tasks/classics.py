"""Classic automata: the examples and benchmark languages that the literature asks sequence models about.

Symbols are strings; an output is a string, a number, or True and False for membership of the prefix read so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from exactssm.errors import DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, Output, State, Symbol
from exactssm.tasks._parameter import bounded, distinct
from exactssm.tasks.automaton import Automaton

__all__ = [
    "brackets",
    "delay",
    "divisible_by",
    "dyck",
    "ends_with_ab",
    "flip_flop",
    "gridworld",
    "mod_counter",
    "no_two_ones",
    "parity",
    "star",
]

MAX_STATES = 100_000
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def parity() -> Automaton:
    """The parity of the number of "1"s so far, "even" or "odd", on symbols "0" and "1".

    >>> from exactssm.machine import run
    >>> run(parity(), "0110").outputs
    ('even', 'odd', 'even', 'even')
    """
    names = ("even", "odd")
    return Automaton.moore("01", names, "even", lambda q, x: names[(q == "odd") ^ (x == "1")], lambda q: q)


def flip_flop() -> Automaton:
    """One bit of memory: "set" makes it 1, "reset" makes it 0, "read" leaves it. The output is the bit afterwards.

    It starts at 0. Its transition monoid is the flip-flop of the Krohn-Rhodes theorem: two resets and the identity.

    >>> from exactssm.machine import run
    >>> run(flip_flop(), ("read", "set", "read", "reset", "read")).outputs
    (0, 1, 1, 0, 0)
    """
    delta = {(q, x): y for q in (0, 1) for x, y in (("set", 1), ("reset", 0), ("read", q))}
    return Automaton.moore(("set", "reset", "read"), (0, 1), 0, delta, lambda q: q)


def mod_counter(modulus: int, increments: Mapping[Symbol, int] | None = None) -> Automaton:
    """The sum of the symbols' increments so far, modulo ``modulus``: an int in range(modulus).

    By default the number of "1"s among "0" and "1". ``{"1": 1}`` is the counter on a unary stream (2604.14501, width
    against precision); ``{x: x for x in range(m)}`` is the word problem of Z/m.

    >>> from exactssm.machine import run
    >>> run(mod_counter(3), "1101").outputs
    (1, 2, 2, 0)

    Raises: DomainError, unless 1 <= modulus <= 100000 and all increments are ints.
    """
    m = bounded(modulus, "the modulus of a counter", 1, MAX_STATES)
    steps: dict[Symbol, int] = {"0": 0, "1": 1}
    if increments is not None:
        steps = dict(increments)
    for symbol, increment in steps.items():
        if isinstance(increment, bool) or not isinstance(increment, int):
            raise DomainError(f"the increment of symbol {symbol!r} must be an integer, got {increment!r}")
    return Automaton.moore(steps, range(m), 0, lambda q, x: (_int(q) + steps[x]) % m, lambda q: q)


def gridworld(width: int, height: int = 1) -> Automaton:
    """The cell of a walker on a grid with walls around it, who starts in a corner and stays where a wall is in the way.

    "L" and "R" are steps to the left and right, and "D" and "U" down and up on a grid of more than one row. The output
    is the cell: the column, or (column, row). Source: the gridworld automata of 2210.10749 (Liu et al., Transformers
    learn shortcuts to automata); there one may stay on purpose as well.

    >>> from exactssm.machine import run
    >>> run(gridworld(3), "RRRLLL").outputs
    (1, 2, 2, 1, 0, 0)
    >>> run(gridworld(2, 2), "RUUD").outputs
    ((1, 0), (1, 1), (1, 1), (1, 0))

    Raises: DomainError, unless width and height are from 1 to 1000 and there are at most 100000 cells.
    """
    w = bounded(width, "the width of a grid", 1, 1000)
    h = bounded(height, "the height of a grid", 1, 1000)
    if w * h > MAX_STATES:
        raise DomainError(f"a grid has at most {MAX_STATES} cells, got {w} * {h}")
    moves: dict[Symbol, tuple[int, int]] = {"L": (-1, 0), "R": (1, 0)}
    if h > 1:
        moves |= {"D": (0, -1), "U": (0, 1)}

    def delta(q: State, x: Symbol) -> State:
        (column, row), (right, up) = _tuple(q), moves[x]
        return min(max(_int(column) + right, 0), w - 1), min(max(_int(row) + up, 0), h - 1)

    def cell(q: State) -> Output:
        return q if h > 1 else _tuple(q)[0]

    return Automaton.moore(moves, list(product(range(w), range(h))), (0, 0), delta, cell)


def ends_with_ab() -> Automaton:
    """Whether the prefix ends with "ab", on symbols "a" and "b". Source: the language (a|b)*ab of the textbooks.

    >>> from exactssm.machine import run
    >>> run(ends_with_ab(), "aabb").outputs
    (False, False, True, False)
    """
    delta = {("", "a"): "a", ("", "b"): "", ("a", "a"): "a", ("a", "b"): "ab", ("ab", "a"): "a", ("ab", "b"): ""}
    return Automaton.dfa("ab", ("", "a", "ab"), "", {"ab"}, delta)


def no_two_ones() -> Automaton:
    """Whether the prefix has no two consecutive "1"s, on symbols "0" and "1": the golden mean shift.

    >>> from exactssm.machine import run
    >>> run(no_two_ones(), "10110").outputs
    (True, True, True, False, False)
    """
    delta = {
        ("0", "0"): "0",
        ("0", "1"): "1",
        ("1", "0"): "0",
        ("1", "1"): "11",
        ("11", "0"): "11",
        ("11", "1"): "11",
    }
    return Automaton.dfa("01", ("0", "1", "11"), "0", {"0", "1"}, delta)


def divisible_by(divisor: int, base: int = 2) -> Automaton:
    """Whether the prefix, as a number in ``base`` with the highest digit first, is divisible by ``divisor``.

    The symbols are the digits "0" .. "9", "a" .. "z"; leading zeros are allowed.

    >>> from exactssm.machine import run
    >>> run(divisible_by(3), "1001").outputs
    (False, False, False, True)

    Raises: DomainError, unless 1 <= divisor <= 100000 / base and 2 <= base <= 36.
    """
    b = bounded(base, "the base", 2, len(DIGITS))
    m = bounded(divisor, "the divisor", 1, MAX_STATES // b)
    return Automaton.dfa(DIGITS[:b], range(m), 0, {0}, lambda q, x: (b * _int(q) + DIGITS.index(str(x))) % m)


def star(word: str, alphabet: Iterable[Symbol] | None = None) -> Automaton:
    """Whether the prefix is in ``word``*: none or more repetitions of one word.

    ``star("ab")`` is (ab)*, which is star-free; ``star("aa")`` and ``star("abab")`` are (aa)* and (abab)*, which are
    not, as they count modulo 2. The alphabet is that of the word, in order of first occurrence, or the one given. The
    states are the positions in the word, and -1 when no continuation is accepted.

    >>> from exactssm.machine import run
    >>> run(star("ab"), "ababb").outputs
    (False, True, False, True, False)

    Raises: DomainError, unless the word has 1 to 10000 symbols; SymbolError, if one is not in the alphabet.
    """
    n = bounded(len(word), "the length of the repeated word", 1, 10_000)
    symbols = tuple(dict.fromkeys(word)) if alphabet is None else tuple(alphabet)
    for position, symbol in enumerate(word):
        if symbol not in symbols:
            raise SymbolError(
                f"position {position} of the repeated word: {symbol!r} is not in the alphabet {symbols!r}"
            )

    def delta(q: State, x: Symbol) -> State:
        i = _int(q)
        return (i + 1) % n if i >= 0 and word[i] == x else -1

    return Automaton.dfa(symbols, range(-1, n), 0, {0}, delta)


def delay(steps: int, alphabet: Iterable[Symbol] = "01", before: Output = UNSPECIFIED) -> Automaton:
    """The symbol read ``steps`` symbols ago, and ``before`` at the first ``steps`` symbols; 0 steps repeat the input.

    >>> from exactssm.machine import run
    >>> run(delay(2), "0110").outputs
    (UNSPECIFIED, UNSPECIFIED, '0', '1')

    Raises: DomainError, unless 0 <= steps <= 1000 and there are at most 100000 states; SymbolError, as `Automaton`.
    """
    symbols = distinct(alphabet, "the alphabet of a delay")
    n = bounded(steps, "the number of steps of a delay", 0, 1000)
    size = 0
    for length in range(n + 1):
        size += len(symbols) ** length
        if size > MAX_STATES:
            raise DomainError(f"a delay of {n} steps on {len(symbols)} symbols needs more than {MAX_STATES} states")
    states = [last for length in range(n + 1) for last in product(symbols, repeat=length)]

    def delta(q: State, x: Symbol) -> State:
        return (*_tuple(q), x)[-n:] if n else ()

    def output(q: State, x: Symbol) -> Output:
        last = _tuple(q)
        if len(last) < n:
            return before
        return last[0] if n else x

    return Automaton.mealy(symbols, states, (), delta, output)


def brackets(kinds: int) -> tuple[tuple[str, str], ...]:
    """The opening and the closing symbol of each kind of bracket: ``()``, ``[]``, ``{}``, ``<>``; numbered beyond four.

    >>> brackets(2)
    (('(', ')'), ('[', ']'))
    >>> brackets(5)[4]
    ('(5', ')5')

    Raises: DomainError, unless 1 <= kinds <= 1000.
    """
    k = bounded(kinds, "the number of kinds of brackets", 1, 1000)
    if k <= 4:
        return (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"))[:k]
    return tuple((f"({i}", f"){i}") for i in range(1, k + 1))


def dyck(kinds: int, height: int) -> Automaton:
    """Whether the prefix is balanced, with ``kinds`` kinds of brackets nested at most ``height`` deep: Dyck(k, h).

    The states are the stacks of open kinds, 1 + k + ... + k^h of them, and None once no continuation is accepted. The
    symbols are those of `brackets`, each opening one before its closing one.

    >>> from exactssm.machine import run
    >>> run(dyck(1, 2), "(())()").outputs
    (False, False, False, True, False, True)

    Raises: DomainError, unless kinds and height are from 1 to 1000 and there are at most 100000 stacks.
    """
    pairs = brackets(kinds)
    h = bounded(height, "the height of nested brackets", 1, 1000)
    size = 0
    for depth in range(h + 1):
        size += len(pairs) ** depth
        if size > MAX_STATES:
            raise DomainError(f"Dyck({kinds}, {h}) has more than {MAX_STATES} stacks")
    opens = {opening: kind for kind, (opening, _) in enumerate(pairs)}
    closes = {closing: kind for kind, (_, closing) in enumerate(pairs)}
    stacks: list[State] = [stack for depth in range(h + 1) for stack in product(range(len(pairs)), repeat=depth)]

    def delta(q: State, x: Symbol) -> State:
        if q is None:
            return None
        stack = _tuple(q)
        if x in opens:
            return (*stack, opens[str(x)]) if len(stack) < h else None
        return stack[:-1] if stack and stack[-1] == closes[str(x)] else None

    return Automaton.dfa((x for pair in pairs for x in pair), [*stacks, None], (), {()}, delta)


def _int(state: State) -> int:
    assert isinstance(state, int)
    return state


def _tuple(state: State) -> tuple[Symbol, ...]:
    assert isinstance(state, tuple)
    return state
