"""Precision can't replace width: counts, tables cut off, collisions replayed, rows against the whole layer."""

import random
from itertools import product

import pytest

from constructions.claim import Lemma
from constructions.composition import composition_rows, simplex_composition, three_bits
from constructions.composition.composition_rows import InRow, row_of_columns
from constructions.composition.exact_minima import counted_bits
from constructions.composition.simplex_composition import by_simplex
from constructions.composition.wide_composition import by_columns
from constructions.composition.width_against_precision import (
    CLAIMS,
    Miscounted,
    by_table,
    functions_apart,
    memory_by_columns,
    same_block_map,
    scalar_layer,
)
from exactssm.arithmetic import Integers, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.layers import DenseLayer
from exactssm.machine import UNSPECIFIED, run
from exactssm.models import Block, Model
from exactssm.tasks import EOS, FunctionComposition, UnboundedComposition, compose
from verify.decision import decide
from verify.refutation import replayed
from verify.runner import examine

ALL = CLAIMS + composition_rows.CLAIMS + simplex_composition.CLAIMS + three_bits.CLAIMS


@pytest.mark.parametrize("claim", ALL, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        result = examine(claim, instance)
        assert result.holds, result


@pytest.mark.full
@pytest.mark.parametrize("claim", ALL, ids=lambda claim: claim.name)
def test_claims_hold_in_full(claim):
    for instance in claim.full:
        assert examine(claim, instance).holds, instance


def test_figures_of_the_theory():
    """Memory and bound: 55 bits against 59 for N = 25, the first square with a gap; 102 against 192 for N = 64."""
    assert (memory_by_columns(25), counted_bits(25, 1)) == (55, 59)
    assert (memory_by_columns(64), counted_bits(64, 1)) == (102, 192)
    assert next(m * m for m in range(2, 12) if memory_by_columns(m * m) < counted_bits(m * m, 1)) == 25
    gap = [N for N in range(2, 400) if memory_by_columns(N) < counted_bits(N, 1)]
    assert gap == [24, 25, *range(28, 400)]
    (layer,) = by_columns(FunctionComposition(25, 1)).layers()
    assert layer.width * (layer.domain.modulus - 1).bit_length() == 55


def test_a_wrong_count_is_noticed():
    (claim,) = [claim for claim in CLAIMS if claim.name == "one-function-by-counting"]
    stated = claim.instances["N=25, 59 against 55"]
    for narrow in (58, 60):
        (lemma,) = claim.cases(stated._replace(narrow=narrow))
        assert isinstance(lemma, Lemma)
        lemma.check().replay()
    with pytest.raises(CertificateError, match="as stated"):
        Miscounted(25, 58, 59).replay()


@pytest.mark.parametrize("N", [2, 3])
def test_a_table_is_right_with_room_for_all_and_wrong_with_less(N):
    task, enough = FunctionComposition(N, 1), (N ** (N + 1) - 1).bit_length()
    for p in range((N - 1).bit_length(), enough + 2):
        verdict = decide(by_table(N, p), task)
        assert verdict.name == ("proved" if p >= enough else "refuted")
    with pytest.raises(ConstructionError, match="bits of precision"):
        by_table(5, 2)


def test_all_functions_nearest_first():
    found = list(functions_apart(3))
    assert len(set(found)) == len(found) == 27
    places = [sum(y != 0 for y in f) for f in found]
    assert places == sorted(places)


def narrow(N, modulus, maps):
    """The layer of width 1 with these maps for entries; starts reset to x."""
    task = FunctionComposition(N, 1)
    entries = [x for x in task.alphabet if isinstance(x[0], int)]
    on = {("start", x): (0, x % modulus) for x in range(N)} | {EOS: (1, 0)} | dict(zip(entries, maps, strict=True))
    return scalar_layer(task.alphabet, ResidueRing(modulus), on)


def block_map(model, f, modulus):
    """What the block of f does, from the two states 0 and 1."""
    (layer,) = model.layers()
    images = []
    for h in (0, 1):
        state = (h,)
        for i, y in enumerate(f):
            state = layer.step(state, (1, i, y))
        images.append(state[0])
    return (images[1] - images[0]) % modulus, images[0]


def test_two_functions_are_found_iff_there_are_any():
    """All 4^4 layers over Z/2 and a share of those over Z/4, for two elements: by comparing all blocks."""
    task = FunctionComposition(2, 1)
    chosen = random.Random(3)
    everything = list(product(product(range(2), repeat=2), repeat=4))
    some = [[(chosen.randrange(4), chosen.randrange(4)) for _ in range(4)] for _ in range(200)]
    outcomes = set()
    for modulus, chosen_maps in ((2, everything), (4, some)):
        for model in (narrow(2, modulus, maps) for maps in chosen_maps):
            maps = [block_map(model, f, modulus) for f in product(range(2), repeat=2)]
            collide = len(set(maps)) < 4
            outcomes.add(collide)
            if collide:
                replayed(model, task, same_block_map(model, task)).trace.replay(model, task)
            else:
                with pytest.raises(ConstructionError, match="different things"):
                    same_block_map(model, task)
    assert outcomes == {True, False}


def test_a_search_that_gives_up_says_so():
    task = FunctionComposition(4, 1)
    with pytest.raises(BudgetExhausted, match="first 100 functions"):
        same_block_map(by_table(4, 10), task, max_functions=100)
    with pytest.raises(ConstructionError, match="all 4"):
        same_block_map(by_table(4, 10), task)


def test_what_isnt_one_coordinate():
    task = FunctionComposition(2, 1)
    with pytest.raises(ConstructionError, match="width 1"):
        same_block_map(by_columns(task), task)
    with pytest.raises(ConstructionError, match="sought for"):
        same_block_map(by_table(2, 3), FunctionComposition(2, 2))
    field = DenseLayer(Integers(), (0,), lambda x: ((1,),))
    with pytest.raises(ConstructionError, match="Z/m"):
        same_block_map(Model(task.alphabet, [Block(field, lambda h, x: h)]), task)


def test_rows_are_the_whole_layer():
    """On streams whose x_0 lies in the row, letter by letter: the same coordinates, and the same answer."""
    N, m = 25, 5
    task = FunctionComposition(N, 1)
    whole = by_columns(task)
    draw = random.Random(1)
    for x0 in (0, 7, 24):
        f = [draw.randrange(N) for _ in range(N)]
        word, row = task.stream(x0, [f]), x0 // m
        states, parts = run(whole, word).states, run(row_of_columns(task, row), word)
        for (full,), (part,) in zip(states, parts.states, strict=True):
            assert part == (*full[:m], full[m + row], full[2 * m])
        assert parts.outputs[-1] == compose(x0, [f])
        other = run(row_of_columns(task, (row + 1) % m), word).outputs[-1]
        assert other is UNSPECIFIED, "another row has no answer for it"


def test_a_row_demands_its_own_streams_only():
    task = FunctionComposition(4, 1)
    for row in (0, 1):
        demanded = InRow(task, row)
        for x0, functions in task.instances():
            found = run(demanded, task.stream(x0, functions)).outputs[-1]
            assert found == (compose(x0, functions) if x0 // 2 == row else UNSPECIFIED)
        assert decide(row_of_columns(task, row), demanded).name == "proved"
        assert decide(row_of_columns(task, 1 - row), demanded).name == "refuted"


def test_coordinates_that_depend_on_others_are_no_rows(monkeypatch):
    task = FunctionComposition(4, 1)
    ((layer, readout),) = by_columns(task).blocks
    mixed = DenseLayer(layer.domain, layer.start, lambda x: ((1,) * layer.width,) * layer.width, layer.drive)
    monkeypatch.setattr(composition_rows, "by_columns", lambda task: Model(task.alphabet, [Block(mixed, readout)]))
    with pytest.raises(ConstructionError, match="depends on one that isn't kept"):
        run(row_of_columns(task, 0), task.stream(0, [(0, 0, 0, 0)]))


def test_a_simplex_in_every_step():
    """Between blocks the corner of the value; after entry 0, that of the value or of the argument."""
    task = UnboundedComposition(3)
    states = run(by_simplex(task), task.stream(2, [(1, 0, 1), (2, 0, 0)])).states
    corner = [(state.index(1) + 1 if 1 in state else 0) for (state,) in states]
    assert corner == [0, 2, 4, 4, 1, 3, 0, 0, 0]
    with pytest.raises(ConstructionError, match="at least 2"):
        by_simplex(UnboundedComposition(1))


def test_three_bits_and_not_another_map():
    """Every map of the model matters: with one entry flipped, some are wrong."""
    model = three_bits.three_elements()
    assert model.answers() is not None
    assert set(model.answers().values()) == {0, 1, 2}
    wrong = 0
    for token, (matrix, shift) in enumerate(model.maps):
        for i in range(3):
            flipped = type(model.maps[0])(matrix, tuple(b ^ (j == i) for j, b in enumerate(shift)))
            maps = (*model.maps[:token], flipped, *model.maps[token + 1 :])
            wrong += type(model)(model.space, model.reading, model.starts, maps).answers() is None
    assert wrong > 20
