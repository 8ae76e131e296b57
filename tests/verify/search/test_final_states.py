"""Certificates of composition against every instance run by itself, thoughts, and forgeries."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import pytest

from constructions.composition.function_composition import composition_stack
from constructions.composition.random_ring_stacks import random_ring_stack
from constructions.composition.saturating_composition import saturating_format, saturating_model
from constructions.composition.wide_composition import by_columns
from exactssm.arithmetic import ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.evaluation import recast
from exactssm.layers import DiagonalLayer
from exactssm.machine import run
from exactssm.models import Block, Model, OfflineCoT, OnlineCoT, Think
from exactssm.tasks import EOS, FunctionComposition, compose
from verify.search.final_states import CollidingInstances, DecoderTable, composition_certificate
from verify.search.reachability import ClosedPairs

TASKS = [FunctionComposition(N, K) for N, K in ((2, 1), (2, 2), (2, 3), (3, 1))]


def by_enumeration(model, task):
    """final states -> the set of answers of all instances that end there, by the definition of composition."""
    found = {}
    for instance in task.instances():
        state = run(model, task.stream(*instance)).states[-1]
        found.setdefault(state, set()).add(task.answer(compose(*instance)))
    return found


def candidates(task):
    full = composition_stack(task)
    yield full
    yield Model(full.alphabet, full.blocks[:-1])
    yield Model(full.alphabet, full.blocks[1:]) if task.K > 1 else full
    for seed in range(6):
        yield random_ring_stack(task.alphabet, ResidueRing(4), [1, 2][: task.K], diagonal=seed % 2 == 0, seed=seed)
    if task.K == 1:
        yield by_columns(task)
    yield recast(saturating_model(task), saturating_format(task.N), weights="held")


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"N={task.N} K={task.K}")
def test_as_by_enumeration(task):
    kinds = set()
    for model in candidates(task):
        certificate = composition_certificate(model, task)
        certificate.check(model, task)
        answers = by_enumeration(model, task)
        kinds.add(type(certificate))
        if isinstance(certificate, DecoderTable):
            assert {state: {answer} for state, answer in certificate.rows.items()} == answers
        else:
            assert len(answers[certificate.state]) > 1
            one, other = certificate.instances(task)
            assert compose(*one) != compose(*other)
            assert {compose(*one), compose(*other)} <= answers[certificate.state]
    assert kinds == {DecoderTable, CollidingInstances}


@pytest.mark.parametrize(("N", "K"), [(3, 3), (4, 2)])
def test_the_larger_sizes(N, K):
    task = FunctionComposition(N, K)
    model = composition_stack(task)
    table = composition_certificate(model, task)
    table.check(model, task)
    assert len(table.rows) == N ** (K + 1)  # x_0 and v_1 .. v_K are any values
    assert all(state[-1] == (answer,) for state, answer in table.rows.items())
    short = Model(model.alphabet, model.blocks[:-1])
    composition_certificate(short, task).check(short, task)


@pytest.mark.parametrize("presentation", [{"order": "arbitrary"}, {"blocks": "separated"}, {"x0": "constant"},
                                          {"tokens": "functions"}, {"answer_bit": 0}])  # fmt: skip
def test_other_presentations(presentation):
    task = FunctionComposition(2, 2, **presentation)
    model = composition_stack(task)
    certificate = composition_certificate(model, task)
    assert isinstance(certificate, DecoderTable)
    certificate.check(model, task)
    short = Model(model.alphabet, model.blocks[:-1])
    certificate = composition_certificate(short, task)
    assert isinstance(certificate, CollidingInstances)
    certificate.check(short, task)


def thinking(blocks, task, answers, thoughts):
    """The stack, thinking after EOS: a thought tells the last layer's state, some more nothing; then an answer."""
    alphabet = (*task.alphabet, *(("thought", n) for n in range(thoughts)))
    *below, last = blocks

    def read(letter):
        return letter if not hasattr(letter, "token") else letter.token

    def speak(state, letter):
        token = read(letter)
        number = -1 if token == EOS else token[1] if token[0] == "thought" else None
        if number is None:
            return "reading"
        return Think(("thought", number + 1)) if number + 1 < thoughts else answers(state)

    return OfflineCoT(Model(alphabet, [*below, Block(last.layer, speak)]), task.alphabet, EOS, thoughts)


