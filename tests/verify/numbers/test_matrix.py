"""Constructions against arithmetics: cells that can be checked by hand, forgeries, and how cells add up."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

import pytest

from constructions import all_claims, claim_named
from constructions.claim import Case, Claim, Kind
from exactssm.arithmetic import CyclotomicField, Integers, MachineInteger, ResidueRing, domain_from_name
from exactssm.arithmetic.reading import reading
from exactssm.errors import CertificateError, ConstructionError, DomainError, FormatError
from exactssm.layers import DenseLayer, DiagonalLayer
from exactssm.machine import UNSPECIFIED
from exactssm.models import Block, Model
from exactssm.tasks import mod_counter
from verify.numbers.matrix import (
    ARITHMETICS,
    OWN,
    Cell,
    arithmetic_names,
    cells_of,
    check_has_layers,
    matrix,
    matrix_instances,
)
from verify.numbers.matrix_table import cell_text, matrix_details, matrix_table, short_name
from verify.numbers.transfer import Construction, decide_in


def movable(claim):
    with suppress(ConstructionError):
        check_has_layers(claim)
        return True
    return False


MOVABLE = [claim for claim in all_claims() if movable(claim)]
ROUNDED = [name for name in ARITHMETICS if name.endswith((":once", ":each", ":fused"))]


def counts(modulus, step=1):
    """The number of 1s modulo ``modulus``, in Z/m; with another step, of something else."""
    ring = ResidueRing(modulus)
    layer = DiagonalLayer(ring, (0,), lambda x: (1,), {"0": (0,), "1": (step,)})
    return Case("counter", Model("01", [Block(layer, lambda h, x: h[0])]), mod_counter(modulus))


def outcome(case, name):
    found = decide_in(case, domain_from_name(name))
    return found.verdict, found.length


def one_cell(claim, instance, name):
    (found,) = cells_of(claim_named(claim), instance, [name])
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Z/2", ("proved", None)),
        ("fixed:u1.0:floor:wrap", ("proved", None)),  # 0 and 1 with 1 + 1 = 0: the same ring
        ("fixed:u1.0:floor:saturate", ("refuted", 2)),  # 1 + 1 = 1
        ("fixed:s1.0:floor:saturate", ("refuted", 2)),  # likewise: -2 .. 1
        ("fixed:s1.0:floor:wrap", ("refuted", 2)),  # 1 + 1 = -2, which the readout doesn't know
        ("Z/4", ("refuted", 2)),  # 2, likewise
        ("bfloat16", ("refuted", 2)),
    ],
)
def test_parity(name, expected):
    assert outcome(counts(2), name) == expected


@pytest.mark.parametrize("overflow", ["wrap", "saturate"])
@pytest.mark.parametrize("bits", [1, 2, 3])
def test_counters_that_wrap_count_modulo_and_those_that_saturate_stop(bits, overflow):
    """From 2^bits - 1 on, a saturating counter stands still: the word of 2^bits ones is the first that shows it."""
    name = f"fixed:u{bits}.0:toward-zero:{overflow}"
    assert outcome(counts(2**bits), name) == (("proved", None) if overflow == "wrap" else ("refuted", 2**bits))


def test_where_overflow_is_an_error_there_is_no_answer():
    assert outcome(counts(4), "fixed:u2.0:floor:error") == ("refuted", 4)


class Demands:
    """The task that demands ``first`` after the first symbol, and nothing later."""

    alphabet, start = ("x",), "begin"

    def __init__(self, first):
        self.first = first

    def step(self, state, symbol):
        return "over", self.first if state == "begin" else UNSPECIFIED

    def is_dead(self, state):
        return state == "over"


@pytest.mark.parametrize(
    ("moment", "value"),
    [("once", 5), ("each", 0), ("fused", -1)],
)
def test_the_moment_of_rounding(moment, value):
    """3 * 4 - 2 * 4 + 1 between -8 and 7: 5; 7 - 8 = -1, + 1 = 0; 1 + 12 = 7, - 8 = -1."""
    layer = DenseLayer(Integers(), (4, 4), {"x": ((3, -2), (0, 0))}, {"x": (1, 0)})
    model = Model("x", [Block(layer, lambda h, x: h[0])])
    name = f"fixed:s3.0:nearest-even:saturate:{moment}"
    for demanded in (5, 0, -1):
        expected = ("proved", None) if demanded == value else ("refuted", 1)
        assert outcome(Case("inner", model, Demands(demanded)), name) == expected


@pytest.mark.parametrize("name", [name for name in ARITHMETICS if name != OWN])
def test_composition_is_exact_wherever_its_numbers_are(name):
    """A is 0 or 1 and b one of 0, 1, 2, so that nothing is ever rounded."""
    assert one_cell("composition", "N=3 K=1", name).verdict == "proved"


@pytest.mark.parametrize(
    ("name", "missing"),
    [("Z/2", "2"), ("fixed:s1.0:floor:saturate", "2"), ("nearest:-1,0,1", "2"), ("fixed:u0.5:floor:wrap", "1")],
)
def test_composition_needs_its_numbers(name, missing):
    cell = one_cell("composition", "N=3 K=1", name)
    assert (cell.verdict, cell.length, cell.word) == ("not representable", None, None)
    assert cell.method.startswith(f"not representable: {missing}, ")
    assert not cell.holds


#: Constructions of 2604.14501 that keep, forget or copy, so that nothing is ever rounded: an instance of each with the
#: largest number that is written in A or b, 0 being the least
COPYING = {
    "composition": ("N=3 K=2", 2),
    "composition-every-instance": ("N=2 K=2", 1),
    "composition-by-integer-networks": ("N=2 K=2", 1),
    "composition-by-columns": ("N=2", 1),
    "composition-by-one-hot-pair": ("N=2, every K", 1),
    "composition-by-columns-row-by-row": ("N=4", 3),
    "composition-by-online-cot": ("N=2 K=3", 3),  # with block numbers
    "composition-in-every-shape": ("N=3 K=1", 7),
    "streaming-by-online-cot": ("maximum below 4", 3),
    "streaming-by-linear-scores": ("maximum below 4", 3),
    "streaming-word-by-word": ("maximum below 4", 3),
    "streaming-bit-by-bit": ("maximum below 4", 1),
    "ticks-in-every-shape": ("modulo 8", 7),
}


def holds_up_to(name, largest):
    with suppress(DomainError):
        return all(reading(domain_from_name(name)).held(Fraction(k)) is not None for k in range(largest + 1))
    return False


def check_copying(claim, instance, largest, names):
    for cell in cells_of(claim_named(claim), instance, names):
        expected = claim_named(claim).expected if holds_up_to(cell.arithmetic, largest) else "not representable"
        assert (cell.verdict, cell.word) == (expected, None), (cell.arithmetic, cell.method)


@pytest.mark.parametrize("claim", COPYING)
def test_what_only_copies_is_right_wherever_its_numbers_are(claim):
    names = ["Q", "Z/2", "Z/4", "Z/16", "int2", "int8", "nearest:0,1", "e2m1fn:each", "e4m3fn:each", "bfloat16:fused"]
    names += ["fixed:s3.0:floor:saturate:once", "fixed:u1.0:floor:error", "complex(binary16):each:each"]
    check_copying(claim, *COPYING[claim], names)


@pytest.mark.full
@pytest.mark.parametrize("claim", COPYING)
def test_what_only_copies_in_every_arithmetic(claim):
    check_copying(claim, *COPYING[claim], [name for name in ARITHMETICS if name != OWN])


@pytest.mark.parametrize(
    ("claim", "instance", "name", "cell"),
    [
        # two ticks lead the lowest layer to 1 + 1, which has to be 0 there
        ("ticks-by-ripple-carry", "L=3 d=1 p=1", "Q", "L2"),
        ("ticks-by-ripple-carry", "L=3 d=1 p=1", "Z/4", "L2"),
        ("ticks-by-ripple-carry", "L=3 d=1 p=1", "fixed:u1.0:floor:wrap", "P"),
        ("ticks-by-ripple-carry", "L=3 d=1 p=1", "fixed:u1.0:floor:saturate", "R2"),
        # four ticks lead h_1 to 4, and h_2 to 6
        ("ticks-by-binomials", "L=1 d=4 p=2", "Q", "L4"),
        ("ticks-by-binomials", "L=1 d=4 p=2", "int8", "L4"),
        ("ticks-by-binomials", "L=1 d=4 p=2", "fixed:u2.0:floor:wrap", "P"),
        # the separator turns the flag by adding half the modulus; asked at the end of a stream of ten
        ("composition-by-online-cot", "N=2 K=3, separated", "Q", "L10"),
        # the ends of these formats aren't that of their own: -2, of integers of two bits
        ("composition-by-saturation", "N=2, every K", "fixed:s1.0:floor:saturate", "P"),
        ("composition-by-saturation", "N=2, every K", "fixed:s2.0:floor:saturate", "L4"),
        ("composition-by-saturation", "N=2, every K", "Z/4", "-"),
        ("composition-by-rounding", "N=2, every K", "fixed:s3.0:floor:saturate", "-"),
        ("composition-by-rounding", "N=2, every K", "bfloat16:once", "L4"),
    ],
)
def test_what_fails_elsewhere_and_why(claim, instance, name, cell):
    assert cell_text(one_cell(claim, instance, name)) == cell


def test_one_coordinate_less_needs_minus_one():
    """Where a function is a letter, the layer of width N - 1 adds 1 for -1, as its field has 1 + 1 = 0; written with
    -1 it is right wherever there is one. With width N it is right in every arithmetic."""
    claim = claim_named("composition-of-whole-functions")
    wide, narrow = claim.cases(3)
    (block,) = narrow.model.blocks
    letters = narrow.task.alphabet
    differences = {f: tuple(tuple((f[x] == y) - (f[0] == y) for x in (1, 2)) for y in (1, 2)) for f in letters}
    images = {f: tuple(int(f[0] == y) for y in (1, 2)) for f in letters}
    signed = DenseLayer(Integers(), (0, 0), differences, images)
    mended = replace(narrow, model=Model(letters, [Block(signed, block.readout)]))
    for name in ("Q", "Z/3", "int2", "int8", "e4m3fn:each", "fixed:s3.4:floor:saturate:once", "nearest:-1,0,1"):
        assert outcome(wide, name) == ("proved", None)
        assert outcome(narrow, name)[0] == "refuted"
        assert outcome(mended, name) == (("proved", None) if name != "Z/3" else ("not representable", None))
    assert outcome(narrow, "Z/2") == ("proved", None)


@pytest.mark.parametrize("instance", ["N=2, every K", "N=3 K=2, separated"])
def test_a_flag_in_a_coordinate_of_its_own_is_cleared_everywhere(instance):
    """With one coordinate half the modulus is added, which must lead to 0."""
    claim = claim_named("composition-by-online-cot")
    added, forgotten = claim.cases(claim.instances[instance])
    for name in ("Q", "Z/3", "int8", "e4m3fn:each", "fixed:s3.4:floor:saturate:once"):
        assert outcome(added, name)[0] in ("refuted", "not representable")
        assert outcome(forgotten, name) == ("proved", None)


@pytest.mark.parametrize("name", ["Q", "Z/2", "int2", "e2m1fn", "nearest:0,1", *ROUNDED])
def test_ids4_is_exact_in_every_format_that_holds_0_and_1(name):
    assert one_cell("ids4", "32 DFAs, |Q|=2, 2 symbols", name).verdict == "proved"


def test_ids4_without_start_needs_a_negative_number():
    instance = "32 DFAs, |Q|=2, 2 symbols"
    assert one_cell("ids4-without-start", instance, "int2").verdict == "proved"
    cell = one_cell("ids4-without-start", instance, "Z/16")
    assert cell.method.startswith("not representable: -1, in b on the letter")
    # b = (A(x) - I) e_q0 is not zero on a letter that leaves q0: all automata but those that stay at their start
    assert cell.method.endswith(f"; {32 - 8} of 32 cases")


@pytest.mark.parametrize("name", ["Q", "int8", "e4m3fn:each", "binary32:once", "nearest:-1,0,1", "Z/7"])
def test_roots_of_unity_in_real_arithmetics(name):
    negative = name != "Z/7"  # where there is no -1, read from 0 to 6
    cell = one_cell("subnormal-tracker-literal", "D4", name)
    assert cell.verdict == ("proved" if negative else "not representable")
    cell = one_cell("subnormal-tracker-literal", "S3", name)
    assert (cell.verdict, cell.method[:25]) == (
        "not representable",
        "not representable: zeta_3" if negative else "not representable: -1, in",
    )
    assert one_cell("subnormal-tracker-literal", "C2xC4", name).verdict == "not representable"


@pytest.mark.parametrize("name", [n for n in ARITHMETICS if n.startswith("complex")] + ["Q(zeta_4)", "Z[i]"])
def test_roots_of_unity_in_complex_arithmetics(name):
    """The units 1, i, -1 and -i multiply without rounding; no third root of unity has rational parts."""
    assert one_cell("subnormal-tracker-literal", "C2xC4", name).verdict == "proved"
    assert one_cell("subnormal-tracker", "C2xC4", name).verdict == "proved"
    assert one_cell("subnormal-tracker", "S3", name).method.startswith("not representable: zeta_3")


@pytest.mark.parametrize(
    ("name", "verdict", "length"),
    [("Z/4", "proved", None), ("int8", "refuted", 2), ("Q", "refuted", 2), ("Z/2", "not representable", None)],
)
def test_wrapping_around_modulo_another_number(name, verdict, length):
    """r: h + 1 and s: 3 h from (0, 1). After r s the integers are (3, 6), and 6 is nothing modulo 4; no letter alone
    leads beyond 3, and r r only to (2, 3)."""
    cell = one_cell("one-layer-wraps-around", "D4 over Z/4, d=2", name)
    assert (cell.verdict, cell.length) == (verdict, length)


def test_elements_that_are_no_numbers():
    cell = one_cell("one-layer-wraps-around", "A4 over GF(4), d=2", "int8")
    assert cell.method == "not representable: the elements of GF(4) stand for no numbers"
    assert one_cell("one-layer-wraps-around", "A4 over GF(4), d=2", OWN).verdict == "proved"


@pytest.mark.parametrize("claim", MOVABLE, ids=lambda claim: claim.name)
def test_in_its_own_arithmetic_nothing_changes(claim):
    """Moved to the arithmetic that its layers have anyway, a construction comes out the same, pair by pair."""
    instance = matrix_instances(claim)[0]
    case = next(iter(claim.cases(claim.all_instances(full=True)[instance])))
    construction = Construction(case)
    assert construction.own.verdict == claim.expected
    model = getattr(case.model, "model", case.model)
    domains = {layer.domain for layer in model.layers()}
    for domain in domains:
        # of the cyclotomic fields only those with rational parts take constants
        if len(domains) == 1 and not isinstance(domain, tuple) and domain != CyclotomicField(6):
            assert construction.within(domain) == construction.own


def test_the_constants_that_count_are_those_that_are_used():
    """A letter that never comes to a layer may have weights beyond the arithmetic."""
    case = counts(2)
    (block,) = case.model.blocks
    above = DiagonalLayer(ResidueRing(1000), (0,), lambda h: (1 if h < 2 else 999,), lambda h: (0,))
    stack = Model("01", [block, Block(above, lambda h, x: x)])
    assert outcome(replace(case, model=stack), "Z/2") == ("proved", None)
    assert outcome(replace(case, model=stack), "fixed:u1.0:floor:wrap") == ("proved", None)
    used = Model("01", [block, Block(replace(above, decay=lambda h: (1 if h < 1 else 999,)), lambda h, x: x)])
    assert outcome(replace(case, model=used), "Z/2") == ("not representable", None)


def test_forgeries():
    """A counter that counts by three is refuted in its own arithmetic and wherever 3 is a number."""
    forged = counts(4, step=3)
    assert Construction(forged).own.verdict == "refuted"
    assert outcome(forged, "fixed:u2.0:floor:wrap") == ("refuted", 1)
    assert outcome(forged, "Q") == ("refuted", 1)
    claim = replace(claim_named("composition"), name="forged", cases=lambda m: [counts(m), counts(m, step=m - 1)])
    claim = replace(claim, instances={"m=4": 4}, full={})
    own, narrow = cells_of(claim, "m=4", [OWN, "Z/2"])
    assert (own.verdict, own.length, own.holds) == ("refuted", 1, False)
    assert own.method == "product reachability; 1 of 2 cases"
    assert narrow.method.startswith("not representable: 3,")


def test_a_trace_that_does_not_replay_is_refused():
    """A readout that changes its mind: what the search found is gone when the word is run again."""
    seen = []

    def readout(h, x):
        seen.append(x)
        return h[0] if len(seen) > 1 else "other"

    (block,) = counts(2).model.blocks
    impure = Model("01", [Block(block.layer, readout)])
    with pytest.raises(CertificateError):
        Construction(replace(counts(2), model=impure))


def test_a_search_that_runs_out_decides_nothing():
    layer = DiagonalLayer(ResidueRing(64), (0,), lambda x: (1,), {"0": (0,), "1": (1,)})
    endless = Model("01", [Block(layer, lambda h, x: 0)])
    case = Case("zero", endless, mod_counter(2))
    assert decide_in(replace(case, task=Constant()), domain_from_name("Q"), max_pairs=50).verdict == "inconclusive"
    assert decide_in(replace(case, task=Constant()), domain_from_name("int4"), max_pairs=50).verdict == "refuted"


class Constant:
    """The task of putting out 0 always."""

    alphabet, start = ("0", "1"), "start"

    def step(self, state, symbol):
        return state, 0


def test_traces_show_numbers_and_not_codes():
    found = decide_in(counts(2), domain_from_name("bfloat16"))
    assert [step.readings[0].states for step in found.trace.steps] == [(("1",),), (("2",),)]
    assert str(found.trace.steps[-1].output) == "lost"


def test_names_of_arithmetics():
    assert arithmetic_names(["int8,Q", "Q", "own"]) == ("int8", "Q", "own")
    assert arithmetic_names(["nearest:-1,0,1"]) == ("nearest:-1,0,1",)
    assert arithmetic_names(["ALL"]) == ARITHMETICS
    assert arithmetic_names(["Z/4", "ALL"])[0] == "Z/4"
    for wrong, error in [
        ("int8,", FormatError),
        ("all", FormatError),
        ("GF(4)", DomainError),
        ("Q(zeta_3)", DomainError),
    ]:
        with pytest.raises(error):
            arithmetic_names([wrong])


def test_what_has_no_construction():
    for name in ("ids4-linear-readout", "ids4-naive-without-start", "two-layer-s3-misread"):
        with pytest.raises(ConstructionError, match=name):
            check_has_layers(claim_named(name))
    left_out = {claim.name for claim in all_claims() if claim.kind is Kind.POSSIBLE} - {claim.name for claim in MOVABLE}
    by_quotients = {"one-layer-boxes-trackers", "one-layer-over-integers", "metabelian-modulo"}
    circuits = {name for name in left_out if "circuits" in name}
    disguises = {name for name in left_out if name.startswith(("chess-", "python-", "story-", "one-place-"))}
    assert (
        left_out - circuits - disguises
        <= {"ids4-linear-readout", "pd-decay-over-q", "metabelian-by-growing-integers"} | by_quotients
    )


def test_instances():
    assert matrix_instances(claim_named("ids4")) == ("32 DFAs, |Q|=2, 2 symbols",)
    assert len(matrix_instances(claim_named("ids4"), full=True)) == 3
    for claim in MOVABLE:
        assert set(matrix_instances(claim)) <= set(claim.all_instances(full=True))


def test_two_processes_find_the_same():
    work = [(claim_named("composition"), "N=2 K=1"), (claim_named("subnormal-tracker"), "S3")]
    names = ("own", "int8", "Z/2")
    key = {(cell.claim, cell.arithmetic): (cell.verdict, cell.method) for cell in matrix(work, names)}
    assert {(cell.claim, cell.arithmetic): (cell.verdict, cell.method) for cell in matrix(work, names, jobs=2)} == key


def cell(claim, arithmetic, verdict, length=None):
    return Cell(claim, "i", "2404.08819", arithmetic, verdict, "m", None, length, None, "case", 0, "proved")


def test_the_table():
    moments = [f"e5m2:{moment}" for moment in ("once", "each", "fused")]
    cells = [cell("a", name, "proved") for name in (OWN, *moments)]
    cells += [
        cell("b", OWN, "checked", 12),
        *(cell("b", name, "refuted", n) for name, n in zip(moments, (3, 4, 3), strict=True)),
    ]
    table = matrix_table(cells, 80).splitlines()
    assert table[:4] == [
        "                 A  B",
        "own              P  C12",
        "e5m2 once,fused  P  R3",
        "e5m2 each        P  R4",
    ]
    assert table[5:7] == ["A  a: i", "B  b: i"]
    same = [replace(c, verdict="not representable", length=None) for c in cells if c.claim == "a"]
    assert matrix_table(same, 80).splitlines()[:3] == ["      A", "own   -", "e5m2  -"]
    assert [cell_text(cell("a", "Q", v, 1)) for v in ("proved", "checked", "inconclusive")] == ["P", "C1", "?"]


def test_a_table_of_many_columns_comes_in_blocks():
    cells = [cell(f"claim-{i}", name, "proved") for i in range(60) for name in ("Q", "int8")]
    table = matrix_table(cells, 80)
    assert max(map(len, table.splitlines())) <= 80
    for letter in ("A", "Z", "AA", "BH"):
        assert f"{letter}  claim-" in table
    assert table.count("\nint8 ") == 3


def test_short_names():
    assert short_name("fixed:s3.4:nearest-even:saturate:each") == "s3.4:even:sat:each"
    assert len({short_name(name) for name in ARITHMETICS}) == len(ARITHMETICS)


def test_details_name_words_and_constants():
    cells = [one_cell("one-layer-wraps-around", "D4 over Z/4, d=2", name) for name in ("Z/4", "int8")]
    assert (
        matrix_details(cells, 200)
        == f"one-layer-wraps-around, D4 over Z/4, d=2, in int8: lost after {cells[1].word[0]} {cells[1].word[1]}"
    )
    many = [cell("a", "Q", "not representable")] * 40
    assert matrix_details(many, 80).endswith("and 16 more, with their words in the file of --json")


def test_a_wrong_answer_is_told_from_none():
    """Saturating at 3, a counter modulo 4 says 3 for 0; in Q it reaches 4, of which its readout knows nothing."""
    for name, lost in [("fixed:u2.0:floor:saturate", False), ("Q", True), ("fixed:u2.0:floor:error", True)]:
        found = decide_in(counts(4), domain_from_name(name))
        assert (found.verdict, found.length, found.lost) == ("refuted", 4, lost)
    claim = replace(
        claim_named("composition"), cases=lambda m: [counts(m), counts(m + 1, step=2)], instances={"m": 2}, full={}
    )
    (mixed,) = cells_of(claim, "m", ["Q"])
    assert (mixed.lost, mixed.length, cell_text(mixed)) == (False, 1, "R1"), "the second counts by two from the start"
    claim = replace(claim, cases=lambda m: [counts(2), counts(4), counts(3)])
    (lost,) = cells_of(claim, "m", ["Q"])
    assert (lost.lost, lost.length, cell_text(lost)) == (True, 2, "L2")
    saturating = "fixed:u2.0:floor:saturate"
    (wrong,) = cells_of(claim, "m", [saturating])
    assert (wrong.lost, wrong.length, cell_text(wrong)) == (False, 4, "R4"), "longer, but a wrong answer"


def test_records():
    assert isinstance(claim_named("composition"), Claim)
    record = one_cell("composition", "N=3 K=1", "Z/2").record().record()
    assert (record["instance"], record["verdict"], record["holds"]) == ("N=3 K=1 in Z/2", "refuted", False)
    assert record["counterexample"] is None
    assert record["method"].startswith("not representable")
    record = one_cell("composition", "N=3 K=1", OWN).record().record()
    assert (record["instance"], record["verdict"], record["holds"]) == ("N=3 K=1 in its own arithmetic", "proved", True)


def test_machine_integers_are_read_with_their_sign():
    assert decide_in(counts(4), MachineInteger(2)).verdict == "refuted"
    assert decide_in(counts(4), MachineInteger(2, signed=False)).verdict == "proved"
