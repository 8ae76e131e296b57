from __future__ import annotations

from itertools import product

import pytest

from exactssm.arithmetic import CyclotomicField, GaussianInteger, GaussianIntegers
from exactssm.errors import DomainError


def test_it_is_z_zeta_4():
    ring, field = GaussianIntegers(), CyclotomicField(4)

    def same(x):
        return field.parse(ring.format(x))

    numbers = [GaussianInteger(a, b) for a, b in product(range(-2, 3), repeat=2)]
    for x, y in product(numbers, repeat=2):
        assert same(ring.add(x, y)) == field.add(same(x), same(y))
        assert same(ring.mul(x, y)) == field.mul(same(x), same(y))
    for x in numbers:
        assert field.abs_squared(same(x)) == field.element(ring.norm(x))
        assert same(ring.conjugate(x)) == field.conjugate(same(x))


def test_text():
    ring = GaussianIntegers()
    assert ring.format(GaussianInteger(3)) == "3"
    assert ring.format(GaussianInteger(0, -1)) == "[0,-1]"
    assert ring.parse("[2]") == GaussianInteger(2)
    for text in ("1/2", "[1,1/2]", "[1,2,3]", "i"):
        with pytest.raises(DomainError):
            ring.parse(text)


def test_numbers_for_people():
    assert [str(GaussianInteger(*parts)) for parts in ((0, 0), (2, -1), (0, 1), (-3, 0), (0, -5))] == [
        "0",
        "2-i",
        "i",
        "-3",
        "-5i",
    ]
