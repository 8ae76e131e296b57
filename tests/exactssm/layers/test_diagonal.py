"""Diagonal layers: `run` against `step`, and `step` against arithmetic written out."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.arithmetic import GaussianIntegers, Rationals, ResidueRing
from exactssm.arithmetic.cyclotomic import CyclotomicField
from exactssm.arithmetic.integers import Integers
from exactssm.layers import DiagonalLayer
from exactssm.layers.layer import states_by_step


def test_every_scalar_layer_over_z3_on_every_short_word():
    words = [word for length in range(5) for word in product((0, 1), repeat=length)]
    for a0, a1, b0, b1, start in product(range(3), repeat=5):
        layer = DiagonalLayer(ResidueRing(3), (start,), {0: (a0,), 1: (a1,)}, {0: (b0,), 1: (b1,)})
        for word in words:
            h, expected = start, [(start,)]
            for x in word:
                h = ((a1 * h + b1) if x else (a0 * h + b0)) % 3
                expected.append((h,))
            assert layer.run(word) == expected
            assert states_by_step(layer, word) == expected


def test_run_equals_step_on_every_arithmetic(domains, elements):
    @settings(max_examples=60)
    @given(st.data())
    def check(data):
        domain = data.draw(domains)
        width = data.draw(st.integers(1, 3))
        vectors = st.tuples(*[elements(domain)] * width)
        layer = DiagonalLayer(
            domain,
            data.draw(vectors),
            {x: data.draw(vectors) for x in "ab"},
            data.draw(st.none() | st.fixed_dictionaries({"a": vectors, "b": vectors})),
        )
        word = data.draw(st.text("ab", max_size=12))
        states = layer.run(word)
        assert type(states) is list
        assert len(states) == len(word) + 1
        assert states == states_by_step(layer, word)
        assert [list(map(domain.check, h)) for h in states] == [list(h) for h in states]

    check()


@settings(deadline=None)
@given(st.integers(2, 2**70), st.data())
def test_residues_of_integers(modulus, data):
    """Z -> Z/m is a homomorphism: a run over Z, reduced, is the run over Z/m."""
    numbers = st.integers(-(2**64), 2**64)
    start, *table = data.draw(st.tuples(*[numbers] * 5))
    word = data.draw(st.text("ab", max_size=8))

    def layer(domain, value):
        a0, a1, b0, b1 = map(value, table)
        return DiagonalLayer(domain, (value(start),), {"a": (a0,), "b": (a1,)}, {"a": (b0,), "b": (b1,)})

    ring = ResidueRing(modulus)
    over_z = layer(Integers(), int).run(word)
    assert layer(ring, ring.element).run(word) == [(h % modulus,) for (h,) in over_z]


def test_minimal_standard_generator():
    """Park and Miller, CACM 31 (1988): from seed 1, value 10000 is 1043618065."""
    layer = DiagonalLayer(ResidueRing(2**31 - 1), (1,), decay=lambda x: (16807,))
    assert layer.run([0] * 10_000)[-1] == (1043618065,)


def test_the_compiled_path_is_taken_where_it_is_exact_and_only_there():
    taken = []

    class Watched(ResidueRing):
        def scan_diagonal(self, *given):
            states = super().scan_diagonal(*given)
            taken.append(self.modulus)
            return states

    for modulus in (3037000500, 3037000501):
        minus_one = (modulus - 1,)
        layer = DiagonalLayer(Watched(modulus), minus_one, {"a": minus_one}, {"a": minus_one})
        assert layer.run("aaa") == [minus_one, (0,), minus_one, (0,)]  # (-1)(-1) - 1 = 0, and (-1) 0 - 1 = -1
    assert taken == [3037000500]


def test_cyclotomic_coordinates_are_complex_numbers():
    field = CyclotomicField(4)
    i = field.root_of_unity(4)
    layer = DiagonalLayer(field, (field.one,), {"turn": (i,), "shrink": (field.element(Fraction(1, 2)),)})
    after = layer.run(["turn", "turn", "shrink"])[-1]
    assert after == (field.element(Fraction(-1, 2)),)
    assert (layer.width, layer.real_width) == (1, 2)


def test_real_width_counts_a_complex_coordinate_twice():
    def widths(domain):
        layer = DiagonalLayer(domain, (domain.one,) * 3, decay=lambda x: (domain.one,) * 3)
        return layer.width, layer.real_width

    assert widths(GaussianIntegers()) == widths(CyclotomicField(3)) == (3, 6)
    assert widths(CyclotomicField(1)) == widths(CyclotomicField(2)) == (3, 3)
    assert widths(Rationals()) == widths(ResidueRing(7)) == (3, 3)


def test_entries_are_the_decay_then_the_drive():
    ring = ResidueRing(10)
    assert DiagonalLayer(ring, (0, 0), {"x": (1, 2)}, {"x": (3, 4)}).entries("x") == (1, 2, 3, 4)
    assert DiagonalLayer(ring, (0, 0), {"x": (1, 2)}).entries("x") == (1, 2, 0, 0)


def test_a_function_of_the_letter_is_asked_once_a_letter():
    asked = []

    def decay(letter):
        asked.append(letter)
        return (2,)

    layer = DiagonalLayer(ResidueRing(5), (1,), decay)
    assert asked == []
    assert layer.run("abab") == [(1,), (2,), (4,), (3,), (1,)]
    layer.step((1,), "a")
    assert asked == ["a", "b"]


def test_a_mapping_may_not_change_under_a_layer():
    decay = {"a": (2,)}
    layer = DiagonalLayer(ResidueRing(5), (1,), decay)
    decay["a"] = (3,)
    assert layer.step((1,), "a") == (2,)


def test_records_with_equal_fields_are_equal():
    first, second = (DiagonalLayer(ResidueRing(5), (1,), {"a": (2,)}) for _ in range(2))
    assert first == second
    assert first != DiagonalLayer(ResidueRing(5), (1,), {"a": (3,)})
