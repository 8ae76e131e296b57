"""Which groups each architecture tracks, by hand and by GAP's figures; and words of the wrong proof."""

from dataclasses import replace
from fractions import Fraction

import pytest

from constructions.claim import Confusion
from constructions.groups.architecture_classes import CLASSES, DRAWS, check_stack, tracker
from constructions.groups.random_stacks import random_stack
from constructions.groups.subnormal_tracker import cyclotomic_tracker, literal_tracker
from constructions.registry import claim_named
from exactssm.algebra import derived_series, group, small_groups, verbal_series
from exactssm.arithmetic import CyclotomicField, Integers, Rationals
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer
from exactssm.layers.architectures import (
    ARCHITECTURES,
    AUSSM,
    MAMBA_UNDERFLOW,
    NEGATIVE_MAMBA,
    NEGATIVE_MAMBA_UNDERFLOW,
    S4D,
)
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.tasks import WordProblem, delay
from verify import Proved, Refuted, decide
from verify.decision import decide_every_readout
from verify.refutation import replayed

TRIVIAL = ["S4D", "Mamba", "Mamba with underflow", "negative Mamba"]
ROWS = {  # least depth with decays in [-1, 1], and with complex ones
    "C1": (1, 1),
    "C2": (1, 1),
    "C2^3": (1, 1),
    "C3": (None, 1),
    "C4": (2, 1),
    "C2xC4": (2, 1),
    "C8": (3, 1),
    "C6": (None, 1),
    "S3": (None, 2),
    "D4": (2, 2),
    "Q8": (2, 2),
    "A4": (None, 2),
    "S4": (None, 3),
    "SL(2,3)": (None, 3),
    "GL(2,3)": (None, 4),
    "A5": (None, None),
}


def test_one_class_for_each_architecture():
    assert [found.architecture for found in CLASSES.values()] == list(ARCHITECTURES)
    assert CLASSES.keys() == DRAWS.keys()


@pytest.mark.parametrize("name", ROWS)
def test_the_table(name):
    structure = group(name)
    real, solvable = ROWS[name]
    expected = dict.fromkeys(TRIVIAL, 1 if name == "C1" else None)
    expected |= {"negative Mamba with underflow": real, "AUSSM": solvable, "DCD": solvable}
    assert {a: found.depth(structure) for a, found in CLASSES.items()} == expected
    for architecture, found in CLASSES.items():
        for depth in (1, 2, 3, 4):
            needed = expected[architecture]
            assert found.contains(structure, depth) == (needed is not None and needed <= depth)


def test_counts():
    """Of the 144 groups up to order 32: 55 are Abelian, 2 have derived length 3; 6 are elementary Abelian 2-groups."""
    groups = [r.group() for r in small_groups(32)]

    needed = {name: [found.depth(g) for g in groups] for name, found in CLASSES.items()}

    def count(name, depth):
        return sum(least is not None and least <= depth for least in needed[name])

    assert len(groups) == 144
    assert [count("AUSSM", k) for k in (1, 2, 3)] == [1 + 54, 144 - 2, 144]
    assert [count("DCD", k) for k in (1, 2, 3)] == [1 + 54, 144 - 2, 144]
    # by depth, orders 1, 2, 4, 8, 16, 32: 1 | 1 | 1/1 | 1/3/1 | 1/7/5/1 | 1/23/21/5/1
    assert [count("negative Mamba with underflow", k) for k in (1, 2, 3, 4, 5)] == [6, 40, 67, 73, 74]
    assert all(count(name, 7) == 1 for name in TRIVIAL)


@pytest.mark.parametrize("name", ["C1", "C2^2", "D4", "S3", "A4"])
def test_trackers(name):
    structure = group(name)
    for found in CLASSES.values():
        if found.depth(structure) is None:
            with pytest.raises(ConstructionError, match="no stack of"):
                tracker(structure, found)
            continue
        model = tracker(structure, found)
        check_stack(model, found.architecture)
        assert model.depth == found.depth(structure)
        assert isinstance(decide(model, WordProblem(structure)), Proved)


def test_stacks_of_another_architecture_are_refused():
    s3 = cyclotomic_tracker(derived_series(group("S3")))
    check_stack(s3, AUSSM)
    for architecture in ARCHITECTURES:
        if architecture.name not in ("AUSSM", "DCD"):
            with pytest.raises(DomainError, match="decays of"):
                check_stack(s3, architecture)
    d4 = literal_tracker(verbal_series(group("D4"), 2), Rationals())
    check_stack(d4, NEGATIVE_MAMBA_UNDERFLOW)
    with pytest.raises(DomainError, match=r"in \(-1, 1\]; .* is -1$"):
        check_stack(d4, NEGATIVE_MAMBA)


def test_letters_of_deeper_layers_are_checked():
    """The last layer turns by -1 on one letter alone, which comes to it or doesn't."""
    one = Fraction(1)
    last = DiagonalLayer(Rationals(), (one,), lambda letter: (-one if letter == "late" else one,))
    below = DiagonalLayer(Integers(), (0,), lambda x: (0,), lambda x: (x,))

    def stack(late):
        return Model(
            (0, 1), [Block(below, lambda h, x: "late" if h[0] == late else "early"), Block(last, lambda h, x: h)]
        )

    check_stack(stack(2), MAMBA_UNDERFLOW)
    with pytest.raises(DomainError, match="'late'"):
        check_stack(stack(1), MAMBA_UNDERFLOW)
    endless = DiagonalLayer(Integers(), (0,), lambda x: (1,), lambda x: (1,))
    with pytest.raises(BudgetExhausted):
        check_stack(Model((0,), [Block(endless, lambda h, x: h)]), S4D, max_states=10)


