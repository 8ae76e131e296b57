"""Permutation-reset automata as stacks: shapes known from the groups, steps by hand, and what is refused."""

import random
from fractions import Fraction
from itertools import permutations, product

import pytest

from constructions.automata.permutation_reset import PermutationReset, permutation_reset_stack
from exactssm.arithmetic import CyclotomicField, Rationals
from exactssm.errors import ConstructionError, DomainError, SymbolError
from exactssm.machine import run
from exactssm.tasks import Automaton, flip_flop, mod_counter
from verify import Proved, Refuted, decide


def moved_by(actions, start=0):
    """The automaton whose letters are the numbers of the actions."""
    return Automaton.moore(range(len(actions)), range(len(actions[0])), start, lambda q, x: actions[x][q], lambda q: q)


def resets(points):
    return [(point,) * points for point in range(points)]


# Orders of groups and of the factors of their series, as in every textbook.
@pytest.mark.parametrize(
    ("permuting", "numbers", "order", "widths"),
    [
        ([(1, 0)], "real", 2, (2,)),
        ([(1, 0)], "complex", 2, (2,)),
        ([(1, 2, 3, 0)], "real", 4, (2, 1)),
        ([(1, 2, 3, 0)], "complex", 4, (2,)),
        ([(1, 2, 3, 0), (2, 1, 0, 3)], "real", 8, (3, 1)),  # D4, Frattini subgroup of order 2
        ([(1, 2, 3, 0), (2, 1, 0, 3)], "complex", 8, (3, 1)),
        ([(1, 2, 0), (1, 0, 2)], "complex", 6, (2, 1)),
        ([(1, 2, 3, 0), (1, 0, 2, 3)], "complex", 24, (2, 1, 2)),  # S4: 2, 3, 2 x 2
        ([(1, 0, 3, 4, 2)], "complex", 6, (2,)),  # C6, on points that are not all one orbit
        ([], "non-negative", 1, (1,)),
    ],
)
def test_every_start_with_and_without_resets(permuting, numbers, order, widths):
    points = len(permuting[0]) if permuting else 4
    for start in range(points):
        actions = permuting + resets(points)
        moved = PermutationReset(actions, start, numbers)
        assert (moved.group.order, moved.widths) == (order, widths)
        model = permutation_reset_stack(moved_by(actions, start), numbers)
        assert tuple(layer.width for layer in model.layers()) == widths
        assert isinstance(decide(model, moved_by(actions, start)), Proved)
        if permuting:
            model = permutation_reset_stack(moved_by(permuting, start), numbers)
            assert [layer.width for layer in model.layers()] == [widths[0] - 1, *widths[1:]], "no origin is needed"
            assert isinstance(decide(model, moved_by(permuting, start)), Proved)


def test_all_sets_of_permutations_and_resets_of_three_points():
    actions = [*permutations(range(3)), *resets(3)]
    source = random.Random(0)
    for _ in range(40):
        some = source.sample(actions, source.randint(1, 4))
        automaton = moved_by(some, source.randrange(3))
        if all(action == (0, 1, 2) for action in some):
            with pytest.raises(ConstructionError, match="no letter of this automaton moves"):
                permutation_reset_stack(automaton, "complex")
            continue
        assert isinstance(decide(permutation_reset_stack(automaton, "complex"), automaton), Proved)


def test_the_numbers_are_as_named():
    """Decays and drives on every letter that a layer reads; a reset is 0 for decay, a rotation has no drive."""
    stack = permutation_reset_stack(moved_by(resets(4)), "non-negative")
    (layer,) = stack.layers()
    assert layer.domain == Rationals()
    assert [layer.entries(point) for point in range(4)] == [(Fraction(0), Fraction(point)) for point in range(4)]

    toggle = permutation_reset_stack(moved_by([(1, 0), (1, 1)]), "real")
    (layer,) = toggle.layers()
    assert layer.entries(0) == (1, -1, 0, 0)  # the origin stays, the sign turns
    assert layer.entries(1) == (0, 0, 1, 1)  # the origin is 1, the sign 1
    assert run(toggle, (0, 1, 0, 0)).states[1:] == (((0, -1),), ((1, 1),), ((1, -1),), ((1, 1),))

    third = permutation_reset_stack(mod_counter(3), "complex")
    (layer,) = third.layers()
    field = CyclotomicField(3)
    assert layer.domain == field
    assert layer.entries("1") == (field.root_of_unity(3), field.zero)


def test_forgeries():
    """The flip-flop isn't the toggle, and a reset to another point is noticed by one letter."""
    model = permutation_reset_stack(flip_flop(), "non-negative")
    assert isinstance(decide(model, flip_flop()), Proved)
    other = moved_by([(1, 0), (0, 0), (1, 1)])
    stack = permutation_reset_stack(other, "real")
    for forged in ([(1, 0), (1, 1), (1, 1)], [(0, 1), (0, 0), (1, 1)], [(1, 0), (0, 0), (0, 0)]):
        verdict = decide(stack, moved_by(forged))
        assert isinstance(verdict, Refuted)
        assert len(verdict.trace.word) <= 2


A5 = [(1, 2, 3, 4, 0), (1, 2, 0, 3, 4)]


@pytest.mark.parametrize(
    ("actions", "numbers", "message"),
    [
        ([(0, 0, 1)], "complex", r"must be a permutation or a reset, got \(0, 0, 1\)"),
        ([(1, 0)], "non-negative", r"trivial groups only; \(1,2\) generates one of order 2"),
        ([(1, 2, 0)], "real", r"2-groups only; \(1,2,3\) generates one of order 3"),
        ([(1, 2, 0), (1, 0, 2)], "real", "2-groups only; .* of order 6"),
        (A5, "complex", "solvable groups only; .* of order 60, which isn't solvable"),
        ([(1, 2, 3, 4, 0), (1, 0, 2, 3, 4)], "complex", "of order 120, which isn't solvable"),
        ([(1, 0)], "imaginary", "must be one of non-negative, real, complex; got 'imaginary'"),
    ],
)
def test_what_is_refused(actions, numbers, message):
    with pytest.raises(ConstructionError, match=message):
        permutation_reset_stack(moved_by(actions), numbers)


def test_starts_and_letters():
    with pytest.raises(ConstructionError, match="the start must be one of the points, got 2"):
        PermutationReset([(1, 0)], 2, "real")
    with pytest.raises(ConstructionError, match="the start must be one of the points"):
        PermutationReset([], 0, "real")
    with pytest.raises(SymbolError):
        run(permutation_reset_stack(flip_flop(), "non-negative"), ("jump",))
    with pytest.raises(DomainError, match="more than 5040 elements"):
        PermutationReset([(1, 2, 3, 4, 5, 6, 7, 0), (1, 0, *range(2, 8))], 0, "complex")


def test_all_pairs_of_maps_of_two_points():
    """The weakest numbers of each automaton on two points: negative ones exactly where the points change places."""
    for actions in product(product((0, 1), repeat=2), repeat=2):
        negative = (1, 0) in actions
        if negative:
            with pytest.raises(ConstructionError):
                PermutationReset(actions, 0, "non-negative")
        assert PermutationReset(actions, 0, "real" if negative else "non-negative").group.order == 1 + negative
