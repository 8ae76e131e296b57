"""Straight-line programs against the words that they spell, written out."""

from __future__ import annotations

import gc
from functools import reduce
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.algebra import group
from exactssm.errors import BudgetExhausted, DomainError, FormatError
from exactssm.straight_line import LONGEST, Program, count_text

a, b, c = map(Program.letter, "abc")


class Written:
    """The same operations on words that are written out."""

    def __init__(self, word):
        self.word = word

    def __add__(self, other):
        return Written(self.word + other.word)

    def __mul__(self, n):
        return Written(self.word * n)


@st.composite
def programs(draw):
    """A program and its word, built side by side."""
    pool = [(Program.letter(x), Written((x,))) for x in "abc"] + [(Program.of(""), Written(()))]
    for _ in range(draw(st.integers(0, 6))):
        p, w = draw(st.sampled_from(pool))
        if draw(st.booleans()):
            q, v = draw(st.sampled_from(pool))
            made = p + q, w + v
        else:
            n = draw(st.integers(0, 4))
            made = p * n, w * n
        if made[0].length <= 500:
            pool.append(made)
    program, written = pool[-1]
    return program, written.word


@given(programs())
def test_a_program_is_its_word(case):
    program, word = case
    assert program.length == len(word)
    assert bool(program) == bool(word)
    assert program.expand() == word
    assert program.spells(word)
    assert program.letters == set(word)
    assert [program[i] for i in range(-len(word), len(word))] == [word[i] for i in range(-len(word), len(word))]
    for beyond in (len(word), -len(word) - 1):
        with pytest.raises(IndexError):
            program[beyond]
    if word:
        assert program.without_last().spells(word[:-1])
        assert not program.spells((*word[:-1], "z"))
    assert not program.spells((*word, "a"))


MAPS = {"a": (1, 2, 3, 0, 0), "b": (1, 0, 2, 4, 3), "c": (0, 0, 2, 3, 1)}


@given(programs())
def test_composing_maps_is_reading_letter_by_letter(case):
    program, word = case
    composed = program.evaluate(MAPS.__getitem__, lambda f, g: tuple(g[x] for x in f), tuple(range(5)))
    assert composed == tuple(reduce(lambda point, x: MAPS[x][point], word, start) for start in range(5))


def read(text):
    """The word that a text spells, by hand: blanks, brackets and powers of what stands before."""
    stack, place = [[]], 0
    while place < len(text):
        symbol = text[place]
        place += 1
        if symbol == "(":
            stack.append([])
        elif symbol == ")":
            inside = stack.pop()
            stack[-1].append(tuple(x for item in inside for x in item))
        elif symbol == "^":
            begin = place
            while place < len(text) and text[place].isdigit():
                place += 1
            stack[-1][-1] *= int(text[begin:place])
        elif symbol != " ":
            stack[-1].append((symbol,))
    (items,) = stack
    return tuple(x for item in items for x in item)


@given(programs())
def test_the_text_spells_the_word(case):
    program, word = case
    assert word == () if str(program) == "1" else read(program.as_text(10**6)) == word


@given(programs(), st.integers(20, 60))
def test_a_long_text_is_cut(case, limit):
    program, _ = case
    text, whole = program.as_text(limit), program.as_text(10**6)
    if len(whole) <= limit:
        assert text == whole
    else:
        head, tail = text.split(" ... ") if " ... " in text else ("", text.removeprefix(" ... "))
        tail, _, count = tail.rpartition(" (")
        assert count == f"{program.length} letters)"
        assert whole.startswith(head)
        assert whole.endswith(tail)
        assert len(head) + len(tail) <= limit


@given(programs())
def test_json_gives_the_very_same_program(case):
    program, _ = case
    assert Program.from_json(program.as_json(), {x: x for x in "abc"}) is program


def test_programs_built_alike_are_one_object():
    assert (a + b) * 2 is (a + b) * 2
    assert Program.of("ab") is a + b
    assert a * 2 * 3 is a * 6
    assert a * 1 is a
    assert a * 0 is Program.of("") is Program.of("") * 7
    assert a + Program.of("") is a is Program.of("") + a
    assert (a + b) + c is not a + (b + c)  # built otherwise, though it is the same word
    assert ((a + b) + c).spells("abc")
    assert Program.letter("x") is not a


def test_what_nobody_needs_is_forgotten():
    for round_ in range(3):
        words = [Program.of(f"{i}{round_}") * 5 for i in range(100)]
        for i, word in enumerate(words):
            assert word.spells(tuple(f"{i}{round_}") * 5)
        del words, word
        gc.collect()


