"""Compiled horizons against steps by the definition; scans against scan trees; float32 against numpy's."""

from itertools import product

import numpy as np
import pytest

from constructions.rounding.float_rotations import FORMATS, ORDERS, Kept, RotationTracker
from exactssm.errors import DomainError, FormatError
from exactssm.evaluation import AlongTree, blelloch, hillis_steele
from verify.drawing.horizon_picture import draw_horizons
from verify.numbers.float_horizons import (
    Horizon,
    find_horizon,
    find_horizon_by_steps,
    find_scan_horizon,
    scan_states,
)

TREES = {"blelloch": blelloch, "hillis-steele": hillis_steele}
EVERYTHING = [RotationTracker(*case) for case in product(FORMATS, ORDERS, Kept)]

# (format, m, kept): the first wrong length, or None where the state returns. What is not here returns, or is open.
FIRST_WRONG = {
    **{("e5m2", m, Kept.ANGLE): t for m, t in ((7, 5), (12, 9), (60, 9))},
    **{("e4m3fn", m, Kept.ANGLE): t for m, t in ((3, 7), (5, 6), (12, 12), (60, 9))},
    **{("binary16", m, Kept.ANGLE): t for m, t in ((5, 805), (7, 805), (60, 120))},
    **{("bfloat16", m, Kept.ANGLE): t for m, t in ((7, 103), (12, 54), (60, 48))},
    **{("e5m2", m, Kept.COMPLEX): t for m, t in ((5, 32), (7, 9), (60, 5))},
    **{("e4m3fn", m, Kept.COMPLEX): t for m, t in ((5, 38), (7, 15), (60, 8))},
}
OPEN = {("binary64", m, Kept.ANGLE) for m in (3, 12, 60)}
FAR = {("binary32", m, Kept.ANGLE): t for m, t in ((7, 6588400), (12, 3294202), (60, 658848))}


def key(tracker):
    return tracker.number_format, tracker.order, tracker.kept


@pytest.mark.parametrize("tracker", EVERYTHING, ids=str)
def test_compiled_as_by_steps(tracker):
    for steps in (1, tracker.order + 1, 70):
        assert find_horizon(tracker, steps) == find_horizon_by_steps(tracker, steps)


@pytest.mark.full
@pytest.mark.parametrize("tracker", EVERYTHING, ids=str)
def test_compiled_as_by_steps_for_longer(tracker):
    assert find_horizon(tracker, 3000) == find_horizon_by_steps(tracker, 3000)


@pytest.mark.parametrize("tracker", EVERYTHING, ids=str)
def test_every_recurrence(tracker):
    found = find_horizon(tracker, 140_000)
    if key(tracker) in FIRST_WRONG:
        assert found == Horizon("refuted", FIRST_WRONG[key(tracker)])
    elif key(tracker) in OPEN or key(tracker) in FAR:
        assert found == Horizon("checked", 140_000)
    else:
        assert (found.verdict, found.period) == ("proved", tracker.order)


@pytest.mark.parametrize(
    "tracker", [t for t in EVERYTHING if t.number_format in ("e5m2", "e4m3fn", "bfloat16")], ids=str
)
def test_the_first_wrong_length_by_reading_every_state(tracker):
    """Without a search for returns: up to some length, which counts are read off right."""
    limit = 130
    states = tracker.layer.run("1" * limit)
    wrong = [t for t in range(1, limit + 1) if tracker.decode(states[t]) != t % tracker.order]
    assert wrong[:1] == [t for t in [FIRST_WRONG.get(key(tracker), limit + 1)] if t <= limit]


def hardware_angle(order, steps):
    """The float32 codes after ``steps - 1`` and ``steps`` letters, by numpy."""
    c, turn, theta = np.float32(2 * np.pi / order), np.float32(2 * np.pi), np.float32(0)
    for _ in range(steps):
        before = theta
        theta = theta + c
        if theta >= turn:
            theta = theta - turn
    return [int(x.view(np.uint32)) for x in (before, theta)]


@pytest.mark.parametrize(
    "order", [60, pytest.param(12, marks=pytest.mark.full), pytest.param(7, marks=pytest.mark.full)]
)
def test_float32_drifts_as_numpy_does(order):
    tracker = RotationTracker("binary32", order, Kept.ANGLE)
    first = FAR[key(tracker)]
    assert find_horizon(tracker, 10**7) == Horizon("refuted", first)
    assert find_horizon(tracker, first - 1) == Horizon("checked", first - 1)
    before, at = hardware_angle(order, first)
    assert tracker.decode((before,)) == (first - 1) % order
    assert tracker.decode((at,)) != first % order


