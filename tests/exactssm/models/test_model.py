"""Stacks of layers: the letters between them, and their meaning written out."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import ResidueRing
from exactssm.errors import ConstructionError, SymbolError
from exactssm.layers import DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.models.model import StackStep

BIT = ResidueRing(2)


def xor_layer():
    return DiagonalLayer(BIT, (0,), decay=lambda x: (1,), drive=lambda x: (x,))


def running_parity(bits):
    return [sum(bits[: t + 1]) % 2 for t in range(len(bits))]


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_a_stack_of_parities_is_the_parity_of_the_parities(depth):
    model = Model((0, 1), [Block(xor_layer(), lambda h, x: h[0])] * depth)
    assert model.depth == depth
    for word in product((0, 1), repeat=6):
        expected = list(word)
        for _ in range(depth):
            expected = running_parity(expected)
        assert list(run(model, word).outputs) == expected


def test_two_layers_track_the_symmetries_of_a_triangle():
    """S3 is C3 extended by C2: layer 1 keeps the side up, layer 2 the turn, which the other side inverts.

    The symbol (b, a) is the map F^b T^a of Z/3: the flip F(p) = -p after the turn T(p) = p + a. The product of a word,
    the newest symbol acting first, is T^t F^s for one side s and one turn t: what the model puts out.
    """
    side = RotationLayer((2,), angle=lambda x: (x[0],))
    turn = RotationLayer((3,), angle=lambda z: (-z[1] % 3 if z[0] else z[1],))
    alphabet = list(product(range(2), range(3)))
    model = Model(alphabet, [Block(side, lambda h, x: (h[0], x[1])), Block(turn, lambda h, z: (z[0], h[0]))])
    normal_forms = {tuple(((-p if s else p) + t) % 3 for p in range(3)): (s, t) for s, t in alphabet}
    assert len(normal_forms) == 6
    for word in product(alphabet, repeat=3):
        images, expected = (0, 1, 2), []
        for b, a in word:
            images = tuple(images[(-(p + a) if b else p + a) % 3] for p in range(3))
            expected.append(normal_forms[images])
        assert list(run(model, word).outputs) == expected


def test_a_readout_sees_the_state_after_the_letter_and_the_letter():
    counter = DiagonalLayer(ResidueRing(5), (3,), decay=lambda x: (1,), drive=lambda x: (1,))
    model = Model("ab", [Block(counter, lambda h, x: (x, h))])
    assert run(model, "ab") == ((((3,),), ((4,),), ((0,),)), (("a", (4,)), ("b", (0,))))


def test_the_way_of_a_symbol_through_the_stack():
    model = Model((0, 1), [Block(xor_layer(), lambda h, x: h[0])] * 2)
    assert model.through(((1,), (1,)), 0) == StackStep(states=((1,), (0,)), letters=(0, 1, 0))
    assert model.step(((1,), (1,)), 0) == (((1,), (0,)), 0)


@given(st.data())
def test_each_layer_runs_along_the_letters_that_the_one_below_puts_out(data):
    ring = ResidueRing(data.draw(st.integers(2, 5)))
    residues = st.integers(0, ring.modulus - 1)
    pairs = st.tuples(residues, residues)
    diagonal = DiagonalLayer(ring, (0,), {x: (data.draw(residues),) for x in "ab"}, dict.fromkeys("ab", (1,)))
    matrices = [data.draw(st.tuples(pairs, pairs)) for _ in range(ring.modulus)]
    dense = DenseLayer(ring, data.draw(pairs), lambda z: matrices[z], lambda z: (z, 0))
    signs = SignLayer((0,), ((1,),), lambda z: (z[0] - z[1],), sign_of_zero=1)
    model = Model(
        "ab", [Block(diagonal, lambda h, x: h[0]), Block(dense, lambda h, z: h), Block(signs, lambda h, z: h)]
    )
    word = data.draw(st.text("ab", max_size=8))
    states, outputs = run(model, word)
    lowest, middle, top = zip(*states, strict=True)
    assert list(lowest) == diagonal.run(word)
    assert list(middle) == dense.run([h[0] for h in lowest[1:]])
    assert list(top) == signs.run(middle[1:])
    assert list(outputs) == list(top[1:])


def test_layers_and_start():
    layers = [xor_layer(), RotationLayer((4,), lambda x: (x,), (3,))]
    model = Model((0, 1), [Block(layer, lambda h, x: x) for layer in layers])
    assert list(model.layers()) == layers
    assert model.start == ((0,), (3,))


def test_a_stack_of_depth_0_puts_out_what_it_reads():
    model = Model("ab", [])
    assert (model.depth, model.start) == (0, ())
    assert run(model, "abba") == (((),) * 5, tuple("abba"))


def test_the_alphabet_is_a_tuple_in_the_given_order():
    assert Model("ba", []).alphabet == ("b", "a")
    assert Model(iter([2, 1]), []).alphabet == (2, 1)


def test_a_symbol_stands_once():
    with pytest.raises(ConstructionError, match=r"each symbol of an alphabet stands once, got \('a', 'b', 'a'\)"):
        Model("aba", [Block(xor_layer(), lambda h, x: h)])


def test_a_word_with_a_foreign_symbol():
    with pytest.raises(SymbolError, match=r"position 2: 'c' is not in the alphabet \('a', 'b'\)"):
        run(Model("ab", []), "abc")


def test_a_letter_that_the_layer_above_cannot_read():
    upper = DiagonalLayer(BIT, (0,), {"even": (1,)})
    model = Model((0, 1), [Block(xor_layer(), lambda h, x: "odd" if h[0] else "even"), Block(upper, lambda h, x: h)])
    assert run(model, (0, 0)).outputs == ((0,), (0,))
    with pytest.raises(SymbolError, match="decay has no entry for the letter 'odd'"):
        run(model, (0, 1))
