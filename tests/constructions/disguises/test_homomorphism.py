"""Factorisations, texts and strings of one length; strings with a slip are refuted by a shortest word."""

import re
from dataclasses import replace
from itertools import combinations, permutations

import pytest

from constructions.disguises.chess_moves import chess_disguise, transposition_moves
from constructions.disguises.homomorphism import (
    FACTORISATIONS,
    by_cycles,
    by_neighbours,
    decided,
    permutations_of,
    tracked,
)
from constructions.disguises.lengths import length_lemma
from constructions.disguises.swap_programs import swap_disguise
from constructions.disguises.trading_stories import story_disguise
from exactssm.algebra import group
from exactssm.errors import CertificateError, ConstructionError, DomainError, FormatError
from verify import Proved, Refuted, decide

S5 = list(permutations(range(5)))


def swapped(order, swaps):
    """Where each of the things in ``order`` ends, if the things at two places are swapped again and again."""
    there = list(order)
    for i, j in swaps:
        there[i], there[j] = there[j], there[i]
    return tuple(there.index(thing) for thing in order)


def cycle_count(p):
    left, count = set(range(5)), 0
    while left:
        count += 1
        k = left.pop()
        while (k := p[k]) in left:
            left.remove(k)
    return count


def test_every_factorisation_is_right_and_as_short_as_it_can_be():
    for p in S5:
        assert swapped("abcde", by_cycles(p)) == swapped("abcde", by_neighbours(p)) == p
        assert len(by_cycles(p)) == 5 - cycle_count(p)
        assert len(by_neighbours(p)) == sum(p[i] > p[j] for i, j in combinations(range(5), 2))
        assert all(j == i + 1 for i, j in by_neighbours(p))
    assert {name: most for name, (_, most) in FACTORISATIONS.items()} == {"cycles": 4, "neighbours": 10}


def test_groups_of_permutations_of_five_points():
    assert permutations_of(group("S5")) == tuple(S5)
    assert len(set(permutations_of(group("A5")))) == 60
    assert set(permutations_of(group("(1 2 3)(4 5)"))) == {
        tuple(q)
        for q in [(0, 1, 2, 3, 4), (1, 2, 0, 4, 3), (2, 0, 1, 3, 4), (0, 1, 2, 4, 3), (1, 2, 0, 3, 4), (2, 0, 1, 4, 3)]
    }
    for name in ("C6", "A4xZ5", "S3xS3", "S6", "D4", "Q8"):
        with pytest.raises(
            DomainError, match=rf"{name}: a group to be disguised must be one of permutations of 5 points"
        ):
            permutations_of(group(name))


def test_padded_strings_have_one_length():
    for make in (chess_disguise, swap_disguise, story_disguise):
        for factorisation, (_, most) in FACTORISATIONS.items():
            padded = make(factorisation=factorisation, padded=True)
            assert {len(padded.string(p)) for p in S5} == {most * len(padded.idle)}
    assert len({len(chess_disguise().string(p)) for p in S5}) == 5


def test_a_string_of_another_length_is_noticed():
    longer = chess_disguise(padded=True)
    lemma = length_lemma("chess", replace(longer, swap=lambda i, j: (*transposition_moves(i, j), "a8a7", "a1b1")), 48)
    found = lemma.check()
    assert found.as_text() == "the string of (4,5) has 50 symbols; exactly 48 are allowed"
    found.replay()
    with pytest.raises(CertificateError, match="allowed length"):
        replace(found, disguise=longer).replay()


def left_out(k):
    return lambda moves: moves[:k] + moves[k + 1 :]


def interchanged(k):
    return lambda moves: (*moves[:k], moves[k + 2], moves[k + 1], moves[k], *moves[k + 3 :])


def with_slip(slip):
    """The verdict on transpositions with a slip in each."""
    wrong = replace(chess_disguise(told_apart=True), swap=lambda i, j: slip(transposition_moves(i, j)))
    case = tracked("slip", wrong, "transpositions")
    return decide(case.model, case.task)


def test_every_half_move_counts():
    """One left out, or j8 to j7, which is in the way; of the interchanges of a move with its side's next one, those of
    the two pieces that don't cross: all but black's second and third."""
    assert isinstance(with_slip(lambda moves: moves), Proved)
    in_the_way = with_slip(lambda moves: tuple(re.sub("(.)6", r"\g<1>7", move) for move in moves))
    refuted = [in_the_way, *(with_slip(left_out(k)) for k in range(12))]
    refuted += [with_slip(interchanged(k)) for k in (1, 2, 3, 5, 7, 9)]
    for verdict in refuted:
        assert isinstance(verdict, Refuted)
        assert len(verdict.trace.word) == 1
    for k in (0, 4, 6, 8):
        assert isinstance(with_slip(interchanged(k)), Proved)


def test_one_assignment_after_the_other_is_no_swap():
    wrong = replace(swap_disguise("tuple", None), swap=lambda i, j: (f"x{i} = x{j}", f"x{j} = x{i}"))
    case = tracked("no swap", wrong)
    assert isinstance(decide(case.model, case.task), Refuted)
    forgetful = replace(story_disguise(1), swap=lambda i, j: ("Alice and Bob keep their coins.",))
    case = decided("no trade", forgetful, 1)
    verdict = decide(case.model, case.task)
    assert [S5[x][1] != 1 for x in verdict.trace.word] == [True], "a letter that moves the second place"


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: chess_disguise(5), ConstructionError, "one of 0 to 4, got 5"),
        (lambda: chess_disguise(factorisation="none"), ConstructionError, "cycles, neighbours; got 'none'"),
        (lambda: transposition_moves(2, 2), ConstructionError, "two different files"),
        (lambda: swap_disguise("exec"), ConstructionError, "list, tuple, z, if; got 'exec'"),
        (lambda: swap_disguise("if", None), ConstructionError, "True and False only"),
        (lambda: story_disguise(7), ConstructionError, "one of 0 to 4, got 7"),
        (lambda: permutations_of(group("S9")), (DomainError, FormatError), "S9"),
    ],
)
def test_bad_input(make, error, said):
    with pytest.raises(error, match=said):
        make()
