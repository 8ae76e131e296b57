"""The exact counts of residuals: stated formulas hold, and neighbouring ones don't."""

from dataclasses import replace

import pytest

from constructions.composition import streaming_memory
from constructions.composition.streaming_memory import CLAIMS, OtherCount, argument_first, argument_last
from exactssm.errors import CertificateError
from exactssm.tasks import FunctionComposition
from exactssm.tasks.residuals import residuals
from verify.runner import examine


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_claims_hold(claim):
    for instance in claim.instances:
        result = examine(claim, instance)
        assert result.holds, result
        assert result.verdict == "proved"


def test_the_peaks():
    for N in (2, 3, 4, 7):
        assert max(argument_first(FunctionComposition(N, 2))) == 2 * N - 1
    for N in (2, 3, 4):
        assert max(argument_last(FunctionComposition(N, 1, argument="last"))) == N**N


def test_a_wrong_formula_is_refused(monkeypatch):
    monkeypatch.setattr(streaming_memory, "argument_first", lambda task: [1] * task.length)
    result = examine(CLAIMS[0], "N=2 K=1")
    assert not result.holds
    assert result.verdict == "refuted"


def test_a_forged_violation_does_not_replay():
    task = FunctionComposition(2, 1)
    found = residuals(task)[1]
    OtherCount(task, found, 7).replay()
    for forged in (OtherCount(task, found, found.largest), OtherCount(task, replace(found, largest=9), 7)):
        with pytest.raises(CertificateError):
            forged.replay()


def test_enough_states_are_claimed_only_where_residuals_are_exact():
    """Entries in order are; where residuals aren't exact, that many states needn't be enough."""
    task = FunctionComposition(3, 2)
    found = residuals(task)[2]
    assert found.exact
    inexact = replace(found, exact=False)
    assert streaming_memory._as_stated(task, found, 5)
    assert not streaming_memory._as_stated(task, inexact, 5)
    assert streaming_memory._as_stated(replace(task, order="arbitrary"), inexact, 5)
    assert OtherCount(task, inexact, 5).as_text() == "after 2 symbols there are at least 5 residuals, not exactly 5"
