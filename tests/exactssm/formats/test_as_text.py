"""Symbols and outputs as text: injective, or an error."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.errors import DomainError, SymbolError
from exactssm.formats import as_text, text_of
from exactssm.machine import UNSPECIFIED, Renamed, run, words
from exactssm.tasks import Automaton, FunctionComposition, WordProblem, mod_counter, parity

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-20, 20)
    | st.fractions(max_denominator=4)
    | st.text('a"(,){}1/ -', max_size=4)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3).map(tuple) | st.frozensets(inner, max_size=3),
    max_leaves=6,
)


@given(VALUES, VALUES)
def test_equal_texts_are_equal_values(one, other):
    if text_of(one) == text_of(other) and not isinstance(one, str) and not isinstance(other, str):
        assert one == other


@given(st.tuples(VALUES), st.tuples(VALUES))
def test_inside_a_tuple_strings_are_told_apart_too(one, other):
    if text_of(one) == text_of(other):
        assert one == other
        assert isinstance(one[0], str) == isinstance(other[0], str)


def test_the_forms():
    assert [text_of(x) for x in ("", " ", "true", True, None, -3, Fraction(-3, 4), (), ("eos",))] == [
        *("", " ", "true", "true", "none", "-3", "-3/4", "()", "(eos)"),
    ]
    assert (
        text_of(("none", None, "a b", "1", 1, ("",), frozenset({"b", "a"}))) == '("none",none,"a b","1",1,(""),{a,b})'
    )
    for value in (0.5, object(), [1], UNSPECIFIED, 1j, b"x", (0.5,)):
        with pytest.raises(DomainError, match="what has a text form is made of"):
            text_of(value)


def test_machines():
    counter = as_text(mod_counter(3, {0: 0, 1: 1}))
    for word in words((0, 1), 5):
        plain = run(mod_counter(3, {0: 0, 1: 1}), word).outputs
        assert run(counter, tuple(map(str, word))).outputs == tuple(map(str, plain))
    assert as_text(parity()).alphabet == parity().alphabet
    assert run(as_text(as_text(parity())), "11").outputs == ("odd", "even")


def test_what_is_unspecified_stays_so():
    task = FunctionComposition(N=2, K=1)
    text = as_text(task)
    names = dict(zip(task.alphabet, text.alphabet, strict=True))
    for word in words(task.alphabet, 2):
        found = run(text, [names[x] for x in word]).outputs
        wanted = run(task, word).outputs
        assert [x is UNSPECIFIED for x in found] == [x is UNSPECIFIED for x in wanted]
        assert all(x is UNSPECIFIED or isinstance(x, str) for x in found)


def test_two_of_one_text_are_refused():
    mixed = Automaton((1, "1"), "q", "q", lambda q, x: "q", lambda q, x: x)
    with pytest.raises(SymbolError, match="symbols must have distinct texts; 1 and '1' are both '1'"):
        as_text(mixed)
    outputs = as_text(Automaton("ab", "q", "q", lambda q, x: "q", lambda q, x: 1 if x == "a" else "1"))
    assert run(outputs, "aa").outputs == ("1", "1")
    with pytest.raises(SymbolError, match="outputs must have distinct texts; 1 and '1' are both '1'"):
        run(outputs, "ab")
    with pytest.raises(DomainError, match="of type float"):
        run(as_text(Renamed(parity(), lambda output: 0.5)), "1")


def test_element_numbers_of_a_group():
    from exactssm.algebra import group

    assert as_text(WordProblem(group("Z4"))).alphabet == ("0", "1", "2", "3")
