"""Permutations: products, cycle notation, and what its parser must refuse."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy.combinatorics import Permutation as SympyPermutation

from exactssm.algebra.permutation import (
    MAX_DEGREE,
    MAX_GENERATORS,
    MAX_TEXT,
    MAX_WRITTEN,
    check_transformations,
    compose,
    cycles,
    format_cycles,
    inverse,
    is_even,
    parse_permutations,
)
from exactssm.errors import DomainError, FormatError

some_permutations = st.integers(0, 30).flatmap(lambda n: st.permutations(range(n)).map(tuple))


def test_every_product_of_permutations_of_four_points_is_first_the_left_factor():
    for p, q in product(permutations(range(4)), repeat=2):
        assert compose(p, q) == tuple(q[p[i]] for i in range(4))
        assert compose(p, q) == tuple((SympyPermutation(p) * SympyPermutation(q)).array_form)
        assert is_even(compose(p, q)) == (is_even(p) == is_even(q))


def test_products_of_the_theory():
    """(1 2)(1 2 3 4) = (1 3 4), left factor first: the second line of the worked example for S4."""
    swap, cycle = parse_permutations("(1 2), (1 2 3 4)")
    assert format_cycles(compose(swap, cycle)) == "(1,3,4)"


@given(some_permutations)
def test_inverse_and_parity(p):
    assert compose(p, inverse(p)) == compose(inverse(p), p) == tuple(range(len(p)))
    assert is_even(p) == SympyPermutation(list(p)).is_even


@given(some_permutations)
def test_parsing_undoes_formatting(p):
    (parsed,) = parse_permutations(format_cycles(p))
    assert cycles(parsed) == cycles(p)
    spaced = format_cycles(p).replace(",", "  ").replace(")(", ") (")
    assert parse_permutations(spaced) == (parsed,)


@given(st.lists(st.permutations(range(9)).map(tuple), min_size=1, max_size=5))
def test_lists_of_permutations(listed):
    parsed = parse_permutations(" , ".join(map(format_cycles, listed)))
    assert [cycles(p) for p in parsed] == [cycles(p) for p in listed]
    assert len({len(p) for p in parsed}) == 1


def test_spellings():
    expected = ((1, 2, 0, 4, 3), (1, 0, 2, 3, 4))
    for text in (
        "(1 2 3)(4 5), (1 2)",
        "(1,2,3)(4,5),(1,2)",
        " ( 1, 2 ,3 )\t( 4 5 )\n,( 1 2 ) ",
        "(3 1 2)(5 4),(2 1)(3)",
    ):
        assert parse_permutations(text) == expected
    assert parse_permutations("()") == ((0,),)
    assert parse_permutations("(2)") == ((0, 1),)
    assert parse_permutations("(), (1 2)") == ((0, 1), (1, 0))


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("", 1),
        ("   ", 4),
        ("(", 2),
        ("(1 2", 5),
        ("1 2)", 1),
        (")", 1),
        ("((1 2))", 2),
        ("(1 2))", 6),
        ("(1 2) (2 3)", 8),
        ("(1 1)", 4),
        ("(0 1)", 2),
        ("(01 2)", 2),
        ("(1 -2)", 4),
        ("(1 2.5)", 5),
        ("(1;2)", 3),
        ("(,1)", 2),
        ("(1,,2)", 4),
        ("(1 2,)", 6),
        ("(1 2),", 7),
        (",(1 2)", 1),
        ("(1 2),,(3 4)", 7),
        ("(1 2) 3", 7),
        ("(1 ٣)", 4),
        ("(1 a)", 4),
        ("(1 2)x(3 4)", 6),
        ("[1 2]", 1),
    ],
)
def test_malformed_text_is_refused_at_the_character(text, character):
    with pytest.raises(FormatError, match=rf"^character {character} of "):
        parse_permutations(text)


@pytest.mark.parametrize(
    "text",
    [
        f"(1 {MAX_DEGREE + 1})",
        "(1 99999999999999999999999999)",
        ",".join(["(1 2)"] * (MAX_WRITTEN + 1)),
        "(1 2)" + " " * MAX_TEXT,
    ],
)
def test_sizes_are_bounded(text):
    with pytest.raises(DomainError):
        parse_permutations(text)


@pytest.mark.parametrize(
    "transformations",
    [
        [(0, 1), (0, 1, 2)],
        [(0, 2)],
        [(0, -1)],
        [(0, True)],
        [(0, 1.0)],
        [(0,) * (MAX_DEGREE + 1)],
        [(0,)] * (MAX_GENERATORS + 1),
    ],
)
def test_what_is_no_list_of_transformations_is_refused(transformations):
    with pytest.raises(DomainError):
        check_transformations(transformations, "transformations")
