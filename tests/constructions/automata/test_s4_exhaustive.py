"""All small layers with one A for all letters that reach finitely many states, by their state graphs alone: a word's
last letters and its length tell the state of one layer, and in stacks after the first few letters. No monoid, and
nothing else of what the proof uses."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest

ENTRIES = (-1, 0, 1)


def graph(start, moves, limit=60):
    """The reachable states, as a row of successors each; None, if there are more than ``limit``."""
    number, states, rows = {start: 0}, [start], []
    for state in states:
        row = []
        for move in moves:
            after = move(state)
            if after not in number:
                if len(number) == limit:
                    return None
                number[after] = len(number)
                states.append(after)
            row.append(number[after])
        rows.append(tuple(row))
    return tuple(rows)


def ends_meet(rows, start):
    """Whether words of one length from ``start`` that end in the same letters, so many of them, lead to one state: no
    two states that such words reach stay apart for ever."""
    pairs = {(start, start)}
    frontier = [(start, start)]
    for p, q in frontier:
        for pair in product(rows[p], rows[q]):
            if pair not in pairs:
                pairs.add(pair)
                frontier.append(pair)
    apart = {(p, q) for p, q in pairs if p != q}
    while True:
        meeting = {(p, q) for p, q in apart if not any(pair in apart for pair in zip(rows[p], rows[q], strict=True))}
        if not meeting:
            return not apart
        apart -= meeting


def ends_meet_later(rows):
    """Whether it is so from each of the states after some number of first letters."""
    level, met = frozenset([0]), []
    while level not in met:
        if all(ends_meet(rows, state) for state in level):
            return True
        met.append(level)
        level = frozenset(after for state in level for after in rows[state])
    return False


def layers():
    """Matrix, drives of two letters, and start of each layer of width 2."""
    return product(
        product(ENTRIES, repeat=4), product(product(ENTRIES, repeat=2), repeat=2), product(ENTRIES, repeat=2)
    )


def layer_graph(layer):
    (a, b, c, d), drives, start = layer
    return graph(start, [lambda h, v=v: (a * h[0] + b * h[1] + v[0], c * h[0] + d * h[1] + v[1]) for v in drives])


def second_layers(rows, source, most):
    """The graphs of stacks with a second layer of one coordinate, whose drive is any function of the first layer's
    state and letter: all of them, or ``most`` drawn ones for each A."""
    seen = sorted({(state, letter) for row in rows for letter, state in enumerate(row)})
    for a in ENTRIES:
        drives = product(ENTRIES, repeat=len(seen))
        if 3 ** len(seen) > most:
            drives = (source.choices(ENTRIES, k=len(seen)) for _ in range(most))
        for drive in drives:
            b = dict(zip(seen, drive, strict=True))

            def move(state, letter, a=a, b=b):
                below = rows[state[0]][letter]
                return below, a * state[1] + b[below, letter]

            yield graph((0, 0), [lambda s: move(s, 0), lambda s: move(s, 1)])


def check_layers(chosen):
    graphs = [rows for layer in chosen if (rows := layer_graph(layer)) is not None]
    assert all(ends_meet(rows, 0) for rows in graphs)
    return graphs


def check_stacks(graphs, most):
    """How many stacks of two were finite, and how many of these are beyond one layer."""
    source = Random(1)
    stacks = [rows for below in graphs for rows in second_layers(below, source, most) if rows is not None]
    assert all(ends_meet_later(rows) for rows in stacks)
    return len(stacks), sum(not ends_meet(rows, 0) for rows in stacks)


def test_the_criteria_tell_what_no_layer_does():
    assert not ends_meet_later(((0, 1), (1, 0)))  # parity
    assert not ends_meet_later(((1, 2), (2, 0), (2, 2)))  # (ab)*
    assert ends_meet_later(((1, 2), (1, 1), (2, 2)))  # the first letter
    assert not ends_meet(((1, 2), (1, 1), (2, 2)), 0)
    assert ends_meet(((1, 1), (2, 2), (0, 0)), 0)  # the length modulo 3
    assert ends_meet(((0, 1), (0, 1)), 0)  # the last letter


def test_some_layers_and_stacks():
    graphs = check_layers(Random(3).sample(list(layers()), 600))
    assert len(graphs) > 80
    assert check_stacks(sorted(set(graphs), key=len)[:6], 100)[0] > 100
    window = layer_graph(((0, 0, 1, 0), ((1, 0), (-1, 0)), (0, 0)))  # the last two letters
    finite, deep = check_stacks([window], 3**6)
    assert (len(window), deep > 0, finite > deep) == (7, True, True)


@pytest.mark.full
def test_all_layers_of_width_2_and_stacks_on_them():
    graphs = check_layers(layers())
    assert len(graphs) == 10_969  # of 59,049
    finite, deep = check_stacks(sorted(set(graphs)), 20_000)
    assert finite > 20_000
    assert deep > 50
