"""Decaying PD-SSM layers: the quotient is a homomorphic image, and underflow comes where integers say it does."""

import random
from fractions import Fraction
from functools import partial

import numpy as np
import pytest

from constructions.rounding.pd_underflow import (
    CLAIMS,
    Rays,
    arg_max,
    decayed,
    decaying_model,
    flushed,
    predicted_length,
    quotient_model,
    ray,
    toward_zero,
)
from exactssm.arithmetic import FLOATS, PrimeField, Rationals
from exactssm.errors import ConstructionError
from exactssm.layers import DenseLayer
from exactssm.machine import run
from exactssm.tasks import Automaton, all_dfas
from exactssm.tasks.classics import mod_counter, parity
from tests.support import first_failing_word
from verify import decide
from verify.search.exhaustive import check_words_up_to
from verify.verdict import Checked, Proved, Refuted

F = Fraction
CLOCK = mod_counter(2, {"1": 1})


def test_dividing_commutes_with_steps():
    """ray(A h) = ray(A ray(h)), for layers with any entries >= 0, on states that are no basis vectors."""
    chosen = random.Random(22)
    for _ in range(40):
        n = chosen.randint(1, 4)
        matrices = {
            x: tuple(
                tuple(F(chosen.randint(0, 5), 7) if p != 0 else F(chosen.randint(1, 5), 3) for _ in range(n))
                for p in range(n)
            )
            for x in "ab"
        }
        layer = DenseLayer(Rationals(), (F(1),) + (F(0),) * (n - 1), matrices)
        word = chosen.choices("ab", k=12)
        states = layer.run(word)
        assert Rays(layer).run(word) == list(map(ray, states))
        for h in states:
            assert arg_max(h) == arg_max(ray(h)) == arg_max([x * 17 for x in h])


def test_the_quotient_puts_out_what_the_layer_does():
    """On random words and automata, where the state is d^t e_q."""
    chosen = random.Random(23)
    for automaton in chosen.sample(list(all_dfas(3, "ab")), 20):
        eps = F(1, chosen.choice((2, 3, 1024)))
        word = chosen.choices("ab", k=30)
        exact, quotient = (
            run(decaying_model(automaton, eps, Rationals()), word),
            run(quotient_model(automaton, eps), word),
        )
        assert exact.outputs == quotient.outputs == run(automaton, word).outputs
        states = run(automaton, word).states
        for t, (((h,), (r,)), q) in enumerate(
            zip(zip(exact.states, quotient.states, strict=True), states, strict=True)
        ):
            assert h == tuple((1 - eps) ** t * (p == q) for p in automaton.states)
            assert r == ray(h) == tuple(int(p == q) for p in automaton.states)


def test_over_q_itself_every_word_up_to_a_length():
    """The states never come back, so that more than this isn't decided without the quotient."""
    model = decaying_model(parity(), F(1, 4), Rationals())
    assert isinstance(check_words_up_to(model, parity(), 8), Checked)
    assert decide(model, parity(), max_pairs=500).name == "inconclusive"
    assert isinstance(found := decide(quotient_model(parity(), F(1, 4)), parity()), Proved)
    assert found.pairs == 2


def test_another_automaton_is_refuted():
    """A forged task, one transition changed, is told apart by the quotient."""
    changed = Automaton.moore("01", ("even", "odd"), "even", {**parity().delta, ("odd", "1"): "odd"}, lambda q: q)
    assert isinstance(found := decide(quotient_model(parity(), F(1, 4)), changed), Refuted)
    assert found.trace.word == ("1", "1")


