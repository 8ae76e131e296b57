"""Files are written whole or not at all."""

from __future__ import annotations

import os

import pytest

from exactssm.errors import FormatError
from exactssm.formats import read_json, read_text, write_json, write_text


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "a.json"
    for document in ({"a": ["ü", 1, None, True]}, [], "x"):
        write_json(path, document)
        assert read_json(path) == document
    assert os.listdir(tmp_path) == ["a.json"]


@pytest.mark.parametrize("document", [{"a": object()}, {"a": 2**53}, [-(2**53)], ["\ud800"], [[10**400]], {(1,): 2}])
def test_what_cannot_be_written_leaves_the_old_file(tmp_path, document):
    path = tmp_path / "a.json"
    write_json(path, ["old"])
    with pytest.raises(FormatError):
        write_json(path, document)
    assert read_json(path) == ["old"]
    assert os.listdir(tmp_path) == ["a.json"]


def test_an_interrupted_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.txt"
    write_text(path, "old")

    def interrupted(source, target):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write_text(path, "new")
    assert read_text(path) == "old"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(FormatError, match=r"absent/a.json' can't be written: No such file or directory"):
        write_json(tmp_path / "absent" / "a.json", [])
    with pytest.raises(FormatError, match="can't be written"):
        write_text(tmp_path, "")
    with pytest.raises(FormatError, match="can't be written"):
        write_text("a\0b", "")


def test_a_link_stays_and_its_target_is_written(tmp_path):
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_text(tmp_path / "link", "text")
    assert (tmp_path / "link").is_symlink()
    assert read_text(tmp_path / "file") == "text"


def test_what_is_no_regular_file_is_written_to():
    write_text(os.devnull, "text")
    assert not os.path.isfile(os.devnull)
