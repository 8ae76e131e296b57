"""Online thoughts back to streaming: how states are written, how many bits that takes, and every shape of them."""

from __future__ import annotations

import random
from dataclasses import replace
from fractions import Fraction
from itertools import product

import pytest

from constructions.thoughts.composition_cot import composition_cot
from constructions.thoughts.random_thinkers import Size, random_online
from constructions.thoughts.serial_cot import bitwise_cot, wordwise_cot
from constructions.thoughts.streaming_cot import ALGORITHMS, Thought, shapes, streaming_cot
from constructions.thoughts.streaming_from_cot import CLAIMS, SMALL, WIDE, state_code, state_count, streaming_from
from exactssm.arithmetic import GaloisField, Integers, MachineInteger, NearestOf, ResidueRing, domain_from_name
from exactssm.errors import ConstructionError, ImpureFunction, ThoughtsNeverEnd
from exactssm.layers import DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model, OnlineCoT, Think
from exactssm.tasks import StreamingAlgorithm, UnboundedComposition, bits_for, modular_counter, parity
from verify import decide
from verify.runner import examine


def stack(*layers):
    """A stack that passes everything on."""
    return Model("ab", [Block(layer, lambda h, x: x) for layer in layers])


def still(domain, start):
    return DiagonalLayer(domain, start, lambda x: (domain.one,) * len(start))


ALL_STATES = {
    "Z/8 twice": (stack(still(ResidueRing(8), (0, 0))), 6, [range(8), range(8)]),
    "Z/5, then Z/2": (stack(still(ResidueRing(5), (1,)), still(ResidueRing(2), (1,))), 4, [range(5), range(2)]),
    "turns of 3 and 4": (stack(RotationLayer((3, 4), lambda x: (0, 0))), 4, [range(3), range(4)]),
    "signs": (stack(SignLayer((1, 0), ((1, 0), (0, 1)), lambda x: (0, 0), sign_of_zero=0)), 4, [(-1, 0, 1)] * 2),
    "GF(4)": (stack(still(GaloisField(4), (GaloisField(4).one,))), 2, [GaloisField(4).elements]),
    "int3": (stack(still(MachineInteger(3), (0,))), 3, [range(-4, 4)]),
}


@pytest.mark.parametrize("name", ALL_STATES)
def test_states_are_written_in_as_many_bits(name):
    """Each coordinate in ceil(log2 q) bits; all states have codes of their own, and are read back."""
    model, bits, values = ALL_STATES[name]
    code = state_code(model)
    assert code.bits == bits == sum(bits_for(len(own)) for own in values)
    widths = [layer.width for layer in model.layers()]
    codes = set()
    for flat in product(*values):
        state, rest = [], list(flat)
        for width in widths:
            state.append(tuple(rest[:width]))
            del rest[:width]
        codes.add(memory := code.encode(tuple(state)))
        assert code.decode(memory) == tuple(state)
        assert 0 <= memory < 2**bits
    assert len(codes) == state_count(model)


def test_numbers_of_a_set():
    """Ternary numbers, and 8 bit floats with a moment of rounding: in 2 and in 8 bits each."""
    ternary = NearestOf(tuple(map(Fraction, (-1, 0, 1))))
    model = stack(still(ternary, (ternary.one,) * 3))
    assert (state_code(model).bits, state_count(model)) == (6, 27)
    floats = domain_from_name("e4m3fn:each")
    model = stack(still(floats, (floats.one, floats.zero)))
    assert state_code(model).bits == 16
    assert state_code(model).decode(state_code(model).encode(model.start)) == model.start


def test_the_first_coordinate_is_in_the_lowest_bits():
    model, *_ = ALL_STATES["Z/8 twice"]
    assert state_code(model).encode(((3, 5),)) == 3 + 8 * 5


