"""Regular expressions against Python's `re` and against known sizes of minimal automata; what is refused, and where."""

from __future__ import annotations

import re
import sys
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
        return source.choice(["a", "b", ".", "[ab]", "[^a]", "[^ab]", "", "c", "[a-c]"])
    if kind < 0.5:
        return drawn(source, depth - 1) + drawn(source, depth - 1)
    if kind < 0.7:
        return f"({drawn(source, depth - 1)}|{drawn(source, depth - 1)})"
    times = source.choice(["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{,2}", "{2,}", "*?"])
    return f"(?:{drawn(source, depth - 1)}){times}"


def test_drawn_expressions_match_what_re_matches():
    source = Random(1)
    for _ in range(40):
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
        (r"a\z", r"column 2: \\z is an anchor"),
        ("(?i)a", "column 1: of the groups with a question mark only"),
        ("(?>a*)a", "column 1: of the groups with a question mark only"),
        ("(?P<x>a)(?P=x)", "column 1: of the groups with a question mark only"),
        (r"a\d", r"column 2: \\d is a class of thousands"),
        (r"a[b\w]", "column 4: a class of thousands"),
        ("a*+", r"column 2: \*\+ is a possessive repetition"),
        ("a{2}+", "POSSESSIVE_REPEAT, which stands for no language"),
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


@pytest.mark.parametrize(
    ("expression", "symbols"),
    [
        (r"[]a]", "]a"),  # a bracket that stands first is one of the set
        (r"[^]a]", "\nb^A-B\b$.|("),
        (r"[a\]b]", "]ab"),
        ("[a-]", "a-"),
        (r"\101", "A"),  # octal
        (r"\x41|\u0042", "AB"),
        (r"[\b]", "\b"),  # a backspace
        ("a]", ""),  # of two symbols
        ("[$^.|(]", "$.^|("),
        ("[.]", "."),
        (".", "\n]ab^A-B\b$.|("),
    ],
)
def test_characters_that_are_easily_misread(expression, symbols):
    letters = "\n]ab^A-B\b$.|("
    found, pattern = regular_expression(expression, letters), re.compile(expression, re.DOTALL)
    assert {x for x in letters if run(found, x).outputs[-1]} == set(symbols)
    assert {x for x in letters if pattern.fullmatch(x)} == set(symbols)


@pytest.mark.parametrize(
    "tree",
    [
        [("LITERAL", "a")],
        [("ANY_ALL", None)],
        [("CATEGORY", "CATEGORY_DIGIT")],
        [("IN", [("CATEGORY", "CATEGORY_DIGIT")])],
        [("IN", [("NEGATE", None)])],
        [("SUBPATTERN", (1, 2, 0, []))],  # a flag
        [("SUBPATTERN", (1, []))],
        [("MAX_REPEAT", (0, "many", []))],
        [("BRANCH", [[], []])],
        [("GROUPREF", 1)],
        [("AT", "AT_END")],
        [5],
        None,
    ],
)
def test_trees_of_another_form_are_refused(monkeypatch, tree):
    """The parser is private to Python, and may change."""
    with monkeypatch.context() as patch:
        patch.setattr("re._parser.parse", lambda text: tree)
        with pytest.raises(FormatError) as caught:
            regular_expression("a", "a")
    assert re.search(r"Python 3\.\d+ reads it with [\w ]+, which stands for no language", str(caught.value))


def test_a_python_without_this_parser_is_told(monkeypatch):
    with monkeypatch.context() as patch:
        patch.delattr("re._parser.parse")
        with pytest.raises(FormatError) as caught:
            regular_expression("a")
    assert "has no parser that is known here" in str(caught.value)


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


def test_states_that_are_large_sets(monkeypatch):
    monkeypatch.setattr(sys.modules["exactssm.tasks.regular_expression"], "MAX_MEMBERS", 5000)
    assert len(regular_expression("(a?){40}").states) == 42
    with pytest.raises(BudgetExhausted, match="more than 5000 members"):
        regular_expression("(a?){80}")


def test_every_refusal_is_ours():
    """Random texts are read or refused; nothing else escapes."""
    source = Random(3)
    for _ in range(700):
        text = "".join(source.choice("ab()[]{}*+?|^$\\.,-12:=") for _ in range(source.randrange(9)))
        try:
            regular_expression(text)
        except ExactssmError:
            continue
