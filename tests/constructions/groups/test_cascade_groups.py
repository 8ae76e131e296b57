"""Groups of stacks: known ones by hand, drawn ones below the bound, and what is too deep is found and shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest

from constructions import claim_named
from constructions.groups.cascade_groups import MAX_STATES, Deeper, drawn_stack, find_deeper, ideal_of
from constructions.groups.subnormal_tracker import cyclotomic_tracker
from constructions.rings.modular_diagonal import affine_layer
from exactssm.algebra import TransformationMonoid, derived_length, derived_series, group
from exactssm.arithmetic import CyclotomicField, Rationals, ResidueRing
from exactssm.errors import CertificateError
from exactssm.layers import DiagonalLayer
from exactssm.models import Block, Model
from exactssm.table import tabulate
from exactssm.tasks import WordProblem
from verify.runner import examine

CLAIM = claim_named("k-layers-derived-length")
SIGNS = {"on": (Fraction(-1),), "off": (Fraction(1),)}
ZERO = {"on": (Fraction(0),), "off": (Fraction(0),)}


def wreath(height):
    """Switches: each layer turns its sign when the last letter is on and all signs below are -1; the group is the
    iterated wreath product of C2, of derived length ``height``."""

    def readout(state, letter):
        return "on" if letter == "on" and state == (Fraction(-1),) else "off"

    layer = DiagonalLayer(Rationals(), (Fraction(1),), SIGNS, ZERO)
    # x switches the first sign; y switches whatever sign comes next to the signs that are -1
    first = DiagonalLayer(
        Rationals(),
        (Fraction(1),),
        {"x": (Fraction(-1),), "y": (Fraction(1),)},
        {"x": (Fraction(0),), "y": (Fraction(0),)},
    )
    blocks = [Block(first, lambda h, z: "on" if z == "y" and h == (Fraction(-1),) else "off")]
    blocks += [Block(layer, readout) for _ in range(height - 1)]
    return Model("xy", blocks)


def test_switches_above_switches():
    """C2, D4 = C2 wr C2, and so on: orders 2, 8, ... The counter x, y of two switches moves four states as D4 does."""
    two = ideal_of(wreath(2))
    assert (two.rank, two.group.order, two.group.derived_length) == (4, 8, 2)
    assert ideal_of(wreath(1)).group.order == 2


def test_groups_of_trackers():
    for name in ("S3", "A4", "S4", "GL(2,3)"):
        structure = group(name)
        model = cyclotomic_tracker(derived_series(structure), structure.generators)
        ideal = ideal_of(model)
        assert (ideal.rank, ideal.group.order, ideal.group.derived_length) == (
            structure.order,
            structure.order,
            derived_length(structure),
        )
        assert find_deeper([(name, model)], model.depth) is None
        assert find_deeper([(name, model)], model.depth - 1) == Deeper(name, model, model.depth - 1)


def test_what_is_too_deep_is_found_and_shown():
    """Over Z/3 one layer's group is S3; over Z/8 with decays 3 and 5 likewise deeper than 1."""
    s3 = group("S3")
    s, r = s3.element("(1,2)"), s3.element("(1,2,3)")
    wraps = Model((s, r), [Block(affine_layer(ResidueRing(3), {s: (2, 0), r: (1, 1)}, (0, 1)), lambda h, x: h)])
    found = find_deeper([("flat", cyclotomic_tracker(derived_series(group("Z6")))), ("wraps", wraps)], 1)
    assert found == Deeper("wraps", wraps, 1)
    assert found.word == ("wraps",)
    assert found.as_text() == "the group of wraps, of height 1, has derived length 2"
    found.replay()
    with pytest.raises(CertificateError, match="it hasn't: wraps"):
        replace(found, height=2).replay()
    a5 = group("A5")
    task = WordProblem(a5, a5.generators)
    unsolvable = find_deeper([("A5", task)], 3)
    assert unsolvable.as_text() == "the group of A5, of height 3, isn't solvable"
    unsolvable.replay()


def test_a_claim_that_is_false_is_refuted():
    """The same lemma about stacks over Z/3, which turn by 1 and 2 and shift."""
    s3 = group("S3")
    s, r = s3.element("(1,2)"), s3.element("(1,2,3)")
    wraps = Model((s, r), [Block(affine_layer(ResidueRing(3), {s: (2, 0), r: (1, 1)}, (0, 1)), lambda h, x: h)])
    (lemma,) = CLAIM.cases(CLAIM.instances["k=1, 40 stacks"])
    false = replace(
        CLAIM, cases=lambda _: [replace(lemma, check=lambda: find_deeper([("wraps", wraps)], 1))], instances={"i": 0}
    )
    result = examine(false, "i")
    assert (result.verdict, result.holds) == ("refuted", False)
    assert result.counterexample.word == ("wraps",)


def test_drawn_stacks_are_what_they_are_said_to_be():
    """Of the height asked for, over cyclotomic fields, small, the same each time; many as deep as their height, some
    with resets."""
    for height in (1, 2, 3):
        lengths = Counter()
        resets = 0
        for number in range({1: 10, 2: 6, 3: 5}[height]):
            model = drawn_stack(height, number)
            assert model.depth == height
            assert all(isinstance(layer.domain, CyclotomicField) for layer in model.layers())
            table = tabulate(model)
            assert len(table.next) <= MAX_STATES
            ideal = ideal_of(model)
            lengths[ideal.group.derived_length] += 1
            resets += ideal.rank < len(table.next)
        assert max(lengths) == height
        assert resets
    assert tabulate(drawn_stack(2, 7)) == tabulate(drawn_stack(2, 7))


def test_drawn_groups_by_the_monoid_in_full():
    """sTs, element by element, for stacks of few states."""
    seen = 0
    for height, number in [*((1, n) for n in range(20)), *((2, n) for n in range(8))]:
        table = tabulate(drawn_stack(height, number))
        if len(table.next) > 9:
            continue
        seen += 1
        ideal = ideal_of(table)
        maps = [tuple(column) for column in table.next.T.tolist()]
        monoid = [tuple(row) for row in TransformationMonoid.from_transformations(maps).elements.tolist()]
        s = tuple(ideal.retraction.map.tolist())
        assert len(set(s)) == min(len(set(t)) for t in monoid)
        K = {tuple(s[t[x]] for x in s) for t in monoid}
        assert len(K) == ideal.group.order
    assert seen > 10
