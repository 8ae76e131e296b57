"""Spoilings: all single entries and nothing else; what the verifiers say of each, by brute force."""

import random
from itertools import islice

import pytest

from constructions.registry import all_claims, claim_named
from constructions.spoiled import spoilt_cases
from constructions.spoiling import LOST, Partial, TableReadout, spoilings, written_out
from exactssm.arithmetic import GaloisField, ResidueRing
from exactssm.errors import ConstructionError, DomainError
from exactssm.layers import ConstantLayer, DenseLayer, DiagonalLayer, RotationLayer, SignLayer
from exactssm.machine import UNSPECIFIED, run
from exactssm.models import Block, Model, OnlineCoT, WeightedAutomaton
from exactssm.tasks import parity
from exactssm.tasks.dead import dead_states
from tests.support import first_failing_word
from verify import Proved, Refuted, decide

#: for each claim that is spoilt an instance, with the length of words on which harmless spoilings are tried
SMALLEST = {
    "subnormal-tracker": ("S3", 3),
    "subnormal-tracker-literal": ("S3", 3),
    "subnormal-tracker-newest-first": ("S3", 3),
    "two-layer-s3": ("s^a r^b, after", 3),
    "worked-examples": ("S3", 3),
    "permutation-reset": ("C2 on 2 points, real", 5),
    "delay-by-clock": ("1 of 2 letters, real", 6),
    "last-runs": ("1 of 2 letters", 6),
    "automaton-cascade-named": ("count mod 4", 6),
    "one-layer-wraps-around": ("S3 over Z/3, d=2", 8),
    "one-layer-wraps-around-all-letters": ("S3 over Z/6, d=1", 3),
    "composition": ("N=2 K=1", 4),
    "composition-by-integer-networks": ("N=2 K=1", 3),
    "composition-by-columns": ("N=2", 3),
    "composition-by-one-hot-pair": ("N=2, every K", 3),
    "composition-of-whole-functions": ("N=2", 4),
    "one-function-in-least-memory": ("N=2 d=2 p=1", 3),
    "ticks-in-every-shape": ("modulo 4", 8),
    "streaming-by-linear-scores": ("majority of a, b, to 2", 5),
    "composition-by-online-cot": ("N=2, every K", 4),
    "composition-by-simplex": ("N=2, every K", 4),
    "ticks-by-binomials": ("L=1 d=2 p=2", 20),
    "ticks-by-ripple-carry": ("L=3 d=1 p=1", 20),
    "offline-thoughts-add-nothing": ("drawn, seed 2: 2 layers of 1 over Z/4", 5),
    "streaming-by-online-cot": ("majority of a, b, to 1", 6),
    "ids4": ("32 DFAs, |Q|=2, 2 symbols", 5),
    "ids4-without-start": ("32 DFAs, |Q|=2, 2 symbols", 7),
    "ids4-linear-readout": ("2 acceptors, |Q|=1, 2 symbols", 5),
    "ids4-symmetric-group": ("S3", 3),
    "rnn-ssm": ("32 DFAs, |Q|=2, sgn(0)=0", 7),
}
OF_LAYERS = [name for name in SMALLEST if name != "ids4-linear-readout"]


def cases(name):
    """The cases of the construction, at the size above."""
    claim = claim_named(name)
    return claim.cases(claim.all_instances(full=True)[SMALLEST[name][0]])


# These compare two constructions, or repeat a claim on other words, or the tracker on other series or numbers, or the
# stack of an automaton on other automata, or IDS4 and RNN-SSM on other points and under other conventions, or streaming
# and composition in more layers, rows or thoughts: their tables
# have thousands of entries even when they are smallest.
REPEATED = {
    "abelian-by-one-layer",
    "aussm-tracks",
    "automaton-cascade",
    "automaton-cascade-delays",
    "automaton-cascade-drawn",
    "composition-by-columns-row-by-row",
    "composition-by-one-layer-every-instance",
    "composition-every-instance",
    "composition-in-every-shape",
    "dcd-tracks",
    "dyadic-layers",
    "exponents-are-rotations",
    "ids4-conventions",
    "ids4-groups",
    "ids4-points",
    "mamba-tracks",
    "mamba-with-underflow-tracks",
    "negative-mamba-tracks",
    "negative-mamba-with-underflow-tracks",
    "one-offline-thought-is-enough",
    "online-cot-is-streaming",
    "online-cot-only-the-product-counts",
    "real-layers",
    "released-ids4-opposite-groups",
    "released-ids4-reads-backwards",
    "released-ids4-transposed",
    "rnn-ssm-conventions",
    "rnn-ssm-groups",
    "rnn-ssm-points",
    "s4d-counts",
    "s4d-tracks",
    "streaming-bit-by-bit",
    "streaming-word-by-word",
    "stutter-invariant-automata",
    "subnormal-tracker-composition",
    "subnormal-tracker-every-series",
    "subnormal-tracker-least-width",
    "two-layer-s3-on-the-unit-circle",
}

