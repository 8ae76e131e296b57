"""The protocols on drawn models, what parties know, and what becomes of forged messages."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from constructions.composition.function_composition import composition_stack
from constructions.composition.protocols import (
    Part,
    Party,
    cut,
    forward_communication,
    stack_of,
    two_party_simulation,
)
from constructions.composition.random_ring_stacks import random_ring_stack
from exactssm.arithmetic import CyclotomicField, GaloisField, Integers, MachineInteger, Rationals, ResidueRing
from exactssm.errors import ConstructionError, FormatError, SymbolError
from exactssm.layers import DiagonalLayer, RotationLayer
from exactssm.machine import run
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think
from exactssm.tasks import FunctionComposition, parity

RINGS = [*map(ResidueRing, (2, 3, 4, 5, 6, 8)), GaloisField(4), GaloisField(8)]
stacks = st.builds(
    lambda ring, widths, diagonal, seed: random_ring_stack("abc", ring, widths, diagonal=diagonal, seed=seed),
    st.sampled_from(RINGS),
    st.lists(st.integers(1, 3), min_size=1, max_size=4),
    st.booleans(),
    st.integers(0, 10**6),
)


@st.composite
def cut_words(draw, depth):
    """Segments for players 0 .. K, K up to L + 3, none empty."""
    segments = draw(st.lists(st.text("abc", min_size=1, max_size=4), min_size=1, max_size=depth + 4))
    ends = [len("".join(segments[: i + 1])) for i in range(len(segments))]
    return tuple("".join(segments)), tuple(ends[:-1])


def all_runs(stack, segments):
    return (
        forward_communication(stack, segments),
        two_party_simulation(stack, segments, "odd"),
        two_party_simulation(stack, segments, "even"),
    )


@given(st.data())
def test_every_answer_is_the_models_output(data):
    model = data.draw(stacks)
    word, cuts = data.draw(cut_words(model.depth))
    stack, segments = stack_of(model), cut(model, word, cuts)
    L, K = model.depth, len(cuts)
    d = max(layer.width for layer in model.layers())
    p = max((layer.domain.size - 1).bit_length() for layer in model.layers())
    direct = run(model, word).outputs[-1]
    for ran in all_runs(stack, segments):
        assert ran.answer == direct
        assert ran.bits == sum(len(message.bits) for message in ran.messages)
        assert ran.bits <= L * (K + 1) * (d * d + d) * p
        sent = [part for message in ran.messages for part in message.parts]
        assert len(sent) == len(set(sent)), "no summary is sent twice"
        for message in ran.messages:
            assert len(message.bits) == sum(stack.summaries[layer - 1].bits for layer, _ in message.parts)
    forward, *pair = all_runs(stack, segments)
    assert len(forward.messages) == L * K
    assert {message.turn for message in forward.messages} <= set(range(1, L + 1))
    for ran in pair:
        assert [message.turn for message in ran.messages] == list(range(1, L + 1))
        assert ran.messages[0].sender == ran.starter
        assert ran.answered_by != ran.messages[-1].sender
        assert all(one.sender != two.sender for one, two in zip(ran.messages, ran.messages[1:], strict=False))


def replayed(stack, segments, starter, change=lambda turn, bits: bits):
    """The two parties again, written anew, over a channel that may change messages."""
    private = [*segments[:-1], segments[-1][:-1]]
    numbers = {"even": range(0, len(private), 2), "odd": range(1, len(private), 2)}
    names = [starter, "odd" if starter == "even" else "even"]
    parties = {name: Party(stack, {j: private[j] for j in numbers[name]}) for name in names}
    for turn in range(1, stack.depth + 1):
        speaker, listener = names[(turn + 1) % 2], names[turn % 2]
        parts = [Part(layer, j) for layer in (turn - 1, turn) if layer for j in numbers[speaker]]
        parties[listener].hear(parts, change(turn, parties[speaker].say(parts)))
    return parties[names[stack.depth % 2]].answer(len(private), segments[-1][-1:])


@given(st.data())
def test_a_flipped_bit_is_noticed_or_changes_what_is_known(data):
    model = data.draw(stacks)
    word, cuts = data.draw(cut_words(model.depth))
    stack, segments = stack_of(model), cut(model, word, cuts)
    starter = data.draw(st.sampled_from(["odd", "even"]))
    ran = two_party_simulation(stack, segments, starter)
    assert replayed(stack, segments, starter) == ran.answer
    for message in ran.messages:
        for i, bit in enumerate(message.bits):
            flipped = message.bits[:i] + "10"[int(bit)] + message.bits[i + 1 :]
            listener = Party(stack, {})
            try:
                listener.hear(message.parts, flipped)
            except FormatError:
                continue
            assert listener.say(message.parts) == flipped != message.bits


def test_some_flipped_bits_change_the_answer():
    """Each bit of x_0 counts, and so does each bit of every summary's b where A = 0."""
    task = FunctionComposition(N=4, K=1)
    stack = stack_of(composition_stack(task))
    word = task.stream(2, [(1, 2, 3, 0)])
    segments = cut(stack.machine, word, [1])
    assert replayed(stack, segments, "even") == 3
    for i, changed in ((2, 1), (3, 0)):  # x_0 = 2 is the bits 10: without the first it is 0, f(0) = 1; with both 3
        assert (
            replayed(stack, segments, "even", lambda turn, bits, i=i: _flip(bits, i) if turn == 1 else bits) == changed
        )


