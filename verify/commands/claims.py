"""The list of claims."""

from __future__ import annotations

from textwrap import fill

import click

from verify.commands.arguments import json_option
from verify.commands.printing import print_json, text_width

__all__ = ["claims"]


@click.command(short_help="List the claims, a line each.")
@click.argument("names", metavar="[CLAIM ...]", nargs=-1)
@json_option
def claims(names: tuple[str, ...], as_json: bool) -> None:
    """List the claims, a line each: name, kind, instances (and how many more there are with --full), source.

    CLAIM is a name, a pattern such as 'composition-*', or a paper's arXiv number.
    """
    from constructions.registry import all_claims, claims_matching

    known = tuple({c.name: c for name in names for c in claims_matching(name)}.values()) or all_claims()
    if as_json:
        rows = [
            {
                "claim": c.name,
                "source": c.source,
                "kind": c.kind.value,
                "expected": c.expected,
                "statement": c.statement,
                "instances": list(c.instances),
                "full": list(c.full),
            }
            for c in known
        ]
        print_json({"claims": rows})
        return
    from verify.render import fitted_table

    lines = [
        [c.name, c.kind.value, f"{len(c.instances)}" + (f" (+{len(c.full)})" if c.full else ""), _paper(c.source)]
        for c in known
    ]
    click.echo(fitted_table(["claim", "kind", "instances", "source"], lines, text_width()))
    click.echo("\n" + fill("(+n): more with --full. `exactssm show CLAIM` tells what a claim says.", text_width()))


def _paper(source: str) -> str:
    """The paper and the theorem's number, without the remarks after it."""
    return source.partition(",")[0]
