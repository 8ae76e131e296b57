"""The ring Z."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic.domain import Domain
from exactssm.arithmetic.integers import Integers
from exactssm.errors import DomainError

Z = Integers()


@given(st.integers(), st.integers())
def test_the_operations_are_those_of_int(x, y):
    assert (Z.add(x, y), Z.mul(x, y), Z.neg(x)) == (x + y, x * y, -x)
    assert Z.parse(Z.format(x)) == x == Z.element(Fraction(x))


def test_it_is_an_infinite_domain():
    assert isinstance(Z, Domain)
    assert (Z.zero, Z.one, Z.size) == (0, 1, None)
    assert [Z.root_of_unity(1), Z.root_of_unity(2)] == [1, -1]


@pytest.mark.parametrize("x", [True, 1.0, "1", None, Fraction(1)])
def test_only_ints_are_elements(x):
    for refused in (
        lambda: Z.check(x),
        lambda: Z.add(1, x),
        lambda: Z.mul(x, 1),
        lambda: Z.neg(x),
        lambda: Z.format(x),
    ):
        with pytest.raises(DomainError, match="an element of Z must be an int, got"):
            refused()


@pytest.mark.parametrize(
    "refused",
    [lambda: Z.element(Fraction(1, 2)), lambda: Z.element(True), lambda: Z.element(2.0), lambda: Z.parse("1.0"),
     lambda: Z.parse(""), lambda: Z.root_of_unity(3), lambda: Z.root_of_unity(True)],
)  # fmt: skip
def test_what_is_no_integer_is_refused(refused):
    with pytest.raises(DomainError):
        refused()
