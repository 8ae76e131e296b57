"""Is there a readout? Against brute force over words, and collisions against forgeries."""

import tracemalloc
from dataclasses import replace
from itertools import product

import pytest

from exactssm.algebra import group
from exactssm.arithmetic import ResidueRing
from exactssm.errors import CertificateError, SymbolError
from exactssm.layers import DiagonalLayer
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem, mod_counter, parity
from verify import Inconclusive, Proved, Refuted, decide, decide_every_readout, find_collision, find_readout
from verify.search.reachability import ClosedPairs


def scalar(modulus, a, b, start):
    layer = DiagonalLayer(ResidueRing(modulus), (start,), {"0": (a[0],), "1": (a[1],)}, {"0": (b[0],), "1": (b[1],)})
    return Model("01", [Block(layer, lambda h, x: None)])


def collides(model, task, length):
    """Whether two words up to ``length`` collide, word by word."""
    seen = {}
    for word in words(task.alphabet, length, 1):
        key = run(model, word).states[-1], word[-1]
        demanded = run(task, word).outputs[-1]
        if seen.setdefault(key, demanded) != demanded:
            return True
    return False


@pytest.mark.parametrize("task", [parity(), mod_counter(3)], ids=["parity", "mod 3"])
def test_every_scalar_layer_over_z3(task):
    found = set()
    for a0, a1, b0, b1, h in product(range(3), repeat=5):
        model = scalar(3, (a0, a1), (b0, b1), h)
        collision = find_collision(model, task)
        assert (collision is not None) == collides(model, task, 7)
        if collision is not None:
            collision.replay(model, task)
        found.add(collision is None)
    assert found == {True, False}


def test_the_readout_found_is_right():
    model, task = scalar(6, (1, 1), (0, 1), 0), mod_counter(3)
    readout = find_readout(model, task)
    (block,) = model.blocks
    repaired = Model("01", [Block(block.layer, lambda h, x: readout[(h,), x])])
    assert isinstance(decide(repaired, task), Proved)


def test_a_readout_is_proved_and_forged_ones_are_refused():
    model, task = scalar(6, (1, 1), (0, 1), 0), mod_counter(3)
    verdict = decide_every_readout(model, task)
    assert (verdict.name, verdict.pairs) == ("proved", 6)
    proof = verdict.certificate
    proof.check(model, task)
    assert {h[0][0] % 3 == answer for (h, _), answer in proof.readout.items()} == {True}
    for seen, answer in proof.readout.items():
        lacking = {other: value for other, value in proof.readout.items() if other != seen}
        for readout in (lacking, {**proof.readout, seen: (answer + 1) % 3}, {**proof.readout, seen: UNSPECIFIED}):
            with pytest.raises(CertificateError):
                replace(proof, readout=readout).check(model, task)
    for pair in proof.pairs.pairs:
        with pytest.raises(CertificateError):
            replace(proof, pairs=ClosedPairs(proof.pairs.pairs - {pair})).check(model, task)
    with pytest.raises(CertificateError):
        proof.check(model, mod_counter(6))


def test_budget_of_readouts():
    model, task = scalar(6, (1, 1), (0, 1), 0), mod_counter(3)
    assert isinstance(decide_every_readout(model, task, max_pairs=6), Proved)
    assert isinstance(decide_every_readout(model, task, max_pairs=5), Inconclusive)
    with pytest.raises(SymbolError):
        decide_every_readout(model, mod_counter(3, {"a": 1}))


def test_words_take_no_room_while_the_search_goes_on():
    """A chain of 5000 states: the words to all of them, written out, are more than 10^7 symbols, at 8 bytes each."""
    chain = mod_counter(5000, {"1": 1})
    tracemalloc.start()
    readout = find_readout(chain, chain)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert readout == {(n, "1"): n for n in range(5000)}
    assert peak < 10**7


def test_one_abelian_layer_cannot_track_s3_whatever_the_readout():
    s3 = group("S3")
    layer = DiagonalLayer(ResidueRing(2), (0,), lambda x: (1,), lambda x: (x % 2,))
    verdict = decide_every_readout(Model(range(6), [Block(layer, lambda h, x: 0)]), WordProblem(s3))
    assert isinstance(verdict, Refuted)
    first, second = verdict.trace.first, verdict.trace.second
    assert s3.product(first) != s3.product(second)
    assert first[-1] == second[-1]


def test_a_forged_collision_is_refused():
    model, task = scalar(2, (1, 1), (0, 1), 0), mod_counter(4)
    collision = find_collision(model, task)
    collision.replay(model, task)
    with pytest.raises(CertificateError):
        collision.replay(model, mod_counter(2))  # which demands no two answers there
    for forged in (
        replace(collision, second=(*collision.second, "1", "1")),
        replace(collision, first=(*collision.first, "1", "1")),
        replace(collision, first=(*collision.first, "1")),
        replace(collision, demanded=collision.demanded[::-1]),
        replace(collision, second=collision.first),
        replace(collision, second=()),
        replace(collision, first=()),
        replace(collision, first=(), second=()),
        replace(collision, state="elsewhere"),
        replace(collision, demanded=(UNSPECIFIED, collision.demanded[1])),
        replace(collision, first=(*collision.first[:-1], "no symbol"), second=(*collision.second[:-1], "no symbol")),
    ):
        with pytest.raises(CertificateError):
            forged.replay(model, task)
