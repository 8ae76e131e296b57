"""Pictures: written whole or not at all, in three formats, and refused before anything is built."""

from __future__ import annotations

import pytest

from exactssm.algebra import group
from exactssm.errors import DomainError, FormatError
from verify import pictures
from verify.track import track

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
