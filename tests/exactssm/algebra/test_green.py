"""Green's relations: the fast path against ideals, the theory of the full transformation monoids, maximal subgroups."""

from itertools import product
from math import comb, factorial, perm
from random import Random

import numpy as np
import pytest

from exactssm.algebra import FiniteMonoid, Group, TransformationMonoid, group
from exactssm.algebra._green_kernels import components
from exactssm.algebra.green import classes_by_ideals, green_relations
from exactssm.algebra.operations import first_of_odd_period, first_of_period
from exactssm.errors import DomainError

MAPS3 = list(product(range(3), repeat=3))


def check(transformations):
    """All that is said of a small monoid, for both ways to hold it, against its ideals and products."""
    lazy = TransformationMonoid.from_transformations(transformations)
    table = FiniteMonoid.from_transformations(transformations)
    assert np.array_equal(lazy.to_table().table, table.table)
    relations = green_relations(lazy)
    by_table = green_relations(table)
    order = range(table.order)
    ideals = {relation: classes_by_ideals(table, relation) for relation in "RLHJ"}
    for found in (relations, by_table):
        assert tuple(found.r.tolist()) == ideals["R"]
        assert tuple(found.l.tolist()) == ideals["L"]
        assert tuple(found.h.tolist()) == ideals["H"]
        assert tuple(found.j.tolist()) == ideals["J"]
        assert found.idempotents.tolist() == [x for x in order if table.mul(x, x) == x]
        commutes = all(table.mul(x, y) == table.mul(y, x) for x in order for y in order)
        assert found.is_commutative == commutes
    r, l, j = ideals["R"], ideals["L"], ideals["J"]  # noqa: E741
    # J is D, the composition of R and L
    for x, y in product(order, repeat=2):
        assert (j[x] == j[y]) == any(r[x] == r[z] and l[z] == l[y] for z in order)
    check_eggboxes(relations, table, ideals)
    check_classes(relations, table, ideals)


def check_eggboxes(relations, table, ideals):
    order = range(table.order)
    assert sorted(x for d in relations.classes for x in d.box.ravel().tolist()) == list(order)
    above = {x: {table.mul(table.mul(y, x), z) for y in order for z in order} for x in order}
    for d in relations.classes:
        members = d.box.ravel().tolist()
        assert {x for x in order if ideals["J"][x] == ideals["J"][members[0]]} == set(members)
        for row in d.box:
            assert len({ideals["R"][x] for x in row.ravel().tolist()}) == 1
        for column in d.box.swapaxes(0, 1):
            assert len({ideals["L"][x] for x in column.ravel().tolist()}) == 1
        for cell, marked in zip(d.box.reshape(-1, d.h_size).tolist(), d.idempotents.ravel().tolist(), strict=True):
            found = [x for x in cell if table.mul(x, x) == x]
            assert found == ([marked] if marked >= 0 else [])
        # depth: the longest chain of classes above this one
        higher = [
            e.depth
            for e in relations.classes
            if e.number != d.number and members[0] in above[e.box.ravel().tolist()[0]]
        ]
        assert d.depth == 1 + max(higher, default=-1)
        # regular: x = xyx for some y
        assert d.is_regular == any(table.product((x, y, x)) == x for x in members for y in order)
    assert [d.depth for d in relations.classes] == sorted(d.depth for d in relations.classes)


def power_cycle(table, x):
    """The powers of x that come round, in their order: the group that x generates."""
    powers = []
    y = x
    while y not in powers:
        powers.append(y)
        y = table.mul(y, x)
    return powers[powers.index(y) :]