def test_what_is_no_quotient_is_refused():
    half, zero, one = F(1, 2), F(0), F(1)
    square = {"a": ((half, zero), (half, half))}
    for layer, said in (
        (DenseLayer(PrimeField(5), (1, 0), {"a": ((1, 0), (0, 1))}), "over Q"),
        (DenseLayer(Rationals(), (F(2), zero), square), "sum to 1"),
        (DenseLayer(Rationals(), (F(2), F(-1)), square), "sum to 1"),
    ):
        with pytest.raises(ConstructionError, match=said):
            Rays(layer)
    start = (one, zero)
    for layer, said in (
        (DenseLayer(Rationals(), start, square, {"a": (one, zero)}), "no drive"),
        (DenseLayer(Rationals(), start, {"a": ((one, -half), (zero, one))}), ">= 0"),
        (DenseLayer(Rationals(), start, {"a": ((one, zero), (zero, zero))}), "no column zero"),
    ):
        with pytest.raises(ConstructionError, match=said):
            Rays(layer).step(start, "a")
    for eps in (F(0), F(1), F(-1, 2)):
        with pytest.raises(ConstructionError, match="eps must lie between 0 and 1"):
            decaying_model(parity(), eps, Rationals())


def test_ties_have_no_arg_max():
    assert (arg_max([F(0), F(0)]), arg_max([F(1), F(3), F(3)]), arg_max([F(1), F(3), F(2)])) == (None, None, 1)


def by_integers(numerator, bits, precision, least, subnormals=True, to_zero=False):
    """(what r_t stays at, since when), for d = numerator / 2^bits and r_t = m 2^e with m < 2^precision; in integers."""
    m, e, t = 1, 0, 0
    while True:
        product, exponent = m * numerator, e - bits
        drop = max(product.bit_length() - precision, least - exponent, 0)
        kept, rest = product >> drop, product & ((1 << drop) - 1)
        if not to_zero and drop:
            half = 1 << drop - 1
            kept += rest > half or (rest == half and kept % 2)
        exponent += drop
        if not subnormals and kept.bit_length() + exponent < least + precision:
            kept = 0
        if kept == 0:
            return F(0), t + 1
        if F(kept) * F(2) ** exponent == F(m) * F(2) ** e:
            return F(m) * F(2) ** e, t
        m, e, t = kept, exponent, t + 1


@pytest.mark.parametrize(
    ("name", "precision", "least"), [("binary32", 24, -149), ("bfloat16", 8, -133), ("binary16", 11, -24)]
)
@pytest.mark.parametrize("bits", [1, 2, 4, *(pytest.param(bits, marks=pytest.mark.full) for bits in (3, 6))])
def test_decay_in_integers(name, precision, least, bits):
    held, numbers, expected = 2**bits - 1, FLOATS[name], partial(by_integers, precision=precision, least=least)
    eps = F(1, 2**bits)
    assert decayed(numbers, eps) == expected(held, bits)
    assert decayed(toward_zero(numbers), eps) == expected(held, bits, to_zero=True)
    assert decayed(flushed(numbers), eps) == expected(held, bits, subnormals=False)


LENGTHS = {  # format, 1/eps: to nearest even (stuck since then, for eps < 1/2), toward zero, flushed
    ("binary32", 2): (150, 150, 127),
    ("binary32", 4): (356, 357, 304),
    ("binary32", 8): (762, 763, 655),
    ("binary32", 16): (1566, 1567, 1354),
    ("binary32", 64): (6330, 6331, 5546),
    ("bfloat16", 2): (134, 134, 127),
    ("bfloat16", 4): (316, 317, 303),
    ("bfloat16", 8): (680, 668, 656),
    ("bfloat16", 16): (1391, 1345, 1351),
    ("bfloat16", 64): (5749, 4758, 5671),
    ("binary16", 2): (25, 25, 15),
    ("binary16", 4): (55, 56, 34),
    ("binary16", 8): (113, 114, 73),
    ("binary16", 16): (224, 224, 151),
    ("binary16", 64): (828, 817, 617),
}


