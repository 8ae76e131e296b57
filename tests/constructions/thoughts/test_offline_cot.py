"""Offline thoughts: what the examples answer, worked out from the word; the same without thoughts and with one."""

from __future__ import annotations

import random
from itertools import product
from math import gcd

import pytest

from constructions.thoughts.offline_cot import (
    CLAIMS,
    STAY,
    Decoded,
    Expose,
    UntilEnd,
    decoding,
    one_thought,
    relettered,
)
from constructions.thoughts.offline_cot import without_thoughts as without
from constructions.thoughts.offline_examples import (
    EXAMPLES,
    discrete_logarithm,
    euclid,
    full_circle,
    parity_by_counting_down,
)
from constructions.thoughts.random_thinkers import Size, random_offline
from exactssm.arithmetic import Integers, ResidueRing
from exactssm.errors import ConstructionError, SymbolError, ThoughtsNeverEnd
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.models import Block, Model, OfflineCoT, Think
from exactssm.tasks import parity
from verify import decide
from verify.resources import measure
from verify.runner import examine


def power_of_three(symbols):
    """By trial: which power of 3 the product of the symbols is modulo 17."""
    value = 1
    for symbol in symbols:
        value = value * symbol % 17
    return next(e for e in range(16) if 3**e % 17 == value)


def steps_to_zero(h):
    count = 0
    while h % 16:
        h, count = 5 * h + 3, count + 1
    return count


MEANING = {
    "parity of a count mod 8": lambda read: ("even", "odd")[len(read) % 2],
    "discrete logarithm mod 17": power_of_three,
    "greatest common divisor mod 8": lambda read: gcd(read.count("a") % 8, read.count("b") % 8),
    "steps round a cycle of 16": lambda read: steps_to_zero(len(read)),
}


def equals(offline):
    """The model itself, and what has to be equal to it."""
    stack = Model(offline.alphabet, offline.model.blocks)
    return [offline, without(offline), one_thought(stack, offline.end, decoding(offline))]


def test_every_example_has_a_meaning():
    assert MEANING.keys() == EXAMPLES.keys()


@pytest.mark.parametrize("name", EXAMPLES)
def test_answers_and_nothing_before(name):
    offline, meaning = EXAMPLES[name](), MEANING[name]
    inputs = [symbol for symbol in offline.alphabet if symbol != "$"]
    chosen = random.Random(name)
    streams = [*words(inputs, 4), *(tuple(chosen.choices(inputs, k=chosen.randint(5, 20))) for _ in range(40))]
    for model in equals(offline):
        for stream in streams:
            assert run(model, (*stream, "$")).outputs == ("...",) * len(stream) + (meaning(stream),)


def test_how_many_thoughts():
    assert parity_by_counting_down(8).thoughts(((7,),), "$") == ("-", "-", "-")
    assert len(discrete_logarithm(17, 3).thoughts(((6,), (0,)), "$")) == 15  # 6 is 3^-1
    assert euclid(3).thoughts(((7, 5),), "$") == (1, 2, 2)  # 7 = 5 + 2, 5 = 2 2 + 1, 2 = 2 1
    assert len(full_circle(4).thoughts(((3, 0),), "$")) == 15  # 5 0 + 3: all the way round
    for name, build in EXAMPLES.items():
        offline, bare, single = equals(build())
        state = run(single, [offline.alphabet[0]] * 3).states[-1]
        assert single.thoughts(state, "$") == (Expose(),), name
        assert bare.alphabet == offline.alphabet


@pytest.mark.parametrize("seed", range(12))
def test_drawn_models(seed):
    size = (Size(1, 1, 8), Size(2, 1, 4), Size(2, 2, 2), Size(3, 1, 2))[seed % 4]
    offline = random_offline(f"test {seed}", "ab$", size)
    assert any(offline.thoughts(run(offline, word).states[-1], "$") for word in words("ab", 8))
    for model in equals(offline)[1:]:
        for word in words("ab", 6):
            assert run(model, (*word, "$")).outputs == run(offline, (*word, "$")).outputs


