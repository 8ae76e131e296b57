"""One claim, in full."""

from __future__ import annotations

from itertools import islice
from textwrap import fill
from typing import TYPE_CHECKING

import click

from verify.commands import HOLDS
from verify.commands.arguments import json_option
from verify.commands.printing import figure, figures, indented, print_json, result_record, text_width

if TYPE_CHECKING:
    from verify.runner import Result

__all__ = ["show"]


@click.command(short_help="Show what a claim says, with its construction in figures.")
@click.argument("name", metavar="CLAIM")
@json_option
def show(name: str, as_json: bool) -> int:
    """Show a claim: statement, source, its construction in figures, its bounds, and where its proof is."""
    from constructions.registry import claim_named
    from verify.progress import Progress
    from verify.render import fitted_table
    from verify.runner import examine

    claim = claim_named(name)
    with Progress() as progress:
        results = [examine(claim, instance, progress=progress) for instance in claim.instances]
    if as_json:
        print_json(
            {
                "claim": claim.name,
                "source": claim.source,
                "kind": claim.kind.value,
                "expected": claim.expected,
                "statement": claim.statement,
                "proof": claim.proof,
                "results": [result_record(result).record() for result in results],
            }
        )
        return HOLDS
    click.echo(click.style(claim.name, bold=True))
    click.echo(indented(claim.statement, 2) + "\n")
    facts = [
        ["  kind", f"{claim.kind.value}; each instance is expected to be {claim.expected}"],
        ["  source", claim.source],
        ["  proof", f"the docstring of {claim.proof}"],
    ]
    for label, fact in facts:
        click.echo(f"{label:<10}" + indented(fact, 10).lstrip())
    header = ["instance", "verdict", "pairs", "L", "d", "p", "memory"]
    click.echo("\n" + fitted_table(header, [_row(result) for result in results], text_width()))
    if any(result.resources for result in results):
        click.echo(
            "\n"
            + fill("L layers of width d and precision p bits, as measured, with their memory in bits.", text_width())
        )
    bounds = {result.instance: _bounds(result) for result in results}
    if len(set(bounds.values())) > 1:
        click.echo("\n" + fitted_table(["instance", "bounds"], list(bounds.items()), text_width()))
    elif bound := next(iter(bounds.values()), ""):
        click.echo("\n" + fill(f"bounds  {bound}", text_width(), subsequent_indent="        "))
    if claim.full:
        shown = "; ".join([*islice(claim.full, 12), *(["..."] if len(claim.full) > 12 else [])])
        click.echo("\n" + fill(f"with --full {len(claim.full)} more: {shown}", text_width(), subsequent_indent="  "))
    return HOLDS


def _row(result: Result) -> list[str]:
    figures = ["-"] * 4
    if (used := result.resources) is not None:
        figures = [str(used.depth), figure(used.widths), str(used.precision), str(used.memory_bits)]
    return [result.instance, result.verdict, str(result.pairs or "-"), *figures]


def _bounds(result: Result) -> str:
    """The bounds in the letters of the table, where they have one there."""
    letters = {"depth": "L", "widths": "d", "width": "d", "precision": "p", "memory_bits": "memory", "budget": "L*d*p"}
    exactly, at_most = (figures(part) for part in (result.bounds.exactly, result.bounds.at_most))
    parts = [f"{letters.get(name, name)} = {value}" for name, value in exactly.items()]
    parts += [f"{letters.get(name, name)} <= {value}" for name, value in at_most.items()]
    return ", ".join(parts)
