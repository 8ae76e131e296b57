"""The least precision of a construction."""

from __future__ import annotations

from itertools import islice

import click

from exactssm.errors import FormatError
from verify.commands import FAILS, HOLDS, UNDECIDED
from verify.commands.arguments import budget_option, json_option
from verify.commands.printing import print_json, terminal_width, text_width

__all__ = ["precision"]


@click.command(short_help="The least precision at which a construction holds.")
@click.argument("name", metavar="CLAIM")
@click.option(
    "--parameter",
    metavar="P",
    default="modulus-bits",
    show_default=True,
    help="What is varied: modulus-bits, signed-bits, integer-bits, fraction-bits, mantissa-bits, or the name of an "
    "arithmetic with {p} in it.",
)
@click.option("--instance", metavar="I", help="Which instance; by default a small one.")
@budget_option
@json_option
def precision(name: str, parameter: str, instance: str | None, budget: int, as_json: bool) -> int:
    """Find the least p at which a claim's construction holds, with all smaller ones and the next eight.

    More precision need not be better; where a larger p fails again, it is said.

    Example: `exactssm precision composition`

    Exit codes: 0, there is a least p; 1, none that was tried holds; 2, bad input; 3, a budget ran out.
    """
    from constructions.registry import claim_named
    from verify.numbers.matrix import matrix_instances
    from verify.numbers.precision import least_precision, report
    from verify.progress import Progress

    claim = claim_named(name)
    known = claim.all_instances(full=True)
    if instance is not None and instance not in known:
        shown = "; ".join(islice(known, 12)) + ("; ..." if len(known) > 12 else "")
        raise FormatError(f"{name} has no instance {instance[:60]!r}; it has {shown}")
    chosen = matrix_instances(claim)[0] if instance is None else instance
    with Progress() as progress:
        found = least_precision(claim, chosen, parameter, max_pairs=budget, progress=progress)
    if as_json:
        print_json(found.as_json())
    else:
        click.echo(report(found, text_width(), terminal_width()))
    if found.undecided:
        return UNDECIDED
    return HOLDS if found.least is not None else FAILS
