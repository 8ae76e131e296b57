"""Pictures: written whole or not at all, in three formats, and refused before anything is built."""

from __future__ import annotations

import pytest

from exactssm.algebra import group
from exactssm.errors import DomainError, FormatError
from verify.algebra.track import track
from verify.drawing import pictures

pytest.importorskip("matplotlib")


@pytest.mark.parametrize(
    ("suffix", "begins"), [("png", b"\x89PNG\r\n"), ("svg", b"<?xml"), ("pdf", b"%PDF-"), ("PNG", b"\x89PNG\r\n")]
)
def test_formats(tmp_path, suffix, begins):
    path = tmp_path / f"s3.{suffix}"
    pictures.draw_tracker(track(group("S3")), path)
    assert path.read_bytes().startswith(begins)
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


@pytest.mark.parametrize(
    ("name", "arithmetic"),
    [("C1", "real"), ("C2^4", "real"), ("S3", "Z/3"), ("D40", "exponent"), ("C15", "cyclotomic")],
)
def test_groups_of_all_kinds(tmp_path, name, arithmetic):
    pictures.draw_tracker(track(group(name), arithmetic, generators=True), tmp_path / "picture.svg")
    assert b"</svg>" in (tmp_path / "picture.svg").read_bytes()


@pytest.mark.parametrize("parts", [["run"], ["series"], ["cayley"], ["run", "series"], ["cayley", "run"]])
def test_parts(tmp_path, parts):
    """Each part is drawn with its own words, and no other."""
    pictures.draw_tracker(track(group("S4")), tmp_path / "s4.svg", parts, word=(1, 7, 3))
    text = (tmp_path / "s4.svg").read_text("utf-8")
    marks = {"run": "<!-- passes on -->", "series": "derived length 3 -->", "cayley": "<!-- Cayley graph"}
    assert {part for part, mark in marks.items() if mark in text} == set(parts)


@pytest.mark.parametrize(
    ("name", "arithmetic", "length"),
    [("D40", "exponent", 20), ("C2^5", "real", 3), ("S3", "Z/3", 6), ("C997", "exponent", 2), ("C6", "exponent", 1)],
)
def test_runs(tmp_path, name, arithmetic, length):
    found = track(group(name), arithmetic, generators=True)
    word = (found.letters * length)[:length]
    pictures.draw_tracker(found, tmp_path / "run.svg", ["run"], word)
    text = (tmp_path / "run.svg").read_text("utf-8")
    assert ("first 16 letters" in text) == (length > 16)
    assert text.count(f"<!-- {found.group.labels[word[0]]} -->") >= min(length, 16) // len(set(word))


def test_parts_that_there_are_none_of():
    with pytest.raises(DomainError, match="up to order 60; D31 has order 62"):
        pictures.check_parts(["cayley"], group("D31"))
    with pytest.raises(DomainError, match="series, cayley, run"):
        pictures.check_parts(["tower"], group("S3"))


def test_what_cant_be_drawn_is_refused(tmp_path, monkeypatch):
    for name in ("s3", "s3.gif", "s3.png.txt", "missing/s3.png"):
        with pytest.raises(FormatError):
            pictures.check_picture(tmp_path / name)
    monkeypatch.setattr(pictures, "find_spec", lambda name: None)
    with pytest.raises(DomainError, match=r"exactssm\[plot\]"):
        pictures.check_picture(tmp_path / "s3.png")


def test_a_picture_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "s3.png"
    path.write_bytes(b"old")

    def interrupted(source, target):
        raise OSError("no space")

    monkeypatch.setattr(pictures.os, "replace", interrupted)
    with pytest.raises(OSError, match="no space"):
        pictures.draw_tracker(track(group("S3")), path)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_vertices_lie_apart():
    for name in ("S4", "D8", "C2^4"):
        places = list(pictures._layout(group(name)).values())
        gaps = [(x - u) ** 2 + (y - v) ** 2 for i, (x, y) in enumerate(places) for u, v in places[:i]]
        extent = max(x for x, _ in places) - min(x for x, _ in places)
        assert min(gaps) > (extent / 40) ** 2
