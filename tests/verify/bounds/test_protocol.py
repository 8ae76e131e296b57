"""The meter against lengths counted by hand, forged records, and the command line."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from constructions.composition.function_composition import composition_stack
from constructions.composition.random_ring_stacks import random_ring_stack
from constructions.composition.saturating_composition import saturating_format, saturating_model
from exactssm.arithmetic import Integers, ResidueRing, domain_from_name
from exactssm.errors import BudgetExhausted, CertificateError, ConstructionError
from exactssm.evaluation import recast
from exactssm.formats import dump_model
from exactssm.layers import DiagonalLayer
from exactssm.models import Block, Model
from exactssm.tasks import FunctionComposition
from verify.__main__ import _run
from verify.bounds.protocol import function_bits, meter

TASK = FunctionComposition(3, 2)
WORD = TASK.stream(1, [(1, 2, 0), (1, 1, 0)])
TEXT = "(start,1) (1,0,1) (1,1,2) (1,2,0) (2,0,1) (2,1,1) (2,2,0) (eos)"


def test_figures_by_hand():
    """L = 3 layers of d = 1 over Z/4, p = 2: summaries of 4 bits; x_0, f_1, f_2 are segments 0, 1, 2."""
    metered = meter(composition_stack(TASK), WORD, [1, 4], elements=3)
    assert (metered.depth, metered.width, metered.precision) == (3, 1, 2)
    assert (metered.summary_bits, metered.bound, metered.segments) == (4, 36, (1, 3, 4))
    assert (metered.pointer_chasing, function_bits(3)) == (Fraction(3, 8), 5)
    forward, odd, even = metered.runs
    assert [len(message.bits) for message in forward.messages] == [4] * 6
    # odd: s^1_1; s^1 and s^2 of 0 and 2; s^2_1, s^3_1. even: s^1 of 0, 2; s^1_1, s^2_1; s^2 and s^3 of 0 and 2
    assert [len(message.bits) for message in odd.messages] == [4, 16, 8]
    assert [len(message.bits) for message in even.messages] == [8, 8, 16]
    assert metered.equal
    assert metered.direct == 0  # f_2(f_1(1)) = f_2(2) = 0
    metered.replay(composition_stack(TASK))


def test_bits_of_functions():
    """ceil(log2 N^N): 2^4 < 27 <= 2^5."""
    assert [function_bits(N) for N in (1, 2, 3, 5, 16)] == [0, 2, 5, 12, 64]
    assert all(2 ** function_bits(N) >= N**N > 2 ** (function_bits(N) - 1) for N in range(2, 60))


def test_the_meter_counts_the_bits_themselves():
    for seed in range(10):
        model = random_ring_stack("ab", ResidueRing(6), [2, 1, 3], diagonal=seed % 2 == 0, seed=seed)
        metered = meter(model, "abbaabab", [2, 5])
        for ran, record in zip(metered.runs, metered.as_json()["runs"], strict=True):
            lengths = [len(message["bits"]) for message in record["messages"]]
            assert record["bits"] == ran.bits == sum(lengths) <= metered.bound == 3 * 3 * 12 * 3
            assert {bit for message in record["messages"] for bit in message["bits"]} <= {"0", "1"}
            assert record["equal"]


def test_forged_records():
    model = composition_stack(TASK)
    metered = meter(model, WORD, [1, 4])
    first = metered.runs[1]
    message = first.messages[1]
    flipped = replace(message, bits="10"[int(message.bits[0])] + message.bits[1:])
    forgeries = [
        replace(metered, direct=1),
        replace(metered, depth=2),
        replace(metered, precision=1),
        replace(metered, runs=metered.runs[:2]),
        replace(metered, runs=(replace(first, answer=1), *metered.runs[1:])),
        replace(
            metered, runs=(metered.runs[0], replace(first, messages=(flipped, *first.messages[1:])), metered.runs[2])
        ),
        replace(metered, runs=(metered.runs[0], replace(first, messages=first.messages[1:]), metered.runs[2])),
    ]
    for forged in forgeries:
        with pytest.raises(CertificateError):
            forged.replay(model)
    with pytest.raises(CertificateError):
        metered.replay(random_ring_stack(TASK.alphabet, ResidueRing(4), [1, 1, 1], diagonal=True, seed=0))
    assert not replace(metered, direct=1).equal
    assert "<- differs" in replace(metered, direct=1).as_text()


def test_endless_rings_have_no_bound():
    layer = DiagonalLayer(Integers(), (1,), lambda x: (2,), lambda x: (1,))
    metered = meter(Model("a", [Block(layer, lambda h, x: h[0])]), "a" * 20, [10])
    assert (metered.precision, metered.summary_bits, metered.bound) == (None, None, None)
    assert metered.equal
    assert metered.direct == 2**21 - 1
    assert "unbounded" in metered.as_text()
    assert metered.as_json()["bound"] is None


def test_sizes_are_bounded():
    model = random_ring_stack("a", ResidueRing(2), [1], diagonal=True, seed=0)
    with pytest.raises(BudgetExhausted, match="segments squared"):
        meter(model, "a" * 1500, range(1, 1500))
    for elements in (0, 10_001, True, "3"):
        with pytest.raises(ConstructionError, match="N must be"):
            meter(model, "aa", [1], elements=elements)


def test_text_fits_eighty_columns():
    for widths, cuts in (([1] * 6, range(1, 30)), ([3, 3], [1])):
        model = random_ring_stack("ab", ResidueRing(8), widths, diagonal=False, seed=1)
        lines = meter(model, "ab" * 15, list(cuts), elements=10_000).as_text().splitlines()
        assert max(map(len, lines)) <= 80
        assert sum(line.startswith("two parties") for line in lines) == 4


def float_counter():
    """Counts to 16, where e4m3fn has no next integer."""
    floats = domain_from_name("e4m3fn")
    layer = DiagonalLayer(floats, (floats.zero,), lambda x: (floats.one,), {"0": (floats.zero,), "1": (floats.one,)})
    return Model("01", [Block(layer, lambda h, x: floats.text(h[0]))])


@pytest.fixture(scope="module")
def documents():
    saturating = recast(saturating_model(TASK), saturating_format(3), weights="held")
    models = {"stack": composition_stack(TASK), "saturating": saturating, "float": float_counter()}
    return {name: json.dumps(dump_model(model)) for name, model in models.items()}


@pytest.fixture
def exactssm(capsys, monkeypatch, tmp_path, documents):
    monkeypatch.setenv("COLUMNS", "80")
    monkeypatch.chdir(tmp_path)
    for name, document in documents.items():
        Path(f"{name}.json").write_text(document)

    def call(*arguments):
        capsys.readouterr()
        code = _run(list(map(str, arguments)))
        return code, *capsys.readouterr()

    return call


def test_a_word(exactssm):
    code, out, _ = exactssm("protocol", "stack.json", "--cuts", "1,4", TEXT)
    assert code == 0
    lines = out.splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[0] == "3 layers, d = 1, p = 2; 3 segments, of 1+3+4 symbols"
    assert lines[-1].split() == ["direct", "run", "0"]
    assert "two parties, odd first   3         28    36  even         0" in lines
    assert "N = 3" not in out
    _, out, _ = exactssm("protocol", "stack.json", "--cuts", "1,4", TEXT, "--elements", 3)
    assert "N = 3: one function takes N log2 N = 5 bits" in out
    assert "pointer chasing takes N / 8 = 3/8 bits (2507.08919; not checked here)" in out
    _, out, _ = exactssm("protocol", "stack.json", TEXT, "--cuts", "")
    assert "1 segment, of 8 symbols" in out


def test_as_json(exactssm):
    code, out, _ = exactssm("protocol", "stack.json", "--cuts", "1,4", TEXT, "--json")
    record = json.loads(out)
    assert code == 0
    assert (record["model"], record["bound"], record["output"], record["equal"]) == ("stack.json", 36, "0", True)
    assert [ran["bits"] for ran in record["runs"]] == [24, 28, 32]
    assert record["runs"][1]["messages"][0] == {
        "turn": 1,
        "sender": "odd",
        "summaries": [{"layer": 1, "segment": 1}],
        "bits": "0100",  # h -> 1 h + 0: f_1 doesn't touch x_0
    }


def test_instances(exactssm):
    code, out, _ = exactssm("protocol", "stack.json", "--instance", "3,2", "--samples", 20, "--seed", 7, "--json")
    assert code == 0
    record = json.loads(out)
    assert len(record["samples"]) == 20
    for sample in record["samples"]:
        assert sample["equal"]
        assert sample["demanded"] == sample["output"]
        assert (sample["cuts"], sample["elements"], sample["function_bits"]) == ([1, 4], 3, 5)
    assert len({tuple(sample["word"]) for sample in record["samples"]}) > 10
    assert exactssm("protocol", "stack.json", "--instance", "3,2", "--seed", 7, "--samples", 20, "--json")[1] == out
    code, out, _ = exactssm("protocol", "stack.json", "--instance", "3,2", "--samples", 3)
    assert code == 0
    assert out.endswith("3 of 3 instances: all protocols answer as the model, in at most 32 bits\n")
    code, out, _ = exactssm("protocol", "stack.json", "--instance", "3,2", "--cuts", "2")
    assert "2 segments, of 2+6 symbols" in out


@pytest.mark.parametrize(
    ("name", "word", "said"),
    [("saturating", TEXT, "in fixed:s2.0:floor:saturate"), ("float", "1 1 1 1 0", "in e4m3fn")],
)
def test_arithmetics_that_round_are_refused(exactssm, name, word, said):
    code, out, err = exactssm("protocol", f"{name}.json", "--cuts", "1,4", word)
    assert (code, out) == (2, "")
    assert f"layer 1: segments have no affine summaries {said}" in err
    assert "from the state" in err
    assert "the steps on '" in err
    assert err.count("\n") == 1


def test_a_protocol_that_differs_is_told(exactssm, monkeypatch):
    from constructions.composition.protocols import Party

    monkeypatch.setattr(Party, "answer", lambda self, *given: "2")
    code, out, _ = exactssm("protocol", "stack.json", "--cuts", "1,4", TEXT)
    assert code == 1
    assert out.count("<- differs") == 3


def test_pointer_chasing(exactssm):
    """x_0 is f_2(0), in every sample; of evenly drawn instances that doesn't hold."""
    for options, all_chase in (["--chasing"], True), ([], False):
        _, out, _ = exactssm("protocol", "stack.json", "--instance", "3,2", "--samples", 20, *options, "--json")
        words = [sample["word"] for sample in json.loads(out)["samples"]]
        assert {(word[0][:7], word[4][:5]) for word in words} == {("(start,", "(2,0,")}
        assert all(word[0][7] == word[4][5] for word in words) == all_chase


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["stack.json"], "either a WORD or --instance"),
        (["stack.json", TEXT, "--instance", "3,2"], "either a WORD or --instance"),
        (["stack.json", TEXT], "needs --cuts"),
        (["stack.json", TEXT, "--cuts", "0"], "cuts must ascend"),
        (["stack.json", TEXT, "--cuts", "8"], "from 1 to 7; got 8"),
        (["stack.json", TEXT, "--cuts", "4,1"], "cuts must ascend"),
        (["stack.json", TEXT, "--cuts", "1,x"], "numbers between commas"),
        (["stack.json", TEXT, "--cuts", "-1"], "numbers between commas"),
        (["stack.json", TEXT, "--cuts", "9999999999"], "numbers between commas"),
        (["stack.json", "", "--cuts", ""], "at least one symbol"),
        (["stack.json", "(start,7)", "--cuts", ""], "position 0: '(start,7)' is not in the alphabet"),
        (["stack.json", "--instance", "3"], "two numbers, N,K"),
        (["stack.json", "--instance", "4,2"], "is not in the alphabet"),
        (["stack.json", "--instance", "0,2"], "N, the size of the domain"),
        (["stack.json", "--instance", "3,2", "--elements", "3"], "--elements is for a WORD"),
        (["stack.json", TEXT, "--cuts", "1", "--samples", "2"], "--samples is for --instance"),
        (["stack.json", TEXT, "--cuts", "1", "--chasing"], "--chasing is for --instance"),
        (["stack.json", TEXT, "--cuts", "1", "--elements", "0"], "--elements"),
        (["none.json", TEXT, "--cuts", "1"], "none.json"),
    ],
)
def test_bad_input(exactssm, arguments, complaint):
    code, out, err = exactssm("protocol", *arguments)
    assert (code, out) == (2, "")
    assert complaint in err
    assert err.count("\n") == 1


def test_help_teaches(exactssm):
    code, out, _ = exactssm("protocol", "--help")
    assert code == 0
    for words in ("Exit codes", "L (K + 1) (d^2 + d) p", "--instance N,K", "last symbol"):
        assert words in " ".join(out.split())