def test_words_longer_than_anything():
    word = Program.of("ab") * 10**1000 + c
    assert word.length == 2 * 10**1000 + 1
    assert (word[0], word[10**1000], word[10**1000 + 1], word[-2], word[-1]) == ("a", "a", "b", "b", "c")
    assert "".join(islice(word, 5)) == "ababa"
    assert len(word.nodes()) == 6  # a, b, a b, its power, c and the whole
    z7 = group("Z7")
    value = word.evaluate({"a": 1, "b": 2, "c": 3}.__getitem__, z7.mul, 0)
    assert value == (3 * pow(10, 1000, 7) + 3) % 7
    with pytest.raises(BudgetExhausted, match="at least 2\\^3322 letters"):
        word.expand()
    assert not word.spells("ab")
    assert word.without_last() is Program.of("ab") * 10**1000


def test_each_node_is_evaluated_once():
    word, count = a, 0
    for _ in range(200):
        word = word + word

    def add(x, y):
        nonlocal count
        count += 1
        return x + y

    assert word.evaluate(lambda symbol: 1, add, 0) == 2**200
    assert count == 200


def test_deep_programs_need_no_deep_recursion():
    word = a
    for _ in range(20_000):
        word = word + b
    assert word.length == 20_001
    assert word[-1] == "b"
    assert word[0] == "a"
    assert word.evaluate(lambda symbol: 1, int.__add__, 0) == 20_001
    assert word.without_last().length == 20_000
    assert word.as_text(50).endswith("(20001 letters)")
    assert sum(1 for _ in word) == 20_001


@pytest.mark.parametrize("symbol", [0, ("f", 1), "", frozenset({2})])
def test_letters_are_any_symbols(symbol):
    word = Program.letter(symbol) * 3
    assert word.expand() == (symbol,) * 3
    assert str(word) == f"{symbol}^3" if symbol != "" else "''^3"


def test_bad_words():
    with pytest.raises(DomainError, match="at least 0, got -1"):
        a * -1
    with pytest.raises(DomainError, match="less than 10\\^4000"):
        a * LONGEST
    with pytest.raises(IndexError):
        Program.of("").without_last()
    with pytest.raises(BudgetExhausted, match="a word of 11 letters"):
        (a * 11).expand(10)


AB = {"letter": "a"}, {"letter": "b"}


@pytest.mark.parametrize(
    ("record", "message"),
    [
        (None, "an object with a length"),
        ({"nodes": []}, "an object with a length"),
        ({"length": "0", "nodes": []}, "1 to 100000 nodes, got 0"),
        ({"length": "1", "nodes": [{"letter": "z"}]}, "node 0 .* 'z' is no letter"),
        ({"length": "1", "nodes": [{"letter": ["a"]}]}, "node 0 .* a letter, a word or a power"),
        ({"length": "2", "nodes": [*AB, {"word": [0, 2]}]}, "node 2 .* an earlier node, got 2"),
        ({"length": "2", "nodes": [*AB, {"word": [0, True]}]}, "an earlier node, got True"),
        ({"length": "2", "nodes": [*AB, {"word": [0, -1]}]}, "an earlier node, got -1"),
        ({"length": "3", "nodes": [*AB, {"word": [0, 1]}]}, "has 2 letters, but says '3'"),
        ({"length": 2, "nodes": [*AB, {"word": [0, 1]}]}, "has 2 letters, but says 2"),
        ({"length": "2", "nodes": [*AB, {"word": [0, 1], "x": 0}]}, "a letter, a word or a power"),
        ({"length": "2", "nodes": [*AB, {"power": [0, 2]}]}, "a letter, a word or a power"),
        ({"length": "2", "nodes": [*AB, {"power": [0, "-2"]}]}, "an exponent of at most"),
        ({"length": "2", "nodes": [*AB, {"power": [0, "9" * 4001]}]}, "an exponent of at most"),
        ({"length": "2", "nodes": [*AB, {"power": [0, "9" * 3999]}, {"power": [2, "99"]}]}, "node 3 .* less than 10"),
    ],
)
def test_malformed_records(record, message):
    with pytest.raises(FormatError, match=message):
        Program.from_json(record, {"a": "a", "b": "b"})


def test_counts():
    assert count_text(10**18 - 1) == "9" * 18
    assert count_text(2**60) == "at least 2^60"
