"""All claims: named once, sourced, proved somewhere, listed in the manual. `exactssm verify` decides that they hold."""

import re
from importlib import import_module
from pathlib import Path

import pytest

from constructions import all_claims, claim_named
from constructions.claim import Case, Kind
from exactssm.errors import FormatError
from verify.claims_page import claims_page
from verify.resources import Resources
from verify.runner import examine

PAGE = Path(__file__).parent.parent.parent / "docs" / "claims.md"
CLAIMS = all_claims()


def by_name(names):
    """Claims of a parameter list under their own names."""
    return [pytest.param(claim, instance, id=f"{claim.name}: {instance}") for claim, instance in names]


def test_names_are_unique_and_plain():
    names = [claim.name for claim in CLAIMS]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_a_claim_says_what_it_should(claim):
    assert re.match(r"(2404\.08819|2411\.12537|2509\.22284|2603\.01959|2603\.15569|2604\.14501)[ ,]", claim.source)
    assert claim.statement.endswith(".")
    assert claim.instances
    assert claim.expected in ("proved", "checked", "refuted")
    assert (claim.expected == "refuted") == (claim.kind is Kind.AS_PRINTED)
    assert not (claim.every_readout or claim.harmless) or claim.kind is Kind.IMPOSSIBLE


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_the_proof_is_there(claim):
    """A dotted name: a module, or an object in one; its docstring is the proof."""
    try:
        found = import_module(claim.proof)
    except ModuleNotFoundError:
        module, _, name = claim.proof.rpartition(".")
        found = getattr(import_module(module), name)
    assert found.__doc__
    assert len(found.__doc__) > 200


def test_the_page_of_claims_is_up_to_date():
    """If not: python -m verify.claims_page > docs/claims.md"""
    assert PAGE.read_text("utf-8") == claims_page(), "stale; run: python -m verify.claims_page > docs/claims.md"


def test_bounds_are_of_known_resources():
    known = set(Resources.__dataclass_fields__)
    for claim in CLAIMS:
        for value in claim.instances.values():
            case = next(iter(claim.cases(value)))
            if not isinstance(case, Case):  # lemmas use nothing
                continue
            assert set(case.bounds.exactly) | set(case.bounds.at_most) <= known
            if (
                claim.kind is Kind.POSSIBLE
                and case.length is None
                and case.modulus is None
                and "linear" not in claim.name
            ):
                texts = claim.proof.startswith("constructions.disguises")  # which have no layers
                assert case.bounds.exactly or claim.name == "exponents-are-rotations" or texts


@pytest.mark.full
@pytest.mark.parametrize(("claim", "instance"), by_name((c, i) for c in CLAIMS for i in c.full if i not in c.instances))
def test_every_claim_holds_in_full(claim, instance):
    """The instances that `exactssm verify` leaves to the full run; it decides all others itself."""
    result = examine(claim, instance)
    assert result.holds, (result.verdict, result.case, result.faults)
    assert result.verdict == claim.expected


def test_impossible_claims_count_their_candidates():
    """The class is exhausted: as many candidates as the instance's name says."""
    counts = {
        "S3, 243 layers": 3**5,
        "S3, 16807 layers": 7**5,
        "2187 DFAs, |Q|=3, 2 symbols": 3**7,
        "32 DFAs, |Q|=2, 2 symbols": 2**5,
    }
    seen = 0
    for name in ("one-scalar-over-z3-fails", "one-scalar-over-z7-fails", "ids4-naive-without-start"):
        claim = claim_named(name)
        for instance, value in claim.all_instances(full=True).items():
            if instance in counts:
                assert sum(1 for _ in claim.cases(value)) == counts[instance]
                seen += 1
    assert seen == len(counts)


def test_what_is_checked_up_to_a_length_is_said():
    result = examine(claim_named("composition-every-instance"), "N=3 K=2")
    assert (result.verdict, result.length) == ("checked", 3 * 2 + 2)
    assert result.method.startswith(f"{3 * 27**2} demands")


def test_unknown_names():
    with pytest.raises(FormatError, match=r"perhaps .*two-layer-s3"):
        claim_named("two-layers-s3")
    assert claim_named("ids4") in CLAIMS
