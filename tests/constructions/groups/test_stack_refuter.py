"""Refuting stacks by nested commutators: by hand, against the search for a readout, and where it doesn't apply."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest

from constructions import claim_named, refute_stack
from constructions.claim import LongConfusion
from constructions.groups.random_stacks import Draw, random_stack
from constructions.groups.stack_refuter import elements_of, product_task
from constructions.groups.subnormal_tracker import cyclotomic_tracker, subnormal_tracker
from constructions.rings.modular_diagonal import affine_layer
from exactssm import load_model, save_model
from exactssm.algebra import derived_series, generated_subgroup, group
from exactssm.arithmetic import CyclotomicField, Rationals, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError
from exactssm.layers import DiagonalLayer, RotationLayer
from exactssm.machine import run
from exactssm.models import Block, Model
from exactssm.straight_line import Program
from exactssm.table import tabulate
from exactssm.tasks import WordProblem
from verify import Collision, find_collision, find_readout, replayed

S3 = group("S3")


def truncated(name, depth, letters=None):
    """The tracker of a group without its upper layers."""
    whole = subnormal_tracker(derived_series(group(name)), letters)
    return Model(whole.alphabet, whole.blocks[:depth])


def check(model, structure, **given):
    """Two words for ``model``, replayed; a search must find some as well."""
    found = refute_stack(model, structure, **given)
    task = product_task(structure, elements_of(model, structure))
    refuted = replayed(model, task, found)
    assert find_collision(model, task) is not None
    return refuted.trace


def test_the_sign_of_s3_by_hand():
    """One coordinate, -1 on odd permutations. e is the padding; the rotations 3 and 4 do nothing to the state; the
    transpositions 1 and 2 commute there, but not in S3: (1,2) (2,3) is not (2,3) (1,2)."""
    signs = truncated("S3", 1)
    shallow = check(signs, S3)
    assert (str(shallow.first), str(shallow.second), shallow.demanded) == ("0 3 0", "0", (3, 0))
    nested = check(signs, S3, depth=1)
    assert (str(nested.first), str(nested.second)) == ("0 1 0 2 0", "0 2 0 1 0")
    assert nested.demanded == (S3.mul(1, 2), S3.mul(2, 1))


def test_padding_by_hand():
    """Letters a, b, c for two transpositions and a 3-cycle; c resets the state. c has order 3, so s = c c c."""
    values = {"a": 1, "b": 2, "c": 3}
    layer = DiagonalLayer(
        Rationals(),
        (Fraction(1),),
        {x: (Fraction(0 if x == "c" else -1),) for x in values},
        {x: (Fraction(5 if x == "c" else 0),) for x in values},
    )
    model = Model("abc", [Block(layer, lambda h, x: h)])
    found = refute_stack(model, S3, values)
    # every padded letter leaves 5 where it is: the first one with a product other than 1 does
    assert (str(found.first), str(found.second)) == ("c^3 a c^3", "c^3")
    nested = refute_stack(model, S3, values, depth=1)
    assert (str(nested.first), str(nested.second)) == ("c^3 a c^3 b c^3", "c^3 b c^3 a c^3")
    for confusion in (found, nested):
        assert replayed(model, product_task(S3, values), confusion).trace.state == ((Fraction(5),),)


def test_a_stack_without_layers():
    model = Model(range(6), [])
    found = check(model, S3, depth=0)
    assert (str(found.first), str(found.second)) == ("0 1 0", "0")


@pytest.mark.parametrize("name", ["S3", "D4", "Q8", "A4", "S4", "SL(2,3)", "GL(2,3)", "[54,8]"])
def test_trackers_without_their_upper_layers(name):
    structure = group(name)
    whole = derived_series(structure).length
    for depth in range(1, whole):
        for letters in (None, structure.generators):
            model = truncated(name, depth, letters)
            for given in ({}, {"depth": depth}, {"depth": whole - 1}):
                check(model, structure, **given)


def random_candidates(count, names, depths):
    for number in range(count):
        source = random.Random(number)
        structure, depth = group(source.choice(names)), source.choice(depths)
        order = source.choice((2, 3, 4, 6))
        scales = (Fraction(1), Fraction(2), Fraction(-1, 2))
        draw = Draw(CyclotomicField(order), order, resets=source.random() < 0.5, scales=scales)
        letters = source.choice([structure.generators, tuple(range(1, structure.order))])
        yield structure, depth, random_stack(draw, letters, [source.choice((1, 1, 2)) for _ in range(depth)], number)


def refuted_as_promised(candidates, max_states):
    done = 0
    for structure, depth, model in candidates:
        try:
            tabulate(model, max_states=max_states)
        except BudgetExhausted:
            continue
        check(model, structure, depth=depth)
        check(model, structure)
        done += 1
    return done


def test_one_random_layer_against_non_abelian_groups():
    assert refuted_as_promised(random_candidates(25, ["S3", "D4", "Q8", "A4", "C7:C3", "A5"], [1]), 60) > 20


def test_two_random_layers():
    assert refuted_as_promised(random_candidates(8, ["S4", "SL(2,3)", "A5"], [2]), 60) > 3


@pytest.mark.full
def test_many_random_stacks():
    """The words of the proof refute every stack that is too low, and never contradict the search."""
    names = ["S4", "SL(2,3)", "GL(2,3)", "A5", "[54,8]"]
    assert refuted_as_promised(random_candidates(600, ["S3", "D4", "Q8", "A4", "D5", "C7:C3", "A5"], [1]), 100) > 500
    assert refuted_as_promised(random_candidates(300, names, [1, 2]), 100) > 200
    assert refuted_as_promised(random_candidates(60, ["GL(2,3)", "A5"], [3]), 100) > 15


def test_where_a_tracker_is_right_nothing_is_found():
    """Neither too few layers nor a wrong readout: no words are promised, and a readout exists."""
    for name in ("S3", "Q8", "S4"):
        structure = group(name)
        model = subnormal_tracker(derived_series(structure))
        with pytest.raises(ConstructionError, match="search for a readout"):
            refute_stack(model, structure)
        with pytest.raises(ConstructionError, match=f"derived length above {model.depth}, or not a solvable one"):
            refute_stack(model, structure, depth=model.depth)
        with pytest.raises(ConstructionError, match="no stack of 1 diagonal layers over exact numbers"):
            refute_stack(model, structure, depth=1)
        assert not isinstance(find_readout(model, WordProblem(structure)), Collision)


def test_the_tracker_of_a_group_that_is_not_solvable_is_none():
    a5 = group("A5")
    task = WordProblem(a5, a5.generators)
    with pytest.raises(ConstructionError, match="search for a readout"):
        refute_stack(task, a5)  # it tracks A5, though by no layers
    with pytest.raises(ConstructionError, match="must have derived length at most 3"):
        refute_stack(task, a5, depth=3)


def test_numbers_that_wrap_around():
    """Over Z/3 one layer of width 2 tracks S3: the theorem doesn't apply. One of width 1 doesn't, though its group is
    S3 too: the search for a readout refutes it."""
    claim = claim_named("one-layer-wraps-around")
    (case,) = claim.cases(claim.instances["S3 over Z/3, d=2"])
    with pytest.raises(ConstructionError, match="don't wrap around: search for a readout"):
        refute_stack(case.model, S3, depth=1)
    with pytest.raises(ConstructionError, match="shorter derived series than S3"):
        refute_stack(case.model, S3)
    s, r = case.model.alphabet
    narrow = Model((s, r), [Block(affine_layer(ResidueRing(3), {s: (2, 0), r: (1, 1)}, (0,)), lambda h, x: h)])
    with pytest.raises(ConstructionError, match="search for a readout"):
        refute_stack(narrow, S3)
    assert find_collision(narrow, WordProblem(S3, (s, r))) is not None


def test_numbers_that_wrap_around_but_not_enough():
    """Over Z/7 with decays 1 and -1 the group is dihedral, of derived length 2: S4 is refuted at nesting 1, whatever
    theorem holds of the layer."""
    s4 = group("S4")
    x, y = s4.generators[:2]
    model = Model((x, y), [Block(affine_layer(ResidueRing(7), {x: (6, 0), y: (1, 1)}, (0,)), lambda h, x: h)])
    check(model, s4)
    with pytest.raises(ConstructionError, match="no stack of 1 diagonal layers"):
        refute_stack(model, s4, depth=1)
    check(model, s4, depth=2)


def test_only_the_group_that_the_letters_generate_counts():
    """Letters of S4 that generate a Klein group: one layer is enough, and nothing can be refuted."""
    s4 = group("S4")
    letters = tuple(s4.element(x) for x in ("(1,2)(3,4)", "(1,3)(2,4)"))
    assert len(generated_subgroup(s4, letters)) == 4
    layer = RotationLayer((2, 2), {letters[0]: (1, 0), letters[1]: (0, 1)})
    model = Model(letters, [Block(layer, lambda h, x: h)])
    with pytest.raises(ConstructionError, match="at most 1 in S4"):
        refute_stack(model, s4, depth=1)
    with pytest.raises(ConstructionError):
        refute_stack(model, s4)
    narrow = Model(letters, [Block(RotationLayer((2,), {letters[0]: (1,), letters[1]: (0,)}), lambda h, x: h)])
    found = refute_stack(narrow, s4)
    replayed(narrow, WordProblem(s4, letters), found)


def test_a_model_from_a_file(tmp_path):
    """A user's file: the first two layers of the tracker of S4, over cyclotomic numbers; its letters are strings."""
    s4 = group("S4")
    whole = cyclotomic_tracker(derived_series(s4), s4.generators)
    path = tmp_path / "candidate.json"
    numbers = {text: int(text) for text in map(str, s4.generators)}
    save_model(path, Model(whole.alphabet, whole.blocks[:2]))
    model = load_model(path)
    assert elements_of(model, s4) == numbers
    for given in ({}, {"depth": 2}):
        check(model, s4, **given)


