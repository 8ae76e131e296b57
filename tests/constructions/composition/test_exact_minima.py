"""The fewest bits for one function: searches against brute force and a formula, printed models, forgeries."""

from dataclasses import replace
from itertools import combinations, product
from math import comb, log2

import numpy as np
import pytest

from constructions.claim import Kind
from constructions.composition.exact_minima import (
    CLAIMS,
    HEADER,
    PRINTED,
    by_table,
    count_suffices,
    counted_bits,
    digit_by_digit,
    minima,
    minimum,
    three_elements,
    two_elements,
)
from constructions.composition.one_layer_models import AffineSpace, OneLayer, Reading, brute_force, by_decode_table
from constructions.composition.one_layer_search import MergedSearch, backtrack, merged_search
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError, DomainError
from exactssm.machine import run
from exactssm.tasks import FunctionComposition
from verify.runner import examine
from verify.search.readouts import find_readout
from verify.trace import Collision

Z = ResidueRing


def space(ring, width=1):
    return AffineSpace(Z(ring) if isinstance(ring, int) else ring, width)


def reading(N, tokens="entries", order="fixed"):
    return Reading(FunctionComposition(N, 1, tokens=tokens, order=order))


READINGS = [reading(2), reading(2, order="arbitrary"), reading(2, "functions")]


@pytest.mark.parametrize(
    ("claim", "instance"),
    [pytest.param(claim, name, id=f"{claim.name}: {name}") for claim in CLAIMS for name in claim.instances],
)
def test_claims_hold(claim, instance):
    result = examine(claim, instance)
    assert result.holds, result


@pytest.mark.full
@pytest.mark.parametrize(
    ("claim", "instance"),
    [pytest.param(claim, name, id=f"{claim.name}: {name}") for claim in CLAIMS for name in claim.full],
)
def test_claims_hold_in_full(claim, instance):
    result = examine(claim, instance)
    assert result.holds, result


def test_a_claim_that_should_not_hold_does_not():
    """The impossible claim with a class in which a model works, the possible one with a class in which none does."""
    possible, impossible = (
        next(c for c in CLAIMS if c.name == f"exact-minima-{n}") for n in ("other-rings", "fewer-bits")
    )
    for claim, ring in ((impossible, 4), (possible, 3)):
        (some, *_) = claim.instances.values()
        wrong = replace(claim, instances={"wrong": some._replace(ring=Z(ring), reading=reading(2), width=1)})
        result = examine(wrong, "wrong")
        assert not result.holds
        if claim.kind is Kind.IMPOSSIBLE:
            assert result.verdict == "refuted"
            result.counterexample.replay()
            assert result.counterexample.as_text().startswith("over Z/4 this model applies every function: 0: ")


# the results of the theory


def test_a_table_of_eight():
    """N = 3, start x_0 -> x_0, decode table 0,0,0,1,0,1,2,2."""
    model = by_table(0, 0, 0, 1, 0, 1, 2, 2)
    assert [s for (s,) in model.starts] == [0, 1, 2]
    found = model.answers()
    assert len(model.maps) == 27
    assert all(found[state] == (0, 0, 0, 1, 0, 1, 2, 2)[state[0]] for state in found)
    for x, y, z in product(range(3), repeat=3):
        (((a,),), (b,)) = model.maps[9 * x + 3 * y + z]
        assert [(0, 0, 0, 1, 0, 1, 2, 2)[(a * s + b) % 8] for s in range(3)] == [x, y, z]


