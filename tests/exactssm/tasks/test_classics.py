"""Every classic automaton against a definition on whole words, on every short word."""

from __future__ import annotations

import re
from itertools import pairwise, product

import pytest

from exactssm.errors import DomainError, SymbolError
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.tasks import (
    brackets,
    delay,
    divisible_by,
    dyck,
    ends_with_ab,
    flip_flop,
    gridworld,
    mod_counter,
    no_two_ones,
    parity,
    star,
)


def agrees(machine, definition, length):
    """Whether every output on every word up to ``length`` is what ``definition`` says of the prefix."""
    for word in words(machine.alphabet, length, length):
        expected = tuple(definition(word[:t]) for t in range(1, length + 1))
        assert run(machine, word).outputs == expected, word
    return True


def matches(pattern):
    return lambda prefix: re.fullmatch(pattern, "".join(prefix)) is not None


def last_written(prefix):
    written = [x for x in prefix if x != "read"]
    return int(bool(written) and written[-1] == "set")


def walked(size, minus, plus):
    """The last place of a walk that skips what would leave the cells 0 .. size-1."""

    def definition(prefix):
        places = [0]
        for x in prefix:
            if x in (minus, plus) and (beside := places[-1] + (1 if x == plus else -1)) in range(size):
                places.append(beside)
        return places[-1]

    return definition


def on_plane(prefix):
    return walked(3, "L", "R")(prefix), walked(2, "D", "U")(prefix)


def balanced(kinds, height):
    """Erase innermost pairs until nothing changes; the height is the largest number of brackets open at once."""
    pairs = brackets(kinds)
    opening = {o for o, _ in pairs}

    def definition(prefix):
        depths = [sum(1 if y in opening else -1 for y in prefix[:t]) for t in range(len(prefix) + 1)]
        rest = list(prefix)
        while any(pair in pairs for pair in pairwise(rest)):
            at = next(i for i, pair in enumerate(pairwise(rest)) if pair in pairs)
            del rest[at : at + 2]
        return not rest and max(depths) <= height

    return definition


@pytest.mark.parametrize(
    ("machine", "definition", "length"),
    [
        (parity(), lambda prefix: ("even", "odd")[prefix.count("1") % 2], 9),
        (flip_flop(), last_written, 7),
        (mod_counter(1), lambda prefix: 0, 5),
        (mod_counter(5), lambda prefix: prefix.count("1") % 5, 9),
        (mod_counter(8, {"1": 1}), lambda prefix: len(prefix) % 8, 40),
        (mod_counter(4, {"+": 1, "-": -1, "2": 2}), lambda w: (w.count("+") - w.count("-") + 2 * w.count("2")) % 4, 7),
        (gridworld(1), lambda prefix: 0, 3),
        (gridworld(4), walked(4, "L", "R"), 10),
        (gridworld(3, 2), on_plane, 6),
        (ends_with_ab(), matches("[ab]*ab"), 9),
        (no_two_ones(), lambda prefix: "11" not in "".join(prefix), 9),
        (divisible_by(3), lambda prefix: int("".join(prefix), 2) % 3 == 0, 9),
        (divisible_by(7, 10), lambda prefix: int("".join(prefix)) % 7 == 0, 4),
        (divisible_by(5, 16), lambda prefix: int("".join(prefix), 16) % 5 == 0, 3),
        (divisible_by(1), lambda prefix: True, 4),
        (star("ab"), matches("(ab)*"), 9),
        (star("aa"), matches("(aa)*"), 9),
        (star("aa", "ab"), matches("(aa)*"), 9),
        (star("abab"), matches("(abab)*"), 9),
        (star("aba", "bac"), matches("(aba)*"), 7),
        (delay(0), lambda prefix: prefix[-1], 6),
        (delay(1), lambda prefix: prefix[-2] if len(prefix) > 1 else UNSPECIFIED, 8),
        (delay(3, "abc"), lambda prefix: prefix[-4] if len(prefix) > 3 else UNSPECIFIED, 7),
        (delay(2, "01", before="0"), lambda prefix: ("0", "0", *prefix)[-3], 8),
        (dyck(1, 1), balanced(1, 1), 9),
        (dyck(1, 3), balanced(1, 3), 10),
        (dyck(2, 2), balanced(2, 2), 7),
        (dyck(3, 1), balanced(3, 1), 5),
    ],
)
def test_every_short_word(machine, definition, length):
    assert agrees(machine, definition, length)