def test_a_table_from_a_user():
    """Any finite machine: a table of three states that a user wrote, for D4."""
    d4 = group("D4")
    r, s = (d4.element(x) for x in (d4.labels[d4.generators[0]], d4.labels[d4.generators[1]]))

    class Mine:
        alphabet, start = (r, s), 0

        def step(self, state, symbol):
            after = (state + 1) % 3 if symbol == r else state
            return after, after

    check(Mine(), d4)


def test_huge_words():
    """A5 at depth 4, its letters two generators: words that can't be written out, with a few nodes."""
    claim = claim_named("best-random-cascades")
    name = next(name for name in claim.instances if "depth 4" in name and "search" not in name)
    (case,) = claim.cases(claim.instances[name])
    found = case.refutation()
    assert isinstance(found, LongConfusion)
    assert found.first.length > 10**5
    assert len(found.first.nodes()) < 500
    trace = replayed(case.model, case.task, found).trace
    # the long way round, once, letter by letter
    table = tabulate(case.model)
    for word, demanded in zip((trace.first, trace.second), trace.demanded, strict=True):
        assert table.label(run(table, word).states[-1]) == trace.state
        assert run(case.task, word).outputs[-1] == demanded


def test_forged_words_are_refused():
    """One letter changed, the words swapped for others, a power one too many."""
    a5 = group("A5")
    model = truncated("S4", 2, group("S4").generators)
    s4 = group("S4")
    task = WordProblem(s4, s4.generators)
    found = refute_stack(model, s4, depth=2)
    replayed(model, task, found)
    x, y = map(Program.letter, s4.generators[:2])
    for forged in (
        LongConfusion(found.first, found.first),
        LongConfusion(x + found.first, found.second),
        LongConfusion(found.first + x, found.second + y),
        LongConfusion(found.first.without_last() + x + y, found.second),
        LongConfusion(found.first * 2 + x, found.second + x),
    ):
        with pytest.raises(CertificateError):
            replayed(model, task, forged)
    with pytest.raises(CertificateError):  # of another model
        replayed(subnormal_tracker(derived_series(s4), s4.generators), task, found)
    with pytest.raises(CertificateError):  # of another group
        replayed(model, WordProblem(a5, s4.generators), LongConfusion(found.first * 60 + x, found.second * 60 + x))


def test_bad_input():
    signs = truncated("S3", 1)
    with pytest.raises(DomainError, match="elements of Z3, by number or label; 3 is none"):
        refute_stack(signs, group("Z3"))
    with pytest.raises(DomainError, match="at least 0, got -1"):
        refute_stack(signs, S3, depth=-1)
    with pytest.raises(DomainError, match="each symbol of the model"):
        refute_stack(signs, S3, {0: 0})
    with pytest.raises(DomainError, match="True is none"):
        elements_of(Model((True, 0), []), S3)
    endless = DiagonalLayer(Rationals(), (Fraction(0),), lambda x: (Fraction(1),), lambda x: (Fraction(1),))
    with pytest.raises(BudgetExhausted, match="reached 100 states"):
        refute_stack(Model(range(6), [Block(endless, lambda h, x: h)]), S3, max_states=100)


def test_labels_and_numbers():
    model = Model(("(1,2)", "3", 0), [])
    assert elements_of(model, S3) == {"(1,2)": S3.element("(1,2)"), "3": 3, 0: 0}
