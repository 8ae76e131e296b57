"""Classic streaming algorithms, each with the least memory in bits that its packing needs.

A memory is packed into one int by mixed radix: digits d_0, d_1, ... with bases b_0, b_1, ... become d_0 + b_0 (d_1 +
b_1 (...)). Each docstring counts the codes of its packing, C; the memory is then ceil(log2 C) bits. What an algorithm
counts without bound on paper has a ``capacity`` here: beyond it the memory is OVERFLOW for ever, and so is the
answer, so nothing wraps or saturates in silence. Streams of at most ``capacity`` symbols never get there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from exactssm.errors import SymbolError
from exactssm.machine import Output, Symbol
from exactssm.tasks._parameter import bounded, distinct
from exactssm.tasks.classics import brackets
from exactssm.tasks.streaming import StreamingAlgorithm, bits_for

__all__ = [
    "NO_MAJORITY",
    "OVERFLOW",
    "bounded_dyck",
    "distinct_count",
    "majority",
    "misra_gries",
    "modular_counter",
    "pattern_matching",
    "running_maximum",
]

OVERFLOW = "overflow"  #: the answer once a counter has outgrown its capacity
NO_MAJORITY = "none"  #: the answer of `majority` where no symbol can be the majority

MAX_CAPACITY = 10**9
MAX_SYMBOLS = 10_000


def majority(alphabet: Iterable[Symbol], capacity: int) -> StreamingAlgorithm:
    """Boyer and Moore's majority vote: a candidate and a counter.

    A symbol equal to the candidate adds 1 to the counter, another one takes 1 away, and at 0 the next symbol becomes
    the candidate. If more than half of the prefix is one symbol, the answer is that symbol, unless the counter has
    been above ``capacity``; at counter 0 it is NO_MAJORITY. (With no majority the candidate may be any symbol.)

    Memory: C = |alphabet| capacity + 2: no candidate; candidate and counter; OVERFLOW.
    Source: Boyer and Moore, MJRTY (1981).

    >>> from exactssm.machine import run
    >>> run(majority("abc", 3), "abcaaa").outputs
    ('a', 'none', 'c', 'none', 'a', 'a')

    Raises: DomainError, unless 1 <= capacity <= 10^9; SymbolError, for no or repeated symbols or an answer among them.
    """
    symbols = _counted_symbols(alphabet, "the alphabet of majority")
    top = bounded(capacity, "the capacity of the counter", 1, MAX_CAPACITY)
    index = {symbol: i for i, symbol in enumerate(symbols)}
    overflow = len(symbols) * top + 1

    def update(m: int, x: Symbol) -> int:
        """Memory 0 is the empty counter, 1 + (count - 1) + capacity * candidate the others."""
        if m == overflow:
            return m
        if m == 0:
            return 1 + top * index[x]
        candidate, above_one = divmod(m - 1, top)
        if candidate == index[x]:
            return m + 1 if above_one + 1 < top else overflow
        return m - 1 if above_one else 0

    def answer(m: int) -> Output:
        if m == overflow:
            return OVERFLOW
        return symbols[(m - 1) // top] if m else NO_MAJORITY

    return StreamingAlgorithm(symbols, bits_for(overflow + 1), 0, update, answer)


def misra_gries(alphabet: Iterable[Symbol], counters: int, capacity: int) -> StreamingAlgorithm:
    """Misra and Gries' heavy hitters with k ``counters``; the answer is the tuple of (symbol, count) in alphabet order.

    A symbol with a counter adds 1 to it; one without takes a free counter; if none is free, every counter loses 1,
    and is free at 0. After n symbols, a symbol read f times has a count between f - n / (k + 1) and f, so every
    symbol read more than n / (k + 1) times has a counter. Once a count would exceed ``capacity`` the answer is
    OVERFLOW.

    Memory: C = (1 + |alphabet| capacity)^k + 1: k digits, each a free counter or a symbol and its count, the symbols in
    alphabet order before the free ones; and OVERFLOW.
    Source: Misra and Gries, Finding repeated elements (1982).

    >>> from exactssm.machine import run
    >>> run(misra_gries("abc", 2, 5), "aabc").outputs[-2:]
    ((('a', 2), ('b', 1)), (('a', 1),))

    Raises: DomainError, unless 1 <= counters <= 100 and 1 <= capacity <= 10^9; SymbolError, as `majority`.
    """
    symbols = _counted_symbols(alphabet, "the alphabet of Misra-Gries")
    k = bounded(counters, "the number of counters", 1, 100)
    top = bounded(capacity, "the capacity of the counters", 1, MAX_CAPACITY)
    index = {symbol: i for i, symbol in enumerate(symbols)}
    base = 1 + len(symbols) * top
    overflow: int = base**k

    def unpack(m: int) -> dict[int, int]:
        counts: dict[int, int] = {}
        while m:  # a digit 0 is a free counter, and all after it are free too
            m, digit = divmod(m, base)
            i, above_one = divmod(digit - 1, top)
            counts[i] = above_one + 1
        return counts

    def pack(counts: dict[int, int]) -> int:
        m = 0
        for i in sorted(counts, reverse=True):
            m = m * base + 1 + i * top + counts[i] - 1
        return m

    def update(m: int, x: Symbol) -> int:
        if m == overflow:
            return m
        counts = unpack(m)
        i = index[x]
        if i in counts:
            if counts[i] == top:
                return overflow
            counts[i] += 1
        elif len(counts) < k:
            counts[i] = 1
        else:
            counts = {j: count - 1 for j, count in counts.items() if count > 1}
        return pack(counts)

    def answer(m: int) -> Output:
        if m == overflow:
            return OVERFLOW
        return tuple((symbols[i], count) for i, count in unpack(m).items())

    return StreamingAlgorithm(symbols, bits_for(overflow + 1), 0, update, answer)


def running_maximum(n: int) -> StreamingAlgorithm:
    """The largest symbol so far, of the symbols 0 .. n-1. Memory: C = n, the maximum itself; it starts at 0.

    >>> from exactssm.machine import run
    >>> run(running_maximum(4), (1, 0, 3, 2)).outputs
    (1, 1, 3, 3)

    Raises: DomainError, unless 1 <= n <= 10000.
    """
    bounded(n, "the number of values", 1, MAX_SYMBOLS)

    def update(m: int, x: Symbol) -> int:
        assert isinstance(x, int)
        return max(m, x)

    return StreamingAlgorithm(range(n), bits_for(n), 0, update, int)


def modular_counter(alphabet: Iterable[Symbol], counted: Iterable[Symbol], modulus: int) -> StreamingAlgorithm:
    """How many ``counted`` symbols have been read, modulo ``modulus``. Memory: C = modulus, the count itself.

    >>> from exactssm.machine import run
    >>> run(modular_counter("abc", "ab", 3), "abcab").outputs
    (1, 2, 2, 0, 1)

    Raises: DomainError, unless 1 <= modulus <= 10^9; SymbolError, for no or repeated symbols, or a counted one that
    is not in the alphabet.
    """
    symbols = distinct(alphabet, "the alphabet of a counter")
    chosen = frozenset(distinct(counted, "the counted symbols"))
    m_bound = bounded(modulus, "the modulus of a counter", 1, MAX_CAPACITY)
    for symbol in sorted(chosen.difference(symbols), key=repr):
        raise SymbolError(f"the counted symbol {symbol!r} is not in the alphabet {symbols!r}")
    return StreamingAlgorithm(symbols, bits_for(m_bound), 0, lambda m, x: (m + (x in chosen)) % m_bound, int)


def bounded_dyck(kinds: int, height: int) -> StreamingAlgorithm:
    """Whether the prefix is balanced with at most ``height`` nested brackets of ``kinds`` kinds: Dyck(k, h).

    The stack is a number in bijective base k: pushing kind b = 0 .. k-1 makes k m + b + 1 of m, so the stacks up to
    height h are exactly 0 .. S-1 with S = 1 + k + ... + k^h, and S is the state after an error.

    Memory: C = S + 1, which is optimal: any two stacks, and the error, are told apart by some continuation.
    Symbols: those of `brackets`, each opening one before its closing one. The same language as `classics.dyck`.

    >>> from exactssm.machine import run
    >>> run(bounded_dyck(2, 2), "([])[").outputs
    (False, False, False, True, False)

    Raises: DomainError, unless 1 <= kinds <= 1000 and 1 <= height <= 1000.
    """
    pairs = brackets(kinds)
    h = bounded(height, "the height of nested brackets", 1, 1000)
    k = len(pairs)
    error: int = sum(k**depth for depth in range(h + 1))
    opens = {opening: kind for kind, (opening, _) in enumerate(pairs)}
    closes = {closing: kind for kind, (_, closing) in enumerate(pairs)}

    def update(m: int, x: Symbol) -> int:
        if m == error:
            return m
        if x in opens:
            return min(k * m + opens[str(x)] + 1, error)  # every stack of height h + 1 has a code of at least S
        below, top = divmod(m - 1, k)
        return below if m and top == closes[str(x)] else error

    symbols = [x for pair in pairs for x in pair]
    return StreamingAlgorithm(symbols, bits_for(error + 1), 0, update, lambda m: m == 0)


def pattern_matching(pattern: Sequence[Symbol], alphabet: Iterable[Symbol] | None = None) -> StreamingAlgorithm:
    """Whether ``pattern`` ends at this symbol, by Knuth, Morris and Pratt's automaton.

    The memory is the length of the longest prefix of the pattern that the text ends with. Memory: C = len(pattern) +
    1. The alphabet is that of the pattern, in order of first occurrence, or the one given.

    Source: Knuth, Morris and Pratt, Fast pattern matching in strings (1977).

    >>> from exactssm.machine import run
    >>> run(pattern_matching("aba"), "ababab").outputs
    (False, False, True, False, True, False)

    Raises: DomainError, unless the pattern has 1 to 10000 symbols and the table of the automaton at most 10^7 entries;
    SymbolError, for repeated symbols or a pattern's symbol that is not in the alphabet.
    """
    n = bounded(len(pattern), "the length of the pattern", 1, MAX_SYMBOLS)
    symbols = distinct(dict.fromkeys(pattern) if alphabet is None else alphabet, "the alphabet of pattern matching")
    bounded((n + 1) * len(symbols), "the size of the pattern's automaton", 1, 10**7)
    known = frozenset(symbols)
    for position, symbol in enumerate(pattern):
        if symbol not in known:
            raise SymbolError(f"position {position} of the pattern: {symbol!r} is not in the alphabet {symbols!r}")
    # Row m is the row of the longest border of pattern[:m], except that the pattern's next symbol leads on to m + 1; so
    # before that exception is made, it holds where the next border ends.
    rows = [dict.fromkeys(symbols, 0)]
    for m, symbol in enumerate(pattern):
        border, rows[m][symbol] = rows[m][symbol], m + 1
        rows.append(dict(rows[border]))
    return StreamingAlgorithm(symbols, bits_for(n + 1), 0, lambda m, x: rows[m][x], lambda m: m == n)


def distinct_count(n: int) -> StreamingAlgorithm:
    """How many different symbols have been read, of the symbols 0 .. n-1.

    Memory: C = 2^n, the set of those read as a bit mask. For n >= 2 no less will do: of two different sets one has a
    symbol that the other lacks, and the count after reading all other symbols tells them apart.

    >>> from exactssm.machine import run
    >>> run(distinct_count(3), (2, 2, 0, 1)).outputs
    (1, 1, 2, 3)

    Raises: DomainError, unless 1 <= n <= 10000.
    """
    bounded(n, "the number of values", 1, MAX_SYMBOLS)

    def update(m: int, x: Symbol) -> int:
        assert isinstance(x, int)
        return m | 1 << x

    return StreamingAlgorithm(range(n), n, 0, update, int.bit_count)


def _counted_symbols(alphabet: Iterable[Symbol], what: str) -> tuple[Symbol, ...]:
    """``alphabet``, none of whose symbols may be mistaken for another answer."""
    symbols = distinct(alphabet, what)
    for answer in (NO_MAJORITY, OVERFLOW):
        if answer in symbols:
            raise SymbolError(f"{what} must not hold {answer!r}, which is an answer of its own")
    return symbols