# These are about an arithmetic. What has to fail next to them (a neighbouring number, another rounding, another
# arithmetic, one letter more) are claims of their own, or in the tests of their modules.
ABOUT_AN_ARITHMETIC = {
    "affine-groups-over-fields",
    "composition-by-rounding",
    "composition-by-saturation",
    "delay-by-contraction",
    "delay-by-rounding",
    "dihedral-by-integers",
    "dihedral-by-residues",
    "dihedral-by-wrapping",
    "float-angle-returns",
    "float-rotation-returns",
    "growing-precision",
    "metabelian-by-growing-integers",
    "metabelian-modulo",
    "modular-groups",
    "one-layer-boxes-trackers",
    "one-layer-over-integers",
    "one-layer-rounds-complex-numbers",
    "one-layer-rounds-itself-right",
    "parity-by-rounding",
    "parity-by-two-factors",
    "pd-decay-over-q",
    "pd-decay-sticks",
}

# A constant layer isn't spoilt here, but by hand, in the tests of delays and of windows.
CONSTANT = {"delay-by-token-shift", "s4-named", "s4-one-layer", "s4-two-layers"}

# Smallest of their kind: what has to fail next to them are all models with a bit less, claims of their own.
SMALLEST_OF_ALL = {
    "exact-minima",
    "exact-minima-digits",
    "exact-minima-modulo-21",
    "exact-minima-other-rings",
    "rnn-ssm-one-unit-suffices",
}

# Circuits, which have no tables of layers; false ones are in the tests of their modules.
CIRCUITS = {
    "constant-circuits-growth",
    "constant-layers-as-circuits",
    "diagonal-circuits-growth",
    "diagonal-layers-as-circuits",
    "diagonal-layers-as-circuits-drawn",
    "diagonalizable-layers-as-circuits",
    "log-precision-circuits",
    "log-precision-circuits-every-float",
    "matrix-powers-in-circuits",
}

# These are texts and no models: strings with something left out or interchanged, and what was published with a slip,
# are in the tests of disguises, or claims of their own.
DISGUISES = {
    "chess-generator-on-different-places",
    "chess-transpositions",
    "chess-word-problem",
    "chess-word-problem-told-apart",
    "one-place-decides",
    "python-word-problem",
    "python-word-problem-told-apart",
    "story-word-problem",
    "story-word-problem-told-apart",
}


def test_every_construction_is_spoilt_or_has_controls():
    constructions = {claim.name for claim in all_claims() if claim.kind.value == "possible"}
    assert (
        constructions - SMALLEST.keys()
        == REPEATED | ABOUT_AN_ARITHMETIC | CONSTANT | SMALLEST_OF_ALL | CIRCUITS | DISGUISES
    )
    assert {claim.name for claim in all_claims() if claim.harmless} == {f"spoiled-{name}" for name in SMALLEST}


class Live:
    """What ``model`` puts out, demanded for as long as ``task`` may still ask for something."""

    def __init__(self, model, task):
        self.model, self.task, self.alphabet = model, task, task.alphabet
        self.start = model.start, task.start
        self.dead = dead_states(task)

    def step(self, state, symbol):
        if state == "dead":
            return state, UNSPECIFIED
        m, t = state
        t, demanded = self.task.step(t, symbol)
        if demanded is UNSPECIFIED and self.dead(t):
            return "dead", UNSPECIFIED
        m, answer = self.model.step(m, symbol)
        return (m, t), answer

    def is_dead(self, state):
        return state == "dead"


