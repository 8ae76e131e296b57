"""Verdicts of `classify`: the literature's, and by brute force over all small automata."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

from constructions.automata.automaton_cascade import automaton_stack
from exactssm.algebra import FiniteMonoid, TransformationMonoid, green_relations, group, small_groups
from exactssm.errors import BudgetExhausted, ConstructionError
from exactssm.machine import run, words
from exactssm.tasks import Automaton, task
from verify.algebra.classification import classify
from verify.algebra.classification_report import report, spelt, verdict
from verify.decision import decide
from verify.trace import text

LITERATURE = [
    # name, states of the least machine, order of the monoid, numbers, token shift, groups
    ("flip-flop", 2, 3, "non-negative", False, []),  # the flip-flop of Krohn and Rhodes
    ("star:aa", 2, 2, "real", False, ["C2"]),  # (aa)*, the language that is not star-free
    ("star:ab", 3, 6, "non-negative", True, []),  # (ab)*, which is (McNaughton and Papert 1971)
    ("star:abab", 5, 10, "real", False, ["C2"]),
    ("star:abcabcabc", 10, 29, "complex", False, ["C3"]),
    ("parity", 2, 2, "real", False, ["C2"]),
    ("mod-counter:4", 4, 4, "real", False, ["C4"]),
    ("mod-counter:6", 6, 6, "complex", False, ["C6"]),
    ("mod-counter:15", 15, 15, "complex", False, ["C15"]),
    ("ends-with-ab", 3, 5, "non-negative", True, []),
    ("no-two-ones", 3, 6, "non-negative", True, []),
    ("divisible:3,2", 3, 6, "complex", False, ["S3"]),
    ("divisible:8,2", 4, 7, "non-negative", True, []),  # 1, 0, 00 and the resets to 0 .. 3 zeros at the end
    ("divisible:7,10", 7, 42, "complex", False, ["C7 : C6"]),  # AGL(1,7), as 10 = 3 is primitive mod 7
    ("dyck:1,3", 5, 31, "non-negative", True, []),  # bounded Dyck languages are star-free (Yao et al. 2021)
    ("dyck:2,2", 8, 60, "non-negative", True, []),
    ("gridworld:2,1", 1, 1, "non-negative", False, []),  # the last letter says it all
    ("gridworld:3,1", 3, 8, "non-negative", True, []),
    ("gridworld:6,1", 6, 61, "non-negative", True, []),
    ("gridworld:3,4", 12, 8 * 18, "non-negative", True, []),  # the product of the two grids
    ("maximum:4", 4, 4, "non-negative", False, []),
    ("distinct:3", 8, 8, "non-negative", False, []),
    ("kmp:aba", 4, 8, "non-negative", True, []),
    ("group:S4:generators", 24, 24, "complex", False, ["S4"]),
    ("group:A5:generators", 60, 60, "none", False, ["A5"]),
]


@pytest.mark.parametrize(("name", "states", "order", "numbers", "shift", "groups"), LITERATURE)
def test_the_literature(name, states, order, numbers, shift, groups):
    found = classify(task(name), name)
    assert (found.states, found.monoid.order) == (states, order)
    assert (found.numbers, found.needs_token_shift) == (numbers, shift)
    assert [g.structure.name for g in found.groups] == groups


@pytest.mark.parametrize("width", [3, 4, 7])
def test_walks_on_a_line_are_shifts_cut_off_at_walls(width):
    """The nonconstant maps move an interval of cells, one of n - k, to another; what lies beyond goes to its ends."""
    found = classify(task(f"gridworld:{width},1"))
    assert found.monoid.order == sum(m * m for m in range(1, width)) + width
    assert found.relations.is_aperiodic
    assert found.states == width


@pytest.mark.parametrize(
    ("name", "numbers", "depth"),
    [
        ("C1", "non-negative", 0),
        ("C2^3", "real", 1),
        ("C4", "real", 2),  # real layers: a series with factors of exponent 2
        ("D4", "real", 2),
        ("C6", "complex", 1),
        ("S3", "complex", 2),
        ("S4", "complex", 3),
        ("GL(2,3)", "complex", 4),
        ("A5", "none", None),
        ("S5", "none", None),
        ("SL(2,5)", "none", None),
    ],
)
def test_groups(name, numbers, depth):
    found = classify(group(name))
    assert (found.numbers, found.least_depth) == (numbers, depth)
    assert not found.needs_token_shift


def test_all_groups_up_to_order_15():
    for record in small_groups(15):
        found = classify(record.group())
        two = record.order & (record.order - 1) == 0
        assert found.numbers == ("non-negative" if record.order == 1 else "real" if two else "complex")
        if not two:
            assert found.least_depth == record.derived_length


def closure(maps):
    found = {tuple(range(len(maps[0])))}
    frontier = list(found)
    for f in frontier:
        for g in maps:
            fg = tuple(g[x] for x in f)
            if fg not in found:
                found.add(fg)
                frontier.append(fg)
    return found


def cycle_lengths(f):
    """The lengths of the cycles of a transformation, by following every point for so long that it comes round."""
    lengths = set()
    for x in range(len(f)):
        for _ in f:
            x = f[x]
        start, length = x, 1
        while (x := f[x]) != start:
            length += 1
        lengths.add(length)
    return lengths


def by_cycles(maps):
    """The numbers needed for a transformation monoid of at most 4 points, where every group is solvable: whether any
    element has a nontrivial cycle, or one of a length that is no power of 2."""
    lengths = set().union(*map(cycle_lengths, closure(maps)))
    return "non-negative" if lengths == {1} else "real" if lengths <= {1, 2, 4} else "complex"


def merged(delta, accepting, states):
    """The minimal DFA by Moore's refinement, on sets of states; start 0. The maps of its letters and its start."""
    reached = {0}
    frontier = [0]
    for q in frontier:
        for x in "ab":
            if delta[q, x] not in reached:
                reached.add(delta[q, x])
                frontier.append(delta[q, x])
    label = {q: int(q in accepting) for q in reached}
    for _ in range(states):
        label = {q: (label[q], label[delta[q, "a"]], label[delta[q, "b"]]) for q in reached}
    blocks = sorted(set(label.values()), key=str)
    one = {block: next(q for q in reached if label[q] == block) for block in blocks}
    return [tuple(blocks.index(label[delta[one[block], x]]) for block in blocks) for x in "ab"]


