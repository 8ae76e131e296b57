"""Marked points by IDS4 and RNN-SSM: states and units that the theory predicts, groups by their tables, forgeries."""

import random
from dataclasses import replace

import pytest

from constructions.automata.ids4_points import ids4_of_points
from constructions.automata.marked_points import (
    START,
    Announced,
    Conventions,
    MarkedPoints,
    all_maps,
    board,
    even_permutations,
    every_convention,
    generators_of_all_maps,
    held,
    one_piece,
    regular,
)
from constructions.automata.sign_units import one_unit, one_unit_layers, rnn_ssm_of_points, units_of
from exactssm.algebra import group
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.layers import DenseLayer
from exactssm.machine import UNSPECIFIED, run, words
from exactssm.models import Block, Model
from exactssm.tasks import Automaton, all_dfas, flip_flop, parity
from verify import Proved, Refuted, decide

MIXED = MarkedPoints({"swap": (1, 0, 2), "merge": (0, 0, 2), "turn": (1, 2, 0)}, (0, 2, 2))


def drawn(task, seed, length=12):
    return random.Random(seed).choices(task.alphabet, k=length)


def places(task, word):
    """By hand: each mark on its own way."""
    found = [task.marks]
    for x in word:
        found.append(tuple(task.maps[x][p] for p in found[-1]))
    return found


@pytest.mark.parametrize(
    "task", [MIXED, one_piece(), board(4), even_permutations(5)], ids=["mixed", "piece", "S4", "A5"]
)
def test_both_layers_know_all_places(task):
    for seed, conventions in enumerate(every_convention()):
        word = drawn(task, seed)
        read = [START, *word] if conventions.start_symbol else word
        expected = tuple(places(task, word)[1:])
        for model in (ids4_of_points(task, conventions), rnn_ssm_of_points(task, seed % 3 - 1, conventions)):
            assert run(model, read).outputs[-len(word) :] == expected
            assert any(any(h) for h in model.start) != conventions.zero_start


def test_states_of_ids4():
    """Two marks at point 2 and one at 0, weights 1, 2 and 4; less that vector from h_0 = 0 without a start symbol."""
    assert MIXED.vector(MIXED.marks) == (1, 0, 6)
    without, started = ids4_of_points(MIXED), ids4_of_points(MIXED, Conventions(zero_start=False))
    assert run(started, ["turn", "merge"]).states == (((1, 0, 6),), ((6, 1, 0),), ((7, 0, 0),))
    assert run(without, ["turn", "merge"]).states[1:] == (((5, 1, -6),), ((6, 0, -6),))
    assert [MIXED.places(v) for v in ((7, 0, 0), (1, 1, 6), (-1, 0, 6), (1, 0, 4))] == [(0, 0, 0), None, None, None]
    assert board(3).vector((2, 0, 1)) == (2, 3, 1)
    assert [board(3).places(v) for v in ((2, 3, 1), (3, 3, 0), (1, 2, 4))] == [(2, 0, 1), None, None]


def test_a_bias_repairs_the_naive_drive():
    """B x = A(x) v_0 with b = -v_0 is the drive; without b it is wrong from the second symbol on."""
    task = MarkedPoints.of_automaton(list(all_dfas(3, "ab"))[1234])
    (block,) = ids4_of_points(task).blocks
    naive = {x: task.vector(tuple(task.maps[x][p] for p in task.marks)) for x in "ab"}
    v0 = task.vector(task.marks)
    assert {x: tuple(a - b for a, b in zip(naive[x], v0, strict=True)) for x in "ab"} == block.layer.drive
    forged = Model("ab", [Block(replace(block.layer, drive=naive), lambda h, x: task.places(h))])
    found = decide(forged, task)
    assert isinstance(found, Refuted)
    assert len(found.trace.word) == 2


def test_units_are_images_of_classes():
    """Flip-flop: read keeps both, set and reset merge; x and y that move alike are one class."""
    task = MarkedPoints.of_automaton(flip_flop())
    assert sorted(len(set(images)) for images in task.maps.values()) == [1, 1, 2]
    assert [len(units) for units in units_of(task)] == [4]
    twice = MarkedPoints({"x": (1, 0), "y": (1, 0), "z": (0, 1)}, (0,))
    assert [len(units) for units in units_of(twice)] == [4]
    assert [len(units) for units in units_of(MIXED)] == [3 + 2 + 3] * 3
    for automaton in random.Random(1).sample(list(all_dfas(3, "ab")), 50):
        (units,) = units_of(MarkedPoints.of_automaton(automaton))
        assert len(units) <= 6


def test_two_units_need_a_third():
    """Two states and one symbol, which the general construction has no room for."""
    for automaton in all_dfas(2, "a"):
        task = MarkedPoints.of_automaton(automaton)
        for sign_of_zero in (-1, 0, 1):
            assert isinstance(decide(rnn_ssm_of_points(task, sign_of_zero), task), Proved)
    chain = Automaton("a", range(4), 0, {(q, "a"): min(q + 1, 3) for q in range(4)}, lambda q, x: q)
    assert isinstance(
        decide(rnn_ssm_of_points(MarkedPoints.of_automaton(chain), 0), MarkedPoints.of_automaton(chain)), Proved
    )


