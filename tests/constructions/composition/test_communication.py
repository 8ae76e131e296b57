"""Counting and protocols as claims: collisions by brute force, bounds by hand, and what is made to fail."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product
from math import log2

import pytest

from constructions.composition import communication, protocols
from constructions.composition.checked_protocols import OtherAnswer, block_cuts, check_protocols
from constructions.composition.communication import CLAIMS, equal_blocks
from constructions.composition.function_composition import composition_stack
from constructions.composition.random_ring_stacks import random_ring_stack
from constructions.composition.wide_composition import by_columns
from exactssm.arithmetic import GaloisField, ResidueRing, domain_from_name
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.evaluation.summary import Summaries
from exactssm.layers import DiagonalLayer
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition, compose
from verify.refutation import replayed
from verify.runner import examine

BY_NAME = {claim.name: claim for claim in CLAIMS}


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        result = examine(claim, instance)
        assert result.holds, result
        assert result.verdict == claim.expected


def test_no_class_is_empty():
    """As many members as there are pairs of maps with a state."""
    claim = BY_NAME["segments-are-affine"]
    for name, (domain, d) in claim.all_instances(full=True).items():
        (lemma,) = claim.cases((domain, d))
        q = domain_from_name(domain).size
        assert lemma.size == q ** (2 * (d * d + d) + d) > 0, name


def summaries_are_fewer(ring, width, diagonal, N):
    d = width
    return ring.size ** (2 * d if diagonal else d * d + d) < N**N


@pytest.mark.parametrize("tokens", ["entries", "functions"])
@pytest.mark.parametrize("K", [1, 2])
@pytest.mark.parametrize(
    ("N", "ring", "width", "diagonal"),
    [
        (3, ResidueRing(4), 1, True),
        (3, ResidueRing(5), 1, False),
        (3, GaloisField(4), 1, False),
        (3, ResidueRing(2), 2, True),
        (4, ResidueRing(2), 2, False),
        (4, ResidueRing(15), 1, False),
    ],
)
def test_too_few_summaries(N, K, ring, width, diagonal, tokens):
    """Two streams in one state with different answers, checked by running them and by the definition of composition."""
    assert summaries_are_fewer(ring, width, diagonal, N)
    task = FunctionComposition(N, K, tokens=tokens)
    for seed in range(5):
        model = random_ring_stack(task.alphabet, ring, [width], diagonal=diagonal, seed=seed)
        found = equal_blocks(model, task)
        one, other = task.read(found.first), task.read(found.second)
        assert one.x0 == other.x0
        assert compose(*one) != compose(*other)
        assert run(model, found.first).states[-1] == run(model, found.second).states[-1]
        replayed(model, task, found)
        # the blocks do the same to every state, not only to the one that is met
        size = 1 if tokens == "functions" else N
        blocks = [word[1 : 1 + size] for word in (found.first, found.second)]
        for h in product(ring.elements, repeat=width):
            ends = []
            for block in blocks:
                state = (h,)
                for letter in block:
                    state, _ = model.step(state, letter)
                ends.append(state)
            assert ends[0] == ends[1]


def test_enough_summaries():
    """By columns, every function has a summary of its own, and the model is right: nothing is found."""
    task = FunctionComposition(3, 1)
    model = by_columns(task)
    with pytest.raises(ConstructionError, match=r"3\^3 functions have different summaries"):
        equal_blocks(model, task)
    (layer,) = model.layers()
    d = layer.width
    assert Summaries(layer).bits == (d * d + d) * 2 > 3 * log2(3)


def test_what_is_not_counted():
    task = FunctionComposition(3, 1)
    one = random_ring_stack(task.alphabet, ResidueRing(2), [1], diagonal=True, seed=0)
    two = random_ring_stack(task.alphabet, ResidueRing(2), [1, 1], diagonal=True, seed=0)
    with pytest.raises(ConstructionError, match="one layer"):
        equal_blocks(two, task)
    with pytest.raises(ConstructionError, match="x_0 given first"):
        equal_blocks(one, FunctionComposition(3, 1, x0="constant"))
    with pytest.raises(BudgetExhausted, match="blocks"):
        equal_blocks(one, FunctionComposition(9, 1))
    with pytest.raises(ConstructionError, match="must be fewer"):
        list(communication._Candidates(task, ResidueRing(6), 1, 1).cases())


def test_cuts_of_blocks():
    for presentation in ({}, {"x0": "constant"}, {"tokens": "functions"}):
        task = FunctionComposition(3, 3, **presentation)
        word = task.stream(0, [(0, 1, 2)] * 3)
        cuts = block_cuts(task)
        segments = protocols.cut(composition_stack(task), word, cuts)
        kinds = [{symbol[0] for symbol in part if symbol[0] != "eos"} for part in segments]
        assert kinds == ([] if presentation.get("x0") else [{"start"}]) + [{1}, {2}, {3}]
    for presentation in ({"argument": "last"}, {"blocks": "separated"}):
        with pytest.raises(ConstructionError):
            block_cuts(FunctionComposition(3, 3, **presentation))


def test_every_cut_of_a_stream():
    """Cuts needn't be at blocks."""
    task = FunctionComposition(2, 2)
    model = composition_stack(task)
    word = task.stream(1, [(1, 0), (1, 1)])
    for count in range(len(word)):
        for cuts in combinations(range(1, len(word)), count):
            assert check_protocols(model, word, cuts) is None