def dfas(states):
    keys = list(product(range(states), "ab"))
    for successors in product(range(states), repeat=len(keys)):
        for accepting in product((False, True), repeat=states):
            yield dict(zip(keys, successors, strict=True)), {q for q in range(states) if accepting[q]}


def check_dfas(chosen, states):
    counts = {"non-negative": 0, "real": 0, "complex": 0}
    for delta, accepting in chosen:
        found = classify(Automaton.dfa("ab", range(states), 0, accepting, delta))
        assert found.numbers == by_cycles(merged(delta, accepting, states)), (delta, accepting)
        counts[found.numbers] += 1
        if found.turning is not None:
            images = found.monoid.elements[found.monoid.product(found.turning.word)].tolist()
            cycle = found.turning.cycle
            assert len(cycle) > 1
            assert [images[q] for q in cycle] == [*cycle[1:], cycle[0]]
    return counts


def test_all_dfas_with_two_states():
    assert sum(check_dfas(dfas(2), 2).values()) == 64


def test_some_dfas_with_three_states():
    counts = check_dfas(Random(1).sample(list(dfas(3)), 100), 3)
    assert min(counts.values()) > 0


@pytest.mark.full
def test_all_dfas_with_three_states():
    assert sum(check_dfas(dfas(3), 3).values()) == 3**6 * 8


ORDER = ["non-negative", "real", "complex"]


def check_stacks(machine):
    """What the verdict says is built and proved, and what it says can't be is refused."""
    found = classify(machine)
    for numbers in ORDER:
        enough = ORDER.index(found.numbers) <= ORDER.index(numbers)
        if not enough:
            with pytest.raises(ConstructionError):
                automaton_stack(machine, numbers)
            continue
        stack = automaton_stack(machine, numbers, "shift" if numbers == "non-negative" else None)
        assert decide(stack, machine).name == "proved"
    if found.numbers == "non-negative" and not found.needs_token_shift:
        assert decide(automaton_stack(machine, "non-negative", "runs"), machine).name == "proved"


def test_verdicts_are_kept_by_stacks():
    machines = [Automaton.dfa("ab", range(3), 0, accepting, delta) for delta, accepting in dfas(3)]
    for machine in Random(4).sample(machines, 4):
        if classify(machine).states > 1:
            check_stacks(machine)


@pytest.mark.parametrize("name", ["flip-flop", "star:ab", "star:aa", "divisible:3,2"])
def test_verdicts_on_classic_tasks_are_kept_by_stacks(name):
    check_stacks(task(name))


MAPS3 = list(product(range(3), repeat=3))


def test_maps_of_three_points_by_class():
    """Of 27 maps 2 have a cycle of 3, and 3 * 3 one of 2: which two points, and where the third goes."""
    counts = {"non-negative": 0, "real": 0, "complex": 0}
    for f in MAPS3:
        counts[numbers_of([f])] += 1
    assert counts == {"non-negative": 16, "real": 9, "complex": 2}


def test_some_pairs_of_maps_of_three_points_by_class():
    for pair in Random(2).sample(list(product(MAPS3, repeat=2)), 50):
        assert numbers_of(pair) == by_cycles(pair), pair