@pytest.mark.parametrize("name", OF_LAYERS)
def test_written_out_is_the_same_machine(name):
    for case in islice(cases(name), 8):
        written = written_out(case.model, case.task)
        for block in written.blocks:
            assert isinstance(block.readout, TableReadout)
        if isinstance(case.model, OnlineCoT):
            written = OnlineCoT(written, case.model.alphabet, case.model.limit)
        assert isinstance(decide(Partial(written), Live(case.model, case.task)), Proved)
        assert isinstance(decide(case.model, Live(Partial(written), case.task)), Proved)
        assert isinstance(decide(Partial(written), case.task), Proved)


def entries(model):
    """Every entry of a stack of tables under a key of its own."""
    found = {}
    for number, (layer, readout) in enumerate(model.blocks):
        found |= {(number, "start", i): h for i, h in enumerate(layer.start)}
        if isinstance(layer, RotationLayer):
            found |= {(number, "angle", x, i): a for x, angle in layer.angle.items() for i, a in enumerate(angle)}
        if isinstance(layer, DiagonalLayer):
            found |= {(number, "decay", x, i): a for x, decay in layer.decay.items() for i, a in enumerate(decay)}
        if isinstance(layer, DenseLayer):
            for x, matrix in layer.matrix.items():
                found |= {(number, "matrix", x, i, j): a for i, row in enumerate(matrix) for j, a in enumerate(row)}
        if isinstance(layer, SignLayer):
            found |= {(number, "A", i, j): a for i, row in enumerate(layer.recurrent) for j, a in enumerate(row)}
        if isinstance(layer, DiagonalLayer | DenseLayer | SignLayer):
            found |= {(number, "drive", x, i): b for x, drive in layer.drive.items() for i, b in enumerate(drive)}
        found |= {(number, "readout", *seen): output for seen, output in readout.rows.items()}
    return found


def changes(case):
    """For each spoiling which entry it changes, and into what."""
    original = entries(written_out(case.model, case.task))
    for spoilt in spoilings(case.model, case.task):
        inner = spoilt.machine.machine
        changed = entries(inner.model if isinstance(inner, OnlineCoT) else inner)
        assert changed.keys() == original.keys()
        (key,) = [key for key in original if changed[key] != original[key]]
        yield key, changed[key]


@pytest.mark.parametrize("name", OF_LAYERS)
def test_every_spoiling_changes_one_entry_and_none_comes_twice(name):
    for case in islice(cases(name), 2):
        found = list(changes(case))
        assert len(set(found)) == len(found)
        original = entries(written_out(case.model, case.task))
        # left alone is only what has no other value: a zero weight of a sign layer, a readout with a single output
        constant = {number for number, (_, outputs) in enumerate(rows_of_readouts(case)) if outputs == 1}
        for number, kind, *_ in original.keys() - {key for key, _ in found}:
            assert number in constant if kind == "readout" else kind in ("A", "drive") and name == "rnn-ssm"


def rows_of_readouts(case):
    """For each layer the number of rows of its readout, and of different outputs among them."""
    return [(len(r.rows), len(set(r.rows.values()))) for _, r in written_out(case.model, case.task).blocks]


def test_none_is_missing():
    """By formula: (values an entry may take, less one) times (entries), table by table."""
    (s3,) = cases("subnormal-tracker")
    # 6 letters to a layer; states 2 and 3; 6 carries, then 6 elements
    assert rows_of_readouts(s3) == [(2 * 6, 6), (3 * 6, 6)]
    assert len(list(changes(s3))) == (1 + 2) + (6 * 1 + 6 * 2) + (12 * 5 + 18 * 5)

    (z3,) = cases("one-layer-wraps-around")
    # 2 letters, 2 coordinates of Z/3; every element can be reached by either letter
    assert rows_of_readouts(z3) == [(2 * 6, 6)]
    assert len(list(changes(z3))) == 2 * 2 + 2 * (2 + 2) * 2 + 12 * 5

    (composed,) = cases("composition")
    # 7 tokens; to layer 2 they come with a value, start with its own; in Z/2 an entry can only be flipped
    assert rows_of_readouts(composed) == [(2 + 4 * 2 + 2, 12), (2 + 2 + 2 + 2 + 4 + 4, 2)]
    assert len(list(changes(composed))) == (1 + 7 * 2) + (1 + 12 * 2) + 12 * 11 + 16 * 1

    automaton, *_ = cases("ids4")
    # |Q| = 2 and 3 letters over Z: entries are 0 and 1 throughout and may also be -1; all lead to state 0
    assert rows_of_readouts(automaton) == [(3, 1)]
    assert len(list(changes(automaton))) == 2 * (2 + 3 * 4 + 3 * 2)


