"""Is there a readout? Against brute force over words, and collisions against forgeries."""

from dataclasses import replace
from itertools import product

import pytest

from exactssm.algebra import group
from exactssm.arithmetic import ResidueRing
from exactssm.errors import CertificateError
from exactssm.layers import DiagonalLayer
from exactssm.machine import run, words
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem, mod_counter, parity
from verify import Proved, Refuted, decide, decide_every_readout, find_collision, find_readout


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
    for forged in (
        replace(collision, second=(*collision.second, "1", "1")),
        replace(collision, first=(*collision.first, "1", "1")),
        replace(collision, first=(*collision.first, "1")),
        replace(collision, demanded=collision.demanded[::-1]),
        replace(collision, second=collision.first),
    ):
        with pytest.raises(CertificateError):
            forged.replay(model, task)
