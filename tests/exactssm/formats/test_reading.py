"""The strict JSON reader, against what it must refuse and against json.loads on what it must take."""

from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exactssm.errors import FormatError
from exactssm.formats.limits import MAX_DEPTH, MAX_INTEGER
from exactssm.formats.reading import Node, parse_json, read_json, read_text

SCALARS = st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | st.text(max_size=8)
DOCUMENTS = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(max_size=4), inner), max_leaves=12
)


@given(DOCUMENTS)
def test_what_is_allowed_is_read_as_json_has_it(document):
    assert parse_json(json.dumps(document)) == document


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON at line 1, column 1"),
        ("{", "not JSON at line 1, column 2"),
        ("[1] 2", "Extra data"),
        ("\ufeff{}", "not JSON"),
        ("1.0", "top level: exact numbers are strings"),
        ("[[1e3]]", "[0][0]: exact numbers are strings"),
        ('{"a": {"b c": -0.5}}', 'a["b c"]: exact numbers are strings'),
        ("[NaN]", "[0]: exact numbers are finite; found NaN"),
        ("[-Infinity]", "[0]: exact numbers are finite; found -Infinity"),
        ('{"a": [0, {"b": 1, "b": 1}]}', 'a[1]: each key stands once in an object; "b" stands twice'),
        ('{"a": 9007199254740992}', "a: an integer must lie within"),
        ("[-9007199254740992]", "[0]: an integer must lie within"),
        ("[" + "9" * 10_000 + "]", "... (10000 characters)"),
        ("[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1), "nested at most 32 deep"),
        ("[" * 200_000, "nested at most 32 deep"),
        ('{"a":' * 100_000, "nested at most 32 deep"),
    ],
)
def test_refusals(text, message):
    with pytest.raises(FormatError) as caught:
        parse_json(text)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_depth_up_to_the_bound_is_read():
    text = "[" * MAX_DEPTH + "]" * MAX_DEPTH
    assert parse_json(text) == json.loads(text)
    assert parse_json(f"[{MAX_INTEGER}, {-MAX_INTEGER}]") == [MAX_INTEGER, -MAX_INTEGER]


def test_files(tmp_path):
    good = tmp_path / "good.json"
    good.write_text('{"a": "ü"}', "utf-8")
    assert read_json(good) == {"a": "ü"}
    assert read_text(good, limit=good.stat().st_size) == '{"a": "ü"}'
    with pytest.raises(FormatError, match="must have at most 10 bytes, and has more"):
        read_json(good, limit=10)
    with pytest.raises(FormatError, match=r"absent.json' can't be read: No such file"):
        read_json(tmp_path / "absent.json")
    with pytest.raises(FormatError, match="can't be read: Is a directory"):
        read_json(tmp_path)
    with pytest.raises(FormatError, match="can't be read"):
        read_json("a\0b")
    (tmp_path / "latin.json").write_bytes('["ü"]'.encode("latin-1"))
    with pytest.raises(FormatError, match="must be UTF-8; byte 2 is not"):
        read_json(tmp_path / "latin.json")
    (tmp_path / "bad.json").write_text("[0.5]")
    with pytest.raises(FormatError, match=r"bad.json': \[0\]: exact numbers are strings"):
        read_json(tmp_path / "bad.json")


@pytest.mark.skipif(not os.path.exists("/dev/zero"), reason="a file without an end")
def test_a_file_without_end_is_refused():
    with pytest.raises(FormatError, match="must have at most 1000 bytes"):
        read_json("/dev/zero", limit=1000)


def test_half_of_a_surrogate_pair_is_no_text():
    with pytest.raises(FormatError, match=r"\[0\]: a string must be Unicode"):
        Node(parse_json(r'["\ud800"]')).elements()[0].text()
    assert Node(parse_json(r'["\ud83d\ude00"]')).elements()[0].text() == "\N{GRINNING FACE}"


def test_places():
    document = {"a": [{"b c": 1}], "x" * 100: None}
    top = Node(document)
    members = top.members(["a", "x" * 100])
    inner = members["a"].elements()[0].members(["b c"])["b c"]
    assert (top.place, members["a"].place, inner.place) == ("top level", "a", 'a[0]["b c"]')
    assert len(members["x" * 100].place) < 100
    assert inner.integer(0, 1) == 1


@pytest.mark.parametrize("value", [True, "1", None, [1], {"a": 1}, 0.5, object()])
def test_only_an_int_is_an_integer(value):
    with pytest.raises(FormatError, match="expected an integer, found"):
        Node(value).integer(0, 9)
