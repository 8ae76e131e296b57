"""The least precision: figures of the theory, what comes below and above, and bad input."""

from __future__ import annotations

from dataclasses import replace

import pytest

from constructions import claim_named
from constructions.thoughts.streaming_cot import ALGORITHMS
from exactssm.errors import ConstructionError, FormatError
from exactssm.models import Model
from verify.numbers.precision import arithmetic_by_parameter, least_precision, report

STREAMING = claim_named("streaming-by-online-cot")


@pytest.mark.parametrize("instance", ["count mod 5", "maximum below 4", "Misra-Gries, 1 counter to 2"])
def test_streaming_takes_the_bits_of_its_memory(instance):
    """The whole memory in one word is one of the shapes, so that p has to be the bits of the largest memory."""
    bits = ALGORITHMS[instance]().memory_bits
    found = least_precision(STREAMING, instance)
    assert found.least == bits
    assert [p for p, _ in found.cells] == list(range(1, bits + 9))
    assert {cell.verdict for p, cell in found.cells if p < bits} <= {"not representable"}
    assert found.larger_fail == ()
    assert not found.undecided


@pytest.mark.parametrize(("values", "bits"), [(2, 1), (3, 2), (4, 2), (5, 3)])
def test_composition_takes_log_n_bits(values, bits):
    """p = ceil(log2 N), 2604.14501."""
    claim = claim_named("composition")
    assert least_precision(claim, f"N={values} K=1", beyond=1).least == bits
    signed = least_precision(claim, f"N={values} K=1", "signed-bits", beyond=1)
    assert signed.least == max(2, bits + 1), "the sign takes one more"


def test_an_integer_takes_no_fraction_bits_but_mantissa_bits():
    """5 = 1.01 * 2^2 takes two bits after the leading one; no float format has fewer than one."""
    claim = claim_named("composition")
    assert least_precision(claim, "N=3 K=1", "fraction-bits", beyond=2).least == 0
    assert least_precision(claim, "N=3 K=1", "mantissa-bits", beyond=1).least == 1
    assert least_precision(claim, "N=6 K=1", "mantissa-bits", beyond=1).least == 2
    assert least_precision(claim, "N=6 K=1", "float:e8m{p}:floor:infinity", beyond=1).least == 2


def test_more_is_not_always_better():
    """D4 by maps modulo 4: in Z/2 there is no 3, and modulo 8 and more they are other maps, wrong after two letters."""
    found = least_precision(claim_named("one-layer-wraps-around"), "D4 over Z/4, d=2", beyond=3)
    assert (found.least, found.larger_fail) == (2, (3, 4, 5))
    assert [cell.verdict for _, cell in found.cells] == ["not representable", "proved", "refuted", "refuted", "refuted"]
    text = report(found, 80, None)
    assert "more is not better: at p = 3 to 5 it does not hold" in " ".join(text.split())
    assert "p = 3, two generators:\nstep  symbol" in text
    assert text.count("<- differs") == 1


def test_some_of_the_larger_values():
    found = least_precision(claim_named("composition"), "N=3 K=1", beyond=3)
    cells = tuple((p, replace(cell, verdict="refuted", length=1) if p == 4 else cell) for p, cell in found.cells)
    text = report(replace(found, cells=cells), 100, None)
    assert text.endswith("more is not always better: of p = 3 to 5 it does not hold at 4")


def test_where_it_never_holds():
    found = least_precision(claim_named("subnormal-tracker"), "S3", "mantissa-bits", largest=4)
    assert (found.least, [p for p, _ in found.cells], found.larger_fail) == (None, [1, 2, 3, 4], ())
    assert report(found, 80, None).endswith("it holds at no p up to 4")
    assert not found.undecided


def test_a_budget_that_runs_out_leaves_the_least_open():
    found = least_precision(claim_named("composition"), "N=3 K=1", max_pairs=3, largest=3)
    assert (found.least, found.undecided) == (None, True)


def test_a_forged_construction():
    """Two functions composed where three are asked for: wrong in every arithmetic."""
    claim = claim_named("composition")
    (two,), (three,) = (list(claim.cases(claim.instances[f"N=2 K={k}"])) for k in (2, 3))
    forged = Model(three.task.alphabet, two.model.blocks)
    spoilt = replace(claim, cases=lambda task: [replace(three, model=forged)])
    found = least_precision(spoilt, "N=2 K=3", largest=3)
    assert found.least is None
    assert [cell.verdict for _, cell in found.cells] == ["refuted"] * 3


def test_parameters():
    assert [arithmetic_by_parameter(name)(3) for name in ("modulus-bits", "signed-bits", "integer-bits")] == [
        *("Z/8", "int3", "fixed:s3.0:nearest-even:saturate"),
    ]
    assert arithmetic_by_parameter("fraction-bits")(3) == "fixed:s8.3:nearest-even:saturate"
    assert arithmetic_by_parameter("mantissa-bits")(3) == "float:e8m3:nearest-even:infinity"
    assert arithmetic_by_parameter("complex(fixed:s1.{p}:floor:wrap):each")(0) == "complex(fixed:s1.0:floor:wrap):each"
    with pytest.raises(FormatError, match="modulus-bits, signed-bits"):
        arithmetic_by_parameter("bits")


def test_bad_input():
    with pytest.raises(ConstructionError, match="only a possible claim"):
        least_precision(claim_named("ids4-naive-without-start"), "1 DFAs, |Q|=1, 2 symbols")
    with pytest.raises(FormatError, match="arithmetic"):
        least_precision(claim_named("composition"), "N=3 K=1", "fixed:{p}")
    with pytest.raises(KeyError):
        least_precision(claim_named("composition"), "N=3")
