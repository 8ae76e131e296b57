"""Answers for architectures: against what the theory says of tasks, models that are proved, words that are replayed."""

from __future__ import annotations

import pytest

from constructions.automata.automaton_cascade import automaton_stack
from exactssm.algebra import group
from exactssm.machine import run
from exactssm.tasks import Automaton, task
from verify.algebra.architectures import architectures
from verify.algebra.classification import classify
from verify.algebra.placement import place

ROWS = ["IDS4", "RNN-SSM", "complex diagonal", "real diagonal", "non-negative diagonal", "S4"]


A5 = {"a": (1, 2, 3, 4, 0), "b": (1, 2, 0, 3, 4)}


def answers(name):
    if name == "A5 on five points":
        subject = Automaton.moore("ab", range(5), 0, lambda q, x: A5[x][q], lambda q: q)
        found = classify(subject, name)
    else:
        subject = task(name)
        found = classify(group(name) if name[0].isupper() else subject, name)
    return subject, {answer.architecture: answer for answer in architectures(place(found), subject)}


@pytest.mark.parametrize(
    ("name", "does"),
    [
        ("regex:(aa)*", "111101"),  # two states, one letter: the sign layer needs them twice
        ("regex:(ab)*", "111100"),
        ("regex:a*b*", "111110"),
        ("regex:a(a|b)*b", "111111"),
        ("parity", "111100"),
        ("mod-counter:3", "111000"),
        ("flip-flop", "111110"),
        ("dyck:1,2", "111100"),
        ("ends-with-ab", "111101"),
        ("divisible:3,2", "111000"),
        ("S3", "111000"),
        ("C2^2", "111100"),
        ("A5 on five points", "110000"),
    ],
)
def test_who_does_what(name, does):
    subject, found = answers(name)
    assert {row: found[row].does for row in ROWS} == {row: mark == "1" for row, mark in zip(ROWS, does, strict=True)}
    for answer in found.values():
        if answer.does:
            assert answer.resources is not None, answer
            assert answer.resources.depth >= answer.least_depth
        if answer.words is not None:
            first, second = answer.words.first, answer.words.second
            assert first[-1] == second[-1]
            assert run(subject, first).outputs[-1] != run(subject, second).outputs[-1]


def test_depths_and_widths_are_those_of_the_theory():
    _, found = answers("S4")
    assert found["complex diagonal"].resources.widths == (1, 1, 2)  # C2, C3, C2^2
    assert found["complex diagonal"].least_depth == 3
    assert found["IDS4"].resources.width == 24
    _, found = answers("D4")
    assert (found["complex diagonal"].least_depth, found["real diagonal"].least_depth) == (2, 2)
    _, found = answers("C4")
    assert (found["complex diagonal"].resources.depth, found["real diagonal"].resources.depth) == (1, 2)
    _, found = answers("regex:((a|b)(a|b)(a|b))*ab")
    assert found["S4"].resources.widths == (3,)  # two letters and a third root of unity
    assert found["RNN-SSM"].resources.depth == 1


def test_words_lead_one_layer_to_one_state():
    """The words for one real layer, on a layer that is built for another task over the same letters."""
    _, found = answers("mod-counter:3")
    words = found["real diagonal"].words
    model = automaton_stack(task("mod-counter:2"), "real")
    assert next(model.layers()).width == 1
    assert run(model, words.first).states[-1] == run(model, words.second).states[-1]


def test_what_is_too_large_is_said_to_be_not_built(monkeypatch):
    monkeypatch.setattr("verify.algebra.architectures.MAX_UNITS", 150)
    _, found = answers("Z13")
    assert found["RNN-SSM"].does
    assert found["RNN-SSM"].resources is None
    assert "not built: 169 units are more than 150" in found["RNN-SSM"].reason
    assert found["complex diagonal"].resources.widths == (1,)


def test_what_has_too_many_states_is_said_to_be_not_proved(monkeypatch):
    monkeypatch.setattr("verify.algebra.architectures.MAX_PAIRS", 30)
    _, found = answers("regex:(a|b)*a{5}")
    assert "not built: a window of 5 letters has more than 30 states" in found["S4"].reason
    assert "built, but not proved with 30 state pairs" in found["real diagonal"].reason
    assert found["IDS4"].resources is not None