def check_classes(relations, table, ideals):
    order = range(table.order)
    size = {relation: len(set(ideals[relation])) for relation in ideals}
    assert relations.is_r_trivial == (size["R"] == table.order)
    assert relations.is_l_trivial == (size["L"] == table.order)
    assert relations.is_j_trivial == (size["J"] == table.order)
    assert relations.is_band == all(table.mul(x, x) == x for x in order)
    periods = [len(power_cycle(table, x)) for x in order]
    # Schuetzenberger: aperiodic, H-trivial and free of cycles are one
    assert relations.is_aperiodic == (size["H"] == table.order) == (set(periods) == {1})
    for monoid in (relations.monoid, table):
        assert first_of_period(monoid) == next((x for x in order if periods[x] > 1), None)
        odd = next((x for x in order if periods[x] & (periods[x] - 1)), None)
        assert first_of_odd_period(monoid) == odd
    assert all(s.structure.is_two_group for s in relations.maximal_subgroups) == (odd is None)
    invertible = all(any(table.mul(x, y) == 0 == table.mul(y, x) for y in order) for x in order)
    assert relations.is_group == invertible
    semigroup = {table.mul(x, g) for x in order for g in table.generators}
    chosen = [e for e in semigroup if table.mul(e, e) == e]
    assert relations.is_definite == all(table.mul(s, e) == e for s in semigroup for e in chosen)
    assert relations.is_reverse_definite == all(table.mul(e, s) == e for s in semigroup for e in chosen)
    for subgroup in relations.maximal_subgroups:
        check_subgroup(subgroup, table)


def check_subgroup(subgroup, table):
    """The elements are those with an inverse with respect to the idempotent, and the group multiplies as they do."""
    e = subgroup.identity
    order = range(table.order)
    local = [x for x in order if table.product((e, x, e)) == x]
    units = {x for x in local if any(table.mul(x, y) == e == table.mul(y, x) for y in local)}
    assert set(subgroup.elements) == units
    checked = Group.from_table(subgroup.group.table)  # which refuses what is no group
    for i, k in product(range(checked.order), repeat=2):
        assert subgroup.elements[checked.mul(i, k)] == table.mul(subgroup.elements[i], subgroup.elements[k])


@pytest.mark.full
def test_all_monoids_that_two_maps_of_three_points_generate():
    for f, g in product(MAPS3, repeat=2):
        check([f, g])


def test_some_monoids_that_two_maps_of_three_points_generate():
    for f, g in Random(7).sample(list(product(MAPS3, repeat=2)), 60):
        check([f, g])


@pytest.mark.parametrize(("points", "letters", "count"), [(4, 2, 12), (5, 1, 10)])
def test_random_monoids(points, letters, count):
    random = Random(points)
    done = 0
    while done < count:
        maps = [[random.randrange(points) for _ in range(points)] for _ in range(letters)]
        if TransformationMonoid.from_transformations(maps).order <= 60:
            check(maps)
            done += 1


def full_transformations(n):
    cycle, swap, merge = [*range(1, n), 0], [1, 0, *range(2, n)], [0, 0, *range(2, n)]
    return TransformationMonoid.from_transformations([cycle, swap, merge])


def stirling(n, k):
    """Partitions of n things into k parts."""
    return sum((-1) ** i * comb(k, i) * (k - i) ** n for i in range(k + 1)) // factorial(k)


@pytest.mark.parametrize("n", [3, 4, 5, 6])
def test_full_transformation_monoids(n):
    """T_n: a D-class for each rank k, a row for each kernel, a column for each image, S_k for the groups (Clifford and
    Preston, 2.2). T_6 has 46656 elements."""
    relations = green_relations(full_transformations(n))
    assert relations.monoid.order == n**n
    assert [(d.rows, d.columns, d.h_size) for d in relations.classes] == [
        (stirling(n, k), comb(n, k), factorial(k)) for k in range(n, 0, -1)
    ]
    # idempotents of rank k: k points fixed, the others mapped among them
    assert [d.idempotent_count for d in relations.classes] == [comb(n, k) * k ** (n - k) for k in range(n, 0, -1)]
    assert [d.depth for d in relations.classes] == list(range(n))
    names = [s.structure.name for s in relations.maximal_subgroups]
    assert names[-4:] == (["S4"] if n > 3 else []) + ["S3", "C2", "1"]
    assert [s.structure.is_solvable for s in relations.maximal_subgroups] == [k < 5 for k in range(n, 0, -1)]
    assert [s.structure.core_order for s in relations.maximal_subgroups] == [
        factorial(k) // 2 if k > 4 else 1 for k in range(n, 0, -1)
    ]


