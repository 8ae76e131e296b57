"""Dense layers and layers with one matrix: `run` against `step`, and `step` against sums written out."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import ResidueRing
from exactssm.arithmetic.integers import Integers
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer
from exactssm.layers.layer import states_by_step


def test_every_scalar_layer_over_z3_on_every_short_word():
    words = [word for length in range(4) for word in product((0, 1), repeat=length)]
    for a0, a1, b0, b1, start in product(range(3), repeat=5):
        layer = DenseLayer(ResidueRing(3), (start,), {0: ((a0,),), 1: ((a1,),)}, {0: (b0,), 1: (b1,)})
        for word in words:
            h, expected = start, [(start,)]
            for x in word:
                h = ((a1 * h + b1) if x else (a0 * h + b0)) % 3
                expected.append((h,))
            assert layer.run(word) == expected
            assert states_by_step(layer, word) == expected


def test_every_pair_of_bits_under_every_matrix():
    """Width 2 over Z/2: the state is a column, so coordinate i is the product with row i."""
    for a, b, c, d, e, f in product((0, 1), repeat=6):
        layer = DenseLayer(ResidueRing(2), (1, 0), lambda x, A=((a, b), (c, d)): A, lambda x, v=(e, f): v)
        for h0, h1 in product((0, 1), repeat=2):
            assert layer.step((h0, h1), "x") == ((a * h0 + b * h1 + e) % 2, (c * h0 + d * h1 + f) % 2)
        assert layer.run("xxx") == states_by_step(layer, "xxx")


def test_every_scalar_constant_layer_over_z3():
    for a, b0, b1, start in product(range(3), repeat=4):
        layer = ConstantLayer(ResidueRing(3), (start,), ((a,),), {0: (b0,), 1: (b1,)})
        for word in product((0, 1), repeat=4):
            h, expected = start, [(start,)]
            for x in word:
                h = (a * h + (b1 if x else b0)) % 3
                expected.append((h,))
            assert layer.run(word) == states_by_step(layer, word) == expected


def test_run_equals_step_on_every_arithmetic(domains, elements):
    @settings(max_examples=60)
    @given(st.data())
    def check(data):
        domain = data.draw(domains)
        width = data.draw(st.integers(1, 3))
        vectors = st.tuples(*[elements(domain)] * width)
        matrices = st.tuples(*[vectors] * width)
        start, drive = data.draw(vectors), {x: data.draw(vectors) for x in "ab"}
        word = data.draw(st.text("ab", max_size=8))
        if data.draw(st.booleans()):
            layer = DenseLayer(domain, start, {x: data.draw(matrices) for x in "ab"}, drive)
        else:
            layer = ConstantLayer(domain, start, data.draw(matrices), drive)
        states = layer.run(word)
        assert type(states) is list
        assert len(states) == len(word) + 1
        assert states == states_by_step(layer, word)

    check()


@settings(deadline=None)
@given(st.integers(2, 2**70), st.data())
def test_residues_of_integers(modulus, data):
    """Z -> Z/m is a homomorphism: a run over Z, reduced, is the run over Z/m."""
    numbers = st.integers(-(2**40), 2**40)
    vectors = st.tuples(numbers, numbers)
    start, drive = data.draw(vectors), data.draw(vectors)
    matrix = data.draw(st.tuples(vectors, vectors))
    word = "a" * data.draw(st.integers(0, 6))

    def layer(domain, reduce):
        A, b = tuple(tuple(map(reduce, row)) for row in matrix), tuple(map(reduce, drive))
        return DenseLayer(domain, tuple(map(reduce, start)), {"a": A}, {"a": b})

    ring = ResidueRing(modulus)
    reduced = [tuple(h % modulus for h in state) for state in layer(Integers(), int).run(word)]
    assert layer(ring, ring.element).run(word) == reduced


def test_a_diagonal_layer_is_a_dense_one(elements):
    @settings(deadline=None)
    @given(st.data())
    def check(data):
        ring = ResidueRing(data.draw(st.integers(2, 2**33)))
        pairs = st.tuples(elements(ring), elements(ring))
        start, decay, drive = data.draw(pairs), data.draw(pairs), data.draw(pairs)
        diagonal = DiagonalLayer(ring, start, {"x": decay}, {"x": drive})
        dense = DenseLayer(ring, start, {"x": ((decay[0], 0), (0, decay[1]))}, {"x": drive})
        assert diagonal.run("xxxxx") == dense.run("xxxxx")

    check()


def test_the_fibonacci_numbers():
    """F_90 = 2880067194370816120: OEIS A000045."""
    layer = ConstantLayer(Integers(), (0, 1), ((0, 1), (1, 1)), lambda x: (0, 0))
    states = layer.run(range(90))
    assert states[90][0] == 2880067194370816120
    modulus = 10**9 + 7
    assert DenseLayer(ResidueRing(modulus), (0, 1), lambda x: ((0, 1), (1, 1))).run(range(90)) == [
        (f % modulus, g % modulus) for f, g in states
    ]


def test_entries_are_the_rows_then_the_drive():
    ring = ResidueRing(10)
    A = ((1, 2), (3, 4))
    assert DenseLayer(ring, (0, 0), {"x": A}, {"x": (5, 6)}).entries("x") == (1, 2, 3, 4, 5, 6)
    assert DenseLayer(ring, (0, 0), {"x": A}).entries("x") == (1, 2, 3, 4, 0, 0)
    assert ConstantLayer(ring, (0, 0), A, {"x": (5, 6)}).entries("x") == (1, 2, 3, 4, 5, 6)
    assert ConstantLayer(ring, (0, 0), A, {"x": (5, 6)}).real_width == 2
