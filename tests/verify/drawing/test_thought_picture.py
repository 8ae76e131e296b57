"""Pictures of thoughts: drawn whole or not at all, with every symbol, thought, word and answer in them."""

import pytest

pytest.importorskip("matplotlib")

from matplotlib.figure import Figure

from constructions.thoughts.serial_cot import bitwise_cot
from constructions.thoughts.streaming_cot import streaming_cot
from exactssm.errors import ConstructionError, FormatError, SymbolError
from exactssm.models import OnlineCoT
from exactssm.tasks import modular_counter, parity
from verify.drawing.thought_picture import LONGEST, draw_thoughts, thoughts_on

COUNTER = modular_counter("ab", "b", 3)


def labels(model, word):
    axes = Figure().subplots()
    width, height = thoughts_on(axes, model, word)
    assert width > 0 < height
    return [label.get_text() for label in axes.texts if label.get_text()]


def test_all_is_in_it():
    """The count mod 3 in two words of a bit: 1 after b, 2 after another, both with their thoughts."""
    found = labels(streaming_cot(COUNTER, 1, 2, 1), "bb")
    assert found[:5] == ["word 1", "word 2", "reads", "thinks", "answers"]
    # symbol, cells; thought, answer, cells; and again
    assert found[5:] == ["b", "0", "0", "(0,b)", "1", "1", "0", "b", "1", "0", "(1,b)", "2", "0", "1"]


def test_layers_have_names_and_long_chains_are_drawn():
    found = labels(streaming_cot(COUNTER, 2, 1, 1), "b")
    assert found[:2] == ["layer 1, word 1", "layer 2, word 1"]
    assert len(labels(bitwise_cot(COUNTER), "ba")) > 2 * 4 * 8


def test_files(tmp_path):
    model = streaming_cot(COUNTER, 1, 2, 1)
    for suffix in ("png", "svg"):
        draw_thoughts(model, "abba", tmp_path / f"thoughts.{suffix}")
    assert (tmp_path / "thoughts.png").read_bytes().startswith(b"\x89PNG")
    again = (tmp_path / "thoughts.svg").read_text()
    assert "<svg" in again
    with pytest.raises(FormatError, match="must end in"):
        draw_thoughts(model, "abba", tmp_path / "thoughts.txt")
    with pytest.raises(SymbolError):
        draw_thoughts(model, "abc", tmp_path / "none.png")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["thoughts.png", "thoughts.svg"]


def test_what_can_not_be_drawn(tmp_path):
    model = streaming_cot(COUNTER, 1, 2, 1)
    for word in ("", "a" * (LONGEST // 2 + 1)):
        with pytest.raises(ConstructionError, match="symbols and thoughts can be drawn"):
            labels(model, word)
    with pytest.raises(ConstructionError, match="a stack"):
        labels(OnlineCoT(parity(), "01", 0), "01")
