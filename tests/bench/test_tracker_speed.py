"""Trackers of groups: tables of layers against the search by the definition, and what twice the group costs."""

from __future__ import annotations

from time import process_time_ns

import pytest

from constructions.groups.subnormal_tracker import subnormal_tracker
from exactssm.algebra import derived_series, group
from exactssm.tasks import WordProblem
from verify.algebra.track import track
from verify.decision import decide
from verify.resources import measure
from verify.search.reachability import search

pytestmark = [pytest.mark.bench, pytest.mark.full]


def milliseconds(work, repeats=3):
    """The least time that the processor spent on ``work``, of a few runs."""
    times = []
    for _ in range(repeats):
        begin = process_time_ns()
        work()
        times.append(process_time_ns() - begin)
    return max(1, min(times) // 10**6)


def proof(name):
    """Proves and measures the tracker of a group on all elements."""
    series = derived_series(group(name))
    model, task = subnormal_tracker(series), WordProblem(series.group)

    def fast():
        verdict = decide(model, task)
        return verdict.certificate.pairs, measure(model, verdict.certificate.pairs, task, verdict.use)

    def slow():
        found = search(model, task)
        return found.pairs, measure(model, found.pairs, task)

    return fast, slow


@pytest.mark.parametrize("name", ["S4xC5", "SL(2,3)xC5", "GL(2,3)xC5"])
def test_tables_of_layers_against_the_definition(name):
    fast, slow = proof(name)
    assert fast() == slow()  # and compiles
    quick, definition = milliseconds(fast), milliseconds(slow, 1)
    print(f"\n{name}: {quick} ms over tables, {definition} ms by the definition")
    assert 8 * quick <= definition
    assert quick <= 500


def test_twice_the_group_takes_four_times_as_long():
    """n states times n letters. The layers of D_n have 4 and n/2 states, each with 2n letters."""
    proof("D30")[0]()
    times = [milliseconds(proof(f"D{n}")[0]) for n in (100, 200, 400, 800)]
    print(f"\nD100, D200, D400, D800: {times} ms")
    assert times[-1] <= 100 * times[0]  # n^2 makes 64 times of it, n^3 512 times


@pytest.mark.parametrize("name", ["D1000", "C2000", "AGL(1,43)", "S4xS4xC3", "GL(2,3)xC5xC8"])
def test_groups_of_about_two_thousand_elements_on_their_generators(name):
    taken = milliseconds(lambda: track(group(name), "exponent", generators=True), 1)
    print(f"\n{name} on generators: {taken} ms")
    assert taken <= 5000