def test_no_sum_is_zero():
    """So that sgn(0) never counts, from h_0 = 0 and from the vector of the start."""
    for automaton in random.Random(2).sample(list(all_dfas(3, "ab")), 12):
        task = MarkedPoints.of_automaton(automaton)
        for conventions in every_convention():
            model = rnn_ssm_of_points(task, 0, conventions)
            (layer,) = model.layers()
            for word in words("ab", 4, 4):
                states = run(model, [START, *word] if conventions.start_symbol else word).states
                assert all(0 not in h for (h,) in states[1:])
                assert layer.width == len(layer.start)


def test_groups_are_their_tables():
    for name in ("S3", "A4:generators"):
        problem, points = regular(name)
        structure = group(name.removesuffix(":generators"))
        word = drawn(points, 5)
        assert [p for (p,) in places(points, word)[1:]] == [structure.product(word[: i + 1]) for i in range(12)]
        assert problem.letters == points.alphabet


def test_a_board_is_the_symmetric_group():
    """Marks of all pieces, after exchanges: the product of transpositions in S_5, by its table."""
    structure, squares = group("S5"), board()
    label = {x: structure.element(f"({x[0] + 1},{x[1] + 1})") for x in squares.alphabet}
    seen = {}
    for seed in range(40):
        word = drawn(squares, seed)
        for i, after in enumerate(places(squares, word)):
            element = structure.product([label[x] for x in word[:i]])
            assert seen.setdefault(element, after) == after
            assert places(one_piece(), word)[i] == after[:1]
    assert len(set(seen.values())) == len(seen) > 90


def test_sizes_of_monoids():
    for task, order in ((all_maps(2), 4), (generators_of_all_maps(3), 27), (even_permutations(4), 12), (board(4), 24)):
        found = decide(ids4_of_points(task), task)
        assert isinstance(found, Proved)
        assert found.pairs == order


def test_the_task_after_a_start_symbol():
    task = Announced(parity())
    assert run(task, [START, "1", "0"]).outputs == (UNSPECIFIED, "odd", "odd")
    assert run(task, ["1", START, "1"]).outputs == run(task, [START, START, "1"]).outputs == (UNSPECIFIED,) * 3
    assert [task.is_dead(q) for q in run(task, [START, "1", START, "1"]).states] == [False, False, False, True, True]
    assert held(parity(), Conventions()) == parity()
    with pytest.raises(SymbolError, match="must not be one of the task's"):
        Announced(MarkedPoints({START: (0,)}, (0,)))


def test_bad_points():
    for maps, marks in (({}, (0,)), ({"x": (0, 1), "y": (0,)}, (0,)), ({"x": (0, 2)}, (0,)), ({"x": (0, 1)}, (2,))):
        with pytest.raises(DomainError):
            MarkedPoints(maps, marks)


def test_layers_of_one_unit_are_all_there():
    """Every integer layer with |a|, |b| <= 4 moves -1, 0 and 1 like one of the list."""

    def moves(a, b, zero):
        return tuple((t > 0) - (t < 0) or zero for t in (a * h + b for h in (-1, 0, 1)))

    layers = [layer for _, layer in one_unit_layers()]
    assert len(layers) == 9 * (2 * 7**2 + 3**2) == 963
    listed = {
        (*[moves(layer.recurrent[0][0], layer.drive[x][0], layer.sign_of_zero) for x in "01"], layer.start[0])
        for layer in layers
    }
    numbers = range(-4, 5)
    for zero, h, a in ((zero, h, a) for zero in (-1, 0, 1) for h in (-1, 0, 1) for a in numbers):
        for b0, b1 in ((b0, b1) for b0 in range(-9, 10) for b1 in (-9, -a, 0, a, 9)):
            assert (moves(a, b0, zero), moves(a, b1, zero), h) in listed


def test_one_unit_by_hand():
    """Flip-flop from 0: read keeps, at first the start; parity is refused."""
    bit = Automaton(
        "ksr", (0, 1), 1, {(q, x): {"k": q, "s": 1, "r": 0}[x] for q in (0, 1) for x in "ksr"}, lambda q, x: q
    )
    for zero in (-1, 0, 1):
        assert run(one_unit(bit, zero), "kkrksk").outputs == (1, 1, 0, 0, 1, 1)
        assert run(one_unit(bit, zero), "kr").states == (((0,),), ((1,),), ((-1,),))
    with pytest.raises(ConstructionError, match="no letter that keeps both"):
        one_unit(Automaton("01", (0, 1), 0, lambda q, x: q ^ int(x), lambda q, x: q), 0)


def test_without_b_the_first_symbol_is_lost():
    """Whatever A: after one symbol the state is b."""
    chosen = random.Random(3)
    for _ in range(20):
        matrix = {x: tuple(tuple(chosen.randrange(-3, 4) for _ in range(3)) for _ in range(3)) for x in "01"}
        layer = DenseLayer(
            ids4_of_points(one_piece()).blocks[0].layer.domain, (0, 0, 0), matrix, dict.fromkeys("01", (1, 2, 3))
        )
        assert layer.run("00")[1:] == layer.run("10")[1:]