@pytest.mark.parametrize("name", ALGORITHMS)
def test_bits_by_formula(name):
    """V1: L d p; word by word 2 d + ceil(symbols / p) words; bit by bit 3 s + 1 + symbols bits."""
    algorithm = ALGORITHMS[name]()
    s, symbols = algorithm.memory_bits, bits_for(len(algorithm.alphabet))
    for L, d, p in ((1, 1, s), (s, 1, 1), (1, s, 1), (2, 2, s)):
        assert streaming_from(streaming_cot(algorithm, L, d, p)).memory_bits == L * d * p
    p = 2
    d = -(-s // p)
    assert streaming_from(wordwise_cot(algorithm, d, p)).memory_bits == p * (2 * d - (-symbols // p))
    assert streaming_from(bitwise_cot(algorithm)).memory_bits == 3 * s + 1 + symbols


def test_memories_are_those_of_the_algorithm_that_is_emulated():
    """There and back: with one thought for each memory the layers hold that memory, and their states are written in
    the same order, so that the very same memories come back, and the same answers."""
    algorithm = modular_counter("01", "1", 5)
    for L, d, p in shapes(3):
        back = streaming_from(streaming_cot(algorithm, L, d, p))
        for word in words("01", 7):
            assert run(back, word) == run(algorithm, word)


@pytest.mark.parametrize("name", [*SMALL, *WIDE])
def test_the_same_answers_on_random_words(name):
    model = (SMALL | WIDE)[name].build()
    algorithm, chosen = streaming_from(model), random.Random(name)
    for _ in range(30):
        word = tuple(chosen.choices(model.alphabet, k=chosen.randint(1, 25)))
        assert run(algorithm, word).outputs == run(model, word).outputs


def test_an_answer_that_the_states_forget():
    """The thought tells the memory, then everything is cleared: no function of the states after gives both answers."""
    layer = DiagonalLayer(
        ResidueRing(4), (1,), lambda x: (0,) if isinstance(x, int) else (1,), lambda x: (int(x == "a"),)
    )
    model = Model(
        ("a", "b", "?", 0, 1, 2, 3),
        [Block(layer, lambda h, x: x if isinstance(x, int) else Think(h[0]) if x == "?" else "read")],
    )
    online = OnlineCoT(model, inputs="ab?")
    assert run(online, "?a?aa?").outputs == (1, "read", 1, "read", "read", 2)
    first, second = run(online, "?"), run(online, "a?")
    assert first.states[-1] == second.states[-1]
    assert first.outputs[-1] != second.outputs[-1]
    algorithm = streaming_from(online)
    assert algorithm.memory_bits == 2
    assert decide(online, algorithm).name == "proved"
    for L, d, p in shapes(2):
        assert decide(streaming_cot(algorithm, L, d, p), online).name == "proved"
    with pytest.raises(ConstructionError, match="this is a Mealy algorithm"):
        run(bitwise_cot(algorithm), "?")


def test_fewer_bits_are_refuted():
    """The same algorithm with one of its bits forgotten, whichever it is."""
    model = composition_cot(UnboundedComposition(3))
    algorithm = streaming_from(model)
    for bit in range(algorithm.memory_bits):
        mask = ~(1 << bit)
        forgetful = StreamingAlgorithm.mealy(
            algorithm.alphabet,
            algorithm.memory_bits,
            algorithm.start & mask,
            lambda m, x, mask=mask: algorithm.update(m, x) & mask,
            algorithm.output,
        )
        assert decide(forgetful, model).name == "refuted"
        assert decide(model, forgetful).name == "refuted"


def test_width_and_precision_can_be_exchanged():
    """A counter mod 8 in three layers of one bit, in one layer of three bits, and in one of one number; its thoughts
    are the numbers before each symbol."""
    counter = SMALL["counter mod 8"].build()
    algorithm = streaming_from(counter)
    for L, d, p in ((3, 1, 1), (1, 3, 1), (1, 1, 3)):
        model = streaming_cot(algorithm, L, d, p)
        assert run(model, "1" * 20).outputs == tuple((n + 1) % 8 for n in range(20))
        assert [model.thoughts(state, "1") for state in run(model, "1" * 5).states] == [
            (Thought(n, "1"),) for n in range(6)
        ]


@pytest.mark.parametrize("seed", range(4))
def test_round_trips_of_drawn_models(seed):
    size = (Size(1, 1, 8), Size(3, 1, 2), Size(2, 1, 3), Size(1, 2, 2))[seed % 4]
    model = random_online(f"trip {seed}", "ab", size)
    algorithm = streaming_from(model)
    for L, d, p in shapes(algorithm.memory_bits):
        once = streaming_cot(algorithm, L, d, p)
        again = streaming_from(once)
        assert again.memory_bits == algorithm.memory_bits
        for word in words("ab", 6):
            assert run(again, word).outputs == run(once, word).outputs == run(model, word).outputs


def test_thoughts_that_never_end_and_functions_that_are_none():
    layer = DiagonalLayer(ResidueRing(4), (0,), lambda x: (1,), {"a": (1,), "b": (0,)})
    endless = OnlineCoT(Model("ab", [Block(layer, lambda h, x: Think("b") if h[0] == 3 else h[0])]), "a")
    with pytest.raises(ThoughtsNeverEnd, match="on the word"):
        run(streaming_from(endless), "aaa")
    calls = iter(range(100))
    impure = OnlineCoT(Model("ab", [Block(layer, lambda h, x: next(calls))]), "a")
    with pytest.raises(ImpureFunction, match="output must be a function of what it is given; of memory 0 and symbol"):
        run(streaming_from(impure), "aaaaaaaa")


def test_what_is_refused():
    endless = OnlineCoT(stack(still(Integers(), (0,))), "ab")
    for function in (streaming_from, state_count, state_code):
        with pytest.raises(ConstructionError, match=r"over Z/m, or another arithmetic of at most 65536 elements"):
            function(endless)
        with pytest.raises(ConstructionError, match="must be a stack of layers, got a Automaton"):
            function(OnlineCoT(parity(), "01"))


def test_claims_notice_other_bounds_and_other_models():
    back, trips = CLAIMS
    source = SMALL["counter mod 8"]
    wrong = replace(back, instances={"narrow": source._replace(width=2)})
    assert examine(wrong, "narrow").faults[0].startswith("width must be 2, measured 1")
    (case,) = back.cases(source)
    other = replace(back, cases=lambda _: [replace(case, task=streaming_from(SMALL["counter mod 16"].build()))])
    assert examine(other, "counter mod 8").verdict == "refuted"
    (first, *_) = trips.cases(source)
    forged = replace(trips, cases=lambda _: [replace(first, task=SMALL["counter mod 16"].build())])
    result = examine(forged, "counter mod 8")
    assert (result.verdict, len(result.counterexample.word)) == ("refuted", 8)


@pytest.mark.full
def test_many_round_trips():
    for seed, size in product(range(40), (Size(1, 1, 32), Size(2, 2, 2), Size(3, 1, 4), Size(2, 1, 7))):
        model = random_online(f"many {seed}", "abc", size)
        algorithm = streaming_from(model)
        assert decide(model, algorithm).name == "proved"
        for L, d, p in shapes(algorithm.memory_bits):
            assert decide(streaming_cot(algorithm, L, d, p), model).name == "proved"
