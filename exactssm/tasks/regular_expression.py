"""Regular expressions, as the minimal complete DFA of the language of all words that match as a whole.

The syntax is that of Python's `re`, and its parser is the one that reads: literals, escapes, ``.``, sets as ``[a-c]``
and ``[^a]``, ``|``, groups, ``*``, ``+``, ``?``, ``{m}``, ``{m,n}``. What has no place in a language of words, or looks
around, is refused: anchors, look-ahead and look-behind, references back, flags, and classes such as ``\\d``, which mean
thousands of characters. A symbol is one character. The alphabet is the characters that the expression names, sorted, or
is given; ``.`` and ``[^a]`` speak of its symbols.

The expression becomes a nondeterministic automaton with empty steps (Thompson, CACM 11 (1968)), whose subsets are the
DFA's states, merged by refinement (Moore 1956).
"""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from exactssm.errors import BudgetExhausted, FormatError
from exactssm.tasks.automaton import Automaton

__all__ = ["MAX_LETTERS", "MAX_STATES", "MAX_STEPS", "regular_expression"]

MAX_TEXT: Final = 2000  #: characters of an expression
MAX_LETTERS: Final = 256  #: symbols of an alphabet
MAX_STEPS: Final = 10_000  #: parts of an expression, repeated ones as often as they are repeated
MAX_NESTING: Final = 100  #: groups inside groups
MAX_STATES: Final = 10_000  #: states of the DFA before it is minimised

_TOKEN: Final = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?.?|[*+?]\+|.", re.DOTALL)
_OUTSIDE: Final = {
    "^": "an anchor; the whole word is matched anyway",
    "$": "an anchor; the whole word is matched anyway",
    **dict.fromkeys((r"\A", r"\Z", r"\b", r"\B"), "an anchor; the whole word is matched anyway"),
    **{rf"\{digit}": "a reference back, which isn't regular" for digit in "123456789"},
    **{rf"\{kind}": "a class of thousands of characters; write the symbols out" for kind in "dDsSwW"},
    **dict.fromkeys(("*+", "++", "?+"), "a possessive repetition, which isn't one of languages"),
}


def regular_expression(expression: str, alphabet: Iterable[str] | None = None) -> Automaton:
    """The minimal complete DFA of an expression's language; its outputs say whether the prefix read so far matches.

    Whether the empty word matches can't be seen: outputs belong to steps.

    >>> from exactssm.machine import run
    >>> found = regular_expression("(ab)*")
    >>> found.alphabet, len(found.states), run(found, "abab").outputs
    (('a', 'b'), 3, (False, True, False, True))
    >>> regular_expression("a(b")
    Traceback (most recent call last):
    ...
    exactssm.errors.FormatError: regular expression 'a(b', column 2: missing ), unterminated subpattern

    Raises: FormatError, naming the column, for what isn't an expression of this syntax; for an alphabet that lacks a
    symbol that the expression names, or that is none; BudgetExhausted, beyond `MAX_STEPS` or `MAX_STATES`.
    """
    tree = _parsed(expression)
    named = set(_named(expression, tree))
    letters = tuple(sorted(named)) if alphabet is None else tuple(alphabet)
    _check_alphabet(expression, letters, named)
    nfa = _Nfa(expression, letters)
    accepting = nfa.read(tree, nfa.new())
    return _minimised(letters, *_subsets(nfa, accepting))


def _error(expression: str, message: str, column: int | None = None) -> FormatError:
    shown = expression if len(expression) <= 60 else expression[:57] + "..."
    place = "" if column is None else f", column {column + 1}"
    return FormatError(f"regular expression {shown!r}{place}: {message}")


def _parsed(expression: str) -> Any:
    """The tree that Python's own parser makes of an expression: a sequence of pairs (operator, argument)."""
    import re._parser as parser  # type: ignore[import-not-found]

    if len(expression) > MAX_TEXT:
        raise _error(expression, f"it may have at most {MAX_TEXT} characters, and has {len(expression)}")
    depth = 0
    for token in _TOKEN.finditer(expression):
        text = token.group()
        depth += (text[0] == "(") - (text == ")")
        why = _OUTSIDE.get(text) if depth <= MAX_NESTING else f"inside more than {MAX_NESTING} groups"
        if text[:2] == "(?" and text != "(?:":
            why = "of the groups with a question mark only (?:...) stands for a language"
        elif text[0] == "[" and (found := re.search(r"\\[dDsSwW]", text)):
            raise _error(expression, _OUTSIDE[found.group()], token.start() + found.start())
        if why is not None:
            raise _error(expression, f"{text} is {why}" if text[:2] != "(?" else why, token.start())
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return parser.parse(expression)
    except re.error as error:
        raise _error(expression, error.msg, error.pos) from None
    except Warning as warning:  # what a later Python may read in another way
        raise _error(expression, f"{warning}; put a backslash before the character") from None
    except OverflowError as error:
        raise _error(expression, f"it can't be read: {error}") from None


def _named(expression: str, tree: Any) -> Iterator[str]:
    """The characters that an expression names."""
    for operator, argument in tree:
        match str(operator):
            case "LITERAL" | "NOT_LITERAL":
                yield chr(argument)
            case "RANGE":
                low, high = argument
                if high - low >= MAX_LETTERS:
                    raise _error(expression, f"a range may have at most {MAX_LETTERS} characters, got {high - low + 1}")
                yield from map(chr, range(low, high + 1))
            case "IN":
                yield from _named(expression, argument)
            case "BRANCH":
                for branch in argument[1]:
                    yield from _named(expression, branch)
            case "MAX_REPEAT" | "MIN_REPEAT":
                yield from _named(expression, argument[2])
            case "SUBPATTERN":
                yield from _named(expression, argument[3])
            case "ANY" | "NEGATE":
                continue
            case other:
                raise _error(expression, f"{other.lower()} doesn't stand for a language")


