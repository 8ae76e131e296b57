"""The search for cascades that are hard to refute: what a cascade does, how far it gets, and that climbing climbs."""

from __future__ import annotations

import random
from itertools import product

import pytest

from constructions.groups.cascade_search import (
    MOST_STATES,
    STEPS,
    CounterCascade,
    Score,
    best_cascade,
    random_cascade,
    score,
)
from exactssm.algebra import group
from exactssm.errors import ConstructionError
from exactssm.machine import run
from exactssm.table import tabulate
from exactssm.tasks import WordProblem
from verify import find_collision


def test_a_cascade_by_hand():
    """A switch that letter 0 turns, and a counter modulo 3 that goes on by 2 where the switch is then on, by 1 where it
    is off; letter 1 sets the counter to 2 while the switch is on."""
    cascade = CounterCascade(2, ((2,), (3,)), (((1,), (0,)), ((1,), (2,), (0,), (5,))))
    assert run(cascade, (0, 1, 0, 1, 0)).outputs == ((1, 2), (1, 2), (0, 0), (0, 0), (1, 2))


@pytest.mark.parametrize("shape", [((2,), (3,)), ((2, 3), (2,)), ((4,), (2, 3), (2,)), ((6,),)])
def test_the_stack_is_the_cascade(shape):
    """State by state: the stack's states are powers of roots of unity, the cascade's are the exponents."""
    source = random.Random(str(shape))
    for _ in range(5):
        cascade = random_cascade(source, 2, shape)
        stack = cascade.stack(("x", "y"))
        assert stack.depth == len(shape)
        ours, theirs = tabulate(cascade), tabulate(stack)
        assert ours.next.tolist() == theirs.next.tolist()
        for exponents, state in zip(ours.labels, theirs.labels, strict=True):
            numbers = [z for layer in state for z in layer]
            orders = [n for layer in shape for n in layer]
            domain = next(stack.layers()).domain
            for e, n, z in zip(exponents, orders, numbers, strict=True):
                assert z == domain.zeta(e * domain.conductor // n)


def brute(cascade, structure, letters):
    """The least length up to which two words, all of them written out, meet with different products."""
    states = {cascade.start: 0}
    for length in range(1, 8):
        for word in product(range(len(letters)), repeat=length):
            state = run(cascade, word).states[-1]
            value = structure.product(letters[x] for x in word)
            if states.setdefault(state, value) != value:
                return length
    return None


def test_scores_by_every_word():
    s3 = group("S3")
    letters = s3.generators
    source = random.Random(0)
    for _ in range(25):
        cascade = random_cascade(source, len(letters), ((2,), (2, 2)))
        reached = score(cascade, s3, letters)
        assert reached.length == brute(cascade, s3, letters)
        # the search for a readout also wants the last letters to be equal: at most one letter more
        found = find_collision(cascade.stack(letters), WordProblem(s3, letters))
        assert reached.length <= len(found.second) <= reached.length + 1


def test_a_cascade_that_tracks_is_refused():
    """S3 at depth 2: the sign, and rotations that go backwards where it is -1."""
    s3 = group("S3")
    s, r = s3.element("(1,2)"), s3.element("(1,2,3)")
    rows = ((0,), (0,), (1,), (2,))  # s: no turn; r: forwards where the sign is 1
    right = CounterCascade(2, ((2,), (3,)), (((1,), (0,)), rows))
    with pytest.raises(ConstructionError, match="this one tracks it"):
        score(right, s3, (s, r))
    # always forwards, s r and r s meet; e, s, r and s r were labelled before
    wrong = CounterCascade(2, ((2,), (3,)), (((1,), (0,)), ((0,), (0,), (1,), (1,))))
    assert score(wrong, s3, (s, r)) == Score(2, 4)


def test_climbs():
    """Reproducible; better than what they began with; no more states than allowed."""
    found = best_cascade.__wrapped__("S4", 2, 1)
    assert found == best_cascade("S4", 2, 1)
    assert found.tried == STEPS
    s4 = group("S4")
    assert found.score == score(found.cascade, s4, s4.generators)
    size = 1
    for orders in found.cascade.orders:
        for order in orders:
            size *= order
    assert 24 <= size <= MOST_STATES * 24
    two = best_cascade("S4", 2, 2)
    assert two.score >= found.score
    assert two.tried == 2 * STEPS
    with pytest.raises(ConstructionError, match="at least one climb"):
        best_cascade("S4", 2, 0)
