"""Words that are too long to be written out, as straight-line programs.

A program is a letter, a concatenation of programs or a power of one. Programs that are built alike are one object, so
that what occurs often is held once, and a few dozen nodes can spell more letters than there are atoms. What a word does
to a finite machine, or what its product in a group is, takes one step a node: `Program.evaluate` composes maps, and
nothing is ever written out.

Words are written as Python writes sequences: ``p + q`` is p, then q, and ``p * n`` is p, n times.

Source: straight-line programs, Lohrey, Algorithmics on SLP-compressed strings: a survey (2012).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from typing import Any, Final, TypeVar
from weakref import WeakValueDictionary

from exactssm.errors import BudgetExhausted, DomainError, FormatError
from exactssm.machine import Symbol, Word

__all__ = ["MAX_DIGITS", "Program", "count_text"]

T = TypeVar("T")

MAX_DIGITS: Final = 4000
"""Decimal digits of a length: Python writes out and reads integers of no more than 4300."""

LONGEST: Final = 10**MAX_DIGITS
MAX_NODES: Final = 100_000

_BUILT: WeakValueDictionary[Hashable, Program] = WeakValueDictionary()


class Program:
    """A word as a straight-line program. Two of them are equal only if they are built alike: one object.

    >>> a, b, c = map(Program.letter, "abc")
    >>> word = (a + b * 3) * 4 + c
    >>> str(word), word.length, "".join(word.expand())
    ('(a b^3)^4 c', 17, 'abbbabbbabbbabbbc')
    >>> (word * 10**100).length == 17 * 10**100, word is (a + b * 3) * 4 + c
    (True, True)

    Raises: DomainError, if the word has `MAX_DIGITS` digits of letters or more, or if a power is negative.
    """

    __slots__ = ("__weakref__", "exponent", "length", "parts", "symbol")

    symbol: Symbol  #: of a letter; None otherwise
    parts: tuple[Program, ...]  #: of a concatenation, none of them empty; the base of a power alone; () for a letter
    exponent: int  #: of a power, at least 2; otherwise 1
    length: int  #: the number of letters

    @classmethod
    def letter(cls, symbol: Symbol) -> Program:
        """The word of one letter."""
        return cls._built(("letter", symbol), symbol, (), 1, 1)

    @classmethod
    def of(cls, word: Iterable[Symbol]) -> Program:
        """The word as it is written.

        >>> str(Program.of("abba"))
        'a b^2 a'
        """
        return cls.concatenation([cls.letter(symbol) for symbol in word])

    @classmethod
    def concatenation(cls, programs: Iterable[Program]) -> Program:
        """The words one after the other; without any, the empty word."""
        parts = tuple(program for program in programs if program.length)
        if len(parts) == 1:
            return parts[0]
        return cls._built(("parts", *map(id, parts)), None, parts, 1, sum(part.length for part in parts))

    @classmethod
    def _built(cls, key: Hashable, symbol: Symbol, parts: tuple[Program, ...], exponent: int, length: int) -> Program:
        # Parts live as long as what is built of them, so that no identity in a key is taken by another object.
        found = _BUILT.get(key)
        if found is None:
            if length >= LONGEST:
                raise DomainError(f"a word must have less than 10^{MAX_DIGITS} letters")
            found = object.__new__(cls)
            found.symbol, found.parts, found.exponent, found.length = symbol, parts, exponent, length
            _BUILT[key] = found
        return found

    def __add__(self, other: Program) -> Program:
        return Program.concatenation((self, other))

    def __mul__(self, exponent: int) -> Program:
        if exponent < 0:
            raise DomainError(f"words need an exponent of at least 0, got {exponent}")
        if exponent == 0 or not self.length:
            return Program.concatenation(())
        if exponent == 1:
            return self
        if self.exponent > 1:
            return self.parts[0] * (self.exponent * exponent)
        return Program._built(("power", id(self), exponent), None, (self,), exponent, self.length * exponent)

    def __bool__(self) -> bool:
        """Whether there is any letter."""
        return self.length > 0

    @property
    def is_letter(self) -> bool:
        return self.length == 1

    def nodes(self) -> list[Program]:
        """The programs that this one is built of, each once, parts before wholes; itself last."""
        listed: list[Program] = []
        seen: set[Program] = set()
        stack: list[tuple[Program, bool]] = [(self, False)]
        while stack:
            node, complete = stack.pop()
            if complete:
                listed.append(node)
            elif node not in seen:
                seen.add(node)
                stack.append((node, True))
                stack += ((part, False) for part in reversed(node.parts))
        return listed

    @property
    def letters(self) -> frozenset[Symbol]:
        """The symbols that occur.

        >>> sorted(Program.of("abba").letters)
        ['a', 'b']
        """
        return frozenset(node.symbol for node in self.nodes() if node.is_letter)

    def evaluate(self, value: Callable[[Symbol], T], multiply: Callable[[T, T], T], identity: T) -> T:
        """The product of the letters' values, left to right, under an associative ``multiply`` with that identity.

        Each node is evaluated once, a power by repeated squaring.

        >>> word = Program.of("ab") * 10**30
        >>> word.evaluate({"a": 1, "b": 2}.get, lambda x, y: (x + y) % 7, 0) == 3 * 10**30 % 7
        True
        """
        values: dict[Program, T] = {}
        for node in self.nodes():
            if node.is_letter:
                values[node] = value(node.symbol)
            elif node.exponent > 1:
                values[node] = _power(values[node.parts[0]], node.exponent, multiply)
            else:
                values[node] = reduce(multiply, [values[part] for part in node.parts]) if node.parts else identity
        return values[self]

    def __getitem__(self, position: int) -> Symbol:
        """The letter at a position, counted from 0, or from the end if negative.

        >>> word = Program.of("ab") * 10**30 + Program.letter("c")
        >>> word[0], word[10**30 + 1], word[-1]
        ('a', 'b', 'c')

        Raises: IndexError, beyond the word.
        """
        place = position + self.length if position < 0 else position
        if not 0 <= place < self.length:
            raise IndexError(f"positions in this word are 0 .. {self.length - 1}, got {position}")
        node = self
        while not node.is_letter:
            if node.exponent > 1:
                node = node.parts[0]
                place %= node.length
                continue
            for part in node.parts:
                if place < part.length:
                    node = part
                    break
                place -= part.length
        return node.symbol

    def __iter__(self) -> Iterator[Symbol]:
        """The letters, one by one, however many."""
        stack: list[Iterator[Program]] = [iter((self,))]
        while stack:
            node = next(stack[-1], None)
            if node is None:
                stack.pop()
            elif node.is_letter:
                yield node.symbol
            else:
                stack.append(_repeated(node))

    def expand(self, limit: int = 10_000) -> Word:
        """The word, written out. Raises BudgetExhausted, if it has more than ``limit`` letters."""
        if self.length > limit:
            raise BudgetExhausted(f"a word of {count_text(self.length)} letters is not written out; {limit} are")
        return tuple(self)

    def spells(self, word: Sequence[Symbol]) -> bool:
        """Whether it is this word.

        >>> Program.of("ab") * 2 == Program.of("abab"), (Program.of("ab") * 2).spells("abab")
        (False, True)
        """
        return self.length == len(word) and all(x == y for x, y in zip(self, word, strict=True))

    def without_last(self) -> Program:
        """All letters but the last.

        >>> str((Program.of("ab") * 3).without_last())
        '(a b)^2 a'

        Raises: IndexError, for the empty word.
        """
        if not self.length:
            raise IndexError("the empty word has no last letter")
        before: list[Program] = []
        node = self
        while not node.is_letter:
            *front, last = node.parts
            before += [last * (node.exponent - 1)] if node.exponent > 1 else front
            node = last
        return Program.concatenation(before)

    def __str__(self) -> str:
        return self.as_text()

    def __repr__(self) -> str:
        return f"<Program of {count_text(self.length)} letters: {self.as_text(100)}>"

    def as_text(self, limit: int = 400, name: Callable[[Symbol], str] = str) -> str:
        """The word for people, equal neighbours as powers, on at most about ``limit`` characters: where there are more,
        the middle is left out and the number of letters is given. ``name`` says how letters are written.

        >>> long = Program.of("abcdefgh")
        >>> for i in range(9): long = (long + Program.letter(str(i))) * 2
        >>> print(long.as_text(60))
        (((((((((a b c d e f g h 0)^2 ... 3)^2 4)^2 5)^2 6)^2 7)^2 8)^2 (5118 letters)
        """
        if not self.length:
            return "1"
        whole = "".join(islice(_tokens(self, False, name), limit + 1))
        if len(whole) <= limit:
            return whole
        half = limit // 2
        head = "".join(islice(_tokens(self, False, name), half))[:half].rpartition(" ")[0]
        tail = "".join(token[::-1] for token in islice(_tokens(self, True, name), half))[:half][::-1].partition(" ")[2]
        return f"{head} ... {tail} ({count_text(self.length)} letters)"

    def as_json(self, name: Callable[[Symbol], object] = str) -> dict[str, Any]:
        """The nodes, parts before wholes, the program last; letters by their names, large numbers as strings.

        >>> (Program.of("ab") * 3).as_json()
        {'length': '6', 'nodes': [{'letter': 'a'}, {'letter': 'b'}, {'word': [0, 1]}, {'power': [2, '3']}]}
        """
        number: dict[Program, int] = {}
        written: list[dict[str, Any]] = []
        for node in self.nodes():
            number[node] = len(written)
            if node.is_letter:
                written.append({"letter": name(node.symbol)})
            elif node.exponent > 1:
                written.append({"power": [number[node.parts[0]], str(node.exponent)]})
            else:
                written.append({"word": [number[part] for part in node.parts]})
        return {"length": str(self.length), "nodes": written}

    @classmethod
    def from_json(cls, record: object, symbols: Mapping[str, Symbol]) -> Program:
        """The program that `as_json` wrote; ``symbols`` are the letters by their names.

        >>> record = (Program.of("ab") * 3).as_json()
        >>> Program.from_json(record, {"a": "a", "b": "b"}) is Program.of("ab") * 3
        True

        Raises: FormatError, naming the node, for anything else.
        """
        if not isinstance(record, dict) or set(record) != {"length", "nodes"} or not isinstance(record["nodes"], list):
            raise FormatError("a straight-line program is an object with a length and a list of nodes")
        if not 1 <= len(record["nodes"]) <= MAX_NODES:
            raise FormatError(f"a straight-line program must have 1 to {MAX_NODES} nodes, got {len(record['nodes'])}")
        built: list[Program] = []
        for place, node in enumerate(record["nodes"]):
            try:
                built.append(cls._read_node(node, built, symbols))
            except (DomainError, FormatError) as error:
                raise FormatError(f"node {place} of a straight-line program: {error}") from None
        if record["length"] != str(built[-1].length):
            raise FormatError(f"the program has {built[-1].length} letters, but says {record['length']!r:.60}")
        return built[-1]

    @classmethod
    def _read_node(cls, node: object, built: Sequence[Program], symbols: Mapping[str, Symbol]) -> Program:
        def earlier(place: object) -> Program:
            if type(place) is not int or not 0 <= place < len(built):
                raise FormatError(f"expected the number of an earlier node, got {place!r:.60}")
            return built[place]

        match node:
            case {"letter": str(name), **rest} if not rest:
                if name not in symbols:
                    raise FormatError(f"{name!r:.60} is no letter of the alphabet")
                return cls.letter(symbols[name])
            case {"word": list(places), **rest} if not rest and len(places) <= MAX_NODES:
                return cls.concatenation(map(earlier, places))
            case {"power": [place, str(digits)], **rest} if not rest:
                if not (digits.isascii() and digits.isdecimal() and len(digits) <= MAX_DIGITS):
                    raise FormatError(f"expected an exponent of at most {MAX_DIGITS} digits, got {digits!r:.60}")
                return earlier(place) * int(digits)
        raise FormatError(f"expected a letter, a word or a power, got {node!r:.60}")


def count_text(count: int) -> str:
    """A number of letters for people: in full where it is not too long.

    >>> count_text(5118), count_text(10**30)
    ('5118', 'at least 2^99')
    """
    return str(count) if count < 10**18 else f"at least 2^{count.bit_length() - 1}"


def _power(x: T, exponent: int, multiply: Callable[[T, T], T]) -> T:
    """x multiplied by itself; the exponent is at least 1."""
    result, square = x, x
    exponent -= 1
    while exponent:
        if exponent & 1:
            result = multiply(result, square)
        square = multiply(square, square)
        exponent >>= 1
    return result


def _repeated(node: Program) -> Iterator[Program]:
    """The parts of a node, a power's base as often as it stands there."""
    if node.exponent == 1:
        yield from node.parts
    else:
        count = 0
        while count < node.exponent:  # which may be beyond what range and repeat take
            yield node.parts[0]
            count += 1


def _tokens(program: Program, backwards: bool, name: Callable[[Symbol], str]) -> Iterator[str]:
    """The text of a program bit by bit, from its end if ``backwards``; no bit is empty."""
    stack: list[str | Program] = [program]
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            yield item
        elif item.is_letter:
            yield name(item.symbol) or "''"
        else:
            written = list(_written(item))
            stack += written if backwards else reversed(written)


def _written(node: Program) -> Iterator[str | Program]:
    """The texts and programs that a concatenation or a power is written with, in order."""
    if node.exponent > 1:
        (base,) = node.parts
        power = f"^{node.exponent}"
        yield from (base, power) if base.is_letter else ("(", base, ")", power)
        return
    place = 0
    while place < len(node.parts):
        part, begin = node.parts[place], place
        while place < len(node.parts) and node.parts[place] is part:
            place += 1
        if begin:
            yield " "
        yield part * (place - begin)