def test_a_collision_refutes_offline_thoughts():
    """Whatever the model says of its state after however many thoughts, it says the same on both streams."""
    task = FunctionComposition(2, 1)
    layer = DiagonalLayer(ResidueRing(4), (0,), lambda x: (3,), lambda x: (len(x),))
    blocks = [Block(layer, lambda h, x: h)]
    certificate = composition_certificate(Model(task.alphabet, blocks), task)
    assert isinstance(certificate, CollidingInstances)
    for thoughts in range(4):
        for answers in (lambda h: h[0] % 2, lambda h: 1 - h[0] // 2, lambda h: 0):
            model = thinking(blocks, task, answers, thoughts)
            one, other = (run(model, word).outputs[-1] for word in (certificate.first, certificate.second))
            assert one == other
            assert set(certificate.answers) == {0, 1}
            again = composition_certificate(model, task)
            assert again == certificate
            again.check(model, task)
    with pytest.raises(ConstructionError, match="online thoughts change"):
        composition_certificate(OnlineCoT(model.model, task.alphabet, 3), task)


def test_where_there_is_a_table_a_thought_is_enough():
    """The converse: one thought after EOS, whose reader looks into the table."""
    task = FunctionComposition(2, 1)
    ring = ResidueRing(8)

    def drive(x):
        kind, *_ = x
        if kind == "start":
            return (4 * x[1],)
        return (x[2] << x[1],) if kind == 1 else (0,)  # f(0) + 2 f(1) + 4 x_0

    layer = DiagonalLayer(ring, (0,), lambda x: (1,), drive)
    table = composition_certificate(Model(task.alphabet, [Block(layer, lambda h, x: None)]), task)
    assert isinstance(table, DecoderTable)
    assert len(table.rows) == 8
    model = thinking([Block(layer, None)], task, lambda h: table.decode((h,)), 1)
    for instance in task.instances():
        assert run(model, task.stream(*instance)).outputs[-1] == compose(*instance)


def test_forged_tables():
    task = FunctionComposition(2, 2)
    model = composition_stack(task)
    table = composition_certificate(model, task)
    for state in table.rows:
        forged = replace(table, rows=dict(table.rows) | {state: 1 - table.rows[state]})
        with pytest.raises(CertificateError):
            forged.check(model, task)
        missing = replace(table, rows={s: a for s, a in table.rows.items() if s != state})
        with pytest.raises(CertificateError):
            missing.check(model, task)
    for pair in list(table.pairs.pairs):
        with pytest.raises(CertificateError):
            replace(table, pairs=ClosedPairs(table.pairs.pairs - {pair})).check(model, task)
    with pytest.raises(CertificateError):
        table.check(Model(model.alphabet, model.blocks[::-1]), task)
    with pytest.raises(CertificateError, match="no instance ends"):
        table.decode(((7,),))


def test_forged_collisions():
    task = FunctionComposition(2, 1)
    model = Model(task.alphabet, composition_stack(task).blocks[:1])
    found = composition_certificate(model, task)
    found.check(model, task)
    others = [task.stream(*instance) for instance in islice(task.instances(), 8)]
    forged = [
        replace(found, second=found.first),
        replace(found, answers=found.answers[::-1]),
        replace(found, answers=(found.answers[0],) * 2),
        replace(found, state=((1 - found.state[0][0],),)),
        replace(found, first=found.first[:-1]),
        replace(found, first=found.first[1:]),
        *(replace(found, second=word) for word in others if word != found.second and word[0] != found.first[0]),
    ]
    for one in forged:
        with pytest.raises(CertificateError):
            one.check(model, task)
    with pytest.raises(CertificateError):
        found.check(composition_stack(task), task)


def test_a_search_that_runs_out():
    task = FunctionComposition(3, 2)
    with pytest.raises(BudgetExhausted):
        composition_certificate(composition_stack(task), task, max_pairs=20)


def test_records():
    task = FunctionComposition(2, 1)
    model = composition_stack(task)
    assert composition_certificate(model, task).as_json() == {
        "decodes": True,
        "rows": {"((0),(0))": "0", "((0),(1))": "1", "((1),(0))": "0", "((1),(1))": "1"},
    }
    record = composition_certificate(Model(model.alphabet, model.blocks[:1]), task).as_json()
    assert (record["decodes"], record["state"], record["answers"]) == (False, "((0))", ["0", "1"])
