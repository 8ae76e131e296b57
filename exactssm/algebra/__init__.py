"""Finite groups and monoids, their subnormal series, and coordinates on abelian factors.

pq means p first, then q; words are read left to right; elements are the integers 0 .. order-1, and 0 is the identity.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from exactssm._lazy import lazily

if TYPE_CHECKING:
    from exactssm.algebra.automaton_monoid import minimal_machine, transition_monoid
    from exactssm.algebra.cascade_product import PermutationResetCascade
    from exactssm.algebra.coset import AbelianFactor, Transversal, primary_invariants, quotient, recompose
    from exactssm.algebra.finite_group import Group, direct_product
    from exactssm.algebra.green import DClass, GreenRelations, green_relations
    from exactssm.algebra.group_summary import GroupSummary, conjugacy_classes, summary
    from exactssm.algebra.holonomy import holonomy_cascade
    from exactssm.algebra.least_rank import MinimalIdeal, Retraction, letter_maps, minimal_ideal, retraction
    from exactssm.algebra.library import SmallGroup, small_group, small_groups
    from exactssm.algebra.maximal_subgroup import MaximalSubgroup
    from exactssm.algebra.monoid import FiniteMonoid
    from exactssm.algebra.names import group
    from exactssm.algebra.permutation_group import PermutationGroup
    from exactssm.algebra.published import PublishedGroup, published_group
    from exactssm.algebra.recognition import GroupStructure, are_isomorphic, structure
    from exactssm.algebra.series import (
        SubnormalSeries,
        composition_series,
        derived_length,
        derived_series,
        derived_subgroups,
        verbal_series,
    )
    from exactssm.algebra.series_search import all_series, count_series, least_width_series
    from exactssm.algebra.stability import StableSemigroup, stable_semigroup
    from exactssm.algebra.subgroup import commutator_subgroup, generated_subgroup, normal_closure
    from exactssm.algebra.transformations import TransformationMonoid

__all__ = [
    "AbelianFactor",
    "DClass",
    "FiniteMonoid",
    "GreenRelations",
    "Group",
    "GroupStructure",
    "GroupSummary",
    "MaximalSubgroup",
    "MinimalIdeal",
    "PermutationGroup",
    "PermutationResetCascade",
    "PublishedGroup",
    "Retraction",
    "SmallGroup",
    "StableSemigroup",
    "SubnormalSeries",
    "TransformationMonoid",
    "Transversal",
    "all_series",
    "are_isomorphic",
    "commutator_subgroup",
    "composition_series",
    "conjugacy_classes",
    "count_series",
    "derived_length",
    "derived_series",
    "derived_subgroups",
    "direct_product",
    "generated_subgroup",
    "green_relations",
    "group",
    "holonomy_cascade",
    "least_width_series",
    "letter_maps",
    "minimal_ideal",
    "minimal_machine",
    "normal_closure",
    "primary_invariants",
    "published_group",
    "quotient",
    "recompose",
    "retraction",
    "small_group",
    "small_groups",
    "stable_semigroup",
    "structure",
    "summary",
    "transition_monoid",
    "verbal_series",
]

__getattr__ = lazily(
    __name__,
    {
        "automaton_monoid": ("minimal_machine", "transition_monoid"),
        "cascade_product": ("PermutationResetCascade",),
        "coset": ("AbelianFactor", "Transversal", "primary_invariants", "quotient", "recompose"),
        "finite_group": ("Group", "direct_product"),
        "green": ("DClass", "GreenRelations", "green_relations"),
        "group_summary": ("GroupSummary", "conjugacy_classes", "summary"),
        "holonomy": ("holonomy_cascade",),
        "least_rank": ("MinimalIdeal", "Retraction", "letter_maps", "minimal_ideal", "retraction"),
        "library": ("SmallGroup", "small_group", "small_groups"),
        "maximal_subgroup": ("MaximalSubgroup",),
        "monoid": ("FiniteMonoid",),
        "names": ("group",),
        "permutation_group": ("PermutationGroup",),
        "published": ("PublishedGroup", "published_group"),
        "recognition": ("GroupStructure", "are_isomorphic", "structure"),
        "series": (
            "SubnormalSeries",
            "composition_series",
            "derived_length",
            "derived_series",
            "derived_subgroups",
            "verbal_series",
        ),
        "series_search": ("all_series", "count_series", "least_width_series"),
        "stability": ("StableSemigroup", "stable_semigroup"),
        "subgroup": ("commutator_subgroup", "generated_subgroup", "normal_closure"),
        "transformations": ("TransformationMonoid",),
    },
)
