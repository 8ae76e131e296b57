"""Regular expressions against Python's `re` and against known sizes of minimal automata; what is refused, and where."""

from __future__ import annotations

import re
from itertools import product
from random import Random

import pytest

from exactssm.errors import BudgetExhausted, ExactssmError, FormatError
from exactssm.machine import run
from exactssm.tasks import regular_expression

WORDS = ["".join(word) for length in range(1, 6) for word in product("abc", repeat=length)]


def drawn(source, depth):
    kind = source.random()
    if depth == 0 or kind < 0.2:
        return source.choice(["a", "b", ".", "[ab]", "[^a]", "", "c", "[a-c]"])
    if kind < 0.5:
        return drawn(source, depth - 1) + drawn(source, depth - 1)
    if kind < 0.7:
        return f"({drawn(source, depth - 1)}|{drawn(source, depth - 1)})"
    times = source.choice(["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{,2}", "{2,}", "*?"])
    return f"(?:{drawn(source, depth - 1)}){times}"


def test_drawn_expressions_match_what_re_matches():
    source = Random(1)
    for _ in range(60):
        expression = drawn(source, 4)
        machine, pattern = regular_expression(expression, "abc"), re.compile(expression, re.DOTALL)
        for word in WORDS:
            assert run(machine, word).outputs[-1] == bool(pattern.fullmatch(word)), (expression, word)


@pytest.mark.parametrize(
    ("expression", "alphabet", "states"),
    [
        ("(ab)*", "ab", 3),
        ("(aa)*", "a", 2),
        ("a*b*", "ab", 3),
        ("(a|b)*a(a|b){3}", "ab", 16),  # the letter of 3 before the last: 2^4 states
        ("b*(ab*ab*ab*)*", "ab", 3),  # a multiple of three a's
        ("a{3,5}", "a", 7),
        ("[^a]", "abc", 3),
        ("[a]{0}", "a", 2),  # the empty word alone
        ("(?:a|b|c)*", "abc", 1),
        (r"\(\)", "()", 4),
    ],
)
def test_sizes_of_minimal_automata(expression, alphabet, states):
    found = regular_expression(expression, alphabet if expression == "[^a]" else None)
    assert "".join(found.alphabet) == alphabet
    assert len(found.states) == states


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("a(b", r"column 2: missing \), unterminated subpattern"),
        ("ab)", "column 3: unbalanced parenthesis"),
        ("*a", "column 1: nothing to repeat"),
        ("a**", "column 3: multiple repeat"),
        ("a{3,2}", "column 3: min repeat greater than max repeat"),
        ("ab[c", "column 3: unterminated character set"),
        ("ab$", r"column 3: \$ is an anchor"),
        ("a(?=b)", "column 2: of the groups with a question mark only"),
        (r"(a)\1", r"column 4: \\1 is a reference back"),
        (r"a\d", r"column 2: \\d is a class of thousands"),
        (r"a[b\w]", "column 4: a class of thousands"),
        ("a*+", r"column 2: \*\+ is a possessive repetition"),
        ("a{2}+", "possessive_repeat doesn't stand for a language"),
        ("[[a]", "put a backslash before"),
        ("", "it names no symbol"),
        ("a{99999999999}", "repetition number is too large"),
        ("[!-\uffff]", "a range may have at most 256"),
        ("(" * 101 + "a" + ")" * 101, "column 101: .* inside more than 100 groups"),
        ("a" * 2001, "at most 2000 characters"),
    ],
)
def test_what_is_refused_says_where(expression, message):
    with pytest.raises(FormatError, match=message):
        regular_expression(expression)


def test_alphabets_must_hold_what_is_named():
    assert regular_expression("a*", "ba").alphabet == ("b", "a")
    with pytest.raises(FormatError, match="column 3: 'c' is not in the alphabet 'ab'"):
        regular_expression("abc", "ab")
    with pytest.raises(FormatError, match="different characters"):
        regular_expression("a", ["a", "bc"])


@pytest.mark.parametrize("expression", ["((a{99}){99}){99}", "(a|b)*a(a|b){14}", "a?(){100000}"])
def test_too_large(expression):
    with pytest.raises(BudgetExhausted, match="more than 10000"):
        regular_expression(expression)


def test_every_refusal_is_ours():
    """Random texts are read or refused; nothing else escapes."""
    source = Random(3)
    for _ in range(1500):
        text = "".join(source.choice("ab()[]{}*+?|^$\\.,-12:=") for _ in range(source.randrange(9)))
        try:
            regular_expression(text)
        except ExactssmError:
            continue