def test_every_small_modulus_and_base():
    for m, b in product(range(1, 8), range(2, 5)):
        machine = divisible_by(m, b)
        for number in range(1, 200):
            digits = []
            rest = number
            while rest:
                rest, digit = divmod(rest, b)
                digits.insert(0, str(digit))
            assert run(machine, digits).outputs[-1] == (number % m == 0)


def test_sizes():
    """The numbers of states that the docstrings give."""
    assert len(mod_counter(5).states) == 5
    assert len(delay(3, "abc").states) == 1 + 3 + 9 + 27
    assert len(dyck(2, 3).states) == 1 + 2 + 4 + 8 + 1
    assert len(star("abab").states) == 5


def test_dyck_alphabet():
    assert dyck(2, 1).alphabet == ("(", ")", "[", "]")
    assert len(set(dyck(7, 1).alphabet)) == 14


@pytest.mark.parametrize(
    ("build", "error", "message"),
    [
        (lambda: mod_counter(0), DomainError, "the modulus of a counter must be an integer from 1 to 100000, got 0"),
        (lambda: mod_counter(10**6), DomainError, "from 1 to 100000, got 1000000"),
        (lambda: mod_counter(True), DomainError, "got True"),
        (lambda: mod_counter("3"), DomainError, "got '3'"),
        (lambda: mod_counter(3, {"x": "1"}), DomainError, "the increment of symbol 'x' must be an integer, got '1'"),
        (lambda: mod_counter(3, {"x": False}), DomainError, "the increment of symbol 'x' .* got False"),
        (lambda: mod_counter(3, {}), SymbolError, "at least one symbol, got none"),
        (lambda: gridworld(0), DomainError, "the width of a grid must be an integer from 1 to 1000, got 0"),
        (lambda: gridworld(3, 1001), DomainError, "the height of a grid must be an integer from 1 to 1000, got 1001"),
        (lambda: gridworld(1000, 1000), DomainError, r"at most 100000 cells, got 1000 \* 1000"),
        (lambda: divisible_by(0), DomainError, "the divisor must be an integer from 1 to 50000, got 0"),
        (lambda: divisible_by(3, 1), DomainError, "the base must be an integer from 2 to 36, got 1"),
        (lambda: divisible_by(3, 37), DomainError, "the base .* got 37"),
        (lambda: star(""), DomainError, "the length of the repeated word must be an integer from 1 to 10000, got 0"),
        (lambda: star("abc", "ab"), SymbolError, "position 2 of the repeated word: 'c' is not in the alphabet"),
        (lambda: star("ab", "aab"), SymbolError, "position 1 holds 'a' again"),
        (lambda: delay(-1), DomainError, "the number of steps of a delay must be an integer from 0 to 1000, got -1"),
        (lambda: delay(1001), DomainError, "from 0 to 1000, got 1001"),
        (lambda: delay(17), DomainError, "a delay of 17 steps on 2 symbols needs more than 100000 states"),
        (lambda: delay(2, ""), SymbolError, "the alphabet of a delay must hold at least one symbol"),
        (lambda: brackets(0), DomainError, "the number of kinds of brackets must be an integer from 1 to 1000, got 0"),
        (lambda: dyck(2, 0), DomainError, "the height of nested brackets must be an integer from 1 to 1000, got 0"),
        (lambda: dyck(10, 5), DomainError, r"Dyck\(10, 5\) has more than 100000 stacks"),
        (lambda: dyck(1000, 1000), DomainError, "has more than 100000 stacks"),
    ],
)
def test_bad_parameters(build, error, message):
    with pytest.raises(error, match=message):
        build()