def _flip(bits, i):
    return bits[:i] + "10"[int(bits[i])] + bits[i + 1 :]


@pytest.mark.parametrize("change", [lambda bits: bits + "0", lambda bits: bits[:-1], lambda bits: ""])
def test_messages_of_another_length_are_noticed(change):
    task = FunctionComposition(N=4, K=2)
    stack = stack_of(composition_stack(task))
    segments = cut(stack.machine, task.stream(2, [(1, 2, 3, 0), (0, 0, 1, 1)]), [1, 5])
    for turn in (1, 2, 3):
        with pytest.raises(FormatError):
            replayed(stack, segments, "even", lambda t, bits, turn=turn: change(bits) if t == turn else bits)


def test_numbers_that_the_ring_lacks_are_noticed():
    """3 in two bits is no residue modulo 3."""
    layer = DiagonalLayer(ResidueRing(3), (0,), lambda x: (1,), lambda x: (2,))
    stack = stack_of(Model("a", [Block(layer, lambda h, x: h)]))
    party = Party(stack, {})
    with pytest.raises(FormatError, match="no element of number 3"):
        party.hear([Part(1, 0)], "0111")
    with pytest.raises(ValueError, match="invalid literal"):
        party.hear([Part(1, 0)], "0x10")


@given(st.data())
def test_parties_know_nothing_but_their_segments_and_what_they_heard(data):
    """What a party says first is the same whatever the other's segments are; it can't say what it wasn't told; and an
    answer without the messages is refused."""
    model = data.draw(stacks)
    word, cuts = data.draw(cut_words(model.depth))
    other, _ = data.draw(cut_words(model.depth))
    stack, segments = stack_of(model), cut(model, word, cuts)
    swapped = tuple(part if j % 2 else (*other,) for j, part in enumerate(segments))
    one, two = (two_party_simulation(stack, given_to, "odd").messages[0] for given_to in (segments, swapped))
    if len(segments) % 2:  # an odd last segment loses its last symbol
        assert one == two
    even = Party(stack, {j: segments[j] for j in range(0, len(segments), 2)})
    even.say([Part(1, 0)])
    if len(segments) > 1:
        with pytest.raises(ConstructionError, match="doesn't know segment 1"):
            even.say([Part(1, 1)])
        with pytest.raises(ConstructionError, match="doesn't know segment 1"):
            even.answer(len(segments), ("a",))
    if len(segments) > 2 and stack.depth > 1:
        with pytest.raises(ConstructionError, match="doesn't know segment 1"):
            even.say([Part(2, 2)])
        even.say([Part(2, 0)])


