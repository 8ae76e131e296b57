"""Traces show what the machines did; altered ones don't replay."""

import json
from dataclasses import replace

import pytest

from constructions.groups.subnormal_tracker import subnormal_tracker
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.algebra import derived_series, group
from exactssm.errors import CertificateError
from exactssm.machine import UNSPECIFIED, Renamed
from exactssm.tasks import WordProblem, mod_counter, parity, running_maximum
from verify import Trace, find_counterexample
from verify.render import render
from verify.trace import Silent, short_word, text


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a", "a"), (3, "3"), ((1, "x"), "(1,x)"), (UNSPECIFIED, "-"), (((0,), (1, 2)), "((0),(1,2))")],
)
def test_text(value, shown):
    assert text(value) == shown


def test_a_stack_is_shown_layer_by_layer():
    """The run of diagonal-ssm's S3 stack on one transposition and one rotation, by hand."""
    series = derived_series(group("S3"))
    s, r = series.group.element("(1,2)"), series.group.element("(1,2,3)")
    trace = Trace.along(subnormal_tracker(series), WordProblem(series.group), (s, r))
    header, rows = trace.rows()
    assert header == ["step", "symbol", "layer 1", "letter", "layer 2", "output", "demanded", ""]
    assert [row[2] for row in rows] == ["(1)", "(1)"]  # the sign: odd after s, still odd after s r
    assert [row[1] for row in rows] == ["(1,2)", "(1,2,3)"]
    product = "(1,3)"  # (1,2) first: 1 to 2 to 3, 2 to 1 to 2, 3 to 3 to 1
    assert [row[5] for row in rows] == [row[6] for row in rows] == ["(1,2)", product]


def test_thoughts_have_rows_of_their_own():
    model = streaming_cot(running_maximum(4), 1, 2, 1)
    trace = Trace.along(model, running_maximum(4), (2, 1))
    _, rows = trace.rows()
    assert [row[0] for row in rows] == ["1", "", "2", ""]
    assert rows[1][1].startswith("thinks ")
    assert [row[-2] for row in rows] == ["", "2", "", "2"]


def test_altered_traces_do_not_replay():
    model, task = Renamed(mod_counter(4), lambda n: 0 if n == 3 else n), mod_counter(4)
    trace = find_counterexample(model, task)
    trace.replay(model, task)
    last = trace.steps[-1]
    for forged in (
        replace(trace, steps=trace.steps[:-1], word=trace.word[:-1]),
        replace(trace, steps=(*trace.steps[:-1], replace(last, output=9))),
        replace(trace, steps=(*trace.steps[:-1], replace(last, demanded=UNSPECIFIED))),
        replace(trace, word=("0", *trace.word), steps=(trace.steps[0], *trace.steps)),
        Trace.along(model, task, (*trace.word, "0")),
        replace(trace, word=(), steps=()),
        replace(trace, word=(*trace.word[:-1], "no symbol")),
        Trace.along(model, task, trace.word[:-1]),
    ):
        with pytest.raises(CertificateError):
            forged.replay(model, task)


def test_a_trace_without_a_task_demands_nothing():
    trace = Trace.along(parity(), Silent(parity().alphabet), "11")
    assert [step.demanded for step in trace.steps] == [UNSPECIFIED] * 2
    assert not any(step.differs for step in trace.steps)


def test_renderings():
    model, task = Renamed(parity(), lambda output: "<&_%>"), parity()
    trace = find_counterexample(model, task)
    assert json.loads(render(trace, "json"))["word"] == ["0"]
    assert r"$<$\&\_\%$>$" in render(trace, "latex")
    assert "&lt;&amp;_%&gt;" in render(trace, "html")
    assert render(trace, "text") == trace.as_text()
    with pytest.raises(ValueError, match="text, json, latex or html"):
        render(trace, "pdf")


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ((), ""),
        ("aaaa", "a a a a"),
        ("aaaaab", "a^5 b"),
        (("x", (1, 2), (1, 2)), "x (1,2) (1,2)"),
        ("ab" * 30, " ".join("ab" * 15) + " ... " + " ".join("babababab") + " (60 symbols)"),
    ],
)
def test_words_for_people(word, shown):
    assert short_word(tuple(word)) == shown