@pytest.mark.parametrize(("name", "n"), LENGTHS)
def test_the_table_of_the_findings(name, n):
    """To nearest even, eps < 1/2: stuck at n/2 of the least subnormal, from which d k lies no more than 1/2 below k."""
    numbers = FLOATS[name]
    found = [decayed(how, F(1, n)) for how in (numbers, toward_zero(numbers), flushed(numbers))]
    assert tuple(since for _, since in found) == LENGTHS[name, n]
    stuck = F(2) ** numbers.least_power * (n // 2) if n > 2 else 0
    assert [value for value, _ in found] == [stuck, 0, 0]


def test_one_over_1024():
    assert decayed(FLOATS["bfloat16"], F(1, 1024)) == (1, 0)  # 1 - eps is rounded to 1
    assert decayed(flushed(FLOATS["binary16"]), F(1, 1024)) == (0, 10739)
    assert decayed(FLOATS["binary16"], F(1, 1024)) == by_integers(1023, 10, 11, -24) == (F(2) ** -24 * 512, 11250)


@pytest.mark.full
def test_one_over_1024_in_binary32():
    numbers = FLOATS["binary32"]
    assert [predicted_length(F(1, 1024), power) for power in (149, 126)] == [105706, 89389]
    assert decayed(numbers, F(1, 1024)) == by_integers(1023, 10, 24, -149) == (F(2) ** -149 * 512, 99202)
    assert decayed(toward_zero(numbers), F(1, 1024)) == (0, 99199)
    assert decayed(flushed(numbers), F(1, 1024)) == (0, 89389)


@pytest.mark.parametrize(("kind", "name"), [(np.float16, "binary16"), (np.float32, "binary32")])
def test_the_machine_sticks_too(kind, name):
    """The hardware's floats, to nearest even and with subnormals."""
    for n in (4, 8, 16, 64):
        d, r = kind(1) - kind(1) / kind(n), kind(1)
        for _ in range(8000):
            r = d * r
        assert F(*r.item().as_integer_ratio()) == decayed(FLOATS[name], F(1, n)).value > 0


@pytest.mark.parametrize(("how", "n"), [(None, 2), (toward_zero, 4), (flushed, 2), (flushed, 8)])
def test_the_first_wrong_word_is_that_of_the_underflow(how, n):
    numbers = FLOATS["binary16"] if how is None else how(FLOATS["binary16"])
    verdict = decide(decaying_model(CLOCK, F(1, n), numbers), CLOCK)
    assert isinstance(verdict, Refuted)
    assert len(verdict.trace.word) == decayed(numbers, F(1, n)).since
    assert verdict.trace.steps[-1].output is None


def test_every_automaton_of_two_states_loses_its_state_at_the_same_length():
    for automaton in all_dfas(2, "ab"):
        model = decaying_model(automaton, F(1, 2), flushed(FLOATS["e5m2"]))
        assert decayed(flushed(FLOATS["e5m2"]), F(1, 2)) == (0, 15)
        assert first_failing_word(model, automaton, 3) is None
        assert run(model, "a" * 15).outputs[13:] == (run(automaton, "a" * 14).outputs[-1], None)


@pytest.mark.parametrize("eps", [F(1, 2), F(1, 4), F(3, 7), F(1, 64)])
@pytest.mark.parametrize("power", [1, 24, 126, 149])
def test_predicted_lengths(eps, power):
    t = predicted_length(eps, power)
    assert (1 - eps) ** t <= F(1, 2**power) < (1 - eps) ** (t - 1)


def test_the_prediction_beside_what_happens():
    """149 ln 2 / -ln(1 - eps): exact but for the last step with eps = 1/2, and early by the stuck value else."""
    assert [predicted_length(F(1, n), 149) for n in (2, 4, 8, 16, 64)] == [149, 360, 774, 1601, 6559]
    assert [predicted_length(F(1, n), 126) for n in (2, 4, 8, 16, 64)] == [126, 304, 655, 1354, 5546]


def test_claims_of_floats_say_the_format_that_they_use():
    for claim in CLAIMS[1:]:
        for name, (_, eps, number_format) in claim.all_instances(full=True).items():
            assert f"eps=1/{eps.denominator}" in name
            assert ("flushed" in name) == (not number_format.subnormals)
            assert ("toward zero" in name) == (number_format.rounding.value == "toward-zero")
            assert str(number_format).split(":")[0] in name or "flushed" in name
