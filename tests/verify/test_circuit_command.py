"""`exactssm circuit`: what it prints, writes and refuses."""

import json

import pytest

from constructions.circuits.diagonal_circuits import counter
from exactssm.arithmetic import LogPrecisionFloats, ResidueRing, Rounding
from exactssm.formats import save_model
from exactssm.formats.aiger import read_aiger
from exactssm.formats.netlist import read_netlist
from exactssm.layers import ConstantLayer
from exactssm.models import Block, Model
from verify.__main__ import main


def call(*arguments):
    with pytest.raises(SystemExit) as left:
        main(list(map(str, arguments)))
    return left.value.code


@pytest.fixture
def modulo_3(tmp_path):
    path = tmp_path / "modulo_3.json"
    save_model(path, counter(3))
    return path


def test_figures_and_files(modulo_3, tmp_path, capsys):
    netlist, aiger = tmp_path / "c.netlist", tmp_path / "c.aag"
    assert call("circuit", modulo_3, "--length", 4, "--netlist", netlist, "--aiger", aiger) == 0
    printed = capsys.readouterr().out
    assert "length 4: depth 6," in printed
    assert "checked: equal to the model on all 16 words of length 4" in printed
    assert "2404.08819 Thm 4.4, ring analogue: diagonal A over Z/3" in printed
    assert "inputs, 1 bit each, the lowest first: 0=0 1=1" in printed
    word = (1, 1, 0, 1)
    assert read_netlist(netlist).evaluate(word) == read_aiger(aiger).evaluate(word)


def test_sizes_as_json(modulo_3, capsys):
    assert call("circuit", modulo_3, "--length", 40, "--last", "--sizes", 4, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["method"] == "equal to the model on 200 drawn words of length 40 (evidence, not proof)"
    assert [size["length"] for size in record["growth"]["sizes"]] == [1, 2, 3, 4]
    assert record["growth"]["formula"] is None  # four lengths show none


def test_against_another_model_and_a_file(modulo_3, tmp_path, capsys):
    pytest.importorskip("pysat")
    other, netlist = tmp_path / "modulo_4.json", tmp_path / "c.netlist"
    save_model(other, counter(4))
    assert call("circuit", modulo_3, "--length", 2, "--against", other) == 0  # no count is 3 yet
    assert call("circuit", modulo_3, "--length", 3, "--netlist", netlist, "--against", other) == 1
    assert "refuted: output" in capsys.readouterr().out
    assert call("circuit", modulo_3, "--length", 3, "--against", netlist) == 0
    assert call("circuit", modulo_3, "--length", 4, "--against", netlist) == 2
    assert "as many inputs, but here 4 and 3" in capsys.readouterr().err


HAND_MADE = """\
exactssm-netlist/1
inputs 3
g0 = 1 of x0 x1
g1 = 2 of x0 x1
g2 = 2 of g0 !g1   # the parity of two
g3 = 1 of g2 x2
g4 = 2 of g2 x2
g5 = 2 of g3 !g4   # of three
outputs x0 g2 g5
"""


def test_against_a_netlist_made_by_hand(tmp_path, capsys):
    """Parity by exclusive ors, one after the other, and with one gate wrong."""
    pytest.importorskip("pysat")
    model, netlist = tmp_path / "parity.json", tmp_path / "hand.netlist"
    save_model(model, counter(2))
    netlist.write_text(HAND_MADE)
    assert call("circuit", model, "--length", 3, "--against", netlist) == 0
    assert "proved: equal on every word" in capsys.readouterr().out
    netlist.write_text(HAND_MADE.replace("g4 = 2 of g2 x2", "g4 = 2 of g2 x1"))
    assert call("circuit", model, "--length", 3, "--against", netlist, "--json") == 1
    found = json.loads(capsys.readouterr().out)["equivalent"]
    assert found["word"] in (["1", "0", "1"], ["0", "1", "0"])  # where g2 and x2 differ from g2 and x1, g2 being true


def test_codes_of_no_letter_do_not_count(tmp_path, capsys):
    """Three letters take two bits, and what is put out for the fourth code is nobody's business."""
    pytest.importorskip("pysat")
    model, netlist = tmp_path / "resets.json", tmp_path / "hand.netlist"
    save_model(model, counter(3, reset=True))
    assert call("circuit", model, "--length", 1, "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["letters"] == ["0", "1", "r"]
    zero, one = map(record["answers"].index, "01")  # after one letter the count is 1 after a 1, and else 0
    bits = [{(0, 0): "0", (0, 1): "x0", (1, 0): "!x0"}[zero >> i & 1, one >> i & 1] for i in (0, 1)]
    netlist.write_text(f"exactssm-netlist/1\ninputs 2\noutputs {' '.join(bits)}\n")
    assert call("circuit", model, "--length", 1, "--against", netlist) == 0
    assert "proved: equal on every word" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ids4", "--length", "3"], "has no circuit here: Thm 4.4 needs"),
        (["streaming-by-online-cot", "--length", "3"], "only a stack of layers is compiled"),
        (["diagonal-circuits-growth", "--length", "3"], "has no model to compile"),
        (["subnormal-tracker", "--instance", "S99", "--length", "3"], "has no instance 'S99'"),
        (["subnormal-tracker"], "give --length, --sizes or both"),
        (["subnormal-tracker", "--length", "3", "--picture", "c.txt"], "must end in .png, .svg, .pdf"),
        (["subnormal-tracker", "--sizes", "3", "--against", "x"], "need --length"),
    ],
)
def test_what_is_refused(arguments, said, capsys):
    assert call("circuit", *arguments) == 2
    assert said in capsys.readouterr().err


def test_log_precision_floats_and_a_matrix_as_input(tmp_path, capsys):
    path = tmp_path / "floats.json"
    floats = LogPrecisionFloats(3, 2, Rounding.NEAREST_EVEN)
    half, one = floats.parse("1/2"), floats.parse("1")
    layer = ConstantLayer(floats, (one,), ((half,),), {"0": (0,), "1": (one,)})
    save_model(path, Model("01", [Block(layer, lambda h, x: str(floats.decode(h[0])))]))
    assert call("circuit", path, "--length", 3, "--casts", "once", "--json") == 0
    record = json.loads(capsys.readouterr().out)
    assert record["method"] == "equal to the model in flattened evaluation, casts: once, on all 8 words of length 3"
    assert "Thm 4.2, non-uniform (powers of A hard-wired" in record["hypotheses"][0]
    save_model(
        path,
        Model("01", [Block(ConstantLayer(ResidueRing(2), (0,), ((1,),), {"0": (0,), "1": (1,)}), lambda h, x: h[0])]),
    )
    assert call("circuit", path, "--length", 4, "--matrix-as-input", "--sizes", 8) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert "inputs, first: A in Z/2, row by row, 1 bit each" in printed
    assert "equal to the model with the matrix A on all 32 matrices with words of length 4" in printed
    assert call("circuit", path, "--length", 4, "--matrix-as-input", "--against", "x.netlist") == 2
