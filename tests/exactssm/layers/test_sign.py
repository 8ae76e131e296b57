"""Sign layers: the compiled run against the definition, at the edge of int64 too, and Theorem 5.1 of 2404.08819."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.layers import SignLayer, _sign_kernels
from exactssm.layers.layer import states_by_step


def sign(x, of_zero):
    return of_zero if x == 0 else (x > 0) - (x < 0)


def test_every_small_scalar_layer_on_every_short_word():
    weights, signs = range(-2, 3), (-1, 0, 1)
    for a, b0, b1 in product(weights, repeat=3):
        for start, of_zero in product(signs, repeat=2):
            layer = SignLayer((start,), ((a,),), {0: (b0,), 1: (b1,)}, sign_of_zero=of_zero)
            for word in product((0, 1), repeat=3):
                h, expected = start, [(start,)]
                for x in word:
                    h = sign(a * h + (b1 if x else b0), of_zero)
                    expected.append((h,))
                assert layer.run(word) == states_by_step(layer, word) == expected


@given(st.data())
def test_run_equals_step(data):
    weights = st.integers(-3, 3) | st.integers(-(2**63) - 2, -(2**63) + 2) | st.integers(2**61, 2**64)
    width = data.draw(st.integers(1, 4))
    vectors = st.tuples(*[weights] * width)
    layer = SignLayer(
        data.draw(st.tuples(*[st.sampled_from((-1, 0, 1))] * width)),
        data.draw(st.tuples(*[vectors] * width)),
        {x: data.draw(vectors) for x in "ab"},
        sign_of_zero=data.draw(st.sampled_from((-1, 0, 1))),
    )
    word = data.draw(st.text("ab", max_size=10))
    assert layer.run(word) == states_by_step(layer, word)


@settings(deadline=None)
@given(st.data())
def test_steps_on_all_letters_equal_step(data):
    """With rows that are equal, some of them one object, and with weights around the ends of int64."""
    weights = st.integers(-3, 3) | st.integers(-(2**63) - 2, -(2**63) + 2) | st.integers(2**61, 2**64)
    small = data.draw(st.booleans())
    width = data.draw(st.integers(1, 5))
    vectors = st.tuples(*[st.integers(-3, 3) if small else weights] * width)
    signs = st.tuples(*[st.sampled_from((-1, 0, 1))] * width)
    rows = data.draw(st.lists(vectors, min_size=1, max_size=2))
    drive = {x: data.draw(vectors) for x in "abc"}
    layer = SignLayer(
        data.draw(signs),
        tuple(data.draw(st.sampled_from([*rows, tuple(map(int, rows[0]))])) for _ in range(width)),
        drive,
        sign_of_zero=data.draw(st.sampled_from((-1, 0, 1))),
    )
    for letters in ("abc", data.draw(st.text("abc", max_size=4))):
        state = data.draw(signs)
        assert layer.steps(state, letters) == [layer.step(state, x) for x in letters]


def test_steps_refuse_what_step_refuses():
    layer = SignLayer((0,), ((1,),), {"a": (1,)}, sign_of_zero=0)
    for state, letters, error in [
        ((2,), "a", DomainError),
        ((0, 0), "a", ConstructionError),
        ((0,), "ab", SymbolError),
    ]:
        with pytest.raises(error) as one_by_one:
            layer.step(state, letters[-1])
        with pytest.raises(error) as at_once:
            layer.steps(state, letters)
        assert str(at_once.value) == str(one_by_one.value)


@pytest.mark.parametrize(("drive", "compiled"), [(2**62 - 1, True), (2**62, False), (-(2**62) + 1, True)])
def test_the_kernel_runs_where_no_sum_leaves_int64_and_only_there(monkeypatch, drive, compiled):
    """|A| + |b| = 2^63 - 1 is the last sum that fits."""
    calls = []

    def watched(*given):
        calls.append(given)
        return kernel(*given)

    kernel = _sign_kernels.scan_sign
    monkeypatch.setattr(_sign_kernels, "scan_sign", watched)
    weight = 2**62 if drive > 0 else -(2**62)
    layer = SignLayer((1,), ((weight,),), {"x": (drive,)}, sign_of_zero=0)
    assert layer.run("x") == [(1,), (1 if drive > 0 else -1,)]
    assert bool(calls) == compiled


@pytest.mark.parametrize("of_zero", [-1, 0, 1])
def test_every_automaton_of_two_states_and_letters(of_zero):
    """Theorem 5.1: unit (q, x) is 1 when q was the state before the letter just read, x, and -1 otherwise; h_0 = 0."""
    states = symbols = (0, 1)
    units = list(product(states, symbols))
    N = len(units)
    for table in product(states, repeat=4):
        after = dict(zip(units, table, strict=True))
        for q0 in states:
            recurrent, base = [], {}
            for q, x in units:
                m = sum(after[unit] == q for unit in units)
                hit, miss = (N - m, m) if 0 < m < N else (-1, -1) if m else (1, 1)
                recurrent.append(tuple(hit if after[unit] == q else -miss if 0 < m < N else miss for unit in units))
                base[q, x] = 1 if q == q0 else -1
            drive = {letter: tuple(base[q, x] if x == letter else -100 for q, x in units) for letter in symbols}
            layer = SignLayer((0,) * N, tuple(recurrent), drive, sign_of_zero=of_zero)
            for word in product(symbols, repeat=5):
                q = q0
                for h, x in zip(layer.run(word)[1:], word, strict=True):
                    assert h == tuple(1 if unit == (q, x) else -1 for unit in units)
                    q = after[q, x]


def test_entries_width_and_domain():
    layer = SignLayer((0, 0), ((1, 2), (3, 4)), lambda x: (5, 6), sign_of_zero=1)
    assert layer.entries("x") == (1, 2, 3, 4, 5, 6)
    assert (layer.width, layer.real_width) == (2, 2)
    assert str(layer.domain) == "Z"