def test_the_same_layers_and_larger_letters():
    """Two layers; the lower one passes on 3 symbols with two truth values, and with skip connections 3 symbols with 16
    states."""
    offline = discrete_logarithm(17, 3)
    task = UntilEnd(offline, "$")
    found = {}
    for model in (offline, without(offline)):
        verdict = decide(model, task)
        found[type(model)] = measure(model, verdict.certificate.pairs, task)
    thinking, bare = found[OfflineCoT], found[Model]
    assert (bare.depth, bare.widths, bare.storage_bits) == (thinking.depth, thinking.widths, thinking.storage_bits)
    assert (thinking.thoughts, bare.thoughts) == (15, 0)
    assert thinking.letters[0] <= 4 * 2
    assert bare.letters == (3 * 16,)
    assert bare.memory_bits < thinking.memory_bits, "the second layer counts thoughts only"


def test_after_the_end_nothing_is_compared():
    task = UntilEnd(parity(), "1")
    assert run(task, "0010").outputs == ("even", "even", "odd", UNSPECIFIED)
    assert [task.is_dead(state) for state in run(task, "010").states] == [False, False, True, True]
    offline = full_circle(4)
    assert "$" in decide(without(offline), offline).trace.word[:-1], "if a word goes on, the states differ"
    assert decide(without(offline), UntilEnd(offline, "$")).name == "proved"


def test_a_wrong_decoding_is_refuted():
    """One value of one state changed: the first word that leads to it."""
    offline = euclid(3)
    stack, decode = Model("ab$", offline.model.blocks), decoding(offline)

    def wrong(states):
        return decode(states) + (states == ((2, 1),))

    verdict = decide(one_thought(stack, "$", wrong), UntilEnd(offline, "$"))
    assert verdict.trace.word == ("a", "a", "b", "$")
    other = Decoded(stack, "$", wrong)
    assert decide(one_thought(stack, "$", wrong), UntilEnd(other, "$")).name == "proved"
    assert decide(without(parity_by_counting_down(8)), UntilEnd(full_circle(3), "$")).name == "refuted"


def forgetful_half():
    """Thinks away two at a time without noticing that it passes 0: from an odd number it goes round for ever."""
    layer = DiagonalLayer(ResidueRing(8), (0,), lambda x: (1,), {"1": (1,), "$": (0,), "-": (6,)})
    return Model("1$-", [Block(layer, lambda h, x: "..." if x == "1" else Think("-") if h[0] else "even")])


def test_thoughts_that_never_end_are_noticed_with_them_and_without():
    offline = OfflineCoT(forgetful_half(), "1$", "$")
    for model in equals(offline):
        assert run(model, "1111$").outputs[-1] == "even"
        with pytest.raises(ThoughtsNeverEnd, match=r"never answers: 0 thoughts on, .* the same 4 for ever") as caught:
            run(model, "111$")
        assert caught.value.word == ("1", "1", "1", "$")
        assert (caught.value.entry, caught.value.length) == (0, 4)
        verdict = decide(model, UntilEnd(parity_by_counting_down(8), "$"))
        assert verdict.name == "inconclusive"
        assert verdict.reason.startswith("on the word ('1', '$'): ")
        assert "never answers" in verdict.reason


def test_a_limit_is_kept():
    offline = OfflineCoT(parity_by_counting_down(8).model, "1$", "$", limit=1)
    for model in equals(offline):
        assert run(model, "111$").outputs[-1] == "odd"
        with pytest.raises(Exception, match="more than 1 thoughts, the limit"):
            run(model, "1111$")


LAYERS = [
    RotationLayer((3, 4), {"x": (1, 3), "y": (2, 0)}),
    DiagonalLayer(ResidueRing(9), (1, 2), {"x": (2, 4), "y": (5, 0)}, {"x": (1, 1), "y": (0, 7)}),
    DiagonalLayer(ResidueRing(9), (1,), {"x": (2,), "y": (5,)}),
    DenseLayer(ResidueRing(5), (1, 2), {"x": ((1, 2), (3, 4)), "y": ((0, 1), (1, 0))}, {"x": (1, 0), "y": (0, 3)}),
    ConstantLayer(ResidueRing(5), (1, 2), ((1, 2), (3, 4)), {"x": (1, 0), "y": (0, 3)}),
    SignLayer((1, -1), ((1, 2), (-3, 4)), {"x": (1, 0), "y": (0, -3)}, sign_of_zero=1),
]


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: f"{type(layer).__name__} {layer.width}")
def test_other_letters(layer):
    moved = relettered(layer, {1: "x", 2: "y", "-": STAY}.get)
    assert type(moved) is type(layer)
    for word in words((1, 2), 5):
        assert moved.run(word) == layer.run(["-xy"[n] for n in word])
    if not isinstance(layer, ConstantLayer | SignLayer):
        before = moved.run([1, 2, 1])[-1]
        assert moved.step(before, "-") == before