@pytest.mark.parametrize("name", CLASSES)
def test_candidates_fail_by_the_complete_search_too(name):
    claim = claim_named(f"{name.lower().replace(' ', '-')}-tracks-no-more")
    seen = 0
    for case in claim.cases(("C2", "C3", "S3", "D4")):
        check_stack(case.model, CLASSES[name].architecture)
        replayed(case.model, case.task, case.refutation())
        assert isinstance(decide_every_readout(case.model, case.task), Refuted)
        seen += 1
    assert seen == {"AUSSM": 4, "DCD": 4, "negative Mamba with underflow": 10}.get(name, 16)


def test_some_candidates_are_not_simple():
    """Those of DCD expand and translate; those of S4D depend on the letter in the drive."""
    decays = set()
    for seed in range(20):
        model = random_stack(DRAWS["DCD"], range(6), (1, 1), seed)
        _, second = model.layers()
        state = model.start
        for x in (1, 2, 3, 4, 5, 1, 3, 5):
            state, letters = model.through(state, x)
            decays.add(second.domain.format(second.domain.abs_squared(second.entries(letters[1])[0])))
    assert {"0", "1", "4", "1/4", "9", "1/9"} <= decays
    (layer,) = random_stack(DRAWS["S4D"], range(6), (4,), 3).layers()
    assert len({layer.entries(x)[:4] for x in range(6)}) == 1
    assert any(len({m.entries(x)[4:] for x in range(6)}) > 1 for m in s4d_layers())


def s4d_layers():
    for seed in range(20):
        yield from random_stack(DRAWS["S4D"], range(6), (4,), seed).layers()


def test_words_for_other_decays():
    """x and xx don't refute the flip of C2, nor xz and yz a layer whose decay depends on the letter."""
    c2, c3 = group("C2"), group("C3")
    flip = literal_tracker(verbal_series(c2, 2), Rationals())
    with pytest.raises(CertificateError):
        replayed(flip, WordProblem(c2), Confusion((1,), (1, 1)))
    turn = cyclotomic_tracker(derived_series(c3))
    with pytest.raises(CertificateError):
        replayed(turn, WordProblem(c3), Confusion((0, 0), (1, 0)))


def test_finitely_many_states_are_needed():
    """h + x in exact integers has the same decay, 1, on every letter, and tracks C3 on the words that are tried."""
    c3 = group("C3")
    layer = DiagonalLayer(Integers(), (0,), lambda x: (1,), lambda x: (x,))
    model = Model(range(3), [Block(layer, lambda h, x: h[0] % 3)])
    for architecture in ARCHITECTURES:
        architecture.check(layer, range(3))
    word = (1, 2, 2, 1, 1, 0, 2) * 5
    assert run(model, word).outputs == run(WordProblem(c3), word).outputs
    with pytest.raises(CertificateError):
        replayed(model, WordProblem(c3), Confusion((0, 0), (1, 0)))


def test_a_clock_can_not_tell_letters_apart():
    """The layer that counts C4 on one letter, given two: no readout."""
    field = CyclotomicField(4)
    layer = DiagonalLayer(field, (field.one,), lambda x: (field.root_of_unity(4),))
    S4D.check(layer, range(4))
    model = Model(range(4), [Block(layer, lambda h, x: h)])
    assert isinstance(decide_every_readout(model, WordProblem(group("C4"))), Refuted)
    assert isinstance(decide_every_readout(Model((1,), model.blocks), WordProblem(group("C4"), (1,))), Proved)


def test_layers_on_the_unit_circle_forget_letters():
    claim = claim_named("unit-circle-forgets-letters")
    for case in claim.cases(3):
        check_stack(case.model, AUSSM)
        replayed(case.model, case.task, case.refutation())


def test_a_layer_that_resets_recalls_a_letter():
    """One cell a letter, which it keeps and every other one overwrites: after y in x y the cell of y knows the x. So
    the words for AUSSM, y x^n y and y y with n = 1, don't refute this layer."""
    zero, one = Fraction(0), Fraction(1)

    def keep(x):
        return tuple(one if y == x else zero for y in "xy")

    def store(x):
        return tuple(zero if y == x else one * (1 + "xy".index(x)) for y in "xy")

    layer = DiagonalLayer(Rationals(), (zero, zero), keep, store)
    MAMBA_UNDERFLOW.check(layer, "xy")
    with pytest.raises(DomainError):
        AUSSM.check(layer, "xy")
    model = Model("xy", [Block(layer, lambda h, x: h)])
    with pytest.raises(CertificateError):
        replayed(model, delay(1, "xy"), Confusion(("y", "x", "y"), ("y", "y")))


def test_forged_classes_are_found_out():
    """Were AUSSM said to track the trivial group alone, its trackers would be missed: the claim that it tracks no more
    then has a candidate that meets the task."""
    claim = claim_named("aussm-tracks-no-more")
    c3 = group("C3")
    case = next(iter(claim.cases(("S3",))))
    forged = replace(case, model=cyclotomic_tracker(derived_series(c3)), task=WordProblem(c3), refutation=None)
    from verify.runner import examine

    result = examine(replace(claim, cases=lambda names: [forged], every_readout=True), "orders 1 to 8")
    assert not result.holds
    assert "meets the task" in result.faults[0]