def _check_alphabet(expression: str, letters: Sequence[str], named: set[str]) -> None:
    if not letters:
        raise _error(expression, "it names no symbol, so that the alphabet has to be given")
    if len(letters) > MAX_LETTERS:
        raise _error(expression, f"an alphabet may have at most {MAX_LETTERS} symbols, got {len(letters)}")
    if len(set(letters)) != len(letters) or any(len(letter) != 1 for letter in letters):
        raise _error(expression, f"the symbols of its alphabet must be different characters, got {list(letters)!r:.80}")
    if missing := sorted(named - set(letters)):
        column = next((i for i, x in enumerate(expression) if x == missing[0]), None)
        raise _error(expression, f"{missing[0]!r} is not in the alphabet {''.join(letters)!r:.60}", column)


class _Nfa:
    """A nondeterministic automaton, built from left to right. No edge ever leads back to a state that was handed in, so
    that parts may share it."""

    def __init__(self, expression: str, letters: Sequence[str]) -> None:
        self.expression, self.letters = expression, letters
        self.empty: list[list[int]] = []  #: for each state the states that an empty step leads to
        self.steps: list[dict[str, int]] = []  #: for each state what its letters lead to: one state for all of them
        self.parts = 0

    def new(self) -> int:
        self.empty.append([])
        self.steps.append({})
        return len(self.empty) - 1

    def read(self, tree: Any, source: int) -> int:
        """The state after ``tree``, read from ``source``."""
        for operator, argument in tree:
            self.count()
            match str(operator):
                case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                    after, before = self.new(), self.new()
                    self.empty[source].append(before)
                    self.steps[before] = dict.fromkeys(filter(_test(operator, argument), self.letters), after)
                    source = after
                case "BRANCH":
                    after = self.new()
                    for branch in argument[1]:
                        self.empty[self.read(branch, source)].append(after)
                    source = after
                case "SUBPATTERN":
                    source = self.read(argument[3], source)
                case "MAX_REPEAT" | "MIN_REPEAT":  # lazy or not, the words are the same
                    least, most, repeated = argument
                    source = self.repeated(least, most, repeated, source)
        return source

    def repeated(self, least: int, most: Any, tree: Any, source: int) -> int:
        for _ in range(least):
            self.count()
            source = self.read(tree, source)
        after = self.new()
        self.empty[source].append(after)
        if str(most) == "MAXREPEAT":
            self.empty[self.read(tree, after)].append(after)
            return after
        for _ in range(most - least):
            self.count()
            source = self.read(tree, source)
            self.empty[source].append(after)
        return after

    def count(self) -> None:
        self.parts += 1
        if self.parts > MAX_STEPS:
            raise BudgetExhausted(
                f"the regular expression {self.expression!r:.60} has more than {MAX_STEPS} parts, written out"
            )

    def closed(self, states: Iterable[int]) -> frozenset[int]:
        """What empty steps reach."""
        reached = dict.fromkeys(states)
        frontier = list(reached)
        for state in frontier:  # which grows while it is read
            for after in self.empty[state]:
                if after not in reached:
                    reached[after] = None
                    frontier.append(after)
        return frozenset(reached)


def _test(operator: object, argument: Any) -> Any:
    """Whether a letter is meant."""
    match str(operator):
        case "LITERAL":
            return lambda x: ord(x) == argument
        case "NOT_LITERAL":
            return lambda x: ord(x) != argument
        case "RANGE":
            return lambda x: argument[0] <= ord(x) <= argument[1]
        case "ANY":
            return lambda x: True
    negated = str(argument[0][0]) == "NEGATE"
    tests = [_test(*part) for part in argument[negated:]]
    return lambda x: any(test(x) for test in tests) != negated


def _subsets(nfa: _Nfa, accepting: int) -> tuple[list[list[int]], list[bool]]:
    """The reachable subsets: a row of successors for each, the first one's being the start, and which accept."""
    start = nfa.closed([0])
    number = {start: 0}
    rows = []
    frontier = [start]
    for subset in frontier:  # which grows while it is read
        targets: defaultdict[str, list[int]] = defaultdict(list)
        for state in subset:
            for letter, after in nfa.steps[state].items():
                targets[letter].append(after)
        row = []
        for letter in nfa.letters:
            after_letter = nfa.closed(targets[letter])
            if after_letter not in number:
                if len(number) == MAX_STATES:
                    raise BudgetExhausted(
                        f"the DFA of the regular expression {nfa.expression!r:.60} has more than {MAX_STATES} states"
                    )
                number[after_letter] = len(number)
                frontier.append(after_letter)
            row.append(number[after_letter])
        rows.append(row)
    return rows, [accepting in subset for subset in frontier]


def _minimised(letters: tuple[str, ...], rows: list[list[int]], accepts: list[bool]) -> Automaton:
    """States that no word tells apart are one; numbered by their first members."""
    block: list[int] = list(map(int, accepts))
    count = 0
    while count < (count := len(set(block))):
        number: dict[tuple[int, ...], int] = {}
        block = [
            number.setdefault((block[state], *(block[after] for after in row)), len(number))
            for state, row in enumerate(rows)
        ]
    member = {b: state for state, b in reversed(list(enumerate(block)))}
    delta = {(b, x): block[rows[member[b]][i]] for b in range(count) for i, x in enumerate(letters)}
    accepting = [b for b in range(count) if accepts[member[b]]]
    return Automaton.dfa(letters, range(count), block[0], accepting, delta)