@pytest.mark.full
def test_all_pairs_of_maps_of_three_points_by_class():
    """Green's relations against cycles, on all 729."""
    found = [numbers_of(pair) for pair in product(MAPS3, repeat=2)]
    assert found == [by_cycles(pair) for pair in product(MAPS3, repeat=2)]
    assert set(found) == {"non-negative", "real", "complex"}


def numbers_of(maps):
    relations = green_relations(TransformationMonoid.from_transformations(maps))
    structures = [subgroup.structure for subgroup in relations.maximal_subgroups]
    if all(found.is_trivial for found in structures):
        return "non-negative"
    return "real" if all(found.is_two_group for found in structures) else "complex"


def test_nonsolvable_automata_of_five_points():
    """Only rank 5 can hold a group that isn't solvable: A5 or S5, so the permutations among the letters decide."""
    random = Random(19)
    seen = set()
    for _ in range(6):
        maps = [random.sample(range(5), 5), random.sample(range(5), 5), [random.randrange(5) for _ in range(5)]]
        permutations = closure([tuple(m) for m in maps if len(set(m)) == 5])
        machine = Automaton.moore("abc", range(5), 0, lambda q, x, m=maps: m["abc".index(x)][q], lambda q: q)
        found = classify(machine)
        if found.states == 5:  # all are reached
            assert (found.numbers == "none") == (len(permutations) >= 60)
            seen.add(found.numbers)
    assert {"none", "complex"} <= seen


@pytest.mark.parametrize("name", ["star:ab", "gridworld:3,1", "ends-with-ab", "flip-flop", "maximum:3", "dyck:1,2"])
def test_repetitions(name):
    """The witness shows a difference on words; where there is none, words with and without repetitions agree."""
    machine = task(name)
    found = classify(machine)
    if found.repeated is None:
        for word in words(machine.alphabet, 5, 1):
            once = [x for i, x in enumerate(word) if i == 0 or x != word[i - 1]]
            assert run(machine, word).outputs[-1] == run(machine, once).outputs[-1]
        return
    before, letter = found.repeated
    differ = [
        run(machine, (*before, letter, *rest)).outputs[-1] != run(machine, (*before, letter, letter, *rest)).outputs[-1]
        for rest in words(machine.alphabet, 4)
    ]
    assert any(differ)


def test_monoids_without_a_machine():
    full = FiniteMonoid.from_transformations([(1, 2, 3, 4, 0), (1, 0, 2, 3, 4), (0, 0, 2, 3, 4)])
    found = classify(full)
    assert (found.numbers, found.unsolvable.structure.core_order) == ("none", 60)
    assert "the group (order 120) around the empty word is not solvable" in verdict(found)
    flip_flop = FiniteMonoid.from_transformations([(0, 0), (1, 1)])
    assert classify(flip_flop).repeated is None
    zero = FiniteMonoid.from_table([[0, 1, 2], [1, 2, 2], [2, 2, 2]])  # 1, x, x^2 = 0
    assert classify(zero).repeated == ((), "1")
    assert classify(zero).needs_token_shift


def test_budgets_and_open_outputs():
    with pytest.raises(BudgetExhausted, match="more are reachable"):
        classify(task("mod-counter:50"), max_states=49)
    with pytest.raises(BudgetExhausted, match="counter: 49 transformations"):
        classify(task("mod-counter:50"), "counter", max_elements=49)
    with pytest.raises(ConstructionError, match="unspecified"):
        classify(task("delay:1"))


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        ("regex:(a|b)*b", ["No layer is needed"]),  # two states, though readouts see the letter
        ("star:ab", ["non-negative real numbers do it", "and a token shift", "the letter a twice in a row is not"]),
        ("flip-flop", ["non-negative real numbers do it", "reading a letter twice in a row is reading it once"]),
        ("star:abab", ["real numbers do it", "the word ab, round the states 0 3, generates a group of order 2"]),
        ("divisible:3,2", ["complex numbers do it, at least 2", "generates a group of order 3", "no power of 2"]),
        ("group:A5:generators", ["No stack of diagonal layers does it", "its perfect core has order 60"]),
        ("mod-counter:1", ["No layer is needed"]),
    ],
)
def test_what_is_said(name, sentences):
    found = classify(task(name), name)
    told = verdict(found)
    for sentence in sentences:
        assert sentence in told
    for width in (60, 80):
        assert all(len(line) <= width or "  " in line for line in report(found, width).splitlines())


def test_the_report_fits_80_columns():
    for name, *_ in LITERATURE:
        assert max(map(len, report(classify(task(name), name)).splitlines())) <= 80, name


def test_words_are_spelt():
    assert spelt(()) == "(empty)"
    assert spelt(("a", "b")) == "ab"
    assert spelt(("set", "read")) == "set read"
    assert spelt(("a",) * 6) == "a^6"
    assert spelt((1, (2, 3))) == f"1 {text((2, 3))}"
