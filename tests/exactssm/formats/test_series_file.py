"""Series from files: labels and numbers, ends left out, and everything that is no such series."""

from __future__ import annotations

import json

import pytest

from exactssm.algebra import derived_series, group
from exactssm.errors import DomainError, FormatError
from exactssm.formats import load_series, parse_series
from exactssm.formats.series_file import MAX_TERMS

S4 = group("S4")
EVEN, V4 = ["(1,2,3)", "(2,3,4)"], ["(1,2)(3,4)", "(1,3)(2,4)"]


@pytest.mark.parametrize(
    "document",
    [
        [EVEN, V4],
        [S4.labels[1:], EVEN, V4, []],
        [EVEN, [S4.element(label) for label in V4], ["()"]],
        [list(range(24)), [*EVEN, "()"], V4],
    ],
)
def test_the_derived_series_in_several_ways(document, tmp_path):
    document = json.loads(json.dumps(document))
    assert parse_series(document, S4).terms == derived_series(S4).terms
    path = tmp_path / "series.json"
    path.write_text(json.dumps(document))
    assert load_series(path, S4).terms == derived_series(S4).terms


def test_an_abelian_group_needs_no_terms():
    assert parse_series([], group("C2xC4")).length == 1
    assert parse_series([], group("C1")).length == 0


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "top level: expected a list of terms, found an object"),
        (None, "expected a list of terms, found null"),
        ("derived", "expected a list of terms"),
        ([1], r"\[0\]: expected a list of elements, found 1"),
        ([["(1,2,3)"], "x"], r"\[1\]: expected a list of elements"),
        ([[["(1,2,3)"]]], r"\[0\]\[0\]: expected a string, found a list"),
        ([[True]], r"\[0\]\[0\]: expected an integer, found true"),
        ([[24]], r"\[0\]\[0\]: expected an integer from 0 to 23, found 24"),
        ([[-1]], "expected an integer from 0 to 23"),
        ([EVEN, ["(1 2)(3 4)"]], r"\[1\]\[0\]: S4 has no element '\(1 2\)\(3 4\)'"),
        ([["x" * 5000]], "at most 4096 characters"),
        ([[]] * (MAX_TERMS + 1), "expected 0 to 64 terms, found 65"),
        ([["()"] * 25], "expected 0 to 24 elements, found 25"),
    ],
)
def test_malformed_documents(document, message):
    with pytest.raises(FormatError, match=message):
        parse_series(document, S4)


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ([["(1,2,3)"]], "G_1 must be normal in G_0; y"),
        ([V4, EVEN], "must lie in|must be abelian"),
        ([EVEN], "factors must be abelian; G_1/G_2, of order 12, is not"),
        ([], "factors must be abelian; G_0/G_1, of order 24, is not"),
        ([EVEN, ["(1,2)"]], r"G_2 must lie in G_1, but holds \(1,2\)"),
    ],
)
def test_lists_that_are_no_series(document, message, tmp_path):
    with pytest.raises(DomainError, match=message):
        parse_series(document, S4)
    path = tmp_path / "series.json"
    path.write_text(json.dumps(document))
    with pytest.raises(FormatError, match=f"series.json': .*({message})"):
        load_series(path, S4)


@pytest.mark.parametrize("text", [b"", b"[", b"[[1.0]]", b"[[NaN]]", b"\xff", b"[" * 10_000])
def test_files_that_are_no_json(text, tmp_path):
    path = tmp_path / "series.json"
    path.write_bytes(text)
    with pytest.raises(FormatError, match=r"series\.json"):
        load_series(path, S4)
    with pytest.raises(FormatError, match="can't be read"):
        load_series(tmp_path / "missing.json", S4)
