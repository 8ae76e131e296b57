"""The manual's page of claims, written from the registry: ``python -m verify.claims_page > docs/claims.md``."""

from __future__ import annotations

from itertools import groupby

from constructions.claim import Claim
from constructions.registry import all_claims
from exactssm.errors import ConstructionError

__all__ = ["claims_page"]

PAPERS = {
    "2404.08819": "The Illusion of State in State-Space Models",
    "2411.12537": "Unlocking State-Tracking in Linear RNNs Through Negative Eigenvalues",
    "2509.22284": "Structured Sparse Transition Matrices to Enable State Tracking in State-Space Models",
    "2603.01959": "The Expressive Limits of Diagonal SSMs for State-Tracking",
    "2603.15569": "Mamba-3: Improved Sequence Modeling using State Space Principles",
    "2604.14501": "On the Expressive Power and Limitations of Multi-Layer SSMs",
}

MOST_NAMES = 40

OPENING = """\
# Claims

What the papers say, as data that `exactssm verify` decides. This page is written from the registry
(`python -m verify.claims_page > docs/claims.md`); a test holds it to it.

- **possible**: a construction does its task, within its bounds, on every instance;
- **impossible**: every candidate of a class fails, on every instance; of the classes of spoilings (`spoiled-...`),
  which are there to show that the verifiers tell right from wrong, a member may also be proved harmless;
- **as printed**: a published construction taken literally fails; its repaired form is a claim of its own.

The verdict `proved` is for words of every length; `refuted` comes with a shortest counterexample. Theorems are asserted
on the instances listed, no further. Instances after "full run" are decided by `exactssm verify --full`.
"""


def claims_page() -> str:
    """The page as Markdown, a section a paper and an entry a claim.

    Raises: ConstructionError, if a claim's source doesn't begin with the number of a paper that has a title in PAPERS.
    """
    parts = [OPENING]
    ordered = sorted(all_claims(), key=_paper)
    for paper, claims in groupby(ordered, key=_paper):
        parts.append(f"## {paper}: {PAPERS[paper]}\n")
        parts += [_entry(claim) for claim in claims]
    return "\n".join(parts)


def _paper(claim: Claim) -> str:
    if (paper := claim.source[:10]) not in PAPERS:
        known = ", ".join(PAPERS)
        raise ConstructionError(
            f"{claim.name}: its source, {claim.source[:60]!r}, must begin with the number of a paper in PAPERS: {known}"
        )
    return paper


def _entry(claim: Claim) -> str:
    lines = [
        f"### {claim.name}\n",
        f"{claim.statement}\n",
        f"- {claim.kind.value}; expected verdict: {claim.expected}",
        f"- source: {claim.source}",
        f"- proof: the docstring of `{claim.proof}`",
        f"- instances: {'; '.join(claim.instances)}",
    ]
    if claim.full:
        lines.append(f"- full run: {_shortened(list(claim.full))}")
    return "\n".join(lines) + "\n"


def _shortened(names: list[str]) -> str:
    """All names if they are few, else the first and the last with their number."""
    if len(names) <= MOST_NAMES:
        return "; ".join(names)
    return f"{len(names)} instances: {'; '.join(names[:8])}; ...; {names[-1]}"


if __name__ == "__main__":
    print(claims_page(), end="")
