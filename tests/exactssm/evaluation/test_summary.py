"""Summaries against what layers do: composed maps, their bits, and what a changed bit does."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.arithmetic import GaloisField, Integers, MachineInteger, Rationals, ResidueRing, domain_from_name
from exactssm.errors import ConstructionError, DomainError, FormatError
from exactssm.evaluation.summary import Summaries
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer

LETTERS = "abc"


def numbers_of(domain):
    inner = getattr(domain, "number_format", domain)
    if isinstance(domain, Integers | Rationals):
        return [domain.element(n) for n in (-2, -1, 0, 1, 2, 3)]
    return list(inner.elements if hasattr(inner, "elements") else inner.codes)


def drawn_layer(kind, domain, width, seed):
    source = Random(f"{kind}, {domain}, {width}, {seed}")

    def vector():
        return tuple(source.choice(numbers_of(domain)) for _ in range(width))

    def matrix():
        return tuple(vector() for _ in range(width))

    start, drive = vector(), {x: vector() for x in LETTERS}
    if kind == "dense":
        return DenseLayer(domain, start, {x: matrix() for x in LETTERS}, drive)
    if kind == "constant":
        return ConstantLayer(domain, start, matrix(), drive)
    return DiagonalLayer(domain, start, {x: vector() for x in LETTERS}, drive)


RINGS = [
    *map(ResidueRing, (2, 3, 4, 6, 8)),
    GaloisField(4),
    MachineInteger(3),
    Integers(),
    Rationals(),
    domain_from_name("fixed:s2.0:floor:wrap"),
    domain_from_name("fixed:u2.0:floor:wrap:each"),
    domain_from_name("fixed:u2.0:floor:saturate"),
]
layers = st.builds(
    drawn_layer,
    st.sampled_from(["dense", "constant", "diagonal"]),
    st.sampled_from(RINGS),
    st.integers(1, 3),
    st.integers(0, 10**6),
)
rotations = st.builds(
    lambda orders, seed: RotationLayer(
        orders, {x: tuple(Random(f"{seed}, {x}").randrange(n) for n in orders) for x in LETTERS}
    ),
    st.lists(st.integers(2, 9), min_size=1, max_size=3),
    st.integers(0, 10**6),
)
words = st.text(LETTERS, max_size=12)


def states_of(layer, source):
    domains = layer.domain if isinstance(layer.domain, tuple) else (layer.domain,) * layer.width
    return [tuple(source.choice(numbers_of(domain)) for domain in domains) for _ in range(8)]


@given(st.one_of(layers, rotations), words, words, st.randoms())
def test_a_summary_does_what_the_steps_do(layer, word, more, source):
    summaries = Summaries(layer)
    summary = summaries.of(word)
    for state in states_of(layer, source):
        after = state
        for letter in word:
            after = layer.step(after, letter)
        assert summaries.apply(summary, state) == after
    assert summaries.compose(summary, summaries.of(more)) == summaries.of(word + more)


@given(st.one_of(layers, rotations), words)
def test_bits_there_and_back(layer, word):
    summaries = Summaries(layer)
    bits = summaries.write(summaries.of(word))
    assert summaries.read(bits) == summaries.of(word)
    d = layer.width
    if summaries.bits is None:
        assert isinstance(layer.domain, Integers | Rationals)
    else:
        assert len(bits) == summaries.bits <= (d * d + d) * summaries.precision
    for wrong in (bits + "0", bits[:-1]):
        with pytest.raises(FormatError):
            summaries.read(wrong)


@given(st.one_of(layers, rotations), words)
def test_every_flipped_bit_is_noticed_or_changes_the_map(layer, word):
    summaries = Summaries(layer)
    bits = summaries.write(summaries.of(word))
    for i, bit in enumerate(bits):
        flipped = bits[:i] + "10"[int(bit)] + bits[i + 1 :]
        try:
            assert summaries.read(flipped) != summaries.of(word)
        except FormatError:
            continue


@pytest.mark.parametrize(
    ("layer", "numbers", "bits"),
    [
        (DiagonalLayer(ResidueRing(8), (0, 0, 0), lambda x: (1, 1, 1)), 6, 18),
        (DenseLayer(ResidueRing(8), (0, 0, 0), lambda x: ((1, 1, 1),) * 3), 12, 36),
        (DenseLayer(ResidueRing(9), (0, 0), lambda x: ((1, 1),) * 2), 6, 24),
        (ConstantLayer(GaloisField(4), (GaloisField(4).zero,), ((GaloisField(4).one,),), lambda x: None), 2, 4),
        (RotationLayer((2, 3, 9), lambda x: (0, 0, 0)), 3, 1 + 2 + 4),
    ],
)
def test_sizes_by_hand(layer, numbers, bits):
    assert (Summaries(layer).numbers, Summaries(layer).bits) == (numbers, bits)


def test_numbers_of_endless_rings_grow():
    """Doubling t times takes about 2 log2 of 2^t bits: no p is enough."""
    doubling = Summaries(DiagonalLayer(Integers(), (1,), lambda x: (2,)))
    assert [len(doubling.write(doubling.of("x" * t))) for t in (0, 1, 10, 100)] == [4, 6, 24, 204]
    assert doubling.precision is None


def test_what_has_no_summaries():
    with pytest.raises(ConstructionError, match="SignLayer"):
        Summaries(SignLayer((1,), ((1,),), lambda x: (0,), sign_of_zero=1))
    with pytest.raises(DomainError, match="isn't known to be one"):
        Summaries(DiagonalLayer(domain_from_name("e4m3fn"), (0,), lambda x: (0,)))