def test_one_layer_takes_one_message():
    """Width 1 over Z/8: 6 bits a summary; segment 0, and 1 without its last symbol."""
    counter = DiagonalLayer(ResidueRing(8), (3,), lambda x: (1,), {"a": (1,), "b": (2,)})
    stack = stack_of(Model("ab", [Block(counter, lambda h, x: h[0])]))
    segments = cut(stack.machine, "aabab", [3])
    odd, even = (two_party_simulation(stack, segments, starter) for starter in ("odd", "even"))
    assert [message.bits for message in even.messages] == ["001100"]  # h + 4
    assert [message.bits for message in odd.messages] == ["001001"]  # h + 1
    assert (odd.answer, even.answer) == (2, 2)  # 3 + 1 + 1 + 2 + 1 + 2 = 10


@pytest.mark.parametrize("domain", [Integers(), Rationals(), CyclotomicField(3), MachineInteger(4)])
def test_other_exact_rings(domain):
    layer = DiagonalLayer(
        domain, (domain.one,), {"a": (domain.element(3),), "b": (domain.one,)}, lambda x: (domain.element(-2),)
    )
    above = RotationLayer((5,), lambda x: (int(str(hash(x))[-1:]) % 5,))
    model = Model("ab", [Block(layer, lambda h, x: domain.format(h[0]).count("1")), Block(above, lambda h, x: (h, x))])
    stack = stack_of(model)
    word = tuple("abbaabab")
    for ran in all_runs(stack, cut(model, word, [2, 3, 7])):
        assert ran.answer == run(model, word).outputs[-1]
    assert (stack.precision is None) == (domain.size is None)
    assert stack.bound(4) == (2 * 4 * 2 * 4 if domain.size else None)


def test_offline_thoughts_cost_nothing():
    layer = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), {"1": (1,), "$": (0,), "-": (6,)})
    inner = Model("1$-", [Block(layer, lambda h, x: "..." if x == "1" else Think("-") if h[0] > 1 else h[0])])
    model = OfflineCoT(inner, "1$", "$", 3)
    for ones in range(2, 8):
        word = ("1",) * ones + ("$",)
        for ran in all_runs(stack_of(model), cut(model, word, [1])):
            assert ran.answer == ones % 2
            assert ran.bits == 6
    with pytest.raises(ConstructionError, match="online thoughts depend on all layers' states"):
        stack_of(OnlineCoT(inner, "1$", 3))


def test_what_is_refused():
    task = FunctionComposition(N=2, K=1)
    model = composition_stack(task)
    word = task.stream(0, [(1, 0)])
    for cuts in ([0], [4], [9], [-1], [2, 2], [3, 1], [True], ["1"]):
        with pytest.raises(ConstructionError, match="cuts must ascend"):
            cut(model, word, cuts)
    with pytest.raises(ConstructionError, match="at least one symbol"):
        cut(model, (), [])
    with pytest.raises(SymbolError, match="position 1"):
        cut(model, (word[0], "x"), [])
    assert cut(model, word, []) == (word,)
    assert cut(model, word, [1, 2, 3]) == tuple((symbol,) for symbol in word)
    for machine in (parity(), Model("ab", [])):
        with pytest.raises(ConstructionError, match="a protocol needs"):
            stack_of(machine)
    with pytest.raises(ConstructionError, match="must start"):
        two_party_simulation(stack_of(model), cut(model, word, [1]), "first")


def test_draws_are_determined_by_their_seed():
    one, two, other = (random_ring_stack("ab", ResidueRing(5), [2, 2], diagonal=False, seed=seed) for seed in (1, 1, 2))
    word = [Random(0).choice("ab") for _ in range(20)]
    assert run(one, word) == run(two, word)
    assert run(one, word) != run(other, word)
