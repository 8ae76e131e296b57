"""What layers refuse, and how they say so; and the letters that they read."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction

import pytest

from exactssm.arithmetic import Rationals, ResidueRing
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.layers.layer import numbered

Z5 = ResidueRing(5)
ONE = ((1, 0), (0, 1))
GAUSS, THIRDS = CyclotomicField(4), CyclotomicField(3)

SHAPES = [
    (lambda: DiagonalLayer(Z5, (), {}), "the start state must be a tuple of at least one coordinate, got ()"),
    (lambda: DiagonalLayer(Z5, [1], {}), "the start state must be a tuple of at least one coordinate, got [1]"),
    (lambda: DenseLayer(Z5, (), {}), "the start state must be a tuple of at least one coordinate, got ()"),
    (lambda: ConstantLayer(Z5, (), (), {}), "the start state must be a tuple of at least one coordinate, got ()"),
    (lambda: SignLayer((), (), {}, sign_of_zero=0), "the start state must be a tuple of at least one coordinate"),
    (lambda: RotationLayer((), {}), "a rotation layer must have at least one order, got none"),
    (lambda: RotationLayer((2, 3), {}, (0,)), "the start state must be a tuple of 2, "),
    (lambda: RotationLayer((2, 3), {"a": (1,)}), "angle on the letter 'a' must be a tuple of 2, "),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1, 2)}), "decay on the letter 'a' must be a tuple of 1, "),
    (lambda: DiagonalLayer(Z5, (1,), {"a": [1]}), "decay on the letter 'a' must be a tuple of 1, one a coordinate of "
     "the state, got an object of type list"),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1,)}, {"a": ()}), "drive on the letter 'a' must be a tuple of 1, one a "
     "coordinate of the state, got a tuple of 0"),
    (lambda: DiagonalLayer(Z5, (1,), (1,)), "decay must be a mapping or a function of the letter, got (1,)"),
    (lambda: DiagonalLayer(Z5, (1,), {}, (1,)), "drive must be a mapping or a function of the letter, got (1,)"),
    (lambda: RotationLayer((2,), None), "angle must be a mapping or a function of the letter, got None"),
    (lambda: SignLayer((0,), ((1,),), None, sign_of_zero=0), "drive must be a mapping or a function of the letter"),
    (lambda: DenseLayer(Z5, (1, 0), {"a": (1, 0)}), "matrix on the letter 'a', row 0 must be a tuple of 2, one a "
     "coordinate of the state, got an object of type int"),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ((1, 0),)}), "matrix on the letter 'a' must be a tuple of 2, "),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ((1, 0), (0, 1, 0))}), "matrix on the letter 'a', row 1 must be a tuple of"),
    (lambda: ConstantLayer(Z5, (1, 0), ((1,), (0,)), {}), "matrix, row 0 must be a tuple of 2, "),
    (lambda: ConstantLayer(Z5, (1, 0), ONE, {"a": (1,)}), "drive on the letter 'a' must be a tuple of 2, "),
    (lambda: SignLayer((0,), ((1, 1),), {}, sign_of_zero=0), "recurrent, row 0 must be a tuple of 1, "),
    (lambda: SignLayer((0,), ((1,),), {"a": (1, 1)}, sign_of_zero=0), "drive on the letter 'a' must be a tuple of 1, "),
    (lambda: DiagonalLayer(Z5, (1,), lambda x: (1, 1)).step((1,), "a"), "decay on the letter 'a' must be a tuple of 1"),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1,)}).step((1, 1), "a"), "the state must be a tuple of 1, "),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ONE}).step((1,), "a"), "the state must be a tuple of 2, "),
    (lambda: RotationLayer((2,), {"a": (1,)}).step((0, 0), "a"), "the state must be a tuple of 1, "),
    (lambda: SignLayer((0,), ((1,),), {"a": (1,)}, sign_of_zero=0).step((0, 0), "a"), "the state must be a tuple of 1"),
]  # fmt: skip

VALUES = [
    (lambda: DiagonalLayer(Z5, (0, 5), {}), "the start state, coordinate 1: ", "5"),
    (lambda: DiagonalLayer(Z5, (True,), {}), "the start state, coordinate 0: ", "True"),
    (lambda: DiagonalLayer(Rationals(), (1,), {}), "the start state, coordinate 0: ", "1"),
    (lambda: DiagonalLayer(Z5, (1, 1), {"a": (1, -1)}), "decay on the letter 'a', coordinate 1: ", "-1"),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1,)}, {"a": (0.5,)}), "drive on the letter 'a', coordinate 0: ", "0.5"),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (Fraction(1),)}), "decay on the letter 'a', coordinate 0: ", "Fraction(1"),
    (lambda: DiagonalLayer(Z5, (1,), lambda x: (7,)).step((1,), "b"), "decay on the letter 'b', coordinate 0: ", "7"),
    (lambda: DiagonalLayer(Z5, (1,), lambda x: (7,)).run("b"), "decay on the letter 'b', coordinate 0: ", "7"),
    (lambda: DiagonalLayer(GAUSS, (GAUSS.one,), {"a": (THIRDS.one,)}), "decay on the letter 'a', coordinate 0: ", "3"),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ((1, 0), (0, 9))}), "matrix on the letter 'a', row 1, coordinate 1: ", "9"),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ONE}, {"a": (0, "1")}), "drive on the letter 'a', coordinate 1: ", "'1'"),
    (lambda: DenseLayer(Z5, (1,), lambda x: ((6,),)).run("ab"), "matrix on the letter 'a', row 0, coordinate 0: ", "6"),
    (lambda: ConstantLayer(Z5, (1, 0), ((1, 0), (5, 0)), {}), "matrix, row 1, coordinate 0: ", "5"),
    (lambda: ConstantLayer(Z5, (1,), ((1,),), lambda x: (9,)).run("a"), "drive on the letter 'a', coordinate 0: ", "9"),
    (lambda: RotationLayer((2, 1), {}), "order 1 must be an int of at least 2, ", "1"),
    (lambda: RotationLayer((True,), {}), "order 0 must be an int of at least 2, ", "True"),
    (lambda: RotationLayer((2, 3), {}, (0, 3)), "the start state, coordinate 1: ", "3"),
    (lambda: RotationLayer((2, 3), {"a": (2, 0)}), "angle on the letter 'a', coordinate 0: ", "2"),
    (lambda: RotationLayer((2,), lambda x: (-1,)).run("c"), "angle on the letter 'c', coordinate 0: ", "-1"),
    (lambda: RotationLayer((2,), {"a": (1,)}).step((2,), "a"), "range(2)", "2"),
    (lambda: SignLayer((2,), ((1,),), {}, sign_of_zero=0), "the start state, coordinate 0: a sign must be ", "2"),
    (lambda: SignLayer((0,), ((1,),), {}, sign_of_zero=2), "the sign of zero must be -1, 0 or 1, ", "2"),
    (lambda: SignLayer((0,), ((1,),), {}, sign_of_zero=False), "the sign of zero must be -1, 0 or 1, ", "False"),
    (lambda: SignLayer((0,), ((0.5,),), {}, sign_of_zero=0), "recurrent, row 0, coordinate 0: ", "0.5"),
    (lambda: SignLayer((0,), ((1,),), {"a": (2.0,)}, sign_of_zero=0), "drive on the letter 'a', coordinate 0: ", "2.0"),
    (lambda: SignLayer((0,), ((1,),), {"a": (1,)}, sign_of_zero=0).step((3,), "a"), "the state, coordinate 0: ", "3"),
]  # fmt: skip

LETTERS = [
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1,)}).step((1,), "b"), "decay has no entry for the letter 'b'"),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1,)}).run("aab"), "decay has no entry for the letter 'b'"),
    (lambda: DiagonalLayer(Z5, (1,), {"a": (1,), "b": (1,)}, {"a": (1,)}), "drive has no entry for the letter 'b'"),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ONE}, {"b": (0, 0)}), "drive has no entry for the letter 'a'"),
    (lambda: DenseLayer(Z5, (1, 0), {"a": ONE}).run("x"), "matrix has no entry for the letter 'x'"),
    (lambda: ConstantLayer(Z5, (1, 0), ONE, {}).run("x"), "drive has no entry for the letter 'x'"),
    (lambda: RotationLayer((2,), {}).run("x"), "angle has no entry for the letter 'x'"),
    (lambda: RotationLayer((2,), {}).entries("x"), "angle has no entry for the letter 'x'"),
    (lambda: SignLayer((0,), ((1,),), {}, sign_of_zero=0).run("x"), "drive has no entry for the letter 'x'"),
]


@pytest.mark.parametrize(("build", "message"), SHAPES)
def test_wrong_shapes(build, message):
    with pytest.raises(ConstructionError) as caught:
        build()
    assert message in str(caught.value)


@pytest.mark.parametrize(("build", "place", "value"), VALUES)
def test_values_outside_the_domain(build, place, value):
    with pytest.raises(DomainError) as caught:
        build()
    assert place in str(caught.value)
    assert value in str(caught.value).partition("got")[2]


@pytest.mark.parametrize(("build", "message"), LETTERS)
def test_letters_without_an_entry(build, message):
    with pytest.raises(SymbolError) as caught:
        build()
    assert message in str(caught.value)


def test_the_sign_of_zero_must_be_said():
    with pytest.raises(TypeError, match="sign_of_zero"):
        SignLayer((0,), ((1,),), {})


def test_a_mapping_may_have_entries_for_letters_that_it_does_not_list():
    layer = DiagonalLayer(Z5, (1,), defaultdict(lambda: (2,), a=(3,)))
    assert layer.run("ab") == [(1,), (3,), (1,)]


def test_letters_are_any_hashables():
    layer = DiagonalLayer(Z5, (1,), lambda x: (2,) if x is None else (3,))
    assert layer.run([None, ("a", frozenset({1})), None]) == [(1,), (2,), (1,), (2,)]


def test_a_run_along_the_empty_word_is_the_start():
    layers = [
        DiagonalLayer(Z5, (2,), {}),
        DenseLayer(Z5, (2,), {}),
        ConstantLayer(Z5, (2,), ((1,),), {}),
        RotationLayer((3,), {}, (2,)),
        SignLayer((1,), ((1,),), {}, sign_of_zero=0),
    ]
    assert [layer.run([]) for layer in layers] == [[(2,)]] * 4 + [[(1,)]]


def test_letters_are_numbered_as_they_first_come():
    assert numbered("banana") == (["b", "a", "n"], [0, 1, 2, 1, 2, 1])
