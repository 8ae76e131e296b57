"""Blocks that are no step: counted by brute force and by formulas, next to rings, where each block is one."""

from dataclasses import replace
from itertools import pairwise, product

import pytest

from constructions.composition import non_composing_summaries
from constructions.composition.non_composing_summaries import (
    CLAIMS,
    ENDINGS,
    Counts,
    Line,
    OtherCounts,
    affine_dependencies,
    block_maps,
    composing_model,
    count_blocks,
    first_turning_back,
    first_two_steps,
    stated_counts,
)
from constructions.composition.saturating_composition import rounding_format, saturating_format
from constructions.composition.wide_composition import by_columns, by_one_hot_pair
from exactssm.errors import BudgetExhausted, CertificateError
from exactssm.evaluation.summary import Summaries
from exactssm.machine import run
from exactssm.tasks import FunctionComposition, UnboundedComposition
from verify.runner import examine


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("N", [2, 3])
def test_block_maps_are_those_of_the_machine(N, ending):
    """Each block leads the state of v to that of f(v), by runs of the whole model from its start."""
    model = composing_model(N, ending)
    (layer,) = model.layers()
    begins = [run(model, [("start", v)]).states[-1][0] for v in range(N)]
    seen = 0
    for f, images in block_maps(layer, N):
        for v in range(N):
            ran = run(model, [("start", v), *enumerate(f)])
            assert images[v] == ran.states[-1][0] == begins[f[v]]
        seen += 1
    assert seen == N**N


@pytest.mark.parametrize("N", [2, 3, 4])
def test_counts_from_the_functions_alone(N):
    """Affine maps of 1, ..., N - 1 with images on that line or all at one point; monotone sequences, by brute force."""
    sequences = list(product(range(N), repeat=N - 1))
    monotone = sum(list(s) in (sorted(s), sorted(s, reverse=True)) for s in sequences)
    affine = sum(
        len(set(s)) == 1 or N < 4 or (0 not in s and len({b - a for a, b in pairwise(s)}) == 1) for s in sequences
    )
    assert stated_counts(N) == Counts(N**N, N * affine, N * monotone)


@pytest.mark.full
@pytest.mark.parametrize("ending", ENDINGS)
def test_counts_of_five(ending):
    assert count_blocks(5, ending) == stated_counts(5) == Counts(3125, 35, 675)


def test_too_many_blocks():
    with pytest.raises(BudgetExhausted, match="8\\^8 blocks"):
        count_blocks(8, "floor")


def test_dependencies_are_kept_by_affine_maps_and_by_no_others():
    points = [(0, 0, 1), (1, 1, 1), (2, 2, 1), (5, 5, 1)]
    dependencies = affine_dependencies(points)
    assert len(dependencies) == 2
    for c in dependencies:
        assert sum(c) == 0
        assert all(sum(a * p[i] for a, p in zip(c, points, strict=True)) == 0 for i in range(3))
    line = [(3, -1), (3, 1), (3, 3), (3, 9)]  # (3, 2 x - 1)
    assert all(sum(a * p[1] for a, p in zip(c, line, strict=True)) == 0 for c in dependencies)
    bent = [(3, -1), (3, 1), (3, 3), (3, 8)]
    assert any(sum(a * p[1] for a, p in zip(c, bent, strict=True)) != 0 for c in dependencies)
    assert affine_dependencies([(7,), (7,)]) == [[-1, 1]]


@pytest.mark.parametrize("ending", ENDINGS)
def test_the_first_block_that_turns_back(ending):
    """By hand: 1, 2, 3 go to 0, 1, 0, and (0, 0, 0, *), (0, 0, 1, *) before it are monotone."""
    found = first_turning_back(4, ending)
    assert (found.function, found.line) == ((0, 0, 1, 0), (1, 2, 3))
    found.replay()
    assert "f = (0, 0, 1, 0)" in found.as_text()
    assert found.word == ("(0, 0)", "(1, 0)", "(2, 1)", "(3, 0)")
    for N in (2, 3):
        assert first_turning_back(N, ending) is None


@pytest.mark.parametrize(
    "change",
    [
        {"function": (0, 0, 1, 1)},  # monotone
        {"function": (1, 0, 0, 0)},
        {"line": Line(0, 1, 2)},  # s_0 is off the line
        {"line": Line(2, 1, 3)},  # on it, but in another order
        {"line": Line(1, 1, 3)},
        {"coordinate": 3},  # w, which is the same everywhere
    ],
)
def test_forged_violations_do_not_replay(change):
    for ending in ENDINGS:
        with pytest.raises(CertificateError):
            replace(first_turning_back(4, ending), **change).replay()


def test_forged_counts_do_not_replay():
    found, other = stated_counts(2), Counts(4, 3, 4)
    OtherCounts(2, "floor", found, other).replay()
    for forged in (OtherCounts(2, "floor", found, found), OtherCounts(2, "floor", other, found)):
        with pytest.raises(CertificateError):
            forged.replay()


def test_a_wrong_formula_is_refused(monkeypatch):
    monkeypatch.setattr(non_composing_summaries, "stated_counts", lambda N: Counts(N**N, N**N - 1, N**N))
    result = examine(CLAIMS[1], "N=3")
    assert (result.holds, result.verdict) == (False, "refuted")


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("N", [2, 3])
def test_two_entries_that_do_not_compose(N, ending):
    found = first_two_steps(N, ending)
    found.replay()
    assert found.composed is not None
    (i, _), (j, _) = found.first, found.second
    assert j == i + 1
    layer = found.layer
    reached = {layer.step(layer.start, ("start", v)) for v in range(N)}
    for k in range(i):
        reached = {layer.step(state, (k, y)) for state in reached for y in range(N)}
    assert found.state in reached
    with pytest.raises(CertificateError):
        replace(found, composed=found.by_steps).replay()


def test_in_a_ring_each_block_is_one_step_at_every_state():
    """Two layers over rings that compose functions: a block's summary does what the block does, and N^N differ."""
    for layer, N, letters in (
        (by_columns(FunctionComposition(2, 1)).blocks[0].layer, 2, lambda f: [(1, i, y) for i, y in enumerate(f)]),
        (by_one_hot_pair(UnboundedComposition(2)).blocks[0].layer, 2, lambda f: list(enumerate(f))),
    ):
        summaries = Summaries(layer)
        states = list(product(layer.domain.elements, repeat=layer.width))
        known = set()
        for f in product(range(N), repeat=N):
            summary = summaries.of(letters(f))
            known.add(summary)
            for state in states:
                after = state
                for letter in letters(f):
                    after = layer.step(after, letter)
                assert summaries.apply(summary, state) == after
        assert len(known) == N**N


def test_the_table_of_bits():
    """docs/multilayer: (d^2 + d) p next to N log2 N."""

    def bits(numbers):
        return 20 * (numbers.size - 1).bit_length()

    first = {}
    for N in range(2, 300):
        for name, numbers in (("saturating", saturating_format(N)), ("floor", rounding_format(N))):
            if 2 ** bits(numbers) < N**N:
                first.setdefault(name, N)
            else:
                assert name not in first
    assert first == {"saturating": 29, "floor": 47}
    for N in (4, 9, 16, 25):
        layer = by_columns(FunctionComposition(N, 1)).blocks[0].layer
        d, p = layer.width, (layer.domain.size - 1).bit_length()
        assert 2 ** ((d * d + d) * p) >= N**N