@pytest.fixture
def peeking(monkeypatch):
    """Parties that answer something else, as broken ones would."""
    answer = protocols.Party.answer
    monkeypatch.setattr(protocols.Party, "answer", lambda self, *given: 1 - answer(self, *given))


def test_a_broken_protocol_is_noticed(peeking):
    claim = BY_NAME["protocols-answer"]
    result = examine(claim, "K plus 1 layers, N=2 K=1")
    assert (result.verdict, result.holds) == ("refuted", False)


def test_a_summary_that_is_too_long_is_noticed(monkeypatch):
    """Bits beyond the bound count as a failure even if the answer is right."""
    monkeypatch.setattr(protocols.Stack, "bound", lambda self, segments: 3)
    found = check_protocols(
        composition_stack(FunctionComposition(2, 1)), (("start", 1), (1, 0, 0), (1, 1, 1), ("eos",)), (1,)
    )
    assert found.answer == found.direct == 1
    assert found.bits > found.bound == 3
    found.replay()
    monkeypatch.undo()
    with pytest.raises(CertificateError):
        found.replay()


def test_forged_failures_do_not_replay():
    task = FunctionComposition(2, 1)
    model, word = composition_stack(task), task.stream(1, [(1, 0)])
    forged = OtherAnswer(model, word, (1,), "forward", 1, 0, 4, 8)
    for one in (forged, replace(forged, answer=0), replace(forged, bits=9)):
        with pytest.raises(CertificateError):
            one.replay()
    assert "answers 1" in forged.as_text()


def test_a_model_that_is_wrong_has_protocols_that_are_wrong_likewise():
    """The protocols say what the model puts out, not what is right."""
    task = FunctionComposition(2, 1)
    layer = DiagonalLayer(ResidueRing(2), (0,), lambda x: (1,), lambda x: (1,))
    model = Model(task.alphabet, [Block(layer, lambda h, x: h[0])])
    for instance in task.instances():
        assert check_protocols(model, task.stream(*instance), block_cuts(task)) is None


@pytest.mark.full
def test_many_drawn_models():
    lemma = next(communication._Drawn(400, 5).lemmas())
    assert lemma.check() is None


@pytest.mark.full
@pytest.mark.parametrize("seed", range(200))
def test_counting_on_many_layers(seed):
    for task, ring, d in (
        (FunctionComposition(3, 1), ResidueRing(4), 1),
        (FunctionComposition(4, 1), ResidueRing(2), 2),
    ):
        model = random_ring_stack(task.alphabet, ring, [d], diagonal=False, seed=f"many {seed}")
        replayed(model, task, equal_blocks(model, task))