def test_two_elements_by_entries():
    """(0,0): h, (0,1): 2h+3, (1,0): h, (1,1): 2h; decode 0->0, 1->0, 2->1, 3->1: by hand, in either order."""
    maps = {(0, 0): (1, 0), (0, 1): (2, 3), (1, 0): (1, 0), (1, 1): (2, 0)}
    for f, x, order in product(product(range(2), repeat=2), range(2), ((0, 1), (1, 0))):
        h = x
        for i in order:
            a, b = maps[i, f[i]]
            h = (a * h + b) % 4
        assert h // 2 == f[x]
    for order in ("fixed", "arbitrary"):
        assert two_elements(order).answers() == {(h,): h // 2 for h in range(4)}


@pytest.mark.parametrize(
    "model", [build() for build in PRINTED.values()] + [three_elements(21)], ids=lambda m: str(m.space)
)
def test_printed_models_apply_every_function(model):
    task = model.reading.task
    machine = model.proved()
    for x0, functions in task.instances():
        orders = [None] if task.order == "fixed" else [[(0, 1)], [(1, 0)]]
        for order in orders:
            assert run(machine, task.stream(x0, functions, order)).outputs[-1] == functions[0][x0]


@pytest.mark.parametrize("N", [2, 3])
def test_digits_are_written_down(N):
    """x_0 + N sum of f(i) N^i: every instance has a state of its own, and none is 2^p or more."""
    model = digit_by_digit(N)
    assert len(model.answers()) == N ** (N + 1) <= model.space.ring.size < 2 * N ** (N + 1)


# searches


@pytest.mark.parametrize("read", READINGS, ids=lambda r: f"{r.task.tokens} {r.task.order}")
@pytest.mark.parametrize("m", [2, 3])
def test_searches_equal_brute_force(m, read):
    expected = brute_force(space(m), read)
    assert sum(expected) == m**2 * m**8
    assert backtrack(space(m), read).tally == expected
    if read.task.order == "fixed":
        assert merged_search(space(m), read).tally == expected


def works_all(m, fixed):
    """Over Z/m, N = 2, entries: by arrays, all start states and maps at once; how many models work."""
    count, maps = 0, np.array(list(product(range(m), repeat=2)))
    A, B = maps[:, 0], maps[:, 1]
    # the four maps along four axes
    axes = [
        (A.reshape([-1 if j == k else 1 for j in range(4)]), B.reshape([-1 if j == k else 1 for j in range(4)]))
        for k in range(4)
    ]
    for starts in product(range(m), repeat=2):
        by_answer = ([], [])
        for f, x in product(product(range(2), repeat=2), range(2)):
            for order in ((0, 1), (1, 0))[: 1 if fixed else 2]:
                h = starts[x]
                for i in order:
                    a, b = axes[2 * i + f[i]]
                    h = (a * h + b) % m
                by_answer[f[x]].append(h)
        good = np.ones((m * m,) * 4, bool)
        for zero, one in product(*by_answer):
            good &= zero != one
        count += int(good.sum())
    return count


@pytest.mark.parametrize("fixed", [True, False])
def test_searches_equal_arrays_over_four_residues(fixed):
    expected = works_all(4, fixed)
    read = reading(2, order="fixed" if fixed else "arbitrary")
    assert backtrack(space(4), read).tally.working == expected
    if fixed:
        assert merged_search(space(4), read).tally.working == expected


@pytest.mark.full
@pytest.mark.parametrize(("m", "read"), [(4, read) for read in READINGS] + [(2, reading(3))], ids=str)
def test_searches_equal_brute_force_on_a_million(m, read):
    expected = brute_force(space(m), read)
    assert backtrack(space(m), read).tally == expected
    if read.task.order == "fixed":
        assert merged_search(space(m), read).tally == expected


@pytest.mark.full
@pytest.mark.parametrize("ring", [Z(5), Z(6), Z(7), GaloisField(4)], ids=str)
def test_the_merged_search_equals_backtracking(ring):
    assert merged_search(space(ring), reading(2)).tally == backtrack(space(ring), reading(2)).tally


def whole_by_inclusion(where, N):
    """How many models of whole functions work, by inclusion and exclusion over tables of answers: the sum over start
    states and over partial tables D of (1 - N)^(states without answer) times, for each f, the number of maps that take
    every s_x to where D says f(x)."""
    table = np.array(where.table)
    states = table.shape[1]
    total = 0
    # only start states that are all different count, and their order doesn't: a table has every function
    for starts in combinations(range(states), N):
        part = 0
        images = table[:, starts]
        for D in product(range(N + 1), repeat=states):  # N: no answer
            if len(set(D)) < N:
                continue
            answers = np.array(D)[images]
            codes = (answers * N ** np.arange(N)).sum(axis=1)[(answers < N).all(axis=1)]
            counts = np.bincount(codes, minlength=N**N).tolist()
            if all(counts):
                product_of_counts = 1
                for n in counts:
                    product_of_counts *= n
                part += (1 - N) ** D.count(N) * product_of_counts
        total += part
    factorial = 1
    for n in range(1, N + 1):
        factorial *= n
    return factorial * total


@pytest.mark.parametrize(
    ("where", "N"),
    [
        (space(2), 2),
        (space(3), 2),
        (space(5), 2),
        (space(GaloisField(4)), 2),
        (space(2, 2), 2),
        (space(2, 2), 3),
        (space(5), 3),
    ],
    ids=str,
)
def test_whole_functions_by_inclusion_and_exclusion(where, N):
    assert merged_search(where, reading(N, "functions")).tally.working == whole_by_inclusion(where, N)


@pytest.mark.full
@pytest.mark.parametrize("ring", [Z(6), Z(7), Z(8), GaloisField(8)], ids=str)
def test_whole_functions_by_inclusion_and_exclusion_at_full_size(ring):
    assert merged_search(space(ring), reading(3, "functions")).tally.working == whole_by_inclusion(space(ring), 3)


@pytest.mark.parametrize(
    ("where", "read"),
    [
        (space(4), reading(2)),
        (space(8), reading(3)),
        (space(8), reading(3, "functions")),
        (space(2, 2), reading(2)),
        (space(2, 2), reading(3, "functions")),
        (space(GaloisField(4)), reading(2)),
    ],
    ids=str,
)
def test_counts_add_up(where, read):
    """Every model is counted once: |states|^N |maps|^tokens."""
    found = MergedSearch(where, read)
    m = where.ring.size
    tokens = read.N**read.N if read.whole else read.N**2
    d = where.width
    assert sum(found.tally) == m ** (d * read.N) * m ** ((d * d + d) * tokens)
    model = found.working_model()
    assert (model is None) == (found.tally.working == 0)
    if model is not None:
        model.replay()
        assert not isinstance(find_readout(model.machine(), read.task), Collision)


def test_orbits_of_starts_add_up():
    for m, read in product((2, 3, 4), READINGS):
        assert sum(backtrack(space(m), read).orbits) == m**2


def test_labels_say_which_models_work():
    """Random models of three elements: two labels at one state, at any place, iff two answers at one state."""
    source = np.random.default_rng(5)
    where, read = space(9), reading(3)
    table = np.array(where.table)
    seen = set()
    good = three_elements(21)
    for _ in range(300):
        starts, maps = source.integers(0, 9, 3), source.integers(0, 81, 9)
        model = OneLayer(where, read, tuple(where.states[h] for h in starts), tuple(where.maps[g] for g in maps))
        seen.add((model.answers() is None, clash_of_labels(table, starts, maps)))
    table = np.array(good.space.table)
    numbers = [[h for (h,) in good.starts], [good.space.maps.index(g) for g in good.maps]]
    seen.add((good.answers() is None, clash_of_labels(table, *numbers)))
    assert seen == {(True, True), (False, False)}


def clash_of_labels(table, starts, maps):
    """Over prefixes of streams with the entries in order: the value, if known, or the argument."""
    for length in range(4):
        labels = {}
        for x, values in product(range(3), product(range(3), repeat=length)):
            h = starts[x]
            for i, y in enumerate(values):
                h = table[maps[3 * i + y], h]
            label = ("value", values[x]) if x < length else ("argument", x)
            if labels.setdefault(int(h), label) != label:
                return True
    return False


def plain_extended(labellings, states, codes, table, bits):
    for labelling in labellings:
        row = []
        for images in table:
            at = {h: labelling >> h * bits & (1 << bits) - 1 for h in range(len(images))}
            good = True
            for h, code in zip(states, codes, strict=True):
                good &= at[images[h]] in (0, code)
                at[images[h]] = at[images[h]] or code
            row.append(sum(code << h * bits for h, code in at.items()) if good else -1)
        yield row


def test_kernels_equal_plain_loops():
    from constructions.composition import _labelling_kernels as kernels

    source = np.random.default_rng(3)
    for where, bits in ((space(4), 3), (space(2, 2), 4), (space(7), 2)):
        table, symmetries = np.array(where.table), np.array(where.symmetries)
        n = table.shape[1]
        labellings = np.array(
            [sum(int(c) << h * bits for h, c in enumerate(source.integers(0, 3, n))) for _ in range(40)]
        )
        states, codes = np.arange(0, n, 2), source.integers(1, 3, len(range(0, n, 2)))
        found = kernels.extended(labellings, states, codes, table, bits)
        assert found.tolist() == list(
            plain_extended(labellings.tolist(), states.tolist(), codes.tolist(), table.tolist(), bits)
        )
        renamings = np.array([[0, 1, 2, 3], [0, 2, 1, 3]])
        renamings = np.pad(renamings, ((0, 0), (0, 2**bits - 4)))
        least = kernels.canonical(labellings, symmetries, renamings, bits)
        for labelling, one in zip(labellings.tolist(), least.tolist(), strict=True):
            codes_at = [labelling >> h * bits & (1 << bits) - 1 for h in range(n)]
            orbit = {
                sum(int(names[code]) << int(g[h]) * bits for h, code in enumerate(codes_at))
                for names in renamings
                for g in symmetries
            }
            assert one == min(orbit)


# the space


def test_maps_are_all_affine_maps():
    for m in (2, 3, 4, 6):
        assert set(space(m).table) == {tuple((a * h + b) % m for h in range(m)) for a in range(m) for b in range(m)}
        units = sum(np.gcd(a, m) == 1 for a in range(m))
        assert len(space(m).symmetries) == units * m
    plane = space(2, 2)
    assert len(set(plane.table)) == 64
    assert len(plane.symmetries) == 24, "AGL(2, 2) is S4"
    assert len(space(3, 2).symmetries) == 432, "AGL(2, 3)"
    assert len(space(GaloisField(8)).symmetries) == 56


def test_more_bits_and_fewer_elements_are_enough():
    """A model over Z/2^p is one over Z/2^(p+1), and for N one for N - 1."""
    counts = [merged_search(space(m), reading(2)).tally.working for m in (2, 4, 8)]
    assert [n > 0 for n in counts] == [False, True, True]
    for good in (two_elements("fixed"), two_elements("arbitrary")):
        assert OneLayer(space(8), good.reading, good.starts, good.maps).answers() is not None


# forgeries


def test_a_wrong_entry_is_refused():
    """Each number of each map of the model over Z/32 changed: by the definition, it is right or it is refused."""
    good, refused = three_elements(32), 0
    for token in range(9):
        (((a,),), (b,)) = good.maps[token]
        for change in (((((a + 1) % 32,),), (b,)), (((a,),), ((b + 1) % 32,))):
            maps = (*good.maps[:token], type(good.maps[token])(*change), *good.maps[token + 1 :])
            spoilt = replace(good, maps=maps)
            if spoilt.answers() is None:
                refused += 1
                for use in (spoilt.replay, spoilt.proved):
                    with pytest.raises(CertificateError, match="end in one state"):
                        use()
    assert refused > 9


def test_what_is_refused():
    with pytest.raises(ConstructionError, match="N >= 2"):
        Reading(FunctionComposition(1, 1))
    for other in ({"K": 2}, {"x0": "constant"}, {"argument": "last"}, {"blocks": "separated"}):
        with pytest.raises(ConstructionError, match="one function"):
            Reading(replace(FunctionComposition(3, 1), **other))
    for width in (0, True, 5):
        with pytest.raises(DomainError):
            space(2, width)
    with pytest.raises(DomainError, match="images"):
        space(1000)
    with pytest.raises(ConstructionError, match="fixed"):
        MergedSearch(space(2), reading(2, order="arbitrary"))
    with pytest.raises(DomainError, match="62 bits"):
        MergedSearch(space(21), reading(3))
    with pytest.raises(BudgetExhausted, match="raise the budget"):
        _ = MergedSearch(space(8), reading(3), most=5).tally
    with pytest.raises(ConstructionError, match="functions have no map"):
        by_table(0, 1, 2, 0)
    with pytest.raises(ConstructionError, match="not of entries"):
        by_decode_table(space(2), reading(2), ((0,), (1,)), {(0,): 0, (1,): 1})


# the table


def test_the_count():
    for N, d in product(range(2, 30), (1, 2, 3)):
        p = counted_bits(N, d)
        assert 2 ** ((d * d + d) * p) >= N**N > 2 ** ((d * d + d) * (p - 1))
        assert abs(p - N * log2(N) / (d * d + d)) <= 1


def test_the_sharper_count():
    """Over Z/16 there are 240 maps that aren't constant, and 252 functions on four elements that aren't."""
    assert not count_suffices(space(16), reading(4, "functions"))
    assert count_suffices(space(32), reading(4, "functions"))
    assert comb(16, 2) * 2 == 240
    for m, N in product((2, 3, 4, 5), (2, 3)):
        for read in (reading(N, "functions"), reading(N)):
            if not count_suffices(space(m), read):
                assert merged_search(space(m), read).tally.working == 0


def test_rows():
    rows = {(row.N, row.tokens, row.order, row.width): row for row in minima()}
    bits = {key[:3]: (row.least, row.most) for key, row in rows.items() if key[3] == 1}
    assert bits == {
        (2, "functions", "fixed"): (1, 1),
        (3, "functions", "fixed"): (3, 3),
        (4, "functions", "fixed"): (5, 5),
        (2, "entries", "fixed"): (2, 2),
        (2, "entries", "arbitrary"): (2, 2),
    }
    assert all(row.counted <= row.least for row in rows.values())
    assert all(row.as_row().count("|") == HEADER.splitlines()[0].count("|") for row in rows.values())


@pytest.mark.full
def test_rows_of_three_elements():
    assert minimum(3)[4:7] == (3, 5, 5)
    found = minimum(3, order="arbitrary")
    assert found.least == 5
    assert found.most <= 7
