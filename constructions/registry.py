"""All claims, in the order in which they are listed and run."""

from __future__ import annotations

from functools import cache

from constructions.claim import Claim
from exactssm.errors import FormatError

__all__ = ["all_claims", "claim_named", "claims_matching"]


@cache
def all_claims() -> tuple[Claim, ...]:
    """Every claim; building the tuple imports the constructions, deciding a claim builds its models."""
    from constructions import (
        affine_periods,
        architecture_classes,
        automaton_cascade,
        cascade_groups,
        communication,
        composition_cot,
        composition_rows,
        delays,
        every_shape,
        exact_minima,
        float_rotations,
        function_composition,
        gated_composition,
        growing_precision,
        ids4,
        linear_scores,
        magnus,
        modular_diagonal,
        modular_groups,
        monotone_rounding,
        non_composing_summaries,
        offline_cot,
        one_coordinate,
        one_layer,
        one_layer_boxes,
        pd_underflow,
        permutation_reset,
        real_layers,
        repetition,
        rnn_ssm,
        rounded_complex,
        rounding_parity,
        saturating_composition,
        serial_cot,
        simplex_composition,
        spoiled,
        streaming_cot,
        streaming_from_cot,
        streaming_memory,
        subnormal_tracker,
        three_bits,
        too_few_bits,
        too_few_layers,
        two_layer_s3,
        unary_counters,
        wide_composition,
        width_against_precision,
        worked_examples,
    )

    return (
        *subnormal_tracker.CLAIMS,
        *one_layer.CLAIMS,
        *one_layer_boxes.CLAIMS,
        *cascade_groups.CLAIMS,
        *too_few_layers.CLAIMS,
        *two_layer_s3.CLAIMS,
        *worked_examples.CLAIMS,
        *real_layers.CLAIMS,
        *architecture_classes.CLAIMS,
        *permutation_reset.CLAIMS,
        *delays.CLAIMS,
        *automaton_cascade.CLAIMS,
        *repetition.CLAIMS,
        *modular_diagonal.CLAIMS,
        *modular_groups.CLAIMS,
        *monotone_rounding.CLAIMS,
        *rounded_complex.CLAIMS,
        *growing_precision.CLAIMS,
        *magnus.CLAIMS,
        *rounding_parity.CLAIMS,
        *function_composition.CLAIMS,
        *gated_composition.CLAIMS,
        *wide_composition.CLAIMS,
        *exact_minima.CLAIMS,
        *saturating_composition.CLAIMS,
        *non_composing_summaries.CLAIMS,
        *communication.CLAIMS,
        *width_against_precision.CLAIMS,
        *composition_rows.CLAIMS,
        *three_bits.CLAIMS,
        *simplex_composition.CLAIMS,
        *one_coordinate.CLAIMS,
        *affine_periods.CLAIMS,
        *unary_counters.CLAIMS,
        *streaming_memory.CLAIMS,
        *streaming_cot.CLAIMS,
        *linear_scores.CLAIMS,
        *every_shape.CLAIMS,
        *serial_cot.CLAIMS,
        *streaming_from_cot.CLAIMS,
        *composition_cot.CLAIMS,
        *too_few_bits.CLAIMS,
        *offline_cot.CLAIMS,
        *ids4.CLAIMS,
        *rnn_ssm.CLAIMS,
        *pd_underflow.CLAIMS,
        *float_rotations.CLAIMS,
        *spoiled.CLAIMS,
    )


def claim_named(name: str) -> Claim:
    """The claim of that name. Raises FormatError, listing the nearest names, if there is none."""
    claims = {claim.name: claim for claim in all_claims()}
    if name in claims:
        return claims[name]
    from difflib import get_close_matches

    near = get_close_matches(name, claims, n=3) or sorted(claims)[:5]
    raise FormatError(f"no claim is named {name!r}; perhaps {', '.join(near)} (`exactssm claims` lists all)")


def claims_matching(text: str) -> tuple[Claim, ...]:
    """The claims that ``text`` means: the one of that name, those whose names match a pattern with ``*`` or ``?``, or
    those whose source begins with it, as with a paper's arXiv number; in the order of the list.

    >>> [claim.name for claim in claims_matching("two-layer-s3-m*")]
    ['two-layer-s3-misread', 'two-layer-s3-misread-no-readout']
    >>> {claim.source[:10] for claim in claims_matching("2404.08819")}
    {'2404.08819'}

    Raises: FormatError, listing the nearest names, if there is none.
    """
    if set(text) & set("*?"):
        from fnmatch import fnmatchcase

        found = tuple(claim for claim in all_claims() if fnmatchcase(claim.name, text))
    else:
        found = tuple(claim for claim in all_claims() if text[:1].isdigit() and claim.source.startswith(text))
    return found or (claim_named(text),)
