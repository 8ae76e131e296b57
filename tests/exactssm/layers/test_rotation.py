"""Rotation layers: exponents against the roots of unity that they stand for."""

from __future__ import annotations

from itertools import product
from math import gcd

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import ResidueRing
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.errors import DomainError
from exactssm.layers import DiagonalLayer, RotationLayer, cyclotomic_twin
from exactssm.layers.layer import states_by_step


def test_every_layer_with_orders_2_and_3_on_every_short_word():
    exponents = list(product(range(2), range(3)))
    for start, angle_a, angle_b in product(exponents, repeat=3):
        layer = RotationLayer((2, 3), {"a": angle_a, "b": angle_b}, start)
        for word in product("ab", repeat=4):
            turned = [
                tuple((start[i] + word[:t].count("a") * angle_a[i] + word[:t].count("b") * angle_b[i]) % (2, 3)[i]
                      for i in range(2))
                for t in range(5)
            ]  # fmt: skip
            assert layer.run(word) == states_by_step(layer, word) == turned


@given(st.data())
def test_run_equals_step(data):
    order = st.integers(2, 9) | st.integers(2**62 - 2, 2**62 + 2) | st.integers(2, 2**70)
    orders = data.draw(st.lists(order, min_size=1, max_size=3))
    exponents = st.tuples(*[st.integers(0, n - 1) | st.just(n - 1) for n in orders])
    start = data.draw(st.none() | exponents)
    layer = RotationLayer(orders, {"a": data.draw(exponents), "b": data.draw(exponents)}, start)
    assert layer.start == (start or (0,) * len(orders))
    word = data.draw(st.text("ab", max_size=12))
    assert layer.run(word) == states_by_step(layer, word)


@pytest.mark.parametrize("orders", [(2,), (3,), (4,), (5,), (2, 3), (4, 6), (2, 2, 2)])
def test_the_exponents_are_those_of_the_twin(orders):
    exponents = list(product(*map(range, orders)))
    layer = RotationLayer(orders, angle=lambda letter: letter, start=exponents[-1])
    twin, embed = cyclotomic_twin(layer)
    assert twin.start == embed(layer.start)
    assert len(set(map(embed, exponents))) == len(exponents)
    for state, letter in product(exponents, repeat=2):
        assert twin.step(embed(state), letter) == embed(layer.step(state, letter))
    assert twin.run(exponents) == list(map(embed, layer.run(exponents)))


def test_the_twin_is_a_diagonal_layer_of_roots_of_unity_without_a_drive():
    layer = RotationLayer((4, 6), {"a": (1, 5), "b": (2, 3)})
    twin, _ = cyclotomic_twin(layer)
    field = CyclotomicField(12)
    assert isinstance(twin, DiagonalLayer)
    assert twin.domain == field
    assert twin.start == (field.one, field.one)
    assert twin.entries("a") == (field.root_of_unity(4), field.inverse(field.root_of_unity(6)), field.zero, field.zero)
    assert twin.entries("b") == (field.element(-1), field.element(-1), field.zero, field.zero)
    assert (layer.width, layer.real_width) == (twin.width, twin.real_width) == (2, 4)


def test_the_twin_of_a_layer_with_large_orders_is_refused():
    with pytest.raises(DomainError, match="conductor"):
        cyclotomic_twin(RotationLayer((2**20,), {"a": (1,)}))


def test_embed_refuses_exponents_out_of_range():
    _, embed = cyclotomic_twin(RotationLayer((4,), {"a": (1,)}))
    with pytest.raises(DomainError, match="range\\(4\\)"):
        embed((4,))


@settings(deadline=None)
@given(st.integers(2, 60), st.data())
def test_a_letter_returns_after_its_order(order, data):
    angle = data.draw(st.integers(0, order - 1))
    states = RotationLayer((order,), lambda x: (angle,)).run([0] * order)
    period = order // gcd(order, angle)
    assert states[period] == states[0]
    assert len(set(states[:period])) == period


def test_coordinates_have_domains_of_their_own():
    layer = RotationLayer([2, 3], {"a": (1, 2)})
    assert layer.domain == (ResidueRing(2), ResidueRing(3))
    assert layer.orders == (2, 3)
    assert layer.entries("a") == (1, 2)
    assert layer.real_width == 3  # -1 and 1 are real, the third roots of unity are not
    assert layer == RotationLayer((2, 3), {"a": (1, 2)}, (0, 0))