def test_order_preserving_maps_are_aperiodic():
    """O_n, of C(2n-1, n-1) elements, is aperiodic, as a monotone permutation of a chain is the identity."""
    n = 5
    maps = [[i + (i == k) for i in range(n)] for k in range(n - 1)]
    maps += [[i - (i == k) for i in range(n)] for k in range(1, n)]
    relations = green_relations(TransformationMonoid.from_transformations(maps))
    assert relations.monoid.order == comb(2 * n - 1, n - 1)
    assert relations.is_aperiodic
    assert not relations.is_r_trivial
    assert [(d.rows, d.columns) for d in relations.classes] == [
        (comb(n - 1, k - 1), comb(n, k)) for k in (5, 4, 3, 2, 1)
    ]


def test_decreasing_order_preserving_maps_are_j_trivial():
    """The Catalan monoid (Simon's theorem: J-trivial), of 1, 2, 5, 14, 42 elements."""
    for n, catalan in ((2, 2), (3, 5), (4, 14), (5, 42)):
        maps = [[i - (i == k) for i in range(n)] for k in range(1, n)]
        relations = green_relations(TransformationMonoid.from_transformations(maps))
        assert relations.monoid.order == catalan
        assert relations.is_j_trivial
        assert relations.is_r_trivial
        assert relations.is_l_trivial


def test_symmetric_inverse_monoid():
    """I_n, with a point for "undefined": partial bijections; the eggbox of rank k is square, of side C(n, k)."""
    n = 4
    maps = [[1, 2, 3, 0, 4], [1, 0, 2, 3, 4], [4, 1, 2, 3, 4]]
    relations = green_relations(TransformationMonoid.from_transformations(maps))
    assert relations.monoid.order == sum(comb(n, k) * perm(n, k) for k in range(n + 1))
    assert [(d.rows, d.columns, d.idempotent_count) for d in relations.classes] == [
        (comb(n, k), comb(n, k), comb(n, k)) for k in range(n, -1, -1)
    ]


@pytest.mark.parametrize("name", ["C6", "S3", "Q8", "A5"])
def test_a_group_is_one_cell(name):
    relations = green_relations(group(name))
    assert relations.is_group
    (d,) = relations.classes
    assert (d.rows, d.columns, d.h_size, d.depth) == (1, 1, group(name).order, 0)


def test_the_group_of_a_class_too_large_for_a_table():
    eight = TransformationMonoid.from_transformations([(1, 2, 3, 4, 5, 6, 7, 0), (1, 0, 2, 3, 4, 5, 6, 7)])
    (subgroup,) = green_relations(eight).maximal_subgroups
    found = subgroup.structure
    assert (found.name, found.order, found.derived_orders) == ("S8", 40320, (40320, 20160))
    with pytest.raises(DomainError, match="at most 5040"):
        subgroup.group  # noqa: B018


def test_a_large_cyclic_group_has_an_abelian_structure():
    n = 5100
    images = np.array([[*range(1, n), 0]], np.int32)
    (subgroup,) = green_relations(TransformationMonoid.generated(images, ("a",), "counter")).maximal_subgroups
    assert subgroup.structure.derived_orders == (n, 1)
    assert subgroup.structure.is_abelian


def test_no_subgroup_without_an_idempotent():
    relations = green_relations(TransformationMonoid.from_transformations([(1, 2, 2)]))
    assert [d.is_regular for d in relations.classes] == [True, False, True]
    with pytest.raises(DomainError, match="not regular"):
        relations.maximal_subgroup(1)
    with pytest.raises(DomainError, match="3 D-classes"):
        relations.maximal_subgroup(3)


def test_a_spoiled_graph_is_noticed():
    """What the checks compare is not blind: with one edge of a Cayley graph bent, there are fewer components."""
    good = TransformationMonoid.from_transformations([(1, 2, 0), (0, 0, 2)])
    right = good.right.copy()
    right[-1, 0] = 0  # out of the minimal ideal
    expected = len(set(classes_by_ideals(good.to_table(), "R")))
    assert len(set(components(good.right).tolist())) == expected
    assert len(set(components(right).tolist())) < expected
