"""All claims, in the order in which they are listed and run."""

from __future__ import annotations

from functools import cache

from constructions.claim import Claim
from exactssm.errors import FormatError

__all__ = ["all_claims", "claim_named", "claims_matching"]


@cache
def all_claims() -> tuple[Claim, ...]:
    """Every claim; building the tuple imports the constructions, deciding a claim builds its models."""
    from constructions import spoiled
    from constructions.automata import (
        automaton_cascade,
        delays,
        diagonalizable_readings,
        ids4,
        ids4_points,
        permutation_reset,
        released_ids4,
        repetition,
        rnn_ssm,
        s4_refuter,
        s4_windows,
        sign_units,
    )
    from constructions.boxes import magnus, one_layer_boxes
    from constructions.circuits import constant_circuits, diagonal_circuits
    from constructions.composition import (
        affine_periods,
        communication,
        composition_rows,
        exact_minima,
        function_composition,
        gated_composition,
        non_composing_summaries,
        one_coordinate,
        saturating_composition,
        simplex_composition,
        streaming_memory,
        three_bits,
        unary_counters,
        wide_composition,
        width_against_precision,
    )
    from constructions.disguises import chess_moves, homomorphism, lengths, swap_programs, trading_stories
    from constructions.forms import discretisation, every_ring, rounded_forms
    from constructions.groups import (
        architecture_classes,
        cascade_groups,
        one_layer,
        real_layers,
        subnormal_tracker,
        too_few_layers,
        two_layer_s3,
        worked_examples,
    )
    from constructions.rings import modular_diagonal, modular_groups
    from constructions.rounding import (
        float_rotations,
        growing_precision,
        monotone_rounding,
        pd_underflow,
        rounded_complex,
        rounding_parity,
    )
    from constructions.thoughts import (
        composition_cot,
        every_shape,
        linear_scores,
        offline_cot,
        serial_cot,
        streaming_cot,
        streaming_from_cot,
        too_few_bits,
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
        *ids4_points.CLAIMS,
        *sign_units.CLAIMS,
        *released_ids4.CLAIMS,
        *diagonalizable_readings.CLAIMS,
        *s4_windows.CLAIMS,
        *s4_refuter.CLAIMS,
        *pd_underflow.CLAIMS,
        *float_rotations.CLAIMS,
        *diagonal_circuits.CLAIMS,
        *constant_circuits.CLAIMS,
        *homomorphism.CLAIMS,
        *chess_moves.CLAIMS,
        *swap_programs.CLAIMS,
        *trading_stories.CLAIMS,
        *lengths.CLAIMS,
        *every_ring.CLAIMS,
        *rounded_forms.CLAIMS,
        *discretisation.CLAIMS,
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
