"""Linear scores: margins and bits against the formula, forged readouts caught, model files, and spoilt weights."""

from dataclasses import replace
from fractions import Fraction
from random import Random

import pytest

from constructions.spoiling import Partial
from constructions.thoughts.linear_scores import (
    CLAIMS,
    NarrowMargin,
    argmax_cot,
    find_narrow_margin,
    reached_memories,
)
from constructions.thoughts.online_thoughts import emulations
from constructions.thoughts.streaming_cot import ALGORITHMS, Thought, streaming_cot
from exactssm.errors import CertificateError, ConstructionError
from exactssm.formats import as_text, dump_model, load_model, parse_model, save_model
from exactssm.machine import outputs, run, words
from exactssm.models import ArgmaxReadout, Block, Model, OnlineCoT, Score, Think
from exactssm.tasks import StreamingAlgorithm, modular_counter
from verify import decide, proof_table
from verify.resources import exceeded, measure
from verify.runner import examine


def random_algorithm(seed, bits, symbols):
    """An update and an answer drawn evenly from all."""
    random = Random(seed)
    alphabet = "abcdefgh"[:symbols]
    update = {(m, x): random.randrange(2**bits) for m in range(2**bits) for x in alphabet}
    answer = [random.randrange(3) for _ in range(2**bits)]
    return StreamingAlgorithm(alphabet, bits, random.randrange(2**bits), lambda m, x: update[m, x], answer.__getitem__)


def readout_of(model):
    (block,) = model.model.blocks
    assert isinstance(block.readout, ArgmaxReadout)
    return block.readout


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        assert examine(claim, instance).holds