@pytest.mark.parametrize("tracker", [t for t in EVERYTHING if t.order in (5, 12)], ids=str)
@pytest.mark.parametrize("tree", TREES)
def test_scans_as_along_trees(tracker, tree):
    along = AlongTree(TREES[tree]).on(tracker.layer)
    expected = [along("1" * n) for n in range(1, 34)]
    assert scan_states(tracker, 33, tree) == expected
    wrong = [n for n, state in enumerate(expected, start=1) if tracker.decode(state) != n % tracker.order]
    assert find_scan_horizon(tracker, 33, tree) == (Horizon("refuted", wrong[0]) if wrong else Horizon("checked", 33))


def test_the_tree_matters():
    """e5m2 counts modulo 5 for ever letter by letter, and goes wrong at length 6 along either tree."""
    tracker = RotationTracker("e5m2", 5, Kept.ANGLE)
    assert find_horizon(tracker, 100).verdict == "proved"
    for tree in TREES:
        assert find_scan_horizon(tracker, 100, tree) == Horizon("refuted", 6)
    decaying = RotationTracker("bfloat16", 3, Kept.COMPLEX)
    assert find_horizon(decaying, 100).verdict == "proved"
    assert find_scan_horizon(decaying, 1000, "blelloch") == Horizon("refuted", 962)


def test_what_is_refused():
    tracker = RotationTracker("e5m2", 5, Kept.ANGLE)
    for search in (find_horizon, find_horizon_by_steps):
        for steps in (0, -1, True, 2**62 + 1, "1"):
            with pytest.raises(DomainError, match="number of steps must be an int from 1"):
                search(tracker, steps)
    with pytest.raises(DomainError, match="length of a word must be an int from 1"):
        find_scan_horizon(tracker, 2**24 + 1, "blelloch")
    with pytest.raises(DomainError, match="tree must be one of blelloch, hillis-steele; got 'left-fold'"):
        find_scan_horizon(tracker, 10, "left-fold")
    with pytest.raises(DomainError, match="must have a -0"):
        find_horizon(RotationTracker("e4m3fnuz", 5, Kept.COMPLEX), 10)


def test_horizons_in_words():
    assert str(Horizon("proved", 13, 5)) == "proved for all lengths: period 5, by step 13"
    assert str(Horizon("refuted", 5)) == "refuted at length 5"
    assert str(Horizon("checked", 10)) == "checked up to length 10"


def test_the_picture(tmp_path):
    pytest.importorskip("matplotlib")
    from matplotlib.image import imread

    horizons = {tracker: find_horizon(tracker, 200) for tracker in EVERYTHING if tracker.order < 8}
    draw_horizons(horizons, tmp_path / "horizons.png", "counters")
    assert imread(tmp_path / "horizons.png").std() > 0
    draw_horizons(dict(list(horizons.items())[:1]), tmp_path / "one.svg")
    assert "</svg>" in (tmp_path / "one.svg").read_text("utf-8")
    with pytest.raises(DomainError, match="1 to 6 formats"):
        draw_horizons({}, tmp_path / "none.png")
    with pytest.raises(FormatError, match="must end in"):
        draw_horizons(horizons, tmp_path / "horizons.txt")


@pytest.mark.full
@pytest.mark.parametrize("case", sorted(OPEN, key=str), ids=str)
def test_what_is_open_in_binary64(case):
    """A few minutes each."""
    assert find_horizon(RotationTracker(*case), 10**9) == Horizon("checked", 10**9)


SCANNED = {  # first wrong lengths along Blelloch's and Hillis and Steele's tree; None up to 2^20
    ("binary16", 12, Kept.COMPLEX): (1874, 1871),
    ("binary16", 3, Kept.COMPLEX): (7513, 7506),
    ("bfloat16", 12, Kept.COMPLEX): (242, 241),
    ("bfloat16", 12, Kept.ANGLE): (None, None),
    **{(name, m, kept): (None, None) for name in ("binary32", "binary64") for m in ORDERS for kept in Kept},
}


@pytest.mark.full
@pytest.mark.parametrize("case", SCANNED, ids=str)
def test_scans_of_a_million_letters(case):
    for tree, length in zip(TREES, SCANNED[case], strict=True):
        expected = Horizon("checked", 2**20) if length is None else Horizon("refuted", length)
        assert find_scan_horizon(RotationTracker(*case), 2**20, tree) == expected
