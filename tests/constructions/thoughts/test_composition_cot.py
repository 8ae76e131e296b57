"""Composition by online thoughts: every instance against the definition, every thought counted, and no bit too many."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from random import Random

import pytest

from constructions.thoughts.composition_cot import (
    CLAIMS,
    LARGE,
    SMALL,
    Put,
    Stray,
    composition_algorithm,
    composition_cot,
    composition_without_flag,
    find_stray_thought,
    thoughts_on,
)
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.errors import CertificateError, ConstructionError
from exactssm.machine import run
from exactssm.tasks import EOS, FunctionComposition, UnboundedComposition, compose, uniform_instances
from exactssm.tasks.residuals import residuals
from verify import decide
from verify.runner import examine


def presentations(sizes):
    for (N, K), blocks, order, x0 in product(
        sizes, ("indexed", "separated"), ("fixed", "arbitrary"), ("given", "constant")
    ):
        yield FunctionComposition(N, K, blocks=blocks, order=order, x0=x0)


@pytest.mark.parametrize("task", list(presentations([(1, 1), (1, 3), (2, 1), (2, 2), (3, 1)])), ids=str)
def test_every_stream(task):
    """The answer is that of the definition, and there are K thoughts: v_1, v_2, ..., v_K."""
    models = composition_cot(task), composition_cot(task, 2)
    algorithm = composition_algorithm(task)
    for (x0, functions), stream in task.streams():
        assert run(algorithm, stream).outputs[-1] == compose(x0, functions)
        values = [compose(x0, functions[: k + 1]) for k in range(task.K)]
        for model in models:
            assert run(model, stream).outputs[-1] == compose(x0, functions)
            assert [put.value for put in thoughts_on(model, stream)] == values


def check_drawn(task, count, seed):
    chosen = Random(seed)
    models = composition_cot(task), composition_cot(task, 2)
    for _, (x0, functions) in zip(range(count), uniform_instances(task, seed), strict=False):
        orders = [chosen.sample(range(task.N), task.N) for _ in range(task.K)]
        stream = task.stream(x0, functions, orders if task.order == "arbitrary" else None)
        for model in models:
            assert run(model, stream).outputs[-1] == compose(x0, functions)
            assert len(thoughts_on(model, stream)) == task.K


def test_larger_ones():
    for task in presentations([(5, 3), (8, 2)]):
        if task.x0 == "given":
            check_drawn(task, 20, seed=3)


@pytest.mark.full
def test_many_larger_ones():
    for task in presentations([(4, 3), (7, 5), (16, 6), (33, 3)]):
        check_drawn(task, 100, seed=4)


def test_any_number_of_functions():
    chosen = Random(5)
    for N in (1, 2, 3, 4, 7):
        task = UnboundedComposition(N)
        models = composition_cot(task), composition_cot(task, 2)
        for K in (0, 1, 2, 3, 10, 40):
            functions = [[chosen.randrange(N) for _ in range(N)] for _ in range(K)]
            x0 = chosen.randrange(N)
            stream = task.stream(x0, functions)
            for model in models:
                assert run(model, stream).outputs[-1] == compose(x0, functions)
                assert len(thoughts_on(model, stream)) == K


def test_no_bit_too_many():
    """c + 1 bits, and the residuals of prefixes of one length need them; for N = 1 none are needed."""
    for N in range(1, 10):
        c = (N - 1).bit_length()
        assert composition_algorithm(FunctionComposition(N, 1)).memory_bits == c + 1
        needed = max(found.bits for found in residuals(FunctionComposition(N, 1)))
        assert needed == (c + 1 if N > 1 else 0)


def test_the_state_by_hand():
    """N = 3, so that 4 is the flag. In order, blocks without numbers: entry 0 turns it, the hit sets it."""
    task = UnboundedComposition(3)
    stream = task.stream(1, [(2, 2, 0), (1, 1, 0)])
    assert run(composition_cot(task), stream).states[1:] == tuple(
        ((h,),) for h in (1 + 4, 1, 2 + 4, 2 + 4, 2, 2, 0 + 4, 0 + 4)
    )
    assert thoughts_on(composition_cot(task, 2), stream) == (Put(2, 1), Put(0, 1))
    # with numbers the flag is the parity of the block of the last hit, and entries may come in any order
    task = FunctionComposition(3, 2, order="arbitrary")
    stream = task.stream(1, [(2, 2, 0), (1, 1, 0)], [(2, 1, 0), (2, 1, 0)])
    model = composition_cot(task)
    assert run(model, stream).states[1:] == tuple(((h,),) for h in (1, 1, 2 + 4, 2 + 4, 0, 0, 0, 0))
    assert thoughts_on(model, stream) == (Put(2, 1), Put(0, 0))


def test_without_the_flag_a_shortest_stream_refutes():
    """x_0 = 0, f(0) = 1, f(1) = 0: the entry of 1 is hit, too. No shorter stream is complete, and of the two that are
    wrong, x_0 = 0 comes first."""
    for task in (UnboundedComposition(2), FunctionComposition(2, 1)):
        verdict = decide(composition_without_flag(task), task)
        assert verdict.trace.word == task.stream(0, [(1, 0)])
        assert (verdict.trace.steps[-1].output, verdict.trace.steps[-1].demanded) == (0, 1)
    wrong = [
        (x0, f)
        for x0, (f,) in FunctionComposition(2, 1).instances()
        for task in [FunctionComposition(2, 1)]
        if run(composition_without_flag(task), task.stream(x0, [f])).outputs[-1] != f[x0]
    ]
    assert wrong == [(0, (1, 0))]


def test_with_one_element_nothing_is_missed():
    for task in (UnboundedComposition(1), FunctionComposition(1, 3)):
        assert decide(composition_without_flag(task), task).name == "proved"


def test_an_order_in_which_nothing_is_missed():
    """If v only ever changes to what has been read, no flag is needed; but of all functions on two elements just one
    shows the difference, and on more there is always one."""
    for N in range(2, 6):
        task = FunctionComposition(N, 1)
        swap = (1, 0, *range(2, N))
        assert run(composition_without_flag(task), task.stream(0, [swap])).outputs[-1] == 0
        assert compose(0, [swap]) == 1


@pytest.mark.parametrize("name", [name for name, task in SMALL.items() if task.N > 1])
def test_stray_thoughts_are_found(name):
    """One thought a symbol is too many; without the flag some are where no hit is."""
    task = SMALL[name]
    for model in (streaming_cot(composition_algorithm(task), 1, 1, 4), composition_without_flag(task)):
        stray = find_stray_thought(model, task)
        assert stray.thoughts == 1
        assert stray.hits == 0
        stray.replay()
        assert "takes 1 thoughts, where 0 is due" in stray.as_text()
        for forged in (
            replace(stray, thoughts=0),
            replace(stray, thoughts=0, hits=1),
            replace(stray, hits=1),
            replace(stray, model=composition_cot(task)),
            replace(stray, stream=(*stray.stream[:-1], EOS, EOS)),
        ):
            with pytest.raises(CertificateError):
                forged.replay()


def test_a_missing_thought_is_found():
    task = UnboundedComposition(2)
    silent = never_thinking(task)
    stray = find_stray_thought(silent, task)
    assert (stray.stream, stray.thoughts, stray.hits) == ((("start", 0), (0, 0)), 0, 1)
    stray.replay()


def never_thinking(task):
    """A model that never thinks, and answers 0."""
    from exactssm.arithmetic import ResidueRing
    from exactssm.layers import DiagonalLayer
    from exactssm.models import Block, Model, OnlineCoT

    layer = DiagonalLayer(ResidueRing(2), (0,), lambda x: (1,))
    return OnlineCoT(Model(task.alphabet, [Block(layer, lambda h, x: 0)]), task.alphabet)


def test_the_claim_about_thoughts_can_fail():
    claim = CLAIMS[1]
    (lemma, _) = claim.cases(SMALL["N=2, every K"])
    model = streaming_cot(composition_algorithm(UnboundedComposition(2)), 1, 2, 1)
    forged = replace(lemma, check=lambda: find_stray_thought(model, UnboundedComposition(2)))
    result = examine(replace(claim, cases=lambda _: [lemma, forged]), "N=2, every K")
    assert (result.verdict, result.holds) == ("refuted", False)
    assert isinstance(result.example[1], Stray)


def test_the_control_is_no_straw_man():
    """With the flag, cases of the control are not refuted; then the claim doesn't hold."""
    claim = CLAIMS[2]
    (case,) = claim.cases(SMALL["N=2, every K"])
    forged = replace(claim, cases=lambda task: [replace(case, model=composition_cot(task))])
    assert not examine(forged, "N=2, every K").holds


def test_sizes_of_the_claims():
    assert all(isinstance(task, UnboundedComposition | FunctionComposition) for task in (SMALL | LARGE).values())
    covered = {(t.N, t.K) for t in (SMALL | LARGE).values() if t in presentations([(t.N, getattr(t, "K", 1))])}
    assert set(product(range(1, 5), range(1, 4))) <= covered


def test_what_is_refused():
    for build in (composition_algorithm, composition_cot, composition_without_flag):
        for task in (FunctionComposition(2, 1, argument="last"), FunctionComposition(2, 1, tokens="functions")):
            with pytest.raises(ConstructionError, match="entry by entry, the argument first"):
                build(task)
    with pytest.raises(ConstructionError, match="the width must be 1 or 2, got 3"):
        composition_cot(UnboundedComposition(2), 3)


def test_thoughts_are_no_entries():
    for task in (UnboundedComposition(4), FunctionComposition(4, 4), FunctionComposition(4, 2, blocks="separated")):
        assert not {Put(v, flag) for v in range(4) for flag in (0, 1)} & set(task.alphabet)