@pytest.mark.parametrize("layer", LAYERS[4:], ids=lambda layer: type(layer).__name__)
def test_layers_that_can_not_stay(layer):
    model = Model("xy", [Block(layer, lambda h, x: h)])
    with pytest.raises(ConstructionError, match=r"must stay as they are; a .* has one A for all letters"):
        one_thought(model, "y", lambda states: 0)
    offline = OfflineCoT(model, "xy", "y")
    assert decide(without(offline), UntilEnd(offline, "y")).name == "proved", "nothing has to stay here"


def test_letters_that_look_like_the_thought():
    """A lower layer passes on what is equal to the thought, and to what its construction passes on."""
    counter = DiagonalLayer(ResidueRing(5), (0,), lambda x: (1,), {"a": (1,), "$": (0,)})
    passed = [Expose(), ("expose",), (1,), (Expose(), True, ()), None]
    second = DiagonalLayer(ResidueRing(7), (0,), lambda x: (2,), lambda x: (passed.index(x) + 1,))
    stack = Model("a$", [Block(counter, lambda h, x: passed[h[0]]), Block(second, lambda h, x: h[0])])
    model = one_thought(stack, "$", lambda states: states)
    for word in words("a$", 7):
        (states, outputs), (_, expected) = run(model, word), run(stack, word)
        for symbol, state, output, normal in zip(word, states[1:], outputs, expected, strict=True):
            assert output == (state if symbol == "$" else normal)


def test_one_construction_on_top_of_the_other():
    offline = discrete_logarithm(17, 3)
    bare = without(offline)
    again = one_thought(bare, "$", lambda states: decoding(offline)(states))
    task = UntilEnd(offline, "$")
    assert decide(again, task).name == "proved"
    assert decide(without(again), task).name == "proved"
    assert decide(one_thought(without(again), "$", decoding(again)), task).name == "proved"


def test_what_is_refused():
    offline = parity_by_counting_down(8)
    with pytest.raises(ConstructionError, match="stack of at least one layer, got one of depth 0"):
        without(OfflineCoT(Model("ab", []), "ab", "b"))
    with pytest.raises(ConstructionError, match="got a Automaton"):
        without(OfflineCoT(parity(), "01", "1"))
    with pytest.raises(SymbolError, match="'#' is not in the alphabet"):
        one_thought(offline.model, "#", lambda states: 0)
    layer = DiagonalLayer(Integers(), (0,), lambda x: (1,))
    with pytest.raises(ConstructionError, match="each symbol of an alphabet stands once"):
        one_thought(Model(("a", ("expose",)), [Block(layer, lambda h, x: h)]), "a", lambda states: 0)
    early = OfflineCoT(Model("a$", [Block(layer, lambda h, x: Think("a"))]), "a$", "$")
    with pytest.raises(ConstructionError, match=r"may think only after '\$', not after 'a'"):
        run(without(early), "a")


def test_a_narrower_claim_fails():
    """A bound that is one too small is noticed: the claim says exactly the same L, d and p."""
    from dataclasses import replace

    claim = CLAIMS[0]

    def narrower(build):
        for case in claim.cases(build):
            exactly = {**case.bounds.exactly, "storage_bits": case.bounds.exactly["storage_bits"] - 1}
            yield replace(case, bounds=replace(case.bounds, exactly=exactly))

    result = examine(replace(claim, cases=narrower), "discrete logarithm mod 17")
    assert not result.holds
    assert result.faults == ("storage_bits must be 4, measured 5",)


@pytest.mark.full
def test_many_drawn_models():
    for seed, (depth, width, modulus) in product(range(60), [(1, 1, 16), (2, 2, 3), (3, 2, 2), (4, 1, 3)]):
        offline = random_offline(f"many {seed}", "ab$", Size(depth, width, modulus))
        for model in equals(offline)[1:]:
            assert decide(model, UntilEnd(offline, "$")).name == "proved"
