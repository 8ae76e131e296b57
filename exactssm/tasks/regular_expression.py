"""Regular expressions, as the minimal complete DFA of the language of all words that match as a whole.

The syntax is that of Python's `re`, and its parser is the one that reads: literals, escapes, ``.``, sets as ``[a-c]``
and ``[^a]``, ``|``, groups, ``*``, ``+``, ``?``, ``{m}``, ``{m,n}``. What has no place in a language of words, or looks
around, is refused: anchors, look-ahead and look-behind, references back, flags, and classes such as ``\\d``, which mean
thousands of characters. A symbol is one character. The alphabet is the characters that the expression names, sorted, or
is given; ``.`` and ``[^a]`` speak of its symbols, a newline as well.

The expression becomes a nondeterministic automaton with empty steps (Thompson, CACM 11 (1968)), whose subsets are the
DFA's states, merged by refinement (Hopcroft 1971).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final

from exactssm.errors import BudgetExhausted
from exactssm.tasks._expression import (
    MAX_LETTERS,
    Alternatives,
    Letters,
    Node,
    Repeated,
    Row,
    expression_error,
    letters_of,
    parsed,
)
from exactssm.tasks.automaton import Automaton

__all__ = ["MAX_LETTERS", "MAX_STATES", "MAX_STEPS", "regular_expression"]

MAX_STEPS: Final = 10_000  #: parts of an expression, repeated ones as often as they are repeated
MAX_STATES: Final = 10_000  #: states of the DFA before it is minimised
MAX_MEMBERS: Final = 3_000_000  #: of these states, which are sets, together


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
    tree = parsed(expression)
    named = set(letters_of(tree))
    letters = tuple(sorted(named)) if alphabet is None else tuple(alphabet)
    _check_alphabet(expression, letters, named)
    nfa = _Nfa(expression, letters)
    accepting = nfa.read(tree, nfa.new())
    return _minimised(letters, *_subsets(nfa, accepting))


def _check_alphabet(expression: str, letters: Sequence[str], named: set[str]) -> None:
    if not letters:
        raise expression_error(expression, "it names no symbol, so that the alphabet has to be given")
    if len(letters) > MAX_LETTERS:
        raise expression_error(expression, f"an alphabet may have at most {MAX_LETTERS} symbols, got {len(letters)}")
    if len(set(letters)) != len(letters) or any(len(letter) != 1 for letter in letters):
        raise expression_error(
            expression, f"the symbols of its alphabet must be different characters, got {list(letters)!r:.80}"
        )
    if missing := sorted(named - set(letters)):
        column = next((i for i, x in enumerate(expression) if x == missing[0]), None)
        raise expression_error(expression, f"{missing[0]!r} is not in the alphabet {''.join(letters)!r:.60}", column)


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

    def read(self, node: Node, source: int) -> int:
        """The state after ``node``, read from ``source``."""
        self.count()
        match node:
            case Letters():
                before, after = self.new(), self.new()
                self.empty[source].append(before)
                self.steps[before] = dict.fromkeys(filter(node.mean, self.letters), after)
                return after
            case Row(parts):
                for part in parts:
                    source = self.read(part, source)
                return source
            case Alternatives(branches):
                after = self.new()
                for branch in branches:
                    self.empty[self.read(branch, source)].append(after)
                return after
            case Repeated(least, most, part):
                return self.repeated(least, most, part, source)

    def repeated(self, least: int, most: int | None, part: Node, source: int) -> int:
        for _ in range(least):
            source = self.read(part, source)
        after = self.new()
        self.empty[source].append(after)
        if most is None:
            self.empty[self.read(part, after)].append(after)
            return after
        for _ in range(most - least):
            source = self.read(part, source)
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


def _subsets(nfa: _Nfa, accepting: int) -> tuple[list[list[int]], list[bool]]:
    """The reachable subsets: a row of successors for each, the first one's being the start, and which accept."""
    start = nfa.closed([0])
    number = {start: 0}
    rows = []
    frontier = [start]
    members = len(start)
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
                members += len(after_letter)
                if members > MAX_MEMBERS:
                    raise BudgetExhausted(
                        f"the states of the DFA of the regular expression {nfa.expression!r:.60} are sets with more "
                        f"than {MAX_MEMBERS} members together"
                    )
                number[after_letter] = len(number)
                frontier.append(after_letter)
            row.append(number[after_letter])
        rows.append(row)
    return rows, [accepting in subset for subset in frontier]


def _minimised(letters: tuple[str, ...], rows: list[list[int]], accepts: list[bool]) -> Automaton:
    """States that no word tells apart are one, and words are told apart by the empty one as well: by a last symbol,
    which stays in a state and puts out whether it accepts."""
    import numpy as np

    from exactssm.table import TableMachine, minimise

    after, accepting = np.array(rows, np.int32), np.array(accepts, np.int32)
    stay = np.arange(len(rows), dtype=np.int32)
    table = TableMachine(
        alphabet=(*range(len(letters) + 1),),
        start=0,
        next=np.column_stack([after, stay]),
        out=np.column_stack([accepting[after], accepting]),
        outputs=(False, True),
    )
    least = minimise(table)
    moves = least.next.tolist()
    delta = {(state, x): row[i] for state, row in enumerate(moves) for i, x in enumerate(letters)}
    ends = [state for state, row in enumerate(least.out.tolist()) if least.outputs[row[-1]]]
    return Automaton.dfa(letters, range(len(moves)), least.start, ends, delta)