def test_scores_are_distances():
    """2 <h, w> - |w|^2 = |h|^2 - |h - w|^2, for all memories and all states of four words of 1 bit and two of 2."""
    for d, p in ((4, 1), (2, 2), (1, 4)):
        algorithm = StreamingAlgorithm("ab", 4, 3, lambda m, x: (5 * m + (x == "b") + 1) % 16, lambda m: m % 3)
        scores = {s.output: s for s in readout_of(argmax_cot(algorithm, d, p)).scores}
        assert len(scores) == 32 + 3
        cut = {m: [m // 2 ** (p * i) % 2**p for i in range(d)] for m in range(16)}
        for h in cut.values():
            for m, w in cut.items():
                distance = sum((x - y) ** 2 for x, y in zip(h, w, strict=True))
                for x in "ab":
                    value = scores[Think(Thought(m, x))].value(tuple(h), "a")
                    assert value == sum(y * y for y in h) - distance + (x == "a")


@pytest.mark.parametrize(
    ("d", "p"),
    [
        (1, 1),
        (1, 2),
        (2, 1),
        (3, 1),
        (1, 4),
        (2, 2),
        (4, 1),
        *(pytest.param(*shape, marks=pytest.mark.full) for shape in ((5, 1), (3, 2))),
    ],
)
def test_margins_and_bits(d, p):
    """Where all memories are reached: the least margin is 1, the scores reach -d (2^p - 1)^2 and d (2^p - 1)^2 + 1, and
    so need 2p + ceil(log2 d) + 1 bits at most, never more than the 2p + log2 d + 2 of the theorem."""
    s = d * p
    algorithm = StreamingAlgorithm("ab", s, 0, lambda m, x: (m + 1) % 2**s, lambda m: m % 3)
    model = argmax_cot(algorithm, d, p)
    readout = readout_of(model)
    margins, values = [], []
    for m in range(2**s):
        h = tuple(m // 2 ** (p * i) % 2**p for i in range(d))
        for letter in model.model.alphabet:
            found = sorted(score.value(h, letter) for score in readout.scores)
            margins.append(found[-1] - found[-2])
            values += found
            assert readout(h, letter) == Think(Thought(m, letter)) or isinstance(letter, Thought)
    top = d * (2**p - 1) ** 2
    assert min(margins) == 1
    assert (min(values), max(values)) == (-top, top + 1)
    bits = next(b for b in range(1, 99) if -(2 ** (b - 1)) <= min(values) and max(values) < 2 ** (b - 1))
    assert 2 ** max(0, bits - 2 * p - 2) <= d  # bits <= 2p + log2 d + 2
    assert 2 ** max(0, bits - 2 * p - 1) <= 2 * d - 1  # bits <= 2p + ceil(log2 d) + 1
    assert find_narrow_margin(algorithm, d, p) is None


def test_the_same_answers_as_without_scores():
    for seed in range(12):
        algorithm = random_algorithm(seed, 1 + seed % 4, 1 + seed % 3)
        s = algorithm.memory_bits
        for d in (d for d in range(1, s + 1) if s % d == 0):
            model = argmax_cot(algorithm, d, s // d)
            assert decide(model, algorithm).name == "proved"
            assert decide(streaming_cot(algorithm, 1, d, s // d), model).name == "proved"


def test_a_mealy_algorithm():
    changed = StreamingAlgorithm.mealy("01", 1, 0, lambda m, x: int(x), lambda m, x: m != int(x))
    model = argmax_cot(changed, 1, 1)
    assert run(model, "0110").outputs == (False, True, False, True)
    assert decide(model, changed).name == "proved"
    assert decide(streaming_cot(changed, 1, 1, 1), changed).name == "proved"


def test_memories_that_are_reached():
    algorithm = modular_counter("ab", "b", 5)
    assert reached_memories(algorithm, 5) == (0, 1, 2, 3, 4)
    with pytest.raises(ConstructionError, match="at most 4 memories"):
        reached_memories(algorithm, 4)
    large = StreamingAlgorithm("ab", 12, 0, lambda m, x: (m + 1) % 2**12, lambda m: m)
    with pytest.raises(ConstructionError, match="at most 2048 memories"):
        argmax_cot(large, 1, 12)


def with_scores(model, change):
    """The model with some of its scores changed."""
    (block,) = model.model.blocks
    readout = replace(block.readout, scores=tuple(map(change, block.readout.scores)))
    return OnlineCoT(Model(model.model.alphabet, [Block(block.layer, readout)]), model.alphabet, model.limit)


def test_narrow_margins_are_found_in_forged_scores(monkeypatch):
    algorithm = modular_counter("ab", "b", 4)
    honest = argmax_cot(algorithm, 2, 1)

    def forge(change):
        monkeypatch.setattr(
            "constructions.thoughts.linear_scores.argmax_cot", lambda *shape: with_scores(honest, change)
        )
        found = find_narrow_margin(algorithm, 2, 1)
        if found is not None:
            found.replay()
        return found

    assert forge(lambda score: score) is None
    halved = forge(lambda s: replace(s, letters={x: Fraction(bias, 2) for x, bias in s.letters.items()}))
    assert "less than 1 below the largest" in halved.as_text()
    scaled = forge(lambda s: Score(s.output, tuple(9 * w for w in s.weights), 9 * s.bias, dict.fromkeys(s.letters, 99)))
    assert "more than 4 bits" in scaled.as_text()
    swapped = forge(lambda s: s if isinstance(s.output, Think) else replace(s, letters=dict.fromkeys("ab", 3)))
    assert swapped is not None
    assert len(swapped.word) == 2
    for memory in range(4):
        for letter in honest.model.alphabet:
            assert NarrowMargin(readout_of(honest), (memory % 2, memory // 2), letter, 4).fault() is None
    true = NarrowMargin(readout_of(honest), (0, 0), "a", 4)
    with pytest.raises(CertificateError, match="as they must be"):
        true.replay()


def test_a_wrong_weight_is_refuted():
    """Four more in one weight of one thought: that thought wins somewhere where it mustn't."""
    algorithm = ALGORITHMS["majority of a, b, to 2"]()
    model = argmax_cot(algorithm, 3, 1)
    verdicts = []
    for score in readout_of(model).scores:
        for i in range(3) if isinstance(score.output, Think) else ():
            heavier = replace(score, weights=tuple(w + 4 * (j == i) for j, w in enumerate(score.weights)))
            wrong = with_scores(model, lambda s, old=score, new=heavier: new if s == old else s)
            verdicts.append(decide(Partial(wrong), algorithm).name)
    assert len(verdicts) == 6 * 2 * 3
    assert verdicts.count("refuted") >= 20
    assert set(verdicts) <= {"refuted", "proved"}


def test_model_files(tmp_path):
    """Written with its scores, read back the same; and proved from the file."""
    for name in ("majority of a, b, to 2", "Dyck(2,2)", "distinct of 4"):
        algorithm = ALGORITHMS[name]()
        model = argmax_cot(algorithm, algorithm.memory_bits, 1)
        save_model(tmp_path / "model.json", model)
        loaded = load_model(tmp_path / "model.json")
        assert dump_model(loaded) == dump_model(model)
        assert len(readout_of(loaded).scores) == len(readout_of(model).scores)
        for mine, theirs in zip(readout_of(model).scores, readout_of(loaded).scores, strict=True):
            assert (mine.weights, mine.bias) == (theirs.weights, theirs.bias)
            assert sorted(mine.letters.values()) == sorted(theirs.letters.values())
        task = as_text(algorithm)
        verdict = decide(loaded, task)
        assert verdict.name == "proved"
        mine = decide(model, algorithm)
        used = measure(loaded, verdict.certificate.pairs, task, verdict.use)
        assert used == measure(model, mine.certificate.pairs, algorithm, mine.use)


def test_scores_that_a_file_cannot_say_become_a_table():
    """Two scores with one output; and numbers that a file takes for others."""
    model = argmax_cot(modular_counter("ab", "b", 2), 1, 1)
    (block,) = model.model.blocks
    twice = replace(block.readout, scores=(*block.readout.scores, replace(block.readout.scores[0], bias=-9)))
    shifted = replace(block.readout, number=lambda x: x + 0 if x < 1 else Fraction(5, 4))
    for readout in (twice, shifted):
        other = OnlineCoT(Model(model.model.alphabet, [Block(block.layer, readout)]), "ab", 1)
        document = dump_model(other)
        assert document["layers"][0]["readout"]["kind"] == "table"
        for word in words("ab", 6):
            assert tuple(outputs(parse_model(document), word)) == tuple(map(str, outputs(other, word)))
    assert dump_model(model)["layers"][0]["readout"]["kind"] == "argmax"


# --- side by side


def test_emulations_are_proved_within_their_bounds():
    for name, build in ALGORITHMS.items():
        algorithm = build()
        for depth, width in ((1, 1), (2, 1), (1, 3)):
            cases = list(emulations(algorithm, depth, width))
            assert [case.name for case in cases] == ["one thought", "linear scores", "word by word", "bit by bit"]
            for case in cases:
                verdict = decide(case.model, algorithm)
                assert verdict.name == "proved", (name, case.name)
                used = measure(case.model, verdict.certificate.pairs, algorithm, verdict.use)
                assert exceeded(used, case.bounds) == []
    with pytest.raises(ConstructionError, match="at least 1"):
        list(emulations(algorithm, 0))


def test_the_table_says_what_does_not_hold():
    algorithm = modular_counter("ab", "b", 5)
    first, *rest = emulations(algorithm)
    wrong = replace(
        first, name="too narrow", bounds=replace(first.bounds, exactly={"width": 7}, at_most={"thoughts": 0})
    )
    other = replace(first, name="another", task=modular_counter("ab", "b", 6))
    table = proof_table([wrong, other, *rest], ["width", "thoughts"]).splitlines()
    assert table[1].split() == ["too", "narrow", "proved", "1,", "not", "7", "1,", "not", "0"]
    assert table[2].split() == ["another", "refuted"]
    assert len(table) == 6
