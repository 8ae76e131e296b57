"""The group of the minimal ideal, found from generators, against the monoid listed in full."""

from __future__ import annotations

import random
from itertools import product

import numpy as np
import pytest

from exactssm.algebra import group
from exactssm.algebra.least_rank import letter_maps, minimal_ideal, retraction
from exactssm.errors import BudgetExhausted, DomainError
from exactssm.table import tabulate
from exactssm.tasks import WordProblem, parity


def compose(f, g):
    """f, then g."""
    return tuple(g[x] for x in f)


def monoid(maps):
    """Every product of the maps, the empty one too: the definition."""
    elements = {tuple(range(len(maps[0])))}
    frontier = list(elements)
    for f in frontier:
        for g in maps:
            if (fg := compose(f, g)) not in elements:
                elements.add(fg)
                frontier.append(fg)
    return elements


def by_definition(maps, s):
    """sTs on the image of s, its points numbered in ascending order."""
    image = sorted(set(s))
    return {tuple(image.index(s[t[s[x]]]) for x in image) for t in monoid(maps)}


def generated(degree, generators):
    return monoid([tuple(range(degree)), *generators])


def check(maps):
    found = minimal_ideal(dict(enumerate(maps)))
    s = tuple(found.retraction.map.tolist())
    elements = monoid(maps)
    assert found.rank == min(len(set(t)) for t in elements) == len(set(s))
    assert compose(s, s) == s
    word = found.retraction.word
    assert word
    assert word.evaluate(maps.__getitem__, compose, tuple(range(len(s)))) == s
    K = by_definition(maps, s)
    assert generated(found.rank, found.permutations) == K
    assert found.group.order == len(K)
    for w, permutation in zip(found.words, found.permutations, strict=True):
        t = w.evaluate(maps.__getitem__, compose, tuple(range(len(s))))
        image = sorted(set(s))
        assert tuple(image.index(s[t[x]]) for x in image) == permutation
    assert found.images == len({tuple(sorted(set(compose(s, t)))) for t in elements})
    return found


def test_every_two_maps_of_three_points():
    """729 pairs; what the ranks and groups can be is known: those of subgroups of S_3, S_2 and S_1."""
    maps = list(product(range(3), repeat=3))
    groups = {(found.rank, found.group.order) for found in (check(pair) for pair in product(maps, repeat=2))}
    assert groups == {(3, 1), (3, 2), (3, 3), (3, 6), (2, 1), (2, 2), (1, 1)}


@pytest.mark.parametrize(("points", "count"), [(4, 150), (5, 40)])
def test_random_maps(points, count):
    rng = random.Random(points)
    for _ in range(count):
        check([tuple(rng.choices(range(points), k=points)) for _ in range(rng.randint(1, 3))])


def test_random_maps_of_two_blocks():
    """Maps that permute blocks, and so have a group at a rank between 1 and all."""
    rng = random.Random(0)
    ranks = set()
    for _ in range(100):
        to = [rng.sample(range(3), 3) for _ in range(2)]
        pairs = [[rng.choice([0, 1]) for _ in range(6)] for _ in to]
        maps = [tuple(2 * p[x // 2] + bits[x] for x in range(6)) for p, bits in zip(to, pairs, strict=True)]
        ranks.add(check(maps).rank)
    assert {3, 6} <= ranks <= set(range(3, 7))


def check_retraction(maps):
    s = retraction(dict(enumerate(maps)))
    f = tuple(s.map.tolist())
    assert s.word.evaluate(maps.__getitem__, compose, tuple(range(len(f)))) == f
    assert compose(f, f) == f
    assert sorted(set(f)) == s.image.tolist()
    for x in maps:
        assert len(set(compose(compose(f, x), f))) == s.rank
        assert s.permutation(np.array(x)) == tuple(sorted(set(f)).index(f[x[i]]) for i in sorted(set(f)))
    return s.rank - minimal_ideal(dict(enumerate(maps))).rank


def test_retractions():
    maps = list(product(range(3), repeat=3))
    above = [check_retraction(pair) for pair in list(product(maps, repeat=2))[::7]]
    assert min(above) >= 0
    rng = random.Random(1)
    above += [check_retraction([tuple(rng.choices(range(5), k=5)) for _ in range(2)]) for _ in range(60)]
    assert max(above) > 0, "less is asked of s than the least rank"


def test_a_rank_that_only_longer_words_show():
    """s = 0 0 2 2: x and y alone permute {0, 2}, but x y merges it."""
    s, x, y = (0, 0, 2, 2), (1, 1, 3, 3), (0, 2, 1, 2)
    found = check([s, x, y])
    assert retraction({0: s, 1: x, 2: y}).rank >= found.rank


def test_trackers_have_their_group():
    for name in ("S3", "Q8", "A4", "S4", "A5"):
        structure = group(name)
        found = minimal_ideal(letter_maps(tabulate(WordProblem(structure, structure.generators))))
        assert (found.rank, found.images, found.group.order) == (structure.order, 1, structure.order)
        assert found.group.derived_length == {"S3": 2, "Q8": 2, "A4": 2, "S4": 3, "A5": None}[name]


def test_a_large_machine():
    """A clock of 10^4 positions; and one that can also be set back to the even position."""
    n = 10**4
    turn = (np.arange(n) + 1) % n
    whole = minimal_ideal({"turn": turn})
    assert (whole.rank, whole.images, whole.group.derived_length) == (n, 1, 1)
    half = minimal_ideal({"turn": turn, "set": np.arange(n) // 2 * 2})
    assert (half.rank, half.images, half.group.derived_length) == (n // 2, 2, 1)
    assert half.permutations == ((*range(1, n // 2), 0),)


def test_parity_with_a_reset():
    maps = letter_maps(tabulate(parity()))
    assert minimal_ideal(maps).group.order == 2
    assert minimal_ideal({**maps, "reset": (0, 0)}).group.order == 1


def test_budget():
    """A clock of ten positions with a reset: rank 1, and each position alone is an image."""
    maps = {"turn": (1, 2, 3, 4, 5, 6, 7, 8, 9, 0), "reset": (0,) * 10}
    assert minimal_ideal(maps, max_images=10).images == 10
    with pytest.raises(BudgetExhausted, match="rank 1 has 9 images, and there are more"):
        minimal_ideal(maps, max_images=9)


@pytest.mark.parametrize(
    ("letters", "message"),
    [
        ({}, "at least one letter"),
        ({"a": (0, 2)}, "must map range\\(2\\) into itself; 'a' doesn't"),
        ({"a": (0, -1)}, "into itself"),
        ({"a": (0, 1), "b": (0, 1, 2)}, "same 1 to 1000000 points; 'b' has shape \\(3,\\)"),
        ({"a": ()}, "same 1 to 1000000 points"),
        ({"a": ((0, 1), (1, 0))}, "has shape \\(2, 2\\)"),
        ({"a": (0.0, 1.0)}, "into itself"),
    ],
)
def test_bad_letters(letters, message):
    for function in (retraction, minimal_ideal):
        with pytest.raises(DomainError, match=message):
            function(letters)
