"""Every construction with one entry spoilt: refuted by a shortest word, or proved to be harmless.

A checker that can't fail proves nothing. These claims hold only if the verifiers tell right from wrong, one entry
apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from constructions.automata import (
    automaton_cascade,
    delays,
    ids4,
    permutation_reset,
    rnn_ssm,
)
from constructions.claim import Case, Claim, Kind, Lemma
from constructions.composition import (
    function_composition,
    gated_composition,
    simplex_composition,
    three_bits,
    unary_counters,
    wide_composition,
)
from constructions.groups import subnormal_tracker, two_layer_s3, worked_examples
from constructions.rings import modular_diagonal
from constructions.spoiling import spoilings
from constructions.thoughts import (
    composition_cot,
    every_shape,
    linear_scores,
    offline_cot,
    streaming_cot,
)
from exactssm.models import Model, OnlineCoT, WeightedAutomaton

__all__ = ["CLAIMS", "spoilt_cases"]


def spoilt_cases(cases: Iterable[Case | Lemma]) -> Iterator[Case]:
    """For each case all its spoilings, against the same task."""
    for case in cases:
        assert isinstance(case, Case)
        assert isinstance(case.model, Model | OnlineCoT | WeightedAutomaton)
        for spoilt in spoilings(case.model, case.task):
            yield Case(f"{case.name}: {spoilt.what}", spoilt.machine, case.task)


def _spoiled(claims: tuple[Claim, ...], name: str, *instances: str, full: Iterable[str] = ()) -> Claim:
    """The claim that no single entry of ``name``'s construction can be changed with impunity, but for harmless ones; on
    the instances named, or else on the claim's own."""
    (claim,) = [claim for claim in claims if claim.name == name]

    def cases(value: object) -> Iterator[Case]:
        return spoilt_cases(claim.cases(value))

    known = claim.all_instances(full=True)
    return Claim(
        name=f"spoiled-{name}",
        source=claim.source,
        statement=f"Every single-entry spoiling of the construction of `{name}` is refuted by a shortest word or "
        "proved harmless.",
        kind=Kind.IMPOSSIBLE,
        expected="proved",
        proof="constructions.spoiling",
        cases=cases,
        instances={instance: known[instance] for instance in instances or claim.instances},
        full={instance: known[instance] for instance in full},
        harmless=True,
    )


CLAIMS = (
    _spoiled(subnormal_tracker.CLAIMS, "subnormal-tracker", "S3", full=["D4", "Q8"]),
    _spoiled(subnormal_tracker.CLAIMS, "subnormal-tracker-literal", "S3"),
    _spoiled(subnormal_tracker.CLAIMS, "subnormal-tracker-newest-first", "S3"),
    _spoiled(two_layer_s3.CLAIMS, "two-layer-s3"),
    _spoiled(worked_examples.CLAIMS, "worked-examples", "S3", full=["Q8"]),
    _spoiled(permutation_reset.CLAIMS, "permutation-reset", "C2 on 2 points, real", full=["S3 on 3 points, complex"]),
    _spoiled(delays.CLAIMS, "delay-by-clock", "1 of 2 letters, real"),
    _spoiled(delays.CLAIMS, "last-runs", "1 of 2 letters"),
    _spoiled(automaton_cascade.CLAIMS, "automaton-cascade-named", "count mod 4", full=["divisible by 6, in binary"]),
    _spoiled(modular_diagonal.CLAIMS, "one-layer-wraps-around"),
    _spoiled(
        modular_diagonal.CLAIMS,
        "one-layer-wraps-around-all-letters",
        "S3 over Z/6, d=1",
        full=["D4 over Z/8, d=1", "Q8 over Z/8, d=1", "A4 over GF(4), d=2"],
    ),
    _spoiled(
        function_composition.CLAIMS,
        "composition",
        "N=2 K=1",
        full=["N=2 K=2", "N=3 K=1", "N=2 K=2, arbitrary", "N=2 K=2, separated"],
    ),
    _spoiled(simplex_composition.CLAIMS, "composition-by-simplex", "N=2, every K", full=["N=3, every K"]),
    _spoiled(unary_counters.CLAIMS, "ticks-by-binomials", "L=1 d=2 p=2", full=["L=1 d=8 p=2", "L=2 d=3 p=1"]),
    _spoiled(unary_counters.CLAIMS, "ticks-by-ripple-carry", "L=3 d=1 p=1", full=["L=5 d=1 p=1"]),
    _spoiled(gated_composition.CLAIMS, "composition-by-integer-networks", "N=2 K=1"),
    _spoiled(wide_composition.CLAIMS, "composition-by-columns", "N=2"),
    _spoiled(wide_composition.CLAIMS, "composition-by-one-hot-pair", "N=2, every K", full=["N=3, every K"]),
    _spoiled(wide_composition.CLAIMS, "composition-of-whole-functions", "N=2"),
    _spoiled(three_bits.CLAIMS, "one-function-in-least-memory", "N=2 d=2 p=1"),
    _spoiled(every_shape.CLAIMS, "ticks-in-every-shape", "modulo 4"),
    _spoiled(linear_scores.CLAIMS, "streaming-by-linear-scores", "majority of a, b, to 2"),
    _spoiled(
        streaming_cot.CLAIMS,
        "streaming-by-online-cot",
        "majority of a, b, to 1",
        full=["majority of a, b, to 2", "ends with abab"],
    ),
    _spoiled(
        composition_cot.CLAIMS,
        "composition-by-online-cot",
        "N=2, every K",
        full=["N=3, every K", "N=2 K=2, arbitrary", "N=2 K=3, separated"],
    ),
    _spoiled(
        offline_cot.CLAIMS,
        "offline-thoughts-add-nothing",
        "drawn, seed 2: 2 layers of 1 over Z/4",
        full=["parity of a count mod 8", "drawn, seed 3: 2 layers of 2 over Z/2"],
    ),
    _spoiled(ids4.CLAIMS, "ids4", "32 DFAs, |Q|=2, 2 symbols"),
    _spoiled(ids4.CLAIMS, "ids4-without-start", "32 DFAs, |Q|=2, 2 symbols"),
    _spoiled(
        ids4.CLAIMS,
        "ids4-linear-readout",
        "2 acceptors, |Q|=1, 2 symbols",
        full=["128 acceptors, |Q|=2, 2 symbols"],
    ),
    _spoiled(ids4.CLAIMS, "ids4-symmetric-group", "S3"),
    _spoiled(rnn_ssm.CLAIMS, "rnn-ssm", "32 DFAs, |Q|=2, sgn(0)=0"),
)