def test_values_in_a_field_that_is_not_prime():
    """GF(4): every entry may become each of the three other elements, not only 0 and 1."""
    claim = claim_named("one-layer-wraps-around")
    (case,) = claim.cases(claim.instances["A4 over GF(4), d=2"])
    start = {value for key, value in changes(case) if key == (0, "start", 0)}
    assert start == set(GaloisField(4).elements) - {GaloisField(4).zero}


def test_weights():
    """Every entry of start, matrices and readout becomes the two others of -1, 0 and 1."""
    for case in cases("ids4-linear-readout"):
        n = case.model.dimension
        assert n == 2
        found = list(spoilings(case.model, case.task))
        assert len(found) == len({(f.machine.start, str(f.machine.matrices), f.machine.readout) for f in found})
        assert len(found) == 2 * (n + 2 * n * n + n)
        for spoilt in found:
            assert isinstance(spoilt.machine, WeightedAutomaton)
            pairs = [(case.model.start, spoilt.machine.start), (case.model.readout, spoilt.machine.readout)]
            pairs += [
                (row, other)
                for x in "ab"
                for row, other in zip(case.model.matrices[x], spoilt.machine.matrices[x], strict=True)
            ]
            assert sum(a != b for v, w in pairs for a, b in zip(v, w, strict=True)) == 1


def check_by_brute_force(case, length):
    """Refuted by the first failing word in alphabet order, or right on all words up to ``length``."""
    verdict = decide(case.model, case.task)
    if isinstance(verdict, Refuted):
        verdict.trace.replay(case.model, case.task)
        assert verdict.trace.word == first_failing_word(case.model, case.task, len(verdict.trace.word)), case.name
        return "refuted"
    assert isinstance(verdict, Proved), case.name
    assert first_failing_word(case.model, case.task, length) is None, case.name
    return "harmless"


@pytest.mark.parametrize("name", SMALLEST)
def test_some_spoilings_by_brute_force(name):
    known = list(spoilt_cases(cases(name)))
    for case in random.Random(name).sample(known, min(len(known), 30)):
        check_by_brute_force(case, SMALLEST[name][1])


@pytest.mark.full
@pytest.mark.parametrize("name", SMALLEST)
def test_all_spoilings_by_brute_force(name):
    for case in spoilt_cases(cases(name)):
        check_by_brute_force(case, SMALLEST[name][1])


def test_no_spoiling_of_a_tracker_is_harmless():
    """A tracker meets every row of its tables, and every row matters."""
    assert {check_by_brute_force(case, 3) for case in spoilt_cases(cases("subnormal-tracker"))} == {"refuted"}


def test_harmless_spoilings_by_hand():
    """Composition asks at EOS only: the last readout may say anything on other tokens, and nothing else on this one."""
    known = [c for c in spoilt_cases(cases("composition")) if "layer 2, readout" in c.name]
    assert len(known) == 16
    for case in known:
        assert check_by_brute_force(case, 4) == ("refuted" if "('eos',)" in case.name else "harmless")


def test_lost_is_for_ever():
    even = DiagonalLayer(ResidueRing(2), (0,), {"0": (1,), "1": (1,)}, {"0": (0,), "1": (1,)})
    rows = {((0,), "0"): "even", ((1,), "0"): "odd", ((1,), "1"): "odd"}  # one is missing
    partial = Partial(Model("01", [Block(even, TableReadout(rows))]))
    assert run(partial, "0101").outputs == ("even", "odd", "odd", LOST)
    assert run(partial, "11000").outputs == ("odd", LOST, LOST, LOST, LOST)
    assert decide(partial, parity()).trace.word == ("1", "1")
    with pytest.raises(DomainError, match="no row for the state"):
        run(partial.machine, "11")


def test_layers_that_have_no_table():
    layer = ConstantLayer(ResidueRing(2), (0,), ((1,),), {"0": (0,), "1": (1,)})
    model = Model("01", [Block(layer, lambda h, x: "odd" if h[0] else "even")])
    with pytest.raises(ConstructionError, match="got ConstantLayer"):
        list(spoilings(model, parity()))
