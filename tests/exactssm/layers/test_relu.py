"""Integer networks against functions that they are written for."""

from itertools import product

import pytest

from exactssm.errors import ConstructionError
from exactssm.layers import ReluNetwork

MAXIMUM = ReluNetwork([[(1, -1), (0, 1), (0, -1)], [(1, 1, -1)]], [(0, 0, 0), (0,)])


def test_maximum():
    for x, y in product(range(-5, 6), repeat=2):
        assert MAXIMUM((x, y)) == (max(x, y),)


def test_the_last_layer_has_no_relu():
    assert ReluNetwork([[(1,)]], [(-3,)])([1]) == (-2,)


@pytest.mark.parametrize(
    ("matrices", "shifts", "message"),
    [
        ([], [], "each layer"),
        ([[(1,)]], [], "each layer"),
        ([[]], [()], "each layer"),
        ([[(1, 2), (1,)]], [(0, 0)], "reads 2 numbers"),
        ([[(1,)]], [(0, 0)], "reads 1 numbers"),
        ([[(1,), (1,)], [(1,)]], [(0, 0), (0,)], "layer 2 of the network reads 2"),
        ([[(1.0,)]], [(0,)], "ints"),
        ([[(True,)]], [(0,)], "ints"),
    ],
)
def test_what_is_no_network(matrices, shifts, message):
    with pytest.raises(ConstructionError, match=message):
        ReluNetwork(matrices, shifts)


def test_the_wrong_number_of_inputs():
    with pytest.raises(ConstructionError, match="reads 2 numbers, got 1"):
        MAXIMUM([1])
